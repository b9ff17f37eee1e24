/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/spread.h"

#include <criterion/criterion.h>
#include <math.h>

TestSuite (spread, .timeout = 60);

#define EXACT 1000

static void free_spread (Spread **spread)
{
    spread_free (*spread);
}

#define AUTO_SPREAD __attribute__ ((cleanup (free_spread))) Spread *

static gint compare (gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
    return x < y ? -1 : x > y;
}

/* From nanoseconds to hours. */
static gint64 some_duration (GRand *random)
{
    return (gint64) pow (10, g_rand_double_range (random, 0, 13));
}

static gint64 truth (GArray *sorted, guint percent)
{
    const guint rank =
        (guint) ((guint64) sorted->len * percent / 100 + ((guint64) sorted->len * percent % 100 ? 1 : 0));
    return g_array_index (sorted, gint64, MAX (rank, 1) - 1);
}

/* In two parts, which are joined. */
static void expect_truth (guint n, guint n_first)
{
    AUTO_SPREAD spread = spread_new (EXACT);
    AUTO_SPREAD other = spread_new (EXACT);
    g_autoptr (GRand) random = g_rand_new_with_seed (n);
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));

    for (guint i = 0; i < n; i++) {
        const gint64 duration = some_duration (random);
        g_array_append_val (all, duration);
        spread_add (i < n_first ? spread : other, duration);
    }
    spread_join (spread, other);
    g_array_sort (all, compare);
    cr_assert_eq (spread_count (spread), n);
    cr_expect_eq (spread_is_exact (spread), n <= EXACT, "%u", n);
    cr_expect_eq (spread_longest (spread), g_array_index (all, gint64, n - 1));
    for (guint percent = 1; percent <= 100; percent++) {
        const gint64 told = spread_percentile (spread, percent), want = truth (all, percent);
        const double error = n <= EXACT ? 0 : SPREAD_ERROR * (double) want;
        cr_expect (fabs ((double) (told - want)) <= error,
                   "%u of %u, %u %%: %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, n_first, n, percent, told,
                   want);
    }
}

Test (spread, percentiles_are_those_of_all_durations)
{
    const guint numbers[] = { 1, 2, 19, 20, 99, 100, 101, EXACT - 1, EXACT, EXACT + 1, 3 * EXACT, 50000 };

    for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
        expect_truth (numbers[i], 0);
        expect_truth (numbers[i], numbers[i]);
        expect_truth (numbers[i], numbers[i] / 3);
    }
}

Test (spread, the_order_of_joining_changes_nothing)
{
    AUTO_SPREAD small = spread_new (EXACT);
    AUTO_SPREAD large = spread_new (EXACT);
    AUTO_SPREAD one = spread_new (EXACT);
    AUTO_SPREAD two = spread_new (EXACT);

    for (guint i = 0; i < 3 * EXACT; i++)
        spread_add (large, (gint64) i * 1000003);
    for (guint i = 0; i < 10; i++)
        spread_add (small, (gint64) i * 77);
    spread_join (one, small);
    spread_join (one, large);
    spread_join (two, large);
    spread_join (two, small);
    for (guint percent = 1; percent <= 100; percent++)
        cr_expect_eq (spread_percentile (one, percent), spread_percentile (two, percent), "%u %%", percent);
}

/* What a step is told as lies in it, up to the longest duration that there can be. */
Test (spread, the_largest_and_the_smallest_have_a_step)
{
    for (guint bits = 0; bits < 63; bits++)
        for (gint64 around = -1; around <= 1; around++) {
            const gint64 duration = (G_GINT64_CONSTANT (1) << bits) + around;
            AUTO_SPREAD spread = spread_new (0);
            spread_add (spread, duration);
            spread_add (spread, G_MAXINT64);
            const gint64 told = spread_percentile (spread, 50);
            cr_expect (fabs ((double) (told - duration)) <= SPREAD_ERROR * (double) duration,
                       "%" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, told, duration);
            cr_expect_eq (spread_longest (spread), G_MAXINT64);
        }
}
