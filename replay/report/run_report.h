/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"
#include "replay/report/run_log.h"
#include "replay/report/run_summary.h"

#include <glib.h>

/* What a run has shown, for people and for programs. */

typedef struct {
    const RunSummary *summary;     /* judged; borrowed */
    const char *target;            /* as the user named it */
    gboolean is_embedded;          /* the target is our own stand-in */
    const char *as;                /* the name of the first phone */
    const char *speed, *tolerance; /* as the user named them */
    guint phones, rounds;
    guint part, parts;  /* from 1: which one of those that make one run together */
    guint all_phones;   /* of all parts */
    gint64 start_at;    /* since 1970: when it was told to begin; 0: at once */
    gint64 clock_error; /* by how much our clock can be wrong; -1: nobody knows */
    guint columns;      /* text: what it is to fit in; 0: as wide as it likes */
    const RunLog *log;  /* of all phones; only for NDJSON, and NULL: its messages are not wanted */
    const Tips *tips;   /* the same */
} RunReport;

/* Each appends the whole report. */
typedef void (*RunReporter) (const RunReport *report, GString *out);

/* X (name); run_report_NAME() writes it. */
#define RUN_REPORT_FORMATS(X) X (text) X (json) X (ndjson) X (junit)

/* Of the lines that NDJSON has: another number when they change so that an older reader would take them wrongly. */
#define RUN_REPORT_SCHEMA 1

#define X(name) void run_report_##name (const RunReport *report, GString *out);
RUN_REPORT_FORMATS (X)
#undef X

/* " text json …" */
#define RUN_REPORT_NAME(name) " " #name
#define RUN_REPORT_NAMES      RUN_REPORT_FORMATS (RUN_REPORT_NAME)

/* NULL when there is no format of that name. */
RunReporter run_report_find (const char *format);
