/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How it ended for a phone, or for one of its lines: what a help desk asks first. "Not registered" is said only where
 * the capture proves it. Names are promises to users (reports as JSON say them).
 * X (symbol, name, fails, English). fails: the phone wants to be registered and is not, or not as it wants. */
#define OUTCOMES(X)                                                                                                    \
    X (NONE, "none", FALSE, "no registration seen")                                                                    \
    X (TRYING, "trying", FALSE, "still on its way when the capture ends, in the phase \"{phase}\"")                    \
    X (STUCK, "stuck", TRUE, "not registered, stuck in the phase \"{phase}\"")                                         \
    X (UNANSWERED, "unanswered", TRUE, "not registered[, {server} does not answer|, the server does not answer]")      \
    X (REJECTED, "rejected", TRUE, "not registered, refused by [{server}|the server]")                                 \
    X (UNLISTED, "unlisted", TRUE,                                                                                     \
       "most likely not registered: [{server}|the server] lists it for no time or not at all")                         \
    X (ACCEPTED, "accepted", FALSE, "accepted, but not ready")                                                         \
    X (READY, "ready", FALSE, "registered and ready")                                                                  \
    X (REGISTERED, "registered", FALSE, "registered; how that began is not in the capture, or only in part")           \
    X (BACKUP, "backup", FALSE, "registered and ready, on a backup server[ ({server})]")                               \
    X (AUTO, "auto-registered", FALSE, "registered and ready, most likely by auto-registration")                       \
    X (PARTIAL, "partial", TRUE, "registered in part[ ({text})]")                                                      \
    X (REDIRECTED, "redirected", FALSE, "not known[: {server} has|: the server has] sent it elsewhere")                \
    X (ENCRYPTED, "encrypted", FALSE,                                                                                  \
       "not known: what is said to {server} is encrypted (TLS), and cannot be told without the keys")                  \
    X (ONE_SIDED, "one-sided", FALSE, "not known: what would tell it is not in the capture, or cut off in it")         \
    X (UNREGISTERED, "unregistered", FALSE, "signed off")                                                              \
    X (LEAVING, "leaving", FALSE, "wants to sign off, and no confirmation is seen")                                    \
    X (SIGN_OFF_REFUSED, "sign-off-refused", FALSE, "its sign-off is refused; whether it is registered is not known")  \
    X (EXPIRED, "expired", FALSE, "its registration has run out")                                                      \
    X (REPLACED, "replaced", FALSE,                                                                                    \
       "its registration was most likely replaced: [{server}|the server] has accepted another one since")              \
    X (LOST, "lost", FALSE, "was registered; its connection has ended since")

typedef enum {
#define X(symbol, name, fails, english) OUTCOME_##symbol,
    OUTCOMES (X)
#undef X
        N_OUTCOMES
} Outcome;

/* Static. */
const char *outcome_name (Outcome outcome);
/* TRUE or FALSE, as above. */
int outcome_fails (Outcome outcome);
