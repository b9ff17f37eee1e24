/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks: what is certain is the difference (reference 5.7, G3). */
#include "registration/findings/diagnose_internal.h"

#include "registration/wire/times.h"

static gboolean has_value (const Sight *sight, ValueKey key)
{
    Value value;
    return sight_value (sight, key, &value);
}

/* Whichever of its ports it has told the time on. */
static guint32 host_of (const Sight *sight, const Note *note)
{
    const Endpoint *server = flow_server (sight->diagnosis->flow, note);
    return server ? ip_address_hash (&server->address) : 0;
}

static gboolean agrees (const Sight *sight)
{
    return diagnose_number (sight, VALUE_SKEW) <= (guint64) diagnose_patience (sight, TIMER_CLOCK_SKEW);
}

/* A phone and its server have told the time in one exchange; or the phone that of a clock which has just begun. */
static void compare_with_phone (const Sight *sight)
{
    if (!has_value (sight, VALUE_SKEW) || !agrees (sight))
        diagnose_once (sight, PROBLEM_CLOCK_SKEW, CERTAINTY_CERTAIN, host_of (sight, sight->note),
                       sight->note->partner);
}

/* Much less time has gone by since than the clocks differ by: no step of the capture's own clock in between explains
 * it. Where a step is seen the witness speaks of the clock before it. */
static gboolean is_recent (const Sight *sight, const Note *witness)
{
    const gint64 now = sight->note->time, skew = (gint64) MIN (diagnose_number (sight, VALUE_SKEW), G_MAXINT64);
    gint64 by;
    const guint32 back = flow_goes_back (sight->diagnosis->flow, &by);

    if (witness->frame < back && sight->note->frame >= back)
        return FALSE;
    return now - witness->time < skew && flow_paused (sight->diagnosis->flow, witness->time, now, FALSE) == 0;
}

/* The clock of whoever captured is known to be right when that of another host agrees with it. Two that differ from it
 * say nothing about which is wrong; one that differs while another agrees does. */
static void compare_with_capture (const Sight *sight)
{
    const Note *witness = sight_note (sight, sight->diagnosis->clock_agrees);

    /* Where the time of the capture goes back, another clock has begun. */
    if (witness && witness->time - sight->note->time > SECONDS (1))
        witness = NULL;
    if (!witness)
        sight->diagnosis->clock_agrees = 0;
    if (agrees (sight))
        sight->diagnosis->clock_agrees = sight->id;
    else if (witness && is_recent (sight, witness) && host_of (sight, witness) != host_of (sight, sight->note))
        diagnose_once (sight, PROBLEM_CLOCK_SKEW, CERTAINTY_CERTAIN, host_of (sight, sight->note),
                       sight->diagnosis->clock_agrees);
}

void diagnose_clock (const Sight *sight)
{
    if (has_value (sight, VALUE_PHONE_TIME))
        compare_with_phone (sight);
    else if (has_value (sight, VALUE_SKEW))
        compare_with_capture (sight);
}
