/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What an answer says, for whoever compares several: a line for each value, with its name, a tab and the value. */

/* Appends one; nothing for NULL and an empty value. */
void said_add (GString *said, const char *what, const char *value);
