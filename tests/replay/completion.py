#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion in bash, zsh and fish offers every command and option that --help has, and values that --help names."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import expect, program  # noqa: E402  pylint: disable=wrong-import-position
from tshark import Trouble  # noqa: E402  pylint: disable=wrong-import-position

LINE = re.compile(r"^  (?:-(\w), )?--([\w-]+)(?:=(\S+))? {2,}(.*)$", re.MULTILINE)


def said(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    expect(done.returncode == 0 and not done.stderr.strip(), f"{words}: exit {done.returncode}: {done.stderr}")
    return done.stdout


class Bash:
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _regreplay;'
              ' for word in "${COMPREPLY[@]}"; do echo "$word"; done')

    def offers(self, file, *words):
        return [word.strip() for word in said("bash", "--norc", "-c", self.script, "bash", file, "regreplay", *words).splitlines()]

    def options(self, file, command):
        return [word.rstrip("=") for word in self.offers(file, command, "--")]

    def values(self, file, command, option):
        split = self.offers(file, command, option, "=", "")
        expect(split == self.offers(file, command, option, ""), f"bash: {option}= offers something else than {option}")
        return split


class Zsh:
    """Its own functions stand aside and show what they are given."""
    script = ('_describe() { print -l -- "${(@P)4}"; }; _arguments() { print -l -- "$@"; }; file=$1; shift; words=("$@"); CURRENT=$#;'
              ' source $file')

    def offers(self, file, *words):
        return said("zsh", "-f", "-c", self.script, "zsh", file, "regreplay", *words).splitlines()

    def commands(self, file):
        return [line.partition(":")[0] for line in self.offers(file, "")]

    def options(self, file, command):
        return re.findall(r"^(?:\([^)]*\))?\*?(--[\w-]+)", "\n".join(self.offers(file, command, "--")), re.MULTILINE)

    def values(self, file, command, option):
        found = re.search(rf"^(?:\([^)]*\))?\*?{option}=\[[^\]]*\]:[^:]*:\((.*)\)$", "\n".join(self.offers(file, command, "")), re.MULTILINE)
        return found[1].split() if found else []


class Fish:
    def offers(self, file, *words):
        listed = said("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file, " ".join(["regreplay", *words]))
        return [line.partition("\t")[0] for line in listed.splitlines()]

    def commands(self, file):
        return self.offers(file, "") + self.offers(file, "--")

    def options(self, file, command):
        return [word.rstrip("=") for word in self.offers(file, command, "--")]

    def values(self, file, command, option):
        return [word.partition("=")[2] for word in self.offers(file, command, f"{option}=")]


def same(shell, what, offered, known):
    lacks, more = sorted(set(known) - set(offered)), sorted(set(offered) - set(known))
    expect(known and not lacks and not more, f"{shell}, {what}: lacks {lacks}, offers too much {more}")


def check_values(shell, file, command, options, help_text):
    for _, name, takes, text in options:
        values = shell.values(file, command, f"--{name}") if takes and takes not in ("FILE", "FOLDER") else []
        # Of formats the help has a list, of languages an example.
        told = help_text if name == "format" else text
        for value in values:
            expect(name == "language" or re.search(rf"(?<![\w-]){value}(?![\w-])", told), f"{command} --{name}: {value} is not in --help")
        few = re.search(r"\bone of [a-z]+ [a-z]+|\w+ \((default|SIP only)\)", text) or name in ("format", "language")
        expect(values or not few or takes == "MESSAGE=FAULT", f"{type(shell).__name__}: {command} --{name} offers nothing")
    if type(shell) is not Zsh:
        files = shell.offers(file, command, "captures/")
        expect("captures/one two.pcapng" in [name.replace("\\ ", " ") for name in files], f"{type(shell).__name__}: {files}")


def check(shell, name, folder):
    if not shutil.which(name):
        raise Trouble(f"there is no {name} here: install Debian's package {name}")
    file = folder / name
    file.write_text(said(program(), "completion", name), encoding="utf-8")
    commands = re.findall(r"^  (\w+) ", said(program(), "--help").partition("Commands:")[2].partition("\n\n")[0], re.MULTILINE)
    listed = shell.offers(file, "") if name == "bash" else shell.commands(file)
    same(name, "commands", listed, commands + ["--help", "--version"])
    for command in commands:
        text = said(program(), command, "--help")
        options = LINE.findall(text)
        same(name, f"options of {command}", shell.options(file, command), [f"--{option[1]}" for option in options])
        check_values(shell, file, command, options, text)
    print(f"{name}: {len(commands)} commands")


def main():
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as name:
        folder = Path(name)
        os.chdir(folder)
        (folder / "captures").mkdir()
        (folder / "captures/one two.pcapng").write_bytes(b"")
        for shell in (Bash(), Zsh(), Fish()):
            check(shell, type(shell).__name__.lower(), folder)
    done = subprocess.run([program(), "completion", "tcsh"], capture_output=True, text=True, check=False)
    expect(done.returncode == 2 and "bash, zsh or fish" in done.stderr, done.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"FAULT {trouble}")
