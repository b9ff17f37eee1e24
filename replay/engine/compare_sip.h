/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/engine/player_outcome.h"
#include "replay/script/script.h"

/* Compares a final answer with the recorded one (reference 6.3). ret_detail: words about the difference, or NULL, owned
 * by the caller. ret_fails: it counts. role: of the REGISTER that is answered; N_SIP_ROLES for any other request.
 * The ends are those of the phones, for their own Contacts among several. */
Content sip_compare (const SipMessage *recorded, const Endpoint *recorded_end, const SipMessage *live,
                     const Endpoint *live_end, SipRole role, char **ret_detail, gboolean *ret_fails);
/* What a final answer says that a phone goes by, as said_add() puts it; NULL when it is nothing. Owned by the caller.
 */
char *sip_say (const SipMessage *answer, const Endpoint *phone, SipRole role);
/* Which of the Contacts of a 200 is that of this phone, by host and port; NULL when none is. Borrowed. */
const SipContact *sip_own_contact (const SipMessage *answer, const Endpoint *phone);
/* The seconds that a 200 grants to this Contact (its host and port as we wrote them), which may be 0; -1 when it does
 * not say. */
gint64 sip_granted (const SipMessage *answer, const Endpoint *local);
