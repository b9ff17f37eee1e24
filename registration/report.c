/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report.h"

#include "registration/models.h"
#include "registration/outcome.h"
#include "registration/sccp.h"

typedef struct {
    gint64 first, last; /* times of its first and last message */
    guint32 count;
} Span;

/* One attempt of one phone to register. */
typedef struct {
    guint16 number;
    guint16 server; /* place of the call manager, or of whoever spoke last before there is one */
    guint32 first_frame, last_frame;
    gint64 first, last;
    gint64 connect, accepted, ready, rejected; /* times; G_MININT64: not seen */
    Span phases[N_PHASES];
} Attempt;

typedef struct {
    PhoneId phone;
    NoteId last_note;
    Phase last_phase, furthest; /* of the registration; PHASE_NONE while there was none */
    GArray *attempts;           /* of Attempt, owned */
} PhoneReport;

struct Report {
    const Flow *flow;
    GArray *phones;     /* of PhoneReport, in order of appearance; owned */
    GHashTable *places; /* PhoneId → place + 1 */
};

#define NOT_SEEN G_MININT64

static void clear_phone (gpointer data)
{
    g_array_unref (((PhoneReport *) data)->attempts);
}

Report *report_new (const Flow *flow)
{
    Report *report = g_new0 (Report, 1);

    report->flow = flow;
    report->phones = g_array_new (FALSE, TRUE, sizeof (PhoneReport));
    g_array_set_clear_func (report->phones, clear_phone);
    report->places = g_hash_table_new (NULL, NULL);
    return report;
}

void report_free (Report *report)
{
    if (!report)
        return;
    g_array_unref (report->phones);
    g_hash_table_unref (report->places);
    g_free (report);
}

static PhoneReport *phone_report (Report *report, PhoneId phone)
{
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (report->places, GUINT_TO_POINTER (phone)));

    if (place == 0) {
        PhoneReport added = { .phone = phone, .attempts = g_array_new (FALSE, TRUE, sizeof (Attempt)) };
        g_array_append_val (report->phones, added);
        place = report->phones->len;
        g_hash_table_insert (report->places, GUINT_TO_POINTER (phone), GUINT_TO_POINTER (place));
    }
    return &g_array_index (report->phones, PhoneReport, place - 1);
}

/* Attempts come one after the other, but a phone's backup connection or a late file may belong to an older one. */
static Attempt *attempt_of (PhoneReport *phone, const Note *note)
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

void report_add (Report *report, NoteId id)
{
    const Note *note = notes_get (flow_notes (report->flow), id);
    PhoneReport *phone = phone_report (report, phones_current (flow_phones (report->flow), note->phone));
    Attempt *attempt = attempt_of (phone, note);
    Span *span = &attempt->phases[note->phase];

    phone->last_note = id;
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
    if (note->level == LEVEL_REJECTED)
        once (&attempt->rejected, note->time);
}

static double seconds (gint64 from, gint64 to)
{
    return (double) (to - from) / 1e9;
}

static void write_outcome (const Attempt *attempt, GString *out)
{
    if (attempt->rejected != NOT_SEEN)
        g_string_append_printf (
            out, "    rejected %.6f s after its first step\n",
            seconds (attempt->connect == NOT_SEEN ? attempt->first : attempt->connect, attempt->rejected));
    if (attempt->accepted == NOT_SEEN) {
        if (attempt->rejected == NOT_SEEN && attempt->number)
            g_string_append (out, "    never accepted\n");
        return;
    }
    g_string_append_printf (
        out, "    accepted %.6f s after the first step towards the server",
        seconds (attempt->connect == NOT_SEEN ? attempt->first : attempt->connect, attempt->accepted));
    if (attempt->ready != NOT_SEEN)
        g_string_append_printf (out, ", ready %.6f s after that\n", seconds (attempt->accepted, attempt->ready));
    else
        g_string_append (out, ", never ready\n");
}

static void write_attempt (const Report *report, const Attempt *attempt, gint64 phone_first, GString *out)
{
    Note of_server = { .server = attempt->server };
    char server[IP_ADDRESS_TEXT_SIZE];

    if (attempt->number)
        g_string_append_printf (out, "  attempt %u", attempt->number);
    else
        g_string_append (out, "  before any attempt");
    if (attempt->server)
        g_string_append_printf (out, " at %s", explain_server (report->flow, &of_server, server));
    g_string_append_printf (out, ": frames %u to %u, %.6f s\n", attempt->first_frame, attempt->last_frame,
                            seconds (attempt->first, attempt->last));
    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++) {
        const Span *span = &attempt->phases[phase];
        if (span->count)
            g_string_append_printf (out, "    %-13s from %12.6f s, took %12.6f s, %u step%s\n", phase_name (phase),
                                    seconds (phone_first, span->first), seconds (span->first, span->last), span->count,
                                    span->count == 1 ? "" : "s");
    }
    write_outcome (attempt, out);
}

/* What was found about each phone: PhoneId → GArray of finding indices, in order. */
static GHashTable *findings_by_phone (const Report *report)
{
    GHashTable *by_phone = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
    const Findings *findings = flow_findings (report->flow);

    for (guint i = 0; i < findings_count (findings); i++) {
        const Note *note = notes_get (flow_notes (report->flow), findings_get (findings, i)->note);
        gpointer phone = GUINT_TO_POINTER (phones_current (flow_phones (report->flow), note->phone));
        GArray *list = g_hash_table_lookup (by_phone, phone);
        if (!list) {
            list = g_array_new (FALSE, FALSE, sizeof (guint));
            g_hash_table_insert (by_phone, phone, list);
        }
        g_array_append_val (list, i);
    }
    return by_phone;
}

/* The latest error: what keeps the phone from where it wants to be. */
static const Finding *latest_error (const Report *report, const GArray *list)
{
    for (guint i = list ? list->len : 0; i > 0; i--) {
        const Finding *finding = findings_get (flow_findings (report->flow), g_array_index (list, guint, i - 1));
        if (problem_severity (finding->problem) == SEVERITY_ERROR)
            return finding;
    }
    return NULL;
}

/* ret_cause: why it came no further; NULL when nothing says it. */
static Outcome outcome_of (const Report *report, const PhoneReport *of_phone, const GArray *list,
                           const Finding **ret_cause)
{
    const Level level = phones_get (flow_phones (report->flow), of_phone->phone)->level;

    *ret_cause = level == LEVEL_READY ? NULL : latest_error (report, list);
    switch (level) {
    case LEVEL_READY:
        return OUTCOME_READY;
    case LEVEL_PROVISIONED:
    case LEVEL_ACCEPTED:
        return OUTCOME_ACCEPTED;
    case LEVEL_REJECTED:
        return OUTCOME_REJECTED;
    default:
        if (of_phone->last_phase == PHASE_UNREGISTER && !*ret_cause)
            return OUTCOME_UNREGISTERED;
        return of_phone->furthest == PHASE_NONE ? OUTCOME_NONE : OUTCOME_STUCK;
    }
}

/* One sentence for the help desk; then the reason and what to do, for whoever mends it. */
static void write_sentence (const Report *report, const Tips *tips, const PhoneReport *of_phone, const GArray *list,
                            GString *out)
{
    const Finding *cause;
    Outcome outcome = outcome_of (report, of_phone, list, &cause);

    g_string_append (out, tips_word (tips, word_of_outcome (outcome)));
    if (outcome == OUTCOME_STUCK)
        g_string_append_printf (out, " \"%s\"", phase_name (of_phone->furthest));
    if (!cause) {
        g_string_append_c (out, '\n');
        return;
    }
    g_autofree char *title = explain_problem (report->flow, tips, cause, TIP_TITLE);
    g_autofree char *text = explain_problem (report->flow, tips, cause, TIP_TEXT);
    g_autofree char *fix = explain_problem (report->flow, tips, cause, TIP_FIX);
    g_string_append_printf (out, ": %s (%s, %s)\n  %s: %s\n  %s: %s\n", title, problem_name (cause->problem),
                            certainty_name (cause->certainty), tips_word (tips, WORD_WHY), text,
                            tips_word (tips, WORD_TO_DO), fix);
}

static void write_findings (const Report *report, const Tips *tips, const GArray *list, GString *out)
{
    static const char *const severities[] = { "note", "warning", "error" };

    for (guint i = 0; list && i < list->len; i++) {
        const Finding *finding = findings_get (flow_findings (report->flow), g_array_index (list, guint, i));
        g_autofree char *title = explain_problem (report->flow, tips, finding, TIP_TITLE);
        g_string_append_printf (out, "  %s %s (%s): %s; frame%s", severities[problem_severity (finding->problem)],
                                problem_name (finding->problem), certainty_name (finding->certainty), title,
                                finding->n_evidence == 1 ? "" : "s");
        for (guint j = 0; j < finding->n_evidence; j++)
            g_string_append_printf (out, "%s %u", j ? "," : "",
                                    notes_get (flow_notes (report->flow), finding->evidence[j])->frame);
        g_string_append_c (out, '\n');
    }
}

void report_write_text (const Report *report, const Tips *tips, GString *out)
{
    const Phones *phones = flow_phones (report->flow);
    g_autoptr (GHashTable) found = findings_by_phone (report);
    gboolean any = FALSE;

    for (guint i = 0; i < report->phones->len; i++) {
        const PhoneReport *of_phone = &g_array_index (report->phones, PhoneReport, i);
        const Phone *phone = phones_get (phones, of_phone->phone);
        const GArray *list = g_hash_table_lookup (found, GUINT_TO_POINTER (of_phone->phone));
        if (!phone->has_spoken)
            continue;
        any = TRUE;
        const char *model = phone->device_type ? model_name (phone->device_type) : NULL;
        char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];

        const char *name = phones_label_at (phones, of_phone->phone, of_phone->last_note, label);
        g_string_append (out, name);
        if (model || phone->load)
            g_string_append_printf (out, " (%s%s%s)", model ? model : "", model && phone->load ? ", " : "",
                                    phone->load ? phone->load : "");
        if (phone->address.size && !g_str_equal (ip_address_format (&phone->address, address), name))
            g_string_append_printf (out, " at %s", address);
        g_string_append (out, ": ");
        write_sentence (report, tips, of_phone, list, out);
        for (guint j = 0; j < of_phone->attempts->len; j++)
            write_attempt (report, &g_array_index (of_phone->attempts, Attempt, j), phone->first_time, out);
        write_findings (report, tips, list, out);
    }
    if (!any)
        g_string_append (out, "No phone takes part in a registration here.\n");
}
