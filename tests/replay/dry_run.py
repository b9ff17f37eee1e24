#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What regreplay run --dry-run prints, compared with expected/; with --update it is written anew: review the diff."""

import difflib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import tshark
from regreplay import expect, run

CAPTURES = HERE.parents[1] / "captures"
SCRIPTS = {
    "phone_register": ("sccp_phone_register.pcapng",),
    "as_somebody_else": ("sccp_phone_register.pcapng", "--as", "sep00aabbccddee", "--target", "127.0.0.1"),
    "protocol_03": ("sccp_protocol_03.pcapng",),
    "second_attempt": ("sccp_two_registrations.pcapng", "--attempt", "2"),
    "second_phone": ("sccp_nat_two_phones.pcapng", "--phone", "SEP00005E005372"),
    "token": ("sccp_token_fallback.pcapng", "--attempt", "2"),
    "bridge": ("sccp_media_resource_loss.pcapng",),
    "old_server": ("sccp_old_server_short_forms.pcapng",),
    "reject": ("sccp_reject_loop.pcapng",),
    "ipv6": ("sccp_ipv6.pcapng",),
    "sip_cisco": ("sip_cisco_cucm_tcp.pcapng",),
    "sip_third_party": ("sip_third_party_cucm.pcapng",),
}


def main():
    update = sys.argv[1:] == ["--update"]
    changed = False
    for name, (capture, *options) in SCRIPTS.items():
        file = HERE / "expected" / f"dry_run_{name}.txt"
        found = run(CAPTURES / capture, "--dry-run", *options).stdout
        expect(found == run(CAPTURES / capture, "--dry-run", *options).stdout, f"{name}: the output is not stable")
        if update:
            file.write_text(found, encoding="utf-8")
            continue
        lines = file.read_text(encoding="utf-8").splitlines(True)
        difference = list(difflib.unified_diff(lines, found.splitlines(True), str(file), "regreplay"))
        sys.stdout.writelines(difference)
        changed |= bool(difference)
    expect(not changed, "the scripts have changed")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"dry_run: {trouble}")
