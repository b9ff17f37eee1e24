/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The HTTP server of stand_in_files.h. */
#include "replay/stand_in/stand_in_files_internal.h"

#include "registration/protocols/http.h"
#include "replay/clock.h"

#include <string.h>

/* A request has no more than this. */
#define REQUEST_MAX (64 * 1024)
#define CLIENTS_MAX 4096
/* As usual web servers wait for a request; phones ask at once. */
#define PATIENCE SECONDS (30)

typedef struct {
    StandInFiles *files;
    Guest *guest;
    gboolean is_other;      /* the request wants something else than a file */
    const ScriptFile *file; /* that is about to be answered; NULL: there is none of that name */
    Appointment answering;
} Client;

static void say (const Client *client, guint status, const char *reason, const GByteArray *content)
{
    g_autofree char *head =
        g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Length: %u\r\n\r\n", status, reason, content ? content->len : 0);

    connection_send (guest_connection (client->guest), text_view (head));
    if (content && content->len)
        connection_send (guest_connection (client->guest), (View){ content->data, content->len });
}

static void on_answering (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Client *client = user_data;
    const ScriptFile *file = client->file;

    if (client->is_other)
        say (client, 405, "Method Not Allowed\r\nAllow: GET", NULL);
    else if (!file || file->result == FILE_NOT_FOUND)
        say (client, 404, "Not Found", NULL);
    else if (file->result == FILE_REFUSED && file->protocol == PROTOCOL_HTTP)
        say (client, file->code, file->text ? file->text : "", NULL);
    else if (file->result == FILE_REFUSED)
        say (client, 403, "Forbidden", NULL);
    else if (file->content)
        say (client, 200, "OK", file->content);
    else
        return; /* not answered in the recording, or too little of it is there */
    guest_read (client->guest);
}

/* One request at a time: what follows waits for its answer. */
static gssize client_received (gpointer state, View octets)
{
    Client *client = state;
    StandInFiles *files = client->files;
    HttpMessage request;

    if (agenda_is_made (&client->answering) || !octets.size)
        return 0;
    gboolean is_http = http_decode (octets.data, octets.size, &request);
    if ((is_http && !request.is_request) || (!is_http && memchr (octets.data, '\n', octets.size)))
        return -1;
    if (!is_http || !request.head_complete)
        return 0;
    g_autofree char *name = view_dup (request.path);
    IpAddress address = connection_peer (guest_connection (client->guest)).address;
    client->is_other = request.method.size != 3 || memcmp (request.method.data, "GET", 3) != 0;
    client->file = stand_in_files_choose (files, &address, name);
    agenda_make (files->settings.agenda, &client->answering, clock_now () + stand_in_files_delay (files, client->file),
                 on_answering, client);
    return request.body.data ? request.body.data - octets.data : (gssize) octets.size;
}

static gpointer client_arrived (Guest *guest, gpointer user_data)
{
    Client *client = g_new0 (Client, 1);

    client->files = user_data;
    client->guest = guest;
    return client;
}

static void client_left (gpointer state)
{
    Client *client = state;

    agenda_cancel (&client->answering);
    g_free (client);
}

gboolean stand_in_files_open_http (StandInFiles *files, const Endpoint *local, GError **error)
{
    static const GuestHandlers handlers = {
        .arrived = client_arrived,
        .left = client_left,
        .received = client_received,
        .received_max = REQUEST_MAX,
        .guests_max = CLIENTS_MAX,
        .patience = PATIENCE,
    };

    files->http = guests_listen (local, CARRIER_TCP, &handlers, files->settings.agenda, files, error);
    return files->http != NULL;
}
