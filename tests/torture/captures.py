#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every sample capture, damaged (changes.py, editcap -E): plugin and inspect must still say the same, and nothing may break, hang or
take memory without bounds. First come those of kept/, about which something was wrong once.

  captures.py SECONDS [SEED]           as many as there is time for; the same seed (1) makes the same captures in the same order
  captures.py --again KIND SEED NAME   one of them, as the complaint about it has it
"""

import pathlib
import random
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import agree  # noqa: E402  pylint: disable=wrong-import-position
import changes  # noqa: E402  pylint: disable=wrong-import-position
from tshark import captures  # noqa: E402  pylint: disable=wrong-import-position

damage = changes.damage
# How many octets of a thousand editcap makes others.
ERRORS = ("0.001", "0.005", "0.02", "0.1")
KINDS = [*changes.KINDS, *changes.KINDS, "editcap", "editcap", "editcap", "another_link", "another_link", *changes.FILES]


def make(capture, kind, seed, folder):
    """The damaged capture, as a file in folder."""
    dice = random.Random(f"{kind} {seed} {capture.name}")
    name = f"{kind}-{seed}-{capture.stem}"
    if kind in changes.FILES:
        made = folder / (name + capture.suffix)
        made.write_bytes(changes.FILES[kind](capture.read_bytes(), dice))
    elif kind == "editcap":
        made = folder / (name + ".pcapng")
        options = ["-E", dice.choice(ERRORS), "--seed", str(dice.randrange(2 ** 31)), "-o", str(dice.choice((0, 14, 34, 54)))]
        subprocess.run(["editcap", *options, capture, made], check=True, capture_output=True)
    else:
        made = folder / (name + ".pcap")
        pcap = damage.Pcap.read(capture, folder)
        if kind == "another_link":
            pcap = changes.another_link(pcap, dice)
        else:
            # Now and then another misfortune comes on top of it.
            for name in [kind, *dice.choices(list(changes.KINDS), k=dice.choice((0, 0, 0, 1)))]:
                pcap = damage.Pcap(pcap.header, changes.KINDS[name](pcap.records, dice))
        pcap.write(made)
    return made


def look(judge, capture, kind, seed):
    made = make(capture, kind, seed, judge.tshark.work)
    # That octets of a file's own headers are others is bad luck, and each reader's own matter.
    judge.look(made, kind, f"tests/torture/captures.py --again {kind} {seed} {capture.name}", agree=kind not in ("other_octets", "long_file"))
    made.unlink()


def torture(judge, seconds, seed):
    """Each capture with the kinds in turn, in an order that another seed makes another one."""
    for kept in sorted((HERE / "kept").iterdir()):
        judge.look(kept, "kept", f"regreplay inspect {kept}")
    dice = random.Random(seed)
    end = time.monotonic() + seconds
    chosen, kinds = captures(), list(KINDS)
    dice.shuffle(kinds)
    number = 0
    while time.monotonic() < end:
        dice.shuffle(chosen)
        for capture in chosen:
            if time.monotonic() >= end:
                break
            look(judge, capture, kinds[number % len(kinds)], f"{seed}.{number}")
            number += 1


def again(judge, kind, seed, name):
    look(judge, next(path for path in captures() if path.name == name), kind, seed)


if __name__ == "__main__":
    agree.main(torture, again)
