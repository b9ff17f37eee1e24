/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/transport.h"

#include <errno.h>

/* clock.h and transport.h in memory: time jumps to the next thing that happens, so that half an hour costs nothing.
 * Header only: the test that includes it is linked with these instead of live.c. One world a test. */

#define WORLD_WAY MILLISECOND /* from one end of a connection to the other */

typedef enum { EVENT_ACCEPT, EVENT_CONNECTED, EVENT_OCTETS, EVENT_CLOSED, EVENT_DATAGRAM } EventKind;

struct Connection {
    const ConnectionHandlers *handlers;
    gpointer user_data;
    Connection *peer;
    Endpoint local;
    gboolean is_freed, is_broken, is_datagram;
};

struct Listener {
    Endpoint local;
    AcceptHandler accept;
    gpointer user_data;
    Connection *waiting;
    gboolean is_freed;
};

struct UdpPort {
    Endpoint local;
    const UdpHandlers *handlers;
    gpointer user_data;
    gboolean is_freed;
};

typedef struct {
    gint64 time;
    guint order;
    EventKind kind;
    Connection *connection;
    Listener *listener;
    UdpPort *sender; /* of a datagram */
    Endpoint source, target;
    GBytes *octets;
    int error;
} WorldEvent;

static struct {
    gint64 now, wake;
    gint64 away_until;     /* until then the machine does nothing, and what comes waits */
    gboolean is_unstamped; /* nothing tells when octets came, but of the last one how early that can have been */
    const Arrival *heard;
    ClockHandler handler;
    gpointer user_data;
    GPtrArray *events;      /* of WorldEvent, owned */
    GPtrArray *connections; /* owned, freed ones too */
    GPtrArray *listeners;
    GPtrArray *udp_ports; /* owned, freed ones too */
    guint order, ports;
    gboolean is_silent; /* nobody answers a connection request or a closed UDP port */
    /* TRUE: this datagram gets lost. By default none does. */
    gboolean (*loses) (View octets);
    /* What comes instead, given to the caller; NULL: these octets. By default they do. */
    GBytes *(*spoils) (View octets);
} world;

static inline void free_event (gpointer data)
{
    WorldEvent *event = data;

    if (event->octets)
        g_bytes_unref (event->octets);
    g_free (event);
}

static inline void world_begin (void)
{
    memset (&world, 0, sizeof world);
    world.now = SECOND;
    world.wake = G_MAXINT64;
    world.events = g_ptr_array_new_with_free_func (free_event);
    world.connections = g_ptr_array_new_with_free_func (g_free);
    world.listeners = g_ptr_array_new_with_free_func (g_free);
    world.udp_ports = g_ptr_array_new_with_free_func (g_free);
}

static inline void world_end (void)
{
    g_ptr_array_unref (world.events);
    g_ptr_array_unref (world.connections);
    g_ptr_array_unref (world.listeners);
    g_ptr_array_unref (world.udp_ports);
}

static inline void world_plan (gint64 after, EventKind kind, Connection *connection, Listener *listener, GBytes *octets,
                               int error)
{
    WorldEvent *event = g_new0 (WorldEvent, 1);

    *event = (WorldEvent){ .time = world.now + after,
                           .order = world.order++,
                           .kind = kind,
                           .connection = connection,
                           .listener = listener,
                           .octets = octets,
                           .error = error };
    g_ptr_array_add (world.events, event);
}

/* The open port with that end, or NULL. */
static inline UdpPort *world_udp_port (const Endpoint *end)
{
    for (guint i = 0; i < world.udp_ports->len; i++) {
        UdpPort *port = world.udp_ports->pdata[i];
        if (!port->is_freed && endpoint_equal (&port->local, end))
            return port;
    }
    return NULL;
}

/* A closed port complains to the sender. */
static inline void world_deliver (const WorldEvent *event)
{
    UdpPort *port = world_udp_port (&event->target);
    gsize size;
    const guint8 *octets = g_bytes_get_data (event->octets, &size);

    if (port)
        port->handlers->received (port, &event->source, (View){ octets, size }, port->user_data);
    else if (!world.is_silent && event->sender && !event->sender->is_freed && event->sender->handlers->refused)
        event->sender->handlers->refused (event->sender, &event->target, ECONNREFUSED, (View){ octets, size },
                                          event->sender->user_data);
}

/* What of these octets comes at the other end. */
static inline GBytes *world_carry (View octets)
{
    GBytes *others = world.spoils ? world.spoils (octets) : NULL;

    return others ? others : g_bytes_new (octets.data, octets.size);
}

/* A datagram from anybody. */
static inline void world_datagram (const Endpoint *source, const Endpoint *target, View octets, UdpPort *sender)
{
    world_plan (WORLD_WAY, EVENT_DATAGRAM, NULL, NULL, world_carry (octets), 0);
    WorldEvent *event = world.events->pdata[world.events->len - 1];
    event->source = *source;
    event->target = *target;
    event->sender = sender;
}

static inline void world_do (const WorldEvent *event)
{
    Connection *connection = event->connection;

    if (event->kind == EVENT_DATAGRAM) {
        world_deliver (event);
    } else if (event->kind == EVENT_ACCEPT) {
        event->listener->waiting = connection;
        if (!event->listener->is_freed)
            event->listener->accept (event->listener, event->listener->user_data);
    } else if (connection->is_freed || connection->is_broken) {
        return;
    } else if (event->kind == EVENT_CONNECTED) {
        connection->handlers->connected (connection, 2 * WORLD_WAY, connection->user_data);
    } else if (event->kind == EVENT_OCTETS) {
        gsize size;
        const guint8 *octets = g_bytes_get_data (event->octets, &size);
        connection->handlers->received (connection, (View){ octets, size }, connection->user_data);
    } else {
        connection->is_broken = TRUE;
        connection->handlers->closed (connection, event->error, connection->user_data);
    }
}

static inline void world_hear (const WorldEvent *event)
{
    Arrival arrival = { world.is_unstamped ? world.now : event->time, event->time,
                        world.is_unstamped ? 0 : event->time };

    world.heard = &arrival;
    world_do (event);
    world.heard = NULL;
}

/* Runs until nothing is left to happen before that time, and goes there. */
static inline void world_run_until (gint64 end)
{
    for (;;) {
        guint next = G_MAXUINT;
        for (guint i = 0; i < world.events->len; i++) {
            const WorldEvent *event = world.events->pdata[i];
            const WorldEvent *best = next == G_MAXUINT ? NULL : world.events->pdata[next];
            if (!best || event->time < best->time || (event->time == best->time && event->order < best->order))
                next = i;
        }
        gint64 event_time = next == G_MAXUINT ? G_MAXINT64 : ((WorldEvent *) world.events->pdata[next])->time;
        if (MIN (event_time, world.wake) > end)
            break;
        if (event_time <= world.wake) {
            WorldEvent *event = g_ptr_array_steal_index (world.events, next);
            world.now = MAX (MAX (world.now, event->time), world.away_until);
            world_hear (event);
            free_event (event);
        } else {
            world.now = MAX (MAX (world.now, world.wake), world.away_until);
            world.wake = G_MAXINT64;
            world.handler (world.user_data);
        }
    }
    world.now = MAX (world.now, end);
}

gint64 clock_now (void)
{
    return world.now;
}

Arrival clock_heard (void)
{
    return world.heard ? *world.heard : (Arrival){ world.now, world.now, world.now };
}

void clock_wake (gint64 deadline, ClockHandler handler, gpointer user_data)
{
    world.wake = deadline;
    world.handler = handler;
    world.user_data = user_data;
}

static inline Connection *world_connection (const ConnectionHandlers *handlers, gpointer user_data)
{
    Connection *connection = g_new0 (Connection, 1);

    connection->handlers = handlers;
    connection->user_data = user_data;
    g_ptr_array_add (world.connections, connection);
    return connection;
}

Connection *transport_connect (const Endpoint *target, Carrier carrier, const IpAddress *source,
                               const ConnectionHandlers *handlers, gpointer user_data, G_GNUC_UNUSED GError **error)
{
    const guint8 own[4] = { 10, 9, 8, 7 };
    Connection *connection = world_connection (handlers, user_data);

    connection->local = (Endpoint){ source ? *source : ip_address_v4 (own), (guint16) (50000 + world.ports++) };
    connection->is_datagram = carrier == CARRIER_UDP;
    if (world.is_silent && !connection->is_datagram)
        return connection;
    for (guint i = 0; i < world.listeners->len; i++) {
        Listener *listener = world.listeners->pdata[i];
        if (listener->is_freed || !endpoint_equal (&listener->local, target))
            continue;
        world_plan (connection->is_datagram ? 0 : WORLD_WAY, EVENT_ACCEPT, connection, listener, NULL, 0);
        if (!connection->is_datagram)
            world_plan (2 * WORLD_WAY, EVENT_CONNECTED, connection, NULL, NULL, 0);
        return connection;
    }
    world_plan (2 * WORLD_WAY, EVENT_CLOSED, connection, NULL, NULL, ECONNREFUSED);
    return connection;
}

gint64 connection_sent (G_GNUC_UNUSED const Connection *connection)
{
    return 0;
}

gboolean connection_send (Connection *connection, View octets)
{
    if (!connection->peer || connection->is_broken)
        return FALSE;
    if (world.loses && world.loses (octets))
        return TRUE;
    world_plan (WORLD_WAY, EVENT_OCTETS, connection->peer, NULL, world_carry (octets), 0);
    return TRUE;
}

Endpoint connection_local (const Connection *connection)
{
    return connection->local;
}

Endpoint connection_peer (const Connection *connection)
{
    return connection->peer ? connection->peer->local : (Endpoint){ 0 };
}

const char *connection_trouble (G_GNUC_UNUSED const Connection *connection)
{
    return NULL;
}

static inline void world_close (Connection *connection, int error)
{
    if (!connection || connection->is_freed)
        return;
    connection->is_freed = TRUE;
    if (connection->peer && !connection->is_datagram)
        world_plan (WORLD_WAY, EVENT_CLOSED, connection->peer, NULL, NULL, error);
}

void connection_free (Connection *connection)
{
    world_close (connection, 0);
}

void connection_reset (Connection *connection)
{
    world_close (connection, ECONNRESET);
}

Listener *transport_listen (const Endpoint *local, G_GNUC_UNUSED Carrier carrier, AcceptHandler accept_handler,
                            gpointer user_data, G_GNUC_UNUSED GError **error)
{
    Listener *listener = g_new0 (Listener, 1);

    *listener = (Listener){ .local = *local, .accept = accept_handler, .user_data = user_data };
    g_ptr_array_add (world.listeners, listener);
    return listener;
}

Endpoint listener_local (const Listener *listener)
{
    return listener->local;
}

void listener_free (Listener *listener)
{
    if (listener)
        listener->is_freed = TRUE;
}

Connection *connection_accept (Listener *listener, const ConnectionHandlers *handlers, gpointer user_data)
{
    Connection *connection = world_connection (handlers, user_data);

    connection->local = listener->local;
    connection->peer = listener->waiting;
    connection->is_datagram = connection->peer->is_datagram;
    listener->waiting->peer = connection;
    return connection;
}

UdpPort *transport_open_udp (const Endpoint *local, G_GNUC_UNUSED const IpAddress *target, const UdpHandlers *handlers,
                             gpointer user_data, GError **error)
{
    const guint8 own[4] = { 10, 9, 8, 7 };
    Endpoint end = *local;

    if (!end.address.size)
        end.address = ip_address_v4 (own);
    if (!end.port)
        end.port = (guint16) (40000 + world.ports++);
    if (world_udp_port (&end)) {
        g_set_error (error, TRANSPORT_ERROR, EADDRINUSE, "the port is taken");
        return NULL;
    }
    UdpPort *port = g_new0 (UdpPort, 1);
    *port = (UdpPort){ .local = end, .handlers = handlers, .user_data = user_data };
    g_ptr_array_add (world.udp_ports, port);
    return port;
}

gboolean udp_port_send (UdpPort *port, const Endpoint *target, View octets)
{
    if (world.loses && world.loses (octets))
        return TRUE;
    world_datagram (&port->local, target, octets, port);
    return TRUE;
}

void udp_port_post (UdpPort *port, const Endpoint *target, View octets, const Posted *posted)
{
    udp_port_send (port, target, octets);
    port->handlers->sent (port, posted, octets, (Departure){ world.now, world.now }, FALSE, port->user_data);
}

void udp_port_flush (G_GNUC_UNUSED UdpPort *port)
{
}

Endpoint udp_port_local (const UdpPort *port)
{
    return port->local;
}

void udp_port_free (UdpPort *port)
{
    if (port)
        port->is_freed = TRUE;
}

GQuark transport_error_quark (void)
{
    return g_quark_from_static_string ("fake-world");
}
