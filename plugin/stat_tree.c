/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/stat_tree.h"

#include "registration/report/report.h"

#include "plugin/tally.h"

#include <epan/stats_tree.h>

typedef struct {
    Tally *tally;
    int by_protocol, by_phase, outcomes, findings; /* nodes */
} Branches;

static GHashTable *trees; /* stats_tree → Branches, owned */

static void show_findings (stats_tree *tree, int branch, const guint problems[N_SEVERITIES][N_PROBLEMS])
{
    guint total = 0;

    for (Severity severity = N_SEVERITIES; severity-- > 0;) {
        guint count = 0;
        for (Problem problem = 0; problem < N_PROBLEMS; problem++)
            count += problems[severity][problem];
        total += count;
        if (count == 0)
            continue;
        int below = set_stat_node (tree, severity_name (severity), branch, TRUE, (gint) count);
        for (Problem problem = 0; problem < N_PROBLEMS; problem++)
            if (problems[severity][problem])
                set_stat_node (tree, problem_name (problem), below, FALSE, (gint) problems[severity][problem]);
    }
    set_stat_node (tree, "Findings", 0, TRUE, (gint) total);
}

/* The counts that only the end gives are set anew each time. */
static void show (const Summary *summary, const Tips *tips, gpointer target)
{
    stats_tree *tree = target;
    const Branches *branches = g_hash_table_lookup (trees, tree);
    GHashTable *outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL); /* text → phones */
    guint problems[N_SEVERITIES][N_PROBLEMS] = { { 0 } };

    for (guint i = 0; i < summary->phones->len; i++) {
        const PhoneSummary *phone = summary_phone (summary, i);
        char *outcome = report_outcome (summary, tips, phone);
        gint phones = GPOINTER_TO_INT (g_hash_table_lookup (outcomes, outcome)) + 1;
        set_stat_node (tree, outcome, branches->outcomes, FALSE, phones);
        g_hash_table_insert (outcomes, outcome, GINT_TO_POINTER (phones));
        for (guint j = 0; j < phone->found->len; j++)
            problems[finding_severity (summary_finding (summary, phone, j))]
                    [summary_finding (summary, phone, j)->problem]++;
    }
    set_stat_node (tree, "Phones by outcome", 0, TRUE, (gint) summary->phones->len);
    show_findings (tree, branches->findings, problems);
    g_hash_table_unref (outcomes);
}

static void free_branches (gpointer data)
{
    tally_free (((Branches *) data)->tally);
    g_free (data);
}

static void on_start (stats_tree *tree)
{
    Branches *branches = g_new0 (Branches, 1);

    branches->tally = tally_new (show, tree);
    branches->by_protocol = stats_tree_create_node (tree, "Messages by protocol", 0, STAT_DT_INT, TRUE);
    branches->by_phase = stats_tree_create_node (tree, "Messages by phase", 0, STAT_DT_INT, TRUE);
    branches->outcomes = stats_tree_create_node (tree, "Phones by outcome", 0, STAT_DT_INT, TRUE);
    branches->findings = stats_tree_create_node (tree, "Findings", 0, STAT_DT_INT, TRUE);
    if (!trees)
        trees = g_hash_table_new_full (NULL, NULL, NULL, free_branches);
    g_hash_table_replace (trees, tree, branches);
}

static void on_end (stats_tree *tree)
{
    g_hash_table_remove (trees, tree);
}

/* Events of TCP, and of the capture, are no messages. */
static void count_message (stats_tree *tree, Branches *branches, const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    g_autofree char *name = g_ascii_strup (protocol_name (kind->protocol), -1);

    if (kind->protocol == PROTOCOL_TCP || kind->protocol == PROTOCOL_FRAME)
        return;
    tick_stat_node (tree, "Messages by protocol", 0, TRUE);
    tick_stat_node (tree, kind->name, tick_stat_node (tree, name, branches->by_protocol, TRUE), FALSE);
    tick_stat_node (tree, "Messages by phase", 0, TRUE);
    tick_stat_node (tree, note->phase ? phase_name (note->phase) : "no part of a registration", branches->by_phase,
                    FALSE);
}

static tap_packet_status on_packet (stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *dissect _U_,
                                    const void *record, tap_flags_t flags _U_)
{
    Branches *branches = g_hash_table_lookup (trees, tree);
    const RegflowTap *tap = record;

    count_message (tree, branches, notes_get (flow_notes (tap->flow), tap->note));
    tally_add (branches->tally, tap);
    return TAP_PACKET_REDRAW;
}

void stat_tree_register (void)
{
    stats_tree_register_plugin ("regflow", "regflow", "Phone registration counts", TL_REQUIRES_NOTHING, on_packet,
                                on_start, on_end);
}
