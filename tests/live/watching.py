#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay watch looks at an interface while phones register there: what it says of them, its numbers and what it runs are what
inspect says of the same packets afterwards, and a server that falls silent is told when the timer is over that proves it."""

import collections
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import ENVIRONMENT, PATIENCE, PATIENT, check_each, expect, program, run, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, skip  # noqa: E402  pylint: disable=wrong-import-position

ETH_P_ALL, PACKET_OUTGOING, SO_TIMESTAMPNS = 3, 4, 35  # linux/if_ether.h, linux/if_packet.h, asm-generic/socket.h
ALONE = "REGFLOW_ALONE"  # set in the namespace


def in_own_namespace():
    """Nobody else's packets are seen there; the whole test runs in it once more."""
    tried = subprocess.run(["unshare", "--net", "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
    if tried.returncode:
        skip(f"no network namespace can be made here: {tried.stderr.strip()}")
    os.execvpe("unshare", ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, __file__],
               dict(os.environ, **{ALONE: "1"}))


class Recorder(threading.Thread):
    """Writes what passes lo into a capture. Nothing that has passed before stop() is missing."""

    def __init__(self, path):
        super().__init__()
        self.path, self.stops = path, False
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.socket.bind(("lo", 0))
        self.socket.settimeout(0.1)
        self.start()

    def run(self):
        with open(self.path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
            while True:
                try:
                    octets, control, _, (_, _, kind, *_) = self.socket.recvmsg(262144, 256)
                except TimeoutError:
                    if self.stops:
                        return
                    continue
                if kind != PACKET_OUTGOING:  # it comes back at once
                    seconds, rest = struct.unpack("@ll", next(data for level, what, data in control if what == SO_TIMESTAMPNS))
                    file.write(struct.pack("<IIII", seconds, rest, len(octets), len(octets)) + octets)

    def stop(self):
        self.stops = True
        self.join()
        self.socket.close()


class Watching:
    """regreplay watch on lo, and a recorder beside it."""

    def __init__(self, folder, interface="lo"):
        self.folder = folder
        self.lines = []
        self.capture = folder / "seen.pcap"
        self.metrics = folder / "regflow.prom"
        self.alarms = folder / "alarms"
        self.alarms.touch()
        hear = folder / "hear.sh"
        hear.write_text(f'#!/bin/sh\ncat >>"{self.alarms}"\n', encoding="utf-8")
        hear.chmod(0o755)
        self.recorder = Recorder(self.capture)
        self.process = subprocess.Popen(
            [program(), "watch", "-i", interface, "--format", "ndjson", "--metrics", self.metrics, "--on-failure", hear],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.wait_until_it_counts()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def wait_until_it_counts(self):
        """A socket that captures is there before packets reach it."""
        begin = time.monotonic()
        while not self.metrics.exists() or "\nregflow_packets_total 0\n" in self.metrics.read_text(encoding="utf-8"):
            expect(self.process.poll() is None and time.monotonic() - begin < PATIENCE, "watch does not capture")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anybody:
                anybody.sendto(b"\0", ("127.0.0.1", 9))
            time.sleep(0.1)

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.time(), json.loads(line)))

    def wait_for(self, wanted, what):
        begin = time.monotonic()
        while not any(wanted(line) for _, line in list(self.lines)):
            expect(time.monotonic() - begin < PATIENCE and self.process.poll() is None, f"{what}: {self.lines}")
            time.sleep(0.01)

    def end(self):
        """What was said last of each phone."""
        self.process.send_signal(signal.SIGTERM)
        expect(self.process.wait(PATIENCE) == 0, "watch does not end well")
        self.reader.join(PATIENCE)
        complaints = self.process.stderr.read()
        self.recorder.stop()
        expect(not complaints, complaints)
        rows = {}
        for _, line in self.lines:
            if line["type"] == "gone":
                rows.pop(line["number"], None)
            else:
                rows[line["number"]] = line
        return list(rows.values())

    def give_up(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.recorder.is_alive():
            self.recorder.stop()


def inspected(capture):
    done = run("--format", "ndjson", capture, command="inspect", status=(0, 1))
    return [line for line in map(json.loads, done.stdout.splitlines()) if line["type"] == "phone"]


def standing(phones):
    return collections.Counter((phone["phone"], phone["outcome"], phone["cause"]) for phone in phones)


def compare(watching):
    """The end of it, and all that was told on the way, against inspect."""
    rows = watching.end()
    seen = inspected(watching.capture)
    expect(standing(rows) == standing(seen), f"watch says {standing(rows)}, inspect {standing(seen)}")
    numbers = dict(re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", watching.metrics.read_text(encoding="utf-8"), re.M))
    for outcome, count in collections.Counter(row["outcome"] for row in rows).items():
        expect(numbers[f'regflow_phones{{outcome="{outcome}"}}'] == str(count), f"{outcome}: {numbers}")
    expect(numbers["regflow_packets_dropped_total"] == "0", f"{numbers}")
    failing = {(row["phone"], row["cause"]) for row in rows if row["fails"]}
    alarms = {(alarm["phone"], alarm["cause"]) for alarm in map(json.loads, watching.alarms.read_text(encoding="utf-8").splitlines())}
    expect(failing <= alarms, f"fail: {failing}, told: {alarms}")
    return rows


def register(name, listen="127.0.0.1:0", status=(0, 1)):
    capture = OWN / f"{name}.pcapng"
    with serving(capture, listen=listen) as target:
        return run(capture, "--target", target, "--same-identity", "--no-files", *PATIENT, status=status)


def phones_that_register(folder):
    watching = Watching(folder)
    try:
        register("recorded_sccp_two_lines", listen="127.0.0.1:2000")
        register("recorded_sip_accepted")
        register("recorded_sip_regreplay_tcp", listen="127.0.0.1:5060")
        register("recorded_sccp_unknown_device", listen="127.0.0.1:2000")
        watching.wait_for(lambda line: line.get("outcome") == "rejected", "a phone that is refused")
        rows = compare(watching)
        expect(len(rows) >= 3 and any(row["accepted_in"] for row in rows), f"{rows}")
    finally:
        watching.give_up()


REGISTER = ("REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK776\r\n"
            "From: <sip:4711@127.0.0.1>;tag=1\r\nTo: <sip:4711@127.0.0.1>\r\nCall-ID: 1@127.0.0.1\r\nCSeq: 101 REGISTER\r\n"
            "User-Agent: Cisco-CP8841/12.5.1\r\nContact: <sip:4711@127.0.0.1:{port};transport=udp>;"
            '+sip.instance="<urn:uuid:00000000-0000-0000-0000-0012006A0001>"\r\nMax-Forwards: 70\r\nExpires: 3600\r\n'
            "Content-Length: 0\r\n\r\n")


def a_server_that_is_silent(folder):
    """Nothing is sent any more when the timer is over: only the clock says so."""
    watching = Watching(folder)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            server.bind(("127.0.0.1", 0))
            phone.bind(("127.0.0.1", 0))
            phone.connect(server.getsockname())
            for pause in (0, 0.5, 1, 2, 4):
                time.sleep(pause)
                phone.send(REGISTER.format(port=phone.getsockname()[1]).encode())
            last = time.time()
            watching.wait_for(lambda line: line.get("fails"), "a server that is silent")
            told, line = next((when, line) for when, line in watching.lines if line.get("fails"))
            expect((line["outcome"], line["cause"]) == ("unanswered", "sip-unanswered"), f"{line}")
            expect(told >= last, f"{line} was told {last - told} s before the last question")
            phone.sendto(b"\0", ("127.0.0.1", 9))  # the capture goes on until then
            print(f"told {told - last:.3f} s after the last question that nobody answers")
        compare(watching)
    finally:
        watching.give_up()


def all_interfaces(folder):
    """Where packets of loopback pass twice."""
    watching = Watching(folder, "any")
    try:
        register("recorded_sip_accepted")
        watching.wait_for(lambda line: line.get("outcome") == "unregistered", "a phone that signs off")
        watching.end()
    finally:
        watching.give_up()


def an_interface_that_comes_and_goes(_folder):
    def ip(*words):
        subprocess.run(["ip", "link", *words], check=True, timeout=PATIENCE)

    ip("add", "regflow1", "type", "veth", "peer", "name", "regflow2")
    ip("set", "regflow1", "up")
    with subprocess.Popen([program(), "watch", "--lines", "-i", "regflow1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        begin = time.monotonic()
        while len(os.listdir(f"/proc/{process.pid}/task")) < 2:  # nobody reads yet: it is still being opened
            expect(process.poll() is None and time.monotonic() - begin < PATIENCE, "watch opens no interface")
            time.sleep(0.05)
        for words, told in ((("set", "regflow1", "down"), "regflow1 is down"), (("set", "regflow1", "up"), "regflow1 is up again"),
                            (("del", "regflow1"), "regflow1 is away")):
            ip(*words)
            said = process.stderr.readline()
            expect(told in said, f"{words}: {said}")
        process.terminate()
        process.wait(PATIENCE)


if __name__ == "__main__":
    if ALONE not in os.environ:
        in_own_namespace()
    sys.exit(check_each((phones_that_register, a_server_that_is_silent, all_interfaces, an_interface_that_comes_and_goes)))
