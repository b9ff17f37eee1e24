#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay run against Kamailio and Asterisk's pjsip, SIP servers of other authors (tests/endpoints): digests, TLS, loss."""

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tshark
from regreplay import ENVIRONMENT, PATIENCE, PATIENT, expect, program, run

SOURCE = Path(__file__).resolve().parents[2]
OWN = SOURCE / "captures" / "recorded_sip_accepted.pcapng"
DEVICE = "SEP00AABBCCDDEE"
PASSWORD = "regflow-1001"


def read_environment():
    folder = Path(os.environ.get("REGFLOW_ENDPOINTS", tshark.build_folder() / "endpoints"))
    lines = [line for name in ("kamailio", "asterisk")
             for line in (folder / f"{name}.env").read_text(encoding="utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines)


def captures():
    """SIPp's registrations with Kamailio: our own recording, and two of other authors where they are there."""
    others = [tshark.find_capture(f"@shared/{name}") for name in
              ("sip_sipp_kamailio_udp_ok.pcapng", "boot_sip_kamailio_udp.pcapng")]
    return [OWN, *(other for other in others if other.exists())]


class Phone:
    def __init__(self, folder):
        self.right, self.wrong, self.second = folder / "right", folder / "wrong", folder / "second"
        self.right.write_text(PASSWORD + "\n", encoding="utf-8")
        self.wrong.write_text("mistaken\n", encoding="utf-8")
        self.second.write_text("regflow-1002\n", encoding="utf-8")

    def arguments(self, capture, target, *options, password=None, user="1001"):
        return [capture, "--target", target, "--as", DEVICE, "--user", user, "--password-file", password or self.right,
                "--no-files", "--speed", "max", *PATIENT, *options]

    def run(self, capture, target, *options, status=0, **who):
        done = run(*self.arguments(capture, target, *options, **who), "--format", "json", status=status)
        for secret in (PASSWORD, "mistaken"):
            expect(secret not in done.stdout + done.stderr, "a password is in the output")
        return json.loads(done.stdout), done.stderr


def registers(found):
    return [(row["role"], row["answer"]) for row in found["exchanges"] if row["message"] == "REGISTER"]


def check_registered(found):
    expect(registers(found)[:2] == [(None, "401 Unauthorized"), ("with credentials", "200 OK")], registers(found))
    expect(registers(found)[-1] == ("to sign off", "200 OK"), registers(found))
    expect(all(row["timing"] == "on time" for row in found["exchanges"] if row["recorded"] is not None), found)


def check_transports(phone, environment):
    kamailio, asterisk = environment["KAMAILIO_HOST"], environment["ASTERISK_HOST"]
    for capture in captures():
        for transport in ("udp", "tcp"):
            for server in (kamailio, asterisk, f"{kamailio}:{environment['KAMAILIO_SIP_PORT_WITHOUT_QOP']}"):
                check_registered(phone.run(capture, server, "--transport", transport)[0])
        tls = ("--transport", "tls", "--ca", environment["KAMAILIO_CA"])
        check_registered(phone.run(capture, kamailio, *tls)[0])


def check_old_recording(phone, environment):
    """Its registrar answers "nonce has changed"; the script made from it registers all the same."""
    capture = tshark.find_capture("@shared/sip.pcap")
    if capture.exists():
        found, _ = phone.run(capture, environment["KAMAILIO_HOST"])
        expect(found["ends"]["complete"] == 1, found)
        expect(registers(found)[:2] == [(None, "401 Unauthorized"), ("with credentials", "200 OK")], found)


def check_refusals(phone, environment):
    kamailio, asterisk = environment["KAMAILIO_HOST"], environment["ASTERISK_HOST"]
    for server, user, expected in ((kamailio, "1001", "403 Forbidden"), (kamailio, "4711", "404 Not Found"),
                                   (asterisk, "1001", "401 Unauthorized"), (asterisk, "4711", "401 Unauthorized")):
        found, _ = phone.run(OWN, server, user=user, password=phone.wrong, status=1)
        expect(found["ends"]["refused"] == 1 and expected in found["result"], found["result"])
        expect(len(registers(found)) <= 2 and registers(found)[-1][1] == expected, registers(found))


def check_tls(phone, environment):
    kamailio = environment["KAMAILIO_HOST"]
    faults = {"EXPIRED": "expired", "SELF_SIGNED": "self-signed", "WRONG_NAME": "for another", "TLS10": "at least 1.2"}
    for fault, words in faults.items():
        target = f"{kamailio}:{environment[f'KAMAILIO_TLS_PORT_{fault}']}"
        found, _ = phone.run(OWN, target, "--transport", "tls", "--ca", environment["KAMAILIO_CA"], status=4)
        expect(words in found["result"] and "\n" not in found["result"], found["result"])
    found, _ = phone.run(OWN, kamailio, "--transport", "tls", status=4)
    expect("not trusted" in found["result"], found["result"])
    target = f"{kamailio}:{environment['KAMAILIO_TLS_PORT_SELF_SIGNED']}"
    found, said = phone.run(OWN, target, "--transport", "tls", "--insecure")
    expect("NOT checked" in said, said)
    check_registered(found)
    found, _ = phone.run(OWN, kamailio + ":5060", "--transport", "tls", "--timeout", "2s", status=4)
    expect("port for TLS" in found["result"], found["result"])


def check_shared_port(phone, environment):
    """Forty phones behind four ports, over a way that loses nothing: as with a port for each, and each is one of its own."""
    (phone.right.parent / "load").write_text("regflow-load\n", encoding="utf-8")
    found, _ = phone.run(OWN, environment["KAMAILIO_HOST"], "--phones", "40", "--phones-per-port", "10", "--stay", "1s",
                         user="load1", password=phone.right.parent / "load")
    expect(found["ends"]["complete"] == 40 and found["still_registered"] == 0, found["result"])
    expect(all(row["timing"] != "late" for row in found["exchanges"]), found)
    expect(found["sends_unstamped"] == 0, found["sends_unstamped"])
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with end:
        end.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{end.getsockname()[1]}"
    found, _ = phone.run(OWN, target, "--phones", "40", "--phones-per-port", "10", user="load1", status=4)
    expect(found["ends"]["unreachable"] == 40 and "nothing listens" in found["failures"][0], found)


def contacts(environment):
    done = subprocess.run([environment["KAMAILIO_CONSOLE"], "ul.dump"], capture_output=True, text=True, check=True)
    return done.stdout


def wait_for(what):
    end = time.monotonic() + PATIENCE
    while not what():
        expect(time.monotonic() < end, "it does not come about in time")
        time.sleep(0.1)


def check_stay(phone, environment):
    """Kamailio's own list has the binding while it is held, and no longer after Ctrl-C."""
    arguments = phone.arguments(OWN, environment["KAMAILIO_HOST"], "--stay", "forever", "--format", "json")
    with subprocess.Popen([program(), "run", *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        try:
            wait_for(lambda: "00aabbccddee" in contacts(environment))
            process.send_signal(signal.SIGINT)
            found = json.loads(process.communicate(timeout=PATIENCE)[0])
        finally:
            process.kill()
    expect(registers(found)[-1] == ("to sign off", "200 OK"), found)
    expect("00aabbccddee" not in contacts(environment), "the contact is gone")


def check_several_contacts(phone, environment):
    """Kamailio lists all that one REGISTER has bound, and none of them behind the sign-off."""
    capture = SOURCE / "captures" / "sip_forms.pcapng"
    arguments = phone.arguments(capture, environment["KAMAILIO_HOST"], "--phone", "3004@192.0.2.10", "--stay", "forever",
                                "--format", "json", user="1002", password=phone.second)
    before = bound_for(environment, "1002")
    with subprocess.Popen([program(), "run", *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        try:
            wait_for(lambda: len(bound_for(environment, "1002") - before) == 3)
            process.send_signal(signal.SIGINT)
            found = json.loads(process.communicate(timeout=PATIENCE)[0])
        finally:
            process.kill()
    expect(registers(found)[-1] == ("to sign off", "200 OK"), found)
    expect(bound_for(environment, "1002") == before, "a contact is left")


def bound_for(environment, user):
    return set(re.findall(rf"Address: sips?:{user}@(\S+)", contacts(environment)))


@contextlib.contextmanager
def lossy_proxy(target, loses):
    """Passes datagrams on between one phone and the target, but for those that loses(count) names."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    client.connect(target)
    stop = threading.Event()

    def work():
        phone, count = None, 0
        while not stop.is_set():
            for ready in select.select([server, client], [], [], 0.1)[0]:
                try:
                    data, sender = ready.recvfrom(65536)
                except OSError:
                    continue
                count += 1
                if ready is server:
                    phone = sender
                if loses(count):
                    continue
                if ready is server:
                    client.send(data)
                elif phone:
                    server.sendto(data, phone)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield "127.0.0.1:%d" % server.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        server.close()
        client.close()


def check_loss(phone, environment):
    target = (environment["KAMAILIO_HOST"], int(environment["KAMAILIO_SIP_PORT"]))
    # The first request is lost, then the answer to its copy.
    with lossy_proxy(target, lambda count: count in (1, 3)) as proxy:
        found, _ = phone.run(OWN, proxy)
    first = found["exchanges"][0]
    expect(first["sent_again"] >= 2 and first["live"] > 1.4, first)
    expect(found["ends"]["complete"] == 1, found)
    begin = time.monotonic()
    with lossy_proxy(target, lambda count: True) as proxy:
        found, _ = phone.run(OWN, proxy, status=4)
    expect(time.monotonic() - begin > 31.5, "it gives up after 32 s")
    # The eleventh is due half a second before the end, and a busy machine may not come to it.
    expect(re.search("sent 1[01] times", found["result"]) and found["ends"]["unreachable"] == 1, found["result"])


def main():
    environment = read_environment()
    with tempfile.TemporaryDirectory() as folder:
        phone = Phone(Path(folder))
        for check in (check_transports, check_old_recording, check_refusals, check_tls, check_shared_port, check_stay, check_several_contacts, check_loss):
            check(phone, environment)
            print(check.__name__, "passed")


if __name__ == "__main__":
    try:
        main()
    except tshark.Trouble as trouble:
        sys.exit(f"sip_servers: {trouble}")
