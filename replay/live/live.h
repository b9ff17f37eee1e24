/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The real clock and the real network behind clock.h and transport.h: libre's event loop. One a process, and not
 * carried over a fork. */

/* Makes room for that many connections at once. FALSE with error set when the system does not allow it. */
gboolean live_open (guint connections, GError **error);
void live_close (void);
/* As many connections as the system allows. */
guint live_connections_allowed (void);

/* Who connects when no descriptors are left is turned away at once; on_full hears of it, at most once a minute. limit:
 * how many descriptors there may be. */
typedef void (*LiveFull) (guint limit, gpointer user_data);
void live_tell_full (LiveFull on_full, gpointer user_data);

/* After live_open(): from now on SIGINT and SIGTERM wait for the loop, where on_signal hears them; those that come
 * before live_run(), too. */
typedef void (*LiveSignal) (gpointer user_data);
void live_catch_signals (LiveSignal on_signal, gpointer user_data);
/* They end the process again; when one was heard, from two seconds later on: who presses twice loses nothing.
 * live_close() does so, too. */
void live_release_signals (void);
/* Runs until live_quit(). */
void live_run (void);
void live_quit (void);
