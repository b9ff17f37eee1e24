/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture file, compressed ones too, to its finished report in each format. */
#include "replay/recording/inspection.h"
#include "tests/fuzz/capture_input.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const Tips *shipped (void)
{
    static Tips *tips;

    if (!tips && !(tips = tips_new_shipped (NULL, NULL)))
        g_error ("no tips");
    return tips;
}

static void add (const char *text, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, text, (gssize) size);
}

static void check_json (const char *text, gsize size)
{
    json_error_t error;
    json_t *value = json_loadb (text, size, JSON_DISABLE_EOF_CHECK, &error);

    if (!value)
        g_error ("no JSON: %s", error.text);
    json_decref (value);
}

static void check_xml (const char *text, gsize size)
{
    const GMarkupParser parser = { NULL };
    g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
    g_autoptr (GError) error = NULL;

    if (!g_markup_parse_context_parse (context, text, (gssize) size, &error) ||
        !g_markup_parse_context_end_parse (context, &error))
        g_error ("no XML: %s", error->message);
}

static void check_lines (const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

    for (guint i = 0; lines[i]; i++)
        if (*lines[i])
            check_json (lines[i], strlen (lines[i]));
}

static void check (const ReportOptions *options, const GString *report)
{
    if (!g_utf8_validate (report->str, (gssize) report->len, NULL))
        g_error ("a report that is not UTF-8");
    switch (options->format) {
    case REPORT_JSON:
        check_json (report->str, report->len);
        break;
    case REPORT_NDJSON:
        check_lines (report->str);
        break;
    case REPORT_JUNIT:
        check_xml (report->str, report->len);
        break;
    case REPORT_SVG:
        if (report->len)
            check_xml (report->str, report->len);
        break;
    case REPORT_TEXT:
    case REPORT_LADDER:
        for (gsize i = 0; i < report->len; i++)
            if (g_ascii_iscntrl (report->str[i]) && report->str[i] != '\n')
                g_error ("a report with a control character");
        break;
    default:
        break;
    }
}

static void report (const Inspection *inspection, const ReportOptions *options)
{
    g_autoptr (GString) out = g_string_new (NULL);
    ReportWriter *writer = report_writer_new (options, shipped (), add, out);

    report_write (writer, inspection_source (inspection));
    report_writer_finish (writer);
    check (options, out);
}

/* Two captures, each by its own writer, make the same as one writer after the other. */
static void report_parts (const Inspection *inspection, ReportFormat format)
{
    const ReportOptions options = { .format = format, .titles = TRUE, .without_texts = TRUE };
    g_autoptr (GString) whole = g_string_new (NULL), joined = g_string_new (NULL);
    ReportWriter *one = report_writer_new (&options, shipped (), add, whole);
    ReportWriter *both = report_writer_new (&options, shipped (), add, joined);

    for (guint i = 0; i < 2; i++) {
        g_autoptr (GString) text = g_string_new (NULL);
        ReportWriter *part = report_part_new (&options, shipped (), add, text);
        report_write (one, inspection_source (inspection));
        report_write (part, inspection_source (inspection));
        report_part_end (part);
        report_join (both, part);
        g_string_append_len (joined, text->str, (gssize) text->len);
        report_part_free (part);
    }
    report_writer_finish (one);
    report_writer_finish (both);
    if (!g_string_equal (whole, joined))
        g_error ("joined parts are another report");
}

/* Of the first phone alone. */
static void report_one (Inspection *inspection)
{
    const Summary *summary = inspection_source (inspection)->summary;
    char buffer[IP_ADDRESS_TEXT_SIZE];

    if (!summary || !summary->phones->len)
        return;
    const Phones *phones = flow_phones (summary->flow);
    g_autofree char *name = g_strdup (
        phones_label_at (phones, summary_phone (summary, 0)->phone, notes_count (flow_notes (summary->flow)), buffer));
    inspection_choose (inspection, name);
    inspection_sum_up (inspection);
    inspection_has_phones (inspection);
    report (inspection, &(ReportOptions){ .format = REPORT_TEXT });
}

static Inspection *inspect (const char *path, int source)
{
    return source >= 0 ? inspection_new_source (source, path) : inspection_new (path);
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const int file = capture_input_file (data, size);
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", file);
    const int source = size % 2 && capture_is_one (path) ? capture_source (path, NULL) : -1;
    g_autoptr (Inspection) inspection = inspect (path, source);

    while (inspection_read (inspection, 100))
        ;
    inspection_sum_up (inspection);
    inspection_code (inspection);
    for (ReportFormat format = 0; format < N_REPORT_FORMATS; format++)
        report (inspection, &(ReportOptions){ .format = format, .timeline = TRUE, .titles = format == REPORT_NDJSON });
    report (inspection, &(ReportOptions){ .format = REPORT_TEXT, .brief = TRUE, .errors_only = TRUE });
    report (inspection, &(ReportOptions){ .format = REPORT_NDJSON, .without_texts = TRUE });
    for (ReportFormat format = 0; format < N_REPORT_FORMATS; format++)
        if (report_has_parts (format))
            report_parts (inspection, format);
    report_one (inspection);
    if (source >= 0)
        close (source);
    close (file);
    return 0;
}
