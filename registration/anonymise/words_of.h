/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <string.h>

/* What the readers of texts ask of a word. Letters of either case are the same. */

static inline gboolean view_is (View text, const char *word)
{
    return text.size == strlen (word) && octets_same_caseless (text.data, word, text.size);
}

static inline gboolean view_has (View text, const char *word)
{
    const gsize size = strlen (word);

    for (gsize i = 0; i + size <= text.size; i++)
        if (octets_same_caseless (text.data + i, word, size))
            return TRUE;
    return FALSE;
}

static inline gboolean view_is_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (view_is (text, words[i]))
            return TRUE;
    return FALSE;
}

static inline gboolean octet_is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline View view_trimmed (const guint8 *data, gsize size)
{
    while (size && octet_is_space (*data))
        data++, size--;
    while (size && octet_is_space (data[size - 1]))
        size--;
    return (View){ data, size };
}
