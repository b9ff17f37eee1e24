/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/carrier.h"
#include "replay/script/identity.h"
#include "replay/script/script.h"

#include <glib.h>

/* A recorded request of a phone, changed to what is true for this run (reference 6.3). Only what must change is
 * spliced: order and case of headers, and headers that nobody knows, survive. */

/* What all phones of a run share: each recorded message parsed once, and the forms of the requests. */
typedef struct SipForms SipForms;

/* Borrows the script. */
SipForms *sip_forms_new (const Script *script);
void sip_forms_free (SipForms *forms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipForms, sip_forms_free)
/* Of sip_contacts_settle(). Borrowed from them. */
const GArray *sip_forms_contacts (const SipForms *forms);
/* The message, parsed; NULL when it is none. recorded: octets that live as long as the forms. Borrowed from them. */
const SipMessage *sip_forms_message (SipForms *forms, View recorded);

/* Room for the line of credentials of the request that is made: one at a time. Borrowed from the forms. */
GString *sip_forms_login (SipForms *forms);

typedef struct {
    const Identity *identity; /* borrowed: who the phone is now */
    Carrier carrier;
    Endpoint local;
    const char *host;    /* the live server as URIs name it, with the brackets of an IPv6 address */
    guint16 port;        /* of the live server, in the Request-URI; 0: not written */
    const char *call_id; /* of this request */
    const char *tag;     /* of From */
    const char *branch;  /* of this request, z9hG4bK included */
    const char *token;   /* hexadecimal digits that no other phone has, at least 32 */
    guint32 cseq;        /* of this request */
    gint64 expires;      /* seconds; -1: as recorded */
    gint64 date;         /* seconds since 1970 */
    gboolean is_bare;    /* without what only a first REGISTER brings: Reason and body */
    const char *login;   /* header line of the credentials, with its end; NULL: none. */
} SipRewrite;

/* FALSE for what cannot be sent again: no request, cut by the capture, or with more contacts than are read. */
gboolean sip_can_rewrite (View recorded);
/* recorded as for sip_forms_message(), and sip_can_rewrite() holds. Owned by the caller. */
GByteArray *sip_rewrite (SipForms *forms, View recorded, const SipRewrite *rewrite);
/* What sip_rewrite() has made and nobody needs any more: the next one takes its place. Takes it. */
void sip_forms_give_back (SipForms *forms, GByteArray *message);
/* The Request-URI that the request will have, for its digest. Borrowed from the forms, until the next one. */
const char *sip_new_request_uri (SipForms *forms, View recorded, const SipRewrite *rewrite);

/* The same form as the recorded one has (Cisco's begin with the MAC), but another one. Owned by the caller. */
char *sip_new_call_id (const Script *script, View recorded, const SipRewrite *rewrite);
char *sip_new_tag (const Script *script, View recorded, const SipRewrite *rewrite);
