/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/session.h"

#include <string.h>

struct PendingRequest {
    guint32 key;
    NoteId request;
};

/* Frames are swapped one by one: more than a few answers are early only where the requests are not captured. */
#define EARLY_MAX 4

struct EarlyAnswer {
    guint32 key;
    NoteId answer;
    guint32 acknowledgment;
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
    g_clear_pointer (&session->carried, g_array_unref);
    g_free (session->pending);
    g_free (session->early);
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

void session_forget_old (Session *session, const Notes *notes, guint32 id, guint64 instance, gint64 time)
{
    const guint32 key = request_key (id, instance);
    guint same = find (session, key);

    while (same < session->n_pending &&
           time - notes_get (notes, session->pending[same].request)->time > REQUEST_PATIENCE) {
        forget (session, same);
        same = find (session, key);
    }
}

void session_ask (Session *session, const Notes *notes, guint32 id, guint64 instance, NoteId request, gint64 time)
{
    /* Repeats of a lost request are lost with it: what the server sends later on its own must not answer them. */
    session_forget_old (session, notes, id, instance, time);
    if (session->n_pending == PENDING_MAX)
        forget (session, 0);
    /* Room grows in steps, so that a phone that asks one thing at a time costs little. */
    if (session->n_pending % 8 == 0)
        session->pending = g_renew (struct PendingRequest, session->pending, session->n_pending + 8);
    session->pending[session->n_pending++] = (struct PendingRequest){ request_key (id, instance), request };
}

static void forget_early (Session *session, guint place)
{
    session->n_early--;
    memmove (session->early + place, session->early + place + 1, (session->n_early - place) * sizeof *session->early);
    if (session->n_early == 0)
        g_clear_pointer (&session->early, g_free);
}

void session_answer_early (Session *session, guint32 id, guint64 instance, NoteId answer, guint32 acknowledgment)
{
    const struct EarlyAnswer early = { request_key (id, instance), answer, acknowledgment };

    if (session->n_early == EARLY_MAX)
        forget_early (session, 0);
    if (!session->early)
        session->early = g_new (struct EarlyAnswer, EARLY_MAX);
    session->early[session->n_early++] = early;
}

NoteId session_take_early (Session *session, guint32 id, guint64 instance, guint32 end)
{
    const guint32 key = request_key (id, instance);

    for (guint i = 0; i < session->n_early; i++) {
        const struct EarlyAnswer early = session->early[i];
        if (early.key != key || (gint32) (early.acknowledgment - end) < 0)
            continue;
        forget_early (session, i);
        return early.answer;
    }
    return 0;
}

gboolean session_waits (const Session *session, guint32 id, guint64 instance)
{
    return find (session, request_key (id, instance)) < session->n_pending;
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
