/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"

/* The notes that a user's filter has let through to a tap: a bit for each note. Zero-initialised it is empty. */
typedef struct {
    GByteArray *bits; /* owned, or NULL */
} NoteSet;

void note_set_add (NoteSet *set, NoteId id);
/* A NoteFilter of summary.h; the set is its data. */
gboolean note_set_has (NoteId id, gconstpointer set);
/* Empties it and frees what it holds. */
void note_set_clear (NoteSet *set);
