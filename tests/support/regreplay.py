# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay as tests run it: against its own stand-in, or a server that is there already."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import tshark

ALARMS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "CRITICAL", "WARNING **")
# For what is not about times: the machine may be busy with something else, ten times as slow as it could be.
PATIENCE = 600  # seconds until whatever runs is taken for hanging
PATIENT = ("--tolerance", "60s")
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")


def program():
    return tshark.build_folder() / "regreplay"


def expect(condition, text):
    if not condition:
        raise tshark.Trouble(text)


def run(*arguments, status=0, limit=PATIENCE, command="run", environment=None):
    """Runs a command to its end, within its time limit; gives what it said."""
    arguments = [str(argument) for argument in arguments]
    begin = time.monotonic()
    done = subprocess.run([program(), command, *arguments], capture_output=True, text=True, check=False, timeout=limit,
                          env=ENVIRONMENT | (environment or {}))
    done.seconds = time.monotonic() - begin
    statuses = status if isinstance(status, tuple) else (status,)
    expect(done.returncode in statuses,
           f"{command} {' '.join(arguments)}: exit {done.returncode}, expected {statuses}\n{done.stdout}{done.stderr}")
    expect(not any(alarm in done.stderr for alarm in ALARMS), done.stderr)
    return done


def check_each(checks):
    """Runs each in a folder of its own, and says what it shows. TRUE when one has found a fault."""
    failed = False
    for check in checks:
        with tempfile.TemporaryDirectory(prefix="regflow-") as folder:
            try:
                check(Path(folder))
                print(f"{check.__name__}: holds")
            except tshark.Trouble as trouble:
                failed = True
                print(f"{check.__name__}: FAULT {trouble}")
    return failed


@contextlib.contextmanager
def serving(*arguments, complaints=None, listen="127.0.0.1:0"):
    """regreplay serve on a free loopback port, as "127.0.0.1:PORT"; what it has complained of is appended to complaints."""
    with subprocess.Popen([program(), "serve", *map(str, arguments), "--listen", listen], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            words = process.stdout.readline().split()
            if words[:2] != ["listening", "on"]:
                raise tshark.Trouble(f"serve {arguments}: {words} {process.stderr.read()}")
            yield words[2]
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        said = process.stderr.read()
        if complaints is not None:
            complaints += said.splitlines()
        expect(process.returncode == 0 and not any(alarm in said for alarm in ALARMS), f"serve: {said}")


def interrupt(process, after):
    """Ctrl-C, so many seconds after the program has begun to wait for it: a signal that it blocks is read from a file."""
    def waits():
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"^SigBlk:\s*(\w+)", status, re.MULTILINE)[1], 16) & 1 << signal.SIGINT - 1

    while process.poll() is None and not waits():
        time.sleep(0.01)
    time.sleep(after)
    process.send_signal(signal.SIGINT)


def left_running(mark):
    """Processes that have this text (a path of the test's own) on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(str(mark).encode() in word for word in words) and b"regreplay" in words[0]:
            found.append(entry.name)
    return found
