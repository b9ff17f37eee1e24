/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/summary.h"
#include "tests/registration/boot.h"

TestSuite (flow_http, .init = set_up, .fini = tear_down);

static Link new_http (guint16 port)
{
    return (Link){ endpoint ("10.0.0.15", port), endpoint ("10.0.0.5", 6970), { 1000, 5000 } };
}

static NoteId http_text (Link *link, gboolean from_server, const char *text)
{
    return send_bytes (link, from_server, (const guint8 *) text, strlen (text));
}

#define GET_CONFIG "GET /" CONFIG " HTTP/1.1\r\nHost: 10.0.0.5:6970\r\nUser-Agent: Cisco-CP8851\r\n\r\n"

static char *http_answer (const char *body)
{
    return g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n%s", strlen (body),
                            body);
}

Test (flow_http, a_configuration_comes_over_http)
{
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);

    CHECK (tcp (&link, FALSE, TCP_SYN), "Connect", "files", "");
    CHECK (tcp (&link, TRUE, TCP_SYN | TCP_ACK), "Accept", "files", "");
    tcp (&link, FALSE, TCP_ACK);
    NoteId request = http_text (&link, FALSE, GET_CONFIG), response = http_text (&link, TRUE, answer);
    SAYS (request, "HTTP Request", "files", "");
    SAYS (response, "HTTP Response", "files", "config");
    cr_assert_str_eq (device_at (request), NAME);
    cr_assert_str_eq (value_of (request, VALUE_FILE), CONFIG);
    cr_assert_str_eq (value_of (response, VALUE_CALL_MANAGERS), "10.0.0.2, 10.0.0.3, cucm.example");
    cr_assert_eq (note_of (response)->partner, request);
    check_all_notes ();
}

/* The word after the number of an answer says nothing about the file. */
Test (flow_http, what_is_wrong_in_a_configuration_is_not_that_its_answer_is_ok)
{
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);

    shake_hands (&link);
    http_text (&link, FALSE, GET_CONFIG);
    NoteId whole = http_text (&link, TRUE, answer);
    http_text (&link, FALSE, GET_CONFIG);
    NoteId unreadable = http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnone");
    SAYS (whole, "HTTP Response", "files", "config");
    cr_expect_str_eq (value_of (whole, VALUE_TEXT), "");
    SAYS (unreadable, "HTTP Response", "files", "broken");
    cr_expect_str_neq (value_of (unreadable, VALUE_TEXT), "OK");
    check_all_notes ();
}

Test (flow_http, http_split_over_segments_counts_where_it_ends)
{
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);
    NoteId note = 0;

    shake_hands (&link);
    for (gsize at = 0; at < strlen (GET_CONFIG); at += 20)
        note = send_bytes (&link, FALSE, (const guint8 *) GET_CONFIG + at, MIN (20, strlen (GET_CONFIG) - at));
    SAYS (note, "HTTP Request", "files", "");
    for (gsize at = 0; at < strlen (answer); at += 100)
        note = send_bytes (&link, TRUE, (const guint8 *) answer + at, MIN (100, strlen (answer) - at));
    SAYS (note, "HTTP Response", "files", "config");
    check_all_notes ();
}

Test (flow_http, http_requests_may_come_one_behind_the_other)
{
    Link link = new_http (50000);

    shake_hands (&link);
    NoteId first = http_text (&link, FALSE, "GET /CTLSEP001122334455.tlv HTTP/1.1\r\n\r\n" GET_CONFIG);
    NoteId answers = http_text (&link, TRUE,
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    SAYS (first, "HTTP Request", "files", "");
    SAYS (first + 1, "HTTP Request", "files", "");
    cr_expect_eq (note_of (answers)->partner, first);
    cr_expect_eq (note_of (answers + 1)->partner, first + 1);
    cr_expect_str_eq (value_of (answers, VALUE_FILE), "CTLSEP001122334455.tlv");
    cr_expect_str_eq (variant_of (answers), "harmless");
    cr_expect_str_eq (value_of (answers + 1, VALUE_FILE), CONFIG);
    cr_expect_str_eq (variant_of (answers + 1), "not-found");
    check_all_notes ();
}

Test (flow_http, a_long_body_is_passed_over)
{
    Link link = new_http (50000);
    g_autofree char *body = g_strnfill (1000, 'x');

    shake_hands (&link);
    http_text (&link, FALSE, "GET /sip88xx.12-1-1-12.loads HTTP/1.1\r\n\r\n");
    NoteId head = http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
    /* The head promises; what was delivered is not known yet. */
    SAYS (head, "HTTP Response", "files", "");
    for (guint i = 0; i < 200; i++)
        CHECK (http_text (&link, TRUE, body), "Segment", "files", "");
    http_text (&link, FALSE, "GET /ringlist.xml HTTP/1.1\r\n\r\n");
    SAYS (http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "HTTP Response", "files",
          "delivered");
    check_all_notes ();
}

/* One frame of a TLS connection, with what it says in clear. */
static NoteId decrypted (Link *link, gboolean from_server, const char *text, gsize size)
{
    static const guint8 record[] = { 23, 3, 3, 0, 1, 0 };
    View plain = { (const guint8 *) text, size };
    Frame frame = { .number = ++frame_number,
                    .time = now += MILLISECOND,
                    .transport = TRANSPORT_TCP,
                    .source = from_server ? link->server : link->phone,
                    .destination = from_server ? link->phone : link->server,
                    .tcp = { link->sequence[from_server], link->sequence[!from_server], sizeof record, TCP_ACK },
                    .payload = { record, sizeof record },
                    .plaintexts = &plain,
                    .n_plaintexts = 1 };
    guint count = 0;

    link->sequence[from_server] += sizeof record;
    NoteId first = flow_frame (flow, &frame, &count);
    return count ? first + count - 1 : 0;
}

Test (flow_http, what_tls_itself_has_encrypted_is_no_part_of_the_stream)
{
    static const char finished[] = "\x14\0\0\x0c"
                                   "finished now",
                      ticket[] = "\4\0\0\x0a"
                                 "ten octets";
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);

    link.server.port = 6972;
    shake_hands (&link);
    decrypted (&link, FALSE, finished, sizeof finished - 1);
    SAYS (decrypted (&link, FALSE, GET_CONFIG, sizeof GET_CONFIG - 1), "HTTP Request", "files", "");
    decrypted (&link, TRUE, ticket, sizeof ticket - 1);
    SAYS (decrypted (&link, TRUE, answer, strlen (answer)), "HTTP Response", "files", "config");
    check_all_notes ();
}

Test (flow_http, a_long_configuration_over_https_is_read_whole)
{
    Link link = new_http (50000);
    g_autofree char *filler = g_strnfill (80000, ' ');
    g_autofree char *body = g_strconcat (configuration, filler, NULL), *answer = http_answer (body);
    NoteId last = 0;

    link.server.port = 6972;
    shake_hands (&link);
    decrypted (&link, FALSE, GET_CONFIG, sizeof GET_CONFIG - 1);
    for (gsize at = 0; at < strlen (answer); at += 16000)
        last = decrypted (&link, TRUE, answer + at, MIN (16000, strlen (answer) - at));
    SAYS (last, "HTTP Response", "files", "config");
}

Test (flow_http, whoever_knocks_at_a_port_is_no_phone_yet)
{
    Link http = new_http (50000), page = new_http (50002);

    for (guint i = 0; i < 5; i++)
        tcp (&http, FALSE, TCP_SYN);
    shake_hands (&page);
    http_text (&page, FALSE, "GET /index.html HTTP/1.1\r\n\r\n");
    flow_finish (flow, now + 60 * SECOND);
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    cr_assert_eq (summary->phones->len, 0);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 0);
}

Test (flow_http, a_body_that_ends_with_the_connection_is_not_called_broken)
{
    Link link = new_http (50000);
    g_autofree char *answer = g_strconcat ("HTTP/1.0 200 OK\r\n\r\n", configuration, NULL);

    shake_hands (&link);
    http_text (&link, FALSE, GET_CONFIG);
    NoteId first = send_bytes (&link, TRUE, (const guint8 *) answer, 300);
    cr_expect_str_neq (variant_of (first), "broken");
    send_bytes (&link, TRUE, (const guint8 *) answer + 300, strlen (answer) - 300);
    check_all_notes ();
}

Test (flow_http, http_refused_is_no_fault_and_leaves_the_phase)
{
    Link link = new_http (50000);
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId syn = tcp (&link, FALSE, TCP_SYN), refused = tcp (&link, TRUE, TCP_RST | TCP_ACK);
    CHECK (refused, "Refused", "files", "");
    cr_assert_eq (note_of (refused)->partner, syn);
    NoteId request = read_request (&tftp, CONFIG);
    SAYS (request, "TFTP Read Request", "files", "");
    cr_assert_eq (phone_of (syn), phone_of (request));
    check_all_notes ();
}

Test (flow_http, the_end_of_http_ends_no_registration)
{
    Link sccp = new_link ("10.0.0.15", 50000, "10.0.0.1"), http = new_http (50001);

    register_phone (&sccp, NAME);
    shake_hands (&http);
    http_text (&http, FALSE, "GET /ringlist.xml HTTP/1.1\r\n\r\n");
    CHECK (tcp (&http, TRUE, TCP_RST), "Reset", "files", "ready");
    CHECK (tcp (&http, FALSE, TCP_FIN | TCP_ACK), "Close", "files", "ready");
}

Test (flow_http, an_http_answer_without_its_request_claims_no_file)
{
    Link link = new_http (50000);

    NoteId response = http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    g_autofree char *title = tip_of (response, TIP_TITLE), *text = tip_of (response, TIP_TEXT);
    cr_expect_null (strchr (title, '?'), "%s", title);
    cr_expect_null (strchr (text, '?'), "%s", text);
    cr_assert_eq (note_of (response)->partner, 0);
}

Test (flow_http, behind_lost_octets_of_a_long_body_the_next_answer_is_read)
{
    Link link = new_http (50000);
    g_autoptr (GByteArray) rest = g_byte_array_new ();

    shake_hands (&link);
    http_text (&link, FALSE, GET_CONFIG);
    http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
    NoteId request = http_text (&link, FALSE, "GET /next.bin HTTP/1.1\r\n\r\n");
    link.sequence[1] += 199000;
    tcp (&link, FALSE, TCP_ACK);
    g_byte_array_set_size (rest, 1000);
    memset (rest->data, 'x', rest->len);
    static const char next[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    g_byte_array_append (rest, (const guint8 *) next, sizeof next - 1);
    NoteId gap = send_bytes (&link, TRUE, rest->data, rest->len);
    SAYS (gap, "Gap", "files", "server");
    cr_assert_str_eq (value_of (gap, VALUE_SIZE), "199000");
    SAYS (gap + 1, "HTTP Response", "files", "not-found");
    cr_assert_eq (note_of (gap + 1)->partner, request);
    check_all_notes ();
}

Test (flow_http, behind_a_torn_answer_the_next_one_is_read)
{
    Link link = new_http (50000);

    shake_hands (&link);
    http_text (&link, FALSE, GET_CONFIG GET_CONFIG);
    http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<dev");
    link.sequence[1] += 10;
    tcp (&link, FALSE, TCP_ACK);
    NoteId gap = http_text (&link, TRUE, "HTTP/1HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    SAYS (gap, "Gap", "files", "server");
    cr_assert_str_eq (value_of (gap + 1, VALUE_CODE), "404", "what looks like a start line is the end of the body");
}
