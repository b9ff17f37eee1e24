/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/problems.h"
#include "registration/flow/notes.h"

#include <glib.h>

/* What was found wrong (or worth knowing) in a capture, in the order of the notes that complete the proof. */

#define EVIDENCE_MAX 4

typedef struct {
    NoteId note;                   /* where the proof is complete, and the finding is shown */
    NoteId evidence[EVIDENCE_MAX]; /* what proves it, oldest first; the values of the last one fill the texts */
    guint8 n_evidence;
    guint8 problem;    /* Problem */
    guint8 certainty;  /* Certainty */
    guint8 is_eased;   /* it costs time, and the phone goes on: a warning, whatever the problem is elsewhere */
    guint8 by_silence; /* it rests on something not having happened, as far as the capture would show it */
} Finding;

/* What the finding is here. */
static inline Severity finding_severity (const Finding *finding)
{
    return finding->is_eased ? SEVERITY_WARNING : problem_severity (finding->problem);
}

static inline Effect finding_effect (const Finding *finding)
{
    return finding->is_eased ? EFFECT_ASIDE : problem_effect (finding->problem);
}

typedef struct Findings Findings;

Findings *findings_new (void);
void findings_free (Findings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Findings, findings_free)

/* A finding that is shown at a note. Zeros among the evidence are left out; of more than EVIDENCE_MAX the first ones
 * and the last one are kept. */
Finding finding_of (NoteId note, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence);
/* Keeps it. */
void findings_put (Findings *findings, const Finding *finding);
void findings_add (Findings *findings, NoteId note, Problem problem, Certainty certainty, const NoteId *evidence,
                   guint n_evidence);
/* Takes back those about which this says so. */
typedef gboolean (*FindingTest) (const Finding *finding, gpointer user_data);
void findings_drop (Findings *findings, FindingTest is_void, gpointer user_data);
guint findings_count (const Findings *findings);
/* Borrowed, until the next findings_put(), findings_add() or findings_drop(). */
const Finding *findings_get (const Findings *findings, guint index);
/* It says that nobody answers. */
gboolean finding_is_about_answer (const Finding *finding);
/* It says that nobody answers, and the answer has come after all: late is not missing. */
gboolean finding_is_answered (const Notes *notes, const Finding *finding);
/* The note whose values fill the texts. */
NoteId finding_values_note (const Finding *finding);
/* The index of the first finding of a note, and their number: they follow each other. */
guint findings_of_note (const Findings *findings, NoteId note, guint *ret_first);
