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

/* Sixteen octets, signed: what is no ASCII is less than a blank. */
typedef gint8 Octets __attribute__ ((vector_size (16)));

/* Sixteen octets of printable ASCII that stand as they are. */
static gboolean are_plain (const char *at, gboolean in_html)
{
    Octets octets;
    guint64 halves[2];

    memcpy (&octets, at, sizeof octets);
    Octets bad = (octets < 0x20) | (octets == 0x7F) | (octets == '"') | (octets == '\\');
    if (in_html)
        bad |= (octets == '<') | (octets == '>') | (octets == '&');
    memcpy (halves, &bad, sizeof halves);
    return !(halves[0] | halves[1]);
}

/* The first octet that may not stand as it is. */
static const char *find_special (const char *at, const char *end, gboolean in_html)
{
    const gboolean is_long = end - at >= (gssize) sizeof (Octets);

    while (end - at >= (gssize) sizeof (Octets) && are_plain (at, in_html))
        at += sizeof (Octets);
    if (is_long && end - at < (gssize) sizeof (Octets) && are_plain (end - sizeof (Octets), in_html))
        return end;
    while (at < end && is_plain ((guint8) *at, in_html))
        at++;
    return at;
}

static void append_character (const Json *json, gunichar c, const char *at)
{
    const char escaped[] = { '\\', (char) c };

    if (c == '"' || c == '\\')
        text_append (json->out, escaped, sizeof escaped);
    else if (c == '\n')
        text_append (json->out, "\\n", strlen ("\\n"));
    else if (is_invisible (c) || (json->in_html && is_markup (c)))
        g_string_append_printf (json->out, "\\u%04x", c);
    else
        text_append (json->out, at, (gsize) (g_utf8_next_char (at) - at));
}

/* Behind what stands as it is. */
static void append_special (const Json *json, const char *at, const char *end)
{
    g_autofree char *valid = NULL;

    while (at < end) {
        if ((guint8) *at >= 0x80 && !valid && !g_utf8_validate_len (at, (gsize) (end - at), NULL)) {
            at = valid = g_utf8_make_valid (at, end - at);
            end = at + strlen (at);
        }
        append_character (json, g_utf8_get_char (at), at);
        at = g_utf8_next_char (at);
        const char *special = find_special (at, end, json->in_html);
        text_append (json->out, at, (gsize) (special - at));
        at = special;
    }
}

void json_append_text (const Json *json, const char *text)
{
    const gsize size = strlen (text);
    const char *special = find_special (text, text + size, json->in_html);
    char *at = text_room (json->out, size + 2);

    *at++ = '"';
    memcpy (at, text, (gsize) (special - text));
    at += special - text;
    if (special < text + size) {
        text_took (json->out, at);
        append_special (json, special, text + size);
        at = text_room (json->out, 1);
    }
    *at++ = '"';
    text_took (json->out, at);
}

void json_append_name (const Json *json, const char *name)
{
    const gsize size = strlen (name);
    char *at = text_room (json->out, size + 2);

    *at++ = '"';
    memcpy (at, name, size);
    at[size] = '"';
    text_took (json->out, at + size + 1);
}

void json_close_text (const Json *json, gsize begin)
{
    const char *end = json->out->str + json->out->len;
    const char *special = find_special (json->out->str + begin, end, json->in_html);

    if (special < end) {
        g_autofree char *text = g_strndup (special, (gsize) (end - special));
        json->out->len = (gsize) (special - json->out->str);
        append_special (json, text, text + strlen (text));
    }
    text_append (json->out, "\"", 1);
}

#define NUMBER_ROOM 32 /* for a number with its sign and its point */

/* Writes so many digits in front of end, two at a time: what is left of the number is returned. */
static inline guint64 write_before (char *end, guint64 number, guint digits)
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";

    for (; digits >= 2; digits -= 2, number /= 100)
        memcpy (end -= 2, pairs + 2 * (number % 100), 2);
    if (digits) {
        *--end = (char) ('0' + number % 10);
        number /= 10;
    }
    return number;
}

/* Returns the end. */
static char *write_number (char *at, guint64 number)
{
    guint digits = 1;

    for (guint64 rest = number; rest >= 10; rest /= 10)
        digits++;
    write_before (at + digits, number, digits);
    return at + digits;
}

/* Of a number that may be negative. */
static guint64 write_sign (char **at, gint64 number)
{
    if (number >= 0)
        return (guint64) number;
    *(*at)++ = '-';
    return -(guint64) number;
}

static void open_bracket (Json *json, const char *key, char bracket)
{
    json_begin (json, key);
    text_append (json->out, &bracket, 1);
    json->more = FALSE;
}

static void close_bracket (Json *json, char bracket)
{
    text_append (json->out, &bracket, 1);
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

void json_append_null (const Json *json)
{
    text_append (json->out, "null", strlen ("null"));
}

void json_bool (Json *json, const char *key, gboolean yes)
{
    json_begin (json, key);
    if (yes)
        text_append (json->out, "true", strlen ("true"));
    else
        text_append (json->out, "false", strlen ("false"));
}

void json_append_number (const Json *json, gint64 number)
{
    char *at = text_room (json->out, NUMBER_ROOM);
    const guint64 size = write_sign (&at, number);

    text_took (json->out, write_number (at, size));
}

/* A number of units with so many decimals; the compiler knows the unit. */
static inline void append_decimal (const Json *json, gint64 number, guint64 unit, guint decimals)
{
    char *at = text_room (json->out, NUMBER_ROOM);
    const guint64 size = write_sign (&at, number);
    at = write_number (at, size / unit);
    *at++ = '.';
    write_before (at + decimals, size % unit, decimals);
    text_took (json->out, at + decimals);
}

void json_append_seconds (const Json *json, gint64 nanoseconds)
{
    append_decimal (json, nanoseconds, SECOND, 9);
}

void json_microseconds (Json *json, const char *key, gint64 nanoseconds)
{
    json_begin (json, key);
    append_decimal (json, nanoseconds, 1000, 3);
}
