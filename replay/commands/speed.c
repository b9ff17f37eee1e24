/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/speed.h"

#include "replay/usage.h"

#include <math.h>
#include <string.h>

#define FASTEST 1e6
#define SLOWEST 1e-3

gboolean speed_parse (const char *text, double *ret_speed, GError **error)
{
    char *end = NULL;

    if (strcmp (text, "recorded") == 0 || strcmp (text, "max") == 0) {
        *ret_speed = text[0] == 'r' ? 1 : 0;
        return TRUE;
    }
    double speed = g_ascii_strtod (text, &end);
    if (end == text || *end || !isfinite (speed) || speed < SLOWEST || speed > FASTEST) {
        g_set_error (error, USAGE_ERROR, 0,
                     "--speed: \"%s\" is neither recorded nor max nor a factor from 0.001 to 1000000", text);
        return FALSE;
    }
    *ret_speed = speed;
    return TRUE;
}
