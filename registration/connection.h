/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/catalog.h"
#include "registration/frame.h"
#include "registration/notes.h"

#include <glib.h>

/* One TCP connection between a phone and a server, as far as its segments tell. What runs over it is not known here. */

enum { FROM_PHONE = 0, FROM_SERVER = 1 };

typedef struct {
    guint32 next;      /* sequence number that continues what has been seen */
    guint32 gap_start; /* octets from here to gap_end are missing; equal when none are */
    guint32 gap_end;
    gboolean seen;
} TcpDirection;

typedef struct {
    Endpoint ends[2];           /* FROM_PHONE, FROM_SERVER; the key of the flow's table: stays first */
    TcpDirection directions[2]; /* FROM_PHONE, FROM_SERVER */
    guint32 syn_sequence;
    NoteId syn_note;      /* 0 when the capture began later */
    guint16 syn_repeats;  /* SYNs sent again without an answer */
    gboolean accepted;    /* SYN with ACK seen */
    gboolean established; /* anything behind the handshake seen */
    gboolean closed;      /* RST, or a FIN of either side */
} TcpState;

/* What a segment is to a reader, as TCP_EVENT_*; updates the state. has_messages: whole messages end in this frame, so
 * that plain data needs no words of its own: N_TCP_EVENTS means that there is nothing to add to them. */
guint tcp_state_segment (TcpState *state, gboolean from_server, const TcpSegment *segment, gboolean has_messages);
