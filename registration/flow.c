/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow_internal.h"

#include "registration/sccp.h"

#include <string.h>

/* Sessions are found by their two ends whichever way a frame goes. */
static guint hash_ends (gconstpointer key)
{
    const Endpoint *ends = key;
    return endpoint_hash (&ends[0]) + endpoint_hash (&ends[1]);
}

static gboolean equal_ends (gconstpointer key_a, gconstpointer key_b)
{
    const Endpoint *a = key_a, *b = key_b;
    return (endpoint_equal (&a[0], &b[0]) && endpoint_equal (&a[1], &b[1])) ||
           (endpoint_equal (&a[0], &b[1]) && endpoint_equal (&a[1], &b[0]));
}

static guint hash_server (gconstpointer key)
{
    return endpoint_hash (key);
}

static gboolean equal_server (gconstpointer a, gconstpointer b)
{
    return endpoint_equal (a, b);
}

Flow *flow_new (gboolean wait_for_gaps)
{
    Flow *flow = g_new0 (Flow, 1);
    Endpoint none = { 0 };

    flow->wait_for_gaps = wait_for_gaps;
    flow->notes = notes_new ();
    flow->phones = phones_new ();
    flow->sessions = g_hash_table_new_full (hash_ends, equal_ends, NULL, (GDestroyNotify) session_free);
    flow->ports = g_hash_table_new (NULL, NULL);
    flow->servers = g_array_new (FALSE, TRUE, sizeof (Endpoint));
    flow->server_places = g_hash_table_new_full (hash_server, equal_server, g_free, NULL);
    g_array_append_val (flow->servers, none);
    return flow;
}

void flow_free (Flow *flow)
{
    if (!flow)
        return;
    g_hash_table_unref (flow->sessions);
    g_hash_table_unref (flow->ports);
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

Phone *flow_session_phone (const Flow *flow, const Session *session)
{
    return phones_get (flow->phones, phones_current (flow->phones, session->phone));
}

NoteId flow_note_session (Flow *flow, Session *session, const Frame *frame, KindIndex kind, Phase phase,
                          Variant variant, gboolean from_server, const Values *values)
{
    session->phone = phones_current (flow->phones, session->phone);
    Note note = { .time = frame->time,
                  .frame = frame->number,
                  .phone = session->phone,
                  .kind = kind,
                  .server = session->server,
                  .attempt = session->attempt,
                  .phase = phase,
                  .level = flow_session_phone (flow, session)->level,
                  .from_server = from_server != FALSE,
                  .variant = (guint8) variant };
    return notes_append (flow->notes, &note, values);
}

void flow_pair (Flow *flow, NoteId request, NoteId answer)
{
    notes_get (flow->notes, request)->partner = answer;
    notes_get (flow->notes, answer)->partner = request;
}

void flow_end_registration (Flow *flow, Session *session)
{
    Phone *phone = flow_session_phone (flow, session);

    session->accepted = session->registering = session->ready = FALSE;
    if (phone->session == session) {
        phone->session = NULL;
        phone->level = LEVEL_NONE;
    }
}

void flow_name_session (Flow *flow, Session *session, const Frame *frame, const char *name)
{
    PhoneId before = phones_current (flow->phones, session->phone);
    PhoneId named = phones_name (flow->phones, before, name, frame->number, frame->time, flow_next_note (flow));
    const IpAddress *address = &session->tcp.ends[FROM_PHONE].address;

    /* Whoever was registered here is no longer: no phone may lean on a session of another. */
    if (named != before)
        flow_end_registration (flow, session);
    session->phone = named;
    if (named != before || !ip_address_equal (&phones_get (flow->phones, named)->address, address))
        phones_move_address (flow->phones, named, address);
    if (session->attempt && named != before)
        session->attempt = phones_get (flow->phones, named)->attempts + 1;
}

static guint16 server_place (Flow *flow, const Endpoint *server)
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

/* Whose connection this is, before it says so. One address is one phone, until something speaks against it: a phone
 * that is registered at that very server over another connection, or an address that several phones are known to
 * share. Then it is somebody new, who will tell the name. */
static PhoneId guess_phone (Flow *flow, const Endpoint *end, const Endpoint *server, const Frame *frame)
{
    PhoneId id = phones_find_address (flow->phones, &end->address);

    if (id != PHONE_NONE) {
        const Phone *phone = phones_get (flow->phones, id);
        const Session *session = phone->session;
        gboolean busy_here =
            session && !session->tcp.closed && endpoint_equal (&session->tcp.ends[FROM_SERVER], server);
        if (!busy_here && !phone->shares_address)
            return id;
    }
    PhoneId added = phones_add (flow->phones, &end->address, frame->number, frame->time, flow_next_note (flow));
    if (id == PHONE_NONE)
        phones_move_address (flow->phones, added, &end->address);
    return added;
}

static void drop_session (Flow *flow, Session *session)
{
    flow_end_registration (flow, session);
    g_hash_table_remove (flow->sessions, session->tcp.ends);
}

static Session *open_session (Flow *flow, const Frame *frame, gboolean from_server, gboolean from_start)
{
    const Endpoint *phone = from_server ? &frame->destination : &frame->source;
    const Endpoint *server = from_server ? &frame->source : &frame->destination;
    Session *session = session_new (phone, server);

    session->phone = guess_phone (flow, phone, server, frame);
    session->server = server_place (flow, server);
    if (from_start)
        session->attempt = flow_session_phone (flow, session)->attempts + 1;
    g_hash_table_insert (flow->sessions, session->tcp.ends, session);
    return session;
}

static Session *find_session (const Flow *flow, const Frame *frame)
{
    Endpoint ends[2] = { frame->source, frame->destination };
    return g_hash_table_lookup (flow->sessions, ends);
}

static gboolean is_server_port (const Flow *flow, guint16 port)
{
    return port == SCCP_PORT || port == SCCP_TLS_PORT || g_hash_table_contains (flow->ports, GUINT_TO_POINTER (port));
}

/* Which end is the server of a connection whose SYN is not in the capture: the one with the well-known port, else the
 * one that the message says (a phone sends requests, a server answers). */
static gboolean comes_from_server (const Flow *flow, const Frame *frame)
{
    gboolean source = is_server_port (flow, frame->source.port);
    gboolean destination = is_server_port (flow, frame->destination.port);
    SccpPdu pdu;

    if (source != destination)
        return source;
    if (sccp_frame (frame->payload.data, frame->payload.size, &pdu) > 0)
        return catalog_kind (catalog_find (PROTOCOL_SCCP, pdu.id))->from == SIDE_SERVER;
    return FALSE;
}

/* The session of a TCP frame: an existing one, a new one for a SYN to a call manager's port, or one that the capture
 * joined in the middle. NULL when the frame is not about a phone. */
static Session *session_of_frame (Flow *flow, const Frame *frame)
{
    gboolean syn = (frame->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    Session *session = find_session (flow, frame);

    if (syn && session &&
        (session->tcp.accepted || session->tcp.established || session->tcp.syn_sequence != frame->tcp.sequence)) {
        drop_session (flow, session);
        session = NULL;
    }
    if (session)
        return session;
    if (syn && is_server_port (flow, frame->destination.port)) {
        session = open_session (flow, frame, FALSE, TRUE);
        session->tcp.syn_sequence = frame->tcp.sequence;
        return session;
    }
    if (!sccp_is_plausible (frame->payload.data, frame->payload.size))
        return NULL;
    session = open_session (flow, frame, comes_from_server (flow, frame), FALSE);
    g_hash_table_add (flow->ports, GUINT_TO_POINTER (session->tcp.ends[FROM_SERVER].port));
    return session;
}

static void note_tcp_event (Flow *flow, Session *session, const Frame *frame, gboolean from_server, guint event)
{
    KindIndex index = catalog_find (PROTOCOL_TCP, event);
    const MessageKind *kind = catalog_kind (index);
    guint direction = from_server ? FROM_SERVER : FROM_PHONE;
    Phase phase = kind->phase == PHASE_NONE ? session->phase : kind->phase;
    Variant variant = VARIANT_NONE;
    Values values;

    values_init (&values);
    switch (event) {
    case TCP_EVENT_CONNECT:
    case TCP_EVENT_ACCEPT:
    case TCP_EVENT_ESTABLISHED:
    case TCP_EVENT_REFUSED:
        session->phase = PHASE_CONNECT;
        break;
    case TCP_EVENT_CONNECT_AGAIN:
        values_add_number (&values, VALUE_COUNT, session->tcp.syn_repeats);
        break;
    case TCP_EVENT_RETRANSMISSION:
        if (session->has_last_kind[direction])
            values_add_text (&values, VALUE_MESSAGE, catalog_kind (session->last_kind[direction])->name, -1);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        /* The end of something that never was a registration is not its end. */
        if (!session->registers)
            phase = session->phase;
        session->phase = phase;
        variant = from_server ? VARIANT_SERVER : VARIANT_PHONE;
        flow_end_registration (flow, session);
        break;
    default:
        break;
    }
    NoteId note = flow_note_session (flow, session, frame, index, phase, variant, from_server, &values);
    if (event == TCP_EVENT_CONNECT)
        session->tcp.syn_note = note;
    /* A host that refuses answers every repeated SYN; only the first answer is that of the first SYN. */
    if (kind->is_answer && session->tcp.syn_note && !notes_get (flow->notes, session->tcp.syn_note)->partner)
        flow_pair (flow, session->tcp.syn_note, note);
}

typedef struct {
    Flow *flow;
    Session *session;
    const Frame *frame;
    gboolean from_server;
} Reading;

static void on_pdu (const SccpPdu *pdu, gpointer user_data)
{
    Reading *reading = user_data;
    flow_sccp_pdu (reading->flow, reading->session, reading->frame, reading->from_server, pdu);
}

static gsize read_sccp (const guint8 *data, gsize size, gboolean cut, gpointer user_data)
{
    return sccp_read_stream (data, size, cut, on_pdu, user_data);
}

static void take_tcp (Flow *flow, const Frame *frame)
{
    /* Most TCP traffic of most captures has nothing to do with phones, and ends here. */
    if (!frame->is_sccp && !is_server_port (flow, frame->destination.port) &&
        !is_server_port (flow, frame->source.port))
        return;
    Session *session = session_of_frame (flow, frame);
    if (!session)
        return;

    NoteId before = flow_next_note (flow);
    Reading reading = { flow, session, frame, endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]) };
    gboolean probe = tcp_state_is_probe (&session->tcp, reading.from_server, &frame->tcp);
    StreamVerdict verdict = STREAM_NEW;
    if (!probe)
        verdict = stream_segment (&session->tcp.streams[reading.from_server ? FROM_SERVER : FROM_PHONE], &frame->tcp,
                                  frame->payload, flow->wait_for_gaps, read_sccp, &reading);
    guint event = tcp_state_segment (&session->tcp, reading.from_server, &frame->tcp, probe, verdict,
                                     flow_next_note (flow) != before);
    if (event != N_TCP_EVENTS)
        note_tcp_event (flow, session, frame, reading.from_server, event);
}

/* Captures may claim any time. Half of the scale (the years 1824 to 2116) is enough for what was recorded, and the
 * distance of any two of these times is a number. */
#define TIME_MAX (G_MAXINT64 / 2)

NoteId flow_frame (Flow *flow, const Frame *recorded, guint *ret_count)
{
    NoteId first = flow_next_note (flow);
    Frame frame = *recorded;

    frame.time = CLAMP (recorded->time, -TIME_MAX, TIME_MAX);
    if (frame.transport == TRANSPORT_TCP)
        take_tcp (flow, &frame);
    *ret_count = flow_next_note (flow) - first;
    return *ret_count ? first : 0;
}
