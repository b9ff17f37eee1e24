/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/transport.h"

#include <glib.h>

/* A recorded message of a server, changed to what is true for a live phone; all else stays as it was recorded. */

typedef struct {
    Endpoint local;        /* of the stand-in */
    Endpoint recorded;     /* of the recorded phone: which of the recorded Contacts was its own */
    const char *token;     /* digits that no other message has */
    const char *challenge; /* in the place of the recorded challenge's value; NULL: the recorded one … */
    const char *nonce;     /* … with this nonce; NULL: its own */
    gint64 expires;        /* seconds to grant; -1: as recorded */
    gint64 date;           /* seconds since 1970 */
} SipAnswering;

/* The recorded answer, to this request. Owned by the caller. */
GByteArray *sip_answer_as_recorded (const SipMessage *recorded, View octets, const SipMessage *request,
                                    const SipAnswering *how);
/* The recorded request of a server, to the phone with this Contact. Owned by the caller. */
GByteArray *sip_push_as_recorded (const SipMessage *recorded, View octets, const char *contact_uri,
                                  const SipAnswering *how);
