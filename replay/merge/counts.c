/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/counts.h"

#include <string.h>

struct Counts {
    GHashTable *rows; /* char * → Row *, both owned */
    guint most;
    gboolean is_full;
};

typedef struct {
    guint64 phones, fails;
} Row;

Counts *counts_new (guint most)
{
    Counts *counts = g_new0 (Counts, 1);

    counts->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    counts->most = most;
    return counts;
}

void counts_free (Counts *counts)
{
    if (!counts)
        return;
    g_hash_table_unref (counts->rows);
    g_free (counts);
}

void counts_add (Counts *counts, const char *name, guint64 phones, guint64 fails)
{
    Row *row = g_hash_table_lookup (counts->rows, name);

    if (!row && g_hash_table_size (counts->rows) >= counts->most) {
        counts->is_full = TRUE;
        return;
    }
    if (!row) {
        row = g_new0 (Row, 1);
        g_hash_table_insert (counts->rows, g_strdup (name), row);
    }
    row->phones += phones;
    row->fails += fails;
}

void counts_join (Counts *counts, const Counts *others)
{
    GHashTableIter iter;
    gpointer name, row;

    g_hash_table_iter_init (&iter, others->rows);
    while (g_hash_table_iter_next (&iter, &name, &row))
        counts_add (counts, name, ((const Row *) row)->phones, ((const Row *) row)->fails);
    counts->is_full |= others->is_full;
}

guint counts_size (const Counts *counts)
{
    return g_hash_table_size (counts->rows);
}

gboolean counts_is_full (const Counts *counts)
{
    return counts->is_full;
}

static gint compare_numbers (guint64 a, guint64 b)
{
    return a > b ? -1 : a < b;
}

static gint compare_counts (gconstpointer a, gconstpointer b)
{
    const Count *x = a, *y = b;
    const gint fails = compare_numbers (x->fails, y->fails), phones = compare_numbers (x->phones, y->phones);

    return fails ? fails : phones ? phones : strcmp (x->name, y->name);
}

GArray *counts_top (const Counts *counts, const char *prefix, guint top)
{
    GArray *found = g_array_new (FALSE, FALSE, sizeof (Count));
    GHashTableIter iter;
    gpointer name, row;

    g_hash_table_iter_init (&iter, counts->rows);
    while (g_hash_table_iter_next (&iter, &name, &row))
        if (!prefix || g_str_has_prefix (name, prefix))
            g_array_append_vals (found, &(Count){ name, ((const Row *) row)->phones, ((const Row *) row)->fails }, 1);
    g_array_sort (found, compare_counts);
    g_array_set_size (found, MIN (found->len, top));
    return found;
}
