/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* tshark -z regflow,report[,FILTER]: what happened to each phone, printed at the end. */
void report_tap_register (void);
/* What to call before the report is printed: the end of the capture proves things too. */
void report_tap_set_finish (void (*finish) (void));
