/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_sip.h"
#include "tests/replay/sip_dialogue.h"

TestSuite (player_sip, .init = begin, .fini = end, .timeout = 20);

/* --- Registering */

Test (player_sip, a_challenge_is_answered_and_the_end_is_a_sign_off)
{
    record_registration ();
    start (answer_well);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (outcome ()->level, LEVEL_READY);
    cr_assert_eq (heard->len, 3);
    expect_line (1, "Digest username=\"lab\",realm=\"lab\",nonce=\"n1\",uri=\"sip:10.0.0.1\",response=");
    expect_line (2, "Expires: 0\r\n");
    cr_expect (outcome ()->signed_off);
}

Test (player_sip, only_what_must_change_is_changed)
{
    record_registration ();
    start (answer_well);
    pass (SECOND);
    expect_line (0, "X-Vendor:  keep   this \r\n");
    expect_line (0, "Expires: 3600\r\n");
    expect_line (0, "From: <sip:1001@10.0.0.1>;tag=");
    expect_line (0, "Contact: <sip:1001@10.9.8.7:5000");
    expect_no (0, "10.0.0.15");
    expect_no (0, "tag=old");
    expect_no (0, "z9hG4bKold");
    expect_no (1, "0123456789abcdef0123456789abcdef");
}

Test (player_sip, the_number_follows_the_user_where_the_recorded_one_did)
{
    record_registration ();
    g_strlcpy (identity.number, "lab", sizeof identity.number);
    start (answer_well);
    pass (SECOND);
    expect_line (0, "To: <sip:lab@10.0.0.1>\r\n");
    expect_line (0, "Contact: <sip:lab@10.9.8.7:");
}

static void refuse_login (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    challenge (connection, request);
}

Test (player_sip, a_second_challenge_ends_it_without_a_third_try)
{
    record_registration ();
    start (refuse_login);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (heard->len, 2);
    expect_sentence ("401");
    expect_sentence ("password of lab");
    cr_expect_null (strstr (outcome ()->sentence, "secret"));
}

static void always_stale (Connection *connection, const SipMessage *request, guint nth)
{
    g_autofree char *line =
        g_strdup_printf ("WWW-Authenticate: Digest realm=\"lab\",nonce=\"n%u\",stale=true\r\n", nth);
    respond (connection, request, "SIP/2.0 401 Unauthorized", line);
}

Test (player_sip, a_stale_nonce_is_answered_once)
{
    record_registration ();
    start (always_stale);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (heard->len, 3);
    expect_line (1, "nonce=\"n0\"");
    expect_line (2, "nonce=\"n1\"");
}

static void ask_by_proxy (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (has_login (request))
        grant (connection, request);
    else
        respond (connection, request, "SIP/2.0 407 Proxy Authentication Required",
                 "Proxy-Authenticate: Bearer realm=\"x\"\r\n"
                 "Proxy-Authenticate: Digest realm=\"lab\",nonce=\"n1\",algorithm=SHA-256,qop=\"auth,auth-int\"\r\n");
}

Test (player_sip, the_first_challenge_that_can_be_answered_is)
{
    record_registration ();
    start (ask_by_proxy);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    expect_line (1, "Proxy-Authorization: Digest ");
    expect_line (1, ",algorithm=SHA-256,");
    expect_line (1, ",qop=auth,nc=00000001\r\n");
    expect_line (2, ",nc=00000002\r\n");
}

static void ask_by_sha_512_256 (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (has_login (request))
        grant (connection, request);
    else
        respond (connection, request, "SIP/2.0 401 Unauthorized",
                 "WWW-Authenticate: Digest realm=\"lab\",nonce=\"n1\",algorithm=SHA-512-256,qop=\"auth\"\r\n"
                 "WWW-Authenticate: Digest realm=\"lab\",nonce=\"n2\",algorithm=MD5\r\n");
}

/* RFC 8760, 2.4: the topmost one that is known. */
Test (player_sip, sha_512_256_can_be_answered)
{
    record_registration ();
    start (ask_by_sha_512_256);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    expect_line (1, "nonce=\"n1\"");
    expect_line (1, ",algorithm=SHA-512-256,");
}

static void cut_first (Connection *connection, const SipMessage *request, guint nth)
{
    g_autoptr (GByteArray) answer = sip_response (request, "SIP/2.0 401 Unauthorized", "server", CHALLENGE);

    if (nth == 0)
        connection_send (connection, (View){ answer->data, answer->len / 2 });
    else
        answer_well (connection, request, nth);
}

Test (player_sip, an_answer_that_is_cut_short_is_no_answer_to_something_else)
{
    record_registration ();
    start (cut_first);
    pass (2 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_assert_eq (outcome ()->remarks->len, 1);
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[0], "cut short"));
}

static void want_token (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    respond (connection, request, "SIP/2.0 407 Proxy Authentication Required",
             "Proxy-Authenticate: Bearer realm=\"x\"\r\n");
}

Test (player_sip, a_bearer_challenge_ends_it)
{
    record_registration ();
    start (want_token);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (heard->len, 1);
    expect_sentence ("OAuth");
}

static void too_brief_first (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        respond (connection, request, "SIP/2.0 423 Interval Too Brief", "Min-Expires: 7200\r\n");
    else
        answer_well (connection, request, nth);
}

Test (player_sip, a_longer_time_is_asked_for_after_423)
{
    record_registration ();
    start (too_brief_first);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    expect_line (1, "Expires: 7200\r\n");
}

static void busy_first (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        respond (connection, request, "SIP/2.0 503 Service Unavailable", "Retry-After: 7 (soon)\r\n");
    else
        answer_well (connection, request, nth);
}

Test (player_sip, retry_after_is_waited_for)
{
    record_registration ();
    start (busy_first);
    pass (20 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (time_of (1) - time_of (0), 7 * SECOND + 2 * WORLD_WAY);
}

static void move (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    respond (connection, request, "SIP/2.0 302 Moved Temporarily", "Contact: <sip:1001@198.51.100.9>\r\n");
}

Test (player_sip, nobody_is_sent_elsewhere)
{
    record_registration ();
    start (move);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (heard->len, 1);
    expect_sentence ("198.51.100.9");
}

static void forbid (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (has_login (request))
        respond (connection, request, "SIP/2.0 403 Forbidden", "Warning: 399 lab \"no such line\"\r\n");
    else
        challenge (connection, request);
}

Test (player_sip, a_no_is_told_with_its_warning)
{
    record_registration ();
    start (forbid);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    cr_expect_eq (heard->len, 2);
    expect_sentence ("403 Forbidden, Warning: 399 lab \"no such line\"");
}

/* --- Loss */

static guint lose_until;

static gboolean loses_first (G_GNUC_UNUSED View octets)
{
    static guint count;
    if (lose_until == 0)
        count = 0;
    return count++ < lose_until;
}

Test (player_sip, copies_are_sent_after_doubling_times_and_then_it_gives_up)
{
    /* 0.5, 1, 2, then 4 s apart until 32 s are over (RFC 3261, 17.1.2.2). */
    const gint64 due[] = { 0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500 };

    record_registration ();
    start (NULL);
    pass (31900 * MILLISECOND);
    cr_assert_eq (heard->len, G_N_ELEMENTS (due));
    for (guint i = 0; i < G_N_ELEMENTS (due); i++) {
        cr_expect_eq (time_of (i) - time_of (0), due[i] * MILLISECOND);
        cr_expect_str_eq (message (i), message (0), "a copy is the same, octet by octet");
    }
    cr_expect_not (is_done);
    pass (200 * MILLISECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("does not answer REGISTER within 32.000 s (sent 11 times)");
    expect_line (heard->len - 1, "Expires: 0\r\n");
}

Test (player_sip, lost_messages_come_again_and_times_count_from_the_first)
{
    record_registration ();
    lose_until = 2;
    world.loses = loses_first;
    start (answer_well);
    pass (10 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    const Exchange *exchange = &outcome ()->exchanges[0];
    cr_expect_eq (exchange->repeats, 2);
    cr_expect_eq (exchange->live, 1500 * MILLISECOND + 2 * WORLD_WAY);
}

static void only_trying (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        respond (connection, request, "SIP/2.0 100 Trying", "");
}

Test (player_sip, trying_is_no_answer_but_slows_the_copies)
{
    record_registration ();
    start (only_trying);
    pass (31 * SECOND);
    cr_expect_eq (heard->len, 8);
    cr_expect_eq (time_of (1) - time_of (0), 4 * SECOND + 2 * WORLD_WAY);
    pass (2 * SECOND);
    cr_expect_eq (outcome ()->end, END_GONE);
}

Test (player_sip, over_tcp_nothing_is_sent_twice)
{
    record_registration ();
    player_settings.carrier = CARRIER_TCP;
    start (NULL);
    pass (31 * SECOND);
    cr_expect_eq (heard->len, 1);
    expect_line (0, ";transport=tcp>");
    expect_line (0, "Via: SIP/2.0/TCP ");
    pass (2 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
}

/* --- Staying */

Test (player_sip, a_registration_that_is_held_is_refreshed_before_it_ends)
{
    record_registration ();
    player_settings.stays = TRUE;
    start (answer_well);
    pass (116 * SECOND);
    cr_expect (is_settled);
    cr_assert_eq (heard->len, 3);
    cr_expect_eq (time_of (2) - time_of (1), 115 * SECOND);
    expect_line (2, "Expires: 3600\r\n");
    player_stop (player);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    expect_line (3, "Expires: 0\r\n");
}

Test (player_sip, an_interrupted_one_signs_off_all_the_same)
{
    record_registration ();
    start (only_trying);
    pass (SECOND);
    player_stop (player);
    pass (40 * SECOND);
    cr_expect_eq (outcome ()->end, END_INTERRUPTED);
    expect_line (heard->len - 1, "Expires: 0\r\n");
}

/* --- Questions of the server */

static const char *question;

static void ask_then_answer (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        connection_send (connection, (View){ (const guint8 *) question, strlen (question) });
    answer_well (connection, request, nth);
}

#define QUESTION(method, more)                                                                                         \
    method " sip:1001@10.9.8.7 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKq\r\nFrom: <sip:10.0.0.1>;tag=q\r\n" \
           "To: <sip:1001@10.9.8.7>\r\nCall-ID: question\r\nCSeq: 7 " method "\r\n" more "Content-Length: 0\r\n\r\n"

static void check_reply (const char *text, const char *expected)
{
    question = text;
    record_registration ();
    start (ask_then_answer);
    pass (SECOND);
    expect_line (1, expected);
    expect_line (1, "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKq\r\n");
    expect_line (1, "Call-ID: question\r\n");
}

Test (player_sip, notify_is_answered)
{
    check_reply (QUESTION ("NOTIFY", "Event: message-summary\r\n"), "SIP/2.0 200 OK\r\n");
    cr_expect_eq (outcome ()->end, END_COMPLETE);
}

Test (player_sip, options_is_answered_with_what_is_allowed)
{
    check_reply (QUESTION ("OPTIONS", ""), "Allow: ");
}

Test (player_sip, refer_is_answered)
{
    check_reply (QUESTION ("REFER", ""), "SIP/2.0 202 Accepted\r\n");
}

Test (player_sip, a_call_is_not_taken)
{
    check_reply (QUESTION ("INVITE", ""), "SIP/2.0 486 Busy Here\r\n");
}

#define ORDER "action=reset\nRegisterCallId={x}\n"

Test (player_sip, an_order_to_reset_ends_in_a_sign_off)
{
    question = "NOTIFY sip:1001@10.9.8.7 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKq\r\n"
               "From: <sip:10.0.0.1>;tag=q\r\nTo: <sip:1001@10.9.8.7>\r\nCall-ID: question\r\nCSeq: 7 NOTIFY\r\n"
               "Event: service-control\r\nContent-Type: text/plain\r\nContent-Length: 33\r\n\r\n" ORDER;
    record_registration ();
    player_settings.stays = TRUE;
    start (ask_then_answer);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_DIFFERENT);
    expect_line (heard->len - 1, "Expires: 0\r\n");
}

/* --- Signing off */

#define BOUND            "Contact: <sip:1001@10.0.0.15:5060;line=7>\r\n"
#define OTHER            "Contact: <sip:1001@10.0.0.15:5060>\r\n"
#define SIGN_OFF         "Expires: 0\r\n"
#define WITH(cseq, more) "REGISTER sip:10.0.0.1 SIP/2.0\r\n" PHONE_LINES (cseq) more "Content-Length: 0\r\n\r\n"

/* The phone signs off a contact that it has not bound, and then its own: seen in sip.pcap, frames 61 and 63. */
Test (player_sip, what_is_taken_back_is_what_was_bound)
{
    record (FALSE, WITH ("1", BOUND "Expires: 1200\r\n"));
    record (TRUE, ANSWER ("200 OK", "1", BOUND));
    record (FALSE, WITH ("2", OTHER SIGN_OFF));
    record (TRUE, ANSWER ("200 OK", "2", BOUND));
    record (FALSE, WITH ("3", BOUND SIGN_OFF));
    record (TRUE, ANSWER ("200 OK", "3", ""));
    start (answer_well);
    pass (SECOND);
    cr_expect_eq (outcome ()->sign_off, SIGN_OFF_DONE);
    expect_line (heard->len - 1, "Expires: 0\r\n");
    expect_line (heard->len - 1, ";line=7>\r\n");
}

Test (player_sip, a_recorded_sign_off_of_another_contact_is_not_sent)
{
    record (FALSE, WITH ("1", BOUND "Expires: 1200\r\n"));
    record (TRUE, ANSWER ("200 OK", "1", BOUND));
    record (FALSE, WITH ("2", OTHER SIGN_OFF));
    record (TRUE, ANSWER ("200 OK", "2", ""));
    start (answer_well);
    pass (SECOND);
    expect_line (heard->len - 1, "Expires: 0\r\n");
    expect_line (heard->len - 1, ";line=7>\r\n");
    cr_expect_not (script_sip_is_needed (script, 2));
    cr_expect (script_sip_is_needed (script, SCRIPT_NONE));
}

static void keep_for_ever (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autofree char *uri = view_dup (request->contacts[0].uri.text);
    g_autofree char *contact = g_strdup_printf ("Contact: <%s>;expires=120\r\n", uri);
    respond (connection, request, "SIP/2.0 200 OK", contact);
}

static void refuse_sign_off (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (request->expires == 0)
        respond (connection, request, "SIP/2.0 503 Service Unavailable", "");
    else
        grant (connection, request);
}

static void check_sign_off (Reply how, SignOff expected)
{
    record_registration ();
    start (how);
    pass (SECOND);
    cr_expect_eq (outcome ()->sign_off, expected);
    cr_expect_eq (outcome ()->remarks->len == 0, expected == SIGN_OFF_DONE);
}

Test (player_sip, the_end_is_told_as_the_server_has_made_it)
{
    check_sign_off (answer_well, SIGN_OFF_DONE);
    end ();
    begin ();
    check_sign_off (refuse_sign_off, SIGN_OFF_REFUSED);
    end ();
    begin ();
    check_sign_off (keep_for_ever, SIGN_OFF_KEPT);
}

#define TWO "Contact: <sip:1001@10.0.0.15:5060>;expires=600, <sip:1001@10.0.0.15:5070>;expires=600\r\n"
#define THREE                                                                                                          \
    "Contact: <sip:1001@10.0.0.15:5070>;q=0.5\r\nContact: \"Desk\" <sip:1001@10.0.0.15:5060>;expires=600, "            \
    "<sip:1001@192.0.2.99>\r\n"

/* Lists what the phone has named, as a registrar with place for all of them. */
static void grant_all (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autoptr (GString) lines = g_string_new (NULL);

    for (guint i = 0; request->expires != 0 && i < request->n_contacts; i++) {
        g_autofree char *uri = view_dup (request->contacts[i].uri.text);
        if (request->contacts[i].expires != 0)
            g_string_append_printf (lines, "Contact: <%s>;expires=120\r\n", uri);
    }
    respond (connection, request, "SIP/2.0 200 OK", lines->str);
}

static SipMessage heard_message (guint nth)
{
    SipMessage message;

    cr_assert (sip_parse ((const guint8 *) heard->pdata[nth], strlen (heard->pdata[nth]), &message));
    return message;
}

Test (player_sip, contacts_that_are_bound_together_stay_apart)
{
    record (FALSE, WITH ("1", THREE "Expires: 300\r\n"));
    record (TRUE, ANSWER ("200 OK", "1", THREE));
    start (grant_all);
    pass (SECOND);
    cr_expect_eq (outcome ()->sign_off, SIGN_OFF_DONE);
    cr_expect_eq (outcome ()->remarks->len, 0);
    cr_assert_eq (heard->len, 2);
    const SipMessage bound = heard_message (0), back = heard_message (1);
    cr_assert_eq (bound.n_contacts, 3);
    cr_assert_eq (back.n_contacts, 3);
    cr_expect_eq (bound.contacts[0].uri.port, 5070);
    cr_expect_eq (bound.contacts[1].uri.port, bound.via.port, "where the phone was, we are");
    cr_expect_eq (bound.contacts[2].uri.port, 5060, "nobody else's address is bound");
    cr_expect_eq (back.expires, 0);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *before = view_dup (bound.contacts[i].uri.text);
        g_autofree char *then = view_dup (back.contacts[i].uri.text);
        cr_expect_str_eq (before, then);
        cr_expect_null (strstr (before, "10.0.0.15"));
        cr_expect_null (strstr (before, "192.0.2.99"));
    }
    cr_expect_eq (back.contacts[1].expires, 0);
}

/* Keeps the first one, as a registrar with place for one; and says so again when all are taken back. */
static void grant_first (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autofree char *uri = view_dup (request->contacts[1].uri.text);
    g_autofree char *contact = g_strdup_printf ("Contact: <%s>;expires=120\r\n", uri);

    respond (connection, request, "SIP/2.0 200 OK", contact);
}

Test (player_sip, of_several_contacts_any_that_is_listed_is_told)
{
    record (FALSE, WITH ("1", TWO));
    record (TRUE, ANSWER ("200 OK", "1", TWO));
    start (grant_first);
    pass (SECOND);
    cr_expect_eq (outcome ()->sign_off, SIGN_OFF_KEPT);
    cr_assert_eq (outcome ()->remarks->len, 2);
    cr_expect_str_eq (outcome ()->remarks->pdata[0], "the phone names 2 contacts, and the server lists 1 of them");
}

#define MOVED "Contact: <sip:1001@10.0.0.15:5060>;expires=0\r\nContact: <sip:1001@203.0.113.5:4100>;expires=600\r\n"

static void brief_then_all (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        respond (connection, request, "SIP/2.0 423 Interval Too Brief", "Min-Expires: 900\r\n");
    else
        grant_all (connection, request, nth);
}

/* As phones do that have learned the address that the server sees. */
Test (player_sip, what_is_taken_back_beside_what_is_bound_stays_so)
{
    record (FALSE, WITH ("1", MOVED));
    record (TRUE, ANSWER ("200 OK", "1", "Contact: <sip:1001@203.0.113.5:4100>;expires=600\r\n"));
    start (brief_then_all);
    pass (SECOND);
    cr_expect_eq (outcome ()->sign_off, SIGN_OFF_DONE);
    const SipMessage again = heard_message (1);
    cr_assert_eq (again.n_contacts, 2);
    cr_expect_eq (again.contacts[0].expires, 0);
    cr_expect_eq (again.contacts[1].expires, 900);
    cr_expect_neq (again.contacts[0].uri.port, again.contacts[1].uri.port);
}

/* --- Several addresses */

static GArray *choices;
static Endpoint second_end;

static void start_with_two (Reply what, const char *host)
{
    TargetChoice rows[] = { { .end = server_end, .is_name = TRUE }, { .is_name = TRUE, .priority = 20 } };

    second_end = endpoint ("10.0.0.2", 5070);
    rows[1].end = second_end;
    rows[0].host = rows[1].host = (char *) host;
    choices = g_array_new (FALSE, FALSE, sizeof (TargetChoice));
    g_array_append_vals (choices, rows, G_N_ELEMENTS (rows));
    player_settings.choices = choices;
    player_settings.host = "lab";
    transport_listen (&second_end, player_settings.carrier, on_server_accept, NULL, NULL);
    start (what);
}

static void check_moved (guint remarks, const char *why)
{
    cr_assert_eq (outcome ()->remarks->len, remarks);
    const char *told = outcome ()->remarks->pdata[0];
    cr_expect_not_null (strstr (told, why), "%s", told);
    cr_expect_not_null (strstr (told, "; the next address was tried"), "%s", told);
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[1], "10.0.0.2:5070 was used"));
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (outcome ()->n_exchanges, 3, "those with the first server do not count");
    g_array_unref (choices);
}

static void be_busy_at_first (Connection *connection, const SipMessage *request, guint nth)
{
    if (nth == 0)
        respond (connection, request, "SIP/2.0 503 Service Unavailable", "Retry-After: 1\r\n");
    else
        answer_well (connection, request, nth);
}

/* RFC 3263, 4.3; RFC 3261, 21.5.4. */
Test (player_sip, who_is_busy_has_a_second_address)
{
    record_registration ();
    start_with_two (be_busy_at_first, "a.lab");
    pass (SECOND);
    check_moved (2, "answers 503 Service Unavailable");
    expect_line (0, "REGISTER sip:lab SIP/2.0\r\n");
    expect_line (1, "REGISTER sip:lab SIP/2.0\r\n"); /* the port is that of the record */
    cr_expect_eq (heard->len, 4);
}

static gboolean is_second (const Connection *connection)
{
    const Endpoint local = connection_local (connection);
    return endpoint_equal (&local, &second_end);
}

static void only_second (Connection *connection, const SipMessage *request, guint nth)
{
    if (is_second (connection))
        answer_well (connection, request, nth);
}

Test (player_sip, who_is_silent_has_its_share_of_the_time)
{
    record_registration ();
    player_settings.timeout = SECONDS (4);
    start_with_two (only_second, NULL);
    pass (2 * SECOND + SECOND / 2);
    check_moved (2, "does not answer REGISTER within 2.000 s");
    cr_expect (outcome ()->accepted_after < SECOND, "the wait for the first is not the second one's");
}

Test (player_sip, nobody_answers_at_any_address)
{
    record_registration ();
    player_settings.timeout = SECONDS (4);
    start_with_two (NULL, NULL);
    pass (5 * SECOND);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    expect_sentence ("10.0.0.2:5070");
    g_array_unref (choices);
}

Test (player_sip, who_interrupts_between_two_addresses_ends_it)
{
    record_registration ();
    start_with_two (NULL, NULL);
    pass (20 * SECOND);
    player_stop (player);
    pass (30 * SECOND);
    cr_expect_eq (outcome ()->end, END_INTERRUPTED);
    g_array_unref (choices);
}

/* --- Leaving */

static void be_silent_to_sign_off (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (request->expires != 0)
        grant (connection, request);
}

Test (player_sip, who_leaves_before_the_sign_off_is_answered_says_so)
{
    record_registration ();
    player_settings.stays = TRUE;
    start (be_silent_to_sign_off);
    pass (SECOND);
    player_stop (player);
    pass (SECOND);
    player_leave (player);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_INTERRUPTED);
    cr_expect_eq (outcome ()->sign_off, SIGN_OFF_UNANSWERED);
    expect_sentence ("left before the sign-off was answered");
}

static void only_refuse_sign_off (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    if (request->expires == 0)
        respond (connection, request, "SIP/2.0 503 Service Unavailable", "");
}

Test (player_sip, nobody_says_signed_off_before_it_is_so)
{
    record_registration ();
    start (only_refuse_sign_off);
    pass (SECOND / 100);
    player_stop (player);
    pass (SECOND);
    expect_sentence ("interrupted before the registration was complete");
    cr_expect_null (strstr (outcome ()->sentence, "signed off"));
}

static void be_busy_for_an_hour (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    respond (connection, request, "SIP/2.0 503 Service Unavailable", "Retry-After: 3600\r\n");
}

Test (player_sip, retry_after_is_bounded_as_all_waits_are)
{
    record_registration ();
    start (be_busy_for_an_hour);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    expect_sentence ("longer than --timeout");
    cr_expect_eq (outcome ()->remarks->len, 0);
}

static void grant_nothing (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autofree char *uri = view_dup (request->contacts[0].uri.text);
    g_autofree char *contact = g_strdup_printf ("Contact: <%s>;expires=0\r\n", uri);
    respond (connection, request, "SIP/2.0 200 OK", contact);
}

Test (player_sip, a_yes_for_no_time_is_no_yes)
{
    record_registration ();
    start (grant_nothing);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    expect_sentence ("for 0 s");
}

static void call_all_nonces_stale (Connection *connection, const SipMessage *request, guint nth)
{
    g_autofree char *line = g_strdup_printf ("WWW-Authenticate: Digest realm=\"lab\",nonce=\"n%u\"%s\r\n", nth,
                                             has_login (request) ? ",stale=true" : "");
    respond (connection, request, "SIP/2.0 401 Unauthorized", line);
}

Test (player_sip, a_stale_nonce_blames_no_password)
{
    record_registration ();
    start (call_all_nonces_stale);
    pass (SECOND);
    cr_expect_eq (outcome ()->end, END_REFUSED);
    expect_sentence ("stale=true");
    cr_expect_null (strstr (outcome ()->sentence, "does not know"));
}

/* --- Against the stand-in */

static Passwords *users;

static void check_form (SipDigest digest, const char *password, End expected)
{
    record_registration ();
    users = passwords_new ("lab:secret\n", 11, NULL);
    server_settings.users = users;
    server_settings.digest = digest;
    player_settings.password = password;
    start_with_stand_in ();
    pass (5 * SECOND);
    cr_expect_eq (outcome ()->end, expected, "form %d", (int) digest);
    passwords_free (users);
}

Test (player_sip, every_form_of_digest_is_answered)
{
    for (SipDigest digest = SIP_DIGEST_RECORDED; digest < N_SIP_DIGESTS; digest++) {
        check_form (digest, "secret", END_COMPLETE);
        end ();
        begin ();
    }
}

Test (player_sip, the_stand_in_refuses_a_wrong_password)
{
    check_form (SIP_DIGEST_SHA_256, "wrong", END_REFUSED);
    expect_sentence ("403");
}

Test (player_sip, a_registration_is_as_recorded_against_the_stand_in)
{
    record_registration ();
    player_settings.password = NULL;
    start_with_stand_in ();
    pass (5 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (outcome ()->n_exchanges, 3);
    for (guint i = 0; i < outcome ()->n_exchanges; i++) {
        const Exchange *exchange = &outcome ()->exchanges[i];
        cr_expect_eq (exchange->content, CONTENT_SAME, "%u: %s", i, exchange->detail ? exchange->detail : "");
    }
    cr_expect_eq (outcome ()->remarks->len, 1, "that nobody has checked the password");
}

static void start_with_fault (Fault fault, guint status, Carrier carrier)
{
    Tweak tweak = { catalog_find (PROTOCOL_SIP, status), 0, fault };

    tweaks = g_array_new (FALSE, FALSE, sizeof tweak);
    record_registration ();
    g_array_append_val (tweaks, tweak);
    player_settings.password = "secret";
    player_settings.carrier = server_settings.carrier = carrier;
    server_settings.tweaks = tweaks;
    start_with_stand_in ();
    pass (60 * SECOND);
}

Test (player_sip, a_stand_in_that_falls_silent_stays_so_when_the_phone_asks_again)
{
    start_with_fault (FAULT_SILENT, 401, CARRIER_UDP);
    cr_expect_eq (outcome ()->end, END_UNREACHABLE);
    cr_expect_gt (outcome ()->exchanges[0].repeats, 3);
}

Test (player_sip, a_stand_in_that_sends_octet_by_octet_takes_a_millisecond_for_each)
{
    start_with_fault (FAULT_BYTES, 401, CARRIER_TCP);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_gt (outcome ()->accepted_after, MILLISECONDS (200), "the challenge alone has more octets than that");
}

/* --- Times */

Test (player_sip, the_time_until_ready_tells_own_waits)
{
    record_registration ();
    start (answer_well);
    pass (SECOND);
    cr_expect_eq (outcome ()->ready_own, 10 * MILLISECOND, "what the recorded phone thought about the challenge");
    cr_expect_eq (outcome ()->ready_after, 14 * MILLISECOND);
}

/* --- A busy machine */

static const Exchange *first_exchange (void)
{
    cr_assert_geq (outcome ()->n_exchanges, 1);
    return &outcome ()->exchanges[0];
}

static void answer_a_machine_that_stands_still (Connection *connection, const SipMessage *request, guint nth)
{
    answer_well (connection, request, nth);
    world.away_until = world.now + 100 * MILLISECOND;
}

Test (player_sip, what_was_read_late_has_its_time_on_the_wire)
{
    g_autoptr (GArray) reading = g_array_new (FALSE, FALSE, sizeof (gint64));

    record_registration ();
    player_settings.reading = reading;
    start (answer_a_machine_that_stands_still);
    pass (SECOND);
    cr_expect_eq (first_exchange ()->live, 2 * WORLD_WAY);
    cr_expect_eq (first_exchange ()->least, 2 * WORLD_WAY);
    cr_assert_geq (reading->len, 2);
    cr_expect_eq (g_array_index (reading, gint64, 0), 100 * MILLISECOND - WORLD_WAY, "that is our own lateness");
}

Test (player_sip, sends_that_nobody_has_stamped_are_counted)
{
    guint sent = 0, unstamped = 0;

    record_registration ();
    player_settings.sent = &sent;
    player_settings.unstamped = &unstamped;
    start (answer_well);
    pass (SECOND);
    cr_expect_geq (sent, 1);
    cr_expect_eq (unstamped, sent, "this world has no kernel");
}

Test (player_sip, without_a_stamp_only_the_span_is_known)
{
    record_registration ();
    world.is_unstamped = TRUE;
    start (answer_a_machine_that_stands_still);
    pass (SECOND);
    cr_expect_eq (first_exchange ()->live, 100 * MILLISECOND + WORLD_WAY);
    cr_expect_eq (first_exchange ()->least, 2 * WORLD_WAY);
}

static void answer_late (Connection *connection, const SipMessage *request, G_GNUC_UNUSED guint nth)
{
    g_autoptr (GByteArray) answer = sip_response (request, "SIP/2.0 403 Forbidden", "server", "");

    world_plan (60 * MILLISECOND, EVENT_OCTETS, connection->peer, NULL, g_bytes_new (answer->data, answer->len), 0);
    world.away_until = world.now + 100 * MILLISECOND;
}

Test (player_sip, who_answers_late_is_late_whoever_reads_it_late)
{
    record_registration ();
    world.is_unstamped = TRUE;
    start (answer_late);
    pass (SECOND);
    cr_expect_eq (first_exchange ()->least, 60 * MILLISECOND + WORLD_WAY);
}
