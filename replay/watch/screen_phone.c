/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One phone, opened, with all that it says. */
#include "replay/watch/screen_internal.h"

#include "replay/watch/watch_lines.h"

const WatchPhone *screen_phone (const Watch *watch, guint32 number)
{
    for (guint i = 0; i < watch_n_phones (watch); i++)
        if (watch_phone (watch, i)->number == number)
            return watch_phone (watch, i);
    return NULL;
}

/* Of what a phone says: the time, and what stands below the message. */
enum { TIME_WIDTH = 12, INDENT = TIME_WIDTH + 5 };

static void add_line (Screen *screen, GString *text, gboolean is_found, gboolean is_first)
{
    Line *line = g_new0 (Line, 1);

    *line = (Line){ g_string_free (text, FALSE), is_found, is_first };
    g_ptr_array_add (screen->lines, line);
}

void screen_add_text (Screen *screen, const char *text, gboolean is_found)
{
    const int width = MAX (COLS - 1, 20);
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    GString *line = g_string_new (NULL);
    gboolean is_first = TRUE, has_word = FALSE;
    int used = is_found ? INDENT : 0;

    g_string_append_printf (line, "%*s", used, "");
    for (char **word = words; *word; word++) {
        const int wide = (int) g_utf8_strlen (*word, -1);
        if (has_word && used + 1 + wide > width) {
            add_line (screen, line, is_found, is_first);
            line = g_string_new (NULL);
            g_string_append_printf (line, "%*s", INDENT, "");
            used = INDENT;
            is_first = has_word = FALSE;
        }
        if (has_word) {
            g_string_append_c (line, ' ');
            used++;
        }
        g_string_append (line, *word);
        used += wide;
        has_word = TRUE;
    }
    add_line (screen, line, is_found, is_first);
}

static void add_message (const WatchMessage *message, gpointer user_data)
{
    Screen *screen = user_data;
    g_autoptr (GString) time = g_string_new (NULL);

    if (screen->begin == G_MININT64)
        screen->begin = message->time;
    if (message->is_transport && !message->found)
        return;
    watch_time_text (message->time, "%H:%M:%S", time);
    g_autofree char *text = g_strdup_printf ("%*s %s %s: %s", TIME_WIDTH, time->str,
                                             message->from_server ? "<--" : "-->", message->message, message->tip);
    screen_add_text (screen, text, FALSE);
    if (message->found) {
        screen->has_found = TRUE;
        screen_add_text (screen, message->found, TRUE);
    }
}

static void draw_head (Screen *screen, const WatchPhone *phone)
{
    g_autoptr (GString) state = g_string_new (NULL);

    watch_phone_text (phone, screen->tips, state);
    g_autofree char *head =
        g_strdup_printf ("%s%s%s%s%s", phone->name, phone->model ? ", " : "", phone->model ? phone->model : "",
                         phone->address ? ", " : "", phone->address ? phone->address : "");
    attron (A_BOLD);
    screen_put (1, 0, COLS, head);
    attroff (A_BOLD);
    if (phone->server)
        g_string_append_printf (state, " [%s]", phone->server);
    attron (screen_attribute (screen, phone));
    screen_put (2, 0, COLS, state->str);
    attroff (screen_attribute (screen, phone));
}

/* What was found, when the messages that show it are no longer kept. */
static void add_cause (Screen *screen, const WatchPhone *phone)
{
    if (screen->has_found)
        return;
    if (phone->why)
        screen_add_text (screen, phone->why, TRUE);
    if (phone->fix) {
        g_autofree char *fix = g_strdup_printf ("%s: %s", tips_word (screen->tips, WORD_TO_DO), phone->fix);
        screen_add_text (screen, fix, TRUE);
    }
}

static void make_lines (Screen *screen, Watch *watch, const WatchPhone *phone)
{
    g_ptr_array_set_size (screen->lines, 0);
    screen->begin = G_MININT64;
    screen->has_found = FALSE;
    watch_messages (watch, phone, add_message, screen);
    add_cause (screen, phone);
    if (screen->begin > phone->first_seen || screen->begin == G_MININT64) {
        Line *line = g_new0 (Line, 1);
        *line = (Line){ g_strdup (tips_word (screen->tips, WORD_SCREEN_FORGOTTEN)), FALSE, TRUE };
        g_ptr_array_insert (screen->lines, 0, line);
    }
}

guint screen_last_page (const Screen *screen, guint room)
{
    guint last = screen->lines->len > room ? screen->lines->len - room : 0;

    for (guint i = last; i < screen->lines->len; i++)
        if (((const Line *) screen->lines->pdata[i])->is_first)
            return i;
    return last;
}

void screen_draw_phone (Screen *screen, Watch *watch, const WatchPhone *phone)
{
    const guint room = (guint) LINES - 4;

    make_lines (screen, watch, phone);
    const guint last = screen_last_page (screen, room);
    if (screen->follows || screen->first_line >= last) {
        screen->first_line = last;
        screen->follows = TRUE;
    }
    draw_head (screen, phone);
    for (guint i = 0; i < room && screen->first_line + i < screen->lines->len; i++) {
        const Line *line = screen->lines->pdata[screen->first_line + i];
        const int attribute =
            line->is_found ? (screen->has_colours ? COLOR_PAIR (COLOUR_BAD) : (int) A_BOLD) : A_NORMAL;
        attron (attribute);
        screen_put ((int) i + 3, 0, COLS, line->text);
        attroff (attribute);
    }
    screen_draw_bottom (screen, WORD_SCREEN_PHONE_KEYS);
}
