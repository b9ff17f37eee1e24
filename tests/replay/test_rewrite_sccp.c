/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_sccp.h"
#include "tests/support/wire.h"

#include <criterion/criterion.h>

static Identity someone (const char *name)
{
    const guint8 own[4] = { 10, 9, 8, 7 };
    Identity identity;

    cr_assert (identity_init (&identity, name, NULL));
    identity.address = ip_address_v4 (own);
    return identity;
}

/* Rewrites a message of these fields and compares it with one of those. */
static void check (guint32 id, const SccpRewrite *rewrite, const Field *before, const Field *after)
{
    g_autoptr (GByteArray) recorded = g_byte_array_new ();
    g_autoptr (GByteArray) expected = g_byte_array_new ();

    wire_pdu (recorded, 0, id, before);
    wire_pdu (expected, rewrite->header_version, id, after);
    g_autoptr (GByteArray) message = sccp_rewrite ((View){ recorded->data, recorded->len }, rewrite);
    cr_assert_eq (message->len, expected->len);
    for (guint i = 0; i < message->len; i++)
        cr_expect_eq (message->data[i], expected->data[i], "octet %u is 0x%02X, not 0x%02X", i, message->data[i],
                      expected->data[i]);
}

#define REGISTER(name, ip, active, conferences, garbage, mac, ipv6, stamp)                                             \
    FIELDS (BOX (16, name), LE32 (0), LE32 (1), IPV4 (ip), LE32 (115), LE32 (5), LE32 (active), U8 (17), U8 (2),       \
            LE16 (0x8590), LE32 (conferences), LE32 (garbage), RAW (mac), ZEROS (6), ZEROS (4), LE32 (6), ipv6,        \
            ZEROS (4), BOX (32, "SCCP41.8-5-3S"), BOX (48, stamp))

Test (rewrite_sccp, a_register_request_gets_name_address_and_mac)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity };

    check (SCCP_REGISTER_REQ, &rewrite,
           REGISTER ("SEP001380AD9E5F", "10.0.0.15", 3, 0, 981401728, "\x00\x13\x80\xAD\x9E\x5F",
                     RAW ("\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x15"), "1430000000-stamp"),
           REGISTER ("SEP00AABBCCDDEE", "10.9.8.7", 3, 0, 0, "\x00\xAA\xBB\xCC\xDD\xEE", ZEROS (16), ""));
}

Test (rewrite_sccp, the_stamp_stays_for_the_same_server)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity, .same_server = TRUE };

    check (SCCP_REGISTER_REQ, &rewrite,
           REGISTER ("SEP001380AD9E5F", "10.0.0.15", 4294467296u, 1001, 1000, "\0\0\0\0\0\0", ZEROS (16), "stamp"),
           REGISTER ("SEP00AABBCCDDEE", "10.9.8.7", 0, 0, 1000, "\0\0\0\0\0\0", ZEROS (16), "stamp"));
}

Test (rewrite_sccp, a_mac_does_not_stay_behind_under_another_name)
{
    Identity identity = someone ("LAB0001");
    SccpRewrite rewrite = { .identity = &identity };

    check (SCCP_REGISTER_REQ, &rewrite,
           REGISTER ("SEP001380AD9E5F", "10.0.0.15", 0, 0, 0, "\x00\x13\x80\xAD\x9E\x5F", ZEROS (16), ""),
           REGISTER ("LAB0001", "10.9.8.7", 0, 0, 0, "\0\0\0\0\0\0", ZEROS (16), ""));
}

Test (rewrite_sccp, a_mac_in_letters_stays_one)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity };

    check (SCCP_REGISTER_REQ, &rewrite,
           FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (36), RAW ("001380AD9E5F"), ZEROS (4)),
           FIELDS (BOX (16, "SEP00AABBCCDDEE"), ZEROS (8), IPV4 ("10.9.8.7"), ZEROS (24), RAW ("00AABBCCDDEE"),
                   ZEROS (4)));
}

Test (rewrite_sccp, an_ipv6_phone_says_its_ipv6_address)
{
    const guint8 own[16] = { 0xFE, 0x80, [15] = 9 };
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity };

    identity.address = ip_address_v6 (own);
    check (SCCP_REGISTER_REQ, &rewrite,
           REGISTER ("SEP001380AD9E5F", "10.0.0.15", 0, 0, 0, "\0\0\0\0\0\0", ZEROS (16), ""),
           REGISTER ("SEP00AABBCCDDEE", "0.0.0.0", 0, 0, 0, "\0\0\0\0\0\0",
                     RAW ("\xFE\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x09"), ""));
}

Test (rewrite_sccp, a_short_register_request_stays_short)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity };

    check (SCCP_REGISTER_REQ, &rewrite,
           FIELDS (BOX (16, "SEP000427AABBCC"), ZEROS (8), IPV4 ("10.0.0.15"), LE32 (30019)),
           FIELDS (BOX (16, "SEP00AABBCCDDEE"), ZEROS (8), IPV4 ("10.9.8.7"), LE32 (30019)));
    check (SCCP_REGISTER_REQ, &rewrite, NO_FIELDS, NO_FIELDS);
    check (SCCP_REGISTER_REQ, &rewrite, FIELDS (RAW ("SEP")), FIELDS (ZEROS (3)));
}

Test (rewrite_sccp, an_alarm_keeps_its_reason_and_nobody_elses_address)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity };

    check (SCCP_ALARM, &rewrite,
           FIELDS (LE32 (2), USED_BOX (80, "25: Name=SEP001380AD9E5F Load= 9.4(2SR3.1S) Last=KeepaliveTO"), LE32 (7),
                   IPV4 ("10.0.0.15")),
           FIELDS (LE32 (2), BOX (80, "25: Name=SEP00AABBCCDDEE Load= 9.4(2SR3.1S) Last=KeepaliveTO"), LE32 (7),
                   IPV4 ("10.9.8.7")));
    check (SCCP_ALARM, &rewrite,
           FIELDS (LE32 (2), BOX (80, "Name=SEP001380AD9E5F Load=3.0 Parms=Status/10.0.0.15 LastTime=A"), LE32 (7),
                   LE32 (0xE74610AC)),
           FIELDS (LE32 (2), BOX (80, "Name=SEP00AABBCCDDEE Load=3.0 Parms=Status/10.9.8.7 LastTime=A"), LE32 (7),
                   IPV4 ("10.9.8.7")));
    check (SCCP_ALARM, &rewrite, FIELDS (LE32 (2), BOX (80, "no name in here")),
           FIELDS (LE32 (2), BOX (80, "no name in here")));
    check (SCCP_ALARM, &rewrite, FIELDS (LE32 (2), RAW ("Name=X")), FIELDS (LE32 (2), RAW ("Name=S")));
}

Test (rewrite_sccp, the_other_messages_change_as_the_reference_says)
{
    Identity identity = someone ("SEP00AABBCCDDEE");
    SccpRewrite rewrite = { .identity = &identity, .header_version = 17, .instance = 2, .lines = 1 };

    check (
        SCCP_REGISTER_TOKEN_REQ, &rewrite,
        FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (4), LE32 (1), IPV4 ("10.0.0.15"), LE32 (115), JUNK (16), LE32 (1)),
        FIELDS (BOX (16, "SEP00AABBCCDDEE"), ZEROS (4), LE32 (1), IPV4 ("10.9.8.7"), LE32 (115), ZEROS (16), LE32 (1)));
    check (SCCP_IP_PORT, &rewrite, FIELDS (LE32 (16384)), FIELDS (LE32 (0)));
    check (SCCP_LINE_STAT_REQ, &rewrite, FIELDS (LE32 (1)), FIELDS (LE32 (2)));
    check (SCCP_FEATURE_STAT_REQ, &rewrite, FIELDS (LE32 (1), LE32 (1)), FIELDS (LE32 (2), LE32 (1)));
    check (SCCP_REGISTER_AVAILABLE_LINES, &rewrite, FIELDS (LE32 (2)), FIELDS (LE32 (1)));
    check (SCCP_CAPABILITIES_RES, &rewrite, FIELDS (LE32 (1), LE32 (4), JUNK (12)),
           FIELDS (LE32 (1), LE32 (4), JUNK (12)));
    rewrite.lines = G_MAXUINT;
    check (SCCP_REGISTER_AVAILABLE_LINES, &rewrite, FIELDS (LE32 (2)), FIELDS (LE32 (2)));
}

Test (rewrite_sccp, versions_below_ten_are_not_stamped)
{
    cr_expect_eq (sccp_header_version (17, 20), 17);
    cr_expect_eq (sccp_header_version (20, 17), 17);
    cr_expect_eq (sccp_header_version (17, 5), 0);
    cr_expect_eq (sccp_header_version (17, 0), 0, "an old server grants nothing");
    cr_expect_eq (sccp_header_version (0, 11), 11, "a short request offers nothing");
}

Test (rewrite_sccp, messages_are_made_whole)
{
    g_autoptr (GByteArray) plain = sccp_message (17, SCCP_UNREGISTER_REQ, FALSE, 0);
    g_autoptr (GByteArray) numbered = sccp_message (0, SCCP_LINE_STAT_REQ, TRUE, 3);
    SccpPdu pdu;

    cr_expect_eq (sccp_frame (plain->data, plain->len, &pdu), 12);
    cr_expect_eq (pdu.id, SCCP_UNREGISTER_REQ);
    cr_expect_eq (pdu.header_version, 17);
    cr_expect_eq (sccp_frame (numbered->data, numbered->len, &pdu), 16);
    cr_expect_eq (pdu.body.size, 4);
    cr_expect_eq (pdu.body.data[0], 3);
}
