# SPDX-License-Identifier: GPL-2.0-or-later
"""What tshark shows of a capture, read once for all tests: to start tshark is most of what a test costs.

A reading is kept in the build folder below a name that is made of the plugin, of tshark, of the capture and of what was
asked, so that each of them makes another one. Two tests that want the same one at the same time wait for each other.
"""

import contextlib
import fcntl
import functools
import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil

from tshark import SEPARATOR, build_folder, fields_wanted, our_fields

# Whether the plugin has taken the frame, and, of Wireshark's own, what any test compares ours with.
OTHERS = ("regflow", "frame.number", "frame.len", "frame.time_epoch", "frame.protocols", "tcp.stream", "tcp.srcport", "tcp.seq",
          "tcp.len", "tcp.analysis.flags", "skinny.messageId", "sip.auth.username")

COUNT = "io,stat,0,COUNT(regflow.message)regflow.message"


@contextlib.contextmanager
def locked(path):
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Readings:
    """Those of one plugin."""

    def __init__(self, tshark):
        self.tshark = tshark
        program = pathlib.Path(shutil.which("tshark"))
        seal = hashlib.sha1(tshark.library.read_bytes())
        seal.update(f"{program} {program.stat().st_size} {program.stat().st_mtime_ns}".encode())
        above = build_folder() / "readings"
        self.folder = above / seal.hexdigest()[:16]
        above.mkdir(exist_ok=True)
        with locked(above / "lock"):
            for old in above.iterdir():
                if old.is_dir() and old != self.folder:
                    shutil.rmtree(old)
            self.folder.mkdir(exist_ok=True)

    def _kept(self, name, make):
        """What make() gives, text in a dictionary, from this plugin's folder when it is there."""
        path = self.folder / f"{name}.json"
        with locked(self.folder / f"{name}.lock"):
            if not path.exists():
                text = json.dumps(make())
                part = path.with_suffix(".part")
                part.write_text(text, encoding="utf-8")
                os.replace(part, path)
        return json.loads(path.read_text(encoding="utf-8"))

    @functools.cached_property
    def our_fields(self):
        """As our_fields() gives them."""
        return [tuple(row) for row in self._kept("fields", lambda: our_fields(self.tshark))]

    @functools.cached_property
    def fields(self):
        return [*OTHERS, *(name for name, *_ in self.our_fields)]

    @functools.cached_property
    def statistics(self):
        """Our reports and statistics, as tshark -z takes them."""
        return self._kept("statistics", self._list_statistics)

    def _list_statistics(self):
        out, errors = self.tshark.run([*self.tshark.prefix, "-z", "help"], statuses=(0, 1))
        found = re.findall(r"^\s*(\S*regflow\S*)", out + errors, re.MULTILINE)
        return [f"{name},network" if name.startswith("flow,") else name for name in found]

    @functools.cached_property
    def taps(self):
        """What the second reading asks for besides the fields: tshark's own statistics about ours, and ours."""
        names = (COUNT, "io,phs,regflow", "expert", *self.statistics)
        return [word for name in names for word in ("-z", name)]

    def _reading(self, capture, arguments, make):
        seal = hashlib.sha1(capture.read_bytes() + repr((self.fields, arguments)).encode()).hexdigest()[:16]
        return self._kept(f"{capture.stem}-{seal}", make)

    def one_pass(self, capture):
        """[{field: [values]}] with OTHERS and all of ours, one for each frame."""
        asked = fields_wanted(self.fields)
        text = self._reading(capture, asked, lambda: self.tshark.read(self.tshark.readable(capture), *asked))
        return self.tshark.table(text.split("\n")[:-1], self.fields)

    def two_passes(self, capture):
        """(rows as those of one pass, all that was written, the report)"""
        asked = ["-2", *fields_wanted(self.fields), *self.taps]

        def make():
            file = self.tshark.work / "report.txt"
            shown = self.tshark.read(self.tshark.readable(capture), *asked, "-z", f"regflow,report,{file}")
            return shown, file.read_text(encoding="utf-8")

        shown, report = self._reading(capture, asked, make)
        # The statistics stand behind the last frame.
        lines = itertools.takewhile(lambda line: SEPARATOR in line, shown.split("\n"))
        return self.tshark.table(lines, self.fields), shown, report
