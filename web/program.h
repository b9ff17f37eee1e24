/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What the script of the page calls, in a worker of its own. What is written goes to Module.give() piece by piece, as
 * octets that are gone after the call. One program reads one set of captures, and all of it goes with its worker. */

/* In that language from now on, as in "de"; 0 when its texts are damaged. */
int web_speak (const char *language);

/* path: where the script has put the file. Returns its number, 0, 1, 2 …; what is wrong with it is told with what it
 * says. */
int web_open (const char *path);
/* Reads so many frames of it; 0 when there are no more. */
int web_read (guint number, guint frames);
/* Sums up what was read of it so far. Returns what regreplay inspect would exit with. */
int web_sum_up (guint number);

/* Writes the report of all captures in one of the formats of regreplay inspect; 0 when there is no such format. */
int web_report (const char *format);
