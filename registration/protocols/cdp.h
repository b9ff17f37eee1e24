/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

/* One CDP announcement, of a phone or of its switch. */

enum {
    CDP_CAPABILITY_ROUTER = 0x01,
    CDP_CAPABILITY_SWITCH = 0x08,
    CDP_CAPABILITY_HOST = 0x10,
    CDP_CAPABILITY_PHONE = 0x80,
};

#define CDP_ADDRESSES_MAX 4

/* Plain data; the views are borrowed from the packet and empty when absent. */
typedef struct {
    guint8 version;
    guint8 hold_time; /* seconds */
    View device_id;   /* "SEP001122334455" or the switch's name */
    View platform;    /* "Cisco IP Phone 7961" */
    View port_id;
    View software;
    guint32 capabilities;
    IpAddress addresses[CDP_ADDRESSES_MAX]; /* of the sender; the rest is left out */
    guint n_addresses;
    gboolean has_native_vlan;
    guint16 native_vlan;
    gboolean has_voice_vlan_reply; /* the switch's answer: this is the voice VLAN */
    guint16 voice_vlan_reply;      /* 0 when the short form does not say it */
    gboolean has_voice_vlan_query; /* the phone's question */
    guint16 voice_vlan_query;      /* the VLAN it knows; 0 when the short form does not say it */
    gboolean damaged;              /* a TLV runs over the end; what is after it is lost */
} CdpPacket;

/* From the version on; the checksum is not verified. FALSE (and ret_packet untouched) for anything but version 1 or 2.
 */
gboolean cdp_decode (const guint8 *data, gsize size, CdpPacket *ret_packet);
