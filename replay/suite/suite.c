/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/suite/suite.h"

#include "replay/clean.h"

#include <string.h>

#define REGISTRATION "registration"
#define CAPTURE      "capture"

static void difference_free (gpointer data)
{
    SuiteDifference *difference = data;

    g_free (difference->what);
    g_free (difference->how);
    g_free (difference);
}

SuiteCase *suite_case_new (const char *capture)
{
    SuiteCase *test = g_new0 (SuiteCase, 1);

    test->capture = clean_line (capture);
    test->said = g_strdup ("");
    test->lines = g_strdup ("");
    test->differences = g_ptr_array_new_with_free_func (difference_free);
    return test;
}

void suite_case_free (SuiteCase *test)
{
    if (!test)
        return;
    g_free (test->capture);
    g_free (test->said);
    g_free (test->lines);
    g_ptr_array_unref (test->differences);
    g_free (test);
}

/* --- What a run has shown */

/* Two texts on a line, behind a letter; whatever they are made of. */
static void append_line (GString *out, char kind, const char *one, const char *other)
{
    g_autofree char *a = clean_line (one), *b = clean_line (other);

    g_string_append_printf (out, "%c\t%s\t%s\n", kind, a, b);
}

/* A boot file is called as in the recording: its live name has the phone's in it. */
static char *name_of (const RunRow *row)
{
    return row->file ? g_strdup (row->file->recorded->name) : run_summary_row_name (row);
}

/* Without times, and without how often it was sent again, which no two runs have in common. */
static char *content_of (const RunRow *row)
{
    return g_strdup_printf ("%s%s%s", content_name (row->content), row->detail ? ": " : "",
                            row->detail ? row->detail : "");
}

/* A difference, and how late that is: the response time, and what is as late as that. */
static void append_late (const RunSummary *summary, const RunRow *row, const char *name, GString *out)
{
    g_autofree char *times = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, row->median,
                                              timing_allowed (&summary->tolerance, row->median));

    append_line (out, 'l', name, times);
}

static void append_row (const RunSummary *summary, const RunRow *row, GString *out)
{
    const gboolean is_late = row->timing == TIMING_LATE && !summary->is_saturated;
    g_autofree char *name = name_of (row), *content = content_of (row);

    if (!run_summary_row_fails (summary, row) || (row->content == CONTENT_NOT_REACHED && !row->samples->len))
        return;
    if (is_late)
        append_late (summary, row, name, out);
    if (row->fails || !is_late)
        append_line (out, 'd', name, content);
}

/* "SEP…: what happened": whose name it is the command line says. */
static const char *without_name (const char *sentence)
{
    const char *colon = strstr (sentence, ": ");
    return colon ? colon + 2 : sentence;
}

void suite_report_run (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    g_autofree char *sentence = run_summary_sentence (summary);
    const gsize before = out->len;

    append_line (out, 'r', sentence, "");
    for (guint i = 0; i < summary->rows->len; i++)
        append_row (summary, summary->rows->pdata[i], out);
    for (guint i = 0; summary->sentences->len > summary->as_recorded && i < summary->sentences->len; i++)
        append_line (out, 'd', REGISTRATION, without_name (summary->sentences->pdata[i]));
    /* Whatever else fails it is one difference, too. */
    if (summary->code != REGREPLAY_OK && !strstr (out->str + before, "\nd\t") && !strstr (out->str + before, "\nl\t"))
        append_line (out, 'd', REGISTRATION, sentence);
}

/* Between both: no line of either is empty. */
#define LINES_BEGIN "\n\n"

void suite_report_run_and_lines (const RunReport *report, GString *out)
{
    suite_report_run (report, out);
    g_string_append (out, "\n");
    run_report_ndjson (report, out);
}

static SuiteDifference *add_difference (SuiteCase *test, const char *what, const char *how)
{
    for (guint i = 0; i < test->differences->len; i++) {
        SuiteDifference *known = test->differences->pdata[i];
        if (g_str_equal (known->what, what) && g_str_equal (known->how, how))
            return known;
    }
    SuiteDifference *difference = g_new0 (SuiteDifference, 1);
    difference->what = g_strdup (what);
    difference->how = g_strdup (how);
    difference->took = difference->late_up_to = -1;
    g_ptr_array_add (test->differences, difference);
    return difference;
}

/* Several answers of one name are one difference: the latest of them counts. */
static void add_late (SuiteCase *test, const char *what, const char *times)
{
    SuiteDifference *late = add_difference (test, what, timing_name (TIMING_LATE));
    char *end;
    const gint64 took = g_ascii_strtoll (times, &end, 10);

    late->took = MAX (late->took, took);
    late->late_up_to = MAX (late->late_up_to, g_ascii_strtoll (end, NULL, 10));
}

void suite_case_read (SuiteCase *test, ExitCode code, const char *text)
{
    const char *behind = strstr (text, LINES_BEGIN);
    g_autofree char *own = behind ? g_strndup (text, (gsize) (behind - text)) : g_strdup (text);
    g_auto (GStrv) lines = g_strsplit (own, "\n", -1);

    if (behind) {
        g_free (test->lines);
        test->lines = g_strdup (behind + strlen (LINES_BEGIN));
    }
    test->code = code;
    if (code == REGREPLAY_UNREADABLE)
        add_difference (test, CAPTURE, test->said);
    for (char **line = lines; *line; line++) {
        g_auto (GStrv) parts = g_strsplit (*line, "\t", 3);
        if (g_strv_length (parts) != 3)
            continue;
        if (*parts[0] == 'l') {
            add_late (test, parts[1], parts[2]);
        } else if (*parts[0] == 'd') {
            add_difference (test, parts[1], parts[2]);
        } else {
            g_free (test->said);
            test->said = g_strdup (parts[1]);
        }
    }
}

/* --- What it means */

guint suite_case_failures (const SuiteCase *test)
{
    guint failures = 0;

    for (guint i = 0; i < test->differences->len; i++)
        failures += ((const SuiteDifference *) test->differences->pdata[i])->is_accepted ? 0 : 1;
    return failures;
}

gboolean suite_case_is_error (const SuiteCase *test)
{
    if (test->code == REGREPLAY_UNREADABLE)
        return suite_case_failures (test) > 0;
    return test->code > REGREPLAY_DIFFERS;
}

ExitCode suite_code (const GPtrArray *cases)
{
    ExitCode code = REGREPLAY_OK;

    for (guint i = 0; i < cases->len; i++) {
        const SuiteCase *test = cases->pdata[i];
        if (suite_case_is_error (test))
            code = MAX (code, test->code);
        else if (suite_case_failures (test))
            code = MAX (code, REGREPLAY_DIFFERS);
    }
    return code;
}
