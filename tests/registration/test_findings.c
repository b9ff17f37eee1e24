/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/findings.h"

#include <criterion/criterion.h>

static Findings *findings;

static void set_up (void)
{
    findings = findings_new ();
}

static void tear_down (void)
{
    findings_free (findings);
}

TestSuite (findings, .init = set_up, .fini = tear_down);

static void add (Problem problem, NoteId note)
{
    findings_add (findings, note, problem, CERTAINTY_CERTAIN, &note, 1);
}

/* The notes and problems of all findings, in order: "5 no-line, 7 port-closed". */
static void check_order (const char *expected)
{
    g_autoptr (GString) order = g_string_new (NULL);

    for (guint i = 0; i < findings_count (findings); i++) {
        const Finding *finding = findings_get (findings, i);
        g_string_append_printf (order, "%s%u %s", i ? ", " : "", finding->note, problem_name (finding->problem));
    }
    cr_expect_str_eq (order->str, expected);
}

Test (findings, a_new_store_is_empty)
{
    guint first = 99;

    cr_expect_eq (findings_count (findings), 0);
    cr_expect_eq (findings_of_note (findings, 1, &first), 0);
    cr_expect_eq (first, 0);
}

Test (findings, freeing_nothing_is_allowed)
{
    findings_free (NULL);
}

Test (findings, findings_stand_in_the_order_of_their_notes)
{
    add (PROBLEM_NO_LINE, 5);
    add (PROBLEM_PORT_CLOSED, 7);
    add (PROBLEM_TLS_ALERT, 9);
    check_order ("5 no-line, 7 port-closed, 9 tls-alert");
}

Test (findings, what_silence_proves_late_stands_at_its_note)
{
    add (PROBLEM_NO_LINE, 5);
    add (PROBLEM_PORT_CLOSED, 7);
    add (PROBLEM_REGISTER_UNANSWERED, 6);
    add (PROBLEM_DHCP_NO_TFTP_OPTION, 1);
    check_order ("1 dhcp-no-tftp-option, 5 no-line, 6 register-unanswered, 7 port-closed");
}

Test (findings, findings_of_one_note_keep_the_order_in_which_they_came)
{
    add (PROBLEM_REGISTER_REJECTED, 7);
    add (PROBLEM_TLS_ALERT, 9);
    add (PROBLEM_REJECT_LOOP, 7);
    check_order ("7 register-rejected, 7 reject-loop, 9 tls-alert");
}

Test (findings, the_findings_of_a_note_follow_each_other)
{
    guint first = 99;

    add (PROBLEM_NO_LINE, 5);
    add (PROBLEM_REGISTER_REJECTED, 7);
    add (PROBLEM_REJECT_LOOP, 7);
    add (PROBLEM_TLS_ALERT, 9);
    cr_expect_eq (findings_of_note (findings, 7, &first), 2);
    cr_expect_eq (first, 1);
    cr_expect_eq (findings_of_note (findings, 5, &first), 1);
    cr_expect_eq (first, 0);
    cr_expect_eq (findings_of_note (findings, 9, &first), 1);
    cr_expect_eq (first, 3);
}

Test (findings, a_note_without_findings_has_none)
{
    guint first;

    add (PROBLEM_NO_LINE, 5);
    add (PROBLEM_TLS_ALERT, 9);
    cr_expect_eq (findings_of_note (findings, 4, &first), 0);
    cr_expect_eq (findings_of_note (findings, 7, &first), 0);
    cr_expect_eq (findings_of_note (findings, 10, &first), 0);
}

Test (findings, the_last_evidence_fills_the_texts_wherever_the_finding_is_shown)
{
    const NoteId evidence[] = { 3, 8 };

    findings_add (findings, 12, PROBLEM_REGISTER_REJECTED, CERTAINTY_LIKELY, evidence, 2);
    const Finding *finding = findings_get (findings, 0);
    cr_expect_eq (finding->note, 12);
    cr_expect_eq (finding_values_note (finding), 8);
    cr_expect_eq (finding->n_evidence, 2);
    cr_expect_eq (finding->evidence[0], 3);
    cr_expect_eq (finding->evidence[1], 8);
    cr_expect_eq (finding->problem, PROBLEM_REGISTER_REJECTED);
    cr_expect_eq (finding->certainty, CERTAINTY_LIKELY);
}

Test (findings, zeros_are_no_evidence)
{
    const NoteId evidence[] = { 0, 3, 0, 8, 0 };

    findings_add (findings, 8, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, evidence, 5);
    const Finding *finding = findings_get (findings, 0);
    cr_expect_eq (finding->note, 8);
    cr_expect_eq (finding->n_evidence, 2);
    cr_expect_eq (finding->evidence[0], 3);
    cr_expect_eq (finding->evidence[1], 8);
}

Test (findings, of_much_evidence_the_first_ones_and_the_last_one_are_kept)
{
    const NoteId evidence[] = { 1, 2, 3, 4, 5, 6, 7 };

    findings_add (findings, 7, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, evidence, 7);
    const Finding *finding = findings_get (findings, 0);
    cr_expect_eq (finding->n_evidence, EVIDENCE_MAX);
    for (guint i = 0; i + 1 < EVIDENCE_MAX; i++)
        cr_expect_eq (finding->evidence[i], i + 1);
    cr_expect_eq (finding->evidence[EVIDENCE_MAX - 1], 7);
    cr_expect_eq (finding->note, 7);
}

Test (findings, exactly_as_much_evidence_as_there_is_room_for_is_kept)
{
    const NoteId evidence[] = { 1, 2, 3, 4 };

    findings_add (findings, 7, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, evidence, EVIDENCE_MAX);
    const Finding *finding = findings_get (findings, 0);
    cr_expect_eq (finding->n_evidence, EVIDENCE_MAX);
    cr_expect_eq (finding->evidence[EVIDENCE_MAX - 1], 4);
}

Test (findings, thousands_of_findings_in_reverse_stand_in_order)
{
    for (NoteId note = 5000; note > 0; note--)
        add (PROBLEM_NO_LINE, note);
    cr_expect_eq (findings_count (findings), 5000);
    for (guint i = 0; i < 5000; i++)
        cr_assert_eq (findings_get (findings, i)->note, i + 1);
}

Test (findings, every_problem_has_a_name_of_its_own)
{
    for (Problem a = 0; a < N_PROBLEMS; a++) {
        cr_expect (*problem_name (a));
        for (Problem b = 0; b < a; b++)
            cr_expect_str_neq (problem_name (a), problem_name (b));
    }
}
