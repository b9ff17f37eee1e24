/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/sip_message.h"

#include <time.h>

#define START "REGISTER sip:10.0.0.1 SIP/2.0\r\n"

static gssize frame (const char *text, gboolean stream)
{
    return sip_frame_length ((const guint8 *) text, strlen (text), stream);
}

Test (sip, a_cisco_phones_first_register_is_read_whole)
{
    gsize size;
    g_autofree char *text = seed_text ("cisco_first_register.sip", &size);
    const SipMessage m = parsed (text);
    const SipContact *c = &m.contacts[0];

    cr_assert_eq (m.method, SIP_REGISTER);
    assert_view (m.request_uri.host, "10.0.0.1");
    assert_view (m.via.transport, "TCP");
    assert_view (m.via.host, "10.0.0.21");
    cr_assert_eq (m.via.port, 51234);
    assert_view (m.via.branch, "z9hG4bK1f3a5c7e");
    cr_assert_not (m.via.has_rport);
    assert_view (m.from.uri.user, "1001");
    assert_view (sip_tag (&m.from), "00112233445500021a2b3c4d-5e6f7081");
    assert_view (m.to.uri.text, "sip:1001@10.0.0.1");
    assert_view (sip_tag (&m.to), "");
    assert_view (m.call_id, "00112233-44550002-0a1b2c3d-4e5f6071@10.0.0.21");
    cr_assert_eq (m.cseq, 101);
    assert_view (m.cseq_method, "REGISTER");
    assert_view (m.user_agent, "Cisco-CP7821/12.1.1");
    cr_assert_eq (m.n_contacts, 1);
    assert_view (c->uri.user, "8f2ab0c1-7d10-4a5b-9c3e-001122334455");
    cr_assert_eq (c->uri.port, 51234);
    assert_view (c->transport, "tcp");
    assert_view (c->instance, "<urn:uuid:00000000-0000-0000-0000-001122334455>");
    assert_view (c->device_name, "SEP001122334455");
    assert_view (c->model, "621");
    cr_assert_eq (c->expires, -1);
    cr_assert_not (c->keep_alive || c->new_registration);
    cr_assert (m.supports_x_cisco);
    assert_view (m.sis_version, "7.0.0");
    cr_assert_eq (m.reason_cause, 200);
    cr_assert (sip_starts_with (m.reason_text, "cisco-alarm:23 Name=SEP001122334455 "));
    cr_assert_eq (m.expires, 3600);
    cr_assert_eq (m.max_forwards, 70);
    assert_view (m.content_type, "multipart/mixed; boundary=uniqueBoundary");
    cr_assert_eq (m.n_headers, 16);
    cr_assert (m.head_ended && !m.body_cut);
    cr_assert_eq (m.content_length, (gint64) m.body.size);
    cr_assert (sip_starts_with (m.body, "--uniqueBoundary\r\n"));
    cr_assert_eq (m.body.data + m.body.size, (const guint8 *) text + size);
}

Test (sip, cucms_answer_marks_a_new_registration)
{
    gsize size;
    g_autofree char *text = seed_text ("cucm_register_ok.sip", &size);
    const SipMessage m = parsed (text);

    cr_assert (m.is_answer);
    cr_assert_eq (m.status, 200);
    assert_view (m.reason_phrase, "OK");
    cr_assert_eq (m.expires, 120);
    cr_assert (m.contacts[0].new_registration);
    assert_view (m.server, "Cisco-CUCM11.5");
    assert_view (m.sis_version, "8.0.0");
}

Test (sip, contacts_are_told_apart_and_the_top_via_counts)
{
    gsize size;
    g_autofree char *text = seed_text ("digest_register.sip", &size);
    const SipMessage m = parsed (text);

    cr_assert_eq (m.n_vias, 2);
    assert_view (m.via.value, "SIP/2.0/UDP 10.0.0.30:5060;rport=40000;received=192.0.2.7;branch=z9hG4bK5");
    cr_assert (m.via.has_rport);
    cr_assert_eq (m.via.rport, 40000);
    assert_view (m.via.received, "192.0.2.7");
    cr_assert_eq (m.n_contacts, 3);
    assert_view (m.contacts[0].value, "\"one, two\" <sip:2000@10.0.0.30:5060;ob>;expires=300;q=0.7;reg-id=1");
    cr_assert_eq (m.contacts[0].expires, 300);
    assert_view (m.contacts[0].q, "0.7");
    cr_assert_eq (m.contacts[0].reg_id, 1);
    assert_view (m.contacts[1].uri.host, "2001:db8::30");
    cr_assert_eq (m.contacts[1].uri.port, 5070);
    /* Without brackets the parameters are the header's (RFC 3261, 20.10). */
    assert_view (m.contacts[2].uri.host, "host.example");
    cr_assert_eq (m.contacts[2].expires, 60);
    cr_assert_eq (m.n_auth, 1);
    cr_assert_eq (m.auth[0].id, SIP_HEADER_AUTHORIZATION);
}

Test (sip, a_via_may_have_no_parameters)
{
    const SipMessage m = parsed (START "Via: SIP/2.0/UDP host.example:5070\r\nVia: SIP/2.0/TCP [2001:db8::1]\r\n\r\n");

    assert_view (m.via.sent_by, "host.example:5070");
    assert_view (m.via.host, "host.example");
    cr_assert_eq (m.via.port, 5070);
    assert_view (m.via.branch, "");
    cr_assert_eq (m.n_vias, 2);
    assert_view (parsed (START "v:SIP/2.0/TCP [2001:db8::1]\r\n\r\n").via.host, "2001:db8::1");
}

Test (sip, a_refusal_keeps_every_challenge)
{
    gsize size;
    g_autofree char *text = seed_text ("unauthorized.sip", &size);
    const SipMessage m = parsed (text);

    cr_assert_eq (m.status, 401);
    cr_assert_eq (m.n_auth, 2);
    cr_assert_eq (m.auth[1].id, SIP_HEADER_WWW_AUTHENTICATE);
    cr_assert (sip_starts_with (m.auth[1].value, "Digest realm=\"other\""));
    cr_assert_eq (m.retry_after, 18000);
    assert_view (m.warning, "399 cucm \"try, again\"");

    g_autofree char *brief = seed_text ("interval_too_brief.sip", &size);
    cr_assert_eq (parsed (brief).min_expires, 60);
}

Test (sip, the_first_reason_with_a_text_counts)
{
    const SipMessage m = parsed (
        START "Reason: Q.850;cause=16, SIP ;cause=200 ;text=\"a \\\"b\\\", c\"\r\nReason: SIP;text=\"d\"\r\n\r\n");

    assert_view (m.reason_text, "a \\\"b\\\", c");
    cr_assert_eq (m.reason_cause, 200);
}

Test (sip, compact_names_and_folds_mean_the_same)
{
    gsize size;
    g_autofree char *text = seed_text ("compact_folded.sip", &size);
    const SipMessage m = parsed (text);

    assert_view (m.via.transport, "UDP");
    assert_view (m.via.host, "10.0.0.30");
    cr_assert_eq (m.via.port, 5070);
    assert_view (m.via.branch, "z9hG4bK7");
    assert_view (sip_tag (&m.from), "a1");
    cr_assert_eq (m.cseq, 7);
    assert_view (m.cseq_method, "REGISTER");
    cr_assert_eq (m.contacts[0].expires, 60);
    assert_view (m.sis_version, "1.0.0");
    assert_view (m.event, "registration");
    assert_view (m.allow_events, "presence");
    assert_view (m.refer_to, "<sip:9@10.0.0.1>");
    assert_view (m.content_type, "application/sdp");
    cr_assert_eq (m.content_length, 4);
    assert_view (m.body, "v=0\r");
}

Test (sip, line_feeds_alone_end_lines)
{
    const SipMessage m = parsed ("SIP/2.0 401 Unauthorized\nCall-ID : x\nCONTENT-LENGTH\t:0\n\nrest");

    cr_assert_eq (m.status, 401);
    assert_view (m.call_id, "x");
    cr_assert_eq (m.content_length, 0);
    cr_assert (m.head_ended);
    assert_view (m.body, "");
}

Test (sip, every_header_is_found_by_its_name)
{
    for (guint id = 1; id < N_SIP_HEADERS; id++) {
        const char *name = sip_header_name ((SipHeaderId) id);
        g_autofree char *upper = g_ascii_strup (name, -1);
        g_autofree char *longer = g_strconcat (name, "x", NULL);
        cr_assert_eq (sip_header_find (view (name)), id, "%s", name);
        cr_assert_eq (sip_header_find (view (upper)), id, "%s", name);
        cr_assert_eq (sip_header_find (view (longer)), SIP_HEADER_OTHER, "%s", name);
        upper[1] = '*';
        cr_assert_eq (sip_header_find (view (upper)), SIP_HEADER_OTHER, "%s", name);
    }
    cr_assert_null (sip_header_name (SIP_HEADER_OTHER));
    cr_assert_eq (sip_header_find (view ("V")), SIP_HEADER_VIA);
    cr_assert_eq (sip_header_find (view ("z")), SIP_HEADER_OTHER);
    cr_assert_eq (sip_header_find (view ("")), SIP_HEADER_OTHER);
}

Test (sip, lines_can_be_visited_one_by_one)
{
    const SipMessage m = parsed (START "Via: a\r\nnonsense\r\nX-Own: 1\r\n  2\r\n\r\nVia: body");
    View head = m.head;
    SipHeader header;

    cr_assert_eq (m.n_headers, 2);
    cr_assert (sip_next_header (&head, &header));
    cr_assert_eq (header.id, SIP_HEADER_VIA);
    cr_assert (sip_next_header (&head, &header));
    assert_view (header.name, "X-Own");
    assert_view (header.value, "1\r\n  2");
    assert_view (header.line, "X-Own: 1\r\n  2\r\n");
    cr_assert_not (sip_next_header (&head, &header));
}

Test (sip, the_first_of_headers_that_stand_once_counts)
{
    const SipMessage m = parsed (START "Call-ID: 1\r\nCall-ID: 2\r\nExpires: 5\r\nExpires: 6\r\nCSeq: 1 A\r\n"
                                       "CSeq: 2 B\r\nFrom: <sip:a@b>\r\nFrom: <sip:c@d>;tag=x\r\n\r\n");
    assert_view (m.call_id, "1");
    cr_assert_eq (m.expires, 5);
    cr_assert_eq (m.cseq, 1);
    assert_view (m.cseq_method, "A");
    assert_view (m.from.uri.user, "a");
    assert_view (sip_tag (&m.from), "");
}

Test (sip, line_ends_before_the_start_line_are_skipped_other_junk_is_not)
{
    SipMessage m;
    const guint8 zeroes[] = { 0, 0, 0, 0 };

    cr_assert_eq (parsed ("\r\n\r\n" START "\r\n").method, SIP_REGISTER);
    cr_assert_not (sip_parse ((const guint8 *) "junk\r\n" START, 6 + strlen (START), &m));
    cr_assert_not (sip_parse ((const guint8 *) " " START, 1 + strlen (START), &m));
    /* The datagram before the REGISTER in sip_register_junk_prefix. */
    cr_assert_not (sip_parse (zeroes, sizeof zeroes, &m));
    cr_assert_not (sip_parse (NULL, 0, &m));
    cr_assert_eq (parsed ("REGISTER sip:1.1.1.1:5060 SIP/2.0\r\nExpires: 3600\r\n\r\n").expires, 3600);
}

Test (sip, start_lines_of_other_protocols_are_refused)
{
    static const char *const others[] = {
        "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",        "SIP/2.0 20 OK\r\n\r\n",
        "SIP/2.0 700 OK\r\n\r\n", "SIP/2.0 2000 OK\r\n\r\n",        "REGISTER  SIP/2.0\r\n\r\n",
        "REGISTER sip:a\r\n\r\n", "REGISTER sip:a SIP/3.0\r\n\r\n", "RE:GISTER sip:a SIP/2.0\r\n\r\n",
        "REGISTER sip:a SIP/2.0",
    };
    SipMessage m;

    for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
        cr_assert_not (sip_parse ((const guint8 *) others[i], strlen (others[i]), &m), "%s", others[i]);
}

Test (sip, methods_are_case_sensitive_and_may_be_unknown)
{
    cr_assert_eq (parsed ("register sip:a SIP/2.0\r\n\r\n").method, SIP_OTHER);
    assert_view (parsed ("X-NEW sip:a SIP/2.0\r\n\r\n").method_name, "X-NEW");
    cr_assert_eq (parsed ("NOTIFY sip:a SIP/2.0\r\n\r\n").method, SIP_NOTIFY);
    assert_view (parsed ("SIP/2.0 200\r\n\r\n").reason_phrase, "");
}

Test (sip, unreadable_parts_are_absent_and_the_rest_is_told)
{
    gsize size;
    g_autofree char *text = seed_text ("broken.sip", &size);
    SipMessage m;

    cr_assert (sip_parse ((const guint8 *) text, size, &m));
    assert_view (m.via.transport, "");
    assert_view (m.from.uri.scheme, "");
    assert_view (sip_tag (&m.from), "x");
    cr_assert_eq (m.cseq, G_MAXUINT32);
    cr_assert_eq (m.content_length, G_MAXUINT32);
    cr_assert (m.body_cut);
    assert_view (m.body, "body");
}

Test (sip, a_head_without_end_is_read_as_far_as_whole_lines_go)
{
    const SipMessage m = parsed (START "Call-ID: x\r\nCSeq: 1");

    cr_assert_not (m.head_ended);
    assert_view (m.call_id, "x");
    cr_assert_eq (m.cseq, -1);
    cr_assert_eq (m.body.size, 0);
}

Test (sip, datagrams_end_the_body_that_names_no_length)
{
    assert_view (parsed (START "\r\nbody").body, "body");
    assert_view (parsed (START "Content-Length: 2\r\n\r\nbody").body, "bo");
    cr_assert_eq (frame (START "\r\nbody", FALSE), (gssize) strlen (START) + 6);
    cr_assert_eq (frame (START "l: 2\r\n\r\nbody", FALSE), (gssize) strlen (START) + 10);
    cr_assert_eq (frame (START "l: 9\r\n\r\nbody", FALSE), (gssize) strlen (START) + 12);
    cr_assert_eq (frame (START "Call-ID: cut", FALSE), (gssize) strlen (START) + 12);
    cr_assert_eq (frame ("junk", FALSE), -1);
}

Test (sip, a_stream_message_without_length_has_no_body)
{
    cr_assert_eq (frame (START "\r\n" START, TRUE), (gssize) strlen (START) + 2);
    cr_assert_eq (frame (START "Content-Length: 4\r\n\r\nbody" START, TRUE), (gssize) strlen (START) + 25);
}

Test (sip, every_prefix_in_a_stream_needs_more)
{
    static const char *const names[] = { "cisco_first_register.sip", "compact_folded.sip", "tel_and_keepalives.sip" };

    for (gsize n = 0; n < G_N_ELEMENTS (names); n++) {
        gsize size;
        g_autofree char *text = seed_text (names[n], &size);
        const gssize whole = sip_frame_length ((const guint8 *) text, size, TRUE);
        cr_assert_gt (whole, 100);
        for (gsize i = 0; i < (gsize) whole; i++) {
            g_autofree guint8 *prefix = g_memdup2 (text, i);
            if (sip_is_keepalive (prefix, i))
                cr_assert_eq (sip_frame_length (prefix, i, TRUE), (gssize) i);
            else
                cr_assert_eq (sip_frame_length (prefix, i, TRUE), 0, "%s cut at %zu", names[n], i);
        }
    }
}

Test (sip, keepalives_go_with_what_follows_or_alone)
{
    cr_assert_eq (frame ("\r\n\r\n", TRUE), 4);
    cr_assert_eq (frame ("\r\n\r\n" START "\r\n", TRUE), 4 + (gssize) strlen (START) + 2);
    cr_assert_eq (frame ("\r\n\r\nREG", TRUE), 0);
    cr_assert (sip_is_keepalive ((const guint8 *) "\r\n\r\n", 4));
    cr_assert_not (sip_is_keepalive ((const guint8 *) "\r\nR", 3));
    cr_assert_not (sip_is_keepalive (NULL, 0));
}

Test (sip, what_cannot_become_sip_is_refused_at_once)
{
    cr_assert_eq (frame ("{\"json\"", TRUE), -1);
    cr_assert_eq (frame ("\x16\x03\x01", TRUE), -1);
    cr_assert_eq (frame ("REGISTERREGISTERREGISTERREGISTERX", TRUE), -1);
    cr_assert_eq (frame ("GET / HTTP/1.1\r\n", TRUE), -1);
    cr_assert_eq (frame ("SIP/3", TRUE), -1);
    cr_assert_eq (frame ("SIP/2.0 2", TRUE), 0);
    cr_assert_eq (frame ("REG", TRUE), 0);
}

Test (sip, absurd_lengths_are_refused_in_streams)
{
    cr_assert_eq (frame (START "Content-Length: 4294967296\r\n\r\n", TRUE), -1);
    cr_assert_eq (frame (START "Content-Length: 1048577\r\n\r\n", TRUE), -1);
    cr_assert_eq (frame (START "Content-Length: 1048576\r\n\r\n", TRUE), 0);

    g_autoptr (GString) endless = g_string_new (START);
    while (endless->len < SIP_HEAD_MAX + 1000)
        g_string_append (endless, "X: y\r\n");
    cr_assert_eq (frame (endless->str, TRUE), -1);
    g_autofree char *uri = g_strnfill (SIP_HEAD_MAX, 'a');
    g_autofree char *line = g_strconcat ("REGISTER ", uri, NULL);
    cr_assert_eq (frame (line, TRUE), -1);
}

Test (sip, ten_thousand_headers_take_linear_time)
{
    static const char *const headers[] = { "Contact: <sip:a@b>;x=\"y\"\r\n",
                                           "Via: SIP/2.0/UDP a\r\n",
                                           "Authorization: Digest a=b\r\n",
                                           "Supported: a,b,X-cisco-c\r\n",
                                           "Reason: SIP;cause=1\r\n",
                                           " folded\r\n",
                                           "From: \"<\r\n" };
    for (gsize n = 0; n < G_N_ELEMENTS (headers); n++) {
        g_autoptr (GString) text = g_string_new (START "To: x\r\n");
        for (guint i = 0; i < 10000; i++)
            g_string_append (text, headers[n]);
        g_string_append (text, "\r\n");
        const clock_t start = clock (); /* of the processor: the machine may be busy */
        parsed (text->str);
        cr_assert_lt (clock () - start, CLOCKS_PER_SEC, "%s", headers[n]);
    }
    g_autoptr (GString) text = g_string_new (START);
    for (guint i = 0; i < 10000; i++)
        g_string_append (text, "m: <sip:a@b>\r\n");
    g_string_append (text, "\r\n");
    const SipMessage m = parsed (text->str);
    cr_assert_eq (m.n_contacts, 10000);
    cr_assert_eq (sip_contacts_kept (&m), SIP_MAX_CONTACTS);
    cr_assert_eq (m.n_headers, 10000);
}

Test (sip, a_contact_whose_bracket_never_closes_still_has_a_uri)
{
    const SipMessage m = parsed (START "Contact: <sip:2000@10.0.0.30;expires=60\r\nContact: *\r\n\r\n");

    cr_assert_eq (m.n_contacts, 1);
    cr_assert (m.contact_wildcard);
    assert_view (m.contacts[0].uri.host, "10.0.0.30");
    cr_assert_eq (m.contacts[0].expires, -1);
}

Test (sip, zeroes_are_letters_like_others)
{
    static const char text[] = START "Call-ID: a\0b\r\nFrom: <sip:\0@h>;tag=\0\r\nX\0Y: 1\r\n\r\n\0";
    SipMessage m;

    cr_assert (sip_parse ((const guint8 *) text, sizeof text - 1, &m));
    cr_assert_eq (m.call_id.size, 3);
    cr_assert_eq (m.from.uri.user.size, 1);
    cr_assert_eq (sip_tag (&m.from).size, 1);
    cr_assert_eq (m.n_headers, 2);
    cr_assert_eq (m.body.size, 1);
}

Test (sip, one_damaged_byte_anywhere_is_harmless)
{
    static const guint8 damages[] = { 0, ' ', '"', '<', '\\', '\n', ':', ',', 0xff };
    gsize size;
    g_autofree char *text = seed_text ("cisco_first_register.sip", &size);

    for (gsize i = 0; i < size; i++)
        for (gsize n = 0; n < G_N_ELEMENTS (damages); n++) {
            g_autofree guint8 *damaged = g_memdup2 (text, size);
            damaged[i] = damages[n];
            SipMessage m;
            const gssize length = sip_frame_length (damaged, size, FALSE);
            cr_assert (length == -1 || (length > 0 && length <= (gssize) size));
            if (sip_parse (damaged, size, &m))
                cr_assert_leq (m.body.size, size);
        }
}

static gint find (const char *text)
{
    gsize offset = 12345, size = strlen (text);
    g_autofree guint8 *copy = g_memdup2 (text, MAX (size, 1));

    return sip_find ((View){ copy, size }, &offset) ? (gint) offset : -2 - (gint) offset;
}

Test (sip, a_message_is_found_behind_the_rest_of_another)
{
    cr_assert_eq (find ("SIP/2.0 200 OK\r\nVia: x\r\n"), 0);
    cr_assert_eq (find ("a=x\r\nREGISTER sip:a SIP/2.0\r\nv: x\r\n"), 5);
    cr_assert_eq (find ("SIP/2.0 200 OK\r\n\r\nNOTIFY sip:a SIP/2.0\r\nTo : x\r\n"), 18, "a fragment in a body");
    cr_assert_eq (find ("\r\n\r\n"), 0, "a keepalive");
    cr_assert_eq (find ("a=x\r\nREGISTER sip:a SIP/2.0\r\n"), -2 - 5);
    cr_assert_eq (find ("a=x\r\nREGIST"), -2 - 5);
    cr_assert_eq (find ("a=x\r\nb=y\r\n"), -2 - 10);
}
