/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* One captured frame as the library wants it: who to whom, and the octets behind the transport's header. Whoever reads
 * captures fills it (packet.h does, from an IP header on); messages are found by the library itself, so that every
 * program finds the same ones. Nothing is kept of the octets beyond the call. */

typedef enum {
    PROTOCOL_SCCP,
    PROTOCOL_SIP,
    PROTOCOL_DHCP,
    PROTOCOL_TFTP,
    PROTOCOL_HTTP,
    PROTOCOL_TLS,
    PROTOCOL_DNS,
    PROTOCOL_ICMP,
    PROTOCOL_ARP,
    PROTOCOL_CDP,
    PROTOCOL_LLDP,
    PROTOCOL_EAPOL,
    PROTOCOL_TCP,   /* never a message: the events of connections, see catalog.h */
    PROTOCOL_FRAME, /* never a message: what is to be said of a frame as such, see catalog.h */
    N_PROTOCOLS
} Protocol;

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

typedef struct {
    guint32 sequence;       /* as on the wire, not relative */
    guint32 acknowledgment; /* the same */
    guint32 length;         /* payload octets in this segment */
    guint8 flags;           /* TCP_* */
} TcpSegment;

typedef enum {
    TRANSPORT_NONE,
    TRANSPORT_UDP,
    TRANSPORT_TCP,
    TRANSPORT_ICMP,  /* ICMP and ICMPv6: payload from the type on; the addresses tell which */
    TRANSPORT_ARP,   /* payload from the hardware type on */
    TRANSPORT_CDP,   /* payload from the CDP version on */
    TRANSPORT_LLDP,  /* payload from the first TLV on */
    TRANSPORT_EAPOL, /* payload from the version on */
    /* A piece of a UDP datagram or TCP segment that is not complete with it: of a datagram's first, ports and payload
     * as of UDP, if the capture kept all of that piece; of others, addresses only. */
    TRANSPORT_FRAGMENT,
} Transport;

/* It runs on the link itself: no addresses of IP, no ports. */
static inline gboolean transport_is_link (Transport transport)
{
    return transport == TRANSPORT_ARP || transport == TRANSPORT_CDP || transport == TRANSPORT_LLDP ||
           transport == TRANSPORT_EAPOL;
}

typedef struct {
    guint32 number; /* 1, 2, 3 … as in Wireshark; never falls within one capture */
    gint64 time;    /* nanoseconds since 1970; may run backwards in bad captures */
    Transport transport;
    Endpoint source, destination; /* of the innermost IP header; no address where there is none */
    MacAddress source_mac;        /* of the outermost Ethernet header; unknown where there is none */
    MacAddress destination_mac;   /* of the same; only for TRANSPORT_EAPOL */
    guint32 ip_id;                /* IPv4 identification; 0 where there is none */
    guint8 ttl;                   /* IPv4 time to live: each router takes one; 0 where there is none */
    guint16 vlan;                 /* of the innermost IEEE 802.1Q tag in front of it; 0 untagged, or not captured */
    TcpSegment tcp;               /* only for TRANSPORT_TCP */
    View payload;                 /* borrowed for the call; may be cut by the capture */
    guint32 piece_start;          /* only for TRANSPORT_FRAGMENT of TCP: octets of the IP packet's payload, from here */
    guint32 piece_end;            /* … to here; 0: of UDP */
    guint32 cut;                  /* only for TRANSPORT_UDP: octets of the payload that the capture did not keep */
    /* What the reader knows to run here whatever the port (Wireshark's "Decode As", or its heuristics). */
    gboolean is_sccp, is_sip;
    gboolean is_tls; /* a phone begins a TLS handshake with one of its servers here, on whatever port */
    /* What a reader with the keys has decrypted of this frame, in order; borrowed for the call. */
    const View *plaintexts;
    guint n_plaintexts;
} Frame;
