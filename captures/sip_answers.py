#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of answers to a REGISTER after which it is the phone's turn: redirects, times that are too short, and codes that a
server uses in its own way. The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are
made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from craft import SECOND, Makers, command_line, ms
from hosts import BACKUP, PRIMARY, call_manager, handset
from problems import sip_line
from sip_dialogue import CUCM, PHONE, SERVER, Line, answer, challenge, nonce
from sip_edges import START, tcp_talk, udp_talk

edge = Makers("sip_answers.py")
BRIEF = (423, "Interval Too Brief")


def asked(talk, line, status, *headers, after=None, **options):
    """A REGISTER and its answer."""
    request = line.register(**options)
    talk.say(PHONE, request, after=after)
    talk.say(SERVER, answer(request, *status, [CUCM, *headers], tag="answer"))


def goes_on(capture, last, number, start):
    """Another phone shows that the capture goes on."""
    talk = udp_talk(capture, handset(last), start=start)
    talk.challenge_and_grant(sip_line(last, number), nonce(number))


@edge("near_sip_redirect_followed")
def where_it_was_sent(capture):
    """A phone is sent to another server (302), and registers there: no failure, and no backup."""
    talk = udp_talk(capture)
    asked(talk, sip_line(0x61, "2001"), (302, "Moved Temporarily"), f"Contact: <sip:{BACKUP}>")
    other = udp_talk(capture, server=call_manager(BACKUP, 0x1E), start=talk.now + SECOND)
    other.challenge_and_grant(Line("2001", handset().ip, BACKUP, user="user2001", password="test-only"), nonce("there"))


@edge("near_sip_redirect_unseen")
def somewhere_else(capture):
    """A phone is sent to a proxy (305) and is not seen there: whether it went is not known. Another phone registers later."""
    asked(udp_talk(capture), sip_line(0x61, "2001"), (305, "Use Proxy"), f"Contact: <sip:{BACKUP}>")
    goes_on(capture, 0x62, "2002", START + 100 * SECOND)


@edge("problem_sip_redirect_refused")
def refused_where_it_was_sent(capture):
    """A phone is sent to another server (302), which refuses it."""
    talk = udp_talk(capture)
    asked(talk, sip_line(0x61, "2001"), (302, "Moved Temporarily"), f"Contact: <sip:{BACKUP}>")
    other = udp_talk(capture, server=call_manager(BACKUP, 0x1E), start=talk.now + SECOND)
    asked(other, Line("2001", handset().ip, BACKUP), (403, "Forbidden"))


@edge("problem_sip_time_ignored")
def never_longer(capture):
    """The server grants two hours or longer only (423, Min-Expires). The phone asks for one hour again and again, each time twenty seconds
    later; before the last time it has restarted, and takes another Call-ID."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    for now in (line, line, line, sip_line(0x61, "2001", serial=1)):
        asked(talk, now, BRIEF, "Min-Expires: 7200", after=20 * SECOND)


@edge("problem_sip_time_in_vain")
def longer_in_vain(capture):
    """The phone asks for as long as it was told (423, Min-Expires), and the server says the same again."""
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    for expires in (3600, 7200):
        asked(talk, line, BRIEF, "Min-Expires: 7200", expires=expires, after=ms(20))


@edge("problem_sip_time_given_up")
def asks_no_more(capture):
    """The server grants two hours or longer only (423), and the phone asks no more. Another phone registers later."""
    asked(udp_talk(capture), sip_line(0x61, "2001"), BRIEF, "Min-Expires: 7200")
    goes_on(capture, 0x62, "2002", START + 100 * SECOND)


@edge("problem_sip_time_raised_unanswered")
def longer_and_no_answer(capture):
    """The server grants two hours or longer only (423). The phone asks for two hours, the server has that request (100), and answers no
    more, however often it is asked. Another phone registers later."""
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    asked(talk, line, BRIEF, "Min-Expires: 7200")
    request = line.register(expires=7200)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 100, "Trying"))
    for _ in range(7):
        talk.say(PHONE, request, after=4 * SECOND)
    goes_on(capture, 0x62, "2002", START + 100 * SECOND)


@edge("near_sip_time_raised")
def longer_at_once(capture):
    """The server grants more than an hour only, then more than two (423); the phone asks for as long as it is told each time, and is
    registered. A second phone has its 423 when the capture ends."""
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    for expires in (600, 3600):
        asked(talk, line, BRIEF, f"Min-Expires: {2 * max(expires, 1800)}", expires=expires)
    request = line.register(expires=7200)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, 7200))
    other = udp_talk(capture, handset(0x62), start=talk.now + SECOND)
    asked(other, sip_line(0x62, "2002"), BRIEF, "Min-Expires: 7200")


@edge("sip_retry_after")
def waits_or_not(capture):
    """The server is overloaded and asks for thirty seconds of patience (503, Retry-After). One phone asks again after a second and is
    refused again; another waits for as long from its
    own request on, and is registered."""
    busy = (503, "Service Unavailable")
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    for _ in range(2):
        asked(talk, line, busy, "Retry-After: 30", after=SECOND)
    other, line = udp_talk(capture, handset(0x62), start=talk.now + SECOND), sip_line(0x62, "2002")
    asked(other, line, busy, "Retry-After: 30")
    request = line.register()
    other.say(PHONE, request, after=ms(29_900))
    other.say(SERVER, line.granted(request, other.now))


@edge("near_sip_answers_first")
def in_the_wrong_order(capture):
    """The capture has each answer 20 microseconds before its request: the challenge, the 200, and that of a refresh. A second phone is
    refused in the same order. Nothing is missing, and nothing begins anew."""
    talk, line = udp_talk(capture), sip_line(0x61, "2001")
    value, first = nonce("early"), line.register()
    talk.say(SERVER, answer(first, 401, "Unauthorized", [challenge(value), CUCM], tag="early"))
    talk.say(PHONE, first, after=ms(0.02))
    for pause in (ms(5), 60 * SECOND):
        request = line.register(line.authorization(value))
        talk.say(SERVER, line.granted(request, talk.now), after=pause)
        talk.say(PHONE, request, after=ms(0.02))
    other, line = udp_talk(capture, handset(0x62), start=talk.now + SECOND), sip_line(0x62, "2002")
    request = line.register()
    other.say(SERVER, answer(request, 403, "Forbidden", [CUCM], tag="early"))
    other.say(PHONE, request, after=ms(0.02))


def challenged_anew(talk, line, change):
    """Three answers to the challenge, each of them changed, and each of them challenged anew."""
    for i in range(4):
        request = line.register(change(line.authorization(nonce("anew", i - 1), qop=True)) if i else "")
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("anew", i), extra='qop="auth", '), CUCM], tag="anew"))


@edge("problem_sip_wrong_uri")
def another_uri(capture):
    """The credentials of a phone are computed for another uri than that of its REGISTER. The server challenges it anew, three times."""
    challenged_anew(udp_talk(capture), sip_line(0x61, "2001"), lambda text: text.replace('uri="sip:', 'uri="sip:pbx.example.net;at='))


@edge("problem_sip_wrong_qop")
def another_qop(capture):
    """The server offers qop auth, and the phone answers with auth-int. The server challenges it anew, three times."""
    challenged_anew(udp_talk(capture), sip_line(0x61, "2001"), lambda text: text.replace("qop=auth,", "qop=auth-int,"))


@edge("problem_sip_wrong_header")
def another_header(capture):
    """The server challenges with 401, and the phone answers in Proxy-Authorization. The server challenges it anew, three times."""
    challenged_anew(udp_talk(capture), sip_line(0x61, "2001"), lambda text: text.replace("Authorization:", "Proxy-Authorization:"))


@edge("near_sip_closed_in_between")
def another_connection(capture):
    """The server closes the TCP connection after its challenge, and the phone answers that over another one: it is registered. A second
    phone has its connection closed before any answer, and is accepted over the next one."""
    host, value = handset(0x61), nonce("between")
    line = Line("2001", host.ip, PRIMARY, "TCP", 49201, user="user2001", password="test-only")
    talk = tcp_talk(capture, host)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag="between"))
    talk.flow.close(talk.now + ms(5), SERVER)
    again = tcp_talk(capture, host, sport=49202, start=talk.now + SECOND)
    again.connect()
    request = line.register(line.authorization(value))
    again.say(PHONE, request)
    again.say(SERVER, line.granted(request, again.now))
    host = handset(0x62)
    line = Line("2002", host.ip, PRIMARY, "TCP", 49201)
    for sport, is_last in ((49203, False), (49204, True)):
        talk = tcp_talk(capture, host, sport=sport, start=again.now + (2 if is_last else 1) * SECOND)
        talk.connect()
        request = line.register()
        talk.say(PHONE, request)
        if is_last:
            talk.say(SERVER, line.granted(request, talk.now))
        else:
            talk.flow.close(talk.now + ms(5), SERVER)


def asked_twice(capture, last, number, *answers):
    """A REGISTER that is repeated once, and both of its answers."""
    talk, line = udp_talk(capture, handset(last), start=START + last * SECOND), sip_line(last, number)
    request = line.register()
    for _ in range(2):
        talk.say(PHONE, request, after=ms(500))
    for i, (status, *headers) in enumerate(answers):
        talk.say(SERVER, answer(request, *status, [CUCM, *headers], tag=f"answer{i}"))
    return talk, line


@edge("sip_two_answers")
def one_request_two_answers(capture):
    """Each of four phones repeats its REGISTER, and gets two answers. First 503 and then 200: the server has registered it, and the phone
    may not know. First 200 and then 503: it is registered. Two challenges with a nonce each: it answers the first. First a challenge and
    then 200."""
    busy, wanted, granted = (503, "Service Unavailable"), (401, "Unauthorized"), (200, "OK")
    contact = [f"Contact: <sip:{2000 + i}@{handset(0x60 + i).ip}:5060>;expires=3600" for i in range(5)]
    asked_twice(capture, 0x61, "2001", (busy,), (granted, contact[1]))
    asked_twice(capture, 0x62, "2002", (granted, contact[2]), (busy,))
    talk, line = asked_twice(capture, 0x63, "2003", (wanted, challenge(nonce("one"))), (wanted, challenge(nonce("other"))))
    request = line.register(line.authorization(nonce("one")))
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now))
    asked_twice(capture, 0x64, "2004", (wanted, challenge(nonce("once"))), (granted, contact[4]))


@edge("sip_accepted_before")
def no_longer(capture):
    """Two phones are registered. The refresh of one is refused by 403, and its next try, too; that of the other by 404. Whatever has
    changed, the server had accepted both."""
    for last, number, status in ((0x61, "2001", (403, "Forbidden")), (0x62, "2002", (404, "Not Found"))):
        talk, line = udp_talk(capture, handset(last), start=START + (last - 0x61) * 100 * SECOND), sip_line(last, number)
        talk.challenge_and_grant(line, nonce(number))
        for i in range(2):
            request = line.register(line.authorization(nonce(number)))
            talk.say(PHONE, request, after=30 * SECOND)
            talk.say(SERVER, answer(request, *status, [CUCM], tag=f"no{i}"))


@edge("sip_codes_of_their_own")
def not_as_in_the_list(capture):
    """Three phones are refused: by 429 in other words than those of RFC 3892, by 405 whose Allow names REGISTER, and by 420 although they
    require nothing. The sign-off of a fourth phone is answered by 305. A fifth one is ordered to restart, and answers 481."""
    for last, status, header in ((0x61, (429, "Too Many Requests"), "Retry-After: 30"),
                                 (0x62, (405, "Method Not Allowed"), "Allow: INVITE, ACK, REGISTER"), (0x63, (420, "Bad Extension"), "")):
        asked(udp_talk(capture, handset(last), start=START + last * SECOND), sip_line(last, f"20{last}"), status, header)
    talk, line = udp_talk(capture, handset(0x64), start=START + 200 * SECOND), sip_line(0x64, "2004")
    asked(talk, line, (200, "OK"), line.contact, "Expires: 3600")
    asked(talk, line, (305, "Use Proxy"), f"Contact: <sip:{BACKUP}>", after=SECOND, expires=0)
    talk, line = udp_talk(capture, handset(0x65), start=START + 300 * SECOND), sip_line(0x65, "2005")
    asked(talk, line, (200, "OK"), line.contact, "Expires: 3600")
    order = line.ordered("NOTIFY", "reboot", "Event: check-sync;reboot=true")
    talk.say(SERVER, order, after=SECOND)
    talk.say(PHONE, answer(order, 481, "Subscription does not exist", tag="phone"))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
