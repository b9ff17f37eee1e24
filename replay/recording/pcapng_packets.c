/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/pcapng_packets.h"

#include "registration/wire/times.h"
#include "replay/recording/pcapng_format.h"

#include <string.h>

#define HEAD 8u /* type and length */

typedef struct {
    guint32 link_type, snap_length;
    guint64 per_second; /* units of its times */
    gint64 offset;      /* seconds */
} Interface;

struct PcapngPackets {
    FILE *file; /* owned */
    gboolean swapped;
    GByteArray *block;  /* owned; without its length at the end */
    GArray *interfaces; /* of Interface, of the present section; owned */
};

PcapngPackets *pcapng_packets_new (FILE *file)
{
    PcapngPackets *packets = g_new0 (PcapngPackets, 1);

    packets->file = file;
    packets->block = g_byte_array_new ();
    packets->interfaces = g_array_new (FALSE, FALSE, sizeof (Interface));
    return packets;
}

void pcapng_packets_free (PcapngPackets *packets)
{
    if (!packets)
        return;
    fclose (packets->file);
    g_byte_array_unref (packets->block);
    g_array_unref (packets->interfaces);
    g_free (packets);
}

/* --- Numbers, in the section's order of octets; 0 beyond the end of the block */

static guint32 get32 (const PcapngPackets *packets, gsize at)
{
    guint32 value = 0;

    if (at + sizeof value <= packets->block->len)
        memcpy (&value, packets->block->data + at, sizeof value);
    return packets->swapped ? GUINT32_SWAP_LE_BE (value) : value;
}

static guint16 get16 (const PcapngPackets *packets, gsize at)
{
    guint16 value = 0;

    if (at + sizeof value <= packets->block->len)
        memcpy (&value, packets->block->data + at, sizeof value);
    return packets->swapped ? GUINT16_SWAP_LE_BE (value) : value;
}

static guint64 get64 (const PcapngPackets *packets, gsize at)
{
    const guint64 first = get32 (packets, at), second = get32 (packets, at + 4);
    const gboolean is_little = (G_BYTE_ORDER == G_LITTLE_ENDIAN) != (packets->swapped != FALSE);

    return is_little ? second << 32 | first : first << 32 | second;
}

/* --- Blocks */

/* FALSE: damaged or cut off, or (*ret_end) the file ends here as it should. */
static gboolean read_block (PcapngPackets *packets, gboolean *ret_end)
{
    GByteArray *block = packets->block;
    guint32 magic;

    g_byte_array_set_size (block, HEAD);
    const gsize size = fread (block->data, 1, HEAD, packets->file);
    *ret_end = size == 0 && !ferror (packets->file);
    if (size < HEAD)
        return FALSE;
    if (get32 (packets, 0) == BLOCK_SECTION) { /* the same in both orders; the magic behind it tells which */
        g_byte_array_set_size (block, BLOCK_OVERHEAD);
        if (fread (block->data + HEAD, 1, sizeof magic, packets->file) < sizeof magic)
            return FALSE;
        memcpy (&magic, block->data + HEAD, sizeof magic);
        packets->swapped = magic == GUINT32_SWAP_LE_BE (BYTE_ORDER_MAGIC);
        if (!packets->swapped && magic != BYTE_ORDER_MAGIC)
            return FALSE;
        g_array_set_size (packets->interfaces, 0);
    }
    const guint32 length = get32 (packets, 4), have = block->len;
    if (length < MAX (have, BLOCK_OVERHEAD) || length % 4 || length > BLOCK_MAX)
        return FALSE;
    g_byte_array_set_size (block, length);
    if (fread (block->data + have, 1, length - have, packets->file) < length - have)
        return FALSE;
    g_byte_array_set_size (block, length - 4);
    return TRUE;
}

/* Ten or two to a power, as large as a number can be. */
static guint64 units_per_second (guint8 resolution)
{
    const guint power = resolution & 0x7F, base = resolution & 0x80 ? 2 : 10;
    guint64 units = 1;

    for (guint i = 0; i < power && units <= G_MAXUINT64 / base; i++)
        units *= base;
    return units;
}

static void add_interface (PcapngPackets *packets)
{
    Interface interface = { .link_type = get16 (packets, HEAD),
                            .snap_length = get32 (packets, HEAD + 4),
                            .per_second = 1000000 };
    gsize at = HEAD + 8;

    while (at + 4 <= packets->block->len && get16 (packets, at) != OPTION_END) {
        const guint16 size = get16 (packets, at + 2);
        if (get16 (packets, at) == OPTION_TIME_RESOLUTION && size >= 1 && at + 4 < packets->block->len)
            interface.per_second = units_per_second (packets->block->data[at + 4]);
        if (get16 (packets, at) == OPTION_TIME_OFFSET && size >= 8)
            interface.offset = (gint64) get64 (packets, at + 4);
        at += 4u + size + (4 - size % 4) % 4;
    }
    g_array_append_val (packets->interfaces, interface);
}

static gint64 time_of (const Interface *interface, guint64 units)
{
    const gint64 limit = G_MAXINT64 / 2 / SECOND;
    const guint64 rest = units % interface->per_second;
    const gint64 seconds = (gint64) MIN (units / interface->per_second, (guint64) limit);
    const guint64 nanoseconds = interface->per_second <= SECOND ? rest * SECOND / interface->per_second
                                                                : rest / MAX (interface->per_second / SECOND, 1);

    return time_of_parts (seconds + CLAMP (interface->offset, -limit, limit),
                          (gint64) MIN (nanoseconds, (guint64) SECOND - 1));
}

static gboolean take_packet (const PcapngPackets *packets, guint32 place, gsize stamp, gsize begin, guint32 size,
                             CapturedPacket *ret_packet)
{
    if (place >= packets->interfaces->len || begin > packets->block->len || size > packets->block->len - begin)
        return FALSE;
    const Interface *interface = &g_array_index (packets->interfaces, Interface, place);
    const guint64 units = stamp ? (guint64) get32 (packets, stamp) << 32 | get32 (packets, stamp + 4) : 0;
    *ret_packet = (CapturedPacket){ .link_type = interface->link_type,
                                    .time = stamp ? time_of (interface, units) : 0,
                                    .data = packets->block->data + begin,
                                    .size = size };
    return TRUE;
}

static gboolean take_simple (const PcapngPackets *packets, CapturedPacket *ret_packet)
{
    if (packets->interfaces->len == 0)
        return FALSE;
    const guint32 most = g_array_index (packets->interfaces, Interface, 0).snap_length;
    const guint32 size = get32 (packets, HEAD);
    return take_packet (packets, 0, 0, HEAD + 4, most ? MIN (size, most) : size, ret_packet);
}

PcapngResult pcapng_packets_next (PcapngPackets *packets, CapturedPacket *ret_packet)
{
    gboolean end, taken;

    while (read_block (packets, &end)) {
        switch (get32 (packets, 0)) {
        case BLOCK_INTERFACE:
            add_interface (packets);
            continue;
        case BLOCK_PACKET:
            taken = take_packet (packets, get32 (packets, HEAD), HEAD + 4, HEAD + 20, get32 (packets, HEAD + 12),
                                 ret_packet);
            break;
        case BLOCK_OLD_PACKET:
            taken = take_packet (packets, get16 (packets, HEAD), HEAD + 4, HEAD + 20, get32 (packets, HEAD + 12),
                                 ret_packet);
            break;
        case BLOCK_SIMPLE_PACKET:
            taken = take_simple (packets, ret_packet);
            break;
        default:
            continue;
        }
        return taken ? PCAPNG_PACKET : PCAPNG_DAMAGED;
    }
    return end ? PCAPNG_END : PCAPNG_DAMAGED;
}
