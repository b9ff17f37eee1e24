/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "tests/support/play.h"

/* A phone of SIP over UDP, and what it and its server say: for tests of the flow. Header only. */

#define RESPONSE "0ac4c226a651ac343a0c9105982c5797" /* must never be shown */

/* What differs between requests; NULL is left out, or has its default. */
typedef struct {
    const char *method;  /* REGISTER */
    const char *call_id; /* "a@10.0.0.15" */
    guint cseq;          /* 1 */
    const char *user;    /* "1001" */
    const char *contact; /* "<sip:1001@10.0.0.15:5060>"; "" for none */
    const char *expires; /* "60" */
    const char *realm;   /* with it the request has credentials */
    const char *more;    /* header lines */
    const char *body;
} Request;

static Endpoint phone_end, server_end;

static inline void set_up_sip (void)
{
    set_up ();
    phone_end = endpoint ("10.0.0.15", 5060);
    server_end = endpoint ("10.0.0.1", 5060);
}

#define OR(text, instead) ((text) ? (text) : (instead))

static inline char *request_text (const Request *request)
{
    const char *method = OR (request->method, "REGISTER"), *user = OR (request->user, "1001");
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "%s sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.15:5060;branch=z9hG4bK%u\r\n",
                            method, request->cseq);
    g_string_append_printf (text, "From: <sip:%s@10.0.0.1>;tag=f\r\nTo: <sip:%s@10.0.0.1>\r\n", user, user);
    g_string_append_printf (text, "Call-ID: %s\r\nCSeq: %u %s\r\n", OR (request->call_id, "a@10.0.0.15"),
                            request->cseq ? request->cseq : 1, method);
    if (!request->contact || *request->contact)
        g_string_append_printf (text, "Contact: %s\r\n", OR (request->contact, "<sip:1001@10.0.0.15:5060>"));
    g_string_append_printf (text, "Expires: %s\r\n", OR (request->expires, "60"));
    if (request->realm)
        g_string_append_printf (
            text,
            "Authorization: Digest username=\"u1001\",realm=\"%s\",nonce=\"n\",uri=\"sip:10.0.0.1\","
            "response=\"" RESPONSE "\",algorithm=MD5\r\n",
            request->realm);
    g_string_append (text, OR (request->more, ""));
    g_string_append_printf (text, "Content-Length: %zu\r\n\r\n%s", strlen (OR (request->body, "")),
                            OR (request->body, ""));
    return g_string_free (text, FALSE);
}

/* status: "401 Unauthorized". */
static inline char *answer_text (const Request *request, const char *status, const char *more)
{
    const char *method = OR (request->method, "REGISTER"), *user = OR (request->user, "1001");

    return g_strdup_printf ("SIP/2.0 %s\r\nVia: SIP/2.0/UDP 10.0.0.15:5060;branch=z9hG4bK%u\r\n"
                            "From: <sip:%s@10.0.0.1>;tag=f\r\nTo: <sip:%s@10.0.0.1>;tag=t\r\nCall-ID: %s\r\n"
                            "CSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                            status, request->cseq, user, user, OR (request->call_id, "a@10.0.0.15"),
                            request->cseq ? request->cseq : 1, method, more);
}

static inline NoteId ask (Request request)
{
    g_autofree char *text = request_text (&request);
    return send_udp (phone_end, server_end, text, strlen (text));
}

static inline NoteId answer (Request request, const char *status, const char *more)
{
    g_autofree char *text = answer_text (&request, status, more);
    return send_udp (server_end, phone_end, text, strlen (text));
}

#define REQUEST(...)     ((Request){ __VA_ARGS__ })
#define CHALLENGE(realm) "WWW-Authenticate: Digest realm=\"" realm "\",nonce=\"n\",algorithm=MD5\r\n"
#define GRANTED          "Contact: <sip:1001@10.0.0.15:5060>;expires=60\r\n"

#define CISCO_CONTACT                                                                                                  \
    "<sip:guid@10.0.0.15:50000;transport=tcp>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-001122334455>\""
#define CISCO_SUPPORTED "Supported: replaces, X-cisco-callinfo, X-cisco-sis-7.0.0\r\n"

/* 401, credentials, 200. */
static inline void register_account (void)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    ask (REQUEST (.cseq = 2, .realm = "pbx"));
    answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
}
