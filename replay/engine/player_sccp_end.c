/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sccp_internal.h"

#include "replay/script/rules_sccp.h"

/* So many unanswered ones in a row, from a server that used to answer: it is gone. */
#define KEEPALIVES_LOST_MAX 3
/* All is said, but the server has not yet said what makes the phone ready: how long that may take. */
#define READY_PATIENCE SECONDS (5)
/* Recorded lamps and prompts behind the last answer are awaited, but not for ever. */
#define LINGER_MAX SECONDS (5)

static void on_linger_over (gint64 deadline, gpointer user_data);

void sccp_become_ready (Sccp *sccp)
{
    PlayerOutcome *outcome = &sccp->player->outcome;

    if (!sccp->accepted || outcome->level == LEVEL_READY)
        return;
    outcome->level = LEVEL_READY;
    outcome->ready_after = clock_heard ().time - sccp->player->started;
    outcome->ready_own = sccp->player->own_wait;
    if (sccp->awaits_ready)
        agenda_make (agenda_of (sccp->player), &sccp->stage_end, clock_now (), on_linger_over, sccp);
}

/* --- The end */

static void stay (Sccp *sccp)
{
    Player *player = sccp->player;

    sccp->stage = STAGE_STAYING;
    plan_end (sccp->plan);
    if (!player->settings->stays)
        sccp_sign_off (sccp);
    if (!player->settings->stays || !player->settled)
        return;
    player->has_settled = TRUE;
    player->settled (player, player->user_data);
}

static void on_linger_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;

    sccp->player->outcome.pushes_awaited = TRUE;
    stay (sccp);
}

/* How long after the last that the plan knows of the recorded server still said something. */
static gint64 recorded_tail (const Sccp *sccp)
{
    const Script *script = script_of (sccp->player);
    gint64 last_exchange = 0, last_push = 0;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->phase == PHASE_KEEPALIVE || message->phase == PHASE_UNREGISTER)
            continue;
        if (script_is_push (message))
            last_push = message->time;
        else
            last_exchange = message->time;
    }
    return MAX (0, last_push - last_exchange);
}

/* A bridge that waits to be asked for its codecs, or a recording without the phone's own last words. */
static gboolean awaits_ready (const Sccp *sccp)
{
    return sccp->accepted && sccp->player->outcome.level != LEVEL_READY && script_of (sccp->player)->ready_after >= 0;
}

void sccp_finish (Sccp *sccp)
{
    gint64 now = clock_now ();
    gint64 tail = MIN (player_think (sccp->player, recorded_tail (sccp)), LINGER_MAX);
    PlayerOutcome *outcome = &sccp->player->outcome;

    if (outcome->level == LEVEL_ACCEPTED && !script_of (sccp->player)->media_resource)
        outcome->level = LEVEL_PROVISIONED;
    sccp->stage = STAGE_LINGERING;
    sccp->awaits_ready = awaits_ready (sccp);
    if (sccp->awaits_ready)
        tail = MAX (tail, READY_PATIENCE);
    if (tail > 0)
        agenda_make (agenda_of (sccp->player), &sccp->stage_end, now + tail, on_linger_over, sccp);
    else
        stay (sccp);
}

static void settle_exchange (Sccp *sccp, Exchange *exchange)
{
    if (exchange->live >= 0 || exchange->file)
        return;
    guint32 id = catalog_kind (exchange->kind)->id;
    const ScriptMessage *answer = script_partner (script_of (sccp->player), exchange->request);
    if (answer) {
        exchange->content = CONTENT_MISSING;
        exchange->answer = answer->kind;
        exchange->has_answer = TRUE;
    } else {
        exchange->content = exchange->request == SCRIPT_NONE && id != SCCP_UNREGISTER_REQ ? CONTENT_NEW : CONTENT_SAME;
    }
    exchange->fails = exchange->content != CONTENT_SAME && !sccp_may_miss (sccp, id, exchange->instance);
    if (!exchange->detail && exchange->request != SCRIPT_NONE)
        exchange->detail = g_strdup (exchange->content == CONTENT_SAME ? "no answer, as recorded" : "no answer");
}

/* What had no turn any more. */
static void list_unreached (Sccp *sccp)
{
    for (guint i = sccp->plan->next; i < sccp->plan->steps->len; i++) {
        const PlanStep *step = plan_step (sccp->plan, i);
        if (catalog_kind (step->kind)->is_request)
            sccp_exchange (sccp, sccp_open_exchange (sccp, step->message, step->kind, step->instance))->content =
                CONTENT_NOT_REACHED;
    }
}

void sccp_cancel_all (Sccp *sccp)
{
    agenda_cancel (&sccp->step);
    agenda_cancel (&sccp->patience);
    agenda_cancel (&sccp->heartbeat);
    agenda_cancel (&sccp->capabilities);
    agenda_cancel (&sccp->token);
    agenda_cancel (&sccp->stage_end);
}

void sccp_settle (gpointer part)
{
    Sccp *sccp = part;
    PlayerOutcome *outcome = &sccp->player->outcome;

    sccp_cancel_all (sccp);
    for (guint i = 1; i <= outcome->n_exchanges; i++)
        settle_exchange (sccp, sccp_exchange (sccp, i));
    list_unreached (sccp);
    outcome_count_recorded_pushes (outcome, script_of (sccp->player));
    if (sccp->plan->skipped)
        outcome_remark (outcome, "%u recorded requests about keys that the live template lacks were not sent",
                        sccp->plan->skipped);
}

void sccp_end (Sccp *sccp, const char *words)
{
    agenda_cancel (&sccp->stage_end);
    if (sccp->player->outcome.signed_off) {
        sccp->player->outcome.sign_off = SIGN_OFF_DONE;
        outcome_append (&sccp->player->outcome, words);
    }
    player_end (sccp->player, END_COMPLETE, NULL);
}

static void on_sign_off_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    sccp_end (user_data, "; the sign-off was not answered, and the connection is closed");
}

void sccp_sign_off (Sccp *sccp)
{
    const Script *script = script_of (sccp->player);
    KindIndex kind = sccp_kind (SCCP_UNREGISTER_REQ);

    if (sccp->stage == STAGE_SIGNING_OFF || sccp->player->has_ended)
        return;
    sccp_cancel_all (sccp);
    sccp->stage = STAGE_SIGNING_OFF;
    if (!sccp->has_asked) {
        sccp_end (sccp, "");
        return;
    }
    guint request = script_find (script, kind, 0, 0);
    const ScriptMessage *recorded = script_message (script, request);
    sccp->sign_off = sccp_open_exchange (sccp, request, kind, 0);
    sccp->sign_off_sent = clock_now ();
    sccp->player->outcome.signed_off = TRUE;
    sccp_send (sccp, SCCP_UNREGISTER_REQ, recorded ? recorded->octets : (View){ NULL, 0 }, 0, -1, &sccp->sign_off_left);
    agenda_make (agenda_of (sccp->player), &sccp->stage_end,
                 sccp->sign_off_sent + sccp_rule_find (SCCP_UNREGISTER_REQ)->patience, on_sign_off_over, sccp);
}

/* --- Keepalives */

void sccp_on_heartbeat (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    PlayerOutcome *outcome = &sccp->player->outcome;
    KindIndex kind = sccp_kind (SCCP_KEEP_ALIVE_REQ);
    guint request = script_find (script_of (sccp->player), kind, 0, 0);
    const ScriptMessage *recorded = script_message (script_of (sccp->player), request);

    if (sccp->heartbeat_sent >= 0 && sccp->heartbeat_answered) {
        outcome->keepalives_lost++;
        if (++sccp->heartbeats_missed == KEEPALIVES_LOST_MAX) {
            player_set_end (sccp->player, END_GONE, "%s has stopped answering keepalives: %u in a row without answer",
                            target_of (sccp->player), KEEPALIVES_LOST_MAX);
            sccp_sign_off (sccp);
            return;
        }
    }
    agenda_make (agenda_of (sccp->player), &sccp->heartbeat, deadline + sccp->keepalive * SECOND, sccp_on_heartbeat,
                 sccp);
    outcome->keepalives++;
    sccp->heartbeat_sent = clock_now ();
    sccp_send (sccp, SCCP_KEEP_ALIVE_REQ, recorded ? recorded->octets : (View){ NULL, 0 }, 0, deadline,
               &sccp->heartbeat_left);
}

void sccp_on_heartbeat_answer (Sccp *sccp)
{
    KindIndex kind = sccp_kind (SCCP_KEEP_ALIVE_REQ);
    guint request = script_find (script_of (sccp->player), kind, 0, 0);

    if (sccp->heartbeat_sent < 0)
        return;
    Exchange *exchange = sccp_exchange (sccp, sccp_open_exchange (sccp, request, kind, 0));
    player_time (sccp->player, exchange, sccp->heartbeat_left);
    exchange->content = exchange->recorded >= 0 ? CONTENT_SAME : CONTENT_NEW;
    exchange->answer = sccp_kind (SCCP_KEEP_ALIVE_ACK);
    exchange->has_answer = TRUE;
    outcome_fold (&sccp->player->outcome);
    sccp->heartbeat_sent = -1;
    sccp->heartbeat_answered = TRUE;
    sccp->heartbeats_missed = 0;
}
