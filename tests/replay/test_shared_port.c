/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/shared_port.h"
#include "tests/support/fake_world.h"
#include "tests/support/play.h"

#include <criterion/criterion.h>

/* Phones behind one port: what comes is heard by the one that it is for. */

#define PHONES 5

static SharedPorts *ports;
static Seat *seats[PHONES];
static GString *heard[PHONES]; /* what each of them has heard */
static guint refused[PHONES], sent[PHONES];
static UdpPort *server;
static Endpoint asked_from[PHONES]; /* as the server saw them, in their order */
static guint n_asked;
static Endpoint server_end;

static void on_heard (View octets, gpointer user_data)
{
    g_string_append_len (heard[GPOINTER_TO_UINT (user_data)], (const char *) octets.data, (gssize) octets.size);
}

static void on_refusal (G_GNUC_UNUSED int error, gpointer user_data)
{
    const guint phone = GPOINTER_TO_UINT (user_data);

    refused[phone]++;
    g_clear_pointer (&seats[phone], seat_free);
}

static void on_departure (gint64 due, View octets, Departure left, G_GNUC_UNUSED gboolean is_stamped,
                          gpointer user_data)
{
    cr_expect_eq (due, 7);
    cr_expect_eq (left.from, clock_now ());
    cr_expect_gt (octets.size, 0);
    sent[GPOINTER_TO_UINT (user_data)]++;
}

static void on_question (G_GNUC_UNUSED UdpPort *port, const Endpoint *source, G_GNUC_UNUSED View octets,
                         G_GNUC_UNUSED gpointer user_data)
{
    asked_from[n_asked++ % PHONES] = *source;
}

static Seat *take_seat (guint phone)
{
    static const SeatHandlers handlers = { on_heard, on_refusal, on_departure };
    static const char *const tokens[PHONES] = { "00000000000000a0ffffffffffffffff", "00000000000000a1ffffffffffffffff",
                                                "00000000000000a2ffffffffffffffff", "00000000000000a3ffffffffffffffff",
                                                "00000000000000a4ffffffffffffffff" };
    static const char *const numbers[PHONES] = { "lab0", "lab1", "lab2", "lab3", "lab4" };
    Seat *seat = shared_ports_take (ports, &server_end, &handlers, GUINT_TO_POINTER (phone), NULL);

    cr_assert_not_null (seat);
    seat_name (seat, tokens[phone], numbers[phone]);
    return seat;
}

/* Five phones, of which two share a port. */
static void begin (void)
{
    world_begin ();
    server_end = endpoint ("10.0.0.1", 5060);
    ports = shared_ports_new (2, (IpAddress){ 0 });
    memset (refused, 0, sizeof refused);
    memset (sent, 0, sizeof sent);
    n_asked = 0;
    for (guint i = 0; i < PHONES; i++) {
        heard[i] = g_string_new (NULL);
        seats[i] = take_seat (i);
    }
}

static void end (void)
{
    for (guint i = 0; i < PHONES; i++) {
        seat_free (seats[i]);
        g_string_free (heard[i], TRUE);
    }
    shared_ports_free (ports);
    world_end ();
}

TestSuite (shared_port, .init = begin, .fini = end, .timeout = 20);

static void serve (void)
{
    static const UdpHandlers handlers = { on_question, NULL, NULL };
    server = transport_open_udp (&server_end, NULL, &handlers, NULL, NULL);
}

static void ask (guint phone, const char *branch)
{
    g_autofree char *text =
        g_strdup_printf ("REGISTER sip:lab SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=%s\r\n\r\n", branch);
    Departure left = { 0 };

    seat_send (seats[phone], (View){ (const guint8 *) text, strlen (text) }, 7, &left);
    cr_expect_eq (left.from, clock_now (), "and so long it lives");
}

static void reply (const Endpoint *from, guint to, const char *text)
{
    const Endpoint target = seat_local (seats[to]);

    world_datagram (from, &target, (View){ (const guint8 *) text, strlen (text) }, NULL);
    world_run_until (clock_now () + SECOND);
}

static void expect_heard (guint phone, const char *text)
{
    for (guint i = 0; i < PHONES; i++)
        cr_expect_str_eq (heard[i]->str, i == phone ? text : "", "phone %u", i);
}

#define ANSWER(branch) "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.9.8.7;rport=1;branch=" branch ";received=1.2.3.4\r\n\r\n"
#define QUESTION(uri, to)                                                                                              \
    "OPTIONS sip:" uri "@10.9.8.7 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKserver\r\n"                       \
    "From: <sip:server@10.0.0.1>;tag=1\r\nTo: <sip:" to "@10.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"

Test (shared_port, as_many_phones_share_a_port_as_was_said)
{
    serve ();
    for (guint i = 0; i < PHONES; i++)
        ask (i, "z9hG4bK1");
    world_run_until (clock_now () + SECOND);
    cr_assert_eq (n_asked, PHONES);
    cr_expect (endpoint_equal (&asked_from[0], &asked_from[1]));
    cr_expect (endpoint_equal (&asked_from[2], &asked_from[3]));
    cr_expect_not (endpoint_equal (&asked_from[1], &asked_from[2]));
    cr_expect_not (endpoint_equal (&asked_from[3], &asked_from[4]));
    for (guint i = 0; i < PHONES; i++) {
        const Endpoint local = seat_local (seats[i]);
        cr_expect (endpoint_equal (&asked_from[i], &local), "it says where it is");
        cr_expect_eq (sent[i], 1);
    }
}

Test (shared_port, who_leaves_makes_room)
{
    const Endpoint before = seat_local (seats[1]);

    seat_free (seats[1]);
    seats[1] = take_seat (1);
    const Endpoint after = seat_local (seats[1]);
    cr_expect (endpoint_equal (&before, &after), "its place is free");
}

Test (shared_port, an_answer_is_heard_by_who_has_asked)
{
    reply (&server_end, 0, ANSWER ("z9hG4bK00000000000000a1ffffffffffffffff7"));
    expect_heard (1, ANSWER ("z9hG4bK00000000000000a1ffffffffffffffff7"));
}

Test (shared_port, what_nobody_has_asked_is_heard_by_nobody)
{
    const Endpoint stranger = endpoint ("10.0.0.66", 5060);

    reply (&server_end, 0, ANSWER ("z9hG4bK00000000000000aa"));
    reply (&server_end, 0, ANSWER ("z9hG4bK00a1"));
    reply (&server_end, 0, ANSWER ("other"));
    reply (&server_end, 0, "SIP/2.0 200 OK\r\n\r\n");
    reply (&server_end, 0, "");
    reply (&server_end, 0, "\r\n\r\n");
    reply (&server_end, 0, QUESTION ("nobody", "nobody"));
    reply (&server_end, 2, ANSWER ("z9hG4bK00000000000000a1ffffffffffffffff7"));
    reply (&stranger, 0, ANSWER ("z9hG4bK00000000000000a1ffffffffffffffff7"));
    expect_heard (PHONES, "");
}

Test (shared_port, a_question_is_heard_by_whose_number_it_names)
{
    reply (&server_end, 0, QUESTION ("lab1", "other"));
    expect_heard (1, QUESTION ("lab1", "other"));
    g_string_truncate (heard[1], 0);
    reply (&server_end, 1, QUESTION ("line", "lab0"));
    expect_heard (0, QUESTION ("line", "lab0"));
}

Test (shared_port, who_has_left_hears_nothing)
{
    g_clear_pointer (&seats[1], seat_free);
    reply (&server_end, 0, ANSWER ("z9hG4bK00000000000000a1ffffffffffffffff7"));
    reply (&server_end, 0, QUESTION ("lab1", "lab1"));
    expect_heard (PHONES, "");
}

Test (shared_port, who_has_asked_is_refused_and_no_other)
{
    ask (1, "z9hG4bK00000000000000a1ffffffffffffffff7");
    world_run_until (clock_now () + SECOND);
    for (guint i = 0; i < PHONES; i++)
        cr_expect_eq (refused[i], i == 1, "phone %u", i);
}

Test (shared_port, where_nobody_knows_who_has_asked_all_of_the_port_are_refused)
{
    ask (1, "unknown");
    world_run_until (clock_now () + SECOND);
    for (guint i = 0; i < PHONES; i++)
        cr_expect_eq (refused[i], i < 2, "phone %u", i);
}
