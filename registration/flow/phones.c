/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/phones.h"

#include "registration/flow/boot_state.h"

#include <string.h>

/* What a phone was called from a note on. */
struct Identity {
    NoteId since;
    const char *label; /* NULL: the address that it had first; owned by the Phones */
    gint64 first_time; /* what regflow.elapsed counts from */
};

struct Phones {
    GPtrArray *all;         /* of Phone, owned */
    GHashTable *by_device;  /* Phone.name of rank NAME_DEVICE → id + 1 */
    GHashTable *by_address; /* Phone.address → id + 1 */
    GHashTable *by_mac;     /* Phone.mac → id + 1 */
    GStringChunk *texts;    /* names and labels */
    PhonesAbsorbed absorbed;
    gpointer absorbed_data;
};

static void phone_free (gpointer data)
{
    Phone *phone = data;

    g_free (phone->load);
    g_free (phone->identities);
    g_free (phone->boot);
    g_free (phone);
}

static guint hash_mac (gconstpointer key)
{
    const guint8 *o = ((const MacAddress *) key)->octets;
    /* The last octets differ between phones of one batch. */
    return (guint) (o[5] | o[4] << 8 | o[3] << 16) ^ (guint) (o[2] | o[1] << 8) * 0x9E3779B1u;
}

static gboolean equal_mac (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, sizeof (MacAddress)) == 0;
}

static guint hash_name (gconstpointer key)
{
    return (guint) view_hash_caseless (text_view (key));
}

static gboolean equal_name (gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp (a, b) == 0;
}

Phones *phones_new (void)
{
    Phones *phones = g_new0 (Phones, 1);

    phones->all = g_ptr_array_new_with_free_func (phone_free);
    phones->by_device = g_hash_table_new (hash_name, equal_name);
    phones->by_address = g_hash_table_new (ip_address_key_hash, ip_address_key_equal);
    phones->by_mac = g_hash_table_new (hash_mac, equal_mac);
    phones->texts = g_string_chunk_new (4096);
    return phones;
}

void phones_free (Phones *phones)
{
    if (!phones)
        return;
    g_hash_table_unref (phones->by_device);
    g_hash_table_unref (phones->by_address);
    g_hash_table_unref (phones->by_mac);
    g_ptr_array_unref (phones->all);
    g_string_chunk_free (phones->texts);
    g_free (phones);
}

void phones_on_absorb (Phones *phones, PhonesAbsorbed absorbed, gpointer user_data)
{
    phones->absorbed = absorbed;
    phones->absorbed_data = user_data;
}

guint32 phones_count (const Phones *phones)
{
    return phones->all->len;
}

Phone *phones_get (const Phones *phones, PhoneId id)
{
    return phones->all->pdata[id];
}

PhoneId phones_current (const Phones *phones, PhoneId id)
{
    for (const Phone *phone; (phone = phones_get (phones, id))->absorbed_by != id;)
        id = phone->absorbed_by;
    return id;
}

static void add_identity (Phone *phone, const char *label, NoteId since)
{
    const guint n = phone->n_identities;

    /* Room for twice as many, each time that a power of two is full. */
    if ((n & (n - 1)) == 0)
        phone->identities = g_renew (struct Identity, phone->identities, MAX (2 * n, 1));
    phone->identities[phone->n_identities++] =
        (struct Identity){ .since = since, .label = label, .first_time = phone->first_time };
}

static const char *present_label (const Phone *phone)
{
    return phone->identities[phone->n_identities - 1].label;
}

PhoneId phones_add (Phones *phones, const IpAddress *address, guint32 frame, gint64 time, NoteId next)
{
    Phone *phone = g_new0 (Phone, 1);
    PhoneId id = phones->all->len;

    phone->address = phone->first_address = *address;
    phone->first_frame = frame;
    phone->first_time = time;
    phone->absorbed_by = id;
    add_identity (phone, NULL, next);
    g_ptr_array_add (phones->all, phone);
    return id;
}

static PhoneId found (const Phones *phones, gpointer stored)
{
    return stored ? phones_current (phones, GPOINTER_TO_UINT (stored) - 1) : PHONE_NONE;
}

PhoneId phones_find_device (const Phones *phones, const char *name)
{
    return found (phones, g_hash_table_lookup (phones->by_device, name));
}

PhoneId phones_find_address (const Phones *phones, const IpAddress *address)
{
    return found (phones, g_hash_table_lookup (phones->by_address, address));
}

PhoneId phones_find_mac (const Phones *phones, const MacAddress *mac)
{
    return found (phones, g_hash_table_lookup (phones->by_mac, mac));
}

/* The keys of by_address lie in the phones: one leaves the table before its phone's address changes. */
static void release_address (Phones *phones, PhoneId id)
{
    Phone *phone = phones_get (phones, id);
    gpointer key, stored;

    if (g_hash_table_lookup_extended (phones->by_address, &phone->address, &key, &stored) && key == &phone->address)
        g_hash_table_remove (phones->by_address, &phone->address);
}

void phones_move_address (Phones *phones, PhoneId id, const IpAddress *address)
{
    Phone *phone = phones_get (phones, id);
    IpAddress moved = *address;

    release_address (phones, id);
    phone->address = moved;
    g_hash_table_replace (phones->by_address, &phone->address, GUINT_TO_POINTER (id + 1));
}

/* Absorbing keeps the earlier beginning: elapsed time counts from the first frame of the one phone that both are. */
static void absorb (Phones *phones, PhoneId id, PhoneId into, NoteId next)
{
    Phone *phone = phones_get (phones, id), *whole = phones_get (phones, into);

    phone->absorbed_by = into;
    phone->numbers_from = whole->numbered;
    whole->numbered += phone->numbered;
    whole->has_spoken |= phone->has_spoken;
    whole->has_said |= phone->has_said;
    whole->has_talked |= phone->has_talked;
    if (mac_address_is_unknown (&whole->mac))
        whole->mac = phone->mac;
    whole->lines_registered = (guint16) (whole->lines_registered + phone->lines_registered);
    if (!whole->boot)
        whole->boot = g_steal_pointer (&phone->boot);
    else if (phone->boot)
        boot_state_merge (whole->boot, phone->boot);
    if (phone->first_frame < whole->first_frame) {
        whole->first_frame = phone->first_frame;
        whole->first_time = phone->first_time;
        add_identity (whole, present_label (whole), next);
    }
    if (phones->absorbed)
        phones->absorbed (id, into, phones->absorbed_data);
}

guint32 phones_number (const Phones *phones, PhoneId id, guint32 number)
{
    for (const Phone *phone; (phone = phones_get (phones, id))->absorbed_by != id;) {
        number += phone->numbers_from;
        id = phone->absorbed_by;
    }
    return number;
}

void phones_join (Phones *phones, PhoneId id, PhoneId into, NoteId next)
{
    release_address (phones, id);
    absorb (phones, id, into, next);
}

PhoneId phones_set_mac (Phones *phones, PhoneId id, const MacAddress *mac, NoteId next)
{
    Phone *phone = phones_get (phones, id);
    PhoneId known = phones_find_mac (phones, mac);
    char text[MAC_ADDRESS_TEXT_SIZE];

    if (known == id || !mac_address_is_unknown (&phone->mac))
        return id;
    if (known != PHONE_NONE) {
        if (phone->name_rank == NAME_NONE) {
            absorb (phones, id, known, next);
            return known;
        }
        if (phones_get (phones, known)->name_rank == NAME_NONE)
            absorb (phones, known, id, next);
        return id;
    }
    phone->mac = *mac;
    g_hash_table_replace (phones->by_mac, &phone->mac, GUINT_TO_POINTER (id + 1));
    if (phone->name_rank == NAME_NONE)
        add_identity (phone, g_string_chunk_insert (phones->texts, mac_address_format (mac, text)), next);
    return id;
}

/* Names come from the wire: valid UTF-8 without control characters, as all text that is shown. Owned by the caller. */
char *phones_clean_name (const char *name)
{
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_DEVICE, name, -1);
    char *clean = values_text (&values, VALUE_DEVICE);
    return clean ? clean : g_strdup ("");
}

static void set_name (Phones *phones, PhoneId id, const char *name, NameRank rank, NoteId next)
{
    Phone *phone = phones_get (phones, id);

    phone->name = g_string_chunk_insert (phones->texts, name);
    phone->name_rank = rank;
    if (rank == NAME_DEVICE)
        g_hash_table_insert (phones->by_device, (gpointer) phone->name, GUINT_TO_POINTER (id + 1));
    add_identity (phone, phone->name, next);
}

PhoneId phones_name_device (Phones *phones, PhoneId id, const char *name, guint32 frame, gint64 time, NoteId next)
{
    Phone *phone = phones_get (phones, id);

    if (phone->name_rank == NAME_DEVICE && g_str_equal (phone->name, name))
        return id;
    g_autofree char *clean = phones_clean_name (name);
    PhoneId named = phones_find_device (phones, clean);

    if (named == id || !*clean)
        return id;
    if (named != PHONE_NONE) {
        if (phone->name_rank != NAME_DEVICE)
            absorb (phones, id, named, next);
        return named;
    }
    if (phone->name_rank == NAME_DEVICE) {
        IpAddress address = phone->address;
        id = phones_add (phones, &address, frame, time, next);
        phones_get (phones, id)->n_identities = 0;
    }
    set_name (phones, id, clean, NAME_DEVICE, next);
    return id;
}

void phones_seen_since (Phones *phones, PhoneId id, guint32 frame, gint64 time)
{
    Phone *phone = phones_get (phones, id);

    if (frame >= phone->first_frame)
        return;
    phone->first_frame = frame;
    phone->first_time = time;
    for (guint i = 0; i < phone->n_identities; i++)
        phone->identities[i].first_time = MIN (phone->identities[i].first_time, time);
}

void phones_name_account (Phones *phones, PhoneId id, const char *account, NoteId next)
{
    g_autofree char *clean = phones_clean_name (account);

    if (phones_get (phones, id)->name_rank == NAME_NONE && *clean)
        set_name (phones, id, clean, NAME_ACCOUNT, next);
}

static const struct Identity *identity_at (const Phone *phone, NoteId note)
{
    guint i = phone->n_identities - 1;

    while (i > 0 && phone->identities[i].since > note)
        i--;
    return &phone->identities[i];
}

const char *phones_label_at (const Phones *phones, PhoneId id, NoteId note, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Phone *phone = phones_get (phones, id);
    const char *label = identity_at (phone, note)->label;
    return label ? label : ip_address_format (&phone->first_address, buffer);
}

gint64 phones_first_time_at (const Phones *phones, PhoneId id, NoteId note)
{
    return identity_at (phones_get (phones, id), note)->first_time;
}
