/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Where a report goes: standard output, or a file that is there only when it is whole. */

typedef struct Output Output;

/* path NULL: standard output. A file is written beside its place first, and moved there by output_close(). */
Output *output_open (const char *path, GError **error);
/* A ReportSink; user_data is the Output. What goes wrong is told by output_close(). */
void output_write (const char *text, gsize size, gpointer user_data);
/* FALSE with error set when not everything could be written; the file is as it was before then. */
gboolean output_close (Output *output, GError **error);
/* Gives up what was not closed. */
void output_free (Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_free)

/* Whether that is the capture itself, under whatever name: it must not be overwritten while it is read. */
gboolean output_is_capture (const char *path, const char *capture);

/* A copy for a terminal: no control characters, valid UTF-8. Owned by the caller. */
char *output_clean (const char *text);
