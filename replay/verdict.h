/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/exit_codes.h"

#include <glib.h>

/* What a run has shown, from how often each thing was the case: the same words and exit status whether one process has
 * played all phones or several have. */

/* Plain data. */
typedef struct {
    guint64 runs;                                      /* registrations that have ended */
    guint64 unreachable, gone, different, interrupted; /* of these, as an End says */
    guint64 refused;                                   /* other than the recorded phone */
    guint64 short_of_level;                            /* complete, but did not come as far as recorded */
    guint64 registered, better;                        /* accepted; and the recorded phone was not */
    guint64 keepalives_lost, unsigned_off;             /* see RunSummary */
    guint64 late, differing, harmless, uncertain;      /* exchanges; harmless counts pushes too */
    gboolean strict;                                   /* harmless differences fail, too */
    gboolean is_saturated;                             /* nothing is called late: who has played was late itself */
} Verdict;

ExitCode verdict_code (const Verdict *verdict);
/* One sentence without a full stop. Owned by the caller. */
char *verdict_sentence (const Verdict *verdict);
