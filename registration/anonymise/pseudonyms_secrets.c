/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Secrets: nothing is kept of them, and yet different ones stay different. */
#include "registration/anonymise/pseudonyms_internal.h"

#include <string.h>

/* --- What may stand at a place */

/* An octet inside of a character of UTF-8, which may be any such one. */
static gboolean is_tail (const guint8 *text, gsize at)
{
    return at && text[at] >= 0x80 && text[at] < 0xC0 && !memchr ("\xE0\xED\xF0\xF4", text[at - 1], 4);
}

/* How many octets of the same kind there are, and the first of them. */
static guint base_at (const guint8 *text, gsize at, gboolean is_hex)
{
    if (g_ascii_isdigit (text[at]))
        return 10;
    if (g_ascii_isalpha (text[at]))
        return is_hex ? 6 : 26;
    return is_tail (text, at) ? 64 : 1;
}

static guint8 first_at (const guint8 *text, gsize at)
{
    if (g_ascii_isdigit (text[at]))
        return '0';
    if (g_ascii_isalpha (text[at]))
        return g_ascii_isupper (text[at]) ? 'A' : 'a';
    return is_tail (text, at) ? 0x80 : text[at];
}

static gboolean is_hexadecimal (const guint8 *text, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isxdigit (text[i]))
            return FALSE;
    return TRUE;
}

static gboolean are_zeros (const guint8 *text, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (text[i] != '0')
            return FALSE;
    return TRUE;
}

/* --- Short ones: each form is shuffled, so that no two become the same one */

/* More than these are so many that two never meet. */
#define COUNT_MAX (G_GUINT64_CONSTANT (1) << 48)

/* 0: too many. */
static guint64 count_of_form (const guint8 *text, gsize size, gboolean is_hex)
{
    guint64 n = 1;

    for (gsize i = 0; i < size && n; i++) {
        n *= base_at (text, i, is_hex);
        if (n > COUNT_MAX)
            n = 0;
    }
    return n;
}

static guint64 number_in_form (const guint8 *text, gsize size, gboolean is_hex)
{
    guint64 n = 0;

    for (gsize i = 0; i < size; i++)
        n = n * base_at (text, i, is_hex) + (guint64) (text[i] - first_at (text, i));
    return n;
}

static void write_in_form (guint8 *text, gsize size, gboolean is_hex, guint64 n)
{
    for (gsize i = size; i-- > 0;) {
        const guint base = base_at (text, i, is_hex);
        text[i] = (guint8) (first_at (text, i) + n % base);
        n /= base;
    }
}

static inline guint64 turned (guint64 word, guint bits)
{
    return word << bits | word >> (64 - bits);
}

static void sip_round (guint64 v[4])
{
    v[0] += v[1], v[2] += v[3];
    v[1] = turned (v[1], 13) ^ v[0], v[3] = turned (v[3], 16) ^ v[2];
    v[0] = turned (v[0], 32);
    v[2] += v[1], v[0] += v[3];
    v[1] = turned (v[1], 17) ^ v[2], v[3] = turned (v[3], 21) ^ v[0];
    v[2] = turned (v[2], 32);
}

/* Of one word (SipHash-2-4 without the length): nobody who lacks the key tells what it was. */
static guint64 draw (const guint64 key[2], guint64 word)
{
    guint64 v[4] = { key[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575), key[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
                     key[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
                     key[1] ^ G_GUINT64_CONSTANT (0x7465646279746573) };

    v[3] ^= word;
    for (guint i = 0; i < 2; i++)
        sip_round (v);
    v[0] ^= word;
    v[2] ^= 0xFF;
    for (guint i = 0; i < 4; i++)
        sip_round (v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Another number below count for each: a Feistel network over as many bits as are enough, again while the result is
 * too large. */
static guint64 shuffled (const guint64 key[2], guint64 number, guint64 count)
{
    enum { ROUNDS = 6, ROUND_AT = 56 };
    guint bits = 1;

    while (count > G_GUINT64_CONSTANT (1) << 2 * bits)
        bits++;
    const guint64 mask = (G_GUINT64_CONSTANT (1) << bits) - 1;
    do {
        guint64 left = number >> bits, right = number & mask;
        for (guint64 round = 0; round < ROUNDS; round++) {
            const guint64 next = left ^ (draw (key, right | round << ROUND_AT) & mask);
            left = right;
            right = next;
        }
        number = left << bits | right;
    } while (number >= count);
    return number;
}

/* What could be a number of one kind stays one, what could not does not become one, and nothing becomes nothing. */
static void write_short (const guint64 key[2], guint8 *text, gsize size, gboolean is_hex, guint64 count)
{
    do
        write_in_form (text, size, is_hex, shuffled (key, number_in_form (text, size, is_hex), count));
    while (is_hexadecimal (text, size) != is_hex || are_zeros (text, size));
}

/* What only the key and these octets tell. */
#define LOTS 32

static void draw_lots (const Pseudonyms *names, const guint8 *octets, gsize size, guint8 ret_lots[LOTS])
{
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    gsize n_lots = LOTS;

    g_checksum_update (checksum, names->key, sizeof names->key);
    g_checksum_update (checksum, octets, (gssize) size);
    g_checksum_get_digest (checksum, ret_lots, &n_lots);
}

/* --- All */

void pseudonyms_secret (const Pseudonyms *names, guint8 *text, gsize size)
{
    const gboolean is_hex = is_hexadecimal (text, size);
    const guint64 count = count_of_form (text, size, is_hex);

    if (are_zeros (text, size)) /* means that there is none */
        return;
    if (count) {
        guint64 key[2];
        memcpy (key, names->key, sizeof key);
        write_short (key, text, size, is_hex, count);
        return;
    }
    guint8 lots[LOTS];

    draw_lots (names, text, size, lots);
    guint64 more = hash_octets (0, lots, sizeof lots);
    for (gsize i = 0; i < size; i++) {
        if (i >= sizeof lots)
            more = hash_number (more, i);
        const guint8 lot = i < sizeof lots ? lots[i] : (guint8) (more >> 24);
        text[i] = (guint8) (first_at (text, i) + lot % base_at (text, i, is_hex));
    }
}

void pseudonyms_octets (const Pseudonyms *names, guint8 *octets, gsize size)
{
    guint8 lots[LOTS];

    draw_lots (names, octets, size, lots);
    for (gsize i = 0; i < size; i++)
        octets[i] = lots[i % sizeof lots];
}
