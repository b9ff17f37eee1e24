/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

/* One LLDP announcement with its LLDP-MED part, of a phone or of its switch. */

enum { LLDP_APPLICATION_VOICE = 1, LLDP_APPLICATION_VOICE_SIGNALING = 2 };
enum {
    LLDP_CAPABILITY_BRIDGE = 0x04,
    LLDP_CAPABILITY_ACCESS_POINT = 0x08,
    LLDP_CAPABILITY_ROUTER = 0x10,
    LLDP_CAPABILITY_PHONE = 0x20,
};

#define LLDP_POLICIES_MAX 8

/* An LLDP-MED network policy. */
typedef struct {
    guint8 application; /* LLDP_APPLICATION_* */
    gboolean unknown;   /* the sender asks for the policy: the numbers mean nothing */
    gboolean tagged;
    guint16 vlan; /* 0: priority tag only */
    guint8 priority, dscp;
} LldpPolicy;

/* Plain data; the views are borrowed from the packet and empty when absent. */
typedef struct {
    guint8 chassis_subtype;    /* 4 MAC address, 5 network address, 7 local */
    View chassis;              /* raw */
    MacAddress chassis_mac;    /* for subtype 4; else unknown */
    IpAddress chassis_address; /* for subtype 5; else no address */
    guint8 port_subtype;       /* 3 MAC address, 5 interface name, 7 local */
    View port;                 /* raw; text for most subtypes */
    MacAddress port_mac;       /* for subtype 3; else unknown */
    guint16 time_to_live;      /* seconds; 0: the sender says good-bye */
    View port_description, system_name, system_description;
    guint16 capabilities, enabled_capabilities; /* LLDP_CAPABILITY_* */
    IpAddress management_address;               /* the first */
    gboolean has_port_vlan;
    guint16 port_vlan; /* 802.1: the untagged VLAN of the port */

    gboolean has_med;
    guint8 med_class;                       /* 1 to 3 endpoint (3 is a phone), 4 network; 0 when not said */
    LldpPolicy policies[LLDP_POLICIES_MAX]; /* the rest is left out */
    guint n_policies;
    View hardware, firmware, software, serial, manufacturer, model, asset; /* inventory */

    gboolean damaged; /* a TLV runs over the end; what is after it is lost */
} LldpPacket;

/* From the first TLV on. FALSE (and ret_packet untouched) when it is not a chassis id, as it must be. */
gboolean lldp_decode (const guint8 *data, gsize size, LldpPacket *ret_packet);
