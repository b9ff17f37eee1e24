/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip_auth.h"
#include "registration/terms/digest_check.h"

#include <glib.h>

/* Passwords that a reader of a capture gives, so that regflow can say whether a phone's digest response is right. They
 * are compared with and never told: no function here gives one back, and no error quotes a line. */

typedef struct Passwords Passwords;

#define PASSWORDS_SIZE_MAX (1024 * 1024)

typedef enum {
    PASSWORDS_ERROR_SIZE,   /* larger than PASSWORDS_SIZE_MAX */
    PASSWORDS_ERROR_FORMAT, /* a line without a colon or without a user, or a NUL: no such file at all */
} PasswordsError;
#define PASSWORDS_ERROR (passwords_error_quark ())
GQuark passwords_error_quark (void);

/* Reads lines "user:password" and "user:realm:password". A password that holds a colon needs the long form; with an
 * empty realm ("user::password") it counts for every realm, as in the short form. Empty lines, and those that begin
 * with "# ", are passed over; a user or password keeps its blanks. NULL on failure; the message names the line. */
Passwords *passwords_new (const char *text, gsize size, GError **error);
/* Overwrites them before it gives the memory back. */
void passwords_free (Passwords *passwords);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Passwords, passwords_free)

/* Checks the credentials of one request, its method and body. realm_differs: the server's challenge named another realm
 * than the credentials do. number: the user of To, for which some phones compute. passwords may be NULL. */
DigestCheck passwords_check (const Passwords *passwords, const SipCredentials *credentials, View method, View body,
                             gboolean realm_differs, View number);
