# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures, damaged in ways that happen (lost, swapped, doubled and cut packets) and in ways that do not (other bits).

The seed decides everything: the same seed gives the same bytes.
"""

import pathlib
import random
import struct
import subprocess

HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
NANOSECOND_MAGIC = 0xA1B23C4D


class Pcap:
    """A classic capture file in memory: a header and (seconds, nanoseconds, length on the wire, bytes) records."""

    def __init__(self, header, records):
        self.header = header
        self.records = records

    @classmethod
    def read(cls, capture, scratch):
        """Any capture that editcap reads."""
        plain = pathlib.Path(scratch) / "plain.pcap"
        subprocess.run(["editcap", "-F", "nsecpcap", capture, plain], check=True, capture_output=True)
        data = plain.read_bytes()
        if HEADER.unpack_from(data)[0] != NANOSECOND_MAGIC:
            raise ValueError(f"{capture}: editcap wrote another byte order")
        records, at = [], HEADER.size
        while at < len(data):
            seconds, nanoseconds, captured, wire = RECORD.unpack_from(data, at)
            at += RECORD.size
            records.append((seconds, nanoseconds, wire, data[at:at + captured]))
            at += captured
        return cls(data[:HEADER.size], records)

    def write(self, path):
        path.write_bytes(self.header + b"".join(
            RECORD.pack(seconds, nanoseconds, len(octets), wire) + octets for seconds, nanoseconds, wire, octets in self.records))


def drop(records, dice):
    return [record for record in records if dice.random() >= 0.1]


def duplicate(records, dice):
    return [record for record in records for _ in range(2 if dice.random() < 0.15 else 1)]


def swap(records, dice):
    """Neighbours change places; the times stay where they were."""
    records = list(records)
    for i in range(len(records) - 1):
        if dice.random() < 0.1:
            (s1, n1, *one), (s2, n2, *two) = records[i:i + 2]
            records[i:i + 2] = [(s1, n1, *two), (s2, n2, *one)]
    return records


def truncate(records, dice):
    """Packets that the capture cut."""
    return [(s, n, wire, octets[:dice.randrange(len(octets) + 1)] if dice.random() < 0.1 else octets)
            for s, n, wire, octets in records]


def flip(records, dice, first=0):
    """Some bits of some packets are others, from the octet `first` on."""
    changed = []
    for seconds, nanoseconds, wire, octets in records:
        octets = bytearray(octets)
        if len(octets) > first and dice.random() < 0.2:
            for _ in range(dice.randrange(1, 4)):
                octets[dice.randrange(first, len(octets))] ^= 1 << dice.randrange(8)
        changed.append((seconds, nanoseconds, wire, bytes(octets)))
    return changed


def spoil(records, dice):
    """Bits of messages are others; the headers of Ethernet, IPv6 and TCP (and with them shorter ones) are as they were."""
    return flip(records, dice, first=14 + 40 + 20)


KINDS = (drop, duplicate, swap, truncate, spoil, flip)


def damaged(pcap, kind, seed):
    return Pcap(pcap.header, kind(pcap.records, random.Random(f"{kind.__name__} {seed}")))
