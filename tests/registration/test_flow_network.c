/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/boot.h"

TestSuite (flow_network, .init = set_up, .fini = tear_down);

/* --- Neighbours */

Test (flow_network, arp_is_told_for_phones_only)
{
    cr_assert_eq (arp (1, &other_mac, "10.0.0.77", "10.0.0.1"), 0);
    cr_assert_eq (arp (1, &phone_mac, "10.0.0.15", "10.0.0.1"), 0, "nor before the phone is known");
    get_address ();
    NoteId probe = arp (1, &phone_mac, NULL, "10.0.0.15");
    SAYS (probe, "ARP Request", "address", "first");
    NoteId request = arp (1, &phone_mac, "10.0.0.15", "10.0.0.5");
    SAYS (request, "ARP Request", "address", "phone");
    cr_assert_str_eq (value_of (request, VALUE_IP), "10.0.0.5");
    NoteId about = arp (1, &other_mac, "10.0.0.77", "10.0.0.15");
    SAYS (about, "ARP Request", "address", "");
    cr_assert_eq (note_of (about)->from_server, 1);
    NoteId reply = arp (2, &phone_mac, "10.0.0.15", "10.0.0.77");
    cr_assert_str_eq (value_of (reply, VALUE_IP), "10.0.0.15");
    cr_assert_eq (arp (1, &other_mac, "10.0.0.77", "10.0.0.1"), 0);
    check_all_notes ();
}

static const guint8 phone_cdp[] = "\2\xB4\0\0"                /* version 2 */
                                  "\0\1\0\x13SEP001122334455" /* device id */
                                  "\0\4\0\x08\0\0\4\x90"      /* a phone */
                                  "\0\5\0\x0FSCCP41.8-5S"     /* software */
                                  "\0\6\0\x17"
                                  "Cisco IP Phone 7961"
                                  "\0\x0F\0\5\x20"; /* which VLAN is for voice? */
static const guint8 switch_cdp[] = "\2\xB4\0\0"
                                   "\0\1\0\x07"
                                   "sw1"
                                   "\0\4\0\x08\0\0\0\x08" /* a switch */
                                   "\0\x0E\0\7\1\0\x6E";  /* voice VLAN 110 */

static const guint8 router_cdp[] = "\2\xB4\0\0"
                                   "\0\1\0\x06"
                                   "r1"
                                   "\0\4\0\x08\0\0\0\x29" /* routes, and has switch ports */
                                   "\0\6\0\x0E"
                                   "Cisco 2921";

static NoteId announce (Transport transport, const MacAddress *mac, const guint8 *data, gsize size)
{
    Endpoint none = { .port = 0 };
    return send_payload (transport, none, none, mac, data, size);
}

Test (flow_network, phone_and_switch_introduce_themselves_by_cdp)
{
    cr_assert_eq (announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1), 0, "no phone yet");
    NoteId phone = announce (TRANSPORT_CDP, &phone_mac, phone_cdp, sizeof phone_cdp - 1);
    SAYS (phone, "CDP Announcement", "link", "phone");
    cr_assert_str_eq (device_at (phone), NAME);
    cr_assert_str_eq (value_of (phone, VALUE_LOAD), "SCCP41.8-5S");
    cr_assert_str_eq (model_at (phone), "7961");
    NoteId neighbor = announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1);
    SAYS (neighbor, "CDP Announcement", "link", "server");
    cr_assert_str_eq (value_of (neighbor, VALUE_VLAN), "110");
    NoteId router = announce (TRANSPORT_CDP, &other_mac, router_cdp, sizeof router_cdp - 1);
    SAYS (router, "CDP Announcement", "link", "");
    NoteId told = announce (TRANSPORT_CDP, &phone_mac, phone_cdp, sizeof phone_cdp - 6);
    SAYS (told, "CDP Announcement", "link", "announce");
    NoteId discover = dhcp (DISCOVER, &asks);
    cr_assert_eq (phone_of (discover), phone_of (phone), "its address is asked for by the same MAC");
    Lease other = asks;
    other.mac = &other_mac;
    dhcp (DISCOVER, &other);
    cr_assert_eq (announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1), 0, "to whom, of two?");
    check_all_notes ();
}

Test (flow_network, phone_and_switch_introduce_themselves_by_lldp)
{
    static const guint8 phone[] = "\2\6\5\1\x0A\x63\0\x5B"       /* chassis */
                                  "\4\7\3\0\x11\x22\x33\x44\x55" /* port */
                                  "\6\2\0\xB4"                   /* 180 s */
                                  "\x0A\x0FSEP001122334455"      /* system name */
                                  "\x0E\4\0\x24\0\x24"           /* a phone */
                                  "\xFE\x0C\0\x12\xBB\x0A"
                                  "CP-7961G"                       /* LLDP-MED: model */
                                  "\xFE\x08\0\x12\xBB\2\1\x80\0\0" /* voice: not known */
                                  "\0\0";
    static const guint8 knows[] = "\2\6\5\1\x0A\x63\0\x5B"
                                  "\4\7\3\0\x11\x22\x33\x44\x55"
                                  "\6\2\0\xB4"
                                  "\x0E\4\0\x24\0\x24"
                                  "\xFE\x08\0\x12\xBB\2\1\x40\xDD\x6E" /* voice: VLAN 110 */
                                  "\0\0";
    static const guint8 neighbor[] = "\2\7\4\0\xAA\xBB\xCC\xDD\xEE"
                                     "\4\6\5Gi0/1"
                                     "\6\2\0\x78"
                                     "\xFE\x08\0\x12\xBB\2\1\x40\xDD\x6E" /* voice: VLAN 110 */
                                     "\0\0";

    NoteId first = announce (TRANSPORT_LLDP, &phone_mac, phone, sizeof phone - 1);
    SAYS (first, "LLDP Announcement", "link", "phone");
    cr_assert_str_eq (device_at (first), NAME);
    cr_assert_str_eq (model_at (first), "7961");
    NoteId second = announce (TRANSPORT_LLDP, &switch_mac, neighbor, sizeof neighbor - 1);
    SAYS (second, "LLDP Announcement", "link", "server");
    cr_assert_str_eq (value_of (second, VALUE_VLAN), "110");
    NoteId third = announce (TRANSPORT_LLDP, &phone_mac, knows, sizeof knows - 1);
    SAYS (third, "LLDP Announcement", "link", "announce");
    cr_assert_str_eq (value_of (third, VALUE_VLAN), "110");
    check_all_notes ();
}

/* --- ICMP */

static NoteId icmp (guint type, guint code, guint8 transport, Endpoint source, Endpoint destination)
{
    guint8 data[36] = { (guint8) type, (guint8) code, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 60, 0, 1, 0, 0, 64, transport };

    memcpy (data + 20, source.address.octets, 4);
    memcpy (data + 24, destination.address.octets, 4);
    data[28] = (guint8) (source.port >> 8);
    data[29] = (guint8) source.port;
    data[30] = (guint8) (destination.port >> 8);
    data[31] = (guint8) destination.port;
    Endpoint from = { destination.address, 0 }, to = { source.address, 0 };
    return send_payload (TRANSPORT_ICMP, from, to, NULL, data, sizeof data);
}

Test (flow_network, a_syn_that_is_turned_away_is_told_in_its_phase)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    char buffer[IP_ADDRESS_TEXT_SIZE];

    tcp (&link, FALSE, TCP_SYN);
    NoteId note = icmp (3, 13, 6, link.phone, link.server);
    SAYS (note, "ICMP Destination Unreachable", "connect", "");
    cr_assert_str_eq (value_of (note, VALUE_TEXT), "communication administratively filtered");
    cr_assert_str_eq (explain_server (flow, note_of (note), buffer), "10.0.0.1");
    check_all_notes ();
}

Test (flow_network, a_tftp_server_that_is_not_there_is_told)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Endpoint well_known = tftp.server;

    read_request (&tftp, CONFIG);
    well_known.port = 69;
    SAYS (icmp (3, 3, 17, tftp.client, well_known), "ICMP Destination Unreachable", "files", "refused");
}

Test (flow_network, a_sip_server_that_is_not_there_is_no_harmless_thing)
{
    static const char request[] = "REGISTER sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.15:5060;branch=z9\r\n"
                                  "From: <sip:1001@10.0.0.1>;tag=1\r\nTo: <sip:1001@10.0.0.1>\r\nCall-ID: a\r\n"
                                  "CSeq: 1 REGISTER\r\nContact: <sip:1001@10.0.0.15>\r\nExpires: 60\r\n\r\n";
    Endpoint phone = endpoint ("10.0.0.15", 5060), server = endpoint ("10.0.0.1", 5060);

    send_udp (phone, server, request, sizeof request - 1);
    SAYS (icmp (3, 3, 17, phone, server), "ICMP Destination Unreachable", "register", "refused");
}

Test (flow_network, a_late_acknowledgment_turned_away_is_harmless)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, "CTLSEP001122334455.tlv");
    tftp_error (&tftp, 1, "File not found");
    tftp_ack (&tftp, 0);
    SAYS (icmp (3, 3, 17, tftp.client, tftp.server), "ICMP Destination Unreachable", "", "harmless");
    SAYS (icmp (3, 3, 17, tftp.server, tftp.client), "ICMP Destination Unreachable", "", "harmless");
    check_all_notes ();
}

Test (flow_network, what_the_network_says_about_strangers_is_left_alone)
{
    cr_assert_eq (icmp (3, 3, 17, endpoint ("10.0.0.77", 5000), endpoint ("10.0.0.78", 53)), 0);
    get_address ();
    cr_assert_eq (icmp (3, 3, 17, endpoint ("10.0.0.77", 5000), endpoint ("10.0.0.78", 69)), 0);
    cr_assert_eq (icmp (8, 0, 17, endpoint ("10.0.0.15", 5000), endpoint ("10.0.0.78", 69)), 0,
                  "a ping quotes nothing");
}

Test (flow_network, an_unknown_reason_of_the_network_is_not_a_question_mark)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    tcp (&link, FALSE, TCP_SYN);
    NoteId note = icmp (3, 99, 6, link.phone, link.server);
    g_autofree char *text = tip_of (note, TIP_TEXT);
    cr_expect_null (strchr (text, '?'), "%s", text);
}
