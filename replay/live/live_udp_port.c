/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP ports that hear anybody: plain sockets in libre's loop, because libre's own do not tell who has refused. */
#include "replay/live/live_internal.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one datagram can hold. */
#define DATAGRAM_MAX 65535
/* Datagrams read at once; the loop comes back for the rest, and others have their turn. */
#define BATCH_MAX 64

struct UdpPort {
    int descriptor; /* -1: freed */
    gboolean in_handler;
    const UdpHandlers *handlers;
    gpointer user_data;
};

/* Handlers may free the port; its memory goes when the last of them has returned. */
static gboolean is_freed (UdpPort *port)
{
    return port->descriptor < 0;
}

/* One ICMP complaint from the socket's queue of errors, with the target that it is about. */
static gboolean take_complaint (UdpPort *port)
{
    struct sa target;
    guint8 control[512];
    struct msghdr message = {
        .msg_name = &target.u, .msg_namelen = sizeof target.u, .msg_control = control, .msg_controllen = sizeof control
    };

    sa_init (&target, AF_UNSPEC);
    if (recvmsg (port->descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return FALSE;
    for (struct cmsghdr *part = CMSG_FIRSTHDR (&message); part; part = CMSG_NXTHDR (&message, part)) {
        gboolean is_error = (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                            (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
        struct sock_extended_err complaint;
        if (!is_error || !port->handlers->refused || is_freed (port))
            continue;
        memcpy (&complaint, CMSG_DATA (part), sizeof complaint);
        Endpoint refusing = live_from_sa (&target);
        port->handlers->refused (port, &refusing, (int) complaint.ee_errno, port->user_data);
    }
    return TRUE;
}

static gboolean take_datagram (UdpPort *port)
{
    static guint8 octets[DATAGRAM_MAX];
    struct sa source;
    Arrival arrival;

    ssize_t got = live_receive (port->descriptor, octets, sizeof octets, &source, &arrival);
    if (got < 0)
        return FALSE;
    Endpoint from = live_from_sa (&source);
    live_heard (&arrival);
    port->handlers->received (port, &from, (View){ octets, (gsize) got }, port->user_data);
    live_heard (NULL);
    return TRUE;
}

static void on_ready (G_GNUC_UNUSED int flags, void *arg)
{
    UdpPort *port = arg;

    port->in_handler = TRUE;
    live_turn_begin ();
    /* A refusal also shows once as an error of reading; the next round reads on. */
    for (guint i = 0; i < BATCH_MAX && !is_freed (port); i++)
        if (!take_datagram (port) && (is_freed (port) || !take_complaint (port)))
            break;
    live_turn_end ();
    port->in_handler = FALSE;
    if (is_freed (port))
        g_free (port);
}

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
    *port = (UdpPort){ .descriptor = descriptor, .handlers = handlers, .user_data = user_data };
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
    fd_close (port->descriptor);
    close (port->descriptor);
    port->descriptor = -1;
    if (!port->in_handler)
        g_free (port);
}
