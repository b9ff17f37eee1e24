#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP registrations with digest per second, and per second of the generator's own processor time: regreplay and SIPp, in
turns, against the same Kamailio over UDP. Both send three REGISTERs a registration: the first, the one with credentials, the
sign-off. SIPp does so for one user over one socket; regreplay is as many phones, each with a user of its own, once with a port
for each and once with one for all (--phones-per-port). Over TCP each phone of both has a connection of its own. Debian's SIPp
knows no TLS, and no SIPp knows SCCP: there regreplay is measured alone, over TLS at Kamailio, with SCCP at regreplay serve."""

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
SCCP = SOURCE / "captures" / "sccp_phone_register.pcapng"
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


def with_sipp(folder, host, options):
    count, rate = options.count, options.rate
    ways = {"udp": ["-t", "u1"], "tcp": ["-t", "tn", "-max_socket", count + 100]}
    seconds, processor, done = timed(["sipp", f"{host}:5060", *ways[options.transport], "-sf", SCENARIO, "-s", "load1", "-au", "load1", "-ap", PASSWORD,
                                      "-i", "127.0.0.1", "-m", count, "-r", rate, "-l", count, "-key", "mac", "001122334455",
                                      "-nostdin", "-timeout", "120"], folder)
    if done.returncode != 0:
        sys.exit(f"sip_load: sipp failed ({done.returncode}): {done.stderr[-500:]}")
    return seconds, processor, 0, False


def with_regreplay(folder, build, host, options, *more):
    count, rate = options.count, options.rate
    if options.transport == "tls":
        more = ("--insecure", *more)
    (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    seconds, processor, done = timed([build / "regreplay", "run", RECORDING, "--target", host, "--as", "SEP020000000001",
                                      "--user", "load1", "--password-file", "password", "--transport", options.transport, "--phones", count, "--rate", rate,
                                      "--speed", "max", "--tolerance", "10s", "--format", "json", *more], folder)
    if done.returncode != 0:
        sys.exit(f"sip_load: regreplay failed ({done.returncode}): {done.stdout[:500]}{done.stderr[-500:]}")
    found = json.loads(done.stdout)
    if found["ends"]["complete"] != count:
        sys.exit(f"sip_load: {found['result']}")
    return seconds, processor, sum(row["sent_again"] for row in found["exchanges"]), found["generator_saturated"]


def measure(folder, build, host, options):
    results = {"regreplay": []} | ({"one port": []} if options.transport == "udp" else {}) | ({"SIPp": []} if options.transport != "tls" else {})
    for _ in range(options.rounds):
        results["regreplay"].append(with_regreplay(folder, build, host, options))
        if options.transport == "udp":
            results["one port"].append(with_regreplay(folder, build, host, options, "--phones-per-port", "65536"))
        if options.transport != "tls":
            results["SIPp"].append(with_sipp(folder, host, options))
    return results


def sccp_alone(build, options):
    """Registrations with all that the recorded phone asks, and the sign-off: seventeen questions each."""
    rounds = []
    with subprocess.Popen([build / "regreplay", "serve", SCCP, "--listen", "127.0.0.9:0", "--no-files", "--speed", "max"],
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            target = next(line.split()[2] for line in server.stdout if line.startswith("listening on "))
            for _ in range(options.rounds):
                seconds, processor, done = timed([build / "regreplay", "run", SCCP, "--target", target, "--as", "SEP020000000001",
                                                  "--phones", options.count, "--rate", options.rate, "--speed", "max", "--tolerance",
                                                  "10s", "--no-files", "--format", "json"], None)
                found = json.loads(done.stdout)
                if found["ends"]["complete"] != options.count:
                    sys.exit(f"sip_load: {found['result']}")
                rounds.append((seconds, processor, sum(row["samples"] for row in found["exchanges"]) / options.count))
        finally:
            server.terminate()
    seconds, processor, questions = (statistics.median(column) for column in zip(*rounds))
    print(f"SCCP load: {options.count} registrations of {questions:.0f} questions at {options.rate}/s to regreplay serve, medians of "
          f"{options.rounds}\n  regreplay  {options.count / seconds:8.0f}/s  {options.count / processor:8.0f} per second of processor time")


def show(results, options):
    print(f"SIP load: {options.count} registrations with digest at {options.rate}/s to Kamailio over "
          f"{options.transport.upper()}, medians of {options.rounds}")
    speeds = {}
    for name, rounds in results.items():
        seconds, processor = (statistics.median(column) for column in list(zip(*rounds))[:2])
        speeds[name] = options.count / processor
        print(f"  {name:10} {options.count / seconds:8.0f}/s  {speeds[name]:8.0f} per second of processor time")
    for name in [name for name in results if name != "SIPp"]:
        again = sum(round[2] for round in results[name])
        saturated = any(round[3] for round in results[name])
        beside = f"does {speeds[name] / speeds['SIPp']:.2f} times SIPp's work per processor time; " if "SIPp" in results else ""
        print(f"  {name}: {beside}requests sent again: {again}; generator saturated: {'yes' if saturated else 'no'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="folder of the build to measure")
    parser.add_argument("--count", type=int, default=5000, help="registrations a round (5000)")
    parser.add_argument("--rate", type=int, default=1000, help="registrations begun a second (1000)")
    parser.add_argument("--transport", choices=("udp", "tcp", "tls", "sccp"), default="udp", help="(udp)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    if options.transport == "sccp":
        sccp_alone(options.build.resolve(), options)
        return
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
