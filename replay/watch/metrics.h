/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/watch/watch.h"

/* The numbers of a watch in the text format of Prometheus, for the textfile collector of its node exporter. Names and
 * labels are promises; no label has values that packets can make up. */
void metrics_text (const Watch *watch, guint64 dropped, GString *out);
