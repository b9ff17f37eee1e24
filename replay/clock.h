/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/times.h"

#include <glib.h>

/* Live time, as the engine sees it. The program links live.c, which asks the kernel; tests link a clock that jumps to
 * the next deadline, so that half an hour costs nothing. */

/* Nanoseconds, monotonic, from an arbitrary beginning. */
gint64 clock_now (void);

/* When octets reached this machine, in the time of clock_now(): a busy machine comes to read them later, and that is
 * not the sender's doing. */
typedef struct {
    gint64 time;       /* of the last octet; where it is not known exactly, the latest that it can be */
    gint64 last_from;  /* the last octet came no earlier; 0: nobody knows */
    gint64 first_from; /* none of them came earlier; 0: nobody knows */
} Arrival;

/* When octets left this machine, in the time of clock_now(): between both. */
typedef struct {
    gint64 from, by;
} Departure;

/* Of the octets that a handler of transport.h is called with, while it runs; anywhere else clock_now(), exactly. For
 * response times: deadlines count from clock_now(). */
Arrival clock_heard (void);

/* Calls handler once, as soon after deadline (of clock_now()) as can be. There is one such call: a new one takes the
 * place of the old one, and G_MAXINT64 means none. */
typedef void (*ClockHandler) (gpointer user_data);
void clock_wake (gint64 deadline, ClockHandler handler, gpointer user_data);
