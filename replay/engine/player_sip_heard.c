/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sip_internal.h"

#include "registration/protocols/sip_cisco.h"
#include "replay/duration.h"
#include "replay/engine/compare_sip.h"
#include "replay/engine/sip_reply.h"

#include <string.h>

static void compare (Sip *sip, const SipMessage *answer)
{
    const ScriptMessage *asked = script_message (script_of (sip->player), sip->asked);
    const ScriptMessage *recorded = script_partner (script_of (sip->player), sip->asked);
    const SipRole role = sip->asks == SIP_REGISTER ? sip->role : N_SIP_ROLES;
    Exchange *exchange = sip_exchange (sip);
    const SipMessage *before = recorded ? sip_forms_message (sip->player->settings->forms, recorded->octets) : NULL;

    player_time (sip->player, exchange, sip->request.left);
    exchange->repeats = sip->request.copies;
    exchange->answer = catalog_find (PROTOCOL_SIP, answer->status);
    exchange->has_answer = TRUE;
    if (!asked)
        exchange->content = CONTENT_NEW;
    else if (!before)
        exchange->content = CONTENT_EXTRA;
    else
        exchange->content = sip_compare (before, &script_of (sip->player)->phone_end, answer, &sip->player->local, role,
                                         &exchange->detail, &exchange->fails);
    if (sip->player->settings->tells)
        exchange_set_said (exchange, sip_say (answer, &sip->player->local, role));
    /* Not every recording goes on to the sign-off, and few phones are let in without a question. */
    gboolean accepts = answer->status / 100 == 2;
    if (!asked && accepts && (sip->role == SIP_ROLE_SIGN_OFF || sip->role == SIP_ROLE_REFRESH))
        exchange->content = CONTENT_SAME;
}

static void on_answer (Sip *sip, const SipMessage *answer)
{
    if (!sip_request_takes (&sip->request, answer)) {
        /* A copy of an answer that has been dealt with has a branch of ours. */
        const gboolean contradicts = sip_request_contradicts (&sip->request, answer);
        g_autofree char *branch = view_dup (answer->via.branch);
        if (!answer->head_ended)
            outcome_remark (&sip->player->outcome,
                            "an answer has come that is cut short (its head has no end): ignored");
        else if ((contradicts || !strstr (branch, sip->token)) && answer->status >= 200)
            outcome_remark (&sip->player->outcome, "the server answered a request that was never sent (another "
                                                   "branch, method or number): ignored");
        return;
    }
    if (answer->status < 200)
        return;
    compare (sip, answer);
    if (sip->asks != SIP_REGISTER)
        sip_proceed (sip);
    else
        sip_on_register_answer (sip, answer);
}

void sip_on_timeout (gpointer user_data)
{
    Sip *sip = user_data;
    Exchange *exchange = sip_exchange (sip);
    gboolean was_heard = sip->player->has_received;
    char text[DURATION_TEXT_SIZE];

    exchange->repeats = sip->request.copies;
    exchange->content = script_response (script_of (sip->player), sip->asked) >= 0 ? CONTENT_MISSING : CONTENT_SAME;
    exchange->fails = sip->asks == SIP_REGISTER && exchange->content == CONTENT_MISSING;
    if (sip->stage == STAGE_SIGNING_OFF) {
        exchange->fails = FALSE;
        sip_end_sign_off (sip, SIGN_OFF_UNANSWERED, "the sign-off was not answered");
        return;
    }
    if (sip->asks != SIP_REGISTER) {
        player_count_wait (sip->player, sip->request.sent);
        sip_proceed (sip);
        return;
    }
    g_autofree char *rest = player_name_rest (sip->player);
    g_autofree char *why = g_strdup_printf ("%s does not answer REGISTER within %s (sent %u time%s)%s",
                                            target_of (sip->player), duration_format (sip->patience, text),
                                            sip->request.copies + 1, sip->request.copies ? "s" : "", rest);
    if (!was_heard && player_has_next (sip->player)) {
        /* As below. */
        sip_send_sign_off (sip);
        player_try_next (sip->player, "%s", why);
        return;
    }
    player_set_end (sip->player, was_heard ? END_GONE : END_UNREACHABLE, "%s", why);
    /* It may have accepted all the same, too late: once more, without waiting. */
    sip->player->outcome.signed_off = TRUE;
    sip_send_sign_off (sip);
    outcome_cut_exchanges (&sip->player->outcome, sip->exchange - 1);
    player_end (sip->player, END_COMPLETE, NULL);
}

/* A request that has come before is the server's copy of it. */
static gboolean is_known (Sip *sip, const SipMessage *request)
{
    guint64 hash =
        (view_hash (request->call_id) * 31 + (guint64) request->cseq) * 31 + view_hash (request->method_name);

    for (guint i = 0; i < MIN (sip->n_known, KNOWN_REQUESTS); i++)
        if (sip->known[i] == hash)
            return TRUE;
    sip->known[sip->n_known++ % KNOWN_REQUESTS] = hash;
    return FALSE;
}

/* What makes a real phone reboot ends this one's registration (reference 3.3). */
static void obey (Sip *sip, const SipMessage *request)
{
    SipServiceControl control;
    gboolean orders = request->method == SIP_NOTIFY && sip_equal (request->event, "service-control") &&
                      sip_cisco_service_control_parse (request->body, &control) &&
                      (sip_starts_with (control.action, "reset") || sip_starts_with (control.action, "restart"));

    if (!orders || sip->stage == STAGE_SIGNING_OFF)
        return;
    g_autofree char *action = sip_quote (control.action, 40);
    player_set_end (sip->player, END_DIFFERENT, "%s told the phone to %s", target_of (sip->player), action);
    sip_sign_off (sip);
}

static void on_request (Sip *sip, const SipMessage *request)
{
    g_autoptr (GByteArray) reply = request->n_vias && request->call_id.size ? sip_reply (request, sip->tag) : NULL;

    if (!reply)
        return;
    player_send (sip->player, (View){ reply->data, reply->len }, -1, NULL);
    if (is_known (sip, request))
        return;
    outcome_push (&sip->player->outcome, catalog_find (PROTOCOL_SIP, request->method))->live++;
    if (request->method == SIP_INVITE)
        outcome_remark (&sip->player->outcome, "a call came, and a replayed phone takes none: answered with 486 Busy "
                                               "Here");
    obey (sip, request);
}

void sip_take (Sip *sip, View octets)
{
    SipMessage message;

    if (!sip_parse (octets.data, octets.size, &message))
        return;
    player_tell (sip->player, clock_heard ().time, TRUE, octets);
    sip->player->has_received = TRUE;
    if (message.is_answer)
        on_answer (sip, &message);
    else
        on_request (sip, &message);
}
