/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"
#include "replay/merge/merger.h"

/* What has come together, written for people and for programs: as long as its lists, however much was read. */

/* X (symbol, name, what it is). Names are promises to users. */
#define MERGE_FORMATS(X)                                                                                               \
    X (TEXT, text, "for people: totals, causes, and what to look at first")                                            \
    X (JSON, json, "one JSON document (docs/merge.schema.json, docs/merge_run.schema.json)")                           \
    X (JUNIT, junit,                                                                                                   \
       "a test case for all captures together, and for each that is listed; of a run, for each exchange")              \
    X (HTML, html, "a page for the browser, in one file that fetches nothing")

typedef enum {
#define X(symbol, name, text) MERGE_##symbol,
    MERGE_FORMATS (X)
#undef X
        N_MERGE_FORMATS
} MergeFormat;

/* FALSE when there is no format of that name. */
gboolean merge_format_find (const char *name, MergeFormat *ret_format);

/* Owned by the caller. */
GString *merge_report (const Merged *merged, MergeFormat format, const Tips *tips);
