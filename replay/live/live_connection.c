/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transport.h: connections over TCP, and which of them UDP and TLS carry. */
#include "replay/clock.h"
#include "replay/live/live_internal.h"

#include <re.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

G_DEFINE_QUARK (transport - error - quark, transport_error)

/* --- Connections */

void live_to_sa (const IpAddress *address, guint16 port, struct sa *ret_sa)
{
    guint32 octets;

    if (address->size == 16) {
        sa_set_in6 (ret_sa, address->octets, port);
        ret_sa->u.in6.sin6_scope_id = address->scope;
        return;
    }
    memcpy (&octets, address->octets, sizeof octets);
    sa_set_in (ret_sa, g_ntohl (octets), port);
}

IpAddress live_source (const IpAddress *source, const Endpoint *target)
{
    IpAddress own = *source;

    if (!own.scope)
        own.scope = target->address.scope;
    return own;
}

Endpoint live_from_sa (const struct sa *sa)
{
    Endpoint end = { .port = sa_port (sa) };
    guint8 octets[16];

    if (sa_af (sa) == AF_INET6) {
        sa_in6 (sa, octets);
        end.address = ip_address_v6 (octets);
        end.address.scope = (guint16) sa->u.in6.sin6_scope_id;
    } else {
        guint32 address = g_htonl (sa_in (sa));
        memcpy (octets, &address, sizeof address);
        end.address = ip_address_v4 (octets);
    }
    return end;
}

Endpoint live_local_end (int descriptor)
{
    struct sa local;

    sa_init (&local, AF_UNSPEC);
    local.len = sizeof local.u;
    if (getsockname (descriptor, &local.u.sa, &local.len) != 0)
        return (Endpoint){ 0 };
    return live_from_sa (&local);
}

/* Octets that are read at once. */
#define STREAM_READ 16384

/* What TCP itself has measured while connecting; a repeated SYN does not count into it (Karn). */
static gint64 measure_round_trip (int descriptor)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof info;

    if (getsockopt (descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return -1;
    return (gint64) info.tcpi_rtt * 1000;
}

/* Small messages go out at once: 40 ms of waiting for an ACK would look like the server's (reference, endpoints). */
static void set_no_delay (int descriptor)
{
    int on = 1;
    setsockopt (descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* arrival NULL: nobody wants to know. */
static void hear (Connection *connection, View octets, const Arrival *arrival)
{
    live_turn_begin ();
    live_heard (arrival);
    connection->handlers->received (connection, octets, connection->user_data);
    live_turn_end ();
}

static void on_close (int error, void *arg)
{
    Connection *connection = arg;

    if (connection->is_closed)
        return;
    connection->is_closed = TRUE;
    if (connection->handshake) {
        live_tls_give_up (connection);
        return;
    }
    if (connection->facts)
        connection->trouble = tls_words (connection->facts);
    live_turn_begin ();
    connection->handlers->closed (connection, error, connection->user_data);
    live_turn_end ();
}

/* A record is heard of when its last segment is there, and has that one's stamp; unless more has come behind it: then
 * all that is known is that the record was not there before. */
static void hear_tls (Connection *connection, View octets, gboolean is_left, Arrival *arrival)
{
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    gboolean is_within;
    int failure = live_tls_read (connection, octets, plain, &is_within);

    live_bound (connection, tcp_conn_fd (connection->tcp), is_left, arrival);
    if (is_within)
        arrival->last_from = arrival->first_from;
    if (plain->len) {
        connection->facts->has_heard = TRUE;
        /* It may be gone then. Whoever ends TLS closes TCP as well, and that is heard of with the next octets. */
        hear (connection, (View){ plain->data, plain->len }, arrival);
    } else if (failure) {
        fd_close (tcp_conn_fd (connection->tcp));
        on_close (MAX (failure, 0), connection);
    }
}

/* What libre reads has no stamp, so the octets of a connection that we have made are read here, as long as libre need
 * not write to its socket: then it listens there itself. Of TLS it has the handshake. */
static void on_readable (G_GNUC_UNUSED int flags, void *arg)
{
    static guint8 octets[STREAM_READ];
    Connection *connection = arg;
    int descriptor = tcp_conn_fd (connection->tcp);
    Arrival arrival;
    ssize_t size = live_receive (descriptor, octets, sizeof octets, &arrival);
    int failure = size < 0 ? errno : 0;

    if (failure == EAGAIN || failure == EINTR) {
        /* A stamp that came late is what the loop was woken for. */
        live_sent (descriptor, 0);
        return;
    }
    if (size <= 0) {
        fd_close (descriptor);
        on_close (failure, connection);
        return;
    }
    if (connection->ssl) {
        hear_tls (connection, (View){ octets, (gsize) size }, (gsize) size == sizeof octets, &arrival);
        return;
    }
    live_bound (connection, descriptor, (gsize) size == sizeof octets, &arrival);
    hear (connection, (View){ octets, (gsize) size }, &arrival);
}

static void read_ourselves (Connection *connection)
{
    const gboolean is_open = !connection->facts || (connection->facts->is_up && live_tls_can_read (connection));

    if (!connection->is_ours || !is_open || tcp_conn_txqsz (connection->tcp) != 0)
        return;
    /* Only now: as long as stamps wait the socket looks ready, and libre does not take them. */
    if (!connection->stamps_sent)
        live_stamp_sent (tcp_conn_fd (connection->tcp));
    connection->stamps_sent = TRUE;
    fd_listen (tcp_conn_fd (connection->tcp), FD_READ, on_readable, connection);
}

static void on_octets (struct mbuf *buffer, void *arg)
{
    Connection *connection = arg;
    View octets = { mbuf_buf (buffer), mbuf_get_left (buffer) };
    Arrival arrival = { 0 };

    if (!octets.size)
        return;
    if (connection->facts)
        connection->facts->has_heard = TRUE;
    if (!connection->is_ours) {
        hear (connection, octets, NULL);
        return;
    }
    read_ourselves (connection);
    live_bound (connection, tcp_conn_fd (connection->tcp), FALSE, &arrival);
    hear (connection, octets, &arrival);
}

static void on_established (void *arg)
{
    Connection *connection = arg;

    if (connection->facts)
        connection->facts->is_up = TRUE;
    connection->read = clock_now ();
    read_ourselves (connection);
    live_turn_begin ();
    if (connection->handshake)
        live_tls_shaken (connection);
    else if (connection->handlers->connected)
        connection->handlers->connected (connection, measure_round_trip (tcp_conn_fd (connection->tcp)),
                                         connection->user_data);
    live_turn_end ();
}

static Connection *new_connection (const ConnectionHandlers *handlers, gpointer user_data)
{
    Connection *connection = g_new0 (Connection, 1);

    connection->handlers = handlers;
    connection->user_data = user_data;
    return connection;
}

/* 0 or an errno. */
static int tcp_connect_to (Connection *connection, const Endpoint *target, Carrier carrier, const IpAddress *source)
{
    struct sa peer, local;

    live_to_sa (&target->address, target->port, &peer);
    int failure = tcp_conn_alloc (&connection->tcp, &peer, on_established, on_octets, on_close, connection);
    if (!failure && source) {
        const IpAddress own = live_source (source, target);
        live_to_sa (&own, 0, &local);
        failure = tcp_conn_bind (connection->tcp, &local);
    }
    if (failure)
        return failure;
    set_no_delay (tcp_conn_fd (connection->tcp));
    if (carrier == CARRIER_TLS)
        failure = live_tls_start (connection);
    if (!failure)
        failure = tcp_conn_connect (connection->tcp, &peer);
    if (failure)
        return failure;
    connection->is_ours = TRUE;
    set_no_delay (tcp_conn_fd (connection->tcp));
    live_stamp (tcp_conn_fd (connection->tcp));
    return 0;
}

Connection *transport_connect (const Endpoint *target, Carrier carrier, const IpAddress *source,
                               const ConnectionHandlers *handlers, gpointer user_data, GError **error)
{
    Connection *connection = new_connection (handlers, user_data);
    char text[IP_ADDRESS_TEXT_SIZE], own[IP_ADDRESS_TEXT_SIZE];
    int failure = carrier == CARRIER_UDP ? live_udp_connect (connection, target, source)
                                         : tcp_connect_to (connection, target, carrier, source);

    if (!failure)
        return connection;
    g_set_error (error, TRANSPORT_ERROR, failure, "no connection to %s port %u can be made from %s: %s",
                 ip_address_format (&target->address, text), target->port,
                 source ? ip_address_format (source, own) : "here", g_strerror (failure));
    connection_free (connection);
    return NULL;
}

gint64 connection_sent (const Connection *connection)
{
    return connection->sent;
}

const char *connection_trouble (const Connection *connection)
{
    return connection->trouble;
}

gboolean connection_send (Connection *connection, View octets)
{
    int failure;

    if (connection->is_udp)
        return live_udp_send (connection, octets);
    if (connection->is_closed)
        return FALSE;
    struct mbuf *buffer = mbuf_alloc (octets.size);
    if (!buffer)
        return FALSE;
    mbuf_write_mem (buffer, octets.data, octets.size);
    mbuf_set_pos (buffer, 0);
    if (connection->is_ours)
        live_asked ();
    const gint64 called = clock_now ();
    failure = tcp_send (connection->tcp, buffer);
    connection->sent = connection->stamps_sent ? live_sent (tcp_conn_fd (connection->tcp), called) : 0;
    mem_deref (buffer);
    return failure == 0;
}

Endpoint connection_local (const Connection *connection)
{
    Endpoint none = { 0 };
    struct sa local;

    if (connection->is_udp)
        return live_udp_local (connection);
    return tcp_conn_local_get (connection->tcp, &local) == 0 ? live_from_sa (&local) : none;
}

Endpoint connection_peer (const Connection *connection)
{
    Endpoint none = { 0 };
    struct sa peer;

    return tcp_conn_peer_get (connection->tcp, &peer) == 0 ? live_from_sa (&peer) : none;
}

void connection_free (Connection *connection)
{
    if (!connection)
        return;
    if (connection->is_udp)
        live_udp_close (connection);
    live_tls_free (connection);
    mem_deref (connection->tcp);
    g_free (connection->trouble);
    g_free (connection);
}

void connection_reset (Connection *connection)
{
    struct linger at_once = { 1, 0 };

    if (connection && connection->tcp)
        setsockopt (tcp_conn_fd (connection->tcp), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    connection_free (connection);
}

/* --- Listening */

/* As many as may connect in one moment; libre's own five would make the others wait a second for their next SYN. */
#define BACKLOG 1024

static Connection *tcp_accept_on (Listener *listener, const ConnectionHandlers *handlers, gpointer user_data)
{
    Connection *connection = new_connection (handlers, user_data);

    if (tcp_accept (&connection->tcp, listener->tcp, on_established, on_octets, on_close, connection) != 0 ||
        live_is_full (tcp_conn_fd (connection->tcp))) {
        connection_free (connection);
        return NULL;
    }
    set_no_delay (tcp_conn_fd (connection->tcp));
    return connection;
}

static void on_accept (G_GNUC_UNUSED const struct sa *peer, void *arg)
{
    Listener *listener = arg;

    if (!listener->is_tls) {
        live_turn_begin ();
        listener->accept (listener, listener->user_data);
        live_turn_end ();
        return;
    }
    Connection *connection = tcp_accept_on (listener, NULL, NULL);
    if (connection && live_tls_shake_hands (listener, connection) != 0)
        connection_free (connection);
}

/* libre 2.0 sets SO_REUSEPORT: two servers would share the phones of one port, and neither would say so. An errno when
 * somebody listens there. */
static int find_taken (const struct sa *address)
{
    int on = 1, failure = 0, probe = socket (sa_af (address), SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (probe < 0)
        return errno;
    setsockopt (probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind (probe, &address->u.sa, address->len) != 0)
        failure = errno;
    close (probe);
    return failure;
}

static int tcp_listen_on (Listener *listener, const Endpoint *local)
{
    struct sa address;

    live_to_sa (&local->address, local->port, &address);
    int failure = local->port ? find_taken (&address) : 0;
    if (!failure)
        failure = tcp_sock_alloc (&listener->tcp, &address, on_accept, listener);
    if (!failure)
        failure = tcp_sock_bind (listener->tcp, &address);
    if (!failure)
        failure = tcp_sock_listen (listener->tcp, BACKLOG);
    return failure;
}

Listener *transport_listen (const Endpoint *local, Carrier carrier, AcceptHandler accept_handler, gpointer user_data,
                            GError **error)
{
    Listener *listener = g_new0 (Listener, 1);
    char text[IP_ADDRESS_TEXT_SIZE];

    listener->accept = accept_handler;
    listener->user_data = user_data;
    listener->socket = -1;
    listener->is_tls = carrier == CARRIER_TLS;
    int failure = carrier == CARRIER_UDP ? live_udp_listen (listener, local) : tcp_listen_on (listener, local);
    if (failure) {
        g_set_error (error, TRANSPORT_ERROR, failure, "cannot listen on %s port %u: %s",
                     ip_address_format (&local->address, text), local->port, g_strerror (failure));
        listener_free (listener);
        return NULL;
    }
    return listener;
}

Endpoint listener_local (const Listener *listener)
{
    Endpoint none = { 0 };
    struct sa local;

    if (!listener->tcp)
        return live_udp_listener_local (listener);
    return tcp_sock_local_get (listener->tcp, &local) == 0 ? live_from_sa (&local) : none;
}

void listener_free (Listener *listener)
{
    if (!listener)
        return;
    if (listener->peers)
        live_udp_listener_close (listener);
    live_tls_listener_close (listener);
    mem_deref (listener->tcp);
    g_free (listener);
}

Connection *connection_accept (Listener *listener, const ConnectionHandlers *handlers, gpointer user_data)
{
    Connection *connection;

    if (!listener->is_tls && !listener->peers)
        return tcp_accept_on (listener, handlers, user_data);
    if (listener->is_tls) {
        connection = g_steal_pointer (&listener->waiting);
        connection->handlers = handlers;
        connection->user_data = user_data;
        return connection;
    }
    connection = new_connection (handlers, user_data);
    if (live_udp_accept (listener, connection))
        return connection;
    connection_free (connection);
    return NULL;
}
