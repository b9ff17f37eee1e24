/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses stay in their ranges, and what is alike in front of two of them stays so. */
#include "registration/anonymise/pseudonyms_internal.h"

#include "registration/wire/address.h"

#include <string.h>

/* Of an IPv6 address. */
#define GROUPS 8

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
    Original original = pseudonyms_original (NAME_MAC, octets, 6);

    if (mac_stays (octets))
        return;
    Original *kept = pseudonyms_keep (names, &original);
    g_hash_table_insert (names->mac_tails, kept->octets + 1, kept);
    if (!g_hash_table_contains (names->low_tails, kept->octets + 3))
        g_hash_table_insert (names->low_tails, kept->octets + 3, kept);
}

gboolean pseudonyms_know_mac (const Pseudonyms *names, const guint8 octets[6])
{
    Original original = pseudonyms_original (NAME_MAC, octets, 6);
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
void pseudonyms_choose_mac (Pseudonyms *names, const Original *original, Original *candidate)
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
    Original original = pseudonyms_original (NAME_IPV4, octets, 4);

    if (ipv4_stays (octets))
        return;
    pseudonyms_keep (names, &original);
    mark_prefixes (names, STEP_IPV4, octets, 4, 1);
}

gboolean pseudonyms_know_ipv4 (const Pseudonyms *names, const guint8 octets[4])
{
    Original original = pseudonyms_original (NAME_IPV4, octets, 4);
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

void pseudonyms_choose_ipv4 (Pseudonyms *names, const Original *original, Original *candidate)
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
    Original original = pseudonyms_original (NAME_IPV6, octets, 16);
    guint8 mac[6];

    if (ipv6_is_mapped (octets)) {
        pseudonyms_learn_ipv4 (names, octets + 12);
    } else if (!ipv6_stays (octets)) {
        Original *kept = pseudonyms_keep (names, &original);
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

void pseudonyms_choose_ipv6 (Pseudonyms *names, const Original *original, Original *candidate)
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

/* Groups that a host joins for each of its addresses are called by the last three octets of it: RFC 4291, 2.7.1, and
 * RFC 2464, 7. They go with that; of what is not known nothing is told. */
static void write_group_tail (Pseudonyms *names, guint8 tail[3])
{
    const Original *mac = g_hash_table_lookup (names->low_tails, tail);
    const Original *address = g_hash_table_lookup (names->ip6_tails, tail);

    if (mac)
        memcpy (tail, pseudonyms_replacement (names, mac)->octets + 3, 3);
    else if (address)
        memcpy (tail, pseudonyms_replacement (names, address)->octets + 13, 3);
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
    Original original = pseudonyms_original (NAME_MAC, octets, 6);
    memcpy (octets, pseudonyms_replacement (names, &original)->octets, 6);
}

void pseudonyms_ipv4 (Pseudonyms *names, guint8 octets[4])
{
    Original original = pseudonyms_original (NAME_IPV4, octets, 4);

    if (!ipv4_stays (octets))
        memcpy (octets, pseudonyms_replacement (names, &original)->octets, 4);
}

void pseudonyms_ipv6 (Pseudonyms *names, guint8 octets[16])
{
    Original original = pseudonyms_original (NAME_IPV6, octets, 16);

    if (memcmp (octets, group_prefix, sizeof group_prefix) == 0)
        write_group_tail (names, octets + 13);
    else if (ipv6_is_mapped (octets))
        pseudonyms_ipv4 (names, octets + 12);
    else if (!ipv6_stays (octets))
        memcpy (octets, pseudonyms_replacement (names, &original)->octets, 16);
}
