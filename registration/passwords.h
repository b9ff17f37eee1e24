/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/sip_auth.h"

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

/* What a response turns out to be. X (symbol, sentence, advice). */
#define DIGEST_CHECKS(X)                                                                                               \
    X (RIGHT, "The response fits the password in the password file.",                                                  \
       "The phone has the password of the file: compare it with the server's, and check whether this user may "        \
       "register this number.")                                                                                        \
    X (WRONG_PASSWORD, "The response was computed from another password than the one in the password file.",           \
       "Enter the password on the phone again.")                                                                       \
    X (WRONG_REALM, "The password fits the password file, but the realm of the response is not the server's.",         \
       "Enter the realm on the phone as the server's challenge has it, or leave it empty there.")                      \
    X (WRONG_USER, "The password fits the password file, but the response was computed for the number as user name.",  \
       "Let the phone compute with its authorization ID instead of its number.")                                       \
    X (UNKNOWN_REALM, "The password file has this user, but not for this realm.",                                      \
       "Compare user and password on the phone with the server.")                                                      \
    X (UNKNOWN_USER, "The password file does not have this user.",                                                     \
       "Compare the user on the phone with the server; a wrong one is as good as a wrong password.")

typedef enum {
    DIGEST_UNCHECKED, /* there are no passwords, or the response cannot be computed */
#define X(symbol, sentence, advice) DIGEST_IS_##symbol,
    DIGEST_CHECKS (X)
#undef X
        N_DIGEST_CHECKS
} DigestCheck;

/* Checks the credentials of one request, its method and body. realm_differs: the server's challenge named another realm
 * than the credentials do. number: the user of To, for which some phones compute. passwords may be NULL. */
DigestCheck passwords_check (const Passwords *passwords, const SipCredentials *credentials, View method, View body,
                             gboolean realm_differs, View number);
