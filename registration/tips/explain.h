/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/findings.h"
#include "registration/flow/flow.h"
#include "registration/tips/tips.h"

#include <glib.h>

/* What a note says to a person: the values of the fields that users see. Everything is as it was known at the note, so
 * it does not change with what comes later, except for the links between requests and answers. */

/* regflow.message; NULL for events that are no messages (TCP). Valid until the next call with the same buffer, which
 * messages without a name of their own are written to, and answers of SIP whose phrase says something else than their
 * code. */
#define EXPLAIN_MESSAGE_SIZE 48
const char *explain_message (const Flow *flow, const Note *note, char buffer[EXPLAIN_MESSAGE_SIZE]);
/* regflow.device: the registered name, or the best identity that was known. Borrowed from the flow, or buffer. */
const char *explain_device (const Flow *flow, NoteId id, char buffer[IP_ADDRESS_TEXT_SIZE]);
/* regflow.phone: 1, 2, 3 … in order of appearance. A link, too: names that come later may show that two are one. */
guint32 explain_phone (const Flow *flow, const Note *note);
/* regflow.server, as an address; "" when there is none. Returns buffer. */
const char *explain_server (const Flow *flow, const Note *note, char buffer[IP_ADDRESS_TEXT_SIZE]);
/* regflow.tip and the like; NULL when there is no such text, or nothing of it is left without the values that are not
 * there. Owned by the caller. */
char *explain_tip (const Flow *flow, const Tips *tips, NoteId id, TipPart part);
/* The same behind what is there. FALSE: nothing was written. */
gboolean explain_append_tip (const Flow *flow, const Tips *tips, NoteId id, TipPart part, GString *out);
/* regflow.problem.text and the like, with the values of the note that completes the proof. Owned by the caller. */
char *explain_problem (const Flow *flow, const Tips *tips, const Finding *finding, TipPart part);
/* Nanoseconds from the request to this answer. FALSE when this is no answer, its request was not seen, or
 * the time of the capture goes back between them. */
gboolean explain_response_time (const Flow *flow, const Note *note, gint64 *ret_nanoseconds);
/* Nanoseconds since the phone's first frame; negative when the time of the capture goes back behind that: reports say
 * nothing then. */
gint64 explain_elapsed (const Flow *flow, NoteId id);
/* The frame of the request that this answers, or of the answer that this request got; 0 when there is none. */
guint32 explain_request_in (const Flow *flow, const Note *note);
guint32 explain_answer_in (const Flow *flow, const Note *note);
