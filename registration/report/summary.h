/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/terms/outcome.h"

#include <glib.h>

/* What happened to each phone, summed up from its notes: what every form of report tells. Plain data, filled by
 * summary_new() only. */

#define NOT_SEEN G_MININT64

typedef struct {
    gint64 first, last; /* times of its first and last message */
    guint32 count;
} Span;

/* One attempt of one phone to register. */
typedef struct {
    guint16 number; /* 0: before any attempt */
    guint16 server; /* place of the call manager, or of whoever spoke last before there is one; 0 none */
    guint32 first_frame, last_frame;
    gint64 first, last;
    gint64 connect, accepted, ready, rejected; /* times, or NOT_SEEN */
    Span phases[N_PHASES];
} Attempt;

typedef struct {
    PhoneId phone;
    NoteId last_note;
    Protocol protocol; /* that it registers with: PROTOCOL_SCCP or _SIP; N_PROTOCOLS while nothing tells */
    Phase furthest;    /* of the latest attempt; PHASE_NONE while there was none */
    guint16 latest_attempt;
    gboolean was_accepted;     /* in that attempt, or the one before if nothing has begun since */
    gboolean signed_off;       /* that ended because the phone or the server has said so */
    gint64 answered[N_PHASES]; /* when a server last said something in that phase, or NOT_SEEN */
    gint64 leased;             /* when it last got an address, or NOT_SEEN */
    gint64 last_step;          /* when it last took a step, or NOT_SEEN */
    gboolean is_set_back;      /* that went wrong: a question had to be repeated, a connection ended */
    GArray *attempts;          /* of Attempt, owned */
    GArray *found;             /* of guint: indices of what was found about it, in order; owned */
} PhoneSummary;

typedef struct {
    const Diagnosis *diagnosis;
    const Flow *flow; /* the one that it watches */
    GArray *phones;   /* of PhoneSummary, in order of appearance; owned */
    guint32 n_copies; /* frames that tell nothing new: the capture point has seen a packet twice */
    guint32 *places;  /* by PhoneId: place among phones + 1, or 0; owned */
} Summary;

/* Which notes count; NULL for all of them. */
typedef gboolean (*NoteFilter) (NoteId id, gconstpointer user_data);

/* The diagnosis and its flow are borrowed and must outlive the summary. */
Summary *summary_new (const Diagnosis *diagnosis, NoteFilter filter, gconstpointer user_data);
void summary_free (Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, summary_free)

const PhoneSummary *summary_phone (const Summary *summary, guint index);
const Attempt *summary_attempt (const PhoneSummary *phone, guint index);
const Finding *summary_finding (const Summary *summary, const PhoneSummary *phone, guint index);
/* "7965": by the number that it registers with, else as it calls itself before; NULL when nothing says it. Borrowed
 * from the flow. */
const char *summary_model (const Summary *summary, const PhoneSummary *phone);
/* When the attempt took its first step towards the server. */
gint64 attempt_begin (const Attempt *attempt);
/* ret_cause: what keeps the phone from where it wants to be, or why one that is ready is registered in part only; NULL
 * when nothing says it. Of the errors of the latest attempt that were not overcome later, the most certain; among
 * these, one that explains others goes first, then the latest. */
Outcome summary_outcome (const Summary *summary, const PhoneSummary *phone, const Finding **ret_cause);
/* OUTCOME_STUCK only because the capture ends: nothing went wrong, and the phone had time left for its next step. */
gboolean summary_is_cut_off (const Summary *summary, const PhoneSummary *phone);
/* Some phone has tried to register, or was kept from trying. */
gboolean summary_has_registration (const Summary *summary);
gboolean summary_has_errors (const Summary *summary);
