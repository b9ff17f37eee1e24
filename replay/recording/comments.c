/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/comments.h"

#include "registration/findings/findings.h"
#include "registration/flow/flow.h"
#include "registration/tips/explain.h"

typedef struct {
    const Flow *flow;
    const Findings *findings;
    const Tips *tips;
} Commentator;

static void add_tip (const Commentator *commentator, NoteId id, GPtrArray *comments)
{
    const Note *note = notes_get (flow_notes (commentator->flow), id);
    char message_buffer[EXPLAIN_MESSAGE_SIZE], device_buffer[IP_ADDRESS_TEXT_SIZE];
    const char *message = explain_message (commentator->flow, note, message_buffer);
    g_autofree char *text = explain_tip (commentator->flow, commentator->tips, id, TIP_TEXT);
    GString *comment = g_string_new (explain_device (commentator->flow, id, device_buffer));

    if (note->phase)
        g_string_append_printf (comment, ", %s", tips_word (commentator->tips, word_of_phase (note->phase)));
    g_string_append_printf (comment, ": %s%s%s", message ? message : "", message ? ". " : "", text ? text : "");
    g_ptr_array_add (comments, g_string_free (comment, FALSE));
}

static void add_findings (const Commentator *commentator, NoteId id, GPtrArray *comments)
{
    const Findings *findings = commentator->findings;
    guint first, count = findings_of_note (findings, id, &first);

    for (guint i = first; i < first + count; i++) {
        GString *comment = g_string_new (NULL);
        report_finding (commentator->flow, commentator->tips, findings_get (findings, i), WORD_REPORT_EVIDENCE,
                        comment);
        g_string_append_c (comment, ' ');
        report_fix (commentator->flow, commentator->tips, findings_get (findings, i), comment);
        g_ptr_array_add (comments, g_string_free (comment, FALSE));
    }
}

static void comment_packet (guint32 packet, GPtrArray *comments, gpointer user_data)
{
    const Commentator *commentator = user_data;
    const Notes *notes = flow_notes (commentator->flow);
    const Note *note;

    for (NoteId id = notes_first_of_frame (notes, packet); (note = notes_get (notes, id)) && note->frame == packet;
         id++) {
        add_tip (commentator, id, comments);
        add_findings (commentator, id, comments);
    }
}

gboolean comments_write (int source, const ReportSource *said, const Tips *tips, FILE *output, PcapngCount *ret_count,
                         GError **error)
{
    Commentator commentator = { said->summary->flow, said->summary->findings, tips };

    return pcapng_annotate (source, said->capture, output, comment_packet, &commentator, ret_count, error);
}
