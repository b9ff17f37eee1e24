/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A bounds-checked cursor over borrowed bytes. Reading past the end never happens: the read returns 0 (or an empty
 * view), nothing moves, and the cursor remembers that something was missing until it is initialised again. Old call
 * managers send short forms of most messages, so "missing" is an answer, not an error: ask bytes_have() first where
 * absent and zero must be told apart. */
typedef struct {
    const guint8 *data; /* borrowed; must outlive the cursor */
    gsize size;
    gsize position;
    gboolean missing; /* a read asked for more than there was */
} Bytes;

/* A view into borrowed bytes; not NUL-terminated. */
typedef struct {
    const guint8 *data;
    gsize size;
} View;

/* A NUL-terminated copy, owned by the caller; "" for an empty view. */
char *view_dup (View view);
/* Reads decimal digits, up to 18 and nothing else; FALSE (and ret_number untouched) for anything else. */
gboolean view_decimal (View view, guint64 *ret_number);

void bytes_init (Bytes *bytes, const guint8 *data, gsize size);
gsize bytes_left (const Bytes *bytes);
gboolean bytes_have (const Bytes *bytes, gsize size);

guint8 bytes_u8 (Bytes *bytes);
guint16 bytes_le16 (Bytes *bytes);
guint32 bytes_le32 (Bytes *bytes);
guint16 bytes_be16 (Bytes *bytes);
guint32 bytes_be32 (Bytes *bytes);

void bytes_skip (Bytes *bytes, gsize size);
/* Moves to an absolute position; a position past the end counts as missing and moves to the end. */
void bytes_seek (Bytes *bytes, gsize position);

/* Exactly size bytes, or an empty view when they are not there. */
View bytes_view (Bytes *bytes, gsize size);
/* A text in a fixed box of size bytes: the view ends before the first NUL (what follows is old memory on many
 * servers), and may fill the box. When the message ends inside the box, what is there counts as the box: short forms
 * do that. Consumes the box. */
View bytes_text_box (Bytes *bytes, gsize size);
/* A text that ends with NUL or with the bytes; consumes the NUL too. */
View bytes_text (Bytes *bytes);
