/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a replayed phone may say and what it waits for then (reference 6.1 and 6.2): one row per message. What has no
 * row is never sent: calls, media, user data, subscriptions, what nobody knows, and the few messages of a registration
 * that tests/replay/test_rules_sccp.c lists with their reasons. */

typedef enum {
    ABSENCE_HARMLESS, /* some servers never answer it: told, no failure */
    ABSENCE_FAILS,    /* the phone would go on without, but not as recorded */
    ABSENCE_FATAL,    /* the registration ends here */
} Absence;

typedef enum {
    REWRITE_NOTHING,
    REWRITE_REGISTER,
    REWRITE_TOKEN,
    REWRITE_ALARM,
    REWRITE_PORT,
    REWRITE_INSTANCE,
    REWRITE_LINES,
} RewriteKind;

typedef struct {
    guint32 id;
    RewriteKind rewrite;
    gint64 patience; /* nanoseconds to wait for its answer, beyond what the recording took */
    Absence absence; /* … and what its absence then means */
} SccpRule;

/* The row of a message of the phone; for what has none one that waits for nothing. Never NULL. */
const SccpRule *sccp_rule_find (guint32 id);
/* Whether it has a row. */
gboolean sccp_may_send (guint32 id);

/* A message of the server that says a call has come to this phone: it cannot be served, so the phone signs off. */
gboolean sccp_is_call (guint32 id);
