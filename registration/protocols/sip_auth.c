/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_auth.h"

#include "registration/protocols/sip_text.h"

static gboolean is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static View advance (View text, gsize size)
{
    return (View){ text.data + size, text.size - size };
}

/* The octets of the typographic quotation mark at the front, or 0. */
static gsize curly_quote (View text)
{
    if (text.size >= 3 && text.data[0] == 0xe2 && text.data[1] == 0x80 &&
        (text.data[2] == 0x9c || text.data[2] == 0x9d || text.data[2] == 0x99))
        return 3;
    return text.size && (text.data[0] == 0x93 || text.data[0] == 0x94) ? 1 : 0;
}

/* The octets of the character at the front: those of a well-formed UTF-8 sequence, else 1. Keeps the 0x93 inside other
 * letters from passing for a quotation mark. */
static gsize character_size (View text)
{
    guint8 lead = text.data[0];
    gsize size = lead >= 0xf0 && lead <= 0xf4  ? 4
                 : lead >= 0xe0 && lead < 0xf0 ? 3
                 : lead >= 0xc2 && lead < 0xe0 ? 2
                                               : 1;

    for (gsize i = 1; i < size; i++)
        if (i >= text.size || (text.data[i] & 0xc0) != 0x80)
            return 1;
    return size;
}

/* The white space at the front, counted only up to what decides: a value is never scanned twice. */
static gboolean ends_here (View text)
{
    gsize i = 0;
    while (i < text.size && i < 64 && is_space (text.data[i]))
        i++;
    return i == text.size || text.data[i] == ',';
}

/* A server that escaped its marks once too often: realm=\"x\" (observed in sip_tcp_register_401.pcap, frame 6). */
static gboolean is_escaped_mark (View text)
{
    return text.size >= 2 && text.data[0] == '\\' && text.data[1] == '"';
}

/* Takes a quoted value whose opening mark is gone. A straight mark closes it anywhere, a typographic one only where the
 * parameter ends, since it may also be an apostrophe, and an escaped one only what such a one opened. Never closed: all
 * that is left. */
static View take_quoted (View *text, gboolean escaped_marks)
{
    View rest = *text;
    gsize mark = 0;

    for (;;) {
        while (rest.size && *rest.data < 0x80 && *rest.data != '"' && *rest.data != '\\')
            rest = advance (rest, 1);
        if (!rest.size)
            break;
        if (escaped_marks && is_escaped_mark (rest)) {
            mark = 2;
            break;
        }
        if (*rest.data == '\\' && rest.size > 1) {
            rest = advance (rest, 2);
            continue;
        }
        gsize curly = curly_quote (rest);
        mark = *rest.data == '"' ? 1 : curly && ends_here (advance (rest, curly)) ? curly : 0;
        if (mark)
            break;
        rest = advance (rest, character_size (rest));
    }
    View value = { text->data, (gsize) (rest.data - text->data) };
    *text = advance (rest, mark);
    return value;
}

static View take_until_any (View *text, const char *ends)
{
    gsize i = 0;
    while (i < text->size && !is_space (text->data[i]) && text->data[i] != (guint8) ends[0] &&
           text->data[i] != (guint8) ends[1])
        i++;
    View word = { text->data, i };
    *text = advance (*text, i);
    return word;
}

static void skip_space (View *text)
{
    while (text->size && is_space (*text->data))
        *text = advance (*text, 1);
}

/* Takes the next name=value; FALSE at the end. Words without "=" are passed over. */
static gboolean next_field (View *text, View *ret_name, View *ret_value)
{
    for (;;) {
        while (text->size && (is_space (*text->data) || *text->data == ','))
            *text = advance (*text, 1);
        if (!text->size)
            return FALSE;
        *ret_name = take_until_any (text, "=,");
        skip_space (text);
        if (!text->size || *text->data != '=')
            continue;
        *text = advance (*text, 1);
        skip_space (text);
        gboolean escaped = is_escaped_mark (*text);
        gsize mark = escaped ? 2 : text->size && *text->data == '"' ? 1 : curly_quote (*text);
        if (mark) {
            *text = advance (*text, mark);
            *ret_value = take_quoted (text, escaped);
        } else {
            *ret_value = take_until_any (text, ",,");
        }
        return TRUE;
    }
}

static gboolean take_scheme (View *value, SipScheme *ret_scheme, View *ret_name)
{
    *value = sip_trim (*value);
    if (!value->size)
        return FALSE;
    *ret_name = take_until_any (value, ",=");
    if (!ret_name->size || (value->size && !is_space (*value->data)))
        return FALSE;
    *ret_scheme = sip_equal (*ret_name, "Digest")   ? SIP_SCHEME_DIGEST
                  : sip_equal (*ret_name, "Bearer") ? SIP_SCHEME_BEARER
                  : sip_equal (*ret_name, "Basic")  ? SIP_SCHEME_BASIC
                                                    : SIP_SCHEME_OTHER;
    return TRUE;
}

gboolean sip_challenge_parse (View value, SipChallenge *ret_challenge)
{
    SipChallenge challenge = { 0 };
    View name, field, qop = { NULL, 0 };

    if (!take_scheme (&value, &challenge.scheme, &challenge.scheme_name))
        return FALSE;
    while (next_field (&value, &name, &field)) {
        if (sip_equal (name, "realm"))
            challenge.realm = field;
        else if (sip_equal (name, "nonce"))
            challenge.nonce = field;
        else if (sip_equal (name, "opaque"))
            challenge.opaque = field;
        else if (sip_equal (name, "algorithm"))
            challenge.algorithm_name = field;
        else if (sip_equal (name, "qop"))
            qop = field;
        else if (sip_equal (name, "stale")) {
            challenge.has_stale = TRUE;
            challenge.stale = sip_equal (field, "true");
        } else if (sip_equal (name, "error"))
            challenge.error = field;
        else if (sip_equal (name, "error_description"))
            challenge.error_text = field;
    }
    challenge.algorithm = digest_algorithm_find (challenge.algorithm_name);
    challenge.has_qop = qop.size > 0;
    challenge.offers_auth = sip_list_has (qop, "auth");
    challenge.offers_auth_int = sip_list_has (qop, "auth-int");
    *ret_challenge = challenge;
    return TRUE;
}

gboolean sip_credentials_parse (View value, SipCredentials *ret_credentials)
{
    SipCredentials credentials = { 0 };
    View name, field;

    if (!take_scheme (&value, &credentials.scheme, &credentials.scheme_name))
        return FALSE;
    if (credentials.scheme == SIP_SCHEME_BEARER)
        credentials.token = sip_trim (value);
    while (credentials.scheme != SIP_SCHEME_BEARER && next_field (&value, &name, &field)) {
        if (sip_equal (name, "username"))
            credentials.username = field;
        else if (sip_equal (name, "realm"))
            credentials.realm = field;
        else if (sip_equal (name, "nonce"))
            credentials.nonce = field;
        else if (sip_equal (name, "uri"))
            credentials.uri = field;
        else if (sip_equal (name, "response"))
            credentials.response = field;
        else if (sip_equal (name, "algorithm"))
            credentials.algorithm_name = field;
        else if (sip_equal (name, "qop"))
            credentials.qop_name = field;
        else if (sip_equal (name, "nc"))
            credentials.nc = field;
        else if (sip_equal (name, "cnonce"))
            credentials.cnonce = field;
        else if (sip_equal (name, "opaque"))
            credentials.opaque = field;
    }
    credentials.algorithm = digest_algorithm_find (credentials.algorithm_name);
    credentials.qop = digest_qop_find (credentials.qop_name);
    *ret_credentials = credentials;
    return TRUE;
}

DigestVerdict sip_credentials_check (const SipCredentials *credentials, View method, View body, View password)
{
    const DigestInput input = {
        .algorithm = credentials->algorithm,
        .qop = credentials->qop,
        .username = credentials->username,
        .realm = credentials->realm,
        .password = password,
        .method = method,
        .uri = credentials->uri,
        .nonce = credentials->nonce,
        .nc = credentials->nc,
        .cnonce = credentials->cnonce,
        .body = body,
    };
    if (credentials->scheme != SIP_SCHEME_DIGEST)
        return DIGEST_NOT_COMPUTABLE;
    return digest_compare (&input, credentials->response);
}
