/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/report_tap.h"

#include "output/output.h"
#include "registration/report/report.h"

#include "plugin/fields.h"
#include "plugin/note_set.h"
#include "plugin/ws_compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wsutil/report_message.h>

/* The form for people has the name of the whole. */
#define COMMAND(symbol, name) (REPORT_##symbol == REPORT_TEXT ? "regflow,report" : "regflow," name)

static const char *const commands[N_REPORT_FORMATS] = {
#define X(symbol, name, text) [REPORT_##symbol] = COMMAND (symbol, #name),
    REPORT_FORMATS (X)
#undef X
};

typedef struct {
    ReportFormat format;
    char *path;                 /* NULL: standard output; owned */
    const Diagnosis *diagnosis; /* NULL until the first note comes */
    Output *output;             /* from the start, until it is written for the first time; owned */
    NoteSet notes;              /* those that the user's filter has let through */
} Listener;

static void on_reset (void *data)
{
    Listener *listener = data;

    listener->diagnosis = NULL;
    note_set_clear (&listener->notes);
}

static tap_packet_status on_packet (void *data, packet_info *pinfo _U_, epan_dissect_t *dissect _U_, const void *record,
                                    tap_flags_t flags _U_)
{
    Listener *listener = data;
    const RegflowTap *tap = record;

    listener->diagnosis = tap->diagnosis;
    note_set_add (&listener->notes, tap->note);
    return TAP_PACKET_DONT_REDRAW;
}

static const Tips *(*before_report) (void);

void report_tap_set_finish (const Tips *(*finish) (void) )
{
    before_report = finish;
}

static GPtrArray *(*list_inputs) (void);

void report_tap_set_inputs (GPtrArray *(*list) (void) )
{
    list_inputs = list;
}

static Output *open_output (const Listener *listener, GError **error)
{
    g_autoptr (GPtrArray) inputs = list_inputs ();

    g_ptr_array_add (inputs, NULL);
    return output_open (listener->path, (const char *const *) inputs->pdata, error);
}

static void write_report (const Listener *listener, const Tips *tips, Output *output)
{
    ReportOptions options = { .format = listener->format };
    Flow *no_flow = listener->diagnosis ? NULL : flow_new (NULL);
    Diagnosis *nothing = no_flow ? diagnosis_new (no_flow, NULL) : NULL;
    Summary *summary = summary_new (nothing ? nothing : listener->diagnosis, note_set_has, &listener->notes);
    ReportSource source = { .summary = summary, .filter = note_set_has, .user_data = &listener->notes };
    g_autofree char *trouble =
        summary_has_registration (summary) ? NULL : report_no_registration ("the capture", summary->flow);
    source.trouble = trouble;
    ReportWriter *writer = report_writer_new (&options, tips, output_write, output);

    report_write (writer, &source);
    report_writer_finish (writer);
    summary_free (summary);
    diagnosis_free (nothing);
    flow_free (no_flow);
}

/* tshark ends with 0 whatever becomes of a tap. */
static void end_with_failure (void)
{
    fflush (NULL);
    _exit (2);
}

static void complain (const Listener *listener, const GError *error)
{
    report_failure ("-z %s: %s.", commands[listener->format], error->message);
}

static void on_draw (void *data)
{
    static gboolean has_failed;
    Listener *listener = data;
    g_autoptr (GError) error = NULL;
    g_autoptr (Output) output = g_steal_pointer (&listener->output);

    if (!output)
        output = open_output (listener, &error);
    if (output) {
        write_report (listener, before_report (), output);
        output_close (output, &error);
    }
    if (!error)
        return;
    complain (listener, error);
    if (!has_failed)
        atexit (end_with_failure);
    has_failed = TRUE;
}

static void on_finish (void *data)
{
    Listener *listener = data;

    note_set_clear (&listener->notes);
    output_free (listener->output);
    g_free (listener->path);
    g_free (listener);
}

/* Only the command line leads here, and like every wrong -z this ends the program. */
static TapStarted start (const char *argument, void *user_data)
{
    Listener *listener = g_new0 (Listener, 1);

    listener->format = (ReportFormat) GPOINTER_TO_UINT (user_data);
    const char *rest = argument + strlen (commands[listener->format]);
    char **parts = g_strsplit (*rest == ',' ? rest + 1 : rest, ",", 2);
    const char *path = parts[0], *filter = path ? parts[1] : NULL;

    listener->path = path && *path && strcmp (path, "-") != 0 ? g_strdup (path) : NULL;
    /* A report that cannot be written is better known before a long capture is read. */
    g_autoptr (GError) trouble = NULL;
    listener->output = open_output (listener, &trouble);
    if (!listener->output) {
        complain (listener, trouble);
        exit (1);
    }
    GString *error = register_tap_listener ("regflow", listener, filter && *filter ? filter : NULL, TL_REQUIRES_NOTHING,
                                            on_reset, on_packet, on_draw, on_finish);
    g_strfreev (parts);
    if (error) {
        report_failure ("-z %s: %s", commands[listener->format], error->str);
        exit (1);
    }
    return TAP_STARTED;
}

void report_tap_register (void)
{
    static tap_param parameters[] = { { PARAM_STRING, "file", "File", NULL, TRUE },
                                      { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    static stat_tap_ui uis[N_REPORT_FORMATS];

    for (guint i = 0; i < N_REPORT_FORMATS; i++) {
        uis[i] = (stat_tap_ui){ .group = TELEPHONY_GROUP,
                                .title = "Phone registrations",
                                .cli_string = commands[i],
                                .tap_init_cb = start,
                                .nparams = G_N_ELEMENTS (parameters),
                                .params = parameters };
        register_stat_tap_ui (&uis[i], GUINT_TO_POINTER (i));
    }
}
