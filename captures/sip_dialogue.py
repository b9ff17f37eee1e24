# SPDX-License-Identifier: GPL-2.0-or-later
"""How a SIP phone and a call manager talk: messages as bytes, and a conversation with a clock.

  message, answer    one SIP message from its parts, and the answer to a request
  digest             what a phone computes when it is challenged
  Line               the dialogue state behind one phone's REGISTERs: Call-ID, tag, CSeq, Contact
  SipTalk            a UdpFlow or TcpFlow with a clock, as the Talk of sccp_dialogue is

Nothing here is random: what a stack would draw by lot (branches, tags, nonces) is a digest of names.
"""

import base64
import datetime
import hashlib

from craft import SECOND, TcpFlow, ms

PHONE, SERVER = TcpFlow.CLIENT, TcpFlow.SERVER
CUCM = "Server: Cisco-CUCM11.5"
CUCM_SUPPORTED = "Supported: X-cisco-srtp-fallback,X-cisco-sis-8.0.0"
REALM = "ccmsipline"
ALLOW = "Allow: REGISTER,INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,REFER,SUBSCRIBE,UPDATE"
CISCO_SUPPORTED = ("Supported: replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,"
                   "X-cisco-escapecodes,X-cisco-service-control,X-cisco-srtp-fallback,X-cisco-monrec,X-cisco-config,X-cisco-sis-7.0.0,"
                   "X-cisco-xsi-8.5.1")
REMOTECC_REQUEST = "application/x-cisco-remotecc-request+xml"
REMOTECC_RESPONSE = "application/x-cisco-remotecc-response+xml"


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def token(*names):
    """Sixteen hexadecimal digits that stand for something drawn by lot."""
    return md5("|".join(str(name) for name in names))[:16]


def nonce(*names):
    """32 base64 characters, the form of CUCM's nonces."""
    return base64.b64encode(hashlib.sha256("|".join(str(n) for n in names).encode()).digest()[:24]).decode()


def date(time_ns):
    moment = datetime.datetime.fromtimestamp(time_ns // SECOND, datetime.timezone.utc)
    return "Date: " + moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def message(start, headers, body=b"", eol="\r\n", length=True):
    """`headers`: complete lines; those that are empty are left out. length: whether Content-Length is added."""
    body = body.encode() if isinstance(body, str) else body
    lines = [start, *(line for line in headers if line)]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return eol.join([*lines, "", ""]).encode() + body


def header_lines(request, names):
    """The lines of `request` whose name is one of `names` (long or compact), folded lines joined."""
    text = request.replace(b"\r\n", b"\n").split(b"\n\n")[0].decode("utf-8", "replace")
    lines = text.replace("\n ", " ").replace("\n\t", " ").split("\n")[1:]
    return [line for line in lines if line.partition(":")[0].strip().lower() in names]


def answer(request, code, reason, headers=(), body=b"", tag="", received=""):
    """What a server (or a phone) sends back: Via, From, To, Call-ID and CSeq are those of the request."""
    copied = []
    for names in (("via", "v"), ("from", "f"), ("to", "t"), ("call-id", "i"), ("cseq",)):
        for line in header_lines(request, names):
            if names[0] == "via" and received:
                line += f";received={received}"
            if names[0] == "to" and tag and ";tag=" not in line:
                line += f";tag={tag}"
            copied.append(line)
    return message(f"SIP/2.0 {code} {reason}", [*copied, *headers], body)


def challenge(value, name="WWW-Authenticate", realm=REALM, extra=""):
    """CUCM's form: no qop, no opaque."""
    return f'{name}: Digest realm="{realm}", nonce="{value}", {extra}algorithm=MD5'


def digest(user, password, method, uri, value, realm=REALM, qop=False):
    """The Authorization header for the challenge `value`."""
    ha1, ha2 = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    start = f'Authorization: Digest username="{user}",realm="{realm}",nonce="{value}",uri="{uri}",algorithm=MD5'
    if not qop:
        return start + f',response="{md5(f"{ha1}:{value}:{ha2}")}"'
    cnonce = token("cnonce", value)
    response = md5(f"{ha1}:{value}:00000001:{cnonce}:auth:{ha2}")
    return start + f',qop=auth,nc=00000001,cnonce="{cnonce}",response="{response}"'


class Line:
    """One phone's registration of one number at one server."""

    def __init__(self, number, address, server, transport="UDP", port=5060, mac="", name="", model=0, agent="ExamplePhone/2.4",
                 user="", password="", contact=None, cseq=101, serial=0, tls=False):
        self.number, self.address, self.server = number, address, server
        self.transport, self.port = transport, port
        self.mac, self.name, self.model = mac.replace(":", ""), name, model
        self.agent = agent
        self.user, self.password = user or number, password
        host = f"[{address}]" if ":" in address else address
        self.at = f"{host}:{port}"
        self.uri = f"sip:[{server}]" if ":" in server else f"sip:{server}"
        seed = token("line", number, address, server, serial)
        self.tag = f"{self.mac}{seed[:8]}" if mac else seed
        self.call_id = f"{self.mac[:8]}-{self.mac[8:]}{seed[:4]}-{seed[4:12]}-{seed[8:]}@{address}" if mac else f"{seed}@{address}"
        self.cseq = cseq - 1
        self.contact = self._contact() if contact is None else contact

    def _contact(self):
        if not self.name:
            return f"Contact: <sip:{self.number}@{self.at}>"
        guid = token("guid", self.name)
        uuid = f"00000000-0000-0000-0000-{self.mac}"
        return (f"Contact: <sip:{guid[:8]}-{guid[8:12]}-{guid[12:]}-0001-{self.mac}@{self.at};transport={self.transport.lower()}>"
                f';+sip.instance="<urn:uuid:{uuid}>";+u.sip!devicename.ccm.cisco.com="{self.name}"'
                f';+u.sip!model.ccm.cisco.com="{self.model}"')

    def via(self, method, cseq=None):
        branch = token("branch", self.call_id, method, self.cseq if cseq is None else cseq)
        return f"Via: SIP/2.0/{self.transport} {self.at};branch=z9hG4bK{branch}"

    def register(self, *extra, expires=3600, contact=None, body=b"", again=False):
        """The next REGISTER; again: the same CSeq once more. `extra`: header lines, for example an Authorization."""
        if not again:
            self.cseq += 1
        headers = [self.via("REGISTER"), f"From: <sip:{self.number}@{self.uri[4:]}>;tag={self.tag}",
                   f"To: <sip:{self.number}@{self.uri[4:]}>", f"Call-ID: {self.call_id}", "Max-Forwards: 70",
                   f"CSeq: {self.cseq} REGISTER", f"User-Agent: {self.agent}" if self.agent else "",
                   self.contact if contact is None else contact, *extra, f"Expires: {expires}" if expires is not None else ""]
        return message(f"REGISTER {self.uri} SIP/2.0", headers, body)

    def authorization(self, value, password=None, user=None, qop=False, realm=REALM):
        return digest(user or self.user, self.password if password is None else password, "REGISTER", self.uri, value, realm, qop)

    def request(self, method, call, *extra, cseq, from_user=None, to=None, body=b""):
        """Any other request of the phone, in a dialogue of its own called `call`."""
        user = from_user or self.number
        tag = token("tag", self.call_id, call)
        headers = [self.via(f"{method}{call}", cseq), f"From: <sip:{user}@{self.uri[4:]}>;tag={tag}",
                   f"To: <{to or self.uri}>", f"Call-ID: {token('call', self.call_id, call)}@{self.address}",
                   "Max-Forwards: 70", f"CSeq: {cseq} {method}", f"User-Agent: {self.agent}", self.contact.partition(";+")[0], *extra]
        return message(f"{method} {to or self.uri} SIP/2.0", headers, body)

    def ordered(self, method, call, *extra, cseq=101, to_tag="", body=b"", user=None):
        """A request of the call manager to this phone."""
        target = self.contact.partition("<")[2].partition(">")[0] or f"sip:{self.number}@{self.at}"
        to = f"To: <sip:{user or self.number}@{self.address}>" + (f";tag={to_tag}" if to_tag else "")
        headers = [f"Via: SIP/2.0/{self.transport} {self.uri[4:]}:5060;branch=z9hG4bK{token('server', self.call_id, call, cseq)}",
                   f"From: <sip:{user or self.number}@{self.uri[4:]}>;tag={token('server tag', self.call_id, call)}",
                   to, f"Call-ID: {token('server call', self.call_id, call)}@{self.server}", f"CSeq: {cseq} {method}",
                   "Max-Forwards: 70", f"Contact: <{self.uri}:5060;transport={self.transport.lower()}>", *extra]
        return message(f"{method} {target} SIP/2.0", headers, body)

    def granted(self, request, time_ns, expires=120, *extra, new=False, body=b"", contact=None, received=""):
        """CUCM's 200: the Contact of the request, Expires shortened."""
        shown = (self.contact if contact is None else contact) + (";x-cisco-newreg" if new else "")
        return answer(request, 200, "OK", [date(time_ns), CUCM, f"Expires: {expires}", shown, CUCM_SUPPORTED, *extra], body,
                      tag=token("to", self.call_id), received=received)


def message_summary(line, waiting=False, cseq=101):
    """The unsolicited NOTIFY that carries the voice mail lamp."""
    body = f"Messages-Waiting: {'yes' if waiting else 'no'}\r\n"
    return line.ordered("NOTIFY", "mwi", "Event: message-summary", "Subscription-State: active",
                        "Content-Type: application/simple-message-summary", cseq=cseq, body=body)


class SipTalk:
    """A flow with a clock. A phone thinks for some milliseconds, a call manager for about one."""

    def __init__(self, flow, start, think=ms(4), service=ms(1.5)):
        self.flow = flow
        self.now = start
        self.think, self.service = think, service

    @property
    def over_tcp(self):
        return isinstance(self.flow, TcpFlow)

    def connect(self):
        self.now = self.flow.open(self.now)

    def say(self, side, *messages, after=None):
        """Over TCP all messages go out as one stretch of bytes, over UDP as one datagram each."""
        self.now += (self.think if side == PHONE else self.service) if after is None else after
        for payload in ([b"".join(messages)] if self.over_tcp else messages):
            self.now = self.flow.send(self.now, side, payload)

    def ack(self, side, after=ms(0.1)):
        if self.over_tcp:
            self.now += after
            self.flow.ack(self.now, side)

    def challenge_and_grant(self, line, value, expires=120, new=True, qop=False, **register_options):
        """REGISTER, 401, REGISTER with the digest, 200: how third parties register."""
        request = line.register(**register_options)
        self.say(PHONE, request)
        self.say(SERVER, answer(request, 401, "Unauthorized", [challenge(value, extra='qop="auth", ' if qop else ""), CUCM],
                                tag=token("401", line.call_id)))
        request = line.register(line.authorization(value, qop=qop), **register_options)
        self.say(PHONE, request)
        self.say(SERVER, line.granted(request, self.now, expires, new=new))
        return request
