/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a registration over SIP: one REGISTER and its answers. */
#include "registration/findings/diagnose_sip_internal.h"

#include "registration/protocols/sip_timers.h"

#include <string.h>

View diagnose_sip_number (const Sight *sight)
{
    return diagnose_text (sight, VALUE_NUMBER);
}

guint32 diagnose_sip_line (const Sight *sight)
{
    return sight->sip_line ? sight->sip_line : diagnose_about (diagnose_sip_number (sight));
}

guint32 diagnose_sip_line_try (const Sight *sight)
{
    return diagnose_sip_line (sight) ^ sight->note->registration * 0x9E3779B1u;
}

gboolean diagnose_sip_has_credentials (const Sight *sight)
{
    return diagnose_text (sight, VALUE_USER).size || diagnose_text (sight, VALUE_REALM).size;
}

static gboolean has_value (const Sight *sight, ValueKey key)
{
    Value value;
    return sight_value (sight, key, &value);
}

/* What a line waits for at a server, besides the answer itself: cases of their own. */
#define SIP_TRYING   0x54727969u
#define SIP_GIVEN_UP 0x47697665u
#define SIP_HAS_SENT 0x53656E74u
#define SIP_UNKNOWN  0x556E6B6Eu

/* Each line of a phone registers for itself: all of them at once are no repetition. */
static guint32 line_at_server (const Sight *sight)
{
    return sight->note->server ^ diagnose_sip_line (sight);
}

/* --- No answer */

/* The phone has stopped early: there may have been an answer. */
static gboolean may_be_answered (const Sight *sight, const Case *of, gint64 now)
{
    const Note *first = sight_note (sight, of->first), *latest = sight_note (sight, of->latest);

    return first && latest && sip_stops_early (first->time, latest->time, now);
}

static void register_unanswered (const Sight *sight, const Watch *watch)
{
    Case *of = diagnose_case (sight, PROBLEM_SIP_UNANSWERED, watch->about);

    /* Otherwise an answer or the end of the connection has come, or it has been said. */
    if (of->first != watch->note || of->last || !diagnose_silence_proves (sight))
        return;
    of->last = watch->note;
    diagnose_silent (sight, PROBLEM_SIP_UNANSWERED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* Over UDP whoever hears nothing asks again within half a second (RFC 3261, 17.1.2.2): a phone that does not has heard
 * an answer, which the capture lacks, or has gone away itself. */
static gboolean is_asked_again (const Sight *sight, const Case *of)
{
    return of->second && sight_note (sight, of->second)->variant == VARIANT_AGAIN;
}

/* What was asked before counts no longer: it was not repeated, or not to the end. Nobody repeats a request after so
 * long as given up: then the phone counts anew, as after a restart. */
static gboolean begins_anew (const Sight *sight, const Case *of)
{
    const Note *latest = sight_note (sight, of->latest);

    if (sight->note->variant != VARIANT_AGAIN)
        return !is_asked_again (sight, of) || may_be_answered (sight, of, sight->note->time);
    return latest && !of->last && sight->note->time - latest->time > SIP_GIVEN_UP_BY;
}

static void datagram_unanswered (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, PROBLEM_SIP_UNANSWERED, watch->about);

    if (of->first == watch->note && may_be_answered (sight, of, flow_end (sight->diagnosis->flow)))
        return;
    if (is_asked_again (sight, of))
        register_unanswered (sight, watch);
    else if (!sight->note->partner)
        diagnose_silence_proves (sight); /* which tells when the capture is known to lack answers */
}

/* 100 Trying says that the REGISTER has arrived (RFC 3261, 8.2.6.1): Case.last is the first of its kind, until the
 * answer comes; Case.second the latest repetition behind it. */
static Case *trying (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_SIP_UNANSWERED, line_at_server (sight) ^ SIP_TRYING);
}

static void wait_for_answer (const Sight *sight)
{
    guint32 about = line_at_server (sight);
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_SIP_ANSWER),
                     .note = sight->id,
                     .about = about,
                     .due = sight->session ? register_unanswered : datagram_unanswered };

    /* This very request has arrived: still_trying() tells when nothing follows. */
    if (sight->note->variant == VARIANT_AGAIN && trying (sight)->last) {
        trying (sight)->second = sight->id;
        return;
    }
    const Case *before = diagnose_case (sight, PROBLEM_SIP_UNANSWERED, about);
    if (!sight->session && begins_anew (sight, before)) {
        /* Who has stopped early, and is there, has got an answer. */
        if (before->first && may_be_answered (sight, before, sight->note->time))
            sees_doubt (sight->diagnosis, before->first);
        diagnose_forget (sight, PROBLEM_SIP_UNANSWERED, about);
    }
    diagnose_unanswered (sight, PROBLEM_SIP_UNANSWERED, about, diagnose_times (sight, TIMER_SIP_REGISTERS), 0);
    if (diagnose_case (sight, PROBLEM_SIP_UNANSWERED, about)->first == sight->id)
        diagnose_watch (sight, &answer);
}

void diagnose_sip_closed (const Sight *closed, const Sight *request)
{
    guint32 about = line_at_server (request);

    /* A phone that has waited in vain gives up: that is no news. */
    if (closed->note->time - request->note->time >= diagnose_patience (closed, TIMER_SIP_ANSWER) ||
        diagnose_case (request, PROBLEM_SIP_UNANSWERED, about)->last || !diagnose_silence_proves (request))
        return;
    diagnose_forget (request, PROBLEM_SIP_UNANSWERED, about);
    /* An alert of TLS has said why: with 1.3 it may come when the REGISTER is on its way. */
    if (closed->connection->has_failed)
        return;
    diagnose_raise (closed, PROBLEM_CLOSED_MID_REGISTER, CERTAINTY_CERTAIN, request->id);
}

static void still_trying (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, PROBLEM_SIP_UNANSWERED, watch->about);
    NoteId evidence[] = { of->first, watch->note };

    const Note *asked = sight_note (sight, of->first), *again = sight_note (sight, of->second);

    /* Over UDP it is repeated every four seconds behind a 100, too (RFC 3261, 17.1.2.2). */
    if (!sight->session &&
        (!asked || !again || sip_stops_early (asked->time, again->time, flow_end (sight->diagnosis->flow))))
        return;
    if (of->last == watch->note && diagnose_silence_proves (sight))
        diagnose_silent (sight, PROBLEM_SIP_UNANSWERED, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

static void wait_for_final_answer (const Sight *sight)
{
    Case *of = trying (sight);
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_SIP_ANSWER),
                     .note = sight->id,
                     .about = line_at_server (sight) ^ SIP_TRYING,
                     .due = still_trying };

    if (of->last)
        return;
    of->first = sight->note->partner;
    of->last = sight->id;
    diagnose_watch (sight, &answer);
}

/* --- Challenges */

/* Its latest REGISTER with credentials: whoever has sent some has user and password. Case.last. */
static Case *has_sent_credentials (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight) ^ SIP_HAS_SENT);
}

static void challenge_unanswered (const Sight *sight, const Watch *watch)
{
    Case *of = diagnose_case (sight, PROBLEM_AUTH_NOT_RETRIED, watch->about);
    const gint64 silence = flow_end (sight->diagnosis->flow) - sight->note->time;

    if (of->first != watch->note || of->last || silence < diagnose_patience (sight, TIMER_SIP_ANSWER) ||
        has_sent_credentials (sight)->last || !diagnose_silence_proves (sight))
        return;
    of->last = watch->note;
    diagnose_silent (sight, PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* The first challenge, or one more although nobody has tried to answer the one before: Case.first is that one. */
static void wait_for_credentials (const Sight *sight)
{
    guint32 about = line_at_server (sight);
    Case *of = diagnose_case (sight, PROBLEM_AUTH_NOT_RETRIED, about);
    const Note *before = sight_note (sight, of->first);
    /* Somebody who has to type the password takes his time: only the end tells that none has come. */
    Watch answer = {
        .deadline = G_MAXINT64, .note = sight->id, .about = about, .due = challenge_unanswered, .closes_at_end = TRUE
    };

    /* Whoever has sent credentials has some, and has begun anew. */
    if (of->last || has_sent_credentials (sight)->last)
        return;
    /* In another attempt the phone may have forgotten the challenge, as after a restart. */
    if (before && before->registration == sight->note->registration) {
        if (!diagnose_silence_proves (sight)) /* of the request that has none the end may be missing */
            return;
        NoteId evidence[] = { of->first, sight->note->partner, sight->id };
        of->last = sight->id;
        diagnose_add (sight, PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
        return;
    }
    of->first = sight->id;
    diagnose_watch (sight, &answer);
}

/* The phone itself has said why it does not hear this server: nobody listens where the answers go. */
static gboolean is_undelivered (const Sight *sight)
{
    const Note *said = sight_note (sight, sight->story->undelivered);
    return said && said->server == sight->note->server;
}

/* A phone repeats a request until it hears an answer (RFC 3261, 17.1.2.2): it has not heard this one. Case.first of
 * both is the answer. */
static void look_at_deaf_phone (const Sight *sight)
{
    Case *challenge = diagnose_case (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight));
    Case *final = diagnose_case (sight, PROBLEM_ANSWER_NOT_HEARD, line_at_server (sight));
    Case *of = challenge->first ? challenge : final;
    /* Another address than the one asked has answered: its answer is in no case of this server. */
    const gboolean is_strange = has_value (sight, VALUE_QUOTED);
    NoteId evidence[] = { of->first, sight->id };

    if ((!of->first && !is_strange) || of->last || is_undelivered (sight) ||
        diagnose_number (sight, VALUE_REPEATS) < diagnose_times (sight, TIMER_SIP_REGISTERS))
        return;
    of->last = sight->id;
    diagnose_add (sight, of == final ? PROBLEM_ANSWER_NOT_HEARD : PROBLEM_AUTH_NOT_RETRIED, CERTAINTY_CERTAIN, evidence,
                  G_N_ELEMENTS (evidence));
}

/* Whose password is refused: the servers of a cluster ask for the same one in one realm, and each line has its own. */
static guint32 account_in_realm (const Sight *sight)
{
    return diagnose_sip_line (sight) ^ diagnose_about (diagnose_text (sight, VALUE_REALM));
}

/* Accepted with its latest credentials. */
static void forget_refused_rounds (const Sight *sight)
{
    const NoteId sent = has_sent_credentials (sight)->last;

    if (!sent)
        return;
    const Sight credentials = sight_at (sight->diagnosis, sent, NULL);
    diagnose_forget (sight, PROBLEM_AUTH_LOOP, account_in_realm (&credentials));
}

/* Its credentials were refused, and it has not tried again: Case.last is that refusal. */
static Case *given_up (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_AUTH_LOOP, line_at_server (sight) ^ SIP_GIVEN_UP);
}

static void has_given_up (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, PROBLEM_AUTH_LOOP, watch->about);
    NoteId evidence[] = { sight->note->partner, watch->note };

    if (of->last != watch->note || diagnose_case (sight, PROBLEM_AUTH_LOOP, account_in_realm (sight))->last ||
        !diagnose_silence_proves (sight))
        return;
    diagnose_silent (sight, PROBLEM_AUTH_LOOP, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

/* Many phones try no second time. */
static void wait_for_another_try (const Sight *sight)
{
    Watch again = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_SIP_ANSWER),
                    .note = sight->id,
                    .about = line_at_server (sight) ^ SIP_GIVEN_UP,
                    .due = has_given_up };

    given_up (sight)->last = sight->id;
    diagnose_watch (sight, &again);
}

/* It has none, or not one that the server takes. Case.first is the challenge. */
static void no_token (const Sight *sight, const Watch *watch)
{
    Case *of = diagnose_case (sight, PROBLEM_OAUTH_REQUIRED, watch->about);
    NoteId evidence[] = { sight->note->partner, watch->note };

    if (of->first != watch->note || of->last)
        return;
    of->last = watch->note;
    diagnose_silent (sight, PROBLEM_OAUTH_REQUIRED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

/* A client that has a token sends it now, and nothing is wrong. Who is asked for one once more has sent none, or not
 * the right one. */
static void wait_for_token (const Sight *sight)
{
    const guint32 about = line_at_server (sight);
    Case *of = diagnose_case (sight, PROBLEM_OAUTH_REQUIRED, about);
    Watch token = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_SIP_ANSWER),
                    .note = sight->id,
                    .about = about,
                    .due = no_token };
    NoteId evidence[] = { of->first, sight->note->partner, sight->id };

    if (!of->first) {
        of->first = sight->id;
        diagnose_watch (sight, &token);
    } else if (!of->last && sight->note->partner) {
        of->last = sight->id;
        diagnose_add (sight, PROBLEM_OAUTH_REQUIRED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
    }
}

static void look_at_challenge (const Sight *sight)
{
    const Note *note = sight->note;

    if (note->variant == VARIANT_TOKEN) {
        wait_for_token (sight);
        return;
    }
    if (!note->partner) { /* also: the same challenge once more */
        /* It speaks of credentials that the capture lacks. */
        if (note->variant == VARIANT_STALE || note->variant == VARIANT_REFUSED)
            diagnose_forget (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight));
        return;
    }
    if (note->variant == VARIANT_EMPTY) { /* it holds nothing that could be answered */
        diagnose_once (sight, PROBLEM_SIP_REQUEST_REJECTED, CERTAINTY_CERTAIN, diagnose_sip_line_try (sight),
                       note->partner);
        return;
    }
    if (note->variant != VARIANT_STALE && note->variant != VARIANT_REFUSED)
        wait_for_credentials (sight);
    if (note->variant == VARIANT_STALE) {
        /* The server says it with stale=true, or somehow in its phrase. */
        const Certainty certainty = diagnose_text (sight, VALUE_REASON).size ? CERTAINTY_LIKELY : CERTAINTY_CERTAIN;
        diagnose_once (sight, PROBLEM_STALE_NONCE, certainty, diagnose_sip_line_try (sight), note->partner);
        diagnose_after (sight, PROBLEM_STALE_LOOP, certainty, line_at_server (sight),
                        diagnose_times (sight, TIMER_SIP_CHALLENGES));
    } else if (note->variant == VARIANT_REFUSED) {
        diagnose_after (sight, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, account_in_realm (sight),
                        diagnose_times (sight, TIMER_SIP_CHALLENGES));
        wait_for_another_try (sight);
    }
}

/* --- Too short a time (423) */

/* Nothing has been asked since. */
static void time_not_raised (const Sight *sight, const Watch *watch)
{
    Case *of = diagnose_case (sight, PROBLEM_INTERVAL_REFUSED, watch->about);
    const gint64 silence = flow_end (sight->diagnosis->flow) - sight->note->time;

    if (of->first != watch->note || of->last || silence < diagnose_patience (sight, TIMER_SIP_ANSWER) ||
        diagnose_case (sight, PROBLEM_ANSWER_NOT_HEARD, watch->about)->first != watch->note ||
        diagnose_case (sight, PROBLEM_SIP_UNANSWERED, watch->about)->first > watch->note ||
        trying (sight)->last > watch->note || !diagnose_silence_proves (sight))
        return;
    of->last = watch->note;
    diagnose_silent (sight, PROBLEM_INTERVAL_REFUSED, CERTAINTY_LIKELY, &watch->note, 1);
}

/* One 423 is no fault: the phone asks for more (RFC 3261, 10.3, step 7). Case.first is the latest. */
static void look_at_short_time (const Sight *sight)
{
    const guint32 about = line_at_server (sight);
    Case *of = diagnose_case (sight, PROBLEM_INTERVAL_REFUSED, about);
    NoteId evidence[] = { of->first, sight->note->partner, sight->id };
    Watch raised = {
        .deadline = G_MAXINT64, .note = sight->id, .about = about, .due = time_not_raised, .closes_at_end = TRUE
    };

    of->first = sight->id;
    if (of->last || sight->note->variant == VARIANT_UNREGISTER || sight->note->variant == VARIANT_BACKUP)
        return;
    if (sight->note->variant != VARIANT_REFUSED && ++of->count < diagnose_times (sight, TIMER_SIP_CHALLENGES)) {
        diagnose_watch (sight, &raised);
        return;
    }
    of->last = sight->id;
    diagnose_add (sight, PROBLEM_INTERVAL_REFUSED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

/* It grants no less than what the phone has asked for, or so it says. */
static gboolean asks_enough (const Sight *sight)
{
    const guint64 least = diagnose_number (sight, VALUE_EXPIRES);

    if (sight->note->variant != VARIANT_REFUSED || !sight->note->partner || !least)
        return FALSE;
    const Sight request = sight_at (sight->diagnosis, sight->note->partner, NULL);
    return diagnose_number (&request, VALUE_EXPIRES) >= least;
}

/* --- Final answers */

static void look_at_acceptance (const Sight *sight)
{
    const Note *note = sight->note;

    forget_refused_rounds (sight);
    diagnose_forget (sight, PROBLEM_STALE_LOOP, line_at_server (sight));
    diagnose_forget (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight));
    diagnose_forget (sight, PROBLEM_INTERVAL_REFUSED, line_at_server (sight));
    diagnose_forget (sight, PROBLEM_OAUTH_REQUIRED, line_at_server (sight));
    diagnose_user_accepted (sight);
    diagnose_life_accepted (sight);
    if (note->variant == VARIANT_UNREGISTER)
        diagnose_once (sight, PROBLEM_UNREGISTERED, CERTAINTY_CERTAIN, diagnose_sip_line_try (sight), note->partner);
}

/* By the code: those that are in no list go by their class. */
static Problem problem_of_status (guint32 status)
{
    if (status < 400)
        return PROBLEM_REDIRECTED;
    switch (status) {
    case 403:
        return PROBLEM_SIP_FORBIDDEN;
    case 404:
    case 604: /* does not exist anywhere */
        return PROBLEM_SIP_NOT_FOUND;
    case 423:
        return PROBLEM_INTERVAL_TOO_BRIEF;
    case 501: /* the server is well, and wants no such request */
    case 505:
    case 513:
        return PROBLEM_SIP_REQUEST_REJECTED;
    default:
        return status / 100 == 5 ? PROBLEM_SIP_SERVER_ERROR : PROBLEM_SIP_REQUEST_REJECTED;
    }
}

/* It leads the phone to where it has asked. */
static gboolean is_no_way_out (const Sight *sight, guint32 status)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, sight->note->registration);

    return status < 400 && registration && registration->steps[MOVE_REFUSE] == sight->id;
}

static gboolean asks_only (const Sight *sight)
{
    const Note *request = sight_note (sight, sight->note->partner);
    return request && request->variant == VARIANT_EMPTY;
}

/* What is refused is not in the capture, or cut off in it, and the phone is not known to have asked for more than a
 * sign-off or a refresh: that keeps it from nothing. Whoever is refused twice is not registered so. */
static gboolean may_be_aside (const Sight *sight, Problem problem)
{
    const Note *request = sight_note (sight, sight->note->partner);
    const Registration *of = flow_registration (sight->diagnosis->flow, sight->note->registration);
    const Note *asked = of && !registration_granted (of) ? sight_note (sight, of->steps[MOVE_ASK]) : NULL;

    /* Of an account that is not there nothing stands. */
    return problem != PROBLEM_SIP_NOT_FOUND && (!request || request->variant == VARIANT_CUT) &&
           (!asked || asked->variant == VARIANT_CUT) &&
           diagnose_case (sight, problem, diagnose_sip_line_try (sight) ^ SIP_UNKNOWN)->count++ == 0;
}

static void say_refusal (const Sight *sight, Problem problem, guint32 status)
{
    NoteId evidence[] = { sight->note->partner, sight->id };

    if (status >= 400 && status != 423 && may_be_aside (sight, problem))
        diagnose_add_eased (sight, problem, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
    else
        diagnose_once (sight, problem, CERTAINTY_CERTAIN, diagnose_sip_line_try (sight), sight->note->partner);
}

static void look_at_refusal (const Sight *sight, guint32 status)
{
    const Variant variant = sight->note->variant;

    if (status == 404 && sip_is_placeholder (diagnose_sip_number (sight)))
        return;
    if (variant == VARIANT_BACKUP && status >= 400) /* a standby server need not be in service */
        return;
    if (asks_only (sight) && status >= 400) /* which contacts there are: it changes none */
        return;
    if (status != 423 || !asks_enough (sight))
        say_refusal (sight,
                     (variant == VARIANT_UNREGISTER && status >= 400) || is_no_way_out (sight, status)
                         ? PROBLEM_SIP_REQUEST_REJECTED
                         : problem_of_status (status),
                     status);
    if (status == 423)
        look_at_short_time (sight);
    if (status == 403 || status == 404)
        diagnose_number_refused (sight, status);
    if (status >= 400 && status != 423)
        diagnose_life_refused (sight);
}

/* Swapped frames: what is refused stands behind its refusal, and tells now whether the phone wants to be registered. */
static void look_at_early_refusal (const Sight *sight)
{
    const Sight answer = sight_at (sight->diagnosis, sight->note->partner, sight->session);
    const guint32 status = (guint32) diagnose_number (&answer, VALUE_CODE);
    const Problem problem = problem_of_status (status);
    NoteId evidence[] = { sight->id, answer.id };

    if (answer.id > sight->id || status < 400 || status == 401 || status == 407 || status == 423 ||
        sight->note->variant == VARIANT_UNREGISTER || sight->note->variant == VARIANT_EMPTY ||
        sight->note->variant == VARIANT_BACKUP || sight->note->variant == VARIANT_CUT)
        return;
    if (diagnose_case (&answer, problem, diagnose_sip_line_try (&answer))->count++ == 0)
        diagnose_add (sight, problem, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

/* Swapped frames: what the answer means is known now that its request is there. */
static void look_at_early_answer (const Sight *sight)
{
    const Sight answer = sight_at (sight->diagnosis, sight->note->partner, sight->session);
    const guint32 status = (guint32) diagnose_number (&answer, VALUE_CODE);

    if (status == 401 || status == 407)
        look_at_challenge (&answer);
    else if (status < 300 && (answer.note->variant == VARIANT_NOT_FOUND || answer.note->variant == VARIANT_NONE_LEFT))
        diagnose_once (&answer, PROBLEM_BINDING_NOT_LISTED, CERTAINTY_LIKELY, diagnose_sip_line_try (&answer),
                       sight->id);
}

/* --- Addresses: what is certain is the difference */

void diagnose_address (const Sight *sight)
{
    if (has_value (sight, VALUE_OWN_ADDRESS))
        diagnose_once (sight, PROBLEM_NAT, CERTAINTY_CERTAIN, 0, sight->note->partner);
}

/* --- All of it */

static void look_at_register (const Sight *sight)
{
    if (sight->note->variant == VARIANT_UNHEARD) {
        look_at_deaf_phone (sight);
        return;
    }
    if (!sight->note->partner) /* its answer may have been captured before it */
        wait_for_answer (sight);
    else
        look_at_early_refusal (sight);
    diagnose_forget (sight, PROBLEM_AUTH_LOOP, line_at_server (sight) ^ SIP_GIVEN_UP);
    diagnose_register_whole (sight);
    diagnose_address (sight);
    if (has_value (sight, VALUE_VIA) || has_value (sight, VALUE_SIZE))
        diagnose_once (sight, PROBLEM_SIP_ALG, CERTAINTY_HINT, 0, 0);
    if (diagnose_sip_has_credentials (sight)) {
        diagnose_forget (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight));
        has_sent_credentials (sight)->last = sight->id;
        diagnose_user_named (sight);
    }
    diagnose_life_register (sight);
    if (sight->note->partner && sight->note->partner < sight->id)
        look_at_early_answer (sight);
}

static void look_at_answer (const Sight *sight, guint32 status)
{
    diagnose_address (sight);
    diagnose_clock (sight);
    Case *heard = diagnose_case (sight, PROBLEM_ANSWER_NOT_HEARD, line_at_server (sight));
    if (sight->note->variant != VARIANT_AGAIN && heard->first != sight->id)
        *heard = (Case){ .number = heard->number, .first = sight->id };
    if (sight->note->variant == VARIANT_LATE) /* what was asked since is accepted */
        return;
    if (status == 401 || status == 407)
        look_at_challenge (sight);
    else if (sight->note->variant == VARIANT_AGAIN) /* the same answer twice */
        return;
    else if (status < 300 && (sight->note->variant == VARIANT_NOT_FOUND || sight->note->variant == VARIANT_NONE_LEFT))
        diagnose_once (sight, PROBLEM_BINDING_NOT_LISTED, CERTAINTY_LIKELY, diagnose_sip_line_try (sight),
                       sight->note->partner);
    else if (status < 300)
        look_at_acceptance (sight);
    else
        look_at_refusal (sight, status);
}

void diagnose_register_begun (const Sight *sight)
{
    diagnose_forget (sight, PROBLEM_INTERVAL_REFUSED, line_at_server (sight));
    diagnose_forget (sight, PROBLEM_AUTH_NOT_RETRIED, line_at_server (sight));
    diagnose_forget (sight, PROBLEM_AUTH_LOOP, line_at_server (sight) ^ SIP_GIVEN_UP);
    diagnose_forget (sight, PROBLEM_OAUTH_REQUIRED, line_at_server (sight));
}

void diagnose_sip (const Sight *sight)
{
    const Note *note = sight->note;
    const MessageKind *kind = sight->kind;
    const guint32 code = (guint32) diagnose_number (sight, VALUE_CODE);

    static const char method[] = "REGISTER";
    View request = diagnose_text (sight, VALUE_REQUEST);

    if (kind->id == SIP_REGISTER && note->variant == VARIANT_BROKEN)
        return;
    if (kind->id != SIP_REGISTER)
        diagnose_reach (sight);
    if (kind->id == SIP_REGISTER) {
        look_at_register (sight);
    } else if (kind->id == SIP_NOTIFY && (note->variant == VARIANT_RESET || note->variant == VARIANT_RESTART)) {
        diagnose_once (sight, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, note->frame, 0);
        diagnose_life_reset (sight);
    } else if (request.size == sizeof method - 1 && memcmp (request.data, method, request.size) == 0) {
        diagnose_forget (sight, PROBLEM_SIP_UNANSWERED, line_at_server (sight));
        diagnose_register_arrived (sight);
        if (code < 200) {
            wait_for_final_answer (sight);
            return;
        }
        diagnose_forget (sight, PROBLEM_SIP_UNANSWERED, line_at_server (sight) ^ SIP_TRYING);
        look_at_answer (sight, code);
    } else if (note->variant == VARIANT_TOKEN && code >= 300) {
        diagnose_once (sight, PROBLEM_TOKEN_REJECTED, CERTAINTY_CERTAIN, note->server, note->partner);
    }
}
