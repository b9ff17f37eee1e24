/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/compare_sccp.h"
#include "tests/support/wire.h"

#include <criterion/criterion.h>

static void check (guint32 recorded_id, const Field *recorded, guint32 live_id, const Field *live, Content expected,
                   gboolean expected_fails, const char *expected_detail)
{
    g_autoptr (GByteArray) before = g_byte_array_new ();
    g_autoptr (GByteArray) now = g_byte_array_new ();
    g_autofree char *detail = NULL;
    gboolean fails = FALSE;
    SccpPdu a, b;

    wire_pdu (before, 0, recorded_id, recorded);
    wire_pdu (now, 17, live_id, live);
    cr_assert_gt (sccp_frame (before->data, before->len, &a), 0);
    cr_assert_gt (sccp_frame (now->data, now->len, &b), 0);
    Content content = sccp_compare (&a, 3, &b, 17, &detail, &fails);
    cr_expect_eq (content, expected, "0x%04X: %s", live_id, content_name (content));
    cr_expect_eq (fails, expected_fails, "0x%04X", live_id);
    if (expected_detail)
        cr_expect_str_eq (detail, expected_detail);
    else
        cr_expect_null (detail, "%s", detail);
}

Test (compare_sccp, what_is_compared_is_said_and_told)
{
    g_autoptr (GByteArray) octets = g_byte_array_new ();
    SccpPdu pdu;

    wire_pdu (octets, 17, SCCP_LINE_STAT_RES,
              FIELDS (LE32 (1), BOX (24, "1001"), BOX (40, "Alice"), BOX (40, "De\tsk"), LE32 (0)));
    cr_assert_gt (sccp_frame (octets->data, octets->len, &pdu), 0);
    g_autofree char *said = sccp_say (&pdu, 17), *told = sccp_tell (&pdu, 17);
    cr_expect_str_eq (said, "line\t1\nnumber\t1001\nname\tAlice\nlabel\tDe sk\n");
    cr_expect_str_eq (told, "line 1, number 1001, name Alice, label De sk");
}

Test (compare_sccp, old_memory_behind_texts_is_no_difference)
{
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), USED_BOX (24, "1001"), USED_BOX (40, "Alice"), BOX (40, ""), LE32 (0)),
           SCCP_LINE_STAT_RES, FIELDS (LE32 (1), BOX (24, "1001"), BOX (40, "Alice"), USED_BOX (40, ""), LE32 (0)),
           CONTENT_SAME, FALSE, NULL);
}

Test (compare_sccp, fixed_and_dynamic_forms_are_the_same_answer)
{
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), BOX (24, "1001"), BOX (40, "Alice"), BOX (40, "Desk"), LE32 (0)),
           SCCP_LINE_STAT_V2_RES, FIELDS (LE32 (1), LE32 (15), TEXT ("1001"), TEXT ("Alice"), TEXT ("Desk")),
           CONTENT_EQUIVALENT, FALSE, NULL);
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), BOX (24, "1001"), BOX (40, "Alice"), BOX (40, "Desk"), LE32 (0)),
           SCCP_LINE_STAT_V2_RES, FIELDS (LE32 (1), LE32 (15), TEXT ("1002"), TEXT ("Alice"), TEXT ("Desk")),
           CONTENT_DIFFERS, FALSE, "number 1002, recorded 1001");
}

Test (compare_sccp, another_number_is_harmless_and_none_is_not)
{
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), BOX (24, "1001"), ZEROS (84)), SCCP_LINE_STAT_RES,
           FIELDS (LE32 (1), BOX (24, "2001"), ZEROS (84)), CONTENT_DIFFERS, FALSE, "number 2001, recorded 1001");
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), BOX (24, "1001"), ZEROS (84)), SCCP_LINE_STAT_RES,
           FIELDS (LE32 (1), ZEROS (108)), CONTENT_DIFFERS, TRUE,
           "the server knows no number for this line, the recorded one did");
    check (SCCP_LINE_STAT_RES, FIELDS (LE32 (1), ZEROS (108)), SCCP_LINE_STAT_RES, FIELDS (LE32 (1), ZEROS (108)),
           CONTENT_SAME, FALSE, NULL);
}

Test (compare_sccp, the_time_of_day_is_never_compared)
{
    check (SCCP_TIME_DATE_RES,
           FIELDS (LE32 (2015), LE32 (5), LE32 (0), LE32 (3), LE32 (14), LE32 (7), LE32 (9), LE32 (0), LE32 (0)),
           SCCP_TIME_DATE_RES,
           FIELDS (LE32 (2026), LE32 (11), LE32 (6), LE32 (21), LE32 (1), LE32 (2), LE32 (3), LE32 (0), LE32 (77)),
           CONTENT_SAME, FALSE, NULL);
}

Test (compare_sccp, yes_and_no_are_no_forms_of_one_answer)
{
    const Field *accepted = FIELDS (LE32 (30), BOX (6, "M/D/YA"), LE16 (0), LE32 (60), U8 (20), ZEROS (3));

    check (SCCP_REGISTER_ACK, accepted, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "no")), CONTENT_DIFFERS, TRUE,
           "recorded RegisterAck");
    check (SCCP_REGISTER_REJECT, FIELDS (BOX (32, "no")), SCCP_REGISTER_ACK, accepted, CONTENT_DIFFERS, TRUE,
           "recorded RegisterReject");
    check (SCCP_REGISTER_TOKEN_ACK, NO_FIELDS, SCCP_REGISTER_TOKEN_REJECT, FIELDS (LE32 (60)), CONTENT_DIFFERS, FALSE,
           "recorded RegisterTokenAck");
}

Test (compare_sccp, many_differences_are_counted)
{
    check (SCCP_CONFIG_STAT_RES, FIELDS (ZEROS (24), BOX (40, "alice"), BOX (40, "cm"), LE32 (1), LE32 (2)),
           SCCP_CONFIG_STAT_RES,
           FIELDS (BOX (16, "SEP001122334455"), ZEROS (8), BOX (40, "bob"), BOX (40, "other"), LE32 (3), LE32 (4)),
           CONTENT_DIFFERS, FALSE,
           "lines 3, recorded 1; speed_dials 4, recorded 2; user bob, recorded alice; and 1 more");
}

Test (compare_sccp, what_was_not_recorded_is_told_as_it_is)
{
    g_autoptr (GByteArray) octets = g_byte_array_new ();
    SccpPdu line, none;

    wire_pdu (octets, 17, SCCP_LINE_STAT_RES,
              FIELDS (LE32 (2), BOX (24, "7003"), BOX (40, "Phone"), BOX (40, ""), LE32 (0)));
    cr_assert_gt (sccp_frame (octets->data, octets->len, &line), 0);
    g_autofree char *told = sccp_tell (&line, 17);
    cr_expect_str_eq (told, "line 2, number 7003, name Phone");
    g_byte_array_set_size (octets, 0);
    wire_pdu (octets, 17, SCCP_KEEP_ALIVE_ACK, FIELDS (LE32 (0)));
    cr_assert_gt (sccp_frame (octets->data, octets->len, &none), 0);
    cr_expect_null (sccp_tell (&none, 17));
}
