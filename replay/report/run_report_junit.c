/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One test case for each exchange, and one for the registration as a whole; the form that CI servers read. */
#include "replay/report/run_report.h"

#include "replay/clock.h"
#include "replay/duration.h"

#include "registration/report/report.h"
#include "registration/terms/seconds.h"
#include "registration/terms/utc.h"

#define SUITE "regreplay"

static void append_escaped (GString *out, const char *text)
{
    /* XML 1.0 cannot hold control characters, whatever a server or the name of a file says. */
    g_autoptr (GString) clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
}

static void open_case (GString *out, const RunReport *report, const char *name, gint64 time)
{
    char seconds[SECONDS_SIZE];

    g_string_append (out, "  <testcase classname=\"");
    append_escaped (out, report->as);
    g_string_append (out, "\" name=\"");
    append_escaped (out, name);
    g_string_append_printf (out, "\" time=\"%s\"", seconds_text (MAX (0, time), 0, seconds));
}

static char *failure_text (const RunSummary *summary, const RunRow *row)
{
    const char *expected = run_summary_row_expected (summary, row);
    guint32 number = run_summary_row_frame (summary, row);
    char recorded[DURATION_TEXT_SIZE], allowed[DURATION_TEXT_SIZE], live[DURATION_TEXT_SIZE];
    g_autofree char *content = run_summary_row_content (row);
    g_autofree char *frame = number ? g_strdup_printf ("frame %u of %s", number, summary->script->capture)
                                    : g_strdup ("not in the recording");

    return g_strdup_printf ("expected: %s after %s\nallowed: %s\nmeasured: %s\nanswer: %s\n%s%s(%s)",
                            expected ? expected : "no answer", duration_format (row->recorded, recorded),
                            duration_format (row->allowed, allowed), duration_format (row->median, live),
                            row->samples->len && row->has_answer ? catalog_kind (row->answer)->name : "none", content,
                            *content ? "\n" : "", frame);
}

static gboolean is_uncertain (const RunSummary *summary, const RunRow *row)
{
    return row->timing == TIMING_UNCERTAIN && !run_summary_row_fails (summary, row);
}

static void write_case (const RunReport *report, const RunRow *row, GString *out)
{
    const RunSummary *summary = report->summary;
    g_autofree char *name = run_summary_row_name (row);

    open_case (out, report, name, row->median);
    if (row->content == CONTENT_NOT_REACHED && !row->samples->len) {
        g_string_append (out, "><skipped message=\"the registration had ended before\"/></testcase>\n");
        return;
    }
    if (is_uncertain (summary, row)) {
        char least[DURATION_TEXT_SIZE], live[DURATION_TEXT_SIZE];
        g_string_append_printf (out,
                                "><skipped message=\"not judged: it took %s to %s, because this machine may have been "
                                "late itself\"/></testcase>\n",
                                duration_format (row->least_median, least), duration_format (row->median, live));
        return;
    }
    if (!run_summary_row_fails (summary, row)) {
        g_string_append (out, "/>\n");
        return;
    }
    g_autofree char *text = failure_text (summary, row);
    g_autofree char *content = run_summary_row_content (row);
    const char *word = row->timing == TIMING_LATE ? "late" : row->fails ? content : "differs";
    g_string_append (out, ">\n    <failure message=\"");
    append_escaped (out, name);
    g_string_append (out, ": ");
    append_escaped (out, word);
    g_string_append_printf (out, "\" type=\"%s\">",
                            row->timing == TIMING_LATE ? timing_name (row->timing) : content_name (row->content));
    append_escaped (out, text);
    g_string_append (out, "</failure>\n  </testcase>\n");
}

/* The run itself: accepted, held, signed off; whatever no single exchange shows. */
static gboolean run_fails (const RunSummary *summary)
{
    guint failing = summary->late + summary->differing;
    return summary->code != REGREPLAY_OK && (failing == 0 || summary->sentences->len > summary->as_recorded);
}

static void write_run (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    g_autofree char *sentence = run_summary_sentence (summary);

    open_case (out, report, "registration", samples_percentile (summary->ready, 50));
    if (!run_fails (summary)) {
        g_string_append (out, "/>\n");
        return;
    }
    g_string_append (out, ">\n    <failure message=\"");
    append_escaped (out, sentence);
    g_string_append (out, "\" type=\"registration\">");
    for (guint i = 0; i < summary->sentences->len; i++) {
        append_escaped (out, summary->sentences->pdata[i]);
        g_string_append_c (out, '\n');
    }
    g_string_append (out, "</failure>\n  </testcase>\n");
}

void run_report_junit (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    guint failures = run_fails (summary), skipped = 0;
    char stamp[UTC_SIZE];

    for (guint i = 0; i < summary->rows->len; i++) {
        const RunRow *row = summary->rows->pdata[i];
        gboolean not_reached = row->content == CONTENT_NOT_REACHED && !row->samples->len;
        skipped += not_reached || is_uncertain (summary, row);
        failures += !not_reached && run_summary_row_fails (summary, row);
    }
    g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" SUITE " ");
    append_escaped (out, summary->script->capture);
    g_string_append_printf (out, "\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"", summary->rows->len + 1,
                            failures, skipped);
    if (summary->began && utc_stamp (summary->began, stamp))
        g_string_append_printf (out, " timestamp=\"%s\"", stamp);
    g_string_append (out, ">\n");
    write_run (report, out);
    for (guint i = 0; i < summary->rows->len; i++)
        write_case (report, summary->rows->pdata[i], out);
    g_string_append (out, "</testsuite>\n");
}
