/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/totals.h"

#include <string.h>

void totals_add (Totals *totals, gboolean registered, gboolean fails, Problem problem, Outcome outcome)
{
    totals->phones++;
    totals->registered += registered ? 1 : 0;
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
    totals->missing += others->missing;
    for (Problem problem = 0; problem < N_PROBLEMS; problem++)
        totals->by_problem[problem] += others->by_problem[problem];
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        totals->by_outcome[outcome] += others->by_outcome[outcome];
}

typedef struct {
    const char *name;
    guint count;
} Reason;

/* What fails most phones first. */
static gint compare_reasons (gconstpointer a, gconstpointer b)
{
    const Reason *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp (x->name, y->name);
}

/* "config-not-found (2), stuck (1)"; owned by the caller. */
static char *reasons (const Totals *totals)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Reason));
    GString *text = g_string_new (NULL);

    for (Problem problem = 0; problem < N_PROBLEMS; problem++)
        if (totals->by_problem[problem])
            g_array_append_vals (found, &(Reason){ problem_name (problem), totals->by_problem[problem] }, 1);
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        if (totals->by_outcome[outcome])
            g_array_append_vals (found, &(Reason){ outcome_name (outcome), totals->by_outcome[outcome] }, 1);
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
        g_autofree char *why = reasons (totals);
        g_string_append (out, "; ");
        totals_say_one (tips, WORD_REPORT_TOTAL_FAIL, totals->fail, why, out);
    }
}
