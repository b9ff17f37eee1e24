#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page lists what there is: fields, preferences, statistics, findings.

  manual.py           compares docs/man/regflow.7 with the plugin, as tshark lists it, and with the tables of the library
  manual.py --update  writes the lists of timers and findings of the manual page anew
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from manual_page import Manual  # noqa: E402  pylint: disable=wrong-import-position
from tshark import TOP, Trouble, Tshark, our_fields  # noqa: E402  pylint: disable=wrong-import-position

LIST = r'(\.\\" begin {0}\n)(.*?)(\.\\" end {0}\n)'


def table(name, row):
    text = (TOP / f"registration/findings/{name}.h").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(row, text)


def timers():
    rows = table("timers", r'X \(\w+, "(\w+)", (\d+), "([^"]+)",\s+"([^"]+)"\)')
    return "".join(f".TP\n.B regflow.timer.{name}\n{text} ({value} {unit}).\n" for name, value, unit, text in rows)


def problems():
    """Name and severity of each."""
    return table("problems", r'X \(\w+, "([\w-]+)", (\w+), \w+\)')


def findings():
    rows = problems()
    names = [f'.BR {name} " ({severity.lower()}){"" if name == rows[-1][0] else ","}"\n' for name, severity in rows]
    return "".join(names)


def update(text):
    for name, lines in (("timers", timers()), ("findings", findings())):
        text, count = re.subn(LIST.format(name), lambda match, lines=lines: match[1] + lines + match[3], text, flags=re.DOTALL)
        if count != 1:
            raise Trouble(f'regflow.7 has not one part between .\\" begin {name} and .\\" end {name}')
    return text


def check(manual):
    with Tshark() as tshark:
        fields = [name for name, *_ in our_fields(tshark)]
        preferences, _ = tshark.run([*tshark.prefix, "-G", "currentprefs"])
        out, errors = tshark.run([*tshark.prefix, "-z", "help"], statuses=(0, 1))
    listed = manual.section("FIELDS")
    manual.compare("fields", re.findall(r"^\.TP\n\.B (\S+)", listed, re.MULTILINE), fields)
    manual.compare("preferences", re.findall(r"^\.TP\n\.B (\S+)", manual.section("PREFERENCES"), re.MULTILINE),
                   re.findall(r"^#?(regflow\.[\w.]+):", preferences, re.MULTILINE))
    taps = {tap.replace("flow,regflow", "flow,regflow,network") for tap in re.findall(r"^\s*(\S*regflow\S*)", out + errors, re.MULTILINE)}
    manual.compare("statistics", re.findall(r"^\.TP\n\.B -z (\S+)", manual.section("STATISTICS"), re.MULTILINE), taps)
    manual.compare("findings", re.findall(r"^\.BR (\S+)", manual.section("FINDINGS"), re.MULTILINE), [name for name, _ in problems()],
                   "tests/plugin/manual.py --update does it.")
    if update(manual.text) != manual.text:
        raise Trouble("the lists of timers and findings are not as in the program: tests/plugin/manual.py --update")
    manual.check_rendering()


def main(arguments):
    manual = Manual("regflow.7")
    if arguments == ["--update"]:
        manual.path.write_text(update(manual.text), encoding="utf-8")
    elif arguments:
        sys.exit(__doc__)
    else:
        check(manual)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
