/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/load.h"

#include "replay/recording/capture.h"

Script *script_load (const char *command, const char *path, const ScriptChoice *choice, gboolean for_server,
                     ExitCode *ret_code)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Capture) capture = capture_open (path, &error);

    *ret_code = REGREPLAY_UNREADABLE;
    if (!capture) {
        g_printerr ("%s: %s.\n", command, error->message);
        return NULL;
    }
    g_autoptr (Flow) flow = flow_new (NULL);
    g_autoptr (Recording) recording = recording_new (flow);
    /* What comes before the damage may hold the whole registration. */
    if (!capture_feed (capture, flow, &error)) {
        g_printerr ("%s: warning: %s.\n", command, error->message);
        g_clear_error (&error);
    }
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *note = NULL;
    g_autoptr (Script) script = script_new (recording, name, choice, &note, &error);
    if (!script) {
        g_printerr ("%s: %s.\n", command, error->message);
        if (g_error_matches (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH))
            *ret_code = REGREPLAY_USAGE;
        return NULL;
    }
    if (for_server && !script_has_answer (script)) {
        g_printerr ("%s: %s: the %s of %s has no answer in this capture, so there is nothing that a stand-in could "
                    "say; --target sends it to a real server.\n",
                    command, name, script->protocol == PROTOCOL_SIP ? "REGISTER" : "RegisterReq", script->phone);
        return NULL;
    }
    if (note)
        g_printerr ("%s: %s\n", command, note);
    *ret_code = REGREPLAY_OK;
    return g_steal_pointer (&script);
}
