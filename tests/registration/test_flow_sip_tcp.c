/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/sip_play.h"

TestSuite (flow_sip, .init = set_up, .fini = tear_down);

/* --- Over TCP */

static Link new_sip (void)
{
    return (Link){ endpoint ("10.0.0.15", 50000), endpoint ("10.0.0.1", 5060), { 1000, 5000 } };
}

static NoteId send_text (Link *link, gboolean from_server, const char *text)
{
    return send_bytes (link, from_server, (const guint8 *) text, strlen (text));
}

Test (flow_sip, a_phone_registers_over_tcp)
{
    Link link = new_sip ();
    Request request = { .cseq = 1 };
    g_autofree char *text = request_text (&request), *ok = answer_text (&request, "200 OK", GRANTED);

    shake_hands (&link);
    NoteId asked = send_text (&link, FALSE, text), answered = send_text (&link, TRUE, ok);
    SAYS (asked, "REGISTER", "register", "");
    SAYS (answered, "200 OK", "register", "");
    cr_assert_eq (note_of (answered)->partner, asked);
    cr_assert_str_eq (level_of (answered), "ready");
    cr_assert_eq (attempt_of (asked), 1);
    cr_assert_eq (attempt_of (1), 1, "the SYN belongs to it");
    check_all_notes ();
}

/* REGISTER over a connection of its own from behind a router. */
static NoteId ask_through_router (Link *link, guint16 port, const char *user, const char *contact)
{
    Request request = { .cseq = port, .call_id = user, .user = user, .contact = contact };
    g_autofree char *text = request_text (&request);

    *link = new_link ("80.0.0.1", port, "10.0.0.1");
    link->server.port = 5060;
    shake_hands (link);
    return send_text (link, FALSE, text);
}

Test (flow_sip, two_phones_behind_one_address_differ_over_tcp_too)
{
    Link links[3];
    NoteId one = ask_through_router (&links[0], 50001, "1001", "<sip:1001@192.168.1.2:5060>");
    NoteId two = ask_through_router (&links[1], 50002, "1002", "<sip:1002@192.168.1.3:5060>");
    NoteId again = ask_through_router (&links[2], 50003, "1001", "<sip:1001@192.168.1.2:5060>");

    cr_assert_str_eq (device_at (one), "1001@10.0.0.1");
    cr_assert_str_eq (device_at (two), "1002@10.0.0.1");
    cr_assert_eq (phone_of (again), phone_of (one));
    cr_assert_eq (phone_of (again - 3), phone_of (one), "the SYN was its own");
    cr_assert_eq (phone_of (two - 3), phone_of (two));
    check_all_notes ();
}

Test (flow_sip, several_messages_in_one_segment_are_as_many_notes)
{
    Link link = new_sip ();
    Request one = { .cseq = 1 }, two = { .cseq = 2, .user = "1002", .body = "some body" };
    g_autofree char *first = request_text (&one), *second = request_text (&two);
    g_autofree char *both = g_strconcat ("\r\n\r\n", first, second, "\r\n", NULL);

    shake_hands (&link);
    NoteId note = send_text (&link, FALSE, both);
    SAYS (note, "REGISTER", "register", "");
    SAYS (note + 1, "REGISTER", "register", "");
    cr_assert_str_eq (value_of (note + 1, VALUE_NUMBER), "1002");
    cr_assert_eq (notes_count (flow_notes (flow)), note + 1);
}

Test (flow_sip, a_message_over_several_segments_counts_where_it_ends)
{
    Request request = { .cseq = 1, .body = "a body of some length" };
    g_autofree char *text = request_text (&request);

    for (gsize step = 1; step < strlen (text); step = step * 3 / 2 + 1) {
        Link link = new_sip ();
        NoteId note = 0;
        tear_down ();
        set_up ();
        shake_hands (&link);
        for (gsize at = 0; at < strlen (text); at += step) {
            note = send_bytes (&link, FALSE, (const guint8 *) text + at, MIN (step, strlen (text) - at));
            if (at + step < strlen (text))
                CHECK (note, "Segment", "connect", "");
        }
        SAYS (note, "REGISTER", "register", "");
    }
}

Test (flow_sip, a_first_message_in_two_segments_is_read_on_other_ports_too)
{
    Request request = { .cseq = 1 };
    g_autofree char *text = request_text (&request);
    const gsize half = strlen (text) / 2;
    Link link = new_sip ();

    link.server.port = 2000;
    shake_hands (&link);
    send_bytes (&link, FALSE, (const guint8 *) text, half);
    NoteId note = send_text (&link, FALSE, text + half);
    SAYS (note, "REGISTER", "register", "");
}

Test (flow_sip, a_message_without_a_length_has_no_body_over_tcp)
{
    Link link = new_sip ();
    static const char request[] = "REGISTER sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.15\r\n"
                                  "To: <sip:1001@10.0.0.1>\r\nFrom: <sip:1001@10.0.0.1>;tag=1\r\nCall-ID: x\r\n"
                                  "CSeq: 1 REGISTER\r\nContact: <sip:1001@10.0.0.15>\r\n\r\n";
    g_autofree char *twice = g_strconcat (request, request, NULL);

    shake_hands (&link);
    NoteId first = send_text (&link, FALSE, twice);
    SAYS (first, "REGISTER", "register", "");
    SAYS (first + 1, "REGISTER", "register", "again");
}

/* Its end may follow behind the capture: nobody has cut it. */
Test (flow_sip, a_body_at_the_end_of_the_capture_is_not_called_short)
{
    Request request = { .cseq = 1, .body = "a body of some length" };
    g_autofree char *text = request_text (&request);
    Link link = new_sip ();

    shake_hands (&link);
    NoteId note = send_bytes (&link, FALSE, (const guint8 *) text, strlen (text) - 5);
    CHECK (note, "Segment", "connect", "");
    flow_finish (flow, note_of (note)->time);
    SAYS (note + 1, "REGISTER", "register", "");
    cr_assert_str_eq (value_of (note + 1, VALUE_SIZE), "");
}

Test (flow_sip, what_is_no_sip_on_its_port_is_a_segment)
{
    Link link = new_sip (), middle = new_sip ();

    shake_hands (&link);
    CHECK (send_text (&link, FALSE, "GET / HTTP/1.1\r\n\r\n"), "Segment", "connect", "");
    middle.phone.port = 50001;
    cr_assert_eq (send_text (&middle, FALSE, "GET / HTTP/1.1\r\n\r\n"), 0, "and nothing in the middle");
}

Test (flow_sip, the_end_of_the_connection_is_told)
{
    Link link = new_sip ();
    Request request = { .cseq = 1 };
    g_autofree char *text = request_text (&request), *ok = answer_text (&request, "403 Forbidden", "");

    shake_hands (&link);
    send_text (&link, FALSE, text);
    send_text (&link, TRUE, ok);
    CHECK (tcp (&link, TRUE, TCP_FIN | TCP_ACK), "Close", "", "rejected");
    check_all_notes ();
}

Test (flow_sip, sip_in_clear_is_heard_on_the_port_of_tls)
{
    Link link = new_sip ();

    link.server.port = 5061;
    shake_hands (&link);
    SAYS (send_text (&link, FALSE,
                     "REGISTER sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 10.0.0.15:50000;branch=z9hG4bKa\r\n"
                     "From: <sip:1001@10.0.0.1>;tag=a\r\nTo: <sip:1001@10.0.0.1>\r\nCall-ID: a\r\nCSeq: 1 REGISTER\r\n"
                     "Contact: <sip:1001@10.0.0.15:50000;transport=tls>\r\nContent-Length: 0\r\n\r\n"),
          "REGISTER", "register", "");
    check_all_notes ();
}
