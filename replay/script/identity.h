/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"

#include <glib.h>

/* Who the replayer says it is. Never, unless the user asks for it, the recorded phone: a server throws out a phone in
 * service when another one registers under its name (reference 5, D9). */

#define DEVICE_NAME_MAX 15 /* characters of a name in its box of 16 (reference 1.5) */

#define SIP_USER_MAX 64

typedef struct {
    char name[DEVICE_NAME_MAX + 1];
    MacAddress mac;                /* of a name that is SEP and twelve digits; unknown otherwise */
    IpAddress address;             /* the connection's own; unknown before it stands */
    gboolean is_recorded;          /* the recorded phone itself: what only it may say is kept */
    char user[SIP_USER_MAX + 1];   /* SIP: for digests; "" for none */
    char number[SIP_USER_MAX + 1]; /* SIP: what it registers (the user of To); "" for the recorded one */
} Identity;

/* FALSE with a sentence in error when the name cannot be a device name: empty, longer than 15 characters, or holding
 * anything but letters, digits, '_', '-' and '.'. */
gboolean identity_init (Identity *identity, const char *name, GError **error);

/* The name that lies count behind it: SEP001122334455 → SEP001122334456 counts the twelve hexadecimal digits, other
 * names count the decimal number at their end (or get one). User and number count the same way. FALSE with error set
 * when there are no more names. */
gboolean identity_count_up (const Identity *first, guint count, Identity *ret_identity, GError **error);

#define IDENTITY_ERROR identity_error_quark ()
GQuark identity_error_quark (void);
