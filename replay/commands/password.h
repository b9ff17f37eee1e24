/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The password that a phone logs in with. It comes from a file, the environment or the keyboard, never from the command
 * line, where everybody on the machine could read it, and no function prints it. */

#define PASSWORD_VARIABLE "REGREPLAY_PASSWORD"

/* The first line of the file; without a file (NULL) what the variable says; else NULL without error. Freed by
 * password_free(). NULL with error set when the file cannot be read. */
char *password_find (const char *file, GError **error);
/* Asks on the terminal, without echo; NULL when there is none. */
char *password_ask (const char *user);
/* Overwrites it first. */
void password_free (char *password);
