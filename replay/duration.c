/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/duration.h"

#include "replay/clock.h"
#include "replay/usage.h"

#include <math.h>

#define LONGEST_SECONDS (366.0 * 24 * 3600)

static const struct {
    const char *name;
    double seconds;
} units[] = { { "", 1 }, { "us", 1e-6 }, { "ms", 1e-3 }, { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 } };

gboolean duration_parse (const char *text, const char *what, gint64 *ret_nanoseconds, GError **error)
{
    char *end = NULL;
    double number = g_ascii_strtod (text, &end);

    for (guint i = 0; end != text && i < G_N_ELEMENTS (units); i++) {
        if (g_strcmp0 (end, units[i].name) != 0)
            continue;
        double seconds = number * units[i].seconds;
        if (!isfinite (seconds) || seconds < 0 || seconds > LONGEST_SECONDS || !g_ascii_isdigit (text[0]))
            break;
        *ret_nanoseconds = (gint64) (seconds * (double) SECOND + 0.5);
        return TRUE;
    }
    g_set_error (error, USAGE_ERROR, 0, "%s: \"%s\" is no time; write it as 80ms, 2s, 1.5s, 10m or 1h", what, text);
    return FALSE;
}

const char *duration_format (gint64 nanoseconds, char text[DURATION_TEXT_SIZE])
{
    gboolean is_short = nanoseconds < SECOND;

    if (nanoseconds < 0) {
        g_strlcpy (text, "-", DURATION_TEXT_SIZE);
        return text;
    }
    g_ascii_formatd (text, DURATION_TEXT_SIZE, "%.3f", (double) nanoseconds / (is_short ? MILLISECOND : SECOND));
    g_strlcat (text, is_short ? " ms" : " s", DURATION_TEXT_SIZE);
    return text;
}
