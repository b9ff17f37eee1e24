/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/in_order.h"

#include <criterion/criterion.h>

TestSuite (in_order, .timeout = 60);

#define N 200

typedef struct {
    gint at_work, most; /* atomic */
    gint begun;         /* atomic */
    guint taken, wanted, freed;
    gboolean in_order, one_at_a_time;
    gint at_taking; /* atomic */
} Seen;

static gint freed;

static gpointer work (guint number, gpointer user_data)
{
    Seen *seen = user_data;

    const gint now = g_atomic_int_add (&seen->at_work, 1) + 1;
    if (now > g_atomic_int_get (&seen->most))
        g_atomic_int_set (&seen->most, now);
    g_atomic_int_inc (&seen->begun);
    /* Those that come first take longest. */
    g_usleep ((N - number) % 7 * 200);
    g_atomic_int_add (&seen->at_work, -1);
    return g_memdup2 (&number, sizeof number);
}

static gboolean take (gpointer result, gpointer user_data)
{
    Seen *seen = user_data;

    seen->one_at_a_time &= g_atomic_int_add (&seen->at_taking, 1) == 0;
    seen->in_order &= *(guint *) result == seen->taken;
    seen->taken++;
    g_free (result);
    g_atomic_int_add (&seen->at_taking, -1);
    return seen->taken < seen->wanted;
}

static void free_result (gpointer result)
{
    g_atomic_int_inc (&freed);
    g_free (result);
}

static Seen run (guint n, guint jobs, guint ahead, guint wanted)
{
    Seen seen = { .in_order = TRUE, .one_at_a_time = TRUE, .wanted = wanted };

    freed = 0;
    in_order (n, jobs, ahead, work, take, free_result, &seen);
    seen.freed = (guint) freed;
    return seen;
}

Test (in_order, results_come_in_the_order_of_the_things)
{
    for (guint jobs = 0; jobs < 6; jobs++) {
        const Seen seen = run (N, jobs, 8, N + 1);
        cr_assert (seen.in_order && seen.taken == N, "%u jobs: %u taken", jobs, seen.taken);
        cr_assert (seen.one_at_a_time);
        cr_assert_leq ((guint) seen.most, MAX (jobs, 1));
        cr_assert_eq (seen.freed, 0);
    }
}

Test (in_order, what_is_not_wanted_is_not_begun_and_what_was_begun_is_freed)
{
    for (guint jobs = 1; jobs < 6; jobs++) {
        const Seen seen = run (N, jobs, 8, 10);
        cr_assert_eq (seen.taken, 10);
        cr_assert_leq (seen.begun, 10 + 8);
        cr_assert_eq (seen.freed, (guint) seen.begun - 10);
    }
}

Test (in_order, nothing_is_nothing)
{
    cr_assert_eq (run (0, 4, 4, 1).taken, 0);
}
