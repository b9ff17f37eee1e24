#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what goes wrong on the way to a phone's files and its call manager (problem_*), and of what looks like it and is
none (near_*): offers, routers, several TFTP servers, a list of call managers that was kept. The idea is the docstring of the function that
makes the file, and the comment inside the file. All of them are made, none is recorded. What must be found in each of them stands in
tests/problems/EXPECTED."""

import struct
import sys

from boot_dialogue import (DHCP_ACK, DISCOVER, OFFER, PHONE, REQUEST, SERVER, ZERO_MAC, cdp_switch, counted, dhcp, http_answer, http_get,
                           lldp, lldp_switch, tftp_ack, tftp_data, tftp_error, tftp_oack, tftp_rrq, tls_alert, tls_client_hello)
from boot_edges import START, boot_of, config_of, talk_of
from craft import ACK, ETHERTYPE_IPV4, PROTOCOL_ICMP, PSH, SECOND, Host, Makers, TcpFlow, UdpFlow, command_line, ethernet, icmp, ip_bytes, ipv4, ms
from hosts import BACKUP, call_manager
from problems import bare_scope, config_name, discover, files, leased, provisioned
from problems_connect import forget, refused, sent_by
from problems_start import FAR, neighbours, other_phone, registered
from sccp_dialogue import ask_to_register, keep_alive, register

edge = Makers("problems_way.py")


def other_server(boot, last):
    boot.tftp = Host(f"192.0.2.{last}", f"00:00:5e:00:53:0{last}", first_ident=0x5000 + last)


def complain(boot, kind, code, asked, rest=0):
    """The phone's router answers this packet of the phone with a message of ICMP."""
    message = ipv4(boot.gateway.ip, boot.host.ip, PROTOCOL_ICMP, icmp(kind, code, asked[:28], rest), ttl=255)
    boot.frame(ethernet(boot.gateway.mac, boot.host.mac, ETHERTYPE_IPV4, message), after=ms(2))


# ----------------------------------------------------------------------------------------------------- the configuration

@edge("near_config_second_server")
def the_second_server_knows_the_phone(capture):
    """The first of two TFTP servers does not have the phone's configuration; the second one does."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    boot.trust_files()
    boot.fetch(config_name(boot))
    other_server(boot, 6)
    boot.fetch(config_name(boot), config_of(boot))
    registered(boot)


@edge("near_config_later")
def the_configuration_comes_later(capture):
    """There is neither the phone's configuration nor the default one; twenty seconds later its own has been put there. The capture ends
    before the phone connects."""
    boot = leased(capture)
    boot.trust_files()
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    boot.wait(20 * SECOND)
    boot.fetch(config_name(boot), config_of(boot))


@edge("near_kept_list")
def a_list_from_before(capture):
    """There is no configuration for the phone, but it has kept a list of call managers: the first one refuses it three times, the second
    one registers it."""
    boot = leased(capture)
    boot.trust_files()
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    for number in range(3):
        refused(capture, boot.now + ms(60), boot.host, call_manager(), 51500 + number, 2000)
        boot.wait(5 * SECOND)
    talk = talk_of(boot, server=call_manager(BACKUP, 0x0B), sport=51503)
    register(talk)
    keep_alive(talk)


# ------------------------------------------------------------------------------------------------ routers and addresses

@edge("problem_router_arp")
def the_router_is_away(capture):
    """The TFTP server lies in another subnet, and nobody answers the phone's questions for its router."""
    boot = boot_of(capture, tftp=Host(FAR, "00:00:5e:00:53:05"))
    neighbours(boot)
    boot.lease()
    for _ in range(5):
        boot.who_has(boot.gateway.ip, after=2 * SECOND)
    boot.wait(5 * SECOND)
    other_phone(capture, boot)


@edge("near_requests_only")
def captured_by_port_69(capture):
    """A capture filter has left nothing but what goes to UDP port 69: in each of four starts, a quarter of an hour apart, a phone asks for
    its trust list and its configuration. The answers came from another port."""
    for number in range(4):
        boot = boot_of(capture, start=START + 900 * number * SECOND)
        boot.fetch(f"CTL{boot.phone.name}.tlv")
        boot.fetch(config_name(boot), config_of(boot))
    capture.frames = [(time, frame) for time, frame in capture.frames if b"octet" in frame]


@edge("near_udp_only")
def captured_without_tcp(capture):
    """A capture filter has left UDP alone: a phone gets its address, asks for the name of its call manager and fetches its configuration.
    Two minutes later it renews its lease. What it does over TCP is not there."""
    boot = boot_of(capture)
    boot.lease(dns=True)
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm1.example.net",)))
    boot.resolve("cucm1.example.net", "192.0.2.10")
    boot.dhcp_of(boot.host.mac, REQUEST, [*boot.own_options(), boot.ASKED], 120 * SECOND, ciaddr=boot.host.ip)
    boot.dhcp_of(boot.host.mac, DHCP_ACK, boot.given(), ms(2), ciaddr=boot.host.ip, yiaddr=boot.host.ip)


@edge("near_broadcasts_only")
def captured_at_another_port(capture):
    """Captured at a port of the voice VLAN that gets broadcasts only: a phone's way to its address, and its questions for the TFTP server
    and the router as its table forgets them, every five minutes. The answers went to the phone alone; nothing is wrong."""
    boot = boot_of(capture)
    boot.lease()
    for _ in range(5):
        boot.who_has(boot.tftp.ip, after=300 * SECOND)
        boot.who_has(boot.gateway.ip)


@edge("problem_router_arp_connect")
def the_router_to_the_call_manager_is_away(capture):
    """The phone gets its configuration on its own link; the call manager lies in another subnet, and nobody answers the phone's questions
    for its router. Another phone registers later."""
    boot = boot_of(capture)
    neighbours(boot)
    boot.lease()
    boot.fetch(config_name(boot), config_of(boot, servers=("198.51.100.10",)))
    for _ in range(6):
        boot.who_has(boot.gateway.ip, after=2 * SECOND)
    boot.wait(60 * SECOND)
    other_phone(capture, boot)


@edge("near_icmp_keepalive_later")
def one_keepalive_goes_in_circles(capture):
    """A registered phone: a router drops one KeepAliveReq as it has passed too many routers; the next copy is answered, and so are those
    after it."""
    boot = provisioned(capture)
    talk = registered(boot)
    talk.say(PHONE, talk.sccp.keep_alive_req(), after=30 * SECOND)
    boot.now = talk.now
    complain(boot, 11, 0, capture.frames[-1][1][14:])
    size = len(talk.sccp.keep_alive_req())
    talk.now = boot.now + 3 * SECOND
    talk.flow.segment(talk.now, PHONE, PSH | ACK, talk.sccp.keep_alive_req(), seq=talk.flow.next_seq[PHONE] - size)
    talk.say(SERVER, talk.sccp.keep_alive_ack())
    talk.ack(PHONE)
    keep_alive(talk)


@edge("problem_routing_loop")
def round_in_circles(capture):
    """A router answers each of the phone's four SYNs by "time to live exceeded"; another phone registers later."""
    boot = provisioned(capture)
    begin = boot.now
    for pause in (0, 3, 6, 12):
        boot.now = begin + pause * SECOND
        TcpFlow(capture, boot.host, call_manager(), 49175).syn(boot.now)
        complain(boot, 11, 0, capture.frames[-1][1][14:])
    boot.wait(20 * SECOND)
    other_phone(capture, boot)


@edge("near_redirect")
def a_shorter_way(capture):
    """The phone announces its own address, as a request and as a reply, and registers; its router tells it of a better one to the call
    manager. Nothing is wrong."""
    boot = leased(capture)
    for is_reply in (False, True):
        boot.arp(boot.host, boot.host.ip, ZERO_MAC, boot.host.ip, reply=is_reply)
    files(boot)
    talk = talk_of(boot)
    register(talk)
    boot.now = talk.now
    complain(boot, 5, 1, ipv4(boot.host.ip, call_manager().ip, 6, bytes.fromhex("c01707d0") + bytes(16)),
             int.from_bytes(ip_bytes("192.0.2.3"), "big"))
    talk.now = boot.now
    keep_alive(talk)


# ------------------------------------------------------------------------------------------------------------- offers

def offer_without_server(boot, xid_step=0):
    """Neither option 150 nor 66; time servers and vendor options."""
    options = [*bare_scope(boot)[:-1], (42, ip_bytes("192.0.2.123") + ip_bytes("192.0.2.124")), (43, b"\xF1\x04" + ip_bytes("192.0.2.7"))]
    boot._dhcp(OFFER, options, ms(2), to_server=False, yiaddr=boot.host.ip)  # pylint: disable=protected-access
    boot.xid += xid_step


@edge("problem_dhcp_bare_offers")
def offers_without_a_server(capture):
    """Three offers name no TFTP server; the phone takes none of them and asks anew. The capture ends there."""
    boot = boot_of(capture)
    for _ in range(3):
        discover(boot, 4 * SECOND)
        offer_without_server(boot, xid_step=1)


@edge("near_dhcp_bare_offer")
def a_better_offer_comes(capture):
    """The first offer names no TFTP server. The phone asks anew, gets one that does, takes it and registers."""
    boot = boot_of(capture)
    discover(boot, 0)
    offer_without_server(boot)
    boot.wait(2 * SECOND)
    boot.lease()
    files(boot)
    registered(boot)


# ------------------------------------------------------------------------------------------------ TFTP servers that are silent

@edge("problem_tftp_both_silent")
def neither_server_answers(capture):
    """Both TFTP servers of the lease are asked twice for each file, in turn, and neither answers; another phone registers later."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    for name in (f"CTL{boot.phone.name}.tlv", f"ITL{boot.phone.name}.tlv", "ITLFile.tlv", config_name(boot)):
        for last in (5, 6):
            other_server(boot, last)
            flow = boot.tftp_flow()
            for _ in range(2):
                boot.now = flow.send(boot.now + 4 * SECOND, PHONE, tftp_rrq(name))
    boot.wait(40 * SECOND)
    other_server(boot, 5)
    other_phone(capture, boot)


@edge("near_tftp_block_not_captured")
def the_last_block_is_not_captured(capture):
    """The call manager is the TFTP server, too. The capture lacks the last block of the configuration, but has its acknowledgment; fifteen
    seconds later the phone registers. Nothing is wrong."""
    boot = leased(capture, tftp=call_manager())
    boot.fetch(config_name(boot), config_of(boot))
    del capture.frames[-2]
    boot.wait(15 * SECOND)
    registered(boot)


@edge("near_tftp_rest_not_captured")
def the_rest_is_not_captured(capture):
    """The capture lacks all of the configuration but its first block. The phone has it: it looks for the call manager's name, which only
    stands in there, and DNS does not know it. Another phone registers a minute later."""
    boot = boot_of(capture)
    boot.lease(dns=True, servers=("192.0.2.5",))
    begun = len(capture.frames)
    boot.fetch(config_name(boot), config_of(boot, servers=("cucm-pub",)))
    del capture.frames[begun + 3:]
    boot.resolve("cucm-pub", code=3)
    boot.resolve("cucm-pub.example.net", code=3)
    boot.wait(60 * SECOND)
    other_phone(capture, boot)


@edge("problem_config_loop_after_stall")
def it_comes_and_is_no_good(capture):
    """The configuration stops after its first block. Half a minute later it comes whole, again and again: the phone cannot use it."""
    boot = leased(capture)
    boot.fetch(config_name(boot), config_of(boot), missing=1)
    for _ in range(4):
        boot.wait(30 * SECOND)
        boot.fetch(config_name(boot), config_of(boot)[:-9])


@edge("near_tftp_answers_filtered")
def only_port_69(capture):
    """The capture was filtered by ports, and lacks what a TFTP server sends, which comes from other ones. A phone asks for one file right
    after the other, starts once more and asks again, and registers: it has got its answers."""
    boot = leased(capture)
    files(boot)
    again = boot_of(capture, start=boot.now + 60 * SECOND)
    again.lease()
    files(again)
    registered(again)
    forget(capture, sent_by(boot.tftp))
    forget(capture, lambda frame: frame[23] == 17 and frame[42:44] == bytes((0, 4)))  # acknowledgments go to such ports, too


@edge("near_same_port_another_phone")
def the_next_phone_takes_the_port(capture):
    """A phone asks for a file that every phone asks for, and the capture lacks the answer; it gives its address back. A minute later another
    phone gets that address, asks for the same file from the same port, and registers."""
    boot = leased(capture)
    boot.now = boot.tftp_flow().send(boot.now + ms(60), PHONE, tftp_rrq("ITLFile.tlv"))
    boot.release()
    other = boot_of(capture, 0x62, start=boot.now + 60 * SECOND, address=boot.host.ip)
    other.lease()
    other.fetch("ITLFile.tlv")
    files(other)
    registered(other)


# ------------------------------------------------------------------------------------------------ who is a phone, and whose neighbor

@edge("near_dhcp_adapter")
def others_want_no_option_150(capture):
    """An adapter and a phone of another make ask for neither option 150 nor a TFTP server, get none, and fetch their files elsewhere. A
    phone registers later."""
    boot = boot_of(capture)
    given = bare_scope(boot)
    for last, vendor in ((0x71, b"LINKSYS SPA-942"), (0x72, b"Cisco SPA504G"), (0x73, b"yealink")):
        mac, address = f"00:00:5e:00:53:{last:02x}", f"192.0.2.{last}"
        asked = [(60, vendor), (55, bytes((1, 3, 6, 15, 42, 66)))]
        boot.dhcp_of(mac, DISCOVER, asked, ms(50))
        boot.dhcp_of(mac, OFFER, given, ms(2), yiaddr=address)
        boot.dhcp_of(mac, REQUEST, [*asked, (50, ip_bytes(address)), (54, ip_bytes(boot.gateway.ip))], ms(5))
        boot.dhcp_of(mac, DHCP_ACK, given, ms(2), yiaddr=address)
        boot.xid += 1
    boot.wait(60 * SECOND)
    boot.lease()
    files(boot)
    registered(boot)


@edge("near_uplink_neighbors")
def switches_talk_to_each_other(capture):
    """Captured between two switches, which announce themselves and other voice VLANs: what they say is not said to the only phone of the
    capture."""
    boot = boot_of(capture)
    boot.lease()
    for number in range(3):
        boot.frame(cdp_switch("00:00:5e:00:53:aa", 110 + number, 20, name="core-1.example.net"), after=10 * SECOND)
        boot.frame(lldp_switch("00:00:5e:00:53:ab", 120, name="core-2.example.net"), after=SECOND)
    files(boot)
    registered(boot)


@edge("near_lldp_no_inventory")
def a_description_is_no_model(capture):
    """A phone of another make describes its system by its firmware in LLDP, and has no inventory: that is no model."""
    boot = boot_of(capture)
    boot.frame(lldp(boot.phone.mac, [
        (1, b"\x05\x01" + bytes(4)), (2, b"\x07" + b"WAN PORT"), (3, struct.pack("!H", 180)), (5, b"ExamplePhone T4"), (6, b"66.86.0.15"),
        (7, struct.pack("!HH", 0x24, 0x24))]))


@edge("near_gateway_files")
def a_gateway_starts(capture):
    """Voice gateways ask for files of their own, which are not there: none of them is a phone."""
    for last, name in ((0x71, "SKIGW5E00005371"), (0x72, "VGC5E0000537200"), (0x73, "AN5E0000537300"), (0x74, "vg224-1")):
        boot = boot_of(capture, last)
        boot.fetch(f"{name}.cnf.xml")


@edge("near_files_looked_at")
def others_read_a_phones_file(capture):
    """A phone registers. Then others, none of them a phone, look at its configuration: a browser, whose host also tries port 5061; a TFTP
    client; one that asks for the files of four phones and tries two ports; something that breaks TLS off at port 6971; a computer that has
    got its address from the DHCP server of the phones, says there what it is, and asks for the files of two phones and the default one; a
    TFTP client that asks for the default one as text; and one that fetches twice what is there for all phones."""
    boot = leased(capture)
    files(boot)
    registered(boot)
    boot.wait(10 * SECOND)
    browser, client, asker, checker = (boot_of(capture, last, boot.now + i * SECOND) for i, last in enumerate((0x71, 0x72, 0x73, 0x74)))
    flow = TcpFlow(capture, browser.host, browser.tftp, 50100, 6970)
    now = flow.send(flow.open(browser.now) + ms(2), PHONE, http_get(browser.tftp.ip, config_name(boot), "Mozilla/5.0 (X11; Linux x86_64)"))
    now = flow.send(now + ms(2), SERVER, http_answer(200, "OK", config_of(boot), "text/xml"))
    flow.close(now + ms(1), PHONE)
    refused(capture, now + ms(100), browser.host, call_manager(), 50101, 5061)
    client.fetch(config_name(boot), config_of(boot))
    now = asker.now
    for i, port in enumerate((5061, 6972)):
        refused(capture, now, asker.host, call_manager(), 50110 + i, port)
        now += ms(10)
    asker.now = now
    for name in (config_name(boot), "SEP00005E005381.cnf.xml", "SEP00005E005382.cnf.xml", "SEP00005E005383.cnf.xml"):
        asker.fetch(name)
    flow = TcpFlow(capture, checker.host, checker.tftp, 50120, 6971)
    now = flow.send(flow.open(checker.now) + ms(2), PHONE, tls_client_hello(counted(32, 1)))
    now = flow.send(now + ms(3), SERVER, tls_alert(2, 40))
    flow.close(now + ms(1), SERVER)
    computer, text_client = (boot_of(capture, last, boot.now + i * SECOND) for i, last in enumerate((0x75, 0x76), 5))
    own = [(60, b"udhcp 1.30.1"), boot.ASKED]
    for kind, answer in ((DISCOVER, OFFER), (REQUEST, DHCP_ACK)):
        chosen = [(50, ip_bytes(computer.host.ip))] if kind == REQUEST else []
        computer.dhcp_of(computer.host.mac, kind, [*own, *chosen], ms(5))
        computer.dhcp_of(computer.host.mac, answer, computer.given(), ms(2), yiaddr=computer.host.ip)
    for name in ("SEP00005E005381.cnf.xml", "SEP00005E005382.cnf.xml", "XMLDefault.cnf.xml"):
        computer.fetch(name)
    flow = text_client.tftp_flow()
    now = flow.send(text_client.now, PHONE, tftp_rrq("XMLDefault.cnf.xml").replace(b"octet", b"netascii"))
    text_client.answer_port(flow)
    flow.send(now + ms(1), SERVER, tftp_error(1, "File not found"))
    watcher = boot_of(capture, 0x77, boot.now + 8 * SECOND)
    for _ in range(2):
        watcher.fetch("ITLFile.tlv", counted(300))
        watcher.fetch("XMLDefault.cnf.xml", config_of(boot))
        watcher.wait(60 * SECOND)


@edge("problem_files_port_closed")
def nobody_serves_files(capture):
    """A phone that fetches its files over HTTPS finds the port closed, again and again."""
    boot = leased(capture)
    for _ in range(3):
        boot.refused(6972)
        boot.wait(10 * SECOND)


@edge("problem_gateway_port_rejected")
def a_port_that_nobody_knows(capture):
    """A call manager does not know an analog port of a gateway, which nothing lets register by itself."""
    boot = boot_of(capture)
    boot.phone.name, boot.phone.device_type = "AN5E00005361001", 30027
    talk = talk_of(boot)
    ask_to_register(talk)
    talk.say(SERVER, talk.sccp.register_reject("Error DBConfig"))
    talk.flow.close(talk.now + ms(5), SERVER)


@edge("near_lease_renewed")
def what_goes_on_for_ever(capture):
    """A phone registers. For an hour it is asked for its Ethernet address and renews its lease, as long as it lives: that is no part of its
    way to the call manager."""
    boot = leased(capture)
    files(boot)
    registered(boot)
    own = [*boot.own_options(), boot.ASKED]
    for _ in range(3):
        boot.who_has(boot.gateway.ip, after=600 * SECOND)
        boot.is_at(boot.gateway, boot.gateway.ip)
        boot.dhcp_of(boot.host.mac, REQUEST, own, 600 * SECOND, ciaddr=boot.host.ip)
        boot.dhcp_of(boot.host.mac, DHCP_ACK, boot.given(), ms(2), ciaddr=boot.host.ip, yiaddr=boot.host.ip)


@edge("near_default_second_server")
def the_second_server_has_all(capture):
    """The first of two TFTP servers has neither the phone's configuration nor the default one; the second one has its own."""
    boot = boot_of(capture)
    boot.lease(servers=("192.0.2.5", "192.0.2.6"))
    boot.fetch(config_name(boot))
    boot.fetch("XMLDefault.cnf.xml")
    other_server(boot, 6)
    boot.fetch(config_name(boot), config_of(boot))
    registered(boot)


def relayed(boot, server, kind, options, reply=False, **fields):
    """One message of the relay, which is the phone's router, to a DHCP server, or back."""
    flow = UdpFlow(boot.capture, boot.gateway, server, 67, 67)
    payload = dhcp(kind, boot.xid, boot.phone.mac, options, giaddr=boot.gateway.ip, **fields)
    boot.now = flow.send(boot.now + ms(0.1), SERVER if reply else PHONE, payload)


@edge("near_relay_helpers")
def the_relay_asks_two_servers(capture):
    """Captured between a relay and the servers: it sends each question of a phone to both of its helper addresses. The Discover comes
    twice within four seconds, the second one is answered, and the address is given."""
    boot = boot_of(capture)
    servers = [Host(f"198.51.100.{last}", f"00:00:5e:00:53:2{last}") for last in (5, 6)]
    given = [(54, ip_bytes(servers[1].ip)), *boot.given()[1:]]
    for secs in (0, 4):
        boot.wait(secs * SECOND)
        for server in servers:
            relayed(boot, server, DISCOVER, [*boot.own_options(), boot.ASKED], secs=secs)
    relayed(boot, servers[1], OFFER, given, reply=True, yiaddr=boot.host.ip)
    for server in servers:
        relayed(boot, server, REQUEST, [*boot.own_options(), (50, ip_bytes(boot.host.ip)), (54, ip_bytes(servers[1].ip)), boot.ASKED], secs=4)
    relayed(boot, servers[1], DHCP_ACK, given, reply=True, yiaddr=boot.host.ip)


@edge("problem_dhcp_relayed_in_vain")
def the_relay_asks_in_vain(capture):
    """Captured between a relay and the server: three Discovers of a phone within half a minute come from the relay, and no Offer."""
    boot = boot_of(capture)
    server = Host("198.51.100.5", "00:00:5e:00:53:25")
    for secs, pause in ((0, 0), (8, 8), (24, 16)):
        boot.wait(pause * SECOND)
        relayed(boot, server, DISCOVER, [*boot.own_options(), boot.ASKED], secs=secs)


@edge("near_duplicate_refused")
def the_second_one_is_turned_away(capture):
    """A second device takes the name of one that is registered, and the call manager refuses it. The first one goes on."""
    boot = boot_of(capture)
    first = registered(boot)
    other = boot_of(capture, 0x62, start=first.now)
    other.phone.name = boot.phone.name
    second = talk_of(other)
    ask_to_register(second)
    second.say(SERVER, second.sccp.register_reject("No Authority"))
    second.flow.close(second.now + ms(5), SERVER)
    first.now = second.now
    keep_alive(first)
    keep_alive(first)


@edge("problem_duplicate_comes_back")
def the_second_one_comes_back(capture):
    """A second device takes the name of one that is registered, is refused, and comes back three times: the first one is well, the other
    will never be."""
    boot = boot_of(capture)
    first = registered(boot)
    for number in range(4):
        other = boot_of(capture, 0x62, start=first.now)
        other.phone.name = boot.phone.name
        second = talk_of(other, sport=49300 + number)
        ask_to_register(second)
        second.say(SERVER, second.sccp.register_reject("No Authority"))
        second.flow.close(second.now + ms(5), SERVER)
        first.now = second.now
        keep_alive(first, 10 * SECOND)


@edge("problem_tftp_stalls")
def three_ways_to_stall(capture):
    """The configuration does not come, for three phones in three ways: the first block is too big for the path, as a router says; the
    server sends the second block again and again although the phone acknowledges it; the server sends nothing after the second block,
    which the phone acknowledges again and again."""
    def say(boot, flow, side, payload, after=ms(1)):
        boot.now = flow.send(boot.now + after, side, payload)

    def asking(last, start, options=()):
        boot = leased(capture, last, start)
        flow = boot.tftp_flow()
        say(boot, flow, PHONE, tftp_rrq(config_name(boot), options), ms(60))
        boot.answer_port(flow)
        return boot, flow, config_of(boot) + b"<!-- " + b"filler " * 400 + b"-->\n"

    boot, flow, content = asking(0x61, START, (("blksize", 1468),))
    say(boot, flow, SERVER, tftp_oack((("blksize", 1468),)))
    say(boot, flow, PHONE, tftp_ack(0))
    for _ in range(4):
        say(boot, flow, SERVER, tftp_data(1, content[:1468]), SECOND)
        asked = capture.frames[-1][1][14:]
        message = ipv4(boot.gateway.ip, boot.tftp.ip, PROTOCOL_ICMP, icmp(3, 4, asked[:28], 1400), ttl=255)
        boot.frame(ethernet(boot.gateway.mac, boot.tftp.mac, ETHERTYPE_IPV4, message), after=ms(1))
    for last, resends in ((0x62, True), (0x63, False)):
        boot, flow, content = asking(last, boot.now + SECOND)
        for block in (1, 2):
            say(boot, flow, SERVER, tftp_data(block, content[512 * block - 512:512 * block]))
            say(boot, flow, PHONE, tftp_ack(block))
        for _ in range(4):
            boot.wait(2 * SECOND)
            if resends:
                say(boot, flow, SERVER, tftp_data(2, content[512:1024]))
            say(boot, flow, PHONE, tftp_ack(2))


@edge("problem_image_of_a_module")
def the_image_of_something_else(capture):
    """The server answers with larger blocks than the phone has asked for, which the phone refuses; it asks again without options. The
    firmware that is configured runs; what the server does not have is an image of a module at the phone. The phone registers, and
    writes a report to the server."""
    boot = leased(capture)
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(config_name(boot), (("blksize", 1468),)))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(1), SERVER, tftp_oack((("blksize", 65000),)))
    boot.now = flow.send(boot.now + ms(1), PHONE, tftp_error(8, "Option negotiation failed"))
    boot.fetch(config_name(boot), config_of(boot))
    boot.fetch("B015-1-0-4.SBN")
    registered(boot)
    flow = boot.tftp_flow()
    boot.now = flow.send(boot.now + SECOND, PHONE, tftp_rrq("prt-report.tar.gz").replace(b"\0\1", b"\0\2", 1))
    boot.answer_port(flow)
    boot.now = flow.send(boot.now + ms(1), SERVER, tftp_ack(0))
    for block, size in ((1, 512), (2, 100)):
        boot.now = flow.send(boot.now + ms(1), PHONE, tftp_data(block, counted(size)))
        boot.now = flow.send(boot.now + ms(1), SERVER, tftp_ack(block))


@edge("problem_dhcp_wrong_server")
def a_second_server_answers(capture):
    """A phone asks for its old address in vain, then for any: two DHCP servers offer one, and it takes that of a small router, which names
    no TFTP server. It asks for no file, and for an address once more."""
    boot = boot_of(capture)
    own = boot.own_options()
    boot._dhcp(REQUEST, [*own, (50, ip_bytes("192.0.2.190")), boot.ASKED], ms(5))
    discover(boot, 5 * SECOND)
    boot._dhcp(OFFER, boot.given(), ms(2), to_server=False, yiaddr=boot.host.ip)
    boot.gateway, boot.host = Host("198.51.100.1", "00:00:5e:00:53:c1"), Host("198.51.100.105", boot.host.mac)
    boot._dhcp(OFFER, bare_scope(boot), ms(1), to_server=False, yiaddr=boot.host.ip)
    boot._dhcp(REQUEST, [*own, (50, ip_bytes(boot.host.ip)), (54, ip_bytes(boot.gateway.ip)), boot.ASKED], ms(6))
    boot._dhcp(DHCP_ACK, bare_scope(boot), ms(2), to_server=False, yiaddr=boot.host.ip)
    boot.wait(60 * SECOND).release()
    discover(boot, SECOND)


@edge("problem_http_refused")
def the_server_fails(capture):
    """A phone asks over HTTP for its trust list, its configuration and the default one: the server fails each time, or refuses. A minute
    later the phone looks for its router."""
    boot = leased(capture)
    for name, code, reason in ((f"CTL{boot.phone.name}.tlv", 503, "Service Unavailable"), (config_name(boot), 500, "Internal Server Error"),
                               ("XMLDefault.cnf.xml", 403, "Forbidden")):
        flow = boot.http_flow()
        boot.now = flow.open(boot.now + ms(50))
        boot.now = flow.send(boot.now + ms(2), PHONE, http_get(boot.tftp.ip, name))
        boot.now = flow.send(boot.now + ms(3), SERVER, http_answer(code, reason))
        boot.now = flow.close(boot.now + ms(1), SERVER)
    boot.who_has(boot.gateway.ip, after=60 * SECOND)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
