/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which contact is the phone's: of those that it names, and of those that a registrar lists. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/terms/ports.h"

gboolean flow_sip_read_host (View host, IpAddress *ret_address)
{
    return host.size && ip_address_parse ((const char *) host.data, host.size, ret_address) &&
           !ip_address_is_unspecified (ret_address);
}

gboolean flow_sip_is_inside (const IpAddress *address)
{
    const guint8 *octets = address->octets;

    if (address->size == 16)
        return (octets[0] & 0xFE) == 0xFC;
    return address->size == 4 &&
           (octets[0] == 10 || (octets[0] == 172 && (octets[1] & 0xF0) == 16) ||
            (octets[0] == 192 && octets[1] == 168) || (octets[0] == 100 && (octets[1] & 0xC0) == 64));
}

static guint64 socket_hash (const SipContact *contact)
{
    return view_hash (contact->uri.host) * 31 + contact->uri.port;
}

/* Over another transport it is another contact (RFC 3261, 19.1.4); who names none means UDP. */
guint64 flow_sip_contact_hash (const SipContact *contact)
{
    const gboolean is_udp = !contact->transport.size || sip_equal (contact->transport, "udp");
    g_autofree char *name =
        is_udp ? NULL : g_ascii_strdown ((const char *) contact->transport.data, (gssize) contact->transport.size);

    return socket_hash (contact) ^ (name ? (guint64) g_str_hash (name) << 32 : 0);
}

/* --- What a phone names */

static guint64 instance_hash (const SipContact *contact)
{
    return contact->instance.size ? view_hash (contact->instance) : 0;
}

static void read_binding (const SipContact *contact, SipBinding *ret_binding)
{
    *ret_binding = (SipBinding){ .place = flow_sip_contact_hash (contact),
                                 .socket = socket_hash (contact),
                                 .user = view_hash (contact->uri.user),
                                 .instance = instance_hash (contact),
                                 .reg_id = contact->reg_id,
                                 .port = contact->uri.port ? contact->uri.port : PORT_SIP };
    if (!flow_sip_read_host (contact->uri.host, &ret_binding->address))
        ret_binding->address = (IpAddress){ 0 };
}

void flow_sip_keep_binding (const SipMessage *sip, const Frame *frame, Dialog *dialog)
{
    const SipContact *own = sip_wanted_contact (sip);

    dialog->source = frame->source;
    dialog->asked_at = frame->destination.address;
    /* Who signs off has the contact that it had. */
    dialog->signs_off = sip->n_contacts == 1 && own ? flow_sip_contact_hash (own) : 0;
    if (dialog->latest == SIP_REGISTER_UNREGISTER && dialog->own.place)
        return;
    const guint64 before = dialog->own.place;
    dialog->own = (SipBinding){ 0 };
    if (own)
        read_binding (own, &dialog->own);
    /* With another contact a phone has both, until the first runs out (RFC 3261, 10.3, step 7). */
    if (before && before != dialog->own.place)
        dialog->place_before = dialog->registered ? before : 0;
}

void flow_sip_keep_bound (const SipMessage *sip, Dialog *dialog)
{
    dialog->bound = dialog->own;
    for (guint i = 0; i < SIP_LISTED; i++)
        dialog->listed[i] = i < sip_contacts_kept (sip) ? flow_sip_contact_hash (&sip->contacts[i]) : 0;
}

gboolean flow_sip_has_moved (const Dialog *dialog)
{
    const SipBinding *own = &dialog->own, *bound = &dialog->bound;

    for (guint i = 0; i < SIP_LISTED; i++)
        if (dialog->listed[i] && dialog->listed[i] == own->place)
            return FALSE;
    return own->address.size && bound->address.size &&
           (own->port != bound->port || !ip_address_equal (&own->address, &bound->address));
}

gint64 flow_sip_asked_expires (const SipMessage *sip)
{
    const SipContact *own = sip_wanted_contact (sip);

    return own ? sip_contact_expires (sip, own) : sip->expires;
}

/* The server has it woken through the maker of its operating system, and then it connects anew: a client of a mobile
 * phone, which sleeps meanwhile (RFC 8599, 4.1; Linphone's form of before). */
static gboolean is_woken (const SipContact *contact)
{
    View id;

    return (sip_param (contact->uri.params, "pn-prid", &id) || sip_param (contact->uri.params, "pn-tok", &id)) &&
           id.size;
}

/* Its own address, and not the port that this connection happens to come from, where nobody listens. A flow of RFC 5626
 * (reg-id), a phone behind NAT and one of CUCM are reached over their connection, or not at all. */
gboolean flow_sip_stands_alone (const SipMessage *sip, const Frame *frame)
{
    const SipContact *own = sip_wanted_contact (sip);
    IpAddress address;

    if (own && is_woken (own))
        return TRUE;
    return own && !sip_cisco_is_phone (sip) && own->reg_id < 0 && flow_sip_read_host (own->uri.host, &address) &&
           ip_address_equal (&address, &frame->source.address) &&
           (own->uri.port ? own->uri.port : PORT_SIP) != frame->source.port;
}

/* A flow of a device is one binding, whatever its address is (RFC 5626, 6); without a reg-id the address tells. */
static gboolean is_same_flow (const SipContact *contact, const SipBinding *own)
{
    return own->instance && instance_hash (contact) == own->instance && own->reg_id >= 0 &&
           contact->reg_id == own->reg_id;
}

gboolean flow_sip_removes_others (const SipMessage *sip, const Registration *registration, const Dialog *dialog)
{
    if (!registration || !registration->contact || !registration_state_is_live (registration->state) ||
        sip->contact_wildcard || sip->n_contacts != sip_contacts_kept (sip))
        return FALSE;
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        if (flow_sip_contact_hash (&sip->contacts[i]) == registration->contact ||
            is_same_flow (&sip->contacts[i], &dialog->own))
            return FALSE;
    return TRUE;
}

/* --- What a registrar lists */

/* Where the phone is seen from outside: registrars and routers that know about NAT put that in place of its own. */
static gboolean is_seen_address (const IpAddress *listed, const SipMessage *sip, const Dialog *dialog)
{
    IpAddress received;

    return ip_address_equal (listed, &dialog->source.address) ||
           (flow_sip_read_host (sip->via.received, &received) && ip_address_equal (listed, &received));
}

static gboolean is_seen_port (guint16 port, const SipMessage *sip, const Dialog *dialog)
{
    return port && (port == dialog->source.port || port == sip->via.rport);
}

/* How surely a listed contact is the phone's. An account lists those of all its phones, and what the phone has had
 * before and has not run out yet. */
typedef enum {
    MATCH_NONE,
    MATCH_WEAK,      /* it may be: an address outside for one inside, or a name; or who has answered stands in for it
                      * with an address and a user of its own (an SBC) */
    MATCH_SEEN,      /* the address that it is seen at */
    MATCH_SEEN_PORT, /* and the port */
    MATCH_INSTANCE,  /* the same device (+sip.instance), over another flow of its own (reg-id; RFC 5626, 4.2) */
    MATCH_PLACE,     /* the same host and port, and another device, flow or transport */
    MATCH_EXACT,     /* the same host, port and transport */
    MATCH_FLOW,      /* the same device, and nothing says another flow */
    MATCH_ALL,       /* both */
} Match;

static Match match (const SipContact *contact, const SipMessage *sip, const Dialog *dialog)
{
    const SipBinding *own = &dialog->own;
    const guint64 instance = instance_hash (contact);
    const gboolean is_place = own->place && flow_sip_contact_hash (contact) == own->place;
    const gboolean is_device = instance && instance == own->instance;
    const gboolean is_other_flow =
        is_device && contact->reg_id >= 0 && own->reg_id >= 0 && contact->reg_id != own->reg_id;
    const gboolean is_other_device = instance && own->instance && !is_device;
    IpAddress listed;

    if (is_device && !is_other_flow)
        return is_place ? MATCH_ALL : MATCH_FLOW;
    if (is_place)
        return is_other_device || is_other_flow ? MATCH_PLACE : MATCH_EXACT;
    if (is_device)
        return MATCH_INSTANCE;
    if (own->place && socket_hash (contact) == own->socket)
        return MATCH_PLACE;
    const gboolean has_address = flow_sip_read_host (contact->uri.host, &listed);
    if (has_address && ip_address_equal (&listed, &dialog->asked_at))
        return MATCH_WEAK;
    if (!own->place) /* the capture has cut off what it names: what it sends from tells */
        return dialog->is_cut && has_address && is_seen_address (&listed, sip, dialog) &&
                       is_seen_port (contact->uri.port, sip, dialog)
                   ? MATCH_SEEN_PORT
                   : MATCH_NONE;
    if (view_hash (contact->uri.user) != own->user)
        return MATCH_NONE;
    if (has_address && is_seen_address (&listed, sip, dialog))
        return is_seen_port (contact->uri.port, sip, dialog) ? MATCH_SEEN_PORT : MATCH_SEEN;
    /* A user part of the phone's own choice is not another phone's. */
    return own->user != view_hash (sip->to.uri.user) || !has_address || own->address.size == 0 ||
                   flow_sip_is_inside (&own->address) != flow_sip_is_inside (&listed)
               ? MATCH_WEAK
               : MATCH_NONE;
}

/* The one that fits best; NULL: none does. */
static const SipContact *own_binding (const SipMessage *sip, const Dialog *dialog, Match *ret_match)
{
    const SipContact *own = NULL;

    *ret_match = MATCH_NONE;
    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        const Match found = match (&sip->contacts[i], sip, dialog);
        if (found <= *ret_match)
            continue;
        own = &sip->contacts[i];
        *ret_match = found;
    }
    return own;
}

/* Another one fits as well, and has another time. */
static gboolean is_ambiguous (const SipContact *own, Match found, const SipMessage *sip, const Dialog *dialog)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        if (&sip->contacts[i] != own && match (&sip->contacts[i], sip, dialog) == found &&
            sip_contact_expires (sip, &sip->contacts[i]) != sip_contact_expires (sip, own))
            return TRUE;
    return FALSE;
}

static gboolean lists_all (const SipMessage *sip)
{
    return sip->head_ended && sip->n_contacts == sip_contacts_kept (sip);
}

gboolean flow_sip_is_unlisted (const SipMessage *sip, const Dialog *dialog)
{
    Match found;

    if (!dialog->own.place || sip->status / 100 != 2 || !lists_all (sip))
        return FALSE;
    return sip->n_contacts ? !own_binding (sip, dialog, &found) : sip->expires <= 0;
}

static const SipContact *listed_at (const SipMessage *sip, guint64 place)
{
    for (guint i = 0; place && i < sip_contacts_kept (sip); i++)
        if (flow_sip_contact_hash (&sip->contacts[i]) == place && sip_contact_expires (sip, &sip->contacts[i]) > 0)
            return &sip->contacts[i];
    return NULL;
}

const SipContact *flow_sip_left (const SipMessage *sip, const Dialog *dialog)
{
    Match found;
    const SipContact *own = own_binding (sip, dialog, &found);

    /* Another phone behind the same NAT may be what only looks like it. */
    return own && sip_contact_expires (sip, own) > 0 &&
                   (dialog->removes_others || (found >= MATCH_INSTANCE && found != MATCH_PLACE))
               ? own
               : listed_at (sip, dialog->place_before);
}

gboolean flow_sip_has_signed_off (const SipMessage *sip, const Dialog *dialog)
{
    return dialog->signs_off && lists_all (sip) && !listed_at (sip, dialog->signs_off);
}

/* The Via of an answer tells where the phone is: this contact is the one of another address there. */
static gboolean is_of_another (const SipContact *contact, const SipMessage *sip)
{
    IpAddress listed, via, received;

    return flow_sip_read_host (contact->uri.host, &listed) && flow_sip_read_host (sip->via.host, &via) &&
           !ip_address_equal (&listed, &via) && flow_sip_is_inside (&listed) == flow_sip_is_inside (&via) &&
           !(flow_sip_read_host (sip->via.received, &received) && ip_address_equal (&listed, &received));
}

gint64 flow_sip_granted_expires (const SipMessage *sip, const Dialog *dialog)
{
    Match found = MATCH_NONE;
    const SipContact *own = dialog                 ? own_binding (sip, dialog, &found)
                            : sip->n_contacts == 1 ? &sip->contacts[0]
                                                   : NULL;

    if (own && !dialog && is_of_another (own, sip))
        return -1;

    if (own && dialog && is_ambiguous (own, found, sip, dialog))
        return -1;
    if (own)
        return sip_contact_expires (sip, own);
    return !sip->n_contacts || sip->n_contacts != sip_contacts_kept (sip) || !dialog ? sip->expires : -1;
}

/* Without a port or a transport it is 5060 over UDP (RFC 3263, 4.1 and 4.2). */
static gboolean is_place_of (const SipContact *contact, const Endpoint *server, Transport transport)
{
    const char *over = transport == TRANSPORT_TCP ? "tcp" : "udp";
    const guint16 port = contact->uri.port ? contact->uri.port : PORT_SIP;
    IpAddress address;

    return sip_equal (contact->uri.scheme, "sip") && flow_sip_read_host (contact->uri.host, &address) &&
           ip_address_equal (&address, &server->address) && port == server->port &&
           (contact->transport.size ? sip_equal (contact->transport, over) : transport != TRANSPORT_TCP);
}

gboolean flow_sip_leads_back (const SipMessage *sip, const Endpoint *server, Transport transport)
{
    if (sip->status < 300 || sip->status >= 400 || !sip->n_contacts || !lists_all (sip))
        return FALSE;
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        if (!is_place_of (&sip->contacts[i], server, transport))
            return FALSE;
    return TRUE;
}

/* "+" may be written as "%2B". */
static gboolean is_same_user (View a, View b)
{
    g_autofree char *one = flow_sip_text (a), *other = flow_sip_text (b);
    g_autofree char *one_plain = g_uri_unescape_string (one, NULL), *other_plain = g_uri_unescape_string (other, NULL);
    return g_strcmp0 (one_plain ? one_plain : one, other_plain ? other_plain : other) == 0;
}

void flow_sip_add_other_user (const SipMessage *sip, const Dialog *dialog, Values *values)
{
    const SipContact *own = NULL;

    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        if (flow_sip_contact_hash (&sip->contacts[i]) != dialog->own.place)
            continue;
        if (view_hash (sip->contacts[i].uri.user) == dialog->own.user ||
            is_same_user (sip->contacts[i].uri.user, sip->to.uri.user))
            return;
        own = &sip->contacts[i];
    }
    if (own && sip->n_contacts == sip_contacts_kept (sip))
        flow_sip_add_text (values, VALUE_REGISTERED_NUMBER, own->uri.user);
}

/* --- As text */

/* Host and port only: a URI may hold a password. The transport, where the message goes over another one. */
static void append_place (GString *out, const SipMessage *sip, const SipContact *contact)
{
    char text[VALUES_TEXT_MAX + 1];
    const gboolean in_brackets = contact->uri.is_ip6 && contact->uri.port;

    if (in_brackets)
        g_string_append_c (out, '[');
    sip_text (contact->uri.host, text, sizeof text);
    g_string_append (out, text);
    if (in_brackets)
        g_string_append_c (out, ']');
    if (contact->uri.port) {
        g_string_append_c (out, ':');
        value_append_number (contact->uri.port, out);
    }
    if (sip_text (contact->transport, text, sizeof text) && sip->via.transport.size &&
        !sip_equal (sip->via.transport, text))
        g_string_append (g_string_append (out, ";transport="), text);
}

void flow_sip_add_contact (const SipMessage *sip, const SipContact *contact, Values *values)
{
    if (!contact->uri.host.size)
        return;
    GString *place = g_string_sized_new (64);
    append_place (place, sip, contact);
    values_add_text (values, VALUE_CONTACT, place->str, -1);
    g_string_free (place, TRUE);
}

static void add_to_list (GString *list, const SipMessage *sip, const SipContact *contact, gint64 left)
{
    if (list->len)
        g_string_append (list, ", ");
    append_place (list, sip, contact);
    if (left >= 0)
        g_string_append_printf (list, " (%" G_GINT64_FORMAT " s)", left);
}

void flow_sip_add_listed (const SipMessage *sip, Values *values)
{
    g_autoptr (GString) list = g_string_new (NULL);

    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        add_to_list (list, sip, &sip->contacts[i], sip_contact_expires (sip, &sip->contacts[i]));
    values_add_number (values, VALUE_COUNT, sip->n_contacts);
    if (list->len)
        values_add_text (values, VALUE_CONTACT, list->str, -1);
}

void flow_sip_add_others (const SipMessage *sip, Values *values)
{
    g_autoptr (GString) list = g_string_new (NULL);
    guint64 count = 0;

    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        const gint64 left = sip_contact_expires (sip, &sip->contacts[i]);
        if (left <= 0)
            continue;
        add_to_list (list, sip, &sip->contacts[i], left);
        count++;
    }
    if (!count)
        return;
    values_add_number (values, VALUE_COUNT, count);
    values_add_text (values, VALUE_CONTACT, list->str, -1);
}
