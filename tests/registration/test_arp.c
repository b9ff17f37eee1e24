/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/arp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 request[] = {
    0,  1,    8,    0,    6,    4,                /* Ethernet, IPv4, and their sizes */
    0,  1,                                        /* request */
    0,  0x11, 0x22, 0x33, 0x44, 0x55,             /* sender */
    10, 99,   0,    91,   0,    0,    0, 0, 0, 0, /* target: unknown */
    10, 99,   0,    1,
};

Test (arp, a_request_says_who_looks_for_whom)
{
    ArpPacket packet;
    char text[IP_ADDRESS_TEXT_SIZE];

    cr_assert (arp_decode (request, sizeof request, &packet));
    cr_assert_eq (packet.operation, ARP_REQUEST);
    cr_assert_str_eq (mac_address_format (&packet.sender_mac, text), "00:11:22:33:44:55");
    cr_assert (mac_address_is_unknown (&packet.target_mac));
    cr_assert_str_eq (ip_address_format (&packet.sender, text), "10.99.0.91");
    cr_assert_str_eq (ip_address_format (&packet.target, text), "10.99.0.1");
    cr_assert_not (packet.gratuitous);
    cr_assert_not (packet.probe);
}

Test (arp, announcements_and_probes_are_told_apart)
{
    guint8 data[sizeof request];
    ArpPacket packet;

    memcpy (data, request, sizeof data);
    memcpy (data + 24, data + 14, 4); /* target = sender */
    cr_assert (arp_decode (data, sizeof data, &packet));
    cr_assert (packet.gratuitous);
    cr_assert_not (packet.probe);
    data[7] = ARP_REPLY;
    cr_assert (arp_decode (data, sizeof data, &packet));
    cr_assert (packet.gratuitous);

    memcpy (data, request, sizeof data);
    memset (data + 14, 0, 4); /* sender 0.0.0.0 */
    cr_assert (arp_decode (data, sizeof data, &packet));
    cr_assert (packet.probe);
    cr_assert_not (packet.gratuitous);
    memset (data + 24, 0, 4); /* target 0.0.0.0 as well */
    cr_assert (arp_decode (data, sizeof data, &packet));
    cr_assert_not (packet.probe);
    cr_assert_not (packet.gratuitous);
}

static void decode_anything (const guint8 *data, gsize size)
{
    ArpPacket packet;

    if (arp_decode (data, size, &packet))
        cr_assert_geq (size, sizeof request);
}

Test (arp, other_hardware_and_damaged_packets_are_refused)
{
    guint8 data[sizeof request];
    ArpPacket packet;

    memcpy (data, request, sizeof data);
    data[1] = 6; /* IEEE 802 */
    cr_assert_not (arp_decode (data, sizeof data, &packet));
    try_every_damage (request, sizeof request, decode_anything);
}
