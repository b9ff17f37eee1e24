#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP registrations of which the capture lacks something, or has it twice or in another order, and shows that it
does. The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is
recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from craft import SECOND, Makers, command_line, ms
from hosts import handset
from outcomes import account, bind, bound, deaf_to_its_answer, registrar
from problems_network import see_twice
from sip_answers import goes_on
from sip_dialogue import PHONE, SERVER, answer, nonce
from sip_edges import udp_talk
from sip_elsewhere import the_answer_is_not_captured
from sip_moments import deny

edge = Makers("sip_lacking.py")


@edge("near_sip_number_left_out")
def one_refresh_is_not_captured(capture):
    """A phone refreshes its registration every 115 seconds. One refresh and its answer are not in the capture: the CSeq of the next one counts
    over it."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 120)
    for is_captured in (True, False, True, True):
        request = line.register(expires=120)
        talk.now += 115 * SECOND
        if is_captured:
            talk.say(PHONE, request)
            talk.say(SERVER, bound(line, request, 120))


@edge("near_sip_number_of_answer")
def answers_count_further(capture):
    """A phone with a wrong password tries three times. Its REGISTERs with credentials are not in the capture, and the answers to them are:
    their CSeq is higher than that of any request."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    for tries in range(3):
        request = line.register()
        talk.say(PHONE, request, after=30 * SECOND)
        deny(talk, request, nonce("asked", tries))
        deny(talk, line.register(line.authorization(nonce("asked", tries), realm="example.net")), nonce("again", tries))


# ---------------------------------------------------------------------------------------------- copies are no repetitions

@edge("near_sip_refresh_seen_twice")
def no_repetition_but_a_copy(capture):
    """A mirror shows each packet twice. A phone refreshes its registration over UDP in time, and asks once: it has heard an answer, which the
    capture lacks."""
    the_answer_is_not_captured(capture)
    see_twice(capture)


@edge("outcome_answer_bounces_twice")
def a_copy_stands_between(capture):
    """A mirror shows each packet twice. A REGISTER is accepted, and the phone's own ICMP port unreachable comes back for that 200, behind its
    copy."""
    deaf_to_its_answer(capture)
    see_twice(capture)


# ---------------------------------------------------------------------------------------------- who asks no more has got an answer

@edge("near_sip_refresh_repeated_once")
def answered_at_the_second_time(capture):
    """A phone repeats its refresh once, and goes on at its time: the answer has come, and the capture lacks it. Another one has been told that
    its REGISTER is there (100), and repeats it once as well; a third one registers."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 120)
    request = line.register(expires=120)
    talk.say(PHONE, request, after=115 * SECOND)
    talk.say(PHONE, request, after=ms(500))
    request = line.register(expires=120)
    talk.say(PHONE, request, after=115 * SECOND)
    talk.say(SERVER, bound(line, request, 120))
    other, line = udp_talk(capture, handset(0x62), registrar(), talk.now), account("2002", "example.net", 0x62)
    request = line.register()
    other.say(PHONE, request)
    other.say(SERVER, answer(request, 100, "Trying"))
    other.say(PHONE, request, after=ms(500))
    goes_on(capture, 0x63, "2003", other.now + 60 * SECOND)


# ---------------------------------------------------------------------------------------------- an answer before its request

@edge("problem_sip_answers_before")
def refused_before_it_is_seen(capture):
    """Two capture points, whose clocks differ by two milliseconds: each answer stands before its request. The server refuses the phone's
    credentials three times: they are for another realm."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    for tries in range(3):
        talk.now += 30 * SECOND
        request = line.register()
        talk.say(PHONE, request)
        deny(talk, request, nonce("asked", tries))
        request = line.register(line.authorization(nonce("asked", tries), realm="other.example"))
        talk.say(PHONE, request)
        deny(talk, request, nonce("again", tries))
    frames, capture.frames = capture.frames, []
    for (asked, request), (answered, said) in zip(frames[::2], frames[1::2]):
        capture.add(asked, said)
        capture.add(answered, request)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
