/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the place of replay/commands: options are arguments here, and the script has the files. */
#include "web/program.h"

#include "registration/report/ladder.h"
#include "registration/report/page_data.h"
#include "replay/recording/anonymous_copies.h"
#include "replay/recording/capture.h"
#include "replay/recording/comments.h"
#include "replay/recording/inspection.h"

#include <emscripten.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

EM_JS (void, give, (const char *text, gsize size), { Module["give"](HEAPU8.subarray (text, text + size)); });

/* A capture of the page. */
typedef struct {
    Inspection *inspection; /* owned */
    gboolean is_stale;      /* more was read than is summed up */
    Ladder *ladder;         /* of what is summed up; owned; NULL until a phone is looked at */
} Opened;

static GArray *captures;        /* of Opened, as they were opened; owned; NULL before the first */
static Tips *tips;              /* owned; NULL before web_speak() */
static AnonymousCopies *copies; /* owned; NULL while none are made */

static guint n_captures (void)
{
    return captures ? captures->len : 0;
}

static Opened *opened (guint number)
{
    return &g_array_index (captures, Opened, number);
}

static void give_text (const char *text, gsize size, G_GNUC_UNUSED gpointer user_data)
{
    give (text, size);
}

/* Takes it over. */
static void give_string (GString *string)
{
    give (string->str, string->len);
    g_string_free (string, TRUE);
}

EMSCRIPTEN_KEEPALIVE int web_speak (const char *language)
{
    g_clear_pointer (&tips, tips_free);
    tips = tips_new_shipped (language, NULL);
    return tips != NULL;
}

EMSCRIPTEN_KEEPALIVE void web_languages (void)
{
    g_auto (GStrv) languages = tips_languages ();
    g_autofree char *names = g_strjoinv (" ", languages);

    give (names, strlen (names));
}

/* --- Captures */

EMSCRIPTEN_KEEPALIVE int web_open (const char *path)
{
    const Opened opened = { inspection_new (path), TRUE, NULL };

    if (!captures)
        captures = g_array_new (FALSE, FALSE, sizeof (Opened));
    g_array_append_val (captures, opened);
    return (int) captures->len - 1;
}

EMSCRIPTEN_KEEPALIVE int web_read (guint number, guint frames)
{
    opened (number)->is_stale = TRUE;
    return inspection_read (opened (number)->inspection, frames);
}

static const ReportSource *summed_up (guint number)
{
    Opened *capture = opened (number);

    if (capture->is_stale) {
        g_clear_pointer (&capture->ladder, ladder_free);
        inspection_sum_up (capture->inspection);
        capture->is_stale = FALSE;
    }
    return inspection_source (capture->inspection);
}

EMSCRIPTEN_KEEPALIVE int web_sum_up (guint number)
{
    summed_up (number);
    return inspection_code (opened (number)->inspection);
}

/* --- The page */

EMSCRIPTEN_KEEPALIVE void web_overview (void)
{
    g_autoptr (GString) names = g_string_new (NULL), rows = g_string_new (NULL);
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < n_captures (); i++) {
        const PageSource source = { .report = summed_up (i), .tips = tips, .capture = i };
        page_capture (&source, names);
        for (guint j = 0; source.report->summary && j < source.report->summary->phones->len; j++)
            page_row (&source, summary_phone (source.report->summary, j), rows);
    }
    page_overview (tips, TRUE, names, rows, out);
    give_string (out);
}

/* The capture of a phone, whose place there index becomes; -1 when there are not so many phones. */
static int capture_of_phone (guint *index)
{
    for (guint i = 0; i < n_captures (); i++) {
        const Summary *summary = summed_up (i)->summary;
        if (summary && *index < summary->phones->len)
            return (int) i;
        *index -= summary ? summary->phones->len : 0;
    }
    return -1;
}

EMSCRIPTEN_KEEPALIVE int web_phone (guint index)
{
    const int number = capture_of_phone (&index);

    if (number < 0)
        return FALSE;
    Opened *capture = opened ((guint) number);
    const PageSource source = { .report = summed_up ((guint) number), .tips = tips, .capture = (guint) number };
    if (!capture->ladder)
        capture->ladder = ladder_new (source.report->summary, NULL, NULL);
    g_autoptr (LadderPhone) phone = ladder_phone (capture->ladder, index);
    GString *out = g_string_new (NULL);
    page_phone (&source, phone, out, NULL);
    give_string (out);
    return TRUE;
}

/* --- To take away */

/* The messages of one phone. */
typedef struct {
    const Flow *flow;
    PhoneId phone;
} OnePhone;

static gboolean is_of_phone (NoteId id, gconstpointer user_data)
{
    const OnePhone *one = user_data;

    return flow_note_phone (one->flow, notes_get (flow_notes (one->flow), id)) == one->phone;
}

static gboolean report_phone (ReportWriter *writer, guint index)
{
    const int number = capture_of_phone (&index);

    if (number < 0)
        return FALSE;
    ReportSource source = *summed_up ((guint) number);
    const OnePhone one = { source.summary->flow, summary_phone (source.summary, index)->phone };
    g_autoptr (Summary) summary = summary_new (source.summary->diagnosis, is_of_phone, &one);
    source.summary = summary;
    source.filter = is_of_phone;
    source.user_data = &one;
    report_write (writer, &source);
    return TRUE;
}

EMSCRIPTEN_KEEPALIVE int web_report (const char *format, guint phone)
{
    ReportOptions options = { .titles = n_captures () > 1 && phone == G_MAXUINT };
    gboolean is_there = TRUE;

    if (!report_format_find (format, &options.format))
        return FALSE;
    ReportWriter *writer = report_writer_new (&options, tips, give_text, NULL);
    if (phone != G_MAXUINT)
        is_there = report_phone (writer, phone);
    for (guint i = 0; phone == G_MAXUINT && i < n_captures (); i++)
        report_write (writer, summed_up (i));
    report_writer_finish (writer);
    return is_there;
}

static ssize_t give_octets (G_GNUC_UNUSED void *cookie, const char *octets, size_t size)
{
    give (octets, size);
    return (ssize_t) size;
}

static int give_annotated (int source, const ReportSource *said)
{
    static char
        buffer[1 << 16]; /* the library's own has room for little, and each time it is full the page is called */
    FILE *output = fopencookie (NULL, "wb", (cookie_io_functions_t){ .write = give_octets });
    gboolean is_whole = FALSE;
    PcapngCount count;

    if (output)
        setvbuf (output, buffer, _IOFBF, sizeof buffer);
    if (output && said->summary)
        is_whole = comments_write (source, said, tips, output, &count, NULL);
    if (output)
        fclose (output);
    return is_whole ? REGREPLAY_OK : REGREPLAY_UNREADABLE;
}

EMSCRIPTEN_KEEPALIVE int web_annotate (guint number, const char *path)
{
    const int source = capture_source (path, NULL);

    if (source < 0)
        return REGREPLAY_UNREADABLE;
    const int code = give_annotated (source, summed_up (number));
    close (source);
    return code;
}

EMSCRIPTEN_KEEPALIVE void web_anonymise_begin (void)
{
    g_clear_pointer (&copies, anonymous_copies_free);
    copies = anonymous_copies_new ();
}

EMSCRIPTEN_KEEPALIVE int web_anonymise_add (const char *path)
{
    const int source = capture_source (path, NULL);

    if (source >= 0)
        anonymous_copies_add (copies, source, path);
    return source >= 0;
}

EMSCRIPTEN_KEEPALIVE int web_anonymise_next (const char *path)
{
    guint32 secrets;
    const int copy = anonymous_copies_next (copies, &secrets, NULL);

    if (copy < 0)
        return REGREPLAY_UNREADABLE;
    g_autoptr (Inspection) inspection = inspection_new_source (copy, path);
    while (inspection_read (inspection, G_MAXUINT32))
        ;
    inspection_sum_up (inspection);
    const int code = give_annotated (copy, inspection_source (inspection));
    close (copy);
    return code;
}

EMSCRIPTEN_KEEPALIVE void web_anonymise_map (void)
{
    anonymous_copies_map (copies, give_text, NULL);
    g_clear_pointer (&copies, anonymous_copies_free);
}
