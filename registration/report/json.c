/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/json.h"

#include "registration/wire/times.h"

/* Beside the controls that RFC 8259 wants escaped: the others, the line ends that some programs split lines at, and
 * what nobody sees or what turns the direction of text. */
static gboolean is_invisible (gunichar c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x80 && c < 0x10000 && g_unichar_type (c) == G_UNICODE_FORMAT);
}

/* In a page markup does harm. Any character may be written by its number (RFC 8259 section 7). */
static gboolean is_markup (gunichar c)
{
    return c == '<' || c == '>' || c == '&';
}

/* Printable ASCII that stands as it is. */
static gboolean is_plain (guint8 octet, gboolean in_html)
{
    static const guint8 special[256] = { ['"'] = TRUE, ['\\'] = TRUE, ['<'] = 2, ['>'] = 2, ['&'] = 2 };

    return (guint8) (octet - 0x20) < 0x7F - 0x20 && (!special[octet] || (special[octet] == 2 && !in_html));
}

/* What stands as it is, up to the first octet that may not. */
static const char *append_run (const Json *json, const char *text)
{
    const gboolean in_html = json->in_html;
    const char *end = text;

    while (is_plain ((guint8) *end, in_html))
        end++;
    g_string_append_len (json->out, text, end - text);
    return end;
}

static void append_character (const Json *json, const char *at)
{
    const gunichar c = g_utf8_get_char (at);

    if (c == '"' || c == '\\')
        g_string_append_printf (json->out, "\\%c", (char) c);
    else if (c == '\n')
        g_string_append (json->out, "\\n");
    else if (is_invisible (c) || (json->in_html && is_markup (c)))
        g_string_append_printf (json->out, "\\u%04x", c);
    else
        g_string_append_len (json->out, at, g_utf8_next_char (at) - at);
}

static void append_string (const Json *json, const char *text)
{
    g_string_append_c (json->out, '"');
    const char *at = append_run (json, text);
    g_autofree char *valid = g_utf8_validate (at, -1, NULL) ? NULL : g_utf8_make_valid (at, -1);
    for (at = valid ? valid : at; *at; at = append_run (json, g_utf8_next_char (at)))
        append_character (json, at);
    g_string_append_c (json->out, '"');
}

/* "%0*u", which would be most of the work. */
static void append_digits (GString *out, guint64 number, guint least)
{
    char digits[24], *at = digits + sizeof digits;

    do
        *--at = (char) ('0' + number % 10);
    while ((number /= 10) || (gsize) (digits + sizeof digits - at) < least);
    g_string_append_len (out, at, digits + sizeof digits - at);
}

static guint64 append_sign (GString *out, gint64 number)
{
    if (number >= 0)
        return (guint64) number;
    g_string_append_c (out, '-');
    return -(guint64) number;
}

/* What stands in front of every value. */
static void begin (Json *json, const char *key)
{
    if (json->more)
        g_string_append_c (json->out, ',');
    json->more = TRUE;
    if (key) {
        append_string (json, key);
        g_string_append_c (json->out, ':');
    }
}

static void open_bracket (Json *json, const char *key, char bracket)
{
    begin (json, key);
    g_string_append_c (json->out, bracket);
    json->more = FALSE;
}

static void close_bracket (Json *json, char bracket)
{
    g_string_append_c (json->out, bracket);
    json->more = TRUE;
}

void json_open_object (Json *json, const char *key)
{
    open_bracket (json, key, '{');
}

void json_close_object (Json *json)
{
    close_bracket (json, '}');
}

void json_open_array (Json *json, const char *key)
{
    open_bracket (json, key, '[');
}

void json_close_array (Json *json)
{
    close_bracket (json, ']');
}

void json_string (Json *json, const char *key, const char *text)
{
    begin (json, key);
    if (text)
        append_string (json, text);
    else
        g_string_append (json->out, "null");
}

void json_bool (Json *json, const char *key, gboolean yes)
{
    begin (json, key);
    g_string_append (json->out, yes ? "true" : "false");
}

void json_number (Json *json, const char *key, gint64 number)
{
    begin (json, key);
    append_digits (json->out, append_sign (json->out, number), 1);
}

void json_number_or_null (Json *json, const char *key, gint64 number)
{
    if (number)
        json_number (json, key, number);
    else
        json_string (json, key, NULL);
}

/* A number of units with so many decimals. */
static void append_decimal (Json *json, const char *key, gint64 number, guint64 unit, guint decimals)
{
    begin (json, key);
    const guint64 size = append_sign (json->out, number);
    append_digits (json->out, size / unit, 1);
    g_string_append_c (json->out, '.');
    append_digits (json->out, size % unit, decimals);
}

void json_seconds (Json *json, const char *key, gint64 nanoseconds)
{
    append_decimal (json, key, nanoseconds, SECOND, 9);
}

void json_microseconds (Json *json, const char *key, gint64 nanoseconds)
{
    append_decimal (json, key, nanoseconds, 1000, 3);
}
