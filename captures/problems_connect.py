#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what goes wrong on the way to a call manager and in a registration over SCCP (problem_*), and of what looks like
it and is none (near_*). The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are
made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import PHONE, SERVER
from boot_edges import START, call_manager
from craft import SECOND, Capture, command_line, ms
from sccp_dialogue import keep_alive, register, unregister
from sccp_edges import handset, talk_on

EDGES = {}


def edge(name):
    """Registers a function that fills a Capture as the maker of the file `name`."""
    def keep(function):
        EDGES[name + ".pcapng"] = function
        return function
    return keep


def forget(capture, unwanted):
    """Takes away the frames for which unwanted (Ethernet frame) is true, as if they had never been captured."""
    capture.frames = [(time, frame) for time, frame in capture.frames if not unwanted(frame)]


def sent_by(host):
    return lambda frame: frame[6:12] == bytes.fromhex(host.mac.replace(":", ""))


# ---------------------------------------------------------------------------------------- what the capture holds

@edge("problem_one_sided")
def one_direction(capture):
    """A mirror port that shows only what the phone sends: it registers and sends heartbeats, three times, and nothing of the server is
    there: nothing can be said about the server's answers."""
    host, server, begin = handset(), call_manager(), START
    for attempt in range(3):
        talk = talk_on(capture, host=host, server=server, sport=49175 + attempt, start=begin)
        register(talk)
        keep_alive(talk)
        unregister(talk)
        begin = talk.now + 5 * SECOND
    forget(capture, sent_by(server))


@edge("near_answer_not_captured")
def one_frame_is_missing(capture):
    """The capture lacks one frame, the one with RegisterAck: the phone acknowledges it and goes on. Everything else is there, so this is
    no unanswered RegisterReq: only the acknowledgment tells."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    lost = len(capture.frames)
    talk.say(SERVER, talk.sccp.register_ack())
    del capture.frames[lost:]
    talk.ack(PHONE, after=ms(100))
    keep_alive(talk)
    keep_alive(talk)


def build():
    captures = {}
    for name, fill in EDGES.items():
        idea = " ".join(fill.__doc__.split())
        captures[name] = Capture(f"{idea} Made by captures/problems_connect.py of regflow, not recorded.")
        fill(captures[name])
    return captures


if __name__ == "__main__":
    sys.exit(command_line(__doc__, build()))
