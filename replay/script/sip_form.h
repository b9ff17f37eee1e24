/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/carrier.h"
#include "replay/script/script.h"
#include "replay/script/splice.h"

#include <glib.h>

/* A recorded request with holes for what is another phone's, another time's or another server's (reference 6.3): made
 * once, filled for each phone. */

typedef enum {
    SIP_HOLE_CALL_ID,
    SIP_HOLE_TAG, /* of From */
    SIP_HOLE_BRANCH,
    SIP_HOLE_CSEQ,
    SIP_HOLE_EXPIRES,
    SIP_HOLE_DATE,
    SIP_HOLE_SESSION_ID, /* our half of it, 32 digits */
    SIP_HOLE_LOGIN,      /* a whole header line, with its end */
    SIP_HOLE_LENGTH,     /* of the body */
    SIP_HOLE_NUMBER,
    SIP_HOLE_NAME,
    SIP_HOLE_MAC, /* twelve digits */
    SIP_HOLE_CAPITAL_MAC,
    SIP_HOLE_HOST,   /* the server as URIs name it */
    SIP_HOLE_SERVER, /* with its port, if that is written */
    SIP_HOLE_OWN_END,
    SIP_HOLE_OWN_ADDRESS,
    SIP_HOLE_OWN_HOST, /* as a URI names it */
    N_SIP_HOLES
} SipHole;

/* What a request has at all; phones of one run mostly agree in it. */
typedef enum {
    SIP_FORM_IS_BARE = 1 << 0, /* without what only a first REGISTER brings: Reason and body */
    SIP_FORM_HAS_LOGIN = 1 << 1,
    SIP_FORM_HAS_EXPIRES = 1 << 2, /* another one than the recorded */
    SIP_FORM_HAS_NAME = 1 << 3,    /* else the recorded name stays */
    SIP_FORM_HAS_NUMBER = 1 << 4,  /* else the recorded number stays */
    SIP_FORM_IS_RECORDED = 1 << 5, /* the phone is the recorded one: its MAC stays */
} SipFormFlags;

typedef struct {
    Form *head; /* to the empty line */
    Form *body;
    Form *uri; /* the Request-URI alone, which a digest protects */
} SipForm;

/* sip is recorded, parsed; sip_can_rewrite() holds for it. contacts: of sip_contacts_settle(). Borrows nothing. */
SipForm *sip_form_new (const Script *script, const GArray *contacts, View recorded, const SipMessage *sip,
                       Carrier carrier, SipFormFlags flags);
void sip_form_free (SipForm *form);

/* "001122334455" of a phone whose name tells its MAC; NULL for others. Borrowed from the script. */
const char *sip_recorded_mac (const Script *script);
