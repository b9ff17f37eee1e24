#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run without a target: every capture with a SIP registration is replayed against its own stand-in; and with one: each
way in which serve asks for a login."""

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import PATIENT, expect, run, serving

CAPTURES = Path(__file__).resolve().parents[2] / "captures"


def check_digests(folder):
    users, right, wrong = folder / "users", folder / "right", folder / "wrong"
    users.write_text("1001:opens\n", encoding="utf-8")
    right.write_text("opens\n", encoding="utf-8")
    wrong.write_text("does not\n", encoding="utf-8")
    capture = CAPTURES / "recorded_sip_accepted.pcapng"
    for form in ("md5", "md5-qop", "md5-sess", "sha-256", "sha-512-256"):
        with serving(capture, "--digest", form, "--users", users) as target:
            who = (capture, "--target", target, "--as", "SEP00AABBCCDDEE", "--user", "1001", "--no-files", "--speed", "max", *PATIENT)
            run(*who, "--password-file", right)
            refused = run(*who, "--password-file", wrong, status=1)
            expect("the password" in refused.stdout or "403 Forbidden" in refused.stdout, refused.stdout)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_digests(Path(folder))
    passed = 0
    for capture in sorted(CAPTURES.glob("*sip*.pcapng")):
        done = run(capture, "--speed", "max", *PATIENT, status=(0, 1, 3, 4))
        if done.returncode == 4:  # its server answers when nobody waits any more
            late = re.search(r"does not answer REGISTER within 32.*ready after - \(recorded (\d+\.\d+) s\)", done.stdout, re.S)
            expect(late and float(late[1]) > 32, f"{capture.name}: {done.stdout}")
            continue
        if done.returncode == 1:
            expect("it asks for an OAuth token (Bearer), which only the phone's own login can get" in done.stderr + done.stdout, f"{capture.name}: {done.stdout}")
            continue
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
