/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/json.h"
#include "replay/merge/report.h"
#include "replay/merge/tables.h"

/* The formats, each in its own file. */
#define X(symbol, name, text) void merge_##name (const Merged *merged, const Tips *tips, GString *out);
MERGE_FORMATS (X)
#undef X

/* The same of what the parts of a run say together. */
#define X(symbol, name, text) void storm_##name (const Merged *merged, const Tips *tips, GString *out);
MERGE_FORMATS (X)
#undef X

/* Plain data, borrowed. */
typedef struct {
    const Merged *merged;
    const char *title, *language, *totals;
    const GPtrArray *notes; /* of char * */
    const char *troubles_title;
    const GPtrArray *tables; /* of MergeTable * */
} MergePage;

void merge_append_page (GString *out, const MergePage *page);
/* For people: a table, or, where it is wider than so many columns (0: it may be), a block for each row. */
void merge_append_table (GString *out, const MergeTable *table, guint columns);
/* Of JUnit: a test case for each that is listed. */
void merge_append_trouble_cases (const Merged *merged, GString *out);
/* Of JSON: both members about what is wrong with what was read. */
void merge_write_troubles (Json *json, const Merged *merged);

/* Appends text for XML and HTML: marked up, and without what they do not take. */
void merge_append_escaped (GString *out, const char *text);
