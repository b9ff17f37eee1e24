/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>

/* The one way in which regreplay and the plugin write files. A file is there under its name only when it is whole: it
 * is written without a name or beside its place, and moved there by output_close(); a process that is killed leaves
 * nothing. It may be read by whoever might read the file that it replaces; a new one by whoever may read all inputs.
 * Devices and pipes are written as they are, and a symbolic link stays and leads to the new file. */

typedef struct Output Output;

/* path NULL or "-": standard output. inputs: the files that are read or written besides, ended by NULL, or NULL; those
 * that this program has open need not be named. NULL with error (one sentence without a full stop) set when path cannot
 * be written, or is one of these under whatever name. Waits for whoever reads a pipe. */
Output *output_open (const char *path, const char *const *inputs, GError **error);
/* A file that is appended to, and begun when it is not there: its descriptor, the caller's. -1 with error set as above.
 * Waits for whoever reads a pipe. */
int output_append (const char *path, const char *const *inputs, GError **error);
/* Nobody but its owner may read the file, whoever might read what it replaces. */
void output_make_private (Output *output);
/* What to write to; the output's. */
FILE *output_file (Output *output);
/* A ReportSink (registration/report/report.h); user_data is the Output. What goes wrong is told by output_close(). */
void output_write (const char *text, gsize size, gpointer user_data);
/* Nothing more needs to be written: output_close() will fail. */
gboolean output_has_failed (const Output *output);
/* FALSE with error set when not everything could be written, or when something else has written there since
 * output_open(); the file is then as it was before, or as that has left it. A reader of standard output that has left
 * is no error. */
gboolean output_close (Output *output, GError **error);
/* Who reads standard output has seen enough, and is gone: nobody is to be told that it cannot be written. */
gboolean output_reader_left (void);
/* Gives up what was not closed. */
void output_free (Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_free)
