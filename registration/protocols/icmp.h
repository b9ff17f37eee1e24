/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"
#include "registration/wire/address.h"

/* One ICMP or ICMPv6 message, with what it says about the packet that caused it. */

enum {
    ICMP_TYPE_ECHO_REPLY = 0,
    ICMP_TYPE_UNREACHABLE = 3,
    ICMP_TYPE_SOURCE_QUENCH = 4,
    ICMP_TYPE_REDIRECT = 5,
    ICMP_TYPE_ECHO = 8,
    ICMP_TYPE_TIME_EXCEEDED = 11,
    ICMP_TYPE_PARAMETER_PROBLEM = 12,

    ICMPV6_TYPE_UNREACHABLE = 1,
    ICMPV6_TYPE_TOO_BIG = 2,
    ICMPV6_TYPE_TIME_EXCEEDED = 3,
    ICMPV6_TYPE_PARAMETER_PROBLEM = 4,
};

/* Plain data. */
typedef struct {
    gboolean v6;
    guint8 type, code;
    guint32 mtu; /* of the next hop, with "fragmentation needed" and "packet too big"; 0 when not said */

    gboolean quotes;       /* the IP header of the cause was there; else what follows is zero */
    guint8 protocol;       /* 6 TCP, 17 UDP */
    gboolean quotes_ports; /* of TCP or UDP, and not of a later fragment */
    Endpoint source, destination;
    gboolean quotes_sequence; /* of TCP */
    guint32 sequence;
    View quoted;      /* of UDP: the octets of the datagram that are quoted, often none; borrowed */
    IpAddress router; /* of a redirect: where to send instead (RFC 792); none when not said */
} IcmpMessage;

/* From the ICMP type on. FALSE (and ret_message untouched) for less than the eight octets of every message. */
gboolean icmp_decode (const guint8 *data, gsize size, gboolean v6, IcmpMessage *ret_message);
/* The destination cannot be reached, for whatever reason. */
gboolean icmp_is_unreachable (const IcmpMessage *message);
/* The packet has passed more routers than its sender allowed (RFC 792, RFC 4443 3.3). */
gboolean icmp_is_expired (const IcmpMessage *message);
gboolean icmp_is_redirect (const IcmpMessage *message);
/* The packet was too big for the path and must not be cut in pieces. */
gboolean icmp_is_too_big (const IcmpMessage *message);
/* "port unreachable"; N_WORDS for a type and code without a word here. */
Word icmp_word (const IcmpMessage *message);
