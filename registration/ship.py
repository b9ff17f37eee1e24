#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are compiled into the library: ship.py NAME FOLDER FILE… writes the table NAME of registration/tips/shipped.h
to standard output, with each file of FOLDER by its path there."""

import sys
from pathlib import Path

PLAIN = {octet: chr(octet) for octet in range(0x20, 0x7F)} | {ord('"'): '\\"', ord("\\"): "\\\\", ord("?"): "\\?"}


def literal(octets):
    """Octets as a C string: three digits, or the digit that follows would belong to it."""
    return '"' + "".join(PLAIN.get(octet, f"\\{octet:03o}") for octet in octets) + '"'


def main():
    name, folder, *files = sys.argv[1:]
    print('#include "registration/tips/shipped.h"\n')
    print(f"const ShippedFile {name}[] = {{")
    for path in sorted(files):
        octets = Path(folder, path).read_bytes()
        print(f'    {{ {literal(path.encode())},')
        for line in octets.splitlines(keepends=True):
            print(f"      {literal(line)}")
        print(f"      , {len(octets)} }},")
    print("    { NULL, NULL, 0 },\n};")


if __name__ == "__main__":
    main()
