#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a capture whose every text would like to be markup, script or a command to a terminal: for whatever shows what a capture says
to people (pages, drawings, reports, terminals). Made, not recorded."""

import sys

from boot_dialogue import tftp_error, tftp_rrq
from craft import BUTTON_LINE, BUTTON_SERVICE_URL, BUTTON_SPEED_DIAL, SECOND, Capture, Phone, Sccp, TcpFlow, UdpFlow, command_line, utc
from hosts import call_manager, handset
from sccp_dialogue import PHONE, SERVER, Talk
from sip_dialogue import Line, SipTalk, answer, challenge

START = utc("2026-03-09T08:00:00")
SCRIPT = "<script>owned=1</script>"
ENDS = "</script><script>owned=1</script>"
IMAGE = "\"><img src=x onerror=owned=1>"
COMMENT = "<!--<script>"
ODD = "a\u2028b\u2029c'\"&amp;\\\u202etxt.exe"


def sccp_phone(capture, last, name, start):
    host = handset(last)
    phone = Phone(name, host.ip, host.mac, load="<b>SCCP</b>", lines=(("2001", SCRIPT),))
    talk = Talk(TcpFlow(capture, host, call_manager(), 49000 + last), Sccp(17), phone, start)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(phone, 25, "Name=<x> Load=</script> Last=" + SCRIPT), talk.sccp.register_req(phone))
    return talk


def registers(capture):
    """A device name, line names, labels, addresses of services and prompts that are markup."""
    talk = sccp_phone(capture, 0x61, "<img src=x>", START)
    s, phone = talk.sccp, talk.phone
    keys = [(1, BUTTON_LINE), (1, BUTTON_SPEED_DIAL), (1, BUTTON_SERVICE_URL)]
    talk.say(SERVER, s.register_ack(), s.capabilities_req())
    talk.say(PHONE, s.capabilities_res())
    for request, response in ((s.button_template_req(), s.button_template_res(keys)),
                              (s.config_stat_req(), s.config_stat_res(phone, SCRIPT, "</title>", 1)),
                              (s.line_stat_req(1), s.line_stat_res(1, "<b>2001", ENDS, IMAGE)),
                              (s.speed_dial_stat_req(1), s.speed_dial_stat_res(1, "9911", COMMENT)),
                              (s.service_url_stat_req(1), s.service_url_stat_res(1, "javascript:owned=1", IMAGE)),
                              (s.time_date_req(), s.define_time_date(talk.now))):
        talk.say(PHONE, request)
        talk.say(SERVER, response)
    for text in (SCRIPT, COMMENT, ODD, "{{7*7}} ${owned=1} `owned=1`", "\x1b[31mred\x1b]0;owned\x07", "]]></svg>" + SCRIPT):
        talk.say(SERVER, s.display_prompt_status(text))
    talk.ack(PHONE)
    return talk.now


def is_refused(capture, start):
    """The words of a refusal end a script element."""
    talk = sccp_phone(capture, 0x62, "</script><b>", start)
    talk.say(SERVER, talk.sccp.register_reject("</script><script>owned=1//"))
    talk.ack(PHONE)
    return talk.now


def asks_for_a_file(capture, start):
    """A server's words about a file that it does not have."""
    flow = UdpFlow(capture, handset(0x63), call_manager("192.0.2.5", 0x05), 49163, 69)
    for attempt in range(3):
        flow.send(start + attempt * SECOND, PHONE, tftp_rrq("SEP00005E005363.cnf.xml"))
        flow.send(start + attempt * SECOND + SECOND // 2, SERVER, tftp_error(1, ENDS))
    return start + 3 * SECOND


def speaks_sip(capture, start):
    """Headers that are markup, in UTF-8 and in octets that are none."""
    host = handset(0x64)
    talk = SipTalk(UdpFlow(capture, host, call_manager(), 5060, 5060), start)
    line = Line("5064&lt;b'", host.ip, "192.0.2.10", agent=ENDS)
    request = line.register('Reason: SIP;cause=200;text="' + SCRIPT + '"', "X-Odd: " + ODD)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, SCRIPT, [challenge("abc", realm=IMAGE.replace('"', "'"))]))
    request = line.register(line.authorization("abc", "secret"), again=True).replace(b"ExamplePhone", b"Ex\xff\xfe\xc0\x80\xed\xa0\x80")
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 403, ENDS, ['Warning: 399 cucm "' + SCRIPT + '"', "Server: " + COMMENT]))
    return talk.now


def build():
    idea = ("Phones whose names, lines, labels, prompts, files and headers would like to be markup, script, or commands to a terminal; "
            "also line separators, text that runs backwards, and octets that are no UTF-8.")
    capture = Capture(f"{idea} Made by captures/markup.py of regflow, not recorded.")
    clock = registers(capture) + SECOND
    clock = is_refused(capture, clock) + SECOND
    clock = asks_for_a_file(capture, clock) + SECOND
    speaks_sip(capture, clock)
    return {"markup_everywhere.pcapng": capture}


if __name__ == "__main__":
    sys.exit(command_line(__doc__, build()))
