/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/report/run_report.h"

/* run_report_json.c: the lines of NDJSON that are no live messages: the first one, and the last ones, which are those
 * of each phone, each exchange, and the run. */
void run_report_begin_line (const RunReport *report, GString *out);
void run_report_result_lines (const RunReport *report, GString *out);
