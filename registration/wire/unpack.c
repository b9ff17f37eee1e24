/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/unpack.h"

#include "registration/wire/fragments.h"
#include "registration/wire/link.h"
#include "registration/wire/packet.h"

/* Tunnels in tunnels: more than a few are an attack. */
#define DEPTH_MAX 8

enum { IP_IN_IP = 4, IP_UDP = 17, IP_IPV6_IN_IP = 41, IP_GRE = 47 };
enum { PORT_GTP_U = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };
enum {
    GRE_IPV4 = 0x0800,
    GRE_ERSPAN3 = 0x22EB,
    GRE_ETHERNET = 0x6558, /* also what GENEVE calls it */
    GRE_IPV6 = 0x86DD,
    GRE_ERSPAN = 0x88BE, /* types I and II */
};
enum { GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_VERSION = 0x0007 };

struct Unpacker {
    Fragments *fragments; /* owned */
};

Unpacker *unpacker_new (void)
{
    Unpacker *unpacker = g_new0 (Unpacker, 1);

    unpacker->fragments = fragments_new ();
    return unpacker;
}

void unpacker_free (Unpacker *unpacker)
{
    if (!unpacker)
        return;
    fragments_free (unpacker->fragments);
    g_free (unpacker);
}

/* The IP packet in an Ethernet frame in a tunnel. */
static gboolean enter_ethernet (Bytes *bytes, Tunnel *inner)
{
    LinkHeader ignored;

    if (bytes->missing)
        return FALSE;
    inner->frame = (View){ bytes->data + bytes->position, bytes_left (bytes) };
    return link_read (LINK_TYPE_ETHERNET, inner->frame.data, inner->frame.size, &inner->packet, &ignored) == NETWORK_IP;
}

static gboolean enter_ip (Bytes *bytes, Tunnel *inner)
{
    if (bytes->missing)
        return FALSE;
    inner->packet = bytes_view (bytes, bytes_left (bytes));
    return TRUE;
}

/* RFC 2784, RFC 2890; ERSPAN: draft-foschiano-erspan. */
static gboolean enter_gre (View payload, Tunnel *inner)
{
    Bytes bytes;

    bytes_init (&bytes, payload.data, payload.size);
    guint16 flags = bytes_be16 (&bytes), type = bytes_be16 (&bytes);
    if (flags & (GRE_ROUTING | GRE_VERSION))
        return FALSE;
    bytes_skip (&bytes, (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQUENCE ? 4 : 0));
    switch (type) {
    case GRE_IPV4:
    case GRE_IPV6:
        return enter_ip (&bytes, inner);
    case GRE_ERSPAN: /* type I has neither sequence nor a header of its own */
        bytes_skip (&bytes, flags & GRE_SEQUENCE ? 8 : 0);
        return enter_ethernet (&bytes, inner);
    case GRE_ERSPAN3:
        bytes_skip (&bytes, 11);
        bytes_skip (&bytes, bytes_u8 (&bytes) & 1 ? 8 : 0); /* a platform's own part */
        return enter_ethernet (&bytes, inner);
    case GRE_ETHERNET:
        return enter_ethernet (&bytes, inner);
    default:
        return FALSE;
    }
}

enum { GTP_VERSION_1 = 0x30, GTP_VERSION_MASK = 0xF0, GTP_MORE = 0x07, GTP_G_PDU = 255 };
/* No more of them stand in any packet. */
#define GTP_EXTENSIONS_MAX 8

/* 3GPP TS 29.281, 5.1 and 5.2: a user's IP packet behind 8 octets, 12 when one of three flags is set, and behind
 * extension headers, which say how long they are and what follows. */
static gboolean enter_gtp (Bytes *bytes, Tunnel *inner)
{
    const guint8 flags = bytes_u8 (bytes), type = bytes_u8 (bytes);
    guint8 next = 0;

    bytes_skip (bytes, 6);
    if ((flags & GTP_VERSION_MASK) != GTP_VERSION_1 || type != GTP_G_PDU)
        return FALSE;
    if (flags & GTP_MORE) {
        bytes_skip (bytes, 3);
        next = bytes_u8 (bytes);
    }
    for (guint i = 0; next && i < GTP_EXTENSIONS_MAX; i++) {
        const gsize size = (gsize) bytes_u8 (bytes) * 4;
        if (size == 0)
            return FALSE;
        bytes_skip (bytes, size - 2);
        next = bytes_u8 (bytes);
    }
    return !next && enter_ip (bytes, inner);
}

/* RFC 7348 and RFC 8926, behind the UDP header. */
static gboolean enter_udp (View payload, Tunnel *inner)
{
    Bytes bytes;

    bytes_init (&bytes, payload.data, payload.size);
    bytes_skip (&bytes, 2);
    guint16 port = bytes_be16 (&bytes);
    bytes_skip (&bytes, 4);
    if (port == PORT_VXLAN) {
        bytes_skip (&bytes, 8);
        return enter_ethernet (&bytes, inner);
    }
    if (port == PORT_GTP_U)
        return enter_gtp (&bytes, inner);
    if (port != PORT_GENEVE)
        return FALSE;
    gsize options = (gsize) (bytes_u8 (&bytes) & 0x3F) * 4;
    bytes_skip (&bytes, 1);
    guint16 type = bytes_be16 (&bytes);
    bytes_skip (&bytes, 4 + options);
    return type == GRE_ETHERNET ? enter_ethernet (&bytes, inner)
                                : (type == GRE_IPV4 || type == GRE_IPV6) && enter_ip (&bytes, inner);
}

gboolean unpack_tunnel (const IpPacket *packet, Tunnel *inner)
{
    *inner = (Tunnel){ 0 };
    switch (packet->protocol) {
    case IP_IN_IP:
    case IP_IPV6_IN_IP:
        inner->packet = packet->payload;
        return TRUE;
    case IP_GRE:
        return enter_gre (packet->payload, inner);
    case IP_UDP:
        return enter_udp (packet->payload, inner);
    default:
        return FALSE;
    }
}

static gboolean read_ip (Unpacker *unpacker, View octets, Frame *frame)
{
    IpPacket packet;
    Tunnel tunnel;

    for (guint depth = 0; depth < DEPTH_MAX; depth++) {
        if (!packet_read_header (octets.data, octets.size, &packet))
            return FALSE;
        if (packet_is_fragment (&packet)) {
            if (!fragments_add (unpacker->fragments, &packet, frame->time, &packet.payload))
                return packet_read_fragment (&packet, frame);
            packet.wire_size = packet.payload.size;
        }
        if (!unpack_tunnel (&packet, &tunnel)) {
            frame->source.address = packet.source;
            frame->destination.address = packet.destination;
            frame->ip_id = packet.id;
            frame->ttl = packet.ttl;
            return packet_read_transport (packet.protocol, packet.payload.data, packet.payload.size, packet.wire_size,
                                          frame) == PACKET_WHOLE;
        }
        octets = tunnel.packet;
        frame->vlan = 0; /* that was the tunnel's own link */
    }
    return FALSE;
}

gboolean unpacker_read (Unpacker *unpacker, guint32 link_type, const guint8 *data, gsize size, Frame *frame)
{
    LinkHeader header = { 0 };

    *frame = (Frame){ .number = frame->number, .time = frame->time };
    Network network = link_read (link_type, data, size, &frame->payload, &header);
    frame->source_mac = header.source;
    frame->vlan = header.vlan;
    if (network == NETWORK_IP)
        return read_ip (unpacker, frame->payload, frame);
    frame->transport = link_transport (network);
    frame->destination_mac = header.destination;
    return network != NETWORK_OTHER;
}
