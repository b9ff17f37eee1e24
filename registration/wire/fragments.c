/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/fragments.h"

#include <string.h>

/* What may wait at the same time. Real hosts fragment one packet after the other. */
#define PACKETS_MAX 256
#define OCTETS_MAX  (4 * 1024 * 1024)

#define PAYLOAD_MAX 65535
#define UNIT        8 /* offsets count in these */

typedef struct {
    IpAddress source, destination;
    guint32 id;
    guint8 protocol;
} Key;

typedef struct {
    Key key;
    gint64 first;                              /* time of the fragment that came first */
    GByteArray *data;                          /* owned */
    gsize received;                            /* octets */
    gsize total;                               /* 0: the last fragment has not come yet */
    GList link;                                /* in the order of age; its data is this */
    guint8 have[(PAYLOAD_MAX + 1) / UNIT / 8]; /* units that have come, a bit each */
} Assembly;

struct Fragments {
    GHashTable *assemblies; /* Key → Assembly, owned */
    GQueue by_age;          /* the same, oldest first */
    gsize octets;           /* of all data */
    GByteArray *whole;      /* the payload handed out last; owned */
};

static guint hash_key (gconstpointer data)
{
    const Key *key = data;
    return ip_address_hash (&key->source) * 31 + ip_address_hash (&key->destination) + key->id * 2654435761u +
           key->protocol;
}

static gboolean equal_keys (gconstpointer a, gconstpointer b)
{
    const Key *one = a, *other = b;
    return one->id == other->id && one->protocol == other->protocol &&
           ip_address_equal (&one->source, &other->source) && ip_address_equal (&one->destination, &other->destination);
}

static void free_assembly (gpointer data)
{
    Assembly *assembly = data;

    g_byte_array_unref (assembly->data);
    g_free (assembly);
}

Fragments *fragments_new (void)
{
    Fragments *fragments = g_new0 (Fragments, 1);

    fragments->assemblies = g_hash_table_new_full (hash_key, equal_keys, NULL, free_assembly);
    fragments->whole = g_byte_array_new ();
    return fragments;
}

void fragments_free (Fragments *fragments)
{
    if (!fragments)
        return;
    g_hash_table_unref (fragments->assemblies);
    g_byte_array_unref (fragments->whole);
    g_free (fragments);
}

static void forget (Fragments *fragments, Assembly *assembly)
{
    fragments->octets -= assembly->data->len;
    g_queue_unlink (&fragments->by_age, &assembly->link);
    g_hash_table_remove (fragments->assemblies, &assembly->key);
}

static Assembly *start (Fragments *fragments, const Key *key, gint64 time)
{
    Assembly *assembly = g_new0 (Assembly, 1);

    assembly->key = *key;
    assembly->first = time;
    assembly->data = g_byte_array_new ();
    assembly->link.data = assembly;
    g_hash_table_insert (fragments->assemblies, &assembly->key, assembly);
    g_queue_push_tail_link (&fragments->by_age, &assembly->link);
    return assembly;
}

static void make_room (Fragments *fragments, gsize size)
{
    while (fragments->by_age.head && (fragments->by_age.length >= PACKETS_MAX || fragments->octets + size > OCTETS_MAX))
        forget (fragments, fragments->by_age.head->data);
}

/* Copies the units that are new. */
static void fill (Assembly *assembly, gsize offset, View payload)
{
    for (gsize at = 0; at < payload.size; at += UNIT) {
        gsize unit = (offset + at) / UNIT, size = MIN (UNIT, payload.size - at);
        if (assembly->have[unit / 8] >> unit % 8 & 1)
            continue;
        assembly->have[unit / 8] |= (guint8) (1 << unit % 8);
        memcpy (assembly->data->data + offset + at, payload.data + at, size);
        assembly->received += size;
    }
}

static void grow (Fragments *fragments, Assembly *assembly, gsize size)
{
    gsize before = assembly->data->len;

    if (size <= before)
        return;
    g_byte_array_set_size (assembly->data, (guint) size);
    fragments->octets += size - before;
}

gboolean fragments_add (Fragments *fragments, const IpPacket *packet, gint64 time, View *ret_payload)
{
    gsize end = packet->offset + packet->payload.size;
    Key key = { packet->source, packet->destination, packet->id, packet->protocol };

    /* Only the last one may end in the middle of a unit. */
    if (packet->payload.size == 0 || packet->payload.size < packet->wire_size || end > PAYLOAD_MAX ||
        (packet->more_follow && packet->payload.size % UNIT != 0))
        return FALSE;
    Assembly *assembly = g_hash_table_lookup (fragments->assemblies, &key);
    if (assembly && ABS (time - assembly->first) > FRAGMENT_PATIENCE) {
        forget (fragments, assembly);
        assembly = NULL;
    }
    if (!assembly) {
        make_room (fragments, end);
        assembly = start (fragments, &key, time);
    }
    /* What lies behind the end that another fragment has named is an attack, and so are two ends. */
    if (assembly->total ? end > assembly->total || (!packet->more_follow && end != assembly->total)
                        : !packet->more_follow && end < assembly->data->len)
        return FALSE;
    if (!packet->more_follow)
        assembly->total = end;
    grow (fragments, assembly, end);
    fill (assembly, packet->offset, packet->payload);
    if (assembly->received != assembly->total)
        return FALSE;
    g_byte_array_unref (fragments->whole);
    fragments->whole = g_byte_array_ref (assembly->data);
    forget (fragments, assembly);
    *ret_payload = (View){ fragments->whole->data, fragments->whole->len };
    return TRUE;
}
