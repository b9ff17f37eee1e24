/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/in_order.h"

typedef struct {
    guint n, ahead;
    InOrderWork work;
    InOrderTake take;
    gpointer user_data;
    GMutex mutex; /* for all below */
    GCond taken_more;
    guint begun, taken;
    guint waiting;      /* threads that may not begin more before something is taken */
    gboolean is_taking; /* one of the threads */
    gboolean is_over;   /* nothing more is wanted */
    gpointer *results;  /* owned; of each thing */
    gboolean *are_done; /* owned */
} Shared;

/* The next thing to work on; FALSE when there is none. */
static gboolean next_thing (Shared *shared, guint *ret_number)
{
    while (!shared->is_over && shared->begun < shared->n && shared->begun - shared->taken >= shared->ahead) {
        shared->waiting++;
        g_cond_wait (&shared->taken_more, &shared->mutex);
        shared->waiting--;
    }
    if (shared->is_over || shared->begun == shared->n)
        return FALSE;
    *ret_number = shared->begun++;
    return TRUE;
}

/* Whoever has done what is due next takes it, and what others have done behind it: nobody has to be woken for that,
 * which would cost as much as a small capture. */
static void take_what_is_due (Shared *shared)
{
    if (shared->is_taking)
        return;
    shared->is_taking = TRUE;
    while (!shared->is_over && shared->taken < shared->n && shared->are_done[shared->taken]) {
        gpointer result = g_steal_pointer (&shared->results[shared->taken]);
        g_mutex_unlock (&shared->mutex);
        const gboolean goes_on = shared->take (result, shared->user_data);
        g_mutex_lock (&shared->mutex);
        shared->taken++;
        shared->is_over |= !goes_on;
        if (shared->waiting)
            g_cond_broadcast (&shared->taken_more);
    }
    shared->is_taking = FALSE;
}

static gpointer work_on (gpointer data)
{
    Shared *shared = data;
    guint number;

    g_mutex_lock (&shared->mutex);
    while (next_thing (shared, &number)) {
        g_mutex_unlock (&shared->mutex);
        gpointer result = shared->work (number, shared->user_data);
        g_mutex_lock (&shared->mutex);
        shared->results[number] = result;
        shared->are_done[number] = TRUE;
        take_what_is_due (shared);
    }
    g_mutex_unlock (&shared->mutex);
    return NULL;
}

void in_order (guint n, guint jobs, guint ahead, InOrderWork work, InOrderTake take, GDestroyNotify result_free,
               gpointer user_data)
{
    g_autoptr (GPtrArray) threads = g_ptr_array_new ();
    g_autofree gpointer *results = g_new0 (gpointer, n + 1);
    g_autofree gboolean *are_done = g_new0 (gboolean, n + 1);
    Shared shared = { .n = n,
                      .ahead = MAX (ahead, 1),
                      .work = work,
                      .take = take,
                      .user_data = user_data,
                      .results = results,
                      .are_done = are_done };

    g_mutex_init (&shared.mutex);
    g_cond_init (&shared.taken_more);
    for (guint i = 1; i < MIN (jobs, n); i++) {
        GThread *thread = g_thread_try_new ("work", work_on, &shared, NULL);
        if (!thread) /* fewer do it, too */
            break;
        g_ptr_array_add (threads, thread);
    }
    work_on (&shared);
    for (guint i = 0; i < threads->len; i++)
        g_thread_join (g_ptr_array_index (threads, i));
    for (guint i = 0; i < n; i++)
        if (results[i])
            result_free (results[i]);
    g_cond_clear (&shared.taken_more);
    g_mutex_clear (&shared.mutex);
}
