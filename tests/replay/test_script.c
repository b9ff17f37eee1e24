/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/replay/dialogue.h"

#include "replay/script/plan_sccp.h"

TestSuite (script, .init = begin_recording, .fini = end_all, .timeout = 20);

static Script *choose (const char *phone, guint attempt, char **note, GError **error)
{
    ScriptChoice choice = { phone, attempt };
    return script_new (recording, "test.pcap", &choice, note, error);
}

static void say_registration (const char *address, guint16 port, const char *name, gboolean accepted)
{
    Link link = new_link (address, port, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, name, 115);
    if (!accepted) {
        say (&link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "\x80\x2F")));
        tcp (&link, FALSE, TCP_FIN | TCP_ACK);
        return;
    }
    accept_registration (&link);
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    say (&link, SCCP_UNREGISTER_REQ, NO_FIELDS);
    say (&link, SCCP_UNREGISTER_ACK, FIELDS (LE32 (0)));
    tcp (&link, FALSE, TCP_FIN | TCP_ACK);
}

static void check_choice (const char *phone, guint attempt, const char *expected, guint expected_attempt, Level level)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *note = NULL;
    g_autoptr (Script) chosen = choose (phone, attempt, &note, &error);

    cr_assert_not_null (chosen, "%s", error ? error->message : "");
    cr_expect_str_eq (chosen->phone, expected);
    cr_expect_eq (chosen->attempt, expected_attempt);
    cr_expect_eq (chosen->level, level);
    cr_expect_eq (note != NULL, phone == NULL, "several phones are told when none was chosen");
}

Test (script, the_first_accepted_registration_is_taken_unless_another_is_chosen)
{
    say_registration ("10.0.0.15", 50000, "SEP000000000001", FALSE);
    say_registration ("10.0.0.16", 50000, "SEP000000000002", FALSE);
    say_registration ("10.0.0.16", 50001, "SEP000000000002", TRUE);
    check_choice (NULL, 0, "SEP000000000002", 2, LEVEL_READY);
    check_choice ("SEP000000000001", 0, "SEP000000000001", 1, LEVEL_REJECTED);
    check_choice ("sep000000000002", 1, "SEP000000000002", 1, LEVEL_REJECTED);
    check_choice (NULL, 1, "SEP000000000001", 1, LEVEL_REJECTED);
}

Test (script, what_is_not_there_is_said)
{
    g_autoptr (GError) nobody = NULL;
    g_autoptr (GError) attempt = NULL;

    say_registration ("10.0.0.15", 50000, "SEP000000000001", TRUE);
    cr_expect_null (choose ("SEP000000000009", 0, NULL, &nobody));
    cr_expect (g_error_matches (nobody, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH));
    cr_expect_not_null (strstr (nobody->message, "SEP000000000001"), "who does register is listed");
    cr_expect_null (choose (NULL, 2, NULL, &attempt));
    cr_expect (g_error_matches (attempt, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH));
}

Test (script, a_capture_without_a_registration_makes_none)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    g_autoptr (GError) error = NULL;

    say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    cr_expect_null (choose (NULL, 0, NULL, &error));
    cr_expect (g_error_matches (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION));
}

Test (script, a_register_request_that_the_capture_cut_cannot_be_sent_again)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    shake_hands (&link);
    wire_pdu (bytes, 0, SCCP_REGISTER_REQ, FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (40)));
    send_frame (&link, FALSE, TCP_ACK | TCP_PSH, bytes->len, bytes->data, 40);
    accept_registration (&link);
    cr_expect_null (choose (NULL, 0, NULL, &error));
    cr_assert_not_null (error);
    cr_expect_not_null (strstr (error->message, "frame 4"));
}

Test (script, the_round_trip_is_that_of_the_syn_that_was_answered)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    tcp (&link, FALSE, TCP_SYN);
    now += 3 * SECOND;
    link.sequence[0]--;
    tcp (&link, FALSE, TCP_SYN);
    now += 4 * MILLISECOND;
    tcp (&link, TRUE, TCP_SYN | TCP_ACK);
    tcp (&link, FALSE, TCP_ACK);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    make_script ();
    cr_expect_eq (script->round_trip, 5 * MILLISECOND);
    cr_expect_eq (script->syn_frame, 2);
    cr_expect_eq (script->accept_frame, 3);
    cr_expect_eq (script->accepted_after, 3 * SECOND + 9 * MILLISECOND, "%" G_GINT64_FORMAT, script->accepted_after);
}

Test (script, a_recording_without_its_handshake_has_no_round_trip)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    make_script ();
    cr_expect_eq (script->round_trip, -1);
    cr_expect_eq (script_message (script, 0)->time, 0);
    cr_expect_eq (script->accepted_after, MILLISECOND);
}

Test (script, calls_stay_out_and_one_keepalive_is_enough)
{
    Link link = record_registration ();

    for (guint i = 0; i < 5; i++) {
        now += 29 * SECOND;
        say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
        say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    }
    say (&link, SCCP_OFF_HOOK, FIELDS (ZEROS (8)));
    say (&link, SCCP_CALL_STATE, FIELDS (ZEROS (12)));
    say (&link, SCCP_SELECT_SOFT_KEYS, FIELDS (ZEROS (16)));
    make_script ();
    guint keepalives = 0, soft_keys = 0;
    for (guint i = 0; i < script->messages->len; i++) {
        const MessageKind *kind = catalog_kind (script_message (script, i)->kind);
        cr_expect_neq (kind->phase, PHASE_NONE, "%s", kind->name);
        keepalives += kind->id == SCCP_KEEP_ALIVE_REQ;
        soft_keys += kind->id == SCCP_SELECT_SOFT_KEYS;
    }
    cr_expect_eq (keepalives, 1);
    cr_expect_eq (soft_keys, 1, "only those of the registration");
}

Test (script, of_two_registrations_on_one_connection_each_has_its_own)
{
    Link link = record_registration ();

    say (&link, SCCP_UNREGISTER_REQ, NO_FIELDS);
    say (&link, SCCP_UNREGISTER_ACK, FIELDS (LE32 (0)));
    say (&link, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "25: Name=SEP001380AD9E5F Load=8.5(3) Last=Reset-Restart")));
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    g_autoptr (Script) second = choose (NULL, 2, NULL, NULL);
    make_script ();
    cr_expect_eq (catalog_kind (script_message (script, script->messages->len - 1)->kind)->id, SCCP_UNREGISTER_ACK);
    cr_assert_not_null (second);
    cr_expect_eq (second->messages->len, 3);
    cr_expect_eq (catalog_kind (script_message (second, 0)->kind)->id, SCCP_ALARM);
    cr_expect_eq (script_message (second, 0)->time, 0, "the first registration is none of its think time");
    cr_expect_eq (second->accepted_after, 2 * MILLISECOND);
    cr_expect_eq (second->round_trip, MILLISECOND);
}

Test (script, capture_times_that_run_backwards_do_not)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    now -= 50 * SECOND;
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    now -= 50 * SECOND;
    accept_registration (&link);
    make_script ();
    for (guint i = 0; i < script->messages->len; i++)
        cr_expect_geq (script_message (script, i)->time, 0);
    cr_expect_eq (script_response (script, 0), 0);
}
