/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/suite/suite.h"

/* What a suite has shown, for people and for a CI. */

/* Plain data, borrowed. */
typedef struct {
    const char *folder;
    const char *target;     /* as the user named it; NULL: the stand-in */
    const GPtrArray *cases; /* of SuiteCase */
    guint captures;         /* of the folder; more than cases when it was interrupted */
    const char *unmet;      /* lines of the baseline that were not met; "" */
} Suite;

/* X (name); suite_report_NAME() appends it. */
#define SUITE_FORMATS(X) X (text) X (junit) X (ndjson)

#define X(name) void suite_report_##name (const Suite *suite, GString *out);
SUITE_FORMATS (X)
#undef X
#define SUITE_FORMAT_NAME(name) " " #name
#define SUITE_FORMAT_NAMES      SUITE_FORMATS (SUITE_FORMAT_NAME)

/* Of the lines of ndjson that are about the suite: see RUN_REPORT_SCHEMA. */
#define SUITE_REPORT_SCHEMA 1

typedef void (*SuiteReporter) (const Suite *suite, GString *out);
/* NULL when there is no format of that name. */
SuiteReporter suite_report_find (const char *name);
