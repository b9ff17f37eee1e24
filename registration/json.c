/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/json.h"

static void append_string (GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);

    g_string_append_c (out, '"');
    for (const char *at = valid ? valid : text; *at; at++)
        if (*at == '"' || *at == '\\')
            g_string_append_printf (out, "\\%c", *at);
        else if (*at == '\n')
            g_string_append (out, "\\n");
        else if ((guchar) *at < 0x20 || *at == 0x7F)
            g_string_append_printf (out, "\\u%04x", (guint) (guchar) *at);
        else
            g_string_append_c (out, *at);
    g_string_append_c (out, '"');
}

/* What stands in front of every value. */
static void begin (Json *json, const char *key)
{
    if (json->more)
        g_string_append_c (json->out, ',');
    json->more = TRUE;
    if (key) {
        append_string (json->out, key);
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
        append_string (json->out, text);
    else
        g_string_append (json->out, "null");
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
    const guint64 second = 1000000000;
    guint64 size = nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds;

    begin (json, key);
    g_string_append_printf (json->out, "%s%" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT, nanoseconds < 0 ? "-" : "",
                            size / second, size % second);
}
