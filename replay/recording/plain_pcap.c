/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/plain_pcap.h"

#include "registration/wire/times.h"

#include <string.h>
#include <unistd.h>

#define HEADER_SIZE    24
#define RECORD_SIZE    16
#define MICROSECONDS   0xA1B2C3D4
#define NANOSECONDS    0xA1B23C4D
#define SNAPSHOT_MAX   262144 /* of libpcap */
#define READ_SIZE      (1024 * 1024)

struct PlainPcap {
    int file;
    guint64 offset; /* of what follows the octets */
    guint8 *octets; /* owned */
    gsize begin, end;
    guint32 link_type, snapshot;
    guint32 unit; /* nanoseconds that times are counted in below a second */
};

/* Numbers of the machine's own order. */
static guint32 number_at (const guint8 *at)
{
    guint32 number;

    memcpy (&number, at, sizeof number);
    return number;
}

static guint16 short_at (const guint8 *at)
{
    guint16 number;

    memcpy (&number, at, sizeof number);
    return number;
}

PlainPcap *plain_pcap_new (int file, guint32 link_type)
{
    guint8 header[HEADER_SIZE];

    if (pread (file, header, sizeof header, 0) != sizeof header)
        return NULL;
    const guint32 magic = number_at (header), snapshot = number_at (header + 16);
    if ((magic != MICROSECONDS && magic != NANOSECONDS) || short_at (header + 4) != 2 || short_at (header + 6) != 4 ||
        snapshot == 0 || snapshot > SNAPSHOT_MAX)
        return NULL;
    PlainPcap *pcap = g_new0 (PlainPcap, 1);
    pcap->file = file;
    pcap->offset = HEADER_SIZE;
    pcap->octets = g_malloc (READ_SIZE);
    pcap->link_type = link_type;
    pcap->snapshot = snapshot;
    pcap->unit = magic == MICROSECONDS ? 1000 : 1;
    return pcap;
}

void plain_pcap_free (PlainPcap *pcap)
{
    if (!pcap)
        return;
    g_free (pcap->octets);
    g_free (pcap);
}

/* FALSE: so much is not there. */
static gboolean have (PlainPcap *pcap, gsize size)
{
    if (G_LIKELY (pcap->end - pcap->begin >= size))
        return TRUE;
    pcap->end -= pcap->begin;
    memmove (pcap->octets, pcap->octets + pcap->begin, pcap->end);
    pcap->begin = 0;
    while (pcap->end < size) {
        const gssize got =
            pread (pcap->file, pcap->octets + pcap->end, READ_SIZE - pcap->end, (off_t) pcap->offset);
        if (got <= 0)
            return FALSE;
        pcap->end += (gsize) got;
        pcap->offset += (guint64) got;
    }
    return TRUE;
}

/* Nothing is left, and that is so because the file ends here. */
static gboolean is_at_end (PlainPcap *pcap)
{
    guint8 octet;

    return pcap->begin == pcap->end && pread (pcap->file, &octet, 1, (off_t) pcap->offset) == 0;
}

PlainPcapResult plain_pcap_next (PlainPcap *pcap, CapturedPacket *ret_packet)
{
    if (!have (pcap, RECORD_SIZE))
        return is_at_end (pcap) ? PLAIN_PCAP_END : PLAIN_PCAP_STRANGE;
    const guint8 *record = pcap->octets + pcap->begin;
    const guint32 fraction = number_at (record + 4), size = number_at (record + 8);
    if (fraction >= SECOND / pcap->unit || size > pcap->snapshot || !have (pcap, RECORD_SIZE + size))
        return PLAIN_PCAP_STRANGE;
    record = pcap->octets + pcap->begin;
    *ret_packet = (CapturedPacket){ .link_type = pcap->link_type,
                                    .time = time_of_parts (number_at (record), (gint64) fraction * pcap->unit),
                                    .data = record + RECORD_SIZE,
                                    .size = size };
    pcap->begin += RECORD_SIZE + size;
    return PLAIN_PCAP_PACKET;
}
