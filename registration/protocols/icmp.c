/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/icmp.h"
#include "registration/wire/bytes.h"

enum {
    CODE_FRAGMENTATION_NEEDED = 4,
    CODE_ANY = 256, /* in the table: whatever the code */
    IP_TCP = 6,
    IP_UDP = 17,
};

typedef struct {
    guint type, code;
    Word word;
} Name;

static const Name v4_names[] = {
    { ICMP_TYPE_UNREACHABLE, 0, WORD_ICMP_NETWORK_UNREACHABLE },
    { ICMP_TYPE_UNREACHABLE, 1, WORD_ICMP_HOST_UNREACHABLE },
    { ICMP_TYPE_UNREACHABLE, 2, WORD_ICMP_PROTOCOL_UNREACHABLE },
    { ICMP_TYPE_UNREACHABLE, 3, WORD_ICMP_PORT_UNREACHABLE },
    { ICMP_TYPE_UNREACHABLE, 4, WORD_ICMP_FRAGMENTATION_NEEDED },
    { ICMP_TYPE_UNREACHABLE, 5, WORD_ICMP_SOURCE_ROUTE_FAILED },
    { ICMP_TYPE_UNREACHABLE, 6, WORD_ICMP_NETWORK_UNKNOWN },
    { ICMP_TYPE_UNREACHABLE, 7, WORD_ICMP_HOST_UNKNOWN },
    { ICMP_TYPE_UNREACHABLE, 8, WORD_ICMP_HOST_ISOLATED },
    { ICMP_TYPE_UNREACHABLE, 9, WORD_ICMP_NETWORK_PROHIBITED },
    { ICMP_TYPE_UNREACHABLE, 10, WORD_ICMP_HOST_PROHIBITED },
    { ICMP_TYPE_UNREACHABLE, 11, WORD_ICMP_NETWORK_SERVICE },
    { ICMP_TYPE_UNREACHABLE, 12, WORD_ICMP_HOST_SERVICE },
    { ICMP_TYPE_UNREACHABLE, 13, WORD_ICMP_FILTERED },
    { ICMP_TYPE_UNREACHABLE, 14, WORD_ICMP_HOST_PRECEDENCE },
    { ICMP_TYPE_UNREACHABLE, 15, WORD_ICMP_PRECEDENCE_CUTOFF },
    { ICMP_TYPE_TIME_EXCEEDED, 0, WORD_ICMP_TIME_TO_LIVE },
    { ICMP_TYPE_TIME_EXCEEDED, 1, WORD_ICMP_REASSEMBLY_TIME },
    { ICMP_TYPE_SOURCE_QUENCH, CODE_ANY, WORD_ICMP_SOURCE_QUENCH },
    { ICMP_TYPE_REDIRECT, CODE_ANY, WORD_ICMP_REDIRECT },
    { ICMP_TYPE_PARAMETER_PROBLEM, CODE_ANY, WORD_ICMP_PARAMETER_PROBLEM },
    { ICMP_TYPE_ECHO, CODE_ANY, WORD_ICMP_ECHO_REQUEST },
    { ICMP_TYPE_ECHO_REPLY, CODE_ANY, WORD_ICMP_ECHO_REPLY },
};

static const Name v6_names[] = {
    { ICMPV6_TYPE_UNREACHABLE, 0, WORD_ICMP_NO_ROUTE },
    { ICMPV6_TYPE_UNREACHABLE, 1, WORD_ICMP_PROHIBITED },
    { ICMPV6_TYPE_UNREACHABLE, 2, WORD_ICMP_BEYOND_SCOPE },
    { ICMPV6_TYPE_UNREACHABLE, 3, WORD_ICMP_ADDRESS_UNREACHABLE },
    { ICMPV6_TYPE_UNREACHABLE, 4, WORD_ICMP_PORT_UNREACHABLE },
    { ICMPV6_TYPE_UNREACHABLE, 5, WORD_ICMP_SOURCE_POLICY },
    { ICMPV6_TYPE_UNREACHABLE, 6, WORD_ICMP_ROUTE_REJECTED },
    { ICMPV6_TYPE_TOO_BIG, CODE_ANY, WORD_ICMP_PACKET_TOO_BIG },
    { ICMPV6_TYPE_TIME_EXCEEDED, 0, WORD_ICMP_HOP_LIMIT },
    { ICMPV6_TYPE_TIME_EXCEEDED, 1, WORD_ICMP_REASSEMBLY_TIME },
    { ICMPV6_TYPE_PARAMETER_PROBLEM, CODE_ANY, WORD_ICMP_PARAMETER_PROBLEM },
    { 128, CODE_ANY, WORD_ICMP_ECHO_REQUEST },
    { 129, CODE_ANY, WORD_ICMP_ECHO_REPLY },
    { 133, CODE_ANY, WORD_ICMP_ROUTER_SOLICITATION },
    { 134, CODE_ANY, WORD_ICMP_ROUTER_ADVERTISEMENT },
    { 135, CODE_ANY, WORD_ICMP_NEIGHBOR_SOLICITATION },
    { 136, CODE_ANY, WORD_ICMP_NEIGHBOR_ADVERTISEMENT },
};

Word icmp_word (const IcmpMessage *message)
{
    const Name *names = message->v6 ? v6_names : v4_names;
    gsize n = message->v6 ? G_N_ELEMENTS (v6_names) : G_N_ELEMENTS (v4_names);

    for (gsize i = 0; i < n; i++)
        if (names[i].type == message->type && (names[i].code == message->code || names[i].code == CODE_ANY))
            return names[i].word;
    return N_WORDS;
}

gboolean icmp_is_unreachable (const IcmpMessage *message)
{
    return message->type == (message->v6 ? ICMPV6_TYPE_UNREACHABLE : ICMP_TYPE_UNREACHABLE);
}

gboolean icmp_is_expired (const IcmpMessage *message)
{
    enum { CODE_IN_TRANSIT = 0 }; /* 1: the pieces of a packet did not all come in time */
    return message->type == (message->v6 ? ICMPV6_TYPE_TIME_EXCEEDED : ICMP_TYPE_TIME_EXCEEDED) &&
           message->code == CODE_IN_TRANSIT;
}

gboolean icmp_is_redirect (const IcmpMessage *message)
{
    return !message->v6 && message->type == ICMP_TYPE_REDIRECT;
}

gboolean icmp_is_too_big (const IcmpMessage *message)
{
    return message->v6 ? message->type == ICMPV6_TYPE_TOO_BIG
                       : message->type == ICMP_TYPE_UNREACHABLE && message->code == CODE_FRAGMENTATION_NEEDED;
}

static gboolean is_error (const IcmpMessage *message)
{
    if (message->v6)
        return message->type >= ICMPV6_TYPE_UNREACHABLE && message->type <= ICMPV6_TYPE_PARAMETER_PROBLEM;
    return message->type == ICMP_TYPE_UNREACHABLE || message->type == ICMP_TYPE_SOURCE_QUENCH ||
           message->type == ICMP_TYPE_REDIRECT || message->type == ICMP_TYPE_TIME_EXCEEDED ||
           message->type == ICMP_TYPE_PARAMETER_PROBLEM;
}

static void read_ports (Bytes *bytes, IcmpMessage *message)
{
    if ((message->protocol != IP_TCP && message->protocol != IP_UDP) || !bytes_have (bytes, 4))
        return;
    message->source.port = bytes_be16 (bytes);
    message->destination.port = bytes_be16 (bytes);
    message->quotes_ports = TRUE;
    if (message->protocol == IP_TCP && bytes_have (bytes, 4)) {
        message->sequence = bytes_be32 (bytes);
        message->quotes_sequence = TRUE;
    }
    if (message->protocol != IP_UDP)
        return;
    bytes_skip (bytes, 4); /* length, checksum */
    if (!bytes->missing)
        message->quoted = bytes_view (bytes, bytes->size - bytes->position);
}

static void read_quoted_v4 (Bytes *bytes, IcmpMessage *message)
{
    gsize start = bytes->position;

    guint8 version_and_size = bytes_u8 (bytes);
    gsize header = (version_and_size & 15u) * 4u;
    bytes_skip (bytes, 5); /* type of service, length, identification */
    guint16 fragment = bytes_be16 (bytes) & 0x1FFF;
    bytes_skip (bytes, 1); /* time to live */
    guint8 protocol = bytes_u8 (bytes);
    bytes_skip (bytes, 2); /* checksum */
    View source = bytes_view (bytes, 4), destination = bytes_view (bytes, 4);
    if (bytes->missing || version_and_size >> 4 != 4 || header < 20)
        return;
    message->quotes = TRUE;
    message->protocol = protocol;
    message->source.address = ip_address_v4 (source.data);
    message->destination.address = ip_address_v4 (destination.data);
    bytes_seek (bytes, start + header);
    if (fragment == 0)
        read_ports (bytes, message);
}

/* Steps over extension headers; FALSE when what follows is a later fragment. Ends at the first header that is not one
 * of them, in *protocol. Every step consumes octets. */
static gboolean skip_extensions (Bytes *bytes, guint8 *protocol)
{
    enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };

    while (bytes_have (bytes, 8)) {
        guint8 type = *protocol;
        if (type != HOP_BY_HOP && type != ROUTING && type != FRAGMENT && type != AUTHENTICATION && type != DESTINATION)
            return TRUE;
        *protocol = bytes_u8 (bytes);
        guint8 size = bytes_u8 (bytes);
        if (type == FRAGMENT) {
            gboolean later = (bytes_be16 (bytes) & 0xFFF8) != 0;
            bytes_skip (bytes, 4);
            if (later)
                return FALSE;
        } else {
            bytes_skip (bytes, type == AUTHENTICATION ? size * 4u + 6 : size * 8u + 6);
        }
        if (bytes->missing)
            return FALSE;
    }
    return TRUE;
}

static void read_quoted_v6 (Bytes *bytes, IcmpMessage *message)
{
    guint8 version = bytes_u8 (bytes) >> 4;
    bytes_skip (bytes, 5); /* class, flow label, length */
    guint8 protocol = bytes_u8 (bytes);
    bytes_skip (bytes, 1); /* hop limit */
    View source = bytes_view (bytes, 16), destination = bytes_view (bytes, 16);
    if (bytes->missing || version != 6)
        return;
    message->quotes = TRUE;
    message->source.address = ip_address_v6 (source.data);
    message->destination.address = ip_address_v6 (destination.data);
    gboolean first = skip_extensions (bytes, &protocol);
    message->protocol = protocol;
    if (first)
        read_ports (bytes, message);
}

gboolean icmp_decode (const guint8 *data, gsize size, gboolean v6, IcmpMessage *ret_message)
{
    Bytes bytes;
    IcmpMessage message = { .v6 = v6 };

    bytes_init (&bytes, data, size);
    message.type = bytes_u8 (&bytes);
    message.code = bytes_u8 (&bytes);
    bytes_skip (&bytes, 2); /* checksum */
    guint32 rest = bytes_be32 (&bytes);
    if (bytes.missing)
        return FALSE;
    if (icmp_is_too_big (&message))
        message.mtu = v6 ? rest : rest & 0xFFFF;
    if (icmp_is_redirect (&message) && rest)
        message.router = ip_address_v4 (data + 4);
    if (is_error (&message)) {
        if (v6)
            read_quoted_v6 (&bytes, &message);
        else
            read_quoted_v4 (&bytes, &message);
    }
    *ret_message = message;
    return TRUE;
}
