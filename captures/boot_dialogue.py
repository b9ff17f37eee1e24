# SPDX-License-Identifier: GPL-2.0-or-later
"""What a phone does before it registers, as bytes and as steps with a clock.

  cdp_*, lldp_*, dhcp, tftp_*, dns_*, http_*, tls_*   one message each
  configuration, trust_list, image                    the files that a phone fetches
  Boot                                                one phone that boots: neighbours, address, name, files

The contents of trust lists and firmware are counted octets: nothing of a real one is here.
"""

import struct

from craft import (ETHERTYPE_ARP, ETHERTYPE_IPV4, PROTOCOL_UDP, Host, TcpFlow, UdpFlow, arp, checksum, ethernet, ip_bytes, ipv4, mac_bytes,
                   ms, straight, udp)

PHONE, SERVER = TcpFlow.CLIENT, TcpFlow.SERVER
BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"
ZERO_MAC = "00:00:00:00:00:00"  # in a question: the one that is asked for
CDP_MAC, LLDP_MAC = "01:00:0c:cc:cc:cc", "01:80:c2:00:00:0e"
ETHERTYPE_LLDP = 0x88CC
LEASE = 8 * 24 * 3600


# ------------------------------------------------------------------------------------------ neighbours

def cdp(src_mac, tlvs, ttl=180):
    """A CDP frame; `tlvs`: (type, value) each."""
    body = b"".join(struct.pack("!HH", kind, 4 + len(value)) + value for kind, value in tlvs)
    # An odd last octet counts as the low half of its word, as a signed number and one too low if it is negative; the Internet checksum
    # would take it as the high half.
    last = body[-1]
    even = body if len(body) % 2 == 0 else body[:-1] + (b"\0" + bytes([last]) if last < 0x80 else b"\xFF" + bytes([last - 1]))
    check = checksum(struct.pack("!BBH", 2, ttl, 0) + even)
    payload = b"\xAA\xAA\x03\x00\x00\x0C\x20\x00" + struct.pack("!BBH", 2, ttl, check) + body
    return ethernet(src_mac, CDP_MAC, len(payload), payload)


def cdp_phone(phone, platform, load, address="0.0.0.0"):
    return cdp(phone.mac, [
        (0x01, phone.name.encode()), (0x02, struct.pack("!IBBBH", 1, 1, 1, 0xCC, 4) + ip_bytes(address)), (0x03, b"Port 1"),
        (0x04, struct.pack("!I", 0x490)), (0x05, load.encode()), (0x06, platform.encode()), (0x0B, b"\x01"),
        (0x0F, b"\x20\x02\x00\x01"), (0x10, struct.pack("!H", 6300)), (0x19, struct.pack("!HHI", 1, 0, 6300))])


def cdp_switch(mac, voice_vlan, native_vlan, name="access-sw1.example.net", port="GigabitEthernet0/7"):
    return cdp(mac, [
        (0x01, name.encode()), (0x02, struct.pack("!IBBBH", 1, 1, 1, 0xCC, 4) + ip_bytes("192.0.2.2")), (0x03, port.encode()),
        (0x04, struct.pack("!I", 0x28)), (0x05, b"Example switch software"), (0x06, b"cisco WS-C2960-24PC-L"),
        (0x0A, struct.pack("!H", native_vlan)), (0x0B, b"\x01"), (0x0E, b"\x01" + struct.pack("!H", voice_vlan)),
        (0x12, b"\x00"), (0x13, b"\x00"), (0x1A, struct.pack("!HHII", 1, 0, 0, 0xFFFFFFFF))])


def lldp(src_mac, tlvs):
    body = b"".join(struct.pack("!H", kind << 9 | len(value)) + value for kind, value in (*tlvs, (0, b"")))
    return ethernet(src_mac, LLDP_MAC, ETHERTYPE_LLDP, body)


def _med(subtype, value):
    return 127, b"\x00\x12\xBB" + bytes([subtype]) + value


def _policy(application, vlan, priority, dscp, unknown=False, tagged=True):
    word = int(unknown) << 23 | int(tagged and not unknown) << 22 | vlan << 9 | priority << 6 | dscp
    return _med(2, struct.pack("!I", application << 24 | word))


def lldp_phone(phone, model, load, serial="FCH00005361"):
    return lldp(phone.mac, [
        (1, b"\x05\x01" + bytes(4)), (2, b"\x07" + phone.mac.replace(":", "").upper().encode() + b":P1"), (3, struct.pack("!H", 180)),
        (4, b"SW PORT"), (5, phone.name.encode()), (6, f"Cisco IP Phone {model}, {load}".encode()), (7, struct.pack("!HH", 0x24, 0x24)),
        _med(1, struct.pack("!HB", 0x33, 3)), _policy(1, 0, 5, 46, unknown=True), _policy(2, 0, 4, 24, unknown=True),
        _med(5, b"1"), _med(6, b"tnp61.8-5-2-0.bin"), _med(7, load.encode()), _med(8, serial.encode()),
        _med(9, b"Cisco Systems, Inc."), _med(10, f"CP-{model}".encode())])


def lldp_switch(mac, voice_vlan, name="access-sw1.example.net", port="Gi0/7", tagged=True):
    return lldp(mac, [
        (1, b"\x04" + mac_bytes(mac)), (2, b"\x05" + port.encode()), (3, struct.pack("!H", 120)), (5, name.encode()),
        (7, struct.pack("!HH", 0x14, 0x04)), _med(1, struct.pack("!HB", 0x0F, 4)), _policy(1, voice_vlan, 5, 46, tagged=tagged),
        _policy(2, voice_vlan, 3, 24, tagged=tagged)])


# ------------------------------------------------------------------------------------------------ DHCP

DISCOVER, OFFER, REQUEST, DECLINE, DHCP_ACK, NAK, RELEASE = range(1, 8)


def dhcp(kind, xid, mac, options, ciaddr="0.0.0.0", yiaddr="0.0.0.0", siaddr="0.0.0.0", giaddr="0.0.0.0", secs=0, broadcast=True):
    """`options`: (code, value) each; option 53 and the end are added."""
    reply = kind in (OFFER, DHCP_ACK, NAK)
    head = struct.pack("!BBBBIHH", 2 if reply else 1, 1, 6, 0, xid, secs, 0x8000 if broadcast else 0)
    head += ip_bytes(ciaddr) + ip_bytes(yiaddr) + ip_bytes(siaddr) + ip_bytes(giaddr) + mac_bytes(mac) + bytes(10) + bytes(64 + 128)
    body = b"".join(bytes([code, len(value)]) + value for code, value in ((53, bytes([kind])), *options))
    return (head + b"\x63\x82\x53\x63" + body + b"\xFF").ljust(300, b"\0")


def addresses(*texts):
    return b"".join(ip_bytes(text) for text in texts)


# ------------------------------------------------------------------------------------------- TFTP, DNS

def tftp_rrq(name, options=()):
    words = [name, "octet", *(text for pair in options for text in pair)]
    return b"\0\1" + b"".join(str(word).encode() + b"\0" for word in words)


def tftp_data(block, payload):
    return struct.pack("!HH", 3, block & 0xFFFF) + payload


def tftp_ack(block):
    return struct.pack("!HH", 4, block & 0xFFFF)


def tftp_error(code, text):
    return struct.pack("!HH", 5, code) + text.encode() + b"\0"


def tftp_oack(options):
    return b"\0\6" + b"".join(str(text).encode() + b"\0" for pair in options for text in pair)


def _dns_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def dns_query(ident, name):
    return struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 0) + _dns_name(name) + struct.pack("!HH", 1, 1)


def dns_answer(ident, name, *found, code=0):
    question = _dns_name(name) + struct.pack("!HH", 1, 1)
    records = b"".join(struct.pack("!HHHIH", 0xC00C, 1, 1, 3600, 4) + ip_bytes(address) for address in found)
    return struct.pack("!HHHHHH", ident, 0x8580 | code, 1, len(found), 0, 0) + question + records


# ------------------------------------------------------------------------------------------------ HTTP

def http_get(server, name, agent="Cisco-CP7821/12.1.1"):
    return (f"GET /{name} HTTP/1.1\r\nHost: {server}:6970\r\nUser-Agent: {agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n").encode()


def http_answer(code, reason, body=b"", kind="application/octet-stream", length=None):
    """length: announce more (or less) than the body has."""
    return (f"HTTP/1.1 {code} {reason}\r\nServer: TFTP\r\nContent-Type: {kind}\r\nConnection: close\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n").encode() + body


# ------------------------------------------------------------------------------------------------- TLS

TLS_1_0, TLS_1_2 = 0x0301, 0x0303


def tls_record(kind, payload, version=TLS_1_2):
    return struct.pack("!BHH", kind, version, len(payload)) + payload


def tls_handshake(kind, body):
    return struct.pack("!B", kind) + len(body).to_bytes(3, "big") + body


def tls_alert(level, description):
    return tls_record(21, bytes([level, description]))


def tls_client_hello(random, ciphers=(0xC030, 0xC02F, 0x009D, 0x009C, 0x0035, 0x002F, 0x00FF)):
    extensions = (struct.pack("!HHHHH", 0x000A, 6, 4, 23, 24) + struct.pack("!HHBB", 0x000B, 2, 1, 0) +
                  struct.pack("!HHHHHH", 0x000D, 8, 6, 0x0401, 0x0501, 0x0601))
    body = (struct.pack("!H", TLS_1_2) + random + b"\0" + struct.pack(f"!H{len(ciphers)}H", 2 * len(ciphers), *ciphers) + b"\1\0" +
            struct.pack("!H", len(extensions)) + extensions)
    return tls_record(22, tls_handshake(1, body), TLS_1_0)


def tls_server_hello(random, cipher=0x009D):
    return tls_handshake(2, struct.pack("!H", TLS_1_2) + random + b"\0" + struct.pack("!HB", cipher, 0))


def tls_certificate(*certificates):
    entries = b"".join(len(one).to_bytes(3, "big") + one for one in certificates)
    return tls_handshake(11, len(entries).to_bytes(3, "big") + entries)


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def certificate(subject, issuer, not_before, not_after, serial=0x5361):
    """An X.509 certificate whose key and signature are counted octets: it proves nothing."""
    def name(text):
        return der(0x30, der(0x31, der(0x30, der(0x06, b"\x55\x04\x03"), der(0x0C, text.encode()))))
    algorithm = der(0x30, der(0x06, bytes.fromhex("2a864886f70d01010b")), der(0x05))
    rsa = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010101")), der(0x05))
    key = der(0x30, der(0x02, b"\0\xC1" + bytes(range(127))), der(0x02, b"\1\0\1"))
    body = der(0x30, der(0xA0, der(0x02, b"\2")), der(0x02, serial.to_bytes(2, "big")), algorithm, name(issuer),
               der(0x30, der(0x17, not_before.encode()), der(0x17, not_after.encode())), name(subject),
               der(0x30, rsa, der(0x03, b"\0", key)))
    return der(0x30, body, algorithm, der(0x03, b"\0", bytes(range(128))))


# ----------------------------------------------------------------------------------------------- files

def configuration(protocol, servers, load, lines=(("2001", "Alice Example"),), security=1, stamp="1772438400-5361",
                  ports=(2000, 5060, 5061)):
    """A small SEP<MAC>.cnf.xml. `servers`: call managers in order of preference."""
    members = "".join(
        f'      <member priority="{n}">\n        <callManager>\n          <name>{server}</name>\n          <ports>\n'
        f"            <ethernetPhonePort>{ports[0]}</ethernetPhonePort>\n            <sipPort>{ports[1]}</sipPort>\n"
        f"            <securedSipPort>{ports[2]}</securedSipPort>\n          </ports>\n"
        f"          <processNodeName>{server}</processNodeName>\n        </callManager>\n      </member>\n"
        for n, server in enumerate(servers))
    profile = ""
    if protocol == "SIP":
        profile = "  <sipProfile>\n    <sipLines>\n" + "".join(
            f'      <line button="{n}">\n        <featureID>9</featureID>\n        <featureLabel>{number}</featureLabel>\n'
            f"        <proxy>USECALLMANAGER</proxy>\n        <port>5060</port>\n        <name>{number}</name>\n"
            f"        <displayName>{text}</displayName>\n      </line>\n" for n, (number, text) in enumerate(lines, 1)) + (
            "    </sipLines>\n    <timerRegisterExpires>3600</timerRegisterExpires>\n  </sipProfile>\n")
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<device>\n  <deviceProtocol>{protocol}</deviceProtocol>\n'
            "  <devicePool>\n    <dateTimeSetting>\n      <dateTemplate>D/M/Y</dateTemplate>\n      <timeZone>GMT Standard/Daylight Time"
            "</timeZone>\n    </dateTimeSetting>\n    <callManagerGroup>\n    <members>\n"
            f"{members}    </members>\n    </callManagerGroup>\n  </devicePool>\n{profile}"
            f"  <versionStamp>{{{stamp}}}</versionStamp>\n  <loadInformation>{load}</loadInformation>\n"
            f"  <deviceSecurityMode>{security}</deviceSecurityMode>\n  <transportLayerProtocol>1</transportLayerProtocol>\n"
            "</device>\n").encode()


def counted(size, start=0):
    return bytes((n * 73 + start) & 0xFF for n in range(size))


def trust_list(size=900):
    """Begins as an ITL does (version 1.0); the rest is counted octets."""
    return b"\x01\x00\x02\x01\x00\x02\x00\x02" + counted(size - 8)


# ------------------------------------------------------------------------------------------- the steps

class Boot:
    """One phone that boots: a clock, the phone's host, and the servers around it.

    `phone` has .name and .mac (a Phone of craft); the host's address is what the DHCP server gives.
    """

    def __init__(self, capture, host, phone, start, model="7961G", tftp=None, gateway=None, dns=None, xid=0x5361, link=straight):
        self.capture, self.host, self.phone = capture, host, phone
        self.now = start
        self.model = model
        self.gateway = gateway or Host("192.0.2.1", "00:00:5e:00:53:01", first_ident=0x1000)
        self.tftp = tftp or Host("192.0.2.5", "00:00:5e:00:53:05", first_ident=0x5000)
        self.dns = dns or Host("192.0.2.53", "00:00:5e:00:53:35", first_ident=0x3500)
        self.xid = xid
        self.link = link
        self.sport = 51000
        self.tid = 40000
        self.http_port = 52000

    def wait(self, duration):
        self.now += duration
        return self

    # --- layer 2

    def frame(self, frame, after=ms(1)):
        self.now += after
        self.capture.add(self.now, frame)

    def arp(self, sender, sender_ip, target_mac, target_ip, reply=False, to=BROADCAST_MAC, after=ms(1)):
        self.now += after
        packet = arp(sender.mac, sender_ip, target_mac, target_ip, reply)
        self.capture.add(self.now, self.link(sender, Host("0.0.0.0", to), ETHERTYPE_ARP, packet))

    def who_has(self, address, **options):
        """The phone asks for the Ethernet address of `address`."""
        self.arp(self.host, self.host.ip, ZERO_MAC, address, **options)

    def is_at(self, host, address, **options):
        """`host` tells the phone that `address` is its own."""
        self.arp(host, address, self.host.mac, self.host.ip, reply=True, to=self.host.mac, **options)

    # --- DHCP

    def dhcp_of(self, mac, kind, options, after, **fields):
        """One message of another host of this link, or to it."""
        own, self.host = self.host, Host(self.host.ip, mac, first_ident=self.host.ident)
        self._dhcp(kind, options, after, to_server=kind in (DISCOVER, REQUEST), mac=mac, **fields)
        self.host = own

    def _dhcp(self, kind, options, after, to_server=True, mac=None, **fields):
        self.now += after
        payload = dhcp(kind, self.xid, mac or self.phone.mac, options, **fields)
        src, dst = (self.host, self.gateway) if to_server else (self.gateway, self.host)
        source_ip = fields.get("ciaddr", "0.0.0.0") if to_server else src.ip
        direct = kind == RELEASE
        target_ip = dst.ip if direct else "255.255.255.255"
        sport, dport = (68, 67) if to_server else (67, 68)
        packet = ipv4(source_ip, target_ip, PROTOCOL_UDP, udp(source_ip, target_ip, sport, dport, payload), ident=src.ident)
        src.ident += 1
        self.capture.add(self.now, self.link(src, dst if direct else Host("", BROADCAST_MAC), ETHERTYPE_IPV4, packet))

    def own_options(self):
        return [(61, b"\1" + mac_bytes(self.phone.mac)), (12, self.phone.name.encode()),
                (60, f"Cisco Systems, Inc. IP Phone CP-{self.model}\0".encode())]

    ASKED = (55, bytes((1, 66, 6, 3, 15, 150, 35)))

    def given(self, servers=None, server_name="", dns=False):
        """The options of a lease: what the scope says. servers: option 150; server_name: option 66."""
        options = [(54, ip_bytes(self.gateway.ip)), (51, struct.pack("!I", LEASE)), (58, struct.pack("!I", LEASE // 2)),
                   (1, addresses("255.255.255.0")), (3, ip_bytes(self.gateway.ip)), (15, b"example.net")]
        if dns:
            options.append((6, ip_bytes(self.dns.ip)))
        if servers is None and not server_name:
            servers = (self.tftp.ip,)
        if servers:
            options.append((150, addresses(*servers)))
        if server_name:
            options.append((66, server_name.encode()))
        return options

    def lease(self, upto=DHCP_ACK, **scope):
        """DISCOVER, OFFER, REQUEST, ACK."""
        given = self.given(**scope)
        own = self.own_options()
        self._dhcp(DISCOVER, [*own, self.ASKED], ms(5))
        self._dhcp(OFFER, given, ms(2), to_server=False, yiaddr=self.host.ip)
        if upto == OFFER:
            return
        self._dhcp(REQUEST, [*own, (50, ip_bytes(self.host.ip)), (54, ip_bytes(self.gateway.ip)), self.ASKED], ms(6))
        self._dhcp(DHCP_ACK, given, ms(2), to_server=False, yiaddr=self.host.ip)
        self.xid += 1

    def offer(self, options):
        self._dhcp(OFFER, options, ms(2), to_server=False, yiaddr=self.host.ip)

    def decline(self, address):
        self._dhcp(DECLINE, [*self.own_options()[:1], (50, ip_bytes(address)), (54, ip_bytes(self.gateway.ip))], ms(3))
        self.xid += 1

    def release(self):
        self._dhcp(RELEASE, [*self.own_options()[:1], (54, ip_bytes(self.gateway.ip))], ms(20), ciaddr=self.host.ip, broadcast=False)
        self.xid += 1

    # --- names and files

    def resolve(self, name, *found, code=0):
        flow = UdpFlow(self.capture, self.host, self.dns, self.sport, 53, link=self.link)
        self.sport += 1
        self.now = flow.send(self.now + ms(8), PHONE, dns_query(self.xid, name))
        self.now = flow.send(self.now + ms(3), SERVER, dns_answer(self.xid, name, *found, code=code))

    def tftp_flow(self):
        """A flow for one more file; ports[SERVER] is 69 until the server has answered from its own."""
        flow = UdpFlow(self.capture, self.host, self.tftp, self.sport, 69, link=self.link)
        self.sport += 1
        return flow

    def answer_port(self, flow):
        self.tid += 1
        flow.ports[SERVER] = self.tid

    def fetch(self, name, content=None, blksize=512, code=1, text="File not found", missing=0):
        """One file over TFTP; without content it is not found. missing: the last blocks never come."""
        flow = self.tftp_flow()
        self.now = flow.send(self.now + ms(60), PHONE, tftp_rrq(name))
        self.answer_port(flow)
        if content is None:
            self.now = flow.send(self.now + ms(6), SERVER, tftp_error(code, text))
            return
        for number in range(1, len(content) // blksize + 2 - missing):
            self.now = flow.send(self.now + ms(1), SERVER, tftp_data(number, content[(number - 1) * blksize:number * blksize]))
            self.now = flow.send(self.now + ms(0.5), PHONE, tftp_ack(number))

    def http_flow(self):
        flow = TcpFlow(self.capture, self.host, self.tftp, self.http_port, 6970, link=self.link)
        self.http_port += 1
        return flow

    def http(self, name, content=None, length=None, kind="application/octet-stream"):
        """One file over HTTP on a connection of its own. length: more is announced than comes; then the phone gives up."""
        flow = self.http_flow()
        self.now = flow.open(self.now + ms(50))
        self.now = flow.send(self.now + ms(2), PHONE, http_get(self.tftp.ip, name))
        flow.ack(self.now + ms(0.2), SERVER)
        answer = http_answer(404, "Not Found") if content is None else http_answer(200, "OK", content, kind, length)
        self.now = flow.send(self.now + ms(3), SERVER, answer)
        flow.ack(self.now + ms(0.2), PHONE)
        if length is not None:
            flow.rst(self.now + ms(30), PHONE)
            self.now += ms(30)
        else:
            self.now = flow.close(self.now + ms(1), SERVER)

    def refused(self, port=6970):
        """A connection that is reset at once, because nothing listens there."""
        flow = TcpFlow(self.capture, self.host, self.tftp, self.http_port, port, link=self.link)
        self.http_port += 1
        self.now += ms(50)
        flow.syn(self.now)
        self.now += ms(0.6)
        flow.rst(self.now, SERVER)

    def trust_files(self, itl=None):
        self.fetch(f"CTL{self.phone.name}.tlv")
        self.fetch(f"ITL{self.phone.name}.tlv", itl)
        if itl is None:
            self.fetch("ITLFile.tlv")
