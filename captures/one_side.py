#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of which one side is not there, or that hold frames in another order than they were sent: what they lack is no
failure. The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is
recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import certificate, counted, tls_certificate, tls_client_hello, tls_handshake, tls_record, tls_server_hello
from craft import SECOND, Makers, TcpFlow, command_line, ms
from hosts import BACKUP, PRIMARY, call_manager, handset
from outcomes import COPIES, PBX, account, bind, bound, registrar, unreadable
from problems_connect import forget, has_no_data, refused, sent_by, swap
from sccp_dialogue import keep_alive, register
from sccp_edges import START, talk_on
from sip_dialogue import PHONE, SERVER, Line, answer
from sip_edges import tcp_talk, udp_talk

edge = Makers("one_side.py")


def say_no(talk, request, code, phrase, after=None):
    talk.say(SERVER, answer(request, code, phrase, [PBX], tag=f"{code}"), after=after)


def ask_and_give_up(capture, host, sport, start):
    """The phone asks to be registered, and closes the connection 25 s later."""
    talk = talk_on(capture, host=host, sport=sport, start=start)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.now = talk.flow.close(talk.now + 25 * SECOND, PHONE)
    return talk.now + SECOND


# ---------------------------------------------------------------------------------------------- one side only

@edge("near_tls_expired_answers_only")
def only_the_server_speaks_tls(capture):
    """The capture lacks what the phone sends. The certificate that a server shows has expired, and what the server says then shows that the
    phone has taken it: its last step of the handshake, and data. Another phone is shown the same, and there the capture ends."""
    now = START
    for last, goes_on in ((0x61, True), (0x62, False)):
        host = handset(last)
        flow = TcpFlow(capture, host, call_manager(), 49175, 5061)
        now = flow.send(flow.open(now) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
        proof = certificate("pbx.example.net", "pbx.example.net", "200101000000Z", "210101000000Z")
        flight = tls_server_hello(counted(32, 2)) + tls_certificate(proof) + tls_handshake(14, b"")
        now = flow.send(now + ms(3), SERVER, tls_record(22, flight))
        for what in (tls_record(20, b"\1") + tls_record(22, unreadable(40, "finished")), tls_record(23, unreadable(300, "data"))):
            if goes_on:
                now = flow.send(now + ms(20), SERVER, what)
        forget(capture, sent_by(host))
        now += SECOND


@edge("near_data_of_phone_only")
def no_word_of_the_server(capture):
    """Only segments with data were kept, and only those that a phone sends: it asks a server to register it, three times, 26 s apart. TCP
    sends nothing again, so the server has acknowledged all of it: what it has answered is not known."""
    host, now = handset(), START
    for number in range(3):
        now = ask_and_give_up(capture, host, 49175 + number, now)
    forget(capture, lambda frame: has_no_data(frame) or sent_by(call_manager())(frame))


@edge("near_data_only_twice")
def only_the_second_try_is_answered(capture):
    """Only segments with data were kept. A phone asks to be registered, and 26 s later on another connection, on which the server accepts it.
    How the first connection has ended is not in the capture."""
    host = handset()
    talk = talk_on(capture, host=host, sport=49176, start=ask_and_give_up(capture, host, 49175, START))
    register(talk)
    keep_alive(talk)
    forget(capture, has_no_data)


@edge("outcome_refused_since")
def refused_since_it_was_ready(capture):
    """Only segments with data were kept. A phone registers and is ready. Two minutes later, and three, it asks once more on other
    connections, and is refused: it is no longer registered."""
    host = handset()
    talk = talk_on(capture, host=host)
    register(talk)
    for number in (1, 2):
        again = talk_on(capture, host=host, sport=49175 + number, start=talk.now + 60 * SECOND * (number + 1))
        again.connect()
        again.say(PHONE, again.sccp.register_req(again.phone))
        again.say(SERVER, again.sccp.register_reject("Error DBConfig"))
    forget(capture, has_no_data)


@edge("near_sip_tcp_phone_only")
def a_refresh_without_any_answer(capture):
    """Only what a phone sends was kept, and of that only segments with data: its REGISTER over TCP, and the refresh of it 110 s later."""
    host, server = handset(), call_manager()
    talk = tcp_talk(capture, host, server)
    talk.connect()
    line = Line("2001", host.ip, PRIMARY, "TCP", 49201)
    for after in (None, 110 * SECOND):
        request = line.register()
        talk.say(PHONE, request, after=after)
        talk.ack(SERVER)
        talk.say(SERVER, line.granted(request, talk.now, 120))
        talk.ack(PHONE)
    forget(capture, lambda frame: has_no_data(frame) or sent_by(server)(frame))


@edge("near_sip_stops_asking")
def not_asked_to_the_end(capture):
    """The capture lacks what the server says. A phone sends a REGISTER over UDP three times within 1.5 s and then no more, although it would
    ask for 32 s without an answer; its next one comes two minutes later."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    for after in COPIES[:3]:
        talk.say(PHONE, request, after=int(after * SECOND))
    talk.say(PHONE, line.register(), after=115 * SECOND)


@edge("near_sip_granted_unasked")
def refused_and_then_granted(capture):
    """The capture lacks what the phone says. A server refuses a REGISTER of it with 403, and two seconds later it accepts one."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    say_no(talk, line.register(), 403, "Forbidden")
    talk.say(SERVER, bound(line, line.register()), after=2 * SECOND)


@edge("outcome_refused_unasked")
def what_is_refused_is_not_there(capture):
    """The capture lacks what the phones say. One is refused with 503, which may be about its sign-off; another one twice, 30 s apart."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    say_no(talk, line.register(), 503, "Service Unavailable")
    other, line = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND), account("2002", "example.net", 0x62)
    for after in (None, 30 * SECOND):
        say_no(other, line.register(), 503, "Service Unavailable", after=after)


@edge("near_sip_cut_and_granted")
def refused_and_answered_with_200(capture):
    """The capture keeps 340 octets of each packet. A phone is refused with 403 and, two seconds later, answered with 200: what either REGISTER
    asks for is cut off."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    line.agent = "ExamplePhone/2.4 " + 60 * "x"
    request = line.register()
    talk.say(PHONE, request)
    say_no(talk, request, 403, "Forbidden")
    line.call_id = "again" + line.call_id[5:]
    request = line.register()
    talk.say(PHONE, request, after=2 * SECOND)
    talk.say(SERVER, answer(request, 200, "OK", [PBX, "Organization: " + 60 * "x", line.contact + ";expires=600"], tag="200"))
    capture.snaplen = 340


@edge("near_sip_raised_in_pieces")
def only_the_beginning_of_the_next_one(capture):
    """A server wants to be asked for a longer time (423). The phone asks it once more, and of that REGISTER only the first fragment is in the
    capture."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register(expires=60)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 423, "Interval Too Brief", [PBX, "Min-Expires: 600"], tag="423"))
    talk.say(PHONE, line.register("X-Example: " + 1400 * "x", expires=600))
    capture.frames.pop()
    other = udp_talk(capture, handset(0x62), registrar(), talk.now + 60 * SECOND)
    bind(other, account("2002", "example.net", 0x62))


# ---------------------------------------------------------------------------------------------- in another order

@edge("near_end_before_reject")
def the_fin_stands_before_the_answer(capture):
    """Two frames were captured in the wrong order: the FIN of a server, and its RegisterReject, whose octets come before it."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.say(SERVER, talk.sccp.register_reject("Device Unknown"))
    talk.now = talk.flow.close(talk.now + ms(1), SERVER)
    swap(capture, 6)


@edge("near_data_after_ack")
def three_frames_in_another_order(capture):
    """A phone sends an alarm and asks to be registered, and the server acknowledges both. The alarm was captured last of the three: nothing is
    missing."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"))
    talk.say(PHONE, talk.sccp.register_req(talk.phone), after=ms(0.1))
    talk.ack(SERVER)
    swap(capture, 4)
    swap(capture, 5)
    talk.say(SERVER, talk.sccp.register_reject("Device Unknown"))
    talk.now = talk.flow.close(talk.now + ms(5), SERVER)


@edge("near_data_sent_again")
def it_comes_all_the_same(capture):
    """The first copy of a phone's alarm is not in the capture. The server has got it, and its acknowledgment does not arrive at the phone, so that
    TCP sends the alarm once more: nothing is missing."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"))
    time, alarm = capture.frames.pop()
    talk.say(PHONE, talk.sccp.register_req(talk.phone), after=ms(0.1))
    talk.ack(SERVER)
    capture.add(time + ms(200), alarm)
    talk.now += ms(201)
    talk.ack(SERVER)
    talk.say(SERVER, talk.sccp.register_reject("Device Unknown"))
    talk.now = talk.flow.close(talk.now + ms(5), SERVER)


@edge("near_accept_before_connect")
def the_answers_stand_before_the_syns(capture):
    """A phone tries a server three times, 60 s apart, and is refused each time; the SYN with ACK of the server stands before the SYN. Another
    phone is accepted behind that."""
    host, now = handset(), START
    for number in range(3):
        talk = talk_on(capture, host=host, sport=49175 + number, start=now)
        first = len(capture.frames) + 1
        talk.connect()
        swap(capture, first)
        talk.say(PHONE, talk.sccp.register_req(talk.phone))
        talk.say(SERVER, talk.sccp.register_reject("Error DBConfig"))
        talk.now = talk.flow.close(talk.now + ms(1), SERVER)
        now = talk.now + 60 * SECOND
    register(talk_on(capture, host=handset(0x62), start=now))


@edge("near_refusal_before_connect")
def the_reset_stands_before_the_syn(capture):
    """A phone tries its first server, which refuses it; the reset stands before the SYN. The next one registers it."""
    refused(capture, START, handset(), call_manager(), 49174, 2000)
    swap(capture, 1)
    register(talk_on(capture, server=call_manager(BACKUP, 0x0B), start=START + SECOND))


@edge("near_end_before_its_cause")
def the_answer_to_an_end_stands_before_it(capture):
    """A phone registers over TCP, and closes the connection itself; the FIN of the server, which acknowledges that of the phone, stands before
    it. Another phone is told to wait for its token, twice; its own FIN, which has that answer, stands before it."""
    host = handset(0x62)
    talk = tcp_talk(capture, host)
    talk.connect()
    line = Line("2002", host.ip, PRIMARY, "TCP", 49201)
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, 120))
    first = len(capture.frames) + 1
    now = talk.flow.close(talk.now + SECOND, PHONE) + 60 * SECOND
    swap(capture, first)
    for number in range(2):
        talk = talk_on(capture, host=handset(), sport=49175 + number, start=now)
        talk.connect()
        talk.say(PHONE, talk.sccp.register_token_req(talk.phone))
        talk.say(SERVER, talk.sccp.register_token_reject(60))
        now = talk.flow.close(talk.now + ms(1), PHONE) + 60 * SECOND
        swap(capture, len(capture.frames) - 3)


@edge("near_refusal_before_request")
def refused_before_it_asks(capture):
    """Of a phone only segments with data were kept; its refusal stands before what it asks. Half a minute later another phone asks to be registered,
    is not answered, and asks once more 12 s later on the same connection; the refusal, which acknowledges that, stands before it."""
    talk = talk_on(capture, host=handset(0x62))
    talk.connect()
    capture.frames.clear()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_reject("Error DBConfig"))
    swap(capture, 1)
    talk = talk_on(capture, start=talk.now + 30 * SECOND)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.wait(12 * SECOND)
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_reject("Security Error"))
    swap(capture, len(capture.frames) - 1)
    talk.flow.rst(talk.now + ms(1), SERVER)


@edge("near_sip_answer_before_request_tcp")
def answered_before_it_asks(capture):
    """The 200 of a server stands before the REGISTER that it answers, over TCP. Half a minute later the phone refreshes and, a moment behind
    that, signs off; the refresh was captured behind all of it."""
    host = handset()
    talk = tcp_talk(capture, host)
    line = Line("2001", host.ip, PRIMARY, "TCP", 49201)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, 120))
    swap(capture, len(capture.frames) - 1)
    talk.ack(PHONE)
    request = line.register()
    talk.say(PHONE, request, after=30 * SECOND)
    _, refresh = capture.frames.pop()
    talk.say(SERVER, line.granted(request, talk.now, 120), after=ms(1))
    request = line.register(expires=0)
    talk.say(PHONE, request, after=ms(1))
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="off"), after=ms(1))
    talk.flow.fin(talk.now + ms(1), PHONE)
    capture.add(talk.now + ms(2), refresh)
    talk.flow.fin(talk.now + ms(3), SERVER)
    talk.flow.ack(talk.now + ms(4), PHONE)


# ---------------------------------------------------------------------------------------------- where the capture ends

@edge("near_sip_token_wanted_last")
def the_last_word_asks_for_a_token(capture):
    """A server asks a phone for a token (OAuth), and there the capture ends: the phone may send one."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [PBX, 'WWW-Authenticate: Bearer realm="example.net"'], tag="401"))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
