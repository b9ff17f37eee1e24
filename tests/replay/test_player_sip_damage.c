/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Servers that answer what makes no sense, or in pieces: a clear end or none of our business, and never a hang. */
#include "tests/replay/sip_dialogue.h"

TestSuite (player_sip_damage, .init = begin, .fini = end, .timeout = 120);

/* What no wait may outlast: Timer F, and the sign-off's. */
#define LONGEST (70 * SECOND)

static void send_text (Connection *connection, const char *text)
{
    connection_send (connection, (View){ (const guint8 *) text, strlen (text) });
}

/* --- Cut streams */

/* Which answer of the server is cut, and behind how many octets. */
static guint cut_answer;
static gsize cut_at, answer_size;
static gboolean closes;

static GByteArray *make_answer (const SipMessage *request)
{
    g_autofree char *uri = view_dup (request->contacts[0].uri.text);
    g_autofree char *contact = g_strdup_printf ("Contact: <%s>;expires=120\r\n", uri);

    if (has_login (request))
        return sip_response (request, "SIP/2.0 200 OK", "server", contact);
    return sip_response (request, "SIP/2.0 401 Unauthorized", "server", CHALLENGE);
}

static void answer_cut (Connection *connection, const SipMessage *request, guint nth)
{
    g_autoptr (GByteArray) answer = make_answer (request);
    gsize at = nth == cut_answer ? MIN (cut_at, answer->len) : 0;

    if (nth == cut_answer)
        answer_size = answer->len;
    if (at)
        connection_send (connection, (View){ answer->data, at });
    if (nth == cut_answer && closes)
        connection_free (connection);
    else if (at < answer->len)
        connection_send (connection, (View){ answer->data + at, answer->len - at });
}

static void play_cut (guint nth, gsize at, gboolean then_closes)
{
    cut_answer = nth;
    cut_at = at;
    closes = then_closes;
    record_registration ();
    player_settings.carrier = CARRIER_TCP;
    start (answer_cut);
    pass (LONGEST);
}

Test (player_sip_damage, a_stream_may_be_cut_at_every_octet)
{
    for (guint nth = 0; nth < 3; nth++) {
        answer_size = G_MAXSIZE;
        for (gsize at = 0; at <= answer_size; at++) {
            play_cut (nth, at, FALSE);
            cr_assert_eq (outcome ()->end, END_COMPLETE, "answer %u cut at %" G_GSIZE_FORMAT, nth, at);
            end ();
            begin ();
        }
        cr_assert_gt (answer_size, 100);
    }
}

Test (player_sip_damage, a_connection_may_end_at_every_octet)
{
    for (guint nth = 0; nth < 3; nth++) {
        answer_size = G_MAXSIZE;
        for (gsize at = 0; at <= answer_size; at++) {
            play_cut (nth, at, TRUE);
            /* The end of the sign-off is the end; whoever closes before that is told. */
            gboolean is_over = nth == 2 || (nth == 1 && at == answer_size);
            cr_assert_eq (outcome ()->end, is_over ? END_COMPLETE : END_GONE, "answer %u, end at %" G_GSIZE_FORMAT, nth,
                          at);
            if (nth < 2 && at > 0 && at < answer_size)
                expect_sentence ("in the middle of a message");
            end ();
            begin ();
        }
    }
}

static void answer_octet_by_octet (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autoptr (GByteArray) answer = make_answer (request);

    for (guint i = 0; i < answer->len; i++)
        connection_send (connection, (View){ answer->data + i, 1 });
}

Test (player_sip_damage, octets_may_come_one_by_one)
{
    record_registration ();
    player_settings.carrier = CARRIER_TCP;
    start (answer_octet_by_octet);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
}

/* --- Answers that do not fit */

/* "@V" stands for the request's Via, "@N" for the number of its CSeq. */
static const char *form;

static char *fill_form (const SipMessage *request)
{
    g_autofree char *via = view_dup (request->via.value);
    g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, request->cseq);
    g_autoptr (GString) text = g_string_new (form);

    g_string_replace (text, "@V", via, 0);
    g_string_replace (text, "@N", number, 0);
    return g_strdup (text->str);
}

static void answer_by_form (Connection *connection, const SipMessage *request, guint nth)
{
    g_autofree char *text = nth == 0 ? fill_form (request) : NULL;

    if (text)
        send_text (connection, text);
}

static void form_then_well (Connection *connection, const SipMessage *request, guint nth)
{
    answer_by_form (connection, request, nth);
    answer_well (connection, request, nth);
}

#define OK      "SIP/2.0 200 OK\r\n"
#define COMMON  "From: <sip:a>\r\nTo: <sip:a>\r\nCall-ID: x\r\n"
#define VIA     "Via: @V\r\n"
#define CSEQ    "CSeq: @N REGISTER\r\n"
#define LENGTH  "Content-Length: 0\r\n"
#define NO_BODY "\r\n"

Test (player_sip_damage, answers_that_do_not_belong_to_the_request_are_ignored)
{
    static const struct {
        const char *form;
        gboolean is_told;
    } rows[] = {
        { OK "Via: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKother\r\n" COMMON CSEQ LENGTH NO_BODY, TRUE },
        { OK "Via: SIP/2.0/UDP 1.2.3.4\r\n" COMMON CSEQ LENGTH NO_BODY, TRUE },
        { OK "Via: SIP/2.0/UDP 1.2.3.4;branch=\r\n" COMMON CSEQ LENGTH NO_BODY, TRUE },
        { OK "Via:\r\n" COMMON CSEQ LENGTH NO_BODY, TRUE },
        { OK COMMON CSEQ LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: 4711 REGISTER\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: 0 REGISTER\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: -1 REGISTER\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: 99999999999999999999 REGISTER\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: REGISTER\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: @N\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: @N OPTIONS\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON "CSeq: @N REGISTERX\r\n" LENGTH NO_BODY, TRUE },
        { OK VIA COMMON LENGTH NO_BODY, TRUE },
        { "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKother\r\n" COMMON CSEQ LENGTH NO_BODY, FALSE },
    };
    static const Carrier carriers[] = { CARRIER_TCP, CARRIER_UDP };

    for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
        form = rows[i / 2].form;
        record_registration ();
        player_settings.carrier = carriers[i % 2];
        start (form_then_well);
        pass (LONGEST);
        cr_expect_eq (outcome ()->end, END_COMPLETE, "%s: %s", form, outcome ()->sentence);
        cr_expect_eq (heard->len, 3, "%s: %u messages", form, heard->len);
        cr_expect_eq (outcome ()->remarks->len, rows[i / 2].is_told ? 1 : 0, "%s", form);
        end ();
        begin ();
    }
}

/* --- Content-Length */

#define WITH_LENGTH(value)                                                                                             \
    OK VIA COMMON CSEQ "Contact: <sip:1001@10.9.8.7>;expires=60\r\nContent-Length: " value "\r\n\r\n"

static void play_form (const char *text, Carrier carrier)
{
    form = text;
    record_registration ();
    player_settings.carrier = carrier;
    start (answer_by_form);
    pass (LONGEST);
}

Test (player_sip_damage, lengths_that_lie_end_in_a_sentence_or_are_ignored)
{
    static const struct {
        const char *form, *sentence; /* NULL: it is a yes, and its sign-off is not answered any more */
    } rows[] = {
        { WITH_LENGTH ("0"), NULL },
        { WITH_LENGTH ("00000000000000000000"), NULL },
        { OK VIA COMMON CSEQ "Contact: <sip:1001@10.9.8.7>;expires=60\r\n\r\n", NULL },
        { WITH_LENGTH (""), NULL },
        { WITH_LENGTH ("none"), NULL },
        { WITH_LENGTH ("-1"), NULL },
        { WITH_LENGTH ("-4294967296"), NULL },
        { WITH_LENGTH ("0\r\nContent-Length: 0"), NULL },
        { WITH_LENGTH ("0\r\nContent-Length: 5"), NULL },
        { WITH_LENGTH ("0 0"), NULL },
        /* Too small: what follows is no message. */
        { WITH_LENGTH ("3") "abcd!\r\n", NULL },
        { WITH_LENGTH ("none") "<body/>\r\n", NULL },
        { WITH_LENGTH ("-1") "<body/>\r\n", NULL },
        /* Too large by one, and by much: the rest never comes. */
        { WITH_LENGTH ("1"), "what has come is no whole message" },
        { WITH_LENGTH ("5") "abcd", "what has come is no whole message" },
        { WITH_LENGTH ("65535") "abcd", "what has come is no whole message" },
        { WITH_LENGTH ("5\r\nContent-Length: 0"), "what has come is no whole message" },
        /* More than any message has. */
        { WITH_LENGTH ("4294967295"), "sent a message that cannot be read" },
        { WITH_LENGTH ("4294967296"), "sent a message that cannot be read" },
        { WITH_LENGTH ("9223372036854775807"), "sent a message that cannot be read" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        play_form (rows[i].form, CARRIER_TCP);
        if (rows[i].sentence) {
            cr_expect_eq (outcome ()->end, END_UNREACHABLE, "%s", rows[i].form);
            expect_sentence (rows[i].sentence);
        } else {
            cr_expect_eq (outcome ()->level, LEVEL_READY, "%s: %s", rows[i].form, outcome ()->sentence);
        }
        end ();
        begin ();
    }
}

Test (player_sip_damage, over_udp_the_datagram_is_the_message)
{
    static const char *const values[] = {
        "", "none", "-1", "1", "99999", "0 0", "0", "4294967296", "9223372036854775807", "0\r\nContent-Length: 7"
    };

    for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
        g_autofree char *text = g_strdup_printf (WITH_LENGTH ("%s"), values[i]);
        play_form (text, CARRIER_UDP);
        cr_expect_eq (outcome ()->level, LEVEL_READY, "%s: %s", values[i], outcome ()->sentence);
        end ();
        begin ();
    }
}

/* The message behind one that was shorter than it said is lost; the phone waits for its answer, but not for ever. */
static void too_long_by_one (Connection *connection, const SipMessage *request, guint nth)
{
    form = "SIP/2.0 180 Ringing\r\n" VIA COMMON CSEQ "Content-Length: 1\r\n\r\n";
    form_then_well (connection, request, nth);
}

Test (player_sip_damage, a_length_that_eats_into_the_next_message_ends_in_a_sentence)
{
    record_registration ();
    player_settings.carrier = CARRIER_TCP;
    start (too_long_by_one);
    pass (LONGEST);
    cr_expect_eq (outcome ()->end, END_GONE);
    expect_sentence ("octets that are no SIP");
}

/* --- Size */

static GString *flood;

static void send_flood (Connection *connection, G_GNUC_UNUSED const SipMessage *request, guint nth)
{
    if (nth == 0)
        send_text (connection, flood->str);
}

static void play_flood (Carrier carrier)
{
    record_registration ();
    player_settings.carrier = carrier;
    start (send_flood);
    pass (LONGEST);
    g_string_free (flood, TRUE);
}

static GString *repeat (const char *start_text, const char *part, guint count)
{
    GString *text = g_string_new (start_text);

    for (guint i = 0; i < count; i++)
        g_string_append (text, part);
    return text;
}

Test (player_sip_damage, a_head_without_end_is_not_collected_for_ever)
{
    flood = repeat (OK "Via: ", "x", 200000);
    play_flood (CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("sent a message that cannot be read");
}

Test (player_sip_damage, a_start_line_without_end_is_not_collected_for_ever)
{
    flood = repeat ("SIP/2.0 200 ", "O", 200000);
    play_flood (CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("sent a message that cannot be read");
}

Test (player_sip_damage, ten_thousand_headers_hold_nobody_up)
{
    static const Carrier carriers[] = { CARRIER_TCP, CARRIER_UDP };

    for (gsize i = 0; i < G_N_ELEMENTS (carriers); i++) {
        flood = repeat (OK, "a:b\r\n", 10000);
        g_string_append (flood, "Content-Length: 0\r\n\r\n");
        play_flood (carriers[i]);
        cr_expect (outcome ()->end == END_GONE || outcome ()->end == END_UNREACHABLE);
        end ();
        begin ();
    }
}

Test (player_sip_damage, ten_thousand_vias_hold_nobody_up)
{
    flood = repeat (OK, "Via: SIP/2.0/TCP a;branch=z9hG4bKx, SIP/2.0/TCP b\r\n", 10000);
    g_string_append (flood, "\r\n");
    play_flood (CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
}

Test (player_sip_damage, what_is_no_sip_is_shown)
{
    flood = g_string_new ("HTTP/1.1 400 Bad Request\r\n\r\n");
    play_flood (CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("its first octets are \"HTTP/1.1 400 Bad Request\"");
}

Test (player_sip_damage, an_alert_of_tls_is_known)
{
    flood = g_string_new ("\x15\x03\x03");
    g_string_append_len (flood, "\x01\x02\x02\x32", 4);
    play_flood (CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("it wants --transport tls");
}
