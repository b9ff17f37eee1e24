/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ought to follow, by deadline. As a rule time goes on and a timer is always as long, so that deadlines of one
 * timer come in their order: a queue for each timer in use would be sorted by itself. Nobody needs to know which timer
 * it was: each watch goes to the first queue whose last one it may follow, and the few that fit nowhere (broken clocks)
 * to a heap. */
#include "registration/findings/diagnose_internal.h"

#define QUEUES     8
#define MANY_TAKEN 1024 /* that many from the front of a queue: time to give back their room */

typedef struct {
    GArray *watches; /* of Watch, sorted; owned */
    guint first;     /* those before it were taken */
} Queue;

struct Watches {
    Queue queues[QUEUES];
    GArray *heap;    /* of Watch; owned */
    gint64 earliest; /* no deadline is earlier */
};

Watches *watches_new (void)
{
    Watches *watches = g_new0 (Watches, 1);

    for (guint i = 0; i < QUEUES; i++)
        watches->queues[i].watches = g_array_new (FALSE, FALSE, sizeof (Watch));
    watches->heap = g_array_new (FALSE, FALSE, sizeof (Watch));
    watches->earliest = G_MAXINT64;
    return watches;
}

void watches_free (Watches *watches)
{
    for (guint i = 0; i < QUEUES; i++)
        g_array_unref (watches->queues[i].watches);
    g_array_unref (watches->heap);
    g_free (watches);
}

static gboolean is_before (const Watch *a, const Watch *b)
{
    if (a->deadline != b->deadline)
        return a->deadline < b->deadline;
    return a->note != b->note ? a->note < b->note : a->problem < b->problem;
}

/* --- The heap */

static Watch *place (const GArray *heap, guint index)
{
    return &g_array_index (heap, Watch, index);
}

/* Those that come later move down one by one to make room. */
static void heap_add (GArray *heap, const Watch *watch)
{
    guint i = heap->len;

    g_array_set_size (heap, heap->len + 1);
    for (; i > 0 && is_before (watch, place (heap, (i - 1) / 2)); i = (i - 1) / 2)
        *place (heap, i) = *place (heap, (i - 1) / 2);
    *place (heap, i) = *watch;
}

static void heap_take (GArray *heap)
{
    const Watch last = *place (heap, heap->len - 1);
    const guint n = heap->len - 1;
    guint i = 0;

    for (guint child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_before (place (heap, child + 1), place (heap, child)))
            child++;
        if (!is_before (place (heap, child), &last))
            break;
        *place (heap, i) = *place (heap, child);
    }
    *place (heap, i) = last;
    g_array_set_size (heap, n);
}

/* --- The queues */

static Watch *queue_first (const Queue *queue)
{
    return queue->first < queue->watches->len ? &g_array_index (queue->watches, Watch, queue->first) : NULL;
}

static gboolean queue_add (Queue *queue, const Watch *watch)
{
    const guint n = queue->watches->len;

    if (queue_first (queue) && is_before (watch, &g_array_index (queue->watches, Watch, n - 1)))
        return FALSE;
    g_array_append_vals (queue->watches, watch, 1);
    return TRUE;
}

static void queue_take (Queue *queue)
{
    queue->first++;
    if (queue->first < queue->watches->len && (queue->first < MANY_TAKEN || queue->first < queue->watches->len / 2))
        return;
    g_array_remove_range (queue->watches, 0, queue->first);
    queue->first = 0;
}

/* --- Both */

static void add (Watches *watches, const Watch *watch)
{
    watches->earliest = MIN (watches->earliest, watch->deadline);
    for (guint i = 0; i < QUEUES; i++)
        if (queue_add (&watches->queues[i], watch))
            return;
    heap_add (watches->heap, watch);
}

void diagnose_watch (const Sight *sight, const Watch *watch)
{
    add (sight->diagnosis->watches, watch);
}

/* The first of all; FALSE when there is none up to that deadline. */
static gboolean take_first (Watches *watches, gint64 deadline, Watch *ret_watch)
{
    const Watch *first = watches->heap->len ? place (watches->heap, 0) : NULL;
    Queue *of = NULL;

    for (guint i = 0; i < QUEUES; i++) {
        const Watch *other = queue_first (&watches->queues[i]);
        if (other && (!first || is_before (other, first))) {
            first = other;
            of = &watches->queues[i];
        }
    }
    watches->earliest = first ? first->deadline : G_MAXINT64;
    if (!first || first->deadline > deadline)
        return FALSE;
    *ret_watch = *first;
    if (of)
        queue_take (of);
    else
        heap_take (watches->heap);
    return TRUE;
}

static void is_due (Diagnosis *diagnosis, const Watch *watch)
{
    Sight sight = sight_at (diagnosis, watch->note, NULL);
    watch->due (&sight, watch);
}

void watches_run (Diagnosis *diagnosis, gint64 now)
{
    Watch watch;

    while (diagnosis->watches->earliest <= now && take_first (diagnosis->watches, now, &watch))
        is_due (diagnosis, &watch);
}

static gint64 later (gint64 time, gint64 duration)
{
    return MIN (time, G_MAXINT64 - duration) + duration;
}

/* All by the same: their order stays. */
static void put_off (const GArray *watches, gint64 duration)
{
    for (guint i = 0; i < watches->len; i++)
        place (watches, i)->deadline = later (place (watches, i)->deadline, duration);
}

void watches_put_off (Diagnosis *diagnosis, gint64 duration)
{
    Watches *watches = diagnosis->watches;

    for (guint i = 0; i < QUEUES; i++)
        put_off (watches->queues[i].watches, duration);
    put_off (watches->heap, duration);
    watches->earliest = later (watches->earliest, duration);
}

void watches_close (Diagnosis *diagnosis, gint64 now)
{
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Watch));

    for (Watch first; take_first (diagnosis->watches, G_MAXINT64, &first);)
        g_array_append_val (all, first);
    for (guint i = 0; i < all->len; i++) {
        const Watch *watch = &g_array_index (all, Watch, i);
        if (watch->deadline <= now || watch->closes_at_end)
            is_due (diagnosis, watch);
        else /* the capture may go on */
            add (diagnosis->watches, watch);
    }
}
