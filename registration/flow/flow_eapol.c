/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IEEE 802.1X: a phone shows the port of its switch who it is, and is let in or not. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/eapol.h"
#include "registration/protocols/tls_record.h"

#include <string.h>

/* "CP-8841-SEP001122334455": what Cisco phones call themselves here. Empty when it is none, or another's. */
static View device_in_identity (View identity, const MacAddress *mac)
{
    enum { DEVICE_SIZE = 15 };
    MacAddress named;

    if (identity.size < DEVICE_SIZE)
        return (View){ NULL, 0 };
    const View device = { identity.data + identity.size - DEVICE_SIZE, DEVICE_SIZE };
    g_autofree char *name = view_dup (device);
    return strncmp (name, "SEP", 3) == 0 && mac_address_parse_hex (name + 3, &named) &&
                   memcmp (named.octets, mac->octets, sizeof named.octets) == 0
               ? device
               : (View){ NULL, 0 };
}

/* A computer behind the phone shows who it is on the same port: only who is known to be a phone, or says so, is one. */
static PhoneId sender_of (Flow *flow, const Frame *frame, const EapolPacket *packet)
{
    PhoneId id = phones_find_mac (flow->phones, &frame->source_mac);
    const View device = device_in_identity (packet->identity, &frame->source_mac);

    if (!device.size || mac_address_is_unknown (&frame->source_mac))
        return id;
    if (id == PHONE_NONE) {
        const IpAddress none = { 0 };
        id = phones_add (flow->phones, &none, frame->number, frame->time, flow_next_note (flow));
        id = phones_set_mac (flow->phones, id, &frame->source_mac, flow_next_note (flow));
    }
    g_autofree char *name = view_dup (device);
    id = phones_name_device (flow->phones, id, name, frame->number, frame->time, flow_next_note (flow));
    phones_get (flow->phones, phones_current (flow->phones, id))->has_spoken = TRUE;
    return id;
}

static gboolean is_to_group (const Frame *frame)
{
    return frame->destination_mac.octets[0] & 1;
}

/* Switches speak to the phone itself, or to whoever is on the port: then a result tells whose it is by its number (RFC
 * 3748, 4.2). */
static PhoneId receiver_of (const Flow *flow, const Frame *frame, const EapolPacket *packet)
{
    if (!is_to_group (frame))
        return phones_find_mac (flow->phones, &frame->destination_mac);
    return packet->kind != EAPOL_REQUEST && flow->eap.answered == packet->id
               ? phones_find_mac (flow->phones, &flow->eap.answers)
               : PHONE_NONE;
}

static Variant variant_of (const EapolPacket *packet)
{
    if (packet->alert)
        return VARIANT_ALARM;
    if (packet->kind != EAPOL_REQUEST && packet->kind != EAPOL_RESPONSE)
        return VARIANT_NONE;
    if (packet->method == EAP_IDENTITY)
        return VARIANT_OWN;
    return packet->method == EAP_NAK && packet->kind == EAPOL_RESPONSE ? VARIANT_REFUSED : VARIANT_NONE;
}

/* --- What the result of it all is told with */

static void keep_question (PortAccess *access, guint method, guint alert)
{
    if (method == EAP_IDENTITY)
        *access = (PortAccess){ .closed = access->closed };
    else if (method > EAP_NAK)
        access->method = (guint8) method;
    if (alert)
        access->alert_of_server = (guint8) alert;
}

static void keep_answer (PortAccess *access, const EapolPacket *packet, NoteId note)
{
    access->answer = note;
    access->refuses = packet->method == EAP_NAK;
    if (packet->alert)
        access->alert_of_phone = packet->alert;
}

static void follow (const Flow *flow, PortAccess *access, const EapolPacket *packet, const Frame *frame)
{
    switch (packet->kind) {
    case EAPOL_REQUEST:
        keep_question (access, packet->method, packet->alert);
        break;
    case EAPOL_RESPONSE:
        if (flow->eap.method && flow->eap.asked == packet->id)
            keep_question (access, flow->eap.method, flow->eap.alert);
        keep_answer (access, packet, flow_next_note (flow));
        break;
    case EAPOL_FAILURE:
        access->closed = frame->number;
        break;
    case EAPOL_SUCCESS:
        *access = (PortAccess){ .method = access->method };
        break;
    default:
        *access = (PortAccess){ 0 };
    }
}

/* Of the port, whoever is asked or answers there. */
static void follow_port (Flow *flow, const EapolPacket *packet, const Frame *frame)
{
    if (packet->kind == EAPOL_REQUEST) {
        flow->eap.asked = packet->id;
        flow->eap.method = is_to_group (frame) ? packet->method : 0;
        flow->eap.alert = packet->alert;
    } else if (packet->kind == EAPOL_RESPONSE) {
        flow->eap.answers = frame->source_mac;
        flow->eap.answered = packet->id;
    }
}

static void add_method (Values *values, ValueKey key, guint method)
{
    const char *name = eap_method_name (method);

    if (name)
        values_add_text (values, key, name, -1);
}

static void describe (const PortAccess *access, const EapolPacket *packet, Values *values)
{
    const gboolean fails = packet->kind == EAPOL_FAILURE;
    const guint of_phone = fails ? access->alert_of_phone : packet->kind == EAPOL_RESPONSE ? packet->alert : 0;
    const guint of_server = fails ? access->alert_of_server : packet->kind == EAPOL_REQUEST ? packet->alert : 0;

    values_add_view (values, VALUE_USER, packet->identity);
    add_method (values, VALUE_PROTOCOL, access->method);
    add_method (values, VALUE_REQUIRED, packet->wanted);
    if (fails && access->refuses)
        add_method (values, VALUE_UNSUPPORTED, access->method);
    if (of_phone && tls_alert_word (of_phone) != N_WORDS)
        values_add_word (values, VALUE_CAUSE, tls_alert_word (of_phone));
    if (of_server && tls_alert_word (of_server) != N_WORDS)
        values_add_word (values, VALUE_TEXT, tls_alert_word (of_server));
}

void flow_eapol (Flow *flow, const Frame *frame)
{
    EapolPacket packet;
    Values values;

    if (!eapol_decode (frame->payload.data, frame->payload.size, &packet))
        return;
    const gboolean from_switch =
        packet.kind == EAPOL_REQUEST || packet.kind == EAPOL_SUCCESS || packet.kind == EAPOL_FAILURE;
    const PhoneId id = from_switch ? receiver_of (flow, frame, &packet) : sender_of (flow, frame, &packet);
    follow_port (flow, &packet, frame);
    if (id == PHONE_NONE)
        return;
    struct BootState *boot = flow_boot_state (flow, id);
    NoteFacts facts = { .phone = id,
                        .registration = flow_way (flow, id),
                        .kind = catalog_find (PROTOCOL_EAPOL, packet.kind),
                        .phase = PHASE_LINK,
                        .variant = variant_of (&packet),
                        .from_server = from_switch };
    boot->is_near = TRUE;
    boot_state_keep_model (boot, packet.identity);
    follow (flow, &boot->access, &packet, frame);
    values_init (&values);
    describe (&boot->access, &packet, &values);
    flow_note (flow, frame, &facts, &values);
}
