/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/totals.h"

#include <string.h>

void totals_add (Totals *totals, gboolean registered, gboolean fails, Problem problem, Outcome outcome)
{
    totals->phones++;
    totals->registered += registered ? 1 : 0;
    if (!registered && !fails) {
        totals->others++;
        totals->other_outcomes[outcome]++;
    }
    if (!fails)
        return;
    totals->fail++;
    if (problem < N_PROBLEMS)
        totals->by_problem[problem]++;
    else
        totals->by_outcome[outcome]++;
}

void totals_join (Totals *totals, const Totals *others)
{
    totals->phones += others->phones;
    totals->registered += others->registered;
    totals->fail += others->fail;
    totals->others += others->others;
    totals->missing += others->missing;
    for (Problem problem = 0; problem < N_PROBLEMS; problem++)
        totals->by_problem[problem] += others->by_problem[problem];
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++) {
        totals->by_outcome[outcome] += others->by_outcome[outcome];
        totals->other_outcomes[outcome] += others->other_outcomes[outcome];
    }
}

typedef struct {
    const char *name;
    guint count;
} Reason;

/* What most phones have first. */
static gint compare_reasons (gconstpointer a, gconstpointer b)
{
    const Reason *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp (x->name, y->name);
}

/* "config-not-found (2), stuck (1)"; problems: NULL for none. Owned by the caller. */
static char *reasons (const guint *problems, const guint *outcomes)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Reason));
    GString *text = g_string_new (NULL);

    for (Problem problem = 0; problems && problem < N_PROBLEMS; problem++)
        if (problems[problem])
            g_array_append_vals (found, &(Reason){ problem_name (problem), problems[problem] }, 1);
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        if (outcomes[outcome])
            g_array_append_vals (found, &(Reason){ outcome_name (outcome), outcomes[outcome] }, 1);
    g_array_sort (found, compare_reasons);
    for (guint i = 0; i < found->len; i++) {
        const Reason *reason = &g_array_index (found, Reason, i);
        g_string_append_printf (text, "%s%s (%u)", i ? ", " : "", reason->name, reason->count);
    }
    return g_string_free (text, FALSE);
}

void totals_say_one (const Tips *tips, Word word, guint count, const char *text, GString *out)
{
    const Value values[] = { value_of_number (VALUE_COUNT, count), value_of_text (VALUE_TEXT, text) };

    tips_say (tips, word, values, text ? 2 : 1, out);
}

void totals_say (const Totals *totals, const Tips *tips, GString *out)
{
    totals_say_one (tips, WORD_REPORT_TOTAL_PHONES, totals->phones, NULL, out);
    if (totals->phones) {
        g_string_append (out, ", ");
        totals_say_one (tips, WORD_REPORT_TOTAL_REGISTERED, totals->registered, NULL, out);
    }
    if (totals->missing) {
        g_string_append (out, ", ");
        totals_say_one (tips, WORD_REPORT_TOTAL_MISSING, totals->missing, NULL, out);
    }
    if (totals->fail) {
        g_autofree char *why = reasons (totals->by_problem, totals->by_outcome);
        g_string_append (out, "; ");
        totals_say_one (tips, WORD_REPORT_TOTAL_FAIL, totals->fail, why, out);
    }
    if (totals->others) {
        g_autofree char *how = reasons (NULL, totals->other_outcomes);
        g_string_append (out, "; ");
        totals_say_one (tips, WORD_REPORT_TOTAL_OTHERS, totals->others, how, out);
    }
}
