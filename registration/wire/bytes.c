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

#define EACH_OCTET(value) ((value) *G_GUINT64_CONSTANT (0x0101010101010101))

/* Eight at a time: of each octet the highest bit is set by taking 0x20 from a smaller one, by adding one to 0x7F, or it
 * was set. What an octet lends from or carries to the next one only shows up in words that are refused anyway. */
static gboolean is_plain_word (const guint8 *data)
{
    guint64 word;

    memcpy (&word, data, sizeof word);
    return (((word - EACH_OCTET (0x20)) | (word + EACH_OCTET (1)) | word) & EACH_OCTET (0x80)) == 0;
}

gsize view_plain_size (View text)
{
    gsize size = 0;

    while (text.size - size >= sizeof (guint64) && is_plain_word (text.data + size))
        size += sizeof (guint64);
    while (size < text.size && text.data[size] >= 0x20 && text.data[size] < 0x7F)
        size++;
    return size;
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
