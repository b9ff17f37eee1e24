/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JUnit's XML as Jenkins reads it: a suite for each capture, a test case for each phone. */
#include "registration/report/report_internal.h"
#include "registration/terms/seconds.h"
#include "registration/terms/utc.h"

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

/* How long it was busy with its attempts, which may overlap; they come in the order in which they began. */
static gint64 phone_time (const PhoneSummary *phone)
{
    gint64 time = 0, until = G_MININT64;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Attempt *attempt = summary_attempt (phone, i);
        time += MAX (attempt->last - MAX (attempt->first, until), 0);
        until = MAX (until, attempt->last);
    }
    return time;
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

/* Why the phone fails: what stands, or, of one that no error is found about, what explains it. */
static gboolean is_of_failure (const ReportSource *source, const PhoneSummary *phone, const Finding *finding)
{
    if (!summary_phone_fails (source->summary, phone))
        return FALSE;
    return finding == phone->cause ||
           (finding_severity (finding) == SEVERITY_ERROR && summary_stands (source->summary, phone, finding));
}

static void append_findings (const ReportSource *source, const Tips *tips, const PhoneSummary *phone,
                             gboolean of_failure, GString *out)
{
    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (source->summary, phone, i);
        if (is_of_failure (source, phone, finding) == of_failure)
            append_finding (source, tips, finding, out);
    }
}

static void append_failure (const ReportSource *source, const Tips *tips, const PhoneSummary *phone,
                            const char *outcome, GString *out)
{
    const Finding *finding = phone->cause;

    if (!summary_phone_fails (source->summary, phone))
        return;
    g_autofree char *title = finding ? explain_problem (source->summary->flow, tips, finding, TIP_TITLE) : NULL;
    g_string_append (out, "      <failure");
    append_attribute (out, "message", title ? title : outcome);
    append_attribute (out, "type", finding ? problem_name (finding->problem) : outcome_name (phone->outcome));
    g_string_append_c (out, '>');
    const gsize empty = out->len;
    append_findings (source, tips, phone, TRUE, out);
    if (out->len == empty) /* nothing was found that would explain it */
        append_escaped (out, outcome);
    g_string_append (out, "</failure>\n");
}

static const char *suite_name (const ReportSource *source)
{
    return source->capture ? source->capture : "capture";
}

/* When the first of its phones did something, in UTC. */
static void append_timestamp (const ReportSource *source, GString *out)
{
    char stamp[UTC_SIZE];
    gint64 first = G_MAXINT64;

    for (guint i = 0; source->summary && i < source->summary->phones->len; i++) {
        const PhoneSummary *phone = summary_phone (source->summary, i);
        for (guint at = 0; at < phone->attempts->len; at++)
            first = MIN (first, summary_attempt (phone, at)->first);
    }
    if (first != G_MAXINT64 && utc_stamp (first, stamp))
        append_attribute (out, "timestamp", stamp);
}

/* How many phones have each name. Owned by the caller. */
static GHashTable *count_names (const ReportSource *source)
{
    GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    char label[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; source->summary && i < source->summary->phones->len; i++) {
        const char *name = report_phone_name (source, summary_phone (source->summary, i), label);
        const guint n = GPOINTER_TO_UINT (g_hash_table_lookup (names, name));
        g_hash_table_replace (names, g_strdup (name), GUINT_TO_POINTER (n + 1));
    }
    return names;
}

/* Of two cases of one name most readers keep one: there the address tells them apart. Owned by the caller. */
static char *case_name (const ReportSource *source, GHashTable *names, const PhoneSummary *phone)
{
    char label[IP_ADDRESS_TEXT_SIZE], text[IP_ADDRESS_TEXT_SIZE];
    const char *name = report_phone_name (source, phone, label);
    const IpAddress address = summary_address (source->summary, phone);

    if (GPOINTER_TO_UINT (g_hash_table_lookup (names, name)) < 2 || !address.size)
        return g_strdup (name);
    return g_strdup_printf ("%s (%s)", name, ip_address_format (&address, text));
}

static void write_phone (ReportWriter *writer, const ReportSource *source, GHashTable *names, const PhoneSummary *phone)
{
    GString *out = writer->out;
    char seconds[SECONDS_SIZE];
    g_autofree char *outcome = report_outcome (source->summary, writer->tips, phone);
    g_autofree char *name = case_name (source, names, phone);

    g_string_append (out, "    <testcase");
    append_attribute (out, "classname", suite_name (source));
    append_attribute (out, "name", name);
    g_string_append_printf (out, " time=\"%s\">\n", seconds_text (phone_time (phone), 0, seconds));
    append_failure (source, writer->tips, phone, outcome, out);
    g_string_append (out, "      <system-out>");
    append_escaped (out, outcome);
    g_string_append_c (out, '\n');
    append_findings (source, writer->tips, phone, FALSE, out);
    g_string_append (out, "</system-out>\n    </testcase>\n");
}

static void write_trouble (ReportWriter *writer, const ReportSource *source)
{
    g_string_append (writer->out, "    <testcase");
    append_attribute (writer->out, "classname", suite_name (source));
    g_string_append (writer->out, " name=\"capture\" time=\"0\">\n      <error");
    append_attribute (writer->out, "message", source->trouble);
    g_string_append (writer->out, " type=\"capture\"/>\n    </testcase>\n");
}

void report_junit (ReportWriter *writer, const ReportSource *source)
{
    guint phones = source->summary ? source->summary->phones->len : 0, failures = 0;
    g_autoptr (GHashTable) names = count_names (source);
    char seconds[SECONDS_SIZE];
    gint64 time = 0;

    for (guint i = 0; i < phones; i++) {
        const PhoneSummary *phone = summary_phone (source->summary, i);
        failures += summary_phone_fails (source->summary, phone) ? 1 : 0;
        time += phone_time (phone);
    }
    g_string_append (writer->out, "  <testsuite");
    append_attribute (writer->out, "name", suite_name (source));
    append_timestamp (source, writer->out);
    g_string_append_printf (writer->out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"%s\">\n",
                            phones + (source->trouble ? 1 : 0), failures, source->trouble ? 1 : 0,
                            seconds_text (time, 0, seconds));
    for (guint i = 0; i < phones; i++) {
        write_phone (writer, source, names, summary_phone (source->summary, i));
        report_spill (writer);
    }
    if (source->trouble)
        write_trouble (writer, source);
    g_string_append (writer->out, "  </testsuite>\n");
}
