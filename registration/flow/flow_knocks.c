/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who only tries to connect, or says what nobody can read. */
#include "registration/flow/flow_internal.h"

#include "registration/terms/ports.h"

/* --- Who registers phones is none */

void flow_knocks_init (Flow *flow)
{
    flow->registrars = g_hash_table_new_full (ip_address_key_hash, ip_address_key_equal, g_free, NULL);
}

void flow_knocks_clear (Flow *flow)
{
    g_hash_table_unref (flow->registrars);
}

/* It has said nothing to any server, not even in TLS, and asked for neither file nor address. */
static gboolean is_nobody (const Phone *phone)
{
    return phone->name_rank == NAME_NONE && !phone->has_said && !phone->boot;
}

void flow_has_registered (Flow *flow, const IpAddress *server)
{
    if (g_hash_table_contains (flow->registrars, server))
        return;
    g_hash_table_add (flow->registrars, g_memdup2 (server, sizeof *server));
    const PhoneId id = phones_find_address (flow->phones, server);
    Phone *phone = id != PHONE_NONE ? phones_get (flow->phones, id) : NULL;
    if (!phone || !is_nobody (phone))
        return;
    phone->is_onlooker = TRUE;
    phone->has_spoken = FALSE;
}

PhoneId flow_registered_there (const Flow *flow, const IpAddress *phone, const IpAddress *server)
{
    const PhoneId id = phones_find_address (flow->phones, phone);

    return id != PHONE_NONE && !ip_address_equal (phone, server) && g_hash_table_contains (flow->registrars, server) &&
                   flow_home (flow, id, server, 0)
               ? id
               : PHONE_NONE;
}

/* It has taken a connection of the other one on a port where phones register, and both have said there what nobody can
 * read: towards that one it is the server. */
static gboolean has_served (const Flow *flow, const IpAddress *server, const IpAddress *peer)
{
    const Session *session = flow_latest_session (flow, server, peer);

    return session && session->goes_on && ip_address_equal (&session->tcp.ends[FROM_SERVER].address, server) &&
           port_is_for_registration (session->tcp.ends[FROM_SERVER].port) &&
           flow_session_phone (flow, session)->has_talked;
}

void flow_look_at_opener (const Flow *flow, const Session *session)
{
    const IpAddress *opener = &session->tcp.ends[FROM_PHONE].address, *other = &session->tcp.ends[FROM_SERVER].address;
    Phone *phone = flow_session_phone (flow, session);

    /* On one host anybody may be behind its address. */
    if (is_nobody (phone) && !ip_address_equal (opener, other) &&
        (g_hash_table_contains (flow->registrars, opener) || has_served (flow, opener, other)))
        phone->is_onlooker = TRUE;
}

/* --- Who only tries */

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
