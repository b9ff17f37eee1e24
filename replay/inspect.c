/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay inspect: what captures say about phones, without Wireshark. */
#include "replay/capture.h"
#include "replay/commands.h"

#include "registration/report.h"

/* The worst of several captures counts: one that cannot be read before errors that were found. */
static ExitCode worse (ExitCode a, ExitCode b)
{
    return MAX (a, b);
}

static gboolean has_errors (const Flow *flow)
{
    const Findings *findings = flow_findings (flow);

    for (guint i = 0; i < findings_count (findings); i++)
        if (problem_severity (findings_get (findings, i)->problem) == SEVERITY_ERROR)
            return TRUE;
    return FALSE;
}

static ExitCode inspect_capture (const char *path, const Tips *tips)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Capture) capture = capture_open (path, &error);

    if (!capture) {
        g_printerr ("regreplay inspect: %s.\n", error->message);
        return REGREPLAY_UNREADABLE;
    }
    FlowOptions options = { .wait_for_gaps = TRUE, .timers = timers_default () };
    g_autoptr (Flow) flow = flow_new (&options);
    gboolean whole = capture_feed (capture, flow, &error);
    g_autoptr (Report) report = report_new (flow);
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++)
        report_add (report, id);
    GString *text = g_string_new (NULL);
    report_write_text (report, tips, text);
    g_print ("%s", text->str);
    g_string_free (text, TRUE);
    if (!whole) {
        g_printerr ("regreplay inspect: %s.\n", error->message);
        return REGREPLAY_UNREADABLE;
    }
    return has_errors (flow) ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

ExitCode inspect_main (int argc, char **argv)
{
    g_auto (GStrv) paths = NULL;
    const GOptionEntry entries[] = {
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "CAPTURE…" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    ExitCode code = REGREPLAY_OK;

    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, &argc, &argv, &code))
        return code;
    if (!paths) {
        g_printerr ("regreplay inspect: a capture is missing (regreplay inspect CAPTURE…)\n");
        return REGREPLAY_USAGE;
    }
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    for (char **path = paths; *path; path++)
        code = worse (code, inspect_capture (*path, tips));
    return code;
}
