/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnose_internal.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/sip_cisco.h"

/* What the rules of SIP share: diagnose_sip.c (answers to one REGISTER), diagnose_sip_users.c (whose digest user, whose
 * number) and diagnose_sip_life.c (what becomes of a registration). */

/* The number that a REGISTER, or its answer, is about. Borrowed from the notes. */
View diagnose_sip_number (const Sight *sight);
/* What a case is about that concerns one line of a phone, whichever server it registers at. */
guint32 diagnose_sip_line (const Sight *sight);
/* … that concerns one attempt of it. */
guint32 diagnose_sip_line_try (const Sight *sight);
/* This REGISTER answers a challenge. */
gboolean diagnose_sip_has_credentials (const Sight *sight);

/* Of a REGISTER only the first fragment is there: whatever it asks, the phone has not given up. */
void diagnose_register_begun (const Sight *sight);

/* diagnose_sip_users.c: a REGISTER with credentials; its 2xx; and its 403 or 404, or that of one without. */
void diagnose_user_named (const Sight *sight);
void diagnose_user_accepted (const Sight *sight);
void diagnose_number_refused (const Sight *sight, guint32 status);

/* diagnose_sip_life.c: a REGISTER, its 2xx, its final refusal, and an order to reset. */
void diagnose_life_register (const Sight *sight);
void diagnose_life_accepted (const Sight *sight);
void diagnose_life_refused (const Sight *sight);
/* This line has been registered for this phone, and has not signed off since. */
gboolean diagnose_life_was_accepted (const Sight *sight);
void diagnose_life_reset (const Sight *sight);
/* The phone has been told to reset since that note. */
gboolean diagnose_life_is_reset (const Sight *sight, NoteId since);

/* diagnose_sip_reach.c: what a server asks a phone, and what the phone answers to that. */
void diagnose_reach (const Sight *sight);
