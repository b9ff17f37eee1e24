/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/boot_state.h"
#include "registration/flow/flow.h"
#include "registration/flow/session.h"

/* Watching a flow: what an observer is told while frames come in, and what the flow knows besides its notes. */

typedef struct {
    /* A device by name speaks from an address that it calls its own, in the message that the next note will tell of. */
    void (*sighted) (PhoneId phone, const IpAddress *address, gpointer user_data);
    /* The note shows that the capture lacks packets between its phone and its server, sent from that time on: never
     * CAPTURE_WHOLE. */
    void (*lacks) (NoteId id, gint64 since, CaptureHolds holds, gpointer user_data);
    /* What that note has shown to be lacking has come after all, and is read: frames were swapped. */
    void (*found) (NoteId lacking, gpointer user_data);
    /* A connection has ended, at this note, before the REGISTER on it was answered. */
    void (*closed) (NoteId closed, NoteId request, const Session *session, gpointer user_data);
    /* A frame is read: its notes follow each other, and are paired. Comes behind what the functions above tell of it.
     * session: the connection that the frame belongs to or tells of; NULL when it has to do with none. */
    void (*noted) (NoteId first, guint count, const Session *session, gpointer user_data);
    /* Time has come this far. at_end: the capture ends, for now. */
    void (*passed) (gint64 now, gboolean at_end, gpointer user_data);
    /* For so long nothing was heard, and that is sure to be the capture's doing: see flow_paused(). Comes before the
     * frame that ends it is read. */
    void (*paused) (gint64 duration, gpointer user_data);
    /* A phone has turned out to be another one, which stands for both from now on. */
    void (*joined) (PhoneId absorbed, PhoneId into, gpointer user_data);
} FlowObserver;

/* From now on the observer, all of whose functions are there, hears of everything. One at a time; NULL ends it. It must
 * not feed the flow. The structure is borrowed. */
void flow_observe (Flow *flow, const FlowObserver *observer, gpointer user_data);

/* What the phone's start has shown; all zeros when nothing has. Borrowed from the phone. */
const struct BootState *phone_boot (const Phone *phone);
/* The place of that name among those of the configuration, with or without a domain behind it; -1 for another one. */
int flow_configured_name (const struct BootState *boot, View name);
/* The name is that of the phone's TFTP server. */
gboolean flow_is_tftp_name (const struct BootState *boot, View name);

/* Frames of this capture keep their VLAN tags. */
gboolean flow_sees_tags (const Flow *flow);
/* It holds what only the link shows: nobody has filtered it by ports. */
gboolean flow_sees_link (const Flow *flow);
/* Later pieces of datagrams of this host were seen. */
gboolean flow_fragments_pass (const Flow *flow, const IpAddress *source);
