#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run against Asterisk's chan_skinny, a call manager of other authors (tests/endpoints)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import PATIENT, expect, run

SOURCE = Path(__file__).resolve().parents[2]
OWN = SOURCE / "captures" / "sccp_phone_register.pcapng"


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = (folder / "asterisk.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def rows(document):
    return {(row["message"], row["instance"]): row for row in document["exchanges"] if row["occurrence"] == 1}


def run_json(capture, *options, status=0):
    return json.loads(run(capture, "--format", "json", *PATIENT, *options, status=status).stdout)


def check_recording(target, console):
    """A real 7912 of a CallManager 4.1; without that recording, a made one does."""
    recording = tshark.find_capture("@shared/sccp_7912_tftp_register_cm41.pcapng")
    if not recording.exists():
        return
    found = run_json(recording, "--target", target, "--as", "SEP001122334455")
    expect(found["ends"]["complete"] == 1 and found["ready"] > found["accepted"] > 0, found)
    row = rows(found)
    expect("1001" in row["LineStatReq", 1]["detail"] and row["LineStatReq", 1]["passed"], row["LineStatReq", 1])
    expect(row["FeatureStatReq", 1]["content"] == "missing" and row["FeatureStatReq", 1]["passed"], found)
    expect(found["unsolicited"][0] == {"message": "SetLamp", "recorded": 0, "live": 2}, found["unsolicited"])
    expect(("UnregisterReq", None) in row, "it signs off")
    done = subprocess.run([console, "skinny", "show", "devices"], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if "SEP001122334455" in line)
    expect(not re.search(r"\bY\b", line), f"still registered: {line}")


def check_differences(target):
    """Unanswered ConfigStatReq and the lamps before the acceptance are this server's ways, and no failures."""
    found = run_json(OWN, "--target", target, "--as", "SEP001122334455", "--speed", "max")
    row = rows(found)
    expect(row["ConfigStatReq", None]["content"] == "missing" and row["ConfigStatReq", None]["passed"], found)
    expect(("LineStatReq", 1) in row and ("LineStatReq", 2) not in row, "the live device has one line, not two")
    expect(run_json(OWN, "--target", target, "--as", "SEP001122334455", "--speed", "max", "--strict", status=1),
           "--strict fails")


def check_two_lines(target):
    """The recording has one line, the device two and a speed dial."""
    one_line = SOURCE / "captures" / "sccp_regreplay_chanskinny.pcapng"
    found = run_json(one_line, "--target", target, "--as", "SEP001122334466", "--speed", "max")
    row = rows(found)
    expect("1002" in str(row["LineStatReq", 1]["detail"]), row["LineStatReq", 1])
    expect(row["LineStatReq", 2]["content"] == "new" and row["LineStatReq", 2]["answer"] == "LineStatRes",
           row["LineStatReq", 2])
    expect(row["SpeedDialStatReq", 1]["content"] == "new", found)


def check_unknown(target):
    done = run(OWN, "--target", target, "--as", "SEP0011223344FF", "--speed", "max", status=1)
    expect('refuses to register SEP0011223344FF: RegisterReject "No Authority: "' in done.stdout, done.stdout)


def check_many(target):
    """Asterisk accepts connections one by one; on a busy machine its kernel resets what it cannot keep waiting."""
    for rate in ("100", "30", "10"):
        found = run_json(OWN, "--target", target, "--as", "SEP020000000001", "--phones", "400", "--rate", rate, "--speed",
                         "max", "--stay", "61s" if os.environ.get("REGFLOW_LONG") else "3s", status=(0, 4))
        if not all(why.endswith("has reset the connection") for why in found["failures"]) or not found["failures"]:
            break
    expect(found["ends"]["complete"] == 400 and found["keepalives_lost"] == 0, found["failures"])


def main():
    environment = read_environment()
    target = f"{environment['ASTERISK_HOST']}:{environment['ASTERISK_SCCP_PORT']}"
    check_recording(target, environment["ASTERISK_CONSOLE"])
    check_differences(target)
    check_two_lines(target)
    check_unknown(target)
    check_many(target)


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"chan_skinny: {trouble}")
