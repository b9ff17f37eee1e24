#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay test: recordings as a suite, against the stand-in and against a server that answers some of them otherwise."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))

from regreplay import PATIENT, check_each, expect, run, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN  # noqa: E402  pylint: disable=wrong-import-position

PHONE, REJECTED, SIP = OWN / "sccp_phone_register.pcapng", OWN / "sccp_reject_loop.pcapng", OWN / "sip_cisco_cucm_tcp.pcapng"
FAST = ("--speed", "max", "--timeout", "20s", *PATIENT)
DIFFERENCE = "RegisterReq\tdiffers: recorded RegisterReject"


def suite_of(folder, *captures):
    suite = folder / "suite"
    (suite / "site").mkdir(parents=True)
    for capture in captures:
        shutil.copy(capture, suite / ("site" if capture == REJECTED else "") / capture.name)
    return suite


def suite(*arguments, status=0):
    done = run(*arguments, *FAST, command="test", status=status)
    return done.stdout, done.stderr


def against_the_stand_in_all_is_as_recorded(folder):
    said, errors = suite(suite_of(folder, PHONE, REJECTED, SIP))
    expect(said.count(": as recorded\n") == 3 and "3 captures" in said and "3 as recorded." in said and not errors, said + errors)
    expect("site/sccp_reject_loop.pcapng: as recorded" in said, said)


def what_differs_is_told_accepted_and_met_again(folder):
    """The server lets everybody in: who was refused is not now."""
    captures, baseline = suite_of(folder, PHONE, REJECTED), folder / "baseline.txt"
    with serving(PHONE) as server:
        target = ("--target", server, "--as", "SEP00AABBCCDD00")
        said, _ = suite(captures, *target, status=1)
        expect("site/sccp_reject_loop.pcapng: differs\n  RegisterReq: differs: recorded RegisterReject\n" in said, said)
        suite(captures, *target, "--accept", baseline, status=1)
        lines = baseline.read_text(encoding="utf-8").splitlines()
        expect(lines[0] == "# regreplay test baseline 1" and lines[2:] == [f"site/sccp_reject_loop.pcapng\t{DIFFERENCE}"], lines)
        # Another name, another place: the same differences.
        moved = folder / "moved"
        captures.rename(moved)
        said, _ = suite(f"{moved}/", "--target", server, "--as", "SEP00AABBCCDD01", "--baseline", baseline)
        expect("site/sccp_reject_loop.pcapng: as accepted" in said and "(accepted)" in said and "not met" not in said, said)
        junit = folder / "suite.xml"
        suite(moved, *target, "--baseline", baseline, "--format", "junit", "--output", junit)
        check_junit(junit, 2, 0, 0)
        suite(moved, *target, "--format", "junit", "--output", junit, status=1)
        check_junit(junit, 2, 1, 0)
        with baseline.open("a", encoding="utf-8") as out:
            out.write("gone.pcapng\tRegisterReq\tlate\n")
        said, _ = suite(moved, *target, "--baseline", baseline)
        expect("Accepted, and not met any more:\ngone.pcapng\tRegisterReq\tlate\n" in said, said)
        suite(moved, *target, "--baseline", baseline, "--accept", baseline)
        expect("gone" not in baseline.read_text(encoding="utf-8"), "it is still accepted")


def what_is_late_is_accepted_as_late_as_it_was(folder):
    captures, baseline = suite_of(folder, PHONE), folder / "baseline.txt"
    judged = ("--speed", "max", "--timeout", "20s", "--tolerance", "100ms")
    with serving(PHONE, "--delay", "RegisterAck=400ms") as server:
        target = (captures, "--target", server, "--as", "SEP00AABBCCDD00", *judged)
        run(*target, "--accept", baseline, command="test", status=1)
        text = baseline.read_text(encoding="utf-8")
        limit = re.search(r"\tRegisterReq\tlate, up to (\d+) ms\n", text)
        expect(limit and 500 <= int(limit.group(1)) < 5000, text)
        said = run(*target, "--baseline", baseline, command="test").stdout
        expect("RegisterReq: late (accepted)" in said and "not met" not in said, said)
        baseline.write_text(text.replace(limit.group(), "\tRegisterReq\tlate, up to 300 ms\n"), encoding="utf-8")
        said = run(*target, "--baseline", baseline, command="test", status=1).stdout
        expect("RegisterReq: late\n" in said and "not met any more" in said, said)
        baseline.write_text(text.replace(limit.group(), "\tRegisterReq\tlate\n"), encoding="utf-8")
        run(*target, "--baseline", baseline, command="test")


def check_junit(path, tests, failures, errors):
    found, = xml.parse(path).getroot()
    counts = [found.get(name) for name in ("tests", "failures", "errors")]
    expect(counts == [str(number) for number in (tests, failures, errors)], f"{counts}")
    expect([len(found), len(found.findall("testcase/failure")), len(found.findall("testcase/error"))] == [tests, failures, errors], "others are there")
    if shutil.which("xmllint"):
        done = subprocess.run(["xmllint", "--noout", "--schema", TOP / "docs/junit.xsd", path], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stderr)


def what_cannot_be_tested_is_told_and_ends_nothing(folder):
    captures, baseline, junit = suite_of(folder, PHONE, REJECTED), folder / "baseline.txt", folder / "suite.xml"
    (captures / "a.pcap").write_bytes(b"\xd4\xc3\xb2\xa1 no more")
    said, _ = suite(captures, status=3)
    expect(said.startswith("a.pcap: not tested: a.pcap ") and "2 as recorded; 1 not tested" in said, said)
    suite(captures, "--format", "junit", "--output", junit, status=3)
    check_junit(junit, 3, 0, 1)
    suite(captures, "--accept", baseline, status=3)
    said, _ = suite(captures, "--baseline", baseline)
    expect("a.pcap: as accepted" in said, said)
    # Nobody listens: that says nothing about the server, and is not accepted.
    baseline.unlink()
    said, errors = suite(captures, "--target", "127.0.0.1:1", "--as", "SEP00AABBCCDD00", "--accept", baseline, status=4)
    expect("no baseline is written" in errors and not baseline.exists() and "3 not tested" in said, said + errors)


def wrong_command_lines_are_one_sentence(folder):
    captures, empty = suite_of(folder, PHONE), folder / "empty"
    empty.mkdir()
    other = folder / "other.txt"
    other.write_text("# something else\n", encoding="utf-8")
    for arguments, words, status in (((), "exactly one folder", 2), ((PHONE,), "is no folder", 2), ((folder / "nowhere",), "nowhere is not there", 2), ((captures, "--format", "svg"), "no format", 2),
                                     ((captures, "--tolerance", "x"), "--tolerance", 2), ((captures, "--target", "127.0.0.1:1"), "--as NAME", 2),
                                     ((captures, "--baseline", folder / "none"), "none", 2), ((captures, "--baseline", other), "line 1", 2),
                                     ((empty,), "holds no capture", 3)):
        done = run(*arguments, command="test", status=status)
        expect(done.stderr.count("\n") == 1 and words in done.stderr and not done.stdout, f"{arguments}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(check_each([against_the_stand_in_all_is_as_recorded, what_differs_is_told_accepted_and_met_again, what_is_late_is_accepted_as_late_as_it_was,
                         what_cannot_be_tested_is_told_and_ends_nothing, wrong_command_lines_are_one_sentence]))
