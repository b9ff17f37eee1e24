/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/outcome.h"
#include "registration/terms/phase.h"
#include "replay/merge/lines.h"

#include <glib.h>

/* One line of what regreplay inspect writes as ndjson (docs/inspect.schema.json), as far as it is merged. */

/* What is timed of a registration besides its phases, with the names of the members. X (symbol, name) */
#define MOMENTS(X)                                                                                                     \
    X (ACCEPTED_IN, "accepted_in")                                                                                     \
    X (ACCEPTED_AFTER, "accepted_after")                                                                               \
    X (READY_AFTER, "ready_after")

/* A Phase, or one of these. */
enum {
    TIMES_OF_MOMENTS = N_PHASES - 1,
#define X(symbol, name) TIME_##symbol,
    MOMENTS (X)
#undef X
        N_TIMES
};
/* The phase or the member; static. */
const char *time_name (guint which);

typedef enum {
    ROW_DETAIL,  /* a message, an event or a finding: only that it is there counts */
    ROW_INSPECT, /* a run begins */
    ROW_CAPTURE,
    ROW_PHONE,
    ROW_END,
    ROW_REPLAY, /* a run of regreplay run begins, or a part of one: see storm.h */
} RowKind;

typedef struct {
    guint which; /* of the times */
    gint64 took; /* nanoseconds */
} RowTime;

#define NO_HOUR G_MININT64

/* Plain data, filled by row_read(); texts are valid until its next call, and NULL where nothing is known. */
typedef struct {
    RowKind kind;
    gint64 schema;                /* ROW_INSPECT */
    guint64 n_captures, n_phones; /* ROW_END */
    const char *capture, *error;  /* ROW_CAPTURE */
    /* ROW_PHONE */
    const char *phone, *model, *load, *cause;
    const char *server; /* of the line that tells how it ended, else of its last attempt */
    Outcome outcome;
    gboolean fails;
    gint64 hour;        /* in which its first attempt began: seconds since 1970; or NO_HOUR */
    gint64 ready_after; /* the longest of its attempts; -1: none was ready */
    GArray *times;      /* of RowTime */
    guint backwards;    /* times below zero, which are left out */
    gpointer json;      /* all of it; owned */
} Row;

Row *row_new (void);
void row_free (Row *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Row, row_free)

/* What regreplay test has written begins with it. */
gboolean row_is_of_suite (const Line *line);
/* FALSE with error (MERGE_ERROR) set, a sentence about the line without a full stop, when it is nothing that inspect
 * writes. */
gboolean row_read (Row *row, const Line *line, GError **error);
