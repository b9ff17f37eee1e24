/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "output/output.h"

#include <glib.h>

/* A copy of a capture in which all names are others (registration/anonymise/). A descriptor of a file without a name,
 * as capture_source() gives it: the caller's. -1 with error set when nothing of the capture could be read; error set
 * besides a copy: it ends where the capture is damaged. map: gets a line for each replacement, or NULL. ret_secrets:
 * how many blocks of keys were left out. source and map stay the caller's; the message names the capture by path. */
int anonymous_copy (int source, const char *path, Output *map, guint32 *ret_secrets, GError **error);
