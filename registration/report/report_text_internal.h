/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/report_internal.h"

/* What the files of the text share. Nothing else includes this. */

typedef struct {
    const ReportSource *source;
    const Tips *tips;
    GString *out;
    guint width; /* of the names of phases */
    gboolean brief, errors_only;
} Pen;

/* Whether the phone is one of those that are told. */
gboolean report_text_tells (const Pen *pen, const PhoneSummary *phone);
/* Spaces behind the text, until it is so many characters wide. */
void report_append_padded (GString *out, const char *text, guint columns);
/* A line for each message, in their order. */
void report_timeline (ReportWriter *writer, const Pen *pen);
