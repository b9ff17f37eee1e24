#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/man/regreplay.1 lists what there is: commands, the options of each with their arguments, exit codes, variables."""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from manual_page import Manual  # noqa: E402  pylint: disable=wrong-import-position
from tshark import TOP, Trouble, build_folder  # noqa: E402  pylint: disable=wrong-import-position


def help_of(*command):
    done = subprocess.run([build_folder() / "regreplay", *command, "--help"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise Trouble(f"regreplay {' '.join(command)} --help: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


def told_options(text):
    """--name=ARGUMENT and -x, of a command's help; --help itself is told once for all."""
    text = text.partition("\nOptions:\n")[2]
    return [word for short, name in re.findall(r"^  (?:-(\w), )?(--\S+)", text, re.MULTILINE) if name != "--help"
            for word in ([f"-{short}"] if short else []) + [name]]


def listed_options(section):
    """The same of a section: what stands behind .TP."""
    heads = re.findall(r'^\.TP\n\.BI? (-.*)', section, re.MULTILINE)
    return [word.rstrip(",") for head in heads for word in re.findall(r"--?\w\S*", head.replace('"', "").replace("= ", "="))]


def exit_codes(text):
    return [" ".join(row) for row in re.findall(r"^  (\d+)  (.+)$", text.partition("Exit status:")[2], re.MULTILINE)]


def variables():
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((TOP / "replay").rglob("*.[ch]")))
    names = set(re.findall(r'getenv \("(\w+)"\)', sources))
    # Named by a constant.
    for constant in re.findall(r"getenv \(([A-Z_]+)\)", sources):
        names |= set(re.findall(rf'#define {constant}\s+"(\w+)"', sources))
    return names | {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}  # g_get_language_names()


def check(manual):
    general = help_of()
    commands = re.findall(r"^  (\w+) ", general.partition("Commands:")[2].partition("\n\n")[0], re.MULTILINE)
    manual.compare("commands", re.findall(r"^\.B regreplay (\w+)$", manual.section("SYNOPSIS"), re.MULTILINE), commands)
    for command in commands:
        title = command.upper()
        manual.compare(f"options of {command}", listed_options(manual.section(title)), told_options(help_of(command)),
                       f"The section is {title}; an option there begins with .TP and .BI --name= ARGUMENT (or .B --name), as in --help.")
    listed = manual.section("EXIT STATUS")
    manual.compare("exit codes", [" ".join(row) for row in re.findall(r"^\.TP\n\.B (\d+)\n(.+)$", listed, re.MULTILINE)], exit_codes(general),
                   "The words are those of --help, in one line.")
    names = [name for line in re.findall(r"^\.TP\n\.BR? (.+)$", manual.section("ENVIRONMENT"), re.MULTILINE)
             for name in re.findall(r"[A-Z_]{3,}", line)]
    manual.compare("environment variables", names, variables())
    manual.check_rendering()


if __name__ == "__main__":
    try:
        check(Manual("regreplay.1"))
    except Trouble as trouble:
        sys.exit(str(trouble))
