/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/ring.h"

#include "output/output.h"
#include "registration/wire/unpack.h"
#include "replay/recording/pcapng_format.h"

#include <pcap/dlt.h>
#include <string.h>

#define LINKTYPE_RAW 101

typedef struct {
    guint64 number;
    CapturedPacket packet; /* its data is behind this */
} Kept;

struct Ring {
    GQueue packets; /* of Kept; owned */
    gsize size, used;
};

Ring *ring_new (gsize size)
{
    Ring *ring = g_new0 (Ring, 1);

    g_queue_init (&ring->packets);
    ring->size = size;
    return ring;
}

void ring_free (Ring *ring)
{
    if (!ring)
        return;
    g_queue_clear_full (&ring->packets, g_free);
    g_free (ring);
}

static gsize size_of (const Kept *kept)
{
    return sizeof *kept + kept->packet.size;
}

void ring_put (Ring *ring, guint64 number, const CapturedPacket *packet)
{
    Kept *kept = g_malloc (sizeof *kept + packet->size);

    kept->number = number;
    kept->packet = *packet;
    kept->packet.data = (guint8 *) (kept + 1);
    memcpy (kept + 1, packet->data, packet->size);
    ring->used += size_of (kept);
    g_queue_push_tail (&ring->packets, kept);
    while (ring->used > ring->size) {
        Kept *oldest = g_queue_pop_head (&ring->packets);
        ring->used -= size_of (oldest);
        g_free (oldest);
    }
}

/* --- Saving */

typedef struct {
    GHashTable *comments; /* number of a packet, owned → GString, owned */
    guint64 first;        /* of these; 0: none */
} Wanted;

static void free_comment (gpointer comment)
{
    g_string_free (comment, TRUE);
}

static void want (const WatchMessage *message, gpointer user_data)
{
    Wanted *wanted = user_data;
    GString *comment = g_hash_table_lookup (wanted->comments, &message->packet);

    if (!comment) {
        comment = g_string_new (NULL);
        g_hash_table_insert (wanted->comments, g_memdup2 (&message->packet, sizeof message->packet), comment);
        wanted->first = wanted->first ? MIN (wanted->first, message->packet) : message->packet;
    }
    if (comment->len)
        g_string_append_c (comment, '\n');
    if (*message->phase)
        g_string_append_printf (comment, "%s: ", message->phase);
    g_string_append_printf (comment, "%s. %s", message->message, message->tip);
    if (message->found)
        g_string_append_printf (comment, "\n%s", message->found);
}

static void put_32 (GByteArray *out, guint32 value)
{
    g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void put_16 (GByteArray *out, guint16 value)
{
    g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void put_padded (GByteArray *out, const void *octets, gsize size)
{
    static const guint8 zeros[4];

    g_byte_array_append (out, octets, (guint) size);
    g_byte_array_append (out, zeros, (guint) (-size & 3));
}

static void put_option (GByteArray *out, guint16 code, const void *octets, gsize size)
{
    put_16 (out, code);
    put_16 (out, (guint16) size);
    put_padded (out, octets, size);
}

/* In this machine's order of octets, as the section says. */
static void write_block (FILE *file, guint32 type, const GByteArray *body)
{
    const guint32 length = body->len + BLOCK_OVERHEAD, head[] = { type, length };

    fwrite (head, sizeof head, 1, file);
    fwrite (body->data, body->len, 1, file);
    fwrite (&length, sizeof length, 1, file);
}

static void write_section (FILE *file)
{
    g_autoptr (GByteArray) body = g_byte_array_new ();
    const gint64 unknown_length = -1;

    put_32 (body, BYTE_ORDER_MAGIC);
    put_16 (body, 1); /* version 1.0 */
    put_16 (body, 0);
    g_byte_array_append (body, (const guint8 *) &unknown_length, sizeof unknown_length);
    write_block (file, BLOCK_SECTION, body);
}

/* Raw IP has another number in files than in libpcap's memory (pcap-linktype(7)). */
static guint16 type_in_files (guint32 link_type)
{
    return link_type == DLT_RAW ? LINKTYPE_RAW : (guint16) link_type;
}

static void write_interface (FILE *file, guint32 link_type)
{
    g_autoptr (GByteArray) body = g_byte_array_new ();
    const guint8 nanoseconds = 9;

    put_16 (body, type_in_files (link_type));
    put_16 (body, 0);
    put_32 (body, 0); /* no limit */
    put_option (body, OPTION_TIME_RESOLUTION, &nanoseconds, sizeof nanoseconds);
    put_option (body, OPTION_END, NULL, 0);
    write_block (file, BLOCK_INTERFACE, body);
}

static void write_packet (FILE *file, guint32 interface, const CapturedPacket *packet, const GString *comment)
{
    g_autoptr (GByteArray) body = g_byte_array_new ();
    const guint64 time = (guint64) packet->time;

    put_32 (body, interface);
    put_32 (body, (guint32) (time >> 32));
    put_32 (body, (guint32) time);
    put_32 (body, (guint32) packet->size);
    put_32 (body, (guint32) packet->size);
    put_padded (body, packet->data, packet->size);
    if (comment) {
        put_option (body, OPTION_COMMENT, comment->str, MIN (comment->len, G_MAXUINT16));
        put_option (body, OPTION_END, NULL, 0);
    }
    write_block (file, BLOCK_PACKET, body);
}

static guint32 interface_of (FILE *file, GArray *links, guint32 link_type)
{
    for (guint i = 0; i < links->len; i++)
        if (g_array_index (links, guint32, i) == link_type)
            return i;
    g_array_append_val (links, link_type);
    write_interface (file, link_type);
    return links->len - 1;
}

/* What tells nothing, as a bare acknowledgment, belongs to the phone all the same. */
static gboolean is_of_address (Unpacker *unpacker, const CapturedPacket *packet, const char *address)
{
    char source[IP_ADDRESS_TEXT_SIZE], destination[IP_ADDRESS_TEXT_SIZE];
    Frame frame = { 0 };

    if (!address || !unpacker_read (unpacker, packet->link_type, packet->data, packet->size, &frame))
        return FALSE;
    return strcmp (ip_address_format (&frame.source.address, source), address) == 0 ||
           strcmp (ip_address_format (&frame.destination.address, destination), address) == 0;
}

static void save_packets (const Ring *ring, const WatchPhone *phone, const Wanted *wanted, FILE *file,
                          RingSaved *ret_saved)
{
    g_autoptr (Unpacker) unpacker = unpacker_new ();
    g_autoptr (GArray) links = g_array_new (FALSE, FALSE, sizeof (guint32));

    write_section (file);
    for (const GList *link = ring->packets.head; link; link = link->next) {
        const Kept *kept = link->data;
        const GString *comment = g_hash_table_lookup (wanted->comments, &kept->number);
        if (!comment && !is_of_address (unpacker, &kept->packet, phone->address))
            continue;
        const guint32 interface = interface_of (file, links, kept->packet.link_type);
        write_packet (file, interface, &kept->packet, comment);
        ret_saved->packets++;
        ret_saved->comments += comment ? 1 : 0;
    }
}

gboolean ring_save (const Ring *ring, Watch *watch, const WatchPhone *phone, const char *path, RingSaved *ret_saved,
                    GError **error)
{
    g_autoptr (GHashTable) comments = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_comment);
    g_autoptr (Output) output = output_open (path, NULL, error);
    Wanted wanted = { .comments = comments };
    const Kept *oldest = ring->packets.head ? ring->packets.head->data : NULL;

    *ret_saved = (RingSaved){ 0 };
    if (!output)
        return FALSE;
    watch_messages (watch, phone, want, &wanted);
    save_packets (ring, phone, &wanted, output_file (output), ret_saved);
    ret_saved->is_whole = !wanted.first || (oldest && oldest->number <= wanted.first);
    return output_close (output, error);
}
