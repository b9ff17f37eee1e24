/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"

#include <glib.h>

/* What a replayed phone answers to a server's request, so that it does not repeat it (reference 6.3). NULL when nothing
 * is to be answered (ACK). tag: of our side. Owned by the caller. */
GByteArray *sip_reply (const SipMessage *request, const char *tag);

/* A response with the headers of the request that every response has (RFC 3261, 8.2.6): start is "SIP/2.0 200 OK",
 * more are whole header lines. */
GByteArray *sip_response (const SipMessage *request, const char *start, const char *tag, const char *more);
