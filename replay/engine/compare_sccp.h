/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"
#include "replay/engine/player_outcome.h"

/* Compares a live answer with the recorded one (reference 6.2): what the messages say, up to the NUL of their texts;
 * never padding, never the time of day. Each with the protocol version of its registration. ret_detail gets what
 * differs, in words, or NULL; owned by the caller. ret_fails: the difference counts. */
Content sccp_compare (const SccpPdu *recorded, guint recorded_version, const SccpPdu *live, guint live_version,
                      char **ret_detail, gboolean *ret_fails);

/* What is compared of an answer, by the names of its values, as said_add() puts it; NULL when it is nothing. Owned by
 * the caller. */
char *sccp_say (const SccpPdu *live, guint version);
/* What an answer says that the recording has none to compare with, as in "number 7003, name Lab"; NULL when it is
 * nothing. Owned by the caller. */
char *sccp_tell (const SccpPdu *live, guint version);
