/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* What stands for what in an anonymised capture. Every replacement has the length and the kinds of letters of its
 * original, and is no original itself as far as there are enough of that length; equal stays equal, and different
 * different. First everything is learned, in order of appearance; after pseudonyms_settle() replacements are given.
 * Memory grows with the number of distinct names and addresses. */

typedef struct Pseudonyms Pseudonyms;

/* Longer words are handled as secrets are. */
#define PSEUDONYM_WORD_MAX 64

Pseudonyms *pseudonyms_new (void);
void pseudonyms_free (Pseudonyms *pseudonyms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pseudonyms, pseudonyms_free)

/* A MAC address: its vendor stays. Those of groups, and of nobody, stay as they are and are not learned. */
void pseudonyms_learn_mac (Pseudonyms *pseudonyms, const guint8 octets[6]);
/* An IPv4 address stays in its range (private, link-local, public), and its last octet stays; each other octet has as
 * many digits as before. Loopback, multicast, masks and 0.0.0.0 stay as they are. */
void pseudonyms_learn_ipv4 (Pseudonyms *pseudonyms, const guint8 octets[4]);
/* An IPv6 address stays in its range; each group of four digits keeps its number of significant ones; what a MAC
 * address or one of IPv4 has become part of is replaced as that is. */
void pseudonyms_learn_ipv6 (Pseudonyms *pseudonyms, const guint8 octets[16]);
/* A mask that addresses are compared by: what it tells apart, and what not, stays so. */
void pseudonyms_learn_mask (Pseudonyms *pseudonyms, const guint8 octets[4]);
/* One word of a name, letters and digits only: in either case the same one. Words that everybody uses stay and are not
 * learned, see vocabulary.h. */
void pseudonyms_learn_word (Pseudonyms *pseudonyms, View word);
/* The same of somebody's own name: no word stays of it, and is none of anybody's elsewhere. */
void pseudonyms_learn_person (Pseudonyms *pseudonyms, View word);
/* So many letters in front of that word stay. */
void pseudonyms_learn_prefix (Pseudonyms *pseudonyms, View word, gsize prefix);
/* The same of a number that somebody has or dials: it is replaced also in sentences, however short it is. */
void pseudonyms_learn_number (Pseudonyms *pseudonyms, View number);
gboolean pseudonyms_know_number (const Pseudonyms *pseudonyms, View number);
/* The same of a word in a sentence: it is replaced there, and nowhere else unless it is a name, too. */
void pseudonyms_learn_sentence_word (Pseudonyms *pseudonyms, View word);
/* Whether it stays in a sentence, see wording.h. */
gboolean pseudonyms_is_wording (const Pseudonyms *pseudonyms, View word);
gboolean pseudonyms_is_product (const Pseudonyms *pseudonyms, View word);
gboolean pseudonyms_is_field (const Pseudonyms *pseudonyms, View word);
/* Whether a word has been learned as a name, long enough to be told apart from others wherever it stands. */
gboolean pseudonyms_know_word (const Pseudonyms *pseudonyms, View word);
/* The same of any length. */
gboolean pseudonyms_know_name (const Pseudonyms *pseudonyms, View word);
gboolean pseudonyms_know_mac (const Pseudonyms *pseudonyms, const guint8 octets[6]);
gboolean pseudonyms_know_ipv4 (const Pseudonyms *pseudonyms, const guint8 octets[4]);
/* Some address that was learned begins with these two octets. */
gboolean pseudonyms_know_network (const Pseudonyms *pseudonyms, const guint8 octets[2]);
/* The MAC address that was learned and ends with these five octets: a second port is called by them. */
gboolean pseudonyms_find_mac_tail (const Pseudonyms *pseudonyms, const guint8 tail[5], guint8 ret_octets[6]);

void pseudonyms_settle (Pseudonyms *pseudonyms);

/* These write the replacement in place; what was not learned is learned now. Only after pseudonyms_settle(). */
void pseudonyms_mac (Pseudonyms *pseudonyms, guint8 octets[6]);
void pseudonyms_ipv4 (Pseudonyms *pseudonyms, guint8 octets[4]);
void pseudonyms_ipv6 (Pseudonyms *pseudonyms, guint8 octets[16]);
void pseudonyms_word (Pseudonyms *pseudonyms, guint8 *word, gsize size);
void pseudonyms_person (Pseudonyms *pseudonyms, guint8 *word, gsize size);
/* What nobody can remember or guess (secrets, nonces, tags): another one of the same alphabet, made from the old one
 * and from all that was learned. Nothing is kept of it. */
void pseudonyms_secret (const Pseudonyms *pseudonyms, guint8 *text, gsize size);

/* The same of octets of any kind. */
void pseudonyms_octets (const Pseudonyms *pseudonyms, guint8 *octets, gsize size);

/* Each original in order of appearance. kind: "mac", "ipv4", "ipv6", "number" or "word"; texts for the call. */
typedef void (*PseudonymRow) (const char *kind, const char *original, const char *replacement, gpointer user_data);
void pseudonyms_each (Pseudonyms *pseudonyms, PseudonymRow row, gpointer user_data);
