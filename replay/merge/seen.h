/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Whether something has come before, by its digest: some 80 octets for each thing. */

#define SEEN_SIZE 16

typedef struct Seen Seen;

Seen *seen_new (void);
void seen_free (Seen *seen);
/* TRUE when it has; from now on it has. */
gboolean seen_before (Seen *seen, const guint8 digest[SEEN_SIZE]);
/* The same of a text. */
gboolean seen_text_before (Seen *seen, const char *text);
