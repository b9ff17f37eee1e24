/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/compare_sip.h"

#include "registration/protocols/catalog.h"
#include "registration/protocols/sip_auth.h"
#include "replay/engine/said.h"

#include <string.h>

/* Shorter, a phone is busier with refreshing than with anything else (reference 6.3). */
#define EXPIRES_MIN 60

static gboolean is_ours (const SipContact *contact, const Endpoint *local)
{
    IpAddress address;

    return contact->uri.port == local->port &&
           ip_address_parse ((const char *) contact->uri.host.data, contact->uri.host.size, &address) &&
           ip_address_equal (&address, &local->address);
}

const SipContact *sip_own_contact (const SipMessage *answer, const Endpoint *phone)
{
    for (guint i = 0; i < sip_contacts_kept (answer); i++)
        if (is_ours (&answer->contacts[i], phone))
            return &answer->contacts[i];
    return NULL;
}

static guint in_range (gint64 expires)
{
    return expires > 0 && expires < G_MAXINT32 ? (guint) expires : 0;
}

gint64 sip_granted (const SipMessage *answer, const Endpoint *local)
{
    const SipContact *own = sip_own_contact (answer, local);
    gint64 expires = own ? own->expires : -1;

    if (expires < 0)
        expires = answer->expires;
    /* Behind NAT the server may write the address that it sees. */
    if (expires < 0 && answer->n_contacts == 1)
        expires = answer->contacts[0].expires;
    return expires < G_MAXINT32 ? expires : -1;
}

static guint granted (const SipMessage *answer, const Endpoint *phone)
{
    gint64 own = sip_granted (answer, phone);
    if (own >= 0)
        return (guint) own;
    gint64 expires = sip_contacts_kept (answer) ? answer->contacts[0].expires : -1;
    return in_range (expires >= 0 ? expires : answer->expires);
}

static gboolean is_challenge (const SipMessage *answer)
{
    return answer->status == 401 || answer->status == 407;
}

static char *name_status (const SipMessage *answer)
{
    g_autofree char *phrase = view_dup (answer->reason_phrase);
    return g_strdup_printf ("%u%s%s", answer->status, *phrase ? " " : "", phrase);
}

static Content compare_binding (const SipMessage *recorded, const Endpoint *recorded_end, const SipMessage *live,
                                const Endpoint *live_end, char **ret_detail, gboolean *ret_fails)
{
    guint before = granted (recorded, recorded_end), now = granted (live, live_end);

    if (!live->n_contacts && recorded->n_contacts) {
        *ret_fails = TRUE;
        *ret_detail = g_strdup ("the answer names no Contact: the server has accepted, but holds no address");
        return CONTENT_DIFFERS;
    }
    if (now == before)
        return CONTENT_SAME;
    *ret_fails = now < EXPIRES_MIN && before >= EXPIRES_MIN;
    *ret_detail = g_strdup_printf ("granted for %u s, recorded %u s", now, before);
    return CONTENT_DIFFERS;
}

static gboolean is_binding (SipRole role)
{
    return role != SIP_ROLE_SIGN_OFF && role != N_SIP_ROLES;
}

Content sip_compare (const SipMessage *recorded, const Endpoint *recorded_end, const SipMessage *live,
                     const Endpoint *live_end, SipRole role, char **ret_detail, gboolean *ret_fails)
{
    gboolean accepts = live->status / 100 == 2, accepted = recorded->status / 100 == 2;

    *ret_detail = NULL;
    *ret_fails = FALSE;
    if (accepts && accepted && is_binding (role))
        return compare_binding (recorded, recorded_end, live, live_end, ret_detail, ret_fails);
    if (live->status == recorded->status)
        return CONTENT_SAME;
    if ((accepts && accepted) || (is_challenge (live) && is_challenge (recorded)))
        return CONTENT_EQUIVALENT;
    g_autofree char *before = name_status (recorded), *now = name_status (live);
    *ret_detail = g_strdup_printf ("%s, recorded %s", now, before);
    /* A challenge leads on, whether it was recorded or not, but not where it answers credentials. A yes where there was
     * a no is good, but not when the server asks nobody who he is any more. */
    *ret_fails = accepted ? !is_challenge (live) || role == SIP_ROLE_LOGIN
                          : !accepts || (role == SIP_ROLE_FIRST && is_challenge (recorded));
    return CONTENT_DIFFERS;
}

/* --- What it says */

static void say_number (GString *said, const char *what, gint64 number)
{
    g_autofree char *text = number < 0 ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT, number);
    said_add (said, what, text);
}

static void say_view (GString *said, const char *what, View view)
{
    g_autofree char *text = view_dup (view);
    said_add (said, what, text);
}

/* Without its nonce, which is another one each time. */
static void say_challenge (GString *said, const SipMessage *answer)
{
    SipChallenge challenge;

    if (!answer->n_auth || !sip_challenge_parse (answer->auth[0].value, &challenge))
        return;
    say_view (said, "scheme", challenge.scheme_name);
    say_view (said, "realm", challenge.realm);
    /* None means MD5 (RFC 3261, 22.4). */
    if (challenge.algorithm_name.size)
        say_view (said, "algorithm", challenge.algorithm_name);
    else
        said_add (said, "algorithm", "MD5");
    said_add (said, "qop",
              challenge.offers_auth       ? "auth"
              : challenge.offers_auth_int ? "auth-int"
              : challenge.has_qop         ? "another one"
                                          : "none");
}

static void say_routes (GString *said, const SipMessage *answer)
{
    View head = answer->head;
    SipHeader header;

    while (sip_next_header (&head, &header))
        if (header.name.size == strlen ("Service-Route") &&
            g_ascii_strncasecmp ((const char *) header.name.data, "Service-Route", header.name.size) == 0)
            say_view (said, "service_route", header.value);
}

char *sip_say (const SipMessage *answer, const Endpoint *phone, SipRole role)
{
    GString *said = g_string_new (NULL);
    const gboolean binds = answer->status / 100 == 2 && is_binding (role);

    if (!catalog_knows (PROTOCOL_SIP, answer->status))
        say_number (said, "code", answer->status);
    say_view (said, "phrase", answer->reason_phrase);
    if (binds) {
        said_add (said, "contact", answer->n_contacts ? "named" : "none");
        say_number (said, "expires", granted (answer, phone));
        /* Phones without a time server set their clock by it. */
        said_add (said, "date", answer->date.size ? "told" : "none");
        say_routes (said, answer);
    }
    if (is_challenge (answer))
        say_challenge (said, answer);
    say_number (said, "retry_after", answer->retry_after);
    say_number (said, "min_expires", answer->min_expires);
    say_view (said, "require", answer->require);
    say_view (said, "unsupported", answer->unsupported);
    return g_string_free (said, said->len == 0);
}
