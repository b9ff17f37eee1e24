/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and numbers: as long as before, of the same kinds of letters. */
#include "registration/anonymise/pseudonyms_internal.h"

#include "registration/anonymise/vocabulary.h"

#include <string.h>

/* A shorter word means too much to be looked for in sentences. */
#define TELLING_SIZE 4

/* Letters that no hexadecimal number has come first. */
static const char letters[] = "nopqrstuvwxyzghijklmabcdef";

typedef enum { CLASS_FIXED, CLASS_DIGIT, CLASS_LETTER, CLASS_TAIL } Class;

/* What may stand at a place of a word, so that it is as long, and as well-formed in UTF-8, as before. */
static Class class_at (const guint8 *word, gsize at)
{
    if (g_ascii_isdigit (word[at]))
        return CLASS_DIGIT;
    if (g_ascii_isalpha (word[at]))
        return CLASS_LETTER;
    /* The first octets behind these leads have limits of their own. */
    if (word[at] >= 0x80 && word[at] < 0xC0 && (at == 0 || !memchr ("\xE0\xED\xF0\xF4", word[at - 1], 4)))
        return CLASS_TAIL;
    return CLASS_FIXED;
}

/* A number does not begin to look like one with a prefix for outside, nor stops to. */
static guint base_at (const Original *original, gsize at)
{
    const guint8 *word = original->octets;

    if (at < original->prefix)
        return 1;
    switch (class_at (word, at)) {
    case CLASS_DIGIT:
        return at == 0 ? (word[0] == '0' ? 1 : 9) : 10;
    case CLASS_LETTER:
        return 26;
    case CLASS_TAIL:
        return 16;
    case CLASS_FIXED:
        break;
    }
    return 1;
}

static guint8 octet_at (const Original *original, gsize at, guint digit)
{
    const guint8 *word = original->octets;

    if (at < original->prefix)
        return word[at];
    switch (class_at (word, at)) {
    case CLASS_DIGIT:
        return (guint8) ('0' + digit + (at == 0 && word[0] != '0'));
    case CLASS_LETTER:
        return (guint8) letters[digit];
    case CLASS_TAIL:
        return (guint8) (0xA0 + digit);
    case CLASS_FIXED:
        break;
    }
    return word[at];
}

/* The n-th word of this one's form; FALSE when there are not so many. */
static gboolean write_word (const Original *original, guint64 n, Original *candidate)
{
    for (gsize at = original->size; at-- > 0;) {
        const guint base = base_at (original, at);
        candidate->octets[at] = octet_at (original, at, (guint) (n % base));
        n /= base;
    }
    return n == 0;
}

static Counter *counter_of (Pseudonyms *names, const Original *original)
{
    GString *form = g_string_new (NULL);

    for (gsize at = 0; at < original->size; at++)
        g_string_append_c (form, base_at (original, at) > 1 ? "fdlt"[class_at (original->octets, at)]
                                                            : (char) original->octets[at]);
    Counter *counter = g_hash_table_lookup (names->counters, form->str);
    if (!counter) {
        counter = g_new0 (Counter, 1);
        g_hash_table_insert (names->counters, g_string_free (form, FALSE), counter);
    } else {
        g_string_free (form, TRUE);
    }
    return counter;
}

static gboolean word_is_free (Pseudonyms *names, const Original *original, const Original *candidate, guint rule)
{
    if (pseudonyms_equal (original, candidate) || vocabulary_has ((View){ candidate->octets, candidate->size }))
        return FALSE;
    return !g_hash_table_contains (names->taken, candidate) &&
           (rule > 0 || !g_hash_table_contains (names->known, candidate));
}

/* Words of one form are counted through; when all that are no originals are taken, originals will do; when these are
 * taken, too, there are fewer words than names, and some have to share one. Nothing is tried twice. */
void pseudonyms_choose_word (Pseudonyms *names, const Original *original, Original *candidate)
{
    Counter *counter = counter_of (names, original);

    for (; counter->rule < 2; counter->rule++, counter->next = 0)
        while (write_word (original, counter->next++, candidate))
            if (word_is_free (names, original, candidate, counter->rule))
                return;
    write_word (original, counter->next++ % 26, candidate);
}

static Original fold (View word)
{
    Original original = { .kind = NAME_NUMBER, .size = (guint8) word.size };

    for (gsize i = 0; i < word.size; i++) {
        original.octets[i] = (guint8) g_ascii_tolower ((char) word.data[i]);
        if (!g_ascii_isdigit (word.data[i]))
            original.kind = NAME_WORD;
    }
    return original;
}

/* Words of which there is but one of their form. */
static gboolean word_stays (View word)
{
    return word.size == 0 || (word.size == 1 && *word.data == '0') || vocabulary_has (word);
}

static Original *learn_word (Pseudonyms *names, View word)
{
    if (word_stays (word) || word.size > PSEUDONYM_WORD_MAX)
        return NULL;
    Original original = fold (word);
    return pseudonyms_keep (names, &original);
}

void pseudonyms_learn_word (Pseudonyms *names, View word)
{
    Original *kept = learn_word (names, word);

    if (kept)
        kept->is_name = TRUE;
}

void pseudonyms_learn_person (Pseudonyms *names, View word)
{
    if (word.size == 0 || word.size > PSEUDONYM_WORD_MAX)
        return;
    Original original = fold (word);
    pseudonyms_keep (names, &original)->is_name = TRUE;
}

void pseudonyms_learn_prefix (Pseudonyms *names, View word, gsize prefix)
{
    Original *kept = prefix < word.size ? learn_word (names, word) : NULL;

    if (kept)
        kept->prefix = (guint8) prefix;
}

void pseudonyms_learn_number (Pseudonyms *names, View number)
{
    Original *kept = learn_word (names, number);

    if (kept)
        kept->is_name = kept->is_dialled = TRUE;
}

gboolean pseudonyms_know_number (const Pseudonyms *names, View number)
{
    if (number.size > PSEUDONYM_WORD_MAX)
        return FALSE;
    Original original = fold (number);
    gpointer kept;
    return g_hash_table_lookup_extended (names->known, &original, &kept, NULL) && ((const Original *) kept)->is_dialled;
}

void pseudonyms_learn_sentence_word (Pseudonyms *names, View word)
{
    learn_word (names, word);
}

gboolean pseudonyms_is_wording (const Pseudonyms *names, View word)
{
    return wording_has (names->wording, word);
}

gboolean pseudonyms_is_product (const Pseudonyms *names, View word)
{
    return wording_has_product (names->wording, word);
}

gboolean pseudonyms_is_field (const Pseudonyms *names, View word)
{
    return wording_has_field (names->wording, word);
}

gboolean pseudonyms_know_word (const Pseudonyms *names, View word)
{
    return word.size >= TELLING_SIZE && pseudonyms_know_name (names, word);
}

gboolean pseudonyms_know_name (const Pseudonyms *names, View word)
{
    if (word.size > PSEUDONYM_WORD_MAX)
        return FALSE;
    Original original = fold (word);
    gpointer kept;
    return g_hash_table_lookup_extended (names->known, &original, &kept, NULL) && ((const Original *) kept)->is_name;
}

void pseudonyms_word (Pseudonyms *names, guint8 *word, gsize size)
{
    if (!word_stays ((View){ word, size }))
        pseudonyms_person (names, word, size);
}

void pseudonyms_person (Pseudonyms *names, guint8 *word, gsize size)
{
    if (size > PSEUDONYM_WORD_MAX) {
        pseudonyms_secret (names, word, size);
        return;
    }
    Original original = fold ((View){ word, size });
    const Original *replacement = pseudonyms_replacement (names, &original);
    for (gsize i = 0; i < size; i++)
        word[i] = g_ascii_isupper (word[i]) ? (guint8) g_ascii_toupper ((char) replacement->octets[i])
                                            : replacement->octets[i];
}
