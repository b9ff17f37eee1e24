#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay annotate --anonymise: of every capture a copy in which no name, number, MAC or address of the original is
found in any encoding, of which inspect says the same, and which Wireshark reads as before. So of captures that are made on
the spot (strangers.py), of which it is known what names are in them.

  anonymise.py [CAPTURE…]    only these
  anonymise.py --seeds A-B   only made ones, of these seeds
"""

import base64
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import strangers
import tshark

WORD = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
IPV4 = re.compile(r"(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z])")
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.I)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
TELLING = 4  # a shorter word is no proof

BLOCK_INTERFACE, BLOCK_OLD, BLOCK_SIMPLE, BLOCK_PACKET = 1, 2, 3, 6


def run(*arguments, statuses=(0,)):
    done = subprocess.run(list(map(str, arguments)), capture_output=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"))
    stderr = done.stderr.decode(errors="replace")
    if done.returncode not in statuses or any(alarm in stderr for alarm in tshark.ALARMS):
        raise tshark.Trouble(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{stderr[-2000:]}")
    return done.stdout


def packets_of(path):
    """The octets of every packet in a pcapng file in our own octet order."""
    data, at, found = path.read_bytes(), 0, []
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    while at + 8 <= len(data):
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12:
            break
        if kind in (BLOCK_PACKET, BLOCK_OLD):
            size = struct.unpack_from(order + "I", data, at + 20)[0]
            found.append(data[at + 28:at + 28 + size])
        elif kind == BLOCK_SIMPLE:
            found.append(data[at + 12:at + length - 4])
        at += length
    return found


class Map:
    def __init__(self, text):
        self.words, self.addresses, self.macs = {}, {}, {}
        for row in text.split("\n")[:-1]:
            kind, original, replacement = row.split("\t")
            {"word": self.words, "number": self.words, "mac": self.macs}.get(kind, self.addresses)[original] = replacement

    def apply(self, text):
        """The addresses in a text of the original."""
        text = IPV4.sub(lambda found: self.addresses.get(found[0], found[0]), text)
        for original, replacement in self.addresses.items():
            if ":" in original:
                text = re.sub(rf"(?<![0-9a-fA-F:]){re.escape(original)}(?!:?[0-9a-fA-F])", replacement, text)
        return MAC.sub(lambda found: self.macs.get(found[0].lower(), found[0]), text)

    def mac_word(self, word):
        """A word with the twelve digits of a MAC address in it, or ten of a second port's name."""
        for original, replacement in self.macs.items():
            one, other = original.replace(":", ""), replacement.replace(":", "")
            for cut in (0, 2):
                at = word.lower().find(one[cut:])
                if at >= 0:
                    return word[:at] + other[cut:] + word[at + 12 - cut:]
        return word


def same_report(name, before, after, names):
    """Nothing differs but names; what was replaced as a secret differs in the same way everywhere."""
    secrets = {}
    before, after = names.apply(before.decode()).split("\n"), after.decode().split("\n")
    if len(before) != len(after):
        raise tshark.Trouble(f"{name}: inspect writes {len(before)} lines of the original, {len(after)} of the copy")
    for one, other in zip(before, after):
        if one == other:
            continue
        left, right = (WORD.split(line.encode()) for line in (one, other))
        words = zip(WORD.findall(one.encode()), WORD.findall(other.encode()))
        if left != right:
            raise tshark.Trouble(f"{name}: inspect differs\n  {one}\n  {other}")
        for word, now in words:
            word, now = word.decode(), now.decode()
            if word == now or names.words.get(word.lower()) == now.lower() or names.mac_word(word).lower() == now.lower():
                continue
            if '"message":"KeypadButton"' in one and now == "1":
                continue  # all keys of digits are the same one
            if len(word) != len(now) or secrets.setdefault(word, now) != now or (word.isdigit() and len(word) < 6):
                raise tshark.Trouble(f"{name}: inspect differs in {word!r} and {now!r}\n  {one}\n  {other}")


def encodings(packets):
    """Everything that can be read in the packets, as texts without case."""
    plain = b"\n".join(packets)
    yield "ASCII", plain
    yield "UTF-16LE", re.sub(rb"(?s)([\x20-\x7e])\0", rb"\1", plain)
    yield "UTF-16BE", re.sub(rb"(?s)\0([\x20-\x7e])", rb"\1", plain)
    yield "percent", re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), plain)
    yield "base64", b"\n".join(base64.b64decode(found[0] + b"==="[:-len(found[0].rstrip(b"=")) % 4])
                               for found in BASE64.finditer(plain.replace(b"=", b"")) if len(found[0]) % 4 != 1)


def without_leak(name, packets, names, more, vocabulary):
    texts = [(kind, text.lower(), set(WORD.findall(text.lower()))) for kind, text in encodings(packets)]
    plain = b"\n".join(packets)
    wanted = {word for word in list(names.words) + more if len(word) >= TELLING}
    wanted -= {word for word in wanted if word in names.words.values()}  # somebody else's now
    wanted -= vocabulary  # gone where it is a person's
    for word in wanted:
        octets = word.encode()
        for kind, _, words in texts:
            if octets in words:
                raise tshark.Trouble(f"{name}: {word!r} stands in the copy ({kind})")
        if len(word) >= 6 and octets.hex().encode() in texts[0][1]:
            raise tshark.Trouble(f"{name}: {word!r} stands in the copy in hexadecimal")
    for mac in names.macs:
        digits = mac.replace(":", "")
        forms = [digits, mac, mac.replace(":", "-"), ".".join(re.findall("....", digits)), digits[:8] + "-" + digits[8:]]
        if any(bytes.fromhex(digits) in packet for packet in packets) or any(form.encode() in texts[0][1] for form in forms):
            raise tshark.Trouble(f"{name}: the MAC address {mac} stands in the copy")
    for address, now in names.addresses.items():
        if address == now or ":" in address:
            continue
        octets = bytes(map(int, address.split(".")))
        if octets.isalnum():  # a text may look so
            continue
        if any(octets in packet or octets[::-1] in packet for packet in packets) or re.search(rb"(?<![\d.])" + re.escape(address.encode()) + rb"(?!\d)", plain):
            raise tshark.Trouble(f"{name}: the address {address} stands in the copy")


# What must not change, frame by frame; then what may not become worse.
SAME = ("frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.encap_type", "ip.checksum.status",
        "tcp.checksum.status", "udp.checksum.status", "icmp.checksum.status", "icmpv6.checksum.status",
        "cdp.checksum.status", "tcp.seq_raw", "tcp.ack_raw", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport")
WORSE = ("_ws.malformed", "_ws.expert.severity")
# Names that Wireshark finds: an opinion that is not ours.
NAMES = ("skinny.DeviceName", "skinny.ServerName", "skinny.userName", "skinny.lineDirNumber", "skinny.lineTextLabel",
         "skinny.lineFullyQualifiedDisplayName", "skinny.speedDialDirNumber", "skinny.speedDialDisplayName", "sip.from.user", "sip.to.user", "sip.contact.user",
         "sip.auth.username", "dns.qry.name", "dhcp.option.hostname", "dhcp.option.domain_name", "cdp.deviceid", "lldp.tlv.system.name",
         "tls.handshake.extensions_server_name", "x509sat.uTF8String", "x509sat.printableString", "x509ce.dNSName")


def frames_of(wireshark, path):
    fields = [part for field in SAME + WORSE + NAMES for part in ("-e", field)]
    text, _ = wireshark.run([*wireshark.prefix, "-n", "--disable-protocol", "regflow", "-r", str(path), "-o",
                             "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T",
                             "fields", "-E", "separator=\x1f", *fields], statuses=(0, 2))
    return [line.split("\x1f") for line in text.split("\n")[:-1]]


def same_frames(name, before, after, vocabulary):
    """Returns the words by which Wireshark calls somebody."""
    found = set()
    if len(before) != len(after):
        raise tshark.Trouble(f"{name}: {len(before)} frames, and {len(after)} in the copy")
    for one, other in zip(before, after):
        for field, old, new in zip(SAME, one, other):
            if old != new:
                raise tshark.Trouble(f"{name}: frame {one[0]}: {field} was {old}, and is {new}")
        if len(other) > len(SAME) and not one[len(SAME)] and other[len(SAME)]:
            raise tshark.Trouble(f"{name}: frame {one[0]} is malformed now")
        severity = [max(map(int, row[len(SAME) + 1].split(",")), default=0) if row[len(SAME) + 1] else 0
                    for row in (one, other)]
        if severity[1] > severity[0] and severity[1] >= 0x800000:
            raise tshark.Trouble(f"{name}: frame {one[0]} has an error now")
        for value in one[len(SAME) + len(WORSE):]:
            found.update(word for word in re.findall(r"[0-9a-z]{4,}", value.lower())
                         if word not in vocabulary and not re.fullmatch(r"(?:sep|ata)?[0-9a-f]{12}", word))
    return found


def vocabulary_of():
    """Words that nobody is told by where something is called so, and of names where everybody uses them."""
    sources = [(tshark.TOP / "registration" / "anonymise" / f"{name}.c").read_text(encoding="utf-8")
               for name in ("vocabulary", "field_words")]
    return {word for source in sources for text in re.findall(r'"([a-z0-9 ]+)"', source) for word in text.split()}


def check_report(capture, folder):
    """The copy and its map, or None when nothing of the capture can be read."""
    program = tshark.build_folder() / "regreplay"
    copy, rows = folder / f"{capture.stem}.copy.pcapng", folder / f"{capture.stem}.map"
    run(program, "annotate", "--anonymise", capture, "-o", copy, "--map", rows, statuses=(0, 3))
    if not copy.exists():
        return None
    if rows.stat().st_mode & 0o777 != 0o600:
        raise tshark.Trouble(f"{capture.name}: others may read the map")
    names = Map(rows.read_text(encoding="utf-8"))
    before, after = (run(program, "inspect", "--format", "ndjson", path, statuses=(0, 1, 3)) for path in (capture, copy))
    same_report(capture.name, before, after.replace(str(copy).encode(), str(capture).encode()), names)
    return copy, names


def check_strangers(capture, copy, names):
    packets = packets_of(copy)
    found = strangers.leaks(packets, names, encodings)
    whole = b"\n".join(packets)
    found += [f"{text!r} is gone" for text in sorted(names.structure) if text.encode() not in whole]
    if found:
        raise tshark.Trouble("\n".join(f"{capture.name}: {one}" for one in found))


def main():
    seeds = range(1, 4) if len(sys.argv) == 1 else ()
    if sys.argv[1:2] == ["--seeds"]:
        first, last = map(int, sys.argv[2].split("-"))
        captures, seeds = [], range(first, last + 1)
    else:
        captures = [Path(name) for name in sys.argv[1:]] or tshark.captures()
    vocabulary, wrong, n, strange = vocabulary_of(), [], 0, {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool, tshark.Tshark() as wireshark:
        Path(folder).chmod(0o755)
        for seed in seeds:
            for name, capture, names in strangers.make(seed):
                path = Path(folder) / f"{name}.pcapng"
                path.write_bytes(capture.pcapng())
                strange[path] = names
        captures += strange
        for capture, done in [(capture, pool.submit(check_report, capture, Path(folder))) for capture in captures]:
            try:
                if not done.result():
                    if capture in strange:
                        raise tshark.Trouble(f"{capture.name}: nothing of it can be read")
                    continue
                copy, names = done.result()
                copy.chmod(0o644)
                more = same_frames(capture.name, frames_of(wireshark, wireshark.readable(capture)),
                                   frames_of(wireshark, copy), vocabulary)
                without_leak(capture.name, packets_of(copy), names, sorted(more), vocabulary)
                if capture in strange:
                    check_strangers(capture, copy, strange[capture])
                copy.unlink()
                n += 1
            except tshark.Trouble as trouble:
                wrong.append(str(trouble))
    for text in wrong:
        print(text)
    print(f"{n} captures anonymised, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
