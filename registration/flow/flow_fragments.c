/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pieces of IP packets tell while they do not make up a whole one. */
#include "registration/flow/flow_internal.h"

/* Hosts whose datagrams are known to pass in more than one piece; beyond so many, all are. */
#define FRAGMENTERS_MAX 10000

gboolean flow_fragments_pass (const Flow *flow, const IpAddress *source)
{
    return g_hash_table_size (flow->fragmenters) >= FRAGMENTERS_MAX ||
           g_hash_table_contains (flow->fragmenters, GUINT_TO_POINTER (ip_address_hash (source)));
}

static guint32 packet_of (const Frame *frame)
{
    return ip_address_hash (&frame->source.address) * 31 + ip_address_hash (&frame->destination.address) * 17 +
           frame->ip_id;
}

/* The beginning of that packet was among the latest that were seen. */
static gboolean has_begun (const Flow *flow, guint32 packet)
{
    for (guint i = 0; i < G_N_ELEMENTS (flow->begun_packets); i++)
        if (flow->begun_packets[i] == packet)
            return TRUE;
    return FALSE;
}

/* A piece of a segment has no ports: it belongs to what these two hosts have talked over last. */
static void take_tcp_piece (Flow *flow, const Frame *frame)
{
    const guint32 packet = packet_of (frame);
    Session *session = flow_latest_session (flow, &frame->source.address, &frame->destination.address);
    Values values;

    if (frame->piece_start == 0)
        flow->begun_packets[flow->n_begun_packets++ % G_N_ELEMENTS (flow->begun_packets)] = packet;
    if (frame->piece_start == 0 || !session || has_begun (flow, packet))
        return;
    const guint direction =
        ip_address_equal (&frame->source.address, &session->tcp.ends[FROM_SERVER].address) ? FROM_SERVER : FROM_PHONE;
    session->lost_piece[direction] = (LostPiece){ frame->number, frame->piece_end };
    flow->session = session;
    values_init (&values);
    values_add_number (&values, VALUE_FIRST, frame->piece_start);
    values_add_number (&values, VALUE_LAST, frame->piece_end - 1);
    values_add_number (&values, VALUE_MESSAGE_ID, frame->ip_id);
    NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_FRAME, FRAME_IS_PIECE),
                                     session->phase, direction == FROM_SERVER ? VARIANT_SERVER : VARIANT_PHONE,
                                     direction == FROM_SERVER, &values);
    flow_lacks (flow, note, CAPTURE_LACKS_PACKETS);
}

void flow_fragment (Flow *flow, const Frame *frame)
{
    if (frame->piece_end)
        take_tcp_piece (flow, frame);
    else if (frame->payload.size)
        flow_sip_fragment (flow, frame);
    else if (g_hash_table_size (flow->fragmenters) < FRAGMENTERS_MAX)
        g_hash_table_add (flow->fragmenters, GUINT_TO_POINTER (ip_address_hash (&frame->source.address)));
}
