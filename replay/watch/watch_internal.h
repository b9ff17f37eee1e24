/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/tips/explain.h"
#include "registration/wire/unpack.h"
#include "replay/watch/watch.h"

/* What the watch and its generations share. Nothing outside includes this. */

/* One flow with its diagnosis, from the packet on with which it began. Nothing that it keeps of packets is ever
 * forgotten: after a while another one takes its place. */
typedef struct {
    Flow *flow;           /* owned */
    Diagnosis *diagnosis; /* owned */
    guint64 before;       /* packets before its first one: frame 1 is packet before + 1 */
    gint64 begin;         /* of its packets; G_MININT64 while there is none */
    gint64 counts_from;   /* steps after this time are counted: another generation has counted those before */
    GPtrArray *notes;     /* by the PhoneId that notes name: GArray of NoteId, or NULL; owned */
    GHashTable *parts;    /* PhoneId → GArray of PhoneId: under which other names its notes stand; owned */
    GHashTable *heard;    /* set of PhoneId: to be looked at */
    GHashTable *rows;     /* PhoneId → WatchRow, borrowed */
    GArray *counted;      /* of guint32, by RegistrationId: a bit for each step that is counted; owned */
    GArray *found;        /* of guint32, by PhoneId: how much was found about it; owned */
    guint findings;       /* how many there were then */
    GArray *joined;       /* of guint8, by PhoneId: it has been told that it is another one; owned */
    PhoneId next_joined;
} Generation;

/* A change that is about to be told: all that one look shows are told in the order of their times. */
typedef struct {
    struct WatchRow *row; /* borrowed */
    Outcome before;
    int cause_before;
    gboolean failed_before, was_missing;
    gint64 time;
} WatchTelling;

typedef struct WatchRow {
    WatchPhone shown; /* first */
    PhoneId phone;    /* of the present generation; PHONE_NONE while that has not seen it */
    gboolean is_new;  /* nobody has been told of it */
    gboolean is_moving;
    gint64 heard;            /* the time of its latest message when it was looked at */
    gint64 keepalive;        /* nanoseconds between its heartbeats, as its server wants it over SCCP; 0 not known */
    gboolean is_old;         /* what is shown comes from the generation before */
    gboolean is_nameless;    /* it is called by its address */
    gboolean shares_address; /* with another row */
} WatchRow;

struct Watch {
    WatchOptions options;
    WatchListener listener;
    gpointer user_data;
    Unpacker *unpacker;               /* owned */
    Generation *generation;           /* owned */
    Generation *next;                 /* that will take its place; owned, or NULL */
    GPtrArray *rows;                  /* of WatchRow; owned */
    GHashTable *by_name, *by_address; /* its name, or address → WatchRow, both borrowed */
    GArray *tellings;                 /* of WatchTelling; owned */
    guint32 numbers;
    WatchCounts counts;
    gint64 now;
    gint64 clock;                               /* of the packets: see clock_goes_on() */
    gint64 looked, looked_again, looked_at_all; /* when, by the packets' clock */
    guint64 packets_looked, packets_patient; /* of packets: how many had come then, and have to come until the next */
    guint behind;                            /* packets in a row whose time is long over */
    gboolean has_ended;
};

/* --- watch_rows.c */

void watch_row_free (gpointer row);
/* The row of a phone of the present generation. NULL when it is one of several that share an address, and nothing tells
 * which. */
WatchRow *watch_row_of (Watch *watch, PhoneId phone, const char *name, const char *address);
/* Its address has become another one; address NULL: is not known. */
void watch_place_row (Watch *watch, WatchRow *row, const IpAddress *ip, const char *address);
/* Frees it, with what is about to be told of it. */
void watch_drop_row (Watch *watch, WatchRow *row);

/* --- generation.c */

Generation *generation_new (guint64 packets_before, gint64 begin);
void generation_free (Generation *generation);
/* TRUE when the frame may be about a phone. Its number is set from that of the packet. */
gboolean generation_frame (Generation *generation, const Frame *frame, guint64 packet);
/* Time has come this far, and no frame says so. */
void generation_pass (Generation *generation, gint64 time);
/* Phones of which something was found, or taken back, are heard of. */
void generation_hear_findings (Generation *generation);
/* All phones are. */
void generation_hear_all (Generation *generation);
/* The notes that may be of phones that are heard of, in their order. Owned by the caller. */
GArray *generation_notes (Generation *generation);
/* A phone that has turned out to be another one since the last time; FALSE when there are no more. */
gboolean generation_next_joined (Generation *generation, PhoneId *ret_absorbed, PhoneId *ret_into);
void generation_messages (Generation *generation, const Tips *tips, PhoneId phone, WatchReader reader,
                          gpointer user_data);
