/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"
#include "registration/tips/tips.h"
#include "registration/wire/times.h"
#include "replay/recording/captured_packet.h"

#include <glib.h>

/* Follows phones while they register, for days: packets in as they come, a row for each phone, and a word whenever a
 * row changes. What it says of a phone is what the reports of the same packets say (summary.h); memory is bounded: what
 * the packets said is forgotten after a while, and the rows stay. */

typedef struct Watch Watch;

/* How a phone stands. Plain data; texts are owned by the row, NULL where nothing is known. */
typedef struct {
    guint32 number; /* 1, 2, 3 … in order of appearance; none is given twice */
    char *name;     /* as reports call it; never NULL */
    IpAddress ip;
    char *address, *model, *server; /* address: of ip */
    Outcome outcome;
    Phase phase; /* that it has come to */
    char *text;  /* the outcome in words */
    gboolean fails, registered;
    gboolean missing; /* it was registered, is so no longer for no reason that it has given, and has not come back; or
                         it counts as registered, and is silent, though it ought to say that it is alive */
    int problem;      /* Problem: the cause; NO_CAUSE for none */
    Severity severity;
    Certainty certainty;
    char *title, *why, *fix;      /* of the cause */
    guint64 packet;               /* that completes the proof; 0 none */
    gint64 first_seen, last_seen; /* nanoseconds since 1970 */
    gint64 since;                 /* it stands so */
    gint64 accepted_in, ready_in; /* of its latest registration: from the question to the acceptance, and from its first
                                     step towards the server until it was ready; or NOT_SEEN */
    guint failures;               /* how many times it has begun to fail */
} WatchPhone;

#define NO_CAUSE (-1)
/* Who was registered and is not back after so long is missing: a restart takes less. */
#define WATCH_MISSING SECONDS (60)
/* So is who leaves out so many heartbeats: call managers let a phone go after three (reference 5.4). */
#define WATCH_HEARTBEATS 3

/* A row has changed: what it says now, and what it said before. */
typedef struct {
    const WatchPhone *phone;
    gboolean is_new;
    gboolean is_gone; /* it has turned out to be another one, which stands for both, or no phone */
    Outcome before;
    gboolean has_begun_to_fail; /* or fails for another cause now */
    gboolean is_missing_now;    /* and was not before */
    gint64 time;                /* of the capture */
} WatchChange;

typedef void (*WatchListener) (const WatchChange *change, gpointer user_data);

/* Where times of the histograms end, in nanoseconds; what takes longer is counted behind the last one. */
#define WATCH_TIMES 12
extern const gint64 watch_times[WATCH_TIMES];

typedef struct {
    guint64 counts[WATCH_TIMES + 1];
    guint64 sum; /* nanoseconds */
} WatchTimes;

/* What was counted since the beginning. A refresh is no registration. */
typedef struct {
    guint64 packets; /* read */
    guint64 asked, accepted, ready, refused;
    guint64 failures[N_PROBLEMS + 1]; /* phones that began to fail, by cause; the last one: nothing tells */
    guint64 missing; /* phones that were registered and went without a word, and did not come back in time */
    WatchTimes accept_times, ready_times;
    guint64 clock_changes; /* the packets' clock was set back */
    guint64 forgotten;     /* rows of phones that nothing was heard of for longest, for which there was no room */
} WatchCounts;

typedef struct {
    const Tips *tips;   /* for the words; borrowed */
    gint64 keep;        /* nanoseconds: what packets said is kept for at least half of that … */
    guint32 notes_max;  /* … unless there are more messages than this */
    guint32 phones_max; /* rows */
} WatchOptions;

/* options is copied. */
Watch *watch_new (const WatchOptions *options, WatchListener listener, gpointer user_data);
void watch_free (Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

/* One packet; it may be about a phone when it is TRUE. Silence before it is told first. */
gboolean watch_packet (Watch *watch, const CapturedPacket *packet);
/* Time has come this far (of the packets' clock), and no packet says so. */
void watch_pass (Watch *watch, gint64 time);
/* Looks at all phones of which something was heard since the last call, and tells what has changed. Nothing when that
 * was less than a tenth of a second ago, by the packets, or too few of them have come since. */
void watch_look (Watch *watch);
/* Does so whatever has come: to be called some times a second while packets come by a clock. */
void watch_look_now (Watch *watch);
/* The packets end here: says what only the end can tell. */
void watch_end (Watch *watch);

/* In order of appearance. Borrowed, until the next call that is not const. */
guint watch_n_phones (const Watch *watch);
const WatchPhone *watch_phone (const Watch *watch, guint index);
const WatchCounts *watch_counts (const Watch *watch);
/* The latest time of the packets, or that watch_pass() told; G_MININT64 before the first. */
gint64 watch_now (const Watch *watch);

/* One message of a phone, as it is told on a line. Borrowed for the call. */
typedef struct {
    guint64 packet; /* number of its packet: 1, 2, 3 … */
    gint64 time;
    gboolean from_server;
    gboolean is_transport; /* TCP's own: nothing is said in it */
    const char *message, *phase, *tip;
    const char *found; /* what was found there, in one text; NULL */
} WatchMessage;

typedef void (*WatchReader) (const WatchMessage *message, gpointer user_data);

/* What the phone has said and heard, as far as it is kept, in order. Costs what it tells. */
void watch_messages (Watch *watch, const WatchPhone *phone, WatchReader reader, gpointer user_data);
