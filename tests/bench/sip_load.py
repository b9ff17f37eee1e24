#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP registrations with digest per second, and per second of the generator's own processor time: regreplay and SIPp, in
turns, against the same Kamailio over UDP. Both send three REGISTERs a registration: the first, the one with credentials, the
sign-off. SIPp does so for one user over one socket; regreplay is as many phones, each with a user of its own, once with a port
for each and once with one for all (--phones-per-port)."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
ENDPOINTS = SOURCE / "tests" / "endpoints" / "endpoints"
SCENARIO = Path(__file__).resolve().parent / "sipp_registration.xml"
RECORDING = SOURCE / "captures" / "recorded_sip_accepted.pcapng"
PASSWORD = "regflow-load"  # of Kamailio's users load1, load2 …


def timed(argv, folder):
    """Seconds of the wall clock and of the processor, and the finished process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in argv], cwd=folder, capture_output=True, text=True, check=False, timeout=300,
                          stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def with_sipp(folder, host, count, rate):
    seconds, processor, done = timed(["sipp", f"{host}:5060", "-sf", SCENARIO, "-s", "load1", "-au", "load1", "-ap", PASSWORD,
                                      "-i", "127.0.0.1", "-m", count, "-r", rate, "-l", count, "-key", "mac", "001122334455",
                                      "-nostdin", "-timeout", "120"], folder)
    if done.returncode != 0:
        sys.exit(f"sip_load: sipp failed ({done.returncode}): {done.stderr[-500:]}")
    return seconds, processor, 0, False


def with_regreplay(folder, build, host, count, rate, *more):
    (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    seconds, processor, done = timed([build / "regreplay", "run", RECORDING, "--target", host, "--as", "SEP020000000001",
                                      "--user", "load1", "--password-file", "password", "--phones", count, "--rate", rate,
                                      "--speed", "max", "--tolerance", "10s", "--format", "json", *more], folder)
    if done.returncode != 0:
        sys.exit(f"sip_load: regreplay failed ({done.returncode}): {done.stdout[:500]}{done.stderr[-500:]}")
    found = json.loads(done.stdout)
    if found["ends"]["complete"] != count:
        sys.exit(f"sip_load: {found['result']}")
    return seconds, processor, sum(row["sent_again"] for row in found["exchanges"]), found["generator_saturated"]


def measure(folder, build, host, options):
    results = {"regreplay": [], "one port": [], "SIPp": []}
    for _ in range(options.rounds):
        results["regreplay"].append(with_regreplay(folder, build, host, options.count, options.rate))
        results["one port"].append(with_regreplay(folder, build, host, options.count, options.rate, "--phones-per-port", "65536"))
        results["SIPp"].append(with_sipp(folder, host, options.count, options.rate))
    return results


def show(results, options):
    print(f"SIP load: {options.count} registrations with digest at {options.rate}/s to Kamailio over UDP, medians of "
          f"{options.rounds}")
    speeds = {}
    for name, rounds in results.items():
        seconds, processor = (statistics.median(column) for column in list(zip(*rounds))[:2])
        speeds[name] = options.count / processor
        print(f"  {name:10} {options.count / seconds:8.0f}/s  {speeds[name]:8.0f} per second of processor time")
    for name in ("regreplay", "one port"):
        again = sum(round[2] for round in results[name])
        saturated = any(round[3] for round in results[name])
        print(f"  {name} does {speeds[name] / speeds['SIPp']:.2f} times SIPp's work per processor time; requests sent again: "
              f"{again}; generator saturated: {'yes' if saturated else 'no'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="folder of the build to measure")
    parser.add_argument("--count", type=int, default=5000, help="registrations a round (5000)")
    parser.add_argument("--rate", type=int, default=1000, help="registrations begun a second (1000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = dict(os.environ, REGFLOW_ENDPOINTS=str(folder))
        started = subprocess.run([ENDPOINTS, "start", "kamailio"], env=environment, check=False)
        if started.returncode != 0:
            sys.exit(started.returncode)
        try:
            lines = (folder / "kamailio.env").read_text(encoding="utf-8").splitlines()
            host = dict(line.split("=", 1) for line in lines)["KAMAILIO_HOST"]
            show(measure(folder, options.build.resolve(), host, options), options)
        finally:
            subprocess.run([ENDPOINTS, "stop", "kamailio"], env=environment, check=False)


if __name__ == "__main__":
    main()
