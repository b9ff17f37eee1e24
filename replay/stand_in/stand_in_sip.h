/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/stand_in/stand_in.h"

/* The SIP part of stand_in.c: answers each REGISTER as the recorded server answered the one with the same role, with
 * the live phone's own Via, tags and Contact, and sends what the recorded server sent on its own account. */

typedef struct StandInSip StandInSip;

StandInSip *stand_in_sip_new (const StandInSettings *settings, const Endpoint *local, GError **error);
void stand_in_sip_free (StandInSip *stand_in);
Endpoint stand_in_sip_local (const StandInSip *stand_in);
guint stand_in_sip_guests (const StandInSip *stand_in);
