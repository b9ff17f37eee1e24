#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each system call of regreplay fails in turn (strace injects it): the run ends all the same, as it would have without that or with an
exit status of ours and a sentence, and leaves no half-written file.

  syscalls.py SECONDS [SEED]                as many as there is time for, in an order that another seed makes another one
  syscalls.py --again COMMAND CALL ERROR N  the Nth of these calls of one command

Where nobody may be traced all of it is skipped.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

from regreplay import ALARMS, ENVIRONMENT, expect, program, run, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import Trouble, skip  # noqa: E402  pylint: disable=wrong-import-position

CAPTURES = HERE.parents[1] / "captures"
SECONDS = 60  # what has taken so long hangs

# What each call is told. Left out is what the kernel never says: of a brk() that fails it returns another number than strace can, and
# timers and masks of signals can always be set.
ERRORS = {
    "openat": ("EMFILE", "EACCES"), "read": ("EIO", "EINTR"), "pread64": ("EIO",), "write": ("ENOSPC", "EIO", "EINTR"),
    "writev": ("ENOSPC",), "lseek": ("EINVAL",), "newfstatat": ("EIO",), "statx": ("EIO",), "close": ("EIO",), "dup": ("EMFILE",),
    "fcntl": ("EMFILE",), "ftruncate": ("EIO",), "fsync": ("EIO",), "rename": ("EACCES",), "renameat2": ("EACCES", "ENOSPC"),
    "linkat": ("EPERM", "ENOSPC"), "unlink": ("EACCES",), "unlinkat": ("EACCES",), "fchmod": ("EPERM",), "fchown": ("EPERM",),
    "mmap": ("ENOMEM",), "mremap": ("ENOMEM",), "clone": ("EAGAIN",), "clone3": ("EAGAIN",), "pipe2": ("EMFILE",),
    "socket": ("EMFILE", "EAFNOSUPPORT"), "bind": ("EADDRINUSE", "EACCES"), "listen": ("EADDRINUSE",), "accept": ("EMFILE", "ECONNABORTED"),
    "accept4": ("EMFILE",), "connect": ("ECONNREFUSED", "ENETUNREACH"), "getsockname": ("ENOBUFS",), "setsockopt": ("ENOPROTOOPT",),
    "getsockopt": ("ENOPROTOOPT",), "sendto": ("ECONNRESET", "ENOBUFS"), "sendmsg": ("ENOBUFS",), "recvfrom": ("ECONNRESET", "EINTR"),
    "recvmsg": ("ECONNRESET", "EINTR"), "epoll_create": ("EMFILE",), "epoll_create1": ("EMFILE",), "epoll_ctl": ("ENOSPC", "ENOMEM"),
    "epoll_wait": ("EINTR",), "poll": ("EINTR", "ENOMEM"), "signalfd4": ("EMFILE",), "timerfd_create": ("EMFILE",),
    "eventfd2": ("EMFILE",), "getrandom": ("ENOSYS",), "wait4": ("EINTR",), "ioctl": ("ENOTTY",),
    "memfd_create": ("EMFILE",), "prlimit64": ("EPERM",),
}
# Without memory GLib ends the program with a sentence of its own.
MEMORY = ("mmap", "mremap")
SAMPLE = CAPTURES / "sccp_phone_register.pcapng"
BOOT = CAPTURES / "boot_http_6970.pcapng"


class Command:
    """What is run in a folder of its own: words, and what the folder has before."""

    def __init__(self, name, *words, files=(SAMPLE,), outputs=("out",), is_same=True, server=()):
        self.name, self.words, self.outputs = name, words, outputs
        self.files = files
        self.is_same = is_same  # each time octet by octet
        self.server = server  # options of the stand-in that it has as its target, to which nothing happens

    def prepare(self, folder):
        for file in self.files:
            shutil.copyfile(file, folder / file.name)

    @contextlib.contextmanager
    def whole_words(self):
        """Its words, with the target behind them."""
        if not self.server:
            yield self.words
            return
        with serving(*self.server) as target:
            yield (*self.words, "--target", target)


def commands(scratch):
    for name, capture in (("one", SAMPLE), ("two", BOOT)):
        run("--format", "ndjson", "--brief", capture, "--output", scratch / name, command="inspect")
    parts = (scratch / "one", scratch / "two")
    quick = ("--speed", "max", "--tolerance", "60s", "--timeout", "2s", "--format", "json", "--output", "out")
    sip = CAPTURES / "sip_third_party_cucm.pcapng"
    other = ("--as", "SEP001122334455")
    return [
        Command("inspect", "inspect", "--format", "json", SAMPLE.name, "--output", "out"),
        Command("inspect several", "inspect", "--format", "ndjson", "--jobs", "2", SAMPLE.name, BOOT.name, "--output", "out", files=(SAMPLE, BOOT)),
        Command("annotate", "annotate", SAMPLE.name, "-o", "out"),
        Command("anonymise", "annotate", "--anonymise", BOOT.name, "-o", "out", "--map", "map", files=(BOOT,), outputs=("out", "map")),
        Command("merge", "merge", "--format", "json", "one", "two", "--output", "out", files=parts),
        Command("run alone", "run", SAMPLE.name, *quick, is_same=False),
        Command("run", "run", SAMPLE.name, *quick, *other, is_same=False, server=(SAMPLE, "--speed", "max")),
        Command("run with files", "run", BOOT.name, *quick, files=(BOOT,), is_same=False),
        Command("run over SIP", "run", sip.name, *quick, "--user", "lab", "--number", "2001", files=(sip,), is_same=False, server=(sip, "--speed", "max")),
        Command("dry run", "run", "--dry-run", SAMPLE.name, "--output", "out"),
        Command("serve", "serve", SAMPLE.name, "--listen", "127.0.0.1:0", outputs=(), is_same=False),
    ]


def child_of(process):
    """Who is traced."""
    begin = time.monotonic()
    while time.monotonic() - begin < SECONDS and process.poll() is None:
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            if children:
                return int(children[0])
        time.sleep(0.005)
    return None


def talk_to(process):
    """As somebody who uses serve: a phone registers there, and then it is told to end."""
    ready = process.stdout.readline()
    found = re.search(r"listening on (\S+)", ready)
    if found:
        with contextlib.suppress(Trouble, subprocess.TimeoutExpired):
            run(SAMPLE, "--target", found[1], "--speed", "max", "--tolerance", "60s", "--timeout", "2s", status=(0, 1, 4), limit=SECONDS)
    child = child_of(process)
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)


def end_all(process):
    """The traced too, who would go on without strace."""
    child = child_of(process)
    process.kill()
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    process.wait()


class Run:
    """One run of a command."""

    def __init__(self, command, options, folder):
        self.folder, self.log = folder / "work", folder / "log"
        self.folder.mkdir()
        command.prepare(self.folder)
        self.before = sorted(entry.name for entry in self.folder.iterdir())
        with command.whole_words() as words:
            self._trace(command, ["strace", "-f", "-qq", "-o", self.log, *options, program(), *words])
        log = self.log.read_text(errors="replace")
        self.calls = re.findall(r"^(\d+) +(\w+)\(", log, re.MULTILINE)
        self.was_injected = "(INJECTED)" in log
        self.outputs = {entry.name: entry.read_bytes() for entry in self.folder.iterdir() if entry.name in command.outputs}
        self.others = sorted(set(entry.name for entry in self.folder.iterdir()) - set(self.before) - set(command.outputs))

    def _trace(self, command, argv):
        with subprocess.Popen(argv, cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, errors="replace") as process:
            try:
                if command.name == "serve":
                    talk_to(process)
                self.said, self.errors = process.communicate(timeout=SECONDS)
                self.status = process.returncode
            except subprocess.TimeoutExpired:
                self.status, self.errors = None, ""
                end_all(process)

    def counts(self):
        """{call: how often the busiest thread has made it}"""
        found = {}
        for who, call in self.calls:
            found.setdefault(call, {}).setdefault(who, 0)
            found[call][who] += 1
        return {call: max(each.values()) for call, each in found.items()}


def try_one(command, call, error, nth, usual):
    """What is wrong with it; None: nothing. Whether anything failed at all stands in the second place."""
    with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
        done = Run(command, ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}"], Path(folder))
    if not done.was_injected:
        return None, False
    return fault_of(command, call, done, usual), True


def fault_of(command, call, done, usual):
    if done.status is None:
        return "hangs"
    if any(alarm in done.errors for alarm in ALARMS):
        return done.errors
    if done.others:
        return f"leaves {done.others}"
    if done.status < 0 and call in MEMORY and "allocate" in done.errors and not done.outputs:
        return None
    # What cannot hear of signals ends by them.
    if call in ("signalfd4", "epoll_ctl") and command.name == "serve" and done.status == -signal.SIGTERM:
        return None
    if done.status not in (0, 1, 2, 3, 4):
        return f"ends with {done.status}: {done.errors}"
    lines = done.errors.splitlines()
    if done.status == usual.status:
        if command.is_same and done.outputs != usual.outputs:
            return f"ends as usual, with another output; says {lines}"
    # What became of a run stands in its report.
    elif not lines and not (command.words[0] == "run" and "out" in done.outputs):
        return f"ends with {done.status} and says nothing"
    elif lines and len(lines) > 2 or not all(line.startswith("regreplay") for line in lines):
        return f"ends with {done.status} and says {lines}"
    # What is there is whole; without its usual end there may be nothing.
    for name, octets in done.outputs.items():
        if name == "out" and "json" in command.words:
            try:
                json.loads(octets)
            except ValueError:
                return f"ends with {done.status} and leaves half a report; says {lines}"
    if done.status == usual.status and set(done.outputs) != set(usual.outputs):
        return f"ends as usual, and leaves {sorted(done.outputs)}"
    return None


def plan(command, start):
    """[(command, call, error, nth)] of all calls that are made behind the program's start, and how it ends usually."""
    with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
        usual = Run(command, [], Path(folder))
    expect(usual.status in (0, 1), f"{command.name} ends with {usual.status}: {usual.errors}")
    steps = [(command, call, error, nth, usual) for call, count in usual.counts().items() for error in ERRORS.get(call, ())
             for nth in range(start.get(call, 0) + 1, count + 1)]
    return steps


def torture(seconds, seed, scratch):
    end = time.monotonic() + seconds
    idle = Command("version", "--version", files=(), outputs=())
    with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
        start = Run(idle, [], Path(folder)).counts()
    steps = [step for command in commands(scratch) for step in plan(command, start)]
    random.Random(seed).shuffle(steps)
    table, faults = {}, []
    for command, call, error, nth, usual in steps:
        if time.monotonic() > end:
            break
        fault, was_tried = try_one(command, call, error, nth, usual)
        row = table.setdefault(command.name, [0, 0])
        row[0] += was_tried
        row[1] += fault is not None
        if fault:
            faults.append(f"{command.name}, {call} {nth} fails with {error}: {fault}\n"
                          f"  again: tests/torture/syscalls.py --again '{command.name}' {call} {error} {nth}")
    print(f"{'':16} {'failed calls':>14} {'faults':>8}")
    for name, (tried, found) in sorted(table.items()):
        print(f"{name:16} {tried:14} {found:8}")
    print(f"{'all':16} {sum(row[0] for row in table.values()):14} {len(faults):8}   of {len(steps)}")
    print("\n".join(faults))
    return 1 if faults else 0


def again(name, call, error, nth, scratch):
    command = next(command for command in commands(scratch) if command.name == name)
    with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
        usual = Run(command, [], Path(folder))
    with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
        done = Run(command, ["-e", f"inject={call}:error={error}:when={nth}"], Path(folder))
        print(done.log.read_text(errors="replace")[-6000:])
    fault = fault_of(command, call, done, usual)
    print(f"exit status {done.status}, outputs {sorted(done.outputs)}\n{done.errors}\n{fault or 'that is as it should be'}")
    return 1 if fault else 0


def main():
    if not shutil.which("strace"):
        skip("no strace is installed")
    if subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        skip("nobody may be traced here (ptrace): no system call was made to fail")
    with tempfile.TemporaryDirectory(prefix="regflow-") as scratch:
        if sys.argv[1] == "--again":
            return again(*sys.argv[2:], Path(scratch))
        return torture(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1", Path(scratch))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
