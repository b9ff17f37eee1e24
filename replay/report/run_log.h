/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow.h"
#include "replay/carrier.h"

#include <glib.h>

/* What the phones of a run said and heard, kept so that the library can explain it like a capture. */

typedef struct RunLog RunLog;

/* TLS is logged as the plain text that it carries. */
RunLog *run_log_new (Protocol protocol, Carrier carrier);
void run_log_free (RunLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RunLog, run_log_free)

/* A PlayerListener; user_data is the log. They need not come in the order of their times. Empty octets: a phone begins
 * to connect (from_server FALSE), or its connection stands. */
void run_log_hear (gint64 time, const Endpoint *phone, const Endpoint *server, gboolean from_server, View octets,
                   gpointer user_data);

/* What is kept at most: messages of a connection, MiB of all. */
#define RUN_LOG_MESSAGES_MAX 4096
#define RUN_LOG_MIB_MAX      64
/* How many messages were not kept. */
guint64 run_log_left_out (const RunLog *log);

/* Gives all of it to a new flow, and ends it: one frame a message, in the order of their times, numbered from 1. */
void run_log_feed (const RunLog *log, Flow *flow);
