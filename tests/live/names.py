#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Targets that are names, in a network namespace with a name server of our own: SRV records and addresses in their order, the next
one when one does not answer (RFC 3263), and no wait beyond --timeout."""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from certificates import Certificates
from regreplay import ENVIRONMENT, PATIENT, expect, program, run

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
SIP, SCCP = CAPTURES / "recorded_sip_accepted.pcapng", CAPTURES / "sccp_phone_register.pcapng"
SERVERS = {"good": "127.0.0.2", "nobody": "127.0.0.3", "silent": "127.0.0.4", "busy": "127.0.0.5"}
PORT = 5070  # where they are, by their SRV records; those without listen where everybody does
NAME_SERVER = "127.0.0.53"
A, AAAA, SRV = 1, 28, 33

# (name, type): records; of SRV (priority, weight, port, host).
ZONE = {(f"{name}.lab.example", A): [address] for name, address in SERVERS.items()} | {
    ("_sip._udp.first.example", SRV): [(20, 0, PORT, "nobody.lab.example"), (10, 0, PORT, "good.lab.example")],
    ("_sip._udp.refused.example", SRV): [(10, 0, PORT, "nobody.lab.example"), (20, 0, PORT, "good.lab.example")],
    ("_sip._tcp.refused.example", SRV): [(10, 0, PORT, "nobody.lab.example"), (20, 0, PORT, "good.lab.example")],
    ("_sips._tcp.refused.example", SRV): [(10, 0, PORT + 1, "nobody.lab.example"), (20, 0, PORT + 1, "good.lab.example")],
    ("_sip._udp.silent.example", SRV): [(10, 0, PORT, "silent.lab.example"), (20, 0, PORT, "good.lab.example")],
    ("_sip._udp.busy.example", SRV): [(10, 0, PORT, "busy.lab.example"), (20, 0, PORT, "good.lab.example")],
    ("_sip._udp.none.example", SRV): [(0, 0, 0, "")],
    ("_sip._udp.lost.example", SRV): [(10, 0, PORT, "nosuch.lab.example")],
    ("_sip._udp.public.example", SRV): [(10, 0, PORT, "good.lab.example"), (20, 0, PORT, "public.lab.example")],
    ("public.lab.example", A): ["203.0.113.7"],
    ("_sip._udp.dead.example", SRV): [(10, 0, PORT, "nobody.lab.example"), (20, 0, PORT, "silent.lab.example")],
    ("two.example", A): [SERVERS["nobody"], SERVERS["good"]],
    ("failing.example", A): [SERVERS["good"]],
    ("both.example", A): [SERVERS["nobody"]],
    ("both.example", AAAA): ["::1"],
    ("many.example", A): [f"127.0.2.{host}" for host in range(1, 33)] + [SERVERS["good"]],
}
FAILING = ("_sip._udp.failing.example", SRV)  # of which the name server says that it has failed


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def answer(query):
    """What the zone says; nothing about names that begin with "mute"."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    question, name, (kind,) = query[12:at + 5], ".".join(labels), struct.unpack("!H", query[at + 1:at + 3])
    if "mute" in labels:
        return None
    rows = ZONE.get((name, kind), [])
    known = any(owner == name for owner, _ in ZONE)
    records = b""
    for row in rows:
        data = socket.inet_pton(socket.AF_INET if kind == A else socket.AF_INET6, row) if kind in (A, AAAA) else struct.pack("!HHH", *row[:3]) + encode(row[3])
        records += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 1, len(data)) + data
    code = 2 if (name, kind) == FAILING else 0 if known else 3
    return query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, len(rows), 0, 0) + question + records


def respond_busy(datagram):
    lines = datagram.decode().split("\r\n")
    kept = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join(["SIP/2.0 503 Service Unavailable", *kept, "Content-Length: 0", "", ""]).encode()


@contextlib.contextmanager
def listening(address, port, reply):
    """A UDP server, until the block ends."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, port))

    def work():
        while True:
            datagram, sender = server.recvfrom(65536)
            if datagram == b"end":
                return
            said = reply(datagram)
            if said:
                server.sendto(said, sender)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"end", (address, port))
        thread.join()
        server.close()


@contextlib.contextmanager
def serving(capture, listen, *options):
    with subprocess.Popen([program(), "serve", capture, "--listen", listen, *options], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as server:
        try:
            expect(server.stdout.readline().startswith("listening on"), f"serve on {listen}")
            yield
        finally:
            server.terminate()


def drive(target, *options, capture=SIP, status=0):
    user = () if capture == SCCP else ("--user", "1001")
    done = run(capture, "--target", target, "--as", "SEP00AABBCCDDEE", *user, "--no-files", "--speed", "max", *PATIENT, *options,
               "--format", "json", status=status)
    if status == 2:
        return done
    found = json.loads(done.stdout) if done.stdout else {"result": done.stderr, "notes": []}
    found["seconds"] = done.seconds
    return found


def check_notes(found, *expected):
    text = " | ".join(found["notes"])
    for words in expected:
        expect(words in text, f"{words!r} is not in {text!r}")


def check_services(_folder):
    good = f"{SERVERS['good']}:{PORT}"
    with serving(SIP, good, "--transport", "udp"):
        used = f"{good} was used, of good.lab.example, which an SRV record of priority"
        found = drive("first.example")
        check_notes(found, f"first.example: {used} 10 names")
        expect("tried" not in str(found["notes"]), found["notes"])
        check_notes(drive("refused.example"), f"{used} 20", "; the next address was tried",
                    f"refused.example ({SERVERS['nobody']}:{PORT}, of nobody.lab.example) refuses")
        check_notes(drive("busy.example"), f"{used} 20", "answers 503 Service Unavailable; the next address was tried")
        found = drive("silent.example", "--timeout", "3s")
        check_notes(found, f"{used} 20", "does not answer REGISTER within 1.")
        expect(found["exchanges"][0]["answer"], found["exchanges"])
        expect("neither loopback nor a private address" in drive("public.example", status=2).stderr, "it goes to a public address")
    with serving(SIP, good, "--transport", "tcp"):
        check_notes(drive("refused.example", "--transport", "tcp"), "refuses the connection", f"{used} 20")


def check_tls(folder):
    """The certificate is that of the name, not of the host that an SRV record names (RFC 5922, 4)."""
    certificates = Certificates(folder)
    certificates.authority("ca")
    for name, names in (("right", "DNS:refused.example"), ("host", "DNS:good.lab.example")):
        certificates.sign(name, "ca", names)
        own = "--transport", "tls", "--certificate", certificates[f"{name}.pem"], "--key", certificates[f"{name}.key"]
        with serving(SIP, f"{SERVERS['good']}:{PORT + 1}", *own):
            status = 0 if name == "right" else 4
            found = drive("refused.example", "--transport", "tls", "--ca", certificates["ca.pem"], status=status)
            expect(status == 0 or "certificate" in found["result"], found["result"])


def check_addresses(_folder):
    with serving(SIP, f"{SERVERS['good']}:5060", "--transport", "udp"):
        check_notes(drive("two.example"), f"two.example: {SERVERS['good']}:5060 was used, address 2 of 2", "next address was tried")
        # With a port there are no SRV records.
        check_notes(drive("two.example:5060"), "address 2 of 2")
        expect("no address of the name is known" in drive("first.example:5060", status=4)["result"], "the SRV records were asked for")
        # No name server answers about this one.
        found = drive("mute.hosts", "--timeout", "4s")
        expect(found["seconds"] < 20 and found["ends"]["complete"] == 1, found)
        check_notes(drive("failing.example"), "failing.example: whether it has SRV records (_sip._udp) is not known")
    with serving(SCCP, f"{SERVERS['good']}:2000"):
        check_notes(drive("two.example", capture=SCCP), "address 2 of 2", "refuses the connection")
        check_notes(drive("many.example", capture=SCCP), "address 33 of 33")
    with serving(SCCP, "[::1]:2000"):
        check_notes(drive("both.example", "--phones", "3", capture=SCCP), "address 2 of 2")
        found = drive("both.example", "--source", "127.0.0.9", capture=SCCP, status=4)
        expect(f"{SERVERS['nobody']}:2000" in found["result"] and "nothing listens" in found["result"], found["result"])


def check_failures(_folder):
    found = drive("none.example", status=4)
    expect("says that this service is not there" in found["result"], found["result"])
    expect("none of the hosts" in drive("lost.example", status=4)["result"], "a host without an address")
    expect("no address of the name is known" in drive("nosuch.example", status=4)["result"], "a name that nobody knows")
    found = drive("mute.example", "--timeout", "1s", status=4)
    expect("have not answered in time" in found["result"] and found["seconds"] < 20, found)
    found = drive("dead.example", "--timeout", "2s", status=4)
    expect("silent.lab.example" in found["result"] and "does not answer" in found["result"], found["result"])
    check_notes(found, "nobody.lab.example) refuses")


def inside():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (("hosts", f"{SERVERS['good']} mute.hosts\n"), ("resolv.conf", f"nameserver {NAME_SERVER}\noptions timeout:30\n"), ("nsswitch.conf", "hosts: files dns\n")):
            (folder / file).write_text(text, encoding="utf-8")
            subprocess.run(["mount", "--bind", folder / file, f"/etc/{file}"], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        with listening(NAME_SERVER, 53, answer), listening(SERVERS["silent"], PORT, lambda _: None), \
                listening(SERVERS["busy"], PORT, respond_busy):
            for check in (check_services, check_tls, check_addresses, check_failures):
                begin = time.monotonic()
                check(folder)
                print(f"{check.__name__} passed, {time.monotonic() - begin:.0f} s")


def main():
    own = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
    if sys.argv[1:] == ["inside"]:
        inside()
    elif subprocess.run([*own, "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode:
        tshark.skip("this system lets nobody make network namespaces")
    else:
        sys.exit(subprocess.run([*own, sys.executable, __file__, "inside"], check=False, env=dict(os.environ)).returncode)


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"names: {trouble}")
