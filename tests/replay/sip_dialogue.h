/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "replay/engine/sip_reply.h"
#include "replay/engine/sip_request.h"
#include "tests/replay/replayed_phone.h"

/* A phone that replays a recorded SIP registration to a server that answers as a test wants. Header only. */

static GPtrArray *heard; /* of char *, whole messages of the phone */
static GArray *times;    /* of gint64, when they came */
static guint frames;
static GArray *tweaks; /* of the stand-in; NULL: none */

/* Answers the nth message of the phone, from 0. */
typedef void (*Reply) (Connection *connection, const SipMessage *request, guint nth);
static Reply reply;

static inline void begin (void)
{
    begin_replay (5060);
    heard = g_ptr_array_new_with_free_func (g_free);
    times = g_array_new (FALSE, FALSE, sizeof (gint64));
    frames = 0;
    server_settings.carrier = player_settings.carrier = CARRIER_UDP;
    player_settings.timeout = SIP_ANSWER_MAX;
    player_settings.password = "secret";
    identity = (Identity){ .user = "lab" };
}

static inline void end (void)
{
    end_replay ();
    g_clear_pointer (&tweaks, g_array_unref);
    g_ptr_array_unref (heard);
    g_array_unref (times);
}

/* --- The recording */

static inline void record (gboolean from_server, const char *text)
{
    Endpoint phone = endpoint ("10.0.0.15", 5060), server = endpoint ("10.0.0.1", 5060);
    Frame frame = { .number = ++frames,
                    .time = now += 10 * MILLISECOND,
                    .transport = TRANSPORT_UDP,
                    .source = from_server ? server : phone,
                    .destination = from_server ? phone : server,
                    .payload = { (const guint8 *) text, strlen (text) } };
    guint count;

    flow_frame (flow, &frame, &count);
}

#define PHONE_LINES(cseq)                                                                                              \
    "Via: SIP/2.0/UDP 10.0.0.15:5060;branch=z9hG4bKold" cseq "\r\n"                                                    \
    "From: <sip:1001@10.0.0.1>;tag=old\r\n"                                                                            \
    "To: <sip:1001@10.0.0.1>\r\n"                                                                                      \
    "Call-ID: old@10.0.0.15\r\n"                                                                                       \
    "CSeq: " cseq " REGISTER\r\n"

#define REGISTER(cseq, more)                                                                                           \
    "REGISTER sip:10.0.0.1 SIP/2.0\r\n" PHONE_LINES (cseq) "Contact: <sip:1001@10.0.0.15:5060>\r\n"                    \
                                                           "X-Vendor:  keep   this \r\n"                               \
                                                           "Expires: 3600\r\n" more "Content-Length: 0\r\n\r\n"

#define ANSWER(status, cseq, more) "SIP/2.0 " status "\r\n" PHONE_LINES (cseq) more "Content-Length: 0\r\n\r\n"

#define CHALLENGE "WWW-Authenticate: Digest realm=\"lab\",nonce=\"n0\"\r\n"
#define LOGIN                                                                                                          \
    "Authorization: Digest username=\"1001\",realm=\"lab\",nonce=\"n0\",uri=\"sip:10.0.0.1\","                         \
    "response=\"0123456789abcdef0123456789abcdef\"\r\n"
#define GRANTED "Contact: <sip:1001@10.0.0.15:5060>;expires=120\r\n"

static inline void record_registration (void)
{
    record (FALSE, REGISTER ("1", ""));
    record (TRUE, ANSWER ("401 Unauthorized", "1", CHALLENGE));
    record (FALSE, REGISTER ("2", LOGIN));
    record (TRUE, ANSWER ("200 OK", "2", GRANTED));
}

/* --- The server */

static inline void respond (Connection *connection, const SipMessage *request, const char *start, const char *more)
{
    g_autoptr (GByteArray) answer = sip_response (request, start, "server", more);
    connection_send (connection, (View){ answer->data, answer->len });
}

static inline void grant (Connection *connection, const SipMessage *request)
{
    g_autofree char *uri = view_dup (request->contacts[0].uri.text);
    g_autofree char *contact = g_strdup_printf ("Contact: <%s>;expires=120\r\n", uri);
    respond (connection, request, "SIP/2.0 200 OK", request->expires == 0 ? "" : contact);
}

static inline void challenge (Connection *connection, const SipMessage *request)
{
    respond (connection, request, "SIP/2.0 401 Unauthorized",
             "WWW-Authenticate: Digest realm=\"lab\",nonce=\"n1\"\r\n");
}

static inline gboolean has_login (const SipMessage *request)
{
    return request->n_auth > 0;
}

static inline void answer_well (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (request->is_answer)
        return;
    if (has_login (request))
        grant (connection, request);
    else
        challenge (connection, request);
}

static inline void on_octets (Connection *connection, View octets, G_GNUC_UNUSED gpointer user_data)
{
    SipMessage message;

    g_ptr_array_add (heard, view_dup (octets));
    g_array_append_val (times, world.now);
    cr_assert (sip_parse (octets.data, octets.size, &message), "the phone speaks SIP");
    if (reply)
        reply (connection, &message, heard->len - 1);
}

static inline void on_closed_by_phone (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error,
                                       G_GNUC_UNUSED gpointer user_data)
{
}

static inline void on_server_accept (Listener *listener, G_GNUC_UNUSED gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_octets, on_closed_by_phone };
    connection_accept (listener, &handlers, NULL);
}

static inline void start (Reply what)
{
    make_script ();
    reply = what;
    transport_listen (&server_end, player_settings.carrier, on_server_accept, NULL, NULL);
    start_player ();
}

static inline const char *message (guint nth)
{
    cr_assert_lt (nth, heard->len, "%u messages only", heard->len);
    return heard->pdata[nth];
}

static inline gint64 time_of (guint nth)
{
    return g_array_index (times, gint64, nth);
}

static inline void expect_line (guint nth, const char *line)
{
    cr_expect_not_null (strstr (message (nth), line), "\"%s\" is in:\n%s", line, message (nth));
}

static inline void expect_no (guint nth, const char *text)
{
    cr_expect_null (strstr (message (nth), text), "\"%s\" is not in:\n%s", text, message (nth));
}

static inline void expect_sentence (const char *part)
{
    const char *sentence = outcome ()->sentence ? outcome ()->sentence : "";
    cr_expect_not_null (strstr (sentence, part), "\"%s\" is in \"%s\"", part, sentence);
}
