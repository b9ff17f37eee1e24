/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules: where both readers find a value, it must be the same octets. Values are left out, and counted, where the
 * sender broke the grammar and two readers may guess differently, or where libre 1.1.0 itself departs from the RFC;
 * each such place names its section. Section numbers without a name are those of RFC 3261. */
#include "compare.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"

#include <re.h>
#include <string.h>

typedef struct {
    OracleReport *report;
    const struct sip_msg *theirs;
    const SipMessage *ours;
} Comparison;

static View view_of (struct pl pl)
{
    return (View){ (const guint8 *) pl.p, pl.l };
}

static struct pl pl_of (View view)
{
    return (struct pl){ (const char *) view.data, view.size };
}

static gboolean same (View a, View b)
{
    return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

static void check_text (Comparison *c, const char *what, View ours, struct pl theirs)
{
    c->report->compared++;
    if (same (ours, view_of (theirs)))
        return;
    g_string_append_printf (c->report->differences, "%s: ours \"%.*s\", libre \"%.*s\"\n", what, (int) ours.size,
                            ours.size ? (const char *) ours.data : "", (int) theirs.l, theirs.l ? theirs.p : "");
}

static void check_number (Comparison *c, const char *what, gint64 ours, gint64 theirs)
{
    c->report->compared++;
    if (ours != theirs)
        g_string_append_printf (c->report->differences, "%s: ours %" G_GINT64_FORMAT ", libre %" G_GINT64_FORMAT "\n",
                                what, ours, theirs);
}

/* Leaves a value out when the condition holds; returns it. */
static gboolean except_when (Comparison *c, gboolean condition)
{
    if (condition)
        c->report->excepted++;
    return condition;
}

static gboolean has (View view, char wanted)
{
    return view.size && memchr (view.data, wanted, view.size);
}

static gboolean is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean has_space (View view)
{
    return has (view, ' ') || has (view, '\t') || has (view, '\r') || has (view, '\n');
}

/* "token" of 25.1. */
static gboolean is_token (View view)
{
    for (gsize i = 0; i < view.size; i++)
        if (!g_ascii_isalnum (view.data[i]) && (!view.data[i] || !strchr ("-.!%*_+`'~", view.data[i])))
            return FALSE;
    return view.size > 0;
}

static gboolean is_letters (View view)
{
    for (gsize i = 0; i < view.size; i++)
        if (!g_ascii_isalpha (view.data[i]))
            return FALSE;
    return view.size > 0;
}

static gboolean is_hex (View view)
{
    for (gsize i = 0; i < view.size; i++)
        if (!g_ascii_isxdigit (view.data[i]))
            return FALSE;
    return TRUE;
}

static gboolean is_digits (View view, gsize max)
{
    for (gsize i = 0; i < view.size; i++)
        if (!g_ascii_isdigit (view.data[i]))
            return FALSE;
    return view.size > 0 && view.size <= max;
}

/* The position after a quoted string of 25.1 at i, or 0 when it is never closed. */
static gsize after_quoted (View view, gsize i)
{
    for (i++; i < view.size; i++) {
        if (view.data[i] == '\\')
            i++;
        else if (view.data[i] == '"')
            return i + 1;
    }
    return 0;
}

/* Parameters as 25.1 (generic-param) has them: ";name", ";name=value", ";name="quoted"" with white space around the
 * signs. libre searches for ";name=" without knowing quoted strings, so a ";" in one leads it astray; an empty or
 * repeated value it passes over for a later one. */
static gboolean params_are_plain (View params)
{
    gsize i = 0;

    while (i < params.size) {
        while (i < params.size && is_space (params.data[i]))
            i++;
        if (i == params.size)
            return TRUE;
        if (params.data[i++] != ';')
            return FALSE;
        gsize start = i;
        while (i < params.size && !strchr (";=\"<>, \t\r\n", params.data[i]))
            i++;
        if (params.data[start] && i < params.size && params.data[i] == '\0')
            return FALSE;
        gsize name_end = i;
        while (i < params.size && is_space (params.data[i]))
            i++;
        if (name_end == start && i < params.size && params.data[i] != ';') {
            start = i;
            while (i < params.size && !strchr (";=\"<>, \t\r\n", params.data[i]))
                i++;
            while (i < params.size && is_space (params.data[i]))
                i++;
        }
        if (i == params.size || params.data[i] == ';')
            continue;
        if (params.data[i++] != '=')
            return FALSE;
        while (i < params.size && is_space (params.data[i]))
            i++;
        start = i;
        if (i < params.size && params.data[i] == '"') {
            i = after_quoted (params, i);
            if (i == 0 || has ((View){ params.data + start, i - start }, ';') || i - start == 2)
                return FALSE;
        } else {
            while (i < params.size && !is_space (params.data[i]) && params.data[i] != ';') {
                if (!params.data[i] || strchr ("\"<>\\", params.data[i]))
                    return FALSE;
                i++;
            }
            if (i == start)
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean names_once (View params, const char *name)
{
    View found, value;
    guint count = 0;

    while (sip_next_param (&params, &found, &value))
        count += sip_equal (found, name);
    return count <= 1;
}

static void check_param (Comparison *c, const char *name, View ours, struct pl params)
{
    struct pl theirs = PL_INIT;

    if (except_when (c, !params_are_plain (view_of (params)) || !names_once (view_of (params), name)))
        return;
    if (msg_param_decode (&params, name, &theirs))
        theirs = pl_null;
    check_text (c, name, ours, theirs);
}

/* "host" or "host:port" of 25.1. libre looks for the first thing in brackets anywhere, takes any number of colons
 * before a port, and cuts a port to 16 bits. */
static gboolean host_is_plain (View text)
{
    gsize i = 0;

    if (text.size && text.data[0] == '[') {
        for (i = 1; i < text.size && (g_ascii_isxdigit (text.data[i]) || text.data[i] == ':'); i++)
            ;
        if (i < 2 || i >= text.size || text.data[i++] != ']')
            return FALSE;
    } else {
        while (i < text.size && (g_ascii_isalnum (text.data[i]) || text.data[i] == '.' || text.data[i] == '-'))
            i++;
        if (i == 0)
            return FALSE;
    }
    if (i == text.size)
        return TRUE;
    const View port = { text.data + i + 1, text.size - i - 1 };
    guint32 number;
    return text.data[i] == ':' && is_digits (port, 5) && sip_number (port, &number) && number <= G_MAXUINT16;
}

/* Only sip: and sips: have this form (19.1.1); libre reads every scheme so. */
static void check_uri (Comparison *c, const char *what, const SipUri *ours, const struct uri *theirs)
{
    const guint8 *end = ours->text.data + ours->text.size;

    if (except_when (c, !sip_equal (ours->scheme, "sip") && !sip_equal (ours->scheme, "sips")) ||
        except_when (c, has_space (ours->text)))
        return;
    const guint8 *start = ours->user.data ? ours->user.data : ours->scheme.data + ours->scheme.size + 1;
    const guint8 *at = memchr (start, '@', (gsize) (end - start));
    const View rest = { at ? at + 1 : start, (gsize) (end - (at ? at + 1 : start)) };
    gsize size = 0;
    while (size < rest.size && rest.data[size] != ';' && rest.data[size] != '?')
        size++;
    if (except_when (c, !host_is_plain ((View){ rest.data, size })))
        return;
    check_text (c, what, ours->scheme, theirs->scheme);
    check_text (c, what, ours->user, theirs->user);
    check_text (c, what, ours->host, theirs->host);
    check_number (c, what, ours->port, theirs->port);
    check_text (c, what, ours->params, theirs->params);
    check_text (c, what, ours->headers, theirs->headers);
    /* libre takes a row of colons for one; the first of them separates (25.1, userinfo). */
    if (!except_when (c, ours->password.size && ours->password.data[0] == ':'))
        check_text (c, what, ours->password, theirs->password);
}

/* name-addr and addr-spec of 25.1: quoted strings are closed, one "<" and one ">", nothing in front of addr-spec. */
static gboolean address_is_plain (View value)
{
    guint opened = 0, closed = 0;

    for (gsize i = 0; i < value.size; i++) {
        if (value.data[i] == '"') {
            gsize end = after_quoted (value, i);
            if (!end)
                return FALSE;
            /* A "<" in a later parameter's quoted string is not the address's. */
            i = end - 1;
        } else if (value.data[i] == '<') {
            opened++;
        } else if (value.data[i] == '>') {
            if (opened == 0)
                return FALSE;
            closed++;
        } else if (value.data[i] == '\\') {
            return FALSE;
        }
    }
    if (opened == 0)
        return value.size && value.data[0] != ';' && !has (value, '"');
    return opened == 1 && closed == 1;
}

/* Quoted strings that do not stand alone ("ab"cd) are no display name (25.1). */
static gboolean address_starts_plain (View value)
{
    const guint8 *open = memchr (value.data, '<', value.size);
    if (!open || value.data[0] != '"')
        return !open || !memchr (value.data, '"', (gsize) (open - value.data));
    gsize end = after_quoted (value, 0);
    while (end && end < value.size && is_space (value.data[end]))
        end++;
    return end && end < value.size && value.data[end] == '<';
}

static gboolean check_address (Comparison *c, const char *what, View value, const SipUri *ours, struct pl auri,
                               const struct uri *theirs)
{
    if (except_when (c, !address_is_plain (value) || !address_starts_plain (value)))
        return FALSE;
    check_text (c, what, ours->text, pl_of (sip_trim (view_of (auri))));
    /* White space ends a URI (25.1); libre keeps it in the last part. */
    if (!except_when (c, has_space (view_of (auri))))
        check_uri (c, what, ours, theirs);
    return TRUE;
}

static void check_from_to (Comparison *c, const char *what, enum sip_hdrid id, const SipAddress *ours,
                           const struct sip_taddr *theirs)
{
    /* A header that stands once and is repeated (7.3.1): we keep the first, libre the last. */
    if (except_when (c, sip_msg_hdr_count (c->theirs, id) != 1))
        return;
    check_text (c, what, ours->value, theirs->val);
    if (check_address (c, what, ours->value, &ours->uri, theirs->auri, &theirs->uri))
        check_param (c, "tag", sip_tag (ours), theirs->params);
}

/* "SIP / 2.0 /" stands at the front (25.1, sent-protocol); libre finds it anywhere in the value. */
static gboolean via_starts_plain (View value)
{
    static const char *const words[] = { "SIP", "/", "2.0", "/" };

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
        if (!sip_starts_with (value, words[i]))
            return FALSE;
        gsize size = strlen (words[i]);
        value = sip_trim ((View){ value.data + size, value.size - size });
    }
    return TRUE;
}

static void check_via (Comparison *c)
{
    static const char *const transports[] = { "UDP", "TCP", "TLS", "WS", "WSS" };
    const struct sip_via *theirs = &c->theirs->via;
    const SipVia *ours = &c->ours->via;

    if (!theirs->val.p || !same (ours->value, view_of (theirs->val)))
        return; /* the header lines were compared already */
    if (except_when (c, !via_starts_plain (ours->value)))
        return;
    /* White space stands between the transport, which is a token, and sent-by, and may stand around the colon in there
     * (25.1, via-parm, COLON). libre takes letters alone for the transport, whatever follows up to white space for
     * sent-by. */
    if (except_when (c, !is_letters (ours->transport) || !ours->sent_by.size || has_space (ours->sent_by)))
        return;
    /* Transports compare without case (7.3.1); libre knows capitals only. */
    if (!except_when (c, theirs->tp == SIP_TRANSP_NONE || theirs->tp >= (int) G_N_ELEMENTS (transports)))
        check_text (c, "Via transport", ours->transport,
                    pl_of ((View){ (const guint8 *) transports[theirs->tp], strlen (transports[theirs->tp]) }));
    check_text (c, "Via sent-by", ours->sent_by, theirs->sentby);
    if (!except_when (c, !host_is_plain (ours->sent_by)))
        check_number (c, "Via port", ours->port, sa_port (&theirs->addr));
    check_param (c, "branch", ours->branch, theirs->params);
    check_param (c, "received", ours->received, theirs->params);
}

static void check_cseq (Comparison *c)
{
    const struct sip_hdr *header = sip_msg_hdr (c->theirs, SIP_HDR_CSEQ);

    if (!header || except_when (c, sip_msg_hdr_count (c->theirs, SIP_HDR_CSEQ) != 1))
        return;
    View digits = view_of (header->val);
    gsize size = 0;
    while (size < digits.size && !is_space (digits.data[size]))
        size++;
    digits.size = size;
    /* libre looks for the number anywhere and lets it overflow; it stands first and is below 2^31 (20.16). */
    if (except_when (c, !is_digits (digits, 9)))
        return;
    check_number (c, "CSeq", c->ours->cseq, c->theirs->cseq.num);
    check_text (c, "CSeq method", c->ours->cseq_method, c->theirs->cseq.met);
}

static void check_seconds (Comparison *c, const char *what, enum sip_hdrid id, gint64 ours)
{
    const struct sip_hdr *header = sip_msg_hdr (c->theirs, id);

    /* delta-seconds of 25.1 is digits alone and below 2^32; libre overflows. */
    if (header && !except_when (c, sip_msg_hdr_count (c->theirs, id) != 1 || !is_digits (view_of (header->val), 9)))
        check_number (c, what, ours, pl_u32 (&header->val));
}

/* Commas separate outside quoted strings, which may hold escaped quotes, and outside angle brackets (7.3.1, 20.10,
 * 25.1). libre knows neither escapes nor brackets, and an open quote of the header before hides a comma in front. */
static gboolean splits_alike (View list)
{
    gboolean brackets = FALSE;

    if (list.size && list.data[0] == ',')
        return FALSE;

    for (gsize i = 0; i < list.size; i++) {
        guint8 c = list.data[i];
        if (c == '\\')
            return FALSE;
        if (c == '"') {
            gsize end = after_quoted (list, i);
            if (!end || brackets)
                return FALSE;
            if (has ((View){ list.data + i, end - i }, '\\'))
                return FALSE;
            i = end - 1;
        } else if (c == '<') {
            brackets = TRUE;
        } else if (c == '>') {
            brackets = FALSE;
        } else if (c == ',' && brackets) {
            return FALSE;
        }
    }
    return TRUE;
}

static bool each_contact (const struct sip_hdr *header, const struct sip_msg *theirs, void *data)
{
    GPtrArray *values = data;

    (void) theirs;
    if (header->val.l && pl_strcmp (&header->val, "*") != 0)
        g_ptr_array_add (values, (gpointer) header);
    return false;
}

static gboolean all_contacts_split_alike (const SipMessage *message)
{
    SipHeader header;

    for (View head = message->head; sip_next_header (&head, &header);)
        if (header.id == SIP_HEADER_CONTACT && !splits_alike (header.value))
            return FALSE;
    return TRUE;
}

static void check_contacts (Comparison *c)
{
    g_autoptr (GPtrArray) values = g_ptr_array_new ();

    if (except_when (c, !all_contacts_split_alike (c->ours)))
        return;
    sip_msg_hdr_apply (c->theirs, true, SIP_HDR_CONTACT, each_contact, values);
    check_number (c, "Contacts", c->ours->n_contacts, values->len);
    for (guint i = 0; i < MIN (values->len, sip_contacts_kept (c->ours)); i++) {
        const struct sip_hdr *header = g_ptr_array_index (values, i);
        const SipContact *ours = &c->ours->contacts[i];
        struct sip_addr theirs;
        struct pl expires;

        check_text (c, "Contact", ours->value, header->val);
        if (!same (ours->value, view_of (header->val)) || sip_addr_decode (&theirs, &header->val) ||
            !check_address (c, "Contact", ours->value, &ours->uri, theirs.auri, &theirs.uri))
            continue;
        check_param (c, "q", ours->q, theirs.params);
        check_param (c, "+sip.instance", ours->instance, theirs.params);
        check_param (c, "+u.sip!devicename.ccm.cisco.com", ours->device_name, theirs.params);
        check_param (c, "+u.sip!model.ccm.cisco.com", ours->model, theirs.params);
        if (!except_when (c, !params_are_plain (view_of (theirs.params)) ||
                                 !names_once (view_of (theirs.params), "expires")) &&
            msg_param_decode (&theirs.params, "expires", &expires) == 0 &&
            !except_when (c, !is_digits (view_of (expires), 9)))
            check_number (c, "Contact expires", ours->expires, pl_u32 (&expires));
    }
}

/* The fields of a Digest header as 25.1 (digest-cln, dig-resp) has them. Outside of that, readers guess: libre keeps
 * the quotation mark of a string that is never closed, and we accept typographic ones, which no RFC knows. */
static gboolean auth_is_plain (View value)
{
    gsize i = 0;

    while (i < value.size && !is_space (value.data[i]))
        i++;
    while (i < value.size) {
        while (i < value.size && (is_space (value.data[i]) || value.data[i] == ','))
            i++;
        if (i == value.size)
            return TRUE;
        gsize start = i;
        while (i < value.size && g_ascii_isalpha (value.data[i]))
            i++;
        if (i == start)
            return FALSE;
        while (i < value.size && is_space (value.data[i]))
            i++;
        if (i == value.size || value.data[i++] != '=')
            return FALSE;
        while (i < value.size && is_space (value.data[i]))
            i++;
        if (i < value.size && value.data[i] == '"') {
            gsize end = after_quoted (value, i);
            const View text = { value.data + i, end ? end - i : 0 };
            if (!end || has (text, '\x93') || has (text, '\x94') || has (text, '\xe2'))
                return FALSE;
            i = end;
        } else {
            start = i;
            while (i < value.size && !is_space (value.data[i]) && value.data[i] != ',')
                i++;
            const View text = { value.data + start, i - start };
            if (has (text, '"') || has (text, '\\') || has (text, '\x93') || has (text, '\x94') || has (text, '\xe2'))
                return FALSE;
        }
        if (i < value.size && !is_space (value.data[i]) && value.data[i] != ',')
            return FALSE;
    }
    return TRUE;
}

/* libre computes MD5 with and without qop; auth-int is not in its code. What is no hexadecimal digit counts as 0 there
 * (25.1, request-digest). */
static void check_digest (Comparison *c, const SipCredentials *ours, const struct httpauth_digest_resp *theirs)
{
    static const char password[] = "good";
    const DigestVerdict verdict =
        sip_credentials_check (ours, c->ours->method_name, c->ours->body, (View){ (const guint8 *) password, 4 });
    uint8_t ha1[MD5_SIZE];

    if (except_when (c, ours->algorithm != DIGEST_MD5 || ours->qop > DIGEST_QOP_AUTH ||
                            verdict == DIGEST_NOT_COMPUTABLE || !is_hex (ours->response) ||
                            /* qop-value is hashed as sent by libre, in small letters by us (RFC 7616, 3.4.1) */
                            !same (ours->qop_name, (View){ (const guint8 *) "auth", ours->qop ? 4 : 0 })))
        return;
    if (md5_printf (ha1, "%r:%r:%s", &theirs->username, &theirs->realm, password))
        return;
    check_number (c, "digest matches", verdict == DIGEST_MATCHES,
                  httpauth_digest_response_auth (theirs, &c->theirs->met, ha1) == 0);
}

static void check_credentials (Comparison *c, const struct sip_hdr *header)
{
    struct httpauth_digest_resp theirs;
    SipCredentials ours;

    if (httpauth_digest_response_decode (&theirs, &header->val) ||
        except_when (c, !auth_is_plain (view_of (header->val))))
        return;
    if (!sip_credentials_parse (view_of (header->val), &ours) || ours.scheme != SIP_SCHEME_DIGEST) {
        g_string_append (c->report->differences, "credentials refused by us\n");
        return;
    }
    check_text (c, "username", ours.username, theirs.username);
    check_text (c, "realm", ours.realm, theirs.realm);
    check_text (c, "nonce", ours.nonce, theirs.nonce);
    check_text (c, "uri", ours.uri, theirs.uri);
    check_text (c, "response", ours.response, theirs.response);
    check_text (c, "nc", ours.nc, theirs.nc);
    check_text (c, "cnonce", ours.cnonce, theirs.cnonce);
    check_text (c, "qop", ours.qop_name, theirs.qop);
    check_digest (c, &ours, &theirs);
}

static void check_challenge (Comparison *c, const struct sip_hdr *header)
{
    struct httpauth_digest_chall theirs;
    SipChallenge ours;

    if (httpauth_digest_challenge_decode (&theirs, &header->val) ||
        except_when (c, !auth_is_plain (view_of (header->val))))
        return;
    if (!sip_challenge_parse (view_of (header->val), &ours) || ours.scheme != SIP_SCHEME_DIGEST) {
        g_string_append (c->report->differences, "challenge refused by us\n");
        return;
    }
    check_text (c, "realm", ours.realm, theirs.realm);
    check_text (c, "nonce", ours.nonce, theirs.nonce);
    check_text (c, "opaque", ours.opaque, theirs.opaque);
    check_text (c, "algorithm", ours.algorithm_name, theirs.algorithm);
    check_number (c, "stale", ours.stale, pl_strcasecmp (&theirs.stale, "true") == 0);
    check_number (c, "qop", ours.has_qop, theirs.qop.l > 0);
}

static bool each_credentials (const struct sip_hdr *header, const struct sip_msg *theirs, void *data)
{
    (void) theirs;
    check_credentials (data, header);
    return false;
}

static bool each_challenge (const struct sip_hdr *header, const struct sip_msg *theirs, void *data)
{
    (void) theirs;
    check_challenge (data, header);
    return false;
}

/* libre knows headers by 12 bits of a hash: some unknown names pass for known ones there (7.3.1: unknown headers are
 * to be ignored). */
static gboolean is_hash_collision (const struct sip_hdr *header)
{
    static const struct {
        enum sip_hdrid theirs;
        SipHeaderId ours;
    } ids[] = {
        { SIP_HDR_VIA, SIP_HEADER_VIA },
        { SIP_HDR_ROUTE, SIP_HEADER_ROUTE },
        { SIP_HDR_FROM, SIP_HEADER_FROM },
        { SIP_HDR_TO, SIP_HEADER_TO },
        { SIP_HDR_CALL_ID, SIP_HEADER_CALL_ID },
        { SIP_HDR_CSEQ, SIP_HEADER_CSEQ },
        { SIP_HDR_CONTACT, SIP_HEADER_CONTACT },
        { SIP_HDR_EXPIRES, SIP_HEADER_EXPIRES },
        { SIP_HDR_MIN_EXPIRES, SIP_HEADER_MIN_EXPIRES },
        { SIP_HDR_CONTENT_LENGTH, SIP_HEADER_CONTENT_LENGTH },
        { SIP_HDR_CONTENT_TYPE, SIP_HEADER_CONTENT_TYPE },
        { SIP_HDR_MAX_FORWARDS, SIP_HEADER_MAX_FORWARDS },
        { SIP_HDR_AUTHORIZATION, SIP_HEADER_AUTHORIZATION },
        { SIP_HDR_PROXY_AUTHORIZATION, SIP_HEADER_PROXY_AUTHORIZATION },
        { SIP_HDR_WWW_AUTHENTICATE, SIP_HEADER_WWW_AUTHENTICATE },
        { SIP_HDR_PROXY_AUTHENTICATE, SIP_HEADER_PROXY_AUTHENTICATE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
        if (header->id == ids[i].theirs)
            return sip_header_find (view_of (header->name)) != ids[i].ours;
    return FALSE;
}

/* Where the grammar of header lines itself is broken, the two heads cannot be laid side by side:
 * - header-name is a token, directly followed by spaces or tabs and ":" (25.1, HCOLON); libre reads on over line ends
 *   until it finds a colon, so that it makes one header of two lines;
 * - a CR stands only before LF (25.1, CRLF); libre takes any for white space;
 * - the first header cannot begin with a fold, as the start line has none (7.3.1), nor is there one behind the empty
 * line of a head without headers. */
static gboolean head_is_plain (const Comparison *c)
{
    const View head = c->ours->head;

    if (!head.size || memchr (" \t\r\n", head.data[0], 4))
        return FALSE;
    for (gsize i = 0; i + 1 < head.size; i++)
        if (head.data[i] == '\r' && head.data[i + 1] != '\n' && head.data[i + 1] != '\r')
            return FALSE;
    for (struct le *le = list_head (&c->theirs->hdrl); le; le = le->next) {
        const struct sip_hdr *header = le->data;
        const guint8 *p = (const guint8 *) header->name.p + header->name.l;
        if (!is_token (view_of (header->name)) || is_hash_collision (header))
            return FALSE;
        for (; *p != ':'; p++)
            if (*p == '\n' || *p == '\r')
                return FALSE;
    }
    return TRUE;
}

/* libre lists Via and Route by value, everything else by line. */
static struct le *check_header (Comparison *c, const SipHeader *ours, struct le *le)
{
    const struct sip_hdr *theirs = le->data;

    check_text (c, "header name", ours->name, theirs->name);
    if (theirs->id != SIP_HDR_VIA && theirs->id != SIP_HDR_ROUTE) {
        /* A list does not begin or end with a comma (7.3.1); libre drops it, we keep it in the raw value. */
        const View value = ours->value;
        if (!except_when (c, value.size && (value.data[0] == ',' || value.data[value.size - 1] == ',')))
            check_text (c, "header value", ours->value, theirs->val);
        return le->next;
    }
    View list = ours->value, value;
    while (sip_next_value (&list, &value)) {
        theirs = le ? le->data : NULL;
        check_text (c, "Via or Route", value, theirs ? theirs->val : pl_null);
        le = le ? le->next : NULL;
    }
    return le;
}

/* FALSE when the lists cannot be laid side by side; then nothing else is compared either. */
static gboolean check_headers (Comparison *c)
{
    struct le *le = list_head (&c->theirs->hdrl);
    SipHeader header;

    if (except_when (c, !head_is_plain (c)))
        return FALSE;
    for (View head = c->ours->head; sip_next_header (&head, &header);)
        if ((header.id == SIP_HEADER_VIA || header.id == SIP_HEADER_ROUTE) &&
            except_when (c, !splits_alike (header.value)))
            return FALSE;
    for (View head = c->ours->head; sip_next_header (&head, &header);) {
        if (!le) {
            g_string_append (c->report->differences, "more headers than libre\n");
            return FALSE;
        }
        le = check_header (c, &header, le);
    }
    check_number (c, "headers left over", 0, le != NULL);
    check_number (c, "head ends", c->ours->head_ended, TRUE);
    return TRUE;
}

/* libre takes any three words for a start line: Method is a token (25.1), SIP-Version is checked and Status-Code has
 * three digits (7.2). Ours also has a limit of 32 octets for methods. */
static gboolean start_line_is_plain (const struct sip_msg *theirs)
{
    if (theirs->req)
        return is_token (view_of (theirs->met)) && theirs->met.l <= 32;
    const View code = { (const guint8 *) theirs->ver.p + theirs->ver.l + 1, 4 };
    return pl_strcasecmp (&theirs->ver, "SIP/2.0") == 0 && is_digits ((View){ code.data, 3 }, 3) &&
           code.data[3] == ' ' && code.data[0] >= '1' && code.data[0] <= '6';
}

static void check_start_line (Comparison *c)
{
    check_number (c, "is answer", c->ours->is_answer, !c->theirs->req);
    if (c->theirs->req) {
        check_text (c, "method", c->ours->method_name, c->theirs->met);
        check_text (c, "Request-URI", c->ours->request_uri.text, c->theirs->ruri);
        check_uri (c, "Request-URI", &c->ours->request_uri, &c->theirs->uri);
    } else {
        check_number (c, "status", c->ours->status, c->theirs->scode);
        check_text (c, "reason phrase", c->ours->reason_phrase, pl_of (sip_trim (view_of (c->theirs->reason))));
    }
}

static void check_message (Comparison *c, gsize left)
{
    check_start_line (c);
    if (!check_headers (c))
        return;
    check_via (c);
    check_from_to (c, "From", SIP_HDR_FROM, &c->ours->from, &c->theirs->from);
    check_from_to (c, "To", SIP_HDR_TO, &c->ours->to, &c->theirs->to);
    if (!except_when (c, sip_msg_hdr_count (c->theirs, SIP_HDR_CALL_ID) > 1))
        check_text (c, "Call-ID", c->ours->call_id, c->theirs->callid);
    check_cseq (c);
    check_seconds (c, "Expires", SIP_HDR_EXPIRES, c->ours->expires);
    check_seconds (c, "Min-Expires", SIP_HDR_MIN_EXPIRES, c->ours->min_expires);
    check_seconds (c, "Max-Forwards", SIP_HDR_MAX_FORWARDS, c->ours->max_forwards);
    check_seconds (c, "Content-Length", SIP_HDR_CONTENT_LENGTH, c->ours->content_length);
    if (c->ours->content_length < 0 || c->ours->body_cut)
        check_number (c, "octets after the head", (gint64) c->ours->body.size, (gint64) left);
    check_contacts (c);
    sip_msg_hdr_apply (c->theirs, true, SIP_HDR_AUTHORIZATION, each_credentials, c);
    sip_msg_hdr_apply (c->theirs, true, SIP_HDR_PROXY_AUTHORIZATION, each_credentials, c);
    sip_msg_hdr_apply (c->theirs, true, SIP_HDR_WWW_AUTHENTICATE, each_challenge, c);
    sip_msg_hdr_apply (c->theirs, true, SIP_HDR_PROXY_AUTHENTICATE, each_challenge, c);
}

static struct mbuf *buffer_of (const guint8 *data, gsize size)
{
    struct mbuf *buffer = mbuf_alloc (size + 1);

    g_assert (buffer);
    mbuf_write_mem (buffer, data, size);
    mbuf_set_pos (buffer, 0);
    return buffer;
}

void oracle_compare (const guint8 *data, gsize size, OracleReport *report)
{
    struct sip_msg *theirs = NULL;
    SipMessage ours;

    /* Both skip line ends in front (7.5); libre does so outside of its decoder. */
    for (; size && (*data == '\r' || *data == '\n'); data++)
        size--;
    struct mbuf *buffer = buffer_of (data, size);
    report->accepted = sip_msg_decode (&theirs, buffer) == 0;
    if (report->accepted) {
        Comparison c = { report, theirs, &ours };
        if (!except_when (&c, !start_line_is_plain (theirs))) {
            /* Read from libre's buffer, so that both give views into the same octets. */
            if (sip_parse (buffer->buf, buffer->end, &ours))
                check_message (&c, mbuf_get_left (buffer));
            else
                g_string_append (report->differences, "message refused by us\n");
        }
    }
    mem_deref (theirs);
    mem_deref (buffer);
}

void oracle_decode_only (const guint8 *data, gsize size)
{
    struct mbuf *buffer = buffer_of (data, size);
    struct sip_msg *message = NULL;

    (void) sip_msg_decode (&message, buffer);
    mem_deref (message);
    mem_deref (buffer);
}
