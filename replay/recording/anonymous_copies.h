/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/report.h"

#include <glib.h>

/* Copies of captures in which all names are others (registration/anonymise/), the same ones in all of them. */

typedef struct AnonymousCopies AnonymousCopies;

AnonymousCopies *anonymous_copies_new (void);
void anonymous_copies_free (AnonymousCopies *copies);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AnonymousCopies, anonymous_copies_free)

/* Adds a capture before the first copy is made. Takes over source, as capture_source() gives it; path is for messages.
 */
void anonymous_copies_add (AnonymousCopies *copies, int source, const char *path);

/* The copy of the first capture, and with each call that of the next one: a descriptor of a file without a name, as
 * capture_source() gives it, the caller's. -1 with error set when nothing of the capture could be read, or there is no
 * room for the copy; error set besides a copy: it ends where the capture is damaged. ret_secrets: how many blocks of
 * keys were left out. */
int anonymous_copies_next (AnonymousCopies *copies, guint32 *ret_secrets, GError **error);

/* What a text from elsewhere is in the copies, as the name of a file: all names and addresses in it that are theirs are
 * replaced in place. */
void anonymous_copies_rename (AnonymousCopies *copies, char *text);

/* Writes what stands for what in all copies: a kind, an original and its replacement in each line, parted by tabs.
 * There is no copy to be made afterwards. */
void anonymous_copies_map (AnonymousCopies *copies, ReportSink sink, gpointer user_data);
