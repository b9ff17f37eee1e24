#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes small captures of SIP registrations of which a sentence is easily about the wrong moment or the wrong message: what came before
the capture, what came later, what is only half there, and which of several it belongs to. The idea is the docstring of the function that
makes the file, and the comment inside the file. All of them are made, none is recorded. What must be found in each of them stands in
tests/problems/EXPECTED."""

import sys

from boot_edges import boot_of, config_of, talk_of
from craft import ETHERTYPE_IPV4, PROTOCOL_ICMP, SECOND, Makers, command_line, ethernet, icmp, ipv4, ms
from hosts import BACKUP, PRIMARY, call_manager, handset, mac_of
from outcomes import COPIES, PBX, account, bind, bound, challenged_and_bound, registrar
from problems_sip import not_there
from sccp_dialogue import accept, keep_alive
from sccp_edges import talk_on
from sip_answers import goes_on
from sip_dialogue import CISCO_SUPPORTED, CUCM, PHONE, SERVER, Line, answer, challenge, digest, nonce
from sip_edges import START, cisco_line, tcp_talk, udp_talk

edge = Makers("sip_moments.py")


def deny(talk, request, value, code=401, phrase="Unauthorized", realm="example.net"):
    talk.say(SERVER, answer(request, code, phrase, [challenge(value, realm=realm), PBX] if code == 401 else [PBX], tag=f"{code}"))


@edge("near_sip_begins_challenged")
def the_first_frame_is_a_challenge(capture):
    """The capture begins with a 401. The phone answers it, and is registered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    value = nonce("begins")
    deny(talk, line.register(), value)
    request = line.register(line.authorization(value, realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("near_sip_other_realm_too")
def two_headers(capture):
    """A REGISTER has two Authorization headers: an older one for another realm, and the one that the 401 has asked for. It is refused again."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    value = nonce("two headers")
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, value)
    request = line.register(line.authorization(nonce("old"), realm="other.example", user="other"),
                            line.authorization(value, realm="example.net"))
    talk.say(PHONE, request)
    deny(talk, request, nonce("anew"))
    request = line.register(line.authorization(nonce("old"), realm="other.example", user="other"),
                            line.authorization(nonce("anew"), realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("problem_sip_refresh_fails")
def one_refresh_fails(capture):
    """A phone is registered, and its refresh fails by 500. A second later the next one is accepted: it was registered all the time."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 300)
    request = line.register()
    talk.say(PHONE, request, after=100 * SECOND)
    talk.say(SERVER, answer(request, 500, "Server Internal Error", [PBX], tag="500"))
    talk.now += SECOND
    bind(talk, line, 300)


@edge("problem_sip_redirect_same_call")
def elsewhere_in_the_same_call(capture):
    """A phone is sent to another server (302), goes there with the same Call-ID, and is refused."""
    talk, line = udp_talk(capture), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 302, "Moved Temporarily", [PBX, f"Contact: <sip:{BACKUP}>"], tag="302"))
    other = udp_talk(capture, server=call_manager(BACKUP, 0x0B), start=talk.now + ms(20))
    request = line.register()
    other.say(PHONE, request)
    other.say(SERVER, answer(request, 403, "Forbidden", [PBX], tag="403"))


@edge("near_sip_refresh_challenged")
def challenged_each_hour(capture):
    """A phone registers, and refreshes an hour later; each time it is challenged first."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("first"), "example.net", 3600)
    talk.now += 3500 * SECOND
    challenged_and_bound(talk, line, nonce("second"), "example.net", 3600)


@edge("sip_bare_words")
def said_and_nothing_told(capture):
    """Four phones are refused by 403 in words of the server's own."""
    for i, phrase in enumerate(("Wrong password", "bad auth", "No thanks", "Account locked")):
        talk, line = udp_talk(capture, handset(0x61 + i), registrar(), START + i * SECOND), account(f"200{i}", "example.net", 0x61 + i)
        request = line.register()
        talk.say(PHONE, request)
        deny(talk, request, nonce(phrase))
        request = line.register(line.authorization(nonce(phrase), realm="example.net"))
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 403, phrase, [PBX], tag="403"))


@edge("near_sip_listed_later")
def not_before_the_hour(capture):
    """A 200 lists another phone only. An hour later the phone asks with the same Call-ID again, and is listed: it has not waited an hour for
    that."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", ["Contact: <sip:2001@192.0.2.98:5060>;expires=3600", PBX], tag="other"))
    talk.now += 3500 * SECOND
    bind(talk, line)


@edge("near_sip_clean_up")
def all_contacts_first(capture):
    """A phone that boots removes all contacts of its account (Contact *, Expires 0), and registers half a second later."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net", cseq=1)
    request = line.register(contact="Contact: *", expires=0)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="gone"))
    talk.now += SECOND // 2
    bind(talk, line)


@edge("problem_sip_failover_same_call")
def both_servers_in_one_call(capture):
    """Two phones keep their Call-ID when they go to their second server. One is registered at the first, which then falls silent; the second
    one accepts it. The other one finds the first server silent, is accepted by the second, and two minutes later by the first."""
    def in_vain(talk, line, after):
        talk.say(PHONE, line.register(), after=after)
        for gap in (0.5, 1, 2, 4, 4):
            talk.say(PHONE, line.register(again=True), after=int(gap * SECOND))

    def at(last, server, start):
        return udp_talk(capture, handset(last), call_manager(server, int(server.rpartition(".")[2])), start)

    talk, line = at(0x61, PRIMARY, START), account("2001", "example.net")
    bind(talk, line, 300)
    in_vain(talk, line, 60 * SECOND)
    bind(at(0x61, BACKUP, talk.now + 20 * SECOND), line, 300)
    talk, line = at(0x62, PRIMARY, talk.now + 21 * SECOND), account("2002", "example.net", 0x62)
    in_vain(talk, line, ms(4))
    bind(at(0x62, BACKUP, talk.now + 20 * SECOND), line, 300)
    bind(at(0x62, PRIMARY, talk.now + 140 * SECOND), line, 300)


def listed(line, request, *contacts):
    """200: the account has these contacts, each a text behind the user and its seconds."""
    return answer(request, 200, "OK", [f"Contact: {', '.join(f'<sip:{line.number}@{at}>;expires={left}' for at, left in contacts)}", PBX],
                  tag="listed")


@edge("near_sip_own_binding")
def which_of_the_contacts(capture):
    """What a 200 lists first is not always the phone's. A phone comes back with another port: what it had before is listed first, for 20 s
    more. Another one has two flows of one device (reg-id), the older one for 40 s. A third one, registered, removes a contact of an address
    that it had before, alone and together with its refresh. A fourth one signs off, but the server goes on listing it. And a fifth one has a
    second contact, and signs off only that."""
    first, moved = udp_talk(capture, server=registrar()), account("2001", "example.net", port=5071)
    first.say(PHONE, request := moved.register())
    first.say(SERVER, listed(moved, request, (f"{moved.address}:5060", 20), (moved.at, 600)))

    talk, line = udp_talk(capture, handset(0x62), registrar(), first.now + SECOND), account("2002", "example.net", 0x62)
    flow = f'{line.contact};+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000002002>";reg-id='
    talk.say(PHONE, request := line.register(contact=f"{flow}2"))
    talk.say(SERVER, answer(request, 200, "OK", [f"{flow}1;expires=40", f"{flow}2;expires=600", PBX], tag="flows"))

    talk, line = udp_talk(capture, handset(0x63), registrar(), talk.now + SECOND), account("2003", "example.net", 0x63)
    bind(talk, line, 600)
    old = "Contact: <sip:2003@192.0.2.200:5060>"
    talk.say(PHONE, request := line.register(contact=old, expires=0), after=SECOND)
    talk.say(SERVER, listed(line, request, (line.at, 599)))
    talk.say(PHONE, request := line.register(contact=f"{old};expires=0, {line.contact[9:]}", expires=600), after=SECOND)
    talk.say(SERVER, bound(line, request, 600))

    talk, line = udp_talk(capture, handset(0x64), registrar(), talk.now + SECOND), account("2004", "example.net", 0x64)
    bind(talk, line, 600)
    talk.say(PHONE, request := line.register(expires=0), after=SECOND)
    talk.say(SERVER, listed(line, request, (line.at, 599)))

    talk, line = udp_talk(capture, handset(0x65), registrar(), talk.now + SECOND), account("2005", "example.net", 0x65)
    bind(talk, line, 600)
    second = f"Contact: <sip:2005@{line.address}:5090>"
    talk.say(PHONE, request := line.register(contact=second), after=SECOND)
    talk.say(SERVER, listed(line, request, (line.at, 599), (f"{line.address}:5090", 600)))
    talk.say(PHONE, request := line.register(contact=second, expires=0), after=SECOND)
    talk.say(SERVER, listed(line, request, (line.at, 598)))

    first.say(PHONE, request := moved.register(), after=300 * SECOND)
    first.say(SERVER, listed(moved, request, (moved.at, 600)))


@edge("near_sip_half_seen")
def what_stands_behind_the_cut(capture):
    """The capture keeps 400 octets of each packet. A registered phone signs off: Expires is cut off, and the 200 lists nothing. Another one is
    refused by 403: whether its REGISTER has credentials is not in the capture. And of a third one only the 200 to its sign-off is there."""
    capture.snaplen = 400
    long = f"Allow: {', '.join(f'METHOD{i:02}' for i in range(20))}"
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 600)
    talk.say(PHONE, request := line.register(long, expires=0), after=SECOND)
    talk.say(SERVER, answer(request, 200, "OK", [PBX], tag="gone"))
    talk, line = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND), account("2002", "example.net", 0x62)
    talk.say(PHONE, request := line.register(long, line.authorization(nonce("cut"), realm="example.net")))
    talk.say(SERVER, answer(request, 403, "Forbidden", [PBX], tag="403"))
    talk, line = udp_talk(capture, handset(0x63), registrar(), talk.now + SECOND), account("2003", "example.net", 0x63)
    bind(talk, line, 600)
    talk.say(SERVER, answer(line.register(expires=0), 200, "OK", [PBX], tag="gone"), after=SECOND)


def half_answer(capture, after, closed_by):
    """Half of a 401 arrives over TCP, and so much later one of the two closes the connection."""
    talk, line = tcp_talk(capture, handset(), registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request)
    whole = answer(request, 401, "Unauthorized", [challenge(nonce("half"), realm="example.net"), PBX], tag="401")
    talk.say(SERVER, whole[:len(whole) // 2])
    talk.ack(PHONE)
    talk.flow.close(talk.now + after, closed_by)


@edge("problem_sip_half_answer")
def half_an_answer(capture):
    """Half of a 401 arrives over TCP, and the server closes the connection."""
    half_answer(capture, SECOND, SERVER)


@edge("outcome_half_answer")
def half_an_answer_in_vain(capture):
    """Half of a 401 arrives over TCP. The phone waits for the rest for 40 seconds, and closes the connection."""
    half_answer(capture, 40 * SECOND, PHONE)


@edge("problem_sip_body_never_ends")
def announced_and_not_sent(capture):
    """Over TCP. A REGISTER announces a body of 99999999 octets; the server answers it, and the next one. Another phone gets the head of a 200
    that announces 40 octets, and no body; after a minute the server closes."""
    talk, line = tcp_talk(capture, server=registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    request = line.register()
    talk.say(PHONE, request.replace(b"Content-Length: 0", b"Content-Length: 99999999"))
    talk.say(SERVER, bound(line, request))
    bind(talk, line)

    host = handset(0x62)
    talk, line = tcp_talk(capture, host, registrar(), talk.now + SECOND), account("2002", "example.net", 0x62, transport="TCP", port=49201)
    talk.connect()
    talk.say(PHONE, request := line.register())
    talk.say(SERVER, bound(line, request).replace(b"Content-Length: 0", b"Content-Length: 40"))
    talk.ack(PHONE)
    talk.flow.close(talk.now + 60 * SECOND, SERVER)


@edge("near_sip_not_told")
def which_register_was_that(capture):
    """A registered phone is refused by 403, but the REGISTER that this refuses is not in the capture: it may be a sign-off. Another one is
    listed with an address of the server that answers, and a user of that one's choice; then it is ordered to start again (restart_now), and
    to boot (reboot_now). Of a third one only what the server sends over TCP is there, and the phone's last acknowledgment."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line, 600)
    talk.say(SERVER, answer(line.register(), 403, "Forbidden", [PBX], tag="403"), after=SECOND)

    talk, line = udp_talk(capture, handset(0x62), registrar(), talk.now + SECOND), account("2002", "example.net", 0x62)
    talk.say(PHONE, request := line.register(expires=600))
    talk.say(SERVER, answer(request, 200, "OK", [f"Contact: <sip:2002-k7q@{registrar().ip}:5060>;expires=600", PBX], tag="stands in"))
    for event in ("restart_now", "reboot_now"):
        talk.say(SERVER, order := line.ordered("NOTIFY", event, f"Event: {event}"), after=SECOND)
        talk.say(PHONE, answer(order, 200, "OK", tag="taken"))

    line = account("2003", "example.net", 0x63, transport="TCP", port=49201)
    talk = tcp_talk(capture, handset(0x63), registrar(), talk.now + SECOND)
    for _ in range(2):
        talk.say(SERVER, bound(line, line.register(), 120), after=100 * SECOND)
    talk.ack(PHONE)


@edge("outcome_closes_itself")
def its_own_doing(capture):
    """A phone registers over TCP, and closes the connection itself a second after the 200. Nothing follows for a minute."""
    talk, line = tcp_talk(capture, server=registrar()), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    bind(talk, line)
    talk.flow.close(talk.now + SECOND, PHONE)
    goes_on(capture, 0x62, "2002", START + 60 * SECOND)


@edge("near_sip_port_opens")
def open_after_all(capture):
    """Port 5060 is closed when the phone tries for the first time. Ten seconds later it lets the phone connect, and the REGISTER has no
    answer yet when the capture ends."""
    host = handset()
    not_there(capture, host, registrar(), 49200, START)
    talk, line = tcp_talk(capture, host, registrar(), START + 10 * SECOND), account("2001", "example.net", transport="TCP", port=49201)
    talk.connect()
    talk.say(PHONE, line.register())
    talk.ack(SERVER)


@edge("outcome_granted_no_time")
def no_time_at_all(capture):
    """A phone asks for an hour and is granted no second (expires=0). Nothing more follows for a minute."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", [PBX, line.contact + ";expires=0"], tag="none"))
    goes_on(capture, 0x62, "2002", START + 60 * SECOND)


@edge("near_sip_counts_not_on")
def the_answer_looks_like_a_copy(capture):
    """A phone answers the challenge with the CSeq and the branch of its first REGISTER, which both should be new, and is registered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    value = nonce("counts not on")
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, value)
    request = line.register(line.authorization(value, realm="example.net"), again=True)
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("near_sip_counts_alike")
def as_before_the_restart(capture):
    """Two phones register and, after a restart, send the same REGISTER once more, with the same Call-ID, CSeq and branch: one over UDP
    after 200 seconds, the other over a new TCP connection after half a minute. Both are accepted again."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line)
    request = line.register(again=True)
    talk.say(PHONE, request, after=200 * SECOND)
    talk.say(SERVER, bound(line, request))
    line = account("2002", "example.net", 0x62, transport="TCP", port=49201)
    for turn in range(2):
        talk = tcp_talk(capture, handset(0x62), registrar(), talk.now + 30 * SECOND, sport=49201 + turn)
        talk.connect()
        request = line.register(again=turn > 0)
        talk.say(PHONE, request)
        talk.say(SERVER, bound(line, request))
        talk.now = talk.flow.close(talk.now + SECOND, PHONE)


@edge("problem_sip_answer_elsewhere")
def from_another_address(capture):
    """A server answers each copy of a REGISTER from another address than it was asked at, and the phone goes on repeating it."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    elsewhere = udp_talk(capture, server=registrar(0x1F))
    request = line.register()
    for i, gap in enumerate(COPIES[:7]):
        talk.say(PHONE, request, after=int(gap * SECOND))
        elsewhere.now = talk.now
        elsewhere.say(SERVER, bound(line, request))
        talk.now = elsewhere.now


@edge("problem_sip_no_longer")
def accepted_until_now(capture):
    """A phone is registered with its password, and its refresh with the same one is refused by 403."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("at first"), "example.net", 300)
    talk.now += 200 * SECOND
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, nonce("no longer"))
    request = line.register(line.authorization(nonce("no longer"), realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 403, "Forbidden", [PBX], tag="403"))


@edge("near_sip_token_taken")
def a_token_at_hand(capture):
    """A client is asked for a Bearer token, sends one, and is registered."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 407, "Proxy Authentication Required", ['Proxy-Authenticate: Bearer realm="example.net"', PBX], tag="407"))
    request = line.register("Proxy-Authorization: Bearer test-only")
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request))


@edge("near_sip_token_in_advance")
def a_token_from_before(capture):
    """A client sends a Bearer token with its first REGISTER, and is registered. That of its refresh has run out: it sends another one."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register("Authorization: Bearer test-only")
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, 60))
    talk.now += 50 * SECOND
    request = line.register("Authorization: Bearer test-only")
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [PBX, 'WWW-Authenticate: Bearer error="invalid_token"'], tag="401"))
    request = line.register("Authorization: Bearer test-newer")
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, 60))


@edge("problem_sip_token_refused")
def refused_after_two_challenges(capture):
    """Two clients send a Bearer token that has run out, and are asked for one once more. What they send then is refused: one is forbidden to register (403), the
    other's server is not available (503)."""
    for number, (code, phrase) in enumerate(((403, "Forbidden"), (503, "Service Unavailable"))):
        talk = udp_talk(capture, handset(0x61 + number), registrar(), START + number * SECOND)
        line = account(f"200{1 + number}", "example.net", 0x61 + number)
        for token in ("", "old", "new"):
            request = line.register(*([f"Authorization: Bearer {token}"] if token else []))
            talk.say(PHONE, request)
            if token != "new":
                error = ', error="invalid_token", error_description="The access token expired"' if token else ""
                talk.say(SERVER, answer(request, 401, "Unauthorized", [PBX, f'WWW-Authenticate: Bearer realm="example.net"{error}'], tag=f"401{token}"))
        talk.say(SERVER, answer(request, code, phrase, [PBX], tag=f"{code}"))


@edge("near_sip_number_gone")
def known_until_now(capture):
    """The capture begins with the 200 for the one line of a Cisco phone. When that asks again, its number is unknown (404), twice."""
    host = handset()
    talk = udp_talk(capture, host, registrar())
    for again in range(3):
        line = Line("2001", host.ip, registrar().ip, "UDP", 5060, host.mac, "SEP00005E005361", 621, "Cisco-CP7821/12.1.1", serial=again)
        if not again:
            talk.say(SERVER, bound(line, line.register(), 60))
            continue
        talk.now += 300 * SECOND
        request = line.register()
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 404, "Not Found", [PBX], tag="404"))


@edge("near_sip_known_elsewhere")
def two_accounts_two_servers(capture):
    """A softphone is registered at one server; another one does not know its other account (404)."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    bind(talk, line)
    talk, line = udp_talk(capture, server=registrar(0x1F), start=talk.now + SECOND), account("9001", "other.example")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 404, "Not Found", [PBX], tag="404"))


@edge("near_sip_credentials_known")
def credentials_seen_otherwise(capture):
    """Two phones are challenged, and no answer to that is in the capture. One of them has sent its credentials before, and the next 401 to the
    other one says that they were computed with an old nonce."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, nonce("one"))
    request = line.register(line.authorization(nonce("one"), realm="example.net"))
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 403, "Wrong password", [PBX], tag="403"))
    talk.now += 90 * SECOND
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, nonce("two"))
    talk, line = udp_talk(capture, handset(0x62), registrar(), talk.now), account("2002", "example.net", 0x62)
    request = line.register()
    talk.say(PHONE, request)
    deny(talk, request, nonce("three"))
    request = line.register(line.authorization(nonce("three"), realm="example.net"))
    talk.now += 17 * SECOND
    talk.say(SERVER, answer(request, 401, "nonce has changed", [challenge(nonce("four"), realm="example.net"), PBX], tag="401"))
    goes_on(capture, 0x63, "2003", talk.now + 60 * SECOND)


@edge("near_sip_credentials_first")
def credentials_before_the_challenge(capture):
    """The capture begins with a REGISTER that answers a challenge of before, and that is challenged anew. Half a minute later the phone
    begins once more without credentials, and answers the challenge to that."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register(line.authorization(nonce("before"), realm="example.net"))
    talk.say(PHONE, request)
    deny(talk, request, nonce("one"))
    talk.now += 30 * SECOND
    challenged_and_bound(talk, line, nonce("two"), "example.net")


@edge("near_sip_refresh_unseen")
def a_refresh_is_lost_by_the_capture(capture):
    """A phone registers for 120 s. The capture lacks its refresh and the answer to that, but not that both are acknowledged. The server
    resets the connection later, and the phone registers at the backup."""
    host = handset()
    talk = tcp_talk(capture, host)
    line = account("2001", PRIMARY, 0x61)
    talk.connect()
    request = line.register(expires=120)
    talk.say(PHONE, request)
    talk.ack(SERVER)
    talk.say(SERVER, bound(line, request, 120))
    talk.ack(PHONE)
    held = len(capture.frames)
    talk.now += 115 * SECOND
    request = line.register(expires=120)
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, 120))
    del capture.frames[held:]
    talk.ack(SERVER)
    talk.ack(PHONE)
    talk.now += 40 * SECOND
    talk.flow.rst(talk.now, SERVER)
    second = tcp_talk(capture, host, call_manager(BACKUP, 0x0B), talk.now + SECOND, 49202)
    second.connect()
    goes_on_by_tcp(second, Line("2001", host.ip, BACKUP, "TCP", 49202))


def softphone(host, port, cseq=101):
    """Jabber on that host: its name is no MAC address, and not all in capitals."""
    return Line("4511", host.ip, PRIMARY, "TCP", port, mac_of(0x61), "CSFlaptop", 503, "Cisco-CSF", cseq=cseq)


def goes_on_by_tcp(talk, line):
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now))
    talk.ack(PHONE)


@edge("near_sip_clients_of_one_account")
def two_clients_of_one_account(capture):
    """Two softphones on one computer register the same account, each with a port of its own; the second one signs off, and the first one's
    contact is still listed."""
    first, second = (account("2001", "example.net", port=port, agent=agent, serial=port)
                     for port, agent in ((5060, "ExamplePhone/2.4"), (5070, "OtherPhone/1.1")))
    talk = udp_talk(capture, server=registrar())
    bind(talk, first)
    other = udp_talk(capture, server=registrar(), start=talk.now + SECOND, sport=5070)
    request = second.register()
    other.say(PHONE, request)
    other.say(SERVER, answer(request, 200, "OK", [f"{first.contact};expires=3599", f"{second.contact};expires=3600", PBX], tag="both"))
    request = second.register(expires=0)
    other.say(PHONE, request, after=5 * SECOND)
    other.say(SERVER, answer(request, 200, "OK", [f"{first.contact};expires=3594", PBX], tag="one"))


@edge("near_softphones_of_one_host")
def two_devices_at_one_address(capture):
    """The capture begins in the middle: IP Communicator and Jabber run on one computer, the one over SCCP, the other one over SIP. The
    computer gets another address; each fetches its configuration from there, IP Communicator by TFTP and Jabber by HTTP, and registers
    anew."""
    host = handset(0x97)
    old = talk_on(capture, host=host, sport=49800)
    for _ in range(2):
        keep_alive(old)
    goes_on_by_tcp(tcp_talk(capture, host, start=old.now + SECOND, sport=49900), softphone(host, 49900, 107))
    keep_alive(old)
    old.flow.rst(old.now + 50 * SECOND, SERVER)
    boot = boot_of(capture, start=old.now + 80 * SECOND, load="CIPC-8-6-6")
    boot.fetch(f"{boot.phone.name}.cnf.xml", config_of(boot, load=boot.phone.load))
    boot.http("CSFlaptop.cnf.xml", config_of(boot, protocol="SIP", load=""))
    sip = tcp_talk(capture, boot.host, start=boot.now + ms(50), sport=49901)
    sip.connect()
    sccp = talk_of(boot, sport=49801)
    sccp.connect()
    goes_on_by_tcp(sip, softphone(boot.host, 49901))
    accept(sccp)


@edge("near_sip_answers_missed")
def one_registration_all_the_time(capture):
    """The capture begins with the answer to a REGISTER. The phone refreshes its registration again and again; the answer to one of these is
    not captured, and the phone, which asks once only each time, has got it."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net", cseq=7)
    talk.say(SERVER, bound(line, line.register(expires=120), 120))
    for is_captured in (True, False, True):
        request = line.register(expires=120)
        talk.say(PHONE, request, after=115 * SECOND)
        if is_captured:
            talk.say(SERVER, bound(line, request, 120))


@edge("near_sip_asked_before")
def what_looks_like_a_heartbeat(capture):
    """A Cisco phone asks in the way of its heartbeats, without a reason and a body, and counts on from before the capture. It is refused
    twice, and then accepted, as one that the server did not have. Whether it was registered before the capture is not known."""
    host = handset()
    talk, line = udp_talk(capture, host), cisco_line(host, cseq=104)
    for _ in range(2):
        request = line.register(CISCO_SUPPORTED)
        talk.say(PHONE, request)
        talk.say(SERVER, answer(request, 404, "Not Found", [CUCM], tag="404"))
        talk.now += 30 * SECOND
    request = line.register(CISCO_SUPPORTED)
    talk.say(PHONE, request)
    talk.say(SERVER, line.granted(request, talk.now, new=True))


@edge("near_sip_challenged_anew")
def what_a_challenge_answers(capture):
    """A phone is registered, and asks again without credentials: the 401 says stale=true, although there was no nonce. It asks for a lamp,
    with credentials, and the 401 says nothing about them, and then 423: that is about the subscription."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    challenged_and_bound(talk, line, nonce("first"), "example.net", 300)
    request = line.register(expires=300)
    talk.say(PHONE, request, after=100 * SECOND)
    talk.say(SERVER, answer(request, 401, "Unauthorized", [challenge(nonce("next"), realm="example.net") + ",stale=true", PBX], tag="401"))
    request = line.register(line.authorization(nonce("next"), realm="example.net"), expires=300)
    talk.say(PHONE, request)
    talk.say(SERVER, bound(line, request, 300))
    for i, refusal in enumerate(((401, "Unauthorized", [challenge(nonce("lamp"), realm="example.net"), PBX]),
                                 (423, "Interval Too Brief", ["Min-Expires: 300", PBX]))):
        request = line.request("SUBSCRIBE", "lamp", "Event: message-summary", "Expires: 60",
                               digest("2001", "test-only", "SUBSCRIBE", line.uri, nonce(f"lamp {i}"), "example.net"), cseq=1001 + i)
        talk.say(PHONE, request, after=SECOND)
        talk.say(SERVER, answer(request, *refusal, tag="lamp"))


@edge("near_sip_contact_listed")
def the_contact_that_the_server_has_seen(capture):
    """A phone behind NAT asks with its own address; the server lists the address that it has seen, and the phone asks again with that."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    seen = "Contact: <sip:2001@203.0.113.7:33001>"
    request = line.register(expires=300)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", [f"{seen};expires=300", PBX], tag="seen", received="203.0.113.7"))
    request = line.register(expires=300, contact=seen)
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 200, "OK", [f"{seen};expires=300", PBX], tag="seen"))


@edge("problem_sip_redirect_nowhere")
def sent_away_without_an_address(capture):
    """A registrar answers by 302, and names no Contact: the phone is sent nowhere."""
    talk, line = udp_talk(capture, server=registrar()), account("2001", "example.net")
    request = line.register()
    talk.say(PHONE, request)
    talk.say(SERVER, answer(request, 302, "Moved Temporarily", [PBX], tag="302"))


@edge("problem_sip_refresh_not_received")
def what_icmp_says_of_a_refresh(capture):
    """The server is gone when a phone refreshes: ICMP says so of its only try. When it asks again, the time that it was granted is over."""
    host, server = handset(), registrar()
    talk, line = udp_talk(capture, host, server), account("2001", "example.net")
    bind(talk, line, 60)
    talk.say(PHONE, line.register(expires=60), after=50 * SECOND)
    complaint = ipv4(server.ip, host.ip, PROTOCOL_ICMP, icmp(3, 3, capture.frames[-1][1][14:]))
    capture.add(talk.now + ms(1), ethernet(host.mac, server.mac, ETHERTYPE_IPV4, complaint))
    talk.now += 100 * SECOND
    bind(talk, line, 60)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, edge.captures()))
