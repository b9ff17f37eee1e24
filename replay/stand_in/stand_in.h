/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/passwords.h"
#include "replay/engine/agenda.h"
#include "replay/script/script.h"
#include "replay/transport.h"

#include <glib.h>

/* Stands in for the server of a script, for any number of phones at once: answers by kind of message and line or key,
 * as recorded and as fast as recorded, says on its own account what the recorded server said, and answers keepalives
 * for ever. */

/* What may go wrong on purpose when a message is to be sent. X (symbol, name, what happens) */
#define FAULTS(X)                                                                                                      \
    X (CLOSE, "close", "the connection is closed instead")                                                             \
    X (RESET, "reset", "the connection is reset instead")                                                              \
    X (SILENT, "silent", "nothing is sent any more")                                                                   \
    X (GARBAGE, "garbage", "octets without sense are sent instead, then nothing")                                      \
    X (HALF, "half", "half of it is sent, then nothing")                                                               \
    X (BYTES, "bytes", "it and all behind it is sent octet by octet, one a millisecond")

typedef enum {
#define X(symbol, name, text) FAULT_##symbol,
    FAULTS (X)
#undef X
        N_FAULTS
} Fault;

/* N_FAULTS when no fault has that name. */
Fault fault_find (const char *name);
const char *fault_name (Fault fault);

/* What is done to one kind of message. */
typedef struct {
    KindIndex kind;
    gint64 delay; /* nanoseconds on top of the recorded time */
    Fault fault;  /* N_FAULTS: none */
} Tweak;

/* How a SIP phone is asked for its login. X (symbol, name, algorithm, qop or NULL) */
#define SIP_DIGESTS(X)                                                                                                 \
    X (RECORDED, "recorded", MD5, NULL) /* where there is nothing recorded */                                          \
    X (NONE, "none", UNKNOWN, NULL)                                                                                    \
    X (MD5, "md5", MD5, NULL)                                                                                          \
    X (MD5_QOP, "md5-qop", MD5, "auth")                                                                                \
    X (MD5_SESS, "md5-sess", MD5_SESS, "auth")                                                                         \
    X (SHA_256, "sha-256", SHA_256, "auth")                                                                            \
    X (SHA_512_256, "sha-512-256", SHA_512_256, "auth")

typedef enum {
#define X(symbol, name, algorithm, qop) SIP_DIGEST_##symbol,
    SIP_DIGESTS (X)
#undef X
        N_SIP_DIGESTS
} SipDigest;

/* N_SIP_DIGESTS when there is none of that name. */
SipDigest sip_digest_find (const char *name);

typedef struct {
    Agenda *agenda;       /* borrowed */
    const Script *script; /* borrowed */
    double speed;         /* recorded times are divided by it; 0: at once */
    const GArray *tweaks; /* of Tweak, borrowed; NULL: none */
    guint keepalive;      /* seconds to grant (SIP: Expires); 0: as recorded */
    Carrier carrier;
    /* Only for SIP. */
    SipDigest digest;
    const Passwords *users; /* borrowed; NULL: any user with any password is let in, unless the recorded one was not */
} StandInSettings;

typedef struct StandIn StandIn;

/* Listens from now on. settings is copied. NULL with error set when that address cannot be listened on. */
StandIn *stand_in_new (const StandInSettings *settings, const Endpoint *local, GError **error);
/* Closes everything. */
void stand_in_free (StandIn *stand_in);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StandIn, stand_in_free)

Endpoint stand_in_local (const StandIn *stand_in);
/* Connections at this moment. */
guint stand_in_connections (const StandIn *stand_in);
