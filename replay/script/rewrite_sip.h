/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/carrier.h"
#include "replay/script/identity.h"
#include "replay/script/script.h"

#include <glib.h>

/* A recorded request of a phone, changed to what is true for this run (reference 6.3). Only what must change is
 * spliced: order and case of headers, and headers that nobody knows, survive. */

typedef struct {
    const Script *script;     /* borrowed: whose phone it was */
    const Identity *identity; /* borrowed: who it is now */
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

/* FALSE for what cannot be sent again: no request, or cut by the capture. */
gboolean sip_can_rewrite (View recorded);
/* Owned by the caller. */
GByteArray *sip_rewrite (View recorded, const SipRewrite *rewrite);

/* The same form as the recorded one has (Cisco's begin with the MAC), but another one. Owned by the caller. */
char *sip_new_call_id (View recorded, const SipRewrite *rewrite);
char *sip_new_tag (View recorded, const SipRewrite *rewrite);
/* The Request-URI that the request will have, for its digest. Owned by the caller. */
char *sip_new_request_uri (View recorded, const SipRewrite *rewrite);
