#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How true regreplay's response times are: each one that a run reports, beside what a capture of the same run says.

  wire.py REGREPLAY [--exchanges N] [--spinners N] [--rate N]

For SCCP over TCP, SIP over UDP and SIP over TLS: phones register with regreplay serve on loopback while other processes keep the cores busy and
dumpcap watches (as root, or as a member of its group; what TLS carries our plugin in tshark reads, beside regreplay in the build
folder, with the secrets that the run leaves). Both reports are read by name, message and turn; the error is the
difference of their response times. A run must call nothing late; after it, some phones meet a server that is 30 ms slower for one
answer, and no run may call that in time."""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CAPTURES = TESTS.parent / "captures"
# On the usual ports, which a capture is read by; nobody else is on this address.
HOST = "127.%d.%d.%d" % tuple(random.randint(1, 250) for _ in range(3))
SLOW_RUNS = 10
DELAY = "30ms"


class Kind:
    def __init__(self, name, capture, per_phone, slow, *options):
        self.name, self.capture, self.per_phone, self.slow, self.options = name, CAPTURES / capture, per_phone, slow, options

    def of_server(self, _folder):
        return ()

    def of_run(self, _folder):
        return ()

    def read(self, program, file, _folder):
        return subprocess.run([program, "inspect", "--format", "ndjson", file], capture_output=True, text=True, check=False).stdout


class TlsKind(Kind):
    def of_server(self, folder):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=bench", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
                       check=True, capture_output=True)
        return "--transport", "tls", "--certificate", folder / "certificate.pem", "--key", folder / "key.pem"

    def of_run(self, folder):
        return "--transport", "tls", "--insecure", "--keylog", folder / "keys"

    def read(self, program, file, folder):
        out = folder / "seen.ndjson"
        subprocess.run([TESTS / "support" / "tshark-with-plugin", Path(program).parent, "-r", file, "-o",
                        f"tls.keylog_file:{folder / 'keys'}", "-q", "-z", f"regflow,ndjson,{out}"], check=True,
                       capture_output=True)
        return out.read_text(encoding="utf-8")


KINDS = (Kind("SCCP over TCP", "sccp_phone_register.pcapng", 14, "RegisterAck"),
         Kind("SIP over UDP", "sip_third_party_cucm.pcapng", 3, "401"),
         TlsKind("SIP over TLS", "sip_third_party_cucm.pcapng", 3, "401"))


@contextlib.contextmanager
def spinning(count):
    spinners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


@contextlib.contextmanager
def serving(program, kind, *options):
    with subprocess.Popen([program, "serve", kind.capture, "--listen", HOST, "--speed", "max", *options],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield re.search(r"listening on (\S+)", server.stdout.readline())[1]
        finally:
            server.send_signal(signal.SIGTERM)


def can_capture():
    listed = subprocess.run(["dumpcap", "-L", "-i", "lo"], capture_output=True, check=False) if shutil.which("dumpcap") else None
    return listed is not None and listed.returncode == 0


@contextlib.contextmanager
def watching(target, file):
    """dumpcap from before the first packet until after the last."""
    with subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-B", "64", "-s", "2048", "-f", "host {} and port {}".format(*target.split(":")), "-w", file],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as capturing:
        for line in capturing.stderr:
            if line.startswith("File:"):
                break
        else:
            raise RuntimeError("dumpcap cannot capture on lo (root, or its group, may)")
        time.sleep(0.5)
        try:
            yield
        finally:
            time.sleep(1)
            capturing.send_signal(signal.SIGINT)
            capturing.communicate()


def drive(program, kind, target, *options):
    """The lines of a run; it must end with a verdict."""
    done = subprocess.run([program, "run", kind.capture, "--target", target, "--same-identity", "--speed", "max", "--no-files",
                           "--format", "ndjson", *kind.options, *options], capture_output=True, text=True, check=False,
                          env=dict(os.environ, REGREPLAY_PASSWORD="unknown"))
    if not done.stdout:
        raise RuntimeError(f"regreplay run: exit {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def answered(lines):
    """Response time by phone, message and turn."""
    found, turns = {}, {}
    for line in lines:
        if line["type"] == "message" and line["response_time"] is not None and line["from"] == "server":
            key = line["phone"], line["message"]
            turns[key] = turns.get(key, 0) + 1
            found[key + (turns[key],)] = line["response_time"]
    return found


def percentile(values, percent):
    return values[min(len(values) - 1, len(values) * percent // 100)]


def late_rows(lines):
    return [line["message"] for line in lines if line["type"] == "exchange" and line["timing"] == "late"]


def measure(program, kind, exchanges, rate, spinners):
    """Returns the sorted errors in seconds, how many of the capture's have none, and what was called late."""
    phones = max(1, exchanges // kind.per_phone)
    with tempfile.TemporaryDirectory() as name, serving(program, kind, *kind.of_server(Path(name))) as target:
        folder = Path(name)
        file = folder / "seen.pcapng"
        with watching(target, file), spinning(spinners):
            lines = drive(program, kind, target, *kind.of_run(folder), "--phones", str(phones), "--rate", str(rate))
        seen = kind.read(program, file, folder)
    own, wire = answered(lines), answered(map(json.loads, seen.splitlines()))
    errors = sorted(abs(own[key] - wire[key]) for key in own.keys() & wire.keys())
    # TLS has answers of its own, and a run tells what it has carried.
    asked = {message for _, message, _ in own}
    alone = [key for key in wire.keys() ^ own.keys() if key[1] in asked]
    return errors, len(alone), late_rows(lines), lines[-1]


def slow_verdicts(program, kind, spinners, runs=SLOW_RUNS):
    """Of single phones whose server is slow once: how many runs were told late, not judged, and in time."""
    counts = {"late": 0, "not judged": 0, "in time": 0}
    with tempfile.TemporaryDirectory() as name, spinning(spinners), \
            serving(program, kind, "--delay", f"{kind.slow}={DELAY}", *kind.of_server(Path(name))) as target:
        for _ in range(runs):
            lines = drive(program, kind, target, *kind.of_run(Path(name)))
            counts["late" if late_rows(lines) else "not judged" if lines[-1]["times_uncertain"] or
                   lines[-1]["generator_saturated"] else "in time"] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("regreplay")
    parser.add_argument("--exchanges", type=int, default=10000)
    parser.add_argument("--spinners", type=int, default=2 * os.cpu_count())
    parser.add_argument("--rate", type=float, default=40, help="phones a second")
    options = parser.parse_args()
    if not can_capture():
        sys.exit("wire.py: dumpcap may not capture on lo: be root, or a member of its group (apt-get install tshark)")
    print(f"\nHow true response times are, beside {options.spinners} spinning processes:\n")
    for kind in KINDS:
        errors, alone, late, run = measure(options.regreplay, kind, options.exchanges, options.rate, options.spinners)
        slow = slow_verdicts(options.regreplay, kind, options.spinners)
        print(f"{kind.name}: {len(errors)} times, error p50 {1e6 * percentile(errors, 50):.1f} µs, p99 "
              f"{1e6 * percentile(errors, 99):.1f} µs, longest {1e6 * errors[-1]:.1f} µs; {alone} in one report only; "
              f"called late: {', '.join(late) or 'nothing'}; saturated: {run['generator_saturated']}")
        print(f"  {SLOW_RUNS} runs at a server that is {DELAY} slower for {kind.slow}: "
              + ", ".join(f"{count} {what}" for what, count in slow.items()))


if __name__ == "__main__":
    main()
