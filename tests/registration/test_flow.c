/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/play.h"

TestSuite (flow, .init = set_up, .fini = tear_down);

Test (flow, a_phone_with_one_line_registers)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    CHECK (tcp (&link, FALSE, TCP_SYN), "Connect", "connect", "");
    CHECK (tcp (&link, TRUE, TCP_SYN | TCP_ACK), "Accept", "connect", "");
    CHECK (tcp (&link, FALSE, TCP_ACK), "Established", "connect", "");
    CHECK (
        say (&link, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "25: Name=SEP001380AD9E5F Load=8.5(3) Last=Initialized"))),
        "Alarm", "register", "");
    CHECK (ask_to_register (&link, "SEP001380AD9E5F", 115), "RegisterReq", "register", "");
    CHECK (say (&link, SCCP_IP_PORT, FIELDS (LE32 (0))), "IpPort", "register", "");
    CHECK (tcp (&link, TRUE, TCP_ACK), "Ack", "register", "");
    CHECK (accept_registration (&link), "RegisterAck", "register", "accepted");
    CHECK (say (&link, SCCP_CAPABILITIES_REQ, NO_FIELDS), "CapabilitiesReq", "capabilities", "accepted");
    CHECK (say (&link, SCCP_BUTTON_TEMPLATE_REQ, NO_FIELDS), "ButtonTemplateReq", "templates", "accepted");
    CHECK (say (&link, SCCP_CAPABILITIES_RES, FIELDS (LE32 (1), LE32 (4), ZEROS (12))), "CapabilitiesRes",
           "capabilities", "accepted");
    CHECK (say (&link, SCCP_BUTTON_TEMPLATE_RES, FIELDS (LE32 (0), LE32 (1), LE32 (1), U8 (1), U8 (9))),
           "ButtonTemplateRes", "templates", "accepted");
    CHECK (say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1))), "LineStatReq", "status", "accepted");
    CHECK (answer_line (&link, 1, "1001"), "LineStatRes", "status", "provisioned");
    CHECK (say (&link, SCCP_REGISTER_AVAILABLE_LINES, FIELDS (LE32 (1))), "RegisterAvailableLines", "finish",
           "provisioned");
    CHECK (say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS), "TimeDateReq", "finish", "ready");
    CHECK (set_clock (&link), "TimeDateRes", "finish", "ready");
    CHECK (say (&link, SCCP_SELECT_SOFT_KEYS, FIELDS (ZEROS (16))), "SelectSoftKeys", "finish", "ready");
    now += 29 * SECOND;
    CHECK (say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS), "KeepAliveReq", "keepalive", "ready");
    CHECK (say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS), "KeepAliveAck", "keepalive", "ready");
    CHECK (say (&link, SCCP_SELECT_SOFT_KEYS, FIELDS (ZEROS (16))), "SelectSoftKeys", "", "ready");
    CHECK (say (&link, SCCP_UNREGISTER_REQ, NO_FIELDS), "UnregisterReq", "unregister", "");
    CHECK (say (&link, SCCP_UNREGISTER_ACK, FIELDS (LE32 (0))), "UnregisterAck", "unregister", "");
    CHECK (tcp (&link, FALSE, TCP_FIN | TCP_ACK), "Close", "unregister", "");
    cr_assert_eq (phones_count (flow_phones (flow)), 1);

    const Phone *phone = phones_get (flow_phones (flow), 0);
    cr_assert_eq (phone->attempts, 1);
    cr_assert_eq (phone->device_type, 115);
    cr_assert_eq (phone->first_frame, 1);
}

/* CallManager 2 answers the templates last; a status request that it never answers holds nothing up for long. */
Test (flow, provisioned_waits_for_answers_but_not_for_ever)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, SCCP_SOFT_KEY_TEMPLATE_REQ, NO_FIELDS); /* SoftKeyTemplateReq, never answered */
    say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    cr_assert_str_eq (level_of (answer_line (&link, 1, "1001")), "accepted");
    now += 5 * SECOND;
    cr_assert_str_eq (level_of (say (&link, SCCP_REGISTER_AVAILABLE_LINES, FIELDS (LE32 (1)))), "provisioned");
}

Test (flow, a_line_without_a_number_provisions_nothing)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    cr_assert_str_eq (level_of (answer_line (&link, 1, "")), "accepted");
}

Test (flow, a_media_resource_is_ready_when_it_has_told_its_codecs)
{
    Link link = new_link ("10.1.1.1", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "NONSECURE_CONF", 52);
    accept_registration (&link);
    CHECK (say (&link, SCCP_CAPABILITIES_REQ, NO_FIELDS), "CapabilitiesReq", "capabilities", "accepted");
    CHECK (say (&link, SCCP_MEDIA_RESOURCE_NOTIFICATION, FIELDS (LE32 (52), LE32 (8), LE32 (8), LE32 (0))),
           "MediaResourceNotification", "capabilities", "accepted");
    CHECK (say (&link, SCCP_VERSION_REQ, NO_FIELDS), "VersionReq", "templates", "accepted");
    CHECK (say (&link, SCCP_CAPABILITIES_RES, FIELDS (LE32 (1), LE32 (4), ZEROS (12))), "CapabilitiesRes",
           "capabilities", "ready");
    CHECK (say (&link, SCCP_VERSION_RES, FIELDS (ZEROS (16))), "VersionRes", "templates", "ready");
    cr_assert_str_eq (device_at (notes_count (flow_notes (flow))), "NONSECURE_CONF");
}

Test (flow, a_refused_phone_is_rejected_and_comes_again)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    NoteId request = ask_to_register (&link, "SEP001380AD9E5F", 115);
    NoteId reject = say (&link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "\x80\x2F")));
    CHECK (reject, "RegisterReject", "register", "rejected");
    cr_assert_eq (note_of (reject)->partner, request);
    CHECK (say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS), "KeepAliveReq", "keepalive", "rejected");
    now += 62 * SECOND;
    CHECK (tcp (&link, TRUE, TCP_FIN | TCP_ACK), "Close", "", "rejected");

    Link next = new_link ("10.0.0.15", 50001, "10.0.0.1");
    CHECK (tcp (&next, FALSE, TCP_SYN), "Connect", "connect", "rejected");
    tcp (&next, TRUE, TCP_SYN | TCP_ACK);
    CHECK (ask_to_register (&next, "SEP001380AD9E5F", 115), "RegisterReq", "register", "");
    CHECK (accept_registration (&next), "RegisterAck", "register", "accepted");
    cr_assert_eq (phones_count (flow_phones (flow)), 1);
}

Test (flow, attempts_are_counted_over_connections)
{
    Link first = new_link ("10.0.0.15", 50000, "10.0.0.1"), second = new_link ("10.0.0.15", 50001, "10.0.0.1");

    cr_assert_eq (attempt_of (tcp (&first, FALSE, TCP_SYN)), 1);
    tcp (&first, TRUE, TCP_SYN | TCP_ACK);
    cr_assert_eq (attempt_of (ask_to_register (&first, "SEP001380AD9E5F", 115)), 1);
    say (&first, SCCP_REGISTER_REJECT, FIELDS (ZEROS (32)));
    cr_assert_eq (attempt_of (tcp (&first, TRUE, TCP_FIN | TCP_ACK)), 1);
    cr_assert_eq (attempt_of (tcp (&second, FALSE, TCP_SYN)), 2);
    tcp (&second, TRUE, TCP_SYN | TCP_ACK);
    cr_assert_eq (attempt_of (ask_to_register (&second, "SEP001380AD9E5F", 115)), 2);
    cr_assert_eq (attempt_of (accept_registration (&second)), 2);
}

Test (flow, attempts_are_counted_within_a_connection)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    say (&link, SCCP_REGISTER_REJECT, FIELDS (ZEROS (32)));
    now += 60 * SECOND;
    NoteId second = ask_to_register (&link, "SEP001380AD9E5F", 115);
    cr_assert_eq (attempt_of (second), 2);
    NoteId ack = accept_registration (&link);
    cr_assert_eq (attempt_of (ack), 2);
    cr_assert_eq (note_of (ack)->partner, second);
}

Test (flow, the_same_ports_again_are_a_new_connection)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    link.sequence[0] = 777777;
    NoteId again = tcp (&link, FALSE, TCP_SYN);
    CHECK (again, "Connect", "connect", "");
    cr_assert_eq (attempt_of (again), 2);
    cr_assert_str_eq (device_at (again), "SEP001380AD9E5F");
}

Test (flow, a_syn_seen_late_ends_nothing)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1"), late = link;

    link.sequence[0]++;
    NoteId asked = ask_to_register (&link, "SEP001380AD9E5F", 115);
    NoteId opened = tcp (&late, FALSE, TCP_SYN);
    CHECK (opened, "Connect", "connect", "");
    cr_assert_eq (attempt_of (opened), 1, "what lies before it is of the same connection");
    cr_assert_eq (attempt_of (asked), 1);
    NoteId accepted = accept_registration (&link);
    late.sequence[0]--;
    NoteId again = tcp (&late, FALSE, TCP_SYN);
    CHECK (again, "Retransmission", "register", "accepted");
    cr_assert_eq (attempt_of (again), 1);
    cr_assert_eq (note_of (accepted)->partner, asked);
}

Test (flow, a_phone_that_starts_anew_may_count_as_before)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1"), same = link;

    register_phone (&link, "SEP001380AD9E5F");
    NoteId again = tcp (&same, FALSE, TCP_SYN);
    CHECK (again, "Connect", "connect", "");
    cr_assert_eq (attempt_of (again), 2);
}

Test (flow, two_phones_behind_one_address_stay_apart)
{
    Link one = new_link ("10.0.0.15", 50000, "10.0.0.1"), two = new_link ("10.0.0.15", 50001, "10.0.0.1");

    shake_hands (&one);
    shake_hands (&two);
    NoteId first = ask_to_register (&one, "SEP000000000001", 115);
    NoteId second = ask_to_register (&two, "SEP000000000002", 115);
    cr_assert_neq (note_of (first)->phone, note_of (second)->phone);
    cr_assert_str_eq (level_of (accept_registration (&one)), "accepted");
    NoteId reject = say (&two, SCCP_REGISTER_REJECT, FIELDS (ZEROS (32)));
    cr_assert_str_eq (level_of (reject), "rejected");
    cr_assert_eq (attempt_of (reject), 1);
    NoteId ready = say (&one, SCCP_TIME_DATE_REQ, NO_FIELDS);
    cr_assert_str_eq (level_of (ready), "ready");
    cr_assert_str_eq (device_at (ready), "SEP000000000001");
    cr_assert_str_eq (device_at (reject), "SEP000000000002");
    cr_assert_eq (attempt_of (ready), 1);
}

Test (flow, a_phone_behind_the_address_of_a_registered_one_is_somebody_new)
{
    Link one = new_link ("10.0.0.15", 50000, "10.0.0.1"), two = new_link ("10.0.0.15", 50001, "10.0.0.1");

    register_phone (&one, "SEP000000000001");
    NoteId syn = tcp (&two, FALSE, TCP_SYN);
    cr_assert_str_eq (device_at (syn), "10.0.0.15");
    cr_assert_eq (attempt_of (syn), 1);
    tcp (&two, TRUE, TCP_SYN | TCP_ACK);
    NoteId request = ask_to_register (&two, "SEP000000000002", 115);
    cr_assert_eq (note_of (syn)->phone, note_of (request)->phone);
    NoteId alive = say (&one, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_str_eq (level_of (alive), "ready");
    cr_assert_str_eq (device_at (alive), "SEP000000000001");
    cr_assert_eq (phones_count (flow_phones (flow)), 2);
}

Test (flow, a_phone_keeps_what_it_was_called_before)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    NoteId syn = tcp (&link, FALSE, TCP_SYN);
    tcp (&link, TRUE, TCP_SYN | TCP_ACK);
    NoteId established = tcp (&link, FALSE, TCP_ACK);
    NoteId request = ask_to_register (&link, "SEP001380AD9E5F", 115);
    NoteId ack = accept_registration (&link);
    cr_assert_str_eq (device_at (syn), "10.0.0.15");
    cr_assert_str_eq (device_at (established), "10.0.0.15");
    cr_assert_str_eq (device_at (request), "SEP001380AD9E5F");
    cr_assert_str_eq (device_at (ack), "SEP001380AD9E5F");
    cr_assert_eq (explain_elapsed (flow, syn), 0);
    cr_assert_eq (explain_elapsed (flow, ack), 4 * MILLISECOND);
}

Test (flow, a_phone_with_a_new_address_is_the_same_phone)
{
    Link old = new_link ("10.0.0.15", 50000, "10.0.0.1"), new = new_link ("10.0.0.99", 50000, "10.0.0.1");

    register_phone (&old, "SEP001380AD9E5F");
    shake_hands (&new);
    NoteId request = ask_to_register (&new, "SEP001380AD9E5F", 115);
    cr_assert_eq (attempt_of (request), 2);
    cr_assert_eq (note_of (request)->phone, 0);
    NoteId note = tcp (&new, TRUE, TCP_ACK);
    cr_assert_str_eq (device_at (note), "SEP001380AD9E5F");
}

/* A connection that was one phone's becomes another's; the first must not lean on it afterwards. */
Test (flow, a_connection_that_changes_hands_leaves_nothing_behind)
{
    Link main = new_link ("10.0.0.15", 50000, "10.0.0.1"), backup = new_link ("10.0.0.15", 50001, "10.0.0.2");

    register_phone (&main, "SEP000000000001");
    shake_hands (&backup); /* of the first phone: its address */
    say (&main, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "25: Name=SEP000000000002 Load=1 Last=Initialized")));
    main.sequence[0] = 777777;
    tcp (&main, FALSE, TCP_SYN); /* the same ports: the old session is dropped */
    NoteId alive = say (&backup, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_str_eq (device_at (alive), "SEP000000000001");
    cr_assert_neq (note_of (alive)->variant, VARIANT_BACKUP, "there is no registration to back up");
    cr_assert_str_eq (level_of (alive), "");
}

Test (flow, two_registrations_in_one_connection_leave_nothing_behind)
{
    Link main = new_link ("10.0.0.15", 50000, "10.0.0.1"), backup = new_link ("10.0.0.15", 50001, "10.0.0.2");

    register_phone (&main, "SEP000000000001");
    shake_hands (&backup);
    ask_to_register (&main, "SEP000000000002", 115);
    accept_registration (&main);
    main.sequence[0] = 777777;
    tcp (&main, FALSE, TCP_SYN);
    NoteId alive = say (&backup, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_neq (note_of (alive)->variant, VARIANT_BACKUP);
}

Test (flow, calls_after_the_registration_have_no_phase)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    cr_assert_str_eq (phase_of (say (&link, SCCP_SET_LAMP, FIELDS (LE32 (15), LE32 (0), LE32 (1)))), "finish");
    cr_assert_eq (note_of (say (&link, SCCP_SET_LAMP, FIELDS (LE32 (9), LE32 (1), LE32 (2))))->variant, VARIANT_FINISH);
    NoteId rings = say (&link, SCCP_SET_LAMP, FIELDS (LE32 (9), LE32 (1), LE32 (5)));
    cr_assert_eq (note_of (rings)->variant, VARIANT_NONE, "a lamp that blinks restores nothing");
    NoteId off_hook = say (&link, SCCP_OFF_HOOK, NO_FIELDS);
    CHECK (off_hook, "OffHook", "", "ready");
    CHECK (tcp (&link, TRUE, TCP_ACK), "Ack", "", "ready");
    NoteId lamp = say (&link, SCCP_SET_LAMP, FIELDS (LE32 (9), LE32 (1), LE32 (2)));
    CHECK (lamp, "SetLamp", "", "ready");
    cr_assert_eq (note_of (lamp)->variant, VARIANT_NONE);
    NoteId clock = set_clock (&link);
    CHECK (clock, "TimeDateRes", "", "ready");
    cr_assert_eq (note_of (clock)->variant, VARIANT_NONE);
    cr_assert_eq (note_of (clock)->partner, 0, "nobody asked for it");
}

Test (flow, the_idle_display_belongs_to_the_registration_for_some_seconds)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    NoteId prompt = say (&link, SCCP_DISPLAY_PROMPT_STATUS_V2, FIELDS (ZEROS (12), TEXT ("\x80\x13")));
    cr_assert_str_eq (phase_of (prompt), "finish");
    cr_assert_eq (note_of (prompt)->variant, VARIANT_FINISH);
    now += 11 * SECOND;
    cr_assert_str_eq (phase_of (say (&link, SCCP_DISPLAY_PROMPT_STATUS_V2, FIELDS (ZEROS (12), TEXT ("\x80\x13")))),
                      "");
}

/* An id that we do not know, or application data, is no call: the clock behind it still ends the registration. */
Test (flow, other_messages_do_not_end_a_registration_before_it_is_ready)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, 0x7777, NO_FIELDS);
    say (&link, SCCP_USER_TO_DEVICE_DATA_VERSION_1, FIELDS (ZEROS (20))); /* UserToDeviceDataVersion1 */
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    NoteId clock = set_clock (&link);
    CHECK (clock, "TimeDateRes", "finish", "ready");
    cr_assert_eq (note_of (clock)->variant, VARIANT_FINISH);
}

Test (flow, a_capture_that_starts_mid_stream_claims_nothing)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    cr_assert_eq (tcp (&link, FALSE, TCP_ACK), 0, "not before a message tells what this is");
    NoteId alive = say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    CHECK (alive, "KeepAliveReq", "keepalive", "");
    cr_assert_eq (attempt_of (alive), 0);
    cr_assert_eq (note_of (alive)->variant, VARIANT_NONE);
    NoteId clock = set_clock (&link);
    CHECK (clock, "TimeDateRes", "", "");
    NoteId line = answer_line (&link, 1, "1001");
    CHECK (line, "LineStatRes", "status", "");
    cr_assert_eq (note_of (line)->partner, 0);
    CHECK (tcp (&link, TRUE, TCP_FIN | TCP_ACK), "Close", "status", "");
    cr_assert_str_eq (device_at (alive), "10.0.0.15");
}

Test (flow, without_the_syn_a_known_message_tells_who_is_the_server)
{
    Link link = { endpoint ("10.0.0.15", 50000), endpoint ("10.0.0.1", 12345), { 0, 0 }, TRUE };
    char buffer[IP_ADDRESS_TEXT_SIZE];

    NoteId answer = say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    cr_assert_str_eq (explain_server (flow, note_of (answer), buffer), "10.0.0.1");
    cr_assert_str_eq (device_at (answer), "10.0.0.15");
    cr_assert_eq (note_of (answer)->from_server, 1);
    Link next = { endpoint ("10.0.0.16", 50000), endpoint ("10.0.0.1", 12345), { 0, 0 } };
    CHECK (tcp (&next, FALSE, TCP_SYN), "Connect", "connect", "");
}

Test (flow, heartbeats_to_a_second_server_are_those_of_a_backup_connection)
{
    Link main = new_link ("10.0.0.15", 50000, "10.0.0.1"), backup = new_link ("10.0.0.15", 50001, "10.0.0.2");
    Value value;

    register_phone (&main, "SEP001380AD9E5F");
    shake_hands (&backup);
    NoteId first = say (&backup, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_eq (note_of (first)->variant, VARIANT_BACKUP);
    cr_assert_str_eq (device_at (first), "SEP001380AD9E5F");
    cr_assert_str_eq (level_of (first), "ready", "the phone stays registered where it is");
    cr_assert (values_find (notes_values (flow_notes (flow), note_of (first)), VALUE_KEEPALIVE, &value));
    cr_assert_eq (value.number, 60);
    now += 60 * SECOND - MILLISECOND;
    NoteId second = say (&backup, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert (values_find (notes_values (flow_notes (flow), note_of (second)), VALUE_INTERVAL, &value));
    cr_assert_eq (value.number, (guint64) (60 * SECOND));
    NoteId at_home = say (&main, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_eq (note_of (at_home)->variant, VARIANT_FIRST);
    CHECK (tcp (&backup, TRUE, TCP_RST), "Reset", "keepalive", "ready");
}

Test (flow, a_server_that_refuses_every_repeat_answers_the_first_once)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    NoteId syn = tcp (&link, FALSE, TCP_SYN);
    NoteId refused = tcp (&link, TRUE, TCP_RST | TCP_ACK);
    link.sequence[0] = 1000;
    NoteId again = tcp (&link, FALSE, TCP_SYN);
    NoteId refused_again = tcp (&link, TRUE, TCP_RST | TCP_ACK);
    CHECK (again, "ConnectAgain", "connect", "");
    CHECK (refused, "Refused", "connect", "");
    CHECK (refused_again, "Refused", "connect", "");
    cr_assert_eq (note_of (syn)->partner, refused);
    cr_assert_eq (note_of (refused)->partner, syn);
    cr_assert_eq (note_of (refused_again)->partner, 0);
}

Test (flow, the_loss_of_the_connection_ends_the_registration)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    NoteId reset = tcp (&link, TRUE, TCP_RST);
    CHECK (reset, "Reset", "", "");
    cr_assert_eq (note_of (reset)->variant, VARIANT_SERVER);
}

Test (flow, an_old_connection_that_closes_late_ends_nothing)
{
    Link old = new_link ("10.0.0.15", 50000, "10.0.0.1"), new = new_link ("10.0.0.15", 50001, "10.0.0.2");

    register_phone (&old, "SEP001380AD9E5F");
    register_phone (&new, "SEP001380AD9E5F");
    NoteId close = tcp (&old, TRUE, TCP_FIN | TCP_ACK);
    cr_assert_str_eq (level_of (close), "ready");
}

Test (flow, response_times_are_exact_to_the_nanosecond)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    gint64 time = 0;

    shake_hands (&link);
    NoteId request = ask_to_register (&link, "SEP001380AD9E5F", 115);
    now += 123456789;
    NoteId ack = accept_registration (&link);
    cr_assert (explain_response_time (flow, note_of (ack), &time));
    cr_assert_eq (time, 123456789 + MILLISECOND);
    cr_assert_not (explain_response_time (flow, note_of (request), &time), "a request is no answer");
    cr_assert_eq (explain_request_in (flow, note_of (ack)), note_of (request)->frame);
    cr_assert_eq (explain_answer_in (flow, note_of (request)), note_of (ack)->frame);
    cr_assert_eq (explain_request_in (flow, note_of (request)), 0);
    cr_assert_eq (explain_answer_in (flow, note_of (ack)), 0);
    cr_assert (explain_response_time (flow, note_of (2), &time), "SYN and its answer are a pair too");
    cr_assert_eq (time, MILLISECOND);
}

Test (flow, lines_asked_in_a_burst_find_their_answers)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    NoteId line1 = say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1))),
           line2 = say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (2)));
    NoteId forward1 = say (&link, SCCP_FORWARD_STAT_REQ, FIELDS (LE32 (1))),
           dial1 = say (&link, SCCP_SPEED_DIAL_STAT_REQ, FIELDS (LE32 (1)));
    cr_assert_eq (note_of (answer_line (&link, 2, "1002"))->partner, line2);
    cr_assert_eq (note_of (say (&link, SCCP_SPEED_DIAL_STAT_V2_RES, FIELDS (LE32 (1), TEXT ("1"), TEXT (""))))->partner,
                  dial1);
    cr_assert_eq (note_of (say (&link, SCCP_FORWARD_STAT_RES, FIELDS (LE32 (0), LE32 (1), ZEROS (84))))->partner,
                  forward1);
    cr_assert_eq (
        note_of (say (&link, SCCP_LINE_STAT_V2_RES, FIELDS (LE32 (1), LE32 (0), TEXT ("1"), TEXT (""), TEXT (""))))
            ->partner,
        line1);
    cr_assert_eq (note_of (answer_line (&link, 1, "1001"))->partner, 0);
}

Test (flow, no_time_is_told_across_a_clock_that_is_set_back)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    gint64 time = 0, by = 0;
    Value value;

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    now -= 10 * SECOND;
    NoteId ack = accept_registration (&link);
    cr_assert_not (explain_response_time (flow, note_of (ack), &time));
    cr_assert_lt (explain_elapsed (flow, ack), 0);
    cr_assert_neq (flow_goes_back (flow, &by), 0);
    cr_assert_eq (by, 10 * SECOND - MILLISECOND);
    now -= 10 * SECOND;
    NoteId alive = say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_not (values_find (notes_values (flow_notes (flow), note_of (alive)), VALUE_INTERVAL, &value),
                   "no negative interval");
    cr_assert_str_eq (level_of (say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS)), "ready");
}

Test (flow, a_heartbeat_behind_its_answer_is_not_measured_from_that)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    Value value;

    register_phone (&link, "SEP001380AD9E5F");
    say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    now += 30 * SECOND;
    say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    NoteId late = say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert_not (values_find (notes_values (flow_notes (flow), note_of (late)), VALUE_INTERVAL, &value));
    now += 30 * SECOND;
    NoteId next = say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    cr_assert (values_find (notes_values (flow_notes (flow), note_of (next)), VALUE_INTERVAL, &value));
}

Test (flow, times_at_the_end_of_the_scale_do_no_harm)
{
    static const gint64 times[] = { G_MININT64, G_MAXINT64, 0, G_MININT64, -1, G_MAXINT64 };
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    gint64 time;

    for (gsize i = 0; i < G_N_ELEMENTS (times); i++) {
        now = times[i] - (times[i] > 0 ? MILLISECOND : 0);
        now = MIN (now, G_MAXINT64 - 100 * MILLISECOND);
        if (i == 0)
            shake_hands (&link);
        ask_to_register (&link, "SEP001380AD9E5F", 115);
        now = times[G_N_ELEMENTS (times) - 1 - i] / 2 * (i % 2 ? 1 : 2);
        now = MIN (now, G_MAXINT64 - 100 * MILLISECOND);
        accept_registration (&link);
        say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
        now = -(now / 2);
        set_clock (&link);
        say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    }
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        explain_elapsed (flow, id);
        explain_response_time (flow, note_of (id), &time);
        g_free (explain_tip (flow, tips, id, TIP_TEXT));
    }
}

#define MANY 25

Test (flow, many_messages_in_one_frame_are_as_many_notes)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    register_phone (&link, "SEP001380AD9E5F");
    for (guint i = 0; i < MANY; i++)
        wire_pdu (bytes, 0, SCCP_SPEED_DIAL_STAT_REQ, FIELDS (LE32 (i + 1)));
    NoteId first = send_bytes (&link, FALSE, bytes->data, bytes->len);
    cr_assert_eq (notes_count (flow_notes (flow)), first + MANY - 1);
    for (guint i = 0; i < MANY; i++) {
        Value value;
        cr_assert_eq (note_of (first + i)->frame, frame_number);
        cr_assert (values_find (notes_values (flow_notes (flow), note_of (first + i)), VALUE_INSTANCE, &value));
        cr_assert_eq (value.number, i + 1);
    }
    cr_assert_eq (note_of (say (&link, SCCP_SPEED_DIAL_STAT_V2_RES, FIELDS (LE32 (20), TEXT (""), TEXT (""))))->partner,
                  first + 19);
}

Test (flow, a_message_counts_in_the_frame_in_which_it_ends)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    shake_hands (&link);
    wire_pdu (bytes, 0, SCCP_REGISTER_REQ, FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (24)));
    wire_pdu (bytes, 0, SCCP_IP_PORT, FIELDS (LE32 (0)));
    CHECK (send_bytes (&link, FALSE, bytes->data, 8), "Segment", "connect", "");
    CHECK (send_bytes (&link, FALSE, bytes->data + 8, 22), "Segment", "connect", "");
    NoteId request = send_bytes (&link, FALSE, bytes->data + 30, 30);
    CHECK (request, "RegisterReq", "register", "");
    cr_assert_str_eq (device_at (request), "SEP001380AD9E5F");
    CHECK (send_bytes (&link, FALSE, bytes->data + 60, bytes->len - 60), "IpPort", "register", "");
}

/* Two messages change places on the way. */
static void swap_two_segments (NoteId *ret_early, NoteId *ret_late)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    guint32 before = link.sequence[0];
    link.sequence[0] = before + 16;
    *ret_early = say (&link, SCCP_FORWARD_STAT_REQ, FIELDS (LE32 (2)));
    link.sequence[0] = before;
    *ret_late = say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
}

Test (flow, a_segment_that_comes_too_early_waits)
{
    NoteId early, late;

    swap_two_segments (&early, &late);
    CHECK (early, "Held", "connect", "");
    CHECK (late, "LineStatReq", "status", "");
    CHECK (late + 1, "ForwardStatReq", "status", "");
    cr_assert_eq (note_of (late + 1)->frame, note_of (late)->frame);
}

Test (flow, what_the_server_says_may_come_before_all_that_it_answers)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    const guint32 size = 56; /* of RegisterReq */

    shake_hands (&link);
    say (&link, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "Name=SEP001380AD9E5F"), LE32 (0), LE32 (0)));
    link.sequence[0] += size;
    NoteId accepted = accept_registration (&link);
    say (&link, SCCP_CAPABILITIES_REQ, NO_FIELDS);
    link.sequence[0] -= size;
    NoteId asked = ask_to_register (&link, "SEP001380AD9E5F", 115);
    cr_assert_eq (note_of (accepted)->partner, asked);
    NoteId clock = say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    cr_assert_str_eq (level_of (clock), "ready");
    cr_assert_eq (attempt_of (clock), 1);
}

Test (flow, a_message_cut_by_the_capture_still_gives_a_note)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    char buffer[EXPLAIN_MESSAGE_SIZE];

    wire_pdu (bytes, 0, SCCP_REGISTER_REQ, FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (8), IPV4 ("10.0.0.15")));
    for (gsize size = 0; size < bytes->len; size++) {
        Link link = new_link ("10.0.0.15", (guint16) (50000 + size), "10.0.0.1");
        shake_hands (&link);
        NoteId note = send_frame (&link, FALSE, TCP_ACK, bytes->len, bytes->data, size);
        CHECK (note, size < 12 ? "Segment" : "RegisterReq", size < 12 ? "connect" : "register", "");
        if (size >= 12)
            cr_assert_str_eq (explain_message (flow, note_of (note), buffer), "RegisterReq");
        if (size >= 28)
            cr_assert_str_eq (device_at (note), "SEP001380AD9E5F");
    }
}

Test (flow, unknown_ids_are_named_by_their_number)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    char buffer[EXPLAIN_MESSAGE_SIZE];

    shake_hands (&link);
    cr_assert_str_eq (explain_message (flow, note_of (say (&link, 0x7777, NO_FIELDS)), buffer), "Unknown 0x7777");
    cr_assert_str_eq (explain_message (flow, note_of (say (&link, 0x99, NO_FIELDS)), buffer), "DisplayText");
    cr_assert_str_eq (explain_message (flow, note_of (say (&link, 0x13, NO_FIELDS)), buffer), "Unknown 0x0013");
    cr_assert_str_eq (explain_message (flow, note_of (say (&link, 0xFFFFFFFF, NO_FIELDS)), buffer),
                      "Unknown 0xffffffff");
    cr_assert_null (explain_message (flow, note_of (1), buffer), "a TCP event is no message");
}

typedef struct {
    NoteId notes[8];
    guint32 connections[8];
    gsize sizes[8];
    guint count;
    guint8 first[SCCP_HEADER_SIZE + 4];
} Heard;

static void hear (const FlowMessage *message, gpointer user_data)
{
    Heard *heard = user_data;

    cr_assert_lt (heard->count, G_N_ELEMENTS (heard->notes));
    cr_assert_eq (message->from_server, note_of (message->note)->from_server);
    cr_assert_eq (message->protocol, catalog_kind (note_of (message->note)->kind)->protocol);
    cr_assert_eq (message->server->port, PORT_SCCP);
    if (heard->first[0] == 0 && message->octets.size >= sizeof heard->first)
        memcpy (heard->first, message->octets.data, sizeof heard->first);
    heard->notes[heard->count] = message->note;
    heard->connections[heard->count] = message->connection;
    heard->sizes[heard->count++] = message->octets.size;
}

Test (flow, a_listener_hears_whole_messages_and_events_with_their_connection)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    const guint8 expected[] = { 8, 0, 0, 0, 0, 0, 0, 0, 0x0B, 0, 0, 0 };
    Heard heard = { 0 };

    shake_hands (&link);
    flow_listen (flow, hear, &heard);
    wire_pdu (bytes, 0, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    wire_pdu (bytes, 0, SCCP_FORWARD_STAT_REQ, FIELDS (LE32 (1)));
    send_bytes (&link, FALSE, bytes->data, 10);
    send_bytes (&link, FALSE, bytes->data + 10, bytes->len - 10);
    NoteId closed = tcp (&link, TRUE, TCP_FIN | TCP_ACK);
    Link again = new_link ("10.0.0.15", 50000, "10.0.0.1");
    again.sequence[0] = 77777;
    tcp (&again, FALSE, TCP_SYN);
    flow_listen (flow, NULL, NULL);
    tcp (&again, TRUE, TCP_SYN | TCP_ACK);

    cr_assert_eq (heard.count, 5, "two messages, data that ends no message, the end and the next beginning: %u",
                  heard.count);
    cr_expect_eq (heard.sizes[0], 0);
    cr_expect_eq (heard.sizes[1], 16);
    cr_expect_eq (heard.sizes[2], 16);
    cr_expect_eq (heard.notes[3], closed);
    cr_expect_eq (heard.connections[1], heard.connections[3]);
    cr_expect_eq (heard.connections[4], heard.connections[3] + 1, "the same ports, another connection");
    cr_expect_arr_eq (heard.first, expected, sizeof expected, "octets as they came, header included");
}

Test (flow, what_has_nothing_to_do_with_phones_gives_no_note)
{
    Link web = { endpoint ("10.0.0.15", 50000), endpoint ("10.0.0.1", 80), { 0, 0 } };
    static const guint8 data[] = "GET / HTTP/1.1\r\n\r\n";
    Link odd = new_link ("10.0.0.15", 50001, "10.0.0.1");
    guint count = 1;
    Frame udp = { .number = 9, .transport = TRANSPORT_UDP, .source = web.phone, .destination = web.server };

    cr_assert_eq (tcp (&web, FALSE, TCP_SYN), 0);
    cr_assert_eq (send_bytes (&web, FALSE, data, sizeof data), 0);
    cr_assert_eq (send_bytes (&odd, FALSE, data, sizeof data), 0, "nor what is no SCCP on its port");
    udp.destination.port = PORT_SCCP;
    cr_assert_eq (flow_frame (flow, &udp, &count), 0);
    cr_assert_eq (count, 0);
    cr_assert_eq (notes_count (flow_notes (flow)), 0);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
}

Test (flow, a_retransmission_names_what_was_sent_last)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    Value value;

    shake_hands (&link);
    guint32 before = link.sequence[0];
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    link.sequence[0] = before;
    NoteId again = ask_to_register (&link, "SEP001380AD9E5F", 115);
    CHECK (again, "Retransmission", "register", "");
    cr_assert (values_find (notes_values (flow_notes (flow), note_of (again)), VALUE_MESSAGE, &value));
    cr_assert_eq (memcmp (value.text, "RegisterReq", value.text_size), 0);
    cr_assert_eq (attempt_of (again), 1, "and is no second attempt");
}
