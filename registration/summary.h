/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow.h"
#include "registration/outcome.h"

#include <glib.h>

/* What happened to each phone of a capture, in numbers: what every report is written from. Memory grows with phones,
 * their attempts and findings, not with frames. */

/* Moments that were not seen. */
#define NOT_SEEN G_MININT64

typedef struct {
    gint64 first, last; /* times of its first and last message */
    guint32 count;
} Span;

/* One attempt of one phone to register. Times are nanoseconds since 1970, or NOT_SEEN. */
typedef struct {
    guint16 number; /* 0: before any attempt */
    guint16 server; /* place of the call manager, or of whoever spoke last before there is one */
    guint32 first_frame, last_frame;
    gint64 first, last;
    gint64 connect, accepted, ready, rejected;
    Span phases[N_PHASES];
} Attempt;

/* Plain data; read only. */
typedef struct {
    PhoneId phone;
    NoteId last_note;
    Protocol protocol;          /* that it registers with: PROTOCOL_SCCP or _SIP; N_PROTOCOLS while nothing tells */
    Phase last_phase, furthest; /* of the registration; PHASE_NONE while there was none */
    GArray *attempts;           /* of Attempt, owned */
    GArray *findings;           /* of guint: indices of the flow's findings, in order; owned */
} PhoneSummary;

typedef struct Summary Summary;

/* The flow is borrowed and must outlive the summary. */
Summary *summary_new (const Flow *flow);
void summary_free (Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, summary_free)

/* Takes one note in; notes come in their order. Leaving some out (a filter) leaves them out of the summary. */
void summary_add (Summary *summary, NoteId id);
/* Nothing more comes: gives each phone its findings, and returns the number of phones. May be called again after more
 * notes. */
guint summary_finish (Summary *summary);
/* In order of appearance; borrowed, until the next summary_add(). */
const PhoneSummary *summary_phone (const Summary *summary, guint index);
/* NULL when nothing of that phone was taken in. */
const PhoneSummary *summary_find (const Summary *summary, PhoneId phone);

/* How it ended. ret_cause: why the phone came no further; NULL when nothing says it. After summary_finish(). */
Outcome summary_outcome (const Summary *summary, const PhoneSummary *phone, const Finding **ret_cause);
