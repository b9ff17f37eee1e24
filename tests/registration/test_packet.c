/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/packet.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

enum { UDP = 17, TCP = 6, ICMP = 1 };

/* Bytes under construction. */
typedef struct {
    guint8 data[2048];
    gsize size;
} Draft;

static void add (Draft *draft, const void *data, gsize size)
{
    memcpy (draft->data + draft->size, data, size);
    draft->size += size;
}

static void add_be16 (Draft *draft, guint number)
{
    add (draft, (guint8[]){ (guint8) (number >> 8), (guint8) number }, 2);
}

/* 10.0.0.15 to 10.0.0.1. length: what the header says of the packet. */
static void add_ipv4 (Draft *draft, guint words, guint length, guint fragment, guint8 protocol)
{
    static const guint8 addresses[] = { 10, 0, 0, 15, 10, 0, 0, 1 };
    static const guint8 options[40] = { 1, 1, 1, 1, 1, 1, 1, 1 };

    add (draft, (guint8[]){ (guint8) (0x40 | words), 0 }, 2);
    add_be16 (draft, length);
    add_be16 (draft, 7); /* identification */
    add_be16 (draft, fragment);
    add (draft, (guint8[]){ 64, protocol, 0, 0 }, 4);
    add (draft, addresses, 8);
    if (words > 5)
        add (draft, options, (words - 5) * 4);
}

static void add_ipv6 (Draft *draft, guint length, guint8 next)
{
    guint8 address[16] = { 0x20, 1, 0x0D, 0xB8 };

    add (draft, (guint8[]){ 0x60, 0, 0, 0 }, 4);
    add_be16 (draft, length);
    add (draft, (guint8[]){ next, 64 }, 2);
    address[15] = 15;
    add (draft, address, 16);
    address[15] = 1;
    add (draft, address, 16);
}

static void add_udp (Draft *draft, const char *payload)
{
    add_be16 (draft, 50000);
    add_be16 (draft, 69);
    add_be16 (draft, (guint) strlen (payload) + 8);
    add_be16 (draft, 0);
    add (draft, payload, strlen (payload));
}

static void add_tcp (Draft *draft, guint words, const char *payload)
{
    static const guint8 zeros[40] = { 0 };

    add_be16 (draft, 50000);
    add_be16 (draft, 2000);
    add (draft, "\x11\x22\x33\x44\x55\x66\x77\x88", 8); /* sequence, acknowledgment */
    add (draft, (guint8[]){ (guint8) (words << 4), TCP_ACK | TCP_PSH, 0, 0, 0, 0, 0, 0 }, 8);
    add (draft, zeros, words > 5 ? (words - 5) * 4 : 0);
    add (draft, payload, strlen (payload));
}

static void add_ethernet (Draft *draft, guint type)
{
    add (draft, "\x01\x02\x03\x04\x05\x06\x00\x11\x22\x33\x44\x55", 12);
    add_be16 (draft, type);
}

static Draft udp_packet (guint words, const char *payload)
{
    Draft draft = { .size = 0 };

    add_ipv4 (&draft, words, words * 4 + 8 + (guint) strlen (payload), 0, UDP);
    add_udp (&draft, payload);
    return draft;
}

static Frame frame;
static guint8 protocol;

static PacketKind read_ip (const Draft *draft)
{
    frame = (Frame){ .number = 3 };
    protocol = 0;
    return packet_read_ip (draft->data, draft->size, &frame, &protocol);
}

static PacketKind read_ethernet (const Draft *draft)
{
    frame = (Frame){ .number = 3 };
    protocol = 0;
    return packet_read_link (1, draft->data, draft->size, &frame, &protocol);
}

static const char *address_text (const Endpoint *end)
{
    static char text[IP_ADDRESS_TEXT_SIZE];
    return ip_address_format (&end->address, text);
}

static void check_udp_frame (const char *payload)
{
    cr_assert_eq (frame.number, 3, "the reader's own");
    cr_assert_eq (frame.transport, TRANSPORT_UDP);
    cr_assert_eq (protocol, UDP);
    cr_assert_eq (frame.source.port, 50000);
    cr_assert_eq (frame.destination.port, 69);
    cr_assert (view_is (frame.payload, payload));
}

Test (packet, an_ipv4_packet_ends_where_its_header_says)
{
    Draft draft = udp_packet (5, "hello");

    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    check_udp_frame ("hello");
    cr_assert_str_eq (address_text (&frame.source), "10.0.0.15");
    cr_assert_str_eq (address_text (&frame.destination), "10.0.0.1");
}

Test (packet, ipv4_options_are_stepped_over)
{
    for (guint words = 6; words <= 15; words++) {
        Draft draft = udp_packet (words, "hello");
        cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
        check_udp_frame ("hello");
    }
    Draft lies = udp_packet (5, "hello");
    lies.data[0] = 0x44;
    cr_assert_eq (read_ip (&lies), PACKET_OTHER, "a header of four words is none");
    lies.data[0] = 0x4F;
    cr_assert_eq (read_ip (&lies), PACKET_OTHER, "a header longer than the packet");
}

Test (packet, ethernet_padding_is_no_payload)
{
    Draft draft = { .size = 0 };

    add_ethernet (&draft, 0x0800);
    add_ipv4 (&draft, 5, 20 + 8 + 2, 0, UDP);
    add_udp (&draft, "hi");
    add (&draft, "padding padding padding", 18);
    cr_assert_eq (read_ethernet (&draft), PACKET_WHOLE);
    check_udp_frame ("hi");
    cr_assert_eq (frame.source_mac.octets[1], 0x11);

    Draft tcp = { .size = 0 };
    add_ethernet (&tcp, 0x0800);
    add_ipv4 (&tcp, 5, 40, 0, TCP);
    add_tcp (&tcp, 5, "");
    add (&tcp, "\0\0\0\0\0\0", 6);
    cr_assert_eq (read_ethernet (&tcp), PACKET_WHOLE);
    cr_assert_eq (frame.payload.size, 0);
    cr_assert_eq (frame.tcp.length, 0);
}

Test (packet, a_total_length_of_zero_means_all_there_is)
{
    Draft draft = { .size = 0 };

    add_ipv4 (&draft, 5, 0, 0, TCP);
    add_tcp (&draft, 5, "segmentation offload");
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert (view_is (frame.payload, "segmentation offload"));
    cr_assert_eq (frame.tcp.length, 20);
}

Test (packet, a_length_shorter_than_its_headers_is_damage)
{
    Draft draft = udp_packet (5, "hello");

    draft.data[3] = 19;
    cr_assert_eq (read_ip (&draft), PACKET_OTHER);
    draft.data[3] = 27;
    cr_assert_eq (read_ip (&draft), PACKET_OTHER, "half a UDP header");
}

Test (packet, the_first_fragment_of_a_datagram_tells_more_than_the_others)
{
    static const guint fragments[] = { 0x2000, 0x2001, 0x0001, 0x1FFF };

    for (gsize i = 0; i < G_N_ELEMENTS (fragments); i++) {
        Draft draft = { .size = 0 };
        add_ipv4 (&draft, 5, 33, fragments[i], UDP);
        add_udp (&draft, "hello");
        cr_assert_eq (read_ip (&draft), PACKET_FRAGMENT);
        cr_assert_eq (protocol, UDP);
        cr_assert_str_eq (address_text (&frame.source), "10.0.0.15");
        cr_assert_eq (frame.payload.size, i == 0 ? strlen ("hello") : 0);
        cr_assert_eq (frame.source.port != 0, i == 0);
        cr_assert_eq (frame.transport, TRANSPORT_FRAGMENT);
    }
    Draft cut = { .size = 0 };
    add_ipv4 (&cut, 5, 34, 0x2000, UDP);
    add_udp (&cut, "hello");
    cr_assert_eq (read_ip (&cut), PACKET_FRAGMENT);
    cr_assert_eq (frame.payload.size, 0, "an octet is missing");
    Draft other = { .size = 0 };
    add_ipv4 (&other, 5, 33, 0x2000, ICMP);
    add_udp (&other, "hello");
    cr_assert_eq (read_ip (&other), PACKET_FRAGMENT);
    cr_assert_eq (frame.transport, TRANSPORT_NONE);
    Draft whole = { .size = 0 };
    add_ipv4 (&whole, 5, 33, 0x4000, UDP); /* do not fragment */
    add_udp (&whole, "hello");
    cr_assert_eq (read_ip (&whole), PACKET_WHOLE);
}

Test (packet, a_fragment_of_tcp_tells_its_place)
{
    Draft draft = { .size = 0 };

    add_ipv4 (&draft, 5, 33, 170, TCP);
    add_udp (&draft, "hello");
    cr_assert_eq (read_ip (&draft), PACKET_FRAGMENT);
    cr_assert_eq (frame.transport, TRANSPORT_FRAGMENT);
    cr_assert_eq (frame.payload.size, 0);
    cr_assert_eq (frame.source.port, 0);
    cr_assert_eq (frame.piece_start, 1360);
    cr_assert_eq (frame.piece_end, 1373);
}

Test (packet, fragments_put_together_are_read_on)
{
    Draft part = { .size = 0 }, whole = { .size = 0 };

    add_ipv4 (&part, 5, 33, 0x2000, UDP);
    add_udp (&part, "hello");
    read_ip (&part);
    add_udp (&whole, "hello");
    cr_assert_eq (packet_read_transport (protocol, whole.data, whole.size, whole.size, &frame), PACKET_WHOLE);
    check_udp_frame ("hello");
    cr_assert_str_eq (address_text (&frame.destination), "10.0.0.1");
}

Test (packet, what_the_capture_cut_off_still_counts_in_a_tcp_segment)
{
    Draft draft = { .size = 0 };

    add_ipv4 (&draft, 5, 40 + 100, 0, TCP);
    add_tcp (&draft, 5, "only this");
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert_eq (frame.tcp.length, 100);
    cr_assert_eq (frame.tcp.sequence, 0x11223344);
    cr_assert_eq (frame.tcp.acknowledgment, 0x55667788);
    cr_assert_eq (frame.tcp.flags, TCP_ACK | TCP_PSH);
    cr_assert (view_is (frame.payload, "only this"));
}

Test (packet, tcp_options_are_stepped_over_also_when_cut)
{
    Draft draft = { .size = 0 };

    add_ipv4 (&draft, 5, 20 + 60 + 4, 0, TCP);
    add_tcp (&draft, 15, "data");
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert (view_is (frame.payload, "data"));
    draft.size = 20 + 30; /* the capture ends within the options */
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert_eq (frame.payload.size, 0);
    cr_assert_eq (frame.tcp.length, 4);
    draft.size = 20 + 19;
    cr_assert_eq (read_ip (&draft), PACKET_OTHER);

    Draft lies = { .size = 0 };
    add_ipv4 (&lies, 5, 40, 0, TCP);
    add_tcp (&lies, 4, "");
    cr_assert_eq (read_ip (&lies), PACKET_OTHER, "a TCP header of four words is none");
    lies.data[32] = 0x60;
    cr_assert_eq (read_ip (&lies), PACKET_OTHER, "nor is one longer than its packet");
}

Test (packet, a_udp_length_of_zero_or_too_much_gives_what_is_there)
{
    Draft draft = udp_packet (5, "hello");

    draft.data[25] = 0;
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert_eq (frame.payload.size, 0);
    draft.data[25] = 200;
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert (view_is (frame.payload, "hello"));
    draft.data[25] = 11;
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert (view_is (frame.payload, "hel"));
}

Test (packet, icmp_begins_at_its_type_and_other_transports_are_none)
{
    Draft draft = { .size = 0 }, other = { .size = 0 };

    add_ipv4 (&draft, 5, 28, 0, ICMP);
    add (&draft, "\3\3\0\0\0\0\0\0", 8);
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    cr_assert_eq (frame.transport, TRANSPORT_ICMP);
    cr_assert_eq (frame.payload.size, 8);
    cr_assert_eq (frame.payload.data[0], 3);
    add_ipv4 (&other, 5, 28, 0, 47);
    add (&other, "\0\0\x08\0\0\0\0\0", 8);
    cr_assert_eq (read_ip (&other), PACKET_OTHER);
    cr_assert_eq (frame.payload.size, 0);
}

Test (packet, ipv6_extension_headers_are_stepped_over)
{
    static const guint8 hop_by_hop[] = { 43, 0, 1, 4, 0, 0, 0, 0 };
    static const guint8 routing[] = { 60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    static const guint8 destination[] = { UDP, 0, 1, 4, 0, 0, 0, 0 };
    Draft draft = { .size = 0 };

    add_ipv6 (&draft, 8 + 16 + 8 + 8 + 5, 0);
    add (&draft, hop_by_hop, 8);
    add (&draft, routing, 16);
    add (&draft, destination, 8);
    add_udp (&draft, "hello");
    add (&draft, "trailer", 7);
    cr_assert_eq (read_ip (&draft), PACKET_WHOLE);
    check_udp_frame ("hello");
    cr_assert_str_eq (address_text (&frame.source), "2001:db8::f");
    cr_assert_str_eq (address_text (&frame.destination), "2001:db8::1");
}

Test (packet, ipv6_headers_without_end_are_given_up)
{
    Draft draft = { .size = 0 };

    add_ipv6 (&draft, 8 * 100, 60);
    for (guint i = 0; i < 100; i++)
        add (&draft, "\x3C\0\1\4\0\0\0\0", 8);
    cr_assert_eq (read_ip (&draft), PACKET_OTHER);
}

Test (packet, an_atomic_ipv6_fragment_is_whole_and_others_are_not)
{
    static const struct {
        guint8 header[8];
        PacketKind kind;
    } rows[] = {
        { { UDP, 0, 0, 0, 0, 0, 0, 1 }, PACKET_WHOLE },
        { { UDP, 0, 0, 1, 0, 0, 0, 1 }, PACKET_FRAGMENT }, /* more to come */
        { { UDP, 0, 0, 8, 0, 0, 0, 1 }, PACKET_FRAGMENT }, /* not the first */
        { { UDP, 0, 0, 6, 0, 0, 0, 1 }, PACKET_WHOLE },    /* reserved bits */
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        Draft draft = { .size = 0 };
        add_ipv6 (&draft, 8 + 8 + 5, 44);
        add (&draft, rows[i].header, 8);
        add_udp (&draft, "hello");
        cr_assert_eq (read_ip (&draft), rows[i].kind, "row %zu", i);
        cr_assert_eq (protocol, UDP);
        if (rows[i].kind == PACKET_WHOLE)
            check_udp_frame ("hello");
    }
}

Test (packet, vlan_tags_are_stepped_over)
{
    static const guint tags[][4] = {
        { 0x8100, 0 }, { 0x88A8, 0x8100, 0 }, { 0x8100, 0x8100, 0x8100, 0 }, { 0x88A8, 0x88A8, 0x8100, 0x8100 }
    };

    for (gsize i = 0; i < G_N_ELEMENTS (tags); i++) {
        Draft draft = { .size = 0 };
        add_ethernet (&draft, tags[i][0]);
        for (guint j = 1; j < 4 && tags[i][j - 1]; j++) {
            add_be16 (&draft, 110);
            add_be16 (&draft, tags[i][j] ? tags[i][j] : 0x0800);
        }
        if (tags[i][3]) {
            add_be16 (&draft, 110);
            add_be16 (&draft, 0x0800);
        }
        Draft packet = udp_packet (5, "hello");
        add (&draft, packet.data, packet.size);
        cr_assert_eq (read_ethernet (&draft), PACKET_WHOLE, "row %zu", i);
        check_udp_frame ("hello");
    }
    Draft attack = { .size = 0 };
    add_ethernet (&attack, 0x8100);
    for (guint i = 0; i < 20; i++)
        add (&attack, "\0\1\x81\0", 4);
    cr_assert_eq (read_ethernet (&attack), PACKET_OTHER);
}

Test (packet, neighbours_and_arp_become_payload)
{
    Draft arp = { .size = 0 }, lldp = { .size = 0 }, cdp = { .size = 0 };

    add_ethernet (&arp, 0x0806);
    add (&arp, "arp", 3);
    cr_assert_eq (read_ethernet (&arp), PACKET_WHOLE);
    cr_assert_eq (frame.transport, TRANSPORT_ARP);
    cr_assert (view_is (frame.payload, "arp"));
    cr_assert_eq (frame.source.address.size, 0);

    add_ethernet (&lldp, 0x88CC);
    add (&lldp, "lldp", 4);
    cr_assert_eq (read_ethernet (&lldp), PACKET_WHOLE);
    cr_assert_eq (frame.transport, TRANSPORT_LLDP);
    cr_assert (view_is (frame.payload, "lldp"));

    add_ethernet (&cdp, 8 + 3);
    add (&cdp, "\xAA\xAA\x03\0\0\x0C\x20\0cdp", 11);
    add (&cdp, "padding", 7);
    cr_assert_eq (read_ethernet (&cdp), PACKET_WHOLE);
    cr_assert_eq (frame.transport, TRANSPORT_CDP);
    cr_assert (view_is (frame.payload, "cdp"));
}

Test (packet, other_llc_frames_and_other_types_are_nothing)
{
    static const guint types[] = { 0x0600, 0x8863, 0x9000, 11, 0 };
    Draft cdp = { .size = 0 };

    for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
        Draft draft = { .size = 0 };
        add_ethernet (&draft, types[i]);
        add (&draft, "\xAA\xAA\x03\0\0\x0C\x01\x04vtp", 11); /* another of Cisco's protocols */
        cr_assert_eq (read_ethernet (&draft), PACKET_OTHER, "type %x", types[i]);
    }
    add_ethernet (&cdp, 3); /* shorter than its own header */
    add (&cdp, "\xAA\xAA\x03\0\0\x0C\x20\0cdp", 11);
    if (read_ethernet (&cdp) == PACKET_WHOLE)
        cr_assert_eq (frame.payload.size, 0);
}

static void read_any (const guint8 *data, gsize size)
{
    Frame read = { .number = 0 };
    guint8 number = 0;

    PacketKind kind = packet_read_link (1, data, size, &read, &number);
    if (kind == PACKET_WHOLE || (kind == PACKET_FRAGMENT && read.payload.size)) {
        cr_assert (view_inside (read.payload, data, size));
        if (read.transport == TRANSPORT_TCP)
            cr_assert_leq (read.payload.size, read.tcp.length);
    } else {
        cr_assert_eq (read.payload.size, 0);
    }
    read = (Frame){ .number = 0 };
    if (size >= 14 && packet_read_ip (data + 14, size - 14, &read, &number) == PACKET_WHOLE)
        cr_assert (view_inside (read.payload, data, size));
    read = (Frame){ .number = 0 };
    static const guint8 protocols[] = { ICMP, TCP, UDP, 58, 0 };
    for (gsize i = 0; i < sizeof protocols; i++)
        if (packet_read_transport (protocols[i], data, size, size / 2, &read) == PACKET_WHOLE)
            cr_assert (view_inside (read.payload, data, size));
}

Test (packet, every_prefix_and_every_damage_is_survived)
{
    Draft drafts[6] = { { .size = 0 } };

    add_ethernet (&drafts[0], 0x0800);
    add_ipv4 (&drafts[0], 6, 24 + 24 + 5, 0, TCP);
    add_tcp (&drafts[0], 6, "hello");
    add_ethernet (&drafts[1], 0x8100);
    add (&drafts[1], "\0\x6E\x86\xDD", 4);
    add_ipv6 (&drafts[1], 8 + 8 + 8 + 13, 0);
    add (&drafts[1], "\x3C\0\1\4\0\0\0\0", 8);
    add (&drafts[1], "\x2C\0\1\4\0\0\0\0", 8);
    add (&drafts[1], "\x11\0\0\0\0\0\0\1", 8);
    add_udp (&drafts[1], "hello");
    add_ethernet (&drafts[2], 11);
    add (&drafts[2], "\xAA\xAA\x03\0\0\x0C\x20\0cdp", 11);
    add_ethernet (&drafts[3], 0x0806);
    add (&drafts[3], "\0\1\x08\0\6\4\0\1", 8);
    add_ethernet (&drafts[4], 0x0800);
    add_ipv4 (&drafts[4], 5, 0, 0, ICMP);
    add (&drafts[4], "\3\3\0\0\0\0\0\0", 8);
    add_ethernet (&drafts[5], 0x88CC);
    add (&drafts[5], "\2\6\5\1\x0A\x63\0\x5B", 8);
    for (gsize i = 0; i < G_N_ELEMENTS (drafts); i++)
        try_every_damage (drafts[i].data, drafts[i].size, read_any);
}
