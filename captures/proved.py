#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of which it is easy to say more, or less, than they prove. The idea is the docstring of the function that makes
the file, and the comment inside the file. All of them are made, none is recorded. What must be found in each of them stands in
tests/problems/EXPECTED."""

import sys

from boot_dialogue import DHCP_ACK, DISCOVER, OFFER, REQUEST, certificate, counted, lldp_phone, lldp_switch, tftp_rrq, tls_certificate, tls_client_hello, tls_handshake, tls_record, tls_server_hello
from boot_edges import boot_of, config_of, talk_of
from craft import SECOND, Makers, TcpFlow, command_line, ip_bytes, ms
from hosts import call_manager, handset
from outcomes import COPIES, PBX, account, bind, bound, challenged_and_bound, registrar
from problems import bare_scope, config_name, leased
from problems_connect import refused, swap
from sccp_dialogue import accept, fetch_status, fetch_templates, finish, keep_alive, register
from sccp_edges import START, talk_on
from sip_dialogue import PHONE, SERVER, answer, challenge, nonce
from sip_edges import tcp_talk, udp_talk

edge = Makers("proved.py")


def say_no(talk, request, code, phrase, after=None):
    talk.say(SERVER, answer(request, code, phrase, [PBX], tag=f"{code}"), after=after)


def ask_for_offered(boot, after):
    """The phone asks the DHCP server for the address that it has offered."""
    boot.dhcp_of(boot.host.mac, REQUEST, [*boot.own_options(), (50, ip_bytes(boot.host.ip)), (54, ip_bytes(boot.gateway.ip)), boot.ASKED], after)


def lists(line, request, *contacts, code=200, phrase="OK"):
    """An answer that lists these contacts."""
    return answer(request, code, phrase, [*(f"Contact: {contact}" for contact in contacts), PBX], tag="listed")


# ---------------------------------------------------------------------------------------------- cut, late or out of order

@edge("near_tls_certificates_cut")
def no_certificate_is_left(capture):
    """The capture keeps 150 octets of each packet: of the server's certificates there is the head of their list, and none of them."""
    flow = TcpFlow(capture, handset(), call_manager(), 49175, 2443)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    chain = certificate("cucm-pub.example.net", "Example Cluster CA", "250101000000Z", "300101000000Z")
    flight = tls_server_hello(counted(32, 2)) + tls_certificate(chain) + tls_handshake(14, b"")
    flow.send(now + ms(3), SERVER, tls_record(22, flight))
    capture.snaplen = 150


@edge("near_ack_before_data")
def acknowledged_before_it_is_captured(capture):
    """Two frames of a registration were captured in the wrong order: an acknowledgment, and octets that it acknowledges."""
    talk = talk_on(capture)
    talk.connect()
    sccp = talk.sccp
    talk.say(PHONE, sccp.alarm(talk.phone, 25, "Initialized"))
    talk.say(PHONE, sccp.register_req(talk.phone))
    talk.ack(SERVER)
    swap(capture, 4)
    swap(capture, 5)
    talk.say(SERVER, sccp.register_ack())
    talk.say(SERVER, sccp.capabilities_req(), after=ms(0.05))
    talk.ack(PHONE)
    talk.now = talk.flow.close(talk.now + ms(5), SERVER)


@edge("near_tftp_blocks_swapped")
def the_third_block_before_the_second(capture):
    """Of the configuration of a phone, block 3 and its acknowledgment stand before block 2 and its own, by two milliseconds: all of it is
    there, and nothing was repeated."""
    boot = leased(capture)
    boot.fetch(config_name(boot), config_of(boot) + 1000 * b"\n")
    second = next(i for i, (_, frame) in enumerate(capture.frames) if frame[42:46] == b"\0\3\0\2") + 1
    for number in (second + 1, second, second + 2, second + 1):
        swap(capture, number)
    register(talk_of(boot))


@edge("near_tftp_acks_first")
def acknowledged_before_it_is_there(capture):
    """The frames of a phone were captured 1.5 ms too early: each block of its configuration stands behind its acknowledgment."""
    boot = leased(capture)
    boot.fetch(config_name(boot), config_of(boot))
    capture.frames = [(time - ms(1.5) if frame[42:44] == b"\0\4" else time, frame) for time, frame in capture.frames]
    capture.sort()
    register(talk_of(boot))


@edge("problem_dhcp_no_ack")
def offered_and_not_given(capture):
    """A phone gets an offer and asks for that address four times, 4, 8 and 16 s apart, without an answer. It begins anew, and that ends the
    same way."""
    boot = boot_of(capture)
    for turn in range(2):
        boot.xid += turn
        boot.lease(upto=OFFER)
        for pause in (0, 4, 8, 16):
            ask_for_offered(boot, pause * SECOND or ms(4))
        boot.wait(10 * SECOND)


@edge("near_dhcp_ack_not_captured")
def it_goes_on_all_the_same(capture):
    """A phone asks for the address that it was offered three times, 4 and 8 s apart. No answer to that is in the capture, and then it asks for its
    files from that address."""
    boot = boot_of(capture)
    boot.lease(upto=OFFER)
    for pause in (0, 4, 8):
        ask_for_offered(boot, pause * SECOND or ms(4))
    boot.fetch(config_name(boot), config_of(boot))
    register(talk_of(boot))


@edge("near_dhcp_asks_for_old_address")
def nobody_knows_the_old_address(capture):
    """A phone that was elsewhere before asks for the address of there, three times within 12 s. The DHCP server does not know it and is silent,
    as it may be; then the phone looks for a server, and gets an address."""
    boot = boot_of(capture)
    for pause in (0, 4, 8):
        boot.wait(pause * SECOND)
        boot.dhcp_of(boot.host.mac, REQUEST, [*boot.own_options(), (50, ip_bytes("198.51.100.97")), boot.ASKED], ms(4))
    boot.xid += 1
    boot.lease()
    boot.fetch(config_name(boot), config_of(boot))
    register(talk_of(boot))


@edge("near_dhcp_ack_at_the_end")
def asked_twice_when_the_capture_ends(capture):
    """A phone has asked twice for the address that it was offered, 4 s apart, when the capture ends."""
    boot = boot_of(capture)
    boot.lease(upto=OFFER)
    for pause in (0, 4):
        ask_for_offered(boot, pause * SECOND or ms(4))


@edge("near_sip_grant_in_half")
def the_head_is_cut_behind_the_grant(capture):
    """The capture keeps 340 octets of each packet. Of the phone's REGISTERs the Contact is cut off, of the 200 it is there, with the time.
    A later REGISTER is refused."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    line.agent = "ExamplePhone/2.4 " + 60 * "x"
    value = nonce("half")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, realm="example.net"), PBX], tag="401"))
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, 600))
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(PHONE, request, after=200 * SECOND)
    say_no(talk, request, 403, "Forbidden")
    capture.snaplen = 340


@edge("near_sip_accepted_late")
def accepted_when_nobody_waits(capture):
    """A server accepts a REGISTER 61 s after it was sent first, and 29 s after its last copy could have been sent: the phone has given up."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    for after in COPIES:
        talk.say(PHONE, request, after=int(after * SECOND))
    talk.say(SERVER, bound(line, request), after=61 * SECOND - sum(int(after * SECOND) for after in COPIES))


@edge("problem_mute_server_cut")
def closed_without_an_octet(capture):
    """The capture keeps 90 octets of each packet. A server closes the connection on which a phone has asked to be registered, and the
    sequence number of its FIN says that it has sent nothing."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.now = talk.flow.close(talk.now + 2 * SECOND, SERVER)
    capture.snaplen = 90


@edge("near_clock_set_forward")
def the_clock_is_set_forward(capture):
    """A phone asks to be registered. Then the clock of the capture is set forward by a quarter of an hour: TCP sends nothing again, and the
    server's acknowledgment and answer seem to be late by as much."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.now += 900 * SECOND
    talk.ack(SERVER)
    talk.say(SERVER, talk.sccp.register_ack())
    talk.say(SERVER, talk.sccp.capabilities_req(), after=ms(0.05))
    talk.ack(PHONE)
    talk.say(PHONE, talk.sccp.capabilities_res())
    talk.ack(SERVER)
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)


@edge("near_clock_set_back_on_the_way")
def the_clock_is_set_back(capture):
    """A phone gets its address. Then the clock of the capture is set back by half an hour, and another phone is captured for ten minutes."""
    leased(capture)
    talk = talk_on(capture, host=handset(0x62), start=START - 1800 * SECOND)
    register(talk)
    for _ in range(20):
        keep_alive(talk)


@edge("near_clock_set_back_while_registered")
def nobody_knows_how_long(capture):
    """A phone is registered for three minutes; then the clock of the capture is set back by an hour, and a minute later the server resets the
    connection."""
    talk = talk_on(capture)
    register(talk)
    for _ in range(6):
        keep_alive(talk)
    talk.wait(-3600 * SECOND)
    keep_alive(talk)
    keep_alive(talk)
    talk.flow.rst(talk.now + SECOND, SERVER)


@edge("problem_heartbeats_do_not_arrive")
def heartbeats_do_not_arrive(capture):
    """After two heartbeats the server acknowledges nothing more. TCP of the phone repeats the third one until the server closes the connection."""
    talk = talk_on(capture)
    register(talk)
    keep_alive(talk)
    keep_alive(talk)
    talk.wait(30 * SECOND)
    flow, sent = talk.flow, talk.now
    heartbeat = talk.sccp.keep_alive_req()
    sequence = flow.next_seq[PHONE]
    for copy in range(9):
        flow.next_seq[PHONE] = sequence
        flow.send(sent + ms(300) * ((1 << copy) - 1), PHONE, heartbeat)
    flow.rst(sent + 95 * SECOND, SERVER)


@edge("near_sip_taken_again")
def taken_again(capture):
    """The server of a registered phone is restarted: it closes the connection, refuses two attempts and takes the third, on which the phone asks to
    be registered. There the capture ends."""
    talk = tcp_talk(capture, server=registrar())
    talk.connect()
    line = account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("before"), "example.net", 600)
    talk.flow.close(talk.now + 115 * SECOND, SERVER)
    refused(capture, talk.now + 116 * SECOND, handset(), registrar(), 49301, 5060)
    refused(capture, talk.now + 121 * SECOND, handset(), registrar(), 49302, 5060)
    again = tcp_talk(capture, server=registrar(), start=talk.now + 126 * SECOND, sport=49303)
    again.connect()
    again.say(PHONE, line.register(line.authorization(nonce("before"), realm="example.net"), expires=600))
    again.ack(SERVER)


@edge("near_clock_set_back_before")
def set_back_before_it_begins(capture):
    """The clock of the capture is set back by an hour while only other traffic is seen. A SIP phone that registers then for ten minutes is seen for
    half a minute more."""
    other = udp_talk(capture, handset(0x62), registrar(), START + 3600 * SECOND)
    other.flow.send(other.now, PHONE, b"\0\0\0\0")
    talk = udp_talk(capture, server=registrar(), start=START)
    challenged_and_bound(talk, account("2001", "example.net"), nonce("back"), "example.net", 600)
    talk.flow.send(talk.now + 30 * SECOND, PHONE, b"\0\0\0\0")


# ---------------------------------------------------------------------------------------------- who is refused, and what that means

@edge("near_sip_registrar_for_others")
def a_registrar_for_others(capture):
    """A server answers the REGISTER of one phone with 501 and registers another one on the same port."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    say_no(talk, request, 501, "Not Implemented")
    other = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND)
    bind(other, account("2002", "example.net", 0x62))


@edge("near_sip_refused_in_the_middle")
def refused_and_perhaps_registered(capture):
    """The capture begins in the middle. A phone that answers a challenge of before is refused with 500, and then called by its server. Of
    another one there is the 500 alone, and then its sign-off, which is confirmed."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net", cseq=17)
    request = line.register(line.authorization(nonce("before"), realm="example.net"))
    talk.say(PHONE, request)
    say_no(talk, request, 500, "Server Internal Error")
    talk.say(SERVER, line.ordered("INVITE", "call"), after=5 * SECOND)
    other, line = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND), account("2002", "example.net", 0x62)
    say_no(other, line.register(expires=0), 500, "Server Internal Error")
    request = line.register(expires=0)
    other.say(PHONE, request, after=SECOND)
    other.say(SERVER, lists(line, request))


@edge("near_sip_question_refused")
def only_a_question_is_refused(capture):
    """A phone is registered. Later it asks which contacts are registered, and that is refused with 403: it has one line, and that stays
    registered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("question"), "example.net")
    request = line.register(contact="", expires=None)
    talk.say(PHONE, request, after=100 * SECOND)
    say_no(talk, request, 403, "Forbidden")
    talk.say(SERVER, line.ordered("OPTIONS", "alive"), after=30 * SECOND)


@edge("problem_sip_redirect_in_circles")
def sent_round_in_circles(capture):
    """Two servers send a phone to each other (302), twice each."""
    hosts = [registrar(), registrar(0x1F)]
    now = START
    for turn in range(4):
        talk = udp_talk(capture, server=hosts[turn % 2], start=now)
        line = account("2001", "example.net", serial=turn)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 302, "Moved Temporarily", [PBX, f"Contact: <sip:{hosts[1 - turn % 2].ip}>"], tag="302"))
        now = talk.now + ms(20)


# ---------------------------------------------------------------------------------------------- which contact

@edge("near_sip_another_is_listed")
def the_answer_lists_another_phone(capture):
    """The capture begins with a 200 to a REGISTER, which lists the contact of another phone of the account."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    talk.say(SERVER, lists(line, line.register(), "<sip:2001@192.0.2.99:5060>;expires=300"))
    talk.say(SERVER, line.ordered("OPTIONS", "alive"), after=5 * SECOND)


@edge("near_sip_contact_per_transport")
def one_contact_a_transport(capture):
    """A phone registers two contacts that differ in their transport only, for 600 s and for 1200 s, and takes the second one back later:
    the first one stays."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    plain, over_tcp = "<sip:2001@192.0.2.97:5060>", "<sip:2001@192.0.2.97:5060;transport=tcp>"
    request = line.register(f"Contact: {over_tcp};expires=1200", contact=f"Contact: {plain};expires=600", expires=None)
    talk.say(PHONE, request)
    talk.say(SERVER, lists(line, request, f"{plain};expires=600", f"{over_tcp};expires=1200"))
    request = line.register(contact=f"Contact: {over_tcp};expires=0", expires=None)
    talk.say(PHONE, request, after=300 * SECOND)
    talk.say(SERVER, lists(line, request, f"{plain};expires=300"))


@edge("near_sip_replaced_and_called")
def the_first_is_called_all_the_same(capture):
    """Two phones register one account, and what the server lists to the second one has not the first. Then it asks the first one whether
    it is there: it knows it still."""
    first, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(first, line)
    second, other = udp_talk(capture, handset(0x62), registrar(), first.now + SECOND), account("2001", "example.net", 0x62)
    bind(second, other)
    first.now = second.now
    first.say(SERVER, line.ordered("OPTIONS", "alive"), after=5 * SECOND)


# ---------------------------------------------------------------------------------------------- servers

@edge("problem_closed_after_garbage")
def it_says_something_else(capture):
    """What listens on the port of a call manager greets the phone as a server of SSH does, and closes the connection."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.say(SERVER, b"SSH-2.0-ExampleServer\r\n")
    talk.ack(PHONE)
    talk.now = talk.flow.close(talk.now + ms(30), SERVER)


@edge("problem_sip_refused_insists")
def refused_again_and_again(capture):
    """A phone is refused the connection to its SIP server three times, 20 s apart, and is not heard of for four minutes."""
    for number in range(3):
        refused(capture, START + number * 20 * SECOND, handset(), registrar(), 50000 + number, 5060)
    other = udp_talk(capture, handset(0x62), registrar(), START + 60 * SECOND)
    line = account("2002", "example.net", 0x62)
    bind(other, line, 120)
    other.now += 100 * SECOND
    bind(other, line, 120)
    other.now += 100 * SECOND
    bind(other, line, 120)


@edge("problem_tftp_silent_to_one")
def silent_to_one_phone(capture):
    """A phone asks a TFTP server for a file again and again, and gets no answer. Another phone gets its files there."""
    boot = leased(capture)
    flow = boot.tftp_flow()
    boot.wait(SECOND)
    for _ in range(5):
        boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(f"CTL{boot.phone.name}.tlv"))
    other = leased(capture, 0x62, start=boot.now + 5 * SECOND, lines=(("2002", "Bob Example"),))
    other.trust_files()
    other.fetch(config_name(other), config_of(other))
    other.wait(5 * SECOND)
    register(talk_of(other))


@edge("problem_tftp_silent_from_before")
def a_server_that_the_lease_does_not_name(capture):
    """A phone gets an address from a bare scope, and asks the TFTP server that it knows from before for a file again and again, in vain."""
    boot = boot_of(capture)
    boot.dhcp_of(boot.host.mac, DISCOVER, [*boot.own_options(), boot.ASKED], ms(5))
    boot.dhcp_of(boot.host.mac, OFFER, bare_scope(boot), ms(2), yiaddr=boot.host.ip)
    ask_for_offered(boot, ms(4))
    boot.dhcp_of(boot.host.mac, DHCP_ACK, bare_scope(boot), ms(2), yiaddr=boot.host.ip)
    boot.wait(SECOND)
    flow = boot.tftp_flow()
    for _ in range(6):
        boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(f"CTL{boot.phone.name}.tlv"))
    boot.wait(60 * SECOND)
    boot.who_has(boot.gateway.ip)


@edge("outcome_token_unanswered")
def no_word_about_the_token(capture):
    """A phone asks a server for a token, and gets no word for more than two minutes: it may be registered elsewhere, and wait there."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.register_token_req(talk.phone))
    talk.ack(SERVER)
    other = talk_on(capture, host=handset(0x62), start=talk.now + SECOND)
    register(other)
    for _ in range(5):
        keep_alive(other)


@edge("near_dns_error_with_address")
def an_error_that_has_an_address(capture):
    """DNS says that a name which a phone asks for does not exist, and puts an address behind that all the same."""
    boot = boot_of(capture)
    boot.lease(dns=True)
    boot.resolve("ntp.example.net", "192.0.2.123", code=3)


@edge("near_lldp_voice_untagged")
def voice_without_a_tag(capture):
    """A switch has voice go untagged, by LLDP-MED: of the policy the flag for tags is 0, and so is the number of the VLAN."""
    boot = boot_of(capture)
    boot.frame(lldp_phone(boot.phone, "7961G", "SCCP41.8-5-3S"))
    boot.frame(lldp_switch("00:00:5e:00:53:fe", 0, tagged=False), after=ms(20))


@edge("near_renewal_without_servers")
def renewed_by_a_bare_scope(capture):
    """A phone that is registered, and has its files from before the capture, renews its lease. The DHCP server names no TFTP server any more:
    the phone asks for none then."""
    boot = boot_of(capture)
    talk = talk_of(boot)
    register(talk)
    boot.now = talk.now
    boot.dhcp_of(boot.host.mac, REQUEST, [*boot.own_options(), boot.ASKED], 30 * SECOND, ciaddr=boot.host.ip)
    boot.dhcp_of(boot.host.mac, DHCP_ACK, bare_scope(boot), ms(2), ciaddr=boot.host.ip, yiaddr=boot.host.ip)
    talk.now = boot.now
    for _ in range(3):
        keep_alive(talk)


@edge("outcome_branch_router")
def the_branch_router_stands_in(capture):
    """A phone registers at a router, which has it show that it stands in for the call manager. The phone's configuration is not there."""
    talk = talk_on(capture)
    register(talk)
    talk.say(SERVER, talk.sccp.display_prompt_status("CM Fallback Service Operating"), after=ms(20))
    for _ in range(2):
        keep_alive(talk)


@edge("near_bandwidth_test")
def another_program_on_the_port(capture):
    """Two routers measure what goes through between them, on port 2000. What they say begins with no SCCP header, and their counters, twelve
    octets each second, look like heartbeats later."""
    flow = TcpFlow(capture, handset(0x71), call_manager(), 49175, 2000)
    now = flow.open(START)
    now = flow.send(now + ms(3), SERVER, bytes((1, 0, 0, 0)))
    now = flow.send(now + ms(3), PHONE, bytes((1, 1, 1, 0, 0, 128, 0, 0)) + bytes(8))
    for sequence in range(1, 9):
        report = bytes((7,)) + sequence.to_bytes(4, "big") + bytes(7)
        now = flow.send(now + SECOND, SERVER, report)
        now = flow.send(now + ms(90), PHONE, report)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
