/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/report.h"

/* The formats, each in its own file. */
#define X(symbol, name, text) void merge_##name (const Merged *merged, const Tips *tips, GString *out);
MERGE_FORMATS (X)
#undef X

/* Appends text for XML and HTML: marked up, and without what they do not take. */
void merge_append_escaped (GString *out, const char *text);
