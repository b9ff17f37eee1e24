/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file by TFTP (RFC 1350, options of RFC 2347 to 2349), as a phone asks for it. */
#include "replay/engine/fetch_internal.h"
#include "replay/engine/tftp_packets.h"

#include <errno.h>
#include <string.h>

typedef struct {
    Fetch fetch; /* stays first */
    UdpPort *port;
    GByteArray *request, *plain; /* plain NULL: none, or in use already */
    TftpOptions asked;           /* with the request */
    Endpoint server;             /* its port is that of its first answer from then on */
    guint32 block_size;
    guint16 block; /* the last one that came */
    guint tries;   /* sent again since something came */
    gboolean has_server, is_acknowledging;
} TftpFetch;

static void wait_on (TftpFetch *tftp);

static void close_tftp (Fetch *fetch)
{
    TftpFetch *tftp = (TftpFetch *) fetch;

    g_clear_pointer (&tftp->port, udp_port_free);
    g_clear_pointer (&tftp->request, g_byte_array_unref);
    g_clear_pointer (&tftp->plain, g_byte_array_unref);
}

static void send_latest (TftpFetch *tftp)
{
    if (tftp->is_acknowledging)
        tftp_send_ack (tftp->port, &tftp->server, tftp->block);
    else
        udp_port_send (tftp->port, &tftp->server, (View){ tftp->request->data, tftp->request->len });
}

static void on_patience_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    TftpFetch *tftp = user_data;

    if (tftp->tries == FETCH_REPEATS) {
        if (tftp->is_acknowledging)
            fetch_end (&tftp->fetch, FILE_BROKEN_OFF, 0,
                       g_strdup_printf ("nothing comes behind block %u", tftp->block));
        else
            fetch_end (&tftp->fetch, FILE_UNANSWERED, 0, NULL);
        return;
    }
    tftp->tries++;
    tftp->fetch.result.repeats++;
    send_latest (tftp);
    wait_on (tftp);
}

static void wait_on (TftpFetch *tftp)
{
    agenda_make (tftp->fetch.settings.agenda, &tftp->fetch.patience, clock_now () + FETCH_PATIENCE, on_patience_over,
                 tftp);
}

static void acknowledge (TftpFetch *tftp)
{
    tftp->is_acknowledging = TRUE;
    tftp->tries = 0;
    send_latest (tftp);
    wait_on (tftp);
}

/* We say no ourselves. */
static void refuse (TftpFetch *tftp, guint code, const char *text)
{
    tftp_send_error (tftp->port, &tftp->server, code, text);
}

static void on_data (TftpFetch *tftp, const TftpPacket *packet)
{
    gboolean is_last = packet->payload.size < tftp->block_size;

    if (packet->block == tftp->block && tftp->is_acknowledging) {
        /* Our acknowledgement was lost. This is no progress: the patience runs on. */
        tftp_send_ack (tftp->port, &tftp->server, tftp->block);
        return;
    }
    if (packet->block != (guint16) (tftp->block + 1))
        return;
    if (packet->payload.size > tftp->block_size) {
        refuse (tftp, 4, "Block longer than agreed");
        fetch_end (&tftp->fetch, FILE_BROKEN_OFF, 0,
                   g_strdup_printf ("block %u has %" G_GSIZE_FORMAT " octets, and %u are agreed", packet->block,
                                    packet->payload.size, tftp->block_size));
        return;
    }
    if (tftp->fetch.result.size + packet->payload.size > FETCH_SIZE_MAX)
        refuse (tftp, TFTP_DISK_FULL, "File too large");
    if (!fetch_take (&tftp->fetch, packet->payload))
        return;
    tftp->block = packet->block;
    if (!tftp->fetch.settings.first_block_only || is_last) {
        acknowledge (tftp);
        if (!is_last)
            return;
    } else {
        refuse (tftp, 0, "Only asked whether it is there");
    }
    fetch_end (&tftp->fetch, FILE_DELIVERED, 0, NULL);
}

/* What is wrong with the options that the server acknowledges (RFC 2347: none that we did not ask for; RFC 2348: blocks
 * no longer than asked); NULL when nothing is. */
static const char *options_fault (const TftpFetch *tftp, const TftpOptions *options)
{
    if (options->present & ~tftp->asked.present)
        return "options that were not asked for";
    if ((options->present & TFTP_HAS_BLKSIZE) && (options->blksize < 8 || options->blksize > tftp->asked.blksize))
        return "another block size than asked for";
    return NULL;
}

static void on_options (TftpFetch *tftp, const TftpOptions *options)
{
    const char *fault = options_fault (tftp, options);

    if (tftp->is_acknowledging) {
        /* The same again: our acknowledgement was lost. */
        if (tftp->block == 0)
            tftp_send_ack (tftp->port, &tftp->server, 0);
        return;
    }
    if (fault) {
        refuse (tftp, TFTP_OPTIONS_REFUSED, fault);
        fetch_end (&tftp->fetch, FILE_BROKEN_OFF, 0, g_strdup_printf ("the server grants %s", fault));
        return;
    }
    if ((options->present & TFTP_HAS_TSIZE) && options->tsize > FETCH_SIZE_MAX &&
        !tftp->fetch.settings.first_block_only) {
        refuse (tftp, TFTP_DISK_FULL, "File too large");
        fetch_end_too_large (&tftp->fetch, options->tsize);
        return;
    }
    if (options->present & TFTP_HAS_BLKSIZE)
        tftp->block_size = (guint32) options->blksize;
    acknowledge (tftp);
}

static gboolean open_port (TftpFetch *tftp, GError **error);

/* The server likes no options: the same request without them, from a new port (RFC 2347). */
static void ask_without_options (TftpFetch *tftp)
{
    g_autoptr (GError) error = NULL;

    g_byte_array_unref (tftp->request);
    tftp->request = g_steal_pointer (&tftp->plain);
    tftp->asked = (TftpOptions){ 0 };
    tftp->server = tftp->fetch.settings.server;
    tftp->has_server = FALSE;
    tftp->tries = 0;
    udp_port_free (tftp->port);
    if (!open_port (tftp, &error)) {
        fetch_end (&tftp->fetch, FILE_BROKEN_OFF, 0, g_strdup (error->message));
        return;
    }
    send_latest (tftp);
    wait_on (tftp);
}

static void on_error (TftpFetch *tftp, const TftpPacket *packet)
{
    const char *name = tftp_error_name (packet->error_code);

    if (packet->error_code == TFTP_OPTIONS_REFUSED && tftp->plain && !tftp->is_acknowledging) {
        ask_without_options (tftp);
        return;
    }
    FileResult result = tftp->is_acknowledging                      ? FILE_BROKEN_OFF
                        : packet->error_code == TFTP_FILE_NOT_FOUND ? FILE_NOT_FOUND
                                                                    : FILE_REFUSED;
    char *text = packet->error_text.size ? view_dup (packet->error_text) : g_strdup (name);
    fetch_end (&tftp->fetch, result, packet->error_code, text);
}

static void refuse_stray (TftpFetch *tftp, const Endpoint *source, View octets)
{
    if (tftp->fetch.result.strays++ == 0)
        tftp->fetch.result.stray = *source;
    tftp_refuse_stray (tftp->port, source, octets);
}

static void on_packet (G_GNUC_UNUSED UdpPort *port, const Endpoint *source, View octets, gpointer user_data)
{
    TftpFetch *tftp = user_data;
    TftpPacket packet;

    /* The server chooses the port of the transfer with its first answer. */
    if (tftp->has_server ? !endpoint_equal (source, &tftp->server)
                         : !ip_address_equal (&source->address, &tftp->server.address)) {
        refuse_stray (tftp, source, octets);
        return;
    }
    if (!tftp_decode (octets.data, octets.size, &packet))
        return;
    tftp->has_server = TRUE;
    tftp->server = *source;
    fetch_answered (&tftp->fetch);
    switch (packet.opcode) {
    case TFTP_DATA:
        on_data (tftp, &packet);
        break;
    case TFTP_OACK:
        on_options (tftp, &packet.options);
        break;
    case TFTP_ERROR:
        on_error (tftp, &packet);
        break;
    default:
        break;
    }
}

static void on_refused (G_GNUC_UNUSED UdpPort *port, const Endpoint *target, int error, G_GNUC_UNUSED View quoted,
                        gpointer user_data)
{
    TftpFetch *tftp = user_data;

    /* About somebody whom we have refused ourselves. */
    if (!endpoint_equal (target, &tftp->server))
        return;
    if (tftp->has_server)
        fetch_end (&tftp->fetch, FILE_BROKEN_OFF, 0, g_strdup (g_strerror (error)));
    else
        fetch_end (&tftp->fetch, FILE_NO_SERVER, 0, g_strdup (g_strerror (error)));
}

static gboolean open_port (TftpFetch *tftp, GError **error)
{
    static const UdpHandlers handlers = { on_packet, on_refused, NULL };
    Endpoint local = { .address = tftp->fetch.settings.source };

    tftp->port = transport_open_udp (&local, &tftp->server.address, &handlers, tftp, error);
    return tftp->port != NULL;
}

Fetch *fetch_tftp (const FetchSettings *settings, GByteArray *request, GByteArray *plain, FetchDone done,
                   gpointer user_data, GError **error)
{
    TftpFetch *tftp = g_new0 (TftpFetch, 1);
    TftpPacket packet;

    fetch_init (&tftp->fetch, settings, done, user_data, close_tftp);
    tftp->request = request;
    tftp->plain = plain;
    tftp->server = settings->server;
    tftp->block_size = TFTP_DEFAULT_BLKSIZE;
    if (tftp_decode (request->data, request->len, &packet))
        tftp->asked = packet.options;
    if (!open_port (tftp, error)) {
        fetch_free (&tftp->fetch);
        return NULL;
    }
    send_latest (tftp);
    tftp->fetch.result.asked_by = clock_now ();
    wait_on (tftp);
    return &tftp->fetch;
}
