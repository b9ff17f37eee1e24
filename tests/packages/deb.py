#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's packages of this build: what is in them works, and removing them leaves nothing.

They are installed into a copy of this system that is thrown away; where the system forbids such a copy, they are unpacked.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import expect  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN, TOP, Trouble, build_folder  # noqa: E402  pylint: disable=wrong-import-position

CAPTURE = OWN / "sccp_phone_register.pcapng"
NAMES = ("regreplay", "wireshark-plugin-regflow")
# What has to be in the packages, below /usr.
FILES = {
    "regreplay": {r"bin/regreplay", r"share/man/man1/regreplay\.1\.gz", r"share/bash-completion/completions/regreplay", r"share/zsh/\S+/_regreplay",
                  r"share/fish/vendor_completions\.d/regreplay\.fish", r"share/doc/regreplay/copyright", r"share/doc/regreplay/changelog(\.Debian)?\.gz"},
    "wireshark-plugin-regflow": {r"lib/\S+/wireshark/plugins/[\d.]+/epan/regflow\.so", r"share/man/man7/regflow\.7\.gz",
                                 r"share/wireshark/profiles/Phone registration/colorfilters",
                                 r"share/wireshark/profiles/Phone registration/preferences", r"share/doc/wireshark-plugin-regflow/copyright"},
}

# In a copy of the system whose changes lie in memory: $1 is a folder for that, then the packages and the capture come.
INSTALL = r"""
set -eu
room=$1 capture=$2; shift 2
mount -t tmpfs none "$room"
mkdir "$room/upper" "$room/work" "$room/system"
mount -t overlay -o lowerdir=/,upperdir="$room/upper",workdir="$room/work" overlay "$room/system" || exit 77
mount -t proc proc "$room/system/proc" && mount --rbind /dev "$room/system/dev" && mount -t tmpfs none "$room/system/tmp" || exit 77
mkdir "$room/system/tmp/in"
cp "$capture" "$room/system/tmp/in/capture"
cp "$@" "$room/system/tmp/in/"
chroot "$room/system" sh -eu <<'END'
cd /tmp/in
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/tmp
dpkg --no-triggers -i ./*.deb
dpkg --no-triggers -i ./*.deb
tshark -G plugins | grep '^regflow\.so'
tshark -C 'Phone registration' -r capture -Y regflow.device -T fields -e regflow.device | sort -u
regreplay inspect --summary capture
man -w regreplay
man -w 7 regflow
bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader regreplay; complete -p regreplay'
dpkg --no-triggers --purge regreplay wireshark-plugin-regflow
! dpkg-query -W regreplay wireshark-plugin-regflow
! tshark -G plugins | grep '^regflow\.so'
END
# What is there now and was not before.
cd "$room/upper"
find usr etc -mindepth 1 2>/dev/null | while IFS= read -r path; do [ -e "/$path" ] || [ -L "/$path" ] || echo "left: $path"; done
"""


def run(*words, statuses=(0,), **options):
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    expect(done.returncode in statuses, f"{words[:4]}: exit {done.returncode}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def build(folder):
    """The packages by their names."""
    shutil.copytree(TOP, folder / "regflow", symlinks=True,
                    ignore=lambda place, names: [name for name in names if name.startswith(("build", ".git")) and Path(place) == TOP] + ["__pycache__"])
    run("dpkg-buildpackage", "-us", "-uc", "-b", "-d", cwd=folder / "regflow",
        env={**os.environ, "REGFLOW_BUILT": str(build_folder()), "DEB_BUILD_OPTIONS": "noautodbgsym"})
    packages = {path.name.partition("_")[0]: path for path in folder.glob("*.deb")}
    expect(set(packages) == set(NAMES), f"packages: {sorted(packages)}")
    return packages


def check_contents(packages):
    for name, wanted in FILES.items():
        files = [line.split(maxsplit=5)[5].removeprefix("./usr/") for line in run("dpkg-deb", "-c", packages[name]).stdout.splitlines()]
        lacks = [pattern for pattern in wanted if not any(re.fullmatch(pattern, file) for file in files)]
        expect(not lacks, f"{name} lacks {lacks}; it has {files}")
        expect(not any(file.startswith(("local", "./")) and file != "./" for file in files), f"{name}: {files}")
    needs = run("dpkg-deb", "-f", packages[NAMES[1]], "Depends").stdout
    plugin = run("tshark", "-v").stdout
    owner = run("dpkg-query", "-S", "*/libwireshark.so.*").stdout.partition(":")[0]
    expect(re.search(rf"\b{re.escape(owner)}\b", needs), f"the plugin depends on {needs}, and Wireshark's library here is in {owner}")
    series = re.search(r"(\d+\.\d+)\.\d+", plugin)[1]
    listed = run("dpkg-deb", "-c", packages[NAMES[1]]).stdout
    expect(f"/wireshark/plugins/{series}/epan/" in listed, f"not for Wireshark {series}: {listed}")


def install(packages, folder):
    """FALSE where the system forbids it."""
    if os.getuid() != 0:
        return False
    room = folder / "room"
    room.mkdir()
    done = subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", INSTALL, "sh", room, CAPTURE, *packages.values()],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare failed" in done.stderr or "permission denied" in done.stderr.lower():
        print(f"not installed: {done.stderr.strip()}")
        return False
    expect(done.returncode == 0, f"exit {done.returncode}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    for words in ("regflow.so", "SEP00005E005361", "registered and ready", "man1/regreplay.1.gz", "man7/regflow.7.gz", "complete -F _regreplay"):
        expect(words in done.stdout, f"{words} is not in {done.stdout}")
    expect("left:" not in done.stdout, done.stdout)
    return True


def unpack(packages, folder):
    for package in packages.values():
        run("dpkg-deb", "-x", package, folder / "unpacked")
    place = folder / "unpacked/usr"
    said = run(place / "bin/regreplay", "inspect", CAPTURE).stdout
    expect("registered and ready" in said, said)
    plugin = next(place.glob("lib/*/wireshark/plugins/*"))
    # Wireshark takes another folder of plugins only from who is nobody special.
    plugins = folder / "home/.local/lib/wireshark/plugins"
    shutil.copytree(plugin, plugins / plugin.name)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    listed = run(*prefix, "tshark", "-G", "plugins", env={**os.environ, "HOME": str(folder / "home")}).stdout
    expect(re.search(r"^regflow\.so", listed, re.MULTILINE), listed)


def main():
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as name:
        folder = Path(name)
        packages = build(folder)
        check_contents(packages)
        if install(packages, folder):
            print("installed, used, installed again, purged")
        else:
            unpack(packages, folder)
            print("unpacked and used")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"FAULT {trouble}")
