/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIP registrations: which phone, which try, which answer to which request. */
#include "registration/flow_internal.h"

#include "registration/models.h"
#include "registration/sip.h"
#include "registration/sip_auth.h"
#include "registration/sip_cisco.h"

#include <string.h>

/* One request and its answers: all of its copies on the way share Call-ID, CSeq and method (RFC 3261, 17). */
typedef struct {
    guint64 call_id; /* hash */
    guint32 cseq;
    guint32 method; /* hash: answers know it by name only */
} TransactionKey;

typedef struct {
    TransactionKey key; /* stays first */
    NoteId request;
    PhoneId phone;
    guint16 repeats;
    gboolean from_phone;
    gboolean answered; /* finally */
} Transaction;

/* The REGISTERs of one account with one Call-ID: what a phone does at one server from the first try to the end. */
typedef struct {
    guint64 key; /* of Call-ID and account; stays first */
    PhoneId phone;
    guint16 attempt;
    guint16 server;
    SipRegisterKind latest;   /* kind of the latest REGISTER, with first and refresh told apart */
    gboolean challenged;      /* 401 or 407, and no final answer yet */
    gboolean has_credentials; /* the latest REGISTER answered a challenge */
    gboolean registered;
    gboolean ended; /* refused, or signed off: the next REGISTER is a new try */
} Dialog;

static guint64 hash_view (View view)
{
    guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

    for (gsize i = 0; i < view.size; i++)
        hash = (hash ^ view.data[i]) * G_GUINT64_CONSTANT (1099511628211);
    return hash;
}

static guint hash_transaction (gconstpointer data)
{
    const TransactionKey *key = data;
    return (guint) (key->call_id ^ key->call_id >> 32) ^ key->cseq * 0x9E3779B1u ^ key->method;
}

static gboolean equal_transaction (gconstpointer a, gconstpointer b)
{
    const TransactionKey *x = a, *y = b;
    return x->call_id == y->call_id && x->cseq == y->cseq && x->method == y->method;
}

static TransactionKey transaction_key (const SipMessage *sip)
{
    return (TransactionKey){ hash_view (sip->call_id), (guint32) sip->cseq, (guint32) hash_view (sip->cseq_method) };
}

static char *view_text (View view)
{
    char buffer[VALUES_TEXT_MAX + 1];

    sip_text (view, buffer, sizeof buffer);
    return g_strdup (buffer);
}

static void add_sip_text (Values *values, ValueKey key, View view)
{
    char buffer[VALUES_TEXT_MAX + 1];

    if (view.size)
        values_add_text (values, key, buffer, (gssize) sip_text (view, buffer, sizeof buffer));
}

/* --- Who ---------------------------------------------------------------------------------------------------------- */

/* A SIP phone behind NAT names another address in its Contact than its packets come from; with it, phones behind one
 * address stay apart. */
static PhoneId phone_by_contact (Flow *flow, const Frame *frame, const SipMessage *sip)
{
    PhoneId peer = GPOINTER_TO_UINT (g_hash_table_lookup (flow->sip_peers, &frame->source));
    IpAddress contact;

    if (peer)
        return phones_current (flow->phones, peer - 1);
    if (sip_contacts_kept (sip) &&
        ip_address_parse ((const char *) sip->contacts[0].uri.host.data, sip->contacts[0].uri.host.size, &contact) &&
        !ip_address_equal (&contact, &frame->source.address)) {
        PhoneId inside = phones_find_address (flow->phones, &contact);
        if (inside != PHONE_NONE)
            return inside;
        /* The address outside may be a router's: the one inside is the phone's. */
        if (phones_find_address (flow->phones, &frame->source.address) == PHONE_NONE)
            return flow_phone_at (flow, frame, &contact);
    }
    return flow_phone_at (flow, frame, &frame->source.address);
}

/* "1001@10.0.0.1" */
static char *account_of (const SipMessage *sip)
{
    g_autofree char *user = view_text (sip->to.uri.user), *host = view_text (sip->to.uri.host);
    return *user ? g_strdup_printf ("%s@%s", user, host) : NULL;
}

/* Its Contact is where it speaks from: neither NAT nor a proxy is in between. */
static gboolean is_at_own_address (const Frame *frame, const SipMessage *sip)
{
    IpAddress contact;

    return sip_contacts_kept (sip) &&
           ip_address_parse ((const char *) sip->contacts[0].uri.host.data, sip->contacts[0].uri.host.size, &contact) &&
           ip_address_equal (&contact, &frame->source.address);
}

static PhoneId identify (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    PhoneId id = session ? phones_current (flow->phones, session->phone) : phone_by_contact (flow, frame, sip);
    g_autofree char *device = view_text (sip_cisco_device_name (sip));
    MacAddress mac;
    guint32 model;

    if (!*device && sip_cisco_is_phone (sip) && sip_cisco_mac (sip, &mac)) {
        const guint8 *o = mac.octets;
        g_free (device);
        device = g_strdup_printf ("SEP%02X%02X%02X%02X%02X%02X", o[0], o[1], o[2], o[3], o[4], o[5]);
    }
    if (*device && strlen (device) < 64) {
        id = flow_name_phone (flow, id, frame, &phones_get (flow->phones, id)->address, device);
        if (sip->method == SIP_REGISTER && is_at_own_address (frame, sip))
            flow_sighted (flow, id, &frame->source.address);
    } else if (sip->method == SIP_REGISTER) {
        g_autofree char *account = account_of (sip);
        if (account)
            phones_name_account (flow->phones, id, account, flow_next_note (flow));
    }
    if (sip_cisco_model (sip, &model))
        phones_get (flow->phones, id)->device_type = model;
    if (session)
        session->phone = id;
    return id;
}

/* --- What is said ---------------------------------------------------------------------------------------------------
 */

/* Host and port only: a URI may hold a password. */
static void add_contact (const SipContact *contact, Values *values)
{
    g_autofree char *host = view_text (contact->uri.host);
    g_autofree char *at = contact->uri.port ? g_strdup_printf ("%s:%u", host, contact->uri.port) : g_strdup (host);

    if (*host)
        values_add_text (values, VALUE_CONTACT, at, -1);
}

static void describe_identity (const SipMessage *sip, Values *values)
{
    const SipContact *contact = sip_contacts_kept (sip) ? &sip->contacts[0] : NULL;
    View model_name_view = { 0 }, version = { 0 };
    guint32 model;

    add_sip_text (values, VALUE_NUMBER, sip->to.uri.user);
    add_sip_text (values, VALUE_AGENT, sip->user_agent);
    if (sip_cisco_model (sip, &model) && model_name (model))
        values_add_text (values, VALUE_MODEL, model_name (model), -1);
    else if (sip_cisco_phone_agent (sip->user_agent, &model_name_view, &version))
        values_add_view (values, VALUE_MODEL, model_name_view);
    if (contact)
        add_contact (contact, values);
    if (sip->n_contacts > 1)
        values_add_number (values, VALUE_COUNT, sip->n_contacts);
}

/* Looks like CUCM: it says so, or challenges with the realm that CUCM has unless somebody changed it. */
static gboolean is_cucm_realm (View realm)
{
    return sip_equal (realm, "ccmsipline");
}

static Variant describe_credentials (const SipMessage *sip, Values *values)
{
    SipCredentials credentials;

    for (guint i = 0; i < sip->n_auth; i++) {
        if ((sip->auth[i].id != SIP_HEADER_AUTHORIZATION && sip->auth[i].id != SIP_HEADER_PROXY_AUTHORIZATION) ||
            !sip_credentials_parse (sip->auth[i].value, &credentials))
            continue;
        add_sip_text (values, VALUE_USER, credentials.username);
        add_sip_text (values, VALUE_REALM, credentials.realm);
        add_sip_text (values, VALUE_ALGORITHM, credentials.algorithm_name);
        return is_cucm_realm (credentials.realm) && !sip_cisco_is_phone (sip) ? VARIANT_IDENTIFIED : VARIANT_ANSWERED;
    }
    return VARIANT_NONE;
}

static void describe_alarm_reason (const SipMessage *sip, Values *values)
{
    SipCiscoAlarm alarm;

    if (!sip_cisco_alarm_parse (sip->reason_text, &alarm))
        return;
    values_add_view (values, VALUE_LOAD, alarm.load);
    if (alarm.last.size == 0)
        return;
    values_add_view (values, VALUE_REASON, alarm.last);
    values_add_word (values, VALUE_CAUSE,
                     word_of_outage (outage_cause ((const char *) alarm.last.data, alarm.last.size)));
}

static gint64 asked_expires (const SipMessage *sip)
{
    if (sip_contacts_kept (sip) && sip->contacts[0].expires >= 0)
        return sip->contacts[0].expires;
    return sip->expires;
}

static Variant describe_register (const SipMessage *sip, Dialog *dialog, Values *values)
{
    Variant credentials = describe_credentials (sip, values);

    dialog->has_credentials = credentials != VARIANT_NONE;
    describe_identity (sip, values);
    describe_alarm_reason (sip, values);
    if (asked_expires (sip) >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) asked_expires (sip));
    switch (dialog->latest) {
    case SIP_REGISTER_UNREGISTER:
        return VARIANT_UNREGISTER;
    case SIP_REGISTER_STANDBY:
        return VARIANT_BACKUP;
    case SIP_REGISTER_QUERY:
        return VARIANT_EMPTY;
    case SIP_REGISTER_REFRESH:
        return VARIANT_REFRESH;
    default:
        break;
    }
    if (credentials != VARIANT_NONE)
        return credentials;
    return sip_cisco_is_phone (sip) ? VARIANT_CISCO : VARIANT_NONE;
}

static Variant describe_notify (const SipMessage *sip, Values *values)
{
    SipServiceControl control;
    gboolean waiting;

    add_sip_text (values, VALUE_EVENT, sip->event);
    if (sip_cisco_service_control_parse (sip->body, &control)) {
        values_add_view (values, VALUE_ACTION, control.action);
        if (sip_equal (control.action, "reset"))
            return VARIANT_RESET;
        return sip_equal (control.action, "restart") ? VARIANT_RESTART : VARIANT_APPLY;
    }
    if (!sip_message_summary_parse (sip->body, &waiting))
        return VARIANT_NONE;
    values_add_word (values, VALUE_MODE, waiting ? WORD_ON : WORD_OFF);
    return VARIANT_FINISH;
}

static gboolean contains (View text, const char *part)
{
    return text.size && g_strstr_len ((const char *) text.data, (gssize) text.size, part);
}

static Variant describe_refer (const SipMessage *sip, Values *values)
{
    /* A reference into the body says nothing to a reader, and the URI of somebody may hold a password. */
    if (!contains (sip->refer_to, "cid:") && !contains (sip->refer_to, "@"))
        add_sip_text (values, VALUE_EVENT, sip->refer_to);
    if (contains (sip->refer_to, "token-registration"))
        return VARIANT_TOKEN;
    return sip_cisco_content (sip) == SIP_CONTENT_ALARM ? VARIANT_ALARM : VARIANT_NONE;
}

static Variant describe_challenge (const SipMessage *sip, const Dialog *dialog, Values *values)
{
    SipChallenge challenge;

    for (guint i = 0; i < sip->n_auth; i++) {
        if ((sip->auth[i].id != SIP_HEADER_WWW_AUTHENTICATE && sip->auth[i].id != SIP_HEADER_PROXY_AUTHENTICATE) ||
            !sip_challenge_parse (sip->auth[i].value, &challenge))
            continue;
        add_sip_text (values, VALUE_REALM, challenge.realm);
        add_sip_text (values, VALUE_ALGORITHM, challenge.algorithm_name);
        if (challenge.scheme == SIP_SCHEME_BEARER)
            return VARIANT_TOKEN;
        /* sip.pcap's registrar says stale=false and "nonce has changed" (frames 9, 13, 64). */
        g_autofree char *reason = view_text (sip->reason_phrase);
        g_autofree char *lower = g_ascii_strdown (reason, -1);
        if (challenge.stale || strstr (lower, "nonce"))
            return VARIANT_STALE;
        break;
    }
    return dialog && dialog->has_credentials ? VARIANT_AGAIN : VARIANT_NONE;
}

static Variant describe_answer (const SipMessage *sip, const Dialog *dialog, Values *values)
{
    values_add_number (values, VALUE_CODE, sip->status);
    add_sip_text (values, VALUE_TEXT, sip->reason_phrase);
    add_sip_text (values, VALUE_REQUEST, sip->cseq_method);
    add_sip_text (values, VALUE_WARNING, sip->warning);
    add_sip_text (values, VALUE_AGENT, sip->server.size ? sip->server : sip->user_agent);
    if (sip->retry_after >= 0)
        values_add_number (values, VALUE_SECONDS, (guint64) sip->retry_after);
    if (sip->min_expires >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) sip->min_expires);
    else if (asked_expires (sip) >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) asked_expires (sip));
    if (sip->status >= 300 && sip->status < 400 && sip_contacts_kept (sip))
        add_contact (&sip->contacts[0], values);
    if (sip->status == 401 || sip->status == 407)
        return describe_challenge (sip, dialog, values);
    if (!dialog)
        return VARIANT_EMPTY; /* of something else than a REGISTER */
    if (sip->status == 200) {
        switch (dialog->latest) {
        case SIP_REGISTER_UNREGISTER:
            return VARIANT_UNREGISTER;
        case SIP_REGISTER_STANDBY:
            return VARIANT_BACKUP;
        case SIP_REGISTER_QUERY:
            return VARIANT_EMPTY;
        case SIP_REGISTER_REFRESH:
            return VARIANT_REFRESH;
        default:
            break;
        }
    }
    return VARIANT_NONE;
}

/* --- How far it is
 * ---------------------------------------------------------------------------------------------------- */

/* Phones with several accounts may use one Call-ID for all of them (sip.pcap, frames 73 and 74). */
static guint64 dialog_key (const SipMessage *sip)
{
    return hash_view (sip->call_id) * 31 + hash_view (sip->to.uri.user);
}

static Dialog *dialog_of (Flow *flow, const SipMessage *sip)
{
    guint64 key = dialog_key (sip);
    return g_hash_table_lookup (flow->dialogs, &key);
}

/* A REGISTER: which try it belongs to, and whether it begins one. */
/* What Cisco phones begin to count at (reference 3.2). */
#define FIRST_CSEQ 101

static Dialog *follow_register (Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip,
                                PhoneId id)
{
    Dialog *dialog = dialog_of (flow, sip);
    SipRegisterKind kind = sip_cisco_register_kind (sip);
    gboolean begins = kind == SIP_REGISTER_INITIAL || kind == SIP_REGISTER_BINDING || kind == SIP_REGISTER_REFRESH;

    if (!dialog) {
        dialog = g_new0 (Dialog, 1);
        dialog->key = dialog_key (sip);
        dialog->ended = TRUE;
        g_hash_table_insert (flow->dialogs, &dialog->key, dialog);
    }
    /* A Cisco phone's REGISTER without alarm and body is a heartbeat, unless its connection or its count has only just
     * begun. */
    if (kind == SIP_REGISTER_REFRESH && dialog->ended &&
        ((session && session->tcp.syn_note) || sip->cseq <= 1 || sip->cseq == FIRST_CSEQ))
        kind = SIP_REGISTER_INITIAL;
    dialog->phone = id;
    dialog->server = flow_server_place (flow, &frame->destination);
    if (dialog->registered && begins)
        kind = SIP_REGISTER_REFRESH;
    else if (begins && (kind != SIP_REGISTER_REFRESH || dialog->challenged))
        kind = SIP_REGISTER_INITIAL;
    dialog->latest = kind;
    Phone *phone = phones_get (flow->phones, id);
    if (dialog->ended && begins) {
        /* A heartbeat at the beginning of a capture goes on with a registration that the capture does not show. */
        if (kind != SIP_REGISTER_REFRESH)
            phone->attempts++;
        phone->is_trying = TRUE;
        if (phone->level == LEVEL_REJECTED)
            phone->level = LEVEL_NONE;
        dialog->ended = dialog->challenged = FALSE;
    }
    if (!dialog->attempt || begins)
        dialog->attempt = phone->attempts;
    return dialog;
}

/* A final answer to a REGISTER. */
static void follow_answer (Flow *flow, const SipMessage *sip, Dialog *dialog)
{
    Phone *phone = phones_get (flow->phones, phones_current (flow->phones, dialog->phone));

    if (sip->status < 200)
        return;
    if (sip->status == 401 || sip->status == 407) {
        dialog->challenged = TRUE;
        return;
    }
    if (sip->status == 423) /* the phone only has to ask for more time */
        return;
    dialog->challenged = FALSE;
    if (dialog->latest == SIP_REGISTER_STANDBY || dialog->latest == SIP_REGISTER_QUERY)
        return;
    if (dialog->latest == SIP_REGISTER_UNREGISTER) {
        dialog->registered = FALSE;
        dialog->ended = TRUE;
        if (sip->status < 300) {
            phone->level = LEVEL_NONE;
            phone->is_trying = FALSE;
        }
        return;
    }
    if (sip->status < 300) {
        dialog->registered = TRUE;
        phone->level = LEVEL_READY;
    } else if (sip->status >= 400) {
        dialog->registered = FALSE;
        dialog->ended = TRUE;
        phone->level = LEVEL_REJECTED;
        phone->is_trying = FALSE;
    }
}

static Phase register_phase (const Dialog *dialog)
{
    switch (dialog->latest) {
    case SIP_REGISTER_UNREGISTER:
        return PHASE_UNREGISTER;
    case SIP_REGISTER_STANDBY:
    case SIP_REGISTER_REFRESH:
        return PHASE_KEEPALIVE;
    default:
        return dialog->has_credentials ? PHASE_AUTHENTICATE : PHASE_REGISTER;
    }
}

/* What surrounds a registration belongs to it while the phone is not ready, and a few seconds longer. */
static Phase side_phase (const Phone *phone, const SipMessage *sip, Variant variant)
{
    switch (sip->method) {
    case SIP_REFER:
        return variant == VARIANT_TOKEN ? PHASE_TOKEN : variant == VARIANT_ALARM ? PHASE_REGISTER : PHASE_FINISH;
    case SIP_NOTIFY:
        return variant == VARIANT_RESET || variant == VARIANT_RESTART ? PHASE_UNREGISTER : PHASE_FINISH;
    case SIP_SUBSCRIBE:
        return PHASE_FINISH;
    case SIP_OPTIONS:
        return phone->level == LEVEL_READY ? PHASE_KEEPALIVE : PHASE_NONE;
    default:
        return PHASE_NONE;
    }
}

/* --- Messages
 * ----------------------------------------------------------------------------------------------------------- */

static NoteId add_note (Flow *flow, Session *session, const Frame *frame, KindIndex kind, PhoneId phone,
                        const Dialog *dialog, Phase phase, Variant variant, gboolean from_server, const Values *values)
{
    const Endpoint *server = from_server ? &frame->source : &frame->destination;
    NoteFacts facts = { .phone = phone,
                        .server = flow_server_place (flow, server),
                        .attempt = dialog ? dialog->attempt : flow_attempt (flow, phone),
                        .kind = kind,
                        .phase = phase,
                        .variant = variant,
                        .from_server = from_server };

    if (session) {
        session->phase = phase;
        session->attempt = facts.attempt;
        session->registers |= dialog != NULL;
    }
    return flow_note (flow, frame, &facts, values);
}

static PhoneId known_peer (const Flow *flow, const Endpoint *end)
{
    PhoneId peer = GPOINTER_TO_UINT (g_hash_table_lookup (flow->sip_peers, end));
    return peer ? phones_current (flow->phones, peer - 1) : phones_find_address (flow->phones, &end->address);
}

static void remember_peer (Flow *flow, const Frame *frame, PhoneId id)
{
    g_hash_table_replace (flow->sip_peers, g_memdup2 (&frame->source, sizeof frame->source), GUINT_TO_POINTER (id + 1));
    if (frame->transport == TRANSPORT_UDP)
        flow_use_udp_port (flow, frame->destination.port);
}

static void on_repeated_request (Flow *flow, Session *session, const Frame *frame, Transaction *transaction,
                                 KindIndex kind)
{
    const Note *first = notes_get (flow->notes, transaction->request);
    Phase phase = first->phase;
    gboolean from_server = first->from_server;
    guint16 attempt = first->attempt;
    gint64 since = frame->time - first->time;
    Dialog of_first = { .attempt = attempt };
    Value number;
    Values values;

    values_init (&values);
    if (values_find (notes_values (flow->notes, first), VALUE_NUMBER, &number))
        values_add_text (&values, VALUE_NUMBER, number.text, (gssize) number.text_size);
    values_add_number (&values, VALUE_REPEATS, ++transaction->repeats);
    if (since > 0)
        values_add_number (&values, VALUE_SINCE, (guint64) since);
    add_note (flow, session, frame, kind, transaction->phone, &of_first, phase, VARIANT_AGAIN, from_server, &values);
}

static void on_request (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, sip->method);
    TransactionKey key = transaction_key (sip);
    Transaction *transaction = g_hash_table_lookup (flow->transactions, &key);
    Dialog *dialog = NULL;
    Values values;

    if (transaction && sip->method != SIP_ACK) {
        on_repeated_request (flow, session, frame, transaction, kind);
        return;
    }
    gboolean from_phone = sip->method == SIP_REGISTER || sip_cisco_is_phone (sip);
    PhoneId id = PHONE_NONE;
    if (from_phone) {
        id = identify (flow, session, frame, sip);
        remember_peer (flow, frame, id);
    } else {
        id = known_peer (flow, &frame->source);
        from_phone = id != PHONE_NONE;
        if (!from_phone)
            id = known_peer (flow, &frame->destination);
    }
    if (id == PHONE_NONE)
        return;

    values_init (&values);
    if (kind == catalog_find (PROTOCOL_SIP, SIP_OTHER))
        add_sip_text (&values, VALUE_REQUEST, sip->method_name);
    Variant variant = VARIANT_NONE;
    Phase phase;
    if (sip->method == SIP_REGISTER) {
        dialog = follow_register (flow, session, frame, sip, id);
        variant = describe_register (sip, dialog, &values);
        phase = register_phase (dialog);
    } else {
        if (sip->method == SIP_NOTIFY)
            variant = describe_notify (sip, &values);
        else if (sip->method == SIP_REFER)
            variant = describe_refer (sip, &values);
        else
            add_sip_text (&values, VALUE_EVENT, sip->event);
        phase = side_phase (phones_get (flow->phones, id), sip, variant);
    }
    NoteId note = add_note (flow, session, frame, kind, id, dialog, phase, variant, !from_phone, &values);
    if (sip->method == SIP_ACK)
        return;
    transaction = g_new0 (Transaction, 1);
    *transaction = (Transaction){ .key = key, .request = note, .phone = id, .from_phone = from_phone };
    g_hash_table_insert (flow->transactions, &transaction->key, transaction);
}

static void on_answer (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, sip->status);
    TransactionKey key = transaction_key (sip);
    Transaction *transaction = g_hash_table_lookup (flow->transactions, &key);
    gboolean of_register = sip_equal (sip->cseq_method, "REGISTER");
    Dialog *dialog = of_register ? dialog_of (flow, sip) : NULL;
    PhoneId id =
        transaction ? phones_current (flow->phones, transaction->phone) : known_peer (flow, &frame->destination);
    Values values;

    /* The answer to a REGISTER is for a phone, also when the capture begins between the two. */
    if (id == PHONE_NONE && of_register)
        id = flow_phone_at (flow, frame, &frame->destination.address);
    if (id == PHONE_NONE)
        return;
    gboolean again = transaction && transaction->answered && sip->status >= 200;
    values_init (&values);
    Variant variant = describe_answer (sip, dialog, &values);
    Phase phase = PHASE_NONE;
    if (dialog) {
        gboolean challenge = sip->status == 401 || sip->status == 407;
        phase = challenge ? PHASE_AUTHENTICATE : register_phase (dialog);
        if (!again)
            follow_answer (flow, sip, dialog);
    } else if (transaction) {
        phase = notes_get (flow->notes, transaction->request)->phase;
    } else if (of_register) {
        phase = PHASE_REGISTER;
    }
    if (again)
        variant = VARIANT_AGAIN;
    gboolean from_server = transaction ? transaction->from_phone : TRUE;
    NoteId note = add_note (flow, session, frame, kind, id, dialog, phase, variant, from_server, &values);
    if (!transaction || again)
        return;
    /* 100 Trying says that the request has arrived, and answers nothing; it is linked one way only. */
    if (sip->status < 200) {
        notes_get (flow->notes, note)->partner = transaction->request;
        return;
    }
    flow_pair (flow, transaction->request, note);
    transaction->answered = TRUE;
}

void flow_sip_message (Flow *flow, Session *session, const Frame *frame, View message)
{
    NoteId next = flow_next_note (flow);
    SipMessage sip;

    if (!sip_parse (message.data, message.size, &sip))
        return;
    if (sip.is_answer)
        on_answer (flow, session, frame, &sip);
    else
        on_request (flow, session, frame, &sip);
    flow_tell (flow, next, frame, session, message);
}

gsize flow_sip_read (Flow *flow, Session *session, const Frame *frame, G_GNUC_UNUSED gboolean from_server, View data,
                     gboolean cut)
{
    gsize used = 0;

    while (used < data.size) {
        const guint8 *start = data.data + used;
        gssize length = sip_frame_length (start, data.size - used, TRUE);
        if (length < 0)
            return data.size;
        if (length == 0 && !cut)
            return used;
        if (length == 0)
            length = (gssize) (data.size - used);
        flow_sip_message (flow, session, frame, (View){ start, (gsize) length });
        used += (gsize) length;
    }
    return used;
}

static guint hash_peer (gconstpointer key)
{
    return endpoint_hash (key);
}

static gboolean equal_peer (gconstpointer a, gconstpointer b)
{
    return endpoint_equal (a, b);
}

void flow_sip_init (Flow *flow)
{
    flow->transactions = g_hash_table_new_full (hash_transaction, equal_transaction, NULL, g_free);
    flow->dialogs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
    flow->sip_peers = g_hash_table_new_full (hash_peer, equal_peer, g_free, NULL);
}

void flow_sip_clear (Flow *flow)
{
    g_hash_table_unref (flow->transactions);
    g_hash_table_unref (flow->dialogs);
    g_hash_table_unref (flow->sip_peers);
}
