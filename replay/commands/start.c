/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/start.h"

#include "replay/clock.h"
#include "replay/duration.h"
#include "replay/usage.h"

#include <math.h>

#ifdef __linux__
#include <sys/timex.h>
#endif

#define DAY SECONDS (86400)

static gboolean read_seconds (const char *text, gint64 *ret_time)
{
    char *end;
    const double seconds = g_ascii_strtod (text, &end);

    if (end == text || *end || !(seconds >= 0 && seconds < 1e10))
        return FALSE;
    *ret_time = (gint64) round (seconds * 1e6) * 1000; /* a double has microseconds there, not more */
    return TRUE;
}

gboolean start_parse (const char *text, gint64 *ret_time, GError **error)
{
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, utc);

    if (date)
        *ret_time = (g_date_time_to_unix (date) * G_USEC_PER_SEC + g_date_time_get_microsecond (date)) * 1000;
    else if (!read_seconds (text, ret_time)) {
        g_set_error (error, USAGE_ERROR, 0,
                     "--start-at \"%s\" is no time; write it as 2026-03-02T08:00:00Z, or as date +%%s does", text);
        return FALSE;
    }
    return TRUE;
}

gint64 start_clock_error (void)
{
#ifdef __linux__
    struct timex kernel = { .modes = 0 };
    const int state = adjtimex (&kernel);

    if (state >= 0 && state != TIME_ERROR && !(kernel.status & STA_UNSYNC))
        return (gint64) kernel.maxerror * 1000;
#endif
    return -1;
}

gboolean start_find (gint64 time, gint64 clock_error, gint64 *ret_start, GError **error)
{
    const gint64 ahead = time - g_get_real_time () * 1000;
    char text[DURATION_TEXT_SIZE];

    if (ahead < 0)
        g_set_error (error, USAGE_ERROR, 0,
                     "--start-at: by the clock of this machine that time has passed, %s ago; begin all parts earlier, "
                     "or name a later one",
                     duration_format (-ahead, text));
    else if (ahead > DAY)
        g_set_error (error, USAGE_ERROR, 0, "--start-at: by the clock of this machine that is %.1f days ahead",
                     (double) ahead / (double) DAY);
    else if (clock_error > START_CLOCK_MAX)
        g_set_error (error, USAGE_ERROR, 0,
                     "--start-at: the clock of this machine can be wrong by %s, as its kernel says (adjtimex), and the "
                     "parts would not begin together; have it set first",
                     duration_format (clock_error, text));
    else {
        *ret_start = clock_now () + ahead;
        return TRUE;
    }
    return FALSE;
}

char *start_remark (gint64 time, gint64 clock_error)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / SECOND);
    g_autofree char *when = g_date_time_format (date, "%Y-%m-%d %H:%M:%S");
    const int part = (int) (time % SECOND / 1000);
    char text[DURATION_TEXT_SIZE];

    if (clock_error < 0)
        return g_strdup_printf (
            "told to begin at %s.%06d UTC by the clock of this machine; how right that is nobody here knows: "
            "as far as its kernel says, no time server keeps it",
            when, part);
    return g_strdup_printf (
        "told to begin at %s.%06d UTC by the clock of this machine, which is right within %s, as its kernel "
        "says",
        when, part, duration_format (clock_error, text));
}
