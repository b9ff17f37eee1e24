/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/lldp.h"

#include <string.h>

enum {
    TLV_END = 0,
    TLV_CHASSIS = 1,
    TLV_PORT = 2,
    TLV_TIME_TO_LIVE = 3,
    TLV_PORT_DESCRIPTION = 4,
    TLV_SYSTEM_NAME = 5,
    TLV_SYSTEM_DESCRIPTION = 6,
    TLV_CAPABILITIES = 7,
    TLV_MANAGEMENT_ADDRESS = 8,
    TLV_ORGANISATION = 127,

    CHASSIS_MAC = 4,
    CHASSIS_ADDRESS = 5,
    PORT_MAC = 3,
    FAMILY_IPV4 = 1,
    FAMILY_IPV6 = 2,

    ORGANISATION_MED = 0x0012BB,
    ORGANISATION_IEEE_802_1 = 0x0080C2,
    IEEE_802_1_PORT_VLAN = 1,
    MED_CAPABILITIES = 1,
    MED_POLICY = 2,
    MED_INVENTORY_FIRST = 5,
    MED_INVENTORY_LAST = 11,
};

static View text_of (Bytes *value)
{
    return bytes_text_box (value, bytes_left (value));
}

static MacAddress mac_of (View octets)
{
    MacAddress mac = { { 0 } };
    if (octets.size == sizeof mac.octets)
        memcpy (mac.octets, octets.data, sizeof mac.octets);
    return mac;
}

/* An address family and that many octets. */
static IpAddress address_of (View octets)
{
    if (octets.size == 5 && octets.data[0] == FAMILY_IPV4)
        return ip_address_v4 (octets.data + 1);
    if (octets.size == 17 && octets.data[0] == FAMILY_IPV6)
        return ip_address_v6 (octets.data + 1);
    return (IpAddress){ .size = 0 };
}

static void read_chassis (Bytes *value, LldpPacket *packet)
{
    packet->chassis_subtype = bytes_u8 (value);
    packet->chassis = bytes_view (value, bytes_left (value));
    if (packet->chassis_subtype == CHASSIS_MAC)
        packet->chassis_mac = mac_of (packet->chassis);
    else if (packet->chassis_subtype == CHASSIS_ADDRESS)
        packet->chassis_address = address_of (packet->chassis);
}

static void read_port (Bytes *value, LldpPacket *packet)
{
    packet->port_subtype = bytes_u8 (value);
    packet->port = bytes_view (value, bytes_left (value));
    if (packet->port_subtype == PORT_MAC)
        packet->port_mac = mac_of (packet->port);
}

static void read_policy (Bytes *value, LldpPacket *packet)
{
    if (!bytes_have (value, 4) || packet->n_policies == LLDP_POLICIES_MAX)
        return;
    LldpPolicy *policy = &packet->policies[packet->n_policies++];
    policy->application = bytes_u8 (value);
    /* Unknown, tagged and reserved flags, 12 bits of VLAN, 3 of priority, 6 of DSCP. */
    guint32 bits = (guint32) bytes_u8 (value) << 16;
    bits |= bytes_be16 (value);
    policy->unknown = (bits & 0x800000) != 0;
    policy->tagged = (bits & 0x400000) != 0;
    policy->vlan = bits >> 9 & 0xFFF;
    policy->priority = bits >> 6 & 7;
    policy->dscp = bits & 0x3F;
}

static void read_med (Bytes *value, LldpPacket *packet)
{
    View *const inventory[] = { &packet->hardware,     &packet->firmware, &packet->software, &packet->serial,
                                &packet->manufacturer, &packet->model,    &packet->asset };
    guint8 subtype = bytes_u8 (value);

    packet->has_med = TRUE;
    if (subtype == MED_CAPABILITIES) {
        bytes_skip (value, 2);
        packet->med_class = bytes_u8 (value);
    } else if (subtype == MED_POLICY) {
        read_policy (value, packet);
    } else if (subtype >= MED_INVENTORY_FIRST && subtype <= MED_INVENTORY_LAST) {
        *inventory[subtype - MED_INVENTORY_FIRST] = text_of (value);
    }
}

static void read_organisation (Bytes *value, LldpPacket *packet)
{
    guint32 organisation = (guint32) bytes_u8 (value) << 16;
    organisation |= bytes_be16 (value);

    if (!bytes_have (value, 1))
        return;
    if (organisation == ORGANISATION_MED) {
        read_med (value, packet);
    } else if (organisation == ORGANISATION_IEEE_802_1 && bytes_u8 (value) == IEEE_802_1_PORT_VLAN) {
        packet->has_port_vlan = bytes_have (value, 2);
        packet->port_vlan = bytes_be16 (value);
    }
}

static void read_tlv (guint type, Bytes *value, LldpPacket *packet)
{
    switch (type) {
    case TLV_CHASSIS:
        read_chassis (value, packet);
        break;
    case TLV_PORT:
        read_port (value, packet);
        break;
    case TLV_TIME_TO_LIVE:
        packet->time_to_live = bytes_be16 (value);
        break;
    case TLV_PORT_DESCRIPTION:
        packet->port_description = text_of (value);
        break;
    case TLV_SYSTEM_NAME:
        packet->system_name = text_of (value);
        break;
    case TLV_SYSTEM_DESCRIPTION:
        packet->system_description = text_of (value);
        break;
    case TLV_CAPABILITIES:
        packet->capabilities = bytes_be16 (value);
        packet->enabled_capabilities = bytes_be16 (value);
        break;
    case TLV_MANAGEMENT_ADDRESS:
        if (!packet->management_address.size)
            packet->management_address = address_of (bytes_view (value, bytes_u8 (value)));
        break;
    case TLV_ORGANISATION:
        read_organisation (value, packet);
        break;
    default:
        break;
    }
}

gboolean lldp_decode (const guint8 *data, gsize size, LldpPacket *ret_packet)
{
    Bytes bytes;
    LldpPacket packet = { 0 };
    gboolean first = TRUE;

    bytes_init (&bytes, data, size);
    while (bytes_left (&bytes) > 0) {
        guint16 head = bytes_be16 (&bytes); /* 7 bits of type, 9 of length */
        View value = bytes_view (&bytes, head & 0x1FF);
        guint type = head >> 9;
        if (first && type != TLV_CHASSIS)
            return FALSE;
        if (bytes.missing) {
            packet.damaged = TRUE;
            break;
        }
        first = FALSE;
        if (type == TLV_END)
            break;
        Bytes inside;
        bytes_init (&inside, value.data, value.size);
        read_tlv (type, &inside, &packet);
    }
    if (first)
        return FALSE;
    *ret_packet = packet;
    return TRUE;
}
