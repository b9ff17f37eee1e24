/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/times.h"

#include <glib.h>

/* Live time, as the engine sees it. The program links live.c, which asks the kernel; tests link a clock that jumps to
 * the next deadline, so that half an hour costs nothing. */

/* Nanoseconds, monotonic, from an arbitrary beginning. */
gint64 clock_now (void);

/* Calls handler once, as soon after deadline (of clock_now()) as can be. There is one such call: a new one takes the
 * place of the old one, and G_MAXINT64 means none. */
typedef void (*ClockHandler) (gpointer user_data);
void clock_wake (gint64 deadline, ClockHandler handler, gpointer user_data);
