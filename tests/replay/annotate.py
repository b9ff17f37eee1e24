#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay annotate: the same packets to the last bit, with the tips as comments, and nothing else changed."""

import json
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark

# What Wireshark says of packets in pcapng, and cannot say of those in pcap.
PCAPNG_ONLY = ("frame.section_number", "frame.interface_id", "frame.interface_id_tree")

BLOCK_SECTION, BLOCK_INTERFACE, BLOCK_SIMPLE, BLOCK_PACKET = 0x0A0D0D0A, 1, 3, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
OPTION_COMMENT = 1


def expect(condition, text):
    if not condition:
        raise tshark.Trouble(text)


def annotate(*arguments, status=0):
    done = subprocess.run([tshark.build_folder() / "regreplay", "annotate", *map(str, arguments)], capture_output=True,
                          text=True, check=False, env=dict(os.environ, LC_ALL="C.UTF-8"))
    expect(done.returncode in (status if isinstance(status, tuple) else (status,)),
           f"annotate {arguments}: exit {done.returncode}, expected {status}\n{done.stderr}")
    expect(not any(alarm in done.stderr for alarm in tshark.ALARMS), done.stderr)
    return done


def is_pcap(path):
    return path.read_bytes()[:4] != struct.pack("<I", BLOCK_SECTION)


def check_same(run, capture):
    """Returns the number of packets with comments."""
    capture, output = run.readable(capture), run.work / "annotated.pcapng"
    annotate(capture, "-o", output, status=(0, 3))
    output.chmod(0o644)
    # But for the greatest length that the header announces, which pcapng has of each interface.
    expect(rewritten(run, capture, "nsecpcap")[20:] == rewritten(run, output, "nsecpcap")[20:],
           f"{capture.name}: the packets, their times or their lengths have changed")
    if not is_pcap(capture):
        check_blocks(capture, output)
    old, new = comments(run, capture), comments(run, output)
    expect(len(old) == len(new), f"{capture.name}: {len(old)} packets before and {len(new)} after")
    for number, (before, after) in enumerate(zip(old, new), 1):
        expect(after[:len(before)] == before,
               f"{capture.name}: packet {number} had the comments {before} and has {after}")
    # The others were made or recorded as these were, for the findings.
    if not capture.name.startswith(("near_", "problem_", "recorded_")):
        check_shown(run, capture, output, new)
    return sum(map(bool, new))


def rewritten(run, capture, form):
    """The capture as Wireshark's own library reads it, which tshark and Wireshark do with, in another file format. editcap is
    started in no time; it complains of captures that are cut short."""
    file = run.work / f"rewritten.{form}"
    done = subprocess.run(["editcap", "-F", form, capture, file], capture_output=True, text=True, check=False)
    expect(done.returncode == 0 or "cut short" in done.stderr, f"{capture.name}: {done.stderr}")
    return file.read_bytes()


def comments(run, capture):
    """[[comment]], one list for each packet."""
    return [[value.decode() for code, value in options_of(body) if code == OPTION_COMMENT]
            for kind, body in blocks(rewritten(run, capture, "pcapng"), "<") if kind == BLOCK_PACKET]


def options_of(packet):
    at = 28 + (struct.unpack_from("<I", packet, 20)[0] + 3) // 4 * 4
    while at + 4 <= len(packet) - 4:
        code, length = struct.unpack_from("<HH", packet, at)
        if code == 0:
            break
        yield code, packet[at + 4:at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def check_blocks(capture, output):
    """What is no packet is as it was; only the length of a section need not be true any more."""
    data = capture.read_bytes()
    order = "<" if data[8:12] == struct.pack("<I", BYTE_ORDER_MAGIC) else ">"
    before, after = ([body[:16] + body[24:] if kind == BLOCK_SECTION else body for kind, body in blocks(octets, order) if kind != BLOCK_PACKET]
                     for octets in (data, output.read_bytes()))
    expect(before == after, f"{capture.name}: a block that is no packet has changed")


def check_shown(run, capture, output, new):
    """A tshark without the plugin shows every packet as before, and the comments."""
    with_interfaces = not is_pcap(capture)
    before, _ = shown(run, capture, with_interfaces)
    after, found = shown(run, output, with_interfaces)
    expect(len(before) == len(after), f"{capture.name}: {len(before)} packets before and {len(after)} after")
    for number, (one, other) in enumerate(zip(before, after), 1):
        expect(one == other, f"{capture.name}: packet {number} is shown differently after annotate")
    expect(found == new, f"{capture.name}: tshark shows other comments than the file has")


def shown(run, capture, with_interfaces):
    """What tshark shows of every packet, and the comments, both as lists."""
    text, _ = run.run([*run.prefix, "-n", "--disable-protocol", "regflow", "-r", str(capture), "-T", "json",
                       "--no-duplicate-keys"], statuses=(0, 2))
    packets, found = json.loads(text) if text.strip() else [], []
    for packet in packets:
        layers = packet["_source"]["layers"]
        said = layers.pop("pkt_comment", {}).get("frame.comment", [])
        found.append(said if isinstance(said, list) else [said])
        if not with_interfaces:
            for key in PCAPNG_ONLY:
                layers["frame"].pop(key, None)
    return packets, found


# --- pcapng by hand: both octet orders, and what only few programs write

def block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def packet_block(order, data, options=b""):
    return block(order, BLOCK_PACKET, struct.pack(order + "IIIII", 0, 0x0005F3A1, 12345, len(data), len(data)) + data +
                 bytes(-len(data) % 4) + options)


def section(order):
    return block(order, BLOCK_SECTION, struct.pack(order + "IHHq", BYTE_ORDER_MAGIC, 1, 0, 4711) +
                 option(order, 3, b"a system of our own"))


def syn(identification=1):
    """A SYN to an SCCP server, so that there is something to say about the packet; with another identification it is sent
    again, with the same one it is the capture point's copy."""
    ip = bytes.fromhex("45000028") + struct.pack("!H", identification) + bytes.fromhex("000040060000c0000261c000020a")
    tcp = struct.pack("!HHIIBBHHH", 49152, 2000, 1, 0, 0x50, 0x02, 1024, 0, 0)
    return bytes(12) + b"\x08\x00" + ip + tcp


def interface(order):
    return block(order, BLOCK_INTERFACE, struct.pack(order + "HHI", 1, 0, 262144) + option(order, 2, b"eth9") +
                 option(order, 9, b"\x09") + option(order, 0x8BAD, b"of nobody") + option(order, 0, b""))


def blocks(data, order):
    at, found = 0, []
    while at < len(data):
        kind, length = struct.unpack_from(order + "II", data, at)
        found.append((kind, data[at:at + length]))
        at += length
    return found


def check_rare_forms(folder, order):
    end = option(order, 0, b"")
    options = option(order, 1, b"an old comment") + option(order, 2, struct.pack(order + "I", 1)) + end
    parts = [section(order), interface(order), block(order, 0x0BAD, b"a block that nobody knows"),
             packet_block(order, syn(), options), packet_block(order, syn(2)), packet_block(order, b"\xff" * 61),
             packet_block(order, syn(), struct.pack(order + "HH", 1, 60000)),  # options that end beyond the block
             block(order, BLOCK_SIMPLE, struct.pack(order + "I", len(syn())) + syn()),
             block(order, 5, struct.pack(order + "III", 0, 1, 2))]
    capture, output = folder / "rare.pcapng", folder / "rare.out.pcapng"
    capture.write_bytes(b"".join(parts))
    done = annotate(capture, "-o", output, status=3)  # a SYN shows no phone
    expect("cannot hold a comment" in done.stderr, f"nothing is said of packets without comments: {done.stderr}")
    copied = blocks(output.read_bytes(), order)
    expect(len(copied) == len(parts), f"{len(parts)} blocks before and {len(copied)} after")
    expect(copied[0][1][16:24] == b"\xff" * 8 and copied[0][1][24:] == parts[0][24:], "the section has changed")
    for place in (1, 2, 5, 6, 7, 8):
        expect(copied[place][1] == parts[place], f"block {place} has changed")
    old = parts[3][:-4 - len(end)]
    expect(copied[3][1][8:len(old)] == old[8:], "the packet, its comment or its flags have changed")
    expect(b"opens a TCP connection" in copied[3][1] and copied[3][1].endswith(end + copied[3][1][4:8]),
           "the tip does not follow the options that were there")
    expect(b"repeats its SYN" in copied[4][1], "a packet without options has no comment")


def check_bad_input(folder):
    good, output = tshark.OWN / "sccp_phone_register.pcapng", folder / "out.pcapng"
    annotate(good, status=2)
    annotate(good, "-o", output, "--language", "xx", status=2)
    expect(not output.exists(), "a language that there is not")
    annotate(good, good, "-o", output, status=2)
    expect(not output.exists(), "a folder for copies that would be written twice")
    annotate(folder / "missing.pcapng", "-o", output, status=3)
    annotate(good, "-o", folder / "no" / "folder.pcapng", status=2)
    for name, data in {"empty": b"", "text": b"not a capture at all", "gzip": b"\x1f\x8b\x08\x00rest"}.items():
        (folder / name).write_bytes(data)
        annotate(folder / name, "-o", output, status=3)
    expect(not output.exists() and not (folder / "out.pcapng.part").exists(), "something is left of what failed")
    whole = good.read_bytes()
    for size in range(0, len(whole), 997):
        (folder / "cut.pcapng").write_bytes(whole[:size])
        annotate(folder / "cut.pcapng", "-o", output, status=(0, 3))
    (folder / "cut.pcapng").write_bytes(whole[:-10])
    done = annotate(folder / "cut.pcapng", "-o", output, status=3)
    expect(output.exists() and done.stderr.count("\n") == 1, f"a cut capture: {done.stderr}")
    shape = bytearray(whole)
    for at in range(28, len(whole), 211):  # lengths and types that lie
        shape[at] ^= 0xFF
        (folder / "bent.pcapng").write_bytes(shape)
        annotate(folder / "bent.pcapng", "-o", output, status=(0, 3))
        shape[at] ^= 0xFF


def check_several(folder):
    """Copies are called as their captures, in a folder; names and addresses are the same ones in all of them."""
    one, other = tshark.OWN / "sccp_phone_register.pcapng", folder / "SEP00005E005361-moved.pcap"
    subprocess.run(["editcap", "-F", "pcap", one, other], check=True, capture_output=True)
    out, rows, broken = folder / "copies", folder / "names.tsv", folder / "broken.pcapng"
    done = annotate(one, other, "-o", out)
    expect(sorted(path.name for path in out.iterdir()) == ["SEP00005E005361-moved.pcapng", "sccp_phone_register.pcapng"], "copies are called otherwise")
    expect(done.stdout.count("\n") == 2, done.stdout)
    broken.write_bytes(b"nothing")
    anonymous = folder / "anonymous"
    done = annotate("--anonymise", one, broken, folder / "missing.pcapng", other, "-o", anonymous, "--map", rows, status=3)
    expect(done.stderr.count("\n") == 2 and done.stdout.count("\n") == 2, done.stderr)
    names = dict(row.split("\t")[1:] for row in rows.read_text().splitlines())
    mac = names["00:00:5e:00:53:61"].replace(":", "").upper()
    first, second = (anonymous / name for name in ("sccp_phone_register.pcapng", f"SEP{mac}-moved.pcapng"))
    for copy in (first, second):
        expect(f"SEP{mac}".encode() in copy.read_bytes() and b"SEP00005E005361" not in copy.read_bytes(), f"{copy.name}: another name")
    expect(rows.stat().st_mode & 0o777 == 0o600, "others may read the map")
    again = annotate("--anonymise", one, "-o", anonymous)  # into a folder that is there
    expect("sccp_phone_register.pcapng: " in again.stdout, again.stdout)
    (folder / "file").write_bytes(b"")
    for bad in ([one, other, "-o", folder / "file"], [one, other, "-o", "-"], [one, other, "-o", folder / "no" / "folder"],
                ["--anonymise", one, other, "-o", out, "--map", out / "sccp_phone_register.pcapng"], [one, "-o", one.parent]):
        done = annotate(*bad, status=2)
        expect(done.stderr.count("\n") == 1, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for order in "<>":
            check_rare_forms(Path(folder), order)
        check_bad_input(Path(folder))
        check_several(Path(folder))
    with tshark.Tshark() as run:
        commented = [check_same(run, capture) for capture in tshark.captures()]
    expect(sum(commented) > 1000, "hardly anything is commented")
    print(f"{len(commented)} captures annotated, {sum(commented)} packets with comments")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"annotate: {trouble}")
