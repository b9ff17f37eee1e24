/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/summary.h"

#include "registration/sccp.h"

static void clear_phone (gpointer data)
{
    PhoneSummary *phone = data;

    g_array_unref (phone->attempts);
    g_array_unref (phone->found);
}

static PhoneSummary *phone_summary (Summary *summary, PhoneId phone)
{
    if (summary->places[phone] == 0) {
        PhoneSummary added = { .phone = phone,
                               .protocol = N_PROTOCOLS,
                               .attempts = g_array_new (FALSE, TRUE, sizeof (Attempt)),
                               .found = g_array_new (FALSE, TRUE, sizeof (guint)) };
        g_array_append_val (summary->phones, added);
        summary->places[phone] = summary->phones->len;
    }
    return &g_array_index (summary->phones, PhoneSummary, summary->places[phone] - 1);
}

/* Attempts come one after the other, but a phone's backup connection or a late file may belong to an older one. */
static Attempt *attempt_of (PhoneSummary *phone, const Note *note)
{
    for (guint i = phone->attempts->len; i > 0; i--) {
        Attempt *attempt = &g_array_index (phone->attempts, Attempt, i - 1);
        if (attempt->number == note->attempt)
            return attempt;
        if (attempt->number < note->attempt)
            break;
    }
    Attempt added = { .number = note->attempt,
                      .first_frame = note->frame,
                      .first = note->time,
                      .connect = NOT_SEEN,
                      .accepted = NOT_SEEN,
                      .ready = NOT_SEEN,
                      .rejected = NOT_SEEN };
    g_array_append_val (phone->attempts, added);
    return &g_array_index (phone->attempts, Attempt, phone->attempts->len - 1);
}

static void once (gint64 *moment, gint64 time)
{
    if (*moment == NOT_SEEN)
        *moment = time;
}

/* A phone that is ready already may try once more: only the server's word belongs to this attempt. */
static gboolean is_acceptance (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_SCCP)
        return kind->id == SCCP_REGISTER_ACK;
    return kind->protocol == PROTOCOL_SIP && kind->id >= 200 && kind->id < 300 && note->level == LEVEL_READY &&
           (note->phase == PHASE_REGISTER || note->phase == PHASE_AUTHENTICATE);
}

/* The level stays until the server says otherwise, over the next attempt too: only its word counts. */
static gboolean is_rejection (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_SCCP)
        return kind->id == SCCP_REGISTER_REJECT;
    return kind->protocol == PROTOCOL_SIP && kind->id >= 300 && note->level == LEVEL_REJECTED;
}

static void add_note (Summary *summary, NoteId id)
{
    const Note *note = notes_get (flow_notes (summary->flow), id);
    const PhoneId id_of_phone = phones_current (flow_phones (summary->flow), note->phone);

    if (!phones_get (flow_phones (summary->flow), id_of_phone)->has_spoken)
        return;
    PhoneSummary *phone = phone_summary (summary, id_of_phone);
    Attempt *attempt = attempt_of (phone, note);
    Span *span = &attempt->phases[note->phase];

    const Protocol protocol = catalog_kind (note->kind)->protocol;

    phone->last_note = id;
    if (protocol == PROTOCOL_SCCP || protocol == PROTOCOL_SIP)
        phone->protocol = protocol;
    if (note->phase != PHASE_NONE)
        phone->last_phase = note->phase;
    if (note->phase > phone->furthest && note->phase <= PHASE_FINISH)
        phone->furthest = note->phase;
    attempt->last_frame = note->frame;
    attempt->last = note->time;
    if (note->server && note->phase >= PHASE_CONNECT)
        attempt->server = note->server;
    if (span->count++ == 0)
        span->first = note->time;
    span->last = note->time;
    if (note->phase == PHASE_CONNECT || note->phase == PHASE_REGISTER)
        once (&attempt->connect, note->time);
    if (is_acceptance (note))
        once (&attempt->accepted, note->time);
    if (note->level == LEVEL_READY && attempt->accepted != NOT_SEEN)
        once (&attempt->ready, note->time);
    if (is_rejection (note))
        once (&attempt->rejected, note->time);
}

static void add_findings (Summary *summary)
{
    const Findings *findings = flow_findings (summary->flow);

    for (guint i = 0; i < findings_count (findings); i++) {
        const Note *note = notes_get (flow_notes (summary->flow), findings_get (findings, i)->note);
        PhoneId phone = phones_current (flow_phones (summary->flow), note->phone);
        if (summary->places[phone])
            g_array_append_val (phone_summary (summary, phone)->found, i);
    }
}

Summary *summary_new (const Flow *flow, NoteFilter filter, gconstpointer user_data)
{
    Summary *summary = g_new0 (Summary, 1);

    summary->flow = flow;
    summary->phones = g_array_new (FALSE, TRUE, sizeof (PhoneSummary));
    g_array_set_clear_func (summary->phones, clear_phone);
    summary->places = g_new0 (guint32, phones_count (flow_phones (flow)));
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++)
        if (!filter || filter (id, user_data))
            add_note (summary, id);
    add_findings (summary);
    return summary;
}

void summary_free (Summary *summary)
{
    if (!summary)
        return;
    g_array_unref (summary->phones);
    g_free (summary->places);
    g_free (summary);
}

const PhoneSummary *summary_phone (const Summary *summary, guint index)
{
    return &g_array_index (summary->phones, PhoneSummary, index);
}

const Attempt *summary_attempt (const PhoneSummary *phone, guint index)
{
    return &g_array_index (phone->attempts, Attempt, index);
}

const Finding *summary_finding (const Summary *summary, const PhoneSummary *phone, guint index)
{
    return findings_get (flow_findings (summary->flow), g_array_index (phone->found, guint, index));
}

gint64 attempt_begin (const Attempt *attempt)
{
    return attempt->connect == NOT_SEEN ? attempt->first : attempt->connect;
}

static gboolean is_error (const Finding *finding)
{
    return problem_severity (finding->problem) == SEVERITY_ERROR;
}

/* The phone can call, and yet part of it is not registered. */
static gboolean is_partial (const Finding *finding)
{
    return finding->problem == PROBLEM_PARTIAL_REGISTRATION;
}

static const Finding *latest (const Summary *summary, const PhoneSummary *phone,
                              gboolean (*is_wanted) (const Finding *finding))
{
    for (guint i = phone->found->len; i > 0; i--) {
        const Finding *finding = summary_finding (summary, phone, i - 1);
        if (is_wanted (finding))
            return finding;
    }
    return NULL;
}

Outcome summary_outcome (const Summary *summary, const PhoneSummary *phone, const Finding **ret_cause)
{
    const Level level = phones_get (flow_phones (summary->flow), phone->phone)->level;

    *ret_cause = latest (summary, phone, level == LEVEL_READY ? is_partial : is_error);
    switch (level) {
    case LEVEL_READY:
        return OUTCOME_READY;
    case LEVEL_PROVISIONED:
    case LEVEL_ACCEPTED:
        return OUTCOME_ACCEPTED;
    case LEVEL_REJECTED:
        return OUTCOME_REJECTED;
    default:
        if (phone->last_phase == PHASE_UNREGISTER && !*ret_cause)
            return OUTCOME_UNREGISTERED;
        return phone->furthest == PHASE_NONE ? OUTCOME_NONE : OUTCOME_STUCK;
    }
}

gboolean summary_has_registration (const Summary *summary)
{
    const Finding *cause;

    for (guint i = 0; i < summary->phones->len; i++)
        if (summary_outcome (summary, summary_phone (summary, i), &cause) != OUTCOME_NONE || cause)
            return TRUE;
    return FALSE;
}

gboolean summary_has_errors (const Summary *summary)
{
    for (guint i = 0; i < summary->phones->len; i++)
        if (latest (summary, summary_phone (summary, i), is_error))
            return TRUE;
    return FALSE;
}
