/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/clean.h"

#include "registration/terms/values.h"

char *clean_line (const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    GString *clean = g_string_new (NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        g_string_append_unichar (clean, g_unichar_iscntrl (c) || value_text_is_hidden (c) ? 0xFFFD : c);
    }
    return g_string_free (clean, FALSE);
}
