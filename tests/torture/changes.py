# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done to a capture before the plugin and inspect have to agree about it.

KINDS: {name: change (records, dice)} on records of tests/plugin/damage.py, (seconds, nanoseconds, length on the wire, octets):
its own kinds, and what is added here. `link` is changed by another_link(), whole files by FILES: {name: change (octets, dice)}.
dice (random.Random) decides everything.
"""

import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "plugin"))

import damage  # noqa: E402  pylint: disable=wrong-import-position

ETHERNET = 14
IPV4, VLAN, IPV6 = b"\x08\x00", b"\x81\x00", b"\x86\xdd"
UDP, TCP = 17, 6


def with_octets(record, octets):
    seconds, nanoseconds, wire, old = record
    return (seconds, nanoseconds, max(wire - len(old), 0) + len(octets), octets)


def is_ipv4(octets):
    return octets[12:14] == IPV4 and len(octets) >= ETHERNET + 20 and octets[ETHERNET] == 0x45


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def sealed(packet, length):
    """An IPv4 packet of that length, with its checksum."""
    packet = packet[:2] + struct.pack("!H", length) + packet[4:10] + b"\0\0" + packet[12:]
    return packet[:10] + struct.pack("!H", checksum(packet[:20])) + packet[12:]


# --- What a network and a capture point do


def one_direction(records, dice):
    """Of one sender nothing was captured."""
    senders = sorted({octets[6:12] for *_, octets in records})
    away = dice.choice(senders) if senders else b""
    return [record for record in records if record[3][6:12] != away]


def burst_lost(records, dice):
    """Nothing was captured for a while."""
    begin = dice.randrange(len(records) + 1)
    return records[:begin] + records[begin + dice.randrange(1, 30):]


def joined_late(records, dice):
    return records[dice.randrange(len(records) + 1):]


def far_swapped(records, dice):
    """Packets come much later than they were sent, with the time at which they come."""
    records = list(records)
    for _ in range(1 + len(records) // 50):
        if len(records) > 1:
            moved = records.pop(dice.randrange(len(records)))
            place = dice.randrange(len(records) + 1)
            beside = records[min(place, len(records) - 1)]
            records.insert(place, (*beside[:2], *moved[2:]))
    return records


def seen_twice(records, dice):
    """A capture of two ports of one switch: every packet twice, the copies a little later, some with another VLAN."""
    tagged = dice.random() < 0.5
    found = []
    for seconds, nanoseconds, wire, octets in records:
        found.append((seconds, nanoseconds, wire, octets))
        if dice.random() < 0.8:
            copy = octets[:12] + VLAN + b"\0\x6e" + octets[12:] if tagged and octets[12:14] in (IPV4, IPV6) else octets
            found.append(with_octets((seconds, min(nanoseconds + 1000, 999999999), wire, octets), copy))
    return found


def split_segments(records, dice):
    """TCP segments in two pieces, which say the same."""
    found = []
    for record in records:
        octets = record[3]
        head = ETHERNET + 20
        if is_ipv4(octets) and octets[ETHERNET + 9] == TCP and len(octets) > head + 20 and dice.random() < 0.5:
            end = min(ETHERNET + int.from_bytes(octets[ETHERNET + 2:ETHERNET + 4], "big"), len(octets))
            data = head + (octets[head + 12] >> 4) * 4
            if end - data > 1 and head + 20 <= data:
                at = dice.randrange(data + 1, end)
                sequence = int.from_bytes(octets[head + 4:head + 8], "big") + at - data
                second = octets[:head + 4] + struct.pack("!I", sequence & 0xFFFFFFFF) + octets[head + 8:data] + octets[at:end]
                for piece in (octets[:at], second):
                    found.append(with_octets(record, piece[:ETHERNET] + sealed(piece[ETHERNET:], len(piece) - ETHERNET)))
                continue
        found.append(record)
    return found


def fragmented(records, dice):
    """IPv4 packets in fragments, some of them in the wrong order."""
    found = []
    for record in records:
        octets = record[3]
        end = min(ETHERNET + int.from_bytes(octets[ETHERNET + 2:ETHERNET + 4], "big"), len(octets)) if is_ipv4(octets) else 0
        size = end - ETHERNET - 20
        if size <= 8 or octets[ETHERNET + 6] & 0x3F or octets[ETHERNET + 7] or dice.random() > 0.3:
            found.append(record)
            continue
        step = dice.randrange(1, (size + 7) // 8 + 1) * 8
        number = struct.pack("!H", dice.randrange(65536))
        pieces = []
        for at in range(0, size, step):
            piece = octets[ETHERNET + 20 + at:min(ETHERNET + 20 + at + step, end)]
            where = struct.pack("!H", at // 8 | (0x2000 if at + step < size else 0))
            header = octets[ETHERNET:ETHERNET + 4] + number + where + octets[ETHERNET + 8:ETHERNET + 20]
            pieces.append(with_octets(record, octets[:ETHERNET] + sealed(header + piece, 20 + len(piece))))
        if dice.random() < 0.2:
            pieces.reverse()
        found += pieces
    return found


def resent(records, dice):
    """TCP and UDP packets again, a while later."""
    records = list(records)
    for _ in range(1 + len(records) // 20):
        if records:
            index = dice.randrange(len(records))
            place = min(len(records), index + dice.randrange(1, 20))
            beside = records[place - 1]
            records.insert(place, (*beside[:2], *records[index][2:]))
    return records


# --- What happens to nobody who means well


def other_times(records, dice):
    """Clocks that jump, stand and run backwards; not between the fragments of a packet, which Wireshark joins whenever they come and
    regreplay within the time that RFC 791 gives them."""
    found = []
    away = 0
    for seconds, nanoseconds, wire, octets in records:
        is_rest = is_ipv4(octets) and int.from_bytes(octets[ETHERNET + 6:ETHERNET + 8], "big") & 0x1FFF
        if dice.random() < 0.05 and not is_rest:
            away = dice.choice((0, -1, 1, -3600, 3600, 86400 * 400, -2 ** 31, 2 ** 31))
        found.append((min(max(seconds + away, 0), 2 ** 32 - 1), dice.choice((nanoseconds, nanoseconds, 0, 999999999)), wire, octets))
    return found


def other_lengths(records, dice):
    """The lengths of IPv4, UDP and TCP headers are others, or the length on the wire; some packets carry more than they say."""
    found = []
    for record in records:
        octets = bytearray(record[3])
        if is_ipv4(octets) and dice.random() < 0.2:
            length = dice.choice((0, 1, 20, 21, 28, 40, 65535, len(octets) - ETHERNET, dice.randrange(1600)))
            what = dice.randrange(5)
            if what == 0:
                octets[ETHERNET + 2:ETHERNET + 4] = struct.pack("!H", max(length, 0))
            elif what == 1 and octets[ETHERNET + 9] == UDP and len(octets) >= ETHERNET + 28:
                octets[ETHERNET + 24:ETHERNET + 26] = struct.pack("!H", max(length, 0))
            elif what == 2 and octets[ETHERNET + 9] == TCP and len(octets) >= ETHERNET + 40:
                octets[ETHERNET + 32] = dice.randrange(256)
            elif what == 3:
                octets += dice.randbytes(dice.randrange(1, 200))
            elif what == 4:
                octets[ETHERNET] = 0x40 | dice.randrange(16)
            found.append(with_octets(record, bytes(octets)))
            continue
        found.append(record)
    return found


def longer_on_the_wire(records, dice):
    return [(s, n, wire + dice.choice((0, 0, 1, 1000)), octets) for s, n, wire, octets in records]


def shuffled(records, dice):
    records = list(records)
    dice.shuffle(records)
    return records


def others_octets(records, dice):
    """Payloads of packets stand in others."""
    records = list(records)
    for _ in range(1 + len(records) // 10):
        if len(records) > 1:
            one, two = dice.randrange(len(records)), dice.randrange(len(records))
            at = dice.randrange(ETHERNET, ETHERNET + 60)
            octets = records[one][3][:at] + records[two][3][at:]
            records[one] = with_octets(records[one], octets)
    return records


KINDS = {kind.__name__: kind for kind in (
    *damage.KINDS, one_direction, burst_lost, joined_late, far_swapped, seen_twice, split_segments, fragmented, resent,
    other_times, other_lengths, longer_on_the_wire, shuffled, others_octets)}


# --- Another link


def _cooked(octets):
    return b"\0\0\0\1\0\6" + octets[6:12] + b"\0\0" + octets[12:]


def _cooked2(octets):
    return octets[12:14] + b"\0\0\0\0\0\2\0\1\0\6" + octets[6:12] + b"\0\0" + octets[14:]


def _family(octets):
    return 2 if octets[12:14] == IPV4 else 24


# Of Ethernet: {link type: what becomes of the octets}, and whether only IP can be carried there.
LINKS = {
    101: (lambda octets: octets[14:], True),
    113: (_cooked, False),
    276: (_cooked2, False),
    0: (lambda octets: struct.pack("<I", _family(octets)) + octets[14:], True),
    108: (lambda octets: struct.pack(">I", _family(octets)) + octets[14:], True),
}


def another_link(pcap, dice):
    """The same packets as another link carries them; now and then the file's header says the wrong one."""
    link = dice.choice(sorted(LINKS))
    change, ip_only = LINKS[link]
    if dice.random() < 0.1:
        change = bytes
    header = pcap.header[:20] + struct.pack("<I", link)
    records = [with_octets(record, change(record[3])) for record in pcap.records
               if len(record[3]) >= ETHERNET and (not ip_only or record[3][12:14] in (IPV4, IPV6))]
    return damage.Pcap(header, records)


# --- Whole files


def cut_file(octets, dice):
    """It ends somewhere."""
    return octets[:dice.randrange(len(octets) + 1)]


def other_octets(octets, dice):
    """Some octets of the file, its own headers included, are others. Programs need not agree on what that means."""
    changed = bytearray(octets)
    for _ in range(dice.randrange(1, 20)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def long_file(octets, dice):
    """A piece of the file stands in it once more."""
    begin, end = sorted((dice.randrange(len(octets) + 1), dice.randrange(len(octets) + 1)))
    return octets[:end] + octets[begin:]


FILES = {"cut_file": cut_file, "other_octets": other_octets, "long_file": long_file}
