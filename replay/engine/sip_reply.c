/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/sip_reply.h"

#include <string.h>

#define ALLOW "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER\r\n"

/* Longer ones are no request that a phone has to answer in full. */
#define REPLY_MAX 65000

static void add_header (GByteArray *out, const SipHeader *header, const char *tag)
{
    static const guint8 colon[] = ": ", line_end[] = "\r\n";
    View has_tag;

    g_byte_array_append (out, header->name.data, (guint) header->name.size);
    g_byte_array_append (out, colon, 2);
    g_byte_array_append (out, header->value.data, (guint) header->value.size);
    if (header->id == SIP_HEADER_TO && !sip_param (header->value, "tag", &has_tag)) {
        g_autofree char *text = g_strdup_printf (";tag=%s", tag);
        g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
    }
    g_byte_array_append (out, line_end, 2);
}

static gboolean is_copied (SipHeaderId id)
{
    return id == SIP_HEADER_VIA || id == SIP_HEADER_FROM || id == SIP_HEADER_TO || id == SIP_HEADER_CALL_ID ||
           id == SIP_HEADER_CSEQ || id == SIP_HEADER_RECORD_ROUTE;
}

static void add_text (GByteArray *out, const char *text)
{
    g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

GByteArray *sip_response (const SipMessage *request, const char *start, const char *tag, const char *more)
{
    GByteArray *out = g_byte_array_new ();
    View head = request->head;
    SipHeader header;

    add_text (out, start);
    add_text (out, "\r\n");
    while (sip_next_header (&head, &header))
        if (is_copied (header.id) && out->len + header.line.size < REPLY_MAX)
            add_header (out, &header, tag);
    add_text (out, more);
    add_text (out, "Content-Length: 0\r\n\r\n");
    return out;
}

GByteArray *sip_reply (const SipMessage *request, const char *tag)
{
    switch (request->method) {
    case SIP_ACK:
        return NULL;
    case SIP_NOTIFY:
        return sip_response (request, "SIP/2.0 200 OK", tag, "");
    case SIP_OPTIONS:
        return sip_response (request, "SIP/2.0 200 OK", tag, ALLOW);
    case SIP_REFER:
        return sip_response (request, "SIP/2.0 202 Accepted", tag, "");
    case SIP_INVITE:
        return sip_response (request, "SIP/2.0 486 Busy Here", tag, "");
    case SIP_BYE:
    case SIP_CANCEL:
        return sip_response (request, "SIP/2.0 481 Call/Transaction Does Not Exist", tag, "");
    default:
        return sip_response (request, "SIP/2.0 405 Method Not Allowed", tag, ALLOW);
    }
}
