/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Reads "80ms", "2s", "1.5s", "2m", "1h", "200us" or a bare number of seconds as nanoseconds. FALSE with a
 * USAGE_ERROR (which begins with what, as in "--stay") for anything else, and for more than a year. */
gboolean duration_parse (const char *text, const char *what, gint64 *ret_nanoseconds, GError **error);

#define DURATION_TEXT_SIZE 32
/* "0.412 ms", "2.927 ms", "1.250 s": milliseconds below a second; "-" for a negative one. Returns text. */
const char *duration_format (gint64 nanoseconds, char text[DURATION_TEXT_SIZE]);
