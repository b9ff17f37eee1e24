/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/session.h"

/* A repeated request that waits behind an equal one. More than this many at once are a broken or hostile phone. */
#define REPEATS_MAX 64

typedef struct {
    guint32 key;
    NoteId request;
} PendingRepeat;

Session *session_new (const Endpoint *phone, const Endpoint *server)
{
    Session *session = g_new0 (Session, 1);

    session->tcp.ends[FROM_PHONE] = *phone;
    session->tcp.ends[FROM_SERVER] = *server;
    return session;
}

void session_free (Session *session)
{
    if (!session)
        return;
    stream_clear (&session->tcp.streams[FROM_PHONE]);
    stream_clear (&session->tcp.streams[FROM_SERVER]);
    g_clear_pointer (&session->pending, g_hash_table_unref);
    g_clear_pointer (&session->repeats, g_array_unref);
    g_free (session);
}

/* Ids and instances that matter fit 16 bits each; a hostile instance beyond that can only pair with its like. */
static guint32 request_key (guint32 id, guint64 instance)
{
    return (id & 0xFFFF) << 16 | (guint32)(instance & 0xFFFF);
}

void session_ask (Session *session, const Notes *notes, guint32 id, guint64 instance, NoteId request, gint64 time)
{
    guint32 key = request_key (id, instance);

    if (!session->pending)
        session->pending = g_hash_table_new (NULL, NULL);
    const Note *oldest =
        notes_get (notes, GPOINTER_TO_UINT (g_hash_table_lookup (session->pending, GUINT_TO_POINTER (key))));
    if (!oldest || time - oldest->time > REQUEST_PATIENCE) {
        g_hash_table_insert (session->pending, GUINT_TO_POINTER (key), GUINT_TO_POINTER (request));
        return;
    }
    if (!session->repeats)
        session->repeats = g_array_new (FALSE, FALSE, sizeof (PendingRepeat));
    PendingRepeat repeat = { key, request };
    if (session->repeats->len < REPEATS_MAX)
        g_array_append_val (session->repeats, repeat);
}

NoteId session_answer (Session *session, guint32 id, guint64 instance)
{
    guint32 key = request_key (id, instance);
    gpointer pending_key = GUINT_TO_POINTER (key);

    if (!session->pending)
        return 0;
    NoteId request = GPOINTER_TO_UINT (g_hash_table_lookup (session->pending, pending_key));
    if (!request)
        return 0;
    g_hash_table_remove (session->pending, pending_key);
    for (guint i = 0; session->repeats && i < session->repeats->len; i++) {
        PendingRepeat repeat = g_array_index (session->repeats, PendingRepeat, i);
        if (repeat.key == key) {
            g_hash_table_insert (session->pending, pending_key, GUINT_TO_POINTER (repeat.request));
            g_array_remove_index (session->repeats, i);
            break;
        }
    }
    return request;
}
