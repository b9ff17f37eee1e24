#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP phones that move, change the server or come back over another connection, and of what is said to them
meanwhile. The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is
recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import counted, tls_client_hello
from craft import ETHERTYPE_IPV4, PROTOCOL_ICMP, SECOND, Makers, command_line, ethernet, icmp_unreachable, ipv4, ms
from hosts import handset
from outcomes import COPIES, PBX, account, bind, bound, challenged_and_bound, registrar
from problems_sip import granted
from sip_dialogue import CISCO_SUPPORTED, PHONE, SERVER, answer, challenge, nonce
from sip_edges import ALARM_BODY, START, cisco_line, cisco_talk, tcp_talk, udp_talk

edge = Makers("sip_elsewhere.py")


# ---------------------------------------------------------------------------------------------- the phone is elsewhere

@edge("near_sip_moved_network")
def takes_its_old_contact_back(capture):
    """A phone is registered and gets an address of another network. From there it takes its old contact back and registers the new one."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line)
    there = udp_talk(capture, handset(0x71), registrar(), start=talk.now + 60 * SECOND)
    line.at = "192.0.2.113:5060"
    request = line.register(expires=0)
    there.say(PHONE, request)
    there.say(SERVER, answer(request, 200, "OK", [PBX], tag="gone"))
    line.contact = "Contact: <sip:2001@192.0.2.113:5060>"
    bind(there, line)


@edge("problem_sip_subscribers")
def many_behind_one_address(capture):
    """A border controller registers four subscribers at the registrar behind it, each by a name of its own in the Contact, and all from one
    address and port. The registrar does not know the fourth, and asks the second whether it is there."""
    talk, lines = udp_talk(capture, server=registrar()), []
    for number in ("2001", "2002", "2003"):
        lines.append(account(number, "example.net", contact=f"Contact: <sip:{number}-{nonce(number)[:6].lower()}@192.0.2.97:5060>"))
        talk.now += 7 * SECOND
        bind(talk, lines[-1])
    unknown = account("2004", "example.net")
    request = unknown.register()
    talk.say(PHONE, request, after=7 * SECOND)
    talk.say(SERVER, answer(request, 404, "Not Found", [PBX], tag="404"))
    request = lines[1].ordered("OPTIONS", "qualify")
    talk.say(SERVER, request, after=SECOND)
    talk.say(PHONE, answer(request, 200, "OK", tag="here"))
    bind(talk, lines[0])


# ---------------------------------------------------------------------------------------------- the server is another one

@edge("near_sip_other_server_of_domain")
def the_next_one_does_it(capture):
    """The first server of a domain cannot serve a phone now (503), and the second one registers it at once."""
    line = account("2001", "example.net")
    talk = udp_talk(capture, server=registrar())
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", ["Retry-After: 120", PBX], tag="503"))
    second = udp_talk(capture, server=registrar(0x1F), start=talk.now + ms(200))
    challenged_and_bound(second, account("2001", "example.net", serial=1), nonce("second"), "example.net")


# ---------------------------------------------------------------------------------------------- the server connects, too

@edge("near_sip_server_connects_back")
def to_its_phone_and_to_a_trunk(capture):
    """A phone registers over TCP and closes the connection. Its server connects to it, asks whether it is there, and orders it to boot; a second
    connection is refused three times, and so is one to another server, where it has a trunk. None of that is a phone that does not register."""
    server, phone = registrar(), handset()
    talk, line = tcp_talk(capture, phone, server), account("2001", "example.net", transport="TCP")
    talk.connect()
    bind(talk, line)
    talk.ack(PHONE)
    talk.now = talk.flow.close(talk.now + SECOND, PHONE)
    back = tcp_talk(capture, server, phone, start=talk.now + SECOND, sport=40001)
    back.connect()
    for request in (line.ordered("OPTIONS", "qualify"), line.ordered("NOTIFY", "boot", "Event: check-sync;reboot=true")):
        back.say(PHONE, request)
        back.say(SERVER, answer(request, 200, "OK", tag="here"))
    back.ack(PHONE)
    back.now = back.flow.close(back.now + SECOND, PHONE)
    for number, there in enumerate((phone, registrar(0x2F)) * 3):
        flow = tcp_talk(capture, server, there, sport=40002 + number).flow
        flow.syn(back.now + (1 + number) * SECOND)
        flow.rst(back.now + (1 + number) * SECOND + ms(1), SERVER)


# ---------------------------------------------------------------------------------------------- the connection is another one

@edge("near_sip_idle_connection_closed")
def the_contact_is_a_port_of_its_own(capture):
    """A phone registers over TCP for an hour, with a contact on its port 5060, where its server can connect to it. Two minutes later the
    server closes the connection, on which nothing was said any more, and the phone does not connect again."""
    talk = tcp_talk(capture, server=registrar())
    talk.connect()
    bind(talk, account("2001", "example.net", transport="TCP"))
    talk.now = talk.flow.close(talk.now + 120 * SECOND, SERVER)
    talk.now += 120 * SECOND
    other = udp_talk(capture, handset(0x62), registrar(), start=talk.now)
    bind(other, account("2002", "example.net", 0x62))


@edge("near_sip_push_client_sleeps")
def it_is_woken_by_push(capture):
    """A client on a mobile phone registers over TCP for an hour and names the service by which it is woken (pn-provider, RFC 8599). Half a minute
    later it closes its connection and sleeps. Another phone is captured meanwhile."""
    talk = tcp_talk(capture, server=registrar())
    talk.connect()
    bind(talk, account("2001", "example.net", transport="TCP", port=49201, contact="Contact: <sip:2001@192.0.2.97:49201;transport=tcp;"
                       "pn-provider=fcm;pn-param=example;pn-prid=c0ffee>"))
    talk.ack(PHONE)
    talk.now = talk.flow.close(talk.now + 30 * SECOND, PHONE)
    other, line = udp_talk(capture, handset(0x62), registrar(), start=talk.now + 60 * SECOND), account("2002", "example.net", 0x62)
    for _ in range(3):
        bind(other, line, 120)
        other.now += 100 * SECOND


@edge("near_sip_alarm_of_next_try")
def an_alarm_before_it_registers(capture):
    """A Cisco phone signs off, connects once more, and says by an alarm why it had gone, before it registers again."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED)
    request = line.register(CISCO_SUPPORTED, expires=0)
    talk.say(PHONE, request, after=30 * SECOND)
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="bye"))
    talk.now = talk.flow.close(talk.now + ms(5), PHONE)
    again = tcp_talk(capture, start=talk.now + 20 * SECOND, sport=49202)
    again.connect()
    line = cisco_line(handset(), port=49202, serial=1)
    alarm = line.request("REFER", "alarm", "Refer-To: cid:12345678@192.0.2.97", "Content-Type: application/x-cisco-alarm+xml",
                         "Require: norefersub", "Expires: 0", cseq=1000, body=ALARM_BODY.format(server="192.0.2.10", name=line.name))
    again.say(PHONE, alarm)
    again.say(SERVER, answer(alarm, 202, "Accepted", [PBX], tag="alarm"))
    granted(again, line, CISCO_SUPPORTED)


@edge("near_sip_alarm_after_refusal")
def an_alarm_after_it_was_refused(capture):
    """A Cisco phone is refused and hangs up. Half a minute later it connects once more, and says by an alarm why, before it is accepted."""
    talk, line = cisco_talk(capture)
    request = line.register(CISCO_SUPPORTED)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 404, "Not Found", [PBX], tag="404"))
    talk.now = talk.flow.close(talk.now + ms(5), PHONE)
    again = tcp_talk(capture, start=talk.now + 30 * SECOND, sport=49202)
    again.connect()
    line = cisco_line(handset(), port=49202, serial=1)
    alarm = line.request("REFER", "alarm", "Refer-To: cid:12345678@192.0.2.97", "Content-Type: application/x-cisco-alarm+xml",
                         "Require: norefersub", "Expires: 0", cseq=1000, body=ALARM_BODY.format(server="192.0.2.10", name=line.name))
    again.say(PHONE, alarm)
    again.say(SERVER, answer(alarm, 202, "Accepted", [PBX], tag="alarm"))
    granted(again, line, CISCO_SUPPORTED)


@edge("near_sip_refresh_not_repeated")
def the_answer_is_not_captured(capture):
    """A phone refreshes its registration over UDP in time. It asks once, so it has heard an answer, which the capture lacks. Another phone
    is captured until the first one's time would be over."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 300)
    talk.say(PHONE, line.register(expires=300), after=240 * SECOND)
    other = udp_talk(capture, host=handset(0x62), server=registrar(), start=talk.now + 60 * SECOND)
    line = account("2002", "example.net", 0x62)
    bind(other, line)
    request = line.request("OPTIONS", "alive", cseq=1)
    other.say(PHONE, request, after=90 * SECOND)
    other.say(SERVER, answer(request, 200, "OK", [PBX], tag="alive"))


@edge("near_sip_refresh_then_alive")
def it_is_there_all_the_time(capture):
    """A phone refreshes its registration over UDP, once: the answer is not in the capture. Until its time would be over and longer the phone asks
    twice a minute whether its server is there, and that is answered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 120)
    talk.say(PHONE, line.register(expires=120), after=100 * SECOND)
    for number in range(3):
        request = line.request("OPTIONS", f"alive{number}", cseq=1)
        talk.say(PHONE, request, after=30 * SECOND)
        talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="alive"))


@edge("near_sip_refreshes_answered_unseen")
def both_are_silent_as_they_may(capture):
    """Two phones that are registered for 120 s refresh that once each, and the answers are not in the capture. Then nobody says anything for
    95 s, as nobody has to, and both refresh once more."""
    phones = [(udp_talk(capture, handset(last), registrar(), START + number * SECOND), account(f"200{number}", "example.net", last))
              for number, last in enumerate((0x61, 0x62))]
    for talk, line in phones:
        bind(talk, line, 120)
        talk.say(PHONE, line.register(expires=120), after=60 * SECOND)
        talk.now += 95 * SECOND
        bind(talk, line, 120)
    capture.sort()


@edge("problem_sip_refresh_late_alone")
def nobody_else_is_there(capture):
    """A phone is registered for 120 s and says nothing for an hour; then it refreshes its registration as if nothing had happened. Nobody else is
    in the capture: its clock may have been set forward, or the phone was late."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    for pause in (0, 100, 3600, 100):
        talk.now += pause * SECOND
        bind(talk, line, 120)


# ---------------------------------------------------------------------------------------------- what is said to it meanwhile

@edge("near_sip_words_beside")
def what_else_is_said(capture):
    """A registered phone keeps its way through a NAT open by a NOTIFY, which the server refuses. The server asks three times in vain whether
    it is there, sends a text message twice before it is answered, ends two subscriptions, and tells how a transfer goes on. The phone
    publishes a state twice before that is answered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line)
    request = line.request("NOTIFY", "nat", "Event: keep-alive", cseq=1)
    talk.say(PHONE, request, after=15 * SECOND)
    talk.say(SERVER, answer(request, 489, "Bad Event", [PBX], tag="489"))
    request = line.ordered("OPTIONS", "qualify")
    for pause in (5, 0.5, 1):
        talk.say(SERVER, request, after=ms(1000 * pause))
    request = line.ordered("MESSAGE", "text", "Content-Type: text/plain", body="hello")
    for pause in (5, 0.5):
        talk.say(SERVER, request, after=ms(1000 * pause))
    talk.say(PHONE, answer(request, 200, "OK", tag="text"))
    for state, waiting in (("terminated;reason=deactivated", ""), ("terminated;reason=timeout", "Messages-Waiting: yes\r\n")):
        event = "message-summary" if waiting else "dialog"
        request = line.ordered("NOTIFY", event, f"Event: {event}", f"Subscription-State: {state}", body=waiting)
        talk.say(SERVER, request, after=5 * SECOND)
        talk.say(PHONE, answer(request, 200, "OK", tag=event))
    request = line.ordered("NOTIFY", "refer", "Event: refer", "Subscription-State: active", "Content-Type: message/sipfrag",
                           body="SIP/2.0 100 Trying\r\n")
    talk.say(SERVER, request, after=5 * SECOND)
    talk.say(PHONE, answer(request, 200, "OK", tag="refer"))
    request = line.request("PUBLISH", "state", "Event: presence", "Expires: 600", cseq=1)
    for pause in (5, 0.5):
        talk.say(PHONE, request, after=ms(1000 * pause))
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="state"))


def of_registrar(line, call, event, contact=None):
    """What a registrar says of a contact that it has ended."""
    uri = (contact or line.contact).partition("<")[2].partition(">")[0]
    body = ('<?xml version="1.0"?>\n<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="1" state="partial">\n'
            f'<registration aor="sip:{line.number}@example.net" id="a7" state="terminated">\n'
            f'<contact id="76" state="terminated" event="{event}"><uri>{uri}</uri></contact>\n</registration>\n</reginfo>\n')
    return line.ordered("NOTIFY", call, "Event: reg", "Subscription-State: active", "Content-Type: application/reginfo+xml", body=body)


@edge("outcome_registrar_ends_it")
def the_registrar_tells(capture):
    """Six phones are registered and hear of their registrar (Event: reg) which contact it has ended, and why: their own, by each of the reasons
    of RFC 3680, and of the last one another contact. The first one registers anew."""
    start = START
    for number, event in enumerate(("deactivated", "expired", "unregistered", "rejected", "probation", "expired")):
        last = 0x61 + number
        talk, line = udp_talk(capture, handset(last), registrar(), start), account(f"200{number}", "example.net", last)
        bind(talk, line)
        notice = of_registrar(line, "reg", event, "<sip:2005@192.0.2.120:5060>" if number == 5 else None)
        talk.say(SERVER, notice, after=30 * SECOND)
        talk.say(PHONE, answer(notice, 200, "OK", tag="reg"))
        if number == 0:
            bind(talk, line)
        start = talk.now + SECOND


@edge("problem_sip_challenge_unknown")
def another_algorithm_than_md5(capture):
    """The server wants credentials by SHA-256 and by nothing else. The phone asks for the same again and again, without any."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    for number in range(3):
        request = line.register()
        talk.say(PHONE, request, after=30 * SECOND)
        wanted = challenge(nonce("sha", number), realm="example.net").replace("algorithm=MD5", "algorithm=SHA-256")
        talk.say(SERVER, answer(request, 401, "Unauthorized", [wanted, PBX], tag=f"401{number}"))


@edge("problem_sip_time_enough")
def more_than_the_least(capture):
    """The server takes nothing below ten minutes, as it says, and refuses an hour."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    for _ in range(2):
        request = line.register()
        talk.say(PHONE, request, after=30 * SECOND)
        talk.say(SERVER, answer(request, 423, "Interval Too Brief", ["Min-Expires: 600", PBX], tag="423"))


@edge("problem_sip_answers_to_other_port")
def nobody_listens_there(capture):
    """A phone sends from another port than the one in its Via, where nobody listens: it says so for each challenge that comes there, and
    repeats its REGISTER."""
    host, server = handset(), registrar()
    talk, line = udp_talk(capture, host, server, sport=40404), account("2001", "example.net")
    back = udp_talk(capture, host, server)
    request = line.register()
    for number, pause in enumerate(COPIES[:7]):
        talk.say(PHONE, request, after=ms(1000 * pause))
        back.now = talk.now
        back.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("port"), realm="example.net"), PBX], tag="401"))
        complaint = ipv4(host.ip, server.ip, PROTOCOL_ICMP, icmp_unreachable(3, capture.frames[-1][1][14:]))
        capture.add(back.now + ms(0.4), ethernet(host.mac, server.mac, ETHERTYPE_IPV4, complaint))


# ---------------------------------------------------------------------------------------------- TLS that nobody answers

@edge("problem_tls_cut_off")
def the_port_is_none_for_tls(capture):
    """A phone begins TLS on port 5060. The server acknowledges its ClientHello, and ends the connection without a word."""
    talk = tcp_talk(capture, server=registrar())
    talk.connect()
    talk.say(PHONE, tls_client_hello(counted(32, 1)))
    talk.ack(SERVER)
    talk.flow.rst(talk.now + ms(10), SERVER)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
