/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/registration.h"

#include "registration/wire/address.h"

#include <string.h>

/* --- What moves a registration, and where to */

#define IN(state)     ((guint32) 1 << STATE_##state)
#define NOT_CONNECTED (IN (NEW) | IN (CONNECTING))
#define OPEN          (NOT_CONNECTED | IN (CONNECTED) | IN (ENCRYPTED))
#define WANTS_TOKEN   (IN (TOKEN_ASKED) | IN (WAITING))
#define PUT_OFF       (IN (REDIRECTED) | IN (TOO_BRIEF)) /* answered: what follows is up to the phone */
#define ASKING        (IN (ASKED) | IN (CHALLENGED) | IN (UNLISTED) | PUT_OFF)
#define UNDECIDED     (IN (ASKED) | IN (CHALLENGED) | IN (UNLISTED))
#define LIVE          (IN (ACCEPTED) | IN (PROVISIONED) | IN (READY) | IN (HELD))

/* No longer registered, as far as can be seen; a later word of the server may say otherwise. */
#define GONE (IN (REPLACED) | IN (REMOVED) | IN (LOST))

/* From which states each move leads to which; at most two kinds of them. In any other state it changes nothing: a
 * refresh of what is registered, a copy, or what a broken peer says out of turn. */
static const struct {
    guint32 from;
    RegistrationState to;
} moves[N_REGISTRATION_MOVES][2] = {
    [MOVE_CONNECT] = { { IN (NEW), STATE_CONNECTING } },
    [MOVE_CONNECTED] = { { NOT_CONNECTED, STATE_CONNECTED } },
    [MOVE_UNREACHABLE] = { { NOT_CONNECTED, STATE_UNREACHABLE } },
    [MOVE_ENCRYPTED] = { { NOT_CONNECTED | IN (CONNECTED), STATE_ENCRYPTED } },
    [MOVE_TOKEN_ASK] = { { OPEN | IN (WAITING), STATE_TOKEN_ASKED } },
    [MOVE_TOKEN_GRANT] = { { OPEN | WANTS_TOKEN, STATE_CONNECTED } },
    /* CLOSED: the capture has the end of the connection before the answer on it. */
    [MOVE_TOKEN_REFUSE] = { { OPEN | WANTS_TOKEN | IN (CLOSED), STATE_WAITING } },
    /* CLOSED: over SIP the phone goes on over another connection. */
    [MOVE_ASK] = { { OPEN | WANTS_TOKEN | IN (CHALLENGED) | IN (UNLISTED) | PUT_OFF | IN (CLOSED), STATE_ASKED } },
    [MOVE_CHALLENGE] = { { OPEN | IN (ASKED), STATE_CHALLENGED } },
    [MOVE_REDIRECT] = { { OPEN | UNDECIDED, STATE_REDIRECTED } },
    [MOVE_PUT_OFF] = { { OPEN | UNDECIDED, STATE_TOO_BRIEF } },
    [MOVE_UNLIST] = { { IN (ASKED) | IN (CHALLENGED) | LIVE, STATE_UNLISTED } },
    /* REFUSED: the same request is answered once more, and now accepted. CLOSED: the capture has the end of the
     * connection before the answer on it. */
    [MOVE_ACCEPT] = { { OPEN | WANTS_TOKEN | ASKING | GONE | IN (REFUSED), STATE_ACCEPTED },
                      { IN (CLOSED), STATE_LOST } },
    [MOVE_PROVISION] = { { IN (ACCEPTED), STATE_PROVISIONED } },
    [MOVE_READY] = { { IN (ACCEPTED) | IN (PROVISIONED), STATE_READY } },
    [MOVE_REFUSE] = { { OPEN | WANTS_TOKEN | ASKING | LIVE | IN (CLOSED), STATE_REFUSED } },
    [MOVE_CONFIRM] = { { OPEN | ASKING | GONE | IN (SIGN_OFF_REFUSED), STATE_HELD } },
    [MOVE_SIGN_OFF] = { { OPEN | ASKING | LIVE | GONE | IN (SIGN_OFF_REFUSED), STATE_LEAVING } },
    /* REFUSED: it may have been registered before the capture began. */
    [MOVE_SIGN_OFF_ACCEPT] = { { OPEN | IN (LEAVING) | IN (REFUSED) | LIVE, STATE_SIGNED_OFF } },
    [MOVE_SIGN_OFF_REFUSE] = { { OPEN | IN (LEAVING) | IN (SIGNED_OFF), STATE_SIGN_OFF_REFUSED } },
    /* Accepted: it lives on, and what has made it ready was not seen. */
    [MOVE_KEEP] = { { OPEN | IN (ACCEPTED) | IN (PROVISIONED) | IN (LEAVING) | IN (SIGN_OFF_REFUSED), STATE_HELD } },
    [MOVE_REPLACE] = { { LIVE | IN (REMOVED), STATE_REPLACED } },
    [MOVE_REMOVE] = { { LIVE, STATE_REMOVED } },
    [MOVE_CLOSE] = { { LIVE, STATE_LOST },
                     { NOT_CONNECTED | IN (CONNECTED) | IN (TOKEN_ASKED) | UNDECIDED, STATE_CLOSED } },
};

RegistrationState registration_next (RegistrationState state, RegistrationMove move)
{
    for (guint i = 0; i < G_N_ELEMENTS (moves[move]); i++)
        if (moves[move][i].from >> state & 1)
            return moves[move][i].to;
    return state;
}

gboolean registration_state_is_live (RegistrationState state)
{
    return LIVE >> state & 1;
}

/* Whether the latest of several steps of a kind is the one to keep. */
static gboolean keeps_latest (RegistrationMove move)
{
    switch (move) {
    case MOVE_REFUSE:
    case MOVE_CONFIRM:
    case MOVE_SIGN_OFF:
    case MOVE_SIGN_OFF_ACCEPT:
    case MOVE_SIGN_OFF_REFUSE:
    case MOVE_REPLACE:
    case MOVE_REMOVE:
    case MOVE_CLOSE:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean registration_move (Registration *registration, RegistrationMove move, NoteId note)
{
    const RegistrationState next = registration_next (registration->state, move);
    const gboolean moves_on = next != registration->state;

    if (!registration->steps[move] || keeps_latest (move))
        registration->steps[move] = note;
    registration->state = (guint8) next;
    return moves_on;
}

/* An address behind the @ is that of one server. */
static gboolean has_domain (const Registration *registration)
{
    const char *host = registration->line ? registration->line + registration->line_user : "";
    IpAddress address;

    return *host == '@' && host[1] && !ip_address_parse (host + 1, strlen (host + 1), &address);
}

gboolean registration_shares_domain (const Registration *registration, const Registration *other)
{
    return has_domain (registration) && g_strcmp0 (registration->line, other->line) == 0 && !registration->is_cisco &&
           !other->is_cisco && !registration->rank && !other->rank;
}

NoteId registration_granted (const Registration *registration)
{
    return MAX (registration->steps[MOVE_ACCEPT], registration->steps[MOVE_CONFIRM]);
}

/* --- All of a capture */

#define BLOCK 1024

struct Registrations {
    GPtrArray *blocks; /* of Registration[BLOCK], owned; the first record of all is nobody's */
    guint32 count;
};

Registrations *registrations_new (void)
{
    Registrations *registrations = g_new0 (Registrations, 1);

    registrations->blocks = g_ptr_array_new_with_free_func (g_free);
    return registrations;
}

void registrations_free (Registrations *registrations)
{
    if (!registrations)
        return;
    g_ptr_array_unref (registrations->blocks);
    g_free (registrations);
}

RegistrationId registrations_add (Registrations *registrations, PhoneId phone, RegistrationRole role, guint32 attempt)
{
    if (registrations->count == REGISTRATION_MAX)
        return 0;
    const RegistrationId id = ++registrations->count;
    if (id / BLOCK >= registrations->blocks->len)
        g_ptr_array_add (registrations->blocks, g_new0 (Registration, BLOCK));
    Registration *added = registrations_get (registrations, id);
    added->phone = phone;
    added->role = (guint8) role;
    added->attempt = attempt;
    added->protocol = N_PROTOCOLS;
    return id;
}

guint32 registrations_count (const Registrations *registrations)
{
    return registrations->count;
}

Registration *registrations_get (const Registrations *registrations, RegistrationId id)
{
    if (!id || id > registrations->count)
        return NULL;
    return &((Registration *) g_ptr_array_index (registrations->blocks, id / BLOCK))[id % BLOCK];
}
