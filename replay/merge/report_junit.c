/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JUnit's XML as Jenkins reads it: one suite, in which all captures are a test case, and each that is listed is one. */
#include "replay/merge/report_internal.h"
#include "replay/merge/tables.h"

/* Two captures may have one name, and a capture may fail and not be whole: of two cases of one name most readers keep
 * one. */
static void open_case (GString *out, const char *class, const char *name, const char *more)
{
    g_string_append (out, "    <testcase classname=\"");
    merge_append_escaped (out, class);
    g_string_append (out, "\" name=\"");
    merge_append_escaped (out, name);
    merge_append_escaped (out, more);
    g_string_append (out, "\" time=\"0\">");
}

static void add_problem (GString *out, const char *element, const char *type, const char *message)
{
    g_string_append_printf (out, "<%s message=\"", element);
    merge_append_escaped (out, message);
    g_string_append_printf (out, "\" type=\"%s\"/>", type);
}

static void close_case (GString *out)
{
    g_string_append (out, "</testcase>\n");
}

/* What fails in all captures together, listed or not. */
static void add_total (const Merged *merged, const Tips *tips, GString *out)
{
    g_autofree char *totals = merge_totals (merged, tips);

    open_case (out, "merge", "all captures", "");
    if (merged->tally->fails)
        add_problem (out, "failure", "phones", totals);
    g_string_append (out, "<system-out>");
    merge_append_escaped (out, totals);
    g_string_append (out, "</system-out>");
    close_case (out);
}

static void add_capture (const MergedCapture *capture, GString *out)
{
    g_autofree char *message = g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " fail: %s (%s)",
                                                capture->fails, capture->phones, capture->causes, capture->file);

    open_case (out, capture->file, capture->capture, "");
    add_problem (out, "failure", "phones", message);
    close_case (out);
}

static void add_unread (const MergedCapture *capture, GString *out)
{
    open_case (out, capture->file, capture->capture, " (capture)");
    add_problem (out, "error", "capture", capture->error);
    close_case (out);
}

static void add_trouble (const MergeTrouble *trouble, GString *out)
{
    g_autofree char *line = g_strdup_printf ("line %" G_GUINT64_FORMAT, trouble->line);

    open_case (out, trouble->file, trouble->line ? line : "file", "");
    add_problem (out, "error", "merge", trouble->text);
    close_case (out);
}

void merge_append_trouble_cases (const Merged *merged, GString *out)
{
    for (guint i = 0; i < MIN (merged->troubles->len, merged->top); i++)
        add_trouble (&g_array_index (merged->troubles, MergeTrouble, i), out);
}

void merge_junit (const Merged *merged, const Tips *tips, GString *out)
{
    const guint troubles = MIN (merged->troubles->len, merged->top);
    const guint failures = merged->worst->len + (merged->tally->fails ? 1 : 0), errors = merged->unread->len + troubles;

    g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    g_string_append_printf (out, "  <testsuite name=\"merge\" tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"0\">\n",
                            1 + merged->worst->len + errors, failures, errors);
    add_total (merged, tips, out);
    for (guint i = 0; i < merged->worst->len; i++)
        add_capture (&g_array_index (merged->worst, MergedCapture, i), out);
    for (guint i = 0; i < merged->unread->len; i++)
        add_unread (&g_array_index (merged->unread, MergedCapture, i), out);
    merge_append_trouble_cases (merged, out);
    g_string_append (out, "  </testsuite>\n</testsuites>\n");
}
