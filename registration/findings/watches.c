/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ought to follow: a heap by deadline. Most deadlines come in the order in which they are set, so to set one costs
 * nothing as a rule. */
#include "registration/findings/diagnose_internal.h"

static gboolean is_before (const Watch *a, const Watch *b)
{
    if (a->deadline != b->deadline)
        return a->deadline < b->deadline;
    return a->note != b->note ? a->note < b->note : a->problem < b->problem;
}

static Watch *place (const Flow *flow, guint index)
{
    return &g_array_index (flow->watches, Watch, index);
}

static void swap (const Flow *flow, guint a, guint b)
{
    Watch kept = *place (flow, a);

    *place (flow, a) = *place (flow, b);
    *place (flow, b) = kept;
}

static void sift_down (const Flow *flow)
{
    for (guint i = 0, least;; i = least) {
        const guint left = 2 * i + 1, right = left + 1;
        least = i;
        if (left < flow->watches->len && is_before (place (flow, left), place (flow, least)))
            least = left;
        if (right < flow->watches->len && is_before (place (flow, right), place (flow, least)))
            least = right;
        if (least == i)
            return;
        swap (flow, i, least);
    }
}

void diagnose_watch (Flow *flow, const Watch *watch)
{
    g_array_append_vals (flow->watches, watch, 1);
    for (guint i = flow->watches->len - 1; i > 0 && is_before (place (flow, i), place (flow, (i - 1) / 2));
         i = (i - 1) / 2)
        swap (flow, i, (i - 1) / 2);
}

static Watch take_first (const Flow *flow)
{
    Watch first = *place (flow, 0);

    g_array_remove_index_fast (flow->watches, 0);
    sift_down (flow);
    return first;
}

void watches_run (Flow *flow, gint64 now)
{
    while (flow->watches->len && place (flow, 0)->deadline <= now) {
        Watch watch = take_first (flow);
        watch.due (flow, &watch);
    }
}

void watches_close (Flow *flow, gint64 now)
{
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Watch));

    while (flow->watches->len) {
        Watch first = take_first (flow);
        g_array_append_val (all, first);
    }
    for (guint i = 0; i < all->len; i++) {
        const Watch *watch = &g_array_index (all, Watch, i);
        if (watch->deadline <= now || watch->closes_at_end)
            watch->due (flow, watch);
        else /* the capture may go on */
            diagnose_watch (flow, watch);
    }
}
