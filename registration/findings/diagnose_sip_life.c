/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a registration over SIP once it is there: refreshed or not, at which server, with all lines. */
#include "registration/findings/diagnose_sip_internal.h"

#include "registration/wire/times.h"

/* A heartbeat to the standby server, a question, or what takes other contacts back: no registration here. Or an answer
 * whose request is not there: the next one may not be there either. */
static gboolean is_aside (const Note *note)
{
    return note->variant == VARIANT_BACKUP || note->variant == VARIANT_EMPTY || note->variant == VARIANT_OTHERS ||
           note->variant == VARIANT_ALONE;
}

/* The latest 2xx to a REGISTER of this line: Case.last. */
static Case *acceptance (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_REFRESH_MISSED, diagnose_sip_line (sight));
}

/* The latest order to reset: Case.last. The line that no number has stands for the whole phone. */
static Case *reset_order (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_REGISTRATION_FLAPPING, 0);
}

static gboolean is_other_server (const Sight *sight, const Note *a, const Note *b)
{
    const Endpoint *x = flow_server (sight->diagnosis->flow, a), *y = flow_server (sight->diagnosis->flow, b);
    return x && y && !ip_address_equal (&x->address, &y->address);
}

void diagnose_life_reset (const Sight *sight)
{
    reset_order (sight)->last = sight->id;
}

gboolean diagnose_life_is_reset (const Sight *sight, NoteId since)
{
    return reset_order (sight)->last > since;
}

/* --- Refreshes */

/* How long after this acceptance the phone has to ask again, with some seconds of grace; G_MAXINT64 when that is not
 * known. */
static gint64 refresh_time (const Sight *accepted)
{
    const guint64 granted = MIN (diagnose_number (accepted, VALUE_EXPIRES), G_MAXINT32);
    return granted ? SECONDS (granted) + diagnose_patience (accepted, TIMER_SIP_GRACE) : G_MAXINT64;
}

/* More time has gone by since, and what the capture was paused (see flow_paused()) explains it not. */
static gboolean is_overdue (const Sight *accepted, gint64 now, gboolean is_sure)
{
    const gint64 since = accepted->note->time;
    return now - since - flow_paused (accepted->diagnosis->flow, since, now, is_sure) > refresh_time (accepted);
}

/* The server has given its place to another one before its time was over, or another device has signed it off. */
static gboolean is_replaced (const Sight *sight)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, sight->note->registration);
    return registration && (registration->state == STATE_REPLACED || registration->state == STATE_REMOVED);
}

static void refresh_missed (const Sight *sight, const Watch *watch)
{
    if (is_replaced (sight))
        return;
    /* A phone that has been told to reset takes its time. */
    if (acceptance (sight)->last == watch->note && is_overdue (sight, flow_end (sight->diagnosis->flow), TRUE) &&
        reset_order (sight)->last < watch->note && diagnose_silence_proves (sight))
        diagnose_silent (sight, PROBLEM_REFRESH_MISSED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* That none comes only the end shows: one that comes late proves it better. */
static void wait_for_refresh (const Sight *sight)
{
    Watch refresh = { .deadline = G_MAXINT64, .note = sight->id, .due = refresh_missed, .closes_at_end = TRUE };

    if (refresh_time (sight) != G_MAXINT64)
        diagnose_watch (sight, &refresh);
}

/* A REGISTER: the binding that it would refresh is gone. */
static void look_for_late_refresh (const Sight *sight)
{
    const NoteId last = acceptance (sight)->last;

    if (!last || reset_order (sight)->last >= last)
        return;
    const Sight accepted = sight_at (sight->diagnosis, last, NULL);
    const NoteId evidence[] = { sight->id, last }; /* the texts are about the acceptance */
    /* The refresh that is missing is one of the server that has accepted: the phone may have gone to another one. */
    if (!is_overdue (&accepted, sight->note->time, TRUE) || !diagnose_silence_proves (&accepted) ||
        !diagnose_silence_proves (sight))
        return;
    /* While nobody else was heard of either, the capture may have been paused, or its clock set forward. */
    diagnose_add (sight, PROBLEM_REFRESH_MISSED,
                  is_overdue (&accepted, sight->note->time, FALSE) ? CERTAINTY_CERTAIN : CERTAINTY_HINT, evidence,
                  G_N_ELEMENTS (evidence));
}

/* --- The connection that a registration lives on (RFC 5626, 4.2; CUCM unregisters a phone with it) */

/* What the phone has had to do since: Case.last is the end, Case.first the acceptance on that connection. */
static Case *lost_connection (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_CLOSED_AFTER_REGISTER, 0);
}

static void not_back (const Sight *sight, const Watch *watch)
{
    const Case *of = lost_connection (sight);
    NoteId evidence[] = { of->first, watch->note };

    /* Whoever knocks there since wants to come back: why that fails is another matter. */
    if (of->last == watch->note && reset_order (sight)->last < of->first && sight->story->knocked < of->last &&
        diagnose_silence_proves (sight))
        diagnose_silent (sight, PROBLEM_CLOSED_AFTER_REGISTER, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

/* Its server can open another one. */
static gboolean stands_alone (const Sight *sight, const Note *accepted)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, accepted->registration);
    return registration && registration->stands_alone;
}

/* The latest acceptance of whom the end concerns. Over a connection of somebody in between each has its own. */
static NoteId accepted_on (const Sight *sight)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, sight->note->registration);

    if (sight->note->variant == VARIANT_CARRIED)
        return registration ? registration_granted (registration) : 0;
    return sight->session->is_hop ? 0 : sight->connection->accepted;
}

void diagnose_sip_end (const Sight *sight)
{
    const NoteId accepted = accepted_on (sight);
    Watch back = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_SIP_ANSWER),
                   .note = sight->id,
                   .due = not_back };

    if (!sight->note->from_server || sight->session->answers_end || !accepted ||
        stands_alone (sight, sight_note (sight, accepted)))
        return;
    lost_connection (sight)->first = accepted;
    lost_connection (sight)->last = sight->id;
    diagnose_watch (sight, &back);
}

/* --- Servers */

static gboolean has_failed (const Sight *sight, const Note *request, gint64 now)
{
    const Note *answer = sight_note (sight, request->partner);

    if (!answer)
        return now - request->time >= diagnose_patience (sight, TIMER_LAST_ANSWER);
    guint32 status = catalog_kind (answer->kind)->id;
    return status >= 400 && status != 401 && status != 407;
}

/* A SYN to a server over SIP: Cisco phones try their servers one after the other. */
void diagnose_sip_knock (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (story->knocked)
        return;
    story->knocked = sight->id;
    story->knock_refused = FALSE;
}

void diagnose_sip_knock_answered (const Sight *sight)
{
    PhoneStory *story = sight->story;
    const Note *knocked = sight_note (sight, story->knocked);
    const gboolean is_this = knocked && !is_other_server (sight, knocked, sight->note);

    if (sight->kind->id == TCP_EVENT_REFUSED) {
        story->knock_refused |= is_this;
        return;
    }
    if (is_this)
        story->knocked = 0;
    if (!story->reached)
        story->reached = sight->id;
}

/* The server that the phone has come to before this one, or that had it registered, lets nobody connect. The standby,
 * which it also connects to, is tried after its server is reached. */
static NoteId unreachable (const Sight *sight, const Note *before)
{
    const PhoneStory *story = sight->story;
    const Note *knocked = sight_note (sight, story->knocked);

    if (!knocked || !is_other_server (sight, knocked, sight->note))
        return 0;
    /* The accounts of a softphone have servers of their own; those of a Cisco phone are one list for all lines. */
    if (!before && (sight->phone->name_rank != NAME_DEVICE || (story->reached && story->reached < story->knocked)))
        return 0;
    if (before && is_other_server (sight, before, knocked))
        return 0;
    const gboolean is_silent = sight->note->time - knocked->time >= diagnose_patience (sight, TIMER_LAST_ANSWER);
    return story->knock_refused || (is_silent && diagnose_silence_proves (sight)) ? story->knocked : 0;
}

/* Goes to another server because the one before did not register it: Case.first is what failed there, Case.last the
 * latest REGISTER, Case.second its first way to a server. */
static void look_for_failover (const Sight *sight)
{
    Case *tries = diagnose_case (sight, PROBLEM_REGISTERED_ON_BACKUP, diagnose_sip_line (sight));
    const Note *before = sight_note (sight, tries->last);

    if (!before)
        tries->first = unreachable (sight, NULL);
    else if (is_other_server (sight, before, sight->note))
        tries->first = !has_failed (sight, before, sight->note->time) ? unreachable (sight, before)
                       : before->partner                              ? before->partner
                                                                      : tries->last;
    if (!tries->second)
        tries->second = tries->first ? tries->first : sight->id;
    tries->last = sight->id;
    if (!sight->story->reached)
        sight->story->reached = sight->id;
}

static void look_at_server (const Sight *sight)
{
    Case *tries = diagnose_case (sight, PROBLEM_REGISTERED_ON_BACKUP, diagnose_sip_line (sight));
    const Note *failed = sight_note (sight, tries->first), *home = sight_note (sight, tries->second);
    const gboolean is_new = sight->note->variant != VARIANT_REFRESH; /* the other is where the phone is already */

    if (failed && is_new && is_other_server (sight, failed, sight->note) &&
        !(home && !is_other_server (sight, home, sight->note)))
        diagnose_raise (sight, PROBLEM_REGISTERED_ON_BACKUP, CERTAINTY_CERTAIN, tries->first);
    if (tries->first && tries->first == sight->story->knocked)
        sight->story->knocked = 0;
    tries->first = 0;
}

/* Accepted here, signed off at once, accepted there, signed off again: Case.second is the acceptance that ended last.
 */
static void look_for_flapping (const Sight *sight)
{
    NoteId last = acceptance (sight)->last;
    const Note *accepted = sight_note (sight, last);
    guint32 about = diagnose_sip_line (sight);

    if (!accepted || is_other_server (sight, accepted, sight->note) || reset_order (sight)->last > last)
        return;
    if (sight->note->time - accepted->time > diagnose_patience (sight, TIMER_SIP_SIGN_OFF)) {
        diagnose_forget (sight, PROBLEM_REGISTRATION_FLAPPING, about);
        return;
    }
    Case *flapping = diagnose_case (sight, PROBLEM_REGISTRATION_FLAPPING, about);
    const Note *before = sight_note (sight, flapping->second);
    if (!before || !is_other_server (sight, before, accepted)) {
        flapping->count = 0;
        flapping->first = last;
    }
    flapping->second = last;
    if (++flapping->count < diagnose_times (sight, TIMER_SIP_SIGN_OFFS) || flapping->last)
        return;
    NoteId evidence[] = { flapping->first, last, sight->id };
    flapping->last = sight->id;
    findings_add (sight->diagnosis->findings, sight->id, PROBLEM_REGISTRATION_FLAPPING, CERTAINTY_LIKELY, evidence,
                  G_N_ELEMENTS (evidence));
}

/* --- Lines */

/* Some lines of a phone are accepted by a server and others refused: Case.first is the latest refusal, Case.second the
 * latest acceptance. */
static Case *lines (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_PARTIAL_REGISTRATION, diagnose_try (sight));
}

/* The name has been heard at another place as well, just now: the lines may be those of two devices. */
static gboolean may_be_two (const Sight *sight)
{
    const Note *elsewhere = sight_note (sight, sight->story->before.note);

    return diagnose_case (sight, PROBLEM_DUPLICATE_DEVICE, 0)->count ||
           (elsewhere && sight->boot->lease.note < sight->story->before.note &&
            sight->note->time - elsewhere->time <= diagnose_patience (sight, TIMER_DUPLICATE));
}

/* telling: that of both which the texts are about. */
static void say_partial (const Sight *sight, Case *of, NoteId other, NoteId telling, Certainty certainty)
{
    NoteId evidence[] = { telling == sight->id ? other : sight->id, telling };

    if (!may_be_two (sight) && of->count++ == 0)
        diagnose_add (sight, PROBLEM_PARTIAL_REGISTRATION, certainty, evidence, G_N_ELEMENTS (evidence));
}

static guint32 refused_line (const Sight *sight, NoteId refusal)
{
    Sight refused = sight_at (sight->diagnosis, refusal, NULL);
    return diagnose_sip_line (&refused);
}

static void one_line_more (const Sight *sight, NoteId accepted_before)
{
    Case *of = lines (sight);
    Value value;

    if (of->first && refused_line (sight, of->first) != diagnose_sip_line (sight))
        say_partial (sight, of, of->first, of->first, CERTAINTY_CERTAIN);
    else
        of->first = 0;
    of->second = sight->id;
    /* The heartbeat of the first line had to make its registration anew: the other lines are gone, if there were any
     * (reference 3.3). */
    if (accepted_before && sight->phone->lines_registered > 1 && sight->note->variant == VARIANT_REFRESH &&
        sight_value (sight, VALUE_REGISTERED_BEFORE, &value) && sight->phone->name_rank == NAME_DEVICE)
        say_partial (sight, of, sight->note->partner, sight->id, CERTAINTY_LIKELY);
}

gboolean diagnose_life_was_accepted (const Sight *sight)
{
    return acceptance (sight)->first != 0;
}

void diagnose_life_refused (const Sight *sight)
{
    Case *of = lines (sight);
    const Note *request = sight_note (sight, sight->note->partner);

    /* A sign-off or a question that is refused takes nothing away, and what is not in the capture may be one. */
    if (sight->note->phase == PHASE_UNREGISTER || !request || is_aside (request) || request->variant == VARIANT_CUT)
        return;
    of->first = sight->id;
    if (sight->note->level == LEVEL_READY && of->second)
        say_partial (sight, of, of->second, sight->id, CERTAINTY_CERTAIN);
}

/* --- All of it */

void diagnose_life_register (const Sight *sight)
{
    if (is_aside (sight->note))
        return;
    if (sight->note->variant != VARIANT_AGAIN)
        look_for_late_refresh (sight);
    diagnose_forget (sight, PROBLEM_CLOSED_AFTER_REGISTER, 0);
    if (sight->note->variant == VARIANT_UNREGISTER)
        look_for_flapping (sight);
    else if (sight->note->variant != VARIANT_AGAIN)
        look_for_failover (sight);
    acceptance (sight)->last = 0;
}

void diagnose_life_accepted (const Sight *sight)
{
    Case *accepted = acceptance (sight);
    NoteId before = accepted->first;

    if (is_aside (sight->note))
        return;
    accepted->first = sight->note->variant == VARIANT_UNREGISTER ? 0 : sight->id;
    if (sight->connection)
        sight->connection->accepted = accepted->first;
    if (sight->note->variant == VARIANT_UNREGISTER)
        return;
    accepted->last = sight->id;
    wait_for_refresh (sight);
    look_at_server (sight);
    one_line_more (sight, before);
}
