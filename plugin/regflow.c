/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's front door: registration with Wireshark, preferences, and the life of the flow of the open file. */
#include "registration/findings/diagnosis.h"
#include "registration/terms/ports.h"
#include "registration/tips/explain.h"
#include "registration/tips/tips.h"
#include "registration/wire/times.h"

#include "plugin/fields.h"
#include "plugin/flow_graph.h"
#include "plugin/info_column.h"
#include "plugin/observe.h"
#include "plugin/report_tap.h"
#include "plugin/stat_table.h"
#include "plugin/stat_tree.h"
#include "plugin/tally.h"
#include "plugin/user_passwords.h"
#include "plugin/user_tips.h"

#include <epan/conversation_filter.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/tap.h>

WS_DLL_PUBLIC_DEF const char plugin_version[] = REGFLOW_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register (void);

static int proto_regflow = -1;
static dissector_handle_t handle;

static PrefBool pref_sccp = TRUE;
static PrefBool pref_sip = TRUE;
static PrefBool pref_boot = TRUE;
static PrefBool pref_info_column = FALSE;
static const char *pref_tips_folder = "";
static const char *pref_language = "";
static const char *pref_password_file = "";

static Timers timers;

static const char timer_use[] = "When regflow calls it a problem. Takes effect when the file is loaded again.";

/* One open file, one flow, and who watches it. */
static Flow *flow;
static Diagnosis *diagnosis;
/* What its digest responses are checked with; NULL without a file of passwords. */
static Passwords *passwords;
/* How far its clock has come, with the frames of others, too. */
static gint64 latest;
static guint32 latest_number;
static Tips *tips;

static GPtrArray *list_inputs (void)
{
    GPtrArray *inputs = *pref_tips_folder ? user_tips_files (pref_tips_folder, NULL) : NULL;

    if (!inputs)
        inputs = g_ptr_array_new_with_free_func (g_free);
    if (*pref_password_file)
        g_ptr_array_add (inputs, g_strdup (pref_password_file));
    return inputs;
}

static void file_opened (void)
{
    passwords = user_passwords_load (pref_password_file);
    FlowOptions options = { .passwords = passwords };
    flow = flow_new (&options);
    diagnosis = diagnosis_new (flow, &timers);
    latest = G_MININT64;
    latest_number = 0;
}

static void file_closed (void)
{
    tally_file_closed ();
    g_clear_pointer (&diagnosis, diagnosis_free);
    g_clear_pointer (&flow, flow_free);
    g_clear_pointer (&passwords, passwords_free);
}

/* After the first pass: the end of the capture proves some things too. */
static void first_pass_ended (void)
{
    if (flow)
        flow_finish (flow, latest);
}

static void preferences_changed (void)
{
    tips_free (tips);
    tips = user_tips_load (pref_language, pref_tips_folder);
}

static const Tips *end_for_report (void)
{
    first_pass_ended ();
    return tips;
}

static gboolean is_wanted (const Frame *frame)
{
    const guint16 ports[] = { frame->source.port, frame->destination.port };

    if (frame->is_sccp)
        return pref_sccp;
    if (frame->is_sip)
        return pref_sip;
    for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
        if (port_service (ports[i]) == SERVICE_SCCP)
            return pref_sccp;
        if (port_service (ports[i]) == SERVICE_SIP)
            return pref_sip;
    }
    return pref_boot;
}

static NoteId first_visit (tvbuff_t *tvb, packet_info *pinfo, guint *ret_count)
{
    Frame frame;

    *ret_count = 0;
    latest = clock_goes_on (latest, observe_time (pinfo));
    /* With a read filter (-2 -R) tshark gives the number of a frame that it drops to the next one. */
    if (pinfo->num == latest_number)
        flow_drop_frame (flow, latest_number);
    latest_number = pinfo->num;
    if (!observe_frame (flow, tvb, pinfo, &frame) || !is_wanted (&frame))
        return 0;
    return flow_frame (flow, &frame, ret_count);
}

static NoteId later_visit (const packet_info *pinfo, guint *ret_count)
{
    NoteId first = notes_first_of_frame (flow_notes (flow), pinfo->num);
    const Note *note;

    for (*ret_count = 0; (note = notes_get (flow_notes (flow), first + *ret_count)) && note->frame == pinfo->num;)
        ++*ret_count;
    return first;
}

static int dissect_regflow (tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    guint count;
    NoteId first = pinfo->fd->visited ? later_visit (pinfo, &count) : first_visit (tvb, pinfo, &count);

    if (first) {
        fields_show (diagnosis, tips, first, count, tvb, pinfo, tree);
        if (pref_info_column)
            info_column_show (flow, tips, first, count, pinfo);
    }
    return (int) tvb_captured_length (tvb);
}

/* The menu "Conversation Filter", and colours for a conversation. */
static FilterBool has_phone (FILTER_ARGUMENTS)
{
    return flow && notes_first_of_frame (flow_notes (flow), pinfo->num);
}

static char *filter_phone (FILTER_ARGUMENTS)
{
    const Notes *notes = flow_notes (flow);
    return g_strdup_printf ("regflow.phone == %u",
                            explain_phone (flow, notes_get (notes, notes_first_of_frame (notes, pinfo->num))));
}

static void register_timers (module_t *module)
{
    prefs_register_static_text_preference (module, "heading.timers", "When regflow calls something a problem:",
                                           "Each takes effect when the file is loaded again.");
    timers = timers_default ();
    for (TimerId id = 0; id < N_TIMERS; id++) {
        const TimerInfo *info = timer_info (id);
        char *name = wmem_strdup_printf (wmem_epan_scope (), "timer.%s", info->name);
        char *title = wmem_strdup_printf (wmem_epan_scope (), "%s (%s)", info->text, info->unit);
        prefs_register_uint_preference (module, name, title, timer_use, 10, &timers.value[id]);
    }
}

static void register_preferences (void)
{
    module_t *module = prefs_register_protocol (proto_regflow, preferences_changed);

    prefs_register_static_text_preference (module, "heading.protocols",
                                           "What is explained:", "What is switched off is passed over.");
    prefs_register_bool_preference (module, "sccp", "Explain SCCP", "Explain registrations over SCCP (Skinny).",
                                    &pref_sccp);
    prefs_register_bool_preference (module, "sip", "Explain SIP", "Explain registrations over SIP.", &pref_sip);
    prefs_register_bool_preference (
        module, "boot", "Explain the way to the server (DHCP, files …)",
        "Explain what comes before the registration: 802.1X, CDP, LLDP, DHCP, DNS, TFTP, HTTP.", &pref_boot);
    prefs_register_static_text_preference (
        module, "heading.words", "In which words, and with which files:", "None of these changes what is found.");
    prefs_register_directory_preference (module, "tips_folder", "Folder of own tips",
                                         "Files *.tips in this folder replace and add to the tips that come with "
                                         "the plugin.",
                                         &pref_tips_folder);
    prefs_register_string_preference (module, "language", "Language of tips and reports",
                                      "en, de, fr or es; empty for the language of the desktop. "
                                      "What is not translated is English.",
                                      &pref_language);
    prefs_register_bool_preference (module, "info_column", "Explain in the column Info",
                                    "The column Info says what happens, in place of what the protocols write there.",
                                    &pref_info_column);
    prefs_register_filename_preference (module, "password_file", "File of SIP passwords",
                                        "With lines user:password or user:realm:password, regflow says whether the "
                                        "digest response of a SIP phone is right. Passwords are never shown. Takes "
                                        "effect when the capture is loaded again.",
                                        &pref_password_file, FALSE);
    register_timers (module);
}

static void register_protocol (void)
{
    proto_regflow = proto_register_protocol ("Phone registration explained", "Phone registration", "regflow");
    fields_register (proto_regflow);
    register_preferences ();
    register_init_routine (file_opened);
    register_cleanup_routine (file_closed);
    register_postseq_cleanup_routine (first_pass_ended);
    handle = create_dissector_handle (dissect_regflow, proto_regflow);
    register_postdissector (handle);
    compat_register_conversation_filter ("regflow", "Phone registration", has_phone, filter_phone);
    flow_graph_register (proto_regflow);
}

static void hand_off (void)
{
    observe_init ();
    preferences_changed ();
}

void plugin_register (void)
{
    static proto_plugin plugin = { .register_protoinfo = register_protocol, .register_handoff = hand_off };
    static tap_plugin table = { .register_tap_listener = stat_table_register };
    static tap_plugin tree = { .register_tap_listener = stat_tree_register };
    static tap_plugin report = { .register_tap_listener = report_tap_register };

    proto_register_plugin (&plugin);
    tap_register_plugin (&report);
    tap_register_plugin (&table);
    tap_register_plugin (&tree);
    report_tap_set_finish (end_for_report);
    report_tap_set_inputs (list_inputs);
    tally_set_finish (first_pass_ended);
}
