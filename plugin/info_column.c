/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/info_column.h"

/* Wireshark cuts the text at COL_MAX_INFO_LEN octets; messages beyond it cost no time. */
void info_column_show (const Flow *flow, const Tips *tips, NoteId first, guint count, packet_info *pinfo)
{
    gsize length = 0;

    if (!pinfo->cinfo || !col_get_writable (pinfo->cinfo, COL_INFO))
        return;
    col_clear_fence (pinfo->cinfo, COL_INFO);
    col_clear (pinfo->cinfo, COL_INFO);
    for (guint i = 0; i < count && length < COL_MAX_INFO_LEN; i++) {
        char buffer[EXPLAIN_MESSAGE_SIZE];
        const char *message = explain_message (flow, notes_get (flow_notes (flow), first + i), buffer);
        char *title = explain_tip (flow, tips, first + i, TIP_TITLE);
        char *text =
            g_strdup_printf ("%s%s%s", message ? message : "", message && title ? ": " : "", title ? title : "");
        col_append_sep_str (pinfo->cinfo, COL_INFO, " | ", text);
        length += strlen (text);
        g_free (text);
        g_free (title);
    }
}
