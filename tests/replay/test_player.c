/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/replay/dialogue.h"

#include <errno.h>

TestSuite (player, .init = begin_recording, .fini = end_all, .timeout = 20);

static Connection *last_connection;

#define REQUESTS(...) ((const guint32[]){ __VA_ARGS__ })

static void check_order (const guint32 *ids, guint n_ids)
{
    cr_expect_eq (heard->len, n_ids, "%u messages, not %u", n_ids, heard->len);
    for (guint i = 0; i < MIN (heard->len, n_ids); i++)
        cr_expect_eq (g_array_index (heard, Heard, i).id, ids[i], "message %u is 0x%04X, not 0x%04X", i,
                      g_array_index (heard, Heard, i).id, ids[i]);
}

Test (player, a_registration_is_as_recorded_against_the_stand_in)
{
    Link link = record_registration ();

    record_sign_off (&link);
    start_with_stand_in ();
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_null (outcome ()->sentence);
    cr_expect_eq (outcome ()->level, LEVEL_READY);
    cr_expect (outcome ()->signed_off);
    cr_expect_eq (count_failing (), 0);
    for (guint i = 0; i < outcome ()->n_exchanges; i++) {
        const Exchange *exchange = &outcome ()->exchanges[i];
        cr_expect_eq (exchange->content, CONTENT_SAME, "%s", catalog_kind (exchange->kind)->name);
        cr_expect_geq (exchange->live, 2 * WORLD_WAY);
    }
    for (guint i = 0; i < outcome ()->pushes->len; i++) {
        const Push *push = &g_array_index (outcome ()->pushes, Push, i);
        cr_expect_eq (push->recorded, push->live, "%s", catalog_kind (push->kind)->name);
    }
}

Test (player, the_order_of_kinds_is_that_of_the_recording)
{
    record_registration ();
    start_with_server (NULL);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    check_order (REQUESTS (SCCP_ALARM, SCCP_REGISTER_REQ, SCCP_IP_PORT, SCCP_CAPABILITIES_RES, SCCP_BUTTON_TEMPLATE_REQ,
                           SCCP_CONFIG_STAT_REQ, SCCP_LINE_STAT_REQ, SCCP_FORWARD_STAT_REQ,
                           SCCP_REGISTER_AVAILABLE_LINES, SCCP_TIME_DATE_REQ, SCCP_UNREGISTER_REQ),
                 11);
    cr_expect_eq (closed_by_phone, 1, "the phone closes the connection itself");
}

Test (player, header_versions_begin_at_zero_and_are_the_lower_of_both_offers_then)
{
    record_registration ();
    start_with_server (NULL);
    pass (10 * SECOND);
    cr_expect_eq (find_heard (SCCP_ALARM, 0)->header_version, 0);
    cr_expect_eq (find_heard (SCCP_REGISTER_REQ, 0)->header_version, 0);
    /* Offered 17, granted 20. */
    cr_expect_eq (find_heard (SCCP_BUTTON_TEMPLATE_REQ, 0)->header_version, 17);
    cr_expect_eq (find_heard (SCCP_UNREGISTER_REQ, 0)->header_version, 17);
}

Test (player, it_is_who_it_was_told_to_be)
{
    record_registration ();
    start_with_server (NULL);
    pass (10 * SECOND);
    const Heard *asked = find_heard (SCCP_REGISTER_REQ, 0);
    cr_expect_str_eq ((const char *) asked->octets + 12, "SEP00AABBCCDDEE");
    cr_expect_arr_eq (asked->octets + 36, ((guint8[]){ 10, 9, 8, 7 }), 4, "the connection's own address");
    cr_expect_str_eq ((const char *) find_heard (SCCP_ALARM, 0)->octets + 16,
                      "25: Name=SEP00AABBCCDDEE Load=8.5(3) Last=Initialized");
    cr_expect_arr_eq (find_heard (SCCP_IP_PORT, 0)->octets + 12, ((guint8[]){ 0, 0, 0, 0 }), 4, "no port is bound");
}

Test (player, think_times_are_kept_and_do_not_add_up_errors)
{
    Link link = record_until_line ();

    now += 2 * SECOND;
    say (&link, SCCP_REGISTER_AVAILABLE_LINES, FIELDS (LE32 (1)));
    now += 3 * SECOND;
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    start_with_server (NULL);
    pass (20 * SECOND);
    gint64 apart = find_heard (SCCP_TIME_DATE_REQ, 0)->time - find_heard (SCCP_REGISTER_AVAILABLE_LINES, 0)->time;
    cr_expect_eq (apart, 3 * SECOND + MILLISECOND);
}

Test (player, speed_divides_think_times)
{
    Link link = record_until_line ();

    now += 2 * SECOND;
    say (&link, SCCP_REGISTER_AVAILABLE_LINES, FIELDS (LE32 (1)));
    now += 3999 * MILLISECOND;
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    player_settings.speed = 4;
    start_with_server (NULL);
    pass (20 * SECOND);
    cr_expect_eq (find_heard (SCCP_TIME_DATE_REQ, 0)->time - find_heard (SCCP_REGISTER_AVAILABLE_LINES, 0)->time,
                  SECOND);
}

Test (player, at_full_speed_nothing_waits_but_for_answers)
{
    Link link = record_until_line ();

    now += 1000 * SECOND;
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    player_settings.speed = 0;
    start_with_server (NULL);
    pass (3 * SECOND);
    cr_expect_eq (outcome ()->level, LEVEL_READY);
    cr_expect_lt (outcome ()->ready_after, 20 * MILLISECOND);
    cr_expect_not (outcome ()->pushes_awaited, "who does not linger cannot miss lamps");
}

/* --- Questions of the server */

static gboolean asks_capabilities_twice (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        server_say (connection, SCCP_CAPABILITIES_REQ, NO_FIELDS);
    return FALSE;
}

Test (player, capabilities_are_sent_each_time_they_are_asked_for)
{
    record_registration ();
    start_with_server (asks_capabilities_twice);
    pass (10 * SECOND);
    cr_expect_eq (count_heard (SCCP_CAPABILITIES_RES), 2);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
}

static gboolean never_asks (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id != SCCP_REGISTER_REQ)
        return FALSE;
    server_say (connection, SCCP_REGISTER_ACK,
                FIELDS (LE32 (30), BOX (6, "M/D/YA"), LE16 (0), LE32 (60), U8 (20), ZEROS (3)));
    return TRUE;
}

Test (player, capabilities_are_not_sent_to_a_server_that_does_not_ask)
{
    record_registration ();
    start_with_server (never_asks);
    pass (10 * SECOND);
    cr_expect_eq (count_heard (SCCP_CAPABILITIES_RES), 0);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (outcome ()->level, LEVEL_READY);
}

/* --- The live template */

static gboolean has_two_lines (Connection *connection, guint32 id, guint32 instance)
{
    if (id == SCCP_BUTTON_TEMPLATE_REQ)
        server_say (connection, SCCP_BUTTON_TEMPLATE_RES,
                    FIELDS (LE32 (0), LE32 (3), LE32 (3), U8 (1), U8 (9), U8 (2), U8 (9), U8 (1), U8 (2)));
    else if (id == SCCP_LINE_STAT_REQ && instance == 2)
        server_say (connection, SCCP_LINE_STAT_RES, FIELDS (LE32 (2), BOX (24, "1002"), ZEROS (80), LE32 (0)));
    else if (id == SCCP_SPEED_DIAL_STAT_REQ)
        server_say (connection, SCCP_SPEED_DIAL_STAT_RES, FIELDS (LE32 (1), BOX (24, "1003"), BOX (40, "Bob")));
    else
        return FALSE;
    return TRUE;
}

Test (player, lines_and_keys_of_the_live_template_are_asked_for)
{
    record_registration ();
    start_with_server (has_two_lines);
    pass (20 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (count_heard (SCCP_LINE_STAT_REQ), 2);
    cr_expect_eq (find_heard (SCCP_LINE_STAT_REQ, 1)->instance, 2);
    cr_expect_eq (count_heard (SCCP_FORWARD_STAT_REQ), 2, "forwarding of each line");
    cr_expect_eq (count_heard (SCCP_SPEED_DIAL_STAT_REQ), 1, "and the speed dial that the recorded phone did not have");
    cr_expect_eq (find_exchange (SCCP_LINE_STAT_REQ, 2)->content, CONTENT_NEW);
    cr_expect_not (find_exchange (SCCP_LINE_STAT_REQ, 2)->fails);
    cr_expect_geq (find_exchange (SCCP_LINE_STAT_REQ, 2)->live, 0);
    cr_expect_not (find_exchange (SCCP_FORWARD_STAT_REQ, 2)->fails, "unanswered forwarding is harmless");
}

static gboolean has_no_line (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id != SCCP_BUTTON_TEMPLATE_REQ)
        return FALSE;
    server_say (connection, SCCP_BUTTON_TEMPLATE_RES, FIELDS (LE32 (0), LE32 (1), LE32 (1), U8 (1), U8 (2)));
    return TRUE;
}

Test (player, keys_that_the_live_template_lacks_are_left_out)
{
    record_registration ();
    start_with_server (has_no_line);
    pass (20 * SECOND);
    cr_expect_eq (count_heard (SCCP_LINE_STAT_REQ), 0);
    cr_expect_eq (count_heard (SCCP_FORWARD_STAT_REQ), 0);
    cr_expect_eq (count_heard (SCCP_SPEED_DIAL_STAT_REQ), 1);
    cr_expect_arr_eq (find_heard (SCCP_REGISTER_AVAILABLE_LINES, 0)->octets + 12, ((guint8[]){ 0, 0, 0, 0 }), 4,
                      "no more lines than the live template has");
    cr_expect_eq (outcome ()->remarks->len, 1);
}

/* --- Refusals and silence */

static gboolean rejects (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_REGISTER_REQ)
        server_say (connection, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "No Authority: ")));
    return id == SCCP_REGISTER_REQ;
}

Test (player, a_reject_ends_it)
{
    record_registration ();
    start_with_server (rejects);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_not (outcome ()->as_recorded);
    cr_expect_eq (outcome ()->level, LEVEL_REJECTED);
    cr_expect_not_null (strstr (outcome ()->sentence, "RegisterReject \"No Authority: \""));
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 0, "who is not registered does not sign off");
    cr_expect_eq (closed_by_phone, 1);
    cr_expect (find_exchange (SCCP_REGISTER_REQ, 0)->fails);
    cr_expect_eq (find_exchange (SCCP_TIME_DATE_REQ, 0)->content, CONTENT_NOT_REACHED);
}

Test (player, a_reject_may_be_as_recorded)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    say (&link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "\x80\x2F")));
    start_with_stand_in ();
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect (outcome ()->as_recorded);
    cr_expect_eq (count_failing (), 0);
}

static gboolean is_deaf (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    last_connection = connection;
    return id == SCCP_REGISTER_REQ;
}

Test (player, an_unanswered_register_ends_it_after_ten_seconds_with_a_sign_off)
{
    record_registration ();
    start_with_server (is_deaf);
    pass (9 * SECOND);
    cr_expect_not (is_done);
    pass (2 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1);
    cr_expect_eq (closed_by_phone, 1);
}

Test (player, a_recording_without_an_answer_still_waits_for_one_and_not_for_ever)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    say (&link, SCCP_BUTTON_TEMPLATE_REQ, NO_FIELDS);
    start_with_server (is_deaf);
    cr_expect_not (script_has_answer (script));
    pass (11 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_eq (count_heard (SCCP_BUTTON_TEMPLATE_REQ), 0);
}

Test (player, an_absurd_recorded_time_does_not_make_it_wait_for_ever)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    now += 100000 * SECOND;
    accept_registration (&link);
    start_with_server (is_deaf);
    pass (21 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
}

Test (player, the_timeout_is_the_users)
{
    record_registration ();
    player_settings.timeout = 2 * SECOND;
    start_with_server (is_deaf);
    pass (3 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
}

Test (player, a_connection_that_nobody_answers_ends_after_the_timeout)
{
    record_registration ();
    world.is_silent = TRUE;
    start_with_server (NULL);
    pass (11 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_eq (outcome ()->n_exchanges, 6, "nothing was reached");
}

Test (player, a_refused_connection_is_told)
{
    record_registration ();
    make_script ();
    start_player ();
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_str_eq (outcome ()->sentence, "the server refuses the connection: nothing listens on port 2000");
}

static guint32 unanswered;

static gboolean leaves_unanswered (G_GNUC_UNUSED Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    return id == unanswered;
}

/* Reference 6.2, column "Missing =". */
static const struct {
    guint32 id;
    guint64 instance;
    gboolean fails;
} absences[] = {
    { SCCP_BUTTON_TEMPLATE_REQ, 0, TRUE }, { SCCP_CONFIG_STAT_REQ, 0, FALSE }, { SCCP_LINE_STAT_REQ, 1, TRUE },
    { SCCP_FORWARD_STAT_REQ, 1, FALSE },   { SCCP_TIME_DATE_REQ, 0, TRUE },
};

static void check_absence (guint row)
{
    record_registration ();
    unanswered = absences[row].id;
    start_with_server (leaves_unanswered);
    pass (30 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE, "the phone goes on");
    cr_expect_eq (count_heard (SCCP_TIME_DATE_REQ), 1);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1);
    const Exchange *exchange = find_exchange (absences[row].id, absences[row].instance);
    cr_expect_eq (exchange->content, CONTENT_MISSING);
    cr_expect_eq (exchange->fails, absences[row].fails, "0x%04X", absences[row].id);
}

Test (player, a_missing_button_template_fails_but_does_not_end_it)
{
    check_absence (0);
}

Test (player, a_missing_configuration_status_is_harmless)
{
    check_absence (1);
}

Test (player, a_missing_line_of_the_template_fails)
{
    check_absence (2);
}

Test (player, a_missing_forward_status_is_harmless)
{
    check_absence (3);
}

Test (player, a_missing_clock_fails)
{
    check_absence (4);
}

static gboolean answers_late (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        return TRUE;
    if (id == SCCP_TIME_DATE_REQ)
        server_say (connection, SCCP_CONFIG_STAT_RES,
                    FIELDS (ZEROS (16), ZEROS (8), BOX (40, "alice"), BOX (40, "cucm"), LE32 (1), LE32 (0)));
    return FALSE;
}

Test (player, an_answer_after_it_was_given_up_still_counts)
{
    record_registration ();
    start_with_server (answers_late);
    pass (30 * SECOND);
    cr_expect_eq (find_exchange (SCCP_CONFIG_STAT_REQ, 0)->content, CONTENT_SAME);
    cr_expect_gt (find_exchange (SCCP_CONFIG_STAT_REQ, 0)->live, SECOND);
}

Test (player, waiting_for_what_is_not_answered_is_no_time_of_the_server)
{
    record_registration ();
    unanswered = SCCP_FORWARD_STAT_REQ;
    player_settings.speed = 0;
    start_with_server (leaves_unanswered);
    pass (30 * SECOND);
    cr_expect_eq (outcome ()->accepted_own, 0);
    cr_expect_geq (outcome ()->ready_own, SECOND);
    cr_expect_leq (outcome ()->ready_after - outcome ()->ready_own, 20 * MILLISECOND);
}

static gboolean tells_the_line_late (Connection *connection, guint32 id, guint32 instance)
{
    guint question = script_find (script, catalog_find (PROTOCOL_SCCP, id), instance, 0);

    if (id != SCCP_LINE_STAT_REQ)
        return FALSE;
    View answer = script_partner (script, question)->octets;
    world_plan (300 * MILLISECOND, EVENT_OCTETS, connection->peer, NULL, g_bytes_new (answer.data, answer.size), 0);
    return TRUE;
}

Test (player, waiting_for_a_slow_server_is_no_wait_of_our_own)
{
    record_registration ();
    player_settings.speed = 0;
    start_with_server (tells_the_line_late);
    pass (30 * SECOND);
    cr_expect_eq (outcome ()->ready_own, 0);
    cr_expect_geq (outcome ()->ready_after, 300 * MILLISECOND);
}

/* --- What a server may do at any time */

static gboolean orders_reset (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        server_say (connection, SCCP_RESET, FIELDS (LE32 (1)));
    return id == SCCP_CONFIG_STAT_REQ;
}

Test (player, a_reset_is_obeyed_by_signing_off)
{
    record_registration ();
    start_with_server (orders_reset);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_DIFFERENT);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1);
    cr_expect_eq (count_heard (SCCP_LINE_STAT_REQ), 0, "nothing else is said");
}

static gboolean calls (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        server_say (connection, SCCP_OPEN_RECEIVE_CHANNEL, FIELDS (ZEROS (60)));
    return FALSE;
}

Test (player, a_call_is_declined_by_signing_off)
{
    record_registration ();
    start_with_server (calls);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_DIFFERENT);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1);
    cr_expect_eq (count_heard (SCCP_OPEN_RECEIVE_CHANNEL_ACK), 0, "no OpenReceiveChannelAck");
}

static gboolean closes (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        connection_free (connection);
    return id == SCCP_CONFIG_STAT_REQ;
}

Test (player, a_closed_connection_ends_it)
{
    record_registration ();
    start_with_server (closes);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_GONE);
    cr_expect_str_eq (outcome ()->sentence, "the server has closed the connection");
}

static gboolean resets (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_CONFIG_STAT_REQ)
        connection_reset (connection);
    return id == SCCP_CONFIG_STAT_REQ;
}

Test (player, a_reset_connection_ends_it)
{
    record_registration ();
    start_with_server (resets);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_GONE);
    cr_expect_str_eq (outcome ()->sentence, "the server has reset the connection");
}

static gboolean says_hello (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    static const char hello[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    if (id == SCCP_REGISTER_REQ || id == SCCP_CONFIG_STAT_REQ)
        connection_send (connection, (View){ (const guint8 *) hello, sizeof hello - 1 });
    return id == SCCP_REGISTER_REQ;
}

Test (player, a_server_of_another_protocol_is_named_by_what_it_says)
{
    record_registration ();
    start_with_server (says_hello);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_str_eq (outcome ()->sentence,
                      "the server does not speak SCCP: its first octets are \"HTTP/1.1 400 Bad Request\"");
}

static gboolean says_nonsense_later (Connection *connection, guint32 id, guint32 instance)
{
    return id == SCCP_CONFIG_STAT_REQ && says_hello (connection, id, instance);
}

Test (player, nonsense_later_on_ends_it)
{
    record_registration ();
    start_with_server (says_nonsense_later);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_GONE);
}

static gboolean says_more_than_asked (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_REGISTER_REQ)
        server_say (connection, SCCP_SET_LAMP, FIELDS (LE32 (9), LE32 (1), LE32 (1)));
    if (id == SCCP_CONFIG_STAT_REQ)
        server_say (connection, 0x7777, FIELDS (LE32 (9)));
    if (id == SCCP_CONFIG_STAT_REQ)
        server_say (connection, SCCP_LINE_STAT_RES, FIELDS (LE32 (7), ZEROS (104)));
    return FALSE;
}

Test (player, what_nobody_asked_for_is_counted_and_harmless)
{
    record_registration ();
    start_with_server (says_more_than_asked);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (count_failing (), 0);
    guint lamps = 0, lines = 0;
    for (guint i = 0; i < outcome ()->pushes->len; i++) {
        const Push *push = &g_array_index (outcome ()->pushes, Push, i);
        lamps += catalog_kind (push->kind)->id == SCCP_SET_LAMP ? push->live : 0;
        lines += catalog_kind (push->kind)->id == SCCP_LINE_STAT_RES ? push->live : 0;
    }
    cr_expect_eq (lamps, 1);
    cr_expect_eq (lines, 1, "an answer about another line answers nothing");
    cr_expect_eq (outcome ()->remarks->len, 1);
    cr_expect_str_eq (outcome ()->remarks->pdata[0], "the server sent a message that nobody knows, 0x7777");
}

/* --- Staying and leaving */

Test (player, half_an_hour_is_held_with_keepalives_at_the_live_interval)
{
    record_registration ();
    player_settings.stays = TRUE;
    start_with_server (NULL);
    pass (1800 * SECOND);
    cr_expect (is_settled);
    cr_expect_not (is_done);
    player_stop (player);
    pass (3 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (count_heard (SCCP_KEEP_ALIVE_REQ), 59, "every 30 s: %u", count_heard (SCCP_KEEP_ALIVE_REQ));
    cr_expect_eq (outcome ()->keepalives_lost, 0);
    gint64 apart = find_heard (0, 58)->time - find_heard (0, 0)->time;
    cr_expect_eq (apart, 58 * 30 * SECOND, "no error adds up");
}

static gboolean is_quick (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_REGISTER_REQ)
        server_say (connection, SCCP_REGISTER_ACK,
                    FIELDS (LE32 (7), BOX (6, "M/D/YA"), LE16 (0), LE32 (60), U8 (3), ZEROS (3)));
    return id == SCCP_REGISTER_REQ;
}

Test (player, the_live_interval_counts_not_the_recorded_one)
{
    record_registration ();
    player_settings.stays = TRUE;
    start_with_server (is_quick);
    pass (71 * SECOND);
    cr_expect_eq (count_heard (SCCP_KEEP_ALIVE_REQ), 10);
    cr_expect_eq (find_heard (SCCP_BUTTON_TEMPLATE_REQ, 0)->header_version, 0, "versions below 10 are not stamped");
}

static gboolean ignores_keepalives (G_GNUC_UNUSED Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    return id == SCCP_KEEP_ALIVE_REQ;
}

Test (player, a_server_that_never_answers_keepalives_is_an_old_one)
{
    record_registration ();
    player_settings.stays = TRUE;
    start_with_server (ignores_keepalives);
    pass (300 * SECOND);
    cr_expect_not (is_done);
    player_stop (player);
    pass (3 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (outcome ()->keepalives_lost, 0);
}

static gboolean falls_silent (G_GNUC_UNUSED Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    return (id == SCCP_KEEP_ALIVE_REQ && count_heard (id) > 2) || id == SCCP_UNREGISTER_REQ;
}

Test (player, a_server_that_falls_silent_is_gone_after_three_keepalives)
{
    record_registration ();
    player_settings.stays = TRUE;
    start_with_server (falls_silent);
    pass (300 * SECOND);
    cr_expect_eq (outcome ()->end, END_GONE);
    cr_expect_eq (outcome ()->keepalives_lost, 3);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1, "it signs off all the same");
}

Test (player, who_is_interrupted_signs_off)
{
    record_registration ();
    start_with_server (NULL);
    pass (8 * MILLISECOND);
    cr_expect_eq (count_heard (SCCP_REGISTER_REQ), 1);
    player_stop (player);
    pass (3 * SECOND);
    cr_expect_eq (outcome ()->end, END_INTERRUPTED);
    cr_expect_eq (count_heard (SCCP_UNREGISTER_REQ), 1);
    cr_expect_eq (count_heard (SCCP_TIME_DATE_REQ), 0);
}

Test (player, who_is_interrupted_before_it_began_just_ends)
{
    record_registration ();
    start_with_server (NULL);
    player_stop (player);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_INTERRUPTED);
    cr_expect_eq (heard->len, 0);
}

static gboolean closes_on_sign_off (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_UNREGISTER_REQ)
        connection_free (connection);
    return id == SCCP_UNREGISTER_REQ;
}

Test (player, a_sign_off_answered_by_closing_is_complete)
{
    Link link = record_registration ();

    record_sign_off (&link);
    start_with_server (closes_on_sign_off);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (count_failing (), 0);
}

/* --- Tokens */

static void record_token (void)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    say (&link, SCCP_REGISTER_TOKEN_REQ,
         FIELDS (BOX (16, "SEP001380AD9E5F"), LE32 (0), LE32 (1), IPV4 ("10.0.0.15"), LE32 (115), ZEROS (20)));
    say (&link, SCCP_REGISTER_TOKEN_ACK, NO_FIELDS);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
}

static gboolean lets_wait_once (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id != SCCP_REGISTER_TOKEN_REQ || count_heard (id) > 1)
        return FALSE;
    server_say (connection, SCCP_REGISTER_TOKEN_REJECT, FIELDS (LE32 (60)));
    return TRUE;
}

Test (player, a_token_reject_waits_as_long_as_it_says)
{
    record_token ();
    start_with_server (lets_wait_once);
    pass (59 * SECOND);
    cr_expect_eq (count_heard (SCCP_REGISTER_TOKEN_REQ), 1);
    pass (5 * SECOND);
    cr_expect_eq (count_heard (SCCP_REGISTER_TOKEN_REQ), 2);
    cr_expect_str_eq ((const char *) find_heard (SCCP_REGISTER_TOKEN_REQ, 1)->octets + 12, "SEP00AABBCCDDEE");
    cr_expect_eq (count_heard (SCCP_REGISTER_REQ), 1);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
}

static gboolean lets_wait_for_ever (Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    if (id == SCCP_REGISTER_TOKEN_REQ)
        server_say (connection, SCCP_REGISTER_TOKEN_REJECT, FIELDS (LE32 (60)));
    return id == SCCP_REGISTER_TOKEN_REQ;
}

Test (player, the_third_token_reject_is_a_no)
{
    record_token ();
    start_with_server (lets_wait_for_ever);
    pass (200 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (count_heard (SCCP_REGISTER_TOKEN_REQ), 3);
    cr_expect_eq (count_heard (SCCP_REGISTER_REQ), 0);
}

Test (player, without_an_answer_about_the_token_it_registers_anyway)
{
    record_token ();
    unanswered = SCCP_REGISTER_TOKEN_REQ;
    start_with_server (leaves_unanswered);
    pass (20 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_geq (find_heard (SCCP_REGISTER_REQ, 0)->time - find_heard (SCCP_REGISTER_TOKEN_REQ, 0)->time,
                   10 * SECOND);
}

/* --- What is never sent */

Test (player, calls_media_user_data_and_foreign_tokens_are_never_sent)
{
    Link link = record_registration ();

    say (&link, SCCP_OFF_HOOK, FIELDS (ZEROS (8)));
    say (&link, SCCP_SOFT_KEY_EVENT, FIELDS (ZEROS (12)));
    say (&link, SCCP_OPEN_RECEIVE_CHANNEL_ACK, FIELDS (ZEROS (20)));
    say (&link, SCCP_SUBSCRIPTION_STAT_REQ, FIELDS (ZEROS (8)));
    say (&link, SCCP_DEVICE_TO_USER_DATA_VERSION_1, FIELDS (ZEROS (40)));
    say (&link, SCCP_LOCATION_INFO, FIELDS (ZEROS (40)));
    say (&link, SCCP_ENHANCED_ALARM, FIELDS (TEXT ("<x-cisco-alarm/>")));
    say (&link, SCCP_SPCP_REGISTER_TOKEN_REQ, FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (24)));
    start_with_server (NULL);
    pass (20 * SECOND);
    check_order (REQUESTS (SCCP_ALARM, SCCP_REGISTER_REQ, SCCP_IP_PORT, SCCP_CAPABILITIES_RES, SCCP_BUTTON_TEMPLATE_REQ,
                           SCCP_CONFIG_STAT_REQ, SCCP_LINE_STAT_REQ, SCCP_FORWARD_STAT_REQ,
                           SCCP_REGISTER_AVAILABLE_LINES, SCCP_TIME_DATE_REQ, SCCP_UNREGISTER_REQ),
                 11);
}

/* --- Requests in one burst */

static gboolean is_slow (G_GNUC_UNUSED Connection *connection, guint32 id, G_GNUC_UNUSED guint32 instance)
{
    return id == SCCP_BUTTON_TEMPLATE_REQ || id == SCCP_CONFIG_STAT_REQ;
}

Test (player, what_was_recorded_in_one_burst_does_not_wait)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, SCCP_BUTTON_TEMPLATE_REQ, NO_FIELDS);
    say (&link, SCCP_CONFIG_STAT_REQ, NO_FIELDS);
    say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    say (&link, SCCP_CONFIG_STAT_RES,
         FIELDS (ZEROS (16), ZEROS (8), BOX (40, "alice"), BOX (40, "cucm"), LE32 (1), LE32 (0)));
    answer_line (&link, 1, "1001");
    say (&link, SCCP_BUTTON_TEMPLATE_RES, FIELDS (LE32 (0), LE32 (1), LE32 (1), U8 (1), U8 (9)));
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    start_with_server (is_slow);
    pass (100 * MILLISECOND);
    cr_expect_eq (count_heard (SCCP_LINE_STAT_REQ), 1, "the line is asked for while the template is still to come");
    cr_expect_eq (count_heard (SCCP_TIME_DATE_REQ), 0, "but the time is not");
    pass (20 * SECOND);
    cr_expect_eq (count_heard (SCCP_TIME_DATE_REQ), 1);
}

/* --- The stand-in's faults */

static void play_fault (KindIndex kind, Fault fault)
{
    Tweak tweak = { .kind = kind, .fault = fault };
    Link link = record_registration ();
    g_autoptr (GArray) tweaks = g_array_new (FALSE, FALSE, sizeof (Tweak));

    record_sign_off (&link);
    g_array_append_val (tweaks, tweak);
    server_settings.tweaks = tweaks;
    player_settings.stays = TRUE;
    start_with_stand_in ();
    pass (200 * SECOND);
    if (!is_done)
        player_stop (player);
    pass (5 * SECOND);
    cr_assert (is_done, "%s of %s comes to an end", fault_name (fault), catalog_kind (kind)->name);
    stand_in_free (stand_in);
    stand_in = NULL;
    server_settings.tweaks = NULL;
}

/* Every step that the server takes, every way to fail in it: an end each time, and the right one. */
Test (player, every_fault_at_every_step_has_an_end)
{
    static const guint32 steps[] = { SCCP_REGISTER_ACK,    SCCP_CAPABILITIES_REQ, SCCP_BUTTON_TEMPLATE_RES,
                                     SCCP_CONFIG_STAT_RES, SCCP_LINE_STAT_RES,    SCCP_FORWARD_STAT_RES,
                                     SCCP_TIME_DATE_RES,   SCCP_SELECT_SOFT_KEYS, SCCP_KEEP_ALIVE_ACK,
                                     SCCP_UNREGISTER_ACK };

    end_all ();
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        for (Fault fault = 0; fault < N_FAULTS; fault++) {
            KindIndex kind = catalog_find (PROTOCOL_SCCP, steps[i]);
            const char *name = catalog_kind (kind)->name;
            begin_recording ();
            play_fault (kind, fault);
            End end = outcome ()->end;
            if (fault == FAULT_BYTES)
                cr_expect_eq (end, END_COMPLETE, "%s octet by octet: %s", name, end_name (end));
            else if (steps[i] == SCCP_UNREGISTER_ACK)
                cr_expect_eq (end, fault == FAULT_GARBAGE ? END_GONE : END_COMPLETE, "%s %s: %s", name,
                              fault_name (fault), end_name (end));
            else if (steps[i] == SCCP_REGISTER_ACK &&
                     (fault == FAULT_SILENT || fault == FAULT_HALF || fault == FAULT_GARBAGE))
                cr_expect_eq (end, END_UNREACHABLE, "%s %s: %s", name, fault_name (fault), end_name (end));
            else if (fault == FAULT_SILENT || fault == FAULT_HALF)
                /* It has never answered a keepalive: silence alone does not say that it is gone, missing answers do. */
                cr_expect (end == END_GONE || steps[i] != SCCP_KEEP_ALIVE_ACK || end == END_COMPLETE, "%s %s: %s", name,
                           fault_name (fault), end_name (end));
            else
                cr_expect_eq (end, END_GONE, "%s %s: %s", name, fault_name (fault), end_name (end));
            end_all ();
        }
    begin_recording ();
}
