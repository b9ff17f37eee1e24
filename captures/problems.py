#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of one problem each (problem_*), and of what looks like it and is none (near_*). The idea is the docstring of the
function that makes the file, and the comment inside the file. All of them are made, none is recorded. What must be found in each of them
stands in tests/problems/EXPECTED."""

import struct
import sys

from boot_dialogue import (DHCP_ACK, DISCOVER, OFFER, PHONE, REQUEST, SERVER, counted, dns_answer, dns_query, tftp_ack, tftp_error, tftp_rrq,
                           tls_alert, tls_client_hello, tls_handshake, tls_record, tls_server_hello, trust_list)
from boot_edges import LOAD, OLD_LOAD, START, boot_of, config_of, talk_of
from craft import ACK, LABEL_ERROR_DBCONFIG, PSH, SECOND, Makers, Phone, TcpFlow, UdpFlow, command_line, ip_bytes, ms
from hosts import BACKUP, PRIMARY, call_manager, handset
from sccp_dialogue import accept, ask_to_register, fetch_status, fetch_templates, finish, keep_alive, register
from sccp_edges import talk_on
from sip_dialogue import CISCO_SUPPORTED, CUCM, Line, answer, challenge, nonce
from sip_edges import alarm_reason, cisco_line, cisco_talk, keep_standby, tcp_talk, udp_talk

edge = Makers("problems.py")


def config_name(boot):
    return f"{boot.phone.name}.cnf.xml"


def files(boot, **options):
    """Both trust lists and the configuration, all there."""
    boot.fetch(f"CTL{boot.phone.name}.tlv", trust_list(600))
    boot.fetch(f"ITL{boot.phone.name}.tlv", trust_list())
    boot.fetch(config_name(boot), config_of(boot, **options))


def leased(capture, *start, **options):
    """A phone that has its address."""
    boot = boot_of(capture, *start, **options)
    boot.lease()
    return boot


def provisioned(capture, *start, **options):
    """A phone that has its address and its files."""
    boot = leased(capture, *start, **options)
    files(boot)
    return boot


# --------------------------------------------------------------------------------------------------- DHCP

def discover(boot, after):
    boot._dhcp(DISCOVER, [*boot.own_options(), boot.ASKED], after)


def lease_with(boot, options, **fields):
    """A lease whose scope is `options` instead of the usual ones."""
    own = boot.own_options()
    discover(boot, ms(5))
    boot._dhcp(OFFER, options, ms(2), to_server=False, yiaddr=boot.host.ip, **fields)
    boot._dhcp(REQUEST, [*own, (50, ip_bytes(boot.host.ip)), (54, ip_bytes(boot.gateway.ip)), boot.ASKED], ms(6))
    boot._dhcp(DHCP_ACK, options, ms(2), to_server=False, yiaddr=boot.host.ip, **fields)
    boot.xid += 1


def bare_scope(boot):
    return [(54, ip_bytes(boot.gateway.ip)), (51, struct.pack("!I", 3600)), (1, ip_bytes("255.255.255.0")), (3, ip_bytes(boot.gateway.ip))]


@edge("problem_dhcp_no_offer")
def nobody_offers(capture):
    """A phone asks for an address five times, 4, 8, 16 and 32 s apart, and nobody answers."""
    boot = boot_of(capture)
    for pause in (0, 4, 8, 16, 32):
        discover(boot, pause * SECOND)


@edge("near_dhcp_late_offer")
def the_server_pings_first(capture):
    """The DHCP server pings an address before it offers it, so the phone asks twice before the offer comes. Then all goes well."""
    boot = boot_of(capture)
    discover(boot, 0)
    boot.wait(4 * SECOND)
    boot.lease()
    files(boot)
    register(talk_of(boot))


@edge("near_dhcp_third_answered")
def the_third_is_answered(capture):
    """Two DISCOVERs are lost while the switch port comes up; the third one, twelve seconds after the first, gets its offer."""
    boot = boot_of(capture)
    discover(boot, 0)
    discover(boot, 4 * SECOND)
    boot.wait(8 * SECOND).lease()
    files(boot)
    register(talk_of(boot))


@edge("near_dhcp_three_boots")
def three_leases(capture):
    """A phone boots three times in a minute: three DISCOVERs, each with its offer."""
    boot = boot_of(capture)
    for _ in range(3):
        boot.lease()
        files(boot)
        boot.wait(20 * SECOND)
    register(talk_of(boot))


@edge("problem_dhcp_no_option_150")
def a_lease_without_a_server(capture):
    """The lease has neither option 150 nor option 66; the DHCP server's own address stands in siaddr. The phone asks for no file, and asks
    for a lease again after a while."""
    boot = boot_of(capture)
    lease_with(boot, bare_scope(boot), siaddr=boot.gateway.ip)
    boot.wait(20 * SECOND)
    lease_with(boot, bare_scope(boot), siaddr=boot.gateway.ip)


@edge("near_dhcp_no_option_150")
def a_server_set_by_hand(capture):
    """The lease has neither option 150 nor option 66, but the phone has a TFTP server set by hand: it fetches its files nine seconds later
    and registers."""
    boot = boot_of(capture)
    lease_with(boot, bare_scope(boot))
    boot.wait(9 * SECOND)
    files(boot)
    register(talk_of(boot))


@edge("near_dhcp_ends_at_ack")
def the_capture_ends_with_the_ack(capture):
    """The lease has neither option 150 nor option 66, and there the capture ends: where the phone looks for its files next is not seen."""
    boot = boot_of(capture)
    lease_with(boot, bare_scope(boot))


@edge("problem_dhcp_four_discovers")
def four_discovers(capture):
    """Four DISCOVERs in twelve seconds, 4 s apart, and no OFFER; with the fourth the capture ends."""
    boot = boot_of(capture)
    for number in range(4):
        discover(boot, 4 * SECOND if number else ms(5))


@edge("near_dhcp_four_discovers")
def four_discovers_in_a_hurry(capture):
    """Four DISCOVERs in nine seconds while the switch port comes up, and the capture ends: the next one may have got its OFFER."""
    boot = boot_of(capture)
    for number in range(4):
        discover(boot, 3 * SECOND if number else ms(5))


@edge("problem_dhcp_text_declined")
def offers_that_nobody_takes(capture):
    """Option 150 holds the address as text, twelve octets this time, and the phone takes none of the Offers: it asks anew, and then once
    more."""
    boot = boot_of(capture)
    offer = [*bare_scope(boot), (150, b"198.51.100.5")]
    for number in range(3):
        discover(boot, 4 * SECOND if number else ms(5))
        boot.offer(offer)


@edge("problem_dhcp_option_150_text")
def an_address_as_text(capture):
    """Option 150 holds the address as text, nine octets, instead of four octets: the phone cannot use it."""
    boot = boot_of(capture)
    lease_with(boot, [*bare_scope(boot), (150, b"192.0.2.5")])


@edge("problem_dhcp_option_150_zero")
def an_address_that_is_none(capture):
    """Option 150 holds four octets, and all of them are zero: an address of nobody."""
    boot = boot_of(capture)
    lease_with(boot, [*bare_scope(boot), (150, bytes(4))])


@edge("near_dhcp_two_servers")
def two_addresses(capture):
    """Option 150 holds two addresses, eight octets: as it should be. All files are there and the phone registers."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    files(boot)
    register(talk_of(boot))


# -------------------------------------------------------------------------------------------------- names

@edge("problem_tftp_name_unknown")
def no_such_name(capture):
    """Option 66 holds the name of a TFTP server. For the first phone DNS does not know it (NXDOMAIN), three times. The second one asks four
    times and gets no answer at all. For the third DNS fails (SERVFAIL), and says the address when it is asked again."""
    boot = boot_of(capture)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    for _ in range(3):
        boot.resolve("tftp.example.net", code=3)
        boot.wait(5 * SECOND)
    boot = boot_of(capture, 0x62, boot.now)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    for number in range(4):
        flow = UdpFlow(capture, boot.host, boot.dns, 53100 + number, 53)
        boot.now = flow.send(boot.now + 3 * SECOND, PHONE, dns_query(0x700 + number, "tftp.example.net"))
    boot = boot_of(capture, 0x63, boot.now + 10 * SECOND)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    boot.resolve("tftp.example.net", code=2)
    boot.wait(5 * SECOND)
    boot.resolve("tftp.example.net", boot.tftp.ip)
    files(boot)


@edge("near_tftp_name_ipv6")
def no_ipv6_address(capture):
    """DNS has no IPv6 address for the TFTP server's name (no error, no record) but an IPv4 one, and does not know some other name that the
    phone asks for."""
    boot = boot_of(capture)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    flow = UdpFlow(capture, boot.host, boot.dns, boot.sport, 53)
    boot.sport += 1
    quad_a = struct.pack("!HH", 28, 1)
    query, reply = dns_query(boot.xid, "tftp.example.net")[:-4] + quad_a, dns_answer(boot.xid, "tftp.example.net")[:-4] + quad_a
    boot.now = flow.send(boot.now + ms(8), PHONE, query)
    boot.now = flow.send(boot.now + ms(2), SERVER, reply)
    boot.resolve("tftp.example.net", boot.tftp.ip)
    boot.resolve("cucm-pub.example.net", code=3)
    files(boot)
    register(talk_of(boot))


# -------------------------------------------------------------------------------------------------- files

@edge("problem_tftp_silent")
def the_file_server_is_silent(capture):
    """The TFTP server of option 150 answers nothing: the phone asks for its trust list five times, four seconds apart, then for its
    configuration."""
    boot = leased(capture)
    for name in (f"CTL{boot.phone.name}.tlv", config_name(boot)):
        flow = boot.tftp_flow()
        for _ in range(5):
            boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(name))


@edge("near_tftp_slow")
def the_file_server_is_slow(capture):
    """A slow TFTP server: each of three files is asked for twice before it comes, the configuration three times."""
    boot = leased(capture)
    for name, content in ((f"CTL{boot.phone.name}.tlv", trust_list(600)), (f"ITL{boot.phone.name}.tlv", trust_list()),
                          (config_name(boot), config_of(boot))):
        for _ in range(2 if content.startswith(b"<?xml") else 1):
            flow = boot.tftp_flow()
            flow.send(boot.now + ms(60), PHONE, tftp_rrq(name))
            boot.sport -= 1
            boot.wait(4 * SECOND)
        boot.fetch(name, content)
    register(talk_of(boot))


@edge("problem_tftp_refused")
def access_violation(capture):
    """The configuration is on the TFTP server but may not be read: error 2, access violation, twice."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    for _ in range(2):
        boot.fetch(config_name(boot), code=2, text="Access violation")
        boot.wait(15 * SECOND)


@edge("near_tftp_aborted")
def the_phone_stops_a_transfer(capture):
    """The phone itself ends a transfer by error 0 after the first block of a file that it has already; it registers."""
    boot = leased(capture)
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(f"ITL{boot.phone.name}.tlv"))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(3), SERVER, struct.pack("!HH", 3, 1) + trust_list()[:512])
    boot.now = flow.send(boot.now + ms(3), PHONE, tftp_error(0, "Transfer cancelled"))
    boot.fetch(config_name(boot), config_of(boot))
    register(talk_of(boot))


@edge("problem_no_config")
def no_file_for_this_phone(capture):
    """The TFTP server has neither the phone's configuration nor the default one. As a last resort the phone tries the TFTP server itself
    on port 2000, which refuses the connection."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    flow = TcpFlow(capture, boot.host, boot.tftp, 49175)
    for _ in range(2):
        boot.now += 2 * SECOND
        flow.segment(boot.now, PHONE, 0x02)
        boot.now += ms(0.5)
        flow.segment(boot.now, SERVER, 0x14, seq=0, ack=flow.next_seq[PHONE] + 1)


@edge("problem_no_signed_config")
def no_signed_file_for_this_phone(capture):
    """The TFTP server has neither the phone's signed configuration nor the default one, which the phone asks for next."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    boot.fetch(config_name(boot) + ".sgn")
    boot.fetch("XMLDefault.cnf.xml")
    boot.wait(20 * SECOND)
    boot.fetch(config_name(boot) + ".sgn")


@edge("problem_default_not_captured")
def the_default_is_acknowledged(capture):
    """The server does not know the phone; the phone acknowledges a block of the default configuration that the capture lacks, and the same
    server rejects it."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    boot.fetch(config_name(boot))
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq("XMLDefault.cnf.xml"))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(2), PHONE, tftp_ack(1))
    talk = talk_of(boot, boot.tftp)
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_reject(LABEL_ERROR_DBCONFIG))


@edge("near_default_config")
def the_default_helps(capture):
    """The server does not know the phone, but it has a default configuration: the phone registers by auto-registration."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml", config_of(boot))
    register(talk_of(boot))


@edge("near_no_default_config")
def the_default_is_not_needed(capture):
    """The phone has its own configuration and asks for the default one all the same, which is not there. It registers."""
    boot = provisioned(capture)
    boot.fetch("XMLDefault.cnf.xml")
    register(talk_of(boot))


@edge("near_signed_once")
def signed_then_unsigned(capture):
    """The server does not have the signed configuration, which the phone asks for in two rounds; then it asks for the unsigned one, which is
    there, and registers."""
    boot = leased(capture)
    boot.trust_files(trust_list())
    for _ in range(2):
        boot.fetch(config_name(boot) + ".sgn")
        boot.wait(10 * SECOND)
    boot.fetch(config_name(boot), config_of(boot))
    register(talk_of(boot))


@edge("problem_firmware_missing")
def no_such_load(capture):
    """The configuration names a load that is not on the server: the phone registers with the load that it has."""
    boot = provisioned(capture, load=OLD_LOAD)
    boot.fetch(f"{LOAD}.loads")
    register(talk_of(boot), alarm=(6, "Load not found"))


# ------------------------------------------------------------------------------------------------ connect

def unanswered_syns(boot, server, dport=2000, sport=49175, pauses=(0, 3, 6, 12)):
    flow = TcpFlow(boot.capture, boot.host, server, sport, dport)
    for pause in pauses:
        boot.wait(pause * SECOND + ms(100))
        flow.segment(boot.now, PHONE, 0x02)
    return flow


@edge("problem_port_filtered")
def a_firewall_in_between(capture):
    """Four SYNs to port 2000 of the call manager, 3, 6 and 12 s apart, without any answer."""
    boot = provisioned(capture)
    unanswered_syns(boot, call_manager())


@edge("near_port_two_syns")
def the_third_syn_is_not_needed(capture):
    """Two SYNs are lost; the third one, six seconds later, belongs to another connection and is answered at once: registered."""
    boot = provisioned(capture)
    unanswered_syns(boot, call_manager(), pauses=(0, 3))
    boot.wait(6 * SECOND)
    keep_alive(register_on(boot, 49176))


def register_on(boot, sport, server=None):
    talk = talk_of(boot, server, sport)
    register(talk)
    return talk


@edge("near_port_answered_syn")
def the_second_syn_is_answered(capture):
    """The first SYN is lost, the second one on the same port is answered. That happens on three connections, one after the other."""
    boot = provisioned(capture)
    for sport in (49175, 49176, 49177):
        boot.wait(5 * SECOND)
        flow = TcpFlow(capture, boot.host, call_manager(), sport)
        flow.segment(boot.now, PHONE, 0x02)
        boot.now = flow.open(boot.now + 3 * SECOND)
        boot.now = flow.close(boot.now + ms(300), PHONE)
    register_on(boot, 49178)


@edge("near_http_filtered")
def only_http_is_filtered(capture):
    """A firewall drops HTTP to port 6970 of the TFTP server: three SYNs without an answer, then the phone goes on by TFTP and registers."""
    boot = leased(capture, model="7821")
    unanswered_syns(boot, boot.tftp, 6970, 52000, (0, 3, 6))
    boot.wait(8 * SECOND)
    files(boot)
    keep_alive(register_on(boot, 49175))


@edge("problem_port_closed")
def nothing_listens(capture):
    """The call manager's host answers each SYN to port 2000 with a reset: the service does not run. The phone tries three times."""
    boot = provisioned(capture)
    for sport in (49175, 49176, 49177):
        boot.wait(5 * SECOND)
        flow = TcpFlow(capture, boot.host, call_manager(), sport)
        flow.syn(boot.now)
        flow.rst(boot.now + ms(0.4), SERVER)


@edge("near_icmp_late_answer")
def an_answer_comes_too_late(capture):
    """The second answer to one DNS question comes when the phone has closed its port already: its own ICMP port unreachable means
    nothing."""
    from craft import ETHERTYPE_IPV4, PROTOCOL_ICMP, ethernet, icmp_unreachable, ipv4
    boot = boot_of(capture)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    boot.resolve("tftp.example.net", boot.tftp.ip)
    flow = UdpFlow(capture, boot.host, boot.dns, boot.sport - 1, 53)
    kind, (late,) = flow.packets(SERVER, dns_answer(boot.xid, "tftp.example.net", boot.tftp.ip))
    boot.frame(ethernet(boot.dns.mac, boot.host.mac, kind, late), after=ms(30))
    complaint = ipv4(boot.host.ip, boot.dns.ip, PROTOCOL_ICMP, icmp_unreachable(3, late))
    boot.frame(ethernet(boot.host.mac, boot.dns.mac, ETHERTYPE_IPV4, complaint), after=ms(0.4))
    files(boot)
    register(talk_of(boot))


@edge("near_tls_close_notify")
def an_orderly_end(capture):
    """A phone in secure mode begins with TLS on port 2443 and thinks better of it: a readable close_notify (warning, 0), the orderly end."""
    boot = boot_of(capture)
    flow = TcpFlow(capture, boot.host, call_manager(), 49175, 2443)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_handshake(14, b"")))
    now = flow.send(now + ms(25), PHONE, tls_alert(1, 0))
    flow.close(now + ms(0.3), PHONE)


# --------------------------------------------------------------------------------------------------- SCCP

@edge("problem_register_unanswered")
def no_answer_to_the_request(capture):
    """The server acknowledges the octets of the RegisterReq and never answers it; after 30 s the phone gives up, and tries once more with
    the same result."""
    for attempt in range(2):
        talk = talk_on(capture, sport=49175 + attempt, start=START + attempt * 40 * SECOND)
        talk.connect()
        talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
        talk.ack(SERVER)
        talk.flow.close(talk.now + 30 * SECOND, PHONE)


@edge("problem_register_in_vain")
def the_request_does_not_arrive(capture):
    """The connection stands, and then the RegisterReq is never acknowledged: TCP sends it again, 1, 3, 7 and 15 s later, and the phone gives
    up."""
    talk = talk_on(capture)
    talk.connect()
    for pause in (0, 1, 3, 7, 15):
        talk.flow.segment(talk.now + ms(3) + pause * SECOND, PHONE, PSH | ACK, talk.sccp.register_req(talk.phone))
    talk.flow.rst(talk.now + 31 * SECOND, PHONE)


@edge("near_register_late")
def an_answer_after_nine_seconds(capture):
    """The RegisterAck comes nine seconds after the RegisterReq. Of a second phone, whose RegisterReq comes three seconds before the
    capture ends, nothing can be said."""
    talk = talk_on(capture)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.say(SERVER, talk.sccp.register_ack(), after=9 * SECOND)
    talk.say(SERVER, talk.sccp.capabilities_req(), after=ms(0.05))
    talk.say(PHONE, talk.sccp.capabilities_res())
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)
    keep_alive(talk)
    other = talk_on(capture, host=handset(0x62), start=talk.now + SECOND, lines=(("2002", "Bob Example"),))
    ask_to_register(other)
    keep_alive(talk, interval=4 * SECOND)


@edge("near_register_closed")
def closed_instead_of_answered(capture):
    """The server resets the connection a second after the RegisterReq; the phone comes back five seconds later and is accepted. That is
    not a server which keeps a phone waiting."""
    host, server = handset(), call_manager()
    talk = talk_on(capture, host=host, server=server)
    ask_to_register(talk)
    talk.flow.rst(talk.now + SECOND, SERVER)
    again = talk_on(capture, host=host, server=server, sport=49176, start=talk.now + 6 * SECOND)
    register(again, alarm=(12, "CM-reset-TCP"))
    keep_alive(again)


@edge("near_reject_twice")
def refused_twice_then_accepted(capture):
    """Refused twice with Error DBConfig, the server closing the connection each time; then somebody adds the phone, and it is accepted.
    Later it is refused once more, after it was removed: four refusals in all but never three in a row."""
    host, server = handset(), call_manager()
    begin, sport = START, 49175
    for outcome in ("no", "no", "yes", "no", "no"):
        talk = talk_on(capture, host=host, server=server, sport=sport, start=begin)
        if outcome == "yes":
            register(talk)
        else:
            talk.connect()
            talk.say(PHONE, talk.sccp.register_req(talk.phone))
            talk.ack(SERVER)
            talk.say(SERVER, talk.sccp.register_reject(LABEL_ERROR_DBCONFIG))
            talk.ack(PHONE, after=ms(120))
        begin, sport = talk.flow.close(talk.now + ms(500), SERVER) + 60 * SECOND, sport + 1


@edge("problem_no_line")
def registered_without_a_number(capture):
    """A phone is accepted but has no directory number: ConfigStatRes with no line, LineStatRes with an empty number."""
    talk = talk_on(capture, lines=())
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    talk.ask(talk.sccp.line_stat_req(1), talk.sccp.line_stat_res(1, ""))
    finish(talk)
    keep_alive(talk)


@edge("near_second_line_empty")
def the_second_line_is_empty(capture):
    """A phone with one number asks for a second line as well, which is empty: it can call and be called."""
    talk = talk_on(capture)
    talk.connect()
    accept(talk)
    fetch_templates(talk)
    fetch_status(talk)
    talk.ask(talk.sccp.line_stat_req(2), talk.sccp.line_stat_res(2, ""))
    finish(talk)
    keep_alive(talk)


@edge("near_bridge_in_service")
def a_bridge_with_streams(capture):
    """An IOS conference bridge registers with eight streams in service, two of which go out of service later. VersionRes is empty and
    ConfigStatRes has no line, as is normal for a bridge."""
    host = handset(0xC0)
    phone = Phone("CFB00005E0053C0", host.ip, host.mac, device_type=52, load="", lines=())
    talk = talk_on(capture, 18, host=host, phone=phone)
    s = talk.sccp
    talk.connect()
    talk.say(PHONE, s.register_req(phone, streams=8))
    talk.ack(SERVER)
    talk.say(SERVER, s.register_ack(date="Unused"))
    talk.say(SERVER, s.capabilities_req(), after=ms(0.1))
    talk.say(PHONE, s.media_resource_notification(52, 8, 8, 0))
    talk.say(PHONE, s.version_req(), s.capabilities_res(((4, 30), (2, 30), (257, 1))))
    talk.say(SERVER, s.version_res(""))
    talk.ask(s.config_stat_req(), s.config_stat_res(phone, "", "CUCM-PUB", 0))
    talk.say(PHONE, s.media_resource_notification(52, 6, 8, 2), after=5 * SECOND)
    talk.ack(SERVER)
    keep_alive(talk)


# ---------------------------------------------------------------------------------------------------- SIP

def sip_line(last, number, **options):
    return Line(number, handset(last).ip, PRIMARY, user=f"user{number}", password="test-only", **options)


@edge("problem_sip_unanswered")
def the_register_is_not_answered(capture):
    """A REGISTER over UDP is sent eight times, 0.5, 1, 2 and then 4 s apart, and never answered."""
    talk = udp_talk(capture)
    request = sip_line(0x61, "2001").register()
    for pause in (0, 0.5, 1, 2, 4, 4, 4, 4):
        talk.say(PHONE, request, after=ms(1000 * pause))


@edge("near_sip_fourth_copy")
def the_fourth_copy_is_answered(capture):
    """A REGISTER over UDP is sent four times; the fourth copy is answered, the answer to the first comes twice."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    for pause in (0, 0.5, 1, 2):
        talk.say(PHONE, request, after=ms(1000 * pause))
    granted = line.granted(request, talk.now, new=True)
    talk.say(SERVER, granted, granted)


@edge("near_sip_fifth_copy")
def the_fifth_copy_is_answered(capture):
    """A REGISTER over UDP is sent five times; the fifth copy is answered after half a second."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    request = line.register()
    for pause in (0, 0.5, 1, 2, 4):
        talk.say(PHONE, request, after=ms(1000 * pause))
    talk.say(SERVER, line.granted(request, talk.now, new=True), after=ms(500))


@edge("near_sip_six_lines")
def six_lines_at_once(capture):
    """A phone with six lines sends a REGISTER for each of them, a quarter of a second apart, and each four times, before a slow server
    answers it."""
    for number in range(6):
        talk = udp_talk(capture, start=START + ms(250) * number)
        line = sip_line(0x61, f"200{number + 1}")
        request = line.register()
        for pause in (0, 0.5, 1, 2):
            talk.say(PHONE, request, after=ms(1000 * pause))
        talk.say(SERVER, line.granted(request, talk.now, new=True), after=ms(1500))
    capture.sort()


@edge("problem_sip_bad_extension")
def the_request_is_disliked(capture):
    """A Cisco phone's REGISTER is answered by 420 Bad Extension, twice: the server does not know an option that the phone requires."""
    talk, line = cisco_talk(capture)
    for attempt in range(2):
        request = line.register(CISCO_SUPPORTED, "Require: outbound", alarm_reason(line, 25, "initialized"))
        talk.say(PHONE, request, after=attempt * 20 * SECOND + ms(4))
        talk.ack(SERVER)
        talk.say(SERVER, answer(request, 420, "Bad Extension", ["Unsupported: outbound", CUCM], tag=f"b{attempt}"))
        talk.ack(PHONE)


@edge("near_sip_other_requests")
def refused_but_not_the_register(capture):
    """The phone is registered; what is refused are its other requests: SUBSCRIBE by 403, 404, 489, 423 and 503, and one by 302."""
    host = handset()
    talk = udp_talk(capture, host)
    line = sip_line(0x61, "2001")
    talk.challenge_and_grant(line, nonce("other requests"))
    for number, (code, reason) in enumerate(((403, "Forbidden"), (404, "Not Found"), (489, "Bad Event"), (423, "Interval Too Brief"),
                                             (503, "Service Unavailable"), (302, "Moved Temporarily"))):
        extra = {423: ["Min-Expires: 60"], 302: [f"Contact: <sip:2002@{BACKUP}>"]}.get(code, [])
        request = line.request("SUBSCRIBE", f"blf{number}", "Event: presence", "Expires: 120", cseq=101, to=f"sip:3{number}@{PRIMARY}")
        talk.say(PHONE, request, after=ms(200))
        talk.say(SERVER, answer(request, code, reason, [CUCM, *extra], tag=f"o{number}"))


@edge("near_sip_challenged_each_time")
def challenged_each_time(capture):
    """A server that challenges each refresh with a new nonce, and each time accepts the answer: 401 four times, never twice in a row. One
    challenge is a 407 with Digest."""
    talk = udp_talk(capture)
    line = sip_line(0x61, "2001")
    for turn in range(4):
        request = line.register()
        talk.say(PHONE, request, after=ms(4) if turn == 0 else 115 * SECOND)
        value = nonce("turn", turn)
        proxy = turn == 2
        code, reason = (407, "Proxy Authentication Required") if proxy else (401, "Unauthorized")
        name = "Proxy-Authenticate" if proxy else "WWW-Authenticate"
        talk.say(SERVER, answer(request, code, reason, [challenge(value, name), CUCM], tag=f"e{turn}"))
        credentials = line.authorization(value)
        request = line.register(credentials.replace("Authorization", "Proxy-Authorization") if proxy else credentials)
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=turn == 0))


@edge("near_sip_standby")
def only_heartbeats(capture):
    """A phone registers at its call manager, refreshes there, and sends heartbeats with Expires 0 and cisco-keep-alive to the standby
    server: nobody signs off. A NOTIFY tells it to check its configuration: no order to reset."""
    host, standby = handset(), call_manager(BACKUP, 0x0B)
    talk = tcp_talk(capture, host)
    line = cisco_line(host)
    talk.connect()
    request = line.register(CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    talk.ack(PHONE)
    control = line.ordered("NOTIFY", "control", "Event: service-control", "Subscription-State: active", "Content-Type: text/plain",
                           body="action=check-version\r\n"
                                f"RegisterCallId={{{line.call_id}}}\r\nConfigVersionStamp={{8d41c1f2-0000-4a6b-9d3e-5d0f3f6f1a01}}\r\n")
    talk.say(SERVER, control, after=SECOND)
    talk.say(PHONE, answer(control, 200, "OK", tag="phone3"))
    second = tcp_talk(capture, host, standby, talk.now + ms(300), sport=49202)
    other = cisco_line(host, BACKUP, port=49202)
    second.connect()
    for _ in range(3):
        keep_standby(second, other)
        talk.now = second.now + 113 * SECOND
        request = line.register(CISCO_SUPPORTED)
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now))
        talk.ack(PHONE)
        second.now = talk.now + 2 * SECOND


@edge("near_sip_hash_line")
def a_line_with_a_hash(capture):
    """A phone registers its first line; its second one begins with # and is answered by 404: a placeholder, harmless."""
    talk = udp_talk(capture)
    line, second = sip_line(0x61, "2001"), sip_line(0x61, "#2002")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    request = second.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 404, "Not Found", [CUCM], tag="hash"))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
