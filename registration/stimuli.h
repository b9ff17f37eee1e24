/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a key of the phone is for (ButtonTemplateRes): "line", "speed dial", "service URL". Static; NULL when unknown.
 * 0 and 0xFF are "unused". */
const char *button_type_name (guint8 type);
/* What a lamp belongs to (SetLamp) or which key was pressed (Stimulus). Nearly the same numbers, but 0x13, a feature
 * key in a template, is the privacy lamp here. NULL when unknown. */
const char *stimulus_name (guint32 stimulus);
