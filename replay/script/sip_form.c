/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/sip_form.h"

#include "registration/protocols/sip_cisco.h"
#include "replay/script/sip_contacts.h"

#include <string.h>

#define MAC_DIGITS 12

/* A text of the recorded phone, and what stands for it now. */
typedef struct {
    char *recorded; /* owned */
    gsize size;
    SipHole own;
} Pair;

typedef struct {
    const Script *script;
    const GArray *contacts;
    const SipMessage *sip;
    Carrier carrier;
    SipFormFlags flags;
    Splices splices;
    GArray *pairs;        /* of Pair; the longer one first where one holds another */
    gboolean begins[256]; /* some recorded text begins with this octet */
} Forming;

static View from (View whole, gsize at)
{
    return (View){ whole.data + at, whole.size - at };
}

static View behind (View part)
{
    return (View){ part.data + part.size, 0 };
}

static void put_text (Forming *forming, View part, const char *text)
{
    splices_put (&forming->splices, part, text);
}

static void put_hole (Forming *forming, View part, SipHole hole)
{
    splices_put_hole (&forming->splices, part, hole);
}

/* --- Whose texts they are */

static void clear_pair (gpointer data)
{
    g_free (((Pair *) data)->recorded);
}

static void add_pair (Forming *forming, const char *recorded, SipHole own)
{
    if (!recorded || !*recorded)
        return;
    Pair pair = { g_strdup (recorded), strlen (recorded), own };
    g_array_append_val (forming->pairs, pair);
    forming->begins[(guint8) *recorded] = TRUE;
}

const char *sip_recorded_mac (const Script *script)
{
    MacAddress mac;
    gboolean tells = g_str_has_prefix (script->phone, "SEP") && mac_address_parse_hex (script->phone + 3, &mac);

    return tells ? script->phone + 3 : NULL;
}

static gboolean has_device_name (const Script *script)
{
    return !strchr (script->phone, '@') && !strchr (script->phone, '.') && !strchr (script->phone, ':');
}

static void collect_pairs (Forming *forming)
{
    const Script *script = forming->script;
    const char *mac = sip_recorded_mac (script);
    g_autofree char *call_id = view_dup (forming->sip->call_id);
    g_autofree char *host = view_dup (forming->sip->to.uri.host);
    char text[IP_ADDRESS_TEXT_SIZE];

    add_pair (forming, call_id, SIP_HOLE_CALL_ID);
    if (has_device_name (script) && forming->flags & SIP_FORM_HAS_NAME)
        add_pair (forming, script->phone, SIP_HOLE_NAME);
    if (mac && !(forming->flags & SIP_FORM_IS_RECORDED)) {
        g_autofree char *lower = g_ascii_strdown (mac, -1), *upper = g_ascii_strup (mac, -1);
        add_pair (forming, lower, SIP_HOLE_MAC);
        if (strcmp (lower, upper) != 0)
            add_pair (forming, upper, SIP_HOLE_CAPITAL_MAC);
    }
    add_pair (forming, ip_address_format (&script->phone_end.address, text), SIP_HOLE_OWN_ADDRESS);
    add_pair (forming, ip_address_format (&script->server_end.address, text), SIP_HOLE_HOST);
    add_pair (forming, host, SIP_HOLE_HOST);
}

static gboolean is_word (guint8 c)
{
    return g_ascii_isalnum ((char) c);
}

/* Whole words only: 10.0.0.1 is no part of 10.0.0.15. A MAC stands inside other words (a GUID, a tag). */
static gboolean stands_alone (View text, gsize at, gsize size, const char *recorded)
{
    gboolean is_name = !strpbrk (recorded, ".:@");

    if (is_name)
        return TRUE;
    gboolean before = at > 0 && (is_word (text.data[at - 1]) || text.data[at - 1] == '.');
    gboolean after = at + size < text.size && is_word (text.data[at + size]);
    return !before && !after;
}

static const Pair *pair_at (const GArray *pairs, View text, gsize at)
{
    for (guint i = 0; i < pairs->len; i++) {
        const Pair *pair = &g_array_index (pairs, Pair, i);
        if (pair->size <= text.size - at && memcmp (text.data + at, pair->recorded, pair->size) == 0 &&
            stands_alone (text, at, pair->size, pair->recorded))
            return pair;
    }
    return NULL;
}

static void replace_texts (Forming *forming, View text)
{
    for (gsize at = 0; at < text.size;) {
        const Pair *pair = forming->begins[text.data[at]] ? pair_at (forming->pairs, text, at) : NULL;
        if (pair)
            put_hole (forming, (View){ text.data + at, pair->size }, pair->own);
        at += pair ? pair->size : 1;
    }
}

/* --- Parts of headers */

/* From the host (with its brackets) to the end of the port. */
static View host_and_port (const SipUri *uri)
{
    const guint8 *start = uri->host.data - (uri->is_ip6 ? 1 : 0);
    const guint8 *end = uri->text.data + uri->text.size;

    if (uri->headers.size)
        end = MIN (end, uri->headers.data);
    if (uri->params.size)
        end = MIN (end, uri->params.data);
    return (View){ start, (gsize) (end - start) };
}

static void put_scheme (Forming *forming, const SipUri *uri)
{
    if (forming->carrier != CARRIER_TLS && sip_equal (uri->scheme, "sips"))
        put_text (forming, uri->scheme, "sip");
}

static void put_uri_transport (Forming *forming, const SipUri *uri)
{
    View transport;

    if (sip_param (uri->params, "transport", &transport) && transport.size)
        put_text (forming, transport, carrier_name (forming->carrier));
}

static void put_user (Forming *forming, const SipUri *uri)
{
    const char *number = forming->script->number;

    if (number && sip_equal (uri->user, number) && forming->flags & SIP_FORM_HAS_NUMBER)
        put_hole (forming, uri->user, SIP_HOLE_NUMBER);
    else
        replace_texts (forming, uri->user);
}

/* A URI that names the server. */
static void put_server_uri (Forming *forming, const SipUri *uri, SipHole server)
{
    put_scheme (forming, uri);
    put_user (forming, uri);
    if (uri->host.size)
        put_hole (forming, host_and_port (uri), server);
    put_uri_transport (forming, uri);
}

/* before: what stands before the value where the recorded header has no such parameter. */
static void put_param (Forming *forming, View value, View param, const char *before, SipHole hole)
{
    if (param.size) {
        put_hole (forming, param, hole);
        return;
    }
    put_text (forming, behind (value), before);
    put_hole (forming, behind (value), hole);
}

static void put_via (Forming *forming, const SipHeader *header)
{
    const SipVia *via = &forming->sip->via;

    /* A proxy's own, behind which the phone was. */
    if (header->value.data != via->value.data) {
        put_text (forming, header->line, "");
        return;
    }
    put_text (forming, via->transport, carrier_via (forming->carrier));
    put_hole (forming, via->sent_by, SIP_HOLE_OWN_END);
    put_param (forming, via->value, via->branch, ";branch=", SIP_HOLE_BRANCH);
    if (!via->has_rport)
        put_text (forming, behind (via->value), ";rport");
    if (via->value.size < header->value.size)
        put_text (forming, from (header->value, via->value.size), "");
}

static void put_from (Forming *forming)
{
    const SipAddress *address = &forming->sip->from;

    put_server_uri (forming, &address->uri, SIP_HOLE_HOST);
    put_param (forming, address->value, sip_tag (address), ";tag=", SIP_HOLE_TAG);
}

/* A fresh dialogue has no tag of the other side. */
static void put_to (Forming *forming)
{
    const SipAddress *address = &forming->sip->to;
    const View tag = sip_tag (address);

    put_server_uri (forming, &address->uri, SIP_HOLE_HOST);
    if (!tag.size)
        return;
    const guint8 *start = tag.data;
    while (start > address->value.data && *start != ';')
        start--;
    put_text (forming, (View){ start, (gsize) (tag.data + tag.size - start) }, "");
}

/* The end of a UUID is the MAC on Cisco's phones (reference 3.2), and says which device it is on others. */
static void put_instance (Forming *forming, View instance)
{
    gsize end = instance.size;

    while (end > 0 && !is_word (instance.data[end - 1]))
        end--;
    if (end >= MAC_DIGITS && !(forming->flags & SIP_FORM_IS_RECORDED))
        put_hole (forming, (View){ instance.data + end - MAC_DIGITS, MAC_DIGITS }, SIP_HOLE_MAC);
}

static void put_own_end (Forming *forming, const SipUri *uri)
{
    const guint16 port = sip_contacts_port (forming->contacts, uri->text);

    if (!port) {
        put_hole (forming, host_and_port (uri), SIP_HOLE_OWN_END);
        return;
    }
    g_autofree char *written = g_strdup_printf (":%u", port);
    put_hole (forming, host_and_port (uri), SIP_HOLE_OWN_HOST);
    put_text (forming, behind (host_and_port (uri)), written);
}

static void put_contact (Forming *forming, const SipContact *contact)
{
    View expires;

    put_scheme (forming, &contact->uri);
    put_user (forming, &contact->uri);
    if (contact->uri.host.size)
        put_own_end (forming, &contact->uri);
    if (contact->transport.size)
        put_uri_transport (forming, &contact->uri);
    else if (contact->uri.host.size && forming->carrier != CARRIER_UDP) {
        put_text (forming, behind (host_and_port (&contact->uri)), ";transport=");
        put_text (forming, behind (host_and_port (&contact->uri)), carrier_name (forming->carrier));
    }
    if (contact->instance.size)
        put_instance (forming, contact->instance);
    if (contact->device_name.size && forming->flags & SIP_FORM_HAS_NAME)
        put_hole (forming, contact->device_name, SIP_HOLE_NAME);
    /* What the phone took back beside what it bound stays taken back. */
    if (forming->flags & SIP_FORM_HAS_EXPIRES && contact->expires != 0 &&
        sip_param (contact->value, "expires", &expires) && expires.size)
        put_hole (forming, expires, SIP_HOLE_EXPIRES);
}

static View digits_of (View value)
{
    gsize size = 0;

    while (size < value.size && g_ascii_isdigit ((char) value.data[size]))
        size++;
    return (View){ value.data, size };
}

/* A new half of ours, none of the server's (RFC 7989, 5). */
static void put_session_id (Forming *forming, View value)
{
    put_hole (forming, value, SIP_HOLE_SESSION_ID);
    put_text (forming, behind (value), ";remote=00000000000000000000000000000000");
}

/* --- The message */

static gboolean goes_with_body (const SipHeader *header)
{
    return header->id == SIP_HEADER_CONTENT_TYPE || header->id == SIP_HEADER_CONTENT_ENCODING ||
           header->id == SIP_HEADER_CONTENT_ID || header->id == SIP_HEADER_REASON ||
           sip_equal (header->name, "Content-Disposition") || sip_equal (header->name, "MIME-Version");
}

typedef struct {
    gboolean login, expires, length; /* such a line was there */
    View length_line;
} Seen;

static void put_header (Forming *forming, const SipHeader *header, Seen *seen)
{
    if (forming->flags & SIP_FORM_IS_BARE && goes_with_body (header)) {
        put_text (forming, header->line, "");
        return;
    }
    switch (header->id) {
    case SIP_HEADER_VIA:
        put_via (forming, header);
        break;
    case SIP_HEADER_FROM:
        put_from (forming);
        break;
    case SIP_HEADER_TO:
        put_to (forming);
        break;
    case SIP_HEADER_CALL_ID:
        put_hole (forming, header->value, SIP_HOLE_CALL_ID);
        break;
    case SIP_HEADER_CSEQ:
        put_hole (forming, digits_of (header->value), SIP_HOLE_CSEQ);
        break;
    case SIP_HEADER_CONTACT:
    case SIP_HEADER_USER_AGENT:
        /* Contacts are dealt with one by one, and a phone's make is its own. */
        break;
    case SIP_HEADER_EXPIRES:
        seen->expires = TRUE;
        if (forming->flags & SIP_FORM_HAS_EXPIRES)
            put_hole (forming, digits_of (header->value), SIP_HOLE_EXPIRES);
        break;
    case SIP_HEADER_DATE:
        put_hole (forming, header->value, SIP_HOLE_DATE);
        break;
    case SIP_HEADER_SESSION_ID:
        put_session_id (forming, header->value);
        break;
    case SIP_HEADER_ROUTE:
    case SIP_HEADER_RECORD_ROUTE:
        put_text (forming, header->line, "");
        break;
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
        if (forming->flags & SIP_FORM_HAS_LOGIN && !seen->login)
            put_hole (forming, header->line, SIP_HOLE_LOGIN);
        else
            put_text (forming, header->line, "");
        seen->login = TRUE;
        break;
    case SIP_HEADER_CONTENT_LENGTH:
        seen->length = TRUE;
        seen->length_line = header->line;
        put_hole (forming, header->value, SIP_HOLE_LENGTH);
        break;
    default:
        replace_texts (forming, header->value);
        break;
    }
}

static void add_line (Forming *forming, View before, const char *name, SipHole hole)
{
    put_text (forming, before, name);
    put_hole (forming, before, hole);
    put_text (forming, before, "\r\n");
}

/* What the recorded message has no line for. */
static void add_lines (Forming *forming, const Seen *seen)
{
    View end = seen->length ? (View){ seen->length_line.data, 0 } : behind (forming->sip->head);

    if (forming->flags & SIP_FORM_HAS_EXPIRES && !seen->expires)
        add_line (forming, end, "Expires: ", SIP_HOLE_EXPIRES);
    if (forming->flags & SIP_FORM_HAS_LOGIN && !seen->login)
        put_hole (forming, end, SIP_HOLE_LOGIN);
    if (!seen->length)
        add_line (forming, end, "Content-Length: ", SIP_HOLE_LENGTH);
}

static void begin_part (Forming *forming, View part)
{
    splices_init (&forming->splices, part);
}

static Form *end_part (Forming *forming)
{
    Form *form = splices_form (&forming->splices);

    splices_clear (&forming->splices);
    return form;
}

static Form *form_head (Forming *forming, View recorded)
{
    const SipMessage *sip = forming->sip;
    /* Line ends before the message are no part of it. */
    const guint8 *start = sip->method_name.data;
    const guint8 *end = sip->body.size ? sip->body.data : recorded.data + recorded.size;
    View head = sip->head;
    SipHeader header;
    Seen seen = { 0 };

    begin_part (forming, (View){ start, (gsize) (end - start) });
    put_server_uri (forming, &sip->request_uri, SIP_HOLE_SERVER);
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        put_contact (forming, &sip->contacts[i]);
    while (sip_next_header (&head, &header))
        put_header (forming, &header, &seen);
    add_lines (forming, &seen);
    return end_part (forming);
}

static Form *form_uri (Forming *forming)
{
    begin_part (forming, forming->sip->request_uri.text);
    put_server_uri (forming, &forming->sip->request_uri, SIP_HOLE_SERVER);
    return end_part (forming);
}

static Form *form_body (Forming *forming)
{
    View body = forming->flags & SIP_FORM_IS_BARE ? (View){ forming->sip->body.data, 0 } : forming->sip->body;

    begin_part (forming, body);
    replace_texts (forming, body);
    return end_part (forming);
}

SipForm *sip_form_new (const Script *script, const GArray *contacts, View recorded, const SipMessage *sip,
                       Carrier carrier, SipFormFlags flags)
{
    Forming forming = { .script = script, .contacts = contacts, .sip = sip, .carrier = carrier, .flags = flags };
    SipForm *form = g_new (SipForm, 1);

    forming.pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
    g_array_set_clear_func (forming.pairs, clear_pair);
    collect_pairs (&forming);
    *form = (SipForm){ form_head (&forming, recorded), form_body (&forming), form_uri (&forming) };
    g_array_unref (forming.pairs);
    return form;
}

void sip_form_free (SipForm *form)
{
    if (!form)
        return;
    form_free (form->head);
    form_free (form->body);
    form_free (form->uri);
    g_free (form);
}
