/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text, words and colours. */
#include "replay/watch/screen_internal.h"

static guint columns_of (gunichar c)
{
    return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

void screen_put (int line, int column, int width, const char *text)
{
    g_autoptr (GString) cut = g_string_new (NULL);
    g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
    int used = 0;

    if (width <= 0 || line < 0 || line >= LINES)
        return;
    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        c = g_unichar_iscntrl (c) || value_text_is_hidden (c) ? 0xFFFD : c;
        const gboolean is_last = used + (int) columns_of (c) >= width && *g_utf8_next_char (at);
        if (is_last) /* more of it is not seen */
            c = 0x2026;
        if (used + (int) columns_of (c) > width)
            break;
        used += (int) columns_of (c);
        g_string_append_unichar (cut, c);
        if (is_last)
            break;
    }
    for (; used < width; used++)
        g_string_append_c (cut, ' ');
    mvaddstr (line, column, cut->str);
}

int screen_attribute (const Screen *screen, const WatchPhone *phone)
{
    if (phone->fails || phone->missing)
        return screen->has_colours ? COLOR_PAIR (COLOUR_BAD) | A_BOLD : A_BOLD;
    if (!screen->has_colours)
        return A_NORMAL;
    if (phone->registered)
        return COLOR_PAIR (COLOUR_GOOD);
    return phone->outcome == OUTCOME_TRYING ? COLOR_PAIR (COLOUR_MOVING) : A_NORMAL;
}

char *screen_words (const Tips *tips, Word word, guint count, const char *text)
{
    GString *out = g_string_new (NULL);
    const Value values[] = { value_of_number (VALUE_COUNT, count), value_of_text (VALUE_TEXT, text) };

    tips_say (tips, word, values, G_N_ELEMENTS (values), out);
    return g_string_free (out, FALSE);
}
