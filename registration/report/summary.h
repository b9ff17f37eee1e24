/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/flow/flow.h"
#include "registration/terms/outcome.h"

#include <glib.h>

/* What happened to each phone, summed up from its registrations and notes: what every form of report tells. Plain data,
 * filled by summary_new() only. */

#define NOT_SEEN G_MININT64

typedef struct {
    NoteId first, last; /* its first and last message */
    guint32 count;      /* of messages; bare acknowledgments of TCP and TFTP are none, nor what TCP repeats */
} Span;

/* One registration of one phone, with the way to it. */
typedef struct {
    RegistrationId registration; /* a way when the phone has turned to no server; 0 when there were too many */
    RegistrationId way;          /* that has led to it; 0 none is seen */
    guint32 start;               /* of the phone; 0: joined in the middle */
    guint32 number;              /* as people count its tries, no two the same; 0: joined in the middle, or none */
    guint32 first_frame, last_frame;
    gint64 first, last;
    Span phases[N_PHASES];
    gboolean takes_step; /* the phone does something in it to be registered: ARP alone is none */
} Attempt;

/* How it ended for one line of a phone; over SCCP a phone has one. */
typedef struct {
    RegistrationId decides; /* the registration that tells */
    Outcome outcome;
} LineOutcome;

typedef struct {
    PhoneId phone;
    NoteId last_note;
    Protocol protocol;         /* that it registers with: PROTOCOL_SCCP or _SIP; N_PROTOCOLS while nothing tells */
    Phase furthest;            /* of the latest attempt; PHASE_NONE while there was none */
    NoteId answered[N_PHASES]; /* what a server last said in that phase, or 0 */
    NoteId heard;              /* it has last answered what a server has asked, or 0 */
    NoteId let_in;             /* somebody beyond its link has last reached it, or its switch has let it in; 0 none */
    gint64 looked_for_lease;   /* when it last looked for a DHCP server, or NOT_SEEN */
    gint64 leased;             /* when it last got an address, or NOT_SEEN */
    gint64 configured;         /* when it last got a configuration that can be read, or NOT_SEEN */
    gint64 fetched;            /* when a configuration has last come, whether it can be read or not */
    gint64 own_configured;     /* the same of its own one: the default one is for phones that have none */
    NoteId step;               /* the last one that it took; 0 none */
    gboolean is_booting;       /* it looked for an address, or for what it needs to register, and has not left since */
    gboolean is_set_back;      /* that went wrong: a question had to be repeated, a connection ended */
    GArray *attempts;          /* of Attempt, in the order in which they began; owned */
    GArray *lines;             /* of LineOutcome; empty while no line has tried; owned */
    GArray *found;             /* of guint: indices of what was found about it, in order; owned */
    GHashTable *found_of;      /* summary_cause.c: hash of a user → GArray of those about it; owned, or NULL */
    GHashTable *grants;        /* summary_grants.c: hash of a wish → the note of its latest grant; owned, or NULL */
    gboolean is_elsewhere;     /* it is at a backup server, or at one that it may prefer less */
    gboolean has_double;       /* two devices have its name */
    gboolean is_one_sided;     /* the capture holds only one direction of what it and a server say */
    Outcome outcome;           /* of the phone */
    RegistrationId decides;    /* the registration that tells; 0 none */
    const Finding *cause; /* what keeps it from where it wants to be, or, of one that is registered, the first error
                           * that stands all the same; NULL when nothing says it */
    char *load;           /* the firmware that it names where it asks; owned, or NULL */
} PhoneSummary;

typedef struct {
    const Diagnosis *diagnosis;
    const Flow *flow; /* that it watches */
    const Findings *findings;
    GArray *phones;   /* of PhoneSummary, in order of appearance; owned */
    guint32 n_copies; /* frames that tell nothing new: the capture point has seen a packet twice */
    gboolean goes_on; /* packets still come; to be set by whoever watches them */
    guint32 *places;  /* by PhoneId: place among phones + 1, or 0; owned */
} Summary;

/* Which notes count; NULL for all of them. */
typedef gboolean (*NoteFilter) (NoteId id, gconstpointer user_data);

/* The diagnosis and its flow are borrowed and must outlive the summary. */
Summary *summary_new (const Diagnosis *diagnosis, NoteFilter filter, gconstpointer user_data);
/* Of these notes only, which rise (NULL: of the first n_notes): what somebody asks again and again of a few
 * phones among many. Costs what they are, a little for each registration and finding, and nothing for other notes. */
Summary *summary_new_of (const Diagnosis *diagnosis, const NoteId *notes, guint n_notes, NoteFilter filter,
                         gconstpointer user_data);
void summary_free (Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, summary_free)

const PhoneSummary *summary_phone (const Summary *summary, guint index);
const Attempt *summary_attempt (const PhoneSummary *phone, guint index);
const Finding *summary_finding (const Summary *summary, const PhoneSummary *phone, guint index);
/* What it says of itself where it asks for the registration that tells how it ended: of two devices with one name one.
 */
IpAddress summary_address (const Summary *summary, const PhoneSummary *phone);
/* NULL when nothing says it. Borrowed from the summary. */
const char *summary_load (const Summary *summary, const PhoneSummary *phone);
/* "7965": by the number that it registers with, else as it calls itself before; NULL when nothing says it. Borrowed
 * from the flow. */
const char *summary_model (const Summary *summary, const PhoneSummary *phone);
/* How many times it asked to be registered, as far as its beginnings are in the capture. */
guint summary_attempts (const Summary *summary, const PhoneSummary *phone);
/* The record of an attempt; NULL when there is none. */
const Registration *summary_registration (const Summary *summary, const Attempt *attempt);
/* How it stands when the capture ends: what was granted may have run out. */
RegistrationState summary_state (const Summary *summary, const Registration *registration);
/* The capture joins its connection in the middle and has the phone's side of SCCP only: it speaks as one that is
 * registered, or that keeps a connection to a standby. */
gboolean summary_speaks_unheard (const Summary *summary, const Registration *registration);
/* Over SCCP nobody has taken its place at its server: the phone itself has gone to another one, and has not said so
 * there. */
gboolean summary_is_left (const Summary *summary, const Registration *registration);
/* What its phone sends over TCP has arrived, and the capture has no segment of its server. */
gboolean summary_lacks_server (const Summary *summary, const Registration *registration);
/* How it ended for the line about which this attempt decides; OUTCOME_NONE when it decides about none. */
Outcome summary_attempt_outcome (const Summary *summary, const Attempt *attempt);
/* How long it was from one moment to the other is known: both are seen, and in between the clock of the capture was not
 * set, nor the capture paused, as far as that shows. */
gboolean summary_knows_time (const Summary *summary, gint64 from, gint64 to);
/* When the attempt took that step, or NOT_SEEN. */
gint64 summary_moment (const Summary *summary, const Attempt *attempt, RegistrationMove step);
/* Of a span with messages: when the first of them came, and how long after it the last one did. */
gint64 summary_span_begin (const Summary *summary, const Span *span);
gint64 summary_span_took (const Summary *summary, const Span *span);
/* When the attempt turned to its server: by its SYN, its question, or whatever is first seen of it. */
gint64 summary_begin (const Summary *summary, const Attempt *attempt);
/* How far the registration that decides about this line has come; without one, the phone. */
Phase summary_line_phase (const Summary *summary, const PhoneSummary *phone, RegistrationId decides);
/* It is ready, or at least registered, at its own server. */
gboolean summary_is_registered (const PhoneSummary *phone);
/* Whether this finding still stands. What a later acceptance of the same
 * registration has overcome stays in the report, and fails nothing. */
gboolean summary_stands (const Summary *summary, const PhoneSummary *phone, const Finding *finding);
/* Whatever is wrong with a sign-off over SIP fails nothing, and nothing has to overcome it. */
gboolean summary_is_of_sign_off (const Summary *summary, const Finding *finding);
/* A connection was refused, and the same phone has been let in at that server and port since. */
gboolean summary_is_open_since (const Summary *summary, const PhoneSummary *phone, const Registration *failed);
/* It was an error, or a warning about who or what was missing, and stands no longer. */
gboolean summary_is_overcome (const Summary *summary, const PhoneSummary *phone, const Finding *finding);
/* The phone is not where it wants to be, or an error about it still stands: what fails a job. */
gboolean summary_phone_fails (const Summary *summary, const PhoneSummary *phone);
/* Some phone has tried to register, or was kept from trying. */
gboolean summary_has_registration (const Summary *summary);
/* Some phone fails. */
gboolean summary_has_errors (const Summary *summary);
