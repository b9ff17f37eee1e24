/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/problems.h"
#include "registration/terms/outcome.h"
#include "registration/tips/tips.h"

#include <glib.h>

/* How many phones are registered, fail (a phone may do both), or do neither, and why. Plain data, zero at first. */
typedef struct {
    guint phones, registered, fail;
    guint missing;                                        /* counted by who follows phones, and knows it */
    guint by_problem[N_PROBLEMS], by_outcome[N_OUTCOMES]; /* those that fail: by their cause, or without one */
    guint others, other_outcomes[N_OUTCOMES];             /* those that do neither */
} Totals;

/* problem: the cause; N_PROBLEMS for none. */
void totals_add (Totals *totals, gboolean registered, gboolean fails, Problem problem, Outcome outcome);
/* Adds those of other captures. */
void totals_join (Totals *totals, const Totals *others);
/* Appends "12 phones, 9 of them registered; 1 phone fails: config-not-found (1); 2 other phones: trying (2)". */
void totals_say (const Totals *totals, const Tips *tips, GString *out);
/* Appends a word about a number, and, unless it is NULL, with a text. */
void totals_say_one (const Tips *tips, Word word, guint count, const char *text, GString *out);
