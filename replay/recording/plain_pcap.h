/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/recording/captured_packet.h"

#include <glib.h>

/* Reads the packets of a pcap file as nearly all are: written by a machine of the same byte order, version 2.4, nothing
 * larger than its snapshot length, nothing cut. Libpcap takes several calls for each of them; it knows what to do, or to
 * say, about everything else. */

typedef struct PlainPcap PlainPcap;

/* file: from its beginning, and wherever others read it; it stays the caller's. NULL: it is not such a file. */
PlainPcap *plain_pcap_new (int file, guint32 link_type);
void plain_pcap_free (PlainPcap *pcap);

typedef enum {
    PLAIN_PCAP_PACKET,
    PLAIN_PCAP_END,
    PLAIN_PCAP_STRANGE, /* what comes next is for libpcap */
} PlainPcapResult;

/* The packet's octets are valid until the next call. */
PlainPcapResult plain_pcap_next (PlainPcap *pcap, CapturedPacket *ret_packet);
