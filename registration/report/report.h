/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"
#include "registration/tips/explain.h"

#include <glib.h>

/* What was found in captures, written for people and for programs. Text leaves in pieces as it is made, so memory does
 * not grow with it. */

/* X (symbol, name, what it is). Names are promises to users; report_NAME() writes it. */
#define REPORT_FORMATS(X)                                                                                              \
    X (TEXT, text, "for people: each phone, its attempts, their times, and what was found")                            \
    X (NDJSON, ndjson, "one JSON object a line: messages in their order, then findings, then phones")                  \
    X (JSON, json, "one JSON document with the same objects (docs/inspect.schema.json)")                               \
    X (JUNIT, junit, "a test case for each phone, failed when an error was found")                                     \
    X (HTML, html, "a page of ladders for the browser, in one file that fetches nothing")                              \
    X (LADDER, ladder, "ladders as plain text, for a terminal")                                                        \
    X (SVG, svg, "the ladder of one phone (the first) as a drawing")

typedef enum {
#define X(symbol, name, text) REPORT_##symbol,
    REPORT_FORMATS (X)
#undef X
        N_REPORT_FORMATS
} ReportFormat;

/* What of ndjson would not fit an older reader has another number. */
#define REPORT_NDJSON_SCHEMA 1

/* FALSE when there is no format of that name. */
gboolean report_format_find (const char *name, ReportFormat *ret_format);

/* Gets the report piece by piece; text is UTF-8, valid for the call, and not NUL-terminated. */
typedef void (*ReportSink) (const char *text, gsize size, gpointer user_data);

typedef struct {
    ReportFormat format;
    gboolean timeline; /* text: a line for each message before the phones; the others always tell them */
    gboolean titles;   /* text and ndjson: the name of each capture before what is in it; text: totals at the end */
    /* ndjson and json: nothing that is for people and in their language; ndjson: with titles, and between a line that
     * says what it is and one that says that it is whole. */
    gboolean without_texts;
    gboolean brief;       /* text: a line for each phone */
    gboolean errors_only; /* text: only the phones that fail */
    guint columns;        /* ladder and timeline: what they are to fit in; 0: as wide as they like */
    gboolean colours;     /* text: phones that fail and phones that are registered have one (ECMA-48, SGR) */
} ReportOptions;

typedef struct ReportWriter ReportWriter;

/* tips are borrowed and must outlive the writer. */
ReportWriter *report_writer_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data);
/* Ends the report, and frees the writer. */
void report_writer_finish (ReportWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportWriter, report_writer_finish)

/* What trouble says of a capture in which no phone registers, behind its name. */
#define REPORT_NO_REGISTRATION_BUT "holds no registration of a phone (one over WebSocket or SCTP would not be read"
#define REPORT_NO_REGISTRATION     REPORT_NO_REGISTRATION_BUT ")"
/* The same with its name, and with what the capture has cut off. Owned by the caller. */
char *report_no_registration (const char *capture, const Flow *flow);

/* One capture. Plain data, borrowed for the call. */
typedef struct {
    const char *capture;    /* its name; NULL: the one that everybody knows of */
    const Summary *summary; /* NULL when nothing could be read of it */
    NoteFilter filter;      /* the same as that of the summary */
    gconstpointer user_data;
    guint32 n_unread;        /* frames of links that nobody reads here … */
    const char *unread_link; /* … as the first of them is called; NULL when there are none */
    const char *trouble; /* a sentence when it could not be read, or not to its end; NULL. Text leaves it to stderr */
} ReportSource;

void report_write (ReportWriter *writer, const ReportSource *source);

/* A report may be written in parts, each by its own thread: one part a capture, joined in their order. Of some formats
 * (html, svg) there are no parts. Tips may be shared. */
gboolean report_has_parts (ReportFormat format);
/* A writer as above, for one capture of a whole with the same options. */
ReportWriter *report_part_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data);
/* Gives its sink what is left. */
void report_part_end (ReportWriter *part);
/* Counts a part that was ended with the whole. What the part's sink got is to follow what the whole's sink has got, and
 * nothing else may come between. */
void report_join (ReportWriter *whole, const ReportWriter *part);
void report_part_free (ReportWriter *part);

/* How it ended for a phone, in words; owned by the caller. */
char *report_outcome (const Summary *summary, const Tips *tips, const PhoneSummary *phone);
/* Appends what was found, in a word that takes its values (WORD_REPORT_FINDING …). */
void report_finding (const Flow *flow, const Tips *tips, const Finding *finding, Word word, GString *out);
/* Appends "To do: …". */
void report_fix (const Flow *flow, const Tips *tips, const Finding *finding, GString *out);
/* Appends "To do: …", or another label. */
void report_labelled (const Tips *tips, Word label, const char *text, GString *out);
/* Replaces what terminals and XML do not take (control characters but line ends, broken UTF-8) from this octet on. */
void report_clean (GString *text, gsize from);
