/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/timers.h"

#include <criterion/criterion.h>
#include <string.h>

/* One table for the rules, the preferences and the documentation: the document shows the same rows. */
Test (timers, the_document_lists_every_timer_with_its_value)
{
    const char *source = g_getenv ("REGFLOW_SOURCE");
    g_autofree char *path = g_build_filename (source ? source : ".", "docs", "preferences.md", NULL);
    g_autofree char *text = NULL;

    cr_assert (g_file_get_contents (path, &text, NULL, NULL));
    for (TimerId id = 0; id < N_TIMERS; id++) {
        const TimerInfo *info = timer_info (id);
        g_autofree char *row =
            g_strdup_printf ("| `regflow.timer.%s` | %u %s | %s |", info->name, info->value, info->unit, info->text);
        cr_expect (strstr (text, row), "docs/preferences.md has no row\n%s", row);
    }
}

Test (timers, the_defaults_are_those_of_the_table)
{
    Timers timers = timers_default ();

    for (TimerId id = 0; id < N_TIMERS; id++) {
        cr_expect_eq (timers.value[id], timer_info (id)->value);
        cr_expect_gt (timers.value[id], 0);
    }
}

/* Wireshark ends when the title of a preference is longer than this (epan/prefs.c). */
#define TITLE_MAX 80

Test (timers, each_fits_into_the_title_of_a_preference)
{
    for (TimerId id = 0; id < N_TIMERS; id++) {
        const TimerInfo *info = timer_info (id);
        cr_expect_leq (strlen (info->text) + strlen (info->unit) + strlen (" ()"), TITLE_MAX, "%s", info->text);
    }
}
