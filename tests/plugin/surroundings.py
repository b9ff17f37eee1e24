#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""./dev, tshark with the plugin and regreplay where things are not as on a developer's desk.

  surroundings.py TEST
"""

import inspect
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import PATIENCE, PATIENT  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, TOP, Trouble, build_folder  # noqa: E402  pylint: disable=wrong-import-position

CAPTURE = OWN / "sccp_phone_register.pcapng"
DEVICE = "SEP00005E005361"


def expect(holds, what):
    if not holds:
        raise Trouble(what)


class Clone:
    """A checkout that its user may read and no more, in a folder with blanks and umlauts; the user has no home, no
    locale, and next to no terminal."""

    def __init__(self, folder):
        self.work = folder / "Büro Müller"
        self.top = self.work / "reg flow"
        self.capture = self.work / "Anruf für Zoë.pcapng"
        self.spare = folder / "spare room"
        self.spare.mkdir()
        (self.top / "build").mkdir(parents=True)
        shutil.copytree(TOP / "tests/support", self.top / "tests/support", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(build_folder() / "plugins", self.top / "build/plugins")
        for source, place in ((TOP / "dev", self.top), (build_folder() / "regreplay", self.top / "build"), (CAPTURE, self.capture)):
            shutil.copy(source, place)
        for path in [self.work, *self.work.rglob("*")]:
            path.chmod(0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444)
        for path in (folder, self.spare):
            path.chmod(0o777)
        # Root could write everywhere.
        self.prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        self.environment = {"PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C", "TMPDIR": str(self.spare)}
        self.environment.update((name, value) for name, value in os.environ.items() if name.endswith("SAN_OPTIONS"))

    def start(self, *words, **environment):
        return subprocess.Popen([*self.prefix, *map(str, words)], cwd=self.work, env={**self.environment, **environment},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def dev(self, *words, status=0, **environment):
        with self.start(self.top / "dev", *words, **environment) as process:
            out, errors = (text.decode() for text in process.communicate(timeout=PATIENCE))
        expect(process.returncode == status, f"./dev {words}: exit {process.returncode}, not {status}: {out}{errors}")
        return out, errors

    def close(self):
        for path in [self.work, *self.work.rglob("*")]:
            path.chmod(0o777)


def bare_user(folder):
    """Reading a capture needs no home, no locale, no terminal, and no place to write but that for temporary files."""
    clone = Clone(folder)
    for language in ({}, {"LC_ALL": "POSIX"}, {"LC_ALL": "xx_YY.nothing"}):
        for words in (("regreplay", "inspect"), ("tshark", "-q", "-z", "regflow,report", "-r")):
            out, _ = clone.dev(*words, clone.capture.name, **language)
            expect(f"{DEVICE} (7961" in out and "registered and ready" in out, f"{words}: {out}")
    # Names are shown and taken as they are.
    copy = clone.spare / "erklärt.pcapng"
    expect(copy.name in clone.dev("regreplay", "annotate", clone.capture.name, "-o", copy)[0], "annotate tells another name")
    _, errors = clone.dev("regreplay", "inspect", "Zoë?.pcapng", status=3)
    expect("Zoë?.pcapng cannot be opened" in errors, errors)
    _, errors = clone.dev("regreplay", "inspect", "--phone", "Zoë", clone.capture.name, status=3)
    expect("no phone Zoë" in errors, errors)
    clone.dev("regreplay", "run", clone.capture.name, "--speed", "max", *PATIENT)
    # What cannot be: it is said what, and where.
    _, errors = clone.dev("regreplay", "annotate", clone.capture.name, "-o", "out.pcapng", status=2)
    expect("out.pcapng" in errors and "cannot be written" in errors, errors)
    _, errors = clone.dev("build", status=1)
    expect(f"{clone.top}/build cannot be written" in errors and "REGFLOW_BUILD" in errors, errors)
    clone.close()


def reader_who_has_seen_enough(folder):
    """Piped to a program that is gone before it has read all, nothing complains at length."""
    clone = Clone(folder)
    show = (clone.top / "tests/support/show-registration", clone.top / "tests/support/tshark-with-plugin", clone.top / "build")
    for words in ((clone.top / "dev", "regreplay", "inspect", "--timeline"), (clone.top / "dev", "tshark", "-V", "-r"), show):
        with clone.start(*words, clone.capture) as process:
            process.stdout.close()
            errors = process.stderr.read().decode()
            process.wait(PATIENCE)
        expect("Traceback" not in errors and errors.count("\n") < 3, f"{words}: {errors}")
        expect(process.returncode != 0, f"{words}: nobody reads, and nobody minds")
    clone.close()


def foreign_locale(folder):
    """Where decimals have a comma, every report is what it is without: programs read them."""
    for name, charset in (("de_DE.UTF-8", "UTF-8"), ("de_DE.ISO-8859-1", "ISO-8859-1")):
        done = subprocess.run(["localedef", "-f", charset, "-i", "de_DE", folder / name], capture_output=True, text=True, check=False)
        expect((folder / name / "LC_NUMERIC").exists(), f"localedef, of Debian's packages locales and libc-bin: {done.stderr}")

        def said(*words, language):
            environment = {**os.environ, "REGFLOW_BUILD": str(build_folder()), "LOCPATH": str(folder), "LC_ALL": language, "LANGUAGE": ""}
            done = subprocess.run([TOP / "dev", *map(str, words)], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
            return done.stdout.decode()

        for command in [["regreplay", "inspect", "--language", "en", "--format", report] for report in ("text", "ladder", "json", "junit", "html", "svg")] \
                + [["tshark", "-o", "regflow.language:en", "-q", "-z", f"regflow,{report}", "-r"] for report in ("report", "json", "junit", "svg", "stat")]:
            want, got = (said(*command, CAPTURE, language=language) for language in ("C", name))
            expect(re.search(r"\d\.\d", want), f"{command}: no number")
            expect(want == got, f"{command}: another report in {name}")
        live = said("regreplay", "run", CAPTURE, "--speed", "max", *PATIENT, "--format", "junit", language=name)
        expect(re.search(r'time="\d+\.\d{6}"', live) and not re.search(r"\d,\d{3}", live), live)


def missing_packages(folder):
    """Who may not install packages is told so, with the command that an administrator needs; nothing is left behind. Who may sees
    how much there is to do."""
    tools, spare = folder / "tools", folder / "spare"
    for place in (tools, spare):
        place.mkdir()
    for name in ("bash", "dirname", "id", "grep", "mktemp", "readlink", "rm", "tail", "mkdir", "cat"):
        (tools / name).symlink_to(shutil.which(name))

    def tool(name, script):
        (tools / name).write_text(f"#!{shutil.which('bash')}\n{script}\n", encoding="utf-8")
        (tools / name).chmod(0o755)

    # This system's own tools would come first.
    dev = Path(shutil.copy(TOP / "dev", folder))
    text = dev.read_text(encoding="utf-8")
    expect("\nPATH=/usr/bin:$PATH\n" in text, "another PATH is set")
    dev.write_text(text.replace("\nPATH=/usr/bin:$PATH\n", "\n"), encoding="utf-8")

    def build(want):
        prefix = [shutil.which("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        done = subprocess.run([*prefix, dev, "build"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              env={"PATH": str(tools), "TMPDIR": str(spare), "REGFLOW_BUILD": "/proc/nowhere"})
        expect(done.returncode == 1 and not done.stdout, f"exit {done.returncode}: {done.stdout}{done.stderr}")
        expect(all(words in done.stderr for words in want), f"not all of {want} in: {done.stderr}")
        expect(not list(spare.iterdir()), f"left behind: {list(spare.iterdir())}")

    for path in (folder, tools):
        path.chmod(0o755)
    spare.chmod(0o777)
    tool("dpkg-query", "exit 1")
    tool("apt-get", 'case $1 in install) echo "0 upgraded, 57 newly installed, 0 to remove"; echo "Need to get 9 MB of archives."; esac')
    build(["needs root or sudo", "apt-get install --no-install-recommends cmake ninja-build"])
    tool("sudo", 'echo "you are not in the sudoers file" >&2; exit 1')
    build(["you are not in the sudoers file", "the packages could not be installed"])
    tool("env", f'exec {shutil.which("env")} "$@"')
    tool("sudo", 'exec "$@"')
    # The packages are there, then; the build is what cannot be.
    build(["57 packages with what they need; Need to get 9 MB", "/proc/nowhere cannot be written"])


def capturing_as_root(folder):
    """./dev tshark captures for root, too, with the plugin."""
    if os.getuid() != 0 or subprocess.run(["dumpcap", "-i", "lo", "-a", "duration:1", "-w", folder / "probe.pcapng"], capture_output=True,
                                          check=False).returncode:
        print("nobody captures on lo here: this wants root with CAP_NET_RAW")
        return 77
    environment = {**os.environ, "REGFLOW_BUILD": str(build_folder())}
    with subprocess.Popen([TOP / "dev", "tshark", "-i", "lo", "-f", "udp port 47", "-c", "1", "-T", "fields", "-e", "udp.dstport", "-e", "regflow.tip"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            # Until it listens, nobody hears.
            while process.poll() is None:
                sender.sendto(b"hello", ("127.0.0.1", 47))
                time.sleep(0.1)
        out, errors = process.communicate(timeout=PATIENCE)
    expect(process.returncode == 0 and out.split() == ["47"], f"exit {process.returncode}: {out}{errors}")
    return 0


TESTS = [bare_user, reader_who_has_seen_enough, foreign_locale, missing_packages, capturing_as_root]


def main(arguments):
    for test in TESTS:
        if [test.__name__] == arguments:
            print(f"{inspect.getdoc(test)}\n")
            with tempfile.TemporaryDirectory(prefix="regflow-test-") as folder:
                return test(Path(folder)) or 0
    sys.exit(__doc__)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
