/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which row is whose: by its phone in a generation, and from one generation to the next by name and address. */
#include "replay/watch/watch_internal.h"

#include <string.h>

void watch_row_free (gpointer data)
{
    WatchRow *row = data;

    g_free (row->shown.name);
    g_free (row->shown.address);
    g_free (row->shown.model);
    g_free (row->shown.server);
    g_free (row->shown.text);
    g_free (row->shown.title);
    g_free (row->shown.why);
    g_free (row->shown.fix);
    g_free (row);
}

static void forget_key (GHashTable *rows, const char *key, const WatchRow *row)
{
    if (key && g_hash_table_lookup (rows, key) == row)
        g_hash_table_remove (rows, key);
}

void watch_drop_row (Watch *watch, WatchRow *row)
{
    forget_key (watch->by_name, row->shown.name, row);
    forget_key (watch->by_address, row->shown.address, row);
    if (row->phone != PHONE_NONE)
        g_hash_table_remove (watch->generation->rows, GUINT_TO_POINTER (row->phone));
    for (guint i = watch->tellings->len; i > 0; i--)
        if (g_array_index (watch->tellings, WatchTelling, i - 1).row == row)
            g_array_remove_index (watch->tellings, i - 1);
    g_ptr_array_remove (watch->rows, row);
}

/* There is no room for ever: who was silent for longest goes. */
static void make_room (Watch *watch)
{
    guint oldest = 0;

    for (guint i = 1; i < watch->rows->len; i++)
        if (watch_phone (watch, i)->last_seen < watch_phone (watch, oldest)->last_seen)
            oldest = i;
    watch_drop_row (watch, watch->rows->pdata[oldest]);
    watch->counts.forgotten++;
}

static void name_row (Watch *watch, WatchRow *row, const char *name)
{
    if (g_strcmp0 (row->shown.name, name) == 0)
        return;
    forget_key (watch->by_name, row->shown.name, row);
    g_free (row->shown.name);
    row->shown.name = g_strdup (name);
    g_hash_table_replace (watch->by_name, row->shown.name, row);
}

void watch_place_row (Watch *watch, WatchRow *row, const IpAddress *ip, const char *address)
{
    WatchRow *other = address ? g_hash_table_lookup (watch->by_address, address) : NULL;

    row->shown.ip = *ip;
    if (g_strcmp0 (row->shown.address, address) == 0)
        return;
    forget_key (watch->by_address, row->shown.address, row);
    g_free (row->shown.address);
    row->shown.address = g_strdup (address);
    row->shares_address = other != NULL;
    if (other)
        other->shares_address = TRUE;
    if (address)
        g_hash_table_replace (watch->by_address, row->shown.address, row);
}

static WatchRow *add_row (Watch *watch)
{
    WatchRow *row = g_new0 (WatchRow, 1);

    if (watch->rows->len >= watch->options.phones_max)
        make_room (watch);
    row->shown.number = ++watch->numbers;
    row->shown.problem = NO_CAUSE;
    row->shown.accepted_in = row->shown.ready_in = NOT_SEEN;
    row->heard = G_MININT64;
    row->is_new = TRUE;
    g_ptr_array_add (watch->rows, row);
    return row;
}

/* A row that was made in the generation before, and whose phone this one has not met yet. */
static WatchRow *unmet (GHashTable *rows, const char *key)
{
    WatchRow *row = key ? g_hash_table_lookup (rows, key) : NULL;

    return row && row->phone == PHONE_NONE ? row : NULL;
}

WatchRow *watch_row_of (Watch *watch, PhoneId phone, const char *name, const char *address)
{
    GHashTable *rows = watch->generation->rows;
    const gboolean is_nameless = g_strcmp0 (name, address) == 0;
    WatchRow *row = g_hash_table_lookup (rows, GUINT_TO_POINTER (phone));

    if (!row) {
        row = unmet (watch->by_name, name);
        if (!row)
            row = unmet (watch->by_address, address);
        if (row && row->shares_address && is_nameless)
            return NULL;
        if (!row || (!is_nameless && strcmp (row->shown.name, name) != 0 &&
                     strcmp (row->shown.name, address ? address : "") != 0))
            row = add_row (watch);
        row->phone = phone;
        g_hash_table_insert (rows, GUINT_TO_POINTER (phone), row);
    }
    if (!row->shown.name || !is_nameless)
        name_row (watch, row, name);
    return row;
}
