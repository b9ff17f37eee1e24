/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/script.h"

/* The stand-in in a process of its own, on a free loopback port: what a run without a target talks to. */

typedef struct Embedded Embedded;

/* Where it listens. */
typedef struct {
    Endpoint call_manager, tftp, http;
} EmbeddedEnds;

/* To be called before live_open(). NULL with error set when it cannot be started. */
Embedded *embedded_start (const Script *script, Carrier carrier, guint connections, EmbeddedEnds *ret_ends,
                          GError **error);
/* Ends the process and waits for it. */
void embedded_stop (Embedded *embedded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Embedded, embedded_stop)
