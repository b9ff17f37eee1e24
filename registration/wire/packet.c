/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/packet.h"

#include "registration/wire/link.h"

enum { IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17, IP_ICMPV6 = 58 };
enum { IPV6_HOP_BY_HOP = 0, IPV6_ROUTING = 43, IPV6_FRAGMENT = 44, IPV6_DESTINATION = 60 };

#define TCP_HEADER_MIN 20
#define UDP_HEADER     8
/* More extension headers than this are an attack (RFC 8200 expects each kind once, Destination Options twice). */
#define IPV6_EXTENSIONS_MAX 8

static PacketKind read_tcp (Bytes *bytes, gsize wire_size, Frame *frame)
{
    if (!bytes_have (bytes, TCP_HEADER_MIN))
        return PACKET_OTHER;
    frame->transport = TRANSPORT_TCP;
    frame->source.port = bytes_be16 (bytes);
    frame->destination.port = bytes_be16 (bytes);
    frame->tcp.sequence = bytes_be32 (bytes);
    frame->tcp.acknowledgment = bytes_be32 (bytes);
    gsize header = (gsize) (bytes_u8 (bytes) >> 4) * 4;
    frame->tcp.flags = bytes_u8 (bytes);
    if (header < TCP_HEADER_MIN || header > wire_size)
        return PACKET_OTHER;
    frame->tcp.length = (guint32) (wire_size - header);
    bytes_seek (bytes, MIN (header, bytes->size));
    frame->payload = bytes_view (bytes, bytes_left (bytes));
    return PACKET_WHOLE;
}

static PacketKind read_udp (Bytes *bytes, gsize wire_size, Frame *frame)
{
    if (!bytes_have (bytes, UDP_HEADER))
        return PACKET_OTHER;
    frame->transport = TRANSPORT_UDP;
    frame->source.port = bytes_be16 (bytes);
    frame->destination.port = bytes_be16 (bytes);
    guint16 length = bytes_be16 (bytes);
    bytes_skip (bytes, 2);
    gsize payload = length >= UDP_HEADER ? MIN ((gsize) length - UDP_HEADER, bytes_left (bytes)) : 0;
    frame->payload = bytes_view (bytes, payload);
    gsize sent = MIN ((gsize) length, wire_size);
    frame->cut = sent > UDP_HEADER + payload ? (guint32) (sent - UDP_HEADER - payload) : 0;
    return PACKET_WHOLE;
}

PacketKind packet_read_transport (guint8 protocol, const guint8 *data, gsize size, gsize wire_size, Frame *frame)
{
    Bytes bytes;

    bytes_init (&bytes, data, MIN (size, wire_size));
    switch (protocol) {
    case IP_TCP:
        return read_tcp (&bytes, wire_size, frame);
    case IP_UDP:
        return read_udp (&bytes, wire_size, frame);
    case IP_ICMP:
    case IP_ICMPV6:
        frame->transport = TRANSPORT_ICMP;
        frame->payload = bytes_view (&bytes, bytes_left (&bytes));
        return PACKET_WHOLE;
    default:
        return PACKET_OTHER;
    }
}

static guint16 be16 (const guint8 *data)
{
    return (guint16) (data[0] << 8 | data[1]);
}

/* size: 20 at least (RFC 791, 3.1). Every packet comes this way. */
static gboolean read_ipv4 (const guint8 *data, gsize size, IpPacket *packet)
{
    const gsize header = (gsize) (data[0] & 0x0F) * 4, told = be16 (data + 2);
    /* Segmentation offload: the length was not known yet when the host captured its own packet. */
    const gsize length = told ? told : size;
    const guint16 fragment = be16 (data + 6);

    if (header < 20 || header > size || length < header)
        return FALSE;
    *packet = (IpPacket){ .source = ip_address_v4 (data + 12),
                          .destination = ip_address_v4 (data + 16),
                          .protocol = data[9],
                          .ttl = data[8],
                          .payload = { data + header, MIN (size, length) - header },
                          .wire_size = length - header,
                          .id = be16 (data + 4),
                          .offset = (guint16) (fragment << 3),
                          .more_follow = (fragment & 0x2000) != 0 };
    return TRUE;
}

static gboolean read_ipv6 (const guint8 *data, gsize size, IpPacket *packet)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 4);
    gsize length = bytes_be16 (&bytes);
    guint8 next = bytes_u8 (&bytes);
    bytes_skip (&bytes, 1);
    View source = bytes_view (&bytes, 16), destination = bytes_view (&bytes, 16);
    if (bytes.missing)
        return FALSE;
    packet->source = ip_address_v6 (source.data);
    packet->destination = ip_address_v6 (destination.data);
    gsize end = length ? 40 + length : size;

    for (guint i = 0; i < IPV6_EXTENSIONS_MAX; i++) {
        if (next == IPV6_FRAGMENT) {
            next = bytes_u8 (&bytes);
            bytes_skip (&bytes, 1);
            guint16 fragment = bytes_be16 (&bytes);
            packet->id = bytes_be32 (&bytes);
            packet->offset = fragment & 0xFFF8;
            packet->more_follow = fragment & 1;
            if (bytes.missing)
                return FALSE;
            if (packet_is_fragment (packet)) /* else an atomic fragment (RFC 6946), which is whole */
                break;
        } else if (next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION) {
            next = bytes_u8 (&bytes);
            bytes_skip (&bytes, (gsize) bytes_u8 (&bytes) * 8 + 6);
            if (bytes.missing)
                return FALSE;
        } else {
            break;
        }
    }
    packet->protocol = next;
    if (end < bytes.position)
        return FALSE;
    packet->payload = (View){ data + bytes.position, MIN (size, end) - bytes.position };
    packet->wire_size = end - bytes.position;
    return TRUE;
}

gboolean packet_is_fragment (const IpPacket *packet)
{
    return packet->offset || packet->more_follow;
}

gboolean packet_read_header (const guint8 *data, gsize size, IpPacket *ret_packet)
{
    if (size < 20)
        return FALSE;
    switch (data[0] >> 4) {
    case 4:
        return read_ipv4 (data, size, ret_packet);
    case 6:
        *ret_packet = (IpPacket){ 0 };
        return read_ipv6 (data, size, ret_packet);
    default:
        return FALSE;
    }
}

gboolean packet_read_fragment (const IpPacket *packet, Frame *frame)
{
    gboolean is_whole = packet->payload.size == packet->wire_size;

    frame->source.address = packet->source;
    frame->destination.address = packet->destination;
    frame->ip_id = packet->id;
    frame->ttl = packet->ttl;
    frame->payload = (View){ NULL, 0 };
    if (packet->protocol == IP_TCP) {
        frame->piece_start = packet->offset;
        frame->piece_end = packet->offset + (guint32) packet->wire_size;
    } else if (packet->protocol != IP_UDP) {
        return FALSE;
    }
    if (packet->protocol == IP_UDP && packet->offset == 0 && is_whole)
        packet_read_transport (IP_UDP, packet->payload.data, packet->payload.size, packet->wire_size, frame);
    frame->transport = TRANSPORT_FRAGMENT;
    return TRUE;
}

PacketKind packet_read_ip (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    IpPacket packet;

    if (!packet_read_header (data, size, &packet))
        return PACKET_OTHER;
    frame->source.address = packet.source;
    frame->destination.address = packet.destination;
    frame->ip_id = packet.id;
    frame->ttl = packet.ttl;
    *ret_protocol = packet.protocol;
    if (packet_is_fragment (&packet)) {
        packet_read_fragment (&packet, frame);
        return PACKET_FRAGMENT;
    }
    return packet_read_transport (packet.protocol, packet.payload.data, packet.payload.size, packet.wire_size, frame);
}

PacketKind packet_read_link (guint32 link_type, const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    LinkHeader header = { 0 };
    View payload;

    Network network = link_read (link_type, data, size, &payload, &header);
    frame->source_mac = header.source;
    frame->vlan = header.vlan;
    if (network == NETWORK_IP)
        return packet_read_ip (payload.data, payload.size, frame, ret_protocol);
    if (network == NETWORK_OTHER)
        return PACKET_OTHER;
    frame->transport = link_transport (network);
    frame->destination_mac = header.destination;
    frame->payload = payload;
    return PACKET_WHOLE;
}
