#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The program of the page gives the same report of every capture as regreplay inspect, octet by octet, whole and cut."""

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


def native(capture):
    done = subprocess.run([web.REGREPLAY, "inspect", "--language", "en", "--format", FORMAT, capture.name], cwd=capture.parent,
                          capture_output=True, check=False)
    return done.returncode, done.stdout


def main():
    web.need("regflow_web.wasm")
    with tempfile.TemporaryDirectory() as scratch:
        spoilt, reports = Path(scratch, "spoilt"), Path(scratch, "reports")
        spoilt.mkdir()
        reports.mkdir()
        captures = web.captures() + spoil(spoilt)
        lines = "".join(f"{capture}\t{reports / str(i)}\n" for i, capture in enumerate(captures))
        done = subprocess.run(["node", web.SOURCE / "tests/web/inspect.js", web.WEB / "regflow_web.js", FORMAT], input=lines, text=True,
                              stdout=subprocess.PIPE, check=True)
        codes = [int(line) for line in done.stdout.split()]
        differ = [f"{capture}: exit status {code}, not {wanted[0]}" if code != wanted[0] else f"{capture}: another report"
                  for i, (capture, code) in enumerate(zip(captures, codes, strict=True))
                  if (wanted := native(capture)) != (code, (reports / str(i)).read_bytes())]
    print("\n".join(differ) or f"{len(captures)} captures, the same report of each")
    return 1 if differ or len(captures) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
