/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow.h"

#include <glib.h>

/* What a capture said, octet by octet: the messages that a Flow has told of, kept in their order so that a script can
 * be made of them. What the notes already tell (phone, partner, phase …) is not kept twice. */

typedef struct {
    NoteId note;
    guint32 connection; /* as in FlowMessage */
    Endpoint phone, server;
    gsize at, size; /* of its octets in the store */
} RecordedMessage;

typedef struct Recording Recording;

/* Listens to flow from now on, until recording_free(); the flow must live as long. */
Recording *recording_new (Flow *flow);
void recording_free (Recording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

const Flow *recording_flow (const Recording *recording);
guint recording_count (const Recording *recording);
/* Borrowed. */
const RecordedMessage *recording_message (const Recording *recording, guint index);
const Note *recording_note (const Recording *recording, const RecordedMessage *message);
/* Borrowed; empty for an event of a connection. */
View recording_octets (const Recording *recording, const RecordedMessage *message);
