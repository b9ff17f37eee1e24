/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_internal.h"

#define SPILL_SIZE (64 * 1024)

static const struct {
    const char *name;
    void (*write) (ReportWriter *writer, const ReportSource *source);
    const char *begin, *end;
    void (*write_end) (ReportWriter *writer); /* or NULL */
} formats[N_REPORT_FORMATS] = {
    [REPORT_TEXT] = { "text", report_text, "", "" },
    [REPORT_NDJSON] = { "ndjson", report_ndjson, "", "" },
    [REPORT_JSON] = { "json", report_json, "{\"generator\":\"regflow " REGFLOW_VERSION "\",\"captures\":[", "]}\n" },
    [REPORT_JUNIT] = { "junit", report_junit, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
                       "</testsuites>\n" },
    [REPORT_HTML] = { "html", report_html, "", "", report_html_end },
    [REPORT_LADDER] = { "ladder", report_ladder, "", "" },
    [REPORT_SVG] = { "svg", report_svg, "", "", report_svg_end },
};

gboolean report_format_find (const char *name, ReportFormat *ret_format)
{
    for (guint i = 0; i < N_REPORT_FORMATS; i++)
        if (g_str_equal (name, formats[i].name)) {
            *ret_format = (ReportFormat) i;
            return TRUE;
        }
    return FALSE;
}

ReportWriter *report_writer_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data)
{
    ReportWriter *writer = g_new0 (ReportWriter, 1);

    writer->options = *options;
    writer->tips = tips;
    writer->sink = sink;
    writer->user_data = user_data;
    writer->out = g_string_new (formats[options->format].begin);
    return writer;
}

static void flush (ReportWriter *writer)
{
    writer->sink (writer->out->str, writer->out->len, writer->user_data);
    g_string_truncate (writer->out, 0);
}

void report_writer_finish (ReportWriter *writer)
{
    if (!writer)
        return;
    if (formats[writer->options.format].write_end)
        formats[writer->options.format].write_end (writer);
    g_string_append (writer->out, formats[writer->options.format].end);
    flush (writer);
    g_string_free (writer->out, TRUE);
    g_free (writer);
}

void report_spill (ReportWriter *writer)
{
    if (writer->out->len >= SPILL_SIZE)
        flush (writer);
}

void report_write (ReportWriter *writer, const ReportSource *source)
{
    formats[writer->options.format].write (writer, source);
    writer->captures++;
}

NoteId report_next_note (const ReportSource *source, NoteId id)
{
    guint32 count = notes_count (flow_notes (source->summary->flow));

    do
        id++;
    while (id <= count && source->filter && !source->filter (id, source->user_data));
    return id <= count ? id : 0;
}

const char *report_phone_name (const ReportSource *source, const PhoneSummary *phone, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    return phones_label_at (flow_phones (source->summary->flow), phone->phone, phone->last_note, buffer);
}

const char *report_attempt_server (const ReportSource *source, const Attempt *attempt,
                                   char buffer[IP_ADDRESS_TEXT_SIZE])
{
    Note of_server = { .server = attempt->server };
    return explain_server (source->summary->flow, &of_server, buffer);
}

/* C0 and C1, and the two code points that XML 1.0 leaves out beside them. */
static gboolean is_printable (gunichar c)
{
    return c == '\n' || (c >= 0x20 && (c < 0x7F || c > 0x9F) && c != 0xFFFE && c != 0xFFFF);
}

static gboolean is_clean (const char *text, gsize size)
{
    gsize plain = 0;

    /* Most texts are ASCII. */
    while (plain < size && (text[plain] == '\n' || (text[plain] >= 0x20 && text[plain] < 0x7F)))
        plain++;
    text += plain;
    size -= plain;
    if (!g_utf8_validate (text, (gssize) size, NULL))
        return FALSE;
    for (const char *at = text; at < text + size; at = g_utf8_next_char (at))
        if (!is_printable (g_utf8_get_char (at)))
            return FALSE;
    return TRUE;
}

void report_clean (GString *text, gsize from)
{
    if (is_clean (text->str + from, text->len - from))
        return;
    g_autofree char *valid = g_utf8_make_valid (text->str + from, (gssize) (text->len - from));
    g_string_truncate (text, from);
    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        g_string_append_unichar (text, is_printable (c) ? c : 0xFFFD);
    }
}
