/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/notes.h"

#include <string.h>

/* Both stores grow by whole blocks, so nothing moves and no doubling wastes memory on large captures. */
#define NOTES_PER_BLOCK  4080 /* just below the size from which the C library rounds up to whole pages */
#define VALUES_PER_BLOCK (64 * 1024)

/* Phones of one kind say the same things: many lists are equal to one that was stored shortly before. A small table of
 * recent lists, by hash, finds most of those and costs no memory that grows. */
#define RECENT_LISTS 4096

struct Notes {
    GPtrArray *note_blocks;  /* of Note[NOTES_PER_BLOCK], owned */
    GPtrArray *value_blocks; /* of guint8[VALUES_PER_BLOCK], owned */
    guint32 count;
    guint32 recent[RECENT_LISTS]; /* places of lists; 0 none */
    guint32 values_used;          /* octets of all value blocks, gaps at their ends included */
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

static const guint8 *values_at (const Notes *notes, guint32 place)
{
    const guint8 *block = notes->value_blocks->pdata[place / VALUES_PER_BLOCK];
    return block + place % VALUES_PER_BLOCK;
}

/* A list ends with VALUE_END, which stands nowhere before its end as a key, but may as an octet: compare no further
 * than the stored one's block reaches. */
static gboolean is_stored_at (const Notes *notes, guint32 place, const Values *values)
{
    gsize size = values->size + 1;
    return place && place % VALUES_PER_BLOCK + size <= VALUES_PER_BLOCK &&
           memcmp (values_at (notes, place), values->packed, size) == 0;
}

/* Place 0 is the empty list. When the store is full (4 GiB of values), notes go without: nothing else is lost. */
static guint32 store_values (Notes *notes, const Values *values)
{
    gsize size = values->size + 1;

    if (notes->value_blocks->len == 0) {
        g_ptr_array_add (notes->value_blocks, g_malloc (VALUES_PER_BLOCK));
        *(guint8 *) notes->value_blocks->pdata[0] = VALUE_END;
        notes->values_used = 1;
    }
    if (values->size == 0)
        return 0;
    guint32 *recent = &notes->recent[view_hash ((View){ values->packed, values->size }) % RECENT_LISTS];
    if (is_stored_at (notes, *recent, values))
        return *recent;
    gsize room = notes->value_blocks->len * (gsize) VALUES_PER_BLOCK - notes->values_used;
    if (room < size) {
        if ((guint64) notes->value_blocks->len * VALUES_PER_BLOCK >= G_MAXUINT32 - VALUES_PER_BLOCK)
            return 0;
        notes->values_used = notes->value_blocks->len * VALUES_PER_BLOCK;
        g_ptr_array_add (notes->value_blocks, g_malloc (VALUES_PER_BLOCK));
    }
    guint32 place = notes->values_used;
    guint8 *block = notes->value_blocks->pdata[place / VALUES_PER_BLOCK];
    memcpy (block + place % VALUES_PER_BLOCK, values->packed, size);
    notes->values_used += (guint32) size;
    *recent = place;
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

void notes_replace_values (Notes *notes, NoteId id, const Values *values)
{
    notes_get (notes, id)->values = store_values (notes, values);
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
    return values_at (notes, note->values);
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
    while (notes_get (notes, low) && notes_get (notes, low)->frame == frame && notes_get (notes, low)->dropped)
        low++;
    const Note *note = notes_get (notes, low);
    return note && note->frame == frame ? low : 0;
}

void notes_drop_frame (Notes *notes, guint32 frame)
{
    Note *note;

    for (NoteId id = notes->count; (note = notes_get (notes, id)) && note->frame == frame; id--)
        note->dropped = TRUE;
}

gboolean note_is_copy (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    return kind->protocol == PROTOCOL_FRAME && kind->id == FRAME_IS_COPY;
}
