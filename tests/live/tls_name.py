#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay names the server in its ClientHello (RFC 6066, 3): a host name, but never an address."""

import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ENVIRONMENT, PATIENCE, expect, program

CAPTURE = tshark.find_capture("recorded_sip_accepted.pcapng")
HANDSHAKE = 0x16  # type of a TLS record
NAME = b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09localhost"  # the extension server_name


def hello_to(host):
    """The first octets that a server at this name or address is sent; it then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        argv = [program(), "run", CAPTURE, "--target", f"{host}:{server.getsockname()[1]}", "--as", "SEP00AABBCCDDEE", "--user", "1999",
                "--transport", "tls", "--insecure", "--no-files", "--timeout", "2s"]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT) as phone:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                expect(False, f"{host}: nobody connects: {phone.communicate()[0]}")
            with connection:
                connection.settimeout(PATIENCE)
                hello = connection.recv(4096)
            said = phone.communicate(timeout=PATIENCE)[0].decode()
    expect(phone.returncode == 4, f"{host}: exit {phone.returncode}: {said}")
    expect(hello[:1] == bytes([HANDSHAKE]), f"{host}: no TLS handshake comes, but {hello}")
    return hello


def main():
    expect(NAME in hello_to("localhost"), "the ClientHello to localhost does not name it")
    expect(b"127.0.0.1" not in hello_to("127.0.0.1"), "the ClientHello to 127.0.0.1 names an address")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"tls_name: {trouble}")
