/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_internal.h"

#include "registration/terms/models.h"

static double seconds (gint64 from, gint64 to)
{
    return (double) (to - from) / 1e9;
}

/* Seconds with six decimals, at least width characters: "%*.6f", which is most of the work of a long report. */
static void append_seconds (GString *out, gint64 nanoseconds, guint width)
{
    char digits[32], *at = digits + sizeof digits;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + 500) / 1000;

    for (guint i = 0; i < 7 || rest; i++) {
        if (i == 6)
            *--at = '.';
        *--at = (char) ('0' + rest % 10);
        rest /= 10;
    }
    if (nanoseconds < 0)
        *--at = '-';
    gsize size = (gsize) (digits + sizeof digits - at);
    for (gsize i = size; i < width; i++)
        g_string_append_c (out, ' ');
    g_string_append_len (out, at, (gssize) size);
}

static void write_span (Phase phase, const Span *span, gint64 phone_first, GString *out)
{
    g_string_append_printf (out, "    %-13s from ", phase_name (phase));
    append_seconds (out, span->first - phone_first, 12);
    g_string_append (out, " s, took ");
    append_seconds (out, span->last - span->first, 12);
    g_string_append_printf (out, " s, %u step%s\n", span->count, span->count == 1 ? "" : "s");
}

static void write_outcome (const Attempt *attempt, GString *out)
{
    if (attempt->rejected != NOT_SEEN)
        g_string_append_printf (out, "    rejected %.6f s after its first step\n",
                                seconds (attempt_begin (attempt), attempt->rejected));
    if (attempt->accepted == NOT_SEEN) {
        if (attempt->rejected == NOT_SEEN && attempt->number)
            g_string_append (out, "    never accepted\n");
        return;
    }
    g_string_append_printf (out, "    accepted %.6f s after the first step towards the server",
                            seconds (attempt_begin (attempt), attempt->accepted));
    if (attempt->ready != NOT_SEEN)
        g_string_append_printf (out, ", ready %.6f s after that\n", seconds (attempt->accepted, attempt->ready));
    else
        g_string_append (out, ", never ready\n");
}

static void write_attempt (const ReportSource *source, const Attempt *attempt, gint64 phone_first, GString *out)
{
    char server[IP_ADDRESS_TEXT_SIZE];

    if (attempt->number)
        g_string_append_printf (out, "  attempt %u", attempt->number);
    else
        g_string_append (out, "  before any attempt");
    if (attempt->server)
        g_string_append_printf (out, " at %s", report_attempt_server (source, attempt, server));
    g_string_append_printf (out, ": frames %u to %u, %.6f s\n", attempt->first_frame, attempt->last_frame,
                            seconds (attempt->first, attempt->last));
    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        if (attempt->phases[phase].count)
            write_span (phase, &attempt->phases[phase], phone_first, out);
    write_outcome (attempt, out);
}

/* One sentence for the help desk; then the reason and what to do, for whoever mends it. */
static void write_sentence (const ReportSource *source, const Tips *tips, const PhoneSummary *phone, GString *out)
{
    const Finding *cause;
    Outcome outcome = summary_outcome (source->summary, phone, &cause);

    g_string_append (out, tips_word (tips, word_of_outcome (outcome)));
    if (outcome == OUTCOME_STUCK)
        g_string_append_printf (out, " \"%s\"", phase_name (phone->furthest));
    if (!cause) {
        g_string_append_c (out, '\n');
        return;
    }
    g_autofree char *title = explain_problem (source->summary->flow, tips, cause, TIP_TITLE);
    g_autofree char *text = explain_problem (source->summary->flow, tips, cause, TIP_TEXT);
    g_autofree char *fix = explain_problem (source->summary->flow, tips, cause, TIP_FIX);
    g_string_append_printf (out, ": %s (%s, %s)\n  %s: %s\n  %s: %s\n", title, problem_name (cause->problem),
                            certainty_name (cause->certainty), tips_word (tips, WORD_WHY), text,
                            tips_word (tips, WORD_TO_DO), fix);
}

static void write_finding (const ReportSource *source, const Tips *tips, const Finding *finding, GString *out)
{
    g_autofree char *title = explain_problem (source->summary->flow, tips, finding, TIP_TITLE);

    g_string_append_printf (out, "  %s %s (%s): %s; frame%s", severity_name (problem_severity (finding->problem)),
                            problem_name (finding->problem), certainty_name (finding->certainty), title,
                            finding->n_evidence == 1 ? "" : "s");
    for (guint i = 0; i < finding->n_evidence; i++)
        g_string_append_printf (out, "%s %u", i ? "," : "",
                                notes_get (flow_notes (source->summary->flow), finding->evidence[i])->frame);
    g_string_append_c (out, '\n');
}

static void write_phone (const ReportSource *source, const Tips *tips, const PhoneSummary *of_phone, GString *out)
{
    const Phone *phone = phones_get (flow_phones (source->summary->flow), of_phone->phone);
    const char *model = phone->device_type ? model_name (phone->device_type) : NULL;
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];
    const char *name = report_phone_name (source, of_phone, label);

    g_string_append (out, name);
    if (model || phone->load)
        g_string_append_printf (out, " (%s%s%s)", model ? model : "", model && phone->load ? ", " : "",
                                phone->load ? phone->load : "");
    if (phone->address.size && !g_str_equal (ip_address_format (&phone->address, address), name))
        g_string_append_printf (out, " at %s", address);
    g_string_append (out, ": ");
    write_sentence (source, tips, of_phone, out);
    for (guint i = 0; i < of_phone->attempts->len; i++)
        write_attempt (source, summary_attempt (of_phone, i), phone->first_time, out);
    for (guint i = 0; i < of_phone->found->len; i++)
        write_finding (source, tips, summary_finding (source->summary, of_phone, i), out);
}

static void write_message (const ReportSource *source, const Tips *tips, NoteId id, GString *out)
{
    const Note *note = notes_get (flow_notes (source->summary->flow), id);
    char message[EXPLAIN_MESSAGE_SIZE], device[IP_ADDRESS_TEXT_SIZE], time[32] = "";
    g_autofree char *tip = explain_tip (source->summary->flow, tips, id, TIP_TEXT);
    const char *name = explain_message (source->summary->flow, note, message);
    gint64 response_time;

    if (explain_response_time (source->summary->flow, note, &response_time))
        g_snprintf (time, sizeof time, "%.6f", (double) response_time / 1e9);
    g_string_append_printf (out, "%8u %12.6f  %-15s %-12s %-24s %10s  %s\n", note->frame,
                            (double) explain_elapsed (source->summary->flow, id) / 1e9,
                            explain_device (source->summary->flow, id, device), phase_name (note->phase),
                            name ? name : catalog_kind (note->kind)->name, time, tip ? tip : "");
}

static void write_timeline (ReportWriter *writer, const ReportSource *source)
{
    NoteId id = report_next_note (source, 0);

    if (!id)
        return;
    g_string_append_printf (writer->out, "%8s %12s  %-15s %-12s %-24s %10s  %s\n", "frame", "elapsed s", "phone",
                            "phase", "message", "answer s", "tip");
    for (; id; id = report_next_note (source, id)) {
        gsize from = writer->out->len;
        write_message (source, writer->tips, id, writer->out);
        report_clean (writer->out, from);
        report_spill (writer);
    }
    g_string_append_c (writer->out, '\n');
}

void report_text (ReportWriter *writer, const ReportSource *source)
{
    gsize from = writer->out->len;

    if (!source->summary)
        return;
    if (writer->options.titles) {
        g_string_append_printf (writer->out, "%s%s:\n", writer->captures ? "\n" : "", source->capture);
        report_clean (writer->out, from);
    }
    if (writer->options.timeline)
        write_timeline (writer, source);
    for (guint i = 0; i < source->summary->phones->len; i++) {
        from = writer->out->len;
        write_phone (source, writer->tips, summary_phone (source->summary, i), writer->out);
        report_clean (writer->out, from);
        report_spill (writer);
    }
    if (source->summary->n_copies)
        g_string_append_printf (
            writer->out, "Copies of other frames: %u. The capture point has seen packets twice; each counts once.\n",
            source->summary->n_copies);
    if (source->summary->phones->len == 0)
        g_string_append (writer->out, REPORT_NO_PHONES);
}
