/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Changes parts of octets and leaves all others as they are. */

typedef struct {
    View source;  /* borrowed */
    GArray *list; /* of Splice */
} Splices;

void splices_init (Splices *splices, View source);
void splices_clear (Splices *splices);
/* In the place of part, which lies in the source and may be empty: then the text is inserted before it. Where two
 * overlap, the first one put counts. */
void splices_put (Splices *splices, View part, const char *text);
void splices_put_number (Splices *splices, View part, gint64 number);
/* A hole, to be filled when the form of these splices is. */
void splices_put_hole (Splices *splices, View part, guint hole);
/* Without holes. Owned by the caller. */
GByteArray *splices_apply (Splices *splices);

/* What splices make, once and for all: octets with numbered holes, below FORM_HOLES_MAX. */
typedef struct Form Form;

#define FORM_HOLES_MAX 32

/* Owns all it holds. */
Form *splices_form (Splices *splices);
void form_free (Form *form);
/* The holes that it has, as bits. */
guint32 form_holes (const Form *form);
/* What form_fill() appends when each hole is filled with its place in values. */
gsize form_size (const Form *form, const View *values);
void form_fill (const Form *form, const View *values, GByteArray *out);
