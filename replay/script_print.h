/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script.h"

/* Appends the script as --dry-run shows it: one line for each message of the phone, with when it is sent and what the
 * recorded server answered, and one for each that the server sent on its own account. The form is stable. as: the name
 * that it would be sent under. */
void script_print (const Script *script, const char *as, GString *out);
