/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What time it is for the packets while none comes: theirs, which need not be this machine's, carried on by a clock
 * that nobody sets. Whoever buffers packets delivers them late; then time runs as much behind. */

typedef struct {
    gint64 latest;   /* of the packets; G_MININT64 before the first */
    gint64 heard;    /* when it came, as g_get_monotonic_time() counts */
    gint64 told;     /* the latest that was told */
    gint64 lateness; /* nanoseconds */
} WatchClock;

/* lateness: how late packets are believed to come until one comes later, in nanoseconds. */
void watch_clock_init (WatchClock *clock, gint64 lateness);
/* A packet of that time has come; now is g_get_monotonic_time(). TRUE when it is later than any before: it is of a time
 * that was told to be over, and from now on time runs further behind. */
gboolean watch_clock_hear (WatchClock *clock, gint64 time, gint64 now);
/* What time it is at least; G_MININT64 when nothing tells. */
gint64 watch_clock_tell (WatchClock *clock, gint64 now);
