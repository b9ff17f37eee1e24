/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/json.h"

#include "registration/wire/times.h"

/* Markup, which does harm where JSON stands in a page. Any character may be written by its number (RFC 8259 section 7).
 */
static gboolean is_markup (gunichar c)
{
    return c == '<' || c == '>' || c == '&';
}

/* Beside the controls that RFC 8259 wants escaped: the others, the line ends that some programs split lines at, and
 * what nobody sees or what turns the direction of text. */
static gboolean is_invisible (gunichar c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x80 && c < 0x10000 && g_unichar_type (c) == G_UNICODE_FORMAT);
}

static void append_string (const Json *json, const char *text)
{
    g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);

    g_string_append_c (json->out, '"');
    for (const char *at = valid ? valid : text; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        if (c == '"' || c == '\\')
            g_string_append_printf (json->out, "\\%c", (char) c);
        else if (c == '\n')
            g_string_append (json->out, "\\n");
        else if (is_invisible (c) || (json->in_html && is_markup (c)))
            g_string_append_printf (json->out, "\\u%04x", c);
        else
            g_string_append_len (json->out, at, g_utf8_next_char (at) - at);
    }
    g_string_append_c (json->out, '"');
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
    g_string_append_printf (json->out, "%" G_GINT64_FORMAT, number);
}

void json_number_or_null (Json *json, const char *key, gint64 number)
{
    if (number)
        json_number (json, key, number);
    else
        json_string (json, key, NULL);
}

void json_seconds (Json *json, const char *key, gint64 nanoseconds)
{
    guint64 size = nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds;

    begin (json, key);
    g_string_append_printf (json->out, "%s%" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT, nanoseconds < 0 ? "-" : "",
                            size / SECOND, size % SECOND);
}
