/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP: heads, bodies of a length or in chunks, and what file was asked for. */
#include "registration/anonymise/conversation_internal.h"

#include "registration/protocols/http.h"
#include "registration/protocols/sip_text.h"

#include <string.h>

/* Files that are longer have no names in them, and are not waited for. */
#define BODY_MAX (1024 * 1024)
#define HEAD_MAX 65536

/* Behind the size of a chunk a server may say what it likes (RFC 9112, 7.1.1). */
static void write_extension (const Pen *pen, guint8 *line, gsize size)
{
    const guint8 *end = memchr (line, '\n', size);
    const gsize used = end ? (gsize) (end - line) : size;
    const guint8 *mark = memchr (line, ';', used);

    if (mark)
        pen_text (pen, line + (mark - line), used - (gsize) (mark - line), TEXT_WHERE);
}

/* Headers behind the last chunk, up to an empty line. Returns the end. */
static gsize write_trailers (const Pen *pen, guint8 *text, gsize size)
{
    for (gsize at = 0; at < size;) {
        const guint8 *end = memchr (text + at, '\n', size - at);
        const gsize line = end ? (gsize) (end - text) - at : size - at;
        const guint8 *colon = line ? memchr (text + at, ':', line) : NULL;
        if (line <= 1)
            return MIN (at + line + 1, size);
        const gsize value = colon ? (gsize) (colon + 1 - text) : at;
        pen_text (pen, text + value, at + line - value, TEXT_WHERE);
        pen_text (pen, text + at, value - at, TEXT_CALLED);
        at += line + 1;
    }
    return size;
}

/* Chunks put together, and what of them was changed put back. Returns their octets; 0 when the last is not there. */
static gsize read_chunks (Direction *direction, guint8 *body, gsize size, View name)
{
    g_autoptr (GByteArray) content = g_byte_array_new ();
    View chunk;
    gsize at = 0, from = 0;

    for (;;) {
        const gssize step = http_chunk (body + at, size - at, &chunk);
        if (step <= 0)
            return 0;
        at += (gsize) step;
        if (chunk.size == 0)
            break;
        g_byte_array_append (content, chunk.data, (guint) chunk.size);
    }
    anonymise_file (direction->conversation->pen, name, content->data, content->len);
    for (at = 0; from < content->len;) {
        write_extension (direction->conversation->pen, body + at, size - at);
        at += (gsize) http_chunk (body + at, size - at, &chunk);
        memcpy ((guint8 *) chunk.data, content->data + from, chunk.size);
        from += chunk.size;
    }
    write_extension (direction->conversation->pen, body + at, size - at);
    at += (gsize) http_chunk (body + at, size - at, &chunk);
    return at + write_trailers (direction->conversation->pen, body + at, size - at);
}

static void remember_file (Conversation *conversation, const HttpMessage *http)
{
    if (!http->is_request)
        return;
    g_free (conversation->file);
    conversation->file = view_dup (http->path);
    conversation->is_head = sip_equal (http->method, "HEAD");
}

/* "HTTP/1.1 200": no body has that in front. */
static gboolean begins_answer (const guint8 *data, gsize size)
{
    enum { LEAST = 12 };
    return size >= LEAST && memcmp (data, "HTTP/1.", 7) == 0 && data[8] == ' ' && g_ascii_isdigit (data[9]) &&
           g_ascii_isdigit (data[10]) && g_ascii_isdigit (data[11]);
}

/* How far a body reaches of which nobody has told its length: to the next answer, or with the connection. */
static gsize untold_size (const guint8 *body, gsize size)
{
    for (gsize at = 0; at < size; at++) {
        const guint8 *lf = memchr (body + at, '\n', size - at);
        if (begins_answer (body + at, size - at))
            return at;
        if (!lf)
            break;
        at = (gsize) (lf - body);
    }
    return size;
}

/* How long a body will be, of which so much is here; G_MAXUINT64: nobody knows. Some answers have none whatever they
 * tell of its length: those that say so by their status (RFC 9112, 6.3), and those to HEAD, behind which the next one
 * begins. */
static guint64 body_size (const HttpMessage *http, gboolean is_head, const guint8 *body, gsize here)
{
    enum { NO_CONTENT = 204, NOT_MODIFIED = 304, FIRST_LAST = 200 };
    const guint status = http->status;

    if (!http->is_request && (is_head || status < FIRST_LAST || status == NO_CONTENT || status == NOT_MODIFIED ||
                              begins_answer (body, here)))
        return 0;
    if (http->has_content_length && !http->chunked)
        return http->content_length;
    if (http->is_request && !http->chunked)
        return 0;
    const gsize untold = http->chunked ? here : untold_size (body, here);
    return untold == here ? G_MAXUINT64 : untold;
}

gsize conversation_read_http (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    Conversation *conversation = direction->conversation;
    HttpMessage http;

    if (!http_decode (data, size, &http)) {
        if (!at_end && size < HEAD_MAX && !memchr (data, '\n', size))
            return 0;
        if (conversation_begins_http (data, size)) {
            g_autofree guint8 *before = conversation_copy (direction, data, size);
            anonymise_http_head (conversation->pen, data, size);
            return conversation_keep (direction, at, before, data, size);
        }
        return conversation_strange_size (direction, at, (View){ data, size }, at_end, http_find);
    }
    if (!http.head_complete && !at_end && size < HEAD_MAX)
        return 0;
    remember_file (conversation, &http);
    const View name = text_view (conversation->file);
    const gsize head = http.head_complete ? (gsize) (http.body.data - data) : size, here = size - head;
    const guint64 told = body_size (&http, conversation->is_head, data + head, here);
    const gboolean is_long = told == G_MAXUINT64 ? here > BODY_MAX : told > BODY_MAX;
    if (told > here && !is_long && !at_end) {
        View chunk;
        /* Without a length a body ends with its last chunk, or with the connection. */
        gsize n = 0;
        gssize step = 0;
        while (http.chunked && (step = http_chunk (data + head + n, here - n, &chunk)) > 0 && chunk.size)
            n += (gsize) step;
        if (!http.chunked || step == 0)
            return 0;
    }
    gsize body = (gsize) MIN (told, here);
    g_autofree guint8 *before = conversation_copy (direction, data, head + body);
    if (is_long) {
        anonymise_http_head (conversation->pen, data, head);
        lane_skip_to (direction->lane, told == G_MAXUINT64 ? G_MAXUINT64 : at + head + told);
        return conversation_keep (direction, at, before, data, head);
    }
    if (http.chunked) {
        const gsize chunks = read_chunks (direction, data + head, here, name);
        if (chunks)
            body = chunks;
        else
            anonymise_file (conversation->pen, name, data + head, body);
    } else {
        anonymise_file (conversation->pen, name, data + head, body);
    }
    anonymise_http_head (conversation->pen, data, head);
    return conversation_keep (direction, at, before, data, head + body);
}
