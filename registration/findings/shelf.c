/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/shelf.h"

/* More than that are looked up faster by hash. */
#define FEW 16

static guint64 number_of (gconstpointer item)
{
    return *(const guint64 *) item;
}

void shelf_clear (Shelf *shelf)
{
    for (guint i = 0; i < shelf->n; i++)
        g_free (shelf->few[i]);
    g_free (shelf->few);
    g_clear_pointer (&shelf->many, g_hash_table_unref);
    *shelf = (Shelf){ 0 };
}

static guint find_few (const Shelf *shelf, guint64 number)
{
    guint i = 0;

    while (i < shelf->n && number_of (shelf->few[i]) != number)
        i++;
    return i;
}

gpointer shelf_find (const Shelf *shelf, guint64 number)
{
    if (shelf->many)
        return g_hash_table_lookup (shelf->many, &number);
    const guint i = find_few (shelf, number);
    return i < shelf->n ? shelf->few[i] : NULL;
}

static void move_to_many (Shelf *shelf)
{
    shelf->many = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < shelf->n; i++)
        g_hash_table_add (shelf->many, shelf->few[i]);
    g_clear_pointer (&shelf->few, g_free);
    shelf->n = 0;
}

void shelf_add (Shelf *shelf, gpointer item)
{
    if (!shelf->many && shelf->n == FEW)
        move_to_many (shelf);
    if (shelf->many) {
        g_hash_table_add (shelf->many, item);
        return;
    }
    if (shelf->n == 0 || (shelf->n >= 2 && (shelf->n & (shelf->n - 1)) == 0)) /* 2, 4, 8, 16 */
        shelf->few = g_renew (gpointer, shelf->few, MAX (2, shelf->n * 2));
    shelf->few[shelf->n++] = item;
}

gpointer shelf_take (Shelf *shelf, guint64 number)
{
    gpointer taken = NULL;

    if (shelf->many) {
        g_hash_table_steal_extended (shelf->many, &number, &taken, NULL);
        return taken;
    }
    const guint i = find_few (shelf, number);
    if (i == shelf->n)
        return NULL;
    taken = shelf->few[i];
    shelf->few[i] = shelf->few[--shelf->n];
    return taken;
}

void shelf_foreach (const Shelf *shelf, void (*each) (gpointer item, gpointer user_data), gpointer user_data)
{
    GHashTableIter iterator;
    gpointer item;

    for (guint i = 0; i < shelf->n; i++)
        each (shelf->few[i], user_data);
    if (!shelf->many)
        return;
    g_hash_table_iter_init (&iterator, shelf->many);
    while (g_hash_table_iter_next (&iterator, &item, NULL))
        each (item, user_data);
}
