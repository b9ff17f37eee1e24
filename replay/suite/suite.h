/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/exit_codes.h"
#include "replay/report/run_report.h"

#include <glib.h>

/* Recordings as a test suite: what differs when each is done again, and what of it is accepted. */

/* Plain data. */
typedef struct {
    char *what;  /* the exchange; "registration": what no single one shows; "capture": it cannot be done again; owned */
    char *how;   /* as in "late", "differs: number 1001, recorded 2001"; owned */
    gint64 took; /* of an answer that is late the response time, and … */
    gint64 late_up_to; /* … what is as late as that, by the tolerance of the run; nanoseconds, -1: it is not late */
    gboolean is_accepted; /* a baseline has it */
} SuiteDifference;

/* A capture that was done again. Plain data. */
typedef struct {
    char *capture;          /* below the folder of the suite; owned */
    ExitCode code;          /* that the run has ended with */
    char *said;             /* what it has shown, or what is wrong, in one sentence; owned */
    gint64 took;            /* nanoseconds */
    GPtrArray *differences; /* of SuiteDifference; owned */
    char *lines;            /* of the run as ndjson; "" when they are not wanted, or there was no run; owned */
} SuiteCase;

SuiteCase *suite_case_new (const char *capture);
void suite_case_free (SuiteCase *test);

/* A RunReporter: what of a run suite_case_read() understands. Without times and without what hangs on the name that the
 * phone has, so that the next run says the same. */
void suite_report_run (const RunReport *report, GString *out);
/* The same, and behind it the run as brief ndjson. */
void suite_report_run_and_lines (const RunReport *report, GString *out);
/* What that has written, when the run has ended with code; text may be empty: then said is left as it is. */
void suite_case_read (SuiteCase *test, ExitCode code, const char *text);

/* All that fails, and is not accepted. */
guint suite_case_failures (const SuiteCase *test);
/* It could not be tested: the recording cannot be used, which may be accepted, or the server not be reached. */
gboolean suite_case_is_error (const SuiteCase *test);
/* What the suite ends with: as run would end with the worst, once what is accepted is left out. */
ExitCode suite_code (const GPtrArray *cases);
