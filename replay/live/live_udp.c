/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/live/live_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 65536
/* As many peers as a listener knows at once; who comes beyond that is not heard. */
#define PEERS_MAX 65536
/* Datagrams read in one turn of the loop, so that timers get their turn. */
#define READS_MAX 256
/* A burst of phones must not be lost in the queue of one listener. */
#define RECEIVE_BUFFER (4 * 1024 * 1024)

static int open_socket (const Endpoint *local, int *ret_socket)
{
    struct sa address;

    live_to_sa (&local->address, local->port, &address);
    *ret_socket = socket (local->address.size == 16 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*ret_socket < 0)
        return errno;
    return bind (*ret_socket, &address.u.sa, address.len) == 0 ? 0 : errno;
}

static Endpoint local_of (int descriptor)
{
    struct sa local;

    sa_init (&local, AF_UNSPEC);
    local.len = sizeof local.u;
    if (getsockname (descriptor, &local.u.sa, &local.len) != 0)
        return (Endpoint){ 0 };
    return live_from_sa (&local);
}

/* --- Our own socket to one peer
 * -------------------------------------------------------------------------------------------- */

/* One datagram a call, because the handler may free the connection; the loop comes again for the rest. */
static void on_readable (G_GNUC_UNUSED int flags, void *arg)
{
    static guint8 octets[DATAGRAM_MAX];
    Connection *connection = arg;
    ssize_t size = recv (connection->socket, octets, sizeof octets, 0);
    if (size > 0)
        connection->handlers->received (connection, (View){ octets, (gsize) size }, connection->user_data);
    else if (size < 0 && errno != EAGAIN && errno != EINTR)
        /* Only ICMP tells: nobody listens there. */
        connection->handlers->closed (connection, errno, connection->user_data);
}

/* A fresh socket is writable at once: the moment that connected() waits for. */
static void on_writable (G_GNUC_UNUSED int flags, void *arg)
{
    Connection *connection = arg;

    if (fd_listen (connection->socket, FD_READ, on_readable, connection) == 0 && connection->handlers->connected)
        connection->handlers->connected (connection, -1, connection->user_data);
}

int live_udp_connect (Connection *connection, const Endpoint *target, const IpAddress *source)
{
    Endpoint local = { .address = source ? *source : (IpAddress){ .size = target->address.size } };
    struct sa peer;

    connection->is_udp = TRUE;
    connection->peer = *target;
    live_to_sa (&target->address, target->port, &peer);
    int failure = open_socket (&local, &connection->socket);
    if (failure)
        return failure;
    if (connect (connection->socket, &peer.u.sa, peer.len) != 0)
        return errno;
    return fd_listen (connection->socket, FD_WRITE, on_writable, connection);
}

gboolean live_udp_send (Connection *connection, View octets)
{
    struct sa peer;

    if (!connection->listener)
        return send (connection->socket, octets.data, octets.size, MSG_NOSIGNAL) >= 0;
    live_to_sa (&connection->peer.address, connection->peer.port, &peer);
    return sendto (connection->listener->socket, octets.data, octets.size, MSG_NOSIGNAL, &peer.u.sa, peer.len) >= 0;
}

Endpoint live_udp_local (const Connection *connection)
{
    return local_of (connection->listener ? connection->listener->socket : connection->socket);
}

void live_udp_close (Connection *connection)
{
    if (connection->listener) {
        g_hash_table_remove (connection->listener->peers, &connection->peer);
    } else if (connection->socket >= 0) {
        fd_close (connection->socket);
        close (connection->socket);
    }
}

/* --- One socket for all who come
 * ------------------------------------------------------------------------------------------- */

static guint hash_peer (gconstpointer key)
{
    return endpoint_hash (key);
}

static gboolean equal_peers (gconstpointer a, gconstpointer b)
{
    return endpoint_equal (a, b);
}

static void hear (Listener *listener, const Endpoint *peer, View octets)
{
    Connection *connection = g_hash_table_lookup (listener->peers, peer);

    if (!connection && g_hash_table_size (listener->peers) < PEERS_MAX) {
        listener->stranger = peer;
        listener->accept (listener, listener->user_data);
        listener->stranger = NULL;
        connection = g_hash_table_lookup (listener->peers, peer);
    }
    if (connection)
        connection->handlers->received (connection, octets, connection->user_data);
}

static void on_datagrams (G_GNUC_UNUSED int flags, void *arg)
{
    static guint8 octets[DATAGRAM_MAX];
    Listener *listener = arg;

    for (guint i = 0; i < READS_MAX; i++) {
        struct sa from;
        sa_init (&from, AF_UNSPEC);
        from.len = sizeof from.u;
        ssize_t size = recvfrom (listener->socket, octets, sizeof octets, 0, &from.u.sa, &from.len);
        if (size < 0)
            break;
        Endpoint peer = live_from_sa (&from);
        hear (listener, &peer, (View){ octets, (gsize) size });
    }
}

int live_udp_listen (Listener *listener, const Endpoint *local)
{
    int size = RECEIVE_BUFFER;

    listener->peers = g_hash_table_new (hash_peer, equal_peers);
    int failure = open_socket (local, &listener->socket);
    if (failure)
        return failure;
    /* What the system does not grant, it cuts. */
    setsockopt (listener->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return fd_listen (listener->socket, FD_READ, on_datagrams, listener);
}

Endpoint live_udp_listener_local (const Listener *listener)
{
    return local_of (listener->socket);
}

void live_udp_listener_close (Listener *listener)
{
    if (listener->socket >= 0) {
        fd_close (listener->socket);
        close (listener->socket);
    }
    g_hash_table_unref (listener->peers);
}

gboolean live_udp_accept (Listener *listener, Connection *connection)
{
    if (!listener->stranger)
        return FALSE;
    connection->is_udp = TRUE;
    connection->listener = listener;
    connection->peer = *listener->stranger;
    g_hash_table_insert (listener->peers, &connection->peer, connection);
    return TRUE;
}
