/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a key of the phone is for (ButtonTemplateRes): "line", "speed dial", "service URL". Static; NULL when unknown.
 * 0 and 0xFF are "unused". */
const char *button_type_name (guint8 type);
