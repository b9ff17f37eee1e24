/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"
#include "replay/merge/merger.h"

/* What has come together, as tables for people: the same ones in text and on a page. */

#define TABLE_COLUMNS 10

typedef struct {
    const char *title;                  /* borrowed from the tips */
    const char *columns[TABLE_COLUMNS]; /* borrowed from the tips; ended by NULL when they are fewer */
    const char *sides;                  /* of each column: 'l' or 'r' as in "lrr"; static */
    GPtrArray *cells;                   /* of char *, row by row; owned */
    char *note;                         /* a sentence below it; owned, or NULL */
} MergeTable;

guint merge_table_columns (const MergeTable *table);
/* The cells of a row; the table's. */
const char *const *merge_table_row (const MergeTable *table, guint row);
guint merge_table_rows (const MergeTable *table);

/* A title and columns are added by whoever made it. Owned by the caller. */
MergeTable *merge_table_new (const char *title, const char *sides);
void merge_table_free (MergeTable *table);

/* Of MergeTable *, which have at least one row each. Owned by the caller. */
GPtrArray *merge_tables (const Merged *merged, const Tips *tips);

/* Of guint: the phases that have times, the slowest 95 % first; keepalives take as long as a phone stays registered,
 * and are none of them. Owned by the caller. */
GArray *merge_slowest_phases (const Tally *tally);

/* "3 captures; 120 phones, 100 of them registered; 20 phones fail: stuck (20)". Owned by the caller. */
char *merge_totals (const Merged *merged, const Tips *tips);
/* What must be known to read it, a sentence each. Of char *, owned by the caller. */
GPtrArray *merge_notes (const Merged *merged, const Tips *tips);
