/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/findings.h"

struct Findings {
    GArray *all; /* of Finding, by note; owned */
};

Findings *findings_new (void)
{
    Findings *findings = g_new0 (Findings, 1);

    findings->all = g_array_new (FALSE, TRUE, sizeof (Finding));
    return findings;
}

void findings_free (Findings *findings)
{
    if (!findings)
        return;
    g_array_unref (findings->all);
    g_free (findings);
}

guint findings_count (const Findings *findings)
{
    return findings->all->len;
}

const Finding *findings_get (const Findings *findings, guint index)
{
    return &g_array_index (findings->all, Finding, index);
}

NoteId finding_values_note (const Finding *finding)
{
    return finding->evidence[finding->n_evidence - 1];
}

gboolean finding_is_about_answer (const Finding *finding)
{
    switch (finding->problem) {
    case PROBLEM_SIP_UNANSWERED:
    case PROBLEM_REGISTER_UNANSWERED:
    case PROBLEM_CAPABILITIES_UNANSWERED:
    case PROBLEM_PROVISIONING_STALLED:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean finding_is_answered (const Notes *notes, const Finding *finding)
{
    if (!finding_is_about_answer (finding))
        return FALSE;
    /* The partner of 100 Trying is its request, before it. */
    for (guint i = 0; i < finding->n_evidence; i++)
        if (notes_get (notes, finding->evidence[i])->partner > finding->evidence[i])
            return TRUE;
    return FALSE;
}

/* Place of the first finding whose note is not before this one. */
static guint lower_bound (const Findings *findings, NoteId note)
{
    guint low = 0, high = findings->all->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (findings_get (findings, middle)->note < note)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Finding finding_of (NoteId note, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    Finding finding = { .note = note, .problem = (guint8) problem, .certainty = (guint8) certainty };

    for (guint i = 0; i < n_evidence; i++) {
        if (!evidence[i])
            continue;
        if (finding.n_evidence == EVIDENCE_MAX)
            finding.evidence[EVIDENCE_MAX - 1] = evidence[i];
        else
            finding.evidence[finding.n_evidence++] = evidence[i];
    }
    return finding;
}

void findings_put (Findings *findings, const Finding *finding)
{
    g_return_if_fail (finding->n_evidence > 0);
    /* Almost always the end: only what the end of the capture proves belongs to a note of the past. */
    g_array_insert_val (findings->all, lower_bound (findings, finding->note + 1), *finding);
}

void findings_add (Findings *findings, NoteId note, Problem problem, Certainty certainty, const NoteId *evidence,
                   guint n_evidence)
{
    const Finding finding = finding_of (note, problem, certainty, evidence, n_evidence);

    findings_put (findings, &finding);
}

void findings_drop (Findings *findings, FindingTest is_void, gpointer user_data)
{
    guint kept = 0;

    for (guint i = 0; i < findings->all->len; i++) {
        const Finding finding = *findings_get (findings, i);
        if (!is_void (&finding, user_data))
            g_array_index (findings->all, Finding, kept++) = finding;
    }
    g_array_set_size (findings->all, kept);
}

guint findings_of_note (const Findings *findings, NoteId note, guint *ret_first)
{
    guint first = lower_bound (findings, note), count = 0;

    while (first + count < findings->all->len && findings_get (findings, first + count)->note == note)
        count++;
    *ret_first = first;
    return count;
}
