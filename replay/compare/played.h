/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/storm.h"

#include <glib.h>
#include <stdio.h>

/* One of both results that are compared: what regreplay run or regreplay test has written as ndjson. */

/* A recording that was done again. Plain data. */
typedef struct {
    char *capture; /* its name, below the folder of a suite; owned */
    Storm *storm;  /* judged; NULL: it could not be tested; owned */
    char *why;     /* why not; owned, or NULL */
} PlayedRun;

typedef struct {
    char *file;      /* owned */
    GPtrArray *runs; /* of PlayedRun, in the order of the file; owned */
} Played;

/* Reads a stream to its end. NULL with error (MERGE_ERROR) set, one sentence without a full stop that names file and
 * line, when it is not whole or something else. why: see merger_read(). */
Played *played_read (FILE *stream, const char *file, const char *(*why) (gpointer user_data), gpointer user_data,
                     GError **error);
void played_free (Played *side);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Played, played_free)
