#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of how it may end for a phone, where no other capture shows it (outcome_*). The idea is the docstring of the
function that makes the file, and the comment inside the file. All of them are made, none is recorded. What must be said about each of them
stands in tests/problems/EXPECTED."""

import hashlib
import sys

from boot_dialogue import (DHCP_ACK, NAK, PHONE, REQUEST, SERVER, cdp_phone, certificate, counted, dhcp, tls_alert, tls_certificate,
                           tls_client_hello, tls_handshake, tls_record, tls_server_hello)
from boot_edges import boot_of, config_of, talk_of
from craft import (ETHERTYPE_ARP, ETHERTYPE_IPV4, PROTOCOL_ICMP, SECOND, Host, Makers, TcpFlow, UdpFlow, arp, command_line, ethernet,
                   icmp_unreachable, ipv4, ms)
from hosts import BACKUP, call_manager, handset
from problems import config_name, leased
from problems_connect import forget, sent_by
from problems_connect import refused as no_service
from problems_sip import granted, refused
from sccp_dialogue import accept, ask_to_register, keep_alive, register, unregister
from sccp_edges import phone_of, talk_on
from sip_dialogue import CISCO_SUPPORTED, CUCM, Line, answer, challenge, nonce, token
from sip_edges import START, alarm_reason, cisco_line, cisco_talk, keep_standby, tcp_talk, udp_talk

edge = Makers("outcomes.py")
PBX = "Server: ExamplePBX/1.0"
COPIES = (0, 0.5, 1, 2, 4, 4, 4, 4, 4, 4, 4)  # seconds between the copies of a request over UDP, until 32 s are over


def registrar(last=0x1E):
    """A server that is no call manager of Cisco's."""
    return call_manager(f"192.0.2.{last}", last)


def account(user, domain, last=0x61, **options):
    return Line(user, handset(last).ip, domain, user=user, password="test-only", **options)


def bound(line, request, expires=3600):
    """200: the account has this one Contact."""
    return answer(request, 200, "OK", [f"{line.contact};expires={expires}", PBX], tag=token("to", line.call_id))


def bind(talk, line, expires=3600):
    """REGISTER and 200."""
    request = line.register(expires=expires)
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, expires))


def challenged_and_bound(talk, line, value, realm, expires=3600):
    """REGISTER, 401, REGISTER with the digest, 200."""
    request = line.register(expires=expires)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm=realm), PBX], tag=value[:8]))
    request = line.register(line.authorization(value, realm=realm), expires=expires)
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, expires))


# ------------------------------------------------------------------------------------------------- signing off

@edge("outcome_sign_off_refused")
def not_let_go(capture):
    """A phone registers; a minute later its sign-off is refused by 500."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    bind(talk, line)
    request = line.register(expires=0)
    talk.say(PHONE, request, after=60 * SECOND)
    talk.say(SERVER, answer(request, 500, "Server Internal Error", [PBX], tag="no"))


@edge("outcome_sign_off_refused_alone")
def only_the_refused_sign_off(capture):
    """All that the capture holds is a sign-off and its refusal by 503."""
    talk = udp_talk(capture, server=registrar())
    request = account("2001", "example.net", cseq=4711).register(expires=0)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", [PBX], tag="no"))


@edge("outcome_leaving")
def nobody_says_goodbye(capture):
    """A phone registers; a minute later it sends its sign-off eleven times in 32 s, and nobody answers."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    bind(talk, line)
    talk.now += 60 * SECOND
    request = line.register(expires=0)
    for pause in COPIES:
        talk.say(PHONE, request, after=ms(1000 * pause))


@edge("outcome_arp_after_sign_off")
def asked_for_after_the_goodbye(capture):
    """A phone registers over UDP; its connection over TCP to the same port is refused; it signs off and is let go. Seconds later the server
    asks for its Ethernet address, and the phone answers: that begins nothing."""
    host, server = handset(), registrar()
    talk = udp_talk(capture, host, server)
    line = account("2001", "example.net")
    bind(talk, line)
    flow = TcpFlow(capture, host, server, 49201, 5060)
    flow.syn(talk.now + SECOND)
    flow.rst(talk.now + SECOND + ms(0.4), SERVER)
    request = line.register(expires=0)
    talk.say(PHONE, request, after=10 * SECOND)
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="bye"))
    for turn, (sender, receiver) in enumerate(((server, host), (host, server))):
        packet = arp(sender.mac, sender.ip, receiver.mac, receiver.ip, reply=turn == 1)
        capture.add(talk.now + (5 + turn) * SECOND, ethernet(sender.mac, receiver.mac, ETHERTYPE_ARP, packet))


@edge("outcome_refresh_refused")
def still_bound(capture):
    """A phone is registered for ten minutes; after one it asks for more and is refused by 503. What it was granted goes on."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    bind(talk, line, 600)
    request = line.register(expires=600)
    talk.say(PHONE, request, after=60 * SECOND)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", [PBX], tag="no"))


@edge("outcome_answer_bounces")
def deaf_to_its_answer(capture):
    """A REGISTER is accepted, and the phone's own ICMP port unreachable comes back for that 200."""
    host, server = handset(), registrar()
    talk = udp_talk(capture, host, server)
    bind(talk, account("2001", "example.net"))
    complaint = ipv4(host.ip, server.ip, PROTOCOL_ICMP, icmp_unreachable(3, capture.frames[-1][1][14:]))
    capture.add(talk.now + ms(0.4), ethernet(host.mac, server.mac, ETHERTYPE_IPV4, complaint))


@edge("outcome_standby_after_sign_off")
def only_alive_there(capture):
    """A phone signs off, connects to the same server once more, and says there every minute that it is alive, and nothing else: it is
    registered elsewhere, perhaps, but not here."""
    talk = talk_on(capture)
    register(talk)
    unregister(talk)
    talk.flow.close(talk.now + ms(2), PHONE)
    standby = talk_on(capture, start=talk.now + 2 * SECOND, sport=49190)
    standby.connect()
    for _ in range(3):
        keep_alive(standby, 60 * SECOND, answered=False)


# --------------------------------------------------------------------------------- several accounts and servers

@edge("outcome_replaced")
def one_contact_only(capture):
    """Two phones that are not Cisco's have the same account at a registrar that keeps one contact of each account: the first one registers,
    then the second one, whose 200 no longer lists the first."""
    for turn, last in enumerate((0x61, 0x62)):
        talk = udp_talk(capture, handset(last), registrar(), START + turn * 30 * SECOND)
        bind(talk, account("2001", "example.net", last))


@edge("outcome_two_accounts")
def one_of_two_accounts(capture):
    """A phone has accounts at two providers: alice@a.example is accepted by one server, bob@b.example is refused by the other with 403."""
    host = handset()
    talk = udp_talk(capture, host, registrar())
    challenged_and_bound(talk, account("alice", "a.example"), nonce("alice"), "a.example")
    other = udp_talk(capture, host, registrar(0x28), talk.now + SECOND)
    refused(other, account("bob", "b.example"), nonce("bob"), 403, "Forbidden", realm="b.example", server=PBX)


@edge("outcome_two_registrars")
def at_two_registrars_at_once(capture):
    """A phone registers the same account at two registrars side by side, and refreshes it at both."""
    host = handset()
    talks = [udp_talk(capture, host, registrar(0x1E + n), START + n * ms(200)) for n in range(2)]
    lines = [account("2001", "example.net", serial=n) for n in range(2)]
    for turn in range(3):
        for talk, line in zip(talks, lines):
            bind(talk, line, 120)
            talk.now += 100 * SECOND
    capture.sort()


def refused_at_standby(talk, line):
    request = line.register(CISCO_SUPPORTED, expires=0, contact=line.contact + ";expires=0;cisco-keep-alive")
    talk.say(PHONE, request)
    talk.ack(SERVER)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", [CUCM], tag="busy"))
    talk.ack(PHONE)


def with_standby(capture, keep):
    """A Cisco phone at its primary, twice refreshed, and two keepalives to its standby server."""
    host = handset()
    talk = tcp_talk(capture, host)
    line = cisco_line(host)
    talk.connect()
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    standby = tcp_talk(capture, host, call_manager(BACKUP, 0x0B), talk.now + SECOND, sport=49202)
    other = cisco_line(host, BACKUP, port=49202)
    standby.connect()
    for _ in range(2):
        keep(standby, other)
        talk.now += 115 * SECOND
        granted(talk, line, CISCO_SUPPORTED, new=False)
        standby.now += 115 * SECOND
    capture.sort()


@edge("outcome_standby")
def the_standby_answers(capture):
    """A phone is registered at its primary and sends keepalives (REGISTER with Expires 0 and cisco-keep-alive) to its standby server, which
    answers them."""
    with_standby(capture, keep_standby)


@edge("outcome_standby_refuses")
def the_standby_is_busy(capture):
    """A phone is registered at its primary, and its standby server answers each keepalive by 503."""
    with_standby(capture, refused_at_standby)


@edge("outcome_account_moved")
def the_domain_is_corrected(capture):
    """1001@wrong.example is refused with 480 three times; then somebody corrects the domain, and 1001@right.example is accepted by the same
    server."""
    talk = udp_talk(capture, server=registrar())
    line = account("1001", "wrong.example")
    for turn in range(3):
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 480, "Temporarily Unavailable", [PBX], tag=f"wrong{turn}"))
        talk.now += 60 * SECOND
    bind(talk, account("1001", "right.example"))


# ------------------------------------------------------------------------------------------ what came before, after

@edge("outcome_subscribe_after_refusal")
def what_else_it_asks(capture):
    """A phone's REGISTER is refused with 403. Then it subscribes to its voice mail lamp: refused with 489 at first, accepted a minute
    later. It is not registered for that."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    refused(talk, line, nonce("mailbox"), 403, "Forbidden", realm="example.net", server=PBX)
    for cseq, code, reason, extra in ((1, 489, "Bad Event", "Allow-Events: presence"), (2, 200, "OK", "Expires: 3600")):
        request = line.request("SUBSCRIBE", "mwi", "Event: message-summary", "Expires: 3600", cseq=cseq, to=f"sip:2001@{line.server}")
        talk.say(PHONE, request, after=cseq * 30 * SECOND)
        talk.say(SERVER, answer(request, code, reason, [PBX, extra], tag="mwi"))


@edge("outcome_long_before")
def more_than_an_hour_later(capture):
    """A REGISTER is sent eleven times in 32 s and never answered. 4000 s later the phone asks again, is challenged and accepted, within
    milliseconds."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    request = line.register()
    for pause in COPIES:
        talk.say(PHONE, request, after=ms(1000 * pause))
    talk.now += 4000 * SECOND
    challenged_and_bound(talk, line, nonce("later"), "example.net")


@edge("outcome_lost_sip")
def the_connection_ends(capture):
    """A phone registers over TCP; twenty seconds later the server closes the connection, and with that the capture ends."""
    talk, line = cisco_talk(capture)
    granted(talk, line, CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    talk.flow.close(talk.now + 20 * SECOND, SERVER)


@edge("outcome_lost_behind_another")
def another_server_closed_before(capture):
    """A call manager closes a phone's connection without a word; the next one accepts it over SCCP, and six seconds later that connection
    ends, too. What the first one did is not why."""
    host = handset()
    first = talk_on(capture, host=host, server=call_manager(BACKUP, 0x0B))
    first.connect()
    first.say(PHONE, first.sccp.register_req(first.phone))
    first.flow.close(first.now + ms(5), SERVER)
    talk = talk_on(capture, host=host, sport=49176, start=first.now + 10 * SECOND)
    register(talk)
    talk.flow.close(talk.now + 6 * SECOND, SERVER)


@edge("outcome_failover_without_goodbye")
def it_goes_to_the_backup(capture):
    """A call manager leaves two keepalives of a phone unanswered, and the phone registers at the backup. It does not close the first connection:
    nobody has taken its place there."""
    host = handset()
    first = talk_on(capture, host=host)
    register(first)
    keep_alive(first)
    for _ in range(2):
        keep_alive(first, answered=False)
    second = talk_on(capture, host=host, server=call_manager(BACKUP, 0x0B), sport=49176, start=first.now + 20 * SECOND)
    register(second)
    for _ in range(2):
        keep_alive(second)


@edge("outcome_registered_later")
def only_keepalives(capture):
    """The capture begins when a phone has long been registered, and holds nothing but its keepalives over SCCP and their answers."""
    talk = talk_on(capture)
    for turn in range(3):
        keep_alive(talk, interval=30 * SECOND if turn else 0)


@edge("outcome_heartbeats_answered")
def answered_whatever_they_are(capture):
    """A call manager answers the heartbeats of five phones, none of which is registered: one that it has refused, one whose RegisterReq it has
    not answered, one that has signed off, one that has only said Alarm, and one that it has refused as well, of which the capture holds
    nothing that it sends."""
    server, start = call_manager(), START
    for last in range(0x61, 0x66):
        talk = talk_on(capture, host=handset(last), server=server, start=start)
        if last == 0x63:
            register(talk)
            talk.say(PHONE, talk.sccp.unregister_req())
            talk.say(SERVER, talk.sccp.unregister_ack())
        elif last == 0x64:
            talk.connect()
            talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"))
        else:
            ask_to_register(talk)
            if last != 0x62:
                talk.say(SERVER, talk.sccp.register_reject("No Entry: " + talk.phone.name))
        for _ in range(2):
            keep_alive(talk, interval=45 * SECOND if last == 0x63 else 4 * SECOND)
        start = talk.now + SECOND
    forget(capture, sent_by(handset(0x65)))


@edge("outcome_asks_again")
def signed_off_and_back_on_one_connection(capture):
    """A phone signs off and keeps its connection. Three seconds later it says on it why it has left, and is accepted again: its second
    attempt begins with that alarm."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    talk.say(PHONE, talk.sccp.unregister_req())
    talk.say(SERVER, talk.sccp.unregister_ack())
    talk.wait(3 * SECOND)
    accept(talk, alarm=(23, "Reset-Restart"))


# ------------------------------------------------------------------------------- several connections over SCCP

@edge("outcome_second_handshake")
def restarted_without_a_goodbye(capture):
    """A phone registers and loses its power: its connection never ends. It starts again, opens a second connection, says why in its alarm,
    and is ready once more."""
    host, server = handset(), call_manager()
    talk = talk_on(capture, host=host, server=server)
    register(talk)
    keep_alive(talk)
    again = talk_on(capture, host=host, server=server, sport=49176, start=talk.now + 50 * SECOND)
    register(again)
    keep_alive(again)


@edge("outcome_two_devices_one_address")
def one_after_the_other(capture):
    """Two phones use the same address one after the other: the first registers and signs off, so does the second, and the first comes
    back."""
    server = call_manager()
    hosts = [handset(0x61), handset(0x62, handset(0x61).ip)]
    begin = START
    for turn, which in enumerate((0, 1, 0)):
        talk = talk_on(capture, host=hosts[which], server=server, sport=49175 + turn, start=begin,
                       lines=((f"200{which + 1}", ("Alice Example", "Bob Example")[which]),))
        register(talk)
        keep_alive(talk)
        if turn < 2:
            unregister(talk)
        begin = talk.now + 20 * SECOND


@edge("outcome_others_keepalives")
def others_behind_the_same_address(capture):
    """A phone behind NAT registers and signs off. From the same outer address come answered keepalives on two connections whose beginning
    is not in the capture: those of others, whom nothing names."""
    router, server = handset(0x07, "203.0.113.7"), call_manager()
    talk = talk_on(capture, host=router, server=server, phone=phone_of(handset(0x61, "10.0.0.21")))
    register(talk)
    keep_alive(talk)
    unregister(talk)
    for number in range(2):
        other = talk_on(capture, host=router, server=server, sport=49301 + number, start=talk.now + (5 + number) * SECOND)
        for turn in range(3):
            keep_alive(other, interval=30 * SECOND if turn else 0)
    capture.sort()


@edge("outcome_token_for_ever")
def never_allowed_home(capture):
    """A phone asks for a token four times in three minutes, each time on a connection of its own, and is told each time to wait 60 s. It is
    seen to register nowhere."""
    host, server = handset(), call_manager()
    for turn in range(4):
        talk = talk_on(capture, host=host, server=server, sport=49175 + turn, start=START + turn * 60 * SECOND)
        talk.connect()
        talk.say(PHONE, talk.sccp.register_token_req(talk.phone))
        talk.say(SERVER, talk.sccp.register_token_reject(60))
        talk.ack(PHONE, after=ms(150))
        talk.flow.close(talk.now + ms(50), PHONE)


# ------------------------------------------------------------------------------------ what the capture cannot tell

@edge("outcome_refused_once")
def seen_at_one_server(capture):
    """Two phones know two call managers, and the first one refuses them. One tries it again each half minute until the capture ends. The
    other one is not seen any more for two minutes: it may be at the second server, whose traffic is not in the capture."""
    for last, tries in ((0x61, 1), (0x62, 5)):
        boot = boot_of(capture, last, start=START + last * ms(10))
        boot.fetch(config_name(boot), config_of(boot))
        for i in range(tries):
            flow = TcpFlow(capture, boot.host, call_manager(), 49175 + i, 2000)
            flow.syn(boot.now + i * 30 * SECOND)
            flow.rst(boot.now + i * 30 * SECOND + ms(1), SERVER)
    capture.sort()


@edge("outcome_on_its_way")
def neither_has_failed_yet(capture):
    """Two phones are under way when the capture ends. One knows its call managers from before: the first one refuses it three times, and it
    has just asked the second one. The server of the other, over SIP, has asked it for credentials and closed the connection."""
    boot = leased(capture)
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    for number in range(3):
        no_service(capture, boot.now + ms(60), boot.host, call_manager(), 51500 + number, 2000)
        boot.wait(5 * SECOND)
    ask_to_register(talk_of(boot, server=call_manager(BACKUP, 0x0B), sport=51503))
    line = account("2002", "192.0.2.30", 0x62, transport="TCP", port=49178)
    flow = TcpFlow(capture, handset(0x62), registrar(), 49178, 5060)
    request = line.register()
    now = flow.send(flow.open(boot.now) + ms(2), PHONE, request)
    now = flow.send(now + ms(2), SERVER, answer(request, 401, "Unauthorized", [challenge("5361", realm="pbx"), PBX], tag="5361"))
    flow.close(now + ms(1), SERVER)
    capture.sort()


def unreadable(size, *names):
    """Octets as if encrypted: the same for the same names."""
    return b"".join(hashlib.sha256(f"{names}{n}".encode()).digest() for n in range(size // 32 + 1))[:size]


@edge("outcome_encrypted_sccp")
def nobody_can_read_it(capture):
    """A phone in secure mode speaks TLS 1.2 with port 2443: the handshake is complete, and both sides send data for a minute. The octets
    are digests of names; there are no keys for them."""
    flow = TcpFlow(capture, handset(), call_manager(), 49175, 2443)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    flow.ack(now + ms(0.2), SERVER)
    proof = certificate("cucm-pub.example.net", "cucm-pub.example.net", "250101000000Z", "350101000000Z")
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof) + tls_handshake(14, b"")))
    key = tls_record(22, tls_handshake(16, b"\1\0" + unreadable(256, "key")))
    for side, first in ((PHONE, key), (SERVER, b"")):
        now = flow.send(now + ms(5), side, first + tls_record(20, b"\1") + tls_record(22, unreadable(40, "finished", side)))
    for turn, (pause, sizes) in enumerate(((ms(4), (172, 84)), (ms(3), (340, 92)), (ms(5), (36, 580)), (30 * SECOND, (36, 36)),
                                           (30 * SECOND, (36, 36)))):
        now += pause
        for side in (PHONE, SERVER):
            now = flow.send(now + ms(1.5), side, tls_record(23, unreadable(sizes[side], "data", turn, side)))
        now += ms(40)
        flow.ack(now, PHONE)


def speak_unreadably(flow, now, what):
    """From the ServerHello on, with data of both sides behind the handshake."""
    proof = certificate("pbx.example.net", "pbx.example.net", "250101000000Z", "350101000000Z")
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof) + tls_handshake(14, b"")))
    key = tls_record(22, tls_handshake(16, b"\1\0" + unreadable(256, "key")))
    for side, first in ((PHONE, key), (SERVER, b"")):
        now = flow.send(now + ms(5), side, first + tls_record(20, b"\1") + tls_record(22, unreadable(40, "finished", side)))
    for side in (PHONE, SERVER, PHONE, SERVER):
        now = flow.send(now + ms(2), side, tls_record(23, unreadable(300, what, side)))
    return now


@edge("outcome_encrypted_standby")
def turned_away_at_the_standby(capture):
    """A phone speaks TLS 1.2 with port 5061 of one server, where nobody can read what is said. Another server ends its handshake by an
    alert. The first connection goes on."""
    flow = TcpFlow(capture, handset(), call_manager(), 49175, 5061)
    now = flow.send(flow.open(START) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    now = speak_unreadably(flow, now, "standby")
    standby = TcpFlow(capture, handset(), call_manager(BACKUP, 0x0B), 49176, 5061)
    now = standby.send(standby.open(now + SECOND) + ms(2), PHONE, tls_client_hello(counted(32, 3)))
    now = standby.send(now + ms(3), SERVER, tls_alert(2, 40))
    standby.close(now + ms(1), SERVER)


@edge("outcome_encrypted_server_connects")
def it_is_no_phone_that_fails(capture):
    """A phone speaks TLS 1.2 with port 5061 of its server, where nobody can read what is said. Half a minute later the server connects to the
    phone's port 5061 and does not trust its certificate (an alert); it tries once more, and is refused. None of that is a phone that does
    not register."""
    phone, server = handset(), call_manager()
    flow = TcpFlow(capture, phone, server, 49175, 5061)
    now = flow.send(flow.open(START) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    now = speak_unreadably(flow, now, "registered") + 30 * SECOND
    back = TcpFlow(capture, server, phone, 40001, 5061)
    now = back.send(back.open(now) + ms(2), PHONE, tls_client_hello(counted(32, 3)))
    proof = certificate("phone.example.net", "phone.example.net", "250101000000Z", "350101000000Z")
    now = back.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 4)) + tls_certificate(proof) + tls_handshake(14, b"")))
    now = back.close(back.send(now + ms(2), PHONE, tls_alert(2, 48)) + ms(1), PHONE)
    again = TcpFlow(capture, server, phone, 40002, 5061)
    again.syn(now + 20 * SECOND)
    again.rst(now + 20 * SECOND + ms(1), SERVER)


@edge("outcome_encrypted_after_files")
def only_the_files_were_refused(capture):
    """A phone does not know who has signed the certificate of its server of files, and fetches its configuration over plain HTTP instead.
    Then it speaks TLS 1.2 with port 2443 of the call manager, where nobody can read what is said."""
    boot = leased(capture)
    proof = certificate("files.example.net", "files.example.net", "250101000000Z", "350101000000Z")
    flow = TcpFlow(capture, boot.host, boot.tftp, 49301, 6972)
    now = flow.send(flow.open(boot.now + ms(40)) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof) + tls_handshake(14, b"")))
    now = flow.send(now + ms(2), PHONE, tls_alert(2, 48))
    boot.now = flow.close(now + ms(1), PHONE)
    boot.http(config_name(boot), config_of(boot, security=3))
    flow = TcpFlow(capture, boot.host, call_manager(), 49302, 2443)
    now = flow.send(flow.open(boot.now + ms(40)) + ms(2), PHONE, tls_client_hello(counted(32, 3)))
    speak_unreadably(flow, now, "registers")


@edge("outcome_signed_sip")
def signed_and_not_encrypted(capture):
    """A phone registers over TLS with a cipher that only signs (0x003B, NULL with SHA-256): what it says can be read, with 32 octets behind
    each record. The signatures are digests of names."""
    line = Line("2001", handset().ip, call_manager().ip, "TLS", 49176, user="user2001", password="test-only")
    flow = TcpFlow(capture, handset(), call_manager(), 49176, 5061)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1), ciphers=(0x003B,)))
    proof = certificate("cucm-pub.example.net", "cucm-pub.example.net", "250101000000Z", "350101000000Z")
    hello = tls_server_hello(counted(32, 2), cipher=0x003B) + tls_certificate(proof) + tls_handshake(14, b"")
    now = flow.send(now + ms(3), SERVER, tls_record(22, hello))
    key = tls_record(22, tls_handshake(16, b"\1\0" + unreadable(256, "key")))
    for side, first in ((PHONE, key), (SERVER, b"")):
        now = flow.send(now + ms(5), side, first + tls_record(20, b"\1") + tls_record(22, unreadable(48, "finished", side)))
    request = line.register()
    reply = answer(request, 200, "OK", [f"{line.contact};expires=3600", CUCM], tag=token("to", line.call_id))
    for side, said in ((PHONE, request), (SERVER, reply)):
        now = flow.send(now + ms(4), side, tls_record(23, said + unreadable(32, "signature", side)))
    flow.ack(now + ms(1), PHONE)


@edge("outcome_announces_only")
def it_only_announces_itself(capture):
    """An 8851 announces itself by CDP twice, 60 s apart. Whether it is registered cannot be told."""
    boot = boot_of(capture)
    for pause in (ms(1), 60 * SECOND):
        boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 8851", "sip88xx.12-5-1SR3-74.loads", boot.host.ip), after=pause)


@edge("outcome_renews_only")
def it_only_renews_its_address(capture):
    """A phone renews its lease, unicast: DHCP Request and Ack. Whether it is registered cannot be told."""
    boot = boot_of(capture, model="8851")
    flow = UdpFlow(capture, boot.host, boot.gateway, 68, 67)
    ours = {"ciaddr": boot.host.ip, "broadcast": False}
    flow.send(boot.now, PHONE, dhcp(REQUEST, boot.xid, boot.phone.mac, [*boot.own_options(), boot.ASKED], **ours))
    flow.send(boot.now + ms(2), SERVER, dhcp(DHCP_ACK, boot.xid, boot.phone.mac, boot.given(), yiaddr=boot.host.ip, **ours))


@edge("outcome_renewal_refused")
def its_renewal_is_refused(capture):
    """A phone asks twice in vain to renew its lease, then asks all servers; another one gives it more time, and refuses that an hour later.
    Whether it was registered cannot be told."""
    boot = boot_of(capture, model="8851")
    ours = {"ciaddr": boot.host.ip, "broadcast": False}

    def ask(server, after, **more):
        boot.now = UdpFlow(capture, boot.host, server, 68, 67).send(boot.now + after, PHONE, dhcp(
            REQUEST, boot.xid, boot.phone.mac, [*boot.own_options(), boot.ASKED], **ours, **more))

    def answer_with(server, kind, options, **fields):
        flow = UdpFlow(capture, boot.host, server, 68, 67)
        boot.now = flow.send(boot.now + ms(2), SERVER, dhcp(kind, boot.xid, boot.phone.mac, options, **fields))
        boot.xid += 1

    ask(call_manager("192.0.2.5", 5), ms(5))
    ask(call_manager("192.0.2.5", 5), 4 * SECOND, secs=4)
    boot.xid += 1
    ask(Host("255.255.255.255", "ff:ff:ff:ff:ff:ff"), 3600 * SECOND)
    answer_with(boot.gateway, DHCP_ACK, boot.given(), yiaddr=boot.host.ip, **ours)
    ask(boot.gateway, 3600 * SECOND)
    answer_with(boot.gateway, NAK, boot.given()[:1])


@edge("outcome_gives_address_back")
def it_leaves_without_a_registration(capture):
    """A phone gets an address, asks for nothing more and gives it back: it is on no way any more."""
    boot = boot_of(capture)
    boot.lease()
    boot.release()


@edge("outcome_answers_only")
def only_what_the_server_says(capture):
    """The capture lacks what the phone sends. The server's 401, and its 200 that lists the phone's Contact for 3600 s, are there: it is
    registered."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    value = nonce("answers")
    request = line.register()
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm="example.net"), PBX], tag="401"))
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(SERVER, bound(line, request), after=ms(6))


@edge("outcome_refusals_only")
def only_how_the_server_refuses(capture):
    """The capture lacks what the phones say. One account of a phone is refused, with 403, and the other one registered; another phone is
    refused with 404."""
    talk = udp_talk(capture, server=registrar())
    talk.say(SERVER, answer(account("2001", "example.net").register(), 403, "Forbidden", [PBX], tag="403"))
    line = account("2002", "example.net")
    talk.say(SERVER, bound(line, line.register()), after=SECOND)
    other = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND)
    other.say(SERVER, answer(account("2003", "example.net", 0x62).register(), 404, "Not Found", [PBX], tag="404"))


@edge("outcome_requests_only")
def only_what_the_phone_says(capture):
    """The capture lacks what the server says. The phone's REGISTER is there, and the next one with credentials, for which a challenge must
    have come."""
    talk = udp_talk(capture, server=registrar())
    line = account("2001", "example.net")
    talk.say(PHONE, line.register())
    talk.say(PHONE, line.register(line.authorization(nonce("requests"), realm="example.net")), after=ms(6))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
