/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/spread.h"

#include "replay/judge.h"

#define STEP_BITS 7
#define STEPS     (1u << STEP_BITS) /* in each power of two */
/* The largest duration has 63 bits; the powers of two below 2 * STEPS have a step for each nanosecond. */
#define N_STEPS ((63 - STEP_BITS - 1) * STEPS + 2 * STEPS)

struct Spread {
    guint exact;
    GArray *each;      /* of gint64, while they are kept one by one; owned, or NULL */
    gboolean in_order; /* each is sorted */
    guint64 *steps;    /* N_STEPS, else; owned, or NULL */
    guint64 count;
    gint64 longest;
};

Spread *spread_new (guint exact)
{
    Spread *spread = g_new0 (Spread, 1);

    spread->exact = exact;
    spread->each = g_array_new (FALSE, FALSE, sizeof (gint64));
    return spread;
}

void spread_free (Spread *spread)
{
    if (!spread)
        return;
    if (spread->each)
        g_array_free (spread->each, TRUE);
    g_free (spread->steps);
    g_free (spread);
}

/* --- The histogram */

static guint step_of (guint64 nanoseconds)
{
    const guint bits = 64 - (guint) __builtin_clzll (nanoseconds | 1);
    const guint shift = bits > STEP_BITS + 1 ? bits - STEP_BITS - 1 : 0;

    return shift * STEPS + (guint) (nanoseconds >> shift);
}

static gint64 middle_of (guint step)
{
    const guint shift = step < 2 * STEPS ? 0 : step / STEPS - 1;
    const guint64 begin = (guint64) (step - shift * STEPS) << shift;

    return (gint64) (begin + ((G_GUINT64_CONSTANT (1) << shift) >> 1));
}

static void count_each (Spread *spread)
{
    if (!spread->each)
        return;
    spread->steps = g_new0 (guint64, N_STEPS);
    for (guint i = 0; i < spread->each->len; i++)
        spread->steps[step_of ((guint64) g_array_index (spread->each, gint64, i))]++;
    g_array_free (g_steal_pointer (&spread->each), TRUE);
}

/* --- To add */

void spread_add (Spread *spread, gint64 nanoseconds)
{
    if (spread->count == spread->exact)
        count_each (spread);
    if (spread->each)
        g_array_append_val (spread->each, nanoseconds);
    else
        spread->steps[step_of ((guint64) nanoseconds)]++;
    spread->in_order = FALSE;
    spread->longest = MAX (spread->longest, nanoseconds);
    spread->count++;
}

void spread_join (Spread *spread, const Spread *other)
{
    if (spread->count + other->count > spread->exact || !other->each)
        count_each (spread);
    if (spread->each)
        g_array_append_vals (spread->each, other->each->data, other->each->len);
    else if (other->each)
        for (guint i = 0; i < other->each->len; i++)
            spread->steps[step_of ((guint64) g_array_index (other->each, gint64, i))]++;
    else
        for (guint i = 0; i < N_STEPS; i++)
            spread->steps[i] += other->steps[i];
    spread->in_order = FALSE;
    spread->longest = MAX (spread->longest, other->longest);
    spread->count += other->count;
}

void spread_estimate (Spread *spread)
{
    count_each (spread);
}

/* --- To ask */

guint64 spread_count (const Spread *spread)
{
    return spread->count;
}

gboolean spread_is_exact (const Spread *spread)
{
    return spread->each != NULL;
}

gint64 spread_longest (const Spread *spread)
{
    return spread->longest;
}

static gint compare_durations (gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
    return x < y ? -1 : x > y;
}

/* The rank-th one, from 1. */
static gint64 find_step (const Spread *spread, guint64 rank)
{
    guint64 passed = 0;

    for (guint i = 0; i < N_STEPS; i++) {
        passed += spread->steps[i];
        if (passed >= rank)
            return MIN (middle_of (i), spread->longest);
    }
    return spread->longest;
}

gint64 spread_nth (Spread *spread, guint64 rank)
{
    if (!spread->each)
        return find_step (spread, rank);
    if (!spread->in_order)
        g_array_sort (spread->each, compare_durations);
    spread->in_order = TRUE;
    return g_array_index (spread->each, gint64, rank - 1);
}

gint64 spread_percentile (Spread *spread, guint percent)
{
    return spread_nth (spread, percentile_rank (spread->count, percent));
}
