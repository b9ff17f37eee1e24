/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/script.h"

/* How a script is filled from a recording, whatever the protocol: for script_sccp.c and script_sip.c. */

/* The handshake of the message's connection: the last SYN before it was answered, because an answer to a repeated SYN
 * says nothing about the first one's way. Gives the time of the first SYN, or 0 and no frame when there is none. */
void script_read_handshake (Script *script, const Recording *recording, guint index, gint64 *ret_first);

/* What the times of the script count from, after that: the first SYN, or the registration's first message when the
 * connection had been used before, or its beginning was not seen. */
gint64 script_choose_anchor (Script *script, const Recording *recording, guint start, gint64 first_syn);

/* Appends a message of the recording: frame, time since anchor, kind, octets. Without partner. Returns its index. */
guint script_append (Script *script, const Recording *recording, const RecordedMessage *recorded, gint64 anchor,
                     guint64 instance);
/* When all are appended: from now on their octets are where they are. */
void script_settle_octets (Script *script);
