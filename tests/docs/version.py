#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The version stands in CMakeLists.txt. What others read in forms of their own (packages, changes) has the same."""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
HOME = ("CMakeLists.txt", r"^project \(regflow VERSION ([\d.]+)")
OTHERS = [
    ("CHANGELOG.md", r"^## ([\d.]+)"),
    ("debian/changelog", r"^regflow \(([^)]+)\)"),
    ("packaging/regflow.spec", r"^Version:\s+(\S+)"),
]


def find(name, pattern):
    found = re.search(pattern, (TOP / name).read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None


def main():
    version = find(*HOME)
    faults = [f"{name} says {said}, and {HOME[0]} {version}" for name, pattern in OTHERS if (said := find(name, pattern)) != version]
    print("\n".join(faults) or version)
    return bool(faults or not version)


if __name__ == "__main__":
    sys.exit(main())
