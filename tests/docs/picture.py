#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/ladder.svg, the picture of README, is what regreplay draws today.

  picture.py           compares it
  picture.py --update  draws it anew
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from tshark import OWN, TOP, Trouble, build_folder  # noqa: E402  pylint: disable=wrong-import-position

CAPTURE, PICTURE = OWN / "problem_default_not_captured.pcapng", TOP / "docs/ladder.svg"


def draw():
    done = subprocess.run([build_folder() / "regreplay", "inspect", "--language", "en", "--format", "svg", CAPTURE], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode != 1 or "Error DBConfig" not in done.stdout:
        raise Trouble(f"exit {done.returncode}: {done.stderr}{done.stdout[:500]}")
    return done.stdout


def main(arguments):
    if arguments == ["--update"]:
        PICTURE.write_text(draw(), encoding="utf-8")
    elif arguments:
        sys.exit(__doc__)
    elif not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != draw():
        raise Trouble(f"{PICTURE.relative_to(TOP)} is not what regreplay draws: tests/docs/picture.py --update, and look at it")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
