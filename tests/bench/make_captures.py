#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the benchmark's two captures into OUT_DIR:

  registrations.pcap   nothing but phones that register: thousands of them on a busy morning, interleaved
  mixed.pcap           5 % of such frames among RTP (four fifths of the rest) and TLS records over TCP

Of eight phones six speak SCCP (one of them boots first: DHCP and TFTP), one is a Cisco phone that boots and then speaks SIP over TCP,
one a third-party phone with SIP over UDP; both SIP phones are challenged and answer with a digest. Of the frames
62 % carry SCCP, 7 % SIP, 5 % TFTP, 2 % DHCP; the rest are TCP segments without data.

A registration is built once per kind of phone, with the modules of captures/, as templates. Each phone then only patches its
addresses, port, name, numbers and digest into copies of them, and corrects the checksums by the difference: the
Internet checksum is a sum, so a field adds its own 16-bit words wherever it stands. Every value has one length for all phones.
RTP carries UDP checksum 0, which means "not computed" in IPv4. No randomness, no current time: the same bytes each time.
"""

import argparse
import hashlib
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "captures"))

from craft import (BUTTON_BLF, BUTTON_SERVICE_URL, BUTTON_SPEED_DIAL, Capture, DSCP_EF, Host, Phone, Sccp,  # noqa: E402
                   ETHERTYPE_IPV4, PROTOCOL_TCP, PROTOCOL_UDP, TcpFlow, ethernet, ip_bytes, ipv4, mac_bytes, ms, pcap_header,
                   tcp, utc)
from craft import SECOND, UdpFlow  # noqa: E402
from boot_dialogue import PHONE, SERVER, Boot, configuration  # noqa: E402
from sccp_dialogue import Talk, keep_alive, register  # noqa: E402
from sip_dialogue import CISCO_SUPPORTED, CUCM, REALM, Line, SipTalk, answer, challenge, message_summary  # noqa: E402

START = utc("2026-03-02T07:30:00")
SERVER_IP, SERVER_MAC = "10.1.0.10", "02:00:5e:00:00:0a"
KEEP_ALIVES = 8
REFRESHES = 3

# What stands in a template where a phone's own value goes; the values must not occur otherwise.
MARK_MAC = "02:5a:a6:5b:a7:5c"
MARK_IP = "10.222.173.219"
MARK_PORT = 0xD6A7
MARK_XID = 0xC3A5D21E
MARK_LINES = ("7391846", "7391857")
MARK_NONCE, MARK_RESPONSE = "mark-nonce-mark-nonce-mark-nonce", "mark-response-mark-response-mark"
MARKS = {"mac": mac_bytes(MARK_MAC), "ip": ip_bytes(MARK_IP), "ip_le": ip_bytes(MARK_IP)[::-1], "ip_text": MARK_IP.encode(),
         "port": struct.pack("!H", MARK_PORT), "port_text": str(MARK_PORT).encode(), "xid": struct.pack("!I", MARK_XID),
         "hex": MARK_MAC.replace(":", "").upper().encode(), "hex_small": MARK_MAC.replace(":", "").encode(),
         "line1": MARK_LINES[0].encode(), "line2": MARK_LINES[1].encode(), "nonce": MARK_NONCE.encode(),
         "response": MARK_RESPONSE.encode()}


def word_sum(value, odd):
    """What `value` adds to a checksum when it begins on an even or an odd octet."""
    padded = (b"\0" if odd else b"") + value
    padded += b"\0" * (len(padded) % 2)
    return sum(struct.unpack(f"!{len(padded) // 2}H", padded))


def fold(total):
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Template:
    """One frame of a phone's registration, over TCP or UDP, and where the phone's own values go."""

    IP_CHECK = 24

    def __init__(self, offset_us, frame):
        self.offset_us = offset_us
        frame = bytearray(frame)
        protocol = frame[23]
        self.is_udp = protocol == PROTOCOL_UDP
        self.check = 40 if self.is_udp else 50
        self.patches = []
        for field, mark in MARKS.items():
            at = frame.find(mark)
            while at >= 0:
                self.patches.append((field, at, at + len(mark)))
                frame[at:at + len(mark)] = bytes(len(mark))
                at = frame.find(mark)
        frame[self.IP_CHECK:self.IP_CHECK + 2] = frame[self.check:self.check + 2] = b"\0\0"
        self.frame = bytes(frame)
        end = 14 + struct.unpack_from("!H", frame, 16)[0]
        self.ip_base = word_sum(frame[14:34], False)
        self.ip_terms = [(field, at % 2) for field, at, _ in self.patches if 26 <= at < 34]
        # The pseudo header: addresses, protocol and length.
        self.base = word_sum(frame[26:34], False) + protocol + (end - 34) + word_sum(frame[34:end], False)
        self.terms = [(field, at % 2) for field, at, _ in self.patches if at >= 26]

    def render(self, own, sums):
        frame = bytearray(self.frame)
        for field, begin, end in self.patches:
            frame[begin:end] = own[field]
        struct.pack_into("!H", frame, self.IP_CHECK, fold(self.ip_base + sum(sums[term] for term in self.ip_terms)))
        check = fold(self.base + sum(sums[term] for term in self.terms))
        struct.pack_into("!H", frame, self.check, 0xFFFF if self.is_udp and check == 0 else check)
        return frame


class Model:
    """One phone of a kind, with marks where its own values will stand, in a capture of its own."""

    def __init__(self, device_type=0, load="", keys=(), model="7961G"):
        self.capture = Capture()
        self.host = Host(MARK_IP, MARK_MAC, window=8192)
        self.server = Host(SERVER_IP, SERVER_MAC, window=14600)
        self.phone = Phone("SEP" + MARK_MAC.replace(":", "").upper(), MARK_IP, MARK_MAC, device_type, load,
                           lines=((MARK_LINES[0], "Busy Phone"), (MARK_LINES[1], "Shared Line")), keys=keys)
        self.model = model
        self.now = START

    def boot(self, protocol, load):
        """DHCP, trust lists that are not there, and the configuration by TFTP."""
        hosts = {"gateway": Host("10.1.0.1", "02:00:5e:00:00:01"), "tftp": Host("10.1.0.5", "02:00:5e:00:00:05")}
        boot = Boot(self.capture, self.host, self.phone, self.now, self.model, xid=MARK_XID, **hosts)
        boot.lease()
        boot.trust_files()
        boot.fetch(f"{self.phone.name}.cnf.xml", configuration(protocol, (SERVER_IP,), load, self.phone.lines))
        self.now = boot.now + ms(100)

    def tcp_flow(self, dport):
        return TcpFlow(self.capture, self.host, self.server, MARK_PORT, dport)

    def templates(self):
        return [Template((time_ns - START) // 1000, frame) for time_ns, frame in self.capture.frames]


def sccp_phone(version, device_type, load, keys, boots=False):
    one = Model(device_type, load, keys)
    if boots:
        one.boot("SCCP", load)
    talk = Talk(one.tcp_flow(2000), Sccp(version), one.phone, one.now)
    register(talk)
    for _ in range(KEEP_ALIVES):
        keep_alive(talk)
    return one.templates()


class MarkedLine(Line):
    """A Line whose Call-ID and branches hold the phone's own MAC, and whose digest is a mark."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.call_id = f"{MARKS['hex_small'].decode()}-{self.tag[-8:]}@{MARK_IP}"

    def via(self, method, cseq=None):
        return (f"Via: SIP/2.0/{self.transport} {self.at};branch=z9hG4bK{MARKS['hex_small'].decode()}"
                f"{self.cseq if cseq is None else cseq}{method.lower()}")

    def authorization(self, *_arguments, **_options):
        return (f'Authorization: Digest username="u{self.number}",realm="{REALM}",nonce="{MARK_NONCE}",uri="{self.uri}",'
                f'algorithm=MD5,response="{MARK_RESPONSE}"')


def sip_phone(cisco):
    one = Model(model="7821")
    if cisco:
        one.boot("SIP", "sip78xx.12-1-1-12")
        line = MarkedLine(MARK_LINES[0], MARK_IP, SERVER_IP, "TCP", MARK_PORT, MARK_MAC, one.phone.name, 621, "Cisco-CP7821/12.1.1")
        talk = SipTalk(one.tcp_flow(5060), one.now)
        talk.connect()
    else:
        line = MarkedLine(MARK_LINES[0], MARK_IP, SERVER_IP, "UDP", MARK_PORT)
        talk = SipTalk(UdpFlow(one.capture, one.host, one.server, MARK_PORT, 5060), one.now)
    extra = (CISCO_SUPPORTED,) if cisco else ()
    reason = (f'Reason: SIP;cause=200;text="cisco-alarm:25 Name={one.phone.name} ActiveLoad=sip78xx.12-1-1-12.loads '
              'Last=initialized"' if cisco else "")

    def ask(*headers, after=None):
        request = line.register(*headers, *extra)
        talk.say(PHONE, request, after=after)
        talk.ack(SERVER)
        talk.say(SERVER, answer(request, 100, "Trying", [CUCM]))
        return request

    request = ask(reason)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [CUCM, challenge(MARK_NONCE)], tag="challenge"))
    for number in range(1 + REFRESHES):
        request = ask(line.authorization(), "" if number else reason, after=115 * SECOND if number else None)
        talk.say(SERVER, line.granted(request, talk.now, new=number == 0))
        talk.ack(PHONE, after=ms(150))
        if number == 0:
            notify = message_summary(line)
            talk.say(SERVER, notify)
            talk.say(PHONE, answer(notify, 200, "OK", tag="phone"))
    return one.templates()


KEYS = ((1, BUTTON_SPEED_DIAL), (2, BUTTON_SPEED_DIAL), (1, BUTTON_BLF), (1, BUTTON_SERVICE_URL))
PROTOCOL_17 = (17, 30018, "SCCP41.8-5-3S", KEYS)
PROTOCOL_11 = (11, 7, "P00308010200", KEYS[:2])
PROTOCOL_20 = (20, 434, "SCCP42.9-4-2SR3", KEYS[1:3])


def all_models():
    """The templates of eight phones, one after the other."""
    old, middle, new = (sccp_phone(*kind) for kind in (PROTOCOL_11, PROTOCOL_17, PROTOCOL_20))
    return [middle, old, new, sccp_phone(*PROTOCOL_17, boots=True), middle, old, sip_phone(cisco=False), sip_phone(cisco=True)]


def phone_values(number):
    """The values of one phone, and what each adds to a checksum in either position."""
    mac = struct.pack("!BBI", 0x02, 0x10, number * 7919 + 1)
    text = f"10.{100 + number // 10000}.{100 + number // 100 % 100}.{100 + number % 100}"
    port, line1 = 49152 + number * 31 % 16000, b"%07d" % (2000000 + number)
    nonce = hashlib.md5(line1).hexdigest()
    ha1 = hashlib.md5(b"u%s:%s:test-only" % (line1, REALM.encode())).hexdigest()
    ha2 = hashlib.md5(f"REGISTER:sip:{SERVER_IP}".encode()).hexdigest()
    own = {"mac": mac, "ip": ip_bytes(text), "ip_le": ip_bytes(text)[::-1], "ip_text": text.encode(), "port": struct.pack("!H", port),
           "port_text": b"%d" % port, "xid": struct.pack("!I", 0x10000000 + number), "hex": mac.hex().upper().encode(),
           "hex_small": mac.hex().encode(), "line1": line1, "line2": b"%07d" % (5000000 + number // 20), "nonce": nonce.encode(),
           "response": hashlib.md5(f"{ha1}:{nonce}:{ha2}".encode()).hexdigest().encode()}
    assert all(len(own[field]) == len(mark) for field, mark in MARKS.items())
    sums = {(field, odd): word_sum(value, odd) for field, value in own.items() for odd in (0, 1)}
    return own, sums


class Registrations:
    """Phones whose frames are rendered when their turn comes; the last phone may be cut short."""

    def __init__(self, frames, start_spread_us):
        self.models = all_models()
        self.values = {}
        self.schedule = []  # (microsecond, phone, index)
        left, phone = frames, 0
        phones = max(1, round(frames / (sum(map(len, self.models)) / len(self.models))))
        while left > 0:
            templates = self.models[phone % len(self.models)]
            # Mostly even, with a denser middle: a third of the phones shares the middle tenth.
            begin = start_spread_us * phone // phones
            if phone % 3 == 0:
                begin = start_spread_us * 45 // 100 + begin // 10
            begin += phone * 104729 % 5000
            self.schedule += [(begin + t.offset_us, phone, i) for i, t in enumerate(templates[:left])]
            left -= len(templates)
            phone += 1
        self.phones = phone

    def render(self, phone, index):
        if phone not in self.values:
            self.values[phone] = phone_values(phone)
        return self.models[phone % len(self.models)][index].render(*self.values[phone])


class Speech:
    """RTP streams, G.711, 20 ms: a header of their own for each packet, the same payload in all of them."""

    PAYLOAD = bytes((0xD5 + n * n) & 0xFF for n in range(160))

    def __init__(self, frames, duration_us):
        per_stream = max(1, duration_us // 20000)
        streams = -(-frames // per_stream)
        self.schedule = [(stream * 619 % 20000 + packet * 20000, stream, packet)
                         for stream in range(streams) for packet in range(per_stream)][:frames]
        self.heads = [self.head(stream) for stream in range(streams)]

    def head(self, stream):
        call, direction = divmod(stream, 2)
        ends = [(f"10.2.{call % 250}.10", 16384 + call * 4), (f"10.3.{call % 250}.20", 26000 + call * 4)]
        (src, sport), (dst, dport) = ends[::-1] if direction else ends
        packet = ipv4(src, dst, PROTOCOL_UDP, struct.pack("!HHHH", sport, dport, 180, 0) + bytes(172), dscp=DSCP_EF)
        frame = ethernet(f"02:20:00:00:{call >> 8 & 255:02x}:{call & 255:02x}", "02:00:5e:00:00:01", ETHERTYPE_IPV4, packet)
        return frame[:42]

    def render(self, stream, packet):
        return self.heads[stream] + struct.pack("!BBHII", 0x80, 0x80 if packet == 0 else 0, packet & 0xFFFF, packet * 160,
                                                0x1000 + stream) + self.PAYLOAD


class Web:
    """TLS application data from a server to clients, one record a segment, acknowledged every second one."""

    RECORD = b"\x17\x03\x03\x04\x00" + bytes((n * 37 + 11) & 0xFF for n in range(1024))

    def __init__(self, frames, duration_us):
        flows = max(1, frames // 3000)
        per_flow = -(-frames // flows)
        step = max(1, duration_us // (per_flow + 1))
        self.schedule = [(flow * 331 % step + n * step, flow, n) for flow in range(flows) for n in range(per_flow)][:frames]

    def render(self, flow, n):
        client, server = (f"10.4.{flow >> 8}.{flow & 255}", 50000 + flow % 10000), ("10.5.0.80", 443)
        records = n // 3 * 2
        if n % 3 == 2:
            segment = tcp(client[0], server[0], client[1], server[1], 1, 1 + (records + 2) * len(self.RECORD), 0x10, 64000)
            packet = ipv4(client[0], server[0], PROTOCOL_TCP, segment)
        else:
            segment = tcp(server[0], client[0], server[1], client[1], 1 + (records + n % 3) * len(self.RECORD), 1, 0x18, 64000,
                          self.RECORD)
            packet = ipv4(server[0], client[0], PROTOCOL_TCP, segment)
        return ethernet("02:00:5e:00:00:80", "02:00:5e:00:00:01", ETHERTYPE_IPV4, packet)


def write(path, sources):
    """Merges the schedules of `sources` by time into one file; returns the number of frames."""
    order = sorted((when, kind, item, index) for kind, source in enumerate(sources)
                   for when, item, index in source.schedule)
    renders = [source.render for source in sources]
    base = START // 1_000_000_000
    header = struct.Struct("<IIII").pack
    with open(path, "wb", buffering=1 << 20) as out:
        out.write(pcap_header())
        for when, kind, item, index in order:
            frame = renders[kind](item, index)
            seconds, micros = divmod(when, 1_000_000)
            out.write(header(base + seconds, micros, len(frame), len(frame)))
            out.write(frame)
    return len(order)


def make(folder, frames):
    """Writes both captures; returns {name: number of frames}."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    phones_per_second = 12
    all_registrations = Registrations(frames, frames // 80 * 1_000_000 // phones_per_second)
    counts = {"registrations.pcap": write(folder / "registrations.pcap", [all_registrations])}
    few = frames * 5 // 100
    duration_us = max(300_000_000 * frames // 500_000, 1_000_000)
    some = Registrations(few, duration_us)
    web = Web((frames - few) // 5, duration_us)
    speech = Speech(frames - few - len(web.schedule), duration_us)
    counts["mixed.pcap"] = write(folder / "mixed.pcap", [some, speech, web])
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out_dir", metavar="OUT_DIR")
    parser.add_argument("--frames", type=int, default=500_000, help="frames in each capture (default 500000)")
    options = parser.parse_args()
    begun = time.monotonic()
    for name, count in make(options.out_dir, options.frames).items():
        print(f"{name}: {count} frames")
    print(f"{time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
