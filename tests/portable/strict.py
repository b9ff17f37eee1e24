#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What other compilers are given, too, is plain C11: clang -std=c11 -Wpedantic says nothing of any file of registration/, output/ and
plugin/. Headers of others are theirs."""

import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from tshark import TOP, build_folder, skip  # noqa: E402  pylint: disable=wrong-import-position

FOLDERS = [TOP / name for name in ("registration", "output", "plugin")]
# Of the build's own words: where it looks, and what is defined.
KEPT = ("-I", "-D", "-isystem")


def arguments(command):
    words, kept = shlex.split(command), []
    for word, following in zip(words, [*words[1:], ""]):
        if word.startswith(KEPT):
            kept += [word, following] if word in KEPT else [word]
    return kept


def look(entry):
    words = ["clang", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wno-missing-field-initializers", "-Werror", "-fsyntax-only",
             *arguments(entry["command"]), entry["file"]]
    return subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True, check=False).stderr


def main():
    if not shutil.which("clang"):
        skip("there is no clang: install it")
    entries = [entry for entry in json.loads((build_folder() / "compile_commands.json").read_text(encoding="utf-8"))
               if any(pathlib.Path(entry["file"]).is_relative_to(folder) for folder in FOLDERS)]
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        said = [text for text in pool.map(look, entries) if text]
    print("\n".join(said[:20]) or f"{len(entries)} files")
    return 1 if said or len(entries) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
