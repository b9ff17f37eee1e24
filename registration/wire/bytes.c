/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/bytes.h"

#include <string.h>

char *view_dup (View view)
{
    return view.size ? g_strndup ((const char *) view.data, view.size) : g_strdup ("");
}

gboolean view_decimal (View view, guint64 *ret_number)
{
    guint64 number = 0;

    if (view.size == 0 || view.size > 18)
        return FALSE;
    for (gsize i = 0; i < view.size; i++) {
        if (!g_ascii_isdigit (view.data[i]))
            return FALSE;
        number = number * 10 + (view.data[i] - '0');
    }
    *ret_number = number;
    return TRUE;
}

void bytes_init (Bytes *bytes, const guint8 *data, gsize size)
{
    /* Adding even nothing to a null pointer is undefined. */
    *bytes = (Bytes){ .data = data ? data : (const guint8 *) "", .size = size };
}

gsize bytes_left (const Bytes *bytes)
{
    return bytes->size - bytes->position;
}

gboolean bytes_have (const Bytes *bytes, gsize size)
{
    return bytes_left (bytes) >= size;
}

/* The next size bytes, or NULL. */
static const guint8 *take (Bytes *bytes, gsize size)
{
    if (!bytes_have (bytes, size)) {
        bytes->missing = TRUE;
        return NULL;
    }
    const guint8 *p = bytes->data + bytes->position;
    bytes->position += size;
    return p;
}

guint8 bytes_u8 (Bytes *bytes)
{
    const guint8 *p = take (bytes, 1);
    return p ? p[0] : 0;
}

guint16 bytes_le16 (Bytes *bytes)
{
    const guint8 *p = take (bytes, 2);
    return p ? (guint16) (p[0] | p[1] << 8) : 0;
}

guint32 bytes_le32 (Bytes *bytes)
{
    const guint8 *p = take (bytes, 4);
    return p ? (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24 : 0;
}

guint16 bytes_be16 (Bytes *bytes)
{
    const guint8 *p = take (bytes, 2);
    return p ? (guint16) (p[0] << 8 | p[1]) : 0;
}

guint32 bytes_be32 (Bytes *bytes)
{
    const guint8 *p = take (bytes, 4);
    return p ? (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | (guint32) p[3] : 0;
}

void bytes_skip (Bytes *bytes, gsize size)
{
    take (bytes, size);
}

void bytes_seek (Bytes *bytes, gsize position)
{
    if (position > bytes->size) {
        bytes->missing = TRUE;
        position = bytes->size;
    }
    bytes->position = position;
}

View bytes_view (Bytes *bytes, gsize size)
{
    const guint8 *p = take (bytes, size);
    return p ? (View){ p, size } : (View){ NULL, 0 };
}

View bytes_text_box (Bytes *bytes, gsize size)
{
    if (!bytes_have (bytes, size)) {
        bytes->missing = TRUE;
        size = bytes_left (bytes);
    }
    const guint8 *text = take (bytes, size);
    if (!text || size == 0)
        return (View){ NULL, 0 };
    const guint8 *nul = memchr (text, 0, size);
    return (View){ text, nul ? (gsize) (nul - text) : size };
}

View bytes_text (Bytes *bytes)
{
    View text = bytes_text_box (bytes, bytes_left (bytes));
    if (text.data && text.data + text.size < bytes->data + bytes->size)
        bytes->position = (gsize) (text.data + text.size + 1 - bytes->data);
    return text;
}
