#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sccp_live_phone.py DEVICE MAC SERVER [KEEPALIVES]: registers with a real call manager, for the recorders; Debian has no SCCP phone.
The messages are those of craft.py; what comes back decides what is sent. After the last of its lines it keeps itself alive so many
times (1) and signs off. When nothing comes any more for three intervals (of half a minute, before it knows better), it hangs up."""

import socket
import struct
import sys
import time

from craft import BUTTON_LINE, Phone, Sccp

REGISTER_ACK, REJECT, CAPABILITIES_REQ, TEMPLATE_RES = 0x81, 0x9D, 0x9B, 0x97
SOFT_KEYS_RES, SOFT_KEY_SET_RES, LINE_RES, TIME_RES = 0x108, 0x109, 0x92, 0x94
KEEPALIVE_ACK, UNREGISTER_ACK = 0x100, 0x118
SILENCE = 30  # seconds
KEEPALIVES_UNANSWERED = 3


class Session:
    def __init__(self, device, mac, server):
        self.stream = socket.create_connection((server, 2000), timeout=SILENCE)
        self.pending = b""
        self.sccp = Sccp(11)
        self.phone = Phone(device, self.stream.getsockname()[0], mac, device_type=30018)
        self.interval = SILENCE
        self.registered = False

    def say(self, message):
        self.stream.sendall(message)

    def messages(self):
        """(id, body) of what comes, as it comes; ends when the server closes or says nothing any more."""
        silent = 0
        while silent < KEEPALIVES_UNANSWERED:
            while len(self.pending) >= 12:
                length, _, kind = struct.unpack_from("<III", self.pending)
                if len(self.pending) < length + 8:
                    break
                body, self.pending = self.pending[12:length + 8], self.pending[length + 8:]
                yield kind, body
            try:
                more = self.stream.recv(65536)
            except TimeoutError:
                silent += 1
                if self.registered and silent < KEEPALIVES_UNANSWERED:
                    self.say(self.sccp.keep_alive_req())
                continue
            if not more:
                return
            silent = 0
            self.pending += more


def lines_in(template):
    """How many line keys the ButtonTemplateRes has: offset, count, total, then instance and kind of each key."""
    count = struct.unpack_from("<I", template, 4)[0]
    keys = [template[12 + 2 * i:14 + 2 * i] for i in range(min(count, 42))]
    return sum(1 for key in keys if len(key) == 2 and key[1] == BUTTON_LINE)


def register(session, keepalives):
    sccp, phone = session.sccp, session.phone
    lines = asked = 0
    ready = False
    session.say(sccp.alarm(phone, 25, "Initialized") + sccp.register_req(phone) + sccp.ip_port(16384))
    for kind, body in session.messages():
        if kind == REJECT:
            time.sleep(1)
            return 1
        if kind == REGISTER_ACK:
            session.interval = min(struct.unpack_from("<I", body)[0], SILENCE)
            session.registered = True
        elif kind == CAPABILITIES_REQ:
            session.say(sccp.capabilities_res())
            session.say(sccp.button_template_req())
        elif kind == TEMPLATE_RES:
            lines = lines_in(body)
            session.say(sccp.soft_key_template_req())
        elif kind == SOFT_KEYS_RES:
            session.say(sccp.soft_key_set_req())
        elif kind in (SOFT_KEY_SET_RES, LINE_RES) and asked < lines:
            asked += 1
            session.say(sccp.line_stat_req(asked))
        elif kind in (SOFT_KEY_SET_RES, LINE_RES):
            session.say(sccp.time_date_req())
        elif kind == KEEPALIVE_ACK and keepalives == 0:
            session.say(sccp.unregister_req())
        elif kind == KEEPALIVE_ACK or kind == TIME_RES and not ready:
            ready = True
            keepalives -= 1
            time.sleep(session.interval)
            session.say(sccp.keep_alive_req())
        elif kind == UNREGISTER_ACK:
            return 0
    return 0


if __name__ == "__main__":
    try:
        sys.exit(register(Session(*sys.argv[1:4]), int((sys.argv[4:] or ["1"])[0])))
    except OSError as error:
        sys.exit(f"{sys.argv[3]}: {error}")
