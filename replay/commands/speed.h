/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Reads "recorded" (1), "max" (0: no waiting at all) or a factor, as in "2" for twice as fast. FALSE with a sentence in
 * error for anything else. */
gboolean speed_parse (const char *text, double *ret_speed, GError **error);
