/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/times.h"

#include <glib.h>

/* Where a run goes to, as users write it. */

typedef enum {
    TARGET_ERROR_TEXT,       /* it cannot be read as HOST[:PORT] */
    TARGET_ERROR_UNRESOLVED, /* the name has no address */
} TargetError;
#define TARGET_ERROR (target_error_quark ())
GQuark target_error_quark (void);

/* any_port: port 0 is one, too. Reads "host", "host:2000", "10.0.0.1:2000", "2001:db8::1", "[2001:db8::1]:2000" or
 * "[fe80::1%eth0]:2000"; looks names up (and may block for that, up to timeout nanoseconds). Of a name, the first
 * address is taken, IPv4 before IPv6. */
#define TARGET_WAIT SECONDS (30)
gboolean target_parse (const char *text, guint16 default_port, gboolean any_port, gint64 timeout, Endpoint *ret_target,
                       GError **error);

/* What stands behind a name is many: the hosts of its SRV records (RFC 2782), and the addresses of each. */
typedef struct {
    Endpoint end;
    gboolean is_name; /* a name was given, no address */
    char *host;       /* that an SRV record names; NULL: there was none. Owned, as this: */
    guint16 priority; /* of that record */
} TargetChoice;

/* More of them are left out. */
#define TARGET_CHOICES_MAX 64

/* Which SRV records are looked for, as in _sip._udp. */
typedef struct {
    const char *service, *protocol;
} TargetService;

/* As target_parse(), but with all that there is, in the order in which it is to be tried (RFC 3263, 4.2): of
 * TargetChoice, at least one. With a service (or NULL) a name without a port has its SRV records looked for, and when
 * there are none, its addresses with the default port. timeout: nanoseconds for all of it. ret_remark: what could not
 * be found out all the same, in one sentence without a full stop, or NULL; owned by the caller. NULL with error set. */
GArray *target_find (const char *text, guint16 default_port, const TargetService *service, gint64 timeout,
                     char **ret_remark, GError **error);

/* As users see it: "10.0.0.1", "lab.example (10.0.0.1:5070, of sip1.lab.example)". Owned by the caller. */
char *target_name_choice (const char *text, const TargetChoice *choice);

/* Loopback, private or link-local: where a laboratory is. Everything else may be somebody's telephone system. */
gboolean target_is_private (const IpAddress *address);
gboolean target_is_loopback (const IpAddress *address);

#define TARGET_TEXT_SIZE (IP_ADDRESS_TEXT_SIZE + 26)
/* "10.0.0.1:2000", "[2001:db8::1]:2000", "[fe80::1%eth0]:2000"; returns text. */
const char *target_format (const Endpoint *target, char text[TARGET_TEXT_SIZE]);
