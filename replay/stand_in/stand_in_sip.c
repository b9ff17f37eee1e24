/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_sip.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "registration/protocols/sip_cisco.h"
#include "replay/clock.h"
#include "replay/engine/answer_sip.h"
#include "replay/engine/sip_reply.h"
#include "replay/script/script_sip.h"

#include <string.h>

/* A phone that sends more than this without a whole message is none. */
#define RECEIVED_MAX (256 * 1024)
/* Messages that wait to be sent to one phone. */
#define PENDING_MAX 256
/* A phone over UDP does not say that it has gone: so long after its last word and its registration it is forgotten. */
#define IDLE_MAX (64 * NSEC_PER_SEC)

struct StandInSip {
    const StandInSettings *settings;
    Listener *listener;
    GHashTable *guests; /* of Guest, a set */
};

/* One phone: its connection, or its address. */
typedef struct {
    StandInSip *stand_in;
    Connection *connection;
    GByteArray *received; /* NULL over UDP */
    GQueue pending;       /* of Pending, owned */
    guint asked[N_SIP_ROLES];
    GHashTable *asked_beside; /* kind of any other request → how often */
    char *nonce;              /* of the last challenge; NULL: none yet */
    char *contact_uri;        /* NULL: none yet */
    gint64 last_cseq;         /* of the last request … */
    guint last_call;          /* … and the hash of its Call-ID and method */
    GByteArray *last;         /* the answer to it; NULL: none yet */
    gboolean accepted, is_mute;
    Appointment idle;
} Guest;

typedef struct {
    Guest *guest;
    KindIndex kind;
    GByteArray *octets;
    GList link;
    Appointment appointment;
} Pending;

static const Script *script_of (const Guest *guest)
{
    return guest->stand_in->settings->script;
}

static Agenda *agenda_of (const Guest *guest)
{
    return guest->stand_in->settings->agenda;
}

static void free_pending (Pending *pending)
{
    agenda_cancel (&pending->appointment);
    g_queue_unlink (&pending->guest->pending, &pending->link);
    g_byte_array_unref (pending->octets);
    g_free (pending);
}

static void free_guest (gpointer data)
{
    Guest *guest = data;

    while (guest->pending.head)
        free_pending (guest->pending.head->data);
    agenda_cancel (&guest->idle);
    connection_free (guest->connection);
    g_clear_pointer (&guest->received, g_byte_array_unref);
    g_clear_pointer (&guest->last, g_byte_array_unref);
    g_hash_table_unref (guest->asked_beside);
    g_free (guest->nonce);
    g_free (guest->contact_uri);
    g_free (guest);
}

static void dismiss (Guest *guest)
{
    g_hash_table_remove (guest->stand_in->guests, guest);
}

static char *make_token (void)
{
    return g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (), g_random_int ());
}

static gint64 scale (const Guest *guest, gint64 recorded)
{
    double speed = guest->stand_in->settings->speed;
    return speed > 0 ? (gint64) ((double) MAX (recorded, 0) / speed) : 0;
}

/* --- Sending
 * --------------------------------------------------------------------------------------------------------------- */

static const Tweak *find_tweak (const Guest *guest, KindIndex kind)
{
    const GArray *tweaks = guest->stand_in->settings->tweaks;

    for (guint i = 0; tweaks && i < tweaks->len; i++)
        if (g_array_index (tweaks, Tweak, i).kind == kind)
            return &g_array_index (tweaks, Tweak, i);
    return NULL;
}

static void send_now (Guest *guest, const GByteArray *octets, Fault fault)
{
    static const guint8 garbage[] = "\x16\x03\x01 this is no message of SIP\r\n\r\n";

    switch (fault) {
    case FAULT_CLOSE:
        dismiss (guest);
        return;
    case FAULT_RESET:
        connection_reset (g_steal_pointer (&guest->connection));
        dismiss (guest);
        return;
    case FAULT_GARBAGE:
        connection_send (guest->connection, (View){ garbage, sizeof garbage - 1 });
        break;
    case FAULT_HALF:
        connection_send (guest->connection, (View){ octets->data, octets->len / 2 });
        break;
    case FAULT_BYTES:
        for (guint i = 0; i < octets->len; i++)
            connection_send (guest->connection, (View){ octets->data + i, 1 });
        return;
    case FAULT_SILENT:
        break;
    case N_FAULTS:
        connection_send (guest->connection, (View){ octets->data, octets->len });
        return;
    }
    guest->is_mute = TRUE;
}

static void on_pending (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Pending *pending = user_data;
    Guest *guest = pending->guest;
    const Tweak *tweak = find_tweak (guest, pending->kind);
    g_autoptr (GByteArray) octets = g_byte_array_ref (pending->octets);

    free_pending (pending);
    if (!guest->is_mute)
        send_now (guest, octets, tweak ? tweak->fault : N_FAULTS);
}

/* Takes the octets. */
static void schedule (Guest *guest, KindIndex kind, GByteArray *octets, gint64 after)
{
    const Tweak *tweak = find_tweak (guest, kind);

    if (guest->is_mute || guest->pending.length >= PENDING_MAX) {
        g_byte_array_unref (octets);
        return;
    }
    Pending *pending = g_new0 (Pending, 1);
    *pending = (Pending){ .guest = guest, .kind = kind, .octets = octets };
    pending->link.data = pending;
    g_queue_push_tail_link (&guest->pending, &pending->link);
    agenda_make (agenda_of (guest), &pending->appointment, clock_now () + after + (tweak ? tweak->delay : 0),
                 on_pending, pending);
}

static SipAnswering describe_answering (const Guest *guest, const char *token)
{
    return (SipAnswering){ .local = connection_local (guest->connection),
                           .token = token,
                           .nonce = guest->nonce,
                           .expires = -1,
                           .date = g_get_real_time () / G_USEC_PER_SEC };
}

/* --- Who it is
 * ------------------------------------------------------------------------------------------------------------- */

static gboolean find_credentials (const SipMessage *request, SipCredentials *ret_credentials)
{
    for (guint i = 0; i < request->n_auth; i++)
        if ((request->auth[i].id == SIP_HEADER_AUTHORIZATION ||
             request->auth[i].id == SIP_HEADER_PROXY_AUTHORIZATION) &&
            sip_credentials_parse (request->auth[i].value, ret_credentials))
            return TRUE;
    return FALSE;
}

/* The recorded answer of that kind to any REGISTER; SCRIPT_NONE. */
static guint find_answer (const Script *script, gboolean (*fits) (guint status))
{
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        const ScriptMessage *request = script_message (script, message->partner);
        const MessageKind *kind = catalog_kind (message->kind);
        if (kind->is_answer && message->from_server && request && catalog_kind (request->kind)->id == SIP_REGISTER &&
            fits (kind->id))
            return i;
    }
    return SCRIPT_NONE;
}

static gboolean is_challenge (guint status)
{
    return status == 401 || status == 407;
}

static gboolean is_success (guint status)
{
    return status / 100 == 2;
}

static gboolean wants_login (const Guest *guest)
{
    const StandInSettings *settings = guest->stand_in->settings;

    if (settings->digest == SIP_DIGEST_NONE)
        return FALSE;
    return settings->users || settings->digest != SIP_DIGEST_RECORDED ||
           find_answer (settings->script, is_challenge) != SCRIPT_NONE;
}

static char *recorded_realm (const Script *script)
{
    const ScriptMessage *message = script_message (script, find_answer (script, is_challenge));
    SipChallenge challenge;
    SipMessage recorded;

    if (message && sip_parse (message->octets.data, message->octets.size, &recorded))
        for (guint i = 0; i < recorded.n_auth; i++)
            if (sip_challenge_parse (recorded.auth[i].value, &challenge) && challenge.realm.size)
                return view_dup (challenge.realm);
    return g_strdup ("ccmsipline");
}

/* The value of a challenge in the form that was asked for; NULL: as recorded. */
static char *make_challenge (const Guest *guest, gboolean stale)
{
    static const char *const forms[N_SIP_DIGESTS] = {
        [SIP_DIGEST_RECORDED] = ",algorithm=MD5",
        [SIP_DIGEST_MD5] = ",algorithm=MD5",
        [SIP_DIGEST_MD5_QOP] = ",algorithm=MD5,qop=\"auth\"",
        [SIP_DIGEST_MD5_SESS] = ",algorithm=MD5-sess,qop=\"auth\"",
        [SIP_DIGEST_SHA_256] = ",algorithm=SHA-256,qop=\"auth\"",
    };
    const StandInSettings *settings = guest->stand_in->settings;
    gboolean is_recorded = find_answer (settings->script, is_challenge) != SCRIPT_NONE;
    g_autofree char *realm = recorded_realm (settings->script);

    if (settings->digest == SIP_DIGEST_RECORDED && is_recorded && !stale)
        return NULL;
    return g_strdup_printf ("Digest realm=\"%s\",nonce=\"%s\"%s%s", realm, guest->nonce, forms[settings->digest],
                            stale ? ",stale=TRUE" : "");
}

/* --- Answers
 * --------------------------------------------------------------------------------------------------------------- */

/* Takes the octets; they are kept for a request that comes again. */
static void answer (Guest *guest, guint status, GByteArray *octets, gint64 after)
{
    g_clear_pointer (&guest->last, g_byte_array_unref);
    guest->last = g_byte_array_ref (octets);
    schedule (guest, catalog_find (PROTOCOL_SIP, status), octets, after);
}

static void answer_made (Guest *guest, const SipMessage *request, guint status, const char *start, const char *more)
{
    g_autofree char *token = make_token ();
    answer (guest, status, sip_response (request, start, token, more), 0);
}

static gint64 recorded_time (const Guest *guest, const ScriptMessage *message)
{
    const ScriptMessage *request = script_message (script_of (guest), message->partner);
    gint64 response = request ? message->time - request->time - MAX (0, script_of (guest)->round_trip) : 0;

    return scale (guest, response);
}

static void answer_recorded (Guest *guest, const SipMessage *request, guint index, const SipAnswering *how)
{
    const ScriptMessage *message = script_message (script_of (guest), index);
    SipMessage recorded;

    if (!sip_parse (message->octets.data, message->octets.size, &recorded))
        return;
    /* Line ends before the status line are no part of the answer. */
    answer (guest, recorded.status, sip_answer_as_recorded (&recorded, message->octets, request, how),
            recorded_time (guest, message));
}

static void challenge (Guest *guest, const SipMessage *request, guint recorded, gboolean stale)
{
    g_autofree char *token = make_token ();

    g_free (guest->nonce);
    guest->nonce = make_token ();
    SipAnswering how = describe_answering (guest, token);
    g_autofree char *value = make_challenge (guest, stale);
    const ScriptMessage *message = script_message (script_of (guest), recorded);
    how.challenge = value;
    if (!message || !is_challenge (catalog_kind (message->kind)->id))
        recorded = find_answer (script_of (guest), is_challenge);
    if (recorded != SCRIPT_NONE) {
        answer_recorded (guest, request, recorded, &how);
        return;
    }
    g_autofree char *line = g_strdup_printf ("WWW-Authenticate: %s\r\n", value);
    answer_made (guest, request, 401, "SIP/2.0 401 Unauthorized", line);
}

static void push_all (Guest *guest, guint accepted);

static void accept_phone (Guest *guest, const SipMessage *request, guint recorded, SipRole role)
{
    g_autofree char *token = make_token ();
    SipAnswering how = describe_answering (guest, token);
    const ScriptMessage *message = script_message (script_of (guest), recorded);
    gboolean was_accepted = guest->accepted;

    if (!message || !is_success (catalog_kind (message->kind)->id))
        recorded = find_answer (script_of (guest), is_success);
    if (role == SIP_ROLE_SIGN_OFF)
        how.expires = 0;
    else if (guest->stand_in->settings->keepalive)
        how.expires = guest->stand_in->settings->keepalive;
    guest->accepted = role != SIP_ROLE_SIGN_OFF;
    if (recorded != SCRIPT_NONE)
        answer_recorded (guest, request, recorded, &how);
    else
        answer_made (guest, request, 200, "SIP/2.0 200 OK", role == SIP_ROLE_SIGN_OFF ? "Expires: 0\r\n" : "");
    if (!was_accepted && guest->accepted && recorded != SCRIPT_NONE)
        push_all (guest, recorded);
}

static gboolean is_right_login (Guest *guest, const SipMessage *request, const SipCredentials *credentials)
{
    const Passwords *users = guest->stand_in->settings->users;
    DigestCheck check =
        passwords_check (users, credentials, request->method_name, request->body, FALSE, request->to.uri.user);

    if (!users || check == DIGEST_IS_RIGHT)
        return TRUE;
    if (check == DIGEST_IS_UNKNOWN_USER)
        answer_made (guest, request, 404, "SIP/2.0 404 Not Found", "");
    else
        answer_made (guest, request, 403, "SIP/2.0 403 Forbidden", "");
    return FALSE;
}

static gboolean is_nonce (const Guest *guest, View nonce)
{
    return guest->nonce && nonce.size == strlen (guest->nonce) && memcmp (guest->nonce, nonce.data, nonce.size) == 0;
}

static SipRole role_of (const Guest *guest, const SipMessage *request, gboolean has_login)
{
    if (sip_cisco_register_kind (request) == SIP_REGISTER_UNREGISTER)
        return SIP_ROLE_SIGN_OFF;
    if (guest->accepted)
        return SIP_ROLE_REFRESH;
    return has_login ? SIP_ROLE_LOGIN : SIP_ROLE_FIRST;
}

static void remember_contact (Guest *guest, const SipMessage *request)
{
    if (!sip_contacts_kept (request))
        return;
    g_free (guest->contact_uri);
    guest->contact_uri = view_dup (request->contacts[0].uri.text);
}

static void on_register (Guest *guest, const SipMessage *request)
{
    const Script *script = script_of (guest);
    SipCredentials credentials;
    gboolean has_login = find_credentials (request, &credentials);
    SipRole role = role_of (guest, request, has_login);
    guint index = script_find (script, catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, guest->asked[role]++);
    const ScriptMessage *asked = script_message (script, index);
    const ScriptMessage *recorded = asked ? script_message (script, asked->partner) : NULL;
    guint status = recorded ? catalog_kind (recorded->kind)->id : 0;
    guint reply = recorded ? asked->partner : SCRIPT_NONE;

    remember_contact (guest, request);
    if (wants_login (guest)) {
        if (!has_login || !is_nonce (guest, credentials.nonce)) {
            challenge (guest, request, reply, has_login && guest->nonce);
            return;
        }
        if (!is_right_login (guest, request, &credentials))
            return;
    }
    /* Without a list of users the recorded server's own no is the answer. */
    if (!guest->stand_in->settings->users && status >= 300 && (has_login || !is_challenge (status))) {
        g_autofree char *token = make_token ();
        SipAnswering how = describe_answering (guest, token);
        answer_recorded (guest, request, reply, &how);
        return;
    }
    accept_phone (guest, request, reply, role);
}

static void on_other_request (Guest *guest, const SipMessage *request)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, request->method);
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (guest->asked_beside, GUINT_TO_POINTER (kind)));
    guint index = script_find (script_of (guest), kind, 0, before);
    const ScriptMessage *asked = script_message (script_of (guest), index);
    const ScriptMessage *recorded =
        asked && !asked->from_server ? script_message (script_of (guest), asked->partner) : NULL;
    g_autofree char *token = make_token ();

    if (request->method == SIP_ACK)
        return;
    g_hash_table_insert (guest->asked_beside, GUINT_TO_POINTER (kind), GUINT_TO_POINTER (before + 1));
    if (recorded) {
        SipAnswering how = describe_answering (guest, token);
        answer_recorded (guest, request, asked->partner, &how);
    } else {
        answer_made (guest, request, 200, "SIP/2.0 200 OK", "");
    }
}

/* --- What the recorded server sent on its own account
 * ----------------------------------------------------------------------- */

static void push (Guest *guest, guint index, gint64 after)
{
    const ScriptMessage *message = script_message (script_of (guest), index);
    g_autofree char *token = make_token ();
    SipAnswering how = describe_answering (guest, token);
    SipMessage recorded;

    if (guest->contact_uri && sip_parse (message->octets.data, message->octets.size, &recorded))
        schedule (guest, message->kind, sip_push_as_recorded (&recorded, message->octets, guest->contact_uri, &how),
                  after);
}

/* Behind the 200, until the recorded phone said its next REGISTER. */
static void push_all (Guest *guest, guint accepted)
{
    const Script *script = script_of (guest);
    const ScriptMessage *anchor = script_message (script, accepted);
    gint64 answered = recorded_time (guest, anchor);

    for (guint i = accepted + 1; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!message->from_server && catalog_kind (message->kind)->id == SIP_REGISTER)
            return;
        if (script_is_push (message))
            push (guest, i, answered + scale (guest, message->time - anchor->time));
    }
}

/* --- Guests
 * ---------------------------------------------------------------------------------------------------------------- */

static void on_idle (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    dismiss (user_data);
}

static guint hash_request (const SipMessage *request)
{
    g_autofree char *call_id = view_dup (request->call_id), *method = view_dup (request->method_name);
    return g_str_hash (call_id) * 31 + g_str_hash (method);
}

static void take (Guest *guest, View octets)
{
    SipMessage request;

    if (!sip_parse (octets.data, octets.size, &request) || request.is_answer || !request.head_ended ||
        !request.n_vias || !request.call_id.size || request.cseq < 0)
        return;
    guint call = hash_request (&request);
    if (guest->last && guest->last_cseq == request.cseq && guest->last_call == call) {
        /* Our answer got lost, or is still on its way. */
        if (!guest->pending.length)
            connection_send (guest->connection, (View){ guest->last->data, guest->last->len });
        return;
    }
    guest->last_cseq = request.cseq;
    guest->last_call = call;
    if (request.method == SIP_REGISTER)
        on_register (guest, &request);
    else
        on_other_request (guest, &request);
}

static gboolean is_udp (const Guest *guest)
{
    return !guest->received;
}

static void read_stream (Guest *guest, View octets)
{
    gsize used = 0;

    g_byte_array_append (guest->received, octets.data, (guint) octets.size);
    for (;;) {
        const guint8 *start = guest->received->data + used;
        gssize size = sip_frame_length (start, guest->received->len - used, TRUE);
        if (size < 0 || guest->received->len - used > RECEIVED_MAX) {
            dismiss (guest);
            return;
        }
        if (size == 0)
            break;
        take (guest, (View){ start, (gsize) size });
        used += (gsize) size;
    }
    if (used)
        g_byte_array_remove_range (guest->received, 0, (guint) used);
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    Guest *guest = user_data;
    gint64 lasts = (gint64) MAX (script_of (guest)->keepalive, guest->stand_in->settings->keepalive) * NSEC_PER_SEC;

    if (!is_udp (guest)) {
        read_stream (guest, octets);
        return;
    }
    agenda_make (agenda_of (guest), &guest->idle, clock_now () + IDLE_MAX + (guest->accepted ? lasts : 0), on_idle,
                 guest);
    take (guest, octets);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error, gpointer user_data)
{
    dismiss (user_data);
}

static void on_accept (Listener *listener, gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_received, on_closed };
    StandInSip *stand_in = user_data;
    Guest *guest = g_new0 (Guest, 1);

    guest->stand_in = stand_in;
    guest->received = stand_in->settings->carrier == CARRIER_UDP ? NULL : g_byte_array_new ();
    guest->asked_beside = g_hash_table_new (NULL, NULL);
    g_queue_init (&guest->pending);
    guest->connection = connection_accept (listener, &handlers, guest);
    if (guest->connection)
        g_hash_table_add (stand_in->guests, guest);
    else
        free_guest (guest);
}

StandInSip *stand_in_sip_new (const StandInSettings *settings, const Endpoint *local, GError **error)
{
    StandInSip *stand_in = g_new0 (StandInSip, 1);

    stand_in->settings = settings;
    stand_in->guests = g_hash_table_new_full (NULL, NULL, free_guest, NULL);
    stand_in->listener = transport_listen (local, settings->carrier, on_accept, stand_in, error);
    if (stand_in->listener)
        return stand_in;
    stand_in_sip_free (stand_in);
    return NULL;
}

void stand_in_sip_free (StandInSip *stand_in)
{
    if (!stand_in)
        return;
    g_hash_table_unref (stand_in->guests);
    listener_free (stand_in->listener);
    g_free (stand_in);
}

Endpoint stand_in_sip_local (const StandInSip *stand_in)
{
    return listener_local (stand_in->listener);
}

guint stand_in_sip_guests (const StandInSip *stand_in)
{
    return g_hash_table_size (stand_in->guests);
}
