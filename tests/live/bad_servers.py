#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run against servers that misbehave, over real sockets: SIP that makes no sense, and boot files from HTTP servers of
many kinds (python's own, and such as lie, dawdle or never end). Each run comes to its end in time, with one sentence."""

import contextlib
import functools
import http.server
import json
import re
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import PATIENCE, PATIENT, expect, run, serving

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
SIP = CAPTURES / "recorded_sip_accepted.pcapng"
FILES = CAPTURES / "boot_http_6970.pcapng"
DEVICE = "SEP00AABBCCDDEE"
QUICK = ("--speed", "max", *PATIENT, "--format", "json")


@contextlib.contextmanager
def tcp_server(talk):
    """talk(connection) for each that connects, on a free loopback port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_one(connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            talk(connection)

    def serve():
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield "127.0.0.1:%d" % listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def drain(connection):
    while connection.recv(65536):
        pass


# --- SIP

GRANTED = "Contact: <sip:1001@127.0.0.1>;expires=60\r\n"


def answer(request, start="SIP/2.0 200 OK", via=None, cseq=None, more="Content-Length: 0\r\n"):
    def line_of(name):
        return re.search(rf"^{name}:.*\r\n", request, re.MULTILINE).group()
    return (start + "\r\n" + (line_of("Via") if via is None else via) + line_of("From") + line_of("To") + line_of("Call-ID")
            + (line_of("CSeq") if cseq is None else cseq) + GRANTED + more + "\r\n").encode()


def say(connection, *, body=b"", pause=0, then_well=False, **parts):
    """The first request is answered so; the others well."""
    request = connection.recv(65536).decode()
    octets = answer(request, **parts) + body
    for piece in ([octets] if not pause else [octets[i:i + 1] for i in range(len(octets))]):
        connection.sendall(piece)
        time.sleep(pause)
    if then_well:
        connection.sendall(answer(request))
    while True:
        request = connection.recv(65536).decode()
        if not request:
            return
        connection.sendall(answer(request))


def flood(connection, start, part):
    connection.recv(65536)
    connection.sendall(start)
    while True:
        connection.sendall(part * 1000)


REGISTERED = "registered"
SIP_ROWS = (
    (functools.partial(say), REGISTERED),
    (functools.partial(say, pause=0.001), REGISTERED),
    (functools.partial(say, via="Via: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKother\r\n", then_well=True), REGISTERED),
    (functools.partial(say, via=""), "does not answer REGISTER"),
    (functools.partial(say, cseq="CSeq: 4711 REGISTER\r\n"), "does not answer REGISTER"),
    (functools.partial(say, cseq="CSeq: 1 OPTIONS\r\n", then_well=True), REGISTERED),
    (functools.partial(say, more=""), REGISTERED),
    (functools.partial(say, more="Content-Length: -1\r\n"), REGISTERED),
    (functools.partial(say, more="Content-Length: many\r\n"), REGISTERED),
    (functools.partial(say, more="Content-Length: 1\r\n"), "what has come is no whole message"),
    (functools.partial(say, more="Content-Length: 4294967296\r\n"), "sent a message that cannot be read"),
    (functools.partial(say, more="Content-Length: 2\r\n", body=b"abcd"), "octets that are no SIP (\"cd"),
    (functools.partial(say, more="a:b\r\n" * 10000 + "Content-Length: 0\r\n"), REGISTERED),
    (functools.partial(flood, start=b"SIP/2.0 200 OK\r\nVia: ", part=b"x"), "sent a message that cannot be read"),
    (functools.partial(flood, start=b"SIP/2.0 200 OK\r\n", part=b"a:b\r\n"), "sent a message that cannot be read"),
    (functools.partial(flood, start=b"", part=b"\r\n"), "does not answer REGISTER"),
    (lambda connection: connection.close(), "the connection"),  # closed, or reset when our REGISTER came later
)


def check_sip_row(row):
    talk, words = row
    name = str(talk)[:200]
    with tcp_server(talk) as target:
        done = run(SIP, "--target", target, "--transport", "tcp", "--as", DEVICE, "--user", "1001", "--no-files", "--timeout",
                   "5s", *QUICK, status=(0, 1, 4))
    found = json.loads(done.stdout)
    registered = found["ends"]["complete"] == 1
    expect(registered == (words is REGISTERED), f"{name}: {found['result']}")
    expect(registered or words in found["result"], f"{name}: {found['result']}")


# --- HTTP

CONTENT = (b"<device><devicePool><callManagerGroup><members><member priority=\"0\"><callManager><processNodeName>192.0.2.1"
           b"</processNodeName></callManager></member></members></callManagerGroup></devicePool></device>")


class Handler(http.server.BaseHTTPRequestHandler):
    """Python's own server, with both versions of the protocol."""

    def do_GET(self):  # pylint: disable=invalid-name
        status = 200 if self.path.endswith(".cnf.xml") else 404
        self.send_response(status)
        self.send_header("Content-Length", str(len(CONTENT) if status == 200 else 0))
        self.end_headers()
        if status == 200:
            self.wfile.write(CONTENT)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


@contextlib.contextmanager
def python_server(version):
    handler = type("VersionedHandler", (Handler,), {"protocol_version": version})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield "127.0.0.1:%d" % server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def read_request(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(65536)
        if not more:
            return
        request += more


def reply(*pieces, pause=0, stays=False):
    """Says this to each request of a connection, and closes it, or not."""
    def talk(connection):
        read_request(connection)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if stays:
            drain(connection)
    return talk


def endless(start, part):
    def talk(connection):
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(part)
    return talk


OK = b"HTTP/1.1 200 OK\r\n"
WITH_LENGTH = b"Content-Length: %d\r\n\r\n" % len(CONTENT)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(CONTENT) + CONTENT + b"\r\n0\r\n\r\n"
DELIVERED, BROKEN = "delivered", "broken off"
HTTP_ROWS = (
    ("nothing", reply(), "closed without an answer", "no answer"),
    ("version 1.0, the end is that of the connection", reply(b"HTTP/1.0 200 OK\r\n\r\n", CONTENT), None, DELIVERED),
    ("a length, and the connection stays", reply(OK, WITH_LENGTH, CONTENT, stays=True), None, DELIVERED),
    ("chunks, and the connection stays", reply(OK, CHUNKED, stays=True), None, DELIVERED),
    ("octet by octet", reply(*[bytes([octet]) for octet in OK + CHUNKED], pause=0.0005), None, DELIVERED),
    ("provisional first", reply(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, WITH_LENGTH, CONTENT, stays=True), None, DELIVERED),
    ("too short by one", reply(OK, WITH_LENGTH, CONTENT[:-1]), "closed before its end", BROKEN),
    ("a negative length", reply(OK, b"Content-Length: -1\r\n\r\n", CONTENT), "Content-Length", BROKEN),
    ("a gigabyte", reply(OK, b"Content-Length: 1073741824\r\n\r\n", CONTENT), "larger than any boot file", BROKEN),
    ("no end", endless(OK + b"\r\n", b"x" * 1048576), "larger than any boot file", BROKEN),
    ("a head without end", endless(OK, b"X-More: of this\r\n" * 1000), "a head without end", BROKEN),
    ("elsewhere", reply(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/\r\n\r\n"), "it points to http://192.0.2.9/", "refused"),
    ("a login", reply(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), "401", "refused"),
    ("something else", reply(b"SSH-2.0-OpenSSH\r\n"), "no HTTP", BROKEN),
)


def fetch_files(call_manager, server):
    """The row of each file."""
    done = run(FILES, "--target", call_manager, "--http", server, "--as", DEVICE, *QUICK, status=(0, 1))
    found = json.loads(done.stdout)
    return [row for row in found["exchanges"] if row["file"]]


def check_http_row(call_manager, row):
    name, talk, words, result = row
    with tcp_server(talk) as server:
        found = fetch_files(call_manager, server)[0]
    expect(found["file"]["result"] == result, f"{name}: {found}")
    expect(not words or words in found["detail"], f"{name}: {found['detail']}")


def check_http():
    with serving(FILES, "--no-files", "--speed", "max") as call_manager:
        for version in ("HTTP/1.0", "HTTP/1.1"):
            with python_server(version) as server:
                found = fetch_files(call_manager, server)[-1]
                expect(found["file"]["result"] == DELIVERED and found["file"]["size"] == len(CONTENT), found)
        with ThreadPoolExecutor(4) as pool:
            for future in [pool.submit(check_http_row, call_manager, row) for row in HTTP_ROWS]:
                future.result()


def main():
    with ThreadPoolExecutor(8) as pool:  # they wait, most of the time
        for future in [pool.submit(check_sip_row, row) for row in SIP_ROWS]:
            future.result()
    print(len(SIP_ROWS), "servers of SIP")
    check_http()
    print(len(HTTP_ROWS) + 2, "servers of HTTP")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"bad_servers: {trouble}")
