/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/player_outcome.h"
#include "replay/judge.h"
#include "replay/told.h"
#include "replay/verdict.h"

#include <glib.h>

/* All phones and rounds of a run in one: what each exchange looked like and how long it took, from every sample, and
 * what that means. Plain data for the reports; run_summary_judge() fills what is marked so. Times in nanoseconds, -1
 * for none; a response time is corrected by its network's round trip when both round trips are known. */

typedef struct {
    guint request; /* index in the script; SCRIPT_NONE: not recorded */
    KindIndex kind;
    guint64 instance;
    guint nth;
    KindIndex answer;
    gboolean has_answer;
    GArray *samples;            /* of gint64: live times, corrected */
    GArray *least;              /* of gint64: what these can have been, without our own lateness */
    guint contents[N_CONTENTS]; /* how often each */
    guint fails;                /* differences that count */
    guint repeats;              /* how often it had to be sent again, all runs together */
    char *detail;               /* of the first difference; NULL: none */
    Told *told;                 /* what was answered; owned */
    AskedFile *file;            /* the first one that was asked for; NULL: about no boot file; owned */
    /* judged */
    gint64 recorded, allowed, median, p95, p99, longest;
    gint64 least_median;
    Timing timing;
    Content content; /* the one that tells most */
} RunRow;

/* A time of one phone, as RunRow has it. */
typedef struct {
    guint row;   /* index */
    gint64 live; /* corrected */
    gint64 own;  /* how much of it may be our own lateness */
} RunSample;

/* One registration of one phone. */
typedef struct {
    char *name; /* owned */
    End end;
    gint64 round_trip, accepted, ready;
    GArray *samples; /* of RunSample, those of a row together; owned */
} RunPhone;

typedef struct {
    const Script *script; /* borrowed */
    Tolerance tolerance;
    gboolean strict; /* harmless differences fail too */

    guint runs; /* phones times rounds that have ended */
    guint ends[END_INTERRUPTED + 1];
    guint as_recorded;    /* of END_REFUSED: the recorded phone was refused too */
    guint short_of_level; /* complete, but did not come as far as recorded */
    GPtrArray *sentences; /* "SEP…: what happened", the first ones; owned */
    GPtrArray *remarks;   /* each once; owned */
    GPtrArray *rows;      /* of RunRow, owned */
    GArray *pushes;       /* of Push, all runs together */
    GPtrArray *phones;    /* of RunPhone, in the order of their ends, when the caller wants them; owned, or NULL */
    gint64 began;         /* since 1970, by our clock: the first phone; 0: none has. Set by whoever begins it */
    gboolean pushes_awaited;
    GArray *round_trips, *accepted, *ready; /* of gint64 */
    GArray *accepted_own, *ready_own;       /* of gint64: own waits in these */
    GArray *files_took;                     /* of gint64 */
    GArray *lateness;                       /* of gint64: our own, each message sent */
    GArray *reading;                        /* of gint64: how late we read what had come, each time */
    guint sent, unstamped;                  /* messages, and those that the kernel has not stamped as they left */
    guint keepalives, keepalives_lost;
    guint unsigned_off;      /* accepted, and may be registered still, other than the recorded phone */
    guint registered;        /* accepted by the server */
    guint better;            /* registered, which the recorded phone was not */
    gint64 memory_per_phone; /* octets; -1 not measured */
    /* judged */
    gboolean is_corrected; /* both round trips are known */
    gint64 round_trip;     /* live, median */
    gint64 lateness_median, lateness_p99;
    gint64 reading_median, reading_p99;
    gboolean is_saturated;           /* we were late ourselves: nothing is called late then */
    guint late, differing, harmless; /* rows; harmless counts pushes too */
    guint uncertain;                 /* rows that our own lateness keeps from being judged; they fail nothing */
    ExitCode code;
} RunSummary;

RunSummary *run_summary_new (const Script *script, const Tolerance *tolerance, gboolean strict);
void run_summary_free (RunSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RunSummary, run_summary_free)

void run_summary_add (RunSummary *summary, const PlayerOutcome *outcome);
/* When all is added. */
void run_summary_judge (RunSummary *summary);
/* One sentence beside the result; the same one counts once, and of very many the first ones. */
void run_summary_remark (RunSummary *summary, const char *remark);

/* From now on what each phone has shown is kept. */
void run_summary_keep_phones (RunSummary *summary);

/* "LineStatReq 1", "KeepAliveReq", "SEP001122334455.cnf.xml". Owned by the caller. */
char *run_summary_row_name (const RunRow *row);
/* The same for every run of this recording, and of no other row: boot files are called as recorded. Owned by the
 * caller. */
char *run_summary_row_key (const RunSummary *summary, const RunRow *row);
/* One line about what the row shows beside its times, as in "differs: number 1001, recorded 2001"; what became of a
 * boot file; "" when all is as recorded. Owned by the caller. */
char *run_summary_row_content (const RunRow *row);
/* Frames of the recording; 0: none. */
guint32 run_summary_row_frame (const RunSummary *summary, const RunRow *row);
guint32 run_summary_row_answer_frame (const RunSummary *summary, const RunRow *row);
/* What the recording has as its answer: a message, or what became of a boot file; NULL: none. Static. */
const char *run_summary_row_expected (const RunSummary *summary, const RunRow *row);
/* From the first request for a boot file to the end of the configuration, or of the last file where none was delivered,
 * in the recording; -1: no files. */
gint64 run_summary_files_recorded (const RunSummary *summary);
gboolean run_summary_row_fails (const RunSummary *summary, const RunRow *row);
/* Recorded and live differ in these messages that nobody asked for. */
gboolean run_summary_push_differs (const RunSummary *summary, const Push *push);
/* What counts of it. */
Verdict run_summary_verdict (const RunSummary *summary);
/* What the run has shown, in one sentence. Owned by the caller. */
char *run_summary_sentence (const RunSummary *summary);
