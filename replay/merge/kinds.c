/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/kinds.h"

#include <string.h>

#define MOST_KINDS 256
/* Kept one by one, for each model. */
#define EXACT 4096

struct Kinds {
    GHashTable *kinds; /* char * → Kind *, both owned */
    guint top;
    gboolean is_full;
};

/* Within a model who takes longest is also slowest beside its median: that many of each model are enough. */
typedef struct {
    Spread *ready_after; /* owned */
    GArray *slowest;     /* of SlowPhone, the slowest first; owned */
} Kind;

void slow_phone_clear (SlowPhone *phone)
{
    g_free (phone->phone);
    g_free (phone->capture);
    g_free (phone->model);
}

static GArray *slow_phones_new (void)
{
    GArray *phones = g_array_new (FALSE, FALSE, sizeof (SlowPhone));

    g_array_set_clear_func (phones, (GDestroyNotify) slow_phone_clear);
    return phones;
}

static void kind_free (gpointer data)
{
    Kind *kind = data;

    spread_free (kind->ready_after);
    g_array_unref (kind->slowest);
    g_free (kind);
}

Kinds *kinds_new (guint top)
{
    Kinds *kinds = g_new0 (Kinds, 1);

    kinds->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kind_free);
    kinds->top = top;
    return kinds;
}

void kinds_free (Kinds *kinds)
{
    if (!kinds)
        return;
    g_hash_table_unref (kinds->kinds);
    g_free (kinds);
}

/* NULL when there are too many. */
static Kind *kind_of (Kinds *kinds, const char *model)
{
    Kind *kind = g_hash_table_lookup (kinds->kinds, model);

    if (kind)
        return kind;
    if (g_hash_table_size (kinds->kinds) >= MOST_KINDS) {
        kinds->is_full = TRUE;
        return NULL;
    }
    kind = g_new0 (Kind, 1);
    kind->ready_after = spread_new (EXACT);
    kind->slowest = slow_phones_new ();
    g_hash_table_insert (kinds->kinds, g_strdup (model), kind);
    return kind;
}

/* Of the same times the first by name, so that the order in which captures come changes nothing. */
static gint compare_phones (const SlowPhone *a, const SlowPhone *b)
{
    if (a->ready_after != b->ready_after)
        return a->ready_after > b->ready_after ? -1 : 1;
    const gint by_phone = strcmp (a->phone, b->phone);
    return by_phone ? by_phone : g_strcmp0 (a->capture, b->capture);
}

static void keep (const Kinds *kinds, Kind *kind, const SlowPhone *phone)
{
    guint place = kind->slowest->len;

    while (place && compare_phones (phone, &g_array_index (kind->slowest, SlowPhone, place - 1)) < 0)
        place--;
    if (place >= kinds->top)
        return;
    const SlowPhone copy = { g_strdup (phone->phone), g_strdup (phone->capture), g_strdup (phone->model),
                             phone->ready_after, 0 };
    g_array_insert_val (kind->slowest, place, copy);
    if (kind->slowest->len > kinds->top)
        g_array_set_size (kind->slowest, kinds->top);
}

void kinds_add (Kinds *kinds, const char *model, const char *phone, const char *capture, gint64 ready_after)
{
    Kind *kind = kind_of (kinds, model);
    const SlowPhone slow = { (char *) phone, (char *) capture, (char *) model, ready_after, 0 };

    if (!kind)
        return;
    spread_add (kind->ready_after, ready_after);
    keep (kinds, kind, &slow);
}

void kinds_join (Kinds *kinds, const Kinds *others)
{
    GHashTableIter iter;
    gpointer model, value;

    g_hash_table_iter_init (&iter, others->kinds);
    while (g_hash_table_iter_next (&iter, &model, &value)) {
        Kind *kind = kind_of (kinds, model);
        const Kind *other = value;
        if (!kind)
            continue;
        spread_join (kind->ready_after, other->ready_after);
        for (guint i = 0; i < other->slowest->len; i++)
            keep (kinds, kind, &g_array_index (other->slowest, SlowPhone, i));
    }
    kinds->is_full |= others->is_full;
}

gboolean kinds_is_full (const Kinds *kinds)
{
    return kinds->is_full;
}

static gint compare_ratios (gconstpointer a, gconstpointer b)
{
    const SlowPhone *x = a, *y = b;
    const double of_x = (double) x->ready_after / (double) MAX (x->median, 1),
                 of_y = (double) y->ready_after / (double) MAX (y->median, 1);

    return of_x != of_y ? (of_x > of_y ? -1 : 1) : compare_phones (x, y);
}

static void add_slowest (GArray *found, const Kind *kind)
{
    if (spread_count (kind->ready_after) < KIND_LEAST)
        return;
    const gint64 median = spread_percentile (kind->ready_after, 50);
    for (guint i = 0; i < kind->slowest->len; i++) {
        const SlowPhone *phone = &g_array_index (kind->slowest, SlowPhone, i);
        if (!median || phone->ready_after / KIND_SLOWER < median)
            return;
        const SlowPhone copy = { g_strdup (phone->phone), g_strdup (phone->capture), g_strdup (phone->model),
                                 phone->ready_after, median };
        g_array_append_val (found, copy);
    }
}

GArray *kinds_slowest (Kinds *kinds)
{
    GArray *found = slow_phones_new ();
    GHashTableIter iter;
    gpointer kind;

    g_hash_table_iter_init (&iter, kinds->kinds);
    while (g_hash_table_iter_next (&iter, NULL, &kind))
        add_slowest (found, kind);
    g_array_sort (found, compare_ratios);
    g_array_set_size (found, MIN (found->len, kinds->top));
    return found;
}
