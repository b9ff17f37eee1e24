#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may include whom: each folder only what stands below it, as CONTRIBUTING.md says."""

import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

# From the ground up.
FLOORS = [
    "output",
    "registration/wire",
    "registration/terms",
    "registration/protocols",
    "registration/anonymise",
    "registration/flow",
    "registration/findings",
    "registration/tips",
    "registration/report",
    "plugin",
    "replay",
    "replay/recording",
    "web",
    "replay/script",
    "replay/engine",
    "replay/live",
    "replay/stand_in",
    "replay/report",
    "replay/suite",
    "replay/watch",
    "replay/merge",
    "replay/compare",
    "replay/commands",
]
FLOOR_OF = {folder: i for i, folder in enumerate(FLOORS)}
# What else a folder may include, and what it must never.
FORBIDDEN = {
    "output": re.compile(r'<(epan/|wireshark|pcap|re\.h)|"(registration|plugin|replay)/'),
    "registration": re.compile(r'<(epan/|wireshark|pcap|re\.h|re_|sys/socket|netinet/|arpa/)|"(output|plugin|replay)/'),
    "plugin": re.compile(r'<(pcap|re\.h)|"replay/'),
    "replay": re.compile(r'<(epan/|wireshark)|"(plugin|web)/'),
    "web": re.compile(r'<(epan/|wireshark|pcap|re\.h|re_|sys/socket)|"plugin/'),
}
# Floors that are no stairs: both use what is below them and do not know each other.
APART = [{"replay/live", "replay/stand_in"}, {"replay/live", "replay/report"}, {"replay/stand_in", "replay/report"},
         *({"replay/watch", f"replay/{other}"} for other in ("script", "engine", "live", "stand_in", "report", "suite")),
         *({"replay/merge", f"replay/{other}"} for other in ("recording", "script", "engine", "live", "stand_in", "report", "suite", "watch"))]


def main():
    wrong = []
    sources = [path for top in FORBIDDEN for path in sorted((TOP / top).rglob("*.[ch]"))]
    if len(sources) < 100:
        sys.exit(f"rooms: only {len(sources)} sources below {TOP}: the folders have moved")
    for path in sources:
        folder = str(path.relative_to(TOP).parent)
        if folder not in FLOOR_OF:
            wrong.append(f"{path.relative_to(TOP)}: no floor for {folder}: add it here and to CONTRIBUTING.md")
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            found = re.match(r'#\s*include (["<][^">]+)', line)
            if not found:
                continue
            name = found.group(1)
            below = str(Path(name[1:]).parent)
            if FORBIDDEN[folder.split("/", maxsplit=1)[0]].match(name):
                wrong.append(f"{path.relative_to(TOP)} includes {name[1:]}, which {folder} must not know")
            elif below != folder and below in FLOOR_OF:
                if FLOOR_OF[below] > FLOOR_OF[folder] or {folder, below} in APART:
                    wrong.append(f"{path.relative_to(TOP)} includes {name[1:]}, which does not stand below {folder}")
    for line in wrong:
        print(line)
    print(f"rooms: {len(sources)} sources, {len(wrong)} wrong includes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
