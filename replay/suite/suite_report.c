/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/suite/suite_report.h"

#include "registration/report/json.h"
#include "registration/report/report.h"
#include "registration/terms/seconds.h"

#include <string.h>

SuiteReporter suite_report_find (const char *name)
{
#define X(format)                                                                                                      \
    if (g_str_equal (name, #format))                                                                                   \
        return suite_report_##format;
    SUITE_FORMATS (X)
#undef X
    return NULL;
}

typedef struct {
    guint passed, accepted, failed, errors;
} Counts;

static Counts count (const GPtrArray *cases)
{
    Counts counts = { 0 };

    for (guint i = 0; i < cases->len; i++) {
        const SuiteCase *test = cases->pdata[i];
        if (suite_case_is_error (test))
            counts.errors++;
        else if (suite_case_failures (test))
            counts.failed++;
        else if (test->differences->len)
            counts.accepted++;
        else
            counts.passed++;
    }
    return counts;
}

/* --- Text */

static const char *verdict (const SuiteCase *test)
{
    if (suite_case_is_error (test))
        return "not tested";
    if (suite_case_failures (test))
        return "differs";
    return test->differences->len ? "as accepted" : "as recorded";
}

static void append_case (const SuiteCase *test, GString *out)
{
    g_string_append_printf (out, "%s: %s", test->capture, verdict (test));
    if (suite_case_is_error (test)) {
        g_string_append_printf (out, ": %s\n", test->said);
        return;
    }
    g_string_append_c (out, '\n');
    for (guint i = 0; i < test->differences->len; i++) {
        const SuiteDifference *difference = test->differences->pdata[i];
        g_string_append_printf (out, "  %s: %s%s\n", difference->what, difference->how,
                                difference->is_accepted ? " (accepted)" : "");
    }
}

static void append_total (GString *out, guint n, const char *what)
{
    if (n)
        g_string_append_printf (out, "; %u %s", n, what);
}

void suite_report_text (const Suite *suite, GString *out)
{
    const Counts counts = count (suite->cases);

    for (guint i = 0; i < suite->cases->len; i++)
        append_case (suite->cases->pdata[i], out);
    if (*suite->unmet)
        g_string_append_printf (out, "\nAccepted, and not met any more:\n%s", suite->unmet);
    g_string_append_printf (out, "\nIn all: %u %s of %s, against %s", suite->cases->len,
                            suite->cases->len == 1 ? "capture" : "captures", suite->folder,
                            suite->target ? suite->target : "the stand-in");
    append_total (out, counts.passed, "as recorded");
    append_total (out, counts.accepted, "as accepted");
    append_total (out, counts.failed, counts.failed == 1 ? "differs" : "differ");
    append_total (out, counts.errors, "not tested");
    append_total (out, suite->captures - suite->cases->len, "left, for it was interrupted");
    g_string_append (out, ".\n");
}

/* --- JUnit */

static void append_escaped (GString *out, const char *text)
{
    g_autoptr (GString) clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
}

static void append_problem (GString *out, const char *element, const char *type, const char *message)
{
    g_string_append_printf (out, "<%s type=\"%s\" message=\"", element, type);
    append_escaped (out, message);
    g_string_append (out, "\"");
}

static void append_differences (GString *out, const SuiteCase *test, gboolean is_accepted)
{
    for (guint i = 0; i < test->differences->len; i++) {
        const SuiteDifference *difference = test->differences->pdata[i];
        if (difference->is_accepted != is_accepted)
            continue;
        append_escaped (out, difference->what);
        g_string_append (out, ": ");
        append_escaped (out, difference->how);
        g_string_append_c (out, '\n');
    }
}

static void append_testcase (const SuiteCase *test, GString *out)
{
    char seconds[SECONDS_SIZE];
    const guint failures = suite_case_failures (test);

    g_string_append (out, "    <testcase classname=\"regreplay test\" name=\"");
    append_escaped (out, test->capture);
    g_string_append_printf (out, "\" time=\"%s\">", seconds_text (test->took, 0, seconds));
    if (suite_case_is_error (test)) {
        append_problem (out, "error", "capture", test->said);
        g_string_append (out, "/>");
    } else if (failures) {
        append_problem (out, "failure", "differs", test->said);
        g_string_append_c (out, '>');
        append_differences (out, test, FALSE);
        g_string_append (out, "</failure>");
    }
    if (!suite_case_is_error (test) && failures < test->differences->len) {
        g_string_append (out, "<system-out>accepted:\n");
        append_differences (out, test, TRUE);
        g_string_append (out, "</system-out>");
    }
    g_string_append (out, "</testcase>\n");
}

void suite_report_junit (const Suite *suite, GString *out)
{
    const Counts counts = count (suite->cases);
    const guint left = suite->captures - suite->cases->len;

    g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"");
    append_escaped (out, suite->folder);
    g_string_append_printf (out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", suite->cases->len + (left ? 1 : 0),
                            counts.failed, counts.errors + (left ? 1 : 0));
    for (guint i = 0; i < suite->cases->len; i++)
        append_testcase (suite->cases->pdata[i], out);
    if (left)
        g_string_append_printf (out,
                                "    <testcase classname=\"regreplay test\" name=\"interrupted\" time=\"0\"><error "
                                "type=\"interrupted\" message=\"%u captures were not tested\"/></testcase>\n",
                                left);
    g_string_append (out, "  </testsuite>\n</testsuites>\n");
}

/* --- NDJSON (docs/run.schema.json) */

static void end_line (Json *json)
{
    json_close_object (json);
    g_string_append_c (json->out, '\n');
    json->more = FALSE;
}

static void add_case (Json *json, const SuiteCase *test)
{
    json_open_object (json, NULL);
    json_string (json, "type", "case");
    json_string (json, "capture", test->capture);
    json_string (json, "verdict", verdict (test));
    json_number (json, "exit_code", test->code);
    json_string (json, "result", test->said);
    json_seconds (json, "took", test->took);
    json_open_array (json, "differences");
    for (guint i = 0; i < test->differences->len; i++) {
        const SuiteDifference *difference = test->differences->pdata[i];
        json_open_object (json, NULL);
        json_string (json, "what", difference->what);
        json_string (json, "how", difference->how);
        json_bool (json, "accepted", difference->is_accepted);
        json_close_object (json);
    }
    json_close_array (json);
    end_line (json);
}

void suite_report_ndjson (const Suite *suite, GString *out)
{
    Json json = { .out = out };

    json_open_object (&json, NULL);
    json_string (&json, "type", "suite");
    json_number (&json, "schema", SUITE_REPORT_SCHEMA);
    json_string (&json, "generator", "regflow " REGFLOW_VERSION);
    json_string (&json, "folder", suite->folder);
    json_string (&json, "target", suite->target);
    end_line (&json);
    for (guint i = 0; i < suite->cases->len; i++) {
        const SuiteCase *test = suite->cases->pdata[i];
        add_case (&json, test);
        g_string_append (out, test->lines);
    }
    json_open_object (&json, NULL);
    json_string (&json, "type", "tested");
    json_number (&json, "captures", suite->cases->len);
    json_number (&json, "left", suite->captures - suite->cases->len);
    json_string (&json, "unmet", suite->unmet);
    end_line (&json);
}
