/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Files as they come: captures are kept compressed as a whole (gzip, zstd, lz4, as Wireshark reads them), and through
 * pipes they come without an end that is known. Everything is unpacked while it is read, in memory that does not grow.
 */

typedef struct Packed Packed;

/* A stream of what source holds, unpacked when it is compressed. Takes source over, closed with the stream or at an
 * error. What is empty, or compressed with something else, is an error (CAPTURE_ERROR_FORMAT), of one sentence that
 * begins with name. ret_packed: what the stream is read through, as long as it is open; NULL when that is the file
 * itself. */
FILE *packed_open (int source, const char *name, Packed **ret_packed, GError **error);

/* How a file that begins so is compressed ("gzip"; 8 octets tell it); NULL when it is not. */
const char *packed_name (const guint8 *begin, gsize size);
/* Why the stream fails, as in "its gzip data is cut off"; NULL while it does not, and for NULL. Lives as long as the
 * stream. */
const char *packed_trouble (const Packed *packed);
