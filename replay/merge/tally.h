/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/counts.h"
#include "replay/merge/kinds.h"
#include "replay/merge/row.h"
#include "replay/merge/spread.h"

/* What any number of phones add up to, in memory that does not grow with them. */

/* By what phones are counted, besides their causes. X (symbol, name) */
#define DIMENSIONS(X)                                                                                                  \
    X (MODEL, "model")                                                                                                 \
    X (LOAD, "load")                                                                                                   \
    X (SERVER, "server")                                                                                               \
    X (SITE, "site")                                                                                                   \
    X (HOUR, "hour")

typedef enum {
#define X(symbol, name) BY_##symbol,
    DIMENSIONS (X)
#undef X
        N_DIMENSIONS
} Dimension;

/* So many names are told apart in each. */
#define TALLY_NAMES 10000
/* So many times of each phase are kept one by one. */
#define TALLY_EXACT 100000

/* Plain data. */
typedef struct {
    guint64 captures, troubles; /* counted by whoever reads captures: the latter could not be read, or hold none */
    guint64 phones, registered, fails;
    guint64 outcomes[N_OUTCOMES];
    guint64 backwards;             /* times below zero, which are in no spread */
    Counts *causes;                /* of those that fail: the finding, or the outcome where none explains it; owned */
    Counts *groups[N_DIMENSIONS];  /* owned */
    Counts *reasons[N_DIMENSIONS]; /* the causes of a group: names as tally_reasons() takes apart; owned */
    Spread *times[N_TIMES];        /* of each Phase and moment; owned */
    Kinds *kinds;                  /* owned */
} Tally;

Tally *tally_new (guint top);
void tally_free (Tally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tally, tally_free)

/* row is a phone; its capture and its site may be NULL. */
void tally_add (Tally *tally, const Row *row, const char *capture, const char *site);
void tally_join (Tally *tally, const Tally *other);

/* Of Count: why phones of a group fail, the most frequent first; the names are the causes. Owned by the caller, as long
 * as the tally. */
GArray *tally_reasons (const Tally *tally, Dimension dimension, const char *group, guint top);
const char *dimension_name (Dimension dimension);
