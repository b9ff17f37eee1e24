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

/* Puts the watch where it belongs in the heap in which that place is free: on the way up those that come later move
 * down one by one. */
static void sift_up (const Flow *flow, guint free_place, const Watch *watch)
{
    guint i = free_place;

    for (; i > 0 && is_before (watch, place (flow, (i - 1) / 2)); i = (i - 1) / 2)
        *place (flow, i) = *place (flow, (i - 1) / 2);
    *place (flow, i) = *watch;
}

/* The same on the way down, from the top. */
static void sift_down (const Flow *flow, const Watch *watch)
{
    const guint n = flow->watches->len;
    guint i = 0;

    for (guint child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_before (place (flow, child + 1), place (flow, child)))
            child++;
        if (!is_before (place (flow, child), watch))
            break;
        *place (flow, i) = *place (flow, child);
    }
    *place (flow, i) = *watch;
}

void diagnose_watch (Flow *flow, const Watch *watch)
{
    g_array_set_size (flow->watches, flow->watches->len + 1);
    sift_up (flow, flow->watches->len - 1, watch);
}

static Watch take_first (const Flow *flow)
{
    Watch first = *place (flow, 0), last = *place (flow, flow->watches->len - 1);

    g_array_set_size (flow->watches, flow->watches->len - 1);
    if (flow->watches->len)
        sift_down (flow, &last);
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
