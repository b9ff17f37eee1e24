/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/report_tap.h"

#include "registration/report.h"

#include "plugin/fields.h"
#include "plugin/ws_compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <stdio.h>
#include <string.h>
#include <wsutil/report_message.h>

#define COMMAND "regflow,report"

/* One listener: made when its first note comes, because only then there is a flow. */
typedef struct {
    Report *report;
    const Tips *tips;
} Listener;

static void on_reset (void *data)
{
    g_clear_pointer (&((Listener *) data)->report, report_free);
}

static tap_packet_status on_packet (void *data, packet_info *pinfo _U_, epan_dissect_t *dissect _U_, const void *record,
                                    tap_flags_t flags _U_)
{
    Listener *listener = data;
    const RegflowTap *tap = record;

    if (!listener->report)
        listener->report = report_new (tap->flow);
    listener->tips = tap->tips;
    report_add (listener->report, tap->note);
    return TAP_PACKET_DONT_REDRAW;
}

static void (*before_report) (void);

void report_tap_set_finish (void (*finish) (void))
{
    before_report = finish;
}

static void on_draw (void *data)
{
    const Listener *listener = data;
    GString *text = g_string_new (NULL);

    if (before_report)
        before_report ();
    if (listener->report)
        report_write_text (listener->report, listener->tips, text);
    else
        g_string_append (text, "No phone takes part in a registration here.\n");
    fputs (text->str, stdout);
    g_string_free (text, TRUE);
}

static void on_finish (void *data)
{
    on_reset (data);
    g_free (data);
}

static void start (const char *argument, void *user_data _U_)
{
    const char *filter = g_str_has_prefix (argument, COMMAND ",") ? argument + strlen (COMMAND ",") : NULL;
    Listener *listener = g_new0 (Listener, 1);
    GString *error = register_tap_listener ("regflow", listener, filter, TL_REQUIRES_NOTHING, on_reset, on_packet,
                                            on_draw, on_finish);

    if (error) {
        report_failure ("-z " COMMAND ": %s", error->str);
        g_string_free (error, TRUE);
        g_free (listener);
    }
}

void report_tap_register (void)
{
    static tap_param parameters[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    static stat_tap_ui ui = { .group = REGISTER_STAT_GROUP_TELEPHONY,
                              .title = "Phone registrations",
                              .cli_string = COMMAND,
                              .tap_init_cb = start,
                              .nparams = G_N_ELEMENTS (parameters),
                              .params = parameters };

    register_stat_tap_ui (&ui, NULL);
}
