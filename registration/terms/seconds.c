/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

#include <string.h>

const char *seconds_format (gint64 nanoseconds, char text[SECONDS_TEXT_SIZE])
{
    char digits[SECONDS_TEXT_SIZE], *end = digits + sizeof digits, *at = end;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + 500) / 1000;

    *--at = '\0';
    for (guint i = 0; i < 7 || rest; i++) {
        if (i == 6)
            *--at = '.';
        *--at = (char) ('0' + rest % 10);
        rest /= 10;
    }
    if (nanoseconds < 0)
        *--at = '-';
    return memcpy (text, at, (gsize) (end - at));
}

void seconds_append (GString *out, gint64 nanoseconds, guint width)
{
    char text[SECONDS_TEXT_SIZE];

    seconds_format (nanoseconds, text);
    for (gsize i = strlen (text); i < width; i++)
        g_string_append_c (out, ' ');
    g_string_append (out, text);
}
