/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/wording.h"

#include "registration/anonymise/field_words.h"
#include "registration/anonymise/vocabulary.h"
#include "registration/protocols/catalog.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/outage.h"
#include "registration/terms/sip_refusals.h"
#include "registration/terms/words.h"

#include <string.h>

#define TELLING_SIZE 4
#define WORD_MAX     40

struct Wording {
    GHashTable *words; /* sets of them in small letters; owned */
    GHashTable *fields;
    GHashTable *products;
};

/* All that we say ourselves about what is said on the wire, and the texts that are looked for there. */
static const char *const tables[] = {
#define X(symbol, texts, meaning, fix) texts, meaning, fix,
    REJECT_CAUSES (X)
#undef X
#define X(symbol, word, sentence) word, sentence,
        OUTAGE_CAUSES (X)
#undef X
#define X(symbol, meaning, fix) meaning, fix,
            SIP_REFUSALS (X)
#undef X
#define X(symbol, english) english,
                WORDS (X) ICMP_WORDS (X)
#undef X
#define X(number, symbol, english) english,
                    TLS_ALERTS (X) DNS_RCODES (X)
#undef X
#define X(symbol, missing, what, if_missing) what, if_missing,
                        BOOT_FILES (X)
#undef X
};

/* What else stands in such sentences: as servers and phones that we know write them. */
static const char more[] =
    "activeload desktops inactiveload lasttime parms ipaddr reasonforoutofservice q850 "
    "attempt attempts blocked cannot changed denied disallowed handler incorrect limits "
    "mismatched missing need nonexistent "
    "acceptable conflict continue created gateway modified partial payload precondition protocols "
    "redirect satisfiable storage switching temporary unprocessable "
    "policy query rate rejecting requests unable unresolvable wrong";

/* How words begin by which rules tell what somebody's own sentence means, in any of their forms. */
static const char *const stems[] = { "anonym",   "auth",     "certificate", "credential", "fail",
                                     "mismatch", "password", "resolv",      "throttl",    "unauth" };

static gboolean is_word_octet (char c)
{
    return g_ascii_isalnum (c) || (guint8) c >= 0x80;
}

static void add_words (GHashTable *words, const char *text)
{
    for (gsize size; *text; text += size + (text[size] != '\0')) {
        for (size = 0; is_word_octet (text[size]);)
            size++;
        if (size >= TELLING_SIZE && size <= WORD_MAX)
            g_hash_table_add (words, g_ascii_strdown (text, (gssize) size));
    }
}

static void add_phrase (const char *phrase, gpointer user_data)
{
    add_words (user_data, phrase);
}

Wording *wording_new (void)
{
    Wording *wording = g_new0 (Wording, 1);

    wording->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    wording->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    wording->products = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        add_words (wording->words, tables[i]);
    for (guint i = 0; i < catalog_size (); i++)
        add_words (wording->words, catalog_kind ((KindIndex) i)->name);
    sip_phrases_each (add_phrase, wording->words);
    boot_file_patterns_each (add_phrase, wording->words);
    add_words (wording->words, more);
    for (const char *const *words = field_words; *words; words++)
        add_words (wording->fields, *words);
    for (const char *const *words = product_words; *words; words++)
        add_words (wording->products, *words);
    return wording;
}

void wording_free (Wording *wording)
{
    if (!wording)
        return;
    g_hash_table_unref (wording->words);
    g_hash_table_unref (wording->fields);
    g_hash_table_unref (wording->products);
    g_free (wording);
}

/* Interfaces, lines, firmware: a word of the field and a small number. */
static gsize without_number (View word)
{
    gsize size = word.size;

    while (size && word.size - size < TELLING_SIZE && g_ascii_isdigit (word.data[size - 1]))
        size--;
    return word.size - size < TELLING_SIZE ? size : word.size;
}

static gboolean has_word (const Wording *wording, View word)
{
    char text[WORD_MAX + 1];

    if (vocabulary_has (word))
        return TRUE;
    if (word.size < TELLING_SIZE || word.size > WORD_MAX || memchr (word.data, '\0', word.size))
        return FALSE;
    for (gsize i = 0; i < word.size; i++)
        text[i] = g_ascii_tolower ((char) word.data[i]);
    text[word.size] = '\0';
    for (guint i = 0; i < G_N_ELEMENTS (stems); i++)
        if (g_str_has_prefix (text, stems[i]))
            return TRUE;
    return g_hash_table_contains (wording->words, text) || outage_has_word (text);
}

gboolean wording_has (const Wording *wording, View word)
{
    return word.size < TELLING_SIZE || has_word (wording, word) ||
           has_word (wording, (View){ word.data, without_number (word) });
}

/* Whether a table has it in any case. */
static gboolean is_in (GHashTable *table, View word)
{
    char text[WORD_MAX + 1];

    if (word.size > WORD_MAX || memchr (word.data, '\0', word.size))
        return FALSE;
    for (gsize i = 0; i < word.size; i++)
        text[i] = g_ascii_tolower ((char) word.data[i]);
    text[word.size] = '\0';
    return g_hash_table_contains (table, text);
}

gboolean wording_has_product (const Wording *wording, View word)
{
    return wording_has (wording, word) || is_in (wording->products, word);
}

static gboolean has_field (const Wording *wording, View word)
{
    return wording_has_product (wording, word) || is_in (wording->fields, word);
}

gboolean wording_has_field (const Wording *wording, View word)
{
    if (has_field (wording, word))
        return TRUE;
    for (gsize first = TELLING_SIZE; first + TELLING_SIZE <= word.size; first++)
        if (has_field (wording, (View){ word.data, first }) &&
            has_field (wording, (View){ word.data + first, word.size - first }))
            return TRUE;
    return FALSE;
}
