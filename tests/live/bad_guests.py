#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay serve and guests that mean no good: more than there are descriptors, such as never say a whole word, and such as
have others flooded in their name."""

import contextlib
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ALARMS, ENVIRONMENT, PATIENCE, expect, program

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
DESCRIPTORS = 100
HALF_HEADS = 4200


class Server:
    """On free ports, which it names."""

    def __init__(self, capture, *options, files=False, descriptors=None):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))) if descriptors else None
        self.process = subprocess.Popen(
            [program(), "serve", CAPTURES / capture, "--listen", "127.0.0.1:0", "--tftp-port", "0", "--http-port", "0",
             "--speed", "max", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT,
            preexec_fn=limit)
        self.ends = {}
        lines = (("listening on", "phones"), ("boot files by TFTP", "tftp"), ("boot files by HTTP", "http"))
        for line, key in lines if files else lines[:1]:
            said = self.process.stdout.readline()
            expect(said.startswith(line), f"serve says {said!r}: {'' if said else self.process.stderr.read()}")
            host, port = re.search(r"on ([\d.]+):(\d+)", said).groups()
            self.ends[key] = (host, int(port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        _, self.said = self.process.communicate(timeout=PATIENCE)
        expect(self.process.returncode == 0 and not any(alarm in self.said for alarm in ALARMS), self.said)

    def busy(self):
        """Its processor seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answers(sender, seconds):
    """All that comes within that time, as (octets, from whom)."""
    found, end = [], time.monotonic() + seconds
    while select.select([sender], [], [], max(0, end - time.monotonic()))[0]:
        found.append(sender.recvfrom(70000))
    return found


def check_full():
    """It says so, uses no processor, and has room again when somebody leaves."""
    with Server("sccp_phone_register.pcapng", descriptors=DESCRIPTORS) as server, contextlib.ExitStack() as guests:
        crowd = [guests.enter_context(socket.create_connection(server.ends["phones"])) for _ in range(DESCRIPTORS + 50)]
        turned_away = select.select(crowd, [], [], PATIENCE)[0]
        expect(turned_away and turned_away[0].recv(1) == b"", "nobody is turned away")
        before = server.busy()
        time.sleep(2)
        expect(server.busy() - before < 1, f"{server.busy() - before} s of 2 spent in a loop")
        for guest in crowd:
            guest.close()
        again = guests.enter_context(socket.create_connection(server.ends["phones"]))
        expect(not select.select([again], [], [], 0.5)[0], "nobody is let in again")
    expect(server.said.count("phones are turned away") == 1, server.said)


def check_half_heads():
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with Server("boot_http_6970.pcapng", files=True) as server, contextlib.ExitStack() as guests:
        for _ in range(HALF_HEADS):
            guests.enter_context(socket.create_connection(server.ends["http"])).sendall(b"GET /x HTTP/1.1\r\n")
        phone = guests.enter_context(socket.create_connection(server.ends["http"]))
        phone.settimeout(PATIENCE)
        phone.sendall(b"GET /SEP001122334455.cnf.xml HTTP/1.1\r\nHost: x\r\n\r\n")
        expect(phone.recv(12) == b"HTTP/1.1 200", "half requests keep a whole one out")


def check_file_for_somebody_else():
    """Who never acknowledges gets one packet a request, and who asks again gets it again."""
    with Server("boot_failover_token.pcapng", files=True) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(2):
            sender.sendto(b"\0\1SEP001122334455.cnf.xml\0octet\0", server.ends["tftp"])
            found = answers(sender, 2.5)
            expect(len(found) == 1 and found[0][0][:4] == b"\0\3\0\1", f"{len(found)} packets for one request")
        block, peer = found[0]
        sender.sendto(b"\0\4" + block[2:4], peer)
        expect(answers(sender, PATIENCE / 100)[0][0][:4] == b"\0\3\0\2", "the next block")


def register(own):
    host, port = own
    contact = f"<sip:2001@{host}:{port}>"
    return (f"REGISTER sip:{host} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK1\r\nFrom: <sip:2001@{host}>;tag=1\r\n"
            f"To: <sip:2001@{host}>\r\nCall-ID: 1@{host}\r\nCSeq: 1 REGISTER\r\nContact: {contact}\r\nContent-Length: 0\r\n\r\n").encode()


def answer_to(request):
    """200 OK with the headers that belong into it."""
    wanted = (b"via:", b"v:", b"from:", b"f:", b"to:", b"t:", b"call-id:", b"i:", b"cseq:")
    lines = [line for line in request.split(b"\r\n")[1:] if line.lower().startswith(wanted)]
    return b"\r\n".join([b"SIP/2.0 200 OK", *lines, b"Content-Length: 0", b"", b""])


def check_messages_for_somebody_else():
    """A source that has proved nothing gets little more than it has sent; one that answers gets all that was recorded."""
    capture = "sip_cisco_cucm_tcp.pcapng"
    with Server(capture, "--transport", "udp") as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.1", 0))
        octets = register(victim.getsockname())
        victim.sendto(octets, server.ends["phones"])
        found = [message for message, _ in answers(victim, 2)]
        expect(found and found[0].startswith(b"SIP/2.0 200"), found)
        expect(sum(map(len, found[1:])) <= 3 * len(octets), f"{len(octets)} octets have brought {list(map(len, found))}")
    with Server(capture, "--transport", "udp") as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        # As long as a phone's; else nothing would be tried.
        phone.sendto(register(phone.getsockname()).replace(b"Content-Length", b"Subject: " + b"x" * 250 + b"\r\nContent-Length"),
                     server.ends["phones"])
        orders, end = [], time.monotonic() + 3
        while time.monotonic() < end and len(orders) < 3:
            for message, peer in answers(phone, 0.3):
                if not message.startswith(b"SIP/2.0"):
                    orders.append(message.split(b" ", 1)[0])
                    phone.sendto(answer_to(message), peer)
        expect(orders == [b"NOTIFY", b"REFER", b"NOTIFY"], f"who answers is sent {orders}")


def main():
    for check in (check_full, check_half_heads, check_file_for_somebody_else, check_messages_for_somebody_else):
        check()
        print(check.__name__.replace("_", " "))


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(str(trouble))
