/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/recording/packed.h"

#include <glib.h>
#include <stdio.h>

/* A file that somebody names on the command line, compressed or not; "-" is standard input. */

/* How sentences call it; borrowed or static. */
const char *packed_file_name (const char *path);
/* NULL with error set, one sentence without a full stop. Whoever closes it closes both. */
FILE *packed_file_open (const char *path, Packed **ret_packed, GError **error);
/* Of a Packed: why it cannot be read on; NULL: errno says it. */
const char *packed_file_why (gpointer packed);
