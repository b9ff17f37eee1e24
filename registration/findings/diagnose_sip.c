/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a registration over SIP: one REGISTER and its answers. */
#include "registration/findings/diagnose_sip_internal.h"

#include <string.h>

View diagnose_sip_number (const Flow *flow, const Note *note)
{
    return diagnose_text (flow, note, VALUE_NUMBER);
}

guint32 diagnose_sip_line (const Flow *flow, const Note *note)
{
    return diagnose_about (diagnose_sip_number (flow, note));
}

guint32 diagnose_sip_line_try (const Flow *flow, const Note *note)
{
    return diagnose_sip_line (flow, note) ^ note->attempt * 0x9E3779B1u;
}

gboolean diagnose_sip_has_credentials (const Flow *flow, const Note *request)
{
    return diagnose_text (flow, request, VALUE_USER).size || diagnose_text (flow, request, VALUE_REALM).size;
}

/* Each line of a phone registers for itself: all of them at once are no repetition. */
static guint32 line_at_server (const Flow *flow, const Note *note)
{
    return note->server ^ diagnose_sip_line (flow, note);
}

/* --- No answer */

static void register_unanswered (Flow *flow, const Watch *watch)
{
    const Note *request = notes_get (flow->notes, watch->note);
    Case *of = diagnose_case (flow, request, PROBLEM_SIP_UNANSWERED, watch->about);

    /* Otherwise an answer or the end of the connection has come, or it has been said. */
    if (of->first != watch->note || of->last || !diagnose_silence_proves (flow, request))
        return;
    of->last = watch->note;
    diagnose_silent (flow, PROBLEM_SIP_UNANSWERED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* Over UDP whoever hears nothing asks again within half a second (RFC 3261, 17.1.2.2): a phone that does not has heard
 * an answer, which the capture lacks, or has gone away itself. */
static gboolean is_asked_again (const Flow *flow, const Case *of)
{
    return of->second && notes_get (flow->notes, of->second)->variant == VARIANT_AGAIN;
}

static void datagram_unanswered (Flow *flow, const Watch *watch)
{
    const Note *request = notes_get (flow->notes, watch->note);

    if (is_asked_again (flow, diagnose_case (flow, request, PROBLEM_SIP_UNANSWERED, watch->about)))
        register_unanswered (flow, watch);
    else if (!request->partner)
        diagnose_silence_proves (flow, request); /* which tells when the capture is known to lack answers */
}

static void wait_for_answer (Flow *flow, NoteId id, const Note *note)
{
    guint32 about = line_at_server (flow, note);
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_SIP_ANSWER),
                     .note = id,
                     .about = about,
                     .due = flow->session ? register_unanswered : datagram_unanswered };

    if (!flow->session && note->variant != VARIANT_AGAIN &&
        !is_asked_again (flow, diagnose_case (flow, note, PROBLEM_SIP_UNANSWERED, about)))
        diagnose_forget (flow, note, PROBLEM_SIP_UNANSWERED, about);
    diagnose_unanswered (flow, id, PROBLEM_SIP_UNANSWERED, about, diagnose_times (flow, TIMER_SIP_REGISTERS), 0);
    if (diagnose_case (flow, note, PROBLEM_SIP_UNANSWERED, about)->first == id)
        diagnose_watch (flow, &answer);
}

void diagnose_sip_closed (Flow *flow, NoteId closed, NoteId request)
{
    const Note *asked = notes_get (flow->notes, request);
    guint32 about = line_at_server (flow, asked);

    /* A phone that has waited in vain gives up: that is no news. */
    if (notes_get (flow->notes, closed)->time - asked->time >= diagnose_patience (flow, TIMER_SIP_ANSWER) ||
        diagnose_case (flow, asked, PROBLEM_SIP_UNANSWERED, about)->last || !diagnose_silence_proves (flow, asked))
        return;
    diagnose_forget (flow, asked, PROBLEM_SIP_UNANSWERED, about);
    /* An alert of TLS has said why: with 1.3 it may come when the REGISTER is on its way. */
    if (flow->session && flow->session->facts.has_failed)
        return;
    diagnose_raise (flow, closed, PROBLEM_CLOSED_MID_REGISTER, CERTAINTY_CERTAIN, request);
}

/* --- Challenges */

static void challenge_unanswered (Flow *flow, const Watch *watch)
{
    const Note *challenge = notes_get (flow->notes, watch->note);
    Case *of = diagnose_case (flow, challenge, PROBLEM_AUTH_NOT_RETRIED, watch->about);

    if (of->first != watch->note || of->last || !diagnose_silence_proves (flow, challenge))
        return;
    of->last = watch->note;
    diagnose_silent (flow, PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* The first challenge, or one more although nobody has tried to answer the one before: Case.first is that one. */
static void wait_for_credentials (Flow *flow, NoteId id, const Note *note)
{
    guint32 about = line_at_server (flow, note);
    Case *of = diagnose_case (flow, note, PROBLEM_AUTH_NOT_RETRIED, about);
    const Note *before = notes_get (flow->notes, of->first);
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_SIP_ANSWER),
                     .note = id,
                     .about = about,
                     .due = challenge_unanswered };

    if (of->last)
        return;
    /* In another attempt the phone may have forgotten the challenge, as after a restart. */
    if (before && before->attempt == note->attempt) {
        if (!diagnose_silence_proves (flow, note)) /* of the request that has none the end may be missing */
            return;
        NoteId evidence[] = { of->first, note->partner, id };
        of->last = id;
        diagnose_add (flow, id, PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
        return;
    }
    of->first = id;
    diagnose_watch (flow, &answer);
}

/* A phone repeats a request until it hears an answer (RFC 3261, 17.1.2.2): it has not heard this challenge. */
static void look_at_deaf_phone (Flow *flow, NoteId id, const Note *note)
{
    Case *of = diagnose_case (flow, note, PROBLEM_AUTH_NOT_RETRIED, line_at_server (flow, note));
    NoteId evidence[] = { of->first, id };

    if (!of->first || of->last || note->variant != VARIANT_AGAIN ||
        diagnose_number (flow, note, VALUE_REPEATS) < diagnose_times (flow, TIMER_SIP_REGISTERS))
        return;
    of->last = id;
    diagnose_add (flow, id, PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_challenge (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    const Note *request = notes_get (flow->notes, note->partner);

    if (status == 407 && note->variant == VARIANT_TOKEN) {
        diagnose_once (flow, id, PROBLEM_OAUTH_REQUIRED, CERTAINTY_CERTAIN, note->server, note->partner);
        return;
    }
    if (!request) /* also: the same challenge once more */
        return;
    if (!diagnose_sip_has_credentials (flow, request))
        wait_for_credentials (flow, id, note);
    if (note->variant == VARIANT_STALE)
        diagnose_once (flow, id, PROBLEM_STALE_NONCE, CERTAINTY_CERTAIN, diagnose_sip_line_try (flow, note),
                       note->partner);
    else if (note->variant == VARIANT_REFUSED)
        diagnose_after (flow, id, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, note->server,
                        diagnose_times (flow, TIMER_SIP_CHALLENGES));
}

/* --- Final answers */

static void look_at_acceptance (Flow *flow, NoteId id, const Note *note)
{
    diagnose_forget (flow, note, PROBLEM_AUTH_LOOP, note->server);
    diagnose_forget (flow, note, PROBLEM_AUTH_NOT_RETRIED, line_at_server (flow, note));
    diagnose_user_accepted (flow, id, note);
    diagnose_life_accepted (flow, id, note);
    if (note->variant == VARIANT_UNREGISTER)
        diagnose_once (flow, id, PROBLEM_UNREGISTERED, CERTAINTY_CERTAIN, diagnose_sip_line_try (flow, note),
                       note->partner);
}

static Problem problem_of_status (guint32 status)
{
    if (status < 400)
        return PROBLEM_REDIRECTED;
    if (status >= 500)
        return PROBLEM_SIP_SERVER_ERROR;
    switch (status) {
    case 403:
        return PROBLEM_SIP_FORBIDDEN;
    case 404:
        return PROBLEM_SIP_NOT_FOUND;
    case 423:
        return PROBLEM_INTERVAL_TOO_BRIEF;
    default:
        return PROBLEM_SIP_REQUEST_REJECTED;
    }
}

static void look_at_refusal (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    if (status == 404 && flow_sip_is_placeholder (diagnose_sip_number (flow, note)))
        return;
    diagnose_once (flow, id, problem_of_status (status), CERTAINTY_CERTAIN, diagnose_sip_line_try (flow, note),
                   note->partner);
    if (status == 403 || status == 404)
        diagnose_number_refused (flow, id, note, status);
    if (status >= 400 && status != 423)
        diagnose_life_refused (flow, id, note);
}

/* --- Addresses: what is certain is the difference */

static gboolean has_value (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;
    return values_find (notes_values (flow->notes, note), key, &value);
}

void diagnose_address (Flow *flow, NoteId id, const Note *note)
{
    if (has_value (flow, note, VALUE_SOURCE))
        diagnose_once (flow, id, PROBLEM_NAT, CERTAINTY_CERTAIN, 0, note->partner);
}

/* --- All of it */

static void look_at_register (Flow *flow, NoteId id, const Note *note)
{
    wait_for_answer (flow, id, note);
    diagnose_register_whole (flow, id, note);
    diagnose_address (flow, id, note);
    if (has_value (flow, note, VALUE_VIA))
        diagnose_once (flow, id, PROBLEM_SIP_ALG, CERTAINTY_HINT, 0, 0);
    if (diagnose_sip_has_credentials (flow, note)) {
        diagnose_forget (flow, note, PROBLEM_AUTH_NOT_RETRIED, line_at_server (flow, note));
        diagnose_user_named (flow, id, note);
    } else {
        look_at_deaf_phone (flow, id, note);
    }
    diagnose_life_register (flow, id, note);
}

static void look_at_answer (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    diagnose_address (flow, id, note);
    diagnose_clock (flow, id, note);
    if (status == 401 || status == 407)
        look_at_challenge (flow, id, note, status);
    else if (note->variant == VARIANT_AGAIN) /* the same answer twice */
        return;
    else if (status < 300)
        look_at_acceptance (flow, id, note);
    else
        look_at_refusal (flow, id, note, status);
}

void diagnose_sip (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    static const char method[] = "REGISTER";
    View request = diagnose_text (flow, note, VALUE_REQUEST);

    if (kind == SIP_REGISTER) {
        look_at_register (flow, id, note);
    } else if (kind == SIP_NOTIFY && (note->variant == VARIANT_RESET || note->variant == VARIANT_RESTART)) {
        diagnose_once (flow, id, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, note->frame, 0);
        diagnose_life_reset (flow, id, note);
    } else if (request.size == sizeof method - 1 && memcmp (request.data, method, request.size) == 0) {
        diagnose_forget (flow, note, PROBLEM_SIP_UNANSWERED, line_at_server (flow, note));
        diagnose_register_arrived (flow, note);
        if (kind >= 200)
            look_at_answer (flow, id, note, kind);
    }
}
