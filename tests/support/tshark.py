# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark with the plugin, and the captures to run it on: for the tests that are written in Python.

Environment: REGFLOW_BUILD, the build folder (default: build/ of this checkout).
"""

import contextlib
import functools
import os
import pathlib
import shlex
import re
import shutil
import socket
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


class Begun:
    """A tshark that has begun, and waits for the arguments of one run after the other (begun_tshark.c)."""

    # What it has to be started with, because it looks at that before it waits.
    EARLY = re.compile(r"-[CGOPVXhivx].*|--(?!disable-protocol$|no-duplicate-keys$).*")
    ROOM = 400

    def __init__(self, prefix, work, library, environment):
        *words, program = prefix
        self.capture = work / "capture"
        loaded = [word.removeprefix("LD_PRELOAD=") for word in words if word.startswith("LD_PRELOAD=")]
        self.requests, their_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with their_end:
            argv = [*words, "LD_PRELOAD=" + ":".join([*loaded, str(library)]), f"REGFLOW_REQUESTS={their_end.fileno()}", program,
                    "-r", self.capture, *["-n"] * self.ROOM]
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                            env=environment, pass_fds=[their_end.fileno()])

    def close(self):
        self.requests.close()
        self.process.wait()

    def takes(self, arguments):
        return "-r" in arguments and len(arguments) <= self.ROOM and not any(map(self.EARLY.fullmatch, arguments))

    def run(self, arguments):
        """As subprocess.run(); the status is None when there is no such tshark."""
        self.capture.unlink(missing_ok=True)
        self.capture.symlink_to(os.path.abspath(arguments[arguments.index("-r") + 1]))
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            status = b""
            with contextlib.suppress(OSError):
                socket.send_fds(self.requests, ["".join(word + "\0" for word in arguments).encode()], [out.fileno(), errors.fileno()])
                status = self.requests.recv(4)
            texts = []
            for file in (out, errors):
                file.seek(0)
                texts.append(file.read())
        code = os.waitstatus_to_exitcode(int.from_bytes(status, sys.byteorder)) if status else None
        return subprocess.CompletedProcess(arguments, code, *texts)


class Tshark:
    """One prepared home folder, many runs. Use as a context manager."""

    begun = None

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
        if self.begun:
            self.begun.close()
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

    def run(self, argv, statuses=(0,), anew=False):
        """(stdout, stderr) as text. A capture that is cut off in its last packet gives status 2. The process is a new one if it has to
        be, or when that is asked for."""
        argv = list(map(str, argv))
        done = None if anew else self._run_begun(argv)
        if not done:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=self._environment)
        out, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode not in statuses or any(alarm in errors for alarm in ALARMS):
            raise Trouble(f"exit status {done.returncode} of\n  {shlex.join(argv)}\n{errors[-6000:]}")
        return out, errors

    @functools.cached_property
    def _environment(self):
        return dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals")

    def _run_begun(self, argv):
        """None where that is not possible."""
        library = self.build / "tests/begun_tshark.so"
        prefix, arguments = argv[:len(self.prefix)], argv[len(self.prefix):]
        if prefix != self.prefix or not library.exists():
            return None
        self.begun = self.begun or Begun(self.prefix, self.work, library, self._environment)
        done = self.begun.run(arguments) if self.begun.takes(arguments) else None
        return done if done and done.returncode is not None else None

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
