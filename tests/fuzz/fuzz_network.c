/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP, ICMPv6 and ARP: the first octet selects. */
#include "registration/protocols/arp.h"
#include "registration/protocols/icmp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    IcmpMessage message;
    ArpPacket packet;

    if (size == 0)
        return 0;
    if (data[0] % 3 == 2)
        arp_decode (data + 1, size - 1, &packet);
    else if (icmp_decode (data + 1, size - 1, data[0] % 3 == 1, &message))
        icmp_word (&message);
    return 0;
}
