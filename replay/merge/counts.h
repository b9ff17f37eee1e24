/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* How many phones there are, and fail, under each name: of so many names at most. */

typedef struct Counts Counts;

/* Plain data. */
typedef struct {
    const char *name; /* "": it is not known. Borrowed from the counts */
    guint64 phones, fails;
} Count;

/* most: names beyond that are not told apart. */
Counts *counts_new (guint most);
void counts_free (Counts *counts);

void counts_add (Counts *counts, const char *name, guint64 phones, guint64 fails);
void counts_join (Counts *counts, const Counts *others);

guint counts_size (const Counts *counts);
/* TRUE when there were more names than that. */
gboolean counts_is_full (const Counts *counts);
/* Of Count: those that begin so (NULL: all), where most phones fail first, then where there are most, then by name; so
 * many at most. Owned by the caller. */
GArray *counts_top (const Counts *counts, const char *prefix, guint top);
