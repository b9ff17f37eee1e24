/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/pen.h"

/* What the parts of the pen share. */

/* Letters and digits, of whatever alphabet: words are made of them. */
static inline gboolean pen_is_letter (guint8 c)
{
    return g_ascii_isalnum (c) || c >= 0x80;
}

/* Writes digits over as many digits, each in its case. */
void pen_put_hex (guint8 *text, guint value, guint digits);
/* Two digits for each of n octets, those before from left as they are. A letter that takes the place of a digit has the
 * case of its neighbours. */
void pen_put_mac (guint8 *text, const guint8 *octets, guint n, guint from);
/* So many octets of two digits each; FALSE when something else is among them. text has as many. */
gboolean pen_read_hex (const guint8 *text, gsize n_octets, guint8 *ret_octets);
/* An address of any kind, or a fingerprint, at this place of a text. Returns how much it has taken; 0: it is something
 * else. */
gsize pen_take_address (const Pen *pen, guint8 *text, gsize size, gsize at, TextKind kind);

gboolean pen_all_digits (const guint8 *word, gsize size);
/* One word of such a text. */
void pen_word (const Pen *pen, guint8 *word, gsize size, TextKind kind);
/* A word of a sentence that is to be replaced, and is nobody's name elsewhere. */
void pen_sentence_word (const Pen *pen, guint8 *word, gsize size);
/* The beginning of a tag or Call-ID that is the phone's own address, all twelve digits, or eight, a hyphen and four.
 * Returns how much it has taken. */
gsize pen_take_mac_prefix (const Pen *pen, guint8 *text, gsize size);
