/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/pcapng.h"

#include "replay/recording/capture.h"
#include "replay/recording/pcapng_format.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>

/* Of a packet block, before the packet's octets. */
#define PACKET_FIXED 28u
/* An option's length has 16 bits. */
#define COMMENT_MAX 65535u

G_DEFINE_QUARK (regreplay - pcapng - error, pcapng_error)

typedef struct {
    const char *path;
    FILE *input, *output;
    gboolean swapped; /* the section's octets are in the other order than ours */
    GByteArray *block;
    GPtrArray *texts; /* of the present packet */
    PacketComments comments;
    PacketChange change; /* instead of comments; NULL otherwise */
    gpointer user_data;
    GArray *link_types; /* guint32, of the section's interfaces; for changes */
    guint32 secrets;    /* blocks of them that were left out */
    PcapngCount *count;
} Copy;

static guint32 get32 (const Copy *copy, gsize offset)
{
    guint32 value;

    memcpy (&value, copy->block->data + offset, sizeof value);
    return copy->swapped ? GUINT32_SWAP_LE_BE (value) : value;
}

static guint16 get16 (const Copy *copy, gsize offset)
{
    guint16 value;

    memcpy (&value, copy->block->data + offset, sizeof value);
    return copy->swapped ? GUINT16_SWAP_LE_BE (value) : value;
}

static void put32 (const Copy *copy, GByteArray *to, guint32 value)
{
    if (copy->swapped)
        value = GUINT32_SWAP_LE_BE (value);
    g_byte_array_append (to, (const guint8 *) &value, sizeof value);
}

static void put16 (const Copy *copy, GByteArray *to, guint16 value)
{
    if (copy->swapped)
        value = GUINT16_SWAP_LE_BE (value);
    g_byte_array_append (to, (const guint8 *) &value, sizeof value);
}

static void pad (GByteArray *to)
{
    static const guint8 zeros[4];
    g_byte_array_append (to, zeros, (4 - to->len % 4) % 4);
}

static gboolean cut (const Copy *copy, GError **error)
{
    if (copy->input && ferror (copy->input))
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_CUT, "%s cannot be read beyond packet %u: %s", copy->path,
                     copy->count->packets, g_strerror (errno));
    else
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_CUT, "%s is damaged or cut off behind packet %u", copy->path,
                     copy->count->packets);
    return FALSE;
}

static gboolean write_octets (const Copy *copy, const guint8 *data, gsize size, GError **error)
{
    if (!copy->output || fwrite (data, 1, size, copy->output) == size)
        return TRUE;
    g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_WRITE, "the output cannot be written: %s", g_strerror (errno));
    return FALSE;
}

/* The comments of the next packet, in copy->texts. */
static void ask_for_comments (Copy *copy)
{
    g_ptr_array_set_size (copy->texts, 0);
    copy->comments (++copy->count->packets, copy->texts, copy->user_data);
}

/* Whole characters only. */
static guint16 comment_size (const char *text)
{
    gsize size = strlen (text);
    const char *end = text + MIN (size, COMMENT_MAX);

    if (size > COMMENT_MAX)
        end = g_utf8_find_prev_char (text, end);
    return (guint16) (end - text);
}

static void put_comments (Copy *copy, GByteArray *to)
{
    for (guint i = 0; i < copy->texts->len; i++) {
        const char *text = g_ptr_array_index (copy->texts, i);
        guint16 size = comment_size (text);
        put16 (copy, to, OPTION_COMMENT);
        put16 (copy, to, size);
        g_byte_array_append (to, (const guint8 *) text, size);
        pad (to);
        copy->count->comments++;
    }
    put32 (copy, to, OPTION_END);
}

/* --- pcapng */

/* Where the options of the packet block end: at their end mark, or at the end of the block. 0: they are damaged. */
static gsize end_of_options (const Copy *copy)
{
    gsize end = copy->block->len - 4, at = PACKET_FIXED;
    guint32 captured = get32 (copy, 20);

    if (captured > end - at)
        return 0;
    at += captured + (4 - captured % 4) % 4;
    while (at + 4 <= end) {
        guint16 size = get16 (copy, at + 2);
        if (get16 (copy, at) == OPTION_END)
            return at;
        at += 4u + size + (4 - size % 4) % 4;
    }
    return at == end ? at : 0;
}

/* A block that has another length now, without the length at its end. */
static gboolean write_grown (Copy *copy, GError **error)
{
    guint32 length = copy->block->len + 4, stored = copy->swapped ? GUINT32_SWAP_LE_BE (length) : length;

    memcpy (copy->block->data + 4, &stored, sizeof stored);
    put32 (copy, copy->block, length);
    return write_octets (copy, copy->block->data, copy->block->len, error);
}

static gboolean write_commented (Copy *copy, GError **error)
{
    gsize end;

    ask_for_comments (copy);
    if (copy->texts->len == 0)
        return write_octets (copy, copy->block->data, copy->block->len, error);
    if (copy->block->len < PACKET_FIXED + 4 || (end = end_of_options (copy)) == 0) {
        copy->count->uncommented++;
        return write_octets (copy, copy->block->data, copy->block->len, error);
    }
    g_byte_array_set_size (copy->block, (guint) end);
    put_comments (copy, copy->block);
    return write_grown (copy, error);
}

/* Type and length of the next block into copy->block. *ret_end: the file ends here, as it should. */
static gboolean read_block (Copy *copy, gboolean *ret_end, GError **error)
{
    guint8 head[12];
    gsize size = fread (head, 1, 8, copy->input);

    *ret_end = size == 0 && !ferror (copy->input);
    if (*ret_end)
        return TRUE;
    if (size < 8)
        return cut (copy, error);
    g_byte_array_set_size (copy->block, 0);
    g_byte_array_append (copy->block, head, 8);
    if (get32 (copy, 0) == BLOCK_SECTION) { /* the same in both orders; the magic behind it tells which */
        guint32 magic;
        if (fread (head + 8, 1, 4, copy->input) < 4)
            return cut (copy, error);
        memcpy (&magic, head + 8, sizeof magic);
        copy->swapped = magic == GUINT32_SWAP_LE_BE (BYTE_ORDER_MAGIC);
        if (!copy->swapped && magic != BYTE_ORDER_MAGIC)
            return cut (copy, error);
        g_byte_array_append (copy->block, head + 8, 4);
    }
    guint32 length = get32 (copy, 4), have = copy->block->len;
    if (length < MAX (have, BLOCK_OVERHEAD) || length % 4 || length > BLOCK_MAX)
        return cut (copy, error);
    g_byte_array_set_size (copy->block, length);
    if (fread (copy->block->data + have, 1, length - have, copy->input) < length - have)
        return cut (copy, error);
    return TRUE;
}

static const guint8 unknown_length[8] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

static gboolean copy_block (Copy *copy, GError **error)
{
    const guint32 type = get32 (copy, 0);

    if (type == BLOCK_PACKET || type == BLOCK_OLD_PACKET)
        return write_commented (copy, error);
    if (type == BLOCK_SIMPLE_PACKET) {
        ask_for_comments (copy);
        copy->count->uncommented += copy->texts->len > 0;
    }
    if (type == BLOCK_SECTION && copy->block->len >= 28)
        memcpy (copy->block->data + 16, unknown_length, sizeof unknown_length);
    return write_octets (copy, copy->block->data, copy->block->len, error);
}

/* The block without its options, which begin there, but for those that are listed. */
static gboolean write_with_options (Copy *copy, gsize at, const guint16 *kept, gsize n_kept, GError **error)
{
    g_autoptr (GByteArray) options = g_byte_array_new ();
    const gsize end = copy->block->len - 4;

    for (gsize from = at; from + 4 <= end;) {
        const guint16 code = get16 (copy, from), size = get16 (copy, from + 2);
        const gsize whole = 4u + size + (4 - size % 4) % 4;
        if (code == OPTION_END || from + whole > end)
            break;
        for (gsize i = 0; i < n_kept; i++)
            if (code == kept[i] && size <= 8) /* numbers, all of them */
                g_byte_array_append (options, copy->block->data + from, (guint) whole);
        from += whole;
    }
    if (options->len)
        put32 (copy, options, OPTION_END);
    g_byte_array_set_size (copy->block, (guint) at);
    g_byte_array_append (copy->block, options->data, options->len);
    return write_grown (copy, error);
}

static guint32 link_type_of (const Copy *copy, guint32 interface)
{
    return interface < copy->link_types->len ? g_array_index (copy->link_types, guint32, interface) : G_MAXUINT32;
}

static gboolean change_packet (Copy *copy, guint32 interface, GError **error)
{
    static const guint16 kept[] = { OPTION_FLAGS, OPTION_DROPPED };

    if (copy->block->len < PACKET_FIXED + 4)
        return cut (copy, error);
    const guint32 captured = get32 (copy, 20);
    if (captured > copy->block->len - PACKET_FIXED - 4)
        return cut (copy, error);
    copy->change (link_type_of (copy, interface), copy->block->data + PACKET_FIXED, captured, copy->user_data);
    const gsize padding = (4 - captured % 4) % 4;
    memset (copy->block->data + PACKET_FIXED + captured, 0, padding);
    copy->count->packets++;
    return write_with_options (copy, PACKET_FIXED + captured + padding, kept, G_N_ELEMENTS (kept), error);
}

/* Has no length of its own: its octets fill the block, or are as many as the packet had. */
static gboolean change_simple_packet (Copy *copy, GError **error)
{
    enum { SIMPLE_FIXED = 12 };

    if (copy->block->len < SIMPLE_FIXED + 4)
        return cut (copy, error);
    const gsize room = copy->block->len - SIMPLE_FIXED - 4, captured = MIN (room, get32 (copy, 8));
    copy->change (link_type_of (copy, 0), copy->block->data + SIMPLE_FIXED, captured, copy->user_data);
    memset (copy->block->data + SIMPLE_FIXED + captured, 0, room - captured);
    copy->count->packets++;
    return write_octets (copy, copy->block->data, copy->block->len, error);
}

/* Blocks whose meaning is not known here might tell anything. */
static gboolean change_block (Copy *copy, GError **error)
{
    static const guint16 kept[] = { OPTION_SPEED, OPTION_TIME_RESOLUTION, OPTION_FCS_LENGTH, OPTION_TIME_OFFSET };
    const guint32 type = get32 (copy, 0);

    switch (type) {
    case BLOCK_SECTION:
        if (copy->block->len < 28)
            return cut (copy, error);
        g_array_set_size (copy->link_types, 0);
        memcpy (copy->block->data + 16, unknown_length, sizeof unknown_length);
        return write_with_options (copy, 24, NULL, 0, error);
    case BLOCK_INTERFACE: {
        if (copy->block->len < 20)
            return cut (copy, error);
        const guint32 link_type = get16 (copy, 8);
        g_array_append_val (copy->link_types, link_type);
        return write_with_options (copy, 16, kept, G_N_ELEMENTS (kept), error);
    }
    case BLOCK_PACKET:
        return change_packet (copy, get32 (copy, 8), error);
    case BLOCK_OLD_PACKET:
        return change_packet (copy, get16 (copy, 8), error);
    case BLOCK_SIMPLE_PACKET:
        return change_simple_packet (copy, error);
    case BLOCK_SECRETS:
        copy->secrets++;
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean copy_pcapng (Copy *copy, GError **error)
{
    gboolean end;

    while (read_block (copy, &end, error)) {
        if (end)
            return TRUE;
        if (!(copy->change ? change_block (copy, error) : copy_block (copy, error)))
            return FALSE;
    }
    return FALSE;
}

/* --- pcap */

static gboolean write_block (Copy *copy, GError **error)
{
    guint32 length = copy->block->len + 4;

    memcpy (copy->block->data + 4, &length, sizeof length);
    put32 (copy, copy->block, length);
    return write_octets (copy, copy->block->data, copy->block->len, error);
}

static void begin_block (Copy *copy, guint32 type)
{
    g_byte_array_set_size (copy->block, 0);
    put32 (copy, copy->block, type);
    put32 (copy, copy->block, 0);
}

static gboolean write_heads (Copy *copy, pcap_t *pcap, gboolean nanoseconds, GError **error)
{
    begin_block (copy, BLOCK_SECTION);
    put32 (copy, copy->block, BYTE_ORDER_MAGIC);
    put16 (copy, copy->block, 1); /* version 1.0 */
    put16 (copy, copy->block, 0);
    put32 (copy, copy->block, 0xFFFFFFFF);
    put32 (copy, copy->block, 0xFFFFFFFF);
    if (!write_block (copy, error))
        return FALSE;
    begin_block (copy, BLOCK_INTERFACE);
    put16 (copy, copy->block, (guint16) pcap_datalink (pcap));
    put16 (copy, copy->block, 0);
    put32 (copy, copy->block, (guint32) pcap_snapshot (pcap));
    if (nanoseconds) {
        const guint8 resolution = 9;
        put16 (copy, copy->block, OPTION_TIME_RESOLUTION);
        put16 (copy, copy->block, 1);
        g_byte_array_append (copy->block, &resolution, 1);
        pad (copy->block);
        put32 (copy, copy->block, OPTION_END);
    }
    return write_block (copy, error);
}

static gboolean write_pcap_packet (Copy *copy, guint32 link_type, const struct pcap_pkthdr *header, const guint8 *data,
                                   guint64 per_second, GError **error)
{
    /* pcap has 32 bits for the seconds. */
    guint64 time = (guint64) (guint32) header->ts.tv_sec * per_second + (guint64) header->ts.tv_usec;

    if (copy->change)
        copy->count->packets++;
    else
        ask_for_comments (copy);
    begin_block (copy, BLOCK_PACKET);
    put32 (copy, copy->block, 0);
    put32 (copy, copy->block, (guint32) (time >> 32));
    put32 (copy, copy->block, (guint32) time);
    put32 (copy, copy->block, header->caplen);
    put32 (copy, copy->block, header->len);
    g_byte_array_append (copy->block, data, header->caplen);
    if (copy->change)
        copy->change (link_type, copy->block->data + PACKET_FIXED, header->caplen, copy->user_data);
    pad (copy->block);
    if (copy->texts->len)
        put_comments (copy, copy->block);
    return write_block (copy, error);
}

/* Takes over the input. */
static gboolean copy_pcap (Copy *copy, gboolean nanoseconds, GError **error)
{
    char message[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision (
        copy->input, nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO, message);
    struct pcap_pkthdr *header;
    const guint8 *data;
    int result = 0;

    if (!pcap) {
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_READ, "%s is no capture that can be read (pcap or pcapng): %s",
                     copy->path, message);
        return FALSE;
    }
    copy->input = NULL;
    gboolean ok = write_heads (copy, pcap, nanoseconds, error);
    while (ok && (result = pcap_next_ex (pcap, &header, &data)) == 1)
        ok = write_pcap_packet (copy, (guint32) pcap_datalink (pcap), header, data, nanoseconds ? 1000000000 : 1000000,
                                error);
    if (ok && result != PCAP_ERROR_BREAK)
        ok = cut (copy, error);
    pcap_close (pcap);
    return ok;
}

/* Takes the rest of the copy from source. */
static gboolean copy_source (Copy *copy, int source, GError **error)
{
    guint32 magic = 0;
    gboolean ok = FALSE;

    copy->input = capture_source_stream (source);
    copy->block = g_byte_array_new ();
    copy->texts = g_ptr_array_new_with_free_func (g_free);
    copy->link_types = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (!copy->input || fread (&magic, 1, sizeof magic, copy->input) < sizeof magic ||
        fseek (copy->input, 0, SEEK_SET) != 0)
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_READ, "%s cannot be read as a file", copy->path);
    else if (magic == BLOCK_SECTION)
        ok = copy_pcapng (copy, error);
    else /* 0xA1B23C4D: nanoseconds */
        ok = copy_pcap (copy, magic == 0xA1B23C4Du || magic == GUINT32_SWAP_LE_BE (0xA1B23C4Du), error);
    if (copy->input)
        fclose (copy->input);
    g_array_unref (copy->link_types);
    g_ptr_array_unref (copy->texts);
    g_byte_array_unref (copy->block);
    return ok;
}

gboolean pcapng_annotate (int source, const char *path, FILE *output, PacketComments comments, gpointer user_data,
                          PcapngCount *ret_count, GError **error)
{
    *ret_count = (PcapngCount){ 0 };
    Copy copy = { .path = path, .output = output, .comments = comments, .user_data = user_data, .count = ret_count };
    return copy_source (&copy, source, error);
}

gboolean pcapng_change (int source, const char *path, FILE *output, PacketChange change, gpointer user_data,
                        guint32 *ret_secrets, GError **error)
{
    PcapngCount count = { 0 };
    Copy copy = { .path = path, .output = output, .change = change, .user_data = user_data, .count = &count };
    const gboolean ok = copy_source (&copy, source, error);

    *ret_secrets = copy.secrets;
    return ok;
}
