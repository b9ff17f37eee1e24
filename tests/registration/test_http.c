/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/http.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const char request[] = "GET /SEP001122334455.cnf.xml.sgn?x=1 HTTP/1.1\r\n"
                              "Host:10.0.0.1:6970\r\n"
                              "user-agent: \tCisco/8841 \r\n"
                              "Host: another\r\n"
                              "\r\n";

static const char answer[] = "HTTP/1.1 200 OK\r\n"
                             "Server: tftp\r\n"
                             "Content-Type: text/xml\r\n"
                             "Content-Length: 9\r\n"
                             "\r\n"
                             "<device/>HTTP/1.1 404 of the next message";

static gboolean decode (const char *text, HttpMessage *ret_message)
{
    return http_decode ((const guint8 *) text, strlen (text), ret_message);
}

Test (http, a_request_names_the_file_and_who_asks)
{
    HttpMessage message;

    cr_assert (decode (request, &message));
    cr_assert (message.is_request);
    cr_assert (view_is (message.method, "GET"));
    cr_assert (view_is (message.path, "/SEP001122334455.cnf.xml.sgn?x=1"));
    cr_assert (view_is (message.version, "HTTP/1.1"));
    cr_assert (view_is (message.host, "10.0.0.1:6970"));
    cr_assert (view_is (message.user_agent, "Cisco/8841"));
    cr_assert (message.head_complete);
    cr_assert_not (message.has_content_length);
    cr_assert_eq (message.body.size, 0);
}

Test (http, an_answer_has_a_status_and_as_much_body_as_it_says)
{
    HttpMessage message;

    cr_assert (decode (answer, &message));
    cr_assert_not (message.is_request);
    cr_assert_eq (message.status, 200);
    cr_assert (view_is (message.reason, "OK"));
    cr_assert (view_is (message.server, "tftp"));
    cr_assert (view_is (message.content_type, "text/xml"));
    cr_assert_eq (message.content_length, 9);
    cr_assert (view_is (message.body, "<device/>"));
}

Test (http, not_found_may_have_no_reason_and_bare_line_ends)
{
    HttpMessage message;

    cr_assert (decode ("HTTP/1.0 404\nTransfer-Encoding: Chunked\n\n0\r\n\r\n", &message));
    cr_assert_eq (message.status, 404);
    cr_assert_eq (message.reason.size, 0);
    cr_assert (message.chunked);
    cr_assert_eq (message.body.size, 5);
}

Test (http, a_cut_head_is_read_as_far_as_it_goes)
{
    HttpMessage message;

    cr_assert (decode ("HTTP/1.1 200 OK\r\nServer: one\r\nContent-Le", &message));
    cr_assert (view_is (message.server, "one"));
    cr_assert_not (message.head_complete);
    cr_assert_not (message.has_content_length);
}

Test (http, other_texts_are_refused)
{
    static const char *const texts[] = {
        "",
        "\r\n",
        "GET /x",
        "GET /x HTTP/1.1",
        "GET /x HTTP/2\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "REGISTER sip:10.0.0.1 SIP/2.0\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
    };
    HttpMessage message;

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
        cr_assert_not (decode (texts[i], &message), "%s", texts[i]);
}

Test (http, an_impossible_length_counts_as_none)
{
    HttpMessage message;

    cr_assert (decode ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", &message));
    cr_assert_not (message.has_content_length);
    cr_assert (view_is (message.body, "abc"));
    cr_assert (decode ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", &message));
    cr_assert_not (message.has_content_length);
}

static void decode_anything (const guint8 *data, gsize size)
{
    HttpMessage message;

    if (!http_decode (data, size, &message))
        return;
    const View views[] = { message.method,       message.path,       message.version, message.reason, message.host,
                           message.content_type, message.user_agent, message.server,  message.body };
    for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
        cr_assert (view_inside (views[i], data, size));
    cr_assert_eq (message.is_request, message.status == 0);
}

Test (http, damaged_and_cut_messages_are_decoded_safely)
{
    try_every_damage ((const guint8 *) request, sizeof request - 1, decode_anything);
    try_every_damage ((const guint8 *) answer, sizeof answer - 1, decode_anything);
}

static gssize take_chunk (const char *text, View *ret_chunk)
{
    return http_chunk ((const guint8 *) text, strlen (text), ret_chunk);
}

Test (http, a_chunk_is_taken_when_it_is_whole)
{
    static const char whole[] = "5;name=x\r\nhello\r\n0\r\n\r\n";
    View chunk;

    cr_expect_eq (take_chunk (whole, &chunk), 17);
    cr_expect_eq (chunk.size, 5);
    cr_expect_arr_eq (chunk.data, "hello", 5);
    cr_expect_eq (take_chunk (whole + 17, &chunk), 3);
    cr_expect_eq (chunk.size, 0, "the last one");
    for (gsize size = 0; size < 17; size++)
        cr_expect_eq (http_chunk ((const guint8 *) whole, size, &chunk), 0, "%zu octets are no whole chunk", size);
}

Test (http, nonsense_is_no_chunk)
{
    static const char *const texts[] = { "x\r\nhello\r\n",        "\r\n",       "5x\r\nhello\r\n", "5\r\nhelloXY",
                                         "FFFFFFFFFFFFFFFFF\r\n", "1000001\r\n" };
    g_autofree char *line = g_strnfill (1000, '1');
    View chunk;

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
        cr_expect_eq (take_chunk (texts[i], &chunk), -1, "%s", texts[i]);
    cr_expect_eq (take_chunk (line, &chunk), -1, "a size line without end");
}

static gint find (const char *text)
{
    gsize offset = 12345, size = strlen (text);
    g_autofree guint8 *copy = g_memdup2 (text, MAX (size, 1));

    return http_find ((View){ copy, size }, &offset) ? (gint) offset : -2 - (gint) offset;
}

Test (http, a_message_is_found_behind_the_rest_of_another)
{
    cr_assert_eq (find ("HTTP/1.1 200 OK\r\n"), 0);
    cr_assert_eq (find ("rest>\r\n\r\nGET /a HTTP/1.1\r\nHost: b\r\n"), 9);
    cr_assert_eq (find ("rest\nGET /a HT"), -2 - 5);
    cr_assert_eq (find ("rest\nof it\n"), -2 - 11);
    cr_assert_eq (find (""), -2);
}

Test (http, a_beginning_tells_what_is_still_to_come)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nabc";

    cr_assert_eq (http_rest ((View){ (const guint8 *) head, strlen (head) }), 17);
    cr_assert_eq (http_rest ((View){ (const guint8 *) head, 30 }), 0);
    cr_assert_eq (http_rest ((View){ (const guint8 *) head + 5, 30 }), 0);
}
