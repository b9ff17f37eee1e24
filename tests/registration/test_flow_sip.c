/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/sip_play.h"

TestSuite (flow_sip_udp, .init = set_up_sip, .fini = tear_down);

/* --- The usual course */

Test (flow_sip_udp, a_phone_is_challenged_and_registers)
{
    gint64 time = 0;

    NoteId first = ask (REQUEST (.cseq = 1));
    NoteId trying = answer (REQUEST (.cseq = 1), "100 Trying", "");
    NoteId challenge = answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    NoteId second = ask (REQUEST (.cseq = 2, .realm = "pbx"));
    NoteId ok = answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
    SAYS (first, "REGISTER", "register", "");
    SAYS (trying, "100 Trying", "register", "");
    SAYS (challenge, "401 Unauthorized", "authenticate", "");
    SAYS (second, "REGISTER", "authenticate", "answered");
    SAYS (ok, "200 OK", "authenticate", "");
    cr_assert_str_eq (level_of (second), "");
    cr_assert_str_eq (level_of (ok), "ready");
    for (NoteId id = first; id <= ok; id++) {
        cr_assert_eq (attempt_of (id), 1);
        cr_assert_eq (note_of (id)->phone, 0);
    }
    cr_assert_eq (note_of (challenge)->partner, first);
    cr_assert_eq (note_of (ok)->partner, second);
    cr_assert_eq (explain_answer_in (flow, note_of (first)), note_of (challenge)->frame, "100 Trying is no answer");
    cr_assert_eq (explain_request_in (flow, note_of (trying)), note_of (first)->frame);
    cr_assert_not (explain_response_time (flow, note_of (trying), &time));
    cr_assert (explain_response_time (flow, note_of (ok), &time));
    cr_assert_eq (time, MILLISECOND);
    cr_assert_str_eq (device_at (ok), "1001@10.0.0.1");
    cr_assert_str_eq (value_of (ok, VALUE_EXPIRES), "60");
    cr_assert_str_eq (value_of (second, VALUE_USER), "u1001");
    cr_assert_str_eq (value_of (second, VALUE_REALM), "pbx");
    cr_assert_eq (note_of (challenge)->from_server, 1);
    check_all_notes ();
}

Test (flow_sip_udp, answers_find_their_request_by_cseq)
{
    NoteId one = ask (REQUEST (.cseq = 1)), two = ask (REQUEST (.cseq = 2));

    NoteId answer_two = answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
    NoteId answer_one = answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    cr_assert_eq (note_of (answer_two)->partner, two);
    cr_assert_eq (note_of (answer_one)->partner, one);
    NoteId lost = answer (REQUEST (.cseq = 3), "401 Unauthorized", CHALLENGE ("pbx"));
    cr_assert_eq (note_of (lost)->partner, 0);
    check_all_notes ();
}

Test (flow_sip_udp, the_challenge_of_what_was_not_captured_refuses_no_credentials)
{
    register_account ();
    NoteId challenge = answer (REQUEST (.cseq = 3), "401 Unauthorized", CHALLENGE ("pbx"));
    cr_assert_str_eq (variant_of (challenge), "");
    check_all_notes ();
}

Test (flow_sip_udp, repetitions_are_counted_and_are_no_new_attempt)
{
    NoteId first = ask (REQUEST (.cseq = 1));
    now += SECOND / 2 - MILLISECOND;
    NoteId second = ask (REQUEST (.cseq = 1)), third = ask (REQUEST (.cseq = 1));
    NoteId challenge = answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    NoteId repeated = answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));

    SAYS (second, "REGISTER", "register", "again");
    cr_assert_str_eq (value_of (second, VALUE_REPEATS), "1");
    cr_assert_str_eq (value_of (second, VALUE_SINCE), "0.5");
    cr_assert_str_eq (value_of (third, VALUE_REPEATS), "2");
    cr_assert_eq (attempt_of (third), 1);
    cr_assert_eq (note_of (third)->partner, 0);
    cr_assert_eq (note_of (challenge)->partner, first);
    cr_assert_str_eq (variant_of (repeated), "again");
    cr_assert_eq (note_of (repeated)->partner, 0);
    check_all_notes ();
}

Test (flow_sip_udp, a_200_repeated_is_no_second_registration)
{
    register_account ();
    NoteId again = answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
    SAYS (again, "200 OK", "authenticate", "again");
    cr_assert_str_eq (level_of (again), "ready");
}

Test (flow_sip_udp, the_same_call_goes_on_with_refreshes)
{
    register_account ();
    NoteId refresh = ask (REQUEST (.cseq = 3)),
           challenge = answer (REQUEST (.cseq = 3), "401 Unauthorized", CHALLENGE ("pbx"));
    NoteId credentials = ask (REQUEST (.cseq = 4, .realm = "pbx"));
    NoteId ok = answer (REQUEST (.cseq = 4), "200 OK", GRANTED);
    SAYS (refresh, "REGISTER", "keepalive", "refresh");
    SAYS (challenge, "401 Unauthorized", "keepalive", "");
    SAYS (credentials, "REGISTER", "keepalive", "refresh");
    SAYS (ok, "200 OK", "keepalive", "refresh");
    cr_assert_str_eq (level_of (challenge), "ready", "a challenge takes nothing away");
    cr_assert_eq (attempt_of (ok), 1);
    check_all_notes ();
}

Test (flow_sip_udp, another_call_is_another_registration)
{
    register_account ();
    NoteId anew = ask (REQUEST (.cseq = 1, .call_id = "b@10.0.0.15"));
    SAYS (anew, "REGISTER", "register", "");
    cr_assert_eq (attempt_of (anew), 2);
    cr_assert_eq (note_of (anew)->phone, 0);
    check_all_notes ();
}

Test (flow_sip_udp, expires_0_signs_off)
{
    register_account ();
    NoteId off = ask (REQUEST (.cseq = 3, .expires = "0")), ok = answer (REQUEST (.cseq = 3), "200 OK", "");
    SAYS (off, "REGISTER", "unregister", "unregister");
    SAYS (ok, "200 OK", "unregister", "unregister");
    cr_assert_str_eq (level_of (off), "ready");
    cr_assert_str_eq (level_of (ok), "");
    NoteId anew = ask (REQUEST (.cseq = 4));
    SAYS (anew, "REGISTER", "register", "");
    cr_assert_eq (attempt_of (anew), 2);
    NoteId all = ask (REQUEST (.cseq = 5, .contact = "*", .expires = "0"));
    SAYS (all, "REGISTER", "unregister", "unregister");
    check_all_notes ();
}

Test (flow_sip_udp, a_refused_sign_off_leaves_the_phone_registered)
{
    register_account ();
    ask (REQUEST (.cseq = 3, .expires = "0"));
    cr_assert_str_eq (level_of (answer (REQUEST (.cseq = 3), "500 Oops", "")), "ready");
}

Test (flow_sip_udp, a_query_changes_nothing)
{
    register_account ();
    NoteId query = ask (REQUEST (.cseq = 3, .contact = "")), ok = answer (REQUEST (.cseq = 3), "200 OK", GRANTED);
    SAYS (query, "REGISTER", "register", "empty");
    SAYS (ok, "200 OK", "register", "empty");
    cr_assert_eq (attempt_of (query), 1);
    cr_assert_str_eq (level_of (ok), "ready");
    tear_down ();
    set_up_sip ();
    ask (REQUEST (.cseq = 1, .contact = ""));
    cr_assert_str_eq (level_of (answer (REQUEST (.cseq = 1), "200 OK", "")), "", "nobody has registered");
}

/* --- Which challenge it answers */

#define CREDENTIALS(nonce, response)                                                                                   \
    "Authorization: Digest username=\"u1001\",realm=\"pbx\",nonce=\"" nonce                                            \
    "\",uri=\"sip:10.0.0.1\",response=\"" response "\"\r\n"
#define ASKS(nonce) "WWW-Authenticate: Digest realm=\"pbx\",nonce=\"" nonce "\"\r\n"

Test (flow_sip_udp, an_empty_nonce_answers_nothing)
{
    SAYS (ask (REQUEST (.cseq = 1, .more = CREDENTIALS ("", ""))), "REGISTER", "register", "");
    SAYS (answer (REQUEST (.cseq = 1), "401 Unauthorized", ASKS ("a")), "401 Unauthorized", "authenticate", "");
    SAYS (ask (REQUEST (.cseq = 2, .more = CREDENTIALS ("a", RESPONSE))), "REGISTER", "authenticate", "answered");
}

Test (flow_sip_udp, a_nonce_of_before_is_no_answer)
{
    SAYS (ask (REQUEST (.cseq = 1, .more = CREDENTIALS ("old", RESPONSE))), "REGISTER", "register", "advance");
    SAYS (answer (REQUEST (.cseq = 1), "401 Unauthorized", ASKS ("a")), "401 Unauthorized", "authenticate", "advance");
    ask (REQUEST (.cseq = 2, .more = CREDENTIALS ("a", RESPONSE)));
    answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
    ask (REQUEST (.cseq = 3, .more = CREDENTIALS ("a", RESPONSE)));
    SAYS (answer (REQUEST (.cseq = 3), "401 Unauthorized", ASKS ("b")), "401 Unauthorized", "keepalive", "advance");
}

Test (flow_sip_udp, a_challenge_may_be_answered_with_another_call_id)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", ASKS ("a"));
    Request other = { .cseq = 1, .call_id = "b", .more = CREDENTIALS ("a", RESPONSE) };
    SAYS (ask (other), "REGISTER", "authenticate", "answered");
    SAYS (answer (other, "401 Unauthorized", ASKS ("b")), "401 Unauthorized", "authenticate", "refused");
}

Test (flow_sip_udp, what_does_not_fit_is_told)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", ASKS ("a"));
    ask (REQUEST (.cseq = 2, .more = CREDENTIALS ("a", RESPONSE)));
    NoteId fits = answer (REQUEST (.cseq = 2), "401 Unauthorized", ASKS ("b"));
    cr_assert_str_eq (value_of (fits, VALUE_CAUSE), "ANSWER_FITS");
    ask (REQUEST (.cseq = 3, .more = CREDENTIALS ("a", RESPONSE)));
    NoteId nonce = answer (REQUEST (.cseq = 3), "401 Unauthorized", ASKS ("c"));
    cr_assert_str_eq (value_of (nonce, VALUE_ANSWERED_NONCE), "a");
    cr_assert_str_eq (value_of (nonce, VALUE_NONCE), "b");
    ask (
        REQUEST (.cseq = 4, .more = "Authorization: Digest username=\"u\",realm=\"x\",nonce=\"c\",response=\"1\"\r\n"));
    NoteId realm = answer (REQUEST (.cseq = 4), "401 Unauthorized", ASKS ("d"));
    cr_assert_str_eq (value_of (realm, VALUE_ANSWERED_REALM), "x");
}

Test (flow_sip_udp, a_proxy_and_a_registrar_ask_one_after_the_other)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "407 Proxy Authentication Required",
            "Proxy-Authenticate: Digest realm=\"edge\",nonce=\"p\"\r\n");
    ask (REQUEST (.cseq = 2,
                  .more = "Proxy-Authorization: Digest username=\"u\",realm=\"edge\",nonce=\"p\",response=\"1\"\r\n"));
    SAYS (answer (REQUEST (.cseq = 2), "401 Unauthorized", ASKS ("a")), "401 Unauthorized", "authenticate", "");
}

Test (flow_sip_udp, a_repetition_behind_the_answer_says_that_it_was_not_heard)
{
    ask (REQUEST (.cseq = 1));
    NoteId before = ask (REQUEST (.cseq = 1));
    NoteId ok = answer (REQUEST (.cseq = 1), "200 OK", GRANTED);
    NoteId behind = ask (REQUEST (.cseq = 1));
    SAYS (before, "REGISTER", "register", "again");
    SAYS (behind, "REGISTER", "register", "unheard");
    cr_assert_str_eq (value_of (behind, VALUE_REPEATS), "1");
    cr_assert_str_eq (value_of (behind, VALUE_CODE), "200");
    cr_assert_eq (note_of (ok)->partner, 1);
}

Test (flow_sip_udp, what_comes_too_late_refreshes_nothing)
{
    register_account ();
    now += 74 * SECOND;
    SAYS (ask (REQUEST (.cseq = 3)), "REGISTER", "keepalive", "refresh");
    answer (REQUEST (.cseq = 3), "200 OK", GRANTED);
    now += 76 * SECOND;
    NoteId late = ask (REQUEST (.cseq = 4));
    SAYS (late, "REGISTER", "register", "");
    cr_assert_eq (attempt_of (late), 2);
}

/* --- Any ports */

static const char file_request[] = "\0\1CTLSEP001122334455.tlv\0octet";
static const char block[] = "\0\3\0\1abc";

Test (flow_sip_udp, every_message_is_read_whatever_the_ports)
{
    phone_end.port = 40000;
    server_end.port = 5070;
    register_account ();
    cr_assert_eq (notes_count (flow_notes (flow)), 4);
    SAYS (4, "200 OK", "authenticate", "");
    check_all_notes ();
}

Test (flow_sip_udp, a_port_may_serve_a_transfer_first_and_sip_later)
{
    const Endpoint tftp = endpoint ("10.0.0.1", PORT_TFTP);

    phone_end.port = 50000;
    server_end.port = 40001;
    send_udp (phone_end, tftp, file_request, sizeof file_request);
    SAYS (send_udp (server_end, phone_end, block, sizeof block - 1), "TFTP Data", "files", "delivered");
    register_account ();
    SAYS (notes_count (flow_notes (flow)), "200 OK", "authenticate", "");
}

Test (flow_sip_udp, a_port_may_serve_sip_first_and_a_transfer_later)
{
    const Endpoint tftp = endpoint ("10.0.0.1", PORT_TFTP);

    register_account ();
    SAYS (send_udp (phone_end, tftp, file_request, sizeof file_request), "TFTP Read Request", "files", "");
    SAYS (send_udp (server_end, phone_end, block, sizeof block - 1), "TFTP Data", "files", "delivered");
    SAYS (ask (REQUEST (.cseq = 3)), "REGISTER", "keepalive", "refresh");
}

/* --- Refusals */

Test (flow_sip_udp, a_wrong_password_is_refused)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    ask (REQUEST (.cseq = 2, .realm = "pbx"));
    NoteId forbidden = answer (REQUEST (.cseq = 2), "403 Forbidden", "");
    SAYS (forbidden, "403 Forbidden", "authenticate", "");
    cr_assert_str_eq (level_of (forbidden), "rejected");
    NoteId next = ask (REQUEST (.cseq = 3));
    cr_assert_str_eq (level_of (next), "");
    cr_assert_eq (attempt_of (next), 2);
    check_all_notes ();
}

Test (flow_sip_udp, a_second_challenge_doubts_the_credentials_and_a_stale_one_does_not)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    ask (REQUEST (.cseq = 2, .realm = "pbx"));
    SAYS (answer (REQUEST (.cseq = 2), "401 Unauthorized", CHALLENGE ("pbx")), "401 Unauthorized", "authenticate",
          "refused");
    NoteId third = ask (REQUEST (.cseq = 3, .realm = "pbx"));
    cr_assert_eq (attempt_of (third), 1);
    SAYS (answer (REQUEST (.cseq = 3), "401 Unauthorized",
                  "WWW-Authenticate: Digest realm=\"pbx\",nonce=\"m\",stale=true\r\n"),
          "401 Unauthorized", "authenticate", "stale");
    ask (REQUEST (.cseq = 4, .realm = "pbx"));
    SAYS (answer (REQUEST (.cseq = 4), "401 Nonce has changed", CHALLENGE ("pbx")), "401 Unauthorized", "authenticate",
          "stale");
    check_all_notes ();
}

Test (flow_sip_udp, a_proxy_may_challenge_and_want_a_token)
{
    ask (REQUEST (.cseq = 1));
    NoteId challenge = answer (REQUEST (.cseq = 1), "407 Proxy Authentication Required",
                               "Proxy-Authenticate: Bearer realm=\"ccmsipline\"\r\n");
    SAYS (challenge, "407 Proxy Authentication Required", "authenticate", "token");
    check_all_notes ();
}

Test (flow_sip_udp, too_short_a_time_is_no_refusal)
{
    NoteId first = ask (REQUEST (.cseq = 1, .expires = "10"));
    NoteId brief = answer (REQUEST (.cseq = 1), "423 Interval Too Brief", "Min-Expires: 60\r\n");
    SAYS (brief, "423 Interval Too Brief", "register", "");
    cr_assert_str_eq (level_of (brief), "");
    cr_assert_str_eq (value_of (brief, VALUE_EXPIRES), "60");
    NoteId second = ask (REQUEST (.cseq = 2)), ok = answer (REQUEST (.cseq = 2), "200 OK", GRANTED);
    cr_assert_eq (attempt_of (first), attempt_of (second));
    cr_assert_str_eq (level_of (ok), "ready");
    check_all_notes ();
}

Test (flow_sip_udp, other_refusals_say_what_they_are)
{
    static const struct {
        const char *status, *more, *name, *level;
    } rows[] = {
        { "404 Not Found", "Warning: 399 cucm \"no device\"\r\n", "404 Not Found", "rejected" },
        { "503 Service Unavailable", "Retry-After: 30\r\n", "503 Service Unavailable", "rejected" },
        { "302 Moved Temporarily", "Contact: <sip:10.0.0.9>\r\n", "302 Moved Temporarily", "" },
        { "499 Odd", "", "unknown", "rejected" },
        { "600 Busy Everywhere", "", "600 Busy Everywhere", "rejected" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *call_id = g_strdup_printf ("call%zu", i);
        Request request = { .cseq = 1, .call_id = call_id };
        NoteId asked = ask (request), refused = answer (request, rows[i].status, rows[i].more);
        g_autofree char *text = tip_of (refused, TIP_TEXT);
        if (!g_str_equal (rows[i].name, "unknown"))
            SAYS (refused, rows[i].name, "register", "");
        cr_expect_str_eq (level_of (refused), rows[i].level, "%s", rows[i].status);
        cr_expect_eq (attempt_of (asked), i + 1);
        cr_expect_eq (note_of (refused)->partner, asked);
        cr_expect_null (strchr (text, '?'), "%s", text);
    }
    check_all_notes ();
}

/* --- Other messages */

Test (flow_sip_udp, the_sip_of_strangers_is_left_alone)
{
    static const char *const methods[] = { "INVITE", "OPTIONS", "NOTIFY", "SUBSCRIBE", "MESSAGE", "FOO" };

    for (gsize i = 0; i < G_N_ELEMENTS (methods); i++) {
        Request request = { .method = methods[i], .cseq = 1, .call_id = methods[i] };
        cr_assert_eq (ask (request), 0, "%s", methods[i]);
        cr_assert_eq (answer (request, "200 OK", ""), 0, "%s", methods[i]);
    }
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
}

Test (flow_sip_udp, what_cucm_sends_makes_it_no_phone)
{
    static const char more[] = "User-Agent: Cisco-CUCM14.0\r\nSupported: X-cisco-srtp-fallback\r\n";

    cr_assert_eq (ask (REQUEST (.method = "OPTIONS", .cseq = 1, .more = more)), 0);
}

Test (flow_sip_udp, what_follows_the_registration_finishes_it)
{
    register_account ();
    Endpoint phone = phone_end;
    phone_end = server_end;
    server_end = phone; /* the server asks now */
    NoteId notify = ask (REQUEST (.method = "NOTIFY", .cseq = 9, .call_id = "n", .more = "Event: message-summary\r\n",
                                  .body = "Messages-Waiting: yes\r\n"));
    NoteId ok = answer (REQUEST (.method = "NOTIFY", .cseq = 9, .call_id = "n"), "200 OK", "");
    SAYS (notify, "NOTIFY", "finish", "finish");
    SAYS (ok, "200 OK", "finish", "empty");
    cr_assert_eq (note_of (notify)->from_server, 1);
    cr_assert_eq (note_of (ok)->from_server, 0);
    cr_assert_eq (note_of (ok)->partner, notify);
    cr_assert_str_eq (value_of (notify, VALUE_MODE), "ON");
    NoteId reset = ask (REQUEST (.method = "NOTIFY", .cseq = 10, .call_id = "r", .more = "Event: service-control\r\n",
                                 .body = "action=reset\r\nRegisterCallId={}\r\n"));
    SAYS (reset, "NOTIFY", "unregister", "reset");
    NoteId restart = ask (REQUEST (.method = "NOTIFY", .cseq = 10, .call_id = "t", .more = "Event: service-control\r\n",
                                   .body = "action=restart\r\n"));
    SAYS (restart, "NOTIFY", "unregister", "restart");
    NoteId check = ask (REQUEST (.method = "NOTIFY", .cseq = 10, .call_id = "u", .more = "Event: service-control\r\n",
                                 .body = "action=check-version\r\n"));
    SAYS (check, "NOTIFY", "finish", "apply");
    SAYS (ask (REQUEST (.method = "OPTIONS", .cseq = 11, .call_id = "o")), "OPTIONS", "keepalive", "");
    NoteId invite = ask (REQUEST (.method = "INVITE", .cseq = 12, .call_id = "i"));
    SAYS (invite, "INVITE", "", "");
    check_all_notes ();
}

Test (flow_sip_udp, an_alarm_and_a_token_come_before_the_registration)
{
    NoteId alarm =
        ask (REQUEST (.method = "REFER", .cseq = 1000, .call_id = "r", .user = "001122334455", .contact = CISCO_CONTACT,
                      .more = CISCO_SUPPORTED "Refer-To: cid:1\r\nContent-Type: "
                                              "application/x-cisco-alarm+xml\r\n",
                      .body = "<x-cisco-alarm/>"));
    NoteId accepted = answer (REQUEST (.method = "REFER", .cseq = 1000, .call_id = "r"), "202 Accepted", "");
    SAYS (alarm, "REFER", "register", "alarm");
    SAYS (accepted, "202 Accepted", "register", "empty");
    cr_assert_eq (note_of (accepted)->partner, alarm);
    cr_assert_str_eq (device_at (alarm), "SEP001122334455");
    NoteId token = ask (REQUEST (.method = "REFER", .cseq = 1000, .call_id = "t", .contact = CISCO_CONTACT,
                                 .more = CISCO_SUPPORTED "Refer-To: <urn:X-cisco-remotecc:token-registration>\r\n"));
    SAYS (token, "REFER", "token", "token");
    check_all_notes ();
}

Test (flow_sip_udp, what_is_no_sip_says_nothing)
{
    static const char *const texts[] = {
        "", "\r\n\r\n", "hello\r\n\r\n", "\1\2\3\4", "GET / HTTP/1.1\r\n\r\n", "REGISTER", "SIP/2.0 xyz\r\n\r\n"
    };

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
        cr_assert_eq (send_udp (phone_end, server_end, texts[i], strlen (texts[i])), 0, "row %zu", i);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
}

Test (flow_sip_udp, a_capture_that_starts_with_the_answer_claims_no_registration)
{
    NoteId ok = answer (REQUEST (.cseq = 7), "200 OK", GRANTED);
    cr_assert_str_eq (level_of (ok), "");
    cr_assert_eq (note_of (ok)->partner, 0);
    check_all_notes ();
}

/* --- Secrets */

/* What the REGISTER with credentials says, and the finding about its refusal, with this password file. */
static char *checked_text (const char *file, const char *realm_asked)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    g_autoptr (Passwords) passwords = passwords_new (file, strlen (file), NULL);
    FlowOptions options = { .passwords = passwords };
    g_autofree char *challenge = g_strdup_printf ("WWW-Authenticate: Digest realm=\"%s\",nonce=\"n\"\r\n", realm_asked);

    set_up_with (&options);
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", challenge);
    NoteId asked = ask (REQUEST (.cseq = 2, .realm = "pbx"));
    answer (REQUEST (.cseq = 2), "403 Forbidden", "");
    const Finding *refused = findings_get (diagnosis_findings (diagnosis), 0);
    cr_assert_eq (refused->problem, PROBLEM_SIP_FORBIDDEN);
    g_autofree char *tip = explain_tip (flow, tips, asked, TIP_TEXT);
    g_autofree char *text = explain_problem (flow, tips, refused, TIP_TEXT);
    g_autofree char *fix = explain_problem (flow, tips, refused, TIP_FIX);
    char *all = g_strjoin ("\n", tip, text, fix, NULL);
    tear_down (); /* before its passwords */
    return all;
}

Test (flow_sip_udp, a_password_file_says_what_the_wire_does_not)
{
    static const char another[] = "another password than the one in the password file";
    g_autofree char *wrong = checked_text ("u1001:hunter2", "pbx");
    g_autofree char *stranger = checked_text ("u1002:hunter2", "pbx");
    g_autofree char *nothing = checked_text ("", "pbx");

    const char *in_tip = strstr (wrong, another);
    cr_assert (in_tip && strstr (in_tip + 1, another), "in the tip and in the finding: %s", wrong);
    cr_assert (strstr (wrong, "Enter the password on the phone again."), "%s", wrong);
    cr_assert (strstr (stranger, "does not have this user"), "%s", stranger);
    cr_assert_null (strstr (stranger, another), "%s", stranger);
    cr_assert_null (strstr (wrong, "hunter2"));
    cr_assert (strstr (nothing, "does not have this user"), "%s", nothing);
}

Test (flow_sip_udp, no_secret_is_in_any_value_or_tip)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    static const char *const secrets[] = { RESPONSE, "hunter2", "bearer-token", "clientnonce" };

    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "401 Unauthorized", CHALLENGE ("pbx"));
    ask (REQUEST (.cseq = 2, .realm = "pbx", .body = "password=hunter2\r\n",
                  .more = "Content-Type: text/plain\r\nAuthorization: Basic hunter2\r\n"
                          "Proxy-Authorization: Bearer bearer-token\r\n"));
    answer (REQUEST (.cseq = 2), "200 OK", "Authentication-Info: cnonce=\"clientnonce\"\r\n" GRANTED);
    ask (REQUEST (.cseq = 3, .contact = "<sip:1001:hunter2@10.0.0.15:5060>"));
    answer (REQUEST (.cseq = 3), "302 Moved Temporarily", "Contact: <sip:1001:hunter2@10.0.0.9>\r\n");
    ask (REQUEST (.method = "SUBSCRIBE", .cseq = 4, .realm = "pbx", .body = "hunter2", .more = "Event: dialog\r\n"));
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        g_autoptr (GString) all = g_string_new (NULL);
        g_autofree char *values = wire_values_text (notes_values (flow_notes (flow), note_of (id)));
        g_string_append (all, values);
        for (TipPart part = 0; part < N_TIP_PARTS; part++) {
            g_autofree char *text = explain_tip (flow, tips, id, part);
            g_string_append (all, OR (text, ""));
        }
        for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
            cr_expect_null (strstr (all->str, secrets[i]), "note %u: %s", id, all->str);
    }
    check_all_notes ();
}

Test (flow_sip_udp, no_time_is_told_across_a_clock_that_is_set_back)
{
    gint64 time = 0;

    ask (REQUEST (.cseq = 1));
    now -= 10 * SECOND;
    NoteId again = ask (REQUEST (.cseq = 1));
    cr_assert_str_eq (value_of (again, VALUE_SINCE), "", "no negative time");
    NoteId ok = answer (REQUEST (.cseq = 1), "200 OK", GRANTED);
    cr_assert_not (explain_response_time (flow, note_of (ok), &time));
    cr_assert_str_eq (level_of (ok), "ready");
    check_all_notes ();
}

/* --- What the words of an answer rest on */

Test (flow_sip_udp, expires_zero_ends_a_subscription_and_a_published_state)
{
    register_account ();
    NoteId begun = ask (REQUEST (.method = "SUBSCRIBE", .call_id = "s", .cseq = 1, .expires = "300"));
    NoteId ended = ask (REQUEST (.method = "SUBSCRIBE", .call_id = "s", .cseq = 2, .expires = "0"));
    NoteId withdrawn = ask (REQUEST (.method = "PUBLISH", .call_id = "p", .cseq = 1, .expires = "0"));
    cr_assert_eq (note_of (begun)->variant, VARIANT_NONE);
    cr_assert_eq (note_of (ended)->variant, VARIANT_UNREGISTER);
    cr_assert_eq (note_of (withdrawn)->variant, VARIANT_UNREGISTER);
}

Test (flow_sip_udp, a_time_that_was_refused_is_asked_for_again)
{
    ask (REQUEST (.cseq = 1));
    NoteId told = answer (REQUEST (.cseq = 1), "423 Interval Too Brief", "Min-Expires: 900\r\n");
    ask (REQUEST (.cseq = 2));
    NoteId again = answer (REQUEST (.cseq = 2), "423 Interval Too Brief", "Min-Expires: 900\r\n");
    ask (REQUEST (.cseq = 3, .expires = "900"));
    NoteId dearer = answer (REQUEST (.cseq = 3), "423 Interval Too Brief", "Min-Expires: 1800\r\n");
    cr_assert_eq (note_of (told)->variant, VARIANT_NONE);
    cr_assert_eq (note_of (again)->variant, VARIANT_REFUSED);
    cr_assert_eq (note_of (dearer)->variant, VARIANT_NONE);
    ask (REQUEST (.cseq = 4, .expires = "1800"));
    NoteId in_vain = answer (REQUEST (.cseq = 4), "423 Interval Too Brief", "Min-Expires: 1800\r\n");
    cr_assert_eq (note_of (in_vain)->variant, VARIANT_REFUSED);
    /* After a restart, with another Call-ID, the phone has been told all the same. */
    ask (REQUEST (.call_id = "new", .cseq = 1));
    NoteId anew = answer (REQUEST (.call_id = "new", .cseq = 1), "423 Interval Too Brief", "Min-Expires: 1800\r\n");
    cr_assert_eq (note_of (anew)->variant, VARIANT_REFUSED);
}

Test (flow_sip_udp, a_200_for_no_time_registers_nothing)
{
    ask (REQUEST (.cseq = 1));
    NoteId ok = answer (REQUEST (.cseq = 1), "200 OK", "Contact: <sip:1001@10.0.0.15:5060>;expires=0\r\n");
    cr_assert_eq (note_of (ok)->variant, VARIANT_NONE_LEFT);
    cr_assert_str_eq (level_of (ok), "");
    cr_assert_eq (registrations_get (flow_registrations (flow), note_of (ok)->registration)->state, STATE_UNLISTED);
}

Test (flow_sip_udp, contact_star_with_a_time_says_which)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "503 Service Unavailable", "Retry-After: 30\r\n");
    NoteId orderly = ask (REQUEST (.cseq = 2, .contact = "*", .expires = "0"));
    NoteId wrong = ask (REQUEST (.cseq = 3, .contact = "*", .expires = "3600"));
    cr_assert_str_eq (value_of (orderly, VALUE_OFFERED), "");
    cr_assert_str_eq (value_of (wrong, VALUE_OFFERED), "3600");
}

Test (flow_sip_udp, the_realms_of_all_digests_are_named_and_basic_is_none)
{
    ask (REQUEST (.cseq = 1));
    NoteId two = answer (REQUEST (.cseq = 1), "401 Unauthorized",
                         "WWW-Authenticate: Digest realm=\"one\", nonce=\"a\", algorithm=MD5\r\n"
                         "WWW-Authenticate: Digest realm=\"two\", nonce=\"b\", algorithm=SHA-256\r\n");
    cr_assert_str_eq (value_of (two, VALUE_REALM), "one (MD5), two (SHA-256)");
    ask (REQUEST (.call_id = "basic", .cseq = 1));
    NoteId basic = answer (REQUEST (.call_id = "basic", .cseq = 1), "401 Unauthorized",
                           "WWW-Authenticate: Basic realm=\"one\"\r\n");
    SAYS (basic, "401 Unauthorized", "authenticate", "empty");
}

Test (flow_sip_udp, a_redirection_names_the_contact_that_is_preferred)
{
    Value contact;

    ask (REQUEST (.cseq = 1));
    NoteId moved = answer (REQUEST (.cseq = 1), "302 Moved",
                           "Contact: <sip:10.0.0.2>;q=0.2, <sip:10.0.0.3>;q=0.9, <sip:10.0.0.4>;q=0.9\r\n");
    cr_assert (values_find (notes_values (flow_notes (flow), note_of (moved)), VALUE_CONTACT, &contact));
    cr_assert_eq (contact.text_size, strlen ("10.0.0.3"));
    cr_assert_eq (memcmp (contact.text, "10.0.0.3", contact.text_size), 0);
}

static guint count_findings (Problem problem)
{
    const Findings *findings = diagnosis_findings (diagnosis);
    guint n = 0;

    for (guint i = 0; i < findings_count (findings); i++)
        n += findings_get (findings, i)->problem == problem;
    return n;
}

Test (flow_sip_udp, of_two_lines_each_is_named_as_what_it_is)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    const Findings *findings = diagnosis_findings (diagnosis);
    g_autofree char *text = NULL;

    register_account ();
    ask (REQUEST (.call_id = "b", .cseq = 1, .user = "1002"));
    answer (REQUEST (.call_id = "b", .cseq = 1, .user = "1002"), "403 Not yours", "");
    for (guint i = 0; i < findings_count (findings); i++)
        if (findings_get (findings, i)->problem == PROBLEM_PARTIAL_REGISTRATION)
            text = explain_problem (flow, tips, findings_get (findings, i), TIP_TEXT);
    cr_assert (text && strstr (text, "registered 1001@10.0.0.1") && strstr (text, "refused 1002"), "%s", text);
}

Test (flow_sip_udp, a_sign_off_that_is_not_found_says_nothing_about_the_number)
{
    register_account ();
    ask (REQUEST (.cseq = 3, .expires = "0"));
    answer (REQUEST (.cseq = 3, .expires = "0"), "404 Not Found", "");
    cr_assert_eq (count_findings (PROBLEM_WRONG_DIRECTORY_NUMBER), 0);
}

Test (flow_sip_udp, a_register_that_has_arrived_is_not_without_any_answer)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "100 Trying", "");
    for (guint i = 0; i < 10; i++)
        ask (REQUEST (.cseq = 1));
    cr_assert_eq (count_findings (PROBLEM_SIP_UNANSWERED), 0);
}
