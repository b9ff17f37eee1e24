/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/packet.h"

#include <string.h>

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

static PacketKind read_udp (Bytes *bytes, Frame *frame)
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
        return read_udp (&bytes, frame);
    case IP_ICMP:
    case IP_ICMPV6:
        frame->transport = TRANSPORT_ICMP;
        frame->payload = bytes_view (&bytes, bytes_left (&bytes));
        return PACKET_WHOLE;
    default:
        return PACKET_OTHER;
    }
}

static PacketKind read_ipv4 (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    gsize header = (gsize) (bytes_u8 (&bytes) & 0x0F) * 4;
    bytes_skip (&bytes, 1);
    gsize length = bytes_be16 (&bytes);
    bytes_skip (&bytes, 2);
    guint16 fragment = bytes_be16 (&bytes);
    bytes_skip (&bytes, 1);
    *ret_protocol = bytes_u8 (&bytes);
    bytes_skip (&bytes, 2);
    View source = bytes_view (&bytes, 4), destination = bytes_view (&bytes, 4);
    if (bytes.missing || header < 20 || header > size)
        return PACKET_OTHER;
    if (length == 0) /* segmentation offload: the length was not known yet when the host captured its own packet */
        length = size;
    if (length < header)
        return PACKET_OTHER;
    frame->source.address = ip_address_v4 (source.data);
    frame->destination.address = ip_address_v4 (destination.data);
    if (fragment & 0x3FFF) /* more fragments, or not the first */
        return PACKET_FRAGMENT;
    return packet_read_transport (*ret_protocol, data + header, size - header, length - header, frame);
}

static PacketKind read_ipv6 (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 4);
    gsize length = bytes_be16 (&bytes);
    guint8 next = bytes_u8 (&bytes);
    bytes_skip (&bytes, 1);
    View source = bytes_view (&bytes, 16), destination = bytes_view (&bytes, 16);
    if (bytes.missing)
        return PACKET_OTHER;
    frame->source.address = ip_address_v6 (source.data);
    frame->destination.address = ip_address_v6 (destination.data);
    gsize end = length ? 40 + length : size;

    for (guint i = 0; i < IPV6_EXTENSIONS_MAX; i++) {
        if (next == IPV6_FRAGMENT) {
            *ret_protocol = bytes_u8 (&bytes);
            bytes_skip (&bytes, 1);
            guint16 offset = bytes_be16 (&bytes);
            bytes_skip (&bytes, 4);
            if (bytes.missing)
                return PACKET_OTHER;
            if (offset & 0xFFF9) /* offset, or more fragments; an atomic fragment (RFC 6946) is whole */
                return PACKET_FRAGMENT;
            next = *ret_protocol;
        } else if (next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION) {
            next = bytes_u8 (&bytes);
            bytes_skip (&bytes, (gsize) bytes_u8 (&bytes) * 8 + 6);
            if (bytes.missing)
                return PACKET_OTHER;
        } else {
            break;
        }
    }
    *ret_protocol = next;
    if (end < bytes.position)
        return PACKET_OTHER;
    return packet_read_transport (next, data + bytes.position, bytes_left (&bytes), end - bytes.position, frame);
}

PacketKind packet_read_ip (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    if (size < 20)
        return PACKET_OTHER;
    switch (data[0] >> 4) {
    case 4:
        return read_ipv4 (data, size, frame, ret_protocol);
    case 6:
        return read_ipv6 (data, size, frame, ret_protocol);
    default:
        return PACKET_OTHER;
    }
}

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86DD,
    ETHERTYPE_QINQ = 0x88A8,
    ETHERTYPE_LLDP = 0x88CC,
};

/* IEEE 802.3 with LLC and SNAP, Cisco's code and CDP's number in it. */
static gboolean is_cdp (const guint8 *data, gsize size)
{
    static const guint8 header[] = { 0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C, 0x20, 0x00 };
    return size >= sizeof header && memcmp (data, header, sizeof header) == 0;
}

PacketKind packet_read_ethernet (const guint8 *data, gsize size, Frame *frame, guint8 *ret_protocol)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 6);
    View source = bytes_view (&bytes, 6);
    guint16 type = bytes_be16 (&bytes);
    /* Two tags are usual with providers, more are an attack. */
    for (guint i = 0; i < 4 && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ); i++) {
        bytes_skip (&bytes, 2);
        type = bytes_be16 (&bytes);
    }
    if (bytes.missing)
        return PACKET_OTHER;
    memcpy (frame->source_mac.octets, source.data, sizeof frame->source_mac.octets);
    const guint8 *rest = data + bytes.position;
    gsize left = bytes_left (&bytes);
    switch (type) {
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
        return packet_read_ip (rest, left, frame, ret_protocol);
    case ETHERTYPE_ARP:
        frame->transport = TRANSPORT_ARP;
        break;
    case ETHERTYPE_LLDP:
        frame->transport = TRANSPORT_LLDP;
        break;
    default:
        if (type > 1500 || !is_cdp (rest, left))
            return PACKET_OTHER;
        frame->transport = TRANSPORT_CDP;
        frame->payload = (View){ rest + 8, MAX (MIN (left, type), 8) - 8 };
        return PACKET_WHOLE;
    }
    frame->payload = (View){ rest, left };
    return PACKET_WHOLE;
}
