/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a server reaches the phones that it has registered: over UDP, where it shows. It repeats a request only while
 * it hears no answer (RFC 3261, 17.1.1.2 and 17.1.2.2), and so its repetitions prove that it has none, also in a
 * capture that lacks what the phone says. Who asks once each time, and hears nothing, proves nothing. */
#include "registration/findings/diagnose_sip_internal.h"

#include "registration/wire/times.h"

/* Repeated so often, for seconds: a phone that wakes up, or a packet that is lost, explains it not. */
#define REPEATED_IN_VAIN 4
/* Until then it is repeated (timers B and F). */
#define GIVEN_UP SECONDS (32)
/* An ICMP error comes so soon behind what it is about: a router looks for its neighbour first. */
#define DENIED_WITHIN SECONDS (5)

/* Of one method: Case.first is its latest request. Of all of them (0): Case.first is the latest, Case.second the ICMP
 * error before, Case.latest what that was about, Case.count how many requests in a row; Case.last where it was said. */
static Case *reach (const Sight *sight, guint32 method)
{
    return diagnose_case (sight, PROBLEM_CONTACT_UNREACHABLE, method);
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
    const Note *request = sight_note (sight, reach (sight, sight->kind->id)->first);
    const NoteId evidence[] = { reach (sight, sight->kind->id)->first, watch->note };

    if (reach (sight, 0)->last || !request || request->partner || !should_answer (sight, request) ||
        !diagnose_silence_proves (sight))
        return;
    reach (sight, 0)->last = watch->note;
    diagnose_silent (sight, PROBLEM_CONTACT_UNREACHABLE, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_request (const Sight *sight)
{
    const Note *request = sight_note (sight, reach (sight, sight->kind->id)->first);
    const Watch answer = { .deadline = (request ? request->time : 0) + GIVEN_UP,
                           .note = sight->id,
                           .due = say_repeated,
                           .closes_at_end = TRUE };

    if (sight->note->variant != VARIANT_AGAIN)
        reach (sight, sight->kind->id)->first = reach (sight, 0)->first = sight->id;
    else if (request && request->server == sight->note->server && !sight->session &&
             diagnose_number (sight, VALUE_REPEATS) == REPEATED_IN_VAIN)
        diagnose_watch (sight, &answer);
}

void diagnose_reach (const Sight *sight)
{
    const Note *request = sight_note (sight, sight->note->partner);

    if (sight->note->from_server && sight->kind->is_request) {
        look_at_request (sight);
    } else if (!sight->note->from_server && !sight->kind->is_request && request) {
        reach (sight, catalog_kind (request->kind)->id)->first = 0; /* a provisional answer shows as much */
        reach (sight, 0)->first = reach (sight, 0)->count = 0;
    }
}

void diagnose_reach_denied (const Sight *sight)
{
    Case *of = reach (sight, 0);
    const Note *request = sight_note (sight, of->first);
    const Endpoint *server = request ? flow_server (sight->diagnosis->flow, request) : NULL;
    Value denied;

    if (!server || request->partner || of->latest == of->first || !sight_value (sight, VALUE_QUOTED, &denied) ||
        !ip_address_equal (&server->address, &denied.address) || sight->note->time - request->time > DENIED_WITHIN ||
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
