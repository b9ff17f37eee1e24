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

/* Runs until live_quit(). on_signal hears SIGINT and SIGTERM, in the loop. */
typedef void (*LiveSignal) (gpointer user_data);
void live_run (LiveSignal on_signal, gpointer user_data);
void live_quit (void);
