/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/times.h"

#include <glib.h>

/* A beginning that several machines have in common: a time of day, by each one's own clock. */

/* "2026-03-02T08:00:00Z", or seconds since 1970 as date +%s writes them. Nanoseconds since 1970. FALSE with a sentence
 * in error (USAGE_ERROR). */
gboolean start_parse (const char *text, gint64 *ret_time, GError **error);

/* How well the clock of this machine is kept, as its kernel knows (adjtimex). Nanoseconds that it can be wrong; -1:
 * nobody keeps it, or nobody tells. */
gint64 start_clock_error (void);

/* When that is in the time of clock_now(). FALSE with error set when it has passed, when it is more than a day ahead,
 * or when the clock can be wrong by more than START_CLOCK_MAX. error of the clock: as start_clock_error() says. */
gboolean start_find (gint64 time, gint64 clock_error, gint64 *ret_start, GError **error);

#define START_CLOCK_MAX SECOND

/* What a report says about it. Owned by the caller. */
char *start_remark (gint64 time, gint64 clock_error);
