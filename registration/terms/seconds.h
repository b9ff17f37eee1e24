/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Seconds with six decimals, and a point in every locale (printf's follows LC_NUMERIC): programs read reports, too.
 * Cheap: this is most of the work of a long report. */

#define SECONDS_TEXT_SIZE 24
/* "0.001992". Returns text. */
const char *seconds_format (gint64 nanoseconds, char text[SECONDS_TEXT_SIZE]);
/* The same, at least width characters wide: "    0.001992". */
void seconds_append (GString *out, gint64 nanoseconds, guint width);
