#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the unit tests and the fuzz targets reach, as a table by folder: ./dev torture --coverage.

  coverage.py BUILD [CORPORA]   runs what is built in BUILD for that (clang, -fprofile-instr-generate -fcoverage-mapping); the corpora are
                                those of a fuzz build, beside the seeds

Afterwards BUILD/unreached lists the functions that nothing reaches, and BUILD/coverage.json has all that llvm-cov tells.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# Of these folders each one below is a row.
ROOMS = ("registration", "replay", "output")


def run_all(build, corpora):
    """Each process adds to a few files, so that those that tests fork count, too."""
    profiles = build / "profiles"
    profiles.mkdir(exist_ok=True)
    for old in profiles.iterdir():
        old.unlink()
    environment = dict(os.environ, LLVM_PROFILE_FILE=f"{profiles}/%2m.profraw")
    subprocess.run(["ctest", "-L", "unit|fuzz", "-j2", "--output-on-failure"], cwd=build, env=environment, check=False, stdout=subprocess.DEVNULL)
    for corpus in sorted(corpora.glob("tests/fuzz/*.corpus")) if corpora else ():
        target = build / "tests" / f"fuzz_{corpus.stem}"
        if target.exists() and any(corpus.iterdir()):
            subprocess.run([target, corpus], env=environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    merged = build / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", *profiles.iterdir(), "-o", merged], check=True)
    return merged


def export(build, profile):
    programs = [path for path in sorted((build / "tests").iterdir()) if path.is_file() and os.access(path, os.X_OK) and path.suffix == ""]
    programs += [build / "regreplay"]
    objects = [word for path in programs[1:] for word in ("-object", str(path))]
    done = subprocess.run(["llvm-cov", "export", "-instr-profile", profile, "-skip-expansions", str(programs[0]), *objects], check=True,
                          capture_output=True)
    (build / "coverage.json").write_bytes(done.stdout)
    return json.loads(done.stdout)["data"][0]


def source_of(name):
    return Path(os.path.normpath(name))


def room_of(path):
    """The folder that a file counts for; None: it is no part of the project, or is generated."""
    if not path.is_relative_to(TOP):
        return None
    parts = path.relative_to(TOP).parts
    return "/".join(parts[:-1]) if parts[0] in ROOMS and len(parts) > 1 else None


def table(found):
    rooms = {}
    for file in found["files"]:
        room = room_of(source_of(file["filename"]))
        if room:
            row = rooms.setdefault(room, [0, 0, 0, 0])
            for place, what in ((0, "lines"), (2, "functions")):
                row[place] += file["summary"][what]["count"]
                row[place + 1] += file["summary"][what]["covered"]
    print(f"{'':28} {'lines':>7} {'reached':>8} {'functions':>10} {'reached':>8}")
    for room, row in [*sorted(rooms.items()), ("all", [sum(column) for column in zip(*rooms.values())])]:
        print(f"{room:28} {row[0]:7} {100 * row[1] / max(row[0], 1):7.1f}% {row[2]:10} {100 * row[3] / max(row[2], 1):7.1f}%")


def unreached(found):
    """[(file, function)]; a function of a header counts as reached when one of its copies is."""
    counts = {}
    for function in found["functions"]:
        path = source_of(function["filenames"][0])
        if room_of(path):
            key = (str(path.relative_to(TOP)), function["name"].rpartition(":")[2])
            counts[key] = counts.get(key, 0) + function["count"]
    return sorted(key for key, count in counts.items() if not count)


def main():
    build = Path(sys.argv[1]).resolve()
    found = export(build, run_all(build, Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None))
    table(found)
    missing = unreached(found)
    (build / "unreached").write_text("".join(f"{file}: {name}\n" for file, name in missing), encoding="utf-8")
    print(f"{len(missing)} functions are reached by nothing: see {build / 'unreached'}")


if __name__ == "__main__":
    main()
