/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Appends seconds with six decimals, at least width characters wide, as "    0.001992". With a point in every locale
 * (printf's follow LC_NUMERIC): programs read reports, too. Cheap: this is most of the work of a long report. */
void seconds_append (GString *out, gint64 nanoseconds, guint width);
