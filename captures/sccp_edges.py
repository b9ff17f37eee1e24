#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small SCCP captures, one idea each. The idea is the docstring of the function that makes the file,
and the comment inside the file. All of them are made, none is recorded."""

import struct
import sys

from craft import (ACK, BUTTON_BLF, BUTTON_FEATURE, BUTTON_LINE, BUTTON_SERVICE_URL, BUTTON_SPEED_DIAL, BUTTON_UNUSED, ETHERTYPE_IPV4,
                   LABEL_ERROR_DBCONFIG, LAMP_LINE, LAMP_ON, LAMP_VOICEMAIL, PROTOCOL_GRE, PSH, SECOND, SYN, Host, Makers, Phone, Sccp,
                   TcpFlow, box, command_line, ethernet, gre, ip_bytes, ipv4, ms, sccp_pdu, utc, words)
from hosts import BACKUP, PRIMARY, call_manager, device_name, handset
from sccp_dialogue import PHONE, SERVER, Talk, accept, fetch_status, fetch_templates, finish, keep_alive, register, unregister

START = utc("2026-03-02T08:00:00")
KEYS = ((1, BUTTON_SPEED_DIAL), (2, BUTTON_SPEED_DIAL), (1, BUTTON_FEATURE), (1, BUTTON_SERVICE_URL))
edge = Makers("sccp_edges.py")


def phone_of(host, device_type=30018, load="SCCP41.8-5-3S", lines=(("2001", "Alice Example"),), keys=(), **options):
    return Phone(device_name(host.mac), host.ip, host.mac, device_type, load, lines, keys, **options)


def talk_on(capture, version=17, host=None, server=None, sport=49175, start=START, phone=None, dport=2000, mss=1460, link=None,
            **phone_options):
    host = host or handset()
    flow = TcpFlow(capture, host, server or call_manager(), sport, dport, mss=mss, link=link)
    return Talk(flow, Sccp(version), phone or phone_of(host, **phone_options), start)


def restamp(pdu, version):
    """The same message with another header version."""
    return pdu[:4] + struct.pack("<I", version) + pdu[8:]


def send_in_order(talk, side, payload, order, size, gap=ms(0.1)):
    """Cuts `payload` into segments of `size` and sends them in another order; the connection goes on behind them."""
    flow = talk.flow
    pieces = [(flow.next_seq[side] + at, payload[at:at + size]) for at in range(0, len(payload), size)]
    assert sorted(order) == list(range(len(pieces)))
    for index in order:
        talk.now += gap
        flow.segment(talk.now, side, PSH | ACK, pieces[index][1], seq=pieces[index][0])
    flow.next_seq[side] += len(payload)


@edge("sccp_25_pdus_one_frame")
def many_messages_in_one_segment(capture):
    """A phone sends 25 requests in one segment and gets all the answers in two."""
    keys = ([(n, BUTTON_SPEED_DIAL) for n in range(1, 11)] + [(n, BUTTON_FEATURE) for n in (1, 2, 3)] +
            [(n, BUTTON_SERVICE_URL) for n in (1, 2)])
    talk = talk_on(capture, lines=(("2001", "Alice Example"), ("2050", "Help Desk")), keys=keys)
    s = talk.sccp
    talk.connect()
    accept(talk)
    requests = [s.button_template_req(), s.soft_key_template_req(), s.soft_key_set_req(), s.config_stat_req()]
    answers = [s.button_template_res([(1, BUTTON_LINE), (2, BUTTON_LINE)] + keys), s.soft_key_template_res(),
               s.soft_key_set_res(), s.config_stat_res(talk.phone, "aexample", "CUCM-PUB", 10)]
    for line, (number, name) in enumerate(talk.phone.lines, 1):
        requests += [s.line_stat_req(line), s.forward_stat_req(line)]
        answers += [s.line_stat_res(line, number, name), s.forward_stat_res(line)]
    for n in range(1, 11):
        requests.append(s.speed_dial_stat_req(n))
        answers.append(s.speed_dial_stat_res(n, f"90{n:02}", f"Speed dial {n}"))
    for n in range(1, 4):
        requests.append(s.feature_stat_req(n))
        answers.append(s.feature_stat_res(n, BUTTON_FEATURE, f"Feature {n}", 0))
    for n in range(1, 3):
        requests.append(s.service_url_stat_req(n))
        answers.append(s.service_url_stat_res(n, f"http://192.0.2.10/s{n}", f"Service {n}"))
    requests += [s.register_available_lines(2), s.time_date_req()]
    answers.append(s.define_time_date(talk.now))
    assert len(requests) == 25
    talk.say(PHONE, *requests)
    talk.say(SERVER, *answers)
    talk.ack(PHONE)
    talk.say(SERVER, s.select_soft_keys(), s.display_prompt_status(b"\x80\x13"))
    talk.ack(PHONE, after=ms(180))


@edge("sccp_header_version_unknown")
def header_versions_of_no_protocol(capture):
    """A phone stamps header versions 33 and 2 on its messages, which no protocol has: those segments are left as plain TCP."""
    talk = talk_on(capture)
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.register_req(talk.phone))
    talk.say(SERVER, s.register_ack())
    talk.say(SERVER, s.capabilities_req())
    talk.say(PHONE, restamp(s.capabilities_res(), 33))
    talk.ack(SERVER)
    talk.say(PHONE, restamp(s.button_template_req(), 33))
    talk.say(SERVER, s.button_template_res([(1, BUTTON_LINE)]))
    talk.say(PHONE, restamp(s.line_stat_req(1), 2))
    talk.say(SERVER, s.line_stat_res(1, "2001", "Alice Example"))
    talk.say(PHONE, restamp(s.time_date_req(), 2))
    talk.say(SERVER, s.define_time_date(talk.now))
    talk.ack(PHONE)
    talk.say(PHONE, restamp(s.keep_alive_req(), 33), after=30 * SECOND)
    talk.say(SERVER, s.keep_alive_ack())
    talk.ack(PHONE)


@edge("sccp_header_version_12")
def every_message_of_version_12(capture):
    """Phone and server stamp header version 12 on all that they say until the phone is ready, its first message included: Wireshark leaves
    those segments as plain TCP."""
    talk = talk_on(capture, 12)
    s = talk.sccp
    talk.connect()
    accept(talk, alarm=None, request=restamp(s.register_req(talk.phone), 12), ack=restamp(s.register_ack(), 12))
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)
    keep_alive(talk)


@edge("sccp_protocol_03")
def protocol_3(capture):
    """Protocol 3: a 7960 with an early load; short RegisterAck, every answer in its fixed form, header version 0."""
    talk = talk_on(capture, 3, device_type=7, load="P003E302", keys=KEYS[:2])
    s = talk.sccp
    register(talk, alarm=(23, "Reset-Restart"), request=s.register_req(talk.phone, length=56), ack=s.register_ack_short(),
             ip_port=True, codecs=((4, 40), (2, 40), (11, 60)))
    keep_alive(talk)


@edge("sccp_protocol_05")
def protocol_5(capture):
    """Protocol 5: a 7940; full RegisterAck, fixed answers, service URL in boxes, forwarded line."""
    talk = talk_on(capture, 5, device_type=8, load="P00305000301", keys=KEYS)
    talk.connect()
    accept(talk, request=talk.sccp.register_req(talk.phone, length=72), ip_port=True, codecs=((4, 40), (2, 40), (11, 60)))
    talk.say(PHONE, talk.sccp.headset_status(False))
    talk.ack(SERVER)
    fetch_templates(talk)
    fetch_status(talk, forwards={1: "2002"})
    finish(talk)
    keep_alive(talk)


@edge("sccp_protocol_11")
def protocol_11(capture):
    """Protocol 11: a 7960 with load 8.1(2); header version 11, packed prompts and service URLs, fixed lines and speed dials."""
    talk = talk_on(capture, 11, device_type=7, load="P00308010200", keys=KEYS)
    talk.connect()
    accept(talk, request=talk.sccp.register_req(talk.phone, length=72))
    talk.say(PHONE, talk.sccp.media_path_capability(1, 3), talk.sccp.headset_status(False))
    talk.ack(SERVER)
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)
    keep_alive(talk)


@edge("sccp_protocol_17")
def protocol_17(capture):
    """Protocol 17: a 7961; packed line, feature and speed-dial answers, server list with IPv6-sized addresses, 24-byte numbers."""
    talk = talk_on(capture, 17, lines=(("2001", "Alice Example"), ("2050", "Help Desk")), keys=KEYS)
    talk.connect()
    accept(talk)
    fetch_templates(talk, version_check=True, servers=(("CUCM-SUB", 2000, PRIMARY), ("CUCM-PUB", 2000, BACKUP)))
    fetch_status(talk, forwards={2: "2001"})
    finish(talk)
    keep_alive(talk)


@edge("sccp_protocol_20")
def protocol_20(capture):
    """Protocol 20: a 7942 with load 9.4; XML alarm before RegisterReq, packed configuration summary, 25-byte numbers."""
    talk = talk_on(capture, 20, device_type=434, load="SCCP42.9-4-2SR3-1S", keys=((1, BUTTON_SPEED_DIAL), (1, BUTTON_BLF)))
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.xml_alarm(talk.phone, 10, PRIMARY, talk.now))
    talk.ack(SERVER)
    accept(talk, alarm=None)
    talk.say(PHONE, s.media_path_event(1, 2), s.media_path_capability(1, 3))
    talk.ack(SERVER)
    talk.ask(s.button_template_req(), s.button_template_res([(1, BUTTON_LINE), (1, BUTTON_SPEED_DIAL), (1, BUTTON_BLF)]))
    talk.ask(s.config_stat_req(), s.config_stat_v2_res(talk.phone, "aexample", "CUCM-PUB", 1))
    talk.ask(s.soft_key_template_req(), s.soft_key_template_res())
    talk.ask(s.soft_key_set_req(), s.soft_key_set_res())
    talk.ack(PHONE)
    fetch_status(talk, forwards={1: "901632960123456789012345"})
    finish(talk)
    talk.say(PHONE, s.subscription_stat_req(1, "2002"))
    talk.ack(SERVER)
    keep_alive(talk)


@edge("sccp_protocol_22")
def protocol_22(capture):
    """Protocol 22: an 8941; RegisterReq with room for a configuration stamp (dlen 176), packed forms, message waiting on. VersionRes
    holds 16 characters, the load name has 19: not a change of firmware."""
    talk = talk_on(capture, 22, device_type=586, load="SCCP894x.9-4-2SR3-1", keys=KEYS + ((2, BUTTON_BLF),))
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.xml_alarm(talk.phone, 25, PRIMARY, talk.now))
    talk.ack(SERVER)
    accept(talk, alarm=None, request=s.register_req(talk.phone, length=176))
    fetch_templates(talk, version_check=True, servers=(("CUCM-SUB", 2000, PRIMARY), ("CUCM-PUB", 2000, BACKUP)))
    fetch_status(talk)
    finish(talk)
    talk.say(SERVER, s.set_lamp(LAMP_VOICEMAIL, 1, LAMP_ON), s.display_pri_notify("You Have VoiceMail"))
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk)


@edge("sccp_old_server_short_forms")
def call_manager_2(capture):
    """CallManager 2: short RegisterAck and LineStatRes, garbage device name, soft-key and forward requests, keepalives and sign-off
    unanswered. All of it is normal for that release; Wireshark calls both short forms malformed."""
    talk = talk_on(capture, 3, device_type=7, load="", lines=(("2001", ""),))
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.register_req(talk.phone, length=68))
    talk.ack(SERVER)
    talk.say(PHONE, s.ip_port(16384), after=ms(170))
    talk.say(SERVER, s.register_ack_short())
    talk.say(SERVER, s.capabilities_req())
    talk.say(PHONE, s.capabilities_res(((4, 40), (2, 40))))
    talk.say(PHONE, s.button_template_req(8), s.soft_key_template_req(), s.soft_key_set_req(), s.config_stat_req(),
             s.line_stat_req(1), s.forward_stat_req(1), s.register_available_lines(0))
    talk.ack(SERVER)
    talk.say(SERVER, s.config_stat_res(talk.phone, "", "cm20", 0, device_name=b"\x30\xF2\x12\x00\x8E\x09\x40\x00\xD8\xF1\x12\x00m20\x00"))
    talk.say(PHONE, s.register_available_lines(1))
    talk.say(SERVER, s.line_stat_res_old(1, "2001"))
    talk.say(PHONE, s.time_date_req())
    talk.say(SERVER, s.define_time_date(talk.now))
    buttons = [(1, BUTTON_LINE)] + [(n, BUTTON_SPEED_DIAL) for n in range(1, 6)] + [(0, BUTTON_UNUSED)] * 20
    talk.say(SERVER, s.button_template_res(buttons), after=ms(120))
    talk.ack(PHONE, after=ms(150))
    for _ in range(3):
        keep_alive(talk, interval=30 * SECOND + ms(8), answered=False)
    talk.say(SERVER, s.define_time_date(talk.now), after=4 * SECOND)  # pushed without a request
    talk.ack(PHONE, after=ms(150))
    talk.say(PHONE, s.unregister_req(), after=10 * SECOND)
    talk.ack(SERVER)
    talk.flow.close(talk.now + ms(5), PHONE)


@edge("sccp_out_of_order")
def segments_out_of_order(capture):
    """TCP segments swapped: two whole messages, then the middle of SoftKeyTemplateRes and of SoftKeySetRes (MSS 300)."""
    talk = talk_on(capture, mss=300, keys=KEYS)
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.alarm(talk.phone, 25, "Initialized"))
    talk.say(PHONE, s.register_req(talk.phone))
    talk.ack(SERVER)
    ack_and_capabilities = s.register_ack() + s.capabilities_req()
    flow = talk.flow
    begin = flow.next_seq[SERVER]
    talk.now += ms(2)
    flow.segment(talk.now, SERVER, PSH | ACK, ack_and_capabilities[32:], seq=begin + 32)
    flow.segment(talk.now + ms(0.1), SERVER, PSH | ACK, ack_and_capabilities[:32], seq=begin)
    flow.next_seq[SERVER] += len(ack_and_capabilities)
    talk.ack(PHONE, after=ms(1))
    talk.say(PHONE, s.capabilities_res())
    talk.ack(SERVER)
    talk.ask(s.button_template_req(), s.button_template_res([(1, BUTTON_LINE), *KEYS]))
    talk.say(PHONE, s.soft_key_template_req())
    send_in_order(talk, SERVER, s.soft_key_template_res(), (0, 2, 1), 300)
    talk.ack(PHONE)
    talk.say(PHONE, s.soft_key_set_req())
    send_in_order(talk, SERVER, s.soft_key_set_res(), (1, 0, 2), 300)
    talk.ack(PHONE)
    fetch_status(talk)
    finish(talk)


@edge("sccp_retransmission")
def segments_sent_twice(capture):
    """RegisterReq lost behind the capture point and sent again after one second: one attempt, not two. Later VersionRes is repeated
    after 200 ms because its ACK was late: harmless."""
    talk = talk_on(capture, keys=KEYS[:1])
    s, flow = talk.sccp, talk.flow
    talk.connect()
    talk.say(PHONE, s.alarm(talk.phone, 17, "KeepaliveTO"))
    talk.ack(SERVER)
    request = s.register_req(talk.phone)
    begin = flow.next_seq[PHONE]
    talk.say(PHONE, request)
    flow.segment(talk.now + SECOND, PHONE, PSH | ACK, request, seq=begin)
    talk.now += SECOND
    talk.ack(SERVER)
    talk.say(SERVER, s.register_ack())
    talk.say(SERVER, s.capabilities_req(), after=ms(0.1))
    talk.ack(PHONE)
    talk.say(PHONE, s.capabilities_res())
    talk.ack(SERVER)
    talk.say(PHONE, s.version_req())
    begin, answer = flow.next_seq[SERVER], s.version_res(talk.phone.load)
    talk.say(SERVER, answer)
    flow.segment(talk.now + ms(200), SERVER, PSH | ACK, answer, seq=begin)
    talk.now += ms(200)
    talk.ack(PHONE, after=ms(1))
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)


@edge("sccp_two_registrations")
def the_same_phone_twice(capture):
    """A phone registers, signs off, closes, and registers again on a new connection: the second attempt."""
    host, server = handset(), call_manager()
    first = talk_on(capture, host=host, server=server)
    register(first)
    keep_alive(first)
    first.wait(5 * SECOND)
    unregister(first)
    second = talk_on(capture, host=host, server=server, sport=49176, start=first.now + 4 * SECOND)
    register(second, alarm=(20, "Phone-Keypad"))
    keep_alive(second)


@edge("sccp_reject_loop")
def refused_three_times(capture):
    """RegisterReject with the label code 80 2F (Error DBConfig), three attempts on three connections, about a minute apart."""
    host, server = handset(), call_manager()
    begin = START
    for attempt in range(3):
        talk = talk_on(capture, host=host, server=server, sport=49175 + attempt, start=begin)
        s = talk.sccp
        talk.connect()
        talk.say(PHONE, s.alarm(talk.phone, *((24, "Phone-Reg-Rej") if attempt else (25, "Initialized"))))
        talk.say(PHONE, s.register_req(talk.phone))
        talk.ack(SERVER)
        talk.say(SERVER, s.register_reject(LABEL_ERROR_DBCONFIG, tail=b"ice unknown"))
        talk.ack(PHONE, after=ms(120))
        closed = talk.flow.close(talk.now + 62 * SECOND, SERVER)
        begin = closed + ms(300)


@edge("sccp_token_fallback")
def home_from_the_backup(capture):
    """A phone registered on its backup (192.0.2.11) asks its primary (192.0.2.10) for a token: first told to wait 60 s, then
    allowed. It signs off from the backup and registers on the primary. Then it keeps a standby connection to the backup, where keepalives
    get nothing but a TCP ACK: no fault."""
    host, primary, backup = handset(), call_manager(), call_manager(BACKUP, 0x0B)
    old = talk_on(capture, host=host, server=backup, sport=49180)
    register(old, alarm=(17, "KeepaliveTO"))
    keep_alive(old)
    home = talk_on(capture, host=host, server=primary, sport=49181, start=old.now + 2 * SECOND, phone=old.phone)
    s = home.sccp
    home.connect()
    home.say(PHONE, s.register_token_req(home.phone))
    home.say(SERVER, s.register_token_reject(60))
    home.ack(PHONE, after=ms(150))
    asked_again = home.now + 60 * SECOND
    for _ in range(2):
        keep_alive(old)
    home.now = asked_again
    home.say(PHONE, s.register_token_req(home.phone), after=0)
    home.say(SERVER, s.register_token_ack())
    home.ack(PHONE, after=ms(150))
    old.now = home.now
    unregister(old)
    home.now = old.now
    accept(home, alarm=(18, "Failback"))
    fetch_templates(home)
    fetch_status(home)
    finish(home)
    standby = talk_on(capture, host=host, server=backup, sport=49182, start=home.now + 1 * SECOND, phone=home.phone)
    standby.connect()
    for _ in range(2):
        keep_alive(home)
    for _ in range(2):
        keep_alive(standby, interval=60 * SECOND, answered=False)
    for _ in range(2):
        keep_alive(home)
    capture.sort()


@edge("sccp_reset")
def ordered_to_reset(capture):
    """The server orders a restart (Reset 2), then new settings (3), then a reboot (1). Each time the phone signs off, and comes back
    with the order as its alarm: after the reboot some 40 s later."""
    host, server = handset(), call_manager()
    begin, alarm, sport = START, (25, "Initialized"), 49190
    for kind, pause, next_alarm in ((2, 3, (23, "Reset-Restart")), (3, 3, (23, "Reset-Restart")), (1, 41, (22, "Reset-Reset")),
                                    (None, 0, None)):
        talk = talk_on(capture, host=host, server=server, sport=sport, start=begin)
        register(talk, alarm=alarm)
        if kind is None:
            break
        talk.say(SERVER, talk.sccp.reset(kind), after=5 * SECOND)
        talk.ack(PHONE)
        unregister(talk)
        begin, alarm, sport = talk.now + pause * SECOND, next_alarm, sport + 1


@edge("sccp_nat_two_phones")
def two_phones_behind_one_address(capture):
    """Two phones, 10.0.0.21 and 10.0.0.22, register through a NAT at 203.0.113.7: one source address, two ports, two names."""
    server = call_manager()
    for number, (private, sport, line) in enumerate((("10.0.0.21", 1025, "2001"), ("10.0.0.22", 1026, "2002"))):
        router = Host("203.0.113.7", "00:00:5e:00:53:01", ttl=61, first_ident=0x0300 + number * 0x100)
        mac = f"00:00:5e:00:53:7{number + 1}"
        phone = Phone(device_name(mac), private, mac, lines=((line, f"Remote {number + 1}"),))
        talk = talk_on(capture, host=router, server=server, sport=sport, start=START + ms(7) * number, phone=phone)
        register(talk)
        keep_alive(talk)
    capture.sort()


@edge("sccp_ipv6")
def over_ipv6(capture):
    """A 7961 of protocol 17 registers over IPv6: station IPv4 0.0.0.0, station IPv6 in RegisterReq."""
    host = handset(address="2001:db8::61")
    server = call_manager("2001:db8::10")
    phone = phone_of(host, ipv6_address=host.ip, keys=KEYS[:1])
    talk = talk_on(capture, host=host, server=server, phone=phone, mss=1440)
    register(talk)
    keep_alive(talk)


@edge("sccp_ipv6_cut")
def cut_between_addresses(capture):
    """The same over IPv6, one SYN, and a capture that keeps 50 octets of it: the header ends in the second address."""
    host = handset(address="2001:db8::61")
    talk = talk_on(capture, host=host, server=call_manager("2001:db8::10"), phone=phone_of(host, ipv6_address=host.ip), mss=1440)
    talk.flow.segment(talk.now, PHONE, SYN)
    capture.snaplen = 50


@edge("sccp_vlan_gre")
def inside_vlan_and_gre(capture):
    """A registration as a remote port mirror delivers it: VLAN 110 outside, a GRE tunnel, then the phone's own packets."""
    tunnel = Host("198.51.100.1", "00:00:5e:00:53:f1"), Host("198.51.100.2", "00:00:5e:00:53:f2")

    def link(_src, _dst, kind, packet):
        outer = ipv4(tunnel[0].ip, tunnel[1].ip, PROTOCOL_GRE, gre(kind, packet))
        return ethernet(tunnel[0].mac, tunnel[1].mac, ETHERTYPE_IPV4, outer, vlan=110)
    talk = talk_on(capture, link=link)
    register(talk)
    keep_alive(talk)


@edge("sccp_hostile")
def bytes_no_phone_sends(capture):
    """Messages made to break a reader: counts far beyond the body, lengths of 4 GB and of 3, garbage after good messages, boxes and packed
    strings without NUL, and at the end of the file a message that is cut. Each on a connection of its own."""
    server = call_manager()
    clock = [START]

    def session(number, *steps):
        host = handset(0x80 + number)
        talk = talk_on(capture, host=host, server=server, sport=50000 + number, start=clock[0])
        talk.connect()
        talk.say(PHONE, talk.sccp.register_req(talk.phone))
        talk.say(SERVER, talk.sccp.register_ack(), talk.sccp.capabilities_req())
        for side, payload in steps:
            talk.say(side, payload)
        talk.ack(PHONE)
        clock[0] = talk.now + SECOND
        return talk

    s = Sccp(17)
    v = s.header
    # Counts beyond the body.
    session(0,
            (PHONE, sccp_pdu(0x0010, words(0xFFFFFFFF), v)),
            (PHONE, s.button_template_req()),
            (SERVER, s.button_template_res([(n + 1, BUTTON_LINE) for n in range(42)], total=65535, count=65535)),
            (PHONE, s.soft_key_template_req()),
            (SERVER, sccp_pdu(0x0108, words(0, 0xFFFFFFFF, 0xFFFFFFFF) + bytes(20), v)),
            (PHONE, s.soft_key_set_req()),
            (SERVER, sccp_pdu(0x0109, words(0x80000000, 1000, 70000) + bytes(7), v)),
            (SERVER, sccp_pdu(0x0081, b"\x1E", v, pad=False)),
            (SERVER, sccp_pdu(0x009E, b"CUCM-PUB", v)))
    # Lengths no message has.
    session(1, (SERVER, sccp_pdu(0x0097, words(0, 1, 1), v, dlen=0xFFFFFFFF)), (SERVER, s.keep_alive_ack()))
    session(2, (SERVER, sccp_pdu(0x0100, b"", 0, dlen=3)), (SERVER, s.keep_alive_ack()))
    session(3, (SERVER, sccp_pdu(0x0100, b"", 0, dlen=0)), (SERVER, s.keep_alive_ack()))
    # Good messages, then bytes that are none.
    session(4, (SERVER, s.select_soft_keys() + s.clear_prompt_status() + bytes((n * 73 + 41) & 0xFF for n in range(97))))
    # Text that does not end.
    session(5,
            (PHONE, s.line_stat_req(1)),
            (SERVER, sccp_pdu(0x0147, words(1, 15) + b"2" * 40, v)),
            (SERVER, sccp_pdu(0x0149, words(1) + b"\x80" * 21, v, pad=False)),
            (SERVER, sccp_pdu(0x0145, words(0, 0, 0) + b"\x80", v, pad=False)),
            (SERVER, sccp_pdu(0x0093, b"X" * 16 + words(0, 1) + b"U" * 40 + b"S" * 40 + words(0xFFFFFFFF, 0xFFFFFFFF), v)),
            (SERVER, sccp_pdu(0x009D, b"R" * 36)),
            (PHONE, sccp_pdu(0x0020, words(99) + b"A" * 80 + words(0, 0))),
            (PHONE, sccp_pdu(0x0001, box(b"SEP\xFF\xFE%n%s{tip}\x01\x7F\x1B[", 16) + words(0, 1) + b"\xFF" * 104)))
    # A message id nobody knows, a message without its body, and an empty line.
    session(6, (PHONE, sccp_pdu(0xDEADBEEF, b"", v)), (SERVER, sccp_pdu(0x0094, b"", v)), (SERVER, s.line_stat_res(1, "")))
    # The capture ends inside a message.
    last = talk_on(capture, host=handset(0x90), server=server, sport=50010, start=clock[0], mss=536)
    last.connect()
    last.say(PHONE, s.soft_key_template_req())
    last.flow.segment(last.now + ms(1), SERVER, ACK, s.soft_key_template_res()[:536])


@edge("sccp_media_resource_loss")
def a_bridge_without_streams(capture):
    """An IOS conference bridge registers and reports no stream in service and eight out of service: registered and of no use."""
    host = handset(0xC0)
    phone = Phone("CFB00005E0053C0", host.ip, host.mac, device_type=52, load="", lines=())
    talk = talk_on(capture, 18, host=host, phone=phone)
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.register_req(phone, streams=8))
    talk.ack(SERVER)
    talk.say(PHONE, s.ip_port(0))
    talk.ack(SERVER)
    talk.say(SERVER, s.register_ack(date="Unused"))
    talk.say(SERVER, s.capabilities_req(), after=ms(0.1))
    talk.ack(PHONE)
    talk.say(PHONE, s.media_resource_notification(52, 0, 8, 8))
    talk.ack(SERVER)
    talk.say(PHONE, s.version_req(), s.capabilities_res(((4, 30), (2, 30), (11, 60), (12, 60), (257, 1))))
    talk.ack(SERVER)
    talk.say(SERVER, s.version_res(""))
    talk.ack(PHONE, after=ms(100))
    keep_alive(talk)


@edge("sccp_media_resource_joined")
def a_bridge_without_its_request(capture):
    """The capture begins with the RegisterAck of an IOS conference bridge, which says what it is in the message after that."""
    host = handset(0xC0)
    talk = talk_on(capture, 18, host=host)
    s = talk.sccp
    talk.say(SERVER, s.register_ack(date="Unused"))
    talk.say(SERVER, s.capabilities_req(), after=ms(0.1))
    talk.ack(PHONE)
    talk.say(PHONE, s.media_resource_notification(52, 8, 8, 0))
    talk.ack(SERVER)
    talk.say(PHONE, s.version_req(), s.capabilities_res(((4, 30), (2, 30), (257, 1))))
    talk.ack(SERVER)


@edge("sccp_time_backwards")
def a_clock_set_back(capture):
    """The capturing machine's clock is set back by two seconds in the middle of a registration: frames in order, times not."""
    talk = talk_on(capture, keys=KEYS)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.wait(-2 * SECOND)
    fetch_status(talk)
    finish(talk)
    keep_alive(talk)


@edge("sccp_mid_stream")
def the_beginning_is_missing(capture):
    """The capture starts in an established session: keepalives, one line asked again, a lamp. No handshake, no RegisterReq, no name."""
    talk = talk_on(capture)
    s = talk.sccp
    keep_alive(talk, interval=0)
    keep_alive(talk)
    talk.wait(10 * SECOND)
    talk.ask(s.line_stat_req(1), s.line_stat_res(1, "2001", "Alice Example"))
    talk.ack(PHONE, after=ms(150))
    talk.say(SERVER, s.set_lamp(LAMP_LINE, 1, LAMP_ON), after=SECOND)
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk, interval=19 * SECOND)


@edge("sccp_media_cut")
def addresses_of_audio_cut_off(capture):
    """A call of a phone that is registered, in a capture that keeps 90 octets of each packet: both messages that say where the audio goes
    are cut before the port."""
    talk = talk_on(capture, 17)
    s = talk.sccp
    keep_alive(talk, interval=0)
    talk.say(SERVER, sccp_pdu(0x0105, words(1, 1, 20, 4), s.header))
    talk.say(PHONE, sccp_pdu(0x0022, words(0, 0) + ip_bytes(talk.phone.ip) + bytes(12) + words(16384, 1), s.header))
    talk.say(SERVER, sccp_pdu(0x008A, words(1, 1, 0) + ip_bytes("192.0.2.99") + bytes(12) + words(16384, 20, 4), s.header))
    talk.ack(PHONE)
    keep_alive(talk)
    capture.snaplen = 90


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
