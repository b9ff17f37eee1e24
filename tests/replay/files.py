#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What regreplay reads and writes: no input is lost, nothing half written is left, "-" is standard input and output."""

import contextlib
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import tshark
from regreplay import ALARMS, ENVIRONMENT, PATIENCE, expect, program

SAMPLE = HERE.parents[1] / "captures" / "sccp_phone_register.pcapng"
# Each with its capture and its output.
COMMANDS = {
    "inspect": lambda capture, output: ["inspect", capture, "--output", output],
    "several": lambda capture, output: ["inspect", "--format", "junit", SAMPLE, capture, "--output", output],
    "run": lambda capture, output: ["run", "--dry-run", capture, "--output", output],
    "annotate": lambda capture, output: ["annotate", capture, "-o", output],
}


class Folder:
    """One command with a folder of its own, in which the capture lies as c.pcapng."""

    def __init__(self, name, path):
        self.name, self.path, self.capture = name, path, path / "c.pcapng"
        self.capture.write_bytes(SAMPLE.read_bytes())

    def call(self, output, status, capture="c.pcapng", **options):
        """Returns its standard output, and what it complained of: one line, or none where it went well."""
        done = subprocess.run([program(), *map(str, COMMANDS[self.name](capture, output))], cwd=self.path, check=False,
                              stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=PATIENCE,
                              **{"stdout": subprocess.PIPE} | options)
        complaint = done.stderr.decode()
        where = f"{self.name} {capture} to {output}"
        expect(done.returncode == status, f"{where}: exit {done.returncode}, expected {status}: {complaint}")
        expect(not any(alarm in complaint for alarm in ALARMS), complaint)
        expect(len(complaint.splitlines()) == (status > 0), f"{where}: says {complaint!r}")
        return done.stdout, complaint

    def expect_files(self, *names):
        found = sorted(entry.name for entry in self.path.iterdir())
        expect(found == sorted(names), f"{self.name}: the folder has {found}, expected {sorted(names)}")

    def whole(self):
        """The output as it should be."""
        self.call("whole", 0)
        octets = (self.path / "whole").read_bytes()
        (self.path / "whole").unlink()
        return octets


def check_input_stays(folder):
    path = folder.path
    (path / "folder").mkdir()
    (path / "link").symlink_to("c.pcapng")
    os.link(folder.capture, path / "other")
    for output in ("c.pcapng", "./folder/../c.pcapng", path / "c.pcapng", "link", "other"):
        _, complaint = folder.call(output, 2)
        expect("would be lost" in complaint, complaint)
        expect(folder.capture.read_bytes() == SAMPLE.read_bytes(), f"{folder.name}: {output} has destroyed the capture")
    with open(folder.capture, "rb") as capture:
        folder.call("c.pcapng", 2, capture="-", stdin=capture)
    folder.expect_files("c.pcapng", "folder", "link", "other")


def check_names_of_others(folder):
    """Whatever stands beside the output is nobody's draft."""
    whole = folder.whole()
    (folder.path / "out.part").symlink_to("victim")
    (folder.path / "victim").write_text("mine")
    folder.call("out", 0)
    expect((folder.path / "victim").read_text() == "mine", f"{folder.name}: out.part was followed")
    expect((folder.path / "out").read_bytes() == whole, f"{folder.name}: another output")
    folder.expect_files("c.pcapng", "out", "out.part", "victim")
    (folder.path / "source.part").write_bytes(SAMPLE.read_bytes())
    folder.call("source", 0, capture="source.part")
    expect((folder.path / "source.part").read_bytes() == SAMPLE.read_bytes(), f"{folder.name}: source.part is lost")


def check_links(folder):
    whole = folder.whole()
    (folder.path / "folder").mkdir()
    (folder.path / "folder" / "target").write_text("old")
    (folder.path / "link").symlink_to("folder/target")
    folder.call("link", 0)
    expect((folder.path / "link").is_symlink(), f"{folder.name}: the link was replaced")
    expect((folder.path / "folder" / "target").read_bytes() == whole, f"{folder.name}: what it leads to is old")
    (folder.path / "nowhere").symlink_to("missing")
    folder.call("nowhere", 2)
    folder.call("missing/out", 2)
    if folder.name == "annotate":  # its copies go into folders, and never onto what is read
        folder.call(".", 2)
        expect(folder.capture.read_bytes() == SAMPLE.read_bytes(), "a copy stands where its capture was")
    else:
        folder.call("folder", 2)


def check_devices(folder):
    whole = folder.whole()
    _, complaint = folder.call("/dev/full", 2)
    expect("No space left" in complaint, complaint)
    os.mkfifo(folder.path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((folder.path / "pipe").read_bytes()))
    reader.start()
    folder.call("pipe", 0)
    reader.join(PATIENCE)
    expect(got == [whole] and (folder.path / "pipe").is_fifo(), f"{folder.name}: the pipe was not written to")
    if os.getuid() == 0:  # of our own: a fault would replace the system's
        os.mknod(folder.path / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        folder.call("null", 0)
        expect((folder.path / "null").is_char_device(), f"{folder.name}: the device was replaced")


def check_reader_leaves(folder):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        _, complaint = folder.call("-", -signal.SIGPIPE, stdout=closed)
    expect(not complaint, complaint)


def check_full_disk(folder):
    (folder.path / "out").write_text("as before")
    _, complaint = folder.call("out", 2, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    expect("File too large" in complaint, complaint)
    expect((folder.path / "out").read_text() == "as before", f"{folder.name}: a full disk has taken the old output")
    folder.expect_files("c.pcapng", "out")


def opened(process, folder):
    """Whether it has a file of the folder open, with a name or without one."""
    found = []
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found.append(os.readlink(link))
    return any(name.startswith(f"{folder}/") for name in found)


def check_killed(folder):
    """While it waits for the rest of its capture."""
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen([program(), *map(str, COMMANDS[folder.name]("-", "out"))], cwd=folder.path, env=ENVIRONMENT,
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            process.stdin.write(SAMPLE.read_bytes()[:1000])
            process.stdin.flush()
            begin = time.monotonic()
            while not opened(process, folder.path):
                expect(process.poll() is None and time.monotonic() - begin < PATIENCE, f"{folder.name}: opens no output")
                time.sleep(0.01)
            process.send_signal(how)
            process.stdin.close()
            expect(process.wait(PATIENCE) == -how, f"{folder.name}: does not end by {how.name}")
        folder.expect_files("c.pcapng")


def check_modes(folder):
    def mode(name):
        return stat.S_IMODE((folder.path / name).stat().st_mode)

    folder.call("new", 0, umask=0o022)
    expect(mode("new") == 0o644, f"{folder.name}: a new file is {mode('new'):o}")
    (folder.path / "kept").write_text("")
    (folder.path / "kept").chmod(0o640)
    folder.call("kept", 0, umask=0o022)
    expect(mode("kept") == 0o640, f"{folder.name}: a file that was 640 is {mode('kept'):o}")
    folder.capture.chmod(0o400)
    folder.call("secret", 0, umask=0o022)
    expect(mode("secret") == 0o600, f"{folder.name}: what was made of a secret is {mode('secret'):o}")


def check_standard_input(folder):
    whole = folder.whole()
    stream, _ = folder.call("-", 0)
    expect(stream == whole, f"{folder.name}: standard output has something else")
    with open(SAMPLE, "rb") as file:
        for options in ({"stdin": file}, {"input": SAMPLE.read_bytes()}):
            stream, _ = folder.call("-", 0, capture="-", **options)
            expect(stream == whole.replace(b"c.pcapng", b"-"), f"{folder.name}: of standard input it says something else")
    for what in ({"input": b""}, {"input": b"no capture"}, {"stdin": subprocess.DEVNULL}):
        _, complaint = folder.call("out", 3, capture="-", **what)
        expect("standard input is" in complaint, complaint)


CHECKS = (check_input_stays, check_names_of_others, check_links, check_devices, check_reader_leaves, check_full_disk,
          check_killed, check_modes, check_standard_input)


def check_what_is_beside_the_capture():
    """Keys and key logs are no place for anything else."""
    with tempfile.TemporaryDirectory() as path:
        other = Path(path) / "other.pem"
        other.write_text("-----BEGIN CERTIFICATE-----\n")
        run = ["run", SAMPLE, "--target", "127.0.0.1:9", "--transport", "tls", "--as", "SEP001122334455"]
        for words in ([*run, "--ca", other, "--output", other], [*run, "--insecure", "--keylog", other]):
            done = subprocess.run([program(), *map(str, words)], check=False, capture_output=True, text=True, env=ENVIRONMENT, timeout=PATIENCE)
            expect(done.returncode == 2 and "would be" in done.stderr, f"{words}: {done}")
            expect(other.read_text() == "-----BEGIN CERTIFICATE-----\n", f"{words}: other.pem is lost")
        for output in ("both", f"{path}/./both"):
            done = subprocess.run([program(), *map(str, [*run, "--insecure", "--keylog", "both", "--output", output])], check=False,
                                  cwd=path, capture_output=True, text=True, env=ENVIRONMENT, timeout=PATIENCE)
            expect(done.returncode == 2 and "named twice" in done.stderr, f"keys and report in one file: {done}")


def call(*words, status, cwd, **options):
    """What it complained of."""
    done = subprocess.run([program(), *map(str, words)], cwd=cwd, check=False, env=ENVIRONMENT, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                          **{"capture_output": True} | options)
    expect(done.returncode == status, f"{words}: exit {done.returncode}: {done.stderr}")
    return done.stderr.decode() if done.stderr else ""


def check_other_inputs():
    """Tips are read, too; a capture in the folder that is watched is one; and what is opened for the output may be the capture."""
    with tempfile.TemporaryDirectory() as path:
        top = Path(path)
        for folder in ("tips", "watched"):
            (top / folder).mkdir()
        tips, capture = top / "tips" / "own.tips", top / "watched" / "c.pcapng"
        tips.write_text("")
        capture.write_bytes(SAMPLE.read_bytes())
        call("inspect", "--tips", "tips", "--output", tips, SAMPLE, status=2, cwd=top)
        for option in ("--output", "--metrics"):
            call("watch", "--lines", "--tips", "tips", SAMPLE, option, tips, status=2, cwd=top)
            expect("capture" in call("watch", "--lines", "watched", option, capture, status=2, cwd=top), option)
        expect(tips.read_text() == "" and capture.read_bytes() == SAMPLE.read_bytes(), "an input of watch is lost")
        with open(capture, "ab") as end:
            for words in (["inspect", capture], ["run", "--dry-run", capture], ["annotate", capture, "-o", "-"]):
                complaint = call(*words, status=2, cwd=top, capture_output=False, stdout=end, stderr=subprocess.PIPE)
                expect("standard output is read" in complaint, complaint)
        expect(capture.read_bytes() == SAMPLE.read_bytes(), "a report stands behind the capture")


def check_pipes_of_watch():
    """Who waits for a reader can be stopped."""
    with tempfile.TemporaryDirectory() as path:
        os.mkfifo(Path(path) / "pipe")
        expect("no pipe" in call("watch", "--lines", SAMPLE, "--metrics", "pipe", status=2, cwd=path), "metrics into a pipe")
        for how in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([program(), "watch", "--lines", str(SAMPLE), "--output", "pipe"], cwd=path, env=ENVIRONMENT,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                begin = time.monotonic()
                while "wait_for_partner" not in Path(f"/proc/{process.pid}/wchan").read_text() and time.monotonic() - begin < 2:
                    time.sleep(0.01)
                process.send_signal(how)
                expect(process.wait(PATIENCE) == -how, f"watch does not end by {how.name} while it waits for a reader")


def check_who_may_read():
    """Of a capture that another group may read nothing is made that ours may."""
    with tempfile.TemporaryDirectory() as path:
        capture = Path(path) / "c.pcapng"
        capture.write_bytes(SAMPLE.read_bytes())
        capture.chmod(0o640)
        if os.getuid() == 0:
            os.chown(capture, 0, 1001)
        watched = ["watch", "--lines", "c.pcapng", "--output", "lines", "--metrics", "metrics"]
        call("inspect", "c.pcapng", "--output", "report", status=0, cwd=path, umask=0o022)
        call(*watched, status=0, cwd=path, umask=0o022)
        for name in ("report", "lines", "metrics"):
            mode = stat.S_IMODE((Path(path) / name).stat().st_mode)
            expect(mode == (0o600 if os.getuid() == 0 else 0o640), f"{name} is {mode:o}")


def check_changed_meanwhile():
    """What something else has written there since is not replaced; a name may be as long as the system takes."""
    with tempfile.TemporaryDirectory() as path:
        for before in (None, "as before"):
            out = Path(path) / "out"
            out.unlink(missing_ok=True)
            if before:
                out.write_text(before)
            with subprocess.Popen([program(), "inspect", "-", "--output", "out"], cwd=path, env=ENVIRONMENT, stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                begin = time.monotonic()
                while not opened(process, path):
                    expect(process.poll() is None and time.monotonic() - begin < PATIENCE, "inspect opens no output")
                    time.sleep(0.01)
                out.write_text("of somebody else")
                _, complaint = process.communicate(SAMPLE.read_bytes(), timeout=PATIENCE)
            expect(process.returncode == 2 and b"meanwhile" in complaint, complaint)
            expect(out.read_text() == "of somebody else", "the output of somebody else is lost")
        for _ in range(2):
            call("inspect", SAMPLE, "--output", "a" * 255, status=0, cwd=path)


def check_empty_values():
    """What a script's unset variable leaves behind names nothing."""
    for words in (["inspect", "--output=", SAMPLE], ["inspect", "--phone", "", SAMPLE], ["inspect", ""], ["annotate", SAMPLE, "-o", ""],
                  ["run", SAMPLE, "--target", ""], ["run", SAMPLE, "--keylog="], ["serve", SAMPLE, "--users", ""], ["watch", "-i", ""]):
        done = subprocess.run([program(), *map(str, words)], check=False, capture_output=True, text=True, env=ENVIRONMENT, timeout=PATIENCE)
        expect(done.returncode == 2 and " empty" in done.stderr and len(done.stderr.splitlines()) == 1, f"{words}: {done}")


def check_what_is_printed():
    """Neither ends as if it had been read, and a server that nobody can find does not wait."""
    serve = ["serve", SAMPLE, "--listen", "127.0.0.1:0", "--no-files"]
    for words in (["--help"], ["--version"], ["inspect", "--help"], serve):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program(), *map(str, words)], check=False, stdout=full, stderr=subprocess.PIPE,
                                  env=ENVIRONMENT, timeout=PATIENCE)
        expect(done.returncode == 2, f"{words}: exit {done.returncode}")
        expect(b"standard output cannot be written" in done.stderr, f"{words}: {done.stderr}")


def main():
    check_what_is_printed()
    check_empty_values()
    check_other_inputs()
    check_pipes_of_watch()
    check_who_may_read()
    check_changed_meanwhile()
    check_what_is_beside_the_capture()
    for name in COMMANDS:
        for check in CHECKS:
            with tempfile.TemporaryDirectory() as path:
                check(Folder(name, Path(path)))
    print(f"{len(COMMANDS)} commands, {len(CHECKS)} ways to lose something: nothing lost")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
