/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The phases of a registration (regflow.phase). They are flags, not a line: capabilities, templates and status
 * interleave on the wire (reference 2.1). X (symbol, name). Names are promises to users. */
#define PHASES(X)                                                                                                      \
    X (NONE, "")                                                                                                       \
    X (LINK, "link")                                                                                                   \
    X (ADDRESS, "address")                                                                                             \
    X (FILES, "files")                                                                                                 \
    X (CONNECT, "connect")                                                                                             \
    X (TOKEN, "token")                                                                                                 \
    X (REGISTER, "register")                                                                                           \
    X (AUTHENTICATE, "authenticate")                                                                                   \
    X (CAPABILITIES, "capabilities")                                                                                   \
    X (TEMPLATES, "templates")                                                                                         \
    X (STATUS, "status")                                                                                               \
    X (FINISH, "finish")                                                                                               \
    X (KEEPALIVE, "keepalive")                                                                                         \
    X (UNREGISTER, "unregister")

typedef enum {
#define X(symbol, name) PHASE_##symbol,
    PHASES (X)
#undef X
        N_PHASES
} Phase;

/* How far a phone has come (regflow.level; reference 2.2). X (symbol, name). */
#define LEVELS(X)                                                                                                      \
    X (NONE, "")                                                                                                       \
    X (REJECTED, "rejected")                                                                                           \
    X (ACCEPTED, "accepted")                                                                                           \
    X (PROVISIONED, "provisioned")                                                                                     \
    X (READY, "ready")

typedef enum {
#define X(symbol, name) LEVEL_##symbol,
    LEVELS (X)
#undef X
        N_LEVELS
} Level;

/* Static; "" for NONE. */
const char *phase_name (Phase phase);
const char *level_name (Level level);
