/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A moment as logs have it, in UTC wherever it is read: "2005-06-29 14:12:03.123 UTC". Nanoseconds since 1970. Cheap,
 * as seconds.h is. */

#define UTC_SIZE 32

/* Returns the buffer; NULL for a year that four digits do not hold. */
const char *utc_text (gint64 time, char buffer[UTC_SIZE]);
/* "2005-06-29 UTC". As above. */
const char *utc_day (gint64 time, char buffer[UTC_SIZE]);
/* "14:12:03.123", of any time. Returns the buffer. */
const char *utc_clock (gint64 time, char buffer[UTC_SIZE]);
/* "2005-06-29T14:12:03", which is xs:dateTime without a zone, as JUnit's timestamp. As utc_text(). */
const char *utc_stamp (gint64 time, char buffer[UTC_SIZE]);
/* Days since 1970. */
gint64 utc_day_number (gint64 time);
