/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/recording/captured_packet.h"

#include <glib.h>
#include <stdio.h>

/* Reads the packets of a pcapng file whose interfaces differ, one after the other: Windows writes Ethernet and loopback
 * into one file, mergecap captures of different snapshot lengths, and libpcap reads files of one type and length only.
 */

typedef struct PcapngPackets PcapngPackets;

/* Takes over the file, from where it stands. */
PcapngPackets *pcapng_packets_new (FILE *file);
void pcapng_packets_free (PcapngPackets *packets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PcapngPackets, pcapng_packets_free)

typedef enum {
    PCAPNG_PACKET,
    PCAPNG_END,
    PCAPNG_DAMAGED, /* or cut off: there are no more packets */
} PcapngResult;

PcapngResult pcapng_packets_next (PcapngPackets *packets, CapturedPacket *ret_packet);
