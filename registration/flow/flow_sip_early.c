/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer that the capture holds just before its request: two capture points, or two queues of one card, have told
 * their packets in the wrong order. */
#include "registration/flow/flow_sip_internal.h"

#include <string.h>

/* The latest answer to a REGISTER whose request has not been seen, and how everything stood before it. */
struct SipEarly {
    guint64 call_id; /* hash */
    gint64 cseq;
    NoteId note; /* of the answer; 0 none is kept */
    gint64 time;
    guint8 *message; /* owned */
    gsize size;
    PhoneId phone;
    Phone before; /* of which a few numbers are put back */
    gboolean has_dialog;
    Dialog dialog;
    SipLine line;
    RegistrationId registration; /* of the dialogue; without one: the answer's own */
    Registration of_dialog;
    RegistrationId connection; /* what the connection that it came over had carried until then; 0 none */
};

static struct SipEarly *early_of (Flow *flow)
{
    if (!flow->sip_early)
        flow->sip_early = g_new0 (struct SipEarly, 1);
    return flow->sip_early;
}

void flow_sip_keep_early (Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip, View message,
                          PhoneId phone, const Dialog *dialog)
{
    struct SipEarly *early = early_of (flow);
    const Registration *registration = dialog ? registrations_get (flow->registrations, dialog->registration) : NULL;

    g_free (early->message);
    *early = (struct SipEarly){ .call_id = view_hash (sip->call_id),
                                .cseq = sip->cseq,
                                .note = flow_next_note (flow),
                                .time = frame->time,
                                .message = g_memdup2 (message.data, message.size),
                                .size = message.size,
                                .phone = phone,
                                .before = *phones_get (flow->phones, phone),
                                .connection = session && !session->is_hop ? session->registration : 0 };
    if (!dialog)
        return;
    early->has_dialog = TRUE;
    early->dialog = *dialog;
    early->registration = dialog->registration;
    if (dialog->line)
        early->line = *dialog->line;
    if (registration)
        early->of_dialog = *registration;
}

static void put_back (Flow *flow, struct SipEarly *early, Dialog *dialog)
{
    Phone *phone = phones_get (flow->phones, early->phone);
    Registration *registration = registrations_get (flow->registrations, early->registration);

    phone->level = early->before.level;
    phone->is_trying = early->before.is_trying;
    phone->lines_registered = early->before.lines_registered;
    phone->answered_alone = early->before.answered_alone;
    if (!early->has_dialog || !dialog)
        return;
    *dialog = early->dialog;
    if (dialog->line)
        *dialog->line = early->line;
    if (registration)
        *registration = early->of_dialog;
}

static gboolean is_answered_early (const struct SipEarly *early, const Frame *frame, const SipMessage *request)
{
    return early && early->note && request->method == SIP_REGISTER && early->cseq == request->cseq &&
           early->call_id == view_hash (request->call_id) && ABS (frame->time - early->time) <= SWAPPED_WITHIN;
}

Dialog *flow_sip_is_behind (Flow *flow, const Session *session, const Frame *frame, const SipMessage *request)
{
    Dialog *dialog;

    if (!session || !frame->tcp.length || !is_answered_early (flow->sip_early, frame, request) ||
        (gint32) (stream_seen (&session->tcp.streams[FROM_PHONE]) - frame->tcp.sequence - frame->tcp.length) <= 0)
        return NULL;
    dialog = flow_sip_dialog (flow, request, &frame->destination.address);
    return dialog && dialog->line && dialog->cseq > request->cseq ? dialog : NULL;
}

SipRegisterKind flow_sip_early_kind (const Flow *flow, const SipMessage *request)
{
    const struct SipEarly *early = flow->sip_early;
    const SipRegisterKind kind = sip_cisco_register_kind (request);
    const gboolean begins = kind == SIP_REGISTER_INITIAL || kind == SIP_REGISTER_BINDING;

    return begins && early->has_dialog && early->dialog.registered ? SIP_REGISTER_REFRESH : kind;
}

void flow_sip_pair_early (Flow *flow, NoteId request)
{
    flow_pair (flow, request, flow->sip_early->note);
    flow->sip_early->note = 0;
}

NoteId flow_sip_take_early (Flow *flow, const Frame *frame, const SipMessage *request)
{
    struct SipEarly *early = flow->sip_early;

    if (!is_answered_early (early, frame, request))
        return 0;
    /* What has become part of another phone cannot be taken out again. */
    if (phones_current (flow->phones, early->phone) != early->phone)
        return 0;
    if (!early->has_dialog)
        flow_sip_forget_unasked (flow, request, &frame->destination.address);
    put_back (flow, early, flow_sip_dialog (flow, request, &frame->destination.address));
    return early->note;
}

void flow_sip_repeat_early (Flow *flow, const Frame *frame, Dialog *dialog, NoteId request)
{
    struct SipEarly *early = flow->sip_early;
    Note *answer = notes_get (flow->notes, early->note);
    Registration *own = registrations_get (flow->registrations, answer->registration);
    Registration *connection = registrations_get (flow->registrations, early->connection);
    guint64 granted = 0;
    SipMessage sip;
    Values values;
    Value cut;

    /* What the answer has told alone is what the request has begun. */
    if (own && answer->registration != dialog->registration && own->first == early->note)
        own->into = dialog->registration;
    if (connection && connection->into && connection->into == answer->registration)
        connection->into = dialog->registration;
    values_init (&values);
    flow->note_of_effect = early->note;
    if (sip_parse (early->message, early->size, &sip)) {
        answer->variant =
            flow_sip_describe_answer (flow, &sip, frame, dialog, notes_get (flow->notes, request), FALSE, &values);
        answer->phase = flow_sip_answer_phase (dialog, sip.status);
        answer->registration = dialog->registration;
        values_number (&values, VALUE_EXPIRES, &granted);
        flow_sip_follow_answer (flow, frame, &sip, dialog, (guint32) MIN (granted, G_MAXUINT32));
        flow_sip_explain_refusal (&sip, dialog, notes_get (flow->notes, request), answer->variant, &values);
        if (!values_find (notes_values (flow->notes, answer), VALUE_CUT, &cut))
            notes_replace_values (flow->notes, early->note, &values);
    }
    flow->note_of_effect = 0;
    flow_pair (flow, request, early->note);
    early->note = 0;
}

void flow_sip_forget_early (Flow *flow)
{
    if (flow->sip_early)
        g_free (flow->sip_early->message);
    g_clear_pointer (&flow->sip_early, g_free);
}
