/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digest users and numbers. CUCM tells third-party phones apart by their digest user alone, so each phone needs one of
 * its own; the number must be one of that user's device (reference 3.4). */
#include "registration/findings/diagnose_sip_internal.h"

/* Users beyond this many are not followed: a capture with more is made to exhaust memory. */
#define USERS_MAX 100000

/* What is remembered of a phone at a server: a case of its own. */
#define KNOWN_HERE 0x4B6E6F77u

/* One digest user at one server. */
typedef struct {
    guint64 key;     /* of user and server; stays first */
    NoteId first;    /* the REGISTER that named it first */
    NoteId other;    /* a REGISTER of another phone with the same number, which may be the same phone moved */
    NoteId accepted; /* the latest 2xx to a REGISTER with it, and for which number */
    guint32 accepted_number;
    gboolean is_shared; /* said */
} DigestUser;

GHashTable *diagnose_users_new (void)
{
    return g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

/* NULL when this REGISTER names none. may_add: make it when it is new. */
static DigestUser *user_of (const Sight *request, gboolean may_add)
{
    GHashTable *users = request->diagnosis->digest_users;
    View name = diagnose_text (request, VALUE_USER);
    const Endpoint *server = sight_server (request);

    if (!name.size || !server)
        return NULL;
    guint64 key = view_hash (name) * 31 + ip_address_hash (&server->address);
    DigestUser *user = g_hash_table_lookup (users, &key);
    if (user || !may_add || g_hash_table_size (users) >= USERS_MAX)
        return user;
    user = g_new0 (DigestUser, 1);
    user->key = key;
    g_hash_table_insert (users, &user->key, user);
    return user;
}

static gboolean is_cucm_realm (View realm)
{
    return sip_equal (realm, "ccmsipline");
}

/* CUCM knows Cisco phones by their device name. */
static gboolean is_third_party (const Sight *sight)
{
    return sight->phone->name_rank != NAME_DEVICE;
}

void diagnose_user_named (const Sight *sight)
{
    DigestUser *user = user_of (sight, TRUE);

    if (!user || user->is_shared || !is_third_party (sight) || !is_cucm_realm (diagnose_text (sight, VALUE_REALM)))
        return;
    if (!user->first) {
        user->first = sight->id;
        return;
    }
    Sight first = sight_at (sight->diagnosis, user->first, NULL);
    gboolean is_same = first.phone == sight->phone;
    /* One number at two addresses may be one phone that has moved; when the first comes back they are two. */
    if (!is_same) {
        if (diagnose_sip_line (&first) == diagnose_sip_line (sight)) {
            user->other = sight->id;
            return;
        }
    } else if (!user->other) {
        return;
    }
    NoteId evidence[] = { user->first, user->other, sight->id };
    user->is_shared = TRUE;
    findings_add (sight->diagnosis->findings, sight->id, PROBLEM_SHARED_DIGEST_USER, CERTAINTY_CERTAIN, evidence,
                  G_N_ELEMENTS (evidence));
}

/* This server has registered the phone, by whichever of its lines: Case.last. */
static Case *known_here (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_WRONG_DIRECTORY_NUMBER, sight->note->server ^ KNOWN_HERE);
}

void diagnose_user_accepted (const Sight *sight)
{
    const Note *note = sight->note;

    if (diagnose_text (sight, VALUE_REGISTERED_NUMBER).size)
        diagnose_once (sight, PROBLEM_WRONG_DIRECTORY_NUMBER, CERTAINTY_LIKELY, diagnose_sip_line_try (sight),
                       note->partner);
    if (note->variant != VARIANT_UNREGISTER)
        known_here (sight)->last = sight->id;
    if (!note->partner)
        return;
    Sight request = sight_at (sight->diagnosis, note->partner, NULL);
    DigestUser *user = user_of (&request, TRUE);
    if (!user)
        return;
    user->accepted = sight->id;
    user->accepted_number = diagnose_sip_line (sight);
}

static gboolean has_another_line (const Sight *sight)
{
    const NoteId accepted = known_here (sight)->last;

    if (!accepted)
        return FALSE;
    const Sight other = sight_at (sight->diagnosis, accepted, NULL);
    return diagnose_sip_line (&other) != diagnose_sip_line (sight);
}

static gboolean is_cucm (const Sight *request, const Sight *answer)
{
    return is_cucm_realm (diagnose_text (request, VALUE_REALM)) ||
           sip_starts_with (diagnose_text (answer, VALUE_AGENT), "Cisco-CUCM");
}

void diagnose_number_refused (const Sight *sight, guint32 status)
{
    Problem problem = N_PROBLEMS;
    NoteId cause = sight->note->partner;

    /* A sign-off asks for no number, and one that has been registered for this phone is not unknown. */
    if (!cause || sight->note->variant == VARIANT_UNREGISTER || diagnose_life_was_accepted (sight))
        return;
    Sight request = sight_at (sight->diagnosis, cause, NULL);
    const DigestUser *user = user_of (&request, FALSE);
    if (user && user->is_shared) /* that alone may be the reason */
        return;
    if (user && user->accepted && user->accepted_number != diagnose_sip_line (sight)) {
        problem = PROBLEM_WRONG_DIRECTORY_NUMBER; /* the user is good for another number */
        cause = user->accepted;
    } else if (status == 404 && !is_third_party (sight) && has_another_line (sight)) {
        problem = PROBLEM_WRONG_DIRECTORY_NUMBER; /* the phone is known here: another of its lines is registered */
    } else if (status == 404 && is_third_party (sight) && diagnose_sip_has_credentials (&request) &&
               is_cucm (&request, sight)) {
        problem = PROBLEM_UNKNOWN_DIGEST_USER;
    }
    if (problem != N_PROBLEMS)
        diagnose_once (sight, problem, CERTAINTY_LIKELY, diagnose_sip_line_try (sight), cause);
}
