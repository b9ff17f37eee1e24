#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS of regreplay: run against Kamailio and openssl s_server, which ask for certificates and choose theirs by SNI, and against
serve, which meets phones that do not speak TLS, stall, or come by the hundreds."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from certificates import Certificates
from regreplay import ENVIRONMENT, PATIENCE, PATIENT, expect, program, run, serving

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
SIP = CAPTURES / "recorded_sip_accepted.pcapng"
SCCP = CAPTURES / "sccp_phone_register.pcapng"
RECORDED_TLS, RECORDED_KEYS = CAPTURES / "sip_kamailio_tls.pcapng", CAPTURES / "sip_kamailio_tls.keys"
DEVICE = "SEP00AABBCCDDEE"


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = (folder / "kamailio.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


class Phone:
    def __init__(self, folder):
        self.password = folder / "password"
        self.password.write_text("regflow-1001\n", encoding="utf-8")

    def run(self, target, *options, status=0, capture=SIP):
        who = ("--user", "1001", "--password-file", self.password) if capture != SCCP else ()
        done = run(capture, "--target", target, "--transport", "tls", "--as", DEVICE, "--no-files", "--speed", "max", *PATIENT, *who,
                   *options, "--format", "json", status=status)
        if status == 2:
            expect(done.stdout == "" and done.stderr.count("\n") == 1, done.stderr)
            return done.stderr
        return json.loads(done.stdout)

    def refused(self, words, target, *options, **more):
        """One sentence, with these words, and exit status 4."""
        result = self.run(target, *options, status=4, **more)["result"]
        expect(words in result and "\n" not in result and result.count(". ") == 0, f"{words!r} is not in {result!r}")


def check_registered(found):
    answers = [row["answer"] for row in found["exchanges"] if row["message"] == "REGISTER"]
    expect(answers == ["401 Unauthorized", "200 OK", "200 OK"], answers)
    expect(found["ends"]["complete"] == 1, found["result"])


def certificate(folder, name):
    return ("--certificate", folder / f"{name}.pem", "--key", folder / f"{name}.key")


def check_kamailio(phone, environment):
    """A port that lets in phones with a certificate only, and one with two servers behind it."""
    folder, host = Path(environment["KAMAILIO_CERTIFICATES"]), environment["KAMAILIO_HOST"]
    trust = ("--ca", environment["KAMAILIO_CA"])
    asks = f"{host}:{environment['KAMAILIO_TLS_PORT_CLIENT_CERTIFICATE']}"
    check_registered(phone.run(asks, *trust, *certificate(folder, "phone")))
    phone.refused("certificate of the phone", asks, *trust)
    phone.refused("--certificate", asks, *trust, *certificate(folder, "self"))
    # Where nobody asks, nobody looks at it.
    check_registered(phone.run(host, *trust, *certificate(folder, "self")))
    chooses = f"{host}:{environment['KAMAILIO_TLS_PORT_SNI']}"
    check_registered(phone.run(chooses, *trust))
    check_registered(phone.run(chooses, *trust, "--server-name", "sip.example.org"))
    phone.refused(f"has a certificate for another name: {host}, localhost, not sip.example.net", chooses, *trust,
                  "--server-name", "sip.example.net")


@contextlib.contextmanager
def s_server(folder, *options):
    """openssl s_server on a free loopback port; says nothing of its own."""
    port = socket.create_server(("127.0.0.1", 0))
    number = port.getsockname()[1]
    port.close()
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{number}", "-quiet", "-naccept", "1000", *map(str, options)]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(1000):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number), 1):
                    break
                time.sleep(0.05)
            yield number
        finally:
            process.kill()


def check_s_server(phone, files):
    """With TLS 1.3 the server looks at the phone's certificate when the phone has long sent its REGISTER: again and again, because
    the reset behind the alert may overtake it: the sentence is another one then, and right as well."""
    own = ("-cert", "server.pem", "-key", "server.key")
    trust = ("--ca", files["ca.pem"], "--timeout", "2s")
    for version in ("-tls1_2", "-tls1_3"):
        with s_server(files.folder, version, *own, "-CAfile", "ca.pem", "-Verify", "2", "-verify_return_error") as port:
            for _ in range(10):
                phone.refused("certificate of the phone", f"127.0.0.1:{port}", *trust)
            for _ in range(10):
                phone.refused("--certificate", f"127.0.0.1:{port}", *trust, *certificate(files.folder, "stranger"))
            phone.refused("--certificate", f"127.0.0.1:{port}", *trust, *certificate(files.folder, "late"))
            # That one is let in; nobody there speaks SIP.
            phone.refused("does not answer REGISTER", f"127.0.0.1:{port}", *trust, *certificate(files.folder, "phone"))
    names = ("-servername", "localhost", "-cert2", "named.pem", "-key2", "named.key", "-servername_fatal")
    with s_server(files.folder, *own, *names) as port:
        phone.refused("does not answer REGISTER", f"localhost:{port}", *trust)
        phone.refused("knows no server of the name other.example, which SNI asks for", f"127.0.0.1:{port}", *trust,
                      "--server-name", "other.example")


def check_files(phone, files):
    """What is wrong with a file is told before anybody is called."""
    nobody = socket.create_server(("127.0.0.1", 0))
    nobody.settimeout(0.2)
    target = f"127.0.0.1:{nobody.getsockname()[1]}"
    files.join("both.pem", "phone.pem", "locked.key")
    files["text.pem"].write_text("no certificate at all\n", encoding="utf-8")
    rows = (
        (("--certificate", files["phone.pem"]), "holds no private key in PEM form: name the file that does with --key"),
        (("--certificate", files["phone.pem"], "--key", files["stranger.key"]), "does not belong to the certificate"),
        (("--certificate", files["phone.pem"], "--key", files["locked.key"]), "locked with a passphrase"),
        (("--certificate", files["both.pem"]), "locked with a passphrase"),
        (("--certificate", files["phone.pem"], "--key", files["text.pem"]), "text.pem holds no private key"),
        (("--certificate", files["missing.pem"]), "missing.pem cannot be read: No such file"),
        (("--certificate", files["phone.pem"], "--key", files["missing.key"]), "missing.key cannot be read: No such file"),
        (("--certificate", files["text.pem"]), "text.pem holds no certificate"),
        (("--certificate", files["phone.key"]), "phone.key holds no certificate"),
        (("--certificate", files.folder), "holds no certificate"),
        (("--key", files["phone.key"]), "--certificate FILE"),
        (("--ca", files["missing.pem"]), "missing.pem cannot be read: No such file"),
        (("--ca", files["phone.key"]), "phone.key holds no certificate"),
        (("--transport", "tcp", "--key", files["phone.key"]), "--key is about TLS, and this is over TCP"),
        (("--server-name", ""), "--server-name is empty"),
        (("--server-name", "two words"), "--server-name:"),
        (("--server-name", "a" * 300), "--server-name:"),
        (("--transport", "quic"), "there is no transport"),
    )
    for options, words in rows:
        said = phone.run(target, *options, status=2)
        expect(words in said, f"{options}: {said}")
    for options, words in ((("--certificate", files["phone.pem"]), "holds no private key"), ((), "needs the server's certificate")):
        done = run(SIP, "--transport", "tls", "--listen", "127.0.0.1:0", *options, status=2, command="serve")
        expect(words in done.stderr and done.stdout == "", done.stderr)
    expect("is for SIP" in run(SCCP, "--transport", "udp", status=2).stderr, "SCCP goes over TCP")
    try:
        nobody.accept()
        raise tshark.Trouble("somebody was called before the files were read")
    except TimeoutError:
        nobody.close()


def check_serve(phone, files):
    """SIP and SCCP, with faults, and with phones that have to show a certificate."""
    own = ("--transport", "tls", *certificate(files.folder, "server"))
    trust = ("--ca", files["ca.pem"])
    with serving(SIP, *own) as target:
        check_registered(phone.run(target, *trust))
        phone.refused("not trusted here", target)
        check_registered(phone.run(target, *trust, "--server-name", "localhost"))
    complaints = []
    with serving(SIP, *own, *trust, complaints=complaints) as target:
        check_registered(phone.run(target, *trust, *certificate(files.folder, "phone")))
        phone.refused("certificate of the phone", target, *trust)
        phone.refused("--certificate", target, *trust, *certificate(files.folder, "stranger"))
    expect(len(complaints) == 2 and "shown no certificate" in complaints[0] and "not in the file of --ca" in complaints[1], complaints)
    with serving(SCCP, *own, "--speed", "max") as target:
        for _ in range(2):
            found = phone.run(target, *trust, capture=SCCP)
            expect(found["ends"]["complete"] == 1 and found["passed"], found["result"])
        found = phone.run(target, *trust, "--phones", "100", capture=SCCP)
        expect(found["ends"]["complete"] == 100, found["result"])
    for fault, status in (("close", 4), ("reset", 4), ("garbage", 4), ("half", 4), ("silent", 4), ("bytes", 0)):
        for capture, message in ((SIP, "401"), (SCCP, "RegisterAck")):
            with serving(capture, *own, "--fault", f"{message}={fault}") as target:
                phone.run(target, *trust, "--timeout", "4s", capture=capture, status=status)
    done = run(SIP, "--target", target, "--same-identity", "--transport", "tcp", "--timeout", "1s", status=4)
    expect("refuses the connection" in done.stdout, done.stdout)


def memory_of(process):
    text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) * 1024


def process_of(port):
    """Of ours, the one that listens there."""
    done = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=True)
    return int(re.search(r"pid=(\d+)", done.stdout).group(1))


def check_bad_phones(phone, files):
    """Plain text, half a ClientHello, and hundreds who never go on: each is ended in time, and the next phone is served."""
    own = ("--transport", "tls", *certificate(files.folder, "server"))
    trust = ("--ca", files["ca.pem"])
    complaints = []
    with serving(SIP, *own, complaints=complaints) as target:
        host, port = target.split(":")
        where = (host, int(port))
        with socket.create_connection(where, PATIENCE) as plain:
            plain.sendall(b"REGISTER sip:lab SIP/2.0\r\n\r\n")
            expect(plain.recv(100) == b"", "plain text is not answered")
        done = run(SIP, "--target", target, "--same-identity", "--transport", "tcp", status=4)
        expect("has closed the connection" in done.stdout, done.stdout)
        before = memory_of(process_of(port))
        stalled = []
        for _ in range(1500):
            stalled.append(socket.create_connection(where, PATIENCE))
            # The head of a record with a ClientHello, and no more.
            stalled[-1].sendall(b"\x16\x03\x01\x02\x00\x01")
        begin = time.monotonic()
        check_registered(phone.run(target, *trust))
        expect(memory_of(process_of(port)) - before < 128 << 20, "handshakes that stall are bounded in memory")
        stalled[-1].settimeout(PATIENCE)
        expect(stalled[-1].recv(1) == b"", "the last one that stalled is ended, too")
        # A handshake has 10 s, and the last of the stalled ones began a moment before.
        expect(time.monotonic() - begin > 8, f"it took {time.monotonic() - begin:.0f} s")
        for connection in stalled:
            connection.close()
        check_registered(phone.run(target, *trust))
    expect(len(complaints) == 21 and "which is no TLS" in complaints[0] and "not told" in complaints[-1], complaints)
    expect(any("does not complete a TLS handshake" in line for line in complaints), complaints)


def say_and_close(server, banner):
    connection = server.accept()[0]
    connection.recv(4096)
    connection.sendall(banner)
    connection.close()


def check_other_servers(phone, _):
    """The other way around: a server that says nothing, one that answers in plain text, and one that hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        phone.refused("No handshake was complete within 1.000 s", target, "--timeout", "1s")
    for banner, words in ((b"SSH-2.0-OpenSSH\r\n", 'begins with "SSH-2", which is no TLS'),
                          (b"", "does not complete a TLS handshake")):
        with socket.create_server(("127.0.0.1", 0)) as server:
            target = f"127.0.0.1:{server.getsockname()[1]}"
            thread = threading.Thread(target=say_and_close, args=(server, banner))
            thread.start()
            phone.refused(words, target, "--timeout", "5s")
            thread.join()


def decrypt(capture, keys, folder):
    """What TLS has carried in one stream, as a capture of TCP: tshark opens it, text2pcap writes it."""
    done = subprocess.run(["tshark", "-r", capture, "-o", f"tls.keylog_file:{keys}", "-q", "-z", "follow,tls,raw,0"],
                          capture_output=True, text=True, check=True, timeout=PATIENCE)
    lines = done.stdout.split("Node 1:")[1].splitlines()[1:]
    rows = []
    for second, line in enumerate(line for line in lines if re.fullmatch(r"\t?[0-9a-f]+", line)):
        way, octets = ("I", line.strip()) if line.startswith("\t") else ("O", line)
        rows += [f"{way} 12:00:{second:02}.000000",
                 "0000 " + " ".join(octets[i:i + 2] for i in range(0, len(octets), 2))]
    text, out = folder / "decrypted.txt", folder / "decrypted.pcapng"
    text.write_text("\n".join(rows) + "\n", encoding="utf-8")
    subprocess.run(["text2pcap", "-q", "-D", "-t", "%H:%M:%S.%f", "-4", "127.0.0.2,127.0.0.3", "-T", "40000,5061", text, out],
                   capture_output=True, check=True, timeout=PATIENCE)
    return out


def check_recorded_tls(phone, files):
    """What a phone and Kamailio once said over TLS, said again over TLS."""
    capture = decrypt(RECORDED_TLS, RECORDED_KEYS, files.folder)
    with serving(capture, "--transport", "tls", *certificate(files.folder, "server")) as target:
        found = phone.run(target, "--ca", files["ca.pem"], capture=capture)
        expect(found["ends"]["complete"] == 1 and found["passed"], found)


def check_key_log(phone, files):
    """Both ends write the same secrets, and nobody else may read them."""
    logs = [files.folder / "phone.keys", files.folder / "server.keys"]
    with serving(SIP, "--transport", "tls", *certificate(files.folder, "server"), "--keylog", logs[1]) as target:
        phone.run(target, "--ca", files["ca.pem"], "--keylog", logs[0], "--insecure")
    lines = [sorted(line for line in log.read_text().splitlines() if not line.startswith("#")) for log in logs]
    expect(lines[0] == lines[1] and any("TRAFFIC_SECRET" in line for line in lines[0]), lines)
    modes = [log.stat().st_mode & 0o777 for log in logs]
    expect(modes == [0o600, 0o600], f"the modes are {[oct(mode) for mode in modes]}")
    with serving(SIP, "--transport", "tls", *certificate(files.folder, "server")) as target:
        done = subprocess.run(["prlimit", "--fsize=300", program(), "run", SIP, "--target", target, "--transport", "tls", "--insecure", "--as", DEVICE,
                               "--no-files", "--user", "1001", "--password-file", phone.password, "--keylog", files.folder / "few.keys"],
                              capture_output=True, text=True, check=False, timeout=PATIENCE, env=ENVIRONMENT)
    expect(done.returncode == 2 and "keys are lost" in done.stderr and "File too large" in done.stderr and "REGISTER" in done.stdout, done)
    for name, words in ((files.folder / "no" / "keys", "cannot be written"), ("/dev/full", "No space left"), ("-", "go to a file")):
        said = phone.run("127.0.0.1:1", "--ca", files["ca.pem"], "--keylog", name, status=2)
        expect("--keylog" in said and words in said, said)


def main():
    environment = read_environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        phone, files = Phone(folder), Certificates(folder)
        for authority in ("ca", "other"):
            files.authority(authority)
        files.sign("server", "ca", "IP:127.0.0.1,DNS:localhost")
        files.sign("named", "ca", "DNS:localhost")
        files.sign("phone", "ca")
        files.sign("late", "ca", days=-1)
        files.sign("stranger", "other")
        files.lock("locked.key", "phone.key")
        parts = [(check_kamailio, environment)] + [(part, files) for part in (
            check_s_server, check_files, check_serve, check_other_servers, check_bad_phones, check_recorded_tls,
            check_key_log)]
        for part, beside in parts:
            begin = time.monotonic()
            part(phone, beside)
            print(f"{part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"tls: {trouble}")
