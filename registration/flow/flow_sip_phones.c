/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose message it is: by device name, connection, contact, instance, call and host. */
#include "registration/flow/flow_sip_internal.h"

#include <string.h>

guint64 flow_sip_hash_address (const IpAddress *address)
{
    return view_hash ((View){ address->octets, address->size });
}

gboolean flow_sip_origin (const SipMessage *sip, const IpAddress *here, IpAddress *ret_address)
{
    const View hosts[] = { sip->origin.received, sip->origin.host };

    *ret_address = *here;
    if (sip->n_vias <= 1)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
        if (hosts[i].size && ip_address_parse ((const char *) hosts[i].data, hosts[i].size, ret_address))
            return TRUE;
    return FALSE;
}

/* The address of its Contact. */
static gboolean names_contact (const SipMessage *sip, IpAddress *ret_address)
{
    const SipContact *own = sip_wanted_contact (sip);
    return own && ip_address_parse ((const char *) own->uri.host.data, own->uri.host.size, ret_address);
}

/* What it calls its own address: that of its Contact; where that is none of a network inside, as of who has learned
 * how its packets arrive, a private one in its Via, which stays. */
static gboolean names_address (const SipMessage *sip, IpAddress *ret_address)
{
    const gboolean has_contact = names_contact (sip, ret_address);
    IpAddress via;

    if ((has_contact && flow_sip_is_inside (ret_address)) || !flow_sip_read_host (sip->origin.host, &via) ||
        !flow_sip_is_inside (&via))
        return has_contact;
    *ret_address = via;
    return TRUE;
}

/* Where its packets come from. FALSE: behind a proxy that does not tell, nobody knows. */
static gboolean read_outside (const SipMessage *sip, const Frame *frame, IpAddress *ret_address)
{
    *ret_address = frame->source.address;
    return sip->n_vias <= 1 || flow_sip_read_host (sip->origin.received, ret_address);
}

static guint64 inside_key (const IpAddress *outside, const IpAddress *inside)
{
    return flow_sip_hash_address (outside) * G_GUINT64_CONSTANT (31) + flow_sip_hash_address (inside);
}

/* Between a provider and its customers' routers (RFC 6598). */
static gboolean is_of_provider (const IpAddress *address)
{
    return address->size == 4 && address->octets[0] == 100 && (address->octets[1] & 0xC0) == 64;
}

/* A public address that the packet does not come from is nobody's place: what stands there may be made up. It only
 * tells apart who names it. Of a phone in a private network so is one of its provider's. Behind a proxy no packet shows
 * more. */
static gboolean is_elsewhere (const SipMessage *sip, const Frame *frame, const IpAddress *named)
{
    const IpAddress *here = &frame->source.address;
    const gboolean is_beyond = is_of_provider (named) && flow_sip_is_inside (here) && !is_of_provider (here);

    return sip->n_vias <= 1 && (is_beyond || !flow_sip_is_inside (named));
}

/* Behind each router the same private addresses are given away: one tells a phone only together with the address
 * outside. Of a phone that has got another one outside its Call-ID tells. PHONE_NONE: no such phone is known. */
static PhoneId phone_inside (Flow *flow, const Frame *frame, const SipMessage *sip, const IpAddress *inside)
{
    const PhoneId id = phones_find_address (flow->phones, inside);
    const Phone *known = id == PHONE_NONE ? NULL : phones_get (flow->phones, id);
    IpAddress outside;

    if ((known ? !flow_sip_is_inside (inside) : !is_elsewhere (sip, frame, inside)) ||
        !read_outside (sip, frame, &outside) ||
        (known && (!known->outside.size || ip_address_equal (&known->outside, &outside))))
        return id;
    const guint64 key = inside_key (&outside, inside);
    const gpointer behind = g_hash_table_lookup (flow->sip_insides, &key);
    if (behind)
        return phones_current (flow->phones, GPOINTER_TO_UINT (behind) - 1);
    const Dialog *dialog = flow_sip_dialog (flow, sip, &frame->destination.address);
    return dialog ? phones_current (flow->phones, dialog->phone) : PHONE_NONE;
}

/* The phone that phone_inside() has not found. Another one may have the address behind another router. */
static PhoneId add_inside (Flow *flow, const Frame *frame, const IpAddress *inside)
{
    if (phones_find_address (flow->phones, inside) == PHONE_NONE)
        return flow_phone_at (flow, frame, inside);
    return phones_add (flow->phones, inside, frame->number, frame->time, flow_next_note (flow));
}

/* The same of one that names a place elsewhere: here is the phone that the packet seems to be of. */
static PhoneId add_elsewhere (Flow *flow, const Frame *frame, PhoneId here)
{
    /* That one names another place. */
    return phones_get (flow->phones, here)->outside.size
               ? phones_add (flow->phones, &frame->source.address, frame->number, frame->time, flow_next_note (flow))
               : here;
}

static void remember_inside (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    IpAddress inside, outside;

    if (sip->method != SIP_REGISTER || !names_address (sip, &inside) ||
        (!flow_sip_is_inside (&inside) && !is_elsewhere (sip, frame, &inside)) ||
        !read_outside (sip, frame, &outside) || ip_address_equal (&inside, &outside))
        return;
    const guint64 key = inside_key (&outside, &inside);
    phones_get (flow->phones, id)->outside = outside;
    g_hash_table_replace (flow->sip_insides, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id + 1));
}

/* Who has asked from here calls the address outside its own, and this one names a private address behind it. */
static gboolean is_behind (const Frame *frame, const IpAddress *inside, const Phone *here)
{
    return here->attempts && ip_address_equal (&here->address, &frame->source.address) && flow_sip_is_inside (inside) &&
           !flow_sip_is_inside (&frame->source.address);
}

/* One more phone at an address. */
static PhoneId add_neighbor (Flow *flow, const Frame *frame, const IpAddress *address)
{
    const PhoneId id = phones_add (flow->phones, address, frame->number, frame->time, flow_next_note (flow));

    phones_move_address (flow->phones, id, address);
    return id;
}

/* What it calls its own address in a network from which a router passes it on; size 0: it tells none. */
static IpAddress inside_of (const Frame *frame, const SipMessage *sip)
{
    IpAddress inside;

    return names_address (sip, &inside) && flow_sip_is_inside (&inside) && !is_elsewhere (sip, frame, &inside) &&
                   !ip_address_equal (&inside, &frame->source.address)
               ? inside
               : (IpAddress){ 0 };
}

/* A router may give one address and port to several phones: this one names none of the addresses of the one that has
 * asked from there before. What asks for a line of that one may be it, with another address inside. */
static gboolean is_beside_behind (const Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId before)
{
    const Phone *known = phones_get (flow->phones, before);
    IpAddress via;

    if (sip->method != SIP_REGISTER || !ip_address_equal (&known->outside, &frame->source.address))
        return FALSE;
    const IpAddress inside = inside_of (frame, sip);
    return inside.size && !ip_address_equal (&inside, &known->address) &&
           !(flow_sip_read_host (sip->origin.host, &via) && ip_address_equal (&via, &known->address)) &&
           !flow_sip_has_line (flow, before, sip);
}

/* A SIP phone behind NAT names another address in its Contact than its packets come from; with it, phones behind one
 * address stay apart. */
PhoneId flow_sip_phone_by_contact (Flow *flow, const Frame *frame, const SipMessage *sip)
{
    const gpointer peer = sip->n_vias > 1 ? NULL : g_hash_table_lookup (flow->sip_peers, &frame->source);
    IpAddress contact, origin;

    if (peer) {
        const PhoneId before = phones_current (flow->phones, GPOINTER_TO_UINT (peer) - 1);
        if (!is_beside_behind (flow, frame, sip, before))
            return before;
        contact = inside_of (frame, sip);
        const PhoneId inside = phone_inside (flow, frame, sip, &contact);
        return inside != PHONE_NONE ? inside : add_inside (flow, frame, &contact);
    }
    if (names_address (sip, &contact) && !ip_address_equal (&contact, &frame->source.address)) {
        PhoneId inside = phone_inside (flow, frame, sip, &contact);
        if (inside != PHONE_NONE)
            return inside;
        if (is_elsewhere (sip, frame, &contact))
            return add_elsewhere (flow, frame, flow_phone_at (flow, frame, &frame->source.address));
        /* The address outside may be a router's: the one inside is the phone's. */
        const PhoneId here = phones_find_address (flow->phones, &frame->source.address);
        if (sip->n_vias > 1 || here == PHONE_NONE || is_behind (frame, &contact, phones_get (flow->phones, here)))
            return add_inside (flow, frame, &contact);
    }
    if (!flow_sip_origin (sip, &frame->source.address, &origin))
        origin = frame->source.address;
    const PhoneId id = flow_phone_at (flow, frame, &origin);
    return sip->method == SIP_REGISTER && flow_speaks_other (flow, id, SERVICE_SIP)
               ? add_neighbor (flow, frame, &origin)
               : id;
}

/* No more than its address is known. */
static gboolean is_nobody (const Phone *phone)
{
    return phone->name_rank == NAME_NONE && !phone->attempts && !phone->has_spoken && !phone->boot;
}

/* Whose connection it is has been guessed from the address that it comes from. Behind NAT the phones of one address
 * differ in the Contact of their REGISTER, which moves them to their own addresses one by one. */
static PhoneId phone_on_session (Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip)
{
    PhoneId id = phones_current (flow->phones, session->phone);
    const Phone *phone = phones_get (flow->phones, id);
    const gboolean is_guess = is_nobody (phone);
    IpAddress contact;

    if (sip->method != SIP_REGISTER || sip->n_vias > 1 || !names_address (sip, &contact) ||
        ip_address_equal (&contact, &frame->source.address) || ip_address_equal (&contact, &phone->address))
        return id;
    const PhoneId inside = phone_inside (flow, frame, sip, &contact);
    if (inside != PHONE_NONE) {
        if (is_guess)
            phones_join (flow->phones, id, inside, flow_next_note (flow));
        return inside;
    }
    if (is_elsewhere (sip, frame, &contact))
        return add_elsewhere (flow, frame, id);
    if (!ip_address_equal (&phone->address, &frame->source.address) ||
        (!session->registers && is_behind (frame, &contact, phone)))
        return add_inside (flow, frame, &contact);
    if (is_guess)
        phones_move_address (flow->phones, id, &contact);
    return id;
}

/* Its Contact is where it speaks from: neither NAT nor a proxy is in between. */
static gboolean is_at_own_address (const Frame *frame, const SipMessage *sip)
{
    IpAddress contact;

    return names_address (sip, &contact) && ip_address_equal (&contact, &frame->source.address);
}

/* The phone has moved to where nobody is known: that is its address from now on. */
static void move_in (Flow *flow, PhoneId id, PhoneId nobody)
{
    const IpAddress address = phones_get (flow->phones, nobody)->address;

    if (id == nobody || !is_nobody (phones_get (flow->phones, nobody)))
        return;
    phones_join (flow->phones, nobody, id, flow_next_note (flow));
    phones_move_address (flow->phones, id, &address);
}

/* Behind one address the phones that do not tell their own differ in what RFC 5626 (4.1) lets each choose for ever. */
static PhoneId phone_by_instance (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const SipContact *own = sip_wanted_contact (sip);
    View instance = own ? own->instance : (View){ NULL, 0 };
    guint64 key = view_hash (instance);

    if (sip->method != SIP_REGISTER || !instance.size)
        return id;
    gpointer known = g_hash_table_lookup (flow->sip_instances, &key);
    if (known) {
        const PhoneId same = phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1);
        move_in (flow, same, id);
        return same;
    }
    if (phones_get (flow->phones, id)->has_instance)
        id = phones_add (flow->phones, &frame->source.address, frame->number, frame->time, flow_next_note (flow));
    phones_get (flow->phones, id)->has_instance = TRUE;
    g_hash_table_insert (flow->sip_instances, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id + 1));
    return id;
}

/* Another client of the same account on the same host: the phone that is known there is registered with a contact of
 * its own, and this one, another product, with that from which it asks. */
static gboolean is_beside (const Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const RegistrationId home =
        flow_home (flow, id, &frame->destination.address, flow_sip_user_hash (sip->to.uri.user));
    const Registration *registration = registrations_get (flow->registrations, home);
    const SipContact *own = sip_wanted_contact (sip);

    return registration && registration_state_is_live (registration->state) && registration->contact && own &&
           frame->transport == TRANSPORT_UDP && is_at_own_address (frame, sip) && own->uri.port == frame->source.port &&
           flow_sip_contact_hash (own) != registration->contact;
}

/* Behind one address the phones that tell neither differ in what they are. What asks for a number that the phone has
 * already may be the same one, which calls itself otherwise since its firmware is another. */
static PhoneId phone_by_product (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const guint64 product = sip->method == SIP_REGISTER ? sip_product_hash (sip->user_agent) : 0;
    const guint64 key = hash_number (flow_sip_hash_address (&phones_get (flow->phones, id)->address), product);
    const SipContact *own = sip_wanted_contact (sip);

    if (!product || phones_get (flow->phones, id)->product == product)
        return id;
    const gpointer known = g_hash_table_lookup (flow->sip_products, &key);
    const PhoneId of_product = known ? phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1) : PHONE_NONE;
    if (of_product != PHONE_NONE && of_product != id && flow_sip_has_line (flow, of_product, sip))
        return of_product;
    if (phones_get (flow->phones, id)->product && !(own && own->instance.size) &&
        (!flow_sip_has_line (flow, id, sip) || is_beside (flow, frame, sip, id))) {
        if (of_product != PHONE_NONE)
            return of_product;
        id = phones_add (flow->phones, &phones_get (flow->phones, id)->address, frame->number, frame->time,
                         flow_next_note (flow));
    }
    phones_get (flow->phones, id)->product = product;
    g_hash_table_replace (flow->sip_products, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id + 1));
    return id;
}

/* --- Subscribers of a session border controller: one address and port for all of them */

/* Who asks from one address and port, over UDP. */
typedef struct {
    Endpoint at; /* stays first */
    gint64 time; /* of the latest REGISTER that asks to be registered */
    guint64 account, product,
        alias,          /* hashes of it; alias: of a user in its Contact that is not the account's; 0 none */
        inside;         /* of the address that it calls its own behind a router, 0 none */
    gboolean is_shared; /* not by one phone */
} SipEnd;

/* In so short a time no other phone takes the place of one. */
#define AT_ONCE SECONDS (30)

GHashTable *flow_sip_ends_new (void)
{
    return g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, NULL);
}

static guint64 account_at_end (const Endpoint *at, View user)
{
    return hash_number (view_hash (user), ip_address_hash (&at->address) ^ (guint64) at->port << 32);
}

/* The account that is called so, of those that have asked from there. */
static PhoneId known_account (const Flow *flow, const Endpoint *at, View user)
{
    const guint64 key = account_at_end (at, user);
    const gpointer known = g_hash_table_lookup (flow->sip_accounts, &key);

    return known ? phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1) : PHONE_NONE;
}

/* One phone is one product, and calls itself by its accounts, or by one name for all of them. Who puts another name
 * into each Contact hides subscribers behind it. Those that name addresses of their own are told apart by these. */
static gboolean is_another (const SipEnd *before, const SipEnd *now)
{
    if (!before->account || before->account == now->account || before->inside != now->inside ||
        now->time - before->time > AT_ONCE)
        return FALSE;
    return (before->product && now->product && before->product != now->product) ||
           (before->alias && now->alias && before->alias != now->alias);
}

/* PHONE_NONE: all that asks from there may be one phone. */
static PhoneId phone_by_account (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const SipContact *own = sip_wanted_contact (sip);
    const guint64 account = view_hash (sip->to.uri.user);
    SipEnd *end = g_hash_table_lookup (flow->sip_ends, &frame->source);

    if (frame->transport != TRANSPORT_UDP || sip->method != SIP_REGISTER || sip->n_vias > 1 || !own ||
        own->instance.size || !sip->to.uri.user.size || flow_sip_asked_expires (sip) == 0)
        return PHONE_NONE;
    const IpAddress inside = inside_of (frame, sip);
    SipEnd now = { .at = frame->source,
                   .inside = inside.size ? flow_sip_hash_address (&inside) : 0,
                   .time = frame->time,
                   .account = account,
                   .product = sip_product_hash (sip->user_agent),
                   .alias =
                       own->uri.user.size && view_hash (own->uri.user) != account ? view_hash (own->uri.user) : 0 };
    const PhoneId known = known_account (flow, &frame->source, sip->to.uri.user);
    if (!end) {
        end = g_new0 (SipEnd, 1);
        end->at = frame->source;
        g_hash_table_add (flow->sip_ends, end);
    }
    now.is_shared = end->is_shared || (known == PHONE_NONE && is_another (end, &now));
    *end = now;
    if (!end->is_shared)
        return PHONE_NONE;
    if (known != PHONE_NONE || is_nobody (phones_get (flow->phones, id)))
        return known != PHONE_NONE ? known : id;
    return phones_add (flow->phones, &phones_get (flow->phones, id)->address, frame->number, frame->time,
                       flow_next_note (flow));
}

static void remember_account (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const guint64 key = account_at_end (&frame->source, sip->to.uri.user);

    if (g_hash_table_contains (flow->sip_ends, &frame->source) && sip->method == SIP_REGISTER && sip->to.uri.user.size)
        g_hash_table_replace (flow->sip_accounts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id + 1));
}

PhoneId flow_sip_subscriber (const Flow *flow, const Endpoint *at, const SipMessage *sip, PhoneId otherwise)
{
    const SipEnd *end = g_hash_table_lookup (flow->sip_ends, at);
    const PhoneId known = end && end->is_shared ? known_account (flow, at, sip->to.uri.user) : PHONE_NONE;

    return known != PHONE_NONE ? known : otherwise;
}

/* A phone keeps its Call-ID for all that it asks a registrar (RFC 3261, 10.2), wherever it goes. */
static PhoneId phone_by_call (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const Dialog *dialog = sip->method == SIP_REGISTER && sip->n_vias <= 1
                               ? flow_sip_dialog (flow, sip, &frame->destination.address)
                               : NULL;

    if (!dialog || !is_nobody (phones_get (flow->phones, id)))
        return id;
    const PhoneId same = phones_current (flow->phones, dialog->phone);
    move_in (flow, same, id);
    return same;
}

/* No router has taken from its time to live: the Ethernet address in front is the sender's own. Hosts begin with one of
 * these. */
static gboolean is_from_this_link (const Frame *frame)
{
    return !mac_address_is_unknown (&frame->source_mac) && (frame->ttl == 64 || frame->ttl == 128 || frame->ttl == 255);
}

static guint64 host_key (const Frame *frame, const SipMessage *sip)
{
    const guint64 card = view_hash ((View){ frame->source_mac.octets, sizeof frame->source_mac.octets });
    const guint64 account = hash_number (view_hash (sip->to.uri.user), view_hash_caseless (sip->to.uri.host));

    return hash_number (hash_number (card, account), sip_product_hash (sip->user_agent));
}

/* Who asks for the same account from the same network card, at an address where nobody was known, has got another
 * address. */
static PhoneId phone_by_host (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    const gboolean tells = sip->method == SIP_REGISTER && sip->n_vias <= 1 && sip->to.uri.user.size &&
                           is_from_this_link (frame) && is_at_own_address (frame, sip);
    const guint64 key = tells ? host_key (frame, sip) : 0;
    const gpointer known = tells ? g_hash_table_lookup (flow->sip_hosts, &key) : NULL;

    if (known && is_nobody (phones_get (flow->phones, id))) {
        const PhoneId same = phones_current (flow->phones, GPOINTER_TO_UINT (known) - 1);
        move_in (flow, same, id);
        return same;
    }
    if (tells && GPOINTER_TO_UINT (known) != id + 1)
        g_hash_table_replace (flow->sip_hosts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id + 1));
    return id;
}

/* It has asked from an address that it calls its own, and asks from another one of these to be reached there: it has
 * moved. Who is behind a router and learns what that makes of its address has never been seen at its own. */
static void look_for_move (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    Phone *phone = phones_get (flow->phones, id);
    const IpAddress *here = &frame->source.address;

    if (sip->method != SIP_REGISTER || sip->n_vias > 1 || flow_sip_asked_expires (sip) == 0 ||
        phone->name_rank == NAME_DEVICE || !is_at_own_address (frame, sip))
        return;
    if (!phone->is_at_home) {
        phone->is_at_home = ip_address_equal (&phone->address, here) != FALSE;
        return;
    }
    const PhoneId owner = phones_find_address (flow->phones, here);
    if (owner == PHONE_NONE)
        phones_move_address (flow->phones, id, here);
    else
        move_in (flow, id, owner);
    if (ip_address_equal (&phone->address, here))
        phone->outside = (IpAddress){ 0 };
}

PhoneId flow_sip_identify (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip)
{
    /* A proxy's connection is no phone's. */
    if (sip->n_vias > 1)
        session = NULL;
    PhoneId id = session ? phone_on_session (flow, session, frame, sip) : flow_sip_phone_by_contact (flow, frame, sip);
    if (!sip_cisco_is_phone (sip)) {
        id = phone_by_host (flow, frame, sip, id);
        id = phone_by_instance (flow, frame, sip, id);
        const PhoneId subscriber = session ? PHONE_NONE : phone_by_account (flow, frame, sip, id);
        id = subscriber == PHONE_NONE ? phone_by_product (flow, frame, sip, id) : subscriber;
    }
    id = phone_by_call (flow, frame, sip, id);
    g_autofree char *device = flow_sip_text (sip_cisco_device_name (sip));
    MacAddress mac;
    guint32 model;

    if (!*device && sip_cisco_is_phone (sip) && !sip_cisco_is_soft (sip) && sip_cisco_mac (sip, &mac)) {
        const guint8 *o = mac.octets;
        g_free (device);
        device = g_strdup_printf ("SEP%02X%02X%02X%02X%02X%02X", o[0], o[1], o[2], o[3], o[4], o[5]);
    }
    if (*device && strlen (device) < 64) {
        id = flow_name_phone (flow, id, frame, &phones_get (flow->phones, id)->address, device);
        if (sip->method == SIP_REGISTER && is_at_own_address (frame, sip))
            flow_sighted (flow, id, &frame->source.address);
    } else if (sip->method == SIP_REGISTER && !phones_get (flow->phones, id)->name) {
        g_autofree char *account = flow_sip_account (sip, NULL);
        if (account)
            phones_name_account (flow->phones, id, account, flow_next_note (flow));
    }
    if (sip_cisco_model (sip, &model))
        phones_get (flow->phones, id)->device_type = model;
    if (session)
        session->phone = id;
    remember_account (flow, frame, sip, id);
    look_for_move (flow, frame, sip, id);
    remember_inside (flow, frame, sip, id);
    return id;
}
