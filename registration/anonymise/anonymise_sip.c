/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/sip_cisco.h"

#include <string.h>

/* How the value of a header is made. */
typedef enum {
    HEADER_UNKNOWN,  /* whose name may be somebody's, too */
    HEADER_OF_WORDS, /* what is no word of the field is replaced */
    HEADER_KEPT,
    HEADER_PRODUCT,
    HEADER_SENTENCE,
    HEADER_OF_ADDRESSES,
    HEADER_VIA,
    HEADER_ID, /* of a call or dialog, with its parameters */
    HEADER_AUTH,
    HEADER_SECRET,
    HEADER_WARNING,
    HEADER_SECONDS, /* with a comment behind them */
    HEADER_TYPE,
    HEADER_PARAMS, /* a word that stays, with parameters */
} HeaderForm;

static const struct {
    const char *name;
    HeaderForm form;
} other_headers[] = {
    { "Accept", HEADER_KEPT },
    { "Accept-Contact", HEADER_OF_WORDS },
    { "Accept-Encoding", HEADER_KEPT },
    { "Accept-Language", HEADER_KEPT },
    { "Accept-Resource-Priority", HEADER_KEPT },
    { "Alert-Info", HEADER_OF_ADDRESSES },
    { "Answer-Mode", HEADER_KEPT },
    { "Authentication-Info", HEADER_AUTH },
    { "Call-Info", HEADER_OF_ADDRESSES },
    { "Content-Disposition", HEADER_PARAMS },
    { "Content-Language", HEADER_KEPT },
    { "Content-Transfer-Encoding", HEADER_KEPT },
    { "Diversion", HEADER_OF_ADDRESSES },
    { "Encryption", HEADER_SECRET },
    { "Error-Info", HEADER_OF_ADDRESSES },
    { "Feature-Caps", HEADER_PARAMS },
    { "Flow-Timer", HEADER_KEPT },
    { "Geolocation", HEADER_OF_ADDRESSES },
    { "Hide", HEADER_KEPT },
    { "History-Info", HEADER_OF_ADDRESSES },
    { "Identity", HEADER_SECRET },
    { "Identity-Info", HEADER_OF_ADDRESSES },
    { "In-Reply-To", HEADER_ID },
    { "Info-Package", HEADER_OF_WORDS },
    { "Join", HEADER_ID },
    { "Location", HEADER_OF_WORDS },
    { "Max-Breadth", HEADER_KEPT },
    { "MIME-Version", HEADER_KEPT },
    { "Min-SE", HEADER_KEPT },
    { "Organization", HEADER_OF_WORDS },
    { "P-Access-Network-Info", HEADER_OF_ADDRESSES },
    { "P-Answer-State", HEADER_OF_WORDS },
    { "P-Asserted-Identity", HEADER_OF_ADDRESSES },
    { "P-Asserted-Service", HEADER_OF_ADDRESSES },
    { "P-Associated-URI", HEADER_OF_ADDRESSES },
    { "P-Called-Party-ID", HEADER_OF_ADDRESSES },
    { "P-Charging-Function-Addresses", HEADER_OF_ADDRESSES },
    { "P-Charging-Vector", HEADER_OF_ADDRESSES },
    { "P-DCS-Trace-Party-ID", HEADER_SECRET },
    { "P-Early-Media", HEADER_KEPT },
    { "P-Media-Authorization", HEADER_OF_WORDS },
    { "P-Preferred-Identity", HEADER_OF_ADDRESSES },
    { "P-Profile-Key", HEADER_OF_ADDRESSES },
    { "P-Served-User", HEADER_OF_ADDRESSES },
    { "P-User-Database", HEADER_OF_ADDRESSES },
    { "P-Visited-Network-ID", HEADER_OF_ADDRESSES },
    { "Permission-Missing", HEADER_OF_ADDRESSES },
    { "Policy-Contact", HEADER_OF_ADDRESSES },
    { "Priority", HEADER_KEPT },
    { "Priv-Answer-Mode", HEADER_KEPT },
    { "Privacy", HEADER_KEPT },
    { "Proxy-Authentication-Info", HEADER_AUTH },
    { "Proxy-Require", HEADER_KEPT },
    { "RAck", HEADER_KEPT },
    { "Recv-Info", HEADER_KEPT },
    { "Refer-Events-At", HEADER_OF_ADDRESSES },
    { "Refer-Sub", HEADER_KEPT },
    { "Reject-Contact", HEADER_OF_WORDS },
    { "Remote-Party-ID", HEADER_OF_ADDRESSES },
    { "Replaces", HEADER_ID },
    { "Reply-To", HEADER_OF_ADDRESSES },
    { "Request-Disposition", HEADER_KEPT },
    { "Resource-Priority", HEADER_KEPT },
    { "Response-Key", HEADER_SECRET },
    { "RSeq", HEADER_KEPT },
    { "Same-Dialog", HEADER_ID },
    { "Security-Client", HEADER_KEPT },
    { "Security-Server", HEADER_KEPT },
    { "Security-Verify", HEADER_KEPT },
    { "Service-Route", HEADER_OF_ADDRESSES },
    { "SIP-ETag", HEADER_SECRET },
    { "SIP-If-Match", HEADER_SECRET },
    { "Suppress-If-Match", HEADER_SECRET },
    { "Target-Dialog", HEADER_ID },
    { "Timestamp", HEADER_KEPT },
    { "Trigger-Consent", HEADER_OF_ADDRESSES },
    { "User-to-User", HEADER_ID },
};

static HeaderForm form_of (View name)
{
    switch (sip_header_find (name)) {
    case SIP_HEADER_VIA:
        return HEADER_VIA;
    case SIP_HEADER_FROM:
    case SIP_HEADER_TO:
    case SIP_HEADER_CONTACT:
    case SIP_HEADER_REFER_TO:
    case SIP_HEADER_REFERRED_BY:
    case SIP_HEADER_ROUTE:
    case SIP_HEADER_RECORD_ROUTE:
    case SIP_HEADER_PATH:
        return HEADER_OF_ADDRESSES;
    case SIP_HEADER_CALL_ID:
    case SIP_HEADER_SESSION_ID:
        return HEADER_ID;
    case SIP_HEADER_CONTENT_ID:
        return HEADER_SECRET;
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
    case SIP_HEADER_WWW_AUTHENTICATE:
    case SIP_HEADER_PROXY_AUTHENTICATE:
        return HEADER_AUTH;
    case SIP_HEADER_WARNING:
        return HEADER_WARNING;
    case SIP_HEADER_USER_AGENT:
    case SIP_HEADER_SERVER:
        return HEADER_PRODUCT;
    case SIP_HEADER_REASON:
        return HEADER_SENTENCE;
    case SIP_HEADER_RETRY_AFTER:
        return HEADER_SECONDS;
    case SIP_HEADER_CONTENT_TYPE:
        return HEADER_TYPE;
    case SIP_HEADER_SUBJECT:
        return HEADER_OF_WORDS;
    case SIP_HEADER_OTHER:
        break;
    default:
        return HEADER_KEPT;
    }
    for (gsize i = 0; i < G_N_ELEMENTS (other_headers); i++)
        if (sip_equal (name, other_headers[i].name))
            return other_headers[i].form;
    return HEADER_UNKNOWN;
}

static View rest_of (View text, gsize size)
{
    return (View){ text.data + size, text.size - size };
}

static gsize index_of (View text, guint8 c)
{
    const guint8 *found = text.size ? memchr (text.data, c, text.size) : NULL;
    return found ? (gsize) (found - text.data) : text.size;
}

/* Outside of quotation marks. */
static gsize index_outside (View text, guint8 c)
{
    gboolean quoted = FALSE;
    gsize at = 0;

    for (; at < text.size && (quoted || text.data[at] != c); at++)
        if (text.data[at] == '\\' && quoted)
            at++;
        else if (text.data[at] == '"')
            quoted = !quoted;
    return at < text.size ? at : index_of (text, c); /* marks that are never closed hide nothing */
}

/* The number of a telephone, or anything. */
static void write_other_uri (const Pen *pen, View text)
{
    static const char tel[] = "tel:";

    if (sip_starts_with (text, tel)) {
        const View number = rest_of (text, sizeof tel - 1);
        pen_learn_number (pen, (View){ number.data, index_of (number, ';') });
    }
    pen_view (pen, text, TEXT_WHERE);
}

static void write_uri (const Pen *pen, View text)
{
    SipUri uri;

    if (!sip_uri_parse (text, &uri) || !(sip_equal (uri.scheme, "sip") || sip_equal (uri.scheme, "sips"))) {
        if (sip_starts_with (text, "cid:"))
            pen_view (pen, rest_of (text, 4), TEXT_SECRET);
        else if (sip_starts_with (text, "urn:X-cisco-remotecc:")) /* what is asked for: a token, a hold … */
            return;
        else
            write_other_uri (pen, text);
        return;
    }
    pen_learn_number (pen, uri.user);
    pen_view (pen, uri.user, TEXT_NAME);
    pen_view (pen, uri.password, TEXT_SECRET);
    pen_view (pen, uri.host, TEXT_NAME);
    anonymise_sip_params (pen, uri.params);
    pen_view (pen, uri.headers, TEXT_WHERE);
    /* A host that is no host is still a name. */
    if (!uri.host.size && !uri.user.size)
        pen_view (pen, rest_of (text, index_of (text, ':')), TEXT_WHERE);
}

/* "Display" <uri>;params, or uri;params. */
static void write_address (const Pen *pen, View value)
{
    const gsize open = index_outside (value, '<');

    if (open == value.size) {
        const gsize end = index_of (value, ';');
        write_uri (pen, (View){ value.data, end });
        anonymise_sip_params (pen, rest_of (value, end));
        return;
    }
    const View uri = rest_of (value, open + 1);
    const gsize close = index_of (uri, '>');
    pen_text (pen, (guint8 *) value.data, open, TEXT_PERSON);
    write_uri (pen, (View){ uri.data, close });
    const View behind = rest_of (uri, MIN (close + 1, uri.size));
    const gsize params = index_outside (behind, ';');
    pen_view (pen, (View){ behind.data, params }, TEXT_WHERE);
    anonymise_sip_params (pen, rest_of (behind, params));
}

/* SIP/2.0/UDP host:port;branch=… */
static void write_via (const Pen *pen, View value)
{
    const gsize params = index_of (value, ';');
    View sent = { value.data, params };
    gsize at = 0;

    for (gsize i = 0; i < sent.size; i++)
        if (sent.data[i] == '/')
            at = i + 1;
    View name = rest_of (sent, at); /* transport, blank, host and port; or what stands behind a comma */
    gsize blank = 0;
    while (at && blank < name.size && !g_ascii_isspace (name.data[blank]))
        blank++;
    pen_host (pen, sip_trim (rest_of (name, blank)));
    anonymise_sip_params (pen, rest_of (value, params));
}

void anonymise_id (const Pen *pen, View id)
{
    const gsize host = index_of (id, '@');

    pen_text (pen, (guint8 *) id.data, host, TEXT_SECRET);
    pen_view (pen, rest_of (id, host), TEXT_WHERE);
}

static void write_id (const Pen *pen, View value)
{
    const gsize params = index_of (value, ';');

    anonymise_id (pen, (View){ value.data, params });
    anonymise_sip_params (pen, rest_of (value, params));
}

/* One word behind the scheme, as of Basic, NTLM and Negotiate (token68 of RFC 7235, 2.1): base64, whose last "=" gives
 * no value to a name. */
static gboolean is_token68 (View text)
{
    gsize i = 0;

    while (i < text.size && text.data[i] && (g_ascii_isalnum (text.data[i]) || strchr ("-._~+/", text.data[i])))
        i++;
    if (i == 0)
        return FALSE;
    while (i < text.size && text.data[i] == '=')
        i++;
    return i == text.size;
}

/* name="value", …; quotation marks may be of any kind, and lacking. */
static void write_auth (const Pen *pen, View value)
{
    static const char *const names[] = { "username", "realm", "uri", "domain" };
    static const char *const kept[] = { "algorithm", "qop", "nc", "stale", "charset", "userhash", "error", "scope" };
    gsize at = 0;

    while (at < value.size && !g_ascii_isspace (value.data[at]))
        at++;
    if (sip_starts_with (value, "Bearer") || sip_starts_with (value, "Basic") || index_of (value, '=') == value.size ||
        is_token68 (sip_trim (rest_of (value, at)))) {
        const gboolean is_challenge = sip_starts_with (value, "Bearer") && index_of (value, '"') < value.size;
        pen_view (pen, rest_of (value, at), is_challenge ? TEXT_WORDS : TEXT_SECRET);
        pen_text (pen, (guint8 *) value.data, at, TEXT_NAME); /* how it is done */
        return;
    }
    /* What tells of a success (RFC 7615) names no scheme. */
    at = index_of (value, '=') < at ? 0 : at;
    while (at < value.size) {
        while (at < value.size && (g_ascii_isspace (value.data[at]) || value.data[at] == ','))
            at++;
        const gsize begin = at;
        while (at < value.size && value.data[at] != '=' && value.data[at] != ',')
            at++;
        const View name = sip_trim ((View){ value.data + begin, at - begin });
        if (at == value.size || value.data[at] == ',')
            continue;
        /* To the comma outside of quotation marks; one that is never closed holds all that follows. */
        gboolean quoted = FALSE;
        const gsize from = ++at;
        for (; at < value.size && (quoted || value.data[at] != ','); at++)
            if (value.data[at] == '\\' && quoted && at + 1 < value.size)
                at++;
            else if (value.data[at] == '"')
                quoted = !quoted;
        const View field = { value.data + from, MIN (at, value.size) - from };
        TextKind kind = TEXT_SECRET;
        for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
            if (sip_equal (name, names[i]))
                kind = i < 2 ? TEXT_NAME : TEXT_WHERE;
        for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
            if (sip_equal (name, kept[i]))
                kind = TEXT_KEPT;
        pen_view (pen, field, kind);
        pen_view (pen, name, TEXT_CALLED);
    }
}

/* How many digits a number in front has, of so many at most. */
static gsize number_size (View text, gsize most)
{
    gsize n = 0;

    while (n < text.size && g_ascii_isdigit (text.data[n]))
        n++;
    return n <= most && (n == text.size || !g_ascii_isalpha (text.data[n])) ? n : 0;
}

/* 399 host "text" */
static void write_warning (const Pen *pen, View value)
{
    enum { CODE = 3 };
    const gsize quote = index_of (value, '"'), host = number_size (value, CODE);

    pen_text (pen, (guint8 *) value.data + host, quote - host, TEXT_WHERE);
    pen_view (pen, rest_of (value, quote), TEXT_FREE);
}

static void write_with_params (const Pen *pen, View text)
{
    const gsize params = index_of (text, ';');

    pen_view (pen, (View){ text.data, params }, TEXT_WHERE);
    anonymise_sip_params (pen, rest_of (text, params));
}

/* 18000 (comment);duration=3600 */
static void write_seconds (const Pen *pen, View value)
{
    enum { SECONDS = 5 };
    const View rest = rest_of (value, number_size (value, SECONDS));
    const gsize open = index_of (rest, '(');
    gsize close = rest.size;

    while (close > open && rest.data[close - 1] != ')')
        close--;
    close = close > open ? close : rest.size;
    write_with_params (pen, (View){ rest.data, open });
    pen_text (pen, (guint8 *) rest.data + open, close - open, TEXT_FREE);
    write_with_params (pen, rest_of (rest, close));
}

static void write_header (const Pen *pen, View name, View value)
{
    View one;

    switch (form_of (name)) {
    case HEADER_UNKNOWN:
        pen_view (pen, name, TEXT_CALLED);
        pen_view (pen, value, TEXT_WHERE);
        break;
    case HEADER_OF_WORDS:
        pen_view (pen, value, TEXT_WHERE);
        break;
    case HEADER_KEPT:
        pen_view (pen, value, TEXT_KEPT);
        break;
    case HEADER_PRODUCT:
        pen_view (pen, value, TEXT_PRODUCT);
        break;
    case HEADER_SENTENCE:
        anonymise_alarm_text (pen, (guint8 *) value.data, value.size);
        break;
    case HEADER_SECONDS:
        write_seconds (pen, value);
        break;
    case HEADER_PARAMS:
        while (sip_next_value (&value, &one)) {
            const gsize params = index_outside (one, ';');
            pen_text (pen, (guint8 *) one.data, params, TEXT_KEPT);
            anonymise_sip_params (pen, rest_of (one, params));
        }
        break;
    case HEADER_TYPE:
        anonymise_content_type (pen, value);
        break;
    case HEADER_OF_ADDRESSES:
        while (sip_next_value (&value, &one))
            write_address (pen, one);
        break;
    case HEADER_VIA:
        while (sip_next_value (&value, &one))
            write_via (pen, one);
        break;
    case HEADER_ID:
        write_id (pen, value);
        break;
    case HEADER_AUTH:
        write_auth (pen, value);
        break;
    case HEADER_SECRET:
        pen_view (pen, value, TEXT_SECRET);
        break;
    case HEADER_WARNING:
        while (sip_next_value (&value, &one))
            write_warning (pen, one);
        break;
    }
}

/* A line with those that continue it, without the last line end. */
static View next_line (View *text)
{
    gsize end = index_of (*text, '\n');

    while (end + 1 < text->size && (text->data[end + 1] == ' ' || text->data[end + 1] == '\t') && end > 0 &&
           text->data[0] != '\r')
        end += 1 + index_of (rest_of (*text, end + 1), '\n');
    end = MIN (end, text->size);
    View line = { text->data, end };
    *text = rest_of (*text, MIN (end + 1, text->size));
    return line;
}

static void write_start_line (const Pen *pen, View line)
{
    const gsize method = index_of (line, ' ');
    View uri = rest_of (line, MIN (method + 1, line.size));

    if (sip_starts_with (line, "SIP/2.0")) { /* a reason phrase of somebody's own may say anything */
        const gsize status = MIN (method + 1, line.size);
        pen_view (pen, rest_of (line, status + index_of (rest_of (line, status), ' ')), TEXT_FREE);
        return;
    }
    uri.size = MIN (index_of (uri, ' '), uri.size);
    pen_view (pen, (View){ line.data, method }, TEXT_CALLED);
    write_uri (pen, sip_trim (uri));
}

/* Phones of Cisco's make their tags and Call-IDs of their address. */
static void learn_mac (const Pen *pen, const guint8 *data, gsize size)
{
    SipMessage message;
    MacAddress mac;

    if (!sip_parse (data, size, &message))
        return;
    if (sip_cisco_mac (&message, &mac))
        pseudonyms_learn_mac (pen->pseudonyms, mac.octets);
}

void anonymise_sip (const Pen *pen, guint8 *data, gsize size)
{
    View rest = { data, size };
    gboolean is_first = TRUE;

    if (!pen->writes)
        learn_mac (pen, data, size);
    while (rest.size) {
        const View line = next_line (&rest), text = sip_trim (line);
        if (!text.size && is_first)
            continue; /* keepalives */
        if (!text.size)
            break;
        const gsize colon = index_of (text, ':');
        if (is_first) {
            write_start_line (pen, text);
        } else if (colon < text.size) {
            const View name = sip_trim ((View){ text.data, colon });
            write_header (pen, name, sip_trim (rest_of (text, colon + 1)));
        } else {
            pen_view (pen, text, TEXT_WHERE);
        }
        is_first = FALSE;
    }
    anonymise_body (pen, (guint8 *) rest.data, rest.size);
}
