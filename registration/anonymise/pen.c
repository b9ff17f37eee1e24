/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pen_internal.h"

#include "registration/anonymise/vocabulary.h"
#include "registration/anonymise/words_of.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/ports.h"

#include <string.h>

/* --- Words */

/* What phones and other devices of a call manager are called before the digits of their address. */
static gboolean is_device_prefix (const guint8 *text, gsize size)
{
    static const char *const prefixes[] = { "SEP", "CTLSEP", "ITLSEP", "SIP", "ATA", "gk", "ld",
                                            "CFB", "MTP",    "XCODE",  "IPC", "VGC", "AN", "BAT" };

    for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
        if (size == strlen (prefixes[i]) && octets_same_caseless (text, prefixes[i], size))
            return TRUE;
    return FALSE;
}

static gsize letters_of (const guint8 *word, gsize size)
{
    gsize n = 0;

    while (n < size && g_ascii_isalpha (word[n]))
        n++;
    return n;
}

static gboolean all_digits (const guint8 *word, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isdigit (word[i]))
            return FALSE;
    return TRUE;
}

/* Ten digits of an address without its first two, and more behind them: how second ports are called. */
static gboolean write_port_name (const Pen *pen, guint8 *word, gsize size)
{
    guint8 mac[6];

    for (gsize at = letters_of (word, size) + 1; at-- > 0;) {
        if (at + 10 > size || !pen_read_hex (word + at, 5, mac + 1) ||
            !pseudonyms_find_mac_tail (pen->pseudonyms, mac + 1, mac))
            continue;
        if (pen->writes) {
            pen_mac (pen, mac);
            pen_put_mac (word + at, mac + 1, 5, 2);
        }
        return TRUE;
    }
    return FALSE;
}

static void write_word (const Pen *pen, guint8 *word, gsize size, TextKind kind);

/* Twelve digits. Telephone numbers have only decimal ones; products are not called by so many of them, but addresses
 * begin with zeros in half of all phones. Nobody's own is one of a group, as that of all is. */
static gboolean looks_like_mac (const guint8 *word, TextKind kind)
{
    const gboolean is_all = octets_same_caseless (word, "ffffffffffff", 12);

    if (!is_all && g_ascii_xdigit_value ((char) word[1]) & 1)
        return FALSE;
    return !all_digits (word, 12) || (kind == TEXT_KEPT && word[0] == '0' && word[1] == '0');
}

/* "serial001380ad9e5f", where a product says which one it is. */
static gboolean ends_like_mac (const guint8 *word, gsize at, TextKind kind)
{
    return kind == TEXT_KEPT && at > 0 && !g_ascii_isxdigit (word[at - 1]) && looks_like_mac (word + at, kind);
}

/* A word that is a MAC address, or ends with one, or begins with one that is known. */
static gboolean write_mac_name (const Pen *pen, guint8 *word, gsize size, TextKind kind)
{
    const gsize at = size >= 12 ? size - 12 : 0;
    guint8 mac[6], known[6];

    if (size < 12 || !pen_read_hex (word + at, 6, mac))
        return size >= 12 && size <= PSEUDONYM_WORD_MAX && write_port_name (pen, word, size);
    const gboolean is_known = pseudonyms_know_mac (pen->pseudonyms, mac);
    const gboolean is_device = at > 0 && is_device_prefix (word, at);
    const gboolean may_be_one = kind != TEXT_SECRET && at == 0 && looks_like_mac (word, kind);
    if (is_device && !is_known && pseudonyms_find_mac_tail (pen->pseudonyms, mac, known))
        return write_port_name (pen, word, size);
    if (!is_known && !is_device && !may_be_one && !ends_like_mac (word, at, kind))
        return FALSE;
    pen_mac (pen, mac);
    if (pen->writes)
        pen_put_mac (word + at, mac, 6, 3);
    if (!is_device && at > 3) /* shorter, it says what has this address */
        write_word (pen, word, at, kind);
    return TRUE;
}

/* The beginning of a tag or Call-ID that is the phone's own address, all twelve digits, or eight, a hyphen and four. */
static gsize take_mac_prefix (const Pen *pen, guint8 *text, gsize size)
{
    guint8 digits[12], mac[6];
    const gboolean parted = size >= 13 && text[8] == '-';

    if (size < 12)
        return 0;
    memcpy (digits, text, 8);
    memcpy (digits + 8, text + 8 + parted, 4);
    if (!pen_read_hex (digits, 6, mac) || !pseudonyms_know_mac (pen->pseudonyms, mac))
        return 0;
    if (pen->writes) {
        pen_mac (pen, mac);
        pen_put_mac (digits, mac, 6, 3);
        memcpy (text, digits, 8);
        memcpy (text + 8 + parted, digits + 8, 4);
    }
    return 12 + (gsize) parted;
}

/* A known address inside of a longer word: of it nothing else is known. */
static gboolean write_inner_mac (const Pen *pen, guint8 *word, gsize size)
{
    gboolean found = FALSE;
    guint8 mac[6];

    for (gsize at = 0; pen->writes && at + 12 <= size; at++)
        if (pen_read_hex (word + at, 6, mac) && pseudonyms_know_mac (pen->pseudonyms, mac)) {
            pen_mac (pen, mac);
            pen_put_mac (word + at, mac, 6, 3);
            found = TRUE;
            at += 11;
        }
    return found;
}

static gboolean is_name (TextKind kind)
{
    return kind == TEXT_NAME || kind == TEXT_WHERE || kind == TEXT_LABEL || kind == TEXT_DEVICE || kind == TEXT_PERSON;
}

static gboolean has_digit (const guint8 *word, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (g_ascii_isdigit (word[i]))
            return TRUE;
    return FALSE;
}

/* How large a picture is: "320x212x16". */
static gboolean is_measure (const guint8 *word, gsize size)
{
    gsize marks = 0;

    for (gsize i = 0; i < size; i++)
        if (word[i] == 'x' && i && i + 1 < size && word[i - 1] != 'x')
            marks++;
        else if (!g_ascii_isdigit (word[i]))
            return FALSE;
    return marks > 0;
}

/* A word in a sentence that tells something of somebody. Products are called by numbers of four digits and by short
 * words with digits, serial numbers are longer. */
static gboolean tells (const Pen *pen, const guint8 *word, gsize size, TextKind kind)
{
    enum { MODEL_MAX = 4, VERSION_MAX = 8 };

    if (kind == TEXT_PRODUCT && has_digit (word, size) && size <= (all_digits (word, size) ? MODEL_MAX : VERSION_MAX))
        return FALSE;
    return !is_measure (word, size) && !pseudonyms_is_wording (pen->pseudonyms, (View){ word, size });
}

/* The serial number of a device, which may stand where a product is named: a plant, year and week, and a count. */
static gboolean is_serial (const guint8 *word, gsize size)
{
    enum { LEAST = 10, MOST = 11, PLANT = 3, WEEK = 4 };

    if (size < LEAST || size > MOST || vocabulary_has ((View){ word, PLANT }))
        return FALSE;
    for (gsize i = 0; i < size; i++)
        if (i < PLANT ? !g_ascii_isupper (word[i])
                      : !g_ascii_isdigit (word[i]) && (i < PLANT + WEEK || !g_ascii_isupper (word[i])))
            return FALSE;
    return TRUE;
}

/* Of somebody whose name was learned: "Walters". */
static gsize owner_size (const Pen *pen, const guint8 *word, gsize size)
{
    enum { LEAST = 6 };
    const View owner = { word, size ? size - 1 : 0 };

    return size >= LEAST && g_ascii_tolower (word[size - 1]) == 's' && pseudonyms_know_word (pen->pseudonyms, owner)
               ? owner.size
               : 0;
}

static void write_person (const Pen *pen, guint8 *word, gsize size)
{
    static const char *const nobody[] = { "anonymous", "private", "restricted", "unknown", "unavailable" };

    if (view_is_one_of ((View){ word, size }, nobody, G_N_ELEMENTS (nobody)))
        return;
    if (pen->writes)
        pseudonyms_person (pen->pseudonyms, word, size);
    else
        pseudonyms_learn_person (pen->pseudonyms, (View){ word, size });
}

static void write_sentence_word (const Pen *pen, guint8 *word, gsize size)
{
    if (pen->writes)
        pseudonyms_word (pen->pseudonyms, word, size);
    else
        pseudonyms_learn_sentence_word (pen->pseudonyms, (View){ word, size });
}

/* Keys that somebody has pressed: few tell nothing when they are all the same one, more are a number. */
static void write_keys (const Pen *pen, guint8 *word, gsize size)
{
    enum { FEW = 3 };

    if (size > FEW && all_digits (word, size)) {
        write_word (pen, word, size, TEXT_NAME);
        return;
    }
    for (gsize i = 0; pen->writes && i < size; i++)
        if (g_ascii_isdigit (word[i]))
            word[i] = PEN_KEY;
}

static void write_word (const Pen *pen, guint8 *word, gsize size, TextKind kind)
{
    if (kind == TEXT_KEYS) {
        write_keys (pen, word, size);
        return;
    }
    if (write_mac_name (pen, word, size, kind))
        return;
    if ((kind == TEXT_WORDS || kind == TEXT_KEPT) && size > 12 && write_inner_mac (pen, word, size))
        return;
    if ((kind == TEXT_KEPT || kind == TEXT_PRODUCT || kind == TEXT_WORDS) && is_serial (word, size))
        kind = TEXT_NAME;
    if (kind == TEXT_PERSON)
        write_person (pen, word, size);
    else if ((kind == TEXT_FREE || kind == TEXT_PRODUCT) && tells (pen, word, size, kind)) {
        write_sentence_word (pen, word, size);
    } else if (kind == TEXT_SECRET) {
        if (pen->writes)
            pseudonyms_secret (pen->pseudonyms, word, size);
    } else if (!pen->writes) {
        if (is_name (kind))
            pseudonyms_learn_word (pen->pseudonyms, (View){ word, size });
        if (kind == TEXT_DEVICE)
            pseudonyms_learn_prefix (pen->pseudonyms, (View){ word, size },
                                     boot_file_device_prefix ((View){ word, size }));
    } else if (is_name (kind) || pseudonyms_know_word (pen->pseudonyms, (View){ word, size })) {
        pseudonyms_word (pen->pseudonyms, word, size);
    } else {
        pseudonyms_word (pen->pseudonyms, word, owner_size (pen, word, size));
    }
}

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
        write_word (pen, text + from, groups[i], i == 4 && is_address ? TEXT_NAME : TEXT_SECRET);
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
    write_word (pen, word->data, word->len, kind);
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
    write_word (pen, text, end, kind);
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

/* A character that stands in markup for itself (XML 1.0, 4.6), or for its number. */
static gsize take_entity (const guint8 *text, gsize size)
{
    static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
    gsize end = 2;

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        if (size >= strlen (names[i]) && memcmp (text, names[i], strlen (names[i])) == 0)
            return strlen (names[i]);
    if (size < 4 || text[0] != '&' || text[1] != '#')
        return 0;
    while (end < size && end < 10 && g_ascii_isalnum (text[end]))
        end++;
    return end < size && text[end] == ';' ? end + 1 : 0;
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
    if (!pen->writes && number.size == SHORT_NUMBER && all_digits (number.data, number.size))
        pseudonyms_learn_number (pen->pseudonyms, number);
}

void pen_known_numbers (const Pen *pen, View text)
{
    for (gsize at = 0; at < text.size; at++)
        at += take_number (pen, (guint8 *) text.data, text.size, at);
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
            taken = taken ? taken : take_mac_prefix (pen, here, left);
        }
        if (*here == '&')
            taken = take_entity (here, left);
        if (*here == '%')
            taken = take_escape (here, left);
        if (!taken && kind != TEXT_SECRET && (at == 0 || (!pen_is_letter (here[-1]) && here[-1] != '-')))
            taken = take_key (here, left);
        if (!taken && kind == TEXT_FREE && at >= number_end && g_ascii_isdigit (*here))
            number_end = at + number_size (here, left);
        if (!taken && at < number_end && (taken = digits_of (here, left)) && !pen_is_port (pen, (View){ here, taken }))
            write_sentence_word (pen, here, taken);
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
