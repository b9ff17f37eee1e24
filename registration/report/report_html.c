/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ladder page. Its look and its behaviour stand in registration/report/page/; what page_data.h writes stands in it,
 * phone by phone, so that memory is needed for the ladder of one phone and a row for each. */
#include "registration/report/page_data.h"
#include "registration/report/report_internal.h"
#include "registration/tips/shipped.h"

#include <string.h>

/* --- Data */

static void write_phone (ReportWriter *writer, const PageSource *source, const LadderPhone *phone)
{
    g_string_append_printf (writer->out, "<script type=\"application/json\" id=\"p%u-data\">", writer->phones);
    page_phone (source, phone, writer->out, writer);
    g_string_append (writer->out, "</script>\n");
}

static void write_overview (ReportWriter *writer)
{
    g_string_append (writer->out, "<script type=\"application/json\" id=\"capture\">");
    page_overview (writer->tips, FALSE, writer->names, writer->rows, writer->out);
    g_string_append (writer->out, "</script>\n");
}

/* --- File */

static void write_shipped_file (GString *out, const char *name)
{
    const ShippedFile *file = shipped_find (shipped_page, name);
    g_string_append_len (out, file->data, (gssize) file->size);
}

/* As a Content Security Policy names an inline script or style: by its hash. What a capture might smuggle in has
 * another one and does not run. */
static char *hash_of_shipped_file (const char *name)
{
    const ShippedFile *file = shipped_find (shipped_page, name);
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize size = sizeof digest;

    g_checksum_update (checksum, (const guchar *) file->data, (gssize) file->size);
    g_checksum_get_digest (checksum, digest, &size);
    return g_base64_encode (digest, size);
}

static void write_policy (GString *out)
{
    g_autofree char *style = hash_of_shipped_file ("ladder.css");
    g_autofree char *script = hash_of_shipped_file ("ladder.js");

    g_string_append_printf (out,
                            "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; "
                            "form-action 'none'",
                            style, script);
}

static void write_escaped (GString *out, const char *text)
{
    g_autoptr (GString) clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
}

static void write_title (GString *out, const Tips *tips, const char *capture)
{
    g_autofree char *name = capture ? g_path_get_basename (capture) : NULL;
    const Value values[] = { value_of_text (VALUE_LABEL, name),
                             value_of_text (VALUE_TEXT, tips_word (tips, WORD_PAGE_TITLE)) };
    g_autoptr (GString) title = g_string_new (NULL);

    if (name)
        tips_say (tips, WORD_REPORT_LABELLED, values, G_N_ELEMENTS (values), title);
    write_escaped (out, name ? title->str : tips_word (tips, WORD_PAGE_TITLE));
}

static void write_mark (ReportWriter *writer, const char *mark, const char *capture)
{
    g_autofree char *language = report_language (writer->tips);

    if (g_str_equal (mark, "policy"))
        write_policy (writer->out);
    else if (g_str_equal (mark, "generator"))
        g_string_append (writer->out, "regflow " REGFLOW_VERSION);
    else if (g_str_equal (mark, "title"))
        write_title (writer->out, writer->tips, capture);
    else if (g_str_equal (mark, "language"))
        write_escaped (writer->out, language);
    else if (g_str_equal (mark, "skip"))
        write_escaped (writer->out, tips_word (writer->tips, WORD_PAGE_SKIP));
    else if (g_str_equal (mark, "no-script"))
        write_escaped (writer->out, tips_word (writer->tips, WORD_PAGE_NO_SCRIPT));
    else
        write_shipped_file (writer->out, mark);
}

/* Writes the page's skeleton from the place of one mark, {{from}}, to that of the next one, {{to}}; NULL: from the
 * beginning, to the end. */
static void write_skeleton (ReportWriter *writer, const char *from, const char *to, const char *capture)
{
    const ShippedFile *file = shipped_find (shipped_page, "ladder.html");
    g_autofree char *skeleton = g_strndup (file->data, file->size);
    char *at = skeleton, *end = to ? strstr (skeleton, to) : NULL;

    if (end)
        *end = '\0';
    if (from)
        at = strstr (skeleton, from) + strlen (from);
    for (char *mark; (mark = strstr (at, "{{"));) {
        char *close = strstr (mark, "}}");
        *mark = *close = '\0';
        g_string_append (writer->out, at);
        write_mark (writer, mark + 2, capture);
        at = close + 2;
    }
    g_string_append (writer->out, at);
}

#define DATA_MARK "{{data}}"

static void begin_page (ReportWriter *writer, const char *capture)
{
    writer->rows = g_string_new (NULL);
    writer->names = g_string_new (NULL);
    write_skeleton (writer, NULL, DATA_MARK, writer->options.titles ? NULL : capture);
}

void report_html (ReportWriter *writer, const ReportSource *source)
{
    const PageSource page = { .report = source, .tips = writer->tips, .capture = writer->captures };

    if (!writer->rows)
        begin_page (writer, source->capture);
    if (source->summary) {
        g_autoptr (Ladder) ladder = ladder_new (source->summary, source->filter, source->user_data);
        for (guint i = 0; i < source->summary->phones->len; i++) {
            g_autoptr (LadderPhone) phone = ladder_phone (ladder, i);
            page_row (&page, phone->summary, writer->rows);
            write_phone (writer, &page, phone);
            writer->phones++;
            report_spill (writer);
        }
    }
    page_capture (&page, writer->names);
}

void report_html_end (ReportWriter *writer)
{
    if (!writer->rows)
        begin_page (writer, NULL);
    write_overview (writer);
    write_skeleton (writer, DATA_MARK, NULL, NULL);
    g_string_free (writer->rows, TRUE);
    g_string_free (writer->names, TRUE);
}
