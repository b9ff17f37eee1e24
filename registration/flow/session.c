/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/session.h"

#include <string.h>

struct PendingRequest {
    guint32 key;
    NoteId request;
};

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
    g_clear_pointer (&session->plain[FROM_PHONE], g_byte_array_unref);
    g_clear_pointer (&session->plain[FROM_SERVER], g_byte_array_unref);
    g_free (session->file);
    g_free (session->pending);
    g_free (session);
}

/* Ids and instances that matter fit 16 bits each; a hostile instance beyond that can only pair with its like. */
static guint32 request_key (guint32 id, guint64 instance)
{
    return (id & 0xFFFF) << 16 | (guint32) (instance & 0xFFFF);
}

static void forget (Session *session, guint place)
{
    session->n_pending--;
    memmove (session->pending + place, session->pending + place + 1,
             (session->n_pending - place) * sizeof *session->pending);
    if (session->n_pending == 0)
        g_clear_pointer (&session->pending, g_free);
}

/* The oldest unanswered request of that kind, or n_pending. */
static guint find (const Session *session, guint32 key)
{
    guint place = 0;

    while (place < session->n_pending && session->pending[place].key != key)
        place++;
    return place;
}

void session_ask (Session *session, const Notes *notes, guint32 id, guint64 instance, NoteId request, gint64 time)
{
    guint32 key = request_key (id, instance);
    guint same = find (session, key);

    /* Repeats of a lost request are lost with it: what the server sends later on its own must not answer them. */
    while (same < session->n_pending &&
           time - notes_get (notes, session->pending[same].request)->time > REQUEST_PATIENCE) {
        forget (session, same);
        same = find (session, key);
    }
    if (session->n_pending == PENDING_MAX)
        forget (session, 0);
    /* Room grows in steps, so that a phone that asks one thing at a time costs little. */
    if (session->n_pending % 8 == 0)
        session->pending = g_renew (struct PendingRequest, session->pending, session->n_pending + 8);
    session->pending[session->n_pending++] = (struct PendingRequest){ key, request };
}

NoteId session_answer (Session *session, guint32 id, guint64 instance)
{
    guint place = find (session, request_key (id, instance));

    if (place == session->n_pending)
        return 0;
    NoteId request = session->pending[place].request;
    forget (session, place);
    return request;
}
