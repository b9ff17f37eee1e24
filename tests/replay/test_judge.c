/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/clock.h"
#include "replay/commands/speed.h"
#include "replay/duration.h"
#include "replay/judge.h"

#include <criterion/criterion.h>

#define MS(n) ((gint64) ((n) * (double) MILLISECOND))

Test (judge, late_is_more_than_the_larger_of_both)
{
    static const struct {
        double recorded, live, allowed;
        Timing timing;
    } rows[] = {
        { 1, 21, 21, TIMING_ON_TIME },      { 1, 21.1, 21, TIMING_LATE },   { 100, 150, 150, TIMING_ON_TIME },
        { 100, 150.1, 150, TIMING_LATE },   { 40, 60, 60, TIMING_ON_TIME }, { 0, 0, 20, TIMING_ON_TIME },
        { 1000, 10, 1500, TIMING_ON_TIME },
    };
    Tolerance tolerance;

    cr_assert (tolerance_parse (TOLERANCE_DEFAULT_TEXT, &tolerance, NULL));
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        cr_expect_eq (timing_allowed (&tolerance, MS (rows[i].recorded)), MS (rows[i].allowed), "row %u", i);
        cr_expect_eq (timing_judge (&tolerance, MS (rows[i].recorded), MS (rows[i].live), MS (rows[i].live)),
                      rows[i].timing, "row %u", i);
    }
    cr_expect_eq (timing_judge (&tolerance, -1, 5, 5), TIMING_NOT_JUDGED);
    cr_expect_eq (timing_judge (&tolerance, 5, -1, -1), TIMING_NOT_JUDGED);
    cr_expect_eq (timing_allowed (&tolerance, -1), -1);
}

Test (judge, a_verdict_holds_for_the_whole_span)
{
    const Tolerance tolerance = { 20 * MILLISECOND, 50 };

    cr_expect_eq (timing_judge (&tolerance, MS (1), MS (21), 0), TIMING_ON_TIME);
    cr_expect_eq (timing_judge (&tolerance, MS (1), MS (100), MS (21)), TIMING_UNCERTAIN);
    cr_expect_eq (timing_judge (&tolerance, MS (1), MS (100), MS (22)), TIMING_LATE);
}

Test (judge, tolerances_are_read_or_refused)
{
    static const char *const bad[] = {
        "", "20", "x", "20ms,50", "20ms,50%,1s", "-20ms", "20ms,-1%", "nan%", "20ms,inf%"
    };
    Tolerance tolerance;

    cr_assert (tolerance_parse ("80%", &tolerance, NULL));
    cr_expect_eq (tolerance.floor, 0);
    cr_expect_eq (tolerance.percent, 80);
    cr_assert (tolerance_parse ("50%,5ms", &tolerance, NULL));
    cr_expect_eq (tolerance.floor, MS (5));
    for (guint i = 2; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        cr_expect_not (tolerance_parse (bad[i], &tolerance, &error), "%s", bad[i]);
        cr_expect_not_null (error);
    }
}

Test (judge, a_round_trip_takes_its_part_and_no_more)
{
    cr_expect_eq (timing_correct (MS (5), MS (2)), MS (3));
    cr_expect_eq (timing_correct (MS (5), MS (9)), 0);
    cr_expect_eq (timing_correct (MS (5), -1), MS (5));
    cr_expect_eq (timing_correct (-1, MS (2)), -1, "no time stays none");
}

Test (judge, percentiles_are_exact)
{
    g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gint64));

    cr_expect_eq (samples_percentile (samples, 50), -1);
    for (gint64 i = 100; i > 0; i--)
        g_array_append_val (samples, i);
    cr_expect_eq (samples_percentile (samples, 50), 50);
    cr_expect_eq (samples_percentile (samples, 95), 95);
    cr_expect_eq (samples_percentile (samples, 99), 99);
    cr_expect_eq (samples_percentile (samples, 100), 100);
    g_array_set_size (samples, 1);
    cr_expect_eq (samples_percentile (samples, 1), 1);
    cr_expect_eq (samples_percentile (samples, 99), 1);
}

Test (judge, times_are_read_as_people_write_them)
{
    static const struct {
        const char *text;
        double seconds; /* negative: refused */
    } rows[] = {
        { "80ms", 0.08 }, { "2s", 2 },   { "1.5s", 1.5 }, { "10m", 600 }, { "1h", 3600 }, { "200us", 0.0002 },
        { "3", 3 },       { "0", 0 },    { "", -1 },      { "ms", -1 },   { "-1s", -1 },  { "1d", -1 },
        { "1s ", -1 },    { "nan", -1 }, { "inf", -1 },   { "1e99", -1 }, { "1 s", -1 },  { "0x10", 16 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        gint64 nanoseconds = 0;
        gboolean good = duration_parse (rows[i].text, "--stay", &nanoseconds, &error);
        cr_expect_eq (good, rows[i].seconds >= 0, "%s", rows[i].text);
        if (good)
            cr_expect_eq (nanoseconds, (gint64) (rows[i].seconds * (double) SECOND + 0.5), "%s", rows[i].text);
        else
            cr_expect_not_null (strstr (error->message, "--stay"));
    }
}

Test (judge, times_are_written_as_people_read_them)
{
    char text[DURATION_TEXT_SIZE];

    cr_expect_str_eq (duration_format (-1, text), "-");
    cr_expect_str_eq (duration_format (412345, text), "0.412 ms");
    cr_expect_str_eq (duration_format (MILLISECONDS (1250), text), "1.250 s");
}

Test (judge, speeds_are_words_or_factors)
{
    static const char *const bad[] = { "", "fast", "0", "-1", "nan", "1e7", "2x" };
    double speed = -1;

    cr_expect (speed_parse ("recorded", &speed, NULL));
    cr_expect_eq (speed, 1);
    cr_expect (speed_parse ("max", &speed, NULL));
    cr_expect_eq (speed, 0);
    cr_expect (speed_parse ("2.5", &speed, NULL));
    cr_expect_eq (speed, 2.5);
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        cr_expect_not (speed_parse (bad[i], &speed, &error), "%s", bad[i]);
        cr_expect_not_null (error);
    }
}
