/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* How durations are spread: percentiles of any number of them in memory that does not grow. Up to a number that its
 * maker chooses they are exact; then the durations are counted in a log-linear histogram, whose percentiles are wrong
 * by at most SPREAD_ERROR of themselves. Two spreads are joined by adding; neither the order nor how they were divided
 * changes what they say. */

typedef struct Spread Spread;

/* 128 steps in each power of two; what is told is the middle of a step: at most 1/256. */
#define SPREAD_ERROR 0.004

/* exact: so many durations at most are kept one by one. */
Spread *spread_new (guint exact);
void spread_free (Spread *spread);

/* Nanoseconds, from 0 on. */
void spread_add (Spread *spread, gint64 nanoseconds);
/* Adds those of another one, which was made for the same number. */
void spread_join (Spread *spread, const Spread *other);

/* From now on they are counted in the histogram, however few there are. */
void spread_estimate (Spread *spread);

guint64 spread_count (const Spread *spread);
gboolean spread_is_exact (const Spread *spread);
/* The smallest duration that so many percent (1 to 100) of all are not longer than (nearest rank, as regreplay run has
 * it). There must be some. */
gint64 spread_percentile (Spread *spread, guint percent);
/* The duration of that rank in their order, from 1 to their number. */
gint64 spread_nth (Spread *spread, guint64 rank);
/* Always exact. */
gint64 spread_longest (const Spread *spread);
