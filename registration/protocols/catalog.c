/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/catalog.h"

#include "registration/protocols/arp.h"
#include "registration/protocols/eapol.h"
#include "registration/protocols/sccp_catalog.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"

#define UNKNOWN_ID G_MAXUINT32

/* Codes that are in no list are treated like the first one of their class (RFC 3261, 8.1.3.2). */
#define SIP_CLASS(status) (1000 + (status) / 100)

/* clang-format off */
static const MessageKind kinds[] = {
#define ASKS            .is_request = TRUE
#define ANSWERS(symbol) .is_answer = TRUE, .answers = SCCP_##symbol
#define BY(value)       .instance = VALUE_##value
#define IN_CALLS        .group = "sccp.call"
#define ALSO_IN_CALLS   .also_in_calls = TRUE
#define X(symbol, id, name, side, phase, ...) { PROTOCOL_SCCP, id, name, SIDE_##side, PHASE_##phase, __VA_ARGS__ },
    SCCP_MESSAGES (X)
#undef X
    { PROTOCOL_SCCP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_SIP, SIP_REGISTER, "REGISTER", SIDE_PHONE, PHASE_REGISTER, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_INVITE, "INVITE", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, SIP_ACK, "ACK", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = FALSE },
    { PROTOCOL_SIP, SIP_BYE, "BYE", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, SIP_CANCEL, "CANCEL", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, SIP_OPTIONS, "OPTIONS", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_REFER, "REFER", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_NOTIFY, "NOTIFY", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_SUBSCRIBE, "SUBSCRIBE", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_PUBLISH, "PUBLISH", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_INFO, "INFO", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, SIP_MESSAGE, "MESSAGE", SIDE_ANY, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SIP, SIP_PRACK, "PRACK", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, SIP_UPDATE, "UPDATE", SIDE_ANY, PHASE_NONE, .group = "sip.call", .is_request = TRUE },
    { PROTOCOL_SIP, 100, "100 Trying", SIDE_ANY, PHASE_NONE, .group = "sip.100", .is_answer = TRUE },
    { PROTOCOL_SIP, 180, "180 Ringing", SIDE_ANY, PHASE_NONE, .group = "sip.progress", .is_answer = TRUE },
    { PROTOCOL_SIP, 181, "181 Call Is Being Forwarded", SIDE_ANY, PHASE_NONE, .group = "sip.progress", .is_answer = TRUE },
    { PROTOCOL_SIP, 182, "182 Queued", SIDE_ANY, PHASE_NONE, .group = "sip.progress", .is_answer = TRUE },
    { PROTOCOL_SIP, 183, "183 Session Progress", SIDE_ANY, PHASE_NONE, .group = "sip.progress", .is_answer = TRUE },
    { PROTOCOL_SIP, 200, "200 OK", SIDE_ANY, PHASE_NONE, .group = "sip.200", .is_answer = TRUE },
    { PROTOCOL_SIP, 202, "202 Accepted", SIDE_ANY, PHASE_NONE, .group = "sip.202", .is_answer = TRUE },
    { PROTOCOL_SIP, 204, "204 No Notification", SIDE_ANY, PHASE_NONE, .group = "sip.2xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 300, "300 Multiple Choices", SIDE_ANY, PHASE_NONE, .group = "sip.3xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 301, "301 Moved Permanently", SIDE_ANY, PHASE_NONE, .group = "sip.3xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 302, "302 Moved Temporarily", SIDE_ANY, PHASE_NONE, .group = "sip.3xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 305, "305 Use Proxy", SIDE_ANY, PHASE_NONE, .group = "sip.3xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 400, "400 Bad Request", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 401, "401 Unauthorized", SIDE_ANY, PHASE_NONE, .group = "sip.401", .is_answer = TRUE },
    { PROTOCOL_SIP, 402, "402 Payment Required", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 403, "403 Forbidden", SIDE_ANY, PHASE_NONE, .group = "sip.403", .is_answer = TRUE },
    { PROTOCOL_SIP, 404, "404 Not Found", SIDE_ANY, PHASE_NONE, .group = "sip.404", .is_answer = TRUE },
    { PROTOCOL_SIP, 405, "405 Method Not Allowed", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 406, "406 Not Acceptable", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 407, "407 Proxy Authentication Required", SIDE_ANY, PHASE_NONE, .group = "sip.407", .is_answer = TRUE },
    { PROTOCOL_SIP, 408, "408 Request Timeout", SIDE_ANY, PHASE_NONE, .group = "sip.408", .is_answer = TRUE },
    { PROTOCOL_SIP, 410, "410 Gone", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 413, "413 Request Entity Too Large", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 414, "414 Request-URI Too Long", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 415, "415 Unsupported Media Type", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 416, "416 Unsupported URI Scheme", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 420, "420 Bad Extension", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 421, "421 Extension Required", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 423, "423 Interval Too Brief", SIDE_ANY, PHASE_NONE, .group = "sip.423", .is_answer = TRUE },
    { PROTOCOL_SIP, 429, "429 Provide Referrer Identity", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 430, "430 Flow Failed", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 439, "439 First Hop Lacks Outbound Support", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 480, "480 Temporarily Unavailable", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 481, "481 Call/Transaction Does Not Exist", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 482, "482 Loop Detected", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 483, "483 Too Many Hops", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 484, "484 Address Incomplete", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 485, "485 Ambiguous", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 486, "486 Busy Here", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 487, "487 Request Terminated", SIDE_ANY, PHASE_NONE, .group = "sip.487", .is_answer = TRUE },
    { PROTOCOL_SIP, 488, "488 Not Acceptable Here", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 489, "489 Bad Event", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 491, "491 Request Pending", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 493, "493 Undecipherable", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 494, "494 Security Agreement Required", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 500, "500 Server Internal Error", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 501, "501 Not Implemented", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 502, "502 Bad Gateway", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 503, "503 Service Unavailable", SIDE_ANY, PHASE_NONE, .group = "sip.503", .is_answer = TRUE },
    { PROTOCOL_SIP, 504, "504 Server Time-out", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 505, "505 Version Not Supported", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 513, "513 Message Too Large", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 580, "580 Precondition Failure", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 600, "600 Busy Everywhere", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 603, "603 Decline", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 604, "604 Does Not Exist Anywhere", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 606, "606 Not Acceptable", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 607, "607 Unwanted", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, 608, "608 Rejected", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (100), "1xx", SIDE_ANY, PHASE_NONE, .group = "sip.progress", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (200), "2xx", SIDE_ANY, PHASE_NONE, .group = "sip.2xx", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (300), "3xx", SIDE_ANY, PHASE_NONE, .group = "sip.3xx", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (400), "4xx", SIDE_ANY, PHASE_NONE, .group = "sip.4xx", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (500), "5xx", SIDE_ANY, PHASE_NONE, .group = "sip.5xx", .is_answer = TRUE },
    { PROTOCOL_SIP, SIP_CLASS (600), "6xx", SIDE_ANY, PHASE_NONE, .group = "sip.6xx", .is_answer = TRUE },
    { PROTOCOL_SIP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_DHCP, 1, "DHCP Discover", SIDE_PHONE, PHASE_ADDRESS, .group = "dhcp.Discover", .is_request = TRUE },
    { PROTOCOL_DHCP, 2, "DHCP Offer", SIDE_SERVER, PHASE_ADDRESS, .group = "dhcp.Offer", .is_answer = TRUE, .answers = 1 },
    { PROTOCOL_DHCP, 3, "DHCP Request", SIDE_PHONE, PHASE_ADDRESS, .group = "dhcp.Request", .is_request = TRUE },
    { PROTOCOL_DHCP, 4, "DHCP Decline", SIDE_PHONE, PHASE_ADDRESS, .group = "dhcp.Decline" },
    { PROTOCOL_DHCP, 5, "DHCP ACK", SIDE_SERVER, PHASE_ADDRESS, .group = "dhcp.Ack", .is_answer = TRUE, .answers = 3 },
    { PROTOCOL_DHCP, 6, "DHCP NAK", SIDE_SERVER, PHASE_ADDRESS, .group = "dhcp.Nak", .is_answer = TRUE, .answers = 3 },
    { PROTOCOL_DHCP, 7, "DHCP Release", SIDE_PHONE, PHASE_ADDRESS, .group = "dhcp.Release" },
    { PROTOCOL_DHCP, 8, "DHCP Inform", SIDE_PHONE, PHASE_ADDRESS, .group = "dhcp.Inform", .is_request = TRUE },
    { PROTOCOL_DHCP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_ADDRESS },

    { PROTOCOL_TFTP, 1, "TFTP Read Request", SIDE_PHONE, PHASE_FILES, .group = "tftp.ReadRequest", .is_request = TRUE },
    { PROTOCOL_TFTP, 2, "TFTP Write Request", SIDE_PHONE, PHASE_FILES, .group = "tftp.WriteRequest", .is_request = TRUE },
    { PROTOCOL_TFTP, 3, "TFTP Data", SIDE_SERVER, PHASE_FILES, .group = "tftp.Data", .is_answer = TRUE },
    { PROTOCOL_TFTP, 4, "TFTP ACK", SIDE_PHONE, PHASE_FILES, .group = "tftp.Ack", .is_request = TRUE },
    { PROTOCOL_TFTP, 5, "TFTP Error", SIDE_SERVER, PHASE_FILES, .group = "tftp.Error", .is_answer = TRUE },
    { PROTOCOL_TFTP, 6, "TFTP Option ACK", SIDE_SERVER, PHASE_FILES, .group = "tftp.OptionAck", .is_answer = TRUE },
    { PROTOCOL_TFTP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_FILES },

    { PROTOCOL_HTTP, HTTP_REQUEST, "HTTP Request", SIDE_PHONE, PHASE_FILES, .group = "http.Request", .is_request = TRUE },
    { PROTOCOL_HTTP, HTTP_RESPONSE, "HTTP Response", SIDE_SERVER, PHASE_FILES, .group = "http.Response", .is_answer = TRUE },
    { PROTOCOL_HTTP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_FILES },

    { PROTOCOL_TLS, TLS_CLIENT_HELLO, "TLS Client Hello", SIDE_PHONE, PHASE_CONNECT, .group = "tls.ClientHello", .is_request = TRUE },
    { PROTOCOL_TLS, TLS_SERVER_HELLO, "TLS Server Hello", SIDE_SERVER, PHASE_CONNECT, .group = "tls.ServerHello", .is_answer = TRUE },
    { PROTOCOL_TLS, TLS_CERTIFICATE, "TLS Certificate", SIDE_ANY, PHASE_CONNECT, .group = "tls.Certificate" },
    { PROTOCOL_TLS, TLS_FINISHED, "TLS Finished", SIDE_ANY, PHASE_CONNECT, .group = "tls.Finished" },
    { PROTOCOL_TLS, TLS_HANDSHAKE, "TLS Handshake", SIDE_ANY, PHASE_CONNECT, .group = "tls.Handshake" },
    { PROTOCOL_TLS, TLS_ENCRYPTED_HANDSHAKE, "TLS Encrypted Handshake", SIDE_ANY, PHASE_CONNECT, .group = "tls.EncryptedHandshake" },
    { PROTOCOL_TLS, TLS_CHANGE_CIPHER_SPEC, "TLS Change Cipher Spec", SIDE_ANY, PHASE_CONNECT, .group = "tls.ChangeCipherSpec" },
    { PROTOCOL_TLS, TLS_ALERT, "TLS Alert", SIDE_ANY, PHASE_CONNECT, .group = "tls.Alert" },
    { PROTOCOL_TLS, TLS_APPLICATION_DATA, "TLS Application Data", SIDE_ANY, PHASE_NONE, .group = "tls.Data" },
    { PROTOCOL_TLS, TLS_HEARTBEAT, "TLS Heartbeat", SIDE_ANY, PHASE_NONE, .group = "tls.Data" },
    { PROTOCOL_TLS, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_DNS, DNS_QUERY, "DNS Query", SIDE_PHONE, PHASE_ADDRESS, .group = "dns.Query", .is_request = TRUE },
    { PROTOCOL_DNS, DNS_RESPONSE, "DNS Response", SIDE_SERVER, PHASE_ADDRESS, .group = "dns.Response", .is_answer = TRUE },
    { PROTOCOL_DNS, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_ADDRESS },

    { PROTOCOL_ICMP, ICMP_SAYS_UNREACHABLE, "ICMP Destination Unreachable", SIDE_ANY, PHASE_NONE, .group = "icmp.Unreachable" },
    { PROTOCOL_ICMP, ICMP_SAYS_TOO_BIG, "ICMP Packet Too Big", SIDE_ANY, PHASE_NONE, .group = "icmp.TooBig" },
    { PROTOCOL_ICMP, ICMP_SAYS_OTHER, "ICMP Error", SIDE_ANY, PHASE_NONE, .group = "icmp.Other" },
    { PROTOCOL_ICMP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_ARP, ARP_REQUEST, "ARP Request", SIDE_ANY, PHASE_ADDRESS, .group = "arp.Request", .is_request = TRUE },
    { PROTOCOL_ARP, ARP_REPLY, "ARP Reply", SIDE_ANY, PHASE_ADDRESS, .group = "arp.Reply", .is_answer = TRUE },
    { PROTOCOL_ARP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_ADDRESS },

    { PROTOCOL_CDP, 1, "CDP Announcement", SIDE_ANY, PHASE_LINK, .group = "cdp.Announcement" },
    { PROTOCOL_CDP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_LINK },

    { PROTOCOL_LLDP, 1, "LLDP Announcement", SIDE_ANY, PHASE_LINK, .group = "lldp.Announcement" },
    { PROTOCOL_LLDP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_LINK },

    { PROTOCOL_EAPOL, EAPOL_START, "EAPOL Start", SIDE_PHONE, PHASE_LINK, .group = "eapol.Start" },
    { PROTOCOL_EAPOL, EAPOL_LOGOFF, "EAPOL Logoff", SIDE_PHONE, PHASE_LINK, .group = "eapol.Logoff" },
    { PROTOCOL_EAPOL, EAPOL_REQUEST, "EAP Request", SIDE_SERVER, PHASE_LINK, .group = "eapol.Request" },
    { PROTOCOL_EAPOL, EAPOL_RESPONSE, "EAP Response", SIDE_PHONE, PHASE_LINK, .group = "eapol.Response" },
    { PROTOCOL_EAPOL, EAPOL_SUCCESS, "EAP Success", SIDE_SERVER, PHASE_LINK, .group = "eapol.Success" },
    { PROTOCOL_EAPOL, EAPOL_FAILURE, "EAP Failure", SIDE_SERVER, PHASE_LINK, .group = "eapol.Failure" },
    { PROTOCOL_EAPOL, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_LINK },

    { PROTOCOL_TCP, TCP_EVENT_CONNECT, "Connect", SIDE_PHONE, PHASE_CONNECT, .is_request = TRUE },
    { PROTOCOL_TCP, TCP_EVENT_CONNECT_AGAIN, "ConnectAgain", SIDE_PHONE, PHASE_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ACCEPT, "Accept", SIDE_SERVER, PHASE_CONNECT, .is_answer = TRUE, .answers = TCP_EVENT_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ESTABLISHED, "Established", SIDE_PHONE, PHASE_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_REFUSED, "Refused", SIDE_SERVER, PHASE_CONNECT, .is_answer = TRUE, .answers = TCP_EVENT_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ACK, "Ack", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_SEGMENT, "Segment", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_HELD, "Held", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_TAIL, "Tail", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_GAP, "Gap", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_RETRANSMISSION, "Retransmission", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_CLOSE, "Close", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_RESET, "Reset", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_FRAME, FRAME_IS_COPY, "Copy", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_FRAME, FRAME_IS_FRAGMENT, "Fragment", SIDE_PHONE, PHASE_REGISTER },
    { PROTOCOL_FRAME, FRAME_IS_PIECE, "Piece", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_FRAME, FRAME_IS_PASSED_ON, "PassedOn", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_FRAME, FRAME_IS_LINE_ENDS, "LineEnds", SIDE_ANY, PHASE_KEEPALIVE },
    { PROTOCOL_FRAME, FRAME_IS_CUT, "Cut", SIDE_ANY, PHASE_NONE },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (kinds) < G_MAXUINT16);

const MessageKind *catalog_kind (KindIndex index)
{
    return &kinds[index];
}

guint catalog_size (void)
{
    return G_N_ELEMENTS (kinds);
}

static guint64 sort_key (Protocol protocol, guint32 id)
{
    return (guint64) protocol << 32 | id;
}

/* Rows are sorted by protocol, then id, with each protocol's unknown row last. */
static KindIndex search (Protocol protocol, guint32 id)
{
    const guint64 wanted = sort_key (protocol, id);
    guint low = 0, size = G_N_ELEMENTS (kinds);

    /* The last row that is not behind the wanted one. */
    while (size > 1) {
        guint half = size / 2;
        if (sort_key (kinds[low + half].protocol, kinds[low + half].id) <= wanted)
            low += half;
        size -= half;
    }
    if (kinds[low].protocol == protocol && kinds[low].id == id)
        return (KindIndex) low;
    g_return_val_if_fail (id != UNKNOWN_ID, 0);
    if (protocol == PROTOCOL_SIP && id >= 100 && id < 700)
        return search (protocol, SIP_CLASS (id));
    return search (protocol, UNKNOWN_ID);
}

/* Ids below this that are in the list, which is nearly all that come, are looked up at once. */
#define DIRECT_IDS 0x280

/* One more than the index of a protocol's row; 0 where there is none. */
static const KindIndex *direct_kinds (void)
{
    static KindIndex direct[N_PROTOCOLS * DIRECT_IDS];
    static gsize is_filled;

    if (g_once_init_enter (&is_filled)) {
        for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
            if (kinds[i].id < DIRECT_IDS)
                direct[kinds[i].protocol * DIRECT_IDS + kinds[i].id] = (KindIndex) (i + 1);
        g_once_init_leave (&is_filled, 1);
    }
    return direct;
}

KindIndex catalog_find (Protocol protocol, guint32 id)
{
    KindIndex next = id < DIRECT_IDS ? direct_kinds ()[protocol * DIRECT_IDS + id] : 0;
    return next ? next - 1 : search (protocol, id);
}

gboolean catalog_is_unknown (const MessageKind *kind)
{
    return kind->id == UNKNOWN_ID;
}

gboolean catalog_knows (Protocol protocol, guint32 id)
{
    return !catalog_is_unknown (catalog_kind (catalog_find (protocol, id)));
}

const char *variant_name (Variant variant)
{
    static const char *const names[N_VARIANTS] = {
#define X(symbol, name) [VARIANT_##symbol] = name,
        VARIANTS (X)
#undef X
    };
    return names[variant];
}

const char *protocol_name (Protocol protocol)
{
    static const char *const names[N_PROTOCOLS] = {
        [PROTOCOL_SCCP] = "sccp", [PROTOCOL_SIP] = "sip",     [PROTOCOL_DHCP] = "dhcp", [PROTOCOL_TFTP] = "tftp",
        [PROTOCOL_HTTP] = "http", [PROTOCOL_TLS] = "tls",     [PROTOCOL_DNS] = "dns",   [PROTOCOL_ICMP] = "icmp",
        [PROTOCOL_ARP] = "arp",   [PROTOCOL_CDP] = "cdp",     [PROTOCOL_LLDP] = "lldp", [PROTOCOL_EAPOL] = "eapol",
        [PROTOCOL_TCP] = "tcp",   [PROTOCOL_FRAME] = "frame",
    };
    return names[protocol];
}
