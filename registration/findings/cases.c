/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How findings are raised: counted, held back until silence has proved them, and shown where they belong. */
#include "registration/findings/diagnose_internal.h"

#include "registration/wire/times.h"

Case *diagnose_case (const Sight *sight, Problem problem, guint32 about)
{
    return phone_story_case (sight->story, problem, about);
}

void diagnose_forget (const Sight *sight, Problem problem, guint32 about)
{
    phone_story_forget (sight->story, problem, about);
}

/* --- Raising */

/* Of somebody of whom nothing is known so much is kept. */
#define UNSAID_KEPT 16

static void keep_unsaid (Diagnosis *diagnosis, PhoneId phone, const Finding *unsaid)
{
    PhoneStory *story = diagnosis_phone (diagnosis, phone);

    if (!story->unsaid)
        story->unsaid = g_array_new (FALSE, FALSE, sizeof (Finding));
    if (story->unsaid->len == UNSAID_KEPT && !phones_get (diagnosis->phones, phone)->has_spoken)
        return;
    g_array_append_val (story->unsaid, *unsaid);
    g_hash_table_add (diagnosis->unsaid, GUINT_TO_POINTER (phone));
}

/* What is found about somebody who may turn out to be a phone waits until that is so. */
static void add (Diagnosis *diagnosis, const Finding *finding)
{
    PhoneId phone = phones_current (diagnosis->phones, notes_get (diagnosis->notes, finding->note)->phone);

    if (phones_get (diagnosis->phones, phone)->has_spoken)
        findings_put (diagnosis->findings, finding);
    else
        keep_unsaid (diagnosis, phone, finding);
}

void diagnose_add (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    const Finding found = finding_of (sight->id, problem, certainty, evidence, n_evidence);

    add (sight->diagnosis, &found);
}

void diagnose_add_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                         guint n_evidence)
{
    Finding found = finding_of (sight->id, problem, certainty, evidence, n_evidence);

    found.is_eased = TRUE;
    add (sight->diagnosis, &found);
}

void diagnose_raise (const Sight *sight, Problem problem, Certainty certainty, NoteId cause)
{
    NoteId evidence[] = { cause, sight->id };
    diagnose_add (sight, problem, certainty, evidence, 2);
}

void diagnose_once (const Sight *sight, Problem problem, Certainty certainty, guint32 about, NoteId cause)
{
    Case *of = diagnose_case (sight, problem, about);

    if (of->count++ == 0) {
        of->first = sight->id;
        diagnose_raise (sight, problem, certainty, cause);
    }
}

/* Counts. TRUE once: when it has happened often enough for long enough. */
static gboolean is_enough (const Sight *sight, Case *of, guint32 times, gint64 span)
{
    of->count++;
    if (of->count == 1)
        of->first = sight->id;
    if (of->count == 2)
        of->second = sight->id;
    if (of->last || of->count < times || sight->note->time - sight_note (sight, of->first)->time < span)
        return FALSE;
    of->last = sight->id;
    return TRUE;
}

static guint case_evidence (const Case *of, NoteId ret_evidence[3])
{
    ret_evidence[0] = of->first;
    ret_evidence[1] = of->second == of->last ? 0 : of->second;
    ret_evidence[2] = of->last == of->first ? 0 : of->last;
    return 3;
}

void diagnose_after (const Sight *sight, Problem problem, Certainty certainty, guint32 about, guint32 times)
{
    Case *of = diagnose_case (sight, problem, about);
    NoteId evidence[3];

    if (is_enough (sight, of, times, 0))
        diagnose_add (sight, problem, certainty, evidence, case_evidence (of, evidence));
}

static gboolean is_still_unanswered (const Sight *sight, const Watch *watch, NoteId ret_evidence[3])
{
    const Case *of = diagnose_case (sight, watch->problem, watch->about);

    case_evidence (of, ret_evidence);
    return of->last == watch->note && diagnose_silence_proves (sight); /* otherwise an answer has come */
}

void diagnose_still_unanswered (const Sight *sight, const Watch *watch)
{
    NoteId evidence[3];

    if (is_still_unanswered (sight, watch, evidence))
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

void diagnose_still_unanswered_eased (const Sight *sight, const Watch *watch)
{
    NoteId evidence[3];

    if (is_still_unanswered (sight, watch, evidence))
        diagnose_silent_eased (sight, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

void diagnose_unanswered (const Sight *sight, Problem problem, guint32 about, guint32 times, gint64 span)
{
    diagnose_unanswered_until (sight, problem, about, times, span, diagnose_still_unanswered);
}

/* Nobody waits longer before a question is asked again. What comes later is asked anew: the capture may lack the answer
 * to the one before, as one that was filtered by ports, or that holds broadcasts only. */
#define ASKED_AGAIN_WITHIN SECONDS (300)

static void begin_anew (const Sight *sight, Case *of)
{
    const Note *before = sight_note (sight, of->latest);

    if (before && !of->last && sight->note->time - before->time > ASKED_AGAIN_WITHIN)
        of->count = 0;
    of->latest = sight->id;
}

void diagnose_unanswered_until (const Sight *sight, Problem problem, guint32 about, guint32 times, gint64 span,
                                WatchDue due)
{
    Watch last = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                   .note = sight->id,
                   .problem = problem,
                   .about = about,
                   .due = due,
                   .closes_at_end = span > 0 }; /* the first of them has waited long enough */

    begin_anew (sight, diagnose_case (sight, problem, about));
    if (is_enough (sight, diagnose_case (sight, problem, about), times, span))
        diagnose_watch (sight, &last);
}

void diagnose_rounds (const Sight *sight, Problem problem, Rounds *rounds)
{
    rounds->said = TRUE;
    diagnose_add (sight, problem, CERTAINTY_LIKELY, rounds->note, G_N_ELEMENTS (rounds->note));
}

/* --- What silence has proved waits here for the phone's next note */

static void say_later (const Sight *sight, const Finding *unsaid)
{
    g_return_if_fail (unsaid->n_evidence > 0);
    PhoneId phone = sight_note (sight, finding_values_note (unsaid))->phone;
    keep_unsaid (sight->diagnosis, phones_current (sight->diagnosis->phones, phone), unsaid);
}

void diagnose_later (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    const Finding unsaid = finding_of (0, problem, certainty, evidence, n_evidence);

    say_later (sight, &unsaid);
}

void diagnose_silent (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                      guint n_evidence)
{
    Finding unsaid = finding_of (0, problem, certainty, evidence, n_evidence);

    unsaid.by_silence = TRUE;
    if (finding_is_about_answer (&unsaid))
        sees_find_unanswered (sight->diagnosis, finding_values_note (&unsaid));
    say_later (sight, &unsaid);
}

void diagnose_silent_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                            guint n_evidence)
{
    Finding unsaid = finding_of (0, problem, certainty, evidence, n_evidence);

    unsaid.by_silence = unsaid.is_eased = TRUE;
    say_later (sight, &unsaid);
}

/* The note at which it would be said shows that the capture lacks packets, or is the answer. */
static gboolean is_void (Diagnosis *diagnosis, const Finding *unsaid)
{
    const Sight of = sight_at (diagnosis, finding_values_note (unsaid), NULL);

    return unsaid->by_silence && (sees_missed (&of) || finding_is_answered (diagnosis->notes, unsaid));
}

/* where: 0 for the last of the evidence. */
static void say_all (Diagnosis *diagnosis, PhoneStory *story, NoteId where)
{
    g_autoptr (GArray) waiting = g_steal_pointer (&story->unsaid);

    for (guint i = 0; waiting && i < waiting->len; i++) {
        Finding *unsaid = &g_array_index (waiting, Finding, i);
        if (is_void (diagnosis, unsaid))
            continue;
        if (!unsaid->note)
            unsaid->note = where ? where : finding_values_note (unsaid);
        add (diagnosis, unsaid);
    }
}

void cases_say_at (const Sight *sight)
{
    Diagnosis *diagnosis = sight->diagnosis;

    if (g_hash_table_size (diagnosis->unsaid) == 0 || !sight->phone->has_spoken)
        return;
    PhoneId phone = phones_current (diagnosis->phones, sight->note->phone);
    if (g_hash_table_remove (diagnosis->unsaid, GUINT_TO_POINTER (phone)))
        say_all (diagnosis, sight->story, sight->id);
}

void cases_say_rest (Diagnosis *diagnosis)
{
    GHashTableIter iterator;
    gpointer phone;

    /* Who has not shown to be a phone may do so later. */
    g_hash_table_iter_init (&iterator, diagnosis->unsaid);
    while (g_hash_table_iter_next (&iterator, &phone, NULL)) {
        if (!phones_get (diagnosis->phones, phones_current (diagnosis->phones, GPOINTER_TO_UINT (phone)))->has_spoken)
            continue;
        say_all (diagnosis, diagnosis_phone (diagnosis, GPOINTER_TO_UINT (phone)), 0);
        g_hash_table_iter_remove (&iterator);
    }
}

static gboolean is_doubted (const Diagnosis *diagnosis, const Finding *finding)
{
    return finding_is_about_answer (finding) &&
           g_hash_table_contains (diagnosis->doubted, GUINT_TO_POINTER (finding_values_note (finding)));
}

/* It is there for other phones: that it is silent to this one is all that is left. */
static gboolean serves_others (const Diagnosis *diagnosis, const Finding *finding)
{
    const Note *asked = notes_get (diagnosis->notes, finding->evidence[0]);

    return finding->problem == PROBLEM_TFTP_SERVER_UNREACHABLE &&
           catalog_kind (asked->kind)->protocol == PROTOCOL_TFTP &&
           g_hash_table_contains (diagnosis->file_servers, GUINT_TO_POINTER (asked->server));
}

/* Nothing is missing: frames were swapped. */
static gboolean has_come (const Diagnosis *diagnosis, const Finding *finding)
{
    return finding->problem == PROBLEM_ONE_SIDED_CAPTURE &&
           g_hash_table_contains (diagnosis->came, GUINT_TO_POINTER (finding_values_note (finding)));
}

/* What it has refused has come behind it, and is known now. */
static gboolean is_told_by_request (const Diagnosis *diagnosis, const Finding *finding)
{
    const Note *refusal = notes_get (diagnosis->notes, finding_values_note (finding));
    const Note *request = notes_get (diagnosis->notes, refusal->partner);

    return finding->is_eased && catalog_kind (refusal->kind)->protocol == PROTOCOL_SIP && request &&
           request->variant != VARIANT_CUT;
}

/* Phones are answered over TFTP, and no answer to anybody is there: answers come from other ports than questions go to,
 * and a capture that was filtered by these holds none. */
static gboolean is_of_unseen_server (const Diagnosis *diagnosis, const Finding *finding)
{
    return diagnosis->lacks_file_answer && !diagnosis->sees_file_answer &&
           (finding->problem == PROBLEM_TFTP_TIMEOUT || finding->problem == PROBLEM_TFTP_SERVER_UNREACHABLE);
}

/* It is about somebody who has turned out to be no phone; or what came later has shown that the capture holds one
 * direction only, that it lacks what may be the answer, or is that. An error that an answer has overcome is worth
 * knowing all the same. */
static gboolean is_taken_back (const Finding *finding, gpointer user_data)
{
    Diagnosis *diagnosis = user_data;
    const PhoneId phone = phones_current (diagnosis->phones, notes_get (diagnosis->notes, finding->note)->phone);

    if (!phones_get (diagnosis->phones, phone)->has_spoken)
        return TRUE;
    if (finding->problem == PROBLEM_OPTIONAL_FILE_NOT_FOUND) {
        const Sight missing = sight_at (diagnosis, finding_values_note (finding), NULL);
        return diagnose_needs_file (&missing);
    }
    if (has_come (diagnosis, finding) || serves_others (diagnosis, finding) || is_told_by_request (diagnosis, finding))
        return TRUE;
    if (!finding->by_silence)
        return FALSE;
    const Sight of = sight_at (diagnosis, finding_values_note (finding), NULL);
    return sees_lacks_side (&of) || is_doubted (diagnosis, finding) || is_of_unseen_server (diagnosis, finding) ||
           (finding_severity (finding) == SEVERITY_WARNING && finding_is_answered (diagnosis->notes, finding));
}

void cases_take_back (Diagnosis *diagnosis)
{
    findings_drop (diagnosis->findings, is_taken_back, diagnosis);
}

/* --- What rules ask */

gint64 diagnose_patience (const Sight *sight, TimerId timer)
{
    return (gint64) sight->diagnosis->timers.value[timer] * SECOND;
}

gint64 diagnose_elapsed (const Sight *sight, gint64 since)
{
    const gint64 now = sight->note->time;
    return now - since - flow_paused (sight->diagnosis->flow, since, now, TRUE);
}

guint32 diagnose_times (const Sight *sight, TimerId timer)
{
    return sight->diagnosis->timers.value[timer];
}

guint64 diagnose_number (const Sight *sight, ValueKey key)
{
    Value value;
    return sight_value (sight, key, &value) ? value.number : 0;
}

View diagnose_text (const Sight *sight, ValueKey key)
{
    Value value;

    if (!sight_value (sight, key, &value))
        return (View){ NULL, 0 };
    return (View){ (const guint8 *) value.text, value.text_size };
}

guint32 diagnose_try (const Sight *sight)
{
    return flow_note_attempt (sight->diagnosis->flow, sight->note) << 16 | sight->note->server;
}

guint32 diagnose_about (View text)
{
    return (guint32) view_hash (text);
}
