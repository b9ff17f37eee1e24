/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow.h"
#include "registration/sccp.h"
#include "registration/session.h"

/* What flow.c shares with its parts, one per protocol. Nothing outside includes this. */

struct Flow {
    Notes *notes;         /* owned */
    Phones *phones;       /* owned */
    GHashTable *sessions; /* by the two ends, in either order; of Session, owned */
    GHashTable *ports;    /* TCP ports of servers beside the well-known ones; a set of GUINT_TO_POINTER */
    gboolean wait_for_gaps;
    GArray *servers;           /* of Endpoint; place 0 is "none" */
    GHashTable *server_places; /* Endpoint, owned → place */
};

/* The id that the next note will get: what a phone learns from a message counts from that message on. */
NoteId flow_next_note (const Flow *flow);

/* Appends the note of a message or event on a session: phase, attempt, server and the phone's level are the session's
 * and phone's present ones. */
NoteId flow_note_session (Flow *flow, Session *session, const Frame *frame, KindIndex kind, Phase phase,
                          Variant variant, gboolean from_server, const Values *values);
/* Links a request and its answer both ways. */
void flow_pair (Flow *flow, NoteId request, NoteId answer);

/* The phone at the other end of a session has this name. */
void flow_name_session (Flow *flow, Session *session, const Frame *frame, const char *name);
/* The session's registration has ended, by whatever means. */
void flow_end_registration (Flow *flow, Session *session);
Phone *flow_session_phone (const Flow *flow, const Session *session);

/* flow_sccp.c: one PDU of a session. */
void flow_sccp_pdu (Flow *flow, Session *session, const Frame *frame, gboolean from_server, const SccpPdu *pdu);
