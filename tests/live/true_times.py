#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Response times as a capture of the same run has them: what tests/bench/wire.py measures on a busy machine, in small and without
limits that a busy machine would miss."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "bench")]
import tshark
import wire
from regreplay import expect, program

EXCHANGES, RATE, SPINNERS = 300, 40, 0
# What took this long longer in one of both reports was timed by somebody who had no processor.
MEDIAN_MAX = 0.001


def main():
    if not wire.can_capture():
        tshark.skip("dumpcap may not capture on lo: be root, or a member of its group")
    for kind in wire.KINDS:
        errors, alone, late, _ = wire.measure(program(), kind, EXCHANGES, RATE, SPINNERS)
        expect(len(errors) > EXCHANGES * 0.9 and alone < EXCHANGES * 0.1, f"{kind.name}: {len(errors)} times, {alone} alone")
        middle = wire.percentile(errors, 50)
        expect(middle < MEDIAN_MAX, f"{kind.name}: half of the times are off by more than {middle} s")
        expect(not late, f"{kind.name}: late is {late}, and the server answered at once")
        slow = wire.slow_verdicts(program(), kind, SPINNERS, runs=3)
        expect(slow["in time"] == 0, f"{kind.name}: at a slow server {slow}")
        print(f"{kind.name}: {len(errors)} times, half of them off by less than {1e6 * middle:.0f} us; slow: {slow}")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
