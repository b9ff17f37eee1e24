/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

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
