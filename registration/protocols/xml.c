/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/xml.h"

#include <string.h>

void xml_init (XmlReader *reader, View document)
{
    *reader = (XmlReader){ .document = document };
}

guint xml_line (const XmlReader *reader)
{
    guint line = 1;

    for (gsize i = 0; i < reader->position; i++)
        line += reader->document.data[i] == '\n';
    return line;
}

static View rest_of (const XmlReader *reader)
{
    return (View){ reader->document.data + reader->position, reader->document.size - reader->position };
}

static View behind (View text, gsize size)
{
    return (View){ text.data + size, text.size - size };
}

static gboolean begins (View text, const char *with)
{
    gsize size = strlen (with);
    return text.size >= size && memcmp (text.data, with, size) == 0;
}

/* Where mark begins in text; text.size when it does not stand there. */
static gsize find (View text, const char *mark)
{
    const guint8 *found = text.size ? memmem (text.data, text.size, mark, strlen (mark)) : NULL;
    return found ? (gsize) (found - text.data) : text.size;
}

static gsize count_blanks (View text)
{
    gsize n = 0;

    while (n < text.size && g_ascii_isspace (text.data[n]))
        n++;
    return n;
}

/* Name of XML 1.0, 2.3; what is not ASCII is taken for letters. 0 when there is none at the front. */
static gsize name_size (View text)
{
    gsize n = 0;

    for (; n < text.size; n++) {
        guint8 c = text.data[n];
        gboolean starts = g_ascii_isalpha (c) || c == '_' || c == ':' || c >= 0x80;
        if (!starts && (n == 0 || (!g_ascii_isdigit (c) && c != '-' && c != '.')))
            break;
    }
    return n;
}

/* --- References */

static gboolean is_character (guint64 c)
{
    return (c > 0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

/* The octets of the reference at the front, "&" and ";" included, and what it stands for; 0 when it is none. */
static gsize read_reference (View text, gunichar *ret_character)
{
    static const struct {
        const char *text;
        char character;
    } known[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };
    char digits[12];

    for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
        if (begins (text, known[i].text)) {
            *ret_character = (gunichar) known[i].character;
            return strlen (known[i].text);
        }
    if (!begins (text, "&#"))
        return 0;
    gboolean is_hex = begins (text, "&#x");
    View number = behind (text, is_hex ? 3 : 2);
    gsize size = find (number, ";");
    if (size == number.size || size >= sizeof digits)
        return 0;
    memcpy (digits, number.data, size);
    digits[size] = '\0';
    guint64 character;
    if (!g_ascii_string_to_unsigned (digits, is_hex ? 16 : 10, 0, G_MAXUINT32, &character, NULL) ||
        !is_character (character))
        return 0;
    *ret_character = (gunichar) character;
    return (gsize) (number.data - text.data) + size + 1;
}

static gboolean has_good_references (View text)
{
    const guint8 *mark;
    gunichar ignored;

    while (text.size && (mark = memchr (text.data, '&', text.size))) {
        text = behind (text, (gsize) (mark - text.data));
        gsize size = read_reference (text, &ignored);
        if (!size)
            return FALSE;
        text = behind (text, size);
    }
    return TRUE;
}

/* Up to the next octet that does not stand for itself; no more than max, and whole characters. */
static gsize plain_size (View text, gsize max)
{
    gsize n = 0;

    while (n < text.size && n < max && text.data[n] != '&' && text.data[n] != '\r')
        n++;
    while (n < text.size && n > 0 && (text.data[n] & 0xC0) == 0x80)
        n--;
    return n;
}

void xml_append_text (GString *out, View text, gsize max)
{
    const gsize end = out->len + max;

    while (text.size && out->len < end) {
        gsize plain = plain_size (text, end - out->len);
        g_string_append_len (out, (const char *) text.data, (gssize) plain);
        text = behind (text, plain);
        if (!text.size || (*text.data != '&' && *text.data != '\r'))
            return;
        gunichar character = '\n';
        gsize size = *text.data == '&' ? read_reference (text, &character) : begins (text, "\r\n") ? 2 : 1;
        if (!size)
            return;
        g_string_append_unichar (out, character);
        text = behind (text, size);
    }
}

/* --- Attributes */

/* Takes name="value" from the front. FALSE when there is none: *ret_left is 0 when the text ends within it. */
static gboolean take_attribute (View *text, View *ret_name, View *ret_value, gsize *ret_left)
{
    View rest = *text;

    *ret_name = (View){ rest.data, name_size (rest) };
    rest = behind (rest, ret_name->size);
    rest = behind (rest, count_blanks (rest));
    *ret_left = rest.size;
    if (!ret_name->size || !rest.size || *rest.data != '=')
        return FALSE;
    rest = behind (rest, 1);
    rest = behind (rest, count_blanks (rest));
    *ret_left = rest.size;
    if (!rest.size || (*rest.data != '"' && *rest.data != '\''))
        return FALSE;
    const guint8 *end = rest.size > 1 ? memchr (rest.data + 1, *rest.data, rest.size - 1) : NULL;
    if (!end) {
        *ret_left = 0;
        return FALSE;
    }
    *ret_value = (View){ rest.data + 1, (gsize) (end - rest.data) - 1 };
    *text = behind (rest, ret_value->size + 2);
    return TRUE;
}

View xml_attribute (View attributes, const char *name)
{
    View found, value;
    gsize left;

    for (;;) {
        attributes = behind (attributes, count_blanks (attributes));
        if (!attributes.size || !take_attribute (&attributes, &found, &value, &left))
            return (View){ NULL, 0 };
        if (found.size == strlen (name) && g_ascii_strncasecmp ((const char *) found.data, name, found.size) == 0)
            return value;
    }
}

/* --- Tags */

static XmlToken read_start (XmlReader *reader, View tag)
{
    View rest = behind (tag, 1), name, value;
    gsize left;

    reader->name = (View){ rest.data, name_size (rest) };
    rest = behind (rest, reader->name.size);
    if (!reader->name.size)
        return rest.size ? XML_BROKEN : XML_CUT;
    reader->attributes = rest;
    for (;;) {
        rest = behind (rest, count_blanks (rest));
        if (!rest.size || begins (rest, "/>") || *rest.data == '>')
            break;
        if (*rest.data == '/')
            return rest.size == 1 ? XML_CUT : XML_BROKEN;
        if (!take_attribute (&rest, &name, &value, &left))
            return left ? XML_BROKEN : XML_CUT;
        if (!has_good_references (value))
            return XML_BROKEN;
    }
    if (!rest.size)
        return XML_CUT;
    reader->attributes.size -= rest.size;
    reader->closes = *rest.data == '/';
    reader->position += tag.size - rest.size + (reader->closes ? 2 : 1);
    return XML_START;
}

static XmlToken read_end (XmlReader *reader, View tag)
{
    View rest = behind (tag, 2);

    reader->name = (View){ rest.data, name_size (rest) };
    rest = behind (rest, reader->name.size);
    rest = behind (rest, count_blanks (rest));
    if (!rest.size)
        return XML_CUT;
    if (!reader->name.size || *rest.data != '>')
        return XML_BROKEN;
    reader->position += tag.size - rest.size + 1;
    return XML_END;
}

static XmlToken read_text (XmlReader *reader, View text)
{
    const guint8 *tag = memchr (text.data, '<', text.size);

    reader->text = (View){ text.data, tag ? (gsize) (tag - text.data) : text.size };
    if (!has_good_references (reader->text))
        return tag ? XML_BROKEN : XML_CUT;
    reader->position += reader->text.size;
    return XML_TEXT;
}

/* Passes over something up to its end mark. FALSE when that is not there. */
static gboolean pass_over (XmlReader *reader, gsize begin, const char *mark)
{
    View rest = behind (rest_of (reader), begin);
    gsize size = find (rest, mark);

    if (size == rest.size)
        return FALSE;
    reader->position += begin + size + strlen (mark);
    return TRUE;
}

/* <!DOCTYPE …>, which may hold declarations in angle brackets of their own. */
static gboolean pass_over_declaration (XmlReader *reader)
{
    View rest = rest_of (reader);
    gsize open = 0;

    for (gsize i = 0; i < rest.size; i++) {
        open += rest.data[i] == '<';
        open -= rest.data[i] == '>';
        if (!open) {
            reader->position += i + 1;
            return TRUE;
        }
    }
    return FALSE;
}

static XmlToken read_cdata (XmlReader *reader)
{
    enum { BEGIN = 9 }; /* <![CDATA[ */
    View text = behind (rest_of (reader), BEGIN);

    text.size = find (text, "]]>");
    if (!pass_over (reader, BEGIN, "]]>"))
        return XML_CUT;
    reader->text = text;
    reader->is_cdata = TRUE;
    return XML_TEXT;
}

XmlToken xml_next (XmlReader *reader)
{
    reader->is_cdata = FALSE;
    if (reader->closes) {
        reader->closes = FALSE;
        return XML_END;
    }
    for (;;) {
        View rest = rest_of (reader);
        if (!rest.size)
            return XML_CUT;
        if (*rest.data != '<')
            return read_text (reader, rest);
        switch (rest.size > 1 ? rest.data[1] : 0) {
        case '/':
            return read_end (reader, rest);
        case '?':
            if (!pass_over (reader, 2, "?>"))
                return XML_CUT;
            break;
        case '!':
            if (begins (rest, "<![CDATA["))
                return read_cdata (reader);
            if (!(begins (rest, "<!--") ? pass_over (reader, 4, "-->") : pass_over_declaration (reader)))
                return XML_CUT;
            break;
        default:
            return read_start (reader, rest);
        }
    }
}
