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

/* The one that remembers this, or else the one to forget: of two places that the longer ago. */
static struct CopySlot *slot_of (Copies *copies, guint64 digest)
{
    struct CopySlot *one = &copies->slots[digest % COPIES_SLOTS],
                    *other = &copies->slots[(digest >> 32) % COPIES_SLOTS];

    if (one->digest == digest || other->digest == digest)
        return one->digest == digest ? one : other;
    return one->frame <= other->frame ? one : other;
}

static gboolean is_routed (const struct CopySlot *slot, const Frame *frame)
{
    return memcmp (slot->source.octets, frame->source_mac.octets, sizeof frame->source_mac.octets) != 0 ||
           slot->ttl != frame->ttl;
}

/* Two hosts that get an address one after the other may count their identifications alike; they are as far away. */
static gboolean is_same_packet (const struct CopySlot *slot, const Frame *frame)
{
    return ABS (frame->time - slot->time) < COPIES_WITHIN || (frame->ip_id && slot->ttl != frame->ttl);
}

static gboolean is_same_content (const struct CopySlot *slot, const Frame *frame)
{
    return is_routed (slot, frame) && ABS (frame->time - slot->time) < COPIES_WITHIN;
}

static void remember (struct CopySlot *slot, guint64 digest, const Frame *frame, guint32 mark)
{
    *slot = (struct CopySlot){ .digest = digest,
                               .time = frame->time,
                               .frame = frame->number,
                               .mark = mark,
                               .ttl = frame->ttl,
                               .source = frame->source_mac };
}

gboolean copies_tell (Copies *copies, const Frame *frame, gboolean by_content, guint32 mark, guint32 *ret_frame,
                      guint32 *ret_mark, gboolean *ret_routed, guint32 *ret_copies)
{
    const guint64 digest = digest_of (frame, FALSE), content = by_content ? digest_of (frame, TRUE) : digest;
    struct CopySlot *slot = slot_of (copies, digest), *by_octets = slot_of (copies, content), *found = NULL;

    if (slot->frame && slot->digest == digest && is_same_packet (slot, frame))
        found = slot;
    else if (by_content && by_octets->frame && by_octets->digest == content && is_same_content (by_octets, frame))
        found = by_octets;
    if (found) {
        *ret_frame = found->frame;
        *ret_mark = found->mark;
        *ret_routed = is_routed (found, frame);
        *ret_copies = ++found->n_copies;
        return TRUE;
    }
    remember (slot, digest, frame, mark);
    if (by_content)
        remember (by_octets, content, frame, mark);
    return FALSE;
}
