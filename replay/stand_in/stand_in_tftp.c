/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TFTP server of stand_in_files.h (RFC 1350, options of RFC 2347 to 2349). */
#include "replay/stand_in/stand_in_files_internal.h"

#include "replay/clock.h"
#include "replay/engine/tftp_packets.h"

#include <string.h>

/* Transfers at a time; who asks for more gets no answer, as from a server that is busy. */
#define TRANSFERS_MAX 4096
#define PATIENCE      SECOND
#define REPEATS       5
#define BLKSIZE_MAX   65464
/* How long a request that gets no answer is known, so that its copies get none either: longer than a phone asks. */
#define SILENCE SECONDS (30)

typedef struct {
    Endpoint client; /* the key; stays first */
    StandInFiles *files;
    UdpPort *port;
    const ScriptFile *file; /* NULL: the recording has none of that name */
    TftpOptions asked;
    guint32 block_size;
    guint64 block; /* the one on its way; 0: the options, or nothing yet */
    guint tries;
    gboolean has_begun, has_acknowledged;
    Appointment appointment;
} Transfer;

static void free_transfer (gpointer data)
{
    Transfer *transfer = data;

    agenda_cancel (&transfer->appointment);
    udp_port_free (transfer->port);
    g_free (transfer);
}

static void end_transfer (Transfer *transfer)
{
    g_hash_table_remove (transfer->files->transfers, &transfer->client);
}

/* Octets of the file; none when the recording does not have them. */
static View content_of (const Transfer *transfer)
{
    const GByteArray *content = transfer->file ? transfer->file->content : NULL;
    return content ? (View){ content->data, content->len } : (View){ NULL, 0 };
}

static void send_block (const Transfer *transfer)
{
    View content = content_of (transfer);
    guint64 at = (transfer->block - 1) * transfer->block_size;
    gsize size = (gsize) MIN (transfer->block_size, content.size - at);
    g_autofree guint8 *packet = g_malloc (4 + size);

    packet[0] = 0;
    packet[1] = TFTP_DATA;
    packet[2] = (guint8) (transfer->block >> 8);
    packet[3] = (guint8) transfer->block;
    if (size)
        memcpy (packet + 4, content.data + at, size);
    udp_port_send (transfer->port, &transfer->client, (View){ packet, 4 + size });
}

static void append_option (GString *packet, const char *name, guint64 value)
{
    g_string_append (packet, name);
    g_string_append_c (packet, '\0');
    g_string_append_printf (packet, "%" G_GUINT64_FORMAT, value);
    g_string_append_c (packet, '\0');
}

static void send_options (const Transfer *transfer)
{
    g_autoptr (GString) packet = g_string_new_len ("\0\6", 2);

    if (transfer->asked.present & TFTP_HAS_BLKSIZE)
        append_option (packet, "blksize", transfer->block_size);
    if (transfer->asked.present & TFTP_HAS_TSIZE)
        append_option (packet, "tsize", content_of (transfer).size);
    if (transfer->asked.present & TFTP_HAS_TIMEOUT)
        append_option (packet, "timeout", transfer->asked.timeout);
    udp_port_send (transfer->port, &transfer->client, (View){ (const guint8 *) packet->str, packet->len });
}

static void send_latest (Transfer *transfer);
static void wait_longer (Transfer *transfer);

static void on_patience_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Transfer *transfer = user_data;

    /* Whoever has acknowledged nothing may be somebody in whose name others ask: then only who asks again is answered
     * again. */
    if (++transfer->tries > REPEATS)
        end_transfer (transfer);
    else if (transfer->has_acknowledged)
        send_latest (transfer);
    else
        wait_longer (transfer);
}

static void send_latest (Transfer *transfer)
{
    if (transfer->block)
        send_block (transfer);
    else
        send_options (transfer);
    wait_longer (transfer);
}

static void wait_longer (Transfer *transfer)
{
    agenda_make (transfer->files->settings.agenda, &transfer->appointment, clock_now () + PATIENCE, on_patience_over,
                 transfer);
}

static void on_silence_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    end_transfer (user_data);
}

/* The recorded server agreed to options, and this phone has asked for some. */
static gboolean grants_options (const Transfer *transfer)
{
    return transfer->file->has_options && (transfer->asked.present & ~TFTP_HAS_WINDOWSIZE);
}

static void on_begin (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Transfer *transfer = user_data;
    const ScriptFile *file = transfer->file;

    transfer->has_begun = TRUE;
    if (!file || file->result == FILE_NOT_FOUND) {
        tftp_send_error (transfer->port, &transfer->client, TFTP_FILE_NOT_FOUND, tftp_error_name (TFTP_FILE_NOT_FOUND));
        end_transfer (transfer);
    } else if (file->result == FILE_REFUSED) {
        tftp_send_error (transfer->port, &transfer->client, file->protocol == PROTOCOL_TFTP ? file->code : 0,
                         file->text ? file->text : "");
        end_transfer (transfer);
    } else if (!file->content) {
        /* Not answered in the recording, or too little of it is there. */
        agenda_make (transfer->files->settings.agenda, &transfer->appointment, clock_now () + SILENCE, on_silence_over,
                     transfer);
    } else {
        if (grants_options (transfer) && (transfer->asked.present & TFTP_HAS_BLKSIZE))
            transfer->block_size = (guint32) CLAMP (transfer->asked.blksize, 8, BLKSIZE_MAX);
        transfer->block = grants_options (transfer) ? 0 : 1;
        send_latest (transfer);
    }
}

static void on_acknowledged (Transfer *transfer, guint16 block)
{
    if (!transfer->has_begun || block != (guint16) transfer->block)
        return;
    transfer->has_acknowledged = TRUE;
    /* The last block is the one that is not full. */
    if (transfer->block && transfer->block * transfer->block_size > content_of (transfer).size) {
        end_transfer (transfer);
        return;
    }
    transfer->block++;
    transfer->tries = 0;
    send_latest (transfer);
}

/* The same request again: our answer was lost, or crosses it; or the recorded server still thinks. */
static void answer_again (Transfer *transfer)
{
    if (transfer->has_begun && !transfer->has_acknowledged && transfer->file->content)
        send_latest (transfer);
}

static void on_packet (UdpPort *port, const Endpoint *source, View octets, gpointer user_data)
{
    Transfer *transfer = user_data;
    TftpPacket packet;

    if (!endpoint_equal (source, &transfer->client))
        tftp_refuse_stray (port, source, octets);
    else if (!tftp_decode (octets.data, octets.size, &packet))
        return;
    else if (packet.opcode == TFTP_ACK)
        on_acknowledged (transfer, packet.block);
    else if (packet.opcode == TFTP_ERROR)
        end_transfer (transfer);
}

static void on_refused (G_GNUC_UNUSED UdpPort *port, const Endpoint *target, G_GNUC_UNUSED int error,
                        G_GNUC_UNUSED View quoted, gpointer user_data)
{
    Transfer *transfer = user_data;

    if (endpoint_equal (target, &transfer->client))
        end_transfer (transfer);
}

static void on_request (UdpPort *port, const Endpoint *source, View octets, gpointer user_data)
{
    static const UdpHandlers handlers = { on_packet, on_refused, NULL };
    StandInFiles *files = user_data;
    TftpPacket packet;

    if (!tftp_decode (octets.data, octets.size, &packet))
        return;
    if (packet.opcode == TFTP_WRQ) { /* else its sender tries for as long as it can */
        tftp_send_error (port, source, TFTP_ACCESS_VIOLATION, "files are only read here");
        return;
    }
    if (packet.opcode != TFTP_RRQ)
        return;
    Transfer *begun = g_hash_table_lookup (files->transfers, source);
    if (begun) {
        answer_again (begun);
        return;
    }
    if (g_hash_table_size (files->transfers) >= TRANSFERS_MAX)
        return;
    g_autofree char *name = view_dup (packet.file);
    Endpoint local = { .address = udp_port_local (files->tftp).address };
    Transfer *transfer = g_new0 (Transfer, 1);
    transfer->client = *source;
    transfer->files = files;
    transfer->file = stand_in_files_choose (files, &source->address, name);
    transfer->asked = packet.options;
    transfer->block_size = TFTP_DEFAULT_BLKSIZE;
    transfer->port = transport_open_udp (&local, &source->address, &handlers, transfer, NULL);
    if (!transfer->port) {
        free_transfer (transfer);
        return;
    }
    g_hash_table_replace (files->transfers, &transfer->client, transfer);
    agenda_make (files->settings.agenda, &transfer->appointment,
                 clock_now () + stand_in_files_delay (files, transfer->file), on_begin, transfer);
}

gboolean stand_in_files_open_tftp (StandInFiles *files, const Endpoint *local, GError **error)
{
    static const UdpHandlers handlers = { on_request, NULL, NULL };

    files->tftp = transport_open_udp (local, NULL, &handlers, files, error);
    if (files->tftp)
        files->transfers = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, NULL, free_transfer);
    return files->tftp != NULL;
}
