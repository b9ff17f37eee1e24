/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/player_internal.h"

#include "replay/compare_sccp.h"
#include "replay/duration.h"
#include "replay/plan_sccp.h"
#include "replay/rewrite_sccp.h"
#include "replay/rules_sccp.h"
#include "replay/script_sccp.h"

/* A server that names no interval means this one (reference 2.5). */
#define KEEPALIVE_DEFAULT 30
/* So many unanswered ones in a row, from a server that used to answer: it is gone. */
#define KEEPALIVES_LOST_MAX 3
/* How often a phone is sent away with a token request before it gives up. */
#define TOKENS_MAX 3
/* All is said, but the server has not yet said what makes the phone ready: how long that may take. */
#define READY_PATIENCE (5 * NSEC_PER_SEC)
/* Recorded lamps and prompts behind the last answer are awaited, but not for ever. */
#define LINGER_MAX (5 * NSEC_PER_SEC)

enum { CAPABILITIES_REQ = 0x009B, TOKEN_ACK = 0x011A, TOKEN_REJECT = 0x011B, BUTTON_TEMPLATE_RES = 0x0097 };

#define BUTTONS_MAX 256

typedef enum {
    STAGE_REGISTERING, /* going through the plan */
    STAGE_TOKEN,       /* the server has told to wait before asking again */
    STAGE_LINGERING,   /* all is said; lamps and prompts may follow */
    STAGE_STAYING,
    STAGE_SIGNING_OFF,
} Stage;

typedef struct {
    Player *player;
    Plan *plan;
    Stage stage;
    gboolean has_asked; /* RegisterReq sent: sign off at the end */
    gboolean accepted;
    gboolean awaits_ready; /* all is said, but only the server can make it ready */
    guint granted;         /* 0 unknown */
    guint version;         /* in force */
    guint keepalive;       /* seconds */
    gint64 heartbeat_sent; /* -1: none is unanswered */
    gboolean heartbeat_answered;
    guint heartbeats_missed;  /* in a row */
    guint capabilities_asked; /* questions so far, and those that wait for their think time */
    guint capabilities_waiting;
    guint tokens;
    guint sign_off; /* index of its exchange + 1 */
    gint64 sign_off_sent;
    Appointment step, patience, heartbeat, capabilities, token, stage_end;
} Sccp;

static void proceed (Sccp *sccp);
static void sign_off (Sccp *sccp);
static void on_linger_over (gint64 deadline, gpointer user_data);

static const Script *script_of (const Sccp *sccp)
{
    return sccp->player->settings->script;
}

static Agenda *agenda_of (const Sccp *sccp)
{
    return sccp->player->settings->agenda;
}

static const char *target_of (const Sccp *sccp)
{
    return sccp->player->target_text;
}

/* --- Sending
 * --------------------------------------------------------------------------------------------------------------- */

/* Without recorded octets the message is made anew: requests about a key carry its number. */
static void send_message (Sccp *sccp, guint32 id, View octets, guint64 instance, gint64 due)
{
    SccpRewrite rewrite = { .identity = &sccp->player->identity,
                            .header_version =
                                sccp->accepted ? sccp_header_version (script_of (sccp)->offered, sccp->granted) : 0,
                            .instance = (guint32) instance,
                            .lines = sccp->plan->lines,
                            .same_server = sccp->player->settings->same_server };
    g_autoptr (GByteArray) message = octets.size
                                         ? sccp_rewrite (octets, &rewrite)
                                         : sccp_message (rewrite.header_version, id, instance != 0, (guint32) instance);

    player_send (sccp->player, (View){ message->data, message->len }, due);
}

static guint open_exchange (Sccp *sccp, guint request, KindIndex kind, guint64 instance)
{
    GArray *exchanges = sccp->player->outcome.exchanges;
    Exchange exchange = { .request = request,
                          .kind = kind,
                          .instance = instance,
                          .recorded = script_response (script_of (sccp), request),
                          .live = -1 };

    for (guint i = 0; i < exchanges->len; i++) {
        const Exchange *other = &g_array_index (exchanges, Exchange, i);
        exchange.nth += other->kind == kind && other->instance == instance;
    }
    g_array_append_val (exchanges, exchange);
    return exchanges->len;
}

static Exchange *exchange_at (const Sccp *sccp, guint place)
{
    return place ? &g_array_index (sccp->player->outcome.exchanges, Exchange, place - 1) : NULL;
}

static const ScriptMessage *recorded_answer (const Sccp *sccp, guint request)
{
    const ScriptMessage *asked = script_message (script_of (sccp), request);
    return asked ? script_message (script_of (sccp), asked->partner) : NULL;
}

static void become_ready (Sccp *sccp)
{
    PlayerOutcome *outcome = &sccp->player->outcome;

    if (!sccp->accepted || outcome->level == LEVEL_READY)
        return;
    outcome->level = LEVEL_READY;
    outcome->ready_after = clock_now () - sccp->player->started;
    if (sccp->awaits_ready)
        agenda_make (agenda_of (sccp), &sccp->stage_end, clock_now (), on_linger_over, sccp);
}

static void on_step (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    PlanStep *step = plan_step (sccp->plan, sccp->plan->next);
    KindIndex index = catalog_find (PROTOCOL_SCCP, step->id);

    sccp->plan->next++;
    step->due = deadline;
    step->sent = step->resolved = clock_now ();
    step->state = catalog_kind (index)->is_request ? STEP_SENT : STEP_ANSWERED;
    if (step->state == STEP_SENT)
        step->exchange = open_exchange (sccp, step->message, index, step->instance);
    if (step->id == SCCP_REGISTER_REQ)
        sccp->has_asked = TRUE;
    send_message (sccp, step->id, step->octets, step->instance, deadline);
    if (step->id == SCCP_TIME_DATE_REQ)
        become_ready (sccp);
    proceed (sccp);
}

/* --- Waiting
 * --------------------------------------------------------------------------------------------------------------- */

static gboolean may_miss (const Sccp *sccp, guint32 id, guint64 instance)
{
    gboolean is_line = catalog_kind (catalog_find (PROTOCOL_SCCP, id))->instance == VALUE_LINE;
    return sccp_rule_find (id)->absence == ABSENCE_HARMLESS || (is_line && !plan_has_line (sccp->plan, instance));
}

/* A server that left one question of a kind unanswered is not given the same time for each. */
static gboolean never_answers (const Sccp *sccp, const PlanStep *step)
{
    gboolean given_up = FALSE;

    for (guint i = 0; i < sccp->plan->next; i++) {
        const PlanStep *other = plan_step (sccp->plan, i);
        if (other->id == step->id && other->state == STEP_ANSWERED)
            return FALSE;
        given_up |= other->id == step->id && other->state == STEP_GIVEN_UP;
    }
    return given_up && may_miss (sccp, step->id, step->instance);
}

static gint64 patience_end (const Sccp *sccp, const PlanStep *step)
{
    gint64 recorded = script_response (script_of (sccp), step->message);

    if (never_answers (sccp, step))
        return step->sent;
    return step->sent + MIN (sccp_rule_find (step->id)->patience, sccp->player->settings->timeout) + MAX (0, recorded);
}

static gboolean is_awaited (const PlanStep *step)
{
    return step->state == STEP_SENT && step->answer_order != G_MAXINT64;
}

static void end_unregistered (Sccp *sccp)
{
    char text[DURATION_TEXT_SIZE];
    gint64 waited = MIN (sccp_rule_find (SCCP_REGISTER_REQ)->patience, sccp->player->settings->timeout);

    /* It may have accepted all the same, too late. */
    send_message (sccp, SCCP_UNREGISTER_REQ, (View){ NULL, 0 }, 0, -1);
    sccp->player->outcome.signed_off = TRUE;
    player_end (sccp->player, sccp->player->has_received ? END_GONE : END_UNREACHABLE,
                "%s takes the connection but does not answer RegisterReq within %s", target_of (sccp),
                duration_format (waited, text));
}

static void on_patience (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;

    for (guint i = 0; i < sccp->plan->next; i++) {
        PlanStep *step = plan_step (sccp->plan, i);
        if (!is_awaited (step) || patience_end (sccp, step) > deadline)
            continue;
        if (sccp_rule_find (step->id)->absence == ABSENCE_FATAL) {
            end_unregistered (sccp);
            return;
        }
        step->state = STEP_GIVEN_UP;
        step->resolved = clock_now ();
    }
    proceed (sccp);
}

static void watch_patience (Sccp *sccp)
{
    gint64 earliest = G_MAXINT64;

    for (guint i = 0; i < sccp->plan->next; i++) {
        const PlanStep *step = plan_step (sccp->plan, i);
        if (is_awaited (step))
            earliest = MIN (earliest, patience_end (sccp, step));
    }
    if (earliest == G_MAXINT64)
        agenda_cancel (&sccp->patience);
    else if (!agenda_is_made (&sccp->patience) || sccp->patience.deadline != earliest)
        agenda_make (agenda_of (sccp), &sccp->patience, earliest, on_patience, sccp);
}

/* --- The end
 * --------------------------------------------------------------------------------------------------------------- */

static void stay (Sccp *sccp)
{
    Player *player = sccp->player;

    sccp->stage = STAGE_STAYING;
    if (!player->settings->stays)
        sign_off (sccp);
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
    const Script *script = script_of (sccp);
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
    return sccp->accepted && sccp->player->outcome.level != LEVEL_READY && script_of (sccp)->ready_after >= 0;
}

static void finish (Sccp *sccp)
{
    gint64 now = clock_now ();
    gint64 tail = MIN (player_think (sccp->player, recorded_tail (sccp)), LINGER_MAX);
    PlayerOutcome *outcome = &sccp->player->outcome;

    if (outcome->level == LEVEL_ACCEPTED && !script_of (sccp)->media_resource)
        outcome->level = LEVEL_PROVISIONED;
    sccp->stage = STAGE_LINGERING;
    sccp->awaits_ready = awaits_ready (sccp);
    if (sccp->awaits_ready)
        tail = MAX (tail, READY_PATIENCE);
    if (tail > 0)
        agenda_make (agenda_of (sccp), &sccp->stage_end, now + tail, on_linger_over, sccp);
    else
        stay (sccp);
}

static gboolean is_through (const Sccp *sccp)
{
    if (sccp->plan->next < sccp->plan->steps->len || sccp->capabilities_waiting)
        return FALSE;
    for (guint i = 0; i < sccp->plan->steps->len; i++)
        if (is_awaited (plan_step (sccp->plan, i)))
            return FALSE;
    return TRUE;
}

/* What comes next, whatever has just happened. */
static void proceed (Sccp *sccp)
{
    gint64 base;

    if (sccp->player->has_ended || sccp->stage != STAGE_REGISTERING)
        return;
    watch_patience (sccp);
    if (plan_is_free (sccp->plan, sccp->accepted, sccp->player->connected, &base)) {
        gint64 due = base + player_think (sccp->player, plan_step (sccp->plan, sccp->plan->next)->think);
        if (!agenda_is_made (&sccp->step) || sccp->step.deadline != due)
            agenda_make (agenda_of (sccp), &sccp->step, due, on_step, sccp);
    } else {
        agenda_cancel (&sccp->step);
        if (is_through (sccp))
            finish (sccp);
    }
}

static Push *find_push (PlayerOutcome *outcome, KindIndex kind)
{
    Push fresh = { .kind = kind };

    for (guint i = 0; i < outcome->pushes->len; i++)
        if (g_array_index (outcome->pushes, Push, i).kind == kind)
            return &g_array_index (outcome->pushes, Push, i);
    g_array_append_val (outcome->pushes, fresh);
    return &g_array_index (outcome->pushes, Push, outcome->pushes->len - 1);
}

static void settle_exchange (Sccp *sccp, Exchange *exchange)
{
    if (exchange->live >= 0 || exchange->file)
        return;
    guint32 id = catalog_kind (exchange->kind)->id;
    const ScriptMessage *answer = recorded_answer (sccp, exchange->request);
    if (answer) {
        exchange->content = CONTENT_MISSING;
        exchange->answer = answer->kind;
        exchange->has_answer = TRUE;
    } else {
        exchange->content = exchange->request == SCRIPT_NONE && id != SCCP_UNREGISTER_REQ ? CONTENT_NEW : CONTENT_SAME;
    }
    exchange->fails = exchange->content != CONTENT_SAME && !may_miss (sccp, id, exchange->instance);
    if (!exchange->detail && exchange->request != SCRIPT_NONE)
        exchange->detail = g_strdup (exchange->content == CONTENT_SAME ? "no answer, as recorded" : "no answer");
}

/* What had no turn any more. */
static void list_unreached (Sccp *sccp)
{
    for (guint i = sccp->plan->next; i < sccp->plan->steps->len; i++) {
        const PlanStep *step = plan_step (sccp->plan, i);
        KindIndex kind = catalog_find (PROTOCOL_SCCP, step->id);
        if (catalog_kind (kind)->is_request)
            exchange_at (sccp, open_exchange (sccp, step->message, kind, step->instance))->content =
                CONTENT_NOT_REACHED;
    }
}

static void cancel_all (Sccp *sccp)
{
    agenda_cancel (&sccp->step);
    agenda_cancel (&sccp->patience);
    agenda_cancel (&sccp->heartbeat);
    agenda_cancel (&sccp->capabilities);
    agenda_cancel (&sccp->token);
    agenda_cancel (&sccp->stage_end);
}

static void sccp_settle (gpointer part)
{
    Sccp *sccp = part;
    const Script *script = script_of (sccp);
    PlayerOutcome *outcome = &sccp->player->outcome;

    cancel_all (sccp);
    for (guint i = 1; i <= outcome->exchanges->len; i++)
        settle_exchange (sccp, exchange_at (sccp, i));
    list_unreached (sccp);
    for (guint i = 0; i < script->messages->len; i++)
        if (script_is_push (script_message (script, i)))
            find_push (outcome, script_message (script, i)->kind)->recorded++;
    if (sccp->plan->skipped)
        outcome_remark (outcome, "%u recorded requests about keys that the live template lacks were not sent",
                        sccp->plan->skipped);
}

/* Everything is told; format NULL: the end that was set before, or the good one. */
static void end (Sccp *sccp)
{
    agenda_cancel (&sccp->stage_end);
    player_end (sccp->player, END_COMPLETE, NULL);
}

static void on_sign_off_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    end (user_data);
}

static void sign_off (Sccp *sccp)
{
    const Script *script = script_of (sccp);
    KindIndex kind = catalog_find (PROTOCOL_SCCP, SCCP_UNREGISTER_REQ);

    if (sccp->stage == STAGE_SIGNING_OFF || sccp->player->has_ended)
        return;
    cancel_all (sccp);
    sccp->stage = STAGE_SIGNING_OFF;
    if (!sccp->has_asked) {
        end (sccp);
        return;
    }
    guint request = script_find (script, kind, 0, 0);
    const ScriptMessage *recorded = script_message (script, request);
    sccp->sign_off = open_exchange (sccp, request, kind, 0);
    sccp->sign_off_sent = clock_now ();
    sccp->player->outcome.signed_off = TRUE;
    send_message (sccp, SCCP_UNREGISTER_REQ, recorded ? recorded->octets : (View){ NULL, 0 }, 0, -1);
    agenda_make (agenda_of (sccp), &sccp->stage_end,
                 sccp->sign_off_sent + sccp_rule_find (SCCP_UNREGISTER_REQ)->patience, on_sign_off_over, sccp);
}

/* --- Keepalives
 * ------------------------------------------------------------------------------------------------------------ */

static void on_heartbeat (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    PlayerOutcome *outcome = &sccp->player->outcome;
    KindIndex kind = catalog_find (PROTOCOL_SCCP, SCCP_KEEP_ALIVE_REQ);
    guint request = script_find (script_of (sccp), kind, 0, 0);
    const ScriptMessage *recorded = script_message (script_of (sccp), request);

    if (sccp->heartbeat_sent >= 0 && sccp->heartbeat_answered) {
        outcome->keepalives_lost++;
        if (++sccp->heartbeats_missed == KEEPALIVES_LOST_MAX) {
            player_set_end (sccp->player, END_GONE, "%s has stopped answering keepalives: %u in a row without answer",
                            target_of (sccp), KEEPALIVES_LOST_MAX);
            sign_off (sccp);
            return;
        }
    }
    agenda_make (agenda_of (sccp), &sccp->heartbeat, deadline + sccp->keepalive * NSEC_PER_SEC, on_heartbeat, sccp);
    outcome->keepalives++;
    send_message (sccp, SCCP_KEEP_ALIVE_REQ, recorded ? recorded->octets : (View){ NULL, 0 }, 0, deadline);
    sccp->heartbeat_sent = clock_now ();
}

static void on_heartbeat_answer (Sccp *sccp)
{
    KindIndex kind = catalog_find (PROTOCOL_SCCP, SCCP_KEEP_ALIVE_REQ);
    guint request = script_find (script_of (sccp), kind, 0, 0);

    if (sccp->heartbeat_sent < 0)
        return;
    Exchange *exchange = exchange_at (sccp, open_exchange (sccp, request, kind, 0));
    exchange->live = clock_now () - sccp->heartbeat_sent;
    exchange->content = exchange->recorded >= 0 ? CONTENT_SAME : CONTENT_NEW;
    exchange->answer = catalog_find (PROTOCOL_SCCP, SCCP_KEEP_ALIVE_ACK);
    exchange->has_answer = TRUE;
    sccp->heartbeat_sent = -1;
    sccp->heartbeat_answered = TRUE;
    sccp->heartbeats_missed = 0;
}

/* --- What the server says
 * -------------------------------------------------------------------------------------------------- */

static void on_accepted (Sccp *sccp, const SccpPdu *pdu)
{
    PlayerOutcome *outcome = &sccp->player->outcome;
    guint64 keepalive = 0, granted = 0;
    guint offered = script_of (sccp)->offered;
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
    outcome->accepted_after = clock_now () - sccp->player->started;
    agenda_make (agenda_of (sccp), &sccp->heartbeat, clock_now () + sccp->keepalive * NSEC_PER_SEC, on_heartbeat, sccp);
}

static void on_rejected (Sccp *sccp, const SccpPdu *pdu)
{
    guint request = script_find (script_of (sccp), catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_REQ), 0, 0);
    const ScriptMessage *recorded = recorded_answer (sccp, request);
    Values values;

    values_init (&values);
    sccp_describe (pdu, 0, &values);
    g_autofree char *text = values_text (&values, VALUE_TEXT);
    sccp->player->outcome.level = LEVEL_REJECTED;
    sccp->player->outcome.as_recorded = recorded && catalog_kind (recorded->kind)->id == SCCP_REGISTER_REJECT;
    player_end (sccp->player, END_REFUSED, "%s refuses to register %s: RegisterReject %s%s%s", target_of (sccp),
                sccp->player->identity.name, text ? "\"" : "without a text", text ? text : "", text ? "\"" : "");
}

/* A token that was asked for again is granted, or nobody answers any more: the phone registers. */
static void leave_token (Sccp *sccp)
{
    guint request = script_find (script_of (sccp), catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_TOKEN_REQ), 0, 0);

    if (sccp->stage != STAGE_TOKEN)
        return;
    for (guint i = 0; i < sccp->plan->next; i++)
        if (plan_step (sccp->plan, i)->message == request)
            plan_step (sccp->plan, i)->resolved = clock_now ();
    agenda_cancel (&sccp->token);
    sccp->stage = STAGE_REGISTERING;
    proceed (sccp);
}

static void on_token_unanswered (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    leave_token (user_data);
}

static void on_token_time (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    guint request = script_find (script_of (sccp), catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_TOKEN_REQ), 0, 0);

    send_message (sccp, SCCP_REGISTER_TOKEN_REQ, script_message (script_of (sccp), request)->octets, 0, deadline);
    agenda_make (agenda_of (sccp), &sccp->token, clock_now () + sccp_rule_find (SCCP_REGISTER_TOKEN_REQ)->patience,
                 on_token_unanswered, sccp);
}

static void on_token_rejected (Sccp *sccp, const SccpPdu *pdu)
{
    guint64 seconds = 0;
    Values values;

    values_init (&values);
    sccp_describe (pdu, 0, &values);
    values_number (&values, VALUE_SECONDS, &seconds);
    if (++sccp->tokens == TOKENS_MAX) {
        player_end (sccp->player, END_REFUSED, "%s has refused the token of %s %u times", target_of (sccp),
                    sccp->player->identity.name, TOKENS_MAX);
        return;
    }
    outcome_remark (&sccp->player->outcome, "the server let the phone wait %u s for its token", (guint) seconds);
    sccp->stage = STAGE_TOKEN;
    agenda_make (agenda_of (sccp), &sccp->token, clock_now () + (gint64) MIN (seconds, 3600) * NSEC_PER_SEC,
                 on_token_time, sccp);
}

/* The recorded answers to the nth question about capabilities; the last one's serve for more. Returns how many. */
static guint send_capabilities (Sccp *sccp, guint nth, gint64 due)
{
    const Script *script = script_of (sccp);
    guint question = script_find (script, catalog_find (PROTOCOL_SCCP, CAPABILITIES_REQ), 0, nth);
    guint count = 0;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!message->has_no_turn || (message->partner != question && message->partner != SCRIPT_NONE))
            continue;
        send_message (sccp, catalog_kind (message->kind)->id, message->octets, 0, due);
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
    if (script_of (sccp)->media_resource && sent)
        become_ready (sccp);
    proceed (sccp);
}

/* A server that asks again and again is answered as often, but not without end at once. */
#define CAPABILITIES_WAITING_MAX 16

static void on_capabilities_question (Sccp *sccp)
{
    const Script *script = script_of (sccp);
    guint question = script_find (script, catalog_find (PROTOCOL_SCCP, CAPABILITIES_REQ), 0, sccp->capabilities_asked);
    gint64 think = MAX (0, script_response (script, question));

    if (sccp->capabilities_waiting == CAPABILITIES_WAITING_MAX)
        return;
    sccp->capabilities_asked++;
    sccp->capabilities_waiting++;
    if (!agenda_is_made (&sccp->capabilities))
        agenda_make (agenda_of (sccp), &sccp->capabilities, clock_now () + player_think (sccp->player, think),
                     on_capabilities_time, sccp);
}

static void on_reset (Sccp *sccp, const SccpPdu *pdu)
{
    KindIndex kind = catalog_find (PROTOCOL_SCCP, pdu->id);

    if (script_find (script_of (sccp), kind, 0, 0) != SCRIPT_NONE)
        outcome_remark (&sccp->player->outcome, "the server told the phone to reset, as recorded");
    else
        player_set_end (sccp->player, END_DIFFERENT, "%s told %s to reset", target_of (sccp),
                        sccp->player->identity.name);
    sign_off (sccp);
}

static void compare_answer (Sccp *sccp, Exchange *exchange, const SccpPdu *pdu)
{
    const ScriptMessage *recorded = recorded_answer (sccp, exchange->request);
    const Script *script = script_of (sccp);
    guint version = script->granted && script->offered ? MIN (script->offered, script->granted) : script->granted;
    SccpPdu before;

    exchange->answer = catalog_find (PROTOCOL_SCCP, pdu->id);
    exchange->has_answer = TRUE;
    if (recorded && sccp_frame (recorded->octets.data, recorded->octets.size, &before) > 0)
        exchange->content = sccp_compare (&before, version, pdu, sccp->version, &exchange->detail, &exchange->fails);
    else
        exchange->content = exchange->request == SCRIPT_NONE ? CONTENT_NEW : CONTENT_EXTRA;
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
    Exchange *exchange = exchange_at (sccp, step->exchange);
    gint64 now = clock_now ();

    if (step->state == STEP_SENT)
        step->resolved = now;
    step->state = STEP_ANSWERED;
    exchange->live = now - step->sent;
    compare_answer (sccp, exchange, pdu);
    if (pdu->id == BUTTON_TEMPLATE_RES)
        use_template (sccp, pdu);
}

static void on_sign_off_answer (Sccp *sccp, const SccpPdu *pdu)
{
    Exchange *exchange = exchange_at (sccp, sccp->sign_off);

    if (!exchange || sccp->stage != STAGE_SIGNING_OFF)
        return;
    exchange->live = clock_now () - sccp->sign_off_sent;
    compare_answer (sccp, exchange, pdu);
    end (sccp);
}

/* What the registration itself turns on. TRUE when nothing more is to be done with the message. */
static gboolean react (Sccp *sccp, const SccpPdu *pdu)
{
    switch (pdu->id) {
    case SCCP_KEEP_ALIVE_ACK:
        on_heartbeat_answer (sccp);
        return TRUE;
    case SCCP_UNREGISTER_ACK:
        on_sign_off_answer (sccp, pdu);
        return TRUE;
    case SCCP_REGISTER_ACK:
        on_accepted (sccp, pdu);
        return FALSE;
    case SCCP_TIME_DATE_RES:
        become_ready (sccp);
        return FALSE;
    case CAPABILITIES_REQ:
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
    else if (pdu->id == TOKEN_REJECT)
        on_token_rejected (sccp, pdu);
    else if (pdu->id == TOKEN_ACK)
        leave_token (sccp);
    else if (pdu->id == SCCP_RESET)
        on_reset (sccp, pdu);
    else if (sccp_is_call (pdu->id)) {
        player_set_end (sccp->player, END_DIFFERENT,
                        "a call came for %s (%s), and a replayed phone takes none: signed off",
                        sccp->player->identity.name, catalog_kind (catalog_find (PROTOCOL_SCCP, pdu->id))->name);
        sign_off (sccp);
    }
}

static void take (Sccp *sccp, const SccpPdu *pdu)
{
    KindIndex index = catalog_find (PROTOCOL_SCCP, pdu->id);
    const MessageKind *kind = catalog_kind (index);

    player_tell (sccp->player, clock_now (), TRUE, pdu->octets);
    if (react (sccp, pdu) || sccp->player->has_ended)
        return;
    PlanStep *step = kind->is_answer ? plan_answer (sccp->plan, kind, sccp_instance (pdu)) : NULL;
    if (step)
        on_answer (sccp, step, pdu);
    else if (!catalog_knows (PROTOCOL_SCCP, pdu->id))
        outcome_remark (&sccp->player->outcome, "the server sent a message that nobody knows, 0x%04X", pdu->id);
    else if (kind->from != SIDE_PHONE && pdu->id != SCCP_REGISTER_REJECT && pdu->id != TOKEN_ACK &&
             pdu->id != TOKEN_REJECT)
        find_push (&sccp->player->outcome, index)->live++;
    react_to_refusal (sccp, pdu);
    proceed (sccp);
}

/* --- The part
 * -------------------------------------------------------------------------------------------------------------- */

static gpointer sccp_create (Player *player)
{
    Sccp *sccp = g_new0 (Sccp, 1);

    sccp->player = player;
    sccp->plan = plan_new (player->settings->script);
    sccp->heartbeat_sent = -1;
    return sccp;
}

static void sccp_destroy (gpointer part)
{
    Sccp *sccp = part;

    cancel_all (sccp);
    plan_free (sccp->plan);
    g_free (sccp);
}

static void sccp_connected (gpointer part)
{
    proceed (part);
}

static gssize sccp_received (gpointer part, View octets)
{
    Sccp *sccp = part;
    gsize used = 0;

    if (!sccp->player->has_received && octets.size >= SCCP_HEADER_SIZE && !sccp_is_plausible (octets.data, octets.size))
        return -1;
    while (!sccp->player->has_ended) {
        SccpPdu pdu;
        gssize size = sccp_frame (octets.data + used, octets.size - used, &pdu);
        if (size < 0)
            return -1;
        if (size == 0)
            break;
        sccp->player->has_received = TRUE;
        take (sccp, &pdu);
        used += (gsize) size;
    }
    return (gssize) used;
}

static void sccp_stop (gpointer part)
{
    Sccp *sccp = part;

    if (sccp->stage != STAGE_STAYING)
        player_set_end (sccp->player, END_INTERRUPTED, "interrupted before the registration was complete; signed off");
    sign_off (sccp);
}

/* Some servers answer the sign-off by closing the connection. */
static gboolean sccp_closed (gpointer part)
{
    Sccp *sccp = part;
    Exchange *exchange = exchange_at (sccp, sccp->sign_off);

    if (sccp->stage != STAGE_SIGNING_OFF)
        return FALSE;
    if (exchange && recorded_answer (sccp, exchange->request))
        exchange->detail = g_strdup ("the server closes the connection instead");
    end (sccp);
    return TRUE;
}

const PlayerPart player_part_sccp = { sccp_create, sccp_destroy, sccp_connected, sccp_received,
                                      sccp_stop,   sccp_closed,  sccp_settle };
