/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/utc.h"

#include <criterion/criterion.h>

#define SECOND G_GINT64_CONSTANT (1000000000)

Test (utc, says_what_logs_say)
{
    char text[UTC_SIZE];

    cr_assert_str_eq (utc_text (0, text), "1970-01-01 00:00:00.000 UTC");
    cr_assert_str_eq (utc_text (1120049523 * SECOND + 123999999, text), "2005-06-29 12:52:03.123 UTC");
    cr_assert_str_eq (utc_day (1709164800 * SECOND, text), "2024-02-29 UTC");
    cr_assert_str_eq (utc_stamp (1709251199 * SECOND + 999999999, text), "2024-02-29T23:59:59");
    cr_assert_str_eq (utc_text (1709251200 * SECOND, text), "2024-03-01 00:00:00.000 UTC");
    cr_assert_str_eq (utc_text (-1, text), "1969-12-31 23:59:59.999 UTC");
    cr_assert_eq (utc_day_number (-1), -1);
}

Test (utc, agrees_with_the_calendar_of_glib)
{
    char text[UTC_SIZE];

    for (gint64 second = -9000000000; second < 9200000000; second += 8640017) {
        g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (second);
        g_autofree char *expected = g_date_time_format (date, "%Y-%m-%d %H:%M:%S.000 UTC");
        cr_assert_str_eq (utc_text (second * SECOND, text), expected);
    }
    cr_assert_not_null (utc_text (G_MAXINT64, text));
    cr_assert_not_null (utc_text (G_MININT64, text));
}
