/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who looks for servers of SIP, for accounts and for their passwords: no phone, whatever it asks to register. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/protocols/sip_text.h"

/* What the tools for that call themselves, unless somebody has told them not to. */
static gboolean names_scanner (View agent)
{
    static const char *const tools[] = { "friendly-scanner", "friendly-request", "sipvicious", "sipcli", "sundayddr",
                                         "sip-scan",         "VaxSIPUserAgent",  "pplsip",     "SIVuS" };

    for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
        if (sip_starts_with (agent, tools[i]))
            return TRUE;
    return FALSE;
}

/* Nothing but connections is known of it, and they tell nothing. */
static void keep_onlooker (const Flow *flow, Session *session)
{
    Phone *phone = flow_session_phone (flow, session);

    session->is_scan = TRUE;
    if (!phone->has_said && !phone->boot)
        phone->is_onlooker = TRUE;
}

gboolean flow_sip_is_scan (const Flow *flow, Session *session, const SipMessage *sip)
{
    const guint64 call_id = view_hash (sip->call_id);

    if (sip->is_answer || !names_scanner (sip->user_agent))
        return g_hash_table_contains (flow->sip_scans, &call_id);
    if (sip->call_id.size && !g_hash_table_contains (flow->sip_scans, &call_id))
        g_hash_table_add (flow->sip_scans, g_memdup2 (&call_id, sizeof call_id));
    if (session)
        keep_onlooker (flow, session);
    return TRUE;
}

void flow_sip_scanners_init (Flow *flow)
{
    flow->sip_scans = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void flow_sip_scanners_clear (Flow *flow)
{
    g_hash_table_unref (flow->sip_scans);
}
