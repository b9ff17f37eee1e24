/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/watch_clock.h"

#define PER_MICROSECOND 1000
/* Of clocks that are set back nobody learns how late packets come. */
#define LATENESS_MAX (G_GINT64_CONSTANT (60) * 1000 * 1000 * 1000)

void watch_clock_init (WatchClock *clock, gint64 lateness)
{
    *clock = (WatchClock){ .latest = G_MININT64, .told = G_MININT64, .lateness = lateness };
}

gboolean watch_clock_hear (WatchClock *clock, gint64 time, gint64 now)
{
    const gint64 late = clock->told == G_MININT64 ? 0 : clock->told - time;

    /* What stands a little behind others in a capture is not late. */
    if (time > clock->latest) {
        clock->latest = time;
        clock->heard = now;
    }
    if (late <= 0 || clock->lateness + late > LATENESS_MAX)
        return FALSE;
    clock->lateness += late;
    clock->told = G_MININT64;
    return TRUE;
}

gint64 watch_clock_tell (WatchClock *clock, gint64 now)
{
    if (clock->latest == G_MININT64)
        return G_MININT64;
    const gint64 time = clock->latest + (now - clock->heard) * PER_MICROSECOND - clock->lateness;
    if (time <= clock->latest)
        return G_MININT64;
    clock->told = MAX (clock->told, time);
    return time;
}
