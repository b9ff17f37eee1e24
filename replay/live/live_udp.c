/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/clock.h"
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

/* local NULL: the system's choice, in a family of addresses of that size. 0 or an errno. */
static int open_socket (const Endpoint *local, guint address_size, int *ret_socket)
{
    struct sa address;

    *ret_socket = socket (address_size == 16 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*ret_socket < 0)
        return errno;
    if (!local)
        return 0;
    live_to_sa (&local->address, local->port, &address);
    return bind (*ret_socket, &address.u.sa, address.len) == 0 ? 0 : errno;
}

/* --- Our own socket to one peer */

/* Each connection has a socket, so a port, of its own. When it ends, the next one to the same peer may have them:
 * making and closing a socket costs more than a registration over it. First it rests, so that what still comes for the
 * one that has gone is not heard by the next; only a crowd that needs more than LIVE_UDP_IDLE_MAX cuts that short. */
#define REST (SECOND / 2)

struct UdpSocket {
    int descriptor;
    Endpoint local, peer;
    gboolean is_bound;      /* to an address that the user has named */
    gint64 since;           /* that it rests */
    Connection *connection; /* borrowed; NULL: rests */
    GList link;             /* in idle, while it rests */
};

static GQueue idle = G_QUEUE_INIT; /* of UdpSocket; who has rested longest is first */

static void free_socket (UdpSocket *socket)
{
    fd_close (socket->descriptor);
    close (socket->descriptor);
    g_free (socket);
}

/* One datagram a call, because the handler may free the connection; the loop comes again for the rest. */
static void on_readable (G_GNUC_UNUSED int flags, void *arg)
{
    static guint8 octets[DATAGRAM_MAX];
    UdpSocket *socket = arg;
    Connection *connection = socket->connection;
    Arrival arrival;
    ssize_t size = live_receive (socket->descriptor, octets, sizeof octets, &arrival);
    int failure = size < 0 ? errno : 0;

    /* A stamp that came late is what the loop was woken for. */
    if (failure == EAGAIN)
        live_sent (socket->descriptor, 0);
    if (!connection)
        return;
    live_turn_begin ();
    live_heard (&arrival);
    if (size > 0)
        connection->handlers->received (connection, (View){ octets, (gsize) size }, connection->user_data);
    else if (failure && failure != EAGAIN && failure != EINTR)
        /* Only ICMP tells: nobody listens there. */
        connection->handlers->closed (connection, failure, connection->user_data);
    live_turn_end ();
}

static void free_oldest_idle (void)
{
    UdpSocket *socket = idle.head->data;

    g_queue_unlink (&idle, &socket->link);
    free_socket (socket);
}

static UdpSocket *rested_socket (const Endpoint *target)
{
    UdpSocket *socket = idle.head ? idle.head->data : NULL;

    if (!socket || !endpoint_equal (&socket->peer, target) ||
        (idle.length < LIVE_UDP_IDLE_MAX && clock_now () < socket->since + REST))
        return NULL;
    g_queue_unlink (&idle, &socket->link);
    return socket;
}

/* NULL with an errno. */
static UdpSocket *new_socket (const Endpoint *target, const IpAddress *source, int *ret_failure)
{
    Endpoint local = { .address = source ? live_source (source, target) : (IpAddress){ .size = target->address.size } };
    UdpSocket *socket = g_new0 (UdpSocket, 1);
    struct sa peer;

    *socket = (UdpSocket){ .peer = *target, .is_bound = source != NULL, .link = { .data = socket } };
    live_to_sa (&target->address, target->port, &peer);
    *ret_failure = open_socket (source ? &local : NULL, target->address.size, &socket->descriptor);
    if (!*ret_failure && connect (socket->descriptor, &peer.u.sa, peer.len) != 0)
        *ret_failure = errno;
    if (!*ret_failure)
        *ret_failure = fd_listen (socket->descriptor, FD_READ, on_readable, socket);
    if (!*ret_failure) {
        socket->local = live_local_end (socket->descriptor);
        live_stamp (socket->descriptor);
        live_stamp_sent (socket->descriptor);
        return socket;
    }
    if (socket->descriptor >= 0)
        close (socket->descriptor);
    g_free (socket);
    return NULL;
}

int live_udp_connect (Connection *connection, const Endpoint *target, const IpAddress *source)
{
    int failure = 0;

    connection->is_udp = TRUE;
    connection->peer = *target;
    connection->socket = source ? NULL : rested_socket (target);
    if (!connection->socket)
        connection->socket = new_socket (target, source, &failure);
    while (failure == EMFILE && !g_queue_is_empty (&idle)) {
        free_oldest_idle ();
        connection->socket = new_socket (target, source, &failure);
    }
    if (connection->socket)
        connection->socket->connection = connection;
    return failure;
}

gboolean live_udp_send (Connection *connection, View octets)
{
    struct sa peer;

    if (!connection->listener) {
        const int descriptor = connection->socket->descriptor;
        const gint64 called = clock_now ();
        const gboolean is_sent = send (descriptor, octets.data, octets.size, MSG_NOSIGNAL) >= 0;
        connection->sent = live_sent (descriptor, called);
        return is_sent;
    }
    live_to_sa (&connection->peer.address, connection->peer.port, &peer);
    return sendto (connection->listener->socket, octets.data, octets.size, MSG_NOSIGNAL, &peer.u.sa, peer.len) >= 0;
}

Endpoint live_udp_local (const Connection *connection)
{
    return connection->listener ? live_local_end (connection->listener->socket) : connection->socket->local;
}

static void let_rest (UdpSocket *socket)
{
    socket->connection = NULL;
    socket->since = clock_now ();
    if (socket->is_bound || idle.length >= LIVE_UDP_IDLE_MAX) {
        free_socket (socket);
        return;
    }
    g_queue_push_tail_link (&idle, &socket->link);
}

void live_udp_close (Connection *connection)
{
    if (connection->listener)
        g_hash_table_remove (connection->listener->peers, &connection->peer);
    else if (connection->socket)
        let_rest (connection->socket);
}

void live_udp_free_idle (void)
{
    while (!g_queue_is_empty (&idle))
        free_oldest_idle ();
}

/* --- One socket for all who come */

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

    live_turn_begin ();
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
    live_turn_end ();
}

int live_udp_listen (Listener *listener, const Endpoint *local)
{
    int size = RECEIVE_BUFFER;

    listener->peers = g_hash_table_new (endpoint_key_hash, endpoint_key_equal);
    int failure = open_socket (local, local->address.size, &listener->socket);
    if (failure)
        return failure;
    /* What the system does not grant, it cuts. */
    setsockopt (listener->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return fd_listen (listener->socket, FD_READ, on_datagrams, listener);
}

Endpoint live_udp_listener_local (const Listener *listener)
{
    return live_local_end (listener->socket);
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
