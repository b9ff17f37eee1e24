/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/json.h"

#include "registration/wire/times.h"

#include <string.h>

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

#define EACH_OCTET(octet) (G_GUINT64_CONSTANT (0x0101010101010101) * (octet))

/* The high bit of each octet that is this one; of octets above such a one perhaps, too. */
static guint64 octets_that_are (guint64 eight, guint8 octet)
{
    const guint64 differ = eight ^ EACH_OCTET (octet);
    return (differ - EACH_OCTET (0x01)) & ~differ;
}

/* Eight octets of printable ASCII that stand as they are. It may take some that do for some that do not, never the
 * other way round. */
static gboolean are_plain (const char *at, gboolean in_html)
{
    guint64 eight, bad;

    memcpy (&eight, at, sizeof eight);
    bad = eight | (eight + EACH_OCTET (0x01)) | (eight - EACH_OCTET (0x20)) | octets_that_are (eight, '"') |
          octets_that_are (eight, '\\');
    if (in_html)
        bad |= octets_that_are (eight, '<') | octets_that_are (eight, '>') | octets_that_are (eight, '&');
    return !(bad & EACH_OCTET (0x80));
}

/* A place behind what is there with room for so many octets; took() tells how far it has been written. Most of the time
 * the room is there, and a text of a report is made of very many pieces. */
static char *room (GString *out, gsize size)
{
    const gsize length = out->len;

    if (G_UNLIKELY (size >= out->allocated_len - length)) {
        g_string_set_size (out, length + size);
        out->len = length;
    }
    return out->str + length;
}

static void took (GString *out, const char *end)
{
    out->len = (gsize) (end - out->str);
    out->str[out->len] = '\0';
}

static void append (GString *out, const char *octets, gsize size)
{
    char *at = room (out, size);

    memcpy (at, octets, size);
    took (out, at + size);
}

/* The first octet that may not stand as it is. */
static const char *find_special (const char *at, const char *end, gboolean in_html)
{
    while (end - at >= 8 && are_plain (at, in_html))
        at += 8;
    while (at < end && is_plain ((guint8) *at, in_html))
        at++;
    return at;
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

/* Behind what stands as it is. */
static void append_special (const Json *json, const char *at, const char *end)
{
    g_autofree char *valid = NULL;

    if (!g_utf8_validate_len (at, (gsize) (end - at), NULL)) {
        at = valid = g_utf8_make_valid (at, end - at);
        end = at + strlen (at);
    }
    while (at < end) {
        append_character (json, at);
        at = g_utf8_next_char (at);
        const char *special = find_special (at, end, json->in_html);
        append (json->out, at, (gsize) (special - at));
        at = special;
    }
}

static void append_text (const Json *json, const char *text)
{
    const gsize size = strlen (text);
    const char *special = find_special (text, text + size, json->in_html);
    char *at = room (json->out, size + 2);

    *at++ = '"';
    memcpy (at, text, (gsize) (special - text));
    at += special - text;
    if (special < text + size) {
        took (json->out, at);
        append_special (json, special, text + size);
        at = room (json->out, 1);
    }
    *at++ = '"';
    took (json->out, at);
}

#define NUMBER_ROOM 32 /* for a number with its sign and its point */

/* "%0*u", which would be most of the work. Returns the end. */
static char *write_digits (char *at, guint64 number, guint least)
{
    char digits[24], *first = digits + sizeof digits;

    do
        *--first = (char) ('0' + number % 10);
    while ((number /= 10) || (gsize) (digits + sizeof digits - first) < least);
    const gsize size = (gsize) (digits + sizeof digits - first);
    memcpy (at, first, size);
    return at + size;
}

/* Of a number that may be negative. */
static guint64 write_sign (char **at, gint64 number)
{
    if (number >= 0)
        return (guint64) number;
    *(*at)++ = '-';
    return -(guint64) number;
}

/* What stands in front of every value. */
static void begin (Json *json, const char *key)
{
    const gsize size = key ? strlen (key) : 0;
    char *at = room (json->out, size + strlen (",\"\":"));

    if (json->more)
        *at++ = ',';
    json->more = TRUE;
    if (key) {
        *at++ = '"';
        memcpy (at, key, size);
        at += size;
        *at++ = '"';
        *at++ = ':';
    }
    took (json->out, at);
}

static void open_bracket (Json *json, const char *key, char bracket)
{
    begin (json, key);
    append (json->out, &bracket, 1);
    json->more = FALSE;
}

static void close_bracket (Json *json, char bracket)
{
    append (json->out, &bracket, 1);
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
        append_text (json, text);
    else
        append (json->out, "null", strlen ("null"));
}

void json_bool (Json *json, const char *key, gboolean yes)
{
    begin (json, key);
    if (yes)
        append (json->out, "true", strlen ("true"));
    else
        append (json->out, "false", strlen ("false"));
}

void json_number (Json *json, const char *key, gint64 number)
{
    begin (json, key);
    char *at = room (json->out, NUMBER_ROOM);
    const guint64 size = write_sign (&at, number);
    took (json->out, write_digits (at, size, 1));
}

void json_number_or_null (Json *json, const char *key, gint64 number)
{
    if (number)
        json_number (json, key, number);
    else
        json_string (json, key, NULL);
}

/* A number of units with so many decimals; the compiler knows the unit. */
static inline void append_decimal (Json *json, const char *key, gint64 number, guint64 unit, guint decimals)
{
    begin (json, key);
    char *at = room (json->out, NUMBER_ROOM);
    const guint64 size = write_sign (&at, number);
    at = write_digits (at, size / unit, 1);
    *at++ = '.';
    took (json->out, write_digits (at, size % unit, decimals));
}

void json_seconds (Json *json, const char *key, gint64 nanoseconds)
{
    append_decimal (json, key, nanoseconds, SECOND, 9);
}

void json_microseconds (Json *json, const char *key, gint64 nanoseconds)
{
    append_decimal (json, key, nanoseconds, 1000, 3);
}
