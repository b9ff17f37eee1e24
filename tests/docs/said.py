#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each tip, finding and outcome that docs/registration.md names is there, and each line of its tables names one, a page, or a reason."""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
TIP = re.compile(r"[a-z]+\.[A-Za-z0-9]+(/[a-z-]+)?")


def names():
    tips = {group for path in (TOP / "annotations").glob("*.tips") for group in re.findall(r"^\[(.+)\]$", path.read_text("utf-8"), re.M)}
    rows = "".join((TOP / "registration" / path).read_text("utf-8") for path in ("findings/problems.h", "terms/outcome.h", "terms/phase.h"))
    return tips | set(re.findall(r'X \([A-Z0-9_]+, "([a-z0-9-]+)"', rows))


def main():
    known, faults, lines = names(), [], 0
    for number, line in enumerate((TOP / "docs/registration.md").read_text("utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) != 2 or cells[0] in ("statement", "---"):
            continue
        lines += 1
        named = re.findall(r"`([^`]+)`", cells[1])
        faults += [f"line {number}: there is no {name}" for name in named if name not in known]
        if not named and "](" not in cells[1] and not re.search(r"not said: \S|as above|the (tips|remedies)|only where", cells[1]):
            faults.append(f"line {number} names neither a tip nor a finding, and no reason: {cells[1]}")
    if lines < 60:
        faults.append(f"only {lines} lines were found")
    print("\n".join(faults) or f"{lines} statements, and where they are said")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
