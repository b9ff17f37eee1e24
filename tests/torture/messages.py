#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that are hard to read or none at all (sip_messages.py, other_messages.py), each in a capture of its own between messages as
they should be: plugin and inspect must say the same, and nothing may break.

  messages.py SECONDS [SEED]   those of RFC 4475, and of the others as many as there is time for; another seed takes others first
  messages.py --again NAME     one of them, as the complaint about it has it
  messages.py --list           their names
"""

import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "captures")]

import agree  # noqa: E402  pylint: disable=wrong-import-position
import other_messages  # noqa: E402  pylint: disable=wrong-import-position
import sip_messages  # noqa: E402  pylint: disable=wrong-import-position
from boot_dialogue import Boot, configuration  # noqa: E402  pylint: disable=wrong-import-position
from craft import ETHERTYPE_IPV4, PROTOCOL_UDP, SECOND, Capture, Host, Phone, Sccp, TcpFlow, UdpFlow  # noqa: E402  pylint: disable=wrong-import-position
from craft import ipv4, ms, udp, utc  # noqa: E402  pylint: disable=wrong-import-position
from hosts import call_manager, device_name, handset  # noqa: E402  pylint: disable=wrong-import-position
from sccp_dialogue import Talk, accept, fetch_templates, finish, keep_alive  # noqa: E402  pylint: disable=wrong-import-position
from sip_dialogue import PHONE, SERVER, Line, SipTalk, answer  # noqa: E402  pylint: disable=wrong-import-position

START = utc("2026-03-03T08:00:00")
# A datagram takes no more.
DATAGRAM_MAX = 60000


def play_sip(capture, octets, theirs, carrier):
    """A phone registers, the message comes, what is a request gets an answer, and the phone registers again."""
    host, server = handset(), call_manager()
    if carrier == "UDP":
        talk = SipTalk(UdpFlow(capture, host, server, 5060, 5060), START)
    else:
        talk = SipTalk(TcpFlow(capture, host, server, 49201, 5060), START)
        talk.connect()
    line = Line("2001", host.ip, server.ip, carrier, 5060 if carrier == "UDP" else 49201)

    def register():
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now))

    octets = octets.replace(b"{carrier}", carrier.encode())[:DATAGRAM_MAX if carrier == "UDP" else None]
    register()
    # What is an answer answers something.
    if theirs:
        talk.say(PHONE, sip_messages.text().replace(b"{carrier}", carrier.encode()), after=SECOND)
    talk.say(SERVER if theirs else PHONE, octets)
    if not theirs:
        talk.say(SERVER, answer(octets, 200, "OK", ["Expires: 60"]))
    talk.now += SECOND
    register()


def phone_of(host):
    return Phone(device_name(host.mac), host.ip, host.mac)


def play_sccp(capture, octets, theirs):
    host = handset()
    talk = Talk(TcpFlow(capture, host, call_manager(), 49175), Sccp(17), phone_of(host), START)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.say(SERVER if theirs else PHONE, octets)
    finish(talk)
    keep_alive(talk)


def play_sccp_first(capture, octets, theirs):
    """It is the first that the side says."""
    host = handset()
    talk = Talk(TcpFlow(capture, host, call_manager(), 49175), Sccp(17), phone_of(host), START)
    talk.connect()
    if theirs:
        talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER if theirs else PHONE, octets)
    accept(talk)
    keep_alive(talk)


def booting(capture):
    host = handset()
    boot = Boot(capture, host, phone_of(host), START)
    boot.lease()
    return boot


def register_over_sccp(boot):
    talk = Talk(TcpFlow(boot.capture, boot.host, call_manager(), 49175), Sccp(17), boot.phone, boot.now + ms(50))
    talk.connect()
    accept(talk)
    finish(talk)


def play_tftp(capture, octets, theirs):
    boot = booting(capture)
    name = f"{boot.phone.name}.cnf.xml"
    flow = boot.tftp_flow()
    if theirs:
        boot.now = flow.send(boot.now + ms(60), PHONE, b"\0\1" + name.encode() + b"\0octet\0")
        boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(5), SERVER if theirs else PHONE, octets)
    boot.now = flow.send(boot.now + ms(5), PHONE, b"\0\4\0\1")
    boot.fetch(name, configuration("SCCP", ["192.0.2.10"], "SCCP41"))
    register_over_sccp(boot)


def play_http(capture, octets, theirs):
    boot = booting(capture)
    name = f"{boot.phone.name}.cnf.xml"
    flow = boot.http_flow()
    boot.now = flow.open(boot.now + ms(50))
    if theirs:
        boot.now = flow.send(boot.now + ms(2), PHONE, f"GET /{name} HTTP/1.1\r\nHost: 192.0.2.5:6970\r\n\r\n".encode())
    boot.now = flow.send(boot.now + ms(3), SERVER if theirs else PHONE, octets)
    boot.now = flow.close(boot.now + ms(1), SERVER)
    boot.http(name, configuration("SCCP", ["192.0.2.10"], "SCCP41"))
    register_over_sccp(boot)


def play_dhcp(capture, octets, kind):
    host = handset()
    boot = Boot(capture, host, phone_of(host), START)
    server, client = boot.gateway, Host("0.0.0.0", host.mac)
    source, target, ports = (server, host, (67, 68)) if kind in (2, 5) else (client, server, (68, 67))
    packet = ipv4(source.ip, "255.255.255.255", PROTOCOL_UDP, udp(source.ip, "255.255.255.255", *ports, octets))
    boot.frame(boot.link(source, target, ETHERTYPE_IPV4, packet))
    boot.lease()
    boot.frame(boot.link(source, target, ETHERTYPE_IPV4, packet))
    register_over_sccp(boot)


def everything():
    """({name: how it is made} of RFC 4475, the same of all others); how: (play, octets, whose it is, …)"""
    rfc, others = {}, {}
    for found, into in ((sip_messages.by_rfc4475(), rfc), (sip_messages.malformed(), others)):
        for (name, theirs), octets in found.items():
            for carrier in ("UDP", "TCP"):
                into[f"sip {name} over {carrier}"] = (play_sip, octets, theirs, carrier)
    for protocol, found, *plays in (("sccp", other_messages.sccp(phone_of(handset())), play_sccp, play_sccp_first),
                                    ("tftp", other_messages.tftp(), play_tftp), ("http", other_messages.http(), play_http),
                                    ("dhcp", other_messages.dhcp(handset().mac), play_dhcp)):
        for (name, whose), octets in found.items():
            for play in plays:
                others[f"{protocol} {name} from {whose}" + (" first" if play is play_sccp_first else "")] = (play, octets, whose)
    return rfc, others


def look(judge, number, name, how, kind):
    capture = Capture()
    play, *arguments = how
    play(capture, *arguments)
    made = judge.tshark.work / f"message-{number}.pcap"
    made.write_bytes(capture.pcap())
    judge.look(made, kind, f"tests/torture/messages.py --again '{name}'")
    made.unlink()


def torture(judge, seconds, seed):
    end = time.monotonic() + seconds
    rfc, others = everything()
    names = sorted(others)
    random.Random(seed).shuffle(names)
    tried = 0
    for name in [*rfc, *names]:
        if name in others and time.monotonic() > end:
            break
        look(judge, tried, name, rfc.get(name) or others[name], "RFC 4475" if name in rfc else name.split()[0])
        tried += 1
    print(f"{tried} of {len(rfc) + len(names)} messages")


def again(judge, name):
    rfc, others = everything()
    look(judge, 0, name, {**rfc, **others}[name], name.split()[0])


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        print(*sorted(name for kind in everything() for name in kind), sep="\n")
        sys.exit()
    agree.main(torture, again)
