/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/catalog.h"
#include "registration/terms/phase.h"
#include "registration/terms/values.h"

#include <glib.h>

/* What is kept of every message and TCP event of a capture: a few dozen octets each, in the order of the frames. All
 * text is made from them when somebody asks (explain.h). */

/* 1, 2, 3 …; 0 means none. */
typedef guint32 NoteId;
/* Index into the phones; see phones.h. */
typedef guint32 PhoneId;
/* 1, 2, 3 …; 0 means none. See registration.h. */
typedef guint32 RegistrationId;

/* What a note has room for. */
#define REGISTRATION_BITS 23
#define REGISTRATION_MAX  ((1u << REGISTRATION_BITS) - 1)
#define KIND_BITS         10
#define VARIANT_BITS      6

typedef struct {
    gint64 time; /* nanoseconds since 1970, of the frame */
    guint32 frame;
    PhoneId phone;                            /* as known then: flow_note_phone() knows who it is */
    NoteId partner;                           /* request: its answer (SIP: the one that counts); answer: its request */
    guint32 values;                           /* place of the packed values; see notes_values() */
    guint32 registration : REGISTRATION_BITS; /* that it belongs to; 0 when there are too many */
    guint32 phase : 4;                        /* Phase */
    guint32 level : 3;                        /* Level after this message */
    guint32 from_server : 1;
    guint32 dropped : 1;            /* see notes_drop_frame() */
    guint16 server;                 /* place in the flow's list of servers; 0 for none */
    guint16 kind : KIND_BITS;       /* row of the catalogue */
    guint16 variant : VARIANT_BITS; /* Variant: which text of the tip fits */
} Note;

G_STATIC_ASSERT (sizeof (Note) == 32);
G_STATIC_ASSERT (N_VARIANTS <= 1 << VARIANT_BITS);

typedef struct Notes Notes;

Notes *notes_new (void);
void notes_free (Notes *notes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notes, notes_free)

/* Appends a copy, with its values; frames must not fall. The note stays where it is until notes_free(). */
NoteId notes_append (Notes *notes, const Note *note, const Values *values);
/* It has turned out that the note says this, in place of what it said. */
void notes_replace_values (Notes *notes, NoteId id, const Values *values);
guint32 notes_count (const Notes *notes);
/* Borrowed from notes; NULL for 0. */
Note *notes_get (const Notes *notes, NoteId id);
/* The note's packed values; never NULL. */
const guint8 *notes_values (const Notes *notes, const Note *note);
/* The frame is only the copy of another one, and tells nothing of its own (FRAME_IS_COPY). */
gboolean note_is_copy (const Note *note);
/* The frame with this number was not kept after all (a read filter took it away), and the next one has its number: its
 * notes are no longer found by it. What they did to the phones stays. */
void notes_drop_frame (Notes *notes, guint32 frame);
/* The first note of a frame, or 0: those of one frame follow each other. Logarithmic. */
NoteId notes_first_of_frame (const Notes *notes, guint32 frame);
