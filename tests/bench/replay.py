#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How exactly regreplay keeps recorded times: the error of 10,000 sends against their deadlines, beside tcpreplay's for
the same capture on loopback (as root, and with tcpdump; otherwise that line is left out and says so).

  replay.py REGREPLAY [SENDS]

The capture is made here: one registration with so many messages of the phone in it, 0.2 to 2 ms apart. regreplay sends
them to its own stand-in and reports its own lateness; tcpreplay puts the frames on the wire, and tcpdump's time stamps
are compared with the capture's.
"""

import json
import os
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "captures"))
from craft import MICROSECOND, Capture, Host, Phone, Sccp, TcpFlow, sccp_pdu, utc  # noqa: E402

HEADSET_STATUS = 0x002B


def make_capture(path, sends):
    capture = Capture("made by tests/bench/replay.py")
    handset = Host("192.0.2.61", "00:00:5e:00:53:61")
    phone = Phone("SEP00005E005361", handset.ip, handset.mac)
    flow = TcpFlow(capture, handset, Host("192.0.2.10", "00:00:5e:00:53:0a"), 49175)
    sccp = Sccp(17)
    at = utc("2015-05-03T10:00:00")

    def say(side, message, after):
        nonlocal at
        at += after
        flow.send(at, side, message)

    flow.open(at)
    say(TcpFlow.CLIENT, sccp.register_req(phone), 3000 * MICROSECOND)
    say(TcpFlow.SERVER, sccp.register_ack(keepalive=3600, secondary=3600), 1000 * MICROSECOND)
    chance = random.Random(7)
    for i in range(sends):
        say(TcpFlow.CLIENT, sccp_pdu(HEADSET_STATUS, struct.pack("<I", 1 + i % 2), 17),
            chance.randint(200, 2000) * MICROSECOND)
    say(TcpFlow.CLIENT, sccp.time_date_req(), 1000 * MICROSECOND)
    path.write_bytes(capture.pcap())


def measure_regreplay(program, capture):
    done = subprocess.run([program, "run", capture, "--format", "json", "--tolerance", "5s"], capture_output=True, text=True,
                          check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"replay.py: regreplay failed: {done.stderr}")
    result = json.loads(done.stdout)
    return result["own_lateness_median"], result["own_lateness_p99"]


def read_times(path):
    """Time stamps of the frames of a pcap with microseconds, by what tells them apart: addresses, ident, sequence."""
    data, at, times = path.read_bytes(), 24, {}
    while at + 16 <= len(data):
        seconds, fraction, size, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + size]
        times.setdefault((frame[18:20], frame[26:34], frame[38:42]), seconds + fraction / 1e6)
        at += 16 + size
    return times


def measure_tcpreplay(capture, folder):
    """Each frame's distance from the first one, on the wire against in the capture; tcpdump may miss some on a busy machine."""
    seen = folder / "seen.pcap"
    with subprocess.Popen(["tcpdump", "-i", "lo", "-Z", "root", "-s", "64", "-B", "65536", "-w", seen, "host",
                           "192.0.2.10"], stderr=subprocess.PIPE, text=True) as tcpdump:
        tcpdump.stderr.readline()
        time.sleep(1)  # it says that it listens before it does
        done = subprocess.run(["tcpreplay", "-q", "-i", "lo", capture], capture_output=True, text=True, check=False)
        time.sleep(0.5)
        tcpdump.send_signal(signal.SIGINT)
        tcpdump.wait(10)
    if done.returncode:
        return f"tcpreplay failed: {done.stderr.strip()[:200]}"
    wanted, found = read_times(capture), read_times(seen)
    both = [key for key in wanted if key in found]
    if len(both) < len(wanted) * 0.9 or not both:
        return f"tcpdump saw {len(both)} of {len(wanted)} frames"
    errors = sorted(abs((found[key] - found[both[0]]) - (wanted[key] - wanted[both[0]])) for key in both)
    return statistics.median(errors), errors[int(len(errors) * 0.99)]


def show(name, result):
    if isinstance(result, str):
        print(f"  {name:<12} {result}")
    else:
        print(f"  {name:<12} median {result[0] * 1000:8.3f} ms   99 % {result[1] * 1000:8.3f} ms")


def main():
    program, sends = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    with tempfile.TemporaryDirectory() as name:
        capture = Path(name) / "sends.pcap"
        make_capture(capture, sends)
        print(f"\nError of {sends} sends at recorded distances (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs)")
        show("regreplay", measure_regreplay(program, capture))
        missing = [tool for tool in ("tcpreplay", "tcpdump") if not shutil.which(tool)]
        if missing or os.geteuid() != 0:
            show("tcpreplay", f"left out: {'no ' + ', '.join(missing) if missing else 'needs root'}")
        else:
            show("tcpreplay", measure_tcpreplay(capture, Path(name)))


main()
