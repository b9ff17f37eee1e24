/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a server reaches the phones that it has registered: over UDP, where it shows. It repeats a request only while
 * it hears no answer (RFC 3261, 17.1.1.2 and 17.1.2.2), and so its repetitions prove that it has none. Some give up
 * after two of them, and ask anew a minute later: what counts is how often it has repeated anything since the phone
 * last answered. Who asks once each time, and hears nothing, proves nothing. */
#include "registration/findings/diagnose_sip_internal.h"

#include "registration/wire/times.h"

/* Repeated so often: a phone that wakes up, or a packet that is lost, does not explain it. */
#define REPEATED_IN_VAIN 4
/* So long a server waits for an answer (timers B and F): one that comes by then is late, and not missing. */
#define GIVEN_UP SECONDS (32)
/* An ICMP error comes so soon behind what it is about: a router looks for its neighbour first. */
#define DENIED_WITHIN SECONDS (5)

static Case *reach (const Sight *sight, guint32 about)
{
    return diagnose_case (sight, PROBLEM_CONTACT_UNREACHABLE, about);
}

/* Case.first is the latest request of the method. */
static Case *latest_of (const Sight *sight)
{
    return reach (sight, sight->kind->id);
}

/* Since the phone's last answer: Case.first is the first request that was repeated, Case.count how many repetitions
 * there were of that and later ones, Case.last where it was said. */
static Case *in_vain (const Sight *sight)
{
    return reach (sight, G_MAXUINT32);
}

/* Case.first is the latest request, Case.second the ICMP error before, Case.latest what that was about, Case.count how
 * many requests in a row; Case.last where it was said. */
static Case *denied (const Sight *sight)
{
    return reach (sight, G_MAXUINT32 - 1);
}

/* Over TCP it is reached over its connection, and a phone that was told to reset takes its time. */
static gboolean should_answer (const Sight *sight, const Note *request)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, request->registration);
    const Note *asked = registration ? sight_note (sight, registration->asked) : NULL;
    Value value;

    return registration && registration_state_is_live (registration->state) && asked &&
           !values_find (notes_values (sight->diagnosis->notes, asked), VALUE_PROTOCOL, &value) &&
           !diagnose_life_is_reset (sight, registration_granted (registration));
}

static void say_repeated (const Sight *sight, const Watch *watch)
{
    Case *of = in_vain (sight);
    const NoteId evidence[] = { of->first, watch->note };

    /* An answer has come meanwhile when it has begun anew, or not yet. */
    if (of->last || !of->first || of->first > watch->note || !should_answer (sight, sight_note (sight, of->first)) ||
        !diagnose_silence_proves (sight))
        return;
    of->last = watch->note;
    diagnose_silent (sight, PROBLEM_CONTACT_UNREACHABLE, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

/* Of the same server, about the same registration. */
static gboolean goes_together (const Note *a, const Note *b)
{
    return a && b && a->server == b->server && a->registration == b->registration;
}

static void look_at_repetition (const Sight *sight)
{
    Case *of = in_vain (sight);
    const NoteId first = latest_of (sight)->first;

    if (sight->session || !goes_together (sight_note (sight, first), sight->note))
        return;
    if (!goes_together (sight_note (sight, of->first), sight->note)) {
        of->first = first;
        of->count = 0;
    }
    const Watch answer = { .deadline = sight_note (sight, first)->time + GIVEN_UP,
                           .note = sight->id,
                           .due = say_repeated };
    if (++of->count == REPEATED_IN_VAIN)
        diagnose_watch (sight, &answer);
}

/* What comes after that is told as well. */
static void forget (Case *of)
{
    of->first = of->last = of->count = 0;
}

void diagnose_reach (const Sight *sight)
{
    if (sight->kind->is_request && sight->note->from_server) {
        if (sight->note->variant == VARIANT_AGAIN)
            look_at_repetition (sight);
        else
            latest_of (sight)->first = denied (sight)->first = sight->id;
    } else if (sight->kind->is_answer && !sight->note->from_server && !sip_is_for_another (sight->kind->id)) {
        forget (in_vain (sight)); /* a provisional answer shows as much */
        forget (denied (sight));
    }
}

void diagnose_reach_denied (const Sight *sight)
{
    Case *of = denied (sight);
    const Note *request = sight_note (sight, of->first);
    const Endpoint *server = request ? flow_server (sight->diagnosis->flow, request) : NULL;
    Value quoted;

    if (!server || request->partner || of->latest == of->first || !sight_value (sight, VALUE_QUOTED, &quoted) ||
        !ip_address_equal (&server->address, &quoted.address) || sight->note->time - request->time > DENIED_WITHIN ||
        !should_answer (sight, request))
        return;
    const NoteId evidence[] = { of->second, of->first, sight->id };
    of->latest = of->first;
    of->second = sight->id;
    if (++of->count < 2 || of->last)
        return;
    of->last = sight->id;
    diagnose_add (sight, PROBLEM_CONTACT_UNREACHABLE, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}
