#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small SIP captures, one idea each. The idea is the docstring of the function that makes the file,
and the comment inside the file. All of them are made, none is recorded."""

import sys

from boot_dialogue import certificate, counted, tls_alert, tls_certificate, tls_client_hello, tls_record, tls_server_hello
from craft import (ACK, ETHERTYPE_IPV4, PROTOCOL_GRE, PROTOCOL_ICMP, PSH, SECOND, Host, Makers, TcpFlow, UdpFlow, command_line, ethernet,
                   gre, icmp_unreachable, ipv4, ms, utc)
from hosts import BACKUP, PRIMARY, call_manager, device_name, handset
from sip_dialogue import (ALLOW, CISCO_SUPPORTED, CUCM, PHONE, REMOTECC_REQUEST, REMOTECC_RESPONSE, SERVER, Line, SipTalk, answer,
                          challenge, date, message, message_summary, nonce, token)

START = utc("2026-03-03T08:00:00")
edge = Makers("sip_edges.py")


def udp_talk(capture, host=None, server=None, start=START, sport=5060, dport=5060, link=None):
    return SipTalk(UdpFlow(capture, host or handset(), server or call_manager(), sport, dport, link=link), start)


def tcp_talk(capture, host=None, server=None, start=START, sport=49201, dport=5060, link=None, mss=1460):
    return SipTalk(TcpFlow(capture, host or handset(), server or call_manager(), sport, dport, mss=mss, link=link), start)


def cisco_line(host, server=PRIMARY, number="2001", port=49201, agent="Cisco-CP7821/12.1.1", model=621, **options):
    name = device_name(host.mac)
    return Line(number, host.ip, server, "TCP", port, host.mac, name, model, agent, **options)


def cisco_talk(capture):
    """The usual phone on its TCP connection, and its line."""
    host = handset()
    talk = tcp_talk(capture, host)
    talk.connect()
    return talk, cisco_line(host)


def say_segments(talk, side, pieces, gap=ms(0.3)):
    """Sends `pieces` as one segment each."""
    for piece in pieces:
        talk.say(side, piece, after=gap)


# -------------------------------------------------------------------------------- call manager dialogues

# As the manual prints it, with its line breaks as folds and its typographic closing quote.
SEED_AUTHORIZATION = ('Authorization: Digest\r\n username="swhite",realm="ccmsipline",nonce="GBauADss2qoWr6k9y3hGGVDAqnLfoLk5",uri\r\n'
                      ' ="sip:172.18.197.224",algorithm=MD5,response="126c0643a4923359ab59d4f53494552e\u201d')
SEED_NONCE = "GBauADss2qoWr6k9y3hGGVDAqnLfoLk5"


@edge("sip_third_party_cucm")
def third_party(capture):
    """A third-party phone registers with CUCM over UDP: challenged without qop, then accepted by its digest user. The Authorization
    header is the printed example of CUCM's manual, with its folds and its curly quote."""
    host, server = handset(0x31, "172.18.197.31"), call_manager("172.18.197.224")
    talk = udp_talk(capture, host, server)
    line = Line("1002", host.ip, server.ip, user="swhite", agent="ExampleSoft/3.1")
    first = line.register(expires=300)
    talk.say(PHONE, first)
    talk.say(SERVER, answer(first, 100, "Trying", [CUCM]))
    talk.say(SERVER, answer(first, 401, "Unauthorized", [date(talk.now), CUCM, challenge(SEED_NONCE)], tag="1401"), after=ms(3))
    second = line.register(SEED_AUTHORIZATION, expires=300)
    talk.say(PHONE, second)
    talk.say(SERVER, answer(second, 100, "Trying", [CUCM]))
    talk.say(SERVER, line.granted(second, talk.now, 120, new=True), after=ms(22))
    notify = message_summary(line)
    talk.say(SERVER, notify, after=ms(9))
    talk.say(PHONE, answer(notify, 200, "OK", tag="phone1"))


ALARM_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<x-cisco-alarm>
<Alarm Name="DeviceTLInfo">
<ParameterList>
<String name="DeviceName">{name}</String>
<String name="CTLSignature">Not Installed</String>
<String name="ITLSignature">00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF</String>
<String name="TFTPServer">{server}</String>
<Int name="StatusCode">1</Int>
</ParameterList>
</Alarm>
</x-cisco-alarm>
"""

REMOTECC_HEAD = f"Content-Type: {REMOTECC_REQUEST}\r\nContent-Disposition: session;handling=optional\r\n\r\n"
BULK_REGISTER = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<x-cisco-remotecc-request>\r\n<bulkregisterreq>\r\n<contact all="true">\r\n'
                 "<register></register>\r\n</contact>\r\n</bulkregisterreq>\r\n</x-cisco-remotecc-request>\r\n")
OPTIONS_IND = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<x-cisco-remotecc-request>\r\n<optionsind>\r\n<combine max="6">\r\n'
               '<remotecc>\r\n<status></status>\r\n</remotecc>\r\n<service-control></service-control>\r\n</combine>\r\n'
               "<dialog usage=\"hook status\">\r\n<unot></unot>\r\n<sub></sub>\r\n</dialog>\r\n"
               "<presence usage=\"blf speed dial\">\r\n<unot></unot>\r\n<sub></sub>\r\n</presence>\r\n"
               "</optionsind>\r\n</x-cisco-remotecc-request>\r\n")
FIRST_REGISTER_BODY = (f"--uniqueBoundary\r\n{REMOTECC_HEAD}{BULK_REGISTER}"
                       f"--uniqueBoundary\r\n{REMOTECC_HEAD}{OPTIONS_IND}--uniqueBoundary--\r\n")
REGISTER_RESPONSE = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<x-cisco-remotecc-response>\r\n<response>\r\n<code>200</code>\r\n'
                     '<optionsind>\r\n<combine max="6">\r\n<remotecc>\r\n<status></status>\r\n</remotecc>\r\n'
                     "<service-control></service-control>\r\n</combine>\r\n</optionsind>\r\n</response>\r\n"
                     "</x-cisco-remotecc-response>\r\n")
HOLD_LAMP = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<x-cisco-remotecc-request>\r\n<mwiupdatereq>\r\n<status>off</status>\r\n'
             "</mwiupdatereq>\r\n</x-cisco-remotecc-request>\r\n")


def alarm_reason(line, number, last, load="sip78xx.12-1-1-12.loads"):
    return (f'Reason: SIP;cause=200;text="cisco-alarm:{number} Name={line.name} ActiveLoad={load} '
            f'InactiveLoad=sip78xx.11-7-1-17.loads Last={last}"')


def keep_standby(talk, line):
    """The heartbeat to a standby call manager: looks like a sign-off and is none."""
    request = line.register(CISCO_SUPPORTED, expires=0, contact=line.contact + ";expires=0;cisco-keep-alive")
    talk.say(PHONE, request)
    talk.ack(SERVER)
    talk.say(SERVER, line.granted(request, talk.now, 0, contact=line.contact + ";expires=0;cisco-keep-alive"))
    talk.ack(PHONE)


@edge("sip_cisco_cucm_tcp")
def cisco_phone(capture):
    """A Cisco 7821 with CUCM over TCP, in full: alarm REFER, first REGISTER with Reason and two XML parts, 200 with x-cisco-newreg, voice
    mail lamp, an order of the server, a presence subscription, a refresh after 115 s, heartbeats to a standby server, the order to
    restart, sign-off."""
    host, server, standby = handset(), call_manager(), call_manager(BACKUP, 0x0B)
    talk = tcp_talk(capture, host, server)
    line = cisco_line(host)
    session = f"Session-ID: {token('local', 1)}{token('local', 2)};remote={'0' * 32}"
    talk.connect()
    refer = line.request("REFER", "alarm", "Expires: 10", "Require: norefersub", f"Refer-To: cid:{token('cid')}@{host.ip}",
                         f"Content-Id: <{token('cid')}@{host.ip}>", "Content-Type: application/x-cisco-alarm+xml", cseq=1000,
                         from_user=line.mac, body=ALARM_BODY.format(name=line.name, server=PRIMARY))
    talk.say(PHONE, refer)
    talk.ack(SERVER)
    talk.say(SERVER, answer(refer, 202, "Accepted", [date(talk.now), CUCM], tag="refer1"))
    talk.ack(PHONE)

    first = line.register(date(talk.now), session, CISCO_SUPPORTED, ALLOW, alarm_reason(line, 25, "initialized"),
                          "Content-Type: multipart/mixed; boundary=uniqueBoundary", "MIME-Version: 1.0", body=FIRST_REGISTER_BODY)
    talk.say(PHONE, first, after=ms(850))
    talk.ack(SERVER)
    talk.say(SERVER, answer(first, 100, "Trying", [date(talk.now), CUCM]))
    talk.say(SERVER, line.granted(first, talk.now, 120, f"Content-Type: {REMOTECC_RESPONSE}", new=True, body=REGISTER_RESPONSE),
             after=ms(118))
    registered = talk.now
    talk.ack(PHONE)

    notify = message_summary(line)
    talk.say(SERVER, notify, after=ms(12))
    talk.say(PHONE, answer(notify, 200, "OK", tag="phone1"))
    order = line.ordered("REFER", "lamp", f"Refer-To: cid:{token('lamp')}@{PRIMARY}", f"Content-Id: <{token('lamp')}@{PRIMARY}>",
                         "Require: norefersub", f"Content-Type: {REMOTECC_REQUEST}", body=HOLD_LAMP)
    talk.say(SERVER, order, after=ms(5))
    talk.say(PHONE, answer(order, 202, "Accepted", tag="phone2"))
    talk.ack(SERVER)

    subscribe = line.request("SUBSCRIBE", "blf", "Event: presence", "Accept: application/cpim-pidf+xml", "Expires: 120", cseq=101,
                             to=f"sip:2002@{PRIMARY}")
    talk.say(PHONE, subscribe, after=ms(200))
    talk.say(SERVER, answer(subscribe, 200, "OK", [date(talk.now), CUCM, "Expires: 120"], tag="blf1"))
    state = line.ordered("NOTIFY", "blf", "Event: presence", "Subscription-State: active;expires=120",
                         "Content-Type: application/cpim-pidf+xml",
                         body='<?xml version="1.0" encoding="UTF-8"?>\r\n<presence entity="sip:2002@192.0.2.10"><tuple id="1"><status>'
                              "<basic>open</basic></status></tuple></presence>\r\n")
    talk.say(SERVER, state)
    talk.say(PHONE, answer(state, 200, "OK", tag=token("tag", line.call_id, "blf")))
    talk.ack(SERVER)

    # The standby connection, once now and once two minutes later.
    second = tcp_talk(capture, host, standby, talk.now + SECOND, sport=49202)
    other = cisco_line(host, BACKUP, port=49202)
    second.connect()
    keep_standby(second, other)

    talk.now = registered + 115 * SECOND
    refresh = line.register(session, CISCO_SUPPORTED)
    talk.say(PHONE, refresh, after=0)
    talk.ack(SERVER)
    talk.say(SERVER, answer(refresh, 100, "Trying", [date(talk.now), CUCM]))
    talk.say(SERVER, line.granted(refresh, talk.now, 120), after=ms(8))
    talk.ack(PHONE)
    second.now += 118 * SECOND
    keep_standby(second, other)

    control = line.ordered("NOTIFY", "control", "Event: service-control", "Subscription-State: active", "Content-Type: text/plain",
                           body=f"action=restart\r\nRegisterCallId={{{line.call_id}}}\r\n"
                                "ConfigVersionStamp={8d41c1f2-0000-4a6b-9d3e-5d0f3f6f1a01}\r\n"
                                "DialplanVersionStamp={3f64b8f5-0000-4e3a-8c6f-7f4d0d2b9a02}\r\n"
                                "SoftkeyVersionStamp={52f0a4d9-0000-41a8-8f55-2c1b6f7e8b03}\r\n")
    talk.now = max(talk.now, second.now)
    talk.say(SERVER, control, after=40 * SECOND)
    talk.say(PHONE, answer(control, 200, "OK", tag="phone3"))
    talk.ack(SERVER)
    last = line.register(session, CISCO_SUPPORTED, alarm_reason(line, 23, "reset-restart"), expires=0)
    talk.say(PHONE, last, after=ms(300))
    talk.ack(SERVER)
    talk.say(SERVER, line.granted(last, talk.now, 0))
    talk.now = talk.flow.close(talk.now + ms(20), PHONE)
    second.flow.close(talk.now + ms(5), PHONE)
    capture.sort()


# ------------------------------------------------------------------------------------------ how it is written

@edge("sip_forms")
def forms(capture):
    """The same REGISTER in the forms that the standard allows: compact names, mixed case and odd spaces, a folded Contact, several
    Contacts, quoted display names with commas and escaped quotes, and one message with bare line feeds. Six phones, each accepted."""
    server = call_manager()
    clock = START

    def ends(last, number):
        host = handset(last)
        nonlocal clock
        clock += SECOND
        return udp_talk(capture, host, server, clock), f"{host.ip}:5060", token("form", number)

    def exchange(talk, request, contact):
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 200, "OK", [contact, "Expires: 120", CUCM], tag="form"))

    talk, at, call = ends(0x51, 3001)
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"v: SIP/2.0/UDP {at};branch=z9hG4bK{call}", f"f: <sip:3001@192.0.2.10>;tag={call[:8]}", "t: <sip:3001@192.0.2.10>",
        f"i: {call}@{at[:-5]}", "CSeq: 1 REGISTER", f"m: <sip:3001@{at}>", "k: timer,100rel", "Expires: 600", "l: 0"], length=False),
        f"m: <sip:3001@{at}>;expires=120")

    talk, at, call = ends(0x52, 3002)
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"VIA: SIP/2.0/UDP {at};branch=z9hG4bK{call}", f"fROM : <sip:3002@192.0.2.10>;tag={call[:8]}", "tO\t:<sip:3002@192.0.2.10>",
        f"CALL-id: {call}@{at[:-5]}", "cSEQ:   1   REGISTER", f"cOnTaCt:<sip:3002@{at}>", "EXPIRES : 600", "content-LENGTH : 0"],
        length=False), f"Contact: <sip:3002@{at}>;expires=120")

    talk, at, call = ends(0x53, 3003)
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"Via: SIP/2.0/UDP\r\n  {at}\r\n\t;branch=z9hG4bK{call}", f"From: <sip:3003@192.0.2.10>;tag={call[:8]}",
        "To: <sip:3003@192.0.2.10>", f"Call-ID: {call}@{at[:-5]}", "CSeq: 1 REGISTER",
        f'Contact: <sip:3003@{at};transport=udp>\r\n ;+sip.instance="<urn:uuid:00000000-0000-0000-0000-00005e005353>"\r\n'
        '\t;+u.sip!devicename.ccm.cisco.com="SEP00005E005353"\r\n ;+u.sip!model.ccm.cisco.com="622"', "Expires:\r\n 600"]),
        f"Contact: <sip:3003@{at};transport=udp>;expires=120")

    talk, at, call = ends(0x54, 3004)
    several = (f'Contact: "Desk, left" <sip:3004@{at}>;q=0.9;expires=600, <sip:3004@{at[:-5]}:5070>;q=0.5',
               f"Contact: sip:3004@{at[:-5]}:5080")
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{call}", f"From: <sip:3004@192.0.2.10>;tag={call[:8]}", "To: <sip:3004@192.0.2.10>",
        f"Call-ID: {call}@{at[:-5]}", "CSeq: 1 REGISTER", *several, "Expires: 300"]),
        f"Contact: <sip:3004@{at}>;expires=120, <sip:3004@{at[:-5]}:5070>;expires=120, <sip:3004@{at[:-5]}:5080>;expires=120")

    talk, at, call = ends(0x55, 3005)
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{call}",
        f'From: "Example, Alice \\"Al\\" <desk>" <sip:3005@192.0.2.10>;tag={call[:8]}', 'To: "Example, Alice" <sip:3005@192.0.2.10>',
        f"Call-ID: {call}@{at[:-5]}", "CSeq: 1 REGISTER", f'Contact: "Al; the, one" <sip:3005@{at}>;q=1.0', "Expires: 600"]),
        f"Contact: <sip:3005@{at}>;expires=120")

    talk, at, call = ends(0x56, 3006)
    exchange(talk, message("REGISTER sip:192.0.2.10 SIP/2.0", [
        f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{call}", f"From: <sip:3006@192.0.2.10>;tag={call[:8]}", "To: <sip:3006@192.0.2.10>",
        f"Call-ID: {call}@{at[:-5]}", "CSeq: 1 REGISTER", f"Contact: <sip:3006@{at}>", "Expires: 600"], eol="\n"),
        f"Contact: <sip:3006@{at}>;expires=120")


@edge("sip_tcp_segments")
def segments(capture):
    """SIP over TCP does not care for segments: an answer and a NOTIFY in one, a REGISTER over five that cut header names and a value, three
    answers in one segment, keep-alive line ends between messages, and a last REGISTER without Content-Length."""
    talk, line = cisco_talk(capture)
    request = line.register(CISCO_SUPPORTED)
    head = request.find(b"Call-ID") + 4
    value = request.find(b"devicename") + 5
    say_segments(talk, PHONE, [request[:10], request[10:head], request[head:value], request[value:-3], request[-3:]])
    talk.ack(SERVER)
    notify = message_summary(line)
    talk.say(SERVER, answer(request, 100, "Trying", [CUCM]), line.granted(request, talk.now, 120, new=True), notify)
    talk.say(PHONE, answer(notify, 200, "OK", tag="phone1"))
    talk.ack(SERVER)
    talk.say(PHONE, b"\r\n\r\n", after=30 * SECOND)
    talk.say(SERVER, b"\r\n")
    talk.ack(PHONE)
    options = line.ordered("OPTIONS", "ping")
    control = line.ordered("NOTIFY", "mwi", "Event: message-summary", "Subscription-State: active",
                           "Content-Type: application/simple-message-summary", cseq=102, body="Messages-Waiting: yes\r\n")
    talk.say(SERVER, options + control[:90], after=20 * SECOND)
    talk.say(SERVER, control[90:], after=ms(2))
    refresh = line.register(CISCO_SUPPORTED)
    talk.say(PHONE, answer(options, 200, "OK", [ALLOW], tag="phone2"), answer(control, 200, "OK", tag="phone3"), refresh)
    talk.say(SERVER, line.granted(refresh, talk.now, 120))
    talk.ack(PHONE)
    bare = line.register(CISCO_SUPPORTED).replace(b"Content-Length: 0\r\n", b"")
    talk.say(PHONE, bare, after=60 * SECOND)
    talk.say(SERVER, line.granted(bare, talk.now, 120))
    talk.ack(PHONE)


# --------------------------------------------------------------------------------------------- refusals

@edge("sip_auth_cases")
def refusals(capture):
    """Eight phones and what a server may say: wrong password and four challenges, a stale nonce and then 200, 403, 404 after the digest,
    423 and a longer time, 503 with Retry-After, 407 with a Bearer challenge, 302 to another server."""
    server = call_manager()

    def phone(index, number):
        host = handset(0x70 + index)
        return udp_talk(capture, host, server, START + index * ms(217)), Line(number, host.ip, PRIMARY, user=f"user{number}",
                                                                               password="test-only")

    talk, line = phone(1, "4001")                                                  # the password is wrong
    request = line.register()
    for attempt in range(4):
        talk.say(PHONE, request, after=ms(4) if attempt < 2 else SECOND)
        value = nonce("wrong", attempt)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value), CUCM], tag=f"w{attempt}"))
        request = line.register(line.authorization(value, password="not-the-one"))

    talk, line = phone(2, "4002")                                                  # the nonce is too old
    talk.challenge_and_grant(line, nonce("fresh"))
    request = line.register(line.authorization(nonce("fresh")))
    talk.say(PHONE, request, after=115 * SECOND)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("new"), extra="stale=true, "), CUCM], tag="stale"))
    request = line.register(line.authorization(nonce("new")))
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now))

    for index, number, code, reason, headers in (
            (3, "4003", 403, "Forbidden", ['Warning: 399 192.0.2.10 "Unable to authenticate"']),
            (4, "4004", 404, "Not Found", [])):
        talk, line = phone(index, number)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce(number)), CUCM], tag="c"))
        request = line.register(line.authorization(nonce(number)))
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 100, "Trying", [CUCM]))
        talk.say(SERVER, answer(request, code, reason, [CUCM, *headers], tag="d"), after=ms(9))

    talk, line = phone(5, "4005")                                                  # too short a time
    request = line.register(expires=30)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 423, "Interval Too Brief", ["Min-Expires: 60", CUCM], tag="short"))
    request = line.register(expires=60)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, 60, new=True))

    talk, line = phone(6, "4006")                                                  # come back later
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 503, "Service Unavailable", ["Retry-After: 20", CUCM], tag="busy"))
    request = line.register()
    talk.say(PHONE, request, after=20 * SECOND)
    talk.say(SERVER, line.granted(request, talk.now, new=True))

    talk, line = phone(7, "4007")                                                  # a token, not a password
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 407, "Proxy Authentication Required",
                            ['Proxy-Authenticate: Bearer realm="ccmsipline", authz_server="https://192.0.2.10:8443/"', CUCM], tag="token"))

    talk, line = phone(8, "4008")                                                  # elsewhere
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 302, "Moved Temporarily", [f"Contact: <sip:4008@{BACKUP}>", CUCM], tag="moved"))
    other = udp_talk(capture, talk.flow.hosts[PHONE], call_manager(BACKUP, 0x0B), talk.now)
    line = Line("4008", talk.flow.hosts[PHONE].ip, BACKUP)
    request = line.register()
    other.say(PHONE, request)
    other.say(SERVER, line.granted(request, other.now, new=True))
    capture.sort()


@edge("sip_retransmissions")
def sent_again(capture):
    """A slow server: the REGISTER is sent three times with one CSeq, then answered by 100 and by the same 200 twice. One registration,
    one attempt."""
    talk = udp_talk(capture)
    line = Line("2001", talk.flow.hosts[PHONE].ip, PRIMARY)
    request = line.register()
    talk.say(PHONE, request)
    talk.say(PHONE, request, after=ms(500))
    talk.say(PHONE, request, after=SECOND)
    talk.say(SERVER, answer(request, 100, "Trying", [CUCM]), after=ms(90))
    granted = line.granted(request, talk.now, new=True)
    talk.say(SERVER, granted, after=ms(300))
    talk.say(SERVER, granted, after=ms(12))
    refresh = line.register()
    talk.say(PHONE, refresh, after=115 * SECOND)
    talk.say(SERVER, line.granted(refresh, talk.now))


@edge("sip_nat_two_phones")
def behind_one_address(capture):
    """Two phones, 10.0.0.21 and 10.0.0.22, register through a NAT at 203.0.113.7: one source address, two ports; their Via and Contact
    hold private addresses and the answers carry received."""
    server = call_manager()
    for number, (private, port) in enumerate((("10.0.0.21", 40021), ("10.0.0.22", 40022))):
        router = Host("203.0.113.7", "00:00:5e:00:53:01", ttl=61, first_ident=0x0300 + number * 0x100)
        talk = udp_talk(capture, router, server, START + ms(7) * number, sport=port)
        line = Line(f"200{number + 1}", private, PRIMARY, user=f"remote{number + 1}", password="test-only")
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("nat", number)), CUCM], tag="n", received=router.ip))
        request = line.register(line.authorization(nonce("nat", number)))
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=True, received=router.ip))
    capture.sort()


@edge("near_sip_other_products")
def told_apart_by_what_they_are(capture):
    """Three phones behind one address that each name the outer address in their Contact. The first has two numbers on ports of their own, the
    second is another product and is refused, the third has its inner address left in its Via. A fourth host, elsewhere, names a public
    address in its Contact that nothing comes from."""
    router = Host("203.0.113.7", "00:00:5e:00:53:01", ttl=61, first_ident=0x0300)

    def register(number, port, agent, host=router, accepted=True, **options):
        talk = udp_talk(capture, host, start=START + ms(20) * len(capture.frames), sport=port)
        line = Line(number, options.pop("address", host.ip), PRIMARY, port=port, agent=agent, **options)
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, line.granted(request, talk.now, new=True) if accepted else answer(request, 403, "Forbidden", [CUCM], tag="no"))

    register("2001", 40021, "ExamplePhone T42 2.4.1")
    register("2002", 40022, "ExamplePhone T43 2.4.1", accepted=False)
    register("2003", 40023, "ExamplePhone T42 2.4.1", address="10.0.0.23", contact="Contact: <sip:2003@203.0.113.7:40023>",
             cseq=4711)
    register("2011", 40031, "ExamplePhone T42 2.5.0")
    register("2004", 5079, "ExampleSoft/6", Host("198.51.100.44", "00:00:5e:00:53:02", ttl=60, first_ident=0x0900),
             contact="Contact: <sip:2004@192.0.2.1>")


@edge("near_sip_inside_twice")
def behind_two_addresses(capture):
    """Two phones at two sites have the same private address, each behind a router of its own, and register at one server: the one is
    accepted and refreshes over another port, the other one is refused."""
    def at(site, port, start):
        router = Host(f"203.0.113.{7 + site}", f"00:00:5e:00:53:{site + 1:02x}", ttl=61, first_ident=0x0300 + port)
        return udp_talk(capture, router, call_manager(), start, sport=port)

    first, second = (Line(number, "192.168.1.2", PRIMARY) for number in ("2001", "2002"))
    talk, other = at(0, 40021, START), at(1, 40021, START + SECOND)
    request = first.register()
    talk.say(PHONE, request)
    talk.say(SERVER, first.granted(request, talk.now, new=True))
    request = second.register()
    other.say(PHONE, request)
    other.say(SERVER, answer(request, 403, "Forbidden", [CUCM], tag="no"))
    talk = at(0, 40099, START + 60 * SECOND)
    request = first.register()
    talk.say(PHONE, request)
    talk.say(SERVER, first.granted(request, talk.now))


@edge("near_sip_other_address")
def at_another_address(capture):
    """Two phones that are registered get another address, and refresh from there: the one keeps its Call-ID, the other one begins a new
    one and tells the same device (+sip.instance). Of a third one only the answers are here, and an OPTIONS of the server."""
    instance = ';+sip.instance="<urn:uuid:00000000-0000-1000-8000-000000000064>"'
    for turn in range(2):
        hosts = [handset(last + turn) for last in (0x61, 0x63)]
        talks = [udp_talk(capture, host, start=START + (60 * turn + i) * SECOND) for i, host in enumerate(hosts)]
        if turn == 0:
            kept = Line("2001", hosts[0].ip, PRIMARY)
        kept.at = f"{hosts[0].ip}:5060"
        told = Line("2002", hosts[1].ip, PRIMARY, serial=turn)
        for talk, line, extra in zip(talks, (kept, told), ("", instance)):
            request = line.register(contact=f"Contact: <sip:{line.number}@{line.at}>{extra}")
            talk.say(PHONE, request)
            talk.say(SERVER, answer(request, 200, "OK", [f"Contact: <sip:{line.number}@{line.at}>;expires=600"], tag=f"ok{turn}"))
    talk, line = udp_talk(capture, handset(0x65), start=START + 70 * SECOND), Line("2003", handset(0x65).ip, PRIMARY)
    for i in range(2):
        talk.say(SERVER, answer(line.register(), 200, "OK", [f"{line.contact};expires=600"], tag="seen"), after=SECOND)
        talk.say(SERVER, line.ordered("OPTIONS", f"there{i}"), after=SECOND)


@edge("problem_sip_redirect_to_itself")
def sent_to_where_it_is(capture):
    """A server sends a phone to itself (302), and does so again when the phone has followed. Another phone that has asked over UDP is sent to
    the same address over TCP: that is elsewhere."""
    for i, transport in enumerate(("", ";transport=tcp")):
        host = handset(0x61 + i)
        talk, line = udp_talk(capture, host, start=START + i * SECOND), Line(f"200{i + 1}", host.ip, PRIMARY)
        for turn in range(2 - i):
            request = line.register()
            talk.say(PHONE, request)
            talk.say(SERVER, answer(request, 302, "Moved Temporarily", [CUCM, f"Contact: <sip:{PRIMARY}:5060{transport}>"], tag=f"to{turn}"))


@edge("problem_sip_own_ports")
def from_the_port_of_servers(capture):
    """Phones whose own port is the one that servers have: one asks over TCP from port 5060 to port 5082 and is refused, one does not trust
    the certificate of a server at port 5081, which it asks over TLS from port 5061. Somebody else asks a web server from port 5061."""
    host = handset()
    talk, line = tcp_talk(capture, host, sport=5060, dport=5082), Line("2001", host.ip, PRIMARY, "TCP")
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 403, "Forbidden", [CUCM], tag="no"))
    talk.flow.close(talk.now + ms(3), SERVER)
    proof = certificate("sbc", "sbc", "250101000000Z", "350101000000Z")
    for i, dport in enumerate((5081, 443)):
        flow = TcpFlow(capture, handset(0x62 + i), call_manager(), 5061, dport)
        now = flow.send(flow.open(START + (1 + i) * SECOND) + ms(12), PHONE, tls_client_hello(counted(32, 1)))
        now = flow.send(now + ms(3), SERVER, tls_record(22, tls_server_hello(counted(32, 2)) + tls_certificate(proof)))
        now = flow.send(now + ms(3), PHONE, tls_alert(2, 48))
        flow.close(now + ms(3), PHONE)


@edge("sip_duplicate_digest_user")
def shared_user(capture):
    """Two phones, 2001 and 2002, use the same digest user. The first registers; the second is refused with 404, and a minute later
    again."""
    server = call_manager()
    first_host, second_host = handset(0x61), handset(0x62)
    talk = udp_talk(capture, first_host, server)
    line = Line("2001", first_host.ip, PRIMARY, user="shared", password="test-only")
    talk.challenge_and_grant(line, nonce("first"))
    other = udp_talk(capture, second_host, server, START + 10 * SECOND)
    line = Line("2002", second_host.ip, PRIMARY, user="shared", password="test-only")
    for attempt in range(2):
        request = line.register()
        other.say(PHONE, request, after=60 * SECOND if attempt else ms(4))
        other.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("second", attempt)), CUCM], tag=f"s{attempt}"))
        request = line.register(line.authorization(nonce("second", attempt)))
        other.say(PHONE, request)
        other.say(SERVER, answer(request, 100, "Trying", [CUCM]))
        other.say(SERVER, answer(request, 404, "Not Found", [CUCM], tag=f"t{attempt}"), after=ms(6))


@edge("sip_unregister_and_standby")
def three_kinds_of_zero(capture):
    """Expires 0 three ways: the heartbeat of a Cisco phone to its standby server (no sign-off), a sign-off with the Contact, and a third
    party's sign-off with Contact *."""
    host, server, standby = handset(), call_manager(), call_manager(BACKUP, 0x0B)
    talk = tcp_talk(capture, host, server)
    line = cisco_line(host)
    talk.connect()
    request = line.register(CISCO_SUPPORTED, alarm_reason(line, 25, "initialized"))
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    talk.ack(PHONE)
    second = tcp_talk(capture, host, standby, talk.now + ms(300), sport=49202)
    backup_line = cisco_line(host, BACKUP, port=49202)
    second.connect()
    keep_standby(second, backup_line)
    third = udp_talk(capture, handset(0x62), server, START + 20 * SECOND)
    other = Line("2002", "192.0.2.98", PRIMARY, user="third", password="test-only")
    third.challenge_and_grant(other, nonce("third"))
    request = other.register(other.authorization(nonce("third")), expires=0, contact="Contact: *")
    third.say(PHONE, request, after=30 * SECOND)
    third.say(SERVER, answer(request, 200, "OK", [date(third.now), CUCM, "Expires: 0"], tag="gone"))
    talk.now = START + 90 * SECOND
    request = line.register(CISCO_SUPPORTED, alarm_reason(line, 22, "reset-reset"), expires=0)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, 0))
    talk.flow.close(talk.now + ms(10), PHONE)
    second.flow.close(talk.now + ms(14), PHONE)
    capture.sort()


# ------------------------------------------------------------------------------------------- what carries it

@edge("sip_ipv6_udp")
def over_ipv6(capture):
    """A phone registers over IPv6 and UDP, with a digest that has qop: addresses in brackets in the URI, the Via and the Contact."""
    host, server = handset(address="2001:db8::61"), call_manager("2001:db8::10")
    talk = udp_talk(capture, host, server)
    line = Line("2001", host.ip, server.ip, user="six", password="test-only")
    talk.challenge_and_grant(line, nonce("six"), qop=True)
    notify = message_summary(line)
    talk.say(SERVER, notify, after=ms(4))
    talk.say(PHONE, answer(notify, 200, "OK", tag="phone1"))


@edge("sip_fragmented_udp")
def in_fragments(capture):
    """A Cisco phone whose first REGISTER, about 2.5 KiB with its two XML parts, goes over UDP in two IP fragments; the second copy of it,
    after half a second, loses its last fragment and is answered all the same because the first was complete."""
    host = handset()
    talk = udp_talk(capture, host)
    line = Line("2001", host.ip, PRIMARY, "UDP", 5060, host.mac, "SEP00005E005361", 621, "Cisco-CP7821/12.1.1")
    request = line.register(CISCO_SUPPORTED, ALLOW, alarm_reason(line, 25, "initialized"),
                            "Content-Type: multipart/mixed; boundary=uniqueBoundary", "MIME-Version: 1.0",
                            body=FIRST_REGISTER_BODY + " " * 80)
    talk.say(PHONE, request)
    kind, pieces = talk.flow.packets(PHONE, request)
    talk.now += ms(500)
    capture.add(talk.now, talk.flow.link(host, talk.flow.hosts[SERVER], kind, pieces[0]))
    talk.say(SERVER, line.granted(request, talk.now, new=True), after=ms(40))
    refresh = line.register(CISCO_SUPPORTED)
    talk.say(PHONE, refresh, after=115 * SECOND)
    talk.say(SERVER, line.granted(refresh, talk.now))


@edge("sip_vlan_gre")
def inside_vlan_and_gre(capture):
    """A SIP registration as a remote port mirror delivers it: VLAN 110 outside, a GRE tunnel, then the phone's own packets, UDP and then
    TCP."""
    tunnel = Host("198.51.100.1", "00:00:5e:00:53:f1"), Host("198.51.100.2", "00:00:5e:00:53:f2")

    def link(_src, _dst, kind, packet):
        outer = ipv4(tunnel[0].ip, tunnel[1].ip, PROTOCOL_GRE, gre(kind, packet))
        return ethernet(tunnel[0].mac, tunnel[1].mac, ETHERTYPE_IPV4, outer, vlan=110)
    talk = udp_talk(capture, link=link)
    talk.challenge_and_grant(Line("2001", "192.0.2.97", PRIMARY, password="test-only"), nonce("gre"))
    host = handset(0x62)
    talk = tcp_talk(capture, host, start=START + 5 * SECOND, link=link, mss=1400)
    line = cisco_line(host, number="2002")
    talk.connect()
    request = line.register(CISCO_SUPPORTED)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))
    talk.ack(PHONE)


@edge("sip_icmp_port_unreachable")
def nothing_listens(capture):
    """REGISTER over UDP to a host where nothing listens on 5060: port unreachable after each of three copies; then the backup accepts."""
    host = handset()
    talk = udp_talk(capture, host)
    line = Line("2001", host.ip, PRIMARY)
    request = line.register()
    server = talk.flow.hosts[SERVER]
    for pause in (ms(0), ms(500), SECOND):
        talk.now += pause
        kind, (packet,) = talk.flow.packets(PHONE, request)
        capture.add(talk.now, ethernet(host.mac, server.mac, kind, packet))
        complaint = ipv4(server.ip, host.ip, PROTOCOL_ICMP, icmp_unreachable(3, packet))
        capture.add(talk.now + ms(0.4), ethernet(server.mac, host.mac, ETHERTYPE_IPV4, complaint))
    backup = udp_talk(capture, host, call_manager(BACKUP, 0x0B), talk.now + 2 * SECOND)
    line = Line("2001", host.ip, BACKUP)
    request = line.register()
    backup.say(PHONE, request)
    backup.say(SERVER, line.granted(request, backup.now, new=True))


@edge("problem_icmp_two_servers")
def two_reasons(capture):
    """A phone asks two servers over UDP. At the first one ICMP says, in that host's own name, that it does not know the protocol; of the
    second one a router says that it cannot be reached."""
    host, router, start = handset(), Host("192.0.2.1", "00:00:5e:00:53:01"), START
    for server, code, teller in ((call_manager(), 2, call_manager()), (call_manager(BACKUP, 0x0B), 1, router)):
        talk = udp_talk(capture, host, server, start)
        talk.say(PHONE, Line("2001", host.ip, server.ip).register())
        packet = capture.frames[-1][1][14:]
        complaint = ipv4(teller.ip, host.ip, PROTOCOL_ICMP, icmp_unreachable(code, packet))
        capture.add(talk.now + ms(0.4), ethernet(teller.mac, host.mac, ETHERTYPE_IPV4, complaint))
        start = talk.now + 2 * SECOND


@edge("sip_hostile")
def bytes_no_phone_sends(capture):
    """Messages made to break a reader: a header without end, 10,000 headers, a Content-Length of 4 GB, NULs, an answer that nobody asked
    for, a CSeq and an Expires beyond 32 bits, a digest without values. Each from a phone of its own, and a good REGISTER at the end."""
    server = call_manager()
    clock = START

    def own(last, tcp=False):
        nonlocal clock
        clock += SECOND
        host = handset(last)
        if tcp:
            talk = tcp_talk(capture, host, server, clock, sport=50000 + last)
            talk.connect()
        else:
            talk = udp_talk(capture, host, server, clock)
        return talk, Line(str(5000 + last), host.ip, PRIMARY, "TCP" if tcp else "UDP", 50000 + last if tcp else 5060)

    talk, line = own(0x81)                                       # the header never ends
    talk.say(PHONE, line.register()[:-4].rsplit(b"\r\n", 2)[0] + b"\r\nX-Long: " + b"a" * 900)
    talk, line = own(0x82)                                       # only a start line, and not even its end
    talk.say(PHONE, b"REGISTER sip:192.0.2.10 SIP/2.0")
    talk, line = own(0x83, tcp=True)                             # ten thousand headers
    talk.say(PHONE, line.register(*["x:"] * 10_000))
    talk.say(SERVER, line.granted(line.register(again=True), talk.now))
    talk, line = own(0x84, tcp=True)                             # a body of 4 GB is announced
    talk.say(PHONE, line.register().replace(b"Content-Length: 0", b"Content-Length: 4294967295") + b"x" * 64)
    talk.say(PHONE, line.register())
    talk, line = own(0x85)
    talk.say(PHONE, line.register().replace(b"Content-Length: 0", b"Content-Length: -1"))
    talk.say(PHONE, line.register().replace(b"Content-Length: 0", b"Content-Length: 99999999999999999999"))
    talk, line = own(0x86)                                       # NULs and control bytes
    request = line.register()
    talk.say(PHONE, request.replace(b"ExamplePhone", b"Ex\0ample\x1b[31m\xff\xfe%n%s{tip}"))
    talk.say(PHONE, request.replace(b"<sip:5134@192.0.2.10>;tag", b"\0<sip:\0@\0>;tag"))
    talk, line = own(0x87)                                       # an answer without a request
    talk.say(SERVER, line.granted(line.register(), talk.now))
    talk.say(SERVER, b"SIP/2.0 200 OK\r\n\r\n")
    talk.say(SERVER, b"SIP/2.0 99999 \r\nCSeq: 1 REGISTER\r\n\r\n")
    talk, line = own(0x88)                                       # numbers beyond 32 bits
    talk.say(PHONE, line.register(expires=99999999999).replace(b"CSeq: 101", b"CSeq: 18446744073709551617"))
    talk.say(PHONE, line.register(expires=-5))
    talk, line = own(0x89)                                       # digests without values
    for header in ("Authorization: Digest", "Authorization: Digest ,,,=,\"", 'Authorization: Digest username="' + "u" * 400,
                   "Authorization:"):
        talk.say(PHONE, line.register(header))
    talk, line = own(0x8A)                                       # nothing but line ends and colons
    talk.say(PHONE, b"REGISTER sip: SIP/2.0\r\n:\r\n: :\r\n\r\n")
    talk.say(PHONE, b"REGISTER  SIP/2.0\r\nCall-ID: \r\nCSeq: REGISTER\r\nContact: <<<>>>;;;=\r\nVia:\r\n\r\n")
    talk, line = own(0x8B, tcp=True)                             # the answer is cut by the end of the connection
    request = line.register()
    talk.say(PHONE, request)
    talk.flow.segment(talk.now + ms(1), SERVER, PSH | ACK, line.granted(request, talk.now)[:120])
    talk.flow.rst(talk.now + ms(2), SERVER)
    talk, line = own(0x8C)                                       # and one as it should be
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
