/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a registration over SIP once it is there: refreshed or not, at which server, with all lines. */
#include "registration/findings/diagnose_sip_internal.h"

#include "registration/wire/times.h"

/* A heartbeat to the standby server, or a question: no registration here. */
static gboolean is_aside (const Note *note)
{
    return note->variant == VARIANT_BACKUP || note->variant == VARIANT_EMPTY;
}

/* The latest 2xx to a REGISTER of this line: Case.last. */
static Case *acceptance (Flow *flow, const Note *note)
{
    return diagnose_case (flow, note, PROBLEM_REFRESH_MISSED, diagnose_sip_line (flow, note));
}

/* The latest order to reset: Case.last. The line that no number has stands for the whole phone. */
static Case *reset_order (Flow *flow, const Note *note)
{
    return diagnose_case (flow, note, PROBLEM_REGISTRATION_FLAPPING, 0);
}

static gboolean is_other_server (const Flow *flow, const Note *a, const Note *b)
{
    const Endpoint *x = flow_server (flow, a), *y = flow_server (flow, b);
    return x && y && !ip_address_equal (&x->address, &y->address);
}

void diagnose_life_reset (Flow *flow, NoteId id, const Note *note)
{
    reset_order (flow, note)->last = id;
}

/* --- Refreshes */

static void refresh_missed (Flow *flow, const Watch *watch)
{
    const Note *accepted = notes_get (flow->notes, watch->note);

    /* A phone that has been told to reset takes its time. */
    if (acceptance (flow, accepted)->last == watch->note && reset_order (flow, accepted)->last < watch->note &&
        diagnose_silence_proves (flow, accepted))
        diagnose_silent (flow, PROBLEM_REFRESH_MISSED, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_refresh (Flow *flow, NoteId id, const Note *note)
{
    guint64 granted = MIN (diagnose_number (flow, note, VALUE_EXPIRES), G_MAXINT32);
    Watch refresh = { .deadline = note->time + SECONDS (granted) + diagnose_patience (flow, TIMER_SIP_GRACE),
                      .note = id,
                      .due = refresh_missed };

    if (granted)
        diagnose_watch (flow, &refresh);
}

/* --- Servers */

static gboolean has_failed (const Flow *flow, const Note *request, gint64 now)
{
    const Note *answer = notes_get (flow->notes, request->partner);

    if (!answer)
        return now - request->time >= diagnose_patience (flow, TIMER_LAST_ANSWER);
    guint32 status = catalog_kind (answer->kind)->id;
    return status >= 400 && status != 401 && status != 407 && status != 423;
}

/* Goes to another server because the one before did not register it: Case.first is what failed there, Case.last the
 * latest REGISTER. */
static void look_for_failover (Flow *flow, NoteId id, const Note *note)
{
    Case *tries = diagnose_case (flow, note, PROBLEM_REGISTERED_ON_BACKUP, diagnose_sip_line (flow, note));
    const Note *before = notes_get (flow->notes, tries->last);

    if (before && is_other_server (flow, before, note))
        tries->first = !has_failed (flow, before, note->time) ? 0 : before->partner ? before->partner : tries->last;
    tries->last = id;
}

static void look_at_server (Flow *flow, NoteId id, const Note *note)
{
    Case *tries = diagnose_case (flow, note, PROBLEM_REGISTERED_ON_BACKUP, diagnose_sip_line (flow, note));
    const Note *failed = notes_get (flow->notes, tries->first);

    if (failed && is_other_server (flow, failed, note))
        diagnose_raise (flow, id, PROBLEM_REGISTERED_ON_BACKUP, CERTAINTY_CERTAIN, tries->first);
    tries->first = 0;
}

/* Accepted here, signed off at once, accepted there, signed off again: Case.second is the acceptance that ended last.
 */
static void look_for_flapping (Flow *flow, NoteId id, const Note *note)
{
    NoteId last = acceptance (flow, note)->last;
    const Note *accepted = notes_get (flow->notes, last);
    guint32 about = diagnose_sip_line (flow, note);

    if (!accepted || is_other_server (flow, accepted, note) || reset_order (flow, note)->last > last)
        return;
    if (note->time - accepted->time > diagnose_patience (flow, TIMER_SIP_SIGN_OFF)) {
        diagnose_forget (flow, note, PROBLEM_REGISTRATION_FLAPPING, about);
        return;
    }
    Case *flapping = diagnose_case (flow, note, PROBLEM_REGISTRATION_FLAPPING, about);
    const Note *before = notes_get (flow->notes, flapping->second);
    if (!before || !is_other_server (flow, before, accepted)) {
        flapping->count = 0;
        flapping->first = last;
    }
    flapping->second = last;
    if (++flapping->count < diagnose_times (flow, TIMER_SIP_SIGN_OFFS) || flapping->last)
        return;
    NoteId evidence[] = { flapping->first, last, id };
    flapping->last = id;
    findings_add (flow->findings, id, PROBLEM_REGISTRATION_FLAPPING, CERTAINTY_LIKELY, evidence,
                  G_N_ELEMENTS (evidence));
}

/* --- Lines */

/* Some lines of a phone are accepted by a server and others refused: Case.first is the latest refusal, Case.second the
 * latest acceptance. */
static Case *lines (Flow *flow, const Note *note)
{
    return diagnose_case (flow, note, PROBLEM_PARTIAL_REGISTRATION, diagnose_try (note));
}

/* telling: that of both which the texts are about. */
static void say_partial (Flow *flow, Case *of, NoteId id, NoteId other, NoteId telling, Certainty certainty)
{
    NoteId evidence[] = { telling == id ? other : id, telling };

    if (of->count++ == 0)
        diagnose_add (flow, id, PROBLEM_PARTIAL_REGISTRATION, certainty, evidence, G_N_ELEMENTS (evidence));
}

static void one_line_more (Flow *flow, NoteId id, const Note *note, NoteId accepted_before)
{
    Case *of = lines (flow, note);
    const Note *refused = notes_get (flow->notes, of->first);
    Value value;

    if (refused && diagnose_sip_line (flow, refused) != diagnose_sip_line (flow, note))
        say_partial (flow, of, id, of->first, of->first, CERTAINTY_CERTAIN);
    else
        of->first = 0;
    of->second = id;
    /* The heartbeat of the first line had to make its registration anew: the other lines are gone (reference 3.3). */
    if (accepted_before && note->variant == VARIANT_REFRESH &&
        values_find (notes_values (flow->notes, note), VALUE_REGISTERED_BEFORE, &value) &&
        phones_get (flow->phones, phones_current (flow->phones, note->phone))->name_rank == NAME_DEVICE)
        say_partial (flow, of, id, note->partner, id, CERTAINTY_LIKELY);
}

void diagnose_life_refused (Flow *flow, NoteId id, const Note *note)
{
    Case *of = lines (flow, note);

    of->first = id;
    if (note->level == LEVEL_READY && of->second)
        say_partial (flow, of, id, of->second, id, CERTAINTY_CERTAIN);
}

/* --- All of it */

void diagnose_life_register (Flow *flow, NoteId id, const Note *note)
{
    if (is_aside (note))
        return;
    if (note->variant == VARIANT_UNREGISTER)
        look_for_flapping (flow, id, note);
    else if (note->variant != VARIANT_AGAIN)
        look_for_failover (flow, id, note);
    acceptance (flow, note)->last = 0;
}

void diagnose_life_accepted (Flow *flow, NoteId id, const Note *note)
{
    Case *accepted = acceptance (flow, note);
    NoteId before = accepted->first;

    if (is_aside (note))
        return;
    accepted->first = note->variant == VARIANT_UNREGISTER ? 0 : id;
    if (note->variant == VARIANT_UNREGISTER)
        return;
    accepted->last = id;
    wait_for_refresh (flow, id, note);
    look_at_server (flow, id, note);
    one_line_more (flow, id, note, before);
}
