#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every recording there is, re-driven against servers of other authors over every transport: afterwards their own lists of who is
registered are as empty as before, whatever the recorded phone and server said, unless the run says that the server may go on."""

import contextlib
import itertools
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ALARMS, ENVIRONMENT, PATIENCE, expect, program

JOBS = 6
PHONES = 2  # of a capture; those of crowds are alike
DEVICES = 190  # SEP020000000001 … of chan_skinny
# A recording may want what this server never does, and waits for it; that is not what is looked at.
QUICK = ("--no-files", "--speed", "max", "--timeout", "1s", "--tolerance", "60s", "--format", "json")


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = [line for name in ("kamailio", "asterisk")
             for line in (folder / f"{name}.env").read_text(encoding="utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines)


def scripts():
    """(capture, protocol, phone) of every registration that can be re-driven."""
    found = []
    for capture in tshark.captures():
        done = subprocess.run([program(), "inspect", "--format", "ndjson", capture], capture_output=True, text=True, check=False,
                              env=ENVIRONMENT)
        if done.returncode not in (0, 1):
            continue
        phones = [row for row in map(json.loads, done.stdout.splitlines()) if row["type"] == "phone"]
        for phone in phones[:PHONES]:
            dry = subprocess.run([program(), "run", "--dry-run", "--phone", phone["phone"], capture], capture_output=True,
                                 text=True, check=False, env=ENVIRONMENT)
            if dry.returncode == 0:
                found.append((capture, "SIP" if " REGISTER" in dry.stdout else "SCCP", phone["phone"]))
    return found


class Servers:
    def __init__(self, environment, folder):
        self.environment = environment
        self.passwords = {}
        for user, password in (("1001", "regflow-1001"), ("1002", "regflow-1002"), ("load", "regflow-load")):
            self.passwords[user] = folder / user
            self.passwords[user].write_text(password + "\n", encoding="utf-8")

    def ask(self, console, *words):
        return subprocess.run([self.environment[console], *words], capture_output=True, text=True, check=True,
                              timeout=PATIENCE).stdout

    def at_pjsip(self):
        return re.findall(r"Contact:\s+(\w+)/sip", self.ask("ASTERISK_CONSOLE", "pjsip", "show", "contacts"))

    def registered(self):
        """Users and devices, each as often as its server lists it."""
        devices = self.ask("ASTERISK_CONSOLE", "skinny", "show", "devices").splitlines()
        return (re.findall(r"Address: sips?:(\w+)@", self.ask("KAMAILIO_CONSOLE", "ul.dump")) + self.at_pjsip() +
                [line.split()[1] for line in devices if re.search(r"\sY\s+\d+$", line.rstrip())])

    def ways(self, protocol):
        """(target, options) of every transport to a server that speaks it; at pjsip there are two users only."""
        kamailio, asterisk = self.environment["KAMAILIO_HOST"], self.environment["ASTERISK_HOST"]
        if protocol == "SCCP":
            return [(f"{asterisk}:{self.environment['ASTERISK_SCCP_PORT']}", ())]
        ports = (("udp", "KAMAILIO_SIP_PORT", ()), ("tcp", "KAMAILIO_SIP_PORT_WITHOUT_QOP", ()),
                 ("tls", "KAMAILIO_TLS_PORT", ("--ca", self.environment["KAMAILIO_CA"])))
        return [(f"{kamailio}:{self.environment[port]}", ("--transport", carrier, *more)) for carrier, port, more in ports] + [
            (f"{asterisk}:{self.environment['ASTERISK_SIP_PORT']}", ("--transport", carrier)) for carrier in ("udp", "tcp")]


class Names:
    """Nobody is two phones at once: a device or user is lent to one run at a time."""

    def __init__(self, names):
        self.free = queue.Queue()
        for name in names:
            self.free.put(name)

    @contextlib.contextmanager
    def one(self):
        name = self.free.get()
        try:
            yield name
        finally:
            self.free.put(name)


class Runs:
    def __init__(self, servers):
        self.servers = servers
        self.devices = Names(f"SEP{0x020000000000 + number:012X}" for number in range(1, DEVICES + 1))
        self.accounts = Names(("1001", "1002"))
        self.numbers = itertools.count(1)
        self.told = []  # users and devices of which a run says that they may be registered still

    def run(self, capture, phone, target, *who):
        done = subprocess.run([program(), "run", capture, "--phone", phone, "--target", target, *who, *QUICK],
                              capture_output=True, text=True, check=False, timeout=PATIENCE, env=ENVIRONMENT)
        expect(done.returncode in (0, 1, 4) and not any(alarm in done.stderr for alarm in ALARMS),
               f"{capture.name} at {target}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)["still_registered"]

    def play(self, work):
        capture, protocol, phone, target, options = work
        with contextlib.ExitStack() as names:
            user = device = names.enter_context(self.devices.one())
            if protocol == "SIP":
                at_pjsip = target.startswith(self.servers.environment["ASTERISK_HOST"])
                user = names.enter_context(self.accounts.one()) if at_pjsip else f"load{next(self.numbers)}"
                options = (*options, "--user", user, "--password-file", self.servers.passwords[user if at_pjsip else "load"])
            if self.run(capture, phone, target, "--as", device, *options):
                self.told.append(user)
                print(f"{capture.name}, {phone}, at {target}: {user} may be registered still, it says")


def main():
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(read_environment(), Path(folder))
        before = servers.registered()
        found = scripts()
        runs = Runs(servers)
        works = [(*script, *way) for script in found for way in servers.ways(script[1])]
        with ThreadPoolExecutor(JOBS) as pool:
            list(pool.map(runs.play, works))
        left = [user for user in servers.registered() if user not in before and user not in runs.told]
        expect(not left, f"still registered, and no run has said so: {left}")
        expect(len(runs.told) * 50 < len(works), f"{len(runs.told)} of {len(works)} runs were not signed off")
    print(f"{len(found)} recordings, {len(works)} runs: none is left registered unless it says so")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
