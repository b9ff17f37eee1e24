/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Internet checksums of octets that have changed (RFC 1624): one that was right stays right, a wrong one stays wrong by
 * as much, and what the capture did not keep need not be known. */

/* By how much changed octets change a checksum over them; sums may be added. */
guint32 checksum_change (const guint8 *before, const guint8 *after, gsize size);
/* The same of CDP, which takes a last odd octet for the lower half of two. */
guint32 checksum_change_cdp (const guint8 *before, const guint8 *after, gsize size);
/* never_zero: of UDP, where zero says that there is none. */
void checksum_correct (guint8 field[2], guint32 change, gboolean never_zero);
