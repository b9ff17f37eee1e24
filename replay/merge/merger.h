/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/storm.h"
#include "replay/merge/tally.h"

#include <glib.h>
#include <stdio.h>

/* Adds up what any number of runs of inspect have written as ndjson, or puts together what the parts of a run have. A
 * capture is counted whole or not at all: when the next one has begun, or the end of its run is there; and so is a
 * part.
 */

/* Where a capture comes from. Plain data. */
typedef struct {
    gboolean is_file; /* the file of ndjson that it is in … */
    GRegex *of_name;  /* … or what of its name fits, the first group where there is one; owned … */
    /* … or neither: the folder of its name. */
} MergeSite;

/* A capture that is told by its name. Plain data. */
typedef struct {
    char *capture; /* owned; of one without a name that of the file */
    char *file;    /* of ndjson; owned */
    char *site;    /* owned, or NULL */
    guint64 phones, fails;
    char *causes; /* "config-not-found (2), stuck (1)", the most frequent ones; owned */
    char *error;  /* why it could not be read, or not to its end; owned, or NULL */
} MergedCapture;

/* What was told of a file, for reports. Plain data. */
typedef struct {
    char *file;   /* owned */
    guint64 line; /* 0: it is about no line */
    char *text;   /* the whole sentence; owned */
} MergeTrouble;

/* What has come together. Plain data, the merger's. */
typedef struct {
    Tally *tally;
    Storm *storm; /* the parts of a run, judged once merger_finish() was called; NULL: it is about captures; owned */
    guint top;
    guint columns;      /* that the text is to fit in; 0: it may be as wide as it likes */
    guint64 runs;       /* whole ones, as their ends say */
    guint64 unframed;   /* files, or parts of them, without an end that could say it */
    guint64 same_names; /* captures that are called as one before is, and hold something else */
    GArray *worst;      /* of MergedCapture: in which most phones fail, at most top */
    GArray *unread;     /* of MergedCapture with an error: the first ones, at most top */
    GArray *troubles;   /* of MergeTrouble: the first ones */
    guint64 n_troubles;
} Merged;

/* Gets a sentence without a full stop, which names file and line. */
typedef void (*MergeTell) (const char *sentence, gpointer user_data);

typedef struct Merger Merger;

/* top: so many captures and phones are told at most. site is borrowed. */
Merger *merger_new (guint top, const MergeSite *site, MergeTell tell, gpointer user_data);
void merger_free (Merger *merger);
/* Parts of a run may have gone to several targets: one report, which tells them apart. */
void merger_expect_cluster (Merger *merger);
/* Its text is for a terminal of so many columns. */
void merger_fit (Merger *merger, guint columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Merger, merger_free)

/* Why a stream could not be read on, as in "its gzip data is cut off"; NULL: errno says it. */
typedef const char *(*MergeWhy) (gpointer user_data);
/* Reads a stream to its end; name is that of the file. */
void merger_read (Merger *merger, FILE *stream, const char *name, MergeWhy why, gpointer user_data);
/* When all is read. */
void merger_finish (Merger *merger);
/* Something is wrong with a file as a whole. sentence is whole, too. */
void merger_complain (Merger *merger, const char *file, const char *sentence);

const Merged *merger_merged (const Merger *merger);
