/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dns.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 query[] = "\x12\x34"          /* id */
                              "\1\0"              /* recursion desired */
                              "\0\1\0\0\0\0\0\0"  /* one question */
                              "\4cucm\7example\0" /* name */
                              "\0\1\0\1";         /* A, IN */

static const guint8 answer[] = "\x12\x34"                                    /* id */
                               "\x85\x80"                                    /* answer, no error */
                               "\0\1\0\3\0\0\0\0"                            /* one question, three answers */
                               "\4cucm\7example\0\0\1\0\1"                   /* question */
                               "\xC0\x0C\0\5\0\1\0\0\0\x3C\0\6\3sub\xC0\x11" /* CNAME sub.example */
                               "\xC0\x2A\0\1\0\1\0\0\0\x3C\0\4\x0A\0\0\1"    /* A 10.0.0.1 */
                               "\3sub\xC0\x11\0\x1C\0\1\0\0\0\x3C\0\x10"     /* AAAA … */
                               "\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1";     /* 2001:db8::1 */

static const char *formatted (const IpAddress *address)
{
    static char text[IP_ADDRESS_TEXT_SIZE];
    return ip_address_format (address, text);
}

Test (dns, a_query_says_which_name)
{
    DnsMessage message;

    cr_assert (dns_decode (query, sizeof query - 1, &message));
    cr_assert_eq (message.id, 0x1234);
    cr_assert_not (message.is_answer);
    cr_assert_str_eq (message.name, "cucm.example");
    cr_assert_eq (message.type, DNS_TYPE_A);
    cr_assert_eq (message.n_addresses, 0);
    cr_assert_not (message.damaged);
}

Test (dns, an_answer_gives_the_addresses_behind_aliases)
{
    DnsMessage message;

    cr_assert (dns_decode (answer, sizeof answer - 1, &message));
    cr_assert (message.is_answer);
    cr_assert_eq (message.rcode, DNS_NO_ERROR);
    cr_assert_str_eq (message.name, "cucm.example");
    cr_assert_eq (message.n_addresses, 2);
    cr_assert_str_eq (formatted (&message.addresses[0]), "10.0.0.1");
    cr_assert_str_eq (formatted (&message.addresses[1]), "2001:db8::1");
    cr_assert_not (message.damaged);
}

Test (dns, a_name_that_does_not_exist_is_said_so)
{
    guint8 refused[sizeof query];
    DnsMessage message;

    memcpy (refused, query, sizeof query);
    refused[2] = 0x81;
    refused[3] = 0x83;
    cr_assert (dns_decode (refused, sizeof query - 1, &message));
    cr_assert (message.is_answer);
    cr_assert_eq (dns_rcode_word (message.rcode), WORD_DNS_NO_SUCH_NAME);
    cr_assert_eq (dns_rcode_word (15), N_WORDS);
}

Test (dns, circles_and_forward_pointers_are_damage)
{
    static const guint8 head[] = { 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
    static const struct {
        const char *name;
        gsize size;
    } names[] = {
        { "\xC0\x0C\0\1\0\1", 6 },         /* itself */
        { "\1a\xC0\x0C\0\1\0\1", 8 },      /* the start of itself */
        { "\xC0\x0E\xC0\x0C\0\1\0\1", 8 }, /* there and back */
        { "\xC0\xFF\0\1\0\1", 6 },         /* behind the end */
        { "\x40one\0\0\1\0\1", 9 },        /* no such label type */
        { "\4ab", 3 },                     /* cut label */
        { "", 0 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
        guint8 data[64];
        DnsMessage message;

        memcpy (data, head, sizeof head);
        memcpy (data + sizeof head, names[i].name, names[i].size);
        cr_assert (dns_decode (data, sizeof head + names[i].size, &message));
        cr_assert (message.damaged, "case %zu", i);
        cr_assert_str_eq (message.name, "", "case %zu", i);
    }
}

Test (dns, a_name_that_is_too_long_is_damage)
{
    guint8 data[12 + 5 * 64 + 5] = { 0, 1, 1, 0, 0, 1 };
    DnsMessage message;

    for (int i = 0; i < 5; i++) {
        data[12 + i * 64] = 63;
        memset (data + 13 + i * 64, 'a', 63);
    }
    cr_assert (dns_decode (data, sizeof data, &message));
    cr_assert (message.damaged);
}

Test (dns, more_addresses_than_there_is_room_for_are_left_out)
{
    guint8 data[12 + 20 * 16] = { 0, 1, 0x81, 0x80, 0, 0, 0, 20 };
    DnsMessage message;

    for (int i = 0; i < 20; i++)
        memcpy (data + 12 + i * 15, "\0\0\1\0\1\0\0\0\0\0\4\x0A\0\0", 14);
    cr_assert (dns_decode (data, sizeof data, &message));
    cr_assert_eq (message.n_addresses, DNS_ADDRESSES_MAX);
    cr_assert_str_eq (message.name, "");
    cr_assert_not (dns_decode (data, 11, &message));
}

static void decode_anything (const guint8 *data, gsize size)
{
    DnsMessage message;

    if (!dns_decode (data, size, &message))
        return;
    cr_assert_leq (message.n_addresses, DNS_ADDRESSES_MAX);
    cr_assert_lt (strlen (message.name), DNS_NAME_MAX);
    for (const char *p = message.name; *p; p++)
        cr_assert (g_ascii_isgraph (*p));
}

Test (dns, damaged_and_cut_messages_are_decoded_safely)
{
    try_every_damage (query, sizeof query - 1, decode_anything);
    try_every_damage (answer, sizeof answer - 1, decode_anything);
}
