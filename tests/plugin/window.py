#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user finds in the window, as far as tshark shows it: the profile, the column Info, and ./dev install.

  window.py TEST
"""

import csv
import inspect
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from tshark import OWN, TOP, Trouble, Tshark, build_folder  # noqa: E402  pylint: disable=wrong-import-position

NAME = "Phone registration"
PROFILE = TOP / "profile" / NAME
CAPTURES = [OWN / f"{name}.pcapng" for name in ("problem_no_config", "boot_two_phones_interleaved", "sccp_reject_loop",
                                                "sip_cisco_cucm_tcp", "boot_cdp_lldp_vlan", "sccp_25_pdus_one_frame")]
CONTRAST = 7  # WCAG 2.1, level AAA, for text of normal size


def lines_of(name):
    return [line for line in (PROFILE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def colouring_rules():
    """[(name, filter, background, foreground)], colours as three numbers from 0 to 1"""
    rules = []
    for line in lines_of("colorfilters"):
        match = re.fullmatch(r"@([^@]+)@(.+)@\[(\d+),(\d+),(\d+)\]\[(\d+),(\d+),(\d+)\]", line)
        if not match:
            raise Trouble(f"colorfilters: not a rule: {line}")
        numbers = [int(word) / 65535 for word in match.groups()[2:]]
        rules.append((match[1], match[2], numbers[:3], numbers[3:]))
    return rules


def buttons():
    """{label: filter}"""
    rows = list(csv.reader(lines_of("dfilter_buttons")))
    if any(len(row) != 4 or row[0] != "TRUE" or not row[3] for row in rows):
        raise Trouble("dfilter_buttons: not four values, shown, with a comment")
    return {row[1]: row[2].replace("\\x22", '"') for row in rows}


def luminance(colour):
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def install_profile(tshark):
    folder = tshark.work / "home/.config/wireshark/profiles" / NAME
    shutil.copytree(PROFILE, folder)
    for path in [folder, *folder.parents]:
        if tshark.work in path.parents:
            path.chmod(0o777)


def expect(holds, what):
    if not holds:
        raise Trouble(what)


def profile_loads():
    """tshark -C shows the profile's columns, filled, and complains of nothing."""
    with Tshark() as tshark:
        install_profile(tshark)
        names = re.findall(r'^\t"([^"]+)", "%', (PROFILE / "preferences").read_text(encoding="utf-8"), re.MULTILINE)
        expect(names[:4] == ["No.", "Time", "Source", "Destination"] and {"Device", "Phase", "Message", "Tip"} < set(names), names)
        for capture in CAPTURES:
            argv = [*tshark.prefix, "-C", NAME, "-n", "-r", tshark.readable(capture), "-Y", "regflow", "-T", "tabs"]
            out, errors = tshark.run(argv)
            expect(not errors.strip(), f"{capture.name}: {errors}")
            # tshark draws an arrow of its own from source to destination.
            rows = [dict(zip(names, line.replace("\t→\t", "\t").split("\t"), strict=True)) for line in out.splitlines()]
            expect(rows, f"{capture.name}: no frame of a registration")
            for row in rows:
                expect(all(row[name].strip() for name in ("Device", "Tip", "Info")), f"{capture.name}: a column is empty: {row}")
            for name in ("Phase", "Message"):
                expect(any(row[name].strip() for row in rows), f"{capture.name}: the column {name} is always empty")
            print(f"{capture.name}: {len(rows)} rows of {len(names)} columns")


def profile_filters_compile():
    """Every rule and button, and what switches the profile on, compiles; rules find what they name, and widths are given for the columns that there are."""
    with Tshark() as tshark:
        settings = dict(line.split(": ", 1) for line in lines_of("profile_settings"))
        filters = {**{name: text for name, text, _, _ in colouring_rules()}, **buttons(), "the switch": settings.pop("auto_switch_filter")}
        expect(not settings, f"profile_settings: {settings}")
        captures = CAPTURES + [OWN / f"{name}.pcapng" for name in ("boot_failover_token", "sip_unregister_and_standby", "sccp_two_registrations")]
        for name, text in filters.items():
            _, errors = tshark.run(tshark.argv(tshark.readable(captures[0]), "-c", 1, "-Y", text))
            expect(not errors.strip(), f"{name}: {errors}")
            # "${…}" is the selected frame, and no capture is that slow.
            if "${" not in text and name != "Slow":
                expect(any(tshark.read(tshark.readable(capture), "-2", "-Y", text) for capture in captures), f"{name} finds nothing")
    fields = re.findall(r"%Cus:(regflow[\w.]+)", (PROFILE / "preferences").read_text(encoding="utf-8"))
    widths = re.findall(r"%Cus:(regflow[\w.]+)\", \d+", (PROFILE / "recent").read_text(encoding="utf-8"))
    expect(fields == widths, f"columns {fields}, widths {widths}")
    print(f"{len(filters)} filters")


def profile_colours_are_readable():
    """Each rule sets both colours, far enough apart to read in a light and in a dark window, and names every phase."""
    rules = colouring_rules()
    for name, _, background, foreground in rules:
        expect(contrast(background, foreground) >= CONTRAST, f"{name}: contrast {contrast(background, foreground):.1f}, not {CONTRAST}")
    text = " ".join(rule[1] for rule in rules)
    header = (TOP / "registration/terms/phase.h").read_text(encoding="utf-8")
    phases = [name for name in re.findall(r'^ +X \(\w+, "(\w*)", "[^"]*"\)', header.split("PHASES(X)")[1].split("typedef")[0], re.MULTILINE) if name]
    expect(len(phases) == 13, phases)
    for phase in phases:
        expect(f'"{phase}"' in text, f"no rule for the phase {phase}")
        expect(f"Phase//{phase}" in buttons(), f"no button for the phase {phase}")
    print(f"{len(rules)} rules, {len(phases)} phases")


def info_column():
    """The column Info is Wireshark's own, and says what happens when asked to."""
    with Tshark() as tshark:
        capture = tshark.readable(OWN / "sccp_25_pdus_one_frame.pcapng")

        def infos(*options):
            return tshark.read(capture, "-o", 'gui.column.format:"Info","%i"', "-T", "tabs", *options).splitlines()

        before, after = infos(), infos("-o", "regflow.info_column:TRUE")
        expect(before != after, "nothing changes")
        rows = tshark.rows(capture, ["frame.number", "regflow.title"])
        expect(len(rows) == len(before) == len(after), f"{len(rows)} frames, {len(before)} and {len(after)} lines")
        for row, text in zip(rows, after):
            titles = row["regflow.title"]
            expect(all(title in text for title in titles[:3]), f"{titles} are not in {text}")
            expect(len(titles) < 2 or " | " in text, text)
        expect(infos("-o", "regflow.info_column:TRUE", "-o", "regflow.sccp:FALSE") == before, "frames of others change, too")
        print(f"{len(after)} rows")


def below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class Home:
    """A user's home folder, with ./dev run in it."""

    def __init__(self, folder):
        self.folder = folder
        self.profile = folder / ".config/wireshark/profiles" / NAME
        self.regreplay = folder / ".local/bin/regreplay"
        (folder / ".local/bin").mkdir(parents=True)
        self.before = below(folder)
        self.environment = {**os.environ, "HOME": str(folder), "REGFLOW_BUILD": str(build_folder()), "PATH": "/usr/bin:/bin"}
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            self.environment.pop(name, None)

    def dev(self, *words, status=0):
        done = subprocess.run([TOP / "dev", *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        expect(done.returncode == status, f"./dev {words}: exit {done.returncode}: {done.stderr}")
        return done.stderr


def check_installed_works(tshark, home):
    for path in [home.folder, *home.folder.rglob("*")]:
        path.chmod(0o777)
    argv = [word.replace(str(tshark.work / "home"), str(home.folder)) for word in tshark.prefix]
    plugins, _ = tshark.run([*argv, "-G", "plugins"])
    expect("regflow.so" in plugins, plugins)
    out, errors = tshark.run([*argv, "-C", NAME, "-r", tshark.readable(CAPTURES[0]), "-Y", "regflow.tip"])
    expect(out and not errors.strip(), errors)
    done = subprocess.run([home.regreplay, "--version"], capture_output=True, text=True, check=True)
    expect(done.stdout.startswith("regreplay "), done.stdout)


def dev_install():
    """./dev install puts plugin, profile, regreplay, completion and manual pages into a home of its own, and ./dev uninstall takes
    away exactly that."""
    with Tshark() as tshark:
        home = Home(tshark.work / "user")
        said = home.dev("install")
        expect(f"{home.regreplay.parent} is not on your PATH" in said, said)
        files = below(home.folder)
        for name in ("/epan/regflow.so", "/bin/regreplay", "/man1/regreplay.1", "/man7/regflow.7", "/completions/regreplay",
                     "/site-functions/_regreplay", "/vendor_completions.d/regreplay.fish"):
            expect(sum(file.endswith(name) for file in files) == 1, f"{name} is not there once: {files}")
        expect(below(home.profile) == below(PROFILE), files)
        check_installed_works(tshark, home)
        # A second place, and with the first one on the PATH nothing is said of that.
        home.environment["PATH"] += f":{home.regreplay.parent}"
        expect("PATH" not in home.dev("install"), "~/.local/bin is on the PATH")
        home.dev("install", "--prefix", str(home.folder / "my tools"))
        expect((home.folder / "my tools/bin/regreplay").exists() and home.regreplay.exists(), below(home.folder))
        home.dev("uninstall")
        expect(below(home.folder) == home.before, f"left: {below(home.folder)}")
        expect("Nothing is installed" in home.dev("uninstall"), "uninstalled twice")


def dev_install_keeps_what_is_the_users():
    """A profile that the user has changed is neither overwritten nor taken away, nor is a program that is not ours."""
    with Tshark() as tshark:
        home = Home(tshark.work / "user")
        home.dev("install")
        (home.profile / "recent").write_text("# Wireshark has been here\n", encoding="utf-8")
        expect("differs from ours" not in home.dev("install"), "Wireshark's own notes count as the user's")
        (home.profile / "colorfilters").write_text("# mine\n", encoding="utf-8")
        expect("differs from ours" in home.dev("install"), "a changed profile is overwritten without a word")
        home.regreplay.write_text("# mine, too\n", encoding="utf-8")
        said = home.dev("uninstall")
        expect("profile" in said and str(home.regreplay) in said, said)
        left = [path for path in home.folder.rglob("*") if path.is_file()]
        expect(sorted(left) == sorted([*home.profile.iterdir(), home.regreplay]), f"left: {left}")
        expect(below(home.profile) == below(PROFILE) and "mine" in (home.profile / "colorfilters").read_text(encoding="utf-8"), left)


def dev_install_refuses():
    """Where it cannot do what is wanted, ./dev install says why, and leaves nothing."""
    with Tshark() as tshark:
        home = Home(tshark.work / "user")
        expect("--prefix FOLDER" in home.dev("install", "here", status=1), "a wrong argument is taken")
        expect("needs a folder" in home.dev("install", "--prefix", status=1), "a folder is not asked for")
        home.environment["REGFLOW_BUILD"] = str(home.folder / "nothing")
        expect("run ./dev build first" in home.dev("install", status=1), "nothing is installed without a word")
        home.environment["HOME"] = str(home.folder / "nowhere")
        expect("set HOME" in home.dev("install", status=1), "there is no such home")
        expect(below(home.folder) == home.before, f"left: {below(home.folder)}")


TESTS = [profile_loads, profile_filters_compile, profile_colours_are_readable, info_column, dev_install, dev_install_keeps_what_is_the_users, dev_install_refuses]


def main(arguments):
    for test in TESTS:
        if [test.__name__] == arguments:
            print(f"{inspect.getdoc(test)}\n")
            test()
            return 0
    sys.exit(__doc__)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
