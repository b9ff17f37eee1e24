/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digest users and numbers. CUCM tells third-party phones apart by their digest user alone, so each phone needs one of
 * its own; the number must be one of that user's device (reference 3.4). */
#include "registration/findings/diagnose_sip_internal.h"

/* Users beyond this many are not followed: a capture with more is made to exhaust memory. */
#define USERS_MAX 100000

/* One digest user at one server. */
typedef struct {
    guint64 key;     /* of user and server; stays first */
    NoteId first;    /* the REGISTER that named it first */
    NoteId other;    /* a REGISTER of another phone with the same number, which may be the same phone moved */
    NoteId accepted; /* the latest 2xx to a REGISTER with it, and for which number */
    guint32 accepted_number;
    gboolean is_shared; /* said */
} DigestUser;

void diagnose_users_init (Flow *flow)
{
    flow->digest_users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

void diagnose_users_clear (Flow *flow)
{
    g_hash_table_unref (flow->digest_users);
}

/* NULL when this REGISTER names none. may_add: make it when it is new. */
static DigestUser *user_of (Flow *flow, const Note *request, gboolean may_add)
{
    View name = diagnose_text (flow, request, VALUE_USER);
    const Endpoint *server = flow_server (flow, request);

    if (!name.size || !server)
        return NULL;
    guint64 key = view_hash (name) * 31 + ip_address_hash (&server->address);
    DigestUser *user = g_hash_table_lookup (flow->digest_users, &key);
    if (user || !may_add || g_hash_table_size (flow->digest_users) >= USERS_MAX)
        return user;
    user = g_new0 (DigestUser, 1);
    user->key = key;
    g_hash_table_insert (flow->digest_users, &user->key, user);
    return user;
}

static gboolean is_cucm_realm (View realm)
{
    return sip_equal (realm, "ccmsipline");
}

/* CUCM knows Cisco phones by their device name. */
static gboolean is_third_party (const Flow *flow, const Note *note)
{
    return phones_get (flow->phones, phones_current (flow->phones, note->phone))->name_rank != NAME_DEVICE;
}

static gboolean is_same_phone (const Flow *flow, const Note *a, const Note *b)
{
    return phones_current (flow->phones, a->phone) == phones_current (flow->phones, b->phone);
}

void diagnose_user_named (Flow *flow, NoteId id, const Note *note)
{
    DigestUser *user = user_of (flow, note, TRUE);

    if (!user || user->is_shared || !is_third_party (flow, note) ||
        !is_cucm_realm (diagnose_text (flow, note, VALUE_REALM)))
        return;
    if (!user->first) {
        user->first = id;
        return;
    }
    const Note *first = notes_get (flow->notes, user->first);
    gboolean back_again = is_same_phone (flow, first, note) && user->other;
    /* One number at two addresses may be one phone that has moved; when the first comes back they are two. */
    if (!is_same_phone (flow, first, note)) {
        if (diagnose_sip_line (flow, first) == diagnose_sip_line (flow, note)) {
            user->other = id;
            return;
        }
    } else if (!back_again) {
        return;
    }
    NoteId evidence[] = { user->first, user->other, id };
    user->is_shared = TRUE;
    findings_add (flow->findings, id, PROBLEM_SHARED_DIGEST_USER, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

void diagnose_user_accepted (Flow *flow, NoteId id, const Note *note)
{
    const Note *request = notes_get (flow->notes, note->partner);
    DigestUser *user = request ? user_of (flow, request, TRUE) : NULL;

    if (diagnose_text (flow, note, VALUE_REGISTERED_NUMBER).size)
        diagnose_once (flow, id, PROBLEM_WRONG_DIRECTORY_NUMBER, CERTAINTY_LIKELY, diagnose_sip_line_try (flow, note),
                       note->partner);

    if (!user)
        return;
    user->accepted = id;
    user->accepted_number = diagnose_sip_line (flow, note);
}

static gboolean is_cucm (const Flow *flow, const Note *request, const Note *answer)
{
    return is_cucm_realm (diagnose_text (flow, request, VALUE_REALM)) ||
           sip_starts_with (diagnose_text (flow, answer, VALUE_AGENT), "Cisco-CUCM");
}

void diagnose_number_refused (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    const Note *request = notes_get (flow->notes, note->partner);
    const DigestUser *user = request ? user_of (flow, request, FALSE) : NULL;
    Problem problem = N_PROBLEMS;
    NoteId cause = note->partner;

    if (!request || (user && user->is_shared)) /* that alone may be the reason */
        return;
    if (user && user->accepted && user->accepted_number != diagnose_sip_line (flow, note)) {
        problem = PROBLEM_WRONG_DIRECTORY_NUMBER; /* the user is good for another number */
        cause = user->accepted;
    } else if (status == 404 && note->level == LEVEL_READY) {
        problem = PROBLEM_WRONG_DIRECTORY_NUMBER; /* the phone is known: another of its lines is registered */
    } else if (status == 404 && diagnose_sip_has_credentials (flow, request)) {
        /* Other registrars have checked the user before they look for the number. */
        problem = !is_cucm (flow, request, note) ? PROBLEM_WRONG_DIRECTORY_NUMBER
                  : is_third_party (flow, note)  ? PROBLEM_UNKNOWN_DIGEST_USER
                                                 : N_PROBLEMS;
    }
    if (problem != N_PROBLEMS)
        diagnose_once (flow, id, problem, CERTAINTY_LIKELY, diagnose_sip_line_try (flow, note), cause);
}
