/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Digest responses (RFC 2617, RFC 7616, and RFC 8760 for SIP). Passwords are only read, never kept or told. */

/* X (symbol, name) */
#define DIGEST_ALGORITHMS(X)                                                                                           \
    X (MD5, "MD5") /* also when no algorithm is named */                                                               \
    X (MD5_SESS, "MD5-sess")                                                                                           \
    X (SHA_256, "SHA-256")                                                                                             \
    X (SHA_256_SESS, "SHA-256-sess")                                                                                   \
    X (SHA_512_256, "SHA-512-256")                                                                                     \
    X (SHA_512_256_SESS, "SHA-512-256-sess")

typedef enum {
    DIGEST_UNKNOWN, /* some other algorithm */
#define X(symbol, name) DIGEST_##symbol,
    DIGEST_ALGORITHMS (X)
#undef X
        N_DIGEST_ALGORITHMS
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
/* Static: "SHA-256". NULL for one that is unknown. */
const char *digest_algorithm_name (DigestAlgorithm algorithm);
/* A "-sess": its responses hold the client's nonce whatever the qop. */
gboolean digest_algorithm_is_session (DigestAlgorithm algorithm);
/* An empty name is no protection. */
DigestQop digest_qop_find (View name);

/* Writes the lower-case digits of the response. FALSE when algorithm or qop is unknown or a field that they need is
 * empty; a password and a body may be empty. */
gboolean digest_response (const DigestInput *input, char ret_response[DIGEST_TEXT_SIZE]);
/* Compares with a response from the wire, in either case of its digits. */
DigestVerdict digest_compare (const DigestInput *input, View response);
