/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

void seconds_append (GString *out, gint64 nanoseconds, guint width)
{
    char digits[32], *at = digits + sizeof digits;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + 500) / 1000;

    for (guint i = 0; i < 7 || rest; i++) {
        if (i == 6)
            *--at = '.';
        *--at = (char) ('0' + rest % 10);
        rest /= 10;
    }
    if (nanoseconds < 0)
        *--at = '-';
    gsize size = (gsize) (digits + sizeof digits - at);
    for (gsize i = size; i < width; i++)
        g_string_append_c (out, ' ');
    g_string_append_len (out, at, (gssize) size);
}
