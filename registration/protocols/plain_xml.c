/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/plain_xml.h"

#include <string.h>

#define DEPTH_MAX      64
#define ATTRIBUTES_MAX 16

typedef struct {
    char *at, *end;
    const GMarkupParser *handlers;
    gpointer user_data;
    const char *open[DEPTH_MAX]; /* names of the open elements */
    guint depth;
} Document;

static gboolean is_name_start (char c)
{
    return g_ascii_isalpha (c) || c == '_';
}

static gboolean is_name (char c)
{
    return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || c == ':';
}

static gboolean is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Printable ASCII. */
static gboolean is_plain (char c)
{
    return (guint8) (c - ' ') < 0x7F - ' ';
}

static void skip_blanks (Document *document)
{
    while (document->at < document->end && is_blank (*document->at))
        document->at++;
}

/* NULL when there is none; it ends where *at is then, and has no NUL there yet. */
static char *take_name (Document *document)
{
    char *name = document->at;

    if (name == document->end || !is_name_start (*name))
        return NULL;
    while (document->at < document->end && is_name (*document->at))
        document->at++;
    return document->at < document->end ? name : NULL;
}

/* What stands between quotation marks; NULL for what GMarkup would have to put together. */
static char *take_value (Document *document)
{
    const char mark = document->at < document->end ? *document->at : '\0';
    char *value = document->at + 1;

    if (mark != '"' && mark != '\'')
        return NULL;
    for (char *at = value; at < document->end; at++) {
        if (*at == mark) {
            *at = '\0';
            document->at = at + 1;
            return value;
        }
        if (*at == '<' || *at == '&' || !is_plain (*at))
            return NULL;
    }
    return NULL;
}

/* Up to the end of the tag, whose last mark is taken. */
static gboolean take_attributes (Document *document, const char **names, const char **values, gboolean *ret_is_empty)
{
    guint count = 0;

    for (;;) {
        const char *before = document->at;
        skip_blanks (document);
        if (document->end - document->at < 2)
            return FALSE;
        *ret_is_empty = document->at[0] == '/' && document->at[1] == '>';
        if (*ret_is_empty || *document->at == '>')
            break;
        char *name = before < document->at && count < ATTRIBUTES_MAX ? take_name (document) : NULL;
        if (!name || *document->at != '=')
            return FALSE;
        *document->at++ = '\0';
        names[count] = name;
        values[count] = take_value (document);
        if (!values[count++])
            return FALSE;
    }
    document->at += *ret_is_empty ? 2 : 1;
    names[count] = values[count] = NULL;
    return TRUE;
}

static gboolean close_element (Document *document)
{
    g_autoptr (GError) error = NULL;

    document->handlers->end_element (NULL, document->open[--document->depth], document->user_data, &error);
    return !error;
}

/* Behind its "<". */
static gboolean read_start (Document *document)
{
    const char *names[ATTRIBUTES_MAX + 1], *values[ATTRIBUTES_MAX + 1];
    g_autoptr (GError) error = NULL;
    char *name = take_name (document), *name_end = document->at;
    gboolean is_empty;

    if (!name || document->depth == DEPTH_MAX || !take_attributes (document, names, values, &is_empty))
        return FALSE;
    *name_end = '\0';
    document->open[document->depth++] = name;
    document->handlers->start_element (NULL, name, names, values, document->user_data, &error);
    return !error && (!is_empty || close_element (document));
}

/* Behind its "</". */
static gboolean read_end (Document *document)
{
    const char *name = document->depth ? document->open[document->depth - 1] : NULL;
    const gsize size = name ? strlen (name) : 0;

    if (!name || (gsize) (document->end - document->at) <= size || memcmp (document->at, name, size) != 0 ||
        document->at[size] != '>')
        return FALSE;
    document->at += size + 1;
    return close_element (document);
}

/* GMarkup makes one line end of two octets: that matters only where more than blanks stand. */
static gboolean read_text (Document *document)
{
    g_autoptr (GError) error = NULL;
    const char *text = document->at;
    gboolean has_return = FALSE, is_empty = TRUE;

    for (; document->at < document->end && *document->at != '<'; document->at++) {
        const char c = *document->at;
        has_return |= c == '\r';
        is_empty &= is_blank (c);
        if (c == '&' || (!is_plain (c) && !is_blank (c)))
            return FALSE;
    }
    if (document->at == document->end || (has_return && !is_empty) || (!document->depth && !is_empty))
        return FALSE;
    if (document->depth && document->at > text)
        document->handlers->text (NULL, text, (gsize) (document->at - text), document->user_data, &error);
    return !error;
}

/* "<?xml …?>" at the front. */
static gboolean skip_declaration (Document *document)
{
    static const char start[] = "<?xml ";
    const gsize size = (gsize) (document->end - document->at);

    if (size < sizeof start || document->at[1] != '?')
        return TRUE;
    char *end = memchr (document->at, '>', size);
    if (!end || end[-1] != '?' || memcmp (document->at, start, sizeof start - 1) != 0)
        return FALSE;
    for (const char *at = document->at; at < end; at++)
        if (!is_plain (*at) && !is_blank (*at))
            return FALSE;
    document->at = end + 1;
    return TRUE;
}

gboolean plain_xml_read (char *text, gsize size, const GMarkupParser *handlers, gpointer user_data)
{
    Document document = { .at = text, .end = text + size, .handlers = handlers, .user_data = user_data };

    if (!skip_declaration (&document))
        return FALSE;
    do {
        if (!read_text (&document) || document.end - document.at < 2)
            return FALSE;
        const gboolean is_end = document.at[1] == '/';
        document.at += is_end ? 2 : 1;
        if (is_end ? !read_end (&document) : !read_start (&document))
            return FALSE;
    } while (document.depth);
    return TRUE;
}
