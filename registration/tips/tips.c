/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/tips.h"

#include "shipped_tips.h"

#include <gio/gio.h>
#include <string.h>

G_DEFINE_QUARK (regflow - tips - error - quark, tips_error)

#define WORDS_GROUP "words"

typedef struct {
    Template *parts[N_TIP_PARTS]; /* owned; NULL where the file has none */
} Tip;

struct Tips {
    char *language;               /* or NULL; owned */
    GHashTable *by_group;         /* group name, owned → Tip, owned */
    char **kind_groups;           /* plain group of each row of the catalogue; owned */
    Tip **by_kind;                /* catalog_size() × N_VARIANTS, borrowed from by_group */
    Tip *by_problem[N_PROBLEMS];  /* borrowed from by_group */
    char *words[N_WORDS];         /* owned; NULL where no file has one */
    char *word_keys[N_WORDS];     /* owned */
    GHashTable *words_by_key;     /* key, borrowed → Word + 1 */
    Template *sentences[N_WORDS]; /* of the words that take values; owned */
    char *spoken;                 /* the locale of the words; NULL while they are English; owned */
};

static const char *const part_keys[N_TIP_PARTS] = { "title", "text", "next", "fix" };

static void tip_free (gpointer data)
{
    Tip *tip = data;

    for (int i = 0; i < N_TIP_PARTS; i++)
        template_free (tip->parts[i]);
    g_free (tip);
}

/* "sccp.Reset": the plain group of a kind. */
static char *kind_group (const MessageKind *kind)
{
    return kind->group ? g_strdup (kind->group) : g_strdup_printf ("%s.%s", protocol_name (kind->protocol), kind->name);
}

/* "cm-aborted" for WORD_CM_ABORTED: the key in [words]. */
static char *word_key (Word word)
{
    static const char *const symbols[N_WORDS] = {
#define X(symbol, english) [WORD_##symbol] = #symbol,
        WORDS (X)
#undef X
    };
    return g_strdelimit (g_ascii_strdown (symbols[word], -1), "_", '-');
}

static void begin_words (Tips *tips)
{
    tips->words_by_key = g_hash_table_new (g_str_hash, g_str_equal);
    for (Word word = 0; word < N_WORDS; word++) {
        tips->word_keys[word] = word_key (word);
        g_hash_table_insert (tips->words_by_key, tips->word_keys[word], GUINT_TO_POINTER (word + 1));
        if (word_takes_values (word))
            tips->sentences[word] = template_new_word (word_english (word), word_english (word), NULL);
    }
}

Tips *tips_new (const char *language)
{
    Tips *tips = g_new0 (Tips, 1);

    tips->language = g_strdup (language && *language ? language : "en");
    tips->by_group = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tip_free);
    tips->by_kind = g_new0 (Tip *, catalog_size () * N_VARIANTS);
    tips->kind_groups = g_new0 (char *, catalog_size () + 1);
    for (KindIndex kind = 0; kind < catalog_size (); kind++)
        tips->kind_groups[kind] = kind_group (catalog_kind (kind));
    begin_words (tips);
    return tips;
}

void tips_free (Tips *tips)
{
    if (!tips)
        return;
    g_free (tips->language);
    g_hash_table_unref (tips->by_group);
    g_free (tips->by_kind);
    g_strfreev (tips->kind_groups);
    for (int i = 0; i < N_WORDS; i++) {
        g_free (tips->words[i]);
        g_free (tips->word_keys[i]);
        template_free (tips->sentences[i]);
    }
    g_hash_table_unref (tips->words_by_key);
    g_free (tips->spoken);
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

/* Splits "sccp.Reset/restart". FALSE when nothing in the catalogue has that group, or there is no such variant. */
static gboolean split_group (const Tips *tips, const char *group, gsize *ret_plain_size, Variant *ret_variant)
{
    const char *slash = strchr (group, '/');
    gsize size = slash ? (gsize) (slash - group) : strlen (group);
    Variant variant = VARIANT_NONE;

    if (slash)
        for (variant = VARIANT_NONE + 1; variant < N_VARIANTS && !g_str_equal (slash + 1, variant_name (variant));)
            variant++;
    if (variant == N_VARIANTS)
        return FALSE;
    *ret_plain_size = size;
    *ret_variant = variant;
    for (KindIndex kind = 0; kind < catalog_size (); kind++)
        if (strlen (tips->kind_groups[kind]) == size && memcmp (tips->kind_groups[kind], group, size) == 0)
            return TRUE;
    return FALSE;
}

/* "text" of "text[de]". */
static char *key_without_locale (const char *key)
{
    const char *bracket = strchr (key, '[');
    return bracket ? g_strndup (key, (gsize) (bracket - key)) : g_strdup (key);
}

#define NOT_TEXT "the value is not UTF-8 text, or has a \\ that stands for nothing"

static Tip *read_tip (const Tips *tips, GKeyFile *file, const char *group, const char *file_name, GError **error)
{
    Tip *tip = g_new0 (Tip, 1);
    const gboolean is_problem = find_problem (group) != N_PROBLEMS;
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

    for (char **key = keys; *key; key++) {
        g_autofree char *base = key_without_locale (*key);
        int part = 0;
        while (part < N_TIP_PARTS && !g_str_equal (part_keys[part], base))
            part++;
        if (part == N_TIP_PARTS || part == (is_problem ? TIP_NEXT : TIP_FIX)) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN,
                         "%s: [%s] has a key \"%s\", but a tip has only title, text and next (a problem: fix)",
                         file_name, group, *key);
            tip_free (tip);
            return NULL;
        }
        /* Every translation must compile, not only the one in use. */
        g_autofree char *raw = g_key_file_get_string (file, group, *key, NULL);
        g_autoptr (Template) compiled = raw ? template_new (raw, error) : NULL;
        if (!compiled) {
            if (!raw)
                g_set_error (error, TIPS_ERROR, TIPS_ERROR_FORMAT, NOT_TEXT);
            g_prefix_error (error, "%s: [%s] %s: ", file_name, group, *key);
            tip_free (tip);
            return NULL;
        }
    }
    for (int part = 0; part < N_TIP_PARTS; part++) {
        g_autofree char *text = g_key_file_get_locale_string (file, group, part_keys[part], tips->language, NULL);
        if (text)
            tip->parts[part] = template_new (text, NULL);
    }
    return tip;
}

/* The words of one file, until all of it turns out to be good. */
typedef struct {
    char *words[N_WORDS];         /* owned, or NULL */
    Template *sentences[N_WORDS]; /* owned, or NULL */
    char *spoken;                 /* owned, or NULL */
} WordsRead;

static void words_read_clear (WordsRead *read)
{
    for (Word word = 0; word < N_WORDS; word++) {
        g_free (read->words[word]);
        template_free (read->sentences[word]);
    }
    g_free (read->spoken);
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
    if (read->spoken) {
        g_free (tips->spoken);
        tips->spoken = g_steal_pointer (&read->spoken);
    }
}

/* Every translation has to be good, not only the one in use. */
static gboolean check_word (GKeyFile *file, Word word, const char *key, GError **error)
{
    g_autofree char *raw = g_key_file_get_string (file, WORDS_GROUP, key, NULL);

    if (!raw) {
        g_set_error (error, TIPS_ERROR, TIPS_ERROR_FORMAT, NOT_TEXT);
        return FALSE;
    }
    if (!word_takes_values (word))
        return TRUE;
    g_autoptr (Template) compiled = template_new_word (raw, word_english (word), error);
    return compiled != NULL;
}

static void read_word (GKeyFile *file, const Tips *tips, Word word, WordsRead *read)
{
    const char *key = tips->word_keys[word];
    char *text = g_key_file_get_locale_string (file, WORDS_GROUP, key, tips->language, NULL);

    g_free (read->words[word]);
    read->words[word] = text;
    template_free (g_steal_pointer (&read->sentences[word]));
    if (text && word_takes_values (word))
        read->sentences[word] = template_new_word (text, word_english (word), NULL);
    if (text && !read->spoken)
        read->spoken = g_key_file_get_locale_for_key (file, WORDS_GROUP, key, tips->language);
}

static gboolean read_words (GKeyFile *file, const Tips *tips, WordsRead *read, const char *file_name, GError **error)
{
    g_auto (GStrv) keys = g_key_file_get_keys (file, WORDS_GROUP, NULL, NULL);

    for (char **key = keys; keys && *key; key++) {
        g_autofree char *base = key_without_locale (*key);
        guint found = GPOINTER_TO_UINT (g_hash_table_lookup (tips->words_by_key, base));
        if (!found) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN, "%s: [" WORDS_GROUP "] there is no word named \"%s\"",
                         file_name, base);
            return FALSE;
        }
        if (!check_word (file, (Word) (found - 1), *key, error)) {
            g_prefix_error (error, "%s: [" WORDS_GROUP "] %s: ", file_name, *key);
            return FALSE;
        }
        read_word (file, tips, (Word) (found - 1), read);
    }
    return TRUE;
}

static void index_group (Tips *tips, const char *group, Tip *tip)
{
    Problem problem = find_problem (group);
    Variant variant;
    gsize size;

    if (problem != N_PROBLEMS)
        tips->by_problem[problem] = tip;
    if (problem != N_PROBLEMS || !split_group (tips, group, &size, &variant))
        return;
    for (KindIndex kind = 0; kind < catalog_size (); kind++)
        if (strlen (tips->kind_groups[kind]) == size && memcmp (tips->kind_groups[kind], group, size) == 0)
            tips->by_kind[kind * N_VARIANTS + variant] = tip;
}

gboolean tips_add (Tips *tips, const char *data, gsize size, const char *file_name, GError **error)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GHashTable) read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tip_free);
    WordsRead words = { 0 };

    if (!g_key_file_load_from_data (file, data, size, G_KEY_FILE_KEEP_TRANSLATIONS, error)) {
        g_prefix_error (error, "%s: ", file_name);
        return FALSE;
    }
    g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
    gsize plain_size;
    Variant variant;
    gboolean ok = read_words (file, tips, &words, file_name, error);
    for (char **group = groups; ok && *group; group++) {
        if (g_str_equal (*group, WORDS_GROUP))
            continue;
        if (find_problem (*group) == N_PROBLEMS && !split_group (tips, *group, &plain_size, &variant)) {
            g_set_error (error, TIPS_ERROR, TIPS_ERROR_UNKNOWN, "%s: there is no message for the group [%s]", file_name,
                         *group);
            ok = FALSE;
            break;
        }
        Tip *tip = read_tip (tips, file, *group, file_name, error);
        ok = tip != NULL;
        if (ok)
            g_hash_table_insert (read, g_strdup (*group), tip);
    }
    if (ok)
        words_read_use (&words, tips);
    words_read_clear (&words);
    if (!ok)
        return FALSE;

    GHashTableIter iter;
    gpointer group, value;
    g_hash_table_iter_init (&iter, read);
    while (g_hash_table_iter_next (&iter, &group, &value)) {
        Tip *present = g_hash_table_lookup (tips->by_group, group), *tip = value;
        if (!present) {
            present = g_new0 (Tip, 1);
            g_hash_table_insert (tips->by_group, g_strdup (group), present);
            index_group (tips, group, present);
        }
        for (int part = 0; part < N_TIP_PARTS; part++) {
            if (tip->parts[part]) {
                template_free (present->parts[part]);
                present->parts[part] = g_steal_pointer (&tip->parts[part]);
            }
        }
    }
    return TRUE;
}

gboolean tips_check_complete (const Tips *tips, GError **error)
{
    g_autoptr (GString) missing = g_string_new (NULL);

    for (KindIndex kind = 0; kind < catalog_size (); kind++) {
        const char *group = tips->kind_groups[kind];
        const Tip *tip = g_hash_table_lookup (tips->by_group, group);
        if ((!tip || !tip->parts[TIP_TITLE] || !tip->parts[TIP_TEXT]) && !strstr (missing->str, group))
            g_string_append_printf (missing, " [%s]", group);
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

    if ((!tip || !tip->parts[part]) && variant != VARIANT_NONE)
        tip = tips->by_kind[kind * N_VARIANTS];
    return tip ? tip->parts[part] : NULL;
}

const Template *tips_find_problem (const Tips *tips, Problem problem, TipPart part)
{
    const Tip *tip = tips->by_problem[problem];
    return tip ? tip->parts[part] : NULL;
}

typedef struct {
    const Tips *tips;
    const Value *values;
    guint n;
} Said;

const char *tips_word (const Tips *tips, Word word)
{
    return tips->words[word] ? tips->words[word] : word_english (word);
}

const char *tips_word_key (const Tips *tips, Word word)
{
    return tips->word_keys[word];
}

const char *tips_language (const Tips *tips)
{
    return tips->spoken ? tips->spoken : "en";
}

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

#define RESOURCE_FOLDER "/regflow/annotations/"

const char *const *tips_shipped_files (void)
{
    static const char *const files[] = { "boot.tips", "problems.tips", "sccp.tips", "sip.tips", NULL };
    return files;
}

GBytes *tips_shipped_file (const char *name)
{
    g_autofree char *path = g_strconcat (RESOURCE_FOLDER, name, NULL);
    return g_resource_lookup_data (shipped_tips_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

char **tips_languages (void)
{
    g_auto (GStrv) children = g_resource_enumerate_children (shipped_tips_get_resource (), RESOURCE_FOLDER,
                                                             G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    GStrvBuilder *languages = g_strv_builder_new ();

    for (char **child = children; child && *child; child++) {
        if (!g_str_has_suffix (*child, "/"))
            continue;
        (*child)[strlen (*child) - 1] = '\0';
        g_strv_builder_add (languages, *child);
    }
    char **all = g_strv_builder_end (languages);
    g_strv_builder_unref (languages);
    return all;
}

static gboolean add_shipped (Tips *tips, const char *name, GError **error)
{
    g_autoptr (GBytes) bytes = tips_shipped_file (name);
    gsize size;

    g_return_val_if_fail (bytes != NULL, FALSE);
    const char *data = g_bytes_get_data (bytes, &size);
    return tips_add (tips, data, size, name, error);
}

/* Only the files of the language that is wanted are read. */
static gboolean add_translations (Tips *tips, GError **error)
{
    g_auto (GStrv) variants = tips->language ? g_get_locale_variants (tips->language) : NULL;
    g_auto (GStrv) languages = tips_languages ();

    for (char **variant = variants; variant && *variant; variant++) {
        if (!g_strv_contains ((const char *const *) languages, *variant))
            continue;
        g_autofree char *folder = g_strconcat (RESOURCE_FOLDER, *variant, NULL);
        g_auto (GStrv) files =
            g_resource_enumerate_children (shipped_tips_get_resource (), folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        for (char **file = files; file && *file; file++) {
            g_autofree char *name = g_strconcat (*variant, "/", *file, NULL);
            if (!add_shipped (tips, name, error))
                return FALSE;
        }
        break;
    }
    return TRUE;
}

Tips *tips_new_shipped (const char *language, GError **error)
{
    g_autoptr (Tips) tips = tips_new (language);

    for (const char *const *name = tips_shipped_files (); *name; name++)
        if (!add_shipped (tips, *name, error))
            return NULL;
    return add_translations (tips, error) ? g_steal_pointer (&tips) : NULL;
}
