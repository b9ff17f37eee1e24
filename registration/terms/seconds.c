/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

#define WIDTH_MAX 24

static const char *write_decimals (gint64 nanoseconds, guint decimals, guint width, char buffer[SECONDS_SIZE])
{
    const guint64 unit = decimals == 6 ? 1000 : 1000000;
    const char *end = buffer + SECONDS_SIZE - 1;
    char *at = buffer + SECONDS_SIZE - 1;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + unit / 2) / unit;

    *at = '\0';
    for (guint i = 0; i <= decimals || rest; i++) {
        if (i == decimals)
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

const char *seconds_text (gint64 nanoseconds, guint width, char buffer[SECONDS_SIZE])
{
    return write_decimals (nanoseconds, 6, width, buffer);
}

const char *seconds_short (gint64 nanoseconds, guint width, char buffer[SECONDS_SIZE])
{
    return write_decimals (nanoseconds, 3, width, buffer);
}

void seconds_append (GString *out, gint64 nanoseconds, guint width)
{
    char buffer[SECONDS_SIZE];

    g_string_append (out, seconds_text (nanoseconds, width, buffer));
}

/* 999.6 ms are 1 s, and not "1e+03 ms". */
#define ROUNDED_UP(limit) ((limit) *0.9995)

const char *duration_text (gint64 nanoseconds, char buffer[DURATION_SIZE])
{
    const double size = ABS ((double) nanoseconds);
    const char *sign = nanoseconds < 0 ? "-" : "";
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    if (size < ROUNDED_UP (1e6))
        g_snprintf (buffer, DURATION_SIZE, "%s%.0f µs", sign, size / 1e3);
    else if (size < ROUNDED_UP (60e9)) {
        const gboolean is_short = size < ROUNDED_UP (1e9);
        g_ascii_formatd (number, sizeof number, "%.3g", size / (is_short ? 1e6 : 1e9));
        g_snprintf (buffer, DURATION_SIZE, "%s%s %s", sign, number, is_short ? "ms" : "s");
    } else {
        const gint64 seconds = (gint64) (size / 1e9 + 0.5);
        g_snprintf (buffer, DURATION_SIZE, "%s%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", sign, seconds / 60,
                    seconds % 60);
    }
    return buffer;
}
