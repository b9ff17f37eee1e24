/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How a registration stands, and what moves it on. The names of roles and states are promises to users (reports as JSON
 * say them). Sources: reference 2.1 to 2.6 (SCCP), 3.1 to 3.6 (SIP). */

/* Servers of SIP keep a binding for so many seconds more than they have granted. The timer sip_grace begins with that;
 * a line counts as registered for so long whatever the timer is set to. */
#define SIP_GRACE_DEFAULT 15

/* What the phone wants of the server. X (symbol, name) */
#define REGISTRATION_ROLES(X)                                                                                          \
    X (WAY, "way")               /* nothing yet: it gets an address and its files */                                   \
    X (CONNECTION, "connection") /* a connection on which nothing is asked yet, or nobody can see what */              \
    X (TOKEN, "token")           /* may it come back? (reference 2.6) */                                               \
    X (PRIMARY, "primary")       /* to be registered */                                                                \
    X (STANDBY, "standby")       /* nothing but keepalives: it is registered elsewhere */                              \
    X (QUERY, "query")           /* SIP: what is registered there? */

typedef enum {
#define X(symbol, name) ROLE_##symbol,
    REGISTRATION_ROLES (X)
#undef X
        N_REGISTRATION_ROLES
} RegistrationRole;

/* X (symbol, name, English). HELD: an answer proves that it was registered before the capture began; REPLACED: the
 * phone, or another one, was accepted anew; REMOVED: another one has signed off the whole account,
 * or the registrar tells that it has ended it (SIP); LOST: the connection of an accepted registration has ended,
 * CLOSED: one before a decision. EXPIRED is no move's doing: only a time tells it, that of the capture's end
 * (summary_state()). */
#define REGISTRATION_STATES(X)                                                                                         \
    X (NEW, "new", "no registration is asked for")                                                                     \
    X (CONNECTING, "connecting", "the SYN is not answered")                                                            \
    X (CONNECTED, "connected", "no registration is asked for")                                                         \
    X (UNREACHABLE, "unreachable", "the connection is refused")                                                        \
    X (ENCRYPTED, "encrypted", "both sides send data that cannot be read")                                             \
    X (TOKEN_ASKED, "token-asked", "no answer")                                                                        \
    X (WAITING, "waiting", "told to wait")                                                                             \
    X (ASKED, "asked", "no answer")                                                                                    \
    X (CHALLENGED, "challenged", "challenged, and not accepted since")                                                 \
    X (REDIRECTED, "redirected", "sent elsewhere")                                                                     \
    X (TOO_BRIEF, "too-brief", "told to ask for a longer time")                                                        \
    X (UNLISTED, "unlisted", "answered by 200, but not as registered")                                                 \
    X (ACCEPTED, "accepted", "accepted, not ready")                                                                    \
    X (PROVISIONED, "provisioned", "at least one line has its number, not ready")                                      \
    X (READY, "ready", "ready")                                                                                        \
    X (HELD, "held", "registered, as an answer shows")                                                                 \
    X (REFUSED, "refused", "refused")                                                                                  \
    X (LEAVING, "leaving", "wants to sign off")                                                                        \
    X (SIGNED_OFF, "signed-off", "signed off")                                                                         \
    X (SIGN_OFF_REFUSED, "sign-off-refused", "its sign-off is refused")                                                \
    X (EXPIRED, "expired", "ran out")                                                                                  \
    X (REPLACED, "replaced", "replaced by a newer one")                                                                \
    X (REMOVED, "removed", "removed: all contacts of the account were signed off")                                     \
    X (LOST, "lost", "its connection has ended")                                                                       \
    X (CLOSED, "closed", "closed before a decision")

typedef enum {
#define X(symbol, name, english) STATE_##symbol,
    REGISTRATION_STATES (X)
#undef X
        N_REGISTRATION_STATES
} RegistrationState;

/* X (symbol) */
#define REGISTRATION_MOVES(X)                                                                                          \
    X (CONNECT)     /* SYN */                                                                                          \
    X (CONNECTED)   /* SYN with ACK */                                                                                 \
    X (DENY)        /* ICMP to the SYN: the phone may try on */                                                        \
    X (UNREACHABLE) /* RST to the SYN */                                                                               \
    X (ENCRYPTED)   /* TLS is complete, and both sides have sent data in it */                                         \
    X (TOKEN_ASK)                                                                                                      \
    X (TOKEN_GRANT)                                                                                                    \
    X (TOKEN_REFUSE)                                                                                                   \
    X (ASK)       /* RegisterReq; a REGISTER that adds a binding */                                                    \
    X (CHALLENGE) /* 401, 407 */                                                                                       \
    X (REDIRECT)  /* 3xx */                                                                                            \
    X (PUT_OFF)   /* 423 */                                                                                            \
    X (UNLIST)    /* 2xx, which lists the bindings of others or none */                                                \
    X (ACCEPT)    /* RegisterAck; 2xx */                                                                               \
    X (PROVISION)                                                                                                      \
    X (READY)                                                                                                          \
    X (REFUSE)   /* RegisterReject; a final answer that is no challenge */                                             \
    X (CONFIRM)  /* a keepalive or refresh is answered */                                                              \
    X (SIGN_OFF) /* UnregisterReq, Expires: 0 */                                                                       \
    X (SIGN_OFF_ACCEPT)                                                                                                \
    X (SIGN_OFF_REFUSE)                                                                                                \
    X (KEEP) /* … is answered, and the server lists it all the same; or it lives on, ready or not */                 \
    X (REPLACE)                                                                                                        \
    X (REMOVE)                                                                                                         \
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
