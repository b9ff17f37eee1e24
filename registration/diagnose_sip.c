/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a registration over SIP. */
#include "registration/diagnose_internal.h"

#include "registration/flow_sip_internal.h"

#include <string.h>

/* The number that a REGISTER, or its answer, is about. */
static View registered_number (const Flow *flow, const Note *note)
{
    if (note->from_server && note->partner)
        note = notes_get (flow->notes, note->partner);
    return diagnose_text (flow, note, VALUE_NUMBER);
}

/* What a case is about that concerns one attempt of one line. */
static guint32 line_try (const Flow *flow, const Note *note)
{
    return diagnose_hash (registered_number (flow, note)) ^ note->attempt * 0x9E3779B1u;
}

static void look_at_challenge (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    if (status == 407 && note->variant == VARIANT_TOKEN)
        diagnose_once (flow, id, PROBLEM_OAUTH_REQUIRED, CERTAINTY_CERTAIN, note->server, note->partner);
    else if (note->variant == VARIANT_STALE)
        diagnose_once (flow, id, PROBLEM_STALE_NONCE, CERTAINTY_CERTAIN, line_try (flow, note), note->partner);
    else if (note->variant == VARIANT_AGAIN && note->partner)
        diagnose_after (flow, id, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, note->server,
                        diagnose_times (flow, TIMER_SIP_CHALLENGES));
}

/* An answer to a REGISTER. */
static void look_at_register_answer (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    Problem problem = N_PROBLEMS;

    if (status == 401 || status == 407) {
        look_at_challenge (flow, id, note, status);
        return;
    }
    if (note->variant == VARIANT_AGAIN) /* the same answer twice */
        return;
    if (status >= 200 && status < 300) {
        diagnose_forget (flow, note, PROBLEM_AUTH_LOOP, note->server);
        if (note->variant == VARIANT_UNREGISTER)
            problem = PROBLEM_UNREGISTERED;
    } else if (status >= 300 && status < 400) {
        problem = PROBLEM_REDIRECTED;
    } else if (status == 403) {
        problem = PROBLEM_SIP_FORBIDDEN;
    } else if (status == 404) {
        if (flow_sip_is_placeholder (registered_number (flow, note)))
            return;
        problem = PROBLEM_SIP_NOT_FOUND;
    } else if (status == 423) {
        problem = PROBLEM_INTERVAL_TOO_BRIEF;
    } else if (status >= 500) {
        problem = PROBLEM_SIP_SERVER_ERROR;
    } else if (status >= 400) {
        problem = PROBLEM_SIP_REQUEST_REJECTED;
    }
    if (problem != N_PROBLEMS)
        diagnose_once (flow, id, problem, CERTAINTY_CERTAIN, line_try (flow, note), note->partner);
}

void diagnose_sip (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    static const char method[] = "REGISTER";
    View request = diagnose_text (flow, note, VALUE_REQUEST);

    /* Each line of a phone registers for itself: all of them at once are no repetition. */
    guint32 about = note->server ^ diagnose_hash (registered_number (flow, note));
    if (kind == SIP_REGISTER)
        diagnose_unanswered (flow, id, PROBLEM_SIP_UNANSWERED, about, diagnose_times (flow, TIMER_SIP_REGISTERS), 0);
    else if (note->from_server)
        diagnose_forget (flow, note, PROBLEM_SIP_UNANSWERED, about);
    if (kind == SIP_NOTIFY && (note->variant == VARIANT_RESET || note->variant == VARIANT_RESTART))
        diagnose_once (flow, id, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, note->frame, 0);
    if (kind >= 200 && request.size == sizeof method - 1 && memcmp (request.data, method, request.size) == 0)
        look_at_register_answer (flow, id, note, kind);
}
