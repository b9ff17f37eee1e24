/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/note_set.h"

#include <string.h>

void note_set_add (NoteSet *set, NoteId id)
{
    if (!set->bits)
        set->bits = g_byte_array_new ();
    guint octet = id / 8, old = set->bits->len;
    if (octet >= old) {
        g_byte_array_set_size (set->bits, octet + 1);
        memset (set->bits->data + old, 0, octet + 1 - old);
    }
    set->bits->data[octet] |= (guint8) (1 << id % 8);
}

gboolean note_set_has (NoteId id, gconstpointer set)
{
    const GByteArray *bits = ((const NoteSet *) set)->bits;
    return bits && id / 8 < bits->len && bits->data[id / 8] >> id % 8 & 1;
}

void note_set_clear (NoteSet *set)
{
    if (set->bits)
        g_byte_array_unref (set->bits);
    set->bits = NULL;
}
