/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/flow/phones.h"
#include "registration/flow/registration.h"
#include "registration/protocols/passwords.h"
#include "registration/wire/frame.h"

#include <glib.h>

/* Follows the phones of one capture: frames in, in their order; notes and phones out. Holds all state of one capture
 * and nothing else: two captures, two flows. */

typedef struct Flow Flow;

typedef struct {
    const Passwords *passwords; /* to check digest responses with, or NULL; must live as long as the flow */
} FlowOptions;

/* options is copied; NULL: no passwords. */
Flow *flow_new (const FlowOptions *options);
void flow_free (Flow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flow, flow_free)

/* Takes in one frame. Returns the first note that it gave and their number in ret_count, or 0 when the frame has
 * nothing to do with a phone's registration. Costs the same however long the capture is. */
NoteId flow_frame (Flow *flow, const Frame *frame, guint *ret_count);

/* Time has come this far, though no frame says so, as on a link that is silent: what ought to have followed by now is
 * missed. Frames with earlier times may follow. */
void flow_pass (Flow *flow, gint64 time);

/* The capture ends here; its clock has come to this time (clock_goes_on()): reads what waits for octets that are
 * missing, in the latest frame that has said something; whoever watches says what only the end can prove. Frames may
 * follow all the same (a capture that goes on); then it is asked again. */
void flow_finish (Flow *flow, gint64 time);

/* When the capture ended, or its latest frame so far. */
gint64 flow_end (const Flow *flow);
/* The frame whose time is furthest before that of frames ahead of it, and how far, in nanoseconds: the clock was set
 * back, or the capture was put together. 0 when there is none; some milliseconds are nothing. */
guint32 flow_goes_back (const Flow *flow, gint64 *ret_by);
/* How much of the time between these two the capture was silent while a phone, or several of them, had to say something
 * (heartbeats, refreshes), or TCP had to send something again. Of several phones, and of TCP, it is hardly their fault
 * (is_sure): the capture was paused, or its clock set forward; what happened meanwhile, and how long it took, is not
 * known. Of one phone it may be either. */
gint64 flow_paused (const Flow *flow, gint64 since, gint64 until, gboolean is_sure);
/* The frame that ends the longest such silence that is sure to be the capture's, and how long it was; 0 when there is
 * none. */
guint32 flow_longest_pause (const Flow *flow, gint64 *ret_duration);

/* See notes_drop_frame(). */
void flow_drop_frame (Flow *flow, guint32 number);

/* How many datagrams on ports of SIP the capture has cut so early that nobody knows what they say. */
guint32 flow_cut_datagrams (const Flow *flow);

/* FALSE when a TCP or UDP frame with these ports cannot be about a phone (unless its reader knows better): to be asked
 * before a frame is taken apart. */
gboolean flow_wants_ports (const Flow *flow, Transport transport, guint16 source, guint16 destination);

/* The same for a frame, whose payload tells more than its ports: SIP runs on any of them. Sets is_sip then. */
gboolean flow_wants_frame (const Flow *flow, Frame *frame);

/* One message that a note tells of, as it came: what a script for a replay is made of. Borrowed for the call. */
typedef struct {
    NoteId note;
    Protocol protocol;
    gboolean from_server;
    const Endpoint *phone, *server;
    guint32 connection; /* 1, 2, 3 …: one TCP connection, also when its ports are used again; 0 for UDP */
    View octets;        /* the whole message; empty for an event of a connection (PROTOCOL_TCP). A message that the
                           capture has cut is shorter than it says itself. */
} FlowMessage;

typedef void (*FlowListener) (const FlowMessage *message, gpointer user_data);

/* From now on the listener hears of every SCCP, SIP, TFTP and HTTP message and of every event of a connection when its
 * note has just been made; partners come later. Of an HTTP body that is too long to be waited for (firmware) only the
 * beginning is there. NULL ends it. */
void flow_listen (Flow *flow, FlowListener listener, gpointer user_data);

/* Borrowed from the flow. */
const Notes *flow_notes (const Flow *flow);
const Phones *flow_phones (const Flow *flow);
const Registrations *flow_registrations (const Flow *flow);
/* NULL for 0. */
Registration *flow_registration (const Flow *flow, RegistrationId id);
/* The latest registration of a phone at a server; 0 when there is none. */
RegistrationId flow_latest_at (const Flow *flow, PhoneId phone, const IpAddress *server);
/* The registration over SCCP that the phone has now; 0 when it has none. */
RegistrationId flow_registered (const Flow *flow, PhoneId phone);
/* The server that a note is about; NULL when there is none. Borrowed. */
const Endpoint *flow_server (const Flow *flow, const Note *note);
/* How many connections the server of this note has taken on that port, from whomever, in all of the capture so far. */
guint32 flow_connections_taken (const Flow *flow, const Note *note);
/* Where that server has taken the latest connection of this note's own phone on that port; 0: nowhere so far. */
NoteId flow_taken_of_phone (const Flow *flow, const Note *note);
/* The same of a server (its place in the flow's list) and a phone, by one look: what the phone did while it passed for
 * another one is not in it. */
NoteId flow_taken_as (const Flow *flow, guint16 server, PhoneId phone);
/* On the latest connection between this note's phone and its server something was acknowledged that the capture lacks
 * so far. */
gboolean flow_lacks_octets (const Flow *flow, const Note *note);
/* Whose note it is, as known now: what comes before a name on a connection belongs to whom the connection names. */
PhoneId flow_note_phone (const Flow *flow, const Note *note);
/* Which of its phone's tries to register it belongs to or leads to, as people count them: 1, 2, 3 …, each line's for
 * itself; 0 when its beginning is not in the capture. */
guint32 flow_note_number (const Flow *flow, const Note *note);
guint32 flow_number (const Flow *flow, RegistrationId id);
/* Which of its phone's starts it belongs to: 1, 2, 3 …; lines that it registers together share one. 0 before anything
 * tells. */
guint32 flow_note_attempt (const Flow *flow, const Note *note);
