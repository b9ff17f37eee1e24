/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report.h"
#include "replay/clean.h"
#include "replay/merge/report_internal.h"
#include "replay/merge/tables.h"

/* A wider one, as a name of a file, pushes the others of its row. */
#define WIDEST 48

static guint width_of (const char *text)
{
    return (guint) g_utf8_strlen (text, -1);
}

static void measure (const MergeTable *table, guint widths[TABLE_COLUMNS])
{
    for (guint column = 0; column < merge_table_columns (table); column++) {
        widths[column] = width_of (table->columns[column]);
        for (guint row = 0; row < merge_table_rows (table); row++)
            widths[column] = MAX (widths[column], MIN (WIDEST, width_of (merge_table_row (table, row)[column])));
    }
}

static void append_spaces (GString *out, guint from, guint to)
{
    for (; from < to; from++)
        g_string_append_c (out, ' ');
}

static void append_row (GString *out, const MergeTable *table, const char *const *cells, const guint *widths)
{
    const guint n = merge_table_columns (table);

    for (guint column = 0; column < n; column++) {
        g_autofree char *cell = clean_line (cells[column]);
        g_string_append (out, "  ");
        if (table->sides[column] == 'r')
            append_spaces (out, width_of (cell), widths[column]);
        g_string_append (out, cell);
        if (table->sides[column] == 'l' && column + 1 < n)
            append_spaces (out, width_of (cell), widths[column]);
    }
    while (out->len && out->str[out->len - 1] == ' ')
        g_string_truncate (out, out->len - 1);
    g_string_append_c (out, '\n');
}

/* A line for what the row is about, and below it what its columns have, as many in a line as fit. */
static void append_block (GString *out, const MergeTable *table, const char *const *cells, guint columns)
{
    g_autofree char *about = clean_line (cells[0]);
    guint used = columns;

    g_string_append_printf (out, "  %s", about);
    for (guint column = 1; column < merge_table_columns (table); column++) {
        g_autofree char *cell = clean_line (cells[column]),
                        *said = g_strdup_printf ("%s: %s", table->columns[column], cell);
        const guint size = width_of (said) + 3;
        if (!*cell)
            continue;
        if (used + size > columns) {
            g_string_append_printf (out, "\n      %s", said);
            used = 6 + size - 3;
        } else {
            g_string_append_printf (out, " · %s", said);
            used += size;
        }
    }
    g_string_append_c (out, '\n');
}

static gboolean fits (const MergeTable *table, const guint *widths, guint columns)
{
    guint whole = 0;

    for (guint column = 0; column < merge_table_columns (table); column++)
        whole += 2 + widths[column];
    return !columns || whole <= columns;
}

void merge_append_table (GString *out, const MergeTable *table, guint columns)
{
    guint widths[TABLE_COLUMNS];

    measure (table, widths);
    g_string_append_printf (out, "\n%s\n", table->title);
    if (!fits (table, widths, columns)) {
        for (guint row = 0; row < merge_table_rows (table); row++)
            append_block (out, table, merge_table_row (table, row), columns);
        if (table->note)
            g_string_append_printf (out, "  %s\n", table->note);
        return;
    }
    append_row (out, table, table->columns, widths);
    for (guint row = 0; row < merge_table_rows (table); row++)
        append_row (out, table, merge_table_row (table, row), widths);
    if (table->note)
        g_string_append_printf (out, "  %s\n", table->note);
}

void merge_text (const Merged *merged, const Tips *tips, GString *out)
{
    g_autoptr (GPtrArray) tables = merge_tables (merged, tips), notes = merge_notes (merged, tips);
    g_autofree char *totals = merge_totals (merged, tips);
    g_autofree char *clean = clean_line (totals);
    const Value value = value_of_text (VALUE_TEXT, clean);

    tips_say (tips, WORD_REPORT_TOTAL, &value, 1, out);
    g_string_append_c (out, '\n');
    for (guint i = 0; i < tables->len; i++)
        merge_append_table (out, tables->pdata[i], merged->columns);
    for (guint i = 0; i < notes->len; i++)
        g_string_append_printf (out, "%s%s\n", i ? "" : "\n", (const char *) notes->pdata[i]);
}
