#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay merge of the parts of a run: percentiles and the verdict are those of all their times, and no part is merged silently that does not belong to the others.

  merge_runs.py [NAME…]   the checks with these names
"""

import copy
import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import check_each, expect, run, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN  # noqa: E402  pylint: disable=wrong-import-position

SCHEMA = Schema(json.loads((TOP / "docs/merge_run.schema.json").read_text(encoding="utf-8")))
PHONE, REJECTED = OWN / "sccp_phone_register.pcapng", OWN / "sccp_reject_loop.pcapng"
FAST = ("--as", "SEP00AABBCCDD00", "--speed", "max", "--timeout", "20s", "--format", "ndjson", "--brief")
PERCENTILES = (("live", 50), ("median", 50), ("p95", 95), ("p99", 99), ("longest", 100))


def merge(*arguments, status=0):
    done = run(*arguments, command="merge", status=status)
    merge.told = done.stderr.splitlines()
    for sentence in merge.told:
        expect(sentence.startswith("regreplay merge: ") and sentence.endswith("."), f"no sentence: {sentence!r}")
    return done.stdout


def merged(*arguments, status=0):
    document = json.loads(merge(*arguments, "--format", "json", status=status))
    faults = SCHEMA.faults(document)
    expect(not faults, f"{faults[:3]}")
    expect(len(merge.told) == document["n_faults"] and document["exit_code"] == status, f"{merge.told}: {document}")
    return document


def play(*arguments, status=0, capture=PHONE):
    return run(capture, *FAST, *arguments, status=status).stdout.splitlines()


def write(path, lines):
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line, separators=(',', ':'))}\n" for line in lines), encoding="utf-8")
    return path


def percentile(times, percent):
    """By the nearest rank; nanoseconds."""
    times = sorted(round(time * 1000) for time in times)
    return times[max(-(-len(times) * percent // 100), 1) - 1] if times else None


def check_times(document, samples):
    """What is told of each exchange is what all samples say."""
    told = {row["exchange"]: row for row in document["exchanges"]}
    for moment in ("accepted", "ready"):
        told[moment] = document[moment]
    times = {name: [] for name in told}
    for phone in samples:
        for name, all_of_it in phone["times"].items():
            times[name] += all_of_it
        for moment in ("accepted", "ready"):
            times[moment] += [phone[moment]] if phone[moment] is not None else []
    for name, row in told.items():
        expect(row["samples"] == len(times[name]), f"{name}: {row['samples']} of {len(times[name])}")
        for key, percent in PERCENTILES:
            if key in row:
                now = None if row[key] is None else round(row[key] * 1e9)
                expect(now == percentile(times[name], percent), f"{name}: {key} is {now}, and not {percentile(times[name], percent)}")


def samples_of(lines):
    return [row for row in map(json.loads, lines) if row["type"] == "samples"]


# Parts that nobody has played: a run whose samples are divided


def crowd(number, seed=1, late=1.0):
    """Lines of a run of so many phones, made from one that was played."""
    if not hasattr(crowd, "played"):
        crowd.played = [json.loads(line) for line in play()]
    dice = random.Random(seed)
    begin, one, *exchanges, end = copy.deepcopy(crowd.played)
    samples = []
    for index in range(number):
        phone = copy.deepcopy(one)
        phone["phone"] = f"SEP{index:012X}"
        for name, times in phone["times"].items():
            phone["times"][name] = [round(late * dice.lognormvariate(3, 2), 3) for _ in times]
        phone["own"] = {"RegisterReq": [0.5]} if index % 3 == 0 and phone["times"]["RegisterReq"][0] > 1 else {}
        phone["accepted"], phone["ready"] = round(dice.uniform(10, 1e6), 3), None if index % 7 == 0 else round(dice.uniform(10, 1e6), 3)
        samples.append(phone)
    return part_of(begin, samples, exchanges, end, 1, 1)


def part_of(begin, samples, exchanges, end, number, of, all_phones=None):
    begin, end = dict(begin, part=number, parts=of), dict(end, part=number, parts=of)
    for name in ("phones", "registrations", "registered", "n_samples"):
        end[name] = len(samples)
    end.update(all_phones=all_phones or len(samples), ends=dict(end["ends"], complete=len(samples)), n_exchanges=len(exchanges))
    counted = [dict(row, samples=sum(len(phone["times"].get(row["exchange"], [])) for phone in samples)) for row in exchanges]
    return [begin, *samples, *counted, end]


def divide(lines, parts, at=None):
    samples, exchanges = [row for row in lines if row["type"] == "samples"], [row for row in lines if row["type"] == "exchange"]
    cuts = [index * len(samples) // parts for index in range(parts + 1)] if at is None else [0, at, len(samples)]
    return [part_of(lines[0], samples[cuts[index]:cuts[index + 1]], exchanges, lines[-1], index + 1, parts, len(samples)) for index in range(parts)]


def without_parts(document):
    """Nor what the servers said: divide() does not divide that."""
    document = dict(document, unsolicited=[], exchanges=[dict(row, said=[]) for row in document["exchanges"]])
    return {name: value for name, value in document.items() if name not in ("parts", "of_parts")}


def parts_say_what_one_run_says(folder):
    whole = crowd(1000)
    alone = without_parts(merged(write(folder / "whole", whole)))
    check_times(alone, whole[1:1001])
    for name, parts in (("halves", divide(whole, 2)), ("unequal", divide(whole, 2, 17)), ("many", divide(whole, 23))):
        files = [write(folder / f"{name}-{index}", part) for index, part in enumerate(parts)]
        for order in (files, files[::-1]):
            document = merged(*order)
            expect(len(document["parts"]) == len(parts) == document["of_parts"] and document["phones"] == 1000, document["parts"])
            expect(without_parts(document) == alone, f"{name}: it says something else")
    packed = folder / "all.gz"
    packed.write_bytes(gzip.compress(b"".join(file.read_bytes() for file in files)))
    expect(without_parts(merged(packed)) == without_parts(merged(*files)), "in one file")


def a_run_alone_says_of_itself_what_merge_does(folder):
    """The same program has come to both: from what it measured, and from what it has written."""
    for name, options, status in (("good", ("--phones", "20", "--tolerance", "60s"), (0, 1)), ("late", ("--phones", "5", "--tolerance", "0ms,0%"), 1)):
        lines = play(*options, status=status)
        own = json.loads(lines[-1])
        document = merged(write(folder / name, lines), status=own["exit_code"])
        for member in ("result", "passed", "exit_code", "ends", "registered", "still_registered", "times_uncertain", "generator_saturated", "failures"):
            expect(document[member] == own[member], f"{member}: {document[member]}, and the run says {own[member]}")
        rows = {row["exchange"]: row for row in map(json.loads, lines) if row["type"] == "exchange"}
        for row in document["exchanges"]:
            expect(row.pop("targets") == [], "there is one target")
            expect({key: rows[row["exchange"]][key] for key in row} == row, f"{row}, and the run says {rows[row['exchange']]}")


def played_parts_are_put_together(folder):
    with serving(PHONE, complaints=[]) as server, ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda part: play("--target", server, "--phones", "40", "--rate", "200", "--part", f"{part}/2", "--tolerance", "60s",
                                               status=(0, 1)), (1, 2)))
    files = [write(folder / f"part-{number}", lines) for number, lines in enumerate(both, 1)]
    document = merged(*files, status=max(json.loads(lines[-1])["exit_code"] for lines in both))
    check_times(document, [row for lines in both for row in samples_of(lines)])
    expect(document["phones"] == document["registered"] == 40 and len(document["parts"]) == 2, document["parts"])
    for part, lines in zip(document["parts"], both):
        own = json.loads(lines[-1])
        for member in ("part", "phone", "round_trip", "own_lateness_median", "own_lateness_p99", "own_reading_p99", "generator_saturated", "result"):
            expect(part[member] == own[member], f"{member}: {part[member]}, and the part says {own[member]}")


def nodes_of_a_cluster_are_told_apart(folder):
    """Parts at different targets are two runs, unless somebody says that they are one."""
    with serving(PHONE, complaints=[]) as one, serving(PHONE, complaints=[]) as other:
        both = [play("--target", server, "--phones", "40", "--rate", "400", "--part", f"{part}/2", "--tolerance", "60s", status=(0, 1))
                for part, server in enumerate((one, other), 1)]
    files = [write(folder / f"node-{number}", lines) for number, lines in enumerate(both, 1)]
    document = merged(*files, status=3)
    expect(document["phones"] == 20 and document["target"] == one and all(row["targets"] == [] for row in document["exchanges"]), document)
    expect(any(f"its target is {other}, and that of what" in told and "--cluster" in told for told in merge.told), merge.told)
    document = merged("--cluster", *files, status=max(json.loads(lines[-1])["exit_code"] for lines in both))
    check_times(document, [row for lines in both for row in samples_of(lines)])
    expect(document["phones"] == 40 and document["target"] == f"{one}, {other}", document["target"])
    expect([part["target"] for part in document["parts"]] == [one, other], document["parts"])
    for row in document["exchanges"]:
        expect([target["target"] for target in row["targets"]] == [one, other] or not row["samples"], row)
        for target, lines in zip(row["targets"], both):
            times = [time for phone in samples_of(lines) for time in phone["times"].get(row["exchange"], [])]
            expect(target["samples"] == len(times), f"{target}: {len(times)}")
            for member, percent in PERCENTILES:
                if member in target:
                    expect(round(target[member] * 1e9) == percentile(times, percent), f"{target}: {member}")
    text = merge("--cluster", *files, status=(0, 1))
    expect("Answers, of each target" in text and f"sent to {one}, {other}." in text, text)


def one_verdict_comes_from_all_times(folder):
    """The median of one half is late, and that of all is not; no mean of both says that."""
    whole = crowd(100)
    for index, phone in enumerate(whole[1:101]):
        phone["times"]["RegisterReq"], phone["own"] = [900000.0 if index >= 60 else 100.0], {}
    parts = divide(whole, 2)
    for rows in (whole, *parts):
        next(row for row in rows if row["type"] == "exchange" and row["exchange"] == "RegisterReq").update(allowed=0.5)
    halves = [write(folder / f"half-{index}", part) for index, part in enumerate(parts)]
    register = {row["exchange"]: row for row in merged(*halves)["exchanges"]}["RegisterReq"]
    expect(register["timing"] == "on time" and register["live"] == 0.0001 and register["p95"] == 0.9, register)
    second = [dict(row, part=1, parts=1) if row["type"] in ("replay", "run") else row for row in parts[1]]
    document = merged(write(folder / "second", second), status=1)
    expect(document["result"] == "not as recorded: 1 answer late", document["result"])
    # A machine that was too busy: named, and no answer is called late.
    parts[1][-1]["generator_saturated"] = True
    for phone in parts[0][1:51]:
        phone["times"]["RegisterReq"] = [900000.0]
    halves = [write(folder / f"half-{index}", part) for index, part in enumerate(parts)]
    document = merged(*halves, status=1)
    expect("this machine itself was late" in document["result"] and [part["generator_saturated"] for part in document["parts"]] == [False, True], document["result"])
    text = merge(*halves, status=1)
    expect(f"The machine of part 2 ({halves[1]}) was too busy" in text, text)


def complaints(folder, lines, words, line, counted=1, parts=None):
    """One sentence about this file and its line; the good part beside it is counted."""
    good, wrong = folder / "good", folder / "wrong"
    write(good, parts or divide(crowd(20), 2)[0])
    if isinstance(lines, bytes):
        wrong.write_bytes(lines)
    else:
        write(wrong, lines)
    document = merged(good, wrong, status=3)
    place = f"{wrong}, line {line}: " if line else str(wrong)
    expect(len(merge.told) == 1 and f"regreplay merge: {place}" in merge.told[0] and re.search(words, merge.told[0]), f"{words}, line {line}: {merge.told}")
    expect(len(document["parts"]) == counted and document["phones"] == 10 * counted, f"{words}: {document['parts']}")
    expect(not document["passed"] and document["faults"][0]["line"] == line and document["faults"][0]["file"] == str(wrong), document["faults"])


def what_does_not_belong_to_the_others_is_told(folder):
    first, second = divide(crowd(20), 2)
    last = len(second)

    def changed(member, value, where=-1):
        rows = copy.deepcopy(second)
        rows[where][member] = value
        return rows

    complaints(folder, second[:-1], "the run that begins in line 1 has no end: it is cut off; part 2 of 2 is not counted", last - 1)
    complaints(folder, ("\n".join(json.dumps(row) for row in second[:5])[:-20]).encode(), "it is cut off; part 2 of 2 is not counted", 5)
    complaints(folder, [*second[:3], *second[4:]], "has 10 times, and 9 stand in the lines before: lines are missing; part 2 of 2 is not counted", 11)
    complaints(folder, [*second[:12], *second[13:]], "the run had 10 registrations and .* exchanges, and .* are there: lines are missing", last - 1)
    complaints(folder, [*second[:4], second[3], *second[4:]], "has come before in this run, in round 1", 5)
    complaints(folder, [*second[:4], "regreplay: an error", *second[4:]], "it is not a JSON object; part 2", 5)
    complaints(folder, [*second[:4], {"type": "lesson"}, *second[4:]], 'a line of type "lesson" does not belong to a run', 5)
    complaints(folder, changed("schema", 2, 0), "it is of schema 2, and this version reads 1", 1, parts=part_alone(first))
    complaints(folder, changed("times", {"RegisterReq": [-1]}, 1), '"times" is missing or not as regreplay writes it', 2)
    complaints(folder, changed("ends", {}), '"complete" is missing or not as regreplay writes it', last)
    complaints(folder, changed("recording", "0" * 64), "is another recording", 1)
    complaints(folder, changed("tolerance", "1ms"), "its --tolerance is 1ms, and that of what .*good has is .*: they are parts of two runs", 1)
    complaints(folder, changed("speed", "2"), "its --speed is 2", 1)
    complaints(folder, changed("all_phones", 40), "its --phones is 40", 1)
    complaints(folder, changed("round_trip_corrected", not second[-1]["round_trip_corrected"]), "the network's round trip", 1)
    complaints(folder, changed("strict", True), "--strict", 1)
    overlap = copy.deepcopy(second)
    overlap[4]["phone"] = first[4]["phone"]
    complaints(folder, overlap, f"what .*good has played {first[4]['phone']}, too: the parts overlap; part 2 of 2 is not counted", 1)
    complaints(folder, b"", "is empty", None, parts=part_alone(first))
    complaints(folder, second[1:], 'the line of type "replay" that its run begins with is missing', 1, parts=part_alone(first))


def part_alone(part):
    """The same as a run that is no part of anything."""
    return [dict(row, part=1, parts=1) if row["type"] in ("replay", "run") else row for row in part]


def parts_that_are_missing_or_doubled_are_told(folder):
    files = [write(folder / f"part-{index + 1}", part) for index, part in enumerate(divide(crowd(80), 8))]
    for here, words in (((1, 2, 3, 4, 5, 6, 8), "of the others 1 is not there: 7"), ((2,), "of the others 7 are not there: 1, 3 to 8"),
                        ((1, 4, 8), "of the others 5 are not there: 2, 3, 5 to 7")):
        document = merged(*(files[number - 1] for number in here), status=3)
        first = files[here[0] - 1]
        expect(len(merge.told) == 1 and f"{first}, line 1: this is part {here[0]} of 8, and {words}" in merge.told[0], merge.told)
        expect(document["phones"] == 10 * len(here), document["phones"])
    copied = folder / "copied"
    shutil.copy(files[2], copied)
    document = merged(*files, copied, status=3)
    expect(len(merge.told) == 1 and f"{copied}, line 1: part 3 of 8 has come before, in {files[2]}" in merge.told[0], merge.told)
    expect(document["phones"] == 80, document["phones"])
    merge(files[0], files[0], status=3)
    expect("is named twice, and read once" in merge.told[0], merge.told)
    # Two runs that are no parts, of other phones: one storm.
    one, other = crowd(10), crowd(10)
    for row in other[1:11]:
        row["phone"] = "SEPAA" + row["phone"][5:]
    expect(merged(write(folder / "one", one), write(folder / "other", other))["phones"] == 20, "two runs")


def parts_that_did_not_begin_together_are_told(folder):
    first, second = divide(crowd(20), 2)
    first[-1].update(start_at=1760000000.0, began=1760000000.05)
    second[-1].update(start_at=1760000000.0, began=1760000000.9)
    merged(write(folder / "a", first), write(folder / "b", second))
    for began, word in ((1760000004.2, "it began 4.200 s later"), (1759999996.0, "it began 4.000 s earlier")):
        second[-1]["began"] = began
        complaints(folder, second, f"it was told to begin at 2025-10-09T08:53:20.000000Z, and by its clock {word}: it did not play with the others", 1, parts=first)
    second[-1].update(start_at=1760000060.0, began=1760000060.0)
    complaints(folder, second, "it was told to begin at another time", 1, parts=first)
    second[-1].update(start_at=None)
    complaints(folder, second, "it was told to begin at another time .at once.", 1, parts=first)


def captures_and_runs_are_merged_each_alone(folder):
    runs, captures = write(folder / "runs", crowd(3)), folder / "captures"
    run(PHONE, "--format", "ndjson", "--brief", "--output", captures, command="inspect")
    merged(runs, captures, status=3)
    expect(len(merge.told) == 1 and f"{captures}, line 1: regreplay inspect has written what begins here, and regreplay run what stands before" in merge.told[0], merge.told)
    merge(captures, runs, status=3)
    expect(len(merge.told) == 1 and f"{runs}, line 1: regreplay run has written what begins here, and regreplay inspect what stands before" in merge.told[0], merge.told)
    suite = folder / "suite"
    suite.mkdir()
    shutil.copy(PHONE, suite)
    tested = folder / "tested"
    run(suite, *FAST[:6], "--tolerance", "60s", "--format", "ndjson", "--output", tested, command="test", status=(0, 1))
    merge(tested, status=3)
    expect("regreplay test has written it" in merge.told[0] and f"{tested}, line 1: " in merge.told[0], merge.told)


def reports_are_whole(folder):
    whole = crowd(40)
    whole[20]["phone"] = whole[-1]["phone"] = "\x1b]0;owned\x07<script>&\u202e"
    whole[-1]["failures"] = ["\x1b]0;owned\x07<script>&\u202e: it failed"]
    files = [write(folder / f"part-{index}\x1b", part) for index, part in enumerate(divide(whole, 2))]
    text, page = (merge(*files, "--format", form) for form in ("text", "html"))
    expect(text.startswith("40 phones in 2 parts: all 40 registered as recorded and on time\n"), text)
    expect("\x1b" not in text + page and "\u202e" not in text and "<script" not in page, "it gets through")
    expect("default-src 'none'" in page and "http:" not in page, "it fetches something")
    junit = folder / "merge.xml"
    merge(*files, files[0], "--format", "junit", "--output", junit, status=3)
    suite = xml.parse(junit).getroot()[0]
    for attribute, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        expect(suite.get(attribute) == str(len(suite.findall(path))), f"{attribute}: {suite.attrib}")
    expect(suite.get("errors") == "1", suite.attrib)
    if shutil.which("xmllint"):
        done = subprocess.run(["xmllint", "--noout", "--schema", TOP / "docs/junit.xsd", junit], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stderr)


CHECKS = [parts_say_what_one_run_says, a_run_alone_says_of_itself_what_merge_does, played_parts_are_put_together, nodes_of_a_cluster_are_told_apart, one_verdict_comes_from_all_times,
          what_does_not_belong_to_the_others_is_told, parts_that_are_missing_or_doubled_are_told, parts_that_did_not_begin_together_are_told,
          captures_and_runs_are_merged_each_alone, reports_are_whole]

if __name__ == "__main__":
    sys.exit(check_each([check for check in CHECKS if not sys.argv[1:] or check.__name__ in sys.argv[1:]]))
