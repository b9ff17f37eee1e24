/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JUnit's XML as Jenkins reads it: a suite for each capture, a test case for each phone. */
#include "registration/report/report_internal.h"
#include "registration/terms/seconds.h"

static void append_escaped (GString *out, const char *text)
{
    GString *clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
    g_string_free (clean, TRUE);
}

static void append_attribute (GString *out, const char *name, const char *text)
{
    g_string_append_printf (out, " %s=\"", name);
    append_escaped (out, text);
    g_string_append_c (out, '"');
}

static gint64 phone_time (const PhoneSummary *phone)
{
    gint64 time = 0;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Attempt *attempt = summary_attempt (phone, i);
        time += MAX (attempt->last - attempt->first, 0);
    }
    return time;
}

static guint count_errors (const ReportSource *source, const PhoneSummary *phone)
{
    guint count = 0;

    for (guint i = 0; i < phone->found->len; i++)
        if (problem_severity (summary_finding (source->summary, phone, i)->problem) == SEVERITY_ERROR)
            count++;
    return count;
}

/* What was found, its frames, and what to do; for a person who reads it in a CI's log. */
static void append_finding (const ReportSource *source, const Tips *tips, const Finding *finding, GString *out)
{
    g_autoptr (GString) text = g_string_new (NULL);

    report_finding (source->summary->flow, tips, finding, WORD_REPORT_EVIDENCE, text);
    g_string_append_c (text, '\n');
    report_fix (source->summary->flow, tips, finding, text);
    append_escaped (out, text->str);
    g_string_append_c (out, '\n');
}

static void append_findings (const ReportSource *source, const Tips *tips, const PhoneSummary *phone, gboolean errors,
                             GString *out)
{
    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (source->summary, phone, i);
        if ((problem_severity (finding->problem) == SEVERITY_ERROR) == errors)
            append_finding (source, tips, finding, out);
    }
}

/* The first error found heads the failure: what comes later is often its consequence. */
static void append_failure (const ReportSource *source, const Tips *tips, const PhoneSummary *phone, GString *out)
{
    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (source->summary, phone, i);
        if (problem_severity (finding->problem) != SEVERITY_ERROR)
            continue;
        g_autofree char *title = explain_problem (source->summary->flow, tips, finding, TIP_TITLE);
        g_string_append (out, "      <failure");
        append_attribute (out, "message", title ? title : "");
        append_attribute (out, "type", problem_name (finding->problem));
        g_string_append_c (out, '>');
        append_findings (source, tips, phone, TRUE, out);
        g_string_append (out, "</failure>\n");
        return;
    }
}

static void append_time (GString *out, gint64 nanoseconds)
{
    g_string_append (out, " time=\"");
    seconds_append (out, nanoseconds, 0);
    g_string_append_c (out, '"');
}

static void write_phone (ReportWriter *writer, const ReportSource *source, const PhoneSummary *phone)
{
    char label[IP_ADDRESS_TEXT_SIZE];
    GString *out = writer->out;
    const Finding *cause;
    g_autofree char *outcome = report_outcome (source->summary, writer->tips, phone, &cause);

    g_string_append (out, "    <testcase classname=\"registration\"");
    append_attribute (out, "name", report_phone_name (source, phone, label));
    append_time (out, phone_time (phone));
    g_string_append (out, ">\n");
    append_failure (source, writer->tips, phone, out);
    g_string_append (out, "      <system-out>");
    append_escaped (out, outcome);
    g_string_append_c (out, '\n');
    append_findings (source, writer->tips, phone, FALSE, out);
    g_string_append (out, "</system-out>\n    </testcase>\n");
}

static void write_trouble (ReportWriter *writer, const char *trouble)
{
    g_string_append (writer->out,
                     "    <testcase classname=\"registration\" name=\"capture\" time=\"0\">\n      <error");
    append_attribute (writer->out, "message", trouble);
    g_string_append (writer->out, " type=\"capture\"/>\n    </testcase>\n");
}

void report_junit (ReportWriter *writer, const ReportSource *source)
{
    guint phones = source->summary ? source->summary->phones->len : 0, failures = 0;
    gint64 time = 0;

    for (guint i = 0; i < phones; i++) {
        const PhoneSummary *phone = summary_phone (source->summary, i);
        failures += count_errors (source, phone) > 0;
        time += phone_time (phone);
    }
    g_string_append (writer->out, "  <testsuite");
    append_attribute (writer->out, "name", source->capture ? source->capture : "capture");
    g_string_append_printf (writer->out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"",
                            phones + (source->trouble ? 1 : 0), failures, source->trouble ? 1 : 0);
    append_time (writer->out, time);
    g_string_append (writer->out, ">\n");
    for (guint i = 0; i < phones; i++) {
        write_phone (writer, source, summary_phone (source->summary, i));
        report_spill (writer);
    }
    if (source->trouble)
        write_trouble (writer, source->trouble);
    g_string_append (writer->out, "  </testsuite>\n");
}
