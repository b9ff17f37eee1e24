/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/summary.h"
#include "tests/registration/sip_play.h"

TestSuite (flow_sip_udp, .init = set_up_sip, .fini = tear_down);

/* --- Who is who */

Test (flow_sip_udp, two_accounts_with_one_call_id_are_told_apart)
{
    ask (REQUEST (.cseq = 1));
    answer (REQUEST (.cseq = 1), "200 OK", GRANTED);
    NoteId other = ask (REQUEST (.cseq = 2, .user = "1002"));
    SAYS (other, "REGISTER", "register", "");
    NoteId refused = answer (REQUEST (.cseq = 2, .user = "1002"), "403 Forbidden", "");
    cr_assert_eq (note_of (refused)->partner, other);
    SAYS (ask (REQUEST (.cseq = 3)), "REGISTER", "keepalive", "refresh");
    cr_assert_eq (phone_of (other), 0);
    check_all_notes ();
}

Test (flow_sip_udp, two_phones_behind_one_address_differ_in_their_contact)
{
    phone_end = endpoint ("80.0.0.1", 5060);
    NoteId one = ask (REQUEST (.cseq = 1, .contact = "<sip:1001@192.168.1.2:5060>"));
    Endpoint first_end = phone_end;
    phone_end = endpoint ("80.0.0.1", 1025);
    NoteId two = ask (REQUEST (.cseq = 1, .call_id = "b", .user = "1002", .contact = "<sip:1002@192.168.1.3:5060>"));
    cr_assert_neq (phone_of (one), phone_of (two));
    NoteId ok = answer (REQUEST (.cseq = 1, .call_id = "b", .user = "1002"), "200 OK",
                        "Contact: <sip:1002@192.168.1.3:5060>;expires=60\r\n");
    cr_assert_eq (phone_of (ok), phone_of (two));
    cr_assert_str_eq (device_at (one), "1001@10.0.0.1");
    cr_assert_str_eq (device_at (ok), "1002@10.0.0.1");
    phone_end = first_end;
    NoteId refused = answer (REQUEST (.cseq = 1), "403 Forbidden", "");
    cr_assert_eq (phone_of (refused), phone_of (one));
    cr_assert_str_eq (level_of (refused), "rejected");
    cr_assert_str_eq (level_of (ok), "ready");
    check_all_notes ();
}

/* All of one product: only the address inside tells them apart, and keeps the lines of one together. */
Test (flow_sip_udp, phones_behind_one_address_and_port_differ_in_their_contact)
{
    const char *product = "User-Agent: Yealink SIP-T46S 66.86.0.15\r\n";
    const char *contacts[] = { "<sip:a@192.168.1.2:5060>", "<sip:b@192.168.1.3:5060>" };
    PhoneId phones[2];

    phone_end = endpoint ("80.0.0.1", 5060);
    for (guint i = 0; i < 4; i++) {
        Request request = { .cseq = 1,
                            .call_id = (const char *[]){ "a", "b", "c", "d" }[i],
                            .user = (const char *[]){ "1001", "1002", "1003", "1004" }[i],
                            .contact = contacts[i % 2],
                            .more = product };
        const NoteId asked = ask (request);
        const NoteId ok = answer (request, "200 OK", GRANTED);
        if (i < 2)
            phones[i] = phone_of (asked);
        cr_assert_eq (phone_of (asked), phones[i % 2], "%u", i);
        cr_assert_eq (phone_of (ok), phones[i % 2], "%u", i);
    }
    cr_assert_neq (phones[0], phones[1]);
    const IpAddress first = endpoint ("192.168.1.2", 0).address, second = endpoint ("192.168.1.3", 0).address;
    cr_assert (ip_address_equal (&phones_get (flow_phones (flow), phones[0])->address, &first));
    cr_assert (ip_address_equal (&phones_get (flow_phones (flow), phones[1])->address, &second));
    /* The first one has got another address inside, and asks for its account. */
    Request moved = { .cseq = 1, .call_id = "a", .user = "1001", .contact = contacts[0], .more = product };
    moved.cseq = 2;
    cr_assert_eq (phone_of (ask (moved)), phones[0]);
    moved.contact = "<sip:a@192.168.1.4:5060>";
    moved.call_id = "e";
    cr_assert_eq (phone_of (ask (moved)), phones[0]);
    check_all_notes ();
}

#define CISCO_ALARM                                                                                                    \
    "Reason: SIP;cause=200;text=\"cisco-alarm:23 Name=SEP001122334455 ActiveLoad=sip78xx.12-1-1-12.loads "             \
    "InactiveLoad=x Last=reset-restart\"\r\n"

Test (flow_sip_udp, a_cisco_phone_is_named_by_its_device_name)
{
    NoteId first = ask (REQUEST (.cseq = 101,
                                 .contact = CISCO_CONTACT ";+u.sip!devicename.ccm.cisco.com=\"SEP001122334455\""
                                                          ";+u.sip!model.ccm.cisco.com=\"621\"",
                                 .more = CISCO_SUPPORTED CISCO_ALARM));
    SAYS (first, "REGISTER", "register", "cisco");
    cr_assert_str_eq (device_at (first), "SEP001122334455");
    cr_assert_str_eq (value_of (first, VALUE_LOAD), "sip78xx.12-1-1-12.loads");
    cr_assert_str_eq (value_of (first, VALUE_REASON), "reset-restart");
    cr_assert_neq (value_of (first, VALUE_CAUSE)[0], '\0');
    cr_assert_eq (phones_get (flow_phones (flow), 0)->device_type, 621);
    check_all_notes ();
}

Test (flow_sip_udp, names_that_are_no_text_are_made_text)
{
    NoteId device = ask (REQUEST (.cseq = 1, .more = CISCO_SUPPORTED,
                                  .contact = "<sip:x@10.0.0.15>;+u.sip!devicename.ccm.cisco.com=\"SEP\xFF\x01\""));
    cr_assert_str_eq (device_at (device), "SEP\xC3\xBF");
    phone_end = endpoint ("10.0.0.16", 5060);
    NoteId account = ask (REQUEST (.cseq = 1, .call_id = "b", .user = "J\xFCrgen", .contact = "<sip:x@10.0.0.16>"));
    cr_assert_str_eq (device_at (account), "J\xC3\xBCrgen@10.0.0.1");
    check_all_notes ();
}

Test (flow_sip_udp, a_cisco_phone_is_named_by_instance_or_alarm_too)
{
    NoteId instance = ask (REQUEST (.cseq = 101, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED));
    cr_assert_str_eq (device_at (instance), "SEP001122334455");
    phone_end = endpoint ("10.0.0.16", 5060);
    NoteId alarm =
        ask (REQUEST (.cseq = 101, .call_id = "b",
                      .more = "Reason: SIP;cause=200;text=\"cisco-alarm:25 Name=SEP0011223344AA Load=SIP41.8 "
                              "Last=initialized\"\r\n"));
    cr_assert_str_eq (device_at (alarm), "SEP0011223344AA");
    cr_assert_str_eq (value_of (alarm, VALUE_LOAD), "SIP41.8");
    check_all_notes ();
}

/* SEP and its MAC is what desk phones are called. */
Test (flow_sip_udp, a_soft_phone_of_cisco_is_not_named_by_its_mac)
{
    NoteId first = ask (
        REQUEST (.cseq = 101, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED "User-Agent: Cisco-CSF/12.9.4\r\n"));
    cr_assert_str_eq (device_at (first), "1001@10.0.0.1");
    check_all_notes ();
}

Test (flow_sip_udp, a_cisco_phone_shows_its_first_and_its_heartbeats)
{
    Request first = { .cseq = 101, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED CISCO_ALARM };
    Request beat = { .cseq = 102, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED };

    ask (first);
    NoteId ok = answer (first, "200 OK", "Expires: 120\r\n");
    SAYS (ok, "200 OK", "register", "");
    NoteId heartbeat = ask (beat);
    SAYS (heartbeat, "REGISTER", "keepalive", "refresh");
    SAYS (answer (beat, "200 OK", "Expires: 120\r\n"), "200 OK", "keepalive", "refresh");
    cr_assert_eq (attempt_of (heartbeat), 1);
    first.cseq = 1;
    first.call_id = "new";
    cr_assert_eq (attempt_of (ask (first)), 2);
    check_all_notes ();
}

Test (flow_sip_udp, a_heartbeat_at_the_start_of_a_capture_is_no_attempt)
{
    NoteId beat = ask (REQUEST (.cseq = 150, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED));
    SAYS (beat, "REGISTER", "register", "cisco");
    cr_assert_eq (attempt_of (beat), 0);
    NoteId ok = answer (REQUEST (.cseq = 150), "200 OK", "Expires: 120\r\n");
    cr_assert_str_eq (level_of (ok), "ready");
    beat = ask (REQUEST (.cseq = 151, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED));
    SAYS (beat, "REGISTER", "keepalive", "refresh");
    check_all_notes ();
}

/* Without an alarm and a body, and with a count that says nothing: what the capture has shown before tells. */
Test (flow_sip_udp, no_heartbeat_comes_before_a_registration)
{
    Request first = { .cseq = 150, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED };
    Request second = { .cseq = 250, .call_id = "b", .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED };
    static const guint8 read_request[] = "\0\1SEP001122334455.cnf.xml\0octet";

    send_udp (endpoint ("10.0.0.15", 49152), endpoint ("10.0.0.2", 69), read_request, sizeof read_request);
    NoteId asked = ask (first);
    SAYS (asked, "REGISTER", "register", "cisco");
    cr_assert_eq (attempt_of (asked), 1, "it has only just booted");
    answer (first, "503 Service Unavailable", "");
    first.cseq = 151;
    asked = ask (first);
    SAYS (asked, "REGISTER", "register", "cisco");
    cr_assert_eq (attempt_of (asked), 2, "it was refused before");
    answer (first, "200 OK", "Expires: 120\r\n");
    asked = ask (second);
    SAYS (asked, "REGISTER", "register", "cisco");
    cr_assert_eq (attempt_of (asked), 3, "another Call-ID is another registration");
    check_all_notes ();
}

static NoteId ask_line (const char *number, guint cseq, const char *status)
{
    Request request = { .cseq = cseq, .call_id = number, .user = number };

    NoteId asked = ask (request);
    answer (request, status, "Expires: 120\r\n");
    return asked;
}

Test (flow_sip_udp, several_lines_are_one_attempt_of_one_phone)
{
    NoteId refused = ask_line ("1001", 1, "403 Forbidden");
    cr_assert_str_eq (level_of (refused + 1), "rejected", "no line is registered");
    NoteId accepted = ask_line ("1002", 1, "200 OK"), third = ask_line ("1003", 1, "404 Not Found");
    cr_assert_str_eq (level_of (accepted + 1), "ready");
    cr_assert_str_eq (level_of (third + 1), "ready", "one line is enough to call");
    for (NoteId id = refused; id <= third + 1; id++)
        cr_assert_eq (attempt_of (id), 1, "note %u", id);
    now += 60 * SECOND;
    NoteId again = ask_line ("1001", 2, "200 OK");
    cr_assert_eq (attempt_of (again), 2, "the same line once more");
    Request off = { .cseq = 3, .call_id = "1001", .user = "1001", .expires = "0" };
    ask (off);
    cr_assert_str_eq (level_of (answer (off, "200 OK", "")), "ready", "the other line is still there");
    off.call_id = off.user = "1002";
    ask (off);
    cr_assert_str_eq (level_of (answer (off, "200 OK", "")), "");
    check_all_notes ();
}

Test (flow_sip_udp, a_placeholder_line_refuses_no_phone)
{
    NoteId hash = ask_line ("#1009", 1, "404 Not Found");
    cr_assert_str_eq (level_of (hash + 1), "");
    cr_assert_str_eq (level_of (ask_line ("1001", 1, "200 OK") + 1), "ready");
}

Test (flow_sip_udp, an_alarm_is_named_by_the_mac_that_sends_it)
{
    NoteId alarm = ask (REQUEST (.method = "REFER", .cseq = 1000, .call_id = "77aa", .user = "00aabbccddee",
                                 .contact = "", .more = "User-Agent: Cisco-CP7821/12.1.1\r\nRefer-To: cid:1\r\n"));
    cr_assert_str_eq (device_at (alarm), "SEP00AABBCCDDEE");
}

Test (flow_sip_udp, a_heartbeat_to_the_standby_signs_nothing_off)
{
    Request first = { .cseq = 101, .contact = CISCO_CONTACT, .more = CISCO_SUPPORTED CISCO_ALARM };
    Request standby = { .cseq = 101,
                        .call_id = "s",
                        .expires = "0",
                        .more = CISCO_SUPPORTED,
                        .contact = CISCO_CONTACT ";cisco-keep-alive" };

    ask (first);
    answer (first, "200 OK", "Expires: 120\r\n");
    server_end = endpoint ("10.0.0.2", 5060);
    NoteId beat = ask (standby), ok = answer (standby, "200 OK", "Expires: 0\r\n");
    SAYS (beat, "REGISTER", "keepalive", "backup");
    SAYS (ok, "200 OK", "keepalive", "backup");
    cr_assert_str_eq (level_of (ok), "ready");
    cr_assert_eq (attempt_of (beat), 1);
    check_all_notes ();
}

Test (flow_sip_udp, cucm_identifies_third_party_phones_by_digest_user)
{
    ask (REQUEST (.cseq = 1));
    NoteId third_party = ask (REQUEST (.cseq = 2, .realm = "ccmsipline"));
    SAYS (third_party, "REGISTER", "authenticate", "identified");
    ask (REQUEST (.cseq = 1, .call_id = "b"));
    NoteId other = ask (REQUEST (.cseq = 2, .call_id = "b", .realm = "ccmsipline.example"));
    SAYS (other, "REGISTER", "authenticate", "answered");
    ask (REQUEST (.cseq = 1, .call_id = "c"));
    NoteId cisco = ask (REQUEST (.cseq = 2, .call_id = "c", .realm = "ccmsipline", .contact = CISCO_CONTACT,
                                 .more = CISCO_SUPPORTED CISCO_ALARM));
    SAYS (cisco, "REGISTER", "authenticate", "answered");
    check_all_notes ();
}

/* --- Many tries */

#define TRIES 70000

/* A phone that tries all day: more tries than sixteen bits can count. */
Test (flow_sip_udp, tries_are_counted_beyond_sixteen_bits)
{
    NoteId last = 0;

    for (guint i = 1; i <= TRIES; i++) {
        g_autofree char *call_id = g_strdup_printf ("%u@10.0.0.15", i);
        last = ask (REQUEST (.cseq = 1, .call_id = call_id));
        answer (REQUEST (.cseq = 1, .call_id = call_id), "403 Forbidden", "");
        now += SECOND;
    }
    cr_expect_eq (flow_note_attempt (flow, note_of (last)), TRIES);
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    const PhoneSummary *phone = summary_phone (summary, 0);
    cr_assert_eq (phone->attempts->len, TRIES);
    cr_expect_eq (summary_attempt (phone, TRIES - 1)->number, TRIES);
    cr_expect_eq (summary_attempts (summary, phone), TRIES);
}
