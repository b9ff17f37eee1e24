/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/report/run_report.h"

/* run_report_json.c: the objects of the JSON report that NDJSON has too, one a line. */
void run_report_exchange_lines (const RunReport *report, GString *out);
