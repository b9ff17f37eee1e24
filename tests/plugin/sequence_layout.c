/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin/ws_compat.h declares structures of Wireshark's own that it does not install. Wireshark itself fills and reads
 * them here: when it lays them out otherwise, what comes back is not what was put in. */
#include "plugin/ws_compat.h"

#include <epan/epan.h>
#include <stdio.h>
#include <string.h>
#include <wiretap/wtap.h>
#include <wsutil/privileges.h>

WS_DLL_PUBLIC seq_analysis_info_t *sequence_analysis_info_new (void);
WS_DLL_PUBLIC void sequence_analysis_info_free (seq_analysis_info_t *graph);
WS_DLL_PUBLIC int sequence_analysis_get_nodes (seq_analysis_info_t *graph);
WS_DLL_PUBLIC void sequence_analysis_list_sort (seq_analysis_info_t *graph);
WS_DLL_PUBLIC void sequence_analysis_dump_to_file (FILE *file, seq_analysis_info_t *graph, unsigned first_node);

/* No less than Wireshark's own, whatever it has behind the members that we know. */
#define ROOM 1024

static int faults;

static void expect (gboolean holds, const char *what)
{
    if (holds)
        return;
    fprintf (stderr, "%s: Wireshark does not lay it out as plugin/ws_compat.h says\n", what);
    faults++;
}

static seq_analysis_item_t *new_arrow (guint32 frame, guint8 from, guint8 to, gboolean display)
{
    seq_analysis_item_t *arrow = g_malloc0 (ROOM);
    const guint8 source[] = { 192, 0, 2, from }, destination[] = { 192, 0, 2, to };

    arrow->frame_number = frame;
    alloc_address_wmem (NULL, &arrow->src_addr, AT_IPv4, sizeof source, source);
    alloc_address_wmem (NULL, &arrow->dst_addr, AT_IPv4, sizeof destination, destination);
    arrow->port_src = 50001;
    arrow->port_dst = 60002;
    arrow->frame_label = g_strdup ("the label");
    arrow->time_str = g_strdup ("12.345");
    arrow->comment = g_strdup ("the comment");
    arrow->conv_num = (guint16) (7 + frame);
    arrow->line_style = 1;
    arrow->display = display;
    return arrow;
}

static void check_text (seq_analysis_info_t *graph)
{
    static const char *const parts[] = {
        "the label", "the comment", "12.345", "50001", "60002", "192.0.2.1", "8 ", "9 "
    };
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream (&text, &size);

    sequence_analysis_dump_to_file (file, graph, 0);
    fclose (file);
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        if (!strstr (text, parts[i])) {
            fprintf (stderr, "the graph as text lacks \"%s\":\n%s", parts[i], text);
            faults++;
        }
    free (text);
}

static void check_layout (void)
{
    seq_analysis_info_t *graph = sequence_analysis_info_new ();
    seq_analysis_item_t *later = new_arrow (2, 3, 1, TRUE), *earlier = new_arrow (1, 1, 3, TRUE);

    expect (graph->items && g_queue_is_empty (graph->items) && graph->nconv == 0 && !graph->name && !graph->any_addr,
            "seq_analysis_info_t.items");
    g_queue_push_tail (graph->items, later);
    g_queue_push_tail (graph->items, earlier);
    g_queue_push_tail (graph->items, new_arrow (3, 1, 4, FALSE));
    sequence_analysis_list_sort (graph);
    expect (graph->items->head->data == earlier, "seq_analysis_item_t.frame_number");
    expect (sequence_analysis_get_nodes (graph) == 2, "seq_analysis_item_t.display");
    expect (earlier->src_node == 0 && earlier->dst_node == 1 && later->src_node == 1 && later->dst_node == 0,
            "seq_analysis_item_t.src_node");
    check_text (graph);
    sequence_analysis_info_free (graph);
}

int main (void)
{
    init_process_policies ();
    wtap_init (FALSE);
    if (!epan_init (NULL, NULL, FALSE)) {
        fputs ("Wireshark's library does not start\n", stderr);
        return 1;
    }
    check_layout ();
    epan_cleanup ();
    wtap_cleanup ();
    return faults != 0;
}
