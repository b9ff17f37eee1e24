/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS: records, the handshake in them, and what nobody has encrypted. */
#include "registration/anonymise/conversation_internal.h"

#include "registration/protocols/catalog.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"

#include <string.h>

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
        conversation_keep (direction, piece->at, before ? before + at : NULL, now + at, part);
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

void conversation_read_handshake (Direction *direction, guint64 at, const guint8 *data, gsize size, gboolean at_end)
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
        g_autofree guint8 *before = conversation_copy (direction, message->data, taken);
        anonymise_tls_handshake (direction->conversation->pen, message->data, taken);
        g_autofree guint8 *now = g_memdup2 (message->data, taken);
        keep_handshake (direction, before, now, taken);
    }
}

gsize conversation_read_tls (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end)
{
    enum { CHANGE_CIPHER_SPEC = 20, HANDSHAKE = 22, APPLICATION_DATA = 23, HEARTBEAT = 24 };
    enum { RECORD_HEAD = 5, HEARTBEAT_HEAD = 8 };
    Conversation *conversation = direction->conversation;
    gsize offset;

    if (!conversation_is_record (data, size)) {
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
        conversation_keep (direction, at, NULL, data, taken - body);
        conversation_read_handshake (direction, at + RECORD_HEAD, data + RECORD_HEAD, body, whole > size);
        return taken;
    }
    g_autofree guint8 *before = conversation_copy (direction, data, taken);
    if (type == HEARTBEAT && !direction->is_encrypted)
        pen_blank (conversation->pen, data + HEARTBEAT_HEAD, taken - MIN (taken, HEARTBEAT_HEAD));
    /* The answer that names the cipher need not be in the capture. */
    if (type == APPLICATION_DATA && (conversation->mac_size || begins_message (data + RECORD_HEAD, body)))
        conversation->is_plain = TRUE;
    if (type == APPLICATION_DATA && conversation->is_plain)
        write_plain (conversation, data + RECORD_HEAD, body - MIN (body, whole > size ? 0 : conversation->mac_size));
    return conversation_keep (direction, at, before, data, taken);
}
