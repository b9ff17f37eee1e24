/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/address.h"

#include <glib.h>

/* What somebody who can read captures (Wireshark's dissectors, or the replayer's own reader) found in one frame. This
 * is the only way into the library: it asks for no packet formats below the messages, and keeps no pointer into them.
 */

typedef enum {
    PROTOCOL_SCCP, /* one whole PDU, header included */
    PROTOCOL_SIP,  /* one whole message, start line to the end of the body */
    PROTOCOL_DHCP, /* the BOOTP payload */
    PROTOCOL_TFTP, /* the UDP payload, from the opcode */
    PROTOCOL_HTTP, /* one request or answer: the head at least, and as much of the body as was captured */
    PROTOCOL_TLS,  /* one or more whole TLS records */
    PROTOCOL_DNS,  /* the UDP payload */
    PROTOCOL_ICMP, /* from the ICMP (or ICMPv6) type on, with what it quotes */
    PROTOCOL_ARP,  /* from the hardware type on */
    PROTOCOL_CDP,  /* from the CDP version on */
    PROTOCOL_LLDP, /* from the first TLV on */
    PROTOCOL_TCP,  /* never a message: the events of connections, see catalog.h */
    N_PROTOCOLS
} Protocol;

typedef struct {
    Protocol protocol;
    const guint8 *data; /* borrowed for the call */
    gsize size;
} Message;

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

typedef struct {
    guint32 sequence;       /* as on the wire, not relative */
    guint32 acknowledgment; /* the same */
    guint32 length;         /* payload octets in this segment */
    guint8 flags;           /* TCP_* */
} TcpSegment;

typedef enum { TRANSPORT_NONE, TRANSPORT_UDP, TRANSPORT_TCP } Transport;

typedef struct {
    guint32 number; /* 1, 2, 3 … as in Wireshark; never falls within one capture */
    gint64 time;    /* nanoseconds since 1970; may run backwards in bad captures */
    Transport transport;
    Endpoint source, destination; /* of the innermost IP header; no address where there is none */
    MacAddress source_mac;        /* of the outermost Ethernet header; unknown where there is none */
    TcpSegment tcp;               /* only for TRANSPORT_TCP */
    const Message *messages;      /* those whose last octet arrived in this frame, in order; borrowed for the call */
    guint n_messages;
} Frame;
