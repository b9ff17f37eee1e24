/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"
#include "registration/tips/explain.h"
#include "registration/wire/times.h"

#include <glib.h>

/* What a ladder shows of each phone: who takes part (lanes), what happens one after the other (steps), and what was
 * found. The page, the plain text and the drawing are all made from it.
 *
 * Memory grows with phones: of a phone that goes on and on (a day of keepalives, a firmware image block by block) the
 * daily routine is folded beyond LADDER_PLAIN_STEPS, and everything beyond LADDER_STEPS_MAX; what proves a finding
 * never is. */

#define LADDER_PLAIN_STEPS 300
#define LADDER_STEPS_MAX   2000
/* Lanes of a phone, itself included; those of more servers share the last one. */
#define LADDER_LANES_MAX 10
/* A pause of so many nanoseconds is a step of its own. */
#define LADDER_GAP SECONDS (1)

/* What somebody is to the phone, in the order of the lanes; the names are words (WORD_LANE_…). X (symbol) */
#define LANE_ROLES(X)                                                                                                  \
    X (PHONE)                                                                                                          \
    X (SWITCH)                                                                                                         \
    X (NETWORK)                                                                                                        \
    X (DHCP)                                                                                                           \
    X (DNS)                                                                                                            \
    X (TFTP)                                                                                                           \
    X (HTTP)                                                                                                           \
    X (CUCM)                                                                                                           \
    X (SIP)                                                                                                            \
    X (SERVER)                                                                                                         \
    X (OTHERS)

typedef enum {
#define X(symbol) LANE_##symbol,
    LANE_ROLES (X)
#undef X
        N_LANE_ROLES
} LaneRole;

/* A vertical line. Plain data. */
typedef struct {
    IpAddress address; /* none: whoever listens on the wire */
    guint16 roles;     /* 1 << LaneRole */
} LadderLane;

typedef enum {
    STEP_MESSAGE, /* one message or TCP event */
    STEP_GAP,     /* nothing is said for a while */
    STEP_FOLD,    /* messages that are not shown one by one */
} StepKind;

/* Plain data. */
typedef struct {
    StepKind kind;
    guint8 lane;     /* MESSAGE: of the other end */
    Phase phase;     /* the phase that it is shown in */
    NoteId note;     /* MESSAGE: that one; FOLD: the first; GAP: the one before */
    NoteId last;     /* FOLD: the last */
    guint32 count;   /* FOLD: how many; 0 when that is not known any more */
    gint64 duration; /* GAP: nanoseconds */
} LadderStep;

/* The ladder of one phone. Plain data; read only. */
typedef struct {
    const PhoneSummary *summary; /* borrowed */
    guint32 messages;            /* those folded included */
    GArray *lanes;               /* of LadderLane; the first is the phone; owned */
    GArray *steps;               /* of LadderStep; owned */
} LadderPhone;

typedef struct Ladder Ladder;

/* The ladders of everything that a summary sums up; filter is the same as the summary's. The summary is borrowed and
 * must outlive the ladder, the filter is not needed any more. */
Ladder *ladder_new (const Summary *summary, NoteFilter filter, gconstpointer user_data);
void ladder_free (Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ladder, ladder_free)

/* The ladder of one phone, by its place in the summary; owned by the caller. */
LadderPhone *ladder_phone (const Ladder *ladder, guint index);
void ladder_phone_free (LadderPhone *phone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LadderPhone, ladder_phone_free)

/* What stands over a lane: "SCCP phone", "CUCM, TFTP"; owned by the caller. */
char *ladder_lane_title (const LadderPhone *phone, const Tips *tips, guint lane);
/* What stands at the arrow: the message's name (see explain_message()), or what happens to the connection in terms of
 * TCP, "SYN, ACK". Borrowed from the tips, or buffer. */
#define LADDER_LABEL_SIZE EXPLAIN_MESSAGE_SIZE
const char *ladder_label (const Flow *flow, const Tips *tips, const Note *note, char buffer[LADDER_LABEL_SIZE]);
/* Says nothing by itself: acknowledgments of TCP, and segments in which no message ends. */
gboolean ladder_step_is_quiet (const Flow *flow, const LadderStep *step);
