/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/unpack.h"

#include <glib.h>
#include <string.h>

/* Reads pcap and pcapng files for tests, without libpcap. Header only. */

typedef void (*FrameHandler) (Frame *frame, gpointer user_data);

#define INTERFACES_MAX 16

typedef struct {
    const guint8 *data;
    gsize size, at;
    gboolean swapped; /* against the host */
    guint32 link_types[INTERFACES_MAX];
    guint64 units[INTERFACES_MAX]; /* of time stamps, per second */
    guint n_interfaces;
    guint32 frames;
    Unpacker *unpacker; /* owned */
    FrameHandler handler;
    gpointer user_data;
} CaptureReader;

static inline guint32 capture_u32 (const CaptureReader *reader, gsize at)
{
    guint32 number = 0;

    if (at + 4 <= reader->size)
        memcpy (&number, reader->data + at, 4);
    return reader->swapped ? GUINT32_SWAP_LE_BE (number) : number;
}

static inline guint16 capture_u16 (const CaptureReader *reader, gsize at)
{
    guint16 number = 0;

    if (at + 2 <= reader->size)
        memcpy (&number, reader->data + at, 2);
    return reader->swapped ? GUINT16_SWAP_LE_BE (number) : number;
}

static inline void capture_frame (CaptureReader *reader, guint32 link_type, gint64 time, gsize at, gsize size)
{
    Frame frame = { .number = ++reader->frames, .time = time };

    if (at > reader->size || size > reader->size - at)
        return;
    /* Memory of exactly this size, for AddressSanitizer. */
    g_autofree guint8 *copy = size ? g_memdup2 (reader->data + at, size) : NULL;
    if (unpacker_read (reader->unpacker, link_type, copy, size, &frame))
        reader->handler (&frame, reader->user_data);
}

static inline gboolean capture_read_pcap (CaptureReader *reader, guint64 units)
{
    guint32 link_type = capture_u32 (reader, 20) & 0xFFFF;

    for (gsize at = 24; at + 16 <= reader->size;) {
        guint64 seconds = capture_u32 (reader, at), fraction = capture_u32 (reader, at + 4);
        gsize size = capture_u32 (reader, at + 8);
        capture_frame (reader, link_type, (gint64) (seconds * 1000000000 + fraction * (1000000000 / units)), at + 16,
                       size);
        at += 16 + size;
    }
    return TRUE;
}

static inline void capture_interface (CaptureReader *reader, gsize at, gsize end)
{
    guint64 units = 1000000;

    if (reader->n_interfaces == INTERFACES_MAX)
        return;
    for (gsize option = at + 16; option + 4 <= end && capture_u16 (reader, option);) {
        gsize length = capture_u16 (reader, option + 2);
        if (capture_u16 (reader, option) == 9 && option + 5 <= end) { /* if_tsresol: a power of ten, or of two */
            guint8 power = reader->data[option + 4];
            units = 1;
            for (guint i = 0; i < MIN (power & 0x7Fu, power & 0x80 ? 30u : 9u); i++)
                units *= power & 0x80 ? 2 : 10;
        }
        option += 4 + (length + 3) / 4 * 4;
    }
    reader->link_types[reader->n_interfaces] = capture_u16 (reader, at + 8);
    reader->units[reader->n_interfaces++] = units;
}

static inline gboolean capture_read_pcapng (CaptureReader *reader)
{
    for (gsize at = 0; at + 12 <= reader->size;) {
        guint32 type = capture_u32 (reader, at);
        if (type == 0x0A0D0D0A) { /* a section: its own order of octets, its own interfaces */
            reader->swapped = FALSE;
            reader->swapped = capture_u32 (reader, at + 8) != 0x1A2B3C4D;
            reader->n_interfaces = 0;
        }
        gsize length = capture_u32 (reader, at + 4);
        if (length < 12 || length > reader->size - at)
            return FALSE;
        guint32 interface = capture_u32 (reader, at + 8);
        if (type == 1)
            capture_interface (reader, at, at + length);
        if (type == 6 && interface < reader->n_interfaces) {
            guint64 units = reader->units[interface];
            guint64 stamp = (guint64) capture_u32 (reader, at + 12) << 32 | capture_u32 (reader, at + 16);
            guint64 time = stamp / units * 1000000000 + stamp % units * 1000000000 / units;
            capture_frame (reader, reader->link_types[interface], (gint64) time, at + 28,
                           capture_u32 (reader, at + 20));
        } else if (type == 3 && reader->n_interfaces) { /* a simple packet has no time */
            capture_frame (reader, reader->link_types[0], 0, at + 12, MIN (capture_u32 (reader, at + 8), length - 16));
        }
        at += length;
    }
    return TRUE;
}

/* Hands every frame that unpack.h understands to the handler, which may change it. FALSE for what is no capture. */
static inline gboolean capture_read (const char *path, FrameHandler handler, gpointer user_data, guint32 *ret_frames)
{
    g_autofree char *data = NULL;
    CaptureReader reader = { .handler = handler, .user_data = user_data };

    if (!g_file_get_contents (path, &data, &reader.size, NULL) || reader.size < 24)
        return FALSE;
    reader.data = (const guint8 *) data;
    reader.unpacker = unpacker_new ();
    gboolean is_capture = TRUE;
    switch (capture_u32 (&reader, 0)) {
    case 0x0A0D0D0A:
        is_capture = capture_read_pcapng (&reader);
        break;
    case 0xD4C3B2A1:
    case 0x4D3CB2A1:
        reader.swapped = TRUE;
        is_capture = capture_read_pcap (&reader, capture_u32 (&reader, 0) == 0xA1B2C3D4 ? 1000000 : 1000000000);
        break;
    case 0xA1B2C3D4:
        is_capture = capture_read_pcap (&reader, 1000000);
        break;
    case 0xA1B23C4D:
        is_capture = capture_read_pcap (&reader, 1000000000);
        break;
    default:
        is_capture = FALSE;
    }
    unpacker_free (reader.unpacker);
    *ret_frames = reader.frames;
    return is_capture;
}
