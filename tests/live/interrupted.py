#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run and Ctrl-C, once and twice, at moments from its first step to its last: each time it ends at once, with its report,
and nobody is left registered unless it says so."""

import json
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ALARMS, ENVIRONMENT, PATIENCE, PATIENT, expect, interrupt, program, serving

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
# Seconds after it hears of signals. The recordings take a second or two, and are held for one more.
MOMENTS = (0, 0.01, 0.03, 0.1, 0.3, 0.7, 1.2, 2, 2.7)
KINDS = (("sccp_phone_register.pcapng", ("--as", "SEP00AABBCCDDEE")),
         ("sip_third_party_cucm.pcapng", ("--as", "SEP00AABBCCDDEE", "--user", "1001")))


def ended(arguments, moment, twice):
    """Returns its report, which it writes whatever happens."""
    with subprocess.Popen([program(), "run", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(ENVIRONMENT, REGREPLAY_PASSWORD="secret")) as process:
        interrupt(process, moment)
        begin = time.monotonic()
        if twice:
            time.sleep(0.005)
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=PATIENCE)
    where = f"{arguments[0].name}, {'twice' if twice else 'once'} after {moment} s"
    expect(process.returncode in (0, 1), f"{where}: exit {process.returncode}: {complaints}")
    expect(not any(alarm in complaints for alarm in ALARMS), complaints)
    expect(time.monotonic() - begin < 60, f"{where}: it ends late")
    expect(said.endswith("\n"), f"{where}: there is no report: {complaints}")
    return where, json.loads(said)


def check(kind):
    name, options = kind
    capture = CAPTURES / name
    seen = set()
    with serving(capture) as target:
        for twice in (False, True):
            for moment in MOMENTS:
                where, run = ended((capture, "--target", target, *options, "--no-files", "--stay", "1s", *PATIENT, "--format",
                                    "json"), moment, twice)
                expect(run["ends"]["complete"] + run["ends"]["interrupted"] == 1, f"{where}: {run['ends']}")
                expect(twice or not run["still_registered"], f"{where}: {run['result']}")
                expect(run["ends"]["complete"] or re.search("interrupted|left before", run["result"]), f"{where}: {run['result']}")
                seen.add(re.sub(r"\d+", "", run["result"]))
    return name, seen


def check_report_given_up():
    """A report that nobody takes is given up like anything else: the phones have signed off by then."""
    for how in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([program(), "run", CAPTURES / "sccp_phone_register.pcapng", "--phones", "20", "--speed", "max",
                               *PATIENT, "--format", "ndjson"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.read(1)  # the rest fills the pipe
            time.sleep(0.5)
            expect(process.poll() is None, "the report is too small to fill a pipe")
            process.send_signal(how)
            expect(process.wait(PATIENCE) == -how, f"{how.name} while the report is written: {process.returncode}")


def check_pressed_twice():
    """The second Ctrl-C comes when the phones have signed off, and the report is on its way: that one is kept, a later one is not."""
    with subprocess.Popen([program(), "run", CAPTURES / "sccp_phone_register.pcapng", "--phones", "20", "--speed", "max", "--stay",
                           "forever", *PATIENT, "--format", "ndjson"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        interrupt(process, 2)
        process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        expect(process.poll() is None, f"the report is lost: {process.returncode}")
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        expect(process.wait(PATIENCE) == -signal.SIGINT, f"a later Ctrl-C: {process.returncode}")


def main():
    check_report_given_up()
    check_pressed_twice()
    with ThreadPoolExecutor(len(KINDS)) as pool:
        for name, seen in pool.map(check, KINDS):
            expect(len(seen) > 1, f"{name}: every moment has the same end: {seen}")
            print(f"{name}: {len(MOMENTS)} moments, once and twice: {'; '.join(sorted(seen))}")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
