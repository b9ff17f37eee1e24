/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_internal.h"

#include <string.h>

SipMethod sip_method_find (View name)
{
    static const char *const names[] = {
#define X(symbol, text) [SIP_##symbol] = text,
        SIP_METHODS (X)
#undef X
    };
    for (guint i = 1; i < G_N_ELEMENTS (names); i++)
        if (name.size == strlen (names[i]) && memcmp (name.data, names[i], name.size) == 0)
            return (SipMethod) i;
    return SIP_OTHER;
}

static const char *const header_names[N_SIP_HEADERS] = {
#define X(symbol, text) [SIP_HEADER_##symbol] = text,
    SIP_HEADERS (X)
#undef X
};

const char *sip_header_name (SipHeaderId id)
{
    return (guint) id < N_SIP_HEADERS ? header_names[id] : NULL;
}

static SipHeaderId find_compact (guint8 letter)
{
    switch (letter | 0x20) {
    case 'b':
        return SIP_HEADER_REFERRED_BY;
    case 'c':
        return SIP_HEADER_CONTENT_TYPE;
    case 'e':
        return SIP_HEADER_CONTENT_ENCODING;
    case 'f':
        return SIP_HEADER_FROM;
    case 'i':
        return SIP_HEADER_CALL_ID;
    case 'k':
        return SIP_HEADER_SUPPORTED;
    case 'l':
        return SIP_HEADER_CONTENT_LENGTH;
    case 'm':
        return SIP_HEADER_CONTACT;
    case 'o':
        return SIP_HEADER_EVENT;
    case 'r':
        return SIP_HEADER_REFER_TO;
    case 's':
        return SIP_HEADER_SUBJECT;
    case 't':
        return SIP_HEADER_TO;
    case 'u':
        return SIP_HEADER_ALLOW_EVENTS;
    case 'v':
        return SIP_HEADER_VIA;
    case 'x':
        return SIP_HEADER_SESSION_EXPIRES;
    default:
        return SIP_HEADER_OTHER;
    }
}

/* Length, first and last letter tell all our names apart, so that one comparison confirms the candidate. */
#define KEY(length, first, last) ((guint) (length) << 16 | (guint) (first) << 8 | (guint) (last))

static SipHeaderId find_candidate (View name)
{
    switch (KEY (name.size, name.data[0] | 0x20, name.data[name.size - 1] | 0x20)) {
    case KEY (2, 't', 'o'):
        return SIP_HEADER_TO;
    case KEY (3, 'v', 'a'):
        return SIP_HEADER_VIA;
    case KEY (4, 'c', 'q'):
        return SIP_HEADER_CSEQ;
    case KEY (4, 'd', 'e'):
        return SIP_HEADER_DATE;
    case KEY (4, 'f', 'm'):
        return SIP_HEADER_FROM;
    case KEY (4, 'p', 'h'):
        return SIP_HEADER_PATH;
    case KEY (5, 'a', 'w'):
        return SIP_HEADER_ALLOW;
    case KEY (5, 'e', 't'):
        return SIP_HEADER_EVENT;
    case KEY (5, 'r', 'e'):
        return SIP_HEADER_ROUTE;
    case KEY (6, 'r', 'n'):
        return SIP_HEADER_REASON;
    case KEY (6, 's', 'r'):
        return SIP_HEADER_SERVER;
    case KEY (7, 'c', 'd'):
        return SIP_HEADER_CALL_ID;
    case KEY (7, 'c', 't'):
        return SIP_HEADER_CONTACT;
    case KEY (7, 'e', 's'):
        return SIP_HEADER_EXPIRES;
    case KEY (7, 'r', 'e'):
        return SIP_HEADER_REQUIRE;
    case KEY (7, 's', 't'):
        return SIP_HEADER_SUBJECT;
    case KEY (7, 'w', 'g'):
        return SIP_HEADER_WARNING;
    case KEY (8, 'r', 'o'):
        return SIP_HEADER_REFER_TO;
    case KEY (9, 's', 'd'):
        return SIP_HEADER_SUPPORTED;
    case KEY (10, 'c', 'd'):
        return SIP_HEADER_CONTENT_ID;
    case KEY (10, 's', 'd'):
        return SIP_HEADER_SESSION_ID;
    case KEY (10, 'u', 't'):
        return SIP_HEADER_USER_AGENT;
    case KEY (11, 'm', 's'):
        return SIP_HEADER_MIN_EXPIRES;
    case KEY (11, 'r', 'r'):
        return SIP_HEADER_RETRY_AFTER;
    case KEY (11, 'r', 'y'):
        return SIP_HEADER_REFERRED_BY;
    case KEY (11, 'u', 'd'):
        return SIP_HEADER_UNSUPPORTED;
    case KEY (12, 'a', 's'):
        return SIP_HEADER_ALLOW_EVENTS;
    case KEY (12, 'c', 'e'):
        return SIP_HEADER_CONTENT_TYPE;
    case KEY (12, 'm', 's'):
        return SIP_HEADER_MAX_FORWARDS;
    case KEY (12, 'r', 'e'):
        return SIP_HEADER_RECORD_ROUTE;
    case KEY (13, 'a', 'n'):
        return SIP_HEADER_AUTHORIZATION;
    case KEY (14, 'c', 'h'):
        return SIP_HEADER_CONTENT_LENGTH;
    case KEY (15, 's', 's'):
        return SIP_HEADER_SESSION_EXPIRES;
    case KEY (16, 'c', 'g'):
        return SIP_HEADER_CONTENT_ENCODING;
    case KEY (16, 'w', 'e'):
        return SIP_HEADER_WWW_AUTHENTICATE;
    case KEY (18, 'p', 'e'):
        return SIP_HEADER_PROXY_AUTHENTICATE;
    case KEY (18, 's', 'e'):
        return SIP_HEADER_SUBSCRIPTION_STATE;
    case KEY (19, 'p', 'n'):
        return SIP_HEADER_PROXY_AUTHORIZATION;
    default:
        return SIP_HEADER_OTHER;
    }
}

SipHeaderId sip_header_find (View name)
{
    if (name.size == 1)
        return find_compact (name.data[0]);
    if (name.size == 0 || name.size > 19)
        return SIP_HEADER_OTHER;
    SipHeaderId id = find_candidate (name); /* whose name has this length */
    return id != SIP_HEADER_OTHER && sip_starts_with (name, header_names[id]) ? id : SIP_HEADER_OTHER;
}
