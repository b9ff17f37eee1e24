/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CDP and LLDP: phones and switches that announce themselves. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/cdp.h"
#include "registration/protocols/lldp.h"

#include <string.h>

/* The phone that an announcement is about: its sender, or (a switch speaks) the only phone of this capture, when its
 * own announcements are there. Nobody passes any on: without them the switch speaks on another link, as between
 * switches. */
static PhoneId neighbor_phone (Flow *flow, const Frame *frame, gboolean is_phone)
{
    PhoneId id = phones_find_mac (flow->phones, &frame->source_mac);

    if (id != PHONE_NONE)
        return id;
    if (is_phone && !mac_address_is_unknown (&frame->source_mac)) {
        IpAddress none = { 0 };
        id = phones_add (flow->phones, &none, frame->number, frame->time, flow_next_note (flow));
        return phones_set_mac (flow->phones, id, &frame->source_mac, flow_next_note (flow));
    }
    if (phones_count (flow->phones) != 1)
        return PHONE_NONE;
    id = phones_current (flow->phones, 0);
    return phone_boot (phones_get (flow->phones, id))->announces ? id : PHONE_NONE;
}

static void keep_announcement (struct BootState *boot, gboolean is_phone, const Values *values, NoteId note)
{
    guint64 vlan = 0;

    boot->is_near |= is_phone;
    boot->announces |= is_phone;
    if (is_phone || !values_number (values, VALUE_VLAN, &vlan) || boot->voice_vlan.id == vlan)
        return;
    boot->voice_vlan.id = (guint16) vlan;
    boot->voice_vlan.note = note;
}

static void note_neighbor (Flow *flow, const Frame *frame, PhoneId id, Protocol protocol, Variant variant,
                           gboolean is_phone, View device, View model, const Values *values)
{
    if (is_phone && device.size == 15 && memcmp (device.data, "SEP", 3) == 0) {
        g_autofree char *name = view_dup (device);
        id = phones_name_device (flow->phones, id, name, frame->number, frame->time, flow_next_note (flow));
    }
    NoteFacts facts = { .phone = id,
                        .registration = flow_way (flow, id),
                        .kind = catalog_find (protocol, 1),
                        .phase = PHASE_LINK,
                        .variant = variant,
                        .from_server = !is_phone };
    if (is_phone)
        phones_get (flow->phones, phones_current (flow->phones, id))->has_spoken = TRUE;
    NoteId note = flow_note (flow, frame, &facts, values);
    keep_announcement (flow_boot_state (flow, id), is_phone, values, note);
    if (is_phone)
        boot_state_keep_model (flow_boot_state (flow, id), model);
}

/* Catalyst switches: "cisco WS-C3560-48PS", "cisco C9300-48P"; the 900 series ("C921-4P") are routers. */
static gboolean is_switch_model (View platform)
{
    const char *text = (const char *) platform.data;

    for (gsize at = 0; at + 5 <= platform.size; at++) {
        if (memcmp (text + at, "WS-C", 4) == 0)
            return TRUE;
        if ((at == 0 || text[at - 1] == ' ') && memcmp (text + at, "C9", 2) == 0 && g_ascii_isdigit (text[at + 2]) &&
            g_ascii_isdigit (text[at + 3]) && g_ascii_isdigit (text[at + 4]))
            return TRUE;
    }
    return FALSE;
}

/* Routers, access points and hosts speak CDP as well. Who tells the voice VLAN is the switch; one that also routes, as
 * routers with switch ports do, is told by its model. */
static Variant cdp_variant (const CdpPacket *cdp, gboolean is_phone)
{
    if (is_phone)
        return cdp->has_voice_vlan_query ? VARIANT_PHONE : VARIANT_ANNOUNCE;
    if (cdp->has_voice_vlan_reply)
        return VARIANT_SERVER;
    return (cdp->capabilities & CDP_CAPABILITY_SWITCH) &&
                   (!(cdp->capabilities & CDP_CAPABILITY_ROUTER) || is_switch_model (cdp->platform))
               ? VARIANT_SERVER
               : VARIANT_NONE;
}

/* 0 is the priority alone, 4095 is no VLAN (IEEE 802.1Q, table 9-2): such voice goes without a tag, or in none. */
static void add_voice_vlan (Values *values, guint16 vlan)
{
    if (vlan > 0 && vlan < 4095)
        values_add_number (values, VALUE_VLAN, vlan);
}

/* A phone that knows its voice VLAN tells it; with the flag it asks for it (ANSI/TIA-1057, 10.2.3.2). */
static gboolean asks_for_policy (const LldpPacket *lldp)
{
    for (guint i = 0; i < lldp->n_policies; i++)
        if (lldp->policies[i].application == LLDP_APPLICATION_VOICE && lldp->policies[i].unknown)
            return TRUE;
    return FALSE;
}

/* The same for LLDP, where access points are bridges too (IEEE 802.1AB, 8.5.8). */
static Variant lldp_variant (const LldpPacket *lldp, gboolean is_phone)
{
    enum { MED_NETWORK = 4 };

    if (is_phone)
        return asks_for_policy (lldp) ? VARIANT_PHONE : VARIANT_ANNOUNCE;
    if (lldp->n_policies > 0)
        return VARIANT_SERVER;
    const guint what = lldp->capabilities & (LLDP_CAPABILITY_BRIDGE | LLDP_CAPABILITY_ACCESS_POINT);
    return what == LLDP_CAPABILITY_BRIDGE &&
                   (!(lldp->capabilities & LLDP_CAPABILITY_ROUTER) || lldp->med_class == MED_NETWORK)
               ? VARIANT_SERVER
               : VARIANT_NONE;
}

static void flow_cdp (Flow *flow, const Frame *frame)
{
    CdpPacket cdp;
    Values values;

    if (!cdp_decode (frame->payload.data, frame->payload.size, &cdp))
        return;
    gboolean is_phone = (cdp.capabilities & CDP_CAPABILITY_PHONE) ||
                        (cdp.device_id.size == 15 && memcmp (cdp.device_id.data, "SEP", 3) == 0);
    PhoneId id = neighbor_phone (flow, frame, is_phone);
    if (id == PHONE_NONE)
        return;
    values_init (&values);
    values_add_view (&values, VALUE_PLATFORM, cdp.platform);
    values_add_view (&values, VALUE_NEIGHBOR, cdp.device_id);
    values_add_view (&values, VALUE_NEIGHBOR_PORT, cdp.port_id);
    values_add_view (&values, VALUE_LOAD, is_phone ? cdp.software : (View){ NULL, 0 });
    add_voice_vlan (&values, cdp.voice_vlan_reply);
    note_neighbor (flow, frame, id, PROTOCOL_CDP, cdp_variant (&cdp, is_phone), is_phone, cdp.device_id, cdp.platform,
                   &values);
}

static void flow_lldp (Flow *flow, const Frame *frame)
{
    LldpPacket lldp;
    Values values;

    if (!lldp_decode (frame->payload.data, frame->payload.size, &lldp))
        return;
    gboolean is_phone = (lldp.capabilities & LLDP_CAPABILITY_PHONE) || lldp.med_class == 3;
    PhoneId id = neighbor_phone (flow, frame, is_phone);
    if (id == PHONE_NONE)
        return;
    values_init (&values);
    /* A description may be anything: the phone's model is what its inventory says, or one that is known. */
    View model = lldp.model.size ? lldp.model : lldp.system_description;
    values_add_view (&values, VALUE_PLATFORM, lldp.model);
    values_add_view (&values, VALUE_NEIGHBOR, lldp.system_name);
    values_add_view (&values, VALUE_NEIGHBOR_PORT, lldp.port_description);
    values_add_view (&values, VALUE_LOAD, is_phone ? lldp.software : (View){ NULL, 0 });
    /* Without the flag for tags the number means nothing (ANSI/TIA-1057, 10.2.3.3). */
    for (guint i = 0; i < lldp.n_policies; i++)
        if (lldp.policies[i].application == LLDP_APPLICATION_VOICE && !lldp.policies[i].unknown &&
            lldp.policies[i].tagged)
            add_voice_vlan (&values, lldp.policies[i].vlan);
    note_neighbor (flow, frame, id, PROTOCOL_LLDP, lldp_variant (&lldp, is_phone), is_phone, lldp.system_name, model,
                   &values);
}

void flow_neighbor (Flow *flow, const Frame *frame)
{
    if (frame->transport == TRANSPORT_CDP)
        flow_cdp (flow, frame);
    else
        flow_lldp (flow, frame);
}
