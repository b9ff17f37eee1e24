/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/flow_files_internal.h"
#include "registration/protocols/http.h"

#include <string.h>

#define HTTP_START_LINE_MAX 2048

/* The file that a request names: its path without the first slash and without a query. */
static View file_of_path (View path)
{
    const guint8 *query = path.size ? memchr (path.data, '?', path.size) : NULL;
    View file = { path.data, query ? (gsize) (query - path.data) : path.size };

    while (file.size && *file.data == '/') {
        file.data++;
        file.size--;
    }
    return file;
}

static void note_http_request (Flow *flow, Session *session, const Frame *frame, const HttpMessage *http)
{
    View file = file_of_path (http->path);
    g_autofree char *name = view_dup (file);
    Values values;

    values_init (&values);
    PhoneId phone =
        flow_file_asked (flow, frame, &session->tcp.ends[FROM_PHONE].address, name, http->user_agent, &values);
    if (phone != PHONE_NONE) {
        session->phone = phone;
    } else {
        values_add_view (&values, VALUE_FILE, file.size ? file : http->path);
        values_add_word (&values, VALUE_WHAT, word_of_file (boot_file_kind (name, strlen (name))));
    }
    values_add_view (&values, VALUE_AGENT, http->user_agent);
    session->phase = PHASE_FILES;
    Variant variant = flow_file_again (flow, frame, session->phone, name, &values);
    NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_HTTP, HTTP_REQUEST), PHASE_FILES,
                                     variant, FALSE, &values);
    session_ask (session, flow->notes, HTTP_REQUEST, 0, note, frame->time);
}

/* The file that an answer brings; "" when its request is not in the capture. */
static char *file_of_request (const Flow *flow, NoteId request)
{
    Value file;

    if (request && values_find (notes_values (flow->notes, notes_get (flow->notes, request)), VALUE_FILE, &file))
        return g_strndup (file.text, file.text_size);
    return g_strdup ("");
}

/* Octets of the lines behind the last chunk, up to an empty one; 0 when that is still to come. */
static gsize trailer_size (View data)
{
    for (gsize at = 0; at < data.size;) {
        const guint8 *line = data.data + at, *end = memchr (line, '\n', data.size - at);
        if (!end)
            return 0;
        at += (gsize) (end + 1 - line);
        if (end == line || (end == line + 1 && *line == '\r'))
            return at;
    }
    return 0;
}

/* Puts the chunks of a body together. Returns how many octets they have with their sizes, 0 when more are needed to
 * tell, and -1 for what are no chunks or more than is read. */
static gssize read_chunks (View body, GByteArray *content)
{
    View chunk;

    for (gsize at = 0;;) {
        const gssize size = http_chunk (body.data + at, body.size - at, &chunk);
        if (size <= 0)
            return size;
        at += (gsize) size;
        if (chunk.size == 0) {
            const gsize trailer = trailer_size ((View){ body.data + at, body.size - at });
            return trailer ? (gssize) (at + trailer) : 0;
        }
        if (content->len + chunk.size > HTTP_BODY_MAX)
            return -1;
        g_byte_array_append (content, chunk.data, (guint) chunk.size);
    }
}

/* What an answer without the file means to the phone. */
static Variant variant_of_status (guint status)
{
    enum { NOT_MODIFIED = 304 };

    if (status == NOT_MODIFIED)
        return VARIANT_KEPT;
    if (status >= 400)
        return VARIANT_REFUSED;
    return status >= 300 ? VARIANT_REDIRECT : VARIANT_NONE;
}

/* Nothing of this tells whether the file is there. */
static void add_refusal (guint status, Values *values)
{
    enum { UNAUTHORIZED = 401, FORBIDDEN = 403, PROXY_WANTS_LOGIN = 407 };
    const gboolean forbids = status == UNAUTHORIZED || status == FORBIDDEN || status == PROXY_WANTS_LOGIN;

    values_add_word (values, VALUE_CAUSE,
                     forbids         ? WORD_HTTP_FORBIDDEN
                     : status >= 500 ? WORD_HTTP_FAILS
                                     : WORD_HTTP_OTHER_STATUS);
    values_add_word (values, VALUE_ADVICE, forbids ? WORD_HTTP_FORBIDDEN_FIX : WORD_HTTP_LOG_FIX);
}

static gboolean says_missing (guint status)
{
    enum { NOT_FOUND = 404, GONE = 410 };
    return status == NOT_FOUND || status == GONE;
}

static void note_http_answer (Flow *flow, Session *session, const Frame *frame, const HttpMessage *http, gboolean whole)
{
    NoteId request = session_answer (session, HTTP_REQUEST, 0);
    g_autofree char *file = file_of_request (flow, request);
    BootFileKind kind = boot_file_kind (file, strlen (file));
    Variant variant = VARIANT_NONE;
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_FILE, file, -1);
    values_add_number (&values, VALUE_CODE, http->status);
    values_add_view (&values, VALUE_TEXT, http->reason);
    if (says_missing (http->status)) {
        if (*file) /* else nobody knows whether the phone needs it */
            values_add_word (&values, VALUE_IF_MISSING, word_of_missing_file (kind));
        flow_file_missed (flow, session->phone, file, &values);
        variant = flow_file_missing (file);
    } else if (http->status == 200 && http->has_content_length && whole) { /* else nothing here tells its end */
        values_add_number (&values, VALUE_SIZE, http->content_length);
        values_drop (&values, VALUE_TEXT); /* of a file that is there, a text is what is wrong in it */
        variant = flow_file_delivered (flow, session->phone, file, http->body, &values);
    } else {
        variant = variant_of_status (http->status);
        if (variant == VARIANT_REFUSED)
            add_refusal (http->status, &values);
    }
    NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_HTTP, HTTP_RESPONSE), PHASE_FILES,
                                     variant, TRUE, &values);
    if (request)
        flow_pair (flow, request, note);
}

gsize flow_http_read (Flow *flow, Session *session, const Frame *frame, gboolean from_server, View data, gboolean cut)
{
    guint32 *skip = &session->skip[from_server ? FROM_SERVER : FROM_PHONE];
    gsize used = MIN (*skip, data.size);
    HttpMessage http;

    *skip -= (guint32) used;
    while (used < data.size) {
        const guint8 *start = data.data + used;
        gsize left = data.size - used;
        if (!http_decode (start, left, &http)) /* perhaps only the beginning of a start line */
            return left < HTTP_START_LINE_MAX && !memchr (start, '\n', left) && !cut ? used : data.size;
        if (!http.head_complete && !cut)
            return used;
        gsize head = (gsize) (http.body.data - start);
        if (!http.head_complete || !http.body.data)
            head = left;
        g_autoptr (GByteArray) content = http.chunked ? g_byte_array_new () : NULL;
        const gssize chunks = content ? read_chunks (http.body, content) : -1;
        if (chunks == 0 && http.body.size <= HTTP_BODY_MAX && !cut)
            return used;
        guint64 length = chunks > 0                ? (guint64) chunks
                         : http.has_content_length ? http.content_length
                         : http.is_request         ? 0
                                                   : http.body.size;
        gboolean whole = chunks > 0 || (!http.chunked && http.body.size >= length);
        if (!http.chunked && !whole && length <= HTTP_BODY_MAX && !cut)
            return used;
        if (chunks > 0) {
            http.body = (View){ content->data, content->len };
            http.has_content_length = TRUE;
            http.content_length = content->len;
        }
        NoteId next = flow_next_note (flow);
        if (http.is_request)
            note_http_request (flow, session, frame, &http);
        else
            note_http_answer (flow, session, frame, &http, whole);
        gsize body = (gsize) MIN (length, left - head);
        flow_tell (flow, next, frame, session, (View){ start, head + body });
        *skip = cut ? 0 : (guint32) MIN (length - body, G_MAXUINT32);
        used += head + body;
    }
    return data.size;
}
