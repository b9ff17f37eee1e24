/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"

/* One ARP packet for IPv4 on Ethernet (RFC 826, RFC 5227). Plain data. */

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

typedef struct {
    guint16 operation; /* ARP_REQUEST or ARP_REPLY; others exist */
    MacAddress sender_mac, target_mac;
    IpAddress sender, target; /* no address for 0.0.0.0 */
    gboolean gratuitous;      /* somebody announces its own address */
    gboolean probe;           /* somebody asks whether an address is free before using it */
} ArpPacket;

/* FALSE (and ret_packet untouched) for anything but IPv4 on Ethernet. */
gboolean arp_decode (const guint8 *data, gsize size, ArpPacket *ret_packet);
