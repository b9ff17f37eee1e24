/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"
#include "replay/clock.h"
#include "replay/script/script.h"

#include <glib.h>

/* What a replayed phone says, in which order, and what it waits for first: made of the script, and changed to the keys
 * that the live server gives it (reference 6.2). Pure data; the player moves through it.
 *
 * A phone waits for what the recorded one had waited for: a message that was recorded behind the answer to an earlier
 * question is sent when that is answered (or given up), and one that was recorded before the answer is sent without
 * waiting. Its think time counts from the later of the message before it and the last answer that it waits for. */

typedef enum { STEP_WAITING, STEP_SENT, STEP_ANSWERED, STEP_GIVEN_UP } StepState;

typedef struct {
    guint message; /* index in the script; SCRIPT_NONE: not recorded, made for the live keys */
    KindIndex kind;
    guint64 instance;
    View octets;         /* borrowed from the script; of a neighbour when it was not recorded; empty: made anew */
    gint64 order;        /* place among all messages of the recording */
    gint64 answer_order; /* the same of its answer; G_MAXINT64: there was none */
    gint64 think;        /* nanoseconds */

    StepState state;
    gint64 due;           /* when it is to be sent: what the next one counts from */
    gint64 sent;          /* when it was dealt with: what waiting for its answer counts from */
    Departure left;       /* when it left */
    gint64 resolved;      /* when the answer came, or was given up */
    gboolean late_answer; /* answered after it was given up */
    guint exchange;       /* the player's; index + 1 */
} PlanStep;

typedef struct {
    const Script *script; /* borrowed */
    GArray *steps;        /* of PlanStep */
    guint next;           /* the first that was not sent */
    guint settled;        /* all before it are done with */
    gint64 settled_base;  /* the latest moment of those */
    guint lines;          /* of the live template; G_MAXUINT: not known */
    guint skipped;        /* recorded requests left out because the live template lacks the key */
} Plan;

Plan *plan_new (const Script *script);
void plan_free (Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Plan, plan_free)

PlanStep *plan_step (const Plan *plan, guint index);

static inline guint32 step_id (const PlanStep *step)
{
    return catalog_kind (step->kind)->id;
}

/* The live template is known: requests about keys that it has and the recorded one had not are added behind their
 * like, and those about keys that it lacks are left out. */
void plan_use_template (Plan *plan, const SccpButton *buttons, guint n_buttons);

/* Whether the next step may be sent as far as answers go, and when its think time begins. start: when the connection
 * stood. */
gboolean plan_is_free (Plan *plan, gboolean accepted, gint64 start, gint64 *ret_base);

/* The oldest question that this answer belongs to, given up or not; NULL when nobody has asked. */
PlanStep *plan_answer (const Plan *plan, const MessageKind *kind, guint64 instance);

/* Nothing is to be said any more, and when all is answered nothing of the steps is needed. */
void plan_end (Plan *plan);

/* The live template has this line, or nobody knows. */
gboolean plan_has_line (const Plan *plan, guint64 line);
