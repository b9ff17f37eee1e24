#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page lists what there is: fields, preferences, statistics, findings.

  manual.py           compares docs/man/regflow.7 with the plugin, as tshark lists it, and with the tables of the library
  manual.py --update  writes the lists of timers and findings of the manual page anew
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from tshark import TOP, Trouble, Tshark, our_fields  # noqa: E402  pylint: disable=wrong-import-position

MANUAL = TOP / "docs/man/regflow.7"
LIST = r'(\.\\" begin {0}\n)(.*?)(\.\\" end {0}\n)'


def table(name, row):
    text = (TOP / f"registration/{name}.h").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(row, text)


def timers():
    rows = table("timers", r'X \(\w+, "(\w+)", (\d+), "([^"]+)",\s+"([^"]+)"\)')
    return "".join(f".TP\n.B regflow.timer.{name}\n{text} ({value} {unit}).\n" for name, value, unit, text in rows)


def findings():
    rows = table("problems", r'X \(\w+, "([\w-]+)", (\w+)\)')
    names = [f'.BR {name} " ({severity.lower()}){"" if name == rows[-1][0] else ","}"\n' for name, severity in rows]
    return "".join(names)


def update(text):
    for name, lines in (("timers", timers()), ("findings", findings())):
        text, count = re.subn(LIST.format(name), lambda match, lines=lines: match[1] + lines + match[3], text, flags=re.DOTALL)
        if count != 1:
            raise Trouble(f'{MANUAL.name} has not one part between .\\" begin {name} and .\\" end {name}')
    return text


def section(text, title):
    match = re.search(rf"^\.SH {title}\n(.*?)(?=^\.SH )", text, re.MULTILINE | re.DOTALL)
    if not match:
        raise Trouble(f"{MANUAL.name} has no section {title}")
    return match[1].replace("\\-", "-")


def compare(what, manual, code):
    manual, code = set(manual), set(code)
    if not code:
        raise Trouble(f"{what}: found none in the program")
    if manual != code:
        raise Trouble(f"{MANUAL.name}, {what}: lacks {sorted(code - manual)}, and lists {sorted(manual - code)}, which are not there. "
                      "For timers and findings: tests/plugin/manual.py --update")
    print(f"{len(code)} {what}")


def check(text):
    with Tshark() as tshark:
        fields = [name for name, *_ in our_fields(tshark)]
        preferences, _ = tshark.run([*tshark.prefix, "-G", "currentprefs"])
        out, errors = tshark.run([*tshark.prefix, "-z", "help"], statuses=(0, 1))
    listed = section(text, "FIELDS")
    compare("fields", re.findall(r"^\.TP\n\.B (\S+)", listed, re.MULTILINE), fields)
    compare("preferences", re.findall(r"^\.TP\n\.B (\S+)", section(text, "PREFERENCES"), re.MULTILINE),
            re.findall(r"^#?(regflow\.[\w.]+):", preferences, re.MULTILINE))
    taps = {tap.replace("flow,regflow", "flow,regflow,network") for tap in re.findall(r"^\s*(\S*regflow\S*)", out + errors, re.MULTILINE)}
    compare("statistics", re.findall(r"^\.TP\n\.B -z (\S+)", section(text, "STATISTICS"), re.MULTILINE), taps)
    names = table("problems", r'X \(\w+, "([\w-]+)", \w+\)')
    compare("findings", re.findall(r"^\.BR (\S+)", section(text, "FINDINGS"), re.MULTILINE), names)
    if update(text) != text:
        raise Trouble("the lists of timers and findings are not as in the program: tests/plugin/manual.py --update")
    rendered = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", MANUAL], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if rendered.returncode or rendered.stderr.strip():
        raise Trouble(f"man complains: {rendered.stderr}")


def main(arguments):
    text = MANUAL.read_text(encoding="utf-8")
    if arguments == ["--update"]:
        MANUAL.write_text(update(text), encoding="utf-8")
    elif arguments:
        sys.exit(__doc__)
    else:
        check(text)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
