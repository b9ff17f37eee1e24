/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/report.h"
#include "registration/tips/tips.h"
#include "replay/recording/pcapng.h"

#include <glib.h>
#include <stdio.h>

/* Writes a capture again, with comments at its packets: the tip of each message, and what was found there. said: what
 * it says, a summary included (inspection.h). The rest as pcapng_annotate(). */
gboolean comments_write (int source, const ReportSource *said, const Tips *tips, FILE *output, PcapngCount *ret_count,
                         GError **error);
