/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip.h"

#include <string.h>

#define VERSION "SIP/2.0"

/* No method is longer in any specification; more than this without a space is not SIP. */
#define METHOD_MAX 32

/* token of RFC 3261, 25.1 */
static gboolean is_token (guint8 c)
{
    static const guint8 tokens[256] = {
        ['a' ... 'z'] = 1, ['A' ... 'Z'] = 1, ['0' ... '9'] = 1, ['-'] = 1, ['.'] = 1, ['!'] = 1,  ['%'] = 1,
        ['*'] = 1,         ['_'] = 1,         ['+'] = 1,         ['`'] = 1, ['~'] = 1, ['\''] = 1,
    };
    return tokens[c];
}

/* Takes the next line; ret_line comes without its end. FALSE when no line end is left. */
static gboolean take_line (View *rest, View *ret_line)
{
    const guint8 *lf = rest->size ? memchr (rest->data, '\n', rest->size) : NULL;
    if (!lf)
        return FALSE;
    *ret_line = (View){ rest->data, (gsize) (lf - rest->data) };
    rest->size -= ret_line->size + 1;
    rest->data = lf + 1;
    while (ret_line->size && ret_line->data[ret_line->size - 1] == '\r')
        ret_line->size--;
    return TRUE;
}

static View skip_line_ends (View data)
{
    while (data.size && (*data.data == '\r' || *data.data == '\n')) {
        data.data++;
        data.size--;
    }
    return data;
}

/* The first word up to a space, which is taken too. */
static View take_word (View *line)
{
    const guint8 *space = line->size ? memchr (line->data, ' ', line->size) : NULL;
    View word = { line->data, space ? (gsize) (space - line->data) : line->size };
    gsize taken = word.size + (space ? 1 : 0);
    line->data += taken;
    line->size -= taken;
    return word;
}

typedef struct {
    gboolean is_answer;
    guint status;
    View reason_phrase;
    SipMethod method;
    View method_name;
    SipUri request_uri;
} StartLine;

static gboolean parse_status_line (View line, StartLine *start)
{
    take_word (&line);
    View code = take_word (&line);
    if (code.size != 3 || code.data[0] < '1' || code.data[0] > '6' || !g_ascii_isdigit (code.data[1]) ||
        !g_ascii_isdigit (code.data[2]))
        return FALSE;
    start->is_answer = TRUE;
    start->status = (guint) (code.data[0] - '0') * 100 + (guint) (code.data[1] - '0') * 10 + (code.data[2] - '0');
    start->reason_phrase = sip_trim (line);
    return TRUE;
}

static gboolean parse_request_line (View line, StartLine *start)
{
    View method = take_word (&line);
    View uri = take_word (&line);

    if (method.size == 0 || method.size > METHOD_MAX || uri.size == 0 || !sip_equal (sip_trim (line), VERSION))
        return FALSE;
    for (gsize i = 0; i < method.size; i++)
        if (!is_token (method.data[i]))
            return FALSE;
    start->method_name = method;
    start->method = sip_method_find (method);
    sip_uri_parse (uri, &start->request_uri);
    return TRUE;
}

static gboolean parse_start_line (View line, StartLine *start)
{
    *start = (StartLine){ 0 };
    if (line.size > sizeof VERSION - 1 && line.data[sizeof VERSION - 1] == ' ' && sip_starts_with (line, VERSION))
        return parse_status_line (line, start);
    return parse_request_line (line, start);
}

gboolean sip_begins (View data)
{
    View line;
    StartLine unused;

    /* Every method that there is begins with a capital letter, and so does the version. */
    if (data.size == 0 || !g_ascii_isupper (*data.data))
        return FALSE;
    data.size = MIN (data.size, SIP_HEAD_MAX);
    return take_line (&data, &line) && parse_start_line (line, &unused);
}

SipMethod sip_method_find (View name)
{
    static const char *const names[] = {
#define X(symbol, text) [SIP_##symbol] = text,
        SIP_METHODS (X)
#undef X
    };
    for (guint i = 1; i < G_N_ELEMENTS (names); i++)
        if (name.size == strlen (names[i]) && memcmp (name.data, names[i], name.size) == 0)
            return (SipMethod) i;
    return SIP_OTHER;
}

static const char *const header_names[N_SIP_HEADERS] = {
#define X(symbol, text) [SIP_HEADER_##symbol] = text,
    SIP_HEADERS (X)
#undef X
};

const char *sip_header_name (SipHeaderId id)
{
    return (guint) id < N_SIP_HEADERS ? header_names[id] : NULL;
}

static SipHeaderId find_compact (guint8 letter)
{
    switch (letter | 0x20) {
    case 'b':
        return SIP_HEADER_REFERRED_BY;
    case 'c':
        return SIP_HEADER_CONTENT_TYPE;
    case 'e':
        return SIP_HEADER_CONTENT_ENCODING;
    case 'f':
        return SIP_HEADER_FROM;
    case 'i':
        return SIP_HEADER_CALL_ID;
    case 'k':
        return SIP_HEADER_SUPPORTED;
    case 'l':
        return SIP_HEADER_CONTENT_LENGTH;
    case 'm':
        return SIP_HEADER_CONTACT;
    case 'o':
        return SIP_HEADER_EVENT;
    case 'r':
        return SIP_HEADER_REFER_TO;
    case 's':
        return SIP_HEADER_SUBJECT;
    case 't':
        return SIP_HEADER_TO;
    case 'u':
        return SIP_HEADER_ALLOW_EVENTS;
    case 'v':
        return SIP_HEADER_VIA;
    case 'x':
        return SIP_HEADER_SESSION_EXPIRES;
    default:
        return SIP_HEADER_OTHER;
    }
}

/* Length, first and last letter tell all our names apart, so that one comparison confirms the candidate. */
#define KEY(length, first, last) ((guint) (length) << 16 | (guint) (first) << 8 | (guint) (last))

static SipHeaderId find_candidate (View name)
{
    switch (KEY (name.size, name.data[0] | 0x20, name.data[name.size - 1] | 0x20)) {
    case KEY (2, 't', 'o'):
        return SIP_HEADER_TO;
    case KEY (3, 'v', 'a'):
        return SIP_HEADER_VIA;
    case KEY (4, 'c', 'q'):
        return SIP_HEADER_CSEQ;
    case KEY (4, 'd', 'e'):
        return SIP_HEADER_DATE;
    case KEY (4, 'f', 'm'):
        return SIP_HEADER_FROM;
    case KEY (4, 'p', 'h'):
        return SIP_HEADER_PATH;
    case KEY (5, 'a', 'w'):
        return SIP_HEADER_ALLOW;
    case KEY (5, 'e', 't'):
        return SIP_HEADER_EVENT;
    case KEY (5, 'r', 'e'):
        return SIP_HEADER_ROUTE;
    case KEY (6, 'r', 'n'):
        return SIP_HEADER_REASON;
    case KEY (6, 's', 'r'):
        return SIP_HEADER_SERVER;
    case KEY (7, 'c', 'd'):
        return SIP_HEADER_CALL_ID;
    case KEY (7, 'c', 't'):
        return SIP_HEADER_CONTACT;
    case KEY (7, 'e', 's'):
        return SIP_HEADER_EXPIRES;
    case KEY (7, 'r', 'e'):
        return SIP_HEADER_REQUIRE;
    case KEY (7, 's', 't'):
        return SIP_HEADER_SUBJECT;
    case KEY (7, 'w', 'g'):
        return SIP_HEADER_WARNING;
    case KEY (8, 'r', 'o'):
        return SIP_HEADER_REFER_TO;
    case KEY (9, 's', 'd'):
        return SIP_HEADER_SUPPORTED;
    case KEY (10, 'c', 'd'):
        return SIP_HEADER_CONTENT_ID;
    case KEY (10, 's', 'd'):
        return SIP_HEADER_SESSION_ID;
    case KEY (10, 'u', 't'):
        return SIP_HEADER_USER_AGENT;
    case KEY (11, 'm', 's'):
        return SIP_HEADER_MIN_EXPIRES;
    case KEY (11, 'r', 'r'):
        return SIP_HEADER_RETRY_AFTER;
    case KEY (11, 'r', 'y'):
        return SIP_HEADER_REFERRED_BY;
    case KEY (11, 'u', 'd'):
        return SIP_HEADER_UNSUPPORTED;
    case KEY (12, 'a', 's'):
        return SIP_HEADER_ALLOW_EVENTS;
    case KEY (12, 'c', 'e'):
        return SIP_HEADER_CONTENT_TYPE;
    case KEY (12, 'm', 's'):
        return SIP_HEADER_MAX_FORWARDS;
    case KEY (12, 'r', 'e'):
        return SIP_HEADER_RECORD_ROUTE;
    case KEY (13, 'a', 'n'):
        return SIP_HEADER_AUTHORIZATION;
    case KEY (14, 'c', 'h'):
        return SIP_HEADER_CONTENT_LENGTH;
    case KEY (15, 's', 's'):
        return SIP_HEADER_SESSION_EXPIRES;
    case KEY (16, 'c', 'g'):
        return SIP_HEADER_CONTENT_ENCODING;
    case KEY (16, 'w', 'e'):
        return SIP_HEADER_WWW_AUTHENTICATE;
    case KEY (18, 'p', 'e'):
        return SIP_HEADER_PROXY_AUTHENTICATE;
    case KEY (18, 's', 'e'):
        return SIP_HEADER_SUBSCRIPTION_STATE;
    case KEY (19, 'p', 'n'):
        return SIP_HEADER_PROXY_AUTHORIZATION;
    default:
        return SIP_HEADER_OTHER;
    }
}

SipHeaderId sip_header_find (View name)
{
    if (name.size == 1)
        return find_compact (name.data[0]);
    if (name.size == 0 || name.size > 19)
        return SIP_HEADER_OTHER;
    SipHeaderId id = find_candidate (name); /* whose name has this length */
    return id != SIP_HEADER_OTHER && sip_starts_with (name, header_names[id]) ? id : SIP_HEADER_OTHER;
}

/* Takes one header line with its folds. FALSE at the empty line that ends the head (which is taken) or when no line end
 * is left (and then *head is empty). A line that is no header comes with an empty name. */
static gboolean take_header (View *head, SipHeader *ret_header, gboolean *ret_ended)
{
    View whole = *head, line;

    if (!take_line (head, &line)) {
        *head = (View){ NULL, 0 };
        *ret_ended = FALSE;
        return FALSE;
    }
    if (line.size == 0) {
        *ret_ended = TRUE;
        return FALSE;
    }
    for (View folded; head->size && (*head->data == ' ' || *head->data == '\t');) {
        if (!take_line (head, &folded)) {
            *head = (View){ NULL, 0 };
            *ret_ended = FALSE;
            return FALSE;
        }
        line.size = (gsize) (folded.data + folded.size - line.data);
    }
    whole.size = (gsize) (head->data - whole.data);
    *ret_header = (SipHeader){ .line = whole };

    gsize end = 0;
    while (end < line.size && is_token (line.data[end]))
        end++;
    gsize colon = end;
    while (colon < line.size && (line.data[colon] == ' ' || line.data[colon] == '\t'))
        colon++;
    if (end == 0 || colon == line.size || line.data[colon] != ':')
        return TRUE;
    ret_header->name = (View){ line.data, end };
    ret_header->value = sip_trim ((View){ line.data + colon + 1, line.size - colon - 1 });
    ret_header->id = sip_header_find (ret_header->name);
    return TRUE;
}

gboolean sip_next_header (View *head, SipHeader *ret_header)
{
    SipHeader header;
    gboolean ended;

    while (take_header (head, &header, &ended)) {
        if (header.name.size == 0)
            continue;
        *ret_header = header;
        return TRUE;
    }
    return FALSE;
}

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
    View params;

    if (address->value.size)
        return;
    address->value = value;
    parse_address (value, &address->uri, &params);
    sip_param (params, "tag", &address->tag);
}

/* The word at the front of *text, up to white space or one of the two ends; then the white space behind it goes. */
static View take_until (View *text, char end1, char end2)
{
    gsize i = 0;

    *text = sip_trim (*text);
    while (i < text->size && text->data[i] != (guint8) end1 && text->data[i] != (guint8) end2 && text->data[i] != ' ' &&
           text->data[i] != '\t' && text->data[i] != '\r' && text->data[i] != '\n')
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
    take_until (&rest, '/', ';');
    if (!take_char (&rest, '/'))
        return;
    take_until (&rest, '/', ';');
    if (!take_char (&rest, '/'))
        return;
    via->transport = take_until (&rest, ';', ';');

    const guint8 *semicolon = rest.size ? memchr (rest.data, ';', rest.size) : NULL;
    via->sent_by = sip_trim ((View){ rest.data, semicolon ? (gsize) (semicolon - rest.data) : rest.size });
    View host = via->sent_by;
    const guint8 *bracket = host.size && *host.data == '[' ? memchr (host.data, ']', host.size) : NULL;
    if (bracket) {
        via->host = (View){ host.data + 1, (gsize) (bracket - host.data - 1) };
        host = sip_trim ((View){ bracket + 1, (gsize) (host.data + host.size - bracket - 1) });
    } else {
        via->host = take_until (&host, ':', ':');
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
    }
}

static void set_number (gint64 *number, View value)
{
    guint32 read;

    if (*number < 0 && sip_number (value, &read))
        *number = read;
}

static void parse_contact (View value, SipContact *contact)
{
    View params, name, param;

    *contact = (SipContact){ .value = value, .expires = -1, .reg_id = -1 };
    parse_address (value, &contact->uri, &params);
    sip_param (contact->uri.params, "transport", &contact->transport);
    while (sip_next_param (&params, &name, &param)) {
        if (sip_equal (name, "expires"))
            set_number (&contact->expires, param);
        else if (sip_equal (name, "q"))
            contact->q = param;
        else if (sip_equal (name, "reg-id"))
            set_number (&contact->reg_id, param);
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
    set_number (&message->cseq, take_until (&value, ' ', '\t'));
    message->cseq_method = take_until (&value, ' ', '\t');
}

static void parse_supported (View list, SipMessage *message)
{
    static const char sis[] = "X-cisco-sis-";

    if (!message->supported.size)
        message->supported = list;
    for (View value; sip_next_value (&list, &value);) {
        if (!sip_starts_with (value, "X-cisco-"))
            continue;
        message->supports_x_cisco = TRUE;
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
            set_number (&message->reason_cause, cause);
    }
}

static void add_auth (SipMessage *message, SipHeaderId id, View value)
{
    if (message->n_auth < SIP_MAX_AUTH)
        message->auth[message->n_auth++] = (SipAuth){ id, value };
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
    case SIP_HEADER_CALL_ID:
        set_view (&message->call_id, value);
        break;
    case SIP_HEADER_CSEQ:
        parse_cseq (value, message);
        break;
    case SIP_HEADER_CONTACT:
        parse_contacts (value, message);
        break;
    case SIP_HEADER_EXPIRES:
        set_number (&message->expires, value);
        break;
    case SIP_HEADER_MIN_EXPIRES:
        set_number (&message->min_expires, value);
        break;
    case SIP_HEADER_RETRY_AFTER:
        set_number (&message->retry_after, value);
        break;
    case SIP_HEADER_CONTENT_LENGTH:
        set_number (&message->content_length, value);
        break;
    case SIP_HEADER_MAX_FORWARDS:
        set_number (&message->max_forwards, value);
        break;
    case SIP_HEADER_USER_AGENT:
        set_view (&message->user_agent, value);
        break;
    case SIP_HEADER_SERVER:
        set_view (&message->server, value);
        break;
    case SIP_HEADER_DATE:
        set_view (&message->date, value);
        break;
    case SIP_HEADER_SUPPORTED:
        parse_supported (value, message);
        break;
    case SIP_HEADER_REASON:
        parse_reason (value, message);
        break;
    case SIP_HEADER_WARNING:
        set_view (&message->warning, value);
        break;
    case SIP_HEADER_REQUIRE:
        set_view (&message->require, value);
        break;
    case SIP_HEADER_ALLOW_EVENTS:
        set_view (&message->allow_events, value);
        break;
    case SIP_HEADER_EVENT:
        set_view (&message->event, value);
        break;
    case SIP_HEADER_SUBSCRIPTION_STATE:
        set_view (&message->subscription_state, value);
        break;
    case SIP_HEADER_REFER_TO:
        set_view (&message->refer_to, value);
        break;
    case SIP_HEADER_CONTENT_TYPE:
        set_view (&message->content_type, value);
        break;
    case SIP_HEADER_SESSION_ID:
        set_view (&message->session_id, value);
        break;
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
    case SIP_HEADER_WWW_AUTHENTICATE:
    case SIP_HEADER_PROXY_AUTHENTICATE:
        add_auth (message, id, value);
        break;
    default:
        break;
    }
}

gboolean sip_parse (const guint8 *data, gsize size, SipMessage *ret_message)
{
    View rest = skip_line_ends ((View){ data, size }), line;
    SipMessage *message = ret_message;
    StartLine start;
    SipHeader header;

    if (!take_line (&rest, &line) || !parse_start_line (line, &start))
        return FALSE;
    *message = (SipMessage){ .is_answer = start.is_answer,
                             .status = start.status,
                             .reason_phrase = start.reason_phrase,
                             .method = start.method,
                             .method_name = start.method_name,
                             .request_uri = start.request_uri,
                             .head = rest,
                             .cseq = -1,
                             .expires = -1,
                             .min_expires = -1,
                             .retry_after = -1,
                             .content_length = -1,
                             .max_forwards = -1,
                             .reason_cause = -1 };
    const guint8 *end = rest.data + rest.size;
    while (take_header (&rest, &header, &message->head_ended)) {
        if (header.name.size == 0)
            continue;
        message->n_headers++;
        read_header (message, header.id, header.value);
    }
    if (message->head_ended) {
        message->head.size = (gsize) (rest.data - message->head.data);
        message->body = (View){ rest.data, (gsize) (end - rest.data) };
        if (message->content_length > (gint64) message->body.size)
            message->body_cut = TRUE;
        else if (message->content_length >= 0)
            message->body.size = (gsize) message->content_length;
    }
    return TRUE;
}

guint sip_contacts_kept (const SipMessage *message)
{
    return MIN (message->n_contacts, SIP_MAX_CONTACTS);
}

gboolean sip_is_keepalive (const guint8 *data, gsize size)
{
    return size > 0 && skip_line_ends ((View){ data, size }).size == 0;
}

/* Whether bytes without a line end can still become a start line. */
static gboolean may_start (View start)
{
    gsize i = 0;

    if (start.size > SIP_HEAD_MAX)
        return FALSE;
    if (start.size < sizeof VERSION && g_ascii_strncasecmp ((const char *) start.data, VERSION " ", start.size) == 0)
        return TRUE;
    if (sip_starts_with (start, VERSION " "))
        return TRUE;
    while (i < start.size && is_token (start.data[i]))
        i++;
    return i > 0 && i <= METHOD_MAX && (i == start.size || start.data[i] == ' ');
}

/* Content-Length, or its compact form. */
static gboolean may_be_length (View line)
{
    return line.size && ((*line.data | 0x20) == 'c' || (*line.data | 0x20) == 'l');
}

/* The octets of the head, and what Content-Length says (-1: nothing). 0 when the head is not complete. Other headers
 * are passed over line by line: a fold of theirs begins with a blank, and is neither empty nor a header. */
static gsize head_length (View rest, gint64 *ret_content_length)
{
    const guint8 *start = rest.data;
    gboolean ended = FALSE;

    *ret_content_length = -1;
    for (;;) {
        SipHeader header;
        View line;
        if (may_be_length (rest)) {
            if (!take_header (&rest, &header, &ended))
                break;
            if (header.id == SIP_HEADER_CONTENT_LENGTH)
                set_number (ret_content_length, header.value);
            continue;
        }
        if (!take_line (&rest, &line))
            break;
        ended = line.size == 0;
        if (ended)
            break;
    }
    return ended ? (gsize) (rest.data - start) : 0;
}

gssize sip_frame_length (const guint8 *data, gsize size, gboolean stream)
{
    View message = skip_line_ends ((View){ data, size }), rest = message, line;
    StartLine unused;
    gint64 content_length;

    gsize skipped = size - message.size;
    if (message.size == 0)
        return (gssize) skipped;
    if (!take_line (&rest, &line))
        return stream && may_start (message) ? 0 : -1;
    if (!parse_start_line (line, &unused))
        return -1;

    gsize start_line = message.size - rest.size;
    if (stream)
        rest.size = MIN (rest.size, SIP_HEAD_MAX);
    gsize head = head_length (rest, &content_length);
    if (head == 0)
        return !stream ? (gssize) size : rest.size < SIP_HEAD_MAX ? 0 : -1;
    gsize left = message.size - start_line - head;
    if (!stream)
        return (gssize) (size - left + (content_length >= 0 ? MIN (left, (gsize) content_length) : left));
    if (content_length > SIP_BODY_MAX)
        return -1;
    gsize body = content_length > 0 ? (gsize) content_length : 0;
    return left < body ? 0 : (gssize) (size - left + body);
}
