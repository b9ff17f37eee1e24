/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/ladder.h"
#include "registration/report/report.h"
#include "registration/report/totals.h"

/* What the forms of report share. Nothing outside includes this. */

struct ReportWriter {
    ReportOptions options;
    const Tips *tips;
    ReportSink sink;
    gpointer user_data;
    GString *out;                  /* what has not gone to the sink yet; owned */
    guint captures;                /* written so far */
    guint phones;                  /* html, svg, json and ndjson: written so far */
    GString *rows;                 /* html: its overview, written at the end; owned, or NULL */
    GString *names;                /* html: the captures; owned, or NULL */
    Totals totals;                 /* text */
    guint captures_told, troubles; /* text: counted with them */
    guint told;                    /* captures that something was written of */
};

/* The name of a capture for a line of its own, whatever it is made of. Owned by the caller. */
char *report_line (const char *name);
/* To be called before the first word about a capture: writes what stands between two. */
void report_begin_capture (ReportWriter *writer);
/* To be called after each part: hands on what has come together. */
void report_spill (ReportWriter *writer);
/* The next note that is not filtered out, behind this one; 0 when there is none. Begins with 0. */
NoteId report_next_note (const ReportSource *source, NoteId id);
/* What the phone is called at the end. Borrowed from the flow, or buffer. */
const char *report_phone_name (const ReportSource *source, const PhoneSummary *phone,
                               char buffer[IP_ADDRESS_TEXT_SIZE]);
/* The language of the texts as HTML and XML name it, "pt-BR"; owned by the caller. */
char *report_language (const Tips *tips);
/* "7912, CP7912080004SCCP": the model and, if wanted, the load; NULL when neither is known. Owned by the caller. */
char *report_model (const Summary *summary, const PhoneSummary *phone, gboolean with_load);
#define NUMBER_SIZE 24
/* "%u", which would be most of the work of a long report. Returns a place in the buffer. */
const char *report_number (guint64 number, char buffer[NUMBER_SIZE]);
/* Appends what an attempt was, where, and how it stands: "attempt 1 at 192.0.2.10: frames 1 to 7, 0.1 s: ready". */
void report_attempt (const ReportSource *source, const Tips *tips, const Attempt *attempt, GString *out);
/* The address; "" for none. */
const char *report_server (const Summary *summary, const Registration *registration, char buffer[IP_ADDRESS_TEXT_SIZE]);
const char *report_attempt_server (const ReportSource *source, const Attempt *attempt,
                                   char buffer[IP_ADDRESS_TEXT_SIZE]);

/* "3 s without a message" and the like: a step of a ladder that is no message. */
void report_pause (const ReportSource *source, const Tips *tips, const LadderStep *step, GString *out);
/* Spaces until what begins at that octet is so many characters wide. */
void report_pad (GString *out, gsize from, guint columns);

#define X(symbol, name, text) void report_##name (ReportWriter *writer, const ReportSource *source);
REPORT_FORMATS (X)
#undef X
void report_text_end (ReportWriter *writer);
/* Around ndjson without texts. */
void report_ndjson_begin (ReportWriter *writer);
void report_ndjson_end (ReportWriter *writer);
void report_html_end (ReportWriter *writer);
void report_svg_end (ReportWriter *writer);
