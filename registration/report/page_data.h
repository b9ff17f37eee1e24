/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/ladder.h"
#include "registration/report/report.h"
#include "registration/tips/tips.h"

#include <glib.h>

/* What the ladder page tells, as JSON: an overview of captures and phones, and of each phone its ladder. A page that is
 * a document has all of it in itself (report_html.c); one that reads captures by itself asks for it. Keys are one or
 * two letters (a page of 1,000 phones has some 60,000 steps); ladder.js says what they mean. Nothing in it can end a
 * script element. */

/* Whom it is about; borrowed for the call. */
typedef struct {
    const ReportSource *report; /* with a summary, where phones are asked for */
    const Tips *tips;
    guint capture; /* its place among those of the page */
} PageSource;

/* Appends the object of one phone. writer: whose output it is, to be handed on in between; NULL for nobody's. */
void page_phone (const PageSource *source, const LadderPhone *phone, GString *out, ReportWriter *writer);

/* Append a phone and a capture to what page_overview() takes; both begin empty. */
void page_row (const PageSource *source, const PhoneSummary *phone, GString *rows);
void page_capture (const PageSource *source, GString *names);
/* Appends the object of the overview: the words of the page, in the language of the tips, and these captures and
 * phones. is_live: of a page that reads captures by itself. */
void page_overview (const Tips *tips, gboolean is_live, const GString *names, const GString *rows, GString *out);
