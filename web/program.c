/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the place of replay/commands: options are arguments here, and the script has the files. */
#include "web/program.h"

#include "replay/recording/inspection.h"

#include <emscripten.h>

EM_JS (void, give, (const char *text, gsize size), { Module["give"](HEAPU8.subarray (text, text + size)); });

static GPtrArray *inspections; /* of Inspection, as they were opened; owned */
static Tips *tips;             /* owned; NULL before web_speak() */

static void give_text (const char *text, gsize size, G_GNUC_UNUSED gpointer user_data)
{
    give (text, size);
}

EMSCRIPTEN_KEEPALIVE int web_speak (const char *language)
{
    g_clear_pointer (&tips, tips_free);
    tips = tips_new_shipped (language, NULL);
    return tips != NULL;
}

EMSCRIPTEN_KEEPALIVE int web_open (const char *path)
{
    if (!inspections)
        inspections = g_ptr_array_new_with_free_func ((GDestroyNotify) inspection_free);
    g_ptr_array_add (inspections, inspection_new (path));
    return (int) inspections->len - 1;
}

EMSCRIPTEN_KEEPALIVE int web_read (guint number, guint frames)
{
    return inspection_read (inspections->pdata[number], frames);
}

EMSCRIPTEN_KEEPALIVE int web_sum_up (guint number)
{
    inspection_sum_up (inspections->pdata[number]);
    return inspection_code (inspections->pdata[number]);
}

EMSCRIPTEN_KEEPALIVE int web_report (const char *format)
{
    ReportOptions options = { .titles = inspections->len > 1 };

    if (!report_format_find (format, &options.format))
        return FALSE;
    ReportWriter *writer = report_writer_new (&options, tips, give_text, NULL);
    for (guint i = 0; i < inspections->len; i++)
        report_write (writer, inspection_source (inspections->pdata[i]));
    report_writer_finish (writer);
    return TRUE;
}
