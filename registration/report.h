/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/explain.h"

#include <glib.h>

/* What happened to each phone, summed up: for people. Memory grows with phones and their attempts, not with frames. */

typedef struct Report Report;

/* The flow is borrowed and must outlive the report. */
Report *report_new (const Flow *flow);
void report_free (Report *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Report, report_free)

/* Takes one note in; notes come in their order. Leaving some out (a filter) leaves them out of the report. */
void report_add (Report *report, NoteId id);
/* Appends the report: every phone with one sentence on how far it came and why no further, its attempts, the time that
 * each phase took, and what was found with its proof and its fix. */
void report_write_text (const Report *report, const Tips *tips, GString *out);
