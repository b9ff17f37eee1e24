/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/conversation.h"

#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/catalog.h"
#include "registration/protocols/http.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

#include <string.h>

/* Files that are longer have no names in them, and are not waited for. */
#define BODY_MAX (1024 * 1024)
#define HEAD_MAX 65536

typedef enum { SPEECH_UNKNOWN, SPEECH_SCCP, SPEECH_SIP, SPEECH_HTTP, SPEECH_TLS, SPEECH_DNS } Speech;

typedef struct {
    guint64 at;
    guint32 size;
} HandshakePiece;

typedef struct {
    Conversation *conversation;
    Lane *lane;         /* owned */
    gboolean has_begun; /* with a SYN, whose number is first */
    gboolean has_spoken;
    guint32 first;
    Speech speech;         /* SPEECH_UNKNOWN: as the other one, or as the port says */
    gboolean is_encrypted; /* TLS: behind the ChangeCipherSpec */
    GByteArray *handshake; /* TLS: of the message that has begun; owned */
    GArray *pieces;        /* where its octets stand; of HandshakePiece, owned */
} Direction;

struct Conversation {
    const Pen *pen;
    guint16 port, other_port;
    guint mac_size;    /* TLS: of a cipher that only signs */
    gboolean is_plain; /* TLS: what it carries can be read, whatever cipher that is */
    char *file;        /* HTTP: that was asked for last, or NULL; owned */
    gboolean is_head;  /* HTTP: only about it was asked */
    Direction directions[2];
};

Conversation *conversation_new (const Pen *pen, guint16 port, guint16 other_port)
{
    Conversation *conversation = g_new0 (Conversation, 1);

    conversation->pen = pen;
    conversation->port = port;
    conversation->other_port = other_port;
    for (guint i = 0; i < 2; i++) {
        Direction *direction = &conversation->directions[i];
        direction->conversation = conversation;
        direction->lane = lane_new ();
        direction->handshake = g_byte_array_new ();
        direction->pieces = g_array_new (FALSE, FALSE, sizeof (HandshakePiece));
    }
    return conversation;
}

void conversation_free (Conversation *conversation)
{
    if (!conversation)
        return;
    for (guint i = 0; i < 2; i++) {
        lane_free (conversation->directions[i].lane);
        g_byte_array_unref (conversation->directions[i].handshake);
        g_array_unref (conversation->directions[i].pieces);
    }
    g_free (conversation->file);
    g_free (conversation);
}

void conversation_rewind (Conversation *conversation)
{
    conversation->mac_size = 0;
    conversation->is_plain = conversation->is_head = FALSE;
    g_clear_pointer (&conversation->file, g_free);
    for (guint i = 0; i < 2; i++) {
        Direction *direction = &conversation->directions[i];
        lane_rewind (direction->lane);
        direction->has_begun = direction->has_spoken = direction->is_encrypted = FALSE;
        direction->speech = SPEECH_UNKNOWN;
        g_byte_array_set_size (direction->handshake, 0);
        g_array_set_size (direction->pieces, 0);
    }
}

gboolean conversation_takes (const Conversation *conversation, gboolean is_back, const TcpSegment *segment)
{
    const Direction *direction = &conversation->directions[is_back != FALSE];

    if (!(segment->flags & TCP_SYN))
        return TRUE;
    return direction->has_begun ? direction->first == segment->sequence : !direction->has_spoken;
}

/* --- What is spoken */

static gboolean is_service (const Conversation *conversation, Service service)
{
    return port_service (conversation->port) == service || port_service (conversation->other_port) == service;
}

static gboolean is_tls_port (const Conversation *conversation)
{
    return (port_carriers (conversation->port) | port_carriers (conversation->other_port)) & PORT_BY_TLS;
}

static gboolean is_record (const guint8 *data, gsize size)
{
    return size >= 3 && data[0] >= 20 && data[0] <= 24 && data[1] == 3 && data[2] <= 4;
}

static gboolean is_sccp (const Conversation *conversation, const guint8 *data, gsize size)
{
    Bytes bytes;

    if (!sccp_is_plausible (data, size))
        return FALSE;
    if (is_service (conversation, SERVICE_SCCP) && !is_tls_port (conversation))
        return TRUE;
    bytes_init (&bytes, data, size);
    const guint32 length = bytes_le32 (&bytes);
    bytes_skip (&bytes, 4);
    const guint32 id = bytes_le32 (&bytes);
    return !bytes.missing && length <= SCCP_DATA_LENGTH_MAX && catalog_knows (PROTOCOL_SCCP, id);
}

/* A first line whose end is not in the capture. */
static gboolean begins_http_line (const guint8 *data, gsize size)
{
    static const char *const begins[] = { "GET /", "HEAD /", "POST /", "PUT /", "OPTIONS ", "GET http", "HTTP/1." };

    for (guint i = 0; i < G_N_ELEMENTS (begins) && !memchr (data, '\n', size); i++)
        if (size >= strlen (begins[i]) && memcmp (data, begins[i], strlen (begins[i])) == 0)
            return TRUE;
    return FALSE;
}

static Speech recognise (const Conversation *conversation, const guint8 *data, gsize size)
{
    const gboolean may_be_sccp = is_sccp (conversation, data, size);
    HttpMessage http;

    if (may_be_sccp && is_service (conversation, SERVICE_SCCP)) /* whose lengths may look like records */
        return SPEECH_SCCP;
    if (is_record (data, size))
        return SPEECH_TLS;
    if (sip_has_start_line ((View){ data, size }))
        return SPEECH_SIP;
    if (http_decode (data, size, &http) || begins_http_line (data, size))
        return SPEECH_HTTP;
    return may_be_sccp ? SPEECH_SCCP : SPEECH_UNKNOWN;
}

static Speech speech_of_port (const Conversation *conversation)
{
    if (is_tls_port (conversation))
        return SPEECH_TLS;
    return is_service (conversation, SERVICE_SCCP)   ? SPEECH_SCCP
           : is_service (conversation, SERVICE_SIP)  ? SPEECH_SIP
           : is_service (conversation, SERVICE_DNS)  ? SPEECH_DNS
           : is_service (conversation, SERVICE_HTTP) ? SPEECH_HTTP
                                                     : SPEECH_UNKNOWN;
}

/* --- Messages. Each returns how much it has taken: 0 when more is needed. */

static guint8 *copy_of (const Direction *direction, const guint8 *data, gsize size)
{
    return direction->conversation->pen->writes ? g_memdup2 (data, MAX (size, 1)) : NULL;
}

static gsize keep (Direction *direction, guint64 at, const guint8 *before, const guint8 *now, gsize size)
{
    if (direction->conversation->pen->writes)
        lane_keep (direction->lane, at, before, now, size);
    return size;
}

/* What is no message must not become one: zeros would be keepalives, and these are longer than any. Where lines begin,
 * the next message may. */
static gsize blot_out (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean has_lines)
{
    g_autofree guint8 *before = copy_of (direction, data, size);

    for (gsize i = 0; before && i < size; i++)
        if (!has_lines || (data[i] != '\r' && data[i] != '\n'))
            data[i] = 0x7F;
    return keep (direction, at, before, data, size);
}

typedef gboolean (*Find) (View data, gsize *ret_offset);

/* How much in front belongs to no message. As streams are read everywhere: one may begin anywhere, or else where the
 * latest segment does, since most segments begin with a message. */
static gsize strange_size (const Direction *direction, guint64 at, View data, gboolean at_end, Find find)
{
    const guint64 latest = lane_latest (direction->lane);
    const gsize begun = latest > at && latest - at < data.size ? (gsize) (latest - at) : 0;
    gsize offset = 0, later;

    if (data.size > 1 && find ((View){ data.data + 1, data.size - 1 }, &offset))
        return offset + 1;
    if (begun && find ((View){ data.data + begun, data.size - begun }, &later))
        return begun + later;
    return at_end ? data.size : MIN (offset + 1, data.size);
}

static gsize read_sip (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    gssize whole = sip_frame_length (data, size, TRUE);

    if (whole == 0 && !at_end && size < SIP_HEAD_MAX + SIP_BODY_MAX)
        return 0;
    /* One that never ends is a message all the same. */
    if (whole <= 0 && !sip_has_start_line ((View){ data, size }) && !sip_is_keepalive (data, size))
        return blot_out (direction, at, data, strange_size (direction, at, (View){ data, size }, at_end, sip_find),
                         TRUE);
    const gsize taken = whole > 0 ? (gsize) whole : size;
    g_autofree guint8 *before = copy_of (direction, data, taken);
    if (!sip_is_keepalive (data, taken))
        anonymise_sip (direction->conversation->pen, data, taken);
    return keep (direction, at, before, data, taken);
}

static gboolean find_sccp (View data, gsize *ret_offset)
{
    return sccp_find (data.data, data.size, SIDE_ANY, ret_offset);
}

static gsize read_sccp (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    enum { LENGTH_SIZE = 4, LENGTH_LEAST = 4 };
    Bytes bytes;

    bytes_init (&bytes, data, size);
    const guint64 whole = SCCP_HEADER_SIZE + (guint64) bytes_le32 (&bytes);
    if (size < SCCP_HEADER_SIZE && !at_end)
        return 0;
    if (size >= LENGTH_SIZE && whole < SCCP_HEADER_SIZE + LENGTH_LEAST) /* which tells that it is none */
        return keep (direction, at, NULL, data, LENGTH_SIZE);
    if (size >= LENGTH_SIZE && size < SCCP_HEADER_SIZE + LENGTH_LEAST &&
        whole <= SCCP_HEADER_SIZE + SCCP_DATA_LENGTH_MAX) {
        if (!at_end)
            return 0;
        lane_skip_to (direction->lane, at + whole); /* of a message its length only, and then a gap */
        return keep (direction, at, NULL, data, size);
    }
    if (!sccp_is_plausible (data, size))
        return blot_out (direction, at, data, strange_size (direction, at, (View){ data, size }, at_end, find_sccp),
                         FALSE);
    const gboolean is_absurd = whole > SCCP_HEADER_SIZE + SCCP_DATA_LENGTH_MAX;
    if (whole > size && !at_end && !is_absurd)
        return 0;
    const gsize taken = (gsize) MIN (whole, size);
    g_autofree guint8 *before = copy_of (direction, data, taken);
    if (!is_absurd)
        anonymise_sccp (direction->conversation->pen, data, taken);
    else if (taken > SCCP_HEADER_SIZE + 4)
        pen_blank (direction->conversation->pen, data + SCCP_HEADER_SIZE + 4, taken - SCCP_HEADER_SIZE - 4);
    lane_skip_to (direction->lane, at + whole);
    return keep (direction, at, before, data, taken);
}

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

static gsize read_http (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    Conversation *conversation = direction->conversation;
    HttpMessage http;

    if (!http_decode (data, size, &http)) {
        if (!at_end && size < HEAD_MAX && !memchr (data, '\n', size))
            return 0;
        if (begins_http_line (data, size)) {
            g_autofree guint8 *before = copy_of (direction, data, size);
            anonymise_http_head (conversation->pen, data, size);
            return keep (direction, at, before, data, size);
        }
        return strange_size (direction, at, (View){ data, size }, at_end, http_find);
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
    g_autofree guint8 *before = copy_of (direction, data, head + body);
    if (is_long) {
        anonymise_http_head (conversation->pen, data, head);
        lane_skip_to (direction->lane, told == G_MAXUINT64 ? G_MAXUINT64 : at + head + told);
        return keep (direction, at, before, data, head);
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
    return keep (direction, at, before, data, head + body);
}

/* Messages that nobody has encrypted, of one record. */
static void write_plain (const Conversation *conversation, guint8 *data, gsize size)
{
    for (gsize at = 0; at < size;) {
        SccpPdu pdu;
        gssize taken = (gssize) (size - at);
        if (sip_has_start_line ((View){ data + at, size - at })) {
            const gssize whole = sip_frame_length (data + at, size - at, TRUE);
            taken = whole > 0 ? whole : taken;
            anonymise_sip (conversation->pen, data + at, (gsize) taken);
        } else if (sccp_is_plausible (data + at, size - at)) {
            const gssize whole = sccp_frame (data + at, size - at, &pdu);
            taken = whole > 0 ? whole : taken;
            anonymise_sccp (conversation->pen, data + at, (gsize) taken);
        } else if (!sip_is_keepalive (data + at, size - at)) {
            pen_texts (conversation->pen, data + at, (gsize) taken, 1, TEXT_WHERE);
        }
        at += (gsize) taken;
    }
}

/* Letters only, which hardly any encrypted octets are, or a message of SCCP. */
static gboolean begins_message (const guint8 *data, gsize size)
{
    enum { TELLING = 16 };
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 8);
    return (size >= TELLING && view_plain_size ((View){ data, TELLING }) == TELLING) ||
           (sccp_is_plausible (data, size) && bytes_have (&bytes, 4) &&
            catalog_knows (PROTOCOL_SCCP, bytes_le32 (&bytes)));
}

/* Where the octets of a message stand that records have parted. */
static void keep_handshake (Direction *direction, const guint8 *before, const guint8 *now, gsize size)
{
    for (gsize at = 0; at < size;) {
        HandshakePiece *piece = &g_array_index (direction->pieces, HandshakePiece, 0);
        const gsize part = MIN (piece->size, size - at);
        keep (direction, piece->at, before ? before + at : NULL, now + at, part);
        piece->at += part;
        piece->size -= (guint32) part;
        at += part;
        if (piece->size == 0)
            g_array_remove_index (direction->pieces, 0);
    }
    g_byte_array_remove_range (direction->handshake, 0, (guint) size);
}

enum { SERVER_HELLO = 2, HANDSHAKE_MAX = 256 * 1024 };

static void note_cipher (Conversation *conversation, const guint8 *record, gsize size)
{
    TlsWalk walk;
    TlsEvent event;

    tls_walk_init (&walk, record, size, FALSE, 0);
    while (tls_walk_next (&walk, &event))
        if (event.kind == TLS_SERVER_HELLO)
            conversation->mac_size = tls_null_mac (event.cipher);
}

static void read_handshake (Direction *direction, guint64 at, const guint8 *data, gsize size, gboolean at_end)
{
    HandshakePiece piece = { at, (guint32) size };
    GByteArray *message = direction->handshake;

    g_byte_array_append (message, data, (guint) size);
    g_array_append_val (direction->pieces, piece);
    while (message->len >= 4 || (at_end && message->len)) {
        const gsize whole =
            message->len < 4 ? message->len
                             : 4 + ((gsize) message->data[1] << 16 | (gsize) message->data[2] << 8 | message->data[3]);
        if (whole > message->len && !at_end && message->len < HANDSHAKE_MAX)
            break;
        const gsize taken = MIN (whole, message->len);
        g_autofree guint8 *before = copy_of (direction, message->data, taken);
        anonymise_tls_handshake (direction->conversation->pen, message->data, taken);
        g_autofree guint8 *now = g_memdup2 (message->data, taken);
        keep_handshake (direction, before, now, taken);
    }
}

static gsize read_tls (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    enum { CHANGE_CIPHER_SPEC = 20, HANDSHAKE = 22, APPLICATION_DATA = 23, HEARTBEAT = 24 };
    enum { RECORD_HEAD = 5, HEARTBEAT_HEAD = 8 };
    Conversation *conversation = direction->conversation;
    gsize offset;

    if (!is_record (data, size)) {
        if (size < 3 && !at_end)
            return 0;
        if (tls_find ((View){ data + 1, size - 1 }, &offset))
            return offset + 1;
        return at_end ? size : MAX (offset + 1, 1);
    }
    const gsize whole = size < RECORD_HEAD ? RECORD_HEAD : RECORD_HEAD + (gsize) (data[3] << 8 | data[4]);
    if (whole > size && !at_end)
        return 0;
    const gsize taken = MIN (whole, size), body = taken > RECORD_HEAD ? taken - RECORD_HEAD : 0;
    const guint8 type = data[0];
    lane_skip_to (direction->lane, at + whole);
    if (type == CHANGE_CIPHER_SPEC)
        direction->is_encrypted = TRUE;
    if (type == HANDSHAKE && !direction->is_encrypted) {
        note_cipher (conversation, data, taken);
        keep (direction, at, NULL, data, taken - body);
        read_handshake (direction, at + RECORD_HEAD, data + RECORD_HEAD, body, whole > size);
        return taken;
    }
    g_autofree guint8 *before = copy_of (direction, data, taken);
    if (type == HEARTBEAT && !direction->is_encrypted)
        pen_blank (conversation->pen, data + HEARTBEAT_HEAD, taken - MIN (taken, HEARTBEAT_HEAD));
    /* The answer that names the cipher need not be in the capture. */
    if (type == APPLICATION_DATA && (conversation->mac_size || begins_message (data + RECORD_HEAD, body)))
        conversation->is_plain = TRUE;
    if (type == APPLICATION_DATA && conversation->is_plain)
        write_plain (conversation, data + RECORD_HEAD, body - MIN (body, whole > size ? 0 : conversation->mac_size));
    return keep (direction, at, before, data, taken);
}

/* Each message behind its length: RFC 1035, 4.2.2. */
static gsize read_dns (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    enum { HEAD = 2 };
    const gsize whole = size < HEAD ? HEAD : HEAD + (gsize) (data[0] << 8 | data[1]);

    if (whole > size && !at_end)
        return 0;
    const gsize taken = MIN (whole, size);
    g_autofree guint8 *before = copy_of (direction, data, taken);
    if (taken > HEAD)
        anonymise_dns (direction->conversation->pen, data + HEAD, taken - HEAD);
    lane_skip_to (direction->lane, at + whole);
    return keep (direction, at, before, data, taken);
}

/* What a message begins with tells more than what was spoken before: an answer may be of another kind. */
static Speech speech_of (Direction *direction, const guint8 *data, gsize size)
{
    Conversation *conversation = direction->conversation;
    const Speech other = conversation->directions[direction == &conversation->directions[0]].speech;
    const Speech found = is_service (conversation, SERVICE_DNS) ? SPEECH_DNS : recognise (conversation, data, size);

    if (direction->speech == SPEECH_UNKNOWN || (found != SPEECH_UNKNOWN && direction->speech != SPEECH_TLS))
        direction->speech = found;
    return direction->speech != SPEECH_UNKNOWN ? direction->speech
           : other != SPEECH_UNKNOWN           ? other
                                               : speech_of_port (conversation);
}

static gsize read_lane (G_GNUC_UNUSED Lane *lane, guint64 at, guint8 *data, gsize size, gboolean at_end,
                        gpointer user_data)
{
    Direction *direction = user_data;
    const Speech speech = speech_of (direction, data, size);

    /* Too few octets to tell. */
    if (direction->speech == SPEECH_UNKNOWN && speech != SPEECH_UNKNOWN && size < 12 && !at_end &&
        !sip_is_keepalive (data, size))
        return 0;
    switch (speech) {
    case SPEECH_SCCP:
        return read_sccp (direction, at, data, size, at_end);
    case SPEECH_SIP:
        return read_sip (direction, at, data, size, at_end);
    case SPEECH_HTTP:
        return read_http (direction, at, data, size, at_end);
    case SPEECH_TLS:
        return read_tls (direction, at, data, size, at_end);
    case SPEECH_DNS:
        return read_dns (direction, at, data, size, at_end);
    case SPEECH_UNKNOWN:
        break;
    }
    if (sip_is_keepalive (data, size))
        return keep (direction, at, NULL, data, size);
    return size;
}

/* --- Segments */

static guint64 place (Direction *direction, const TcpSegment *segment)
{
    if (segment->flags & TCP_SYN) {
        direction->has_begun = TRUE;
        direction->first = segment->sequence;
    }
    direction->has_spoken |= segment->length > 0;
    return lane_place (direction->lane, segment->sequence + ((segment->flags & TCP_SYN) != 0));
}

void conversation_add (Conversation *conversation, gboolean is_back, const TcpSegment *segment, View payload)
{
    Direction *direction = &conversation->directions[is_back != FALSE];
    const guint64 at = place (direction, segment);
    const gsize size = MIN (payload.size, segment->length);

    if (segment->length || segment->flags & TCP_SYN)
        lane_add (direction->lane, at, (View){ payload.data, size }, segment->length - size, read_lane, direction);
}

void conversation_finish (Conversation *conversation)
{
    for (guint i = 0; i < 2; i++) {
        Direction *direction = &conversation->directions[i];
        lane_finish (direction->lane, read_lane, direction);
        /* A message whose end did not come, if any: what there is of it. */
        read_handshake (direction, 0, NULL, 0, TRUE);
        lane_finish (direction->lane, read_lane, direction);
    }
}

void conversation_write (Conversation *conversation, gboolean is_back, const TcpSegment *segment, guint8 *payload,
                         gsize size)
{
    Direction *direction = &conversation->directions[is_back != FALSE];
    const guint64 at = place (direction, segment);

    lane_write (direction->lane, at, payload, size);
}
