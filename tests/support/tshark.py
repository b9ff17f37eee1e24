# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark with the plugin, and the captures to run it on: for the tests that are written in Python.

Environment: REGFLOW_BUILD, the build folder (default: build/ of this checkout).
"""

import functools
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
OWN = TOP / "captures"
SHARED = TOP.parent / "shared" / "captures"  # recordings that may not be part of this project
SKIPPED = 77  # exit status that ctest reports as a skipped test

# What tells a crash or a finding of the sanitizers from a complaint about the capture. Wireshark's own dissectors may
# trip an assertion of theirs on damaged input; it catches that itself ("Dissector bug"), and it is no matter of ours.
ALARMS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "regflow-CRITICAL", "regflow-WARNING",
          "GLib-CRITICAL", "Err file /build", "Segmentation fault")


class Trouble(Exception):
    """A test failed; the text says on what and how to see it again."""


def build_folder():
    return pathlib.Path(os.environ.get("REGFLOW_BUILD", TOP / "build"))


# Between fields, and between the values of one.
SEPARATOR, AGGREGATOR = "\x1f", "\x1e"

# Tables of names, which -n leaves unused. To read them takes a third of a start.
DATA = pathlib.Path("/usr/share/wireshark")
TABLES = ("enterprises.tsv", "manuf", "services")


class Tshark:
    """One prepared home folder, many runs. Use as a context manager."""

    def __init__(self, build=None):
        self.build = build or build_folder()

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="regflow-test-")
        self.work = pathlib.Path(self._folder.name)
        self.work.chmod(0o777)  # the user that tshark runs as need not be ours
        done = subprocess.run([TOP / "tests/support/tshark-with-plugin", "--prepare", self.work / "home", self.build],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            self._folder.cleanup()
            raise Trouble(done.stderr.strip())
        *words, program = shlex.split(done.stdout)
        self.prefix = [*words, f"WIRESHARK_DATA_DIR={self._data_folder()}", program]
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def _data_folder(self):
        """Wireshark's own files, with empty tables of names."""
        folder = self.work / "share"
        folder.mkdir()
        folder.chmod(0o755)
        for entry in DATA.iterdir() if DATA.is_dir() else ():
            if entry.name in TABLES:
                (folder / entry.name).touch()
            else:
                (folder / entry.name).symlink_to(entry)
        return folder if any(folder.iterdir()) else DATA

    @functools.cached_property
    def library(self):
        """The plugin; there is only one, or nothing was prepared."""
        return next(self.build.glob("plugins/*/epan/regflow.so"))

    @property
    def series(self):
        """(4, 0): which Wireshark that is. It loads plugins of no other."""
        return tuple(map(int, self.library.parts[-3].split(".")))

    def readable(self, capture):
        """The same capture where every user can read it."""
        copy = self.work / "captures" / capture.parent.name / capture.name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(capture, copy)
        return copy

    def argv(self, capture, *arguments, in_order=True):
        order = ["-o", "tcp.reassemble_out_of_order:TRUE"] if in_order else []
        return [*self.prefix, "-n", *order, "-r", str(capture), *map(str, arguments)]

    def run(self, argv, statuses=(0,)):
        """(stdout, stderr) as text. A capture that is cut off in its last packet gives status 2."""
        environment = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals")
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
        out, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode not in statuses or any(alarm in errors for alarm in ALARMS):
            raise Trouble(f"exit status {done.returncode} of\n  {shlex.join(map(str, argv))}\n{errors[-6000:]}")
        return out, errors

    def read(self, capture, *arguments, **options):
        return self.run(self.argv(capture, *arguments, **options))[0]

    def rows(self, capture, fields, *arguments):
        """[{field: [values]}], one for each frame that tshark shows."""
        text = self.read(capture, *arguments, *fields_wanted(fields))
        return self.table(text.split("\n")[:-1], fields)

    def table(self, lines, fields):
        """[{field: [values]}] of the lines that fields_wanted has asked for."""
        rows = []
        for line in lines:
            values = line.split(SEPARATOR)
            if len(values) != len(fields):
                raise Trouble(f"a line with {len(values)} fields instead of {len(fields)}: {line!r}")
            if self.series >= (4, 4):  # these write a backslash as two
                values = [value.replace("\\\\", "\\") for value in values]
            rows.append({field: value.split(AGGREGATOR) if value else [] for field, value in zip(fields, values)})
        return rows


def fields_wanted(fields):
    """tshark's arguments for a line with these fields for each frame."""
    return ["-T", "fields", "-E", f"separator={SEPARATOR}", "-E", f"aggregator={AGGREGATOR}",
            *(word for field in fields for word in ("-e", field))]


def captures():
    """Our own captures and those beside the checkout, by name."""
    found = [*OWN.glob("*.pcap*"), *(SHARED.glob("*.pcap*") if SHARED.is_dir() else [])]
    return sorted(found, key=lambda path: (path.parent != OWN, path.name))


def find_capture(name):
    """The path of a capture as tests/golden/LIST names it; "@shared/…" lies beside the checkout and may be absent."""
    return SHARED / name.removeprefix("@shared/") if name.startswith("@shared/") else OWN / name


def our_fields(tshark):
    """[(name, type, label, description)] of the plugin's fields, as tshark lists them."""
    out, _ = tshark.run([*tshark.prefix, "-G", "fields"])
    rows = [line.split("\t") for line in out.splitlines() if line.startswith("F\t")]
    experts = ("regflow.note", "regflow.warning", "regflow.error")  # Wireshark describes those itself
    return [(row[2], row[3], row[1], row[-1]) for row in rows if row[2].startswith("regflow.") and row[2] not in experts]


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)
