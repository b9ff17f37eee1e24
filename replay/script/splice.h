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
/* Owned by the caller. */
GByteArray *splices_apply (Splices *splices);
