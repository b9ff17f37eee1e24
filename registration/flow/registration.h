/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/terms/registration_state.h"

#include <glib.h>

/* A registration: one try of one phone (over SIP of one of its lines) to be registered at one server, over one
 * connection or in one dialogue, from its first step to its end. A phone may have several at once: lines, registrars, a
 * connection to a standby server, an old connection that never ended. What it does before it turns to a server
 * (address, files) is a record of its own, the way. */

typedef struct {
    PhoneId phone;          /* resolve with phones_current(); another one when the connection has named itself */
    NoteId first, latest;   /* of its notes, without copies of packets */
    NoteId asked;           /* SIP: of these the latest REGISTER; 0 none */
    guint32 attempt;        /* which start of its phone: 1, 2, 3 …; lines that it registers together share one; 0 when
                               the capture joins it in the middle */
    guint32 number;         /* as people count its phone's tries, see flow_note_number() */
    RegistrationId earlier; /* the one that the same connection carried before it; 0 none */
    RegistrationId into;    /* a connection that carries on an older registration: that one; 0 none */
    RegistrationId
        sibling;     /* SIP: one before it of the same account at the same registrar, of whatever phone; 0 none */
    guint32 over;    /* SIP: the connection of somebody in between that has carried it last; 0 none */
    guint16 server;  /* place in the flow's list of servers; 0 for the way */
    guint8 role;     /* RegistrationRole */
    guint8 state;    /* RegistrationState */
    guint8 protocol; /* PROTOCOL_SCCP or _SIP; N_PROTOCOLS while nothing tells */
    guint8 rank;     /* of the server in the phone's configuration; 0 not known */
    guint8 heard_phone : 1, heard_server : 1; /* who has said something; the bare events of TCP say nothing */
    guint8 by_default : 1;    /* accepted although the phone has no configuration of its own: auto-registration */
    guint8 returns : 1;       /* SCCP: the phone says that it comes back to a server which it prefers */
    guint8 by_heartbeat : 1;  /* SCCP: that heartbeats are answered is all that shows that it is held */
    guint8 by_fallback : 1;   /* SCCP: its server has said that it stands in for the call manager (SRST) */
    guint8 is_unsure : 1;     /* the capture lacks packets of it: silence proves nothing */
    guint8 is_cisco : 1;      /* SIP: a phone of Cisco's asks */
    guint8 half_answered : 1; /* SIP: of an answer over TCP only the beginning has come, or a provisional one */
    guint8 is_undecided : 1;  /* SIP: the latest answer may be to a sign-off: whether it stands is not known */
    guint8 has_run_out : 1;   /* SIP: its time was over, and the phone has asked anew since */
    guint8 shares_way : 1;    /* SIP: another line of the phone speaks over the same connection, or without one */
    guint8 is_mute : 1;       /* its server has ended the connection, and sent no octet on it */
    guint8 is_joined : 1;     /* SIP: it has answered a challenge that is not in the capture: it may be registered */
    guint8 has_siblings : 1;  /* SIP: it is among those that sibling goes through */
    guint8 stands_alone : 1;  /* SIP: its server can open a connection to it, or wake it: the end of this one is not its
                                 end */
    guint8 is_counted : 1;    /* its number is its own; until then it is the one that it may lead to */
    guint8 lacks_server : 1;  /* what its phone sends over TCP arrives, and the capture has no segment of its server */
    guint64 contact;          /* SIP: hash of where it wants to be reached; 0 not known */
    guint32 granted;          /* seconds that the latest acceptance lasts (SIP); 0 not known */
    const char *line;         /* SIP: "1001@example.net"; NULL. Owned by the flow */
    guint32 line_user;        /* of that the octets before the @ */
    NoteId steps[N_REGISTRATION_MOVES]; /* see registration_move() */
} Registration;

/* Moves it on, and keeps the note that shows the step: the first of its kind, but of CONFIRM, REFUSE and what ends it
 * the latest. FALSE when such a move changes nothing in this state (it is kept all the same). Over SIP, ASK and
 * CHALLENGE that came to nothing are forgotten before the phone asks anew. */
gboolean registration_move (Registration *registration, RegistrationMove move, NoteId note);
/* Two tries over SIP for one account of a domain that has a name, at whatever servers: these are all the domain's own
 * (RFC 3263, 4.3), and nothing says that one of them is a backup. A configuration would, and CUCM has a list. */
gboolean registration_shares_domain (const Registration *registration, const Registration *other);
/* The note by which a server has granted it last, anew or once more; 0 none has. */
NoteId registration_granted (const Registration *registration);

/* The state that a move leads to; the same one when it changes nothing. */
RegistrationState registration_next (RegistrationState state, RegistrationMove move);
/* Accepted, and nothing has ended it. */
gboolean registration_state_is_live (RegistrationState state);

typedef struct Registrations Registrations;

Registrations *registrations_new (void);
void registrations_free (Registrations *registrations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Registrations, registrations_free)

/* A new one, zero but for these. 0 when there are REGISTRATION_MAX already: nothing more is followed then. */
RegistrationId registrations_add (Registrations *registrations, PhoneId phone, RegistrationRole role, guint32 attempt);
guint32 registrations_count (const Registrations *registrations);
/* Borrowed, and in place until registrations_free(); NULL for 0. */
Registration *registrations_get (const Registrations *registrations, RegistrationId id);
