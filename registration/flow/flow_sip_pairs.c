/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIP: who is the phone between two addresses, and which one it is. A PBX that registers with its provider is a phone
 * there and the server of its own phones; a connection, or a port, may carry many phones (Expressway, SBC, edge). So
 * who is what belongs to two addresses and a registration, not to one address or to a connection. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/terms/ports.h"

/* Several phones of one account, which then tells none of them. */
#define SEVERAL GUINT_TO_POINTER (G_MAXUINT32)

/* --- What was registered between two addresses: by its contact, and by its account */

static guint64 pair_of (const IpAddress *server, const IpAddress *peer)
{
    return (guint64) ip_address_hash (server) << 32 | ip_address_hash (peer);
}

static guint64 contact_key (guint64 pair, const SipUri *uri)
{
    const guint16 port = uri->port ? uri->port : PORT_SIP;
    return hash_number (hash_number (pair, view_hash (uri->user)), view_hash (uri->host) * 31 + port);
}

static guint64 account_key (guint64 pair, View user)
{
    return hash_number (pair, view_hash (user));
}

static void keep (Flow *flow, guint64 key, PhoneId id, gboolean may_be_several)
{
    const gpointer known = g_hash_table_lookup (flow->sip_pairs, &key);

    if (known == GUINT_TO_POINTER (id + 1) || (known == SEVERAL && may_be_several))
        return;
    const gboolean is_other =
        known && may_be_several && phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1) != id;
    g_hash_table_replace (flow->sip_pairs, g_memdup2 (&key, sizeof key),
                          is_other ? SEVERAL : GUINT_TO_POINTER (id + 1));
}

static PhoneId kept (const Flow *flow, guint64 key)
{
    const gpointer known = g_hash_table_lookup (flow->sip_pairs, &key);
    return known && known != SEVERAL ? phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1) : PHONE_NONE;
}

static void keep_pair (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const SipContact *own = sip_wanted_contact (sip);
    const guint64 pair = pair_of (&frame->destination.address, &frame->source.address);

    if (!own || flow_sip_asked_expires (sip) == 0)
        return;
    keep (flow, contact_key (pair, &own->uri), id, FALSE);
    if (sip->to.uri.user.size)
        keep (flow, account_key (pair, sip->to.uri.user), id, TRUE);
}

static PhoneId by_account (const Flow *flow, const IpAddress *server, const IpAddress *peer, View user)
{
    return user.size ? kept (flow, account_key (pair_of (server, peer), user)) : PHONE_NONE;
}

/* Whom a server calls so: in the Request-URI, or, where that is another address of it, in To. */
static PhoneId called_by_account (const Flow *flow, const Frame *frame, const SipMessage *sip)
{
    const PhoneId id = by_account (flow, &frame->source.address, &frame->destination.address, sip->request_uri.user);
    return id != PHONE_NONE ? id
                            : by_account (flow, &frame->source.address, &frame->destination.address, sip->to.uri.user);
}

/* --- Connections of somebody in between */

/* A proxy has put its Via on top (RFC 3261, 16.6); or two phones are registered over it, of which none has opened it.
 */
static gboolean is_between (const Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip,
                            PhoneId before, PhoneId now)
{
    if (session->is_hop || !endpoint_equal (&frame->source, &session->tcp.ends[FROM_PHONE]))
        return FALSE;
    before = phones_current (flow->phones, before);
    return sip->n_vias > 1 ||
           (session->registers && before != now && phones_get (flow->phones, before)->lines_registered);
}

static void take_connection (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, PhoneId before)
{
    const PhoneId hop = sip->n_vias > 1 ? phones_current (flow->phones, before)
                                        : phones_add (flow->phones, &frame->source.address, frame->number, frame->time,
                                                      flow_next_note (flow));
    Phone *between = phones_get (flow->phones, hop);

    if (between->name_rank == NAME_NONE && !between->attempts && !between->boot) {
        between->is_onlooker = TRUE;
        between->has_spoken = FALSE;
    }
    flow_carry_others (flow, session, hop);
}

static PhoneId of_register (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    const PhoneId before = session ? session->phone : PHONE_NONE;
    const gboolean is_hop = session && session->is_hop;
    const PhoneId id = flow_sip_identify (flow, is_hop ? NULL : session, frame, sip);

    if (session && is_between (flow, session, frame, sip, before, id))
        take_connection (flow, session, frame, sip, before);
    keep_pair (flow, frame, sip, id);
    return id;
}

/* --- Requests */

/* It has asked that server to register it. */
static gboolean is_served (const Flow *flow, PhoneId id, const IpAddress *server)
{
    return flow_home (flow, id, server, 0) != 0;
}

gboolean flow_sip_is_in_front (const Flow *flow, const IpAddress *here, const SipMessage *sip, PhoneId id)
{
    const Phone *phone = phones_get (flow->phones, id);
    IpAddress named;

    return ip_address_equal (&phone->outside, here) && !ip_address_equal (&phone->address, here) &&
           flow_sip_read_host (sip->origin.host, &named) && ip_address_equal (&named, here) &&
           flow_sip_read_host (sip->from.uri.host, &named) && ip_address_equal (&named, here);
}

/* A request over a connection of somebody in between: of, or to, a phone that its account names; else its own. */
static PhoneId over_hop (const Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip,
                         gboolean *ret_from_phone)
{
    *ret_from_phone = endpoint_equal (&frame->source, &session->tcp.ends[FROM_PHONE]) != FALSE;
    const PhoneId id = *ret_from_phone
                           ? by_account (flow, &frame->destination.address, &frame->source.address, sip->from.uri.user)
                           : called_by_account (flow, frame, sip);
    return id != PHONE_NONE ? id : phones_current (flow->phones, session->phone);
}

PhoneId flow_sip_whose (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                        gboolean *ret_from_phone)
{
    const IpAddress *from = &frame->source.address, *to = &frame->destination.address;

    *ret_from_phone = TRUE;
    if (sip->method == SIP_REGISTER) {
        const PhoneId id = of_register (flow, session, frame, sip);
        flow_sip_remember_peer (flow, frame, sip, id);
        return id;
    }
    const PhoneId called = kept (flow, contact_key (pair_of (from, to), &sip->request_uri));
    *ret_from_phone = called == PHONE_NONE;
    if (called != PHONE_NONE)
        return called;
    const PhoneId names_itself =
        sip_contacts_kept (sip) ? kept (flow, contact_key (pair_of (to, from), &sip->contacts[0].uri)) : PHONE_NONE;
    if (names_itself != PHONE_NONE)
        return names_itself;
    const gboolean is_hop = session && session->is_hop;
    if (sip_cisco_is_phone (sip)) {
        const PhoneId id = flow_sip_identify (flow, is_hop ? NULL : session, frame, sip);
        if (!is_hop)
            flow_sip_remember_peer (flow, frame, sip, id);
        return id;
    }
    if (is_hop)
        return over_hop (flow, session, frame, sip, ret_from_phone);
    const PhoneId sender = flow_sip_known_peer (flow, &frame->source);
    const PhoneId receiver =
        flow_sip_subscriber (flow, &frame->destination, sip, flow_sip_known_peer (flow, &frame->destination));
    const gboolean is_server = sender != PHONE_NONE && receiver != PHONE_NONE && is_served (flow, receiver, from) &&
                               !is_served (flow, sender, to);
    if (sender != PHONE_NONE && !is_server)
        return flow_sip_is_in_front (flow, from, sip, sender) ? PHONE_NONE : sender;
    *ret_from_phone = FALSE;
    if (receiver != PHONE_NONE)
        return receiver;
    /* Behind a proxy, whose port is nobody's. */
    const PhoneId by_name = called_by_account (flow, frame, sip);
    *ret_from_phone = by_name == PHONE_NONE;
    return by_name != PHONE_NONE ? by_name : by_account (flow, to, from, sip->from.uri.user);
}

void flow_sip_look_at_hop (Flow *flow, Session *session, const Frame *frame, const SipMessage *answer)
{
    if (answer->n_vias > 1 && !session->is_hop &&
        endpoint_equal (&frame->destination, &session->tcp.ends[FROM_PHONE]) && !session->registers)
        take_connection (flow, session, frame, answer, session->phone);
}
