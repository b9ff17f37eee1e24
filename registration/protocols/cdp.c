/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/cdp.h"

#include <string.h>

enum {
    TLV_DEVICE_ID = 0x0001,
    TLV_ADDRESSES = 0x0002,
    TLV_PORT_ID = 0x0003,
    TLV_CAPABILITIES = 0x0004,
    TLV_SOFTWARE = 0x0005,
    TLV_PLATFORM = 0x0006,
    TLV_NATIVE_VLAN = 0x000A,
    TLV_VOICE_VLAN_REPLY = 0x000E,
    TLV_VOICE_VLAN_QUERY = 0x000F,
};

static View text_of (Bytes *value)
{
    return bytes_text_box (value, bytes_left (value));
}

static void read_addresses (Bytes *value, CdpPacket *packet)
{
    static const guint8 ipv6_protocol[] = { 0xAA, 0xAA, 3, 0, 0, 0, 0x86, 0xDD };

    bytes_skip (value, 4); /* count: the octets say it better */
    while (bytes_left (value) > 0 && packet->n_addresses < CDP_ADDRESSES_MAX) {
        bytes_skip (value, 1); /* protocol type */
        View protocol = bytes_view (value, bytes_u8 (value));
        View address = bytes_view (value, bytes_be16 (value));
        if (value->missing)
            return;
        if (protocol.size == 1 && protocol.data[0] == 0xCC && address.size == 4)
            packet->addresses[packet->n_addresses++] = ip_address_v4 (address.data);
        else if (protocol.size == sizeof ipv6_protocol && memcmp (protocol.data, ipv6_protocol, protocol.size) == 0 &&
                 address.size == 16)
            packet->addresses[packet->n_addresses++] = ip_address_v6 (address.data);
    }
}

/* One octet of appliance id, then the VLAN; some senders stop after the first. */
static guint16 read_voice_vlan (Bytes *value)
{
    bytes_skip (value, 1);
    return bytes_be16 (value);
}

static void read_tlv (guint16 type, Bytes *value, CdpPacket *packet)
{
    switch (type) {
    case TLV_DEVICE_ID:
        packet->device_id = text_of (value);
        break;
    case TLV_ADDRESSES:
        read_addresses (value, packet);
        break;
    case TLV_PORT_ID:
        packet->port_id = text_of (value);
        break;
    case TLV_CAPABILITIES:
        packet->capabilities = bytes_be32 (value);
        break;
    case TLV_SOFTWARE:
        packet->software = text_of (value);
        break;
    case TLV_PLATFORM:
        packet->platform = text_of (value);
        break;
    case TLV_NATIVE_VLAN:
        packet->has_native_vlan = bytes_have (value, 2);
        packet->native_vlan = bytes_be16 (value);
        break;
    case TLV_VOICE_VLAN_REPLY:
        packet->has_voice_vlan_reply = TRUE;
        packet->voice_vlan_reply = read_voice_vlan (value);
        break;
    case TLV_VOICE_VLAN_QUERY:
        packet->has_voice_vlan_query = TRUE;
        packet->voice_vlan_query = read_voice_vlan (value);
        break;
    default:
        break;
    }
}

gboolean cdp_decode (const guint8 *data, gsize size, CdpPacket *ret_packet)
{
    enum { TLV_HEAD = 4 };
    Bytes bytes;
    CdpPacket packet = { 0 };

    bytes_init (&bytes, data, size);
    packet.version = bytes_u8 (&bytes);
    packet.hold_time = bytes_u8 (&bytes);
    bytes_skip (&bytes, 2); /* checksum */
    if (bytes.missing || packet.version < 1 || packet.version > 2)
        return FALSE;
    while (bytes_left (&bytes) > 0) {
        guint16 type = bytes_be16 (&bytes), length = bytes_be16 (&bytes);
        View value = bytes_view (&bytes, length >= TLV_HEAD ? length - TLV_HEAD : 0);
        if (bytes.missing || length < TLV_HEAD) {
            packet.damaged = TRUE;
            break;
        }
        Bytes inside;
        bytes_init (&inside, value.data, value.size);
        read_tlv (type, &inside, &packet);
    }
    *ret_packet = packet;
    return TRUE;
}
