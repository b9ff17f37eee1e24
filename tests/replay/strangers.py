# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures full of names that stand nowhere else, in places where phones and servers put them: made anew for each seed, the same for the
same one. What stands in them is told beside them."""

import base64
import gzip
import ipaddress
import random
import re
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "captures"))
import craft

START = craft.utc("2024-03-05T08:00:00")
VENDORS = ("00:13:80", "00:04:13", "80:5e:c0", "64:16:7f")


class Names:
    """Invents, and remembers what it has invented."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.words, self.numbers, self.macs, self.ipv4s, self.ipv6s, self.octets = [], [], [], [], [], []
        self.short = []  # numbers that others have in them, too
        self.ends = []  # octets of which not even the end may stay
        self.dialled = []  # key by key
        self.structure = set()  # what must still be there

    def word(self):
        text = "".join(self.random.choice("bdfgklmprstvz") + self.random.choice("aeiou") for _ in range(self.random.randint(3, 5)))
        if text in self.words:
            return self.word()
        self.words.append(text)
        return text.capitalize()

    def number(self, digits=0):
        digits = digits or self.random.randint(6, 11)
        text = self.random.choice("23456789") + "".join(self.random.choice("0123456789") for _ in range(digits - 1))
        if text in self.numbers or len(set(text)) < 3:
            return self.number(digits)
        self.numbers.append(text)
        return text

    def extension(self):
        """Of three digits, and no status of SIP."""
        text = self.number(3)
        if text < "700":
            self.numbers.remove(text)
            return self.extension()
        self.short.append(text)
        return text

    def mac(self):
        mac = self.random.choice(VENDORS) + "".join(f":{self.random.randint(0x11, 0xFE):02x}" for _ in range(3))
        self.macs.append(mac)
        return mac

    def ipv4(self, net=None):
        net = net or f"10.{self.random.randint(100, 250)}.{self.random.randint(100, 250)}"
        address = f"{net}.{self.random.randint(2, 250)}"
        if address in self.ipv4s:
            return self.ipv4(net)
        self.ipv4s.append(address)
        return address

    def ipv6_of(self, mac):
        octets = bytearray(craft.mac_bytes(mac))
        octets[0] ^= 2
        packed = bytes.fromhex("20010db8") + bytes(self.random.randint(0x11, 0xFE) for _ in range(4)) + bytes(octets[:3]) + b"\xff\xfe" + bytes(octets[3:])
        address = str(ipaddress.ip_address(packed))
        self.ipv6s.append(address)
        return address

    def bytes(self, n):
        octets = bytes(self.random.randint(0x80, 0xFE) for _ in range(n))
        self.octets.append(octets)
        self.ends.append(octets)
        return octets

    def keys(self, n=7):
        text = "".join(self.random.choice("23456789") for _ in range(n))
        self.dialled.append(text)
        return text

    def stays(self, *texts):
        self.structure.update(texts)
        return texts[0]


class Scene:
    """A capture with a phone, a server, and time that goes on."""

    def __init__(self, names):
        self.names, self.capture, self.now = names, craft.Capture(), START
        net = f"10.{names.random.randint(100, 250)}.{names.random.randint(100, 250)}"
        self.phone = craft.Host(names.ipv4(net), names.mac())
        self.server = craft.Host(names.ipv4(net), names.mac())
        self.ports = iter(range(49152, 60000))

    def after(self, milliseconds=20):
        self.now += craft.ms(milliseconds)
        return self.now

    def udp(self, side, sport, dport, payload):
        craft.UdpFlow(self.capture, self.phone, self.server, sport, dport).send(self.after(), side, payload)

    def frame(self, kind, payload, destination, source=None):
        self.capture.add(self.after(), craft.ethernet(source or self.phone.mac, destination, kind, payload))

    def tcp(self, port, *talk):
        """talk: (side, payload)."""
        flow = craft.TcpFlow(self.capture, self.phone, self.server, next(self.ports), port)
        self.now = flow.open(self.after())
        for side, payload in talk:
            self.now = flow.send(self.after(), side, payload)
        flow.close(self.after(), 0)
        self.after()

    def http(self, path, kind, body, port=80, encoding=""):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
        self.tcp(port, (0, f"GET {path} HTTP/1.1\r\nHost: {self.server.ip}\r\nUser-Agent: Phone\r\n\r\n".encode()), (1, head.encode() + body))

    def sip(self, method, headers, body="", kind="text/plain", user=None):
        return self.message(method, headers, body, kind, user).encode()

    def message(self, method, headers, body, kind, user=None):
        user = user or self.names.number(6)
        unique = self.names.random.randint(10**8, 10**9)
        return "\r\n".join([
            f"{method} sip:{user}@{self.server.ip} SIP/2.0", f"Via: SIP/2.0/UDP {self.phone.ip}:5060;branch=z9hG4bK{unique}",
            f"From: <sip:{user}@{self.server.ip}>;tag=t{unique}", f"To: <sip:{user}@{self.server.ip}>;tag=u{unique}", f"Call-ID: c{unique}@{self.phone.ip}",
            f"CSeq: 1 {method}", "Max-Forwards: 70", *headers, *([f"Content-Type: {kind}"] if body else []), f"Content-Length: {len(body.encode())}", "", body])


# --------------------------------------------------------------------------------------------- texts


def directories(scene, names):
    """Directories and settings of many makers, by HTTP."""
    entries = [(names.word(), names.number()) for _ in range(3)]
    rows = "".join(f"<DirectoryEntry><Name>{name}</Name><Telephone>{number}</Telephone></DirectoryEntry>" for name, number in entries)
    names.stays("<DirectoryEntry>", "<Telephone>", "CiscoIPPhoneDirectory")
    scene.http("/directory.xml", "text/xml", f"<CiscoIPPhoneDirectory><Title>{names.word()}</Title>{rows}</CiscoIPPhoneDirectory>".encode())
    rows = "".join(f'<Unit Name="{names.word()}" Phone1="{names.number()}" Phone2="{names.number()}" default_photo="Resource:"/>' for _ in range(2))
    scene.http("/contacts.xml", "text/xml", f'<?xml version="1.0"?><YealinkIPPhoneBook><Menu Name="{names.word()}">{rows}</Menu></YealinkIPPhoneBook>'.encode())
    book = (f"<AddressBook><Contact><LastName>{names.word()}</LastName><FirstName>{names.word()}</FirstName><Phone><phonenumber>{names.number()}</phonenumber>"
            f"<accountindex>0</accountindex></Phone></Contact></AddressBook>")
    scene.http("/phonebook.xml", "application/xml", book.encode())
    scene.http("/list.xml", "application/xml", ('\ufeff<?xml version="1.0" encoding="utf-16"?><list><item><ln>%s</ln><ct>%s</ct></item></list>' %
                                                 (names.word(), names.number())).encode("utf-16-le"))


def settings(scene, names):
    number, name = names.number(), names.word()
    text = (f"#!version:1.0.0.1\naccount.1.user_name = {number}\naccount.1.label = {name}\naccount.1.sip_server.1.port = 5062\n"
            f"account.1.expires = 3600\nlinekey.2.value = {names.number()}\nvoice_mail.number.1 = {names.number(5)}\nforward.always.target = {names.number()}\n"
            f"dialplan.dialnow.rule.1 = {names.number()}\nlocal_time.interval = 86400\nmemorykey.1.pickup_value = {names.number()}\n")
    names.stays("sip_server.1.port = 5062", "expires = 3600", "local_time.interval = 86400", "memorykey.1.pickup_value")
    scene.http("/000000000000.cfg", "text/plain", text.encode())
    text = (f'<?xml version="1.0"?><PHONE_CONFIG><ALL reg.1.address="{names.number()}" reg.1.label="{names.word()}" reg.1.server.1.port="5064" '
            f'divert.fwd.1.contact="{names.number()}" attendant.resourceList.1.address="{names.number()}" voIpProt.server.1.expires="7200" '
            f'dialplan.digitmap="[2-9]11|0T|{names.number()}xx.T" msg.mwi.1.callBack="{names.number()}"/></PHONE_CONFIG>')
    names.stays('reg.1.server.1.port="5064"', 'expires="7200"', "<PHONE_CONFIG><ALL reg.1.address=")
    scene.http("/phone1.cfg", "text/xml", text.encode())
    text = (f'<?xml version="1.0"?><settings><phone-settings><user_name idx="1" perm="RW">{names.number()}</user_name><user_realname idx="1">{names.word()}</user_realname>'
            f'<user_expiry idx="1">3700</user_expiry></phone-settings><functionKeys><fkey idx="0" context="1" perm="">{names.number()}</fkey>'
            f'<fkey idx="1" context="active" perm="">speed {names.number()}</fkey></functionKeys><tbook><item context="active"><name>{names.word()}</name>'
            f'<number>{names.number()}</number></item></tbook></settings>')
    names.stays(">3700</user_expiry>", "<functionKeys>")
    scene.http("/snom.htm", "text/xml", text.encode())
    scene.http("/dialplan.xml", "text/xml", (f'<DIALTEMPLATE><TEMPLATE MATCH="{names.number()}" Timeout="3"/><TEMPLATE MATCH="{names.number()}..." Timeout="0" '
                                             f'Rewrite="{names.number()}"/></DIALTEMPLATE>').encode())


def loads(scene, names):
    """Settings that are called by a load, and are none of firmware."""
    host, number = names.word(), names.number()
    text = (f"<device><loadInformation>SIP41.9-4-2SR3-1S</loadInformation><loadServer>{names.word()}.{names.word()}.example</loadServer><addOnModules><addOnModule idx=\"1\">"
            f"<loadInformation>{names.ipv4()}</loadInformation></addOnModule></addOnModules><loadInformation7>{names.word()} {names.word()}</loadInformation7>"
            f"<vendorConfig><loadServer>{names.ipv4()}</loadServer><problemReportUploadURL>https://{names.word()}:{names.word()}@{host}.example/{names.word()}</problemReportUploadURL>"
            f"</vendorConfig><uploadedBy user=\"{names.word()}\">{names.word()}</uploadedBy><payload>{names.word()}, {number}</payload></device>")
    names.stays("<loadInformation>SIP41.9-4-2SR3-1S</loadInformation>", "<loadServer>", "<problemReportUploadURL>https://")
    scene.http("/load.cnf.xml", "text/xml", text.encode())
    text = (f"upload.password = {names.word()}\ndownload_password: {names.word()}\nlog_upload_pin = {names.number(4)}\nDownloadNumber={names.number()}\nwallpaper_upload.url = {names.word()}\n"
            f"loadName = {names.word()}\nreload.by = {names.word()}\n")
    scene.http("/load.cfg", "text/plain", text.encode())
    scene.udp(0, 5060, 5060, scene.sip("INFO", [], f'{{"payload": "{names.word()} {names.number()}", "download": "{names.word()}@{host}.example"}}', "application/json"))


def papers(scene, names):
    """Other forms in which a server keeps people."""
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{names.word()};{names.word()}\r\nTEL;TYPE=WORK:+{names.number()}\r\nTEL:{names.number()}\r\nEND:VCARD\r\n"
    scene.http("/contact.vcf", "text/vcard", card.encode())
    scene.http("/people.csv", "text/csv", f"name;number\n{names.word()};{names.number()}\n{names.word()},{names.number(5)},1\n".encode())
    text = f"P270={names.word()}\nP35={names.number()}\nP40=5060\nP33={names.number(5)}\nP2={names.word()}\n[sip]\nexten => {names.number(5)},1,Dial(SIP/{names.number()},20)\n"
    names.stays("P40=5060")
    scene.http("/cfg.txt", "text/plain", text.encode())
    page = (f"<html><body><table><tr><td>{names.word()}</td><td>{names.number(5)}</td></tr></table><p>Call {names.word()} at {names.number()}-{names.number(5)}.</p>"
            f"<!-- {names.word()} {names.number()} --><a href=\"tel:{names.number()}\">x</a></body></html>")
    names.stays("<table><tr><td>", "</body></html>")
    scene.http(f"/users/{names.number()}/index.html?n={names.number()}&who={names.word()}", "text/html", page.encode())
    form = f"user={names.number()}&name={names.word()}&pass={names.word()}&number={names.number()}"
    scene.tcp(80, (0, f"POST /login HTTP/1.1\r\nHost: {scene.server.ip}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()),
              (1, f"HTTP/1.1 302 Found\r\nLocation: http://{names.word().lower()}.example:8089/x?n={names.number()}\r\nSet-Cookie: s={names.word()}\r\nContent-Length: 0\r\n\r\n".encode()))
    names.stays(":8089/")


def wrapped(scene, names):
    """Texts in base64, of which the last line ends in one mark of equality."""
    for size in range(5):
        text = f"{names.word()} {names.number()} {names.word()}".encode()
        text += b"." * ((2 - len(text)) % 3)
        names.octets += [base64.b64encode(text), base64.b64encode(text)[4:-4]]
        long = base64.encodebytes(b"-" * (57 + size - size % 3) + text)
        scene.udp(0, 5060, 5060, scene.sip("MESSAGE", ["Content-Transfer-Encoding: base64"], base64.b64encode(text).decode()))
        scene.udp(0, 5060, 5060, scene.sip("MESSAGE", [], f"--edge\r\nContent-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(text).decode()}\r\n--abc--\r\n--edge--\r\n",
                                                   "multipart/mixed;boundary=edge"))
        scene.http("/text.txt", "text/plain", long)
        tftp(scene, names, "text.txt", long)
    names.stays("Content-Transfer-Encoding: base64\r\n\r\n", "server_password=\r\nlinePort=\r\n")
    scene.http("/empty.cfg", "text/plain", f"server_password=\r\nlinePort=\r\nz={base64.b64encode(names.word().encode() * 2).decode().rstrip('=')}\r\nv={names.word()}\r\nm={names.word()}\r\nt={names.number()}a\r\n".encode())


def commands(scene, names):
    """What a router is told: passwords that anybody reads back, and those that nobody shall have to try."""
    obscured = f"09{names.bytes(6).hex().upper()}"
    names.octets.append(obscured.encode())
    hashed = names.bytes(12).hex()
    names.octets.append(hashed.encode())
    text = (f"hostname {names.word()}\nenable secret 5 $1${names.word()[:4]}${hashed}\nenable password 7 {obscured}\nusername {names.word()} privilege 15 secret 9 $9${hashed}\n key-string 7 {obscured}\n"
            f"tacacs-server key 7 {obscured}\n authentication username {names.word()} password 7 {obscured} realm {names.word()}\nusername x password 0 {names.word()}\n")
    names.stays(" 5 $1$", "password 7 ", " 9 $9$", " key-")
    scene.http("/router-confg", "text/plain", text.encode())
    tftp(scene, names, "router-confg", text.encode())


def json_texts(scene, names):
    extension = names.number(4)
    text = (f'{{"phone": {{"ext":{extension},"alt" : {names.number()}, "display":"{names.word()}","port":5066,"expires":3800,\n'
            f' "mac":"{names.mac()}", "lines":[{names.number()}, "{names.number()}"], "note":"M\\u00fcller {names.word()}\\n"}}}}')
    names.stays('"port":5066', '"expires":3800', "\\u00fc", '"ext":')
    scene.http("/api/phone", "application/json", text.encode())
    text = f'{{"{names.word()}":{names.number()},"{names.word()} {names.word()}":{{"expires":3801}},"J\\u00f6rg {names.word()}":"{names.number()}","{names.number()}":1}}'
    names.stays('"expires":3801')
    scene.http("/api/people", "application/json", b"\xef\xbb\xbf" + text.encode())
    scene.http("/api/packed", "application/json", gzip.compress(f'{{"user":"{names.word()}","ext":"{names.number()}"}}'.encode() * 3, mtime=0), encoding="Content-Encoding: gzip\r\n")
    scene.http("/api/port8080", "application/json", f'{{"value":{names.number()}}}'.encode(), port=8080)


# ----------------------------------------------------------------------------------------------- SIP


def requests(scene, names):
    number, name = names.number(), names.word()
    headers = [f'Contact: <sip:{number}@{scene.phone.ip}:5072;transport=udp>', f'Subject: Alert History Phone-Context Info ext {name}',
               f'Alert-Info: <http://{scene.server.ip}/{name}>', f"History-Info: <sip:{names.number()}@{scene.server.ip}?Reason=SIP%3Bcause%3D302%3Btext%3D%22{names.word()}%22>;index=1",
               f"P-Charging-Vector: icid-value={names.word()}{names.number(6)};icid-generated-at={scene.server.ip};orig-ioi={names.word().lower()}.example",
               f"P-Asserted-Identity: <tel:{names.number()};phone-context=+{names.number()};ext={names.number(5)}>",
               f'Remote-Party-ID: "{name} Ext" <sip:{number}@{scene.server.ip}>;party=calling', f"Organization: {names.word()}"]
    names.stays("Alert-Info: <http://", "History-Info: <sip:", ";phone-context=+", ";ext=", "P-Charging-Vector: ", "?Reason=SIP%3Bcause%3D", "%3Btext%3D%22", ":5072;transport=udp",
                ";icid-generated-at=", ";orig-ioi=")
    scene.udp(0, 5060, 5060, scene.sip("MESSAGE", headers, f"Alert of History: {names.word()} is at {names.number()}", user=number))
    mac = names.mac().replace(":", "").upper()
    scene.udp(0, 5060, 5060, scene.sip("OPTIONS", [f"User-Agent: snom870/8.7.5 {mac[:6]}-{mac[6:]}", f"X-Serial: {mac}"]))
    fingerprint = names.bytes(32)
    sdp = (f"v=0\r\no={names.word()} 1 1 IN IP4 {scene.phone.ip}\r\ns={names.word()}\r\nc=IN IP4 {scene.phone.ip}\r\nt=0 0\r\nm=audio 20000 RTP/SAVP 0 101\r\n"
           f"a=fingerprint:sha-256 {':'.join(f'{octet:02X}' for octet in fingerprint)}\r\na=rtpmap:101 telephone-event/8000\r\n")
    names.stays("m=audio 20000 RTP/SAVP 0 101", "telephone-event/8000")
    scene.udp(0, 5060, 5060, scene.sip("INVITE", [f"Contact: <sip:{number}@{scene.phone.ip}>"], sdp, "application/sdp"))


def header_params(scene, names):
    """Headers of which a parameter says who."""
    nonce, proof = names.bytes(16).hex(), names.bytes(16).hex()
    names.words += [nonce, proof]
    headers = [f'Authentication-Info: rspauth="{proof}", qop=auth, nc=00000001', f'Proxy-Authentication-Info: nextnonce="{nonce}"', f"Suppress-If-Match: {names.word()}",
               f'Feature-Caps: *;+g.3gpp.atcf-path="<sip:{names.number()}@{names.ipv4()}>";+g.3gpp.stn-sr="tel:+{names.number()}";+g.3gpp.atcf-mgmt-uri="<sip:{names.word()}.example>"',
               f'Content-Disposition: attachment;filename="{names.word()} {names.word()}.pdf";handling=optional', f'Authorization: Digest\tusername="{names.word()}", realm="{names.word()}"']
    # Tokens of one word, in which domain, user and workstation stand.
    tokens = [b"NTLMSSP\0" + names.bytes(12) + " ".join((names.word(), names.word(), "pc1")).encode("utf-16-le") + names.bytes(24) for _ in range(3)]
    names.ends += [base64.b64encode(token) for token in tokens]
    headers += [f"{name}: {how} {base64.b64encode(token).decode()}" for name, how, token in zip(("Authorization", "Proxy-Authorization", "Authorization"), ("Negotiate", "NTLM", "Kerberos"), tokens)]
    names.stays("Authorization: Negotiate ", "Proxy-Authorization: NTLM ", "Authorization: Kerberos ")
    names.stays("rspauth=", ", qop=auth, nc=00000001", "nextnonce=", '+g.3gpp.atcf-path="<sip:', '+g.3gpp.stn-sr="tel:+', "Content-Disposition: attachment;filename=", ".pdf", "handling=optional")
    scene.udp(0, 5060, 5060, scene.sip("MESSAGE", headers, "Hello"))


def called_as_words(scene, names):
    """People whose names are words, and what names a device where a product is named."""
    first = ("Jan", "Max", "August", "Will", "Jack", "Monday")
    owner, serial = names.word(), f"FCH{names.number(8)}"
    names.octets += [f'"{name} '.encode() for name in first] + [f"({name}) ".encode() for name in first] + [f"<displayName>{name} ".encode() for name in first]
    names.stays("User-Agent: Cisco-CP8841/12 (", "Date: Mon, 05 Aug 2024", '"Anonymous" <sip:')
    for name in first:
        scene.udp(0, 5060, 5060, scene.sip("OPTIONS", [f'P-Asserted-Identity: "{name} {names.word()}" <sip:h>', f'Remote-Party-ID: "{names.word()} ({name}) {names.word()}" <sip:h>;party=calling',
                                                       'Reply-To: "Anonymous" <sip:h>', "Date: Mon, 05 Aug 2024 10:00:00 GMT"], f"<x><displayName>{name} {names.word()}</displayName></x>", "application/xml"))
    scene.udp(0, 5060, 5060, scene.sip("OPTIONS", [f"User-Agent: Cisco-CP8841/12 ({serial})", f"Server: Program on {owner}s Mac", f"Organization: {owner}"]))


def grammar(scene, names):
    """Parameters whose names are known: a value stays only if such a name may have it."""
    words = ("alias", "user", "method", "transport", "lr", "ob", "cause", "id", "index", "q", "expires", "reg-id", "audio", "isfocus", "privacy", "party", "screen", "encoding", "duration")
    for value in (names.word, names.number, names.ipv4):
        params = "".join(f";{name}={value()}" for name in words)
        quoted = "".join(f';{name}="{value()}"' for name in words)
        scene.udp(0, 5060, 5060, scene.sip("OPTIONS", [f"Contact: <sip:h{params}>{quoted}", f"Via: SIP/2.0/UDP h;keep={value()};i=A,{value()}", f"Retry-After: {value()}",
                                                       f"Retry-After: 30 ({value()});duration={value()}", f"Warning: {value()}", f"v: {value()}", f"Contact: <sip:h;{value()}>"]))
    names.stays(";duration=3600\r\n", ";alias=10.", "~5060~1>", ";transport=TCP;lr;ob>;expires=604800;q=0.7;reg-id=1;audio;isfocus\r\n", ";user=phone;lr=on>;index=1.2.1;cause=302", "Retry-After: 1800 (")
    scene.udp(0, 5060, 5060, scene.sip("OPTIONS", ["Contact: <sip:h;transport=TCP;lr;ob>;expires=604800;q=0.7;reg-id=1;audio;isfocus", "Retry-After: 1800 (busy);duration=3600",
                                                   "History-Info: <sip:h;user=phone;lr=on>;index=1.2.1;cause=302", f"Record-Route: <sip:h;alias={names.ipv4()}~5060~1>"]))


def soft_phones(scene, names):
    """Phones that are called by their users, and the files that they ask for."""
    for kind in ("CSF", "TCT", "BOT", "TAB", "ATA"):
        name = kind + names.word().upper()
        tftp(scene, names, f"{name}.cnf.xml", f"<device><name>{name}</name></device>".encode())
        names.stays(f"\0\1{kind}", "</name></device>")
    name = names.word()
    scene.http(f"/CSF{name}.cnf.xml", "text/xml", f"<device><note>csf{name.lower()}</note></device>".encode(), port=6970)
    scene.udp(0, 5060, 5060, scene.sip("REGISTER", [f'Contact: <sip:h>;+u.sip!devicename.ccm.cisco.com="CSF{name.upper()}";+u.sip!model.ccm.cisco.com="503"']))
    names.stays("GET /CSF", '="CSF', 'model.ccm.cisco.com="503"', "<note>csf")


def parts(scene, names):
    """Bodies of several parts, and what headers carry in other letters."""
    number = names.number()
    xml = f'<?xml version="1.0"?><presence entity="pres:{number}@h"><tuple id="x"><status><basic>open</basic></status><note>{names.word()} at {names.number()}</note></tuple></presence>'
    place = f"<civicAddress><A3>{names.word()}</A3><A6>{names.word()}</A6><HNO>{names.number(5)}</HNO></civicAddress>"
    body = f"--edge\r\nContent-Type: application/pidf+xml\r\n\r\n{xml}\r\n--edge\r\nContent-Type: application/xml\r\n\r\n\ufeff{place}\r\n" \
        f'--edge\r\nContent-Type: application/json\r\n\r\n{{"user":{names.number()}}}\r\n--edge\r\nContent-Type: text/plain\r\n\r\n{names.word()}: {names.number()}\r\n--edge--\r\n'
    names.stays("<presence ", "<basic>open</basic>", "<civicAddress>", "</HNO>", '{"user":')
    text = names.word()
    headers = [f"User-to-User: {text.encode().hex()};encoding=hex", f"X-Data: {base64.b64encode(names.word().encode() * 3).decode()}", f"Diversion: <sip:{names.number()}@h>;reason=unconditional",
               f"Call-Info: <sip:{names.number()}@h>;answer-after=0", f"User-Agent: Phone/1.2 serial{names.mac().replace(':', '')}", f"Geolocation: <cid:{names.word()}@h>",
               f"Contact: \"{names.word()} {names.word()}\" <sip:{number}@{scene.phone.ip};x={names.word()}>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-{names.mac().replace(':', '')}>\""]
    names.stays("encoding=hex", "answer-after=0", "Diversion: ")
    scene.udp(0, 5060, 5060, scene.sip("PUBLISH", headers, body, "multipart/mixed;boundary=edge", number))


def extensions(scene, names):
    """Numbers of three digits: in sentences those that somebody has, and in what names a telephone any."""
    one, two, three, four, five = (names.extension() for _ in range(5))
    refusal = scene.message("OPTIONS", [f'Reason: Q.850;cause=16;text="{one} is not there"', f'Warning: 399 host "Nobody at {one}"', f"Server: PBX 18.{names.stays('100')} ({one})"],
                            f"SIP/2.0 486 Busy Here\r\nWarning: 399 host \"{one}\"\r\n", "message/sipfrag;version=2.0", one)
    names.stays("Reason: Q.850;cause=16;text=", "Warning: 399 ", "\r\n\r\nSIP/2.0 486 Busy Here\r\n", "PBX 18.100 (", "Warning: 399 ")
    scene.udp(0, 5060, 5060, refusal.encode())
    scene.udp(1, 5060, 5060, refusal.replace(refusal.split("\r\n", 1)[0], f"SIP/2.0 480 Extension {one} is gone").encode())
    scene.http(f"/tel/{one}/x.cfg", "application/json", f'{{"ext": "{two}", "room": "{names.stays("12")}", "from": "{three}"}}'.encode())
    body = f"<device>{four}</device><agentID>{five}</agentID>"
    scene.udp(0, 5060, 5060, scene.sip("SUBSCRIBE", [f"Contact: <tel:{two}>"], f"<x>{body}</x>", "application/x-as-feature-event+xml"))
    scene.udp(0, 50001, 69, f"\0\1{names.word()} {five}.cfg\0octet\0".encode())
    text = f"linekey.1.value = {names.word()}\nstatic.network.2.password = {names.word()}\nsip line1 password: {names.word()}\n<value>{names.word()}</value>\nname = value\nname = network\n"
    names.stays("linekey.1.value = ", "static.network.2.password = ", "sip line1 password: ")
    scene.http("/keys.cfg", "text/plain", text.encode())


def bodies(scene, names):
    for key in names.keys():
        scene.udp(0, 5060, 5060, scene.sip("INFO", [], f"Signal= {key}\r\nDuration= 160\r\n", "application/dtmf-relay"))
    names.stays("Signal= 1\r\nDuration= 160")
    for key in names.keys():
        scene.udp(0, 5060, 5060, scene.sip("INFO", [], key, "application/dtmf"))
    for key in [*names.keys(5), names.number()]:
        body = f'<?xml version="1.0" encoding="UTF-8"?><kpml-response xmlns="urn:ietf:params:xml:ns:kpml-response" version="1.0" code="200" text="OK" digits="{key}"/>'
        scene.udp(0, 5060, 5060, scene.sip("NOTIFY", ["Event: kpml", "Subscription-State: active;expires=7000"], body, "application/kpml-response+xml"))
    names.stays('code="200"', "active;expires=7000")
    body = (f'<?xml version="1.0"?><SetForwarding xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3"><device>{names.number()}</device>'
            f"<forwardingType>forwardImmediate</forwardingType><activateForward>true</activateForward><forwardDN>{names.number()}</forwardDN></SetForwarding>")
    names.stays("<SetForwarding ", "<forwardDN>")
    scene.udp(0, 5060, 5060, scene.sip("SUBSCRIBE", ["Event: as-feature-event"], body, "application/x-as-feature-event+xml"))
    body = (f"<x-cisco-remotecc-request><softkeyeventmsg><softkeyevent>Park</softkeyevent><dialogid><callid>{names.word()}-{names.number()}@{scene.phone.ip}</callid>"
            f"<localtag>{names.number()}</localtag><remotetag>{names.number()}</remotetag></dialogid><linenumber>0</linenumber><consultdialogid><callid></callid></consultdialogid>"
            f"<participantnum>{names.number()}</participantnum></softkeyeventmsg></x-cisco-remotecc-request>")
    scene.udp(0, 5060, 5060, scene.sip("REFER", [f"Refer-To: <cid:{names.word()}@{scene.phone.ip}>"], body, "application/x-cisco-remotecc-request+xml"))
    body = (f'<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="2" state="full" entity="sip:{names.number()}@{scene.server.ip}">'
            f'<dialog id="{names.number()}" call-id="{names.word()}@{scene.phone.ip}" local-tag="{names.number()}" remote-tag="{names.number()}" direction="initiator">'
            f"<state>confirmed</state><remote><identity>sip:{names.number()}@{scene.server.ip}</identity></remote></dialog></dialog-info>")
    names.stays("<dialog-info ", "<identity>")
    scene.udp(1, 5060, 5060, scene.sip("NOTIFY", ["Event: dialog", "Subscription-State: active;expires=7001"], body, "application/dialog-info+xml"))
    body = f'<csta:MonitorStart xmlns:csta="x"><csta:monitorObject><csta:deviceObject>{names.number()}</csta:deviceObject></csta:monitorObject></csta:MonitorStart>'
    scene.udp(0, 5060, 5060, scene.sip("INFO", [], body, "application/csta+xml"))


def lost_segment(scene, names):
    """A message of which the capture lacks the middle, and others behind it."""
    number = names.number()
    text = f"<text><user>{names.word()}</user>" + "".join(f"<row>{names.word()}</row>\r\n" for _ in range(60)) + "</text>\r\n"
    first = scene.sip("NOTIFY", ["Event: dialog", "Subscription-State: active;expires=7002"], text, "application/xml", number)
    later = scene.sip("NOTIFY", ["Event: message-summary", "Subscription-State: active;expires=7003"], f"Messages-Waiting: yes\r\nMessage-Account: sip:{names.number()}@{scene.server.ip}\r\n",
                      "application/simple-message-summary", number)
    flow = craft.TcpFlow(scene.capture, scene.phone, scene.server, next(scene.ports), 5060)
    scene.now = flow.open(scene.after())
    scene.now = flow.send(scene.after(), 0, scene.sip("REGISTER", [f"Contact: <sip:{number}@{scene.phone.ip}>"], user=number))
    pieces = [first[:500], first[500:900], first[900:] + later]
    for piece, is_kept in zip(pieces, (True, False, True)):
        if is_kept:
            flow.segment(scene.after(), 1, craft.ACK | craft.PSH, piece)
        flow.next_seq[1] += len(piece)
    flow.ack(scene.after(), 0)
    scene.now = flow.send(scene.after(), 1, scene.sip("OPTIONS", [], user=number))
    flow.close(scene.after(), 0)


def lost_head(scene, names):
    """A message of which the capture lacks a piece of its head, then whole ones: each begins a segment, and none a line."""
    number = names.number()
    first = scene.sip("MESSAGE", [f"Subject: {names.word()}"], f"Hello {names.word()}", user=number)
    for begin, end in ((50, 90), (150, 260)):
        flow = craft.TcpFlow(scene.capture, scene.phone, scene.server, next(scene.ports), 5060)
        scene.now = flow.open(scene.after())
        flow.segment(scene.after(), 0, craft.ACK | craft.PSH, first[:begin])
        flow.next_seq[0] += end
        flow.segment(scene.after(), 0, craft.ACK | craft.PSH, first[end:])
        flow.next_seq[0] += len(first) - end
        flow.ack(scene.after(), 1)
        scene.now = flow.send(scene.after(), 0, scene.sip("REGISTER", [f"Contact: \"{names.word()}\" <sip:{number}@{scene.phone.ip}>"], user=number))
        scene.now = flow.send(scene.after(), 0, first)
        flow.close(scene.after(), 0)
    shown = craft.sccp_pdu(0x008F, craft.box(names.word(), 40) + craft.box(names.number(), 24) + bytes(300)) + craft.sccp_pdu(0x0099, craft.box(names.word(), 100))
    for begin, end in ((4, 20), (20, 60), (100, 160)):
        flow = craft.TcpFlow(scene.capture, scene.phone, scene.server, next(scene.ports), 2000)
        scene.now = flow.open(scene.after())
        scene.now = flow.send(scene.after(), 0, craft.sccp_pdu(0x0006, craft.words(1, 77)))
        flow.segment(scene.after(), 1, craft.ACK | craft.PSH, shown[:begin])
        flow.next_seq[1] += end
        flow.segment(scene.after(), 1, craft.ACK | craft.PSH, shown[end:])
        flow.next_seq[1] += len(shown) - end
        flow.ack(scene.after(), 0)
        flow.close(scene.after(), 0)


def keypad(scene, names):
    messages = [craft.sccp_pdu(0x0006, craft.words(1, 77), 17)]
    messages += [craft.sccp_pdu(0x0003, craft.words(int(key), 1, 77), 17) for key in names.keys(9)]
    messages += [craft.sccp_pdu(0x0127, craft.words(int(key), 1, 77), 17) for key in names.keys(7)]
    talk = [(0, message) for message in messages]
    scene.tcp(2000, *talk, (1, craft.sccp_pdu(0x011D, craft.box(names.number(), 24) + craft.words(1, 77), 17)))


def media(scene, names):
    """Where media go: to networks that nothing else in the capture shows."""
    for version in (3, 11, 22):
        def place(version=version, wide=False):
            if wide:
                return struct.pack("<I", 1) + craft.ip_bytes(names.ipv6_of(names.mac()))
            net = f"{names.random.choice((87, 93, 151))}.{names.random.randint(100, 250)}.{names.random.randint(100, 250)}"
            address = craft.ip_bytes(names.ipv4(net))
            return address if version < 17 else struct.pack("<I", 0) + address + bytes(12)
        talk = [(0, craft.sccp_pdu(0x0006, craft.words(1, 77), version))]
        for wide in (False, True)[:1 + (version >= 17)]:
            talk += [(1, craft.sccp_pdu(0x008A, craft.words(16777300, 16777301) + place(wide=wide) + craft.words(17000, 20, 4, 184, 0, 0, 0) + bytes(48), version)),
                     (0, craft.sccp_pdu(0x0022, craft.words(0) + place(wide=wide) + craft.words(24000, 16777301), version)),
                     (1, craft.sccp_pdu(0x0105, craft.words(16777300, 16777301, 20, 4, 0, 0, 16777302) + bytes(48) + craft.words(0, 0, 101, 0, 0, 0) + place(wide=wide) + craft.words(4000), version)),
                     (0, craft.sccp_pdu(0x0154, craft.words(16777300, 16777301, 16777302) + place(wide=wide) + craft.words(24000, 0), version))]
        scene.tcp(2000, *talk)


# --------------------------------------------------------------------------------------------- files


def der(tag, *parts):
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + struct.pack("!H", len(body))
    return bytes([tag]) + size + body


def certificate(names, serial, host, organisation, *extensions):
    def name(common):
        return der(0x30, *(der(0x31, der(0x30, der(0x06, bytes.fromhex(kind)), der(0x13, value.encode())))
                           for kind, value in (("550403", common), ("55040a", organisation))))
    sha = der(0x30, der(0x06, bytes.fromhex("2a864886f70d01010b")), der(0x05))
    times = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"400101000000Z"))
    key = der(0x30, der(0x30, der(0x06, bytes.fromhex("2a864886f70d010101")), der(0x05)),
              der(0x03, b"\0" + der(0x30, der(0x02, b"\0" + bytes(range(128, 255))), der(0x02, b"\1\0\1"))))
    more = [der(0xA3, der(0x30, *extensions))] if extensions else []
    signed = der(0x30, der(0xA0, der(0x02, b"\2")), der(0x02, b"\0" + serial), sha, name(host), times, name(host), key, *more)
    return der(0x30, signed, sha, der(0x03, b"\0" + bytes(range(1, 128))))


def field(tag, value):
    return struct.pack("!BH", tag, len(value)) + value


def tftp(scene, names, file, content):
    port, data = next(scene.ports), next(scene.ports)
    scene.udp(0, port, 69, b"\0\1" + file.encode() + b"\0octet\0")
    for number, at in enumerate(range(0, len(content) + 1, 512), 1):
        scene.udp(1, port, data, struct.pack("!HH", 3, number) + content[at:at + 512])
        scene.udp(0, port, data, struct.pack("!HH", 4, number))


def trust_list(scene, names):
    host, organisation, serial, mac = names.word(), names.word(), names.bytes(9), scene.phone.mac.replace(":", "").upper()
    subject = f"CN={host};OU={names.word()};O={organisation}".encode() + b"\0"
    signer = field(4, subject) + field(5, names.bytes(10)) + field(6, f"cn={names.word()};o=x".encode() + b"\0")
    head = field(1, b"\1\2") + field(2, b"\1\x2c") + field(3, struct.pack("!H", len(signer))) + signer + field(7, b"\0\x0f") + field(8, b"\1") + field(9, b"\0\x08") \
        + field(10, b"\1") + field(11, b"\1") + field(12, bytes(range(100, 228))) + field(14, f"CTLSEP{mac}.tlv".encode() + b"\0") + field(15, b"\x5f\x01\x02\x03")
    record = field(2, f"{names.word().lower()}.example".encode() + b"\0") + field(3, subject) + field(4, b"\0\2") + field(5, subject) + field(6, serial) \
        + field(7, bytes(range(60, 200))) + field(9, certificate(names, serial, host, organisation)) + field(10, craft.ip_bytes(names.ipv4()))
    names.stays("CN=", "OU=", "cn=", "CTLSEP")
    tftp(scene, names, f"CTLSEP{mac}.tlv", head + field(1, struct.pack("!H", len(record) + 5)) + record)


def files(scene, names):
    guid = "a%07x-b%03x" % (names.random.randrange(16 ** 7), names.random.randrange(16 ** 3))
    mac = scene.phone.mac.replace(":", "").upper()
    tftp(scene, names, f"SEP{mac}.cnf.xml",
         (f"<device><deviceProtocol>SIP</deviceProtocol><softKeyFile>SK{guid}.xml</softKeyFile><sipProfile><sipLines><line button=\"1\"><featureID>9</featureID>"
          f"<featureLabel>{names.word()}</featureLabel><name>{names.number()}</name><port>5068</port></line></sipLines><timerRegisterExpires>3900</timerRegisterExpires>"
          f"<voiceMailPilot>{names.number(5)}</voiceMailPilot><directoryURL>http://{scene.server.ip}:8088/{names.word()}</directoryURL></sipProfile></device>").encode())
    names.stays("<softKeyFile>SK", "<port>5068</port>", ">3900<", ":8088/", "Desktops/", "/List.xml", "softkey")
    tftp(scene, names, f"SK{guid}.xml", b"<softKeyCfg></softKeyCfg>")
    tftp(scene, names, f"softkey{names.word()}.xml", b"<softKeyCfg></softKeyCfg>")
    tftp(scene, names, "Desktops/320x212x16/List.xml", f'<CiscoIPPhoneImageList><ImageItem Image="TFTP:Desktops/{names.word()}.png"/></CiscoIPPhoneImageList>'.encode())


# ------------------------------------------------------------------------------------------- network


def leases(scene, names):
    def option(code, value):
        return bytes([code, len(value)]) + value

    def packed(n):
        return b"".join(craft.ip_bytes(names.ipv4()) for _ in range(n))

    def label(*words):
        return b"".join(bytes([len(word)]) + word.encode() for word in words) + b"\0"
    other = names.mac()
    options = [option(53, b"\5"), option(54, craft.ip_bytes(scene.server.ip)), option(51, struct.pack("!I", 3600)), option(1, b"\xff\xff\xff\0"),
               option(43, option(1, packed(1)) + option(2, names.word().encode()) + option(0xF1, packed(2)) + option(3, names.bytes(7))),
               option(78, b"\1" + packed(2)), option(79, b"\1" + names.word().encode()),
               option(82, option(1, names.word().encode()) + option(2, b"\0\6" + craft.mac_bytes(names.mac())) + option(5, packed(1)) + option(6, names.number().encode())
                      + option(11, packed(1))),
               option(89, packed(1)), option(120, b"\1" + packed(2)), option(125, struct.pack("!IB", 9, 12) + option(1, packed(1)) + option(2, b"\0\1\2\3")),
               option(136, packed(1)), option(137, label(names.word().lower(), "example")), option(138, packed(2)), option(241, packed(1)), option(224, names.bytes(10)),
               option(242, f"MCIPADD={names.ipv4()},L2QVLAN=42,HTTPSRVR={names.ipv4()}".encode()),
               option(61, b"\xff" + craft.mac_bytes(other)[2:] + b"\0\1\0\1\x1a\x2b\x3c\x4d" + craft.mac_bytes(other)), option(81, b"\4\0\0" + label(names.word(), "example"))]
    packet = struct.pack("!BBBBIHH4s4s4s4s", 2, 1, 6, 0, 0x1234, 0, 0, bytes(4), craft.ip_bytes(scene.phone.ip), craft.ip_bytes(scene.server.ip), bytes(4)) \
        + craft.mac_bytes(scene.phone.mac) + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63" + b"".join(options) + b"\xff"
    scene.udp(1, 68, 67, packet)


def groups(scene, names):
    """Neighbors of IPv6: a host is asked for by the end of its address, and joins a group that is called by it."""
    for mac in (scene.phone.mac, names.mac()):
        address = names.ipv6_of(mac)
        tail = craft.mac_bytes(mac)[3:]
        names.octets.append(tail)
        group = str(ipaddress.ip_address(bytes.fromhex("ff0200000000000000000001ff") + tail))
        link = "33:33:ff:" + mac[9:]

        def icmp(source, target, body):
            check = craft.checksum(craft._pseudo_header(source, target, 58, len(body)) + body)
            return craft.ipv6(source, target, 58, body[:2] + struct.pack("!H", check) + body[4:], hops=255)
        scene.frame(craft.ETHERTYPE_IPV6, icmp("::", group, bytes([135, 0, 0, 0, 0, 0, 0, 0]) + craft.ip_bytes(address)), link, mac)
        scene.frame(craft.ETHERTYPE_IPV6, icmp("fe80::1", "ff02::16", bytes([143, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0]) + craft.ip_bytes(group)), "33:33:00:00:00:16", scene.server.mac)


def neighbors(scene, names):
    def tlv(kind, value):
        return struct.pack("!HH", kind, 4 + len(value)) + value
    mac = scene.phone.mac.replace(":", "").upper()
    body = tlv(1, f"SEP{mac}".encode()) + tlv(3, b"Port 1") + tlv(4, b"\0\0\4\x90") + tlv(5, f"SIP41.9-4-2SR3-1S Owner {names.word()} Dzial {names.word()}".encode()) \
        + tlv(6, b"Cisco IP Phone 7961") + tlv(0x1F, names.bytes(9)) + tlv(0x17, b"\0" + names.word().encode())
    packet = b"\2\xb4\0\0" + body
    even = packet if len(packet) % 2 == 0 else packet[:-1] + b"\0" + packet[-1:]
    packet = packet[:2] + struct.pack("!H", craft.checksum(even)) + packet[4:]
    llc = b"\xaa\xaa\3\0\0\x0c\x20\0" + packet
    scene.capture.add(scene.after(), craft.mac_bytes("01:00:0c:cc:cc:cc") + craft.mac_bytes(scene.phone.mac) + struct.pack("!H", len(llc)) + llc)


def link_fields(scene, names):
    """LLDP: kinds that nobody knows, and what stands behind the fields of those that are known."""
    def tlv(kind, value):
        return struct.pack("!H", kind << 9 | len(value)) + value

    def word():
        return names.word().encode()
    body = tlv(1, b"\4" + craft.mac_bytes(scene.phone.mac)) + tlv(2, b"\5Port") + tlv(3, b"\0\x78" + word()) + tlv(7, b"\0\4\0\4" + word()) + tlv(10, b"\6" + craft.mac_bytes(names.mac())) + tlv(99, word()) \
        + tlv(8, b"\5\1" + craft.ip_bytes(names.ipv4()) + b"\2\0\0\0\1\0" + word()) + tlv(127, b"\0\x80\xc2\x01\0\1" + word()) + tlv(127, b"\0\x80\xc2\x63" + word()) \
        + tlv(127, b"\0\x12\x0f\x04\x05\xee" + word()) + tlv(127, b"\0\x12\x0f\x63" + word()) + tlv(127, b"\0\x12\xbb\x63" + word()) + tlv(127, b"\0\x12\xbb\x02\1\0\1\2" + word()) + tlv(0, b"")
    scene.frame(0x88CC, body, "01:80:c2:00:00:0e")


def file_options(scene, names):
    """TFTP: options that no RFC has, mail, what stands behind the end of an error, and of a datagram in its packet."""
    port = next(scene.ports)
    asked = b"\0".join([b"\0\1x.cnf", b"octet", b"blksize", b"1024", b"user", names.word().encode(), f"x-{names.word()}".encode(), b"1", b"multicast", f"{names.ipv4()},1758,1".encode(), b""])
    names.stays("octet\0blksize\x001024\0", "multicast\x0010.")
    scene.udp(0, port, 69, asked)
    scene.udp(1, port, next(scene.ports), b"\0\6" + b"\0".join([b"blksize", b"1024", b"owner", names.word().encode(), b""]))
    scene.udp(0, next(scene.ports), 69, b"\0\2" + b"\0".join([names.word().encode(), b"mail", b""]))
    scene.udp(0, port, 69, b"\0\1" + b"\0".join([b"y.cnf", names.word().encode(), b""]))
    scene.udp(1, port, next(scene.ports), b"\0\5\0\1File not found\0" + names.word().encode())
    for behind in (b"\0", names.word().encode() * 2):
        datagram = craft.udp(scene.phone.ip, scene.server.ip, 5060, 5060, scene.sip("OPTIONS", [f"Subject: {names.word()}"])) + behind
        scene.frame(0x0800, craft.ip(scene.phone.ip, scene.server.ip, 17, datagram)[1], scene.server.mac)


def resolver(scene, names):
    def name(*labels):
        return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    host, domain = names.word().lower(), names.word().lower()
    question = name(host, domain, "example")
    value = struct.pack("!H", 1) + name(names.word().lower(), "example") + struct.pack("!HH", 1, 3) + b"\2h2" + struct.pack("!HH", 4, 8) \
        + b"".join(craft.ip_bytes(names.ipv4()) for _ in range(2)) + struct.pack("!HH", 6, 16) + craft.ip_bytes(names.ipv6_of(names.mac()))
    record = b"\xc0\x0c" + struct.pack("!HHIH", 65, 1, 60, len(value)) + value
    text = " ".join([names.word()] * 20)[:100].encode()  # a length that looks like a letter
    more = b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(text) + 1) + bytes([len(text)]) + text
    ask = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question + struct.pack("!HH", 65, 1)
    answer = struct.pack("!HHHHHH", 7, 0x8180, 1, 2, 0, 0) + question + struct.pack("!HH", 65, 1) + record + more
    number = names.number()
    digits = [*reversed(number), "e164", "arpa"]
    scene.udp(0, 40000, 53, struct.pack("!HHHHHH", 8, 0x0100, 1, 0, 0, 0) + name(*digits) + struct.pack("!HH", 35, 1))
    names.octets.append(name(*digits))
    scene.udp(0, 40000, 53, ask)
    scene.udp(1, 40000, 53, answer)
    scene.tcp(53, (0, struct.pack("!H", len(ask)) + ask), (1, struct.pack("!H", len(answer)) + answer))


def handshake(kind, body):
    whole = bytes([kind]) + struct.pack("!I", len(body))[1:] + body
    return b"\x16\3\3" + struct.pack("!H", len(whole)) + whole


def sized(body):
    return struct.pack("!I", len(body))[1:] + body


def long_certificate(names):
    """Of a device (IEEE 802.1AR), with all that may stand in one."""
    def kind(text):
        return der(0x06, bytes.fromhex(text))

    def extension(text, value):
        return der(0x30, kind(text), der(0x04, value))
    serial = names.bytes(9)
    names.ends.remove(serial)
    hardware = der(0xA0, kind("2b06010505070804"), der(0xA0, der(0x30, kind("2b060104010915"), der(0x04, f"FCH{names.number(7)}".encode()))))
    kerberos = der(0xA0, kind("2b0601050202"), der(0xA0, der(0x30, der(0xA0, der(0x1B, names.word().upper().encode())), der(0xA1, der(0x30, der(0x1B, names.word().encode()))))))
    user = der(0xA0, kind("2b060104018237140203"), der(0xA0, der(0x0C, f"{names.word()}@{names.word()}.example".encode())))
    alternative = der(0x30, der(0x82, f"{names.word()}.example".encode()), der(0x87, craft.ip_bytes(names.ipv4())), der(0x81, f"{names.word()}@h".encode()), hardware, kerberos, user,
                      der(0x86, f"sip:{names.number()}@h".encode()))
    return certificate(names, serial, names.word(), names.word(), extension("551d11", alternative), extension("551d12", alternative),
                       extension("551d09", der(0x30, der(0x30, kind("2b06010505070901"), der(0x31, der(0x18, f"19{names.number(12)}Z".encode()))))),
                       extension("2b060104018688", names.word().encode()), extension("551d0e", der(0x04, names.bytes(20))),
                       der(0x30, kind("55042d"), der(0x03, b"\0" + names.word().encode())))


def hellos(scene, names):
    """What is said in the clear besides certificates, and the names in it."""
    def extension(kind, value):
        return struct.pack("!HH", kind, len(value)) + value

    def long(value):
        return struct.pack("!H", len(value)) + value

    def short(value):
        return bytes([len(value)]) + value
    random, whole = bytes(range(32)), long_certificate(names)
    name = der(0x30, der(0x31, der(0x30, der(0x06, bytes.fromhex("550403")), der(0x0C, f"{names.word()} {names.number()}".encode()))))
    extensions = [(10, long(b"\0\x1d\0\x17")), (13, long(b"\4\1\4\3")), (16, long(short(names.stays("http/1.1").encode()) + short(names.word().encode()))), (43, short(b"\3\4\3\3")),
                  (47, long(long(name))), (5, b"\1" + long(long(der(0xA1, name))) + long(names.word().encode())), (3, long(b"\2" + long(name))), (21, names.word().encode()),
                  (6, names.word().encode()), (44, long(names.word().encode())), (0x3374, short(names.word().encode())), (0x7777, names.word().encode()), (65281, short(names.word().encode()))]
    talk = []
    for cipher, key in ((b"\xc0\x2f", b"\3\0\x1d" + short(bytes(range(130, 162))) + b"\4\1" + long(bytes(range(128)))), (b"\0\x8c", long(f"{names.word()} {names.word()}".encode())),
                        (b"\xc0\x35", long(names.bytes(12)) + b"\3\0\x1d" + short(bytes(range(130, 162))))):
        hello = b"\3\3" + random + b"\0" + long(cipher) + b"\1\0" + long(b"".join(extension(*one) for one in extensions))
        talk += [((0, handshake(1, hello)), (1, handshake(2, b"\3\3" + random + b"\0" + cipher + b"\0" + long(extension(0x7777, names.word().encode()))) + handshake(23, sized(names.word().encode()))
                  + handshake(11, sized(sized(whole))) + handshake(12, key) + handshake(21, b"\0" + long(names.word().encode())) + handshake(14, b"")),
                  (0, handshake(16, long(names.bytes(10))) + b"\x18\3\3" + long(b"\1" + long(names.word().encode()) + bytes(16))))]
    for one in talk:
        scene.tcp(5061, *one)


def cut_certificates(scene, names):
    """What is left of certificates when the server stops, and of files when the capture cuts."""
    whole = long_certificate(names)
    for size in range(40, len(whole), 60):
        scene.tcp(5061, (1, handshake(11, sized(sized(whole)))[:size]))
    broken = bytearray(whole)
    broken[whole.index(bytes.fromhex("551d11")) + 5] ^= 1
    scene.tcp(5061, (1, handshake(11, sized(sized(bytes(broken))))))
    scene.capture.snaplen = 420
    tftp(scene, names, "own.cer", whole)
    scene.tcp(5061, (1, handshake(11, sized(sized(whole)))))


def tickets(scene, names):
    """What a server says of its certificate in TLS, and by what a session goes on."""
    serial, host, organisation = names.bytes(9), names.word(), names.word()
    names.ends.remove(serial)
    sha = der(0x30, der(0x06, bytes.fromhex("2b0e03021a")), der(0x05))
    one = der(0x30, sha, der(0x04, names.bytes(20)), der(0x04, names.bytes(20)), der(0x02, b"\0" + serial))
    single = der(0x30, one, der(0x80), der(0x18, b"20240101000000Z"))
    answers = der(0x30, der(0xA2, der(0x04, names.bytes(20))), der(0x18, b"20240101000000Z"), der(0x30, single))
    basic = der(0x30, answers, der(0x30, der(0x06, bytes.fromhex("2a864886f70d01010b")), der(0x05)), der(0x03, b"\0" + bytes(range(1, 128))),
                der(0xA0, der(0x30, certificate(names, serial, host, organisation))))
    answer = der(0x30, der(0x0A, b"\0"), der(0xA0, der(0x30, der(0x06, bytes.fromhex("2b0601050507300101")), der(0x04, basic))))

    ticket = names.bytes(40)
    random = bytes(range(32))
    hello = b"\3\3" + random + b"\0" + b"\0\2\0\x2f" + b"\1\0" + struct.pack("!HHH", 4 + len(ticket), 35, len(ticket)) + ticket
    own = certificate(names, serial, host, organisation)
    scene.tcp(5061, (0, handshake(1, hello)), (1, handshake(2, b"\3\3" + random + b"\0\0\x2f\0") + handshake(11, sized(sized(own))) + handshake(22, b"\1" + sized(answer)) + handshake(14, b"")),
              (1, handshake(4, struct.pack("!IH", 300, len(ticket)) + ticket)))


def embedded(scene, names):
    """Addresses of IPv4 inside of those of IPv6, in packets and in texts; and interfaces that are called by lot."""
    def place(prefix):
        packed = bytearray(craft.ip_bytes(prefix))
        packed[12:] = craft.ip_bytes(names.ipv4())
        return str(ipaddress.ip_address(bytes(packed))), prefix + ".".join(map(str, packed[12:])) if prefix.endswith(":") else str(ipaddress.ip_address(bytes(packed)))

    def send(source, target, payload):
        scene.frame(craft.ETHERTYPE_IPV6, craft.ipv6(source, target, 17, craft.udp(source, target, 5060, 5060, payload)), scene.server.mac)
    for prefix in ("64:ff9b::", "fe80::5efe:0:0", "2001:db8:77::", "::ffff:0:0"):
        (source, text), (target, other) = place(prefix), place(prefix)
        send(source, target, scene.sip("OPTIONS", [f"Contact: <sip:[{text}]:5060>, <sip:[{source}]:5062>", f"Route: <sip:[{other}];lr>"]))
        names.octets += [source.encode(), text.encode(), craft.ip_bytes(source)[12:]]
    tails = [bytes(names.random.randint(0x80, 0xFE) for _ in range(8)) for _ in range(2)]
    source, target = (str(ipaddress.ip_address(bytes.fromhex("20010db800770005") + tail)) for tail in tails)
    names.octets += [tail[:7] for tail in tails] + [tail[4:] for tail in tails]
    send(source, target, scene.sip("OPTIONS", [f"Contact: <sip:[{source}]:5060>"]))
    names.stays("<sip:[64:ff9b::10.", "<sip:[fe80::5efe:", "<sip:[::ffff:", "]:5062>")


def bodiless(scene, names):
    """Answers without a body, whatever they tell of its length, and what follows them on their connection."""
    mac = scene.phone.mac.replace(":", "").upper()
    ask = f" /SEP{mac}.cnf.xml HTTP/1.1\r\nHost: {scene.server.ip}\r\n\r\n".encode()
    body = f"<device><deviceProtocol>SIP</deviceProtocol><name>{names.word()}</name></device>".encode()
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for method, head in (("GET", b"HTTP/1.1 204 No Content\r\n\r\n"), ("HEAD", answer), ("GET", b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"),
                         ("HEAD", answer.replace(b"text/xml\r\nContent-Length: ", b"text/xml\r\nContent-Length: 9999999")), ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n")):
        scene.tcp(6970, (0, method.encode() + ask), (1, head), (0, b"GET" + ask), (1, answer + body), (0, b"GET" + ask), (1, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
    scene.tcp(6970, (0, b"GET" + ask), (1, b"HTTP/1.1 100 Continue\r\n\r\n" + answer + body))
    names.stays("HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", "HTTP/1.1 404 Not Found")


def quotes(scene, names):
    """Errors about packets that are not in the capture: of a file, then of a name, from the same port."""
    def quote(port, payload, flags=0):
        udp = struct.pack("!HHHH", 50000, port, 8 + len(payload), 0) + payload
        quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, flags, 64, 17, 0, craft.ip_bytes(scene.phone.ip), craft.ip_bytes(scene.server.ip)) + udp
        icmp = b"\3\3\0\0" + bytes(4) + quoted
        icmp = icmp[:2] + struct.pack("!H", craft.checksum(icmp + b"\0" * (len(icmp) % 2))) + icmp[4:]
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 2, 0, 64, 1, 0, craft.ip_bytes(scene.server.ip), craft.ip_bytes(scene.phone.ip))
        head = head[:10] + struct.pack("!H", craft.checksum(head)) + head[12:]
        scene.frame(0x0800, head + icmp, scene.phone.mac, scene.server.mac)
    for flags in (0, 0x2000):  # whole, and the first fragment
        quote(5060, scene.sip("REGISTER", [f"Contact: <sip:{names.number()}@{scene.phone.ip}>"]), flags)
    quote(69, f"\0\1{names.word()}-{names.word()}.cfg\0octet\0".encode())
    labels = b"".join(bytes([len(label)]) + label.encode() for label in (names.word(), names.word(), "example")) + b"\0"
    for number in range(1, 7):
        quote(53, struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", 1, 1))


def cut_lines(scene, names):
    """Requests of which the capture keeps the beginning."""
    scene.capture.snaplen = 14 + 20 + 20 + 30
    for port in (80, 8080):
        scene.tcp(port, (0, f"GET /{names.word()}/{names.word()}/{names.word()}/{names.word()}/{names.word()} HTTP/1.1\r\nHost: h\r\n\r\n".encode()))


def called(scene, names):
    """Somebody's name in the place of what something is called: elements, attributes, headers, methods, parameters, settings."""
    owner, other, number = names.word(), names.word(), names.number(7)
    xml = (f'<?xml version="1.0" encoding="UTF-8" owner="{names.word()}"?><!DOCTYPE device [<!ENTITY {names.word()} "{names.word()}">]><?{names.word()} {names.word()}?>'
           f'<device><Feature_{number}>1</Feature_{number}><line {owner.lower()}="1" n{number}=\'{names.word()}\' {names.word()} x={names.word()}><{other}:x {names.word()}="1"/></line><{owner}>1</{owner}>'
           f'<sip{other}Port>5069</sip{other}Port><x xmlns:{other.lower()}="urn:{names.word()}" {other.lower()}:by="{names.word()}"/><phonePort>{names.number(7)}</phonePort><ipAddressMode>{names.number(6)}</ipAddressMode></device>')
    names.stays('<?xml version="1.0" encoding="UTF-8" ', "<!DOCTYPE device [<!ENTITY ", "<device><Feature_", "</device>", "<sip", "Port>5069</sip")
    scene.http("/own.xml", "text/xml", xml.encode())
    scene.http("/wide.xml", "text/xml", xml.encode("utf-16"))
    tftp(scene, names, "own.xml", xml.encode())
    scene.udp(0, 5060, 5060, scene.sip("NOTIFY", [f"X-{owner}-Info: 1", f"{other}: 1", f"X-{number}: o", f"Require: {names.word()}, 100rel", f"Event: ua-profile;vendor={names.word()}", f"Accept: text/{names.word()}",
                                                  f"Contact: <sip:h;{names.word()}=1;transport=tcp>;{names.word()}=2", f"Authorization: Digest {names.word()}=\"1\", realm=\"{names.word()}\""], xml, "application/xml"))
    names.stays("-Info: ", ", 100rel", "Event: ua-profile;vendor=", ";transport=tcp>;", ", realm=")
    scene.udp(0, 5060, 5060, scene.sip(names.word().upper(), []))
    for method in (names.word().upper(), "GET"):
        scene.tcp(80, (0, f"{method} /x HTTP/1.1\r\n{owner}: 2\r\nX-{number}: o\r\nX-{other}-Id: 1\r\nHost: h\r\n\r\n".encode()),
                  (1, f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n{owner}: 1\r\n\r\n".encode()))
    scene.http("/own.cfg", "text/plain", f"{owner} = 1\n{owner.lower()}.line = 2\naccount.{names.word()} = 3\nfeature_{number} = 1\n".encode())
    written = [names.word(), names.number()]
    names.octets += [f"&#{ord(text[at])};&#{ord(text[at + 1])};&#{ord(text[at + 2])};".encode() for text in written for at in (0, 2)] + [f"&#x{ord(written[0][1]):x};&#x{ord(written[0][2]):x};".encode()]
    references = " ".join("".join(f"&#{ord(letter)};" for letter in text) for text in written) + " " + "".join(f"&#x{ord(letter):x};" for letter in written[0])
    scene.udp(0, 5060, 5060, scene.sip("MESSAGE", [f"Subject: {references}"], f"<note>{references}M&#252;nze</note>", "application/xml"))
    names.stays("&#252;", "GET /x HTTP/1.1\r\n", "\r\nX-", "-Id: ", "account.")
    scene.udp(0, 5060, 5060, f"{names.word()} {names.number()} {names.word()}".encode() + scene.sip("NOTIFY", [f"X: {names.word()}\0{names.word()}", f"X-Data: {names.word()}\0{names.word()}"]))


def products(scene, names):
    """Owners and serial numbers that stand only where a product is named, and names in front of firmware."""
    owner = names.word()
    for text in (f"Zoiper on {owner}s MacBook", f"yealink {names.word()}", f"Cisco-CP8841/12.5 (FCH{names.number(8)})", names.word(), f"MSFT 5.0 {names.word()}", f"{names.word().lower()}@{names.word().lower()}", f"Phone{names.number(9)}"):
        scene.udp(0, 5060, 5060, scene.sip("OPTIONS", [f"User-Agent: {text}", f"Server: {text}"]))
        scene.tcp(80, (0, f"GET /x HTTP/1.1\r\nUser-Agent: {text}\r\n\r\n".encode()), (1, f"HTTP/1.1 404 Not Found\r\nServer: {text}\r\nContent-Length: 0\r\n\r\n".encode()))
        scene.udp(0, 68, 67, dhcp(scene, bytes([60, len(text)]) + text.encode() + b"\xff"))
    names.stays("User-Agent: Zoiper on ", " MacBook", "yealink ", "Cisco-CP8841/12.5 (", "MSFT 5.0 ", "Asterisk PBX 16.28.0~dfsg-0+deb11u4", "Grandstream GXP2160 1.0.9.132", "cnu42.9-4-2TH1-1.sbn")
    scene.udp(0, 5060, 5060, scene.sip("OPTIONS", ["User-Agent: Asterisk PBX 16.28.0~dfsg-0+deb11u4", "Server: Grandstream GXP2160 1.0.9.132"]))
    for file in (f"{names.word()}42.9-4-2.sbn", f"image/{names.word().lower()}.bin", "cnu42.9-4-2TH1-1.sbn"):
        tftp(scene, names, file, b"\1\2\3\4")
    scene.http("/load.cnf.xml", "text/xml", f"<device><loadInformation>{names.word()}41.9-4-2SR3-1S</loadInformation></device>".encode())


def dhcp(scene, options):
    return struct.pack("!BBBBIHH4s4s4s4s", 1, 1, 6, 0, 0x1234, 0, 0, bytes(4), bytes(4), bytes(4), bytes(4)) + craft.mac_bytes(scene.phone.mac) + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63" + options


def cut_options(scene, names):
    """DHCP of which the capture keeps the beginning, each time another octet of it."""
    text, domain, address, client = names.word() * 2, names.word() * 2, names.ipv4(), names.mac()
    options = b"".join(bytes([code, len(value)]) + value for code, value in (
        (53, b"\1"), (12, text.encode()), (15, domain.encode()), (150, craft.ip_bytes(address)), (61, b"\1" + craft.mac_bytes(client)), (60, names.word().encode() + b" phone"),
        (43, bytes([1, 8]) + names.word()[:6].encode().ljust(8, b"x")), (81, b"\0\0\0" + names.word().encode()), (67, names.word().encode() + b".bin"))) + b"\xff"
    names.words += [text.lower(), domain.lower()]
    names.octets.append(craft.ip_bytes(address)[:3])
    packet = dhcp(scene, options)
    for size in range(len(packet) - len(options), len(packet)):
        scene.capture.snaplen = 14 + 20 + 8 + size
        scene.udp(0, 68, 67, packet)


def filled(scene, names):
    """What fills the place between options of IPv6."""
    text = names.word().encode()
    for kind in (0, 60):
        address = names.ipv6_of(scene.phone.mac)
        udp = craft.udp(address, "2001:db8::1", 5060, 5060, scene.sip("OPTIONS", []))
        options = b"\1" + bytes([len(text)]) + text + b"\x1e\4" + text[:4]
        options += bytes(-(len(options) + 2) % 8)
        scene.frame(craft.ETHERTYPE_IPV6, craft.ipv6(address, "2001:db8::1", kind, bytes([17, (len(options) + 2) // 8 - 1]) + options + udp), scene.server.mac)


def short_ids(scene, names):
    """Dialogs that differ in a letter or two stay different ones."""
    for number in range(40):
        call = "".join(names.random.choice("ghijkl") for _ in range(2)) if number % 2 else f"{number:02d}"
        scene.udp(0, 5060, 5060, scene.sip("OPTIONS", []).replace(b"Call-ID: c", f"Call-ID: {call}-".encode()))
    calls = [f"{one}{two}" for one in "abcdxyz" for two in "abcdxyz"]
    for call in calls:
        user, tag = names.number(6), f"t{call}"
        text = "\r\n".join([f"REGISTER sip:{scene.server.ip} SIP/2.0", f"Via: SIP/2.0/UDP {scene.phone.ip}:5060;branch=z9hG4bK{call}", f"From: <sip:{user}@{scene.server.ip}>;tag={tag}", f"To: <sip:{user}@{scene.server.ip}>",
                            f"Call-ID: {call}", "CSeq: 1 REGISTER", f"Contact: <sip:{user}@{scene.phone.ip}>", "Expires: 60", "Max-Forwards: 70", "Content-Length: 0", "", ""])
        scene.udp(0, 5060, 5060, text.encode())
        scene.udp(1, 5060, 5060, text.replace(text.split("\r\n", 1)[0], "SIP/2.0 200 OK").replace(f"To: <sip:{user}@{scene.server.ip}>", f"To: <sip:{user}@{scene.server.ip}>;tag=z{call}").encode())


SCENES = (directories, settings, loads, papers, wrapped, commands, json_texts, requests, header_params, called_as_words, grammar, soft_phones, parts, extensions, bodies, lost_segment, lost_head, keypad, media, trust_list, files, leases, groups, neighbors, link_fields, file_options, resolver,
          tickets, hellos, cut_certificates, embedded, bodiless, quotes, cut_lines,
          called, products, cut_options, filled, short_ids)


def make(seed):
    """(name, Capture, Names) for each scene."""
    for scene in SCENES:
        names = Names(f"{seed} {scene.__name__}")
        stage = Scene(names)
        scene(stage, names)
        yield f"{scene.__name__}_{seed}", stage.capture, names


# ------------------------------------------------------------------------------------- what is found


def forms_of(names):
    """(what it is, octets) that must not be in a copy, nor in its letters in other encodings."""
    for word in names.words + names.numbers:
        if word not in names.short:
            yield word, word.encode()
    for mac in names.macs:
        octets, digits = craft.mac_bytes(mac), mac.replace(":", "")
        yield mac, octets
        for text in (mac, digits, mac.replace(":", "-"), digits[:6] + "-" + digits[6:], ":".join(part.lstrip("0") or "0" for part in mac.split(":"))):
            yield mac, text.encode()
    for address in names.ipv4s:
        yield address, craft.ip_bytes(address)
        yield address, address.encode()
    for address in names.ipv6s:
        yield address, craft.ip_bytes(address)
        yield address, address.encode()
    for octets in names.octets:
        yield f"the octets {octets.hex()}", octets
    for octets in names.ends:
        yield f"the end of the octets {octets.hex()}", octets[-3:].hex(":").encode()
        yield f"the end of the octets {octets.hex()}", octets[-3:]


PRESSED = re.compile(rb'(?:Signal= |digits="|\r\n\r\n)(\d)(?:"|\r|$)')


def pressed(packets):
    """Single keys, as they stand in each packet."""
    for packet in packets:
        yield from PRESSED.findall(packet)
        for kind in (0x0003, 0x0127):
            head = struct.pack("<II", 17, kind)
            at = packet.find(head)
            if at >= 0:
                yield str(packet[at + 8]).encode()


def leaks(packets, names, encodings):
    """What of the names is still in these packets."""
    texts = [(kind, text.lower()) for kind, text in encodings(packets)]
    raw, found = b"\n".join(packets), [f"the key {key.decode()} is still pressed" for key in set(pressed(packets)) - {b"1"}]
    found += [f"{number} stands in it" for number in names.short if re.search(rf"(?<![\w.]){number}(?![\w.])".encode(), raw)]
    for what, octets in forms_of(names):
        if octets in raw:
            found.append(f"{what} stands in it")
        for kind, text in texts:
            if len(octets) > 4 and octets.lower() in text:
                found.append(f"{what} stands in it ({kind})")
        if len(octets) > 4 and octets.hex().encode() in texts[0][1]:
            found.append(f"{what} stands in it in hexadecimal")
        if len(octets) > 6 and base64.b64encode(octets).rstrip(b"=")[:-1] in raw:
            found.append(f"{what} stands in it in base64")
    return found
