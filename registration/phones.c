/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/phones.h"

#include <string.h>

/* What a phone was called from a note on. */
struct Identity {
    NoteId since;
    gboolean named;    /* called by its name; otherwise by the address that it had first */
    gint64 first_time; /* what regflow.elapsed counts from */
};

struct Phones {
    GPtrArray *all;         /* of Phone, owned */
    GHashTable *by_name;    /* Phone.name → id + 1 */
    GHashTable *by_address; /* Phone.address → id + 1 */
};

static void phone_free (gpointer data)
{
    Phone *phone = data;

    g_free (phone->name);
    g_free (phone->load);
    g_free (phone->identities);
    g_free (phone);
}

static guint hash_address (gconstpointer key)
{
    return ip_address_hash (key);
}

static gboolean equal_address (gconstpointer a, gconstpointer b)
{
    return ip_address_equal (a, b);
}

Phones *phones_new (void)
{
    Phones *phones = g_new0 (Phones, 1);

    phones->all = g_ptr_array_new_with_free_func (phone_free);
    phones->by_name = g_hash_table_new (g_str_hash, g_str_equal);
    phones->by_address = g_hash_table_new (hash_address, equal_address);
    return phones;
}

void phones_free (Phones *phones)
{
    if (!phones)
        return;
    g_hash_table_unref (phones->by_name);
    g_hash_table_unref (phones->by_address);
    g_ptr_array_unref (phones->all);
    g_free (phones);
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

static void add_identity (Phone *phone, NoteId since)
{
    phone->identities = g_renew (struct Identity, phone->identities, phone->n_identities + 1);
    phone->identities[phone->n_identities++] =
        (struct Identity){ .since = since, .named = phone->name != NULL, .first_time = phone->first_time };
}

PhoneId phones_add (Phones *phones, const IpAddress *address, guint32 frame, gint64 time, NoteId next)
{
    Phone *phone = g_new0 (Phone, 1);
    PhoneId id = phones->all->len;

    phone->address = phone->first_address = *address;
    phone->first_frame = frame;
    phone->first_time = time;
    phone->absorbed_by = id;
    add_identity (phone, next);
    g_ptr_array_add (phones->all, phone);
    return id;
}

static PhoneId found (gpointer stored)
{
    return stored ? GPOINTER_TO_UINT (stored) - 1 : PHONE_NONE;
}

PhoneId phones_find_name (const Phones *phones, const char *name)
{
    return found (g_hash_table_lookup (phones->by_name, name));
}

PhoneId phones_find_address (const Phones *phones, const IpAddress *address)
{
    PhoneId id = found (g_hash_table_lookup (phones->by_address, address));
    return id == PHONE_NONE ? id : phones_current (phones, id);
}

void phones_move_address (Phones *phones, PhoneId id, const IpAddress *address)
{
    Phone *phone = phones_get (phones, id);
    IpAddress moved = *address;

    if (found (g_hash_table_lookup (phones->by_address, &phone->address)) == id)
        g_hash_table_remove (phones->by_address, &phone->address);
    phone->address = moved;
    g_hash_table_replace (phones->by_address, &phone->address, GUINT_TO_POINTER (id + 1));
}

/* Absorbing keeps the earlier beginning: elapsed time counts from the first frame of the one phone that both are. */
static void absorb (Phones *phones, PhoneId id, PhoneId into, NoteId next)
{
    Phone *phone = phones_get (phones, id), *whole = phones_get (phones, into);

    phone->absorbed_by = into;
    if (phone->first_frame < whole->first_frame) {
        whole->first_frame = phone->first_frame;
        whole->first_time = phone->first_time;
        add_identity (whole, next);
    }
}

PhoneId phones_name (Phones *phones, PhoneId id, const char *name, guint32 frame, gint64 time, NoteId next)
{
    Phone *phone = phones_get (phones, id);
    PhoneId named = phones_find_name (phones, name);

    if (named == id)
        return id;
    if (named != PHONE_NONE) {
        if (!phone->name)
            absorb (phones, id, named, next);
        return named;
    }
    if (phone->name) {
        IpAddress address = phone->address;
        id = phones_add (phones, &address, frame, time, next);
        phone = phones_get (phones, id);
        phone->n_identities = 0;
    }
    phone->name = g_strdup (name);
    g_hash_table_insert (phones->by_name, phone->name, GUINT_TO_POINTER (id + 1));
    add_identity (phone, next);
    return id;
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
    return identity_at (phone, note)->named ? phone->name : ip_address_format (&phone->first_address, buffer);
}

gint64 phones_first_time_at (const Phones *phones, PhoneId id, NoteId note)
{
    return identity_at (phones_get (phones, id), note)->first_time;
}
