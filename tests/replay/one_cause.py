#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Text, JSON, NDJSON, JUnit and page name the same outcome and the same cause for each phone of every capture there is, and the exit
status is that of the phones that fail. That tshark writes the same reports is tested by reports.py."""

import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from tshark import OWN, build_folder, skip  # noqa: E402  pylint: disable=wrong-import-position

SHARED = pathlib.Path(os.environ.get("REGFLOW_SOURCE", OWN.parent)).parent / "shared"
PHONE = re.compile(r"^\S.*")


def captures():
    found = sorted(OWN.glob("*.pcap*"))
    for folder in ("captures", "review/inputs"):
        found += sorted((SHARED / folder).rglob("*.pcap*"))
    return found


def inspect(form, *chosen):
    return subprocess.run([build_folder() / "regreplay", "inspect", "--format", form, *chosen], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8", "TZ": "UTC"})


def from_text(text):
    """(name and sentence, cause) of each phone."""
    heads = [line for line in text.split("\n") if line and not line.startswith((" ", "Seconds count", "Copies of other", "The time of frame", "Before frame", "No phone is"))]
    return [(head, (re.search(r" \(([a-z0-9-]+), (?:certain|likely|hint)\)$", head) or [None, None])[1]) for head in heads]


def from_page(page):
    """(outcome, title of the cause) of each phone of the overview."""
    data = re.search(r'<script type="application/json" id="capture">(.*?)</script>', page, re.S)
    return [(phone["o"], phone.get("k")) for phone in json.loads(data[1])["phones"]]


def from_lines(text):
    """[[phone]] of ndjson, a list for each capture."""
    told = []
    for line in map(json.loads, text.splitlines()):
        if line["type"] == "capture":
            told.append([])
        elif line["type"] == "phone":
            told[-1].append(line)
    return told


def check(capture, report, in_lines, suite, shown):
    """The report is that of JSON; shown is what the page has of these phones."""
    text = inspect("text", capture)
    if text.returncode == 3 and b"cannot be read" in text.stderr:
        return
    phones = report["phones"]
    assert phones == in_lines, "ndjson tells other phones"
    told = from_text(text.stdout.decode())
    assert [phone["cause"] for phone in phones] == [cause for _, cause in told], f"text says {told}, json {[p['cause'] for p in phones]}"
    failures = [case.find("failure") for case in suite.iter("testcase") if case.get("name") != "capture"]
    for phone, failure in zip(phones, failures, strict=True):
        if failure is not None and phone["cause"]:
            assert failure.get("type") == phone["cause"], f"junit says {failure.get('type')} of {phone['phone']}, json {phone['cause']}"
    assert any(failure is not None for failure in failures) == (text.returncode == 1), f"exit status {text.returncode}, {len(failures)} cases"
    assert [outcome for outcome, _ in shown] == [phone["outcome"] for phone in phones], f"the page says {shown}"
    titles = {finding["problem"]: set() for finding in report["findings"]}
    for finding in report["findings"]:
        titles[finding["problem"]].add(finding["title"])
    for phone, (_, title) in zip(phones, shown, strict=True):
        assert title in titles[phone["cause"]] if phone["cause"] else title is None, f"the page says {title} of {phone['phone']}"


def main():
    if not (build_folder() / "regreplay").exists():
        skip(f"there is no regreplay in {build_folder()}")
    chosen = captures()
    # To start regreplay costs more than to read a capture.
    document, lines, junit, page = (inspect(form, *chosen).stdout.decode() for form in ("json", "ndjson", "junit", "html"))
    shown, troubles = iter(from_page(page)), []
    for capture, report, *others in zip(chosen, json.loads(document)["captures"], from_lines(lines), ElementTree.fromstring(junit), strict=True):
        try:
            check(capture, report, *others, list(itertools.islice(shown, len(report["phones"]))))
        except AssertionError as error:
            troubles.append(f"{capture.name}: {error}")
    if list(shown):
        troubles.append("the page has phones that json has not")
    print("\n".join(troubles) or f"{len(chosen)} captures")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
