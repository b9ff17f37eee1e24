/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow.h"

#include "plugin/ws_compat.h"

/* Turns what Wireshark's dissectors found in a frame into a Frame for the library. */

typedef struct {
    gboolean sccp;
} ObservedProtocols;

/* Declares to Wireshark which fields we read. Once, at hand-off. */
void observe_init (dissector_handle_t postdissector);

/* On the first pass over a frame only: the fields that we read are there only then. Returns what flow_frame() does. */
NoteId observe_frame (Flow *flow, packet_info *pinfo, proto_tree *tree, const ObservedProtocols *protocols,
                      guint *ret_count);
