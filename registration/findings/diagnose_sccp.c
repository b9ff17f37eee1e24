/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a registration over SCCP. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/terms/models.h"

/* A conference bridge and the like has no number and needs none. What it is, its RegisterReq tells. */
static gboolean is_phone (const Flow *flow, const Note *note)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));
    return phone->device_type && !model_is_media_resource (phone->device_type);
}

static void register_unanswered (Flow *flow, const Watch *watch)
{
    const Note *request = notes_get (flow->notes, watch->note);
    const Case *waiting = diagnose_case (flow, request, watch->problem, watch->about);

    if (!request->partner && waiting->last == watch->note && diagnose_silence_proves (flow, request))
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_decision (Flow *flow, NoteId id, const Note *note)
{
    Watch decision = { .deadline = note->time + diagnose_patience (flow, TIMER_REGISTER_ANSWER),
                       .note = id,
                       .problem = PROBLEM_REGISTER_UNANSWERED,
                       .about = diagnose_try (note),
                       .due = register_unanswered };
    Case *waiting = diagnose_case (flow, note, PROBLEM_REGISTER_UNANSWERED, diagnose_try (note));

    if (waiting->last) /* said before */
        return;
    waiting->last = id;
    diagnose_watch (flow, &decision);
}

void diagnose_sccp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    switch (kind) {
    case SCCP_REGISTER_REQ:
        diagnose_address (flow, id, note);
        wait_for_decision (flow, id, note);
        break;
    case SCCP_REGISTER_ACK:
        diagnose_forget (flow, note, PROBLEM_REJECT_LOOP, note->server);
        diagnose_forget (flow, note, PROBLEM_REGISTER_UNANSWERED, diagnose_try (note));
        break;
    case SCCP_REGISTER_REJECT:
        diagnose_raise (flow, id, PROBLEM_REGISTER_REJECTED, CERTAINTY_CERTAIN, note->partner);
        diagnose_after (flow, id, PROBLEM_REJECT_LOOP, CERTAINTY_CERTAIN, note->server,
                        diagnose_times (flow, TIMER_REJECTS));
        diagnose_forget (flow, note, PROBLEM_REGISTER_UNANSWERED, diagnose_try (note));
        break;
    case 0x011B: /* RegisterTokenReject */
    case 0x8101:
        diagnose_once (flow, id, PROBLEM_TOKEN_REJECTED, CERTAINTY_CERTAIN, note->server, note->partner);
        break;
    case SCCP_LINE_STAT_RES:
    case SCCP_LINE_STAT_V2_RES:
        if (note->variant == VARIANT_EMPTY && diagnose_number (flow, note, VALUE_LINE) == 1)
            diagnose_once (flow, id, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case 0x0093: /* ConfigStatRes */
        if (note->variant == VARIANT_NONE_LEFT && is_phone (flow, note))
            diagnose_once (flow, id, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case SCCP_RESET:
        diagnose_raise (flow, id, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, 0);
        break;
    case 0x002C: /* MediaResourceNotification */
        if (note->variant == VARIANT_NONE_LEFT)
            diagnose_once (flow, id, PROBLEM_NO_STREAMS, CERTAINTY_CERTAIN, note->server, 0);
        break;
    default:
        break;
    }
    if (flow->session)
        diagnose_sccp_life (flow, id, note, catalog_kind (note->kind));
}
