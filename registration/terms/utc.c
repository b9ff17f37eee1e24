/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/utc.h"

#define NS_PER_MS  G_GINT64_CONSTANT (1000000)
#define MS_PER_DAY (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* Rounds down, before 1970 as well. */
static gint64 divide (gint64 number, gint64 by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

gint64 utc_day_number (gint64 time)
{
    return divide (divide (time, NS_PER_MS), MS_PER_DAY);
}

/* The Gregorian calendar in its cycles of 400 years, which begin in March. FALSE for a year that has no four digits. */
static gboolean read_date (gint64 time, guint *ret_year, guint *ret_month, guint *ret_day)
{
    const gint64 days = utc_day_number (time) + 719468, cycle = divide (days, 146097);
    const guint of_cycle = (guint) (days - cycle * 146097);
    const guint year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    const guint of_year = of_cycle - (365 * year + year / 4 - year / 100), march = (5 * of_year + 2) / 153;
    const gint64 whole = cycle * 400 + year + (march >= 10 ? 1 : 0);

    *ret_year = (guint) CLAMP (whole, 0, 9999);
    *ret_month = march < 10 ? march + 3 : march - 9;
    *ret_day = of_year - (153 * march + 2) / 5 + 1;
    return whole >= 0 && whole <= 9999;
}

const char *utc_clock (gint64 time, char buffer[UTC_SIZE])
{
    const gint64 ms = divide (time, NS_PER_MS);
    const guint of_day = (guint) (ms - divide (ms, MS_PER_DAY) * MS_PER_DAY), seconds = of_day / 1000;

    g_snprintf (buffer, UTC_SIZE, "%02u:%02u:%02u.%03u", seconds / 3600, seconds / 60 % 60, seconds % 60,
                of_day % 1000);
    return buffer;
}

const char *utc_day (gint64 time, char buffer[UTC_SIZE])
{
    guint year, month, day;

    if (!read_date (time, &year, &month, &day))
        return NULL;
    g_snprintf (buffer, UTC_SIZE, "%04u-%02u-%02u UTC", year, month, day);
    return buffer;
}

const char *utc_text (gint64 time, char buffer[UTC_SIZE])
{
    guint year, month, day;
    char of_day[UTC_SIZE];

    if (!read_date (time, &year, &month, &day))
        return NULL;
    g_snprintf (buffer, UTC_SIZE, "%04u-%02u-%02u %.12s UTC", year, month, day, utc_clock (time, of_day));
    return buffer;
}

const char *utc_stamp (gint64 time, char buffer[UTC_SIZE])
{
    guint year, month, day;
    char of_day[UTC_SIZE];

    if (!read_date (time, &year, &month, &day))
        return NULL;
    g_snprintf (buffer, UTC_SIZE, "%04u-%02u-%02uT%.8s", year, month, day, utc_clock (time, of_day));
    return buffer;
}
