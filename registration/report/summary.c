/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/summary.h"

#include "registration/flow/boot_state.h"
#include "registration/protocols/dhcp.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/models.h"

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
                               .leased = NOT_SEEN,
                               .last_step = NOT_SEEN,
                               .attempts = g_array_new (FALSE, TRUE, sizeof (Attempt)),
                               .found = g_array_new (FALSE, TRUE, sizeof (guint)) };
        for (guint i = 0; i < N_PHASES; i++)
            added.answered[i] = NOT_SEEN;
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

/* Neighbours ask for a phone's Ethernet address long after it has done anything, and it gives its lease back. */
static gboolean is_step (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    return note->phase != PHASE_NONE && note->phase < PHASE_KEEPALIVE && kind->protocol != PROTOCOL_ARP &&
           kind->protocol != PROTOCOL_ICMP && !(kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_RELEASE);
}

static gboolean is_sign_off (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_SCCP)
        return kind->id == SCCP_UNREGISTER_REQ || kind->id == SCCP_RESET;
    return kind->protocol == PROTOCOL_SIP && kind->id == SIP_REGISTER && note->variant == VARIANT_UNREGISTER;
}

static gboolean is_message_of_server (const Note *note)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;
    return note->from_server && protocol != PROTOCOL_TCP && protocol != PROTOCOL_ICMP && protocol != PROTOCOL_ARP;
}

/* Connections for files end when a file is there. */
static gboolean is_setback (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    switch (kind->protocol) {
    case PROTOCOL_TCP:
        return note->phase != PHASE_FILES && (kind->id == TCP_EVENT_CONNECT_AGAIN || kind->id == TCP_EVENT_REFUSED ||
                                              kind->id == TCP_EVENT_CLOSE || kind->id == TCP_EVENT_RESET);
    case PROTOCOL_ICMP:
        return note->variant != VARIANT_HARMLESS;
    case PROTOCOL_TLS:
        return note->phase != PHASE_FILES && kind->id == TLS_ALERT;
    default:
        return !note->from_server && kind->is_request && note->variant == VARIANT_AGAIN;
    }
}

static gboolean is_progress (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_TCP)
        return kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_ACCEPT;
    return is_message_of_server (note) || (kind->is_request && kind->protocol != PROTOCOL_ARP);
}

/* How far the phone has come, and what has gone well. */
static void follow_progress (PhoneSummary *phone, const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (is_step (note) && note->attempt > phone->latest_attempt) {
        phone->latest_attempt = note->attempt;
        phone->furthest = PHASE_NONE;
        phone->was_accepted = phone->signed_off = FALSE;
    }
    /* Lamps and prompts come to phones that are not ready, too. */
    if (note->phase > phone->furthest && note->attempt == phone->latest_attempt &&
        (note->phase < PHASE_FINISH || (note->phase == PHASE_FINISH && note->level == LEVEL_READY)))
        phone->furthest = note->phase;
    if (is_acceptance (note)) {
        phone->was_accepted = TRUE;
        phone->signed_off = FALSE;
    }
    if (is_step (note))
        phone->last_step = note->time;
    if (is_setback (note) || is_progress (note))
        phone->is_set_back = is_setback (note);
    phone->signed_off |= is_sign_off (note);
    if (is_message_of_server (note))
        phone->answered[note->phase] = note->time;
    if (kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_ACK)
        phone->leased = note->time;
}

/* Others go to the same ports. */
static gboolean is_of_phone (const Summary *summary, const Note *note)
{
    const Phones *phones = flow_phones (summary->flow);
    return phones_get (phones, phones_current (phones, note->phone))->has_spoken;
}

/* Nobody who has shown to be a phone. */
#define NO_PHONE G_MAXUINT32

/* Whose note it is; NULL when that is no phone. places is by the note's PhoneId: place among phones + 1, NO_PHONE, or 0
 * before it was asked for. */
static PhoneSummary *phone_of_note (Summary *summary, const Note *note, guint32 *places)
{
    guint32 *place = &places[note->phone];

    if (*place == 0) {
        const PhoneId id = phones_current (flow_phones (summary->flow), note->phone);
        if (is_of_phone (summary, note))
            phone_summary (summary, id);
        *place = summary->places[id] ? summary->places[id] : NO_PHONE;
    }
    return *place == NO_PHONE ? NULL : &g_array_index (summary->phones, PhoneSummary, *place - 1);
}

static void add_note (Summary *summary, NoteId id, guint32 *places)
{
    const Note *note = notes_get (flow_notes (summary->flow), id);

    if (note_is_copy (note)) {
        summary->n_copies += is_of_phone (summary, note) ? 1 : 0;
        return;
    }
    PhoneSummary *phone = phone_of_note (summary, note, places);
    if (!phone)
        return;
    Attempt *attempt = attempt_of (phone, note);
    Span *span = &attempt->phases[note->phase];

    const Protocol protocol = catalog_kind (note->kind)->protocol;

    phone->last_note = id;
    if (protocol == PROTOCOL_SCCP || protocol == PROTOCOL_SIP)
        phone->protocol = protocol;
    follow_progress (phone, note);
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
    const Findings *findings = diagnosis_findings (summary->diagnosis);

    for (guint i = 0; i < findings_count (findings); i++) {
        const Note *note = notes_get (flow_notes (summary->flow), findings_get (findings, i)->note);
        PhoneId phone = phones_current (flow_phones (summary->flow), note->phone);
        if (summary->places[phone])
            g_array_append_val (phone_summary (summary, phone)->found, i);
    }
}

Summary *summary_new (const Diagnosis *diagnosis, NoteFilter filter, gconstpointer user_data)
{
    const Flow *flow = diagnosis_flow (diagnosis);
    Summary *summary = g_new0 (Summary, 1);
    g_autofree guint32 *places = g_new0 (guint32, phones_count (flow_phones (flow)));

    summary->diagnosis = diagnosis;
    summary->flow = flow;
    summary->phones = g_array_new (FALSE, TRUE, sizeof (PhoneSummary));
    g_array_set_clear_func (summary->phones, clear_phone);
    summary->places = g_new0 (guint32, phones_count (flow_phones (flow)));
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++)
        if (!filter || filter (id, user_data))
            add_note (summary, id, places);
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
    return findings_get (diagnosis_findings (summary->diagnosis), g_array_index (phone->found, guint, index));
}

const char *summary_model (const Summary *summary, const PhoneSummary *phone)
{
    const Phone *known = phones_get (flow_phones (summary->flow), phone->phone);
    const char *name = known->device_type ? model_name (known->device_type) : NULL;

    return name ? name : known->boot && *known->boot->model ? known->boot->model : NULL;
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

/* --- The cause: of all errors the one that keeps the phone from its aim */

static const Note *evidence_of (const Summary *summary, const Finding *finding, guint index)
{
    return notes_get (flow_notes (summary->flow), finding->evidence[index]);
}

static guint16 attempt_of_finding (const Summary *summary, const Finding *finding)
{
    guint16 attempt = 0;

    for (guint i = 0; i < finding->n_evidence; i++)
        attempt = MAX (attempt, evidence_of (summary, finding, i)->attempt);
    return attempt;
}

/* The phase in which it went wrong; PHASE_NONE when it is about no step of a registration. */
static Phase phase_of_finding (const Summary *summary, const Finding *finding)
{
    Phase furthest = PHASE_NONE;

    for (guint i = 0; i < finding->n_evidence; i++) {
        Phase phase = evidence_of (summary, finding, i)->phase;
        if (phase <= PHASE_FINISH)
            furthest = MAX (furthest, phase);
    }
    return furthest;
}

/* The next lease mends it. */
static gboolean is_about_lease (const Finding *finding)
{
    return finding->problem == PROBLEM_DHCP_NO_OFFER || finding->problem == PROBLEM_DHCP_REFUSED ||
           finding->problem == PROBLEM_DUPLICATE_IP;
}

/* Later a server has answered the phone in a phase behind that of the finding: it got beyond it. */
static gboolean is_overcome (const Summary *summary, const PhoneSummary *phone, const Finding *finding)
{
    const gint64 time = notes_get (flow_notes (summary->flow), finding->note)->time;
    const Phase phase = phase_of_finding (summary, finding);

    if (is_about_lease (finding) && phone->leased > time)
        return TRUE;
    for (guint later = phase + 1; phase != PHASE_NONE && later <= PHASE_FINISH; later++)
        if (phone->answered[later] > time)
            return TRUE;
    return FALSE;
}

/* Attempt first: what keeps the phone away now. Then certain before likely, and what explains before what it explains.
 */
static guint weight (const Summary *summary, const Finding *finding)
{
    return (guint) attempt_of_finding (summary, finding) << 8 | (guint) finding->certainty << 1 |
           (problem_is_symptom (finding->problem) ? 0 : 1);
}

static const Finding *heaviest (const Summary *summary, const PhoneSummary *phone)
{
    const Finding *cause = NULL;

    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (summary, phone, i);
        if (is_error (finding) && !is_overcome (summary, phone, finding) &&
            (!cause || weight (summary, finding) >= weight (summary, cause)))
            cause = finding;
    }
    return cause;
}

/* Rests on the note that completes the other one, and says more about it. */
static gboolean explains (const Finding *finding, const Finding *symptom)
{
    if (!is_error (finding) || problem_is_symptom (finding->problem))
        return FALSE;
    for (guint i = 0; i < finding->n_evidence; i++)
        if (finding->evidence[i] == finding_values_note (symptom))
            return TRUE;
    return FALSE;
}

static const Finding *find_cause (const Summary *summary, const PhoneSummary *phone)
{
    const Finding *cause = heaviest (summary, phone);

    if (!cause || !problem_is_symptom (cause->problem))
        return cause;
    for (guint i = phone->found->len; i > 0; i--) {
        const Finding *finding = summary_finding (summary, phone, i - 1);
        if (explains (finding, cause))
            return finding;
    }
    return cause;
}

Outcome summary_outcome (const Summary *summary, const PhoneSummary *phone, const Finding **ret_cause)
{
    const Level level = phones_get (flow_phones (summary->flow), phone->phone)->level;

    *ret_cause = level == LEVEL_READY ? latest (summary, phone, is_partial) : find_cause (summary, phone);
    switch (level) {
    case LEVEL_READY:
        return OUTCOME_READY;
    case LEVEL_PROVISIONED:
    case LEVEL_ACCEPTED:
        return OUTCOME_ACCEPTED;
    case LEVEL_REJECTED:
        return OUTCOME_REJECTED;
    default:
        if (phone->signed_off)
            return OUTCOME_UNREGISTERED;
        if (phone->was_accepted)
            return OUTCOME_LOST;
        return phone->furthest == PHASE_NONE ? OUTCOME_NONE : OUTCOME_STUCK;
    }
}

/* Seconds that a phone may take for its next step, or a server for its answer. */
static TimerId patience (const PhoneSummary *phone)
{
    switch (phone->furthest) {
    case PHASE_LINK:
        return TIMER_VLAN_MOVE;
    case PHASE_ADDRESS:
        return TIMER_FILES_AFTER_LEASE;
    case PHASE_FILES:
        return TIMER_CONNECT_AFTER_CONFIG;
    default:
        return phone->protocol == PROTOCOL_SIP ? TIMER_SIP_ANSWER : TIMER_REGISTER_ANSWER;
    }
}

gboolean summary_is_cut_off (const Summary *summary, const PhoneSummary *phone)
{
    const gint64 second = 1000000000;
    const Finding *cause;

    if (summary_outcome (summary, phone, &cause) != OUTCOME_STUCK || cause || phone->is_set_back)
        return FALSE;
    return phone->last_step != NOT_SEEN && flow_end (summary->flow) - phone->last_step <=
                                               diagnosis_timers (summary->diagnosis)->value[patience (phone)] * second;
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
