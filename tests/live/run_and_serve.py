#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run against regreplay serve, on loopback: times, faults at every step, many phones, bad input."""

import lzma
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from json_schema import Schema
from regreplay import ENVIRONMENT, PATIENCE, PATIENT, expect, interrupt, left_running, program, run, serving

SOURCE = Path(__file__).resolve().parents[2]
AS = ("--as", "SEP00AABBCCDD00")
FAULTS = ("close", "reset", "silent", "garbage", "half", "bytes")
# Every message that the recorded server sends, in its order.
STEPS = ("RegisterAck", "CapabilitiesReq", "ButtonTemplateRes", "SoftKeyTemplateRes", "SoftKeySetRes", "ConfigStatRes",
         "LineStatV2Res", "ForwardStatRes", "SpeedDialStatV2Res", "FeatureStatV2Res", "ServiceURLStatV2Res", "SetLamp",
         "TimeDateRes", "SelectSoftKeys", "DisplayPromptStatusV2", "ActivateCallPlane", "KeepAliveAck",
         "UnregisterAck")


def check_embedded(capture):
    """As recorded against its own stand-in, in no less than the recorded time, and without waiting at all."""
    recorded = run(capture, *PATIENT)
    expect("registered as recorded and on time" in recorded.stdout, recorded.stdout)
    expect(recorded.seconds > 2.3, f"2.3 s of recorded time took {recorded.seconds:.1f} s")
    fast = min(run(capture, "--speed", "max", *PATIENT).seconds for _ in range(3))
    expect(fast < recorded.seconds - 1, f"--speed max took {fast:.2f} s, and as recorded {recorded.seconds:.2f} s")
    every = [path for path in tshark.captures() if path.name.startswith(("sccp_", "boot_"))]
    outcomes = [run(path, "--speed", "max", *PATIENT, status=(0, 3)).returncode for path in every]
    expect(outcomes.count(0) > 20, f"only {outcomes.count(0)} of {len(every)} captures could be re-driven")


def check_late(capture):
    """One answer 4 s later: exactly that exchange is late, and JUnit names it."""
    with serving(capture, "--delay", "RegisterAck=4s") as target:
        options = ("--target", target, *AS, "--speed", "max", "--tolerance", "3s,50%")
        done = run(capture, *options, "--format", "junit", status=1)
        text = run(capture, *options, status=1).stdout
        run(capture, *options[:-2], *PATIENT)
    failed = [case for case in ElementTree.fromstring(done.stdout).iter("testcase") if case.find("failure") is not None]
    expect([case.get("name") for case in failed] == ["RegisterReq"], done.stdout)
    failure = failed[0].find("failure")
    expect("late" in failure.get("message"), failure.get("message"))
    for word in ("expected: RegisterAck", "allowed:", "measured:", "frame 4"):
        expect(word in failure.text, failure.text)
    expect(len(re.findall("LATE", text)) == 1 and "1 answer late" in text, text)


def check_schema(schema, value, part=None):
    faults = Schema(schema).faults(value, part)
    expect(not faults, faults[:5])


def check_formats(capture):
    schema = json.loads((SOURCE / "docs" / "run.schema.json").read_text(encoding="utf-8"))
    document = json.loads(run(capture, "--speed", "max", "--format", "json", *PATIENT).stdout)
    check_schema(schema, document)
    expect(document["passed"] and document["ends"]["complete"] == 1, document)
    lines = [json.loads(line)
             for line in run(capture, "--speed", "max", "--format", "ndjson", *PATIENT).stdout.splitlines()]
    messages = [line for line in lines if line["type"] == "message"]
    expect([line["message"] for line in messages][:3] == ["Alarm", "RegisterReq", "RegisterAck"], messages[:3])
    answers = [line for line in messages if line["request_in"]]
    expect(len(answers) > 15 and all(line["tip"] and line["response_time"] >= 0 for line in answers), answers)
    expect([line["phone"] for line in lines if line["type"] == "phone"] == ["SEP00005E005361"], lines[-1])
    for line in lines:
        if line["type"] == "exchange":
            check_schema(schema, line, schema["$defs"]["exchange"])
    expect(lines[-1]["type"] == "run" and lines[-1]["passed"], lines[-1])


def expected_status(step, fault):
    """What a run ends with when its server does this at that step."""
    place = STEPS.index(step)
    if fault == "bytes":
        return 0
    if fault in ("close", "reset"):
        return 0 if step == "UnregisterAck" else 4
    if fault == "garbage":
        return 4
    if step == "RegisterAck":
        return 4
    # Silence: what is missing then decides. Lamps, prompts and keepalives that were never answered are harmless.
    return 1 if place <= STEPS.index("TimeDateRes") else 0


def check_fault(capture, step, fault):
    with serving(capture, "--fault", f"{step}={fault}", "--keepalive", "1") as target:
        done = run(capture, "--target", target, *AS, "--speed", "max", "--stay", "1500ms", "--timeout", "3s",
                   *PATIENT, status=(0, 1, 4))
    expect(done.returncode == expected_status(step, fault),
           f"{step} {fault}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    expect(done.stdout.count("\n") > 1, done.stdout)


def check_faults(capture):
    with ThreadPoolExecutor(16) as pool:  # most of them wait
        for future in [pool.submit(check_fault, capture, step, fault) for step in STEPS for fault in FAULTS]:
            future.result()


def check_many(capture):
    """1,000 phones at 200 a second, all held for two intervals."""
    with serving(capture, "--keepalive", "2") as target:
        done = run(capture, "--target", target, *AS, "--speed", "max", "--phones", "1000", "--rate", "200", "--stay", "8s",
                   "--format", "json", *PATIENT)
    result = json.loads(done.stdout)
    expect(result["ends"]["complete"] == 1000 and result["keepalives_lost"] == 0, done.stdout)
    expect(result["keepalives"] >= 2000, f"{result['keepalives']} keepalives")
    expect(0 < result["memory_per_phone"] < 64 * 1024, f"{result['memory_per_phone']} octets per phone")
    done = run(capture, "--speed", "max", "--phones", "20", "--repeat", "5", *PATIENT)
    expect("all 100 registered" in done.stdout and "99 %" in done.stdout, done.stdout)


def run_parts(capture, *storm):
    """Their lines of NDJSON, and the time that both were told to begin at; one of them is told by the environment which it is."""
    for ahead in (3, 10, 40):  # a busy machine may need longer than that until both have begun
        start = int(time.time()) + ahead
        storm_then = (*storm, "--start-at", str(start), "--format", "ndjson")
        with ThreadPoolExecutor(2) as pool:
            parts = [pool.submit(run, capture, *storm_then, "--part", "1/2", status=(0, 2)),
                     pool.submit(run, capture, *storm_then, status=(0, 2), environment={"SLURM_PROCID": "1", "SLURM_NTASKS": "2"})]
            done = [part.result() for part in parts]
        if all(one.returncode == 0 for one in done):
            return [[json.loads(line) for line in one.stdout.splitlines()] for one in done], start
        expect(all("has passed" in one.stderr or one.returncode == 0 for one in done), done)
    raise tshark.Trouble("a process does not begin within 40 s")


def check_parts(capture):
    """Two that share one run play each phone once, from the time on that both were told."""
    with serving(capture, "--keepalive", "1") as target:
        lines, start = run_parts(capture, "--target", target, *AS, "--speed", "max", "--phones", "9", "--rate", "10", *PATIENT)
    phones = [[line["phone"] for line in one if line["type"] == "phone"] for one in lines]
    expect(list(map(len, phones)) == [5, 4], f"the parts played {phones}")
    first = int(AS[1][3:], 16)
    expect(sorted(phones[0] + phones[1]) == [f"SEP{first + i:012X}" for i in range(9)], f"the parts played {phones}")
    for number, one in enumerate(lines, 1):
        expect((one[-1]["part"], one[-1]["parts"], one[-1]["phones"]) == (number, 2, len(phones[number - 1])), one[-1])
    for arguments, words in ((("--phones", "3", "--part", "3/2"), "no part 3 of 2"), (("--phones", "3", "--part", "0/2"), "no part 0 of 2"),
                             (("--phones", "3", "--part", "1-2"), "2/8"),
                             (("--phones", "3", "--part", "/2"), "the environment does not say"),
                             (("--phones", "2", "--part", "1/3"), "needs a phone"), (("--start-at", "noon"), "is no time"),
                             (("--start-at", str(start - 60)), "has passed"), (("--start-at", str(start + 200_000)), "days ahead")):
        said = run(capture, *arguments, status=2).stderr
        expect(words in said and said.count("\n") == 1, f"{arguments}: {said}")


def check_interrupt(capture):
    """Ctrl-C signs off, ends the stand-in too, and counts as done when the registration stood."""
    # So slow that it is accepted after half a second, and ready in a minute.
    for speed, status in (("0.03", 1), ("max", 0)):
        with subprocess.Popen([program(), "run", capture, "--speed", speed, "--stay", "forever", *AS, *PATIENT], stdout=subprocess.PIPE,
                              text=True, env=ENVIRONMENT) as process:
            interrupt(process, 3)
            said, _ = process.communicate(timeout=PATIENCE)
        expect(process.returncode == status, f"interrupted at speed {speed}: exit {process.returncode}\n{said}")
        expect("UnregisterReq" in said, said)


class Other(threading.Thread):
    """Something that listens on loopback and is no call manager."""

    def __init__(self, banner):
        super().__init__(daemon=True)
        self.banner = banner
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.target = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self):
        connection, _ = self.socket.accept()
        if self.banner:
            connection.sendall(self.banner)
        while connection.recv(4096):
            pass
        connection.close()


def check_bad_targets(capture):
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    run_fast = ("--speed", "max", "--timeout", "1s", *AS)
    rows = (
        (("--target", f"127.0.0.1:{port}"), 4, "refuses the connection"),
        (("--target", "no-such-host.invalid"), 4, "no address of the name is known"),
        (("--target", f"[::1%lo]:{port}"), 4, f"[::1%lo]:{port} refuses the connection"),
        (("--target", "fe80::1%nosuch0"), 2, "there is no interface"),
        (("--target", Other(b"SSH-2.0-OpenSSH_9.2\r\n").target), 4, "does not speak SCCP"),
        (("--target", Other(b"").target), 4, "does not answer RegisterReq"),
        (("--target", "203.0.113.1"), 2, "--allow-public"),
        (("--target", "127.0.0.1:x"), 2, "HOST[:PORT]"),
        (("--source", "192.0.2.77"), 4, "192.0.2.77"),
    )
    for options, status, words in rows:
        done = run(capture, *run_fast, *options, status=status)
        said = [line for line in (done.stdout + done.stderr).splitlines() if words in line]
        expect(len(said) == 1, f"{options}: {done.stdout}{done.stderr}")


def check_bad_input(capture, folder):
    whole = Path(capture).read_bytes()
    files = {"nothing.pcapng": b"", "text.pcap": b"no capture at all, only a text of some length\n",
             "packed.pcapng.xz": lzma.compress(whole), "cut.pcapng": whole[:700]}
    for name, content in files.items():
        (folder / name).write_bytes(content)
        done = run(folder / name, status=3)
        expect(done.stdout == "" and name in done.stderr, done.stderr)
    for name in ("missing.pcap", "."):
        run(folder / name, status=3)
    run(SOURCE / "captures" / "boot_broken_xml.pcapng", status=3)
    for name in ("problem_one_sided.pcapng", "problem_register_unanswered.pcapng"):
        expect("has no answer" in run(SOURCE / "captures" / name, status=3).stderr, name)
    # Everything up to the idle screen is there, and the rest of the file is not.
    (folder / "shorter.pcapng").write_bytes(whole[:-190])
    expect("warning" in run(folder / "shorter.pcapng", "--speed", "max", *PATIENT).stderr, "a damaged end is told")


def check_usage(capture):
    two = SOURCE / "captures" / "sccp_nat_two_phones.pcapng"
    for arguments in ((), (capture, capture), (capture, "--nonsense"), (capture, "--speed", "0"), (capture, "--phones", "0"),
                      (capture, "--format", "yaml"), (capture, "--tolerance", "x"), (capture, "--stay", "-1s"),
                      (capture, "--as", "no name"), (capture, "--target", "127.0.0.1"),
                      (capture, "--target", "127.0.0.1", "--as", "SEP00005E005361"), (capture, "--phone", "SEPNONE"),
                      (capture, "--attempt", "9"), (capture, "--source", "here"), (capture, "--repeat", "0"),
                      (capture, "--attempt", "0"), (capture, "--timeout", "0"), (capture, "--rate", "nan"),
                      (capture, "--dry-run", "--format", "json")):
        done = run(*arguments, status=2)
        expect(done.stdout == "" and done.stderr.count("\n") == 1, f"{arguments}: {done.stderr}")
    for arguments in ((), (capture, "--delay", "RegisterReq=1s"), (capture, "--fault", "RegisterAck=burn"),
                      (capture, "--delay", "RegisterAck"), (capture, "--listen", "x:y:z"),
                      (capture, "--attempt", "0"), (capture, "--keepalive", "0"), (capture, "--http-port", "-1")):
        run(*arguments, status=2, command="serve")
    third_party = SOURCE / "captures" / "sip_third_party_cucm.pcapng"
    expect("--user" in run(third_party, "--target", "127.0.0.1:9", "--as", "SEP00AABBCCDD00", status=2).stderr, "a device name for a phone that has none")
    expect("2 phones register" in run(two, "--speed", "max", *PATIENT).stderr, "several phones are told")
    expect("--same-identity" in run("--help").stdout, "help names the options")


def check_serve_ends(capture):
    """Who reads "listening" may end it at once: the exit is an orderly one."""
    for _ in range(40):
        with serving(capture):
            pass


def check_one_address(capture):
    """A port that is taken."""
    with serving(capture) as target:
        done = run(capture, "--listen", target, status=4, command="serve")
    expect("cannot listen" in done.stderr, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        capture = folder / "sccp_phone_register.pcapng"
        shutil.copy(SOURCE / "captures" / capture.name, capture)
        parts = [check_usage, check_embedded, check_late, check_formats, check_bad_targets, check_interrupt,
                 check_one_address, check_serve_ends, check_faults, check_many, check_parts]
        for part in parts:
            begin = time.monotonic()
            part(capture)
            print(f"{part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
        check_bad_input(capture, folder)
        expect(not left_running(folder), f"still running: {left_running(folder)}")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"run_and_serve: {trouble}")
