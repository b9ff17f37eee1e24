/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/seconds.h"

#include <criterion/criterion.h>

static void expect (gint64 nanoseconds, guint width, const char *text)
{
    GString *out = g_string_new ("in ");

    seconds_append (out, nanoseconds, width);
    cr_assert_str_eq (out->str + 3, text);
    g_string_free (out, TRUE);
}

Test (seconds, have_six_decimals)
{
    expect (0, 0, "0.000000");
    expect (1992000, 0, "0.001992");
    expect (G_GINT64_CONSTANT (3723000000001), 0, "3723.000000");
    expect (-1500000000, 0, "-1.500000");
}

Test (seconds, are_rounded)
{
    expect (1499, 0, "0.000001");
    expect (1500, 0, "0.000002");
    expect (999999999, 0, "1.000000");
}

Test (seconds, fill_their_column)
{
    expect (1992000, 12, "    0.001992");
    expect (-1992000, 12, "   -0.001992");
    expect (G_GINT64_CONSTANT (123456000000000), 12, "123456.000000");
}

Test (seconds, hold_every_time)
{
    expect (G_MAXINT64, 0, "9223372036.854776");
    expect (G_MININT64, 0, "-9223372036.854776");
}

Test (seconds, can_stand_alone)
{
    char text[SECONDS_SIZE];

    cr_assert_str_eq (seconds_text (-1992000, 0, text), "-0.001992");
}

Test (seconds, can_have_three_decimals)
{
    char text[SECONDS_SIZE];

    cr_assert_str_eq (seconds_short (1499999, 9, text), "    0.001");
    cr_assert_str_eq (seconds_short (G_GINT64_CONSTANT (999999500000), 0, text), "1000.000");
    cr_assert_str_eq (seconds_short (-1500000, 0, text), "-0.002");
}

Test (seconds, as_durations_have_three_digits_and_a_unit)
{
    static const struct {
        gint64 nanoseconds;
        const char *text;
    } rows[] = {
        { 0, "0 µs" },
        { 4000, "4 µs" },
        { 1992000, "1.99 ms" },
        { G_GINT64_CONSTANT (30149999999), "30.1 s" },
        { G_GINT64_CONSTANT (30150000000), "30.2 s" },
        { 500, "1 µs" },
        { 999499, "999 µs" },
        { 999500, "1 ms" },
        { 9994999, "9.99 ms" },
        { 9995000, "10 ms" },
        { 10050000, "10.1 ms" },
        { G_MININT64, "-153722867 min 17 s" },
        { 999600000, "1 s" },
        { G_GINT64_CONSTANT (59980000000), "1 min 0 s" },
        { G_GINT64_CONSTANT (125000000000), "2 min 5 s" },
        { -2000000000, "-2 s" },
    };
    char buffer[DURATION_SIZE];

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        cr_expect_str_eq (duration_text (rows[i].nanoseconds, buffer), rows[i].text);
}
