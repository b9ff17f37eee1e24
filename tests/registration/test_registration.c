/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/registration.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite (registration);

static const char *const move_names[N_REGISTRATION_MOVES] = {
#define X(symbol) [MOVE_##symbol] = #symbol,
    REGISTRATION_MOVES (X)
#undef X
};

static RegistrationMove move_named (const char *name)
{
    for (guint i = 0; i < N_REGISTRATION_MOVES; i++)
        if (g_str_equal (move_names[i], name))
            return (RegistrationMove) i;
    cr_assert_fail ("no move is called %s", name);
    return N_REGISTRATION_MOVES;
}

/* Every change that there is, one state a line: what is not here changes nothing. */
static const char *const changes[N_REGISTRATION_STATES] = {
    [STATE_NEW] =
        "CONNECT connecting, CONNECTED connected, UNREACHABLE unreachable, ENCRYPTED encrypted, "
        "TOKEN_ASK token-asked, TOKEN_GRANT connected, TOKEN_REFUSE waiting, ASK asked, "
        "CHALLENGE challenged, REDIRECT redirected, PUT_OFF too-brief, ACCEPT accepted, REFUSE refused, "
        "CONFIRM held, SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, SIGN_OFF_REFUSE sign-off-refused, KEEP held, "
        "CLOSE closed",
    [STATE_CONNECTING] =
        "CONNECTED connected, UNREACHABLE unreachable, ENCRYPTED encrypted, TOKEN_ASK token-asked, "
        "TOKEN_GRANT connected, TOKEN_REFUSE waiting, ASK asked, CHALLENGE challenged, REDIRECT redirected, "
        "PUT_OFF too-brief, ACCEPT accepted, REFUSE refused, CONFIRM held, SIGN_OFF leaving, "
        "SIGN_OFF_ACCEPT signed-off, SIGN_OFF_REFUSE sign-off-refused, KEEP held, CLOSE closed",
    [STATE_CONNECTED] =
        "ENCRYPTED encrypted, TOKEN_ASK token-asked, TOKEN_REFUSE waiting, ASK asked, CHALLENGE challenged, "
        "REDIRECT redirected, PUT_OFF too-brief, ACCEPT accepted, REFUSE refused, CONFIRM held, "
        "SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, SIGN_OFF_REFUSE sign-off-refused, KEEP held, CLOSE closed",
    [STATE_UNREACHABLE] = "",
    [STATE_ENCRYPTED] =
        "TOKEN_ASK token-asked, TOKEN_GRANT connected, TOKEN_REFUSE waiting, ASK asked, "
        "CHALLENGE challenged, REDIRECT redirected, PUT_OFF too-brief, ACCEPT accepted, REFUSE refused, "
        "CONFIRM held, SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, SIGN_OFF_REFUSE sign-off-refused, KEEP held",
    [STATE_TOKEN_ASKED] = "TOKEN_GRANT connected, TOKEN_REFUSE waiting, ASK asked, ACCEPT accepted, REFUSE refused, "
                          "CLOSE closed",
    [STATE_WAITING] = "TOKEN_ASK token-asked, TOKEN_GRANT connected, ASK asked, ACCEPT accepted, REFUSE refused",
    [STATE_ASKED] = "CHALLENGE challenged, REDIRECT redirected, PUT_OFF too-brief, UNLIST unlisted, ACCEPT accepted, "
                    "REFUSE refused, CONFIRM held, SIGN_OFF leaving, CLOSE closed",
    [STATE_CHALLENGED] = "ASK asked, REDIRECT redirected, PUT_OFF too-brief, UNLIST unlisted, ACCEPT accepted, "
                         "REFUSE refused, CONFIRM held, SIGN_OFF leaving, CLOSE closed",
    [STATE_REDIRECTED] = "ASK asked, ACCEPT accepted, REFUSE refused, CONFIRM held, SIGN_OFF leaving",
    [STATE_TOO_BRIEF] = "ASK asked, ACCEPT accepted, REFUSE refused, CONFIRM held, SIGN_OFF leaving",
    [STATE_UNLISTED] =
        "ASK asked, REDIRECT redirected, PUT_OFF too-brief, ACCEPT accepted, REFUSE refused, CONFIRM held, "
        "SIGN_OFF leaving, CLOSE closed",
    [STATE_ACCEPTED] = "UNLIST unlisted, PROVISION provisioned, READY ready, REFUSE refused, SIGN_OFF leaving, "
                       "SIGN_OFF_ACCEPT signed-off, KEEP held, REPLACE replaced, REMOVE removed, CLOSE lost",
    [STATE_PROVISIONED] = "UNLIST unlisted, READY ready, REFUSE refused, SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, "
                          "KEEP held, REPLACE replaced, REMOVE removed, CLOSE lost",
    [STATE_READY] = "UNLIST unlisted, REFUSE refused, SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, REPLACE replaced, "
                    "REMOVE removed, CLOSE lost",
    [STATE_HELD] = "UNLIST unlisted, REFUSE refused, SIGN_OFF leaving, SIGN_OFF_ACCEPT signed-off, REPLACE replaced, "
                   "REMOVE removed, CLOSE lost",
    [STATE_REFUSED] = "ACCEPT accepted, SIGN_OFF_ACCEPT signed-off",
    [STATE_LEAVING] = "SIGN_OFF_ACCEPT signed-off, SIGN_OFF_REFUSE sign-off-refused, KEEP held",
    [STATE_SIGNED_OFF] = "SIGN_OFF_REFUSE sign-off-refused",
    [STATE_SIGN_OFF_REFUSED] = "CONFIRM held, SIGN_OFF leaving, KEEP held",
    [STATE_EXPIRED] = "",
    [STATE_REPLACED] = "ACCEPT accepted, CONFIRM held, SIGN_OFF leaving",
    [STATE_REMOVED] = "ACCEPT accepted, CONFIRM held, SIGN_OFF leaving, REPLACE replaced",
    [STATE_LOST] = "ACCEPT accepted, CONFIRM held, SIGN_OFF leaving",
    [STATE_CLOSED] = "TOKEN_REFUSE waiting, ASK asked, ACCEPT lost, REFUSE refused",
};

Test (registration, what_moves_it_is_this_table_and_nothing_else)
{
    for (guint state = 0; state < N_REGISTRATION_STATES; state++) {
        const char *expected[N_REGISTRATION_MOVES] = { NULL };
        g_auto (GStrv) row = g_strsplit (changes[state], ", ", -1);
        for (guint i = 0; row[i] && *row[i]; i++) {
            char *to = strchr (row[i], ' ');
            *to++ = '\0';
            expected[move_named (row[i])] = to;
        }
        for (guint move = 0; move < N_REGISTRATION_MOVES; move++)
            cr_expect_str_eq (registration_state_name (registration_next (state, move)),
                              expected[move] ? expected[move] : registration_state_name (state), "%s in %s",
                              move_names[move], registration_state_name (state));
    }
}

/* Whole lives: the moves, and how the registration stands after them. */
static const struct {
    const char *moves;
    RegistrationState state;
} lives[] = {
    { "CONNECT CONNECTED ASK ACCEPT PROVISION READY CONFIRM CONFIRM", STATE_READY },
    { "ASK CHALLENGE ASK ACCEPT READY ASK CHALLENGE ASK CONFIRM SIGN_OFF SIGN_OFF_ACCEPT", STATE_SIGNED_OFF },
    { "ASK CHALLENGE ASK CHALLENGE ASK REFUSE", STATE_REFUSED },
    { "ASK REFUSE ACCEPT READY", STATE_READY },
    { "CONNECT UNREACHABLE", STATE_UNREACHABLE },
    { "CONNECT CONNECTED TOKEN_ASK TOKEN_REFUSE TOKEN_ASK TOKEN_GRANT ASK ACCEPT READY", STATE_READY },
    { "CONNECT CONNECTED TOKEN_ASK TOKEN_REFUSE CLOSE", STATE_WAITING },
    { "CONNECT CONNECTED ENCRYPTED CLOSE", STATE_ENCRYPTED },
    { "CONNECT CONNECTED ASK ACCEPT REPLACE", STATE_REPLACED },
    { "CONNECT CONNECTED ASK ACCEPT REPLACE CONFIRM", STATE_HELD },
    { "ASK ACCEPT READY REMOVE ASK ACCEPT READY", STATE_READY },
    { "ASK ACCEPT READY SIGN_OFF SIGN_OFF_REFUSE", STATE_SIGN_OFF_REFUSED },
    { "ASK ACCEPT READY SIGN_OFF SIGN_OFF_REFUSE CONFIRM", STATE_HELD },
    { "ASK ACCEPT READY CLOSE", STATE_LOST },
    { "CONFIRM", STATE_HELD },
    { "SIGN_OFF SIGN_OFF_REFUSE", STATE_SIGN_OFF_REFUSED },
};

Test (registration, whole_lives)
{
    for (guint i = 0; i < G_N_ELEMENTS (lives); i++) {
        g_auto (GStrv) moves = g_strsplit (lives[i].moves, " ", -1);
        Registration registration = { 0 };
        for (guint j = 0; moves[j]; j++)
            registration_move (&registration, move_named (moves[j]), j + 1);
        cr_expect_str_eq (registration_state_name (registration.state), registration_state_name (lives[i].state), "%s",
                          lives[i].moves);
    }
}

Test (registration, steps_keep_their_notes)
{
    Registration registration = { 0 };

    registration_move (&registration, MOVE_ASK, 1);
    registration_move (&registration, MOVE_ACCEPT, 2);
    registration_move (&registration, MOVE_CONFIRM, 3);
    registration_move (&registration, MOVE_ASK, 4);
    registration_move (&registration, MOVE_CONFIRM, 5);
    registration_move (&registration, MOVE_CLOSE, 6);
    cr_assert_eq (registration.steps[MOVE_ASK], 1, "the first");
    cr_assert_eq (registration.steps[MOVE_ACCEPT], 2);
    cr_assert_eq (registration.steps[MOVE_CONFIRM], 5, "the latest");
    cr_assert_eq (registration.steps[MOVE_CLOSE], 6);
}

Test (registration, records_stay_in_place_and_are_counted)
{
    g_autoptr (Registrations) registrations = registrations_new ();
    const RegistrationId first = registrations_add (registrations, 7, ROLE_WAY, 1);
    const Registration *kept = registrations_get (registrations, first);

    cr_assert_null (registrations_get (registrations, 0));
    cr_assert_null (registrations_get (registrations, 2));
    for (guint i = 0; i < 5000; i++)
        registrations_add (registrations, i, ROLE_PRIMARY, i);
    cr_assert_eq (registrations_count (registrations), 5001);
    cr_assert_eq (registrations_get (registrations, first), kept);
    cr_assert_eq (kept->phone, 7);
    cr_assert_eq (registrations_get (registrations, 5001)->attempt, 4999);
    registrations_free (NULL);
}
