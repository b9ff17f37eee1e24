/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tls_record.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 client_hello[] = {
    22, 3,  1,    0,    84, /* handshake record, TLS 1.0 on the outside, 84 octets */
    1,  0,  0,    80,       /* ClientHello, 80 octets */
    3,  3,                  /* TLS 1.2 */
    0,  1,  2,    3,    4,    5,    6,    7,  8,  9,   10,  11,  12,  13,  14,  15,  16,  17,  18,  19,  20,  21,
    22, 23, 24,   25,   26,   27,   28,   29, 30, 31, /* random */
    0,                                                /* no session */
    0,  4,  0x13, 0x01, 0xC0, 0x2F,                   /* two ciphers */
    1,  0,                                            /* no compression */
    0,  35,                                           /* extensions */
    0,  0,  0,    17,   0,    15,   0,    0,  12, 'c', 'u', 'c', 'm', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e', /* server
                                                                                                                 name */
    0,  43, 0,    7,    6,    0x7A, 0x7A, 3,  4,  3,   3, /* supported versions: a reserved one, TLS 1.3, TLS 1.2 */
    0,  22, 0,                                            /* the beginning of an extension */
};

static const guint8 server_hello[] = {
    22, 3,    3,    0,  50, /* handshake record */
    2,  0,    0,    46,     /* ServerHello */
    3,  3,                  /* TLS 1.2, as 1.3 says it for old middle boxes */
    0,  1,    2,    3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
    16, 17,   18,   19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, /* random */
    0,  0x13, 0x01, 0,                                                  /* no session, cipher, no compression */
    0,  6,    0,    43, 0,  2,  3,  4,                                  /* extensions: version TLS 1.3 */
};

static const guint8 server_flight[] = {
    22,   3,  3,    0,    90,     /* one record with three messages */
    2,    0,  0,    38,   3,   1, /* ServerHello, TLS 1.0 */
    0,    1,  2,    3,    4,   5,    6,   7,   8,   9,   10,  11,  12,  13,  14,  15, 16, 17, 18, 19, 20,   21,
    22,   23, 24,   25,   26,  27,   28,  29,  30,  31, /* random */
    0,    0,  0x2F, 0,                                  /* no session, cipher, no compression, no extensions */
    11,   0,  0,    40,                                 /* Certificate */
    0,    0,  37,                                       /* the list */
    0,    0,  30,                                       /* the first */
    0x30, 28, 0x30, 26,                                 /* certificate, what is signed */
    2,    1,  7,    0x30, 0,   0x30, 0,                 /* serial number, algorithm, issuer */
    0x30, 30,                                           /* validity, and too short for it */
    0x17, 13, '1',  '5',  '0', '1',  '0', '1', '0', '0', '0', '0', '0', '0', 'Z', 0,  0,  0,  0,  1,  0x30, /* the
                                                                                                               second */
    14,   0,  0,    0, /* ServerHelloDone */
};

static const guint8 certificate[] = {
    22,   3,  3,    0,    64,                                                     /* record */
    11,   0,  0,    60,                                                           /* Certificate */
    0,    0,  57,                                                                 /* the list */
    0,    0,  54,                                                                 /* the only one */
    0x30, 52, 0x30, 50,                                                           /* certificate, what is signed */
    0xA0, 3,  2,    1,    2,                                                      /* version 3 */
    2,    1,  7,    0x30, 0,   0x30, 0,                                           /* serial number, algorithm, issuer */
    0x30, 32,                                                                     /* validity */
    0x17, 13, '1',  '5',  '0', '1',  '0', '1', '0', '0', '0', '0', '0', '0', 'Z', /* from 2015 */
    0x18, 15, '2',  '0',  '2', '5',  '0', '1', '3', '1', '1', '2', '3', '0', '0', '0', 'Z', /* until 31 January 2025 */
    0x30, 0,  0x30, 0,                                                                      /* subject, key */
};

static const guint8 finish[] = {
    20, 3, 3, 0, 1,  1,                       /* ChangeCipherSpec */
    22, 3, 3, 0, 8,  20, 0, 0, 4, 1, 2, 3, 4, /* encrypted, though it looks like a Finished */
    23, 3, 3, 0, 3,  1,  2, 3,                /* application data */
    21, 3, 3, 0, 24, 0,  0, 0, 0, 0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, /* encrypted alert */
};

static guint walk_all (const guint8 *data, gsize size, TlsEvent *events, guint max)
{
    TlsWalk walk;
    guint n = 0;

    tls_walk_init (&walk, data, size, FALSE, 0);
    while (n < max && tls_walk_next (&walk, &events[n]))
        n++;
    return n;
}

Test (tls_record, a_client_hello_offers_versions_ciphers_and_a_name)
{
    TlsEvent event;

    cr_assert_eq (walk_all (client_hello, sizeof client_hello, &event, 1), 1);
    cr_assert_eq (event.kind, TLS_CLIENT_HELLO);
    cr_assert_eq (event.record_version, TLS_VERSION_1_0);
    cr_assert_str_eq (tls_version_name (event.version), "TLS 1.3");
    cr_assert_eq (event.n_ciphers, 2);
    cr_assert (view_is (event.server_name, "cucm.example"));
}

Test (tls_record, a_server_hello_chooses)
{
    TlsEvent event;

    cr_assert_eq (walk_all (server_hello, sizeof server_hello, &event, 1), 1);
    cr_assert_eq (event.kind, TLS_SERVER_HELLO);
    cr_assert_eq (event.version, TLS_VERSION_1_3);
    cr_assert_eq (event.cipher, 0x1301);
    cr_assert_not (event.cut);
}

/* The place where all versions say 1.2 tells none. */
Test (tls_record, of_a_cut_hello_no_version_is_told_and_of_a_cut_list_no_number)
{
    enum { UP_TO_CIPHERS = 50, IN_THE_CIPHERS = 48, UP_TO_THE_CHOICE = 47 };
    TlsEvent events[4];

    cr_assert_eq (walk_all (client_hello, UP_TO_CIPHERS, events, 4), 1);
    cr_assert (events[0].cut && events[0].kind == TLS_CLIENT_HELLO);
    cr_assert_eq (events[0].version, 0);
    cr_assert_eq (events[0].n_ciphers, 2);
    cr_assert_eq (walk_all (client_hello, IN_THE_CIPHERS, events, 4), 1);
    cr_assert_eq (events[0].n_ciphers, 0);
    cr_assert_eq (walk_all (server_hello, UP_TO_THE_CHOICE, events, 4), 1);
    cr_assert (events[0].cut && events[0].kind == TLS_SERVER_HELLO);
    cr_assert_eq (events[0].version, 0);
    cr_assert_eq (walk_all (server_flight, UP_TO_THE_CHOICE, events, 4), 1);
    cr_assert_eq (events[0].version, TLS_VERSION_1_0, "an older version is the only one");
}

Test (tls_record, several_messages_in_one_record_are_several_events)
{
    TlsEvent events[5];

    cr_assert_eq (walk_all (server_flight, sizeof server_flight, events, 5), 3);
    cr_assert_eq (events[0].kind, TLS_SERVER_HELLO);
    cr_assert_eq (events[0].version, TLS_VERSION_1_0);
    cr_assert_eq (events[0].cipher, 0x002F);
    cr_assert_eq (events[1].kind, TLS_CERTIFICATE);
    cr_assert_eq (events[1].n_certificates, 2);
    cr_assert_not (events[1].has_not_after);
    cr_assert_eq (events[2].kind, TLS_HANDSHAKE);
    cr_assert_str_eq (tls_handshake_name (events[2].handshake_type), "ServerHelloDone");
}

Test (tls_record, a_certificate_says_when_it_ends)
{
    TlsEvent event;

    cr_assert_eq (walk_all (certificate, sizeof certificate, &event, 1), 1);
    cr_assert_eq (event.n_certificates, 1);
    cr_assert (event.has_not_after);
    cr_assert_eq (event.not_after, 1738326600);
    cr_assert_not (event.cut);
}

Test (tls_record, after_the_cipher_change_nothing_is_readable)
{
    TlsEvent events[6];

    cr_assert_eq (walk_all (finish, sizeof finish, events, 6), 4);
    cr_assert_eq (events[0].kind, TLS_CHANGE_CIPHER_SPEC);
    cr_assert_eq (events[1].kind, TLS_ENCRYPTED_HANDSHAKE);
    cr_assert_eq (events[2].kind, TLS_APPLICATION_DATA);
    cr_assert_eq (events[3].kind, TLS_ALERT);
    cr_assert_not (events[3].alert_readable);
}

Test (tls_record, an_encrypted_message_without_its_cipher_change_is_not_mistaken)
{
    static const guint8 nonce[] = { 22, 3, 3, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
    guint8 data[45] = { 0 };
    TlsEvent event;

    memcpy (data, nonce, sizeof nonce);
    cr_assert_eq (walk_all (data, sizeof data, &event, 1), 1);
    cr_assert_eq (event.kind, TLS_ENCRYPTED_HANDSHAKE);
}

Test (tls_record, the_second_hello_after_a_retry_is_readable)
{
    guint8 data[6 + sizeof server_hello] = { 20, 3, 3, 0, 1, 1 };
    TlsEvent events[3];

    memcpy (data + 6, server_hello, sizeof server_hello);
    cr_assert_eq (walk_all (data, sizeof data, events, 3), 2);
    cr_assert_eq (events[0].kind, TLS_CHANGE_CIPHER_SPEC);
    cr_assert_eq (events[1].kind, TLS_SERVER_HELLO);
    cr_assert_eq (events[1].version, TLS_VERSION_1_3);
}

Test (tls_record, a_plain_alert_has_a_name)
{
    static const guint8 alert[] = { 21, 3, 1, 0, 2, 2, 48 };
    TlsEvent event;

    cr_assert_eq (walk_all (alert, sizeof alert, &event, 1), 1);
    cr_assert_eq (event.kind, TLS_ALERT);
    cr_assert (event.alert_readable);
    cr_assert_eq (event.alert_level, TLS_ALERT_FATAL);
    cr_assert_eq (tls_alert_word (event.alert_description), WORD_ALERT_UNKNOWN_CA);
    cr_assert_eq (tls_alert_word (99), N_WORDS);
    cr_assert_null (tls_version_name (0x0305));
    cr_assert_null (tls_handshake_name (7));
    cr_assert_eq (tls_handshake_word (13), WORD_TLS_ASKS_CERTIFICATE);
    cr_assert_eq (tls_handshake_word (7), N_WORDS);
}

Test (tls_record, a_message_over_two_records_is_told_once)
{
    static const guint8 split[] = {
        22, 3, 3, 0, 8, 11, 0, 0,  6, 0, 0, 3, 0, /* Certificate, six octets, four here */
        22, 3, 3, 0, 6, 0,  0, 14, 0, 0, 0,       /* the other two, and ServerHelloDone */
    };
    TlsEvent events[4];

    cr_assert_eq (walk_all (split, sizeof split, events, 4), 2);
    cr_assert_eq (events[0].kind, TLS_CERTIFICATE);
    cr_assert (events[0].cut);
    cr_assert_eq (events[1].kind, TLS_HANDSHAKE);
    cr_assert_eq (events[1].handshake_type, 14);
}

Test (tls_record, what_is_no_record_ends_the_walk)
{
    static const guint8 data[] = { 20, 3, 3, 0, 1, 1, 'G', 'E', 'T', ' ', '/' };
    TlsEvent event;
    TlsWalk walk;

    tls_walk_init (&walk, data, sizeof data, FALSE, 0);
    cr_assert (tls_walk_next (&walk, &event));
    cr_assert_not (tls_walk_next (&walk, &event));
    cr_assert (walk.bad);
    cr_assert_not (tls_walk_next (&walk, &event));
    tls_walk_init (&walk, NULL, 0, FALSE, 0);
    cr_assert_not (tls_walk_next (&walk, &event));
    cr_assert_not (walk.bad);
}

Test (tls_record, a_cipher_that_only_signs_leaves_texts_readable)
{
    enum { MAC = 20 };
    guint8 data[5 + 3 + MAC + 5 + 2 + MAC] = { 23, 3, 3, 0, 3 + MAC, 'a', 'b', 'c' };
    static const guint8 alert[] = { 21, 3, 3, 0, 2 + MAC, 1, 0 };
    TlsEvent event;
    TlsWalk walk;

    memcpy (data + 5 + 3 + MAC, alert, sizeof alert);
    cr_assert_eq (tls_null_mac (0x0001), 16);
    cr_assert_eq (tls_null_mac (0x0002), MAC);
    cr_assert_eq (tls_null_mac (0x003B), 32);
    cr_assert_eq (tls_null_mac (0x002F), 0);
    tls_walk_init (&walk, data, sizeof data, TRUE, MAC);
    cr_assert (tls_walk_next (&walk, &event));
    cr_assert_eq (event.kind, TLS_APPLICATION_DATA);
    cr_assert (event.text.size == 3 && memcmp (event.text.data, "abc", 3) == 0);
    cr_assert (tls_walk_next (&walk, &event));
    cr_assert_eq (event.kind, TLS_ALERT);
    cr_assert (event.alert_readable && event.alert_description == 0);
    tls_walk_init (&walk, data, sizeof data, TRUE, 0);
    cr_assert (tls_walk_next (&walk, &event));
    cr_assert_eq (event.text.size, 0);
}

#define PLAINTEXT(octets) tls_plaintext_type ((View){ (const guint8 *) (octets), sizeof (octets) - 1 })

Test (tls_record, decrypted_messages_of_tls_itself_are_told_from_the_applications)
{
    cr_expect_eq (PLAINTEXT ("\x14\0\0\x0c"
                             "finished now"),
                  22);
    cr_expect_eq (PLAINTEXT ("\x08\0\0\2\0\0"
                             "\x0b\0\0\4\0\0\0\0"),
                  22, "two in one record");
    cr_expect_eq (PLAINTEXT ("\x18\0\0\1\0"), 22);
    cr_expect_eq (PLAINTEXT ("\2\x74"), 21, "certificate required");
    cr_expect_eq (PLAINTEXT ("\1\0"), 21, "close notify");
    cr_expect_eq (PLAINTEXT ("\2\xff"), 0, "no such alert");
    cr_expect_eq (PLAINTEXT ("\x14\0\0\x0d"
                             "finished now"),
                  0, "there is more of it, or it is none");
    cr_expect_eq (PLAINTEXT ("\x14\0\0\x0b"
                             "finished now"),
                  0);
    cr_expect_eq (PLAINTEXT ("REGISTER sip:a SIP/2.0\r\n\r\n"), 0);
    cr_expect_eq (PLAINTEXT ("\r\n"), 0);
    cr_expect_eq (PLAINTEXT ("\r\n\r\n"), 0);
    cr_expect_eq (PLAINTEXT ("HTTP/1.1 200 OK\r\n\r\n"), 0);
    /* SCCP: KeepAliveReq, and the head of a message whose body follows in another record. */
    cr_expect_eq (PLAINTEXT ("\4\0\0\0\0\0\0\0\0\0\0\0"), 0);
    cr_expect_eq (PLAINTEXT ("\x14\0\0\0\x16\0\0\0"), 0);
    cr_expect_eq (PLAINTEXT (""), 0);
}

Test (tls_record, a_certificate_of_tls_1_3_is_read)
{
    /* As the one above, with an empty context before the list and no extensions behind the certificate. */
    guint8 record[sizeof certificate + 3];
    TlsEvent event;

    memcpy (record, certificate, 9);
    record[4] += 3;
    record[8] += 3;
    record[9] = 0;
    memcpy (record + 10, certificate + 9, sizeof certificate - 9);
    record[12] += 2;
    record[sizeof record - 2] = record[sizeof record - 1] = 0;
    cr_assert_eq (walk_all (record, sizeof record, &event, 1), 1);
    cr_assert_eq (event.kind, TLS_CERTIFICATE);
    cr_assert_not (event.cut);
    cr_assert_eq (event.n_certificates, 1);
    cr_assert (event.has_not_after);
}

static void walk_anything (const guint8 *data, gsize size)
{
    TlsWalk walk;
    TlsEvent event;
    gsize n = 0;

    tls_plaintext_type ((View){ data, size });
    tls_walk_init (&walk, data, size, FALSE, 0);
    while (tls_walk_next (&walk, &event)) {
        cr_assert_leq (++n, size);
        cr_assert (view_inside (event.server_name, data, size));
    }
}

Test (tls_record, damaged_and_cut_records_are_walked_safely)
{
    try_every_damage (client_hello, sizeof client_hello, walk_anything);
    try_every_damage (server_hello, sizeof server_hello, walk_anything);
    try_every_damage (server_flight, sizeof server_flight, walk_anything);
    try_every_damage (certificate, sizeof certificate, walk_anything);
    try_every_damage (finish, sizeof finish, walk_anything);
}

static gint find (const guint8 *data, gsize size)
{
    gsize offset = 12345;
    g_autofree guint8 *copy = g_memdup2 (data, MAX (size, 1));

    return tls_find ((View){ copy, size }, &offset) ? (gint) offset : -2 - (gint) offset;
}

Test (tls_record, a_record_is_found_behind_the_rest_of_another)
{
    static const guint8 octets[] = { 7, 23, 3, 23, 3, 3, 0, 2, 'a', 'b', 21, 3, 3, 0, 2, 1, 0 };

    cr_assert_eq (find (octets, sizeof octets), 3);
    cr_assert_eq (find (octets, 10), 3, "it ends with the octets");
    cr_assert_eq (find (octets, 11), 3, "another may follow");
    cr_assert_eq (find (octets, 9), -2 - 3, "its end is still to come");
    cr_assert_eq (find (octets, 1), -2 - 1);
    cr_assert_eq (tls_rest ((View){ octets + 3, 6 }), 1);
    cr_assert_eq (tls_rest ((View){ octets + 3, 7 }), 0);
    cr_assert_eq (tls_rest ((View){ octets, 5 }), 0);
}
