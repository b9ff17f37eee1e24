/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks: what is certain is the difference (reference 5.7, G3). */
#include "registration/findings/diagnose_internal.h"

static gboolean has_value (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;
    return values_find (notes_values (flow->notes, note), key, &value);
}

/* Whichever of its ports it has told the time on. */
static guint32 host_of (const Flow *flow, const Note *note)
{
    const Endpoint *server = flow_server (flow, note);
    return server ? ip_address_hash (&server->address) : 0;
}

/* A phone and its server have told the time in one exchange; or the phone that of a clock which has just begun. */
static void compare_with_phone (Flow *flow, NoteId id, const Note *note, gboolean agrees)
{
    if (!has_value (flow, note, VALUE_SKEW) || !agrees)
        diagnose_once (flow, id, PROBLEM_CLOCK_SKEW, CERTAINTY_CERTAIN, host_of (flow, note), note->partner);
}

/* The clock of whoever captured is known to be right when that of another host agrees with it. Two that differ from it
 * say nothing about which is wrong; one that differs while another agrees does. */
static void compare_with_capture (Flow *flow, NoteId id, const Note *note, gboolean agrees)
{
    const Note *witness = notes_get (flow->notes, flow->clock_agrees);

    if (agrees)
        flow->clock_agrees = id;
    else if (witness && host_of (flow, witness) != host_of (flow, note))
        diagnose_once (flow, id, PROBLEM_CLOCK_SKEW, CERTAINTY_CERTAIN, host_of (flow, note), flow->clock_agrees);
}

void diagnose_clock (Flow *flow, NoteId id, const Note *note)
{
    gboolean agrees = diagnose_number (flow, note, VALUE_SKEW) <= (guint64) diagnose_patience (flow, TIMER_CLOCK_SKEW);

    if (has_value (flow, note, VALUE_PHONE_TIME))
        compare_with_phone (flow, id, note, agrees);
    else if (has_value (flow, note, VALUE_SKEW))
        compare_with_capture (flow, id, note, agrees);
}
