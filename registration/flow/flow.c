/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

Flow *flow_new (const FlowOptions *options)
{
    Flow *flow = g_new0 (Flow, 1);
    Endpoint none = { 0 };

    flow->passwords = options ? options->passwords : NULL;
    flow->notes = notes_new ();
    flow->phones = phones_new ();
    flow->servers = g_array_new (FALSE, TRUE, sizeof (Endpoint));
    flow->server_places = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, NULL);
    g_array_append_val (flow->servers, none);
    flow->fragmenters = g_hash_table_new (NULL, NULL);
    flow_registrations_init (flow);
    flow_tcp_init (flow);
    flow_network_init (flow);
    flow_askers_init (flow);
    flow_knocks_init (flow);
    flow_tftp_init (flow);
    flow_sip_init (flow);
    port_set_add (&flow->wanted_ports, PORT_DHCP);
    port_set_add (&flow->wanted_ports, PORT_DNS);
    flow_use_sip_port (flow, PORT_SIP);
    flow->latest_noted = flow->last_noted = flow->latest = flow->finished = G_MININT64;
    flow->pause_budget = PAUSE_BUDGET;
    return flow;
}

void flow_free (Flow *flow)
{
    if (!flow)
        return;
    flow_registrations_clear (flow);
    flow_tcp_clear (flow);
    flow_network_clear (flow);
    flow_tftp_clear (flow);
    flow_knocks_clear (flow);
    flow_askers_clear (flow);
    flow_sip_clear (flow);
    g_hash_table_unref (flow->fragmenters);
    g_hash_table_unref (flow->server_places);
    g_array_unref (flow->servers);
    phones_free (flow->phones);
    notes_free (flow->notes);
    g_free (flow);
}

const Notes *flow_notes (const Flow *flow)
{
    return flow->notes;
}

const Phones *flow_phones (const Flow *flow)
{
    return flow->phones;
}

const Endpoint *flow_server (const Flow *flow, const Note *note)
{
    return note->server ? &g_array_index (flow->servers, Endpoint, note->server) : NULL;
}

NoteId flow_next_note (const Flow *flow)
{
    return notes_count (flow->notes) + 1;
}

NoteId flow_effect_note (const Flow *flow)
{
    return flow->note_of_effect ? flow->note_of_effect : flow_next_note (flow);
}

static gsize octets_cut (const Frame *frame)
{
    if (frame->transport != TRANSPORT_TCP)
        return frame->cut;
    return frame->payload.size < frame->tcp.length ? frame->tcp.length - frame->payload.size : 0;
}

gboolean flow_is_cut (const Frame *frame)
{
    return octets_cut (frame) > 0;
}

/* Who has spoken, and in which language; TLS is the carrier of either. A copy of a packet says nothing more. */
static void hear (Flow *flow, const NoteFacts *facts, NoteId id, Protocol protocol)
{
    Registration *registration = registrations_get (flow->registrations, facts->registration);

    if (!registration || note_is_copy (notes_get (flow->notes, id)))
        return;
    if (!registration->first)
        registration->first = id;
    registration->latest = id;
    if (protocol == PROTOCOL_SIP && !facts->from_server && catalog_kind (facts->kind)->id == SIP_REGISTER)
        registration->asked = id;
    if (protocol != PROTOCOL_SCCP && protocol != PROTOCOL_SIP && protocol != PROTOCOL_TLS)
        return;
    if (facts->from_server)
        registration->heard_server = TRUE;
    else
        registration->heard_phone = TRUE;
    if (protocol != PROTOCOL_TLS)
        registration->protocol = (guint8) protocol;
}

/* Whether TLS with this server shows a phone: people look at its files, too. */
static gboolean tls_tells (const Flow *flow, guint16 server, const Phone *phone)
{
    const guint16 port = g_array_index (flow->servers, Endpoint, server).port;
    return !phone->has_other_tls && !phone->is_onlooker && port_service (port) != SERVICE_HTTP;
}

NoteId flow_note (Flow *flow, const Frame *frame, const NoteFacts *facts, const Values *values)
{
    PhoneId phone = phones_current (flow->phones, facts->phone);
    Note note = { .time = frame->time,
                  .frame = frame->number,
                  .phone = phone,
                  .registration = facts->registration,
                  .phase = facts->phase,
                  .level = phones_get (flow->phones, phone)->level,
                  .from_server = facts->from_server != FALSE,
                  .server = facts->server,
                  .kind = facts->kind,
                  .variant = facts->variant };
    Values more;
    if (flow_is_cut (frame)) {
        more = *values;
        values_add_number (&more, VALUE_CUT, octets_cut (frame));
        values = &more;
    }
    NoteId id = notes_append (flow->notes, &note, values);
    Protocol protocol = catalog_kind (facts->kind)->protocol;
    /* Any octets on port 2000 that begin like a header are a message that nobody knows. Over SIP everybody calls, and
     * asks whether somebody is there: trunks, proxies and who looks for open ports. */
    Phone *of_note = phones_get (flow->phones, phone);
    const gboolean talks = (protocol == PROTOCOL_SCCP && !catalog_is_unknown (catalog_kind (facts->kind))) ||
                           (protocol == PROTOCOL_SIP && facts->phase != PHASE_NONE);
    of_note->has_talked |= talks;
    if (talks && protocol == PROTOCOL_SCCP)
        of_note->over_sccp = facts->registration;
    if (talks || (protocol == PROTOCOL_TLS && tls_tells (flow, facts->server, of_note)))
        of_note->has_spoken = of_note->has_said = TRUE;
    hear (flow, facts, id, protocol);
    if (flow_is_cut (frame))
        flow_lacks (flow, id, CAPTURE_CUT);
    return id;
}

NoteId flow_note_session (Flow *flow, Session *session, const Frame *frame, KindIndex kind, Phase phase,
                          Variant variant, gboolean from_server, const Values *values)
{
    session->phone = phones_current (flow->phones, session->phone);
    NoteFacts facts = { .phone = session->phone,
                        .server = session->server,
                        .registration = session->registration ? session->registration : flow_way (flow, session->phone),
                        .kind = kind,
                        .phase = phase,
                        .variant = variant,
                        .from_server = from_server };
    NoteId id = flow_note (flow, frame, &facts, values);
    /* One name may register at two places: what one is told says nothing about the other. */
    if (session->level != LEVEL_NONE)
        notes_get (flow->notes, id)->level = session->level;
    return id;
}

void flow_listen (Flow *flow, FlowListener listener, gpointer user_data)
{
    flow->listener = listener;
    flow->listener_data = user_data;
}

void flow_observe (Flow *flow, const FlowObserver *observer, gpointer user_data)
{
    flow->observer = observer;
    flow->observer_data = user_data;
    phones_on_absorb (flow->phones, observer ? observer->joined : NULL, user_data);
}

void flow_noted (Flow *flow, NoteId first)
{
    first = MAX (first, flow->untold);
    const guint count = flow_next_note (flow) - first;

    flow->untold = flow_next_note (flow);
    if (count && flow->observer)
        flow->observer->noted (first, count, flow->session, flow->observer_data);
}

void flow_lacks (Flow *flow, NoteId id, CaptureHolds holds)
{
    flow_lacks_since (flow, id, notes_get (flow->notes, id)->time, holds);
}

void flow_lacks_since (Flow *flow, NoteId id, gint64 since, CaptureHolds holds)
{
    Registration *registration = registrations_get (flow->registrations, notes_get (flow->notes, id)->registration);

    if (registration)
        registration->is_unsure = TRUE;
    if (flow->observer)
        flow->observer->lacks (id, since, holds, flow->observer_data);
}

void flow_tell (Flow *flow, NoteId next, const Frame *frame, const Session *session, View octets)
{
    if (!flow->listener || flow_next_note (flow) == next)
        return;
    const Note *note = notes_get (flow->notes, next);
    FlowMessage message = { .note = next,
                            .protocol = catalog_kind (note->kind)->protocol,
                            .from_server = note->from_server,
                            .phone = note->from_server ? &frame->destination : &frame->source,
                            .server = note->from_server ? &frame->source : &frame->destination,
                            .connection = session ? session->number : 0,
                            .octets = octets };
    flow->listener (&message, flow->listener_data);
}

void flow_pair (Flow *flow, NoteId request, NoteId answer)
{
    notes_get (flow->notes, request)->partner = answer;
    notes_get (flow->notes, answer)->partner = request;
}

guint16 flow_server_place (Flow *flow, const Endpoint *server)
{
    gpointer place = g_hash_table_lookup (flow->server_places, server);

    if (place)
        return (guint16) GPOINTER_TO_UINT (place);
    if (flow->servers->len > G_MAXUINT16)
        return 0;
    g_array_append_val (flow->servers, *server);
    g_hash_table_insert (flow->server_places, g_memdup2 (server, sizeof *server),
                         GUINT_TO_POINTER (flow->servers->len - 1));
    return (guint16) (flow->servers->len - 1);
}

/* FALSE: it is no TFTP of a transfer that is known. */
static gboolean take_tftp (Flow *flow, const Frame *frame)
{
    NoteId next = flow_next_note (flow);

    flow_tftp (flow, frame);
    flow_tell (flow, next, frame, NULL, frame->payload);
    return flow_next_note (flow) != next;
}

static gboolean is_sip_datagram (const Frame *frame)
{
    return frame->transport == TRANSPORT_UDP && (frame->is_sip || sip_begins (frame->payload));
}

/* DHCP servers and clients, DNS, TFTP servers, and SIP. A port of any of them may become one of another: a start line
 * of SIP is none of the others' packets, and a transfer knows its ends. */
static void take_udp (Flow *flow, const Frame *frame)
{
    guint16 source = frame->source.port, destination = frame->destination.port;

    if (is_sip_datagram (frame))
        flow_sip_message (flow, NULL, frame, frame->payload);
    else if (source == PORT_DHCP || destination == PORT_DHCP)
        flow_dhcp (flow, frame);
    else if (source == PORT_DNS || destination == PORT_DNS)
        flow_dns (flow, frame);
    else if ((destination == PORT_TFTP || flow_uses_udp_port (flow, source) ||
              flow_uses_udp_port (flow, destination)) &&
             take_tftp (flow, frame))
        return;
    else if (flow_is_sip_port (flow, source) || flow_is_sip_port (flow, destination))
        flow_sip_message (flow, NULL, frame, frame->payload);
}

gboolean flow_wants_ports (const Flow *flow, Transport transport, guint16 source, guint16 destination)
{
    if (transport == TRANSPORT_TCP)
        return flow_is_server_port (flow, destination) || flow_is_server_port (flow, source);
    if (transport == TRANSPORT_UDP)
        return port_set_has (&flow->wanted_ports, source) || port_set_has (&flow->wanted_ports, destination) ||
               destination == PORT_TFTP;
    return transport != TRANSPORT_FRAGMENT;
}

/* Known phones begin TLS with their own servers on ports that are in no list, too. */
static gboolean is_secure_start (const Flow *flow, const Frame *frame)
{
    PhoneId phone = phones_find_address (flow->phones, &frame->source.address);

    return phone != PHONE_NONE && !port_is_web (frame->destination.port) &&
           flow_is_server_of (flow, phone, &frame->destination.address);
}

gboolean flow_wants_frame (const Flow *flow, Frame *frame)
{
    if (frame->transport == TRANSPORT_NONE)
        return FALSE;
    if (frame->transport == TRANSPORT_FRAGMENT && frame->payload.size == 0)
        return TRUE;
    /* Over UDP whoever uses the ports is asked last. */
    if (frame->transport == TRANSPORT_UDP && sip_begins (frame->payload))
        return frame->is_sip = TRUE;
    if (flow_wants_ports (flow, frame->transport, frame->source.port, frame->destination.port))
        return TRUE;
    frame->is_sip = frame->transport != TRANSPORT_UDP && sip_begins (frame->payload);
    frame->is_sccp = frame->transport == TRANSPORT_TCP && sccp_names_phone (frame->payload);
    frame->is_tls = frame->transport == TRANSPORT_TCP && tls_begins (frame->payload) && is_secure_start (flow, frame);
    return frame->is_sip || frame->is_sccp || frame->is_tls;
}

void flow_use_udp_port (Flow *flow, guint16 port)
{
    port_set_add (&flow->udp_ports, port);
    port_set_add (&flow->wanted_ports, port);
}

gboolean flow_uses_udp_port (const Flow *flow, guint16 port)
{
    return port_set_has (&flow->udp_ports, port);
}

void flow_use_sip_port (Flow *flow, guint16 port)
{
    port_set_add (&flow->sip_ports, port);
    port_set_add (&flow->wanted_ports, port);
}

gboolean flow_is_sip_port (const Flow *flow, guint16 port)
{
    return port_set_has (&flow->sip_ports, port);
}

/* Broken clocks say anything; between these limits (years 1824 to 2116) no difference of two times overflows. */
#define TIME_LIMIT (G_MAXINT64 / 2)

gboolean flow_sees_tags (const Flow *flow)
{
    return flow->sees_tags;
}

gboolean flow_sees_link (const Flow *flow)
{
    return flow->sees_link;
}

/* Says so where the packet itself has said something. */
static NoteId note_copy (Flow *flow, const Frame *frame, guint32 number, NoteId first, gboolean routed,
                         guint32 n_copies, guint *ret_count)
{
    const Note *original = notes_get (flow->notes, first);
    Values values;

    *ret_count = 0;
    if (!original || original->frame != number)
        return 0;
    NoteFacts facts = { .phone = original->phone,
                        .server = original->server,
                        .registration = original->registration,
                        .kind = catalog_find (PROTOCOL_FRAME, FRAME_IS_COPY),
                        .phase = original->phase,
                        .variant = n_copies > 1 ? VARIANT_AGAIN
                                   : routed     ? VARIANT_ROUTED
                                                : VARIANT_NONE,
                        .from_server = original->from_server };
    values_init (&values);
    values_add_number (&values, VALUE_FRAME, number);
    if (n_copies > 1)
        values_add_number (&values, VALUE_COUNT, n_copies + 1);
    if (frame->time > original->time)
        values_add_number (&values, VALUE_SINCE, (guint64) (frame->time - original->time));
    *ret_count = 1;
    return flow_note (flow, frame, &facts, &values);
}

/* Of a frame that has notes: Wireshark does not show us all others. */
static void look_at_time (Flow *flow, const Frame *frame)
{
    const gboolean is_first = flow->latest_noted == G_MININT64;

    if (!is_first && flow->latest_noted - frame->time > MAX (flow->back_by, SWAPPED_WITHIN)) {
        flow->back_by = flow->latest_noted - frame->time;
        flow->back_frame = frame->number;
    }
    if (!is_first && flow->last_noted - frame->time > SWAPPED_WITHIN)
        flow->steps_back++;
    flow->latest_noted = MAX (flow->latest_noted, frame->time);
    flow->last_noted = frame->time;
}

NoteId flow_frame (Flow *flow, const Frame *any_frame, guint *ret_count)
{
    NoteId first = flow_next_note (flow);
    const gint64 time = CLAMP (any_frame->time, -TIME_LIMIT, TIME_LIMIT);
    const Frame *frame = any_frame;
    Frame limited;
    guint32 original, first_of_original;
    gboolean routed;
    guint32 n_copies;

    flow->session = NULL;
    flow->finished = G_MININT64;
    if (flow->latest == G_MININT64)
        flow->begin = frame->time;
    flow->sees_tags |= frame->vlan != 0;
    flow->sees_link |= transport_is_link (frame->transport);
    if (flow->latest != G_MININT64 && time - flow->latest > PAUSE)
        flow_look_for_pause (flow, frame, time);
    if (time != frame->time) {
        limited = *frame;
        limited.time = time;
        frame = &limited;
    }
    if (copies_tell (&flow->copies, frame, is_sip_datagram (frame), first, &original, &first_of_original, &routed,
                     &n_copies))
        return note_copy (flow, frame, original, first_of_original, routed, n_copies, ret_count);
    switch (frame->transport) {
    case TRANSPORT_TCP:
        flow_tcp (flow, frame);
        break;
    case TRANSPORT_UDP:
        take_udp (flow, frame);
        break;
    case TRANSPORT_ICMP:
        flow_icmp (flow, frame);
        break;
    case TRANSPORT_ARP:
        flow_arp (flow, frame);
        break;
    case TRANSPORT_CDP:
    case TRANSPORT_LLDP:
        flow_neighbor (flow, frame);
        break;
    case TRANSPORT_EAPOL:
        flow_eapol (flow, frame);
        break;
    case TRANSPORT_FRAGMENT:
        flow_fragment (flow, frame);
        break;
    case TRANSPORT_NONE:
        break;
    }
    *ret_count = flow_next_note (flow) - first;
    flow_noted (flow, first);
    if (*ret_count)
        look_at_time (flow, frame);
    flow_pass (flow, frame->time);
    return *ret_count ? first : 0;
}

void flow_pass (Flow *flow, gint64 time)
{
    if (time <= flow->latest)
        return;
    flow->latest = time;
    if (flow->observer)
        flow->observer->passed (time, FALSE, flow->observer_data);
}

void flow_finish (Flow *flow, gint64 time)
{
    const Note *last = notes_get (flow->notes, flow_next_note (flow) - 1);

    flow->latest = MAX (time, flow->latest);
    flow->finished = time;
    if (last)
        flow_tcp_finish (flow, last->frame, last->time);
    if (flow->observer)
        flow->observer->passed (flow_end (flow), TRUE, flow->observer_data);
}

/* A clock that was set back has not waited until the latest time, whether a frame with notes shows it or another one.
 */
gint64 flow_end (const Flow *flow)
{
    if (flow->finished != G_MININT64)
        return MAX (flow->finished, flow->last_noted);
    return flow->latest_noted - flow->last_noted > SWAPPED_WITHIN ? flow->last_noted : flow->latest;
}

guint32 flow_goes_back (const Flow *flow, gint64 *ret_by)
{
    *ret_by = flow->back_by;
    return flow->back_frame;
}

guint32 flow_cut_datagrams (const Flow *flow)
{
    return flow->cut_datagrams;
}

void flow_drop_frame (Flow *flow, guint32 number)
{
    notes_drop_frame (flow->notes, number);
}
