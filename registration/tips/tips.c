/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/tips.h"

#include "registration/tips/shipped.h"

#include <string.h>

G_DEFINE_QUARK (regflow - tips - error - quark, tips_error)

#define WORDS_GROUP "words"

typedef struct {
    Template *parts[N_TIP_PARTS]; /* owned; NULL where the file has none */
} Tip;

struct Tips {
    char *language;               /* owned */
    char **languages;             /* it and what it falls back on, best first; owned */
    GHashTable *by_group;         /* group name, owned → Tip, owned */
    char **kind_groups;           /* plain group of each row of the catalogue; owned */
    GHashTable *kinds_of_group;   /* plain group, borrowed from kind_groups → the first row with it + 1 */
    KindIndex *same_group;        /* of each row: the next one with its group + 1, or 0; owned */
    Tip **by_kind;                /* catalog_size() × N_VARIANTS, borrowed from by_group */
    Tip *by_problem[N_PROBLEMS];  /* borrowed from by_group */
    char *words[N_WORDS];         /* owned; NULL where no file has one */
    Template *sentences[N_WORDS]; /* of the words that take values; owned */
    const char *spoken;           /* the language of the words, borrowed from languages; NULL while they are English */
};

static const char *const part_keys[N_TIP_PARTS] = { "title", "text", "next", "fix" };

static void tip_free (gpointer data)
{
    Tip *tip = data;

    if (!tip)
        return;
    for (int i = 0; i < N_TIP_PARTS; i++)
        template_free (tip->parts[i]);
    g_free (tip);
}

/* "sccp.Reset": the plain group of a kind. */
static char *kind_group (const MessageKind *kind)
{
    return kind->group ? g_strdup (kind->group) : g_strdup_printf ("%s.%s", protocol_name (kind->protocol), kind->name);
}

Tips *tips_new (const char *language)
{
    Tips *tips = g_new0 (Tips, 1);

    tips->language = g_strdup (language && *language ? language : "en");
    tips->languages = g_get_locale_variants (tips->language);
    tips->by_group = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tip_free);
    tips->by_kind = g_new0 (Tip *, catalog_size () * N_VARIANTS);
    tips->kind_groups = g_new0 (char *, catalog_size () + 1);
    tips->kinds_of_group = g_hash_table_new (g_str_hash, g_str_equal);
    tips->same_group = g_new0 (KindIndex, catalog_size ());
    for (KindIndex kind = 0; kind < catalog_size (); kind++) {
        char *group = tips->kind_groups[kind] = kind_group (catalog_kind (kind));
        tips->same_group[kind] = (KindIndex) GPOINTER_TO_UINT (g_hash_table_lookup (tips->kinds_of_group, group));
        g_hash_table_insert (tips->kinds_of_group, group, GUINT_TO_POINTER (kind + 1u));
    }
    for (Word word = 0; word < N_WORDS; word++)
        if (word_takes_values (word))
            tips->sentences[word] = template_new_word (word_english (word), word_english (word), NULL);
    return tips;
}

void tips_free (Tips *tips)
{
    if (!tips)
        return;
    g_free (tips->language);
    g_strfreev (tips->languages);
    g_hash_table_unref (tips->by_group);
    g_hash_table_unref (tips->kinds_of_group);
    g_free (tips->same_group);
    g_free (tips->by_kind);
    g_strfreev (tips->kind_groups);
    for (int i = 0; i < N_WORDS; i++) {
        g_free (tips->words[i]);
        template_free (tips->sentences[i]);
    }
    g_free (tips);
}

#define PROBLEM_PREFIX "problem."

/* N_PROBLEMS for a group that is no problem's. */
static Problem find_problem (const char *group)
{
    Problem problem = 0;

    if (!g_str_has_prefix (group, PROBLEM_PREFIX))
        return N_PROBLEMS;
    while (problem < N_PROBLEMS && !g_str_equal (group + strlen (PROBLEM_PREFIX), problem_name (problem)))
        problem++;
    return problem;
}

/* What a group of a file is about. */
typedef struct {
    Problem problem; /* N_PROBLEMS: a message */
    KindIndex kind;  /* the first row of the catalogue with that group; the others: same_group */
    Variant variant;
} GroupAbout;

/* Splits "sccp.Reset/restart" into message and variant. FALSE when nothing in the catalogue has that group, or there is
 * no such variant. */
static gboolean find_message (const Tips *tips, const char *group, GroupAbout *ret_about)
{
    const char *slash = strchr (group, '/');
    g_autofree char *message = g_strndup (group, slash ? (gsize) (slash - group) : strlen (group));
    guint kind = GPOINTER_TO_UINT (g_hash_table_lookup (tips->kinds_of_group, message));
    Variant variant = VARIANT_NONE;

    if (slash)
        for (variant = VARIANT_NONE + 1; variant < N_VARIANTS && !g_str_equal (slash + 1, variant_name (variant));)
            variant++;
    if (!kind || variant == N_VARIANTS)
        return FALSE;
    ret_about->kind = (KindIndex) (kind - 1);
    ret_about->variant = variant;
    return TRUE;
}

static gboolean find_group (const Tips *tips, const char *group, GroupAbout *ret_about)
{
    *ret_about = (GroupAbout){ .problem = find_problem (group) };
    return ret_about->problem != N_PROBLEMS || find_message (tips, group, ret_about);
}

/* How well the language in "text[de]" fits: 0 best, up to that of "text", which has none; -1 not at all. ret_size is
 * the size of the key without it. */
static int rank_of_key (const Tips *tips, const char *key, gsize *ret_size)
{
    const char *bracket = strchr (key, '[');
    int rank = 0;

    *ret_size = bracket ? (gsize) (bracket - key) : strlen (key);
    for (; tips->languages[rank]; rank++) {
        gsize size = strlen (tips->languages[rank]);
        if (bracket && strncmp (bracket + 1, tips->languages[rank], size) == 0 && g_str_equal (bracket + 1 + size, "]"))
            return rank;
    }
    return bracket ? -1 : rank;
}

/* TRUE when a key of this rank is what the language wants, more than what was read before it. */
static gboolean is_better (int rank, int *best)
{
    if (rank < 0 || (*best >= 0 && rank > *best))
        return FALSE;
    *best = rank;
    return TRUE;
}

static int find_part (const char *key, gsize size, gboolean is_problem)
{
    int part = 0;

    while (part < N_TIP_PARTS && (strlen (part_keys[part]) != size || memcmp (part_keys[part], key, size) != 0))
        part++;
    return part == (is_problem ? TIP_NEXT : TIP_FIX) ? N_TIP_PARTS : part;
}

#define NOT_TEXT "the value is not UTF-8 text, or has a \\ that stands for nothing"

/* NULL for NOT_TEXT. GLib complains on stderr when a value has a wrong escape and ends in another one. */
static char *read_text (GKeyFile *file, const char *group, const char *key)
{
    g_autofree char *raw = g_key_file_get_value (file, group, key, NULL);
    gsize backslashes = 0, size = raw ? strlen (raw) : 0;

    if (raw && !memchr (raw, '\\', size))
        return view_is_plain (text_view (raw)) || g_utf8_validate (raw, (gssize) size, NULL) ? g_steal_pointer (&raw)
                                                                                             : NULL;
    while (backslashes < size && raw[size - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 ? NULL : g_key_file_get_string (file, group, key, NULL);
}

static Tip *read_tip (const Tips *tips, GKeyFile *file, const char *group, gboolean is_problem, const char *file_name,
                      GError **error)
{
    Tip *tip = g_new0 (Tip, 1);
    int best[N_TIP_PARTS] = { -1, -1, -1, -1 };
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

    for (char **key = keys; *key; key++) {
        gsize size;
        int rank = rank_of_key (tips, *key, &size), part = find_part (*key, size, is_problem);
        if (part == N_TIP_PARTS) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN,
                         "%s: [%s] has a key \"%s\", but a tip has only title, text and next (a problem: fix)",
                         file_name, group, *key);
            tip_free (tip);
            return NULL;
        }
        /* Every translation must compile, not only the one in use. */
        g_autofree char *raw = read_text (file, group, *key);
        g_autoptr (Template) compiled = raw ? template_new (raw, error) : NULL;
        if (!compiled) {
            if (!raw)
                g_set_error (error, TIPS_ERROR, TIPS_ERROR_FORMAT, NOT_TEXT);
            g_prefix_error (error, "%s: [%s] %s: ", file_name, group, *key);
            tip_free (tip);
            return NULL;
        }
        if (is_better (rank, &best[part])) {
            template_free (tip->parts[part]);
            tip->parts[part] = g_steal_pointer (&compiled);
        }
    }
    return tip;
}

/* The words of one file, until all of it turns out to be good. */
typedef struct {
    char *words[N_WORDS];         /* owned, or NULL */
    Template *sentences[N_WORDS]; /* owned, or NULL */
    const char *spoken;           /* borrowed from the tips, or NULL */
} WordsRead;

static void words_read_clear (WordsRead *read)
{
    for (Word word = 0; word < N_WORDS; word++) {
        g_free (read->words[word]);
        template_free (read->sentences[word]);
    }
}

static void words_read_use (WordsRead *read, Tips *tips)
{
    for (Word word = 0; word < N_WORDS; word++) {
        if (!read->words[word])
            continue;
        g_free (tips->words[word]);
        tips->words[word] = g_steal_pointer (&read->words[word]);
        template_free (tips->sentences[word]);
        tips->sentences[word] = g_steal_pointer (&read->sentences[word]);
    }
    if (read->spoken)
        tips->spoken = read->spoken;
}

/* Every translation has to be good, not only the one in use. ret_sentence: NULL for a word that takes no values. */
static gboolean read_word (GKeyFile *file, Word word, const char *key, char **ret_text, Template **ret_sentence,
                           GError **error)
{
    g_autofree char *text = read_text (file, WORDS_GROUP, key);

    *ret_sentence = NULL;
    if (!text) {
        g_set_error (error, TIPS_ERROR, TIPS_ERROR_FORMAT, NOT_TEXT);
        return FALSE;
    }
    if (word_takes_values (word) && !(*ret_sentence = template_new_word (text, word_english (word), error)))
        return FALSE;
    *ret_text = g_steal_pointer (&text);
    return TRUE;
}

static gboolean read_words (const Tips *tips, GKeyFile *file, WordsRead *read, const char *file_name, GError **error)
{
    int best[N_WORDS];
    g_auto (GStrv) keys = g_key_file_get_keys (file, WORDS_GROUP, NULL, NULL);

    memset (best, -1, sizeof best);
    for (char **key = keys; keys && *key; key++) {
        gsize size;
        int rank = rank_of_key (tips, *key, &size);
        Word word = word_find (*key, size);
        g_autofree char *text = NULL;
        g_autoptr (Template) sentence = NULL;
        if (word == N_WORDS) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN, "%s: [" WORDS_GROUP "] there is no word named \"%.*s\"",
                         file_name, (int) size, *key);
            return FALSE;
        }
        if (!read_word (file, word, *key, &text, &sentence, error)) {
            g_prefix_error (error, "%s: [" WORDS_GROUP "] %s: ", file_name, *key);
            return FALSE;
        }
        if (!is_better (rank, &best[word]))
            continue;
        g_free (read->words[word]);
        read->words[word] = g_steal_pointer (&text);
        template_free (read->sentences[word]);
        read->sentences[word] = g_steal_pointer (&sentence);
        /* Behind the last one stands NULL: a text without a language. */
        if (tips->languages[rank])
            read->spoken = tips->languages[rank];
    }
    return TRUE;
}

/* A group of one file, until all of it turns out to be good. */
typedef struct {
    const char *group; /* borrowed */
    GroupAbout about;
    Tip *tip; /* owned */
} GroupRead;

static void group_read_clear (gpointer data)
{
    tip_free (((GroupRead *) data)->tip);
}

static gboolean read_groups (const Tips *tips, GKeyFile *file, GStrv groups, GArray *read, const char *file_name,
                             GError **error)
{
    for (char **group = groups; *group; group++) {
        GroupRead added = { .group = *group };
        if (g_str_equal (*group, WORDS_GROUP))
            continue;
        if (!find_group (tips, *group, &added.about)) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN, "%s: there is no message for the group [%s]", file_name,
                         *group);
            return FALSE;
        }
        added.tip = read_tip (tips, file, *group, added.about.problem != N_PROBLEMS, file_name, error);
        if (!added.tip)
            return FALSE;
        g_array_append_val (read, added);
    }
    return TRUE;
}

static void index_group (Tips *tips, const GroupAbout *about, Tip *tip)
{
    if (about->problem != N_PROBLEMS) {
        tips->by_problem[about->problem] = tip;
        return;
    }
    KindIndex kind = about->kind;
    tips->by_kind[kind * N_VARIANTS + about->variant] = tip;
    for (; tips->same_group[kind]; kind = tips->same_group[kind] - 1)
        tips->by_kind[(tips->same_group[kind] - 1) * N_VARIANTS + about->variant] = tip;
}

/* What an earlier file said stays where this one says nothing. */
static void use_group (Tips *tips, GroupRead *read)
{
    Tip *present = g_hash_table_lookup (tips->by_group, read->group);

    if (!present) {
        index_group (tips, &read->about, read->tip);
        g_hash_table_insert (tips->by_group, g_strdup (read->group), g_steal_pointer (&read->tip));
        return;
    }
    for (int part = 0; part < N_TIP_PARTS; part++) {
        if (read->tip->parts[part]) {
            template_free (present->parts[part]);
            present->parts[part] = g_steal_pointer (&read->tip->parts[part]);
        }
    }
}

gboolean tips_add (Tips *tips, const char *data, gsize size, const char *file_name, GError **error)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (GroupRead));
    WordsRead words = { 0 };

    g_array_set_clear_func (read, group_read_clear);
    if (!g_key_file_load_from_data (file, data, size, G_KEY_FILE_KEEP_TRANSLATIONS, error)) {
        g_prefix_error (error, "%s: ", file_name);
        return FALSE;
    }
    g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
    const gboolean ok =
        read_words (tips, file, &words, file_name, error) && read_groups (tips, file, groups, read, file_name, error);
    if (ok)
        words_read_use (&words, tips);
    words_read_clear (&words);
    for (guint i = 0; ok && i < read->len; i++)
        use_group (tips, &g_array_index (read, GroupRead, i));
    return ok;
}

gboolean tips_check_complete (const Tips *tips, GError **error)
{
    g_autoptr (GString) missing = g_string_new (NULL);

    for (KindIndex kind = 0; kind < catalog_size (); kind++) {
        const Tip *tip = g_hash_table_lookup (tips->by_group, tips->kind_groups[kind]);
        g_autofree char *group = g_strdup_printf (" [%s]", tips->kind_groups[kind]);
        if ((!tip || !tip->parts[TIP_TITLE] || !tip->parts[TIP_TEXT]) && !strstr (missing->str, group))
            g_string_append (missing, group);
    }
    for (Problem problem = 0; problem < N_PROBLEMS; problem++) {
        const Tip *tip = tips->by_problem[problem];
        if (!tip || !tip->parts[TIP_TITLE] || !tip->parts[TIP_TEXT] || !tip->parts[TIP_FIX])
            g_string_append_printf (missing, " [" PROBLEM_PREFIX "%s]", problem_name (problem));
    }
    if (missing->len == 0)
        return TRUE;
    g_set_error (error, TIPS_ERROR, TIPS_ERROR_INCOMPLETE, "no title and text for:%s", missing->str);
    return FALSE;
}

const Template *tips_find (const Tips *tips, KindIndex kind, Variant variant, TipPart part)
{
    const Tip *tip = tips->by_kind[kind * N_VARIANTS + variant];

    /* What the plain group expects follows from its text: a variant with a text of its own expects something else, or
     * nothing. */
    if (part == TIP_NEXT && tip && tip->parts[TIP_TEXT])
        return tip->parts[part];
    if ((!tip || !tip->parts[part]) && variant != VARIANT_NONE)
        tip = tips->by_kind[kind * N_VARIANTS];
    return tip ? tip->parts[part] : NULL;
}

const Template *tips_find_problem (const Tips *tips, Problem problem, TipPart part)
{
    const Tip *tip = tips->by_problem[problem];
    return tip ? tip->parts[part] : NULL;
}

const char *tips_word (const Tips *tips, Word word)
{
    return tips->words[word] ? tips->words[word] : word_english (word);
}

const char *tips_language (const Tips *tips)
{
    return tips->spoken ? tips->spoken : "en";
}

typedef struct {
    const Tips *tips;
    const Value *values;
    guint n;
} Said;

static const char *translate (Word word, gpointer user_data)
{
    return tips_word (((const Said *) user_data)->tips, word);
}

static gboolean look_up (ValueKey key, Value *ret_value, gpointer user_data)
{
    const Said *said = user_data;

    for (guint i = 0; i < said->n; i++) {
        if (said->values[i].key != key)
            continue;
        *ret_value = said->values[i];
        return value_key_form (key) != FORM_TEXT || ret_value->text;
    }
    return FALSE;
}

void tips_say (const Tips *tips, Word word, const Value *values, guint n, GString *out)
{
    Said said = { tips, values, n };

    if (tips->sentences[word])
        template_format (tips->sentences[word], look_up, translate, &said, out);
    else
        g_string_append (out, tips_word (tips, word));
}

gboolean tips_has_word (const Tips *tips, Word word)
{
    return tips->words[word] != NULL;
}

const char *const *tips_shipped_files (void)
{
    static const char *const files[] = { "boot.tips", "problems.tips", "sccp.tips", "sip.tips", NULL };
    return files;
}

GBytes *tips_shipped_file (const char *name)
{
    const ShippedFile *file = shipped_find (shipped_tips, name);
    return file ? g_bytes_new_static (file->data, file->size) : NULL;
}

/* Where the name of the file begins in "de/sip.tips"; 0: it is of no language. */
static gsize folder_size (const char *name)
{
    const char *slash = strchr (name, '/');
    return slash ? (gsize) (slash - name) + 1 : 0;
}

/* Each of them is a folder, whose files stand together. */
char **tips_languages (void)
{
    GStrvBuilder *languages = g_strv_builder_new ();
    const char *before = "";

    for (const ShippedFile *file = shipped_tips; file->name; before = file++->name) {
        const gsize size = folder_size (file->name);
        if (!size || strncmp (file->name, before, size) == 0)
            continue;
        g_autofree char *language = g_strndup (file->name, size - 1);
        g_strv_builder_add (languages, language);
    }
    char **all = g_strv_builder_end (languages);
    g_strv_builder_unref (languages);
    return all;
}

/* folder: "de/", or "" for the files beside the folders. */
static gboolean add_folder (Tips *tips, const char *folder, GError **error)
{
    for (const ShippedFile *file = shipped_tips; file->name; file++)
        if (folder_size (file->name) == strlen (folder) && g_str_has_prefix (file->name, folder) &&
            !tips_add (tips, file->data, file->size, file->name, error))
            return FALSE;
    return TRUE;
}

/* Only the files of the language that is wanted are read. */
static gboolean add_translations (Tips *tips, GError **error)
{
    g_auto (GStrv) variants = tips->language ? g_get_locale_variants (tips->language) : NULL;
    g_auto (GStrv) languages = tips_languages ();

    for (char **variant = variants; variant && *variant; variant++) {
        if (!g_strv_contains ((const char *const *) languages, *variant))
            continue;
        g_autofree char *folder = g_strconcat (*variant, "/", NULL);
        return add_folder (tips, folder, error);
    }
    return TRUE;
}

Tips *tips_new_shipped (const char *language, GError **error)
{
    g_autoptr (Tips) tips = tips_new (language);

    return add_folder (tips, "", error) && add_translations (tips, error) ? g_steal_pointer (&tips) : NULL;
}
