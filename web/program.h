/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What the script of the page calls, in a worker of its own. What is written goes to Module.give() piece by piece, as
 * octets that are gone after the call. One program reads one set of captures, and all of it goes with its worker. */

/* In that language from now on, as in "de"; 0 when its texts are damaged. */
int web_speak (const char *language);
/* Writes the languages besides English, parted by spaces. */
void web_languages (void);

/* path: where the script has put the file. Returns its number, 0, 1, 2 …; what is wrong with it is told with what it
 * says. */
int web_open (const char *path);
/* Reads so many frames of it; 0 when there are no more. */
int web_read (guint number, guint frames);
/* Sums up what was read of it so far. Returns what regreplay inspect would exit with. */
int web_sum_up (guint number);

/* The rest sums up first what was read since. */

/* Write what the page shows: the overview, and a phone by its place in it (registration/report/page_data.h). 0 when
 * there is no such phone. */
void web_overview (void);
int web_phone (guint index);
/* Writes the report in one of the formats of regreplay inspect: of all captures, or of one phone by its place in the
 * overview (G_MAXUINT: of all). 0 when there is no such format or phone. */
int web_report (const char *format, guint phone);
/* Writes that capture as regreplay annotate does; path as it was opened. Returns an exit status of regreplay. */
int web_annotate (guint number, const char *path);

/* Copies of captures under other names, as regreplay annotate --anonymise makes them; the names are the same in all.
 * First all are added, by paths; 0 when there is no such file, which then has no copy. */
void web_anonymise_begin (void);
int web_anonymise_add (const char *path);
/* Writes the copy of the first capture that was added, and with each call that of the next one; path is that of the
 * original. Returns an exit status of regreplay. */
int web_anonymise_next (const char *path);
/* Writes what --map does, of all of them. The end of these copies, made or not. */
void web_anonymise_map (void);
