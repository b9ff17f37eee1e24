/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Text that waits: in memory as long as it is short, then in a file without a name. */

typedef struct Spool Spool;

Spool *spool_new (void);
void spool_free (Spool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Spool, spool_free)

/* A ReportSink (registration/report/report.h); user_data is the Spool. What the disk has no room for stays in memory.
 */
void spool_write (const char *text, gsize size, gpointer user_data);
/* Hands everything on, in pieces. FALSE with error set when the file cannot be read back. */
gboolean spool_drain (Spool *spool, void (*sink) (const char *text, gsize size, gpointer user_data), gpointer user_data,
                      GError **error);
