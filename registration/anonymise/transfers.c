/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/transfers.h"

#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/lane.h"
#include "registration/anonymise/words_of.h"
#include "registration/protocols/tftp.h"
#include "registration/terms/ports.h"

#include <string.h>

/* Longer files are firmware by another name, and become zeros. */
#define FILE_MAX    (1024 * 1024)
#define BLOCK_USUAL 512 /* RFC 1350 */
#define DATA_HEAD   4

typedef struct {
    const Pen *pen;
    char *name; /* owned */
    gboolean is_long;
    guint blksize;
    guint16 block; /* the latest, and its number without turning over */
    gint64 number;
    Lane *lane; /* owned */
} Transfer;

struct Transfers {
    const Pen *pen;
    GHashTable *clients; /* Endpoint, owned → the latest Transfer of it */
    GPtrArray *all;      /* of Transfer, in order; owned */
    guint n_seen;
};

static void free_transfer (gpointer data)
{
    Transfer *transfer = data;

    lane_free (transfer->lane);
    g_free (transfer->name);
    g_free (transfer);
}

Transfers *transfers_new (const Pen *pen)
{
    Transfers *transfers = g_new0 (Transfers, 1);

    transfers->pen = pen;
    transfers->clients = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, NULL);
    transfers->all = g_ptr_array_new_with_free_func (free_transfer);
    return transfers;
}

void transfers_free (Transfers *transfers)
{
    if (!transfers)
        return;
    g_hash_table_unref (transfers->clients);
    g_ptr_array_unref (transfers->all);
    g_free (transfers);
}

void transfers_rewind (Transfers *transfers)
{
    g_hash_table_remove_all (transfers->clients);
    transfers->n_seen = 0;
}

/* All of it at once, when it has ended. */
static gsize read_file (Lane *lane, guint64 at, guint8 *data, gsize size, gboolean at_end, gpointer user_data)
{
    const Transfer *transfer = user_data;
    const View name = text_view (transfer->name);

    if (transfer->is_long || anonymise_is_firmware (name) || size > FILE_MAX)
        return size;
    if (!at_end)
        return 0;
    g_autofree guint8 *before = transfer->pen->writes ? g_memdup2 (data, MAX (size, 1)) : NULL;
    if (at && !anonymise_is_text (data, size)) /* behind a gap: of what it was part nobody knows */
        pen_blank (transfer->pen, data, size);
    else
        anonymise_file (transfer->pen, name, data, size);
    if (before)
        lane_keep (lane, at, before, data, size);
    return size;
}

void transfers_finish (Transfers *transfers)
{
    for (guint i = 0; i < transfers->all->len; i++) {
        Transfer *transfer = g_ptr_array_index (transfers->all, i);
        lane_finish (transfer->lane, read_file, transfer);
    }
}

static Transfer *begin (Transfers *transfers, const Endpoint *client, View name)
{
    Transfer *transfer = g_hash_table_lookup (transfers->clients, client);
    g_autofree char *text = view_dup (name);

    if (transfer && strcmp (transfer->name, text) == 0) /* asked once more */
        return transfer;
    if (transfers->n_seen < transfers->all->len) {
        transfer = g_ptr_array_index (transfers->all, transfers->n_seen);
        lane_rewind (transfer->lane);
    } else {
        transfer = g_new0 (Transfer, 1);
        transfer->pen = transfers->pen;
        transfer->name = g_steal_pointer (&text);
        transfer->lane = lane_new ();
        g_ptr_array_add (transfers->all, transfer);
    }
    transfers->n_seen++;
    transfer->blksize = BLOCK_USUAL;
    transfer->block = 0;
    transfer->number = 0;
    g_hash_table_replace (transfers->clients, g_memdup2 (client, sizeof *client), transfer);
    return transfer;
}

/* The text that begins here, up to its NUL; at is then behind that. */
static View next_text (guint8 *data, gsize size, gsize *at)
{
    const guint8 *nul = *at < size ? memchr (data + *at, 0, size - *at) : NULL;
    const View text = { data + *at, nul ? (gsize) (nul - data) - *at : size - *at };

    *at = MIN (*at + text.size + 1, size);
    return text;
}

static gboolean are_digits (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isdigit (text.data[i]))
            return FALSE;
    return TRUE;
}

/* Names and values: those of the RFCs are numbers, others anybody may have called. */
static void write_options (const Pen *pen, guint8 *data, gsize size)
{
    static const char *const known[] = {
        "blksize", "blksize2", "tsize", "timeout", "utimeout", "windowsize", "rollover"
    };

    for (gsize at = 0; at < size;) {
        const View name = next_text (data, size, &at), value = next_text (data, size, &at);
        if (view_is_one_of (name, known, G_N_ELEMENTS (known)) && are_digits (value))
            continue;
        if (!view_is (name, "multicast")) /* RFC 2090: an address, a port, and who is first */
            pen_view (pen, name, TEXT_WHERE);
        pen_view (pen, value, TEXT_WHERE);
    }
}

/* A file, or whoever shall get mail; how it comes; options. */
static void write_request (const Pen *pen, guint8 *data, gsize size)
{
    static const char *const modes[] = { "octet", "netascii", "mail" };
    gsize at = 2;
    const View file = next_text (data, size, &at), mode = next_text (data, size, &at);

    if (view_is (mode, "mail"))
        pen_view (pen, file, TEXT_NAME);
    else
        anonymise_file_name (pen, file);
    if (!view_is_one_of (mode, modes, G_N_ELEMENTS (modes)))
        pen_view (pen, mode, TEXT_WHERE);
    write_options (pen, data + at, size - at);
}

static void write_error (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 4;

    if (size <= at)
        return;
    pen_view (pen, next_text (data, size, &at), TEXT_FREE);
    pen_blank (pen, data + at, size - at);
}

static void take_block (Transfer *transfer, const TftpPacket *packet, guint32 lost, guint8 *octets,
                        AnonymiserRound round)
{
    const gint16 ahead = (gint16) (packet->block - transfer->block);
    const gint64 number = transfer->number + ahead;

    if (ahead > 0) {
        transfer->block = packet->block;
        transfer->number = number;
    }
    if (number < 1) {
        if (round == ANONYMISER_WRITES)
            pen_blank (transfer->pen, octets, packet->payload.size);
        return;
    }
    const guint64 at = (guint64) (number - 1) * transfer->blksize;
    transfer->is_long |= at > FILE_MAX;
    if (round == ANONYMISER_WRITES) {
        lane_write (transfer->lane, at, octets, packet->payload.size);
        return;
    }
    /* The lane begins at its first octet, whichever block is seen first. */
    lane_add (transfer->lane, 0, (View){ NULL, 0 }, 0, read_file, transfer);
    lane_add (transfer->lane, at, packet->payload, lost, read_file, transfer);
}

gboolean transfers_take (Transfers *transfers, const Frame *frame, guint8 *payload, AnonymiserRound round)
{
    TftpPacket packet;
    const gboolean is_request = frame->destination.port == PORT_TFTP;
    Transfer *transfer = g_hash_table_lookup (transfers->clients, &frame->destination);

    transfer = transfer ? transfer : g_hash_table_lookup (transfers->clients, &frame->source);
    if ((!transfer && !is_request) || !tftp_decode (frame->payload.data, frame->payload.size, &packet))
        return FALSE;
    if (is_request && (packet.opcode == TFTP_RRQ || packet.opcode == TFTP_WRQ))
        transfer = begin (transfers, &frame->source, packet.file);
    if (!transfer)
        return FALSE;
    const gboolean shows_packets = round != ANONYMISER_READS;
    switch (packet.opcode) {
    case TFTP_RRQ:
    case TFTP_WRQ:
        if (shows_packets)
            write_request (transfers->pen, payload, frame->payload.size);
        break;
    case TFTP_DATA:
        take_block (transfer, &packet, frame->cut, payload + (packet.payload.data - frame->payload.data), round);
        break;
    case TFTP_ERROR:
        if (shows_packets)
            write_error (transfers->pen, payload, frame->payload.size);
        break;
    case TFTP_OACK:
        if (shows_packets)
            write_options (transfers->pen, payload + 2, frame->payload.size - 2);
        if (packet.options.present & TFTP_HAS_BLKSIZE && packet.options.blksize >= 8 && packet.options.blksize <= 65464)
            transfer->blksize = (guint) packet.options.blksize;
        break;
    case TFTP_ACK:
        break;
    }
    return TRUE;
}
