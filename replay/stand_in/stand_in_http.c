/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The HTTP server of stand_in_files.h. */
#include "replay/stand_in/stand_in_files_internal.h"

#include "registration/protocols/http.h"
#include "replay/clock.h"

#include <string.h>

/* A request has no more than this. */
#define REQUEST_MAX (64 * 1024)
#define GUESTS_MAX  4096

typedef struct {
    StandInFiles *files;
    Connection *connection;
    IpAddress phone;
    GByteArray *received;
    const ScriptFile *file; /* that is about to be answered; NULL: there is none of that name */
    Appointment answering;
} Guest;

static void read_request (Guest *guest);

static void free_guest (gpointer data)
{
    Guest *guest = data;

    agenda_cancel (&guest->answering);
    connection_free (guest->connection);
    g_byte_array_unref (guest->received);
    g_free (guest);
}

static void dismiss (Guest *guest)
{
    g_hash_table_remove (guest->files->guests, guest);
}

static void say (const Guest *guest, guint status, const char *reason, const GByteArray *content)
{
    g_autofree char *head =
        g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Length: %u\r\n\r\n", status, reason, content ? content->len : 0);

    connection_send (guest->connection, (View){ (const guint8 *) head, strlen (head) });
    if (content && content->len)
        connection_send (guest->connection, (View){ content->data, content->len });
}

static void on_answering (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Guest *guest = user_data;
    const ScriptFile *file = guest->file;

    if (!file || file->result == FILE_NOT_FOUND)
        say (guest, 404, "Not Found", NULL);
    else if (file->result == FILE_REFUSED && file->protocol == PROTOCOL_HTTP)
        say (guest, file->code, file->text ? file->text : "", NULL);
    else if (file->result == FILE_REFUSED)
        say (guest, 403, "Forbidden", NULL);
    else if (file->content)
        say (guest, 200, "OK", file->content);
    else
        return; /* not answered in the recording, or too little of it is there */
    read_request (guest);
}

static void read_request (Guest *guest)
{
    StandInFiles *files = guest->files;
    HttpMessage request;

    if (guest->received->len > REQUEST_MAX) {
        dismiss (guest);
        return;
    }
    if (agenda_is_made (&guest->answering) || !guest->received->len)
        return;
    gboolean is_http = http_decode (guest->received->data, guest->received->len, &request);
    if ((is_http && !request.is_request) || (!is_http && memchr (guest->received->data, '\n', guest->received->len))) {
        dismiss (guest);
        return;
    }
    if (!is_http || !request.head_complete)
        return;
    g_autofree char *name = view_dup (request.path);
    gsize head = request.body.data ? (gsize) (request.body.data - guest->received->data) : guest->received->len;
    guest->file = stand_in_files_choose (files, &guest->phone, name);
    g_byte_array_remove_range (guest->received, 0, (guint) head);
    agenda_make (files->settings.agenda, &guest->answering, clock_now () + stand_in_files_delay (files, guest->file),
                 on_answering, guest);
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    Guest *guest = user_data;

    g_byte_array_append (guest->received, octets.data, (guint) octets.size);
    read_request (guest);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error, gpointer user_data)
{
    dismiss (user_data);
}

static void on_accept (Listener *listener, gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_received, on_closed };
    StandInFiles *files = user_data;
    Guest *guest = g_new0 (Guest, 1);

    guest->files = files;
    guest->received = g_byte_array_new ();
    guest->connection = connection_accept (listener, &handlers, guest);
    if (guest->connection && g_hash_table_size (files->guests) < GUESTS_MAX) {
        guest->phone = connection_peer (guest->connection).address;
        g_hash_table_add (files->guests, guest);
    } else {
        free_guest (guest);
    }
}

void stand_in_http_init (StandInFiles *files)
{
    files->guests = g_hash_table_new_full (NULL, NULL, free_guest, NULL);
}

gboolean stand_in_files_open_http (StandInFiles *files, const Endpoint *local, GError **error)
{
    files->http = transport_listen (local, CARRIER_TCP, on_accept, files, error);
    return files->http != NULL;
}
