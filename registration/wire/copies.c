/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/copies.h"

/* An IPv4 address leaves the octets behind its own empty. */
static guint64 hash_endpoint (guint64 hash, const Endpoint *end)
{
    guint64 words[2];

    memcpy (words, end->address.octets, sizeof words);
    return hash_number (hash_number (hash, words[0]), words[1] ^ (guint64) end->port << 16);
}

/* What a TCP segment carries follows from where in its stream it stands. */
static guint64 digest_of (const Frame *frame, gboolean by_content)
{
    guint64 hash = hash_number (frame->transport, by_content ? 0 : frame->ip_id);

    hash = hash_endpoint (hash_endpoint (hash, &frame->source), &frame->destination);
    if (frame->transport == TRANSPORT_TCP) {
        hash = hash_number (hash, (guint64) frame->tcp.sequence << 32 | frame->tcp.acknowledgment);
        return hash_number (hash_number (hash, (guint64) frame->tcp.length << 8 | frame->tcp.flags), 0);
    }
    return hash_octets (hash, frame->payload.data, frame->payload.size);
}

gboolean copies_tell (Copies *copies, const Frame *frame, gboolean by_content, guint32 mark, guint32 *ret_frame,
                      guint32 *ret_mark, gboolean *ret_routed, guint32 *ret_copies)
{
    guint64 digest = digest_of (frame, by_content);
    guint slot = (guint) (digest % COPIES_SLOTS);

    const gboolean routed =
        memcmp (copies->slots[slot].source.octets, frame->source_mac.octets, sizeof frame->source_mac.octets) != 0;
    if (copies->slots[slot].frame && copies->slots[slot].digest == digest &&
        ABS (frame->time - copies->slots[slot].time) < COPIES_WITHIN &&
        (routed || copies->slots[slot].ip_id == frame->ip_id)) {
        *ret_frame = copies->slots[slot].frame;
        *ret_mark = copies->slots[slot].mark;
        *ret_routed = routed;
        *ret_copies = ++copies->slots[slot].n_copies;
        return TRUE;
    }
    copies->slots[slot].digest = digest;
    copies->slots[slot].time = frame->time;
    copies->slots[slot].frame = frame->number;
    copies->slots[slot].mark = mark;
    copies->slots[slot].ip_id = frame->ip_id;
    copies->slots[slot].n_copies = 0;
    copies->slots[slot].source = frame->source_mac;
    return FALSE;
}
