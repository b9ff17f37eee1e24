#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what the network does between phone and server, and of what only the capture point sees (problem_*), and of
what looks like it and is none (near_*). The idea is the docstring of the function that makes the file, and the comment inside the file.
All of them are made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import certificate, counted, tls_alert, tls_certificate, tls_client_hello, tls_record, tls_server_hello
from boot_edges import talk_of
from craft import (ACK, MICROSECOND, PROTOCOL_ICMP, PSH, SECOND, SYN, Host, Makers, TcpFlow, checksum, command_line, icmp,
                   icmp_unreachable, ip, ms, straight)
from hosts import BACKUP, PRIMARY, call_manager, device_name, handset
from problems import files, leased, provisioned, sip_line
from problems_connect import large_answer
from sccp_dialogue import accept, fetch_templates, finish, keep_alive
from sccp_edges import talk_on
from sip_dialogue import CISCO_SUPPORTED, CUCM, PHONE, SERVER, Line, answer, challenge, nonce
from sip_edges import FIRST_REGISTER_BODY, udp_talk

edge = Makers("problems_network.py")


# ---------------------------------------------------------------------------------------------- seen twice

def routed(frame):
    """What a router makes of an IPv4 frame: other Ethernet addresses, one hop less."""
    header = bytearray(frame[14:34])
    header[8] -= 1
    header[10:12] = b"\0\0"
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    return bytes.fromhex("00005e0053fe00005e0053fd") + frame[12:14] + bytes(header) + frame[34:]


def see_twice(capture, later=40 * MICROSECOND):
    """Each frame comes once more; IP packets as they look behind the router."""
    frames, capture.frames = capture.frames, []
    for time, frame in frames:
        capture.add(time, frame)
        capture.add(time + later, routed(frame) if frame[12:14] == b"\x08\0" else frame)


@edge("near_every_frame_twice")
def mirror_of_two_ports(capture):
    """A mirror of the ports on both sides of a router shows each packet twice, 40 us apart. A phone gets its files by TFTP, tries a call
    manager twice that does not answer, and registers at the next one: nothing was repeated but the one SYN, and no file was asked for
    twice."""
    boot = provisioned(capture)
    silent = TcpFlow(capture, boot.host, call_manager(BACKUP, 0x0B), 49174, 2000)
    for again in range(2):
        silent.segment(boot.now + ms(20 + 3000 * again), silent.CLIENT, SYN)
    boot.now += ms(6000)
    talk = talk_of(boot)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    finish(talk)
    see_twice(capture)


@edge("near_merged_files")
def merged_behind_each_other(capture):
    """Two files merged, of both sides of a router, one of whose clocks is 1.5 s behind: each packet is there twice. A phone registers over
    SCCP, and another over SIP and UDP that repeats its REGISTER once. Each has asked once, and no connection has ended."""
    boot = provisioned(capture)
    talk = talk_of(boot)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    finish(talk)
    keep_alive(talk)
    other, line = udp_talk(capture, handset(0x62), start=talk.now + 5 * SECOND), sip_line(0x62, "2002")
    request = line.register(CISCO_SUPPORTED)
    other.say(PHONE, request)
    other.say(PHONE, request, after=ms(500))
    other.say(SERVER, line.granted(request, other.now), after=ms(300))
    see_twice(capture, ms(1500))
    capture.sort()


@edge("near_frame_many_times")
def a_frame_goes_round(capture):
    """A phone boots; its first frame is in the capture six times within a millisecond, as where the network has a loop. It has sent it
    once."""
    boot = provisioned(capture)
    talk = talk_of(boot)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    finish(talk)
    time, frame = next((time, frame) for time, frame in capture.frames if frame[12:14] == b"\x08\0")
    for again in range(1, 6):
        capture.add(time + 40 * MICROSECOND * again, frame)


# ------------------------------------------------------------------------------------------- large packets

ROUTER = Host("192.0.2.1", "00:00:5e:00:53:01")


def complain(capture, now, host, message, router=ROUTER):
    """An ICMP message of the router to this host."""
    kind, packet = ip(router.ip, host.ip, PROTOCOL_ICMP, message, ttl=255)
    capture.add(now, straight(router, host, kind, packet))


def last_packet(capture):
    return capture.frames[-1][1][14:]


@edge("problem_mtu_icmp")
def router_says_too_big(capture):
    """The server's full-size segment is too big for a tunnel on the way: the router says so (fragmentation needed, 1400 octets), but the
    server does not heed it and sends the same segment again, 1, 2 and 4 s apart."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    large = large_answer(talk)
    for pause in (0, 1, 2, 4):
        talk.now += pause * SECOND + ms(1)
        talk.flow.segment(talk.now, SERVER, PSH | ACK, large)
        complain(capture, talk.now + ms(1), talk.flow.hosts[SERVER], icmp_unreachable(4, last_packet(capture), 1400))


@edge("near_path_mtu")
def sender_heeds_the_router(capture):
    """The same router says that the server's full-size segment is too big, and the server cuts it in two: both halves arrive. That is how
    the size of a path is found out (RFC 1191): nothing is wrong."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    large = large_answer(talk)
    talk.now += ms(1)
    talk.flow.segment(talk.now, SERVER, PSH | ACK, large)
    complain(capture, talk.now + ms(1), talk.flow.hosts[SERVER], icmp_unreachable(4, last_packet(capture), 1400))
    talk.now += ms(2)
    for half in (large[:1360], large[1360:]):
        talk.flow.segment(talk.now, SERVER, PSH | ACK, half)
        talk.flow.next_seq[SERVER] += len(half)
    talk.ack(PHONE)
    fetch_templates(talk)
    finish(talk)


def cisco_register(line):
    """About 2.5 KiB: two packets."""
    return line.register(CISCO_SUPPORTED, "Content-Type: multipart/mixed; boundary=uniqueBoundary", "MIME-Version: 1.0",
                         body=FIRST_REGISTER_BODY + " " * 80)


def cisco_udp_line(host, server=PRIMARY):
    return Line("2001", host.ip, server, "UDP", 5060, host.mac, device_name(host.mac), 621, "Cisco-CP7821/12.1.1")


@edge("problem_mtu_icmpv6")
def router_says_too_big_in_ipv6(capture):
    """A phone's REGISTER over UDP and IPv6 is too big for a tunnel: the router says so each time (packet too big, 1280 octets), but the
    phone sends it again as it was, five times."""
    host = handset(0x61, "2001:db8::61")
    server = Host("2001:db8:1::10", "00:00:5e:00:53:0a")
    router = Host("2001:db8::1", "00:00:5e:00:53:01")
    talk = udp_talk(capture, host, server)
    request = cisco_udp_line(host, server.ip).register(CISCO_SUPPORTED, "X-Filler: " + "x" * 700)
    for pause in (0, 500, 1000, 2000, 4000):
        talk.now += ms(pause)
        talk.flow.send(talk.now, PHONE, request)
        complain(capture, talk.now + ms(1), host, icmp(2, 0, last_packet(capture)[:1232], 1280), router)
        capture.frames[-1] = (capture.frames[-1][0], as_icmpv6(capture.frames[-1][1]))


def as_icmpv6(frame):
    """The same, where the protocol is that of IPv6, with its pseudo header in the checksum (RFC 4443, 2.3)."""
    frame = bytearray(frame)
    frame[20] = 58
    body = bytes(frame[54:56]) + b"\0\0" + bytes(frame[58:])
    pseudo = bytes(frame[22:54]) + len(body).to_bytes(4, "big") + bytes([0, 0, 0, 58])
    frame[56:58] = checksum(pseudo + body).to_bytes(2, "big")
    return bytes(frame)


def in_pieces(capture, keep, snaplen=None):
    """A phone boots and sends its REGISTER in two IP fragments, five times; keep (number of the copy) says whether the second fragment
    comes by here."""
    boot = leased(capture)
    boot.arp(boot.host, boot.host.ip, "00:00:00:00:00:00", boot.gateway.ip)
    boot.arp(boot.gateway, boot.gateway.ip, boot.host.mac, boot.host.ip, reply=True, to=boot.host.mac)
    files(boot, servers=("198.51.100.10",), protocol="SIP", load="SIP41.8-5-3S")
    talk = udp_talk(capture, boot.host, Host("198.51.100.10", boot.gateway.mac), boot.now + SECOND)
    line = cisco_udp_line(boot.host, "198.51.100.10")
    request = cisco_register(line)
    for copy, pause in enumerate((0, 500, 1000, 2000, 4000)):
        talk.now += ms(pause)
        talk.flow.send(talk.now, PHONE, request)
        if not keep(copy):
            capture.frames.pop()
    return talk, line, request


@edge("problem_mtu_fragments")
def second_fragment_never_comes(capture):
    """A phone's REGISTER over UDP is larger than one packet. Of its two IP fragments only the first one comes by the capture point behind
    a firewall, each of five times, and the server is silent: it never gets the whole."""
    in_pieces(capture, lambda copy: False)


def is_first_fragment(frame):
    return frame[12:14] == b"\x08\0" and frame[20:22] == b"\x20\0"


@edge("problem_mtu_reassembly")
def server_misses_fragments(capture):
    """Captured beside the phone: both fragments of its REGISTER go out, five times. The server says (ICMP time exceeded, 1) that of two of
    them not all fragments have come, and answers none."""
    talk, _, _ = in_pieces(capture, lambda copy: True)
    host, server = talk.flow.hosts
    beginnings = [(time, frame) for time, frame in capture.frames if is_first_fragment(frame)]
    for time, frame in beginnings[:2]:
        complain(capture, time + ms(1100), host, icmp(11, 1, frame[14:42]), server)
    capture.sort()


@edge("near_mtu_fragments")
def fragments_arrive(capture):
    """Of a REGISTER in two IP fragments the second one is lost once; the others come by, and the server answers the fifth copy after
    4 s."""
    talk, line, request = in_pieces(capture, lambda copy: copy != 1)
    talk.say(SERVER, line.granted(request, talk.now, new=True), after=4 * SECOND)


@edge("near_mtu_filtered_capture")
def captured_by_port(capture):
    """The filter "udp port 5060" of the capture lets first fragments pass only: those behind them have no ports. The server is silent for
    five copies of the REGISTER. Whether the other fragments were there cannot be seen."""
    in_pieces(capture, lambda copy: False)
    capture.frames = [(time, frame) for time, frame in capture.frames if frame[12:14] == b"\x08\0" and frame[36:38] == b"\x13\xc4"]


# ---------------------------------------------------------------------------------------- TLS on any port

def secure_boot(capture, **options):
    boot = leased(capture)
    files(boot, protocol="SIP", load="SIP41.8-5-3S", security=3, **options)
    return boot


def hello_to(boot, port, sport=49301, server=None):
    flow = TcpFlow(boot.capture, boot.host, server or call_manager(), sport, port)
    boot.now = flow.open(boot.now + ms(120))
    boot.now = flow.send(boot.now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    return flow


@edge("problem_tls_configured_port")
def secure_port_of_its_own(capture):
    """The configuration names 5161 as the secure SIP port. The phone begins TLS there, the server shows its certificate, and the phone
    does not know the issuer: alert 48. No list of ports knows 5161; the configuration does."""
    boot = secure_boot(capture, ports=(2000, 5060, 5161))
    flow = hello_to(boot, 5161)
    proof = certificate("CUCM-PUB", "LAB-CA", "250101000000Z", "350101000000Z")
    boot.now = flow.send(boot.now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
    boot.now = flow.send(boot.now + ms(5), PHONE, tls_alert(2, 48))
    flow.close(boot.now + ms(1), PHONE)


@edge("problem_tls_plain_answer")
def plain_sip_answers_tls(capture):
    """A phone in secure mode begins TLS on port 5060 of the call manager, which expects plain SIP there and says so: 400 Bad Request. The
    phone closes the connection."""
    boot = secure_boot(capture, ports=(2000, 5060, 5060))
    flow = hello_to(boot, 5060)
    boot.now = flow.send(boot.now + ms(2), SERVER, b"SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    flow.close(boot.now + ms(3), PHONE)


@edge("near_tls_elsewhere")
def tls_that_works(capture):
    """TLS on port 5060 of the call manager, and it is understood there: ServerHello, certificates, encrypted data. The same phone talks to
    the web server on that host (8443), whose handshake nobody answers, and to somebody else on port 5161: neither is about its
    registration."""
    boot = secure_boot(capture, ports=(2000, 5060, 5060))
    proof = certificate("CUCM-PUB", "LAB-CA", "250101000000Z", "350101000000Z")
    flow = hello_to(boot, 5060)
    boot.now = flow.send(boot.now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
    for side, kind, size in ((PHONE, 20, 1), (PHONE, 22, 40), (SERVER, 20, 1), (SERVER, 22, 40), (PHONE, 23, 600), (SERVER, 23, 500)):
        boot.now = flow.send(boot.now + ms(2), side, tls_record(kind, b"\1" if kind == 20 else counted(size, 3)))
    for port, server in ((8443, None), (5161, Host("198.51.100.9", "00:00:5e:00:53:01"))):
        other = hello_to(boot, port, 49302, server)
        other.close(boot.now + 15 * SECOND, PHONE)
        boot.now += 16 * SECOND


# --------------------------------------------------------------------------------- what the capture does not hold

def three_registrations(capture):
    """Registers with digest, and refreshes twice, each time with a new challenge."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    for turn in range(3):
        request = line.register()
        talk.say(PHONE, request)
        value = nonce(f"turn {turn}")
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag=f"n{turn}"))
        request = line.register(line.authorization(value))
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=turn == 0))
        talk.now += 115 * SECOND


@edge("near_sip_cut_short")
def short_snaplen(capture):
    """A phone registers over UDP and refreshes twice, and all of it is answered; but the capture keeps no more than 200 octets of each
    frame, so that neither Call-ID nor credentials are there. Nothing can be said about answers."""
    three_registrations(capture)
    capture.snaplen = 200


@edge("near_sip_one_direction")
def phone_only(capture):
    """The same registrations, seen on a mirror that shows only what the phone sends. It never repeats a REGISTER, as it would over UDP
    without an answer, and it has credentials for challenges that are not here."""
    three_registrations(capture)
    capture.frames = capture.frames[::2]


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
