/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"
#include "replay/carrier.h"
#include "replay/clock.h"

#include <glib.h>

/* Connections, as the engine sees them. The program links live.c (libre); tests link one that exists in memory only.
 * No handler is called from inside the function that it belongs to, except where that is said. */

typedef struct Connection Connection;
typedef struct Listener Listener;

typedef struct {
    /* The connection stands. Over UDP nobody says so: it stands as soon as it is there. round_trip: nanoseconds, as TCP
     * measured it while connecting; -1 where nothing has measured it. */
    void (*connected) (Connection *connection, gint64 round_trip, gpointer user_data);
    /* Borrowed for the call. Over UDP, one datagram. */
    void (*received) (Connection *connection, View octets, gpointer user_data);
    /* The other side has closed it (error 0), or it broke, or could not be made (an errno). The owner calls
     * connection_free() sooner or later. */
    void (*closed) (Connection *connection, int error, gpointer user_data);
} ConnectionHandlers;

/* Begins a connection; source may be NULL. Over UDP it hears only that peer, and has a port that no other connection
 * has at the same time. handlers must live as long as the connection. NULL with error set when that is not possible at
 * all (a source address that is not ours). */
Connection *transport_connect (const Endpoint *target, Carrier carrier, const IpAddress *source,
                               const ConnectionHandlers *handlers, gpointer user_data, GError **error);
/* Sends now; what the network does not take yet follows by itself. FALSE when the connection is broken: closed() has
 * been or will be called. */
gboolean connection_send (Connection *connection, View octets);
/* When what connection_send() has sent last left this machine, in the time of clock_now(): the kernel's stamp
 * where it gives one; 0: nobody knows. To be asked at once. */
gint64 connection_sent (const Connection *connection);
/* Why closed() was called, where an errno does not tell it: what TLS did not like, in words that follow the name of the
 * server, as in "has a certificate that has expired". NULL when there is nothing to say. Lives as long as the
 * connection.
 */
const char *connection_trouble (const Connection *connection);
/* Our own end. No address before connected(). */
Endpoint connection_local (const Connection *connection);
/* The other end of a connection that was accepted. */
Endpoint connection_peer (const Connection *connection);
/* Ends it, orderly (FIN) or by a reset, if it still stands. No handler is called any more; may be called from every
 * handler. NULL is ignored. */
void connection_free (Connection *connection);
void connection_reset (Connection *connection);

/* Somebody has connected, over TLS with all of the handshake: sets the handlers by connection_accept(), or there is no
 * connection. */
typedef void (*AcceptHandler) (Listener *listener, gpointer user_data);

/* Listens on TCP, TLS or UDP, where each peer is a connection; port 0 takes a free one. NULL with error set when the
 * address is not ours or the port is taken. */
Listener *transport_listen (const Endpoint *local, Carrier carrier, AcceptHandler accept, gpointer user_data,
                            GError **error);
Endpoint listener_local (const Listener *listener);
void listener_free (Listener *listener);
/* To be called in the AcceptHandler, once. NULL when the connection is gone already. connected() is not called for
 * it. */
Connection *connection_accept (Listener *listener, const ConnectionHandlers *handlers, gpointer user_data);

/* A UDP port of ours: datagrams to and from anybody. */
typedef struct UdpPort UdpPort;

/* What a datagram that leaves together with others brings back to sent(). */
typedef struct {
    gint64 due;      /* when it should have left; -1: nothing was planned */
    Departure *left; /* for the owner; or NULL */
    gpointer data;
} Posted;

typedef struct {
    void (*received) (UdpPort *port, const Endpoint *source, View octets,
                      gpointer user_data); /* borrowed for the call */
    /* ICMP has told that this target takes nothing (an errno: ECONNREFUSED when nothing listens there); or NULL. The
     * port goes on. quoted: how the datagram begins that was refused, as far as ICMP tells. */
    void (*refused) (UdpPort *port, const Endpoint *target, int error, View quoted, gpointer user_data);
    /* What udp_port_post() took has left, between both times; is_stamped: they are the kernel's. Called for each, also
     * from inside of udp_port_post() and udp_port_flush(); it frees nothing and sends nothing. NULL where nothing is
     * posted. */
    void (*sent) (UdpPort *port, const Posted *posted, View octets, Departure left, gboolean is_stamped,
                  gpointer user_data);
} UdpHandlers;

/* Opens it; port 0 takes a free one. The address may be unspecified: the system's choice, of the family of target
 * then. handlers must live as long as the port. NULL with error set when the address is not ours or the port is taken.
 */
UdpPort *transport_open_udp (const Endpoint *local, const IpAddress *target, const UdpHandlers *handlers,
                             gpointer user_data, GError **error);
/* FALSE when the system did not take the datagram; that is as if the network had lost it. */
gboolean udp_port_send (UdpPort *port, const Endpoint *target, View octets);
/* For many datagrams in a moment: it leaves with what else is posted in this turn of the loop, at the end of it at the
 * latest, and what comes to this port meanwhile is read together, too. What the system does not take is as if the
 * network had lost it. The octets are copied. */
void udp_port_post (UdpPort *port, const Endpoint *target, View octets, const Posted *posted);
/* What was posted leaves now. */
void udp_port_flush (UdpPort *port);
/* The address is unspecified when it was when the port was opened. */
Endpoint udp_port_local (const UdpPort *port);
/* No handler is called any more; may be called from every handler. NULL is ignored. */
void udp_port_free (UdpPort *port);

#define TRANSPORT_ERROR transport_error_quark ()
GQuark transport_error_quark (void);
