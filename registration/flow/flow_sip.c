/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIP registrations: which try, which answer to which request. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/wire/times.h"

#include <string.h>

/* One request and its answers, on the first hop that the capture holds of it: its copies on the way, those that proxies
 * pass on as well, share Call-ID, CSeq and method (RFC 3261, 17). Each proxy puts one Via more on top, and takes it off
 * the answer (16.6, 16.7). */
typedef struct {
    guint64 call_id; /* hash */
    guint32 cseq;
    guint32 method; /* hash: answers know it by name only */
} TransactionKey;

typedef struct {
    TransactionKey key; /* stays first */
    NoteId request;
    PhoneId phone;
    guint64 source, destination; /* of that hop: hashes of addresses */
    guint64 forwarder;           /* who passes it on: the same; 0 nobody */
    guint64 branch;              /* hash of the topmost Via's */
    NoteId answer;               /* the final one; 0 none yet */
    guint16 repeats;
    guint16 repeats_since; /* the answer */
    guint16 n_vias;
    guint8 from_phone;
    guint8 n_auth;  /* credentials in the request … */
    guint8 answers; /* … and whom they are for: flow_sip_credentials() */
    guint8 is_cut;  /* the capture has not all of the head of the request */
    guint8 asks;    /* a REGISTER: its SipRegisterKind */
    guint16 behind,
        refusal; /* place of who has refused it further on, and its code: the first of the latest; 0 nobody */
} Transaction;

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
    return (TransactionKey){ view_hash (sip->call_id), (guint32) sip->cseq, (guint32) view_hash (sip->cseq_method) };
}

/* --- Hops */

/* Who has got the request, or a router that changes addresses, sends it to its next hop. */
static gboolean passes_on (const Transaction *transaction, const Frame *frame, const SipMessage *sip)
{
    const guint64 from = flow_sip_hash_address (&frame->source.address);

    if (from == transaction->source)
        return FALSE;
    return from == transaction->destination || sip->n_vias > transaction->n_vias ||
           (sip->via.branch.size && view_hash (sip->via.branch) == transaction->branch);
}

/* A copy has the branch of what it copies (RFC 3261, 17.2.3): a phone that has restarted may count as it did before. It
 * has its credentials, too: who adds some has heard the challenge, and does not count on as it should (8.1.3.5). */
static gboolean is_same_request (const Transaction *transaction, const SipMessage *sip)
{
    return sip->n_auth == transaction->n_auth &&
           (!sip->via.branch.size || view_hash (sip->via.branch) == transaction->branch);
}

/* So long after its first copy a request is no repetition (RFC 3261, 17.1.2.2, timer F). */
#define REPEATED_FOR SECONDS (32)

/* A copy of what has been answered, which cannot be sent for want of the answer: it comes too late for that, or over
 * TCP, where nobody repeats a request (RFC 3261, 17.1.2.2, timer A). Who has restarted may count as it did before, with
 * the same branch. */
static gboolean begins_again (const Flow *flow, const Session *session, const Frame *frame,
                              const Transaction *transaction)
{
    return transaction->answer &&
           (session || frame->time - notes_get (flow->notes, transaction->request)->time > REPEATED_FOR);
}

static gboolean is_on_hop (const Transaction *transaction, const Frame *frame)
{
    return flow_sip_hash_address (&frame->source.address) == transaction->source &&
           flow_sip_hash_address (&frame->destination.address) == transaction->destination;
}

/* The answer is on its way to who has passed the request on, or comes from there after the one that was looked at. */
static gboolean is_for_other_hop (const Transaction *transaction, const Frame *frame, const SipMessage *sip)
{
    const guint64 to = flow_sip_hash_address (&frame->destination.address);

    return sip->n_vias > transaction->n_vias || (transaction->answer && sip->n_vias < transaction->n_vias) ||
           (transaction->forwarder == to && to != transaction->source);
}

/* --- Messages */

/* The phone's side of a request, and of its answers. */
static View phone_user (const SipMessage *sip, gboolean from_server)
{
    return sip->is_answer == from_server ? sip->from.uri.user : sip->to.uri.user;
}

/* registration: 0 for what is no REGISTER. */
static NoteId add_note (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, KindIndex kind,
                        PhoneId phone, RegistrationId registration, Phase phase, Variant variant, gboolean from_server,
                        Values *values)
{
    const Endpoint *server = from_server ? &frame->source : &frame->destination;
    const RegistrationId belongs =
        registration ? registration
                     : flow_sip_beside (flow, session, phone, &server->address, phone_user (sip, from_server), values);
    NoteFacts facts = { .phone = phone,
                        .server = flow_server_place (flow, server),
                        .registration = belongs,
                        .kind = kind,
                        .phase = phase,
                        .variant = variant,
                        .from_server = from_server };

    if (session) {
        session->phase = phase;
        session->registers |= registration != 0;
    }
    return flow_note (flow, frame, &facts, values);
}

PhoneId flow_sip_known_peer (const Flow *flow, const Endpoint *end)
{
    PhoneId peer = GPOINTER_TO_UINT (g_hash_table_lookup (flow->sip_peers, end));
    return peer ? phones_current (flow->phones, peer - 1) : phones_find_address (flow->phones, &end->address);
}

void flow_sip_remember_peer (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    if (frame->transport != TRANSPORT_TCP)
        flow_use_sip_port (flow, frame->destination.port);
    if (sip->n_vias > 1) /* a proxy */
        return;
    g_hash_table_replace (flow->sip_peers, g_memdup2 (&frame->source, sizeof frame->source), GUINT_TO_POINTER (id + 1));
}

/* Who decides is the one from which the refusal comes first; all that pass it on say the same. */
static void keep_refusal (Flow *flow, const Frame *frame, const SipMessage *sip, Transaction *transaction)
{
    if (!transaction->from_phone || sip->status < 300 || sip->status == 401 || sip->status == 407 ||
        transaction->refusal == sip->status)
        return;
    transaction->refusal = (guint16) sip->status;
    transaction->behind = flow_server_place (flow, &frame->source);
}

static void add_behind (const Flow *flow, const Transaction *transaction, const SipMessage *sip, const Frame *frame,
                        Values *values)
{
    const Endpoint *behind = transaction && transaction->behind && transaction->refusal == sip->status
                                 ? &g_array_index (flow->servers, Endpoint, transaction->behind)
                                 : NULL;

    if (behind && !ip_address_equal (&behind->address, &frame->source.address))
        values_add_address (values, VALUE_BEHIND, &behind->address);
}

/* Between proxies: it tells nothing that the phone's own hop does not tell. */
static void on_passed_on (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                          Transaction *transaction)
{
    const Note *first = notes_get (flow->notes, transaction->request);
    const gboolean from_server = sip->is_answer ? transaction->from_phone : !transaction->from_phone;
    const RegistrationId registration = first->registration;
    const Phase phase = first->phase;
    Values values;

    values_init (&values);
    if (sip->is_answer) {
        keep_refusal (flow, frame, sip, transaction);
        values_add_number (&values, VALUE_CODE, sip->status);
        flow_sip_add_text (&values, VALUE_TEXT, sip->reason_phrase);
        flow_sip_add_text (&values, VALUE_REQUEST, sip->cseq_method);
        values_add_address (&values, VALUE_FORWARDER, &frame->source.address);
    } else {
        flow_sip_add_text (&values, VALUE_REQUEST, sip->method_name);
        values_add_number (&values, VALUE_FRAME, first->frame);
        values_add_address (&values, VALUE_FORWARDER, &frame->source.address);
    }
    values_add_address (&values, VALUE_IP, &frame->destination.address);
    add_note (flow, session, frame, sip, catalog_find (PROTOCOL_FRAME, FRAME_IS_PASSED_ON), transaction->phone,
              registration, phase,
              !sip->is_answer           ? VARIANT_NONE
              : transaction->from_phone ? VARIANT_ANSWERED
                                        : VARIANT_PHONE,
              from_server, &values);
}

static void on_repeated_request (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                                 Transaction *transaction, KindIndex kind)
{
    const Note *first = notes_get (flow->notes, transaction->request);
    Phase phase = first->phase;
    gboolean from_server = first->from_server;
    RegistrationId registration = first->registration;
    gint64 since = frame->time - first->time;
    Value number;
    Values values;

    values_init (&values);
    if (values_find (notes_values (flow->notes, first), VALUE_NUMBER, &number))
        values_add_text (&values, VALUE_NUMBER, number.text, (gssize) number.text_size);
    transaction->repeats++;
    if (transaction->answer)
        transaction->repeats_since++;
    /* The sender repeats until an answer arrives (RFC 3261, 17.1.2.2). */
    const gboolean is_register = catalog_kind (kind)->id == SIP_REGISTER;
    const gboolean unheard = transaction->answer && is_register;
    Dialog *dialog = is_register ? flow_sip_dialog (flow, sip, &frame->destination.address) : NULL;
    if (dialog)
        dialog->repeated_at = frame->time;
    values_add_number (&values, VALUE_REPEATS, unheard ? transaction->repeats_since : transaction->repeats);
    if (since > 0)
        values_add_number (&values, VALUE_SINCE, (guint64) since);
    if (unheard) {
        const Note *answer = notes_get (flow->notes, transaction->answer);
        const Endpoint *from = flow_server (flow, answer);
        values_add_number (&values, VALUE_CODE, catalog_kind (answer->kind)->id);
        values_add_number (&values, VALUE_FRAME, answer->frame);
        if (from && !ip_address_equal (&from->address, &frame->destination.address))
            values_add_address (&values, VALUE_QUOTED, &from->address);
    }
    add_note (flow, session, frame, sip, kind, transaction->phone, registration, phase,
              unheard ? VARIANT_UNHEARD : VARIANT_AGAIN, from_server, &values);
}

/* A challenge by what it answers: who sent no credentials sent no nonce that could be too old, whatever stale says; and
 * credentials are challenged anew when their nonce is over, too (RFC 7616, 3.3). */
static Variant challenged_as (guint status, const Transaction *transaction, Variant variant)
{
    if (!transaction || (status != 401 && status != 407))
        return variant;
    if (variant == VARIANT_STALE && !transaction->answers && !transaction->is_cut)
        return VARIANT_NONE;
    const guint asks = 1 << (status == 407 ? BY_PROXY : BY_REGISTRAR);
    return variant == VARIANT_NONE && (transaction->answers & asks) ? VARIANT_ADVANCE : variant;
}

/* Of who passes on what phones say, and not of one of these. */
static gboolean is_between (const Session *session, PhoneId id)
{
    return session && session->is_hop && session->phone == id;
}

/* A REGISTER that the capture has behind its answer, and behind what came after that. */
static void on_register_behind (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, Dialog *dialog)
{
    const SipRegisterKind latest = dialog->latest;
    Values values;

    values_init (&values);
    dialog->latest = flow_sip_early_kind (flow, sip);
    const Variant variant = flow_sip_describe_register (flow, sip, frame, dialog, &values);
    const Phase phase = flow_sip_register_phase (dialog);
    dialog->latest = latest;
    const NoteId note =
        add_note (flow, session, frame, sip, catalog_find (PROTOCOL_SIP, SIP_REGISTER),
                  phones_current (flow->phones, dialog->phone), dialog->registration, phase, variant, FALSE, &values);
    flow_sip_pair_early (flow, note);
}

static void on_request (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, sip->method);
    TransactionKey key = transaction_key (sip);
    Transaction *transaction = g_hash_table_lookup (flow->transactions, &key);
    Dialog *dialog = NULL;
    gboolean asked_without = FALSE;
    Values values;

    if (transaction && sip->method != SIP_ACK && passes_on (transaction, frame, sip)) {
        transaction->forwarder = flow_sip_hash_address (&frame->source.address);
        on_passed_on (flow, session, frame, sip, transaction);
        return;
    }
    if (transaction && sip->method != SIP_ACK && is_on_hop (transaction, frame) && is_same_request (transaction, sip) &&
        !begins_again (flow, session, frame, transaction)) {
        on_repeated_request (flow, session, frame, sip, transaction, kind);
        return;
    }
    Dialog *moved_on = flow_sip_is_behind (flow, session, frame, sip);
    if (moved_on) {
        on_register_behind (flow, session, frame, sip, moved_on);
        return;
    }
    gboolean from_phone;
    const PhoneId id = flow_sip_whose (flow, session, frame, sip, &from_phone);
    if (id == PHONE_NONE)
        return;
    if (from_phone)
        phones_get (flow->phones, id)->has_asked = TRUE;

    values_init (&values);
    const NoteId early = flow_sip_take_early (flow, frame, sip);
    if (kind == catalog_find (PROTOCOL_SIP, SIP_OTHER))
        flow_sip_add_text (&values, VALUE_REQUEST, sip->method_name);
    Variant variant = VARIANT_NONE;
    Phase phase;
    if (sip->method == SIP_REGISTER) {
        dialog = flow_sip_follow_register (flow, session, frame, sip, id);
        asked_without = dialog->date_time && !dialog->has_credentials;
        variant = flow_sip_describe_register (flow, sip, frame, dialog, &values);
        flow_sip_join (flow, sip, dialog);
        if (session) /* over UDP nothing shows that the server can be reached */
            values_add_text (&values, VALUE_PROTOCOL, "TCP", -1);
        phase = flow_sip_register_phase (dialog);
    } else {
        if (sip->method == SIP_NOTIFY)
            variant = flow_sip_describe_notify (sip, &values);
        else if (sip->method == SIP_REFER)
            variant = flow_sip_describe_refer (sip, from_phone, &values);
        else if (sip->method == SIP_SUBSCRIBE || sip->method == SIP_PUBLISH)
            variant = flow_sip_describe_subscription (sip, &values);
        else
            flow_sip_add_text (&values, VALUE_EVENT, sip->event);
        phase =
            is_between (session, id) ? PHASE_NONE : flow_sip_side_phase (phones_get (flow->phones, id), sip, variant);
    }
    NoteId note = add_note (flow, session, frame, sip, kind, id, dialog ? dialog->registration : 0, phase, variant,
                            !from_phone, &values);
    if (!from_phone && variant == VARIANT_UNREGISTER)
        flow_sip_hear_registrar (flow, notes_get (flow->notes, note)->registration, sip, note);
    if (!from_phone && (sip->method == SIP_INVITE || sip->method == SIP_OPTIONS))
        flow_sip_reach (flow, notes_get (flow->notes, note)->registration);
    if (sip->method == SIP_ACK)
        return;
    transaction = g_new0 (Transaction, 1);
    *transaction = (Transaction){ .key = key,
                                  .request = note,
                                  .phone = id,
                                  .source = flow_sip_hash_address (&frame->source.address),
                                  .destination = flow_sip_hash_address (&frame->destination.address),
                                  .n_vias = (guint16) MIN (sip->n_vias, G_MAXUINT16),
                                  .branch = view_hash (sip->via.branch),
                                  .from_phone = from_phone != FALSE,
                                  .n_auth = (guint8) sip->n_auth,
                                  .answers = dialog ? dialog->sides : flow_sip_credentials (sip),
                                  .is_cut = !sip->head_ended,
                                  .asks = dialog ? (guint8) dialog->latest : 0 };
    g_hash_table_replace (flow->transactions, &transaction->key, transaction);
    if (early) {
        transaction->answer = early;
        flow_sip_repeat_early (flow, frame, dialog, note);
        Note *answer = notes_get (flow->notes, early);
        answer->variant = challenged_as (catalog_kind (answer->kind)->id, transaction, answer->variant);
    } else if (session && dialog) {
        session->open_register = note;
    }
    /* It answers a challenge that the capture does not hold. */
    if (asked_without && dialog->answers && !flow_sip_was_challenged (dialog))
        flow_lacks (flow, note, CAPTURE_LACKS_PACKETS);
    if (dialog && dialog->lacks_since)
        flow_lacks_since (flow, note, dialog->lacks_since, CAPTURE_LACKS_PACKETS);
}

/* Answers to two requests, and neither of these: the capture holds what the server says, and not what the phone says.
 */
static gboolean shows_one_side (Phone *phone, const TransactionKey *key)
{
    const guint64 request = key->call_id ^ (key->cseq * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)) ^ 1;

    if (phone->has_asked || phone->answered_alone == request)
        return FALSE;
    const gboolean is_second = phone->answered_alone != 0;
    phone->answered_alone = request;
    return is_second;
}

/* The REGISTER of this phone that the server cannot read either; 0 when this is no refusal of one. */
static NoteId refused_broken (const Flow *flow, const SipMessage *sip, const Frame *frame, Phone *phone)
{
    const Note *broken = notes_get (flow->notes, phone->broken_register);
    const Endpoint *server = broken ? flow_server (flow, broken) : NULL;

    if (sip->status < 400 || sip->status == 401 || sip->status == 407 || !server ||
        !endpoint_equal (server, &frame->source))
        return 0;
    const NoteId request = phone->broken_register;
    phone->broken_register = 0;
    return request;
}

/* Another final answer to the same request: two servers behind one address, or one that has made up its mind. The phone
 * may have gone by the first (RFC 3261, 17.1.2.2), and asks no longer; what the server has stored counts all the same.
 * A refusal takes back nothing that an answer before has given. */
static gboolean grants_after_all (const Flow *flow, const Transaction *transaction, const SipMessage *sip,
                                  const Dialog *dialog)
{
    return dialog && sip->cseq == dialog->cseq && sip->status / 100 == 2 &&
           catalog_kind (notes_get (flow->notes, transaction->answer)->kind)->id >= 300;
}

/* What was answered first, where the answer now is another one. */
static void add_first_answer (const Flow *flow, const Transaction *transaction, const SipMessage *sip, Values *values)
{
    const Note *first = notes_get (flow->notes, transaction->answer);
    const guint32 code = catalog_kind (first->kind)->id;

    if (code == sip->status)
        return;
    values_add_number (values, VALUE_FIRST_ANSWER, code);
    values_add_number (values, VALUE_FRAME, first->frame);
}

/* An answer is about what was asked by its request: the phone may have asked something else since, as who signs off
 * while its refresh is under way. Returns what it has asked last, which the caller puts back. */
static SipRegisterKind turn_to (Dialog *dialog, const Transaction *transaction)
{
    const SipRegisterKind latest = dialog->latest;

    if (transaction)
        dialog->latest = (SipRegisterKind) transaction->asks;
    return latest;
}

/* A later request has been accepted: a registrar takes what was asked before that no more (RFC 3261, 10.3, step 7). */
static gboolean comes_late (const Dialog *dialog, const Transaction *transaction, const SipMessage *sip)
{
    return dialog && transaction && sip->status >= 200 && transaction->request < dialog->accepted;
}

static void on_answer (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, View message)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, sip->status);
    TransactionKey key = transaction_key (sip);
    Transaction *transaction = g_hash_table_lookup (flow->transactions, &key);
    gboolean of_register = sip_equal (sip->cseq_method, "REGISTER");
    NoteId broken = 0;
    const Note *request = transaction ? notes_get (flow->notes, transaction->request) : NULL;
    /* Who answers from another address than it was asked at answers for that one. */
    const Endpoint *server = request && transaction->from_phone ? flow_server (flow, request) : &frame->source;
    Dialog *dialog = of_register ? flow_sip_dialog (flow, sip, &server->address) : NULL;
    RegistrationId registration = dialog ? dialog->registration : 0;
    guint64 granted = 0;
    gint64 since;
    IpAddress origin;
    PhoneId id = transaction ? phones_current (flow->phones, transaction->phone)
                             : flow_sip_known_peer (flow, &frame->destination);
    Values values;

    if (transaction && is_for_other_hop (transaction, frame, sip)) {
        on_passed_on (flow, session, frame, sip, transaction);
        return;
    }
    /* The answer to a REGISTER is for a phone, also when the capture begins between the two, or holds one direction
     * only. A proxy that gets it passes it on. */
    if (!transaction && sip->n_vias > 1)
        id = flow_sip_origin (sip, &frame->destination.address, &origin) ? phones_find_address (flow->phones, &origin)
                                                                         : PHONE_NONE;
    if (id == PHONE_NONE && of_register && flow_sip_origin (sip, &frame->destination.address, &origin))
        id = flow_phone_at (flow, frame, &origin);
    if (id == PHONE_NONE ||
        (!transaction && !of_register && flow_sip_is_in_front (flow, &frame->destination.address, sip, id)))
        return;
    if (of_register && transaction && transaction->from_phone)
        flow_has_registered (flow, &frame->source.address);
    if (of_register && session)
        flow_sip_look_at_hop (flow, session, frame, sip);
    if (!transaction && of_register && sip->status >= 200)
        flow_sip_keep_early (flow, session, frame, sip, message, id, dialog);
    const gboolean is_second = transaction && transaction->answer && sip->status >= 200;
    const gboolean again = is_second && !grants_after_all (flow, transaction, sip, dialog);
    const gboolean is_late = !is_second && comes_late (dialog, transaction, sip);
    const SipRegisterKind latest = dialog ? turn_to (dialog, transaction) : SIP_REGISTER_INITIAL;
    values_init (&values);
    if (is_second)
        add_first_answer (flow, transaction, sip, &values);
    /* The phone has given up (RFC 3261, 17.1.2.2, timer F). */
    if (request && dialog && !is_second && sip->status == 200 && frame->time - request->time > REPEATED_FOR)
        values_add_number (&values, VALUE_WAITED, (guint64) (frame->time - request->time));
    Variant variant = flow_sip_describe_answer (flow, sip, frame, dialog, request, again || is_late, &values);
    if (request && request->variant == VARIANT_TOKEN && sip->status >= 200 && sip->status != 401 && sip->status != 407)
        variant = VARIANT_TOKEN;
    variant = challenged_as (sip->status, transaction, variant);
    flow_sip_explain_refusal (sip, dialog, request, variant, &values);
    if (of_register)
        add_behind (flow, transaction, sip, frame, &values);
    phones_get (flow->phones, id)->knows_outside |= flow_sip_tells_source (sip);
    Phase phase = PHASE_NONE;
    if (dialog) {
        phase = flow_sip_answer_phase (dialog, sip->status);
        values_number (&values, VALUE_EXPIRES, &granted);
        if (!again && !is_late)
            flow_sip_follow_answer (flow, frame, sip, dialog, (guint32) MIN (granted, G_MAXUINT32));
        if (!again && !is_late && transaction && sip->status / 100 == 2)
            dialog->accepted = transaction->request;
        dialog->latest = latest;
    } else if (transaction) {
        phase = notes_get (flow->notes, transaction->request)->phase;
    } else if (of_register) {
        phase = PHASE_REGISTER;
        values_number (&values, VALUE_EXPIRES, &granted);
        broken = refused_broken (flow, sip, frame, phones_get (flow->phones, id));
        registration =
            flow_sip_answer_alone (flow, session, frame, sip, id, broken, (guint32) MIN (granted, G_MAXUINT32));
        if (sip->status == 401 || sip->status == 407 || (sip->status >= 200 && sip->status < 300 && granted))
            flow_sip_join_alone (flow, frame, sip, registration, (guint32) MIN (granted, G_MAXUINT32));
        else if (sip->status >= 200)
            flow_sip_forget_unasked (flow, sip, &server->address);
    }
    if (again || is_late)
        variant = again ? VARIANT_AGAIN : VARIANT_LATE;
    gboolean from_server = transaction ? transaction->from_phone : TRUE;
    if (!transaction && of_register) {
        g_autofree char *account = flow_sip_account (sip, NULL);
        if (account)
            phones_name_account (flow->phones, id, account, flow_next_note (flow));
    }
    const gboolean is_unasked = !transaction && of_register && flow_sip_counts_beyond (flow, frame, sip, &since);
    NoteId note = add_note (flow, session, frame, sip, kind, id, registration, phase, variant, from_server, &values);
    if (broken)
        flow_pair (flow, broken, note);
    else if (!transaction && of_register && shows_one_side (phones_get (flow->phones, id), &key))
        flow_lacks (flow, note, CAPTURE_ONE_SIDED);
    if (is_unasked)
        flow_lacks_since (flow, note, since, CAPTURE_LACKS_PACKETS);
    if (!transaction || again)
        return;
    /* 100 Trying says that the request has arrived, and answers nothing; it is linked one way only. */
    if (sip->status < 200) {
        notes_get (flow->notes, note)->partner = transaction->request;
        if (registrations_get (flow->registrations, registration))
            registrations_get (flow->registrations, registration)->half_answered = TRUE;
        return;
    }
    if (session && session->open_register == transaction->request)
        session->open_register = 0;
    flow_pair (flow, transaction->request, note);
    transaction->answer = note;
}

/* Of a message that the capture has cut before its Call-ID and CSeq nobody knows what it belongs to. */
static void on_cut_message (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    const gboolean is_register = !sip->is_answer && sip->method == SIP_REGISTER;
    gboolean from_phone = is_register;
    PhoneId id = from_phone ? flow_sip_phone_by_contact (flow, frame, sip) : flow_sip_known_peer (flow, &frame->source);
    Values values;

    if (id == PHONE_NONE)
        id = flow_sip_known_peer (flow, &frame->destination);
    else
        from_phone = TRUE;
    if (id == PHONE_NONE)
        return;
    if (session && !session->is_hop)
        id = phones_current (flow->phones, session->phone);
    phones_get (flow->phones, id)->has_spoken = TRUE;
    values_init (&values);
    values_add_text (&values, VALUE_MESSAGE,
                     catalog_kind (catalog_find (PROTOCOL_SIP, sip->is_answer ? sip->status : sip->method))->name, -1);
    flow_sip_add_text (&values, VALUE_NUMBER, is_register ? sip->to.uri.user : (View){ NULL, 0 });
    if (is_register)
        flow_sip_remember_peer (flow, frame, sip, id);
    add_note (flow, session, frame, sip, catalog_find (PROTOCOL_FRAME, FRAME_IS_CUT), id,
              is_register ? flow_sip_ask_cut (flow, session, frame, sip, id) : 0,
              is_register ? PHASE_REGISTER : PHASE_NONE, from_phone ? VARIANT_PHONE : VARIANT_SERVER, !from_phone,
              &values);
}

/* Its end has never come: the connection ends before it, or the capture. */
static void on_torn_message (Flow *flow, Session *session, const Frame *frame, gboolean from_server,
                             const SipMessage *sip)
{
    const guint id = sip->is_answer ? sip->status : sip->method;
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_MESSAGE, catalog_kind (catalog_find (PROTOCOL_SIP, id))->name, -1);
    const NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_FRAME, FRAME_IS_CUT),
                                           session->phase, VARIANT_BROKEN, from_server, &values);
    const Note *torn = notes_get (flow->notes, note);
    Registration *registration = torn ? registrations_get (flow->registrations, torn->registration) : NULL;
    if (registration && from_server && sip->is_answer &&
        (!sip->cseq_method.size || sip_equal (sip->cseq_method, "REGISTER")))
        registration->half_answered = TRUE;
}

/* All of it is there, and not what every request must have (RFC 3261, 8.1.1): a registrar cannot know whom it is about.
 */
static gboolean is_broken (const SipMessage *sip)
{
    return !sip->is_answer && sip->method == SIP_REGISTER &&
           (!sip->call_id.size || !sip->cseq_method.size || !sip->to.value.size);
}

static void on_broken_register (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    const PhoneId id = session && !session->is_hop ? phones_current (flow->phones, session->phone)
                                                   : flow_sip_phone_by_contact (flow, frame, sip);
    Values values;

    phones_get (flow->phones, id)->has_spoken = TRUE;
    values_init (&values);
    const NoteId note = add_note (flow, session, frame, sip, catalog_find (PROTOCOL_SIP, SIP_REGISTER), id, 0,
                                  PHASE_REGISTER, VARIANT_BROKEN, FALSE, &values);
    /* A sign-off that is refused says nothing about being registered. */
    phones_get (flow->phones, id)->broken_register = sip->expires == 0 ? 0 : note;
}

/* Line ends (RFC 5626, 3.5.1 and 4.4.1), or a few zeros: what keeps the way through a NAT open. */
#define ZEROS_MAX 8

static gboolean is_keepalive (View octets)
{
    if (sip_is_keepalive (octets.data, octets.size))
        return TRUE;
    for (gsize i = 0; i < octets.size; i++)
        if (octets.data[i])
            return FALSE;
    return octets.size > 0 && octets.size <= ZEROS_MAX;
}

static void on_keepalive (Flow *flow, Session *session, const Frame *frame, View octets)
{
    PhoneId id = session ? session->phone : flow_sip_known_peer (flow, &frame->source);
    gboolean from_server = session && endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]);
    Values values;

    if (id == PHONE_NONE) {
        id = flow_sip_known_peer (flow, &frame->destination);
        from_server = TRUE;
    }
    if (id == PHONE_NONE)
        return;
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));
    /* Who has not spoken SIP yet may be anything. */
    if (!phone->has_spoken)
        return;
    values_init (&values);
    values_add_number (&values, VALUE_SIZE, octets.size);
    NoteFacts facts = { .phone = id,
                        .server = flow_server_place (flow, from_server ? &frame->source : &frame->destination),
                        .registration = flow_sip_beside (
                            flow, session, id, from_server ? &frame->source.address : &frame->destination.address,
                            (View){ NULL, 0 }, &values),
                        .kind = catalog_find (PROTOCOL_FRAME, FRAME_IS_LINE_ENDS),
                        .phase = PHASE_KEEPALIVE,
                        .variant = from_server ? VARIANT_SERVER : VARIANT_PHONE,
                        .from_server = from_server };
    flow_note (flow, frame, &facts, &values);
}

void flow_sip_message (Flow *flow, Session *session, const Frame *frame, View message)
{
    NoteId next = flow_next_note (flow);
    SipMessage sip;

    if (is_keepalive (message)) {
        on_keepalive (flow, session, frame, message);
        return;
    }
    if (!sip_parse (message.data, message.size, &sip)) {
        flow->cut_datagrams += !session && flow_is_cut (frame);
        return;
    }
    if (flow_sip_is_scan (flow, session, &sip))
        return;
    gboolean is_cut = !sip.head_ended && flow_is_cut (frame);
    gboolean is_lost = is_cut && (!sip.call_id.size || !sip.cseq_method.size);
    if (is_lost)
        on_cut_message (flow, session, frame, &sip);
    else if (!is_cut && is_broken (&sip))
        on_broken_register (flow, session, frame, &sip);
    else if (sip.is_answer)
        on_answer (flow, session, frame, &sip, message);
    else
        on_request (flow, session, frame, &sip);
    if (is_lost && flow_next_note (flow) != next)
        flow_lacks (flow, next, CAPTURE_CUT);
    else if (is_cut && flow_next_note (flow) != next)
        flow_lacks (flow, next, CAPTURE_LACKS_PACKETS);
    flow_tell (flow, next, frame, session, message);
}

void flow_sip_fragment (Flow *flow, const Frame *frame)
{
    SipMessage sip;
    Values values;

    if (!sip_parse (frame->payload.data, frame->payload.size, &sip) || sip.is_answer || sip.method != SIP_REGISTER ||
        flow_sip_is_scan (flow, NULL, &sip))
        return;
    PhoneId id = flow_sip_identify (flow, NULL, frame, &sip);
    const Dialog *dialog = flow_sip_dialog (flow, &sip, &frame->destination.address);
    const gboolean is_refresh = dialog && dialog->registered && flow_sip_asked_expires (&sip) != 0;
    flow_sip_remember_peer (flow, frame, &sip, id);
    phones_get (flow->phones, id)->has_spoken = TRUE;
    flow_sip_count (flow, frame, &sip, &(gint64){ 0 });
    values_init (&values);
    flow_sip_add_text (&values, VALUE_REQUEST, sip.method_name);
    flow_sip_add_text (&values, VALUE_NUMBER, sip.to.uri.user);
    values_add_address (&values, VALUE_SOURCE, &frame->source.address);
    add_note (flow, NULL, frame, &sip, catalog_find (PROTOCOL_FRAME, FRAME_IS_FRAGMENT), id, 0,
              is_refresh ? PHASE_KEEPALIVE : PHASE_REGISTER, VARIANT_NONE, FALSE, &values);
}

/* The head is complete: of the body less has come than Content-Length says. */
static gboolean has_whole_head (View data, SipMessage *ret_sip)
{
    return sip_parse (data.data, data.size, ret_sip) && ret_sip->head_ended;
}

/* More than any message has: who waits for all of it waits for ever. */
static gboolean announces_too_much (View data)
{
    SipMessage sip;
    return has_whole_head (data, &sip) && sip.content_length > SIP_BODY_MAX;
}

static void read_torn (Flow *flow, Session *session, const Frame *frame, View data)
{
    const gboolean from_server = endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]);
    const NoteId next = flow_next_note (flow);
    SipMessage sip;

    if (!session->registers || !sip_parse (data.data, data.size, &sip))
        return;
    on_torn_message (flow, session, frame, from_server, &sip);
    flow_tell (flow, next, frame, session, data);
}

/* A message whose end does not come. What a request wants its head tells; an answer without its end is none to the
 * phone, which waits. FALSE: its end may come. */
static gboolean read_unfinished (Flow *flow, Session *session, const Frame *frame, View data, Stall stalls)
{
    SipMessage sip;
    const gboolean has_head = has_whole_head (data, &sip);

    if (stalls == STALL_NONE || (stalls == STALL_BODY && !has_head))
        return FALSE;
    if (has_head && !sip.is_answer)
        flow_sip_message (flow, session, frame, data);
    else
        read_torn (flow, session, frame, data);
    return TRUE;
}

gsize flow_sip_read (Flow *flow, Session *session, const Frame *frame, View data, gboolean cut, Stall stalls)
{
    gsize used = 0;

    while (used < data.size) {
        const View rest = { data.data + used, data.size - used };
        gssize length = sip_frame_length (rest.data, rest.size, TRUE);
        if (length < 0 && !announces_too_much (rest))
            return data.size;
        if (length <= 0 && !cut)
            return read_unfinished (flow, session, frame, rest, length < 0 ? STALL_BODY : stalls) ? data.size : used;
        if (length <= 0)
            length = (gssize) rest.size;
        /* Line ends behind a message are no keepalive. */
        if (used == 0 || !sip_is_keepalive (rest.data, (gsize) length))
            flow_sip_message (flow, session, frame, (View){ rest.data, (gsize) length });
        used += (gsize) length;
    }
    return used;
}

void flow_sip_init (Flow *flow)
{
    flow->transactions = g_hash_table_new_full (hash_transaction, equal_transaction, NULL, g_free);
    flow->dialogs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
    flow->sip_lines = flow_sip_lines_new ();
    flow->sip_counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
    flow->sip_instances = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_products = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_ends = flow_sip_ends_new ();
    flow->sip_accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_hosts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_insides = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
    flow->sip_pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    flow->sip_peers = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, NULL);
    flow_sip_scanners_init (flow);
}

void flow_sip_clear (Flow *flow)
{
    g_hash_table_unref (flow->transactions);
    g_hash_table_unref (flow->dialogs);
    g_hash_table_unref (flow->sip_lines);
    g_hash_table_unref (flow->sip_counts);
    g_hash_table_unref (flow->sip_instances);
    g_hash_table_unref (flow->sip_products);
    g_hash_table_unref (flow->sip_ends);
    g_hash_table_unref (flow->sip_accounts);
    g_hash_table_unref (flow->sip_hosts);
    g_hash_table_unref (flow->sip_insides);
    g_hash_table_unref (flow->sip_asked);
    g_hash_table_unref (flow->sip_pairs);
    g_hash_table_unref (flow->sip_peers);
    flow_sip_scanners_clear (flow);
    flow_sip_forget_early (flow);
}
