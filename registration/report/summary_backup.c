/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backup: where a phone is because it failed where it went first. Each user of it goes its own way; a connection on
 * which nothing was asked yet counts for all of them. One pass over the attempts, in their order. */
#include "registration/report/summary_internal.h"

#include "registration/flow/boot_state.h"
#include "registration/protocols/sip.h"
#include "registration/wire/times.h"

/* Attempts by a hash of what they are for: place among the phone's attempts + 1. */
typedef struct {
    GHashTable *homes;  /* by user: where that went first; owned */
    GHashTable *latest; /* by a server's address and a user; owned */
    GHashTable *wished; /* SCCP: by a server's address, where the phone has asked whether it may return; owned */
    gboolean is_configured;
} Way;

static guint look_up (GHashTable *attempts, guint64 key)
{
    return GPOINTER_TO_UINT (g_hash_table_lookup (attempts, (gpointer) (gsize) key));
}

static void keep (GHashTable *attempts, guint64 key, guint place)
{
    g_hash_table_insert (attempts, (gpointer) (gsize) key, GUINT_TO_POINTER (place));
}

static const Registration *attempt_at (const Summary *summary, const PhoneSummary *phone, guint place)
{
    return summary_registration (summary, summary_attempt (phone, place - 1));
}

static IpAddress server_of (const Summary *summary, const Registration *registration)
{
    const Note at = { .server = registration->server };
    const Endpoint *server = flow_server (summary->flow, &at);

    return server ? server->address : (IpAddress){ 0 };
}

static guint64 place_key (const IpAddress *server, View user)
{
    return hash_octets (hash_octets (0, server->octets, server->size), user.data, user.size);
}

static const View nobody = { NULL, 0 };

/* The user's first home, or the common one when that was earlier; 0 while there is none. */
static guint home_of (const Way *way, View user)
{
    const guint own = look_up (way->homes, view_hash (user)), common = look_up (way->homes, view_hash (nobody));

    return own && common ? MIN (own, common) : MAX (own, common);
}

static guint latest_at (const Way *way, const IpAddress *server, View user)
{
    return MAX (look_up (way->latest, place_key (server, user)), look_up (way->latest, place_key (server, nobody)));
}

/* A request that goes unanswered is sent again for so long (RFC 3261, 17.1.2.2, timer F). */
#define STILL_ASKING SECONDS (32)

/* It is registered there, and its latest REGISTER has got no answer. */
static gboolean is_asked_in_vain (const Summary *summary, const Registration *registration)
{
    const Note *latest = notes_get (flow_notes (summary->flow), registration->latest);

    return latest && latest->kind == catalog_find (PROTOCOL_SIP, SIP_REGISTER) && !latest->partner &&
           latest->phase != PHASE_UNREGISTER && registration->latest > registration_granted (registration) &&
           !registration->is_unsure && !registration->lacks_server &&
           (latest->variant == VARIANT_AGAIN || latest->time + STILL_ASKING < flow_end (summary->flow));
}

static gboolean is_failure (const Summary *summary, const Registration *registration)
{
    const gboolean is_left = registration->steps[MOVE_CLOSE] > registration_granted (registration);

    if (registration_state_is_live (registration->state) && (is_left || is_asked_in_vain (summary, registration)))
        return TRUE;
    switch (summary_state (summary, registration)) {
    case STATE_CONNECTING:
    case STATE_UNREACHABLE:
    case STATE_CLOSED:
    case STATE_ASKED:
    case STATE_TOO_BRIEF: /* where a redirect leads is no backup: the server itself has sent the phone there */
    case STATE_REFUSED:
    case STATE_EXPIRED:
    case STATE_LOST:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Over SCCP the order in which a phone comes to its servers says nothing: it may have begun at a backup. Its
 * configuration says which one it prefers, and so does the question for a token. */
static Elsewhere rank_of (const Way *way, const Registration *registration, const IpAddress *at_home)
{
    if (registration->protocol != PROTOCOL_SCCP || way->is_configured ||
        look_up (way->wished, place_key (at_home, nobody)))
        return ELSEWHERE_BACKUP;
    return registration->returns || registration->steps[MOVE_TOKEN_GRANT] ? ELSEWHERE_NOT : ELSEWHERE_UNKNOWN;
}

/* At another server than its home, and the latest try there has failed. */
static Elsewhere is_away (const Summary *summary, const PhoneSummary *phone, const Way *way,
                          const Registration *registration)
{
    const View user = summary_user (registration);
    const guint home = home_of (way, user);

    if (!home)
        return ELSEWHERE_NOT;
    const IpAddress at_home = server_of (summary, attempt_at (summary, phone, home)),
                    here = server_of (summary, registration);
    const Registration *latest = attempt_at (summary, phone, latest_at (way, &at_home, user));
    if (ip_address_equal (&at_home, &here) || !is_failure (summary, latest) ||
        registration_shares_domain (latest, registration))
        return ELSEWHERE_NOT;
    return rank_of (way, registration, &at_home);
}

/* Nearly all phones go to one server only. */
static gboolean has_several_servers (const Summary *summary, const PhoneSummary *phone)
{
    guint16 first = 0;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *registration = attempt_at (summary, phone, i + 1);
        const guint16 server = registration ? registration->server : 0;
        if (server && first && server != first)
            return TRUE;
        first = server ? server : first;
    }
    return FALSE;
}

GHashTable *summary_find_backups (const Summary *summary, const PhoneSummary *phone)
{
    const struct BootState *boot = phones_get (flow_phones (summary->flow), phone->phone)->boot;
    const gboolean is_configured = boot && boot->configuration.n_servers;
    const gboolean has_no_files = boot && boot->files.own_missing && !boot->configuration.note;
    gboolean is_named = FALSE; /* a connection behind the question of a line, as to a standby, leads to no home */

    if (!has_several_servers (summary, phone))
        return NULL;
    g_autoptr (GHashTable) homes = g_hash_table_new (NULL, NULL), latest = g_hash_table_new (NULL, NULL),
                           wished = g_hash_table_new (NULL, NULL);
    const Way way = { homes, latest, wished, is_configured };
    GHashTable *backups = g_hash_table_new (NULL, NULL);
    for (guint i = 1; i <= phone->attempts->len; i++) {
        const Registration *registration = attempt_at (summary, phone, i);
        if (!registration || !summary_wants_registration (registration))
            continue;
        const View user = summary_user (registration);
        const IpAddress server = server_of (summary, registration);
        /* A server that its configuration does not name is left over from before; and so is one that a phone which has
         * asked for a configuration in vain still knows, and which takes no question. */
        if ((registration->line || !is_named) &&
            (registration->rank || (!is_configured && (!has_no_files || registration->steps[MOVE_ASK]))) &&
            !look_up (homes, view_hash (user)))
            keep (homes, view_hash (user), i);
        is_named |= registration->line != NULL;
        keep (latest, place_key (&server, user), i);
        if (registration->steps[MOVE_TOKEN_ASK])
            keep (wished, place_key (&server, nobody), i);
        const Elsewhere elsewhere = is_away (summary, phone, &way, registration);
        if (elsewhere != ELSEWHERE_NOT)
            g_hash_table_insert (backups, (gpointer) registration, GUINT_TO_POINTER (elsewhere));
    }
    return backups;
}
