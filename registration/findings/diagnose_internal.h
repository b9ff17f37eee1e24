/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow_internal.h"

/* What the rules of diagnose_*.c share: counting what repeats, waiting for what should follow, and raising findings.
 * A rule looks at one note at a time, when all notes of its frame are written and paired. */

/* The rules, one function a protocol or two. kind is the id of the note's message or event. */
void diagnose_boot (Flow *flow, NoteId id, const Note *note, const MessageKind *kind);
void diagnose_files (Flow *flow, NoteId id, const Note *note, const MessageKind *kind);
/* The network says that something cannot be reached: perhaps the TFTP server. */
void diagnose_unreachable (Flow *flow, NoteId id, const Note *note, NoteId quoted);
/* Every note, before the rules of its protocol: what a phone does as a whole. */
void diagnose_start (Flow *flow, NoteId id, const Note *note, const MessageKind *kind);
void diagnose_connect (Flow *flow, NoteId id, const Note *note, const MessageKind *kind);
void diagnose_sccp (Flow *flow, NoteId id, const Note *note, guint32 kind);
void diagnose_sip (Flow *flow, NoteId id, const Note *note, guint32 kind);

void diagnose_tls (Flow *flow, NoteId id, const Note *note, guint32 kind);
/* Of a note on a TCP connection, flow->session. */
void diagnose_sccp_life (Flow *flow, NoteId id, const Note *note, const MessageKind *kind);

/* Octets on a connection of SCCP that are no message known here: they may be the answer that is waited for. */
void diagnose_unreadable (Flow *flow, const Note *note);
/* TCP sends once more what nobody has acknowledged: perhaps a keepalive. */
void diagnose_keepalive_repeated (Flow *flow, NoteId id, const Note *note);
/* The first FIN or RST of a connection. */
void diagnose_end (Flow *flow, NoteId id, const Note *note);
/* diagnose_mtu.c: TCP sends octets again; ICMP says something; a whole REGISTER over whatever, and the beginning of
 * one; a server has answered one. */
void diagnose_repetition (Flow *flow, NoteId id, const Note *note);
void diagnose_too_big (Flow *flow, NoteId id, const Note *note, guint32 kind);
void diagnose_register_whole (Flow *flow, NoteId id, const Note *note);
void diagnose_fragment (Flow *flow, NoteId id, const Note *note);
void diagnose_register_arrived (Flow *flow, const Note *note);
/* Octets of a server that are no TLS, in answer to a ClientHello. */
void diagnose_plain_answer (Flow *flow, NoteId id, const Note *note);
void diagnose_tls_end (Flow *flow, NoteId id, const Note *note);

/* A note that tells the time: VALUE_SKEW is how far the clock of its sender is from the phone's, when that has told it
 * too (VALUE_PHONE_TIME), or from that of the capture. Does nothing for others. */
void diagnose_clock (Flow *flow, NoteId id, const Note *note);

/* A note whose values show two addresses of one phone; SCCP's as well as SIP's. */
void diagnose_address (Flow *flow, NoteId id, const Note *note);

/* diagnose_sip_users.c */
void diagnose_users_init (Flow *flow);
void diagnose_users_clear (Flow *flow);

/* --- Cases: one problem of one phone about one thing (server, file …), so that what goes on for hours is said once.
 * They belong to the phone that the note's phone is now: when a phone gets its name, its cases go with it. */

typedef struct {
    guint32 problem;
    guint32 about; /* place of a server, hash of a file name, attempt … */
} CaseKey;

typedef struct {
    CaseKey key;                /* stays first */
    NoteId first, second, last; /* last: where the count was full */
    guint32 count;
} Case;

Case *diagnose_case (Flow *flow, const Note *note, Problem problem, guint32 about);
/* What has happened so far counts no longer: an answer has come. */
void diagnose_forget (Flow *flow, const Note *note, Problem problem, guint32 about);
/* Says it the first time only. cause may be 0. */
void diagnose_once (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, NoteId cause);
/* Raises a finding with this evidence (see findings.h), unless it is about somebody who has not shown to be a phone. */
void diagnose_add (Flow *flow, NoteId id, Problem problem, Certainty certainty, const NoteId *evidence,
                   guint n_evidence);
/* Says it each time. */
void diagnose_raise (Flow *flow, NoteId id, Problem problem, Certainty certainty, NoteId cause);
/* Counts, and says it once when it has happened often enough. */
void diagnose_after (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, guint32 times);
/* Counts what nobody answers, and says it once, as likely, when it has happened often enough for long enough (span in
 * nanoseconds) and the last one has gone without answer (diagnose_forget()) for a while. */
void diagnose_unanswered (Flow *flow, NoteId id, Problem problem, guint32 about, guint32 times, gint64 span);
/* What silence has proved: shown at the phone's next note, or at the last of the evidence when none comes. */
void diagnose_silent (Flow *flow, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence);

/* Says, as likely, what has gone on for some rounds. */
void diagnose_rounds (Flow *flow, NoteId id, Problem problem, Rounds *rounds);
/* The phone without a configuration tries its TFTP server, as a last resort: that nobody listens there is no fault of
 * the server. */
gboolean diagnose_is_last_resort (Flow *flow, const Note *note);

/* --- Watches: what ought to follow a note, and the time by which */

typedef struct Watch Watch;
/* Time is up. Decides by what the flow knows now. */
typedef void (*WatchDue) (Flow *flow, const Watch *watch);

struct Watch {
    gint64 deadline;
    NoteId note;
    guint32 problem, about; /* of the case that it is about, if it is about one */
    WatchDue due;
    gboolean closes_at_end; /* the end of the capture makes it due as well */
};

void diagnose_watch (Flow *flow, const Watch *watch);

/* --- What the capture holds */

/* The network says of this note's server that nothing can be sent there: its silence proves no more than that. */
void diagnose_deny (Flow *flow, const Note *note);
/* Whether silence after this note proves anything. FALSE when the network has said why, when the capture began in the
 * middle of its connection, or is known to lack packets between its phone and its server (one direction, or octets that
 * were acknowledged and are not there); then the note one-sided-capture says so, once a phone. To be asked before any
 * finding that rests on something not having happened, last of all conditions. */
gboolean diagnose_silence_proves (Flow *flow, const Note *note);
/* The phone's latest note to the server at that place; 0 when there is none. */
NoteId diagnose_asked (const Flow *flow, PhoneId phone, guint16 place);

/* For diagnose.c: whose turn it is now. */
void cases_init (Flow *flow);
void cases_clear (Flow *flow);
/* Remembers what this note tells about the capture. */
void cases_hear (Flow *flow, NoteId id);
/* What silence has proved about this note's phone is shown here. */
void cases_say_at (Flow *flow, NoteId id);
/* The same for all phones, at the last of the evidence. */
void cases_say_rest (Flow *flow);
typedef struct Watches Watches;
Watches *watches_new (void);
void watches_free (Watches *watches);
/* Those whose time has come; and at the end of the capture those, too, that it makes due. */
void watches_run (Flow *flow, gint64 now);
void watches_close (Flow *flow, gint64 now);

/* --- What rules ask */

/* Nanoseconds of a timer in seconds. */
gint64 diagnose_patience (const Flow *flow, TimerId timer);
guint32 diagnose_times (const Flow *flow, TimerId timer);
/* A value of a note; 0 or empty when it has none. Text is borrowed from the notes. */
guint64 diagnose_number (const Flow *flow, const Note *note, ValueKey key);
View diagnose_text (const Flow *flow, const Note *note, ValueKey key);
/* What a case is about that concerns something with a name. */
guint32 diagnose_about (View text);
/* What a case is about that concerns one attempt at one server. */
guint32 diagnose_try (const Note *note);
