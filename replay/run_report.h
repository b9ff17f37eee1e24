/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/summary.h"

#include <glib.h>

/* What a run has shown, for people and for programs. */

/* One message of the first phone, as it went over the wire. */
typedef struct {
    gint64 time; /* of clock_now() */
    gboolean from_server;
    gsize at, size; /* of its octets in RunReport.octets */
} LoggedMessage;

typedef struct {
    const Summary *summary; /* judged; borrowed */
    const char *target;     /* as the user named it */
    gboolean is_embedded;   /* the target is our own stand-in */
    const char *as;         /* the name of the first phone */
    const char *speed;      /* as the user named it */
    guint phones, rounds;
    const GArray *log;        /* of LoggedMessage: the first phone's, or NULL */
    const GByteArray *octets; /* of the log */
    gint64 real_time;         /* nanoseconds since 1970 when clock_now() was 0 */
} RunReport;

/* Each appends the whole report. */
typedef void (*RunReporter) (const RunReport *report, GString *out);

void run_report_text (const RunReport *report, GString *out);
void run_report_json (const RunReport *report, GString *out);
void run_report_ndjson (const RunReport *report, GString *out);
void run_report_junit (const RunReport *report, GString *out);

/* "text", "json", "ndjson" or "junit"; NULL for anything else. */
RunReporter run_report_find (const char *format);
#define RUN_REPORT_FORMATS "text, json, ndjson or junit"
