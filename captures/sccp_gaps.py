#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes SCCP captures that lack packets which both sides have, one way of lacking them each, and some that nearly do.
All of them are made, none is recorded."""

import contextlib
import struct
import sys

from craft import (ACK, BUTTON_SPEED_DIAL, ETHERTYPE_IPV4, PROTOCOL_TCP, PSH, SECOND, Makers, Phone, Sccp, TcpFlow, command_line,
                   ipv4_fragments, ms, sccp_pdu, tcp, utc)
from hosts import call_manager, device_name, handset
from sccp_dialogue import PHONE, SERVER, Talk, accept, fetch_status, fetch_templates, finish, keep_alive, register, unregister

START = utc("2026-03-02T08:00:00")
KEYS = ((1, BUTTON_SPEED_DIAL),)
ENHANCED_ALARM = 0x015A
gap = Makers("sccp_gaps.py")


def talk_on(capture, mss=1460, sport=49175, start=START):
    host = handset()
    phone = Phone(device_name(host.mac), host.ip, host.mac, 30018, "SCCP41.8-5-3S", (("2001", "Alice Example"),), KEYS)
    return Talk(TcpFlow(capture, host, call_manager(), sport, mss=mss), Sccp(17), phone, start)


@contextlib.contextmanager
def unseen(talk):
    """What is said in here passes, and the capture does not see it."""
    frames = talk.flow.capture.frames
    before = len(frames)
    yield
    del frames[before:]


def enhanced_alarm(phone):
    """An XML alarm of some 2000 octets, as 79x1 and later send them first."""
    string = '<String name="{}">{}</String>'
    items = [string.format("DeviceName", phone.name), string.format("DeviceIPv4Address", f"{phone.ip}/24"),
             string.format("LastProtocolEventSent", "Sent:KeepAlive"), string.format("LastProtocolEventReceived", "Rcvd:KeepAliveAck")]
    items += [string.format(f"Reserved{number:02}", "-" * 40) for number in range(20)]
    text = (f'<?xml version="1.0" encoding="UTF-8" ?><x-cisco-alarm><Alarm Name="LastOutOfServiceInformation"><ParameterList>'
            f'{"".join(items)}</ParameterList></Alarm></x-cisco-alarm>')
    return sccp_pdu(ENHANCED_ALARM, text.encode() + b"\0", 0)


@gap("sccp_gap_server")
def two_segments_of_the_server(capture):
    """SoftKeyTemplateRes and SoftKeySetRes are not in the capture. The phone acknowledges both: what follows is read as if nothing were."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.connect()
    accept(talk)
    fetch_templates(talk, soft_keys=False)
    for request, answer in ((s.soft_key_template_req(), s.soft_key_template_res()), (s.soft_key_set_req(), s.soft_key_set_res())):
        talk.say(PHONE, request)
        with unseen(talk):
            talk.say(SERVER, answer)
    talk.ack(PHONE, after=ms(1))
    fetch_status(talk)
    finish(talk)
    keep_alive(talk)


@gap("sccp_gap_phone_sign_off")
def a_gap_and_then_the_end(capture):
    """A KeepAliveReq is not in the capture, but its answer is. Later the phone signs off, which is read, though its octets stand behind
    the gap."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    with unseen(talk):
        talk.say(PHONE, talk.sccp.keep_alive_req(), after=30 * SECOND)
    talk.say(SERVER, talk.sccp.keep_alive_ack())
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk)
    talk.wait(5 * SECOND)
    unregister(talk)


@gap("sccp_gap_acknowledged_late")
def a_burst_with_a_gap(capture):
    """The server sends three messages in a row, of which the capture lacks the second. The third waits until the phone's acknowledgment
    shows that the second has arrived."""
    talk = talk_on(capture)
    register(talk)
    talk.wait(SECOND)
    talk.say(SERVER, talk.sccp.line_stat_res(1, "2001", "Alice Example"))
    with unseen(talk):
        talk.say(SERVER, talk.sccp.define_time_date(talk.now), after=ms(0.2))
    talk.say(SERVER, talk.sccp.line_stat_res(1, "2001", "Alice Example"), after=ms(0.2))
    talk.ack(PHONE, after=ms(40))
    keep_alive(talk)


@gap("sccp_gap_torn_message")
def the_middle_of_a_message(capture):
    """The phone's first message is an EnhancedAlarm in four segments; the capture lacks the second. Its rest is dropped, and RegisterReq,
    which begins in the middle of the fourth, is read."""
    talk = talk_on(capture, mss=600)
    flow = talk.flow
    talk.connect()
    octets = enhanced_alarm(talk.phone) + talk.sccp.register_req(talk.phone)
    for number, at in enumerate(range(0, len(octets), 600)):
        with unseen(talk) if number == 1 else contextlib.nullcontext():
            flow.segment(talk.now + number * ms(0.1), PHONE, PSH | ACK, octets[at:at + 600], seq=flow.next_seq[PHONE] + at)
    flow.next_seq[PHONE] += len(octets)
    talk.ack(SERVER, after=ms(1))
    talk.say(SERVER, talk.sccp.register_ack())
    talk.say(SERVER, talk.sccp.capabilities_req(), after=ms(0.05))
    talk.say(PHONE, talk.sccp.capabilities_res())
    talk.ack(SERVER)
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)


@gap("sccp_gap_first_fragment")
def only_the_second_fragment(capture):
    """A long packet of the phone is cut into two IP fragments, of which the capture has the second. The next packet has the end of its
    message; then a heartbeat, before the server has said another word."""
    talk = talk_on(capture)
    register(talk)
    flow = talk.flow
    client, server = flow.hosts
    octets = enhanced_alarm(talk.phone)
    talk.wait(10 * SECOND)
    body = tcp(client.ip, server.ip, *flow.ports, flow.next_seq[PHONE], flow.next_seq[SERVER], ACK, client.window, octets[:1460])
    pieces = ipv4_fragments(client.ip, server.ip, PROTOCOL_TCP, body, 1384, ttl=client.ttl, dscp=client.dscp, ident=0x68)
    capture.add(talk.now, flow.link(client, server, ETHERTYPE_IPV4, pieces[-1]))
    flow.next_seq[PHONE] += 1460
    talk.say(PHONE, octets[1460:], after=0)
    talk.say(PHONE, talk.sccp.keep_alive_req(), after=18 * SECOND)
    talk.say(SERVER, talk.sccp.keep_alive_ack())


@gap("sccp_gap_one_direction")
def nobody_acknowledges(capture):
    """Only what the server sends was captured, and of that the answer about line 1 is missing. With nobody to acknowledge it the
    messages behind it are read when the server has sent on for three seconds, or at the end."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.say(PHONE, s.line_stat_req(1))
    with unseen(talk):
        talk.say(SERVER, s.line_stat_res(1, "2001", "Alice Example"))
    talk.ask(s.forward_stat_req(1), s.forward_stat_res(1, ""))
    finish(talk)
    keep_alive(talk)
    keep_alive(talk)
    phone = bytes.fromhex(talk.flow.hosts[PHONE].mac.replace(":", ""))
    capture.frames = [(time, frame) for time, frame in capture.frames if frame[6:12] != phone]


@gap("sccp_starts_inside")
def the_end_of_a_message_comes_first(capture):
    """The capture begins in the middle of a CapabilitiesRes, in a segment with a whole KeepAliveReq behind it."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.say(PHONE, s.capabilities_res()[104:] + s.keep_alive_req())
    talk.say(SERVER, s.keep_alive_ack())
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk)
    keep_alive(talk)


@gap("near_sccp_gap_sent_again")
def lost_before_the_receiver(capture):
    """A packet of the server is lost on its way. The phone acknowledges up to the gap, selectively what lies behind it, and gets the packet
    again: nothing is lacking, and the messages are read in their order."""
    talk = talk_on(capture)
    s, flow = talk.sccp, talk.flow
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.say(PHONE, s.line_stat_req(1))
    talk.say(PHONE, s.forward_stat_req(1), after=ms(0.1))
    begin = flow.next_seq[SERVER]
    line, forward = s.line_stat_res(1, "2001", "Alice Example"), s.forward_stat_res(1, "")
    flow.next_seq[SERVER] += len(line)
    talk.say(SERVER, forward)
    sack = struct.pack("!BBBBII", 1, 1, 5, 10, begin + len(line), begin + len(line) + len(forward))
    for _ in range(2):
        talk.wait(ms(20))
        flow.segment(talk.now, PHONE, ACK, ack=begin, options=sack)
    talk.wait(4 * SECOND)
    flow.segment(talk.now, SERVER, PSH | ACK, line, seq=begin)
    talk.ack(PHONE, after=ms(1))
    finish(talk)
    keep_alive(talk)


@gap("near_sccp_gap_copy_later")
def sent_again_for_nothing(capture):
    """The phone's acknowledgment of LineStatRes gets lost on its way back, and the capture has seen neither. The copy that the server
    sends is what shows the message."""
    talk = talk_on(capture)
    s, flow = talk.sccp, talk.flow
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.say(PHONE, s.line_stat_req(1))
    begin, line = flow.next_seq[SERVER], s.line_stat_res(1, "2001", "Alice Example")
    with unseen(talk):
        talk.say(SERVER, line)
    talk.ask(s.forward_stat_req(1), s.forward_stat_res(1, ""))
    for _ in range(2):
        talk.wait(ms(300))
        flow.segment(talk.now, SERVER, PSH | ACK, line, seq=begin)
    talk.ack(PHONE, after=ms(1))
    finish(talk)
    keep_alive(talk)


def goes_on_to_second_heartbeat(talk):
    """From the acceptance on; the first heartbeat is not in the capture, its answer is."""
    s = talk.sccp
    talk.say(SERVER, s.capabilities_req(), after=ms(0.05))
    talk.ack(PHONE, after=ms(0.9))
    talk.say(PHONE, s.capabilities_res())
    talk.ack(SERVER)
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)
    with unseen(talk):
        talk.say(PHONE, s.keep_alive_req(), after=30 * SECOND)
    talk.say(SERVER, s.keep_alive_ack())
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk)


@gap("near_sccp_gap_register_ack")
def accepted_unseen(capture):
    """RegisterAck is not in the capture, and neither is the first heartbeat; the server sets lamps, and answers the heartbeat. The next one
    is not the first."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.register_req(talk.phone))
    with unseen(talk):
        talk.say(SERVER, s.register_ack())
    goes_on_to_second_heartbeat(talk)


@gap("sccp_gap_refused")
def refused_unasked(capture):
    """RegisterReq is not in the capture. What the server says to it is: RegisterReject, and the phone closes the connection."""
    talk = talk_on(capture)
    talk.connect()
    with unseen(talk):
        talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_reject("Security Error"))
    talk.flow.close(talk.now + ms(5), PHONE)


@gap("near_sccp_gap_first_heartbeat")
def the_first_heartbeat_unseen(capture):
    """RegisterReq is not in the capture, and neither is the first heartbeat, but its answer is. What the server grants is a limit, as long as
    nobody knows what the phone offers; and the next heartbeat is not the first."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.connect()
    with unseen(talk):
        talk.say(PHONE, s.register_req(talk.phone))
    talk.say(SERVER, s.register_ack())
    goes_on_to_second_heartbeat(talk)


@gap("near_sccp_gap_clock")
def the_clock_unseen(capture):
    """A phone is accepted and gets its keys and lines. Neither its question for the time nor the answer is in the capture; its heartbeats
    are answered. Whether it was ready is not known; that it is registered is."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    fetch_status(talk)
    with unseen(talk):
        talk.say(PHONE, talk.sccp.time_date_req(), after=ms(900))
        talk.say(SERVER, talk.sccp.define_time_date(talk.now))
    talk.say(SERVER, talk.sccp.select_soft_keys(), after=ms(0.3))
    talk.ack(PHONE, after=ms(180))
    for _ in range(2):
        keep_alive(talk)


@gap("near_register_not_repeated")
def acknowledged_unseen(capture):
    """A RegisterReq is neither acknowledged in the capture nor repeated by TCP: it has arrived, and whatever came of it is not captured. A
    minute later the phone comes from another port, and is registered."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    register(talk_on(capture, sport=49176, start=START + 60 * SECOND))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, gap.captures()))
