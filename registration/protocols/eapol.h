/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* How a phone shows the port of its switch who it is: one packet of EAP over LANs (IEEE 802.1X-2020, RFC 3748). */

typedef enum {
    EAPOL_START,
    EAPOL_LOGOFF,
    EAPOL_REQUEST,
    EAPOL_RESPONSE,
    EAPOL_SUCCESS,
    EAPOL_FAILURE,
} EapolKind;

enum { EAP_IDENTITY = 1, EAP_NOTIFICATION = 2, EAP_NAK = 3 };

/* Plain data; the view is borrowed from the packet. What the kind does not have is zero or empty. */
typedef struct {
    EapolKind kind;
    guint8 id;     /* of EAP: an answer has that of its request, and a result that of the last answer */
    guint8 method; /* of a request or a response: EAP_…, or how somebody shows who he is */
    guint8 wanted; /* of EAP_NAK: the method that its sender takes instead; 0 none */
    View identity; /* of a response of EAP_IDENTITY */
    guint8 alert;  /* the alert that the sender gives the other side within a method that runs TLS; 0 none */
} EapolPacket;

/* From the version on. FALSE (and ret_packet untouched) for what tells nothing of these: keys, announcements. */
gboolean eapol_decode (const guint8 *data, gsize size, EapolPacket *ret_packet);
/* "EAP-TLS"; NULL for a method without a name here. Static. */
const char *eap_method_name (guint method);
