/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/compare/compare.h"

/* What two results differ in, for people and for programs. */

/* Plain data, borrowed. */
typedef struct {
    const Played *a, *b;
    const GPtrArray *comparisons; /* of compare_sides() */
    const char *tolerance;        /* as the user named it */
} CompareReport;

/* X (name); compare_report_NAME() appends it. Names are promises to users. */
#define COMPARE_FORMATS(X) X (text) X (json)

#define X(name) void compare_report_##name (const CompareReport *report, GString *out);
COMPARE_FORMATS (X)
#undef X

/* " text json" */
#define COMPARE_FORMAT_NAME(name) " " #name
#define COMPARE_FORMAT_NAMES      COMPARE_FORMATS (COMPARE_FORMAT_NAME)

typedef void (*CompareReporter) (const CompareReport *report, GString *out);
/* NULL when there is no format of that name. */
CompareReporter compare_report_find (const char *name);
