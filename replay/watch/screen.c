/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ncurses draws: the list of phones, and one of them with what it says. */
#define NCURSES_WIDECHAR 1
#include "replay/watch/screen.h"

#include "registration/wire/times.h"
#include "replay/usage.h"
#include "replay/watch/watch_lines.h"

#include <curses.h>
#include <string.h>
#include <term.h>
/* It calls its numbers so. */
#undef columns
#undef lines
#include <unistd.h>

/* Below that nothing can be told. */
#define MIN_LINES   8
#define MIN_COLUMNS 40
/* How long a message stays, in microseconds, and how many are kept. */
#define MESSAGE_STAYS (8 * G_USEC_PER_SEC)
#define NOTES_MAX     200
#define ESCAPE        27

typedef enum { SHOW_ALL, SHOW_FAILING, SHOW_MISSING, SHOW_MOVING, SHOW_REGISTERED, N_SHOWS } Show;
typedef enum { SORT_STATE, SORT_NAME, SORT_TIME, N_SORTS } Sort;

static const Word show_words[N_SHOWS] = { WORD_SCREEN_ALL, WORD_SCREEN_FAILING, WORD_SCREEN_MISSING, WORD_SCREEN_MOVING,
                                          WORD_SCREEN_REGISTERED };
static const Word sort_words[N_SORTS] = { WORD_SCREEN_BY_STATE, WORD_SCREEN_BY_NAME, WORD_SCREEN_BY_TIME };

enum { COLOUR_GOOD = 1, COLOUR_BAD, COLOUR_MOVING };

/* One line of an opened phone: of a message, or of what was found there. */
typedef struct {
    char *text; /* owned */
    gboolean is_found, is_first;
} Line;

struct Screen {
    SCREEN *terminal; /* owned */
    FILE *typed;      /* that keys are read from; owned, or NULL */
    const Tips *tips;
    char *source;  /* owned */
    char *trouble; /* owned, or NULL */
    gboolean has_colours, is_paused, has_ended, shows_help, shows_notes;
    Show show;
    Sort sort;
    GString *search;       /* owned */
    gboolean is_searching; /* keys go there */
    GPtrArray *list;       /* of WatchPhone, borrowed from the watch: as drawn last; owned */
    guint32 chosen;        /* number of a phone; 0: the first of the list */
    gboolean has_moved;    /* the cursor stays with its phone; before that it is at the first one */
    guint top;             /* of the list: the first that is seen */
    guint32 opened;        /* number of a phone; 0: the list */
    GPtrArray *lines;      /* of Line: of the opened phone; owned */
    guint first_line;      /* that is seen */
    gboolean follows;      /* its end is seen, whatever comes */
    gint64 begin;          /* of the opened phone's first message that is kept */
    gboolean has_found;    /* what was found is among its lines */
    GPtrArray *notes;      /* what was said at the bottom: texts, the latest last; owned */
    gint64 message_until;  /* the latest of them is shown */
    guint32 message_phone; /* that it is about; 0 none */
};

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

static guint columns_of (gunichar c)
{
    return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

/* Writes text from there on, not beyond so many columns, and fills them up. What would drive the terminal does not. */
static void put (int line, int column, int width, const char *text)
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

static void put_bar (int line, const char *left, const char *right)
{
    const int wide = (int) g_utf8_strlen (right, -1);

    attron (A_REVERSE);
    put (line, 0, COLS, left);
    if (wide && wide < COLS)
        put (line, COLS - wide, wide, right);
    attroff (A_REVERSE);
}

static int attribute_of (const Screen *screen, const WatchPhone *phone)
{
    if (phone->fails || phone->missing)
        return screen->has_colours ? COLOR_PAIR (COLOUR_BAD) | A_BOLD : A_BOLD;
    if (!screen->has_colours)
        return A_NORMAL;
    if (phone->registered)
        return COLOR_PAIR (COLOUR_GOOD);
    return phone->outcome == OUTCOME_TRYING ? COLOR_PAIR (COLOUR_MOVING) : A_NORMAL;
}

static char *words (const Tips *tips, Word word, guint count, const char *text)
{
    GString *out = g_string_new (NULL);
    const Value values[] = { value_of_number (VALUE_COUNT, count), value_of_text (VALUE_TEXT, text) };

    tips_say (tips, word, values, G_N_ELEMENTS (values), out);
    return g_string_free (out, FALSE);
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

static void draw_title (const Screen *screen, const Watch *watch, guint64 dropped)
{
    g_autoptr (GString) left = g_string_new (NULL), right = g_string_new (" ");
    guint n_failing = 0, n_registered = 0, n_missing = 0;

    for (guint i = 0; i < watch_n_phones (watch); i++) {
        n_failing += watch_phone (watch, i)->fails ? 1 : 0;
        n_registered += watch_phone (watch, i)->registered ? 1 : 0;
        n_missing += watch_phone (watch, i)->missing ? 1 : 0;
    }
    g_autofree char *all = words (screen->tips, WORD_REPORT_TOTAL_PHONES, watch_n_phones (watch), NULL);
    g_autofree char *good = words (screen->tips, WORD_SCREEN_N_REGISTERED, n_registered, NULL);
    g_autofree char *bad = words (screen->tips, WORD_SCREEN_N_FAILING, n_failing, NULL);
    g_string_append_printf (left, "%s, %s, %s", all, good, bad);
    if (dropped) {
        g_autofree char *lost = words (screen->tips, WORD_SCREEN_LOST, (guint) MIN (dropped, G_MAXUINT), NULL);
        g_string_append_printf (left, ", %s", lost);
    }
    if (n_missing) {
        g_autofree char *missing = words (screen->tips, WORD_SCREEN_N_MISSING, n_missing, NULL);
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

static void draw_bottom (Screen *screen, Word keys)
{
    if (screen->is_searching) {
        g_autofree char *typed = g_strdup_printf ("/%s_", screen->search->str);
        put (LINES - 1, 0, COLS - 1, typed);
        return;
    }
    if (screen->notes->len && !screen->shows_notes && g_get_monotonic_time () < screen->message_until) {
        const char *note = screen->notes->pdata[screen->notes->len - 1];
        attron (A_BOLD);
        put (LINES - 1, 0, COLS - 1, strchr (note, ' ') + 2); /* behind its time */
        attroff (A_BOLD);
        return;
    }
    put (LINES - 1, 0, COLS - 1, tips_word (screen->tips, keys));
}

/* --- The list */

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

/* Returns the place of the chosen phone. */
static guint make_list (Screen *screen, const Watch *watch)
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
    put (line, column, width, text);
    return column + width + 1;
}

typedef struct {
    const char *mark, *name, *address, *server, *model, *age, *state;
} Row;

static void put_row (int line, const Row *row)
{
    int column = MARK_WIDTH;

    put (line, 0, MARK_WIDTH, row->mark);
    column = put_column (line, column, name_width (), row->name);
    /* A phone without a name is called by its address. */
    if (COLS >= WITH_ADDRESS)
        column = put_column (line, column, ADDRESS_WIDTH, g_strcmp0 (row->name, row->address) ? row->address : "");
    if (COLS >= WITH_SERVER)
        column = put_column (line, column, ADDRESS_WIDTH, row->server);
    if (COLS >= WITH_MODEL)
        column = put_column (line, column, MODEL_WIDTH, row->model);
    column = put_column (line, column, AGE_WIDTH, row->age);
    put (line, column, COLS - column, row->state);
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
    const int attribute = attribute_of (screen, phone) | (is_chosen ? (int) A_REVERSE : 0);
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

static void draw_list (Screen *screen, const Watch *watch)
{
    const guint place = make_list (screen, watch), room = (guint) LINES - 3;

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
        put (2, 0, COLS,
             tips_word (screen->tips, watch_n_phones (watch) ? WORD_SCREEN_NONE_FITS : WORD_SCREEN_NONE_YET));
    if (screen->list->len)
        screen->chosen = ((const WatchPhone *) screen->list->pdata[place])->number;
    draw_bottom (screen, WORD_SCREEN_LIST_KEYS);
}

/* --- One phone */

static const WatchPhone *phone_of (const Watch *watch, guint32 number)
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

/* Text as lines of the screen, broken at spaces, all but the first behind an indent; what was found has it there, too.
 */
static void add_wrapped (Screen *screen, const char *text, gboolean is_found)
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
    add_wrapped (screen, text, FALSE);
    if (message->found) {
        screen->has_found = TRUE;
        add_wrapped (screen, message->found, TRUE);
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
    put (1, 0, COLS, head);
    attroff (A_BOLD);
    if (phone->server)
        g_string_append_printf (state, " [%s]", phone->server);
    attron (attribute_of (screen, phone));
    put (2, 0, COLS, state->str);
    attroff (attribute_of (screen, phone));
}

/* What was found, when the messages that show it are no longer kept. */
static void add_cause (Screen *screen, const WatchPhone *phone)
{
    if (screen->has_found)
        return;
    if (phone->why)
        add_wrapped (screen, phone->why, TRUE);
    if (phone->fix) {
        g_autofree char *fix = g_strdup_printf ("%s: %s", tips_word (screen->tips, WORD_TO_DO), phone->fix);
        add_wrapped (screen, fix, TRUE);
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

/* The end, beginning with a whole message where one fits. */
static guint last_page (const Screen *screen, guint room)
{
    guint last = screen->lines->len > room ? screen->lines->len - room : 0;

    for (guint i = last; i < screen->lines->len; i++)
        if (((const Line *) screen->lines->pdata[i])->is_first)
            return i;
    return last;
}

static void draw_opened (Screen *screen, Watch *watch, const WatchPhone *phone)
{
    const guint room = (guint) LINES - 4;

    make_lines (screen, watch, phone);
    const guint last = last_page (screen, room);
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
        put ((int) i + 3, 0, COLS, line->text);
        attroff (attribute);
    }
    draw_bottom (screen, WORD_SCREEN_PHONE_KEYS);
}

static void draw_help (const Screen *screen)
{
    static const Word lines[] = { WORD_SCREEN_HELP_MOVE, WORD_SCREEN_HELP_OPEN,  WORD_SCREEN_HELP_SHOW,
                                  WORD_SCREEN_HELP_SORT, WORD_SCREEN_HELP_FIND,  WORD_SCREEN_HELP_PAUSE,
                                  WORD_SCREEN_HELP_SAVE, WORD_SCREEN_HELP_NOTES, WORD_SCREEN_HELP_QUIT };

    for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        put ((int) i + 2, 2, COLS - 2, tips_word (screen->tips, lines[i]));
}

/* The latest of them that there is room for. */
static void draw_notes (Screen *screen)
{
    const guint room = (guint) LINES - 3;

    g_ptr_array_set_size (screen->lines, 0);
    for (guint i = 0; i < screen->notes->len; i++)
        add_wrapped (screen, screen->notes->pdata[i], FALSE);
    const guint first = last_page (screen, room);
    for (guint i = first; i < screen->lines->len; i++)
        put ((int) (i - first) + 1, 0, COLS, ((const Line *) screen->lines->pdata[i])->text);
    if (!screen->notes->len)
        put (1, 0, COLS, tips_word (screen->tips, WORD_SCREEN_NO_NOTES));
    draw_bottom (screen, WORD_SCREEN_PHONE_KEYS);
}

void screen_draw (Screen *screen, Watch *watch, guint64 dropped)
{
    const WatchPhone *opened = screen->opened ? phone_of (watch, screen->opened) : NULL;

    if (screen->is_paused)
        return;
    if (!opened)
        screen->opened = 0;
    erase ();
    if (LINES < MIN_LINES || COLS < MIN_COLUMNS) {
        g_autofree char *size = g_strdup_printf ("%dx%d < %dx%d", COLS, LINES, MIN_COLUMNS, MIN_LINES);
        g_autofree char *small = words (screen->tips, WORD_SCREEN_SMALL, 0, size);
        put (0, 0, COLS, size);
        put (1, 0, COLS, small);
    } else {
        draw_title (screen, watch, dropped);
        if (screen->shows_help)
            draw_help (screen);
        else if (screen->shows_notes)
            draw_notes (screen);
        else if (opened)
            draw_opened (screen, watch, opened);
        else
            draw_list (screen, watch);
    }
    refresh ();
}

/* --- Keys */

const WatchPhone *screen_chosen (const Screen *screen, Watch *watch)
{
    return phone_of (watch, screen->opened ? screen->opened : screen->chosen);
}

static void move_in_list (Screen *screen, const Watch *watch, gint64 by)
{
    const guint place = make_list (screen, watch);

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
    g_autofree char *text = words (screen->tips, what, 0, tips_word (screen->tips, choice));
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
        say_choice (screen, WORD_SCREEN_SHOWN, show_words[screen->show]);
        break;
    case 's':
        screen->sort = (screen->sort + 1) % N_SORTS;
        say_choice (screen, WORD_SCREEN_SORTED, sort_words[screen->sort]);
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
            put (LINES - 1, 0, COLS - 1, tips_word (screen->tips, WORD_SCREEN_PAUSED_KEYS));
            refresh ();
        }
        return TRUE;
    }
    if (screen->is_paused && key != 'q')
        return TRUE;
    *ret_wish = obey (screen, watch, key);
    return TRUE;
}
