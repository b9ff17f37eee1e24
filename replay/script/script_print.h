/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/identity.h"
#include "replay/script/script.h"

/* Appends the script as --dry-run shows it: one line for each message of the phone, with when it is sent and what the
 * recorded server answered, one for each that the server sent on its own account, and one for each boot file. The form
 * is stable. as: who it would be sent by, for the user; identity: the same. */
void script_print (const Script *script, const char *as, const Identity *identity, GString *out);
