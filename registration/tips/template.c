/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/template.h"

#include <string.h>

G_DEFINE_QUARK (regflow - template - error - quark, template_error)

typedef enum { PART_TEXT, PART_VALUE, PART_OPEN, PART_ELSE, PART_CLOSE } PartType;

typedef struct {
    PartType type;
    ValueKey key; /* PART_VALUE */
    char *text;   /* PART_TEXT: the text; PART_VALUE: "line" of {key:line|lines}, or NULL; owned */
    char *plural; /* PART_VALUE: "lines"; owned */
    guint other;  /* PART_OPEN, PART_ELSE: index of the next PART_ELSE, or of the PART_CLOSE */
} Part;

struct Template {
    GArray *parts; /* of Part, owned */
};

static void clear_part (gpointer data)
{
    Part *part = data;

    g_free (part->text);
    g_free (part->plural);
}

static void add_text (Template *template, GString *text)
{
    if (text->len == 0)
        return;
    Part part = { .type = PART_TEXT, .text = g_strndup (text->str, text->len) };
    g_array_append_val (template->parts, part);
    g_string_truncate (text, 0);
}

/* Our own words are well formed: a brace and the key behind it are a value. */
static gboolean uses_key (const char *english, ValueKey key)
{
    const char *name = value_key_name (key);

    for (const char *at = strchr (english, '{'); at; at = strchr (at + 1, '{'))
        if (g_str_has_prefix (at + 1, name) && strchr (":}", at[1 + strlen (name)]))
            return TRUE;
    return FALSE;
}

static gboolean is_allowed (ValueKey key, const char *english)
{
    return key != VALUE_END && (english ? uses_key (english, key) : value_key_is_of_messages (key));
}

/* Compiles "key" or "key:one|many" between braces. english: as below. */
static gboolean add_value (Template *template, const char *inside, gsize size, const char *english, GError **error)
{
    const char *colon = memchr (inside, ':', size);
    gsize name_size = colon ? (gsize) (colon - inside) : size;
    Part part = { .type = PART_VALUE, .key = value_key_find (inside, name_size) };

    if (!is_allowed (part.key, english)) {
        g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_KEY, "%s no value named {%.*s}",
                     english ? "this word has" : "there is", (int) name_size, inside);
        return FALSE;
    }
    if (colon) {
        const char *bar = memchr (colon, '|', size - name_size);
        if (!bar) {
            g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
                         "{%.*s} needs two nouns, as in {lines:line|lines}", (int) size, inside);
            return FALSE;
        }
        part.text = g_strndup (colon + 1, (gsize) (bar - colon - 1));
        part.plural = g_strndup (bar + 1, (gsize) (inside + size - bar - 1));
    }
    g_array_append_val (template->parts, part);
    return TRUE;
}

/* english: the word that this is a translation of, or NULL for a tip. */
static Template *compile (const char *source, const char *english, GError **error)
{
    g_autoptr (Template) template = g_new0 (Template, 1);
    g_autoptr (GString) text = g_string_new (NULL);
    int open = -1; /* index of the latest PART_OPEN or PART_ELSE of the brackets that are open */

    template->parts = g_array_sized_new (FALSE, TRUE, sizeof (Part), 8);
    g_array_set_clear_func (template->parts, clear_part);
    for (const char *p = source; *p; p++) {
        gsize plain = strcspn (p, open >= 0 ? "{}[]|" : "{}[]");
        g_string_append_len (text, p, (gssize) plain);
        p += plain;
        if (!*p)
            break;
        if (p[1] == *p) {
            g_string_append_c (text, *p++);
            continue;
        }
        add_text (template, text);
        Part mark = { .type = PART_OPEN };
        guint here = template->parts->len;
        switch (*p) {
        case '{': {
            const char *end = strchr (p, '}');
            if (!end) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a { has no } after it");
                return NULL;
            }
            if (!add_value (template, p + 1, (gsize) (end - p - 1), english, error))
                return NULL;
            p = end;
            continue;
        }
        case '[':
            if (open >= 0) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a [ stands inside brackets");
                return NULL;
            }
            open = (int) here;
            break;
        case '|':
            mark.type = PART_ELSE;
            g_array_index (template->parts, Part, open).other = here;
            open = (int) here;
            break;
        case ']':
            if (open < 0) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a ] has no [ before it");
                return NULL;
            }
            mark.type = PART_CLOSE;
            g_array_index (template->parts, Part, open).other = here;
            open = -1;
            break;
        default:
            g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a } has no { before it");
            return NULL;
        }
        g_array_append_val (template->parts, mark);
    }
    if (open >= 0) {
        g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a [ has no ] after it");
        return NULL;
    }
    add_text (template, text);
    return g_steal_pointer (&template);
}

Template *template_new (const char *text, GError **error)
{
    return compile (text, NULL, error);
}

Template *template_new_word (const char *text, const char *english, GError **error)
{
    return compile (text, english, error);
}

void template_free (Template *template)
{
    if (!template)
        return;
    g_array_unref (template->parts);
    g_free (template);
}

static const Part *part_at (const Template *template, guint i)
{
    return &g_array_index (template->parts, Part, i);
}

static gboolean all_known (const Template *template, guint from, guint to, ValueLookup lookup, gpointer user_data)
{
    Value value;

    for (guint i = from; i < to; i++)
        if (part_at (template, i)->type == PART_VALUE && !lookup (part_at (template, i)->key, &value, user_data))
            return FALSE;
    return TRUE;
}

/* FALSE when it is missing. */
static gboolean format_value (const Part *part, ValueLookup lookup, WordTranslator translate, gpointer user_data,
                              GString *out)
{
    Value value;

    if (!lookup (part->key, &value, user_data)) {
        g_string_append_c (out, '?');
        return FALSE;
    }
    value_format (&value, translate, user_data, out);
    if (part->text) {
        g_string_append_c (out, ' ');
        g_string_append (out, value.number == 1 ? part->text : part->plural);
    }
    return TRUE;
}

/* The part before the text of these brackets that is wanted: the first one whose values are all there, or else the last
 * one, if there are several. */
static guint choose (const Template *template, guint open, ValueLookup lookup, gpointer user_data)
{
    guint at = open;

    while (!all_known (template, at + 1, part_at (template, at)->other, lookup, user_data)) {
        at = part_at (template, at)->other;
        if (part_at (template, at)->type == PART_CLOSE ||
            part_at (template, part_at (template, at)->other)->type == PART_CLOSE)
            break;
    }
    return at;
}

gboolean template_format (const Template *template, ValueLookup lookup, WordTranslator translate, gpointer user_data,
                          GString *out)
{
    gboolean is_complete = TRUE;

    for (guint i = 0; i < template->parts->len; i++) {
        const Part *part = part_at (template, i);
        switch (part->type) {
        case PART_TEXT:
            g_string_append (out, part->text);
            break;
        case PART_VALUE:
            is_complete &= format_value (part, lookup, translate, user_data, out);
            break;
        case PART_OPEN:
            i = choose (template, i, lookup, user_data);
            break;
        case PART_ELSE: /* reached only behind the text that was wanted */
            while (part_at (template, i)->type != PART_CLOSE)
                i++;
            break;
        case PART_CLOSE:
            break;
        }
    }
    return is_complete;
}

GArray *template_keys (const Template *template)
{
    GArray *keys = g_array_new (FALSE, FALSE, sizeof (gint));

    for (guint i = 0; i < template->parts->len; i++) {
        gint key = (gint) part_at (template, i)->key;
        if (part_at (template, i)->type == PART_VALUE)
            g_array_append_val (keys, key);
    }
    return keys;
}
