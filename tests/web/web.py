# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the page for the browser share: where it was built, and that it was."""

import os
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("REGFLOW_BUILD", SOURCE / "build"))
WEB = BUILD.with_name(f"{BUILD.name}-web")
REGREPLAY = BUILD / "regreplay"
SKIPPED = 77


def captures():
    """Those of the project, and those beside it where they are."""
    return [path for folder in (SOURCE / "captures", SOURCE.parent / "shared/captures")
            for path in sorted(folder.glob("*.pcap*"))]


def need(*files):
    """Ends the test as skipped where something was not built."""
    for file in files:
        if not (WEB / file).exists():
            print(f"there is no {WEB / file}: ./dev web builds it, where Debian's source packages can be had")
            sys.exit(SKIPPED)
