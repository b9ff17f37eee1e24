/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/diagnose_internal.h"

#include "registration/wire/times.h"

typedef struct Heard Heard;

/* What is remembered of one phone. */
typedef struct PhoneCases {
    GHashTable *cases;    /* of Case, owned */
    GHashTable *heard;    /* place of a server → Heard, owned */
    Heard *latest;        /* of these, or NULL: a phone says many things to one server */
    guint16 latest_place; /* where */
    GArray *unsaid;       /* of Unsaid: waits for the phone's next note; owned, or NULL */
    NoteId one_sided;     /* shows that only one direction is in the capture; 0 none */
} PhoneCases;

/* What silence has proved. */
typedef struct {
    Problem problem;
    Certainty certainty;
    NoteId evidence[EVIDENCE_MAX];
    guint n_evidence;
} Unsaid;

/* How far the capture holds what a phone and a server say to each other. */
struct Heard {
    NoteId missed;      /* shows that packets are missing; 0 none */
    gint64 missed_time; /* of the latest that shows it */
    gint64 fresh;       /* since then a new connection */
    NoteId asked;       /* the phone's latest */
    gboolean denied;    /* the network has said that nobody is there, and the server nothing since */
};

static guint hash_case (gconstpointer data)
{
    const CaseKey *key = data;
    return key->problem * 0x85EBCA77u ^ key->about;
}

static gboolean equal_case (gconstpointer a, gconstpointer b)
{
    const CaseKey *first = a, *second = b;
    return first->problem == second->problem && first->about == second->about;
}

static void phone_cases_free (PhoneCases *of_phone)
{
    if (!of_phone)
        return;
    g_hash_table_unref (of_phone->cases);
    g_hash_table_unref (of_phone->heard);
    g_clear_pointer (&of_phone->unsaid, g_array_unref);
    g_free (of_phone);
}

static PhoneCases *find_phone (const Flow *flow, PhoneId phone)
{
    return phones_get (flow->phones, phones_current (flow->phones, phone))->cases;
}

static PhoneCases *phone_cases (Flow *flow, PhoneId phone)
{
    Phone *current = phones_get (flow->phones, phones_current (flow->phones, phone));

    if (!current->cases) {
        current->cases = g_new0 (PhoneCases, 1);
        current->cases->cases = g_hash_table_new_full (hash_case, equal_case, NULL, g_free);
        current->cases->heard = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    }
    return current->cases;
}

Case *diagnose_case (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    GHashTable *cases = phone_cases (flow, note->phone)->cases;
    CaseKey key = { problem, about };
    Case *found = g_hash_table_lookup (cases, &key);

    if (!found) {
        found = g_new0 (Case, 1);
        found->key = key;
        g_hash_table_insert (cases, &found->key, found);
    }
    return found;
}

void diagnose_forget (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    const PhoneCases *of_phone = find_phone (flow, note->phone);
    CaseKey key = { problem, about };

    if (of_phone)
        g_hash_table_remove (of_phone->cases, &key);
}

/* --- Two phones turn out to be one --- */

/* What has happened to both has happened to the one that they are. */
static void join_case (GHashTable *cases, const Case *other)
{
    Case *own = g_hash_table_lookup (cases, &other->key);

    if (!own) {
        own = g_memdup2 (other, sizeof *other);
        g_hash_table_insert (cases, &own->key, own);
        return;
    }
    own->count += other->count;
    own->last = MAX (own->last, other->last);
    NoteId first = MIN (own->first, other->first), later = MAX (own->first, other->first);
    if (own->first && other->first) {
        own->second = own->second && own->second < later ? own->second : later;
        own->first = first;
    } else {
        own->first = later;
    }
}

static void join_heard (GHashTable *heard, gpointer place, const Heard *other)
{
    Heard *own = g_hash_table_lookup (heard, place);

    if (!own) {
        g_hash_table_insert (heard, place, g_memdup2 (other, sizeof *other));
        return;
    }
    own->missed = MAX (own->missed, other->missed);
    own->missed_time = MAX (own->missed_time, other->missed_time);
    own->fresh = MAX (own->fresh, other->fresh);
    own->asked = MAX (own->asked, other->asked);
    own->denied |= other->denied;
}

static void join_phones (PhoneId absorbed, PhoneId into, gpointer user_data)
{
    Flow *flow = user_data;
    PhoneCases *other = g_steal_pointer (&phones_get (flow->phones, absorbed)->cases);
    gpointer key, value;
    GHashTableIter iterator;

    if (!other)
        return;
    PhoneCases *own = phone_cases (flow, into);
    g_hash_table_iter_init (&iterator, other->cases);
    while (g_hash_table_iter_next (&iterator, NULL, &value))
        join_case (own->cases, value);
    g_hash_table_iter_init (&iterator, other->heard);
    while (g_hash_table_iter_next (&iterator, &key, &value))
        join_heard (own->heard, key, value);
    if (!own->one_sided)
        own->one_sided = other->one_sided;
    if (!own->unsaid)
        own->unsaid = g_steal_pointer (&other->unsaid);
    else if (other->unsaid)
        g_array_append_vals (own->unsaid, other->unsaid->data, other->unsaid->len);
    if (own->unsaid && own->unsaid->len)
        g_hash_table_add (flow->unsaid, GUINT_TO_POINTER (into));
    g_hash_table_remove (flow->unsaid, GUINT_TO_POINTER (absorbed));
    phone_cases_free (other);
}

/* --- What the capture holds --- */

static Heard *find_heard (PhoneCases *of_phone, guint16 place)
{
    if (!of_phone->latest || of_phone->latest_place != place) {
        of_phone->latest = g_hash_table_lookup (of_phone->heard, GUINT_TO_POINTER (place));
        of_phone->latest_place = place;
    }
    return of_phone->latest;
}

static Heard *heard_of (Flow *flow, PhoneId phone, guint16 place)
{
    PhoneCases *of_phone = phone_cases (flow, phone);
    Heard *found = find_heard (of_phone, place);

    if (!found) {
        found = g_new0 (Heard, 1);
        found->fresh = found->missed_time = G_MININT64;
        g_hash_table_insert (of_phone->heard, GUINT_TO_POINTER (place), found);
        of_phone->latest = found;
    }
    return found;
}

static Heard *heard_if_known (const Flow *flow, PhoneId phone, guint16 place)
{
    PhoneCases *of_phone = find_phone (flow, phone);
    return of_phone ? find_heard (of_phone, place) : NULL;
}

void flow_missed_packets (Flow *flow, NoteId id)
{
    const Note *note = notes_get (flow->notes, id);
    Heard *heard = heard_of (flow, note->phone, note->server);

    heard->missed = id;
    heard->missed_time = note->time;
}

void flow_one_direction (Flow *flow, NoteId id)
{
    PhoneCases *of_phone = phone_cases (flow, notes_get (flow->notes, id)->phone);

    flow_missed_packets (flow, id);
    if (!of_phone->one_sided)
        of_phone->one_sided = flow->one_sided = id;
}

void diagnose_deny (Flow *flow, const Note *note)
{
    heard_of (flow, note->phone, note->server)->denied = TRUE;
}

void cases_hear (Flow *flow, NoteId id)
{
    const Note *note = notes_get (flow->notes, id);
    const MessageKind *kind = catalog_kind (note->kind);

    if (note->server && !note->from_server) {
        Heard *heard = heard_of (flow, note->phone, note->server);
        heard->asked = id;
        if (kind->protocol == PROTOCOL_TCP && kind->id == TCP_EVENT_CONNECT)
            heard->fresh = note->time;
    } else if (note->server && kind->protocol != PROTOCOL_ICMP) {
        Heard *heard = heard_if_known (flow, note->phone, note->server);
        if (heard)
            heard->denied = FALSE;
    }
    if (flow->one_sided == id)
        diagnose_once (flow, id, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, 0, 0);
}

NoteId diagnose_asked (const Flow *flow, PhoneId phone, guint16 place)
{
    const Heard *heard = heard_if_known (flow, phone, place);
    return heard ? heard->asked : 0;
}

/* What shows that packets of this note's connection are missing in the capture; 0 when nothing does. */
static NoteId missed_since (const Flow *flow, const Note *note)
{
    const PhoneCases *of_phone = find_phone (flow, note->phone);
    const Heard *heard = heard_if_known (flow, note->phone, note->server);

    if (of_phone && of_phone->one_sided)
        return of_phone->one_sided;
    if (!heard || !heard->missed)
        return 0;
    return note->time >= heard->fresh && heard->missed_time < heard->fresh ? 0 : heard->missed;
}

gboolean diagnose_silence_proves (Flow *flow, const Note *note)
{
    Protocol protocol = catalog_kind (note->kind)->protocol;
    const Heard *heard = heard_if_known (flow, note->phone, note->server);
    NoteId missed = missed_since (flow, note);

    if (heard && heard->denied)
        return FALSE;
    if (missed) {
        if (diagnose_case (flow, note, PROBLEM_ONE_SIDED_CAPTURE, 0)->count++ == 0)
            diagnose_silent (flow, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, &missed, 1);
        return FALSE;
    }
    /* Attempt 0: the capture began in the middle of the connection. */
    return note->attempt != 0 || (protocol != PROTOCOL_TCP && protocol != PROTOCOL_TLS && protocol != PROTOCOL_SCCP);
}

/* --- Raising --- */

void diagnose_add (Flow *flow, NoteId id, Problem problem, Certainty certainty, const NoteId *evidence,
                   guint n_evidence)
{
    PhoneId phone = phones_current (flow->phones, notes_get (flow->notes, id)->phone);

    if (phones_get (flow->phones, phone)->has_spoken)
        findings_add (flow->findings, id, problem, certainty, evidence, n_evidence);
}

void diagnose_raise (Flow *flow, NoteId id, Problem problem, Certainty certainty, NoteId cause)
{
    NoteId evidence[] = { cause, id };
    diagnose_add (flow, id, problem, certainty, evidence, 2);
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
        diagnose_add (flow, id, problem, certainty, evidence, case_evidence (of, evidence));
}

static void still_unanswered (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const Case *of = diagnose_case (flow, note, watch->problem, watch->about);
    NoteId evidence[3];

    if (of->last == watch->note && diagnose_silence_proves (flow, note)) /* otherwise an answer has come */
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, case_evidence (of, evidence));
}

void diagnose_unanswered (Flow *flow, NoteId id, Problem problem, guint32 about, guint32 times, gint64 span)
{
    const Note *note = notes_get (flow->notes, id);
    Watch last = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                   .note = id,
                   .problem = problem,
                   .about = about,
                   .due = still_unanswered,
                   .closes_at_end = span > 0 }; /* the first of them has waited long enough */

    if (is_enough (flow, diagnose_case (flow, note, problem, about), id, times, span))
        diagnose_watch (flow, &last);
}

void diagnose_rounds (Flow *flow, NoteId id, Problem problem, Rounds *rounds)
{
    rounds->said = TRUE;
    diagnose_add (flow, id, problem, CERTAINTY_LIKELY, rounds->note, G_N_ELEMENTS (rounds->note));
}

/* --- What silence has proved waits here for the phone's next note --- */

static void say (Flow *flow, const Unsaid *unsaid, NoteId where)
{
    diagnose_add (flow, where, unsaid->problem, unsaid->certainty, unsaid->evidence, unsaid->n_evidence);
}

void diagnose_silent (Flow *flow, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence)
{
    Unsaid unsaid = { .problem = problem, .certainty = certainty };

    g_return_if_fail (n_evidence <= EVIDENCE_MAX);
    for (guint i = 0; i < n_evidence; i++) {
        if (evidence[i])
            unsaid.evidence[unsaid.n_evidence++] = evidence[i];
    }
    g_return_if_fail (unsaid.n_evidence > 0);
    PhoneId phone = notes_get (flow->notes, unsaid.evidence[unsaid.n_evidence - 1])->phone;
    PhoneCases *of_phone = phone_cases (flow, phone);
    if (!of_phone->unsaid)
        of_phone->unsaid = g_array_new (FALSE, FALSE, sizeof (Unsaid));
    g_array_append_val (of_phone->unsaid, unsaid);
    g_hash_table_add (flow->unsaid, GUINT_TO_POINTER (phones_current (flow->phones, phone)));
}

/* where: 0 for the last of the evidence. */
static void say_all (Flow *flow, PhoneId phone, NoteId where)
{
    PhoneCases *of_phone = phone_cases (flow, phone);
    g_autoptr (GArray) waiting = g_steal_pointer (&of_phone->unsaid);

    for (guint i = 0; waiting && i < waiting->len; i++) {
        const Unsaid *unsaid = &g_array_index (waiting, Unsaid, i);
        say (flow, unsaid, where ? where : unsaid->evidence[unsaid->n_evidence - 1]);
    }
}

void cases_say_at (Flow *flow, NoteId id)
{
    if (g_hash_table_size (flow->unsaid) == 0)
        return;
    PhoneId phone = phones_current (flow->phones, notes_get (flow->notes, id)->phone);
    if (g_hash_table_remove (flow->unsaid, GUINT_TO_POINTER (phone)))
        say_all (flow, phone, id);
}

void cases_say_rest (Flow *flow)
{
    GHashTableIter iterator;
    gpointer phone;

    g_hash_table_iter_init (&iterator, flow->unsaid);
    while (g_hash_table_iter_next (&iterator, &phone, NULL)) {
        say_all (flow, GPOINTER_TO_UINT (phone), 0);
        g_hash_table_iter_remove (&iterator);
    }
}

/* --- All of it --- */

void cases_init (Flow *flow)
{
    flow->unsaid = g_hash_table_new (NULL, NULL);
    flow->habits = g_hash_table_new (NULL, NULL);
    phones_on_absorb (flow->phones, join_phones, flow);
    flow->watches = watches_new ();
}

void cases_clear (Flow *flow)
{
    for (PhoneId phone = 0; phone < phones_count (flow->phones); phone++)
        phone_cases_free (phones_get (flow->phones, phone)->cases);
    g_hash_table_unref (flow->unsaid);
    g_hash_table_unref (flow->habits);
    watches_free (flow->watches);
}

/* --- What rules ask --- */

gint64 diagnose_patience (const Flow *flow, TimerId timer)
{
    return (gint64) flow->timers.value[timer] * SECOND;
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

guint32 diagnose_about (View text)
{
    return (guint32) view_hash (text);
}
