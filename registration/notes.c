/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/notes.h"

#include <string.h>

/* Both stores grow by whole blocks, so nothing moves and no doubling wastes memory on large captures. */
#define NOTES_PER_BLOCK  4096
#define VALUES_PER_BLOCK (64 * 1024)

struct Notes {
    GPtrArray *note_blocks;  /* of Note[NOTES_PER_BLOCK], owned */
    GPtrArray *value_blocks; /* of guint8[VALUES_PER_BLOCK], owned */
    guint32 count;
    guint32 values_used; /* octets of all value blocks, gaps at their ends included */
};

Notes *notes_new (void)
{
    Notes *notes = g_new0 (Notes, 1);

    notes->note_blocks = g_ptr_array_new_with_free_func (g_free);
    notes->value_blocks = g_ptr_array_new_with_free_func (g_free);
    return notes;
}

void notes_free (Notes *notes)
{
    if (!notes)
        return;
    g_ptr_array_unref (notes->note_blocks);
    g_ptr_array_unref (notes->value_blocks);
    g_free (notes);
}

/* Place 0 is the empty list. When the store is full (4 GiB of values), notes go without: nothing else is lost. */
static guint32 store_values (Notes *notes, const Values *values)
{
    gsize size = values->size + 1;

    if (notes->value_blocks->len == 0) {
        g_ptr_array_add (notes->value_blocks, g_malloc (VALUES_PER_BLOCK));
        *(guint8 *)notes->value_blocks->pdata[0] = VALUE_END;
        notes->values_used = 1;
    }
    if (values->size == 0)
        return 0;
    gsize room = notes->value_blocks->len * (gsize)VALUES_PER_BLOCK - notes->values_used;
    if (room < size) {
        if ((guint64)notes->value_blocks->len * VALUES_PER_BLOCK >= G_MAXUINT32 - VALUES_PER_BLOCK)
            return 0;
        notes->values_used = notes->value_blocks->len * VALUES_PER_BLOCK;
        g_ptr_array_add (notes->value_blocks, g_malloc (VALUES_PER_BLOCK));
    }
    guint32 place = notes->values_used;
    guint8 *block = notes->value_blocks->pdata[place / VALUES_PER_BLOCK];
    memcpy (block + place % VALUES_PER_BLOCK, values->packed, size);
    notes->values_used += (guint32)size;
    return place;
}

NoteId notes_append (Notes *notes, const Note *note, const Values *values)
{
    if (notes->count % NOTES_PER_BLOCK == 0)
        g_ptr_array_add (notes->note_blocks, g_new (Note, NOTES_PER_BLOCK));
    notes->count++;
    Note *kept = notes_get (notes, notes->count);
    *kept = *note;
    kept->values = store_values (notes, values);
    return notes->count;
}

guint32 notes_count (const Notes *notes)
{
    return notes->count;
}

Note *notes_get (const Notes *notes, NoteId id)
{
    if (id == 0 || id > notes->count)
        return NULL;
    Note *block = notes->note_blocks->pdata[(id - 1) / NOTES_PER_BLOCK];
    return &block[(id - 1) % NOTES_PER_BLOCK];
}

const guint8 *notes_values (const Notes *notes, const Note *note)
{
    const guint8 *block = notes->value_blocks->pdata[note->values / VALUES_PER_BLOCK];
    return block + note->values % VALUES_PER_BLOCK;
}

NoteId notes_first_of_frame (const Notes *notes, guint32 frame)
{
    NoteId low = 1, high = notes->count + 1;

    while (low < high) {
        NoteId middle = low + (high - low) / 2;
        if (notes_get (notes, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    const Note *note = notes_get (notes, low);
    return note && note->frame == frame ? low : 0;
}
