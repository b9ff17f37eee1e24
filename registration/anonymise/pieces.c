/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/pieces.h"

#include <string.h>

/* Of all packets together; what is beyond becomes zeros. */
#define SIZE_MAX_ALL (64u * 1024 * 1024)

typedef struct {
    IpPacket packet;
    GByteArray *octets; /* as far as fragments reach, zeros between them; owned */
    GByteArray *before; /* the same as they were; owned */
    guint8 *has;        /* a bit for each eight octets that came; owned */
    gsize end;          /* of the last fragment; 0 while it has not come */
    gsize front;        /* so much is there from the beginning on */
    gboolean is_whole;
} Whole;

typedef struct {
    guint whole; /* place of its packet, + 1; 0: it was too much */
    guint32 offset;
} Place;

struct Pieces {
    GPtrArray *all;   /* of Whole; owned */
    GHashTable *open; /* key → place in all, + 1, of those that are not complete */
    GArray *places;   /* of Place, by fragment */
    guint n_written;
    gsize size;
};

/* Hashes of a key of 64 bits are trusted: whoever makes two meet spoils his own capture. */
static gint64 key_of (const IpPacket *packet)
{
    guint64 hash = hash_octets (packet->id, packet->source.octets, sizeof packet->source.octets);
    hash = hash_octets (hash, packet->destination.octets, sizeof packet->destination.octets);
    return (gint64) hash_number (hash, packet->protocol);
}

static void free_whole (gpointer data)
{
    Whole *whole = data;

    g_byte_array_unref (whole->octets);
    g_byte_array_unref (whole->before);
    g_free (whole->has);
    g_free (whole);
}

Pieces *pieces_new (void)
{
    Pieces *pieces = g_new0 (Pieces, 1);

    pieces->all = g_ptr_array_new_with_free_func (free_whole);
    pieces->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    pieces->places = g_array_new (FALSE, FALSE, sizeof (Place));
    return pieces;
}

void pieces_free (Pieces *pieces)
{
    if (!pieces)
        return;
    g_array_unref (pieces->places);
    g_hash_table_unref (pieces->open);
    g_ptr_array_unref (pieces->all);
    g_free (pieces);
}

void pieces_clear (Pieces *pieces)
{
    g_array_set_size (pieces->places, 0);
    g_hash_table_remove_all (pieces->open);
    g_ptr_array_set_size (pieces->all, 0);
    pieces->n_written = 0;
    pieces->size = 0;
}

static guint begin (Pieces *pieces, const IpPacket *packet, gint64 key)
{
    Whole *whole = g_new0 (Whole, 1);

    whole->packet = *packet;
    whole->packet.payload = (View){ NULL, 0 };
    whole->octets = g_byte_array_new ();
    whole->before = g_byte_array_new ();
    whole->has = g_malloc0 (65536 / 64 + 1);
    g_ptr_array_add (pieces->all, whole);
    g_hash_table_insert (pieces->open, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (pieces->all->len));
    return pieces->all->len;
}

static void look_at_front (Whole *whole)
{
    gsize at = whole->front / 8;

    while (at < 65536 / 8 && (whole->has[at / 8] >> at % 8 & 1))
        at++;
    whole->front = MIN (at * 8, whole->octets->len);
    whole->is_whole = whole->end && whole->front >= whole->end;
}

static void put (Pieces *pieces, Whole *whole, const IpPacket *fragment)
{
    const gsize size = MIN (fragment->payload.size, 65535u - MIN (fragment->offset, 65535u));
    const gsize end = fragment->offset + size;

    if (end > whole->octets->len) {
        const guint old = whole->octets->len;
        g_byte_array_set_size (whole->octets, (guint) end);
        memset (whole->octets->data + old, 0, end - old);
        pieces->size += end - old;
    }
    for (gsize at = 0; at < size; at += 8) {
        const gsize octet = (fragment->offset + at) / 8;
        if (whole->has[octet / 8] >> octet % 8 & 1)
            continue;
        memcpy (whole->octets->data + fragment->offset + at, fragment->payload.data + at, MIN (8, size - at));
        whole->has[octet / 8] |= (guint8) (1u << octet % 8);
    }
    if (!fragment->more_follow)
        whole->end = end;
    look_at_front (whole);
}

void pieces_add (Pieces *pieces, const IpPacket *fragment)
{
    const gint64 key = key_of (fragment);
    guint number = GPOINTER_TO_UINT (g_hash_table_lookup (pieces->open, &key));

    if (!number && pieces->size < SIZE_MAX_ALL)
        number = begin (pieces, fragment, key);
    const Place place = { number, fragment->offset };
    g_array_append_val (pieces->places, place);
    if (!number)
        return;
    Whole *whole = g_ptr_array_index (pieces->all, number - 1);
    put (pieces, whole, fragment);
    if (whole->is_whole)
        g_hash_table_remove (pieces->open, &key);
}

void pieces_give_up (Pieces *pieces)
{
    g_hash_table_remove_all (pieces->open);
}

void pieces_each (Pieces *pieces, PiecesPacket each, gpointer user_data)
{
    for (guint i = 0; i < pieces->all->len; i++) {
        Whole *whole = g_ptr_array_index (pieces->all, i);
        if (whole->octets->len == 0)
            continue;
        g_byte_array_set_size (whole->before, 0);
        g_byte_array_append (whole->before, whole->octets->data, whole->octets->len);
        if (!whole->is_whole) /* what stands behind a gap belongs to nothing */
            memset (whole->octets->data + whole->front, 0, whole->octets->len - whole->front);
        whole->packet.wire_size = MAX (whole->packet.wire_size, whole->front);
        if (whole->front)
            each (&whole->packet, whole->octets->data, whole->before->data, whole->front, user_data);
    }
}

void pieces_write (Pieces *pieces, guint8 *data, gsize size)
{
    const Place place = pieces->n_written < pieces->places->len
                            ? g_array_index (pieces->places, Place, pieces->n_written++)
                            : (Place){ 0, 0 };
    const Whole *whole = place.whole ? g_ptr_array_index (pieces->all, place.whole - 1) : NULL;

    for (gsize i = 0; i < size; i++) {
        const gsize at = place.offset + i;
        data[i] = whole && at < whole->octets->len ? whole->octets->data[at] : 0;
    }
}
