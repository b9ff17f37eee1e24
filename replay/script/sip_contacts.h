/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/script/script.h"

#include <glib.h>

/* Where the contacts of a recorded phone point to now. What it bound one by one may all be our end. Those that it
 * bound together have to stay apart, or a registrar takes them for one: then the first is our end, and the others are
 * ports of our address that nothing listens on. */

/* One contact, as recorded. */
typedef struct {
    View uri, user; /* borrowed from the script */
    guint16 port;   /* of our address; 0: our end */
} SipOwnContact;

/* Those of all REGISTERs: of SipOwnContact. Owned by the caller. */
GArray *sip_contacts_settle (const Script *script);
/* 0: our end. */
guint16 sip_contacts_port (const GArray *contacts, View uri);
/* How many of the contacts of a live answer are of this phone, whose end is local, and bound for a time or for one that
 * is not told. */
guint sip_contacts_count_bound (const GArray *contacts, const SipMessage *answer, const Endpoint *local);
