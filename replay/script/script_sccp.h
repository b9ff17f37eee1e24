/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"
#include "replay/script/script.h"

/* The script made of a registration by SCCP: for script_choose.c. */

/* Fills the script with the registration that this RegisterReq of the recording begins, on its connection: the alarm
 * and the token before it, all that belongs to the registration, one keepalive, and the sign-off. What belongs to calls
 * stays out. */
gboolean script_sccp_fill (Script *script, const Recording *recording, guint register_index, GError **error);

/* The line or key number that pairs this message with its partner; 0 when its kind has none, or it is cut. */
guint64 sccp_instance (const SccpPdu *pdu);
