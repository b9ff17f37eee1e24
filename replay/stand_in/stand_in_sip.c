/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_internal.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "registration/protocols/sip_cisco.h"
#include "replay/clock.h"
#include "replay/engine/answer_sip.h"
#include "replay/engine/sip_reply.h"
#include "replay/engine/sip_token.h"
#include "replay/stand_in/stand_in_outbox.h"

#include <string.h>

#define RECEIVED_MAX (256 * 1024)
#define WAITING_MAX  256
/* Over UDP anybody can send in the name of somebody else. Until a phone has shown that our messages reach it, what it
 * gets on our own account is at most so many times what it has sent (as of QUIC, RFC 9000, 8.1). */
#define UNPROVEN_TIMES 3
/* A phone over UDP does not say that it has gone: so long after its last word and its registration it is forgotten. */
#define IDLE_MAX SECONDS (64)

typedef struct {
    const StandInSettings *settings;
    Guest *guest;
    Outbox outbox;
    guint asked[N_SIP_ROLES];
    GHashTable *asked_beside;   /* kind of any other request → how often */
    char nonce[SIP_TOKEN_SIZE]; /* of the last challenge; "": none yet */
    char *contact_uri;          /* NULL: none yet */
    gint64 last_cseq;           /* of the last request … */
    guint64 last_call;          /* … and the hash of its Call-ID and method */
    GByteArray *last;           /* the answer to it; NULL: none yet */
    gboolean accepted;
    Appointment idle;            /* over UDP */
    gsize heard, said;           /* octets, over UDP */
    gboolean is_proven;          /* what is sent to it reaches it */
    char pushed[SIP_TOKEN_SIZE]; /* in the branch of the last message of our own; "": none yet */
    GArray *held;                /* of guint: indices of messages that wait for the proof */
} Client;

static const Script *script_of (const Client *client)
{
    return client->settings->script;
}

/* Borrows token, which it makes. */
static SipAnswering describe_answering (const Client *client, char token[SIP_TOKEN_SIZE])
{
    sip_token_make (token);
    return (SipAnswering){ .local = connection_local (guest_connection (client->guest)),
                           .recorded = script_of (client)->phone_end,
                           .token = token,
                           .nonce = *client->nonce ? client->nonce : NULL,
                           .expires = -1,
                           .date = g_get_real_time () / G_USEC_PER_SEC };
}

/* --- Who it is */

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
        const ScriptMessage *request = script_partner (script, i);
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

static gboolean wants_login (const Client *client)
{
    const StandInSettings *settings = client->settings;

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
static char *make_challenge (const Client *client, gboolean stale)
{
    static const struct {
        DigestAlgorithm algorithm;
        const char *qop;
    } forms[N_SIP_DIGESTS] = {
#define X(symbol, name, algorithm, qop) { DIGEST_##algorithm, qop },
        SIP_DIGESTS (X)
#undef X
    };
    const StandInSettings *settings = client->settings;
    gboolean is_recorded = find_answer (settings->script, is_challenge) != SCRIPT_NONE;
    g_autofree char *realm = recorded_realm (settings->script);

    if (settings->digest == SIP_DIGEST_RECORDED && is_recorded && !stale)
        return NULL;
    const char *qop = forms[settings->digest].qop;
    return g_strdup_printf ("Digest realm=\"%s\",nonce=\"%s\",algorithm=%s%s%s%s%s", realm, client->nonce,
                            digest_algorithm_name (forms[settings->digest].algorithm), qop ? ",qop=\"" : "",
                            qop ? qop : "", qop ? "\"" : "", stale ? ",stale=TRUE" : "");
}

/* --- Answers */

/* Takes the octets; they are kept for a request that comes again. */
static void answer (Client *client, guint status, GByteArray *octets, gint64 after)
{
    g_clear_pointer (&client->last, g_byte_array_unref);
    client->last = g_byte_array_ref (octets);
    client->said += octets->len;
    outbox_add (&client->outbox, catalog_find (PROTOCOL_SIP, status), SCRIPT_NONE, octets, after);
}

static void answer_made (Client *client, const SipMessage *request, guint status, const char *start, const char *more)
{
    char token[SIP_TOKEN_SIZE];

    sip_token_make (token);
    answer (client, status, sip_response (request, start, token, more), 0);
}

static gint64 recorded_time (const Client *client, const ScriptMessage *message)
{
    const ScriptMessage *request = script_message (script_of (client), message->partner);
    gint64 response = request ? message->time - request->time - MAX (0, script_of (client)->round_trip) : 0;

    return stand_in_scale (client->settings, response);
}

static void answer_recorded (Client *client, const SipMessage *request, guint index, const SipAnswering *how)
{
    const ScriptMessage *message = script_message (script_of (client), index);
    SipMessage recorded;

    if (!sip_parse (message->octets.data, message->octets.size, &recorded))
        return;
    /* Line ends before the status line are no part of the answer. */
    answer (client, recorded.status, sip_answer_as_recorded (&recorded, message->octets, request, how),
            recorded_time (client, message));
}

static void challenge (Client *client, const SipMessage *request, guint recorded, gboolean stale)
{
    char token[SIP_TOKEN_SIZE];

    sip_token_make (client->nonce);
    SipAnswering how = describe_answering (client, token);
    g_autofree char *value = make_challenge (client, stale);
    const ScriptMessage *message = script_message (script_of (client), recorded);
    how.challenge = value;
    if (!message || !is_challenge (catalog_kind (message->kind)->id))
        recorded = find_answer (script_of (client), is_challenge);
    if (recorded != SCRIPT_NONE) {
        answer_recorded (client, request, recorded, &how);
        return;
    }
    g_autofree char *line = g_strdup_printf ("WWW-Authenticate: %s\r\n", value);
    answer_made (client, request, 401, "SIP/2.0 401 Unauthorized", line);
}

static void push_all (Client *client, guint accepted);

static void accept_client (Client *client, const SipMessage *request, guint recorded, SipRole role)
{
    char token[SIP_TOKEN_SIZE];
    SipAnswering how = describe_answering (client, token);
    const ScriptMessage *message = script_message (script_of (client), recorded);
    gboolean was_accepted = client->accepted;

    if (!message || !is_success (catalog_kind (message->kind)->id))
        recorded = find_answer (script_of (client), is_success);
    if (role == SIP_ROLE_SIGN_OFF)
        how.expires = 0;
    else if (client->settings->keepalive)
        how.expires = client->settings->keepalive;
    client->accepted = role != SIP_ROLE_SIGN_OFF;
    if (recorded != SCRIPT_NONE)
        answer_recorded (client, request, recorded, &how);
    else
        answer_made (client, request, 200, "SIP/2.0 200 OK", role == SIP_ROLE_SIGN_OFF ? "Expires: 0\r\n" : "");
    if (!was_accepted && client->accepted && recorded != SCRIPT_NONE)
        push_all (client, recorded);
}

static gboolean is_right_login (Client *client, const SipMessage *request, const SipCredentials *credentials)
{
    const Passwords *users = client->settings->users;
    DigestCheck check =
        passwords_check (users, credentials, request->method_name, request->body, FALSE, request->to.uri.user);

    if (!users || check == DIGEST_IS_RIGHT)
        return TRUE;
    if (check == DIGEST_IS_UNKNOWN_USER)
        answer_made (client, request, 404, "SIP/2.0 404 Not Found", "");
    else
        answer_made (client, request, 403, "SIP/2.0 403 Forbidden", "");
    return FALSE;
}

static gboolean is_nonce (const Client *client, View nonce)
{
    return *client->nonce && nonce.size == strlen (client->nonce) &&
           memcmp (client->nonce, nonce.data, nonce.size) == 0;
}

static SipRole role_of (const Client *client, const SipMessage *request, gboolean has_login)
{
    if (sip_cisco_register_kind (request) == SIP_REGISTER_UNREGISTER)
        return SIP_ROLE_SIGN_OFF;
    if (client->accepted)
        return SIP_ROLE_REFRESH;
    return has_login ? SIP_ROLE_LOGIN : SIP_ROLE_FIRST;
}

static void remember_contact (Client *client, const SipMessage *request)
{
    if (!sip_contacts_kept (request))
        return;
    g_free (client->contact_uri);
    client->contact_uri = view_dup (request->contacts[0].uri.text);
}

static void on_register (Client *client, const SipMessage *request)
{
    const Script *script = script_of (client);
    SipCredentials credentials;
    gboolean has_login = find_credentials (request, &credentials);
    SipRole role = role_of (client, request, has_login);
    guint index = script_find (script, catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, client->asked[role]++);
    const ScriptMessage *asked = script_message (script, index);
    const ScriptMessage *recorded = script_partner (script, index);
    guint status = recorded ? catalog_kind (recorded->kind)->id : 0;
    guint reply = recorded ? asked->partner : SCRIPT_NONE;

    remember_contact (client, request);
    if (wants_login (client)) {
        if (!has_login || !is_nonce (client, credentials.nonce)) {
            challenge (client, request, reply, has_login && *client->nonce);
            return;
        }
        client->is_proven = TRUE;
        if (!is_right_login (client, request, &credentials))
            return;
    }
    /* Without a list of users the recorded server's own no is the answer. */
    if (!client->settings->users && status >= 300 && (has_login || !is_challenge (status))) {
        char token[SIP_TOKEN_SIZE];
        SipAnswering how = describe_answering (client, token);
        answer_recorded (client, request, reply, &how);
        return;
    }
    accept_client (client, request, reply, role);
}

static void on_other_request (Client *client, const SipMessage *request)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, request->method);
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (client->asked_beside, GUINT_TO_POINTER (kind)));
    guint index = script_find (script_of (client), kind, 0, before);
    const ScriptMessage *asked = script_message (script_of (client), index);
    const ScriptMessage *recorded = asked && !asked->from_server ? script_partner (script_of (client), index) : NULL;
    char token[SIP_TOKEN_SIZE];

    if (request->method == SIP_ACK)
        return;
    g_hash_table_insert (client->asked_beside, GUINT_TO_POINTER (kind), GUINT_TO_POINTER (before + 1));
    if (recorded) {
        SipAnswering how = describe_answering (client, token);
        answer_recorded (client, request, asked->partner, &how);
    } else {
        answer_made (client, request, 200, "SIP/2.0 200 OK", "");
    }
}

/* --- What the recorded server sent on its own account */

static gboolean may_push (const Client *client, gsize size)
{
    return client->settings->carrier != CARRIER_UDP || client->is_proven ||
           client->said + size <= UNPROVEN_TIMES * client->heard;
}

static void push (Client *client, guint index, gint64 after)
{
    const ScriptMessage *message = script_message (script_of (client), index);
    char token[SIP_TOKEN_SIZE];
    SipAnswering how = describe_answering (client, token);
    SipMessage recorded;

    if (!client->contact_uri || !sip_parse (message->octets.data, message->octets.size, &recorded))
        return;
    GByteArray *octets = sip_push_as_recorded (&recorded, message->octets, client->contact_uri, &how);
    if (!may_push (client, octets->len)) {
        g_byte_array_unref (octets);
        g_array_append_val (client->held, index);
        return;
    }
    client->said += octets->len;
    g_strlcpy (client->pushed, token, sizeof client->pushed);
    outbox_add (&client->outbox, message->kind, index, octets, after);
}

static void prove (Client *client)
{
    g_autoptr (GArray) held = g_steal_pointer (&client->held);

    client->is_proven = TRUE;
    client->held = g_array_new (FALSE, FALSE, sizeof (guint));
    for (guint i = 0; i < held->len; i++)
        push (client, g_array_index (held, guint, i), 0);
}

/* Nobody else knows the branch. */
static gboolean answers_push (const Client *client, const SipMessage *answer)
{
    const gsize size = strlen (client->pushed), branch = answer->via.branch.size;

    return size && branch > size && memcmp (answer->via.branch.data + branch - size, client->pushed, size) == 0;
}

/* Behind the 200, until the recorded phone said its next REGISTER. */
static void push_all (Client *client, guint accepted)
{
    const Script *script = script_of (client);
    const ScriptMessage *anchor = script_message (script, accepted);
    gint64 answered = recorded_time (client, anchor);

    for (guint i = accepted + 1; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!message->from_server && catalog_kind (message->kind)->id == SIP_REGISTER)
            return;
        if (script_is_push (message))
            push (client, i, answered + stand_in_scale (client->settings, message->time - anchor->time));
    }
}

/* --- Phones */

static void on_idle (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    const Client *client = user_data;

    guest_dismiss (client->guest);
}

static guint64 hash_request (const SipMessage *request)
{
    return view_hash (request->call_id) * 31 + view_hash (request->method_name);
}

static void take (Client *client, View octets)
{
    SipMessage request;

    client->heard += octets.size;
    if (!sip_parse (octets.data, octets.size, &request) || !request.head_ended || !request.n_vias ||
        !request.call_id.size || request.cseq < 0)
        return;
    if (request.is_answer) {
        if (!client->is_proven && answers_push (client, &request))
            prove (client);
        return;
    }
    guint64 call = hash_request (&request);
    if (client->last && client->last_cseq == request.cseq && client->last_call == call) {
        /* Our answer got lost, or is still on its way. */
        if (outbox_is_empty (&client->outbox))
            outbox_repeat (&client->outbox, client->last);
        return;
    }
    client->last_cseq = request.cseq;
    client->last_call = call;
    if (request.method == SIP_REGISTER)
        on_register (client, &request);
    else
        on_other_request (client, &request);
}

static void watch_idle (Client *client)
{
    gint64 lasts = (gint64) MAX (script_of (client)->keepalive, client->settings->keepalive) * SECOND;

    agenda_make (client->settings->agenda, &client->idle, clock_now () + IDLE_MAX + (client->accepted ? lasts : 0),
                 on_idle, client);
}

static gssize client_received (gpointer state, View octets)
{
    Client *client = state;
    gsize used = 0;

    if (client->settings->carrier == CARRIER_UDP) {
        watch_idle (client);
        take (client, octets);
        return (gssize) octets.size;
    }
    for (;;) {
        gssize size = sip_frame_length (octets.data + used, octets.size - used, TRUE);
        if (size < 0)
            return -1;
        if (size == 0)
            return (gssize) used;
        take (client, (View){ octets.data + used, (gsize) size });
        used += (gsize) size;
    }
}

static gpointer client_arrived (Guest *guest, gpointer user_data)
{
    static const guint8 garbage[] = "\x16\x03\x01 this is no message of SIP\r\n\r\n";
    static const OutboxRules rules = { WAITING_MAX, { garbage, sizeof garbage - 1 }, NULL };
    Client *client = g_new0 (Client, 1);

    client->settings = user_data;
    client->guest = guest;
    client->asked_beside = g_hash_table_new (NULL, NULL);
    client->held = g_array_new (FALSE, FALSE, sizeof (guint));
    outbox_init (&client->outbox, client->settings, &rules, guest, client);
    return client;
}

static void client_left (gpointer state)
{
    Client *client = state;

    outbox_clear (&client->outbox);
    agenda_cancel (&client->idle);
    g_clear_pointer (&client->last, g_byte_array_unref);
    g_hash_table_unref (client->asked_beside);
    g_array_unref (client->held);
    g_free (client->contact_uri);
    g_free (client);
}

const GuestHandlers stand_in_sip = {
    .arrived = client_arrived,
    .left = client_left,
    .received = client_received,
    .received_max = RECEIVED_MAX,
    .guests_max = G_MAXUINT,
    .patience = STAND_IN_PATIENCE,
    .may_idle = TRUE,
};
