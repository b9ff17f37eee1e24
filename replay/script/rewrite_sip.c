/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_sip.h"

#include "registration/protocols/sip_cisco.h"
#include "replay/script/sip_contacts.h"
#include "replay/script/sip_form.h"

#include <string.h>

#define MAC_DIGITS 12

/* --- What phones share */

typedef struct {
    View octets;
    SipFormFlags flags;
    Carrier carrier;
    SipForm *form;
} FormEntry;

struct SipForms {
    const Script *script;
    GHashTable *messages; /* where its octets begin → SipMessage, NULL for none; both owned by the script or by this */
    GArray *forms;        /* of FormEntry: a handful for each message that the phone sends */
    GArray *contacts;     /* of SipOwnContact */
    GPtrArray *spare;     /* of GByteArray: messages that are not needed any more */
    GByteArray *uri;      /* the last one that was made */
    GString *login;
};

/* As many as wait for their answers at once, as a rule. */
#define SPARE_MAX 1024

static void clear_entry (gpointer data)
{
    sip_form_free (((FormEntry *) data)->form);
}

SipForms *sip_forms_new (const Script *script)
{
    SipForms *forms = g_new0 (SipForms, 1);

    forms->script = script;
    forms->messages = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    forms->forms = g_array_new (FALSE, FALSE, sizeof (FormEntry));
    g_array_set_clear_func (forms->forms, clear_entry);
    forms->contacts = sip_contacts_settle (script);
    forms->spare = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
    forms->uri = g_byte_array_new ();
    forms->login = g_string_new (NULL);
    return forms;
}

void sip_forms_free (SipForms *forms)
{
    if (!forms)
        return;
    g_hash_table_unref (forms->messages);
    g_array_unref (forms->forms);
    g_array_unref (forms->contacts);
    g_ptr_array_unref (forms->spare);
    g_byte_array_unref (forms->uri);
    g_string_free (forms->login, TRUE);
    g_free (forms);
}

GString *sip_forms_login (SipForms *forms)
{
    return forms->login;
}

const GArray *sip_forms_contacts (const SipForms *forms)
{
    return forms->contacts;
}

const SipMessage *sip_forms_message (SipForms *forms, View recorded)
{
    gpointer known;

    if (g_hash_table_lookup_extended (forms->messages, recorded.data, NULL, &known))
        return known;
    SipMessage *message = g_new (SipMessage, 1);
    if (!sip_parse (recorded.data, recorded.size, message))
        g_clear_pointer (&message, g_free);
    g_hash_table_insert (forms->messages, (gpointer) recorded.data, message);
    return message;
}

static SipFormFlags flags_of (const SipRewrite *rewrite)
{
    const Identity *identity = rewrite->identity;

    return (SipFormFlags) ((rewrite->is_bare ? SIP_FORM_IS_BARE : 0) | (rewrite->login ? SIP_FORM_HAS_LOGIN : 0) |
                           (rewrite->expires >= 0 ? SIP_FORM_HAS_EXPIRES : 0) |
                           (*identity->name ? SIP_FORM_HAS_NAME : 0) | (*identity->number ? SIP_FORM_HAS_NUMBER : 0) |
                           (identity->is_recorded ? SIP_FORM_IS_RECORDED : 0));
}

/* NULL when it is no message. */
static const SipForm *find_form (SipForms *forms, View recorded, const SipRewrite *rewrite)
{
    SipFormFlags flags = flags_of (rewrite);
    const SipMessage *message = sip_forms_message (forms, recorded);

    for (guint i = 0; i < forms->forms->len; i++) {
        const FormEntry *entry = &g_array_index (forms->forms, FormEntry, i);
        if (entry->octets.data == recorded.data && entry->flags == flags && entry->carrier == rewrite->carrier)
            return entry->form;
    }
    if (!message)
        return NULL;
    FormEntry entry = { recorded, flags, rewrite->carrier,
                        sip_form_new (forms->script, forms->contacts, recorded, message, rewrite->carrier, flags) };
    g_array_append_val (forms->forms, entry);
    return entry.form;
}

/* --- What fills the holes */

#define NUMBER_TEXT_SIZE 24
#define END_TEXT_SIZE    (IP_ADDRESS_TEXT_SIZE + sizeof "[]:65535")

/* Room for the texts that are made for one message. */
typedef struct {
    View values[N_SIP_HOLES];
    char mac[MAC_DIGITS + 1], capitals[MAC_DIGITS + 1];
    char own_address[IP_ADDRESS_TEXT_SIZE], own_end[END_TEXT_SIZE]; /* the host is the first part of the end */
    char cseq[NUMBER_TEXT_SIZE], expires[NUMBER_TEXT_SIZE], length[NUMBER_TEXT_SIZE];
    char *server, *date; /* owned */
} Filling;

/* Decimal digits at the end of the room. */
static View number_view (guint64 number, char room[NUMBER_TEXT_SIZE])
{
    char *start = room + NUMBER_TEXT_SIZE;

    do
        *--start = (char) ('0' + number % 10);
    while (number /= 10);
    return (View){ (const guint8 *) start, (gsize) (room + NUMBER_TEXT_SIZE - start) };
}

/* Twelve digits that stand for this phone: its MAC, or, where its name tells none, digits that nobody has. */
static void own_mac (const SipRewrite *rewrite, char digits[MAC_DIGITS + 1])
{
    gboolean known = !mac_address_is_unknown (&rewrite->identity->mac);
    const char *from = known ? rewrite->identity->name + 3 : rewrite->token;

    for (guint i = 0; i < MAC_DIGITS; i++)
        digits[i] = g_ascii_tolower (from[i]);
    digits[MAC_DIGITS] = '\0';
}

static void fill_server (Filling *filling, const SipRewrite *rewrite)
{
    filling->values[SIP_HOLE_HOST] = filling->values[SIP_HOLE_SERVER] = text_view (rewrite->host);
    if (!rewrite->port)
        return;
    filling->server = g_strdup_printf ("%s:%u", rewrite->host, rewrite->port);
    filling->values[SIP_HOLE_SERVER] = text_view (filling->server);
}

static void fill_own_end (Filling *filling, const Endpoint *local)
{
    View address = text_view (ip_address_format (&local->address, filling->own_address));
    gboolean is_ip6 = local->address.size == 16;
    char room[NUMBER_TEXT_SIZE], *p = filling->own_end;
    View port = number_view (local->port, room);

    if (is_ip6)
        *p++ = '[';
    p = mempcpy (p, address.data, address.size);
    if (is_ip6)
        *p++ = ']';
    filling->values[SIP_HOLE_OWN_HOST] = (View){ (const guint8 *) filling->own_end, (gsize) (p - filling->own_end) };
    *p++ = ':';
    p = mempcpy (p, port.data, port.size);
    filling->values[SIP_HOLE_OWN_ADDRESS] = address;
    filling->values[SIP_HOLE_OWN_END] = (View){ (const guint8 *) filling->own_end, (gsize) (p - filling->own_end) };
}

static void fill_mac (Filling *filling, const SipRewrite *rewrite)
{
    own_mac (rewrite, filling->mac);
    for (guint i = 0; i <= MAC_DIGITS; i++)
        filling->capitals[i] = g_ascii_toupper (filling->mac[i]);
    filling->values[SIP_HOLE_MAC] = text_view (filling->mac);
    filling->values[SIP_HOLE_CAPITAL_MAC] = text_view (filling->capitals);
}

static void fill_date (Filling *filling, gint64 date)
{
    filling->date = sip_date_format (date);
    filling->values[SIP_HOLE_DATE] = text_view (filling->date);
}

#define BIT(hole) (1U << SIP_HOLE_##hole)

/* All but the length of the body. holes: those that there are. */
static void begin_filling (Filling *filling, const SipRewrite *rewrite, guint32 holes)
{
    View *values = filling->values;

    values[SIP_HOLE_CALL_ID] = text_view (rewrite->call_id);
    values[SIP_HOLE_TAG] = text_view (rewrite->tag);
    values[SIP_HOLE_BRANCH] = text_view (rewrite->branch);
    values[SIP_HOLE_CSEQ] = number_view (rewrite->cseq, filling->cseq);
    values[SIP_HOLE_EXPIRES] = number_view ((guint64) MAX (0, rewrite->expires), filling->expires);
    values[SIP_HOLE_SESSION_ID] = (View){ (const guint8 *) rewrite->token, 32 };
    values[SIP_HOLE_LOGIN] = text_view (rewrite->login);
    values[SIP_HOLE_NUMBER] = text_view (rewrite->identity->number);
    values[SIP_HOLE_NAME] = text_view (rewrite->identity->name);
    fill_server (filling, rewrite);
    if (holes & (BIT (OWN_ADDRESS) | BIT (OWN_HOST) | BIT (OWN_END)))
        fill_own_end (filling, &rewrite->local);
    if (holes & (BIT (MAC) | BIT (CAPITAL_MAC)))
        fill_mac (filling, rewrite);
    if (holes & BIT (DATE))
        fill_date (filling, rewrite->date);
}

static void end_filling (Filling *filling)
{
    g_free (filling->server);
    g_free (filling->date);
}

/* --- The message */

gboolean sip_can_rewrite (View recorded)
{
    SipMessage sip;

    return recorded.size && sip_parse (recorded.data, recorded.size, &sip) && !sip.is_answer && sip.head_ended &&
           !sip.body_cut && sip.n_vias && sip.cseq >= 0 && sip.call_id.size && sip.n_contacts <= SIP_MAX_CONTACTS;
}

GByteArray *sip_rewrite (SipForms *forms, View recorded, const SipRewrite *rewrite)
{
    const SipForm *form = find_form (forms, recorded, rewrite);
    GByteArray *message =
        forms->spare->len ? g_ptr_array_steal_index_fast (forms->spare, forms->spare->len - 1) : g_byte_array_new ();
    Filling filling = { 0 };

    if (!form)
        return message;
    begin_filling (&filling, rewrite, form_holes (form->head) | form_holes (form->body));
    filling.values[SIP_HOLE_LENGTH] = number_view (form_size (form->body, filling.values), filling.length);
    form_fill (form->head, filling.values, message);
    form_fill (form->body, filling.values, message);
    end_filling (&filling);
    return message;
}

void sip_forms_give_back (SipForms *forms, GByteArray *message)
{
    if (forms->spare->len == SPARE_MAX) {
        g_byte_array_unref (message);
        return;
    }
    g_byte_array_set_size (message, 0);
    g_ptr_array_add (forms->spare, message);
}

const char *sip_new_request_uri (SipForms *forms, View recorded, const SipRewrite *rewrite)
{
    const SipForm *form = find_form (forms, recorded, rewrite);
    Filling filling = { 0 };

    g_byte_array_set_size (forms->uri, 0);
    if (form) {
        begin_filling (&filling, rewrite, form_holes (form->uri));
        form_fill (form->uri, filling.values, forms->uri);
        end_filling (&filling);
    }
    g_byte_array_append (forms->uri, (const guint8 *) "", 1);
    return (const char *) forms->uri->data;
}

/* --- New names of dialogues */

/* Cisco's Call-IDs and tags begin with the MAC. */
static gboolean begins_with_mac (const Script *script, View id)
{
    const char *recorded = sip_recorded_mac (script);
    MacAddress mac, of_phone;

    return recorded && sip_cisco_mac_from_id (id, &mac) && mac_address_parse_hex (recorded, &of_phone) &&
           memcmp (mac.octets, of_phone.octets, sizeof mac.octets) == 0;
}

char *sip_new_call_id (const Script *script, View recorded, const SipRewrite *rewrite)
{
    char host[IP_ADDRESS_TEXT_SIZE], mac[MAC_DIGITS + 1];

    char token[17] = "";

    ip_address_format (&rewrite->local.address, host);
    own_mac (rewrite, mac);
    memcpy (token, rewrite->token, sizeof token - 1);
    if (!begins_with_mac (script, recorded))
        return g_strconcat (token, "@", host, NULL);
    if (recorded.size > 8 && recorded.data[8] == '-')
        return g_strdup_printf ("%.8s-%s-%s@%s", mac, mac + 8, token, host);
    return g_strconcat (mac, "-", token, "@", host, NULL);
}

char *sip_new_tag (const Script *script, View recorded, const SipRewrite *rewrite)
{
    char mac[MAC_DIGITS + 1];

    own_mac (rewrite, mac);
    char token[17] = "";

    memcpy (token, rewrite->token + 16, sizeof token - 1);
    return g_strconcat (begins_with_mac (script, recorded) ? mac : "", token, NULL);
}
