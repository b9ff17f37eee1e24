/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/times.h"

#include <glib.h>

/* Over UDP a request is sent again after 0.5, 1, 2, 4, 4 … s until an answer comes, or 32 s are over (RFC 3261,
 * 17.1.2.2). */
#define SIP_GIVEN_UP_BY SECONDS (32)

/* A request that was sent first and last at these times is sent no more, long before it is given up: its sender has got
 * the answer, or is gone. */
gboolean sip_stops_early (gint64 first, gint64 latest, gint64 now);
