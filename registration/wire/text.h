/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Appending to a GString without a call: a report is put together of millions of small pieces, and nearly always there
 * is room for the next one. */

/* A place behind what is there with room for so many octets; text_took() tells how far it has been written. */
static inline char *text_room (GString *out, gsize size)
{
    const gsize length = out->len;

    if (G_UNLIKELY (size >= out->allocated_len - length)) {
        g_string_set_size (out, length + size);
        out->len = length;
    }
    return out->str + length;
}

static inline void text_took (GString *out, const char *end)
{
    out->len = (gsize) (end - out->str);
    out->str[out->len] = '\0';
}

static inline void text_append (GString *out, const char *octets, gsize size)
{
    char *at = text_room (out, size);

    memcpy (at, octets, size);
    text_took (out, at + size);
}
