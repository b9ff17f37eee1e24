/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Digest responses (RFC 2617, RFC 7616, and RFC 8760 for SIP). Passwords are only read, never kept or told. */

typedef enum {
    DIGEST_UNKNOWN, /* some other algorithm */
    DIGEST_MD5,     /* also when no algorithm is named */
    DIGEST_MD5_SESS,
    DIGEST_SHA_256,
    DIGEST_SHA_256_SESS,
} DigestAlgorithm;

typedef enum {
    DIGEST_QOP_NONE, /* the form of RFC 2069, which CUCM uses */
    DIGEST_QOP_AUTH,
    DIGEST_QOP_AUTH_INT,
    DIGEST_QOP_UNKNOWN, /* some other protection */
} DigestQop;

typedef enum { DIGEST_MATCHES, DIGEST_DIFFERS, DIGEST_NOT_COMPUTABLE } DigestVerdict;

/* What goes into a response. nc and cnonce only with a qop (cnonce also with -sess), body only with auth-int. */
typedef struct {
    DigestAlgorithm algorithm;
    DigestQop qop;
    View username, realm, password; /* realm and username as between the quotation marks, escapes included */
    View method, uri;               /* uri: that of the credentials, not the Request-URI */
    View nonce, nc, cnonce;
    View body;
} DigestInput;

#define DIGEST_TEXT_SIZE 65

/* An empty name is MD5. */
DigestAlgorithm digest_algorithm_find (View name);
/* An empty name is no protection. */
DigestQop digest_qop_find (View name);

/* Writes the lower-case digits of the response. FALSE when algorithm or qop is unknown or a field that they need is
 * empty; a password and a body may be empty. */
gboolean digest_response (const DigestInput *input, char ret_response[DIGEST_TEXT_SIZE]);
/* Compares with a response from the wire, in either case of its digits. */
DigestVerdict digest_compare (const DigestInput *input, View response);
