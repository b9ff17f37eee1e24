/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_internal.h"

#include <string.h>

/* No method is longer in any specification; more than this without a space is not SIP. */
#define METHOD_MAX 32

/* token of RFC 3261, 25.1 */
static gboolean is_token (guint8 c)
{
    static const guint8 marks[256] = {
        ['-'] = 1, ['.'] = 1, ['!'] = 1, ['%'] = 1, ['*'] = 1, ['_'] = 1, ['+'] = 1, ['`'] = 1, ['~'] = 1, ['\''] = 1,
    };
    return g_ascii_isalnum (c) || marks[c];
}

gboolean sip_take_line (View *rest, View *ret_line)
{
    const guint8 *lf = rest->size ? memchr (rest->data, '\n', rest->size) : NULL;
    if (!lf)
        return FALSE;
    *ret_line = (View){ rest->data, (gsize) (lf - rest->data) };
    rest->size -= ret_line->size + 1;
    rest->data = lf + 1;
    while (ret_line->size && ret_line->data[ret_line->size - 1] == '\r')
        ret_line->size--;
    return TRUE;
}

View sip_skip_line_ends (View data)
{
    while (data.size && (*data.data == '\r' || *data.data == '\n')) {
        data.data++;
        data.size--;
    }
    return data;
}

/* The first word up to a space, which is taken too. */
static View take_word (View *line)
{
    const guint8 *space = line->size ? memchr (line->data, ' ', line->size) : NULL;
    View word = { line->data, space ? (gsize) (space - line->data) : line->size };
    gsize taken = word.size + (space ? 1 : 0);
    line->data += taken;
    line->size -= taken;
    return word;
}

static gboolean parse_status_line (View line, SipStartLine *start)
{
    take_word (&line);
    View code = take_word (&line);
    if (code.size != 3 || code.data[0] < '1' || code.data[0] > '6' || !g_ascii_isdigit (code.data[1]) ||
        !g_ascii_isdigit (code.data[2]))
        return FALSE;
    start->is_answer = TRUE;
    start->status = (guint) (code.data[0] - '0') * 100 + (guint) (code.data[1] - '0') * 10 + (code.data[2] - '0');
    start->reason_phrase = sip_trim (line);
    return TRUE;
}

static gboolean parse_request_line (View line, SipStartLine *start)
{
    View method = take_word (&line);
    View uri = take_word (&line);

    if (method.size == 0 || method.size > METHOD_MAX || uri.size == 0 || !sip_equal (sip_trim (line), SIP_VERSION))
        return FALSE;
    for (gsize i = 0; i < method.size; i++)
        if (!is_token (method.data[i]))
            return FALSE;
    start->method_name = method;
    start->method = sip_method_find (method);
    sip_uri_parse (uri, &start->request_uri);
    return TRUE;
}

gboolean sip_parse_start_line (View line, SipStartLine *ret_start)
{
    *ret_start = (SipStartLine){ 0 };
    if (line.size > sizeof SIP_VERSION - 1 && line.data[sizeof SIP_VERSION - 1] == ' ' &&
        sip_starts_with (line, SIP_VERSION))
        return parse_status_line (line, ret_start);
    return parse_request_line (line, ret_start);
}

gboolean sip_has_start_line (View data)
{
    View line;
    SipStartLine unused;

    data.size = MIN (data.size, SIP_HEAD_MAX);
    return sip_take_line (&data, &line) && sip_parse_start_line (line, &unused);
}

/* Nearly all names are known, and have the colon right behind them. Nothing where the line is no header. */
static void read_name (View line, SipHeader *header)
{
    const guint8 *mark = memchr (line.data, ':', line.size);
    gsize colon = mark ? (gsize) (mark - line.data) : line.size, end = colon;

    if (!mark)
        return;
    header->id = sip_header_find ((View){ line.data, colon });
    if (header->id == SIP_HEADER_OTHER) {
        for (end = 0; end < colon && is_token (line.data[end]); end++)
            ;
        for (gsize i = end; i < colon; i++)
            if (line.data[i] != ' ' && line.data[i] != '\t')
                return;
        if (end == 0)
            return;
        header->id = sip_header_find ((View){ line.data, end });
    }
    header->name = (View){ line.data, end };
    header->value = sip_trim ((View){ line.data + colon + 1, line.size - colon - 1 });
}

gboolean sip_take_header (View *head, SipHeader *ret_header, gboolean *ret_ended)
{
    View whole = *head, line;

    if (!sip_take_line (head, &line)) {
        *head = (View){ NULL, 0 };
        *ret_ended = FALSE;
        return FALSE;
    }
    if (line.size == 0) {
        *ret_ended = TRUE;
        return FALSE;
    }
    for (View folded; head->size && (*head->data == ' ' || *head->data == '\t');) {
        if (!sip_take_line (head, &folded)) {
            *head = (View){ NULL, 0 };
            *ret_ended = FALSE;
            return FALSE;
        }
        line.size = (gsize) (folded.data + folded.size - line.data);
    }
    whole.size = (gsize) (head->data - whole.data);
    *ret_header = (SipHeader){ .line = whole };
    read_name (line, ret_header);
    return TRUE;
}

gboolean sip_next_header (View *head, SipHeader *ret_header)
{
    SipHeader header;
    gboolean ended;

    while (sip_take_header (head, &header, &ended)) {
        if (header.name.size == 0)
            continue;
        *ret_header = header;
        return TRUE;
    }
    return FALSE;
}

gboolean sip_is_keepalive (const guint8 *data, gsize size)
{
    return size > 0 && sip_skip_line_ends ((View){ data, size }).size == 0;
}

/* Whether bytes without a line end can still become a start line. */
static gboolean may_start (View start)
{
    gsize i = 0;

    if (start.size > SIP_HEAD_MAX)
        return FALSE;
    if (start.size < sizeof SIP_VERSION && octets_same_caseless (start.data, SIP_VERSION " ", start.size))
        return TRUE;
    if (sip_starts_with (start, SIP_VERSION " "))
        return TRUE;
    while (i < start.size && is_token (start.data[i]))
        i++;
    return i > 0 && i <= METHOD_MAX && (i == start.size || start.data[i] == ' ');
}

/* Content-Length, or its compact form; of Content-Type and Contact, Call-ID and CSeq the ninth letter is another. */
static gboolean may_be_length (View line)
{
    const guint8 first = line.size ? *line.data | 0x20 : 0;

    return first == 'l' || (first == 'c' && line.size > 8 && (line.data[8] | 0x20) == 'l');
}

/* The octets of the head, and what Content-Length says (-1: nothing). 0 when the head is not complete. Other headers
 * are passed over line by line: a fold of theirs begins with a blank, and is neither empty nor a header. */
static gsize head_length (View rest, gint64 *ret_content_length)
{
    const guint8 *start = rest.data;
    gboolean ended = FALSE;

    *ret_content_length = -1;
    for (;;) {
        SipHeader header;
        View line;
        if (may_be_length (rest)) {
            if (!sip_take_header (&rest, &header, &ended))
                break;
            if (header.id == SIP_HEADER_CONTENT_LENGTH)
                sip_set_number (ret_content_length, header.value);
            continue;
        }
        if (!sip_take_line (&rest, &line))
            break;
        ended = line.size == 0;
        if (ended)
            break;
    }
    return ended ? (gsize) (rest.data - start) : 0;
}

gssize sip_frame_length (const guint8 *data, gsize size, gboolean stream)
{
    View message = sip_skip_line_ends ((View){ data, size }), rest = message, line;
    SipStartLine unused;
    gint64 content_length;

    gsize skipped = size - message.size;
    if (message.size == 0)
        return (gssize) skipped;
    if (!sip_take_line (&rest, &line))
        return stream && may_start (message) ? 0 : -1;
    if (!sip_parse_start_line (line, &unused))
        return -1;

    gsize start_line = message.size - rest.size;
    if (stream)
        rest.size = MIN (rest.size, SIP_HEAD_MAX);
    gsize head = head_length (rest, &content_length);
    if (head == 0)
        return !stream ? (gssize) size : rest.size < SIP_HEAD_MAX ? 0 : -1;
    gsize left = message.size - start_line - head;
    if (!stream)
        return (gssize) (size - left + (content_length >= 0 ? MIN (left, (gsize) content_length) : left));
    if (content_length > SIP_BODY_MAX)
        return -1;
    gsize body = content_length > 0 ? (gsize) content_length : 0;
    return left < body ? 0 : (gssize) (size - left + body);
}

/* A name, and a colon behind it. */
static gboolean is_header_line (View line)
{
    gsize end = 0;

    while (end < line.size && is_token (line.data[end]))
        end++;
    while (end < line.size && (line.data[end] == ' ' || line.data[end] == '\t'))
        end++;
    return end > 0 && end < line.size && line.data[end] == ':';
}

gboolean sip_find (View data, gsize *ret_offset)
{
    View rest = data, line;

    *ret_offset = 0;
    if (sip_is_keepalive (data.data, data.size))
        return TRUE;
    for (gsize start = 0;; start = *ret_offset) {
        *ret_offset = start;
        if (!sip_take_line (&rest, &line))
            break;
        SipStartLine unused;
        View behind = rest, header;
        gboolean begins = line.size && g_ascii_isupper (*line.data) && sip_parse_start_line (line, &unused);
        if (begins && !sip_take_line (&behind, &header))
            return FALSE;
        if (begins && is_header_line (header))
            return TRUE;
        *ret_offset = data.size - rest.size;
    }
    if (!may_start (rest))
        *ret_offset = data.size;
    return FALSE;
}
