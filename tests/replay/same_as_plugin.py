#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay inspect must say the same as the plugin in tshark, which thereby is the oracle of our own capture reader.

  same_as_plugin.py whole|damaged|cut [CAPTURE…]   on captures whose name contains one of the words

whole: every capture there is, field by field, and the report byte by byte. damaged: with lost, doubled, swapped, cut or
changed packets. cut: with the first 60, 90 or 200 octets of each packet. Captures take the kinds of damage in turn, and
both settings of Wireshark's preference tcp.reassemble_out_of_order, which changes nothing of what the plugin says. One
that is chosen by its name takes every kind of damage; that both sides tell nothing of it is agreement, too.

The plugin shows every frame that may be a phone's; of who is never shown to be one, regreplay tells nothing.

Both sides go without key logs: what only Wireshark can decrypt is compared by nobody here.
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "plugin"), str(HERE.parent / "support")]

import damage  # noqa: E402  pylint: disable=wrong-import-position
from readings import Readings  # noqa: E402  pylint: disable=wrong-import-position
from tshark import SHARED, Trouble, Tshark, build_folder, captures, skip  # noqa: E402  pylint: disable=wrong-import-position

# Of the plugin, and its name in a line of ndjson.
MESSAGE_FIELDS = {
    "regflow.message": "message", "regflow.device": "phone", "regflow.server": "server", "regflow.phase": "phase",
    "regflow.level": "level", "regflow.attempt": "attempt", "regflow.request_in": "request_in",
    "regflow.answer_in": "answer_in", "regflow.response_time": "response_time", "regflow.elapsed": "elapsed",
    "regflow.title": "title", "regflow.tip": "tip", "regflow.next": "next",
}
FINDING_FIELDS = {
    "regflow.problem": "problem", "regflow.problem.certainty": "certainty", "regflow.problem.text": "text",
    "regflow.problem.fix": "fix", "regflow.problem.evidence": "evidence",
}
FIELDS = [*MESSAGE_FIELDS, *FINDING_FIELDS]
PHONE = "regflow.phone"
CUTS = (60, 90, 200)


def run_inspect(capture, *options):
    """stdout of regreplay inspect. Captures without registration and cut ones give status 3, and their report."""
    argv = [str(build_folder() / "regreplay"), "inspect", *options, str(capture)]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode not in (0, 1, 3):
        raise Trouble(f"exit status {done.returncode} of {' '.join(argv)}\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def append(frames, line, fields):
    values = frames.setdefault(int(line["frame"]), {field: [] for field in FIELDS})
    for field, key in fields.items():
        value = line.get(key)
        if value is not None:
            values[field] += [str(item) for item in value] if isinstance(value, list) else [str(value)]


def said_frames(report):
    """{frame: {field: [values]}} of a report of ndjson."""
    frames = {}
    for text in report.decode("utf-8").splitlines():
        line = json.loads(text, parse_float=str)
        if line["type"] in ("message", "event"):
            append(frames, line, MESSAGE_FIELDS)
        elif line["type"] == "finding":
            append(frames, line, FINDING_FIELDS)
    return frames


def our_frames(capture):
    """The same as regreplay says it."""
    return said_frames(run_inspect(capture, "--format", "ndjson"))


def by_frame(rows):
    return {int(row["frame.number"][0]): {field: row[field] for field in (*FIELDS, PHONE)} for row in rows}


def their_frames(tshark, capture, in_order):
    """The same as tshark with the plugin says it, in two passes: only then links forward and findings from silence are
    known."""
    return by_frame(tshark.rows(capture, ["frame.number", *FIELDS, PHONE], "-2", "-Y", "regflow", "-o",
                                f"tcp.reassemble_out_of_order:{str(in_order).upper()}"))


def shown_phones(ours, theirs):
    """Those whom regreplay tells of, who were accepted or refused, or about whom something was found: in a frame of their own. What is
    read at the capture's end stands in one frame for all, and does not say of whom it tells."""
    return {phone for frame, row in theirs.items() if len(set(row[PHONE])) == 1 and (frame in ours or row["regflow.level"] or row["regflow.problem"])
            for phone in row[PHONE]}


def is_within(few, many):
    """In that order, with others between."""
    rest = iter(many)
    return all(value in rest for value in few)


def differences(ours, theirs, shown):
    for frame in sorted(ours.keys() | theirs.keys()):
        if frame not in ours or frame not in theirs:
            known = "+".join((ours.get(frame) or theirs.get(frame))["regflow.title"])
            yield f"frame {frame}: only {'regreplay' if frame in ours else 'the plugin'} takes it ({known})"
            continue
        # What nobody waits for any more is read at the capture's end, in the last frame, whoever's that is.
        same = list.__eq__ if shown.issuperset(theirs[frame][PHONE]) else is_within
        for field in FIELDS:
            if not same(ours[frame][field], theirs[frame][field]):
                yield f"frame {frame}, {field}: {ours[frame][field]} and, the plugin, {theirs[frame][field]}"


def disagreements(ours, theirs):
    """(how many frames both sides tell of, [what differs])"""
    shown = shown_phones(ours, theirs)
    theirs = {frame: row for frame, row in theirs.items() if frame in ours or not shown.isdisjoint(row[PHONE])}
    return len(theirs), list(differences(ours, theirs, shown))


def compare(tshark, capture, name, theirs):
    """Returns how many frames agree."""
    agreed, found = disagreements(our_frames(capture), theirs)
    if found:
        keep = f"kept as {keep_copy(capture)}" if capture.is_relative_to(tshark.work) else capture
        raise Trouble("\n  ".join([f"{name}: {len(found)} differences ({keep})", *found[:8]]))
    return agreed


def keep_copy(capture):
    kept = build_folder() / capture.name
    kept.write_bytes(capture.read_bytes())
    return kept


def compare_report(capture, theirs):
    ours = run_inspect(capture).decode("utf-8")
    if ours != theirs:
        raise Trouble(f"{capture.name}: the report differs\n{ours}\nand the plugin's is\n{theirs}")


def whole(readings, capture, _index):
    rows, _, report = readings.two_passes(capture)
    agreed = compare(readings.tshark, capture, capture.name, by_frame(row for row in rows if row["regflow"]))
    compare_report(capture, report)
    return agreed


def damaged(readings, capture, index):
    tshark = readings.tshark
    pcap = damage.Pcap.read(capture, tshark.work)
    kind = damage.KINDS[index % len(damage.KINDS)]
    mutant = tshark.work / f"{capture.stem}-{kind.__name__}.pcap"
    damage.damaged(pcap, kind, capture.name).write(mutant)
    return compare(tshark, mutant, mutant.name, their_frames(tshark, mutant, index // len(damage.KINDS) % 2 == 0))


def cut(readings, capture, index):
    tshark = readings.tshark
    size = CUTS[index % len(CUTS)]
    short = tshark.work / f"{capture.stem}-{size}.pcapng"
    subprocess.run(["editcap", "-s", str(size), capture, short], check=True, capture_output=True)
    return compare(tshark, short, short.name, their_frames(tshark, short, index // len(CUTS) % 2 == 0))


def main():
    kind, times = {"whole": (whole, 1), "damaged": (damaged, len(damage.KINDS)), "cut": (cut, len(CUTS))}[sys.argv[1]]
    words = sys.argv[2:]
    chosen = [path for path in captures() if not words or any(word in path.name for word in words)]
    if not chosen:
        skip("no capture has such a name")
    faults = []
    agreed = 0
    with Tshark() as tshark:
        readings = Readings(tshark)
        for index, capture in enumerate(path for path in chosen for _ in range(times if words else 1)):
            try:
                agreed += kind(readings, capture, index)
            except Trouble as trouble:
                faults.append(str(trouble))
    print(f"{len(chosen)} captures, {agreed} frames agree; {len(faults)} times they differ; "
          f"{sum(path.parent == SHARED for path in chosen)} of them lie beside the checkout")
    if not agreed:
        print("There was nothing to compare: no frame is shown to be a phone's.")
    print("\n".join(faults))
    return 1 if faults or not (agreed or words) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
