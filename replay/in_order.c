/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/in_order.h"

typedef struct {
    guint n, ahead;
    InOrderWork work;
    gpointer user_data;
    GMutex mutex; /* for all below */
    GCond changed;
    guint begun, taken;
    gboolean is_over;   /* nothing more is wanted */
    gpointer *results;  /* owned; of each thing */
    gboolean *are_done; /* owned */
} Shared;

/* The next thing to work on; FALSE when there is none. */
static gboolean next_thing (Shared *shared, guint *ret_number)
{
    while (!shared->is_over && shared->begun < shared->n && shared->begun - shared->taken >= shared->ahead)
        g_cond_wait (&shared->changed, &shared->mutex);
    if (shared->is_over || shared->begun == shared->n)
        return FALSE;
    *ret_number = shared->begun++;
    return TRUE;
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
        g_cond_broadcast (&shared->changed);
    }
    g_mutex_unlock (&shared->mutex);
    return NULL;
}

static void take_all (Shared *shared, InOrderTake take)
{
    gboolean goes_on = TRUE;

    g_mutex_lock (&shared->mutex);
    while (shared->taken < shared->n && goes_on) {
        while (!shared->are_done[shared->taken])
            g_cond_wait (&shared->changed, &shared->mutex);
        gpointer result = g_steal_pointer (&shared->results[shared->taken]);
        g_mutex_unlock (&shared->mutex);
        goes_on = take (result, shared->user_data);
        g_mutex_lock (&shared->mutex);
        shared->taken++;
        g_cond_broadcast (&shared->changed);
    }
    shared->is_over = TRUE;
    g_cond_broadcast (&shared->changed);
    g_mutex_unlock (&shared->mutex);
}

static void one_by_one (guint n, InOrderWork work, InOrderTake take, gpointer user_data)
{
    for (guint i = 0; i < n; i++)
        if (!take (work (i, user_data), user_data))
            return;
}

void in_order (guint n, guint jobs, guint ahead, InOrderWork work, InOrderTake take, GDestroyNotify result_free,
               gpointer user_data)
{
    g_autoptr (GPtrArray) threads = g_ptr_array_new ();
    g_autofree gpointer *results = g_new0 (gpointer, n + 1);
    g_autofree gboolean *are_done = g_new0 (gboolean, n + 1);
    Shared shared = {
        .n = n, .ahead = MAX (ahead, 1), .work = work, .user_data = user_data, .results = results, .are_done = are_done
    };

    g_mutex_init (&shared.mutex);
    g_cond_init (&shared.changed);
    for (guint i = 0; jobs > 1 && i < MIN (jobs, n); i++) {
        GThread *thread = g_thread_try_new ("work", work_on, &shared, NULL);
        if (!thread) /* fewer do it, too */
            break;
        g_ptr_array_add (threads, thread);
    }
    if (threads->len)
        take_all (&shared, take);
    else
        one_by_one (n, work, take, user_data);
    for (guint i = 0; i < threads->len; i++)
        g_thread_join (g_ptr_array_index (threads, i));
    for (guint i = 0; i < n; i++)
        if (results[i])
            result_free (results[i]);
    g_cond_clear (&shared.changed);
    g_mutex_clear (&shared.mutex);
}
