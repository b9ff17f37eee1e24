#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What takes part in a capture four times as often costs inspect four times as much, and not sixteen times: many phones, and one phone
that does the same again and again. Processor time is compared, not time; half of what a quadratic step would need is allowed, and the
better of two runs counts, so that a busy machine does not fail it."""

import os
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from regreplay import ENVIRONMENT, program  # noqa: E402  pylint: disable=wrong-import-position

FEW, MANY = 3000, 12000
BOUND = 8
# Addresses of RFC 2544: those for documentation are too few.
PHONE, SERVER = 0xC6120001, 0xC6130001
FIN, SYN, PSH, ACK = 1, 2, 8, 16
SECOND = 1_000_000


class Capture:
    """The frames of a pcap file, without checksums."""

    def __init__(self):
        self.now = 1_700_000_000 * SECOND
        self.frames = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)]  # 101: raw IP
        self.number = 0

    def add(self, protocol, source, destination, payload, after=1000):
        self.now += after
        self.number += 1
        packet = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), self.number & 0xFFFF, 0, 64, protocol, 0, source,
                             destination) + payload
        self.frames.append(struct.pack("<IIII", *divmod(self.now, SECOND), len(packet), len(packet)) + packet)

    def udp(self, source, destination, text):
        data = text.encode()
        self.add(17, source, destination, struct.pack(">HHHH", 5060, 5060, 8 + len(data), 0) + data)

    def talk(self, phone, server, port, messages):
        """A connection to port 2000 on which both sides say these, (from server, octets), and that the phone closes."""
        ends, numbers = [(phone, port), (server, 2000)], [1000, 2000]

        def segment(side, flags, data=b""):
            (source, sport), (destination, dport) = ends[side], ends[1 - side]
            self.add(6, source, destination, struct.pack(">HHIIBBHHH", sport, dport, numbers[side], numbers[1 - side], 0x50, flags,
                                                         8192, 0, 0) + data)
            numbers[side] += len(data) + (1 if flags & (SYN | FIN) else 0)

        segment(0, SYN)
        segment(1, SYN | ACK)
        segment(0, ACK)
        for from_server, data in messages:
            segment(int(from_server), PSH | ACK, data)
        segment(0, FIN | ACK)


def sccp(kind, body):
    return struct.pack("<III", len(body) + 4, 0, kind) + body


def register(name, address):
    return sccp(0x01, name.encode().ljust(16, b"\0") + struct.pack("<II", 0, 1) + struct.pack(">I", address) +
                struct.pack("<IIIBBH", 308, 5, 0, 11, 0, 0))


ACCEPT = sccp(0x81, struct.pack("<I8sI4B", 30, b"M/D/YA", 60, 11, 0, 0x80, 0x28))
REFUSE = sccp(0x9D, b"Error: DB Config".ljust(32, b"\0"))


def sip(capture, address, user, call, status, stored=True):
    host = ".".join(str(octet) for octet in struct.pack(">I", address))
    common = (f"Via: SIP/2.0/UDP {host}:5060;branch=z9hG4bK{call}\r\nFrom: <sip:{user}@example.com>;tag=a{call}\r\n"
              f"To: <sip:{user}@example.com>\r\nCall-ID: {call}\r\nCSeq: 1 REGISTER\r\n"
              f"Contact: <sip:{user}@{host}:5060>;expires=3600\r\nContent-Length: 0\r\n\r\n")
    capture.udp(address, SERVER, f"REGISTER sip:example.com SIP/2.0\r\n{common}")
    if status:
        answer = common if stored else "\r\n".join(line for line in common.split("\r\n") if not line.startswith("Contact"))
        capture.udp(SERVER, address, f"SIP/2.0 {status}\r\n{answer}")


def phones_over_sip(capture, i):
    sip(capture, PHONE + i, 1000 + i, i, "200 OK")


def phones_with_one_user(capture, i):
    sip(capture, PHONE + i, 1000, i, "200 OK")


def users_of_one_phone(capture, i):
    sip(capture, PHONE, 1000 + i, i, "200 OK")


def users_not_stored(capture, i):
    sip(capture, PHONE, 1000 + i, i, "200 OK", stored=False)


def users_refused(capture, i):
    sip(capture, PHONE, 1000 + i, i, "403 Forbidden")


def users_unanswered(capture, i):
    sip(capture, PHONE, 1000 + i, i, None)
    capture.now += SECOND


def phones_over_sccp(capture, i):
    capture.talk(PHONE + i, SERVER, 30000, [(False, register(f"SEP0200{i:08X}", PHONE + i)), (True, ACCEPT)])


def one_name_everywhere(capture, i):
    capture.talk(PHONE + i, SERVER, 30000, [(False, register("SEP020000000001", PHONE + i)), (True, ACCEPT)])


def refused(capture, i):
    capture.talk(PHONE, SERVER, 1024 + i, [(False, register("SEP020000000001", PHONE)), (True, REFUSE)])


def refused_everywhere(capture, i):
    capture.talk(PHONE, SERVER + i, 1024 + i, [(False, register("SEP020000000001", PHONE)), (True, REFUSE)])


def unanswered(capture, i):
    capture.talk(PHONE, SERVER, 1024 + i, [(False, register("SEP020000000001", PHONE))])
    capture.now += 10 * SECOND


SERIES = (phones_over_sip, phones_with_one_user, users_of_one_phone, users_not_stored, users_refused, users_unanswered, phones_over_sccp,
          one_name_everywhere, refused, refused_everywhere, unanswered)


def write(path, one, count):
    capture = Capture()
    for i in range(count):
        one(capture, i)
    path.write_bytes(b"".join(capture.frames))


def cost(path):
    """Seconds of the processor, at least."""
    best = None
    for _ in range(2):
        with subprocess.Popen([program(), "inspect", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, env=ENVIRONMENT) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"growth: inspect {path} ends with {process.returncode}")
        best = min(best or usage.ru_utime, usage.ru_utime)
    return best


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for one in SERIES:
            seconds = []
            for count in (FEW, MANY):
                path = pathlib.Path(folder) / f"{one.__name__}-{count}.pcap"
                write(path, one, count)
                seconds.append(cost(path))
                path.unlink()
            # What takes no time at all cannot grow too fast.
            too_much = seconds[1] > BOUND * max(seconds[0], 0.02)
            wrong += too_much
            print(f"{'WRONG ' if too_much else ''}{one.__name__}: {FEW} take {seconds[0]:.2f} s, {MANY} {seconds[1]:.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
