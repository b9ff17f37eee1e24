/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the registration of each line of a phone has come. */
#include "registration/flow_sip_internal.h"

guint64 flow_sip_hash (View view)
{
    guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

    for (gsize i = 0; i < view.size; i++)
        hash = (hash ^ view.data[i]) * G_GUINT64_CONSTANT (1099511628211);
    return hash;
}

/* Phones with several accounts may use one Call-ID for all of them (sip.pcap, frames 73 and 74). */
static guint64 dialog_key (const SipMessage *sip)
{
    return flow_sip_hash (sip->call_id) * 31 + flow_sip_hash (sip->to.uri.user);
}

Dialog *flow_sip_dialog (Flow *flow, const SipMessage *sip)
{
    guint64 key = dialog_key (sip);
    return g_hash_table_lookup (flow->dialogs, &key);
}

/* A REGISTER: which try it belongs to, and whether it begins one. */
/* What Cisco phones begin to count at (reference 3.2). */
#define FIRST_CSEQ 101

Dialog *flow_sip_follow_register (Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip,
                                  PhoneId id)
{
    Dialog *dialog = flow_sip_dialog (flow, sip);
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
void flow_sip_follow_answer (Flow *flow, const SipMessage *sip, Dialog *dialog)
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

Phase flow_sip_register_phase (const Dialog *dialog)
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
Phase flow_sip_side_phase (const Phone *phone, const SipMessage *sip, Variant variant)
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
