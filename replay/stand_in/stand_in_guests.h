/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/agenda.h"
#include "replay/transport.h"

#include <glib.h>

/* The phones at a listener: for each its connection (over UDP, its address), what it has sent that is no whole message
 * yet, and the state of whoever serves it. */

typedef struct Guests Guests;
typedef struct Guest Guest;

/* Who serves the guests: one protocol. */
typedef struct {
    /* Somebody has come; returns the state that is kept for it. user_data: guests_listen()'s. */
    gpointer (*arrived) (Guest *guest, gpointer user_data);
    /* The guest goes; its connection may be gone already. Frees the state. */
    void (*left) (gpointer state);
    /* Octets of the stream from the first that is not done with, or one datagram; borrowed for the call. Returns how
     * many at the front are done with (of a datagram, all), or -1 when they cannot be the protocol's: the guest is
     * dismissed. Does not dismiss it itself. */
    gssize (*received) (gpointer state, View octets);
    guint received_max; /* one that sends more than this without a whole message is dismissed */
    guint guests_max;   /* at a time; who comes beyond takes the place of who has been silent longest */
    gint64 patience;    /* a stream that brings no whole message for so long, in nanoseconds, is dismissed; … */
    gboolean may_idle;  /* … once it has brought one, it may be silent */
} GuestHandlers;

/* Listens from now on. handlers, agenda and user_data must live as long. NULL with error set when that address cannot
 * be listened on. */
Guests *guests_listen (const Endpoint *local, Carrier carrier, const GuestHandlers *handlers, Agenda *agenda,
                       gpointer user_data, GError **error);
/* Dismisses all; NULL is ignored. */
void guests_free (Guests *guests);
Endpoint guests_local (const Guests *guests);
/* How many there are at this moment. */
guint guests_count (const Guests *guests);

/* Borrowed, for as long as the guest is there. */
Connection *guest_connection (const Guest *guest);
/* What has come but is not done with is handed to received() again. It may dismiss the guest. */
void guest_read (Guest *guest);
/* Closes the connection, orderly or by a reset; frees the guest and its state. */
void guest_dismiss (Guest *guest);
void guest_reset (Guest *guest);
