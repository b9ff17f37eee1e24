/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"
#include "replay/script/identity.h"

#include <glib.h>

/* What must change in a recorded request for a boot file before it may be sent again (reference 6.1 and 6.4): the names
 * of the recorded phone. */

/* The name under which that identity asks for the file; digits keep the case of the recorded ones, and names of no
 * phone stay. phone: the recorded device name. NULL when the name holds the recorded phone's address and the identity
 * has none to put there. Owned by the caller. */
char *boot_name_rewrite (const char *name, const char *phone, const Identity *identity);

/* The same for the file of every phone: its name with what belongs to one phone left out, in small letters. Owned by
 * the caller. */
char *boot_name_key (const char *name);

/* A read request for that file: mode as recorded, and of the options those that the replayer keeps (blksize, tsize,
 * timeout). Owned by the caller. */
GByteArray *tftp_request_rewrite (View recorded, const char *name, gboolean with_options);

/* The recorded HTTP request with that host, without credentials, and with the recorded phone's names replaced wherever
 * they stand in its head; NULL as above. recorded is one whole head. Owned by the caller. */
GByteArray *http_request_rewrite (View recorded, const char *name, const char *phone, const Identity *identity,
                                  const char *host);
