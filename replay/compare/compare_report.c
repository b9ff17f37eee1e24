/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/compare/compare_report.h"

#include "registration/report/json.h"
#include "replay/clean.h"

#define SCHEMA 1

CompareReporter compare_report_find (const char *name)
{
#define X(format)                                                                                                      \
    if (g_str_equal (name, #format))                                                                                   \
        return compare_report_##format;
    COMPARE_FORMATS (X)
#undef X
    return NULL;
}

/* Of the first run: they have one server in common. NULL when nothing was tested. */
static const StormPart *first_part (const Played *side)
{
    for (guint i = 0; i < side->runs->len; i++) {
        const PlayedRun *run = side->runs->pdata[i];
        if (run->storm)
            return run->storm->parts->pdata[0];
    }
    return NULL;
}

static guint64 registrations_of (const Played *side)
{
    guint64 count = 0;

    for (guint i = 0; i < side->runs->len; i++) {
        const PlayedRun *run = side->runs->pdata[i];
        count += run->storm ? run->storm->verdict.runs : 0;
    }
    return count;
}

/* --- Text */

/* What servers have said stays in its line. */
static void append_line (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void append_line (GString *out, const char *format, ...)
{
    va_list values;

    va_start (values, format);
    g_autofree char *text = g_strdup_vprintf (format, values);
    va_end (values);
    g_autofree char *line = clean_line (text);
    g_string_append_printf (out, "%s\n", line);
}

static void append_side (GString *out, const char *letter, const Played *side)
{
    const StormPart *part = first_part (side);
    const guint64 registrations = registrations_of (side);

    append_line (out, "%s: %s: %s, %u recording%s, %" G_GUINT64_FORMAT " registration%s", letter, side->file,
                 part ? part->target : "nothing was tested", side->runs->len, side->runs->len == 1 ? "" : "s",
                 registrations, registrations == 1 ? "" : "s");
}

static void append_differences (GString *out, const Comparison *comparison, gboolean is_noticed, const char *title)
{
    guint told = 0;

    for (guint i = 0; i < comparison->differences->len; i++) {
        const Difference *difference = comparison->differences->pdata[i];
        if (difference->is_noticed != is_noticed)
            continue;
        if (!told++)
            append_line (out, "  %s:", title);
        append_line (out, "    %s, %s: A %s; B %s", difference->exchange, difference->what, difference->a,
                     difference->b);
    }
}

void compare_report_text (const CompareReport *report, GString *out)
{
    guint noticed;
    const guint count = comparisons_count (report->comparisons, &noticed);

    append_side (out, "A", report->a);
    append_side (out, "B", report->b);
    if (count)
        append_line (out, "%u difference%s; phones will notice %u", count, count == 1 ? "" : "s", noticed);
    else
        append_line (out, "no difference");
    for (guint i = 0; i < report->comparisons->len; i++) {
        const Comparison *comparison = report->comparisons->pdata[i];
        if (!comparison->differences->len && !comparison->left_out->len)
            continue;
        g_string_append_c (out, '\n');
        append_line (out, "%s", comparison->capture);
        append_differences (out, comparison, TRUE, "phones will notice");
        append_differences (out, comparison, FALSE, "phones will not notice");
        for (guint k = 0; k < comparison->left_out->len; k++)
            append_line (out, "  note: %s", (const char *) comparison->left_out->pdata[k]);
    }
}

/* --- JSON (docs/compare.schema.json) */

static void write_side (Json *json, const char *key, const Played *side)
{
    const StormPart *part = first_part (side);

    json_open_object (json, key);
    json_string (json, "file", side->file);
    json_string (json, "target", part ? part->target : NULL);
    json_number (json, "recordings", side->runs->len);
    json_number (json, "registrations", (gint64) registrations_of (side));
    json_close_object (json);
}

static void write_comparison (Json *json, const Comparison *comparison)
{
    json_open_object (json, NULL);
    json_string (json, "capture", comparison->capture);
    json_bool (json, "same", comparison->differences->len == 0);
    json_open_array (json, "differences");
    for (guint i = 0; i < comparison->differences->len; i++) {
        const Difference *difference = comparison->differences->pdata[i];
        json_open_object (json, NULL);
        json_string (json, "exchange", difference->exchange);
        json_string (json, "what", difference->what);
        json_string (json, "a", difference->a);
        json_string (json, "b", difference->b);
        json_bool (json, "noticed", difference->is_noticed);
        json_close_object (json);
    }
    json_close_array (json);
    json_open_array (json, "notes");
    for (guint i = 0; i < comparison->left_out->len; i++)
        json_string (json, NULL, comparison->left_out->pdata[i]);
    json_close_array (json);
    json_close_object (json);
}

void compare_report_json (const CompareReport *report, GString *out)
{
    Json json = { .out = out };
    guint noticed;
    const guint count = comparisons_count (report->comparisons, &noticed);

    json_open_object (&json, NULL);
    json_string (&json, "type", "comparison");
    json_number (&json, "schema", SCHEMA);
    json_string (&json, "generator", "regflow " REGFLOW_VERSION);
    json_bool (&json, "same", count == 0);
    json_number (&json, "differences", count);
    json_number (&json, "noticed", noticed);
    json_string (&json, "tolerance", report->tolerance);
    write_side (&json, "a", report->a);
    write_side (&json, "b", report->b);
    json_open_array (&json, "recordings");
    for (guint i = 0; i < report->comparisons->len; i++)
        write_comparison (&json, report->comparisons->pdata[i]);
    json_close_array (&json);
    json_close_object (&json);
    g_string_append_c (out, '\n');
}
