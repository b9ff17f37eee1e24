/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/session.h"

#include "registration/protocols/sccp_catalog.h"
#include "registration/wire/times.h"

#include <criterion/criterion.h>

static Notes *notes;
static Session *session;

static void set_up (void)
{
    Endpoint none = { .port = 0 };

    notes = notes_new ();
    session = session_new (&none, &none);
}

static void tear_down (void)
{
    session_free (session);
    notes_free (notes);
}

TestSuite (session, .init = set_up, .fini = tear_down);

/* A request at that time; its note. */
static NoteId ask (guint32 id, guint64 instance, gint64 time)
{
    Note note = { .time = time };
    Values none;

    values_init (&none);
    NoteId request = notes_append (notes, &note, &none);
    session_ask (session, notes, id, instance, request, time);
    return request;
}

Test (session, two_lines_interleaved_find_their_own_answers)
{
    NoteId one = ask (SCCP_LINE_STAT_REQ, 1, 0), two = ask (SCCP_LINE_STAT_REQ, 2, 0),
           config = ask (SCCP_CONFIG_STAT_REQ, 0, 0);

    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 2), two);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), config);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), one);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), 0);
}

Test (session, an_answer_without_a_request_stays_alone)
{
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), 0);
    ask (SCCP_LINE_STAT_REQ, 1, 0);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 2), 0);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 1), 0);
}

Test (session, requests_repeated_at_once_are_answered_in_their_order)
{
    NoteId first = ask (SCCP_LINE_STAT_REQ, 1, 0), second = ask (SCCP_LINE_STAT_REQ, 1, SECOND),
           third = ask (SCCP_LINE_STAT_REQ, 1, 2 * SECOND);

    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), first);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), second);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), third);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), 0);
}

Test (session, a_lost_request_does_not_shift_all_that_follow)
{
    ask (SCCP_KEEP_ALIVE_REQ, 0, 0); /* lost */
    NoteId next = ask (SCCP_KEEP_ALIVE_REQ, 0, 30 * SECOND);

    cr_assert_eq (session_answer (session, SCCP_KEEP_ALIVE_REQ, 0), next);
    cr_assert_eq (session_answer (session, SCCP_KEEP_ALIVE_REQ, 0), 0);
}

Test (session, patience_ends_after_its_time_and_not_before)
{
    NoteId first = ask (SCCP_CONFIG_STAT_REQ, 0, 0);
    NoteId second = ask (SCCP_CONFIG_STAT_REQ, 0, REQUEST_PATIENCE);

    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), first);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), second);
    ask (SCCP_CONFIG_STAT_REQ, 0, 100 * SECOND);
    NoteId late = ask (SCCP_CONFIG_STAT_REQ, 0, 100 * SECOND + REQUEST_PATIENCE + 1);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), late);
}

Test (session, repeats_of_a_lost_request_are_lost_with_it)
{
    ask (SCCP_CONFIG_STAT_REQ, 0, 0);
    ask (SCCP_CONFIG_STAT_REQ, 0, SECOND);
    NoteId other = ask (SCCP_LINE_STAT_REQ, 1, SECOND), other_again = ask (SCCP_LINE_STAT_REQ, 1, 2 * SECOND);
    NoteId late = ask (SCCP_CONFIG_STAT_REQ, 0, 60 * SECOND);

    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), late);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), 0,
                  "what the server sends by itself answers nothing");
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), other, "other requests still wait");
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), other_again);
}

Test (session, a_thousand_repeats_are_bounded)
{
    guint answered = 0;

    for (guint i = 0; i < 1000; i++)
        ask (SCCP_LINE_STAT_REQ, 1, i);
    for (guint i = 0; i < 1000; i++)
        answered += session_answer (session, SCCP_LINE_STAT_REQ, 1) != 0;
    cr_assert_geq (answered, 10);
    cr_assert_leq (answered, 100);
    NoteId fresh = ask (SCCP_LINE_STAT_REQ, 1, 2000);
    cr_assert_eq (session_answer (session, SCCP_LINE_STAT_REQ, 1), fresh, "and nothing is left over");
}

Test (session, time_that_runs_backwards_pairs_all_the_same)
{
    NoteId first = ask (SCCP_CONFIG_STAT_REQ, 0, 50 * SECOND), second = ask (SCCP_CONFIG_STAT_REQ, 0, 10 * SECOND);

    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), first);
    cr_assert_eq (session_answer (session, SCCP_CONFIG_STAT_REQ, 0), second);
}
