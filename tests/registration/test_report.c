/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report.h"
#include "tests/support/play.h"

static GString *text; /* the report, once it is written */

static void begin (void)
{
    set_up ();
    text = g_string_new (NULL);
}

static void end (void)
{
    g_string_free (text, TRUE);
    tear_down ();
}

TestSuite (report, .init = begin, .fini = end);

static void append (const char *part, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, part, (gssize) size);
}

static gboolean is_late (NoteId id, gconstpointer user_data)
{
    return id >= *(const NoteId *) user_data;
}

/* Writes the report of the notes from this one on. */
static void write_report_as (NoteId first, const ReportOptions *options, const char *trouble)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Tips) tips = tips_new_shipped (NULL, &error);

    cr_assert_not_null (tips);
    flow_finish (flow, now);
    g_autoptr (Summary) summary = summary_new (diagnosis, is_late, &first);
    ReportSource source = {
        .capture = "phone.pcap", .summary = summary, .filter = is_late, .user_data = &first, .trouble = trouble
    };
    ReportWriter *writer = report_writer_new (options, tips, append, text);
    report_write (writer, &source);
    report_writer_finish (writer);
    cr_expect (g_utf8_validate (text->str, (gssize) text->len, NULL));
}

static void write_report_from (NoteId first)
{
    ReportOptions options = { .format = REPORT_TEXT };
    write_report_as (first, &options, NULL);
}

static void write_report (void)
{
    write_report_from (1);
}

static void check_says (const char *part, int line)
{
    cr_expect (strstr (text->str, part), "line %d: \"%s\" is missing in:\n%s", line, part, text->str);
}

static void check_does_not_say (const char *part, int line)
{
    cr_expect (!strstr (text->str, part), "line %d: \"%s\" must not be in:\n%s", line, part, text->str);
}

#define REPORTS(part)      check_says ((part), __LINE__)
#define DOES_NOT_SAY(part) check_does_not_say ((part), __LINE__)

static NoteId refuse (Link *link)
{
    return say (link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "\x80\x2F")));
}

Test (report, a_capture_without_a_phone_says_so)
{
    write_report ();
    cr_expect_str_eq (text->str, "No phone is recognised in a registration here. One on a port that is not "
                                 "usual for it may be missed.\n");
}

Test (report, what_a_filter_leaves_out_is_not_in_the_report)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    write_report_from (notes_count (flow_notes (flow)) + 1);
    cr_expect_str_eq (text->str, "No phone is recognised in a registration here. One on a port that is not "
                                 "usual for it may be missed.\n");
}

Test (report, a_phone_that_is_ready_is_one_sentence_and_one_attempt)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    write_report ();
    cr_expect (g_str_has_prefix (text->str, "SEP001380AD9E5F ("), "%s", text->str);
    REPORTS (" at 10.0.0.15: registered and ready\n");
    REPORTS ("  attempt 1 at 10.0.0.1: frames 1 to 7, 2015-05-03 14:07:09.001 UTC, 6 ms: ready\n");
    REPORTS ("    RegisterReq to RegisterAck 1 ms, SYN to RegisterAck 4 ms, RegisterReq to ready 2 ms\n");
    DOES_NOT_SAY ("attempt 2");
    DOES_NOT_SAY ("its beginning is not in the capture");
}

Test (report, each_phase_has_its_first_and_last_message_and_their_number)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    now += 2 * SECOND;
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    now += 3 * SECOND;
    accept_registration (&link);
    write_report ();
    REPORTS ("    connect       first at     0.000 s, last at     0.001 s, 2 messages\n");
    REPORTS ("    register      first at     2.003 s, last at     5.004 s, 2 messages\n");
    REPORTS ("    RegisterReq to RegisterAck 3 s, SYN to RegisterAck 5 s\n");
    REPORTS (": accepted, but not ready\n");
}

/* Only phones ask for it. */
static void ask_for_file (void)
{
    static const char request[] = "\0\001OS79XX.TXT\0octet";
    Frame frame = { .number = ++frame_number,
                    .time = now += MILLISECOND,
                    .transport = TRANSPORT_UDP,
                    .source = endpoint ("10.0.0.15", 40000),
                    .destination = endpoint ("10.0.0.1", 69),
                    .payload = { (const guint8 *) request, sizeof request } };
    guint count;

    cr_assert (flow_frame (flow, &frame, &count));
}

Test (report, a_phase_of_one_message_has_no_plural)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    ask_for_file ();
    tcp (&link, FALSE, TCP_SYN);
    write_report ();
    REPORTS ("last at     0.001 s, 1 message\n");
    REPORTS (": still on its way when the capture ends, in the phase \"connect\"\n");
    REPORTS ("  attempt 1 at 10.0.0.1: frames 1 to 2, 2015-05-03 14:07:09.001 UTC, 1 ms: the SYN is not answered\n");
}

Test (report, a_rejected_phone_is_told_why_and_what_to_do)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    refuse (&link);
    write_report ();
    REPORTS (": not registered, refused by 10.0.0.1: RegisterReject: \"Error DBConfig\" (register-rejected, "
             "certain)\n  Why: "
             "10.0.0.1 refuses SEP001380AD9E5F");
    REPORTS ("\n  To do: ");
    REPORTS (": refused\n");
    REPORTS ("    RegisterReq to RegisterReject 1 ms, SYN to RegisterReject 4 ms\n");
    REPORTS ("  error register-rejected (certain): ");
    REPORTS ("; frames 4, 5\n");
}

Test (report, attempts_are_told_one_after_the_other)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    refuse (&link);
    tcp (&link, TRUE, TCP_FIN | TCP_ACK);
    now += 60 * SECOND;
    Link second = new_link ("10.0.0.15", 49176, "10.0.0.1");
    register_phone (&second, "SEP001380AD9E5F");
    write_report ();
    REPORTS (": registered and ready\n");
    REPORTS ("  attempt 1 at 10.0.0.1: frames 1 to ");
    REPORTS ("    RegisterReq to RegisterReject 1 ms, SYN to RegisterReject 4 ms\n");
    REPORTS ("  attempt 2 at 10.0.0.1: frames 7 to 13, ");
    REPORTS ("    RegisterReq to RegisterAck 1 ms, SYN to RegisterAck 4 ms, RegisterReq to ready");
    REPORTS ("  error register-rejected (certain): ");
    DOES_NOT_SAY ("attempt 3");
}

Test (report, a_phone_that_became_ready_is_not_blamed_for_an_old_error)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    refuse (&link);
    Link second = new_link ("10.0.0.15", 49176, "10.0.0.1");
    register_phone (&second, "SEP001380AD9E5F");
    write_report ();
    REPORTS (": registered and ready\n");
    DOES_NOT_SAY ("ready. ");
}

Test (report, of_several_errors_the_sentence_tells_the_latest)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    for (guint attempt = 0; attempt < 3; attempt++) {
        link = new_link ("10.0.0.15", (guint16) (49175 + attempt), "10.0.0.1");
        shake_hands (&link);
        ask_to_register (&link, "SEP001380AD9E5F", 115);
        refuse (&link);
        tcp (&link, TRUE, TCP_FIN | TCP_ACK);
    }
    write_report ();
    REPORTS (": not registered, refused by 10.0.0.1: Refused again and again: \"Error DBConfig\" "
             "(reject-loop, certain)\n  Why: 10.0.0.1 has refused SEP001380AD9E5F several times");
    REPORTS ("  error reject-loop (certain): Refused again and again: \"Error DBConfig\"; frames 5, 11, 17\n");
}

Test (report, a_phone_that_is_not_answered_is_told_so_and_why)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    tcp (&link, TRUE, TCP_ACK);
    now += 20 * SECOND;
    write_report ();
    REPORTS (": not registered, 10.0.0.1 does not answer: RegisterReq is not answered (register-unanswered, "
             "likely)\n  Why: 10.0.0.1 took the connection");
    REPORTS ("\n  To do: Check");
    REPORTS ("  attempt 1 at 10.0.0.1: frames 1 to 5, 2015-05-03 14:07:09.001 UTC, 4 ms: no answer\n");
    REPORTS ("  error register-unanswered (likely): RegisterReq is not answered; frame 4\n");
}

Test (report, a_phone_is_not_stuck_because_the_capture_ends)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    ask_for_file ();
    shake_hands (&link);
    write_report ();
    REPORTS (": still on its way when the capture ends, in the phase \"connect\"\n");
    DOES_NOT_SAY ("stuck");
    g_string_truncate (text, 0);
    now += 100 * SECOND;
    write_report ();
    REPORTS (": still on its way when the capture ends, in the phase \"connect\"\n");
    DOES_NOT_SAY ("not registered");
}

Test (report, who_only_knocks_is_no_phone)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    tcp (&link, FALSE, TCP_FIN | TCP_ACK);
    write_report ();
    DOES_NOT_SAY ("10.0.0.15: ");
}

/* Over SIP: somebody asks a server twice, who refuses. */
static void knock (guint server)
{
    g_autofree char *address = g_strdup_printf ("10.0.0.%u", server);
    Link link = new_link ("10.0.0.15", (guint16) (49200 + server), address);

    for (guint16 again = 0; again < 2; again++) {
        link.phone.port = (guint16) (49200 + 2 * server + again);
        link.server.port = 5060;
        tcp (&link, FALSE, TCP_SYN);
        tcp (&link, TRUE, TCP_RST | TCP_ACK);
    }
}

Test (report, who_tries_more_servers_than_a_phone_knows_is_none)
{
    for (guint server = 1; server <= 4; server++)
        knock (server);
    write_report ();
    REPORTS ("10.0.0.15: not registered");
    g_string_truncate (text, 0);
    for (guint server = 5; server <= 9; server++)
        knock (server);
    flow_finish (flow, now);
    write_report ();
    DOES_NOT_SAY ("10.0.0.15");
    cr_expect_eq (findings_count (diagnosis_findings (diagnosis)), 0, "nothing is found about who is no phone");
}

Test (report, on_port_2000_an_attempt_shows_no_phone)
{
    for (guint16 again = 0; again < 3; again++) {
        Link link = new_link ("10.0.0.15", (guint16) (49200 + again), "10.0.0.1");
        tcp (&link, FALSE, TCP_SYN);
        tcp (&link, TRUE, TCP_RST | TCP_ACK);
    }
    write_report ();
    DOES_NOT_SAY ("10.0.0.15: ");
    REPORTS ("\n  10.0.0.15 turns to 10.0.0.1, port 2000: nothing else shows whether it is a phone.\n");
}

Test (report, a_message_that_nobody_knows_shows_no_phone)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    say (&link, 0x7777, FIELDS (LE32 (1)));
    tcp (&link, TRUE, TCP_RST | TCP_ACK);
    write_report ();
    DOES_NOT_SAY ("10.0.0.15: ");
}

Test (report, who_is_spoken_to_first_talks_to_no_call_manager)
{
    static const guint8 banner[] = "SSH-2.0-Example_9.2\r\n";
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    send_bytes (&link, TRUE, banner, sizeof banner - 1);
    write_report ();
    DOES_NOT_SAY ("10.0.0.15: ");
}

Test (report, a_connection_that_closes_before_the_answer_has_failed)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    tcp (&link, FALSE, TCP_FIN | TCP_ACK);
    write_report ();
    REPORTS (": not registered, stuck in the phase \"register\"");
    REPORTS (": closed before a decision\n");
}

/* The message is sent, and is not in the capture. */
static void lose (Link *link, gboolean from_server, guint32 size)
{
    link->sequence[from_server] += size;
}

Test (report, what_only_registered_phones_are_answered_stands_for_a_lost_acknowledgment)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    lose (&link, TRUE, 32);
    tcp (&link, FALSE, TCP_ACK);
    say (&link, SCCP_CAPABILITIES_REQ, NO_FIELDS);
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    write_report ();
    REPORTS (": registered; how that began is not in the capture, or only in part\n");
    REPORTS (": registered, as an answer shows\n");
    DOES_NOT_SAY ("not known");
}

Test (report, a_keepalive_that_is_acknowledged_stands_for_nothing)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    lose (&link, TRUE, 32);
    tcp (&link, FALSE, TCP_ACK);
    now += 30 * SECOND;
    say (&link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    say (&link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    write_report ();
    REPORTS (": not known: what would tell it is not in the capture, or cut off in it\n");
}

Test (report, a_phone_that_goes_on_after_a_setback_is_not_stuck)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1"), again = new_link ("10.0.0.15", 49176, "10.0.0.1");

    shake_hands (&link);
    tcp (&link, FALSE, TCP_FIN | TCP_ACK);
    shake_hands (&again);
    ask_to_register (&again, "SEP001380AD9E5F", 115);
    write_report ();
    REPORTS (": still on its way when the capture ends, in the phase \"register\"");
}

Test (report, a_phone_that_signed_off_is_no_failure)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    say (&link, SCCP_UNREGISTER_REQ, NO_FIELDS);
    say (&link, SCCP_UNREGISTER_ACK, FIELDS (LE32 (0)));
    tcp (&link, FALSE, TCP_FIN | TCP_ACK);
    write_report ();
    REPORTS (": signed off\n");
    REPORTS (", RegisterReq to ready 2 ms\n");
    DOES_NOT_SAY ("error");
}

Test (report, each_phone_has_its_own_findings)
{
    Link good = new_link ("10.0.0.15", 49175, "10.0.0.1"), bad = new_link ("10.0.0.16", 49175, "10.0.0.1");

    register_phone (&good, "SEP001380AD9E5F");
    shake_hands (&bad);
    ask_to_register (&bad, "SEP001380AD9E60", 115);
    refuse (&bad);
    write_report ();
    const char *second = strstr (text->str, "\nSEP001380AD9E60");
    const char *error = strstr (text->str, "  error register-rejected");
    cr_assert (second && error, "%s", text->str);
    cr_expect_gt (error, second);
    cr_expect_null (strstr (error + 1, "  error "));
}

Test (report, notes_and_warnings_are_listed_but_are_not_the_sentence)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    accept_registration (&link);
    say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    answer_line (&link, 1, "");
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    say (&link, SCCP_RESET, FIELDS (LE32 (2)));
    write_report ();
    REPORTS ("  warning no-line (certain): Registered without a number; frames 6, 7\n");
    REPORTS ("  note reset-ordered (certain): Ordered by the server: to register again without booting (restart); "
             "frame 10\n");
    DOES_NOT_SAY ("error");
}

Test (report, what_nobody_sees_or_what_turns_a_line_round_is_shown_as_such)
{
    g_autoptr (GString) mark = g_string_new ("a\nL\u00E4nge \u65E5 ");

    report_clean (mark, 0);
    cr_assert_str_eq (mark->str, "a\nL\u00E4nge \u65E5 ");
    g_string_assign (mark, "x\u202Ey\u2066z\u2028u\u200Bv\u00ADw\uFEFF");
    report_clean (mark, 0);
    cr_assert_str_eq (mark->str, "x\uFFFDy\uFFFDz\uFFFDu\uFFFDv\uFFFDw\uFFFD");
}

Test (report, freeing_nothing_is_allowed)
{
    summary_free (NULL);
    report_writer_finish (NULL);
}
