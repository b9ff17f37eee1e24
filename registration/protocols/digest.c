/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/digest.h"

#include "registration/protocols/sha512_256.h"
#include "registration/protocols/sip_text.h"

#include <string.h>

typedef enum { HASH_MD5, HASH_SHA_256, HASH_SHA_512_256 } HashType;

static const char *const algorithm_names[N_DIGEST_ALGORITHMS] = {
#define X(symbol, name) [DIGEST_##symbol] = name,
    DIGEST_ALGORITHMS (X)
#undef X
};

static const struct {
    HashType type;
    gboolean session;
} algorithms[N_DIGEST_ALGORITHMS] = {
    [DIGEST_MD5] = { HASH_MD5, FALSE },
    [DIGEST_MD5_SESS] = { HASH_MD5, TRUE },
    [DIGEST_SHA_256] = { HASH_SHA_256, FALSE },
    [DIGEST_SHA_256_SESS] = { HASH_SHA_256, TRUE },
    [DIGEST_SHA_512_256] = { HASH_SHA_512_256, FALSE },
    [DIGEST_SHA_512_256_SESS] = { HASH_SHA_512_256, TRUE },
};

static const char *const qops[] = {
    [DIGEST_QOP_AUTH] = "auth",
    [DIGEST_QOP_AUTH_INT] = "auth-int",
};

DigestAlgorithm digest_algorithm_find (View name)
{
    if (name.size == 0)
        return DIGEST_MD5;
    for (guint i = DIGEST_MD5; i < N_DIGEST_ALGORITHMS; i++)
        if (sip_equal (name, algorithm_names[i]))
            return (DigestAlgorithm) i;
    return DIGEST_UNKNOWN;
}

const char *digest_algorithm_name (DigestAlgorithm algorithm)
{
    return algorithm < N_DIGEST_ALGORITHMS ? algorithm_names[algorithm] : NULL;
}

gboolean digest_algorithm_is_session (DigestAlgorithm algorithm)
{
    return algorithm < N_DIGEST_ALGORITHMS && algorithms[algorithm].session;
}

DigestQop digest_qop_find (View name)
{
    if (name.size == 0)
        return DIGEST_QOP_NONE;
    for (guint i = DIGEST_QOP_AUTH; i < G_N_ELEMENTS (qops); i++)
        if (sip_equal (name, qops[i]))
            return (DigestQop) i;
    return DIGEST_QOP_UNKNOWN;
}

/* --- Hashes */

typedef struct {
    GChecksum *checksum; /* NULL: it is the other one */
    Sha512_256 sha512_256;
} Hash;

static void hash_begin (Hash *hash, HashType type)
{
    hash->checksum =
        type == HASH_SHA_512_256 ? NULL : g_checksum_new (type == HASH_MD5 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256);
    if (!hash->checksum)
        sha512_256_init (&hash->sha512_256);
}

static void hash_add (Hash *hash, View octets)
{
    if (!hash->checksum)
        sha512_256_add (&hash->sha512_256, octets);
    else if (octets.size)
        g_checksum_update (hash->checksum, octets.data, (gssize) octets.size);
}

static void hash_end (Hash *hash, char ret_hex[DIGEST_TEXT_SIZE])
{
    guint8 digest[(DIGEST_TEXT_SIZE - 1) / 2];
    gsize size = sizeof digest;

    if (!hash->checksum) {
        sha512_256_end (&hash->sha512_256, ret_hex);
        return;
    }
    g_checksum_get_digest (hash->checksum, digest, &size);
    g_clear_pointer (&hash->checksum, g_checksum_free);
    for (gsize i = 0; i < size; i++) {
        *ret_hex++ = "0123456789abcdef"[digest[i] >> 4];
        *ret_hex++ = "0123456789abcdef"[digest[i] & 15];
    }
    *ret_hex = '\0';
}

/* The hash of all parts with colons between them, in hexadecimal. */
static void hash_joined (HashType type, const View *parts, gsize n_parts, char ret_hex[DIGEST_TEXT_SIZE])
{
    Hash hash;
    guint8 start[512];
    gsize used = 0, part = 0;

    /* Most fit in here, and are hashed at once. */
    for (; part < n_parts && parts[part].size < sizeof start - used - 1; part++) {
        if (parts[part].size)
            memcpy (start + used, parts[part].data, parts[part].size);
        used += parts[part].size;
        if (part + 1 < n_parts)
            start[used++] = ':';
    }
    hash_begin (&hash, type);
    hash_add (&hash, (View){ start, used });
    for (; part < n_parts; part++) {
        hash_add (&hash, parts[part]);
        if (part + 1 < n_parts)
            hash_add (&hash, text_view (":"));
    }
    hash_end (&hash, ret_hex);
}

/* --- Responses */

static gboolean is_complete (const DigestInput *input)
{
    if (input->algorithm <= DIGEST_UNKNOWN || input->algorithm >= N_DIGEST_ALGORITHMS ||
        input->qop >= DIGEST_QOP_UNKNOWN)
        return FALSE;
    if (!input->username.size || !input->realm.size || !input->nonce.size || !input->uri.size || !input->method.size)
        return FALSE;
    if (input->qop != DIGEST_QOP_NONE && (!input->nc.size || !input->cnonce.size))
        return FALSE;
    return !algorithms[input->algorithm].session || input->cnonce.size;
}

gboolean digest_response (const DigestInput *input, char ret_response[DIGEST_TEXT_SIZE])
{
    char ha1[DIGEST_TEXT_SIZE], session[DIGEST_TEXT_SIZE], body[DIGEST_TEXT_SIZE], ha2[DIGEST_TEXT_SIZE];

    if (!is_complete (input))
        return FALSE;
    const HashType type = algorithms[input->algorithm].type;

    const View user[] = { input->username, input->realm, input->password };
    hash_joined (type, user, G_N_ELEMENTS (user), ha1);
    if (algorithms[input->algorithm].session) {
        const View parts[] = { text_view (ha1), input->nonce, input->cnonce };
        hash_joined (type, parts, G_N_ELEMENTS (parts), session);
        memcpy (ha1, session, sizeof ha1);
    }

    View request[] = { input->method, input->uri, { NULL, 0 } };
    if (input->qop == DIGEST_QOP_AUTH_INT) {
        hash_joined (type, &input->body, 1, body);
        request[2] = text_view (body);
    }
    hash_joined (type, request, input->qop == DIGEST_QOP_AUTH_INT ? 3 : 2, ha2);

    if (input->qop == DIGEST_QOP_NONE) {
        const View parts[] = { text_view (ha1), input->nonce, text_view (ha2) };
        hash_joined (type, parts, G_N_ELEMENTS (parts), ret_response);
    } else {
        const View parts[] = {
            text_view (ha1), input->nonce, input->nc, input->cnonce, text_view (qops[input->qop]), text_view (ha2),
        };
        hash_joined (type, parts, G_N_ELEMENTS (parts), ret_response);
    }
    return TRUE;
}

DigestVerdict digest_compare (const DigestInput *input, View response)
{
    char expected[DIGEST_TEXT_SIZE];

    if (!response.size || !digest_response (input, expected))
        return DIGEST_NOT_COMPUTABLE;
    return sip_equal (response, expected) ? DIGEST_MATCHES : DIGEST_DIFFERS;
}
