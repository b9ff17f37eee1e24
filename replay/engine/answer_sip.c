/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/answer_sip.h"

#include "registration/protocols/sip_auth.h"
#include "replay/engine/compare_sip.h"
#include "replay/script/splice.h"

#include <string.h>

static void append_text (GString *out, View text)
{
    g_string_append_len (out, (const char *) text.data, (gssize) text.size);
}

/* All Vias of the request, one line each, as they stand in an answer (RFC 3261, 8.2.6.2). */
static char *copy_vias (const SipMessage *request)
{
    g_autoptr (GString) lines = g_string_new (NULL);
    View head = request->head;
    SipHeader header;

    while (sip_next_header (&head, &header))
        if (header.id == SIP_HEADER_VIA) {
            g_string_append (lines, "Via: ");
            append_text (lines, header.value);
            g_string_append (lines, "\r\n");
        }
    return g_strdup (lines->str);
}

static char *make_to (const SipMessage *recorded, const SipMessage *request, const char *token)
{
    g_autoptr (GString) to = g_string_new (NULL);

    append_text (to, request->to.value);
    if (!sip_tag (&request->to).size && sip_tag (&recorded->to).size)
        g_string_append_printf (to, ";tag=%.8s", token);
    return g_strdup (to->str);
}

/* The phone's own Contacts, with what the recorded server wrote behind its phone's. */
static char *make_contacts (const SipMessage *recorded, const SipMessage *request, const SipAnswering *how)
{
    const SipContact *own_before = sip_own_contact (recorded, &how->recorded);
    const SipContact *before = own_before ? own_before : sip_contacts_kept (recorded) ? &recorded->contacts[0] : NULL;
    const gint64 expires = how->expires;
    g_autoptr (GString) lines = g_string_new (NULL);
    gint64 granted = expires >= 0 ? expires : before ? before->expires : -1;

    for (guint i = 0; before && i < sip_contacts_kept (request); i++) {
        const SipContact *own = &request->contacts[i];
        View old;
        g_string_append (lines, "Contact: ");
        if (sip_param (own->value, "expires", &old) && old.size && granted >= 0) {
            append_text (lines, (View){ own->value.data, (gsize) (old.data - own->value.data) });
            g_string_append_printf (lines, "%" G_GINT64_FORMAT, granted);
            const guint8 *rest = old.data + old.size;
            append_text (lines, (View){ rest, (gsize) (own->value.data + own->value.size - rest) });
        } else {
            append_text (lines, own->value);
            if (before->expires >= 0)
                g_string_append_printf (lines, ";expires=%" G_GINT64_FORMAT, granted);
        }
        g_string_append_printf (lines, "%s\r\n", before->new_registration ? ";x-cisco-newreg" : "");
    }
    return g_strdup (lines->str);
}

static void put_view (Splices *splices, View part, View text)
{
    g_autofree char *copy = view_dup (text);
    splices_put (splices, part, copy);
}

static void put_challenge (Splices *splices, const SipHeader *header, const SipAnswering *how, gboolean *seen)
{
    SipChallenge challenge;

    if (how->challenge) {
        splices_put (splices, *seen ? header->line : header->value, *seen ? "" : how->challenge);
        *seen = TRUE;
    } else if (sip_challenge_parse (header->value, &challenge) && challenge.nonce.size && how->nonce) {
        splices_put (splices, challenge.nonce, how->nonce);
    }
}

static void put_date (Splices *splices, View value, gint64 seconds)
{
    g_autofree char *text = sip_date_format (seconds);
    splices_put (splices, value, text);
}

typedef struct {
    gboolean vias, contacts, challenge;
} Seen;

static void put_answer_header (Splices *splices, const SipHeader *header, const SipMessage *recorded,
                               const SipMessage *request, const SipAnswering *how, Seen *seen)
{
    g_autofree char *text = NULL;

    switch (header->id) {
    case SIP_HEADER_VIA:
        text = seen->vias ? g_strdup ("") : copy_vias (request);
        seen->vias = TRUE;
        splices_put (splices, header->line, text);
        break;
    case SIP_HEADER_FROM:
        put_view (splices, header->value, request->from.value);
        break;
    case SIP_HEADER_TO:
        text = make_to (recorded, request, how->token);
        splices_put (splices, header->value, text);
        break;
    case SIP_HEADER_CALL_ID:
        put_view (splices, header->value, request->call_id);
        break;
    case SIP_HEADER_CSEQ:
        text = g_strdup_printf ("%" G_GINT64_FORMAT " %.*s", request->cseq, (int) request->cseq_method.size,
                                (const char *) request->cseq_method.data);
        splices_put (splices, header->value, text);
        break;
    case SIP_HEADER_CONTACT:
        text = seen->contacts ? g_strdup ("") : make_contacts (recorded, request, how);
        seen->contacts = TRUE;
        splices_put (splices, header->line, text);
        break;
    case SIP_HEADER_WWW_AUTHENTICATE:
    case SIP_HEADER_PROXY_AUTHENTICATE:
        put_challenge (splices, header, how, &seen->challenge);
        break;
    case SIP_HEADER_EXPIRES:
        if (how->expires >= 0)
            splices_put_number (splices, header->value, how->expires);
        break;
    case SIP_HEADER_DATE:
        put_date (splices, header->value, how->date);
        break;
    default:
        break;
    }
}

GByteArray *sip_answer_as_recorded (const SipMessage *recorded, View octets, const SipMessage *request,
                                    const SipAnswering *how)
{
    Splices splices;
    View head = recorded->head;
    SipHeader header;
    Seen seen = { 0 };

    splices_init (&splices, octets);
    while (sip_next_header (&head, &header))
        put_answer_header (&splices, &header, recorded, request, how, &seen);
    GByteArray *answer = splices_apply (&splices);
    splices_clear (&splices);
    return answer;
}

GByteArray *sip_push_as_recorded (const SipMessage *recorded, View octets, const char *contact_uri,
                                  const SipAnswering *how)
{
    char own[IP_ADDRESS_TEXT_SIZE];
    g_autofree char *branch = g_strdup_printf ("z9hG4bK%s", how->token);
    g_autofree char *call_id = g_strdup_printf ("%s@stand-in", how->token);
    g_autofree char *sent_by = NULL;
    Splices splices;

    ip_address_format (&how->local.address, own);
    sent_by = g_strdup_printf (how->local.address.size == 16 ? "[%s]:%u" : "%s:%u", own, how->local.port);
    splices_init (&splices, octets);
    splices_put (&splices, recorded->request_uri.text, contact_uri);
    if (recorded->via.sent_by.size)
        splices_put (&splices, recorded->via.sent_by, sent_by);
    if (recorded->via.branch.size)
        splices_put (&splices, recorded->via.branch, branch);
    if (recorded->call_id.size)
        splices_put (&splices, recorded->call_id, call_id);
    GByteArray *push = splices_apply (&splices);
    splices_clear (&splices);
    return push;
}
