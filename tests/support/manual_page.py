# SPDX-License-Identifier: GPL-2.0-or-later
"""A manual page in roff, compared with what the program says of itself."""

import re
import shutil
import subprocess

from tshark import TOP, Trouble


class Manual:
    def __init__(self, name):
        self.path = TOP / "docs/man" / name
        self.text = self.path.read_text(encoding="utf-8")

    def section(self, title):
        match = re.search(rf"^\.SH {title}\n(.*?)(?=^\.SH |\Z)", self.text, re.MULTILINE | re.DOTALL)
        if not match:
            raise Trouble(f"{self.path.name} has no section {title}: add it, with a line .SH {title}")
        return match[1].replace("\\-", "-")

    def compare(self, what, manual, code, remedy=""):
        """Both must name the same; and something, or nothing was compared."""
        manual, code = set(manual), set(code)
        if not code:
            raise Trouble(f"{what}: found none in the program")
        if manual != code:
            lacks, more = sorted(code - manual), sorted(manual - code)
            raise Trouble(f"docs/man/{self.path.name}, {what}: " + "; ".join(
                ([f"add {', '.join(lacks)}"] if lacks else []) + ([f"take out {', '.join(more)}, which the program has not"] if more else []))
                + (f". {remedy}" if remedy else ""))
        print(f"{len(code)} {what}")

    def check_rendering(self):
        if not shutil.which("man"):
            raise Trouble("there is no man here to show the page with: install Debian's package man-db")
        rendered = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", self.path], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=False)
        if rendered.returncode or rendered.stderr.strip():
            raise Trouble(f"man complains about {self.path.name}: {rendered.stderr}")
