/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/cdp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 phone[] = "\2\xB4\0\0"                                   /* version 2, 180 s, checksum */
                              "\0\1\0\x13SEP001122334455"                    /* device id */
                              "\0\2\0\x11\0\0\0\1\1\1\xCC\0\4\x0A\x63\0\x5B" /* one address, 10.99.0.91 */
                              "\0\3\0\x0APort 1"                             /* port id */
                              "\0\4\0\x08\0\0\4\x90"                         /* capabilities: host, phone, two-port */
                              "\0\5\0\x0FSCCP41.8-5S"                        /* software */
                              "\0\6\0\x17"
                              "Cisco IP Phone 7961"    /* platform */
                              "\0\x0F\0\x08\x20\2\0\1" /* voice VLAN query: VLAN 512, and one octet more */
                              "\0\x10\0\6\x18\x9C";    /* power */

static const guint8 short_query[] = "\2\xB4\0\0"
                                    "\0\x0F\0\5\1"; /* voice VLAN query without a VLAN */

static const guint8 neighbor[] = "\2\xB4\0\0"
                                 "\0\1\0\x07"
                                 "sw1"                /* device id */
                                 "\0\x0A\0\6\0\x0A"   /* native VLAN 10 */
                                 "\0\x0E\0\7\1\0\x6E" /* voice VLAN reply: 110 */
                                 "\0\2\0\x24\0\0\0\1\2\x08\xAA\xAA\3\0\0\0\x86\xDD\0\x10"
                                 "\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1"; /* address 2001:db8::1 */

Test (cdp, a_phone_introduces_itself_and_asks_for_the_voice_vlan)
{
    CdpPacket packet;
    char text[IP_ADDRESS_TEXT_SIZE];

    cr_assert (cdp_decode (phone, sizeof phone - 1, &packet));
    cr_assert_eq (packet.hold_time, 180);
    cr_assert (view_is (packet.device_id, "SEP001122334455"));
    cr_assert (view_is (packet.platform, "Cisco IP Phone 7961"));
    cr_assert (view_is (packet.port_id, "Port 1"));
    cr_assert (view_is (packet.software, "SCCP41.8-5S"));
    cr_assert (packet.capabilities & CDP_CAPABILITY_PHONE);
    cr_assert_eq (packet.n_addresses, 1);
    cr_assert_str_eq (ip_address_format (&packet.addresses[0], text), "10.99.0.91");
    cr_assert (packet.has_voice_vlan_query);
    cr_assert_eq (packet.voice_vlan_query, 512);
    cr_assert_not (packet.has_voice_vlan_reply);
    cr_assert_not (packet.has_native_vlan);
    cr_assert_not (packet.damaged);
}

Test (cdp, a_query_may_have_no_vlan)
{
    CdpPacket packet;

    cr_assert (cdp_decode (short_query, sizeof short_query - 1, &packet));
    cr_assert (packet.has_voice_vlan_query);
    cr_assert_eq (packet.voice_vlan_query, 0);
}

Test (cdp, a_switch_answers_with_the_voice_vlan)
{
    CdpPacket packet;
    char text[IP_ADDRESS_TEXT_SIZE];

    cr_assert (cdp_decode (neighbor, sizeof neighbor - 1, &packet));
    cr_assert (packet.has_voice_vlan_reply);
    cr_assert_eq (packet.voice_vlan_reply, 110);
    cr_assert (packet.has_native_vlan);
    cr_assert_eq (packet.native_vlan, 10);
    cr_assert_eq (packet.n_addresses, 1);
    cr_assert_str_eq (ip_address_format (&packet.addresses[0], text), "2001:db8::1");
}

Test (cdp, lengths_that_cannot_be_are_damage)
{
    static const guint8 too_short[] = { 2, 180, 0, 0, 0, 1, 0, 3, 'x' }, too_long[] = { 2, 180, 0, 0, 0, 1, 0, 9, 'x' },
                        version[] = { 3, 180, 0, 0 };
    CdpPacket packet;

    cr_assert (cdp_decode (too_short, sizeof too_short, &packet));
    cr_assert (packet.damaged);
    cr_assert (cdp_decode (too_long, sizeof too_long, &packet));
    cr_assert (packet.damaged);
    cr_assert_eq (packet.device_id.size, 0);
    cr_assert_not (cdp_decode (version, sizeof version, &packet));
    cr_assert_not (cdp_decode (version, 3, &packet));
}

static void decode_anything (const guint8 *data, gsize size)
{
    CdpPacket packet;

    if (!cdp_decode (data, size, &packet))
        return;
    cr_assert (view_inside (packet.device_id, data, size));
    cr_assert (view_inside (packet.platform, data, size));
    cr_assert (view_inside (packet.port_id, data, size));
    cr_assert (view_inside (packet.software, data, size));
    cr_assert_leq (packet.n_addresses, CDP_ADDRESSES_MAX);
}

Test (cdp, damaged_and_cut_packets_are_decoded_safely)
{
    try_every_damage (phone, sizeof phone - 1, decode_anything);
    try_every_damage (neighbor, sizeof neighbor - 1, decode_anything);
}
