/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP ports that hear anybody: plain sockets in libre's loop, because libre's own do not tell who has refused. */
#include "replay/clock.h"
#include "replay/live/live_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Datagrams read in one turn; the loop comes back for the rest, and others have their turn. */
#define READS_MAX 256

/* Where many phones share a port each datagram would wake the loop on its own, which costs more than all that is done
 * with it. So once as many as that have left together, answers are fetched a moment later, all that have come by then;
 * when each one came the kernel has stamped. */
#define CROWD        4
#define PAUSE        MILLISECONDS (1)
#define PAUSES_AFTER MILLISECONDS (2)

/* A crowd must not be lost in the queue of one socket. */
#define QUEUE_SIZE (4 * 1024 * 1024)

struct UdpPort {
    int descriptor; /* -1: freed */
    gboolean in_handler;
    const UdpHandlers *handlers;
    gpointer user_data;
    /* Only of ports with posts. */
    gboolean has_posts, never_joins;
    gboolean is_paused;
    gint64 paused_until;   /* and as long as something comes each time */
    GList link;            /* in paused */
    GPtrArray *complaints; /* of SocketError with what it quotes, found beside stamps; NULL: none */
};

/* Handlers may free the port; its memory goes when the last of them has returned. */
static gboolean is_freed (UdpPort *port)
{
    return port->descriptor < 0;
}

/* --- Reading */

static void tell_refused (UdpPort *port, const SocketError *complaint)
{
    if (complaint->error && port->handlers->refused && !is_freed (port))
        port->handlers->refused (port, &complaint->target, complaint->error, complaint->quoted, port->user_data);
}

/* One entry of the socket's queue of errors. */
static gboolean take_complaint (UdpPort *port)
{
    SocketError complaint;

    if (!live_take_errors (port->descriptor, 1, &complaint))
        return FALSE;
    tell_refused (port, &complaint);
    return TRUE;
}

static guint take_datagrams (UdpPort *port)
{
    static Received received[LIVE_RECEIVE_MAX];
    const guint n = live_receive_many (port->descriptor, received);

    for (guint i = 0; i < n && !is_freed (port); i++) {
        const Endpoint from = live_from_sa (&received[i].source);
        live_heard (&received[i].arrival);
        port->handlers->received (port, &from, received[i].octets, port->user_data);
        live_heard (NULL);
    }
    return n;
}

/* Returns how many datagrams there were. The port may be gone then. */
static guint take_all (UdpPort *port)
{
    guint n = 0;

    port->in_handler = TRUE;
    live_turn_begin ();
    /* A refusal also shows once as an error of reading; the next round reads on. */
    while (n < READS_MAX && !is_freed (port)) {
        const guint more = take_datagrams (port);
        n += more;
        if (more < LIVE_RECEIVE_MAX && (more || is_freed (port) || !take_complaint (port)))
            break;
    }
    live_turn_end ();
    port->in_handler = FALSE;
    if (is_freed (port))
        g_free (port);
    return n;
}

static void on_ready (G_GNUC_UNUSED int flags, void *arg)
{
    take_all (arg);
}

/* --- Pauses */

static GQueue paused = G_QUEUE_INIT; /* of UdpPort */
static int pause_timer = -1;

static void set_pause_timer (gint64 after)
{
    const struct itimerspec when = { .it_value = { 0, (long) after } };
    timerfd_settime (pause_timer, 0, &when, NULL);
}

static void end_pause (UdpPort *port)
{
    port->is_paused = FALSE;
    g_queue_unlink (&paused, &port->link);
}

/* Each of them, once: who is freed is not in the queue any more. */
static void on_pause_over (G_GNUC_UNUSED int flags, G_GNUC_UNUSED void *arg)
{
    for (guint left = paused.length; left && paused.head; left--) {
        UdpPort *port = paused.head->data;
        g_queue_unlink (&paused, &port->link);
        g_queue_push_tail_link (&paused, &port->link);
        if (take_all (port) || !paused.tail || paused.tail->data != port || clock_now () < port->paused_until)
            continue;
        end_pause (port);
        fd_listen (port->descriptor, FD_READ, on_ready, port);
    }
    set_pause_timer (paused.length ? PAUSE : 0);
}

static void pause_reading (UdpPort *port)
{
    port->paused_until = clock_now () + PAUSES_AFTER;
    if (port->is_paused)
        return;
    if (pause_timer < 0) {
        pause_timer = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        if (pause_timer < 0 || fd_listen (pause_timer, FD_READ, on_pause_over, NULL) != 0)
            return;
    }
    fd_close (port->descriptor);
    port->is_paused = TRUE;
    if (!paused.length)
        set_pause_timer (PAUSE);
    g_queue_push_tail_link (&paused, &port->link);
}

void live_udp_port_close (void)
{
    if (pause_timer < 0)
        return;
    fd_close (pause_timer);
    close (pause_timer);
    pause_timer = -1;
}

/* --- Sending together */

int live_udp_port_descriptor (const UdpPort *port)
{
    return port->descriptor;
}

gboolean live_udp_port_joins (const UdpPort *port)
{
    return !port->never_joins;
}

void live_udp_port_never_join (UdpPort *port)
{
    port->never_joins = TRUE;
}

void live_udp_port_sent (UdpPort *port, const Posted *posted, View octets, Departure left, gboolean is_stamped)
{
    if (port->handlers->sent)
        port->handlers->sent (port, posted, octets, left, is_stamped, port->user_data);
}

static void keep_complaint (UdpPort *port, const SocketError *complaint)
{
    SocketError *kept = g_malloc (sizeof *kept + complaint->quoted.size);

    *kept = *complaint;
    kept->quoted.data = memcpy (kept + 1, complaint->quoted.data, complaint->quoted.size);
    if (!port->complaints)
        port->complaints = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (port->complaints, kept);
}

gboolean live_udp_port_stamps (UdpPort *port, gint64 called, gint64 by, guint n, gint64 *ret_stamps)
{
    SocketError errors[LIVE_ERRORS_MAX];
    const guint got = live_take_errors (port->descriptor, LIVE_ERRORS_MAX, errors);
    guint found = 0;

    for (guint i = 0; i < got; i++) {
        if (errors[i].error) {
            keep_complaint (port, &errors[i]);
        } else if (errors[i].sent >= called && errors[i].sent <= by && found < n) {
            ret_stamps[found++] = errors[i].sent;
        }
    }
    return found == n;
}

void udp_port_flush (UdpPort *port)
{
    if (live_udp_batch_port () == port && live_udp_batch_send () >= CROWD && !is_freed (port))
        pause_reading (port);
}

static void tell_complaints (UdpPort *port)
{
    g_autoptr (GPtrArray) complaints = g_steal_pointer (&port->complaints);
    const gboolean was_in_handler = port->in_handler;

    port->in_handler = TRUE;
    for (guint i = 0; complaints && i < complaints->len; i++)
        tell_refused (port, complaints->pdata[i]);
    port->in_handler = was_in_handler;
    if (is_freed (port) && !was_in_handler)
        g_free (port);
}

void live_udp_port_end_turn (void)
{
    for (UdpPort *port = live_udp_batch_port (); port; port = live_udp_batch_port ()) {
        udp_port_flush (port);
        if (port->complaints)
            tell_complaints (port);
    }
}

static void expect_posts (UdpPort *port)
{
    int size = QUEUE_SIZE;

    port->has_posts = TRUE;
    /* What the system does not grant, it cuts. */
    setsockopt (port->descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt (port->descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    live_stamp_sent (port->descriptor);
}

void udp_port_post (UdpPort *port, const Endpoint *target, View octets, const Posted *posted)
{
    if (!port->has_posts)
        expect_posts (port);
    live_udp_batch_add (port, target, octets, posted);
    if (!live_is_in_turn ())
        udp_port_flush (port);
}

/* --- Opening */

static int open_socket (const Endpoint *local)
{
    struct sa address;
    int on = 1;

    live_to_sa (&local->address, local->port, &address);
    int descriptor = socket (sa_af (&address), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    if (local->address.size == 16)
        setsockopt (descriptor, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    else
        setsockopt (descriptor, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    live_stamp (descriptor);
    if (bind (descriptor, &address.u.sa, address.len) == 0)
        return descriptor;
    int failure = errno;
    close (descriptor);
    errno = failure;
    return -1;
}

UdpPort *transport_open_udp (const Endpoint *local, const IpAddress *target, const UdpHandlers *handlers,
                             gpointer user_data, GError **error)
{
    Endpoint bound = *local;
    char text[IP_ADDRESS_TEXT_SIZE];

    if (bound.address.size == 0)
        bound.address.size = target ? target->size : 4;
    int descriptor = open_socket (&bound);
    int failure = descriptor < 0 ? errno : 0;
    UdpPort *port = g_new0 (UdpPort, 1);
    *port =
        (UdpPort){ .descriptor = descriptor, .handlers = handlers, .user_data = user_data, .link = { .data = port } };
    if (!failure)
        failure = fd_listen (descriptor, FD_READ, on_ready, port);
    if (!failure)
        return port;
    g_set_error (error, TRANSPORT_ERROR, failure, "cannot use UDP port %u of %s: %s", bound.port,
                 ip_address_format (&bound.address, text), g_strerror (failure));
    if (descriptor >= 0)
        close (descriptor);
    g_free (port);
    return NULL;
}

gboolean udp_port_send (UdpPort *port, const Endpoint *target, View octets)
{
    struct sa address;

    live_to_sa (&target->address, target->port, &address);
    /* The complaint about an earlier datagram may be told in place of taking this one. */
    for (guint tries = 0; tries < 2; tries++)
        if (sendto (port->descriptor, octets.data, octets.size, MSG_NOSIGNAL, &address.u.sa, address.len) >= 0)
            return TRUE;
    return FALSE;
}

Endpoint udp_port_local (const UdpPort *port)
{
    return live_local_end (port->descriptor);
}

void udp_port_free (UdpPort *port)
{
    if (!port || is_freed (port))
        return;
    udp_port_flush (port);
    if (port->is_paused)
        end_pause (port);
    else
        fd_close (port->descriptor);
    close (port->descriptor);
    port->descriptor = -1;
    g_clear_pointer (&port->complaints, g_ptr_array_unref);
    if (!port->in_handler)
        g_free (port);
}
