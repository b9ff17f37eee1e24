/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Reads the same bytes with our SIP reader and with libre's, and compares everything that both know. */

typedef struct {
    gboolean accepted; /* by libre; else nothing was compared */
    guint compared;    /* values held against each other */
    guint excepted;    /* values left out: see the rules in compare.c */
    GString *differences;
} OracleReport;

/* Adds one line to report->differences (not NULL) for each value that differs. */
void oracle_compare (const guint8 *data, gsize size, OracleReport *report);
/* libre's reader alone, for the benchmark. */
void oracle_decode_only (const guint8 *data, gsize size);
