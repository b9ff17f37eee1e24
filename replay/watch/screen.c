/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ncurses draws: the terminal, the lines around, and which part has the rest. */
#include "replay/watch/screen_internal.h"

#include "registration/wire/times.h"
#include "replay/usage.h"
#include "replay/watch/watch_lines.h"

#include <string.h>
#include <unistd.h>

/* Below that nothing can be told. */
#define MIN_LINES   8
#define MIN_COLUMNS 40
/* How long a message stays, in microseconds, and how many are kept. */
#define MESSAGE_STAYS (8 * G_USEC_PER_SEC)
#define NOTES_MAX     200

static void free_line (gpointer data)
{
    Line *line = data;

    g_free (line->text);
    g_free (line);
}

/* FALSE for one that cannot put text where it belongs. */
static gboolean can_move (void)
{
    const char *move = tigetstr ("cup");
    return move && move != (const char *) -1;
}

Screen *screen_new (const Tips *tips, const char *source, int keys, GError **error)
{
    const int own = keys >= 0 ? dup (keys) : -1;
    FILE *typed = own >= 0 ? fdopen (own, "r") : NULL;
    SCREEN *terminal = newterm (NULL, stdout, typed ? typed : stdin);

    if (terminal && !can_move ()) {
        endwin ();
        delscreen (terminal);
        terminal = NULL;
    }
    if (!terminal) {
        g_clear_pointer (&typed, fclose);
        g_set_error (error, USAGE_ERROR, 0,
                     "the terminal \"%s\" (TERM) is none that is known here, so lines are shown instead of a screen",
                     g_getenv ("TERM") ? g_getenv ("TERM") : "");
        return NULL;
    }
    Screen *screen = g_new0 (Screen, 1);
    *screen = (Screen){ .terminal = terminal,
                        .tips = tips,
                        .typed = typed,
                        .source = g_strdup (source),
                        .search = g_string_new (NULL),
                        .list = g_ptr_array_new (),
                        .lines = g_ptr_array_new_with_free_func (free_line),
                        .notes = g_ptr_array_new_with_free_func (g_free),
                        .follows = TRUE };
    set_term (terminal);
    cbreak ();
    noecho ();
    curs_set (0);
    keypad (stdscr, TRUE);
    nodelay (stdscr, TRUE);
    set_escdelay (50);
    /* https://no-color.org */
    screen->has_colours = has_colors () && !(g_getenv ("NO_COLOR") && *g_getenv ("NO_COLOR"));
    if (screen->has_colours) {
        start_color ();
        use_default_colors ();
        init_pair (COLOUR_GOOD, COLOR_GREEN, -1);
        init_pair (COLOUR_BAD, COLOR_RED, -1);
        init_pair (COLOUR_MOVING, COLOR_YELLOW, -1);
    }
    return screen;
}

void screen_free (Screen *screen)
{
    if (!screen)
        return;
    endwin ();
    delscreen (screen->terminal);
    g_clear_pointer (&screen->typed, fclose);
    g_string_free (screen->search, TRUE);
    g_ptr_array_unref (screen->list);
    g_ptr_array_unref (screen->lines);
    g_ptr_array_unref (screen->notes);
    g_free (screen->trouble);
    g_free (screen->source);
    g_free (screen);
}

void screen_say (Screen *screen, const char *message)
{
    g_autoptr (GDateTime) now = g_date_time_new_now_local ();
    g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

    if (screen->notes->len == NOTES_MAX)
        g_ptr_array_remove_index (screen->notes, 0);
    g_ptr_array_add (screen->notes, g_strdup_printf ("%s  %s", time, message));
    screen->message_until = g_get_monotonic_time () + MESSAGE_STAYS;
    screen->message_phone = 0;
}

void screen_warn (Screen *screen, const char *trouble)
{
    g_free (screen->trouble);
    screen->trouble = g_strdup (trouble);
}

void screen_end (Screen *screen)
{
    screen->has_ended = TRUE;
}

void screen_change (Screen *screen, const WatchChange *change)
{
    const WatchPhone *phone = change->phone;
    /* What is said to be wrong is not left standing when it is not so any more. */
    const gboolean is_over = screen->message_phone == phone->number && !phone->fails && !phone->missing;
    g_autoptr (GString) text = g_string_new (NULL);

    if (!change->has_begun_to_fail && !change->is_missing_now && !is_over)
        return;
    g_string_append_printf (text, "%s: ", phone->name);
    watch_phone_text (phone, screen->tips, text);
    screen_say (screen, text->str);
    screen->message_phone = is_over ? 0 : phone->number;
}

/* --- Drawing */

static void put_bar (int line, const char *left, const char *right)
{
    const int wide = (int) g_utf8_strlen (right, -1);

    attron (A_REVERSE);
    screen_put (line, 0, COLS, left);
    if (wide && wide < COLS)
        screen_put (line, COLS - wide, wide, right);
    attroff (A_REVERSE);
}

static void draw_title (const Screen *screen, const Watch *watch, guint64 dropped)
{
    g_autoptr (GString) left = g_string_new (NULL), right = g_string_new (" ");
    guint n_failing = 0, n_registered = 0, n_missing = 0;

    for (guint i = 0; i < watch_n_phones (watch); i++) {
        n_failing += watch_phone (watch, i)->fails ? 1 : 0;
        n_registered += watch_phone (watch, i)->registered ? 1 : 0;
        n_missing += watch_phone (watch, i)->missing ? 1 : 0;
    }
    g_autofree char *all = screen_words (screen->tips, WORD_REPORT_TOTAL_PHONES, watch_n_phones (watch), NULL);
    g_autofree char *good = screen_words (screen->tips, WORD_SCREEN_N_REGISTERED, n_registered, NULL);
    g_autofree char *bad = screen_words (screen->tips, WORD_SCREEN_N_FAILING, n_failing, NULL);
    g_string_append_printf (left, "%s, %s, %s", all, good, bad);
    if (dropped) {
        g_autofree char *lost = screen_words (screen->tips, WORD_SCREEN_LOST, (guint) MIN (dropped, G_MAXUINT), NULL);
        g_string_append_printf (left, ", %s", lost);
    }
    if (n_missing) {
        g_autofree char *missing = screen_words (screen->tips, WORD_SCREEN_N_MISSING, n_missing, NULL);
        g_string_append_printf (left, ", %s", missing);
    }
    if (screen->trouble)
        g_string_append_printf (right, "%s ", screen->trouble);
    else if (left->len + strlen (screen->source) + right->len + 30 < (gsize) COLS)
        g_string_append_printf (left, " (%s)", screen->source);
    if (screen->has_ended)
        g_string_append_printf (right, "%s ", tips_word (screen->tips, WORD_SCREEN_ENDED));
    if (screen->is_paused)
        g_string_append_printf (right, "%s ", tips_word (screen->tips, WORD_SCREEN_PAUSED));
    if (watch_now (watch) != G_MININT64) {
        watch_time_text (watch_now (watch), "%H:%M:%S", right);
        g_string_truncate (right, right->len - 4);
    }
    put_bar (0, left->str, right->str);
}

void screen_draw_bottom (Screen *screen, Word keys)
{
    if (screen->is_searching) {
        g_autofree char *typed = g_strdup_printf ("/%s_", screen->search->str);
        screen_put (LINES - 1, 0, COLS - 1, typed);
        return;
    }
    if (screen->notes->len && !screen->shows_notes && g_get_monotonic_time () < screen->message_until) {
        const char *note = screen->notes->pdata[screen->notes->len - 1];
        attron (A_BOLD);
        screen_put (LINES - 1, 0, COLS - 1, strchr (note, ' ') + 2); /* behind its time */
        attroff (A_BOLD);
        return;
    }
    screen_put (LINES - 1, 0, COLS - 1, tips_word (screen->tips, keys));
}

static void draw_help (const Screen *screen)
{
    static const Word lines[] = { WORD_SCREEN_HELP_MOVE, WORD_SCREEN_HELP_OPEN,  WORD_SCREEN_HELP_SHOW,
                                  WORD_SCREEN_HELP_SORT, WORD_SCREEN_HELP_FIND,  WORD_SCREEN_HELP_PAUSE,
                                  WORD_SCREEN_HELP_SAVE, WORD_SCREEN_HELP_NOTES, WORD_SCREEN_HELP_QUIT };

    for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        screen_put ((int) i + 2, 2, COLS - 2, tips_word (screen->tips, lines[i]));
}

/* The latest of them that there is room for. */
static void draw_notes (Screen *screen)
{
    const guint room = (guint) LINES - 3;

    g_ptr_array_set_size (screen->lines, 0);
    for (guint i = 0; i < screen->notes->len; i++)
        screen_add_text (screen, screen->notes->pdata[i], FALSE);
    const guint first = screen_last_page (screen, room);
    for (guint i = first; i < screen->lines->len; i++)
        screen_put ((int) (i - first) + 1, 0, COLS, ((const Line *) screen->lines->pdata[i])->text);
    if (!screen->notes->len)
        screen_put (1, 0, COLS, tips_word (screen->tips, WORD_SCREEN_NO_NOTES));
    screen_draw_bottom (screen, WORD_SCREEN_PHONE_KEYS);
}

void screen_draw (Screen *screen, Watch *watch, guint64 dropped)
{
    const WatchPhone *opened = screen->opened ? screen_phone (watch, screen->opened) : NULL;

    if (screen->is_paused)
        return;
    if (!opened)
        screen->opened = 0;
    erase ();
    if (LINES < MIN_LINES || COLS < MIN_COLUMNS) {
        g_autofree char *size = g_strdup_printf ("%dx%d < %dx%d", COLS, LINES, MIN_COLUMNS, MIN_LINES);
        g_autofree char *small = screen_words (screen->tips, WORD_SCREEN_SMALL, 0, size);
        screen_put (0, 0, COLS, size);
        screen_put (1, 0, COLS, small);
    } else {
        draw_title (screen, watch, dropped);
        if (screen->shows_help)
            draw_help (screen);
        else if (screen->shows_notes)
            draw_notes (screen);
        else if (opened)
            screen_draw_phone (screen, watch, opened);
        else
            screen_draw_list (screen, watch);
    }
    refresh ();
}
