/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed. */
#include "replay/watch/screen_internal.h"

#define ESCAPE 27

const WatchPhone *screen_chosen (const Screen *screen, Watch *watch)
{
    return screen_phone (watch, screen->opened ? screen->opened : screen->chosen);
}

static void move_in_list (Screen *screen, const Watch *watch, gint64 by)
{
    const guint place = screen_list (screen, watch);

    if (screen->list->len) {
        const gint64 to = CLAMP ((gint64) place + by, 0, (gint64) screen->list->len - 1);
        screen->chosen = ((const WatchPhone *) screen->list->pdata[to])->number;
    }
}

static void move_by (Screen *screen, const Watch *watch, gint64 by)
{
    screen->has_moved = TRUE;
    if (!screen->opened) {
        move_in_list (screen, watch, by);
        return;
    }
    screen->follows = FALSE;
    screen->first_line = (guint) CLAMP ((gint64) screen->first_line + by, 0, (gint64) screen->lines->len);
}

/* TRUE when the key was for the search. */
static gboolean type_search (Screen *screen, int key)
{
    if (!screen->is_searching)
        return FALSE;
    if (key == ESCAPE)
        g_string_truncate (screen->search, 0);
    if (key == ESCAPE || key == '\n' || key == KEY_ENTER)
        screen->is_searching = FALSE;
    else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && screen->search->len)
        g_string_truncate (screen->search, screen->search->len - 1);
    else if (key >= ' ' && key < 127)
        g_string_append_c (screen->search, g_ascii_tolower ((char) key));
    return TRUE;
}

static void open_chosen (Screen *screen)
{
    screen->has_moved = TRUE;
    if (screen->opened)
        return;
    screen->opened = screen->chosen;
    screen->follows = TRUE;
}

/* Back by one step; FALSE when there is none. */
static gboolean go_back (Screen *screen)
{
    if (screen->shows_help)
        screen->shows_help = FALSE;
    else if (screen->shows_notes)
        screen->shows_notes = FALSE;
    else if (screen->opened)
        screen->opened = 0;
    else if (screen->search->len)
        g_string_truncate (screen->search, 0);
    else
        return FALSE;
    return TRUE;
}

static void say_choice (Screen *screen, Word what, Word choice)
{
    g_autofree char *text = screen_words (screen->tips, what, 0, tips_word (screen->tips, choice));
    screen_say (screen, text);
}

static ScreenWish obey (Screen *screen, Watch *watch, int key)
{
    const int page = MAX (LINES - 4, 1);

    switch (key) {
    case 'q':
        return go_back (screen) ? SCREEN_GOES_ON : SCREEN_QUIT;
    case ESCAPE:
    case KEY_LEFT:
        go_back (screen);
        break;
    case KEY_UP:
    case 'k':
        move_by (screen, watch, -1);
        break;
    case KEY_DOWN:
    case 'j':
        move_by (screen, watch, 1);
        break;
    case KEY_PPAGE:
        move_by (screen, watch, -page);
        break;
    case KEY_NPAGE:
    case ' ':
        move_by (screen, watch, page);
        break;
    case KEY_HOME:
        move_by (screen, watch, -G_MAXINT32);
        break;
    case KEY_END:
        move_by (screen, watch, G_MAXINT32);
        break;
    case '\n':
    case KEY_ENTER:
    case KEY_RIGHT:
        open_chosen (screen);
        break;
    case 'f':
        screen->show = (screen->show + 1) % N_SHOWS;
        say_choice (screen, WORD_SCREEN_SHOWN, screen_show_word (screen->show));
        break;
    case 's':
        screen->sort = (screen->sort + 1) % N_SORTS;
        say_choice (screen, WORD_SCREEN_SORTED, screen_sort_word (screen->sort));
        break;
    case '/':
        screen->opened = 0;
        screen->is_searching = TRUE;
        break;
    case '?':
    case 'h':
        screen->shows_help = !screen->shows_help;
        break;
    case 'n':
        screen->shows_notes = !screen->shows_notes;
        break;
    case 'w':
        return SCREEN_SAVE;
    default:
        break;
    }
    return SCREEN_GOES_ON;
}

gboolean screen_key (Screen *screen, Watch *watch, ScreenWish *ret_wish)
{
    const int key = getch ();

    *ret_wish = SCREEN_GOES_ON;
    if (key == ERR)
        return FALSE;
    if (type_search (screen, key))
        return TRUE;
    if (key == 'p') {
        screen->is_paused = !screen->is_paused;
        if (screen->is_paused) {
            screen_put (LINES - 1, 0, COLS - 1, tips_word (screen->tips, WORD_SCREEN_PAUSED_KEYS));
            refresh ();
        }
        return TRUE;
    }
    if (screen->is_paused && key != 'q')
        return TRUE;
    *ret_wish = obey (screen, watch, key);
    return TRUE;
}
