/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/part.h"
#include "replay/commands/start.h"
#include "replay/usage.h"

#include "registration/wire/times.h"

#include <criterion/criterion.h>
#include <string.h>

static void forget (void)
{
    static const char *const said[] = { "SLURM_PROCID", "SLURM_NTASKS", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                                        "JOB_COMPLETION_INDEX" };
    for (guint i = 0; i < G_N_ELEMENTS (said); i++)
        g_unsetenv (said[i]);
}

static Part chosen (const char *text)
{
    g_autoptr (GError) error = NULL;
    Part part;

    cr_assert (part_choose (text, &part, &error), "%s", error ? error->message : "");
    return part;
}

static gboolean is_refused (const char *text)
{
    g_autoptr (GError) error = NULL;
    Part part;

    return !part_choose (text, &part, &error) && g_error_matches (error, USAGE_ERROR, 0);
}

static gboolean is_part (Part part, guint number, guint of, const char *who)
{
    return part.number == number && part.of == of && g_strcmp0 (part.who, who) == 0;
}

Test (part, as_the_command_line_says, .init = forget)
{
    const char *const wrong[] = { "", "/", "0/3", "4/3", "1", "1/", "1/0", "a/3", "1/3/4", "-1/3", " 1/3", "1/70000" };

    cr_assert (is_part (chosen ("2/8"), 1, 8, "--part"));
    cr_assert (is_part (chosen ("1/1"), 0, 1, "--part"));
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
        cr_assert (is_refused (wrong[i]), "\"%s\" is taken", wrong[i]);
}

Test (part, as_the_environment_says, .init = forget)
{
    cr_assert (is_part (chosen (NULL), 0, 1, NULL));
    cr_assert (is_refused ("/4"));
    g_setenv ("JOB_COMPLETION_INDEX", "3", TRUE);
    cr_assert (is_part (chosen (NULL), 0, 1, NULL)); /* of how many, it does not say */
    cr_assert (is_part (chosen ("/4"), 3, 4, "JOB_COMPLETION_INDEX"));
    cr_assert (is_refused ("/3"));
    g_setenv ("SLURM_PROCID", "1", TRUE);
    g_setenv ("SLURM_NTASKS", "2", TRUE);
    cr_assert (is_part (chosen (NULL), 1, 2, "SLURM_PROCID"));
    cr_assert (is_part (chosen ("5/6"), 4, 6, "--part"));
    g_setenv ("SLURM_NTASKS", "1", TRUE);
    cr_assert (is_part (chosen (NULL), 0, 1, NULL));
}

/* Each phone is played by one part, whatever the numbers. */
Test (part, shares_are_all_of_them)
{
    for (guint of = 1; of <= 7; of++)
        for (guint phones = of; phones < 30; phones++) {
            guint sum = 0;
            for (guint number = 0; number < of; number++) {
                const Part part = { number, of, "--part" };
                guint share;
                cr_assert (part_share (&part, phones, &share, NULL));
                cr_assert (share >= 1 && number + (share - 1) * of < phones && number + share * of >= phones);
                sum += share;
            }
            cr_assert_eq (sum, phones);
        }
}

Test (part, more_of_them_than_phones)
{
    const Part part = { 0, 3, "SLURM_PROCID" };
    g_autoptr (GError) error = NULL;
    guint share;

    cr_assert (!part_share (&part, 2, &share, &error));
    cr_assert (g_str_has_prefix (error->message, "SLURM_PROCID: of 3 parts"), "%s", error->message);
}

static gint64 parsed (const char *text)
{
    g_autoptr (GError) error = NULL;
    gint64 time;

    cr_assert (start_parse (text, &time, &error), "%s", error ? error->message : "");
    return time;
}

Test (start, times)
{
    const char *const wrong[] = { "", "noon", "1e400", "-5", "12:00", "2026-13-01T00:00:00Z", "nan", "5 s" };

    cr_assert_eq (parsed ("2026-03-02T08:00:00Z"), SECONDS (1772438400));
    cr_assert_eq (parsed ("2026-03-02T08:00:00.25+01:00"), SECONDS (1772438400 - 3600) + SECOND / 4);
    cr_assert_eq (parsed ("1772438400.5"), SECONDS (1772438400) + SECOND / 2);
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;
        gint64 time;
        cr_assert (!start_parse (wrong[i], &time, &error), "\"%s\" is taken", wrong[i]);
        cr_assert (g_error_matches (error, USAGE_ERROR, 0));
    }
}

Test (start, what_is_refused)
{
    const gint64 now = g_get_real_time () * 1000;
    const struct {
        gint64 ahead, clock_error;
        const char *words; /* NULL: it begins */
    } cases[] = {
        { SECONDS (50), -1, NULL },
        { SECONDS (50), SECOND / 10, NULL },
        { SECONDS (50), 3 * SECOND, "can be wrong by 3.000 s" },
        { SECONDS (-3), -1, "has passed" },
        { SECONDS (200000), -1, "2.3 days ahead" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        gint64 start;
        const gboolean begins = start_find (now + cases[i].ahead, cases[i].clock_error, &start, &error);
        cr_assert_eq (begins, !cases[i].words);
        cr_assert (begins || strstr (error->message, cases[i].words), "%s", error->message);
    }
}

Test (start, says_how_it_knows)
{
    g_autofree char *kept = start_remark (SECONDS (1772438400) + SECOND / 2, SECOND / 50);
    g_autofree char *nobody = start_remark (SECONDS (1772438400), -1);

    cr_assert (strstr (kept, "2026-03-02 08:00:00.500000 UTC") && strstr (kept, "within 20.000 ms"), "%s", kept);
    cr_assert (strstr (nobody, "no time server keeps it"), "%s", nobody);
}
