#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark -z regflow,FORMAT writes what regreplay inspect --format FORMAT writes, to standard output and to files, for captures with
phones and without; filters leave out; what cannot be written ends tshark before it reads."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from tshark import OWN, Trouble, Tshark, build_folder, skip  # noqa: E402  pylint: disable=wrong-import-position

FORMATS = {"report": "text", "json": "json", "ndjson": "ndjson", "junit": "junit", "html": "html", "ladder": "ladder", "svg": "svg"}
CAPTURES = ("sccp_reject_loop", "sip_auth_cases", "markup_everywhere")
EMPTY = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")


def without_name(text, name):
    """The report without the name of the capture, which tshark does not tell."""
    text = re.sub(r"[^\"'>]* holds no registration", "it holds no registration", text)
    text = re.sub(rf'<title>{re.escape(name)}: ', "<title>", text)
    text = re.sub(r'"captures":\[\{("n":"[^"]*")?(,?"x":"[^"]*")?\}\]', '"captures":[{}]', text)
    text = re.sub(r'^\{"type":"capture".*\n', "", text)
    text = re.sub(r'"(capture|error)":("[^"]*"|null)', r'"\1":null', text)
    return re.sub(r'(<testsuite name|classname)="[^"]*"', r'\1=""', text)


def inspect(form, capture, language):
    done = subprocess.run([build_folder() / "regreplay", "inspect", "--language", language, "--format", form, capture], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8", "TZ": "UTC"})
    return done.stdout.decode()


def expect(truth, what):
    if not truth:
        raise Trouble(what)


def check_capture(tshark, capture, language):
    for command, form in FORMATS.items():
        file = tshark.work / f"{capture.stem}.{form}"
        argv = (tshark.readable(capture), "-q", "-o", f"regflow.language:{language}", "-z")
        shown = tshark.read(*argv, f"regflow,{command}")
        tshark.read(*argv, f"regflow,{command},{file}")
        expect(file.read_text(encoding="utf-8") == shown, f"{capture.name}: regflow,{command} writes another thing to a file")
        want, got = (without_name(text, capture.name) for text in (inspect(form, tshark.readable(capture), language), shown))
        if command == "json":
            json.loads(shown)
        expect(want == got, f"{capture.name}: regflow,{command} in {language} differs from regreplay inspect --format {form}:\n{got[:2000]}\n---\n{want[:2000]}")


def check_filters(tshark):
    capture = tshark.readable(OWN / "sccp_reject_loop.pcapng")
    rows = tshark.read(capture, "-q", "-z", "regflow,ndjson,,frame.number in {1,2,3}")
    frames = {json.loads(line).get("frame") for line in rows.splitlines() if '"type":"event"' in line}
    expect(frames == {1, 2, 3}, f"a filter with commas lets through {frames}")
    for argument, words in (("regflow,html,-,nosuchfield", "nosuchfield"), (f"regflow,json,{tshark.work}/no/such/folder", "cannot be written")):
        _, errors = tshark.run(tshark.argv(capture, "-q", "-z", argument), statuses=(1,))
        expect(words in errors, f"-z {argument} says: {errors}")


def check_outputs(tshark):
    """No report replaces what is read, and none that is not whole passes for one."""
    capture = tshark.work / "read.pcapng"
    shutil.copy(OWN / "sccp_reject_loop.pcapng", capture)
    whole, link, kept = capture.read_bytes(), tshark.work / "link.pcapng", tshark.work / "kept.html"
    link.symlink_to(capture.name)
    kept.write_text("as before")
    for output, status, words in ((capture, 1, "would be lost"), (link, 1, "would be lost"), ("/dev/full", 2, "No space left")):
        _, errors = tshark.run(tshark.argv(capture, "-q", "-z", f"regflow,html,{output}"), statuses=(status,))
        expect(words in errors, f"-z regflow,html,{output} says: {errors}")
        expect(capture.read_bytes() == whole, f"-z regflow,html,{output} has destroyed the capture")
    for words in (["-w", tshark.work / "copy"], ["-z", f"regflow,json,{tshark.work / 'copy'}"]):
        (tshark.work / "copy").unlink(missing_ok=True)
        _, errors = tshark.run(tshark.argv(capture, *words, "-q", "-z", f"regflow,html,{tshark.work / 'copy'}"), statuses=(2,), anew=True)
        expect("meanwhile" in errors, f"with {words[0]} it says: {errors}")
    for preference, octets in (("regflow.password_file", "1001:not-a-secret\n"), ("tls.keylog_file", "CLIENT_RANDOM 00 00\n")):
        kept.write_text(octets)
        words = ["-o", f"{preference}:{kept}", "-q", "-z", f"regflow,html,{kept}"]
        _, errors = tshark.run(tshark.argv(tshark.readable(OWN / "sip_kamailio_tls.pcapng"), *words), statuses=(1, 2), anew=True)
        expect("would be lost" in errors and kept.read_text() == octets, f"-o {preference} is lost: {errors}")
    kept.write_text("as before")
    capture.chmod(0o600)
    tshark.run([word for word in tshark.argv(capture, "-q", "-z", f"regflow,html,{tshark.work / 'secret'}") if word], anew=True)
    mode = (tshark.work / "secret").stat().st_mode & 0o777
    expect(mode == 0o600, f"the report of a secret is {mode:o}")
    limited = ["prlimit", "--fsize=100", "env", "--ignore-signal=XFSZ", *map(str, tshark.argv(capture, "-q", "-z", f"regflow,html,{kept}"))]
    _, errors = tshark.run(limited, statuses=(2,))
    expect("File too large" in errors and kept.read_text() == "as before", f"a full disk has taken the old report: {errors}")


def main():
    if not (build_folder() / "regreplay").exists():
        skip(f"there is no regreplay in {build_folder()}")
    with Tshark() as tshark:
        empty = tshark.work / "empty.pcap"
        empty.write_bytes(EMPTY)
        for capture in (*(OWN / f"{name}.pcapng" for name in CAPTURES), empty):
            check_capture(tshark, capture, "en")
        check_capture(tshark, OWN / "sccp_reject_loop.pcapng", "de")
        check_filters(tshark)
        check_outputs(tshark)
    print(f"{len(FORMATS)} formats, {len(CAPTURES) + 1} captures")


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(str(trouble))
