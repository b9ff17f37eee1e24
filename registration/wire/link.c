/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/link.h"

#include <string.h>

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86DD,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_PPPOE_SESSION = 0x8864,
    ETHERTYPE_EAPOL = 0x888E,
    ETHERTYPE_QINQ = 0x88A8,
    ETHERTYPE_LLDP = 0x88CC,
    ETHERTYPE_QINQ_OLD = 0x9100, /* before IEEE 802.1ad */
};

enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };

/* Two VLAN tags are usual with providers, and a few MPLS labels; more are an attack. */
#define TAGS_MAX 8
/* The rest of a tag is its priority. */
#define VLAN_ID_MASK 0x0FFF
/* IEEE 802.3: up to this the field is a length, not a type. */
#define LENGTH_MAX 1500
/* What Linux writes in its place when it keeps no length (linux/if_ether.h, ETH_P_802_2). */
#define COOKED_LLC 0x0004

gboolean link_is_known (guint32 link_type)
{
    switch (link_type) {
    case LINK_TYPE_NULL:
    case LINK_TYPE_ETHERNET:
    case LINK_TYPE_RAW_BSD:
    case LINK_TYPE_RAW_OPENBSD:
    case LINK_TYPE_RAW:
    case LINK_TYPE_LOOP:
    case LINK_TYPE_COOKED:
    case LINK_TYPE_IPV4:
    case LINK_TYPE_IPV6:
    case LINK_TYPE_COOKED2:
        return TRUE;
    default:
        return FALSE;
    }
}

/* IEEE 802.2 with SNAP: Cisco's code with CDP's number in it, or an Ethernet type in another dress (RFC 1042). */
static Network read_llc (Bytes *bytes, guint16 length, View *ret_payload)
{
    static const guint8 cdp[] = { 0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C, 0x20, 0x00 };
    View header = bytes_view (bytes, sizeof cdp);

    if (header.size == 0 || memcmp (header.data, cdp, sizeof cdp) != 0)
        return NETWORK_OTHER;
    gsize left = bytes_left (bytes);
    *ret_payload = bytes_view (bytes, MIN (left, MAX (length, sizeof cdp) - sizeof cdp));
    return NETWORK_CDP;
}

/* Labels up to the bottom of the stack (RFC 3032); what is below has no type of its own. */
static Network read_mpls (Bytes *bytes, View *ret_payload)
{
    for (guint i = 0; i < TAGS_MAX; i++) {
        guint32 label = bytes_be32 (bytes);
        if (bytes->missing)
            return NETWORK_OTHER;
        if (label & 0x100) {
            *ret_payload = bytes_view (bytes, bytes_left (bytes));
            return NETWORK_IP;
        }
    }
    return NETWORK_OTHER;
}

static Network read_pppoe (Bytes *bytes, View *ret_payload)
{
    bytes_skip (bytes, 6);
    guint16 protocol = bytes_be16 (bytes);
    if (bytes->missing || (protocol != PPP_IPV4 && protocol != PPP_IPV6))
        return NETWORK_OTHER;
    *ret_payload = bytes_view (bytes, bytes_left (bytes));
    return NETWORK_IP;
}

/* From an Ethernet type on. */
static Network read_type (Bytes *bytes, guint16 type, View *ret_payload, guint16 *ret_vlan)
{
    for (guint i = 0; i < TAGS_MAX && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD);
         i++) {
        *ret_vlan = bytes_be16 (bytes) & VLAN_ID_MASK;
        type = bytes_be16 (bytes);
    }
    if (bytes->missing)
        return NETWORK_OTHER;
    switch (type) {
    case ETHERTYPE_MPLS:
        return read_mpls (bytes, ret_payload);
    case ETHERTYPE_PPPOE_SESSION:
        return read_pppoe (bytes, ret_payload);
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
    case ETHERTYPE_ARP:
    case ETHERTYPE_LLDP:
    case ETHERTYPE_EAPOL:
        *ret_payload = bytes_view (bytes, bytes_left (bytes));
        return type == ETHERTYPE_ARP     ? NETWORK_ARP
               : type == ETHERTYPE_LLDP  ? NETWORK_LLDP
               : type == ETHERTYPE_EAPOL ? NETWORK_EAPOL
                                         : NETWORK_IP;
    default:
        return type <= LENGTH_MAX ? read_llc (bytes, type, ret_payload) : NETWORK_OTHER;
    }
}

static Network read_ethernet (Bytes *bytes, View *ret_payload, LinkHeader *header)
{
    View destination = bytes_view (bytes, 6);
    View source = bytes_view (bytes, 6);
    Network network = read_type (bytes, bytes_be16 (bytes), ret_payload, &header->vlan);

    if (network != NETWORK_OTHER)
        memcpy (header->source.octets, source.data, sizeof header->source.octets);
    if (network == NETWORK_EAPOL)
        memcpy (header->destination.octets, destination.data, sizeof header->destination.octets);
    return network;
}

static Network read_cooked_type (Bytes *bytes, guint16 type, View *ret_payload, guint16 *ret_vlan)
{
    return type == COOKED_LLC ? read_llc (bytes, LENGTH_MAX, ret_payload)
                              : read_type (bytes, type, ret_payload, ret_vlan);
}

/* Packet type, ARP hardware type, length and octets of the sender's address, protocol. */
static Network read_cooked (Bytes *bytes, View *ret_payload, LinkHeader *header)
{
    bytes_skip (bytes, 4);
    guint16 length = bytes_be16 (bytes);
    View source = bytes_view (bytes, 8);
    Network network = read_cooked_type (bytes, bytes_be16 (bytes), ret_payload, &header->vlan);

    if (network != NETWORK_OTHER && length == sizeof header->source.octets)
        memcpy (header->source.octets, source.data, sizeof header->source.octets);
    return network;
}

/* Protocol, reserved, interface, ARP hardware type, packet type, length and octets of the sender's address. */
static Network read_cooked2 (Bytes *bytes, View *ret_payload, LinkHeader *header)
{
    guint16 type = bytes_be16 (bytes);
    bytes_skip (bytes, 9);
    guint8 length = bytes_u8 (bytes);
    View source = bytes_view (bytes, 8);
    Network network = read_cooked_type (bytes, type, ret_payload, &header->vlan);

    if (network != NETWORK_OTHER && length == sizeof header->source.octets)
        memcpy (header->source.octets, source.data, sizeof header->source.octets);
    return network;
}

Network link_read (guint32 link_type, const guint8 *data, gsize size, View *ret_payload, LinkHeader *ret_header)
{
    LinkHeader header = { 0 };
    Network network = NETWORK_IP;
    Bytes bytes;

    bytes_init (&bytes, data, size);
    switch (link_type) {
    case LINK_TYPE_ETHERNET:
        network = read_ethernet (&bytes, ret_payload, &header);
        break;
    case LINK_TYPE_COOKED:
        network = read_cooked (&bytes, ret_payload, &header);
        break;
    case LINK_TYPE_COOKED2:
        network = read_cooked2 (&bytes, ret_payload, &header);
        break;
    case LINK_TYPE_NULL:
    case LINK_TYPE_LOOP: /* a family, whose numbers differ between systems: the IP version says it again */
        bytes_skip (&bytes, 4);
        G_GNUC_FALLTHROUGH;
    case LINK_TYPE_RAW_BSD:
    case LINK_TYPE_RAW_OPENBSD:
    case LINK_TYPE_RAW:
    case LINK_TYPE_IPV4:
    case LINK_TYPE_IPV6:
        if (bytes.missing)
            return NETWORK_OTHER;
        *ret_payload = bytes_view (&bytes, bytes_left (&bytes));
        break;
    default:
        return NETWORK_OTHER;
    }
    if (network != NETWORK_OTHER)
        *ret_header = header;
    return network;
}

Transport link_transport (Network network)
{
    switch (network) {
    case NETWORK_ARP:
        return TRANSPORT_ARP;
    case NETWORK_LLDP:
        return TRANSPORT_LLDP;
    case NETWORK_CDP:
        return TRANSPORT_CDP;
    case NETWORK_EAPOL:
        return TRANSPORT_EAPOL;
    case NETWORK_IP:
    case NETWORK_OTHER:
        break;
    }
    return TRANSPORT_NONE;
}
