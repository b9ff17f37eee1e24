# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds packets and capture files from nothing but the standard library.

Four layers that do not know each other; each function returns bytes:

  files      Capture: frames with times -> .pcap or .pcapng, microseconds or nanoseconds
  packets    ethernet, vlan, arp, ipv4 and its fragments, ipv6, gre, icmp, udp, tcp, with their checksums
  flows      UdpFlow, and TcpFlow: handshake, segments cut at the MSS, ACK, FIN, RST
  Sccp       the SCCP messages of a registration, laid out for one protocol version

Times are integers: nanoseconds since 1970. Addresses are text. Nothing here is random and nothing asks
for the current time, so that a script writes the same bytes whenever it runs.
"""

import argparse
import datetime
import ipaddress
import pathlib
import struct
import sys

# ---------------------------------------------------------------------------------------------- time

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
MICROSECOND = 1_000


def utc(text):
    """Nanoseconds for "2015-05-03T10:55:53.758948"; up to nine decimals."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * SECOND + int(fraction.ljust(9, "0") or 0)


def ms(value):
    """Nanoseconds in `value` milliseconds."""
    return round(value * MILLISECOND)


# --------------------------------------------------------------------------------------------- files

LINKTYPE_ETHERNET = 1


def pcap_header(nanoseconds=False, linktype=LINKTYPE_ETHERNET):
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    return struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, linktype)


def pcap_record(time_ns, frame, nanoseconds=False):
    seconds, rest = divmod(time_ns, SECOND)
    fraction = rest if nanoseconds else rest // MICROSECOND
    return struct.pack("<IIII", seconds, fraction, len(frame), len(frame)) + frame


def _pcapng_option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def _pcapng_block(kind, body):
    total = len(body) + 12
    return struct.pack("<II", kind, total) + body + struct.pack("<I", total)


def pcapng_section(comment="", nanoseconds=False, linktype=LINKTYPE_ETHERNET):
    """Section header and one interface description; the comment shows in the file's properties."""
    options = _pcapng_option(1, comment.encode()) + _pcapng_option(0, b"") if comment else b""
    section = _pcapng_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options)
    resolution = _pcapng_option(9, bytes([9 if nanoseconds else 6])) + _pcapng_option(0, b"")
    return section + _pcapng_block(1, struct.pack("<HHI", linktype, 0, 262144) + resolution)


def pcapng_packet(time_ns, frame, nanoseconds=False, captured=None):
    stamp = time_ns if nanoseconds else time_ns // MICROSECOND
    kept = frame[:captured]
    head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(kept), len(frame))
    return _pcapng_block(6, head + kept + b"\0" * (-len(kept) % 4))


class Capture:
    """Frames in the order in which they were added, which need not be the order of their times."""

    def __init__(self, comment="", nanoseconds=False):
        self.comment = comment
        self.nanoseconds = nanoseconds
        self.snaplen = None  # octets kept of each frame, of pcapng only
        self.frames = []

    def add(self, time_ns, frame):
        self.frames.append((time_ns, frame))

    def sort(self):
        """Puts the frames of several flows in the order of their times; equal times keep their order."""
        self.frames.sort(key=lambda entry: entry[0])

    def pcap(self):
        return pcap_header(self.nanoseconds) + b"".join(
            pcap_record(time_ns, frame, self.nanoseconds) for time_ns, frame in self.frames)

    def pcapng(self):
        return pcapng_section(self.comment, self.nanoseconds) + b"".join(
            pcapng_packet(time_ns, frame, self.nanoseconds, self.snaplen) for time_ns, frame in self.frames)

    def bytes_for(self, name):
        return self.pcapng() if str(name).endswith(".pcapng") else self.pcap()


class Makers:
    """The captures of one script. Decorates each function that fills one: its docstring is the idea, and the comment inside the file.

        edge = Makers("sip_edges.py")

        @edge("sip_forms")                   # sip_forms.pcapng
        def every_form(capture):
            '''Header names in their short forms.'''
    """

    def __init__(self, script):
        self.script = script
        self.makers = {}

    def __call__(self, name):
        def keep(function):
            assert name + ".pcapng" not in self.makers, f"{self.script}: {name} is made twice"
            self.makers[name + ".pcapng"] = function
            return function
        return keep

    def captures(self):
        """{file name: Capture}"""
        captures = {}
        for name, fill in self.makers.items():
            idea = " ".join(fill.__doc__.split())
            captures[name] = Capture(f"{idea} Made by captures/{self.script} of regflow, not recorded.")
            fill(captures[name])
        return captures


def command_line(description, captures):
    """What a generator script does when it is run. `captures`: {file name: Capture}. Returns the exit code."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent,
                        help="where the captures go (default: beside the script)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file there differs")
    options = parser.parse_args()
    different = 0
    for name, capture in captures.items():
        path, content = options.folder / name, capture.bytes_for(name)
        if not options.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            print(f"{path}: differs from what its script makes", file=sys.stderr)
            different += 1
    return 1 if different else 0


# ------------------------------------------------------------------------------------------- packets

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_VLAN = 0x8100
ETHERTYPE_IPV6 = 0x86DD
PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_GRE = 1, 6, 17, 47
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
DSCP_CS3 = 24  # what Cisco phones and call managers mark signalling with
DSCP_EF = 46


def checksum(data):
    """The Internet checksum: ones' complement of the ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def ip_bytes(ip):
    return ipaddress.ip_address(ip).packed


def ethernet(src_mac, dst_mac, ethertype, payload, vlan=None, pad=True):
    """Pads to the 60 octets that a port mirror shows; the frame check sequence is not captured."""
    tag = struct.pack("!HH", ETHERTYPE_VLAN, vlan) if vlan is not None else b""
    frame = mac_bytes(dst_mac) + mac_bytes(src_mac) + tag + struct.pack("!H", ethertype) + payload
    return frame.ljust(60, b"\0") if pad else frame


def arp(sender_mac, sender_ip, target_mac, target_ip, reply=False):
    return (struct.pack("!HHBBH", 1, ETHERTYPE_IPV4, 6, 4, 2 if reply else 1) +
            mac_bytes(sender_mac) + ip_bytes(sender_ip) + mac_bytes(target_mac) + ip_bytes(target_ip))


def ipv4(src, dst, protocol, payload, ttl=64, dscp=0, ident=0, dont_fragment=True, fragment=0):
    """fragment: where this piece begins, in units of eight octets, and 0x2000 when more follow."""
    def header(check):
        return struct.pack("!BBHHHBBH", 0x45, dscp << 2, 20 + len(payload), ident & 0xFFFF,
                           0x4000 if dont_fragment else fragment, ttl, protocol, check) + ip_bytes(src) + ip_bytes(dst)
    return header(checksum(header(0))) + payload


def ipv4_fragments(src, dst, protocol, payload, mtu=1500, **fields):
    """The same packet cut to `mtu`: a list of packets."""
    step = (mtu - 20) // 8 * 8
    return [ipv4(src, dst, protocol, payload[at:at + step], dont_fragment=False,
                 fragment=at // 8 | (0x2000 if at + step < len(payload) else 0), **fields)
            for at in range(0, len(payload), step)]


def ipv6(src, dst, protocol, payload, hops=64, dscp=0):
    return (struct.pack("!IHBB", 6 << 28 | dscp << 22, len(payload), protocol, hops) +
            ip_bytes(src) + ip_bytes(dst) + payload)


def ip(src, dst, protocol, payload, **fields):
    """IPv4 or IPv6, as the addresses are; returns (ethertype, packet)."""
    if ":" in src:
        fields.pop("ident", None)
        if "ttl" in fields:
            fields["hops"] = fields.pop("ttl")
        return ETHERTYPE_IPV6, ipv6(src, dst, protocol, payload, **fields)
    return ETHERTYPE_IPV4, ipv4(src, dst, protocol, payload, **fields)


def _pseudo_header(src, dst, protocol, length):
    if ":" in src:
        return ip_bytes(src) + ip_bytes(dst) + struct.pack("!II", length, protocol)
    return ip_bytes(src) + ip_bytes(dst) + struct.pack("!BBH", 0, protocol, length)


def gre(ethertype, payload):
    return struct.pack("!HH", 0, ethertype) + payload


def icmp(kind, code, payload, rest=0):
    """rest: the four octets after the checksum (MTU, identifier and sequence number, or zero)."""
    head = struct.pack("!BBHI", kind, code, 0, rest)
    return struct.pack("!BBHI", kind, code, checksum(head + payload), rest) + payload


def icmp_unreachable(code, packet, mtu=0):
    """Destination unreachable, quoting the IPv4 header and the first eight octets of `packet`."""
    return icmp(3, code, packet[:28], mtu)


def udp(src, dst, sport, dport, payload):
    length = 8 + len(payload)
    head = struct.pack("!HHHH", sport, dport, length, 0)
    check = checksum(_pseudo_header(src, dst, PROTOCOL_UDP, length) + head + payload) or 0xFFFF
    return struct.pack("!HHHH", sport, dport, length, check) + payload


def tcp(src, dst, sport, dport, seq, ack, flags, window, payload=b"", options=b""):
    options += b"\1" * (-len(options) % 4)
    offset = (20 + len(options)) // 4 << 4

    def header(check):
        return struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                           offset, flags, window, check, 0) + options
    length = 20 + len(options) + len(payload)
    return header(checksum(_pseudo_header(src, dst, PROTOCOL_TCP, length) + header(0) + payload)) + payload


def tcp_mss(size):
    return struct.pack("!BBH", 2, 4, size)


# --------------------------------------------------------------------------------------------- flows


class Host:
    """One end: where it is, and what its stack does."""

    def __init__(self, ip_address, mac, window=8192, ttl=64, dscp=DSCP_CS3, first_ident=1):
        self.ip = ip_address
        self.mac = mac
        self.window = window
        self.ttl = ttl
        self.dscp = dscp
        self.ident = first_ident


def straight(src, dst, kind, packet):
    """The link of a flow that nothing special carries."""
    return ethernet(src.mac, dst.mac, kind, packet)


class UdpFlow:
    """Datagrams between `client` and `server`, whose ports a caller may move. A datagram that does not fit into `mtu` is cut (IPv4 only).
    `link` is that of TcpFlow."""

    def __init__(self, capture, client, server, sport, dport, mtu=1500, link=None):
        self.capture = capture
        self.hosts = (client, server)
        self.ports = [sport, dport]
        self.mtu = mtu
        self.link = link or straight

    def packets(self, side, payload):
        src, dst = self.hosts[side], self.hosts[1 - side]
        body = udp(src.ip, dst.ip, self.ports[side], self.ports[1 - side], payload)
        fields = {"ttl": src.ttl, "dscp": src.dscp, "ident": src.ident}
        src.ident += 1
        if ":" in src.ip or 20 + len(body) <= self.mtu:
            kind, packet = ip(src.ip, dst.ip, PROTOCOL_UDP, body, **fields)
            return kind, [packet]
        return ETHERTYPE_IPV4, ipv4_fragments(src.ip, dst.ip, PROTOCOL_UDP, body, self.mtu, **fields)

    def send(self, time_ns, side, payload, gap=20 * MICROSECOND):
        """Returns the time of the last packet."""
        kind, packets = self.packets(side, payload)
        for number, packet in enumerate(packets):
            time_ns += gap if number else 0
            self.capture.add(time_ns, self.link(self.hosts[side], self.hosts[1 - side], kind, packet))
        return time_ns


class TcpFlow:
    """One connection between `client` and `server`, written to `capture` segment by segment.

    The flow keeps both sequence numbers and what each side has acknowledged, as if everything arrived.
    `segment` is the raw form: what it sends need not fit, which is how retransmissions and reordering are made.
    `link` turns (source host, destination host, ethertype, packet) into a frame: pass another one for VLAN or tunnels.
    """

    def __init__(self, capture, client, server, sport, dport=2000, mss=1460,
                 client_isn=0x10000000, server_isn=0x20000000, link=None):
        self.capture = capture
        self.hosts = (client, server)
        self.ports = (sport, dport)
        self.next_seq = [client_isn, server_isn]
        self.acked = [0, 0]  # what each side has last acknowledged of the other's bytes
        self.mss = mss
        self.link = link or straight

    CLIENT, SERVER = 0, 1

    def segment(self, time_ns, side, flags, payload=b"", seq=None, ack=None, window=None, options=b""):
        """Writes one segment and leaves the sequence numbers alone."""
        src, dst = self.hosts[side], self.hosts[1 - side]
        seq = self.next_seq[side] if seq is None else seq
        if ack is None:
            ack = self.next_seq[1 - side] if flags & ACK else 0
        body = tcp(src.ip, dst.ip, self.ports[side], self.ports[1 - side], seq, ack, flags,
                   src.window if window is None else window, payload, options)
        kind, packet = ip(src.ip, dst.ip, PROTOCOL_TCP, body, ttl=src.ttl, dscp=src.dscp, ident=src.ident)
        src.ident += 1
        self.capture.add(time_ns, self.link(src, dst, kind, packet))

    def syn(self, time_ns):
        self.segment(time_ns, self.CLIENT, SYN, options=tcp_mss(self.mss))
        self.next_seq[self.CLIENT] += 1

    def syn_ack(self, time_ns):
        self.segment(time_ns, self.SERVER, SYN | ACK, options=tcp_mss(self.mss))
        self.next_seq[self.SERVER] += 1

    def open(self, time_ns, round_trip=MILLISECOND):
        """The three-way handshake; returns the time of its last segment."""
        self.syn(time_ns)
        self.syn_ack(time_ns + round_trip)
        self.ack(time_ns + round_trip + 50 * MICROSECOND, self.CLIENT)
        return time_ns + round_trip + 50 * MICROSECOND

    def ack(self, time_ns, side, window=None):
        self.segment(time_ns, side, ACK, window=window)

    def send(self, time_ns, side, payload, gap=20 * MICROSECOND):
        """Sends `payload` in as many segments as the MSS asks for; returns the time of the last one."""
        pieces = [payload[i:i + self.mss] for i in range(0, len(payload), self.mss)]
        for piece in pieces:
            last = piece is pieces[-1]
            self.segment(time_ns, side, (PSH if last else 0) | ACK, piece)
            self.next_seq[side] += len(piece)
            if not last:
                time_ns += gap
        return time_ns

    def fin(self, time_ns, side):
        self.segment(time_ns, side, FIN | ACK)
        self.next_seq[side] += 1

    def rst(self, time_ns, side, with_ack=True):
        self.segment(time_ns, side, RST | (ACK if with_ack else 0))

    def close(self, time_ns, side, step=MILLISECOND):
        """FIN of `side`, FIN of the other, last ACK; returns the time of the last segment."""
        self.fin(time_ns, side)
        self.fin(time_ns + step, 1 - side)
        self.ack(time_ns + 2 * step, side)
        return time_ns + 2 * step


# ---------------------------------------------------------------------------------------------- SCCP

BUTTON_SPEED_DIAL, BUTTON_LINE, BUTTON_VOICEMAIL = 0x02, 0x09, 0x0F
BUTTON_FEATURE, BUTTON_SERVICE_URL, BUTTON_BLF, BUTTON_UNUSED = 0x13, 0x14, 0x15, 0xFF
LAMP_LINE, LAMP_VOICEMAIL = 0x09, 0x0F
LAMP_OFF, LAMP_ON = 1, 2
LABEL_YOUR_CURRENT_OPTIONS = b"\x80\x13"
LABEL_ERROR_DBCONFIG = b"\x80\x2F"

CODECS_79X1 = ((4, 40), (2, 40), (6, 40), (25, 40), (11, 60), (12, 60), (15, 60), (16, 60), (257, 1))
SOFT_KEY_COUNT = 18  # Redial .. GPickUp: label 0x80 n, event n
SOFT_KEY_SETS = (  # by call state, as positions in the soft key template
    (1, 2, 5, 17, 18, 16),       # on hook: Redial NewCall CFwdAll PickUp GPickUp MeetMe
    (3, 9, 4, 14, 13),           # connected: Hold EndCall Trnsfer Park Confrn
    (10, 2, 4),                  # on hold: Resume NewCall Trnsfer
    (11,),                       # ring in: Answer
    (1, 9, 5, 17, 18, 16),       # off hook
    (3, 9, 4, 13),               # connected with transfer
    (8, 9),                      # digits after first: << EndCall
    (3, 9, 13),                  # connected with conference
    (9,),                        # ring out: EndCall
    (1, 9),                      # off hook with feature
    (),                          # in use hint
)


def box(text, size):
    """Text in a fixed box, cut or padded with NULs; a full box has no NUL."""
    raw = text if isinstance(text, bytes) else text.encode("latin-1")
    return raw[:size].ljust(size, b"\0")


def zstrings(*texts):
    """Consecutive NUL-terminated strings."""
    return b"".join((t if isinstance(t, bytes) else t.encode()) + b"\0" for t in texts)


def words(*values):
    return struct.pack(f"<{len(values)}I", *(value & 0xFFFFFFFF for value in values))


def sccp_pdu(message_id, body=b"", version=0, pad=True, dlen=None):
    """One message. dlen: lie about the length."""
    if pad:
        body += b"\0" * (-len(body) % 4)
    return struct.pack("<III", len(body) + 4 if dlen is None else dlen, version, message_id) + body


class Phone:
    """Who registers. `lines`: (number, name) each; `keys`: the rest of the button template in order."""

    def __init__(self, name, ip_address, mac, device_type=30018, load="SCCP41.8-5-3S",
                 lines=(("2001", "Alice Example"),), keys=(), ipv6_address="::"):
        self.name = name
        self.ip = ip_address
        self.mac = mac
        self.device_type = device_type
        self.load = load
        self.lines = tuple(lines)
        self.keys = tuple(keys)
        self.ipv6 = ipv6_address

    def ipv4_packed(self):
        return ip_bytes(self.ip) if ":" not in self.ip else bytes(4)


class Sccp:
    """Messages of one session, laid out for the protocol version that both sides agreed on.

    Header version: what is said before the RegisterAck, and the RegisterAck and CapabilitiesReq themselves,
    carry 0; so do KeepAliveAck, VersionRes and UnregisterAck. Everything else carries the agreed version when
    it is 10 or more.
    Layout: numbers have 24 bytes, 25 from version 18 on. Prompts and notices are packed strings from version 8
    on, service URLs too, feature answers from 15, line and speed-dial answers from 17.
    """

    def __init__(self, version):
        self.version = version
        self.header = version if version >= 10 else 0
        self.number_size = 25 if version >= 18 else 24

    def _stamped(self, message_id, body=b""):
        return sccp_pdu(message_id, body, self.header)

    # --- phone, before the RegisterAck

    def alarm(self, phone, cause, last, severity=2, parm1=67584):
        text = f"{cause}: Name={phone.name} Load={phone.load} Last={last}"
        body = words(severity) + box(text, 80) + words(parm1) + phone.ipv4_packed()
        return sccp_pdu(0x0020, body)

    def xml_alarm(self, phone, reason, server_ip, time_ns=0):
        xml = ('<?xml version="1.0" encoding="UTF-8"?>\n<x-cisco-alarm>\n<Alarm Name="LastOutOfServiceInformation">\n'
               "<ParameterList>\n"
               f'<String name="DeviceName">{phone.name}</String>\n'
               f'<String name="DeviceIPv4Address">{phone.ip}/24</String>\n'
               f'<Enum name="ModelNumber">{phone.device_type}</Enum>\n'
               '<String name="NeighborDeviceID">access-sw1.example.net</String>\n'
               '<String name="NeighborPortID">GigabitEthernet0/7</String>\n'
               '<Enum name="DHCPv4Status">1</Enum>\n<Enum name="TFTPCfgStatus">1</Enum>\n'
               '<Int name="VoiceVLAN">110</Int>\n'
               f'<String name="UnifiedCMIPAddress">{server_ip}</String>\n'
               f'<String name="TimeStamp">{time_ns // MILLISECOND}</String>\n'
               f'<Enum name="ReasonForOutOfService">{reason}</Enum>\n'
               '<String name="LastProtocolEventSent">1:Register</String>\n'
               '<String name="LastProtocolEventReceived">129:RegisterAck</String>\n'
               "</ParameterList>\n</Alarm>\n</x-cisco-alarm>\n")
        return sccp_pdu(0x015A, zstrings(xml))

    def register_req(self, phone, offered=None, length=128, features=None, streams=5, instance=1):
        """`length` is the dlen to cut the structure to: 48, 56, 72, 128 and 176 occur on the wire."""
        offered = self.version if offered is None else offered
        if features is None:
            features = 0x8290 if offered >= 8 else 0x8000 if offered >= 5 else 0
        body = (box(phone.name, 16) + words(0, instance) + phone.ipv4_packed() +
                words(phone.device_type, streams, 0) + struct.pack("<BBH", offered, 0, features) +
                words(0, 0) + mac_bytes(phone.mac) + bytes(6) + words(0, len(phone.lines) + len(phone.keys)) +
                ip_bytes(phone.ipv6) + words(0) + box(phone.load, 32) + box("", 48))
        return sccp_pdu(0x0001, body[:length - 4])

    def ip_port(self, port=0):
        return sccp_pdu(0x0002, words(port))

    def register_token_req(self, phone, message_id=0x0029):
        body = (box(phone.name, 16) + words(0, 1) + phone.ipv4_packed() + words(phone.device_type) +
                ip_bytes(phone.ipv6) + words(0))
        return sccp_pdu(message_id, body)

    # --- phone, afterwards

    def keep_alive_req(self):
        return self._stamped(0x0000)

    def capabilities_res(self, codecs=CODECS_79X1):
        slots = b"".join(words(codec, frames) + bytes(8) for codec, frames in codecs)
        return self._stamped(0x0010, words(len(codecs)) + slots.ljust(18 * 16, b"\0"))

    def button_template_req(self, buttons=None):
        return self._stamped(0x000E, b"" if buttons is None else words(buttons))

    def soft_key_template_req(self):
        return self._stamped(0x0028)

    def soft_key_set_req(self):
        return self._stamped(0x0025)

    def config_stat_req(self):
        return self._stamped(0x000C)

    def version_req(self):
        return self._stamped(0x000F)

    def server_req(self):
        return self._stamped(0x0012)

    def line_stat_req(self, line):
        return self._stamped(0x000B, words(line))

    def forward_stat_req(self, line):
        return self._stamped(0x0009, words(line))

    def speed_dial_stat_req(self, number):
        return self._stamped(0x000A, words(number))

    def feature_stat_req(self, index):
        return self._stamped(0x0034, words(index, 1) if self.version >= 15 else words(index))

    def service_url_stat_req(self, index):
        return self._stamped(0x0033, words(index))

    def register_available_lines(self, count):
        return self._stamped(0x002D, words(count))

    def headset_status(self, on):
        return self._stamped(0x002B, words(1 if on else 2))

    def media_path_event(self, path, event):
        return self._stamped(0x0049, words(path, event))

    def media_path_capability(self, path, capability):
        return self._stamped(0x004A, words(path, capability))

    def extension_device_caps(self, position, device_type, buttons):
        return self._stamped(0x0159, words(position, device_type, buttons) + box("", 152))

    def media_resource_notification(self, device_type, in_service, per_conference, out_of_service):
        return self._stamped(0x002C, words(device_type, in_service, per_conference, out_of_service))

    def time_date_req(self):
        return self._stamped(0x000D)

    def subscription_stat_req(self, transaction, number):
        return self._stamped(0x0048, words(transaction, 1, 0) + box(number, 256))

    def unregister_req(self, reason=None):
        return self._stamped(0x0027, b"" if reason is None else words(reason))

    # --- call manager

    def register_ack(self, keepalive=30, secondary=60, granted=None, date="M/D/YA"):
        granted = self.version if granted is None else granted
        features = b"\x00\x80\x28" if granted >= 15 else b"\x20\xF1\xFE" if granted >= 5 else bytes(3)
        body = words(keepalive) + box(date, 6) + bytes(2) + words(secondary) + bytes([granted]) + features
        return sccp_pdu(0x0081, body)

    def register_ack_short(self, keepalive=30, date="M/D/YA"):
        """The CallManager 2.x form: no secondary interval, no version, garbage where the padding is."""
        return sccp_pdu(0x0081, words(keepalive) + box(date, 6) + b"\x8E\x09")

    def register_reject(self, text, tail=b""):
        """Text in 33 bytes and 3 of padding; `tail` is what was in the buffer before."""
        raw = (text if isinstance(text, bytes) else text.encode()) + b"\0"
        return sccp_pdu(0x009D, (raw + tail)[:36].ljust(36, b"\0"))

    def register_token_ack(self):
        return sccp_pdu(0x011A)

    def register_token_reject(self, seconds):
        return sccp_pdu(0x011B, words(seconds))

    def capabilities_req(self):
        return sccp_pdu(0x009B)

    def keep_alive_ack(self):
        return sccp_pdu(0x0100)

    def unregister_ack(self, status=0):
        return sccp_pdu(0x0118, words(status))

    def version_res(self, load):
        return sccp_pdu(0x0098, box(load, 16))

    def reset(self, kind):
        return self._stamped(0x009F, words(kind))

    def button_template_res(self, buttons, total=None, count=None):
        """`buttons`: (instance, type) each, in 42 slots; `total` and `count` may lie."""
        slots = b"".join(struct.pack("BB", instance, kind) for instance, kind in buttons[:42])
        total = len(buttons) if total is None else total
        count = len(buttons) if count is None else count
        return self._stamped(0x0097, words(0, count, total) + slots + b"\x00\xFF" * (42 - len(slots) // 2))

    def soft_key_template_res(self):
        keys = b"".join(box(bytes([0x80, n]), 16) + words(n) for n in range(1, SOFT_KEY_COUNT + 1))
        return self._stamped(0x0108, words(0, SOFT_KEY_COUNT, SOFT_KEY_COUNT) + keys.ljust(32 * 20, b"\0"))

    def soft_key_set_res(self):
        def one(keys):
            return bytes(keys).ljust(16, b"\0") + struct.pack("<16H", *([300 + k for k in keys] + [0] * (16 - len(keys))))
        sets = b"".join(one(keys) for keys in SOFT_KEY_SETS)
        count = len(SOFT_KEY_SETS)
        return self._stamped(0x0109, words(0, count, count) + sets.ljust(16 * 48, b"\0"))

    def config_stat_res(self, phone, user, server, speed_dials, device_name=None):
        body = (box(phone.name if device_name is None else device_name, 16) + words(0, 1) + box(user, 40) +
                box(server, 40) + words(len(phone.lines), speed_dials))
        return self._stamped(0x0093, body)

    def config_stat_v2_res(self, phone, user, server, speed_dials):
        body = zstrings(phone.name) + words(0, 1, len(phone.lines), speed_dials) + zstrings(user, server)
        return self._stamped(0x0142, body)

    def line_stat_res(self, line, number, name="", label=None):
        label = number if label is None else label
        if self.version >= 17:
            return self._stamped(0x0147, words(line, 15) + zstrings(number, name, label))
        return self._stamped(0x0092, words(line) + box(number, 24) + box(name, 40) + box(label, 40) + words(15))

    def line_stat_res_old(self, line, number, name="", length=32):
        """The fixed form cut to dlen `length`: 32 on CallManager 2, 72 on 3.1, 112 on 3.3."""
        body = words(line) + box(number, 24) + box(name, 40) + box(number, 40)
        return self._stamped(0x0092, body[:length - 4])

    def forward_stat_res(self, line, all_to="", busy_to="", no_answer_to=""):
        active = 1 if self.version < 5 else 2
        targets = (all_to, busy_to, no_answer_to)
        body = words(active if any(targets) else 0, line)
        for to in targets:
            body += words(active if to else 0) + box(to, self.number_size)
        return self._stamped(0x0090, body)

    def speed_dial_stat_res(self, number, digits="", label=""):
        if self.version >= 17:
            return self._stamped(0x0149, words(number) + zstrings(digits, label))
        return self._stamped(0x0091, words(number) + box(digits, 24) + box(label, 40))

    def feature_stat_res(self, index, kind, label, status):
        if self.version >= 15:
            return self._stamped(0x0146, words(index, kind, status) + zstrings(label))
        return self._stamped(0x011F, words(index, kind) + box(label, 40) + words(status))

    def service_url_stat_res(self, index, url, label):
        if self.version >= 8:
            return self._stamped(0x0148, words(index) + zstrings(url, label))
        return self._stamped(0x012F, words(index) + box(url, 256) + box(label, 40))

    def server_res(self, servers):
        """`servers`: (name, port, IPv4) each, up to five."""
        filled = list(servers) + [("", 0, "0.0.0.0")] * (5 - len(servers))
        body = b"".join(box(name, 48) for name, _, _ in filled) + words(*(port for _, port, _ in filled))
        for _, _, address in filled:
            body += words(0) + ip_bytes(address).ljust(16, b"\0") if self.version >= 17 else ip_bytes(address)
        return self._stamped(0x009E, body)

    def define_time_date(self, time_ns, with_unix=True):
        moment = datetime.datetime.fromtimestamp(time_ns // SECOND, datetime.timezone.utc)
        body = words(moment.year, moment.month, moment.isoweekday() % 7, moment.day, moment.hour, moment.minute,
                     moment.second, time_ns % SECOND // MILLISECOND, time_ns // SECOND if with_unix else 0)
        return self._stamped(0x0094, body)

    def set_lamp(self, stimulus, instance, mode):
        return self._stamped(0x0086, words(stimulus, instance, mode))

    def set_ringer(self, mode=1, duration=1, line=0, call=0):
        return self._stamped(0x0085, words(mode, duration, line, call))

    def set_speaker_mode(self, on):
        return self._stamped(0x0088, words(1 if on else 2))

    def select_soft_keys(self, line=0, call=0, key_set=0, mask=0xFFFFFFFF):
        return self._stamped(0x0110, words(line, call, key_set, mask))

    def display_prompt_status(self, text, line=0, call=0, timeout=0):
        if self.version >= 8:
            return self._stamped(0x0145, words(timeout, line, call) + zstrings(text))
        return self._stamped(0x0112, words(timeout) + box(text, 32) + words(line, call))

    def clear_prompt_status(self, line=0, call=0):
        return self._stamped(0x0113, words(line, call))

    def display_notify(self, text, timeout=10):
        if self.version >= 8:
            return self._stamped(0x0143, words(timeout) + zstrings(text))
        return self._stamped(0x0114, words(timeout) + box(text, 32))

    def clear_notify(self):
        return self._stamped(0x0115)

    def display_pri_notify(self, text, priority=5, timeout=10):
        if self.version >= 8:
            return self._stamped(0x0144, words(timeout, priority) + zstrings(text))
        return self._stamped(0x0120, words(timeout, priority) + box(text, 32))

    def clear_pri_notify(self, priority=5):
        return self._stamped(0x0121, words(priority))

    def display_text(self, text):
        return self._stamped(0x0099, box(text, 32))

    def clear_display(self):
        return self._stamped(0x009A)

    def activate_call_plane(self, line):
        return self._stamped(0x0116, words(line))

    def deactivate_call_plane(self):
        return self._stamped(0x0117)
