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
    return port_set_has (&flow->tcp_ports, port);
}

void flow_use_tcp_port (Flow *flow, guint16 port)
{
    port_set_add (&flow->tcp_ports, port);
}

void flow_tcp_init (Flow *flow)
{
    flow->sessions = g_hash_table_new_full (hash_ends, equal_ends, NULL, (GDestroyNotify) session_free);
    flow->latest_sessions = g_hash_table_new (NULL, NULL);
    flow->taken = flow_taken_new ();
#define X(symbol, port, carriers, service)                                                                             \
    if (is_well_known (port))                                                                                          \
        flow_use_tcp_port (flow, port);
    SERVER_PORTS (X)
#undef X
}

void flow_tcp_clear (Flow *flow)
{
    g_hash_table_unref (flow->taken);
    g_hash_table_unref (flow->latest_sessions);
    g_hash_table_unref (flow->sessions);
}

/* The same for both orders. */
static gpointer pair_key (const IpAddress *one, const IpAddress *other)
{
    return GUINT_TO_POINTER (ip_address_hash (one) + ip_address_hash (other));
}

Session *flow_latest_session (const Flow *flow, const IpAddress *one, const IpAddress *other)
{
    Session *session = g_hash_table_lookup (flow->latest_sessions, pair_key (one, other));

    if (!session)
        return NULL;
    const IpAddress *phone = &session->tcp.ends[FROM_PHONE].address, *server = &session->tcp.ends[FROM_SERVER].address;
    gboolean is_theirs = (ip_address_equal (phone, one) && ip_address_equal (server, other)) ||
                         (ip_address_equal (phone, other) && ip_address_equal (server, one));
    return is_theirs ? session : NULL;
}

gboolean flow_lacks_octets (const Flow *flow, const Note *note)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));
    const Endpoint *server = flow_server (flow, note);
    const Session *session = server ? flow_latest_session (flow, &phone->address, &server->address) : NULL;

    return session && tcp_state_lacks_octets (&session->tcp);
}

/* Its ports are used for another connection. */
static void drop_session (Flow *flow, Session *session)
{
    gpointer key = pair_key (&session->tcp.ends[FROM_PHONE].address, &session->tcp.ends[FROM_SERVER].address);

    flow_end_registration (flow, session);
    if (g_hash_table_lookup (flow->latest_sessions, key) == session)
        g_hash_table_remove (flow->latest_sessions, key);
    if (!session->tcp.closed)
        flow_step_all (flow, session, MOVE_CLOSE, flow_next_note (flow));
    flow->found = NULL;
    g_hash_table_remove (flow->sessions, session->tcp.ends);
}

gboolean flow_is_for_files (const Session *session)
{
    const Service service = port_service (session->tcp.ends[FROM_SERVER].port);
    return session->app == APP_HTTP || service == SERVICE_TVS || service == SERVICE_HTTP;
}

/* The phone that is registered at a server which opens a connection to it; PHONE_NONE: it is none of these. */
static PhoneId called_phone (const Flow *flow, const Endpoint *server, const Endpoint *phone)
{
    return !flow_is_server_port (flow, server->port) && flow_is_server_port (flow, phone->port)
               ? flow_registered_there (flow, &phone->address, &server->address)
               : PHONE_NONE;
}

static Session *open_session (Flow *flow, const Frame *frame, gboolean from_server, gboolean from_start)
{
    const Endpoint *phone = from_server ? &frame->destination : &frame->source;
    const Endpoint *server = from_server ? &frame->source : &frame->destination;
    Session *session = session_new (phone, server);

    session->number = ++flow->connections;
    session->tcp.streams[FROM_PHONE].time = session->tcp.streams[FROM_SERVER].time = frame->time;
    session->app = app_of_port (server->port);
    const PhoneId called = from_server ? called_phone (flow, server, phone) : PHONE_NONE;
    session->phone = called;
    if (called == PHONE_NONE)
        session->phone = flow_guess_phone (flow, phone, server, frame, from_start);
    flow_look_at_opener (flow, session);
    session->server = flow_server_place (flow, server);
    if (from_start)
        flow_follow_knock (flow, session);
    if (flow_is_for_files (session))
        session->phase = PHASE_FILES;
    else if (called == PHONE_NONE) /* else nobody asks to be registered there */
        flow_begin_session (flow, session, from_start);
    g_hash_table_insert (flow->sessions, session->tcp.ends, session);
    g_hash_table_insert (flow->latest_sessions, pair_key (&phone->address, &server->address), session);
    return session;
}

/* Most often it is the one of the frame before. */
static Session *find_session (Flow *flow, const Frame *frame)
{
    Endpoint ends[2] = { frame->source, frame->destination };

    if (!flow->found || !equal_ends (flow->found->tcp.ends, ends))
        flow->found = g_hash_table_lookup (flow->sessions, ends);
    return flow->found;
}

const Session *flow_find_session (const Flow *flow, const Frame *frame)
{
    const Endpoint ends[2] = { frame->source, frame->destination };
    return g_hash_table_lookup (flow->sessions, ends);
}

/* What is said there tells who is the server: a phone asks to be registered, and begins TLS. FALSE: it does not. */
static gboolean tells_sides (const Frame *frame, gboolean *ret_from_server)
{
    SipMessage sip;

    *ret_from_server = tls_answers (frame->payload);
    if (*ret_from_server || tls_begins (frame->payload))
        return TRUE;
    if (!sip_begins (frame->payload) || !sip_parse (frame->payload.data, frame->payload.size, &sip))
        return FALSE;
    *ret_from_server = sip.is_answer;
    return sip.is_answer ? sip_equal (sip.cseq_method, "REGISTER") : sip.method == SIP_REGISTER;
}

/* Which end is the server of a connection whose SYN has told nothing: the one that its first message says, else the one
 * with the well-known port. Phones may have such a port, too. */
static gboolean comes_from_server (const Flow *flow, const Frame *frame)
{
    gboolean from_server;
    SccpPdu pdu;

    if (tells_sides (frame, &from_server))
        return from_server;
    if (called_phone (flow, &frame->source, &frame->destination) != PHONE_NONE)
        return TRUE;
    gboolean source = flow_is_server_port (flow, frame->source.port);
    gboolean destination = flow_is_server_port (flow, frame->destination.port);
    if (source != destination)
        return source;
    if (!frame->is_sip && sccp_frame (frame->payload.data, frame->payload.size, &pdu) > 0)
        return catalog_kind (catalog_find (PROTOCOL_SCCP, pdu.id))->from == SIDE_SERVER;
    return FALSE;
}

/* Anybody may have got a port of ours by chance for what is not ours, a browser most of all; that for SIP over TLS
 * hardly, for what is not the web. */
static gboolean may_be_phones (const Flow *flow, const Frame *frame)
{
    const gboolean is_answer = tls_answers (frame->payload);
    const guint16 own = is_answer ? frame->destination.port : frame->source.port;
    const guint16 server = is_answer ? frame->source.port : frame->destination.port;

    if (port_is_web (own) || port_is_web (server))
        return FALSE;
    return (!is_answer && !tls_begins (frame->payload)) || flow_is_server_port (flow, server) ||
           (port_service (own) == SERVICE_SIP && port_carriers (own) == PORT_BY_TLS);
}

/* Whether a capture that begins in the middle of a connection shows here what runs over it. */
static gboolean begins_session (const Flow *flow, const Frame *frame)
{
    const guint8 *data = frame->payload.data;
    gsize size = frame->payload.size, offset;
    gboolean well_known = is_well_known (frame->source.port) || is_well_known (frame->destination.port);
    guint16 port = flow_is_server_port (flow, frame->source.port) ? frame->source.port : frame->destination.port;

    if (size == 0)
        return FALSE;
    if (frame->is_tls)
        return TRUE;
    if (frame->is_sip) /* it begins here, and may end in a later frame */
        return sip_frame_length (data, size, TRUE) >= 0;
    if (well_known && app_of_port (port) == APP_SIP)
        return sip_frame_length (data, size, TRUE) > 0;
    if (well_known && app_of_port (port) != APP_SCCP)
        return may_be_phones (flow, frame);
    return sccp_is_plausible (data, size) || sccp_find (data, size, SIDE_ANY, &offset);
}

/* One side of a connection, at the moment of a frame: its own, or one of the other side that tells of it. */
static FlowReading reading_of (Flow *flow, Session *session, const Frame *frame, guint direction)
{
    return (FlowReading){ .flow = flow,
                          .session = session,
                          .frame = frame,
                          .from_server = direction == FROM_SERVER,
                          .why = WORD_GAP_NOT_REPEATED };
}

/* The same moment as if the other side had sent the frame, which has nothing of its octets. */
static Frame turned_round (const Frame *frame)
{
    return (Frame){ .number = frame->number,
                    .time = frame->time,
                    .transport = frame->transport,
                    .source = frame->destination,
                    .destination = frame->source };
}

static StreamVerdict give_up (FlowReading *reading, Word why)
{
    reading->why = why;
    return stream_give_up (&reading->session->tcp.streams[reading->from_server ? FROM_SERVER : FROM_PHONE],
                           &flow_app_reader, reading);
}

/* Nothing more will come, of either side; the frame is of that one. Returns the number of gaps. */
static guint give_up_both (Flow *flow, Session *session, const Frame *frame, guint direction)
{
    const guint other = direction == FROM_SERVER ? FROM_PHONE : FROM_SERVER;
    const Frame turned = turned_round (frame);
    FlowReading theirs = reading_of (flow, session, &turned, other);
    FlowReading own = reading_of (flow, session, frame, direction);

    give_up (&theirs, WORD_GAP_END);
    give_up (&own, WORD_GAP_END);
    return theirs.gaps + own.gaps;
}

/* A SIP message whose body is longer in its head than on the wire would be waited for for ever (a helper on the way has
 * changed its body, or its sender counts wrongly). The head is read when that side has been silent for so long. */
#define BODY_PATIENCE SECONDS (4)

/* ended: of both sides nothing more will come. */
static void read_begun (Flow *flow, Session *session, const Frame *frame, guint direction, gboolean ended)
{
    if (session->app != APP_SIP)
        return;
    const Frame turned = turned_round (frame);
    for (guint side = FROM_PHONE; side <= FROM_SERVER && session->app == APP_SIP; side++) {
        FlowReading reading = reading_of (flow, session, side == direction ? frame : &turned, side);
        if (!stream_has_begun (&session->tcp.streams[side]) ||
            !(ended || frame->time - session->latest[side] >= BODY_PATIENCE))
            continue;
        reading.stalls = ended ? STALL_END : STALL_BODY;
        stream_read_begun (&session->tcp.streams[side], &flow_app_reader, &reading);
    }
}

/* The connection's ports are used for a new one. */
static void replace_session (Flow *flow, Session *session, const Frame *frame)
{
    NoteId first = flow_next_note (flow);

    flow->session = session;
    give_up_both (flow, session, frame, FROM_PHONE);
    read_begun (flow, session, frame, FROM_PHONE, TRUE);
    flow_sccp_end (flow, session);
    flow_noted (flow, first);
    drop_session (flow, session);
}

/* What a phone says before anything else on a connection: whatever came before it there is only its handshake. */
static gboolean opens_registration (const Frame *frame)
{
    Bytes bytes;

    if (!sccp_is_plausible (frame->payload.data, frame->payload.size) || frame->payload.size < SCCP_HEADER_SIZE + 4)
        return FALSE;
    bytes_init (&bytes, frame->payload.data + SCCP_HEADER_SIZE, 4);
    switch (bytes_le32 (&bytes)) {
    case SCCP_ALARM:
    case SCCP_ENHANCED_ALARM:
    case SCCP_REGISTER_REQ:
    case SCCP_REGISTER_TOKEN_REQ:
    case SCCP_SPCP_REGISTER_TOKEN_REQ:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Swapped frames: the answer to this SYN was captured before it. */
static void take_early_accept (Flow *flow, Session *session, const Frame *frame)
{
    const EarlyAccept *early = &flow->early_accept;

    if (early->acknowledgment != frame->tcp.sequence + 1 || !endpoint_equal (&early->server, &frame->destination) ||
        !endpoint_equal (&early->phone, &frame->source))
        return;
    flow->early_accept.acknowledgment = 0;
    session->early_refusal = early->refuses != FALSE;
    if (early->refuses)
        return;
    session->tcp.accepted = TRUE;
    session->tcp.acked[FROM_SERVER] = TRUE;
    session->tcp.acknowledgment[FROM_SERVER] = frame->tcp.sequence + 1;
    session->tcp.streams[FROM_SERVER].started = TRUE;
    session->tcp.streams[FROM_SERVER].next = early->sequence + 1;
}

static void keep_early_accept (Flow *flow, const Frame *frame)
{
    const guint8 flags = frame->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST);

    if (flags == (TCP_SYN | TCP_ACK) || flags == (TCP_RST | TCP_ACK))
        flow->early_accept = (EarlyAccept){ frame->source, frame->destination, frame->tcp.sequence,
                                            frame->tcp.acknowledgment, flags == (TCP_RST | TCP_ACK) };
}

/* Who is through with the handshake sends its SYN no more. One with the same number is captured late, or twice; under
 * another identification it is that of a host that has started anew and counts as before. */
static gboolean begins_anew (const Session *session, const Frame *frame)
{
    const TcpState *tcp = &session->tcp;

    if (!tcp->has_syn || tcp->syn_sequence != frame->tcp.sequence)
        return TRUE;
    const gboolean is_other_packet = tcp->syn_ip_id && frame->ip_id && tcp->syn_ip_id != frame->ip_id;
    return (tcp->closed && (tcp->accepted || tcp->established)) || (tcp->established && is_other_packet);
}

/* The session of a TCP frame: an existing one, a new one for a SYN to a call manager's port, or one that the capture
 * joined in the middle. NULL when the frame is not about a phone. */
static Session *session_of_frame (Flow *flow, const Frame *frame)
{
    gboolean syn = (frame->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    Session *session = find_session (flow, frame);

    if (syn && session && begins_anew (session, frame)) {
        replace_session (flow, session, frame);
        session = NULL;
    }
    if (session)
        return session;
    if (syn && flow_is_server_port (flow, frame->destination.port)) {
        /* Only what is said there tells anything of the phone. */
        if (called_phone (flow, &frame->source, &frame->destination) != PHONE_NONE)
            return NULL;
        session = open_session (flow, frame, FALSE, TRUE);
        session->tcp.has_syn = TRUE;
        session->tcp.syn_sequence = frame->tcp.sequence;
        session->tcp.syn_ip_id = frame->ip_id;
        take_early_accept (flow, session, frame);
        return session;
    }
    if (!begins_session (flow, frame)) {
        keep_early_accept (flow, frame);
        return NULL;
    }
    gboolean from_server = comes_from_server (flow, frame);
    session = open_session (flow, frame, from_server, !from_server && opens_registration (frame));
    session->tcp.has_syn = !from_server;
    session->tcp.syn_sequence = frame->tcp.sequence - 1;
    if (frame->is_sip || sip_begins (frame->payload))
        session->app = APP_SIP;
    if (frame->is_tls || tls_begins (frame->payload) || tls_answers (frame->payload))
        session->app = APP_TLS;
    if (session->app != APP_TLS || frame->is_tls)
        flow_use_tcp_port (flow, session->tcp.ends[FROM_SERVER].port);
    return session;
}

/* What the other side has acknowledged has arrived; nobody will send it again. */
static guint take_acknowledgment (Flow *flow, Session *session, const Frame *frame, guint direction)
{
    const guint other = direction == FROM_SERVER ? FROM_PHONE : FROM_SERVER;
    Stream *stream = &session->tcp.streams[other];

    if (!(frame->tcp.flags & TCP_ACK) || (frame->tcp.flags & TCP_RST))
        return 0;
    session->tcp.answered[other] = TRUE;
    if (direction == FROM_PHONE)
        stream_expect (stream, frame->tcp.acknowledgment);
    if (!stream_acknowledge (stream, frame->tcp.acknowledgment))
        return 0;
    const Frame turned = turned_round (frame);
    FlowReading reading = reading_of (flow, session, &turned, other);
    stream_read_acknowledged (stream, &flow_app_reader, &reading);
    return reading.gaps;
}

/* A capture that begins in the middle of a message, or lacks the first ones. */
static gboolean begins_inside (const FlowReading *reading, const Stream *stream, View payload)
{
    SccpPdu pdu;

    return !stream->started && reading->session->app == APP_SCCP && payload.size &&
           !sccp_begins (payload, reading->from_server ? SIDE_SERVER : SIDE_PHONE, &pdu);
}

#define TCP_HEADER_MAX 60

/* The packet of which that is a piece holds about as many octets as are missing. */
static gboolean explains_gap (const LostPiece *piece, guint32 missing)
{
    return piece->frame && missing < piece->end && missing + TCP_HEADER_MAX >= piece->end;
}

/* What was missing is there after all: gap is how much of it was. Messages that several segments share are not read
 * then, so that only one which has all of it undoes what is concluded from what the capture lacks. */
static void find_lacking (const FlowReading *reading, guint own, const Frame *frame, guint32 gap)
{
    const Flow *flow = reading->flow;
    Session *session = reading->session;
    const Stream *stream = &session->tcp.streams[own];
    const guint32 rest = stream->late_end - stream->late_start;
    Note *lacking = notes_get (flow->notes, session->lacking[own]);

    if (!lacking || rest >= gap)
        return;
    if (gap - rest > frame->payload.size) /* something before it is given up, or its end is cut */
        session->lacking[own] = 0;
    else if (!rest && flow->observer && gap == session->lacking_size[own])
        flow->observer->found (session->lacking[own], flow->observer_data);
    if (rest || !session->lacking[own])
        return;
    lacking->variant = VARIANT_LATE;
    session->lacking[own] = 0;
}

static StreamVerdict take_octets (FlowReading *reading, const Frame *frame)
{
    Session *session = reading->session;
    const guint own = reading->from_server ? FROM_SERVER : FROM_PHONE;
    Stream *stream = &session->tcp.streams[own];

    if (begins_inside (reading, stream, frame->payload))
        stream_search (stream);
    if (tcp_state_waits_in_vain (&session->tcp, reading->from_server, &frame->tcp, frame->time))
        give_up (reading, WORD_GAP_NOT_REPEATED);
    const guint32 gap = stream->late_end - stream->late_start;
    StreamVerdict verdict =
        stream_segment (stream, &frame->tcp, frame->time, frame->payload, &flow_app_reader, reading);
    find_lacking (reading, own, frame, gap);
    if (verdict == STREAM_HELD && explains_gap (&session->lost_piece[own], frame->tcp.sequence - stream->next))
        verdict = give_up (reading, WORD_GAP_PIECE);
    else if (verdict == STREAM_HELD)
        tcp_state_wait (&session->tcp, reading->from_server, frame->time);
    if (frame->tcp.length)
        session->lost_piece[own].frame = 0;
    /* No acknowledgment will tell what has arrived where the other side was not captured. */
    if ((frame->tcp.flags & TCP_FIN) && stream_waits (stream) &&
        !session->tcp.acked[own == FROM_SERVER ? FROM_PHONE : FROM_SERVER])
        verdict = give_up (reading, WORD_GAP_END);
    return verdict;
}

/* Since what was seen last of the side whose octets are acknowledged and not there. */
static gint64 lacks_since (const Session *session, const Frame *frame, guint direction, CaptureHolds holds)
{
    const guint other = direction == FROM_SERVER ? FROM_PHONE : FROM_SERVER;

    if (frame->tcp.flags & TCP_RST) /* its own are not there */
        return MIN (frame->time, session->before);
    return holds == CAPTURE_LACKS_PACKETS ? MIN (frame->time, session->tcp.streams[other].time) : frame->time;
}

/* What the server has said to this SYN, which was captured before it. */
static void take_early_refusal (Flow *flow, Session *session, const Frame *frame)
{
    Frame turned = turned_round (frame);

    session->early_refusal = FALSE;
    turned.tcp.flags = TCP_RST | TCP_ACK;
    flow_note_tcp_event (flow, session, &turned, TRUE,
                         tcp_state_segment (&session->tcp, TRUE, &turned.tcp, FALSE, STREAM_NEW, FALSE));
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

    NoteId before = flow_next_note (flow);
    const guint direction = endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]) ? FROM_SERVER : FROM_PHONE;
    FlowReading reading = reading_of (flow, session, frame, direction);
    const gboolean is_unheard = !session->tcp.streams[FROM_SERVER].started;
    gboolean probe = tcp_state_is_probe (&session->tcp, reading.from_server, &frame->tcp);
    guint gaps = take_acknowledgment (flow, session, frame, direction);
    read_begun (flow, session, frame, direction, FALSE);
    if (frame->tcp.flags & TCP_RST)
        gaps += give_up_both (flow, session, frame, direction);
    StreamVerdict verdict = probe ? STREAM_NEW : take_octets (&reading, frame);
    /* Of a cipher that does not encrypt we have read the same already. */
    for (guint i = 0; i < frame->n_plaintexts && !session->mac_size; i++)
        flow_app_plaintext (&reading, frame->plaintexts[i]);
    if (frame->tcp.flags & (TCP_FIN | TCP_RST))
        read_begun (flow, session, frame, direction, TRUE);
    gaps += reading.gaps;
    session->before = session->latest[direction];
    session->latest[direction] = frame->time;
    CaptureHolds holds = tcp_state_capture (&session->tcp, reading.from_server, &frame->tcp);
    if (frame->payload.size < frame->tcp.length && !probe)
        holds = MAX (holds, CAPTURE_LACKS_PACKETS);
    guint event = tcp_state_segment (&session->tcp, reading.from_server, &frame->tcp, probe, verdict,
                                     flow_next_note (flow) != before + gaps);
    if (event != N_TCP_EVENTS && !(event == TCP_EVENT_SEGMENT && session->is_scan))
        flow_note_tcp_event (flow, session, frame, reading.from_server, event);
    if (session->early_refusal)
        take_early_refusal (flow, session, frame);
    if (is_unheard)
        flow_lacks_server (flow, session, tcp_state_lacks_server (&session->tcp));
    if (holds != CAPTURE_WHOLE)
        flow_lacks_since (flow, flow_next_note (flow) - 1, lacks_since (session, frame, direction, holds), holds);
}

static gint compare_numbers (gconstpointer a, gconstpointer b)
{
    const Session *const *one = a, *const *other = b;
    return (*one)->number < (*other)->number ? -1 : 1;
}

/* Over SIP: it wants one server only, and that refuses it. Who tries one after the other, each once, may look for open
 * ports. */
static void take_refused (const Flow *flow)
{
    for (PhoneId id = 0; id < phones_count (flow->phones); id++) {
        Phone *phone = phones_get (flow->phones, id);
        if (phone->is_refused && phone->n_knocked == 1 && !phone->is_onlooker)
            phone->has_spoken = TRUE;
    }
}

static gboolean lacks_answers (const Flow *flow, const Session *session)
{
    return tcp_state_lacks_acknowledgment (&session->tcp) &&
           flow_end (flow) >= session->latest[FROM_PHONE] + TCP_REPEATED_BY;
}

void flow_tcp_finish (Flow *flow, guint32 number, gint64 time)
{
    take_refused (flow);
    flow->is_over = TRUE;
    g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, flow->sessions);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const Session *session = value;
        const Stream *streams = session->tcp.streams;
        if (lacks_answers (flow, session))
            flow_lacks_answers (flow, session);
        if (session->early_decision || stream_waits (&streams[FROM_PHONE]) || stream_waits (&streams[FROM_SERVER]) ||
            (session->app == APP_SIP &&
             (stream_has_begun (&streams[FROM_PHONE]) || stream_has_begun (&streams[FROM_SERVER]))))
            g_ptr_array_add (waiting, value);
    }
    g_ptr_array_sort (waiting, compare_numbers);
    for (guint i = 0; i < waiting->len; i++) {
        Session *session = waiting->pdata[i];
        const Frame frame = { .number = number,
                              .time = time,
                              .transport = TRANSPORT_TCP,
                              .source = session->tcp.ends[FROM_PHONE],
                              .destination = session->tcp.ends[FROM_SERVER] };
        NoteId first = flow_next_note (flow);
        flow->session = session;
        give_up_both (flow, session, &frame, FROM_PHONE);
        read_begun (flow, session, &frame, FROM_PHONE, TRUE);
        flow_sccp_end (flow, session);
        flow_noted (flow, first);
    }
}
