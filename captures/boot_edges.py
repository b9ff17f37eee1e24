#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of what comes before a registration (voice VLAN, address, names, files, connect), one idea each. The idea is the
docstring of the function that makes the file, and the comment inside the file. All of them are made, none is recorded."""

import sys

from boot_dialogue import (PHONE, SERVER, ZERO_MAC, Boot, cdp_phone, cdp_switch, certificate, configuration, counted, http_answer, http_get, lldp_phone, lldp_switch,
                           tftp_ack, tftp_data, tftp_error, tftp_oack, tftp_rrq, tls_alert, tls_certificate, tls_client_hello,
                           tls_handshake, tls_record, tls_server_hello, trust_list)
from craft import (ACK, BUTTON_SPEED_DIAL, ETHERTYPE_IPV4, PROTOCOL_ICMP, PSH, SECOND, Host, Makers, Phone, Sccp, TcpFlow, UdpFlow, command_line,
                   ethernet, icmp_unreachable, ipv4, ms, utc)
from hosts import BACKUP, PRIMARY, call_manager, device_name, handset
from sccp_dialogue import Talk, accept, fetch_status, fetch_templates, finish, keep_alive, register, unregister
from sip_dialogue import CISCO_SUPPORTED, CUCM, Line, SipTalk, answer

START = utc("2026-03-04T08:00:00")
LOAD, OLD_LOAD = "SCCP41.8-5-3S", "SCCP41.8-4-1S"
SWITCH_MAC = "00:00:5e:00:53:02"
edge = Makers("boot_edges.py")


def boot_of(capture, last=0x61, start=START, address=None, load=LOAD, lines=(("2001", "Alice Example"),), **options):
    host = handset(last, address)
    phone = Phone(device_name(host.mac), host.ip, host.mac, 30018, load, lines, ((1, BUTTON_SPEED_DIAL),))
    return Boot(capture, host, phone, start, xid=0x5300 + last, **options)


def config_of(boot, servers=(PRIMARY, BACKUP), protocol="SCCP", load=LOAD, **options):
    return configuration(protocol, servers, load, boot.phone.lines, **options)


def talk_of(boot, server=None, sport=49175, dport=2000):
    flow = TcpFlow(boot.capture, boot.host, server or call_manager(), sport, dport, link=boot.link)
    return Talk(flow, Sccp(17), boot.phone, boot.now + ms(120))


def tagged(vlan):
    return lambda src, dst, kind, packet: ethernet(src.mac, dst.mac, kind, packet, vlan=vlan)


# ------------------------------------------------------------------------------------- before the address

@edge("boot_cdp_lldp_vlan")
def voice_vlan(capture):
    """Phone and switch introduce themselves by CDP and LLDP-MED; a first DHCP exchange untagged, a second in the voice VLAN 110, then
    TFTP and an SCCP registration up to RegisterAck, all tagged. Two DHCP exchanges are normal here."""
    boot = boot_of(capture)
    data = Boot(capture, Host("198.51.100.61", boot.host.mac), boot.phone, START + ms(40), xid=0x1000,
                gateway=Host("198.51.100.1", "00:00:5e:00:53:01"))
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", LOAD))
    boot.frame(lldp_phone(boot.phone, "7961G", LOAD))
    data.lease()
    boot.now = data.now
    boot.frame(cdp_switch(SWITCH_MAC, 110, 20), after=ms(400))
    boot.frame(lldp_switch(SWITCH_MAC, 110), after=ms(20))
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", LOAD), after=ms(300))
    boot.link = tagged(110)
    boot.lease()
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", LOAD, boot.host.ip), after=ms(30))
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    talk = talk_of(boot)
    talk.connect()
    accept(talk)


@edge("boot_option66_dns")
def name_instead_of_address(capture):
    """The lease has no option 150; option 66 holds the name of a TFTP server. The phone asks DNS for it, fetches its files there and
    registers."""
    boot = boot_of(capture)
    boot.lease(servers=(), server_name="tftp.example.net", dns=True)
    boot.resolve("tftp.example.net", boot.tftp.ip)
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    register(talk_of(boot))


@edge("boot_arp_icmp")
def address_in_use(capture):
    """The first address offered is in use: the ARP probe is answered and the phone declines. It takes another one, fetches its files, and
    then the router says three times that the call manager's host is unreachable."""
    boot = boot_of(capture, address="192.0.2.66")
    owner = Host("192.0.2.66", "00:00:5e:00:53:e6")
    boot.lease()
    boot.arp(boot.host, "0.0.0.0", ZERO_MAC, boot.host.ip, after=ms(10))
    boot.arp(owner, owner.ip, boot.host.mac, "0.0.0.0", reply=True, to=boot.host.mac, after=ms(0.4))
    boot.decline(owner.ip)
    boot.host.ip = boot.phone.ip = "192.0.2.97"
    boot.wait(10 * SECOND).lease()
    for _ in range(3):
        boot.arp(boot.host, "0.0.0.0", ZERO_MAC, boot.host.ip, after=ms(200))
    boot.who_has(boot.host.ip, after=ms(500))
    boot.who_has(boot.tftp.ip, after=ms(20))
    boot.is_at(boot.tftp, boot.tftp.ip, after=ms(0.3))
    boot.trust_files()
    far = "198.51.100.10"
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot, servers=(far,)))
    router = boot.gateway
    boot.who_has(router.ip, after=ms(60))
    boot.is_at(router, router.ip, after=ms(0.3))
    flow = TcpFlow(capture, boot.host, Host(far, router.mac), 49175)
    for pause in (ms(5), 3 * SECOND, 6 * SECOND):
        boot.now += pause
        flow.segment(boot.now, PHONE, 0x02)
        syn = capture.frames[-1][1][14:]
        complaint = ipv4(router.ip, boot.host.ip, PROTOCOL_ICMP, icmp_unreachable(1, syn[:40]), ttl=255)
        boot.frame(ethernet(router.mac, boot.host.mac, ETHERTYPE_IPV4, complaint), after=ms(900))


# ------------------------------------------------------------------------------------------------- files

def sip_register(boot, server=None, load="sip78xx.12-1-1-12.loads"):
    host, phone = boot.host, boot.phone
    talk = SipTalk(TcpFlow(boot.capture, host, server or call_manager(), 49201, 5060, link=boot.link), boot.now + ms(800))
    line = Line(phone.lines[0][0], host.ip, PRIMARY, "TCP", 49201, host.mac, phone.name, 621, "Cisco-CP7821/12.1.1")
    talk.connect()
    request = line.register(CISCO_SUPPORTED,
                            f'Reason: SIP;cause=200;text="cisco-alarm:25 Name={phone.name} ActiveLoad={load} Last=initialized"')
    talk.say(PHONE, request)
    talk.ack(SERVER)
    talk.say(SERVER, answer(request, 100, "Trying", [CUCM]))
    talk.say(SERVER, line.granted(request, talk.now, new=True), after=ms(90))
    talk.ack(PHONE)
    boot.now = talk.now


@edge("boot_http_6970")
def files_over_http(capture):
    """A 7821 fetches its files over HTTP from port 6970: CTL not found (404), ITL, its configuration, and of a firmware file the head
    only, because the phone stops the transfer. Then it registers by SIP."""
    boot = boot_of(capture, model="7821")
    boot.lease()
    boot.http(f"CTL{boot.phone.name}.tlv")
    boot.http(f"ITL{boot.phone.name}.tlv", trust_list())
    boot.http(f"{boot.phone.name}.cnf.xml", config_of(boot, protocol="SIP", load="sip78xx.12-1-1-12"), kind="text/xml")
    boot.http("rootfs78xx.12-1-1-12.sbn", counted(1200), length=3_145_728)
    sip_register(boot)


@edge("boot_http_refused_tftp")
def http_refused(capture):
    """Nothing listens on port 6970 of the TFTP server: the connection is reset and the phone goes on by TFTP, file by file. No fault."""
    boot = boot_of(capture, model="7821")
    boot.lease()
    boot.refused()
    boot.fetch(f"CTL{boot.phone.name}.tlv")
    boot.refused()
    boot.fetch(f"ITL{boot.phone.name}.tlv", trust_list())
    boot.refused()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot, protocol="SIP", load="sip78xx.12-1-1-12"))
    sip_register(boot)


@edge("boot_http_request_missing")
def a_request_that_is_missing(capture):
    """On one connection to port 6970 a phone asks for its CTL, and then for what the capture has not got; both are not there (404). Which
    file the second one is, nobody can tell."""
    boot = boot_of(capture, model="7821")
    boot.lease()
    flow = boot.http_flow()
    now = flow.open(boot.now + ms(50))
    for name in (f"CTL{boot.phone.name}.tlv", f"{boot.phone.name}.cnf.xml"):
        before = len(capture.frames)
        now = flow.send(now + ms(2), PHONE, http_get(boot.tftp.ip, name))
        if name.endswith(".xml"):
            del capture.frames[before:]
        now = flow.send(now + ms(3), SERVER, http_answer(404, "Not Found"))
        flow.ack(now + ms(0.2), PHONE)
    flow.close(now + ms(20), PHONE)


@edge("boot_tftp_options")
def tftp_with_accidents(capture):
    """TFTP with options (blksize 1468, tsize, timeout): a request sent twice because the first answer is late, an OACK from a new port, a
    DATA block sent twice, two blocks in the wrong order, a packet from a foreign port refused with error 5. The file arrives."""
    boot = boot_of(capture)
    boot.lease()
    content = config_of(boot) + b"<!-- " + b"filler " * 700 + b"-->\n"
    asked = (("blksize", 1468), ("tsize", 0), ("timeout", 4))
    granted = (("blksize", 1468), ("tsize", len(content)), ("timeout", 4))
    flow = boot.tftp_flow()
    request = tftp_rrq(f"{boot.phone.name}.cnf.xml", asked)
    boot.now = flow.send(boot.now + ms(60), PHONE, request)
    boot.now = flow.send(boot.now + 4 * SECOND, PHONE, request)
    boot.answer_port(flow)

    def say(side, payload, after=ms(1)):
        boot.now = flow.send(boot.now + after, side, payload)

    blocks = [content[at:at + 1468] for at in range(0, len(content), 1468)]
    assert len(blocks) == 5 and len(blocks[-1]) < 1468
    say(SERVER, tftp_oack(granted))
    say(PHONE, tftp_ack(0))
    say(SERVER, tftp_data(1, blocks[0]))
    say(PHONE, tftp_ack(1))
    say(SERVER, tftp_data(2, blocks[1]))
    say(SERVER, tftp_data(2, blocks[1]), after=4 * SECOND)       # its ACK was lost before the capture point
    say(PHONE, tftp_ack(2))
    say(SERVER, tftp_data(4, blocks[3]))                         # overtakes block 3
    say(SERVER, tftp_data(3, blocks[2]), after=ms(0.2))
    say(PHONE, tftp_ack(3))
    say(SERVER, tftp_data(4, blocks[3]))
    say(PHONE, tftp_ack(4))
    own, flow.ports[SERVER] = flow.ports[SERVER], 45999
    say(SERVER, tftp_data(1, blocks[0]))                         # the answer to the second request
    say(PHONE, tftp_error(5, "Unknown transfer ID"))
    flow.ports[SERVER] = own
    say(SERVER, tftp_data(5, blocks[4]))
    say(PHONE, tftp_ack(5))
    register(talk_of(boot))


@edge("near_tftp_other_address")
def answers_from_another_address(capture):
    """The TFTP server has two addresses, and answers from the one that was not asked. The phone refuses the first answer by ICMP; to the
    repeated request the error comes twice, from two ports. Then it takes its configuration from that other address, and registers."""
    boot = boot_of(capture)
    boot.lease()
    other = Host("192.0.2.6", boot.tftp.mac, first_ident=0x6000)
    name = boot.phone.name + ".cnf.xml"

    def ask(file, server=other):
        flow = boot.tftp_flow()
        boot.now = flow.send(boot.now + ms(60), PHONE, tftp_rrq(file))
        flow = UdpFlow(capture, boot.host, server, flow.ports[PHONE], 40001, link=boot.link)
        return flow

    flow = ask("CTL" + boot.phone.name + ".tlv")
    boot.now = flow.send(boot.now + ms(2), SERVER, tftp_error(1, "File not found"))
    refused = capture.frames[-1][1][14:]
    complaint = ipv4(boot.host.ip, other.ip, PROTOCOL_ICMP, icmp_unreachable(3, refused[:40]), ttl=64)
    boot.frame(ethernet(boot.host.mac, other.mac, ETHERTYPE_IPV4, complaint), after=ms(1))
    boot.now += 4 * SECOND
    flow = ask("CTL" + boot.phone.name + ".tlv", boot.tftp)
    boot.now = flow.send(boot.now + ms(2), SERVER, tftp_error(1, "File not found"))
    flow.ports[SERVER] += 1
    boot.now = flow.send(boot.now + ms(2), SERVER, tftp_error(1, "File not found"))
    flow, content = ask(name), config_of(boot)
    for number in range(1, len(content) // 512 + 2):
        boot.now = flow.send(boot.now + ms(1), SERVER, tftp_data(number, content[(number - 1) * 512:number * 512]))
        boot.now = flow.send(boot.now + ms(0.5), PHONE, tftp_ack(number))
    register(talk_of(boot))


@edge("boot_config_twice")
def the_same_file_twice(capture):
    """The phone fetches its configuration, then again 34 s later before it connects: no loop, it registers."""
    boot = boot_of(capture)
    boot.lease()
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    boot.wait(34 * SECOND)
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    register(talk_of(boot))


@edge("boot_signed_only")
def locked_by_its_trust_list(capture):
    """A phone with the trust list of its former cluster asks for signed files only. The new server has only an unsigned one: not found,
    again and again, 45 s apart, and no connection."""
    boot = boot_of(capture)
    boot.lease()
    for _ in range(4):
        boot.fetch(f"CTL{boot.phone.name}.tlv")
        boot.fetch(f"ITL{boot.phone.name}.tlv")
        boot.fetch("ITLFile.tlv")
        boot.fetch(f"{boot.phone.name}.cnf.xml.sgn")
        boot.fetch("XMLDefault.cnf.xml.sgn")
        boot.wait(45 * SECOND)


@edge("boot_broken_xml")
def a_configuration_that_is_no_xml(capture):
    """The configuration is delivered but an end tag is missing in it and its end is cut off: the phone fetches it again every 15 s and
    never connects."""
    boot = boot_of(capture)
    boot.lease()
    boot.trust_files()
    broken = config_of(boot).replace(b"</devicePool>", b"")[:-12]
    for _ in range(4):
        boot.fetch(f"{boot.phone.name}.cnf.xml", broken)
        boot.wait(15 * SECOND)


@edge("boot_upgrade")
def new_firmware(capture):
    """The configuration names another load than the one that runs: the phone fetches the list of images and the images (counted octets),
    boots again, and registers with the new load."""
    boot = boot_of(capture, load=OLD_LOAD)
    images = ("jar41sccp.8-5-3TH1-6.sbn", "cnu41.8-5-3TH1-6.sbn", "apps41.8-5-3TH1-6.sbn", "dsp41.8-5-3TH1-6.sbn",
              "cvm41sccp.8-5-3TH1-6.sbn")
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", OLD_LOAD))
    boot.lease()
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    boot.fetch(f"{LOAD}.loads", b"".join(f"{image}\n".encode() for image in images) + counted(256))
    for number, image in enumerate(images):
        boot.fetch(image, counted(1800 + 300 * number, number))
    boot.wait(95 * SECOND)
    boot.phone.load = LOAD
    boot.frame(cdp_phone(boot.phone, "Cisco IP Phone 7961", LOAD))
    boot.lease()
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    register(talk_of(boot), alarm=(25, "Initialized"))


# -------------------------------------------------------------------------------------------- two phones

def whole_boot(boot, sport, server=None):
    boot.lease()
    boot.trust_files()
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot))
    talk = talk_of(boot, server, sport)
    register(talk)
    return talk


@edge("boot_two_phones_interleaved")
def two_at_once(capture):
    """Two phones boot at the same time, from DHCP to the idle screen, frame between frame: they stay two phones."""
    keep_alive(whole_boot(boot_of(capture, 0x61), 49175))
    other = boot_of(capture, 0x62, START + ms(3), lines=(("2002", "Bob Example"),))
    keep_alive(whole_boot(other, 49180))
    capture.sort()


@edge("boot_address_moves")
def an_address_changes_hands(capture):
    """A phone registers, signs off and releases its address; a minute later the DHCP server gives the same address to another phone, which
    registers from it."""
    boot = boot_of(capture, 0x61, address="192.0.2.77")
    talk = whole_boot(boot, 49175)
    keep_alive(talk)
    unregister(talk)
    boot.now = talk.now
    boot.release()
    other = boot_of(capture, 0x62, boot.now + 60 * SECOND, address="192.0.2.77", lines=(("2002", "Bob Example"),))
    keep_alive(whole_boot(other, 49176))


# ----------------------------------------------------------------------------------------------- connect

@edge("boot_failover_token")
def primary_dies_and_returns(capture):
    """A phone boots and registers on its primary. The primary falls silent: keepalives are repeated by TCP, then the phone gives up and
    registers on the backup. Two minutes later the primary is back: token, sign-off from the backup, home again."""
    boot = boot_of(capture)
    primary, backup = call_manager(), call_manager(BACKUP, 0x0B)
    talk = whole_boot(boot, 49175, primary)
    keep_alive(talk)
    question = talk.sccp.keep_alive_req()
    begin = talk.flow.next_seq[PHONE]
    talk.say(PHONE, question, after=30 * SECOND)
    for pause in (ms(300), ms(600), ms(1200), ms(2400), ms(4800), ms(9600)):
        talk.now += pause
        talk.flow.segment(talk.now, PHONE, PSH | ACK, question, seq=begin)
    talk.flow.rst(talk.now + SECOND, PHONE)
    boot.now = talk.now + SECOND
    old = talk_of(boot, backup, 49176)
    register(old, alarm=(17, "KeepaliveTO"))
    for _ in range(4):
        keep_alive(old)
    boot.now = old.now
    home = talk_of(boot, primary, 49177)
    home.connect()
    home.say(PHONE, home.sccp.register_token_req(home.phone))
    home.say(SERVER, home.sccp.register_token_ack())
    home.ack(PHONE, after=ms(150))
    old.now = home.now
    unregister(old)
    home.now = old.now
    accept(home, alarm=(18, "Failback"))
    fetch_templates(home)
    fetch_status(home)
    finish(home)
    keep_alive(home)


@edge("tls_sccp_2443")
def a_certificate_nobody_knows(capture):
    """A phone in secure mode connects to port 2443: ClientHello, ServerHello with a certificate, and the phone's fatal alert 48 (unknown
    CA), because its trust list does not hold the issuer. Records built by hand; key and signature are counted octets."""
    boot = boot_of(capture)
    flow = TcpFlow(capture, boot.host, call_manager(), 49175, 2443)
    now = flow.open(START)
    now = flow.send(now + ms(12), PHONE, tls_client_hello(counted(32, 1)))
    flow.ack(now + ms(0.2), SERVER)
    chain = certificate("cucm-pub.example.net", "Example New Cluster CA", "250101000000Z", "300101000000Z")
    flight = tls_server_hello(counted(32, 2)) + tls_certificate(chain) + tls_handshake(14, b"")
    now = flow.send(now + ms(3), SERVER, tls_record(22, flight))
    now = flow.send(now + ms(25), PHONE, tls_alert(2, 48))
    flow.close(now + ms(0.3), PHONE)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
