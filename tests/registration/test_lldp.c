/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/lldp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 phone[] = "\2\6\5\1\x0A\x63\0\x5B"       /* chassis: network address 10.99.0.91 */
                              "\4\7\3\0\x11\x22\x33\x44\x55" /* port: MAC address */
                              "\6\2\0\xB4"                   /* 180 s */
                              "\x0A\x0FSEP001122334455"      /* system name */
                              "\x0C\x07"
                              "CP-7961"                                /* system description */
                              "\x0E\4\0\x24\0\x24"                     /* capabilities: bridge, phone; both on */
                              "\x10\x0C\5\1\x0A\x63\0\x5B\1\0\0\0\0\0" /* management address */
                              "\xFE\7\0\x12\xBB\1\0\x33\3"             /* MED capabilities, class 3 */
                              "\xFE\x08\0\x12\xBB\2\1\x80\0\0"         /* voice policy: unknown */
                              "\xFE\x0C\0\x12\xBB\6tnp41.8-"           /* firmware */
                              "\xFE\x0B\0\x12\xBB\x08"
                              "FCH1234" /* serial number */
                              "\xFE\x0B\0\x12\xBB\x0A"
                              "CP-7961" /* model */
                              "\0\0";   /* end */

static const guint8 neighbor[] = "\2\7\4\0\xAA\xBB\xCC\xDD\xEE"       /* chassis: MAC address */
                                 "\4\6\5Gi0/1"                        /* port: interface name */
                                 "\6\2\0\x78"                         /* 120 s */
                                 "\xFE\6\0\x80\xC2\1\0\x0A"           /* port VLAN 10 */
                                 "\xFE\x08\0\x12\xBB\2\1\x40\xDD\x6E" /* voice: tagged, VLAN 110, priority 5, DSCP 46 */
                                 "\xFE\x08\0\x12\xBB\2\2\x40\xDC\xD8" /* signalling: VLAN 110, priority 3, DSCP 24 */
                                 "\0\0";

Test (lldp, a_phone_introduces_itself_and_asks_for_its_policy)
{
    LldpPacket packet;
    char text[IP_ADDRESS_TEXT_SIZE];

    cr_assert (lldp_decode (phone, sizeof phone - 1, &packet));
    cr_assert_str_eq (ip_address_format (&packet.chassis_address, text), "10.99.0.91");
    cr_assert (mac_address_is_unknown (&packet.chassis_mac));
    cr_assert_str_eq (mac_address_format (&packet.port_mac, text), "00:11:22:33:44:55");
    cr_assert_eq (packet.time_to_live, 180);
    cr_assert (view_is (packet.system_name, "SEP001122334455"));
    cr_assert (view_is (packet.system_description, "CP-7961"));
    cr_assert (packet.enabled_capabilities & LLDP_CAPABILITY_PHONE);
    cr_assert_str_eq (ip_address_format (&packet.management_address, text), "10.99.0.91");
    cr_assert (packet.has_med);
    cr_assert_eq (packet.med_class, 3);
    cr_assert_eq (packet.n_policies, 1);
    cr_assert (packet.policies[0].unknown);
    cr_assert (view_is (packet.firmware, "tnp41.8-"));
    cr_assert (view_is (packet.serial, "FCH1234"));
    cr_assert (view_is (packet.model, "CP-7961"));
    cr_assert_not (packet.damaged);
}

Test (lldp, a_switch_announces_voice_and_signalling_policies)
{
    LldpPacket packet;
    char text[MAC_ADDRESS_TEXT_SIZE];

    cr_assert (lldp_decode (neighbor, sizeof neighbor - 1, &packet));
    cr_assert_str_eq (mac_address_format (&packet.chassis_mac, text), "00:aa:bb:cc:dd:ee");
    cr_assert (view_is (packet.port, "Gi0/1"));
    cr_assert (packet.has_port_vlan);
    cr_assert_eq (packet.port_vlan, 10);
    cr_assert_eq (packet.n_policies, 2);
    cr_assert_eq (packet.policies[0].application, LLDP_APPLICATION_VOICE);
    cr_assert_not (packet.policies[0].unknown);
    cr_assert (packet.policies[0].tagged);
    cr_assert_eq (packet.policies[0].vlan, 110);
    cr_assert_eq (packet.policies[0].priority, 5);
    cr_assert_eq (packet.policies[0].dscp, 46);
    cr_assert_eq (packet.policies[1].application, LLDP_APPLICATION_VOICE_SIGNALING);
    cr_assert_eq (packet.policies[1].priority, 3);
    cr_assert_eq (packet.policies[1].dscp, 24);
}

Test (lldp, a_tlv_over_the_end_is_damage_and_another_first_one_is_no_lldp)
{
    LldpPacket packet;

    cr_assert (lldp_decode (phone, 20, &packet));
    cr_assert (packet.damaged);
    cr_assert_eq (packet.system_name.size, 0);
    cr_assert_not (lldp_decode (phone + 8, sizeof phone - 9, &packet));
    cr_assert_not (lldp_decode (phone, 7, &packet));
    cr_assert_not (lldp_decode (phone, 1, &packet));
}

static void decode_anything (const guint8 *data, gsize size)
{
    LldpPacket packet;

    if (!lldp_decode (data, size, &packet))
        return;
    const View views[] = { packet.chassis,  packet.port,     packet.system_name,  packet.system_description,
                           packet.hardware, packet.firmware, packet.software,     packet.serial,
                           packet.model,    packet.asset,    packet.manufacturer, packet.port_description };
    for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
        cr_assert (view_inside (views[i], data, size));
    cr_assert_leq (packet.n_policies, LLDP_POLICIES_MAX);
}

Test (lldp, damaged_and_cut_packets_are_decoded_safely)
{
    try_every_damage (phone, sizeof phone - 1, decode_anything);
    try_every_damage (neighbor, sizeof neighbor - 1, decode_anything);
}
