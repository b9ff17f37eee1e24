/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP: what its events mean for the phone, its registrations and its server. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

/* The phone turns to its server anew, where nobody hears it any more: the connection before has ended, and nobody has
 * said so. A word of the server on that one shows that it holds. */
static void give_up_home (Flow *flow, const Session *session, NoteId note)
{
    const Session *home = flow_session_phone (flow, session)->session;

    if (home && home != session && home->server == session->server && tcp_state_is_unheard (&home->tcp, FALSE))
        flow_step_all (flow, home, MOVE_CLOSE, note);
}

/* Sequence numbers tell, also where the capture has cut everything else: from its SYN to its end there is nothing. */
static gboolean server_is_mute (const Session *session)
{
    return session->tcp.accepted && !session->tcp.under_way[FROM_SERVER] && !session->tcp.arrived[FROM_SERVER] &&
           !stream_has_gap (&session->tcp.streams[FROM_SERVER]) && !tcp_state_lacks_octets (&session->tcp);
}

/* It lasts, or is being asked for. */
static gboolean is_up (const Registration *registration)
{
    return registration_state_is_live (registration->state) || registration->state == STATE_ASKED ||
           registration->state == STATE_CHALLENGED;
}

/* So many are told of the end of one connection. */
#define TOLD_OF_END 256

/* A connection of somebody in between has ended: a note for each registration that it has carried. */
static void end_carried (Flow *flow, const Session *session, const Frame *frame, NoteId end)
{
    const Note *of_hop = notes_get (flow->notes, end);
    const gboolean from_server = of_hop->from_server;
    const KindIndex kind = of_hop->kind;
    Values values;

    values_init (&values);
    values_add_address (&values, VALUE_FORWARDER, &session->tcp.ends[FROM_PHONE].address);
    for (guint i = 0; i < session->carried->len; i++) {
        const RegistrationId id = g_array_index (session->carried, RegistrationId, i);
        const Registration *registration = registrations_get (flow->registrations, id);
        if (registration->over != session->number)
            continue;
        const NoteFacts facts = { .phone = phones_current (flow->phones, registration->phone),
                                  .server = session->server,
                                  .registration = id,
                                  .kind = kind,
                                  .variant = VARIANT_CARRIED,
                                  .from_server = from_server };
        const NoteId note = i < TOLD_OF_END && is_up (registration) ? flow_note (flow, frame, &facts, &values) : end;
        flow_step_one (flow, id, MOVE_CLOSE, note);
    }
}

/* The note of that end which is about the REGISTER that waits there. */
static NoteId end_for (const Flow *flow, const Session *session, NoteId end)
{
    const Registration *registration =
        registrations_get (flow->registrations, notes_get (flow->notes, session->open_register)->registration);

    return session->is_hop && registration && registration->steps[MOVE_CLOSE] >= end ? registration->steps[MOVE_CLOSE]
                                                                                     : end;
}

/* What TCP does to the registrations on it. A FIN of the other side, or RST behind a FIN, ends nothing more; who has
 * said good-bye is gone with the connection (over SIP only the answer tells). */
static void follow_tcp_event (Flow *flow, Session *session, const Frame *frame, guint event, NoteId note)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);

    switch (event) {
    case TCP_EVENT_CONNECT:
        flow_step (flow, session, MOVE_CONNECT, note);
        if (session->tcp.accepted) /* swapped frames: the answer stands before it */
            flow_step (flow, session, MOVE_CONNECTED, note);
        give_up_home (flow, session, note);
        break;
    case TCP_EVENT_ACCEPT:
    case TCP_EVENT_ESTABLISHED:
        flow_step (flow, session, MOVE_CONNECTED, note);
        break;
    case TCP_EVENT_REFUSED:
        flow_step (flow, session, MOVE_UNREACHABLE, note);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        if (session->has_ended)
            break;
        session->has_ended = TRUE;
        if (registration && notes_get (flow->notes, note)->from_server)
            registration->is_mute = server_is_mute (session);
        if (registration && registration->protocol == PROTOCOL_SCCP && registration->state == STATE_LEAVING)
            flow_step (flow, session, MOVE_SIGN_OFF_ACCEPT, note);
        if (!session->is_hop) {
            flow_step_all (flow, session, MOVE_CLOSE, note);
            break;
        }
        end_carried (flow, session, frame, note);
        flow_step (flow, session, MOVE_CLOSE, note);
        break;
    default:
        break;
    }
}

/* The connections that a server has taken. */
typedef struct {
    guint count;
    GHashTable *latest; /* phone → note of its latest one */
} Taken;

static void taken_free (gpointer data)
{
    Taken *taken = data;

    g_hash_table_unref (taken->latest);
    g_free (taken);
}

GHashTable *flow_taken_new (void)
{
    return g_hash_table_new_full (NULL, NULL, NULL, taken_free);
}

/* How many connections this server has taken so far: something listens there, or has listened. */
static guint count_taken (const Flow *flow, guint16 server)
{
    const Taken *taken = g_hash_table_lookup (flow->taken, GUINT_TO_POINTER (server));
    return taken ? taken->count : 0;
}

static void add_taken (Flow *flow, const Session *session, NoteId note)
{
    Taken *taken = g_hash_table_lookup (flow->taken, GUINT_TO_POINTER (session->server));

    if (!taken) {
        taken = g_new0 (Taken, 1);
        taken->latest = g_hash_table_new (NULL, NULL);
        g_hash_table_insert (flow->taken, GUINT_TO_POINTER (session->server), taken);
    }
    taken->count++;
    g_hash_table_insert (taken->latest, GUINT_TO_POINTER (session->phone), GUINT_TO_POINTER (note));
}

guint32 flow_connections_taken (const Flow *flow, const Note *note)
{
    return count_taken (flow, note->server);
}

NoteId flow_taken_as (const Flow *flow, guint16 server, PhoneId phone)
{
    const Taken *taken = g_hash_table_lookup (flow->taken, GUINT_TO_POINTER (server));
    return taken ? GPOINTER_TO_UINT (g_hash_table_lookup (taken->latest, GUINT_TO_POINTER (phone))) : 0;
}

NoteId flow_taken_of_phone (const Flow *flow, const Note *note)
{
    const PhoneId phone = flow_note_phone (flow, note);
    const Taken *taken = g_hash_table_lookup (flow->taken, GUINT_TO_POINTER (note->server));
    GHashTableIter iter;
    gpointer key, value;
    NoteId latest = 0;

    if (!taken)
        return 0;
    g_hash_table_iter_init (&iter, taken->latest);
    while (g_hash_table_iter_next (&iter, &key, &value))
        if (phones_current (flow->phones, GPOINTER_TO_UINT (key)) == phone)
            latest = MAX (latest, GPOINTER_TO_UINT (value));
    return latest;
}

/* A phone whose start is in the capture goes to a server that neither its lease nor a configuration has named, and that
 * has given it no file: it knows it from before (reference 2.6). */
static gboolean is_kept (const Flow *flow, const Session *session)
{
    const struct BootState *boot = phone_boot (flow_session_phone (flow, session));
    const IpAddress *server = &session->tcp.ends[FROM_SERVER].address;

    if (!boot->lease.note || !boot->files.note || boot->configuration.n_servers || boot->configuration.has_more ||
        ip_address_equal (&boot->files.server, server))
        return FALSE;
    for (guint i = 0; i < boot->lease.n_tftp; i++)
        if (ip_address_equal (&boot->lease.tftp[i], server))
            return FALSE;
    for (guint i = 0; i < boot->lease.n_routers; i++)
        if (ip_address_equal (&boot->lease.routers[i], server))
            return FALSE;
    return TRUE;
}

/* SIP in the clear, and no answer in it, where TLS is usual. */
static gboolean is_plain_on_tls_port (const Session *session)
{
    const guint16 port = session->tcp.ends[FROM_SERVER].port;

    return session->open_register && port_carriers (port) == PORT_BY_TLS && port_service (port) == SERVICE_SIP &&
           !session->speaks_tls[FROM_PHONE] && !session->has_last_kind[FROM_SERVER];
}

/* The network has said why what is sent again here does not arrive. Of a packet that was too big for the path, who
 * heard of it sends less at once. */
static void add_denial (const Flow *flow, const Session *session, const Frame *frame, gboolean from_server,
                        Values *values)
{
    const guint own = from_server ? FROM_SERVER : FROM_PHONE;
    const Note *denial = notes_get (flow->notes, session->denied[own]);
    Value value;

    if (!denial || session->denied_sequence[own] != frame->tcp.sequence)
        return;
    const guint8 *said = notes_values (flow->notes, denial);
    const gboolean is_too_big = catalog_kind (denial->kind)->id == ICMP_SAYS_TOO_BIG;
    if (is_too_big && frame->tcp.length < session->tcp.under_way[own])
        return;
    if (values_find (said, VALUE_TEXT, &value))
        values_add_word (values, VALUE_CAUSE, (Word) (value.number - 1));
    if (is_too_big && values_find (said, VALUE_SOURCE, &value))
        values_add_address (values, VALUE_SOURCE, &value.address);
}

/* Between SYN and now the phone has sent no octet. */
static gboolean has_waited_in_vain (const Session *session)
{
    return session->tcp.syn_note && session->tcp.established && !session->has_last_kind[FROM_PHONE] &&
           !session->tcp.under_way[FROM_PHONE] && !session->tcp.arrived[FROM_PHONE];
}

/* What ends before the stream does is of an older message. */
static gboolean repeats_last_message (const Session *session, const Frame *frame, guint direction)
{
    return session->has_last_kind[direction] && !(frame->tcp.flags & TCP_SYN) &&
           frame->tcp.sequence + frame->tcp.length == session->tcp.streams[direction].next;
}

/* All that the server has to say to a ClientHello is that it ends the connection. */
static void add_offer (const Flow *flow, Session *session, gint64 now, Values *values)
{
    const Note *hello = session->speaks_tls[FROM_PHONE] && server_is_mute (session)
                            ? notes_get (flow->notes, session_answer (session, TLS_CLIENT_HELLO, 0))
                            : NULL;
    Value version;

    if (!hello || !values_find (notes_values (flow->notes, hello), VALUE_TLS_VERSION, &version))
        return;
    values_add_text (values, VALUE_TLS_VERSION, version.text, (gssize) version.text_size);
    values_add_number (values, VALUE_INTERVAL, (guint64) MAX (0, now - hello->time));
}

void flow_note_tcp_event (Flow *flow, Session *session, const Frame *frame, gboolean from_server, guint event)
{
    KindIndex index = catalog_find (PROTOCOL_TCP, event);
    const MessageKind *kind = catalog_kind (index);
    guint direction = from_server ? FROM_SERVER : FROM_PHONE;
    Phase phase = kind->phase == PHASE_NONE ? session->phase : kind->phase;
    Variant variant = VARIANT_NONE;
    Values values;
    guint rank, repeats;

    values_init (&values);
    if (flow_is_for_files (session))
        phase = PHASE_FILES;
    switch (event) {
    case TCP_EVENT_CONNECT:
        if (!session->tcp.established)
            session->phase = phase;
        if (flow_is_for_files (session)) /* whose list says nothing about this port */
            break;
        rank = flow_configured_rank (flow, session->phone, &session->tcp.ends[FROM_SERVER].address);
        if (rank)
            values_add_number (&values, VALUE_RANK, rank);
        if (rank && flow_configured_security (flow, session->phone))
            values_add_number (&values, VALUE_SECURITY, flow_configured_security (flow, session->phone));
        else
            flow_add_configured (flow, session->phone, &values);
        if (port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_SCCP)
            flow_add_spoken (flow, session->phone, "SCCP", &values);
        else if (port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_SIP)
            flow_add_spoken (flow, session->phone, "SIP", &values);
        break;
    case TCP_EVENT_ACCEPT:
        if (!session->tcp.established)
            session->phase = phase;
        break;
    case TCP_EVENT_ESTABLISHED:
        session->phase = phase;
        break;
    case TCP_EVENT_REFUSED:
        session->phase = phase;
        if (port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_SIP)
            flow_session_phone (flow, session)->is_refused = TRUE;
        variant = session->tcp.ends[FROM_SERVER].port == PORT_FILES ? VARIANT_HARMLESS
                  : is_kept (flow, session)                         ? VARIANT_KEPT
                                                                    : VARIANT_NONE;
        if (count_taken (flow, session->server))
            values_add_number (&values, VALUE_COUNT, count_taken (flow, session->server));
        if (session->tcp.ends[FROM_SERVER].port == PORT_TVS)
            values_add_word (&values, VALUE_ADVICE, WORD_TVS_FIX);
        else if (port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_HTTP)
            values_add_word (&values, VALUE_ADVICE, WORD_FILES_FIX);
        else if (variant == VARIANT_KEPT)
            values_add_word (&values, VALUE_ADVICE, WORD_KEPT_SERVER_FIX);
        break;
    case TCP_EVENT_CONNECT_AGAIN:
        /* Scanners try once or twice. */
        if (session->tcp.syn_repeats > 2 && port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_SIP &&
            !flow_looks_for_ports (flow_session_phone (flow, session)) &&
            !flow_session_phone (flow, session)->is_onlooker)
            flow_session_phone (flow, session)->has_spoken = TRUE;
        values_add_number (&values, VALUE_COUNT, (guint64) session->tcp.syn_repeats - 1);
        break;
    case TCP_EVENT_SEGMENT:
        if (!from_server)
            flow_follow_unreadable (flow, session);
        else if (!session->babble)
            session->babble = frame->number;
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
        if (repeats)
            add_denial (flow, session, frame, from_server, &values);
        if (repeats_last_message (session, frame, direction))
            values_add_text (&values, VALUE_MESSAGE, catalog_kind (session->last_kind[direction])->name, -1);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        flow_sccp_end (flow, session);
        /* Whoever signs off says so before: a connection that just ends is no step of a registration. */
        phase = session->registers && !flow_is_for_files (session) && session->phase != PHASE_UNREGISTER
                    ? PHASE_NONE
                    : session->phase;
        variant = from_server ? VARIANT_SERVER : VARIANT_PHONE;
        if (!session->has_ended)
            session->answers_end = tcp_state_answers_end (&session->tcp, from_server, &frame->tcp) != FALSE;
        flow_describe_end (flow, session, frame, from_server != session->answers_end, FALSE, &values);
        if (from_server && has_waited_in_vain (session))
            values_add_number (&values, VALUE_WAITED,
                               (guint64) MAX (0, frame->time - notes_get (flow->notes, session->tcp.syn_note)->time));
        if (from_server)
            add_offer (flow, session, frame->time, &values);
        if (from_server && session->babble && !session->has_last_kind[FROM_SERVER])
            values_add_number (&values, VALUE_FRAME, session->babble);
        if (from_server && is_plain_on_tls_port (session))
            values_add_word (&values, VALUE_ADVICE, WORD_PLAIN_ON_TLS_FIX);
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
    else if (event == TCP_EVENT_ACCEPT)
        add_taken (flow, session, note);
    follow_tcp_event (flow, session, frame, event, note);
    if ((event == TCP_EVENT_CLOSE || event == TCP_EVENT_RESET) && session->open_register) {
        /* What is not in the capture may have been the answer. */
        if (flow->observer && !stream_has_gap (&session->tcp.streams[FROM_SERVER]) &&
            !tcp_state_lacks_octets (&session->tcp))
            flow->observer->closed (end_for (flow, session, note), session->open_register, session,
                                    flow->observer_data);
        session->open_register = 0;
    }
    /* A host that refuses answers every repeated SYN; only the first answer is that of the first SYN. */
    if (kind->is_answer && session->tcp.syn_note && !notes_get (flow->notes, session->tcp.syn_note)->partner)
        flow_pair (flow, session->tcp.syn_note, note);
    flow_tell (flow, note, frame, session, (View){ NULL, 0 });
}
