/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymiser.h"
#include "registration/anonymise/checksum.h"
#include "registration/anonymise/lane.h"
#include "registration/wire/link.h"

#include <criterion/criterion.h>
#include <string.h>

/* --- Packets: IPv4 from 192.168.7.20 to 192.168.7.10 */

static void append_be16 (GByteArray *to, guint value)
{
    const guint8 octets[] = { (guint8) (value >> 8), (guint8) value };
    g_byte_array_append (to, octets, 2);
}

static GByteArray *ip_packet (guint8 protocol, guint id, guint fragment, gsize payload)
{
    GByteArray *packet = g_byte_array_new ();
    const guint8 rest[] = { 64, protocol, 0, 0, 192, 168, 7, 20, 192, 168, 7, 10 };

    append_be16 (packet, 0x4500);
    append_be16 (packet, (guint) (20 + payload));
    append_be16 (packet, id);
    append_be16 (packet, fragment);
    g_byte_array_append (packet, rest, sizeof rest);
    return packet;
}

static void append_udp (GByteArray *packet, guint source, guint destination, gsize size)
{
    append_be16 (packet, source);
    append_be16 (packet, destination);
    append_be16 (packet, (guint) (8 + size));
    append_be16 (packet, 0);
}

static GByteArray *udp (guint source, guint destination, const char *payload, gsize size)
{
    GByteArray *packet = ip_packet (17, 1, 0, 8 + size);

    append_udp (packet, source, destination, size);
    g_byte_array_append (packet, (const guint8 *) payload, (guint) size);
    return packet;
}

/* The other way round. */
static GByteArray *answer (GByteArray *packet)
{
    guint8 source[4];

    memcpy (source, packet->data + 12, 4);
    memcpy (packet->data + 12, packet->data + 16, 4);
    memcpy (packet->data + 16, source, 4);
    return packet;
}

static GByteArray *tcp (guint32 sequence, guint8 flags, const char *payload, gsize size)
{
    GByteArray *packet = ip_packet (6, 1, 0, 20 + size);
    const guint8 rest[] = { 0, 0, 0, 0, 0x50, flags, 4, 0, 0, 0, 0, 0 };

    append_be16 (packet, 49152);
    append_be16 (packet, 5060);
    append_be16 (packet, sequence >> 16);
    append_be16 (packet, sequence & 0xFFFF);
    g_byte_array_append (packet, rest, sizeof rest);
    g_byte_array_append (packet, (const guint8 *) payload, (guint) size);
    return packet;
}

/* All three rounds. */
static void anonymise (GByteArray **packets, guint n)
{
    g_autoptr (Anonymiser) anonymiser = anonymiser_new ();

    do {
        for (guint i = 0; i < n; i++)
            anonymiser_packet (anonymiser, LINK_TYPE_IPV4, packets[i]->data, packets[i]->len);
    } while (anonymiser_next_round (anonymiser) != ANONYMISER_DONE);
}

static gboolean has (const GByteArray *packet, const char *text)
{
    return memmem (packet->data, packet->len, text, strlen (text)) != NULL;
}

static void free_all (GByteArray **packets, guint n)
{
    for (guint i = 0; i < n; i++)
        g_byte_array_unref (packets[i]);
}

static const char message[] =
    "REGISTER sip:pbx.acme.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.168.7.20:5060;branch=z9hG4bKsecret1\r\n"
    "From: \"Alice\" <sip:2001@pbx.acme.com>;tag=001380ad9e5f0002\r\nTo: <sip:2001@pbx.acme.com>\r\n"
    "Call-ID: 1234abcd@192.168.7.20\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";

Test (anonymiser, names_go_in_a_datagram)
{
    GByteArray *packets[] = { udp (5060, 5060, message, sizeof message - 1) };
    const guint before = packets[0]->len;

    anonymise (packets, 1);
    cr_assert_eq (packets[0]->len, before);
    cr_assert (!has (packets[0], "Alice") && !has (packets[0], "2001") && !has (packets[0], "acme") &&
               !has (packets[0], "192.168.7.20") && !has (packets[0], "secret1") && !has (packets[0], "1234abcd"));
    cr_assert (
        has (packets[0], "REGISTER sip:nnn.nnnn.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.168.0.20:5060;branch=z9hG4bK"));
    cr_assert (has (packets[0], "\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n"));
    free_all (packets, 1);
}

/* Cut in the middle of a name, sent again as a whole, and out of order. */
Test (anonymiser, names_go_across_segments)
{
    const gsize cut = (gsize) (strstr (message, "lice") - message);
    GByteArray *packets[] = { tcp (1000, 2, "", 0),
                              tcp (1001 + (guint32) cut, 0x18, message + cut, sizeof message - 1 - cut),
                              tcp (1001, 0x18, message, cut), tcp (1001, 0x18, message, sizeof message - 1) };

    anonymise (packets, 4);
    for (guint i = 0; i < 4; i++)
        cr_assert (!has (packets[i], "lice") && !has (packets[i], "2001") && !has (packets[i], "acme"), "segment %u",
                   i);
    const gsize head = 40;
    cr_assert_arr_eq (packets[3]->data + head, packets[2]->data + head, cut);
    cr_assert_arr_eq (packets[3]->data + head + cut, packets[1]->data + head, sizeof message - 1 - cut);
    free_all (packets, 4);
}

/* Somebody's stack, or an attacker's, sends other octets under the same numbers. */
Test (anonymiser, a_copy_with_other_octets_tells_no_more)
{
    static const char other[] =
        "REGISTER sip:h SIP/2.0\r\nFrom: <sip:h>;tag=1\r\nX: Walter, Walter, Walter, Walter, Walter\r\n";
    GByteArray *packets[] = { tcp (1, 0x18, message, sizeof message - 1), tcp (1, 0x18, other, sizeof other - 1),
                              tcp (301, 0x18, "Walter and Walter", 17), tcp (1, 0x18, other, sizeof other - 1) };

    anonymise (packets, 4);
    for (guint i = 0; i < 4; i++)
        cr_assert (!has (packets[i], "Walter") && !has (packets[i], "Alice"), "packet %u", i);
    free_all (packets, 4);
}

Test (anonymiser, names_go_across_fragments)
{
    const gsize cut = 120, size = sizeof message - 1;
    GByteArray *packets[] = { ip_packet (17, 9, 0x2000, 8 + cut), ip_packet (17, 9, (8 + cut) / 8, size - cut) };

    append_udp (packets[0], 5060, 5060, size);
    g_byte_array_append (packets[0], (const guint8 *) message, cut);
    g_byte_array_append (packets[1], (const guint8 *) message + cut, (guint) (size - cut));
    anonymise (packets, 2);
    cr_assert (has (packets[0], "REGISTER sip:nnn.nnnn.com"));
    cr_assert (!has (packets[0], "lice") && !has (packets[1], "lice") && !has (packets[1], "2001"));
    cr_assert (has (packets[1], "CSeq: 1 REGISTER"));
    free_all (packets, 2);
}

Test (anonymiser, other_traffic_becomes_zeros)
{
    GByteArray *packets[] = { udp (40000, 40002, "what nobody shall hear", 22) };

    anonymise (packets, 1);
    cr_assert (!has (packets[0], "nobody"));
    for (guint i = 28; i < packets[0]->len; i++)
        cr_assert_eq (packets[0]->data[i], 0);
    free_all (packets, 1);
}

Test (anonymiser, a_file_is_read_across_its_blocks)
{
    static const char begin[] = "<device><name>SEP001380AD9E5F</name><line><name>20",
                      end[] = "01</name></line></device>";
    char blocks[2][4 + 512];
    GByteArray *packets[3];

    memset (blocks, ' ', sizeof blocks);
    memcpy (blocks[0], "\0\3\0\1", 4);
    memcpy (blocks[1], "\0\3\0\2", 4);
    memcpy (blocks[0] + 4 + 512 - (sizeof begin - 1), begin, sizeof begin - 1);
    memcpy (blocks[1] + 4, end, sizeof end - 1);
    packets[0] = udp (49000, 69, "\0\1SEP001380AD9E5F.cnf.xml\0octet\0", 33);
    packets[1] = answer (udp (50000, 49000, blocks[0], sizeof blocks[0]));
    packets[2] = answer (udp (50000, 49000, blocks[1], 4 + sizeof end - 1));
    anonymise (packets, 3);
    cr_assert (has (packets[0], "SEP001380001000.cnf.xml"));
    cr_assert (has (packets[1], "<name>SEP001380001000</name><line><name>10") && has (packets[2], "00</name>"));
    free_all (packets, 3);
}

/* The first one is not in the capture, others come again, the last one longer than before. */
Test (anonymiser, blocks_that_come_again_are_read_once)
{
    static const guint numbers[] = { 2, 2, 3, 4, 4 };
    static const gsize sizes[] = { 512, 512, 512, 22, 64 };
    GByteArray *packets[1 + G_N_ELEMENTS (numbers)];

    packets[0] = udp (49000, 69, "\0\1SEP001380AD9E5F.cnf.xml\0octet\0", 33);
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
        char block[4 + 512] = { 0, 3, 0, (char) numbers[i] };
        for (gsize at = 0; at < 512; at++)
            block[4 + at] = "user = Walter\n"[at % 14];
        packets[1 + i] = answer (udp (50000, 49000, block, 4 + sizes[i]));
    }
    anonymise (packets, G_N_ELEMENTS (packets));
    for (guint i = 1; i < G_N_ELEMENTS (packets); i++)
        cr_expect (has (packets[i], "user = ") && !has (packets[i], "Walter"), "packet %u", i);
    free_all (packets, G_N_ELEMENTS (packets));
}

/* "UTF-16" comes with a mark in either order, or without one. */
Test (anonymiser, a_file_in_wide_letters_is_read)
{
    static const char text[] = "<device><sshPassword>Kirsch77</sshPassword><name>SEP001380AD9E5F</name></device>",
                      wanted[] = "<name>SEP001380001000</name></device>";

    for (guint form = 0; form < 4; form++) {
        const gboolean big_endian = form & 1, has_mark = form & 2;
        char block[4 + 2 + 2 * sizeof text] = {
            0, 3, 0, 1, big_endian ? '\xFE' : '\xFF', big_endian ? '\xFF' : '\xFE'
        };
        const gsize head = has_mark ? 6 : 4, size = head + 2 * (sizeof text - 1);
        block[4] = has_mark ? block[4] : 0;
        for (gsize i = 0; i < sizeof text - 1; i++) {
            block[head + 2 * i + big_endian] = text[i];
            block[head + 2 * i + !big_endian] = 0;
        }
        GByteArray *packets[] = { udp (49000, 69, "\0\1SEP001380AD9E5F.cnf.xml\0octet\0", 33),
                                  answer (udp (50000, 49000, block, size)) };
        anonymise (packets, 2);
        GByteArray *narrow = g_byte_array_new ();
        for (gsize i = 28 + head + big_endian; i < packets[1]->len; i += 2)
            g_byte_array_append (narrow, packets[1]->data + i, 1);
        cr_assert (has (narrow, wanted) && has (narrow, "<sshPassword>") && !has (narrow, "Kirsch"), "form %u", form);
        g_byte_array_unref (narrow);
        free_all (packets, 2);
    }
}

/* A datagram with this payload, anonymised; lacks nothing, and has none of these words. */
static void check_datagram (guint port, const char *payload, gsize size, const char *gone, const char *kept)
{
    GByteArray *packets[] = { udp (port == 67 ? 68 : 40000, port, payload, size) };
    g_auto (GStrv) words = g_strsplit (gone, " ", -1);

    anonymise (packets, 1);
    for (char **word = words; *word; word++)
        cr_assert (!has (packets[0], *word), "port %u: %s is still there", port, *word);
    cr_assert (has (packets[0], kept), "port %u: %s is gone", port, kept);
    free_all (packets, 1);
}

Test (anonymiser, dns_tells_no_names_and_no_addresses)
{
    static const char query[] = "\0\1\1\0\0\2\0\0\0\0\0\0\4pbx1\4acme\3com\0\0\1\0\1"
                                "\2"
                                "20\3"
                                "117\3"
                                "168\3"
                                "192\7in-addr\4arpa\0\0\14\0\1";
    check_datagram (53, query, sizeof query - 1, "pbx1 acme 117",
                    "\2"
                    "20\3"
                    "100\3"
                    "168\3"
                    "192\7in-addr\4arpa");
}

/* What was replaced once is no name any more. */
Test (anonymiser, names_of_dns_are_replaced_once)
{
    static const char query[] = "\0\1\1\0\0\1\0\0\0\0\0\0\4acme\3com\0\0\43\0\1",
                      reply[] = "\0\1\x81\x80\0\1\0\2\0\0\0\0\4acme\3com\0\0\43\0\1"
                                "\xc0\x0c\0\43\0\1\0\0\0\74\0\x1c\0\1\0\1\1u\7E2U+sip\x0b!^.*$!acme!\xc0\x0c"
                                "\xc0\x0c\0\2\0\1\0\0\0\74\0\7\4acme\xc0\x11";
    GByteArray *packets[] = { udp (40000, 53, query, sizeof query - 1),
                              answer (udp (53, 40000, reply, sizeof reply - 1)) };

    anonymise (packets, 2);
    cr_assert (has (packets[0], "\4nnnn\3com") && has (packets[1], "\4nnnn\3com") &&
               has (packets[1], "\1u\7E2U+sip\x0b!^.*$!nnnn!\xc0\x0c") && has (packets[1], "\4nnnn\xc0\x11"));
    free_all (packets, 2);
}

Test (anonymiser, dhcp_tells_no_names)
{
    char packet[400] = { 1, 1, 6 };
    static const char options[] = "c\x82Sc\x35\1\1\x0c\5desk7\x3d\7\1\0\x13\x80\xad\x9e\x5f\x3c\5Cisco"
                                  "\x51\x0d\0\0\0desk7.acme\x52\x0a\2\x08\0\6\0\x13\x80\x99\x88\x77"
                                  "\x77\x0a\4acme\3com\0\x0f\4acme\xff";
    memcpy (packet + 236, options, sizeof options - 1);
    check_datagram (67, packet, 236 + sizeof options - 1, "desk7 acme \xad\x9e\x5f \x99\x88\x77", "Cisco");
}

Test (anonymiser, sentences_and_escapes_tell_no_names)
{
    static const char text[] =
        "SIP/2.0 403 Forbidden\r\nFrom: <sip:wal%74er@h>;tag=1\r\nTo: <sip:walter@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 "
        "REGISTER\r\nWarning: 399 pbx7 \"Unable to find device walter at 10.1.22.33\"\r\nAuthorization: Basic "
        "d2FsdGVyOnNlY3JldA==\r\nX-Owner: Walter & Sons\r\n\r\n<a>&amp;walter&#38;</a>\r\n";
    check_datagram (5060, text, sizeof text - 1, "walter Walter wal%74er pbx7 10.1.22.33 d2FsdGVyOnNlY3JldA Sons",
                    "\"Unable to find device ");
    check_datagram (5060, text, sizeof text - 1, "walter", "<a>&amp;");
}

Test (anonymiser, sessions_keep_the_words_of_their_description)
{
    static const char text[] =
        "INVITE sip:h SIP/2.0\r\nCall-ID: 1\r\nSession-ID: a358d2c6001051bd80aa11fefe11fefe;remote=0000\r\n\r\nv=0\r\n"
        "o=walter 1 1 IN IP4 10.1.22.33\r\ns=Walter\r\nc=IN IP4 10.1.22.33\r\na=fmtp:101 0-15\r\n"
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwg|2^20|1:4\r\na=ice-ufrag:Fwj3\r\na=mid:audio\r\n"
        "a=ssrc:12345 cname:brombeere@pc99\r\na=msid:stachel\r\na=label:Zitrone\r\na=rtcp:20001 IN IP4 10.1.22.33\r\n"
        "a=candidate:1 1 UDP 2130706431 10.1.22.33 20000 typ host ufrag Fwj3 generation 0\r\n"
        "a=fingerprint:sha-256 4A:AD:B9\r\n";
    static const char *const kept[] = { ";remote=0000\r\n",
                                        " IN IP4 10.",
                                        "\r\nc=IN IP4 10.",
                                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
                                        "|2^20|1:4\r\n",
                                        "a=ice-ufrag:",
                                        "a=mid:audio\r\n",
                                        "a=ssrc:",
                                        " cname:",
                                        "\r\na=label:",
                                        "a=rtcp:20001 IN IP4 10.",
                                        " 20000 typ host ufrag ",
                                        " generation 0\r\n",
                                        "a=fingerprint:sha-256 " };

    for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        check_datagram (
            5060, text, sizeof text - 1,
            "walter a358d2c6 11fefe 10.1.22.33 WVNfX19zZW1jdGwg Fwj3 12345 brombeere pc99 stachel Zitrone 4A:AD",
            kept[i]);
}

/* Whoever is spoken of in a sentence needs not be named elsewhere. */
Test (anonymiser, sentences_keep_the_words_that_tell_why)
{
    static const char text[] =
        "SIP/2.0 403 Gesperrt durch Klabautermann\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
        "Warning: 399 10.1.22.33 \"Wrong password, ask Heidelbeere, 089 7654321\"\r\n"
        "Reason: SIP;cause=200;text=\"cisco-alarm:25 Name=SEP001380AD9E5F ActiveLoad=SIP41.9-4-2SR3-1S "
        "InactiveLoad=sip78xx.11-7 Last=CM-aborted-TCP Pflaume\"\r\nRetry-After: 3600 (Mirabelle, +49 (89))\r\n\r\n";
    static const char *const kept[] = { "SIP/2.0 403 ", "\"Wrong password, ",
                                        "Reason: SIP;cause=200;text=\"cisco-alarm:25 Name=SEP001380001000 "
                                        "ActiveLoad=SIP41.9-4-2SR3-1S InactiveLoad=sip78xx.11-7 Last=CM-aborted-TCP ",
                                        "Retry-After: 3600 (" };
    static const char haste[] = "SIP/2.0 429 Too Many Requests from 5551234 on port 5060\r\n\r\n";
    static const char error[] = "SIP/2.0 404 Not Found\r\nWarning: 399 h \"No route to 10.1.22.33:5060\"\r\n\r\n";

    for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        check_datagram (5060, text, sizeof text - 1, "Klabautermann Heidelbeere 089 7654321 Pflaume Mirabelle +49 (89)",
                        kept[i]);
    check_datagram (5060, error, sizeof error - 1, "10.1.22", "\r\nWarning: 399 n \"No route to 10.");
    check_datagram (5060, error, sizeof error - 1, "10.1.22", ".33:5060\"");
    check_datagram (5060, haste, sizeof haste - 1, "5551234", "Too Many Requests from 1000000 on port 5060");
}

Test (anonymiser, files_are_called_what_phones_ask_for)
{
    check_datagram (69, "\0\1kunde-durian/ringlist.xml\0octet", 34, "kunde durian", "/ringlist.xml");
    check_datagram (69, "\0\1German_Germany/7961-dictionary.xml\0octet", 43, "\1\1\1",
                    "German_Germany/7961-dictionary.xml");
    check_datagram (69, "\0\1SCCP41.9-4-2SR3-1S.loads\0octet", 33, "\1\1\1", "SCCP41.9-4-2SR3-1S.loads");
}

/* Of another link than IPv4's, as the other tests have it. */
static GByteArray *frame_of (const char *octets, gsize size)
{
    GByteArray *frame = g_byte_array_new ();
    g_autoptr (Anonymiser) anonymiser = anonymiser_new ();

    g_byte_array_append (frame, (const guint8 *) octets, (guint) size);
    do {
        anonymiser_packet (anonymiser, LINK_TYPE_ETHERNET, frame->data, frame->len);
    } while (anonymiser_next_round (anonymiser) != ANONYMISER_DONE);
    return frame;
}

#define ETHERNET "\1\x80\xc2\0\0\x0e\0\x1b\xd4\xab\x77\x31"

Test (anonymiser, neighbors_tell_models_and_no_names)
{
    static const char lldp[] = ETHERNET "\x88\xcc"
                                        "\x08\x15Gi1 Tel 55667788 Karl"
                                        "\x0c\x32"
                                        "Cisco IP Phone 7961G, SN FCH1549QUAR, Preiselbeere"
                                        "\xfe\x15\0\x12\xbb\3\2\x0f\1"
                                        "DE\3\xaWolfrathau\0\0\0";
    g_autoptr (GByteArray) frame = frame_of (lldp, sizeof lldp - 1);

    cr_assert (has (frame, "Gi1 Tel ") && has (frame, "Cisco IP Phone 7961G, SN ") && has (frame, "\2\x0f\1XX\3\x0a"));
    cr_assert (!has (frame, "55667788") && !has (frame, "Karl") && !has (frame, "FCH1549QUAR") &&
               !has (frame, "Preiselbeere") && !has (frame, "Wolfrathau"));
}

Test (anonymiser, who_asks_a_switch_keeps_the_form)
{
    static const char eapol[] = ETHERNET "\x88\x8e\1\0\0\x0c\2\1\0\x0c\1"
                                         "walter7trailer";
    g_autoptr (GByteArray) frame = frame_of (eapol, sizeof eapol - 1);
    static const char wanted[] = "\x88\x8e\1\0\0\x0c\2\1\0\x0c\1";
    static const char alert[] = ETHERNET "\x88\x8e\2\0\0\x0d\2\x09\0\x0d\x0d\0\x15\3\1\0\2\2\x30";
    g_autoptr (GByteArray) kept = frame_of (alert, sizeof alert - 1);

    cr_assert_arr_eq (frame->data + 12, wanted, sizeof wanted - 1);
    cr_assert (!has (frame, "walter7") && !has (frame, "trailer"));
    cr_assert (has (kept, "\x15\3\1") && has (kept, "\2\2\x30"));
}

Test (anonymiser, what_is_made_of_addresses_tells_nothing)
{
    static const char text[] = "MESSAGE sip:h SIP/2.0\r\nCall-ID: 1\r\nContact: <sip:SEP001BD4AB7731@h>\r\n"
                               "Session-ID: a358d2c6001051bd80aa001bd4ab7731;remote=00\r\n"
                               "Content-Type: multipart/mixed;boundary=\"quarkgrenze77\"\r\n\r\n--quarkgrenze77\r\n\r\n"
                               "{\"mac\":\"0:1b:d4:ab:77:31\"}\r\n--quarkgrenze77--\r\n";
    static const char *const kept[] = { "001bd4001000;remote=00\r\n", "boundary=\"nnnnnnnnnnn00\"",
                                        "\r\n--nnnnnnnnnnn00--", "0:1b:d4:00:10:00" };
    char packet[300] = { 2, 1, 6 };
    static const char options[] = "c\x82Sc\x79\x0f\x18\x0a\x4d\x37\x0a\x4d\x21\x09\x0c\xac\x10\x0a\x4d\x21\x09\xff";

    for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        check_datagram (5060, text, sizeof text - 1, "a358d2c6 80aa quarkgrenze 77:31", kept[i]);
    memcpy (packet + 236, options, sizeof options - 1);
    check_datagram (67, packet, 236 + sizeof options - 1, "\x0a\x4d", "\x0c\xac\x10");
}

Test (anonymiser, a_handshake_without_its_beginning_becomes_zeros)
{
    static const char records[] = "\x16\3\1\0\x18"
                                  "Owirsing.rhabarber.examp"
                                  "\x16\3\1\0\4\x0e\0\0\0";
    GByteArray *packets[] = { tcp (1000, 0x18, records, sizeof records - 1) };

    anonymise (packets, 1);
    cr_assert (!has (packets[0], "rhabarber") && !has (packets[0], "sing"));
    free_all (packets, 1);
}

Test (anonymiser, what_stands_between_chunks_is_read)
{
    static const char reply[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n10;by=wirsing\r\n<a><label>Karl"
        "</\r\na;by=wirsing\r\nlabel></a>\r\n0;by=wirsing\r\nX-Trailer: rhabarber\r\n\r\n";
    GByteArray *packets[] = { tcp (1000, 0x18, reply, sizeof reply - 1) };

    packets[0]->data[22] = 6970 >> 8;
    packets[0]->data[23] = 6970 & 0xFF;
    anonymise (packets, 1);
    cr_assert (!has (packets[0], "wirsing") && !has (packets[0], "Karl") && !has (packets[0], "rhabarber"));
    cr_assert (has (packets[0], "\r\n10;") && has (packets[0], "<a><label>Nnnn</\r\na;") &&
               has (packets[0], "\r\nlabel></a>\r\n0;") && has (packets[0], "\r\nX-Trailer: nnnnnnnnn\r\n\r\n"));
    free_all (packets, 1);
}

Test (anonymiser, sessions_of_tls_are_not_told)
{
    static const char random[] = "0123456789abcdef0123456789abcdef", session[] = "SessionWirsing77SessionWirsing77";
    GByteArray *data = g_byte_array_new ();

    g_byte_array_append (data, (const guint8 *) "\x16\3\1\0\x56\1\0\0\x52\3\3", 11);
    g_byte_array_append (data, (const guint8 *) random, 32);
    g_byte_array_append (data, (const guint8 *) "\x20", 1);
    g_byte_array_append (data, (const guint8 *) session, 32);
    g_byte_array_append (data, (const guint8 *) "\0\2\0\x2f\1\0\0\7\0\x23\0\3Wir", 15);
    GByteArray *packets[] = { tcp (1000, 0x18, (const char *) data->data, data->len) };
    anonymise (packets, 1);
    cr_assert (has (packets[0], random) && !has (packets[0], "Wirsing") && !has (packets[0], "Wir"));
    cr_assert (memmem (packets[0]->data, packets[0]->len, "\0\2\0\x2f\1\0\0\7\0\x23\0\3\0\0\0", 15) != NULL);
    g_byte_array_unref (data);
    free_all (packets, 1);
}

Test (anonymiser, checksums_stay_as_right_or_wrong_as_they_were)
{
    const guint8 before[] = { 0x45, 0, 0, 0x14, 0xC0, 0xA8, 7, 20 }, after[] = { 0x45, 0, 0, 0x14, 0xC0, 0xA8, 9, 20 };
    guint32 sum = 0, other = 0;

    for (guint i = 0; i < sizeof before; i += 2) {
        sum += (guint32) before[i] << 8 | before[i + 1];
        other += (guint32) after[i] << 8 | after[i + 1];
    }
    const guint16 right = (guint16) ~((sum & 0xFFFF) + (sum >> 16)),
                  wanted = (guint16) ~((other & 0xFFFF) + (other >> 16));
    guint8 field[] = { (guint8) (right >> 8), (guint8) right };
    checksum_correct (field, checksum_change (before, after, sizeof before), FALSE);
    cr_assert_eq ((guint) field[0] << 8 | field[1], wanted);
}

/* --- Damage: nothing is read or written outside, whatever is cut */

Test (anonymiser, cut_packets_are_bearable)
{
    GByteArray *whole[] = { udp (5060, 5060, message, sizeof message - 1), tcp (1, 0x18, message, sizeof message - 1),
                            udp (67, 68, "\2\1\6\0", 4),
                            udp (53, 53, "\0\1\x81\x80\0\1\0\1\0\0\0\0\3pbx\4acme\3com\0", 27) };

    for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
        for (gsize size = 0; size <= whole[i]->len; size++) {
            GByteArray *cut = g_byte_array_new ();
            g_byte_array_append (cut, whole[i]->data, (guint) size);
            g_autofree guint8 *exact = g_memdup2 (cut->data, MAX (size, 1));
            g_autoptr (Anonymiser) anonymiser = anonymiser_new ();
            do {
                anonymiser_packet (anonymiser, LINK_TYPE_IPV4, exact, size);
            } while (anonymiser_next_round (anonymiser) != ANONYMISER_DONE);
            cr_assert (!size || memmem (exact, size, "acme", 4) == NULL, "packet %u, %zu octets", i, size);
            g_byte_array_unref (cut);
        }
    free_all (whole, G_N_ELEMENTS (whole));
}

/* What one of them carries goes on in no other. */
Test (anonymiser, captures_share_names)
{
    GByteArray *packets[] = { tcp (1000, 0x18, message, sizeof message - 1),
                              tcp (1000, 0x18, message, sizeof message - 1) };
    g_autoptr (Anonymiser) anonymiser = anonymiser_new ();

    do {
        anonymiser_packet (anonymiser, LINK_TYPE_IPV4, packets[0]->data, packets[0]->len);
        anonymiser_next_capture (anonymiser);
        anonymiser_packet (anonymiser, LINK_TYPE_IPV4, packets[1]->data, packets[1]->len);
    } while (anonymiser_next_round (anonymiser) != ANONYMISER_DONE);
    cr_assert (!has (packets[0], "Alice") && !has (packets[0], "acme"));
    cr_assert_eq (packets[0]->len, packets[1]->len);
    cr_assert (memcmp (packets[0]->data, packets[1]->data, packets[0]->len) == 0);
    free_all (packets, 2);
}
