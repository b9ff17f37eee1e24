/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"

#include <glib.h>

/* How a phone answers a server's challenge (RFC 2617, RFC 7616, RFC 8760; reference 3.5 and 6.3). */

typedef struct {
    gboolean is_challenged; /* the rest means something */
    gboolean is_proxy;      /* 407: answered in Proxy-Authorization */
    gboolean stale;         /* the server says that only the nonce was too old */
    DigestAlgorithm algorithm;
    DigestQop qop;
    char *realm, *nonce, *opaque, *algorithm_name; /* between their quotation marks, escapes included; owned */
    guint uses;                                    /* of this nonce so far */
} SipLogin;

void sip_login_clear (SipLogin *login);

/* Takes the first challenge of a 401 or 407 that can be answered, in the server's order (RFC 8760, 2.4). FALSE, with
 * the reason in ret_why as it follows "the server ", when there is none; owned by the caller. */
gboolean sip_login_learn (SipLogin *login, const SipMessage *answer, char **ret_why);

/* Appends the whole header line, its end included. password NULL: some digits that fit nothing, for servers that only
 * want to know who calls. cnonce is used where the challenge needs one. */
void sip_login_line (SipLogin *login, const char *user, const char *password, const char *method, const char *uri,
                     View body, const char *cnonce, GString *line);
