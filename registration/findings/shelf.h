/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A few things by number, or many: nearly every phone has a handful, for which a hash table of its own would be larger
 * than they are; a broken or hostile one has thousands. All zero is an empty shelf. */
typedef struct {
    gpointer *few;    /* owned, with what is in it; in no order */
    guint n;          /* in few */
    GHashTable *many; /* owned, with what is in it; NULL while there are few */
} Shelf;

/* Frees what is on it, too. */
void shelf_clear (Shelf *shelf);
/* What stands on a shelf begins with its number, a guint64 that does not change. NULL when it is not there; borrowed.
 */
gpointer shelf_find (const Shelf *shelf, guint64 number);
/* Takes item over: allocated by GLib, with a number that is not there yet. */
void shelf_add (Shelf *shelf, gpointer item);
/* Takes it off, for the caller to own; NULL when it is not there. */
gpointer shelf_take (Shelf *shelf, guint64 number);
/* Calls each for everything on it, in no order; each leaves the shelf as it is. */
void shelf_foreach (const Shelf *shelf, void (*each) (gpointer item, gpointer user_data), gpointer user_data);
