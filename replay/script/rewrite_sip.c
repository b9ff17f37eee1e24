/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_sip.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_cisco.h"
#include "replay/script/splice.h"

#include <string.h>

#define MAC_DIGITS 12

/* A text of the recorded phone, and what stands for it now. */
typedef struct {
    char *recorded, *own; /* owned */
    gsize size;           /* of recorded */
} Pair;

typedef struct {
    const SipRewrite *how;
    SipMessage sip;
    Splices splices;
    GArray *pairs;        /* of Pair; the longer one first where one holds another */
    gboolean begins[256]; /* some recorded text begins with this octet */
} Rewriting;

static View from (View whole, gsize at)
{
    return (View){ whole.data + at, whole.size - at };
}

static View behind (View part)
{
    return (View){ part.data + part.size, 0 };
}

/* --- Whose texts they are
 * -------------------------------------------------------------------------------------------------- */

static void clear_pair (gpointer data)
{
    Pair *pair = data;

    g_free (pair->recorded);
    g_free (pair->own);
}

static void add_pair (Rewriting *rewriting, const char *recorded, const char *own)
{
    if (!recorded || !own || !*recorded || strcmp (recorded, own) == 0)
        return;
    Pair pair = { g_strdup (recorded), g_strdup (own), strlen (recorded) };
    g_array_append_val (rewriting->pairs, pair);
    rewriting->begins[(guint8) *recorded] = TRUE;
}

/* "001122334455" of a phone whose name tells its MAC; NULL for others. */
static const char *recorded_mac (const Script *script)
{
    MacAddress mac;
    gboolean tells = g_str_has_prefix (script->phone, "SEP") && mac_address_parse_hex (script->phone + 3, &mac);

    return tells ? script->phone + 3 : NULL;
}

/* Twelve digits that stand for this phone: its MAC, or, where its name tells none, digits that nobody has. */
static char *own_mac (const SipRewrite *rewrite)
{
    gboolean known = !mac_address_is_unknown (&rewrite->identity->mac);
    g_autofree char *digits = g_strndup (known ? rewrite->identity->name + 3 : rewrite->token, MAC_DIGITS);

    return g_ascii_strdown (digits, -1);
}

static gboolean has_device_name (const Script *script)
{
    return !strchr (script->phone, '@') && !strchr (script->phone, '.') && !strchr (script->phone, ':');
}

static void collect_pairs (Rewriting *rewriting)
{
    const SipRewrite *how = rewriting->how;
    const Script *script = how->script;
    const char *mac = recorded_mac (script);
    g_autofree char *call_id = view_dup (rewriting->sip.call_id);
    g_autofree char *host = view_dup (rewriting->sip.to.uri.host);
    char recorded[IP_ADDRESS_TEXT_SIZE], own[IP_ADDRESS_TEXT_SIZE];

    add_pair (rewriting, call_id, how->call_id);
    if (has_device_name (script) && *how->identity->name)
        add_pair (rewriting, script->phone, how->identity->name);
    if (mac && !how->identity->is_recorded) {
        g_autofree char *lower = g_ascii_strdown (mac, -1), *upper = g_ascii_strup (mac, -1);
        g_autofree char *digits = own_mac (how), *capitals = g_ascii_strup (digits, -1);
        add_pair (rewriting, lower, digits);
        if (strcmp (lower, upper) != 0)
            add_pair (rewriting, upper, capitals);
    }
    add_pair (rewriting, ip_address_format (&script->phone_end.address, recorded),
              ip_address_format (&how->local.address, own));
    add_pair (rewriting, ip_address_format (&script->server_end.address, recorded), how->host);
    add_pair (rewriting, host, how->host);
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

static void replace_texts (const Rewriting *rewriting, Splices *splices, View text)
{
    for (gsize at = 0; at < text.size;) {
        const Pair *pair = rewriting->begins[text.data[at]] ? pair_at (rewriting->pairs, text, at) : NULL;
        if (pair)
            splices_put (splices, (View){ text.data + at, pair->size }, pair->own);
        at += pair ? pair->size : 1;
    }
}

/* --- Parts of headers
 * ------------------------------------------------------------------------------------------------------ */

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

static char *format_end (const char *host, guint16 port)
{
    return port ? g_strdup_printf ("%s:%u", host, port) : g_strdup (host);
}

static char *format_own_end (const Endpoint *end)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format (&end->address, text);
    return g_strdup_printf (end->address.size == 16 ? "[%s]:%u" : "%s:%u", text, end->port);
}

static void put_scheme (Rewriting *rewriting, const SipUri *uri)
{
    if (rewriting->how->carrier != CARRIER_TLS && sip_equal (uri->scheme, "sips"))
        splices_put (&rewriting->splices, uri->scheme, "sip");
}

static void put_uri_transport (Rewriting *rewriting, const SipUri *uri)
{
    View transport;

    if (sip_param (uri->params, "transport", &transport) && transport.size)
        splices_put (&rewriting->splices, transport, carrier_name (rewriting->how->carrier));
}

static void put_user (Rewriting *rewriting, const SipUri *uri)
{
    const SipRewrite *how = rewriting->how;

    if (how->script->number && sip_equal (uri->user, how->script->number) && *how->identity->number)
        splices_put (&rewriting->splices, uri->user, how->identity->number);
    else
        replace_texts (rewriting, &rewriting->splices, uri->user);
}

/* A URI that names the server. */
static void put_server_uri (Rewriting *rewriting, const SipUri *uri, guint16 port)
{
    g_autofree char *server = format_end (rewriting->how->host, port);

    put_scheme (rewriting, uri);
    put_user (rewriting, uri);
    if (uri->host.size)
        splices_put (&rewriting->splices, host_and_port (uri), server);
    put_uri_transport (rewriting, uri);
}

static void put_param (Rewriting *rewriting, View value, View param, const char *name, const char *text)
{
    if (param.size) {
        splices_put (&rewriting->splices, param, text);
    } else {
        g_autofree char *added = g_strdup_printf (";%s=%s", name, text);
        splices_put (&rewriting->splices, behind (value), added);
    }
}

static void put_via (Rewriting *rewriting, const SipHeader *header)
{
    const SipVia *via = &rewriting->sip.via;
    g_autofree char *own = format_own_end (&rewriting->how->local);

    /* A proxy's own, behind which the phone was. */
    if (header->value.data != via->value.data) {
        splices_put (&rewriting->splices, header->line, "");
        return;
    }
    splices_put (&rewriting->splices, via->transport, carrier_via (rewriting->how->carrier));
    splices_put (&rewriting->splices, via->sent_by, own);
    put_param (rewriting, via->value, via->branch, "branch", rewriting->how->branch);
    if (!via->has_rport)
        splices_put (&rewriting->splices, behind (via->value), ";rport");
    if (via->value.size < header->value.size)
        splices_put (&rewriting->splices, from (header->value, via->value.size), "");
}

static void put_from (Rewriting *rewriting)
{
    const SipAddress *address = &rewriting->sip.from;

    put_server_uri (rewriting, &address->uri, 0);
    put_param (rewriting, address->value, address->tag, "tag", rewriting->how->tag);
}

/* A fresh dialogue has no tag of the other side. */
static void put_to (Rewriting *rewriting)
{
    const SipAddress *address = &rewriting->sip.to;

    put_server_uri (rewriting, &address->uri, 0);
    if (!address->tag.size)
        return;
    const guint8 *start = address->tag.data;
    while (start > address->value.data && *start != ';')
        start--;
    splices_put (&rewriting->splices, (View){ start, (gsize) (address->tag.data + address->tag.size - start) }, "");
}

/* The end of a UUID is the MAC on Cisco's phones (reference 3.2), and says which device it is on others. */
static void put_instance (Rewriting *rewriting, View instance)
{
    g_autofree char *digits = own_mac (rewriting->how);
    gsize end = instance.size;

    while (end > 0 && !is_word (instance.data[end - 1]))
        end--;
    if (end >= MAC_DIGITS && !rewriting->how->identity->is_recorded)
        splices_put (&rewriting->splices, (View){ instance.data + end - MAC_DIGITS, MAC_DIGITS }, digits);
}

static void put_contact (Rewriting *rewriting, const SipContact *contact)
{
    const SipRewrite *how = rewriting->how;
    g_autofree char *own = format_own_end (&how->local);
    View expires;

    put_scheme (rewriting, &contact->uri);
    put_user (rewriting, &contact->uri);
    if (contact->uri.host.size)
        splices_put (&rewriting->splices, host_and_port (&contact->uri), own);
    if (contact->transport.size)
        put_uri_transport (rewriting, &contact->uri);
    else if (contact->uri.host.size && how->carrier != CARRIER_UDP) {
        g_autofree char *param = g_strdup_printf (";transport=%s", carrier_name (how->carrier));
        splices_put (&rewriting->splices, behind (host_and_port (&contact->uri)), param);
    }
    if (contact->instance.size)
        put_instance (rewriting, contact->instance);
    if (contact->device_name.size && *how->identity->name)
        splices_put (&rewriting->splices, contact->device_name, how->identity->name);
    if (how->expires >= 0 && sip_param (contact->value, "expires", &expires) && expires.size)
        splices_put_number (&rewriting->splices, expires, how->expires);
}

static View digits_of (View value)
{
    gsize size = 0;

    while (size < value.size && g_ascii_isdigit ((char) value.data[size]))
        size++;
    return (View){ value.data, size };
}

static void put_date (Rewriting *rewriting, View value)
{
    g_autofree char *text = sip_date_format (rewriting->how->date);
    splices_put (&rewriting->splices, value, text);
}

/* A new half of ours, none of the server's (RFC 7989, 5). */
static void put_session_id (Rewriting *rewriting, View value)
{
    g_autofree char *text = g_strdup_printf ("%.32s;remote=00000000000000000000000000000000", rewriting->how->token);
    splices_put (&rewriting->splices, value, text);
}

/* --- The message
 * ----------------------------------------------------------------------------------------------------------- */

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

static void put_header (Rewriting *rewriting, const SipHeader *header, gsize body_size, Seen *seen)
{
    const SipRewrite *how = rewriting->how;

    if (how->is_bare && goes_with_body (header)) {
        splices_put (&rewriting->splices, header->line, "");
        return;
    }
    switch (header->id) {
    case SIP_HEADER_VIA:
        put_via (rewriting, header);
        break;
    case SIP_HEADER_FROM:
        put_from (rewriting);
        break;
    case SIP_HEADER_TO:
        put_to (rewriting);
        break;
    case SIP_HEADER_CALL_ID:
        splices_put (&rewriting->splices, header->value, how->call_id);
        break;
    case SIP_HEADER_CSEQ:
        splices_put_number (&rewriting->splices, digits_of (header->value), how->cseq);
        break;
    case SIP_HEADER_CONTACT:
    case SIP_HEADER_USER_AGENT:
        /* Contacts are dealt with one by one, and a phone's make is its own. */
        break;
    case SIP_HEADER_EXPIRES:
        seen->expires = TRUE;
        if (how->expires >= 0)
            splices_put_number (&rewriting->splices, digits_of (header->value), how->expires);
        break;
    case SIP_HEADER_DATE:
        put_date (rewriting, header->value);
        break;
    case SIP_HEADER_SESSION_ID:
        put_session_id (rewriting, header->value);
        break;
    case SIP_HEADER_ROUTE:
    case SIP_HEADER_RECORD_ROUTE:
        splices_put (&rewriting->splices, header->line, "");
        break;
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
        splices_put (&rewriting->splices, header->line, how->login && !seen->login ? how->login : "");
        seen->login = TRUE;
        break;
    case SIP_HEADER_CONTENT_LENGTH:
        seen->length = TRUE;
        seen->length_line = header->line;
        splices_put_number (&rewriting->splices, header->value, (gint64) body_size);
        break;
    default:
        replace_texts (rewriting, &rewriting->splices, header->value);
        break;
    }
}

/* What the recorded message has no line for. */
static void add_lines (Rewriting *rewriting, gsize body_size, const Seen *seen)
{
    const SipRewrite *how = rewriting->how;
    View end = seen->length ? (View){ seen->length_line.data, 0 } : behind (rewriting->sip.head);

    if (how->expires >= 0 && !seen->expires) {
        g_autofree char *line = g_strdup_printf ("Expires: %" G_GINT64_FORMAT "\r\n", how->expires);
        splices_put (&rewriting->splices, end, line);
    }
    if (how->login && !seen->login)
        splices_put (&rewriting->splices, end, how->login);
    if (!seen->length) {
        g_autofree char *line = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n", body_size);
        splices_put (&rewriting->splices, end, line);
    }
}

static GByteArray *rewrite_body (const Rewriting *rewriting)
{
    Splices splices;

    if (rewriting->how->is_bare || !rewriting->sip.body.size)
        return g_byte_array_new ();
    splices_init (&splices, rewriting->sip.body);
    replace_texts (rewriting, &splices, rewriting->sip.body);
    GByteArray *body = splices_apply (&splices);
    splices_clear (&splices);
    return body;
}

gboolean sip_can_rewrite (View recorded)
{
    SipMessage sip;

    return recorded.size && sip_parse (recorded.data, recorded.size, &sip) && !sip.is_answer && sip.head_ended &&
           !sip.body_cut && sip.n_vias && sip.cseq >= 0 && sip.call_id.size;
}

static void begin_rewriting (Rewriting *rewriting, View source)
{
    splices_init (&rewriting->splices, source);
    rewriting->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
    g_array_set_clear_func (rewriting->pairs, clear_pair);
    collect_pairs (rewriting);
}

static void end_rewriting (Rewriting *rewriting)
{
    splices_clear (&rewriting->splices);
    g_array_unref (rewriting->pairs);
}

GByteArray *sip_rewrite (View recorded, const SipRewrite *rewrite)
{
    Rewriting rewriting = { .how = rewrite };
    View head;
    SipHeader header;
    Seen seen = { 0 };

    if (!sip_parse (recorded.data, recorded.size, &rewriting.sip))
        return g_byte_array_new ();
    head = rewriting.sip.head;
    /* Line ends before the message are no part of it. */
    const guint8 *start = rewriting.sip.method_name.data;
    const guint8 *end = rewriting.sip.body.size ? rewriting.sip.body.data : recorded.data + recorded.size;
    begin_rewriting (&rewriting, (View){ start, (gsize) (end - start) });
    g_autoptr (GByteArray) body = rewrite_body (&rewriting);

    put_server_uri (&rewriting, &rewriting.sip.request_uri, rewrite->port);
    for (guint i = 0; i < sip_contacts_kept (&rewriting.sip); i++)
        put_contact (&rewriting, &rewriting.sip.contacts[i]);
    while (sip_next_header (&head, &header))
        put_header (&rewriting, &header, body->len, &seen);
    add_lines (&rewriting, body->len, &seen);
    GByteArray *message = splices_apply (&rewriting.splices);
    g_byte_array_append (message, body->data, body->len);
    end_rewriting (&rewriting);
    return message;
}

/* --- New names of dialogues
 * ------------------------------------------------------------------------------------------------ */

/* Cisco's Call-IDs and tags begin with the MAC. */
static gboolean begins_with_mac (View id, const SipRewrite *rewrite)
{
    const char *recorded = recorded_mac (rewrite->script);
    MacAddress mac, of_phone;

    return recorded && sip_cisco_mac_from_id (id, &mac) && mac_address_parse_hex (recorded, &of_phone) &&
           memcmp (mac.octets, of_phone.octets, sizeof mac.octets) == 0;
}

static char *begin_id (View recorded, const SipRewrite *rewrite)
{
    g_autofree char *mac = own_mac (rewrite);

    if (!begins_with_mac (recorded, rewrite))
        return g_strndup (rewrite->token, 16);
    if (recorded.size > 8 && recorded.data[8] == '-')
        return g_strdup_printf ("%.8s-%s-%.16s", mac, mac + 8, rewrite->token);
    return g_strdup_printf ("%s-%.16s", mac, rewrite->token);
}

char *sip_new_call_id (View recorded, const SipRewrite *rewrite)
{
    char host[IP_ADDRESS_TEXT_SIZE];
    g_autofree char *start = begin_id (recorded, rewrite);

    return g_strdup_printf ("%s@%s", start, ip_address_format (&rewrite->local.address, host));
}

char *sip_new_tag (View recorded, const SipRewrite *rewrite)
{
    g_autofree char *mac = own_mac (rewrite);

    return begins_with_mac (recorded, rewrite) ? g_strdup_printf ("%s%.16s", mac, rewrite->token + 16)
                                               : g_strdup_printf ("%.16s", rewrite->token + 16);
}

char *sip_new_request_uri (View recorded, const SipRewrite *rewrite)
{
    Rewriting rewriting = { .how = rewrite };

    if (!sip_parse (recorded.data, recorded.size, &rewriting.sip))
        return g_strdup ("");
    begin_rewriting (&rewriting, rewriting.sip.request_uri.text);
    put_server_uri (&rewriting, &rewriting.sip.request_uri, rewrite->port);
    g_autoptr (GByteArray) uri = splices_apply (&rewriting.splices);
    end_rewriting (&rewriting);
    return view_dup ((View){ uri->data, uri->len });
}
