/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"
#include "replay/report/run_log.h"
#include "replay/report/run_summary.h"

#include <glib.h>

/* What a run has shown, for people and for programs. */

typedef struct {
    const RunSummary *summary; /* judged; borrowed */
    const char *target;        /* as the user named it */
    gboolean is_embedded;      /* the target is our own stand-in */
    const char *as;            /* the name of the first phone */
    const char *speed;         /* as the user named it */
    guint phones, rounds;
    const RunLog *log; /* of all phones; only for NDJSON */
    const Tips *tips;  /* the same */
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
