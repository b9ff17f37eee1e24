/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/passwords.h"

/* The file of the preference regflow.password_file. NULL when path is empty, or after a message when the file cannot
 * be read; the message says why and quotes nothing of it. Free with passwords_free(). */
Passwords *user_passwords_load (const char *path);
