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

/* --- What the capture holds */

void cases_lack (Diagnosis *diagnosis, NoteId id, CaptureHolds holds)
{
    const Note *note = notes_get (diagnosis->notes, id);
    PhoneStory *story = diagnosis_phone (diagnosis, note->phone);
    Heard *heard = phone_story_heard (story, note->server);

    heard->missed = id;
    heard->missed_time = note->time;
    if (holds == CAPTURE_ONE_SIDED && !story->one_sided)
        story->one_sided = diagnosis->one_sided = id;
}

void diagnose_deny (const Sight *sight)
{
    phone_story_heard (sight->story, sight->note->server)->denied = TRUE;
}

void cases_hear (const Sight *sight)
{
    const Note *note = sight->note;
    const MessageKind *kind = sight->kind;

    if (note->server && !note->from_server) {
        Heard *heard = phone_story_heard (sight->story, note->server);
        heard->asked = sight->id;
        if (kind->protocol == PROTOCOL_TCP && kind->id == TCP_EVENT_CONNECT)
            heard->fresh = note->time;
    } else if (note->server && kind->protocol != PROTOCOL_ICMP) {
        Heard *heard = phone_story_find_heard (sight->story, note->server);
        if (heard) {
            heard->denied = FALSE;
            heard->speaks |= 1U << kind->protocol;
        }
    }
    if (sight->diagnosis->one_sided == sight->id)
        diagnose_once (sight, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, 0, 0);
}

NoteId diagnose_asked (const Sight *sight)
{
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);
    return heard ? heard->asked : 0;
}

/* What shows that packets of this note's connection are missing in the capture; 0 when nothing does. */
static NoteId missed_since (const Sight *sight)
{
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);

    if (sight->story->one_sided)
        return sight->story->one_sided;
    if (!heard || !heard->missed)
        return 0;
    return sight->note->time >= heard->fresh && heard->missed_time < heard->fresh ? 0 : heard->missed;
}

gboolean diagnose_silence_proves (const Sight *sight)
{
    Protocol protocol = sight->kind->protocol;
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);
    NoteId missed = missed_since (sight);

    if (heard && heard->denied)
        return FALSE;
    if (!missed && protocol != PROTOCOL_TCP && flow_lacks_octets (sight->diagnosis->flow, sight->note))
        return FALSE;
    if (missed) {
        if (diagnose_case (sight, PROBLEM_ONE_SIDED_CAPTURE, 0)->count++ == 0)
            diagnose_silent (sight, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, &missed, 1);
        return FALSE;
    }
    /* Attempt 0: the capture began in the middle of the connection. */
    return flow_note_attempt (sight->diagnosis->flow, sight->note) != 0 ||
           (protocol != PROTOCOL_TCP && protocol != PROTOCOL_TLS && protocol != PROTOCOL_SCCP);
}

/* --- Raising */

/* Of somebody of whom nothing is known so much is kept. */
#define UNSAID_KEPT 16

static void keep_unsaid (Diagnosis *diagnosis, PhoneId phone, const Unsaid *unsaid)
{
    PhoneStory *story = diagnosis_phone (diagnosis, phone);

    if (!story->unsaid)
        story->unsaid = g_array_new (FALSE, FALSE, sizeof (Unsaid));
    if (story->unsaid->len == UNSAID_KEPT && !phones_get (diagnosis->phones, phone)->has_spoken)
        return;
    g_array_append_val (story->unsaid, *unsaid);
    g_hash_table_add (diagnosis->unsaid, GUINT_TO_POINTER (phone));
}

/* What is found about somebody who may turn out to be a phone waits until that is so. */
static void add_at (Diagnosis *diagnosis, NoteId id, const Unsaid *unsaid)
{
    PhoneId phone = phones_current (diagnosis->phones, notes_get (diagnosis->notes, id)->phone);
    Unsaid later = *unsaid;

    later.note = id;
    if (!phones_get (diagnosis->phones, phone)->has_spoken)
        keep_unsaid (diagnosis, phone, &later);
    else if (unsaid->is_eased)
        findings_add_eased (diagnosis->findings, id, unsaid->problem, unsaid->certainty, unsaid->evidence,
                            unsaid->n_evidence);
    else
        findings_add (diagnosis->findings, id, unsaid->problem, unsaid->certainty, unsaid->evidence,
                      unsaid->n_evidence);
}

static Unsaid unsaid_of (Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    Unsaid unsaid = { .problem = problem, .certainty = certainty };

    for (guint i = 0; i < n_evidence; i++)
        if (evidence[i] && unsaid.n_evidence == EVIDENCE_MAX)
            unsaid.evidence[EVIDENCE_MAX - 1] = evidence[i];
        else if (evidence[i])
            unsaid.evidence[unsaid.n_evidence++] = evidence[i];
    return unsaid;
}

void diagnose_add (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    const Unsaid found = unsaid_of (problem, certainty, evidence, n_evidence);
    add_at (sight->diagnosis, sight->id, &found);
}

void diagnose_add_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                         guint n_evidence)
{
    Unsaid found = unsaid_of (problem, certainty, evidence, n_evidence);

    found.is_eased = TRUE;
    add_at (sight->diagnosis, sight->id, &found);
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

static void say_later (const Sight *sight, const Unsaid *unsaid)
{
    g_return_if_fail (unsaid->n_evidence > 0);
    PhoneId phone = sight_note (sight, unsaid->evidence[unsaid->n_evidence - 1])->phone;
    keep_unsaid (sight->diagnosis, phones_current (sight->diagnosis->phones, phone), unsaid);
}

void diagnose_silent (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                      guint n_evidence)
{
    const Unsaid unsaid = unsaid_of (problem, certainty, evidence, n_evidence);
    say_later (sight, &unsaid);
}

void diagnose_silent_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                            guint n_evidence)
{
    Unsaid unsaid = unsaid_of (problem, certainty, evidence, n_evidence);

    unsaid.is_eased = TRUE;
    say_later (sight, &unsaid);
}

/* where: 0 for the last of the evidence. */
static void say_all (Diagnosis *diagnosis, PhoneStory *story, NoteId where)
{
    g_autoptr (GArray) waiting = g_steal_pointer (&story->unsaid);

    for (guint i = 0; waiting && i < waiting->len; i++) {
        const Unsaid *unsaid = &g_array_index (waiting, Unsaid, i);
        const NoteId last = unsaid->evidence[unsaid->n_evidence - 1];
        if (evidence_is_answered (diagnosis->notes, unsaid->problem, unsaid->evidence, unsaid->n_evidence))
            continue;
        add_at (diagnosis, unsaid->note ? unsaid->note : where ? where : last, unsaid);
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

static gboolean is_of_nobody (const Finding *finding, gpointer user_data)
{
    const Diagnosis *diagnosis = user_data;
    const PhoneId phone = phones_current (diagnosis->phones, notes_get (diagnosis->notes, finding->note)->phone);

    return !phones_get (diagnosis->phones, phone)->has_spoken;
}

void cases_take_back (Diagnosis *diagnosis)
{
    findings_drop (diagnosis->findings, is_of_nobody, diagnosis);
}

/* --- What rules ask */

gint64 diagnose_patience (const Sight *sight, TimerId timer)
{
    return (gint64) sight->diagnosis->timers.value[timer] * SECOND;
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
