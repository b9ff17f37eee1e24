/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Text for a terminal: its lines are broken at spaces where they would leave it, the rest of each behind an indent. */

typedef struct Terminal Terminal;

/* Where whole lines go to, as a ReportSink. */
typedef void (*TerminalSink) (const char *text, gsize size, gpointer user_data);

/* NULL when standard output is no terminal, or nobody knows how wide it is. */
Terminal *terminal_new (TerminalSink sink, gpointer user_data);
/* How wide the terminal is that this file leads to, by COLUMNS or by its own word; 0: it is none, or nobody knows. */
guint terminal_columns (int file);
/* From now on what g_printerr() says fits the terminal, where standard error is one. */
void terminal_break_errors (void);
/* To standard output: fits the terminal where it is one, with what options mean in a column of its own. */
void terminal_print_help (const char *text);
/* For a width: for tests. */
Terminal *terminal_new_for (guint columns, TerminalSink sink, gpointer user_data);
/* Writes what is left. */
void terminal_free (Terminal *terminal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Terminal, terminal_free)

/* A ReportSink; user_data is the Terminal. Colours (ECMA-48, SGR) have no width. */
void terminal_write (const char *text, gsize size, gpointer user_data);
/* Standard output is a terminal, and nobody has asked for no colours (https://no-color.org). */
gboolean terminal_has_colours (void);
