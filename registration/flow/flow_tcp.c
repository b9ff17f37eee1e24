/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP: whose connection a segment belongs to, what it is there, and who reads its octets. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

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

/* A TCP port that a server of phones has to itself. */
static gboolean is_well_known (guint16 port)
{
    return (port_carriers (port) & (PORT_BY_TCP | PORT_BY_TLS)) != 0;
}

static SessionApp app_of_port (guint16 port)
{
    if (port_carriers (port) == PORT_BY_TLS)
        return APP_TLS;
    switch (port_service (port)) {
    case SERVICE_SIP:
        return APP_SIP;
    case SERVICE_HTTP:
        return APP_HTTP;
    default:
        return APP_SCCP;
    }
}

gboolean flow_is_server_port (const Flow *flow, guint16 port)
{
    return flow->tcp_ports[port / 8] >> port % 8 & 1;
}

void flow_use_tcp_port (Flow *flow, guint16 port)
{
    flow->tcp_ports[port / 8] |= (guint8) (1 << port % 8);
}

void flow_tcp_init (Flow *flow)
{
    flow->sessions = g_hash_table_new_full (hash_ends, equal_ends, NULL, (GDestroyNotify) session_free);
#define X(symbol, port, carriers, service)                                                                             \
    if (is_well_known (port))                                                                                          \
        flow_use_tcp_port (flow, port);
    SERVER_PORTS (X)
#undef X
}

void flow_tcp_clear (Flow *flow)
{
    g_hash_table_unref (flow->sessions);
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

    session->number = ++flow->connections;
    session->app = app_of_port (server->port);
    session->phone = flow_guess_phone (flow, phone, server, frame);
    session->server = flow_server_place (flow, server);
    /* Nobody but phones goes to these. */
    if ((session->app == APP_SCCP && is_well_known (server->port)) || server->port == PORT_SCCP_TLS)
        phones_get (flow->phones, session->phone)->has_spoken = TRUE;
    if (from_start)
        session->attempt = flow_attempt (flow, session->phone);
    g_hash_table_insert (flow->sessions, session->tcp.ends, session);
    return session;
}

static Session *find_session (const Flow *flow, const Frame *frame)
{
    Endpoint ends[2] = { frame->source, frame->destination };
    return g_hash_table_lookup (flow->sessions, ends);
}

/* Which end is the server of a connection whose SYN is not in the capture: the one with the well-known port, else the
 * one that the message says (a phone sends requests, a server answers). */
static gboolean comes_from_server (const Flow *flow, const Frame *frame)
{
    gboolean source = flow_is_server_port (flow, frame->source.port);
    gboolean destination = flow_is_server_port (flow, frame->destination.port);
    SccpPdu pdu;

    if (source != destination)
        return source;
    if (sccp_frame (frame->payload.data, frame->payload.size, &pdu) > 0)
        return catalog_kind (catalog_find (PROTOCOL_SCCP, pdu.id))->from == SIDE_SERVER;
    return FALSE;
}

/* Whether a capture that begins in the middle of a connection shows here what runs over it. */
static gboolean begins_session (const Flow *flow, const Frame *frame)
{
    const guint8 *data = frame->payload.data;
    gsize size = frame->payload.size;
    gboolean well_known = is_well_known (frame->source.port) || is_well_known (frame->destination.port);
    guint16 port = flow_is_server_port (flow, frame->source.port) ? frame->source.port : frame->destination.port;

    if (size == 0)
        return FALSE;
    if (frame->is_tls)
        return TRUE;
    if (frame->is_sip || (well_known && app_of_port (port) == APP_SIP))
        return sip_frame_length (data, size, TRUE) > 0;
    if (well_known && app_of_port (port) != APP_SCCP)
        return TRUE;
    return sccp_is_plausible (data, size);
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
    if (syn && flow_is_server_port (flow, frame->destination.port)) {
        session = open_session (flow, frame, FALSE, TRUE);
        session->tcp.syn_sequence = frame->tcp.sequence;
        return session;
    }
    if (!begins_session (flow, frame))
        return NULL;
    session = open_session (flow, frame, comes_from_server (flow, frame), FALSE);
    if (frame->is_sip)
        session->app = APP_SIP;
    if (frame->is_tls)
        session->app = APP_TLS;
    flow_use_tcp_port (flow, session->tcp.ends[FROM_SERVER].port);
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
    guint rank, repeats;

    values_init (&values);
    /* HTTP belongs to the files from its first segment on. */
    if (session->app == APP_HTTP)
        phase = PHASE_FILES;
    switch (event) {
    case TCP_EVENT_CONNECT:
        rank = flow_configured_rank (flow, session->phone, &session->tcp.ends[FROM_SERVER].address);
        if (rank)
            values_add_number (&values, VALUE_RANK, rank);
        if (rank && flow_configured_security (flow, session->phone))
            values_add_number (&values, VALUE_SECURITY, flow_configured_security (flow, session->phone));
        else
            flow_add_configured (flow, session->phone, &values);
        session->phase = phase;
        break;
    case TCP_EVENT_ACCEPT:
    case TCP_EVENT_ESTABLISHED:
        session->phase = phase;
        break;
    case TCP_EVENT_REFUSED:
        session->phase = phase;
        if (session->tcp.ends[FROM_SERVER].port == PORT_TVS)
            values_add_word (&values, VALUE_ADVICE, WORD_TVS_FIX);
        break;
    case TCP_EVENT_CONNECT_AGAIN:
        /* Scanners try once or twice. */
        if (session->tcp.syn_repeats > 2 && session->app != APP_HTTP)
            flow_session_phone (flow, session)->has_spoken = TRUE;
        values_add_number (&values, VALUE_COUNT, (guint64) session->tcp.syn_repeats - 1);
        break;
    case TCP_EVENT_SEGMENT:
        if (from_server && session->answers_plainly)
            variant = VARIANT_STRAY;
        break;
    case TCP_EVENT_RETRANSMISSION:
        values_add_number (&values, VALUE_SIZE, frame->tcp.length);
        repeats = tcp_state_in_vain (&session->tcp, from_server, &frame->tcp);
        if (repeats > 1) {
            values_add_number (&values, VALUE_COUNT, repeats);
            variant = VARIANT_AGAIN;
        }
        if (session->has_last_kind[direction])
            values_add_text (&values, VALUE_MESSAGE, catalog_kind (session->last_kind[direction])->name, -1);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        /* The end of something that never was a registration is not its end. */
        if (!session->registers || session->app == APP_HTTP)
            phase = session->phase;
        session->phase = phase;
        variant = from_server ? VARIANT_SERVER : VARIANT_PHONE;
        flow_describe_end (session, frame, from_server, FALSE, &values);
        if (session->registers && session->offered)
            values_add_number (&values, VALUE_OFFERED, session->offered);
        flow_end_registration (flow, session);
        break;
    default:
        break;
    }
    NoteId note = flow_note_session (flow, session, frame, index, phase, variant, from_server, &values);
    if (event == TCP_EVENT_CONNECT)
        session->tcp.syn_note = note;
    if ((event == TCP_EVENT_CLOSE || event == TCP_EVENT_RESET) && session->open_register) {
        /* What is not in the capture may have been the answer. */
        if (!stream_has_gap (&session->tcp.streams[FROM_SERVER]))
            diagnose_sip_closed (flow, note, session->open_register);
        session->open_register = 0;
    }
    /* A host that refuses answers every repeated SYN; only the first answer is that of the first SYN. */
    if (kind->is_answer && session->tcp.syn_note && !notes_get (flow->notes, session->tcp.syn_note)->partner)
        flow_pair (flow, session->tcp.syn_note, note);
    flow_tell (flow, note, frame, session, (View){ NULL, 0 });
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
    NoteId next = flow_next_note (reading->flow);

    flow_sccp_pdu (reading->flow, reading->session, reading->frame, reading->from_server, pdu);
    flow_tell (reading->flow, next, reading->frame, reading->session, pdu->octets);
}

/* The first message of a connection may show that another protocol is spoken on this port. */
static void check_app (Session *session, gboolean from_server, View data)
{
    SccpPdu pdu;

    if (from_server || session->has_last_kind[FROM_PHONE] || session->has_last_kind[FROM_SERVER])
        return;
    if ((session->app == APP_SIP || session->app == APP_SCCP) && tls_begins (data))
        session->app = APP_TLS;
    /* A capture may hold what somebody in between has decrypted, on the ports where it was encrypted. */
    else if ((session->app == APP_SIP || session->app == APP_TLS) && sccp_is_plausible (data.data, data.size) &&
             sccp_frame (data.data, data.size, &pdu) > 0 && catalog_knows (PROTOCOL_SCCP, pdu.id))
        session->app = APP_SCCP;
    else if (session->app == APP_SCCP && !sccp_is_plausible (data.data, data.size) &&
             sip_frame_length (data.data, data.size, TRUE) > 0)
        session->app = APP_SIP;
    else if (session->app == APP_TLS && sip_frame_length (data.data, data.size, TRUE) > 0)
        session->app = APP_SIP;
}

static gsize read_app (const guint8 *data, gsize size, gboolean cut, gpointer user_data)
{
    Reading *reading = user_data;
    View view = { data, size };

    check_app (reading->session, reading->from_server, view);
    switch (reading->session->app) {
    case APP_SIP:
        return flow_sip_read (reading->flow, reading->session, reading->frame, reading->from_server, view, cut);
    case APP_HTTP:
        return flow_http_read (reading->flow, reading->session, reading->frame, reading->from_server, view, cut);
    case APP_TLS:
        return flow_tls_read (reading->flow, reading->session, reading->frame, reading->from_server, view, cut);
    case APP_SCCP:
        break;
    }
    return sccp_read_stream (data, size, cut, on_pdu, reading);
}

/* The longest message that somebody may wait for here is an HTTP answer with a configuration file. */
#define PLAIN_MAX (HTTP_BODY_MAX + SIP_HEAD_MAX)

/* What Wireshark has decrypted with the user's key log: read like a stream of its own. */
static void take_plaintext (Reading *reading, View text)
{
    GByteArray **plain = &reading->session->plain[reading->from_server ? FROM_SERVER : FROM_PHONE];
    gsize used;

    if (!*plain && flow_tls_plaintext (reading->flow, reading->session, reading->frame, reading->from_server, text))
        return;
    if (!*plain)
        *plain = g_byte_array_new ();
    g_byte_array_append (*plain, text.data, (guint) text.size);
    View all = { (*plain)->data, (*plain)->len };
    if (reading->session->tcp.ends[FROM_SERVER].port == PORT_SCCP_TLS)
        used = sccp_read_stream (all.data, all.size, FALSE, on_pdu, reading);
    else if (sip_frame_length (all.data, all.size, TRUE) >= 0)
        used = flow_sip_read (reading->flow, reading->session, reading->frame, reading->from_server, all, FALSE);
    else
        used = flow_http_read (reading->flow, reading->session, reading->frame, reading->from_server, all, FALSE);
    if (used >= all.size || all.size - used > PLAIN_MAX)
        g_clear_pointer (plain, g_byte_array_unref);
    else if (used)
        g_byte_array_remove_range (*plain, 0, (guint) used);
}

void flow_tcp (Flow *flow, const Frame *frame)
{
    /* Most TCP traffic of most captures has nothing to do with phones, and ends here. */
    if (!frame->is_sccp && !frame->is_sip && !frame->is_tls && !flow_is_server_port (flow, frame->destination.port) &&
        !flow_is_server_port (flow, frame->source.port))
        return;
    Session *session = session_of_frame (flow, frame);
    if (!session)
        return;
    flow->session = session;
    flow->segment = frame->tcp;

    NoteId before = flow_next_note (flow);
    Reading reading = { flow, session, frame, endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]) };
    gboolean probe = tcp_state_is_probe (&session->tcp, reading.from_server, &frame->tcp);
    StreamVerdict verdict = STREAM_NEW;
    if (!probe)
        verdict = stream_segment (&session->tcp.streams[reading.from_server ? FROM_SERVER : FROM_PHONE], &frame->tcp,
                                  frame->payload, flow->wait_for_gaps, read_app, &reading);
    for (guint i = 0; i < frame->n_plaintexts; i++)
        take_plaintext (&reading, frame->plaintexts[i]);
    guint direction = reading.from_server ? FROM_SERVER : FROM_PHONE;
    flow->previous = session->latest[direction];
    session->latest[direction] = frame->time;
    CaptureHolds holds = tcp_state_capture (&session->tcp, reading.from_server, &frame->tcp);
    if (frame->payload.size < frame->tcp.length && !probe)
        holds = MAX (holds, CAPTURE_LACKS_PACKETS);
    guint event = tcp_state_segment (&session->tcp, reading.from_server, &frame->tcp, probe, verdict,
                                     flow_next_note (flow) != before);
    if (event != N_TCP_EVENTS)
        note_tcp_event (flow, session, frame, reading.from_server, event);
    if (holds == CAPTURE_ONE_SIDED)
        flow_one_direction (flow, flow_next_note (flow) - 1);
    else if (holds == CAPTURE_LACKS_PACKETS)
        flow_missed_packets (flow, flow_next_note (flow) - 1);
}
