/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/report_internal.h"

#include "registration/report/report.h"

static const struct {
    const char *name;
    void (*of_captures) (const Merged *merged, const Tips *tips, GString *out);
    void (*of_storm) (const Merged *merged, const Tips *tips, GString *out);
} formats[N_MERGE_FORMATS] = {
#define X(symbol, format, text) [MERGE_##symbol] = { #format, merge_##format, storm_##format },
    MERGE_FORMATS (X)
#undef X
};

gboolean merge_format_find (const char *name, MergeFormat *ret_format)
{
    for (guint i = 0; i < N_MERGE_FORMATS; i++)
        if (g_str_equal (name, formats[i].name)) {
            *ret_format = (MergeFormat) i;
            return TRUE;
        }
    return FALSE;
}

GString *merge_report (const Merged *merged, MergeFormat format, const Tips *tips)
{
    GString *out = g_string_new (NULL);

    if (merged->storm)
        formats[format].of_storm (merged, tips, out);
    else
        formats[format].of_captures (merged, tips, out);
    return out;
}

void merge_append_escaped (GString *out, const char *text)
{
    g_autoptr (GString) clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
}
