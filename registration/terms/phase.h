/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The phases of a registration (regflow.phase). They are flags, not a line: capabilities, templates and status
 * interleave on the wire (reference 2.1). X (symbol, name, what reports call it). Names are promises to users: filters
 * and programs use them in every language; reports for people say the word. */
#define PHASES(X)                                                                                                      \
    X (NONE, "", "calls and others")                                                                                   \
    X (LINK, "link", "link")                                                                                           \
    X (ADDRESS, "address", "address")                                                                                  \
    X (FILES, "files", "files")                                                                                        \
    X (CONNECT, "connect", "connect")                                                                                  \
    X (TOKEN, "token", "token")                                                                                        \
    X (REGISTER, "register", "register")                                                                               \
    X (AUTHENTICATE, "authenticate", "authenticate")                                                                   \
    X (CAPABILITIES, "capabilities", "capabilities")                                                                   \
    X (TEMPLATES, "templates", "templates")                                                                            \
    X (STATUS, "status", "status")                                                                                     \
    X (FINISH, "finish", "finish")                                                                                     \
    X (KEEPALIVE, "keepalive", "keepalive")                                                                            \
    X (UNREGISTER, "unregister", "unregister")

typedef enum {
#define X(symbol, name, english) PHASE_##symbol,
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
