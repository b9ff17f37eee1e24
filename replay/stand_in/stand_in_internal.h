/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/stand_in/stand_in.h"
#include "replay/stand_in/stand_in_guests.h"

/* What stand_in.c, which listens, shares with the protocols' parts, which answer. */

/* For one phone each; user_data is the StandInSettings, borrowed. */
/* A phone may keep a connection to a standby server, and is heard there every minute. */
#define STAND_IN_PATIENCE SECONDS (300)
extern const GuestHandlers stand_in_sccp, stand_in_sip;
