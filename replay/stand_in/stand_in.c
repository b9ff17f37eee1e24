/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in.h"

#include "replay/stand_in/stand_in_internal.h"

#include <string.h>

struct StandIn {
    StandInSettings settings;
    Guests *guests;
};

static const char *const fault_names[N_FAULTS] = {
#define X(symbol, name, text) name,
    FAULTS (X)
#undef X
};

static const char *const digest_names[N_SIP_DIGESTS] = {
#define X(symbol, name, algorithm, qop) name,
    SIP_DIGESTS (X)
#undef X
};

/* n_names when it is not among them. */
static guint find_name (const char *const *names, guint n_names, const char *name)
{
    guint found = 0;

    while (found < n_names && strcmp (names[found], name) != 0)
        found++;
    return found;
}

Fault fault_find (const char *name)
{
    return (Fault) find_name (fault_names, N_FAULTS, name);
}

const char *fault_name (Fault fault)
{
    return fault_names[fault];
}

SipDigest sip_digest_find (const char *name)
{
    return (SipDigest) find_name (digest_names, N_SIP_DIGESTS, name);
}

StandIn *stand_in_new (const StandInSettings *settings, const Endpoint *local, GError **error)
{
    gboolean is_sip = settings->script->protocol == PROTOCOL_SIP;
    StandIn *stand_in = g_new0 (StandIn, 1);

    stand_in->settings = *settings;
    stand_in->guests = guests_listen (local, settings->carrier, is_sip ? &stand_in_sip : &stand_in_sccp,
                                      settings->agenda, &stand_in->settings, error);
    if (!stand_in->guests)
        g_clear_pointer (&stand_in, g_free);
    return stand_in;
}

void stand_in_free (StandIn *stand_in)
{
    if (!stand_in)
        return;
    guests_free (stand_in->guests);
    g_free (stand_in);
}

Endpoint stand_in_local (const StandIn *stand_in)
{
    return guests_local (stand_in->guests);
}

guint stand_in_connections (const StandIn *stand_in)
{
    return guests_count (stand_in->guests);
}
