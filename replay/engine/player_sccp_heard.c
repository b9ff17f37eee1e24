/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sccp_internal.h"

#include "replay/engine/compare_sccp.h"
#include "replay/script/rules_sccp.h"
#include "replay/script/script_sccp.h"

/* A server that names no interval means this one (reference 2.5). */
#define KEEPALIVE_DEFAULT 30
/* How often a phone is sent away with a token request before it gives up. */
#define TOKENS_MAX 3

#define BUTTONS_MAX 256

static void on_accepted (Sccp *sccp, const SccpPdu *pdu)
{
    PlayerOutcome *outcome = &sccp->player->outcome;
    guint64 keepalive = 0, granted = 0;
    guint offered = script_of (sccp->player)->offered;
    Values values;

    values_init (&values);
    sccp_describe (pdu, 0, &values);
    values_number (&values, VALUE_KEEPALIVE, &keepalive);
    values_number (&values, VALUE_GRANTED, &granted);
    if (sccp->accepted)
        return;
    sccp->accepted = TRUE;
    sccp->granted = (guint) granted;
    sccp->version = granted && offered ? MIN (offered, sccp->granted) : sccp->granted;
    sccp->keepalive = keepalive > 0 && keepalive < 24 * 3600 ? (guint) keepalive : KEEPALIVE_DEFAULT;
    outcome->level = LEVEL_ACCEPTED;
    outcome->accepted_after = clock_heard ().time - sccp->player->started;
    outcome->accepted_own = sccp->player->own_wait;
    agenda_make (agenda_of (sccp->player), &sccp->heartbeat, clock_now () + sccp->keepalive * SECOND, sccp_on_heartbeat,
                 sccp);
}

static void on_rejected (Sccp *sccp, const SccpPdu *pdu)
{
    guint request = script_find (script_of (sccp->player), sccp_kind (SCCP_REGISTER_REQ), 0, 0);
    const ScriptMessage *recorded = script_partner (script_of (sccp->player), request);
    Values values;

    values_init (&values);
    sccp_describe (pdu, 0, &values);
    g_autofree char *text = values_text (&values, VALUE_TEXT);
    sccp->player->outcome.level = LEVEL_REJECTED;
    sccp->player->outcome.as_recorded = recorded && catalog_kind (recorded->kind)->id == SCCP_REGISTER_REJECT;
    player_end (sccp->player, END_REFUSED, "%s refuses to register %s: RegisterReject %s%s%s", target_of (sccp->player),
                sccp->player->identity.name, text ? "\"" : "without a text", text ? text : "", text ? "\"" : "");
}

/* A token that was asked for again is granted, or nobody answers any more: the phone registers. */
static void leave_token (Sccp *sccp)
{
    guint request = script_find (script_of (sccp->player), sccp_kind (SCCP_REGISTER_TOKEN_REQ), 0, 0);

    if (sccp->stage != STAGE_TOKEN)
        return;
    for (guint i = 0; i < sccp->plan->next; i++)
        if (plan_step (sccp->plan, i)->message == request)
            plan_step (sccp->plan, i)->resolved = clock_now ();
    sccp->plan->settled_base = clock_now ();
    agenda_cancel (&sccp->token);
    sccp->stage = STAGE_REGISTERING;
    sccp_proceed (sccp);
}

static void on_token_unanswered (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    leave_token (user_data);
}

static void on_token_time (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    guint request = script_find (script_of (sccp->player), sccp_kind (SCCP_REGISTER_TOKEN_REQ), 0, 0);

    sccp_send (sccp, SCCP_REGISTER_TOKEN_REQ, script_message (script_of (sccp->player), request)->octets, 0, deadline,
               NULL);
    agenda_make (agenda_of (sccp->player), &sccp->token,
                 clock_now () + sccp_rule_find (SCCP_REGISTER_TOKEN_REQ)->patience, on_token_unanswered, sccp);
}

static void on_token_rejected (Sccp *sccp, const SccpPdu *pdu)
{
    guint64 seconds = 0;
    Values values;

    values_init (&values);
    sccp_describe (pdu, 0, &values);
    values_number (&values, VALUE_SECONDS, &seconds);
    if (++sccp->tokens == TOKENS_MAX) {
        player_end (sccp->player, END_REFUSED, "%s has refused the token of %s %u times", target_of (sccp->player),
                    sccp->player->identity.name, TOKENS_MAX);
        return;
    }
    outcome_remark (&sccp->player->outcome, "the server let the phone wait %u s for its token", (guint) seconds);
    sccp->stage = STAGE_TOKEN;
    agenda_make (agenda_of (sccp->player), &sccp->token, clock_now () + (gint64) MIN (seconds, 3600) * SECOND,
                 on_token_time, sccp);
}

/* The recorded answers to the nth question about capabilities; the last one's serve for more. Returns how many. */
static guint send_capabilities (Sccp *sccp, guint nth, gint64 due)
{
    const Script *script = script_of (sccp->player);
    guint question = script_find (script, sccp_kind (SCCP_CAPABILITIES_REQ), 0, nth);
    guint count = 0;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!message->has_no_turn || (message->partner != question && message->partner != SCRIPT_NONE))
            continue;
        sccp_send (sccp, catalog_kind (message->kind)->id, message->octets, 0, due, NULL);
        count++;
    }
    return count;
}

static void on_capabilities_time (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    guint sent = 0;

    for (; sccp->capabilities_waiting; sccp->capabilities_waiting--)
        sent += send_capabilities (sccp, sccp->capabilities_asked - sccp->capabilities_waiting, deadline);
    if (!sent)
        outcome_remark (&sccp->player->outcome,
                        "the server asks for capabilities; the recorded phone was not asked, so there is no answer");
    if (script_of (sccp->player)->media_resource && sent)
        sccp_become_ready (sccp);
    sccp_proceed (sccp);
}

/* A server that asks again and again is answered as often, but not without end at once. */
#define CAPABILITIES_WAITING_MAX 16

static void on_capabilities_question (Sccp *sccp)
{
    const Script *script = script_of (sccp->player);
    guint question = script_find (script, sccp_kind (SCCP_CAPABILITIES_REQ), 0, sccp->capabilities_asked);
    gint64 think = MAX (0, script_response (script, question));

    if (sccp->capabilities_waiting == CAPABILITIES_WAITING_MAX)
        return;
    sccp->capabilities_asked++;
    sccp->capabilities_waiting++;
    if (!agenda_is_made (&sccp->capabilities))
        agenda_make (agenda_of (sccp->player), &sccp->capabilities, clock_now () + player_think (sccp->player, think),
                     on_capabilities_time, sccp);
}

static void on_reset (Sccp *sccp, const SccpPdu *pdu)
{
    KindIndex kind = sccp_kind (pdu->id);

    if (script_find (script_of (sccp->player), kind, 0, 0) != SCRIPT_NONE)
        outcome_remark (&sccp->player->outcome, "the server told the phone to reset, as recorded");
    else
        player_set_end (sccp->player, END_DIFFERENT, "%s told %s to reset", target_of (sccp->player),
                        sccp->player->identity.name);
    sccp_sign_off (sccp);
}

static void compare_answer (Sccp *sccp, Exchange *exchange, const SccpPdu *pdu)
{
    const ScriptMessage *recorded = script_partner (script_of (sccp->player), exchange->request);
    const Script *script = script_of (sccp->player);
    guint version = script->granted && script->offered ? MIN (script->offered, script->granted) : script->granted;
    SccpPdu before;

    exchange->answer = sccp_kind (pdu->id);
    exchange->has_answer = TRUE;
    if (recorded && sccp_frame (recorded->octets.data, recorded->octets.size, &before) > 0)
        exchange->content = sccp_compare (&before, version, pdu, sccp->version, &exchange->detail, &exchange->fails);
    else {
        exchange->content = exchange->request == SCRIPT_NONE ? CONTENT_NEW : CONTENT_EXTRA;
        exchange->detail = sccp_tell (pdu, sccp->version);
    }
    if (sccp->player->settings->tells)
        exchange_set_said (exchange, sccp_say (pdu, sccp->version));
    /* Not every recording goes on to the sign-off, but every replay does. */
    if (pdu->id == SCCP_UNREGISTER_ACK && exchange->request == SCRIPT_NONE)
        exchange->content = CONTENT_SAME;
}

static void use_template (Sccp *sccp, const SccpPdu *pdu)
{
    SccpButton buttons[BUTTONS_MAX];

    plan_use_template (sccp->plan, buttons, sccp_buttons (pdu, buttons, G_N_ELEMENTS (buttons)));
}

static void on_answer (Sccp *sccp, PlanStep *step, const SccpPdu *pdu)
{
    Exchange *exchange = sccp_exchange (sccp, step->exchange);

    if (step->state == STEP_SENT)
        step->resolved = sccp->served = clock_now ();
    step->state = STEP_ANSWERED;
    player_time (sccp->player, exchange, step->left);
    compare_answer (sccp, exchange, pdu);
    if (pdu->id == SCCP_BUTTON_TEMPLATE_RES)
        use_template (sccp, pdu);
}

static void on_sign_off_answer (Sccp *sccp, const SccpPdu *pdu)
{
    Exchange *exchange = sccp_exchange (sccp, sccp->sign_off);

    if (!exchange || sccp->stage != STAGE_SIGNING_OFF)
        return;
    player_time (sccp->player, exchange, sccp->sign_off_left);
    compare_answer (sccp, exchange, pdu);
    sccp_end (sccp, "; signed off");
}

/* What the registration itself turns on. TRUE when nothing more is to be done with the message. */
static gboolean react (Sccp *sccp, const SccpPdu *pdu)
{
    switch (pdu->id) {
    case SCCP_KEEP_ALIVE_ACK:
        sccp_on_heartbeat_answer (sccp);
        return TRUE;
    case SCCP_UNREGISTER_ACK:
        on_sign_off_answer (sccp, pdu);
        return TRUE;
    case SCCP_REGISTER_ACK:
        on_accepted (sccp, pdu);
        return FALSE;
    case SCCP_TIME_DATE_RES:
        sccp_become_ready (sccp);
        return FALSE;
    case SCCP_CAPABILITIES_REQ:
        if (sccp->stage != STAGE_SIGNING_OFF)
            on_capabilities_question (sccp);
        return FALSE;
    default:
        return FALSE;
    }
}

static void react_to_refusal (Sccp *sccp, const SccpPdu *pdu)
{
    if (pdu->id == SCCP_REGISTER_REJECT)
        on_rejected (sccp, pdu);
    else if (pdu->id == SCCP_REGISTER_TOKEN_REJECT)
        on_token_rejected (sccp, pdu);
    else if (pdu->id == SCCP_REGISTER_TOKEN_ACK)
        leave_token (sccp);
    else if (pdu->id == SCCP_RESET)
        on_reset (sccp, pdu);
    else if (sccp_is_call (pdu->id)) {
        player_set_end (sccp->player, END_DIFFERENT, "a call came for %s (%s), and a replayed phone takes none",
                        sccp->player->identity.name, catalog_kind (sccp_kind (pdu->id))->name);
        sccp_sign_off (sccp);
    }
}

void sccp_take (Sccp *sccp, const SccpPdu *pdu)
{
    KindIndex index = sccp_kind (pdu->id);
    const MessageKind *kind = catalog_kind (index);

    player_tell (sccp->player, clock_heard ().time, TRUE, pdu->octets);
    if (react (sccp, pdu) || sccp->player->has_ended)
        return;
    PlanStep *step = kind->is_answer ? plan_answer (sccp->plan, kind, sccp_instance (pdu)) : NULL;
    if (step)
        on_answer (sccp, step, pdu);
    else if (!catalog_knows (PROTOCOL_SCCP, pdu->id))
        outcome_remark (&sccp->player->outcome, "the server sent a message that nobody knows, 0x%04X", pdu->id);
    else if (kind->from != SIDE_PHONE && pdu->id != SCCP_REGISTER_REJECT && pdu->id != SCCP_REGISTER_TOKEN_ACK &&
             pdu->id != SCCP_REGISTER_TOKEN_REJECT)
        outcome_push (&sccp->player->outcome, index)->live++;
    react_to_refusal (sccp, pdu);
    sccp_proceed (sccp);
}
