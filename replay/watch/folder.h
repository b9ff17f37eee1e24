/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The captures of a folder, each once. A capture is known by what it begins with, and not by its name: whoever rotates
 * captures renames and packs them. So a copy is no other capture, and what is written anew under an old name is. */

typedef struct Folder Folder;

/* path is copied. */
Folder *folder_new (const char *path);
void folder_free (Folder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

/* Looks which captures are there. TRUE when there is one that was not taken yet and has a packet. */
gboolean folder_look (Folder *folder);
/* Of these, as folder_look() saw them last, the one that begins first: its path, owned by the caller; NULL when there
 * is none. It is not given again. */
char *folder_take (Folder *folder);
/* A word for people about files that are no captures, each once; NULL when there is none. Owned by the caller. */
char *folder_news (Folder *folder);
/* Files in it, as folder_look() saw them last. */
guint folder_size (const Folder *folder);
/* Whether a file is compressed. */
gboolean folder_is_packed (const char *path);
