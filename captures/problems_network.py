#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what the network does between phone and server, and of what only the capture point sees (problem_*), and of
what looks like it and is none (near_*). The idea is the docstring of the function that makes the file, and the comment inside the file.
All of them are made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_edges import START, talk_of
from craft import MICROSECOND, SYN, Makers, TcpFlow, checksum, command_line, ms
from hosts import BACKUP, call_manager
from problems import provisioned
from sccp_dialogue import accept, fetch_templates, finish

edge = Makers("problems_network.py")


# ---------------------------------------------------------------------------------------------- seen twice

def routed(frame):
    """What a router makes of an IPv4 frame: other Ethernet addresses, one hop less."""
    header = bytearray(frame[14:34])
    header[8] -= 1
    header[10:12] = b"\0\0"
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    return bytes.fromhex("00005e0053fe00005e0053fd") + frame[12:14] + bytes(header) + frame[34:]


def see_twice(capture):
    """Each frame comes once more; IP packets as they look behind the router."""
    frames, capture.frames = capture.frames, []
    for time, frame in frames:
        capture.add(time, frame)
        capture.add(time + 40 * MICROSECOND, routed(frame) if frame[12:14] == b"\x08\0" else frame)


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


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
