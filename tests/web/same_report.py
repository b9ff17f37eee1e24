#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The program of the page gives the same report of every capture as regreplay inspect, and the same anonymised copy and map of
names as regreplay annotate, octet by octet, whole and cut."""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import web

FORMAT = "ndjson"


def spoil(folder):
    """What cannot be read, or not to its end, and what is compressed."""
    whole = (web.SOURCE / "captures/sccp_phone_register.pcapng").read_bytes()
    packed = gzip.compress(whole)
    for name, octets in (("cut.pcapng", whole[:-90]), ("text.pcap", b"not a capture at all\n"), ("empty.pcap", b""),
                         ("head.pcap", whole[:20]), ("packed.pcapng.gz", packed), ("packed_twice.gz", packed + packed),
                         ("packed_cut.gz", packed[:-40]), ("packed_damaged.gz", packed[:200] + bytes(50) + packed[250:])):
        (folder / name).write_bytes(octets)
    for tool in ("zstd", "lz4"):
        done = subprocess.run([tool, "-c"], input=whole, stdout=subprocess.PIPE, check=True)
        (folder / f"packed.{tool}").write_bytes(done.stdout)
    return sorted(folder.iterdir())


def octets(file):
    return file.read_bytes() if file.exists() else b""


def native(capture, folder):
    """Its exit status, its report, the copy and the map: nothing where there is none."""
    done = subprocess.run([web.REGREPLAY, "inspect", "--language", "en", "--format", FORMAT, capture.name], cwd=capture.parent,
                          capture_output=True, check=False)
    copy, names = folder / "copy", folder / "map"
    for file in (copy, names):
        file.unlink(missing_ok=True)
    subprocess.run([web.REGREPLAY, "annotate", "--language", "en", "--anonymise", capture.name, "-o", copy, "--map", names],
                   cwd=capture.parent, capture_output=True, check=False)
    return done.returncode, done.stdout, octets(copy), octets(names)


def main():
    web.need("regflow_web.wasm")
    with tempfile.TemporaryDirectory() as scratch:
        spoilt, made, wanted = (Path(scratch, name) for name in ("spoilt", "made", "wanted"))
        for folder in (spoilt, made, wanted):
            folder.mkdir()
        captures = web.captures() + spoil(spoilt)
        files = [[made / f"{i}.{what}" for what in ("report", "copy", "map")] for i in range(len(captures))]
        lines = "".join("\t".join(map(str, [capture, *those])) + "\n" for capture, those in zip(captures, files, strict=True))
        done = subprocess.run(["node", web.SOURCE / "tests/web/inspect.js", web.WEB / "regflow_web.js", FORMAT], input=lines, text=True,
                              stdout=subprocess.PIPE, check=True)
        differ = []
        for capture, code, those in zip(captures, map(int, done.stdout.split()), files, strict=True):
            found, regreplay = (code, *map(octets, those)), native(capture, wanted)
            differ += [f"{capture}: another {what}" for what, here, there in
                       zip(("exit status", "report", "anonymised copy", "map of names"), found, regreplay, strict=True) if here != there]
    print("\n".join(differ) or f"{len(captures)} captures, the same of each")
    return 1 if differ or len(captures) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
