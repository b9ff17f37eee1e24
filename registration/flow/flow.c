/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"

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

/* The TCP ports of the servers that phones talk to (reference 3.1, 4.4). X (port, app) */
#define SERVER_PORTS(X)                                                                                                \
    X (2000, SCCP)                                                                                                     \
    X (2443, TLS)                                                                                                      \
    X (TVS_PORT, TLS)                                                                                                  \
    X (5060, SIP)                                                                                                      \
    X (5061, TLS)                                                                                                      \
    X (5090, TLS) /* SIP OAuth */                                                                                      \
    X (5091, TLS)                                                                                                      \
    X (6970, HTTP)                                                                                                     \
    X (6971, TLS)                                                                                                      \
    X (6972, TLS)

static gboolean is_well_known (guint16 port)
{
    switch (port) {
#define X(number, app) case number:
        SERVER_PORTS (X)
#undef X
        return TRUE;
    default:
        return FALSE;
    }
}

static SessionApp app_of_port (guint16 port)
{
    switch (port) {
#define X(number, application)                                                                                         \
    case number:                                                                                                       \
        return APP_##application;
        SERVER_PORTS (X)
#undef X
    default:
        return APP_SCCP;
    }
}

static gboolean is_server_port (const Flow *flow, guint16 port)
{
    return flow->tcp_ports[port / 8] >> port % 8 & 1;
}

void flow_use_tcp_port (Flow *flow, guint16 port)
{
    flow->tcp_ports[port / 8] |= (guint8) (1 << port % 8);
}

Flow *flow_new (const FlowOptions *options)
{
    Flow *flow = g_new0 (Flow, 1);
    Endpoint none = { 0 };

    flow->wait_for_gaps = options && options->wait_for_gaps;
    flow->timers = options ? options->timers : timers_default ();
    flow->passwords = options ? options->passwords : NULL;
    flow->notes = notes_new ();
    flow->phones = phones_new ();
    flow->sessions = g_hash_table_new_full (hash_ends, equal_ends, NULL, (GDestroyNotify) session_free);
    flow->servers = g_array_new (FALSE, TRUE, sizeof (Endpoint));
    flow->server_places = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, NULL);
    g_array_append_val (flow->servers, none);
#define X(number, app) flow_use_tcp_port (flow, number);
    SERVER_PORTS (X)
#undef X
    flow->fragmenters = g_hash_table_new (NULL, NULL);
    flow_files_init (flow);
    flow_sip_init (flow);
    diagnose_init (flow);
    flow->latest = G_MININT64;
    return flow;
}

void flow_free (Flow *flow)
{
    if (!flow)
        return;
    flow_files_clear (flow);
    flow_sip_clear (flow);
    diagnose_clear (flow);
    g_hash_table_unref (flow->fragmenters);
    g_hash_table_unref (flow->sessions);
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

NoteId flow_note (Flow *flow, const Frame *frame, const NoteFacts *facts, const Values *values)
{
    PhoneId phone = phones_current (flow->phones, facts->phone);
    Note note = { .time = frame->time,
                  .frame = frame->number,
                  .phone = phone,
                  .kind = facts->kind,
                  .server = facts->server,
                  .attempt = facts->attempt,
                  .phase = facts->phase,
                  .level = phones_get (flow->phones, phone)->level,
                  .from_server = facts->from_server != FALSE,
                  .variant = (guint8) facts->variant };
    Values more;
    if (flow_is_cut (frame)) {
        more = *values;
        values_add_number (&more, VALUE_CUT, octets_cut (frame));
        values = &more;
    }
    NoteId id = notes_append (flow->notes, &note, values);
    Protocol protocol = catalog_kind (facts->kind)->protocol;
    if (protocol != PROTOCOL_TCP && protocol != PROTOCOL_ICMP && protocol != PROTOCOL_HTTP &&
        protocol != PROTOCOL_FRAME)
        phones_get (flow->phones, phone)->has_spoken = TRUE;
    return id;
}

NoteId flow_note_session (Flow *flow, Session *session, const Frame *frame, KindIndex kind, Phase phase,
                          Variant variant, gboolean from_server, const Values *values)
{
    session->phone = phones_current (flow->phones, session->phone);
    NoteFacts facts = { session->phone, session->server, session->attempt, kind, phase, variant, from_server };
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

guint16 flow_attempt (const Flow *flow, PhoneId phone)
{
    const Phone *known = phones_get (flow->phones, phones_current (flow->phones, phone));
    return known->is_trying ? known->attempts : (guint16) (known->attempts + 1);
}

void flow_pair (Flow *flow, NoteId request, NoteId answer)
{
    notes_get (flow->notes, request)->partner = answer;
    notes_get (flow->notes, answer)->partner = request;
}

void flow_describe_end (const Session *session, const Frame *frame, gboolean from_server, gboolean is_sign_off,
                        Values *values)
{
    if (!session->accepted)
        return;
    if (session->reset_ordered) {
        values_add_word (values, VALUE_CAUSE, WORD_END_RESET);
        values_add_word (values, VALUE_ADVICE, WORD_END_RESET_FIX);
    } else if (is_sign_off) {
        values_add_word (values, VALUE_CAUSE, WORD_END_SIGN_OFF);
        values_add_word (values, VALUE_ADVICE, WORD_END_SIGN_OFF_FIX);
    } else {
        values_add_word (values, VALUE_CAUSE, from_server ? WORD_END_SERVER : WORD_END_PHONE);
        values_add_word (values, VALUE_ADVICE, from_server ? WORD_END_SERVER_FIX : WORD_END_PHONE_FIX);
    }
    values_add_number (values, VALUE_SINCE, (guint64) MAX (frame->time - session->accept_time, 0));
    if (session->keepalive)
        values_add_number (values, VALUE_KEEPALIVE, session->keepalive);
}

void flow_end_registration (Flow *flow, Session *session)
{
    Phone *phone = flow_session_phone (flow, session);

    session->accepted = session->registering = session->ready = FALSE;
    if (session->level >= LEVEL_ACCEPTED)
        session->level = LEVEL_NONE;
    if (phone->session == session) {
        phone->session = NULL;
        phone->level = LEVEL_NONE;
        phone->is_trying = FALSE;
    } else if (session->has_asked && session->attempt == phone->attempts && !phone->session) {
        phone->is_trying = FALSE; /* it has not come to a decision, and the next connection is a new attempt */
    }
}

PhoneId flow_phone_at (Flow *flow, const Frame *frame, const IpAddress *address)
{
    PhoneId id = phones_find_address (flow->phones, address);

    if (id == PHONE_NONE) {
        id = phones_add (flow->phones, address, frame->number, frame->time, flow_next_note (flow));
        phones_move_address (flow->phones, id, address);
    }
    return id;
}

PhoneId flow_name_phone (Flow *flow, PhoneId phone, const Frame *frame, const IpAddress *address, const char *name)
{
    PhoneId before = phones_current (flow->phones, phone);
    PhoneId named = phones_name_device (flow->phones, before, name, frame->number, frame->time, flow_next_note (flow));
    PhoneId owner = phones_find_address (flow->phones, address);
    MacAddress mac;

    /* Two devices by name at one address: from now on the address alone says nothing. */
    if (owner != PHONE_NONE && owner != named && phones_get (flow->phones, owner)->name_rank == NAME_DEVICE &&
        phones_get (flow->phones, owner)->level >= LEVEL_ACCEPTED)
        phones_get (flow->phones, owner)->shares_address = phones_get (flow->phones, named)->shares_address = TRUE;
    if (owner != named)
        phones_move_address (flow->phones, named, address);
    if (g_str_has_prefix (name, "SEP") && mac_address_parse_hex (name + 3, &mac))
        named = phones_set_mac (flow->phones, named, &mac, flow_next_note (flow));
    return named;
}

void flow_sighted (Flow *flow, PhoneId phone, const IpAddress *address)
{
    struct BootState *boot = flow_boot_state (flow, phone);

    boot->sighting = flow_next_note (flow);
    boot->sighted = *address;
}

/* Whoever is registered at a server and opens one more connection to it tries anew: or somebody else with its name. */
static guint16 attempt_on (const Flow *flow, const Session *session)
{
    const Phone *phone = flow_session_phone (flow, session);
    const Session *other = phone->session;

    if (other && other != session && other->server == session->server)
        return (guint16) (phone->attempts + 1);
    return flow_attempt (flow, session->phone);
}

void flow_name_session (Flow *flow, Session *session, const Frame *frame, const char *name)
{
    PhoneId before = phones_current (flow->phones, session->phone);

    session->phone = flow_name_phone (flow, before, frame, &session->tcp.ends[FROM_PHONE].address, name);
    /* Whoever was registered here is no longer: no phone may lean on a session of another. */
    Phone *former = phones_get (flow->phones, before);
    if (session->phone != before && former->session == session) {
        session->accepted = session->registering = session->ready = FALSE;
        session->level = LEVEL_NONE;
        former->session = NULL;
        former->level = LEVEL_NONE;
        former->is_trying = FALSE;
    }
    if (session->attempt && session->phone != before)
        session->attempt = attempt_on (flow, session);
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

    session->number = ++flow->connections;
    session->app = app_of_port (server->port);
    session->phone = guess_phone (flow, phone, server, frame);
    session->server = flow_server_place (flow, server);
    /* Nobody but phones goes to these. */
    if ((session->app == APP_SCCP && is_well_known (server->port)) || server->port == SCCP_TLS_PORT)
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
    gboolean source = is_server_port (flow, frame->source.port);
    gboolean destination = is_server_port (flow, frame->destination.port);
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
    guint16 port = is_server_port (flow, frame->source.port) ? frame->source.port : frame->destination.port;

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
    if (syn && is_server_port (flow, frame->destination.port)) {
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
        if (session->tcp.ends[FROM_SERVER].port == TVS_PORT)
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
    if (reading->session->tcp.ends[FROM_SERVER].port == SCCP_TLS_PORT)
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

static void take_tcp (Flow *flow, const Frame *frame)
{
    /* Most TCP traffic of most captures has nothing to do with phones, and ends here. */
    if (!frame->is_sccp && !frame->is_sip && !frame->is_tls && !is_server_port (flow, frame->destination.port) &&
        !is_server_port (flow, frame->source.port))
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

static void take_tftp (Flow *flow, const Frame *frame)
{
    NoteId next = flow_next_note (flow);

    flow_tftp (flow, frame);
    flow_tell (flow, next, frame, NULL, frame->payload);
}

/* DHCP servers and clients, DNS, TFTP servers, and SIP. */
static void take_udp (Flow *flow, const Frame *frame)
{
    guint16 source = frame->source.port, destination = frame->destination.port;

    if (source == 67 || destination == 67)
        flow_dhcp (flow, frame);
    else if (source == 53 || destination == 53)
        flow_dns (flow, frame);
    else if (frame->is_sip || source == 5060 || destination == 5060)
        flow_sip_message (flow, NULL, frame, frame->payload);
    else if (destination == 69 || flow_uses_udp_port (flow, source) || flow_uses_udp_port (flow, destination))
        take_tftp (flow, frame);
}

gboolean flow_wants_ports (const Flow *flow, Transport transport, guint16 source, guint16 destination)
{
    if (transport == TRANSPORT_TCP)
        return is_server_port (flow, destination) || is_server_port (flow, source);
    if (transport == TRANSPORT_UDP)
        return source == 67 || destination == 67 || source == 53 || destination == 53 || source == 5060 ||
               destination == 5060 || destination == 69 || flow_uses_udp_port (flow, source) ||
               flow_uses_udp_port (flow, destination);
    return transport != TRANSPORT_FRAGMENT;
}

/* Phones have other business with their servers on these: services, directories, applications. */
static gboolean is_web_port (guint16 port)
{
    return port == 443 || port == 8443 || port == 8080 || port == 80;
}

/* Known phones begin TLS with their own servers on ports that are in no list, too. */
static gboolean is_secure_start (const Flow *flow, const Frame *frame)
{
    PhoneId phone = phones_find_address (flow->phones, &frame->source.address);

    return phone != PHONE_NONE && !is_web_port (frame->destination.port) &&
           flow_is_server_of (flow, phone, &frame->destination.address);
}

gboolean flow_wants_frame (const Flow *flow, Frame *frame)
{
    if (frame->transport == TRANSPORT_NONE)
        return FALSE;
    if (frame->transport == TRANSPORT_FRAGMENT && frame->payload.size == 0)
        return TRUE;
    if (flow_wants_ports (flow, frame->transport, frame->source.port, frame->destination.port))
        return TRUE;
    frame->is_sip = sip_begins (frame->payload);
    frame->is_tls = frame->transport == TRANSPORT_TCP && tls_begins (frame->payload) && is_secure_start (flow, frame);
    return frame->is_sip || frame->is_tls;
}

void flow_use_udp_port (Flow *flow, guint16 port)
{
    flow->udp_ports[port / 8] |= (guint8) (1 << port % 8);
}

gboolean flow_uses_udp_port (const Flow *flow, guint16 port)
{
    return flow->udp_ports[port / 8] >> port % 8 & 1;
}

/* Broken clocks say anything; between these limits (years 1824 to 2116) no difference of two times overflows. */
#define TIME_LIMIT (G_MAXINT64 / 2)

/* Hosts whose datagrams are known to pass in more than one piece; beyond so many, all are. */
#define FRAGMENTERS_MAX 10000

static void take_fragment (Flow *flow, const Frame *frame)
{
    if (frame->payload.size)
        flow_sip_fragment (flow, frame);
    else if (g_hash_table_size (flow->fragmenters) < FRAGMENTERS_MAX)
        g_hash_table_add (flow->fragmenters, GUINT_TO_POINTER (ip_address_hash (&frame->source.address)));
}

gboolean flow_fragments_pass (const Flow *flow, const IpAddress *source)
{
    return g_hash_table_size (flow->fragmenters) >= FRAGMENTERS_MAX ||
           g_hash_table_contains (flow->fragmenters, GUINT_TO_POINTER (ip_address_hash (source)));
}

/* Says so where the packet itself has said something. */
static NoteId note_copy (Flow *flow, const Frame *frame, guint32 number, NoteId first, guint *ret_count)
{
    const Note *original = notes_get (flow->notes, first);
    Values values;

    *ret_count = 0;
    if (!original || original->frame != number)
        return 0;
    NoteFacts facts = { .phone = original->phone,
                        .server = original->server,
                        .attempt = original->attempt,
                        .kind = catalog_find (PROTOCOL_FRAME, FRAME_IS_COPY),
                        .phase = original->phase,
                        .from_server = original->from_server };
    values_init (&values);
    values_add_number (&values, VALUE_FRAME, number);
    values_add_number (&values, VALUE_SINCE, (guint64) MAX (frame->time - original->time, 0));
    *ret_count = 1;
    return flow_note (flow, frame, &facts, &values);
}

NoteId flow_frame (Flow *flow, const Frame *any_frame, guint *ret_count)
{
    NoteId first = flow_next_note (flow);
    Frame limited = *any_frame;
    const Frame *frame = &limited;
    guint32 original, first_of_original;

    flow->session = NULL;
    flow->sees_tags |= frame->vlan != 0;
    flow->sees_link |= frame->transport >= TRANSPORT_ARP && frame->transport <= TRANSPORT_LLDP;
    limited.time = CLAMP (limited.time, -TIME_LIMIT, TIME_LIMIT);
    if (copies_tell (&flow->copies, frame, first, &original, &first_of_original))
        return note_copy (flow, frame, original, first_of_original, ret_count);
    switch (frame->transport) {
    case TRANSPORT_TCP:
        take_tcp (flow, frame);
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
    case TRANSPORT_FRAGMENT:
        take_fragment (flow, frame);
        break;
    case TRANSPORT_NONE:
        break;
    }
    *ret_count = flow_next_note (flow) - first;
    for (guint i = 0; i < *ret_count; i++)
        diagnose_note (flow, first + i);
    if (frame->time > flow->latest) {
        flow->latest = frame->time;
        diagnose_silence (flow, frame->time, FALSE);
    }
    return *ret_count ? first : 0;
}

void flow_finish (Flow *flow, gint64 time)
{
    diagnose_silence (flow, MAX (time, flow->latest), TRUE);
}

const Findings *flow_findings (const Flow *flow)
{
    return flow->findings;
}

void flow_drop_frame (Flow *flow, guint32 number)
{
    notes_drop_frame (flow->notes, number);
}
