/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/storm.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

TestSuite (storm, .timeout = 60);

static gint compare (gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
    return x < y ? -1 : x > y;
}

static gboolean take (Storm *part, const char *text)
{
    const Line line = { text, strlen (text), 2, FALSE };
    g_autoptr (GError) error = NULL;
    const gboolean is_good = storm_take (part, &line, &error);

    cr_expect (is_good, "%s: %s", error ? error->message : "", text);
    return is_good;
}

/* A part of so many phones, from that one on, with a time each. Owned by the caller. */
static Storm *make_part (guint number, guint of, guint first, guint phones, guint64 exact, GArray *all)
{
    g_autofree char *begin =
        g_strdup_printf ("{\"type\":\"replay\",\"schema\":1,\"generator\":\"x\",\"part\":%u,\"parts\":%u}", number, of);
    const Line line = { begin, strlen (begin), 1, FALSE };
    Storm *part = storm_begin (&line, "file", exact, NULL);
    g_autoptr (GRand) random = g_rand_new_with_seed (first);

    cr_assert_not_null (part);
    for (guint i = 0; i < phones; i++) {
        const gint64 took = (gint64) pow (10, g_rand_double_range (random, 0, 10));
        g_autofree char *text =
            g_strdup_printf ("{\"type\":\"samples\",\"phone\":\"P%u\",\"round\":1,\"times\":{\"Q\":[%" G_GINT64_FORMAT
                             ".%03d]},\"own\":{},\"accepted\":null,\"ready\":1.5}",
                             first + i, took / 1000, (int) (took % 1000));
        g_array_append_val (all, took);
        cr_assert (take (part, text));
    }
    g_autofree char *exchange = g_strdup_printf ("{\"type\":\"exchange\",\"exchange\":\"Q\",\"recorded\":0.1,"
                                                 "\"allowed\":0.2,\"content\":\"same\",\"detail\":null,"
                                                 "\"differing\":0,\"sent_again\":0,\"samples\":%u,\"said\":[{\"what\":"
                                                 "\"answer\",\"value\":\"A\",\"times\":%u}]}",
                                                 phones, phones);
    g_autofree char *run = g_strdup_printf (
        "{\"type\":\"run\",\"capture\":\"c\",\"recorded_phone\":\"p\",\"recording\":\"r\",\"phone\":\"P\",\"target\":"
        "\"t\","
        "\"speed\":\"max\",\"tolerance\":\"t\",\"result\":\"well\",\"attempt\":1,\"phones\":%u,\"all_phones\":9,"
        "\"rounds\":1,"
        "\"registrations\":%u,\"exit_code\":0,\"embedded\":false,\"round_trip_corrected\":true,"
        "\"generator_saturated\":false,\"began\":1.5,\"start_at\":null,\"clock_error\":null,\"round_trip\":0.1,"
        "\"round_trip_recorded\":0.1,\"own_lateness_median\":0,\"own_lateness_p99\":0,\"own_reading_median\":0,"
        "\"own_reading_p99\":null,\"ends\":{\"complete\":%u,\"refused\":0,\"different\":0,\"unreachable\":0,\"gone\":0,"
        "\"interrupted\":0},\"strict\":false,\"refused_as_recorded\":0,\"registered\":%u,\"better_than_recorded\":0,"
        "\"short_of_recorded\":0,\"keepalives\":0,\"keepalives_lost\":0,\"still_registered\":0,\"unsolicited\":[],"
        "\"unsolicited_awaited\":true,\"failures\":[],\"notes\":[],\"n_samples\":%u,\"n_exchanges\":1}",
        phones, phones, phones, phones, phones);
    cr_assert (take (part, exchange) && take (part, run));
    cr_assert (part->is_whole);
    return part;
}

/* Of three parts, as many as are kept one by one, or more. */
static void expect_truth (guint phones, guint64 exact)
{
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (Storm) storm = storm_new (exact);
    const gboolean is_exact = 3 * (guint64) phones <= exact;

    for (guint i = 0; i < 3; i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (Storm) part = make_part (i + 1, 3, i * phones, phones, exact, all);
        cr_assert (storm_join (storm, part, &error), "%s", error ? error->message : "");
    }
    storm_judge (storm);
    g_array_sort (all, compare);
    const StormExchange *exchange = storm->exchanges->pdata[0];
    cr_expect_eq (storm->is_exact, is_exact);
    cr_expect_eq (spread_count (exchange->times), 3 * phones);
    cr_expect_eq (spread_longest (exchange->times), g_array_index (all, gint64, all->len - 1));
    for (guint percent = 1; percent <= 99; percent++) {
        const gint64 want = g_array_index (all, gint64, percentile_rank (all->len, percent) - 1),
                     told = spread_percentile (exchange->times, percent);
        cr_expect (fabs ((double) (told - want)) <= (is_exact ? 0 : SPREAD_ERROR * (double) want),
                   "%u %%: %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, percent, told, want);
    }
    cr_expect_eq (g_hash_table_size (storm->phones), 3 * phones);
    cr_expect_eq (storm->parts->len, 3);
}

Test (storm, percentiles_are_those_of_all_times)
{
    expect_truth (100, 300);
}

Test (storm, beyond_a_number_they_are_estimated)
{
    expect_truth (100, 299);  /* when the last part comes */
    expect_truth (1000, 700); /* in the first part already */
}

Test (storm, missing_parts_are_told_as_ranges)
{
    g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (Storm) storm = storm_new (100);
    g_autoptr (Storm) part = make_part (3, 9, 0, 1, 100, all);
    const guint64 told = 8;
    guint number;

    cr_assert (storm_join (storm, part, NULL));
    g_autofree char *missing = storm_missing (storm, known, &number);
    cr_expect_str_eq (missing, "1, 2, 4 to 9");
    cr_expect_eq (number, 8);
    g_hash_table_add (known, g_memdup2 (&told, sizeof told));
    g_autofree char *others = storm_missing (storm, known, &number);
    cr_expect_str_eq (others, "1, 2, 4 to 7, 9");
    cr_expect_eq (number, 7);
}
