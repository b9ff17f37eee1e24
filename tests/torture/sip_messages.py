# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages that are hard to read or none at all, as {name: octets}: by_rfc4475() has one for each idea of RFC 4475, below its name
there, told in the words of a REGISTER wherever the method is not the point; malformed() puts oddities into each field in turn, as
the suite PROTOS did."""

WHO = {
    "Via": "SIP/2.0/{carrier} 192.0.2.97:5060;branch=z9hG4bKtorture",
    "Max-Forwards": "70",
    "From": "<sip:2001@192.0.2.10>;tag=torture1",
    "To": "<sip:2001@192.0.2.10>",
    "Call-ID": "torture@192.0.2.97",
    "CSeq": "7 REGISTER",
    "Contact": "<sip:2001@192.0.2.97:5060>",
    "Expires": "3600",
}


def text(start="REGISTER sip:192.0.2.10 SIP/2.0", body=b"", end="\r\n\r\n", more=(), **changes):
    """The usual REGISTER, with other values (None: without that header; "_" stands for "-"), and lines before its length."""
    headers = dict(WHO, **{"Content-Length": str(len(body))})
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    length = headers.pop("Content-Length")
    lines = [start, *(f"{name}: {value}" for name, value in headers.items() if value is not None), *more,
             *([f"Content-Length: {length}"] if length is not None else [])]
    octets = "\r\n".join(lines) + end
    return octets.encode("utf-8", "surrogateescape") + body


def answer(status="200 OK", **changes):
    return text("SIP/2.0 " + status, **changes)


def by_rfc4475():
    """{(section and name, whether it is the server's): octets}"""
    many = "x" * 300
    mine, theirs = False, True
    return {
        # 3.1.1: valid
        ("3.1.1.1 wsinv", mine): text(
            Via=None, From=None, To=None, Max_Forwards="0068", CSeq="0009\r\n  REGISTER", Contact=None, more=[
                "TO :\r\n sip:2001@192.0.2.10 ;   tag    = 1918181833n", 'from   : "Torture \\\\\\"" <sip:2001@192.0.2.10>\r\n  ;\r\n  tag = 98asjd8',
                "v:  SIP  / 2.0  / {carrier}   192.0.2.97  ;branch=  z9hG4bK9ikj8 ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239",
                "s :", "NewFangledHeader:   newfangled value\r\n continued newfangled value", "UnknownHeaderWithUnusualValue: ;;,,;;,;",
                'm:"Quoted string \\"\\"" <sip:2001@192.0.2.97> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33', "l : 0"], Content_Length=None),
        ("3.1.1.2 intmeth", mine): text(
            "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too."
            "(doesn't-it)@192.0.2.10 SIP/2.0", CSeq="139122385 !interesting-Method0123456789_*+`.%indeed'~",
            more=["extensionHeader-!.%*+_`'~: \ufeff\u5927\u505c\u96fb"],
            To='"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$@192.0.2.10>'),
        ("3.1.1.3 esc01", mine): text("REGISTER sip:sips%3Auser%40example.com@192.0.2.10 SIP/2.0", To="sip:%75se%72@192.0.2.10",
                                      From="<sip:I%20have%20spaces@192.0.2.10>;tag=938",
                                      Contact="<sip:cal%6Cer@192.0.2.97:5060;%6C%72;n%61me=v%61lue%25%34%31>"),
        ("3.1.1.4 escnull", mine): text(To="sip:null-%00-null@192.0.2.10", From="<sip:null-%00-null@192.0.2.10>;tag=839923423",
                                        Contact="<sip:%00@192.0.2.97:5060>, <sip:%00%00@192.0.2.97:5060>"),
        ("3.1.1.5 esc02", mine): text("RE%47IST%45R sip:192.0.2.10 SIP/2.0", CSeq="29344 RE%47IST%45R", To='"%Z%45" <sip:2001@192.0.2.10>',
                                      Contact='<sip:alias1@192.0.2.97>,\r\n "%Z%45" <sip:alias2@192.0.2.97>'),
        ("3.1.1.6 lwsdisp", mine): text(From="caller<sip:2001@192.0.2.10>;tag=323"),
        ("3.1.1.7 longreq", mine): text(
            To=f'"I have a user name of {many}"<sip:2001@192.0.2.10;unknownparam1=very{many};shortparam={many};verylong{many}>',
            Call_ID=f"longreq.one{many}", From=f"<sip:2001{many}@192.0.2.10>;tag=12{'9' * 300};uniqueparam={many}",
            more=[f"Unknown-{many}: {many}", *[f"v: SIP/2.0/TCP 192.0.2.{i};branch=z9hG4bK{many[:40]}{i}" for i in range(1, 34)]]),
        ("3.1.1.8 dblreq", mine): text() + text("INVITE sip:2002@192.0.2.10 SIP/2.0", CSeq="8193 INVITE"),
        ("3.1.1.9 semiuri", mine): text("REGISTER sip:192.0.2.10;par=u%40example.net SIP/2.0", To="<sip:user;par=u%40example.net@192.0.2.10>",
                                        Contact="<sip:user;par=u%40example.net@192.0.2.97:5060>"),
        ("3.1.1.10 transports", mine): text(more=[f"Via: SIP/2.0/{name} 192.0.2.{i};branch=z9hG4bK{i}" for i, name in
                                                  enumerate(("UDP", "SCTP", "TLS", "UNKNOWN", "TCP"), 20)]),
        ("3.1.1.11 mpart01", mine): text(Content_Type="multipart/mixed;boundary=7a9cbec02ceef655", body=b"--7a9cbec02ceef655\r\n"
                                         b"Content-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n\r\n0\x82\x01\0\r\n\r\nREGISTER\0\r\n\r\n"
                                         b"--7a9cbec02ceef655--\r\n"),
        ("3.1.1.12 unreason", theirs): answer("200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e"),
        ("3.1.1.13 noreason", theirs): answer("100 "),
        # 3.1.2: invalid
        ("3.1.2.1 badinv01", mine): text(Via="SIP/2.0/{carrier} 192.0.2.97;;,;,,", Contact='"Joe" <sip:2001@192.0.2.97>;;;;', To="sip:2001@192.0.2.10;",
                                         From="sip:2001@192.0.2.10 ;;tag=1;,"),
        ("3.1.2.2 clerr", mine): text(Content_Length="9999", body=b"too short"),
        ("3.1.2.3 ncl", mine): text(Content_Length="-999", body=b"negative"),
        ("3.1.2.4 scalar02", mine): text(CSeq="36893488147419103232 REGISTER", Max_Forwards="300", Expires="10000000000000000000",
                                         Contact="<sip:2001@192.0.2.97>;expires=280297596632815"),
        ("3.1.2.5 scalarlg", theirs): answer("503 Service Unavailable", CSeq="9292394834772304023312 REGISTER",
                                             more=["Retry-After: 949302838503028349304023988", 'Warning: 1812 overture "In Progress"']),
        ("3.1.2.6 quotbal", mine): text(To='"Mr. J. User <sip:2001@192.0.2.10>'),
        ("3.1.2.7 ltgtruri", mine): text("REGISTER <sip:192.0.2.10> SIP/2.0"),
        ("3.1.2.8 lwsruri", mine): text("REGISTER sip:192.0.2.10; lr SIP/2.0"),
        ("3.1.2.9 lwsstart", mine): text("REGISTER  sip:192.0.2.10  SIP/2.0"),
        ("3.1.2.10 trws", mine): text("REGISTER sip:192.0.2.10 SIP/2.0  "),
        ("3.1.2.11 escruri", mine): text("REGISTER sip:192.0.2.10?Route=%3Csip:example.com%3E SIP/2.0"),
        ("3.1.2.12 baddate", theirs): answer(more=["Date: Fri, 01 Jan 2010 16:00:00 EST"]),
        ("3.1.2.13 regbadct", mine): text(Contact="sip:2001@192.0.2.97?Route=%3Csip:sip.example.com%3E"),
        ("3.1.2.14 badaspec", mine): text(To='"Watson, Thomas" < sip:2001@192.0.2.10 >'),
        ("3.1.2.15 baddn", mine): text(From="Bell, Alexander <sip:2001@192.0.2.10>;tag=43", To="Watson, Thomas <sip:2001@192.0.2.10>"),
        ("3.1.2.16 badvers", mine): text("REGISTER sip:192.0.2.10 SIP/7.0", Via="SIP/7.0/{carrier} 192.0.2.97;branch=z9hG4bKkdjuw"),
        ("3.1.2.17 mismatch01", mine): text(CSeq="8 INVITE"),
        ("3.1.2.18 mismatch02", mine): text("NEWMETHOD sip:192.0.2.10 SIP/2.0", CSeq="8 REGISTER"),
        ("3.1.2.19 bigcode", theirs): answer("4294967301 better not break the receiver"),
        # 3.2, 3.3, 3.4
        ("3.2.1 badbranch", mine): text(Via="SIP/2.0/{carrier} 192.0.2.97;branch=z9hG4bK"),
        ("3.3.1 insuf", mine): text(Call_ID=None, From=None, To=None),
        ("3.3.2 unkscm", mine): text("REGISTER nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"),
        ("3.3.3 novelsc", mine): text("REGISTER soap.beep://192.0.2.103:3002 SIP/2.0"),
        ("3.3.4 unksm2", mine): text(To="isbn:2983792873", From="<http://www.example.com>;tag=3234233", Contact="<name:John_Smith>"),
        ("3.3.5 bext01", mine): text(more=["Require: nothingSupportsThis, nothingSupportsThisEither",
                                           "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis"]),
        ("3.3.6 invut", mine): text(Content_Type="application/unknownformat", body=b"<audio>\n <pcmu port=\"443\"/>\n</audio>\n"),
        ("3.3.7 regaut01", mine): text(more=["Authorization: NoOneKnowsThisScheme opaque-data=here"]),
        ("3.3.8 multi01", mine): text(more=["CSeq: 59 REGISTER", "Call-ID: multi01.other", "From: other <sip:other@192.0.2.10>;tag=3",
                                            "To: <sip:other2@192.0.2.10>", "Max-Forwards: 5", "Via: SIP/2.0/TCP 192.0.2.11;branch=z9hG4bKs",
                                            "Content-Length: 5"]),
        ("3.3.9 mcl01", mine): text(more=["Content-Length: 13"], body=b"There's no way to know how many octets"),
        ("3.3.10 bcast", theirs): answer(Via="SIP/2.0/{carrier} 192.0.2.97;branch=z9hG4bKtorture, SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1"),
        ("3.3.11 zeromf", mine): text(Max_Forwards="0"),
        ("3.3.12 cparam01", mine): text(Contact="sip:+19725552222@192.0.2.97;unknownparam"),
        ("3.3.13 cparam02", mine): text(Contact="<sip:+19725552222@192.0.2.97;unknownparam>"),
        ("3.3.14 regescrt", mine): text(Contact="<sip:2001@192.0.2.97?Route=%3Csip:sip.example.com%3E>"),
        ("3.3.15 sdp01", mine): text(more=["Accept: text/nobodyKnowsThis"], Content_Type="application/sdp", body=b"v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\n"),
        ("3.4.1 inv2543", mine): text(Via="SIP/2.0/{carrier} 192.0.2.97", From="sip:2001@192.0.2.10", CSeq="1 REGISTER", Max_Forwards=None,
                                      Content_Length=None),
    }


# What is put in the place of a value: {name: text}
ODDITIES = {
    "empty": "",
    "blank": " \t ",
    "long": "a" * 5000,
    "number": "9" * 400,
    "negative": "-1",
    "two32": "4294967296",
    "format": "%s%n%x%p" * 30,
    "nul": "a\0b\0",
    "controls": "\x01\x02\x1b[2J\x07\x7f",
    "broken": b"\xff\xfe\x80\xc3(\xe2\x28\xa1".decode("utf-8", "surrogateescape"),
    "quotes": '"\\"\\',
    "angles": "<<<<>>>><",
    "lists": ",;,;=,;" * 100,
    "folded": "a\r\n b\r\n\tc\r\n ",
    "colons": ":" * 1000,
    "at": "@" * 1000 + "sip:",
    "address": "[::%eth0]:99999",
    "bare": "a\rb\nc",
}

FIELDS = ("Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Expires", "Content-Length", "Content-Type", "User-Agent",
          "Authorization", "WWW-Authenticate", "Reason", "Supported", "Date", "Retry-After", "Warning")


def malformed():
    """{(name, whether it is the server's): octets}"""
    found = {}
    for field in FIELDS:
        for name, oddity in ODDITIES.items():
            theirs = field in ("WWW-Authenticate", "Date", "Retry-After", "Warning")
            value = oddity if name != "lists" else WHO.get(field, "x") + oddity
            make, more = (answer, {}) if theirs else (text, {})
            status = {"status": "401 Unauthorized"} if field == "WWW-Authenticate" else {"status": "503 No"} if theirs else {}
            found[f"{field} {name}", theirs] = make(**status, **more, **{field: value})
        if field in WHO:
            known = f"{field}: {WHO[field]}"
            found[f"{field} 300 times", False] = text(more=[known] * 300)
            found[f"{field} without its colon", False] = text(more=[field], **{field: None})
    for field, value in (("Contact", '<sip:2001@192.0.2.97>;+u.sip!devicename.ccm.cisco.com="{}"'),
                         ("Authorization", 'Digest username="{0}",realm="{0}",nonce="{0}",uri="{0}",response="{0}",algorithm={0}'),
                         ("Reason", 'SIP;cause=200;text="cisco-alarm:23 Name={0} Load={0} Last={0}"'),
                         ("From", '"{0}" <sip:{0}@192.0.2.10>;tag={0}'), ("To", "<sip:{0}@{0}:{0}>;tag={0}"),
                         ("Via", "SIP/2.0/{{carrier}} {0}:{0};branch={0};received={0};rport={0}")):
        for name, oddity in ODDITIES.items():
            found[f"{field} values {name}", False] = text(**{field: value.format(oddity)})
    for name, oddity in ODDITIES.items():
        found[f"method {name}", False] = text(f"{oddity} sip:192.0.2.10 SIP/2.0")
        found[f"target {name}", False] = text(f"REGISTER {oddity} SIP/2.0")
        found[f"version {name}", False] = text(f"REGISTER sip:192.0.2.10 {oddity}")
        found[f"status {name}", True] = answer(f"{oddity} OK")
        found[f"reason {name}", True] = answer(f"403 {oddity}")
        found[f"header {name}", False] = text(more=[f"{oddity}: x"])
        found[f"body {name}", False] = text(Content_Type="application/x-cisco-remotecc-request+xml",
                                            body=f"<x-cisco-remotecc-request><{oddity}".encode("utf-8", "surrogateescape"))
    for size in (0, 1, 17, 33, 100, 250):
        found[f"cut {size}", False] = text()[:size]
        found[f"answer cut {size}", True] = answer()[:size]
    found["line ends", False] = b"\r\n" * 700
    found["only line feeds", False] = text().replace(b"\r\n", b"\n")
    found["only returns", False] = text().replace(b"\r\n", b"\r")
    return found
