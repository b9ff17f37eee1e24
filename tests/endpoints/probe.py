#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks a server one thing, within seconds. Exit status 0: it answered as it should; 1: no, and standard error says why.

  probe.py free ADDRESS PORT…                      these TCP and UDP ports can be bound
  probe.py tcp HOST PORT                           a connection is accepted
  probe.py sip udp|tcp HOST PORT METHOD USER       prints the status code of the answer
  probe.py tls HOST PORT CA [VERSION]              prints the version of TLS, the certificate verified
"""

import socket
import ssl
import sys
import uuid
import warnings

PATIENCE = 10  # seconds


def free(address, *ports):
    for port in map(int, ports):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind((address, port))


def tcp(host, port):
    socket.create_connection((host, int(port)), PATIENCE).close()


def request(method, transport, own, host, port, user):
    mark = uuid.uuid4().hex
    return "\r\n".join((
        f"{method} sip:{host} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {own[0]}:{own[1]};branch=z9hG4bK{mark}",
        f"From: <sip:{user}@{host}>;tag={mark[:8]}",
        f"To: <sip:{user}@{host}>",
        f"Call-ID: {mark}@{own[0]}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{user}@{own[0]}:{own[1]};transport={transport}>",
        "Max-Forwards: 70",
        "Expires: 60",
        "Content-Length: 0",
        "", "")).encode()


def sip(transport, host, port, method, user):
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as connection:
        connection.settimeout(PATIENCE)
        connection.connect((host, int(port)))
        connection.sendall(request(method, transport, connection.getsockname(), host, port, user))
        answer = connection.recv(65535).decode("utf-8", "replace")
    version, code, *_ = answer.split(" ", 2) + ["", ""]
    if version != "SIP/2.0":
        raise ValueError(f"not a SIP answer: {answer[:80]!r}")
    print(code)


def tls(host, port, authority, version=None):
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if version:
        # What the library would no longer speak of its own accord.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        with context.wrap_socket(connection, server_hostname=host) as secured:
            print(secured.version())


def main(arguments):
    commands = {"free": free, "tcp": tcp, "sip": sip, "tls": tls}
    if not arguments or arguments[0] not in commands:
        sys.exit(__doc__)
    try:
        commands[arguments[0]](*arguments[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"{' '.join(arguments)}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
