#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What regreplay writes for machines fits the schemas of docs/, for every capture: JUnit of inspect and run, JSON and NDJSON of run.

JSON and NDJSON of inspect: replay/inspect.py.
"""

import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import PATIENT, expect, run  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, Trouble, captures, skip  # noqa: E402  pylint: disable=wrong-import-position

XSD = TOP / "docs/junit.xsd"
SCHEMA = Schema(json.loads((TOP / "docs/run.schema.json").read_text(encoding="utf-8")))
LINE, INSPECTED = SCHEMA.find("#/$defs/line"), Schema(json.loads((TOP / "docs/inspect.schema.json").read_text(encoding="utf-8")))
PHONE = OWN / "sccp_phone_register.pcapng"
# As fast as it goes: times are not judged here, and what stays unanswered as recorded need not be waited for.
FAST = ("--as", "SEP00AABBCCDD00", "--speed", "max", "--timeout", "1s", *PATIENT)
COUNTS = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error", "skipped": "testcase/skipped"}


def xmllint(*files):
    done = subprocess.run(["xmllint", "--noout", "--schema", XSD, *files], capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if not line.endswith(" validates")]


def check_counts(capture, root):
    for suite in [root] if root.tag == "testsuite" else root:
        for attribute, path in COUNTS.items():
            told, found = suite.get(attribute), len(suite.findall(path))
            expect(told == str(found) or (told is None and not found), f"{capture.name}: {attribute}={told}, and there are {found}")


def percentile(times, percent):
    """By the nearest rank, in nanoseconds."""
    times = sorted(round(time * 1000) for time in times)
    return times[max(-(-len(times) * percent // 100), 1) - 1] if times else None


def check_lines(name, text):
    """Lines of a run fit the schema, and what the exchanges say is what the samples are. Gives the objects."""
    rows = [json.loads(line) for line in text.splitlines()]
    kinds = [row["type"] for row in rows]
    for row in rows:
        own = row["type"] in ("replay", "samples", "exchange", "run")
        faults = SCHEMA.faults(row, LINE) if own else INSPECTED.faults(row, INSPECTED.find("#/$defs/line"))
        expect(not faults, f"{name}: {faults[:3]}")
    expect(kinds[0] == "replay" and kinds[-1] == "run" and kinds.count("run") == 1, f"{name}: {kinds}")
    run_line, samples = rows[-1], [row for row in rows if row["type"] == "samples"]
    exchanges = [row for row in rows if row["type"] == "exchange"]
    expect([run_line["n_samples"], run_line["n_exchanges"]] == [len(samples), len(exchanges)], f"{name}: {run_line}")
    names = [row["exchange"] for row in exchanges]
    expect(len(set(names)) == len(names), f"{name}: two of one name: {names}")
    for row in exchanges:
        times = [time for phone in samples for time in phone["times"].get(row["exchange"], [])]
        own = [late for phone in samples if row["exchange"] in phone["times"]
               for late in phone["own"].get(row["exchange"], [0] * len(phone["times"][row["exchange"]]))]
        want = [len(times), *(percentile(times, percent) for percent in (50, 95, 99, 100)), percentile([a - b for a, b in zip(times, own)], 50)]
        told = [row["samples"], *(None if row[key] is None else round(row[key] * 1e9) for key in ("live", "p95", "p99", "longest", "least"))]
        expect(told == want and len(own) == len(times), f"{name}: {row['exchange']}: {told}, and its samples say {want}")
    return rows


def write_reports(folder, number, capture):
    """The files of JUnit that this capture has made, and whether it was re-driven."""
    files = [folder / f"{number}-inspect.xml"]
    run(capture, "--format", "junit", "--output", files[0], command="inspect", status=(0, 1, 3))
    # Side by side: some wait half a minute for servers of files that were silent.
    with concurrent.futures.ThreadPoolExecutor(2) as beside:
        junit = beside.submit(run, capture, *FAST, "--format", "junit", "--output", folder / f"{number}-run.xml", status=(0, 1, 3, 4))
        lines = beside.submit(run, capture, *FAST, "--format", "ndjson", status=(0, 1, 3, 4))
        driven = run(capture, *FAST, "--format", "json", status=(0, 1, 3, 4))
        junit.result()
        lines = lines.result().stdout
    if driven.returncode == 3:
        expect(not driven.stdout and driven.stderr, f"{capture.name}: nothing to run, and {driven.stdout!r}")
    else:
        faults = SCHEMA.faults(json.loads(driven.stdout))
        expect(not faults, f"{capture.name}: {faults[:3]}")
        check_lines(capture.name, lines)
        files.append(folder / f"{number}-run.xml")
    for file in files:
        check_counts(capture, xml.parse(file).getroot())
    return files


def check_every_capture(folder):
    shutil.copy(PHONE, folder / "a\x1b]0;owned\x07 & <b>\n\ufffe.pcapng")
    chosen = [*captures(), *folder.glob("a*.pcapng")]
    # They wait most of the time.
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        files = [file for made in pool.map(lambda pair: write_reports(folder, *pair), enumerate(chosen)) for file in made]
    faults = xmllint(*files)
    expect(not faults, "\n".join(faults[:5]))
    driven = len(files) - len(chosen)
    expect(driven > 20, f"only {driven} of {len(chosen)} captures could be re-driven")
    print(f"{len(chosen)} captures, {driven} of them re-driven")


def check_crowds():
    """Several phones, several rounds, and without the messages."""
    done = run(PHONE, "--phones", "5", "--repeat", "3", "--brief", *FAST, "--format", "ndjson")
    rows = check_lines("a crowd", done.stdout)
    expect({row["type"] for row in rows} == {"replay", "samples", "exchange", "run"}, "there are messages")
    told = [(row["phone"], row["round"]) for row in rows if row["type"] == "samples"]
    expect(sorted(told) == [(f"SEP00AABBCCDD{phone:02X}", turn) for phone in range(5) for turn in range(1, 4)], told)
    expect(rows[-1]["registrations"] == 15 and rows[-1]["all_phones"] == 5, rows[-1])
    done = run(PHONE, "--brief", *FAST, status=2)
    expect("--brief is for --format ndjson" in done.stderr, done.stderr)


def check_suites(folder):
    suite = folder / "suite"
    suite.mkdir()
    shutil.copy(PHONE, suite)
    (suite / "bad.pcap").write_bytes(b"\xd4\xc3\xb2\xa1 no more")
    rows = [json.loads(line) for line in run(suite, *FAST, "--format", "ndjson", command="test", status=3).stdout.splitlines()]
    for row in rows:
        faults = SCHEMA.faults(row, LINE)
        expect(not faults, f"a suite: {faults[:3]}")
    kinds = [row["type"] for row in rows if row["type"] not in ("samples", "exchange")]
    expect(kinds == ["suite", "case", "case", "replay", "run", "tested"], f"{kinds}")
    expect([row["verdict"] for row in rows if row["type"] == "case"] == ["not tested", "as recorded"], rows)
    check_lines("a run of a suite", "\n".join(json.dumps(row) for row in rows[3:-1]))


def check_the_schema(folder):
    """It refuses what it should: otherwise it would show nothing."""
    good = run(PHONE, "--format", "junit", command="inspect").stdout
    for number, (old, new) in enumerate((('tests="1"', ""), ('tests="1"', 'tests="one"'), ("<system-out>", "<stdout/><system-out>"),
                                         ("<system-out>", '<failure message="m"/><system-out>'), ('time="', 'time="1 s'))):
        expect(old in good, f"there is no {old} in {good}")
        file = folder / f"bad{number}.xml"
        file.write_text(good.replace(old, new, 1), encoding="utf-8")
        expect(xmllint(file), f"{new!r} for {old!r} fits the schema")


def main():
    if not shutil.which("xmllint"):
        skip("there is no xmllint: install libxml2-utils")
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as name:
        check_the_schema(pathlib.Path(name))
        check_crowds()
        check_suites(pathlib.Path(name))
        check_every_capture(pathlib.Path(name))


if __name__ == "__main__":
    try:
        main()
    except (Trouble, ValueError, xml.ParseError) as trouble:
        sys.exit(f"FAULT {trouble}")
