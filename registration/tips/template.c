/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/template.h"

#include "registration/wire/text.h"

#include <string.h>

G_DEFINE_QUARK (regflow - template - error - quark, template_error)

typedef enum { PART_TEXT, PART_VALUE, PART_OPEN, PART_ELSE, PART_CLOSE } PartType;

typedef struct {
    PartType type;
    ValueKey key;       /* PART_VALUE */
    const char *text;   /* PART_TEXT: the text; PART_VALUE: "line" of {key:line|lines}, or NULL */
    const char *plural; /* PART_VALUE: "lines" */
    gsize size;         /* PART_TEXT: of the text */
    guint other;        /* PART_OPEN, PART_ELSE: index of the next PART_ELSE, or of the PART_CLOSE */
} Part;

struct Template {
    char *words; /* the source: each text in it ends with a NUL where a mark stood; owned */
    Part *parts; /* owned; their texts are in words */
    guint n_parts;
};

static guint add_part (Template *template, Part part)
{
    template->parts[template->n_parts] = part;
    return template->n_parts++;
}

/* Each mark ends a text, and is a part itself. */
static gsize most_parts (const char *source)
{
    gsize marks = 0;

    for (const char *p = source; (p = strpbrk (p, "{[|]")); p++)
        marks++;
    return 2 * marks + 1;
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
static gboolean add_value (Template *template, char *inside, gsize size, const char *english, GError **error)
{
    char *colon = memchr (inside, ':', size);
    gsize name_size = colon ? (gsize) (colon - inside) : size;
    Part part = { .type = PART_VALUE, .key = value_key_find (inside, name_size) };

    if (!is_allowed (part.key, english)) {
        g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_KEY, "%s no value named {%.*s}",
                     english ? "this word has" : "there is", (int) name_size, inside);
        return FALSE;
    }
    if (colon) {
        char *bar = memchr (colon, '|', size - name_size);
        if (!bar) {
            g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
                         "{%.*s} needs two nouns, as in {lines:line|lines}", (int) size, inside);
            return FALSE;
        }
        *bar = inside[size] = '\0';
        part.text = colon + 1;
        part.plural = bar + 1;
    }
    add_part (template, part);
    return TRUE;
}

/* english: the word that this is a translation of, or NULL for a tip. */
static Template *compile (const char *source, const char *english, GError **error)
{
    g_autoptr (Template) template = g_new0 (Template, 1);
    int open = -1; /* index of the latest PART_OPEN or PART_ELSE of the brackets that are open */

    template->words = g_strdup (source);
    template->parts = g_new (Part, most_parts (source));
    char *text = template->words, *end = text; /* the text before the next mark; a doubled mark makes it shorter */
    char *p = text, mark;
    do {
        gsize plain = strcspn (p, open >= 0 ? "{}[]|" : "{}[]");
        if (end != p)
            memmove (end, p, plain);
        end += plain;
        p += plain;
        mark = *p;
        if (mark && p[1] == mark) {
            *end++ = mark;
            p += 2;
            continue;
        }
        *end = '\0';
        if (end != text)
            add_part (template, (Part){ .type = PART_TEXT, .text = text, .size = (gsize) (end - text) });
        switch (mark) {
        case '\0':
            break;
        case '{': {
            char *brace = strchr (p + 1, '}');
            if (!brace) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a { has no } after it");
                return NULL;
            }
            if (!add_value (template, p + 1, (gsize) (brace - p - 1), english, error))
                return NULL;
            p = brace;
            break;
        }
        case '[':
            if (open >= 0) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a [ stands inside brackets");
                return NULL;
            }
            open = (int) add_part (template, (Part){ .type = PART_OPEN });
            break;
        case '|':
            template->parts[open].other = add_part (template, (Part){ .type = PART_ELSE });
            open = (int) template->parts[open].other;
            break;
        case ']':
            if (open < 0) {
                g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a ] has no [ before it");
                return NULL;
            }
            template->parts[open].other = add_part (template, (Part){ .type = PART_CLOSE });
            open = -1;
            break;
        default:
            g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a } has no { before it");
            return NULL;
        }
        text = end = ++p;
    } while (mark);
    if (open >= 0) {
        g_set_error (error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "a [ has no ] after it");
        return NULL;
    }
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
    g_free (template->words);
    g_free (template->parts);
    g_free (template);
}

static const Part *part_at (const Template *template, guint i)
{
    return &template->parts[i];
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

    for (guint i = 0; i < template->n_parts; i++) {
        const Part *part = part_at (template, i);
        switch (part->type) {
        case PART_TEXT:
            text_append (out, part->text, part->size);
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

    for (guint i = 0; i < template->n_parts; i++) {
        gint key = (gint) part_at (template, i)->key;
        if (part_at (template, i)->type == PART_VALUE)
            g_array_append_val (keys, key);
    }
    return keys;
}
