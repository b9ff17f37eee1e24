/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One word, by what the text is in which it stands. */
#include "registration/anonymise/pen_internal.h"

#include "registration/anonymise/vocabulary.h"
#include "registration/anonymise/words_of.h"
#include "registration/terms/boot_file.h"

#include <string.h>

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

gboolean pen_all_digits (const guint8 *word, gsize size)
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

/* Twelve digits. Telephone numbers have only decimal ones; products are not called by so many of them, but addresses
 * begin with zeros in half of all phones. Nobody's own is one of a group, as that of all is. */
static gboolean looks_like_mac (const guint8 *word, TextKind kind)
{
    const gboolean is_all = octets_same_caseless (word, "ffffffffffff", 12);

    if (!is_all && g_ascii_xdigit_value ((char) word[1]) & 1)
        return FALSE;
    return !pen_all_digits (word, 12) || (kind == TEXT_KEPT && word[0] == '0' && word[1] == '0');
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
        pen_word (pen, word, at, kind);
    return TRUE;
}

gsize pen_take_mac_prefix (const Pen *pen, guint8 *text, gsize size)
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

/* A word in a sentence that tells something of somebody. */
static gboolean tells (const Pen *pen, const guint8 *word, gsize size)
{
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

/* The next part of a word that is made of several, which begin with large letters, or of letters and digits:
 * "SIPLineName2" has four. */
static gsize part_size (const guint8 *word, gsize size)
{
    const gboolean is_number = g_ascii_isdigit (*word);
    gsize end = 1;

    for (; end < size && g_ascii_isdigit (word[end]) == is_number; end++)
        if (g_ascii_isupper (word[end]) &&
            (!g_ascii_isupper (word[end - 1]) || (end + 1 < size && g_ascii_islower (word[end + 1]))))
            break;
    return end;
}

static void write_name_part (const Pen *pen, guint8 *word, gsize size)
{
    if (pen->writes)
        pseudonyms_word (pen->pseudonyms, word, size);
    else
        pseudonyms_learn_word (pen->pseudonyms, (View){ word, size });
}

static gboolean is_of_kind (const Pen *pen, View word, TextKind kind)
{
    return kind == TEXT_PRODUCT ? pseudonyms_is_product (pen->pseudonyms, word)
                                : pseudonyms_is_field (pen->pseudonyms, word);
}

/* What something is called: what is none of the words that such things are called by is somebody's name. Products have
 * numbers of four digits and short words with digits, serial numbers are longer; where a value stands digits count
 * something; one of more digits than three is none of an element's. */
static void write_called (const Pen *pen, guint8 *word, gsize size, TextKind kind)
{
    enum { MODEL_MAX = 4, VERSION_MAX = 8, SMALL = 3 };
    const View whole = { word, size };
    const gboolean is_digits = pen_all_digits (word, size);

    if (is_measure (word, size) || (kind == TEXT_CALLED && is_of_kind (pen, whole, kind)))
        return;
    if (pen->writes && pseudonyms_know_word (pen->pseudonyms, whole)) {
        pseudonyms_word (pen->pseudonyms, word, size);
        return;
    }
    if (pen->writes && owner_size (pen, word, size)) {
        pseudonyms_word (pen->pseudonyms, word, owner_size (pen, word, size));
        return;
    }
    if (is_of_kind (pen, whole, kind))
        return;
    if (kind == TEXT_PRODUCT && has_digit (word, size) && size > (is_digits ? MODEL_MAX : VERSION_MAX)) {
        pen_sentence_word (pen, word, size);
        return;
    }
    for (gsize at = 0, part; at < size; at += part) {
        part = part_size (word + at, size - at);
        if (!g_ascii_isdigit (word[at]) && !is_of_kind (pen, (View){ word + at, part }, kind))
            write_name_part (pen, word + at, part);
        else if (g_ascii_isdigit (word[at]) && kind == TEXT_CALLED && part > SMALL)
            pen_sentence_word (pen, word + at, part);
    }
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

void pen_sentence_word (const Pen *pen, guint8 *word, gsize size)
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

    if (size > FEW && pen_all_digits (word, size)) {
        pen_word (pen, word, size, TEXT_NAME);
        return;
    }
    for (gsize i = 0; pen->writes && i < size; i++)
        if (g_ascii_isdigit (word[i]))
            word[i] = PEN_KEY;
}

void pen_word (const Pen *pen, guint8 *word, gsize size, TextKind kind)
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
    else if (kind == TEXT_KEPT || kind == TEXT_PRODUCT || kind == TEXT_CALLED)
        write_called (pen, word, size, kind);
    else if (kind == TEXT_FREE && tells (pen, word, size)) {
        pen_sentence_word (pen, word, size);
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
