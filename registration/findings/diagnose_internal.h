/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/findings/story.h"
#include "registration/flow/observer.h"

/* What the rules of diagnose_*.c share: counting what repeats, waiting for what should follow, and raising findings.
 * A rule looks at one note at a time, when all notes of its frame are written and paired. */

struct Diagnosis {
    Flow *flow;           /* borrowed */
    const Notes *notes;   /* the flow's */
    const Phones *phones; /* the flow's */
    Timers timers;
    Findings *findings;       /* owned */
    GPtrArray *phone_stories; /* of PhoneStory by PhoneId, owned; NULL for those that were absorbed or never seen */
    ConnectionStories *connections; /* owned */
    struct Watches *watches;        /* watches.c: what ought to follow; owned */
    GHashTable *unsaid;             /* cases.c: set of PhoneId: findings wait for its next note; owned */
    gboolean sees_tcp;              /* the capture holds a connection */
    guint8 sees_registration;       /* … or a message of one, to who registers phones: bits of LoadProtocol */
    gboolean sees_files;            /* a phone asks for a file, or gets one */
    NoteId told_server;             /* diagnose_boot.c: the first lease that names a TFTP server; 0 none */
    NoteId configured;              /* diagnose_files.c: the first configuration that a phone has got; 0 none */
    gboolean several_configured;    /* … and another phone has got one, too */
    gboolean sees_file_answer;      /* a TFTP server has said something, to whomever */
    gboolean lacks_file_answer;     /* … and somebody has got an answer that the capture lacks */
    NoteId one_sided;               /* sees.c: the latest that shows a capture of one direction */
    GHashTable *unheard; /* sees.c: hash of a server's address → NoteId: the latest that shows that it was not captured;
                            owned */
    GHashTable *speakers; /* sees.c: set of hashes of servers' addresses: something of them is in the capture; owned */
    GHashTable *doubted;  /* sees.c: set of NoteId: the answer to it may be among what the capture lacks; owned */
    GHashTable
        *file_servers; /* diagnose_files.c: set of places of servers that have answered anybody over TFTP; owned */
    GHashTable *came;  /* sees.c: set of NoteId: what it has shown to be lacking has come after all; owned */
    GHashTable *digest_users; /* diagnose_sip_users.c: of DigestUser, owned */
    GHashTable *habits;       /* diagnose_sccp_life.c: what servers are known to do; owned */
    NoteId clock_agrees;      /* diagnose_clock.c: shows that the capture's clock is right; 0 nothing does */
};

/* What a rule looks at: a note, and whom it is about now. All borrowed, for the call. */
typedef struct {
    Diagnosis *diagnosis;
    NoteId id;
    const Note *note;
    const MessageKind *kind;
    const Phone *phone;
    const struct BootState *boot; /* the phone's; all zeros when nothing is known of its start */
    PhoneStory *story;
    const Session *session;      /* the connection that the note's frame belongs to; NULL when it is none */
    ConnectionStory *connection; /* the session's; NULL with it */
    guint32 sip_line;            /* diagnose_sip_line(), when that is known already; else 0 */
} Sight;

/* session may be NULL. */
Sight sight_at (Diagnosis *diagnosis, NoteId id, const Session *session);
/* Another note; NULL for 0. */
const Note *sight_note (const Sight *sight, NoteId id);
/* The server that the note is about, or NULL. */
const Endpoint *sight_server (const Sight *sight);
/* What the note's message says. FALSE when it says nothing of this. */
gboolean sight_value (const Sight *sight, ValueKey key, Value *ret_value);

/* The rules, one function a protocol or two. */
void diagnose_boot (const Sight *sight);
void diagnose_files (const Sight *sight);
/* The network says that something cannot be reached: perhaps the TFTP server. */
void diagnose_unreachable (const Sight *sight, NoteId quoted);
/* diagnose_files.c: ICMP says that what was sent to the phone is too big for the path. */
void diagnose_block_too_big (const Sight *sight);
/* Nothing has been heard of this TFTP server of the lease. TRUE when that holds for all of them, or it is in none. */
gboolean diagnose_no_server_left (const Sight *sight, const IpAddress *server);
/* A packet of a server of files, or the phone's acknowledgment of one that the capture lacks. */
gboolean diagnose_has_answered (const Sight *sight);
/* The phone asks on its link for the owner of this address: how many times in a row. A reply makes that forgotten. */
guint32 diagnose_count_unowned (const Sight *sight, const IpAddress *address);
/* The note tells of a trust list that is not there, and the phone is configured to be secure: it has to have one. */
gboolean diagnose_needs_file (const Sight *sight);
/* diagnose_boot.c: DNS gives no address for any call manager of the configuration. */
gboolean diagnose_names_fail (const Sight *sight);
/* diagnose_start.c: the phone has said that it runs the firmware that its configuration names. */
gboolean diagnose_runs_wanted_load (const Sight *sight);
/* Every note, before the rules of its protocol: what a phone does as a whole. */
void diagnose_start (const Sight *sight);
void diagnose_connect (const Sight *sight);
void diagnose_sccp (const Sight *sight);
void diagnose_sip (const Sight *sight);

void diagnose_tls (const Sight *sight);
/* Of a note on a TCP connection. */
void diagnose_sccp_life (const Sight *sight);

/* Octets on a connection of SCCP that are no message known here: they may be the answer that is waited for. */
void diagnose_unreadable (const Sight *sight);
/* TCP sends once more what nobody has acknowledged: perhaps a keepalive. */
void diagnose_keepalive_repeated (const Sight *sight);
/* A phone opens a connection to a server of SCCP, or asks it to register it. */
void diagnose_leaves_home (const Sight *sight);
/* A phone turns to a server of SCCP. */
void diagnose_tries (const Sight *sight);
/* A host closes a connection in order. */
void diagnose_still_there (const Sight *sight);
/* Nobody listens on a port of SCCP. */
void diagnose_refused (const Sight *sight);
/* The first FIN or RST of a connection. */
void diagnose_end (const Sight *sight);
/* diagnose_mtu.c: TCP sends octets again; ICMP says something; a whole REGISTER over whatever, and the beginning of
 * one; a server has answered one. */
void diagnose_repetition (const Sight *sight);
void diagnose_too_big (const Sight *sight);
void diagnose_register_whole (const Sight *sight);
void diagnose_fragment (const Sight *sight);
void diagnose_register_arrived (const Sight *sight);
/* Octets of a server that are no TLS, in answer to a ClientHello. */
void diagnose_plain_answer (const Sight *sight);
void diagnose_tls_end (const Sight *sight);
/* The first FIN or RST of a connection of SIP. */
void diagnose_sip_end (const Sight *sight);
/* diagnose_sip_reach.c: ICMP says that something does not reach the phone. */
void diagnose_reach_denied (const Sight *sight);
void diagnose_sip_knock (const Sight *sight);
/* The server has accepted or refused the connection. */
void diagnose_sip_knock_answered (const Sight *sight);

/* A note that tells the time: VALUE_SKEW is how far the clock of its sender is from the phone's, when that has told it
 * too (VALUE_PHONE_TIME), or from that of the capture. Does nothing for others. */
void diagnose_clock (const Sight *sight);

/* A note whose values show two addresses of one phone; SCCP's as well as SIP's. */
void diagnose_address (const Sight *sight);

/* --- Cases of the phone that the note's phone is now: when a phone gets its name, its cases go with it. */

Case *diagnose_case (const Sight *sight, Problem problem, guint32 about);
/* What has happened so far counts no longer: an answer has come. */
void diagnose_forget (const Sight *sight, Problem problem, guint32 about);
/* Says it the first time only. cause may be 0. */
void diagnose_once (const Sight *sight, Problem problem, Certainty certainty, guint32 about, NoteId cause);
/* Raises a finding with this evidence (see findings.h), unless it is about somebody who has not shown to be a phone. */
void diagnose_add (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence, guint n_evidence);
/* The same for what costs time and nothing else: the phone has gone on (see findings.h). */
void diagnose_add_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                         guint n_evidence);
/* Says it each time. */
void diagnose_raise (const Sight *sight, Problem problem, Certainty certainty, NoteId cause);
/* Counts, and says it once when it has happened often enough. */
void diagnose_after (const Sight *sight, Problem problem, Certainty certainty, guint32 about, guint32 times);
/* Counts what nobody answers, and says it once, as likely, when it has happened often enough for long enough (span in
 * nanoseconds) and the last one has gone without answer (diagnose_forget()) for a while. */
void diagnose_unanswered (const Sight *sight, Problem problem, guint32 about, guint32 times, gint64 span);
/* Certain, and shown at the phone's next note, or at the last of the evidence when none comes. */
void diagnose_later (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                     guint n_evidence);
/* What silence has proved: shown at the phone's next note, or at the last of the evidence when none comes. */
void diagnose_silent (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                      guint n_evidence);
/* The same for what silence has not proved to keep the phone from anything (see diagnose_add_eased()). */
void diagnose_silent_eased (const Sight *sight, Problem problem, Certainty certainty, const NoteId *evidence,
                            guint n_evidence);

/* Says, as likely, what has gone on for some rounds. */
void diagnose_rounds (const Sight *sight, Problem problem, Rounds *rounds);
/* The phone without a configuration tries its TFTP server, as a last resort: that nobody listens there is no fault of
 * the server. */
gboolean diagnose_is_last_resort (const Sight *sight);
/* The same for a phone whose configuration names call managers of which none has got an address. */
gboolean diagnose_falls_back (const Sight *sight);

/* --- Watches: what ought to follow a note, and the time by which */

typedef struct Watch Watch;
/* Time is up. Decides by what is known now. sight: of the watched note, without a connection. */
typedef void (*WatchDue) (const Sight *sight, const Watch *watch);

struct Watch {
    gint64 deadline;
    NoteId note;
    guint32 problem, about; /* of the case that it is about, if it is about one */
    WatchDue due;
    gboolean closes_at_end; /* the end of the capture makes it due as well */
};

void diagnose_watch (const Sight *sight, const Watch *watch);
/* diagnose_unanswered(), with another decision when time is up; the usual one. */
void diagnose_unanswered_until (const Sight *sight, Problem problem, guint32 about, guint32 times, gint64 span,
                                WatchDue due);
void diagnose_still_unanswered (const Sight *sight, const Watch *watch);
void diagnose_still_unanswered_eased (const Sight *sight, const Watch *watch);

/* --- sees.c: what the capture would show */

/* The network says of this note's server that nothing can be sent there: its silence proves no more than that. */
void diagnose_deny (const Sight *sight);
/* Whether silence after this note proves anything. FALSE when the network (or the
 * phone's switch) has said why, when the capture began in the
 * middle of its connection, or is known to lack packets between its phone and its server: one direction, the server
 * for all phones, octets that are cut off, or that were acknowledged and are not there; then the note one-sided-capture
 * says so, once a phone. To be asked before any finding that rests on something not having happened, last of all
 * conditions. */
gboolean diagnose_silence_proves (const Sight *sight);
/* The phone's latest note to this note's server; 0 when there is none. */
NoteId diagnose_asked (const Sight *sight);
/* What shows that the capture lacks packets which this note's phone and server have exchanged; 0 nothing does. */
NoteId sees_missed (const Sight *sight);
/* Whether anything that this note's server has said, to whomever, is in the capture. */
gboolean sees_server (const Sight *sight);
/* Whatever the time: a whole direction of it is not in the capture. */
gboolean sees_lacks_side (const Sight *sight);

/* --- For diagnosis.c: whose turn it is now */

/* The story of the phone that this one is now; made when it is first asked for. */
PhoneStory *diagnosis_phone (Diagnosis *diagnosis, PhoneId phone);
/* A finding says that nobody answers this note: until it turns out that the capture lacks what may be the answer. */
void sees_find_unanswered (Diagnosis *diagnosis, NoteId asked);
/* What a finding says that nobody answers has been answered: nothing else explains what its phone does since. */
void sees_doubt (Diagnosis *diagnosis, NoteId asked);
/* That the capture lacks packets, sent from that time on, this note shows. */
void sees_lack (Diagnosis *diagnosis, NoteId id, gint64 since, CaptureHolds holds);
/* What that note has shown to be lacking has come after all. */
void sees_find (Diagnosis *diagnosis, NoteId lacking);
/* Remembers what this note tells about the capture. */
void sees_hear (const Sight *sight);
/* What silence has proved about this note's phone is shown here. */
void cases_say_at (const Sight *sight);
/* The same for all phones, at the last of the evidence. */
void cases_say_rest (Diagnosis *diagnosis);
/* What has turned out to be of no phone, or not to be proved. */
void cases_take_back (Diagnosis *diagnosis);
typedef struct Watches Watches;
Watches *watches_new (void);
void watches_free (Watches *watches);
/* Those whose time has come; and at the end of the capture those, too, that it makes due. */
void watches_run (Diagnosis *diagnosis, gint64 now);
void watches_close (Diagnosis *diagnosis, gint64 now);
/* The capture was paused for so long: nothing has become due meanwhile. */
void watches_put_off (Diagnosis *diagnosis, gint64 duration);
/* diagnose_sip_users.c: of DigestUser. */
GHashTable *diagnose_users_new (void);
/* diagnose_sip.c: a connection has ended, at the first note, before the REGISTER on it was answered. */
void diagnose_sip_closed (const Sight *closed, const Sight *request);

/* --- What rules ask */

/* Nanoseconds of a timer in seconds. */
gint64 diagnose_patience (const Sight *sight, TimerId timer);
/* From that time to the note, without what the capture was paused meanwhile: so much is known to have gone by. */
gint64 diagnose_elapsed (const Sight *sight, gint64 since);
guint32 diagnose_times (const Sight *sight, TimerId timer);
/* A value of the note; 0 or empty when it has none. Text is borrowed from the notes. */
guint64 diagnose_number (const Sight *sight, ValueKey key);
View diagnose_text (const Sight *sight, ValueKey key);
/* What a case is about that concerns something with a name. */
guint32 diagnose_about (View text);
/* What a case is about that concerns one attempt at one server. */
guint32 diagnose_try (const Sight *sight);
