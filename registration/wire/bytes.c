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

static View take_text (Bytes *bytes, gsize size, gboolean is_short)
{
    const guint8 *text = bytes_take (bytes, size);
    if (!text || size == 0) {
        bytes->missing |= is_short && bytes->cut;
        return (View){ NULL, 0 };
    }
    const guint8 *nul = memchr (text, 0, size);
    if (!nul && is_short && bytes->cut) {
        bytes->missing = TRUE;
        return (View){ NULL, 0 };
    }
    return (View){ text, nul ? (gsize) (nul - text) : size };
}

View bytes_text_box (Bytes *bytes, gsize size)
{
    const gboolean is_short = !bytes_have (bytes, size);

    if (!is_short)
        return take_text (bytes, size, FALSE);
    bytes->missing = TRUE;
    return take_text (bytes, bytes_left (bytes), TRUE);
}

View bytes_text (Bytes *bytes)
{
    View text = take_text (bytes, bytes_left (bytes), TRUE);
    if (text.data && text.data + text.size < bytes->data + bytes->size)
        bytes->position = (gsize) (text.data + text.size + 1 - bytes->data);
    return text;
}
