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

gboolean view_is_plain (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] >= 0x7F)
            return FALSE;
    return TRUE;
}

View bytes_text_box (Bytes *bytes, gsize size)
{
    if (!bytes_have (bytes, size)) {
        bytes->missing = TRUE;
        size = bytes_left (bytes);
    }
    const guint8 *text = bytes_take (bytes, size);
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
