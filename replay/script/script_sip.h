/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/script.h"

/* The SIP part of script.c. */

/* What a REGISTER is there for: questions of one role are compared with each other. X (symbol, words behind REGISTER)
 */
#define SIP_ROLES(X)                                                                                                   \
    X (FIRST, "")                                                                                                      \
    X (LOGIN, "with credentials")                                                                                      \
    X (REFRESH, "to refresh")                                                                                          \
    X (SIGN_OFF, "to sign off")

typedef enum {
#define X(symbol, words) SIP_ROLE_##symbol,
    SIP_ROLES (X)
#undef X
        N_SIP_ROLES
} SipRole;

/* Static. */
const char *sip_role_name (SipRole role);

/* A REGISTER that asks to be registered: no copy of one, no sign-off, no keepalive to a standby server. */
gboolean script_sip_begins (const Recording *recording, guint index);
/* What all REGISTERs of one attempt have in common, and no others; NULL for anything but a REGISTER request. Owned by
 * the caller. */
char *script_sip_attempt (const Recording *recording, guint index);
/* Fills the script with the attempt that this REGISTER begins, with the REFER before it, what the server sent on its
 * own account, one refresh, and the sign-off. Calls stay out. */
gboolean script_sip_fill (Script *script, const Recording *recording, guint index, GError **error);
