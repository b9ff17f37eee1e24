/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/told.h"

#include <criterion/criterion.h>

static void free_told (Told **told)
{
    told_free (*told);
}

#define AUTO_TOLD __attribute__ ((cleanup (free_told))) Told *

static void expect_value (const Told *told, guint place, const char *what, const char *value, guint64 times)
{
    cr_assert_lt (place, told_values (told)->len);
    const ToldValue *found = &g_array_index (told_values (told), ToldValue, place);
    cr_expect_str_eq (found->what, what, "%u", place);
    cr_expect (g_strcmp0 (found->value, value) == 0, "%u: %s", place, found->value);
    cr_expect_eq (found->times, times, "%u", place);
}

Test (told, values_of_a_name_stand_together_and_are_counted)
{
    AUTO_TOLD told = told_new ();

    told_add_said (told, "keepalive\t30\nnumber\t1001\n", 1);
    told_add_said (told, "keepalive\t30\nnumber\t1002\nlabel\tone two\n", 1);
    told_add (told, "keepalive", "60", 3);
    told_add_said (told, NULL, 1);
    cr_assert_eq (told_values (told)->len, 5);
    expect_value (told, 0, "keepalive", "30", 2);
    expect_value (told, 1, "keepalive", "60", 3);
    expect_value (told, 2, "number", "1001", 1);
    expect_value (told, 3, "number", "1002", 1);
    expect_value (told, 4, "label", "one two", 1);
}

Test (told, further_values_are_counted_together)
{
    AUTO_TOLD told = told_new ();

    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < 1000; i++) {
            g_autofree char *value = g_strdup_printf ("%u", i);
            told_add (told, "number", value, 1);
        }
    told_add (told, "other", "1", 1);
    cr_assert_eq (told_values (told)->len, TOLD_VALUES + 2);
    expect_value (told, 0, "number", "0", 2);
    expect_value (told, TOLD_VALUES, "number", NULL, 2 * (1000 - TOLD_VALUES));
    expect_value (told, TOLD_VALUES + 1, "other", "1", 1);
}

Test (told, there_are_only_so_many_names)
{
    AUTO_TOLD told = told_new ();

    for (guint i = 0; i < 10 * TOLD_WHATS; i++) {
        g_autofree char *what = g_strdup_printf ("%u", i);
        told_add (told, what, "x", 1);
    }
    cr_expect_eq (told_values (told)->len, TOLD_WHATS);
}
