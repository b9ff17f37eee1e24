/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Hands every prefix of a message, and every message with one octet changed, to a decoder. Each goes in a block of
 * exactly its size, so that AddressSanitizer sees the first octet read too far. decode() makes its own assertions: it
 * must be true of any bytes. */
static inline void try_copy (const guint8 *data, gsize size, void (*decode) (const guint8 *data, gsize size))
{
    guint8 *copy = g_memdup2 (data, size);

    decode (copy, size);
    g_free (copy);
}

static inline void try_every_damage (const guint8 *data, gsize size, void (*decode) (const guint8 *data, gsize size))
{
    static const guint8 flips[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7F, 0xFF };
    g_autofree guint8 *damaged = g_memdup2 (data, size);

    for (gsize i = 0; i <= size; i++)
        try_copy (data, i, decode);
    for (gsize i = 0; i < size; i++) {
        for (gsize j = 0; j < sizeof flips; j++) {
            damaged[i] = data[i] ^ flips[j];
            try_copy (damaged, size, decode);
        }
        damaged[i] = 0;
        try_copy (damaged, size, decode);
        damaged[i] = data[i];
    }
}

/* Whether a view lies inside the bytes it was made from (an empty one may point nowhere). */
#define view_inside(view, bytes, n)                                                                                    \
    ((view).size == 0 || ((view).data >= (bytes) && (view).data + (view).size <= (bytes) + (n)))

#define view_is(view, text)                                                                                            \
    ((view).size == strlen (text) && ((view).size == 0 || memcmp ((view).data, (text), (view).size) == 0))
