/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Every time and duration is in nanoseconds, as a gint64. */
#define MILLISECOND     G_GINT64_CONSTANT (1000000)
#define SECOND          G_GINT64_CONSTANT (1000000000)
#define MILLISECONDS(n) ((gint64) (n) *MILLISECOND)
#define SECONDS(n)      ((gint64) (n) *SECOND)

/* A time as files have it. Broken clocks say anything: no difference of two times may overflow. */
static inline gint64 time_of_parts (gint64 seconds, gint64 nanoseconds)
{
    const gint64 limit = G_MAXINT64 / 2 / SECOND;

    return CLAMP (seconds, -limit, limit) * SECOND + CLAMP (nanoseconds, 0, SECOND - 1);
}

/* Capture cards and merged files swap frames that are so near. Further apart they are not of one moment: then what
 * stands behind an answer is a repetition of its request. */
#define SWAPPED_WITHIN MILLISECONDS (100)

/* How far the clock of a capture has come with a frame of this time: it stands still for frames in another order, and
 * is set back by one that is far before. G_MININT64: nothing was captured yet. */
static inline gint64 clock_goes_on (gint64 clock, gint64 time)
{
    return clock != G_MININT64 && time < clock && clock - time > SWAPPED_WITHIN ? time : MAX (clock, time);
}

/* Over TCP whoever gets no acknowledgment has sent again by then: after a second, older stacks after three (RFC 6298,
 * 2.1; RFC 1122, 4.2.3.1). */
#define TCP_REPEATED_BY SECONDS (3)
