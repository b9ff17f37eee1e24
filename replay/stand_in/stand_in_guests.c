/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_guests.h"

#include "replay/clock.h"

struct Guests {
    const GuestHandlers *handlers;
    gpointer user_data;
    Carrier carrier;
    Agenda *agenda; /* borrowed */
    Listener *listener;
    GHashTable *guests; /* of Guest, a set; owned */
    GQueue awaited;     /* those that patience is had with; who has been silent longest is first */
};

struct Guest {
    Guests *guests;
    Connection *connection;
    GByteArray *received; /* of a stream */
    gpointer state;
    Appointment patience; /* of a stream */
    GList link;           /* in awaited, while patience is had */
};

static void be_indifferent (Guest *guest)
{
    if (!agenda_is_made (&guest->patience))
        return;
    agenda_cancel (&guest->patience);
    g_queue_unlink (&guest->guests->awaited, &guest->link);
}

static void free_guest (gpointer data)
{
    Guest *guest = data;

    be_indifferent (guest);
    if (guest->state)
        guest->guests->handlers->left (guest->state);
    connection_free (guest->connection);
    g_byte_array_unref (guest->received);
    g_free (guest);
}

void guest_dismiss (Guest *guest)
{
    g_hash_table_remove (guest->guests->guests, guest);
}

void guest_reset (Guest *guest)
{
    connection_reset (g_steal_pointer (&guest->connection));
    guest_dismiss (guest);
}

Connection *guest_connection (const Guest *guest)
{
    return guest->connection;
}

static void on_patience_over (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Guest *guest = user_data;

    g_queue_unlink (&guest->guests->awaited, &guest->link);
    guest_dismiss (guest);
}

/* Connections that say nothing keep others out. */
static void be_patient (Guest *guest)
{
    be_indifferent (guest);
    g_queue_push_tail_link (&guest->guests->awaited, &guest->link);
    agenda_make (guest->guests->agenda, &guest->patience, clock_now () + guest->guests->handlers->patience,
                 on_patience_over, guest);
}

void guest_read (Guest *guest)
{
    const GuestHandlers *handlers = guest->guests->handlers;
    GByteArray *received = guest->received;
    gssize used = handlers->received (guest->state, (View){ received->data, received->len });

    if (used > 0) {
        g_byte_array_remove_range (received, 0, (guint) used);
        if (handlers->may_idle)
            be_indifferent (guest);
        else
            be_patient (guest);
    }
    if (used < 0 || received->len > handlers->received_max)
        guest_dismiss (guest);
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    Guest *guest = user_data;

    if (guest->guests->carrier == CARRIER_UDP) {
        guest->guests->handlers->received (guest->state, octets);
        return;
    }
    g_byte_array_append (guest->received, octets.data, (guint) octets.size);
    guest_read (guest);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error, gpointer user_data)
{
    guest_dismiss (user_data);
}

static void on_accept (Listener *listener, gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_received, on_closed };
    Guests *guests = user_data;
    Guest *guest = g_new0 (Guest, 1);

    guest->guests = guests;
    guest->link.data = guest;
    guest->received = g_byte_array_new ();
    guest->connection = connection_accept (listener, &handlers, guest);
    if (!guest->connection) {
        free_guest (guest);
        return;
    }
    if (g_hash_table_size (guests->guests) >= guests->handlers->guests_max) {
        if (!guests->awaited.head) {
            free_guest (guest);
            return;
        }
        guest_dismiss (guests->awaited.head->data);
    }
    guest->state = guests->handlers->arrived (guest, guests->user_data);
    g_hash_table_add (guests->guests, guest);
    if (guests->carrier != CARRIER_UDP)
        be_patient (guest);
}

Guests *guests_listen (const Endpoint *local, Carrier carrier, const GuestHandlers *handlers, Agenda *agenda,
                       gpointer user_data, GError **error)
{
    Guests *guests = g_new0 (Guests, 1);

    guests->handlers = handlers;
    guests->user_data = user_data;
    guests->carrier = carrier;
    guests->agenda = agenda;
    guests->guests = g_hash_table_new_full (NULL, NULL, free_guest, NULL);
    guests->listener = transport_listen (local, carrier, on_accept, guests, error);
    if (guests->listener)
        return guests;
    guests_free (guests);
    return NULL;
}

void guests_free (Guests *guests)
{
    if (!guests)
        return;
    g_hash_table_unref (guests->guests);
    listener_free (guests->listener);
    g_free (guests);
}

Endpoint guests_local (const Guests *guests)
{
    return listener_local (guests->listener);
}

guint guests_count (const Guests *guests)
{
    return g_hash_table_size (guests->guests);
}
