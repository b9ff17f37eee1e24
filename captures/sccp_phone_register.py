#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes sccp_phone_register.pcapng: a two-line 7961 registers with CUCM, 49 frames.

RECONSTRUCTED, not recorded. A published page of explanations exists for a capture of this name; the capture
itself is no part of this project, and differs (see README.md). From that page come the number of frames, what the explained ones among frames 3 to 24
are about, and the time stamps of 26 frames (marked "page" below). Everything else (addresses, names, numbers, the
bytes of the messages, the remaining times, the content of frames that the page leaves bare) was chosen here, as
phones of this kind talk.
"""

import sys

from craft import (BUTTON_FEATURE, BUTTON_LINE, BUTTON_SERVICE_URL, BUTTON_SPEED_DIAL, LABEL_YOUR_CURRENT_OPTIONS,
                   LAMP_OFF, LAMP_VOICEMAIL, Capture, Host, Phone, Sccp, TcpFlow, command_line, utc)

PHONE_SIDE, CUCM_SIDE = TcpFlow.CLIENT, TcpFlow.SERVER
NAME = "sccp_phone_register.pcapng"

BUTTONS = ((1, BUTTON_LINE), (2, BUTTON_LINE), (1, BUTTON_SPEED_DIAL), (2, BUTTON_SPEED_DIAL), (3, BUTTON_SPEED_DIAL),
           (1, BUTTON_FEATURE), (1, BUTTON_SERVICE_URL), (2, BUTTON_SERVICE_URL))


def at(clock):
    return utc("2015-05-03T10:" + clock)


def build():
    capture = Capture("Reconstructed from a published page of explanations, not recorded. "
                      "Made by captures/sccp_phone_register.py of regflow.")
    handset = Host("192.0.2.61", "00:00:5e:00:53:61", window=8192, first_ident=0x0100)
    cucm = Host("192.0.2.10", "00:00:5e:00:53:0a", window=14600, first_ident=0x7A00)
    phone = Phone("SEP00005E005361", handset.ip, handset.mac, device_type=30018, load="SCCP41.8-5-3S",
                  lines=(("2001", "Alice Example"), ("2050", "Help Desk")), keys=BUTTONS[2:])
    flow = TcpFlow(capture, handset, cucm, 49175, client_isn=0x1B4A2C60, server_isn=0x6E01F3A8)
    sccp = Sccp(17)

    def say(side, clock, *messages):
        flow.send(at(clock), side, b"".join(messages))

    flow.syn(at("55:53.753951"))                                                             # 1
    flow.syn_ack(at("55:53.754950"))                                                         # 2
    say(PHONE_SIDE, "55:53.755957", sccp.alarm(phone, 25, "Initialized"))                    # 3, carries the third ACK
    say(PHONE_SIDE, "55:53.755957", sccp.register_req(phone))                                # 4
    say(CUCM_SIDE, "55:53.757949", sccp.register_ack(keepalive=30, secondary=60))            # 5
    say(CUCM_SIDE, "55:53.757949", sccp.capabilities_req())                                  # 6
    flow.ack(at("55:53.758948"), PHONE_SIDE)                                                 # 7 page
    say(PHONE_SIDE, "55:53.766959", sccp.button_template_req())                              # 8
    say(CUCM_SIDE, "55:53.767951", sccp.button_template_res(BUTTONS))                        # 9
    say(PHONE_SIDE, "55:53.769950", sccp.soft_key_template_req())                            # 10
    say(CUCM_SIDE, "55:53.770957", sccp.soft_key_template_res())                             # 11
    say(PHONE_SIDE, "55:53.773946", sccp.capabilities_res())                                 # 12
    flow.ack(at("55:53.774953"), CUCM_SIDE)                                                  # 13 page
    say(PHONE_SIDE, "55:53.774953", sccp.soft_key_set_req(), sccp.config_stat_req())         # 14
    say(CUCM_SIDE, "55:53.775945", sccp.soft_key_set_res(),                                  # 15
        sccp.config_stat_res(phone, "aexample", "CUCM-PUB", 3))
    flow.ack(at("55:53.776952"), PHONE_SIDE)                                                 # 16 page
    say(PHONE_SIDE, "55:54.089991", sccp.line_stat_req(1))                                   # 17
    say(CUCM_SIDE, "55:54.090983", sccp.line_stat_res(1, "2001", "Alice Example"))           # 18
    say(PHONE_SIDE, "55:54.091990", sccp.forward_stat_req(1))                                # 19
    say(CUCM_SIDE, "55:54.092982", sccp.forward_stat_res(1))                                 # 20
    say(PHONE_SIDE, "55:54.093989", sccp.line_stat_req(2))                                   # 21
    say(CUCM_SIDE, "55:54.094981", sccp.line_stat_res(2, "2050", "Help Desk"))               # 22
    say(PHONE_SIDE, "55:54.095988", sccp.forward_stat_req(2))                                # 23
    say(CUCM_SIDE, "55:54.096995", sccp.forward_stat_res(2, all_to="2001"))                  # 24
    say(PHONE_SIDE, "55:54.098993", sccp.speed_dial_stat_req(1))                             # 25 page
    say(CUCM_SIDE, "55:54.098993", sccp.speed_dial_stat_res(1, "2002", "Bob Example"))       # 26 page
    say(PHONE_SIDE, "55:54.100992", sccp.speed_dial_stat_req(2))                             # 27 page
    say(CUCM_SIDE, "55:54.100992", sccp.speed_dial_stat_res(2, "9911", "Front gate"))        # 28 page
    say(PHONE_SIDE, "55:54.101984", sccp.speed_dial_stat_req(3))                             # 29 page
    say(CUCM_SIDE, "55:54.101984", sccp.speed_dial_stat_res(3))                              # 30 page: key not programmed
    say(PHONE_SIDE, "55:54.102991", sccp.feature_stat_req(1))                                # 31 page
    say(CUCM_SIDE, "55:54.103983", sccp.feature_stat_res(1, BUTTON_FEATURE, "Privacy", 0))   # 32 page
    say(PHONE_SIDE, "55:54.104990", sccp.service_url_stat_req(1))                            # 33 page
    say(CUCM_SIDE, "55:54.104990", sccp.service_url_stat_res(                                # 34 page
        1, "http://192.0.2.10:8080/ccmcip/directory.jsp", "Directory"))
    say(PHONE_SIDE, "55:54.105982", sccp.service_url_stat_req(2))                            # 35 page
    say(CUCM_SIDE, "55:54.105982", sccp.service_url_stat_res(                                # 36 page
        2, "http://192.0.2.10:8080/emapp/EMAppServlet?device=#DEVICENAME#", "Log in"))
    say(PHONE_SIDE, "55:54.158988", sccp.register_available_lines(2))                        # 37 page
    say(CUCM_SIDE, "55:54.158988", sccp.set_lamp(LAMP_VOICEMAIL, 1, LAMP_OFF),               # 38 page
        sccp.set_lamp(LAMP_VOICEMAIL, 2, LAMP_OFF))
    flow.ack(at("55:54.158988"), PHONE_SIDE)                                                 # 39 page
    say(PHONE_SIDE, "55:55.296981", sccp.time_date_req())                                    # 40 page
    say(CUCM_SIDE, "55:55.308974", sccp.define_time_date(at("55:55.308")))                   # 41 page
    say(CUCM_SIDE, "55:55.310973", sccp.select_soft_keys())                                  # 42 page
    say(CUCM_SIDE, "55:55.311980", sccp.display_prompt_status(LABEL_YOUR_CURRENT_OPTIONS))   # 43 page
    flow.ack(at("55:55.491963"), PHONE_SIDE)                                                 # 44 page
    say(CUCM_SIDE, "55:56.071987", sccp.activate_call_plane(1))                              # 45 page
    flow.ack(at("55:56.252963"), PHONE_SIDE, window=8176)                                    # 46
    flow.ack(at("55:56.261966"), PHONE_SIDE)                                                 # 47: the window is open again
    say(PHONE_SIDE, "56:23.911940", sccp.keep_alive_req())                                   # 48 page
    say(CUCM_SIDE, "56:23.911940", sccp.keep_alive_ack())                                    # 49 page
    assert len(capture.frames) == 49
    return capture


if __name__ == "__main__":
    sys.exit(command_line(__doc__, {NAME: build()}))
