/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/pseudonyms.h"

/* How the readers of this floor change octets: a pen that learns, or one that writes what was learned. Both go the same
 * way through the same octets, so nothing is written that was not learned, and only one of them writes. Everything is
 * done in place, and no length ever changes. */

/* The key that stands for all those of digits. */
#define PEN_KEY '1'

typedef struct {
    Pseudonyms *pseudonyms;
    gboolean writes;
} Pen;

/* What a text is. In all of them addresses of every kind, and device names made of a MAC address, are replaced. */
typedef enum {
    TEXT_NAME,    /* names somebody or something: every word is replaced but those that everybody uses */
    TEXT_WHERE,   /* the same of a URI or a host with a port, which stays */
    TEXT_WORDS,   /* a sentence: words that were learned elsewhere are replaced */
    TEXT_FREE,    /* a sentence: words stay that name nobody (wording.h), and numbers of three digits at most */
    TEXT_PRODUCT, /* what somebody has made a product's name of: words of products stay, and numbers that models have */
    TEXT_KEPT,    /* a value that names nobody: all numbers stay, and the words of TEXT_CALLED */
    TEXT_CALLED,  /* what elements, headers, settings and methods are called: words of the field stay (field_words.h),
                     also several in one */
    TEXT_SECRET,  /* a password, a tag, a nonce: nothing of it stays but its alphabet */
    TEXT_KEYS,    /* what somebody dials */
    TEXT_LABEL,   /* as TEXT_NAME, with codes of the phone's own phrases in it (SCCP) */
    TEXT_PERSON,  /* as TEXT_NAME, of somebody who may be called as a month or a word of the field is */
    TEXT_DEVICE,  /* as TEXT_NAME, of a phone: the letters that tell its kind stay, wherever it is named */
} TextKind;

void pen_text (const Pen *pen, guint8 *text, gsize size, TextKind kind);
/* The number of somebody, of digits only; what is something else is left alone. Others write it. */
void pen_learn_number (const Pen *pen, View number);
/* A host, perhaps with a port, which stays. */
void pen_host (const Pen *pen, View host);
/* Texts among other octets: those of so many printable ones in a row, and no fewer. */
void pen_texts (const Pen *pen, guint8 *data, gsize size, gsize least, TextKind kind);
/* A text in UTF-16; one octet more at the end stays. */
void pen_wide_text (const Pen *pen, guint8 *text, gsize size, gboolean big_endian, TextKind kind);
/* The same in two steps, for what reads more than one text: an octet for each letter, where those beyond ASCII are as
 * if they were the octets of another alphabet. Owned by the caller. */
guint8 *pen_narrow (const guint8 *text, gsize size, gboolean big_endian);
void pen_widen (const Pen *pen, guint8 *text, gsize size, gboolean big_endian, const guint8 *narrow);

void pen_mac (const Pen *pen, guint8 octets[6]);
void pen_ipv4 (const Pen *pen, guint8 octets[4]);
void pen_ipv6 (const Pen *pen, guint8 octets[16]);
/* Addresses of IPv4, and of the link, that were learned elsewhere, wherever they stand. */
void pen_known (const Pen *pen, guint8 *data, gsize size);
/* As many as there are. */
void pen_ipv4_list (const Pen *pen, guint8 *octets, gsize size);
/* Octets that no reader understands: a text, a list of addresses, or zeros, by how they look. */
void pen_unknown (const Pen *pen, guint8 *data, gsize size);
/* Whether digits are the port of a protocol, and nobody's number. */
gboolean pen_is_port (const Pen *pen, View digits);
/* Zeros, where nothing is to be learned. */
void pen_blank (const Pen *pen, guint8 *data, gsize size);

/* Views of the library's readers point into the octets that are changed. */
static inline void pen_view (const Pen *pen, View view, TextKind kind)
{
    pen_text (pen, (guint8 *) view.data, view.size, kind);
}
