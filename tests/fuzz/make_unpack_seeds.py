#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of fuzz_unpack: one datagram, packed in every way that the library unpacks.

  make_unpack_seeds.py FOLDER
"""

import pathlib
import struct
import sys

ETHERNET, RAW, COOKED, COOKED2, NULL, LOOP = range(6)  # as in fuzz_unpack.c
PHONE, SERVER = bytes([192, 0, 2, 61]), bytes([192, 0, 2, 10])
PHONE6, SERVER6 = bytes.fromhex("20010db8" + "00" * 11 + "61"), bytes.fromhex("20010db8" + "00" * 11 + "10")
MAC = bytes.fromhex("00005e00531000005e005361")
MESSAGE = (b"REGISTER sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.61:5060\r\nFrom: <sip:2001@192.0.2.10>;tag=1\r\n"
           b"To: <sip:2001@192.0.2.10>\r\nCall-ID: 1@192.0.2.61\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n")


def udp(source, destination, payload):
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def ipv4(protocol, payload, offset=0, more=False, number=7):
    flags = offset // 8 | (0x2000 if more else 0)
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number, flags, 64, protocol, 0) + PHONE + SERVER + payload


def ipv6(protocol, payload):
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + PHONE6 + SERVER6 + payload


def ethernet(kind, payload):
    return MAC + struct.pack(">H", kind) + payload


def fragments(payload, size=128):
    return [ipv4(17, payload[at:at + size], at, at + size < len(payload)) for at in range(0, len(payload), size)]


def fragments6(payload, size=128):
    return [ipv6(44, struct.pack(">BBHI", 17, 0, at | (at + size < len(payload)), 9) + payload[at:at + size])
            for at in range(0, len(payload), size)]


def seeds():
    datagram = udp(5070, 5070, MESSAGE)
    packet = ipv4(17, datagram)
    yield "ethernet", [(ETHERNET, ethernet(0x0800, packet))]
    yield "vlans", [(ETHERNET, ethernet(0x88A8, b"\0\1\x81\0\0\2\x08\0" + packet))]
    yield "mpls", [(ETHERNET, ethernet(0x8847, b"\0\1\0\x40\0\2\1\x40" + packet))]
    yield "pppoe", [(ETHERNET, ethernet(0x8864, b"\x11\0\0\1" + struct.pack(">H", 2 + len(packet)) + b"\0\x21" + packet))]
    yield "cooked", [(COOKED, struct.pack(">HHH8sH", 0, 1, 6, MAC[6:], 0x0800) + packet)]
    yield "cooked2", [(COOKED2, struct.pack(">HHIHBB8s", 0x86DD, 0, 1, 1, 0, 6, MAC[6:]) + ipv6(17, datagram))]
    yield "raw", [(RAW, packet), (RAW, ipv6(17, datagram))]
    yield "loopback", [(NULL, b"\2\0\0\0" + packet), (LOOP, b"\0\0\0\2" + packet)]
    yield "fragments", [(RAW, part) for part in reversed(fragments(datagram))]
    yield "fragments6", [(RAW, part) for part in fragments6(datagram)]
    yield "options6", [(RAW, ipv6(0, b"\x3c\0\1\4\0\0\0\0" + b"\x11\0\1\4\0\0\0\0" + datagram))]
    yield "ip_in_ip", [(RAW, ipv4(4, packet)), (RAW, ipv4(41, ipv6(17, datagram)))]
    yield "gre", [(RAW, ipv4(47, b"\xb0\0\x08\0" + bytes(12) + packet))]
    yield "erspan2", [(RAW, ipv4(47, b"\x10\0\x88\xbe" + bytes(12) + ethernet(0x0800, packet)))]
    yield "erspan3", [(RAW, ipv4(47, b"\x10\0\x22\xeb" + bytes(15) + b"\1" + bytes(8) + ethernet(0x0800, packet)))]
    yield "vxlan", [(RAW, ipv4(17, udp(50000, 4789, b"\x08" + bytes(7) + ethernet(0x0800, packet))))]
    # GTP-U: bare, and with a sequence number and one extension header (PDU Session Container)
    yield "gtp", [(RAW, ipv4(17, udp(2152, 2152, b"\x30\xff\0\0\0\0\0\1" + packet)))]
    yield "gtp_extended", [(RAW, ipv4(17, udp(2152, 2152, b"\x36\xff\0\0\0\0\0\1\0\1\0\x85\1\0\1\0" + packet)))]
    yield "geneve", [(RAW, ipv4(17, udp(50000, 6081, b"\1\0\x65\x58" + bytes(8) + ethernet(0x0800, packet))))]
    yield "tunnelled_fragments", [(RAW, ipv4(47, b"\0\0\x08\0" + part)) for part in fragments(datagram)]
    yield "cdp", [(ETHERNET, MAC + b"\0\x14" + bytes.fromhex("aaaa0300000c2000") + b"\2\xb4\0\0\0\1\0\x08SEP1")]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, frames in seeds():
        (folder / name).write_bytes(b"".join(struct.pack("<BBH", link, 1, len(octets)) + octets for link, octets in frames))


if __name__ == "__main__":
    main()
