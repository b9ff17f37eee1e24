/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pseudonyms.h"

#include "registration/anonymise/vocabulary.h"
#include "registration/anonymise/wording.h"
#include "registration/wire/address.h"

#include <string.h>

/* A shorter word means too much to be looked for in sentences. */
#define TELLING_SIZE 4
/* Of an IPv6 address. */
#define GROUPS 8

typedef enum { NAME_MAC, NAME_IPV4, NAME_IPV6, NAME_NUMBER, NAME_WORD } NameKind;

/* An original. Octets of an address, letters in lower case of a word. */
typedef struct {
    NameKind kind;
    gboolean is_name;    /* of somebody, and not only a word in a sentence */
    gboolean is_dialled; /* a number that somebody has */
    guint8 size, prefix; /* so many letters of it stay */
    guint8 octets[PSEUDONYM_WORD_MAX];
} Original;

/* One step down the tree of addresses: what follows this prefix. Zero where unused. */
typedef struct {
    guint8 what, level;
    guint8 prefix[14];
    guint16 value;
} Step;
enum { STEP_IPV4, STEP_IPV6, STEP_MAC, STEP_TAKEN = 0x40, STEP_IS_ORIGINAL = 0x80 };

/* How many replacements of one form were given, and by which of the rules of next_free(). */
typedef struct {
    guint64 next;
    guint rule;
} Counter;

struct Pseudonyms {
    gboolean is_settled;
    Wording *wording;      /* owned */
    GPtrArray *originals;  /* of Original, in order of appearance; owned */
    GHashTable *known;     /* Original → its replacement, an Original, owned; NULL before it is given */
    GHashTable *taken;     /* a set of replacements, as Original; owned by known */
    GHashTable *counters;  /* form → Counter; both owned */
    GHashTable *steps;     /* Step, owned → value + 1 */
    GHashTable *mac_tails; /* of MAC addresses that were learned: their last five octets → Original */
    GHashTable *low_tails; /* the same of their last three … */
    GHashTable *ip6_tails; /* … and those of other IPv6 addresses; all in originals */
    guint16 block[4];      /* octets of an IPv4 address that must stay together, by level: a power of two */
    GChecksum *all;        /* of all that was learned */
    guint8 key[32];
};

static guint original_hash (gconstpointer data)
{
    const Original *original = data;
    return (guint) hash_octets (original->kind, original->octets, original->size);
}

static gboolean original_equal (gconstpointer a, gconstpointer b)
{
    const Original *first = a, *second = b;
    return first->kind == second->kind && first->size == second->size &&
           memcmp (first->octets, second->octets, first->size) == 0;
}

static guint step_hash (gconstpointer step)
{
    return (guint) hash_octets (0, step, sizeof (Step));
}

static gboolean step_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, sizeof (Step)) == 0;
}

static guint tail_hash (gconstpointer tail)
{
    return (guint) hash_octets (0, tail, 5);
}

static gboolean tail_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, 5) == 0;
}

static guint low_tail_hash (gconstpointer tail)
{
    return (guint) hash_octets (0, tail, 3);
}

static gboolean low_tail_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, 3) == 0;
}

Pseudonyms *pseudonyms_new (void)
{
    Pseudonyms *names = g_new0 (Pseudonyms, 1);

    names->wording = wording_new ();
    names->originals = g_ptr_array_new_with_free_func (g_free);
    names->known = g_hash_table_new_full (original_hash, original_equal, NULL, g_free);
    names->taken = g_hash_table_new (original_hash, original_equal);
    names->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    names->steps = g_hash_table_new_full (step_hash, step_equal, g_free, NULL);
    names->mac_tails = g_hash_table_new (tail_hash, tail_equal);
    names->low_tails = g_hash_table_new (low_tail_hash, low_tail_equal);
    names->ip6_tails = g_hash_table_new (low_tail_hash, low_tail_equal);
    for (guint i = 0; i < G_N_ELEMENTS (names->block); i++)
        names->block[i] = 1;
    names->all = g_checksum_new (G_CHECKSUM_SHA256);
    return names;
}

void pseudonyms_free (Pseudonyms *names)
{
    if (!names)
        return;
    g_checksum_free (names->all);
    g_hash_table_unref (names->mac_tails);
    g_hash_table_unref (names->low_tails);
    g_hash_table_unref (names->ip6_tails);
    g_hash_table_unref (names->steps);
    g_hash_table_unref (names->counters);
    g_hash_table_unref (names->taken);
    g_hash_table_unref (names->known);
    g_ptr_array_unref (names->originals);
    wording_free (names->wording);
    g_free (names);
}

static Original original_of (NameKind kind, const guint8 *octets, gsize size)
{
    Original original = { .kind = kind, .size = (guint8) size };

    memcpy (original.octets, octets, size);
    return original;
}

/* The one that is kept. */
static Original *learn (Pseudonyms *names, const Original *original)
{
    gpointer kept;

    if (g_hash_table_lookup_extended (names->known, original, &kept, NULL))
        return kept;
    kept = g_memdup2 (original, sizeof *original);
    g_ptr_array_add (names->originals, kept);
    g_hash_table_insert (names->known, kept, NULL);
    if (!names->is_settled) {
        g_checksum_update (names->all, &original->size, 1);
        g_checksum_update (names->all, original->octets, original->size);
    }
    return kept;
}

/* --- Steps */

static Step step_of (guint what, guint level, const guint8 *prefix, gsize size, guint16 value)
{
    Step step;

    memset (&step, 0, sizeof step);
    step.what = (guint8) what;
    step.level = (guint8) level;
    memcpy (step.prefix, prefix, size);
    step.value = value;
    return step;
}

static guint get_step (const Pseudonyms *names, const Step *step)
{
    return GPOINTER_TO_UINT (g_hash_table_lookup (names->steps, step));
}

static void put_step (Pseudonyms *names, const Step *step, guint value)
{
    g_hash_table_insert (names->steps, g_memdup2 (step, sizeof *step), GUINT_TO_POINTER (value + 1));
}

/* --- MAC addresses */

static gboolean mac_stays (const guint8 octets[6])
{
    static const guint8 nobody[6];
    return (octets[0] & 1) || memcmp (octets, nobody, 6) == 0;
}

void pseudonyms_learn_mac (Pseudonyms *names, const guint8 octets[6])
{
    Original original = original_of (NAME_MAC, octets, 6);

    if (mac_stays (octets))
        return;
    Original *kept = learn (names, &original);
    g_hash_table_insert (names->mac_tails, kept->octets + 1, kept);
    if (!g_hash_table_contains (names->low_tails, kept->octets + 3))
        g_hash_table_insert (names->low_tails, kept->octets + 3, kept);
}

gboolean pseudonyms_know_mac (const Pseudonyms *names, const guint8 octets[6])
{
    Original original = original_of (NAME_MAC, octets, 6);
    return g_hash_table_contains (names->known, &original);
}

gboolean pseudonyms_find_mac_tail (const Pseudonyms *names, const guint8 tail[5], guint8 ret_octets[6])
{
    const Original *found = g_hash_table_lookup (names->mac_tails, tail);

    if (found)
        memcpy (ret_octets, found->octets, 6);
    return found != NULL;
}

static guint hex_digits (guint16 value)
{
    return value >= 0x1000 ? 4 : value >= 0x100 ? 3 : value >= 0x10 ? 2 : value ? 1 : 0;
}

/* The least value with so many digits, and how many there are. */
static guint32 hex_range (guint digits, guint32 *ret_count)
{
    guint32 least = digits ? 1u << 4 * (digits - 1) : 0;

    *ret_count = digits ? (1u << 4 * digits) - least : 1;
    return least;
}

static gboolean mac_is_free (Pseudonyms *names, const Original *candidate)
{
    return !g_hash_table_contains (names->known, candidate) && !g_hash_table_contains (names->taken, candidate);
}

/* Behind the vendor's number, the count; the last two octets keep the number of digits that they have as a group of an
 * IPv6 address. */
static void choose_mac (Pseudonyms *names, const Original *original, Original *candidate)
{
    const guint8 *octets = original->octets;
    guint32 count, least = hex_range (hex_digits ((guint16) (octets[4] << 8 | octets[5])), &count);
    Step step = step_of (STEP_MAC, hex_digits ((guint16) (octets[4] << 8 | octets[5])), octets, 3, 0);
    guint n = get_step (names, &step);
    const guint space = count * 256;

    for (guint tries = 0; tries < space; tries++, n++) {
        const guint32 low = least + n % count;
        candidate->octets[3] = (guint8) (n / count);
        candidate->octets[4] = (guint8) (low >> 8);
        candidate->octets[5] = (guint8) low;
        if (mac_is_free (names, candidate))
            break;
    }
    put_step (names, &step, n);
}

/* --- IPv4 */

static gboolean ipv4_stays (const guint8 octets[4])
{
    return octets[0] == 0 || octets[0] == 127 || octets[0] >= 224;
}

static void mark_prefixes (Pseudonyms *names, guint what, const guint8 *octets, guint levels, guint width)
{
    for (guint level = 0; level < levels; level++) {
        const guint8 *at = octets + level * width;
        Step step =
            step_of (what | STEP_IS_ORIGINAL, level, octets, level * width, width == 1 ? at[0] : at[0] << 8 | at[1]);
        if (!get_step (names, &step))
            put_step (names, &step, 0);
    }
}

void pseudonyms_learn_ipv4 (Pseudonyms *names, const guint8 octets[4])
{
    Original original = original_of (NAME_IPV4, octets, 4);

    if (ipv4_stays (octets))
        return;
    learn (names, &original);
    mark_prefixes (names, STEP_IPV4, octets, 4, 1);
}

gboolean pseudonyms_know_ipv4 (const Pseudonyms *names, const guint8 octets[4])
{
    Original original = original_of (NAME_IPV4, octets, 4);
    return g_hash_table_contains (names->known, &original);
}

gboolean pseudonyms_know_network (const Pseudonyms *names, const guint8 octets[2])
{
    Step step = step_of (STEP_IPV4 | STEP_IS_ORIGINAL, 1, octets, 1, octets[1]);
    return get_step (names, &step) != 0;
}

void pseudonyms_learn_mask (Pseudonyms *names, const guint8 octets[4])
{
    for (guint level = 0; level < G_N_ELEMENTS (names->block); level++) {
        const guint16 block = (guint16) (256 - octets[level]);
        if (octets[level] && octets[level] < 255 && (block & (block - 1)) == 0)
            names->block[level] = MAX (names->block[level], block);
    }
}

static guint decimal_digits (guint value)
{
    return value >= 100 ? 3 : value >= 10 ? 2 : 1;
}

/* Whether an octet may take the place of another one: within the ranges that everybody knows (RFC 1918, 3927, 6598)
 * they stay. */
static gboolean may_replace (const guint8 *prefix, guint level, guint value, guint candidate)
{
    static const guint8 ranges[] = { 10, 100, 127, 169, 172, 192 };

    if (decimal_digits (value) != decimal_digits (candidate) || candidate > 255)
        return FALSE;
    if (level == 0) {
        if (memchr (ranges, (int) value, sizeof ranges))
            return candidate == value;
        return candidate > 0 && candidate < 224 && !memchr (ranges, (int) candidate, sizeof ranges);
    }
    if (level == 3)
        return candidate == value;
    if (level > 1)
        return TRUE;
    const guint16 first = prefix[0];
    if ((first == 192 && value == 168) || (first == 169 && value == 254))
        return candidate == value;
    if (first == 192 || first == 169)
        return candidate != 168 && candidate != 254;
    if (first == 172)
        return (value >= 16 && value < 32) == (candidate >= 16 && candidate < 32);
    if (first == 100)
        return (value >= 64 && value < 128) == (candidate >= 64 && candidate < 128);
    return TRUE;
}

/* A block of values takes the place of another one as a whole. */
static gboolean block_may_replace (const guint8 *prefix, guint level, guint block, guint value, guint candidate)
{
    for (guint i = 0; i < block; i++)
        if (!may_replace (prefix, level, value + i, candidate + i))
            return FALSE;
    return TRUE;
}

static gboolean is_taken (Pseudonyms *names, guint what, guint level, const guint8 *prefix, gsize size, guint16 value)
{
    Step step = step_of (what | STEP_TAKEN, level, prefix, size, value);
    return get_step (names, &step) != 0;
}

static gboolean is_original (Pseudonyms *names, guint what, guint level, const guint8 *replaced, gsize size,
                             guint16 value)
{
    Step step = step_of (what | STEP_IS_ORIGINAL, level, replaced, size, value);
    return get_step (names, &step) != 0;
}

/* What the block that begins with value becomes behind this prefix, which has become replaced. */
static guint choose_octet (Pseudonyms *names, const guint8 *prefix, const guint8 *replaced, guint level, guint value)
{
    const guint block = names->block[level];
    guint best = value;
    gboolean found = FALSE;

    for (guint candidate = 0; candidate < 256; candidate += block) {
        if (!block_may_replace (prefix, level, block, value, candidate) ||
            is_taken (names, STEP_IPV4, level, prefix, level, (guint16) candidate))
            continue;
        gboolean is_new = candidate != value;
        for (guint i = 0; i < block && is_new; i++)
            is_new = !is_original (names, STEP_IPV4, level, replaced, level, (guint16) (candidate + i));
        if (is_new)
            return candidate;
        if (!found || best == value)
            best = candidate;
        found = TRUE;
    }
    return best;
}

static void choose_ipv4 (Pseudonyms *names, const Original *original, Original *candidate)
{
    const guint8 *octets = original->octets;

    for (guint level = 0; level < 3; level++) {
        const guint block = names->block[level], begin = octets[level] & ~(block - 1);
        Step step = step_of (STEP_IPV4, level, octets, level, (guint16) begin);
        guint value = get_step (names, &step);
        if (value) {
            value--;
        } else {
            value = choose_octet (names, octets, candidate->octets, level, begin);
            put_step (names, &step, value);
            Step taken = step_of (STEP_IPV4 | STEP_TAKEN, level, octets, level, (guint16) value);
            put_step (names, &taken, 0);
        }
        candidate->octets[level] = (guint8) (value + octets[level] - begin);
    }
}

/* --- IPv6 */

static const guint8 mapped_prefix[12] = { [10] = 0xFF, [11] = 0xFF };

/* RFC 4291, 2.5.5: both ways. */
static gboolean ipv6_is_mapped (const guint8 octets[16])
{
    static const guint8 zeros[12];
    return memcmp (octets, mapped_prefix, sizeof mapped_prefix) == 0 ||
           (memcmp (octets, zeros, sizeof zeros) == 0 && octets[12]);
}

/* Within what nobody has for himself (RFC 1918, RFC 6598). */
static gboolean ipv4_is_private (const guint8 octets[4])
{
    return octets[0] == 10 || (octets[0] == 172 && octets[1] >> 4 == 1) || (octets[0] == 192 && octets[1] == 168) ||
           (octets[0] == 100 && octets[1] >> 6 == 1);
}

/* Where an address of IPv4 stands in one of IPv6, or 0: behind the prefixes of those who translate (RFC 6052, RFC 3056)
 * and of ISATAP (RFC 5214, 6.1), or as somebody has made the number of an interface from it. */
static gsize ipv6_embedded (const Pseudonyms *names, const guint8 octets[16])
{
    static const guint8 translated[4] = { 0, 0x64, 0xFF, 0x9B }, zeros[8], isatap[4] = { 0, 0, 0x5E, 0xFE };
    enum { SIX_TO_FOUR = 2, AT_END = 12 };

    if (octets[0] == 0x20 && octets[1] == 2)
        return SIX_TO_FOUR;
    if (memcmp (octets, translated, sizeof translated) == 0)
        return AT_END;
    if ((octets[8] & ~2) == 0 && memcmp (octets + 9, isatap + 1, 3) == 0)
        return AT_END;
    if (memcmp (octets + 8, zeros, 4) == 0 && octets[AT_END] &&
        (ipv4_is_private (octets + AT_END) || pseudonyms_know_ipv4 (names, octets + AT_END)))
        return AT_END;
    return 0;
}

static gboolean ipv6_stays (const guint8 octets[16])
{
    static const guint8 zeros[13];
    return (octets[0] == 0xFF) || memcmp (octets, zeros, sizeof zeros) == 0;
}

/* RFC 4291, appendix A: the address of the interface is in it, with a bit turned. */
static gboolean ipv6_mac (const guint8 octets[16], guint8 ret_mac[6])
{
    if (octets[11] != 0xFF || octets[12] != 0xFE)
        return FALSE;
    memcpy (ret_mac, octets + 8, 3);
    memcpy (ret_mac + 3, octets + 13, 3);
    ret_mac[0] ^= 2;
    return !mac_stays (ret_mac);
}

void pseudonyms_learn_ipv6 (Pseudonyms *names, const guint8 octets[16])
{
    Original original = original_of (NAME_IPV6, octets, 16);
    guint8 mac[6];

    if (ipv6_is_mapped (octets)) {
        pseudonyms_learn_ipv4 (names, octets + 12);
    } else if (!ipv6_stays (octets)) {
        Original *kept = learn (names, &original);
        const gsize embedded = ipv6_embedded (names, octets);
        mark_prefixes (names, STEP_IPV6, octets, GROUPS - 1, 2);
        if (embedded)
            pseudonyms_learn_ipv4 (names, octets + embedded);
        if (ipv6_mac (octets, mac))
            pseudonyms_learn_mac (names, mac);
        else if (!g_hash_table_contains (names->ip6_tails, kept->octets + 13))
            g_hash_table_insert (names->ip6_tails, kept->octets + 13, kept);
    }
}

/* All groups but the last one, which stays, as in IPv4. The first one tells the range (RFC 4291, RFC 4193), and what
 * stands before an address of IPv4 tells that it is there. */
static gboolean group_stays (const guint8 octets[16], guint level, gsize embedded)
{
    const gboolean is_link_local = octets[0] == 0xFE && (octets[1] & 0xC0) == 0x80;
    const gboolean is_translated = octets[0] == 0;

    if (embedded && level >= embedded / 2 && level < embedded / 2 + 2)
        return TRUE;
    return (is_link_local && level < 4) || (embedded == 2 && level == 0) ||
           (embedded > 2 && (is_translated || level >= 4));
}

static guint16 choose_group (Pseudonyms *names, const guint8 *prefix, const guint8 *replaced, guint level,
                             guint16 value)
{
    guint32 count, least = hex_range (hex_digits (value), &count);
    if (level == 0 && (value & 0xE000) == 0x2000) /* what routers pass on */
        least = 0x2000, count = 0x2000;
    else if (level == 0) /* private, or of a kind that nobody gives away */
        least = value & 0xFF00, count = 0x100;
    Step next = step_of (STEP_IPV6 | STEP_MAC, level, prefix, level * 2, (guint16) hex_digits (value));
    guint n = get_step (names, &next);

    for (guint tries = 0; tries < count; tries++, n++) {
        guint16 candidate = (guint16) (least + n % count);
        if (candidate == value || is_taken (names, STEP_IPV6, level, prefix, level * 2, candidate) ||
            (tries < 1024 && is_original (names, STEP_IPV6, level, replaced, level * 2, candidate)))
            continue;
        put_step (names, &next, n);
        return candidate;
    }
    return value;
}

static void choose_ipv6 (Pseudonyms *names, const Original *original, Original *candidate)
{
    const guint8 *octets = original->octets;
    guint8 mac[6];
    const gboolean has_mac = ipv6_mac (octets, mac);
    const gsize embedded = ipv6_embedded (names, octets);

    for (guint level = 0; level < (has_mac ? 4 : GROUPS - 1); level++) {
        const guint16 group = (guint16) (octets[level * 2] << 8 | octets[level * 2 + 1]);
        if (group_stays (octets, level, embedded) || group == 0)
            continue;
        Step step = step_of (STEP_IPV6, level, octets, level * 2, group);
        guint value = get_step (names, &step);
        if (value) {
            value--;
        } else {
            value = choose_group (names, octets, candidate->octets, level, group);
            put_step (names, &step, value);
            Step taken = step_of (STEP_IPV6 | STEP_TAKEN, level, octets, level * 2, (guint16) value);
            put_step (names, &taken, 0);
        }
        candidate->octets[level * 2] = (guint8) (value >> 8);
        candidate->octets[level * 2 + 1] = (guint8) value;
    }
    if (has_mac) {
        pseudonyms_mac (names, mac);
        memcpy (candidate->octets + 13, mac + 3, 3);
    }
    if (embedded)
        pseudonyms_ipv4 (names, candidate->octets + embedded);
}

/* --- Words */

/* Letters that no hexadecimal number has come first. */
static const char letters[] = "nopqrstuvwxyzghijklmabcdef";

typedef enum { CLASS_FIXED, CLASS_DIGIT, CLASS_LETTER, CLASS_TAIL } Class;

/* What may stand at a place of a word, so that it is as long, and as well-formed in UTF-8, as before. */
static Class class_at (const guint8 *word, gsize at)
{
    if (g_ascii_isdigit (word[at]))
        return CLASS_DIGIT;
    if (g_ascii_isalpha (word[at]))
        return CLASS_LETTER;
    /* The first octets behind these leads have limits of their own. */
    if (word[at] >= 0x80 && word[at] < 0xC0 && (at == 0 || !memchr ("\xE0\xED\xF0\xF4", word[at - 1], 4)))
        return CLASS_TAIL;
    return CLASS_FIXED;
}

/* A number does not begin to look like one with a prefix for outside, nor stops to. */
static guint base_at (const Original *original, gsize at)
{
    const guint8 *word = original->octets;

    if (at < original->prefix)
        return 1;
    switch (class_at (word, at)) {
    case CLASS_DIGIT:
        return at == 0 ? (word[0] == '0' ? 1 : 9) : 10;
    case CLASS_LETTER:
        return 26;
    case CLASS_TAIL:
        return 16;
    case CLASS_FIXED:
        break;
    }
    return 1;
}

static guint8 octet_at (const Original *original, gsize at, guint digit)
{
    const guint8 *word = original->octets;

    if (at < original->prefix)
        return word[at];
    switch (class_at (word, at)) {
    case CLASS_DIGIT:
        return (guint8) ('0' + digit + (at == 0 && word[0] != '0'));
    case CLASS_LETTER:
        return (guint8) letters[digit];
    case CLASS_TAIL:
        return (guint8) (0xA0 + digit);
    case CLASS_FIXED:
        break;
    }
    return word[at];
}

/* The n-th word of this one's form; FALSE when there are not so many. */
static gboolean write_word (const Original *original, guint64 n, Original *candidate)
{
    for (gsize at = original->size; at-- > 0;) {
        const guint base = base_at (original, at);
        candidate->octets[at] = octet_at (original, at, (guint) (n % base));
        n /= base;
    }
    return n == 0;
}

static Counter *counter_of (Pseudonyms *names, const Original *original)
{
    GString *form = g_string_new (NULL);

    for (gsize at = 0; at < original->size; at++)
        g_string_append_c (form, base_at (original, at) > 1 ? "fdlt"[class_at (original->octets, at)]
                                                            : (char) original->octets[at]);
    Counter *counter = g_hash_table_lookup (names->counters, form->str);
    if (!counter) {
        counter = g_new0 (Counter, 1);
        g_hash_table_insert (names->counters, g_string_free (form, FALSE), counter);
    } else {
        g_string_free (form, TRUE);
    }
    return counter;
}

static gboolean word_is_free (Pseudonyms *names, const Original *original, const Original *candidate, guint rule)
{
    if (original_equal (original, candidate) || vocabulary_has ((View){ candidate->octets, candidate->size }))
        return FALSE;
    return !g_hash_table_contains (names->taken, candidate) &&
           (rule > 0 || !g_hash_table_contains (names->known, candidate));
}

/* Words of one form are counted through; when all that are no originals are taken, originals will do; when these are
 * taken, too, there are fewer words than names, and some have to share one. Nothing is tried twice. */
static void choose_word (Pseudonyms *names, const Original *original, Original *candidate)
{
    Counter *counter = counter_of (names, original);

    for (; counter->rule < 2; counter->rule++, counter->next = 0)
        while (write_word (original, counter->next++, candidate))
            if (word_is_free (names, original, candidate, counter->rule))
                return;
    write_word (original, counter->next++ % 26, candidate);
}

static Original fold (View word)
{
    Original original = { .kind = NAME_NUMBER, .size = (guint8) word.size };

    for (gsize i = 0; i < word.size; i++) {
        original.octets[i] = (guint8) g_ascii_tolower ((char) word.data[i]);
        if (!g_ascii_isdigit (word.data[i]))
            original.kind = NAME_WORD;
    }
    return original;
}

/* Words of which there is but one of their form. */
static gboolean word_stays (View word)
{
    return word.size == 0 || (word.size == 1 && *word.data == '0') || vocabulary_has (word);
}

static Original *learn_word (Pseudonyms *names, View word)
{
    if (word_stays (word) || word.size > PSEUDONYM_WORD_MAX)
        return NULL;
    Original original = fold (word);
    return learn (names, &original);
}

void pseudonyms_learn_word (Pseudonyms *names, View word)
{
    Original *kept = learn_word (names, word);

    if (kept)
        kept->is_name = TRUE;
}

void pseudonyms_learn_person (Pseudonyms *names, View word)
{
    if (word.size == 0 || word.size > PSEUDONYM_WORD_MAX)
        return;
    Original original = fold (word);
    learn (names, &original)->is_name = TRUE;
}

void pseudonyms_learn_prefix (Pseudonyms *names, View word, gsize prefix)
{
    Original *kept = prefix < word.size ? learn_word (names, word) : NULL;

    if (kept)
        kept->prefix = (guint8) prefix;
}

void pseudonyms_learn_number (Pseudonyms *names, View number)
{
    Original *kept = learn_word (names, number);

    if (kept)
        kept->is_name = kept->is_dialled = TRUE;
}

gboolean pseudonyms_know_number (const Pseudonyms *names, View number)
{
    if (number.size > PSEUDONYM_WORD_MAX)
        return FALSE;
    Original original = fold (number);
    gpointer kept;
    return g_hash_table_lookup_extended (names->known, &original, &kept, NULL) && ((const Original *) kept)->is_dialled;
}

void pseudonyms_learn_sentence_word (Pseudonyms *names, View word)
{
    learn_word (names, word);
}

gboolean pseudonyms_is_wording (const Pseudonyms *names, View word)
{
    return wording_has (names->wording, word);
}

gboolean pseudonyms_know_word (const Pseudonyms *names, View word)
{
    return word.size >= TELLING_SIZE && pseudonyms_know_name (names, word);
}

gboolean pseudonyms_know_name (const Pseudonyms *names, View word)
{
    if (word.size > PSEUDONYM_WORD_MAX)
        return FALSE;
    Original original = fold (word);
    gpointer kept;
    return g_hash_table_lookup_extended (names->known, &original, &kept, NULL) && ((const Original *) kept)->is_name;
}

/* --- Replacing */

static const Original *replacement_of (Pseudonyms *names, const Original *wanted)
{
    Original *kept = learn (names, wanted), *replacement = g_hash_table_lookup (names->known, kept);

    if (replacement)
        return replacement;
    replacement = g_memdup2 (kept, sizeof *kept);
    switch (kept->kind) {
    case NAME_MAC:
        choose_mac (names, kept, replacement);
        break;
    case NAME_IPV4:
        choose_ipv4 (names, kept, replacement);
        break;
    case NAME_IPV6:
        choose_ipv6 (names, kept, replacement);
        break;
    case NAME_NUMBER:
    case NAME_WORD:
        choose_word (names, kept, replacement);
        break;
    }
    g_hash_table_insert (names->known, kept, replacement);
    g_hash_table_add (names->taken, replacement);
    return replacement;
}

void pseudonyms_settle (Pseudonyms *names)
{
    gsize size = sizeof names->key;

    if (names->is_settled)
        return;
    names->is_settled = TRUE;
    g_checksum_get_digest (names->all, names->key, &size);
    for (guint i = 0; i < names->originals->len; i++)
        replacement_of (names, g_ptr_array_index (names->originals, i));
}

/* Groups that a host joins for each of its addresses are called by the last three octets of it: RFC 4291, 2.7.1, and
 * RFC 2464, 7. They go with that; of what is not known nothing is told. */
static void write_group_tail (Pseudonyms *names, guint8 tail[3])
{
    const Original *mac = g_hash_table_lookup (names->low_tails, tail);
    const Original *address = g_hash_table_lookup (names->ip6_tails, tail);

    if (mac)
        memcpy (tail, replacement_of (names, mac)->octets + 3, 3);
    else if (address)
        memcpy (tail, replacement_of (names, address)->octets + 13, 3);
    else
        pseudonyms_octets (names, tail, 3);
}

static const guint8 group_prefix[13] = { 0xFF, 0x02, [11] = 1, [12] = 0xFF };
static const guint8 group_mac_prefix[3] = { 0x33, 0x33, 0xFF };

void pseudonyms_mac (Pseudonyms *names, guint8 octets[6])
{
    if (memcmp (octets, group_mac_prefix, sizeof group_mac_prefix) == 0) {
        write_group_tail (names, octets + 3);
        return;
    }
    if (mac_stays (octets))
        return;
    pseudonyms_learn_mac (names, octets);
    Original original = original_of (NAME_MAC, octets, 6);
    memcpy (octets, replacement_of (names, &original)->octets, 6);
}

void pseudonyms_ipv4 (Pseudonyms *names, guint8 octets[4])
{
    Original original = original_of (NAME_IPV4, octets, 4);

    if (!ipv4_stays (octets))
        memcpy (octets, replacement_of (names, &original)->octets, 4);
}

void pseudonyms_ipv6 (Pseudonyms *names, guint8 octets[16])
{
    Original original = original_of (NAME_IPV6, octets, 16);

    if (memcmp (octets, group_prefix, sizeof group_prefix) == 0)
        write_group_tail (names, octets + 13);
    else if (ipv6_is_mapped (octets))
        pseudonyms_ipv4 (names, octets + 12);
    else if (!ipv6_stays (octets))
        memcpy (octets, replacement_of (names, &original)->octets, 16);
}

void pseudonyms_word (Pseudonyms *names, guint8 *word, gsize size)
{
    if (!word_stays ((View){ word, size }))
        pseudonyms_person (names, word, size);
}

void pseudonyms_person (Pseudonyms *names, guint8 *word, gsize size)
{
    if (size > PSEUDONYM_WORD_MAX) {
        pseudonyms_secret (names, word, size);
        return;
    }
    Original original = fold ((View){ word, size });
    const Original *replacement = replacement_of (names, &original);
    for (gsize i = 0; i < size; i++)
        word[i] = g_ascii_isupper (word[i]) ? (guint8) g_ascii_toupper ((char) replacement->octets[i])
                                            : replacement->octets[i];
}

static gboolean is_hexadecimal (const guint8 *text, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isxdigit (text[i]))
            return FALSE;
    return TRUE;
}

/* Another octet of the same kind. */
static guint8 other_octet (guint8 octet, guint8 lot, gboolean is_hex)
{
    if (g_ascii_isdigit (octet))
        return (guint8) ('0' + lot % 10);
    if (g_ascii_isupper (octet))
        return (guint8) ('A' + lot % (is_hex ? 6 : 26));
    if (g_ascii_islower (octet))
        return (guint8) ('a' + lot % (is_hex ? 6 : 26));
    return octet;
}

void pseudonyms_secret (const Pseudonyms *names, guint8 *text, gsize size)
{
    const gboolean is_hex = is_hexadecimal (text, size);
    gsize zeros = 0;

    while (zeros < size && text[zeros] == '0')
        zeros++;
    if (zeros == size) /* means that there is none */
        return;
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 lots[32];
    gsize n_lots = sizeof lots;

    g_checksum_update (checksum, names->key, sizeof names->key);
    g_checksum_update (checksum, text, (gssize) size);
    g_checksum_get_digest (checksum, lots, &n_lots);
    guint64 more = hash_octets (0, lots, sizeof lots);
    for (gsize i = 0; i < size; i++) {
        if (i >= sizeof lots)
            more = hash_number (more, i);
        text[i] = other_octet (text[i], i < sizeof lots ? lots[i] : (guint8) (more >> 24), is_hex);
    }
}

void pseudonyms_octets (const Pseudonyms *names, guint8 *octets, gsize size)
{
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 lots[32];
    gsize n_lots = sizeof lots;

    g_checksum_update (checksum, names->key, sizeof names->key);
    g_checksum_update (checksum, octets, (gssize) size);
    g_checksum_get_digest (checksum, lots, &n_lots);
    for (gsize i = 0; i < size; i++)
        octets[i] = lots[i % sizeof lots];
}

/* --- Telling */

static char *text_of (const Original *original)
{
    char text[IP_ADDRESS_TEXT_SIZE];
    MacAddress mac;
    IpAddress address;

    switch (original->kind) {
    case NAME_MAC:
        memcpy (mac.octets, original->octets, 6);
        return g_strdup (mac_address_format (&mac, text));
    case NAME_IPV4:
        address = ip_address_v4 (original->octets);
        return g_strdup (ip_address_format (&address, text));
    case NAME_IPV6:
        address = ip_address_v6 (original->octets);
        return g_strdup (ip_address_format (&address, text));
    case NAME_NUMBER:
    case NAME_WORD:
        break;
    }
    return g_utf8_make_valid ((const char *) original->octets, original->size);
}

void pseudonyms_each (Pseudonyms *names, PseudonymRow row, gpointer user_data)
{
    static const char *const kinds[] = { "mac", "ipv4", "ipv6", "number", "word" };

    for (guint i = 0; i < names->originals->len; i++) {
        const Original *original = g_ptr_array_index (names->originals, i);
        g_autofree char *text = text_of (original), *other = text_of (replacement_of (names, original));
        row (kinds[original->kind], text, other, user_data);
    }
}
