/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

#define WIDTH_MAX 24

const char *seconds_text (gint64 nanoseconds, guint width, char buffer[SECONDS_SIZE])
{
    const char *end = buffer + SECONDS_SIZE - 1;
    char *at = buffer + SECONDS_SIZE - 1;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + 500) / 1000;

    *at = '\0';
    for (guint i = 0; i < 7 || rest; i++) {
        if (i == 6)
            *--at = '.';
        *--at = (char) ('0' + rest % 10);
        rest /= 10;
    }
    if (nanoseconds < 0)
        *--at = '-';
    while (end - at < (gssize) MIN (width, WIDTH_MAX))
        *--at = ' ';
    return at;
}

void seconds_append (GString *out, gint64 nanoseconds, guint width)
{
    char buffer[SECONDS_SIZE];

    g_string_append (out, seconds_text (nanoseconds, width, buffer));
}
