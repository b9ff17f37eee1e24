/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/compare/played.h"
#include "replay/judge.h"

#include <glib.h>

/* What is different when the same recordings are done again with two servers, or with two settings of one: what each of
 * them answered, as regreplay run has put it down, and how long it took. */

/* Plain data. */
typedef struct {
    char *exchange;      /* or "registration", "unsolicited", "recording"; owned */
    char *what;          /* "answer", "response time", or the name of a value; owned */
    char *a, *b;         /* what it is on both sides; owned */
    gboolean is_noticed; /* phones go by it */
} Difference;

/* A recording. Plain data. */
typedef struct {
    char *capture;          /* owned */
    GPtrArray *differences; /* of Difference; owned */
    GPtrArray *left_out;    /* of char *, what cannot be compared, a sentence each; owned */
} Comparison;

/* Of Comparison, those that are on both sides or on one. Owned by the caller. */
GPtrArray *compare_sides (const Played *a, const Played *b, const Tolerance *tolerance);
/* All differences of all of them; those that phones notice. */
guint comparisons_count (const GPtrArray *comparisons, guint *ret_noticed);
