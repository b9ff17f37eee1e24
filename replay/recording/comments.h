/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/findings.h"
#include "registration/flow/flow.h"
#include "registration/tips/tips.h"

#include <glib.h>

/* What stands at packets as comments: the tip of each message, and what was found there. */

/* Borrowed. */
typedef struct {
    const Flow *flow;
    const Findings *findings;
    const Tips *tips;
} Commentator;

/* A PacketComments (pcapng.h); user_data is the Commentator. */
void comments_of_packet (guint32 packet, GPtrArray *comments, gpointer user_data);
