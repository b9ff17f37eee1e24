#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run asks for boot files: of dnsmasq, with chan_skinny behind it (tests/endpoints), and of its own serve."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from json_schema import Schema
from regreplay import ENVIRONMENT, PATIENCE, PATIENT, expect, program, run

SOURCE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCE / "docs" / "run.schema.json").read_text(encoding="utf-8"))
# A phone that found its configuration behind trust lists that were not there.
MADE = SOURCE / "captures" / "boot_upgrade.pcapng"
AS = "SEP001122334466"
OPTIONS = ("--as", AS, "--speed", "max", *PATIENT, "--format", "json")
# The endpoint has addresses that are kept for documentation.
LIVE = ("--allow-public",)
PHONE_ADDRESS = "192.0.2.20/24"


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = (folder / "dnsmasq.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def check_document(text):
    document = json.loads(text)
    faults = Schema(SCHEMA).faults(document)
    expect(not faults, faults[:5])
    return document


def files_of(document):
    """The row of each file; of one that was asked for twice, the first."""
    return {row["file"]["name"]: row for row in reversed(document["exchanges"]) if row["file"]}


class Phone:
    """regreplay in the phone's namespace."""

    def __init__(self, environment):
        self.inside = environment["DNSMASQ_PHONE"]
        subprocess.run([self.inside, "ip", "address", "replace", PHONE_ADDRESS, "dev", "phone0"], check=True)

    def run(self, capture, *options, status=0):
        done = subprocess.run([self.inside, program(), "run", str(capture), *OPTIONS, *LIVE, *options],
                              capture_output=True,
                              text=True, check=False, timeout=PATIENCE, env=ENVIRONMENT)
        expect(done.returncode == status, f"{capture} {options}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout if status != 2 else done.stderr

    def leave(self):
        subprocess.run([self.inside, "ip", "address", "flush", "dev", "phone0"], check=False)


def check_chain(phone, host, capture):
    """The names are the new phone's, missing trust lists are as recorded, and the configuration comes."""
    found = check_document(phone.run(capture, "--target", host))
    files = files_of(found)
    expect(f"CTL{AS}.tlv" in files and f"{AS}.cnf.xml" in files, list(files))
    for row in files.values():
        expect(row["passed"], row)
    trust = files[f"CTL{AS}.tlv"]
    expect(trust["file"]["result"] == trust["file"]["result_recorded"] == "not found" and trust["content"] == "same",
           trust)
    configuration = files[f"{AS}.cnf.xml"]
    expect(configuration["file"]["result"] == "delivered" and configuration["file"]["size"] > 100, configuration)
    expect(list(files)[0] == f"{AS}.cnf.xml", "nothing behind the configuration is asked for")
    expect(found["ends"]["complete"] == 1 and found["files"] >= 0, found["result"])


def check_follow(phone, host, root):
    """The configuration decides where the registration goes, whatever the target."""
    found = check_document(phone.run(MADE, "--tftp", host, "--follow-config"))
    expect(found["ends"]["complete"] == 1, found["result"])
    expect(any(f"points to {host}:2000" in note for note in found["notes"]), found["notes"])
    own = root / f"{AS}.cnf.xml"
    before = own.read_text(encoding="utf-8")
    try:
        own.write_text(before.replace(host, "192.0.2.2"), encoding="utf-8")
        # Nobody listens there, and that is where it went.
        found = check_document(phone.run(MADE, "--target", host, "--follow-config", status=4))
        expect("192.0.2.2:2000 refuses the connection" in found["result"], found["result"])
        own.write_text(before.replace(host, ""), encoding="utf-8")
        found = check_document(phone.run(MADE, "--tftp", host, "--follow-config", status=1))
        expect("names no call manager" in found["result"], found["result"])
        own.write_text("no XML at all", encoding="utf-8")
        found = check_document(phone.run(MADE, "--target", host, status=1))
        expect(files_of(found)[own.name]["content"] == "differs", found)
    finally:
        own.write_text(before, encoding="utf-8")


def check_differences(phone, host, root):
    """A trust list that is there now is a note; a configuration that is not there is a failure."""
    trust = root / f"CTL{AS}.tlv"
    trust.write_bytes(b"a list")
    try:
        row = files_of(check_document(phone.run(MADE, "--target", host)))[trust.name]
        expect(row["content"] == "extra" and row["passed"], row)
    finally:
        trust.unlink()
    found = check_document(phone.run(MADE, "--target", host, "--as", "SEP020000000001", status=1))
    row = files_of(found)["SEP020000000001.cnf.xml"]
    expect(row["content"] == "missing" and not row["passed"] and row["file"]["result"] == "not found", row)
    found = check_document(phone.run(MADE, "--target", host, "--tftp", f"{host}:70", status=1))
    rows = files_of(found)
    expect(rows[trust.name]["file"]["result"] == "no server", rows[trust.name])
    expect(rows[f"{AS}.cnf.xml"]["content"] == "not reached", rows)
    found = check_document(phone.run(MADE, "--target", host, "--no-files"))
    expect(not files_of(found) and found["files"] is None, found)


def check_usage():
    for options, words in ((("--no-files", "--tftp", "127.0.0.1"), "--no-files"),
                           (("--follow-config",), "--follow-config needs"),
                           (("--tftp", "127.0.0.1"), "--target"),
                           (("--tftp", "127.0.0.1", "--follow-config", "--same-identity", "--tftp", "203.0.113.1"),
                            "--allow-public"),
                           (("--tftp", "127.0.0.1", "--follow-config"), "--as NAME")):
        done = run(MADE, *options, status=2)
        expect(done.stdout == "" and words in done.stderr, done.stderr)


@contextlib.contextmanager
def serving(capture, *options):
    """regreplay serve with files, as its three ends."""
    ports = ("--listen", "127.0.0.1:0", "--tftp-port", "0", "--http-port", "0")
    with subprocess.Popen([program(), "serve", str(capture), *ports, *options], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            lines = [process.stdout.readline() for _ in range(3)]
            ends = [re.search(r"127\.0\.0\.1:\d+", line) for line in lines]
            expect(all(ends), lines)
            yield [end.group() for end in ends]
        finally:
            watchdog.cancel()
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def check_only_read(tftp, http):
    """Who wants to write is told that it may not, at once."""
    request = urllib.request.Request(f"http://{http}/{AS}.cnf.xml", data=b"x", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            expect(False, f"POST is answered by {answer.status}")
    except urllib.error.HTTPError as error:
        expect(error.code == 405 and error.headers["Allow"] == "GET", error)
    host, port = tftp.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.sendto(b"\0\2new.txt\0octet\0", (host, int(port)))
        expect(client.recv(512)[:4] == b"\0\5\0\2", "a write request is answered by error 2")


def check_serve():
    """What is recorded is given out: by TFTP, with options, and over HTTP to whoever asks that way."""
    for name in ("boot_upgrade.pcapng", "boot_tftp_options.pcapng"):
        capture = SOURCE / "captures" / name
        with serving(capture) as (target, tftp, http):
            found = check_document(run(capture, "--target", target, "--tftp", tftp, "--http", http, *OPTIONS).stdout)
            expect(found["passed"] and files_of(found), found["result"])
            with urllib.request.urlopen(f"http://{http}/{AS}.cnf.xml", timeout=PATIENCE) as answer:
                by_http = answer.read()
            check_only_read(tftp, http)
            expect(len(by_http) == files_of(found)[f"{AS}.cnf.xml"]["file"]["size_recorded"], by_http)


def check_many():
    """A crowd boots at once."""
    done = run(MADE, "--speed", "max", *PATIENT, "--phones", "200", "--format", "json")
    found = check_document(done.stdout)
    expect(found["ends"]["complete"] == 200, found["result"])
    expect(all(row["samples"] == 200 for row in files_of(found).values()), found)


def main():
    environment = read_environment()
    host, root = environment["DNSMASQ_HOST"], Path(environment["DNSMASQ_TFTP_ROOT"])
    recorded = tshark.find_capture("@shared/boot_sccp_chanskinny.pcapng")
    check_usage()
    check_serve()
    check_many()
    phone = Phone(environment)
    try:
        for capture in (MADE, recorded):
            if capture.exists():
                check_chain(phone, host, capture)
        check_follow(phone, host, root)
        check_differences(phone, host, root)
    finally:
        phone.leave()


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"boot_files: {trouble}")
