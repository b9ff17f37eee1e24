/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the place of replay/recording/capture.c, where there is no libpcap: whole files that nothing has packed, pcap and
 * pcapng, with what inspection.c asks for and no more. */
#include "registration/wire/times.h"
#include "registration/wire/unpack.h"
#include "replay/recording/capture.h"
#include "replay/recording/pcapng_packets.h"

#include <stdio.h>
#include <string.h>

enum { PCAP_HEAD = 24, PACKET_HEAD = 16, MAX_PACKET = 1 << 24 };

struct Capture {
    FILE *file;             /* of pcap; owned; NULL when it is pcapng */
    PcapngPackets *packets; /* of pcapng; owned; NULL when it is pcap */
    Unpacker *unpacker;     /* owned */
    GByteArray *data;       /* of pcap's packet; owned */
    gboolean is_swapped;
    gint64 unit; /* of pcap's times below the second, in nanoseconds */
    guint32 link_type;
    guint32 frames;
    gint64 latest;
};

G_DEFINE_QUARK (regflow - plain - capture - error, capture_error)

static guint32 get32 (const Capture *capture, const guint8 *data)
{
    guint32 value;

    memcpy (&value, data, sizeof value);
    return capture->is_swapped ? GUINT32_SWAP_LE_BE (value) : value;
}

/* FALSE: it is no pcap. */
static gboolean read_head (Capture *capture)
{
    guint8 head[PCAP_HEAD];

    if (fread (head, 1, sizeof head, capture->file) < sizeof head)
        return FALSE;
    for (guint i = 0; i < 2; i++, capture->is_swapped = TRUE) {
        const guint32 magic = get32 (capture, head);
        capture->unit = magic == 0xA1B2C3D4 ? 1000 : magic == 0xA1B23C4D ? 1 : 0;
        capture->link_type = get32 (capture, head + 20) & 0xFFFF;
        if (capture->unit)
            return TRUE;
    }
    return FALSE;
}

Capture *capture_open (const char *path, GError **error)
{
    static const guint8 section[] = { 0x0A, 0x0D, 0x0D, 0x0A };
    g_autoptr (Capture) capture = g_new0 (Capture, 1);
    guint8 magic[sizeof section] = { 0 };

    capture->unpacker = unpacker_new ();
    capture->data = g_byte_array_new ();
    capture->latest = G_MININT64;
    capture->file = fopen (path, "rb");
    if (!capture->file) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened", path);
        return NULL;
    }
    const gboolean is_pcapng =
        fread (magic, 1, sizeof magic, capture->file) == sizeof magic && memcmp (magic, section, sizeof magic) == 0;
    rewind (capture->file);
    if (is_pcapng)
        capture->packets = pcapng_packets_new (g_steal_pointer (&capture->file));
    else if (!read_head (capture)) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s is no capture", path);
        return NULL;
    }
    return g_steal_pointer (&capture);
}

Capture *capture_open_source (G_GNUC_UNUSED int source, const char *path, GError **error)
{
    return capture_open (path, error);
}

void capture_free (Capture *capture)
{
    if (!capture)
        return;
    if (capture->file)
        fclose (capture->file);
    pcapng_packets_free (capture->packets);
    unpacker_free (capture->unpacker);
    g_byte_array_unref (capture->data);
    g_free (capture);
}

static PcapngResult next_of_pcap (Capture *capture, CapturedPacket *ret_packet)
{
    guint8 head[PACKET_HEAD];
    const gsize have = fread (head, 1, sizeof head, capture->file);
    const guint32 size = have == sizeof head ? get32 (capture, head + 8) : 0;

    if (have < sizeof head || size > MAX_PACKET)
        return have ? PCAPNG_DAMAGED : PCAPNG_END;
    g_byte_array_set_size (capture->data, size);
    if (fread (capture->data->data, 1, size, capture->file) < size)
        return PCAPNG_DAMAGED;
    *ret_packet = (CapturedPacket){ .link_type = capture->link_type,
                                    .time = get32 (capture, head) * SECOND + get32 (capture, head + 4) * capture->unit,
                                    .data = capture->data->data,
                                    .size = size };
    return PCAPNG_PACKET;
}

CaptureResult capture_next_packet (Capture *capture, CapturedPacket *ret_packet, GError **error)
{
    switch (capture->file ? next_of_pcap (capture, ret_packet) : pcapng_packets_next (capture->packets, ret_packet)) {
    case PCAPNG_PACKET:
        capture->frames++;
        capture->latest = clock_goes_on (capture->latest, ret_packet->time);
        return CAPTURE_FRAME;
    case PCAPNG_END:
        return CAPTURE_END;
    default:
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_CUT, "damaged or cut off behind frame %" G_GUINT32_FORMAT,
                     capture->frames);
        return CAPTURE_FAILED;
    }
}

gboolean capture_feed_some (Capture *capture, Flow *flow, guint32 frames, GError **error)
{
    CaptureResult result = CAPTURE_FRAME;
    CapturedPacket packet;
    guint count;

    while (frames-- && (result = capture_next_packet (capture, &packet, error)) == CAPTURE_FRAME) {
        Frame frame = { .number = capture->frames, .time = packet.time };
        if (!unpacker_read (capture->unpacker, packet.link_type, packet.data, packet.size, &frame))
            frame = (Frame){ .number = capture->frames, .time = packet.time };
        if (flow_wants_frame (flow, &frame))
            flow_frame (flow, &frame, &count);
    }
    if (result != CAPTURE_FRAME)
        flow_finish (flow, capture->latest);
    return result == CAPTURE_FRAME;
}

guint32 capture_unread (G_GNUC_UNUSED const Capture *capture, const char **ret_link)
{
    *ret_link = NULL;
    return 0;
}
