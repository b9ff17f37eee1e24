#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay watch says in the end what inspect says of the same packets: phones, outcomes and causes, of every capture there is, whether it
comes as a file, through a pipe or from a folder; its numbers, and what it runs, agree with that."""

import collections
import fcntl
import gzip
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("support", "bench")]

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from watch_day import a_day  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import ENVIRONMENT, PATIENCE, check_each, expect, program, run  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, Trouble  # noqa: E402  pylint: disable=wrong-import-position

SCHEMA = Schema(json.loads((Path(__file__).resolve().parents[2] / "docs/watch.schema.json").read_text(encoding="utf-8")))
SHARED = Path(os.environ.get("REGFLOW_SOURCE", OWN.parent)).parent / "shared"
# Asks, and hears nothing.
SILENT = OWN / "problem_register_unanswered.pcapng"
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def captures():
    found = sorted(OWN.glob("*.pcap*"))
    for folder in ("captures", "review/inputs"):
        found += sorted((SHARED / folder).rglob("*.pcap*"))
    return found


def inspected(*chosen):
    """How the phones of each capture stand: [{(name, outcome, cause, fails): how many}]."""
    told = []
    for line in run("--format", "ndjson", *chosen, command="inspect", status=(0, 1, 3)).stdout.splitlines():
        line = json.loads(line)
        if line["type"] == "capture":
            told.append(collections.Counter())
        elif line["type"] == "phone":
            told[-1][line["phone"], line["outcome"], line["cause"], line["fails"]] += 1
    return told


def last_changes(text):
    rows = {}
    for line in map(json.loads, text.splitlines()):
        if line["type"] == "gone":
            rows.pop(line["number"], None)
        else:
            rows[line["number"]] = line
    return rows


def watched(text):
    return collections.Counter((row["phone"], row["outcome"], row["cause"], row["fails"]) for row in last_changes(text).values())


def watch(*arguments, status=(0, 1), **options):
    return run("--format", "ndjson", *arguments, command="watch", status=status, **options)


def through_pipe(octets, *arguments):
    return subprocess.run([program(), "watch", "--format", "ndjson", *map(str, arguments), "-"], input=octets, capture_output=True, check=False,
                          timeout=PATIENCE, env=ENVIRONMENT)


def status_of(phones):
    if any(fails for _, _, _, fails in phones):
        return 1
    return 0 if any(outcome != "none" or cause for _, outcome, cause, _ in phones) else 3


@check
def every_capture_ends_as_inspect_says(_folder):
    chosen = captures()
    expect(len(chosen) > 100, f"only {len(chosen)} captures")
    for capture, want in zip(chosen, inspected(*chosen, OWN / "sccp_phone_register.pcapng")):
        done = watch(capture, status=(0, 1, 3))
        found = watched(done.stdout)
        if "clock was set back" in done.stderr:  # who was on the way then stays so: when that was is forgotten
            found, want = ((collections.Counter((name, "none" if outcome == "trying" else outcome, *rest) for name, outcome, *rest in phones.elements()))
                           for phones in (found, want))
        expect(found == want, f"{capture.name}: watch says {watched(done.stdout)}, inspect {want}\n{done.stderr}")
        status = status_of(want)
        expect(done.returncode == status or "cannot be read beyond frame" in done.stderr, f"{capture.name}: {done.returncode}, not {status}")
        for line in done.stdout.splitlines():
            wrong = list(SCHEMA.faults(json.loads(line)))
            expect(not wrong, f"{capture.name}: {wrong} {line}")


@check
def a_pipe_and_a_folder_say_what_the_file_says(folder):
    for name in ("boot_upgrade", "sccp_reject_loop", "boot_two_phones_interleaved"):
        capture = OWN / f"{name}.pcapng"
        want = watched(watch(capture).stdout)
        done = through_pipe(capture.read_bytes())
        expect(watched(done.stdout.decode()) == want, f"{name} through a pipe: {done.stdout}{done.stderr}")
        fifo = folder / f"{name}.fifo"
        os.mkfifo(fifo)
        with subprocess.Popen([program(), "watch", "--format", "ndjson", fifo], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
            fifo.write_bytes(capture.read_bytes())
            expect(watched(process.communicate(timeout=PATIENCE)[0]) == want, f"{name} through a FIFO")


def lines_until(process, wanted):
    """Reads lines of NDJSON until one satisfies."""
    for line in process.stdout:
        line = json.loads(line)
        if wanted(line):
            return line
    raise Trouble("the lines end")


@check
def a_folder_is_read_on_while_it_grows(folder):
    rotated = folder / "rotated"
    rotated.mkdir()
    octets = (OWN / "boot_upgrade.pcapng").read_bytes()  # of later days
    growing = rotated / "b.pcapng"
    shutil.copy(OWN / "sccp_reject_loop.pcapng", rotated / "z.pcapng")
    with subprocess.Popen([program(), "watch", "--format", "ndjson", rotated], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        expect(lines_until(process, lambda line: line["fails"])["outcome"] == "rejected", "the capture that is there")
        with open(growing, "wb") as file:
            for start in range(0, len(octets), 1000):
                file.write(octets[start:start + 1000])
                file.flush()
                time.sleep(0.01)
        expect(lines_until(process, lambda line: line["outcome"] == "ready")["registered"], "the capture that grows")
        process.terminate()
        _, complaints = process.communicate(timeout=PATIENCE)
        expect(process.returncode == 0 and not complaints, f"{process.returncode} {complaints}")


@check
def a_capture_is_known_by_what_it_begins_with(folder):
    """Packed or renamed after it was read it is not read again, and what is written anew under its name is."""
    rotated = folder / "rotated"
    rotated.mkdir()
    shutil.copy(OWN / "sccp_reject_loop.pcapng", rotated / "1.pcapng")
    shutil.copy(OWN / "sccp_phone_register.pcapng", rotated / "2.pcapng")
    metrics = folder / "regflow.prom"
    with subprocess.Popen([program(), "watch", "--format", "ndjson", "--metrics", metrics, rotated], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        lines_until(process, lambda line: line["outcome"] == "ready")
        subprocess.run(["gzip", rotated / "1.pcapng"], check=True)
        (rotated / "2.pcapng").rename(rotated / "2.old.pcapng")
        shutil.copy(OWN / "boot_upgrade.pcapng", rotated / "2.pcapng")
        lines_until(process, lambda line: line["address"] == "192.0.2.97" and line["outcome"] == "ready")
        process.terminate()
        process.wait(PATIENCE)
    packets = subprocess.run(["capinfos", "-T", "-r", "-c", "-M", *(OWN / f"{name}.pcapng" for name in ("sccp_reject_loop", "sccp_phone_register",
                                                                                                     "boot_upgrade"))],
                             check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
    want = sum(int(line.split("\t")[1]) for line in packets.splitlines())
    told = numbers(metrics.read_text())
    expect(told["regflow_packets_total"] == want, f"{want}: {told}")


def classic(capture, later=None):
    """The capture as pcap; its last packet comes again so many seconds later."""
    octets = subprocess.run(["editcap", "-F", "pcap", capture, "-"], check=True, capture_output=True, timeout=PATIENCE).stdout
    at = 24
    while later:
        seconds, micro, size, whole = struct.unpack_from("<IIII", octets, at)
        if at + 16 + size == len(octets):
            return octets + struct.pack("<IIII", seconds + later, micro, size, whole) + octets[at + 16:]
        at += 16 + size
    return octets


@check
def who_has_gone_without_a_word_is_missing(_folder):
    for name, later, missing in (("near_register_twice_short", 30, [True]), ("near_register_twice_short", 90, [True, True]),
                                 ("sccp_phone_register", 60, []), ("sccp_phone_register", 200, [True])):
        capture = OWN / f"{name}.pcapng"
        done = through_pipe(classic(capture, later))
        lines = list(map(json.loads, done.stdout.decode().splitlines()))
        expect([line["missing"] for line in lines if line["missing"]] == missing, f"{later} s later: {lines}")
        expect(not any(line["fails"] for line in lines), f"{lines}")


@check
def silence_is_told_when_it_has_proved_something(folder):
    """Also when the next packet comes after it would have been forgotten."""
    token = folder / "token.pcapng"
    subprocess.run(["editcap", "-r", OWN / "sip_auth_cases.pcapng", token, "27-28"], check=True, capture_output=True, timeout=PATIENCE)
    at_its_end = watch(token).stdout
    expect(not any(line["fails"] for line in map(json.loads, at_its_end.splitlines())), f"the phone may send one: {at_its_end}")
    asked = json.loads(at_its_end.splitlines()[-1])
    last = [line for line in map(json.loads, watch(SILENT).stdout.splitlines()) if line["fails"]][-1]
    for capture, cause, since in ((SILENT, last["cause"], last["time"]), (token, "oauth-required", asked["time"])):
        done = through_pipe(classic(capture, 4 * 3600))
        begins = [line for line in map(json.loads, done.stdout.decode().splitlines()) if line["fails"]]
        expect(begins and begins[0]["cause"] == cause and 0 <= begins[0]["time"] - since < 120, f"{begins}: {cause}, {since}")


@check
def a_capture_is_told_the_same_each_time(folder):
    capture = folder / "hour.pcap"
    with open(capture, "wb") as file:
        for piece in a_day(300, 1200):
            file.write(piece)
    expect(watch(capture).stdout == watch(capture).stdout, "two times")


@check
def a_change_has_the_time_of_the_message_that_makes_it(_folder):
    refused = OWN / "recorded_sip_unknown_user.pcapng"
    last = [line for line in map(json.loads, run("--format", "ndjson", refused, command="inspect", status=(0, 1)).stdout.splitlines())
            if line["type"] == "message"][-1]["time"]
    changes = [line for line in map(json.loads, watch(refused).stdout.splitlines()) if line["fails"]]
    expect(changes and all(line["time"] <= last for line in changes), f"{changes}, {last}")


@check
def a_clock_that_is_set_back_is_gone_along_with(folder):
    capture = folder / "back.pcap"
    pieces = list(a_day(5, 120))
    with open(capture, "wb") as file:
        file.write(pieces[0])
        for shift, from_, to in ((3600 * 24 * 365, 1, 60), (0, 60, 121)):
            for piece in pieces[from_:to]:
                at = 0
                while at < len(piece):
                    seconds, micro, size, _ = struct.unpack_from("<IIII", piece, at)
                    file.write(struct.pack("<IIII", seconds + shift, micro, size, size) + piece[at + 16:at + 16 + size])
                    at += 16 + size
    done = watch(capture)
    rows = last_changes(done.stdout).values()
    expect("the packets' clock was set back" in done.stderr, done.stderr)
    expect(len(rows) == 5 and all(row["outcome"] in ("accepted", "registered") for row in rows), f"{rows}")


@check
def what_is_forgotten_changes_nothing(folder):
    """Ten minutes of memory over four hours: the phones stand as they do for who remembers everything."""
    capture = folder / "hours.pcap"
    with open(capture, "wb") as file:
        for piece in a_day(12, 4 * 3600):
            file.write(piece)
    metrics = folder / "hours.prom"
    done = watch(capture, "--keep", "10m", "--metrics", metrics)
    want = inspected(capture, OWN / "sccp_phone_register.pcapng")[0]
    expect(watched(done.stdout) == want, f"{watched(done.stdout)} is not {want}")
    asked = sum(1 for line in run("--format", "ndjson", capture, command="inspect").stdout.splitlines() if '"message":"RegisterReq"' in line)
    told = numbers(metrics.read_text())
    expect(told["regflow_registrations_asked_total"] == told["regflow_registrations_accepted_total"] == asked, f"{asked}: {told}")
    expect(told["regflow_phones_forgotten_total"] == 0, f"{told}")


def screen(arguments, keys, size=(24, 80), term="xterm", extra=None):
    """What a terminal of that size is sent while these keys are typed (pauses: numbers, a signal: its name), and the exit status."""
    pid, terminal = pty.fork()
    if not pid:
        os.environ.update(ENVIRONMENT, TERM=term, **(extra or {}))
        os.execv(program(), [str(program()), "watch", *map(str, arguments)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    shown, begin, keys = b"", time.monotonic(), [None, *keys]
    while True:
        ready, _, _ = select.select([terminal], [], [], 0.7)
        if ready:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                piece = b""
            if not piece:
                break
            shown += piece
        elif keys:
            key = keys.pop(0)
            if isinstance(key, signal.Signals):
                os.kill(pid, key)
            elif key:
                os.write(terminal, key.encode())
        expect(time.monotonic() - begin < PATIENCE, f"the screen does not end: {shown[-2000:]}")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return shown.decode("utf-8", "replace"), os.waitstatus_to_exitcode(status)


@check
def a_terminal_shows_a_screen(folder):
    capture = OWN / "markup_everywhere.pcapng"
    os.chdir(folder)
    shown, status = screen([capture], ["/5363\n", "\n", "w", "q", "\x1b", "\x1b[B",  "f", "s", "?", "q", "q"], extra={"NO_COLOR": "1"})
    for words in ("s, 1 registered, 2 fail", "how it stands", "! ", "Enter: open", "TFTP Error", "saved as ", "phones that fail",
                  "Arrows, j, k"):
        expect(words in shown, f"{words!r} is not shown: {shown}")
    expect(status == 0 and "\x1b[?1049l" in shown[-200:], f"the terminal is not given back: {status} {shown[-300:]!r}")
    expect(not re.search(r"\x1b\[(\d+;)*3[1-7]m", shown), "colours in spite of NO_COLOR")
    saved = [path for path in folder.iterdir() if path.suffix == ".pcapng"]
    expect(len(saved) == 1 and "SEP00005E005363" in run(saved[0], command="inspect", status=(0, 1)).stdout, f"{saved}")
    shown, status = screen([capture, "--output", "/dev/full"], [])
    expect(status == 2 and "No space left" in shown.rpartition("\x1b[?1049l")[2], f"what has ended it is gone: {status} {shown[-300:]!r}")
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        shown, status = screen([capture], [ending])
        expect(status == 0 and "\x1b[?1049l" in shown[-200:], f"{ending}: {status} {shown[-300:]!r}")
    shown, status = screen([capture], ["q"], size=(5, 30))
    expect("too small" in shown and status == 0, shown)
    shown, status = screen([capture], [], term="dumb")
    expect('terminal "dumb" (TERM) is none that is known' in shown and "\x1b[" not in shown.replace("\x1b[?", ""), shown)
    shown, status = screen([capture], [], term="nonsense")
    expect('terminal "nonsense" (TERM) is none that is known' in shown and "In all: 4 phones" in shown and status == 1, f"{status} {shown}")


def numbers(text):
    return {key: float(value) for key, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.M)}


@check
def the_numbers_are_those_of_the_phones(folder):
    metrics = folder / "regflow.prom"
    for capture in (OWN / "boot_upgrade.pcapng", OWN / "sccp_reject_loop.pcapng", OWN / "markup_everywhere.pcapng"):
        rows = last_changes(watch(capture, "--metrics", metrics).stdout).values()
        told = numbers(metrics.read_text())
        for outcome in {row["outcome"] for row in rows}:
            count = sum(row["outcome"] == outcome for row in rows)
            expect(told[f'regflow_phones{{outcome="{outcome}"}}'] == count, f"{capture.name}, {outcome}: {told}")
        for cause in {row["cause"] or "unknown" for row in rows if row["fails"]}:
            count = sum(row["fails"] and (row["cause"] or "unknown") == cause for row in rows)
            expect(told[f'regflow_phones_failing{{cause="{cause}"}}'] == count, f"{capture.name}, {cause}: {told}")
        expect(told["regflow_accept_seconds_count"] <= told["regflow_registrations_accepted_total"], f"{told}")
        expect(told['regflow_ready_seconds_bucket{le="+Inf"}'] == told["regflow_ready_seconds_count"], f"{told}")


@check
def a_command_is_run_for_each_phone_that_begins_to_fail(folder):
    told = folder / "told"
    script = folder / "tell it.sh"
    script.write_text('#!/bin/sh\ncat >>"$1"\n')
    script.chmod(0o755)
    done = watch(OWN / "markup_everywhere.pcapng", "--on-failure", f'"{script}" "{told}"')
    want = [line for line in map(json.loads, done.stdout.splitlines()) if line["fails"]]
    heard = list(map(json.loads, told.read_text().splitlines()))
    expect(sorted(map(str, heard)) == sorted(map(str, want)), f"{heard} is not {want}")
    expect(all(line["fix"] for line in heard), f"{heard}")
    told.unlink()
    done = watch(OWN / "markup_everywhere.pcapng", "--on-failure", f'"{script}" "{told}"', "--on-failure-limit", "1")
    expect(len(told.read_text().splitlines()) == 1, told.read_text())
    expect("was not started for 1 more" in done.stderr, done.stderr)
    done = watch(OWN / "sccp_reject_loop.pcapng", "--on-failure", "false")
    expect("false ended with status 1" in done.stderr, done.stderr)


@check
def what_cannot_be_done_is_told_in_one_sentence(folder):
    capture = OWN / "sccp_phone_register.pcapng"
    for arguments, status, sentence in (
            ([], 2, "what to watch is missing"),
            ([capture, capture], 2, "there is more than one"),
            (["-i", "lo", capture], 2, "there is more than one"),
            (["-i", "nothing-there"], 3, "nothing-there is no interface of this machine"),
            ([capture, "--filter", "tcp"], 2, "--filter is for an interface"),
            ([capture, "--format", "json"], 2, "--format: it is text or ndjson"),
            ([capture, "--keep", "1m"], 2, "--keep: "),
            ([capture, "--on-failure", "no-such-program x"], 2, 'there is no program "no-such-program"'),
            ([capture, "--on-failure", "'"], 2, "--on-failure: "),
            ([capture, "--on-failure-limit", "0"], 2, "--on-failure-limit: "),
            ([capture, "--output", folder / "not there" / "lines"], 2, "cannot be written"),
            ([folder / "not there"], 3, "cannot be opened"),
            ([Path(__file__)], 3, "is no capture that can be read")):
        done = run(*arguments, command="watch", status=status)
        expect(sentence in done.stderr and len(done.stderr.splitlines()) == 1, f"{arguments}: {done.stderr}")
    copy = folder / "copy.pcapng"
    shutil.copy(capture, copy)
    for option in ("--output", "--metrics"):
        done = run(copy, option, copy, command="watch", status=2)
        expect("must not name a capture" in done.stderr and copy.read_bytes() == capture.read_bytes(), done.stderr)
    done = run(OWN / "sccp_reject_loop.pcapng", "--output", "/dev/full", command="watch", status=2)
    expect("/dev/full cannot be written: No space left" in done.stderr, done.stderr)
    junk = folder / "junk"
    junk.mkdir()
    (junk / "a.pcap").write_bytes(b"no capture, but long enough for one")
    with subprocess.Popen([program(), "watch", "--lines", junk], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        expect("a.pcap is no capture that can be read" in process.stderr.readline(), "junk in a folder")
        process.terminate()
    with subprocess.Popen([program(), "watch", "--lines", junk], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        expect("is no capture" in process.stderr.readline(), "junk in a folder")
        junk.rename(folder / "elsewhere")
        expect("junk is away" in process.stderr.readline(), "a folder that goes away")
        (folder / "elsewhere").rename(junk)
        expect("junk is back" in process.stderr.readline(), "a folder that comes back")
        process.terminate()
    if not os.geteuid():
        done = run("-i", "lo", "--filter", "no such words", command="watch", status=2)
        expect('the filter "no such words" is none that pcap-filter(7) describes' in done.stderr, done.stderr)
        done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", program(), "watch", "-i", "lo"],
                              capture_output=True, text=True, check=False, timeout=PATIENCE, env=ENVIRONMENT)
        expect(done.returncode == 3 and "CAP_NET_RAW" in done.stderr and "dumpcap" in done.stderr, f"{done}")
    for octets, sentence in ((b"", b"standard input is empty"), (gzip.compress(capture.read_bytes()), b"compressed with gzip: unpack it first")):
        done = through_pipe(octets)
        expect(done.returncode == 3 and sentence in done.stderr, f"{done}")
    done = run(OWN / "near_udp_only.pcapng", command="watch", status=3)
    expect("holds no registration" in done.stderr, done.stderr)
    half = capture.read_bytes()
    done = through_pipe(half[:len(half) // 2 + 1])
    expect(done.returncode == 3 and b"cannot be read beyond frame" in done.stderr and done.stdout, f"{done}")


if __name__ == "__main__":
    sys.exit(check_each(CHECKS))
