/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which registration it is: where each begins, and what the messages of its connection do to it. */
#include "registration/flow/flow_internal.h"

void flow_registrations_init (Flow *flow)
{
    flow->registrations = registrations_new ();
    flow->names_kept = g_string_chunk_new (4096);
    flow->bindings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->siblings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->homes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void flow_registrations_clear (Flow *flow)
{
    g_hash_table_unref (flow->bindings);
    g_hash_table_unref (flow->siblings);
    g_hash_table_unref (flow->homes);
    g_string_chunk_free (flow->names_kept);
    registrations_free (flow->registrations);
}

Registration *flow_registration (const Flow *flow, RegistrationId id)
{
    return registrations_get (flow->registrations, id);
}

const Registrations *flow_registrations (const Flow *flow)
{
    return flow->registrations;
}

PhoneId flow_note_phone (const Flow *flow, const Note *note)
{
    const Registration *registration = registrations_get (flow->registrations, note->registration);
    return phones_current (flow->phones, registration ? registration->phone : note->phone);
}

guint32 flow_note_attempt (const Flow *flow, const Note *note)
{
    const Registration *registration = registrations_get (flow->registrations, note->registration);
    return registration ? registration->attempt : 0;
}

guint32 flow_number (const Flow *flow, RegistrationId id)
{
    const Registration *registration = registrations_get (flow->registrations, id);
    return registration && registration->number
               ? phones_number (flow->phones, registration->phone, registration->number)
               : 0;
}

guint32 flow_note_number (const Flow *flow, const Note *note)
{
    return flow_number (flow, note->registration);
}

/* What belongs to that start of the phone and is no try itself leads to the present try, or to the next one. */
static guint32 number_to_come (const Flow *flow, const Registration *registration)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, registration->phone));

    if (!registration->attempt)
        return 0;
    return phone->numbered + (registration->attempt > phone->attempts || !phone->numbered ? 1 : 0);
}

void flow_count_try (Flow *flow, Registration *registration, guint32 attempt)
{
    registration->phone = phones_current (flow->phones, registration->phone);
    registration->attempt = attempt;
    if (!attempt || registration->is_counted)
        return;
    Phone *phone = phones_get (flow->phones, registration->phone);
    Registration *way = registrations_get (flow->registrations, phone->way);
    registration->number = ++phone->numbered;
    registration->is_counted = TRUE;
    if (!way || way->attempt != attempt || way->is_counted)
        return;
    way->phone = registration->phone;
    way->number = registration->number;
    way->is_counted = TRUE;
}

/* The attempt that something outside a registration belongs to: the present one, or the next. */
static guint32 present_attempt (const Phone *phone)
{
    return phone->is_trying ? phone->attempts : phone->attempts + 1;
}

RegistrationId flow_way (Flow *flow, PhoneId id)
{
    Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));
    const Registration *way = registrations_get (flow->registrations, phone->way);

    if (!way || way->attempt != present_attempt (phone))
        phone->way = flow_begin (flow, id, ROLE_WAY, present_attempt (phone), 0);
    return phone->way;
}

void flow_begin_way (Flow *flow, PhoneId id)
{
    Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));

    phone->is_trying = FALSE;
    phone->way = 0;
}

RegistrationId flow_begin (Flow *flow, PhoneId phone, RegistrationRole role, guint32 attempt, guint16 server)
{
    const RegistrationId id =
        registrations_add (flow->registrations, phones_current (flow->phones, phone), role, attempt);
    Registration *added = registrations_get (flow->registrations, id);

    if (!added)
        return 0;
    added->server = server;
    added->number = number_to_come (flow, added);
    if (server)
        added->rank =
            (guint8) flow_configured_rank (flow, phone, &g_array_index (flow->servers, Endpoint, server).address);
    return id;
}

/* --- Over a connection */

/* Whoever is registered at a server and opens one more connection to it tries anew: or somebody else with its name. */
static guint32 attempt_on (const Flow *flow, const Session *session)
{
    const Phone *phone = flow_session_phone (flow, session);
    const Session *other = phone->session;

    if (other && other != session && other->server == session->server)
        return phone->attempts + 1;
    return present_attempt (phone);
}

void flow_begin_session (Flow *flow, Session *session, gboolean from_start)
{
    session->registration =
        flow_begin (flow, session->phone, ROLE_CONNECTION,
                    from_start ? present_attempt (flow_session_phone (flow, session)) : 0, session->server);
}

guint32 flow_session_attempt (const Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    return registration ? registration->attempt : 0;
}

/* Who asks once more on the same connection begins another registration. */
static gboolean has_begun (const Registration *registration)
{
    return registration->steps[MOVE_ASK] || registration->steps[MOVE_SIGN_OFF] || registration->state == STATE_HELD;
}

/* The next one on the same connection. */
static Registration *begin_next (Flow *flow, Session *session, RegistrationRole role, guint32 attempt)
{
    const RegistrationId earlier = session->registration;

    session->registration = flow_begin (flow, session->phone, role, attempt, session->server);
    Registration *next = registrations_get (flow->registrations, session->registration);
    if (next)
        next->earlier = earlier;
    return next;
}

void flow_rename_registration (Flow *flow, Session *session)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);

    if (!registration)
        return;
    /* What was asked under another name stays with that one. */
    if (has_begun (registration)) {
        begin_next (flow, session, ROLE_CONNECTION, attempt_on (flow, session));
        return;
    }
    registration->phone = phones_current (flow->phones, session->phone);
    if (registration->attempt) {
        registration->attempt = attempt_on (flow, session);
        registration->number = number_to_come (flow, registration);
    }
    const Note *first = notes_get (flow->notes, registration->first);
    if (first)
        phones_seen_since (flow->phones, registration->phone, first->frame, first->time);
    registration->rank = (guint8) flow_configured_rank (flow, session->phone, &session->tcp.ends[FROM_SERVER].address);
}

/* All that one connection carries: its own, the latest first (over SIP each line has one); then those of others. */
static Registration *next_of_session (const Flow *flow, const Session *session, const Registration *before,
                                      guint *carried)
{
    const RegistrationId own = !before ? session->registration : *carried ? 0 : before->earlier;

    if (own)
        return registrations_get (flow->registrations, own);
    while (session->carried && *carried < session->carried->len) {
        const RegistrationId id = g_array_index (session->carried, RegistrationId, (*carried)++);
        Registration *registration = registrations_get (flow->registrations, id);
        if (registration->over == session->number) /* else it has gone on over another connection */
            return registration;
    }
    return NULL;
}

#define EACH_OF_SESSION(flow, session, registration)                                                                   \
    guint carried = 0;                                                                                                 \
    for (Registration *registration = next_of_session ((flow), (session), NULL, &carried); registration;               \
         registration = next_of_session ((flow), (session), registration, &carried))

void flow_carry (Flow *flow, Session *session, RegistrationId id)
{
    Registration *registration = registrations_get (flow->registrations, id);

    if (!registration || registration->over == session->number)
        return;
    registration->over = session->number;
    g_array_append_val (session->carried, id);
}

void flow_carry_others (Flow *flow, Session *session, PhoneId hop)
{
    const Registration *own = registrations_get (flow->registrations, session->registration);

    session->is_hop = TRUE;
    session->phone = hop;
    session->carried = g_array_new (FALSE, FALSE, sizeof (RegistrationId));
    if (own && own->role == ROLE_CONNECTION)
        return;
    for (RegistrationId id = session->registration; id;) {
        flow_carry (flow, session, id);
        id = registrations_get (flow->registrations, id)->earlier;
    }
    session->registration = flow_begin (flow, hop, ROLE_CONNECTION, 0, session->server);
}

void flow_step (Flow *flow, const Session *session, RegistrationMove move, NoteId note)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);

    if (registration)
        registration_move (registration, move, note);
}

/* The phone has asked once more on this connection: the end of that leaves the later question without answer. */
static gboolean is_asked_anew (const Registration *registration, RegistrationMove move)
{
    return move == MOVE_CLOSE && registration->state == STATE_ASKED && registration->steps[MOVE_REPLACE];
}

/* It lasts as long as was granted (RFC 3261, 10.2), whatever becomes of the connection. */
static gboolean outlives (const Registration *registration, RegistrationMove move)
{
    return move == MOVE_CLOSE && registration->stands_alone && registration_state_is_live (registration->state);
}

static void step (Registration *registration, RegistrationMove move, NoteId note)
{
    if (outlives (registration, move))
        registration->steps[move] = note;
    else if (!is_asked_anew (registration, move))
        registration_move (registration, move, note);
}

void flow_step_all (Flow *flow, const Session *session, RegistrationMove move, NoteId note)
{
    EACH_OF_SESSION (flow, session, registration)
    step (registration, move, note);
}

void flow_step_one (Flow *flow, RegistrationId id, RegistrationMove move, NoteId note)
{
    step (registrations_get (flow->registrations, id), move, note);
}

void flow_lacks_server (Flow *flow, const Session *session, gboolean lacks)
{
    EACH_OF_SESSION (flow, session, registration)
    registration->lacks_server = lacks != FALSE;
}

void flow_lacks_answers (Flow *flow, const Session *session)
{
    EACH_OF_SESSION (flow, session, registration)
    {
        const Note *latest = notes_get (flow->notes, registration->latest);
        if (latest && !latest->from_server && catalog_kind (latest->kind)->is_request)
            flow_lacks (flow, registration->latest, CAPTURE_LACKS_PACKETS);
    }
}

void flow_set_role (Flow *flow, const Session *session, RegistrationRole role)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);

    if (registration && registration->role == ROLE_CONNECTION)
        registration->role = (guint8) role;
}

static gboolean is_over (const Registration *registration)
{
    return registration->state == STATE_SIGNED_OFF || registration->state == STATE_REFUSED;
}

void flow_announce (Flow *flow, Session *session, NoteId next)
{
    Registration *before = registrations_get (flow->registrations, session->registration);

    if (!before || !is_over (before))
        return;
    registration_move (before, MOVE_REPLACE, next);
    begin_next (flow, session, ROLE_CONNECTION, flow_session_phone (flow, session)->attempts + 1);
}

Registration *flow_ask (Flow *flow, Session *session, guint32 attempt, NoteId next)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);

    if (registration && has_begun (registration)) {
        registration_move (registration, MOVE_REPLACE, next);
        registration = begin_next (flow, session, ROLE_PRIMARY, attempt);
    }
    if (!registration)
        return NULL;
    registration->phone = phones_current (flow->phones, session->phone);
    registration->role = ROLE_PRIMARY;
    flow_count_try (flow, registration, attempt);
    return registration;
}

/* --- Of one phone at one server */

/* g_int64_hash() looks at the lower half alone, where thousands of phones at one server must differ, too. */
static guint64 home_key (const Flow *flow, PhoneId phone, const IpAddress *server, guint64 account)
{
    const guint64 who = (guint64) phones_current (flow->phones, phone) << 32 | ip_address_hash (server);
    return hash_number (account, who);
}

void flow_set_home (Flow *flow, PhoneId phone, const IpAddress *server, guint64 account, RegistrationId id)
{
    const guint64 key = home_key (flow, phone, server, account);

    if (GPOINTER_TO_UINT (g_hash_table_lookup (flow->homes, &key)) == id)
        return;
    g_hash_table_replace (flow->homes, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id));
}

RegistrationId flow_home (const Flow *flow, PhoneId phone, const IpAddress *server, guint64 account)
{
    const guint64 key = home_key (flow, phone, server, account);
    return GPOINTER_TO_UINT (g_hash_table_lookup (flow->homes, &key));
}

RegistrationId flow_registered (const Flow *flow, PhoneId phone)
{
    const Phone *of = phones_get (flow->phones, phones_current (flow->phones, phone));
    return of->session ? of->session->registration : 0;
}

RegistrationId flow_latest_at (const Flow *flow, PhoneId phone, const IpAddress *server)
{
    return flow_home (flow, phone, server, 0);
}
