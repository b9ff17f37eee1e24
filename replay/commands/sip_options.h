/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/commands/crowd.h"

#include <glib.h>

/* The part of regreplay run's command line that only SIP knows. */

typedef struct {
    char *user, *number, *password_file;
} SipOptions;

/* In static storage; ends with an empty entry. */
const GOptionEntry *sip_options_entries (SipOptions *options);
void sip_options_clear (SipOptions *options);
/* The first of these options that was given, as in "--user"; NULL when none was: SCCP knows none of them. */
const char *sip_options_given (const SipOptions *options);

/* Who registers: --as, --user and --number, or the recorded phone (reference 6.0, rule 1). FALSE with error set
 * for what cannot be a name or a number, and for the recorded ones where same_identity does not allow them. */
gboolean sip_options_identity (const SipOptions *options, const Script *script, const char *as, const char *target,
                               gboolean same_identity, Identity *ret_identity, GError **error);
/* "[2001:db8::1]:5061" → "[2001:db8::1]", "lab:5070" → "lab": the server in URIs. Owned by the caller. */
char *sip_options_host (const char *target);
