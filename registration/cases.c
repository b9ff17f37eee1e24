/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/diagnose_internal.h"

#include <string.h>

static guint hash_case (gconstpointer data)
{
    const CaseKey *key = data;
    return key->phone * 0x9E3779B1u ^ key->problem * 0x85EBCA77u ^ key->about;
}

static gboolean equal_case (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, sizeof (CaseKey)) == 0;
}

Case *diagnose_case (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    CaseKey key = { phones_current (flow->phones, note->phone), problem, about };
    Case *found = g_hash_table_lookup (flow->cases, &key);

    if (!found) {
        found = g_new0 (Case, 1);
        found->key = key;
        g_hash_table_insert (flow->cases, &found->key, found);
    }
    return found;
}

void diagnose_forget (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    CaseKey key = { phones_current (flow->phones, note->phone), problem, about };
    g_hash_table_remove (flow->cases, &key);
}

void diagnose_raise (Flow *flow, NoteId id, Problem problem, Certainty certainty, NoteId cause)
{
    NoteId evidence[] = { cause, id };
    findings_add (flow->findings, id, problem, certainty, evidence, 2);
}

void diagnose_once (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, NoteId cause)
{
    Case *of = diagnose_case (flow, notes_get (flow->notes, id), problem, about);

    if (of->count++ == 0) {
        of->first = id;
        diagnose_raise (flow, id, problem, certainty, cause);
    }
}

/* Counts. TRUE once: when it has happened often enough for long enough. */
static gboolean is_enough (Flow *flow, Case *of, NoteId id, guint32 times, gint64 span)
{
    of->count++;
    if (of->count == 1)
        of->first = id;
    if (of->count == 2)
        of->second = id;
    if (of->last || of->count < times ||
        notes_get (flow->notes, id)->time - notes_get (flow->notes, of->first)->time < span)
        return FALSE;
    of->last = id;
    return TRUE;
}

static guint case_evidence (const Case *of, NoteId ret_evidence[3])
{
    ret_evidence[0] = of->first;
    ret_evidence[1] = of->second == of->last ? 0 : of->second;
    ret_evidence[2] = of->last == of->first ? 0 : of->last;
    return 3;
}

void diagnose_after (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, guint32 times)
{
    Case *of = diagnose_case (flow, notes_get (flow->notes, id), problem, about);
    NoteId evidence[3];

    if (is_enough (flow, of, id, times, 0))
        findings_add (flow->findings, id, problem, certainty, evidence, case_evidence (of, evidence));
}

static void still_unanswered (Flow *flow, const Watch *watch)
{
    const Case *of = diagnose_case (flow, notes_get (flow->notes, watch->note), watch->problem, watch->about);
    NoteId evidence[3];

    if (of->last == watch->note) /* otherwise an answer has come */
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, case_evidence (of, evidence));
}

void diagnose_unanswered (Flow *flow, NoteId id, Problem problem, guint32 about, guint32 times, gint64 span)
{
    const Note *note = notes_get (flow->notes, id);
    Watch last = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                   .note = id,
                   .problem = problem,
                   .about = about,
                   .due = still_unanswered };

    if (is_enough (flow, diagnose_case (flow, note, problem, about), id, times, span))
        diagnose_watch (flow, &last);
}

void diagnose_rounds (Flow *flow, NoteId id, Problem problem, Rounds *rounds)
{
    rounds->said = TRUE;
    findings_add (flow->findings, id, problem, CERTAINTY_LIKELY, rounds->note, G_N_ELEMENTS (rounds->note));
}

/* --- What silence has proved waits here for the phone's next note --- */

typedef struct {
    Problem problem;
    Certainty certainty;
    NoteId evidence[EVIDENCE_MAX];
    guint n_evidence;
} Unsaid;

static void say (Flow *flow, const Unsaid *unsaid, NoteId where)
{
    findings_add (flow->findings, where, unsaid->problem, unsaid->certainty, unsaid->evidence, unsaid->n_evidence);
}

void diagnose_silent (Flow *flow, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    Unsaid unsaid = { .problem = problem, .certainty = certainty };
    GArray *waiting;

    g_return_if_fail (n_evidence <= EVIDENCE_MAX);
    for (guint i = 0; i < n_evidence; i++) {
        if (evidence[i])
            unsaid.evidence[unsaid.n_evidence++] = evidence[i];
    }
    g_return_if_fail (unsaid.n_evidence > 0);
    gpointer phone = GUINT_TO_POINTER (
        phones_current (flow->phones, notes_get (flow->notes, unsaid.evidence[unsaid.n_evidence - 1])->phone));
    waiting = g_hash_table_lookup (flow->unsaid, phone);
    if (!waiting) {
        waiting = g_array_new (FALSE, FALSE, sizeof (Unsaid));
        g_hash_table_insert (flow->unsaid, phone, waiting);
    }
    g_array_append_val (waiting, unsaid);
}

void cases_say_at (Flow *flow, NoteId id)
{
    if (g_hash_table_size (flow->unsaid) == 0)
        return;
    gpointer phone = GUINT_TO_POINTER (phones_current (flow->phones, notes_get (flow->notes, id)->phone));
    GArray *waiting = g_hash_table_lookup (flow->unsaid, phone);
    for (guint i = 0; waiting && i < waiting->len; i++)
        say (flow, &g_array_index (waiting, Unsaid, i), id);
    if (waiting)
        g_hash_table_remove (flow->unsaid, phone);
}

void cases_say_rest (Flow *flow)
{
    GHashTableIter iterator;
    gpointer value;

    g_hash_table_iter_init (&iterator, flow->unsaid);
    while (g_hash_table_iter_next (&iterator, NULL, &value)) {
        const GArray *waiting = value;
        for (guint i = 0; i < waiting->len; i++) {
            const Unsaid *unsaid = &g_array_index (waiting, Unsaid, i);
            say (flow, unsaid, unsaid->evidence[unsaid->n_evidence - 1]);
        }
        g_hash_table_iter_remove (&iterator);
    }
}

/* --- Watches --- */

static int compare_deadlines (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Watch *first = a, *second = b;

    (void) user_data;
    if (first->deadline != second->deadline)
        return first->deadline < second->deadline ? -1 : 1;
    return first->note < second->note ? -1 : first->note > second->note;
}

void diagnose_watch (Flow *flow, const Watch *watch)
{
    if (flow->watches_next > watch->deadline)
        flow->watches_next = watch->deadline;
    g_sequence_insert_sorted (flow->watches, g_memdup2 (watch, sizeof *watch), compare_deadlines, NULL);
}

void watches_run (Flow *flow, gint64 now, gboolean at_end)
{
    GSequenceIter *next = g_sequence_get_begin_iter (flow->watches);

    flow->watches_next = G_MAXINT64;
    while (!g_sequence_iter_is_end (next)) {
        GSequenceIter *this = next;
        const Watch *watch = g_sequence_get (this);
        next = g_sequence_iter_next (this);
        if (watch->deadline > now && !(at_end && watch->closes_at_end)) {
            flow->watches_next = MIN (flow->watches_next, watch->deadline);
            if (!at_end)
                break;
            continue;
        }
        watch->due (flow, watch);
        g_sequence_remove (this);
    }
}

/* --- All of it --- */

void cases_init (Flow *flow)
{
    flow->cases = g_hash_table_new_full (hash_case, equal_case, NULL, g_free);
    flow->unsaid = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
    flow->watches = g_sequence_new (g_free);
    flow->watches_next = G_MAXINT64;
}

void cases_clear (Flow *flow)
{
    g_hash_table_unref (flow->cases);
    g_hash_table_unref (flow->unsaid);
    g_sequence_free (flow->watches);
}

/* --- What rules ask --- */

gint64 diagnose_patience (const Flow *flow, TimerId timer)
{
    return (gint64) flow->timers.value[timer] * G_GINT64_CONSTANT (1000000000);
}

guint32 diagnose_times (const Flow *flow, TimerId timer)
{
    return flow->timers.value[timer];
}

guint64 diagnose_number (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;
    return values_find (notes_values (flow->notes, note), key, &value) ? value.number : 0;
}

View diagnose_text (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;

    if (!values_find (notes_values (flow->notes, note), key, &value))
        return (View){ NULL, 0 };
    return (View){ (const guint8 *) value.text, value.text_size };
}

guint32 diagnose_try (const Note *note)
{
    return (guint32) note->attempt << 16 | note->server;
}

guint32 diagnose_hash (View text)
{
    guint32 hash = 2166136261u;

    for (gsize i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * 16777619u;
    return hash;
}
