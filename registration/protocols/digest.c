/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/digest.h"

#include "registration/protocols/sip_text.h"

#include <string.h>

static const struct {
    const char *name;
    GChecksumType type;
    gboolean session;
} algorithms[] = {
    [DIGEST_MD5] = { "MD5", G_CHECKSUM_MD5, FALSE },
    [DIGEST_MD5_SESS] = { "MD5-sess", G_CHECKSUM_MD5, TRUE },
    [DIGEST_SHA_256] = { "SHA-256", G_CHECKSUM_SHA256, FALSE },
    [DIGEST_SHA_256_SESS] = { "SHA-256-sess", G_CHECKSUM_SHA256, TRUE },
};

static const char *const qops[] = {
    [DIGEST_QOP_AUTH] = "auth",
    [DIGEST_QOP_AUTH_INT] = "auth-int",
};

DigestAlgorithm digest_algorithm_find (View name)
{
    if (name.size == 0)
        return DIGEST_MD5;
    for (guint i = DIGEST_MD5; i < G_N_ELEMENTS (algorithms); i++)
        if (sip_equal (name, algorithms[i].name))
            return (DigestAlgorithm) i;
    return DIGEST_UNKNOWN;
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

/* The hash of all parts with colons between them, in hexadecimal. */
static void hash_joined (GChecksumType type, const View *parts, gsize n_parts, char ret_hex[DIGEST_TEXT_SIZE])
{
    g_autoptr (GChecksum) checksum = g_checksum_new (type);

    for (gsize i = 0; i < n_parts; i++) {
        if (i > 0)
            g_checksum_update (checksum, (const guchar *) ":", 1);
        if (parts[i].size)
            g_checksum_update (checksum, parts[i].data, (gssize) parts[i].size);
    }
    g_strlcpy (ret_hex, g_checksum_get_string (checksum), DIGEST_TEXT_SIZE);
}

static gboolean is_complete (const DigestInput *input)
{
    if (input->algorithm <= DIGEST_UNKNOWN || input->algorithm >= G_N_ELEMENTS (algorithms) ||
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
    GChecksumType type = algorithms[input->algorithm].type;

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
