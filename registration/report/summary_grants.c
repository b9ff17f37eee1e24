/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When which wish of a phone was granted last. A wish is to be registered at a server, over SIP with a user; who names
 * no user (SCCP, or a connection on which nothing was asked yet) may mean any. */
#include "registration/report/summary_internal.h"

#include <string.h>

enum { OF_USER, OF_ACCOUNT, OF_NOBODY, OF_ANYBODY, OF_DEVICE, ANYWHERE, SIGN_OFF, FAILED };

static gpointer wish_key (guint kind, guint16 server, View user)
{
    return (gpointer) (gsize) hash_octets (hash_number (0, kind << 16 | server), user.data, user.size);
}

static gpointer key_of (const Registration *registration)
{
    return wish_key (registration->line ? OF_USER : OF_NOBODY, registration->server, summary_user (registration));
}

/* The same account anywhere; NULL: its servers need not be of one domain. */
static gpointer account_key (const Registration *registration)
{
    if (!registration_shares_domain (registration, registration))
        return NULL;
    return wish_key (OF_ACCOUNT, 0, (View){ (const guint8 *) registration->line, strlen (registration->line) });
}

static gpointer any_key (guint16 server)
{
    return wish_key (OF_ANYBODY, server, (View){ NULL, 0 });
}

/* One of two devices with one name: it is known by where it asks from. */
static gpointer device_key (guint16 server, const IpAddress *from)
{
    return wish_key (OF_DEVICE, server, (View){ from->octets, from->size });
}

static gpointer anywhere_key (void)
{
    return wish_key (ANYWHERE, 0, (View){ NULL, 0 });
}

static gpointer sign_off_key (void)
{
    return wish_key (SIGN_OFF, 0, (View){ NULL, 0 });
}

static NoteId latest (const PhoneSummary *phone, gpointer key)
{
    return GPOINTER_TO_UINT (g_hash_table_lookup (phone->grants, key));
}

static void keep_latest (PhoneSummary *phone, gpointer key, NoteId granted)
{
    if (granted > latest (phone, key))
        g_hash_table_insert (phone->grants, key, GUINT_TO_POINTER (granted));
}

static gpointer failure_key (Problem problem, const Registration *failed)
{
    return wish_key (FAILED + problem, failed->server, summary_user (failed));
}

static void find_failures (const Summary *summary, PhoneSummary *phone)
{
    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (summary, phone, i);
        const Registration *failed = summary_failed (summary, finding);
        if (failed)
            keep_latest (phone, failure_key (finding->problem, failed), finding->note);
    }
}

void summary_find_grants (const Summary *summary, PhoneSummary *phone)
{
    phone->grants = g_hash_table_new (NULL, NULL);
    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *registration = summary_registration (summary, summary_attempt (phone, i));
        if (!registration)
            continue;
        const NoteId granted = registration_granted (registration);
        keep_latest (phone, key_of (registration), granted);
        keep_latest (phone, any_key (registration->server), granted);
        if (account_key (registration))
            keep_latest (phone, account_key (registration), granted);
        if (phone->has_double) {
            const IpAddress from = summary_asked_from (summary, registration);
            keep_latest (phone, device_key (registration->server, &from), granted);
        }
        keep_latest (phone, anywhere_key (), granted);
        keep_latest (phone, sign_off_key (), registration->steps[MOVE_SIGN_OFF_ACCEPT]);
    }
    find_failures (summary, phone);
}

NoteId summary_failed_last (const PhoneSummary *phone, const Finding *finding, const Registration *failed)
{
    return latest (phone, failure_key (finding->problem, failed));
}

/* Whose question is not seen may be either. */
static NoteId granted_to_device (const PhoneSummary *phone, guint16 server, const IpAddress *from)
{
    static const IpAddress anybody = { 0 };

    return MAX (latest (phone, device_key (server, from)), latest (phone, device_key (server, &anybody)));
}

NoteId summary_granted (const Summary *summary, const PhoneSummary *phone, const Registration *wish)
{
    const IpAddress from = phone->has_double ? summary_asked_from (summary, wish) : (IpAddress){ 0 };

    if (from.size)
        return granted_to_device (phone, wish->server, &from);
    if (!wish->line)
        return latest (phone, any_key (wish->server));
    const NoteId of_nobody = latest (phone, wish_key (OF_NOBODY, wish->server, (View){ NULL, 0 }));
    return MAX (latest (phone, key_of (wish)), of_nobody);
}

NoteId summary_granted_by_domain (const PhoneSummary *phone, const Registration *wish)
{
    const gpointer account = account_key (wish);
    return account ? latest (phone, account) : 0;
}

NoteId summary_granted_any (const PhoneSummary *phone)
{
    return latest (phone, anywhere_key ());
}

NoteId summary_signed_off (const PhoneSummary *phone)
{
    return latest (phone, sign_off_key ());
}
