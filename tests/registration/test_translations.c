/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every tip and word is there in every language that is shipped, with the values of the English one. */
#include "registration/terms/words.h"
#include "registration/tips/template.h"
#include "registration/tips/tips.h"

#include <criterion/criterion.h>
#include <string.h>

#define WORDS_GROUP "words"

static GKeyFile *read_shipped (const char *name)
{
    g_autoptr (GBytes) bytes = tips_shipped_file (name);
    GKeyFile *file = g_key_file_new ();

    cr_assert_not_null (bytes, "there is no %s", name);
    cr_assert (g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, NULL));
    return file;
}

static gint compare_keys (gconstpointer a, gconstpointer b)
{
    return *(const gint *) a - *(const gint *) b;
}

/* The values that a text uses, each once, as "12 15"; of a word, whose values are those of its English text. */
static char *values_of (const char *text, const char *word)
{
    g_autoptr (Template) template = word ? template_new_word (text, word, NULL) : template_new (text, NULL);
    GString *list = g_string_new (NULL);
    gint last = -1;

    cr_assert_not_null (template, "%s", text);
    g_autoptr (GArray) keys = template_keys (template);
    g_array_sort (keys, compare_keys);
    for (guint i = 0; i < keys->len; i++) {
        gint key = g_array_index (keys, gint, i);
        if (key != last)
            g_string_append_printf (list, "%d ", key);
        last = key;
    }
    return g_string_free (list, FALSE);
}

static void compare_texts (const char *language, const char *group, const char *key, const char *english,
                           const char *translated)
{
    cr_expect_not_null (translated, "%s: [%s] %s is missing", language, group, key);
    if (!translated)
        return;
    g_autofree char *values = values_of (english, NULL), *translated_values = values_of (translated, NULL);
    cr_expect_str_eq (translated_values, values, "%s: [%s] %s has other values than the English text:\n%s\n%s",
                      language, group, key, english, translated);
}

static void compare_files (const char *language, const char *name)
{
    g_autofree char *translated_name = g_strconcat (language, "/", name, NULL);
    g_autoptr (GKeyFile) english = read_shipped (name), translated = read_shipped (translated_name);
    g_auto (GStrv) groups = g_key_file_get_groups (english, NULL);
    g_auto (GStrv) translated_groups = g_key_file_get_groups (translated, NULL);

    for (char **group = groups; *group; group++) {
        g_auto (GStrv) keys = g_key_file_get_keys (english, *group, NULL, NULL);
        for (char **key = keys; *key; key++) {
            g_autofree char *there = g_strdup_printf ("%s[%s]", *key, language);
            g_autofree char *text = g_key_file_get_string (english, *group, *key, NULL);
            g_autofree char *other = g_key_file_get_string (translated, *group, there, NULL);
            compare_texts (language, *group, *key, text, other);
        }
    }
    for (char **group = translated_groups; *group; group++) {
        g_auto (GStrv) keys = g_key_file_get_keys (translated, *group, NULL, NULL);
        for (char **key = keys; *key; key++) {
            g_autofree char *base = g_strndup (*key, strcspn (*key, "["));
            cr_expect (g_key_file_has_key (english, *group, base, NULL), "%s: [%s] %s translates nothing that is there",
                       translated_name, *group, *key);
        }
    }
}

static void compare_words (const char *language)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Tips) tips = tips_new_shipped (language, &error);

    cr_assert_not_null (tips, "%s", error->message);
    for (Word word = 0; word < N_WORDS; word++) {
        const char *english_text = word_english (word), *text = tips_word (tips, word);
        cr_expect (tips_has_word (tips, word), "%s: the word \"%s\" is missing", language, english_text);
        if (!word_takes_values (word))
            continue;
        g_autofree char *values = values_of (english_text, english_text);
        g_autofree char *translated_values = values_of (text, english_text), *key = word_key (word);
        cr_expect_str_eq (translated_values, values, "%s: the word %s has other values than the English one:\n%s\n%s",
                          language, key, english_text, text);
    }
}

/* ladder.js knows values, and no parts that drop out. */
static void check_words_of_page (const char *language)
{
    static const Word words[] = {
#define X(symbol, english) WORD_##symbol,
        PAGE_WORDS (X) LIVE_WORDS (X)
#undef X
            WORD_REPORT_LABELLED,
        WORD_LADDER_GAP,
        WORD_REPORT_NO_PHONES,
    };
    g_autoptr (Tips) tips = tips_new_shipped (language, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        cr_expect_null (strpbrk (tips_word (tips, words[i]), "[]"), "%s: \"%s\" has brackets", language,
                        tips_word (tips, words[i]));
}

Test (translations, every_language_has_every_tip_and_every_word)
{
    g_auto (GStrv) languages = tips_languages ();

    for (char **language = languages; *language; language++) {
        for (const char *const *name = tips_shipped_files (); *name; name++)
            compare_files (*language, *name);
        compare_words (*language);
    }
}

Test (translations, the_words_of_the_page_have_no_parts_that_drop_out)
{
    g_auto (GStrv) languages = tips_languages ();

    check_words_of_page ("en");
    for (char **language = languages; *language; language++)
        check_words_of_page (*language);
}

Test (translations, a_locale_gets_the_files_of_its_language)
{
    g_auto (GStrv) languages = tips_languages ();

    for (char **language = languages; *language; language++) {
        g_autofree char *locale = g_strconcat (*language, "_XX.UTF-8", NULL);
        g_autoptr (Tips) tips = tips_new_shipped (locale, NULL);
        cr_expect (tips_has_word (tips, WORD_ON), "%s", locale);
        cr_expect_str_eq (tips_language (tips), *language);
    }
}
