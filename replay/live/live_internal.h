/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/live/tls_words.h"
#include "replay/transport.h"

#include <re.h>

/* What the parts of the real network share: live.c (the loop), live_connection.c (TCP), live_udp.c and live_tls.c. */

typedef struct Handshake Handshake;
typedef struct ssl_st Ssl; /* OpenSSL's */
typedef struct UdpSocket UdpSocket;

struct Connection {
    const ConnectionHandlers *handlers;
    gpointer user_data;
    struct tcp_conn *tcp; /* owned; NULL over UDP */
    /* Only with TLS; owned. */
    struct tls_conn *tls;
    Ssl *ssl; /* borrowed from it */
    TlsFacts *facts;
    Handshake *handshake; /* of a phone, as long as it goes on */
    char *trouble;
    /* Only over TCP, with TLS or without. */
    gint64 read;          /* all that had come by then has been read */
    gboolean stamps_sent; /* the kernel stamps what is sent */
    gboolean is_left;     /* the last time not all was read */
    gboolean is_ours;     /* we have made it, and it stands or will */
    gboolean is_closed;   /* closed() was called */
    /* Only over UDP. */
    UdpSocket *socket;  /* our own to one peer; NULL: the listener's */
    Listener *listener; /* whose peer this is; NULL: we have connected */
    Endpoint peer;
    gboolean is_udp;
    gint64 sent; /* 0: nobody knows */
};

struct Listener {
    struct tcp_sock *tcp; /* owned; NULL over UDP */
    AcceptHandler accept;
    gpointer user_data;
    /* Only over TLS. */
    gboolean is_tls;
    GQueue handshakes;   /* of Handshake: connections that nobody has heard of yet */
    Connection *waiting; /* its handshake is through; only while accept() is called */
    /* Only over UDP. */
    int socket;
    GHashTable *peers;        /* Endpoint → Connection, both borrowed */
    const Endpoint *stranger; /* who has just sent a first datagram; only while accept() is called */
};

/* The address to connect from: a link-local one is on the interface that leads to the target. */
IpAddress live_source (const IpAddress *source, const Endpoint *target);
void live_to_sa (const IpAddress *address, guint16 port, struct sa *ret_sa);
Endpoint live_from_sa (const struct sa *sa);
/* Our end of a socket; none when the system does not tell. */
Endpoint live_local_end (int descriptor);

/* Around the call of a handler: what it makes due is done before the loop waits again. */
void live_turn_begin (void);
void live_turn_end (void);
gboolean live_is_in_turn (void);
/* A connection with this descriptor has to be turned away: accepting fails when the last one is gone, and the listener
 * would stay readable, a loop without an end. */
gboolean live_is_full (int descriptor);

/* --- live_arrival.c */

/* Lets the kernel stamp what comes to any socket, from its first packet on: it needs a moment to begin with that. 0 or
 * an errno. */
int live_arrival_open (void);
void live_arrival_close (void);
/* This socket hands the stamps out. */
void live_stamp (int descriptor);
/* What is sent over this socket is stamped from now on; live_sent() has to be called until there are no stamps left. */
void live_stamp_sent (int descriptor);
/* When what was sent last left it, by the kernel's stamp; 0 where that is not there yet. called: clock_now() before
 * it was sent. Empties its queue of stamps. */
gint64 live_sent (int descriptor, gint64 called);
/* recvmsg() without waiting: its result and errno. */
ssize_t live_receive (int descriptor, guint8 *octets, gsize size, Arrival *ret_arrival);
/* As many datagrams as have come, without waiting; 0 with an errno. What they hold is overwritten by the next call. */
#define LIVE_RECEIVE_MAX 32
typedef struct {
    struct sa source;
    View octets;
    Arrival arrival;
} Received;
guint live_receive_many (int descriptor, Received ret_received[LIVE_RECEIVE_MAX]);
/* At most n, and LIVE_ERRORS_MAX, of what stands in a socket's queue of errors, in its order. */
#define LIVE_ERRORS_MAX 64
typedef struct {
    gint64 sent;     /* when something that was sent has left, in the time of clock_now(); 0: it is no such stamp */
    int error;       /* what ICMP says, an errno … */
    Endpoint target; /* … and of whom … */
    View quoted;     /* … with how the datagram begins; overwritten by the next call */
} SocketError;
guint live_take_errors (int descriptor, guint n, SocketError *ret_errors);
/* A question has gone out: from now on it is known how long the loop is away. */
void live_asked (void);
/* Completes what a stamp says about the octets that TCP has just given, or bounds it when there is none: arrival is of
 * live_receive(), or all 0. is_left: perhaps not all was read. */
void live_bound (Connection *connection, int descriptor, gboolean is_left, Arrival *arrival);
/* What clock_heard() says until the turn ends. */
void live_heard (const Arrival *arrival);

/* --- live_udp.c: the halves of transport.h for datagrams. 0 or an errno. */

int live_udp_connect (Connection *connection, const Endpoint *target, const IpAddress *source);
gboolean live_udp_send (Connection *connection, View octets);
Endpoint live_udp_local (const Connection *connection);
void live_udp_close (Connection *connection);
/* Closes the sockets that wait for their next connection, of which there are never more than that. */
#define LIVE_UDP_IDLE_MAX 1024
void live_udp_free_idle (void);
int live_udp_listen (Listener *listener, const Endpoint *local);
Endpoint live_udp_listener_local (const Listener *listener);
void live_udp_listener_close (Listener *listener);
/* FALSE when nobody waits. */
gboolean live_udp_accept (Listener *listener, Connection *connection);

/* --- live_udp_batch.c, and what live_udp_port.c is for it */

/* Adds to what leaves together. posted: see udp_port_post(). */
void live_udp_batch_add (UdpPort *port, const Endpoint *target, View octets, const Posted *posted);
/* The port whose datagrams wait; NULL: none do. */
UdpPort *live_udp_batch_port (void);
/* Sends them; returns how many there were. Calls no handler but sent(). */
guint live_udp_batch_send (void);

int live_udp_port_descriptor (const UdpPort *port);
/* Segments go; FALSE from live_udp_port_never_join() on. */
gboolean live_udp_port_joins (const UdpPort *port);
void live_udp_port_never_join (UdpPort *port);
/* The stamps of the n messages that were sent between called and by, in their order. FALSE when there are not that
 * many. */
gboolean live_udp_port_stamps (UdpPort *port, gint64 called, gint64 by, guint n, gint64 *ret_stamps);
/* The handler of the port for what has left. */
void live_udp_port_sent (UdpPort *port, const Posted *posted, View octets, Departure left, gboolean is_stamped);
/* At the end of a turn. */
void live_udp_port_end_turn (void);
void live_udp_port_close (void);

/* --- live_tls.c */

/* The handshake follows when TCP stands. 0 or an errno. */
int live_tls_start (Connection *connection);
/* Its handshake is through, and what comes may be read and deciphered here. */
gboolean live_tls_can_read (const Connection *connection);
/* Takes octets from the network, and appends to plain what they make readable. 0, an errno, or -1 when the other side
 * has ended it orderly; plain may have got something all the same. ret_is_within: there is more than that, of a record
 * that is not whole. */
int live_tls_read (Connection *connection, View octets, GByteArray *plain, gboolean *ret_is_within);
/* The part of connection_free(). */
void live_tls_free (Connection *connection);
/* A phone's TCP stands: nobody hears of it before its handshake is through, and live_tls_shaken() is called; it has
 * not much time for that. 0 or an errno. */
int live_tls_shake_hands (Listener *listener, Connection *connection);
void live_tls_shaken (Connection *connection);
/* Its handshake did not come about: tells why, and frees it. */
void live_tls_give_up (Connection *connection);
void live_tls_listener_close (Listener *listener);
