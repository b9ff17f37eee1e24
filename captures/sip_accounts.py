#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP phones with several accounts. The idea is the docstring of the function that makes the file, and the
comment inside the file. All of them are made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from craft import SECOND, Makers, command_line
from hosts import BACKUP, PRIMARY, call_manager, handset
from outcomes import PBX, account, bind, registrar
from sip_dialogue import PHONE, SERVER, Line, answer, message_summary, nonce
from sip_edges import START, tcp_talk, udp_talk

edge = Makers("sip_accounts.py")
NUMBERS = ("2001", "2002")


def accounts(host, transport="UDP", port=5060):
    """Two accounts of one phone at one server."""
    return [Line(number, host.ip, PRIMARY, transport, port, user=f"user{number}", password="test-only", serial=serial)
            for serial, number in enumerate(NUMBERS)]


def notices(talk, lines):
    """A message-waiting lamp for each, from the first on, and a subscription of the first."""
    for line in lines:
        request = message_summary(line, True)
        talk.say(SERVER, request, after=SECOND)
        talk.say(PHONE, answer(request, 200, "OK", tag="phone"))
    request = lines[0].request("SUBSCRIBE", "lamp", "Event: message-summary", "Expires: 3600", cseq=1001)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", ["Expires: 3600"], tag="lamp"))


@edge("near_sip_two_accounts_tcp")
def one_connection(capture):
    """A phone without a device name registers two accounts over one TCP connection, gets a notice for each, the first one first,
    subscribes for the first, sends line ends, and closes the connection: what is of one account, and what is of the phone."""
    host = handset()
    talk = tcp_talk(capture, host)
    talk.connect()
    lines = accounts(host, "TCP", 49201)
    for line in lines:
        talk.challenge_and_grant(line, nonce(line.number))
    notices(talk, lines)
    talk.say(PHONE, b"\r\n\r\n")
    talk.say(SERVER, b"\r\n")
    talk.flow.close(talk.now + SECOND, PHONE)


@edge("near_sip_two_accounts_udp")
def no_connection(capture):
    """The same over UDP, from one port. The server then orders the phone to reboot, and names its first account."""
    talk = udp_talk(capture)
    lines = accounts(handset())
    for line in lines:
        talk.challenge_and_grant(line, nonce(line.number))
    notices(talk, lines)
    talk.say(SERVER, lines[0].ordered("NOTIFY", "reboot", "Event: check-sync;reboot=true"))


@edge("sip_two_accounts_two_connections")
def a_connection_each(capture):
    """A phone registers two accounts over a TCP connection each, which belongs to that account alone; the second is refused."""
    host = handset()
    for i, number in enumerate(NUMBERS):
        talk = tcp_talk(capture, host, sport=49201 + i, start=START + i * SECOND)
        talk.connect()
        line = Line(number, host.ip, PRIMARY, "TCP", 49201 + i, user=f"user{number}", password="test-only")
        if i == 0:
            talk.challenge_and_grant(line, nonce(number))
            continue
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 403, "Forbidden", tag="no"))
        talk.flow.close(talk.now + SECOND, PHONE)


@edge("problem_sip_one_line_left")
def one_is_overcome_and_one_is_not(capture):
    """A phone registers three accounts. The second is refused at first and taken later, the third is refused and asks no more: what has
    overcome the refusal of one line says nothing about the other."""
    talk, host = udp_talk(capture), handset()
    first, second, third = (Line(number, host.ip, PRIMARY, serial=serial) for serial, number in enumerate((*NUMBERS, "2003")))
    for line in (first, second, third):
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, 3600) if line is first else answer(request, 404, "Not Found", tag="no"))
    request = second.register()
    talk.say(PHONE, request, after=30 * SECOND)
    talk.say(SERVER, second.granted(request, talk.now, 3600))


@edge("sip_one_number_twice")
def one_number_at_two_registrars(capture):
    """A phone registers the number 2001 in two domains, at a registrar each; one accepts it, the other refuses it."""
    for i, (domain, server) in enumerate((("a.example.net", PRIMARY), ("b.example.net", BACKUP))):
        talk = udp_talk(capture, server=call_manager(server, 0x0A + i), start=START + i * SECOND)
        line = Line("2001", handset().ip, server)
        line.uri = f"sip:{domain}"
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 403, "Forbidden", tag="no") if i else line.granted(request, talk.now))


@edge("sip_account_of_two_devices")
def one_account_on_two_devices(capture):
    """Three times two phones have one account. Of the first two one signs off, and the server lists the other one. Of the second two one
    removes all contacts ("Contact: *"), and nothing is left. So it is with the last two, where the other one asks anew."""
    now = START
    for last, everything, anew in ((0x61, False, False), (0x63, True, False), (0x65, True, True)):
        number, talks, lines = f"20{last - 0x60:02}", [], []
        for i in range(2):
            talks.append(udp_talk(capture, handset(last + i), registrar(), now + i * SECOND))
            lines.append(account(number, "example.net", last + i))
            request = lines[i].register()
            talks[i].say(PHONE, request)
            talks[i].say(SERVER, answer(request, 200, "OK", [*(f"{line.contact};expires=3600" for line in lines), PBX], tag="two"))
        talks[0].now = now + 60 * SECOND
        request = lines[0].register(expires=0, contact="Contact: *" if everything else None)
        talks[0].say(PHONE, request)
        left = [] if everything else [f"{lines[1].contact};expires=3541"]
        talks[0].say(SERVER, answer(request, 200, "OK", [*left, PBX], tag="gone"))
        if anew:
            talks[1].now = now + 90 * SECOND
            bind(talks[1], lines[1])
        now += 100 * SECOND


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
