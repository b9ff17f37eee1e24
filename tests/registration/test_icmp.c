/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/icmp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 port_unreachable[] = {
    3,    3,    0,    0,  /* destination unreachable, port; checksum */
    0,    0,    0,    0,  /* unused */
    0x46, 0,    0,    52, /* quoted: version 4, six words of header; service; length */
    0,    1,    0x40, 0,  /* identification, do not fragment */
    64,   17,   0,    0,  /* time to live, UDP, checksum */
    10,   99,   0,    91, /* source */
    10,   99,   0,    1,  /* destination */
    1,    1,    1,    0,  /* options */
    0xC0, 0x01, 0,    69, /* ports */
    0,    28,   0,    0,  /* length, checksum */
};

static const guint8 too_big_v6[] = {
    2,    0,    0,    0,                                        /* packet too big; checksum */
    0,    0,    5,    0,                                        /* MTU 1280 */
    0x60, 0,    0,    0,                                        /* quoted: version 6 */
    0,    28,   0,    64,                                       /* length, hop-by-hop options follow, hop limit */
    0x20, 1,    0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, /* source */
    0x20, 1,    0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, /* destination */
    44,   0,    0,    0,    0, 0, 0, 0,                         /* options: a fragment header follows */
    6,    0,    0,    1,    0, 0, 0, 9,                         /* first fragment, TCP follows */
    0xC0, 0x02, 0x13, 0xC4,                                     /* ports */
    0,    0,    0,    1,                                        /* sequence number */
};

static const char *formatted (const Endpoint *endpoint)
{
    static char text[IP_ADDRESS_TEXT_SIZE];
    return ip_address_format (&endpoint->address, text);
}

Test (icmp, port_unreachable_quotes_who_asked_whom)
{
    IcmpMessage message;

    cr_assert (icmp_decode (port_unreachable, sizeof port_unreachable, FALSE, &message));
    cr_assert (icmp_is_unreachable (&message));
    cr_assert_not (icmp_is_too_big (&message));
    cr_assert_str_eq (word_english (icmp_word (&message)), "port unreachable");
    cr_assert (message.quotes);
    cr_assert_eq (message.protocol, 17);
    cr_assert_str_eq (formatted (&message.source), "10.99.0.91");
    cr_assert_str_eq (formatted (&message.destination), "10.99.0.1");
    cr_assert (message.quotes_ports);
    cr_assert_eq (message.source.port, 49153);
    cr_assert_eq (message.destination.port, 69);
    cr_assert_not (message.quotes_sequence);
}

Test (icmp, fragmentation_needed_names_the_mtu)
{
    static const guint8 needed[] = { 3, 4, 0, 0, 0, 0, 5, 0x78 };
    IcmpMessage message;

    cr_assert (icmp_decode (needed, sizeof needed, FALSE, &message));
    cr_assert (icmp_is_too_big (&message));
    cr_assert_str_eq (word_english (icmp_word (&message)), "fragmentation needed");
    cr_assert_eq (message.mtu, 1400);
    cr_assert_not (message.quotes);
}

Test (icmp, version_6_has_its_own_numbers_and_extension_headers)
{
    static const guint8 no_route[] = { 1, 0, 0, 0, 0, 0, 0, 0 };
    IcmpMessage message;

    cr_assert (icmp_decode (too_big_v6, sizeof too_big_v6, TRUE, &message));
    cr_assert (icmp_is_too_big (&message));
    cr_assert_eq (message.mtu, 1280);
    cr_assert_eq (message.protocol, 6);
    cr_assert_str_eq (formatted (&message.destination), "2001:db8::2");
    cr_assert (message.quotes_ports);
    cr_assert_eq (message.destination.port, 5060);
    cr_assert (message.quotes_sequence);
    cr_assert_eq (message.sequence, 1);
    cr_assert (icmp_decode (no_route, sizeof no_route, TRUE, &message));
    cr_assert_str_eq (word_english (icmp_word (&message)), "no route to destination");
    cr_assert (icmp_is_unreachable (&message));
}

Test (icmp, a_later_fragment_has_no_ports)
{
    guint8 fragment[sizeof port_unreachable];
    IcmpMessage message;

    memcpy (fragment, port_unreachable, sizeof fragment);
    fragment[15] = 0xB9; /* fragment offset */
    cr_assert (icmp_decode (fragment, sizeof fragment, FALSE, &message));
    cr_assert (message.quotes);
    cr_assert_not (message.quotes_ports);
    cr_assert_eq (message.destination.port, 0);
}

Test (icmp, an_echo_quotes_nothing)
{
    guint8 echo[sizeof port_unreachable];
    IcmpMessage message;

    memcpy (echo, port_unreachable, sizeof echo);
    echo[0] = ICMP_TYPE_ECHO;
    cr_assert (icmp_decode (echo, sizeof echo, FALSE, &message));
    cr_assert_not (message.quotes);
    cr_assert_str_eq (word_english (icmp_word (&message)), "echo request");
    echo[0] = 200;
    cr_assert (icmp_decode (echo, sizeof echo, FALSE, &message));
    cr_assert_eq (icmp_word (&message), N_WORDS);
    cr_assert_not (icmp_decode (echo, 7, FALSE, &message));
}

static void decode_anything (const guint8 *data, gsize size)
{
    for (int v6 = 0; v6 <= 1; v6++) {
        IcmpMessage message;
        if (!icmp_decode (data, size, v6, &message))
            continue;
        cr_assert (message.quotes || !message.quotes_ports);
        cr_assert_eq (message.source.address.size, message.quotes ? (v6 ? 16 : 4) : 0);
    }
}

Test (icmp, damaged_and_cut_messages_are_decoded_safely)
{
    try_every_damage (port_unreachable, sizeof port_unreachable, decode_anything);
    try_every_damage (too_big_v6, sizeof too_big_v6, decode_anything);
}
