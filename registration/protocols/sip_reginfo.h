/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"

#include <glib.h>

/* What a registrar says about contacts that it has: the body of a NOTIFY with Event: reg (RFC 3680, 5). */

typedef struct {
    SipContact contact; /* where it is; nothing else of it is known */
    View event;         /* "expired", "deactivated" … */
    gboolean is_terminated;
} SipRegContact;

/* Takes the next contact of the body. FALSE when there is none, or the rest cannot be read. */
gboolean sip_reginfo_next (View *body, SipRegContact *ret_contact);
