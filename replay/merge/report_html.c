/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page without a script: nothing is fetched, and its own policy forbids it. */
#include "replay/merge/report_internal.h"
#include "replay/merge/tables.h"

#include <string.h>

static const char head[] =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<style>\n"
    ":root { color-scheme: light dark }\n"
    "body { font: 1rem/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem }\n"
    "h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }\n"
    ".wide { overflow-x: auto }\n"
    "table { border-collapse: collapse } th, td { padding: .2rem .8rem .2rem 0; text-align: left; "
    "vertical-align: top }\n"
    "th { border-bottom: 1px solid; font-weight: 600 } td { overflow-wrap: anywhere }\n"
    ".r { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }\n"
    "</style>\n";

static void append_element (GString *out, const char *begin, const char *text, const char *end)
{
    g_string_append (out, begin);
    merge_append_escaped (out, text);
    g_string_append (out, end);
}

static void append_cells (GString *out, const MergeTable *table, const char *const *cells, const char *element)
{
    g_string_append (out, "<tr>");
    for (guint column = 0; column < merge_table_columns (table); column++) {
        g_string_append_printf (out, "<%s%s%s>", element, strcmp (element, "th") == 0 ? " scope=\"col\"" : "",
                                table->sides[column] == 'r' ? " class=\"r\"" : "");
        merge_append_escaped (out, cells[column]);
        g_string_append_printf (out, "</%s>", element);
    }
    g_string_append (out, "</tr>\n");
}

static void append_table (GString *out, const MergeTable *table)
{
    append_element (out, "<h2>", table->title, "</h2>\n<div class=\"wide\"><table>\n<thead>");
    append_cells (out, table, table->columns, "th");
    g_string_append (out, "</thead>\n<tbody>\n");
    for (guint row = 0; row < merge_table_rows (table); row++)
        append_cells (out, table, merge_table_row (table, row), "td");
    g_string_append (out, "</tbody>\n</table></div>\n");
    if (table->note)
        append_element (out, "<p>", table->note, "</p>\n");
}

static void append_troubles (const MergePage *page, GString *out)
{
    const Merged *merged = page->merged;

    if (!merged->troubles->len)
        return;
    append_element (out, "<h2>", page->troubles_title, "</h2>\n<ul>\n");
    for (guint i = 0; i < MIN (merged->troubles->len, merged->top); i++)
        append_element (out, "<li>", g_array_index (merged->troubles, MergeTrouble, i).text, "</li>\n");
    g_string_append (out, merged->n_troubles > merged->top ? "<li>…</li>\n</ul>\n" : "</ul>\n");
}

void merge_append_page (GString *out, const MergePage *page)
{
    g_string_append_printf (out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n%s", page->language, head);
    append_element (out, "<title>", page->title, "</title>\n</head>\n<body>\n");
    append_element (out, "<h1>", page->title, "</h1>\n");
    append_element (out, "<p>", page->totals, "</p>\n");
    for (guint i = 0; i < page->notes->len; i++)
        append_element (out, "<p>", page->notes->pdata[i], "</p>\n");
    append_troubles (page, out);
    for (guint i = 0; i < page->tables->len; i++)
        append_table (out, page->tables->pdata[i]);
    g_string_append (out, "</body>\n</html>\n");
}

void merge_html (const Merged *merged, const Tips *tips, GString *out)
{
    g_autoptr (GPtrArray) tables = merge_tables (merged, tips), notes = merge_notes (merged, tips);
    g_autofree char *totals = merge_totals (merged, tips);
    g_autofree char *language = g_strdelimit (g_strdup (tips_language (tips)), "_", '-');

    language[strcspn (language, ".@")] = '\0';
    const MergePage page = { merged, tips_word (tips, WORD_MERGE_TITLE),        language, totals,
                             notes,  tips_word (tips, WORD_MERGE_FAULTS_TITLE), tables };
    merge_append_page (out, &page);
}
