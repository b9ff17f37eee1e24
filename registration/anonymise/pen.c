/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pen_internal.h"

#include "registration/terms/ports.h"

#include <string.h>

/* RFC 4122: drawn by lot, or made of an address, with which the last group ends (of Cisco's phones, all others are
 * zeros). */
static gsize take_uuid (const Pen *pen, guint8 *text, gsize size)
{
    static const guint8 groups[] = { 8, 4, 4, 4, 12 };
    const gboolean is_address = size >= 9 && memcmp (text, "00000000-", 9) == 0;
    gsize at = 0;

    for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
        for (gsize k = 0; k < groups[i]; k++, at++)
            if (at >= size || !g_ascii_isxdigit (text[at]))
                return 0;
        if (i + 1 < G_N_ELEMENTS (groups) && (at >= size || text[at++] != '-'))
            return 0;
    }
    if (at < size && pen_is_letter (text[at]))
        return 0;
    for (gsize i = 0, from = 0; i < G_N_ELEMENTS (groups); from += groups[i++] + 1u)
        pen_word (pen, text + from, groups[i], i == 4 && is_address ? TEXT_NAME : TEXT_SECRET);
    return at;
}

/* The octets of a letter in a text: 3 when it is escaped (RFC 3986, 2.1), 0 when it is none. */
static gsize letter_size (const guint8 *text, gsize size, guint8 *ret_letter)
{
    if (size >= 3 && text[0] == '%' && pen_read_hex (text + 1, 1, ret_letter) && pen_is_letter (*ret_letter))
        return 3;
    *ret_letter = size ? text[0] : 0;
    return size && pen_is_letter (*ret_letter);
}

static gsize take_escaped_word (const Pen *pen, guint8 *text, gsize size, TextKind kind)
{
    g_autoptr (GByteArray) word = g_byte_array_new ();
    gsize end = 0, step;
    guint8 letter;

    for (; (step = letter_size (text + end, size - end, &letter)); end += step)
        g_byte_array_append (word, &letter, 1);
    pen_word (pen, word->data, word->len, kind);
    for (gsize at = 0, i = 0; pen->writes && at < end; at += step, i++) {
        step = letter_size (text + at, size - at, &letter);
        if (step == 3)
            pen_put_hex (text + at + 1, word->data[i], 2);
        else
            text[at] = word->data[i];
    }
    return end;
}

/* The octets of a character in a text with codes of phrases, which begin with one that also stands inside of letters.
 */
static gsize label_letter_size (const guint8 *text, gsize size)
{
    const gunichar c = g_utf8_get_char_validated ((const char *) text, (gssize) MIN (size, 6));

    if (*text == 0x80 || !pen_is_letter (*text))
        return 0;
    return *text < 0x80 || c == (gunichar) -1 || c == (gunichar) -2 ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
}

static gsize take_word (const Pen *pen, guint8 *text, gsize size, TextKind kind)
{
    const gboolean has_codes = kind == TEXT_LABEL || kind == TEXT_FREE;
    gsize end = 0, step;
    guint8 letter;

    if (has_codes)
        while (end < size && (step = label_letter_size (text + end, size - end)))
            end += step;
    else
        while (end < size && pen_is_letter (text[end]))
            end++;
    if (end < size && kind != TEXT_LABEL && letter_size (text + end, size - end, &letter) == 3)
        return take_escaped_word (pen, text, size, kind);
    pen_word (pen, text, end, kind);
    return end;
}

/* The number behind the colon of a URI is a user's. */
static gboolean ends_scheme (const guint8 *text, gsize size)
{
    static const char *const schemes[] = { "sip:", "sips:", "tel:" };

    for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
        const gsize n = strlen (schemes[i]);
        if (size >= n && octets_same_caseless (text + size - n, schemes[i], n))
            return TRUE;
    }
    return FALSE;
}

/* "z9hG4bK" says who has made the rest (RFC 3261, 8.1.1.7). */
static gsize take_cookie (const guint8 *text, gsize size)
{
    static const char cookie[] = "z9hG4bK";
    const gsize n = sizeof cookie - 1;
    return size > n && octets_same_caseless (text, cookie, n) ? n : 0;
}

/* A letter or digit that is written as its number becomes one of the same kind, always the same one. */
static void write_reference (const Pen *pen, guint8 *digits, gsize size, gboolean is_hex)
{
    guint code = 0;

    for (gsize i = 0; i < size && code < 0x80; i++)
        code = code * (is_hex ? 16 : 10) + (guint) g_ascii_xdigit_value ((char) digits[i]);
    if (!pen->writes || code >= 0x80 || !g_ascii_isalnum ((char) code))
        return;
    const guint enough = is_hex || code < 100 ? 78 : 110; /* N and n, in as many digits */
    guint now = g_ascii_isdigit ((char) code) ? '1' : is_hex && code >= 'a' ? 'n' : enough;
    for (gsize i = size; i-- > 0; now /= is_hex ? 16 : 10)
        digits[i] = (guint8) "0123456789abcdef"[now % (is_hex ? 16 : 10)];
}

/* A character that stands in markup for itself (XML 1.0, 4.6), or for its number. */
static gsize take_entity (const Pen *pen, guint8 *text, gsize size, TextKind kind)
{
    static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
    const gboolean is_hex = size > 2 && (text[2] == 'x' || text[2] == 'X');
    gsize end = is_hex ? 3 : 2;

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        if (size >= strlen (names[i]) && memcmp (text, names[i], strlen (names[i])) == 0)
            return strlen (names[i]);
    if (size < 4 || text[0] != '&' || text[1] != '#')
        return 0;
    const gsize begin = end;
    while (end < size && end < 10 && (is_hex ? g_ascii_isxdigit (text[end]) : g_ascii_isdigit (text[end])))
        end++;
    if (end == begin || end == size || text[end] != ';')
        return 0;
    if (kind != TEXT_KEPT && kind != TEXT_CALLED)
        write_reference (pen, text + begin, end - begin, is_hex);
    return end + 1;
}

/* How far digits reach that are one number, with what stands between them; 0 when they are three at most. */
static gsize number_size (const guint8 *text, gsize size)
{
    enum { SMALL = 3 };
    gsize digits = 0, end = 0, group = 0, at = 0;

    for (; at < size && at - end <= 2; at++)
        if (g_ascii_isdigit (text[at])) {
            group = at == end && at ? group + 1 : 1;
            digits++;
            end = at + 1;
        } else if (!strchr (" ./-()+", text[at]) || !text[at]) {
            break;
        }
    /* The last ones begin another word. */
    if (at < size && at == end && pen_is_letter (text[at])) {
        digits -= group;
        end -= group;
    }
    return digits > SMALL ? end : 0;
}

static gsize digits_of (const guint8 *text, gsize size)
{
    gsize n = 0;

    while (n < size && g_ascii_isdigit (text[n]))
        n++;
    return n < size && pen_is_letter (text[n]) ? 0 : n;
}

gboolean pen_is_port (const Pen *pen, View digits)
{
    guint port = 0;

    for (gsize i = 0; i < digits.size && port <= G_MAXUINT16; i++)
        port = port * 10 + (guint) (digits.data[i] - '0');
    return digits.size && *digits.data != '0' && port <= G_MAXUINT16 &&
           (port_service ((guint16) port) != SERVICE_OTHER || port_is_web ((guint16) port)) &&
           !pseudonyms_know_word (pen->pseudonyms, digits);
}

/* Whether what ends before this colon is a host that can be told as one: in brackets, in several parts, or of a URI. */
static gboolean ends_host (const guint8 *text, gsize colon)
{
    gsize at = colon;
    gboolean has_point = FALSE;

    if (colon && text[colon - 1] == ']')
        return TRUE;
    for (; at && (pen_is_letter (text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '.'); at--)
        has_point |= text[at - 1] == '.';
    return at < colon && (has_point || (at && strchr ("/@", text[at - 1])));
}

/* The port behind a host stays. Behind a single word it may be somebody's number, unless a protocol has it, or it is
 * too short. */
static gsize take_port (const Pen *pen, const guint8 *text, gsize size, gsize at)
{
    enum { SMALL = 2 };
    gsize end = at;

    if (at == 0 || text[at - 1] != ':' || ends_scheme (text, at))
        return 0;
    while (end < size && end - at < 5 && g_ascii_isdigit (text[end]))
        end++;
    if (end == at || (end < size && (pen_is_letter (text[end]) || text[end] == '@')))
        return 0;
    const gsize digits = end - at;
    return digits <= SMALL || ends_host (text, at - 1) || pen_is_port (pen, (View){ text + at, digits }) ? digits : 0;
}

/* An octet that is written as its number, and is none of a word's (RFC 3986, 2.1). */
static gsize take_escape (const guint8 *text, gsize size)
{
    guint8 octet;
    return size >= 3 && text[0] == '%' && pen_read_hex (text + 1, 1, &octet) && !pen_is_letter (octet) ? 3 : 0;
}

/* What stands before "=" and says what its value is: of the protocols, or an attribute of a name (RFC 4514, RFC 5280).
 */
static gsize take_key (const guint8 *text, gsize size)
{
    static const char *const keys[] = {
        "c",       "cause", "cn",       "context",       "dc",       "dn",   "e",         "emailaddress",
        "expires", "ext",   "index",    "icid-value",    "isub",     "l",    "level",     "icid-generated-at",
        "o",       "ou",    "orig-ioi", "phone-context", "purpose",  "q",    "reason",    "rn",
        "sn",      "st",    "tag",      "serialnumber",  "term-ioi", "tgrp", "transport", "trunk-context",
        "uid",     "user",
    };
    gsize n = 0;

    while (n < size && (g_ascii_isalpha (text[n]) || text[n] == '-'))
        n++;
    if (n == size || text[n] != '=')
        return 0;
    for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
        if (strlen (keys[i]) == n && octets_same_caseless (text, keys[i], n))
            return n;
    return 0;
}

/* Longer numbers are found in sentences by themselves, shorter ones mean too much. */
#define SHORT_NUMBER 3

/* Whether the digits are a piece of a release ("18.100"), or say why something ended (RFC 3326). */
static gboolean is_code (const guint8 *text, gsize size, gsize at, gsize end)
{
    static const char *const before[] = { "cause=", "Q." };

    for (gsize i = 0; i < G_N_ELEMENTS (before); i++) {
        const gsize n = strlen (before[i]);
        if (at >= n && octets_same_caseless (text + at - n, before[i], n))
            return TRUE;
    }
    return (at >= 2 && text[at - 1] == '.' && g_ascii_isdigit (text[at - 2])) ||
           (end + 1 < size && text[end] == '.' && g_ascii_isdigit (text[end + 1]));
}

/* The short number of somebody, which is known as one, as a word of its own. */
static gsize take_number (const Pen *pen, guint8 *text, gsize size, gsize at)
{
    const gsize digits = digits_of (text + at, size - at);

    if (digits != SHORT_NUMBER || (at && pen_is_letter (text[at - 1])) || is_code (text, size, at, at + digits) ||
        !pen->writes || !pseudonyms_know_number (pen->pseudonyms, (View){ text + at, digits }))
        return 0;
    pseudonyms_word (pen->pseudonyms, text + at, digits);
    return digits;
}

void pen_learn_number (const Pen *pen, View number)
{
    if (!pen->writes && number.size == SHORT_NUMBER && pen_all_digits (number.data, number.size))
        pseudonyms_learn_number (pen->pseudonyms, number);
}

void pen_host (const Pen *pen, View host)
{
    gsize digits = 0;

    while (digits < host.size && g_ascii_isdigit (host.data[host.size - digits - 1]))
        digits++;
    if (digits && digits < host.size && host.data[host.size - digits - 1] == ':' && host.data[0] != ':')
        host.size -= digits + 1;
    pen_view (pen, host, TEXT_WHERE);
}

void pen_text (const Pen *pen, guint8 *text, gsize size, TextKind kind)
{
    gsize number_end = 0, address_end = 0;

    for (gsize at = 0; at < size;) {
        guint8 *here = text + at, letter;
        const gsize left = size - at;
        gsize taken = 0;
        if ((kind == TEXT_LABEL || kind == TEXT_FREE) && (*here == 0x80 || *here == 0x1E)) {
            at += 2;
            continue;
        }
        if (g_ascii_isxdigit (*here) || *here == ':') {
            taken = pen_take_address (pen, text, size, at, kind);
            address_end = taken ? at + taken : address_end;
            taken = taken ? taken : take_uuid (pen, here, left);
        }
        if (!taken && (kind == TEXT_WHERE || (kind == TEXT_FREE && address_end && at == address_end + 1)))
            taken = take_port (pen, text, size, at);
        if (!taken && kind == TEXT_SECRET) {
            taken = take_cookie (here, left);
            taken = taken ? taken : pen_take_mac_prefix (pen, here, left);
        }
        if (*here == '&')
            taken = take_entity (pen, here, left, kind);
        if (*here == '%')
            taken = take_escape (here, left);
        if (!taken && kind != TEXT_SECRET && (at == 0 || (!pen_is_letter (here[-1]) && here[-1] != '-')))
            taken = take_key (here, left);
        if (!taken && kind == TEXT_FREE && at >= number_end && g_ascii_isdigit (*here))
            number_end = at + number_size (here, left);
        if (!taken && at < number_end && (taken = digits_of (here, left)) && !pen_is_port (pen, (View){ here, taken }))
            pen_sentence_word (pen, here, taken);
        if (!taken && (kind == TEXT_FREE || kind == TEXT_PRODUCT))
            taken = take_number (pen, text, size, at);
        if (!taken && letter_size (here, left, &letter))
            taken = take_word (pen, here, left, kind);
        at += MAX (taken, 1);
    }
}

/* Numbers look like letters of many alphabets: what is not in UTF-8 has texts only where they are plain. */
static void write_ascii (const Pen *pen, guint8 *data, gsize size, gsize least, TextKind kind)
{
    for (gsize begin = 0, end; begin < size; begin = end + 1) {
        for (end = begin; end < size && data[end] < 0x80;)
            end++;
        if (end - begin >= least)
            pen_text (pen, data + begin, end - begin, kind);
    }
}

/* Letters that each have an octet of zero beside them (UTF-16). */
static void write_wide (const Pen *pen, guint8 *data, gsize size, gsize least, TextKind kind)
{
    for (gsize begin = 0, n; begin + 2 <= size; begin += 2 * n + (n == 0)) {
        const gboolean big_endian = data[begin] == 0;
        for (n = 0; begin + 2 * n + 2 <= size; n++) {
            const guint8 *unit = data + begin + 2 * n;
            if (unit[!big_endian] != 0 || unit[big_endian] < 0x20 || unit[big_endian] >= 0x7F)
                break;
        }
        if (n >= least)
            pen_wide_text (pen, data + begin, 2 * n, big_endian, kind);
        else
            n = 0;
    }
}

void pen_texts (const Pen *pen, guint8 *data, gsize size, gsize least, TextKind kind)
{
    for (gsize begin = 0, end; begin < size; begin = end + 1) {
        for (end = begin; end < size && data[end] >= 0x20 && data[end] != 0x7F;)
            end++;
        if (end - begin < least)
            continue;
        if (least == 1 || g_utf8_validate ((const char *) data + begin, (gssize) (end - begin), NULL))
            pen_text (pen, data + begin, end - begin, kind);
        else
            write_ascii (pen, data + begin, end - begin, least, kind);
    }
    if (least > 1)
        write_wide (pen, data, size, least, kind);
}

guint8 *pen_narrow (const guint8 *text, gsize size, gboolean big_endian)
{
    guint8 *narrow = g_malloc (size / 2 + 1);
    const gsize low = big_endian ? 1 : 0;

    for (gsize i = 0; i < size / 2; i++)
        narrow[i] =
            text[2 * i + 1 - low] || text[2 * i + low] >= 0x80 ? 0x80 | (text[2 * i + low] & 0x3F) : text[2 * i + low];
    return narrow;
}

void pen_widen (const Pen *pen, guint8 *text, gsize size, gboolean big_endian, const guint8 *narrow)
{
    const gsize low = big_endian ? 1 : 0;

    for (gsize i = 0; pen->writes && i < size / 2; i++) {
        const gboolean is_ascii = !text[2 * i + 1 - low] && text[2 * i + low] < 0x80;
        text[2 * i + low] = is_ascii ? narrow[i] : (guint8) (0x80 | (narrow[i] & 0x3F));
    }
}

void pen_wide_text (const Pen *pen, guint8 *text, gsize size, gboolean big_endian, TextKind kind)
{
    g_autofree guint8 *narrow = pen_narrow (text, size, big_endian);

    pen_text (pen, narrow, size / 2, kind);
    pen_widen (pen, text, size, big_endian, narrow);
}
