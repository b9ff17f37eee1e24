/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/conversation_internal.h"

#include "registration/protocols/catalog.h"
#include "registration/protocols/http.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/terms/ports.h"

#include <string.h>

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

gboolean conversation_is_record (const guint8 *data, gsize size)
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
gboolean conversation_begins_http (const guint8 *data, gsize size)
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
    if (conversation_is_record (data, size))
        return SPEECH_TLS;
    if (sip_has_start_line ((View){ data, size }))
        return SPEECH_SIP;
    if (http_decode (data, size, &http) || conversation_begins_http (data, size))
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

guint8 *conversation_copy (const Direction *direction, const guint8 *data, gsize size)
{
    return direction->conversation->pen->writes ? g_memdup2 (data, MAX (size, 1)) : NULL;
}

gsize conversation_keep (Direction *direction, guint64 at, const guint8 *before, const guint8 *now, gsize size)
{
    if (direction->conversation->pen->writes)
        lane_keep (direction->lane, at, before, now, size);
    return size;
}

gsize conversation_blot_out (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean has_lines)
{
    g_autofree guint8 *before = conversation_copy (direction, data, size);

    for (gsize i = 0; before && i < size; i++)
        if (!has_lines || (data[i] != '\r' && data[i] != '\n'))
            data[i] = 0x7F;
    return conversation_keep (direction, at, before, data, size);
}

gsize conversation_strange_size (const Direction *direction, guint64 at, View data, gboolean at_end,
                                 ConversationFind find)
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
        return conversation_blot_out (direction, at, data,
                                      conversation_strange_size (direction, at, (View){ data, size }, at_end, sip_find),
                                      TRUE);
    const gsize taken = whole > 0 ? (gsize) whole : size;
    g_autofree guint8 *before = conversation_copy (direction, data, taken);
    if (!sip_is_keepalive (data, taken))
        anonymise_sip (direction->conversation->pen, data, taken);
    return conversation_keep (direction, at, before, data, taken);
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
        return conversation_keep (direction, at, NULL, data, LENGTH_SIZE);
    if (size >= LENGTH_SIZE && size < SCCP_HEADER_SIZE + LENGTH_LEAST &&
        whole <= SCCP_HEADER_SIZE + SCCP_DATA_LENGTH_MAX) {
        if (!at_end)
            return 0;
        lane_skip_to (direction->lane, at + whole); /* of a message its length only, and then a gap */
        return conversation_keep (direction, at, NULL, data, size);
    }
    if (!sccp_is_plausible (data, size))
        return conversation_blot_out (
            direction, at, data, conversation_strange_size (direction, at, (View){ data, size }, at_end, find_sccp),
            FALSE);
    const gboolean is_absurd = whole > SCCP_HEADER_SIZE + SCCP_DATA_LENGTH_MAX;
    if (whole > size && !at_end && !is_absurd)
        return 0;
    const gsize taken = (gsize) MIN (whole, size);
    g_autofree guint8 *before = conversation_copy (direction, data, taken);
    if (!is_absurd)
        anonymise_sccp (direction->conversation->pen, data, taken);
    else if (taken > SCCP_HEADER_SIZE + 4)
        pen_blank (direction->conversation->pen, data + SCCP_HEADER_SIZE + 4, taken - SCCP_HEADER_SIZE - 4);
    lane_skip_to (direction->lane, at + whole);
    return conversation_keep (direction, at, before, data, taken);
}

/* Each message behind its length: RFC 1035, 4.2.2. */
static gsize read_dns (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    enum { HEAD = 2 };
    const gsize whole = size < HEAD ? HEAD : HEAD + (gsize) (data[0] << 8 | data[1]);

    if (whole > size && !at_end)
        return 0;
    const gsize taken = MIN (whole, size);
    g_autofree guint8 *before = conversation_copy (direction, data, taken);
    if (taken > HEAD)
        anonymise_dns (direction->conversation->pen, data + HEAD, taken - HEAD);
    lane_skip_to (direction->lane, at + whole);
    return conversation_keep (direction, at, before, data, taken);
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
        return conversation_read_http (direction, at, data, size, at_end);
    case SPEECH_TLS:
        return conversation_read_tls (direction, at, data, size, at_end);
    case SPEECH_DNS:
        return read_dns (direction, at, data, size, at_end);
    case SPEECH_UNKNOWN:
        break;
    }
    if (sip_is_keepalive (data, size))
        return conversation_keep (direction, at, NULL, data, size);
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
        conversation_read_handshake (direction, 0, NULL, 0, TRUE);
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
