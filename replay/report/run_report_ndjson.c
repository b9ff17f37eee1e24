/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lines are, the live messages, findings and phones as regreplay inspect tells them of a capture, then an
 * object for each phone's times, each exchange and the run (docs/run.schema.json). */
#include "replay/report/run_report_internal.h"

#include "registration/report/report.h"

static void append (const char *text, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, text, (gssize) size);
}

static void write_messages (const RunReport *report, GString *out)
{
    ReportOptions options = { .format = REPORT_NDJSON };
    g_autoptr (Flow) flow = flow_new (NULL);
    g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);

    run_log_feed (report->log, flow);
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    ReportSource source = { .summary = summary };
    ReportWriter *writer = report_writer_new (&options, report->tips, append, out);

    report_write (writer, &source);
    report_writer_finish (writer);
}

void run_report_ndjson (const RunReport *report, GString *out)
{
    run_report_begin_line (report, out);
    if (report->log)
        write_messages (report, out);
    run_report_result_lines (report, out);
}
