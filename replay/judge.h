/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Whether an answer came in time. Pure: times in, verdict out; all in nanoseconds, -1 for "none". */

/* How much later than recorded is still as recorded: the larger of both. */
typedef struct {
    gint64 floor;
    double percent; /* of the recorded time */
} Tolerance;

#define TOLERANCE_DEFAULT_TEXT "20ms,50%"

typedef enum {
    TIMING_NOT_JUDGED, /* one of both times is not there */
    TIMING_ON_TIME,
    TIMING_LATE,
    TIMING_UNCERTAIN, /* it took longer than allowed, unless that is our own lateness in sending or reading */
} Timing;

/* Static: "", "on time", "late", "not judged". */
const char *timing_name (Timing timing);

/* Reads "20ms,50%", "50%" or "20ms". FALSE with a sentence in error for anything else. */
gboolean tolerance_parse (const char *text, Tolerance *ret_tolerance, GError **error);

/* A response time without the network's part of it; never negative. A round trip of -1 takes nothing away. */
gint64 timing_correct (gint64 response, gint64 round_trip);
/* The latest that is still on time. */
gint64 timing_allowed (const Tolerance *tolerance, gint64 recorded);
/* allowed: -1 when nothing was recorded. least: what live can have been; nothing is called late that may only have been
 * read late. */
Timing timing_judge_within (gint64 allowed, gint64 live, gint64 least);
Timing timing_judge (const Tolerance *tolerance, gint64 recorded, gint64 live, gint64 least);

/* Which of so many samples in their order (from 1) so many percent (1 to 100) of all do not exceed: the nearest rank.
 */
guint64 percentile_rank (guint64 count, guint percent);
/* Exact, from all samples: the one of that rank. Sorts samples (of gint64) in place; -1 when there are none. */
gint64 samples_percentile (GArray *samples, guint percent);
