#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of one problem each of a phone's start (problem_*), and of what looks like it and is none (near_*). The idea is the
docstring of the function that makes the file, and the comment inside the file. All of them are made, none is recorded. What must be found
in each of them stands in tests/problems/EXPECTED."""

import sys

from boot_dialogue import (DHCP_ACK, DISCOVER, NAK, OFFER, PHONE, REQUEST, SERVER, ZERO_MAC, cdp_phone, cdp_switch, counted, dns_query, http_answer,
                           http_get, tftp_ack, tftp_data, tftp_error, tftp_rrq, trust_list)
from boot_edges import LOAD, OLD_LOAD, START, SWITCH_MAC, boot_of, config_of, sip_register, tagged, talk_of
from craft import (ACK, ETHERTYPE_IPV4, PROTOCOL_ICMP, PSH, SECOND, Host, Makers, TcpFlow, UdpFlow, command_line, ethernet,
                   icmp_unreachable, ip_bytes, ipv4, ms)
from hosts import BACKUP, PRIMARY, call_manager
from problems import bare_scope, config_name, discover, files, lease_with, leased, provisioned
from sccp_dialogue import accept, ask_to_register, keep_alive, register

edge = Makers("problems_start.py")
FAR = "198.51.100.5"


def registered(boot, sport=49175, **options):
    """A registration on a fresh connection, and a heartbeat."""
    talk = talk_of(boot, sport=sport)
    register(talk, **options)
    keep_alive(talk)
    boot.now = talk.now
    return talk


def other_phone(capture, boot):
    """Another phone's whole start, later: time goes on, and the first one is silent."""
    other = boot_of(capture, 0x62, start=boot.now, lines=(("2002", "Bob Example"),))
    other.lease()
    files(other)
    registered(other)


def neighbours(boot, vlan=110):
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", LOAD))
    boot.frame(cdp_switch(SWITCH_MAC, vlan, 20), after=ms(100))


# ------------------------------------------------------------------------------------------- who is a phone

def ask_for_lease(boot, mac, options, answered, times=1):
    """Another host's DISCOVER, and what follows when the server answers it."""
    asked = [*options, (55, bytes((1, 66, 6, 3, 67, 12, 150, 43)))]
    given = [(54, ip_bytes(boot.gateway.ip)), (51, bytes.fromhex("00001c20")), (1, ip_bytes("255.255.255.0")), (3, ip_bytes(boot.gateway.ip))]
    for number in range(times):
        boot.dhcp_of(mac, DISCOVER, asked, 4 * SECOND if number else SECOND)
    if answered:
        boot.dhcp_of(mac, OFFER, given, ms(2), yiaddr=answered)
        boot.dhcp_of(mac, REQUEST, [*asked, (50, ip_bytes(answered)), (54, ip_bytes(boot.gateway.ip))], ms(5))
        boot.dhcp_of(mac, DHCP_ACK, given, ms(2), yiaddr=answered)
    boot.xid += 1


@edge("near_dhcp_others")
def a_day_of_a_dhcp_server(capture):
    """A router, a switch, an access point and a printer ask for addresses; the first three ask for option 150 as well, for configurations of
    their own, and say Cisco or nothing of themselves. The scope has no TFTP server, and the access point gets no answer at all. No phone is
    here."""
    boot = boot_of(capture)
    ask_for_lease(boot, "00:00:5e:00:53:71", [(60, b"ciscopnp"), (12, b"Switch")], "192.0.2.71")
    ask_for_lease(boot, "00:00:5e:00:53:72", [(12, b"R1")], "192.0.2.72")
    ask_for_lease(boot, "00:00:5e:00:53:73", [(60, b"Cisco AP c3700"), (12, b"AP0000.5e00.5373")], None, times=5)
    ask_for_lease(boot, "00:00:5e:00:53:74", [(60, b"Cisco Systems, Inc."), (12, b"vg224")], "192.0.2.74")
    ask_for_lease(boot, "00:00:5e:00:53:75", [(60, b"Hewlett-Packard JetDirect"), (12, b"NPI005375")], "192.0.2.75")
    boot.wait(60 * SECOND)
    boot.who_has(boot.gateway.ip)


def refused_offer(boot, refusing, words):
    """DISCOVER, OFFER, REQUEST, and then a NAK of `refusing`."""
    discover(boot, SECOND)
    boot.offer(boot.given())
    boot._dhcp(REQUEST, [*boot.own_options(), (50, ip_bytes(boot.host.ip)), (54, ip_bytes(boot.gateway.ip)), boot.ASKED], ms(6))
    offering, boot.gateway = boot.gateway, refusing
    boot._dhcp(NAK, [(54, ip_bytes(refusing.ip)), (56, words)], ms(2), to_server=False)
    boot.gateway = offering


@edge("problem_dhcp_refuses_its_offer")
def offered_and_refused(capture):
    """A DHCP server refuses three times the address that it has just offered, and says that it is in use."""
    boot = boot_of(capture)
    for _ in range(3):
        refused_offer(boot, boot.gateway, b"address in use")
        boot.xid += 1


@edge("problem_dhcp_other_server_refuses")
def one_offers_another_refuses(capture):
    """One DHCP server offers an address, another one refuses what the phone takes from that offer. The ACK of the first one comes as well, and
    the phone registers."""
    boot = boot_of(capture)
    refused_offer(boot, Host("192.0.2.3", "00:00:5e:00:53:03", first_ident=0x3000), b"not my address")
    boot._dhcp(DHCP_ACK, boot.given(), ms(1), to_server=False, yiaddr=boot.host.ip)
    files(boot)
    registered(boot)


# ----------------------------------------------------------------------------------------- the TFTP server

@edge("problem_tftp_arp")
def nobody_has_the_address(capture):
    """The phone asks on its link for the Ethernet address of its TFTP server, five times, and nobody answers; the router answers at once."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    boot.who_has(boot.gateway.ip)
    boot.is_at(boot.gateway, boot.gateway.ip)
    for _ in range(5):
        boot.who_has(boot.tftp.ip, after=2 * SECOND)
    boot.wait(5 * SECOND)
    other_phone(capture, boot)


@edge("near_tftp_arp")
def the_fourth_question_is_answered(capture):
    """The TFTP server's host answers the fourth ARP request only; then all goes well."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    for _ in range(4):
        boot.who_has(boot.tftp.ip, after=SECOND)
    boot.is_at(boot.tftp, boot.tftp.ip)
    files(boot)
    registered(boot)


@edge("problem_tftp_icmp")
def no_way_to_the_file_server(capture):
    """The TFTP server lies in another subnet, and the router says that its host is unreachable, for each of three requests."""
    boot = leased(capture, tftp=Host(FAR, "00:00:5e:00:53:01"))
    for _ in range(3):
        flow = boot.tftp_flow()
        boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(config_name(boot)))
        asked = capture.frames[-1][1][14:]
        complaint = ipv4(boot.gateway.ip, boot.host.ip, PROTOCOL_ICMP, icmp_unreachable(1, asked), ttl=255)
        boot.frame(ethernet(boot.gateway.mac, boot.host.mac, ETHERTYPE_IPV4, complaint), after=ms(2))


@edge("near_tftp_second_server")
def the_second_server_answers(capture):
    """The first of two TFTP servers is away: three requests without an answer. The second one has all files."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    flow = boot.tftp_flow()
    for _ in range(3):
        boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(f"CTL{boot.phone.name}.tlv"))
    boot.wait(4 * SECOND)
    boot.tftp = Host("192.0.2.6", "00:00:5e:00:53:06", first_ident=0x5000)
    files(boot)
    registered(boot)


@edge("near_tftp_third_server")
def the_third_server_answers(capture):
    """The first of three TFTP servers answers twice and dies, the second one is away: four requests without an answer to each of them. The
    third one has all files."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6", "192.0.2.7"))
    boot.fetch(f"CTL{boot.phone.name}.tlv")
    boot.fetch(f"ITL{boot.phone.name}.tlv")
    for last in (6, 7):
        flow = boot.tftp_flow()
        for _ in range(4):
            boot.now = flow.send(boot.now + 3 * SECOND, PHONE, tftp_rrq(config_name(boot)))
        boot.tftp = Host(f"192.0.2.{last}", f"00:00:5e:00:53:0{last}", first_ident=0x5000)
    files(boot)
    registered(boot)


@edge("near_tftp_first_server_icmp")
def the_first_server_is_no_tftp_server(capture):
    """The host of the first of two TFTP servers says that nothing listens on port 69, twice. The second one has all files."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    flow = boot.tftp_flow()
    for _ in range(2):
        boot.now = flow.send(boot.now + SECOND, PHONE, tftp_rrq(f"CTL{boot.phone.name}.tlv"))
        asked = capture.frames[-1][1][14:]
        complaint = ipv4(boot.tftp.ip, boot.host.ip, PROTOCOL_ICMP, icmp_unreachable(3, asked))
        boot.frame(ethernet(boot.tftp.mac, boot.host.mac, ETHERTYPE_IPV4, complaint), after=ms(1))
    boot.tftp = Host("192.0.2.6", "00:00:5e:00:53:06", first_ident=0x5000)
    files(boot)
    registered(boot)


@edge("problem_tftp_stalled")
def blocks_get_lost(capture):
    """The configuration begins to come, and its second block is sent four times more without any acknowledgment."""
    boot = leased(capture)
    flow = boot.tftp_flow()
    content = config_of(boot)
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(config_name(boot)))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(2), SERVER, tftp_data(1, content[:512]))
    boot.now = flow.send(boot.now + ms(1), PHONE, tftp_ack(1))
    for _ in range(5):
        boot.now = flow.send(boot.now + 2 * SECOND, SERVER, tftp_data(2, content[512:1024]))


@edge("problem_tftp_gives_up")
def the_server_gives_up(capture):
    """The first block of the configuration is sent four times more without any acknowledgment; then the server gives up with error 0."""
    boot = leased(capture)
    flow = boot.tftp_flow()
    content = config_of(boot)
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(config_name(boot)))
    boot.answer_port(flow)
    for _ in range(5):
        boot.now = flow.send(boot.now + 2 * SECOND, SERVER, tftp_data(1, content[:512]))
    boot.now = flow.send(boot.now + 2 * SECOND, SERVER, tftp_error(0, "Timeout on read"))


@edge("near_http_chunked")
def the_configuration_comes_in_chunks(capture):
    """The phone's configuration comes over HTTP in three chunks, without a length, and a file that has not changed, one that is moved and
    one that the server cannot give. The call manager that the phone then registers at is its TFTP server."""
    boot = leased(capture)
    content = config_of(boot, servers=(boot.tftp.ip,))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (content[:100], content[100:150], content[150:], b""))
    answers = ((config_name(boot), b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks),
               ("Ringlist.xml", http_answer(304, "Not Modified")), ("Germany/g3-tones.xml", http_answer(302, "Found")),
               ("German_Germany/mk-sccp.jar", http_answer(503, "Service Unavailable")))
    for name, answer in answers:
        flow = boot.http_flow()
        boot.now = flow.open(boot.now + ms(50))
        boot.now = flow.send(boot.now + ms(2), PHONE, http_get(boot.tftp.ip, name))
        boot.now = flow.send(boot.now + ms(3), SERVER, answer)
        boot.now = flow.close(boot.now + ms(1), SERVER)
    register(talk_of(boot, Host(boot.tftp.ip, boot.tftp.mac, first_ident=0x6000)))


@edge("problem_tftp_no_end")
def the_last_block_never_comes(capture):
    """Two blocks of the configuration come, and nothing after them; another phone goes on."""
    boot = leased(capture)
    boot.fetch(config_name(boot), config_of(boot), missing=1)
    boot.wait(15 * SECOND)
    other_phone(capture, boot)


@edge("near_tftp_repeats")
def blocks_come_late(capture):
    """Two blocks are sent twice because their acknowledgments were lost, with pauses of three seconds; the file is completed."""
    boot = leased(capture)
    content = config_of(boot)
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(config_name(boot)))
    boot.answer_port(flow)
    for number in range(1, len(content) // 512 + 2):
        for copy in range(2 if number < 3 else 1):
            boot.now = flow.send(boot.now + (3 * SECOND if copy else ms(2)), SERVER, tftp_data(number, content[512 * number - 512:512 * number]))
        boot.now = flow.send(boot.now + ms(1), PHONE, tftp_ack(number))
    registered(boot)


# ------------------------------------------------------------------------------------------ link and address

@edge("problem_wrong_vlan")
def the_announcement_is_not_followed(capture):
    """The switch announces voice VLAN 110; the phone goes on asking in VLAN 20 and gets an address there."""
    boot = boot_of(capture, link=tagged(20))
    neighbours(boot)
    boot.lease()
    boot.wait(15 * SECOND)
    boot.lease()
    boot.wait(15 * SECOND)
    files(boot)
    registered(boot)


@edge("near_wrong_vlan")
def it_moves_a_little_later(capture):
    """The switch announces voice VLAN 110 while the phone asks untagged; four seconds later it asks again, in VLAN 110."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    boot.wait(4 * SECOND)
    boot.link = tagged(110)
    boot.lease()
    boot.wait(15 * SECOND)
    files(boot)
    registered(boot)


@edge("near_untagged_capture")
def the_capture_keeps_no_tags(capture):
    """The switch announces voice VLAN 110, but this capture shows no tag at all: what VLAN the phone is in cannot be seen."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    boot.wait(15 * SECOND)
    files(boot)
    registered(boot)


@edge("problem_duplicate_ip")
def somebody_else_uses_the_address(capture):
    """The phone is registered; then another host announces the phone's address as its own, and the phone goes on using it."""
    boot = provisioned(capture)
    talk = registered(boot)
    other = Host(boot.host.ip, "00:00:5e:00:53:e6")
    boot.arp(other, other.ip, ZERO_MAC, other.ip, after=SECOND)
    boot.who_has(boot.gateway.ip, after=SECOND)
    talk.now = boot.now
    keep_alive(talk)


@edge("near_duplicate_ip")
def an_address_is_handed_on(capture):
    """A phone moves to another address and a second host takes the old one; a router answers for the phone's address to others (proxy ARP).
    Nobody claims anything that is in use."""
    boot = leased(capture)
    boot.who_has(boot.host.ip)
    boot.arp(Host("", "00:00:5e:00:53:77"), "192.0.2.77", ZERO_MAC, boot.host.ip)
    boot.arp(boot.gateway, boot.host.ip, "00:00:5e:00:53:77", "192.0.2.77", reply=True, to="00:00:5e:00:53:77")
    boot.who_has(boot.gateway.ip)
    old = boot.host.ip
    boot.host.ip = boot.phone.ip = "192.0.2.98"
    boot.lease()
    boot.arp(Host("", "00:00:5e:00:53:e6"), old, ZERO_MAC, old, after=SECOND)
    boot.who_has(boot.gateway.ip, after=SECOND)
    files(boot)
    registered(boot)


@edge("problem_duplicate_device")
def a_copied_name(capture):
    """A phone is registered. A second host registers with the same name; half a minute later the first one still sends its heartbeat."""
    boot = provisioned(capture)
    talk = registered(boot)
    copy = boot_of(capture, 0x62, start=boot.now + 5 * SECOND)
    copy.phone.name = boot.phone.name
    second = talk_of(copy, sport=49180)
    register(second)
    talk.now = second.now
    keep_alive(talk)


@edge("problem_duplicate_other_model")
def a_name_on_another_model(capture):
    """A phone is registered. A second host, of another model and with other firmware, registers with the same name, and both go on; the
    second one is the last that is heard."""
    boot = provisioned(capture)
    talk = registered(boot)
    copy = boot_of(capture, 0x62, start=boot.now + 5 * SECOND, load="SCCP45.9-4-2SR3-1S")
    copy.phone.name, copy.phone.device_type = boot.phone.name, 435
    second = talk_of(copy, sport=49180)
    register(second)
    talk.now = second.now
    keep_alive(talk)
    second.now = talk.now
    keep_alive(second)


@edge("problem_duplicate_two_servers")
def a_copied_name_at_another_server(capture):
    """A phone is registered. A second host registers with the same name at another server; the first server resets the phone and closes its
    connection, and the phone closes it, too."""
    boot = boot_of(capture)
    talk = talk_of(boot)
    talk.connect()
    accept(talk)
    copy = boot_of(capture, 0x62, start=talk.now + 5 * SECOND)
    copy.phone.name = boot.phone.name
    second = talk_of(copy, call_manager(BACKUP, 0x0B), sport=49180)
    second.connect()
    accept(second)
    talk.now = second.now
    talk.say(SERVER, talk.sccp.reset(1))
    talk.flow.close(talk.now + ms(2), SERVER)


@edge("near_duplicate_device")
def a_phone_that_moves(capture):
    """A phone is registered, moves to another network and registers from its new address there; its old connection is closed by the server.
    One phone."""
    boot = provisioned(capture)
    talk = registered(boot)
    moved = boot_of(capture, 0x61, start=boot.now + 5 * SECOND, address="198.51.100.61",
                    gateway=Host("198.51.100.1", "00:00:5e:00:53:01"))
    moved.lease()
    files(moved)
    again = talk_of(moved, sport=49180)
    register(again)
    talk.flow.rst(again.now + SECOND, SERVER)
    again.now += 2 * SECOND
    keep_alive(again)


@edge("near_duplicate_seen_twice")
def both_sides_of_a_router(capture):
    """The same registration is captured on both sides of a router that translates addresses: each message comes twice, from two addresses,
    and says the same address of the phone in it. One phone."""
    inside = boot_of(capture)
    talk = talk_of(inside)
    register(talk)
    keep_alive(talk)
    outside = boot_of(capture, start=START + ms(0.4), address="203.0.113.7")
    outside.phone.ip = inside.host.ip
    talk = talk_of(outside)
    register(talk)
    keep_alive(talk)
    capture.sort()


@edge("problem_no_router")
def no_way_out(capture):
    """The lease names a TFTP server in another subnet, but no router; what the phone asks there stays without an answer."""
    boot = boot_of(capture, tftp=Host(FAR, "00:00:5e:00:53:05"))
    lease_with(boot, [*bare_scope(boot)[:-1], (150, ip_bytes(FAR))])
    for _ in range(2):
        boot.who_has(FAR, after=2 * SECOND)
    boot.wait(12 * SECOND)
    lease_with(boot, [*bare_scope(boot)[:-1], (150, ip_bytes(FAR))])


@edge("near_no_router")
def proxy_arp_helps(capture):
    """The lease names no router and a TFTP server in another subnet; a router answers for it (proxy ARP), and all files come."""
    boot = boot_of(capture, tftp=Host(FAR, "00:00:5e:00:53:01"))
    lease_with(boot, [*bare_scope(boot)[:-1], (150, ip_bytes(FAR))])
    boot.who_has(FAR)
    boot.is_at(boot.tftp, FAR)
    files(boot)
    boot.wait(12 * SECOND)
    registered(boot)


@edge("near_two_offers")
def two_offers_for_one_question(capture):
    """The server pings the address before it offers it: the phone's DISCOVER is repeated meanwhile, and both get an Offer, with one
    transaction number. Then all goes well."""
    boot = boot_of(capture)
    given, own = boot.given(), boot.own_options()
    boot._dhcp(DISCOVER, [*own, boot.ASKED], ms(5))
    boot._dhcp(DISCOVER, [*own, boot.ASKED], 4 * SECOND)
    boot._dhcp(OFFER, given, ms(30), to_server=False, yiaddr=boot.host.ip)
    boot._dhcp(OFFER, given, ms(1), to_server=False, yiaddr=boot.host.ip)
    boot._dhcp(REQUEST, [*own, (50, ip_bytes(boot.host.ip)), (54, ip_bytes(boot.gateway.ip)), boot.ASKED], ms(6))
    boot._dhcp(DHCP_ACK, given, ms(2), to_server=False, yiaddr=boot.host.ip)
    files(boot)
    registered(boot)


# ---------------------------------------------------------------------------------------------------- loops

@edge("problem_trust_list_loop")
def no_trust_list(capture):
    """A phone that is to run in secure mode asks for its trust list four times, is told each time that there is none, and asks for nothing
    else."""
    boot = leased(capture)
    for _ in range(4):
        boot.fetch(f"CTL{boot.phone.name}.tlv")
        boot.wait(20 * SECOND)


@edge("near_trust_list")
def no_trust_list_and_no_need(capture):
    """Four starts, each without a trust list on the server: the phone goes on to its configuration each time and registers."""
    boot = boot_of(capture)
    for number in range(4):
        boot.lease()
        boot.trust_files()
        boot.fetch(config_name(boot), config_of(boot))
        talk = talk_of(boot, sport=49175 + number)
        register(talk)
        boot.now = talk.flow.close(talk.now + 5 * SECOND, PHONE) + 20 * SECOND


@edge("problem_config_loop")
def a_configuration_without_use(capture):
    """The configuration is delivered and well-formed, and the phone fetches it again every 45 s without ever connecting."""
    boot = leased(capture)
    for _ in range(4):
        boot.fetch(config_name(boot), config_of(boot))
        boot.wait(45 * SECOND)


@edge("near_config_loop")
def a_configuration_changed_three_times(capture):
    """An administrator changes a registered phone three times within two minutes: it fetches its configuration each time and stays
    registered on the connection that it has."""
    boot = provisioned(capture)
    talk = registered(boot)
    for _ in range(3):
        boot.now = talk.now
        boot.fetch(config_name(boot), config_of(boot))
        talk.now = boot.now
        keep_alive(talk)


@edge("problem_signature")
def the_key_is_not_trusted(capture):
    """The signed configuration is delivered; the phone wants to check the certificate at port 2445 (TVS), which is closed, and fetches the
    file again, twice."""
    boot = leased(capture)
    for _ in range(3):
        boot.fetch(config_name(boot) + ".sgn", trust_list(700) + config_of(boot))
        boot.refused(2445)
        boot.wait(30 * SECOND)


@edge("near_signature")
def the_key_is_trusted(capture):
    """Port 2445 (TVS) is closed when the phone has got its signed configuration; it trusts the file all the same and registers."""
    boot = leased(capture)
    boot.fetch(config_name(boot) + ".sgn", trust_list(700) + config_of(boot))
    boot.refused(2445)
    boot.fetch(config_name(boot) + ".sgn", trust_list(700) + config_of(boot))
    registered(boot)


@edge("problem_firmware_loop")
def an_upgrade_without_end(capture):
    """Three starts: each time the configuration, then the list of images and an image, and never a connection."""
    boot = boot_of(capture, load=OLD_LOAD)
    for _ in range(3):
        boot.lease()
        boot.fetch(config_name(boot), config_of(boot))
        boot.fetch(f"{LOAD}.loads", counted(300))
        boot.fetch("jar41sccp.8-5-3TH1-6.sbn", counted(1500))
        boot.wait(70 * SECOND)


# ------------------------------------------------------------------------------------------------- connect

@edge("near_firmware_loop")
def an_upgrade_in_two_steps(capture):
    """Two starts with the same list of images, the second one because the first was interrupted; then the phone registers with the new
    load."""
    boot = boot_of(capture, load=OLD_LOAD)
    for _ in range(2):
        boot.lease()
        boot.fetch(config_name(boot), config_of(boot))
        boot.fetch(f"{LOAD}.loads", counted(300))
        boot.wait(70 * SECOND)
    boot.phone.load = LOAD
    boot.lease()
    files(boot)
    registered(boot)


@edge("near_firmware_same")
def the_list_of_what_it_runs(capture):
    """A phone asks at its start for the list of the firmware that its configuration names, fetches no image, and registers: it runs that
    firmware already."""
    boot = leased(capture)
    files(boot)
    boot.fetch(f"{LOAD}.loads", counted(300))
    registered(boot)


@edge("problem_protocol_mismatch")
def configured_for_the_other(capture):
    """The configuration says SIP; the phone, with its SCCP firmware, connects to port 2000 and asks to register there."""
    boot = leased(capture)
    boot.fetch(config_name(boot), config_of(boot, protocol="SIP", load="SIP41.8-5-3S"))
    talk = talk_of(boot)
    ask_to_register(talk)


@edge("problem_sccp_on_5060")
def the_wrong_port(capture):
    """A phone asks to register by SCCP on port 5060, where SIP is spoken; the server closes the connection."""
    boot = boot_of(capture)
    talk = talk_of(boot, dport=5060)
    talk.connect()
    talk.say(PHONE, talk.sccp.alarm(talk.phone, 25, "Initialized"), talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)
    talk.flow.close(talk.now + ms(50), SERVER)


@edge("near_sccp_on_2002")
def sccp_on_a_port_that_nothing_announces(capture):
    """A phone registers by SCCP on port 2002, which nothing in the capture names, and goes on with heartbeats."""
    talk = talk_of(boot_of(capture), dport=2002)
    register(talk)
    keep_alive(talk)


@edge("near_sccp_on_5060")
def a_server_that_listens_there(capture):
    """A phone registers by SCCP on port 5060, where its server speaks that."""
    boot = boot_of(capture)
    register(talk_of(boot, dport=5060))


@edge("near_protocol")
def sip_as_configured(capture):
    """The configuration says SIP, and the phone registers by SIP."""
    boot = leased(capture, model="7821")
    boot.fetch(config_name(boot), config_of(boot, protocol="SIP", load="sip78xx.12-1-1-12"))
    sip_register(boot)


@edge("problem_no_connect")
def configured_and_silent(capture):
    """The configuration and a dial plan are delivered, and the phone does nothing more for two minutes, while another phone starts."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub",)))
    boot.fetch("dialplan.xml", b"<DIALTEMPLATE><TEMPLATE MATCH=\"*\" Timeout=\"5\"/></DIALTEMPLATE>\n")
    boot.wait(120 * SECOND)
    other_phone(capture, boot)


@edge("near_no_connect_of_any")
def filtered_by_what_it_holds(capture):
    """Three phones get their configuration, and of nobody a connection to a call manager is in the capture for four minutes: it holds
    none, and the phones may well be registered."""
    for i in range(3):
        boot = boot_of(capture, 0x61 + i, start=START + (0, 10, 240)[i] * SECOND)
        neighbours(boot)
        boot.lease()
        boot.fetch(config_name(boot), config_of(boot))
    capture.sort()


@edge("problem_no_connect_filtered")
def only_files_are_seen(capture):
    """The capture holds port 6970 alone. A phone gets its configuration over HTTP, and once more after 160 s: what it does in between is not
    known."""
    boot = boot_of(capture, model="7821")
    for _ in range(2):
        boot.http(f"CTL{boot.phone.name}.tlv")
        boot.http(config_name(boot), config_of(boot, protocol="SIP", servers=(boot.tftp.ip,)), kind="text/xml")
        boot.wait(160 * SECOND)


@edge("near_firmware_missing")
def the_next_step_is_the_last_frame(capture):
    """The firmware of the configuration is not on the server. One phone keeps its own and sends its first SYN; of another one the capture
    ends at that answer."""
    boot = provisioned(capture, load=OLD_LOAD)
    boot.fetch(f"{LOAD}.loads")
    TcpFlow(capture, boot.host, call_manager(), 49175).syn(boot.now + SECOND)
    other = boot_of(capture, 0x62, start=boot.now + SECOND + ms(1))
    other.fetch(config_name(other), config_of(other))
    other.fetch(f"{LOAD}.loads")


@edge("near_http_gap")
def a_piece_of_the_configuration(capture):
    """The trust list is not there. Of the configuration, which comes over HTTP, the capture lacks the beginning. The call manager that the
    phone then registers at is its TFTP server."""
    boot = leased(capture)
    boot.http(f"CTL{boot.phone.name}.tlv")
    held = len(capture.frames)
    boot.http(config_name(boot), config_of(boot, servers=(boot.tftp.ip,)) + b" " * 1460, kind="text/xml")
    del capture.frames[held + 5]
    register(talk_of(boot, Host(boot.tftp.ip, boot.tftp.mac, first_ident=0x6000)))


@edge("problem_dhcp_no_option_elsewhere")
def made_at_the_dhcp_server(capture):
    """Made at the DHCP server, where nobody asks for files. One phone is told of a TFTP server. Another one is told of none, and asks for an
    address once more."""
    boot_of(capture).lease()
    boot = boot_of(capture, 0x62, start=START + 5 * SECOND)
    for _ in range(2):
        lease_with(boot, bare_scope(boot))
        boot.wait(15 * SECOND)


@edge("near_no_connect")
def it_connects_at_last(capture):
    """The phone waits fifty seconds between its last file and its connection: slow, but it registers."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    files(boot)
    boot.wait(50 * SECOND)
    registered(boot)


@edge("near_captured_at_tftp")
def only_the_file_server_is_seen(capture):
    """Captured at the TFTP server, where the phone's other traffic does not pass: three configurations at equal distances, and no connection
    to any call manager, which means nothing."""
    boot = boot_of(capture)
    for _ in range(3):
        files(boot)
        boot.wait(70 * SECOND)
    other = boot_of(capture, 0x62, start=boot.now)
    files(other)


@edge("near_tftp_requests_only")
def only_the_phone_s_direction(capture):
    """A phone asks for files, and only what it sends is in the capture: whether its acknowledgments are of data or of an error is not
    known."""
    boot = boot_of(capture)
    boot.fetch(config_name(boot), config_of(boot))
    phone = bytes.fromhex(boot.host.mac.replace(":", ""))
    capture.frames = [(time, frame) for time, frame in capture.frames if frame[6:12] == phone]


@edge("near_tftp_port_69")
def filtered_by_the_port_of_requests(capture):
    """A capture of port 69 only. The first TFTP server of a phone is silent: it asks that one for each file three times, then the second one,
    and at once the first one for the next file. So the second one has answered, from a port of its own."""
    boot = boot_of(capture)
    for name in (f"CTL{boot.phone.name}.tlv", f"ITL{boot.phone.name}.tlv", config_name(boot)):
        for number in range(4):
            server = boot.tftp if number < 3 else call_manager("192.0.2.6", 0x06)
            flow = UdpFlow(capture, boot.host, server, boot.sport, 69)
            boot.now = flow.send(boot.now + (4 * SECOND if number else ms(60)), PHONE, tftp_rrq(name))
        boot.sport += 1


@edge("problem_server_name")
def the_call_manager_s_name(capture):
    """The configuration names the call manager cucm-pub, and DNS knows neither that name nor the one with the domain behind it."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub",)))
    boot.resolve("cucm-pub", code=3)
    boot.resolve("cucm-pub.example.net", code=3)
    boot.wait(10 * SECOND)
    other_phone(capture, boot)


@edge("near_server_name")
def the_domain_helps(capture):
    """DNS does not know the call manager's short name; with the domain behind it the name has an address, and the phone registers."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub",)))
    boot.resolve("cucm-pub", code=3)
    boot.resolve("cucm-pub.example.net", PRIMARY)
    registered(boot)


@edge("near_server_name_asked_again")
def what_comes_of_the_second_question(capture):
    """DNS does not know the call manager's short name, and two phones ask again, with the domain behind it. The answer to the first one is
    not in the capture, but it is accepted. With the question of the other one the capture ends."""
    boot = boot_of(capture, lines=(("2002", "Bob Example"),))
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub",)))
    boot.resolve("cucm-pub", code=3)
    boot.resolve("cucm-pub.example.net", PRIMARY)
    del capture.frames[-1]
    talk = talk_of(boot)
    talk.connect()
    accept(talk)
    boot.now = talk.now
    other = boot_of(capture, 0x62, start=boot.now)
    other.lease(dns=True, servers=("192.0.2.5",))
    other.fetch(config_name(other), config_of(other, servers=("cucm-pub",)))
    other.resolve("cucm-pub", code=3)
    other.resolve("cucm-pub.example.net", PRIMARY)
    del capture.frames[-1]


@edge("near_second_server_name")
def the_second_name_has_an_address(capture):
    """The configuration names two call managers; DNS does not know the first name, and the second one has an address. The capture ends
    before the phone connects."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-sub.example.net", "cucm-pub.example.net")))
    boot.resolve("cucm-sub.example.net", code=3)
    boot.resolve("cucm-pub.example.net", PRIMARY)


@edge("problem_two_server_names")
def neither_name_has_an_address(capture):
    """The configuration names two call managers, and DNS knows neither name."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-sub.example.net", "cucm-pub.example.net")))
    boot.resolve("cucm-sub.example.net", code=3)
    boot.resolve("cucm-pub.example.net", code=3)
    boot.wait(10 * SECOND)
    other_phone(capture, boot)


@edge("problem_dns_silent")
def the_name_server_is_silent(capture):
    """The phone asks DNS four times for its call manager's name and gets no answer at all."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub.example.net",)))
    for number in range(4):
        flow = UdpFlow(capture, boot.host, boot.dns, 53100 + number, 53)
        boot.now = flow.send(boot.now + 3 * SECOND, PHONE, dns_query(0x700 + number, "cucm-pub.example.net"))
    boot.wait(10 * SECOND)
    other_phone(capture, boot)


@edge("problem_disk_full")
def no_room(capture):
    """The phone ends the transfer of a language file by TFTP error 3: no room."""
    boot = provisioned(capture)
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq("English_United_States/mk-sip.jar"))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(3), SERVER, tftp_data(1, counted(512)))
    boot.now = flow.send(boot.now + ms(3), PHONE, tftp_error(3, "Disk full"))
    registered(boot)


@edge("problem_alarm_disk_full")
def no_room_last_time(capture):
    """The phone registers and says in its alarm that it went down for lack of room."""
    registered(boot_of(capture), alarm=(4, "Disk full error"))


@edge("problem_unexpected_server")
def a_list_from_before(capture):
    """The configuration names two call managers; the phone connects to a third address, from a list that it has kept."""
    boot = provisioned(capture)
    flow = TcpFlow(capture, boot.host, call_manager("192.0.2.200", 0xC8), 49175)
    boot.now = flow.open(boot.now + SECOND)
    flow.close(boot.now + 5 * SECOND, SERVER)


@edge("near_unexpected_server")
def the_backup(capture):
    """The phone connects to the second call manager of its configuration, not to the first one: as configured."""
    boot = provisioned(capture)
    talk = talk_of(boot, call_manager(BACKUP, 0x0B))
    register(talk)
    keep_alive(talk)


@edge("problem_arp_changed")
def another_one_answers_for_the_router(capture):
    """A registered phone asks for its router again, and another host answers than before; what the phone sends from then on stays without an
    answer."""
    boot = leased(capture)
    boot.who_has(boot.gateway.ip)
    boot.is_at(boot.gateway, boot.gateway.ip)
    files(boot)
    talk = registered(boot)
    thief = Host("", "00:00:5e:00:53:e6")
    boot.now = talk.now
    boot.who_has(boot.gateway.ip, after=20 * SECOND)
    boot.is_at(thief, boot.gateway.ip)
    talk.now = boot.now
    question, begin = talk.sccp.keep_alive_req(), talk.flow.next_seq[PHONE]
    talk.say(PHONE, question, after=10 * SECOND)
    for pause in (ms(300), ms(600), ms(1200)):
        talk.now += pause
        talk.flow.segment(talk.now, PHONE, PSH | ACK, question, seq=begin)


@edge("near_arp_changed")
def the_router_was_replaced(capture):
    """The router's card is replaced: another host answers for its address, and all goes on."""
    boot = leased(capture)
    boot.who_has(boot.gateway.ip)
    boot.is_at(boot.gateway, boot.gateway.ip)
    files(boot)
    talk = registered(boot)
    boot.now = talk.now
    boot.who_has(boot.gateway.ip, after=20 * SECOND)
    boot.is_at(Host("", "00:00:5e:00:53:e6"), boot.gateway.ip)
    talk.now = boot.now
    keep_alive(talk)
    keep_alive(talk)


@edge("problem_mac_aging")
def lost_after_each_silence(capture):
    """A phone whose heartbeats are 120 s apart: after each silence the first packet is lost and has to be sent again."""
    boot = boot_of(capture)
    talk = registered(boot)
    for _ in range(3):
        question, begin = talk.sccp.keep_alive_req(), talk.flow.next_seq[PHONE]
        talk.say(PHONE, question, after=115 * SECOND)
        talk.now += ms(400)
        talk.flow.segment(talk.now, PHONE, PSH | ACK, question, seq=begin)
        talk.say(SERVER, talk.sccp.keep_alive_ack())
        talk.ack(PHONE, after=ms(150))


@edge("near_mac_aging")
def silent_and_well(capture):
    """A phone whose heartbeats are 120 s apart, each answered at once."""
    boot = boot_of(capture)
    talk = registered(boot)
    for _ in range(3):
        keep_alive(talk, interval=115 * SECOND)


# ----------------------------------------------------------------------------------------------- two starts

@edge("outcome_two_starts")
def power_lost_twice(capture):
    """A phone fetches its files and loses power; it fetches them again, registers, loses power again, and comes back."""
    boot = boot_of(capture)
    boot.lease()
    files(boot)
    boot.wait(30 * SECOND)
    for sport in (49175, 49176):
        boot.lease()
        files(boot)
        registered(boot, sport)
        boot.wait(60 * SECOND)


@edge("near_locale_missing")
def no_such_language(capture):
    """The phone registers without two files: its own trust list, in place of which the shared one is missing as well, and the language that its
    configuration names."""
    boot = boot_of(capture)
    boot.lease()
    boot.fetch(f"ITL{boot.phone.name}.tlv")
    boot.fetch("ITLFile.tlv")
    boot.fetch(config_name(boot), config_of(boot))
    boot.fetch("Spanish_Spain/mk-sccp.jar")
    register(talk_of(boot))


@edge("near_packets_cut")
def two_hundred_octets_of_each(capture):
    """The capture keeps 200 octets of each packet: the server has no configuration for the phone, and has one twenty seconds later, of which the
    capture holds the beginning only. Then the phone registers."""
    boot = boot_of(capture)
    boot.lease()
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    boot.wait(20 * SECOND)
    boot.fetch(config_name(boot), config_of(boot))
    register(talk_of(boot))
    capture.snaplen = 200


@edge("near_options_cut")
def three_hundred_and_twenty_octets_of_each(capture):
    """The capture keeps 320 octets of each packet: of the lease the options with the TFTP server are cut off, which
    says nothing about whether it has them. The phone knows where its files are."""
    boot = boot_of(capture)
    boot.lease()
    files(boot)
    capture.snaplen = 320


@edge("near_names_cut")
def sixty_octets_of_each(capture):
    """The capture keeps 60 octets of each packet: the beginnings of the files' names, and of the messages hardly more than their lengths.
    The server ends the connection a second after the RegisterReq."""
    boot = boot_of(capture)
    boot.trust_files()
    boot.fetch(config_name(boot), config_of(boot))
    talk = talk_of(boot)
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_reject("Error DBConfig"))
    talk.ack(PHONE)
    talk.flow.close(talk.now + SECOND, SERVER)
    capture.snaplen = 60


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
