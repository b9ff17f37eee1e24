/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"

#include <glib.h>

/* Where a run goes to, as users write it. */

typedef enum {
    TARGET_ERROR_TEXT,       /* it cannot be read as HOST[:PORT] */
    TARGET_ERROR_UNRESOLVED, /* the name has no address */
} TargetError;
#define TARGET_ERROR (target_error_quark ())
GQuark target_error_quark (void);

/* any_port: port 0 is one, too. Reads "host", "host:2000", "10.0.0.1:2000", "2001:db8::1", "[2001:db8::1]:2000" or
 * "[fe80::1%eth0]:2000"; looks names up (and may block for that). IPv4 addresses are preferred. */
gboolean target_parse (const char *text, guint16 default_port, gboolean any_port, Endpoint *ret_target, GError **error);

/* Loopback, private or link-local: where a laboratory is. Everything else may be somebody's telephone system. */
gboolean target_is_private (const IpAddress *address);
gboolean target_is_loopback (const IpAddress *address);

#define TARGET_TEXT_SIZE (IP_ADDRESS_TEXT_SIZE + 26)
/* "10.0.0.1:2000", "[2001:db8::1]:2000", "[fe80::1%eth0]:2000"; returns text. */
const char *target_format (const Endpoint *target, char text[TARGET_TEXT_SIZE]);
