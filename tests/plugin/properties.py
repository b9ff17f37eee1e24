#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold for the plugin on every capture there is, our own and those beside the checkout.

  properties.py NAME [CAPTURE…]   checks one property, on captures whose name contains one of the words
  properties.py --list            the names
"""

import collections
import decimal
import inspect
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import damage  # noqa: E402  pylint: disable=wrong-import-position
from readings import COUNT, Readings  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, SHARED, Trouble, Tshark, captures, fields_wanted, skip  # noqa: E402  pylint: disable=wrong-import-position

# Links to later frames: known on the second pass only.
# What only later frames, or the end of the capture, can tell.
FORWARD = {"regflow.answer_in", "regflow.phone", "regflow.problem", "regflow.problem.text", "regflow.problem.fix",
           "regflow.problem.certainty", "regflow.problem.evidence"}
LINKS = FORWARD | {"regflow.request_in"}
# An item of the tree is at most this long (ITEM_LABEL_LENGTH), with everything around the value.
LABEL_MAX = 239
PHONE = OWN / "sccp_phone_register.pcapng"
PROPERTIES = {}


def prove(function):
    PROPERTIES[function.__name__] = function
    return function


class Report:
    """The table of what was compared, and what did not hold."""

    def __init__(self):
        self.rows = collections.OrderedDict()
        self.faults = {}

    def count(self, capture, **numbers):
        row = self.rows.setdefault(label(capture), collections.Counter())
        row.update(numbers)

    def fault(self, capture, text):
        self.faults.setdefault(label(capture), []).append(text)

    def show(self):
        columns = list(dict.fromkeys(column for row in self.rows.values() for column in row))
        width = max([len("capture"), *map(len, self.rows)])
        print(f"{'capture':<{width}} " + " ".join(f"{column:>12}" for column in columns))
        for name, row in self.rows.items():
            print(f"{name:<{width}} " + " ".join(f"{row[column] or '-':>12}" for column in columns))
        total = collections.Counter()
        for row in self.rows.values():
            total.update(row)
        print(f"{'all':<{width}} " + " ".join(f"{total[column]:>12}" for column in columns))
        print()
        for name, faults in self.faults.items():
            print("\n".join(f"FAULT {name}: {fault}" for fault in faults[:5]))
            if len(faults) > 5:
                print(f"FAULT {name}: and {len(faults) - 5} more")


def label(capture):
    return capture if isinstance(capture, str) else ("@shared/" if capture.parent == SHARED else "") + capture.name


def names_of_messages(tshark):
    """{SCCP message id: Wireshark's name}"""
    out, _ = tshark.run([*tshark.prefix, "-G", "values"])
    rows = [line.split("\t") for line in out.splitlines()]
    return {int(row[2], 0): row[3] for row in rows if row[:2] == ["V", "skinny.messageId"]}


# (a), (e), (f): the same messages as Wireshark's SCCP dissector

# Frames in which Wireshark sees no SCCP although there is some: header versions that it does not know, other ports, messages
# behind the end of one whose beginning is not there, or behind a packet that the capture has cut, and, from 4.6 on and on its second
# pass, connections on which a server of SSH has answered.
UNSEEN_BY_WIRESHARK = ("sccp_header_version", "sccp_hostile", "sccp_starts_inside", "problem_sccp_on_5060", "near_sccp_on_5060", "near_packets_cut",
                       "sccp_media_cut", "problem_closed_after_garbage")


# Titles of what is said of octets that are missing.
WAITS, LACKS = "Something before this is missing", "The capture lacks octets"
ORDERS = {"on": "tcp.reassemble_out_of_order:TRUE", "off": "tcp.reassemble_out_of_order:FALSE"}


def theirs(row, names):
    """Wireshark's messages in a frame; a message that no list has is "", and so is every one without names."""
    return [names.get(int(number, 0), "") if names else "" for number in row["skinny.messageId"]]


def ours(row, names):
    return [message if names and message in names.values() else "" for message in row["regflow.message"]]


def by_stream(rows):
    streams = collections.OrderedDict()
    for row in rows:
        streams.setdefault("".join(row["tcp.stream"]), []).append(row)
    return streams


def counted(rows, names):
    """How often Wireshark has each message, without those that TCP has sent again."""
    segments = {tuple(map("".join, (row["tcp.srcport"], row["tcp.seq"], row["tcp.len"]))): row for row in reversed(rows)}
    return collections.Counter(name for row in segments.values() for name in theirs(row, names))


def compare_frame(report, capture, path, row, names):
    frame, layers = row["frame.number"][0], "".join(row["frame.protocols"]).split(":")
    want, have = theirs(row, names), ours(row, names)
    if "skinny" in layers and len(want) != len(have):
        report.fault(capture, f"frame {frame}: {len(want)} messages, but {len(have)} of ours ({'+'.join(have)}): {path}")
    elif "skinny" in layers:
        for name, mine in zip(want, have):
            if name and name != mine:
                report.fault(capture, f"frame {frame}: {name}, but ours is {mine}")
    elif layers[-1] == "tcp" and any(have) and not {"icmp", "icmpv6"} & set(layers) and not capture.name.startswith(UNSEEN_BY_WIRESHARK):
        report.fault(capture, f"frame {frame}: {'+'.join(have)}, where Wireshark finds no message")


MESSAGES = ["frame.number", "frame.protocols", "tcp.stream", "tcp.srcport", "tcp.seq", "tcp.len", "tcp.analysis.flags",
            "skinny.messageId", "regflow.message", "regflow.title"]


def compare_messages(tshark, report, capture, path, names=None, cut=False, shown=None):
    """Compares messages, their names too where these are given: frame by frame on connections that Wireshark reads alike with either
    setting of its preference. On the others, and in all, whatever it finds must be there: with one setting it reads nothing behind
    a gap, and with the other it puts nothing in order. Behind a gap, or behind what the capture has cut, there may be more. What
    tshark shows with it on, in two passes, can be given."""
    # What waits at the end of the capture is read then: only the second pass shows it.
    on = shown or tshark.rows(path, MESSAGES, "-2", "-o", ORDERS["on"])
    # Without TCP, and where it went its straight way, the setting changes nothing.
    straight = not any(row["tcp.stream"] and (cut or row["tcp.analysis.flags"]) for row in on)
    off = on if straight else tshark.rows(path, MESSAGES, "-2", "-o", ORDERS["off"])
    want, have, extra, plain = collections.Counter(), collections.Counter(), cut, []
    for row, other in zip(on, off):
        if any(row[field] != other[field] for field in MESSAGES if field.startswith("regflow.")):
            report.fault(capture, f"frame {row['frame.number'][0]} depends on Wireshark's preference: {path}")
    streams = by_stream(off)
    for stream, rows in by_stream(on).items():
        titles = {title for row in rows for title in row["regflow.title"]}
        report.count(capture, frames=len(rows), messages=sum(len(row["skinny.messageId"]) for row in rows))
        extra |= LACKS in titles
        if not titles & {WAITS, LACKS} and [theirs(row, names) for row in rows] == [theirs(row, names) for row in streams[stream]]:
            plain += rows
        elif any(row["skinny.messageId"] for row in rows + streams[stream]):
            want += counted(rows, names) | (counted(streams[stream], names) if cut or LACKS in titles else collections.Counter())
            have += collections.Counter(name for row in rows for name in ours(row, names))
    last = max((row for row in on if row["regflow.title"]), key=lambda row: int(row["frame.number"][0]), default=None)
    for row in plain:
        # The last frame also has what waited on other connections.
        if row is last and row["tcp.stream"] and (want or have):
            want += collections.Counter(theirs(row, names))
            have += collections.Counter(ours(row, names))
        else:
            compare_frame(report, capture, path, row, names)
    report.count(capture, apart=sum(have.values()))
    if want - have:
        report.fault(capture, f"not of ours: {dict(want - have)}: {path}")
    if have - want and not extra and not capture.name.startswith(UNSEEN_BY_WIRESHARK):
        report.fault(capture, f"not of Wireshark's: {dict(have - want)}: {path}")


@prove
def same_messages_as_wireshark(readings, report, chosen):
    """(a) As many SCCP messages in each frame as Wireshark's dissector finds, with the same names; more where octets are missing."""
    tshark, names = readings.tshark, names_of_messages(readings.tshark)
    for capture in chosen:
        compare_messages(tshark, report, capture, tshark.readable(capture), names, shown=readings.two_passes(capture)[0])


@prove
def damaged_captures(readings, report, chosen):
    """(e) Captures with lost, doubled, swapped, cut and changed packets: no crash, and no message less.

    Where bits of the headers changed, only the crash counts: Wireshark has an opinion of its own on, for example, an IP
    header that announces more octets than the packet had on the wire."""
    tshark = readings.tshark
    for index, capture in enumerate(chosen):
        pcap = damage.Pcap.read(capture, tshark.work)
        for number, kind in enumerate(damage.KINDS):
            if (index + number) % 2:
                continue
            mutant = tshark.work / f"{capture.stem}-{kind.__name__}.pcap"
            damage.damaged(pcap, kind, capture.name).write(mutant)
            if kind is damage.flip:
                tshark.rows(mutant, ["frame.number", "regflow.message", "regflow.tip"])
            else:
                compare_messages(tshark, report, capture, mutant, cut=kind is damage.truncate)
            report.count(capture, mutants=1)


@prove
def cut_captures(readings, report, chosen):
    """(f) Captures with the first 90 octets of each packet (and 60): no crash, and no message less."""
    tshark = readings.tshark
    for capture in chosen:
        for size in (60, 90):
            cut = tshark.work / f"{capture.stem}-{size}.pcapng"
            subprocess.run(["editcap", "-s", str(size), capture, cut], check=True, capture_output=True)
            compare_messages(tshark, report, capture, cut, cut=True)


# (g): what must never be shown

# The passwords of our own captures (captures/*.py and record_sip_tls.sh).
PASSWORDS = ("test-only", "not-the-one")
RESPONSE = re.compile(rb"""response\s*=\s*\\?["']?([0-9a-fA-F]{32,64})""")
# Where there is nothing of this, a password file has nothing to check.
LOGIN = re.compile(rb"digest|authorization", re.IGNORECASE)


def password_file(readings, chosen):
    """Passwords for every user whom Wireshark finds in the captures."""
    users = {name.strip('"') for capture in chosen for row in readings.one_pass(capture) for name in row["sip.auth.username"]}
    file = readings.tshark.work / "passwords"
    file.write_text("".join(f"{user}::{password}\n" for user in sorted(users) if user and ":" not in user for password in PASSWORDS),
                    encoding="utf-8")
    file.chmod(0o644)
    return file


@prove
def secrets_are_never_shown(readings, report, chosen):
    """(g) No field, tip, finding or report holds a password or a digest response of the capture, whether a password file checks them or
    not."""
    def look_for_secrets(capture, shown, how):
        shown = shown.lower()
        secrets = {found.decode().lower() for found in RESPONSE.findall(capture.read_bytes())} | set(PASSWORDS)
        report.count(capture, responses=len(secrets) - len(PASSWORDS), checks=shown.count("the password file"))
        for secret in sorted(secrets):
            if secret in shown:
                report.fault(capture, f"shows the secret {secret!r} with {how}")

    picks = [word for name, *_ in readings.our_fields for word in ("-e", name)]
    for capture in chosen:
        _, shown, text = readings.two_passes(capture)
        look_for_secrets(capture, shown + text, "no password file")
    tshark, file = readings.tshark, password_file(readings, chosen)
    for capture in chosen:
        if LOGIN.search(capture.read_bytes()) or any(row["sip.auth.username"] for row in readings.one_pass(capture)):
            shown = tshark.read(tshark.readable(capture), "-o", f"regflow.password_file:{file}", "-2", "-Y", "regflow", "-T", "fields", *picks,
                                "-z", "regflow,report")
            look_for_secrets(capture, shown, "a password file")


# (b): the same values however they are asked for


def by_frame(rows, fields):
    """{frame: {field: [values]}} of the frames that have any of the fields."""
    return {row["frame.number"][0]: {field: row[field] for field in fields} for row in rows if any(row[field] for field in fields)}


def differences(want, got):
    for frame in sorted(want.keys() | got.keys(), key=int):
        one, two = want.get(frame, {}), got.get(frame, {})
        for field in sorted(one.keys() | two.keys()):
            if one.get(field) != two.get(field):
                yield f"frame {frame}: {field} is {one.get(field)}, but {two.get(field)}"


def renumbered(frames):
    """A read filter gives the frames other numbers, in texts too."""
    return {str(i): {field: [re.sub(r"\bframe \d+", "frame …", value) for value in values] for field, values in row.items() if field not in LINKS}
            for i, row in enumerate(frames.values(), 1)}


class Pairs(list):
    """A JSON object that keeps every one of several members of the same name."""


def json_values(text, fields):
    def walk(node, found):
        for key, value in node:
            if isinstance(value, Pairs):
                walk(value, found)
            elif key in found:
                found[key] += value if isinstance(value, list) else [value]

    frames = {}
    for packet in json.loads(text, object_pairs_hook=Pairs):
        layers = dict(dict(packet)["_source"])["layers"]
        found = {field: [] for field in fields}
        ours = [value for key, value in layers if key == "regflow"]
        for tree in ours:
            walk(tree, found)
        number = dict(dict(layers)["frame"])["frame.number"]
        if any(found.values()):
            frames[number] = found
    return frames


# What a time in the tree is measured in: until 4.4 in seconds, from 4.6 on as people say it ("1 minute, 2.5 seconds").
UNITS = {"nanosecond": "1e-9", "microsecond": "1e-6", "millisecond": "1e-3", "second": "1", "minute": "60", "hour": "3600", "day": "86400"}


def seconds(text):
    """The time as fields have it; what is none stays as it is."""
    parts = [re.fullmatch(r"([\d.]+) ([a-z]+?)s?", part) for part in text.split(", ")]
    if not all(part and part[2] in UNITS for part in parts):
        return text
    return f"{sum(decimal.Decimal(part[1]) * decimal.Decimal(UNITS[part[2]]) for part in parts):.9f}"


def verbose_values(text, labels):
    """From the tree as text, in which long values are cut and times have their unit."""
    frames, found = {}, None
    for line in text.split("\n")[:-1]:
        heading = re.match(r"Frame (\d+): ", line)
        if heading:
            found = {field: [] for field in labels.values()}
            frames[heading[1]] = found
        item = re.match(r"        \[([A-Z][a-z ]+)( \[(?:truncated|…)\])?: (.*)\]?$", line)
        if item and item[1] in labels:
            field, value = labels[item[1]], item[3].removesuffix("]")
            found[field].append(seconds(value) if field in ("regflow.response_time", "regflow.elapsed") else value)
    return {frame: values for frame, values in frames.items() if any(values.values())}


def columns_format(fields):
    return "gui.column.format:" + ",".join(['"N","%m"'] + [f'"{i}","%Cus:{field}:0:R"' for i, field in enumerate(fields)])


def column_values(text, fields):
    frames = {}
    for line in text.split("\n")[:-1]:
        number, *values = line.split("\t")
        if any(values):
            frames[number.strip()] = dict(zip(fields, values))
    return frames


def compare(report, capture, way, want, got):
    report.count(capture, ways=1, values=sum(len(values) for row in want.values() for values in row.values()))
    for difference in differences(want, got):
        report.fault(capture, f"{way}: {difference}")


def fields_of(readings):
    """(those that every pass knows, all)"""
    every = [name for name, *_ in readings.our_fields]
    return [name for name in every if name not in FORWARD], every


# What a connection belongs to is known when it names itself: earlier frames of it may have another attempt then, and its bare
# events, those of TLS and the alarm before it asks to be registered another phone.
KNOWN_LATER = ("regflow.attempt",)
OF_WHOM = ("regflow.device", "regflow.elapsed", "regflow.title", "regflow.tip", "regflow.next")


def early_answers(frames):
    """Answers that were captured before their questions: what they mean is known then, and to the second pass from the beginning."""
    return {frame for frame, row in frames.items() if any(int(request) > int(frame) for request in row["regflow.request_in"])}


def known_at_once(frames):
    return {frame: {field: values for field, values in row.items() if field not in KNOWN_LATER and
                    (any(name and name != "Alarm" and not name.startswith("TLS ") for name in row.get("regflow.message", ())) or
                     field not in OF_WHOM)} for frame, row in frames.items()}


@prove
def same_values_on_every_pass(readings, report, chosen):
    """(b) Each field has the same values on one pass and on two, with and without filters. answer_in points forwards:
    it is compared among runs with two passes."""
    tshark, (fields, every) = readings.tshark, fields_of(readings)
    for capture in chosen:
        def values(names, *arguments, path=tshark.readable(capture)):
            return by_frame(tshark.rows(path, ["frame.number", *names], *arguments), names)

        want, two = by_frame(readings.one_pass(capture), fields), by_frame(readings.two_passes(capture)[0], every)
        compare(report, capture, "-Y regflow", want, values(fields, "-Y", "regflow"))
        early = early_answers(two)
        compare(report, capture, "-2", known_at_once({frame: row for frame, row in want.items() if frame not in early}),
                known_at_once({frame: {field: row[field] for field in fields} for frame, row in two.items()
                               if frame not in early and any(row[field] for field in fields)}))
        compare(report, capture, "-2 -Y regflow", two, values(every, "-2", "-Y", "regflow"))


@prove
def read_filter_leaves_nothing_behind(readings, report, chosen):
    """(b) Behind a read filter (-2 -R) each frame that is left has its own values and nothing of those that are gone."""
    tshark, (fields, _) = readings.tshark, fields_of(readings)
    for capture in chosen:
        want = by_frame([row for row in readings.one_pass(capture) if int(row["frame.len"][0]) & 4], fields)
        left = tshark.rows(tshark.readable(capture), ["frame.number", *fields], "-2", "-R", "frame.len & 4")
        compare(report, capture, "-2 -R 'frame.len & 4'", known_at_once(renumbered(want)),
                known_at_once(renumbered(by_frame(left, fields))))


@prove
def same_values_in_every_view(readings, report, chosen):
    """(b) Each field has the same values in -T fields and in JSON, and, in turn, in JSON with two passes, in the tree as
    text, and in columns."""
    tshark, (fields, every) = readings.tshark, fields_of(readings)
    labels = {title: name for name, _, title, _ in readings.our_fields if name in fields}
    for index, capture in enumerate(chosen):
        path, number = tshark.readable(capture), ["frame.number"]
        want = by_frame(readings.one_pass(capture), fields)
        compare(report, capture, "-T json", want, json_values(tshark.read(path, "-T", "json"), fields))
        if index % 3 == 0 or capture == PHONE:
            two = by_frame(readings.two_passes(capture)[0], every)
            compare(report, capture, "-2 -T json", two, json_values(tshark.read(path, "-2", "-T", "json"), every))
        if index % 3 == 1 or capture == PHONE:
            compare(report, capture, "-V", shortened(want), shortened(verbose_values(tshark.read(path, "-V"), labels)))
            compare(report, capture, "-V -T fields", want, by_frame(tshark.rows(path, number + fields, "-V"), fields))
        if index % 3 == 2 or capture == PHONE:
            joined = {frame: {field: ",".join(values) for field, values in row.items()} for frame, row in want.items()}
            columns = tshark.read(path, "-o", columns_format(fields), "-T", "tabs")
            compare(report, capture, "columns", joined, column_values(columns, fields))


@prove
def same_values_alone(readings, report, chosen):
    """(b) Each field has the same values when it is asked for and nothing else: every field for the first capture of ours
    and of those beside the checkout, and for each other capture some, in turn."""
    tshark, (fields, _) = readings.tshark, fields_of(readings)
    whole = {next((capture for capture in chosen if capture.parent == folder), None) for folder in (OWN, SHARED)}
    for index, capture in enumerate(chosen):
        path = tshark.readable(capture)
        together = readings.one_pass(capture)
        for position, field in enumerate(fields):
            if capture in whole or (position - index) % 6 == 0:
                compare(report, capture, f"-e {field}", {str(i): {field: row[field]} for i, row in enumerate(together)},
                        {str(i): row for i, row in enumerate(tshark.rows(path, [field]))})


def shortened(frames):
    return {frame: {field: [cut(value) for value in values] for field, values in row.items()} for frame, row in frames.items()}


def cut(value):
    """The part of a value that is surely in the tree, which shows at most LABEL_MAX octets with label and mark."""
    return value.encode()[:LABEL_MAX - 40].decode(errors="ignore")


# (c), (d): requests and answers


@prove
def answers_fit_requests(readings, report, chosen):
    """(c) response_time is the time of this frame less that of request_in, to the nanosecond, unless one of both holds a message that was
    captured earlier, and has waited for octets before it; provisional answers (100
    Trying) have none, nor has an answer before its request, in the capture or by its clock. (d) Every request_in has its answer_in, and the
    other way round; a request with several answers (two DHCP servers, or 100 before 200) names one of them, and one that
    has got nothing but 100 names none."""
    for capture in chosen:
        rows, *_ = readings.two_passes(capture)
        check_times(report, capture, rows)
        check_links(report, capture, rows)


def check_times(report, capture, rows):
    times = {row["frame.number"][0]: decimal.Decimal(row["frame.time_epoch"][0]) for row in rows}
    waited = {row["frame.number"][0] for row in rows if len(set(row["regflow.elapsed"])) > 1}
    for row in rows:
        frame, requests, found = row["frame.number"][0], row["regflow.request_in"], row["regflow.response_time"]
        provisional = requests and re.match(r"1\d\d ", "".join(row["regflow.message"]))
        # The frames may be swapped in the capture, or its clock set back: how long the answer took is not known then.
        swapped = requests and all(int(request) > int(frame) or times[request] > times[frame] for request in requests)
        if len(requests) != len(found) and not provisional and not (swapped and not found):
            report.fault(capture, f"frame {frame}: {len(requests)} request_in, but {len(found)} response_time")
        for request, found_time in zip(requests, found):
            report.count(capture, answers=1)
            want = times[frame] - times[request]
            if want != decimal.Decimal(found_time) and not {frame, request} & waited:
                report.fault(capture, f"frame {frame}: response_time {found_time}, but frame {request} was {want} s before")


def check_links(report, capture, rows):
    back = collections.Counter((request, row["frame.number"][0]) for row in rows for request in row["regflow.request_in"])
    there = collections.Counter((row["frame.number"][0], answer) for row in rows for answer in row["regflow.answer_in"])
    report.count(capture, links=sum(back.values()))
    answers = collections.Counter(request for request, _ in back)
    provisional = {row["frame.number"][0] for row in rows if re.match(r"1\d\d ", "".join(row["regflow.message"]))}
    for pair in sorted((back - there) | (there - back), key=lambda pair: tuple(map(int, pair))):
        request, answer = pair
        if back[pair] > there[pair] > 0 or answer in provisional:  # 100 and 200 in one frame, or 100 alone
            continue
        if there[pair] > back[pair] or answers[request] == 1 or not any(request == other for other, _ in there):
            report.fault(capture, f"request {request}, answer {answer}: {back[pair]} request_in, {there[pair]} answer_in")


# Every so manieth of the few is enough for these: they differ in what tshark is asked, not in the capture.
MANY_RUNS = {"damaged_captures": 1, "cut_captures": 1, "same_values_on_every_pass": 1,
             "read_filter_leaves_nothing_behind": 2, "same_values_in_every_view": 3, "same_values_alone": 4,
             "start_changes_nothing": 16}


# (g), (h), (i): the plugin as a whole


@prove
def plugin_and_fields_are_listed(readings, report, _chosen):
    """(g) tshark -G lists the plugin, and every field with a description."""
    out, _ = readings.tshark.run([*readings.tshark.prefix, "-G", "plugins"])
    if not re.search(r"^regflow\.so\s+\d+\.\d+\.\d+\t", out, re.MULTILINE):
        report.fault("tshark -G plugins", f"does not list regflow.so with a version:\n{out}")
    fields = readings.our_fields
    report.count("tshark -G fields", fields=len(fields))
    if not fields:
        report.fault("tshark -G fields", "lists none of ours")
    for name, _, title, description in fields:
        if not title or len(description) < 10 or description == "0x0":
            report.fault("tshark -G fields", f"{name} has no description")


@prove
def start_changes_nothing(readings, report, chosen):
    """(g) A tshark that was begun for many captures, as nearly all of these tests use it, writes what a new one writes."""
    tshark = readings.tshark
    for capture in chosen:
        argv = tshark.argv(tshark.readable(capture), "-2", "-Y", "regflow", *fields_wanted(readings.fields), *readings.taps)
        # A warning of Wireshark's own bears process and time.
        begun, new = ((out + re.sub(r"\(tshark:\d+\) [\d:.]+", "", errors)).split("\n")
                      for out, errors in (tshark.run(argv), tshark.run(argv, anew=True)))
        report.count(capture, lines=len(new))
        if begun != new:
            report.fault(capture, next((f"{one!r}, and a new one {other!r}" for one, other in zip(begun, new) if one != other), "lines are missing"))
    if not tshark.begun:
        report.fault(label(PHONE), "nothing was begun")


def write_tips(tshark, folder, name, text):
    path = tshark.work / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    path.parent.chmod(0o755)
    return path.parent


def tips_by_message(tshark, *arguments):
    """({message: its first tip}, stderr)"""
    argv = tshark.argv(tshark.readable(PHONE), "-T", "fields", "-E", "occurrence=f", "-E", "separator=/t", "-e", "regflow.message", "-e",
                       "regflow.tip", *arguments)
    out, errors = tshark.run(argv)
    tips = {}
    for line in out.splitlines():
        message, _, tip = line.partition("\t")
        tips.setdefault(message, tip)
    return tips, errors


@prove
def own_tips_and_preferences(readings, report, _chosen):
    """(h) A folder of own tips replaces a tip; a broken file is named, with group and key, and changes nothing; the
    preference regflow.sccp switches SCCP off."""
    tshark = readings.tshark
    shipped, errors = tips_by_message(tshark)

    def expect(what, holds, detail=""):
        report.count(what, checks=1)
        if not holds:
            report.fault(what, str(detail))

    expect("no complaint about shipped tips", "regflow" not in errors, errors)
    folder = write_tips(tshark, "own", "mine.tips", "[sccp.RegisterAck]\ntext=Welcome {device}.\n")
    own, errors = tips_by_message(tshark, "-o", f"regflow.tips_folder:{folder}")
    expect("own tip", own["RegisterAck"] == "Welcome SEP00005E005361.", own["RegisterAck"])
    expect("own tip, the others stay", {**own, "RegisterAck": 0} == {**shipped, "RegisterAck": 0}, own)
    expect("own tip, no complaint", "regflow" not in errors, errors)

    broken = {
        "misspelt brace": ("[sccp.RegisterAck]\ntext=Welcome {devise}.\n", ["[sccp.RegisterAck]", "text", "devise"]),
        "misspelt key": ("[sccp.RegisterAck]\ntxet=Welcome.\n", ["[sccp.RegisterAck]", "txet"]),
        "misspelt group": ("[sccp.RegisterAkc]\ntext=Welcome.\n", ["[sccp.RegisterAkc]"]),
        "open bracket": ("[sccp.RegisterAck]\ntitle=Hello\ntext=Welcome[ {device}.\n", ["[sccp.RegisterAck]", "text"]),
        "no key file": ("Welcome\n", []),
        "translation": ("[sccp.RegisterAck]\ntext=Welcome\ntext[de]=Willkommen {geraet}\n", ["[sccp.RegisterAck]", "text[de]", "geraet"]),
        "misspelt word": ("[words]\nno-such-word=x\n", ["[words]", "no-such-word"]),
    }
    for number, (what, (text, named)) in enumerate(broken.items()):
        folder = write_tips(tshark, f"broken{number}", "broken.tips", text)
        tips, errors = tips_by_message(tshark, "-o", f"regflow.tips_folder:{folder}")
        for word in [str(folder / "broken.tips"), *named]:
            expect(f"broken file ({what}) is named", word in errors, f"{word} is not in: {errors}")
        expect(f"broken file ({what}) is not used", tips == shipped)
    tips, errors = tips_by_message(tshark, "-o", "regflow.tips_folder:/no/such/folder")
    expect("missing folder", "/no/such/folder" in errors and tips == shipped, errors)

    tips, _ = tips_by_message(tshark, "-o", "regflow.sccp:FALSE")
    expect("regflow.sccp:FALSE", not set(tips) - {""}, tips)


@prove
def taps_run(readings, report, chosen):
    """(i) Statistics count the messages that the frames show, and every report of ours runs; with two passes that show frames,
    too, and, in turn, with one pass that shows nothing else."""
    tshark = readings.tshark
    for index, capture in enumerate(chosen):
        messages = sum(len(row["regflow.message"]) for row in readings.one_pass(capture))
        check_count(report, capture, readings.two_passes(capture)[1], messages)
        if index % 2 == 0 or capture == PHONE:
            check_count(report, capture, tshark.read(tshark.readable(capture), "-q", *readings.taps), messages)


def check_count(report, capture, out, messages):
    counted = re.findall(r"^\| *[\d.]+ *<> *(?:[\d.]+|Dur) *\| *(\d+) *\|", out, re.MULTILINE)
    report.count(capture, counted=messages, reports=len(re.findall(r"^=", out, re.MULTILINE)))
    # Of a capture that takes no time tshark makes no interval, and counts nothing.
    if sum(map(int, counted)) != messages and (counted or "Duration: 0.000 secs" not in out):
        report.fault(capture, f"io,stat counts {counted}, but the frames have {messages} messages:\n{out}")


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(PROPERTIES))
        return 0
    if not arguments or arguments[0] not in PROPERTIES:
        sys.exit(__doc__)
    name, *words = arguments
    chosen = [capture for capture in captures() if not words or any(word in capture.name for word in words)]
    # Tests that run tshark many times for each capture leave out the small variations made or recorded for the findings.
    few = [capture for capture in chosen if not capture.name.startswith(("near_", "problem_", "recorded_"))]
    if not chosen:
        skip("there is no such capture")
    print(f"{inspect.getdoc(PROPERTIES[name])}\n")
    if not SHARED.is_dir():
        print(f"There are no recordings in {SHARED}: only our own captures were used.\n")
    report = Report()
    with Tshark() as tshark:
        PROPERTIES[name](Readings(tshark), report, chosen if words or name not in MANY_RUNS else few[::MANY_RUNS[name]])
    report.show()
    return 1 if report.faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
