/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pen.h"
#include "registration/anonymise/pseudonyms.h"
#include "registration/anonymise/vocabulary.h"
#include "registration/wire/address.h"

#include <criterion/criterion.h>
#include <string.h>

/* What becomes of a text when it is all that there is. Owned by the caller. */
static char *rewritten (const char *text, TextKind kind)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    Pen pen = { names, FALSE };
    char *copy = g_strdup (text);

    pen_text (&pen, (guint8 *) copy, strlen (copy), kind);
    pseudonyms_settle (names);
    pen.writes = TRUE;
    pen_text (&pen, (guint8 *) copy, strlen (copy), kind);
    return copy;
}

static void check (const char *text, TextKind kind, const char *expected)
{
    g_autofree char *copy = rewritten (text, kind);
    cr_assert_str_eq (copy, expected, "%s became %s", text, copy);
}

Test (pseudonyms, names_keep_their_form)
{
    check ("2001", TEXT_NAME, "1000");
    check ("+49 30 2001", TEXT_NAME, "+10 11 1000");
    check ("007", TEXT_NAME, "000");
    check ("Smith, John", TEXT_NAME, "Nnnnn, Nnnn");
    check ("smith SMITH Smith", TEXT_NAME, "nnnnn NNNNN Nnnnn");
    check ("cucm1.acme.com", TEXT_NAME, "nnnn0.nnnn.com");
    check ("al%69ce", TEXT_NAME, "nn%6enn");
}

Test (pseudonyms, addresses_are_replaced_in_every_form)
{
    check ("SEP001380AD9E5F", TEXT_WORDS, "SEP001380001000");
    check ("sep001380ad9e5f.cnf.xml", TEXT_WORDS, "sep001380001000.cnf.xml");
    check ("CTLSEP001380AD9E5F.tlv", TEXT_WORDS, "CTLSEP001380001000.tlv");
    check ("00:13:80:ad:9e:5f", TEXT_WORDS, "00:13:80:00:10:00");
    check ("00-13-80-AD-9E-5F 0013.80ad.9e5f", TEXT_WORDS, "00-13-80-00-10-00 0013.8000.1000");
    check ("192.168.17.20", TEXT_WORDS, "192.168.10.20");
    check ("http://10.1.20.30:8080/acme", TEXT_WHERE, "http://10.0.10.30:8080/nnnn");
    check ("[2001:db8:5::7]:5060", TEXT_WHERE, "[2000:100:1::7]:5060");
    check ("urn:uuid:00000000-0000-0000-0000-001380ad9e5f", TEXT_NAME, "urn:uuid:00000000-0000-0000-0000-001380001000");
}

Test (pseudonyms, what_is_no_name_stays)
{
    check ("255.255.255.0 0.0.0.0 127.0.0.1 224.0.1.75 255.255.255.255", TEXT_NAME,
           "255.255.255.0 0.0.0.0 127.0.0.1 224.0.1.75 255.255.255.255");
    check ("ff:ff:ff:ff:ff:ff ff02::1 ::", TEXT_NAME, "ff:ff:ff:ff:ff:ff ff02::1 ::");
    check ("Cisco-CP7821/11.0.1.2", TEXT_KEPT, "Cisco-CP7821/11.0.1.2");
    check ("Line 7 is busy", TEXT_WORDS, "Line 7 is busy");
    check ("sip:2001@h:5060", TEXT_WHERE, "sip:1000@n:5060");
}

/* Of what something is called the words of the field stay, and nobody's name. */
Test (pseudonyms, what_things_are_called_has_no_names_in_it)
{
    check ("sipLines SIPLineName2 ipAddressMode devicename", TEXT_CALLED,
           "sipLines SIPLineName2 ipAddressMode devicename");
    check ("Feature_4488217 Brunhilde sipBrunhildePort", TEXT_CALLED, "Feature_1000000 Nnnnnnnnn sipNnnnnnnnnPort");
    check ("X-Brunhilde-Info", TEXT_CALLED, "X-Nnnnnnnnn-Info");
    check ("SEP001380AD9E5F", TEXT_CALLED, "SEP001380001000");
    check ("Asterisk PBX 16.28.0~dfsg-0+deb11u4", TEXT_PRODUCT, "Asterisk PBX 16.28.0~dfsg-0+deb11u4");
    check ("Zoiper on Brunhilde's Mac, FCH2048ABCD, 448821", TEXT_PRODUCT,
           "Zoiper on Nnnnnnnnn's Mac, NNN0000NNNN, 100000");
    check ("1001 REGISTER BRUNHILDE", TEXT_KEPT, "1001 REGISTER NNNNNNNNN");
    check ("&#66;&#114;&#50;&#x6a;&#xfc;&amp;", TEXT_NAME, "&#78;&#110;&#49;&#x6e;&#xfc;&amp;");
}

/* What looks like a number, a port or an address need not be one where it stands. */
Test (pseudonyms, places_tell_what_is_meant)
{
    check ("\"ext\":8830, http://pbx:8088/x pbx.acme.com:8830 sip:8830", TEXT_WHERE,
           "\"ext\":1000, http://nnn:8088/n nnn.nnnn.com:8830 sip:1000");
    check ("Call::4326", TEXT_WHERE, "Call::1000");
    check ("9.4.2.3.1", TEXT_WORDS, "9.4.2.3.1");
    check ("smith%3Bjohn", TEXT_NAME, "nnnnn%3Bnnnn");
    check ("CN=smith;phone-context=+2001;0", TEXT_WHERE, "CN=nnnnn;phone-context=+1000;0");
    check ("snom870 000413-7EA54C", TEXT_KEPT, "snom870 000413-001000");
    check ("::ffff:10.1.20.30", TEXT_WHERE, "::ffff:10.0.10.30");
}

Test (pseudonyms, keys_that_are_pressed_are_all_the_same)
{
    check ("5", TEXT_KEYS, "1");
    check ("*7#", TEXT_KEYS, "*1#");
    check ("555777", TEXT_KEYS, "100000");
}

Test (pseudonyms, fingerprints_have_no_addresses_in_them)
{
    g_autofree char *copy = rewritten ("4A:AD:B9:B1:3F:82:18:3B:54:02", TEXT_WORDS);

    cr_assert_eq (strlen (copy), strlen ("4A:AD:B9:B1:3F:82:18:3B:54:02"));
    cr_assert (!strstr (copy, ":54:02") && !strstr (copy, "4A:AD"), "it became %s", copy);
}

/* A host is asked for by the end of its address: in IPv6, and on the link. */
Test (pseudonyms, groups_are_called_by_the_new_addresses)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    guint8 mac[] = { 0, 0x13, 0x80, 0xAD, 0x9E, 0x5F }, link[] = { 0x33, 0x33, 0xFF, 0xAD, 0x9E, 0x5F };
    guint8 group[16] = { 0xFF, 2, [11] = 1, [12] = 0xFF, [13] = 0xAD, [14] = 0x9E, [15] = 0x5F };
    guint8 nobody[] = { 0x33, 0x33, 0xFF, 1, 2, 3 }, all[] = { 0x33, 0x33, 0, 0, 0, 1 };

    pseudonyms_learn_mac (names, mac);
    pseudonyms_settle (names);
    pseudonyms_mac (names, mac);
    pseudonyms_mac (names, link);
    pseudonyms_ipv6 (names, group);
    pseudonyms_mac (names, nobody);
    pseudonyms_mac (names, all);
    cr_assert_arr_eq (link + 3, mac + 3, 3);
    cr_assert_arr_eq (group + 13, mac + 3, 3);
    cr_assert (memcmp (nobody + 3, "\1\2\3", 3) != 0);
    cr_assert_eq (all[5], 1);
}

/* The second port of an adapter is called by the digits of its address from the third on. */
Test (pseudonyms, the_name_of_a_second_port_follows_the_first)
{
    check ("ATA001380AD9E5F ATA1380AD9E5F01", TEXT_NAME, "ATA001380001000 ATA138000100001");
}

Test (pseudonyms, what_networks_have_in_common_stays)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    const guint8 mask[] = { 255, 255, 252, 0 };
    guint8 hosts[][4] = { { 10, 20, 5, 9 }, { 10, 20, 7, 1 }, { 10, 20, 9, 1 }, { 10, 21, 5, 9 } };

    pseudonyms_learn_mask (names, mask);
    for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
        pseudonyms_learn_ipv4 (names, hosts[i]);
    pseudonyms_settle (names);
    for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
        guint8 old[4];
        memcpy (old, hosts[i], 4);
        pseudonyms_ipv4 (names, hosts[i]);
        cr_assert (memcmp (old, hosts[i], 4) != 0, "host %u stays", i);
        cr_assert_eq (old[3], hosts[i][3]);
    }
    cr_assert_eq (hosts[0][2] & 252, hosts[1][2] & 252, "one network became two");
    cr_assert_neq (hosts[0][2] & 252, hosts[2][2] & 252, "two networks became one");
    cr_assert_neq (hosts[0][1], hosts[3][1]);
}

Test (pseudonyms, different_names_stay_different)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    char text[8];

    for (guint i = 1000; i < 9000; i++) {
        g_snprintf (text, sizeof text, "%u", i);
        pseudonyms_learn_word (names, text_view (text));
    }
    pseudonyms_settle (names);
    for (guint i = 1000; i < 9000; i++) {
        g_snprintf (text, sizeof text, "%u", i);
        pseudonyms_word (names, (guint8 *) text, 4);
        cr_assert (g_hash_table_add (seen, g_strdup (text)), "%u shares %s", i, text);
        cr_assert (text[0] != '0' && strlen (text) == 4);
    }
}

/* Only one-letter names have to share: there are no others of that length. */
Test (pseudonyms, more_names_than_there_can_be_are_bearable)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();

    for (guint i = 0; i < 20; i++) {
        guint8 text[1] = { (guint8) ('0' + i % 10) };
        pseudonyms_learn_word (names, (View){ text, 1 });
    }
    pseudonyms_settle (names);
    for (guint i = 0; i < 10; i++) {
        guint8 text[1] = { (guint8) ('0' + i) };
        pseudonyms_word (names, text, 1);
        cr_assert (g_ascii_isdigit (text[0]));
    }
}

Test (pseudonyms, secrets_keep_their_alphabet)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    char one[] = "9f86d081884c7d659a2feaa0c55ad015", two[] = "9f86d081884c7d659a2feaa0c55ad015", other[] = "Zm9vOmJhcg";

    pseudonyms_settle (names);
    pseudonyms_secret (names, (guint8 *) one, strlen (one));
    pseudonyms_secret (names, (guint8 *) two, strlen (two));
    pseudonyms_secret (names, (guint8 *) other, strlen (other));
    cr_assert_str_eq (one, two);
    cr_assert_str_neq (one, "9f86d081884c7d659a2feaa0c55ad015");
    for (guint i = 0; one[i]; i++)
        cr_assert (g_ascii_isxdigit (one[i]) && !g_ascii_isupper (one[i]));
    cr_assert_str_neq (other, "Zm9vOmJhcg");
}

/* All words of two letters or digits become others, no two of them the same one. */
Test (pseudonyms, short_secrets_stay_different)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    pseudonyms_settle (names);
    for (gsize i = 0; alphabet[i]; i++)
        for (gsize k = 0; alphabet[k]; k++) {
            char word[] = { alphabet[i], alphabet[k], '\0' };
            pseudonyms_secret (names, (guint8 *) word, 2);
            cr_assert (g_hash_table_add (seen, g_strdup (word)), "%c%c became %s", alphabet[i], alphabet[k], word);
        }
    cr_assert (g_hash_table_contains (seen, "00"), "nothing stays nothing");
}

Test (pseudonyms, text_in_utf_16)
{
    g_autoptr (Pseudonyms) names = pseudonyms_new ();
    Pen pen = { names, FALSE };
    guint8 text[] = "\0A\0l\0i\0c\0e";

    pen_wide_text (&pen, text, 10, TRUE, TEXT_NAME);
    pseudonyms_settle (names);
    pen.writes = TRUE;
    pen_wide_text (&pen, text, 10, TRUE, TEXT_NAME);
    cr_assert_arr_eq (text, "\0N\0n\0n\0n\0n", 10);
}

Test (pseudonyms, vocabulary_is_sorted)
{
    cr_assert (vocabulary_has (text_view ("SIP")));
    cr_assert (vocabulary_has (text_view ("a")) && vocabulary_has (text_view ("zz")));
    cr_assert (!vocabulary_has (text_view ("alice")) && !vocabulary_has (text_view ("")));
}
