/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/digest.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* What servers ask in WWW-Authenticate and Proxy-Authenticate, and what clients answer in Authorization and
 * Proxy-Authorization. Views lie between the quotation marks and keep their escapes, as digests are computed over
 * them. Typographic quotation marks (UTF-8 and Windows-1252) pass for straight ones: manuals print them, and people
 * copy manuals. So do straight ones behind a backslash, as seen in captures of scripted servers. */

typedef enum {
    SIP_SCHEME_OTHER,
    SIP_SCHEME_DIGEST,
    SIP_SCHEME_BEARER,
    SIP_SCHEME_BASIC, /* not to be used any more (RFC 3261, 22) */
} SipScheme;

typedef struct {
    SipScheme scheme;
    View scheme_name;
    View realm, nonce, opaque, algorithm_name;
    DigestAlgorithm algorithm;
    gboolean has_qop;                      /* some qop is offered, known here or not */
    gboolean offers_auth, offers_auth_int; /* from the list in qop */
    gboolean stale, has_stale;
    View error, error_text; /* of Bearer: why a token is not taken (RFC 6750, 3) */
} SipChallenge;

typedef struct {
    SipScheme scheme;
    View scheme_name;
    View username, realm, nonce, uri, response, algorithm_name, qop_name, nc, cnonce, opaque;
    DigestAlgorithm algorithm;
    DigestQop qop;
    View token; /* of Bearer: a secret, not for printing */
} SipCredentials;

/* Read a header's value (SipAuth). FALSE when it does not begin with a scheme; what is missing is empty. */
gboolean sip_challenge_parse (View value, SipChallenge *ret_challenge);
gboolean sip_credentials_parse (View value, SipCredentials *ret_credentials);

/* Whether a password explains the response in the credentials of one request. Not computable when a field is missing,
 * the algorithm is unknown, or the scheme is not Digest. */
DigestVerdict sip_credentials_check (const SipCredentials *credentials, View method, View body, View password);
