/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/said.h"

#include "replay/clean.h"

void said_add (GString *said, const char *what, const char *value)
{
    if (!value || !*value)
        return;
    g_autofree char *clean = clean_line (value);
    g_string_append_printf (said, "%s\t%s\n", what, clean);
}
