/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/pseudonyms.h"
#include "registration/anonymise/wording.h"

/* What the parts of the pseudonyms share. Nothing outside includes this. */

typedef enum { NAME_MAC, NAME_IPV4, NAME_IPV6, NAME_NUMBER, NAME_WORD } NameKind;

/* An original. Octets of an address, letters in lower case of a word. */
typedef struct {
    NameKind kind;
    gboolean is_name;    /* of somebody, and not only a word in a sentence */
    gboolean is_dialled; /* a number that somebody has */
    guint8 size, prefix; /* so many letters of it stay */
    guint8 octets[PSEUDONYM_WORD_MAX];
} Original;

/* One step down the tree of addresses: what follows this prefix. Zero where unused. */
typedef struct {
    guint8 what, level;
    guint8 prefix[14];
    guint16 value;
} Step;
enum { STEP_IPV4, STEP_IPV6, STEP_MAC, STEP_TAKEN = 0x40, STEP_IS_ORIGINAL = 0x80 };

/* How many replacements of one form were given, and by which of the rules of next_free(). */
typedef struct {
    guint64 next;
    guint rule;
} Counter;

struct Pseudonyms {
    gboolean is_settled;
    Wording *wording;      /* owned */
    GPtrArray *originals;  /* of Original, in order of appearance; owned */
    GHashTable *known;     /* Original → its replacement, an Original, owned; NULL before it is given */
    GHashTable *taken;     /* a set of replacements, as Original; owned by known */
    GHashTable *counters;  /* form → Counter; both owned */
    GHashTable *steps;     /* Step, owned → value + 1 */
    GHashTable *mac_tails; /* of MAC addresses that were learned: their last five octets → Original */
    GHashTable *low_tails; /* the same of their last three … */
    GHashTable *ip6_tails; /* … and those of other IPv6 addresses; all in originals */
    guint16 block[4];      /* octets of an IPv4 address that must stay together, by level: a power of two */
    GChecksum *all;        /* of all that was learned */
    guint8 key[32];
};

/* Of octets that are few enough. */
Original pseudonyms_original (NameKind kind, const guint8 *octets, gsize size);
gboolean pseudonyms_equal (gconstpointer a, gconstpointer b);
/* The one that is kept; it is learned when it is new. */
Original *pseudonyms_keep (Pseudonyms *names, const Original *original);
/* What stands for it; chosen when it is first asked for. */
const Original *pseudonyms_replacement (Pseudonyms *names, const Original *wanted);

/* What could stand for an original, into candidate, which is a copy of it. */
void pseudonyms_choose_mac (Pseudonyms *names, const Original *original, Original *candidate);
void pseudonyms_choose_ipv4 (Pseudonyms *names, const Original *original, Original *candidate);
void pseudonyms_choose_ipv6 (Pseudonyms *names, const Original *original, Original *candidate);
void pseudonyms_choose_word (Pseudonyms *names, const Original *original, Original *candidate);
