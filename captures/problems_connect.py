#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what goes wrong on the way to a call manager and in a registration over SCCP (problem_*), and of what looks like
it and is none (near_*). The idea is the docstring of the function that makes the file, and the comment inside the file. All of them are
made, none is recorded. What must be found in each of them stands in tests/problems/EXPECTED."""

import struct
import sys

from boot_dialogue import (DHCP_ACK, PHONE, REQUEST, SERVER, certificate, counted, tls_alert, tls_certificate, tls_client_hello, tls_handshake, tls_record,
                           tls_server_hello)
from boot_edges import START, boot_of, config_of, talk_of
from craft import (ACK, ETHERTYPE_IPV4, PROTOCOL_ICMP, PSH, RST, SECOND, Host, Makers, TcpFlow, UdpFlow, command_line, ethernet,
                   icmp_unreachable, ipv4, ms, sccp_pdu)
from hosts import BACKUP, call_manager, handset
from problems import config_name, files, leased, register_on, unanswered_syns
from sccp_dialogue import accept, ask_to_register, fetch_status, fetch_templates, finish, keep_alive, register, unregister
from sccp_edges import phone_of, talk_on
from sip_dialogue import Line

edge = Makers("problems_connect.py")


def say_in_vain(talk, message, *pauses):
    """The phone's TCP sends it again after each pause; nobody acknowledges it."""
    talk.say(PHONE, message, after=30 * SECOND)
    for pause in pauses or (ms(400), ms(800), ms(1600), ms(3200)):
        talk.now += pause
        talk.flow.segment(talk.now, PHONE, PSH | ACK, message, seq=talk.flow.next_seq[PHONE] - len(message))


def forget(capture, unwanted):
    """Takes away the frames for which unwanted (Ethernet frame) is true, as if they had never been captured."""
    capture.frames = [(time, frame) for time, frame in capture.frames if not unwanted(frame)]


def sent_by(host):
    return lambda frame: frame[6:12] == bytes.fromhex(host.mac.replace(":", ""))


def swap(capture, *pairs):
    """Swaps the frames with these numbers and those behind them, as if each pair had been captured in the wrong order."""
    for number in pairs:
        (first, one), (second, other) = capture.frames[number - 1:number + 1]
        capture.frames[number - 1:number + 1] = [(first, other), (second, one)]


# ------------------------------------------------------------------------------------------ nobody listens

def refused(capture, now, host, server, sport, port):
    flow = TcpFlow(capture, host, server, sport, port)
    flow.syn(now)
    flow.segment(now + ms(1), SERVER, RST | ACK, seq=0)


@edge("problem_sip_tcp_refused")
def no_service_at_5061(capture):
    """A call manager whose service does not run refuses a phone with SIP over TLS, three times, each time from a new port. Nothing else of
    the phone is in the capture."""
    for number in range(3):
        refused(capture, START + number * 8 * SECOND, handset(0x61), call_manager(), 52000 + number, 5061)


@edge("near_sip_port_scan")
def somebody_looks_for_open_ports(capture):
    """One host tries port 5060 of nine others within a second, and all of them refuse it: no phone is here."""
    for number in range(9):
        refused(capture, START + ms(100 * number), handset(0x62), Host(f"198.51.100.{20 + number}", "00:00:5e:00:53:01"), 52100 + number,
                5060)


@edge("near_sip_scan_asks")
def and_asks_who_is_there(capture):
    """One host tries six ports of a server, which refuses them all, and asks it by OPTIONS over UDP whether it is there: no phone is here."""
    host, server = handset(0x62), call_manager()
    for number, port in enumerate((22, 443, 2000, 2443, 5060, 5061)):
        refused(capture, START + ms(100 * number), host, server, 52100 + number, port)
    line = Line("100", host.ip, server.ip, agent="scanner")
    UdpFlow(capture, host, server, 5060, 5060).send(START + SECOND, PHONE, line.request("OPTIONS", "scan", cseq=1))


@edge("near_sip_three_servers")
def a_monitor_of_three_servers(capture):
    """One host tries port 5060 of three servers once each, and all of them refuse it: nothing shows a phone."""
    for number in range(3):
        refused(capture, START + number * SECOND, handset(0x62), call_manager(f"192.0.2.{10 + number}", 0x0A + number), 52100 + number, 5060)


@edge("problem_answer_prohibited")
def the_way_back_is_closed(capture):
    """The server accepts the phone, and its router says to the server that it does not let RegisterAck's segment pass; it has been captured
    before that. The phone hears nothing more."""
    talk = talk_on(capture)
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_ack())
    quoted = icmp_unreachable(13, capture.frames[-1][1][14:])
    message = ipv4("192.0.2.1", call_manager().ip, PROTOCOL_ICMP, quoted, ttl=255)
    capture.add(talk.now + ms(1), ethernet("00:00:5e:00:53:01", call_manager().mac, ETHERTYPE_IPV4, message))


@edge("near_port_2000_others")
def others_on_port_2000(capture):
    """Hosts that are no phones on port 2000: one is refused by three servers, one by one server three times from one port, one gets no
    answer to six SYNs, one connects and closes, and one says what is no message of SCCP though it begins like one."""
    for number in range(3):
        refused(capture, START + number * SECOND, handset(0x62), Host(f"198.51.100.{20 + number}", "00:00:5e:00:53:01"), 52000 + number,
                2000)
        refused(capture, START + ms(100 + 500 * number), handset(0x63), call_manager(), 52010, 2000)
    for pause in (0, 1, 3, 7, 15, 31):
        TcpFlow(capture, handset(0x64), call_manager(), 52020).syn(START + pause * SECOND)
    flow = TcpFlow(capture, handset(0x65), call_manager(), 52030)
    flow.close(flow.open(START) + SECOND, PHONE)
    flow = TcpFlow(capture, handset(0x66), call_manager(), 52040)
    now = flow.send(flow.open(START) + ms(5), PHONE, sccp_pdu(0x7777, b"hello world!"))
    flow.ack(now + ms(1), SERVER)
    flow.rst(now + ms(2), SERVER)
    capture.sort()


@edge("problem_connect_prohibited")
def an_access_list_answers(capture):
    """The phone's router answers each of its four SYNs by ICMP: administratively prohibited. Nothing of the server is there."""
    boot = leased(capture)
    files(boot)
    begin = boot.now
    for pause in (0, 3, 6, 12):
        boot.now = begin + pause * SECOND
        TcpFlow(capture, boot.host, call_manager(), 49175).syn(boot.now)
        quoted = icmp_unreachable(13, capture.frames[-1][1][14:])
        message = ipv4(boot.gateway.ip, boot.host.ip, PROTOCOL_ICMP, quoted, ttl=255)
        boot.frame(ethernet(boot.gateway.mac, boot.host.mac, ETHERTYPE_IPV4, message), after=ms(2))


@edge("near_token_elsewhere")
def the_token_came_over_another_connection(capture):
    """A phone asks for permission to return, waits, gets it half a minute later and closes that connection; it registers over another one,
    whose SYN is 8 ms before RegisterAck. Later it opens a third one to the backup, sends heartbeats there, and registers on it when the
    first server has gone."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_token_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_token_reject(30))
    talk.say(PHONE, talk.sccp.register_token_req(talk.phone), after=30 * SECOND)
    talk.say(SERVER, talk.sccp.register_token_ack())
    home = talk_on(capture, sport=49176, start=talk.flow.close(talk.now + ms(50), PHONE) + ms(100))
    register(home)
    backup = talk_on(capture, sport=49177, server=call_manager(BACKUP, 0x0B), start=home.now)
    backup.connect()
    for _ in range(3):
        keep_alive(backup, 20 * SECOND)
        home.now = backup.now
        keep_alive(home, 10 * SECOND)
        backup.now = home.now
    home.flow.rst(backup.now + SECOND, SERVER)
    backup.wait(2 * SECOND)
    accept(backup)
    fetch_templates(backup)
    fetch_status(backup)
    finish(backup)


# ---------------------------------------------------------------------------------------- what the capture holds

@edge("problem_one_sided")
def one_direction(capture):
    """A mirror port that shows only what the phone sends: it registers and sends heartbeats, three times, and nothing of the server is
    there: nothing can be said about the server's answers."""
    host, server, begin = handset(), call_manager(), START
    for attempt in range(3):
        talk = talk_on(capture, host=host, server=server, sport=49175 + attempt, start=begin)
        register(talk)
        keep_alive(talk)
        unregister(talk)
        begin = talk.now + 5 * SECOND
    forget(capture, sent_by(server))


@edge("near_heartbeats_repeated")
def repeated_once_registered(capture):
    """A mirror port shows only what the phone sends. It registers, and TCP repeats four of its heartbeats: that is no loss while it
    registers."""
    server = call_manager()
    talk = talk_on(capture, server=server)
    register(talk)
    for _ in range(4):
        heartbeat, before = talk.sccp.keep_alive_req(), talk.flow.next_seq[PHONE]
        talk.say(PHONE, heartbeat, after=30 * SECOND)
        talk.flow.segment(talk.now + ms(300), PHONE, 0x18, heartbeat, seq=before)
        talk.now += ms(301)
        talk.say(SERVER, talk.sccp.keep_alive_ack())
        talk.ack(PHONE, after=ms(150))
    forget(capture, sent_by(server))


@edge("near_answer_not_captured")
def one_frame_is_missing(capture):
    """The capture lacks one frame, the one with RegisterAck: the phone acknowledges it and goes on. Everything else is there, so this is
    no unanswered RegisterReq: only the acknowledgment tells."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    lost = len(capture.frames)
    talk.say(SERVER, talk.sccp.register_ack())
    del capture.frames[lost:]
    talk.ack(PHONE, after=ms(100))
    keep_alive(talk)
    keep_alive(talk)


def has_no_data(frame):
    """Of TCP over IPv4 without options. The frame may be filled up."""
    return frame[23] == 6 and int.from_bytes(frame[16:18], "big") == 20 + 4 * (frame[46] >> 4)


@edge("near_data_only")
def the_handshake_was_filtered_away(capture):
    """Only segments with data were kept, and the one with RegisterAck is missing: the server's next segment does not continue where its octets
    had ended when the phone sent RegisterReq. The phone is registered. From another phone's connection the sign-off is missing, whose octets
    the server acknowledges when it closes: that may be the answer to it."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    register_ack = talk.sccp.register_ack()[8:12]
    forget(capture, lambda frame: has_no_data(frame) or frame[62:66] == register_ack)
    other = talk_on(capture, host=handset(0x62), start=talk.now)
    register(other)
    lost = len(capture.frames)
    other.say(PHONE, other.sccp.unregister_req())
    del capture.frames[lost]
    other.flow.close(other.now + ms(2), SERVER)


@edge("near_server_not_captured")
def two_servers_pass_elsewhere(capture):
    """Of two servers, the one for files and the second call manager, nothing was captured: what they send passes elsewhere. The first call
    manager refuses two phones. One registers at the second one, acknowledges its octets, and says so again and again; the other goes to and
    fro between both. What is said to it at the second one is not known, and nobody may say that a server does not answer."""
    ends = []
    for last in (0x61, 0x62):
        boot = leased(capture, last, start=ends[0] if ends else START, lines=((f"20{last}", ""),))
        files(boot)
        for number in range(1 if last == 0x61 else 3):
            refused(capture, boot.now + ms(60), boot.host, call_manager(), 51500 + 2 * number, 2000)
            if last == 0x62:
                TcpFlow(capture, boot.host, call_manager(BACKUP, 0x0B), 51501 + 2 * number, 2000).syn(boot.now + 2 * SECOND)
            boot.wait(5 * SECOND)
        ends.append(boot.now)
        if last == 0x61:
            talk = talk_of(boot, call_manager(BACKUP, 0x0B), sport=51600)
            register(talk)
            keep_alive(talk)
    capture.sort()
    forget(capture, sent_by(boot.tftp))
    forget(capture, sent_by(call_manager(BACKUP, 0x0B)))


@edge("near_request_not_captured")
def an_answer_without_its_question(capture):
    """The capture lacks one frame, the one with which a phone asks for its configuration over HTTP: the answer is there. The call manager
    that the phone registers at is its server of files, as the configuration says."""
    boot = leased(capture)
    boot.http("ITLFile.tlv")
    boot.http(config_name(boot), config_of(boot, servers=(boot.tftp.ip,)))
    forget(capture, lambda frame: b"GET /" + config_name(boot).encode() in frame)
    register(talk_of(boot, Host(boot.tftp.ip, boot.tftp.mac, first_ident=0x6000)))


def late(talk, answer, after):
    """TCP acknowledges the phone's request after a while, and the answer comes still later."""
    talk.ack(SERVER, after=12 * SECOND)
    talk.say(SERVER, answer, after=after)
    talk.ack(PHONE)


@edge("near_answers_after_all")
def late_and_answered(capture):
    """A server takes half a minute to accept one phone and to refuse another one, and the first phone takes as long to name its codecs; then
    it gets an answer about its line as late. No answer is missing."""
    talk = talk_on(capture)
    ask_to_register(talk)
    late(talk, talk.sccp.register_ack(), 18 * SECOND)
    talk.say(SERVER, talk.sccp.capabilities_req())
    talk.ack(PHONE, after=12 * SECOND)
    talk.say(PHONE, talk.sccp.capabilities_res(), after=18 * SECOND)
    fetch_templates(talk)
    fetch_status(talk)
    talk.say(PHONE, talk.sccp.line_stat_req(1))
    late(talk, talk.sccp.line_stat_res(1, "2001", "Alice Example"), 18 * SECOND)
    finish(talk)
    other = talk_on(capture, host=handset(0x62), start=talk.now)
    ask_to_register(other)
    late(other, other.sccp.register_reject("Error DBConfig"), 18 * SECOND)
    other.flow.close(other.now + ms(50), PHONE)


# ------------------------------------------------------------------------------------------------------- connect

@edge("problem_tls_unfinished")
def nobody_goes_on(capture):
    """Two phones in secure mode on port 2443: one gets no answer to its ClientHello for twenty seconds, the connection of the other is closed
    by the server right after the certificates, without an alert."""
    flow = TcpFlow(capture, handset(), call_manager(), 49175, 2443)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    flow.ack(now + ms(1), SERVER)
    flow.close(now + 20 * SECOND, PHONE)
    flow = TcpFlow(capture, handset(0x62), call_manager(), 49175, 2443)
    now = flow.open(now + 30 * SECOND)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    proof = certificate("CUCM-PUB", "CUCM-PUB", "250101000000Z", "350101000000Z")
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
    flow.close(now + ms(30), SERVER)


def secure_talk(capture, last, start):
    flow = TcpFlow(capture, handset(last), call_manager(), 49175, 5061)
    return flow, flow.send(flow.open(start) + ms(12), PHONE, tls_client_hello(counted(32, 1)))


@edge("problem_tls_ended_half")
def before_both_have_finished(capture):
    """The server ends three handshakes of TLS without a reason that can be read: after the Finished of the phone (TLS 1.2), after that and a
    record of the size of an alert (TLS 1.3), and by close_notify right after the ClientHello."""
    flow, now = secure_talk(capture, 0x61, START)
    proof = certificate("CUCM-PUB", "CUCM-PUB", "250101000000Z", "350101000000Z")
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
    now = flow.send(now + ms(3), PHONE, tls_record(20, b"\1") + tls_record(22, counted(40, 3)))
    now = flow.close(now + ms(3), SERVER)
    flow, now = secure_talk(capture, 0x62, now + SECOND)
    hello = tls_handshake(2, struct.pack("!H", 0x0303) + counted(32, 2) + b"\0" + struct.pack("!HBHHHH", 0x1301, 0, 6, 0x2B, 2, 0x0304))
    now = flow.send(now + ms(3), SERVER, tls_record(22, hello) + tls_record(23, counted(900, 4)))
    now = flow.send(now + ms(3), PHONE, tls_record(23, counted(53, 5)))
    now = flow.send(now + ms(3), SERVER, tls_record(23, counted(19, 6)))
    now = flow.close(now + ms(3), SERVER)
    flow, now = secure_talk(capture, 0x63, now + SECOND)
    now = flow.send(now + ms(3), SERVER, tls_alert(1, 0))
    flow.close(now + ms(3), SERVER)


@edge("problem_tls_why")
def shown_before_the_alert(capture):
    """What was shown before explains an alert: handshake_failure after the empty list of certificates of the phone, and bad_certificate of
    the phone after a certificate that is not valid yet."""
    proof = certificate("CUCM-PUB", "CUCM-PUB", "250101000000Z", "350101000000Z")
    flow, now = secure_talk(capture, 0x61, START)
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
    now = flow.send(now + ms(3), PHONE, tls_record(22, tls_certificate()) + tls_record(20, b"\1") + tls_record(22, counted(40, 3)))
    now = flow.send(now + ms(3), SERVER, tls_alert(2, 40))
    now = flow.close(now + ms(3), SERVER)
    early = certificate("CUCM-PUB", "CUCM-PUB", "480101000000Z", "491231000000Z")
    flow, now = secure_talk(capture, 0x62, now + SECOND)
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(early)))
    now = flow.send(now + ms(3), PHONE, tls_alert(2, 42))
    flow.close(now + ms(3), PHONE)


@edge("problem_tls_why_not")
def shown_all_the_same(capture):
    """The server says certificate_required although the phone has shown one, and to another phone missing_extension."""
    proof = certificate("CUCM-PUB", "CUCM-PUB", "250101000000Z", "350101000000Z")
    now = START
    for last, description in ((0x61, 116), (0x62, 109)):
        flow, now = secure_talk(capture, last, now)
        now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
        now = flow.send(now + ms(3), PHONE, tls_record(22, tls_certificate(proof)))
        now = flow.send(now + ms(3), SERVER, tls_alert(2, description))
        now = flow.close(now + ms(3), SERVER) + SECOND


@edge("problem_security_port")
def secure_mode_plain_port(capture):
    """The configuration says encrypted (deviceSecurityMode 3), and the phone connects to port 2000 of the call manager that it names: two
    things that do not fit."""
    boot = leased(capture)
    files(boot, security=3)
    register(talk_of(boot))


@edge("near_security_branch_router")
def secure_mode_and_a_branch_router(capture):
    """The configuration says encrypted: the phone tries TLS on port 2443 of the call manager, which refuses, and then port 2000 of a branch
    router that the configuration does not name, where nothing is encrypted: no contradiction."""
    boot = leased(capture)
    files(boot, security=3)
    flow = TcpFlow(capture, boot.host, call_manager(), 49175, 2443)
    boot.now += ms(120)
    flow.syn(boot.now)
    flow.rst(boot.now + ms(1), SERVER)
    register(talk_of(boot, call_manager("192.0.2.1", 0x01), 49176))


def large_answer(talk):
    """As many answers as fit into one packet; returns the payload, 1436 octets."""
    return b"".join(talk.sccp.service_url_stat_res(n, f"http://192.0.2.10:8080/services/{n}", f"Service {n}") for n in range(1, 24))


@edge("problem_mtu")
def large_segments_vanish(capture):
    """The server's full-size segment never arrives: it is sent four times, 1, 2 and 4 s apart. The small ones before it
    arrived."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    large = large_answer(talk)
    for pause in (0, 1, 2, 4):
        talk.now += pause * SECOND + ms(1)
        talk.flow.segment(talk.now, SERVER, PSH | ACK, large)


@edge("near_mtu_arrives")
def a_large_segment_arrives_at_last(capture):
    """A full-size segment is sent four times too, but the phone acknowledges it after the second time: only its acknowledgments are late."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    large = large_answer(talk)
    for pause in (0, 1, 2, 4):
        talk.now += pause * SECOND + ms(1)
        talk.flow.segment(talk.now, SERVER, PSH | ACK, large)
        if pause == 1:
            talk.flow.segment(talk.now + ms(1), PHONE, ACK, ack=talk.flow.next_seq[SERVER] + len(large))


# ---------------------------------------------------------------------------------------------------------- SCCP

def accepted_until(capture, host, server, sport, begin, side, lasts):
    talk = talk_on(capture, host=host, server=server, sport=sport, start=begin)
    register(talk)
    return talk.flow.close(talk.now + lasts, side)


@edge("problem_register_loop")
def registers_and_drops(capture):
    """A phone registers three times and closes the connection after ten seconds each time, without signing off."""
    host, server, begin = handset(), call_manager(), START
    for attempt in range(3):
        begin = accepted_until(capture, host, server, 49175 + attempt, begin, PHONE, 10 * SECOND) + 15 * SECOND


@edge("near_register_twice_short")
def two_short_registrations(capture):
    """Two registrations of ten seconds, each closed by the phone, then one of two minutes, then two short ones again: never three short
    ones in a row."""
    host, server, begin = handset(), call_manager(), START
    for attempt, lasts in enumerate((10, 10, 120, 10, 10)):
        begin = accepted_until(capture, host, server, 49175 + attempt, begin, PHONE, lasts * SECOND) + 15 * SECOND


@edge("near_register_loop_over")
def the_fourth_one_stays(capture):
    """Three times the server accepts the phone and closes the connection with a question for soft keys open; then it keeps the phone for two
    minutes and answers its heartbeats."""
    now = START
    for attempt in range(4):
        talk = talk_on(capture, sport=49175 + attempt, start=now)
        if attempt < 3:
            talk.connect()
            accept(talk)
            talk.ask(talk.sccp.button_template_req(), talk.sccp.button_template_res([(1, 9)]))
            talk.say(PHONE, talk.sccp.soft_key_template_req())
            now = talk.flow.close(talk.now + ms(40), SERVER) + 4 * SECOND
        else:
            register(talk)
    for _ in range(4):
        keep_alive(talk)


@edge("problem_closed_after_register")
def reset_after_the_acceptance(capture):
    """The server accepts the phone and resets the connection a second later, without an order to reset."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    talk.flow.rst(talk.now + SECOND, SERVER)


@edge("problem_closed_twice")
def dropped_twice(capture):
    """Twice the server accepts the phone and resets the connection a second later: the second acceptance has mended nothing."""
    now = START
    for sport in (49175, 49176):
        talk = talk_on(capture, sport=sport, start=now)
        talk.connect()
        accept(talk)
        talk.flow.rst(talk.now + SECOND, SERVER)
        now = talk.now + 40 * SECOND


@edge("problem_keepalive_never_answered")
def no_keepalive_is_answered(capture):
    """A server answers no keepalive at all, and its TCP acknowledges them. After three of them the phone resets the connection and registers on
    another one; after three more it opens a third connection and leaves the second one as it is."""
    now = START
    for number in range(3):
        talk = talk_on(capture, sport=49175 + number, start=now)
        register(talk)
        for _ in range(3 if number < 2 else 0):
            keep_alive(talk, answered=False)
        if number == 0:
            talk.flow.rst(talk.now + SECOND, PHONE)
        now = talk.now + 30 * SECOND


@edge("problem_keepalive_unanswered")
def keepalives_stay_unanswered(capture):
    """Two keepalives are answered, three are not, although the server's TCP acknowledges them; then the phone resets the connection."""
    talk = talk_on(capture)
    register(talk)
    for turn in range(5):
        keep_alive(talk, answered=turn < 2)
    talk.flow.rst(talk.now + SECOND, PHONE)


@edge("problem_keepalive_until_the_end")
def unanswered_when_the_capture_ends(capture):
    """Two keepalives are answered, three are not, and there the capture ends: the phone was registered and ready, and whether it still is
    cannot be said."""
    talk = talk_on(capture)
    register(talk)
    for turn in range(5):
        keep_alive(talk, answered=turn < 2)


@edge("problem_keepalive_left_behind")
def the_connection_is_left_as_it_is(capture):
    """A keepalive is sent five times and nobody acknowledges it; then the phone turns to the same server on two new connections, with three
    SYNs each, which nobody answers. Neither FIN nor RST ends the old one."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    say_in_vain(talk, talk.sccp.keep_alive_req())
    for sport in (49176, 49177):
        for pause in (27 * SECOND, 3 * SECOND, 6 * SECOND):
            talk.now += pause
            TcpFlow(capture, talk.flow.hosts[PHONE], talk.flow.hosts[SERVER], sport).syn(talk.now)


@edge("outcome_sign_off_then_kept")
def not_let_go_and_heard_again(capture):
    """The server does not let the phone sign off while a call goes on; the next keepalive on that connection is answered: the phone is
    registered still."""
    talk = talk_on(capture)
    register(talk)
    talk.say(PHONE, talk.sccp.unregister_req())
    talk.say(SERVER, talk.sccp.unregister_ack(2))
    keep_alive(talk)


@edge("near_keepalive_left_behind")
def somebody_else_at_the_same_address(capture):
    """Two phones behind one address. A keepalive of the first gets no acknowledgment, is sent again twice, and is answered in the end; in
    between the second one connects and registers. Neither has given up anything."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    question = talk.sccp.keep_alive_req()
    say_in_vain(talk, question, ms(400), ms(800))
    second = talk_on(capture, sport=49176, start=talk.now + ms(100), phone=phone_of(handset(0x62, handset().ip), lines=(("2002", "Bob Example"),)))
    register(second)
    talk.now = second.now + ms(200)
    talk.flow.segment(talk.now, PHONE, PSH | ACK, question, seq=talk.flow.next_seq[PHONE] - len(question))
    talk.say(SERVER, talk.sccp.keep_alive_ack())
    talk.ack(PHONE, after=ms(150))
    keep_alive(talk)


@edge("outcome_first_server_unknown")
def which_server_does_it_prefer(capture):
    """Three phones, each refused by one server and registered by the other. Of the first two no configuration is in the capture: the first
    says nothing of which server it prefers, the second that it returns to that one. The third starts again after the refusal, and gets a
    configuration that does not name the server which has refused it. A fourth phone is refused by both, and the first one of them registers
    it when it comes back."""
    for number, alarm in enumerate(((25, "Initialized"), (18, "Failback"))):
        host, now = handset(0x61 + number), START + number * 10 * SECOND
        refused(capture, now, host, call_manager(BACKUP, 0x0B), 49175, 2000)
        register(talk_on(capture, host=host, sport=49176, start=now + SECOND), alarm=alarm)
    boot = boot_of(capture, 0x63, START + 20 * SECOND)
    talk = talk_on(capture, host=boot.host, start=boot.now)
    talk.connect()
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_reject("Error DBConfig"))
    boot.now = talk.now + 30 * SECOND
    boot.lease()
    files(boot, servers=(BACKUP,))
    register(talk_of(boot, call_manager(BACKUP, 0x0B), 49176))
    host, now = handset(0x64), boot.now + 60 * SECOND
    refused(capture, now, host, call_manager(), 49175, 2000)
    refused(capture, now + SECOND, host, call_manager(BACKUP, 0x0B), 49176, 2000)
    register(talk_on(capture, host=host, sport=49177, start=now + 2 * SECOND))
    capture.sort()


@edge("near_keepalive_one_missing")
def one_keepalive_is_missing(capture):
    """A server leaves two keepalives in a row unanswered and answers the next ones; later it leaves out two more."""
    talk = talk_on(capture)
    register(talk)
    for turn in range(9):
        keep_alive(talk, answered=turn not in (2, 3, 6, 7))


@edge("problem_phone_silent")
def nothing_from_the_phone(capture):
    """A phone is registered and sends one keepalive; then nothing for ninety seconds, and the server closes the connection."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    talk.flow.fin(talk.now + 90 * SECOND, SERVER)


@edge("near_heartbeats_one_side")
def heartbeats_from_one_side(capture):
    """Heartbeats of three phones that were registered before the capture, each seen from one side only: the server's answers, what a phone
    sends, and answers once more, while the third phone renews its address."""
    heard = []
    for number, side in enumerate((SERVER, PHONE, SERVER)):
        talk = talk_on(capture, host=handset(0x61 + number), start=START + number * 200 * SECOND)
        register(talk)
        capture.frames = []
        for _ in range(4):
            keep_alive(talk)
        heard += [frame for frame in capture.frames if sent_by(talk.flow.hosts[side])(frame[1])]
        capture.frames = []
    capture.frames = heard
    boot = boot_of(capture, 0x63, start=talk.now - 50 * SECOND)
    boot.dhcp_of(boot.host.mac, REQUEST, [*boot.own_options(), boot.ASKED], ms(5), ciaddr=boot.host.ip)
    boot.dhcp_of(boot.host.mac, DHCP_ACK, boot.given(), ms(2), ciaddr=boot.host.ip, yiaddr=boot.host.ip)
    capture.sort()


@edge("near_phone_alive")
def closed_while_the_phone_speaks(capture):
    """The server closes the connection twenty seconds after a keepalive: it restarts, the phone was not silent."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    keep_alive(talk)
    talk.flow.close(talk.now + 20 * SECOND, SERVER)


@edge("near_phone_moved")
def the_phone_comes_back_elsewhere(capture):
    """A wireless phone gets another address and registers anew; the server closes the old connection two minutes later. The phone was not
    silent: it speaks on the new one."""
    old = talk_on(capture)
    register(old)
    keep_alive(old)
    new = talk_on(capture, host=handset(address="198.51.100.97"), start=old.now + 4 * SECOND, sport=49200)
    register(new)
    for _ in range(4):
        keep_alive(new)
    old.flow.rst(new.now + 2 * SECOND, SERVER)


@edge("problem_provisioning_stalled")
def one_line_is_not_answered(capture):
    """A phone with two lines: the server answers the request for the first line and never that for the second one."""
    talk = talk_on(capture, lines=(("2001", "Alice Example"), ("2050", "Help Desk")))
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.ask(talk.sccp.line_stat_req(1), talk.sccp.line_stat_res(1, "2001", "Alice Example"))
    talk.say(PHONE, talk.sccp.line_stat_req(2))
    talk.ack(SERVER)
    keep_alive(talk)


@edge("problem_mismatch")
def error_mismatch(capture):
    """The server refuses the phone with the label code 80 33, Error Mismatch: the device does not fit its record."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_reject(b"\x80\x33"))
    talk.ack(PHONE, after=ms(100))
    talk.flow.close(talk.now + SECOND, SERVER)


@edge("problem_protocol_version")
def too_old_a_protocol(capture):
    """A phone that offers protocol 17 is accepted; another one, which offers 3, is cut off after its RegisterReq."""
    talk = talk_on(capture)
    register(talk)
    old = talk_on(capture, 3, host=handset(0x62), start=talk.now + SECOND)
    ask_to_register(old)
    old.flow.rst(old.now + ms(20), SERVER)


@edge("near_protocol_version")
def an_old_protocol_is_accepted(capture):
    """A phone that offers protocol 3 is accepted, one that offers 5 is cut off after its RegisterReq: not for its protocol."""
    talk = talk_on(capture, 3)
    register(talk)
    other = talk_on(capture, 5, host=handset(0x62), start=talk.now + SECOND)
    ask_to_register(other)
    other.flow.rst(other.now + ms(20), SERVER)


@edge("near_reject_names_version")
def words_about_a_version(capture):
    """A phone is refused with words about a version, and no other phone is here: which version is meant, and what the server accepts, nothing
    shows."""
    talk = talk_on(capture)
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_reject("Version not supported"))
    talk.now = talk.flow.close(talk.now + ms(3), PHONE)


@edge("problem_capabilities_unanswered")
def no_codecs(capture):
    """The server asks for the phone's codecs and gets no answer; the phone goes on with its keepalives."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_ack(), talk.sccp.capabilities_req())
    talk.ack(PHONE)
    keep_alive(talk)


@edge("near_capabilities_unanswered")
def no_time_to_answer(capture):
    """The server asks for the phone's codecs and closes the connection a fifth of a second later: the phone could not answer."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_ack(), talk.sccp.capabilities_req())
    talk.ack(PHONE)
    talk.now = talk.flow.close(talk.now + ms(200), SERVER)
    other = talk_on(capture, host=handset(0x62), start=talk.now + 30 * SECOND)
    register(other)


@edge("problem_register_asked_twice")
def asked_twice_on_one_connection(capture):
    """Twelve seconds after its RegisterReq, which nobody has answered, a phone asks once more on the same connection; it is refused, and the
    server resets the connection."""
    talk = talk_on(capture)
    ask_to_register(talk)
    talk.wait(12 * SECOND)
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.say(SERVER, talk.sccp.register_reject("Security Error"))
    talk.flow.rst(talk.now + ms(1), SERVER)


def with_clock(capture, host, server, begin, error):
    talk = talk_on(capture, host=host, server=server, start=begin)
    talk.connect()
    accept(talk)
    talk.say(PHONE, talk.sccp.time_date_req())
    talk.say(SERVER, talk.sccp.define_time_date(talk.now + error))
    talk.ack(PHONE)
    return talk.now


@edge("problem_sccp_clock")
def one_of_two_clocks_is_wrong(capture):
    """Two phones at two call managers: the clock that one of them sets agrees with the capture, that of the other is two hours off."""
    now = with_clock(capture, handset(), call_manager(), START, 0)
    with_clock(capture, handset(0x62), call_manager(BACKUP, 0x0B), now + SECOND, 7200 * SECOND)


@edge("near_sccp_clock")
def the_only_clock_is_wrong(capture):
    """The clock that the server sets is two hours off that of the capture, and nobody else tells the time: nobody knows which is wrong."""
    with_clock(capture, handset(), call_manager(), START, 7200 * SECOND)


@edge("near_swapped_frames")
def answers_before_their_questions(capture):
    """A capture with frames in the wrong order, which is no fault of anybody: Offer before Discover, SYN with ACK before SYN, RegisterAck
    before RegisterReq, CapabilitiesRes before CapabilitiesReq, and two answers about keys before their questions."""
    boot = leased(capture)
    files(boot)
    before = len(capture.frames)
    talk = talk_of(boot)
    register(talk)
    keep_alive(talk)
    swap(capture, 1, before + 1, before + 6, before + 5, before + 8, before + 9, before + 12, before + 21)


@edge("near_port_serves_others")
def the_port_serves_another_phone(capture):
    """A server has a phone on its port, and refuses another one there three times: something listens. A third one gets no answer there, and
    a reset for its second file over HTTP after one that was answered. The second one is served then, restarts, and gets no answer any more."""
    first = talk_on(capture)
    register(first)
    boot = leased(capture, 0x62, start=first.now, lines=(("2002", "Bob Example"),))
    files(boot)
    for sport in (49175, 49176, 49177):
        boot.wait(5 * SECOND)
        refused(capture, boot.now, boot.host, call_manager(), sport, 2000)
    first.now = boot.now
    keep_alive(first)
    third = leased(capture, 0x63, start=first.now, lines=(("2003", "Carol Example"),))
    third.http(f"ITL{third.phone.name}.tlv")
    third.refused()
    files(third)
    unanswered_syns(third, call_manager())
    boot.now = third.now + 5 * SECOND
    served = register_on(boot, 49178)
    keep_alive(served)
    served.flow.rst(served.now, PHONE)
    boot.now = served.now
    unanswered_syns(boot, call_manager(), sport=49179)


@edge("outcome_sign_off_after_stall")
def stalled_and_not_let_go(capture):
    """The server does not answer the question for the second line; much later it refuses the phone's sign-off, which has nothing to do with
    that."""
    talk = talk_on(capture, lines=(("2001", "Alice Example"), ("2050", "Help Desk")))
    register(talk)
    talk.say(PHONE, talk.sccp.line_stat_req(2))
    talk.ack(SERVER)
    keep_alive(talk)
    unregister(talk, status=1)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
