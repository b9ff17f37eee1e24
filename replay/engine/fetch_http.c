/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file by HTTP/1 on port 6970 (reference 4.4), one connection a file.
 *
 * Not libre's HTTP client: what is sent is the recorded phone's request, octet by octet but for its names (the answer
 * may depend on any header of it), and libre's writes one of its own; and it knows libre's sockets and timers only,
 * where this one goes over clock.h and transport.h, so that tests run it in memory and in no time. It follows nobody
 * elsewhere and keeps no connection, as the phones do neither. */
#include "replay/engine/fetch_internal.h"

#include "registration/protocols/http.h"

#include <errno.h>
#include <string.h>

/* What an answer may have before its body. */
#define HEAD_MAX (64 * 1024)

typedef struct {
    Fetch fetch; /* stays first */
    Connection *connection;
    GByteArray *request;
    GByteArray *received; /* what was not taken yet */
    gboolean has_head, is_chunked, has_length;
    guint64 left; /* of the body, when its length is known */
} HttpFetch;

static void close_http (Fetch *fetch)
{
    HttpFetch *http = (HttpFetch *) fetch;

    g_clear_pointer (&http->connection, connection_free);
    g_clear_pointer (&http->request, g_byte_array_unref);
    g_clear_pointer (&http->received, g_byte_array_unref);
}

static void on_silence (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    HttpFetch *http = user_data;
    gboolean has_begun = http->fetch.result.answered >= 0;

    fetch_end (&http->fetch, has_begun ? FILE_BROKEN_OFF : FILE_UNANSWERED, 0,
               has_begun ? g_strdup ("the answer does not go on") : NULL);
}

/* TCP sends again by itself; what a phone would wait in all by TFTP is waited here. */
static void wait_on (HttpFetch *http)
{
    agenda_make (http->fetch.settings.agenda, &http->fetch.patience,
                 clock_now () + (FETCH_REPEATS + 1) * FETCH_PATIENCE, on_silence, http);
}

static void on_connected (Connection *connection, G_GNUC_UNUSED gint64 round_trip, gpointer user_data)
{
    HttpFetch *http = user_data;

    /* What counts is how long the server takes to answer. */
    http->fetch.result.asked = clock_now ();
    connection_send (connection, (View){ http->request->data, http->request->len });
    http->fetch.result.asked_by = clock_now ();
    wait_on (http);
}

static void end_refused (HttpFetch *http, const HttpMessage *answer)
{
    g_autofree char *reason = view_dup (answer->reason), *where = view_dup (answer->location);
    gboolean moves = answer->status / 100 == 3 && *where;
    char *text = moves ? g_strdup_printf ("%s%sit points to %s, and nobody is followed elsewhere", reason,
                                          *reason ? "; " : "", where)
                       : g_strdup (*reason ? reason : NULL);

    fetch_end (&http->fetch, answer->status == 404 ? FILE_NOT_FOUND : FILE_REFUSED, answer->status, text);
}

/* FALSE when the fetch is at its end. */
static gboolean begin_body (HttpFetch *http, const HttpMessage *answer)
{
    http->has_head = TRUE;
    http->is_chunked = answer->chunked;
    http->has_length = answer->has_content_length && !answer->chunked;
    http->left = http->has_length ? answer->content_length : 0;
    if (answer->bad_content_length && !answer->chunked) {
        fetch_end (&http->fetch, FILE_BROKEN_OFF, 0, g_strdup ("its Content-Length is no number, or there are two"));
        return FALSE;
    }
    if (http->has_length && http->left > FETCH_SIZE_MAX && !http->fetch.settings.first_block_only) {
        fetch_end_too_large (&http->fetch, http->left);
        return FALSE;
    }
    return TRUE;
}

/* FALSE when the fetch is at its end. ret_size: octets that are dealt with; 0: more are needed. */
static gboolean take_head (HttpFetch *http, gsize *ret_size)
{
    HttpMessage answer;
    const GByteArray *received = http->received;

    *ret_size = 0;
    gboolean is_http = http_decode (received->data, received->len, &answer);
    if (!is_http && received->len < HEAD_MAX && !memchr (received->data, '\n', received->len))
        return TRUE;
    if (!is_http || answer.is_request || (!answer.head_complete && received->len >= HEAD_MAX)) {
        fetch_end (&http->fetch, FILE_BROKEN_OFF, 0,
                   g_strdup (is_http && !answer.is_request ? "a head without end" : "the answer is no HTTP"));
        return FALSE;
    }
    if (!answer.head_complete)
        return TRUE;
    *ret_size = (gsize) (answer.body.data ? (gsize) (answer.body.data - received->data) : received->len);
    /* Provisional: the answer follows (RFC 9110, 15.2). */
    if (answer.status / 100 == 1)
        return TRUE;
    if (answer.status == 200)
        return begin_body (http, &answer);
    end_refused (http, &answer);
    return FALSE;
}

/* Takes what is there of the body; FALSE when the fetch is at its end. */
static gboolean take_body (HttpFetch *http, View body, gsize *ret_used)
{
    gsize used = 0;

    if (http->is_chunked) {
        for (;;) {
            View chunk;
            gssize size = http_chunk (body.data + used, body.size - used, &chunk);
            if (size < 0) {
                fetch_end (&http->fetch, FILE_BROKEN_OFF, 0, g_strdup ("its chunks cannot be read"));
                return FALSE;
            }
            if (size == 0)
                break;
            if (chunk.size == 0) {
                fetch_end (&http->fetch, FILE_DELIVERED, 0, NULL);
                return FALSE;
            }
            used += (gsize) size;
            if (!fetch_take (&http->fetch, chunk))
                return FALSE;
        }
    } else {
        used = http->has_length ? (gsize) MIN (http->left, body.size) : body.size;
        http->left -= http->has_length ? used : 0;
        if (!fetch_take (&http->fetch, (View){ body.data, used }))
            return FALSE;
        if (http->has_length && http->left == 0) {
            fetch_end (&http->fetch, FILE_DELIVERED, 0, NULL);
            return FALSE;
        }
    }
    *ret_used = used;
    return TRUE;
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    HttpFetch *http = user_data;
    gsize used = 0;

    fetch_answered (&http->fetch);
    g_byte_array_append (http->received, octets.data, (guint) octets.size);
    while (!http->has_head) {
        if (!take_head (http, &used))
            return;
        if (used == 0)
            return;
        g_byte_array_remove_range (http->received, 0, (guint) used);
    }
    if (http->fetch.settings.first_block_only) {
        fetch_end (&http->fetch, FILE_DELIVERED, 0, NULL);
        return;
    }
    if (!take_body (http, (View){ http->received->data, http->received->len }, &used))
        return;
    g_byte_array_remove_range (http->received, 0, (guint) used);
    wait_on (http);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, int error, gpointer user_data)
{
    HttpFetch *http = user_data;

    if (http->fetch.result.answered < 0)
        fetch_end (&http->fetch, error == ECONNREFUSED ? FILE_NO_SERVER : FILE_UNANSWERED, 0,
                   g_strdup (error ? g_strerror (error) : "the connection was closed without an answer"));
    else if (http->has_head && !http->has_length && !http->is_chunked && !error)
        fetch_end (&http->fetch, FILE_DELIVERED, 0, NULL); /* the end of the connection is that of the file */
    else
        fetch_end (&http->fetch, FILE_BROKEN_OFF, 0,
                   g_strdup (error ? g_strerror (error) : "the connection was closed before its end"));
}

Fetch *fetch_http (const FetchSettings *settings, GByteArray *request, FetchDone done, gpointer user_data,
                   GError **error)
{
    static const ConnectionHandlers handlers = { on_connected, on_received, on_closed };
    HttpFetch *http = g_new0 (HttpFetch, 1);

    fetch_init (&http->fetch, settings, done, user_data, close_http);
    http->request = request;
    http->received = g_byte_array_new ();
    http->connection = transport_connect (&settings->server, CARRIER_TCP,
                                          settings->source.size ? &settings->source : NULL, &handlers, http, error);
    if (!http->connection) {
        fetch_free (&http->fetch);
        return NULL;
    }
    wait_on (http);
    return &http->fetch;
}
