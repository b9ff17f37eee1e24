/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/report/run_report.h"

#include "replay/duration.h"

#include "registration/report/report.h"
#include "registration/wire/times.h"

#include <string.h>

RunReporter run_report_find (const char *format)
{
    static const struct {
        const char *name;
        RunReporter reporter;
    } formats[] = {
#define X(name) { #name, run_report_##name },
        RUN_REPORT_FORMATS (X)
#undef X
    };

    for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        if (strcmp (formats[i].name, format) == 0)
            return formats[i].reporter;
    return NULL;
}

static const char *verdict_word (const RunSummary *summary, const RunRow *row)
{
    if (row->timing == TIMING_LATE)
        return summary->is_saturated ? "not judged" : "LATE";
    if (row->fails)
        return "DIFFERS";
    if (row->timing == TIMING_UNCERTAIN)
        return "not judged";
    return row->timing == TIMING_ON_TIME ? "on time" : "-";
}

/* Of many registrations the table is that wide. */
#define TABLE_COLUMNS 127

/* Where it does not fit: a line for the question, and a line for its times. */
static void write_high_row (const RunSummary *summary, const RunRow *row, GString *out)
{
    const guint32 number = run_summary_row_frame (summary, row);
    const gint64 times[] = { row->recorded, row->median, row->p95, row->p99, row->longest, row->allowed };
    g_autofree char *name = run_summary_row_name (row);
    g_autofree char *content = run_summary_row_content (row);
    g_autofree char *frame = number ? g_strdup_printf ("%u", number) : g_strdup ("-");
    char text[DURATION_TEXT_SIZE];

    g_string_append_printf (out, "  %-25s %6s  %s%s%s\n    ", name, frame, verdict_word (summary, row),
                            *content ? ", " : "", content);
    for (guint i = 0; i < G_N_ELEMENTS (times); i++)
        g_string_append_printf (out, " %10s", duration_format (times[i], text));
    g_string_append_printf (out, " %6u\n", row->samples->len);
}

static void write_high_heads (GString *out)
{
    static const char *const heads[] = { "recorded", "median", "95 %", "99 %", "longest", "allowed" };

    g_string_append_printf (out, "\n  %-25s %6s  verdict\n    ", "question", "frame");
    for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
        g_string_append_printf (out, " %10s", heads[i]);
    g_string_append_printf (out, " %6s\n", "times");
}

static void write_row (const RunSummary *summary, const RunRow *row, gboolean many, GString *out)
{
    guint32 number = run_summary_row_frame (summary, row);
    char recorded[DURATION_TEXT_SIZE], live[DURATION_TEXT_SIZE], allowed[DURATION_TEXT_SIZE];
    g_autofree char *name = run_summary_row_name (row);
    g_autofree char *content = run_summary_row_content (row);
    g_autofree char *frame = number ? g_strdup_printf ("%u", number) : g_strdup ("-");

    g_string_append_printf (out, "  %-25s %6s  %10s  %10s", name, frame, duration_format (row->recorded, recorded),
                            duration_format (row->median, live));
    if (many) {
        char p95[DURATION_TEXT_SIZE], p99[DURATION_TEXT_SIZE], longest[DURATION_TEXT_SIZE];
        g_string_append_printf (out, "  %10s  %10s  %10s  %6u", duration_format (row->p95, p95),
                                duration_format (row->p99, p99), duration_format (row->longest, longest),
                                row->samples->len);
    }
    const char *verdict = verdict_word (summary, row), *differs = content_name (CONTENT_DIFFERS), *rest = content;
    if (g_ascii_strcasecmp (verdict, differs) == 0 && g_str_has_prefix (content, differs))
        rest += strlen (differs);
    g_string_append_printf (out, "  %10s  %s", duration_format (row->allowed, allowed), verdict);
    if (row->timing == TIMING_UNCERTAIN && !row->fails)
        g_string_append_printf (out, " (%s at least; the rest may be this machine's own lateness)",
                                duration_format (row->least_median, live));
    g_string_append_printf (out, "%s%s\n", rest == content && *content ? ", " : "", rest);
}

static gboolean is_not_reached (const RunRow *row)
{
    return row->content == CONTENT_NOT_REACHED && row->samples->len == 0;
}

static gboolean was_spoken (const RunSummary *summary)
{
    for (guint i = 0; i < summary->rows->len; i++)
        if (!is_not_reached (summary->rows->pdata[i]))
            return TRUE;
    return FALSE;
}

static void write_heads (gboolean many, GString *out)
{
    g_string_append_printf (out, "\n  %-25s %6s  %10s  %10s", "question", "frame", "recorded",
                            many ? "median" : "live");
    if (many)
        g_string_append_printf (out, "  %10s  %10s  %10s  %6s", "95 %", "99 %", "longest", "times");
    g_string_append_printf (out, "  %10s  verdict\n", "allowed");
}

static void write_rows (const RunReport *report, GString *out)
{
    const gboolean many = report->summary->runs > 1;
    const gboolean is_high = many && report->columns && report->columns < TABLE_COLUMNS;
    guint not_reached = 0;

    if (is_high)
        write_high_heads (out);
    else
        write_heads (many, out);
    for (guint i = 0; i < report->summary->rows->len; i++) {
        const RunRow *row = report->summary->rows->pdata[i];
        if (is_not_reached (row))
            not_reached++;
        else if (is_high)
            write_high_row (report->summary, row, out);
        else
            write_row (report->summary, row, many, out);
    }
    if (not_reached)
        g_string_append_printf (out, "  %u further question%s had no turn any more\n", not_reached,
                                not_reached == 1 ? "" : "s");
}

static void write_pushes (const RunSummary *summary, GString *out)
{
    g_autoptr (GString) line = g_string_new (NULL);

    for (guint i = 0; i < summary->pushes->len; i++) {
        const Push *push = &g_array_index (summary->pushes, Push, i);
        if (run_summary_push_differs (summary, push))
            g_string_append_printf (line, "%s%s %u (recorded %u)", line->len ? ", " : "",
                                    catalog_kind (push->kind)->name, push->live / MAX (1, summary->runs),
                                    push->recorded / MAX (1, summary->runs));
    }
    if (line->len)
        g_string_append_printf (out, "messages that nobody asked for, per registration: %s%s\n", line->str,
                                summary->ends[END_DIFFERENT] ? "" : " (harmless)");
}

/* What is less is no wait, but the time that a program takes. */
#define WAIT_MIN MILLISECOND

static void write_own_waits (const RunSummary *summary, GString *out)
{
    char accepted[DURATION_TEXT_SIZE], ready[DURATION_TEXT_SIZE];
    gint64 until_accepted = samples_percentile (summary->accepted_own, 50);
    gint64 until_ready = samples_percentile (summary->ready_own, 50);

    if (MAX (until_accepted, until_ready) >= WAIT_MIN)
        g_string_append_printf (out,
                                "in these times regreplay waited by itself (think times, questions that nobody "
                                "answered): %s until accepted, %s until ready\n",
                                duration_format (until_accepted, accepted), duration_format (until_ready, ready));
}

static void write_totals (const RunSummary *summary, GString *out)
{
    char recorded[DURATION_TEXT_SIZE], live[DURATION_TEXT_SIZE];
    const Script *script = summary->script;

    if (summary->files_took->len)
        g_string_append_printf (out, "boot files took %s (recorded %s)\n",
                                duration_format (samples_percentile (summary->files_took, 50), live),
                                duration_format (run_summary_files_recorded (summary), recorded));
    g_string_append_printf (out, "accepted after %s (recorded %s), ",
                            duration_format (samples_percentile (summary->accepted, 50), live),
                            duration_format (script->accepted_after, recorded));
    g_string_append_printf (out, "ready after %s (recorded %s), from the first packet on\n",
                            duration_format (samples_percentile (summary->ready, 50), live),
                            duration_format (script->ready_after, recorded));
    write_own_waits (summary, out);
}

static void write_correction (const RunSummary *summary, GString *out)
{
    char recorded[DURATION_TEXT_SIZE], live[DURATION_TEXT_SIZE];

    if (summary->is_corrected)
        g_string_append_printf (
            out,
            "times are without the network's round trip: %s in the recording (frames %u and %u), %s "
            "now (measured by TCP while connecting)%s\n",
            duration_format (summary->script->round_trip, recorded), summary->script->syn_frame,
            summary->script->accept_frame, duration_format (summary->round_trip, live),
            summary->files_took->len ? "; those of boot files are as measured" : "");
    else
        g_string_append (out, "times are as measured, without correction for the network: the round trip of the "
                              "recording or of the live connection is not known\n");
}

static void write_generator (const RunSummary *summary, GString *out)
{
    char median[DURATION_TEXT_SIZE], p99[DURATION_TEXT_SIZE];

    if (summary->reading->len)
        g_string_append_printf (out, "own reads were late by %s (median), %s (99 %%), which the times do not count\n",
                                duration_format (summary->reading_median, median),
                                duration_format (summary->reading_p99, p99));
    if (summary->unstamped)
        g_string_append_printf (out,
                                "the kernel stamped %u of %u sends: of the others it is known only that they left "
                                "while regreplay was sending them\n",
                                summary->sent - summary->unstamped, summary->sent);
    if (summary->lateness->len == 0 || summary->ends[END_UNREACHABLE] == summary->runs)
        return;
    g_string_append_printf (
        out, "own sends were late by %s (median), %s (99 %%)%s\n", duration_format (summary->lateness_median, median),
        duration_format (summary->lateness_p99, p99),
        summary->is_saturated ? ": this machine was too busy, so no answer is called late; use a lower --rate" : "");
}

static void write_load (const RunReport *report, GString *out)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    const RunSummary *summary = report->summary;

    if (summary->runs > 1)
        g_string_append_printf (out,
                                "%u registrations: %u complete, %u refused, %u not carried on, %u not connected, %u "
                                "lost, %u interrupted\n",
                                summary->runs, summary->ends[END_COMPLETE], summary->ends[END_REFUSED],
                                summary->ends[END_DIFFERENT], summary->ends[END_UNREACHABLE], summary->ends[END_GONE],
                                summary->ends[END_INTERRUPTED]);
    if (summary->keepalives)
        g_string_append_printf (out, "keepalives: %u sent, %u without the answer that was to be expected\n",
                                summary->keepalives, summary->keepalives_lost);
    if (summary->memory_per_phone >= 0)
        g_string_append_printf (
            out, "memory: %s KiB per phone\n",
            g_ascii_formatd (number, sizeof number, "%.1f", (double) summary->memory_per_phone / 1024));
}

void run_report_text (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    const Script *script = summary->script;
    g_autofree char *sentence = run_summary_sentence (summary), *tried = script_tried (script);

    g_string_append_printf (out, "%s: %s\n", report->as, sentence);
    g_string_append_printf (out, "%s of %s (%s, from frame %u), sent to %s%s", script->phone, script->capture, tried,
                            script_message (script, 0)->frame, report->target,
                            report->is_embedded ? " (the built-in stand-in server)" : "");
    if (report->phones > 1)
        g_string_append_printf (out, ", %u phones from %s on", report->phones, report->as);
    if (report->rounds > 1)
        g_string_append_printf (out, ", %u times", report->rounds);
    g_string_append_c (out, '\n');
    if (was_spoken (summary)) {
        write_rows (report, out);
        g_string_append_c (out, '\n');
        write_totals (summary, out);
        write_correction (summary, out);
    }
    write_pushes (summary, out);
    for (guint i = 0; i < summary->remarks->len; i++)
        g_string_append_printf (out, "note: %s\n", (const char *) summary->remarks->pdata[i]);
    for (guint i = 0; summary->runs > 1 && i < summary->sentences->len; i++)
        g_string_append_printf (out, "%s\n", (const char *) summary->sentences->pdata[i]);
    write_load (report, out);
    write_generator (summary, out);
    report_clean (out, 0);
}
