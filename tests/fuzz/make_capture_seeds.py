#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes captures.seeds: one sample capture in every form of file that is read, for the fuzz targets whose inputs are captures. Needs
editcap, zstd and lz4."""

import gzip
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "captures" / "near_sip_two_servers.pcapng"
FOLDER = HERE / "captures.seeds"
SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def records(pcap):
    at = 24
    while at < len(pcap):
        _, _, captured, wire = struct.unpack_from("<IIII", pcap, at)
        yield wire, pcap[at + 16:at + 16 + captured]
        at += 16 + captured


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def interface(link):
    return block(1, struct.pack("<HHI", link, 0, 262144))


def swapped(pcap):
    """As a machine of the other byte order writes it."""
    made = struct.pack(">IHHiIII", *struct.unpack_from("<IHHiIII", pcap))
    at = 24
    while at < len(pcap):
        head = struct.unpack_from("<IIII", pcap, at)
        made += struct.pack(">IIII", *head) + pcap[at + 16:at + 16 + head[2]]
        at += 16 + head[2]
    return made


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, form in (("micro.pcap", "pcap"), ("nano.pcap", "nsecpcap")):
        subprocess.run(["editcap", "-F", form, SAMPLE, FOLDER / name], check=True)
    pcap = (FOLDER / "micro.pcap").read_bytes()
    packets = list(records(pcap))
    (FOLDER / "swapped.pcap").write_bytes(swapped(pcap))
    (FOLDER / "simple.pcapng").write_bytes(SECTION + interface(1) + b"".join(block(3, struct.pack("<I", wire) + octets) for wire, octets in packets))
    old = b"".join(block(2, struct.pack("<HHIIII", 0, 0, 0, number, len(octets), wire) + octets) for number, (wire, octets) in enumerate(packets))
    (FOLDER / "old_packets.pcapng").write_bytes(SECTION + interface(1) + old)
    # Two links, one of which is raw IP, and one that nobody reads.
    links = (1, 101, 147)
    mixed = b"".join(block(6, struct.pack("<IIIII", number % 3, 0, number, len(octets), len(octets)) + octets)
                     for number, octets in enumerate(octets[14:] if number % 3 else octets for number, (_, octets) in enumerate(packets)))
    (FOLDER / "mixed.pcapng").write_bytes(SECTION + b"".join(map(interface, links)) + mixed)
    (FOLDER / "packed.gz").write_bytes(gzip.compress(pcap, mtime=0))
    for program, name in (("zstd", "packed.zst"), ("lz4", "packed.lz4")):
        (FOLDER / name).write_bytes(subprocess.run([program, "-q", "-c", FOLDER / "micro.pcap"], check=True, capture_output=True).stdout)


if __name__ == "__main__":
    main()
