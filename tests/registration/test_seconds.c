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
