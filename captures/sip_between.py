#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of those who stand between phones and a server, or are both: a PBX with a trunk, an edge whose connection carries
many phones. The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is
recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from craft import ETHERTYPE_IPV4, PROTOCOL_ICMP, SECOND, Makers, command_line, ethernet, icmp_unreachable, ipv4, ms
from hosts import PRIMARY, call_manager, handset, mac_of
from outcomes import PBX, account, bind, registrar
from sip_dialogue import PHONE, SERVER, Line, answer, message, message_summary, nonce, token
from sip_edges import START, tcp_talk, udp_talk

edge = Makers("sip_between.py")
EDGE, PROVIDER = "192.0.2.20", "198.51.100.5"


# ---------------------------------------------------------------------------------------------- a PBX with a trunk

def ask(talk, line, method, call, *extra, body=b""):
    """A request of the server to the phone, and its answer."""
    request = line.ordered(method, call, *extra, body=body)
    talk.say(SERVER, request, after=SECOND)
    talk.say(PHONE, answer(request, 200, "OK", tag="phone"))


def trunk(capture, at):
    """The PBX registers with its provider, from the port where it serves its phones."""
    talk = udp_talk(capture, registrar(), call_manager(PROVIDER, 0x05), at)
    line = Line("trunk77", registrar().ip, PROVIDER, agent="ExamplePBX/18")
    line.uri = "sip:provider.example.org"
    talk.challenge_and_grant(line, nonce("trunk"), 3600)
    return talk, line


@edge("near_sip_pbx_with_trunk")
def both_phone_and_server(capture):
    """A PBX registers phone 2001, and itself with its provider, all from one port. It asks the phone whether it is there, tells of its
    message-waiting lamp and orders it to reboot: all that is of the server to its phone. The provider asks whether the PBX is there."""
    phone, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(phone, line)
    talk, own = trunk(capture, START + 2 * SECOND)
    phone.now = talk.now
    ask(phone, line, "OPTIONS", "there")
    request = message_summary(line, True)
    phone.say(SERVER, request, after=SECOND)
    phone.say(PHONE, answer(request, 200, "OK", tag="phone"))
    ask(phone, line, "NOTIFY", "reboot", "Event: check-sync;reboot=true", "Subscription-State: terminated")
    talk.now = phone.now
    ask(talk, own, "OPTIONS", "trunk")


@edge("near_sip_pbx_with_trunk_tcp")
def over_a_connection(capture):
    """The same with a phone that has opened a connection to the PBX, and has registered before its trunk."""
    talk, own = trunk(capture, START)
    phone = tcp_talk(capture, handset(), registrar(), start=START + 2 * SECOND)
    line = account("2001", "example.net")
    line.transport, line.port = "TCP", 49201
    line.at = f"{handset().ip}:49201"
    line.contact = f"Contact: <sip:2001@{line.at};transport=tcp>"
    phone.connect()
    bind(phone, line)
    ask(phone, line, "OPTIONS", "there")
    ask(phone, line, "NOTIFY", "reboot", "Event: check-sync;reboot=true", "Subscription-State: terminated")
    talk.now = phone.now
    ask(talk, own, "OPTIONS", "trunk")


# ---------------------------------------------------------------------------------------------- an edge for many phones

class Client(Line):
    """A softphone outside, whose requests an edge passes on."""

    def __init__(self, last, transport="TCP"):
        mac = mac_of(last)
        super().__init__(f"20{last - 0x60:02}", f"203.0.113.{last}", PRIMARY, "TLS", 5061, mac, f"CSFUSER{last - 0x60}", 503,
                         "Cisco-CSF/14.1.3")
        self.hop = f"Via: SIP/2.0/{transport} {EDGE}:5060;branch=z9hG4bK"

    def by_edge(self, request):
        """The same with the edge's own Via on top (RFC 3261, 16.6)."""
        start, _, rest = request.partition(b"\r\n")
        return start + f"\r\n{self.hop}{token('edge', request)}\r\n".encode() + rest


def clients(talk, lines, expires=120):
    for line in lines:
        request = line.by_edge(line.register())
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, expires, new=line.cseq == 101))


def ping(talk, number):
    """The edge asks for itself whether the server is there."""
    request = message(f"OPTIONS sip:{PRIMARY} SIP/2.0", [
        f"Via: SIP/2.0/TCP {EDGE}:5060;branch=z9hG4bK{token('ping', number)}", f"From: <sip:{EDGE}>;tag=edge", f"To: <sip:{PRIMARY}>",
        f"Call-ID: {token('ping call', number)}@{EDGE}", "CSeq: 1 OPTIONS", "Max-Forwards: 0", "User-Agent: ExampleEdge/14"])
    talk.say(PHONE, request, after=SECOND)
    talk.say(SERVER, answer(request, 200, "OK", tag="there"))


def edge_talk(capture, port, start):
    talk = tcp_talk(capture, handset(address=EDGE, last=0x20), call_manager(), sport=port, start=start)
    talk.connect()
    return talk


@edge("problem_sip_edge_cut_off")
def one_connection_for_all(capture):
    """Three clients are registered over one connection of an edge. The server orders the first to reboot, tells the second of its lamp,
    and cuts off the connection. Over the next one the first and the second come back; of the third nothing is heard any more. The edge
    asks the server for itself whether it is there, over both."""
    talk, lines = edge_talk(capture, 25010, START), [Client(last) for last in (0x61, 0x62, 0x63)]
    ping(talk, 1)
    clients(talk, lines)
    ask(talk, lines[0], "NOTIFY", "reboot", "Event: service-control", "Subscription-State: active", "Content-Type: text/plain",
        body="action=reset\r\nRegisterCallId={" + lines[0].call_id + "}\r\nConfigVersionStamp={0}\r\nDialplanVersionStamp={0}\r\n")
    request = message_summary(lines[1], True)
    talk.say(SERVER, request, after=SECOND)
    talk.say(PHONE, answer(request, 200, "OK", tag="phone"))
    ping(talk, 2)
    talk.flow.rst(talk.now + 10 * SECOND, SERVER)
    talk = edge_talk(capture, 25011, talk.now + 12 * SECOND)
    clients(talk, lines[:2])
    talk.now += 60 * SECOND
    clients(talk, lines[:2])
    ping(talk, 3)


@edge("near_sip_edge_closes")
def the_edge_ends_it(capture):
    """Two clients are registered over one connection of an edge, which closes it; over the next one both go on."""
    talk, lines = edge_talk(capture, 25010, START), [Client(last) for last in (0x61, 0x62)]
    clients(talk, lines)
    talk.flow.close(talk.now + 20 * SECOND, PHONE)
    talk = edge_talk(capture, 25011, talk.now + 22 * SECOND)
    clients(talk, lines)


@edge("problem_sip_edge_closed_early")
def before_the_answer(capture):
    """A client is registered over a connection of an edge, and another one asks. The edge closes the connection before that is answered."""
    talk, lines = edge_talk(capture, 25010, START), [Client(last) for last in (0x61, 0x62)]
    clients(talk, lines[:1])
    talk.say(PHONE, lines[1].by_edge(lines[1].register()))
    talk.ack(SERVER)
    talk.flow.close(talk.now + SECOND, PHONE)


@edge("near_sip_edge_udp")
def one_port_for_all(capture):
    """Two clients are registered by way of an edge, over UDP: the edge's port is nobody's. The server orders the first to reboot, and asks
    whether the second is there."""
    talk = udp_talk(capture, handset(address=EDGE, last=0x20), call_manager())
    lines = [Client(last, "UDP") for last in (0x61, 0x62)]
    clients(talk, lines)
    ask(talk, lines[0], "NOTIFY", "reboot", "Event: check-sync;reboot=true")
    ask(talk, lines[1], "OPTIONS", "there")


@edge("near_sip_edge_speaks")
def somebody_in_front(capture):
    """A router in front of phone 2001 changes its address, and asks the server for itself whether it is there, from the same port: it
    calls itself by the address outside, and the phone by that inside."""
    talk = udp_talk(capture, handset(address="203.0.113.40", last=0x20), registrar())
    line = account("2001", "example.net")
    line.address, line.at = "10.1.1.10", "10.1.1.10:5060"
    line.contact = "Contact: <sip:2001@10.1.1.10:5060>"
    bind(talk, line)
    request = message("OPTIONS sip:example.net SIP/2.0", [
        "Via: SIP/2.0/UDP 203.0.113.40:5060;branch=z9hG4bKfront", "From: <sip:edge@203.0.113.40>;tag=front", "To: <sip:example.net>",
        "Call-ID: front@203.0.113.40", "CSeq: 1 OPTIONS", "Max-Forwards: 70"])
    talk.say(PHONE, request, after=SECOND)
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="there"))


# ---------------------------------------------------------------------------------------------- a phone that its server does not reach

TIMES = (0.5, 1, 2, 4, 4)  # seconds between the copies of a request over UDP (RFC 3261, 17.1.2.2)


def copies(talk, request, times=TIMES):
    talk.say(SERVER, request, after=20 * SECOND)
    for seconds in times:
        talk.say(SERVER, request, after=int(seconds * SECOND))


@edge("problem_sip_contact_silent")
def nobody_answers_the_server(capture):
    """A phone registers over UDP and refreshes in time. Between the two the server asks whether it is there, six times over, and hears
    nothing: its way to the phone is closed."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line, 120)
    copies(talk, line.ordered("OPTIONS", "there"))
    talk.now += 30 * SECOND
    bind(talk, line, 120)


@edge("near_sip_contact_answers")
def it_answers_at_last(capture):
    """The same, and the phone answers the last of them; before that, another request of the server is answered at once."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    ask(talk, line, "OPTIONS", "there")
    request = line.ordered("OPTIONS", "again")
    copies(talk, request)
    talk.say(PHONE, answer(request, 200, "OK", tag="phone"))


@edge("problem_sip_contact_asked_anew")
def the_server_gives_up_soon(capture):
    """A phone registers. Every 20 seconds the server asks whether it is there, three times over, and hears nothing."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    for call in range(4):
        copies(talk, line.ordered("OPTIONS", call), (0.5, 1))


@edge("problem_sip_contact_back")
def it_comes_back(capture):
    """The same, and a minute later the phone answers again."""
    the_server_gives_up_soon(capture)
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    talk.now = capture.frames[-1][0] + 60 * SECOND
    ask(talk, line, "OPTIONS", "back")


@edge("near_sip_contact_late")
def it_answers_late(capture):
    """A phone answers what its server asks after the fifth copy only, twice, and once more a minute later."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    for call in range(2):
        request = line.ordered("OPTIONS", call)
        copies(talk, request, TIMES[:4])
        talk.say(PHONE, answer(request, 200, "OK", tag="phone"), after=ms(400))
        talk.say(PHONE, answer(request, 200, "OK", tag="phone"), after=ms(50))
    talk.now += 60 * SECOND
    ask(talk, line, "OPTIONS", "later")


@edge("near_sip_contact_timeout")
def a_hop_answers(capture):
    """The server asks whether a phone is there, and 408 comes back: whoever passes requests on to it has waited in vain."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    request = line.ordered("OPTIONS", "there")
    talk.say(SERVER, request, after=20 * SECOND)
    talk.say(PHONE, answer(request, 408, "Request Timeout", tag="edge"), after=8 * SECOND)


@edge("near_sip_contact_resets")
def it_resets(capture):
    """A phone that is ordered to reboot answers nothing meanwhile."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    ask(talk, line, "NOTIFY", "reboot", "Event: check-sync;reboot=true", "Subscription-State: terminated")
    copies(talk, line.ordered("OPTIONS", "there"))


def denied(capture, talk, line, call, router):
    """The server asks whether the phone is there, and a router says that it cannot be reached."""
    talk.say(SERVER, line.ordered("OPTIONS", call), after=60 * SECOND)
    complaint = ipv4(router.ip, registrar().ip, PROTOCOL_ICMP, icmp_unreachable(1, capture.frames[-1][1][14:]))
    talk.now += SECOND
    capture.add(talk.now, ethernet(router.mac, registrar().mac, ETHERTYPE_IPV4, complaint))


@edge("problem_sip_contact_denied")
def a_router_says_so(capture):
    """A phone registers. Each time that the server asks whether it is there, a router answers that the host cannot be reached."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    for call in range(3):
        denied(capture, talk, line, call, call_manager("192.0.2.1", 0x01))


@edge("near_sip_contact_denied_once")
def once_is_not_always(capture):
    """The same once, and the phone answers the next time; later it is so once more."""
    talk, line = udp_talk(capture, handset(), registrar()), account("2001", "example.net")
    bind(talk, line)
    denied(capture, talk, line, 1, call_manager("192.0.2.1", 0x01))
    ask(talk, line, "OPTIONS", "there")
    denied(capture, talk, line, 2, call_manager("192.0.2.1", 0x01))


# ---------------------------------------------------------------------------------------------- who refuses

@edge("problem_sip_refused_behind")
def the_registrar_behind_decides(capture):
    """A proxy passes a REGISTER on, the registrar behind it refuses that with 403, and the proxy passes the answer on. Both sides of the
    proxy are in the capture."""
    proxy = call_manager("192.0.2.20", 0x20)
    talk, behind = udp_talk(capture, server=proxy), udp_talk(capture, host=proxy)
    line = Line("2001", handset().ip, proxy.ip)
    request = line.register()
    talk.say(PHONE, request)
    start, _, rest = request.partition(b"\r\n")
    onward = start + b"\r\nVia: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKbehind\r\n" + rest
    behind.now = talk.now
    behind.say(PHONE, onward, after=ms(1))
    behind.say(SERVER, answer(onward, 403, "Forbidden", tag="no"))
    talk.now = behind.now
    talk.say(SERVER, answer(request, 403, "Forbidden", tag="no"), after=ms(1))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
