/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/transport.h"

#include <glib.h>

/* SIP over UDP from ports that many phones share: fewer sockets, and what phones send in one moment leaves together.
 * What comes is a phone's by the branch of its request, or by its number (RFC 3261, 18.1.2 and 8.2.2.1). */

typedef struct SharedPorts SharedPorts;

/* phones_each: as many as share a port at most. source unspecified: the system's choice. */
SharedPorts *shared_ports_new (guint phones_each, IpAddress source);
/* Nobody has a seat any more. */
void shared_ports_free (SharedPorts *ports);

/* A phone's place at a port: for it what a connection is. */
typedef struct Seat Seat;

/* As of ConnectionHandlers and UdpHandlers. */
typedef struct {
    void (*received) (View octets, gpointer user_data);
    void (*refused) (int error, gpointer user_data);
    void (*sent) (gint64 due, View octets, Departure left, gboolean is_stamped, gpointer user_data);
} SeatHandlers;

/* handlers must live as long as the seat. NULL with error set when no port can be had. */
Seat *shared_ports_take (SharedPorts *ports, const Endpoint *target, const SeatHandlers *handlers, gpointer user_data,
                         GError **error);
/* No handler is called any more; may be called from every handler but sent(). What it has sent leaves. NULL is ignored.
 */
void seat_free (Seat *seat);
/* How the phone is told from others: its branches begin with "z9hG4bK" and the token, its requests name the number.
 * token: hexadecimal digits, at least 16; number is borrowed. */
void seat_name (Seat *seat, const char *token, const char *number);
Endpoint seat_local (const Seat *seat);
/* Sends it together with what others send now, and then tells sent(). left may be NULL; else it is told when the
 * octets have left, and lives as long as the seat. */
void seat_send (Seat *seat, View octets, gint64 due, Departure *left);
