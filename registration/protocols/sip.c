/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_internal.h"

#include <string.h>

/* The URI of "display name" <URI>;params or of URI;params, and where the parameters are. */
static void parse_address (View value, SipUri *ret_uri, View *ret_params)
{
    gsize i = 0;

    for (gboolean quoted = FALSE; i < value.size && (quoted || value.data[i] != '<'); i++) {
        if (value.data[i] == '\\' && quoted)
            i++;
        else if (value.data[i] == '"')
            quoted = !quoted;
    }
    if (i < value.size) {
        View uri = { value.data + i + 1, value.size - i - 1 };
        const guint8 *end = uri.size ? memchr (uri.data, '>', uri.size) : NULL;
        if (end)
            uri.size = (gsize) (end - uri.data);
        *ret_params = (View){ uri.data + uri.size, (gsize) (value.data + value.size - uri.data) - uri.size };
        sip_uri_parse (uri, ret_uri);
        return;
    }
    const guint8 *semicolon = value.size ? memchr (value.data, ';', value.size) : NULL;
    View uri = { value.data, semicolon ? (gsize) (semicolon - value.data) : value.size };
    *ret_params = (View){ semicolon, value.size - uri.size };
    sip_uri_parse (uri, ret_uri);
}

static void parse_from_to (View value, SipAddress *address)
{
    if (address->value.size)
        return;
    address->value = value;
    parse_address (value, &address->uri, &address->params);
}

View sip_tag (const SipAddress *address)
{
    View tag = { NULL, 0 };

    sip_param (address->params, "tag", &tag);
    return tag;
}

/* What ends a word of Via or CSeq. */
enum { AT_SPACE = 1, AT_SLASH = 2, AT_SEMICOLON = 4, AT_COLON = 8 };
static const guint8 ends[256] = { [' '] = AT_SPACE, ['\t'] = AT_SPACE,    ['\r'] = AT_SPACE, ['\n'] = AT_SPACE,
                                  ['/'] = AT_SLASH, [';'] = AT_SEMICOLON, [':'] = AT_COLON };

/* The word at the front of *text, up to white space or one of these ends; then the white space behind it goes. */
static View take_until (View *text, guint8 end)
{
    gsize i = 0;

    *text = sip_trim (*text);
    while (i < text->size && !(ends[text->data[i]] & (AT_SPACE | end)))
        i++;
    View word = { text->data, i };
    *text = sip_trim ((View){ text->data + i, text->size - i });
    return word;
}

static gboolean take_char (View *text, char c)
{
    if (!text->size || *text->data != (guint8) c)
        return FALSE;
    text->data++;
    text->size--;
    return TRUE;
}

static void set_view (View *view, View value)
{
    if (!view->size)
        *view = value;
}

static void parse_via_params (View params, SipVia *via)
{
    guint32 port;

    for (View name, value; sip_next_param (&params, &name, &value);) {
        if (sip_equal (name, "branch")) {
            set_view (&via->branch, value);
        } else if (sip_equal (name, "received")) {
            set_view (&via->received, value);
        } else if (sip_equal (name, "rport") && !via->has_rport) {
            via->has_rport = TRUE;
            if (sip_number (value, &port) && port <= G_MAXUINT16)
                via->rport = (guint16) port;
        }
    }
}

/* sent-protocol and sent-by may have white space around "/" and ":" (RFC 3261, 25.1). */
static void parse_via (View value, SipVia *via)
{
    View rest = value;

    via->value = value;
    take_until (&rest, AT_SLASH | AT_SEMICOLON);
    if (!take_char (&rest, '/'))
        return;
    take_until (&rest, AT_SLASH | AT_SEMICOLON);
    if (!take_char (&rest, '/'))
        return;
    via->transport = take_until (&rest, AT_SEMICOLON);

    const guint8 *semicolon = rest.size ? memchr (rest.data, ';', rest.size) : NULL;
    via->sent_by = sip_trim ((View){ rest.data, semicolon ? (gsize) (semicolon - rest.data) : rest.size });
    View host = via->sent_by;
    const guint8 *bracket = host.size && *host.data == '[' ? memchr (host.data, ']', host.size) : NULL;
    if (bracket) {
        via->host = (View){ host.data + 1, (gsize) (bracket - host.data - 1) };
        host = sip_trim ((View){ bracket + 1, (gsize) (host.data + host.size - bracket - 1) });
    } else {
        via->host = take_until (&host, AT_COLON);
    }
    guint32 port;
    if (take_char (&host, ':') && sip_number (host, &port) && port <= G_MAXUINT16)
        via->port = (guint16) port;

    parse_via_params ((View){ semicolon, semicolon ? (gsize) (value.data + value.size - semicolon) : 0 }, via);
}

static void parse_vias (View list, SipMessage *message)
{
    for (View value; sip_next_value (&list, &value);) {
        if (value.size == 0)
            continue;
        if (message->n_vias++ == 0)
            parse_via (value, &message->via);
        message->origin = (SipVia){ .value = value };
    }
}

static void parse_contact (View value, SipContact *contact)
{
    View params, name, param;

    *contact = (SipContact){ .value = value, .expires = -1, .reg_id = -1 };
    parse_address (value, &contact->uri, &params);
    sip_param (contact->uri.params, "transport", &contact->transport);
    while (sip_next_param (&params, &name, &param)) {
        if (sip_equal (name, "expires"))
            sip_set_number (&contact->expires, param);
        else if (sip_equal (name, "q"))
            contact->q = param;
        else if (sip_equal (name, "reg-id"))
            sip_set_number (&contact->reg_id, param);
        else if (sip_equal (name, "+sip.instance"))
            contact->instance = param;
        else if (sip_equal (name, "+u.sip!devicename.ccm.cisco.com"))
            contact->device_name = param;
        else if (sip_equal (name, "+u.sip!model.ccm.cisco.com"))
            contact->model = param;
        else if (sip_equal (name, "cisco-keep-alive"))
            contact->keep_alive = TRUE;
        else if (sip_equal (name, "x-cisco-newreg"))
            contact->new_registration = TRUE;
    }
}

static void parse_contacts (View list, SipMessage *message)
{
    for (View value; sip_next_value (&list, &value);) {
        if (sip_equal (value, "*"))
            message->contact_wildcard = TRUE;
        else if (value.size && message->n_contacts++ < SIP_MAX_CONTACTS)
            parse_contact (value, &message->contacts[message->n_contacts - 1]);
    }
}

static void parse_cseq (View value, SipMessage *message)
{
    if (message->cseq >= 0 || message->cseq_method.size)
        return;
    sip_set_number (&message->cseq, take_until (&value, AT_SPACE));
    message->cseq_method = take_until (&value, AT_SPACE);
}

static void parse_supported (View list, SipMessage *message)
{
    static const char sis[] = "X-cisco-sis-";

    if (!message->supported.size)
        message->supported = list;
    for (View value; sip_next_value (&list, &value);) {
        if (!sip_starts_with (value, "X-cisco-"))
            continue;
        message->supports_x_cisco |= sip_starts_with (value, sis) || sip_starts_with (value, "X-cisco-callinfo");
        if (sip_starts_with (value, sis) && !message->sis_version.size)
            message->sis_version = (View){ value.data + sizeof sis - 1, value.size - (sizeof sis - 1) };
    }
}

static void parse_reason (View list, SipMessage *message)
{
    View text, cause;

    if (!message->reason.size)
        message->reason = list;
    for (View value; !message->reason_text.size && sip_next_value (&list, &value);) {
        if (!sip_param (value, "text", &text))
            continue;
        message->reason_text = text;
        if (sip_param (value, "cause", &cause))
            sip_set_number (&message->reason_cause, cause);
    }
}

static void add_auth (SipMessage *message, SipHeaderId id, View value)
{
    if (message->n_auth < SIP_MAX_AUTH)
        message->auth[message->n_auth++] = (SipAuth){ id, value };
}

#define TEXT(member)                                                                                                   \
    {                                                                                                                  \
        .text = G_STRUCT_OFFSET (SipMessage, member)                                                                   \
    }
#define NUMBER(member)                                                                                                 \
    {                                                                                                                  \
        .number = G_STRUCT_OFFSET (SipMessage, member)                                                                 \
    }

/* Where headers go that are nothing but a text or a number; 0: neither. */
static const struct {
    guint16 text, number;
} plain_headers[N_SIP_HEADERS] = {
    [SIP_HEADER_CALL_ID] = TEXT (call_id),
    [SIP_HEADER_USER_AGENT] = TEXT (user_agent),
    [SIP_HEADER_SERVER] = TEXT (server),
    [SIP_HEADER_DATE] = TEXT (date),
    [SIP_HEADER_WARNING] = TEXT (warning),
    [SIP_HEADER_REQUIRE] = TEXT (require),
    [SIP_HEADER_ALLOW] = TEXT (allow),
    [SIP_HEADER_UNSUPPORTED] = TEXT (unsupported),
    [SIP_HEADER_ALLOW_EVENTS] = TEXT (allow_events),
    [SIP_HEADER_EVENT] = TEXT (event),
    [SIP_HEADER_SUBSCRIPTION_STATE] = TEXT (subscription_state),
    [SIP_HEADER_REFER_TO] = TEXT (refer_to),
    [SIP_HEADER_CONTENT_TYPE] = TEXT (content_type),
    [SIP_HEADER_SESSION_ID] = TEXT (session_id),
    [SIP_HEADER_EXPIRES] = NUMBER (expires),
    [SIP_HEADER_MIN_EXPIRES] = NUMBER (min_expires),
    [SIP_HEADER_RETRY_AFTER] = NUMBER (retry_after),
    [SIP_HEADER_CONTENT_LENGTH] = NUMBER (content_length),
    [SIP_HEADER_MAX_FORWARDS] = NUMBER (max_forwards),
};

static void read_plain_header (SipMessage *message, SipHeaderId id, View value)
{
    if (plain_headers[id].text)
        set_view (G_STRUCT_MEMBER_P (message, plain_headers[id].text), value);
    else if (plain_headers[id].number)
        sip_set_number (G_STRUCT_MEMBER_P (message, plain_headers[id].number), value);
}

static void read_header (SipMessage *message, SipHeaderId id, View value)
{
    switch (id) {
    case SIP_HEADER_VIA:
        parse_vias (value, message);
        break;
    case SIP_HEADER_FROM:
        parse_from_to (value, &message->from);
        break;
    case SIP_HEADER_TO:
        parse_from_to (value, &message->to);
        break;
    case SIP_HEADER_CSEQ:
        parse_cseq (value, message);
        break;
    case SIP_HEADER_CONTACT:
        parse_contacts (value, message);
        break;
    case SIP_HEADER_SUPPORTED:
        parse_supported (value, message);
        break;
    case SIP_HEADER_REASON:
        parse_reason (value, message);
        break;
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
    case SIP_HEADER_WWW_AUTHENTICATE:
    case SIP_HEADER_PROXY_AUTHENTICATE:
        add_auth (message, id, value);
        break;
    default:
        read_plain_header (message, id, value);
        break;
    }
}

gboolean sip_parse (const guint8 *data, gsize size, SipMessage *ret_message)
{
    View rest = sip_skip_line_ends ((View){ data, size }), line;
    SipMessage *message = ret_message;
    SipStartLine start;
    SipHeader header;

    if (!sip_take_line (&rest, &line) || !sip_parse_start_line (line, &start))
        return FALSE;
    /* The contacts, which are most of it, are set one by one. */
    memset (message, 0, G_STRUCT_OFFSET (SipMessage, contacts));
    message->is_answer = start.is_answer;
    message->status = start.status;
    message->reason_phrase = start.reason_phrase;
    message->method = start.method;
    message->method_name = start.method_name;
    message->request_uri = start.request_uri;
    message->head = rest;
    message->cseq = message->expires = message->min_expires = message->retry_after = message->content_length = -1;
    message->max_forwards = message->reason_cause = -1;
    const guint8 *end = rest.data + rest.size;
    while (sip_take_header (&rest, &header, &message->head_ended)) {
        if (header.name.size == 0)
            continue;
        message->n_headers++;
        read_header (message, header.id, header.value);
    }
    message->origin = message->n_vias > 1 ? message->origin : message->via;
    if (message->n_vias > 1)
        parse_via (message->origin.value, &message->origin);
    if (message->head_ended) {
        message->head.size = (gsize) (rest.data - message->head.data);
        message->body = (View){ rest.data, (gsize) (end - rest.data) };
        if (message->content_length > (gint64) message->body.size)
            message->body_cut = TRUE;
        else if (message->content_length >= 0)
            message->body.size = (gsize) message->content_length;
    }
    message->is_of_cisco_phone = sip_cisco_recognise_phone (message);
    return TRUE;
}

guint sip_contacts_kept (const SipMessage *message)
{
    return MIN (message->n_contacts, SIP_MAX_CONTACTS);
}

gint64 sip_contact_expires (const SipMessage *message, const SipContact *contact)
{
    return contact->expires >= 0 ? contact->expires : message->expires;
}

const SipContact *sip_wanted_contact (const SipMessage *message)
{
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (sip_contact_expires (message, &message->contacts[i]) != 0)
            return &message->contacts[i];
    return message->n_contacts ? &message->contacts[0] : NULL;
}
