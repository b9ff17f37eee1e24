/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/plan_sccp.h"

#include "registration/protocols/sccp.h"
#include "registration/terms/stimuli.h"
#include "replay/script/rules_sccp.h"

#include <string.h>

/* Room between two recorded messages for what is added. */
#define ORDER_STEP (G_GINT64_CONSTANT (1) << 20)

#define BUTTONS_MAX 256

/* Loads of protocol 15 and later ask for BLF speed dials as features (reference 6.1). */
#define BLF_IS_FEATURE_FROM 15

PlanStep *plan_step (const Plan *plan, guint index)
{
    return &g_array_index (plan->steps, PlanStep, index);
}

static gint64 order_of (guint message)
{
    return ((gint64) message + 1) * ORDER_STEP;
}

/* Keepalives and the sign-off have their own times. Only one token is asked for by the script; the server's answer
 * decides about more. */
static gboolean is_step (const ScriptMessage *message)
{
    guint32 id = catalog_kind (message->kind)->id;

    return !message->from_server && !message->has_no_turn && id != SCCP_KEEP_ALIVE_REQ && id != SCCP_UNREGISTER_REQ &&
           sccp_may_send (id);
}

static gboolean is_answer_to_step (const Script *script, const ScriptMessage *message)
{
    const ScriptMessage *asked = script_message (script, message->partner);
    return message->from_server && asked && is_step (asked);
}

static guint count_steps (const Script *script)
{
    guint steps = 0;

    for (guint i = 0; i < script->messages->len; i++)
        steps += is_step (script_message (script, i)) ? 1 : 0;
    return steps;
}

Plan *plan_new (const Script *script)
{
    Plan *plan = g_new0 (Plan, 1);
    /* When the recorded phone began to think about the next message: at the one that it said before, or at the last
     * answer that it had by then. */
    gint64 base = script->connected_after;

    plan->script = script;
    plan->steps = g_array_sized_new (FALSE, TRUE, sizeof (PlanStep), count_steps (script));
    plan->lines = G_MAXUINT;
    plan->settled_base = G_MININT64;
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (is_answer_to_step (script, message))
            base = MAX (base, message->time);
        if (!is_step (message))
            continue;
        PlanStep step = { .message = i,
                          .kind = message->kind,
                          .instance = message->instance,
                          .octets = message->octets,
                          .order = order_of (i),
                          .answer_order = message->partner == SCRIPT_NONE ? G_MAXINT64 : order_of (message->partner),
                          .think = MAX (0, message->time - base) };
        g_array_append_val (plan->steps, step);
        base = MAX (base, message->time);
    }
    return plan;
}

void plan_end (Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (plan_step (plan, i)->state != STEP_ANSWERED)
            return;
    g_array_unref (plan->steps);
    plan->steps = g_array_new (FALSE, TRUE, sizeof (PlanStep));
    plan->next = plan->settled = 0;
}

void plan_free (Plan *plan)
{
    if (!plan)
        return;
    g_array_unref (plan->steps);
    g_free (plan);
}

/* What the next step has to wait for, and when its think time begins because of this earlier one. */
static gboolean is_awaited_by (const PlanStep *before, const PlanStep *next)
{
    return before->answer_order < next->order;
}

static gint64 base_of (const PlanStep *before, const PlanStep *next)
{
    return is_awaited_by (before, next) ? MAX (before->due, before->resolved) : before->due;
}

/* Steps that will look the same to all that come are not looked at again. */
static void settle_front (Plan *plan, const PlanStep *next)
{
    for (; plan->settled < plan->next; plan->settled++) {
        const PlanStep *step = plan_step (plan, plan->settled);
        if (step->state == STEP_SENT || (step->answer_order != G_MAXINT64 && !is_awaited_by (step, next)))
            return;
        plan->settled_base = MAX (plan->settled_base, base_of (step, next));
    }
}

gboolean plan_is_free (Plan *plan, gboolean accepted, gint64 start, gint64 *ret_base)
{
    if (plan->next == plan->steps->len)
        return FALSE;
    const PlanStep *next = plan_step (plan, plan->next);
    const MessageKind *kind = catalog_kind (next->kind);
    if (!accepted && kind->phase != PHASE_REGISTER && kind->phase != PHASE_TOKEN)
        return FALSE;
    settle_front (plan, next);
    gint64 base = MAX (start, plan->settled_base);
    for (guint i = plan->settled; i < plan->next; i++) {
        const PlanStep *before = plan_step (plan, i);
        if (is_awaited_by (before, next) && before->state == STEP_SENT)
            return FALSE;
        base = MAX (base, base_of (before, next));
    }
    *ret_base = base;
    return TRUE;
}

PlanStep *plan_answer (const Plan *plan, const MessageKind *kind, guint64 instance)
{
    for (guint i = 0; i < plan->next; i++) {
        PlanStep *step = plan_step (plan, i);
        if (step_id (step) == kind->answers && step->instance == instance &&
            (step->state == STEP_SENT || step->state == STEP_GIVEN_UP))
            return step;
    }
    return NULL;
}

/* --- Keys */

/* One set of instances; buttons count them in an octet. */
typedef struct {
    gboolean has[256];
} KeySet;

static guint32 request_of_button (guint8 type, gboolean blf_is_feature)
{
    switch (type) {
    case BUTTON_LINE:
        return SCCP_LINE_STAT_REQ;
    case BUTTON_SPEED_DIAL:
        return SCCP_SPEED_DIAL_STAT_REQ;
    case BUTTON_BLF_SPEED_DIAL:
        return blf_is_feature ? SCCP_FEATURE_STAT_REQ : SCCP_SPEED_DIAL_STAT_REQ;
    case BUTTON_FEATURE:
        return SCCP_FEATURE_STAT_REQ;
    case BUTTON_SERVICE_URL:
        return SCCP_SERVICE_URL_STAT_REQ;
    default:
        return 0;
    }
}

/* The keys that a phone asks about with this request, by a template. ForwardStatReq goes with the lines. */
static void collect_keys (const SccpButton *buttons, guint n_buttons, guint32 request, gboolean blf_is_feature,
                          KeySet *ret_keys)
{
    *ret_keys = (KeySet){ { FALSE } };
    for (guint i = 0; i < n_buttons; i++) {
        guint32 of_button = request_of_button (buttons[i].type, blf_is_feature);
        if (of_button == request || (of_button == SCCP_LINE_STAT_REQ && request == SCCP_FORWARD_STAT_REQ))
            ret_keys->has[buttons[i].instance] = TRUE;
    }
}

static guint recorded_template (const Script *script, SccpButton *ret_buttons, guint max)
{
    SccpPdu pdu;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (catalog_kind (message->kind)->id == SCCP_BUTTON_TEMPLATE_RES &&
            sccp_frame (message->octets.data, message->octets.size, &pdu) > 0)
            return sccp_buttons (&pdu, ret_buttons, max);
    }
    return 0;
}

/* The recorded phone's own habit tells; where it had no such key, its protocol version. */
static gboolean blf_is_feature (const Script *script, const SccpButton *buttons, guint n_buttons)
{
    gboolean has_blf = FALSE;

    for (guint i = 0; i < n_buttons; i++) {
        if (buttons[i].type != BUTTON_BLF_SPEED_DIAL)
            continue;
        has_blf = TRUE;
        if (script_find (script, sccp_kind (SCCP_FEATURE_STAT_REQ), buttons[i].instance, 0) != SCRIPT_NONE)
            return TRUE;
    }
    return !has_blf && script->offered >= BLF_IS_FEATURE_FROM;
}

/* Leaves out requests that were not sent yet, about keys that only the recorded template had. */
static void leave_out (Plan *plan, guint32 request, const KeySet *recorded, const KeySet *live)
{
    for (guint i = plan->next; i < plan->steps->len;) {
        const PlanStep *step = plan_step (plan, i);
        gboolean is_gone = step_id (step) == request && step->instance < 256 && recorded->has[step->instance] &&
                           !live->has[step->instance];
        if (is_gone) {
            g_array_remove_index (plan->steps, i);
            plan->skipped++;
        } else {
            i++;
        }
    }
}

static gboolean is_asked (const Plan *plan, guint32 request, guint64 instance)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (step_id (plan_step (plan, i)) == request && plan_step (plan, i)->instance == instance)
            return TRUE;
    return FALSE;
}

/* Where a request that was not recorded goes: behind the last of its kind, else behind the last status request, else
 * next. Gives the index that it will have. */
static guint find_place (const Plan *plan, guint32 request)
{
    guint place = plan->next;
    gboolean has_same = FALSE;

    for (guint i = 0; i < plan->steps->len; i++) {
        const MessageKind *kind = catalog_kind (plan_step (plan, i)->kind);
        gboolean same = kind->id == request;
        if (!same && (has_same || kind->phase != PHASE_STATUS))
            continue;
        has_same |= same;
        place = MAX (place, i + 1);
    }
    return place;
}

/* The new step takes a neighbour's habits: how long it thinks, and whether it waits for each answer. What comes behind
 * moves on by as much as the neighbour took. */
static void add (Plan *plan, guint32 request, guint64 instance)
{
    guint place = find_place (plan, request);
    PlanStep step = {
        .message = SCRIPT_NONE, .kind = sccp_kind (request), .instance = instance, .answer_order = G_MAXINT64
    };
    gint64 shift = ORDER_STEP;

    if (place > 0) {
        const PlanStep *like = plan_step (plan, place - 1);
        gint64 length = like->answer_order == G_MAXINT64 ? ORDER_STEP / 2 : like->answer_order - like->order;
        gint64 period =
            place < plan->steps->len ? plan_step (plan, place)->order - like->order : length + ORDER_STEP / 2;
        if (step_id (like) == request)
            step.octets = like->octets;
        step.think = like->think;
        step.order = like->order + period;
        step.answer_order = step.order + length;
        shift = period;
    }
    for (guint i = place; i < plan->steps->len; i++) {
        PlanStep *behind = plan_step (plan, i);
        behind->order += shift;
        if (behind->answer_order != G_MAXINT64)
            behind->answer_order += shift;
    }
    g_array_insert_val (plan->steps, place, step);
}

/* A kind of request that the recorded phone never sent tells nothing when it had no such key; but not every phone asks
 * for forwarding. */
static gboolean may_add (const Plan *plan, guint32 request, const KeySet *recorded)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (step_id (plan_step (plan, i)) == request)
            return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (recorded->has); i++)
        if (recorded->has[i])
            return FALSE;
    return request != SCCP_FORWARD_STAT_REQ;
}

static void fit_requests (Plan *plan, guint32 request, const KeySet *recorded, const KeySet *live)
{
    gboolean is_wanted = may_add (plan, request, recorded);

    for (guint i = 0; is_wanted && i < G_N_ELEMENTS (live->has); i++)
        if (live->has[i] && !recorded->has[i] && !is_asked (plan, request, i))
            add (plan, request, i);
    leave_out (plan, request, recorded, live);
}

void plan_use_template (Plan *plan, const SccpButton *buttons, guint n_buttons)
{
    static const guint32 requests[] = { SCCP_LINE_STAT_REQ, SCCP_FORWARD_STAT_REQ, SCCP_SPEED_DIAL_STAT_REQ,
                                        SCCP_FEATURE_STAT_REQ, SCCP_SERVICE_URL_STAT_REQ };
    SccpButton recorded_buttons[BUTTONS_MAX];
    guint n_recorded = recorded_template (plan->script, recorded_buttons, G_N_ELEMENTS (recorded_buttons));
    gboolean as_feature = blf_is_feature (plan->script, recorded_buttons, n_recorded);
    KeySet recorded, live;

    plan->lines = 0;
    for (guint i = 0; i < n_buttons; i++)
        plan->lines += buttons[i].type == BUTTON_LINE;
    for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
        collect_keys (recorded_buttons, n_recorded, requests[i], as_feature, &recorded);
        collect_keys (buttons, n_buttons, requests[i], as_feature, &live);
        fit_requests (plan, requests[i], &recorded, &live);
    }
}

gboolean plan_has_line (const Plan *plan, guint64 line)
{
    /* Lines are counted from 1 without gaps. */
    return plan->lines == G_MAXUINT || line <= plan->lines;
}
