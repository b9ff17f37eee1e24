/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/content.h"
#include "replay/judge.h"
#include "replay/merge/lines.h"
#include "replay/merge/spread.h"
#include "replay/told.h"
#include "replay/verdict.h"

/* One run of regreplay run that several processes have played, put together again from the lines that each has written
 * (docs/run.schema.json): every time of every phone, so that percentiles and the verdict are those that one process
 * would have come to. Times in nanoseconds, -1 for none. */

/* What one of them says of itself. Plain data. */
typedef struct {
    char *file;   /* that holds it; owned */
    guint64 line; /* where it begins */
    guint64 part, parts;
    char *capture, *recorded_phone, *recording, *phone, *target, *speed, *tolerance, *result; /* owned */
    guint64 attempt, phones, all_phones, rounds, registrations;
    gboolean is_embedded, is_corrected, is_saturated;
    gint64 began, start_at, clock_error, round_trip, round_trip_recorded;
    gint64 lateness_median, lateness_p99, reading_median, reading_p99;
    guint64 exit_code;
} StormPart;

/* Plain data. */
typedef struct {
    char *name;        /* owned */
    gboolean is_known; /* its own line has come, and not only times; then what follows means something */
    gint64 recorded, allowed;
    Spread *times, *least; /* owned */
    GPtrArray *targets;    /* of StormTargetTimes, only of a cluster; owned */
    Content content;
    char *detail; /* of the first part that has one; owned, or NULL */
    guint64 differing, repeats;
    Told *told;    /* owned */
    Timing timing; /* judged */
} StormExchange;

/* The same exchange with one of several targets. Plain data. */
typedef struct {
    char *target;  /* owned */
    Spread *times; /* owned */
} StormTargetTimes;

/* Messages that nobody asked for. Plain data. */
typedef struct {
    char *message; /* owned */
    guint64 recorded, live;
} StormPush;

/* How many registrations ended in which way. X (symbol, name) */
#define STORM_ENDS(X)                                                                                                  \
    X (COMPLETE, "complete")                                                                                           \
    X (REFUSED, "refused")                                                                                             \
    X (DIFFERENT, "different")                                                                                         \
    X (UNREACHABLE, "unreachable")                                                                                     \
    X (GONE, "gone")                                                                                                   \
    X (INTERRUPTED, "interrupted")

typedef enum {
#define X(symbol, name) STORM_##symbol,
    STORM_ENDS (X)
#undef X
        N_STORM_ENDS
} StormEnd;

/* Static. */
const char *storm_end_name (StormEnd end);

/* Plain data, but for how it is filled. */
typedef struct {
    guint64 exact;                       /* so many times at most are kept one by one */
    GPtrArray *parts;                    /* of StormPart, owned; the first one is what the others are held against */
    GPtrArray *exchanges;                /* of StormExchange, owned, in the order in which they came */
    GHashTable *exchanges_of;            /* name → StormExchange */
    GHashTable *phones;                  /* name, owned → StormPart that has played it */
    GPtrArray *pushes;                   /* of StormPush, owned */
    GPtrArray *failures, *notes;         /* of char *, the first ones; owned */
    Spread *accepted, *ready;            /* how long registering took; owned */
    guint64 n_times;                     /* of exchanges */
    guint64 n_samples, n_exchange_lines; /* lines of the part that is read */
    gboolean is_exact, pushes_awaited;
    gboolean is_cluster; /* parts may have gone to several targets, which are told apart */
    guint64 ends[N_STORM_ENDS], keepalives, as_recorded;
    Verdict verdict;   /* counts; late, differing, harmless and uncertain are judged */
    gboolean is_whole; /* the run line of the part has come */
    char *result;      /* judged; owned */
    ExitCode code;     /* judged */
} Storm;

/* As many times as are kept one by one of a storm that merge puts together: 16 octets each. */
#define STORM_EXACT 10000000

Storm *storm_new (guint64 exact);
void storm_free (Storm *storm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storm, storm_free)

/* The line says that a part begins. */
gboolean storm_begins (const Line *line);
/* Begins a part: its storm, of this part alone, gets the lines up to the end of that. NULL with error (MERGE_ERROR)
 * set, a sentence about the line without a full stop. */
Storm *storm_begin (const Line *line, const char *file, guint64 exact, GError **error);
/* The next line; afterwards is_whole says whether it was the last one. FALSE with error set in the same way. */
gboolean storm_take (Storm *part, const Line *line, GError **error);

/* What a part is called in a sentence, as in "part 2 of 8". Owned by the caller. */
char *storm_part_name (const StormPart *part);
/* Adds a whole part, whose contents go over. FALSE with error set in the same way when it does not belong to those
 * before it: it is left out then. */
gboolean storm_join (Storm *storm, Storm *part, GError **error);
/* Where the parts have gone, each target once, in their order: of char *, borrowed. Owned by the caller. */
GPtrArray *storm_targets (const Storm *storm);
/* When all is added. */
void storm_judge (Storm *storm);
/* The numbers of parts that are not there, as in "3, 5 to 8"; NULL when none is missing. known: of guint64 keys, parts
 * that nothing needs to be said about. Owned by the caller. */
char *storm_missing (const Storm *storm, GHashTable *known, guint *ret_number);
