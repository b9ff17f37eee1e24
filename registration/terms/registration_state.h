/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How a registration stands, and what moves it on. The names of roles and states are promises to users (reports as JSON
 * say them). Sources: reference 2.1 to 2.6 (SCCP), 3.1 to 3.6 (SIP). */

/* What the phone wants of the server. X (symbol, name) */
#define REGISTRATION_ROLES(X)                                                                                          \
    X (WAY, "way")               /* nothing yet: it gets an address and its files */                                   \
    X (CONNECTION, "connection") /* a connection on which nothing is asked yet, or nobody can see what */              \
    X (TOKEN, "token")           /* may it come back? (reference 2.6) */                                               \
    X (PRIMARY, "primary")       /* to be registered */                                                                \
    X (STANDBY, "standby")       /* nothing but keepalives: it is registered elsewhere */

typedef enum {
#define X(symbol, name) ROLE_##symbol,
    REGISTRATION_ROLES (X)
#undef X
        N_REGISTRATION_ROLES
} RegistrationRole;

/* X (symbol, name) */
#define REGISTRATION_STATES(X)                                                                                         \
    X (NEW, "new")                                                                                                     \
    X (CONNECTING, "connecting")   /* SYN */                                                                           \
    X (CONNECTED, "connected")     /* SYN with ACK */                                                                  \
    X (UNREACHABLE, "unreachable") /* the SYN was refused */                                                           \
    X (ENCRYPTED, "encrypted")     /* both sides send data that cannot be read */                                      \
    X (TOKEN_ASKED, "token-asked")                                                                                     \
    X (WAITING, "waiting") /* the token was refused: later */                                                          \
    X (ASKED, "asked")     /* RegisterReq, REGISTER */                                                                 \
    X (CHALLENGED, "challenged")                                                                                       \
    X (ACCEPTED, "accepted")                                                                                           \
    X (PROVISIONED, "provisioned")                                                                                     \
    X (READY, "ready")                                                                                                 \
    X (HELD, "held") /* an answer proves that it was registered before the capture began */                            \
    X (REFUSED, "refused")                                                                                             \
    X (LEAVING, "leaving") /* wants to sign off, or is told to go */                                                   \
    X (SIGNED_OFF, "signed-off")                                                                                       \
    X (SIGN_OFF_REFUSED, "sign-off-refused")                                                                           \
    X (EXPIRED, "expired")                                                                                             \
    X (REPLACED, "replaced") /* the phone was accepted anew, over another connection */                                \
    X (LOST, "lost")         /* the connection of an accepted registration has ended */                                \
    X (CLOSED, "closed")     /* the connection has ended before a decision */

typedef enum {
#define X(symbol, name) STATE_##symbol,
    REGISTRATION_STATES (X)
#undef X
        N_REGISTRATION_STATES
} RegistrationState;

/* X (symbol) */
#define REGISTRATION_MOVES(X)                                                                                          \
    X (CONNECT)     /* SYN */                                                                                          \
    X (CONNECTED)   /* SYN with ACK */                                                                                 \
    X (UNREACHABLE) /* RST to the SYN */                                                                               \
    X (ENCRYPTED)   /* TLS is complete, and both sides have sent data in it */                                         \
    X (TOKEN_ASK)                                                                                                      \
    X (TOKEN_GRANT)                                                                                                    \
    X (TOKEN_REFUSE)                                                                                                   \
    X (ASK)       /* RegisterReq; a REGISTER that adds a binding */                                                    \
    X (CHALLENGE) /* 401, 407 */                                                                                       \
    X (ACCEPT)    /* RegisterAck; 2xx */                                                                               \
    X (PROVISION)                                                                                                      \
    X (READY)                                                                                                          \
    X (REFUSE)   /* RegisterReject; a final answer that is no challenge */                                             \
    X (CONFIRM)  /* a keepalive or refresh is answered */                                                              \
    X (SIGN_OFF) /* UnregisterReq, Expires: 0, or the server's Reset */                                                \
    X (SIGN_OFF_ACCEPT)                                                                                                \
    X (SIGN_OFF_REFUSE)                                                                                                \
    X (EXPIRE) /* the granted time is over without a refresh */                                                        \
    X (REPLACE)                                                                                                        \
    X (CLOSE) /* FIN or RST */

typedef enum {
#define X(symbol) MOVE_##symbol,
    REGISTRATION_MOVES (X)
#undef X
        N_REGISTRATION_MOVES
} RegistrationMove;

/* Static. */
const char *registration_role_name (RegistrationRole role);
const char *registration_state_name (RegistrationState state);
