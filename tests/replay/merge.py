#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay merge: what it adds up is what another program computes of the same lines; bad input is told and never merged silently.

  merge.py [NAME…]   the checks with these names
"""

import collections
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from decimal import Decimal

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import ENVIRONMENT, PATIENCE, expect, program, run  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, Trouble, captures  # noqa: E402  pylint: disable=wrong-import-position

SCHEMA = Schema(json.loads((TOP / "docs/merge.schema.json").read_text(encoding="utf-8")))
PHONE, REJECTED = OWN / "sccp_phone_register.pcapng", OWN / "sccp_reject_loop.pcapng"
REGISTERED = ("ready", "registered", "auto-registered")
MOMENTS = ("accepted_in", "accepted_after", "ready_after")
CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


def inspect(folder, name, *chosen, brief=True):
    """The file of what inspect says of these captures."""
    path = folder / name
    run(*chosen, "--format", "ndjson", *(["--brief"] if brief else []), "--output", path, command="inspect", status=(0, 1, 3))
    return path


def merge(*arguments, status=0):
    """What it prints; what it complains of is in merge.told, a sentence each."""
    done = run(*arguments, command="merge", status=status)
    merge.told = done.stderr.splitlines()
    for sentence in merge.told:
        expect(sentence.startswith("regreplay merge: ") and sentence.endswith("."), f"no sentence: {sentence!r}")
    return done.stdout


def merged(*arguments, status=0):
    document = json.loads(merge(*arguments, "--format", "json", status=status), parse_float=Decimal)
    faults = SCHEMA.faults(json.loads(json.dumps(document, default=float)))
    expect(not faults, f"{faults[:3]}")
    expect(len(merge.told) == document["n_faults"] or not document["captures"], f"{merge.told}: {document['faults']}")
    return document


# The same, computed of all lines at once


def server_of(phone):
    partial = phone["outcome"] == "partial"
    for line in phone["lines"]:
        tells = line["outcome"] not in (*REGISTERED, "backup") if partial else line["outcome"] == phone["outcome"]
        if tells and line["server"]:
            return line["server"]
    return next((attempt["server"] for attempt in reversed(phone["attempts"]) if attempt["server"]), None)


def hour_of(phone):
    if not phone["attempts"]:
        return None
    seconds = phone["attempts"][0]["begin"] // 3600 * 3600
    done = subprocess.run(["date", "-u", "-d", f"@{seconds}", "+%Y-%m-%dT%H:00Z"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def percentile(times, percent):
    times = sorted(times)
    return times[max(-(-len(times) * percent // 100), 1) - 1]


def rows(*files):
    """[capture, error, phones] of each capture that is no copy, and how many are."""
    found, seen, copies = [], set(), 0
    for file in files:
        for text in file.read_text(encoding="utf-8").splitlines():
            line = json.loads(text, parse_float=Decimal)
            if line["type"] == "capture":
                found.append([line["capture"], line["error"], [], []])
            elif line["type"] == "phone":
                found[-1][2].append(line)
                found[-1][3].append(text)
    whole = []
    for capture, error, phones, texts in found:
        if phones and "\n".join(texts) in seen:
            copies += 1
            continue
        seen.add("\n".join(texts))
        whole.append((capture, error, phones))
    return whole, copies


def group(phones, key):
    """{name: [phones, fails, {cause: phones}]}"""
    found = collections.defaultdict(lambda: [0, 0, collections.Counter()])
    for phone in phones:
        of_name = found[key(phone)]
        of_name[0] += 1
        if phone["fails"]:
            of_name[1] += 1
            of_name[2][phone["cause"] or phone["outcome"]] += 1
    return dict(found)


def told_groups(document, dimension):
    return {row["name"]: [row["phones"], row["fails"], {cause["cause"]: cause["phones"] for cause in row["causes"]}]
            for row in document["by"][dimension]["listed"]}


def times_of(phones):
    times = collections.defaultdict(list)
    for phone in phones:
        for attempt in phone["attempts"]:
            for phase in attempt["phases"]:
                if phase["steps"] > 1 and phase["took"] >= 0 and phase["phase"] != "keepalive":
                    times[phase["phase"]].append(phase["took"])
            for moment in MOMENTS:
                if attempt[moment] is not None:
                    times[moment].append(attempt[moment])
    return times


def slow_phones(whole):
    """{(capture, phone, time, median)} as the manual page defines them."""
    found = collections.defaultdict(list)
    for capture, _, phones in whole:
        for phone in phones:
            ready = [attempt["ready_after"] for attempt in phone["attempts"] if attempt["ready_after"] is not None]
            if ready and phone["model"]:
                found[phone["model"]].append((capture, phone["phone"], max(ready)))
    medians = {model: percentile([each[2] for each in phones], 50) for model, phones in found.items() if len(phones) >= 10}
    return {(*each, median) for model, median in medians.items() for each in found[model] if median and each[2] >= 2 * median}


def compare(document, files, site):
    whole, copies = rows(*files)
    phones = [phone for _, _, of_capture in whole for phone in of_capture]
    expect((document["captures"], document["phones"]) == (len(whole), len(phones)), f"captures and phones: {document['captures']}, {document['phones']}")
    expect(document["n_faults"] == copies, f"{copies} copies, and {document['n_faults']} faults")
    expect(document["unread"] == sum(bool(error) for _, error, _ in whole), "unread")
    expect(document["registered"] == sum(phone["outcome"] in REGISTERED for phone in phones), "registered")
    expect({name: count for name, count in document["outcomes"].items() if count} == collections.Counter(phone["outcome"] for phone in phones), "outcomes")
    fails = collections.Counter(phone["cause"] or phone["outcome"] for phone in phones if phone["fails"])
    expect({cause["cause"]: cause["phones"] for cause in document["causes"]} == fails and document["fails"] == sum(fails.values()), "causes")
    for phone in phones:
        phone["hour"] = hour_of(phone) if len(phones) < 2000 else None
    for dimension, key in (("model", lambda phone: phone["model"]), ("load", lambda phone: phone["load"]), ("server", server_of),
                           *([("hour", lambda phone: phone["hour"])] if len(phones) < 2000 else [])):
        expect(told_groups(document, dimension) == group(phones, key), f"by {dimension}: {told_groups(document, dimension)}")
        expect(document["by"][dimension]["others"] == {"phones": 0, "fails": 0} and document["by"][dimension]["complete"], dimension)
    sites = {capture: site(capture) for capture, _, _ in whole}
    with_site = [dict(phone, site=sites[capture]) for capture, _, of_capture in whole for phone in of_capture]
    expect(told_groups(document, "site") == group(with_site, lambda phone: phone["site"]), "by site")
    times, told = times_of(phones), {row.get("phase") or row["moment"]: row for row in document["phases"] + document["moments"]}
    expect(set(times) == set(told), f"{set(times) ^ set(told)} in one only")
    for name, all_of_it in times.items():
        row = told[name]
        want = [len(all_of_it), *(percentile(all_of_it, percent) for percent in (50, 95, 99)), max(all_of_it), True]
        expect([row[key] for key in ("count", "median", "p95", "p99", "longest", "exact")] == want, f"{name}: {row}, and not {want}")
    expect([row["p95"] for row in document["phases"]] == sorted((row["p95"] for row in document["phases"]), reverse=True), "slowest first")
    slow = {(row["capture"], row["phone"], row["ready_after"], row["median"]) for row in document["slow_phones"]}
    expect(slow == slow_phones(whole), f"slow phones: {slow ^ slow_phones(whole)}")
    worst = [(row["fails"], row["capture"]) for row in document["worst"]]
    want = sorted(((sum(phone["fails"] for phone in of_capture), capture, len(of_capture)) for capture, _, of_capture in whole),
                  key=lambda row: (-row[0], row[2], row[1]))
    expect(worst == [row[:2] for row in want if row[0]], "worst captures")
    expect([row["capture"] for row in document["unread_captures"]] == [capture for capture, error, _ in whole if error], "unread captures")


@check
def every_capture_adds_up_to_what_another_program_computes(folder):
    file = inspect(folder, "all.ndjson", *captures())
    document = merged(file, "--top", 1000, status=3)
    compare(document, [file], lambda capture: str(pathlib.Path(capture).parent))
    expect(document["runs"] == 1 and not document["unframed"] and document["phones"] > 200, document["phones"])
    expect(any(document["by"]["model"]["listed"]) and document["slow_phones"] is not None, "nothing was compared")


def generated(number, captures_of=1000, seed=1):
    """Lines of so many phones, as inspect would write them."""
    dice = random.Random(seed)
    yield '{"type":"inspect","schema":1,"generator":"regflow 0.1.0"}'
    for index in range(number):
        if index % captures_of == 0:
            yield json.dumps({"type": "capture", "capture": f"site{index // captures_of % 7}/{index}.pcap", "error": None})
        took, fails = dice.lognormvariate(0, 2), dice.random() < 0.1
        begin = 1_760_000_000 + index / 50
        yield (f'{{"type":"phone","phone":"SEP{index:012X}","address":null,"mac":null,"model":"{7900 + index % 5}","load":"load{index % 11}",'
               f'"outcome":"{"stuck" if fails else "ready"}","fails":{"true" if fails else "false"},"level":null,"furthest_phase":"register",'
               f'"cause":{json.dumps("dns" if fails and index % 3 else None)},"lines":[],"first_frame":{index + 1},"attempts":[{{"attempt":1,'
               f'"server":"198.18.0.{index % 9}","first_frame":1,"last_frame":9,"begin":{begin:.9f},"took":{took:.9f},"role":"primary","line":null,'
               f'"state":"ready","rejected_after":null,"accepted_after":{took / 2:.9f},"ready_after":{"null" if fails else f"{took:.9f}"},'
               f'"asked_after":0.1,"accepted_in":{took / 3:.9f},"phases":[{{"phase":"files","begin":{begin:.9f},"took":{took / 7:.9f},"steps":4}},'
               f'{{"phase":"register","begin":{begin:.9f},"took":0.000000000,"steps":1}}]}}],"problems":[]}}')
    yield json.dumps({"type": "end", "captures": -(-number // captures_of), "phones": number})


def write_lines(path, lines):
    with path.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(line + "\n")
    return path


@check
def phones_that_are_slower_than_their_kind_are_found(folder):
    file = write_lines(folder / "some.ndjson", generated(3000, 100))
    all_slow = sorted(slow_phones(rows(file)[0]), key=lambda each: -each[2] / each[3])
    expect(len(all_slow) > 500, "hardly any are there")
    told = merged(file, "--top", 20, status=1)["slow_phones"]
    expect([(row["capture"], row["phone"], row["ready_after"], row["median"]) for row in told] == all_slow[:20], "not the slowest ones")


@check
def beyond_a_number_percentiles_are_estimated_and_memory_is_flat(folder):
    """A tenth of these phones takes as much memory as all of them, but for the times that are kept one by one."""
    most = {}
    for number in (15_000, 150_000):
        file = write_lines(folder / "many.ndjson", generated(number))
        with (folder / "out.json").open("wb") as out, subprocess.Popen([program(), "merge", file, "--format", "json"], stdout=out, env=ENVIRONMENT) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        expect(process.returncode == 1, f"exit status {process.returncode}")
        most[number] = usage.ru_maxrss
    expect(most[150_000] < most[15_000] + 25_000, f"KiB for so many phones: {most}")
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"), parse_float=Decimal)
    expect(document["phones"] == 150_000 and document["runs"] == 1, document["phones"])
    times = times_of(phone for _, _, phones in rows(file)[0] for phone in phones)
    for row in document["phases"] + document["moments"]:
        all_of_it = times[row.get("phase") or row["moment"]]
        expect(row["count"] == len(all_of_it) and row["longest"] == max(all_of_it) and row["exact"] == (len(all_of_it) <= 100_000), row)
        for key, percent in (("median", 50), ("p95", 95), ("p99", 99)):
            want = percentile(all_of_it, percent)
            expect(abs(row[key] - want) <= Decimal("0.004") * want, f"{row}: {key} is {want}")
    expect(not all(row["exact"] for row in document["moments"]), "all of it is exact")


def without_copies(folder, chosen):
    """Of captures with the same phones the first one: which of them is counted hangs on the order."""
    wanted = {capture for capture, _, _ in rows(inspect(folder, "copies.ndjson", *chosen))[0]}
    return [capture for capture in chosen if str(capture) in wanted]


def loosened(document):
    """Without what hangs on the names of the files, and on their order."""
    for captures_of in ("worst", "unread_captures"):
        document[captures_of] = sorted((dict(row, file="") for row in document[captures_of]), key=lambda row: row["capture"])
    return {name: value for name, value in document.items() if name not in ("faults", "runs", "unframed")}


@check
def parts_and_their_order_change_nothing(folder):
    chosen = without_copies(folder, captures())
    whole = loosened(merged(inspect(folder, "all.ndjson", *chosen), "--top", 1000, status=3))
    parts = [inspect(folder, f"{number}.ndjson", *chosen[number::5]) for number in range(5)]
    expect(loosened(merged(*reversed(parts), "--top", 1000, status=3)) == whole, "in parts")
    joined = folder / "joined.ndjson"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    document = merged(joined, "--top", 1000, status=3)
    expect(document["runs"] == 5 and loosened(document) == whole, "several runs in a file")
    packed = folder / "joined.gz"
    packed.write_bytes(gzip.compress(joined.read_bytes()))
    expect(loosened(merged(packed, "--top", 1000, status=3)) == whole, "compressed")
    with joined.open("rb") as source:
        done = subprocess.run([program(), "merge", "-", "--top", "1000", "--format", "json"], stdin=source, capture_output=True, check=False,
                              timeout=PATIENCE, env=ENVIRONMENT)
    expect(loosened(json.loads(done.stdout, parse_float=Decimal)) == whole, "from a pipe")
    full = inspect(folder, "full.ndjson", *chosen, brief=False)
    document = merged(full, "--top", 1000, status=3)
    expect((document["runs"], document["unframed"]) == (0, 1) and loosened(document) == whole, "with texts")


@check
def captures_without_a_name_are_told_by_their_file(folder):
    one, other = (inspect(folder, f"{path.stem}.ndjson", path, brief=False) for path in (PHONE, REJECTED))
    document = merged(one, other, status=1)
    expect((document["captures"], document["phones"], document["fails"], document["unframed"]) == (2, 2, 1, 2), document)
    expect(document["worst"][0]["capture"] == str(other) and document["by"]["site"]["listed"][0]["name"] is None, document["worst"])
    joined = folder / "joined.ndjson"
    joined.write_bytes(one.read_bytes() + other.read_bytes())
    expect(merged(joined, status=1)["captures"] == 2, "two captures one behind the other")


@check
def sites_come_from_folders_files_or_names(folder):
    for site in ("berlin", "paris"):
        (folder / site).mkdir()
    shutil.copy(PHONE, folder / "berlin/b-1.pcapng")
    shutil.copy(REJECTED, folder / "paris/p-1.pcapng")
    file = inspect(folder, "all.ndjson", folder / "berlin", folder / "paris")

    def sites(*options):
        return [row["name"] for row in merged(file, *options, status=1)["by"]["site"]["listed"]]

    expect(sites() == sites("--site", "folder") == [str(folder / "paris"), str(folder / "berlin")], sites())
    expect(sites("--site", "file") == [str(file)], sites("--site", "file"))
    expect(sites("--site", "([a-z]+)/[^/]*$") == ["paris", "berlin"], "a group")
    expect(sites("--site", "[bp]-[0-9]") == ["p-1", "b-1"], "what fits")
    expect(sites("--site", "/(ber)lin/") == [None, "ber"], "what does not fit is not known")
    merge(file, "--site", "(", status=2)
    expect("--site takes folder, file or a regular expression" in merge.told[0], merge.told)


@check
def the_exit_status_is_that_of_inspect(folder):
    merge(inspect(folder, "good.ndjson", PHONE))
    expect(not merge.told, merge.told)
    merge(inspect(folder, "bad.ndjson", REJECTED), folder / "good.ndjson", status=1)
    expect(not merge.told, merge.told)
    broken = folder / "broken.pcap"
    broken.write_bytes(b"no capture")
    document = merged(inspect(folder, "broken.ndjson", broken, PHONE), status=3)
    expect(document["unread"] == 1 and document["unread_captures"][0]["error"] and not merge.told, document)
    for wrong, words in (((), "a file is missing"), (("--top", "0"), "--top takes a number"), (("--top", "1001"), "--top takes"),
                         (("--format", "svg"), "there is no format"), (("--language", "xx"), "there is no language")):
        merge(*([folder / "good.ndjson"] if wrong else []), *wrong, status=2)
        expect(len(merge.told) == 1 and words in merge.told[0], merge.told)
    own = (folder / "good.ndjson").read_bytes()
    merge(folder / "good.ndjson", "--output", folder / "good.ndjson", status=2)
    expect((folder / "good.ndjson").read_bytes() == own, "it was overwritten")


# What is wrong


def complaints(folder, lines, words, line, counted, of_all=(1, 1)):
    """One sentence with the file and the line; a good file beside it is counted, and of this one so many captures and phones."""
    file = folder / "wrong.ndjson"
    file.write_bytes(lines if isinstance(lines, bytes) else lines.encode("utf-8"))
    document = merged(file, folder / "good.ndjson", status=3)
    place = f"{file}, line {line}: " if line else str(file)
    expect(len(merge.told) == 1 and f"regreplay merge: {place}" in merge.told[0] and re.search(words, merge.told[0]), f"{words}, line {line}: {merge.told}")
    expect((document["captures"], document["phones"]) == tuple(map(sum, zip(counted, of_all))), f"{words}: {document['captures']}, {document['phones']}")
    expect(document["faults"][0]["line"] == line and document["faults"][0]["file"] == str(file), document["faults"])


@check
def what_is_wrong_is_told_and_not_counted(folder):
    inspect(folder, "good.ndjson", PHONE)
    two = inspect(folder, "two.ndjson", REJECTED, OWN / "sip_auth_cases.pcapng").read_text(encoding="utf-8")
    lines = two.splitlines(keepends=True)
    last, second = len(lines), next(number for number, line in enumerate(lines, 1) if "sip_auth_cases" in line)
    phones = sum('"type":"phone"' in line for line in lines[second:])
    complaints(folder, "".join(lines[:-1]), f"the run that begins in line 1 has no end: it is cut off; the capture .*sip_auth_cases.* is not counted", last - 1, (1, 1))
    complaints(folder, "".join(lines[:-1])[:-20], "it is cut off; the capture .*sip_auth_cases.* is not counted, nor what follows of this run", last - 1, (1, 1))
    complaints(folder, "".join(lines[:second + 3])[:-20], "it is cut off", second + 3, (1, 1))
    complaints(folder, "".join(lines[1:]), "the end of a run whose beginning is missing", last - 1, (1, 1))
    complaints(folder, two.replace('"schema":1', '"schema":2'), "it is of schema 2, and this version reads 1", 1, (0, 0))
    complaints(folder, "".join([*lines[:second], "regreplay: an error\n", *lines[second:]]), "it is not a JSON object", second + 1, (1, 1))
    complaints(folder, "".join([*lines[:second], "[1]\n", *lines[second:]]), "it is not a JSON object", second + 1, (1, 1))
    complaints(folder, "".join([*lines[:second], '{"a":1}\n', *lines[second:]]), 'it has no "type"', second + 1, (1, 1))
    complaints(folder, "".join([*lines[:second], '{"type":"lesson"}\n', *lines[second:]]), 'type "lesson" is not known', second + 1, (1, 1))
    # Two that write at once: a line that runs into another, and one that is missing.
    complaints(folder, "".join([*lines[:second], lines[second].rstrip() + lines[second + 1], *lines[second + 2:]]), "not a JSON object", second + 1, (1, 1))
    complaints(folder, "".join([*lines[:second - 1], *lines[second:]]), "a message without its capture", second, (0, 0))
    complaints(folder, "".join([*lines[:-2], lines[-1]]), f"had 2 captures and {1 + phones} phones, and 2 and {phones} are there", last - 1, (2, phones))
    for old, new in (('"fails":true', '"fails":1'), ('"outcome":"', '"outcome":"not '), ('"attempts":[', '"tries":['), ('"model":', '"Model":')):
        position = two.rindex(old)
        complaints(folder, two[:position] + new + two[position + len(old):], "is missing or not as regreplay writes it",
                   two[:position].count("\n") + 1, (1, 1))
    complaints(folder, b"", "is empty", None, (0, 0))
    complaints(folder, PHONE.read_bytes(), "it is not a JSON object", 1, (0, 0))
    complaints(folder, gzip.compress("".join(lines[:-1]).encode()) + gzip.compress(lines[-1].encode())[:-10], "its gzip data is cut off", last, (1, 1))
    complaints(folder, b'{"type":"phone","phone":"' + b"[" * 100000, "it is cut off", 1, (0, 0))
    complaints(folder, b"[" * 100000 + b"\n", "it is not a JSON object", 1, (0, 0))
    complaints(folder, two.replace("\n", "\n\xff", 1).encode("latin-1", "replace"), "it is not a JSON object", 2, (0, 0))


@check
def files_of_other_commands_are_told(folder):
    inspect(folder, "good.ndjson", PHONE)
    driven = run(PHONE, "--as", "SEP00AABBCCDD00", "--speed", "max", "--timeout", "1s", "--tolerance", "60s", "--format", "ndjson", status=(0, 1)).stdout
    # Which of both is merged hangs on the order: see merge_runs.py.
    complaints(folder, driven[driven.index('{"type":"exchange"'):], "regreplay run has written it", 1, (0, 0))
    watched = run(PHONE, "--format", "ndjson", command="watch", status=(0, 1)).stdout
    complaints(folder, watched, "regreplay watch has written it", 1, (0, 0))
    complaints(folder, run(PHONE, "--format", "json", command="inspect").stdout, 'it has no "type"', 1, (0, 0))


@check
def what_comes_twice_is_counted_once(folder):
    good, again = inspect(folder, "good.ndjson", PHONE), inspect(folder, "again.ndjson", PHONE)
    document = merged(good, again, status=3)
    expect(document["captures"] == 1 and document["phones"] == 1, document)
    expect(len(merge.told) == 1 and f"{again}, line 2: the capture {PHONE} holds the same phones" in merge.told[0], merge.told)
    os.link(good, folder / "linked.ndjson")
    expect(merged(good, folder / "linked.ndjson", status=3)["captures"] == 1 and "is named twice, and read once" in merge.told[0], merge.told)
    shutil.copy(PHONE, folder / "copy.pcapng")
    expect(merged(good, inspect(folder, "copy.ndjson", folder / "copy.pcapng"), status=3)["captures"] == 1, "a copy of the capture")
    shutil.copy(REJECTED, folder / "copy.pcapng")
    other = inspect(folder, "other.ndjson", folder / "copy.pcapng")
    shutil.copy(PHONE, folder / "copy.pcapng")
    document = merged(other, inspect(folder, "copy.ndjson", folder / "copy.pcapng"), status=1)
    expect(document["captures"] == 2 and document["same_names"] == 1 and not merge.told, "the same name only")
    expect("called as one before" in merge(other, folder / "copy.ndjson", "--language", "en", status=1), "the report says it")


@check
def what_cannot_be_opened_is_told_and_the_rest_counted(folder):
    good = inspect(folder, "good.ndjson", PHONE)
    for path, words in ((folder / "none.ndjson", "cannot be opened: No such file"), (folder, "is a folder"), (folder / "a.xz", "compressed with xz")):
        if path.suffix == ".xz":
            path.write_bytes(b"\xfd7zXZ\0\0\0\0\0")
        document = merged(path, good, status=3)
        expect(len(merge.told) == 1 and str(path) in merge.told[0] and words in merge.told[0], merge.told)
        expect(document["captures"] == 1, document)


# Formats


@check
def reports_are_whole_and_hold_no_more_than_is_asked_for(folder):
    file = write_lines(folder / "some.ndjson", generated(5000, 20))
    text = merge(file, "--language", "en", status=1)
    expect(text.startswith("In all: 250 captures; 5000 phones, ") and text.count("\n") < 120, text)
    for top in (1, 7):
        document = merged(file, "--top", top, status=1)
        for row in (document["worst"], document["by"]["server"]["listed"], document["by"]["load"]["listed"], document["slow_phones"]):
            expect(len(row) == top, f"--top {top}: {row}")
        others = document["by"]["server"]["others"]
        expect(others["phones"] + sum(row["phones"] for row in document["by"]["server"]["listed"]) == 5000, others)
    junit = folder / "merge.xml"
    merge(file, "--format", "junit", "--output", junit, status=1)
    suite = xml.parse(junit).getroot()[0]
    for attribute, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        expect(suite.get(attribute) == str(len(suite.findall(path))), f"{attribute}: {suite.attrib}")
    expect(suite.get("tests") == "11" and suite.get("failures") == "11", suite.attrib)
    cases = [(case.get("classname"), case.get("name")) for case in suite]
    expect(len(set(cases)) == len(cases), f"of one name: {cases}")
    if shutil.which("xmllint"):
        done = subprocess.run(["xmllint", "--noout", "--schema", TOP / "docs/junit.xsd", junit], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stderr)
    page = merge(file, "--format", "html", status=1)
    expect("<script" not in page and "http:" not in page and "https:" not in page and "default-src 'none'" in page, "it fetches something")


@check
def every_language_says_it(folder):
    file = inspect(folder, "all.ndjson", *sorted(OWN.glob("*.pcap*"))[:60])
    said = {language: merge(file, "--language", language, status=3) for language in ("en", "de", "fr", "es")}
    expect(len(set(said.values())) == 4, "two are the same")
    for language, words in (("de", "Woran Telefone scheitern"), ("fr", "Pourquoi des téléphones échouent"), ("es", "Por qué fallan los teléfonos")):
        expect(words in said[language], said[language])
        expect(f'<html lang="{language}">' in merge(file, "--language", language, "--format", "html", status=3), "the page names its language")
        expect(len(said[language].splitlines()) == len(said["en"].splitlines()), f"{language}: other lines")


@check
def names_do_no_harm(folder):
    hostile = "\x1b]0;owned\x07<script>&'\"\u202e\u2028"
    lines = list(generated(30, 30))
    lines[1] = json.dumps({"type": "capture", "capture": hostile + "/x", "error": hostile})
    lines[2:-1] = [json.dumps(dict(json.loads(line), phone=hostile, model=hostile, load=hostile, cause=hostile, fails=True)) for line in lines[2:-1]]
    file = write_lines(folder / "hostile.ndjson", lines)
    text, page = (merge(file, "--format", form, status=3) for form in ("text", "html"))
    expect("\x1b" not in text + page and "\u202e" not in text and "<script" not in page, "it gets through")
    junit = folder / "merge.xml"
    merge(file, "--format", "junit", "--output", junit, status=3)
    xml.parse(junit)
    merged(file, status=3)


def main():
    wanted = sys.argv[1:] or list(CHECKS)
    failed = False
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="regflow-test-") as folder:
            try:
                CHECKS[name](pathlib.Path(folder))
                print(f"{name}: holds")
            except (Trouble, subprocess.CalledProcessError) as trouble:
                failed = True
                print(f"{name}: FAULT {trouble}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
