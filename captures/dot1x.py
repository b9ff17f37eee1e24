#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of phones at ports that ask for 802.1X (problem_*), and of what looks like a failure and is none (near_*). The idea
is the docstring of the function that makes the file, and the comment inside the file. All of them are made, none is recorded. What must be
found in each of them stands in tests/problems/EXPECTED."""

import struct
import sys

from boot_dialogue import PHONE
from boot_edges import SWITCH_MAC, boot_of, talk_of
from craft import ACK, PSH, SECOND, Makers, command_line, ethernet, ms
from problems import discover, files
from sccp_dialogue import keep_alive, register

edge = Makers("dot1x.py")

ETHERTYPE_EAPOL = 0x888E
PAE_GROUP = "01:80:c2:00:00:03"
REQUEST, RESPONSE, SUCCESS, FAILURE = 1, 2, 3, 4
IDENTITY, NAK, MD5, TLS = 1, 3, 4, 13
UNKNOWN_CA, CERTIFICATE_EXPIRED = 48, 45


def eapol(kind, body=b""):
    return struct.pack("!BBH", 2, kind, len(body)) + body


def eap(code, number, method=None, data=b""):
    inside = b"" if method is None else bytes([method]) + data
    return eapol(0, struct.pack("!BBH", code, number, 4 + len(inside)) + inside)


def alert(description):
    """Flags of EAP-TLS, and a record with a fatal alert."""
    return b"\x00" + struct.pack("!BHHBB", 21, 0x0301, 2, 2, description)


class Port:
    """The port of a switch, and the phone at it. `to_group`: the switch speaks to whoever is there."""

    def __init__(self, boot, to_group=False):
        self.boot, self.number, self.to_group = boot, 0, to_group

    def phone_says(self, packet, after=ms(20)):
        self.boot.frame(ethernet(self.boot.phone.mac, PAE_GROUP, ETHERTYPE_EAPOL, packet), after=after)

    def switch_says(self, packet, after=ms(5)):
        target = PAE_GROUP if self.to_group else self.boot.phone.mac
        self.boot.frame(ethernet(SWITCH_MAC, target, ETHERTYPE_EAPOL, packet), after=after)

    def ask(self, method, question=b"", answer=b"", answer_method=None, after=ms(5)):
        self.number += 1
        self.switch_says(eap(REQUEST, self.number, method, question), after=after)
        self.phone_says(eap(RESPONSE, self.number, method if answer_method is None else answer_method, answer))

    def ask_who(self, after=ms(5)):
        self.ask(IDENTITY, answer=f"CP-8841-{self.boot.phone.name}".encode(), after=after)

    def result(self, code):
        self.switch_says(eap(code, self.number))


@edge("problem_dot1x_failed")
def the_phone_refuses_the_certificate(capture):
    """A port asks for 802.1X by EAP-TLS. The phone does not know who has signed the certificate of the RADIUS server, the switch says EAP
    Failure, and what the phone asks for by DHCP gets no answer; three times."""
    boot = boot_of(capture)
    port = Port(boot)
    for pause in (0, 15 * SECOND, 15 * SECOND):
        port.ask_who(after=pause)
        port.ask(TLS, b"\x20", alert(UNKNOWN_CA))
        port.result(FAILURE)
        discover(boot, ms(500))


@edge("problem_dot1x_expires")
def a_certificate_that_runs_out(capture):
    """A phone is registered when its port asks anew who it is. The RADIUS server says that the phone's certificate has run out, the switch
    EAP Failure; nobody hears the phone's keepalives any more."""
    boot = boot_of(capture)
    port = Port(boot)
    boot.lease()
    files(boot)
    talk = talk_of(boot)
    register(talk)
    keep_alive(talk)
    boot.now = talk.now
    port.ask_who(after=5 * SECOND)
    port.ask(TLS, b"\x20", b"\x00")
    port.ask(TLS, alert(CERTIFICATE_EXPIRED), b"\x00")
    port.result(FAILURE)
    talk.now = boot.now
    flow, message = talk.flow, talk.sccp.keep_alive_req()
    sequence = flow.next_seq[PHONE]
    talk.say(PHONE, message, after=20 * SECOND)
    for pause in (1, 2, 4, 8, 16, 32):
        talk.now += pause * SECOND
        flow.segment(talk.now, PHONE, PSH | ACK, message, seq=sequence)


@edge("near_dot1x_mab")
def let_in_by_mab(capture):
    """The port asks for a method that the phone does not do, and says EAP Failure twice, to whoever is there; then it lets the phone in by its MAC address. The
    phone registers."""
    boot = boot_of(capture)
    port = Port(boot, to_group=True)
    for pause in (0, 30 * SECOND):
        port.ask_who(after=pause)
        port.ask(MD5, bytes(17), bytes([TLS]), answer_method=NAK)
        port.result(FAILURE)
    boot.wait(30 * SECOND).lease()
    files(boot)
    register(talk_of(boot))


@edge("near_dot1x_success")
def let_in(capture):
    """A phone asks to be let in, proves who it is by EAP-TLS, and registers. When the link goes it had said that it leaves."""
    boot = boot_of(capture)
    port = Port(boot)
    port.phone_says(eapol(1))
    port.ask_who()
    port.ask(MD5, bytes(17), bytes([TLS]), answer_method=NAK)
    port.ask(TLS, b"\x20", b"\x00")
    port.result(SUCCESS)
    boot.lease()
    files(boot)
    talk = talk_of(boot)
    register(talk)
    keep_alive(talk)
    boot.now = talk.now
    port.phone_says(eapol(2))


@edge("near_dot1x_computer")
def the_computer_behind_the_phone(capture):
    """The computer behind a phone fails at 802.1X, on the same port; the phone asks for an address meanwhile, and nobody answers it."""
    boot = boot_of(capture)
    discover(boot, ms(5))
    for number, pause in enumerate((2, 4, 8, 16, 32), 1):
        computer = "00:00:5e:00:53:c1"
        boot.frame(ethernet(SWITCH_MAC, PAE_GROUP, ETHERTYPE_EAPOL, eap(REQUEST, number, IDENTITY)), after=ms(5))
        boot.frame(ethernet(computer, PAE_GROUP, ETHERTYPE_EAPOL, eap(RESPONSE, number, IDENTITY, b"host/pc1.example.net")), after=ms(5))
        boot.frame(ethernet(SWITCH_MAC, PAE_GROUP, ETHERTYPE_EAPOL, eap(FAILURE, number)), after=ms(5))
        discover(boot, pause * SECOND)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
