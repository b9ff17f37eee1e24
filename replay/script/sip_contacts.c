/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/sip_contacts.h"

#include "registration/terms/ports.h"

#include <string.h>

/* From here on systems take the ports of those who connect, as ours (RFC 6056, 3.2; Linux begins there). */
#define EPHEMERAL_MIN 32768

static gboolean is_same (View a, View b)
{
    return a.size == b.size && (!a.size || memcmp (a.data, b.data, a.size) == 0);
}

static SipOwnContact *find_contact (const GArray *contacts, View uri)
{
    for (guint i = 0; i < contacts->len; i++) {
        SipOwnContact *contact = &g_array_index (contacts, SipOwnContact, i);
        if (is_same (contact->uri, uri))
            return contact;
    }
    return NULL;
}

guint16 sip_contacts_port (const GArray *contacts, View uri)
{
    const SipOwnContact *contact = find_contact (contacts, uri);

    return contact ? contact->port : 0;
}

/* Another contact of the message is there already; for another user that is another one. */
static gboolean is_taken (const GArray *contacts, const SipMessage *sip, const SipContact *own, guint16 port)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        const SipContact *other = &sip->contacts[i];
        const SipOwnContact *known = find_contact (contacts, other->uri.text);
        if (known && known->port == port && is_same (known->user, own->uri.user) &&
            !is_same (other->uri.text, own->uri.text))
            return TRUE;
    }
    return FALSE;
}

static guint16 choose_port (const GArray *contacts, const SipMessage *sip, const SipContact *own)
{
    guint port = own->uri.port && own->uri.port < EPHEMERAL_MIN ? own->uri.port : PORT_SIP;

    if (!is_taken (contacts, sip, own, 0))
        return 0;
    while (is_taken (contacts, sip, own, (guint16) port))
        port++;
    return (guint16) port;
}

static gboolean is_phone_end (const Script *script, const SipUri *uri)
{
    const guint16 port = uri->port ? uri->port : PORT_SIP;
    IpAddress address;

    return port == script->phone_end.port &&
           ip_address_parse ((const char *) uri->host.data, uri->host.size, &address) &&
           ip_address_equal (&address, &script->phone_end.address);
}

static void settle (GArray *contacts, const Script *script, const SipMessage *sip, gboolean of_end)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        const SipContact *own = &sip->contacts[i];
        if (is_phone_end (script, &own->uri) != of_end || find_contact (contacts, own->uri.text))
            continue;
        SipOwnContact contact = { own->uri.text, own->uri.user, choose_port (contacts, sip, own) };
        g_array_append_val (contacts, contact);
    }
}

GArray *sip_contacts_settle (const Script *script)
{
    GArray *contacts = g_array_new (FALSE, FALSE, sizeof (SipOwnContact));

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, i);
        SipMessage sip;
        if (message->from_server || !sip_parse (message->octets.data, message->octets.size, &sip) || sip.is_answer ||
            sip.method != SIP_REGISTER)
            continue;
        /* Where the phone itself was, we are. */
        settle (contacts, script, &sip, TRUE);
        settle (contacts, script, &sip, FALSE);
    }
    return contacts;
}

static gboolean is_own_port (const GArray *contacts, guint16 port, const Endpoint *local)
{
    if (port == local->port)
        return TRUE;
    for (guint i = 0; i < contacts->len; i++)
        if (port && g_array_index (contacts, SipOwnContact, i).port == port)
            return TRUE;
    return FALSE;
}

guint sip_contacts_count_bound (const GArray *contacts, const SipMessage *answer, const Endpoint *local)
{
    guint count = 0;

    for (guint i = 0; i < sip_contacts_kept (answer); i++) {
        const SipContact *contact = &answer->contacts[i];
        IpAddress address;
        if (ip_address_parse ((const char *) contact->uri.host.data, contact->uri.host.size, &address) &&
            ip_address_equal (&address, &local->address) && is_own_port (contacts, contact->uri.port, local) &&
            (contact->expires >= 0 ? contact->expires : answer->expires) != 0)
            count++;
    }
    return count;
}
