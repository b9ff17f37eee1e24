/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts line by line: settings, headers of parts, commands, sessions, base64. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"

static gboolean view_begins (View text, const char *word)
{
    const gsize size = strlen (word);
    return text.size >= size && octets_same_caseless (text.data, word, size);
}

/* --- Commands: words with blanks between them, as IOS has them */

/* The word that begins here. */
static View word_at (View line, gsize at)
{
    gsize end = at;

    while (end < line.size && !octet_is_space (line.data[end]))
        end++;
    return (View){ line.data + at, end - at };
}

static View word_before (View line, gsize at)
{
    while (at && octet_is_space (line.data[at - 1]))
        at--;
    gsize begin = at;
    while (begin && !octet_is_space (line.data[begin - 1]))
        begin--;
    return (View){ line.data + begin, at - begin };
}

/* Behind a salt of two digits each letter as two: anybody reads it (IOS, type 7). */
static gboolean is_obscured (View word)
{
    if (word.size < 6 || word.size % 2 || !g_ascii_isdigit (word.data[0]) || !g_ascii_isdigit (word.data[1]))
        return FALSE;
    for (gsize i = 0; i < word.size; i++)
        if (!g_ascii_isxdigit (word.data[i]))
            return FALSE;
    return TRUE;
}

/* $1$salt$hash */
static gboolean is_hashed (View word)
{
    return word.size > 3 && word.data[0] == '$' && word.data[2] == '$';
}

/* A password behind how it is written: "password 7 094F471A1A0A". */
static gboolean is_password (View before, guint8 form, View word)
{
    static const char *const names[] = { "key", "key-string", "md5", "ascii", "hex", "pre-shared-key" };

    return is_hashed (word) || (form == '7' && is_obscured (word)) ||
           (word.size && (anonymise_is_secret (before) || view_is_one_of (before, names, G_N_ELEMENTS (names))));
}

/* A command, or any text. */
static void write_words (const Pen *pen, View line)
{
    gsize from = 0;

    for (gsize at = 1; at + 2 < line.size; at++) {
        if (!octet_is_space (line.data[at - 1]) || !strchr ("056789", line.data[at]) || !line.data[at] ||
            !octet_is_space (line.data[at + 1]))
            continue;
        View word = word_at (line, at + 2);
        if (!is_password (word_before (line, at), line.data[at], word))
            continue;
        const gsize head = is_hashed (word) ? 3 : 0, end = at + 2 + word.size;
        pen_text (pen, (guint8 *) line.data + from, at - from, TEXT_WHERE);
        pen_text (pen, (guint8 *) word.data + head, word.size - head, TEXT_SECRET);
        at = from = end;
    }
    pen_text (pen, (guint8 *) line.data + from, line.size - from, TEXT_WHERE);
}

/* --- Lines */

/* What stands in front of a mark of equality at the end is base64, and no setting without a value. */
static gboolean is_base64 (const Pen *pen, View text)
{
    if (text.size == 0 || (text.size + 1) % 4)
        return FALSE;
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isalnum (text.data[i]) && text.data[i] != '+' && text.data[i] != '/')
            return FALSE;
    return !anonymise_is_of_field (pen, text);
}

static void write_header (const Pen *pen, View name, View value)
{
    static const char *const encodings[] = { "7bit", "8bit", "binary", "base64", "quoted-printable" };

    if (view_is (name, "Content-Type")) {
        anonymise_content_type (pen, value);
    } else if (view_is (name, "Content-Transfer-Encoding") &&
               view_is_one_of (value, encodings, G_N_ELEMENTS (encodings))) {
        /* as it is */
    } else if (view_is (name, "RegisterCallId") || view_is (name, "Content-ID")) {
        pen_view (pen, value, TEXT_SECRET);
    } else {
        anonymise_setting (pen, name, value);
        anonymise_setting_name (pen, name);
    }
}

void anonymise_line (const Pen *pen, View line)
{
    enum { STATUS = 8 };
    gsize mark = 0;

    if (line.size > 2 && line.data[1] == '=' && g_ascii_islower (line.data[0])) {
        const View value = { line.data + 2, line.size - 2 };
        if (anonymise_is_sdp (line.data[0], value))
            anonymise_sdp_line (pen, line.data[0], value);
        else
            pen_view (pen, value, TEXT_WHERE);
        return;
    }
    if (view_begins (line, "SIP/2.0 ") || view_begins (line, "#!version:")) {
        /* What became of a request (RFC 3420), and its reason phrase; the release of a form of settings. */
        gsize at = STATUS;
        while (at < line.size && !octet_is_space (line.data[at]))
            at++;
        pen_text (pen, (guint8 *) line.data + at, line.size - at, TEXT_FREE);
        return;
    }
    while (mark < line.size && line.data[mark] != ':' && line.data[mark] != '=')
        mark++;
    const View name = view_trimmed (line.data, mark);
    const View value = mark < line.size ? view_trimmed (line.data + mark + 1, line.size - mark - 1) : (View){ NULL, 0 };
    if (mark < line.size && line.data[0] != '#' && name.size && name.size <= SETTING_MAX &&
        memchr (name.data, ' ', name.size) && anonymise_is_secret (name)) { /* "sip line1 password: …" */
        pen_view (pen, name, TEXT_FREE);
        pen_view (pen, value, TEXT_SECRET);
        return;
    }
    /* A setting has a name of one word; else this is a comment, base64, or any text. */
    if (mark == line.size || line.data[0] == '#' || name.size == 0 || name.size > SETTING_MAX ||
        memchr (name.data, ' ', name.size) || (value.size && *value.data == '=') ||
        (!value.size && line.data[mark] == '=' && is_base64 (pen, name))) {
        write_words (pen, line);
        return;
    }
    write_header (pen, name, value);
}
