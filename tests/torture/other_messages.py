# SPDX-License-Identifier: GPL-2.0-or-later
"""SCCP, TFTP, DHCP and HTTP messages that nobody means well with, as {name: octets}: lengths, counts, versions and texts that
cannot be. Whose they are stands beside them."""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "captures"))

import boot_dialogue  # noqa: E402  pylint: disable=wrong-import-position
from craft import Sccp, sccp_pdu  # noqa: E402  pylint: disable=wrong-import-position

NUMBERS = (0, 1, 3, 4, 5, 8, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF)
VERSIONS = (1, 3, 9, 10, 11, 16, 18, 19, 20, 21, 22, 25, 99, 255, 256, 0x16000000, 0xFFFFFFFF)
TEXT = b"%n%s%x\x1b[2J\xff\xfe\xc3(<&\"'\r\n"


def sccp(phone):
    """{(name, whether it is the server's): octets}; phone is a Phone of craft.py."""
    talk = Sccp(17)
    key = ((1, 9), (1, 2))
    messages = {
        "Alarm": (talk.alarm(phone, 25, "Initialized"), False), "RegisterReq": (talk.register_req(phone), False),
        "IpPort": (talk.ip_port(), False), "CapabilitiesRes": (talk.capabilities_res(), False), "LineStatReq": (talk.line_stat_req(1), False),
        "RegisterAvailableLines": (talk.register_available_lines(1), False), "XmlAlarm": (talk.xml_alarm(phone, 1, "192.0.2.10"), False),
        "UnregisterReq": (talk.unregister_req(), False), "MediaResource": (talk.media_resource_notification(52, 0, 8, 8), False),
        "Token": (talk.register_token_req(phone), False), "RegisterAck": (talk.register_ack(), True),
        "RegisterReject": (talk.register_reject("No Authority: "), True), "TokenReject": (talk.register_token_reject(60), True),
        "ButtonTemplate": (talk.button_template_res(key), True), "SoftKeyTemplate": (talk.soft_key_template_res(), True),
        "SoftKeySet": (talk.soft_key_set_res(), True), "ConfigStat": (talk.config_stat_res(phone, "user", "server", 1), True),
        "LineStat": (talk.line_stat_res(1, "2001", "Alice"), True), "ForwardStat": (talk.forward_stat_res(1, "2002"), True),
        "SpeedDial": (talk.speed_dial_stat_res(1, "2003", "Bob"), True), "Feature": (talk.feature_stat_res(1, 1, "Feature", 0), True),
        "ServiceUrl": (talk.service_url_stat_res(1, "http://192.0.2.10/", "Service"), True), "Server": (talk.server_res([("192.0.2.11", 2000, "192.0.2.11")]), True),
        "TimeDate": (talk.define_time_date(0), True), "Version": (talk.version_res("SCCP41"), True), "Reset": (talk.reset(1), True),
        "UnregisterAck": (talk.unregister_ack(), True),
    }
    found = {}
    for name, (octets, theirs) in messages.items():
        body = octets[12:]
        for number in NUMBERS:
            found[f"{name} length {number:#x}", theirs] = struct.pack("<I", number) + octets[4:]
        for version in VERSIONS:
            found[f"{name} version {version:#x}", theirs] = octets[:4] + struct.pack("<I", version) + octets[8:]
        for size in sorted({0, 1, 2, 4, 7, 8, 12, 16, 20, 24, 36, 40, len(body) // 2, len(body) - 1} & set(range(len(body)))):
            found[f"{name} cut {size}", theirs] = sccp_pdu(int.from_bytes(octets[8:12], "little"), body[:size], pad=False)
        for fill in (b"\0", b"\x7f", b"\x80", b"\xff", TEXT):
            filled = (fill * len(body))[:len(body)]
            found[f"{name} full of {fill[:2].hex()}", theirs] = octets[:12] + filled
        found[f"{name} 2000 octets", theirs] = sccp_pdu(int.from_bytes(octets[8:12], "little"), (body + TEXT * 200)[:2000])
        for at in range(0, min(len(body), 64), 4):
            found[f"{name} count at {at}", theirs] = octets[:12 + at] + b"\xff\xff\xff\xff" + octets[16 + at:]
    return found


def tftp():
    """{(name, whether it is the server's): octets}; the server's come behind a request for a file."""
    found = {}
    requests = {
        "no name": b"\0\1", "no end": b"\0\1SEP00005E005361.cnf.xml", "no mode": b"\0\1SEP00005E005361.cnf.xml\0", "empty name": b"\0\1\0octet\0",
        "empty mode": b"\0\1name\0\0", "long name": b"\0\1" + b"A" * 1300 + b"\0octet\0", "text": b"\0\1" + TEXT + b"\0octet\0", "up": b"\0\1../../../etc/passwd\0octet\0",
        "odd option": b"\0\1SEP00005E005361.cnf.xml\0octet\0blksize\0", "write": b"\0\2SEP00005E005361.cnf.xml\0octet\0",
        "mode": b"\0\1SEP00005E005361.cnf.xml\0" + b"m" * 400 + b"\0", "many": b"\0\1SEP00005E005361.cnf.xml\0octet\0" + b"blksize\x001\0" * 100,
    }
    for name, octets in requests.items():
        found[f"request {name}", False] = octets
    for option in ("blksize", "tsize", "timeout", "windowsize"):
        for value in ("", "0", "-1", "7", "65464", "65465", "4294967296", "9" * 100, "x", "%n"):
            found[f"request {option} {value[:12]}", False] = boot_dialogue.tftp_rrq("SEP00005E005361.cnf.xml", [(option, value)])
            found[f"agreed {option} {value[:12]}", True] = boot_dialogue.tftp_oack([(option, value)])
    for block in (0, 2, 3, 65535):
        found[f"block {block}", True] = boot_dialogue.tftp_data(block, b"<device/>")
    for size in (0, 511, 512, 513, 1400):
        found[f"block of {size}", True] = boot_dialogue.tftp_data(1, b"d" * size)
    for code in (0, 1, 2, 8, 255, 65535):
        found[f"error {code}", True] = struct.pack("!HH", 5, code) + TEXT
    for kind in (0, 7, 8, 255, 256, 65535):
        found[f"kind {kind}", False] = struct.pack("!HH", kind, 1) + b"data\0"
        found[f"answer of kind {kind}", True] = struct.pack("!HH", kind, 1) + b"data\0"
    for size in range(4):
        found[f"{size} octets", False] = b"\0\1\0\1"[:size]
        found[f"answer of {size} octets", True] = b"\0\5\0\1"[:size]
    xml = b"<device><deviceProtocol>SCCP</deviceProtocol>"
    for name, content in (("open", xml), ("deep", b"<a>" * 160), ("entity", b"<!DOCTYPE x [<!ENTITY a \"&a;&a;\">]><device>&a;&#0;&#x110000;</device>"),
                          ("text", b"<device><deviceProtocol>" + TEXT + b"</deviceProtocol></device>"), ("nul", xml + b"\0" * 100),
                          ("servers", b"<device><processNodeName>" + b"a." * 200 + b"</processNodeName></device>")):
        found[f"file {name}", True] = boot_dialogue.tftp_data(1, content[:511])
    return found


def dhcp(mac):
    """{(name, kind of message): octets}"""
    found = {}
    for kind in (boot_dialogue.DISCOVER, boot_dialogue.OFFER, boot_dialogue.DHCP_ACK):
        usual = boot_dialogue.dhcp(kind, 0x5361, mac, [(51, b"\0\0\0\x3c"), (150, b"\xc0\0\2\5"), (66, b"tftp.example.net"), (55, b"\x42\x96")])
        head, options = usual[:236], usual[240:]
        for size in (0, 1, 44, 235, 236, 238, 240, 241, 242, 243):
            found[f"cut {size}", kind] = usual[:size]
        for code in (1, 3, 6, 12, 15, 35, 43, 50, 51, 52, 54, 55, 60, 61, 66, 67, 82, 120, 150, 176, 255):
            for name, value in (("empty", b"\0"), ("1", b"\1\xff"), ("3", b"\3\1\2\3"), ("too long", b"\xffabc"), ("255", b"\xff" + (TEXT * 20)[:255])):
                found[f"option {code} {name}", kind] = head + b"\x63\x82\x53\x63" + bytes((53, 1, kind, code)) + value + b"\xff"
        for cookie in (b"\0\0\0\0", b"\x63\x82\x53\x64", b"\xff\xff\xff\xff"):
            found[f"cookie {cookie.hex()}", kind] = head + cookie + options
        for place, value in ((0, 0), (0, 3), (0, 255), (1, 255), (2, 0), (2, 17), (2, 255), (3, 255)):
            found[f"header {place} {value}", kind] = usual[:place] + bytes([value]) + usual[place + 1:]
        # Options go on in the fields for a file and a server's name (RFC 2132, 9.3).
        for overload in (1, 2, 3, 4, 255):
            inside = bytes((52, 1, 3)) * 42
            found[f"overload {overload}", kind] = head[:44] + (inside + bytes(64))[:64] + (inside + bytes(128))[:128] + b"\x63\x82\x53\x63" + bytes(
                (53, 1, kind, 52, 1, overload, 255))
        found["no end", kind] = head + b"\x63\x82\x53\x63" + bytes((53, 1, kind))
        found["options 600 times", kind] = head + b"\x63\x82\x53\x63" + bytes((53, 1, kind)) + b"\x96\4\xc0\0\2\5" * 200 + b"\xff"
        found["pads", kind] = head + b"\x63\x82\x53\x63" + b"\0" * 1000 + bytes((53, 1, kind, 255))
        found["two kinds", kind] = head + b"\x63\x82\x53\x63" + bytes((53, 1, kind, 53, 1, 6, 53, 0, 255))
    return found


def http():
    """{(name, whether it is the server's): octets}; the server's come behind a request for a file."""
    found = {}
    get = "GET /SEP00005E005361.cnf.xml HTTP/1.1\r\n"
    for name, octets in {
            "no version": "GET /SEP00005E005361.cnf.xml\r\n\r\n", "no path": "GET  HTTP/1.1\r\n\r\n", "far version": "GET /x HTTP/9999999999.1\r\n\r\n",
            "long path": "GET /" + "a" * 5000 + " HTTP/1.1\r\n\r\n", "escapes": "GET /%00%0d%0a%2e%2e/%zz HTTP/1.1\r\n\r\n", "no end": get + "Host: x",
            "headers": get + "x: y\r\n" * 500 + "\r\n", "folded": get + "Host:\r\n x\r\n\ty\r\n\r\n", "body": get + "Content-Length: 99999999999999999999\r\n\r\nx",
            "method": "A" * 300 + " / HTTP/1.1\r\n\r\n", "other": "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n"}.items():
        found[f"request {name}", False] = octets.encode()
    for name, octets in {
            "length": "Content-Length: -1\r\n\r\nabc", "lengths": "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "great": "Content-Length: 18446744073709551615\r\n\r\nabc", "chunks": "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFE\r\nabc",
            "no size": "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n", "size": "Transfer-Encoding: chunked\r\n\r\n3;x=\"\r\n\"\r\nabc\r\n-1\r\n",
            "both": "Content-Length: 3\r\nTransfer-Encoding: chunked, gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "until the end": "\r\nabc",
            "text": "Server: " + TEXT.decode("latin-1") + "\r\nContent-Length: 0\r\n\r\n"}.items():
        found[f"answer {name}", True] = b"HTTP/1.1 200 OK\r\n" + octets.encode("latin-1")
    for status in ("", "0", "99", "1000", "-1", "99999999999", "404", "100", "204", "304"):
        found[f"status {status}", True] = f"HTTP/1.1 {status} \r\n\r\n".encode()
    found["only a version", True] = b"HTTP/1.1\r\n\r\n"
    found["nothing", True] = b"\r\n\r\n"
    return found
