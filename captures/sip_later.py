#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP registrations in which a later packet says more about what seemed to be wrong: the refused line is accepted,
the answer comes late, or comes and is not in the capture. The idea is the docstring of the function that makes the file, and the comment
inside the file. All of them are made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import certificate, counted, tls_certificate, tls_client_hello, tls_handshake, tls_record, tls_server_hello
from craft import SECOND, Makers, TcpFlow, command_line, ms
from hosts import BACKUP, PRIMARY, call_manager, device_name, handset
from outcomes import COPIES, unreadable
from problems_sip import granted
from sip_answers import goes_on
from sip_dialogue import CISCO_SUPPORTED, CUCM, PHONE, SERVER, Line, answer, challenge, date, nonce
from sip_edges import START, cisco_line, cisco_talk, tcp_talk, udp_talk

edge = Makers("sip_later.py")


def standby(capture, now):
    """The connection of the usual phone to its standby server, and its line there."""
    talk = tcp_talk(capture, handset(), call_manager(BACKUP, 0x0B), now + SECOND, sport=49202)
    talk.connect()
    return talk, cisco_line(handset(), BACKUP, port=49202)


def alive(talk, line):
    """A sign of life to the standby server; returns it."""
    request = line.register(CISCO_SUPPORTED, expires=0, contact=line.contact + ";expires=0;cisco-keep-alive")
    talk.say(PHONE, request)
    talk.ack(SERVER)
    return request


def not_captured(capture, talk, message):
    """The server says it, and the capture lacks it."""
    there = len(capture.frames)
    talk.say(SERVER, message)
    del capture.frames[there:]


@edge("near_sip_line_corrected")
def the_number_was_added(capture):
    """A Cisco phone registers one of its lines at CUCM; the other is refused by 404. A minute later the server accepts that number as
    well."""
    talk, line = cisco_talk(capture)
    other = cisco_line(handset(), number="2002", serial=1)
    granted(talk, line, CISCO_SUPPORTED)
    request = other.register(CISCO_SUPPORTED)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 404, "Not Found", [CUCM], tag="404"))
    talk.now += 60 * SECOND
    granted(talk, other, CISCO_SUPPORTED)
    granted(talk, line, CISCO_SUPPORTED, new=False)


@edge("near_sip_two_devices")
def two_of_one_name(capture):
    """Two Cisco phones with one name, at two addresses: line 2001 of the first is accepted and refreshed, line 2002 of the second is refused
    each time. Not one phone that is registered in part."""
    first, second = udp_talk(capture), udp_talk(capture, handset(0x62))
    second.now = first.now + 5 * SECOND
    line = Line("2001", handset().ip, PRIMARY, mac=handset().mac, name=device_name(handset().mac), model=621)
    other = Line("2002", handset(0x62).ip, PRIMARY, mac=handset().mac, name=device_name(handset().mac), model=621)
    for number in range(3):
        granted(first, line, CISCO_SUPPORTED, new=number == 0)
        request = other.register(CISCO_SUPPORTED)
        second.say(PHONE, request)
        second.say(SERVER, answer(request, 404, "Not Found", [CUCM], tag="404"))
        first.now += 30 * SECOND
        second.now += 30 * SECOND
    granted(first, line, CISCO_SUPPORTED, new=False)


@edge("near_sip_answer_late")
def it_takes_its_time(capture):
    """The standby server answers a sign of life after 35 seconds; two seconds before that another phone registers."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED)
    second, other = standby(capture, talk.now)
    request = alive(second, other)
    goes_on(capture, 0x62, "2002", second.now + 33 * SECOND)
    second.say(SERVER, other.granted(request, second.now, 0), after=35 * SECOND)
    second.ack(PHONE)


@edge("near_sip_answer_not_captured")
def only_the_acknowledgment_tells(capture):
    """Two answers are not in the capture, and the phone's TCP acknowledges them: one to a sign of life, about which nothing more is said for
    a minute, and one to a sign-off, with the FIN of the phone."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED)
    second, other = standby(capture, talk.now)
    request = alive(second, other)
    not_captured(capture, second, other.granted(request, second.now, 0))
    second.ack(PHONE)
    talk.now += 60 * SECOND
    granted(talk, line, CISCO_SUPPORTED, new=False)
    request = line.register(CISCO_SUPPORTED, expires=0)
    talk.say(PHONE, request, after=SECOND)
    talk.ack(SERVER)
    not_captured(capture, talk, line.granted(request, talk.now, 0))
    talk.flow.close(talk.now + ms(20), PHONE)


@edge("near_tls_expired_taken")
def nobody_minds(capture):
    """The certificate that a server shows has expired. The phone takes it all the same: TLS comes to its end, and both sides send data."""
    flow = TcpFlow(capture, handset(), call_manager(), 49175, 5061)
    now = flow.send(flow.open(START) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    proof = certificate("pbx.example.net", "pbx.example.net", "200101000000Z", "210101000000Z")
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof) + tls_handshake(14, b"")))
    key = tls_record(22, tls_handshake(16, b"\1\0" + unreadable(256, "key")))
    for side, first in ((PHONE, key), (SERVER, b"")):
        now = flow.send(now + ms(5), side, first + tls_record(20, b"\1") + tls_record(22, unreadable(40, "finished", side)))
    for side in (PHONE, SERVER, PHONE, SERVER):
        now = flow.send(now + ms(2), side, tls_record(23, unreadable(300, "expired", side)))


@edge("near_sip_capture_steps")
def the_recorder_is_set(capture):
    """Four phones register, each at a server of its own, and all clocks are right but that of whoever captures: it is set forward by an hour
    between the REGISTER and the 200 of the second phone, and back again between those of the fourth. The first and the third phone send no
    Date."""
    now, ahead = START, 0
    for last, tells, step in ((0x61, False, 0), (0x62, True, 3600), (0x63, False, 0), (0x64, True, -3600)):
        server = call_manager(f"192.0.2.{last - 0x50}", last - 0x50)
        talk, line = udp_talk(capture, handset(last), server, now + ahead), Line(f"20{last}", handset(last).ip, server.ip)
        request = line.register(date(now) if tells else "")
        talk.say(PHONE, request)
        ahead += step * SECOND
        talk.now += step * SECOND
        talk.say(SERVER, line.granted(request, now, 3600))
        now += 10 * SECOND


@edge("near_sip_refresh_pending")
def signs_off_meanwhile(capture):
    """Three phones at one server, each with two requests under way. The first signs off before its refresh is answered: both are accepted,
    one after the other. The second does so, too, and is answered the other way round. The third asks twice to refresh: the later request is
    accepted, and then the earlier one is refused, because it comes out of order."""
    now = START
    for last, expires, first in ((0x61, 0, 200), (0x62, 0, 200), (0x63, 3600, 500)):
        host, server = handset(last), call_manager()
        talk, line = udp_talk(capture, host, server, now), Line(f"20{last:x}", host.ip, server.ip)
        granted(talk, line)
        talk.now += 60 * SECOND
        refresh = line.register()
        talk.say(PHONE, refresh)
        later = line.register(expires=expires)
        talk.say(PHONE, later, after=ms(200))
        answers = [line.granted(refresh, talk.now) if first == 200 else answer(refresh, 500, "CSeq out of order", tag="500"),
                   line.granted(later, talk.now, 120 if expires else 0)]
        for message in answers if last == 0x61 else reversed(answers):
            talk.say(SERVER, message, after=ms(300))
        now = talk.now + SECOND


@edge("near_sip_back_home")
def never_away(capture):
    """A phone registers at its first server. Beside it the phone asks a second server, which refuses it, twice; in between it refreshes what
    it has. Another phone is refused at a refresh, goes to the second server, which refuses it as well, and comes back: the first server
    accepts it anew."""
    now = START
    for last in (0x61, 0x62):
        host = handset(last)
        home, away = udp_talk(capture, host, start=now), udp_talk(capture, host, call_manager(BACKUP, 0x0B))
        line, other = (Line(f"20{last:x}", host.ip, "pbx.example.net", serial=serial) for serial in (1, 2))
        granted(home, line, expires=600)
        for _ in range(2):
            if last == 0x62:
                home.now += 60 * SECOND
                request = line.register()
                home.say(PHONE, request)
                home.say(SERVER, answer(request, 500, "Server Internal Error", tag="500"))
            away.now = home.now + 30 * SECOND
            request = other.register()
            away.say(PHONE, request)
            away.say(SERVER, answer(request, 403, "Forbidden", tag="403"))
            home.now = away.now + 20 * SECOND
            granted(home, line, expires=600)
        now = home.now + SECOND


@edge("problem_sip_credentials_unanswered")
def silent_to_credentials(capture):
    """A server challenges a phone and is silent to the REGISTER with credentials, which is sent again for half a minute. Another phone
    registers."""
    talk, line = udp_talk(capture), Line("2001", handset().ip, PRIMARY, password="test-only")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("silent")), CUCM], tag="401"))
    request = line.register(line.authorization(nonce("silent")))
    for pause in COPIES:
        talk.say(PHONE, request, after=int(pause * SECOND) or None)
    goes_on(capture, 0x62, "2002", talk.now + 10 * SECOND)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
