/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/report.h"
#include "replay/exit_codes.h"

#include <glib.h>

/* One capture: read as a whole or piece by piece, and what it says about phones. */

typedef struct Inspection Inspection;

/* path as capture_open() takes it. What cannot be opened is an inspection, too: one of trouble. */
Inspection *inspection_new (const char *path);
/* Of a capture_source(), which stays the caller's; path is for messages. */
Inspection *inspection_new_source (int source, const char *path);
void inspection_free (Inspection *inspection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Inspection, inspection_free)

/* Reads at most so many frames on. FALSE when there are no more to read: it ended, or cannot be read further. */
gboolean inspection_read (Inspection *inspection, guint32 frames);
/* Sums up what was read, up to now or in all. To be called again after reading; what it gave before is gone then. */
void inspection_sum_up (Inspection *inspection);
/* Narrows it down to the phones of that name, line or address. */
void inspection_choose (Inspection *inspection, const char *phone);

/* For reports, as it was last summed up; trouble included. The inspection's. */
const ReportSource *inspection_source (const Inspection *inspection);
/* What it says about the capture, trouble and phones that fail. */
ExitCode inspection_code (const Inspection *inspection);
/* It holds phones, those chosen. */
gboolean inspection_has_phones (const Inspection *inspection);
/* It could be read to its end. */
gboolean inspection_is_whole (const Inspection *inspection);
