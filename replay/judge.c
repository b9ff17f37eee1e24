/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/judge.h"

#include "replay/duration.h"
#include "replay/usage.h"

#include <math.h>
#include <string.h>

const char *timing_name (Timing timing)
{
    static const char *const names[] = { "", "on time", "late", "not judged" };
    return names[timing];
}

static gboolean parse_percent (const char *text, double *ret_percent, GError **error)
{
    char *end = NULL;
    double percent = g_ascii_strtod (text, &end);

    if (end == text || g_strcmp0 (end, "%") != 0 || !isfinite (percent) || percent < 0 || percent > 1e6) {
        g_set_error (error, USAGE_ERROR, 0, "--tolerance: \"%s\" is no percentage; write it as in %s", text,
                     TOLERANCE_DEFAULT_TEXT);
        return FALSE;
    }
    *ret_percent = percent;
    return TRUE;
}

gboolean tolerance_parse (const char *text, Tolerance *ret_tolerance, GError **error)
{
    g_auto (GStrv) parts = g_strsplit (text, ",", 3);
    Tolerance tolerance = { 0 };

    if (g_strv_length (parts) == 0 || g_strv_length (parts) > 2) {
        g_set_error (error, USAGE_ERROR, 0, "--tolerance: \"%s\" is not a time and a percentage, as in %s", text,
                     TOLERANCE_DEFAULT_TEXT);
        return FALSE;
    }
    if (parts[0] && parts[1] && g_str_has_suffix (parts[0], "%") == g_str_has_suffix (parts[1], "%")) {
        g_set_error (error, USAGE_ERROR, 0,
                     "--tolerance: \"%s\" has two of one kind; one time and one percentage, as in %s", text,
                     TOLERANCE_DEFAULT_TEXT);
        return FALSE;
    }
    for (guint i = 0; parts[i]; i++) {
        gboolean good = g_str_has_suffix (parts[i], "%")
                            ? parse_percent (parts[i], &tolerance.percent, error)
                            : duration_parse (parts[i], "--tolerance", &tolerance.floor, error);
        if (!good)
            return FALSE;
    }
    *ret_tolerance = tolerance;
    return TRUE;
}

gint64 timing_correct (gint64 response, gint64 round_trip)
{
    if (response < 0 || round_trip <= 0)
        return response;
    return MAX (0, response - round_trip);
}

gint64 timing_allowed (const Tolerance *tolerance, gint64 recorded)
{
    if (recorded < 0)
        return -1;
    return recorded + MAX (tolerance->floor, (gint64) ((double) recorded * tolerance->percent / 100));
}

Timing timing_judge_within (gint64 allowed, gint64 live, gint64 least)
{
    if (allowed < 0 || live < 0)
        return TIMING_NOT_JUDGED;
    if (live <= allowed)
        return TIMING_ON_TIME;
    return least > allowed ? TIMING_LATE : TIMING_UNCERTAIN;
}

Timing timing_judge (const Tolerance *tolerance, gint64 recorded, gint64 live, gint64 least)
{
    return timing_judge_within (timing_allowed (tolerance, recorded), live, least);
}

static gint compare_times (gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
    return (x > y) - (x < y);
}

guint64 percentile_rank (guint64 count, guint percent)
{
    /* Rounded up, without a product that could overflow. */
    return MAX (1, count / 100 * percent + (count % 100 * percent + 99) / 100);
}

/* As it is when another percentile of the same samples has been asked for. */
static gboolean is_sorted (const GArray *samples)
{
    const gint64 *times = (const gint64 *) (gconstpointer) samples->data;

    for (guint i = 1; i < samples->len; i++)
        if (times[i - 1] > times[i])
            return FALSE;
    return TRUE;
}

/* From so many times on counting digits is faster than comparing. */
#define COUNTING_FROM 4096
#define DIGIT_BITS    11
#define N_DIGITS      (1 << DIGIT_BITS)

/* Digit by digit, from the lowest one on. None is negative. */
static void sort_times (GArray *samples)
{
    guint64 *from = (guint64 *) (gpointer) samples->data, longest = 0;

    for (guint i = 0; i < samples->len; i++)
        longest = MAX (longest, from[i]);
    if (samples->len < COUNTING_FROM || longest > G_MAXINT64) {
        g_array_sort (samples, compare_times);
        return;
    }
    g_autofree guint64 *room = g_new (guint64, samples->len);
    guint64 *to = room;
    for (guint shift = 0; shift < 64 && longest >> shift; shift += DIGIT_BITS) {
        guint places[N_DIGITS] = { 0 }, place = 0;
        for (guint i = 0; i < samples->len; i++)
            places[from[i] >> shift & (N_DIGITS - 1)]++;
        for (guint digit = 0; digit < N_DIGITS; digit++) {
            const guint count = places[digit];
            places[digit] = place;
            place += count;
        }
        for (guint i = 0; i < samples->len; i++)
            to[places[from[i] >> shift & (N_DIGITS - 1)]++] = from[i];
        guint64 *swap = from;
        from = to;
        to = swap;
    }
    if (from == room)
        memcpy (samples->data, room, samples->len * sizeof *room);
}

gint64 samples_percentile (GArray *samples, guint percent)
{
    if (samples->len == 0)
        return -1;
    if (!is_sorted (samples))
        sort_times (samples);
    return g_array_index (samples, gint64, percentile_rank (samples->len, percent) - 1);
}
