#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/ci.md: every script of its examples runs as it stands there, and ends as the text says: with good captures, with captures that
show errors, with unreadable ones; against a server that answers in time, late, and not at all.

What builds regflow is left out: the commands that it installs are those of the build folder.
"""

import concurrent.futures
import copy
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from regreplay import PATIENCE, PATIENT, expect, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import ALARMS, OWN, TOP, Trouble, build_folder, skip  # noqa: E402  pylint: disable=wrong-import-position

try:
    import yaml
except ImportError:
    skip("there is no Python module yaml: install python3-yaml")

PAGE = TOP / "docs/ci.md"
# Prepares the machine, with a network: checked by its shape only.
PREPARES = re.compile(r"regflow/dev build|cmake --install regflow/build|apt-get (update|install -y [\w -]+)|git clone .*")
GOOD, BAD, WITH_TLS = OWN / "sccp_phone_register.pcapng", OWN / "sccp_reject_loop.pcapng", OWN / "sip_kamailio_tls.pcapng"
WRONG_PASSWORD = OWN / "recorded_sip_wrong_password.pcapng"
# The user of WITH_TLS (captures/record_sip_tls.sh), whose password is none of these.
TOLERANCE = "--tolerance 100ms,50%"
PASSWORDS = "somebody:nothing-at-all"


class Job:
    """shell: as the CI server calls it. reports: files that it keeps."""

    def __init__(self, name, script, shell, reports=()):
        self.name, self.shell, self.reports = name, shell, reports
        self.script = "\n".join(line for line in script if not PREPARES.fullmatch(line.strip()))

    def uses(self, word):
        return word in self.script


def github_jobs(name, steps):
    """One for each step that runs something; a container's shell is sh."""
    uploads = " ".join(str(step.get("with", {}).get("path", "")) for step in steps if "upload-artifact" in step.get("uses", ""))
    for step in steps:
        job = Job(f"{name}: {step.get('name')}", step.get("run", "").splitlines(), ["sh", "-e"], reports=re.findall(r"\S+\.xml", uploads))
        if job.script.strip():
            yield job


def gitlab_jobs(document):
    for name, job in document.items():
        kept = job.get("artifacts", {}).get("reports", {}).get("junit")
        for part in ("before_script", "script", "after_script"):
            # The lines of a job are one script of bash.
            made = Job(f"{name}: {part}", job.get(part, []), ["bash", "-e", "-o", "pipefail"],
                       [kept] if kept and part == "script" else [])
            if made.script.strip():
                yield made


def jobs():
    for text in re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        document = yaml.safe_load(text)
        if isinstance(document, list):
            yield from github_jobs("step", document)
        elif "jobs" in document:
            for name, job in document["jobs"].items():
                yield from github_jobs(name, job["steps"])
        else:
            yield from gitlab_jobs(document)


class Workspace:
    """A checkout with captures, and the commands in PATH."""

    def __init__(self, folder):
        self.folder = folder
        folder.chmod(0o755)
        (folder / "bin").mkdir()
        (folder / "bin/regreplay").symlink_to(build_folder() / "regreplay")
        # With the PATH of before, which has the other tshark.
        (folder / "bin/tshark").write_text(f'#!/bin/sh\nPATH="{os.environ["PATH"]}" exec "{TOP}/tests/support/tshark-with-plugin" "{build_folder()}" "$@"\n',
                                           encoding="utf-8")
        (folder / "bin/tshark").chmod(0o755)

    def fill(self, **captures):
        """captures/NAME.pcapng, or octets that are none."""
        shutil.rmtree(self.folder / "captures", ignore_errors=True)
        (self.folder / "captures").mkdir()
        for name, source in captures.items():
            place = self.folder / "captures" / f"{name}.pcapng"
            if isinstance(source, bytes):
                place.write_bytes(source)
            else:
                shutil.copyfile(source, place)
        shutil.copyfile(OWN / "sip_kamailio_tls.keys", self.folder / "captures/tls.keys")

    def run(self, job, **variables):
        for file in self.folder.glob("*.*"):
            file.unlink()
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        done = subprocess.run([*job.shell, "-c", job.script], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=PATIENCE, env=dict(os.environ, PATH=path, LC_ALL="C.UTF-8", **variables))
        said = done.stdout + done.stderr
        expect(not any(alarm in said for alarm in ALARMS), f"{job.name}:\n{said}")
        return done.returncode, said

    def expect(self, job, status, **variables):
        got, said = self.run(job, **variables)
        expect(got == status, f"{job.name}: status {got} and not {status} of\n{job.script}\n{said}")
        for report in job.reports if status in (0, 1) else ():
            expect("</testsuite>" in (self.folder / report).read_text(encoding="utf-8"), f"{job.name} leaves no {report}")
        return said


def check_captures(workspace, job):
    workspace.fill(phone=GOOD)
    workspace.expect(job, 0)
    workspace.fill(phone=GOOD, tls=WITH_TLS)
    workspace.expect(job, 1 if job.uses("outcome | IN(") else 0)
    workspace.fill(phone=GOOD, bad=BAD)
    workspace.expect(job, 1)
    for captures in ({"phone": GOOD, "bad": BAD, "none": b"not a capture"}, {}):
        workspace.fill(**captures)
        status, said = workspace.run(job)
        expect(status not in (0, 4) and re.search("cannot|is no capture", said), f"{job.name}: status {status}\n{said}")
        # What cannot be read does not hide that phones fail.
        expect(not job.uses("<failure") or ("do not register" in said) == ("bad" in captures), f"{job.name}: {said}")


def check_server(workspace, job):
    workspace.fill(phone=GOOD)
    fast = {"LAB_PHONE": "SEP00AABBCCDD00"}
    expect(TOLERANCE in job.script, f"{job.name} has no {TOLERANCE}")
    patient = copy.copy(job)  # this machine may be busy with other tests
    patient.script = job.script.replace(TOLERANCE, " ".join(PATIENT))
    with serving(GOOD) as server:
        workspace.expect(patient, 0, CALL_MANAGER=server, **fast)
    with serving(GOOD, "--delay", "RegisterAck=500ms") as server:
        workspace.expect(job, 1, CALL_MANAGER=server, **fast)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{closed.getsockname()[1]}"
        status, said = workspace.run(job, CALL_MANAGER=server, **fast)
    expect("refuses the connection" in said or "cannot be reached" in said or (workspace.folder / "run.xml").exists(), said)
    expect(status == 4, f"{job.name}, nobody listens: status {status}\n{said}")
    with serving(GOOD, "--fault", "RegisterAck=silent") as server:
        workspace.expect(job, 4, CALL_MANAGER=server, **fast)
    workspace.fill(phone=b"not a capture")
    workspace.expect(job, 3, CALL_MANAGER="127.0.0.1:9", **fast)


def check_tls(workspace, job):
    passwords = workspace.folder / "passwords"
    passwords.write_text(PASSWORDS + "\n", encoding="utf-8")
    variables = {"PASSWORDS": PASSWORDS, "RUNNER_TEMP": str(workspace.folder), "SIP_PASSWORDS": str(passwords)}
    for capture, status in ((WITH_TLS, 0), (WRONG_PASSWORD, 1)):
        workspace.fill(tls=capture)
        said = workspace.expect(job, status, **variables)
        report = (workspace.folder / "phones.xml").read_text(encoding="utf-8")
        expect("nothing-at-all" not in said + report, f"{job.name} shows a password")
        expect("<testcase" in report, f"{job.name}: no phone in {report}")
        passwords.write_text(PASSWORDS + "\n", encoding="utf-8")
    workspace.fill(tls=b"not a capture")
    status, said = workspace.run(job, **variables)
    expect(status, f"{job.name} passes without a capture:\n{said}")
    workspace.fill(tls=WITH_TLS)
    passwords.write_text(PASSWORDS + "\n", encoding="utf-8")
    (workspace.folder / "captures/tls.keys").write_bytes(b"")
    workspace.expect(job, 1, **variables)
    workspace.fill(tls=WITH_TLS)
    status, said = workspace.run(job, **{**variables, "SIP_PASSWORDS": "/none", "PASSWORDS": "a line without a colon"})
    expect(status == 1 and "is not used" in said, f"{job.name} passes without its passwords: {status}\n{said}")


def in_workspace(check, job):
    with tempfile.TemporaryDirectory(prefix="regflow-test-") as folder:
        check(Workspace(pathlib.Path(folder)), job)


def main():
    if not shutil.which("jq"):
        skip("there is no jq: install it")
    found = list(jobs())
    kinds = {check_server: [], check_tls: [], check_captures: []}
    for job in found:
        if job.name.endswith("after_script"):
            expect(re.fullmatch(r"regreplay inspect --format html .*", job.script), f"{job.name}: {job.script}")
            continue
        kinds[check_server if job.uses("regreplay run") else check_tls if job.uses("tshark") else check_captures].append(job)
    for check, those in kinds.items():
        expect(len(those) >= 2, f"{PAGE.name} has {len(those)} scripts for {check.__name__}, and not two or more")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(in_workspace, check, job) for check, those in kinds.items() for job in those]:
            done.result()
    print(f"{len(found)} scripts")


if __name__ == "__main__":
    try:
        main()
    except (Trouble, yaml.YAMLError) as trouble:
        sys.exit(f"FAULT {trouble}")
