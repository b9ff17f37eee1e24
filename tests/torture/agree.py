# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether one capture is borne: by the plugin in tshark and by regreplay, which have to say the same of it."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "replay"), str(HERE.parent / "support")]

import same_as_plugin  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import ALARMS, ENVIRONMENT, program  # noqa: E402  pylint: disable=wrong-import-position
from tshark import Trouble, Tshark, build_folder, fields_wanted  # noqa: E402  pylint: disable=wrong-import-position

# What has taken so long hangs; what a capture of some KiB has taken so much memory for is not bounded. AddressSanitizer takes its part.
SECONDS = 60
MEBIBYTES = 1024 if "asan" in build_folder().name else 200

# What regreplay makes of a capture beside the ndjson that is compared; one of them is tried with each.
OTHERS = (["inspect"], ["inspect", "--format", "json"], ["inspect", "--format", "junit"], ["inspect", "--format", "html"],
          ["inspect", "--format", "ladder"], ["inspect", "--format", "svg"], ["inspect", "--timeline", "--language", "de"],
          ["annotate", "-o", "-"], ["annotate", "--anonymise", "-o", "-"], ["run", "--dry-run"])


class Column:
    """What was seen of captures of one kind."""

    def __init__(self):
        self.tried = self.frames = self.differ = self.broken = 0
        self.slowest = self.largest = 0.0


class Table(dict):
    """{kind: Column}"""

    def __missing__(self, kind):
        self[kind] = Column()
        return self[kind]

    def __str__(self):
        rows = [("", "tried", "frames agree", "differ", "broken", "slowest, s", "most memory, MiB")]
        total = Column()
        for kind, column in self.items():
            rows.append((kind, *self._cells(column)))
            for name in ("tried", "frames", "differ", "broken"):
                setattr(total, name, getattr(total, name) + getattr(column, name))
            for name in ("slowest", "largest"):
                setattr(total, name, max(getattr(total, name), getattr(column, name)))
        rows.append(("all", *self._cells(total)))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths)))
                         for row in rows)

    @staticmethod
    def _cells(column):
        return (str(column.tried), str(column.frames), str(column.differ), str(column.broken), f"{column.slowest:.2f}", f"{column.largest:.0f}")

    def is_well(self):
        return not any(column.differ or column.broken for column in self.values())


def measured(argv, folder):
    """(stdout, stderr, exit status, seconds, MiB) of a process; what hangs is ended, with a status of None."""
    out, errors = folder / "out", folder / "errors"
    with open(out, "wb") as to_out, open(errors, "wb") as to_errors:
        begin = time.monotonic()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=to_out, stderr=to_errors, env=ENVIRONMENT)
        try:
            # Reaped by wait4(), which tells its memory.
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid or time.monotonic() - begin > SECONDS:
                    break
                time.sleep(0.002)
            if not pid:
                process.kill()
                _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            process.kill()
            raise
    seconds = time.monotonic() - begin
    return (out.read_bytes(), errors.read_text(errors="replace"), process.returncode if pid else None, seconds,
            usage.ru_maxrss / 1024)


class Judge:
    """For captures of one run, in which each gets a number."""

    def __init__(self, tshark):
        self.tshark = tshark
        self.table = Table()
        self.number = 0
        self.faults = []

    def _regreplay(self, column, words, statuses):
        """Its standard output. Bad captures give status 3, and whatever report is possible."""
        out, errors, status, seconds, size = measured([str(program()), *map(str, words)], self.tshark.work)
        column.slowest, column.largest = max(column.slowest, seconds), max(column.largest, size)
        command = " ".join(map(str, words))
        if status is None:
            raise Trouble(f"{command} hangs")
        if status not in statuses or any(alarm in errors for alarm in ALARMS):
            raise Trouble(f"exit status {status} of {command}\n{errors[-3000:]}")
        if size > MEBIBYTES:
            raise Trouble(f"{size:.0f} MiB for {command}")
        return out

    def _their_frames(self, capture, in_order):
        wanted = ["frame.number", *same_as_plugin.FIELDS, same_as_plugin.PHONE]
        argv = self.tshark.argv(capture, "-2", "-Y", "regflow", "-o", f"tcp.reassemble_out_of_order:{str(in_order).upper()}",
                                *fields_wanted(wanted), in_order=False)
        # What is cut off gives status 2, and what comes before that.
        out, _ = self.tshark.run(argv, statuses=(0, 2))
        return same_as_plugin.by_frame(self.tshark.table(out.split("\n")[:-1], wanted))

    def look(self, capture, kind, again, agree=True):
        """Counts it below kind. agree: whether both sides have to read the same of such a file. again: how to make it again."""
        column = self.table[kind]
        column.tried += 1
        self.number += 1
        try:
            ours = same_as_plugin.said_frames(self._regreplay(column, ["inspect", "--format", "ndjson", capture], (0, 1, 3)))
            command, *options = OTHERS[self.number % len(OTHERS)]
            self._regreplay(column, [command, capture, *options], (0, 1, 2, 3))
            theirs = self._their_frames(capture, self.number % 2 == 0)
            frames, found = same_as_plugin.disagreements(ours, theirs)
        except (Trouble, ValueError) as trouble:
            column.broken += 1
            self._keep(capture, again, str(trouble))
            return
        column.frames += frames
        if agree and found:
            column.differ += 1
            self._keep(capture, again, "\n  ".join([f"{len(found)} differences", *found[:8]]))

    def _keep(self, capture, again, what):
        folder = build_folder() / "torture"
        folder.mkdir(exist_ok=True)
        kept = folder / f"{len(self.faults):03}-{capture.name}"
        kept.write_bytes(capture.read_bytes())
        self.faults.append(f"{capture.name}: {what}\n  kept as {kept}; again: {again}")

    def report(self):
        """Says all; the exit status."""
        print(self.table)
        print("\n".join(self.faults))
        return 0 if self.table.is_well() else 1


def main(torture, again):
    """SECONDS [SEED], or --again and what tells that case, as a difference has printed it."""
    try:
        with Tshark() as tshark:
            judge = Judge(tshark)
            if sys.argv[1] == "--again":
                again(judge, *sys.argv[2:])
            else:
                torture(judge, float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1")
            sys.exit(judge.report())
    except Trouble as trouble:
        sys.exit(str(trouble))
