/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pseudonyms_internal.h"

#include "registration/wire/address.h"

#include <string.h>

static guint original_hash (gconstpointer data)
{
    const Original *original = data;
    return (guint) hash_octets (original->kind, original->octets, original->size);
}

gboolean pseudonyms_equal (gconstpointer a, gconstpointer b)
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
    names->known = g_hash_table_new_full (original_hash, pseudonyms_equal, NULL, g_free);
    names->taken = g_hash_table_new (original_hash, pseudonyms_equal);
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

Original pseudonyms_original (NameKind kind, const guint8 *octets, gsize size)
{
    Original original = { .kind = kind, .size = (guint8) size };

    memcpy (original.octets, octets, size);
    return original;
}

Original *pseudonyms_keep (Pseudonyms *names, const Original *original)
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

/* --- Replacing */

const Original *pseudonyms_replacement (Pseudonyms *names, const Original *wanted)
{
    Original *kept = pseudonyms_keep (names, wanted), *replacement = g_hash_table_lookup (names->known, kept);

    if (replacement)
        return replacement;
    replacement = g_memdup2 (kept, sizeof *kept);
    switch (kept->kind) {
    case NAME_MAC:
        pseudonyms_choose_mac (names, kept, replacement);
        break;
    case NAME_IPV4:
        pseudonyms_choose_ipv4 (names, kept, replacement);
        break;
    case NAME_IPV6:
        pseudonyms_choose_ipv6 (names, kept, replacement);
        break;
    case NAME_NUMBER:
    case NAME_WORD:
        pseudonyms_choose_word (names, kept, replacement);
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
        pseudonyms_replacement (names, g_ptr_array_index (names->originals, i));
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
        g_autofree char *text = text_of (original), *other = text_of (pseudonyms_replacement (names, original));
        row (kinds[original->kind], text, other, user_data);
    }
}
