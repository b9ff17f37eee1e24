/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/watch/watch.h"

#include <glib.h>

/* A terminal that shows a watch: a line for each phone, and one phone opened, with all that it says. */

typedef struct Screen Screen;

/* Takes the terminal that standard output is, until screen_free(). keys: a descriptor to read from what is typed; stays
 * the caller's; -1: nothing can be typed. source: where the packets come from, for its first line. NULL with error set
 * when the terminal cannot show it. tips are borrowed. */
Screen *screen_new (const Tips *tips, const char *source, int keys, GError **error);
/* Gives the terminal back as it was. */
void screen_free (Screen *screen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Screen, screen_free)

typedef enum {
    SCREEN_GOES_ON,
    SCREEN_QUIT,
    SCREEN_SAVE, /* the packets of screen_chosen() */
} ScreenWish;

/* Takes one key that was typed; FALSE when there is none. */
gboolean screen_key (Screen *screen, Watch *watch, ScreenWish *ret_wish);
/* The phone at the cursor; NULL when there is none. */
const WatchPhone *screen_chosen (const Screen *screen, Watch *watch);
/* Something has changed: a phone that begins to fail, or is missing, is told at once. */
void screen_change (Screen *screen, const WatchChange *change);
/* A line at the bottom, for some seconds; a key shows those before it. */
void screen_say (Screen *screen, const char *message);
/* What stands in the first line until it is over (NULL), as that no packets come. */
void screen_warn (Screen *screen, const char *trouble);
/* Where the packets come from has no more. */
void screen_end (Screen *screen);
void screen_draw (Screen *screen, Watch *watch, guint64 dropped);
