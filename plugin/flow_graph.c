/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/flow_graph.h"

#include "plugin/fields.h"

#include <epan/to_str.h>
#include <string.h>

/* The window shows some thirty characters of it: what matters most comes first. */
static char *comment_text (const RegflowTap *tap, const char *title)
{
    char device[IP_ADDRESS_TEXT_SIZE];
    const Phase phase = notes_get (flow_notes (tap->flow), tap->note)->phase;
    const Findings *findings = diagnosis_findings (tap->diagnosis);
    guint first, n_findings = findings_of_note (findings, tap->note, &first);
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < n_findings; i++)
        g_string_append_printf (text, "[%s] ", problem_name (findings_get (findings, first + i)->problem));
    if (title)
        g_string_append_printf (text, "%s ", title);
    g_string_append_printf (text, "(%s%s%s)", explain_device (tap->flow, tap->note, device), phase ? ", " : "",
                            phase ? tips_word (tap->tips, word_of_phase (phase)) : "");
    return g_string_free (text, FALSE);
}

static void name_end (address *end, guint16 port)
{
    char *host = address_to_str (NULL, end);
    g_autofree char *name = g_strdup_printf ("%s:%u", host, port);

    wmem_free (NULL, host);
    free_address (end);
    alloc_address_wmem (NULL, end, AT_STRINGZ, (int) strlen (name) + 1, name);
}

/* Phone and server on one host: Wireshark's graph has a line for each address, and breaks when there is only one. */
static void tell_ends_apart (seq_analysis_item_t *arrow)
{
    if (!addresses_equal (&arrow->src_addr, &arrow->dst_addr))
        return;
    name_end (&arrow->src_addr, arrow->port_src);
    name_end (&arrow->dst_addr, arrow->port_dst);
}

static tap_packet_status on_packet (void *data, packet_info *pinfo, epan_dissect_t *dissect _U_, const void *record,
                                    tap_flags_t flags _U_)
{
    seq_analysis_info_t *graph = data;
    const RegflowTap *tap = record;
    const Note *note = notes_get (flow_notes (tap->flow), tap->note);
    seq_analysis_item_t *arrow =
        note_is_copy (note) ? NULL : sequence_analysis_create_sai_with_addresses (pinfo, graph);
    char buffer[EXPLAIN_MESSAGE_SIZE];

    if (!arrow)
        return TAP_PACKET_DONT_REDRAW;
    const char *message = explain_message (tap->flow, note, buffer);
    char *title = explain_tip (tap->flow, tap->tips, tap->note, TIP_TITLE);
    sequence_analysis_use_color_filter (pinfo, arrow);
    arrow->frame_number = pinfo->num;
    /* An ICMP error has no ports; some versions of Wireshark give those of the packet that it quotes. */
    if (catalog_kind (note->kind)->protocol != PROTOCOL_ICMP) {
        arrow->port_src = (guint16) pinfo->srcport;
        arrow->port_dst = (guint16) pinfo->destport;
    }
    tell_ends_apart (arrow);
    arrow->frame_label = g_strdup (message ? message : title ? title : "TCP");
    arrow->comment = comment_text (tap, title);
    arrow->conv_num = (guint16) explain_phone (tap->flow, note);
    arrow->line_style = 1;
    arrow->display = TRUE;
    g_queue_push_tail (graph->items, arrow);
    g_free (title);
    return TAP_PACKET_REDRAW;
}

void flow_graph_register (int proto)
{
    register_seq_analysis ("regflow", "Phone registration", proto, "regflow", TL_REQUIRES_NOTHING, on_packet);
}
