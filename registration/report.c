/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report.h"

#include "registration/models.h"
#include "registration/summary.h"

struct Report {
    const Flow *flow;
    Summary *summary; /* owned */
};

Report *report_new (const Flow *flow)
{
    Report *report = g_new0 (Report, 1);

    report->flow = flow;
    report->summary = summary_new (flow);
    return report;
}

void report_free (Report *report)
{
    if (!report)
        return;
    summary_free (report->summary);
    g_free (report);
}

void report_add (Report *report, NoteId id)
{
    summary_add (report->summary, id);
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

/* One sentence for the help desk; then the reason and what to do, for whoever mends it. */
static void write_sentence (const Report *report, const Tips *tips, const PhoneSummary *of_phone, GString *out)
{
    const Finding *cause;
    Outcome outcome = summary_outcome (report->summary, of_phone, &cause);

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
    for (guint i = 0; i < list->len; i++) {
        const Finding *finding = findings_get (flow_findings (report->flow), g_array_index (list, guint, i));
        g_autofree char *title = explain_problem (report->flow, tips, finding, TIP_TITLE);
        g_string_append_printf (out, "  %s %s (%s): %s; frame%s", severity_name (problem_severity (finding->problem)),
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
    guint n_phones = summary_finish (report->summary);

    for (guint i = 0; i < n_phones; i++) {
        const PhoneSummary *of_phone = summary_phone (report->summary, i);
        const Phone *phone = phones_get (phones, of_phone->phone);
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
        write_sentence (report, tips, of_phone, out);
        for (guint j = 0; j < of_phone->attempts->len; j++)
            write_attempt (report, &g_array_index (of_phone->attempts, Attempt, j), phone->first_time, out);
        write_findings (report, tips, of_phone->findings, out);
    }
    if (n_phones == 0)
        g_string_append (out, "No phone takes part in a registration here.\n");
}
