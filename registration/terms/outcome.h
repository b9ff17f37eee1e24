/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How it ended for a phone: what a help desk asks first. Names are promises to users (reports as JSON say them).
 * X (symbol, name, English) */
#define OUTCOMES(X)                                                                                                    \
    X (NONE, "none", "no registration seen")                                                                           \
    X (STUCK, "stuck", "not registered, stuck in the phase \"{phase}\"")                                               \
    X (REJECTED, "rejected", "not registered, refused by the server")                                                  \
    X (ACCEPTED, "accepted", "accepted, but not ready")                                                                \
    X (READY, "ready", "registered and ready")                                                                         \
    X (UNREGISTERED, "unregistered", "signed off")                                                                     \
    X (LOST, "lost", "no longer registered")

typedef enum {
#define X(symbol, name, english) OUTCOME_##symbol,
    OUTCOMES (X)
#undef X
        N_OUTCOMES
} Outcome;

/* Static. */
const char *outcome_name (Outcome outcome);
