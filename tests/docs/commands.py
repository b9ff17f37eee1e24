#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every ./dev regreplay and ./dev tshark that README.md and docs/ show is understood, and does its work, on captures with the names used there.

Servers in them become stand-ins on loopback, and times shorter; what they end with beyond that (0 or 1) hangs on the machine.
"""

import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from certificates import Certificates  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import ENVIRONMENT, PATIENCE, expect, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import ALARMS, OWN, TOP, Trouble  # noqa: E402  pylint: disable=wrong-import-position

PHONE, SIP = OWN / "sccp_phone_register.pcapng", OWN / "sip_third_party_cucm.pcapng"
DOCUMENTS = [TOP / "README.md", *(TOP / f"docs/{name}.md" for name in ("reading", "wireshark", "replaying", "ladders"))]
SHORTER = {"2m": "1s", "10m": "1s", "400": "4"}


def commands():
    found = [command for path in DOCUMENTS
             for command in re.findall(r"^    (\./dev (?:regreplay|tshark) .*?)(?:\s+#.*)?$", path.read_text(encoding="utf-8"), re.MULTILINE)]
    return sorted(set(found), key=found.index)


def adapt(command, servers):
    server = servers["sip.pcap" in command]
    # The first phone of the capture that stands for phone.pcap.
    words = [SHORTER.get(word, word) for word in shlex.split(command.replace("SEP001380AD9E5F", "SEP00005E005361").replace("*.pcap", "phone.pcap"))]
    # What somebody looks at on an interface comes to its end in a capture.
    if "-i" in words:
        words[words.index("-i"):words.index("-i") + 2] = ["phone.pcap"]
    for index, word in enumerate(words[:-1]):
        if word == "--target":
            words[index + 1] = server
        elif word == "--listen":
            words[index + 1] = "127.0.0.1:0"
    return [str(TOP / "dev"), *words[1:]]


def finish(process, is_server):
    """A stand-in says that it listens and is then interrupted; everything else ends by itself."""
    first = process.stdout.readline() if is_server else ""
    if is_server:
        process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=PATIENCE)
    return first + out, errors


def check(command, folder, servers):
    # No server here has the certificate that is asked for: what would be sent has to do.
    words = adapt(command, servers) + (["--dry-run"] if "--transport tls" in command and " run " in command else [])
    if " serve " in command and "--listen" not in words:
        words += ["--listen", "127.0.0.1:0"]
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        try:
            out, errors = finish(process, " serve " in command)
        except subprocess.TimeoutExpired as late:
            process.kill()
            raise Trouble(f"{command} does not end") from late
    expect(process.returncode in (0, 1) and not any(alarm in errors for alarm in ALARMS), f"{command}: {process.returncode}\n{errors}")
    written = [word.split(",")[2] for word in words if re.match(r"regflow,\w+,[^-]", word)]
    written += [words[index + 1] for index, word in enumerate(words) if word in ("--output", "-o") and "/" not in words[index + 1]
                and "tcp." not in words[index + 1]]
    for name in written:
        expect((folder / name).stat().st_size > 0, f"{command} writes no {name}")
    expect(out or written or "-Y" in words, f"{command} says nothing")


def main():
    shown = commands()
    expect(len(shown) > 10, f"only {len(shown)} commands were found")
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as name, serving(PHONE) as server, serving(SIP) as sip_server:
        folder = pathlib.Path(name)
        folder.chmod(0o777)  # tshark may run as somebody else
        shutil.copyfile(PHONE, folder / "phone.pcap")
        shutil.copyfile(SIP, folder / "sip.pcap")
        (folder / "secret.txt").write_text("not-a-secret\n", encoding="utf-8")
        Certificates(folder).authority("lab")
        (folder / "users.txt").write_text("1001:not-a-secret\n", encoding="utf-8")
        for command in shown:
            check(command, folder, (server, sip_server))
    print(f"{len(shown)} commands")


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"FAULT {trouble}")
