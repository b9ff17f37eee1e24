/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the parts of the screen share. Nothing outside includes this. */

#define NCURSES_WIDECHAR 1
#include "replay/watch/screen.h"

#include <curses.h>
#include <term.h>
/* Their numbers are called so. */
#undef columns
#undef lines

typedef enum { SHOW_ALL, SHOW_FAILING, SHOW_MISSING, SHOW_MOVING, SHOW_REGISTERED, N_SHOWS } Show;
typedef enum { SORT_STATE, SORT_NAME, SORT_TIME, N_SORTS } Sort;

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

/* Writes text from there on, not beyond so many columns, and fills them up. What would drive the terminal does not. */
void screen_put (int line, int column, int width, const char *text);
/* How what is said of the phone looks, for attron(). */
int screen_attribute (const Screen *screen, const WatchPhone *phone);
/* A word with its values; owned by the caller. */
char *screen_words (const Tips *tips, Word word, guint count, const char *text);
/* What stands for the choice of phones, and for their order. */
Word screen_show_word (Show show);
Word screen_sort_word (Sort sort);

/* Makes the list anew. Returns the place of the chosen phone. */
guint screen_list (Screen *screen, const Watch *watch);
void screen_draw_list (Screen *screen, const Watch *watch);

/* The phone of that number; NULL when there is none. Borrowed from the watch. */
const WatchPhone *screen_phone (const Watch *watch, guint32 number);
void screen_draw_phone (Screen *screen, Watch *watch, const WatchPhone *phone);
/* Text as lines of the screen, broken at spaces, all but the first behind an indent; what was found has it there, too.
 */
void screen_add_text (Screen *screen, const char *text, gboolean is_found);
/* The first line of the last page, which begins with a whole message where one fits. */
guint screen_last_page (const Screen *screen, guint room);
/* The last line: what is typed, what was said just now, or the keys. */
void screen_draw_bottom (Screen *screen, Word keys);
