#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of one problem of SIP registrations each (problem_sip_*), and of what looks like it and is none (near_sip_*). The
idea is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is recorded. What
must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from craft import ACK, RST, SECOND, Host, Makers, TcpFlow, command_line, ms
from hosts import BACKUP, PRIMARY, call_manager, handset, mac_of
from problems import sip_line
from sip_dialogue import CISCO_SUPPORTED, CUCM, PHONE, SERVER, Line, answer, challenge, date, message_summary, nonce
from sip_edges import START, alarm_reason, cisco_line, cisco_talk, tcp_talk, udp_talk

edge = Makers("problems_sip.py")


def challenged(talk, line, value, **options):
    """REGISTER without credentials, and the challenge that answers it."""
    request = line.register(**options)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag=value[:8]))


def refused(talk, line, value, code, reason, *headers, realm="ccmsipline", server=CUCM):
    """REGISTER, challenge, REGISTER with credentials, and a refusal for good."""
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm=realm), server], tag=value[:8]))
    request = line.register(line.authorization(value, realm=realm))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, code, reason, [server, *headers], tag=value[:8]))


def not_there(capture, host, server, sport, now):
    """A SYN to port 5060, and the reset that answers it."""
    flow = TcpFlow(capture, host, server, sport, 5060)
    flow.syn(now)
    flow.segment(now + ms(1), SERVER, RST | ACK, seq=0)


def granted(talk, line, *headers, expires=120, new=True, **options):
    """REGISTER and 200."""
    request = line.register(*headers, expires=min(expires, 1) * 3600, **options)
    talk.say(PHONE, request)
    talk.ack(SERVER)
    talk.say(SERVER, line.granted(request, talk.now, expires, new=new))
    talk.ack(PHONE)
    return request


# ---------------------------------------------------------------------------------------------- credentials

@edge("problem_sip_no_credentials")
def nobody_answers_the_challenge(capture):
    """A phone without a password asks again five seconds after its challenge, still without credentials. Another one leaves its challenge
    alone for a minute. A Cisco phone on CUCM has none either, and one more has a wrong one."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    challenged(talk, line, nonce("first", 1))
    talk.now += 5 * SECOND
    challenged(talk, line, nonce("first", 2))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    line = sip_line(0x62, "2002")
    challenged(other, line, nonce("second", 1))
    other.now += 60 * SECOND
    challenged(other, line, nonce("second", 2))
    host = handset(0x63)
    cisco = tcp_talk(capture, host, start=other.now + SECOND)
    line = cisco_line(host, number="2003")
    cisco.connect()
    challenged(cisco, line, nonce("third", 1))
    cisco.now += 5 * SECOND
    challenged(cisco, line, nonce("third", 2))
    host = handset(0x64)
    cisco = tcp_talk(capture, host, start=cisco.now + SECOND)
    line = cisco_line(host, number="2004", user="user2004", password="wrong")
    cisco.connect()
    challenged(cisco, line, nonce("fourth", 0))
    for turn in range(1, 4):
        request = line.register(line.authorization(nonce("fourth", turn - 1)))
        cisco.say(PHONE, request)
        cisco.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("fourth", turn)), CUCM], tag=f"4th{turn}"))


@edge("near_sip_late_credentials")
def the_answer_takes_its_time(capture):
    """A phone answers its challenge after 17 seconds. Another restarts ten seconds after its first challenge, begins anew with another
    Call-ID, and answers the second one."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    value = nonce("late")
    challenged(talk, line, value)
    request = line.register(line.authorization(value))
    talk.say(PHONE, request, after=17 * SECOND)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    challenged(other, sip_line(0x62, "2002"), nonce("lost"))
    other.now += 10 * SECOND
    other.challenge_and_grant(sip_line(0x62, "2002", serial=1), nonce("found"))
    granted(talk, line, new=False, expires=120)


@edge("problem_sip_unknown_user")
def no_device_has_this_user(capture):
    """A third-party phone answers CUCM's challenge with a digest user that no device has: 404 after the second REGISTER."""
    talk = udp_talk(capture)
    refused(talk, sip_line(0x61, "2001"), nonce("unknown"), 404, "Not Found")


@edge("problem_sip_wrong_number")
def one_number_is_wrong(capture):
    """A phone registers 2001 with its digest user; its second line, 2099 with the same user, is answered by 404, with
    a Warning that speaks of the device. At another server, no CUCM, a phone whose credentials are good asks for a number that is not there."""
    talk = udp_talk(capture)
    talk.challenge_and_grant(sip_line(0x61, "2001"), nonce("right"))
    line = sip_line(0x61, "2099")
    line.user = "user2001"
    refused(talk, line, nonce("wrong"), 404, "Not Found",
            f'Warning: 399 CUCM "Unable to find a device handler for the request received on port 5060 from {line.address}"')
    server = call_manager("192.0.2.30", 0x1E)
    other = udp_talk(capture, handset(0x62), server, start=talk.now + SECOND)
    refused(other, Line("3099", "192.0.2.98", server.ip, user="carol", password="test-only"), nonce("pbx"), 404, "Not Found",
            realm="pbx.example.net", server="Server: ExamplePBX/1.0")


@edge("problem_sip_forbidden_at_2000")
def a_registrar_on_the_port_of_sccp(capture):
    """A phone asks to register by SIP on port 2000, and its server refuses it there by SIP."""
    refused(udp_talk(capture, dport=2000), sip_line(0x61, "2001"), nonce("two thousand"), 403, "Forbidden")


@edge("near_sip_scanner")
def somebody_looks_for_accounts(capture):
    """A host that calls itself friendly-scanner asks whether a server is there, then to register one number after the other: 404, or a
    challenge, which it answers once in vain. Its Contact is none of its addresses. Another one, sipcli, asks over TCP. No phone is here."""
    talk = udp_talk(capture, Host("198.51.100.66", "00:00:5e:00:53:01"))
    for serial in range(4):
        line = Line(str(100 + serial), "127.0.1.1", PRIMARY, agent="friendly-scanner", serial=serial)
        if serial == 0:
            request = line.request("OPTIONS", "scan", cseq=1)
        elif serial == 3:
            refused(talk, line, nonce("scan"), 403, "Forbidden")
            continue
        else:
            request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 200 if serial == 0 else 404, "OK" if serial == 0 else "Not Found", [CUCM]))
    other = tcp_talk(capture, Host("198.51.100.67", "00:00:5e:00:53:01"), start=talk.now + SECOND)
    other.connect()
    refused(other, Line("100", "198.51.100.67", PRIMARY, "TCP", agent="sipcli/v1.8"), nonce("another scan"), 403, "Forbidden")


@edge("problem_sip_shared_user")
def two_phones_in_turn(capture):
    """Two phones with one digest user and one number take the registration from each other: first one, then the other, then the first
    again."""
    for turn, last in enumerate((0x61, 0x62, 0x61)):
        host = handset(last)
        talk = udp_talk(capture, host, start=START + turn * 30 * SECOND)
        line = Line("2001", host.ip, PRIMARY, user="shared", password="test-only", serial=turn)
        talk.challenge_and_grant(line, nonce("turn", turn))


@edge("near_sip_phone_moved")
def one_phone_moves(capture):
    """A phone registers, signs off, gets another address and registers again with the same digest user and number."""
    for turn, last in enumerate((0x61, 0x62)):
        host = handset(last)
        talk = udp_talk(capture, host, start=START + turn * 60 * SECOND)
        line = Line("2001", host.ip, PRIMARY, user="moving", password="test-only", serial=turn)
        value = nonce("moved", turn)
        talk.challenge_and_grant(line, value)
        if turn == 0:
            request = line.register(line.authorization(value), expires=0)
            talk.say(PHONE, request, after=20 * SECOND)
            talk.say(SERVER, line.granted(request, talk.now, 0))


@edge("near_sip_other_lease")
def another_lease(capture):
    """Behind a router two phones of one model register one account in turn, and the second takes the place of the first. A third phone
    gets another address, registers from there without having signed off, and refreshes that."""
    for last, expires in ((0x71, 120), (0x72, 3600)):
        host = Host(f"203.0.113.{last}", mac_of(0x01), ttl=63)
        talk = udp_talk(capture, host, start=START + last * SECOND)
        talk.challenge_and_grant(Line("2002", host.ip, PRIMARY), nonce("router", last), expires=expires)
    host = handset()
    for turn in range(2):
        host.ip = f"192.0.2.{0x61 + turn}"
        talk = udp_talk(capture, host, start=START + (200 + turn * 60) * SECOND)
        line = Line("2001", host.ip, PRIMARY, serial=turn)
        talk.challenge_and_grant(line, nonce("lease", turn))
    talk.now += 100 * SECOND
    talk.challenge_and_grant(line, nonce("lease", 2), new=False)


# -------------------------------------------------------------------------------------------------- answers

@edge("problem_sip_closed_mid_register")
def the_server_hangs_up(capture):
    """The server closes the TCP connection 200 ms after the REGISTER, without an answer."""
    talk, line = cisco_talk(capture)
    talk.say(PHONE, line.register(CISCO_SUPPORTED, alarm_reason(line, 25, "initialized")))
    talk.ack(SERVER)
    talk.flow.close(talk.now + ms(200), SERVER)


@edge("problem_sip_tcp_silent")
def silence_over_tcp(capture):
    """The server acknowledges the octets of the REGISTER and never answers it; after 40 s the phone closes the connection."""
    talk, line = cisco_talk(capture)
    talk.say(PHONE, line.register(CISCO_SUPPORTED, alarm_reason(line, 25, "initialized")))
    talk.ack(SERVER)
    talk.flow.close(talk.now + 40 * SECOND, PHONE)


@edge("near_sip_closed_afterwards")
def closed_with_an_answer(capture):
    """The server answers the REGISTER by 100, later by 200, and the connection is closed after that."""
    talk, line = cisco_talk(capture)
    request = line.register(CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 100, "Trying", [CUCM]))
    talk.say(SERVER, line.granted(request, talk.now, new=True), after=9 * SECOND)
    talk.ack(PHONE)
    talk.flow.close(talk.now + ms(200), SERVER)


@edge("near_sip_answers_out_of_order")
def answers_in_the_wrong_order(capture):
    """UDP turns answers around: the challenge comes once more after the second REGISTER, and the 200 before its 100. Nothing is wrong."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    value = nonce("order")
    first = line.register()
    asked = answer(first, 401, "Unauthorized", [challenge(value), CUCM], tag="401")
    talk.say(PHONE, first)
    talk.say(SERVER, asked)
    second = line.register(line.authorization(value))
    talk.say(PHONE, second)
    talk.say(SERVER, asked, asked)
    talk.say(SERVER, line.granted(second, talk.now, new=True))
    talk.say(SERVER, answer(second, 100, "Trying", [CUCM]))


@edge("near_sip_changed_nonce")
def the_nonce_has_changed(capture):
    """The server changes its nonce between challenge and answer, says so with stale=true, and accepts the next answer. Ninety seconds
    later it does the same with the refresh."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    for turn in range(2):
        value, changed = nonce("old", turn), nonce("new", turn)
        challenged(talk, line, value)
        request = line.register(line.authorization(value))
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(changed, extra="stale=true, "), CUCM], tag=f"s{turn}"))
        request = line.register(line.authorization(changed))
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=turn == 0))
        talk.now += 90 * SECOND


@edge("problem_sip_stale_loop")
def every_nonce_is_stale(capture):
    """Two registrars behind one address do not know each other's nonces: each answer of the phone gets stale=true and a new challenge,
    four times."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    challenged(talk, line, nonce("turn", 0))
    for turn in range(4):
        request = line.register(line.authorization(nonce("turn", turn)))
        talk.say(PHONE, request)
        again = challenge(nonce("turn", turn + 1), extra="stale=true, ")
        talk.say(SERVER, answer(request, 401, "Unauthorized", [again, CUCM], tag=f"s{turn}"))


@edge("problem_sip_answer_not_heard")
def the_phone_hears_no_answer(capture):
    """The server accepts the phone at once, and the phone repeats its REGISTER for 19 seconds: the answers do not reach it. Each copy is
    answered again."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    for wait in (0.5, 1, 2, 4, 4, 4, 4):
        talk.now += int(wait * SECOND)
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=True))


@edge("near_sip_answer_lost_once")
def one_answer_is_lost(capture):
    """The first two copies of the 200 are lost on the way to the phone, which repeats its REGISTER twice and then hears the third one."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, expires=120, new=True))
    for wait in (0.5, 1):
        talk.now += int(wait * SECOND)
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, expires=120, new=True))
    talk.now += 115 * SECOND
    granted(talk, line, new=False, expires=120)


@edge("problem_sip_wrong_realm")
def the_phone_has_its_own_realm(capture):
    """A phone whose realm was set by hand answers three challenges of another realm, each time with the right nonce."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    challenged(talk, line, nonce("turn", 0))
    for turn in range(3):
        request = line.register(line.authorization(nonce("turn", turn), realm="office"))
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("turn", turn + 1)), CUCM], tag=f"s{turn}"))


@edge("near_sip_cached_nonce")
def credentials_in_advance(capture):
    """A phone sends the credentials of an earlier challenge along with its first REGISTER, its refreshes and its sign-off. The server
    challenges each of them anew, without a word of stale, and accepts the answer."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    value = nonce("before the capture")
    for turn in range(5):
        talk.say(PHONE, request := line.register(line.authorization(value), expires=0 if turn == 4 else 3600))
        value = nonce("turn", turn)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag=f"s{turn}"))
        talk.say(PHONE, request := line.register(line.authorization(value), expires=0 if turn == 4 else 3600))
        talk.say(SERVER, line.granted(request, talk.now, expires=0 if turn == 4 else 120))
        talk.now += 100 * SECOND


# ------------------------------------------------------------------------------------------------- the way

def passed_on(request, address, number):
    """The same request one hop further: with the proxy's own Via on top (RFC 3261, 16.6)."""
    start, rest = request.split(b"\r\n", 1)
    return start + f"\r\nVia: SIP/2.0/UDP {address}:5060;branch=z9hG4bKproxy{number}\r\n".encode() + rest


@edge("near_sip_passed_on")
def a_proxy_in_between(capture):
    """A proxy passes on what phone and registrar say, and the capture holds both of its sides: REGISTER, 401, REGISTER and 200, each seen
    twice. Nothing is repeated, and the proxy is no phone."""
    proxy = call_manager("192.0.2.20", 0x20)
    talk = udp_talk(capture, server=proxy)
    behind = udp_talk(capture, host=proxy)
    line = Line("2001", handset(0x61).ip, proxy.ip, user="user2001", password="test-only")
    value = nonce("behind a proxy")
    for number, extra in enumerate((None, value)):
        request = line.register(*([line.authorization(value)] if extra else []))
        talk.say(PHONE, request)
        behind.now = talk.now
        behind.say(PHONE, passed_on(request, proxy.ip, number), after=ms(1))
        for side, asked in ((behind, passed_on(request, proxy.ip, number)), (talk, request)):
            side.now = behind.now
            if extra:
                side.say(SERVER, line.granted(asked, START))
            else:
                side.say(SERVER, answer(asked, 401, "Unauthorized", [challenge(value), CUCM], tag="proxied"))


@edge("problem_sip_content_length")
def the_body_was_changed(capture):
    """Something on the way has cut the body of a REGISTER and left its Content-Length as it was; the server answers 400."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register(body=b"a body of thirty-one octets...\n")[:-24]
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 400, "Bad Request", [CUCM], tag="cut"))


@edge("problem_sip_content_length_tcp")
def the_body_never_comes(capture):
    """The same over TCP, and the server waits for the rest of the body for thirty seconds before it closes the connection."""
    talk = tcp_talk(capture)
    talk.connect()
    line = sip_line(0x61, "2001")
    talk.say(PHONE, line.register(body=b"a body of thirty-one octets...\n")[:-24])
    talk.ack(SERVER)
    talk.flow.close(talk.now + 30 * SECOND, SERVER)


@edge("near_sip_line_ends")
def line_ends_keep_the_way_open(capture):
    """A phone registers and then sends line ends every 25 seconds, which the server answers by one (RFC 5626, 4.4.1): no messages. Before
    its refresh it sends four zeros, as other phones do."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    granted(talk, line)
    for _ in range(3):
        talk.now += 25 * SECOND
        talk.say(PHONE, b"\r\n\r\n")
        talk.say(SERVER, b"\r\n")
    talk.say(PHONE, b"\0\0\0\0", after=25 * SECOND)
    granted(talk, line, new=False)


@edge("problem_sip_not_listed")
def the_200_lists_another_phone(capture):
    """The registrar answers 200 and lists the contact of another phone of the same account only. To a second phone it answers 200 and lists
    no contact at all."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    talk.say(PHONE, request := line.register())
    talk.say(SERVER, answer(request, 200, "OK", [CUCM, "Contact: <sip:2001@192.0.2.99:5060>;expires=3000"], tag="other"))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    line = sip_line(0x62, "2002")
    other.say(PHONE, request := line.register())
    other.say(SERVER, answer(request, 200, "OK", [CUCM], tag="none"))


@edge("near_sip_contact_rewritten")
def the_contact_is_rewritten(capture):
    """A phone behind NAT names its inner address. The registrar puts the outer one in its place, which the phone's next REGISTER from there
    shows; it lists another phone, too."""
    outside = handset(address="192.0.2.77")
    talk = udp_talk(capture, outside, sport=40123)
    line = Line("2001", "10.0.0.5", PRIMARY, user="user2001", password="test-only")
    for _ in range(2):
        talk.say(PHONE, request := line.register())
        talk.say(SERVER, answer(request, 200, "OK", [CUCM, "Contact: <sip:2001@192.0.2.99:5060>;expires=17",
                                                     "Contact: <sip:2001@192.0.2.77:40123>;expires=120"], tag="nat"))
        talk.now += 100 * SECOND


@edge("near_sip_gateway")
def a_gateway_is_no_phone(capture):
    """A voice gateway registers a number and sends a call; the twelve digits at the beginning of its Call-IDs are no Ethernet address. A
    softphone sends Supported: X-cisco-serviceuri, as Cisco's phones do, and is none of them either."""
    talk = udp_talk(capture)
    line = Line("4001", handset(0x61).ip, PRIMARY, agent="Cisco-SIPGateway/IOS-16.9.2", user="user4001", password="test-only")
    line.call_id = "2A5F7C10-5E0011EA-8001F0A1-0C5B7E11@192.0.2.97"
    granted(talk, line)
    soft = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    line = sip_line(0x62, "2002")
    granted(soft, line, "Supported: replaces, X-cisco-serviceuri")


# ------------------------------------------------------------------------------------------------- lifetime

@edge("problem_sip_refresh_missed")
def no_refresh(capture):
    """A phone is registered for 120 s and says nothing more; the server asks for it by OPTIONS after three minutes."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    talk.challenge_and_grant(line, nonce("once"))
    talk.say(SERVER, line.ordered("OPTIONS", "ping"), after=180 * SECOND)


@edge("near_sip_refresh_late")
def refreshed_in_time(capture):
    """A phone refreshes at 130 s what it got for 120 s: late, but within what CUCM bears. One signs off, one is told to restart and comes
    back after four minutes, and one shares its account with a phone whose contact has two seconds left."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    granted(talk, line)
    talk.now += 130 * SECOND
    granted(talk, line, new=False)
    second = udp_talk(capture, handset(0x62), start=START + SECOND)
    line = sip_line(0x62, "2002")
    granted(second, line)
    second.now += 30 * SECOND
    granted(second, line, expires=0, new=False)
    host = handset(0x63)
    third = tcp_talk(capture, host, start=START + 2 * SECOND)
    line = cisco_line(host, number="2003")
    third.connect()
    granted(third, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    order = line.ordered("NOTIFY", "control", "Event: service-control", "Subscription-State: active", "Content-Type: text/plain",
                         body=f"action=restart\r\nRegisterCallId={{{line.call_id}}}\r\n")
    third.say(SERVER, order, after=20 * SECOND)
    third.say(PHONE, answer(order, 200, "OK", tag="phone3"))
    fourth = udp_talk(capture, handset(0x64), start=START + 3 * SECOND)
    line = sip_line(0x64, "2004")
    request = line.register()
    fourth.say(PHONE, request)
    both = f"Contact: <sip:2004@192.0.2.200:5060>;expires=2, {line.contact[9:]};expires=600"
    fourth.say(SERVER, answer(request, 200, "OK", [both, "Server: ExamplePBX/1.0"], tag="both"))
    again = tcp_talk(capture, host, start=START + 245 * SECOND, sport=49202)
    line = cisco_line(host, number="2003", port=49202, serial=1)
    again.connect()
    granted(again, line, CISCO_SUPPORTED, alarm_reason(line, 23, "reset-restart"))
    capture.sort()


@edge("problem_sip_backup")
def the_backup_takes_over(capture):
    """The first call manager answers 503; the phone registers at the second one of its list."""
    host = handset()
    talk = udp_talk(capture, host)
    line = sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", [CUCM], tag="busy"))
    second = udp_talk(capture, host, call_manager(BACKUP, 0x0B), start=talk.now + SECOND)
    granted(second, Line("2001", host.ip, BACKUP, user="user2001", password="test-only"))


@edge("problem_sip_backup_connects")
def the_backup_lets_it_connect(capture):
    """The first call manager refuses the TCP connection of a Cisco phone on port 5060; two seconds later the phone registers at the
    second one of its list."""
    host = handset()
    not_there(capture, host, call_manager(), 49200, START)
    talk = tcp_talk(capture, host, call_manager(BACKUP, 0x0B), start=START + 2 * SECOND)
    talk.connect()
    granted(talk, cisco_line(host, BACKUP), CISCO_SUPPORTED, alarm_reason(cisco_line(host, BACKUP), 25, "initialized"))


@edge("near_sip_standby_refuses_connection")
def only_the_standby_is_not_there(capture):
    """A Cisco phone registers at its call manager; its standby server refuses the TCP connection. Then the phone registers its second line,
    where the first one is."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    not_there(capture, handset(), call_manager(BACKUP, 0x0B), 49300, talk.now + SECOND)
    talk.now += 12 * SECOND
    granted(talk, cisco_line(handset(), number="2002", serial=1), CISCO_SUPPORTED)


@edge("near_sip_two_servers")
def two_accounts_at_two_servers(capture):
    """A phone has an account at each of two servers. One of them is out of order; the other account has nothing to do with that."""
    host = handset()
    talk = udp_talk(capture, host)
    request = sip_line(0x61, "2001").register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", [CUCM], tag="busy"))
    second = udp_talk(capture, host, call_manager(BACKUP, 0x0B), start=talk.now + SECOND)
    granted(second, Line("555", host.ip, BACKUP, user="555", password="test-only"))


@edge("problem_sip_partial_lines")
def one_of_three_lines(capture):
    """A phone with three lines: two are accepted, the one in between is refused by 403. Of another phone the first line is accepted, the
    second refused by 404, and the third not answered, by another server."""
    talk = udp_talk(capture)
    talk.challenge_and_grant(sip_line(0x61, "2001"), nonce("line", 1))
    refused(talk, sip_line(0x61, "2002"), nonce("line", 2), 403, "Forbidden")
    talk.challenge_and_grant(sip_line(0x61, "2003"), nonce("line", 3))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    other.challenge_and_grant(sip_line(0x62, "3001"), nonce("line", 4))
    refused(other, sip_line(0x62, "3002"), nonce("line", 5), 404, "Not Found")
    silent = udp_talk(capture, handset(0x62), call_manager(BACKUP, 0x0B), start=other.now + SECOND)
    request = Line("3003", handset(0x62).ip, BACKUP).register()
    for pause in (0, 0.5, 1, 2, 4, 4, 4, 4, 4, 4, 4):
        silent.say(PHONE, request, after=ms(1000 * pause))


@edge("problem_sip_partial_heartbeat")
def the_server_had_forgotten(capture):
    """A Cisco phone has registered two lines; then the server forgets it without a word. The next heartbeat, a short REGISTER, makes the
    registration anew (x-cisco-newreg), for the first line only."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    granted(talk, cisco_line(handset(), number="2002", serial=1), CISCO_SUPPORTED)
    for new in (False, True):
        talk.now += 115 * SECOND
        granted(talk, line, CISCO_SUPPORTED, new=new)


@edge("near_sip_heartbeat_one_line")
def the_only_line_comes_back(capture):
    """The same with a phone that has one line: the heartbeat brings back all that there was."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    for new in (False, True):
        talk.now += 115 * SECOND
        granted(talk, line, CISCO_SUPPORTED, new=new)


@edge("near_sip_refused_once")
def refused_then_corrected(capture):
    """A line is refused by 403 at first, because of a mistyped password; two seconds later it is accepted. It is the phone's only line."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    refused(talk, line, nonce("typo"), 403, "Forbidden")
    talk.now += 2 * SECOND
    talk.challenge_and_grant(line, nonce("corrected"))


def visit(capture, host, server, last, start, serial, stays):
    """Registers at a server, and signs off when the stay is over."""
    talk = tcp_talk(capture, host, call_manager(server, last), start=start, sport=49201 + serial)
    line = cisco_line(host, server, port=49201 + serial, serial=serial)
    talk.connect()
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    if stays is None:
        return
    talk.now += stays
    granted(talk, line, CISCO_SUPPORTED, expires=0, new=False)
    talk.flow.close(talk.now + ms(50), PHONE)


@edge("problem_sip_flapping")
def from_node_to_node(capture):
    """A node without support for the phone's model accepts it; the phone signs off after five seconds and registers at the other node,
    which is no better; four times."""
    host = handset()
    for turn in range(4):
        server, last = ((PRIMARY, 0x0A), (BACKUP, 0x0B))[turn % 2]
        visit(capture, host, server, last, START + turn * 20 * SECOND, turn, 5 * SECOND)


@edge("near_sip_failback")
def home_again(capture):
    """A phone is registered at the backup for twenty seconds; then its primary is back: it signs off and stays at the primary."""
    host = handset()
    visit(capture, host, BACKUP, 0x0B, START, 0, 20 * SECOND)
    visit(capture, host, PRIMARY, 0x0A, START + 22 * SECOND, 1, None)


@edge("near_sip_failback_token")
def asks_before_it_goes_home(capture):
    """The primary ends the connection that a phone is registered on; it registers at the backup. Half a minute later it asks the primary
    for a token over a new connection, gets it, signs off at the backup, and registers at the primary."""
    host = handset()
    first = tcp_talk(capture, host, call_manager())
    first.connect()
    granted(first, cisco_line(host), CISCO_SUPPORTED, alarm_reason(cisco_line(host), 25, "initialized"))
    first.flow.close(first.now + 30 * SECOND, SERVER)
    meanwhile = tcp_talk(capture, host, call_manager(BACKUP, 0x0B), start=first.now + 31 * SECOND, sport=49202)
    line = cisco_line(host, BACKUP, port=49202, serial=1)
    meanwhile.connect()
    granted(meanwhile, line, CISCO_SUPPORTED, alarm_reason(line, 10, "initialized"))
    back = tcp_talk(capture, host, call_manager(), start=meanwhile.now + 30 * SECOND, sport=49203)
    home = cisco_line(host, port=49203, serial=2)
    back.connect()
    refer = home.request("REFER", "token", "Refer-To: <urn:X-cisco-remotecc:token-registration>", "Expires: 10", "Require: norefersub",
                         cseq=1000)
    back.say(PHONE, refer)
    back.ack(SERVER)
    back.say(SERVER, answer(refer, 202, "Accepted", [date(back.now), CUCM], tag="token"))
    meanwhile.now = back.now
    granted(meanwhile, line, CISCO_SUPPORTED, expires=0, new=False)
    meanwhile.flow.close(meanwhile.now + ms(50), PHONE)
    back.now = meanwhile.now + ms(200)
    granted(back, home, CISCO_SUPPORTED, alarm_reason(home, 10, "initialized"))


# -------------------------------------------------------------------------------------- addresses and clocks

@edge("problem_sip_alg")
def a_helpful_router(capture):
    """A router puts its own address into the Contact of the first REGISTER and leaves the Via as it was; nobody had told the phone."""
    router = handset(0x07, "203.0.113.7")
    talk = udp_talk(capture, router)
    line = Line("2001", "10.0.0.21", PRIMARY, contact=f"Contact: <sip:2001@{router.ip}:5060>")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, received=router.ip))


@edge("near_sip_learned_address")
def the_server_has_told(capture):
    """The first answer tells the phone behind NAT its outer address (received), which the phone puts into the Contact of its next
    REGISTER. The Via stays: normal for such phones."""
    router = handset(0x07, "203.0.113.7")
    talk = udp_talk(capture, router)
    inside = Line("2001", "10.0.0.21", PRIMARY, password="test-only")
    value = nonce("learn")
    request = inside.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag="learn", received=router.ip))
    outside = f"Contact: <sip:2001@{router.ip}:5060>"
    request = inside.register(inside.authorization(value), contact=outside)
    talk.say(PHONE, request)
    talk.say(SERVER, inside.granted(request, talk.now, contact=outside, new=True, received=router.ip))


@edge("near_sip_learned_before")
def told_before_the_capture(capture):
    """The capture begins when a phone behind NAT has long been registered: its Contact holds the outer address, its Via the inner one."""
    router = handset(0x07, "203.0.113.7")
    talk = udp_talk(capture, router)
    granted(talk, Line("2001", "10.0.0.21", PRIMARY, contact=f"Contact: <sip:2001@{router.ip}:5060>", cseq=4711), new=False)


@edge("near_sip_proxy")
def through_a_proxy(capture):
    """A proxy passes on the REGISTER of a phone: the packet comes from the proxy, and the first Via is the proxy's. No NAT."""
    proxy = handset(0x50)
    talk = udp_talk(capture, proxy)
    line = sip_line(0x61, "2001")
    request = line.register().replace(b"Via: ", f"Via: SIP/2.0/UDP {proxy.ip}:5060;branch=z9hG4bKproxy1\r\nVia: ".encode(), 1)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))


@edge("problem_sip_clock")
def clocks_three_hours_apart(capture):
    """The phone's clock is three hours behind the server's. Another phone, whose server sends no Date, begins to count in 1970."""
    talk = udp_talk(capture)
    granted(talk, sip_line(0x61, "2001"), date(talk.now - 3 * 3600 * SECOND))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    line = sip_line(0x62, "2002")
    request = line.register(date(12 * SECOND))
    other.say(PHONE, request)
    other.say(SERVER, answer(request, 200, "OK", [line.contact, "Expires: 120"], tag="nodate"))
    other.say(SERVER, message_summary(line))


def with_server_date(capture, last, number, server, times, ahead):
    """Phones that send no Date themselves; the server's is `ahead` nanoseconds of the capture's."""
    host = handset(last)
    talk = udp_talk(capture, host, server, START + last * SECOND)
    line = Line(number, host.ip, server.ip)
    for turn in range(times):
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 200, "OK", [line.contact, "Expires: 120", date(talk.now + ahead)], tag=f"d{turn}"))
        talk.now += 100 * SECOND


@edge("problem_sip_server_clock")
def server_two_hours_ahead(capture):
    """Two phones, which send no Date, at two servers: the Date of one server agrees with the capture, that of the other is two hours ahead,
    in three exchanges of the same phone."""
    with_server_date(capture, 0x61, "2001", call_manager(), 2, 0)
    with_server_date(capture, 0x62, "2002", call_manager(BACKUP, 0x0B), 3, 2 * 3600 * SECOND)
    capture.sort()


@edge("near_sip_capture_clock")
def capture_two_hours_behind(capture):
    """The same phones, but both servers are two hours ahead of the capture: it is the recorder's clock that is wrong, or its time zone."""
    with_server_date(capture, 0x61, "2001", call_manager(), 2, 2 * 3600 * SECOND)
    with_server_date(capture, 0x62, "2002", call_manager(BACKUP, 0x0B), 3, 2 * 3600 * SECOND)
    capture.sort()


@edge("near_sip_capture_set_back")
def capture_put_together(capture):
    """Two captures in one file, the second of which is years older: the Date of a server agrees with the first, that of another one differs
    by two hours from the second. Nothing says whose clock was right there."""
    with_server_date(capture, 0x61, "2001", call_manager(), 2, 0)
    before = len(capture.frames)
    years = 3 * 365 * 24 * 3600 * SECOND
    with_server_date(capture, 0x62, "2002", call_manager(BACKUP, 0x0B), 3, 2 * 3600 * SECOND - years)
    capture.frames[before:] = [(frame[0] - years, *frame[1:]) for frame in capture.frames[before:]]


@edge("near_sip_clock")
def clocks_fifty_seconds_apart(capture):
    """The phone's clock is fifty seconds ahead of the server's."""
    talk = udp_talk(capture)
    granted(talk, sip_line(0x61, "2001"), date(talk.now + 50 * SECOND))


@edge("problem_sip_other_number")
def registered_as_another(capture):
    """The phone asks to register 2001, and the server's 200 holds the phone's address as that of 2099, and no other binding: the number
    there is another one."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", [line.contact.replace("2001@", "2099@"), "Expires: 120"], tag="other"))


@edge("near_sip_other_contacts")
def bindings_of_others(capture):
    """The same server lists three bindings: that of another phone, one of this phone's address for 2099, left over, and its own."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request)
    others = [line.contact.replace("2001@192.0.2.97", "2001@192.0.2.98"), line.contact.replace("2001@", "2099@")]
    talk.say(SERVER, answer(request, 200, "OK", [*others, line.contact, "Expires: 120"], tag="all"))


@edge("near_sip_one_address")
def two_phones_that_hide(capture):
    """Two third-party phones behind one address, over TCP, both of which name the outer address in their Contact: only +sip.instance tells
    them apart. Each is refreshed on its own connection. Two phones, and no fault."""
    host = Host("198.51.100.7", "00:00:5e:00:53:f7")
    for number, port in (("2001", 40001), ("2002", 40002)):
        talk = tcp_talk(capture, host, start=START + port % 10 * SECOND, sport=port)
        line = Line(number, host.ip, PRIMARY, "TCP", port, user=f"user{number}", password="test-only")
        talk.connect()
        for turn in range(2):
            request = line.register()
            instance = f';+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e{number}>"\r\n'.encode()
            contact = line.contact.encode()
            request = request.replace(contact + b"\r\n", contact + instance)
            talk.say(PHONE, request)
            talk.say(SERVER, line.granted(request, talk.now, new=turn == 0))
            talk.ack(PHONE)
            talk.now += 110 * SECOND
    capture.sort()


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
