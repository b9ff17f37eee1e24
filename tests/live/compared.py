#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay compare of servers of other authors: between two settings of one Kamailio it finds what was set, and between
Kamailio and Asterisk's pjsip what both are known to do otherwise."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import PATIENCE, expect, run

OWN = Path(__file__).resolve().parents[2] / "captures" / "recorded_sip_accepted.pcapng"
WHO = ("--as", "SEP00AABBCCDDEE", "--user", "1001", "--no-files", "--speed", "max", "--transport", "tcp")
# These times are the machine's.
ANY_TIME = ("--tolerance", "60s")


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = [line for name in ("kamailio", "asterisk")
             for line in (folder / f"{name}.env").read_text(encoding="utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines)


class Results:
    def __init__(self, environment, folder):
        self.environment, self.folder = environment, folder
        self.password = folder / "password"
        self.password.write_text("regflow-1001\n", encoding="utf-8")

    def of(self, name, target, *options, status=0):
        path = self.folder / name
        run(OWN, *WHO, "--password-file", self.password, "--target", target, *ANY_TIME, *options, "--format", "ndjson", "--brief", "--output", path,
            status=status)
        return path

    @contextlib.contextmanager
    def kamailio_with(self, **settings):
        """Its registrar, told otherwise for a while."""
        def ask(*words):
            return subprocess.run([self.environment["KAMAILIO_CONSOLE"], *words], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout

        before = {name: ask("cfg.get", "registrar", name).strip() for name in settings}
        try:
            for name, value in settings.items():
                ask("cfg.seti", "registrar", name, str(value))
                expect(ask("cfg.get", "registrar", name).strip() == str(value), f"{name} is not set")
            yield
        finally:
            for name, value in before.items():
                ask("cfg.seti", "registrar", name, value)


def differences(one, other):
    done = run(one, other, *ANY_TIME, "--format", "json", command="compare", status=(0, 1))
    document = json.loads(done.stdout)
    print(run(one, other, *ANY_TIME, command="compare", status=(0, 1)).stdout)
    return {(row["exchange"], row["what"]): (row["a"], row["b"], row["noticed"]) for part in document["recordings"] for row in part["differences"]}


def check_settings(results):
    kamailio = results.environment["KAMAILIO_HOST"]
    plain = results.of("plain", kamailio)
    expect(differences(plain, results.of("again", kamailio)) == {}, "one server differs from itself")
    granted = next(row for row in map(json.loads, plain.read_text(encoding="utf-8").splitlines())
                   if row["type"] == "exchange" and row["exchange"] == "REGISTER with credentials")
    seconds, = (value["value"] for value in granted["said"] if value["what"] == "expires")
    for name, settings, want in (("shorter", {"max_expires": 300}, "300"), ("longer", {"min_expires": 7200, "max_expires": 7200}, "7200")):
        with results.kamailio_with(**settings):
            other = results.of(name, kamailio)
        found = differences(plain, other)
        expect(found == {("REGISTER with credentials", "expires"): (seconds, want, True)}, f"{settings}: {found}")
    # Another port of it asks for the login in the form of CUCM.
    found = differences(plain, results.of("cucm", f"{kamailio}:{results.environment['KAMAILIO_SIP_PORT_WITHOUT_QOP']}"))
    expect(found == {("REGISTER", "qop"): ("auth", "none", True)}, found)


def check_servers(results):
    kamailio, asterisk = results.environment["KAMAILIO_HOST"], results.environment["ASTERISK_HOST"]
    both = results.of("kamailio", kamailio), results.of("asterisk", asterisk)
    found = differences(*both)
    # Both challenge with MD5 and qop in one realm, and let the phone in.
    expect(not {("registration", "end"), ("REGISTER", "answer"), ("REGISTER", "realm"), ("REGISTER", "qop"), ("REGISTER with credentials", "answer")} & set(found),
           found)
    refused = [results.of(f"refused-{name}", server, "--password-file", results.folder / "wrong", status=1) for name, server in
               (("kamailio", kamailio), ("asterisk", asterisk))]
    found = differences(*refused)
    expect(found[("REGISTER with credentials", "answer")] == ("403 Forbidden", "401 Unauthorized", True), found)
    expect(("registration", "end") not in found, found)


def main():
    with tempfile.TemporaryDirectory() as folder:
        results = Results(read_environment(), Path(folder))
        (results.folder / "wrong").write_text("mistaken\n", encoding="utf-8")
        check_settings(results)
        check_servers(results)


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
