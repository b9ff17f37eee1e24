#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run without a target: every capture with a SIP registration is replayed against its own stand-in."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import PATIENT, expect, run

CAPTURES = Path(__file__).resolve().parents[2] / "captures"


def main():
    passed = 0
    for capture in sorted(CAPTURES.glob("*sip*.pcapng")):
        done = run(capture, "--speed", "max", *PATIENT, status=(0, 3))
        if done.returncode == 3:
            expect(re.search("no registration in this capture|has no answer in this capture|cannot be sent again: it is not whole", done.stderr),
                   f"{capture.name}: {done.stderr}")
            continue
        expect(re.search("registered as recorded|registered, which the recorded phone was not|refused, as recorded", done.stdout), f"{capture.name}: {done.stdout}")
        passed += 1
    expect(passed > 40, f"only {passed} captures were replayed")
    print(passed, "captures replayed")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"sip_stand_in: {trouble}")
