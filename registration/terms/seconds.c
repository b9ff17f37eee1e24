/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

#include "registration/wire/times.h"

#include <string.h>

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

#define WIDTH_OF_NUMBER 20

/* Writes it in front of that place. Returns where it begins. */
static char *write_before (char *at, guint64 number)
{
    do
        *--at = (char) ('0' + number % 10);
    while (number /= 10);
    return at;
}

/* So many units with three digits, without zeros at the end: "1.99", "30.2", "4". */
static char *write_three_digits (char *at, guint64 size, guint64 unit)
{
    guint64 step = unit / 100, tens = 100, number;

    /* 9.996 has no room for two decimals. */
    while ((number = (size + step / 2) / step) >= 1000) {
        step *= 10;
        tens /= 10;
    }
    while (tens > 1 && number % 10 == 0) {
        number /= 10;
        tens /= 10;
    }
    for (guint64 place = tens; place > 1; place /= 10, number /= 10)
        *--at = (char) ('0' + number % 10);
    if (tens > 1)
        *--at = '.';
    return write_before (at, number);
}

/* 999.6 ms are 1 s, and not 1000 ms. */
#define ROUNDED_UP(limit) ((limit) / 10000 * 9995)

const char *duration_text (gint64 nanoseconds, char buffer[DURATION_SIZE])
{
    const guint64 size = nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds;
    const char *unit = "\302\265s";
    char number[2 * WIDTH_OF_NUMBER], *at = number + sizeof number;

    if (size < ROUNDED_UP (MILLISECOND))
        at = write_before (at, (size + 500) / 1000);
    else if (size < ROUNDED_UP (60 * SECOND)) {
        const gboolean is_short = size < ROUNDED_UP (SECOND);
        at = write_three_digits (at, size, is_short ? MILLISECOND : SECOND);
        unit = is_short ? "ms" : "s";
    } else {
        const guint64 seconds = (size + SECOND / 2) / SECOND;
        at = write_before (at, seconds % 60);
        at -= strlen (" min ");
        memcpy (at, " min ", strlen (" min "));
        at = write_before (at, seconds / 60);
        unit = "s";
    }
    if (nanoseconds < 0)
        *--at = '-';
    const gsize length = (gsize) (number + sizeof number - at);
    memcpy (buffer, at, length);
    buffer[length] = ' ';
    memcpy (buffer + length + 1, unit, strlen (unit) + 1);
    return buffer;
}
