/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sccp_internal.h"

#include "replay/duration.h"
#include "replay/script/rewrite_sccp.h"
#include "replay/script/rules_sccp.h"

/* --- Sending */

/* Without recorded octets the message is made anew: requests about a key carry its number. */
void sccp_send (Sccp *sccp, guint32 id, View octets, guint64 instance, gint64 due, Departure *ret_left)
{
    SccpRewrite rewrite = {
        .identity = &sccp->player->identity,
        .header_version = sccp->accepted ? sccp_header_version (script_of (sccp->player)->offered, sccp->granted) : 0,
        .instance = (guint32) instance,
        .lines = sccp->plan->lines,
        .same_server = sccp->player->settings->same_server
    };
    g_autoptr (GByteArray) message = octets.size
                                         ? sccp_rewrite (octets, &rewrite)
                                         : sccp_message (rewrite.header_version, id, instance != 0, (guint32) instance);

    player_send (sccp->player, (View){ message->data, message->len }, due, ret_left);
}

static void on_step (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    PlanStep *step = plan_step (sccp->plan, sccp->plan->next);

    player_count_wait (sccp->player, deadline - player_think (sccp->player, step->think));
    sccp->plan->next++;
    step->due = deadline;
    step->sent = step->resolved = clock_now ();
    step->state = catalog_kind (step->kind)->is_request ? STEP_SENT : STEP_ANSWERED;
    if (step->state == STEP_SENT)
        step->exchange = sccp_open_exchange (sccp, step->message, step->kind, step->instance);
    if (step_id (step) == SCCP_REGISTER_REQ)
        sccp->has_asked = TRUE;
    sccp_send (sccp, step_id (step), step->octets, step->instance, deadline, &step->left);
    if (step_id (step) == SCCP_TIME_DATE_REQ)
        sccp_become_ready (sccp);
    sccp_proceed (sccp);
}

/* --- Waiting */

gboolean sccp_may_miss (const Sccp *sccp, guint32 id, guint64 instance)
{
    gboolean is_line = catalog_kind (sccp_kind (id))->instance == VALUE_LINE;
    return sccp_rule_find (id)->absence == ABSENCE_HARMLESS || (is_line && !plan_has_line (sccp->plan, instance));
}

/* A server that left one question of a kind unanswered is not given the same time for each. */
static gboolean never_answers (const Sccp *sccp, const PlanStep *step)
{
    gboolean given_up = FALSE;

    for (guint i = 0; i < sccp->plan->next; i++) {
        const PlanStep *other = plan_step (sccp->plan, i);
        if (other->kind == step->kind && other->state == STEP_ANSWERED)
            return FALSE;
        given_up |= other->kind == step->kind && other->state == STEP_GIVEN_UP;
    }
    return given_up && sccp_may_miss (sccp, step_id (step), step->instance);
}

static gint64 patience_end (const Sccp *sccp, const PlanStep *step)
{
    gint64 timeout = sccp->player->settings->timeout;
    gint64 recorded = CLAMP (script_response (script_of (sccp->player), step->message), 0, timeout);

    if (never_answers (sccp, step))
        return step->sent;
    return step->sent + MIN (sccp_rule_find (step_id (step))->patience, timeout) + recorded;
}

/* Without a yes or a no nothing goes on, whether the recording has one or not. */
static gboolean is_awaited (const PlanStep *step)
{
    return step->state == STEP_SENT && (step->answer_order != G_MAXINT64 || step_id (step) == SCCP_REGISTER_REQ);
}

static void end_unregistered (Sccp *sccp)
{
    char text[DURATION_TEXT_SIZE];
    gint64 waited = MIN (sccp_rule_find (SCCP_REGISTER_REQ)->patience, sccp->player->settings->timeout);

    /* It may have accepted all the same, too late. */
    sccp_send (sccp, SCCP_UNREGISTER_REQ, (View){ NULL, 0 }, 0, -1, NULL);
    sccp->player->outcome.signed_off = TRUE;
    player_end (sccp->player, sccp->player->has_received ? END_GONE : END_UNREACHABLE,
                "%s takes the connection but does not answer RegisterReq within %s", target_of (sccp->player),
                duration_format (waited, text));
}

static gboolean awaits_answer (const Sccp *sccp)
{
    for (guint i = sccp->plan->settled; i < sccp->plan->next; i++)
        if (is_awaited (plan_step (sccp->plan, i)))
            return TRUE;
    return FALSE;
}

static void on_patience (gint64 deadline, gpointer user_data)
{
    Sccp *sccp = user_data;
    gint64 asked = G_MAXINT64;

    for (guint i = sccp->plan->settled; i < sccp->plan->next; i++) {
        PlanStep *step = plan_step (sccp->plan, i);
        if (!is_awaited (step) || patience_end (sccp, step) > deadline)
            continue;
        if (sccp_rule_find (step_id (step))->absence == ABSENCE_FATAL) {
            end_unregistered (sccp);
            return;
        }
        step->state = STEP_GIVEN_UP;
        step->resolved = clock_now ();
        asked = MIN (asked, step->sent);
    }
    /* As long as another answer is awaited, it is the server that takes the time. */
    if (asked != G_MAXINT64 && !awaits_answer (sccp))
        player_count_wait (sccp->player, MAX (asked, sccp->served));
    sccp_proceed (sccp);
}

static void watch_patience (Sccp *sccp)
{
    gint64 earliest = G_MAXINT64;

    for (guint i = sccp->plan->settled; i < sccp->plan->next; i++) {
        const PlanStep *step = plan_step (sccp->plan, i);
        if (is_awaited (step))
            earliest = MIN (earliest, patience_end (sccp, step));
    }
    if (earliest == G_MAXINT64)
        agenda_cancel (&sccp->patience);
    else if (!agenda_is_made (&sccp->patience) || sccp->patience.deadline != earliest)
        agenda_make (agenda_of (sccp->player), &sccp->patience, earliest, on_patience, sccp);
}

static gboolean is_through (const Sccp *sccp)
{
    if (sccp->plan->next < sccp->plan->steps->len || sccp->capabilities_waiting)
        return FALSE;
    return !awaits_answer (sccp);
}

/* What comes next, whatever has just happened. */
void sccp_proceed (Sccp *sccp)
{
    gint64 base;

    if (sccp->player->has_ended || sccp->stage != STAGE_REGISTERING)
        return;
    watch_patience (sccp);
    if (plan_is_free (sccp->plan, sccp->accepted, sccp->player->connected, &base)) {
        gint64 due = base + player_think (sccp->player, plan_step (sccp->plan, sccp->plan->next)->think);
        if (!agenda_is_made (&sccp->step) || sccp->step.deadline != due)
            agenda_make (agenda_of (sccp->player), &sccp->step, due, on_step, sccp);
    } else {
        agenda_cancel (&sccp->step);
        if (is_through (sccp))
            sccp_finish (sccp);
    }
}

/* --- The part */

static gpointer sccp_create (Player *player)
{
    Sccp *sccp = g_new0 (Sccp, 1);

    sccp->player = player;
    sccp->plan = plan_new (script_of (player));
    sccp->heartbeat_sent = -1;
    return sccp;
}

static void sccp_destroy (gpointer part)
{
    Sccp *sccp = part;

    sccp_cancel_all (sccp);
    plan_free (sccp->plan);
    g_free (sccp);
}

static void sccp_connected (gpointer part)
{
    sccp_proceed (part);
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
            return used ? (gssize) used : -1;
        if (size == 0)
            break;
        sccp->player->has_received = TRUE;
        sccp->player->more_was_read = used + (gsize) size < octets.size;
        sccp_take (sccp, &pdu);
        used += (gsize) size;
    }
    return (gssize) used;
}

static void sccp_stop (gpointer part)
{
    Sccp *sccp = part;

    if (sccp->stage != STAGE_STAYING)
        player_set_interrupted (sccp->player);
    sccp_sign_off (sccp);
}

/* Some servers answer the sign-off by closing the connection. */
static gboolean sccp_closed (gpointer part)
{
    Sccp *sccp = part;
    Exchange *exchange = sccp_exchange (sccp, sccp->sign_off);

    if (sccp->stage != STAGE_SIGNING_OFF)
        return FALSE;
    if (exchange && script_partner (script_of (sccp->player), exchange->request))
        exchange->detail = g_strdup ("the server closes the connection instead");
    sccp_end (sccp, "; the server has answered the sign-off by closing the connection");
    return TRUE;
}

const PlayerPart player_part_sccp = { sccp_create, sccp_destroy, sccp_connected, sccp_received,
                                      sccp_stop,   sccp_closed,  sccp_settle };
