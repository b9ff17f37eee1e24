/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who only tries to connect, or says what nobody can read. */
#include "registration/flow/flow_internal.h"

#include "registration/terms/ports.h"

/* Remembers the place. FALSE: it has tried that one before. */
static gboolean keep_knock (Phone *phone, guint16 place)
{
    for (guint i = 0; i < phone->n_knocked; i++)
        if (phone->knocked[i] == place)
            return FALSE;
    if (phone->n_knocked < KNOCKS_KEPT)
        phone->knocked[phone->n_knocked++] = place;
    return TRUE;
}

gboolean flow_looks_for_ports (const Phone *phone)
{
    return phone->n_knocked == KNOCKS_KEPT;
}

/* It has said nothing to any server, not even in TLS, and asked for neither file nor address. */
static gboolean is_nobody (const Phone *phone)
{
    return phone->name_rank == NAME_NONE && !phone->has_said && !phone->boot;
}

/* CUCM's phones with SIP use TCP: while its service does not run, all that they can do is to try. Who comes back to a
 * server that has refused, and tries no others than a phone knows, is taken for one, until it has tried more and
 * nothing else tells what it is. The ports of SCCP say nothing: others listen and ask on 2000 as well. */
void flow_follow_knock (Flow *flow, const Session *session)
{
    Phone *phone = flow_session_phone (flow, session);
    const gboolean is_sip = port_service (session->tcp.ends[FROM_SERVER].port) == SERVICE_SIP;

    if (phone->is_onlooker || flow_is_for_files (session))
        return;
    const gboolean is_new = keep_knock (phone, session->server);
    if (flow_looks_for_ports (phone) && is_nobody (phone)) {
        phone->has_spoken = FALSE;
    } else if (is_sip && !is_new && phone->is_refused && !flow_looks_for_ports (phone)) {
        phone->has_spoken = TRUE;
    }
}

/* Octets that cannot be read, to a server of phones: of somebody who has asked for files that are there for all of them
 * before, this is enough. */
void flow_follow_unreadable (Flow *flow, const Session *session)
{
    Phone *phone = flow_session_phone (flow, session);

    if (!flow_is_for_files (session) && !phone->is_onlooker && phone->boot && phone->boot->files.note)
        phone->has_spoken = TRUE;
}
