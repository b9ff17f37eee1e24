/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/frame.h"

/* From a captured frame to the payload of its transport: what both readers of captures share. */

/* One IP header with its extensions. Plain data. */
typedef struct {
    IpAddress source, destination;
    guint8 protocol;      /* of the payload */
    guint8 ttl;           /* IPv4; 0 of IPv6 */
    View payload;         /* borrowed; what the capture cut off is missing */
    gsize wire_size;      /* octets of the payload on the wire */
    guint32 id;           /* of the fragments of one packet */
    guint16 offset;       /* where this fragment's payload belongs */
    gboolean more_follow; /* not the last fragment */
} IpPacket;

/* Octets behind the packet's own length (Ethernet padding, trailers) are left out. FALSE when it is no IP, damaged, or
 * cut before the end of the headers. */
gboolean packet_read_header (const guint8 *data, gsize size, IpPacket *ret_packet);
gboolean packet_is_fragment (const IpPacket *packet);

typedef enum {
    PACKET_WHOLE,    /* the frame's transport, addresses, ports, TCP header and payload are filled in */
    PACKET_FRAGMENT, /* a fragment of an IP packet: as packet_read_fragment(); see packet_read_transport() */
    PACKET_OTHER,    /* no IP, damaged, cut before the end of the headers, or a transport that we do not read */
} PacketKind;

/* Reads an IPv4 or IPv6 packet from its header on, with extension headers. Octets behind the packet's own length
 * (Ethernet padding, trailers) are left out; what the capture cut off is missing in the payload. frame->number, time,
 * source_mac and vlan are left alone. ret_protocol gets the IP protocol number of PACKET_WHOLE and PACKET_FRAGMENT. */
PacketKind packet_read_ip (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol);

/* What a fragment tells by itself: TRANSPORT_FRAGMENT, with ports and payload of the first one of UDP, and of TCP with
 * its place in the packet. FALSE, and addresses only, when it is of neither. */
gboolean packet_read_fragment (const IpPacket *packet, Frame *frame);

/* Reads a frame from its link's header on (link.h): ARP, CDP and LLDP become payload, IP goes on as above. Fills in
 * source_mac and vlan. */
PacketKind packet_read_link (guint32 link_type, const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol);

/* The second half of packet_read_ip(), for the reassembled payload of fragments whose addresses are in frame already.
 */
PacketKind packet_read_transport (guint8 protocol, const guint8 *data, gsize size, gsize wire_size, Frame *frame);
