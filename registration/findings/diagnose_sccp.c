/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a registration over SCCP. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/terms/models.h"

/* A conference bridge, a gateway and the like have no number and need none. What it is, its RegisterReq tells. */
static gboolean needs_a_line (const Sight *sight)
{
    const Phone *phone = sight->phone;
    return phone->device_type && model_has_lines (phone->device_type);
}

static void register_unanswered (const Sight *sight, const Watch *watch)
{
    const Case *waiting = diagnose_case (sight, watch->problem, watch->about);

    if (!sight->note->partner && waiting->last == watch->note && diagnose_silence_proves (sight))
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_decision (const Sight *sight)
{
    Watch decision = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_REGISTER_ANSWER),
                       .note = sight->id,
                       .problem = PROBLEM_REGISTER_UNANSWERED,
                       .about = diagnose_try (sight),
                       .due = register_unanswered };
    Case *waiting = diagnose_case (sight, PROBLEM_REGISTER_UNANSWERED, diagnose_try (sight));

    if (waiting->last) /* said before */
        return;
    waiting->last = sight->id;
    diagnose_watch (sight, &decision);
}

void diagnose_sccp (const Sight *sight)
{
    const Note *note = sight->note;

    switch (sight->kind->id) {
    case SCCP_REGISTER_REQ:
        diagnose_address (sight);
        wait_for_decision (sight);
        break;
    case SCCP_REGISTER_ACK:
        diagnose_forget (sight, PROBLEM_REJECT_LOOP, note->server);
        diagnose_forget (sight, PROBLEM_REGISTER_UNANSWERED, diagnose_try (sight));
        break;
    case SCCP_REGISTER_REJECT:
        diagnose_raise (sight, PROBLEM_REGISTER_REJECTED, CERTAINTY_CERTAIN, note->partner);
        diagnose_after (sight, PROBLEM_REJECT_LOOP, CERTAINTY_CERTAIN, note->server,
                        diagnose_times (sight, TIMER_REJECTS));
        diagnose_forget (sight, PROBLEM_REGISTER_UNANSWERED, diagnose_try (sight));
        break;
    case 0x011B: /* RegisterTokenReject */
    case 0x8101:
        diagnose_once (sight, PROBLEM_TOKEN_REJECTED, CERTAINTY_CERTAIN, note->server, note->partner);
        break;
    case SCCP_LINE_STAT_RES:
    case SCCP_LINE_STAT_V2_RES:
        if (note->variant == VARIANT_EMPTY && diagnose_number (sight, VALUE_LINE) == 1 && needs_a_line (sight))
            diagnose_once (sight, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->registration, note->partner);
        break;
    case 0x0093: /* ConfigStatRes */
        if (note->variant == VARIANT_NONE_LEFT && needs_a_line (sight))
            diagnose_once (sight, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->registration, note->partner);
        break;
    case SCCP_RESET:
        diagnose_raise (sight, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, 0);
        break;
    case 0x002C: /* MediaResourceNotification */
        if (note->variant == VARIANT_NONE_LEFT)
            diagnose_once (sight, PROBLEM_NO_STREAMS, CERTAINTY_CERTAIN, note->server, 0);
        break;
    default:
        break;
    }
    if (sight->session)
        diagnose_sccp_life (sight);
}
