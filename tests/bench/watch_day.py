#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What regreplay watch needs: memory over a day of phones (time runs faster through a pipe), and whether a storm of registrations on an
interface (in a network namespace of its own) loses packets.

watch_day.py REGREPLAY [--phones N] [--hours N] [--rate N] [--seconds N]"""

import argparse
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BEGIN = 1_772_600_000
KEEPALIVE, AGAIN = 30, 900  # seconds: between keepalives, and after which a phone starts again
ALONE = "REGFLOW_ALONE"


def sccp(kind, body=b""):
    body += bytes(-len(body) % 4)
    return struct.pack("<III", len(body) + 4, 0, kind) + body


def frame(source, destination, ports, numbers, flags, payload=b""):
    segment = struct.pack("!HHIIBBHHH", *ports, *numbers, 0x50, flags, 8192, 0, 0) + payload
    packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), numbers[0] & 0xFFFF, 0x4000, 64, 6, 0, source, destination)
    return bytes(5) + b"\x01" + b"\x02\0" + source + b"\x08\0" + packet + segment


class Phone:
    """One that registers over SCCP, and is quiet between keepalives."""

    def __init__(self, number):
        self.address = struct.pack("!I", 0x0A000000 + number + 256)
        self.server = bytes((10, 0, 0, 1))
        self.name = f"SEP{0x020000000000 + number:012X}".encode()
        self.number, self.port, self.sent, self.heard = number, 0, 0, 0

    def ask(self, flags, payload=b""):
        octets = frame(self.address, self.server, (self.port, 2000), (self.sent, self.heard), flags, payload)
        self.sent = self.sent + len(payload) + (1 if flags & 3 else 0)
        return octets

    def answer(self, flags, payload=b""):
        octets = frame(self.server, self.address, (2000, self.port), (self.heard, self.sent), flags, payload)
        self.heard = self.heard + len(payload) + (1 if flags & 3 else 0)
        return octets

    def register(self):
        if self.port:
            yield self.ask(0x11)
            yield self.answer(0x11)
        self.port = 20000 + (self.port - 20000 + 1) % 40000 if self.port else 20000 + self.number % 40000
        self.sent, self.heard = 1000, 5000
        yield self.ask(0x02)
        yield self.answer(0x12)
        yield self.ask(0x10)
        yield self.ask(0x18, sccp(1, struct.pack("16sII4sIII", self.name, 0, 1, self.address[::-1], 30018, 5, 0) + bytes((11, 0, 0, 0)) + bytes(80)))
        yield self.answer(0x18, sccp(0x81, struct.pack("<I6s2xI4s", KEEPALIVE, b"M/D/YA", 60, bytes((11, 0, 0x80, 0x28)))))
        yield self.answer(0x18, sccp(0x9B))
        yield self.ask(0x18, sccp(0x10, struct.pack("<IIII", 1, 4, 40, 0) + bytes(8)))

    def keep_alive(self):
        yield self.ask(0x18, sccp(0))
        yield self.answer(0x18, sccp(0x100))


def packet(seconds, octets):
    whole = int(seconds)
    return struct.pack("<IIII", whole, int((seconds - whole) * 1e6), len(octets), len(octets)) + octets


def pcap_head():
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)


def a_day(phones, seconds):
    """The octets of a capture, a piece for each second."""
    yield pcap_head()
    everybody = [Phone(number) for number in range(phones)]
    for second in range(seconds):
        piece = []
        for phone in everybody:
            turn = second + phone.number
            what = phone.register() if second < 30 and turn % 30 == 0 else phone.register() if turn % AGAIN == 0 and second > 30 else (
                phone.keep_alive() if turn % KEEPALIVE == 0 and second > 30 else ())
            for octets in what:
                piece.append(packet(BEGIN + second + len(piece) * 2e-5, octets))
        yield b"".join(piece)


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))[1]) / 1024


def day(program, phones, hours):
    with tempfile.TemporaryDirectory() as folder:
        metrics = Path(folder) / "m.prom"
        with open(Path(folder) / "lines", "wb") as lines, subprocess.Popen(
                [program, "watch", "--format", "ndjson", "--keep", "1h", "--metrics", metrics, "-"], stdin=subprocess.PIPE, stdout=lines) as process:
            sizes, begin = [], time.monotonic()
            for second, piece in enumerate(a_day(phones, hours * 3600)):
                process.stdin.write(piece)
                if second and second % 1800 == 0:
                    sizes.append(resident(process.pid))
            process.stdin.close()
            process.wait()
        told = [json.loads(line) for line in (Path(folder) / "lines").read_text(encoding="utf-8").splitlines()]
        last = {line["number"]: line for line in told if line["type"] == "change"}
        registered = sum(line["registered"] for line in last.values())
        numbers = dict(re.findall(r"^([a-z_]+) (\S+)$", metrics.read_text(encoding="utf-8"), re.M))
    print(f"{hours} h of {phones} phones in {time.monotonic() - begin:.0f} s: {len(last)} phones, {registered} registered, exit {process.returncode}; "
          f"registrations accepted {numbers['regflow_registrations_accepted_total']}, failures told {sum(line['fails'] for line in told if 'fails' in line)}")
    print("  MB every half hour: " + " ".join(f"{size:.0f}" for size in sizes))


def storm(program, rate, seconds):
    """In the namespace: registrations onto one end of a pair of interfaces, watch at the other."""
    for command in ("ip link add name storm0 type veth peer name storm1", "ip link set storm0 up", "ip link set storm1 up"):
        subprocess.run(command.split(), check=True)
    with tempfile.TemporaryDirectory() as folder:
        metrics = Path(folder) / "m.prom"
        with open(Path(folder) / "lines", "wb") as lines, subprocess.Popen([program, "watch", "-i", "storm1", "--format", "ndjson", "--metrics", metrics],
                                                                           stdout=lines) as process:
            time.sleep(1)
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
                wire.bind(("storm0", 0))
                begin, sent, late = time.monotonic(), 0, 0
                for number in range(rate * seconds):
                    due = begin + number / rate
                    now = time.monotonic()
                    if due > now:
                        time.sleep(due - now)
                    late = max(late, now - due)
                    for octets in Phone(number).register():
                        wire.send(octets)
                        sent += 1
                took = time.monotonic() - begin
            time.sleep(2)
            used = sum(map(int, Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
            size = resident(process.pid)
            process.terminate()
            process.wait()
        numbers = dict(re.findall(r"^([a-z_]+) (\S+)$", metrics.read_text(encoding="utf-8"), re.M))
    print(f"{rate * seconds} registrations in {took:.0f} s ({rate}/s, the sender at most {late:.2f} s behind): {sent} packets sent, "
          f"{numbers['regflow_packets_total']} read, {numbers['regflow_packets_dropped_total']} dropped, "
          f"{numbers['regflow_registrations_accepted_total']} accepted; {used:.1f} s of processor time, {size:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    program = str(Path(chosen.program).resolve())
    if ALONE not in os.environ:
        day(program, chosen.phones, chosen.hours)
        if os.geteuid() or not shutil.which("unshare"):
            print("the storm needs root: a network namespace of its own")
            return 0
        return subprocess.run(["unshare", "--net", sys.executable, __file__, *sys.argv[1:]], env=dict(os.environ, **{ALONE: "1"}), check=False).returncode
    storm(program, chosen.rate, chosen.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
