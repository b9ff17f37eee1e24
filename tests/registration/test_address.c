/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/address.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *round_trip (const char *text)
{
    static char buffer[IP_ADDRESS_TEXT_SIZE];
    IpAddress address;

    return ip_address_parse (text, strlen (text), &address) ? ip_address_format (&address, buffer) : "refused";
}

Test (address, ipv4_and_ipv6_texts_come_back_in_their_shortest_form)
{
    cr_assert_str_eq (round_trip ("10.102.10.209"), "10.102.10.209");
    cr_assert_str_eq (round_trip ("2001:db8:0:0:0:0:0:1"), "2001:db8::1");
    cr_assert_str_eq (round_trip ("::1"), "::1");
    cr_assert_str_eq (round_trip ("::"), "::");
    cr_assert_str_eq (round_trip ("fe80::"), "fe80::");
    cr_assert_str_eq (round_trip ("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
    cr_assert_str_eq (round_trip ("::ffff:10.0.0.1"), "::ffff:a00:1");
}

Test (address, names_and_broken_texts_are_refused)
{
    static const char *const broken[] = { "",         "cucm.example", "1.2.3",   "1.2.3.4.5",        "256.1.1.1",
                                          "1.2.3.4 ", "1..2.3",       ":::",     "1::2::3",          "1:2:3:4",
                                          "12345::",  "1:",           "::1.2.3", "1:2:3:4:5:6:7:8:9" };
    for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
        cr_assert_str_eq (round_trip (broken[i]), "refused", "%s", broken[i]);
}

Test (address, twelve_digits_are_a_mac_in_either_case)
{
    MacAddress mac;
    char text[MAC_ADDRESS_TEXT_SIZE];

    cr_assert (mac_address_parse_hex ("001380AD9E5f", &mac));
    cr_assert_str_eq (mac_address_format (&mac, text), "00:13:80:ad:9e:5f");
    cr_assert_not (mac_address_parse_hex ("001380AD9E5", &mac));
    cr_assert_not (mac_address_parse_hex ("001380AD9E5G", &mac));
}
