#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP registrations whose end is easily told wrong: what is not there, what is damaged, what runs out, who has
ended it, and what a refusal says for itself. The idea is the docstring of the function that makes the file, and the comment inside the file.
All of them are made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import struct
import sys

from boot_dialogue import counted, tls_alert, tls_certificate, tls_client_hello, tls_handshake, tls_record, tls_server_hello
from craft import ETHERTYPE_IPV4, PROTOCOL_ICMP, SECOND, Makers, TcpFlow, command_line, ethernet, icmp, icmp_unreachable, ipv4, ms
from hosts import BACKUP, PRIMARY, call_manager, handset
from outcomes import PBX, account, bind, bound, challenged_and_bound, registrar
from problems import sip_line
from problems_sip import not_there, passed_on
from sccp_dialogue import keep_alive, register
from sccp_edges import talk_on
from sip_answers import goes_on
from sip_dialogue import CUCM, PHONE, SERVER, Line, answer, challenge, message_summary, nonce
from sip_edges import START, tcp_talk, udp_talk

edge = Makers("sip_endings.py")


@edge("near_sip_answers_run_out")
def only_an_old_answer(capture):
    """The capture lacks what the phone sends. A 200 lists its Contact for a minute, a challenge to its next REGISTER follows, and the
    capture goes on for five minutes: whether it is registered is not known. Another phone registers."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    talk.say(SERVER, bound(line, line.register(), 60))
    for i in range(2):
        talk.say(SERVER, answer(line.register(), 401, "Unauthorized", [challenge(nonce("run out", i), realm="example.net"), PBX],
                                tag="401"), after=50 * SECOND)
    goes_on(capture, 0x62, "2002", START + 300 * SECOND)


@edge("outcome_started_anew")
def in_time(capture):
    """Each minute a phone asks for two minutes: it restarts after the first time, and takes another Call-ID for the same Contact. Of
    another phone the first REGISTER is not in the capture, only its 200. A third phone restarts too late: what it had has run out."""
    for last, pauses in ((0x61, (60, 60, 60)), (0x62, (60, 60, 60)), (0x63, (150, 60))):
        talk = udp_talk(capture, handset(last), registrar(), START + last * ms(10))
        before, line = (account(f"20{last - 0x60:02}", "example.net", last, serial=serial) for serial in range(2))
        if last == 0x62:
            talk.say(SERVER, bound(before, before.register(expires=120), 120))
        else:
            bind(talk, before, 120)
        for pause in pauses:
            talk.now += pause * SECOND
            bind(talk, line, 120)
    capture.sort()


def turned_away(capture, talk, message, whole=True):
    """A datagram of the phone comes back as ICMP port unreachable; whole: with all of it, as Linux does, not only eight octets."""
    host, server = talk.flow.hosts
    talk.say(PHONE, message)
    packet = capture.frames[-1][1][14:]
    quoted = icmp(3, 3, packet) if whole else icmp_unreachable(3, packet)
    capture.add(talk.now + ms(1), ethernet(server.mac, host.mac, ETHERTYPE_IPV4, ipv4(server.ip, host.ip, PROTOCOL_ICMP, quoted)))


@edge("problem_sip_line_bounces")
def the_port_of_one_line(capture):
    """One line of each of two phones is registered, and the REGISTER of the other goes to a port where nobody listens. To the first phone
    ICMP quotes it, to the second only its ports."""
    for last, whole in ((0x61, True), (0x62, False)):
        start = START + last * SECOND
        talk = udp_talk(capture, handset(last), registrar(), start)
        bind(talk, account(f"20{last}", "example.net", last))
        other = udp_talk(capture, handset(last), registrar(), start + SECOND, dport=5999)
        line = account(f"30{last}", "example.net", last)
        turned_away(capture, other, line.register(), whole)


@edge("near_sip_subscribe_bounces")
def asked_beside(capture):
    """A phone is registered, and what it asks another server for, its messages, comes back as ICMP port unreachable."""
    line = account("2001", "example.net")
    bind(udp_talk(capture, server=registrar()), line)
    other = udp_talk(capture, server=call_manager(), start=START + SECOND)
    turned_away(capture, other, line.request("SUBSCRIBE", "mwi", "Event: message-summary", "Expires: 3600", cseq=1))


@edge("problem_sip_plain_to_tls_port")
def not_in_the_clear(capture):
    """Two phones send a REGISTER over TCP, not encrypted, to port 5061: the server closes the connection, the second time after an alert
    of TLS."""
    for last in (0x61, 0x62):
        talk = tcp_talk(capture, handset(last), registrar(), START + last * SECOND, dport=5061)
        talk.connect()
        talk.say(PHONE, account(f"20{last}", "example.net", last, transport="TCP", port=49201).register())
        talk.ack(SERVER)
        if last == 0x62:
            talk.say(SERVER, tls_alert(2, 70))
        talk.now = talk.flow.close(talk.now + ms(1), SERVER)


@edge("problem_sip_realm_forbidden")
def not_of_this_realm(capture):
    """Two phones answer a challenge for another realm than its own, and are refused by 403: the first by the bare code, the second because
    its account is locked."""
    for last, phrase in ((0x61, "Forbidden"), (0x62, "Account locked")):
        talk = udp_talk(capture, handset(last), registrar(), START + last * SECOND)
        line, value = account(f"20{last}", "example.net", last), nonce("realm", last)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm="pbx.example.net"), PBX], tag="401"))
        request = line.register(line.authorization(value, realm="example.net"))
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 403, phrase, [PBX], tag="403"))


@edge("problem_sip_late_unanswered")
def nobody_there_any_more(capture):
    """A phone is granted a minute and asks again after three, seven times in vain: that it comes too late is no reason why nobody
    answers."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("late"), "example.net", 60)
    request = line.register()
    for pause in (180, 0.5, 1, 2, 4, 4, 4):
        talk.say(PHONE, request, after=ms(1000 * pause))
    goes_on(capture, 0x62, "2002", START + 300 * SECOND)


@edge("near_sip_asked_once")
def not_even_repeated(capture):
    """A phone sends one REGISTER over UDP, and that is all that is seen of it for minutes; a second phone sends one every minute, each of
    them once. To a third one the server has said that its REGISTER is there (100), and the phone asks no more. Nobody does so who hears no
    answer: those are missing. A fourth phone is registered."""
    udp_talk(capture).say(PHONE, sip_line(0x61, "2001").register())
    other, line = udp_talk(capture, handset(0x63), start=START + SECOND), sip_line(0x63, "2003")
    for turn in range(3):
        other.say(PHONE, line.register(), after=60 * SECOND * min(turn, 1))
    last, line = udp_talk(capture, handset(0x64), start=other.now + SECOND), sip_line(0x64, "2004")
    request = line.register()
    last.say(PHONE, request)
    last.say(SERVER, answer(request, 100, "Trying"))
    goes_on(capture, 0x62, "2002", START + 180 * SECOND)


@edge("problem_sip_broken_refused")
def it_cannot_be_read(capture):
    """The Call-ID of a REGISTER is damaged. The server, too, can make nothing of it, and says so."""
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    request = line.register()
    talk.say(PHONE, request.replace(b"Call-ID:", b"C\0ll-ID:"))
    talk.say(SERVER, answer(request, 400, "Bad Request", [CUCM], tag="400"))


@edge("problem_sip_phone_hangs_up")
def it_does_not_wait(capture):
    """The server has the REGISTER (100), and the phone closes the connection six seconds later."""
    host = handset(0x61)
    talk, line = tcp_talk(capture, host), Line("2001", host.ip, PRIMARY, "TCP", 49201)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 100, "Trying"))
    talk.flow.close(talk.now + 6 * SECOND, PHONE)


REFUSALS = (
    (400, "Bad Request", 'Warning: 399 registrar.example.net "Contact without a host"'), (400, "Missing Contact", ""),
    (406, "Not Acceptable", ""), (480, "Temporarily Unavailable", 'Reason: Q.850;cause=20;text="Subscriber absent"'),
    (484, "Address Incomplete", ""), (486, "Busy Here", ""), (489, "Bad Event", ""), (499, "Ask the desk", ""),
    (500, "Server Internal Error", 'Warning: 399 registrar.example.net "no database"'))


@edge("sip_refusal_words")
def in_its_own_words(capture):
    """Nine phones are refused, each in another way: by Warning, Reason or phrase the server says why, or by a code that says something, or
    by one that is for calls."""
    for i, (code, phrase, header) in enumerate(REFUSALS):
        talk, line = udp_talk(capture, handset(0x61 + i), registrar(), START + i * SECOND), account(f"200{i}", "example.net", 0x61 + i)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, code, phrase, [PBX, header], tag="refused"))


@edge("sip_refusal_shown")
def what_came_before(capture):
    """What came before tells why. A phone is locked out after its credentials were challenged again; one counts back in its Call-ID; one
    sends from another port than its Via names, and cannot hear its answers; one cancels a call; and to one TCP is refused where UDP is
    not."""
    server = registrar()
    host, line = handset(0x61), account("2001", "example.net", 0x61)
    talk = udp_talk(capture, host, server, START)
    for i in range(2):
        value = nonce("locked out", i)
        request = line.register(line.authorization(nonce("locked out", i - 1), realm="example.net") if i else "")
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm="example.net"), PBX], tag=f"401{i}"))
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 403, "Too many failed attempts", ["Retry-After: 600", PBX], tag="403"))
    line = account("2002", "example.net", 0x62, cseq=802)
    talk = udp_talk(capture, handset(0x62), server, START + 10 * SECOND)
    bind(talk, line)
    line.cseq = 0
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 500, "CSeq is lower than expected", [PBX], tag="500"))
    host, line = handset(0x63), account("2003", "example.net", 0x63)
    request = line.register()
    talk = udp_talk(capture, host, server, START + 20 * SECOND, sport=12345)
    talk.say(PHONE, request)
    talk.flow.ports[PHONE] = 5060
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("astray"), realm="example.net"), PBX], tag="401"))
    quoted = icmp(3, 3, capture.frames[-1][1][14:])
    capture.add(talk.now + ms(1), ethernet(host.mac, server.mac, ETHERTYPE_IPV4, ipv4(host.ip, server.ip, PROTOCOL_ICMP, quoted)))
    line = account("2004", "example.net", 0x64)
    talk = udp_talk(capture, handset(0x64), server, START + 30 * SECOND)
    bind(talk, line)
    call = line.request("INVITE", "call", cseq=1, to="sip:3000@example.net")
    talk.say(PHONE, call)
    talk.say(PHONE, line.request("CANCEL", "call", cseq=1, to="sip:3000@example.net"), after=SECOND)
    talk.say(SERVER, answer(call, 487, "Request Terminated", [PBX], tag="487"))
    host, line = handset(0x65), account("2005", "example.net", 0x65)
    refused = TcpFlow(capture, host, server, 49201, 5060)
    refused.syn(START + 40 * SECOND)
    refused.rst(START + 40 * SECOND + ms(1), SERVER)
    talk = udp_talk(capture, host, server, START + 41 * SECOND)
    bind(talk, line)


@edge("near_sip_fetch_listed")
def what_is_there(capture):
    """A phone asks which contacts its account has, by a REGISTER without Contact, and gets two. Another account has none."""
    listed = "Contact: <sip:2001@192.0.2.71:5060>;expires=1200, <sip:2001@192.0.2.72:5062>;expires=60"
    for i, header in enumerate((listed, "")):
        talk, line = udp_talk(capture, handset(0x61 + i), registrar(), START + i * SECOND), account(f"200{i + 1}", "example.net", 0x61 + i)
        request = line.register(contact="", expires=None)
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 200, "OK", [PBX, header], tag="listed"))


@edge("near_sip_two_realms")
def each_its_own(capture):
    """A 401 holds two challenges, of two realms with two algorithms and two nonces. The phone answers both; the server wants the first one
    anew, without a reason, and takes the next answer."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    first, second = nonce("realm", 1), nonce("realm", 2)
    both = [challenge(first, realm="one.example").replace("MD5", "SHA-256"), challenge(second, realm="two.example"), PBX]
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", both, tag="401"))
    request = line.register(line.authorization(first, realm="one.example").replace("MD5", "SHA-256"),
                            line.authorization(second, realm="two.example"))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("realm", 3), realm="one.example"), PBX], tag="again"))
    request = line.register(line.authorization(nonce("realm", 3), realm="one.example"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("near_sip_clock_set_back")
def refreshed_before_it_began(capture):
    """A phone has registered for two minutes. Then the capture's clock is set back by two hours, and it refreshes once more: that no other
    refresh follows until the time before it was set back proves nothing."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, expires=120)
    talk.now += 100 * SECOND - 7200 * SECOND
    bind(talk, line, expires=120)


@edge("near_capture_paused")
def clock_set_forward(capture):
    """Two phones refresh over SIP every 100 s what they have for 120 s, and one over SCCP says every 30 s that it is there. After four
    minutes the capture's clock is set forward by 47: no refresh is missed by that, no heartbeat is late, and the server has not let the
    phone wait that long which has just asked."""
    step, at = 2820 * SECOND, START + 240 * SECOND + ms(20)
    for last in (0x61, 0x62):
        talk = udp_talk(capture, handset(last), registrar(), START + 20 * (0x62 - last) * SECOND)
        line = account(f"20{last - 0x60:02}", "example.net", last)
        for _ in range(5):
            request = line.register(expires=120)
            talk.say(PHONE, request)
            talk.say(SERVER, bound(line, request, 120), after=ms(40))
            talk.now += 100 * SECOND - ms(40)
    talk = talk_on(capture, host=handset(0x63))
    register(talk)
    for _ in range(14):
        keep_alive(talk)
    capture.sort()
    capture.frames = [(time + step if time > at else time, frame) for time, frame in capture.frames]


@edge("near_sip_notify_passed")
def asked_through_a_proxy(capture):
    """The capture holds both sides of a proxy, through which the registrar sends a NOTIFY to the phone: what the proxy answers the registrar
    is no answer to the phone."""
    proxy = call_manager("192.0.2.20", 0x20)
    talk, behind = udp_talk(capture, server=proxy), udp_talk(capture, host=proxy, server=registrar())
    line = account("2001", proxy.ip)
    bind(talk, line)
    notice = message_summary(line)
    talk.say(SERVER, passed_on(notice, proxy.ip, 1))
    talk.say(PHONE, answer(passed_on(notice, proxy.ip, 1), 200, "OK"))
    behind.now = talk.now
    behind.say(PHONE, answer(notice, 200, "OK"))


@edge("near_sip_trunk")
def asks_and_calls(capture):
    """A trunk stands for minutes: one server asks the other whether it is there, and calls through it. Nobody registers."""
    talk, line = tcp_talk(capture, handset(0x61), registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    for number, (code, phrase) in enumerate(((200, "OK"), (200, "OK"), (503, "Service Unavailable"))):
        request = line.request("OPTIONS", f"there {number}", cseq=101 + number)
        talk.say(PHONE, request, after=60 * SECOND)
        talk.say(SERVER, answer(request, code, phrase, [PBX]))
    request = line.request("INVITE", "call", cseq=201)
    talk.say(PHONE, request, after=SECOND)
    talk.say(SERVER, answer(request, 407, "Proxy Authentication Required", [challenge(nonce("trunk"), "Proxy-Authenticate"), PBX]))


@edge("near_sip_proxy_passed")
def used_up_at_the_proxy(capture):
    """A proxy wants credentials (407), lets them through to the registrar, which wants its own (401), and takes its nonce no second time: it
    asks anew, without stale. The phone answers that as well, and is registered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")

    def for_proxy(value):
        return line.authorization(value, realm="proxy.example").replace("Authorization", "Proxy-Authorization", 1)

    first, own, second = (nonce("passed", i) for i in range(3))
    steps = (((), (407, challenge(first, "Proxy-Authenticate", "proxy.example"))),
             ((for_proxy(first),), (401, challenge(own, realm="example.net"))),
             ((for_proxy(first), line.authorization(own, realm="example.net")), (407, challenge(second, "Proxy-Authenticate", "proxy.example"))))
    for headers, (code, wanted) in steps:
        request = line.register(*headers)
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, code, "Unauthorized" if code == 401 else "Proxy Authentication Required", [wanted, PBX], tag="no"))
    request = line.register(for_proxy(second), line.authorization(own, realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("problem_sip_refused_by_both")
def each_by_its_own_server(capture):
    """Two accounts of one phone have the same user. Each is refused by the server of its own domain."""
    for server, last, domain, code, phrase in ((PRIMARY, 0x0A, "one.example", 403, "Forbidden"), (BACKUP, 0x0B, "two.example", 404, "Not Found")):
        talk, line = udp_talk(capture, server=call_manager(server, last), start=START + last * SECOND), account("2001", domain)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, code, phrase, [PBX], tag=domain))


@edge("near_sip_small_segments")
def on_another_port_in_pieces(capture):
    """A phone registers over TCP at port 5066, and each segment of its first REGISTER holds a hundred octets."""
    host, value = handset(0x61), nonce("pieces")
    talk, line = tcp_talk(capture, host, registrar(), dport=5066), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    request = line.register()
    for at in range(0, len(request), 100):
        talk.say(PHONE, request[at:at + 100], after=ms(1))
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm="example.net"), PBX], tag="401"))
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("near_sip_server_restarts")
def back_over_another_connection(capture):
    """A phone is granted five minutes over TCP. After four the server closes the connection and lets nobody connect for a while; then the
    phone registers over a new one, for five minutes more. After two of those the capture ends."""
    host = handset(0x61)
    talk, line = tcp_talk(capture, host, registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    bind(talk, line, 300)
    now = talk.flow.close(talk.now + 240 * SECOND, SERVER) or talk.now + 240 * SECOND
    for i in range(3):
        not_there(capture, host, registrar(), 49202 + i, now + (1 + 5 * i) * SECOND)
    again = tcp_talk(capture, host, registrar(), now + 20 * SECOND, 49210)
    again.connect()
    bind(again, line, 300)
    goes_on(capture, 0x62, "2002", again.now + 120 * SECOND)


@edge("near_sip_answer_before_reset")
def reset_behind_what_is_not_there(capture):
    """Over TCP a phone asks to be registered. The capture lacks the answer; when the phone has said nothing for a minute, the server resets
    the connection, and that stands behind the octets that it had sent."""
    talk, line = tcp_talk(capture, handset(0x61), registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    before = len(capture.frames)
    talk.say(SERVER, bound(line, request, 300))
    del capture.frames[before:]
    talk.flow.rst(talk.now + 60 * SECOND, SERVER)


@edge("problem_sip_counts_anew")
def the_same_number_again(capture):
    """A registered phone restarts, and with its Call-ID it begins to count as before. The server takes no CSeq that it has had: 500. That
    REGISTER has a branch of its own, so it is no copy of the first one."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line)
    request = line.register(again=True).replace(b"branch=z9hG4bK", b"branch=z9hG4bKa")
    talk.say(PHONE, request, after=20 * SECOND)
    talk.say(SERVER, answer(request, 500, "CSeq out of order", [PBX], tag="500"))


def with_protocols(hello, *names):
    """The ClientHello with ALPN."""
    offered = b"".join(bytes([len(name)]) + name for name in names)
    extension = struct.pack("!HHH", 16, len(offered) + 2, len(offered)) + offered
    body = hello[9:]
    at = 2 + 32 + 1
    at += 2 + int.from_bytes(body[at:at + 2], "big") + 2
    extensions = body[at + 2:] + extension
    return tls_record(22, tls_handshake(1, body[:at] + struct.pack("!H", len(extensions)) + extensions), 0x0301)


def alerted(capture, last, sport, port, hello, start, description=40):
    """A ClientHello that the server answers by an alert."""
    flow = TcpFlow(capture, handset(last), call_manager(), sport, port)
    now = flow.send(flow.open(start) + ms(2), PHONE, hello)
    now = flow.send(now + ms(3), SERVER, tls_alert(2, description))
    flow.close(now + ms(1), SERVER)


@edge("near_tls_no_phone")
def browsers_and_scans(capture):
    """Nobody here has shown to be a phone. A browser, which offers HTTP, tries port 5061; something begins TLS on port 2000; somebody tries
    the ports 5061 and 2443 one after the other; and somebody offers one cipher after the other on port 5061. The server ends all by an
    alert."""
    hello = tls_client_hello(counted(32, 1))
    for i, (port, first) in enumerate(((5061, with_protocols(hello, b"h2", b"http/1.1")), (2000, hello))):
        alerted(capture, 0x71 + i, 50100 + i, port, first, START + i * SECOND)
    for i, port in enumerate((5061, 2443)):
        alerted(capture, 0x73, 50110 + i, port, hello, START + (5 + i) * SECOND)
    for i, cipher in enumerate((0x002F, 0x0035, 0x003C)):
        alerted(capture, 0x74, 50120 + i, 5061, tls_client_hello(counted(32, 1), ciphers=(cipher,)), START + 8 * SECOND + i * ms(200))


@edge("near_tls_nothing_asked")
def it_thinks_better_of_it(capture):
    """A server shows no certificate; the phone ends TLS in an orderly way and closes the connection. Nothing was asked."""
    flow = TcpFlow(capture, handset(), call_manager(), 50100, 5061)
    now = flow.send(flow.open(START) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate() + tls_handshake(14, b"")))
    now = flow.send(now + ms(3), PHONE, tls_alert(1, 0))
    flow.close(now + ms(1), PHONE)


def challenged_again(talk, line, name, rounds):
    """So many times a REGISTER, its challenge, the answer to that and one more challenge; a minute from each to the next."""
    for count in range(rounds):
        for step, value in ((1, ""), (2, nonce(name, count, 1))):
            request = line.register(*([line.authorization(value, "0000", realm="pbx")] if value else []))
            talk.say(PHONE, request)
            talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce(name, count, step), realm="pbx")], tag="401"))
        talk.now += 60 * SECOND


@edge("problem_sip_password_changed")
def in_the_middle_of_the_day(capture):
    """Two phones are registered for 150 seconds, one after the other, and then their passwords are changed on the server: every refresh is
    challenged again, although it answers the challenge. When the time is over they ask anew, in vain as before: the first one three times,
    the second one once before the capture ends."""
    now = START
    for last, rounds in ((0x61, 6), (0x62, 4)):
        host, server = handset(last), call_manager()
        talk, line = udp_talk(capture, host, server, now), Line(f"20{last:x}", host.ip, server.ip)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, 150))
        talk.now += 30 * SECOND
        challenged_again(talk, line, last, rounds)
        now = talk.now


@edge("problem_sip_password_two_servers")
def each_knows_the_same_password(capture):
    """A phone asks the two servers of a cluster in turn, with a wrong password: each challenges it twice, and it goes to the other."""
    host = handset()
    line = Line("2001", host.ip, "pbx.example.net")
    talks = [udp_talk(capture, host, server) for server in (call_manager(), call_manager(BACKUP, 0x0B))]
    for count in range(4):
        talk = talks[count % 2]
        talk.now = START + 30 * count * SECOND
        challenged_again(talk, line, count, 1)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
