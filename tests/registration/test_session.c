/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/session.h"

#include <criterion/criterion.h>

#define SECOND    G_GINT64_CONSTANT (1000000000)
#define LINE_STAT 0x000B
#define CONFIG    0x000C
#define KEEPALIVE 0x0000

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
    NoteId one = ask (LINE_STAT, 1, 0), two = ask (LINE_STAT, 2, 0), config = ask (CONFIG, 0, 0);

    cr_assert_eq (session_answer (session, LINE_STAT, 2), two);
    cr_assert_eq (session_answer (session, CONFIG, 0), config);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), one);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), 0);
}

Test (session, an_answer_without_a_request_stays_alone)
{
    cr_assert_eq (session_answer (session, LINE_STAT, 1), 0);
    ask (LINE_STAT, 1, 0);
    cr_assert_eq (session_answer (session, LINE_STAT, 2), 0);
    cr_assert_eq (session_answer (session, CONFIG, 1), 0);
}

Test (session, requests_repeated_at_once_are_answered_in_their_order)
{
    NoteId first = ask (LINE_STAT, 1, 0), second = ask (LINE_STAT, 1, SECOND), third = ask (LINE_STAT, 1, 2 * SECOND);

    cr_assert_eq (session_answer (session, LINE_STAT, 1), first);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), second);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), third);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), 0);
}

Test (session, a_lost_request_does_not_shift_all_that_follow)
{
    ask (KEEPALIVE, 0, 0); /* lost */
    NoteId next = ask (KEEPALIVE, 0, 30 * SECOND);

    cr_assert_eq (session_answer (session, KEEPALIVE, 0), next);
    cr_assert_eq (session_answer (session, KEEPALIVE, 0), 0);
}

Test (session, patience_ends_after_its_time_and_not_before)
{
    NoteId first = ask (CONFIG, 0, 0);
    NoteId second = ask (CONFIG, 0, REQUEST_PATIENCE);

    cr_assert_eq (session_answer (session, CONFIG, 0), first);
    cr_assert_eq (session_answer (session, CONFIG, 0), second);
    ask (CONFIG, 0, 100 * SECOND);
    NoteId late = ask (CONFIG, 0, 100 * SECOND + REQUEST_PATIENCE + 1);
    cr_assert_eq (session_answer (session, CONFIG, 0), late);
}

Test (session, repeats_of_a_lost_request_are_lost_with_it)
{
    ask (CONFIG, 0, 0);
    ask (CONFIG, 0, SECOND);
    NoteId other = ask (LINE_STAT, 1, SECOND), other_again = ask (LINE_STAT, 1, 2 * SECOND);
    NoteId late = ask (CONFIG, 0, 60 * SECOND);

    cr_assert_eq (session_answer (session, CONFIG, 0), late);
    cr_assert_eq (session_answer (session, CONFIG, 0), 0, "what the server sends by itself answers nothing");
    cr_assert_eq (session_answer (session, LINE_STAT, 1), other, "other requests still wait");
    cr_assert_eq (session_answer (session, LINE_STAT, 1), other_again);
}

Test (session, a_thousand_repeats_are_bounded)
{
    guint answered = 0;

    for (guint i = 0; i < 1000; i++)
        ask (LINE_STAT, 1, i);
    for (guint i = 0; i < 1000; i++)
        answered += session_answer (session, LINE_STAT, 1) != 0;
    cr_assert_geq (answered, 10);
    cr_assert_leq (answered, 100);
    NoteId fresh = ask (LINE_STAT, 1, 2000);
    cr_assert_eq (session_answer (session, LINE_STAT, 1), fresh, "and nothing is left over");
}

Test (session, time_that_runs_backwards_pairs_all_the_same)
{
    NoteId first = ask (CONFIG, 0, 50 * SECOND), second = ask (CONFIG, 0, 10 * SECOND);

    cr_assert_eq (session_answer (session, CONFIG, 0), first);
    cr_assert_eq (session_answer (session, CONFIG, 0), second);
}
