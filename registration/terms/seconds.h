/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Seconds with six decimals, at least width characters wide (up to 24), as in "    0.001992". With a point in every
 * locale (printf's follow LC_NUMERIC): programs read reports, too. Cheap: this is most of the work of a long report. */

#define SECONDS_SIZE 32

/* Returns a place in the buffer. */
const char *seconds_text (gint64 nanoseconds, guint width, char buffer[SECONDS_SIZE]);
void seconds_append (GString *out, gint64 nanoseconds, guint width);
/* The same with three decimals, for people. */
const char *seconds_short (gint64 nanoseconds, guint width, char buffer[SECONDS_SIZE]);

/* How long something took, with three digits, for people: "4 µs", "1.99 ms", "30.2 s", "2 min 5 s". Returns the buffer.
 */
#define DURATION_SIZE 32
const char *duration_text (gint64 nanoseconds, char buffer[DURATION_SIZE]);
