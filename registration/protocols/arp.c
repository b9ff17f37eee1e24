/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/arp.h"
#include "registration/wire/bytes.h"

#include <string.h>

static void read_pair (Bytes *bytes, MacAddress *ret_mac, IpAddress *ret_address)
{
    View mac = bytes_view (bytes, 6), octets = bytes_view (bytes, 4);

    if (bytes->missing)
        return;
    memcpy (ret_mac->octets, mac.data, 6);
    IpAddress address = ip_address_v4 (octets.data);
    if (!ip_address_is_unspecified (&address))
        *ret_address = address;
}

gboolean arp_decode (const guint8 *data, gsize size, ArpPacket *ret_packet)
{
    Bytes bytes;
    ArpPacket packet = { 0 };

    bytes_init (&bytes, data, size);
    guint16 hardware = bytes_be16 (&bytes), protocol = bytes_be16 (&bytes);
    guint8 hardware_size = bytes_u8 (&bytes), protocol_size = bytes_u8 (&bytes);
    packet.operation = bytes_be16 (&bytes);
    read_pair (&bytes, &packet.sender_mac, &packet.sender);
    read_pair (&bytes, &packet.target_mac, &packet.target);
    if (bytes.missing || hardware != 1 || protocol != 0x0800 || hardware_size != 6 || protocol_size != 4)
        return FALSE;
    packet.gratuitous = packet.sender.size && ip_address_equal (&packet.sender, &packet.target);
    packet.probe = packet.operation == ARP_REQUEST && !packet.sender.size && packet.target.size;
    *ret_packet = packet;
    return TRUE;
}
