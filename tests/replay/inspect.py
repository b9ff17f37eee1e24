#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay inspect as users and CI meet it: formats, exit codes, link types, bad input.

  inspect.py [NAME…]   the checks with these names
"""

import fcntl
import gzip
import json
import lzma
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import xml.etree.ElementTree as xml

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests/support")]

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from tshark import ALARMS, OWN, Trouble, build_folder, captures  # noqa: E402  pylint: disable=wrong-import-position

PHONE = OWN / "sccp_phone_register.pcapng"
REJECTED = OWN / "sccp_reject_loop.pcapng"
SCHEMA = Schema(json.loads((TOP / "docs/inspect.schema.json").read_text(encoding="utf-8")))
ETHERNET = 1
CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


def expect(condition, text):
    if not condition:
        raise Trouble(text)


def inspect(*arguments, status=0, **environment):
    """stdout; stderr must be empty unless something is wrong, and then be one sentence."""
    argv = [str(build_folder() / "regreplay"), "inspect", *map(str, arguments)]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=600,
                          env=dict(os.environ, LC_ALL="C.UTF-8", **environment))
    errors = done.stderr.decode("utf-8")
    expect(not any(alarm in errors for alarm in ALARMS), errors)
    statuses = status if isinstance(status, tuple) else (status,)
    expect(done.returncode in statuses, f"{argv}: exit status {done.returncode}, not {status}\n{errors}")
    if done.returncode in (0, 1):
        expect(not errors, f"{argv} complains: {errors}")
    inspect.errors = errors
    return done.stdout.decode("utf-8")


def complaint(path, words, status=3):
    """One sentence that names the file and says what is wrong."""
    out = inspect(path, status=status)
    sentence = inspect.errors
    expect(sentence.count("\n") == 1 and sentence.endswith(".\n"), f"no single sentence: {sentence!r}")
    expect(str(path) in sentence, f"does not name {path}: {sentence!r}")
    expect(re.search(words, sentence), f"does not say {words!r}: {sentence!r}")
    return out


def packets(capture, folder):
    """[(seconds, nanoseconds, octets)] of an Ethernet capture."""
    plain = folder / "plain.pcap"
    subprocess.run(["editcap", "-F", "nsecpcap", capture, plain], check=True, capture_output=True)
    data, at, found = plain.read_bytes(), 24, []
    while at < len(data):
        seconds, nanoseconds, size, _ = struct.unpack_from("<IIII", data, at)
        found.append((seconds, nanoseconds, data[at + 16:at + 16 + size]))
        at += 16 + size
    return found


def write_pcap(path, link_type, records, magic=0xA1B23C4D, order="<"):
    unit = 1 if magic == 0xA1B23C4D else 1000
    path.write_bytes(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link_type) + b"".join(
        struct.pack(order + "IIII", seconds, nanoseconds // unit, len(octets), len(octets)) + octets
        for seconds, nanoseconds, octets in records))
    return path


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))


def write_pcapng(path, link_types, records):
    """The packets in turn on interfaces of these types."""
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks += [block(1, struct.pack("<HHI", kind, 0, 0)) for kind in link_types]
    for index, (seconds, nanoseconds, octets) in enumerate(records):
        time = seconds * 1000000 + nanoseconds // 1000
        blocks.append(block(6, struct.pack("<IIIII", index % len(link_types), time >> 32, time & 0xFFFFFFFF,
                                           len(octets), len(octets)) + octets))
    path.write_bytes(b"".join(blocks))
    return path


# Formats


def inspect_all(*options):
    """stdout for every capture there is, in one run. It complains, in a sentence each, of those without a registration and of
    those that are cut."""
    out = inspect(*captures(), *options, status=3)
    for line in inspect.errors.splitlines():
        expect(re.fullmatch(r"regreplay inspect: \S+\.pcap(ng)? (holds no registration of a phone \(.*\)|cannot be read( beyond frame|:) .*)\.", line), line)
    return out


@check
def json_and_ndjson_fit_the_schema(_folder):
    document = json.loads(inspect_all("--format", "json"))
    faults = SCHEMA.faults(document)
    expect(not faults, f"{faults[:3]}")
    complained = len(inspect.errors.splitlines())
    expect(sum(bool(each["error"]) for each in document["captures"]) == complained, f"{complained} complaints, and others in json")
    lines = [json.loads(line) for line in inspect_all("--format=ndjson").splitlines()]
    for number, line in enumerate(lines, 1):
        faults = SCHEMA.faults(line, SCHEMA.find("#/$defs/line"))
        expect(not faults, f"line {number}: {faults[:3]}")
    starts = [index for index, line in enumerate(lines) if line["type"] == "capture"]
    for capture, inside, start, end in zip(captures(), document["captures"], starts, [*starts[1:], None], strict=True):
        expect(lines[start + 1:end] == inside["messages"] + inside["findings"] + inside["phones"], f"{capture.name}: json is not ndjson")


TEXTS = {"message": ("title", "tip", "next"), "event": ("title", "tip", "next"), "finding": ("title", "text", "fix")}


def bare(line):
    return {name: value for name, value in line.items() if name not in TEXTS.get(line["type"], ())}


@check
def without_texts_all_else_is_the_same(folder):
    """And who reads it knows what it is, and whether it is whole."""
    broken = folder / "broken.pcap"
    broken.write_bytes(b"no capture")
    chosen = (PHONE, REJECTED, OWN / "sip_auth_cases.pcapng", broken)
    full = [json.loads(line) for line in inspect(*chosen, "--format", "ndjson", status=3).splitlines()]
    expect(all(name in line for line in full for name in TEXTS.get(line["type"], ())), "a text is missing")
    out = inspect(*chosen, "--format", "ndjson", "--brief", status=3)
    expect(out == inspect(*chosen, "--format", "ndjson", "--brief", "--language", "de", "--jobs", 1, status=3), "a language, or jobs, change something")
    begin, *lines, end = [json.loads(line) for line in out.splitlines()]
    expect(lines == [bare(line) for line in full], "not the same without texts")
    expect(begin["type"] == "inspect" and begin["schema"] == 1 and begin["generator"].startswith("regflow "), begin)
    expect(end == {"type": "end", "captures": 4, "phones": sum(line["type"] == "phone" for line in full)}, end)
    for line in (begin, *lines, end):
        faults = SCHEMA.faults(line, SCHEMA.find("#/$defs/line"))
        expect(not faults, f"{faults[:3]}")
    alone = [json.loads(line)["type"] for line in inspect(PHONE, "--format", "ndjson", "--brief").splitlines()]
    expect(alone[:2] == ["inspect", "capture"] and alone[-1] == "end", "of one capture")
    document, short = (json.loads(inspect(*chosen, "--format", "json", *options, status=3)) for options in ((), ("--brief",)))
    for capture in document["captures"]:
        for what in ("messages", "findings", "phones"):
            capture[what] = [bare(line) for line in capture[what]]
    expect(short == document and not SCHEMA.faults(short), "json")


@check
def the_schema_is_checked_at_all(_folder):
    document = json.loads(inspect(PHONE, "--format", "json"))
    document["captures"][0]["messages"][0]["frame"] = 0
    expect(SCHEMA.faults(document), "a frame 0 fits")
    del document["captures"][0]["phones"][0]["outcome"]
    expect(len(SCHEMA.faults(document)) == 2, "a phone without outcome fits")


@check
def junit_fails_a_phone_with_frames_and_remedy(_folder):
    case, = xml.fromstring(inspect(REJECTED, "--format", "junit", status=1)).iter("testcase")
    failure = case.find("failure")
    expect(case.get("name") == "SEP00005E005361" and failure.get("type") == "reject-loop", case.attrib)
    expect("frames 5, 7" in failure.text and "To do: " in failure.text, failure.text)


@check
def the_timeline_has_a_line_for_each_message(_folder):
    lines = inspect(PHONE, "--timeline").splitlines()
    ours = [json.loads(line) for line in inspect(PHONE, "--format", "ndjson").splitlines()]
    ours = [line for line in ours if line["type"] in ("message", "event")]
    expect(lines[0].split()[:4] == ["frame", "UTC", "elapsed", "s"], lines[0])
    expect(re.fullmatch(r"\d{4}-\d\d-\d\d UTC", lines[1]), lines[1])
    for text, line in zip(lines[2:], ours):
        expect(text.split()[0] == str(line["frame"]) and text.endswith(line["tip"]), text)
    expect(lines[len(ours) + 2] == "" and lines[len(ours) + 3].startswith("SEP"), "the report follows")
    expect(inspect(PHONE, "--timeline", TZ="Asia/Kolkata") == inspect(PHONE, "--timeline"), "the time of day follows TZ")


@check
def several_captures_are_judged_in_turn(folder):
    out = inspect(PHONE, REJECTED, status=1)
    expect(out.startswith(f"{PHONE}:\n") and f"\n{REJECTED}:\n" in out, out)
    expect(len(json.loads(inspect(PHONE, REJECTED, "--format", "json", status=1))["captures"]) == 2, "two captures")
    alone = inspect(REJECTED, status=1)
    expect(f"\n{REJECTED}:\n{alone}\nIn all: 2 captures; 2 phones, 1 of them registered; 1 phone fails: " in out, "the second one is told as if it were alone")
    document = json.loads(inspect(PHONE, folder / "none.pcap", REJECTED, "--format", "json", status=3))
    expect([bool(each["error"]) for each in document["captures"]] == [False, True, False], "an unreadable one in between")
    suites = xml.fromstring(inspect(PHONE, folder / "none.pcap", "--format", "junit", status=3))
    expect([suite.get("errors") for suite in suites] == ["0", "1"], "the same in junit")


@check
def jobs_change_nothing(folder):
    """Octets, sentences on standard error and exit status; bad files in between."""
    broken = folder / "broken.pcap"
    broken.write_bytes(b"no capture")
    captures = [*sorted(OWN.glob("*.pcap*"))[:40], broken, folder / "missing.pcap", PHONE, REJECTED]
    for form in ("text", "ndjson", "ndjson --brief", "json", "junit", "ladder", "html", "svg"):
        said = []
        for jobs in ("1", "2", "9", "0"):
            done = subprocess.run([str(build_folder() / "regreplay"), "inspect", "--jobs", jobs, "--format", *form.split(), *map(str, captures)],
                                  capture_output=True, check=False, stdin=subprocess.DEVNULL)
            said.append((done.returncode, done.stdout, done.stderr))
        expect(said[0][0] == 3 and said[0][1], f"{form}: exit status {said[0][0]}")
        expect(all(other == said[0] for other in said), f"{form}: not the same with several jobs")
    for wrong in ("-1", "257"):
        inspect("--jobs", wrong, PHONE, status=2)


@check
def many_captures_are_told_in_short(folder):
    refused, nobody = REJECTED, write_pcap(folder / "none.pcap", ETHERNET, [])
    brief = inspect("--summary", PHONE)
    expect(brief.count("\n") == 1 and brief == inspect(PHONE).split("\n")[0] + "\n", brief)
    expect(inspect("--errors-only", PHONE) == "No phone fails here.\n", "nothing to tell")
    alone = inspect("--errors-only", refused, status=1)
    expect(alone == inspect(refused, status=1), alone)
    total = "In all: 3 captures, 1 of them without a registration, or not read to the end; 2 phones, 1 of them registered; 1 phone fails: reject-loop (1)\n"
    expect(inspect(PHONE, refused, nobody, status=3).endswith("\n\n" + total), "totals")
    expect(inspect("--errors-only", PHONE, refused, nobody, status=3) == f"{refused}:\n{alone}\n{total}", "only what fails")
    lines = inspect("--errors-only", "--timeline", PHONE, refused, nobody, status=3)
    expect(alone in lines and str(PHONE) not in lines and "RegisterReject" in lines, lines)
    expect("In all" not in inspect(PHONE), "one capture needs no totals")
    # Whoever is neither registered nor fails is accounted for.
    waiting = OWN / "sip_kamailio_tls.pcapng"
    expect(inspect("--summary", PHONE, waiting).endswith("2 phones, 1 of them registered; 1 other phone: encrypted (1)\n"), "others")


@check
def an_option_of_another_format_is_told(folder):
    argv = [build_folder() / "regreplay", "inspect", PHONE]
    for options, told in ((("--summary", "--format", "json"), "--summary is an option of the format text"),
                          (("--errors-only", "--format", "junit"), "--errors-only is an option of the format text"),
                          (("--timeline", "--format", "ladder"), "--timeline is an option of the format text"),
                          (("--brief",), "--brief is an option of the formats ndjson and json")):
        done = subprocess.run([*argv, *options], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and done.stderr == f"regreplay inspect: {told}, and changes nothing here.\n", f"{options}: {done.stderr}")
    inspect(PHONE, "-o", folder / "short")
    expect((folder / "short").read_text(encoding="utf-8") == inspect(PHONE), "-o is --output")


def phones_of(report):
    return [phone for capture in json.loads(report)["captures"] for phone in capture["phones"]]


@check
def attempts_have_the_numbers_that_run_takes(_folder):
    replayed = 0
    for file in captures():
        argv = [str(build_folder() / "regreplay"), "inspect", "--format", "json", "--brief", str(file)]
        told = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        for phone in phones_of(told.stdout) if told.stdout else ():
            numbers = [attempt["attempt"] for attempt in phone["attempts"] if attempt["attempt"] is not None]
            expect(len(numbers) == len(set(numbers)), f"{file.name}, {phone['phone']}: {numbers}")
    for file, name in ((OWN / "near_sip_six_lines.pcapng", "2004"), (OWN / "sip_auth_cases.pcapng", "4003@192.0.2.10")):
        for phone in phones_of(inspect("--format", "json", "--phone", name, file, status=(0, 1))):
            for attempt in phone["attempts"]:
                argv = [str(build_folder() / "regreplay"), "run", "--dry-run", "--phone", name, "--attempt", str(attempt["attempt"]), str(file)]
                done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
                numbers = [int(frame) for frame in re.findall(r"^ *(\d+) ", done.stdout, re.MULTILINE)]
                expect(done.returncode == 0 and f"attempt {attempt['attempt']}," in done.stdout, f"{argv}: {done.stdout}{done.stderr}")
                expect(attempt["first_frame"] in numbers, f"{argv}: frame {attempt['first_frame']} not in {numbers}")
                replayed += 1
    expect(replayed > 6, f"{replayed} attempts")
    argv = [str(build_folder() / "regreplay"), "run", "--dry-run", "--phone", "2001", "--attempt", "99", str(OWN / "near_sip_six_lines.pcapng")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    expect(done.returncode and "numbers them: 1, 2, 3, 4, 5, 6" in done.stderr, f"no such attempt: {done.stderr}")


@check
def a_directory_number_names_a_phone(_folder):
    told = inspect("--summary", "--phone", "2001", PHONE)
    expect(told.startswith("SEP"), told)
    argv = [str(build_folder() / "regreplay"), "run", "--dry-run", "--phone", "2001", str(PHONE)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    expect(done.returncode == 0 and told.split(maxsplit=1)[0] in done.stdout, done.stderr)


@check
def one_phone_is_told_by_name_or_address(_folder):
    several = OWN / "sip_auth_cases.pcapng"
    everything = inspect(several, status=1)
    by_name = inspect("--phone", "4003@192.0.2.10", several, status=1)
    expect(by_name[:by_name.index("Seconds count")] in everything and "4001" not in by_name and "attempt 1" in by_name, f"by name: {by_name}")
    expect(inspect("--phone", "192.0.2.115", several, status=1) == by_name, "by address")
    expect("4002@" in inspect("--phone", "4002@192.0.2.10", several), "a phone without errors gives 0, whatever the others do")
    expect(">4003@192.0.2.10<" in inspect("--phone", "4003@192.0.2.10", "--format", "svg", several, status=1), "the drawing of that phone")
    cisco = OWN / "sip_cisco_cucm_tcp.pcapng"
    for mac in ("00:00:5e:00:53:61", "00-00-5E-00-53-61", "0000.5e00.5361", "00005E005361"):
        expect("SEP00005E005361" in inspect("--phone", mac, cisco), f"by {mac}")
    argv = [str(build_folder() / "regreplay"), "inspect", "--phone", "nobody", str(several)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    expect(done.returncode == 3 and "holds no phone nobody" in done.stderr, f"nobody: {done.returncode}, {done.stderr}")
    expect(inspect("--phone", "4003", several, status=1) == by_name, "by number")
    # Several devices may share an address, and of many captures those without the phone are left out.
    both = OWN / "recorded_sccp_unknown_device.pcapng"
    two = OWN / "sccp_nat_two_phones.pcapng"
    told = inspect("--summary", "--phone", "203.0.113.7", two)
    expect(told.count(" at 203.0.113.7: ") == 2, told)
    found = inspect("--phone", "SEP00005E005361", cisco, several, both)
    expect(found.startswith(f"{cisco}:") and "4003" not in found, found)
    inspect("--phone", "SEPFFFFFFFFFFFF", cisco, several, status=3)
    expect("none of these captures holds a phone SEPFFFFFFFFFFFF" in inspect.errors, inspect.errors)
    for empty, told in ((["--phone", "", str(several)], "--phone is empty"), ([""], "an argument is empty")):
        done = subprocess.run([*argv[:2], *empty], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        expect(done.returncode == 2 and told in done.stderr, f"{empty}: {done.returncode}, {done.stderr}")


@check
def the_output_file_is_whole_or_not_there(folder):
    target = folder / "report.txt"
    expect(inspect(PHONE, "--output", target) == "", "nothing on stdout")
    expect(target.read_text(encoding="utf-8") == inspect(PHONE), "the same report")
    inspect(PHONE, "--output", folder / "no such folder" / "report.txt", status=2)
    expect("cannot be written" in inspect.errors, inspect.errors)
    expect(sorted(path.name for path in folder.iterdir()) == ["report.txt"], "no remains")
    capture, other = folder / "own.pcapng", folder / "linked.pcapng"
    capture.write_bytes(PHONE.read_bytes())
    other.hardlink_to(capture)
    for arguments in ((capture, "--output", capture), (PHONE, capture, "--output", other)):
        inspect(*arguments, status=2)
        expect("name another file" in inspect.errors and capture.read_bytes() == PHONE.read_bytes(), inspect.errors)
    if pathlib.Path("/dev/full").exists():
        inspect(PHONE, "--output", "/dev/full", status=2)
        expect("No space" in inspect.errors, inspect.errors)


@check
def own_tips_replace_the_shipped_ones(folder):
    (folder / "own.tips").write_text("[sccp.RegisterReq]\ntitle=Knock knock\n", encoding="utf-8")
    expect("Knock knock" in inspect(PHONE, "--format", "ndjson", "--tips", folder), "the title is used")
    (folder / "own.tips").write_text("[sccp.RegisterReq]\ntitel=Knock knock\n", encoding="utf-8")
    inspect(PHONE, "--tips", folder, status=3)
    expect("own.tips" in inspect.errors and "titel" in inspect.errors, inspect.errors)
    inspect(PHONE, "--tips", folder / "none", status=3)


# What can be read


@check
def every_form_of_file_says_the_same(folder):
    want, records = inspect(PHONE), packets(PHONE, folder)
    for magic, order in ((0xA1B23C4D, "<"), (0xA1B2C3D4, "<"), (0xA1B23C4D, ">"), (0xA1B2C3D4, ">")):
        expect(inspect(write_pcap(folder / "p.pcap", ETHERNET, records, magic, order)) == want, f"{magic:x} {order}")
    expect(inspect(write_pcapng(folder / "p.pcapng", [ETHERNET], records)) == want, "pcapng")
    expect(inspect(write_pcapng(folder / "p.pcapng", [ETHERNET] * 3, records)) == want, "several interfaces")


@check
def every_link_type_says_the_same(folder):
    want, records = inspect(PHONE), packets(PHONE, folder)
    wraps = {
        113: lambda octets: struct.pack(">HHH6sxxH", 0, 1, 6, octets[6:12], 0x0800),
        276: lambda octets: struct.pack(">HHIHBB6sxx", 0x0800, 0, 1, 1, 0, 6, octets[6:12]),
        0: lambda _: struct.pack("<I", 2),
        108: lambda _: struct.pack(">I", 2),
        **{number: lambda _: b"" for number in (12, 14, 101, 228)},
    }
    for number, wrap in wraps.items():
        wrapped = [(*time, wrap(octets) + octets[14:]) for *time, octets in records if octets[12:14] == b"\x08\x00"]
        path = write_pcap(folder / "p.pcap", number, wrapped)
        expect(inspect(path) == want, f"link type {number}:\n{inspect(path)}")


@check
def links_of_different_types_in_one_file_are_all_read(folder):
    want, records = inspect(PHONE), packets(PHONE, folder)
    turns = [(*time, octets if index % 2 == 0 else struct.pack("<I", 2) + octets[14:]) for index, (*time, octets) in enumerate(records)]
    path = write_pcapng(folder / "mixed.pcapng", [ETHERNET, 0], turns)
    expect(inspect(path) == want, inspect(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) - 3])
    complaint(path, "cannot be read beyond frame .*: a block is damaged or cut off")
    late = write_pcapng(folder / "late.pcapng", [ETHERNET], records).read_bytes()
    for link, called in ((105, "IEEE802_11, 105"), (65000, "65000")):
        path.write_bytes(late + block(1, struct.pack("<HHI", link, 0, 0)) +
                         block(6, struct.pack("<IIIII", 1, 0, 0, 4, 4) + b"what"))
        told = inspect(path)
        expect(told == f"{want}Frames of a link type that is not read here ({called}): 1.\n", told)


@check
def interfaces_of_different_snapshot_lengths_are_all_read(folder):
    want, records = inspect(PHONE), packets(PHONE, folder)
    whole = write_pcapng(folder / "two.pcapng", [ETHERNET, ETHERNET], records).read_bytes()
    first, other = (block(1, struct.pack("<HHI", ETHERNET, 0, length)) for length in (0, 96))
    path = folder / "lengths.pcapng"
    path.write_bytes(whole.replace(first + first, first + other))
    expect(path.read_bytes() != whole and inspect(path) == want, inspect(path))
    done = subprocess.run([str(build_folder() / "regreplay"), "inspect", "-"], input=path.read_bytes(), capture_output=True, check=False)
    expect(done.returncode == 3 and b"from a file and not from a stream" in done.stderr, f"{done.returncode}: {done.stderr}")


PACKERS = {"gz": gzip.compress, "zst": lambda octets: piped(["zstd", "-q", "-c"], octets),
           "lz4": lambda octets: piped(["lz4", "-q", "-c"], octets)}


def piped(argv, octets):
    return subprocess.run(argv, input=octets, capture_output=True, check=True, timeout=60).stdout


@check
def packed_captures_say_what_the_plain_one_says(folder):
    want, records = inspect(PHONE), packets(PHONE, folder)
    turns = [(*time, octets if index % 2 == 0 else struct.pack("<I", 2) + octets[14:]) for index, (*time, octets) in enumerate(records)]
    mixed = write_pcapng(folder / "mixed.pcapng", [ETHERNET, 0], turns).read_bytes()
    for ending, pack in PACKERS.items():
        for what, octets in (("plain", PHONE.read_bytes()), ("mixed links", mixed)):
            path = folder / f"phone.pcapng.{ending}"
            path.write_bytes(pack(octets))
            expect(inspect(path) == want, f"{ending}, {what}")
            half = len(octets) // 2
            path.write_bytes(pack(octets[:half]) + pack(octets[half:]))
            expect(inspect(path) == want, f"{ending}, {what}, in two parts")
    for ending, pack in [("plain", lambda octets: octets), *PACKERS.items()]:
        argv = [str(build_folder() / "regreplay"), "inspect", "-"]
        expect(piped(argv, pack(PHONE.read_bytes())).decode() == want, f"{ending} through a pipe")
    # What parallel programs write begins with a frame that says nothing.
    for ending in ("zst", "lz4"):
        path = folder / f"skippable.pcapng.{ending}"
        path.write_bytes(b"\x52\x2A\x4D\x18\x03\0\0\0abc" + PACKERS[ending](PHONE.read_bytes()))
        expect(inspect(path) == want, f"{ending} behind a skippable frame")
    padded = folder / "padded.pcapng.gz"
    padded.write_bytes(gzip.compress(PHONE.read_bytes()) + bytes(512))
    expect(inspect(padded) == want, "what follows gzip data is none of it")


@check
def damaged_packed_captures_are_told_as_far_as_they_go(folder):
    octets = PHONE.read_bytes()
    for ending, pack in PACKERS.items():
        packed = pack(octets)
        path = folder / f"phone.pcapng.{ending}"
        for left in (10, len(packed) // 2, len(packed) - 5):
            path.write_bytes(packed[:left])
            complaint(path, "its \\w+ data is (cut off|damaged)")
        if ending != "lz4":  # in lz4's text an octet may be any other
            path.write_bytes(packed[:200] + bytes(50) + packed[250:])
            complaint(path, "its \\w+ data is (damaged|cut off)|cannot be read")


@check
def what_only_grows_is_given_up(folder):
    path = folder / "bomb.pcap.gz"
    with gzip.open(path, "wb") as bomb:
        bomb.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, ETHERNET))
        for _ in range(300):
            bomb.write(bytes(1 << 20))
    complaint(path, "cannot be read beyond frame .*becomes so much larger that it is no capture")


@check
def a_folder_stands_for_the_captures_in_it(folder):
    (folder / "b" / "deeper").mkdir(parents=True)
    (folder / "empty" / "more").mkdir(parents=True)
    octets = PHONE.read_bytes()
    (folder / "a.pcapng").write_bytes(octets)
    (folder / "b" / "README").write_text("words\n")
    (folder / "b" / "deeper" / "of-another-name").write_bytes(gzip.compress(octets))
    (folder / "c.gz").write_bytes(gzip.compress(b"no capture\n"))
    (folder / "z.pcapng").write_bytes(octets)
    os.symlink(folder, folder / "b" / "again")
    os.symlink(folder / "a.pcapng", folder / "y.pcapng")
    os.symlink(folder / "nowhere", folder / "x.pcapng")
    told = [line[:-1] for line in inspect(folder).splitlines() if line.startswith(str(folder))]
    expect(told == [str(folder / name) for name in ("a.pcapng", "b/deeper/of-another-name", "y.pcapng", "z.pcapng")], str(told))
    complaint(folder / "empty", "holds no capture")
    both = inspect(folder / "empty", folder / "a.pcapng", status=3)
    expect(both.startswith(f"{folder / 'a.pcapng'}:\n"), both)


@check
def what_is_named_like_a_capture_in_a_folder_is_not_left_out(folder):
    (folder / "good.pcapng").write_bytes(PHONE.read_bytes())
    names = ("empty.pcap", "short.pcapng", "ring.pcap12", "strange.CAP", "packed.pcap.xz")
    for name in names:
        (folder / name).write_bytes(b"" if name == "empty.pcap" else b"abc")
    expect(inspect(folder / "good.pcapng") in inspect(folder, status=3), "the good one is not told")
    for name in names:
        expect(name in inspect.errors, f"{name} is not told in\n{inspect.errors}")


# What cannot


def on_terminal(columns, *arguments, command="inspect", **environment):
    """What a terminal of that width is sent."""
    pid, terminal = pty.fork()
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.environ.update(LC_ALL="C.UTF-8", TZ="UTC", TERM="xterm", **environment)
        program = str(build_folder() / "regreplay")
        os.execv(program, [program, command, *map(str, arguments)])
    shown = b""
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:  # it has ended
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n")


@check
def a_terminal_gets_lines_that_fit_and_colours(_folder):
    capture = OWN / "markup_everywhere.pcapng"
    plain = inspect(capture, status=1)
    shown = on_terminal(70, capture)
    without = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    expect(without != shown and "\x1b[1;31m" in shown and "\x1b[32m" in shown, shown)
    expect(max(map(len, without.splitlines())) <= 70 < max(map(len, plain.splitlines())), without)
    expect(without.split() == plain.split(), "the same words")
    expect(on_terminal(70, capture, NO_COLOR="1") == without, "NO_COLOR")


@check
def everything_for_people_fits_80_columns(folder):
    capture = OWN / "problem_default_not_captured.pcapng"
    ladder = on_terminal(80, "--format", "ladder", capture)
    words = [re.sub("[│─·◀▶\\s]+", "", text) for text in (on_terminal(80, "--format", "ladder", PHONE), inspect("--format", "ladder", PHONE))]
    expect(words[0] == words[1], "the ladder has other words")
    for wide in (OWN / "boot_upgrade.pcapng", OWN / "sccp_token_fallback.pcapng", OWN / "problem_sip_partial_lines.pcapng"):
        for columns in (80, 100):
            lines = re.sub(r"\x1b\[[0-9;]*[mK]", "", on_terminal(columns, "--format", "ladder", wide)).splitlines()
            arrows = [line for line in lines if "▶" in line or "◀" in line]
            expect(arrows and all(line.count("│") >= 1 and len(line) <= columns for line in lines if "│" in line), f"{wide.name} at {columns}")
            expect(max(map(len, lines)) <= columns, f"{wide.name} at {columns}")
    for shown in (ladder, on_terminal(80, PHONE, "--dry-run", command="run"), on_terminal(80, PHONE, "--speed", "max", command="run")):
        lines = re.sub(r"\x1b\[[0-9;]*[mK]", "", shown).splitlines()
        expect(lines and max(map(len, lines)) <= 80, shown)
    lines = re.sub(r"\x1b\[[0-9;]*[mK]", "", on_terminal(80, "--timeline", PHONE)).splitlines()
    expect(max(map(len, lines)) <= 80 and lines[0].split()[:3] == ["frame", "UTC", "message"], lines[:3])
    for options in (["--help"], ["captures", "--help"]):
        shown = on_terminal(80, *options, command="run").splitlines()
        expect(max(map(len, shown)) <= 80 and any(line.startswith("   ") for line in shown), shown)
    shown = on_terminal(80, PHONE, "--phones", "5", "--speed", "max", "--as", "SEP001122334455", command="run")
    expect(max(map(len, re.sub(r"\x1b\[[0-9;]*[mK]|^.*\r", "", shown, flags=re.MULTILINE).splitlines())) <= 80 and "longest" in shown, shown)
    told = folder / "told.ndjson"
    told.write_text(inspect(PHONE, REJECTED, "--format", "ndjson", "--brief", status=1), encoding="utf-8")
    shown = on_terminal(60, told, command="merge")
    expect(max(map(len, shown.splitlines())) <= 60 and " · " in shown, shown)
    # A file is nobody's terminal.
    on_terminal(80, "--format", "ladder", "--output", folder / "ladder", capture)
    expect(max(map(len, (folder / "ladder").read_text(encoding="utf-8").splitlines())) > 80, "a file has lines of a terminal's width")


@check
def bad_input_is_told_in_one_sentence(folder):
    records = packets(PHONE, folder)
    complaint(folder / "none.pcap", "cannot be opened: No such file")
    (folder / "empty.pcap").write_bytes(b"")
    complaint(folder / "empty.pcap", "is empty")
    (folder / "text.pcap").write_bytes(b"no capture at all, only words\n" * 10)
    complaint(folder / "text.pcap", "is no capture")
    (folder / "short.pcap").write_bytes(b"\xd4\xc3\xb2\xa1\x02")
    complaint(folder / "short.pcap", "is no capture")
    (folder / "p.pcap.xz").write_bytes(lzma.compress(PHONE.read_bytes()))
    complaint(folder / "p.pcap.xz", "compressed with xz.*unxz")
    complaint(write_pcap(folder / "wifi.pcap", 105, records), "type 105.*not supported")
    complaint(write_pcap(folder / "nobody.pcap", ETHERNET, []), "holds no registration")
    complaint(write_pcap(folder / "others.pcap", ETHERNET, [(1, 0, bytes(60))] * 9), "holds no registration")
    subprocess.run(["editcap", "-s", "60", OWN / "near_sip_phone_moved.pcapng", folder / "cut.pcapng"], check=True, timeout=60)
    complaint(folder / "cut.pcapng", "datagrams on ports of SIP are cut too short")
    if os.geteuid() != 0:
        (folder / "secret.pcap").write_bytes(PHONE.read_bytes())
        (folder / "secret.pcap").chmod(0)
        complaint(folder / "secret.pcap", "Permission denied")


@check
def a_cut_capture_is_told_as_far_as_it_goes(folder):
    whole = PHONE.read_bytes()
    for left in (200, 1000, len(whole) * 2 // 3, len(whole) - 3):
        path = folder / f"cut{left}.pcapng"
        path.write_bytes(whole[:left])
        out = complaint(path, "cannot be read|is no capture|holds no")
    expect(out.startswith("SEP00005E005361"), out)
    document = json.loads(inspect(path, "--format", "json", status=3))
    expect("beyond frame" in document["captures"][0]["error"] and document["captures"][0]["phones"], "the phone is told")


@check
def names_of_files_cannot_drive_the_terminal(folder):
    evil = folder / "a\x1b]0;owned\x07\nb.pcap"
    inspect(evil, status=3)
    expect("\x1b" not in inspect.errors and inspect.errors.count("\n") == 1, repr(inspect.errors))
    shutil.copy(PHONE, evil)
    for form in ("text", "ndjson", "json", "junit"):
        out = inspect(evil, PHONE, "--format", form)
        expect(not re.search("[\x00-\x09\x0b-\x1f\x7f]", out), f"{form}: {out[:200]!r}")


@check
def texts_of_captures_cannot_drive_the_terminal(_folder):
    for form in (("--timeline",), ("--format=ndjson",), ("--format=junit",)):
        out = inspect_all(*form)
        found = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)
        expect(not found, f"{form}: {found and out[max(0, found.start() - 200):found.end()]!r}")


@check
def the_command_line_is_checked(folder):
    inspect(status=2)
    expect("a capture is missing" in inspect.errors, inspect.errors)
    inspect(PHONE, "--format", "yaml", status=2)
    expect('"yaml"' in inspect.errors, inspect.errors)
    inspect(PHONE, "--language", "xx", status=2)
    expect('"xx"; choose one of en, de' in inspect.errors, inspect.errors)
    inspect(PHONE, "--language", "de_AT.UTF-8")
    inspect(PHONE, "--nonsense", status=2)
    expect("--nonsense" in inspect.errors and "--help" in inspect.errors, inspect.errors)
    text = inspect("--help")
    for word in ("--format", "--output", "--timeline", "--language", "--tips", "Exit status:"):
        expect(word in text, f"{word} is not in --help")
    for arguments, status in (([], 2), (["nonsense"], 2), (["--help"], 0), (["--version"], 0)):
        done = subprocess.run([build_folder() / "regreplay", *arguments], capture_output=True, check=False, cwd=folder)
        expect(done.returncode == status, f"regreplay {arguments}: {done.returncode}")
        expect(bool(done.stdout) == (status == 0), f"regreplay {arguments}: {done.stdout}")


def main():
    faults = 0
    for name, function in CHECKS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory(prefix="regflow-test-") as folder:
            try:
                function(pathlib.Path(folder))
                print(f"{name}: holds")
            except (Trouble, ValueError, KeyError, AttributeError, xml.ParseError) as trouble:
                faults += 1
                print(f"{name}: FAULT {trouble}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
