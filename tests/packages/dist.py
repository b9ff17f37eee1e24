#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""./dev dist makes the same archive each time, and what is in it builds regreplay where there is no git."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regreplay import expect, program  # noqa: E402  pylint: disable=wrong-import-position
from tshark import TOP, Trouble  # noqa: E402  pylint: disable=wrong-import-position

CAPTURE = "captures/sccp_reject_loop.pcapng"


def run(*words, status=0, **options):
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    expect(done.returncode == status, f"{words}: exit {done.returncode}, not {status}: {done.stdout[-3000:]}{done.stderr}")
    return done


def without_git(folder):
    """A folder of all programs but git."""
    tools = folder / "tools"
    tools.mkdir()
    for place in os.environ["PATH"].split(":"):
        for tool in Path(place).iterdir() if Path(place).is_dir() else ():
            if not tool.name.startswith("git") and not (tools / tool.name).is_symlink():
                (tools / tool.name).symlink_to(tool)
    return {**os.environ, "PATH": str(tools)}


def main():
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as name:
        folder = Path(name)
        first, second = (Path(run(TOP / "dev", "dist", folder / place).stdout.strip()) for place in ("one", "two"))
        expect(first.read_bytes() == second.read_bytes(), "the same sources give two archives")
        with tarfile.open(first) as archive:
            roots = {member.name.partition("/")[0] for member in archive}
            expect(roots == {first.name.removesuffix(".tar.gz")}, f"{roots} in {first.name}")
            archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(folder)
        sources = folder / roots.pop()
        environment = without_git(folder)
        expect(not shutil.which("git", path=environment["PATH"]) and not (sources / ".git").exists(), "git is there")
        expect("no checkout" in run(sources / "dev", "dist", folder, status=1, env=environment).stderr, "it packs what it cannot know")
        # Only whether it compiles: that is a third of the time.
        run("cmake", "-G", "Ninja", "-S", sources, "-B", folder / "build", "-DREGFLOW_PLUGIN=OFF", "-DREGFLOW_TESTS=OFF",
            "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_C_FLAGS=-O0", env=environment)
        run("cmake", "--build", folder / "build", "--target", "regreplay", env=environment)
        built, ours = (run(place / "regreplay", "inspect", sources / CAPTURE, status=1).stdout for place in (folder / "build", program().parent))
        expect(built == ours and ours, "another report than ours")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"FAULT {trouble}")
