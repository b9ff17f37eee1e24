/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"

/* tshark -z regflow,report[,FILE][,FILTER] and the same for every other format of report.h by its name (json, html …):
 * what happened to each phone, written at the end of the capture. FILE: empty or "-" for standard output. FILTER: only
 * the messages of frames that this display filter lets through. */
void report_tap_register (void);
/* What to call before a report is written: the end of the capture proves things too. Gives the texts, which also say
 * that there is nothing to report; they must last for the report. */
void report_tap_set_finish (const Tips *(*finish) (void) );
/* What the plugin reads besides the capture, and no report may replace: paths, owned by the caller. */
void report_tap_set_inputs (GPtrArray *(*list) (void) );
