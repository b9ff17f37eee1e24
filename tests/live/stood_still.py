#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The server answers at once, but regreplay's process stands still (SIGSTOP) while the answer comes: over UDP and TCP its time is
that of the wire, and by no transport it is late."""

import json
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ENVIRONMENT, PATIENCE, expect, program

CAPTURE = Path(__file__).resolve().parents[2] / "captures" / "recorded_sip_accepted.pcapng"
PAUSE = 0.1
SO_TIMESTAMPNS = 35  # asm-generic/socket.h


def answer(request):
    lines = "".join(line for name in ("Via", "From", "To", "Call-ID", "CSeq", "Contact")
                    for line in re.findall(rf"(?im)^{name}:.*\r\n", request))
    return f"SIP/2.0 200 OK\r\n{lines}Expires: 60\r\nContent-Length: 0\r\n\r\n".encode()


class Server:
    """On a free loopback port; heard: when the latest request reached it, by the kernel's stamp (time of day)."""

    def __init__(self, kind):
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.settimeout(PATIENCE)
        self.socket.bind(("127.0.0.1", 0))
        self.is_tcp = kind == socket.SOCK_STREAM
        self.connection, self.peer, self.heard = self.socket, None, None
        if self.is_tcp:
            self.socket.listen()

    def hear(self):
        if self.is_tcp and self.connection is self.socket:
            self.connection = self.socket.accept()[0]
            self.connection.settimeout(PATIENCE)
        octets, control, _, self.peer = self.connection.recvmsg(65536, 64)
        stamps = [data for level, kind, data in control if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS)]
        seconds, nanoseconds = struct.unpack("@ll", stamps[0]) if stamps else (0, 0)
        self.heard = seconds + nanoseconds / 1e9 if stamps else None
        return octets.decode()

    def say(self, octets):
        if self.is_tcp:
            self.connection.sendall(octets)
        else:
            self.connection.sendto(octets, self.peer)

    def close(self):
        self.connection.close()
        self.socket.close()


def stand_still(process):
    """Returns when it really does: the signal alone does not say so."""
    process.send_signal(signal.SIGSTOP)
    while not Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].startswith(" T"):
        time.sleep(0.001)


def play(server, transport):
    """The report, and how many seconds passed on the wire from the first request to its answer, at most."""
    port = server.socket.getsockname()[1]
    with subprocess.Popen([program(), "run", "--target", f"127.0.0.1:{port}", "--transport", transport, "--as", "SEP00AABBCCDDEE",
                           "--user", "1001", "--no-files", "--speed", "max", "--tolerance", "20ms", "--format", "json", CAPTURE],
                          stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            request, heard = server.hear(), server.heard
            stand_still(process)
            server.say(answer(request))
            took = time.time() - heard if heard else None
            time.sleep(PAUSE)
            process.send_signal(signal.SIGCONT)
            server.say(answer(server.hear()))
            return json.loads(process.communicate(timeout=PATIENCE)[0]), took
        finally:
            process.kill()


def try_once(transport):
    """Whether the printed time is that of the wire. A busy machine may hold up this server, and regreplay between looking at the
    clock and sending: then it is not, but by more than it says it is never off."""
    server = Server(socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM)
    try:
        report, took = play(server, transport)
    finally:
        server.close()
    row = report["exchanges"][0]
    expect(row["message"] == "REGISTER" and row["samples"] == 1, f"{transport}: {row}")
    if took is None:
        return False
    expect(row["least"] <= took, f"{transport}: {row['least']} s at least, and it took {took} s on the wire")
    expect(row["timing"] != "late" or took > row["allowed"], f"{transport}: late after {took} s: {row}")
    expect(report["own_reading_p99"] >= PAUSE, f"{transport}: it stood still for {PAUSE} s: {report}")
    return row["live"] <= took + 0.001


def main():
    for transport in ("udp", "tcp"):
        expect(any(try_once(transport) for _ in range(20)), f"{transport}: in no try the time was that of the wire")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"stood_still: {trouble}")
