/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/script.h"

/* Which registration by SIP, and the script made of it: for script_choose.c. */

/* A REGISTER that asks to be registered: no copy of one, no sign-off, no keepalive to a standby server. */
gboolean script_sip_begins (const Recording *recording, guint index);
/* What all REGISTERs of one attempt have in common, and no others; NULL for anything but a REGISTER request. Owned by
 * the caller. */
char *script_sip_attempt (const Recording *recording, guint index);
/* Fills the script with the attempt that this REGISTER begins, with the REFER before it, what the server sent on its
 * own account, one refresh, and the sign-off. Calls stay out. */
gboolean script_sip_fill (Script *script, const Recording *recording, guint index, GError **error);

/* Whether some REGISTER of the script binds what this sign-off takes back; SCRIPT_NONE: what none takes back. */
gboolean script_sip_is_needed (const Script *script, guint sign_off);
