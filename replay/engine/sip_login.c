/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/sip_login.h"

#include <string.h>

void sip_login_clear (SipLogin *login)
{
    g_free (login->realm);
    g_free (login->nonce);
    g_free (login->opaque);
    g_free (login->algorithm_name);
    *login = (SipLogin){ 0 };
}

static DigestQop choose_qop (const SipChallenge *challenge)
{
    if (!challenge->has_qop)
        return DIGEST_QOP_NONE;
    if (challenge->offers_auth)
        return DIGEST_QOP_AUTH;
    return challenge->offers_auth_int ? DIGEST_QOP_AUTH_INT : DIGEST_QOP_UNKNOWN;
}

static char *say_why_not (const SipChallenge *challenge)
{
    g_autofree char *scheme = view_dup (challenge->scheme_name);
    g_autofree char *algorithm = view_dup (challenge->algorithm_name);

    if (challenge->scheme == SIP_SCHEME_BEARER)
        return g_strdup ("asks for an OAuth token (Bearer), which only the phone's own login can get");
    if (challenge->scheme != SIP_SCHEME_DIGEST)
        return g_strdup_printf ("asks for a login of the kind \"%s\"; only Digest can be answered", scheme);
    if (challenge->algorithm == DIGEST_UNKNOWN)
        return g_strdup_printf ("asks for a digest with the algorithm \"%s\"; MD5, SHA-256 and SHA-512-256 can be "
                                "answered",
                                algorithm);
    if (choose_qop (challenge) == DIGEST_QOP_UNKNOWN)
        return g_strdup ("asks for a digest with a protection (qop) other than auth and auth-int");
    return g_strdup ("sends a challenge without a nonce");
}

static gboolean is_answerable (const SipChallenge *challenge)
{
    return challenge->scheme == SIP_SCHEME_DIGEST && challenge->algorithm != DIGEST_UNKNOWN &&
           choose_qop (challenge) != DIGEST_QOP_UNKNOWN && challenge->nonce.size > 0;
}

gboolean sip_login_learn (SipLogin *login, const SipMessage *answer, char **ret_why)
{
    SipHeaderId wanted = answer->status == 407 ? SIP_HEADER_PROXY_AUTHENTICATE : SIP_HEADER_WWW_AUTHENTICATE;
    g_autofree char *why = NULL;

    *ret_why = NULL;
    for (guint i = 0; i < answer->n_auth; i++) {
        SipChallenge challenge;
        if (answer->auth[i].id != wanted || !sip_challenge_parse (answer->auth[i].value, &challenge))
            continue;
        if (!is_answerable (&challenge)) {
            if (!why)
                why = say_why_not (&challenge);
            continue;
        }
        sip_login_clear (login);
        *login = (SipLogin){ .is_challenged = TRUE,
                             .is_proxy = answer->status == 407,
                             .stale = challenge.has_stale && challenge.stale,
                             .algorithm = challenge.algorithm,
                             .qop = choose_qop (&challenge),
                             .realm = view_dup (challenge.realm),
                             .nonce = view_dup (challenge.nonce),
                             .opaque = view_dup (challenge.opaque),
                             .algorithm_name = view_dup (challenge.algorithm_name) };
        return TRUE;
    }
    *ret_why = why ? g_steal_pointer (&why) : g_strdup ("asks for a login without saying how (no challenge)");
    return FALSE;
}

/* As it stands between quotation marks (RFC 3261, 25.1). */
static char *escape (const char *text)
{
    g_autoptr (GString) escaped = g_string_new (NULL);

    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c (escaped, '\\');
        g_string_append_c (escaped, *text);
    }
    return g_string_free (g_steal_pointer (&escaped), FALSE);
}

static gboolean needs_cnonce (const SipLogin *login)
{
    return login->qop != DIGEST_QOP_NONE || digest_algorithm_is_session (login->algorithm);
}

/* Eight hexadecimal digits. */
static void write_count (guint count, char ret_text[9])
{
    for (guint i = 8; i > 0; i--, count >>= 4)
        ret_text[i - 1] = "0123456789abcdef"[count & 15];
    ret_text[8] = '\0';
}

static void append_quoted (GString *line, const char *name, const char *value)
{
    g_string_append (line, name);
    g_string_append (line, "=\"");
    g_string_append (line, value);
    g_string_append_c (line, '"');
}

void sip_login_line (SipLogin *login, const char *user, const char *password, const char *method, const char *uri,
                     View body, const char *cnonce, GString *line)
{
    g_autofree char *escaped = strpbrk (user, "\"\\") ? escape (user) : NULL;
    const char *name = escaped ? escaped : user;
    char nc[9];
    write_count (++login->uses, nc);
    char response[DIGEST_TEXT_SIZE] = "00000000000000000000000000000000";
    DigestInput input = { .algorithm = login->algorithm,
                          .qop = login->qop,
                          .username = text_view (name),
                          .realm = text_view (login->realm),
                          .password = text_view (password),
                          .method = text_view (method),
                          .uri = text_view (uri),
                          .nonce = text_view (login->nonce),
                          .nc = text_view (nc),
                          .cnonce = text_view (cnonce),
                          .body = body };

    if (password)
        digest_response (&input, response);
    g_string_append (line, login->is_proxy ? "Proxy-Authorization" : "Authorization");
    append_quoted (line, ": Digest username", name);
    append_quoted (line, ",realm", login->realm);
    append_quoted (line, ",nonce", login->nonce);
    append_quoted (line, ",uri", uri);
    append_quoted (line, ",response", response);
    if (*login->algorithm_name) {
        g_string_append (line, ",algorithm=");
        g_string_append (line, login->algorithm_name);
    }
    if (*login->opaque)
        append_quoted (line, ",opaque", login->opaque);
    if (needs_cnonce (login))
        append_quoted (line, ",cnonce", cnonce);
    if (login->qop != DIGEST_QOP_NONE) {
        g_string_append (line, login->qop == DIGEST_QOP_AUTH ? ",qop=auth,nc=" : ",qop=auth-int,nc=");
        g_string_append (line, nc);
    }
    g_string_append (line, "\r\n");
}
