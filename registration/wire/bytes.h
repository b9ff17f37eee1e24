/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* A bounds-checked cursor over borrowed bytes. Reading past the end never happens: the read returns 0 (or an empty
 * view), nothing moves, and the cursor remembers that something was missing until it is initialised again. Old call
 * managers send short forms of most messages, so "missing" is an answer, not an error: ask bytes_have() first where
 * absent and zero must be told apart. */
typedef struct {
    const guint8 *data; /* borrowed; must outlive the cursor */
    gsize size;
    gsize position;
    gboolean missing;  /* a read asked for more than there was */
    gboolean in_order; /* what lies behind a read that failed is missing too: one field follows the other */
    gboolean cut;      /* by the capture: a text that reaches its end without a NUL is not whole */
} Bytes;

/* A view into borrowed bytes; not NUL-terminated. */
typedef struct {
    const guint8 *data;
    gsize size;
} View;

/* A NUL-terminated copy, owned by the caller; "" for an empty view. */
char *view_dup (View view);
/* Reads decimal digits, up to 18 and nothing else; FALSE (and ret_number untouched) for anything else. */
gboolean view_decimal (View view, guint64 *ret_number);

/* How many octets at the front are printable ASCII, which is what nearly all texts are. */
gsize view_plain_size (View text);
static inline gboolean view_is_plain (View text)
{
    return view_plain_size (text) == text.size;
}

/* The same letters, ASCII's in either case. */
static inline gboolean octets_same_caseless (const void *first, const void *second, gsize size)
{
    const guint8 *a = first, *b = second;

    for (gsize i = 0; i < size; i++)
        if (a[i] != b[i] && ((a[i] ^ b[i]) != 0x20 || !g_ascii_isalpha (a[i])))
            return FALSE;
    return TRUE;
}

/* Of a text that outlives the view; an empty one of NULL. */
static inline View text_view (const char *text)
{
    return (View){ (const guint8 *) text, text ? strlen (text) : 0 };
}

/* Hashes go on from what was hashed before (0: nothing). Every bit tells in the lower half of the result, which is all
 * that some tables look at; in its last bits only when something is hashed behind it. Inline: each frame, and each
 * message's values, are hashed. */
static inline guint64 hash_number (guint64 hash, guint64 value)
{
    hash = (hash ^ value) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static inline guint64 hash_octets (guint64 hash, const guint8 *data, gsize size)
{
    guint64 word = 0;
    const gsize all = size;

    for (; size > sizeof word; data += sizeof word, size -= sizeof word) {
        memcpy (&word, data, sizeof word);
        hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
        hash = hash << 32 | hash >> 32;
    }
    if (all >= sizeof word) { /* the last eight, some of them once more: no loop, no call */
        memcpy (&word, data + size - sizeof word, sizeof word);
    } else {
        for (gsize i = 0; i < size; i++)
            word = word << 8 | data[i];
    }
    return hash_number (hash_number (hash, word), all);
}

/* 64 bits; the lower 32 will do where few texts meet. */
static inline guint64 view_hash (View view)
{
    return hash_octets (0, view.data, view.size);
}

/* For names that mean the same in capitals. Has nothing to do with view_hash(). */
static inline guint64 view_hash_caseless (View view)
{
    guint64 hash = 0;

    for (gsize i = 0; i < view.size; i++)
        hash = hash_number (hash, (guint8) g_ascii_tolower ((char) view.data[i]));
    return hash_number (hash, view.size);
}

/* Inline: headers are read field by field, and the compiler joins what several of these check. */

static inline void bytes_init (Bytes *bytes, const guint8 *data, gsize size)
{
    /* Adding even nothing to a null pointer is undefined. */
    *bytes = (Bytes){ .data = data ? data : (const guint8 *) "", .size = size };
}

static inline gsize bytes_left (const Bytes *bytes)
{
    return bytes->size - bytes->position;
}

static inline gboolean bytes_have (const Bytes *bytes, gsize size)
{
    return bytes_left (bytes) >= size;
}

/* The next size bytes, or NULL. */
static inline const guint8 *bytes_take (Bytes *bytes, gsize size)
{
    if (!bytes_have (bytes, size)) {
        bytes->missing = TRUE;
        if (bytes->in_order)
            bytes->position = bytes->size;
        return NULL;
    }
    const guint8 *p = bytes->data + bytes->position;
    bytes->position += size;
    return p;
}

static inline guint8 bytes_u8 (Bytes *bytes)
{
    const guint8 *p = bytes_take (bytes, 1);
    return p ? p[0] : 0;
}

static inline guint16 bytes_le16 (Bytes *bytes)
{
    const guint8 *p = bytes_take (bytes, 2);
    return p ? (guint16) (p[0] | p[1] << 8) : 0;
}

static inline guint32 bytes_le32 (Bytes *bytes)
{
    const guint8 *p = bytes_take (bytes, 4);
    return p ? (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24 : 0;
}

static inline guint16 bytes_be16 (Bytes *bytes)
{
    const guint8 *p = bytes_take (bytes, 2);
    return p ? (guint16) (p[0] << 8 | p[1]) : 0;
}

static inline guint32 bytes_be32 (Bytes *bytes)
{
    const guint8 *p = bytes_take (bytes, 4);
    return p ? (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | (guint32) p[3] : 0;
}

static inline void bytes_skip (Bytes *bytes, gsize size)
{
    bytes_take (bytes, size);
}

/* Moves to an absolute position; a position past the end counts as missing and moves to the end. */
static inline void bytes_seek (Bytes *bytes, gsize position)
{
    if (position > bytes->size) {
        bytes->missing = TRUE;
        position = bytes->size;
    }
    bytes->position = position;
}

/* Exactly size bytes, or an empty view when they are not there. */
static inline View bytes_view (Bytes *bytes, gsize size)
{
    const guint8 *p = bytes_take (bytes, size);
    return p ? (View){ p, size } : (View){ NULL, 0 };
}

/* A text in a fixed box of size bytes: the view ends before the first NUL (what follows is old memory on many
 * servers), and may fill the box. When the message ends inside the box, what is there counts as the box: short forms
 * do that. A text that the capture has cut is missing, and empty. Consumes the box. */
View bytes_text_box (Bytes *bytes, gsize size);
/* A text that ends with NUL or with the bytes, unless the capture has cut them; consumes the NUL too. */
View bytes_text (Bytes *bytes);
