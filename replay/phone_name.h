/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow.h"

#include <glib.h>

/* Which phones --phone WANTED means, the same for every command: by name, an address, the MAC address in any of the
 * usual spellings (00:13:80:ad:9e:5f, 00-13-80-AD-9E-5F, 0013.80ad.9e5f, 001380AD9E5F), or a line ("1001", over SIP
 * "1001@example.net" as well). Case does not matter. */

/* The phone itself is called that, whatever its lines are. */
gboolean phone_is_called (const Flow *flow, PhoneId id, const char *wanted);
/* Over SIP the registration is that of a line called so. */
gboolean line_is_called (const Registration *registration, const char *wanted);
/* A set of PhoneId, as phones_current() gives them: those called so and those with such a line. The caller's. */
GHashTable *phones_called (const Flow *flow, const char *wanted);
