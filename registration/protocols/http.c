/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/http.h"

#include <string.h>

/* The next line without its end, CRLF or LF; *ret_ended tells whether it had one. */
static View next_line (Bytes *bytes, gboolean *ret_ended)
{
    gsize left = bytes_left (bytes);
    const guint8 *start = bytes->data + bytes->position;
    const guint8 *end = left ? memchr (start, '\n', left) : NULL;

    View line = bytes_view (bytes, end ? (gsize) (end - start) : left);
    *ret_ended = end != NULL;
    if (end)
        bytes_skip (bytes, 1);
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static gboolean is_blank (guint8 c)
{
    return c == ' ' || c == '\t';
}

static View trim (View text)
{
    while (text.size > 0 && is_blank (text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_blank (text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Takes the text up to the separator from *rest, separator included; everything when there is none. */
static View take_until (View *rest, guint8 separator)
{
    const guint8 *at = rest->size ? memchr (rest->data, separator, rest->size) : NULL;
    View taken = { rest->data, at ? (gsize) (at - rest->data) : rest->size };
    gsize used = taken.size + (at ? 1 : 0);

    if (used)
        *rest = (View){ rest->data + used, rest->size - used };
    return taken;
}

static gboolean equals (View text, const char *word)
{
    return text.size == strlen (word) && octets_same_caseless (text.data, word, text.size);
}

static gboolean is_version (View text)
{
    return text.size == 8 && memcmp (text.data, "HTTP/1.", 7) == 0 && g_ascii_isdigit (text.data[7]);
}

static gboolean is_token (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isalpha (text.data[i]) && text.data[i] != '-')
            return FALSE;
    return text.size > 0;
}

static gboolean read_status_line (View line, HttpMessage *message)
{
    message->version = take_until (&line, ' ');
    View status = take_until (&line, ' ');
    guint64 number;
    if (status.size != 3 || !view_decimal (status, &number) || number < 100)
        return FALSE;
    message->status = (guint) number;
    message->reason = trim (line);
    return TRUE;
}

static gboolean read_request_line (View line, HttpMessage *message)
{
    message->is_request = TRUE;
    message->method = take_until (&line, ' ');
    message->path = take_until (&line, ' ');
    message->version = line;
    return is_token (message->method) && message->path.size > 0 && is_version (message->version);
}

static void read_content_length (View value, HttpMessage *message)
{
    guint64 length = 0;
    gboolean is_number = view_decimal (value, &length);

    message->bad_content_length |= !is_number || (message->has_content_length && length != message->content_length);
    if (is_number && !message->has_content_length) {
        message->has_content_length = TRUE;
        message->content_length = length;
    }
}

static void read_header (View line, HttpMessage *message)
{
    View name = take_until (&line, ':'), value = trim (line);
    const struct {
        const char *name;
        View *target;
    } wanted[] = { { "Host", &message->host },
                   { "Content-Type", &message->content_type },
                   { "User-Agent", &message->user_agent },
                   { "Server", &message->server },
                   { "Location", &message->location } };

    for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
        if (wanted[i].target->size == 0 && equals (name, wanted[i].name))
            *wanted[i].target = value;
    if (equals (name, "Content-Length"))
        read_content_length (value, message);
    if (equals (name, "Transfer-Encoding"))
        message->chunked = equals (value, "chunked");
}

gboolean http_decode (const guint8 *data, gsize size, HttpMessage *ret_message)
{
    Bytes bytes;
    HttpMessage message = { 0 };
    gboolean ended;

    bytes_init (&bytes, data, size);
    View line = next_line (&bytes, &ended);
    View start = line;
    gboolean is_answer = is_version (take_until (&start, ' '));
    if (!ended || !(is_answer ? read_status_line (line, &message) : read_request_line (line, &message)))
        return FALSE;
    while (bytes_left (&bytes) > 0) {
        line = next_line (&bytes, &ended);
        if (line.size == 0) {
            message.head_complete = ended;
            break;
        }
        if (ended)
            read_header (line, &message);
    }
    if (message.head_complete) {
        gsize left = bytes_left (&bytes);
        if (message.has_content_length && !message.chunked && message.content_length < left)
            left = (gsize) message.content_length;
        message.body = bytes_view (&bytes, left);
    }
    *ret_message = message;
    return TRUE;
}

/* More than any size line has, extensions included. */
#define CHUNK_LINE_MAX 256

static gboolean read_chunk_size (View line, gsize *ret_size)
{
    gsize size = 0, digits = 0;

    while (digits < line.size && g_ascii_isxdigit (line.data[digits]) && size <= HTTP_CHUNK_MAX)
        size = size * 16 + (gsize) g_ascii_xdigit_value ((char) line.data[digits++]);
    *ret_size = size;
    return digits > 0 && size <= HTTP_CHUNK_MAX &&
           (digits == line.size || line.data[digits] == ';' || is_blank (line.data[digits]));
}

gssize http_chunk (const guint8 *data, gsize size, View *ret_chunk)
{
    Bytes bytes;
    gboolean ended;
    gsize chunk;

    bytes_init (&bytes, data, MIN (size, CHUNK_LINE_MAX));
    View line = next_line (&bytes, &ended);
    if (!ended)
        return size < CHUNK_LINE_MAX ? 0 : -1;
    if (!read_chunk_size (line, &chunk))
        return -1;
    gsize head = bytes.position;
    if (chunk == 0) {
        *ret_chunk = (View){ data + head, 0 };
        return (gssize) head;
    }
    if (size - head < chunk + 2)
        return 0;
    if (data[head + chunk] != '\r' || data[head + chunk + 1] != '\n')
        return -1;
    *ret_chunk = (View){ data + head, chunk };
    return (gssize) (head + chunk + 2);
}

/* The path of a request, and some. */
#define START_LINE_MAX 2048

gboolean http_find (View data, gsize *ret_offset)
{
    HttpMessage message;

    for (*ret_offset = 0; *ret_offset < data.size;) {
        const guint8 *start = data.data + *ret_offset;
        gsize left = data.size - *ret_offset;
        const guint8 *end = memchr (start, '\n', left);
        if (g_ascii_isupper (*start) && end && http_decode (start, left, &message))
            return TRUE;
        if (!end && g_ascii_isupper (*start) && left < START_LINE_MAX)
            return FALSE;
        *ret_offset = end ? (gsize) (end + 1 - data.data) : data.size;
    }
    return FALSE;
}

guint64 http_rest (View begun)
{
    HttpMessage message;

    if (!http_decode (begun.data, begun.size, &message) || !message.head_complete || !message.has_content_length)
        return 0;
    return message.content_length - message.body.size;
}
