#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many phones that stay: registered, held for a while with refreshes (SIP over UDP, at Kamailio, which lets them register for two
minutes) or keepalives (SCCP over TCP, at regreplay serve), signed off. Says how many were lost, and what a phone takes of memory and
processor time of regreplay. SCCP needs a file descriptor a phone: where the system allows fewer (ulimit -Hn), phones are played in
parts, each at a server of its own, and merged."""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
ENDPOINTS = SOURCE / "tests" / "endpoints" / "endpoints"
SIP, SCCP = (SOURCE / "captures" / name for name in ("recorded_sip_accepted.pcapng", "sccp_phone_register.pcapng"))
DESCRIPTORS_BESIDE = 128


@contextlib.contextmanager
def kamailio(folder):
    environment = dict(os.environ, REGFLOW_ENDPOINTS=str(folder))
    if (started := subprocess.run([ENDPOINTS, "start", "kamailio"], env=environment, check=False)).returncode:
        sys.exit(started.returncode)
    try:
        lines = (folder / "kamailio.env").read_text(encoding="utf-8").splitlines()
        settings = dict(line.split("=", 1) for line in lines)
        subprocess.run([settings["KAMAILIO_CONSOLE"], "cfg.set_now_int", "registrar", "max_expires", "120"], check=True,
                       stdout=subprocess.DEVNULL)
        yield settings["KAMAILIO_HOST"]
    finally:
        subprocess.run([ENDPOINTS, "stop", "kamailio"], env=environment, check=False)


@contextlib.contextmanager
def stand_in(build, number):
    """Where it listens."""
    with subprocess.Popen([build / "regreplay", "serve", SCCP, "--listen", f"127.0.0.{number + 10}:0", "--no-files", "--speed", "max"],
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            yield next(line.split()[2] for line in server.stdout if line.startswith("listening on "))
        finally:
            server.terminate()


def play(argv, folder, parts, targets):
    """The finished processes, with what each has written; and the processor time of all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    files = [folder / f"part-{part}.ndjson" for part in range(1, parts + 1)]
    start = ["--start-at", str(int(time.time()) + 3)] if parts > 1 else []
    players = [subprocess.Popen([*argv, "--target", target, "--part", f"{part}/{parts}", *start, "--format", "ndjson", "--brief",
                                 "--output", file]) for part, (target, file) in enumerate(zip(targets, files), 1)]
    for player in players:
        player.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return files, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows(file, kind):
    return [row for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()) if row["type"] == kind]


def show(name, files, processor, options):
    runs = [run for file in files for run in rows(file, "run")]
    total = {key: sum(run[key] for run in runs) for key in ("registrations", "keepalives", "keepalives_lost", "still_registered")}
    complete = sum(run["ends"]["complete"] for run in runs)
    memory = max(run["memory_per_phone"] for run in runs)
    print(f"{name}: {complete} of {options.phones} phones held for {options.stay} and signed off, with {total['keepalives']} "
          f"refreshes or keepalives, of which {total['keepalives_lost']} were lost; still registered: {total['still_registered']}")
    print(f"  {memory} octets of memory a phone; {processor:.1f} s of processor time of {len(files)} process"
          f"{'es' if len(files) > 1 else ''}; sends late by {max(run['own_lateness_p99'] for run in runs) * 1000:.1f} ms (99 %)")
    return complete == options.phones and not total["keepalives_lost"] and not total["still_registered"] and memory <= 4096


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="folder of the build to measure")
    parser.add_argument("--phones", type=int, default=20000, help="(20000)")
    parser.add_argument("--rate", type=int, default=400, help="phones that begin and end a second (400)")
    parser.add_argument("--stay", default="10m", help="(10m)")
    parser.add_argument("protocol", choices=("sip", "sccp"))
    options = parser.parse_args()
    build = options.build.resolve()
    common = ["--as", "SEP020000000001", "--phones", str(options.phones), "--rate", str(options.rate), "--stay", options.stay,
              "--tolerance", "60s", "--no-files"]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        if options.protocol == "sip":
            (folder / "password").write_text("regflow-load\n", encoding="utf-8")
            target = stack.enter_context(kamailio(folder))
            files, processor = play([build / "regreplay", "run", SIP, *common, "--user", "load1", "--phones-per-port", "1000",
                                     "--password-file", folder / "password"], folder, 1, [target])
        else:
            allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - DESCRIPTORS_BESIDE
            parts = -(-options.phones // allowed)
            targets = [stack.enter_context(stand_in(build, part)) for part in range(parts)]
            files, processor = play([build / "regreplay", "run", SCCP, *common], folder, parts, targets)
        sys.exit(0 if show(options.protocol.upper(), files, processor, options) else 1)


if __name__ == "__main__":
    main()
