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

/* The notes that the user's filter has let through, a bit each. */
typedef struct {
    const Flow *flow; /* NULL until the first note comes */
    const Tips *tips;
    GByteArray *notes; /* owned */
} Listener;

static void on_reset (void *data)
{
    Listener *listener = data;

    listener->flow = NULL;
    g_byte_array_set_size (listener->notes, 0);
}

static tap_packet_status on_packet (void *data, packet_info *pinfo _U_, epan_dissect_t *dissect _U_, const void *record,
                                    tap_flags_t flags _U_)
{
    Listener *listener = data;
    const RegflowTap *tap = record;
    guint octet = tap->note / 8, old = listener->notes->len;

    listener->flow = tap->flow;
    listener->tips = tap->tips;
    if (octet >= old) {
        g_byte_array_set_size (listener->notes, octet + 1);
        memset (listener->notes->data + old, 0, octet + 1 - old);
    }
    listener->notes->data[octet] |= (guint8) (1 << tap->note % 8);
    return TAP_PACKET_DONT_REDRAW;
}

static gboolean is_let_through (NoteId id, gconstpointer user_data)
{
    const Listener *listener = user_data;
    return id / 8 < listener->notes->len && listener->notes->data[id / 8] >> id % 8 & 1;
}

static void print (const char *text, gsize size, gpointer user_data _U_)
{
    fwrite (text, 1, size, stdout);
}

static void (*before_report) (void);

void report_tap_set_finish (void (*finish) (void))
{
    before_report = finish;
}

static void on_draw (void *data)
{
    const Listener *listener = data;
    ReportOptions options = { .format = REPORT_TEXT };

    if (before_report)
        before_report ();
    if (!listener->flow) {
        fputs (REPORT_NO_PHONES, stdout);
        return;
    }
    Summary *summary = summary_new (listener->flow, is_let_through, listener);
    ReportSource source = { .summary = summary, .filter = is_let_through, .user_data = listener };
    ReportWriter *writer = report_writer_new (&options, listener->tips, print, NULL);
    report_write (writer, &source);
    report_writer_finish (writer);
    summary_free (summary);
}

static void on_finish (void *data)
{
    Listener *listener = data;

    g_byte_array_unref (listener->notes);
    g_free (listener);
}

static void start (const char *argument, void *user_data _U_)
{
    const char *filter = g_str_has_prefix (argument, COMMAND ",") ? argument + strlen (COMMAND ",") : NULL;
    Listener *listener = g_new0 (Listener, 1);
    listener->notes = g_byte_array_new ();
    GString *error = register_tap_listener ("regflow", listener, filter, TL_REQUIRES_NOTHING, on_reset, on_packet,
                                            on_draw, on_finish);

    if (error) {
        report_failure ("-z " COMMAND ": %s", error->str);
        g_string_free (error, TRUE);
        on_finish (listener);
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
