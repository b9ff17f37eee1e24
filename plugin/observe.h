/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow.h"

#include "plugin/ws_compat.h"

/* Turns a packet into a Frame for the library, without a protocol tree: a tree costs a quarter of Wireshark's time, on
 * every frame of every capture (measured: ./dev bench). Wireshark has found the innermost IP header already, through
 * whatever tunnels there are, and its addresses point right into it. */

/* Once, at hand-off. */
void observe_init (void);

/* Nanoseconds since 1970. */
gint64 observe_time (const packet_info *pinfo);

/* FALSE when there is nothing in the packet for the library. Payload and addresses are borrowed from the packet. */
gboolean observe_frame (const Flow *flow, tvbuff_t *tvb, packet_info *pinfo, Frame *ret_frame);
