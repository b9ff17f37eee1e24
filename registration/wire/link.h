/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/frame.h"

/* What stands in front of the IP header, for every kind of link that phones are captured on. */

/* The network protocols behind it that tell about phones. */
typedef enum {
    NETWORK_OTHER, /* something else, or cut before it tells */
    NETWORK_IP,    /* IPv4 or IPv6: the version in the packet tells */
    NETWORK_ARP,
    NETWORK_LLDP,
    NETWORK_EAPOL,
    NETWORK_CDP, /* payload from the CDP version on */
} Network;

/* Plain data. */
typedef struct {
    MacAddress source;      /* unknown where the link has no such address */
    MacAddress destination; /* the same; of NETWORK_EAPOL only */
    guint16 vlan;           /* of the innermost IEEE 802.1Q tag; 0: none, or one that only gives a priority */
} LinkHeader;

/* The numbers of capture files (LINKTYPE_ and DLT_ of tcpdump.org/linktypes.html). Raw IP has several: its DLT differs
 * between systems. */
enum {
    LINK_TYPE_NULL = 0, /* BSD loopback */
    LINK_TYPE_ETHERNET = 1,
    LINK_TYPE_RAW_BSD = 12,
    LINK_TYPE_RAW_OPENBSD = 14,
    LINK_TYPE_RAW = 101,
    LINK_TYPE_LOOP = 108,   /* OpenBSD loopback */
    LINK_TYPE_COOKED = 113, /* Linux, "any" */
    LINK_TYPE_IPV4 = 228,
    LINK_TYPE_IPV6 = 229,
    LINK_TYPE_COOKED2 = 276,
};

/* FALSE for links that nobody here reads. */
gboolean link_is_known (guint32 link_type);
/* Steps over the link's header, tags and labels. ret_payload is what follows it, borrowed from data. ret_payload
 * and ret_header are touched only when the result is not NETWORK_OTHER. */
Network link_read (guint32 link_type, const guint8 *data, gsize size, View *ret_payload, LinkHeader *ret_header);
/* Of what runs on the link itself; TRANSPORT_NONE of IP, and of what tells nothing. */
Transport link_transport (Network network);
