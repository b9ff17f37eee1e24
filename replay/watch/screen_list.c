/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line for each phone. */
#include "replay/watch/screen_internal.h"

#include "registration/wire/times.h"
#include "replay/watch/watch_lines.h"

#include <string.h>

static const Word show_words[N_SHOWS] = { WORD_SCREEN_ALL, WORD_SCREEN_FAILING, WORD_SCREEN_MISSING, WORD_SCREEN_MOVING,
                                          WORD_SCREEN_REGISTERED };
static const Word sort_words[N_SORTS] = { WORD_SCREEN_BY_STATE, WORD_SCREEN_BY_NAME, WORD_SCREEN_BY_TIME };

Word screen_show_word (Show show)
{
    return show_words[show];
}

Word screen_sort_word (Sort sort)
{
    return sort_words[sort];
}

/* What of the list is not there, and what order it has, when somebody has chosen that. */
static void add_choice (const Screen *screen, GString *out)
{
    if (screen->show != SHOW_ALL)
        g_string_append (out, tips_word (screen->tips, show_words[screen->show]));
    if (screen->search->len && !screen->is_searching)
        g_string_append_printf (out, "%s/%s", out->len ? ", " : "", screen->search->str);
    if (screen->sort != SORT_STATE)
        g_string_append_printf (out, "%s%s", out->len ? ", " : "", tips_word (screen->tips, sort_words[screen->sort]));
}

static gboolean is_shown (const Screen *screen, const WatchPhone *phone)
{
    if ((screen->show == SHOW_FAILING && !phone->fails) || (screen->show == SHOW_REGISTERED && !phone->registered) ||
        (screen->show == SHOW_MISSING && !phone->missing) ||
        (screen->show == SHOW_MOVING && phone->outcome != OUTCOME_TRYING))
        return FALSE;
    if (!screen->search->len)
        return TRUE;
    const char *texts[] = { phone->name, phone->address, phone->model, phone->server, phone->text, phone->title };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree char *lower = texts[i] ? g_utf8_strdown (texts[i], -1) : NULL;
        if (lower && strstr (lower, screen->search->str))
            return TRUE;
    }
    return FALSE;
}

/* What fails first, then what is missing, then what is on its way. */
static int rank (const WatchPhone *phone)
{
    return phone->fails ? 0 : phone->missing ? 1 : phone->outcome == OUTCOME_TRYING ? 2 : 3;
}

static gint compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const WatchPhone *x = *(const WatchPhone *const *) a, *y = *(const WatchPhone *const *) b;
    const Screen *screen = user_data;

    if (screen->sort == SORT_STATE && rank (x) != rank (y))
        return rank (x) - rank (y);
    if (screen->sort != SORT_NAME && x->since != y->since)
        return x->since > y->since ? -1 : 1;
    const int by_name = strcmp (x->name, y->name);
    return by_name ? by_name : (x->number < y->number ? -1 : 1);
}

guint screen_list (Screen *screen, const Watch *watch)
{
    g_ptr_array_set_size (screen->list, 0);
    for (guint i = 0; i < watch_n_phones (watch); i++)
        if (is_shown (screen, watch_phone (watch, i)))
            g_ptr_array_add (screen->list, (gpointer) watch_phone (watch, i));
    g_ptr_array_sort_with_data (screen->list, compare, screen);
    for (guint i = 0; screen->has_moved && i < screen->list->len; i++)
        if (((const WatchPhone *) screen->list->pdata[i])->number == screen->chosen)
            return i;
    return 0;
}

/* "12 s", "5 min", "3 h": how long it stands so. */
static void age_text (gint64 nanoseconds, char text[16])
{
    const gint64 seconds = MAX (nanoseconds, 0) / SECOND;

    if (seconds < 60)
        g_snprintf (text, 16, "%d s", (int) seconds);
    else if (seconds < 3600)
        g_snprintf (text, 16, "%d min", (int) (seconds / 60));
    else
        g_snprintf (text, 16, "%d h", (int) MIN (seconds / 3600, 99999));
}

enum { MARK_WIDTH = 2, ADDRESS_WIDTH = 15, AGE_WIDTH = 7, MODEL_WIDTH = 12 };

/* From so many columns on there is room for more of them. */
enum { WITH_ADDRESS = 60, WITH_SERVER = 110, WITH_MODEL = 140 };

/* A device's name has up to 15 characters, a MAC address 17; accounts and hosts are longer. */
static int name_width (void)
{
    return COLS >= 120 ? 36 : 17;
}

/* Returns where the next column begins. */
static int put_column (int line, int column, int width, const char *text)
{
    screen_put (line, column, width, text);
    return column + width + 1;
}

typedef struct {
    const char *mark, *name, *address, *server, *model, *age, *state;
} Row;

static void put_row (int line, const Row *row)
{
    int column = MARK_WIDTH;

    screen_put (line, 0, MARK_WIDTH, row->mark);
    column = put_column (line, column, name_width (), row->name);
    /* A phone without a name is called by its address. */
    if (COLS >= WITH_ADDRESS)
        column = put_column (line, column, ADDRESS_WIDTH, g_strcmp0 (row->name, row->address) ? row->address : "");
    if (COLS >= WITH_SERVER)
        column = put_column (line, column, ADDRESS_WIDTH, row->server);
    if (COLS >= WITH_MODEL)
        column = put_column (line, column, MODEL_WIDTH, row->model);
    column = put_column (line, column, AGE_WIDTH, row->age);
    screen_put (line, column, COLS - column, row->state);
}

/* The same without colours. */
static const char *mark_of (const WatchPhone *phone)
{
    if (phone->fails)
        return "!";
    if (phone->missing)
        return "-";
    return phone->registered ? "+" : phone->outcome == OUTCOME_TRYING ? "~" : "";
}

static void draw_phone (const Screen *screen, const Watch *watch, const WatchPhone *phone, int line, gboolean is_chosen)
{
    g_autoptr (GString) state = g_string_new (NULL);
    const int attribute = screen_attribute (screen, phone) | (is_chosen ? (int) A_REVERSE : 0);
    char age[16];

    /* What keeps it from where it wants to be comes before how it stands. */
    if (phone->fails && phone->title)
        g_string_append_printf (state, "%s (%s); ", phone->title, problem_name ((Problem) phone->problem));
    watch_state_text (phone, screen->tips, state);
    age_text (watch_now (watch) - phone->since, age);
    attron (attribute);
    put_row (line,
             &(Row){ mark_of (phone), phone->name, phone->address, phone->server, phone->model, age, state->str });
    attroff (attribute);
}

void screen_draw_list (Screen *screen, const Watch *watch)
{
    const guint place = screen_list (screen, watch), room = (guint) LINES - 3;

    if (place < screen->top)
        screen->top = place;
    if (place >= screen->top + room)
        screen->top = place - room + 1;
    if (screen->top >= screen->list->len)
        screen->top = 0;
    g_autoptr (GString) choice = g_string_new (NULL);
    add_choice (screen, choice);
    attron (A_UNDERLINE | (choice->len ? A_BOLD : 0));
    put_row (1, &(Row){ "", tips_word (screen->tips, WORD_COLUMN_PHONE), "IP",
                        tips_word (screen->tips, WORD_SCREEN_SERVER), tips_word (screen->tips, WORD_SCREEN_MODEL),
                        tips_word (screen->tips, WORD_SCREEN_SINCE),
                        choice->len ? choice->str : tips_word (screen->tips, WORD_SCREEN_STATE) });
    attroff (A_UNDERLINE | A_BOLD);
    for (guint i = 0; i < room && screen->top + i < screen->list->len; i++)
        draw_phone (screen, watch, screen->list->pdata[screen->top + i], (int) i + 2, screen->top + i == place);
    if (!screen->list->len)
        screen_put (2, 0, COLS,
                    tips_word (screen->tips, watch_n_phones (watch) ? WORD_SCREEN_NONE_FITS : WORD_SCREEN_NONE_YET));
    if (screen->list->len)
        screen->chosen = ((const WatchPhone *) screen->list->pdata[place])->number;
    screen_draw_bottom (screen, WORD_SCREEN_LIST_KEYS);
}
