#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What CMake asks pkg-config for is what packages are built with: the RPM's spec has the same names and versions,
debian/control and ./dev the Debian packages that these come from."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import expect  # noqa: E402  pylint: disable=wrong-import-position
from tshark import TOP, Trouble, skip  # noqa: E402  pylint: disable=wrong-import-position

# Where what is installed is built.
BUILT = ("CMakeLists.txt", "registration/CMakeLists.txt", "output/CMakeLists.txt", "plugin/CMakeLists.txt", "replay/CMakeLists.txt")


def read(name):
    return (TOP / name).read_text(encoding="utf-8")


def asked():
    """The modules, each with the version that it must have at least, or ""."""
    modules = {}
    for name in BUILT:
        for words in re.findall(r"pkg_check_modules \(\w+ ([^)]*)\)", read(name)) if (TOP / name).exists() else ():
            for word in words.split():
                if word[0].islower():
                    module, _, least = word.partition(">=")
                    modules[module] = least
    return modules


def spec_needs():
    return dict(re.findall(r"^BuildRequires:\s+pkgconfig\(([^)]+)\)(?: >= (\S+))?$", read("packaging/regflow.spec"), re.MULTILINE))


def debian_needs():
    return set(re.search(r"^Build-Depends:\n((?: .*\n)+)", read("debian/control"), re.MULTILINE)[1].replace(",", " ").split())


def dev_needs():
    return set(re.search(r"^packages=\(\n((?: .*\n)+)\)", read("dev"), re.MULTILINE)[1].split())


def comes_from(module):
    """The Debian package of what pkg-config reads about a module."""
    folder = subprocess.run(["pkg-config", "--variable=pcfiledir", module], capture_output=True, text=True, check=True).stdout.strip()
    file = Path(folder) / f"{module}.pc"
    for place in (file, file.resolve()):
        said = subprocess.run(["dpkg", "-S", str(place)], capture_output=True, text=True, check=False).stdout
        if said:
            return said.split(":")[0]
    raise Trouble(f"no package of Debian has {file}")


def brings(need, package):
    """libpcap-dev has nothing but a word for libpcap0.8-dev."""
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Depends}", need], capture_output=True, text=True, check=False).stdout
    return need == package or package in re.findall(r"[^\s,(]+", said)


def main():
    modules = asked()
    expect({"glib-2.0", "libpcap"} <= modules.keys(), f"CMake asks for {modules} only")
    spec = spec_needs()
    # One package has both, everywhere.
    wanted = {module: least for module, least in modules.items() if module != "gio-2.0"}
    expect(spec == wanted, f"packaging/regflow.spec requires {spec}, CMake {wanted}")
    if not shutil.which("dpkg"):
        return skip("the packages of libraries can be told on Debian only")
    for module in modules:
        package = comes_from(module)
        for name, needs in (("debian/control", debian_needs()), ("dev", dev_needs())):
            expect(any(brings(need.partition(":")[0], package) for need in needs), f"{name} lacks {package}, from which {module} comes")
    print(f"{len(modules)} modules")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"FAULT {trouble}")
